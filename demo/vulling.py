"""A hub that has been running for years: the index of so many dossiers, written as its workers would have left it.

Invented dossiers of nobody: the blocks of real signalen under other dossier names and other tokens, so that they fill the index and
its topic as real ones do and meet nobody. Everything counts as acknowledged; the workers load it as state.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from demo.mal import Mal
from demo.toezicht import Toezicht
from hub.domein.signaal import Signaal
from hub.domein.vorm import sleutelblok_naar
from hub.processors.inname import splits
from hub.processors.namen import SLEUTEL
from hub.stream.codec import standaard
from hub.stream.topics import partities
from hub.stream.verbinding import Verbinding

COORDINATOR: Final = 60.0
"""Seconds in which a new broker has made its coordinator of groups."""
NAAR_SLEUTEL: Final = -1
"""librdkafka's word for: the key says which partition."""
STAP: Final = 10_000
"""Dossiers between two calls of `na`."""


class Bulk:
    """Writes at full speed, in the order given, keys to the partitions where the hub's clients put them."""

    def __init__(self, verbinding: Verbinding) -> None:
        vol = {"linger.ms": 20, "acks": "all", "queue.buffering.max.messages": 500_000, "partitioner": "murmur2_random"}
        self._producer = Producer(verbinding.librdkafka() | vol)
        self._fouten: list[str] = []

    def schrijf(self, topic: str, sleutel: bytes, waarde: bytes, partitie: int = NAAR_SLEUTEL) -> None:
        while True:
            try:
                self._producer.produce(topic, waarde, sleutel, partition=partitie, on_delivery=self._bezorgd)
            except BufferError:  # the broker is slower than we are
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return

    def wacht(self) -> None:
        """Return when the broker has all of it. Raises RuntimeError where it refused a record."""
        if self._producer.flush(120) or self._fouten:
            raise RuntimeError(f"not everything could be written: {self._fouten[:1]}")

    def _bezorgd(self, fout: object, _: object) -> None:
        if fout is not None:
            self._fouten.append(str(fout))


def vul_index(
    verbinding: Verbinding, groep: str, sjablonen: Sequence[Signaal], aantal: int, *, na: Callable[[int], None]
) -> None:
    """Write `aantal` dossiers to the state of the index, and acknowledge them for the group, which must have no members.

    `na` hears how many there are so far. Raises RuntimeError where the broker refuses a record.
    """
    bulk = Bulk(verbinding)
    topic, mallen = (
        verbinding.topic(SLEUTEL),
        [een for sjabloon in sjablonen if (een := mal(sjabloon, partities())).bruikbaar],
    )
    for nummer in range(aantal):
        sleutel, blokken = mallen[nummer % len(mallen)].giet(nummer)
        for partitie, blok in enumerate(blokken):
            bulk.schrijf(topic, sleutel, blok, partitie)
        if nummer % STAP == STAP - 1:
            na(nummer + 1)
    bulk.wacht()
    einden = Toezicht(verbinding, groep, (), partities()).einden(SLEUTEL)
    plekken = [TopicPartition(topic, nr, einde) for nr, einde in einden.items()]
    _bevestig(AdminClient(verbinding.librdkafka()), ConsumerGroupTopicPartitions(verbinding.topic(groep), plekken))


def _bevestig(admin: AdminClient, plekken: ConsumerGroupTopicPartitions) -> None:
    """Acknowledge for the group. A broker without any group as yet says per partition that it has no coordinator: ask again."""
    tot = time.monotonic() + COORDINATOR
    while True:
        (wacht,) = admin.alter_consumer_group_offsets([plekken]).values()
        fouten = [str(een.error) for een in wacht.result(60).topic_partitions if een.error is not None]
        if not fouten:
            return
        if time.monotonic() > tot:
            raise RuntimeError(f"the index could not be acknowledged: {fouten[:1]}")
        time.sleep(0.5)


def mal(signaal: Signaal, partities: int) -> Mal:
    """The blocks that the gate makes of a signaal."""
    blokken = splits(signaal, signaal.versie, partities)
    return Mal(signaal, [standaard().codeer("sleutelblok", sleutelblok_naar(blok)) for blok in blokken])
