"""Error codes on the wire, from librdkafka's mock cluster, to the stream of a small room: the delivery rules alone, without a domain.

The same codes against the whole hub are "produce ..." and "commit ..." of the table.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from deploy.sterf_mee import sterf_mee
from hub.stream.verbinding import Verbinding
from tests.fouten.brokerfouten import COMMIT, PRODUCE
from tests.fouten.nepbroker import OFFSET_COMMIT, Nepbroker
from tests.fouten.nepbroker import PRODUCE as PRODUCE_VERZOEK
from tests.stream.telkamer import IN, STAAT, UIT

PARTITIES, AANTAL, KEER = 4, 400, 3
HERSTART = {70, 75}
TERMIJN = 60 + KEER * 90
"""Seconds: each refusal may end the worker, and the mock cluster knows no members by name: who starts again waits there for the session
(30 s) of the one before, and for the group to be formed anew (60 s)."""


def _uitvoer(verbinding: Verbinding) -> Iterator[str]:
    """Every output: partition and offset of its input, and the sum."""
    eigen = {"group.id": "l", "auto.offset.reset": "earliest", "enable.partition.eof": True, "log_level": 0}
    consumer = Consumer(verbinding.librdkafka() | eigen)
    consumer.assign([TopicPartition(UIT, nummer, 0) for nummer in range(PARTITIES)])
    wachten = set(range(PARTITIES))
    while wachten:
        for bericht in consumer.consume(1000, 0.5):
            if bericht.error():
                wachten.discard(bericht.partition())
            else:
                yield bytes(bericht.value()).decode()
    consumer.close()


@pytest.mark.chaos
@pytest.mark.parametrize(
    ("verzoek", "code"), [*((PRODUCE_VERZOEK, code) for code in PRODUCE), *((OFFSET_COMMIT, code) for code in COMMIT)]
)
def test_no_record_is_passed_over_whatever_the_broker_answers(verzoek: int, code: int, tmp_path: Path) -> None:
    """Refusals in a row in the middle of a stream: every input has its output, with the sum that it should have, and no other."""
    with Nepbroker((IN, STAAT, UIT), PARTITIES) as nep, (tmp_path / "werker.log").open("ab") as log:
        verbinding = Verbinding(bootstrap=nep.bootstrap)
        opdracht = sterf_mee([sys.executable, "-m", "tests.stream.telkamer", verbinding.model_dump_json(), "w1"])
        werker = subprocess.Popen(opdracht, stdout=log, stderr=log, env=os.environ)
        try:
            verwacht = _zend(verbinding, range(AANTAL // 2))
            _wacht_op_eerste(verbinding)
            werker.send_signal(signal.SIGSTOP)  # the refusals are the worker's: nobody else sends while they last
            verwacht |= _zend(verbinding, range(AANTAL // 2, AANTAL))
            nep.weiger(verzoek, code, KEER)
            werker.send_signal(signal.SIGCONT)
            einde = time.monotonic() + TERMIJN
            while (uit := set(_uitvoer(verbinding))) != verwacht and time.monotonic() < einde:
                if werker.poll() is not None:
                    assert werker.returncode in HERSTART
                    werker = subprocess.Popen(opdracht, stdout=log, stderr=log, env=os.environ)
                time.sleep(0.3)
            kwijt, vreemd = verwacht - uit, uit - verwacht
            dubbel = {een for een in vreemd if een.partition("=")[0] in {ander.partition("=")[0] for ander in verwacht}}
            geweigerd = KEER - nep.te_gaan(verzoek)
            telling = f"{len(kwijt)}/{len(dubbel)}/{len(vreemd - dubbel)}"
            print(f"geval nepbroker {verzoek}/{code:<3} verloren/dubbel/gelekt = {telling}   ({geweigerd} geweigerd)")
            assert geweigerd, "the worker met none of them"
            assert not kwijt and not vreemd, (tmp_path / "werker.log").read_text()[-2000:]
        finally:
            werker.kill()
            werker.wait(10)


def _zend(verbinding: Verbinding, nummers: range) -> set[str]:
    """Input, every record a one; what must come out of it."""
    producer = Producer(verbinding.librdkafka() | {"linger.ms": 1, "log_level": 0})
    fouten: list[KafkaError] = []
    verwacht = set()
    for nummer in nummers:
        partitie, plaats = nummer % PARTITIES, nummer // PARTITIES
        producer.produce(
            *(IN, b"1", f"k{partitie}", partitie), on_delivery=lambda fout, _: fouten.append(fout) if fout else None
        )
        verwacht.add(f"{partitie}:{plaats}={plaats + 1}")
    assert producer.flush(60) == 0 and not fouten
    return verwacht


def _wacht_op_eerste(verbinding: Verbinding) -> None:
    """The stream flows."""
    einde = time.monotonic() + 60
    while not any(_uitvoer(verbinding)):
        assert time.monotonic() < einde, "nothing came out"
        time.sleep(0.2)
