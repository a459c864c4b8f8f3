"""A desk is open in the hours that the register gives, by the Dutch clock, and not on feestdagen unless it works every day."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.kalender import AMSTERDAM, feestdag, lokaal
from hub.routing.openingstijden import Openingstijd, gaat_open, lees_openingstijd, open_op

MINUUT = 60_000
KANTOOR = (lees_openingstijd("ma-vr 08:30-17:00"),)
ZSM = (lees_openingstijd("ma-zo 08:00-22:00"),)
WINKEL = (*KANTOOR, lees_openingstijd("za 10:00-14:00"))
ALTIJD = (lees_openingstijd("ma-zo 00:00-24:00"),)


def ms(tekst: str) -> int:
    return int(datetime.fromisoformat(tekst).replace(tzinfo=AMSTERDAM).timestamp() * 1000)


@pytest.mark.parametrize(
    ("tekst", "dagen", "van", "tot"),
    [
        ("ma-vr 08:30-17:00", {0, 1, 2, 3, 4}, 510, 1020),
        ("za 10:00-14:00", {5}, 600, 840),
        ("ma-zo 00:00-24:00", {0, 1, 2, 3, 4, 5, 6}, 0, 1440),
        ("vr-ma 09:00-12:30", {4, 5, 6, 0}, 540, 750),
    ],
)
def test_a_line_of_hours_is_read(tekst: str, dagen: set[int], van: int, tot: int) -> None:
    """One day or a run of days, that may pass over the weekend; the text stays as it was written."""
    gelezen = lees_openingstijd(tekst)
    assert (set(gelezen.dagen), gelezen.van, gelezen.tot, str(gelezen)) == (dagen, van, tot, tekst)


@pytest.mark.parametrize(
    "tekst",
    ["", "altijd", "ma-vr", "ma-vr 8:30-17:00", "mo-fr 08:30-17:00", "ma-vr 17:00-08:30", "ma 09:00-09:00", "ma 09:00-24:01",
     "ma 09:60-10:00", "ma 25:00-26:00", "ma-vr 08:30-17:00 ", "ma,di 08:30-17:00", "ma-vr ٠٨:30-17:00"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_dutch(tekst: str) -> None:
    """The message says how to write it."""
    with pytest.raises(ValueError, match="schrijf"):
        lees_openingstijd(tekst)


@pytest.mark.parametrize(
    ("openingstijden", "moment", "open_"),
    [
        (KANTOOR, "2026-11-23T08:29", False),
        (KANTOOR, "2026-11-23T08:30", True),
        (KANTOOR, "2026-11-23T16:59", True),
        (KANTOOR, "2026-11-23T17:00", False),
        (KANTOOR, "2026-11-22T12:00", False),
        (KANTOOR, "2026-04-06T12:00", False),
        (ZSM, "2026-04-06T12:00", True),
        (WINKEL, "2026-12-26T12:00", False),
        (WINKEL, "2026-12-19T12:00", True),
        (ALTIJD, "2026-12-25T23:59", True),
        ((), "2026-11-23T12:00", False),
    ],
)
def test_whether_a_desk_answers(openingstijden: tuple[Openingstijd, ...], moment: str, open_: bool) -> None:
    """Hours by the local clock; on a feestdag only a desk that works all seven days."""
    assert open_op(openingstijden, ms(moment)) is open_


@pytest.mark.parametrize(
    ("openingstijden", "vanaf", "opent"),
    [
        (KANTOOR, "2026-11-23T10:15", "2026-11-23T10:15"),
        (KANTOOR, "2026-11-20T17:00", "2026-11-23T08:30"),
        (KANTOOR, "2026-04-02T18:00", "2026-04-07T08:30"),
        (KANTOOR, "2026-12-24T18:00", "2026-12-28T08:30"),
        (ZSM, "2026-12-24T23:00", "2026-12-25T08:00"),
        (WINKEL, "2026-11-20T18:00", "2026-11-21T10:00"),
        (KANTOOR, "2026-03-27T18:00", "2026-03-30T08:30"),
        (ALTIJD, "2026-12-31T23:59", "2026-12-31T23:59"),
    ],
)
def test_when_a_desk_opens(openingstijden: tuple[Openingstijd, ...], vanaf: str, opent: str) -> None:
    """Now when it is open; else at the next beginning, past weekends and feestdagen, by the clock of that day."""
    assert gaat_open(openingstijden, ms(vanaf)) == ms(opent)


def test_without_hours_nobody_knows() -> None:
    """The register that does not say is no promise that the desk ever opens."""
    assert gaat_open((), ms("2026-11-23T10:00")) is None


dag = st.sampled_from(["ma", "di", "wo", "do", "vr", "za", "zo"])
uren = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda u: u[0] < u[1])
regel = st.builds(
    lambda d, e, u: lees_openingstijd(f"{d}-{e} {u[0] // 60:02}:{u[0] % 60:02}-{u[1] // 60:02}:{u[1] % 60:02}"),
    dag,
    dag,
    uren,
)
minuten = st.one_of(
    st.integers(ms("2024-01-01T00:00") // MINUUT, ms("2029-01-01T00:00") // MINUUT),
    *(
        st.integers(ms(f"{d}T00:00") // MINUUT, ms(f"{d}T12:00") // MINUUT)
        for d in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-24", "2026-04-02")
    ),
)


@given(openingstijden=st.lists(regel, min_size=1, max_size=3).map(tuple), minuut=minuten)
def test_the_next_opening_is_the_first_open_minute(openingstijden: tuple[Openingstijd, ...], minuut: int) -> None:
    """Counting minute by minute finds the same moment, also where the clock jumps into or over an opening hour."""
    gevonden = gaat_open(openingstijden, minuut * MINUUT)
    nu = minuut * MINUUT
    while not open_op(openingstijden, nu):
        nu += MINUUT
    assert gevonden == nu


@given(openingstijden=st.lists(regel, max_size=3).map(tuple), minuut=minuten)
def test_a_desk_that_rests_one_day_is_closed_on_feestdagen(
    openingstijden: tuple[Openingstijd, ...], minuut: int
) -> None:
    """Open on a feestdag means open on every day of the week."""
    if open_op(openingstijden, minuut * MINUUT) and feestdag(lokaal(minuut * MINUUT).date()):
        assert set().union(*(o.dagen for o in openingstijden)) == set(range(7))
