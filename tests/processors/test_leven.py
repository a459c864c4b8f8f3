"""Which machine takes which event: what is about something of another kind is refused like what does not exist."""

from uuid import UUID

import pytest

from hub.domein.codes import Daad, MeldingSoort, Reactie, Weigercode
from hub.domein.gebeurtenis import Beheerdaad, Termijn, Terugkoppeling
from hub.domein.identiteit import GrondslagId
from hub.opvolging.bevraging import Vraagstaat
from hub.opvolging.noodstop import Noodstop
from hub.processors.koppelingstaat import Lijf
from hub.processors.leven import leef
from hub.processors.namen import Geweigerd
from tests.keten.signalen import BEGIN, TWENTE, ZSM, dossier_van
from tests.opvolging.proefomgeving import Proefomgeving
from tests.opvolging.test_bevraging import UITERLIJK, VRAAG, VRAGER

LIJVEN: list[Lijf | None] = [
    None,
    Vraagstaat(VRAAG, VRAGER, "a.een", UITERLIJK),
    Noodstop(VRAAG, TWENTE, None, "a.een", BEGIN),
]


@pytest.mark.parametrize("lijf", LIJVEN)
def test_a_reaction_to_no_koppeling_is_refused_the_same_whatever_is_there(lijf: Lijf | None) -> None:
    """ONBEKEND_VOOR_U to the sender; whatever lives there stays; a receipt is no reaction and is let pass."""
    wat = Terugkoppeling(UUID(int=1), VRAAG, Reactie.ONTVANGEN, ZSM, dossier_van(ZSM, "z"), 0, tijd=BEGIN)
    gevolg = leef(lijf, wat, BEGIN, Proefomgeving())
    assert gevolg is not None and gevolg.lijf == lijf
    ((melding,),) = [[gezonden.melding for gezonden in gevolg.gezonden]]
    assert (melding.soort, melding.code) == (MeldingSoort.GEWEIGERD, Weigercode.ONBEKEND_VOOR_U)
    bezorgd = Terugkoppeling(UUID(int=2), VRAAG, Reactie.BEZORGD, ZSM, dossier_van(ZSM, "z"), 0, tijd=BEGIN)
    assert leef(lijf, bezorgd, BEGIN, Proefomgeving()) is None


@pytest.mark.parametrize("lijf", LIJVEN)
def test_an_operator_hears_that_there_is_nothing_to_recall(lijf: Lijf | None) -> None:
    """TERUGHALEN of what is no koppeling changes nothing and says so in the audit line that the command waits for."""
    daad = Beheerdaad(UUID(int=3), Daad.TERUGHALEN, "a.een", koppeling=VRAAG, tijd=BEGIN)
    gevolg = leef(lijf, daad, BEGIN, Proefomgeving())
    assert gevolg is not None and gevolg.lijf == lijf
    assert [regel.uitkomst for regel in gevolg.audit] == ["niet gevonden"]


def test_what_came_of_an_act_is_told_in_the_words_in_which_it_was_asked() -> None:
    """One act, one object in every audit line: who reads the log finds question and outcome together."""
    nummer = UUID(int=7)
    begin = Beheerdaad(nummer, Daad.NOODSTOP, "a.een", tafel=TWENTE, tijd=BEGIN)
    grond = Beheerdaad(nummer, Daad.NOODSTOP, "a.een", grondslag=GrondslagId("wgs-vhh"), tijd=BEGIN)
    opheffen = Beheerdaad(UUID(int=8), Daad.OPHEFFEN, "b.twee", noodstop=nummer, tijd=BEGIN)
    terug = Beheerdaad(UUID(int=9), Daad.TERUGHALEN, "a.een", koppeling=VRAAG, tijd=BEGIN)
    stop = Noodstop(nummer, TWENTE, None, "a.een", BEGIN)
    for lijf, daad, object_ in (
        (None, begin, f"tafel:{TWENTE}"),
        (None, grond, "grondslag:wgs-vhh"),
        (stop, opheffen, f"noodstop:{nummer}"),
        (None, opheffen, f"noodstop:{nummer}"),
        (None, terug, f"koppeling:{VRAAG}"),
    ):
        gevolg = leef(lijf, daad, BEGIN, Proefomgeving())
        assert gevolg is not None and [regel.object for regel in gevolg.audit] == [object_] == [daad.waarop]


def test_a_term_of_what_has_none_is_a_dead_letter() -> None:
    """Nothing wrote it: it is refused, and harms nothing."""
    with pytest.raises(Geweigerd):
        leef(LIJVEN[2], Termijn(VRAAG, BEGIN), BEGIN, Proefomgeving())
    assert leef(None, Termijn(VRAAG, BEGIN), BEGIN, Proefomgeving()) is None
