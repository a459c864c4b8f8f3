"""The demo itself, small, on a real broker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from demo.opstelling import kafka_omgeving
from deploy.kafka.broker import BestaandeBroker, Broker

WORTEL = Path(__file__).parents[2]


@pytest.mark.kafka
@pytest.mark.parametrize("vorm", ["broker", "veilige_broker"])
def test_een_kleine_dag(request: pytest.FixtureRequest, vorm: str, tmp_path: Path) -> None:
    """A day of 150 messages gives exactly the meldingen of the pure functions, open and secured, where every process has only the rights
    of its part; it leaves no topic on another's broker."""
    broker: Broker | BestaandeBroker = request.getfixturevalue(vorm)
    klaar = subprocess.run(
        [sys.executable, "-m", "demo", "--omvang", "150", "--map", str(tmp_path / "demo")],
        cwd=WORTEL,
        env=os.environ | kafka_omgeving(broker.beheer),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert klaar.returncode == 0, klaar.stdout[-3000:] + klaar.stderr[-2000:]
    assert "Gelijk" in klaar.stdout
    assert "DUBBELE_CASUS" in klaar.stdout
    topics = AdminClient(broker.beheer.librdkafka()).list_topics(timeout=10).topics
    assert not [naam for naam in topics if naam.startswith("demo-")]
