"""An installation of this test alone, and a command line that works on it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from confluent_kafka import KafkaException

from demo.opstelling import kafka_omgeving
from deploy.kafka.broker import BestaandeBroker, Broker
from hub.stream.topics import declaratie
from tests.keten.harnas import Keten
from tests.keten.signalen import TAFELS

Opdracht = Callable[..., Result]


@pytest.fixture
def keten(broker: Broker | BestaandeBroker, prefix: str, tmp_path: Path) -> Iterator[Keten]:
    """Topics of this test alone, without workers as yet; those that are left are ended."""
    hub = Keten(broker.beheer, prefix, tmp_path)
    hub.maak_topics()
    einde = time.monotonic() + 120
    while not _bruikbaar(hub):  # a topic is made before it can be used
        assert time.monotonic() < einde
        time.sleep(0.05)
    yield hub
    hub.sluit()


def _bruikbaar(hub: Keten) -> bool:
    try:
        return all(hub.einden(topic.naam) is not None for topic in declaratie(TAFELS))
    except KafkaException:
        return False


@pytest.fixture
def opdracht(keten: Keten, monkeypatch: pytest.MonkeyPatch) -> Opdracht:
    """Give a command of a click group; its result holds output and exit code."""
    for naam, waarde in kafka_omgeving(keten.verbinding).items():
        monkeypatch.setenv(naam, waarde)
    monkeypatch.setenv("HUB_TAFELS", ",".join(TAFELS))

    def geef(groep: click.Group, *woorden: str) -> Result:
        return CliRunner().invoke(groep, woorden, catch_exceptions=False)

    return geef
