"""When a desk answers: hours as the register writes them (`ma-vr 08:30-17:00`), whether it is open, and when it opens next."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from hub.domein.kalender import dag_van, feestdag, lokaal, moment

_DAGEN: Final = ("ma", "di", "wo", "do", "vr", "za", "zo")
_VORM: Final = re.compile(r"(D)(?:-(D))? (\d\d):([0-5]\d)-(\d\d):([0-5]\d)".replace("D", "|".join(_DAGEN)), re.ASCII)
_ETMAAL: Final = 24 * 60
_SPRONG: Final = time(1, tzinfo=UTC)
"""When the Dutch clock jumps on a day on which it does (Directive 2000/84/EC art. 2 and 3)."""
_VOORUIT: Final = 35
"""Days to look ahead: no feestdagen close a desk for weeks."""


@dataclass(frozen=True, slots=True)
class Openingstijd:
    """Days of the week and hours of the local clock in which a desk answers."""

    dagen: frozenset[int]
    """Monday is 0."""
    van: int
    tot: int
    """Minutes of the day, `van` included, `tot` (up to 1440) excluded."""
    tekst: str

    def __str__(self) -> str:
        return self.tekst


def lees_openingstijd(tekst: str) -> Openingstijd:
    """One line of opening hours. Raises ValueError with a Dutch sentence that says how to write it."""
    gevonden = _VORM.fullmatch(tekst) if isinstance(tekst, str) else None
    if gevonden is None:
        raise ValueError("is geen openingstijd; schrijf dagen en uren zoals 'ma-vr 08:30-17:00' of 'za 10:00-14:00'")
    eerste = _DAGEN.index(gevonden[1])
    aantal = (_DAGEN.index(gevonden[2] or gevonden[1]) - eerste) % len(_DAGEN) + 1
    uur_van, minuut_van, uur_tot, minuut_tot = map(int, gevonden.groups()[2:])
    van, tot = uur_van * 60 + minuut_van, uur_tot * 60 + minuut_tot
    if not van < tot <= _ETMAAL:
        raise ValueError(
            "eindigt niet na het begin op dezelfde dag; schrijf uren na middernacht (tot 24:00) op een eigen regel"
        )
    return Openingstijd(frozenset((eerste + i) % len(_DAGEN) for i in range(aantal)), van, tot, tekst)


def open_op(openingstijden: Sequence[Openingstijd], tijd: int) -> bool:
    """Whether the desk answers at `tijd` (ms since the epoch).

    A desk that opens on all seven days of the week works on feestdagen too, by the hours of that day; any other is closed then.
    """
    klok = lokaal(tijd)
    minuut = klok.hour * 60 + klok.minute
    return any(o.van <= minuut < o.tot and klok.weekday() in o.dagen for o in openingstijden) and (
        _alle_dagen(openingstijden) or not feestdag(klok.date())
    )


def gaat_open(openingstijden: Sequence[Openingstijd], vanaf: int) -> int | None:
    """The first moment at or after `vanaf` at which the desk is open (both ms since the epoch); None when no hours are known."""
    if open_op(openingstijden, vanaf):
        return vanaf
    dag = dag_van(vanaf)
    for _ in range(_VOORUIT if openingstijden else 0):
        # It opens at the beginning of a line of hours, or because the clock jumps into one.
        sprong = int(datetime.combine(dag, _SPRONG).timestamp()) * 1000
        begin = (moment(dag, o.van, fold) for o in openingstijden for fold in (0, 1))
        open_ = [m for m in (*begin, sprong) if m >= vanaf and open_op(openingstijden, m)]
        if open_:
            return min(open_)
        dag += timedelta(days=1)
    return None


def _alle_dagen(openingstijden: Iterable[Openingstijd]) -> bool:
    return len(frozenset[int]().union(*(o.dagen for o in openingstijden))) == len(_DAGEN)
