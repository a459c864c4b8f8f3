"""Reads the hub's topics beside the workers: no consumer group, nothing acknowledged, nothing disturbed."""

from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from hub.beheer.fout import BeheerFout, Onvoltooid
from hub.domein.tafeltopics import signaal_topic
from hub.settings import Instellingen
from hub.stream.bevestigd import bevestigd
from hub.stream.record import Plek, Record
from hub.stream.statelog import als_record
from hub.stream.topics import partities

HAP_MS: Final = 250
HAP: Final = 5_000
TERMIJN: Final = 30.0
"""Seconds in which the broker says how far the group is."""


class Lezer:
    """Every partition of some topics. `async with Lezer(...)`, then choose where to begin.

    Entering raises BeheerFout where a topic is not there.
    """

    def __init__(self, instellingen: Instellingen, topics: Iterable[str]) -> None:
        """`topics` by their bare names."""
        self.instellingen, self.topics = instellingen, tuple(topics)
        self._verbinding = instellingen.kafka
        self._consumer: AIOKafkaConsumer | None = None

    async def __aenter__(self) -> Self:
        self._consumer = consumer = AIOKafkaConsumer(
            **self._verbinding.aiokafka(), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            await consumer.start()
            consumer.assign(await self._partities(consumer))
        except BaseException:
            await consumer.stop()
            raise
        return self

    async def __aexit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        await self._kafka.stop()

    async def _partities(self, consumer: AIOKafkaConsumer) -> list[TopicPartition]:
        namen = [self._verbinding.topic(topic) for topic in self.topics]
        weg = sorted(set(namen) - await consumer.topics())
        if weg:
            raise BeheerFout(f"deze topics bestaan niet: {', '.join(weg)}; voer eerst hub topics apply uit")
        return [TopicPartition(naam, p) for naam in namen for p in range(partities())]

    @property
    def _kafka(self) -> AIOKafkaConsumer:
        assert self._consumer is not None
        return self._consumer

    async def vanaf_begin(self) -> None:
        """Begin with the oldest record."""
        await self._kafka.seek_to_beginning()

    async def oudste(self) -> int | None:
        """The moment (ms) of the oldest record of all, None where there is nothing."""
        eerste = await self._kafka.offsets_for_times(dict.fromkeys(self._kafka.assignment(), 0))
        return min((plek.timestamp for plek in eerste.values() if plek is not None), default=None)

    async def vanaf_nu(self) -> None:
        """Begin with what comes after this moment."""
        einden = await self._kafka.end_offsets(list(self._kafka.assignment()))
        for tp, einde in einden.items():
            self._kafka.seek(tp, einde)

    async def vanaf(self, moment: int) -> None:
        """Begin with what was written at or after a moment (ms)."""
        await self.vanaf_nu()
        eerste = await self._kafka.offsets_for_times(dict.fromkeys(self._kafka.assignment(), moment))
        for tp, plek in eerste.items():
            if plek is not None:
                self._kafka.seek(tp, plek.offset)

    async def achter(self, plekken: Iterable[Plek]) -> frozenset[Plek]:
        """Begin behind the first of these places in each partition that has any; of the other partitions with what comes after this moment.

        Returns those places behind which something has already been deleted.
        """
        await self.vanaf_nu()
        per = {TopicPartition(self._verbinding.topic(p.topic), p.partitie): p for p in sorted(plekken, reverse=True)}
        begin = await self._kafka.beginning_offsets(list(per)) if per else {}
        for tp, plek in per.items():
            self._kafka.seek(tp, max(plek.offset + 1, begin[tp]))
        tps = {(self._verbinding.kaal(tp.topic), tp.partition): offset for tp, offset in begin.items()}
        return frozenset(p for p in plekken if p.offset + 1 < tps[p.topic, p.partitie])

    async def hap(self) -> list[Record]:
        """The next records, none when nothing comes for a moment."""
        gelezen = await self._kafka.getmany(timeout_ms=HAP_MS, max_records=HAP)
        return [als_record(record, self._verbinding) for records in gelezen.values() for record in records]

    async def rest(self) -> AsyncIterator[Record]:
        """Every record that there still is to read, until there is no more."""
        while await self.over():
            for record in await self.hap():
                yield record

    async def wis_voor(self, plekken: Iterable[Plek]) -> None:
        """Delete what stands before these places, for good."""
        beheer = AIOKafkaAdminClient(**self._verbinding.aiokafka())
        try:
            await beheer.start()
            tot = {TopicPartition(self._verbinding.topic(p.topic), p.partitie): p.offset for p in plekken}
            await beheer.delete_records({tp: RecordsToDelete(offset) for tp, offset in tot.items()})
        finally:
            await beheer.close()

    async def over(self) -> int:
        """How many records there are still to read at this moment."""
        einden = await self._kafka.end_offsets(list(self._kafka.assignment()))
        return sum([max(einde - await self._kafka.position(tp), 0) for tp, einde in einden.items()])

    async def bestaat(self, tafel: str) -> bool:
        """Whether the tafel has joined: it has a topic of its own on the broker."""
        return self._verbinding.topic(signaal_topic(tafel)) in await self._kafka.topics()

    async def wachtend(self, tafel: str) -> int:
        """Signalen of a tafel that the workers have not yet taken in. Raises Onvoltooid where the broker does not say how far they are."""
        if not await self.bestaat(tafel):
            return 0
        topic = signaal_topic(tafel)
        tps = [TopicPartition(self._verbinding.topic(topic), partitie) for partitie in range(partities())]
        groep = self._verbinding.topic(self.instellingen.groep)
        try:
            gezegd = await bevestigd(self._verbinding, groep, tps, TERMIJN)
        except TimeoutError:
            raise Onvoltooid(
                "de broker zegt niet hoever de hub heeft gelezen; geef dezelfde opdracht straks nog eens"
            ) from None
        begin, einde = await self._kafka.beginning_offsets(tps), await self._kafka.end_offsets(tps)
        return sum(einde[tp] - max(gezegd[tp].offset if tp in gezegd else 0, begin[tp]) for tp in tps)
