"""Terms in working days."""

from datetime import datetime

import pytest

from hub.opvolging.termijn import AMSTERDAM, reageren_voor


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

    def ms(tekst: str) -> int:
        return int(datetime.fromisoformat(tekst).replace(tzinfo=AMSTERDAM).timestamp() * 1000)

    assert reageren_voor(ms(begin), werkdagen) == ms(einde)
