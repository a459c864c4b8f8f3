"""Making topics: done when whoever comes next finds them."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from hub.stream import topics
from hub.stream.topics import Topicbeheer, TopicFout, Verschil, declaratie
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
