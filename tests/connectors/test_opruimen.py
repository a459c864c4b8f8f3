"""What a store forgets: all that is past its term, nothing that stands, and nothing that the hub may still speak of."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors import opruimen
from connectors.opruimen import NALOOP_MS, ONLEESBAAR_MS, TEGELIJK, Opruiming
from connectors.publicaties import Publicatie, een_leven
from connectors.quotum import Grens, Quotum
from connectors.verzonden import Verzonden
from connectors.zender import Bericht, Bezorgd, NietBezorgd
from hub.domein.codes import Dossierstatus, MeldingSoort
from hub.stream.record import Plek
from tests.connectors.opstelling import CASUS, NU, VERDACHTE, Connector, met
from tests.connectors.test_bezorging import toon

DAG = 86_400_000
TERMIJN = 30 * DAG
INGETROKKEN = MeldingSoort.INGETROKKEN


async def zet(connector: Connector, nu: int) -> None:
    """Both clocks, and the broker is heard: another dossier is delivered."""
    connector.klok.nu = connector.zender.nu = nu
    anders = {"zaaknummer": f"op {nu}", "feiten__vrijgave": ...}
    await lever(connector, met(VERDACHTE, **anders), "/v1/verdachten")


async def lever(connector: Connector, bericht: dict[str, Any], pad: str) -> None:
    async with connector.client() as client:
        assert (await client.post(pad, json=bericht)).status == 202


async def ruim(connector: Connector) -> None:
    await Opruiming(connector.opslag, connector.klok).ruim()


def aantal(connector: Connector, tabel: str) -> int:
    (uit,) = connector.opslag.db.execute(f"SELECT count(*) FROM {tabel}").fetchone()
    return int(uit)


async def reageer(connector: Connector, melding: Any, soort: str = "ONTVANGEN") -> None:
    await lever(connector, {"soort": soort}, f"/v1/meldingen/{melding.id}/terugkoppelingen")


async def test_een_dossier_gaat_met_alles_wat_erbij_hoort(zsm: Connector) -> None:
    """Sixty days after its retention, and not a moment sooner, a dossier is gone with its meldingen and what was said about them, also a
    withdrawn one. Another stays as it is, and its recall is still told."""
    await lever(zsm, met(VERDACHTE, zaaknummer="weg"), "/v1/verdachten")
    await lever(zsm, {"zaaknummer": "weg"}, "/v1/intrekkingen")
    weg, blijft = zsm.melding(1, zaaknummer="weg"), zsm.melding(1, zaaknummer="blijft")
    zsm.bezorg(weg, blijft)
    toon(zsm)
    await reageer(zsm, weg)
    zsm.klok.nu = zsm.zender.nu = NU + 10
    await lever(zsm, met(VERDACHTE, zaaknummer="blijft"), "/v1/verdachten")
    await reageer(zsm, blijft)
    einde = NU + TERMIJN + NALOOP_MS
    await zet(zsm, einde)
    await ruim(zsm)
    assert aantal(zsm, "zaak WHERE zaaknummer = 'weg'") == 1, "the withdrawal was a millisecond later"
    await zet(zsm, einde + 9)
    await ruim(zsm)
    assert [m["id"] for m in toon(zsm)] == [str(blijft.id)]
    assert aantal(zsm, "zaak WHERE zaaknummer IN ('weg', 'blijft')") == 1
    assert aantal(zsm, f"publicatie WHERE bewaren_tot <= {NU + TERMIJN + 9}") == 0
    assert {een for (een,) in zsm.opslag.db.execute("SELECT melding FROM terugkoppeling")} == {str(blijft.id)}
    zsm.bezorg(zsm.melding(2, INGETROKKEN, "blijft", betreft=1), zsm.melding(2, INGETROKKEN, "weg", betreft=1), vanaf=2)
    assert [m["stand"] for m in toon(zsm)] == ["INGETROKKEN", "STAAT", "STAAT"], (
        "of what is forgotten too: it was shown"
    )


async def test_een_intrekking_van_lang_geleden(vhh: Connector) -> None:
    """A withdrawal that its source dates years back, and a melding that comes late, are remembered as long as any: from when they came."""
    oud, toen = "2024-01-01T00:00:00Z", NU + 3_600_000
    await lever(vhh, met(CASUS, gewijzigdOp=oud, feiten__bewarenTot="2026-06-01T09:00:00Z"), "/v1/casussen")
    vhh.klok.nu = vhh.zender.nu = toen
    vhh.bezorg(vhh.melding(1, zaaknummer=CASUS["zaaknummer"]))
    toon(vhh)
    await lever(vhh, {"zaaknummer": CASUS["zaaknummer"], "gewijzigdOp": "2024-02-01T00:00:00Z"}, "/v1/intrekkingen")
    laat = replace(vhh.melding(2, INGETROKKEN, CASUS["zaaknummer"], betreft=1), tijd=toen + 30 * DAG)
    for nu, staan in (
        (toen, 1),
        (toen + NALOOP_MS - 1, 1),
        (toen + 30 * DAG + NALOOP_MS - 1, 2),
        (toen + 30 * DAG + NALOOP_MS, 0),
    ):
        vhh.klok.nu = vhh.zender.nu = nu
        await lever(vhh, {"zaaknummer": f"gehoord {nu}"}, "/v1/intrekkingen")
        await ruim(vhh)
        assert aantal(vhh, "melding") == staan, (nu - toen) / DAG
        assert (vhh.opslag.zaak(CASUS["zaaknummer"]) is not None) == bool(staan)
        if nu == toen + NALOOP_MS - 1:
            vhh.bezorg(laat, vanaf=1)


@pytest.mark.parametrize(
    "anders", [{}, {"feiten__bewarenTot": "2026-07-01T00:00:00Z"}], ids=["ingetrokken", "ingekort"]
)
async def test_wat_langer_had_mogen_blijven(vhh: Connector, anders: dict[str, Any]) -> None:
    """A dossier that was withdrawn or whose term was shortened is remembered until its longest term is over: what was sent before is
    known to be older, and does not stand again. As active it counts by its own term only."""
    eerst = met(CASUS, gewijzigdOp="2026-05-01T00:00:00Z")
    later = met(CASUS, gewijzigdOp="2026-05-02T00:00:00Z", **anders)
    await lever(vhh, eerst, "/v1/casussen")
    if anders:
        await lever(vhh, later, "/v1/casussen")
    else:
        await lever(vhh, {"zaaknummer": CASUS["zaaknummer"], "gewijzigdOp": later["gewijzigdOp"]}, "/v1/intrekkingen")
    for nu, blijft in ((NU + 364 * DAG, 1), (NU + 365 * DAG + NALOOP_MS, 0)):
        vhh.klok.nu = vhh.zender.nu = nu
        await lever(vhh, {"zaaknummer": f"gehoord {nu}"}, "/v1/intrekkingen")
        await ruim(vhh)
        assert aantal(vhh, f"zaak WHERE zaaknummer = '{CASUS['zaaknummer']}'") == blijft
        assert vhh.opslag.publicaties.verdeling(nu) == {}
        if blijft:
            verstuurd = len(vhh.zender.berichten)
            await lever(vhh, eerst, "/v1/casussen")
            assert len(vhh.zender.berichten) == verstuurd


@pytest.mark.parametrize("wie", ["connector", "broker"])
async def test_een_klok_die_vooruit_loopt_vergeet_geen_dossier(zsm: Connector, wie: str) -> None:
    """One clock that says that it is next year, of the connector or of the broker, costs no dossier and no melding."""
    await lever(zsm, VERDACHTE, "/v1/verdachten")
    zsm.bezorg(zsm.melding(1), zsm.melding(1, zaaknummer="vreemd"), zsm.melding(2, INGETROKKEN, "vreemd", betreft=1))
    toon(zsm)
    if wie == "connector":
        zsm.klok.nu += 365 * DAG
    else:
        zsm.zender.nu += 365 * DAG
        async with zsm.client() as client:  # refused, and the broker is heard
            assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 400
    for _ in range(2):
        await ruim(zsm)
        assert (aantal(zsm, "zaak"), aantal(zsm, "publicatie"), aantal(zsm, "melding")) == (1, 1, 3)


async def test_een_leven_gaat_als_geheel(vhh: Connector) -> None:
    """A dossier that another continues stays as long as that one, so that what the hub says of either is found; then both go."""
    await lever(vhh, met(CASUS, zaaknummer="oud", feiten__bewarenTot="2026-07-01T00:00:00Z"), "/v1/casussen")
    verder = met(CASUS, zaaknummer="nieuw", voorganger={"zaaknummer": "oud"}, feiten__bewarenTot="2027-06-01T00:00:00Z")
    await lever(vhh, verder, "/v1/casussen")
    nieuw = vhh.zender.signalen[-1].dossier
    for nu, blijft in ((NU + 300 * DAG, 2), (NU + 365 * DAG + NALOOP_MS, 0)):
        vhh.klok.nu = vhh.zender.nu = nu
        await lever(vhh, {"zaaknummer": f"gehoord {nu}"}, "/v1/intrekkingen")
        await ruim(vhh)
        assert aantal(vhh, "zaak WHERE zaaknummer IN ('oud', 'nieuw')") == blijft
        assert len(een_leven(vhh.opslag.db, nieuw)) == max(1, blijft)


async def test_zonder_dossier_van_ons(zsm: Connector) -> None:
    """A melding of no dossier of ours stays as long as it stands; sixty days after the last word of its koppeling all of it is gone."""
    staat, beeindigd = zsm.melding(1, MeldingSoort.AANDRAGEN, "staat"), zsm.melding(1, MeldingSoort.AANDRAGEN, "klaar")
    intrekking = replace(zsm.melding(2, INGETROKKEN, "klaar", betreft=1), tijd=NU + 5 * DAG)
    zsm.bezorg(staat, beeindigd)
    toon(zsm)
    await reageer(zsm, staat)
    await reageer(zsm, beeindigd)
    zsm.bezorg(intrekking, vanaf=2)
    for nu, blijft in ((NU + 5 * DAG + NALOOP_MS - 1, 3), (NU + 5 * DAG + NALOOP_MS, 1), (NU + 4000 * DAG, 1)):
        await zet(zsm, nu)
        await ruim(zsm)
        assert aantal(zsm, "melding") == blijft
    assert [m["id"] for m in toon(zsm)] == [str(staat.id)]
    assert {een for (een,) in zsm.opslag.db.execute("SELECT melding FROM terugkoppeling")} == {str(staat.id)}


async def test_een_stand_zonder_dossier_van_ons(zsm: Connector) -> None:
    """What the hub said last of the state of a dossier that this store does not know stays; what went before it goes with it."""
    wacht, verder = (
        replace(zsm.melding(nummer, MeldingSoort.STATUS, "vreemd"), status=status, contact=None, reageren_voor=None)
        for nummer, status in ((1, Dossierstatus.WACHT_OP_VRIJGAVE), (2, Dossierstatus.AANGEDRAGEN))
    )
    zsm.bezorg(wacht, verder)
    await zet(zsm, NU + NALOOP_MS)
    await ruim(zsm)
    assert [m["id"] for m in toon(zsm)] == [str(verder.id)]
    zsm.opslag.db.execute("UPDATE melding SET vervallen_door = 'STATUS'")
    await ruim(zsm)
    assert aantal(zsm, "melding") == 0


async def test_wat_de_hub_nog_kan_zeggen_komt_niet_dubbel(zsm: Connector) -> None:
    """What may still be on the topic, or come back on it from a copy of the broker, is known: read from its beginning nothing is new."""
    await lever(zsm, VERDACHTE, "/v1/verdachten")
    laat = NU + TERMIJN + 7 * DAG  # told when the hub came back from its longest standstill
    rij = [
        *(zsm.melding(1), replace(zsm.melding(2, INGETROKKEN, betreft=1), tijd=laat)),
        *(zsm.melding(1, zaaknummer="vreemd"), replace(zsm.melding(2, INGETROKKEN, "vreemd", betreft=1), tijd=laat)),
    ]
    zsm.bezorg(*rij[::2])
    toon(zsm)
    zsm.bezorg(*rij[1::2], vanaf=2)
    laatst = toon(zsm)[-1]["volgnummer"]
    await zet(zsm, laat + (30 + 7 + 7) * DAG)
    await ruim(zsm)
    zsm.opslag.zet_terug(zsm.klok.nu)
    zsm.bezorg(*rij)
    assert toon(zsm, laatst) == []


async def test_kleine_tabellen(zsm: Connector) -> None:
    """Questions and answers go after a day, what was sent after seven by the broker's clock, what could not be read after thirty; of a
    connector that sends nothing any more what was sent goes in the end too."""
    quotum = Quotum(zsm.opslag)
    await quotum.neem((Grens("actor:a", 9, DAG),), NU)
    async with zsm.client() as client:
        await client.post("/v1/verdachten", json=VERDACHTE, headers={"Idempotency-Key": "k"})
    zsm.bezorg(b"onzin")
    tabellen = ("bevraging", "herhaling", "verzonden", "onleesbaar")
    for nu, over in (
        (NU, (1, 1, 1, 1)),
        (NU + DAG - 1, (1, 1, 1, 1)),
        (NU + DAG, (0, 0, 1, 1)),
        (NU + ONLEESBAAR_MS - 1, (0, 0, 1, 1)),
        (NU + ONLEESBAAR_MS, (0, 0, 1, 0)),
        (NU + NALOOP_MS + 1, (0, 0, 0, 0)),
    ):
        zsm.klok.nu = nu
        await ruim(zsm)
        assert tuple(aantal(zsm, tabel) for tabel in tabellen) == over, (nu - NU) / DAG


async def test_niet_langer_dan_nodig(zsm: Connector) -> None:
    """What was sent is kept as long as the hub keeps it, seven days, unless it waits to be sent again."""
    verzonden = Verzonden(zsm.opslag)
    for plaats in range(3):
        verzonden.onthoud(Bericht(b"k", b"%d" % plaats, []), Plek("t", 0, plaats), NU)
    verzonden.merk_vergeten({0: 2})
    verzonden.onthoud(Bericht(b"k", b"nieuw", []), Plek("t", 0, 2), NU + 7 * DAG + 1)
    zsm.klok.nu = NU + 7 * DAG + 1
    await ruim(zsm)
    assert [w for (w,) in zsm.opslag.db.execute("SELECT waarde FROM verzonden ORDER BY volgnummer")] == [b"2", b"nieuw"]


async def test_onderweg_vergeten(zsm: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dossier that is forgotten while it is delivered again is remembered as delivered, with its case number."""
    await lever(zsm, VERDACHTE, "/v1/verdachten")
    await zet(zsm, NU + TERMIJN + NALOOP_MS)
    stuur = zsm.zender.stuur

    async def eerst_vergeten(bericht: Bericht) -> Bezorgd:
        await ruim(zsm)
        assert aantal(zsm, f"zaak WHERE zaaknummer = '{VERDACHTE['zaaknummer']}' AND versie IS NOT NULL") == 0
        return await stuur(bericht)

    monkeypatch.setattr(zsm.zender, "stuur", eerst_vergeten)
    await lever(zsm, met(VERDACHTE, feiten__vrijgave=...), "/v1/verdachten")
    zaak = zsm.opslag.zaak(VERDACHTE["zaaknummer"])
    assert zaak is not None and zaak[1] == zsm.zender.signalen[-1].versie
    assert zsm.opslag.publicaties.van(zsm.zender.signalen[-1].dossier) is not None


async def test_bij_de_start_en_elke_dag(zsm: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep begins at once, a hundred dossiers at a time, and comes back."""
    for nummer in range(2 * TEGELIJK + 50):
        dossier = zsm.instellingen.pseudonimiseerder.dossier(str(nummer))
        zsm.opslag.afgeleverd(dossier, str(nummer), NU, b"", Publicatie(NU, frozenset(), NU))
    await zet(zsm, NU + NALOOP_MS)
    monkeypatch.setattr(opruimen, "TUSSENPOOS", 0.01)
    taak = asyncio.create_task(Opruiming(zsm.opslag, zsm.klok).houd_bij())
    for nummer in range(2):
        async with asyncio.timeout(10):
            while aantal(zsm, "publicatie") > 1 + nummer:
                await asyncio.sleep(0.01)
        zsm.bezorg(b"onzin", vanaf=nummer)
        zsm.klok.nu += 1
        async with asyncio.timeout(10):
            while aantal(zsm, "onleesbaar WHERE op IS NULL"):
                await asyncio.sleep(0.01)
    taak.cancel()
    with suppress(asyncio.CancelledError):
        await taak


async def test_een_zaak_waarvan_nooit_iets_aankwam(zsm: Connector) -> None:
    """A case number that was remembered for a delivery that never succeeded goes sixty days after the first sweep that met it."""
    zsm.zender.weg = True
    async with zsm.client() as client:
        assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 503
    zsm.zender.weg = False
    for nu, blijft in ((NU, 1), (NU + NALOOP_MS - 1, 1), (NU + NALOOP_MS, 0)):
        await zet(zsm, nu)
        await ruim(zsm)
        assert aantal(zsm, f"zaak WHERE zaaknummer = '{VERDACHTE['zaaknummer']}'") == blijft


async def test_een_zaak_waarvan_toch_iets_aankwam(zsm: Connector) -> None:
    """Of a delivery that was not confirmed and of which the hub speaks all the same, the case number stays as long as the melding."""

    def val_weg(_: Bericht) -> None:
        raise NietBezorgd("it arrived")

    zsm.zender.bij_sturen = val_weg
    async with zsm.client() as client:
        assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 503
    zsm.zender.bij_sturen = lambda _: None
    zsm.bezorg(zsm.melding(1))
    for dagen in (0, 61, 122):
        await zet(zsm, NU + dagen * DAG)
        await ruim(zsm)
        assert [(m["zaaknummer"], m["stand"]) for m in toon(zsm)] == [(VERDACHTE["zaaknummer"], "STAAT")]
    zsm.bezorg(replace(zsm.melding(2, INGETROKKEN, betreft=1), tijd=zsm.klok.nu), vanaf=1)
    for dagen in (182, 183):
        await zet(zsm, NU + dagen * DAG)
        await ruim(zsm)
    assert aantal(zsm, f"zaak WHERE zaaknummer = '{VERDACHTE['zaaknummer']}'") == aantal(zsm, "melding") == 0


async def test_een_klok_die_even_achterloopt(zsm: Connector) -> None:
    """A clock that says 1970 during one sweep costs nothing: what that sweep met for the first time was met when the broker was heard."""
    await zet(zsm, NU)
    zsm.zender.weg = True
    async with zsm.client() as client:
        assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 503
    zsm.bezorg(b"onzin")
    for nu, over in (
        (0, (1, 1)),
        (NU, (1, 1)),
        (NU + ONLEESBAAR_MS - 1, (1, 1)),
        (NU + ONLEESBAAR_MS, (1, 0)),
    ):
        zsm.klok.nu = nu
        await ruim(zsm)
        assert (aantal(zsm, "zaak WHERE versie IS NULL"), aantal(zsm, "onleesbaar")) == over, nu - NU
    zsm.zender.weg = False
    await zet(zsm, NU + NALOOP_MS)
    await ruim(zsm)
    assert aantal(zsm, "zaak WHERE versie IS NULL") == 0


async def test_nooit_veel_tegelijk(zsm: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is to forget of answers and questions, no transaction takes more than a thousand rows."""
    rijen = range(25 * TEGELIJK)
    with zsm.opslag.transactie() as db:
        db.executemany("INSERT INTO herhaling VALUES (?, '', '', ?)", [(str(nummer), NU) for nummer in rijen])
        db.executemany("INSERT INTO bevraging VALUES ('actor:a', ?)", [(NU,) for _ in rijen])
        db.executemany("INSERT INTO onleesbaar VALUES (0, ?, '', NULL, NULL, ?)", [(nummer, NU) for nummer in rijen])
    transactie, gewijzigd = zsm.opslag.transactie, []

    @contextmanager
    def geteld() -> Iterator[sqlite3.Connection]:
        with transactie() as db:
            voor = db.total_changes
            yield db
            gewijzigd.append(db.total_changes - voor)

    monkeypatch.setattr(zsm.opslag, "transactie", geteld)
    monkeypatch.setattr(opruimen, "ADEM", 0)
    zsm.klok.nu = NU + ONLEESBAAR_MS
    await ruim(zsm)
    assert [aantal(zsm, tabel) for tabel in ("herhaling", "bevraging", "onleesbaar")] == [0, 0, 0]
    assert max(gewijzigd) == 10 * TEGELIJK and sum(gewijzigd) == 3 * len(rijen)


async def test_een_record_van_een_klok_die_vooruit_liep(zsm: Connector) -> None:
    """One record that was remembered under a moment far ahead does not make the sweep forget what was sent since."""
    verzonden = Verzonden(zsm.opslag)
    verzonden.onthoud(Bericht(b"k", b"vooruit", []), Plek("t", 0, 0), NU + 40 * DAG)
    for plaats in range(1, 4):
        verzonden.onthoud(Bericht(b"k", b"%d" % plaats, []), Plek("t", 0, plaats), NU)
        await ruim(zsm)
    assert aantal(zsm, "verzonden") == 4


async def test_oudere_onleesbare(tmp_path: Path) -> None:
    """What could not be read before times were kept stays thirty days from the first sweep on."""
    connector = Connector.maak(tmp_path)
    connector.bezorg(b"onzin")
    assert connector.opslag.db.execute("SELECT op FROM onleesbaar").fetchall() == [(None,)]
    await ruim(connector)
    assert connector.opslag.db.execute("SELECT op FROM onleesbaar").fetchall() == [(NU,)]
    connector.opslag.sluit()
