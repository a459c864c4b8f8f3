"""Headers, dead letters, the topic file, settings, connection and logging: one sentence each."""

import json
import logging
import socket
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub import app, journaal
from hub.cli import main
from hub.eindcode import Eindcode
from hub.geheim import schrijf_geheim
from hub.gezondheid import Gezondheidsserver
from hub.settings import Instellingen, InstellingFout, lees_instellingen, namen
from hub.stream.deadletter import dode_letter, topic_soort
from hub.stream.kop import cloudevent, nieuwe_trace, trace_van, traceparent_uit
from hub.stream.logregel import Demper
from hub.stream.record import Record
from hub.stream.topics import declaratie, partities
from hub.stream.verbinding import Verbinding


def test_cloudevents_headers_follow_the_profile() -> None:
    """Required attributes with `ce_` prefix, the content type without, time as RFC 3339 in UTC."""
    headers = dict(
        cloudevent(
            id_="i",
            bron="urn:nld:oin:1:systeem:x",
            soort="nl.x.v1",
            tijd=1_700_000_000_123,
            schema="ab",
            traceparent="t",
        )
    )
    assert headers["ce_specversion"] == b"1.0" and headers["ce_time"] == b"2023-11-14T22:13:20.123Z"
    assert {"ce_id", "ce_source", "ce_type", "ce_dataschema", "content-type", "traceparent"} <= set(headers)


@pytest.mark.parametrize(
    "waarde",
    [
        b"",
        b"00-abc",
        b"00-" + b"0" * 32 + b"-" + b"1" * 16 + b"-01",
        b"ff-" + b"a" * 32 + b"-" + b"1" * 16 + b"-01",
        b"\xff\xfe",
    ],
)
def test_a_malformed_traceparent_is_as_good_as_none(waarde: bytes) -> None:
    """W3C Trace Context: whoever gets a malformed one starts a new trace."""
    assert traceparent_uit([("traceparent", waarde)]) is None


def test_traces_of_names_are_valid_and_repeat() -> None:
    """A derived trace is valid and the same at every replay; a fresh one is not."""
    assert traceparent_uit([("traceparent", trace_van("x").encode())]) == trace_van("x")
    assert nieuwe_trace() != nieuwe_trace()


@given(
    st.binary(max_size=40),
    st.binary(max_size=40),
    st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=9)), max_size=3),
)
def test_a_dead_letter_is_the_record_itself(key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> None:
    """Key, value, partition and the sender's headers stay byte for byte; headers are only added."""
    record = Record("signaal.a.v1", 3, 7, 1, key, value, tuple(headers))
    letter = dode_letter(record, code="ongeldig", kamer="inname", fout="ValueError")
    assert (letter.topic, letter.key, letter.value, letter.partitie) == ("signaal.a.v1.dlq", key, value, 3)
    assert letter.headers[: len(headers)] == tuple(headers)


def test_topic_labels_are_bounded() -> None:
    """A metric label names the kind of topic, not every tafel."""
    assert topic_soort("signaal.vhh-twente.v1") == "signaal" and topic_soort("hub.sleutel.v1") == "hub.sleutel.v1"


def test_the_topic_file_declares_what_the_guarantees_need() -> None:
    """Broker time where a moment counts; compaction only where state is; dead letters as large as their originals; P everywhere."""
    topics = {topic.naam: topic for topic in declaratie(["vhh-twente"])}
    assert all(topic.partities == partities() for topic in topics.values())
    signaal, dlq = topics["signaal.vhh-twente.v1"].config, topics["signaal.vhh-twente.v1.dlq"].config
    tijd = {naam for naam, topic in topics.items() if topic.config.get("message.timestamp.type") == "LogAppendTime"}
    assert tijd >= {
        "signaal.vhh-twente.v1",
        "signaal.beheer.v1",
        "hub.herstel.v1",
        "hub.sleutel.v1",
        "hub.gebeurtenis.v1",
    }
    assert int(dlq["max.message.bytes"]) > int(signaal["max.message.bytes"])
    compact = {naam for naam, topic in topics.items() if topic.config["cleanup.policy"] == "compact"}
    assert compact == {"hub.sleutel.v1", "hub.koppeling.v1"}
    sleutel = topics["hub.sleutel.v1"].config
    assert int(sleutel["min.compaction.lag.ms"]) >= int(signaal["retention.ms"])
    assert int(sleutel["max.compaction.lag.ms"]) > int(sleutel["min.compaction.lag.ms"])
    assert "melding.vhh-twente.v1.dlq" not in topics


def _omgeving(monkeypatch: pytest.MonkeyPatch, **waarden: str) -> None:
    for naam in namen():
        monkeypatch.delenv(naam, raising=False)
    for naam, waarde in waarden.items():
        monkeypatch.setenv(naam, waarde)


def test_every_setting_is_in_the_handbook() -> None:
    """An operator finds what each can be set to."""
    handboek = (Path(__file__).parents[2] / "docs" / "beheer.md").read_text("utf-8")
    assert {naam for naam in namen() if f"`{naam}`" not in handboek} == set()


def test_a_setting_names_the_file_of_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nested settings by their names; a password is read from its file, anew each time, and shown nowhere."""
    wachtwoord = tmp_path / "wachtwoord"
    _omgeving(
        monkeypatch,
        HUB_KAFKA_BOOTSTRAP="k:1",
        HUB_KAFKA_TOPIC_PREFIX="p-",
        HUB_KAFKA_BEVEILIGING="SASL_SSL",
        HUB_KAFKA_GEBRUIKER="hub",
        HUB_KAFKA_WACHTWOORD_BESTAND=str(wachtwoord),
        HUB_KAFKA_CA_BESTAND="/ca.pem",
        HUB_POORT="9200",
    )
    schrijf_geheim(wachtwoord, "zeer-geheim")
    instellingen = lees_instellingen()
    assert (instellingen.kafka.bootstrap, instellingen.kafka.topic("x"), instellingen.poort) == ("k:1", "p-x", 9200)
    assert instellingen.kafka.librdkafka()["sasl.password"] == "zeer-geheim"
    assert "zeer-geheim" not in repr(instellingen)
    schrijf_geheim(wachtwoord, "ander")
    assert instellingen.kafka.wachtwoord() == "ander"


@pytest.mark.parametrize(
    "bootstrap",
    ["onzin", "host:abc", "127.0.0.1:99999", "k:0", ":9092", "k:1,", "", "k:1 b:2", "[::1]:9092", "x://k:1"],
)
def test_an_address_that_cannot_be_a_brokers_is_told(monkeypatch: pytest.MonkeyPatch, bootstrap: str) -> None:
    """What is no list of host:port is a fault of that setting, before anybody connects: a command ends with 78 and what to fill in."""
    _omgeving(monkeypatch, HUB_KAFKA_BOOTSTRAP=bootstrap)
    uit = CliRunner().invoke(main, ["topics", "check"])
    assert uit.exit_code == Eindcode.INSTELLING
    assert "HUB_KAFKA_BOOTSTRAP: " in uit.stderr and "host:port" in uit.stderr


@pytest.mark.parametrize("bootstrap", ["k:1", "127.0.0.1:65535", "k1.voorbeeld.nl:9092, k2_b:9092"])
def test_addresses_of_brokers(bootstrap: str) -> None:
    """One broker or several, by name or IPv4 address."""
    assert Verbinding(bootstrap=bootstrap).bootstrap == bootstrap


async def test_a_worker_whose_port_is_taken_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """No restart frees it: the worker ends with 78 and names address and port."""
    gestopt = Mock(side_effect=SystemExit)
    monkeypatch.setattr(app, "halt", gestopt)
    with socket.socket() as bezet:
        bezet.bind(("127.0.0.1", 0))
        bezet.listen()
        poort = bezet.getsockname()[1]
        with pytest.raises(SystemExit):
            await app._Server(Gezondheidsserver("127.0.0.1", poort, dict)).on_start()
    assert gestopt.call_args.kwargs == {"code": Eindcode.INSTELLING}
    assert f"127.0.0.1:{poort}" in gestopt.call_args.args[0]


def test_all_faults_in_the_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message with every fault, also settings that do not exist; never a secret's value."""
    _omgeving(
        monkeypatch,
        HUB_POORT="99999",
        HUB_OIN="12",
        HUB_INSTANTIE="Met Hoofdletters",
        HUB_BESTAAT_NIET="1",
        HUB_KAFKA_BEVEILIGING="SASL_SSL",
        HUB_KAFKA_WACHTWOORD="zeer-geheim",
    )  # a password is no setting at all: anybody could read it among the process's variables
    with pytest.raises(InstellingFout) as fout:
        lees_instellingen()
    tekst = str(fout.value)
    assert all(naam in tekst for naam in ("HUB_POORT", "HUB_OIN", "HUB_INSTANTIE", "HUB_BESTAAT_NIET", "HUB_KAFKA"))
    assert "zeer-geheim" not in tekst


def test_a_tafel_that_the_register_does_not_know_cannot_join() -> None:
    """HUB_TAFELS is checked against the register; empty means all of it."""
    assert Instellingen(tafels="a, b").aangesloten(["a", "b", "c"]) == ("a", "b")
    assert Instellingen().aangesloten(["a", "b"]) == ("a", "b")
    with pytest.raises(InstellingFout, match="x"):
        Instellingen(tafels="a,x").aangesloten(["a"])


def test_a_secured_connection_needs_all_its_parts() -> None:
    """SASL_SSL without user, password or certificate authority is refused at once."""
    with pytest.raises(ValidationError):
        Verbinding(beveiliging="SASL_SSL", gebruiker="hub")


def test_a_library_that_repeats_itself_is_counted() -> None:
    """The same line of a library within ten seconds is written once; other lines pass."""
    demper = Demper()

    def regel(nummer: int) -> logging.LogRecord:
        return logging.LogRecord("aiokafka", logging.WARNING, "f.py", nummer, "away", None, None)

    assert [demper.filter(regel(1)) for _ in range(100)].count(True) == 1
    assert demper.filter(regel(2))
    demper._gezien[("aiokafka", 1)] = (float("-inf"), 99)
    later = regel(1)
    assert demper.filter(later) and later.ingehouden == 99  # type: ignore[attr-defined]


def test_log_lines_are_json_with_a_constant_event_name(capfd: pytest.CaptureFixture[str]) -> None:
    """Our own events keep their names; a library's line has the name `bibliotheek` and no stack of ours."""
    import structlog

    oud = logging.getLogger().handlers[:]
    try:
        journaal.richt_in()
        structlog.get_logger().info("iets_gebeurd", kamer="index")
        logging.getLogger("aiokafka.x").warning("node %s away", 1)
    finally:
        logging.getLogger().handlers[:] = oud
        structlog.reset_defaults()
    regels = [json.loads(regel) for regel in capfd.readouterr().err.splitlines()]
    assert regels[0]["event"] == "iets_gebeurd" and regels[0]["level"] == "info"
    assert (regels[1]["event"], regels[1]["bron"], regels[1]["tekst"]) == ("bibliotheek", "aiokafka.x", "node 1 away")
