"""The HTTP API of one connector, only for systems of the organisation itself: messages, reactions and questions in, meldingen out."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from connectors import openapi
from connectors.aanlevering import Aanlevering
from connectors.bevraging import Bevragen
from connectors.bezorging import Inbox
from connectors.fouten import Ongeldig
from connectors.herhaling import Herhaling, sleutel_van
from connectors.invoer import Bevraging, Casus, Intrekking, Verdachte, lees
from connectors.meters import Meters
from connectors.opslag import Opslag
from connectors.persoon import Kader
from connectors.problemen import OPNIEUW_NA, Probleem, middleware, zet_koppen
from connectors.terugkoppeling import Terugkoppelen, lees_reactie
from connectors.toegang import Client, OpenDeur, Recht, Toegang
from hub.domein.codes import Bekendheid, Soort
from hub.stream.kop import traceparent_uit

HOOGSTENS: Final = 64 * 1024
"""Bytes of a message."""
LIMIET, LIMIET_MAX = 100, 1000
"""Meldingen per page."""
HARTSLAG: Final = 15.0
"""Seconds of silence after which a stream sends a comment, so that both sides notice a broken connection."""
CLIENT: Final = web.RequestKey("client", Client)
"""Who asks."""
_VOLGNUMMER_MAX: Final = 1 << 62

AANLEVERING: Final[dict[Soort, tuple[str, type[Verdachte] | type[Casus]]]] = {
    Soort.VERDACHTE: ("/v1/verdachten", Verdachte),
    Soort.CASUS: ("/v1/casussen", Casus),
}
"""Path and model of the one kind of dossier that a connector takes; the other path does not exist there."""


@dataclass(frozen=True, slots=True)
class Kern:
    """What the API stands on."""

    soort: Soort
    aanlevering: Aanlevering
    opslag: Opslag
    inbox: Inbox
    terugkoppelen: Terugkoppelen
    bevragen: Bevragen | None
    """Only where questions may be asked: elsewhere the path does not exist."""
    meters: Meters
    herhaling: Herhaling
    toegang: Toegang
    kader: Callable[[], Kader]
    """What a message is checked against now."""
    verbonden: Callable[[], bool]
    """Whether signalen can be delivered, as far as is known."""


class Api:
    """Handlers of one connector."""

    def __init__(self, kern: Kern) -> None:
        self._kern = kern
        self._einde = asyncio.Event()
        self._beschrijving = json.dumps(
            openapi.document(
                AANLEVERING[kern.soort],
                bevragen=kern.bevragen is not None,
                bewaakt=not isinstance(kern.toegang, OpenDeur),
            )
        ).encode()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[middleware(self._kern.meters)], client_max_size=HOOGSTENS)
        pad, model = AANLEVERING[self._kern.soort]
        signaleren, lezen = self._met(Recht.SIGNALEREN), self._met(Recht.MELDINGEN_LEZEN)
        app.router.add_post(pad, signaleren(self._aanleveren(model)))
        app.router.add_post("/v1/intrekkingen", signaleren(self._aanleveren(Intrekking)))
        app.router.add_post(
            "/v1/meldingen/{melding}/terugkoppelingen", self._met(Recht.TERUGKOPPELEN)(self._terugkoppelen)
        )
        if self._kern.bevragen is not None:
            app.router.add_post("/v1/bevragingen", self._met(Recht.BEVRAGEN)(self._bevraag(self._kern.bevragen)))
        app.router.add_get("/v1/dossiers/{zaaknummer}", lezen(self._dossier), allow_head=False)
        app.router.add_get("/v1/meldingen", lezen(self._meldingen), allow_head=False)
        app.router.add_get("/v1/meldingen/stroom", lezen(self._stroom), allow_head=False)
        app.router.add_get("/v1/openapi.json", self._openapi)
        app.router.add_get("/gezond", self._gezond)
        app.router.add_get("/gereed", self._gereed)
        app.router.add_get("/metrics", self._metrics)
        app.on_response_prepare.append(zet_koppen)
        app.on_shutdown.append(self._sluit_stromen)
        return app

    def _met(self, recht: Recht) -> Callable[[Handler], Handler]:
        """Only for clients with this scope. They are answered, or refused, once a power cut would leave all that the answer rests on."""

        def alleen_met(handler: Handler) -> Handler:
            async def bewaakt(request: web.Request) -> web.StreamResponse:
                authorization = request.headers.get("Authorization", "")
                request[CLIENT] = await self._kern.toegang.laat_binnen(authorization, _certificaat(request), recht)
                try:
                    return await handler(request)
                finally:
                    await self._kern.opslag.op_schijf()

            return bewaakt

        return alleen_met

    def _aanleveren(self, model: type[Verdachte | Casus | Intrekking]) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            data = await _json_van(request)
            sleutel = sleutel_van(request[CLIENT].id, request.headers.get("Idempotency-Key"))
            traceparent = request.headers.get("traceparent", "").encode("latin-1", "replace")

            async def lever() -> str:
                try:
                    invoer = lees(model, data, self._kern.kader())
                    ontvangst = await self._kern.aanlevering.lever(
                        invoer, traceparent_uit({"traceparent": traceparent})
                    )
                except Ongeldig:
                    self._kern.meters.signalen.labels("geweigerd").inc()
                    raise
                return json.dumps(
                    {
                        "zaaknummer": ontvangst.zaaknummer,
                        "versie": ontvangst.versie,
                        "ontvangen": True,
                        "verouderd": ontvangst.verouderd,
                    }
                )

            antwoord = await self._kern.herhaling.eenmaal(sleutel, request.path.encode() + b"\n" + data, lever)
            return web.Response(text=antwoord, content_type="application/json", status=202)

        return handler

    async def _terugkoppelen(self, request: web.Request) -> web.Response:
        bericht = lees_reactie(await _json_van(request))
        self._eis_bijgewerkt()
        melding = request.match_info["melding"]
        sleutel = sleutel_van(request[CLIENT].id, request.headers.get("Idempotency-Key"))
        id_ = await self._kern.terugkoppelen.zeg(melding, bericht, sleutel)
        return web.json_response(
            {"id": str(id_), "melding": melding, "soort": bericht.soort, "ontvangen": True}, status=202
        )

    def _bevraag(self, bevragen: Bevragen) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            data = await _json_van(request)
            try:
                vraag = lees(Bevraging, data, self._kern.kader())
            except Ongeldig:
                self._kern.meters.bevragingen_geweigerd.labels("ongeldig").inc()
                raise
            self._eis_bijgewerkt()  # before that no answer can come in
            antwoord = await bevragen.vraag(vraag, request[CLIENT].id)
            koppen = {"Retry-After": OPNIEUW_NA} if antwoord.uitkomst is Bekendheid.ONVOLLEDIG else {}
            return web.Response(text=antwoord.model_dump_json(), content_type="application/json", headers=koppen)

        return handler

    async def _dossier(self, request: web.Request) -> web.Response:
        zaaknummer = request.match_info["zaaknummer"]
        zaak = self._kern.opslag.zaak(zaaknummer)
        if zaak is None:
            raise Probleem(404, "Dossier niet gevonden", "Van dit zaaknummer is hier niets aangeleverd.")
        self._eis_bijgewerkt()
        dossier, versie = zaak
        meldingen = ", ".join(self._kern.inbox.toon_over(dossier, LIMIET_MAX))
        kop = json.dumps({"zaaknummer": zaaknummer, "versie": versie})
        return web.Response(text=f'{kop[:-1]}, "meldingen": [{meldingen}]}}', content_type="application/json")

    def _eis_bijgewerkt(self) -> None:
        if not self._kern.inbox.bijgewerkt:
            detail = "De inbox is nog niet bijgewerkt: er kan inmiddels iets zijn ingetrokken. Probeer het zo opnieuw."
            raise Probleem(503, "Inbox nog niet bijgewerkt", detail, koppen={"Retry-After": OPNIEUW_NA})

    async def _meldingen(self, request: web.Request) -> web.Response:
        sinds = _getal(request, "sinds", 0, 0, _VOLGNUMMER_MAX)
        limiet = _getal(request, "limiet", LIMIET, 1, LIMIET_MAX)
        self._eis_bijgewerkt()
        sinds = self._kern.inbox.cursor(sinds)
        regels = self._kern.inbox.toon(sinds, limiet)
        volgende = json.loads(regels[-1])["volgnummer"] if regels else sinds
        return web.Response(
            text=f'{{"meldingen": [{", ".join(regels)}], "volgende": {volgende}}}', content_type="application/json"
        )

    async def _stroom(self, request: web.Request) -> web.StreamResponse:
        sinds = _getal(request, "sinds", 0, 0, _VOLGNUMMER_MAX)
        laatste = request.headers.get("Last-Event-ID", "")
        if laatste.isascii() and laatste.isdigit():
            sinds = min(int(laatste[:19]), _VOLGNUMMER_MAX)
        antwoord = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await antwoord.prepare(request)
        with (
            self._kern.meters.stromen.track_inprogress(),
            suppress(ConnectionResetError),
        ):  # the reader is free to leave
            await self._stroom_uit(antwoord, sinds, request[CLIENT].verloopt)
        return antwoord

    async def _stroom_uit(self, antwoord: web.StreamResponse, sinds: int, tot: float) -> None:
        inbox = self._kern.inbox
        sinds = inbox.cursor(sinds)
        while not self._einde.is_set() and self._kern.kader().nu / 1000 < tot:
            nieuws = inbox.nieuws  # taken before looking, so that nothing can come in between unnoticed
            regels = inbox.toon(sinds, LIMIET) if inbox.bijgewerkt else []
            await self._kern.opslag.op_schijf()
            for regel in regels:
                sinds = json.loads(regel)["volgnummer"]
                await antwoord.write(f"id: {sinds}\nevent: melding\ndata: {regel}\n\n".encode())
            if regels:
                continue
            try:
                async with asyncio.timeout(HARTSLAG):
                    await nieuws.wait()
            except TimeoutError:
                await antwoord.write(b": hartslag\n\n")

    async def _sluit_stromen(self, _app: web.Application) -> None:
        self._einde.set()
        self._kern.inbox.wek()

    async def _openapi(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=self._beschrijving, content_type="application/json", headers={"Access-Control-Allow-Origin": "*"}
        )

    async def _gezond(self, _request: web.Request) -> web.Response:
        return web.json_response({"gezond": True})

    async def _gereed(self, _request: web.Request) -> web.Response:
        stand = {"kafka": self._kern.verbonden(), "inbox": self._kern.inbox.bijgewerkt}
        return web.json_response(stand, status=200 if all(stand.values()) else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(self._kern.meters.register), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


def _certificaat(request: web.Request) -> bytes | None:
    """The certificate that the client showed, in DER."""
    verbinding = request.transport.get_extra_info("ssl_object") if request.transport is not None else None
    certificaat: bytes | None = verbinding.getpeercert(binary_form=True) if verbinding is not None else None
    return certificaat


async def _json_van(request: web.Request) -> bytes:
    if request.content_type != "application/json" or request.headers.get("Content-Encoding", "identity") != "identity":
        raise Probleem(415, "Verkeerd mediatype", "Stuur onverpakte JSON met Content-Type: application/json.")
    return await request.read()


def _getal(request: web.Request, naam: str, anders: int, minimum: int, maximum: int) -> int:
    tekst = request.query.get(naam)
    if tekst is None:
        return anders
    if not (tekst.isascii() and tekst.isdigit() and len(tekst) < 20 and minimum <= int(tekst) <= maximum):
        raise Probleem(400, "Ongeldige parameter", f"{naam} is een geheel getal van {minimum} tot en met {maximum}.")
    return int(tekst)
