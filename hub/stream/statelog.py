"""State is a compacted topic partition, loaded by us at assignment and dropped at revocation. No Faust table (docs/adr/0001)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Generic, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from hub import metrics
from hub.eindcode import Eindcode
from hub.stream.bevestigd import bevestigd
from hub.stream.halt import halt
from hub.stream.record import Record, Uitvoer
from hub.stream.verbinding import Verbinding

log = structlog.get_logger()

S = TypeVar("S")

STILSTAND: Final = 60.0
"""Seconds without one record read after which a load gives up: the broker answers, but not with what it says it has."""
TEGELIJK: Final = 8
"""Partitions that are loaded at the same time."""
HAPJE: Final = 5_000
"""Records per fetch while loading; the event loop breathes in between."""


STAAT_ONLEESBAAR: Final = (
    "a state record cannot be read: start the newer version that wrote it, or restore the broker from its backup"
)


class StaatOnleesbaar(Exception):
    """A state record that cannot be decoded. A worker never starts with a hole."""


class StaatVooruit(Exception):
    """State or commit is ahead of the input that it should rest on. Going on would take new records for old ones."""


class Grens(Enum):
    """How far a partition is loaded silently."""

    BEVESTIGD = auto()
    """Up to the group's committed offset: the log is the room's own input, and goes on from there with output."""
    EINDE = auto()
    """To the end: the log is the room's own output."""


@dataclass(frozen=True, slots=True)
class Statelog(Generic[S]):
    """One kind of state: where it is logged, and how it grows record by record."""

    topic: str
    grens: Grens
    nieuw: Callable[[int], S]
    """Empty state of a partition."""
    neem_op: Callable[[S, Sequence[Record]], None]
    """Apply records silently, in order; a record without value is a tombstone. Raises StaatOnleesbaar, which names the record."""
    omvang: Callable[[S], int]
    herstel: Callable[[S, int], list[Uitvoer]] = lambda _staat, _partitie: []
    """What to write again after a load, so that compaction keeps what was loaded and not what came late."""
    hoogste: Callable[[S], int] = lambda _staat: -1
    """Highest offset of the input that this state says was applied."""


class Lader(Generic[S]):
    """The loaded partitions of one state log."""

    def __init__(
        self,
        kamer: str,
        invoer: str,
        statelog: Statelog[S],
        *,
        verbinding: Verbinding,
        groep: str,
        lever: Callable[[list[Uitvoer]], Awaitable[None]],
    ) -> None:
        """`invoer` is the room's input topic, `lever` delivers records and raises when one is refused."""
        self.kamer, self.invoer, self.statelog = kamer, invoer, statelog
        self.verbinding, self.groep, self._lever = verbinding, groep, lever
        self._taken: dict[int, asyncio.Task[S]] = {}
        self._tegelijk = asyncio.Semaphore(TEGELIJK)

    def begin(self, partities: Iterable[int]) -> None:
        """Start loading at assignment, so that a quiet partition has its state too."""
        for partitie in partities:
            if partitie not in self._taken:
                self._taken[partitie] = asyncio.create_task(self._laad_of_halt(partitie))

    async def van(self, partitie: int) -> S:
        """The state of a partition; waits for its load."""
        self.begin((partitie,))
        return await asyncio.shield(self._taken[partitie])

    @property
    def klaar(self) -> bool:
        return all(taak.done() for taak in self._taken.values())

    def geladen(self) -> list[tuple[int, S]]:
        """(partition, state) of what is loaded now."""
        klaar = ((nr, taak) for nr, taak in sorted(self._taken.items()) if taak.done() and not taak.cancelled())
        return [(nr, taak.result()) for nr, taak in klaar]

    def laat_vallen(self) -> None:
        """Revoked: loads under way are cancelled, what was loaded is freed."""
        for partitie, taak in self._taken.items():
            taak.cancel()
            metrics.STAAT.labels(self.kamer, str(partitie)).set(0)
        self._taken.clear()

    def meet(self) -> None:
        """Refresh the size of each loaded partition in the metrics."""
        for partitie, taak in self._taken.items():
            if taak.done() and not taak.cancelled():
                metrics.STAAT.labels(self.kamer, str(partitie)).set(self.statelog.omvang(taak.result()))

    async def _laad_of_halt(self, partitie: int) -> S:
        try:
            async with self._tegelijk:
                return await self._laad(partitie)
        except StaatVooruit as fout:
            halt(
                "the state and its input do not belong together: a topic was made anew or lost its end; restore both from one backup, "
                "or start anew under another prefix",
                code=Eindcode.INSTELLING,
                topic=self.verbinding.topic(self.statelog.topic),
                partitie=partitie,
                plaats=str(fout),
            )
        except StaatOnleesbaar as fout:
            halt(
                STAAT_ONLEESBAAR,
                code=Eindcode.INSTELLING,
                topic=self.verbinding.topic(self.statelog.topic),
                partitie=partitie,
                plaats=str(fout),
            )
        except (KafkaError, OSError, TimeoutError) as fout:
            halt("state could not be loaded", topic=self.statelog.topic, partitie=partitie, fout=type(fout).__name__)

    async def _laad(self, partitie: int) -> S:
        begin = time.monotonic()
        staat = self.statelog.nieuw(partitie)
        tp = TopicPartition(self.verbinding.topic(self.statelog.topic), partitie)
        consumer = AIOKafkaConsumer(
            **self.verbinding.aiokafka(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=8_388_608,
        )
        await consumer.start()
        try:
            bron = TopicPartition(self.verbinding.topic(self.invoer), partitie)
            # Asked before anything is fetched: behind a fetch of what is not there yet, an answer waits half a second.
            einde = await self._einde(consumer, tp)
            einde_invoer = int((await consumer.end_offsets([bron]))[bron])
            consumer.assign([tp])  # from the first record on: `earliest`, and no group
            gelezen, laatste = 0, time.monotonic()
            while await consumer.position(tp) < einde:
                records = (await consumer.getmany(tp, timeout_ms=500, max_records=HAPJE)).get(tp, [])
                nu = [als_record(record, self.verbinding) for record in records if record.offset < einde]
                if nu:
                    self.statelog.neem_op(staat, nu)
                gelezen += len(nu)
                if records:
                    laatste = time.monotonic()
                elif time.monotonic() - laatste > STILSTAND:
                    raise TimeoutError
                await asyncio.sleep(0)
        finally:
            await consumer.stop()
        if self.statelog.hoogste(staat) >= einde_invoer:
            raise StaatVooruit(f"applied up to {self.statelog.hoogste(staat)}, {self.invoer} ends at {einde_invoer}")
        herstel = self.statelog.herstel(staat, partitie)
        if herstel:
            log.warning("staat_hersteld", kamer=self.kamer, partitie=partitie, records=len(herstel))
            await self._lever(herstel)
        duur = time.monotonic() - begin
        metrics.LAADTIJD.labels(self.kamer).observe(duur)
        metrics.STAAT.labels(self.kamer, str(partitie)).set(self.statelog.omvang(staat))
        log.info("staat_geladen", kamer=self.kamer, partitie=partitie, records=gelezen, seconden=round(duur, 3))
        return staat

    async def _einde(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> int:
        if self.statelog.grens is Grens.EINDE:
            return int((await consumer.end_offsets([tp]))[tp])
        gezegd = await bevestigd(self.verbinding, self.groep, [tp], STILSTAND)
        offset = max(int(gezegd[tp].offset), 0)
        einde = int((await consumer.end_offsets([tp]))[tp])
        if offset > einde:
            raise StaatVooruit(f"committed up to {offset}, {self.statelog.topic} ends at {einde}")
        return offset


def als_record(bron: ConsumerRecord[bytes | None, bytes | None], verbinding: Verbinding) -> Record:
    """A fetched aiokafka record under its bare topic name."""
    return Record(
        verbinding.kaal(bron.topic),
        bron.partition,
        bron.offset,
        bron.timestamp,
        bron.key,
        bron.value,
        tuple(bron.headers),
    )
