"""The records of accountability."""

from uuid import UUID

from hub.stream.codec import standaard
from hub.verantwoording.records import audit


def regel(**anders: object) -> dict[str, object]:
    gewoon: dict[str, object] = {
        "handeling": UUID(int=1),
        "trace_id": "0" * 31 + "1",
        "tijd": 7,
        "actor": "a.een",
        "daad": "NOODSTOP",
        "object_": "tafel:vhh-twente",
        "uitkomst": "GEVRAAGD",
    }
    return audit(**(gewoon | anders))  # type: ignore[arg-type]


def test_an_act_written_again_is_the_same_line_and_another_outcome_is_another() -> None:
    """The id follows from act, object and outcome, not from when it was written: who checks the log can forgive a repeat."""
    assert regel()["id"] == regel(tijd=8)["id"]
    anders = [regel(uitkomst="BEGONNEN"), regel(handeling=UUID(int=2)), regel(object_="tafel:vhh-x")]
    assert len({een["id"] for een in (regel(), *anders)}) == 4


def test_an_audit_line_fits_its_schema() -> None:
    """What is written is what is read."""
    assert standaard().decodeer(standaard().codeer("audit", regel())) == ("audit", regel())
