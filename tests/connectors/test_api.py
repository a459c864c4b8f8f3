"""The HTTP API: what is accepted, what is answered, and what never comes out."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from hub.domein.codes import Belang, Fase, MeldingSoort, Rol, Soort, Status, Vervolgingsbeslissing, Vrijgaverol
from tests.connectors.opstelling import CASUS, NU, VERDACHTE, Connector, met

Client = TestClient[Request, Application]
DAG = 86_400_000


@pytest.fixture
async def client(zsm: Connector) -> AsyncIterator[Client]:
    async with zsm.client() as client:
        yield client


async def probleem(antwoord: ClientResponse, status: int) -> dict[str, Any]:
    assert antwoord.status == status
    assert antwoord.content_type == "application/problem+json"
    document: dict[str, Any] = await antwoord.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


async def test_verdachte(zsm: Connector, client: Client) -> None:
    """A verdachte becomes one signaal with the facts that the filter may use, under an opaque dossier, and only then 202."""
    antwoord = await client.post("/v1/verdachten", json=VERDACHTE)
    assert antwoord.status == 202
    assert await antwoord.json() == {
        "zaaknummer": "05-123456-26",
        "versie": NU,
        "ontvangen": True,
        "verouderd": False,
    }
    (signaal,) = zsm.zender.signalen
    assert signaal.soort is Soort.VERDACHTE
    assert signaal.status is Status.ACTIEF
    assert signaal.tafel == "zsm-oost-nederland"
    assert signaal.dossier.startswith("om-oost-nederland.")
    assert signaal.versie == NU
    assert signaal.bewaren_tot == NU + 30 * DAG
    assert [bos.tijdvak for bos in signaal.sleutels] == ["2026a"]
    assert len(signaal.sleutels[0].sleutels) > 3
    feiten = signaal.feiten
    assert feiten.rol is Rol.VERDACHTE
    assert feiten.leeftijd == 43
    assert (feiten.gemeente_verblijf, feiten.gemeente_feit) == ("GM0153", "GM0150")
    assert feiten.belang is Belang.VEILIGHEID_PERSOON
    assert feiten.vervolgingsbeslissing is Vervolgingsbeslissing.OPEN
    assert (feiten.vrijgave, feiten.vrijgave_moment) == (Vrijgaverol.OFFICIER_VAN_JUSTITIE, NU - 3_600_000)
    assert feiten.grondslag == "wjsg-39f-zsm-vhh"
    (bericht,) = zsm.zender.berichten
    assert bericht.sleutel.decode() == signaal.dossier


async def test_casus(vhh: Connector) -> None:
    """A casus carries phase, purposes, age now and its own retention term."""
    async with vhh.client() as client:
        antwoord = await client.post("/v1/casussen", json=met(CASUS, feiten__grondslag="wgs-casus-casus"))
        assert antwoord.status == 202
    (signaal,) = vhh.zender.signalen
    assert signaal.soort is Soort.CASUS
    assert signaal.feiten.rol is Rol.CASUSPERSOON
    assert signaal.feiten.fase is Fase.ACTIEF
    assert signaal.feiten.leeftijd == 43
    assert signaal.feiten.grondslag == "wgs-casus-casus"
    assert signaal.feiten.vervolgingsbeslissing is Vervolgingsbeslissing.NVT
    assert signaal.bewaren_tot == 1_811_808_000_000


async def test_cloudevent(zsm: Connector, client: Client) -> None:
    """A signaal carries the CloudEvents attributes, a valid incoming trace, and the same id when it is sent again."""
    spoor = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    bericht = met(VERDACHTE, gewijzigdOp="2026-05-31T10:00:00Z")
    await client.post("/v1/verdachten", json=bericht, headers={"traceparent": spoor})
    await client.post("/v1/verdachten", json=bericht, headers={"traceparent": "onzin"})
    een, twee = (dict(b.koppen) for b in zsm.zender.berichten)
    assert een["ce_source"] == b"urn:nld:oin:00000099000100000002:systeem:connector-zsm-oost-nederland"
    assert een["ce_type"] == b"nl.uitwisselhub.signaal.v1"
    assert een["ce_time"] == b"2026-05-31T10:00:00.000Z"
    assert een["traceparent"] == spoor.encode()
    assert een["ce_id"] == twee["ce_id"]
    assert twee["traceparent"] not in {b"onzin", een["traceparent"]}


async def test_intrekking(zsm: Connector, client: Client) -> None:
    """A withdrawal withdraws the same dossier under a higher versie, without keys; an unknown case number is accepted too."""
    await client.post("/v1/verdachten", json=VERDACHTE)
    antwoord = await client.post("/v1/intrekkingen", json={"zaaknummer": VERDACHTE["zaaknummer"]})
    assert antwoord.status == 202
    assert (await client.post("/v1/intrekkingen", json={"zaaknummer": "nooit-gezien"})).status == 202
    actief, vervallen, _ = zsm.zender.signalen
    assert vervallen.dossier == actief.dossier
    assert vervallen.status is Status.VERVALLEN
    assert vervallen.versie == actief.versie + 1
    assert vervallen.sleutels == ()


async def test_versie(zsm: Connector, client: Client) -> None:
    """Without a moment of its own a message is newer than the last; an older or a different one of the same moment is called verouderd,
    and an older one does not leave: the hub would let it stand as soon as it has forgotten what is newer."""
    versies = [(await (await client.post("/v1/verdachten", json=VERDACHTE)).json())["versie"] for _ in range(3)]
    assert versies == [NU, NU + 1, NU + 2]

    async def verouderd(**velden: Any) -> bool:
        antwoord = await client.post("/v1/verdachten", json=met(VERDACHTE, **velden))
        assert antwoord.status == 202
        return bool((await antwoord.json())["verouderd"])

    assert await verouderd(gewijzigdOp="2026-05-20T00:00:00Z")
    assert not await verouderd(gewijzigdOp="2026-06-01T12:00:00Z")
    assert not await verouderd(gewijzigdOp="2026-06-01T12:00:00Z")
    assert await verouderd(gewijzigdOp="2026-06-01T12:00:00Z", feiten__thema="OVERIG")
    assert [signaal.versie - NU for signaal in zsm.zender.signalen] == [0, 1, 2, *(3 * [4 * 3_600_000])]


async def test_gelijktijdig(zsm: Connector, client: Client) -> None:
    """Many messages about one case at the same moment get different versies, and the store keeps the highest."""
    antwoorden = await asyncio.gather(*(client.post("/v1/verdachten", json=VERDACHTE) for _ in range(20)))
    versies = sorted([(await antwoord.json())["versie"] for antwoord in antwoorden])
    assert versies == list(range(NU, NU + 20))


async def test_kafka_weg(zsm: Connector, client: Client) -> None:
    """When Kafka is away the answer is 503 with Retry-After, and nothing counts as sent."""
    zsm.zender.weg = True
    antwoord = await client.post("/v1/verdachten", json=met(VERDACHTE, gewijzigdOp="2026-06-01T07:00:00Z"))
    await probleem(antwoord, 503)
    assert int(antwoord.headers["Retry-After"]) > 0
    assert (await client.get("/gereed")).status == 503
    zsm.zender.weg = False
    ander = met(VERDACHTE, gewijzigdOp="2026-06-01T07:00:00Z", feiten__thema="OVERIG")
    assert not (await (await client.post("/v1/verdachten", json=ander)).json())["verouderd"]


@pytest.mark.parametrize(
    ("pad", "status"),
    [("/v1/casussen", 404), ("/v1/nergens", 404), ("/v1/meldingen", 405), ("/v1/meldingen/stroom", 405)],
)
async def test_pad(client: Client, pad: str, status: int) -> None:
    """What does not exist here, the other kind of dossier included, is a problem document too."""
    antwoord = await client.post(pad, json=CASUS)
    await probleem(antwoord, status)
    assert ("Allow" in antwoord.headers) == (status == 405)


@pytest.mark.parametrize(
    ("data", "koppen", "status"),
    [
        (b"{", {}, 400),
        (b"", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 60_000, {}, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, {}, 400),
        (b'{"zaaknummer": "\\ud800"}', {}, 400),
        (b'{"zaaknummer": 1e999, "persoon": ' + b"9" * 5000 + b"}", {}, 400),
        (b"[]", {}, 400),
        (b"null", {}, 400),
        (b" " * 65_537, {}, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Encoding": "gzip"}, 415),
    ],
)
async def test_wangedrag(client: Client, data: bytes, koppen: dict[str, str], status: int) -> None:
    """Whatever bytes come in, the answer is a problem document that says what to mend."""
    antwoord = await client.post("/v1/verdachten", data=data, headers={"Content-Type": "application/json"} | koppen)
    await probleem(antwoord, status)


async def test_een_klok_die_vooruit_liep_houdt_niets_tegen(zsm: Connector, client: Client) -> None:
    """What the hub refuses, because this machine's clock runs ten days ahead, is told to the sender, is remembered under no key, and does
    not outlive the clock being put right."""
    zonder_moment, sleutel = met(VERDACHTE, gewijzigdOp=...), {"Idempotency-Key": "K1"}
    zsm.klok.nu += 10 * 86_400_000
    zsm.opslag.zet_terug(zsm.klok.nu)
    for _ in range(2):
        antwoord = await client.post("/v1/verdachten", json=zonder_moment, headers=sleutel)
        assert (await probleem(antwoord, 503))["title"] == "Klok loopt voor"
        assert antwoord.headers["Retry-After"] == "300"
    zsm.klok.nu = NU + 1
    antwoord = await client.post("/v1/verdachten", json=zonder_moment, headers=sleutel)
    assert (await antwoord.json())["versie"] == zsm.klok.nu
    for thema in ("OVERIG", "HUISELIJK_GEWELD"):
        zsm.klok.nu += 1
        antwoord = await client.post("/v1/verdachten", json=met(zonder_moment, feiten__thema=thema))
        assert (await antwoord.json())["verouderd"] is False
        assert zsm.zender.signalen[-1].versie == zsm.klok.nu
    intrekking = {"zaaknummer": VERDACHTE["zaaknummer"]}
    assert (await client.post("/v1/intrekkingen", json=intrekking)).status == 202
    assert zsm.zender.signalen[-1].versie == zsm.klok.nu + 1, "above what stands, and not above what never came in"


async def test_een_sleutel_van_een_klok_die_vooruit_liep(zsm: Connector, client: Client) -> None:
    """An answer that was remembered by a clock that ran ahead is not given once that clock is put right; one of now is, for a day."""
    sleutel, bericht = {"Idempotency-Key": "K1"}, met(VERDACHTE, gewijzigdOp="2026-05-31T10:00:00Z")
    for nu, verstuurd in ((NU + 20 * 3_600_000, 1), (NU, 2), (NU + 1, 2), (NU + 86_400_000, 3)):
        zsm.klok.nu = nu
        assert (await client.post("/v1/verdachten", json=bericht, headers=sleutel)).status == 202
        assert len(zsm.zender.berichten) == verstuurd


async def test_een_klok_die_achter_loopt_verliest_niets(zsm: Connector, client: Client) -> None:
    """A clock that fell back by days says nothing against what was delivered: what comes after it still replaces it."""
    zonder_moment = met(VERDACHTE, gewijzigdOp=...)
    assert (await client.post("/v1/verdachten", json=zonder_moment)).status == 202
    zsm.klok.nu -= 3 * 86_400_000
    antwoord = await client.post("/v1/intrekkingen", json={"zaaknummer": VERDACHTE["zaaknummer"]})
    assert (await antwoord.json())["verouderd"] is False
    eerste, intrekking = zsm.zender.signalen
    assert intrekking.versie > eerste.versie


async def test_bewaartermijn_voorbij(zsm: Connector, vhh: Connector, client: Client) -> None:
    """A dossier whose retention is over, from its own moment of change, is refused before anything is remembered or sent, and told what to
    do; a millisecond earlier it is taken, and a withdrawal always."""
    termijn = timedelta(days=30)

    def op(ms: int) -> str:
        return (datetime.fromtimestamp(ms / 1000, UTC) - termijn).isoformat(timespec="milliseconds")

    zonder = met(CASUS, gewijzigdOp=op(NU), feiten__bewarenTot=..., feiten__faseSinds=...)
    async with vhh.client() as bij_vhh:
        gevallen = (
            (bij_vhh, "/v1/casussen", zonder, "feiten.bewarenTot"),
            (client, "/v1/verdachten", met(VERDACHTE, gewijzigdOp=op(NU), feiten__vrijgave=...), "trek het dossier in"),
        )
        for waar, pad, bericht, raad in gevallen:
            assert (await waar.post("/v1/intrekkingen", json={"zaaknummer": "de broker gehoord"})).status == 202
            document = await probleem(await waar.post(pad, json=bericht), 400)
            assert [fout["pointer"] for fout in document["errors"]] == ["/gewijzigdOp"]
            assert raad in document["errors"][0]["detail"]
            intrekking = {"zaaknummer": "nooit gezien", "gewijzigdOp": op(NU)}
            assert (await waar.post("/v1/intrekkingen", json=intrekking)).status == 202
            assert (await waar.post(pad, json=met(bericht, zaaknummer="op tijd", gewijzigdOp=op(NU + 1)))).status == 202
        gegeven = met(zonder, feiten__bewarenTot="2027-01-01T00:00:00Z")
        assert (await bij_vhh.post("/v1/casussen", json=gegeven)).status == 202
    for connector, zaken in ((zsm, 3), (vhh, 4)):
        assert len(connector.zender.signalen) == zaken
        assert connector.opslag.db.execute("SELECT count(*) FROM zaak").fetchone() == (zaken,)


async def test_bewaartermijn_die_pas_bij_het_bezorgen_blijkt(zsm: Connector, client: Client) -> None:
    """A connector that had not heard the broker's clock says no as well, once it has: nothing is remembered of what the hub refuses."""
    bericht = met(VERDACHTE, gewijzigdOp="2026-05-31T10:00:00Z", feiten__vrijgave=...)
    zsm.zender.nu = NU + 90 * 86_400_000
    for verstuurd in (1, 1):  # the second time the door knows
        document = await probleem(await client.post("/v1/verdachten", json=bericht), 400)
        assert "trek het dossier in" in document["errors"][0]["detail"]
        assert len(zsm.zender.signalen) == verstuurd
        zsm.klok.nu = zsm.zender.nu
    assert zsm.opslag.db.execute("SELECT versie FROM zaak").fetchall() == [(None,)]
    intrekking = {"zaaknummer": VERDACHTE["zaaknummer"], "gewijzigdOp": "2026-05-31T10:00:00Z"}
    assert (await client.post("/v1/intrekkingen", json=intrekking)).status == 202


async def test_een_langere_termijn_onder_dezelfde_versie(vhh: Connector) -> None:
    """A source that does as it is told (a later feiten.bewarenTot) after a dossier's term, under the same moment of change: what it gives
    stands, and is remembered. Under a withdrawal's own moment nothing stands."""
    casus = met(CASUS, gewijzigdOp="2026-05-31T10:00:00Z", feiten__bewarenTot="2026-07-01T00:00:00Z")
    langer = met(casus, feiten__bewarenTot="2027-06-01T00:00:00Z")
    async with vhh.client() as client:
        assert (await client.post("/v1/casussen", json=casus)).status == 202
        assert (await (await client.post("/v1/casussen", json=langer)).json())["verouderd"] is True, "the first stands"
        vhh.klok.nu = vhh.zender.nu = NU + 40 * 86_400_000
        assert (await (await client.post("/v1/casussen", json=langer)).json())["verouderd"] is False
        weg = {"zaaknummer": CASUS["zaaknummer"], "gewijzigdOp": "2026-06-20T10:00:00Z"}
        assert (await client.post("/v1/intrekkingen", json=weg)).status == 202
        verstuurd = len(vhh.zender.signalen)
        antwoord = await client.post("/v1/casussen", json=met(langer, gewijzigdOp="2026-06-20T10:00:00Z"))
        assert (await antwoord.json())["verouderd"] is True and len(vhh.zender.signalen) == verstuurd


async def test_bewaartermijn_volgens_een_klok_die_voorloopt(zsm: Connector, client: Client) -> None:
    """A connector whose clock runs months ahead refuses nobody for it: what the broker's clock has not seen end is the hub's to judge."""
    assert (await client.post("/v1/verdachten", json=met(VERDACHTE, zaaknummer="eerst"))).status == 202
    zsm.klok.nu = NU + 90 * 86_400_000
    bericht = met(VERDACHTE, gewijzigdOp=datetime.fromtimestamp(NU / 1000, UTC).isoformat(timespec="milliseconds"))
    assert (await client.post("/v1/verdachten", json=bericht)).status == 202


async def test_te_weinig(zsm: Connector, client: Client) -> None:
    """A person of whom too little is known to be compared with anybody is refused, and nothing is sent."""
    niets = {"persoon__geboorte": {"datum": "00000000"}, "persoon__naam": {"geslachtsnaam": "."}}
    kaal = met(VERDACHTE, persoon__burgerservicenummer=..., **niets)
    document = await probleem(await client.post("/v1/verdachten", json=kaal), 400)
    assert [fout["pointer"] for fout in document["errors"]] == ["/persoon"]
    assert zsm.zender.berichten == []


async def test_interne_fout(zsm: Connector, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug of ours gives 500 without its text."""

    async def kapot(*_: object) -> None:
        raise RuntimeError("Vogelzangerd")

    monkeypatch.setattr(zsm.zender, "stuur", kapot)
    antwoord = await client.post("/v1/verdachten", json=VERDACHTE)
    await probleem(antwoord, 500)
    assert "Vogelzangerd" not in await antwoord.text()


async def test_koppen(client: Client) -> None:
    """Every answer carries the headers of the NL API Design Rules."""
    for antwoord in (await client.get("/v1/openapi.json"), await client.get("/v1/nergens")):
        assert antwoord.headers["API-Version"] == "1.0.0"
        assert antwoord.headers["Cache-Control"] == "no-store"
        assert antwoord.headers["X-Content-Type-Options"] == "nosniff"
        assert antwoord.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in antwoord.headers["Content-Security-Policy"]


async def test_openapi(client: Client, vhh: Connector) -> None:
    """The description is that of this connector's kind, with every schema that it refers to, for any origin."""
    antwoord = await client.get("/v1/openapi.json")
    assert antwoord.headers["Access-Control-Allow-Origin"] == "*"
    tekst = await antwoord.text()
    document = json.loads(tekst)
    assert "/v1/verdachten" in document["paths"]
    assert "/v1/casussen" not in document["paths"]
    genoemd = {stuk.partition('"')[0] for stuk in tekst.split("#/components/schemas/")[1:]}
    assert genoemd <= set(document["components"]["schemas"])
    async with vhh.client() as ander:
        assert "/v1/casussen" in (await (await ander.get("/v1/openapi.json")).json())["paths"]


async def test_metrics(zsm: Connector, client: Client) -> None:
    """What happened is counted under closed labels, with nothing of the message."""
    await client.post("/v1/verdachten", json=VERDACHTE)
    await client.post("/v1/verdachten", json={})
    await client.post("/v1/verdachten", json=met(VERDACHTE, gewijzigdOp="2026-05-20T00:00:00Z"))
    await client.get("/v1/Vogelzangerd")
    zsm.bezorg(zsm.melding(), zsm.melding())
    tekst = await (await client.get("/metrics")).text()
    for regel in (
        'connector_signalen_total{uitkomst="verzonden"} 1.0',
        'connector_signalen_total{uitkomst="geweigerd"} 1.0',
        'connector_signalen_total{uitkomst="verouderd"} 1.0',
        'connector_meldingen_total{soort="BEKEND"} 1.0',
        "connector_meldingen_herhaald_total 1.0",
        "connector_inbox_achterstand_seconds 0.0",
    ):
        assert regel in tekst
    assert "ogelzang" not in tekst.lower()


async def test_gereed(zsm: Connector, client: Client) -> None:
    """Ready means: Kafka takes signalen, and the inbox has been read to its end once."""
    assert (await client.get("/gezond")).status == 200
    antwoord = await client.get("/gereed")
    assert (antwoord.status, await antwoord.json()) == (503, {"kafka": True, "inbox": False})
    zsm.inbox.bij()
    assert (await client.get("/gereed")).status == 200


async def test_meldingen(zsm: Connector, client: Client) -> None:
    """The inbox answers only once it is up to date, page by page, with the organisation's own case number where it is known."""
    zsm.bezorg(zsm.melding(1), zsm.melding(1, zaaknummer="onbekend"))
    antwoord = await client.get("/v1/meldingen")
    await probleem(antwoord, 503)
    assert "Retry-After" in antwoord.headers
    await client.post("/v1/verdachten", json=VERDACHTE)
    zsm.inbox.bij()
    pagina = await (await client.get("/v1/meldingen", params={"limiet": 1})).json()
    (melding,) = pagina["meldingen"]
    assert melding["zaaknummer"] == VERDACHTE["zaaknummer"]
    assert melding["soort"] == "BEKEND"
    assert melding["stand"] == "STAAT"
    assert melding["tijd"] == "2026-06-01T08:00:00.000Z"
    assert melding["contact"]["tafel"] == "vhh-twente"
    assert melding["adviesBeschikbaar"] is True
    assert "dossier" not in melding
    rest = await (await client.get("/v1/meldingen", params={"sinds": pagina["volgende"]})).json()
    assert [m["zaaknummer"] for m in rest["meldingen"]] == [None]
    leeg = await (await client.get("/v1/meldingen", params={"sinds": rest["volgende"]})).json()
    assert leeg == {"meldingen": [], "volgende": rest["volgende"]}


async def test_een_cursor_die_nooit_is_gegeven(zsm: Connector, client: Client) -> None:
    """A number above all that were given, of a store whose clock ran ahead, hides nothing: reading begins anew, by page and by stream."""
    zsm.inbox.bij()
    veel = 3 * NU
    assert await (await client.get(f"/v1/meldingen?sinds={veel}")).json() == {"meldingen": [], "volgende": 0}
    wacht = await client.get("/v1/meldingen/stroom", headers={"Last-Event-ID": str(veel)})
    zsm.bezorg(zsm.melding(1))
    (melding,) = (await (await client.get(f"/v1/meldingen?sinds={veel}")).json())["meldingen"]
    assert (await gebeurtenis(wacht))["data"] == melding
    wacht.close()
    stroom = await client.get("/v1/meldingen/stroom", params={"sinds": veel})
    assert (await gebeurtenis(stroom))["data"] == melding
    stroom.close()


@pytest.mark.parametrize(
    "vraag", ["sinds=-1", "sinds=x", "sinds=99999999999999999999999", "limiet=0", "limiet=1001", "limiet=²"]
)
async def test_parameters(zsm: Connector, client: Client, vraag: str) -> None:
    """A wrong parameter is a problem, not a guess."""
    zsm.inbox.bij()
    await probleem(await client.get(f"/v1/meldingen?{vraag}"), 400)


async def gebeurtenis(stroom: ClientResponse) -> dict[str, Any]:
    """The next event of a stream."""
    velden: dict[str, str] = {}
    async with asyncio.timeout(10):
        while True:
            regel = (await stroom.content.readline()).decode().rstrip("\n")
            if not regel and velden:
                return {"id": int(velden["id"]), "event": velden["event"], "data": json.loads(velden["data"])}
            if regel and not regel.startswith(":"):
                naam, _, waarde = regel.partition(": ")
                velden[naam] = waarde


async def test_stroom(zsm: Connector, client: Client) -> None:
    """A stream waits until the inbox is up to date, then tells what is there and what comes, and resumes after its last event."""
    zsm.bezorg(zsm.melding(1), zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1), zsm.melding(3))
    stroom = await client.get("/v1/meldingen/stroom")
    assert stroom.content_type == "text/event-stream"
    zsm.inbox.bij()
    eerste = await gebeurtenis(stroom)
    assert eerste["event"] == "melding"
    assert eerste["data"]["id"] == str(zsm.melding(3).id), "what was withdrawn unseen is never shown"
    zsm.bezorg(zsm.melding(4), vanaf=3)
    tweede = await gebeurtenis(stroom)
    assert tweede["data"]["id"] == str(zsm.melding(4).id)
    stroom.close()
    verder = await client.get("/v1/meldingen/stroom", headers={"Last-Event-ID": str(eerste["id"])})
    assert await gebeurtenis(verder) == tweede
    verder.close()


async def test_stroom_eindigt(zsm: Connector) -> None:
    """Open streams end when the connector stops."""
    zsm.inbox.bij()
    async with zsm.client() as client:
        stroom = await client.get("/v1/meldingen/stroom")
        await client.server.close()
        assert await stroom.content.read() == b""
