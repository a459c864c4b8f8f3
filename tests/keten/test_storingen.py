"""What is promised under faults: the meldingen that stand in the end equal those of an undisturbed run, none missing, none twice."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from deploy.kafka.broker import Broker
from hub.processors.namen import SLEUTEL
from tests.keten.harnas import Keten
from tests.keten.oorzaak import staand_volgens_de_functies
from tests.keten.signalen import TWENTE, ZSM, bericht, een_op_vijf, signaal
from tests.keten.starts import herhaalde_starts

AANTAL = 5_000


def test_kill_of_worker_and_broker_changes_nothing(eigen_keten: Keten, eigen_broker: Broker) -> None:
    """5,000 signalen while a worker is killed four times and the broker twice: the same meldingen stand, each exactly once."""
    keten = eigen_keten
    signalen = een_op_vijf(AANTAL)
    verwacht = staand_volgens_de_functies(signalen)
    assert len(verwacht) > AANTAL / 10
    een, twee = keten.start("worker-1", "worker-2")
    berichten = [bericht(s) for s in signalen]

    def zend_gestaag() -> None:
        for begin in range(0, AANTAL, AANTAL // 20):
            keten.zend(berichten[begin : begin + AANTAL // 20])
            time.sleep(0.5)  # a stream of some fifteen seconds, so that every kill falls into it

    zender = threading.Thread(target=zend_gestaag)
    zender.start()
    for ronde, slachtoffer in enumerate((een, twee, een, twee)):
        time.sleep(1.5)
        if not slachtoffer.leeft:
            keten.toezicht()
        assert zender.is_alive()
        slachtoffer.kill()
        slachtoffer.start()
        if ronde % 2:
            eigen_broker.kill()
            time.sleep(2)
            eigen_broker.start()
    zender.join(60)
    assert not zender.is_alive()
    keten.wacht_stil(240)
    gekregen = keten.staand()
    telling = Counter(gekregen)
    assert [m for m, n in telling.items() if n > 1] == [], "twice"
    assert gekregen == verwacht
    assert not [t for t in keten.topics() if t.endswith(".dlq") and sum(keten.einden(t).values()) > 0]


def test_workers_that_come_and_go_lose_nothing(keten: Keten) -> None:
    """One worker, a second, a third, and back to two while signalen flow: the meldingen equal those of the pure functions."""
    signalen = een_op_vijf(1_500)
    verwacht = staand_volgens_de_functies(signalen)
    (een,) = keten.start("worker-1")
    berichten = [bericht(s) for s in signalen]
    keten.zend(berichten[:500])
    keten.start("worker-2")
    keten.zend(berichten[500:1000])
    keten.start("worker-3")
    keten.zend(berichten[1000:])
    assert een.stop() == 0
    keten.werkers.remove(een)
    keten.wacht_stil()
    assert keten.staand() == verwacht


def test_ten_starts_with_state_and_uncommitted_input(keten: Keten, tmp_path: Path) -> None:
    """Each start has state to load and input that nobody committed; every offset is processed, every time."""
    assert herhaalde_starts(keten, 10) == []


@pytest.mark.parametrize("wat", [b"geen avro", b"\xc3\x01" + b"\x00" * 8 + b"x"])
def test_a_worker_does_not_start_with_a_hole_in_its_state(keten: Keten, wat: bytes) -> None:
    """An undecodable record of a state topic stops the worker with exit code 78 and a message that names the place."""
    (werker,) = keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    assert werker.stop() == 0
    keten.zend_rauw("hub.koppeling.v1", b"sleutel", wat)
    werker.start()
    assert werker.proces is not None and werker.proces.wait(120) == 78
    assert "hub.koppeling.v1" in werker.staart() and "offset" in werker.staart()


def test_an_undecodable_block_stops_the_worker_before_it_changes_anything(keten: Keten) -> None:
    """hub.sleutel.v1 is state too: what cannot be read there is never skipped, live or at load."""
    (werker,) = keten.start("worker-1")
    keten.zend_rauw(SLEUTEL, b"sleutel", b"geen avro")
    assert werker.proces is not None and werker.proces.wait(120) == 78
    werker.start()
    assert werker.proces.wait(120) == 78
