"""State that cannot be trusted: a worker does not start on it, says where it is and what to do, and acts again once it is mended."""

import time
from collections.abc import Iterator

import pytest
from confluent_kafka import KafkaException, TopicPartition

from hub.processors.namen import GEBEURTENIS, KOPPELING, SLEUTEL
from hub.stream.codec import SINGLE_OBJECT, standaard
from tests.keten.harnas import Keten, Werker
from tests.keten.signalen import TWENTE, ZSM, bericht, signaal

INSTELLING = 78
"""Eindcode.INSTELLING as a supervisor sees it."""


@pytest.fixture
def werker(keten: Keten) -> Iterator[Werker]:
    """A worker that has done something, and rests."""
    (werker,) = keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    yield werker


def _weigert(werker: Werker, topic: str) -> None:
    """It ends with the code that tells a supervisor to wait for an operator, and its last word is where and what."""
    assert werker.proces is not None and werker.proces.wait(90) == INSTELLING
    assert topic in werker.staart() and "restore" in werker.staart()


def _gif() -> dict[str, bytes]:
    """What cannot be state. (A record without key is refused by the broker: the topic is compacted.)"""
    heel = standaard().codeer("termijn", {"koppeling": "x", "op": 1, "versies": "x"})
    return {
        "ruis": b"geen avro",
        "onbekende afdruk": SINGLE_OBJECT + bytes(8) + b"x",
        "ander record": heel,
        "afgekapt": heel[:-1],
    }


def _wis(keten: Keten, topic: str, partitie: int) -> None:
    """What an operator does who has no backup: remove that record (and here, all before it). A compacted topic lets nobody, so for
    as long as that takes it is none."""
    keten.stel_in({"cleanup.policy": "delete"}, topic)
    plek = TopicPartition(keten.prefix + topic, partitie, keten.einden(topic)[partitie])
    einde = time.monotonic() + 30
    while True:
        try:
            for wacht in keten.admin.delete_records([plek]).values():
                wacht.result(30)
            break
        except KafkaException:  # the setting is not in force at once
            assert time.monotonic() < einde
            time.sleep(0.1)
    keten.maak_topics()


def _stille_partitie(keten: Keten, topic: str) -> int:
    """One that holds nothing yet."""
    return next(nr for nr, einde in keten.einden(topic).items() if not einde)


def test_no_start_with_a_hole_in_the_koppelingen(keten: Keten, werker: Werker) -> None:
    """Every kind of poison on hub.koppeling.v1: no start; once it is gone, the worker goes on as if it had never been there."""
    assert werker.stop() == 0
    plek = _stille_partitie(keten, KOPPELING)
    for waarde in _gif().values():
        keten.zend_rauw(KOPPELING, b"sleutel", waarde, plek)
        werker.start()
        _weigert(werker, KOPPELING)
        _wis(keten, KOPPELING, plek)
    werker.start()
    werker.wacht_gereed()
    keten.zend([bericht(signaal(ZSM, 2)), bericht(signaal(TWENTE, 2))])
    keten.wacht_stil()
    assert len(keten.meldingen()) == 4


def test_no_step_past_an_unreadable_block(keten: Keten, werker: Werker) -> None:
    """hub.sleutel.v1 is state and input: what cannot be read there stops the worker live and at every start."""
    keten.zend_rauw(SLEUTEL, b"sleutel", b"geen avro")
    _weigert(werker, SLEUTEL)
    werker.start()
    _weigert(werker, SLEUTEL)


@pytest.mark.parametrize("topic", [GEBEURTENIS, SLEUTEL, KOPPELING])
def test_a_topic_that_was_made_anew_is_noticed(keten: Keten, werker: Werker, topic: str) -> None:
    """Input and state no longer belong together: going on would take new records for old ones, or an emptied state for a new one."""
    assert werker.stop() == 0
    for wacht in keten.admin.delete_topics([keten.prefix + topic]).values():
        wacht.result(120)
    einde = time.monotonic() + 60
    while topic in keten.topics():
        assert time.monotonic() < einde
        time.sleep(0.1)
    keten.maak_topics()
    werker.start()
    _weigert(werker, topic)
