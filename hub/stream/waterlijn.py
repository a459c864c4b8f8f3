"""How far the group as a whole has read: whatever was said before a moment is behind the line when the line has passed it."""

import asyncio
from collections.abc import Iterable
from typing import Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from hub.stream.verbinding import Verbinding

POGING: Final = 0.25
"""Seconds between two looks at the committed offsets."""


class Waterlijn:
    """Asks the broker; any worker may, for partitions of all."""

    def __init__(
        self,
        verbinding: Verbinding,
        groep: str,
        partities: int,
        *,
        gelezen_tot: Iterable[str],
        gelezen: Iterable[str],
    ) -> None:
        """`groep` is the consumer group of the workers; topics as in Wekker, each with this number of partitions."""
        self._verbinding, self._groep = verbinding, groep
        self._gelezen_tot = _partities(verbinding, gelezen_tot, partities)
        self._gelezen = _partities(verbinding, gelezen, partities)
        self._consumer: AIOKafkaConsumer | None = None
        self._beheer: AIOKafkaAdminClient | None = None

    async def voorbij(self, moment: int, binnen: float) -> bool:
        """Whether all that the broker took in up to `moment` (ms) is read, and all that came of it; asks for `binnen` seconds at most."""
        try:
            async with asyncio.timeout(binnen):
                await self._wacht(await self._te_lezen(await self._tot(moment)))
                await self._wacht(await self._te_lezen(await self._einde()))
        except TimeoutError:
            return False
        return True

    async def sluit(self) -> None:
        """Let go of the connections."""
        for een in (self._consumer, self._beheer):
            if een is not None:
                await (een.stop() if isinstance(een, AIOKafkaConsumer) else een.close())
        self._consumer = self._beheer = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sluit()

    async def _tot(self, moment: int) -> dict[TopicPartition, int]:
        """Per partition the offset of the first record after the moment."""
        if not self._gelezen_tot:
            return {}
        consumer = await self._verbonden()
        einde = await consumer.end_offsets(self._gelezen_tot)
        eerste = await consumer.offsets_for_times(dict.fromkeys(self._gelezen_tot, moment + 1))
        return {tp: einde[tp] if eerste.get(tp) is None else eerste[tp].offset for tp in self._gelezen_tot}

    async def _einde(self) -> dict[TopicPartition, int]:
        if not self._gelezen:
            return {}
        return dict(await (await self._verbonden()).end_offsets(self._gelezen))

    async def _te_lezen(self, doel: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Without the partitions in which nothing is left up to there: never written to, or past retention. Nobody commits in those."""
        if not doel:
            return {}
        begin = await (await self._verbonden()).beginning_offsets(list(doel))
        return {tp: offset for tp, offset in doel.items() if offset > begin[tp]}

    async def _wacht(self, open_: dict[TopicPartition, int]) -> None:
        """Returns when the group has committed all of it."""
        while open_:
            bevestigd = await (await self._beheerder()).list_consumer_group_offsets(self._groep, partitions=list(open_))
            open_ = {tp: offset for tp, offset in open_.items() if tp not in bevestigd or bevestigd[tp].offset < offset}
            if open_:
                await asyncio.sleep(POGING)

    async def _verbonden(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(**self._verbinding.aiokafka(), group_id=None)
            await consumer.start()
            self._consumer = consumer
        return self._consumer

    async def _beheerder(self) -> AIOKafkaAdminClient:
        if self._beheer is None:
            beheer = AIOKafkaAdminClient(**self._verbinding.aiokafka())
            await beheer.start()
            self._beheer = beheer
        return self._beheer


def _partities(verbinding: Verbinding, topics: Iterable[str], aantal: int) -> list[TopicPartition]:
    return [TopicPartition(verbinding.topic(naam), nr) for naam in topics for nr in range(aantal)]
