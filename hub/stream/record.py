"""What a room reads and what it orders: records by their bare topic names, and one step as three ordered phases."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

Headers = tuple[tuple[str, bytes], ...]

_PLEK: Final = re.compile(r"([a-z0-9][a-z0-9.-]{0,200})/([0-9]{1,6})/([0-9]{1,19})")


class Plek(NamedTuple):
    """One place in the log, written `topic/partition/offset`; the topic by its bare name."""

    topic: str
    partitie: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partitie}/{self.offset}"

    @classmethod
    def van(cls, tekst: str) -> Self:
        """Raises ValueError."""
        gevonden = _PLEK.fullmatch(tekst)
        if gevonden is None:
            raise ValueError("not topic/partition/offset")
        return cls(gevonden[1], int(gevonden[2]), int(gevonden[3]))


class Record(NamedTuple):
    """One record as fetched. `tijd` is the broker's timestamp in ms; `topic` has no installation prefix."""

    topic: str
    partitie: int
    offset: int
    tijd: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def plek(self) -> Plek:
        return Plek(self.topic, self.partitie, self.offset)


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
    """Run after delivery: what is counted, and what memory need not keep any more. Nothing that the log does not know."""

    @property
    def fasen(self) -> tuple[tuple[str, list[Uitvoer]], ...]:
        return (("bewijs", self.bewijs), ("staat", self.staat), ("uit", self.uit))
