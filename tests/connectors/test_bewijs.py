"""Receipts: exactly one per melding in effect, in order, whatever falls over in between."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import bewijs as bewijzen
from connectors.bewijs import Bezorgbewijzen
from connectors.meters import Meters
from connectors.opslagbestand import POGINGEN
from connectors.uitgaand import Uitbak
from connectors.zender import Bericht, NietBezorgd
from hub.domein.codes import MeldingSoort, Reactie, Weigercode
from tests.connectors.opstelling import Connector, NepZender
from tests.connectors.test_bezorging import toon


def wachtend(connector: Connector) -> float | None:
    return connector.meters.register.get_sample_value("connector_bezorgbewijzen_wachtend")


async def test_bewijs(zsm: Connector) -> None:
    """Each melding that is taken in gets one receipt that names it, in order; taken in again it gets none."""
    een, twee = zsm.melding(1), zsm.melding(2, MeldingSoort.AANDRAGEN, "van een ander")
    zsm.bezorg(een, twee, een)
    assert wachtend(zsm) == 2
    assert await zsm.bewijzen.stuur_blok() == 2
    zsm.bezorg(een, twee, vanaf=3)
    assert await zsm.bewijzen.stuur_blok() == 0
    assert [(t.soort, t.melding, t.koppeling, t.dossier, t.versie) for t in zsm.zender.terugkoppelingen] == [
        (Reactie.BEZORGD, een.id, een.koppeling, een.dossier, 0),
        (Reactie.BEZORGD, twee.id, twee.koppeling, twee.dossier, 0),
    ]
    assert [b.sleutel for b in zsm.zender.berichten] == [str(een.koppeling).encode(), str(twee.koppeling).encode()]
    assert wachtend(zsm) == 0
    assert [melding["reacties"] for melding in toon(zsm)] == [[], []], "a receipt is no reaction of the tafel"


@pytest.mark.parametrize("soort", list(MeldingSoort))
async def test_welke(zsm: Connector, soort: MeldingSoort) -> None:
    """Every kind gets a receipt, a withdrawal that nobody will see too, except what only answers this tafel."""
    zsm.bezorg(zsm.melding(1), replace(zsm.melding(2, soort, betreft=1), reactie=uuid4()))
    await zsm.bewijzen.stuur_blok()
    verwacht = 1 if soort in {MeldingSoort.GEWEIGERD, MeldingSoort.STATUS, MeldingSoort.ANTWOORD} else 2
    assert len(zsm.zender.terugkoppelingen) == verwacht


async def test_geweigerd_bewijs(zsm: Connector) -> None:
    """A receipt that the hub refuses bothers nobody at the tafel, and is not receipted."""
    zsm.bezorg(zsm.melding(1))
    await zsm.bewijzen.stuur_blok()
    (terug,) = zsm.zender.terugkoppelingen
    zsm.bezorg(
        replace(zsm.melding(2, MeldingSoort.GEWEIGERD), code=Weigercode.MELDING_VERVANGEN, reactie=terug.id), vanaf=1
    )
    assert [melding["soort"] for melding in toon(zsm)] == ["BEKEND"]
    assert await zsm.bewijzen.stuur_blok() == 0


async def test_houdt_bij(zsm: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender waits for Kafka, sends what is due, then what comes, in blocks."""
    monkeypatch.setattr(bewijzen, "BLOK", 2)
    echt = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _: echt(0))
    zsm.opslag.db.execute(
        "DELETE FROM herkomst WHERE sleutel = ?", (POGINGEN,)
    )  # no new store: that sends one at a time
    zsm.zender.weg = True
    zsm.bezorg(*(zsm.melding(nummer) for nummer in range(1, 6)))
    taak = asyncio.create_task(zsm.bewijzen.houd_bij(lambda: zsm.inbox.nieuws))

    async def tot(aantal: int) -> None:
        async with asyncio.timeout(10):
            while len(zsm.zender.berichten) < aantal:
                await echt(0.001)

    await echt(0.01)
    assert zsm.zender.berichten == []
    zsm.zender.weg = False
    await tot(5)
    zsm.bezorg(zsm.melding(6), vanaf=5)
    await tot(6)
    taak.cancel()
    with suppress(asyncio.CancelledError):
        await taak
    assert [t.melding for t in zsm.zender.terugkoppelingen] == [zsm.melding(nummer).id for nummer in range(1, 7)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["melding", "herhaal", "stuur", "weg", "val_om", "val_om_na_sturen"]), max_size=20))
def test_eenmaal_in_effect(tmp_path_factory: pytest.TempPathFactory, stappen: list[str]) -> None:
    """Whenever the process falls over, in the end every melding has one receipt: sent more than once, always as the same record."""
    connector = Connector.maak(tmp_path_factory.mktemp("bewijs"))
    zender, aantal = NepZender(), 0

    def opnieuw() -> Bezorgbewijzen:
        return Bezorgbewijzen(
            bron=connector.instellingen.bron, uitbak=Uitbak(connector.opslag), zender=zender, meters=Meters()
        )

    def val_om(_: Bericht) -> None:
        raise NietBezorgd("the process died after the broker had it")

    bezig = opnieuw()
    for stap in [*stappen, "stuur", "stuur"]:
        match stap:
            case "melding":
                aantal += 1
                connector.bezorg(connector.melding(aantal), vanaf=aantal - 1)
            case "herhaal" if aantal:
                connector.bezorg(*(connector.melding(nummer) for nummer in range(1, aantal + 1)))
            case "stuur":
                zender.weg = False
                asyncio.run(alles(bezig))
            case "weg":
                zender.weg = True
                asyncio.run(alles(bezig))
            case "val_om":
                bezig = opnieuw()
            case "val_om_na_sturen":
                zender.weg, zender.bij_sturen = False, val_om
                asyncio.run(alles(bezig))
                zender.bij_sturen = lambda _: None
                bezig = opnieuw()
    per_id: dict[UUID, set[bytes]] = {}
    for terug, bericht in zip(zender.terugkoppelingen, zender.berichten, strict=True):
        per_id.setdefault(terug.id, set()).add(bericht.waarde + repr(bericht.koppen).encode())
    assert [len(waarden) for waarden in per_id.values()] == [1] * aantal
    eerste_keer = list(dict.fromkeys(terug.melding for terug in zender.terugkoppelingen))
    assert eerste_keer == [connector.melding(nummer).id for nummer in range(1, aantal + 1)]
    connector.opslag.sluit()


async def alles(bezig: Bezorgbewijzen) -> None:
    """Sends until there is nothing left or Kafka is away."""
    with suppress(NietBezorgd):
        while await bezig.stuur_blok():
            pass
