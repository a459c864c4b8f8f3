"""The days on which government works are those of the Algemene termijnenwet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.kalender import BESLOTEN_TOT_EN_MET, GELIJKGESTELD, feestdag, lokaal, moment, werkdag


def pasen(jaar: int) -> date:
    """Easter Sunday (Anonymous Gregorian algorithm, Nature 1876)."""
    a, b, c = jaar % 19, jaar // 100, jaar % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    l_ = (32 + 2 * e + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 19 * l_) // 433
    maand = (h + l_ - 7 * m + 90) // 25
    return date(jaar, maand, (h + l_ - 7 * m + 33 * maand + 19) % 32)


FEESTDAGEN_2026 = {
    "2026-01-01": "Nieuwjaarsdag",
    "2026-01-02": "on a par by decree",
    "2026-04-03": "Goede Vrijdag (Atw art. 3(2))",
    "2026-04-05": "eerste paasdag, a Sunday anyway",
    "2026-04-06": "tweede paasdag",
    "2026-04-27": "Koningsdag",
    "2026-05-05": "5 May, in every year and not only each fifth",
    "2026-05-14": "Hemelvaartsdag",
    "2026-05-15": "on a par by decree",
    "2026-05-24": "eerste pinksterdag, a Sunday anyway",
    "2026-05-25": "tweede pinksterdag",
    "2026-12-25": "eerste kerstdag",
    "2026-12-26": "tweede kerstdag",
}


def test_the_feestdagen_of_a_year() -> None:
    """Exactly the days that Atw art. 3 names, with those of the decree for that year."""
    dagen = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    assert {dag.isoformat() for dag in dagen if feestdag(dag)} == set(FEESTDAGEN_2026)


@pytest.mark.parametrize(
    ("dag", "waarom"),
    [
        ("2025-04-26", "27 April 2025 is a Sunday: the birthday is celebrated on the Saturday"),
        ("2013-04-30", "Koninginnedag"),
        ("2027-05-05", "5 May of an ordinary year"),
        ("2030-05-05", "5 May of a fifth year"),
    ],
)
def test_days_that_move_or_are_easily_forgotten(dag: str, waarom: str) -> None:
    """The law's list holds in the years in which calendars differ from it."""
    assert feestdag(date.fromisoformat(dag)), waarom


@given(jaar=st.integers(1990, 2099))
def test_the_movable_days_follow_easter_in_every_year(jaar: int) -> None:
    """Goede Vrijdag, tweede paasdag, Hemelvaartsdag and tweede pinksterdag hang on Easter; the fixed days stay."""
    for dagen in (-2, 1, 39, 50):
        assert feestdag(pasen(jaar) + timedelta(days=dagen))
    for maand, dag in ((1, 1), (5, 5), (12, 25), (12, 26)):
        assert feestdag(date(jaar, maand, dag))


def test_decrees_name_only_days_on_which_somebody_would_work() -> None:
    """Every day of a decree is a weekday next to a feestdag, in a year that the table says to know."""
    for dag in GELIJKGESTELD:
        assert dag.weekday() < 5
        assert any(feestdag(dag + timedelta(days=n)) for n in (-1, 1))
        assert not werkdag(dag)
    assert max(GELIJKGESTELD).year == BESLOTEN_TOT_EN_MET


@given(dag=st.dates(date(2000, 1, 1), date(2099, 12, 31)), minuut=st.integers(0, 1439))
def test_the_clock_shows_what_it_was_set_to(dag: date, minuut: int) -> None:
    """A local minute leads to a moment at which the clock shows that minute, save in the hour that summer time skips."""
    terug = lokaal(moment(dag, minuut))
    overgeslagen = dag.month == 3 and dag.weekday() == 6 and dag.day > 24 and minuut // 60 == 2
    assert overgeslagen or (terug.date(), terug.hour * 60 + terug.minute) == (dag, minuut)
