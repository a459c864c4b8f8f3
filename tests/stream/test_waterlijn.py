"""How far the group has read: a line that is passed when nothing is left to read, and not before."""

import time

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka import TopicPartition as Plek
from confluent_kafka.admin import AdminClient, NewTopic

from deploy.kafka.broker import BestaandeBroker, Broker
from hub.stream.verbinding import Verbinding
from hub.stream.waterlijn import Waterlijn

TOPIC = "gezegd.v1"
GROEP = "groep"
LATER = 3_600_000
"""ms from now: whatever was said was said before."""


@pytest.fixture
async def verbinding(broker: Broker | BestaandeBroker, prefix: str) -> Verbinding:
    """With three records in partition 0 of a topic that deletes, and none in partition 1."""
    config = {"cleanup.policy": "delete"}
    admin = AdminClient(broker.beheer.librdkafka())
    for wacht in admin.create_topics([NewTopic(prefix + TOPIC, 2, 1, config=config)]).values():
        wacht.result(30)
    verbinding = broker.beheer.model_copy(update={"topic_prefix": prefix})
    async with AIOKafkaProducer(**verbinding.aiokafka()) as producer:
        for nummer in range(3):
            await producer.send_and_wait(prefix + TOPIC, b"%d" % nummer, partition=0)
    return verbinding


async def voorbij(verbinding: Verbinding, binnen: float) -> bool:
    lijn = Waterlijn(verbinding, verbinding.topic(GROEP), 2, gelezen_tot=(TOPIC,), gelezen=(TOPIC,))
    async with lijn:
        return await lijn.voorbij(int(time.time() * 1000) + LATER, binnen)


async def bevestig(verbinding: Verbinding, offset: int) -> None:
    consumer = AIOKafkaConsumer(**verbinding.aiokafka(), group_id=verbinding.topic(GROEP), enable_auto_commit=False)
    async with consumer:
        plek = TopicPartition(verbinding.topic(TOPIC), 0)
        consumer.assign([plek])
        await consumer.commit({plek: offset})


async def test_the_line_is_passed_when_all_was_read(verbinding: Verbinding) -> None:
    """Not before the last record; a partition in which nothing was ever said holds nobody up."""
    await bevestig(verbinding, 2)
    assert not await voorbij(verbinding, 1.0)
    await bevestig(verbinding, 3)
    assert await voorbij(verbinding, 30.0)


async def test_what_is_past_its_retention_holds_up_no_term(
    broker: Broker | BestaandeBroker, verbinding: Verbinding
) -> None:
    """A partition that was emptied unread, its commits gone too (a hub that stood still for long), is nothing to wait for: nobody will
    ever commit there again."""
    admin = AdminClient(broker.beheer.librdkafka())
    for wacht in admin.delete_records([Plek(verbinding.topic(TOPIC), 0, 3)]).values():
        wacht.result(30)
    assert await voorbij(verbinding, 30.0)
