"""A day that the register names: whatever rests on it is decided anew on that day, and not at the next signaal."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hub.domein.codes import Dossierstatus, MeldingSoort, Reactie, Vrijgaverol
from hub.domein.identiteit import TafelId
from hub.domein.kalender import moment
from hub.matching.model import Model
from hub.processors.omgeving import Pinned
from hub.processors.samenspel import Samenspel
from hub.routing.register import REGISTERMAP, Register
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TAFELS, TWENTE, ZSM, signaal, sleutels
from tests.processors.test_een_jaar import AANDRAGEN, COMPLEX, DAG, P, filter_, reactie, wacht, zend
from tests.processors.test_uitspraak import staand

DATUM = "2026-12-01"
WISSEL = moment(date.fromisoformat(DATUM), 0)
TAFELS_VHH = "tafels_veiligheidshuis.toml"
_TWENTE = 'naam = "Zorg- en Veiligheidshuis Twente"\n'
_DEKKING = "GM0153,Enschede,vhh-twente,2023-01-01,,,,nee,Een huis voor VR05\n"

Maak = Callable[[str, str, str], Samenspel]


@pytest.fixture
def met(tmp_path: Path) -> Maak:
    """The rooms, with the shipped register in which one text of one file is another."""

    def maak(bestand: str, oud: str, nieuw: str) -> Samenspel:
        shutil.copytree(REGISTERMAP, tmp_path / "register")
        pad = tmp_path / "register" / bestand
        tekst = pad.read_text("utf-8")
        assert tekst.count(oud) == 1
        pad.write_text(tekst.replace(oud, nieuw), "utf-8")
        return Samenspel(Pinned(filter_(), Register.laad(tmp_path / "register"), TAFELS, P), Model.laad())

    return maak


def bekend_en_gesloten(samen: Samenspel) -> None:
    """A pair of which both sides were told, and that both have closed: nothing is due any more."""
    meldingen = zend(samen, signaal(ZSM, 1), BEGIN) + zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    assert staand(meldingen) == [(TWENTE, "BEKEND"), (ZSM, "BEKEND")]
    for nummer, melding in enumerate(meldingen):
        reactie(samen, melding, Reactie.CONTACT_GELEGD, BEGIN + 10 + nummer)
        reactie(samen, melding, Reactie.AFGESLOTEN, BEGIN + 20 + nummer)


def op_de_dag(samen: Samenspel) -> list[tuple[TafelId, str]]:
    """What is told between now and an hour into the day."""
    assert not wacht(samen, WISSEL - 1)
    return [(m.ontvanger, m.soort) for m in wacht(samen, WISSEL + 3_600_000)]


def test_what_a_tafel_may_no_longer_hear_is_recalled_on_the_day(met: Maak) -> None:
    """A tafel loses a theme on a day: from that day on the melding does not stand any more."""
    eigen = (
        'organisatie = "vhh-twente"\nregio = "VR05"\ntelefoon = "088-000 02 05"\nemail = "intake@vhh-twente.example"\n'
    )
    tot = f'geldig_tot = {DATUM}\n\n[[tafel]]\nid = "vhh-twente"\ngeldig_van = {DATUM}\nthemas = ["VERMOGEN"]\n'
    samen = met(TAFELS_VHH, _TWENTE, _TWENTE + eigen + tot + _TWENTE)
    bekend_en_gesloten(samen)
    assert op_de_dag(samen) == [(TWENTE, "INGETROKKEN")]


def test_a_successor_is_told_on_the_day(met: Maak) -> None:
    """A tafel goes over into another one on a day: there it stands from that day on, the other side hears whom to call."""
    samen = met(TAFELS_VHH, _TWENTE, f'{_TWENTE}geldig_tot = {DATUM}\nopvolger = "vhh-midden-brabant"\n')
    bekend_en_gesloten(samen)
    assert sorted(op_de_dag(samen)) == [
        *[(MIDDEN_BRABANT, "BEKEND"), (TWENTE, "INGETROKKEN"), (ZSM, "CORRECTIE")],
    ]


def test_what_was_brought_goes_to_the_intake_of_the_day(met: Maak) -> None:
    """The coverage of a gemeente changes on a day: whoever took it in before has it no more, and the source hears who has."""
    oud, nieuw = _DEKKING.replace("01-01,,", f"01-01,{DATUM},"), _DEKKING.replace("2023-01-01", DATUM)
    samen = met("dekking.csv", _DEKKING, oud + nieuw.replace("vhh-twente", "vhh-midden-brabant"))
    zaak = signaal(ZSM, 1, grondslag=AANDRAGEN, criteria=COMPLEX, gemeente_verblijf="GM0153")
    gebracht = zend(samen, zaak, BEGIN)
    assert [(m.ontvanger, m.soort, m.status) for m in gebracht] == [
        (TWENTE, MeldingSoort.AANDRAGEN, None),
        (ZSM, MeldingSoort.STATUS, Dossierstatus.AANGEDRAGEN),
    ]
    reactie(samen, gebracht[0], Reactie.AANGENOMEN, BEGIN + 1)
    assert op_de_dag(samen)[:3] == [(TWENTE, "INGETROKKEN"), (MIDDEN_BRABANT, "AANDRAGEN"), (ZSM, "STATUS")]


def test_what_was_sent_on_goes_to_the_intake_of_the_day(met: Maak) -> None:
    """Whoever said that it was not theirs is not asked again because the register was put right: the tafel that it names now is."""
    oud, nieuw = _DEKKING.replace("01-01,,", f"01-01,{DATUM},"), _DEKKING.replace("2023-01-01", DATUM)
    samen = met("dekking.csv", _DEKKING, oud + nieuw.replace("vhh-twente", "vhh-midden-brabant"))
    zaak = signaal(ZSM, 1, grondslag=AANDRAGEN, criteria=COMPLEX, gemeente_verblijf="GM0153")
    gebracht = zend(samen, zaak, BEGIN)
    reactie(samen, gebracht[0], Reactie.ONJUIST_GEADRESSEERD, BEGIN + 1)
    wacht(samen, WISSEL - 1)
    op_dag = [(m.ontvanger, m.soort) for m in wacht(samen, WISSEL + 3_600_000)]
    assert (MIDDEN_BRABANT, "AANDRAGEN") in op_dag and not [m for m in op_dag if m[0] == TWENTE]


def test_what_was_accepted_and_became_a_casus_is_brought_to_nobody_else(met: Maak) -> None:
    """The intake that accepted it opened its casus, of which the source knows: where the coverage changes, no other is asked."""
    oud, nieuw = _DEKKING.replace("01-01,,", f"01-01,{DATUM},"), _DEKKING.replace("2023-01-01", DATUM)
    samen = met("dekking.csv", _DEKKING, oud + nieuw.replace("vhh-twente", "vhh-midden-brabant"))
    gebracht = zend(samen, signaal(ZSM, 1, grondslag=AANDRAGEN, criteria=COMPLEX, gemeente_verblijf="GM0153"), BEGIN)
    reactie(samen, gebracht[0], Reactie.AANGENOMEN, BEGIN + 1)
    assert (ZSM, "BEKEND") in [(m.ontvanger, m.soort) for m in zend(samen, signaal(TWENTE, 1), BEGIN + 1_000)]
    wacht(samen, WISSEL - 1)
    assert [(m.ontvanger, m.soort) for m in wacht(samen, WISSEL + 40 * DAG) if m.soort != "ESCALATIE"] == [
        (TWENTE, "INGETROKKEN"),
    ]


def test_a_successor_of_who_found_out_is_told_that_it_is_known(met: Maak) -> None:
    """A ZSM table said that it is the same person and goes over into another: that one is not asked to find out again."""
    ander = TafelId("zsm-midden-nederland")
    id_ = 'id = "zsm-oost-nederland"\n'
    samen = met("tafels_zsm.toml", id_, f'{id_}geldig_tot = {DATUM}\nopvolger = "{ander}"\n')
    samen.omgeving = Pinned(filter_(), samen.omgeving.register, (*TAFELS, ander), P)
    zaak, casus = (replace(signaal(tafel, 1), sleutels=sleutels(1, bsn=False)) for tafel in (ZSM, TWENTE))
    (vraag,) = [m for m in zend(samen, zaak, BEGIN) + zend(samen, casus, BEGIN + 1) if m.ontvanger == ZSM]
    assert vraag.soort is MeldingSoort.MOGELIJK_BEKEND
    reactie(samen, vraag, Reactie.ZELFDE_PERSOON, BEGIN + 2, rol=Vrijgaverol.PARKETSECRETARIS)
    wacht(samen, WISSEL - 1)
    op_dag = [(m.ontvanger, m.soort) for m in wacht(samen, WISSEL + 3_600_000)]
    assert (ander, "BEKEND") in op_dag and (ander, "MOGELIJK_BEKEND") not in op_dag


def test_the_register_names_its_days() -> None:
    """The next day on which a line begins or ends, of the shipped register too; after the last there is none."""
    register = Register.laad()
    dag, dagen = register.begin, []
    while (volgende := register.wisselt(dag)) is not None:
        assert volgende > dag
        dag = volgende
        dagen.append(dag)
    assert {herindeling.per for herindeling in register.regels.herindelingen if herindeling.per > register.begin} <= {
        *dagen
    }
