"""The installation seen from outside: what the broker holds, what the hub has acknowledged, what the processes count."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import aiohttp
from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as Plek
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from prometheus_client.parser import text_string_to_metric_families

from hub.domein.koppeling import Stand, is_verouderd
from hub.domein.tafeltopics import melding_topic, signaal_topic
from hub.domein.vorm import stand_uit
from hub.processors.namen import GEBEURTENIS, SLEUTEL, VRAAG
from hub.stream.codec import standaard
from hub.stream.verbinding import Verbinding

_TERMIJN: Final = 60.0
_KLOK: Final = 0.1

Telling = Counter[tuple[str, ...]]
"""Label values in the order of their names -> count."""


@dataclass(frozen=True, slots=True)
class Achterstand:
    """What is still to do, per room: records written to its input and not yet acknowledged by it."""

    inname: int
    index: int
    koppeling: int

    @property
    def totaal(self) -> int:
        return self.inname + self.index + self.koppeling


class Toezicht:
    """Looks at one installation's topics."""

    def __init__(self, verbinding: Verbinding, groep: str, tafels: Iterable[str], partities: int) -> None:
        self.verbinding, self.groep, self.tafels, self.partities = verbinding, groep, tuple(tafels), partities
        self._admin = AdminClient(verbinding.librdkafka() | {"log_level": 0})

    def einden(self, topic: str) -> dict[int, int]:
        """Per partition how many records were ever written."""
        plekken = [TopicPartition(self.verbinding.topic(topic), nr) for nr in range(self.partities)]
        gevraagd = self._admin.list_offsets({plek: OffsetSpec.latest() for plek in plekken}, request_timeout=_TERMIJN)
        return {plek.partition: uit.result(_TERMIJN).offset for plek, uit in gevraagd.items()}

    def bevestigd(self) -> dict[tuple[str, int], int]:
        """Per topic and partition how far the hub's group has acknowledged."""
        groep = self.verbinding.topic(self.groep)
        vraag = self._admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(groep)], request_timeout=_TERMIJN)
        return {(plek.topic, plek.partition): plek.offset for plek in vraag[groep].result(_TERMIJN).topic_partitions}

    def achter(self, *topics: str) -> int:
        """Records of these topics that the hub has not acknowledged."""
        bevestigd = self.bevestigd()  # asked first: whatever comes after it counts as waiting
        einden = {
            (self.verbinding.topic(topic), nr): einde for topic in topics for nr, einde in self.einden(topic).items()
        }
        return sum(einde - max(bevestigd.get(plek, 0), 0) for plek, einde in einden.items())

    def achterstand(self) -> Achterstand:
        """Looked at in the direction of the flow: zero everywhere means that nothing is under way any more.

        A room acknowledges only after its outputs are delivered, so that what one room has done is in the next one's input.
        """
        inname = self.achter(*(signaal_topic(tafel) for tafel in self.tafels))
        return Achterstand(inname, self.achter(SLEUTEL, VRAAG), self.achter(GEBEURTENIS))

    def meldingen(self) -> dict[str, int]:
        """Per tafel how many meldingen were ever written."""
        return {tafel: sum(self.einden(melding_topic(tafel)).values()) for tafel in self.tafels}

    async def wacht_stil(
        self, termijn: float, bij: Callable[[int], None] = lambda _: None, klok: float = _KLOK
    ) -> None:
        """Wait until the hub has nothing left to do; `bij` hears at every look, `klok` seconds apart, how much there still is. Raises
        TimeoutError, and what `bij` raises."""
        einde = time.monotonic() + termijn
        while True:
            try:
                over = (await asyncio.to_thread(self.achterstand)).totaal
            except KafkaException:  # the coordinator of the group may still be starting
                over = -1
            if over == 0:
                return
            bij(over)
            if time.monotonic() > einde:
                raise TimeoutError(f"na {termijn:.0f} s zijn nog {over} records onderweg in de hub")
            await asyncio.sleep(klok)

    async def alles(self, *topics: str) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        """Schema and plain value of every record that these topics hold now."""
        consument = AIOKafkaConsumer(**self.verbinding.aiokafka(), group_id=None, enable_auto_commit=False)
        await consument.start()
        try:
            plekken = [Plek(self.verbinding.topic(topic), nr) for topic in topics for nr in range(self.partities)]
            consument.assign(plekken)
            await consument.seek_to_beginning(*plekken)
            einden = await consument.end_offsets(plekken)
            while any([await consument.position(plek) < einden[plek] for plek in plekken]):
                for records in (await consument.getmany(timeout_ms=200)).values():
                    for record in records:
                        yield standaard().decodeer(record.value)
        finally:
            await consument.stop()

    async def standen(self) -> list[Stand]:
        """The last stand of every pair, read from the stream itself."""
        laatste: dict[UUID, Stand] = {}
        async with aclosing(self.alles(GEBEURTENIS)) as records:
            async for naam, waarde in records:
                if naam != "stand":
                    continue
                stand = stand_uit(waarde)
                bekend = laatste.get(stand.koppeling)
                if bekend is None or not is_verouderd(stand, bekend):
                    laatste[stand.koppeling] = stand
        return list(laatste.values())


class Meters:
    """Figures of several processes, added up."""

    def __init__(self, paginas: Iterable[str]) -> None:
        self._reeksen: dict[str, list[tuple[Mapping[str, str], float]]] = {}
        for pagina in paginas:
            for familie in text_string_to_metric_families(pagina):
                for monster in familie.samples:
                    self._reeksen.setdefault(monster.name, []).append((monster.labels, monster.value))

    @classmethod
    async def haal(cls, sessie: aiohttp.ClientSession, adressen: Iterable[str]) -> "Meters":
        """From `/metrics` of each process."""
        teksten = []
        for adres in adressen:
            async with sessie.get(f"{adres}/metrics") as antwoord:
                teksten.append(await antwoord.text())
        return cls(teksten)

    def telling(self, naam: str, *labels: str) -> Telling:
        """Sum by the values of these labels."""
        uit: Telling = Counter()
        for waarden, aantal in self._reeksen.get(naam, ()):
            uit[tuple(waarden[label] for label in labels)] += int(aantal)
        return uit

    def som(self, naam: str) -> int:
        return self.telling(naam)[()]
