"""Whether the state topics are still those beside which the group has committed.

Kafka forgets how far a group was in a topic that is deleted, so that one which was made anew looks like a new installation: the state is
empty, and input that built it is behind. Every commit carries the ids of the state topics; those of the other topics stay, and tell.
"""

import asyncio
from collections.abc import Iterable, Sequence

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from hub.stream.bevestigd import bevestigd
from hub.stream.topics import TERMIJN, WERKER, BrokerWeg, Topic, TopicFout, stil, zonder_antwoord
from hub.stream.verbinding import Verbinding


def herkomst(verbinding: Verbinding, groep: str, topics: Sequence[Topic]) -> str:
    """What this worker must say with every commit: the ids of the compacted topics now. Raises TopicFout where the group (bare name) has
    committed beside another topic of one of these names, BrokerWeg where that cannot be asked."""
    nu = _kenmerken(verbinding, [topic.naam for topic in topics if topic.config["cleanup.policy"] == "compact"])
    plekken = [
        TopicPartition(verbinding.topic(t.naam), nr) for t in topics if WERKER in t.leest for nr in range(t.partities)
    ]
    gezegd = _gezegd(verbinding, verbinding.topic(groep), plekken)
    eerder = {deel.rpartition("=")[::2] for tekst in gezegd for deel in tekst.split()}
    anders = sorted({naam for naam, kenmerk in eerder if naam in nu and nu[naam] != kenmerk})
    if anders:
        raise TopicFout(
            f"{', '.join(anders)} was deleted and made anew since this group last committed, and the state in it is lost: restore all "
            "topics from one backup, or start anew under another prefix"
        )
    return " ".join(f"{naam}={kenmerk}" for naam, kenmerk in sorted(nu.items()))


def _kenmerken(verbinding: Verbinding, namen: Iterable[str]) -> dict[str, str]:
    admin = AdminClient(verbinding.librdkafka() | {"socket.timeout.ms": int(TERMIJN * 1000)}, logger=stil)
    vraag = admin.describe_topics(TopicCollection([verbinding.topic(naam) for naam in namen]), request_timeout=TERMIJN)
    try:
        return {naam: str(wacht.result().topic_id) for naam, wacht in vraag.items()}
    except KafkaException as fout:
        raise zonder_antwoord("the state topics cannot be recognised", fout) from fout


def _gezegd(verbinding: Verbinding, groep: str, plekken: list[TopicPartition]) -> set[str]:
    """What was said with the last commits."""
    try:
        gezegd = asyncio.run(bevestigd(verbinding, groep, plekken, TERMIJN))
    except TimeoutError as fout:
        raise BrokerWeg(f"the coordinator of group {groep} does not answer: start again later") from fout
    except KafkaError as fout:
        raise BrokerWeg(f"the commits of group {groep} cannot be read: {type(fout).__name__}") from fout
    return {plek.metadata for plek in gezegd.values()}
