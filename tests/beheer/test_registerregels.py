"""`hub register onjuist`: what desks said of the register comes back to whoever keeps it."""

import click

from hub.beheer.registerregels import OnjuisteRegel, tel
from hub.cli import main
from hub.domein.codes import Reactie
from hub.opvolging.beurt import ONJUIST
from tests.beheer.conftest import Opdracht
from tests.keten.harnas import Keten
from tests.keten.signalen import TWENTE, ZSM, bericht, signaal
from tests.keten.test_leven import bij, zeg


def regel(id_: str, wat: str, wie: str, tijd: int, daad: str = ONJUIST) -> dict[str, object]:
    return {"id": id_, "daad": daad, "object": wat, "actor": wie, "tijd": tijd, "uitkomst": "1"}


def test_each_line_is_counted_once_per_time_it_was_said() -> None:
    """The most frequent first; a line of the audit that was written twice counts once, and other acts do not count."""
    assert tel(
        [
            regel("1", "gemeente GM0153", "vhh-twente", 10),
            regel("2", "tafel vhh-twente", "vhh-twente", 20),
            regel("3", "tafel vhh-twente", "vhh-ijsselland", 40),
            regel("3", "tafel vhh-twente", "vhh-ijsselland", 40),
            regel("4", "tafel vhh-twente", "vhh-twente", 50, "CONTACT_GELEGD"),
        ]
    ) == [
        OnjuisteRegel("tafel vhh-twente", ("vhh-ijsselland", "vhh-twente"), 2, 40),
        OnjuisteRegel("gemeente GM0153", ("vhh-twente",), 1, 10),
    ]


def test_the_operator_sees_which_line_was_wrong(keten: Keten, opdracht: Opdracht) -> None:
    """A desk says that a melding is not for it: the line that sent it there is listed, from that day on and not after."""
    register = main.commands["register"]
    assert isinstance(register, click.Group)
    assert "Geen tafel" in opdracht(register, "onjuist").output
    keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    zeg(keten, bij(keten, TWENTE, "BEKEND"), Reactie.ONJUIST_GEADRESSEERD)
    keten.wacht_stil()
    uit = opdracht(register, "onjuist")
    assert uit.exit_code == 0, uit.output
    assert f"tafel {TWENTE}: 1 keer" in uit.output and f"gezegd door {TWENTE}" in uit.output
    assert "Geen tafel" in opdracht(register, "onjuist", "--sinds", "2999-01-01").output
