"""The oracle: the whole day through the pure functions, in any order, with the special cases coming out as the policy says."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from demo.dag import TAFELS, Dag, Zaak, maak_dag
from demo.opstelling import Opstelling, vrije_poorten
from demo.orakel import Gecodeerd, Orakel, codeer_dag, uit_inbox
from demo.plan import VHH_MIDDEN_BRABANT, VHH_TWENTE, ZSM, Bijzonder
from hub.domein.codes import Besluit, MeldingSoort
from hub.matching.model import Model
from hub.privacy.filter import Filter
from hub.processors.omgeving import Pinned
from hub.routing.register import Register
from hub.stream.verbinding import Verbinding

MOMENT: Final = 1_795_000_000_000


@pytest.fixture(scope="module")
def dag() -> Dag:
    return maak_dag(3, MOMENT, 300)


@pytest.fixture(scope="module")
def gecodeerd(dag: Dag, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Gecodeerd], list[Gecodeerd]]:
    opstelling = Opstelling.bereid(
        tmp_path_factory.mktemp("demo"), Verbinding(bootstrap="127.0.0.1:9"), vrije_poorten()
    )
    return codeer_dag(dag, opstelling.aansluitingen())


@pytest.fixture(scope="module")
def omgeving() -> Pinned:
    return Pinned(Filter.laad(), Register.laad(), TAFELS, 4)


def orakel(omgeving: Pinned, berichten: list[Gecodeerd]) -> Orakel:
    uit = Orakel(omgeving, Model.laad(), MOMENT)
    uit.verwerk(berichten)
    return uit


@pytest.fixture(scope="module")
def uitkomst(omgeving: Pinned, gecodeerd: tuple[list[Gecodeerd], list[Gecodeerd]]) -> Orakel:
    return orakel(omgeving, [*gecodeerd[0], *gecodeerd[1]])


@pytest.mark.parametrize("worp", range(3))
def test_de_volgorde_doet_er_niet_toe(
    omgeving: Pinned, gecodeerd: tuple[list[Gecodeerd], list[Gecodeerd]], uitkomst: Orakel, worp: int
) -> None:
    """The same signalen in shuffled order across tafels leave the same meldingen standing, and the same evidence."""
    ochtend, vervolg = gecodeerd
    kansen = random.Random(worp)
    # Each dossier keeps its own order, as in its tafel's topic; everything else is mixed.
    plek = {een.bericht.zaak: kansen.random() for een in ochtend}
    later = [(kansen.uniform(plek[een.bericht.zaak], 1.0), 1, een) for een in vervolg]
    alle = sorted([(plek[een.bericht.zaak], 0, een) for een in ochtend] + later, key=lambda rij: rij[:2])
    geschud = orakel(omgeving, [een for *_, een in alle])
    assert geschud.staand == uitkomst.staand
    assert geschud.gevonden == uitkomst.gevonden


def test_heusden_en_dubbele_casus_komen_aan(dag: Dag, uitkomst: Orakel) -> None:
    """Heusden is told to both tafels across the arrondissement's border; two Veiligheidshuizen hear of each other."""
    heusden = {b.zaak for b in dag.ochtend if Bijzonder.HEUSDEN in b.bijzonder}
    gemeld = {(Zaak(een.tafel, een.zaaknummer), een.contact) for een in uitkomst.staand}
    ander = {ZSM: VHH_MIDDEN_BRABANT, VHH_MIDDEN_BRABANT: ZSM}
    assert {(zaak, ander[zaak.tafel]) for zaak in heusden} <= gemeld
    dubbel = {een.tafel for een in uitkomst.staand if een.soort == MeldingSoort.DUBBELE_CASUS}
    assert dubbel == {VHH_TWENTE, VHH_MIDDEN_BRABANT}


def test_niets_over_wat_niet_mag(dag: Dag, uitkomst: Orakel) -> None:
    """No Veiligheidshuis hears after sepot, and nobody about a withdrawn case or a case that its own side holds back."""
    per_persoon: dict[int, set[Bijzonder]] = {}
    for bericht in dag.ochtend:
        if bericht.tafel == ZSM:
            per_persoon[bericht.persoon] = set(bericht.bijzonder)
    verboden = {Bijzonder.SEPOT, Bijzonder.ALSNOG_SEPOT, Bijzonder.INGETROKKEN, Bijzonder.ZONDER_VRIJGAVE}
    stil = {
        b.zaak
        for b in dag.ochtend
        if b.tafel != ZSM and (per_persoon.get(b.persoon, set()) & verboden or Bijzonder.INGETROKKEN in b.bijzonder)
    }
    van_zsm = [een for een in uitkomst.staand if een.contact == ZSM]
    assert stil
    assert van_zsm
    assert not {Zaak(een.tafel, een.zaaknummer) for een in van_zsm} & stil


def test_elk_besluit_komt_voor(uitkomst: Orakel) -> None:
    """The day shows meldingen, held koppelingen and refusals, each with its rule."""
    assert {besluit for besluit, _ in uitkomst.besluiten} == set(Besluit)


def test_vindt_bijna_iedereen(dag: Dag, uitkomst: Orakel, gecodeerd: tuple[list[Gecodeerd], list[Gecodeerd]]) -> None:
    """Of the pairs that nobody withdrew nearly all are found, and hardly a false one."""
    weg = {b.zaak for b in dag.vervolg if b.pad == "/v1/intrekkingen"}
    waar = {paar for paar in dag.waarheid if not weg & set(paar)}
    gevonden = set(uitkomst.gevonden)
    assert len(waar & gevonden) / len(waar) > 0.85
    assert len(gevonden - waar) <= 3


def test_leest_een_inbox() -> None:
    """Of an inbox only what stands counts; what was withdrawn, and the withdrawal itself, do not."""
    melding = {
        "zaaknummer": "TW1",
        "soort": "BEKEND",
        "kenmerk": "AAAA-BBBB",
        "contact": {"tafel": ZSM},
        "grondslag": "g",
        "beleid": "b",
        "adviesBeschikbaar": None,
        "escalatieniveau": None,
        "stand": "STAAT",
    }
    inbox = [melding, melding | {"stand": "INGETROKKEN"}, melding | {"soort": "INGETROKKEN", "contact": None}]
    [(een, aantal)] = uit_inbox(VHH_TWENTE, json.loads(json.dumps(inbox))).items()
    assert (een.zaaknummer, een.contact, aantal) == ("TW1", ZSM, 1)


def test_sleutels_blijven_in_de_map(tmp_path: Path) -> None:
    """Two runs have different keys, so that the dossiers of one mean nothing in the other."""
    dossiers = Counter[str]()
    for naam in ("een", "twee"):
        (tmp_path / naam).mkdir()
        opstelling = Opstelling.bereid(tmp_path / naam, Verbinding(bootstrap="127.0.0.1:9"), vrije_poorten())
        dossiers[opstelling.aansluitingen()[ZSM].pseudoniem.dossier("05-1-26")] += 1
    assert len(dossiers) == 2
