"""Workers join while records flow: every record leads to its output, also where a room is full or a fetch is overtaken."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from demo.opstelling import BEHEERTERMIJN
from deploy.kafka.broker import BestaandeBroker, Broker
from deploy.sterf_mee import sterf_mee
from hub.stream.faust import STOPTERMIJN
from hub.stream.verbinding import Verbinding
from tests.stream.telkamer import IN, STAAT, TRAAG, UIT


class Proef:
    """One stream with its own topics, a steady sender, and workers that join."""

    def __init__(self, verbinding: Verbinding, map_: Path, partities: int) -> None:
        self.verbinding, self.map, self.partities = verbinding, map_, partities
        prefix = self.prefix = verbinding.topic_prefix
        self.admin = AdminClient(verbinding.librdkafka())
        soorten = ((IN, "delete"), (STAAT, "compact"), (UIT, "delete"))
        nieuw = [NewTopic(prefix + naam, partities, 1, config={"cleanup.policy": soort}) for naam, soort in soorten]
        for wacht in self.admin.create_topics(nieuw).values():
            wacht.result(BEHEERTERMIJN)
        self.werkers: list[subprocess.Popen[bytes]] = []
        self.verzonden = 0
        self._klaar = threading.Event()

    def werker(self, traag: float) -> None:
        naam = f"w{len(self.werkers) + 1}"
        opdracht = [sys.executable, "-m", "tests.stream.telkamer", self.verbinding.model_dump_json(), naam]
        with (self.map / f"{naam}.log").open("wb") as log:
            self.werkers.append(
                subprocess.Popen(sterf_mee(opdracht), stdout=log, stderr=log, env=os.environ | {TRAAG: str(traag)})
            )

    def zend(self, per_seconde: float) -> None:
        """Until `stop`: one record after the other, over all partitions."""
        producer = Producer(self.verbinding.librdkafka() | {"linger.ms": 1})
        while not self._klaar.wait(1 / per_seconde):
            partitie = self.verzonden % self.partities
            producer.produce(self.prefix + IN, key=f"k{partitie}", value=b"1", partition=partitie)
            producer.poll(0)
            self.verzonden += 1
        assert producer.flush(30) == 0

    def stop(self) -> None:
        self._klaar.set()

    def uitvoer(self) -> set[str]:
        """Every output: partition and offset of its input, and the sum, which tells that none was applied twice."""
        return {een.decode() for een in self._lees(self.prefix + UIT)}

    def wacht_op_stroom(self, per_seconde: float) -> None:
        """Until records have gone through for some seconds: what joins after it takes partitions from a worker that is busy."""
        eerder, einde = len(self.uitvoer()), time.monotonic() + 120
        time.sleep(6)
        while len(self.uitvoer()) < eerder + per_seconde:
            assert time.monotonic() < einde, "the stream stands still"
            time.sleep(0.5)

    def _lees(self, topic: str) -> Iterator[bytes]:
        consumer = Consumer(
            self.verbinding.librdkafka()
            | {
                "group.id": "l",
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
            }
        )
        consumer.assign([TopicPartition(topic, nummer, 0) for nummer in range(self.partities)])
        wachten = set(range(self.partities))
        while wachten:
            for bericht in consumer.consume(1000, 0.5):
                if bericht.error():
                    wachten.discard(bericht.partition())
                else:
                    yield bytes(bericht.value())
        consumer.close()


@pytest.mark.parametrize(
    ("partities", "per_seconde", "traag"),
    [
        pytest.param(4, 60, 0.3, id="a full room: batches wait at the moment of revocation"),
        pytest.param(120, 300, 0.0, id="many partitions: fetches are under way at the moment of assignment"),
    ],
)
def test_no_record_is_passed_over_when_workers_join(
    broker: Broker | BestaandeBroker, prefix: str, tmp_path: Path, partities: int, per_seconde: float, traag: float
) -> None:
    """A steady stream while a second and a third worker join: every input offset has its output, with the sum that it should have."""
    proef = Proef(broker.beheer.model_copy(update={"topic_prefix": prefix}), tmp_path, partities)
    proef.werker(traag)
    zender = threading.Thread(target=proef.zend, args=(per_seconde,))
    zender.start()
    try:
        for _ in range(2):
            proef.wacht_op_stroom(per_seconde)  # a worker in the middle of it
            proef.werker(traag)
        proef.wacht_op_stroom(per_seconde)
        proef.stop()
        zender.join(60)
        verwacht = {
            f"{nummer}:{offset}={offset + 1}"
            for nummer in range(partities)
            for offset in range(proef.verzonden // partities + (nummer < proef.verzonden % partities))
        }
        einde = time.monotonic() + 90
        while (mist := verwacht - proef.uitvoer()) and time.monotonic() < einde:
            time.sleep(1)
        assert sorted(mist) == []
        assert proef.uitvoer() == verwacht
    finally:
        proef.stop()
        zender.join(60)
        for werker in proef.werkers:
            werker.terminate()
        for werker in proef.werkers:
            werker.wait(STOPTERMIJN + 15)
