"""Terms in working days, counted from the moment of a melding. (Public holidays do not yet shorten the count of working days.)"""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
EINDE_WERKDAG: Final = 17
ZATERDAG: Final = 5


def reageren_voor(tijd: int, werkdagen: int) -> int:
    """End (17:00 in Amsterdam) of the `werkdagen`-th working day after `tijd`; both in ms since the epoch."""
    dag = datetime.fromtimestamp(tijd / 1000, UTC).astimezone(AMSTERDAM)
    over = werkdagen
    while over > 0:
        dag += timedelta(days=1)
        if dag.weekday() < ZATERDAG:
            over -= 1
    return int(dag.replace(hour=EINDE_WERKDAG, minute=0, second=0, microsecond=0).timestamp() * 1000)
