"""How many dead letters wait, and since when: asked of the broker, which tells it to a worker that may not read a single one.

What is dealt with is deleted from the front of its partition (`hub dlq`), so that the first one that is left is the oldest that is open.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from hub import metrics
from hub.geheim import GeheimFout
from hub.stream.deadletter import ACHTERVOEGSEL, topic_soort
from hub.stream.verbinding import Verbinding

log = structlog.get_logger()

RONDE: Final = 30.0
"""Seconds between two looks."""
TERMIJN: Final = 20.0


async def meet(verbinding: Verbinding, topics: Iterable[str], partities: int) -> None:
    """Runs until cancelled: keeps the gauges of the dead letters of these topics (bare names) fresh."""
    dlqs = [topic for topic in topics if topic.endswith(ACHTERVOEGSEL)]
    tps = {TopicPartition(verbinding.topic(topic), nr): topic for topic in dlqs for nr in range(partities)}
    while True:
        try:
            async with asyncio.timeout(TERMIJN):
                gevonden = await vraag(verbinding, tps)
        except (KafkaError, OSError, TimeoutError, GeheimFout) as fout:  # whoever only counts ends nothing
            log.warning("dode_letters_niet_geteld", fout=type(fout).__name__)
        else:
            zet({topic.removesuffix(ACHTERVOEGSEL) for topic in dlqs}, gevonden, time.time())
        await asyncio.sleep(RONDE)


def zet(topics: Iterable[str], gevonden: Iterable[tuple[str, int, float]], nu: float) -> None:
    """Set the gauges. `topics` are watched; found is (topic, number, moment of the oldest in s) per partition that holds any."""
    aantal = {topic_soort(topic): 0 for topic in topics}
    oudste = dict.fromkeys(aantal, nu)
    for topic, hier, sinds in gevonden:
        soort = topic_soort(topic)
        aantal[soort] += hier
        oudste[soort] = min(oudste[soort], sinds)
    for soort, som in aantal.items():
        metrics.DODE_LETTERS_WACHTEND.labels(soort).set(som)
        metrics.DODE_LETTER_LEEFTIJD.labels(soort).set(nu - oudste[soort])


async def vraag(verbinding: Verbinding, tps: Mapping[TopicPartition, str]) -> list[tuple[str, int, float]]:
    """(topic, number, moment of the oldest in s) of every partition that holds any; `tps` with the bare names of their topics."""
    consumer = AIOKafkaConsumer(**verbinding.aiokafka(), group_id=None)
    try:
        await consumer.start()
        begin, einde = await consumer.beginning_offsets(list(tps)), await consumer.end_offsets(list(tps))
        vol = [tp for tp in tps if begin[tp] < einde[tp]]
        eerste = await consumer.offsets_for_times(dict.fromkeys(vol, 0)) if vol else {}
    finally:
        await consumer.stop()
    return [
        (tps[tp].removesuffix(ACHTERVOEGSEL), einde[tp] - begin[tp], plek.timestamp / 1000)
        for tp, plek in eerste.items()
        if plek is not None
    ]
