"""What a room reads and what it orders: records by their bare topic names, and one step as three ordered phases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

Headers = tuple[tuple[str, bytes], ...]


class Record(NamedTuple):
    """One record as fetched. `tijd` is the broker's timestamp in ms; `topic` has no installation prefix."""

    topic: str
    partitie: int
    offset: int
    tijd: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Uitvoer(NamedTuple):
    """One record that a step orders. `partitie` None: by key (murmur2, as every Kafka client does)."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partitie: int | None = None


@dataclass(slots=True)
class Stap:
    """What one batch orders. Each phase is delivered before the next begins; only then is the batch acknowledged."""

    bewijs: list[Uitvoer] = field(default_factory=list)
    """Audit: decisions and processing lines. If they cannot be written, nothing leaves."""
    staat: list[Uitvoer] = field(default_factory=list)
    """State with its outbox, on the room's own compacted topic."""
    uit: list[Uitvoer] = field(default_factory=list)
    """What the outside sees: outputs and dead letters."""
    daarna: list[Callable[[], None]] = field(default_factory=list)
    """Run after delivery; for metrics only."""

    @property
    def fasen(self) -> tuple[tuple[str, list[Uitvoer]], ...]:
        return (("bewijs", self.bewijs), ("staat", self.staat), ("uit", self.uit))
