"""What time does to the state of a room: a term that falls due is a record on the ordinary path, written by the partition's owner.

Late rather than never, and twice is once: the room handles the record in order, like any other, and knows by its state whether it
still holds. Never before everything that was said in time has been read: see `Waterlijn`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from hub.stream.record import Uitvoer

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Wekker(Generic[S]):
    """The clock of one room's state; moments in ms since the epoch."""

    eerstvolgende: Callable[[S], int | None]
    """When something is due in a partition; None: nothing."""
    vervallen: Callable[[S, int, int], list[Uitvoer]]
    """(state, partition, moment) -> records for what is due at that moment, each once; more may be due than it returns."""
    gelezen_tot: tuple[str, ...] = ()
    """Bare topics that must have been read and committed past the moment."""
    gelezen: tuple[str, ...] = ()
    """Bare topics of which whatever came of the former must have been read too."""
