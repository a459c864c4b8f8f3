"""The noodstop: one person stops, two lift."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.codes import Daad
from hub.domein.gebeurtenis import Beheerdaad, Termijn
from hub.domein.identiteit import GrondslagId, TafelId
from hub.opvolging.noodstop import Noodstop, Noodstopuitkomst, noodstop_naar, noodstop_stap, noodstop_uit
from hub.opvolging.verval import verval
from hub.stream.codec import standaard
from tests.opvolging.proefomgeving import Proefomgeving
from tests.opvolging.test_levensloop import leven, stand

STOP = UUID(int=1)
TAFELS = [TafelId("zsm-oost"), TafelId("vhh-een"), TafelId("vhh-twee")]
GRONDSLAGEN = [GrondslagId("wgs-vhh"), GrondslagId("wpg-20-zsm-vhh")]
ACTOREN = ["a.een", "b.twee", "c.drie"]


def stop(
    actor: str = "a.een", *, tafel: TafelId | None = TAFELS[0], grondslag: GrondslagId | None = None
) -> Beheerdaad:
    return Beheerdaad(STOP, Daad.NOODSTOP, actor, tafel=tafel, grondslag=grondslag, tijd=7)


def hef_op(actor: str, nummer: int = 2) -> Beheerdaad:
    return Beheerdaad(UUID(int=nummer), Daad.OPHEFFEN, actor, noodstop=STOP, tijd=8)


def test_one_stops_and_two_lift() -> None:
    """Begin, the first of two agrees and it still holds, the second lifts it; the one who stopped may be one of them."""
    begin = noodstop_stap(None, stop())
    assert begin.noodstop == Noodstop(STOP, TAFELS[0], None, "a.een", 7)
    assert begin.uitkomst is Noodstopuitkomst.BEGONNEN
    eerste = noodstop_stap(begin.noodstop, hef_op("a.een"))
    assert eerste.noodstop is not None and eerste.noodstop.opheffer == "a.een"
    assert eerste.uitkomst is Noodstopuitkomst.EERSTE_AKKOORD
    tweede = noodstop_stap(eerste.noodstop, hef_op("b.twee", 3))
    assert (tweede.noodstop, tweede.uitkomst) == (None, Noodstopuitkomst.OPGEHEVEN)


def test_the_same_person_twice_is_refused() -> None:
    """Nobody lifts a noodstop alone, with one act or with two."""
    eerste = noodstop_stap(noodstop_stap(None, stop("c.drie")).noodstop, hef_op("a.een")).noodstop
    weer = noodstop_stap(eerste, hef_op("a.een", 3))
    assert (weer.noodstop, weer.uitkomst) == (eerste, Noodstopuitkomst.GEWEIGERD)


def test_lifting_what_is_not_there_is_refused() -> None:
    """An unknown noodstop, or one that was lifted before, is refused and begins nothing."""
    gevolg = noodstop_stap(None, hef_op("a.een"))
    assert (gevolg.noodstop, gevolg.uitkomst) == (None, Noodstopuitkomst.GEWEIGERD)


def test_an_act_about_something_else_is_a_fault_of_the_caller() -> None:
    """No act is ever applied to the noodstop of another."""
    ander = Noodstop(UUID(int=9), TAFELS[0], None, "a.een", 7)
    for daad in (stop(), hef_op("b.twee"), Beheerdaad(UUID(int=4), Daad.TERUGHALEN, "a.een", koppeling=STOP)):
        with pytest.raises(ValueError, match="noodstop"):
            noodstop_stap(ander, daad)


_daden = st.builds(stop, st.sampled_from(ACTOREN)) | st.builds(hef_op, st.sampled_from(ACTOREN), st.integers(2, 9))


@given(st.lists(_daden, max_size=12))
def test_whatever_is_said_only_two_different_people_lift(daden: list[Beheerdaad]) -> None:
    """Between the beginning and the lifting lies the agreement of another than the one who lifts; refusals change nothing."""
    staat: Noodstop | None = None
    for daad in daden:
        gevolg = noodstop_stap(staat, daad)
        match gevolg.uitkomst:
            case Noodstopuitkomst.BEGONNEN:
                assert gevolg.noodstop is not None and staat in (None, gevolg.noodstop)
            case Noodstopuitkomst.EERSTE_AKKOORD:
                assert staat is not None and staat.opheffer is None
                assert gevolg.noodstop is not None and gevolg.noodstop.opheffer == daad.actor
            case Noodstopuitkomst.OPGEHEVEN:
                assert staat is not None and staat.opheffer not in (None, daad.actor)
                assert gevolg.noodstop is None
            case Noodstopuitkomst.GEWEIGERD:
                assert gevolg.noodstop == staat
        staat = gevolg.noodstop


@given(st.lists(st.sampled_from(ACTOREN), max_size=6), st.integers(0, 7))
def test_a_tail_that_comes_again_changes_nothing(opheffers: list[str], vanaf: int) -> None:
    """A worker that died hands the acts on again from some point; what is in force afterwards is the same."""
    daden = [stop(), *(hef_op(actor, nummer) for nummer, actor in enumerate(opheffers, 2))]

    def einde(reeks: list[Beheerdaad]) -> Noodstop | None:
        staat = None
        for daad in reeks:
            staat = noodstop_stap(staat, daad).noodstop
        return staat

    assert einde(daden + daden[vanaf:]) == einde(daden)


@given(
    tafel=st.sampled_from(TAFELS),
    bron=st.sampled_from(TAFELS),
    ontvanger=st.sampled_from(TAFELS),
    grondslag=st.sampled_from(GRONDSLAGEN),
)
def test_a_stop_holds_both_ways_of_its_tafel_and_nothing_else(
    tafel: TafelId, bron: TafelId, ontvanger: TafelId, grondslag: GrondslagId
) -> None:
    """From and to the tafel on every grondslag; or on the grondslag between all tafels."""
    op_tafel, op_grondslag = stop(tafel=tafel), stop(tafel=None, grondslag=GRONDSLAGEN[0])
    for daad, moet in (
        (op_tafel, tafel in {bron, ontvanger}),
        (op_grondslag, grondslag == GRONDSLAGEN[0]),
    ):
        staat = noodstop_stap(None, daad).noodstop
        assert staat is not None and staat.raakt(bron, ontvanger, grondslag) is moet


@pytest.mark.parametrize("opheffer", [None, "b.twee"])
def test_the_record_gives_the_noodstop_back(opheffer: str | None) -> None:
    """Through Avro and back, beside what the room adds."""
    staat = Noodstop(STOP, None, GRONDSLAGEN[0], "a.een", 7, opheffer)
    waarde = {**noodstop_naar(staat), "toegepast": 3, "outbox": []}
    naam, gelezen = standaard().decodeer(standaard().codeer("noodstop", waarde))
    assert (naam, noodstop_uit(gelezen)) == ("noodstop", staat)


def test_what_a_stop_held_is_told_when_it_is_looked_at_again() -> None:
    """Held under the same versies as ever: the review after the lifting tells it once, and a second review tells nothing."""
    omgeving = Proefomgeving(stop=True)
    gehouden, _ = leven([stand()], omgeving)
    assert gehouden is not None and gehouden.naar_links.gehouden and gehouden.naar_rechts.gehouden
    herziening = Termijn(gehouden.stand.koppeling, gehouden.tijd + 1, omgeving.versies)
    weer = verval(gehouden, herziening, omgeving)
    assert weer is not None and weer.gezonden == ()
    omgeving.stop = False
    over = verval(gehouden, herziening, omgeving)
    assert over is not None and over.lijf is not None and len(over.gezonden) == 2
    assert verval(over.lijf, herziening, omgeving) is None
