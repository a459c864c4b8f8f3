"""What carries records to the tafel's own topic, as those who send see it."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hub.stream import kop
from hub.stream.record import Plek


class NietBezorgd(Exception):
    """Kafka has not acknowledged the record in time, or refused it. Send it again later. The message holds no content."""


@dataclass(frozen=True, slots=True)
class Bericht:
    """One record for the tafel's own signaal topic."""

    sleutel: bytes
    waarde: bytes
    koppen: kop.Headers


class Bezorgd(NamedTuple):
    """Where and when the broker took a record in."""

    plek: Plek
    tijd: int
    """ms since the epoch, by the clock of the broker."""


class Zender(Protocol):
    """Delivers to the tafel's signaal topic."""

    async def stuur(self, bericht: Bericht) -> Bezorgd:
        """Returns when all replicas have the record. Raises NietBezorgd."""
