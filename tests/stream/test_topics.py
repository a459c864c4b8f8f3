"""Making topics: done when whoever comes next finds them."""

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import ConfigResource, ResourceType

from hub.stream import herkomst, topics
from hub.stream.topics import (
    BEVESTIGD,
    BrokerWeg,
    Topicbeheer,
    TopicFout,
    Verschil,
    bevestigd_door,
    declaratie,
)
from hub.stream.verbinding import Verbinding

TOPIC = declaratie(["zsm-oost"])[0]
MIST = Verschil(TOPIC.naam, "missing", herstelbaar=True)


@pytest.fixture
def beheer(monkeypatch: pytest.MonkeyPatch) -> Topicbeheer:
    monkeypatch.setattr(topics, "KIJKPAUZE", 0.0)
    gemaakt = Topicbeheer(Verbinding(bootstrap="127.0.0.1:1"))
    monkeypatch.setattr(gemaakt, "_admin", SimpleNamespace(create_topics=Mock(return_value={})))
    return gemaakt


def test_what_was_just_made_is_waited_for(beheer: Topicbeheer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker may learn of a topic after its controller said that it was made: a worker started at that moment would refuse to start."""
    gezien: list[list[Verschil]] = [[MIST], [MIST], [MIST], []]
    monkeypatch.setattr(beheer, "vergelijk", lambda _: gezien.pop(0))
    assert beheer.pas_toe([TOPIC]) == [MIST] and gezien == []


def test_what_never_comes_is_told(beheer: Topicbeheer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the names, and what to do."""
    klok = iter([0.0, 29.0, 31.0])
    monkeypatch.setattr(topics, "time", SimpleNamespace(monotonic=lambda: next(klok), sleep=lambda _: None))
    monkeypatch.setattr(beheer, "vergelijk", Mock(return_value=[MIST]))
    with pytest.raises(TopicFout, match=f"{TOPIC.naam}; run this again"):
        beheer.pas_toe([TOPIC])


@pytest.mark.parametrize(
    ("code", "later"),
    [
        (KafkaError._TIMED_OUT, True),
        (KafkaError._TRANSPORT, True),
        (KafkaError.REQUEST_TIMED_OUT, True),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, False),
        (KafkaError.CLUSTER_AUTHORIZATION_FAILED, False),
    ],
)
def test_a_worker_that_gets_no_answer_starts_again_later(
    beheer: Topicbeheer, monkeypatch: pytest.MonkeyPatch, code: int, later: bool
) -> None:
    """Every question of a start that is not answered in time is asked again by whoever keeps the worker running (exit code 75): a
    controller that was away for a moment must not put a worker out for good (78). A refusal does: nothing mends it but a person."""
    wacht: Future[Any] = Future()
    wacht.set_exception(KafkaException(KafkaError(code)))
    alle = Mock(return_value={ConfigResource(ResourceType.TOPIC, TOPIC.naam): wacht})
    admin = SimpleNamespace(describe_topics=alle, describe_configs=alle, create_topics=alle)
    monkeypatch.setattr(beheer, "_admin", admin)
    monkeypatch.setattr(beheer, "vergelijk", Mock(return_value=[MIST]))
    monkeypatch.setattr(herkomst, "AdminClient", Mock(return_value=admin))
    for vraag in (
        lambda: beheer._mist_rechten([TOPIC]),
        lambda: beheer._configs([TOPIC.naam]),
        lambda: beheer.pas_toe([TOPIC]),
        lambda: herkomst._kenmerken(beheer.verbinding, [TOPIC.naam]),
    ):
        with pytest.raises(TopicFout) as fout:
            vraag()
        assert isinstance(fout.value, BrokerWeg) is later


def _broker(monkeypatch: pytest.MonkeyPatch, beheer: Topicbeheer, kopieen: int, anders: dict[str, str]) -> Mock:
    """TOPIC as a broker has it, with so many copies and the declared settings but for `anders`; returns what sets them."""
    delen = {nummer: SimpleNamespace(replicas=list(range(kopieen))) for nummer in range(TOPIC.partities)}
    metadata = SimpleNamespace(topics={TOPIC.naam: SimpleNamespace(partitions=delen)})
    zet = Mock(return_value={})
    admin = SimpleNamespace(list_topics=lambda **_: metadata, incremental_alter_configs=zet)
    monkeypatch.setattr(beheer, "_admin", admin)
    monkeypatch.setattr(beheer, "_configs", lambda _: {TOPIC.naam: TOPIC.config | anders})
    return zet


@pytest.mark.parametrize(
    ("kopieen", "nodig", "verschil"),
    [(1, "1", False), (2, "1", False), (3, "1", True), (3, "2", False), (5, "3", False)],
)
def test_of_three_copies_two_have_what_was_acknowledged(
    beheer: Topicbeheer, monkeypatch: pytest.MonkeyPatch, kopieen: int, nodig: str, verschil: bool
) -> None:
    """By how many copies a topic has, whatever new topics would get: less is told, more is left, and one copy is never asked for two."""
    _broker(monkeypatch, beheer, kopieen, {BEVESTIGD: nodig})
    assert [v.instelling for v in beheer.vergelijk([TOPIC])] == ([(BEVESTIGD, "2")] if verschil else [])
    assert bevestigd_door(kopieen) == ({BEVESTIGD: "2"} if kopieen >= 3 else {})


def test_only_what_differs_is_set(beheer: Topicbeheer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the broker has stricter than declared stays, also where another setting of that topic is put right."""
    zet = _broker(monkeypatch, beheer, 3, {BEVESTIGD: "3", "retention.ms": "1"})
    monkeypatch.setattr(beheer, "_wacht_op", Mock())
    beheer.pas_toe([TOPIC])
    (bron,) = zet.call_args.args[0]
    assert [(regel.name, regel.value) for regel in bron.incremental_configs] == [
        ("retention.ms", TOPIC.config["retention.ms"])
    ]


def test_a_new_topic_of_three_copies(beheer: Topicbeheer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made with the setting that goes with its copies."""
    beheer.replicatie = 3
    monkeypatch.setattr(beheer, "_wacht_op", Mock())
    monkeypatch.setattr(beheer, "vergelijk", Mock(return_value=[MIST]))
    beheer.pas_toe([TOPIC])
    (nieuw,) = beheer._admin.create_topics.call_args.args[0]
    assert nieuw.config == TOPIC.config | {BEVESTIGD: "2"}
