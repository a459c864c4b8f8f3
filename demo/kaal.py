"""Plain aiokafka, to measure the hub against: what this machine and this broker can do with nothing in between.

`python -m demo.kaal lus BOOTSTRAP IN UIT GROEP AANTAL DEEL DELEN PARTITIES` is one process of the consume-produce-commit loop; it prints
when its first record came and its last one was committed (time.monotonic, the same clock for every process of a machine).
`python -m demo.kaal schakel BOOTSTRAP IN UIT...` is one link of the plain chain; it says when it is ready, and goes on until it is ended.
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
SCHAKELS: Final = (1, 1, 3)
"""The plain chain is as long as the way of a signaal: so many requests in a row does each link make of a record, as inname, index and
koppeling (audit, state, output) do."""
FETCH_WACHT_MS: Final = 100
"""As in the hub."""
GEREED: Final = b"gereed\n"
"""What a link says once it reads."""
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
        fetch_max_wait_ms=FETCH_WACHT_MS,
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


async def schakel(bootstrap: str, invoer: str, uitvoer: Sequence[str]) -> None:
    """One link of the chain: write each record to every topic of `uitvoer` in turn, each acknowledged before the next; until ended."""
    lezer = AIOKafkaConsumer(
        invoer,
        bootstrap_servers=bootstrap,
        group_id=None,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_WACHT_MS,
    )
    zender = producent(bootstrap)
    await zender.start()
    await lezer.start()
    sys.stdout.buffer.write(GEREED)
    sys.stdout.flush()
    async for record in lezer:
        for topic in uitvoer:
            await zender.send_and_wait(topic, record.value, key=record.key)


async def heen_en_terug(
    bootstrap: str, heen: str, terug: str, *, waarde: bytes, per_seconde: float, aantal: int
) -> list[float]:
    """Seconds from `send` to the one topic until the record is read from the other (or the same), at a steady pace."""
    lezer = AIOKafkaConsumer(terug, bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
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
            await zender.send(heen, waarde, key=str(nr).encode())
        await asyncio.wait_for(lezen, 30)
        return duren[_OPWARMEN:]
    finally:
        await lezer.stop()
        await zender.stop()


def zwijg() -> None:
    """aiokafka logs what it mends by itself; what it cannot mend it raises."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def main(opties: list[str]) -> None:
    """One process of the loop, or one link of the chain."""
    zwijg()
    match opties:
        case ["schakel", bootstrap, invoer, *uitvoer]:
            uvloop.run(schakel(bootstrap, invoer, uitvoer))
        case ["lus", bootstrap, invoer, uit, groep, *getallen]:
            aantal, deel, delen, partities = map(int, getallen)
            plekken = list(range(partities))[deel::delen]
            print(json.dumps(uvloop.run(lus(bootstrap, invoer, uit, groep=groep, aantal=aantal, plekken=plekken))))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
