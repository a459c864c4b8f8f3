"""An installation per test on the shared broker, or on one that the test may kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.kafka.broker import BestaandeBroker, Broker
from tests.keten.harnas import Keten


@pytest.fixture
def keten(broker: Broker | BestaandeBroker, prefix: str, tmp_path: Path) -> Iterator[Keten]:
    """Topics of this test alone on the broker of the run; workers that are left are ended."""
    hub = Keten(broker.beheer, prefix, tmp_path)
    hub.maak_topics()
    yield hub
    hub.sluit()


@pytest.fixture
def eigen_keten(eigen_broker: Broker, tmp_path: Path) -> Iterator[Keten]:
    """The same on a broker that the test may kill."""
    hub = Keten(eigen_broker.beheer, "", tmp_path)
    hub.maak_topics()
    yield hub
    hub.sluit()
