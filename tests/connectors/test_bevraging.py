"""Check op bekendheid: asked once, answered to whoever waits, counted, and never stored."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import journaal, wachtkamer
from connectors.bevraging import actor_van
from connectors.opruimen import Opruiming
from connectors.opslagbestand import Opslagbestand
from connectors.quotum import DAG_MS, UUR_MS, Grens, Quotum, QuotumOp
from connectors.zender import Bericht
from hub.domein import gebeurtenisvorm
from hub.domein.codes import Bekendheid, Doel, MeldingSoort, Rol
from hub.domein.gebeurtenis import Bevraging
from hub.domein.identiteit import GrondslagId, TafelId, kenmerk, melding_id
from hub.domein.melding import Contact, Melding
from hub.stream.codec import standaard
from tests.connectors.opstelling import NU, VERDACHTE, Connector, met, schrijf_instellingen
from tests.connectors.test_api import probleem
from tests.connectors.test_geen_klare_tekst import treffers

Client = TestClient[Request, Application]
VRAAG = {naam: VERDACHTE[naam] for naam in ("persoon", "feiten")} | {
    "doel": "PERSOONSGERICHTE_AANPAK",
    "actor": "medewerker-17",
}
KAAL = {
    "persoon__naam": {"geslachtsnaam": "."},
    "persoon__geboorte": {"datum": "00000000"},
    "persoon__burgerservicenummer": ...,
}
CONTACTEN = tuple(
    Contact(TafelId(tafel), tafel, "088-000 00 00", f"intake@{tafel}.example", ("ma-vr 08:30-17:00",))
    for tafel in ("vhh-twente", "vhh-flevoland")
)


@pytest.fixture
async def client(zsm: Connector) -> AsyncIterator[Client]:
    zsm.inbox.bij()
    async with zsm.client() as client:
        yield client


def antwoord(vraag: Bevraging, bekendheid: Bekendheid = Bekendheid.BEKEND) -> Melding:
    """What the hub answers."""
    return Melding(
        id=melding_id(vraag.id, vraag.tafel, 1),
        soort=MeldingSoort.ANTWOORD,
        koppeling=vraag.id,
        kenmerk=kenmerk(vraag.id),
        ontvanger=vraag.tafel,
        dossier=vraag.dossier,
        tijd=NU,
        grondslag=GrondslagId("wgs-vhh"),
        beleid="0" * 64,
        contact=CONTACTEN[0] if bekendheid is Bekendheid.BEKEND else None,
        antwoord=bekendheid,
        contacten=CONTACTEN if bekendheid is Bekendheid.BEKEND else (),
    )


def hub(connector: Connector, bekendheid: Bekendheid = Bekendheid.BEKEND) -> Callable[[Bericht], None]:
    """A hub that answers at once."""

    def antwoordt(bericht: Bericht) -> None:
        vraag = gebeurtenisvorm.bevraging_uit(standaard().decodeer(bericht.waarde)[1])
        asyncio.get_running_loop().call_soon(connector.bezorg, antwoord(vraag, bekendheid))

    return antwoordt


def telling(connector: Connector, naam: str, **labels: str) -> float:
    return connector.meters.register.get_sample_value(f"connector_{naam}", labels) or 0


async def test_bekend(zsm: Connector, client: Client) -> None:
    """The answer is that of the hub with every contact; the question carries keys, facts, purpose and a pseudonym of who asks."""
    zsm.zender.bij_sturen = hub(zsm)
    uit = await client.post("/v1/bevragingen", json=VRAAG)
    (vraag,) = zsm.zender.bevragingen
    assert (uit.status, await uit.json()) == (
        200,
        {
            "id": str(vraag.id),
            "uitkomst": "BEKEND",
            "kenmerk": kenmerk(vraag.id),
            "contacten": [
                {
                    "tafel": contact.tafel,
                    "naam": contact.naam,
                    "telefoon": contact.telefoon,
                    "email": contact.email,
                    "openingstijden": ["ma-vr 08:30-17:00"],
                }
                for contact in CONTACTEN
            ],
            "grondslag": "wgs-vhh",
            "beleid": "0" * 64,
        },
    )
    assert "Retry-After" not in uit.headers
    assert (vraag.tafel, vraag.uiterlijk) == ("zsm-oost-nederland", NU + 5_000)
    assert vraag.dossier.startswith("om-oost-nederland.")
    assert (vraag.feiten.rol, vraag.feiten.leeftijd) == (Rol.VERDACHTE, 43)
    assert vraag.feiten.doelen == (Doel.PERSOONSGERICHTE_AANPAK,)
    assert len(vraag.sleutels[0].sleutels) > 3
    assert "17" not in vraag.actor
    assert len(vraag.actor) == 26
    (bericht,) = zsm.zender.berichten
    assert bericht.sleutel == str(vraag.id).encode()
    assert dict(bericht.koppen)["ce_type"] == b"nl.uitwisselhub.bevraging.v1"
    assert telling(zsm, "bevragingen_total", uitkomst="BEKEND") == 1
    assert telling(zsm, "antwoorden_total", uitkomst="op_tijd") == 1
    assert telling(zsm, "bevragingen_wachtend") == 0


@pytest.mark.parametrize("bekendheid", list(Bekendheid))
async def test_uitkomsten(zsm: Connector, client: Client, bekendheid: Bekendheid) -> None:
    """Each answer is told as it came; only ONVOLLEDIG says to come back."""
    zsm.zender.bij_sturen = hub(zsm, bekendheid)
    uit = await client.post("/v1/bevragingen", json=VRAAG)
    assert uit.status == 200
    assert (await uit.json())["uitkomst"] == bekendheid
    assert ("Retry-After" in uit.headers) == (bekendheid is Bekendheid.ONVOLLEDIG)


async def test_te_laat(tmp_path: Path) -> None:
    """Without an answer in time it is ONVOLLEDIG, never NIET_BEKEND; what comes later is dropped and counted."""
    config = schrijf_instellingen(tmp_path)
    config.write_text(config.read_text() + "[bevraging]\ntermijn_seconden = 0.05\n")
    zsm = Connector.van(config)
    zsm.inbox.bij()
    async with zsm.client() as client:
        uit = await client.post("/v1/bevragingen", json=VRAAG)
        gezegd = await uit.json()
    assert (uit.status, gezegd["uitkomst"], gezegd["contacten"]) == (200, "ONVOLLEDIG", [])
    assert int(uit.headers["Retry-After"]) > 0
    (vraag,) = zsm.zender.bevragingen
    assert (gezegd["id"], gezegd["kenmerk"]) == (str(vraag.id), kenmerk(vraag.id))
    zsm.bezorg(antwoord(vraag))
    assert zsm.inbox.toon(0, 10) == []
    assert telling(zsm, "antwoorden_total", uitkomst="te_laat") == 1
    zsm.opslag.sluit()


@pytest.mark.parametrize("eerder", [0, 50])
async def test_een_vraag_telt_als_poging(zsm: Connector, client: Client, eerder: int) -> None:
    """A new tafel that asks first, and delivers after its question is forgotten, rings nothing; a new store of one that was there rings."""
    zsm.zender.berichten += eerder * [Bericht(b"k", b"w", [])]

    def hub(bericht: Bericht) -> None:
        zsm.bezorg(antwoord(gebeurtenisvorm.bevraging_uit(standaard().decodeer(bericht.waarde)[1])))

    zsm.zender.bij_sturen = hub
    assert (await client.post("/v1/bevragingen", json=VRAAG)).status == 200
    zsm.zender.bij_sturen = lambda _: None
    zsm.klok.nu = zsm.zender.nu = NU + 2 * DAG_MS
    await Opruiming(zsm.opslag, zsm.klok).ruim()
    assert (await client.post("/v1/verdachten", json=met(VERDACHTE, feiten__vrijgave=...))).status == 202
    assert zsm.opslag.verleden_onbekend is bool(eerder)


async def test_niemand_hoort_van_een_ander(zsm: Connector, client: Client) -> None:
    """Many questions at once each get their own answer, and the first answer counts."""
    vragen: list[Bevraging] = []

    def verzamel(bericht: Bericht) -> None:
        vragen.append(gebeurtenisvorm.bevraging_uit(standaard().decodeer(bericht.waarde)[1]))
        if len(vragen) == 20:
            zsm.bezorg(
                *(antwoord(v, Bekendheid.NIET_BEKEND if nr % 2 else Bekendheid.BEKEND) for nr, v in enumerate(vragen)),
                *(antwoord(v, Bekendheid.MOGELIJK_BEKEND) for v in vragen),
            )

    zsm.zender.bij_sturen = verzamel
    uit = await asyncio.gather(*(client.post("/v1/bevragingen", json=VRAAG | {"actor": f"m{nr}"}) for nr in range(20)))
    gezegd = {een["id"]: een["uitkomst"] for een in [await deel.json() for deel in uit]}
    assert gezegd == {str(v.id): "NIET_BEKEND" if nr % 2 else "BEKEND" for nr, v in enumerate(vragen)}
    assert len({v.dossier for v in vragen}) == 20, "a name for one question only, though the person is the same"


async def test_te_veel_tegelijk(zsm: Connector, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that wait are bounded: one more is told to come back, and does not count for the quota."""
    monkeypatch.setattr(wachtkamer, "PLAATSEN", 1)
    binnen = asyncio.Event()
    zsm.zender.bij_sturen = lambda _: binnen.set()
    eerste = asyncio.create_task(client.post("/v1/bevragingen", json=VRAAG).__aenter__())
    await binnen.wait()
    await probleem(await client.post("/v1/bevragingen", json=VRAAG), 503)
    (vraag,) = zsm.zender.bevragingen
    zsm.bezorg(antwoord(vraag))
    assert (await eerste).status == 200
    assert telling(zsm, "bevragingen_geweigerd_total", reden="te_veel_tegelijk") == 1
    assert zsm.opslag.db.execute("SELECT count(*) FROM bevraging").fetchone() == (2,), "one client, one employee"


@pytest.mark.parametrize(
    ("anders", "fout"),
    [
        ({"doel": ...}, "/doel"),
        ({"doel": "NIEUWSGIERIGHEID"}, "/doel"),
        ({"actor": ...}, "/actor"),
        ({"actor": "Jan Jansen"}, "/actor"),
        ({"zaaknummer": "1"}, "/zaaknummer"),
        ({"feiten__pleegdatum": "1990-01-01"}, "/feiten/pleegdatum"),
        (KAAL, "/persoon"),
    ],
)
async def test_ongeldig(zsm: Connector, client: Client, anders: dict[str, Any], fout: str) -> None:
    """Without a purpose of the list, an employee, or enough to compare, nothing is asked or counted; no case number is taken."""
    document = await probleem(await client.post("/v1/bevragingen", json=met(VRAAG, **anders)), 400)
    assert fout in {een["pointer"] for een in document["errors"]}
    assert zsm.zender.berichten == []
    assert telling(zsm, "bevragingen_geweigerd_total", reden="ongeldig") == 1
    assert zsm.opslag.db.execute("SELECT count(*) FROM bevraging").fetchone() == (0,)


async def test_alleen_zsm(vhh: Connector) -> None:
    """A Veiligheidshuis asks no questions: the path does not exist there, in its description neither."""
    vhh.inbox.bij()
    async with vhh.client() as client:
        await probleem(await client.post("/v1/bevragingen", json=VRAAG), 404)
        assert "/v1/bevragingen" not in (await (await client.get("/v1/openapi.json")).json())["paths"]


async def test_kan_niet(zsm: Connector) -> None:
    """Before the inbox is up to date, or without Kafka, the answer is 503 and nothing is pretended."""
    async with zsm.client() as client:
        await probleem(await client.post("/v1/bevragingen", json=VRAAG), 503)
        zsm.inbox.bij()
        zsm.zender.weg = True
        await probleem(await client.post("/v1/bevragingen", json=VRAAG), 503)
    assert telling(zsm, "bevragingen_geweigerd_total", reden="onbezorgd") == 1


async def test_quotum(tmp_path: Path) -> None:
    """Too many questions of one employee, or of all of them, is 429 with the moment that there is room; a restart gives nothing back."""
    config = schrijf_instellingen(tmp_path)
    config.write_text(config.read_text() + "[bevraging]\nactor_per_uur = 2\nclient_per_dag = 4\n")

    async def vraag(connector: Connector, actor: str) -> ClientResponse:
        async with connector.client() as client:
            return await client.post("/v1/bevragingen", json=VRAAG | {"actor": actor})

    def start() -> Connector:
        connector = Connector.van(config)
        connector.inbox.bij()
        connector.zender.bij_sturen = hub(connector)
        return connector

    zsm = start()
    assert [(await vraag(zsm, "a")).status for _ in range(3)] == [200, 200, 429]
    zsm.opslag.sluit()
    zsm = start()
    zsm.klok.nu += 60_000
    weg = await vraag(zsm, "a")
    assert (weg.status, weg.headers["Retry-After"]) == (429, "3540")
    assert (await vraag(zsm, "b")).status == 200
    zsm.klok.nu += 3_540_000
    assert (await vraag(zsm, "a")).status == 200
    vol = await vraag(zsm, "c")
    assert vol.status == 429
    assert int(vol.headers["Retry-After"]) == (DAG_MS - UUR_MS) // 1000
    assert len(zsm.zender.bevragingen) == 2
    assert telling(zsm, "bevragingen_geweigerd_total", reden="quotum_actor") == 1
    assert telling(zsm, "bevragingen_geweigerd_total", reden="quotum_client") == 1
    zsm.opslag.sluit()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ab")), max_size=40), st.integers(0, 5))
async def test_schuivend_venster(
    tmp_path_factory: pytest.TempPathFactory, stappen: list[tuple[int, str]], hoogstens: int
) -> None:
    """In no window are more questions counted than the limit, and Retry-After is the first moment at which one more is taken."""
    quotum = Quotum(Opslagbestand(tmp_path_factory.mktemp("quotum") / "q.sqlite", {}))
    nu, venster = NU, 60_000
    genomen: dict[str, list[int]] = {"a": [], "b": []}
    for wacht, wie in stappen:
        nu += wacht * 1000
        binnen = [op for op in genomen[wie] if op > nu - venster]
        try:
            await quotum.neem((Grens(f"actor:{wie}", hoogstens, venster),), nu)
            genomen[wie].append(nu)
            assert len(binnen) < hoogstens
        except QuotumOp as op_:
            assert len(binnen) >= hoogstens
            vrij = nu + op_.over_seconden * 1000
            assert hoogstens == 0 or len([op for op in genomen[wie] if op > vrij - venster]) < hoogstens
            assert hoogstens == 0 or len([op for op in genomen[wie] if op > vrij - 1000 - venster]) >= hoogstens
    quotum._bestand.sluit()


async def test_quotum_na_een_klok_die_vooruit_liep(tmp_path: Path) -> None:
    """Questions counted by a clock that ran a year ahead hold nobody up once it is put right, and those counted since hold."""
    quotum, grens = Quotum(Opslagbestand(tmp_path / "q.sqlite", {})), Grens("actor:a", 2, UUR_MS)
    for nu in (NU + 365 * DAG_MS, NU + 365 * DAG_MS, NU, NU + 1):
        await quotum.neem((grens,), nu)
    with pytest.raises(QuotumOp) as op_:
        await quotum.neem((grens,), NU + 2)
    assert op_.value.over_seconden <= 3600
    quotum._bestand.sluit()


async def test_niets_bewaard(zsm: Connector, client: Client) -> None:
    """Of a question nothing stays but that somebody asked: no name, employee, dossier, answer or token in log, store or metrics."""
    uitvoer = io.StringIO()
    journaal.stel_in(uitvoer)
    zsm.zender.bij_sturen = hub(zsm)
    assert (await client.post("/v1/bevragingen", json=VRAAG)).status == 200
    zsm.zender.weg = True
    await client.post("/v1/bevragingen", json=VRAAG)
    await client.post("/v1/bevragingen", json=met(VRAAG, persoon__naam__geslachtsnaam=["Vogelzangerd"]))
    (vraag,) = zsm.zender.bevragingen
    metingen = await (await client.get("/metrics")).read()
    opgeslagen = b"".join(pad.read_bytes() for pad in zsm.instellingen.opslag.parent.glob("opslag.sqlite*"))
    for data in (uitvoer.getvalue().encode(), metingen, opgeslagen):
        assert treffers(data) == []
        geheim = (b"medewerker-17", str(vraag.id).encode(), vraag.dossier.encode(), vraag.sleutels[0].sleutels[0].token)
        assert [deel for deel in geheim if deel in data] == []
    for data in (uitvoer.getvalue().encode(), metingen, zsm.zender.berichten[0].waarde):
        assert b"medewerker-17" not in data
    assert vraag.actor.encode() not in uitvoer.getvalue().encode() + metingen


def test_actor(zsm: Connector) -> None:
    """An employee has one pseudonym per organisation key, which no case number can have."""
    pseudoniem = zsm.instellingen.pseudonimiseerder
    assert actor_van(pseudoniem, "a") == actor_van(pseudoniem, "a") != actor_van(pseudoniem, "b")
    assert actor_van(pseudoniem, "a") not in pseudoniem.dossier("a")
