"""How far the group has committed, and what it said with it."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from hub.stream.verbinding import Verbinding

COORDINATORPAUZE: Final = 0.5
"""Seconds between two questions: the coordinator of a broker that just started is not there at once."""


async def bevestigd(
    verbinding: Verbinding, groep: str, plekken: Sequence[TopicPartition], termijn: float
) -> dict[TopicPartition, OffsetAndMetadata]:
    """Of each place (full names, as the group's) the last commit; an offset of -1: none. Raises KafkaError, and TimeoutError where the
    coordinator has not answered within `termijn` seconds. (confluent-kafka reads past the end of what was said.)"""
    tot = time.monotonic() + termijn
    beheer = AIOKafkaAdminClient(**verbinding.aiokafka())
    try:
        await beheer.start()
        while True:
            try:
                gezegd: dict[TopicPartition, OffsetAndMetadata] = await beheer.list_consumer_group_offsets(
                    groep, partitions=list(plekken)
                )
            except KafkaError as fout:
                if not fout.retriable:
                    raise
                gezegd = {}
            if plekken[0] in gezegd:  # absent: an error of the group as a whole, which aiokafka does not raise
                return gezegd
            if time.monotonic() > tot:
                raise TimeoutError
            await asyncio.sleep(COORDINATORPAUZE)
    finally:
        await beheer.close()
