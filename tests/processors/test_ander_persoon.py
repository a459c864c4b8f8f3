"""A dossier that is corrected to another person: what people said of the first one says nothing of the second. The rooms together."""

from dataclasses import replace
from functools import cache
from uuid import UUID

import pytest

from hub.beheer.levend import ingetrokken
from hub.domein.codes import (
    Daad,
    Dossierstatus,
    Levensfase,
    MeldingSoort,
    Reactie,
    Uitkomst,
    Vrijgaverol,
    Weigercode,
    Weigerreden,
)
from hub.domein.gebeurtenis import Beheerdaad, Terugkoppeling
from hub.domein.identiteit import TafelId
from hub.domein.melding import Melding
from hub.domein.signaal import Signaal, Sleutelbos
from hub.matching.codering import encode
from hub.opvolging.aandragen import Aandragen
from hub.processors.samenspel import Samenspel
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, RING, TWENTE, ZSM, persoon_van, signaal, sleutels
from tests.processors.test_een_jaar import DAG, hub, koppelingen, reactie, wacht, zend
from tests.processors.test_uitspraak import staand, verdachte

OFFICIER = {"rol": Vrijgaverol.OFFICIER_VAN_JUSTITIE}


@cache
def broer() -> tuple[Sleutelbos, ...]:
    """Born on the same day under the same surname, with other given names: as possible a match as person 1 without BSN."""
    return encode(replace(persoon_van(1), bsn=None, voornamen=persoon_van(7).voornamen), RING)


def zonder_bsn(een: Signaal, tijd: int = BEGIN) -> Signaal:
    return replace(een, versie=tijd, persoon_sinds=tijd, sleutels=sleutels(1, bsn=False))


def ander(een: Signaal, tijd: int, wie: tuple[Sleutelbos, ...] | None = None) -> Signaal:
    return replace(een, versie=tijd, persoon_sinds=tijd, sleutels=broer() if wie is None else wie)


def mogelijk() -> tuple[Samenspel, list[Melding], Melding]:
    """ZSM has to find out whether it is the same person."""
    samen = hub()
    gezegd = zend(samen, zonder_bsn(signaal(TWENTE, 1)), BEGIN) + zend(samen, zonder_bsn(signaal(ZSM, 1)), BEGIN + 1)
    (vraag,) = [m for m in gezegd if m.soort is MeldingSoort.MOGELIJK_BEKEND]
    return samen, gezegd, vraag


@pytest.mark.parametrize("tafel", [ZSM, TWENTE])
def test_the_same_person_counts_no_more_once_it_is_another(tafel: TafelId) -> None:
    """Whichever dossier is corrected: what rested on the word is recalled, and whoever gave it hears that it is open again."""
    samen, gezegd, vraag = mogelijk()
    gezegd += reactie(samen, vraag, Reactie.ZELFDE_PERSOON, BEGIN + 2, **OFFICIER)
    assert (TWENTE, "BEKEND") in staand(gezegd)
    na = zend(samen, ander(zonder_bsn(signaal(tafel, 1)), BEGIN + 9), BEGIN + 9)
    assert {(m.ontvanger, m.soort) for m in na} == {(TWENTE, MeldingSoort.INGETROKKEN), (ZSM, MeldingSoort.CORRECTIE)}
    (koppeling,) = koppelingen(samen)
    assert koppeling.persoon is None and koppeling.stand.bewijs.uitkomst is Uitkomst.MOGELIJK
    (opnieuw,) = [m for m in na if m.soort is MeldingSoort.CORRECTIE]
    weer = reactie(samen, opnieuw, Reactie.ZELFDE_PERSOON, BEGIN + 10, **OFFICIER)
    assert (TWENTE, MeldingSoort.BEKEND) in {(m.ontvanger, m.soort) for m in weer}, (
        "of this person it may be said again"
    )


def test_another_person_is_forgotten_once_the_dossier_is_put_right() -> None:
    """ANDERE_PERSOON said of a wrong record does not silence the very person, whose BSN the source fills in later."""
    samen, _, vraag = mogelijk()
    assert [m.soort for m in reactie(samen, vraag, Reactie.ANDERE_PERSOON, BEGIN + 2, **OFFICIER)] == [
        MeldingSoort.INGETROKKEN
    ]
    zend(samen, ander(signaal(TWENTE, 1), BEGIN + 5, sleutels(1)), BEGIN + 5)
    na = zend(samen, ander(signaal(ZSM, 1), BEGIN + 9, sleutels(1)), BEGIN + 9)
    assert sorted((m.ontvanger, str(m.soort)) for m in na) == [(TWENTE, "BEKEND"), (ZSM, "BEKEND")]


def test_a_word_about_the_person_before_is_refused() -> None:
    """Said in a versie in which the sender's dossier spoke of another: it comes too late, and its sender is told."""
    samen, _, vraag = mogelijk()
    zend(samen, ander(zonder_bsn(signaal(ZSM, 1)), BEGIN + 9), BEGIN + 9)
    wat = Terugkoppeling(
        *(UUID(int=7), vraag.koppeling, Reactie.ZELFDE_PERSOON, ZSM, vraag.dossier, BEGIN, vraag.id),
        tijd=BEGIN + 10,
        rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE,
    )
    assert [(m.soort, m.code) for m in samen.gebeur(wat, BEGIN + 10)] == [
        (MeldingSoort.GEWEIGERD, Weigercode.MELDING_VERVANGEN)
    ]


@pytest.mark.parametrize("over", ["escalatie", "niets"])
def test_a_word_on_an_escalation_about_the_person_before_is_refused(over: str) -> None:
    """The other side is corrected to somebody else: what had been asked before is recalled, and an answer to it, or to nothing that is
    named, opens nothing."""
    samen, _, vraag = mogelijk()
    escalaties = [m for m in wacht(samen, BEGIN + 12 * DAG) if m.soort is MeldingSoort.ESCALATIE and m.ontvanger == ZSM]
    tijd = BEGIN + 12 * DAG + 5
    na = zend(samen, ander(zonder_bsn(signaal(TWENTE, 1)), tijd), tijd)
    assert {(m.soort, m.betreft) for m in na} == {
        (MeldingSoort.CORRECTIE, vraag.id),
        *((MeldingSoort.INGETROKKEN, escalatie.id) for escalatie in escalaties),
    }
    assert zegt(samen, vraag, escalaties[0].id if over == "escalatie" else None, tijd + 1) == [
        (ZSM, MeldingSoort.GEWEIGERD, Weigercode.MELDING_VERVANGEN)
    ]
    (opnieuw,) = [m for m in na if m.soort is MeldingSoort.CORRECTIE]
    assert (TWENTE, MeldingSoort.BEKEND, None) in zegt(samen, vraag, opnieuw.id, tijd + 2)


def test_a_word_while_a_noodstop_holds_the_correction_is_refused() -> None:
    """Who has to find out could not be told that it is about somebody else: what it says of the one before opens nothing, then or later."""
    samen, _, vraag = mogelijk()
    samen.gebeur(Beheerdaad(UUID(int=1), Daad.NOODSTOP, "a.een", tafel=TWENTE, tijd=BEGIN + 3), BEGIN + 3)
    assert zend(samen, ander(zonder_bsn(signaal(TWENTE, 1)), BEGIN + 9), BEGIN + 9) == []
    assert zegt(samen, vraag, vraag.id, BEGIN + 10) == [(ZSM, MeldingSoort.GEWEIGERD, Weigercode.MELDING_VERVANGEN)]
    op = Beheerdaad(UUID(int=2), Daad.OPHEFFEN, "a.een", noodstop=UUID(int=1), tijd=BEGIN + 20)
    samen.gebeur(op, BEGIN + 20)
    (koppeling,) = koppelingen(samen)
    assert koppeling.persoon is None


def test_an_intakes_answer_to_an_escalation_about_the_person_before_is_refused() -> None:
    """As above for what was brought: refusing the first refuses nobody else."""
    samen = hub()
    (aan,) = [m for m in zend(samen, zonder_bsn(verdachte()), BEGIN) if m.soort is MeldingSoort.AANDRAGEN]
    escalatie, *_ = [m for m in wacht(samen, BEGIN + 12 * DAG) if m.soort is MeldingSoort.ESCALATIE]
    tijd = BEGIN + 12 * DAG + 5
    zend(samen, ander(verdachte(), tijd, sleutels(9)), tijd)
    for tik, melding in enumerate((aan, escalatie), 1):
        (terug,) = reactie(samen, melding, Reactie.GEWEIGERD, tijd + tik, reden=Weigerreden.NIET_PASSEND)
        assert terug.code is Weigercode.MELDING_VERVANGEN


def zegt(
    samen: Samenspel, vraag: Melding, over: UUID | None, tijd: int
) -> list[tuple[TafelId, MeldingSoort, Weigercode | None]]:
    """ZSM says that it is the same person, in answer to this melding."""
    wat = Terugkoppeling(
        *(UUID(int=tijd), vraag.koppeling, Reactie.ZELFDE_PERSOON, ZSM, vraag.dossier, BEGIN, over),
        tijd=tijd,
        rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE,
    )
    return [(m.ontvanger, m.soort, m.code) for m in samen.gebeur(wat, tijd)]


@pytest.mark.parametrize("sinds", ["zelfde", "niet gezegd"])
def test_a_word_stays_as_long_as_the_person_does(sinds: str) -> None:
    """Another versie, other facts, or a connector that does not say since when it is this person: nothing lapses."""
    samen, _, vraag = mogelijk()
    reactie(samen, vraag, Reactie.ANDERE_PERSOON, BEGIN + 2, **OFFICIER)
    nieuw = ander(signaal(ZSM, 1), BEGIN + 9, sleutels(1))
    assert not zend(samen, replace(nieuw, persoon_sinds=BEGIN if sinds == "zelfde" else 0), BEGIN + 9)


def test_a_dossier_that_goes_on_elsewhere_is_of_the_same_person() -> None:
    """A successor does not wake what a person ended."""
    samen, _, vraag = mogelijk()
    reactie(samen, vraag, Reactie.ANDERE_PERSOON, BEGIN + 2, **OFFICIER)
    verder = replace(
        zonder_bsn(signaal(MIDDEN_BRABANT, 1, zaak="verder"), BEGIN + 9), voorganger=signaal(TWENTE, 1).dossier
    )
    assert not zend(samen, verder, BEGIN + 9)


@pytest.mark.parametrize("eerst", [Reactie.ANDERE_PERSOON, Reactie.ZELFDE_PERSOON, None])
def test_what_an_operator_recalled_stays_so(eerst: Reactie | None) -> None:
    """Whatever a person had said before: no correction of a dossier undoes an operator's act."""
    samen, _, vraag = mogelijk()
    if eerst is not None:
        reactie(samen, vraag, eerst, BEGIN + 2, **OFFICIER)
    samen.gebeur(
        Beheerdaad(UUID(int=1), Daad.TERUGHALEN, "a.een", koppeling=vraag.koppeling, tijd=BEGIN + 3), BEGIN + 3
    )
    assert not zend(samen, ander(signaal(ZSM, 1), BEGIN + 9, sleutels(1)), BEGIN + 9)
    (koppeling,) = koppelingen(samen)
    assert (koppeling.naar_links.fase, koppeling.naar_rechts.fase) == (Levensfase.VERWORPEN,) * 2


def test_a_release_is_of_the_person_that_it_was_given_for() -> None:
    """VRIJGEVEN lets ZSM hear of this suspect; of another one, in the same dossier, it must be given anew."""
    samen = hub()
    stil = replace(signaal(TWENTE, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None), persoon_sinds=BEGIN)
    gezegd = zend(samen, stil, BEGIN) + zend(samen, replace(signaal(ZSM, 1), persoon_sinds=BEGIN), BEGIN + 1)
    (wacht,) = [m for m in gezegd if m.status is Dossierstatus.WACHT_OP_VRIJGAVE]
    gezegd += reactie(samen, wacht, Reactie.VRIJGEVEN, BEGIN + 2, rol=Vrijgaverol.PROCESREGISSEUR)
    assert (ZSM, "BEKEND") in staand(gezegd)
    gezegd += zend(samen, ander(signaal(ZSM, 1), BEGIN + 9, sleutels(9)), BEGIN + 9)
    gezegd += zend(samen, ander(signaal(ZSM, 1), BEGIN + 10, sleutels(1)), BEGIN + 10)
    assert staand(gezegd) == [(TWENTE, "BEKEND")]
    assert gezegd[-1].status is Dossierstatus.WACHT_OP_VRIJGAVE


def test_who_may_release_is_asked_of_the_new_person() -> None:
    """Nobody has released yet when the other side is corrected: its source is told again that it waits."""
    samen = hub()
    stil = replace(signaal(TWENTE, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None), persoon_sinds=BEGIN)
    zend(samen, stil, BEGIN)
    zend(samen, replace(signaal(ZSM, 1), persoon_sinds=BEGIN), BEGIN + 1)
    opnieuw = [m.status for m in zend(samen, ander(signaal(ZSM, 1), BEGIN + 9, sleutels(1)), BEGIN + 9)]
    assert Dossierstatus.WACHT_OP_VRIJGAVE in opnieuw
    zelfde = replace(signaal(ZSM, 1), versie=BEGIN + 12, persoon_sinds=BEGIN + 9)
    assert not zend(samen, zelfde, BEGIN + 12), "and once is enough"


@pytest.mark.parametrize("gezegd", [Reactie.GEWEIGERD, Reactie.AANGENOMEN])
def test_what_an_intake_said_is_of_the_person_that_was_brought(gezegd: Reactie) -> None:
    """Refused or accepted: the next person in the dossier is brought for himself."""
    samen = hub()
    (aandragen,) = [m for m in zend(samen, zonder_bsn(verdachte()), BEGIN) if m.soort is MeldingSoort.AANDRAGEN]
    anders = {"reden": Weigerreden.NIET_PASSEND} if gezegd is Reactie.GEWEIGERD else {}
    reactie(samen, aandragen, gezegd, BEGIN + 2, **anders)
    zelfde = replace(zonder_bsn(verdachte(), BEGIN + 5), persoon_sinds=BEGIN)
    assert TWENTE not in {m.ontvanger for m in zend(samen, zelfde, BEGIN + 5)}, "of the same person it stays said"
    na = zend(samen, ander(verdachte(), BEGIN + 9, sleutels(9)), BEGIN + 9)
    assert [m.soort for m in na if m.ontvanger == TWENTE and m.soort is not MeldingSoort.INGETROKKEN] == [
        MeldingSoort.AANDRAGEN
    ]
    (staat,) = [staat.lijf for staat in samen.staat.values() if isinstance(staat.lijf, Aandragen)]
    assert isinstance(staat, Aandragen) and (staat.uitkomst, staat.richting.fase) == (None, Levensfase.GEMELD)


def test_a_question_that_is_open_is_asked_of_the_new_person() -> None:
    """Nobody has answered yet when the other side is corrected: who has to find out is told, and a word about the first is too late."""
    samen, _, vraag = mogelijk()
    na = zend(samen, ander(zonder_bsn(signaal(TWENTE, 1)), BEGIN + 9), BEGIN + 9)
    assert [(m.ontvanger, m.soort) for m in na] == [(ZSM, MeldingSoort.CORRECTIE)]
    te_laat = reactie(samen, vraag, Reactie.ZELFDE_PERSOON, BEGIN + 10, **OFFICIER)
    assert [(m.soort, m.code) for m in te_laat] == [(MeldingSoort.GEWEIGERD, Weigercode.MELDING_VERVANGEN)]


def test_an_intake_that_has_not_answered_is_told_of_the_new_person() -> None:
    """It was busy with the first: its refusal of that one refuses nobody else."""
    samen = hub()
    (aandragen,) = [m for m in zend(samen, zonder_bsn(verdachte()), BEGIN) if m.soort is MeldingSoort.AANDRAGEN]
    reactie(samen, aandragen, Reactie.CONTACT_GELEGD, BEGIN + 2)
    na = zend(samen, ander(verdachte(), BEGIN + 9, sleutels(9)), BEGIN + 9)
    assert MeldingSoort.CORRECTIE in {m.soort for m in na if m.ontvanger == TWENTE}
    te_laat = reactie(samen, aandragen, Reactie.GEWEIGERD, BEGIN + 10, reden=Weigerreden.NIET_PASSEND)
    assert [(m.soort, m.code) for m in te_laat] == [(MeldingSoort.GEWEIGERD, Weigercode.MELDING_VERVANGEN)]


def test_a_word_that_waited_is_of_the_versie_in_which_it_was_said() -> None:
    """Parked until the sender's dossier has come that far, it is refused where that dossier then speaks of another person."""
    samen, _, vraag = mogelijk()
    wat = Terugkoppeling(
        *(UUID(int=7), vraag.koppeling, Reactie.ZELFDE_PERSOON, ZSM, vraag.dossier, BEGIN + 5, vraag.id),
        rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE,
        tijd=BEGIN + 6,
    )
    assert samen.gebeur(wat, BEGIN + 6) == []
    na = zend(samen, ander(zonder_bsn(signaal(ZSM, 1)), BEGIN + 9), BEGIN + 9)
    assert (MeldingSoort.GEWEIGERD, Weigercode.MELDING_VERVANGEN) in {(m.soort, m.code) for m in na}
    assert not [m for m in na if m.ontvanger == TWENTE]


@pytest.mark.parametrize("soort", [Reactie.ZELFDE_PERSOON, Reactie.ANDERE_PERSOON])
@pytest.mark.parametrize("wie", ["zelfde", "ander"])
def test_a_tafel_that_left_comes_back(soort: Reactie, wie: str) -> None:
    """Its departure withdraws its dossiers and says nothing of their persons: what people said holds for the same person that comes back,
    and for no other."""
    samen, _, vraag = mogelijk()
    reactie(samen, vraag, soort, BEGIN + 2, **OFFICIER)
    casus = zonder_bsn(signaal(TWENTE, 1))
    blok = next(een.blok(casus.dossier) for een in samen.indexen)
    zend(samen, ingetrokken(blok), BEGIN + 5)
    terug = replace(casus, versie=BEGIN + 9) if wie == "zelfde" else ander(casus, BEGIN + 9)
    na = {(m.ontvanger, m.soort) for m in zend(samen, terug, BEGIN + 9)}
    assert ((TWENTE, MeldingSoort.BEKEND) in na) is (wie == "zelfde" and soort is Reactie.ZELFDE_PERSOON)
    assert bool(na) is (wie == "ander" or soort is Reactie.ZELFDE_PERSOON)


def test_a_release_that_lapsed_under_a_noodstop_is_asked_for_again() -> None:
    """Given while nothing may leave, and lapsed before it could: its giver hears that it waits for another."""
    samen = hub()
    stil = replace(signaal(TWENTE, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None), persoon_sinds=BEGIN)
    gezegd = zend(samen, stil, BEGIN) + zend(samen, replace(signaal(ZSM, 1), persoon_sinds=BEGIN), BEGIN + 1)
    (wacht_op,) = [m for m in gezegd if m.status is Dossierstatus.WACHT_OP_VRIJGAVE]
    stop = Beheerdaad(UUID(int=50), Daad.NOODSTOP, "a.een", tafel=ZSM, tijd=BEGIN + 2)
    samen.gebeur(stop, BEGIN + 2)
    reactie(samen, wacht_op, Reactie.VRIJGEVEN, BEGIN + 3, rol=Vrijgaverol.PROCESREGISSEUR)
    na = zend(samen, ander(signaal(ZSM, 1), BEGIN + 9, sleutels(1)), BEGIN + 9)
    assert [(m.ontvanger, m.status) for m in na] == [(TWENTE, Dossierstatus.WACHT_OP_VRIJGAVE)]
