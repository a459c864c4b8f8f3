"""The clock of ophouden voor onderzoek: how long a suspect may be held for questioning, and so how soon ZSM needs an answer."""

from datetime import timedelta
from typing import Final

from hub.domein.kalender import dag_van, moment

UUR: Final = 3_600_000
"""Milliseconds."""
EINDE_NACHT: Final = 9 * 60
"""Minute of the local day: the time between midnight and nine in the morning does not count."""


def ophouden_einde(begin: int, uren: int = 6) -> int:
    """The moment at which ophouden that began at `begin` has lasted `uren` hours, without the nights; both in ms since the epoch.

    Sv art. 56a: at most six hours; nine for an offence with pre-trial detention (since 1 March 2017). Art. 56b: once six
    more to establish who somebody is. Time from 00:00 to 09:00 does not count. Which of them holds is for the source to say;
    six is the strictest. The clock changes between 02:00 and 03:00, inside the night, so that an hour that counts is an hour.
    Raises ValueError when `uren` is less than one.
    """
    if uren < 1:
        raise ValueError(f"ophouden lasts at least one hour, not {uren}")
    over = uren * UUR
    dag = dag_van(begin)
    while True:
        vanaf = max(begin, moment(dag, EINDE_NACHT))
        dag += timedelta(days=1)
        middernacht = moment(dag, 0)
        if vanaf + over <= middernacht:
            return vanaf + over
        over -= middernacht - vanaf
