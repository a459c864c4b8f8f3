"""What the workers make of an act: the audit lines with its trace, and the partitions whose state it has reached."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from uuid import UUID

from hub.beheer.lezer import Lezer
from hub.beheer.post import GEVRAAGD
from hub.processors.namen import AUDIT, KOPPELING
from hub.stream.codec import Codec
from hub.stream.kop import trace_id_van
from hub.stream.record import Record

TOPICS = (AUDIT, KOPPELING)
"""What must be read to see it."""


@dataclass(slots=True)
class Bevestiging:
    """What the workers have said of one act so far."""

    handeling: UUID
    sleutel: UUID
    """Key of the state that it changes."""
    uitkomst: str | None = None
    """That of the first audit line of the workers: applied once more after a crash, an act may find nothing left to do, and says so."""
    partities: set[int] = field(default_factory=set)

    def neem_op(self, record: Record, codec: Codec) -> None:
        if record.topic == KOPPELING:
            if record.key == str(self.sleutel).encode():
                self.partities.add(record.partitie)
        elif record.value is not None:
            regel = codec.decodeer(record.value)[1]
            if regel["trace_id"] == trace_id_van(str(self.handeling)) and regel["uitkomst"] != GEVRAAGD:
                self.uitkomst = self.uitkomst or regel["uitkomst"]


class Gevolgd(Protocol):
    """What grows with what the workers write."""

    def neem_op(self, record: Record, codec: Codec) -> None: ...


G = TypeVar("G", bound=Gevolgd)


async def volg(lezer: Lezer, bevestiging: G, klaar: Callable[[G], bool], wacht: int, codec: Codec) -> bool:
    """Read on until it is done; False when `wacht` seconds have gone by first. `lezer` reads from before the act."""
    einde = time.monotonic() + wacht
    while True:
        for record in await lezer.hap():
            bevestiging.neem_op(record, codec)
        if klaar(bevestiging):
            return True
        if time.monotonic() >= einde:
            return False
