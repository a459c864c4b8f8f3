"""Dates as registers know them: a birth date may miss its day, its month, or all of it.

The registers' own form is eight digits `JJJJMMDD` with `00` for what is unknown (BRP, standaardwaarde). Everything here works on
that form; `persoon.py` accepts the other forms of the BRP API and turns them into it.
"""

import calendar
import re
from datetime import UTC, date, datetime
from typing import Final

OUDST: Final = 130
"""No living person is older; the age in `feiten` has the same bound."""

_GBA: Final = re.compile(r"[0-9]{8}")
_DAG: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_ONBEKEND: Final = "00000000"
_DAGEN_TOT_2200: Final = (date(2200, 1, 1) - date(1970, 1, 1)).days


class Datumfout(ValueError):
    """Not a date. The message is Dutch, for the sender, and never holds the value."""


def dag(tekst: str) -> date:
    """A whole day `JJJJ-MM-DD`. Raises Datumfout."""
    if not _DAG.fullmatch(tekst):
        raise Datumfout("geen datum in de vorm JJJJ-MM-DD")
    try:
        return date.fromisoformat(tekst)
    except ValueError:
        raise Datumfout("deze datum bestaat niet") from None


def moment(tekst: str) -> int:
    """A moment with its offset (RFC 3339) as milliseconds since the epoch, rounded down. Raises Datumfout."""
    if not _MOMENT.fullmatch(tekst):
        raise Datumfout("geen tijdstip in de vorm van RFC 3339, zoals 2026-05-01T09:30:00+02:00")
    try:
        verschil = datetime.fromisoformat(tekst) - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Datumfout("dit tijdstip bestaat niet") from None
    if not 0 <= verschil.days < _DAGEN_TOT_2200:
        raise Datumfout("dit tijdstip ligt niet tussen 1970 en 2200")
    return (verschil.days * 86_400 + verschil.seconds) * 1000 + verschil.microseconds // 1000


def gba(jaar: int | None, maand: int | None = None, dag_: int | None = None) -> str:
    """The registers' form of a whole or hazy date."""
    return f"{jaar or 0:04}{maand or 0:02}{dag_ or 0:02}"


def controleer_gba(tekst: str) -> str:
    """The same text, when it is a possible date with only its tail unknown. Raises Datumfout."""
    if not _GBA.fullmatch(tekst):
        raise Datumfout("geen datum in de vorm JJJJMMDD, met 00 voor wat onbekend is")
    if tekst == _ONBEKEND:
        return tekst
    jaar, maand, dag_ = _delen(tekst)
    if jaar == 0 or (maand == 0 and dag_ != 0):
        raise Datumfout("deze datum bestaat niet: alleen de dag, dag en maand, of alles kan onbekend zijn")
    if maand > 12 or (maand and dag_ > calendar.monthrange(jaar, maand)[1]):
        raise Datumfout("deze datum bestaat niet")
    return tekst


def vroegst(tekst: str) -> date | None:
    """The first day that a (checked) birth date can mean; None: unknown altogether."""
    jaar, maand, dag_ = _delen(tekst)
    return date(jaar, maand or 1, dag_ or 1) if jaar else None


def laatst(tekst: str) -> date | None:
    """The last day that a (checked) birth date can mean; None: unknown altogether."""
    jaar, maand, dag_ = _delen(tekst)
    maand = maand or 12
    return date(jaar, maand, dag_ or calendar.monthrange(jaar, maand)[1]) if jaar else None


def leeftijd(geboren: str, op: date) -> int | None:
    """Whole years on a day, None where the birth date is unknown.

    A hazy birth date is read in the strictest way: the youngest age that it allows, because the protection of the law goes with
    being young (Sr 77a). Negative where the person may not have been born yet; a birthday on 29 February counts from 1 March.
    """
    geboortedag = laatst(geboren)
    if geboortedag is None:
        return None
    return op.year - geboortedag.year - ((op.month, op.day) < (geboortedag.month, geboortedag.day))


def _delen(tekst: str) -> tuple[int, int, int]:
    return int(tekst[:4]), int(tekst[4:6]), int(tekst[6:])
