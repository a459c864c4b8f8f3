"""Terms in working days."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.kalender import AMSTERDAM, lokaal, werkdag
from hub.opvolging.termijn import reageren_voor


def ms(tekst: str) -> int:
    return int(datetime.fromisoformat(tekst).replace(tzinfo=AMSTERDAM).timestamp() * 1000)


@pytest.mark.parametrize(
    ("begin", "werkdagen", "einde"),
    [
        ("2026-11-20T10:00", 1, "2026-11-23T17:00"),
        ("2026-11-20T23:59", 2, "2026-11-24T17:00"),
        ("2026-11-22T00:00", 1, "2026-11-23T17:00"),
        ("2026-03-27T12:00", 1, "2026-03-30T17:00"),
        ("2026-11-23T09:00", 0, "2026-11-23T17:00"),
    ],
)
def test_a_term_ends_on_a_working_day_at_five(begin: str, werkdagen: int, einde: str) -> None:
    """Weekends do not count, and a change to summer time moves nothing: 17:00 in Amsterdam."""
    assert reageren_voor(ms(begin), werkdagen) == ms(einde)


@pytest.mark.parametrize(
    ("begin", "werkdagen", "einde"),
    [
        ("2026-04-02T10:00", 1, "2026-04-07T17:00"),  # Goede Vrijdag, weekend, tweede paasdag
        ("2026-05-04T10:00", 1, "2026-05-06T17:00"),  # 5 May
        ("2026-05-13T10:00", 2, "2026-05-19T17:00"),  # Hemelvaartsdag and the Friday after it
        ("2026-12-24T10:00", 1, "2026-12-28T17:00"),  # Christmas on Friday and Saturday
        ("2026-12-31T10:00", 1, "2027-01-04T17:00"),  # Nieuwjaarsdag on Friday
        ("2026-04-27T10:00", 1, "2026-04-28T17:00"),  # a melding on Koningsdag
    ],
)
def test_feestdagen_do_not_count(begin: str, werkdagen: int, einde: str) -> None:
    """A term passes over the feestdagen of the Algemene termijnenwet."""
    assert reageren_voor(ms(begin), werkdagen) == ms(einde)


@given(tijd=st.integers(ms("2020-01-01T00:00"), ms("2040-12-31T00:00")), werkdagen=st.integers(1, 60))
def test_exactly_so_many_working_days_lie_between(tijd: int, werkdagen: int) -> None:
    """From the day after the beginning up to the end lie as many working days as the term has; the end is one, at 17:00."""
    einde = lokaal(reageren_voor(tijd, werkdagen))
    eerste = lokaal(tijd).date()
    dagen = [eerste + timedelta(days=n) for n in range(1, (einde.date() - eerste).days + 1)]
    assert sum(map(werkdag, dagen)) == werkdagen
    assert werkdag(einde.date())
    assert (einde.hour, einde.minute, einde.second) == (17, 0, 0)


def test_the_day_is_the_dutch_one() -> None:
    """Half past midnight in Amsterdam is still yesterday in UTC: the term counts from the Dutch day."""
    assert lokaal(ms("2026-07-02T00:30")).date() == date(2026, 7, 2)
    assert reageren_voor(ms("2026-07-02T00:30"), 1) == ms("2026-07-03T17:00")
