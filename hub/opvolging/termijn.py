"""Terms in working days, counted from the moment of a melding."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from hub.domein.kalender import dag_van, moment, werkdag

EINDE_WERKDAG: Final = 17 * 60
"""Minute of the local day at which a term ends."""


def reageren_voor(tijd: int, werkdagen: int) -> int:
    """End (17:00 in the Netherlands) of the `werkdagen`-th working day after the day of `tijd`; both in ms since the epoch.

    The day on which a term begins does not count. Working days: Algemene termijnenwet art. 1 and 3.
    """
    return _einde(dag_van(tijd), werkdagen)


@lru_cache(maxsize=4096)
def _einde(dag: date, werkdagen: int) -> int:
    """One count per day and term: it is asked for every melding."""
    over = werkdagen
    while over > 0:
        dag += timedelta(days=1)
        over -= werkdag(dag)
    return moment(dag, EINDE_WERKDAG)
