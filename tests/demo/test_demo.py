"""The demo itself, small, on a real broker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from filelock import FileLock

from demo.opstelling import BEHEERTERMIJN, kafka_omgeving
from deploy.kafka.broker import BestaandeBroker, Broker

WORTEL = Path(__file__).parents[2]


@pytest.mark.kafka
@pytest.mark.parametrize("vorm", ["broker", "veilige_broker"])
def test_een_kleine_dag(request: pytest.FixtureRequest, vorm: str, tmp_path: Path, poorten_slot: FileLock) -> None:
    """A day of 150 messages gives exactly the meldingen of the pure functions, open and secured, where every process has only the rights
    of its part; it leaves no topic on another's broker."""
    broker: Broker | BestaandeBroker = request.getfixturevalue(vorm)
    with poorten_slot:
        klaar = subprocess.run(
            [sys.executable, "-m", "demo", "--omvang", "150", "--map", str(tmp_path / "demo")],
            cwd=WORTEL,
            env=os.environ | kafka_omgeving(broker.beheer),
            capture_output=True,
            text=True,
            timeout=900,  # above all the terms of the demo itself, which say what is wrong
            check=False,
        )
        assert klaar.returncode == 0, klaar.stdout[-3000:] + klaar.stderr[-2000:]
        assert "Gelijk" in klaar.stdout
        assert "DUBBELE_CASUS" in klaar.stdout
        topics = AdminClient(broker.beheer.librdkafka()).list_topics(timeout=BEHEERTERMIJN).topics
        assert not [naam for naam in topics if naam.startswith("demo-")]
