"""FEBRL: how a set is taken."""

from proef.febrl import Set
from proef.generiek import Record


def test_mogelijke_paren() -> None:
    """Between two registers every record may be every other; within one, two records make one pair."""
    een, ander = [Record("anna"), Record("piet"), Record("kees")], [Record("anna"), Record("joop")]
    assert Set(een, ander, False, set()).mogelijk == 6
    assert Set(een, een, True, set()).mogelijk == 3
