"""The embedded broker survives what the other tests do to it."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from demo.opstelling import kafka_omgeving
from deploy.kafka import broker as module
from deploy.kafka import java
from deploy.kafka.broker import BestaandeBroker, Broker, BrokerFout, PoortBezet, kies_broker
from deploy.kafka.java import JavaFout, vind_java
from deploy.poort import vrije_poort
from hub.stream.verbinding import Verbinding


def maak_topic(beheer: Verbinding, naam: str) -> None:
    admin = AdminClient(beheer.librdkafka())
    admin.create_topics([NewTopic(naam, 1, 1)])[naam].result(30)


def schrijf(beheer: Verbinding, topic: str, waarden: list[bytes]) -> None:
    producer = Producer(beheer.librdkafka() | {"acks": "all", "linger.ms": 0})
    for waarde in waarden:
        producer.produce(topic, waarde)
    assert producer.flush(30) == 0


def lees(beheer: Verbinding, topic: str, aantal: int) -> list[bytes]:
    consumer = Consumer(beheer.librdkafka() | {"group.id": f"{topic}-lezer", "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    gelezen: list[bytes] = []
    einde = time.monotonic() + 30
    while len(gelezen) < aantal and time.monotonic() < einde:
        gelezen += [r.value() for r in consumer.consume(aantal, 0.2) if r.error() is None]
    consumer.close()
    return gelezen


def test_what_is_produced_is_consumed(broker: Broker | BestaandeBroker, prefix: str) -> None:
    """A record that the shared broker confirmed comes back out of it."""
    topic = f"{prefix}proef"
    maak_topic(broker.beheer, topic)
    schrijf(broker.beheer, topic, [b"a", b"b"])
    assert lees(broker.beheer, topic, 2) == [b"a", b"b"]


def test_a_killed_broker_comes_back_with_its_records(eigen_broker: Broker) -> None:
    """After kill -9 the broker starts on the same port and folder and still has what it confirmed."""
    voor = eigen_broker.beheer
    maak_topic(voor, "proef")
    schrijf(voor, "proef", [b"voor"])
    eigen_broker.kill()
    with pytest.raises(BrokerFout, match="not running"):
        eigen_broker.kill()
    eigen_broker.start()
    assert eigen_broker.beheer == voor
    schrijf(voor, "proef", [b"na"])
    assert lees(voor, "proef", 2) == [b"voor", b"na"]


def test_a_paused_broker_answers_nothing_until_it_goes_on(eigen_broker: Broker) -> None:
    """SIGSTOP makes the broker hang with its connections open; SIGCONT ends that; a hanging broker can be stopped."""
    admin = AdminClient(eigen_broker.beheer.librdkafka())
    assert admin.list_topics(timeout=10).brokers
    eigen_broker.pause()
    with pytest.raises(KafkaException):
        admin.list_topics(timeout=0.5)
    eigen_broker.resume()
    eigen_broker.wait_ready()
    eigen_broker.pause()
    eigen_broker.stop()
    eigen_broker.stop()


@pytest.mark.kafka
def test_another_process_object_finds_the_same_data(tmp_path: Path) -> None:
    """A new Broker on an old folder, on other ports, serves what was there."""
    with Broker(tmp_path) as eerste:
        maak_topic(eerste.beheer, "proef")
        schrijf(eerste.beheer, "proef", [b"blijft"])
    with Broker(tmp_path) as tweede:
        assert lees(tweede.beheer, "proef", 1) == [b"blijft"]


@pytest.mark.kafka
def test_the_broker_dies_with_its_parent(tmp_path: Path) -> None:
    """kill -9 of the process that started the broker leaves no broker behind."""
    ouder = subprocess.Popen(
        [sys.executable, "-m", "deploy.kafka.broker", "--map", str(tmp_path), "--poort", str(vrije_poort())],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert ouder.stdout is not None
    with ouder.stdout:
        assert "Kafka listens on" in ouder.stdout.readline()
    [kind] = kinderen(ouder.pid)
    ouder.kill()
    ouder.wait()
    wacht_tot_weg(kind)


@pytest.mark.kafka
def test_the_command_runs_until_sigterm(tmp_path: Path) -> None:
    """`python -m deploy.kafka.broker` stops its broker in order at SIGTERM and exits 0."""
    opdracht = [sys.executable, "-m", "deploy.kafka.broker", "--map", str(tmp_path), "--poort", str(vrije_poort())]
    with subprocess.Popen(opdracht, stdout=subprocess.PIPE, text=True) as proces:
        assert proces.stdout is not None
        assert "Kafka listens on" in proces.stdout.readline()
        [kind] = kinderen(proces.pid)
        proces.send_signal(signal.SIGTERM)
        assert proces.wait(40) == 0
        wacht_tot_weg(kind)


@pytest.mark.kafka
def test_a_fixed_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    """Who asks for a port that is taken reads which one and what to do, and nothing is left running."""
    with socket.create_server(("127.0.0.1", 0)) as s:
        poort = s.getsockname()[1]
        with pytest.raises(PoortBezet, match=rf"^Port {poort} is in use: .*choose another port\.$"):
            Broker(tmp_path, poort).start()


@pytest.mark.kafka
def test_a_lost_race_for_a_free_port_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chosen port that somebody takes before Kafka binds it costs another try, not the run."""
    with socket.create_server(("127.0.0.1", 0)) as s:
        keuzes = [s.getsockname()[1]]
        monkeypatch.setattr(module, "vrije_poort", lambda: keuzes.pop() if keuzes else vrije_poort())
        with Broker(tmp_path) as b:
            assert b.bootstrap != f"127.0.0.1:{s.getsockname()[1]}"


@pytest.mark.kafka
def test_a_broker_that_exits_shows_the_end_of_its_log(tmp_path: Path) -> None:
    """A start that fails does so at once, with Kafka's own words."""
    with Broker(tmp_path) as b:
        pass
    (tmp_path / "data" / "meta.properties").write_text("version=1\ncluster.id=anders\nnode.id=7\n")
    with pytest.raises(BrokerFout, match=r"(?s)stopped with exit code 1; .*ends with:.*node"):
        b.start()


def test_missing_jars_say_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the jars the message names the command that fetches them."""
    monkeypatch.setattr(module, "LIBS", tmp_path)
    with pytest.raises(BrokerFout, match="make setup"):
        Broker(tmp_path).start()


@pytest.mark.parametrize(
    ("versie", "deel"), [(None, "No Java found"), ("1.8.0_412", "is Java 1.8.0_412"), ("11.0.2", "is Java 11.0.2")]
)
def test_no_java_or_an_old_one_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versie: str | None, deel: str
) -> None:
    """Kafka's Java is checked before anything starts, in one line that also names the way without Java."""
    if versie is not None:
        (tmp_path / "java").write_text(f"#!/bin/sh\necho 'openjdk version \"{versie}\" 2025' >&2\n")
        (tmp_path / "java").chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    vind_java.cache_clear()
    try:
        with pytest.raises(JavaFout, match=rf"{deel}.*Java 17 or newer.*HUB_KAFKA_BOOTSTRAP"):
            vind_java()
    finally:
        vind_java.cache_clear()
    assert java.MIN_JAVA == 17


def test_an_existing_broker_is_used_when_it_is_named(
    broker: Broker | BestaandeBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HUB_KAFKA_BOOTSTRAP replaces the embedded broker, and is left running."""
    for naam, waarde in kafka_omgeving(broker.beheer).items():
        monkeypatch.setenv(naam, waarde)
    with kies_broker(tmp_path) as gekozen:
        assert gekozen.bootstrap == broker.bootstrap
    assert AdminClient(broker.beheer.librdkafka()).list_topics(timeout=10).brokers
    monkeypatch.delenv("HUB_KAFKA_BOOTSTRAP")
    assert isinstance(kies_broker(tmp_path), Broker)


def kinderen(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wacht_tot_weg(pid: int) -> None:
    einde = time.monotonic() + 30
    while True:
        try:
            stand = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if stand == "Z":
            return
        assert time.monotonic() < einde, f"process {pid} outlives its parent"
        time.sleep(0.01)
