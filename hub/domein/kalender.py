"""The Dutch calendar: local time, and the days on which government works (Algemene termijnenwet, Atw, art. 3)."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
ZATERDAG: Final = 5

GELIJKGESTELD: Final = frozenset(
    date.fromisoformat(dag)
    for dag in (
        # Besluit gelijkstelling van 28 april 2023, 19 mei 2023, 10 mei 2024, 27 december 2024 en 30 mei 2025
        *("2023-04-28", "2023-05-19", "2024-05-10", "2024-12-27", "2025-05-30"),
        # Besluit gelijkstelling van 2 januari 2026, 15 mei 2026, 7 mei 2027, 28 april 2028 en 26 mei 2028
        *("2026-01-02", "2026-05-15", "2027-05-07", "2028-04-28", "2028-05-26"),
    )
)
"""Days that a royal decree puts on a par with a feestdag (Atw art. 3(3)). A decree covers three years; add the next one here."""

BESLOTEN_TOT_EN_MET: Final = 2028
"""The last year whose decree is in GELIJKGESTELD; `hub register check` asks for the next one when it is over."""


def lokaal(tijd: int) -> datetime:
    """The wall clock in the Netherlands at a moment in ms since the epoch."""
    return datetime.fromtimestamp(tijd / 1000, UTC).astimezone(AMSTERDAM)


def dag_van(tijd: int) -> date:
    """The calendar day in the Netherlands at a moment in ms since the epoch."""
    return lokaal(tijd).date()


def moment(dag: date, minuut: int, fold: int = 0) -> int:
    """The moment (ms since the epoch) at which the Dutch clock shows `minuut` (0..1439, minutes since midnight) on `dag`.

    `fold` 1 is the second time that it does, in the night in which summer time ends.
    """
    klok = datetime.combine(dag, time(minuut // 60, minuut % 60, fold=fold), AMSTERDAM)
    return int(klok.timestamp()) * 1000


@lru_cache
def _feestdagen(jaar: int) -> frozenset[date]:
    # All countries of the library load at once (about a second): not for a command that asks for no date.
    from holidays import OPTIONAL, PUBLIC, country_holidays  # noqa: PLC0415

    # The law names 5 May in every year; collective agreements and so PUBLIC only each fifth. OPTIONAL holds it yearly.
    return frozenset(country_holidays("NL", years=jaar, categories=(PUBLIC, OPTIONAL)))


def feestdag(dag: date) -> bool:
    """Whether `dag` is a feestdag for government.

    Atw art. 3(1): Nieuwjaarsdag, tweede paas- and pinksterdag, both kerstdagen, Hemelvaartsdag, the day on which the King's
    birthday is celebrated and 5 May, in every year; (2) Goede Vrijdag is on a par with them; (3) so is what a decree names.
    """
    return dag in GELIJKGESTELD or dag in _feestdagen(dag.year)


def warm(tijd: int) -> None:
    """Load the feestdagen around a moment (ms): about a second, that no first melding should wait for."""
    for jaar in (lokaal(tijd).year, lokaal(tijd).year + 1):
        _feestdagen(jaar)


def werkdag(dag: date) -> bool:
    """Whether `dag` is no Saturday, Sunday or feestdag (Atw art. 1(1))."""
    return dag.weekday() < ZATERDAG and not feestdag(dag)
