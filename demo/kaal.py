"""Plain aiokafka, to measure the hub against: what this machine and this broker can do with nothing in between.

`python -m demo.kaal BOOTSTRAP IN UIT GROEP AANTAL DEEL DELEN` is one process of the consume-produce-commit loop; it prints when its first
record came and its last one was committed (time.monotonic, the same clock for every process of a machine).
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

BATCH: Final = 500
"""Records per fetch, as in the hub."""
_FETCH_BYTES: Final = 4_194_304
_BATCH_BYTES: Final = 262_144
_OPWARMEN: Final = 50
"""First round trips, in which clients still look for leaders; not counted."""


def producent(bootstrap: str) -> AIOKafkaProducer:
    """Idempotent, acks from all, as the hub's."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0, max_batch_size=_BATCH_BYTES
    )


async def vul(bootstrap: str, topic: str, waarden: Sequence[tuple[bytes, bytes]], aantal: int) -> None:
    """Write so many (key, value) records, over and over the same ones."""
    zender = producent(bootstrap)
    await zender.start()
    try:
        bezorgingen = []
        for nr in range(aantal):
            sleutel, waarde = waarden[nr % len(waarden)]
            bezorgingen.append(await zender.send(topic, waarde, key=sleutel))
        for bezorging in bezorgingen:
            await bezorging
    finally:
        await zender.stop()


async def lus(
    bootstrap: str, invoer: str, uitvoer: str, *, groep: str, aantal: int, plekken: list[int]
) -> tuple[float, float]:
    """Read `aantal` records from these partitions, write each on, commit after delivery; (first came, last committed)."""
    lezer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=groep,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=_FETCH_BYTES,
        fetch_max_wait_ms=100,
    )
    zender = producent(bootstrap)
    await zender.start()
    await lezer.start()
    try:
        lezer.assign([TopicPartition(invoer, plek) for plek in plekken])
        gedaan, begin = 0, 0.0
        while gedaan < aantal:
            batches = await lezer.getmany(timeout_ms=1000, max_records=BATCH)
            begin = begin or (time.monotonic() if batches else 0.0)
            for records in batches.values():
                bezorgingen = [await zender.send(uitvoer, record.value, key=record.key) for record in records]
                for bezorging in bezorgingen:
                    await bezorging
                gedaan += len(records)
            if batches:
                await lezer.commit({tp: records[-1].offset + 1 for tp, records in batches.items()})
        return begin, time.monotonic()
    finally:
        await lezer.stop()
        await zender.stop()


async def heen_en_terug(bootstrap: str, topic: str, waarde: bytes, per_seconde: float, aantal: int) -> list[float]:
    """Seconds from `send` until the same record is read, at a steady pace."""
    lezer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    zender = producent(bootstrap)
    await zender.start()
    await lezer.start()
    begonnen: list[float] = []
    duren: list[float] = []

    async def lees() -> None:
        while len(duren) < aantal + _OPWARMEN:
            record: Any = await lezer.getone()
            duren.append(time.monotonic() - begonnen[int(record.key)])

    try:
        lezen = asyncio.create_task(lees())
        begin = time.monotonic()
        for nr in range(aantal + _OPWARMEN):
            await asyncio.sleep(max(begin + nr / per_seconde - time.monotonic(), 0))
            begonnen.append(time.monotonic())
            await zender.send(topic, waarde, key=str(nr).encode())
        await asyncio.wait_for(lezen, 30)
        return duren[_OPWARMEN:]
    finally:
        await lezer.stop()
        await zender.stop()


def zwijg() -> None:
    """aiokafka logs what it mends by itself; what it cannot mend it raises."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def main(opties: list[str]) -> None:
    """One process of the loop."""
    zwijg()
    bootstrap, invoer, uitvoer, groep = opties[:4]
    aantal, deel, delen, partities = map(int, opties[4:])
    plekken = list(range(partities))[deel::delen]
    print(json.dumps(uvloop.run(lus(bootstrap, invoer, uitvoer, groep=groep, aantal=aantal, plekken=plekken))))


if __name__ == "__main__":
    main(sys.argv[1:])
