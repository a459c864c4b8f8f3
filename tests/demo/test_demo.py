"""The demo itself, small, on a real broker."""

import os
import subprocess
import sys
from pathlib import Path

from confluent_kafka.admin import AdminClient

from demo.opstelling import kafka_omgeving
from deploy.kafka.broker import BestaandeBroker, Broker

WORTEL = Path(__file__).parents[2]


def test_een_kleine_dag(broker: Broker | BestaandeBroker, tmp_path: Path) -> None:
    """A day of 150 messages gives exactly the meldingen of the pure functions, and leaves no topic on another's broker."""
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
