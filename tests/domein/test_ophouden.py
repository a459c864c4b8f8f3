"""The clock of ophouden stands still at night."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.domein.kalender import AMSTERDAM, lokaal
from hub.domein.ophouden import ophouden_einde

MINUUT = 60_000


def ms(tekst: str) -> int:
    return int(datetime.fromisoformat(tekst).replace(tzinfo=AMSTERDAM).timestamp() * 1000)


@pytest.mark.parametrize(
    ("begin", "uren", "einde"),
    [
        ("2026-11-23T10:00", 6, "2026-11-23T16:00"),
        ("2026-11-23T18:00", 6, "2026-11-24T00:00"),
        ("2026-11-23T18:01", 6, "2026-11-24T09:01"),
        ("2026-11-23T22:00", 6, "2026-11-24T13:00"),
        ("2026-11-23T03:00", 6, "2026-11-23T15:00"),
        ("2026-11-23T22:00", 9, "2026-11-24T16:00"),
        ("2026-11-23T22:00", 18, "2026-11-25T10:00"),
        ("2026-03-28T22:00", 6, "2026-03-29T13:00"),
        ("2026-10-24T22:00", 6, "2026-10-25T13:00"),
    ],
)
def test_the_night_does_not_count(begin: str, uren: int, einde: str) -> None:
    """Six hours in the daytime are six hours; whatever is left at midnight goes on at nine, also when the clock changes."""
    assert ophouden_einde(ms(begin), uren) == ms(einde)


def _geteld(begin: int, uren: int) -> int:
    """The same by counting: every minute whose beginning lies outside the night."""
    over, nu = uren * 60, begin
    while over:
        over -= lokaal(nu).hour >= 9
        nu += MINUUT
    return nu


begin = st.integers(
    int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) // 60, int(datetime(2040, 1, 1, tzinfo=UTC).timestamp()) // 60
)
zomertijd = st.sampled_from(
    [ms(f"{dag}T12:00") // MINUUT for dag in ("2026-03-28", "2026-10-24", "2031-03-29", "2031-10-25")]
)


@given(minuut=begin | st.builds(int.__add__, zomertijd, st.integers(0, 24 * 60)), uren=st.integers(1, 18))
@example(minuut=ms("2026-03-29T01:30") // MINUUT, uren=6)
@example(minuut=ms("2026-10-25T02:30") // MINUUT, uren=9)
def test_it_agrees_with_a_count_minute_by_minute(minuut: int, uren: int) -> None:
    """For any beginning and length, also in the nights in which the clock changes, the end is where counting ends."""
    assert ophouden_einde(minuut * MINUUT, uren) == _geteld(minuut * MINUUT, uren)


@given(minuut=begin, rest=st.integers(0, MINUUT - 1), uren=st.integers(1, 18))
def test_it_is_exact_to_the_millisecond(minuut: int, rest: int, uren: int) -> None:
    """A beginning within a minute moves the end by as much in the daytime, and never before the end of that minute's beginning."""
    eerder, later = ophouden_einde(minuut * MINUUT, uren), ophouden_einde(minuut * MINUUT + rest, uren)
    overdag = lokaal(minuut * MINUUT).hour >= 9
    nacht = 9 * 60 * MINUUT if lokaal(eerder).hour == 0 and rest and overdag else 0
    assert later == eerder + (rest + nacht if overdag else 0)


def test_no_hours_is_a_fault_of_who_asks() -> None:
    """A length of nothing has no end."""
    with pytest.raises(ValueError, match="at least one hour"):
        ophouden_einde(0, 0)
