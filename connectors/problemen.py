"""Every error over HTTP is a problem document (RFC 9457, NL API Design Rules): what is wrong, in Dutch, and never a value of a person."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from connectors.aanlevering import KlokVooruit
from connectors.fouten import Fout, Ongeldig, Onleesbaar
from connectors.herhaling import AnderBericht
from connectors.meters import Meters
from connectors.quotum import QuotumOp
from connectors.terugkoppeling import GeenMelding, GeenReactieMogelijk
from connectors.toegang import GeenRecht, GeenSleutels, GeenToegang, TeVaak
from connectors.wachtkamer import Vol
from connectors.zender import NietBezorgd
from hub.stream.logregel import plaats

log = structlog.get_logger()

MEDIATYPE: Final = "application/problem+json"
OPNIEUW_NA: Final = "5"
"""Seconds, in Retry-After: Kafka or the inbox is expected back soon."""
OPNIEUW_NA_KLOK: Final = "300"
"""The same where somebody must set a clock first."""
API_VERSIE: Final = "1.0.0"

_KOPPEN: Final = {
    "API-Version": API_VERSIE,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TITELS: Final[Mapping[int, tuple[str, str]]] = {
    404: ("Niet gevonden", "Deze URL bestaat hier niet."),
    405: ("Methode niet toegestaan", "Deze URL kent deze methode niet; zie de kop Allow."),
    413: ("Bericht te groot", "Een bericht heeft ten hoogste 64 kB."),
}


class Probleem(Exception):
    """An answer other than yes."""

    def __init__(
        self, status: int, titel: str, detail: str, fouten: Sequence[Fout] = (), koppen: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(titel)
        self.status = status
        self.titel = titel
        self.detail = detail
        self.fouten = fouten
        self.koppen = dict(koppen or {})

    def antwoord(self) -> web.Response:
        document: dict[str, Any] = {"status": self.status, "title": self.titel, "detail": self.detail}
        if self.fouten:
            document["errors"] = [asdict(fout) for fout in self.fouten]
        return web.Response(
            status=self.status, body=json.dumps(document).encode(), content_type=MEDIATYPE, headers=self.koppen
        )


def middleware(meters: Meters) -> Middleware:
    """Turns whatever goes wrong into a problem document, and times every request by route."""

    @web.middleware
    async def problemen(request: web.Request, handler: Handler) -> web.StreamResponse:
        begin = time.perf_counter()
        antwoord = await _antwoord(request, handler)
        if not isinstance(antwoord, web.Response):
            return antwoord  # a stream: how long it lasted is the reader's business
        hulpbron = request.match_info.route.resource
        route = "onbekend" if hulpbron is None else hulpbron.canonical
        methode = request.method if request.method in hdrs.METH_ALL else "anders"
        meters.verzoeken.labels(route, methode, str(antwoord.status)).observe(time.perf_counter() - begin)
        return antwoord

    return problemen


async def _antwoord(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception as fout:  # noqa: BLE001 - the last resort of a server
        return _probleem(fout).antwoord()


def _probleem(fout: Exception) -> Probleem:
    match fout:
        case Probleem():
            return fout
        case Onleesbaar():
            return Probleem(400, "Geen JSON", "Het bericht kan niet worden gelezen.", fout.fouten)
        case Ongeldig():
            detail = f"Het bericht heeft {len(fout.fouten)} fout(en); zie errors."
            return Probleem(400, "Ongeldig bericht", detail, fout.fouten)
        case NietBezorgd():
            return _niet_bezorgd(fout)
        case web.HTTPException():
            titel, detail = _TITELS.get(fout.status, ("Verzoek geweigerd", "Het verzoek kan niet worden behandeld."))
            koppen = {"Allow": fout.headers["Allow"]} if "Allow" in fout.headers else {}
            return Probleem(fout.status, titel, detail, koppen=koppen)
    return _van_terugkoppeling(fout) or _van_vraag(fout) or _van_toegang(fout) or _intern(fout)


def _niet_bezorgd(fout: NietBezorgd) -> Probleem:
    if isinstance(fout, KlokVooruit):
        detail = (
            "De klok van deze connector, of het ogenblik van dit bericht, loopt meer dan een etmaal voor op de klok van de broker. "
            "De hub neemt het niet aan en er staat niets. Laat de klok herstellen en stuur het daarna opnieuw."
        )
        return Probleem(503, "Klok loopt voor", detail, koppen={"Retry-After": OPNIEUW_NA_KLOK})
    detail = "Kafka heeft het bericht niet bevestigd. Er is niets als verstuurd vastgelegd; stuur het opnieuw."
    return Probleem(503, "Niet bezorgd", detail, koppen={"Retry-After": OPNIEUW_NA})


def _van_terugkoppeling(fout: Exception) -> Probleem | None:
    match fout:
        case GeenMelding():
            return Probleem(404, "Melding niet gevonden", "Deze melding staat niet in deze inbox.")
        case GeenReactieMogelijk():
            detail = "Deze melding is ingetrokken of vervangen, of vraagt geen reactie. Haal de inbox opnieuw op."
            return Probleem(409, "Geen terugkoppeling mogelijk", detail)
        case AnderBericht():
            detail = "Deze sleutel is al gebruikt voor een ander bericht. Een nieuw bericht krijgt een nieuwe sleutel."
            return Probleem(422, "Sleutel al gebruikt", detail)
    return None


def _van_vraag(fout: Exception) -> Probleem | None:
    match fout:
        case QuotumOp():
            wie = {"client": "dit systeem", "actor": "deze medewerker"}[fout.wie]
            detail = f"Het aantal vragen van {wie} is op. Zie Retry-After."
            return Probleem(429, "Te veel vragen", detail, koppen={"Retry-After": str(fout.over_seconden)})
        case Vol():
            detail = "Er wachten al te veel vragen tegelijk op antwoord. Probeer het zo opnieuw."
            return Probleem(503, "Te druk", detail, koppen={"Retry-After": OPNIEUW_NA})
    return None


def _van_toegang(fout: Exception) -> Probleem | None:
    match fout:
        case GeenToegang():
            detail = "Stuur een geldig toegangsbewijs mee: Authorization: Bearer, van de eigen uitgever, voor deze connector."
            fout_ = "" if fout.reden == "geen_token" else ' error="invalid_token"'
            return Probleem(401, "Geen toegang", detail, koppen={"WWW-Authenticate": f"Bearer{fout_}"})
        case GeenRecht():
            detail = f"Het toegangsbewijs geeft dit recht niet: {fout.recht}."
            kop = f'Bearer error="insufficient_scope", scope="{fout.recht}"'
            return Probleem(403, "Onvoldoende rechten", detail, koppen={"WWW-Authenticate": kop})
        case TeVaak():
            koppen = {"Retry-After": str(math.ceil(fout.over_seconden))}
            return Probleem(429, "Te veel verzoeken", "Dit systeem vraagt te vaak. Zie Retry-After.", koppen=koppen)
        case GeenSleutels():
            detail = "De sleutels van de uitgever van toegangsbewijzen zijn niet te krijgen. Probeer het later opnieuw."
            return Probleem(503, "Toegang niet te controleren", detail, koppen={"Retry-After": OPNIEUW_NA})
    return None


def _intern(fout: Exception) -> Probleem:
    # The exception's own text may quote a person: only its kind and place are told, and only in the log.
    log.error("interne_fout", **plaats(fout))
    return Probleem(500, "Interne fout", "Er ging hier iets mis. De beheerder vindt de plaats in het journaal.")


async def zet_koppen(_request: web.Request, antwoord: web.StreamResponse) -> None:
    """Signal `on_response_prepare`: the headers that every answer has."""
    for naam, waarde in _KOPPEN.items():
        antwoord.headers.setdefault(naam, waarde)
