"""A connector after the broker was restored: what was lost is sent again, and the inbox becomes what the hub says now."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import cli
from connectors.dienst import open_opslag
from connectors.herpubliceren import Tempo
from connectors.kafka import Grenzen
from connectors.opslagbestand import Opslagbestand
from connectors.teruggezet import InboxNietBij, Terugzetting
from connectors.verzonden import Boekzender, Verzonden
from connectors.zender import Bericht, NietBezorgd
from hub.domein.codes import MeldingSoort, Weigercode
from hub.domein.melding import Melding
from hub.stream.codec import standaard
from hub.stream.record import Plek
from tests.connectors.opstelling import NU, VERDACHTE, Connector, Klok, NepZender, met, schrijf_instellingen
from tests.connectors.test_bezorging import toon

LATER = 3_600_000
DAG = 86_400_000


def zet_terug(connector: Connector, zender: NepZender | None = None) -> Terugzetting:
    boek = Boekzender(zender or NepZender(), Verzonden(connector.opslag))
    return Terugzetting(connector.opslag, boek, standaard(), Tempo(10_000, time.monotonic), connector.klok)


def grens(tot: int = 0, verzonden: int = 0) -> Grenzen:
    """Of partition 0: what the restored topics hold."""
    return Grenzen({0: verzonden}, {0: 0}, {0: tot})


def later(melding: Melding) -> Melding:
    """The same, decided again."""
    return replace(melding, tijd=melding.tijd + LATER, reageren_voor=(melding.reageren_voor or 0) + LATER)


async def herstel(connector: Connector, kopie: Sequence[Melding], daarna: Sequence[Melding]) -> int:
    """Restore to `kopie`, of which the hub then makes `daarna`. How many are recalled."""
    terugzetting = zet_terug(connector)
    await terugzetting.begin(grens(len(kopie)))
    connector.bezorg(*kopie, *daarna)
    return (await terugzetting.klaar(grens(len(kopie) + len(daarna)))).ingetrokken


async def test_niets_dubbel(zsm: Connector) -> None:
    """What the hub tells again is the melding that was there: it keeps its number, and nobody hears of it twice."""
    een, twee = zsm.melding(1), zsm.melding(2, MeldingSoort.CORRECTIE, betreft=1)
    drie = zsm.melding(3, zaaknummer="ander")
    zsm.bezorg(een, twee, drie)
    gezien = toon(zsm)
    assert await herstel(zsm, [een], [later(twee), later(drie)]) == 0
    assert toon(zsm, gezien[-1]["volgnummer"]) == []
    assert [(m["id"], m["stand"]) for m in toon(zsm)] == [(m["id"], m["stand"]) for m in gezien]


async def test_niet_meer_waar(zsm: Connector) -> None:
    """What the hub does not tell again is recalled where somebody saw it, and is nowhere where nobody did."""
    een, twee, drie = zsm.melding(1), zsm.melding(2, zaaknummer="ander"), zsm.melding(3, zaaknummer="derde")
    zsm.bezorg(een, twee)
    toon(zsm)
    zsm.bezorg(drie, vanaf=2)
    assert await herstel(zsm, [een], []) == 1
    uit = toon(zsm)
    assert [(m["soort"], m["stand"], m["contact"] is None) for m in uit] == [
        ("BEKEND", "STAAT", False),
        ("BEKEND", "INGETROKKEN", True),
        ("INGETROKKEN", "STAAT", True),
    ]
    assert uit[2]["betreft"] == str(twee.id)
    zsm.bezorg(later(twee), vanaf=1)  # it came after all: it is told anew
    assert [m["id"] for m in toon(zsm, uit[2]["volgnummer"])] == [str(twee.id)]


async def test_zelfde_nummer_ander_bericht(zsm: Connector) -> None:
    """The numbers run on from the backup: under an id that was given out before, something else is a new melding."""
    een = zsm.melding(1)
    zsm.bezorg(een)
    toon(zsm)
    zsm.bezorg(zsm.melding(2, MeldingSoort.CORRECTIE, betreft=1), vanaf=1)
    (_, gezien) = toon(zsm)
    assert await herstel(zsm, [een], [zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1)]) == 0
    (nieuw,) = toon(zsm, gezien["volgnummer"])
    assert (nieuw["soort"], nieuw["betreft"]) == ("INGETROKKEN", str(een.id))
    assert [(m["id"], m["stand"]) for m in toon(zsm)] == [(str(een.id), "INGETROKKEN"), (nieuw["id"], "STAAT")]


async def test_toch_niet_ingetrokken(zsm: Connector) -> None:
    """A recall that the hub has forgotten and does not repeat: what stands again is told again, whole."""
    een = zsm.melding(1)
    zsm.bezorg(een)
    toon(zsm)
    zsm.bezorg(zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1), vanaf=1)
    toon(zsm)
    open_opslag(zsm.instellingen, Klok(NU + LATER)).sluit()
    laatst = zsm.opslag.hoogste
    assert laatst >= NU + LATER
    assert await herstel(zsm, [een], []) == 0
    (weer,) = toon(zsm, laatst)
    zsm.bezorg(zsm.melding(9), vanaf=9)
    assert zsm.opslag.hoogste > weer["volgnummer"]
    assert (weer["id"], weer["stand"], weer["contact"] is None) == (str(een.id), "STAAT", False)


async def test_kwam_en_ging(zsm: Connector) -> None:
    """What came and was recalled after the copy may not come again at all: both stay as they are, and nobody hears anything."""
    zsm.bezorg(zsm.melding(1))
    toon(zsm)
    zsm.bezorg(zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1), vanaf=1)
    gezien = toon(zsm)
    assert [m["stand"] for m in gezien] == ["INGETROKKEN", "STAAT"]
    andere = zsm.melding(1, zaaknummer="ander")
    assert await herstel(zsm, [], [andere]) == 0
    assert toon(zsm)[:2] == gezien and [m["id"] for m in toon(zsm)[2:]] == [str(andere.id)]


@pytest.mark.parametrize("zegt_weer", [False, True])
async def test_tweemaal_teruggezet(zsm: Connector, zegt_weer: bool) -> None:
    """What was recalled and came again after one restore, and not after the next, stays recalled; where it comes again it is told again."""
    een = zsm.melding(1)
    zsm.bezorg(een)
    toon(zsm)
    zsm.bezorg(zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1), vanaf=1)
    gezien = toon(zsm)
    terugzetting = zet_terug(zsm)
    await terugzetting.begin(grens(1))
    zsm.bezorg(een)
    assert (await terugzetting.begin(grens())).apart == 1
    if zegt_weer:
        zsm.bezorg(een)
    assert (await terugzetting.klaar(grens(int(zegt_weer)))).ingetrokken == 0
    if zegt_weer:
        assert [(m["id"], m["stand"]) for m in toon(zsm, gezien[-1]["volgnummer"])] == [(str(een.id), "STAAT")]
    else:
        assert toon(zsm) == gezien


async def test_opnieuw_verstuurd(zsm: Connector) -> None:
    """Lost dossiers go first, byte for byte and in order; lost reactions last. A broken off step goes on where it was."""
    async with zsm.client() as client:
        for nummer in range(3):
            assert (await client.post("/v1/verdachten", json=met(VERDACHTE, zaaknummer=f"Z{nummer}"))).status == 202
        assert (await client.post("/v1/intrekkingen", json={"zaaknummer": "Z1"})).status == 202
        zsm.bezorg(zsm.melding(1, zaaknummer="Z0"))
        (melding,) = toon(zsm)
        pad = f"/v1/meldingen/{melding['id']}/terugkoppelingen"
        assert (await client.post(pad, json={"soort": "ONTVANGEN"})).status == 202
    verloren = zsm.zender.berichten[1:]
    opnieuw = NepZender([zsm.zender.berichten[0]])
    terugzetting = zet_terug(zsm, opnieuw)

    def valt_weg(_: Bericht) -> None:
        opnieuw.weg = len(opnieuw.berichten) == 2

    opnieuw.bij_sturen = valt_weg
    with pytest.raises(NietBezorgd):
        await terugzetting.begin(grens(verzonden=1))
    opnieuw.weg, opnieuw.bij_sturen = False, lambda _: None
    begonnen = await terugzetting.begin(grens(verzonden=len(opnieuw.berichten)))
    assert begonnen.verstuurd == 2 and not begonnen.alles
    assert opnieuw.berichten[1:] == verloren[:3]
    with pytest.raises(InboxNietBij):
        await terugzetting.klaar(grens(1))
    zsm.bezorg(later(zsm.melding(1, zaaknummer="Z0")))
    geklaard = await terugzetting.klaar(grens(1))
    assert (geklaard.verstuurd, geklaard.ingetrokken) == (1, 0) and opnieuw.berichten[1:] == verloren
    assert (await terugzetting.begin(grens(1, len(opnieuw.berichten)))).verstuurd == 0


async def test_wat_de_hub_weigerde_komt_niet_terug(zsm: Connector) -> None:
    """What the hub refused by the broker's clock, and the sender was told so, is not sent again: it would be accepted now, and win."""
    wijst = {"gewijzigdOp": "2026-06-01T00:00:00Z"}
    async with zsm.client() as client:

        async def lever(status: int, **velden: Any) -> None:
            assert (await client.post("/v1/verdachten", json=met(VERDACHTE, **velden))).status == status

        zsm.klok.nu = NU + 3 * DAG
        await lever(503)
        zsm.klok.nu, zsm.zender.nu = NU, NU + 365 * DAG
        await lever(400, zaaknummer="voorbij", **wijst)
        zsm.zender.nu = NU
        await lever(202, zaaknummer="voorbij", feiten__thema="OVERIG", **wijst)
        zsm.klok.nu = zsm.zender.nu = NU + LATER
        await lever(202)
        assert (await client.post("/v1/intrekkingen", json={"zaaknummer": VERDACHTE["zaaknummer"]})).status == 202
    stond = zsm.zender.berichten[-3:]
    opnieuw = NepZender(nu=NU + 3 * DAG)
    assert (await zet_terug(zsm, opnieuw).begin(grens())).verstuurd == 3 and opnieuw.berichten == stond
    assert (await zet_terug(zsm, opnieuw).begin(grens(verzonden=3))).verstuurd == 0


async def test_een_geweigerde_reactie_komt_niet_terug(zsm: Connector) -> None:
    """A reaction that the hub refused is not sent again: the inbox says that it was refused, and so it stays."""
    een, ander = zsm.melding(1), zsm.melding(1, zaaknummer="ander")
    zsm.bezorg(een, ander)
    async with zsm.client() as client:
        ids = []
        for melding in toon(zsm):
            antwoord = await client.post(
                f"/v1/meldingen/{melding['id']}/terugkoppelingen", json={"soort": "CONTACT_GELEGD"}
            )
            ids.append(UUID((await antwoord.json())["id"]))
    weigering = replace(
        zsm.melding(2, MeldingSoort.GEWEIGERD), reactie=ids[0], code=Weigercode.AL_BESLIST, contact=None
    )
    zsm.bezorg(weigering, vanaf=2)
    opnieuw = NepZender()
    terugzetting = zet_terug(zsm, opnieuw)
    await terugzetting.begin(grens())
    zsm.bezorg(later(een), later(ander))
    assert (await terugzetting.klaar(grens(2))).verstuurd == 1
    assert [reactie.id for reactie in opnieuw.terugkoppelingen] == ids[1:]
    assert not list(Verzonden(zsm.opslag).vergeten())


async def test_ongezien_blijft_ongezien(zsm: Connector) -> None:
    """The topic that is read again holds nothing that another store may have shown: what nobody saw is recalled without a word."""
    een, twee = zsm.melding(1), zsm.melding(2, zaaknummer="ander")
    zsm.inbox.begin(0, 0, 0)
    zsm.bezorg(een)
    terugzetting = zet_terug(zsm)
    await terugzetting.begin(grens(1))
    assert zsm.inbox.posities() == {0: 0}
    zsm.bezorg(een, twee, zsm.melding(3, MeldingSoort.INGETROKKEN, "ander", betreft=2))
    assert (await terugzetting.klaar(grens(3))).ingetrokken == 0
    assert [m["id"] for m in toon(zsm)] == [str(een.id)]


def test_opslag_teruggezet(tmp_path: Path) -> None:
    """The command needs no broker, says what to do next, and may be given again after the next loss."""
    config = schrijf_instellingen(tmp_path)
    for _ in range(2):
        uit = CliRunner().invoke(cli.opdrachten, ["teruggezet", "opslag", "--config", str(config)])
        assert uit.exit_code == 0 and "connector import" in uit.output
    connector = Connector.van(config)
    assert abs(connector.opslag.teruggezet - time.time() * 1000) < 60_000
    connector.opslag.sluit()


@settings(max_examples=60)
@given(st.lists(st.one_of(st.integers(0, 2), st.tuples(st.integers(0, 2), st.floats(0, 1))), max_size=30))
def test_wat_de_broker_kwijt_is(tmp_path_factory: pytest.TempPathFactory, daden: list[int | tuple[int, float]]) -> None:
    """However often a broker is set back, and whatever was sent in between: what it does not hold is known exactly."""
    bestand = Opslagbestand(tmp_path_factory.mktemp("opslag") / "opslag.sqlite", {})
    verzonden, logs, nummers = Verzonden(bestand), {nr: list[bytes]() for nr in range(3)}, count()
    alles: list[bytes] = []
    for daad in daden:
        if isinstance(daad, tuple):
            partitie, deel = daad
            del logs[partitie][int(deel * len(logs[partitie])) :]
        else:
            waarde = str(next(nummers)).encode()
            verzonden.onthoud(Bericht(b"k", waarde, [("kop", b"\xff")]), Plek("t", daad, len(logs[daad])), NU)
            logs[daad].append(waarde)
            alles.append(waarde)
    staan = {waarde for een in logs.values() for waarde in een}
    assert verzonden.merk_vergeten({nr: len(een) for nr, een in logs.items()}) == bool(staan)
    assert [bericht for _, bericht, _ in verzonden.vergeten()] == [
        Bericht(b"k", waarde, [("kop", b"\xff")]) for waarde in alles if waarde not in staan
    ]
    bestand.sluit()


async def test_boek_op_de_klok_van_de_broker(zsm: Connector) -> None:
    """A clock of this machine that jumps ahead drops nothing that the broker may still lose."""
    async with zsm.client() as client:
        for dagen in (0, 20, 0):
            zsm.klok.nu = NU + dagen * 86_400_000
            bericht = met(VERDACHTE, zaaknummer=f"Z{dagen}", gewijzigdOp="2026-05-31T00:00:00Z")
            assert (await client.post("/v1/verdachten", json=bericht)).status == 202
    assert zsm.opslag.db.execute("SELECT op FROM verzonden").fetchall() == [(NU,)] * 3
