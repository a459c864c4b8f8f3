"""A day that the register names: whatever rests on it is decided anew on that day, and not at the next signaal."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hub.domein.codes import Dossierstatus, MeldingSoort, Reactie, Vrijgaverol
from hub.domein.identiteit import TafelId
from hub.domein.kalender import moment
from hub.domein.melding import Melding
from hub.domein.signaal import MOMENT_MAX, Signaal
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
GELDERLAND_MIDDEN, ZSM_ANDERS = TafelId("vhh-gelderland-midden"), TafelId("zsm-midden-nederland")
_TWENTE = 'naam = "Zorg- en Veiligheidshuis Twente"\n'
_DEKKING = "GM0153,Enschede,vhh-twente,2023-01-01,,,,nee,Een huis voor VR05\n"
_TWENTE_OVER = f'{_TWENTE}geldig_tot = {DATUM}\nopvolger = "vhh-midden-brabant"\n'
"""Twente goes over into Midden-Brabant on the day."""
_DEKKING_OVER = _DEKKING.replace("01-01,,", f"01-01,{DATUM},") + _DEKKING.replace("2023-01-01", DATUM).replace(
    "vhh-twente", "vhh-midden-brabant"
)
"""Midden-Brabant takes in for Enschede from the day on."""
OVER = {"koppeling": (TAFELS_VHH, _TWENTE, _TWENTE_OVER), "aandragen": ("dekking.csv", _DEKKING, _DEKKING_OVER)}
"""What changes in the register on the day, for the one and for the other: file, text, new text."""

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


def van_de_dag(samen: Samenspel) -> list[Melding]:
    """What the first hour of the day brings; what is told before it is for another test."""
    wacht(samen, WISSEL - 1)
    return wacht(samen, WISSEL + 3_600_000)


def te_brengen() -> Signaal:
    """A verdachte that the register brings to Twente."""
    return signaal(ZSM, 1, grondslag=AANDRAGEN, criteria=COMPLEX, gemeente_verblijf="GM0153")


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
    samen = met(TAFELS_VHH, _TWENTE, _TWENTE_OVER)
    bekend_en_gesloten(samen)
    assert sorted(op_de_dag(samen)) == [
        *[(MIDDEN_BRABANT, "BEKEND"), (TWENTE, "INGETROKKEN"), (ZSM, "CORRECTIE")],
    ]


def test_what_was_brought_goes_to_the_intake_of_the_day(met: Maak) -> None:
    """The coverage of a gemeente changes on a day: whoever took it in before has it no more, and the source hears who has."""
    samen = met("dekking.csv", _DEKKING, _DEKKING_OVER)
    gebracht = zend(samen, te_brengen(), BEGIN)
    assert [(m.ontvanger, m.soort, m.status) for m in gebracht] == [
        (TWENTE, MeldingSoort.AANDRAGEN, None),
        (ZSM, MeldingSoort.STATUS, Dossierstatus.AANGEDRAGEN),
    ]
    reactie(samen, gebracht[0], Reactie.AANGENOMEN, BEGIN + 1)
    assert op_de_dag(samen)[:3] == [(TWENTE, "INGETROKKEN"), (MIDDEN_BRABANT, "AANDRAGEN"), (ZSM, "STATUS")]


def test_what_was_sent_on_goes_to_the_intake_of_the_day(met: Maak) -> None:
    """Whoever said that it was not theirs is not asked again because the register was put right: the tafel that it names now is."""
    samen = met("dekking.csv", _DEKKING, _DEKKING_OVER)
    gebracht = zend(samen, te_brengen(), BEGIN)
    reactie(samen, gebracht[0], Reactie.ONJUIST_GEADRESSEERD, BEGIN + 1)
    op_dag = [(m.ontvanger, m.soort) for m in van_de_dag(samen)]
    assert (MIDDEN_BRABANT, "AANDRAGEN") in op_dag and not [m for m in op_dag if m[0] == TWENTE]


def test_what_was_accepted_and_became_a_casus_is_brought_to_nobody_else(met: Maak) -> None:
    """The intake that accepted it opened its casus, of which the source knows: where the coverage changes, no other is asked."""
    samen = met("dekking.csv", _DEKKING, _DEKKING_OVER)
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
    op_dag = [(m.ontvanger, m.soort) for m in van_de_dag(samen)]
    assert (ander, "BEKEND") in op_dag and (ander, "MOGELIJK_BEKEND") not in op_dag


def zsm_gaat_over(met: Maak) -> Samenspel:
    """The ZSM tafel goes over into another one on the day, and both have joined."""
    eigen = 'id = "zsm-oost-nederland"\n'
    samen = met("tafels_zsm.toml", eigen, f'{eigen}geldig_tot = {DATUM}\nopvolger = "{ZSM_ANDERS}"\n')
    return met_erbij(samen, ZSM_ANDERS)


def met_erbij(samen: Samenspel, *tafels: TafelId) -> Samenspel:
    samen.omgeving = Pinned(filter_(), samen.omgeving.register, (*TAFELS, *tafels), P)
    return samen


def wachtend(samen: Samenspel, soort: str) -> Signaal:
    """A verdachte that nobody released yet: a counterpart waits for it, or its intake."""
    if soort == "koppeling":
        zaak = signaal(ZSM, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None)
    else:
        zaak = replace(
            te_brengen(), feiten=replace(te_brengen().feiten, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None)
        )
    meldingen = zend(samen, zaak, BEGIN)
    if soort == "koppeling":
        meldingen += zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    assert [(m.ontvanger, m.status) for m in meldingen if m.status] == [(ZSM, Dossierstatus.WACHT_OP_VRIJGAVE)]
    return zaak


@pytest.mark.parametrize("soort", ["koppeling", "aandragen"])
def test_whoever_takes_over_a_dossier_that_waits_hears_that_it_waits(met: Maak, soort: str) -> None:
    """What waits for a release is told to the tafel that the dossier goes over to, and to the former one no more."""
    samen = zsm_gaat_over(met)
    zaak = wachtend(samen, soort)
    op_dag = van_de_dag(samen)
    gehoord = [(m.ontvanger, m.status, m.dossier) for m in op_dag if m.soort is MeldingSoort.STATUS]
    assert gehoord == [(ZSM_ANDERS, Dossierstatus.WACHT_OP_VRIJGAVE, zaak.dossier)]


@pytest.mark.parametrize("soort", ["koppeling", "aandragen"])
def test_a_dossier_that_moves_while_it_waits_is_told_of_where_it_is(met: Maak, soort: str) -> None:
    """The same where the source itself delivers the dossier under another tafel."""
    samen = zsm_gaat_over(met)
    zaak = wachtend(samen, soort)
    na = zend(samen, replace(zaak, tafel=ZSM_ANDERS, versie=BEGIN + 5), BEGIN + 5)
    gehoord = [(m.ontvanger, m.status) for m in na if m.soort is MeldingSoort.STATUS]
    assert gehoord == [(ZSM_ANDERS, Dossierstatus.WACHT_OP_VRIJGAVE)]


def test_a_fallback_that_becomes_the_successor_keeps_what_it_has(met: Maak) -> None:
    """A tafel goes over into the one that stood in for it: there the melding stands, and nobody else hears of it."""
    samen = met(TAFELS_VHH, _TWENTE, f'{_TWENTE}geldig_tot = {DATUM}\nopvolger = "{GELDERLAND_MIDDEN}"\n')
    met_erbij(samen, GELDERLAND_MIDDEN, TafelId("vhh-regio-utrecht"))
    meldingen = zend(samen, signaal(ZSM, 1), BEGIN) + zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    (melding,) = [m for m in meldingen if m.ontvanger == TWENTE]
    na = reactie(samen, melding, Reactie.ONJUIST_GEADRESSEERD, BEGIN + 2)
    assert (GELDERLAND_MIDDEN, MeldingSoort.BEKEND) in [(m.ontvanger, m.soort) for m in na]
    op_dag = van_de_dag(samen)
    assert [(m.ontvanger, m.soort) for m in op_dag if m.soort in (MeldingSoort.INGETROKKEN, MeldingSoort.BEKEND)] == []


def test_what_floats_is_told_to_the_successor(met: Maak) -> None:
    """Two said that it was not theirs, so that it floats; on the day that the tafel goes over, its successor hears it."""
    samen = met(TAFELS_VHH, _TWENTE, _TWENTE_OVER)
    met_erbij(samen, GELDERLAND_MIDDEN)
    meldingen = zend(samen, signaal(ZSM, 1), BEGIN) + zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    for nummer, wie in enumerate((TWENTE, GELDERLAND_MIDDEN)):
        (bekend,) = [m for m in meldingen if (m.ontvanger, m.soort) == (wie, MeldingSoort.BEKEND)]
        meldingen = reactie(samen, bekend, Reactie.ONJUIST_GEADRESSEERD, BEGIN + 2 + nummer)
    assert [(m.ontvanger, m.status) for m in meldingen if m.status] == [(ZSM, Dossierstatus.ZWEVEND)]
    op_dag = [(m.ontvanger, m.soort) for m in van_de_dag(samen)]
    assert (MIDDEN_BRABANT, MeldingSoort.BEKEND) in op_dag


@pytest.mark.parametrize("eerst", [False, True], ids=["de dag", "een reactie"])
def test_a_word_before_the_term_of_the_day_changes_nothing(met: Maak, eerst: bool) -> None:
    """After midnight the register of the day counts, whatever is handled first: whoever it names now hears it."""
    samen = met_erbij(met("dekking.csv", _DEKKING, _DEKKING_OVER), GELDERLAND_MIDDEN)
    gebracht = zend(samen, te_brengen(), BEGIN)
    na = reactie(samen, gebracht[0], Reactie.ONJUIST_GEADRESSEERD, BEGIN + 1)
    (bij,) = [m for m in na if m.soort is MeldingSoort.AANDRAGEN]
    wacht(samen, WISSEL - 1)
    op_dag = reactie(samen, bij, Reactie.ONTVANGEN, WISSEL + 1) if eerst else []
    op_dag = [*op_dag, *wacht(samen, WISSEL + 3_600_000)]
    assert [m.ontvanger for m in op_dag if m.soort is MeldingSoort.AANDRAGEN] == [MIDDEN_BRABANT]


@pytest.mark.parametrize("soort", ["koppeling", "aandragen"])
@pytest.mark.parametrize("eerst", [False, True], ids=["de dag", "een reactie"])
def test_a_wrong_address_on_the_day_is_none_of_the_new_one(met: Maak, soort: str, eerst: bool) -> None:
    """Whoever says after midnight that it is not theirs spoke of the register of before: whom that names now hears it, and nobody again."""
    samen = met_erbij(met(*OVER[soort]), GELDERLAND_MIDDEN)
    meldingen = zend(samen, te_brengen() if soort == "aandragen" else signaal(ZSM, 1), BEGIN)
    if soort == "koppeling":
        meldingen += zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    (eerste,) = [m for m in meldingen if m.ontvanger == TWENTE]
    na = reactie(samen, eerste, Reactie.ONJUIST_GEADRESSEERD, WISSEL - DAG)
    (bij,) = [m for m in na if m.ontvanger == GELDERLAND_MIDDEN]
    wacht(samen, WISSEL - 1)
    op_dag = reactie(samen, bij, Reactie.ONJUIST_GEADRESSEERD, WISSEL + 1) if eerst else []
    op_dag = [*op_dag, *wacht(samen, WISSEL + 3_600_000)]
    verteld = [m.ontvanger for m in op_dag if m.soort in (MeldingSoort.BEKEND, MeldingSoort.AANDRAGEN)]
    assert verteld == [MIDDEN_BRABANT]


@pytest.mark.parametrize("soort", ["koppeling", "aandragen"])
def test_a_line_put_right_from_a_day_on_places_what_floats(met: Maak, tmp_path: Path, soort: str) -> None:
    """The register led wrongly until nobody was left; workers start with one that is right from a day on, and on that day it is told."""
    samen = met_erbij(met("dekking.csv", _DEKKING, _DEKKING), GELDERLAND_MIDDEN)
    meldingen = zend(samen, te_brengen() if soort == "aandragen" else signaal(ZSM, 1), BEGIN)
    if soort == "koppeling":
        meldingen += zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    for nummer, wie in enumerate((TWENTE, GELDERLAND_MIDDEN)):
        (bij,) = [m for m in meldingen if m.ontvanger == wie]
        meldingen = reactie(samen, bij, Reactie.ONJUIST_GEADRESSEERD, BEGIN + 2 + nummer)
    assert [m.status for m in meldingen if m.ontvanger == ZSM][-1] is Dossierstatus.ZWEVEND
    bestand, oud, nieuw = OVER[soort]
    pad = tmp_path / "register" / bestand
    beter = pad.read_text("utf-8").replace(oud, nieuw)
    pad.write_text(beter, "utf-8")
    samen.herstart(Pinned(filter_(), Register.laad(tmp_path / "register"), (*TAFELS, GELDERLAND_MIDDEN), P))
    assert [m for m in wacht(samen, WISSEL - 1) if m.ontvanger != ZSM] == []
    op_dag = [m.ontvanger for m in wacht(samen, WISSEL + 3_600_000) if m.grondslag]
    assert MIDDEN_BRABANT in op_dag and not {TWENTE, GELDERLAND_MIDDEN} & set(op_dag)


@pytest.mark.parametrize("gezegd", [Reactie.ONTVANGEN, Reactie.CONTACT_GELEGD, Reactie.AANGENOMEN])
def test_whoever_takes_over_what_an_intake_has_hears_where_it_lies(met: Maak, gezegd: Reactie) -> None:
    """However far the intake is with it: the successor of the source is told with whom it lies."""
    samen = zsm_gaat_over(met)
    gebracht = zend(samen, te_brengen(), BEGIN)
    reactie(samen, gebracht[0], gezegd, WISSEL - DAG)
    op_dag = van_de_dag(samen)
    gehoord = [(m.status, m.contact is not None) for m in op_dag if m.soort is MeldingSoort.STATUS]
    ligt = Dossierstatus.AANGENOMEN if gezegd is Reactie.AANGENOMEN else Dossierstatus.AANGEDRAGEN
    assert gehoord == [(ligt, True)] and {m.ontvanger for m in op_dag if m.status} == {ZSM_ANDERS}


def test_where_nothing_changes_for_the_source_it_hears_nothing_twice(met: Maak) -> None:
    """Another intake from a day on, of a verdachte that waits: what the source waits for is the same, and was told."""
    samen = met("dekking.csv", _DEKKING, _DEKKING_OVER)
    wachtend(samen, "aandragen")
    assert op_de_dag(samen) == []


def test_another_receiver_is_no_news_to_a_source_that_waits(met: Maak) -> None:
    """It was told that the melding waits for a release; that it will go to a successor instead of a fallback, it is not told again."""
    samen = met(TAFELS_VHH, _TWENTE, _TWENTE_OVER)
    met_erbij(samen, GELDERLAND_MIDDEN)
    zaak = signaal(ZSM, 1)
    meldingen = zend(samen, zaak, BEGIN) + zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    (eerste,) = [m for m in meldingen if m.ontvanger == TWENTE]
    reactie(samen, eerste, Reactie.ONJUIST_GEADRESSEERD, BEGIN + 2)
    onvrij = replace(zaak.feiten, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None)
    na = zend(samen, replace(zaak, versie=BEGIN + 5, feiten=onvrij), BEGIN + 5)
    assert [(m.ontvanger, m.status) for m in na if m.status] == [(ZSM, Dossierstatus.WACHT_OP_VRIJGAVE)]
    assert [m.status for m in van_de_dag(samen) if m.soort is MeldingSoort.STATUS] == []


def test_a_tafel_that_ends_hands_nothing_to_who_refused_it(met: Maak) -> None:
    """The fallback said that it was not theirs; that it stands in from a day on for a tafel without a successor, asks it nothing again."""
    samen = met_erbij(met(TAFELS_VHH, _TWENTE, f"{_TWENTE}geldig_tot = {DATUM}\n"), GELDERLAND_MIDDEN)
    meldingen = zend(samen, signaal(ZSM, 1), BEGIN) + zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    for nummer, wie in enumerate((TWENTE, GELDERLAND_MIDDEN)):
        (bekend,) = [m for m in meldingen if (m.ontvanger, m.soort) == (wie, MeldingSoort.BEKEND)]
        meldingen = reactie(samen, bekend, Reactie.ONJUIST_GEADRESSEERD, BEGIN + 2 + nummer)
    assert not [m for m in van_de_dag(samen) if m.ontvanger != ZSM]


def test_a_source_that_is_told_later_hears_then_that_it_floats(met: Maak) -> None:
    """Nobody reacted while the source might not know of the koppeling; once it may, it hears that too."""
    samen = met("dekking.csv", _DEKKING, _DEKKING)
    casus = signaal(TWENTE, 1)
    onvrij = replace(casus, feiten=replace(casus.feiten, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None))
    zend(samen, signaal(ZSM, 1), BEGIN)
    zend(samen, onvrij, BEGIN + 1)
    wacht(samen, BEGIN + 60 * DAG)
    vrij = replace(casus, versie=BEGIN + 60 * DAG, feiten=replace(casus.feiten, vrijgave_moment=BEGIN + 60 * DAG))
    op = [(m.ontvanger, m.soort, m.status) for m in zend(samen, vrij, BEGIN + 60 * DAG)]
    assert (ZSM, MeldingSoort.BEKEND, None) in op and (ZSM, MeldingSoort.STATUS, Dossierstatus.ZWEVEND) in op


def test_of_what_is_new_nothing_floats(met: Maak) -> None:
    """A first record asks the register about its own moment only: no warning of 1970."""
    samen = met("dekking.csv", _DEKKING, _DEKKING)
    with capture_logs() as regels:
        zend(samen, te_brengen(), BEGIN)
        zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    assert [regel["event"] for regel in regels] == []


def test_a_day_that_never_comes_is_no_moment(met: Maak) -> None:
    """Registers write 9999-12-31 where there is no end: nothing is due then, and no state holds a moment that cannot be read back."""
    omgeving = met(TAFELS_VHH, _TWENTE, f"{_TWENTE}geldig_tot = 9999-12-31\n").omgeving
    momenten = [BEGIN]
    while (volgende := omgeving.wisselt(momenten[-1])) is not None:
        momenten.append(volgende)
    assert len(momenten) > 1 and momenten == sorted(set(momenten)) and momenten[-1] < MOMENT_MAX


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
