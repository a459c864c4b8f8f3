"""Who may do what: a tafel reaches its own two topics and nothing else, and the rules stay what the declaration says."""

import asyncio
import re
import ssl
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
)

from demo.opstelling import kafka_omgeving
from deploy.kafka.broker import BestaandeBroker, Broker
from hub.cli import main
from hub.stream.gebruikers import Gebruikersbeheer
from hub.stream.toegang import Recht, Toegangbeheer, _filter
from hub.stream.topics import Topicbeheer, TopicFout, declaratie, tafelgebruiker
from hub.stream.verbinding import Verbinding
from tests.keten.harnas import GROEP, WERKERS, Keten
from tests.keten.signalen import MIDDEN_BRABANT, TAFELS, TWENTE, ZSM, bericht, signaal

GEWEIGERD = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}


def zichtbaar(wie: Verbinding, topics: Iterable[str]) -> set[str]:
    """Of these topics (names on the broker) the ones that `wie` may describe. Whoever may read one may describe it."""
    beheer = AdminClient(wie.librdkafka())
    vragen = beheer.list_offsets({TopicPartition(naam, 0): OffsetSpec.latest() for naam in topics})
    uit = set()
    for plek, antwoord in vragen.items():
        try:
            antwoord.result(30)
            uit.add(plek.topic)
        except KafkaException as fout:
            assert fout.args[0].code() in GEWEIGERD
    return uit


def leesbaar(wie: Verbinding, topics: Iterable[str]) -> set[str]:
    """Of these topics, which all hold a record in partition 0, the ones that `wie` gets it from."""
    uit: set[str] = set()
    for naam in topics:
        lezer = Consumer(wie.librdkafka() | {"group.id": "zonder", "auto.offset.reset": "earliest"})
        lezer.assign([TopicPartition(naam, 0, 0)])
        einde = time.monotonic() + 180
        while True:
            assert time.monotonic() < einde, naam
            gelezen = lezer.consume(1, 0.5)  # that it may not use its group either is another error
            uit |= {een.topic() for een in gelezen if een.error() is None}
            fouten = {een.error().code() for een in gelezen if een.error() is not None}
            if naam in uit or KafkaError.TOPIC_AUTHORIZATION_FAILED in fouten:
                break
        lezer.close()
    return uit


def schrijfbaar(wie: Verbinding, topics: Iterable[str]) -> set[str]:
    """Of these topics (names on the broker) the ones that take a record from `wie`."""
    zender = Producer(wie.librdkafka() | {"message.timeout.ms": 60_000})
    gelukt: set[str] = set()
    for naam in topics:
        zender.produce(naam, b"x", partition=0, on_delivery=lambda fout, b: None if fout else gelukt.add(b.topic()))
    assert zender.flush(70) == 0
    return gelukt


def test_a_veiligheidshuis_reaches_its_own_two_topics_and_nothing_else(keten: Keten) -> None:
    """Twente reads only its meldingen and writes only its signalen: no other tafel's topic, no hub topic, no dead letter."""
    alle = [topic.naam for topic in declaratie(TAFELS)]
    for topic in alle:
        keten.zend_rauw(topic, b"sleutel", b"waarde")
    namen = {keten.verbinding.topic(naam) for naam in alle}
    twente = keten.verbinding_van(tafelgebruiker(TWENTE))
    eigen = {keten.verbinding.topic(f"{soort}.{TWENTE}.v1") for soort in ("signaal", "melding")}
    assert set(AdminClient(twente.librdkafka()).list_topics(timeout=20).topics) == eigen == zichtbaar(twente, namen)
    assert leesbaar(twente, eigen) == {keten.verbinding.topic(f"melding.{TWENTE}.v1")}
    assert schrijfbaar(twente, namen) == {keten.verbinding.topic(f"signaal.{TWENTE}.v1")}


def test_a_tafel_cannot_join_the_hub_or_rule_the_broker(keten: Keten) -> None:
    """A tafel's user is refused the workers' group, new topics, rules and users."""
    twente = keten.verbinding_van(tafelgebruiker(TWENTE))
    beheer = AdminClient(twente.librdkafka())
    with pytest.raises(TopicFout, match="Log in as the operator"):
        Toegangbeheer(twente, GROEP).pas_toe(frozenset())
    with pytest.raises(TopicFout, match="Log in as the operator"):
        Gebruikersbeheer(twente, keten.map).pas_toe(())
    with pytest.raises(KafkaException) as fout:
        beheer.create_topics([NewTopic(f"{keten.prefix}nieuw", 1, 1)])[f"{keten.prefix}nieuw"].result(30)
    assert fout.value.args[0].code() in GEWEIGERD
    lid = Consumer(twente.librdkafka() | {"group.id": keten.verbinding.topic(GROEP)})
    lid.subscribe([keten.verbinding.topic(f"melding.{TWENTE}.v1")])
    einde = time.monotonic() + 120
    codes: set[int] = set()
    while KafkaError.GROUP_AUTHORIZATION_FAILED not in codes and time.monotonic() < einde:
        codes |= {een.error().code() for een in lid.consume(1, 0.5) if een.error() is not None}
    lid.close()
    assert KafkaError.GROUP_AUTHORIZATION_FAILED in codes


def test_a_tafel_that_speaks_for_another_is_refused_at_the_gate(keten: Keten) -> None:
    """On its own topic Twente may write what it likes: a signaal in the name of Midden-Brabant becomes a dead letter and no melding."""
    keten.start("worker-1")
    vals = bericht(signaal(MIDDEN_BRABANT, 1))
    zender = Producer(keten.verbinding_van(tafelgebruiker(TWENTE)).librdkafka())
    zender.produce(keten.verbinding.topic(f"signaal.{TWENTE}.v1"), key=vals.key, value=vals.value, headers=vals.headers)
    assert zender.flush(30) == 0
    keten.zend([bericht(signaal(ZSM, 1))])
    keten.wacht_stil()
    [dood] = keten.lees(f"signaal.{TWENTE}.v1.dlq")
    assert dict(dood.headers)["hub.error.code"] == b"andere_tafel" and dood.value == vals.value
    assert keten.meldingen() == {}


def test_rules_stay_equal_to_the_declaration(keten: Keten) -> None:
    """What is missing is added and what is too much removed, once; another installation, a wider rule and a prohibition are left alone."""
    beheer = Toegangbeheer(keten.verbinding, GROEP)
    gewenst = keten.rechten()
    assert not (verschil := beheer.vergelijk(gewenst)).ontbreekt and not verschil.teveel
    melding, elders = keten.verbinding.topic(f"melding.{ZSM}.v1"), f"ander-{keten.prefix}melding.x.v1"
    twente = f"User:{keten.verbinding.topic(tafelgebruiker(TWENTE))}"
    te_veel = [
        regel(melding, twente),
        regel(keten.verbinding.topic("hub."), "User:vreemd", patroon=ResourcePatternType.PREFIXED),
        regel("*", twente),
    ]
    blijft = [
        regel(elders, "User:ander"),
        regel(keten.prefix, "User:vreemd", patroon=ResourcePatternType.PREFIXED),
        regel(melding, "User:vreemd", mag=AclPermissionType.DENY),
    ]
    for wacht in keten.admin.create_acls([*te_veel, *blijft]).values():
        wacht.result(30)
    tot = time.monotonic() + 60
    while not {*te_veel, *blijft} <= set(beheer._regels()):  # the controller answers before the broker has them
        assert time.monotonic() < tot
        time.sleep(0.05)
    mist = Recht(keten.verbinding.topic("hub.worker-1"), "TOPIC", melding, "WRITE")
    beheer.pas_toe(gewenst - {mist})
    gevonden = beheer.pas_toe(gewenst)
    assert gevonden.ontbreekt == {mist} and gevonden.teveel == ()
    assert set(gevonden.ruimer) == {blijft[1]} and set(gevonden.verboden) == {blijft[2]}
    aanwezig = set(beheer._regels())
    assert not aanwezig & set(te_veel) and set(blijft) <= aanwezig
    zonder_twente = frozenset(r for r in gewenst if TWENTE not in r.naam and TWENTE not in r.gebruiker)
    beheer.pas_toe(zonder_twente)
    assert (
        set(AdminClient(keten.verbinding_van(tafelgebruiker(TWENTE)).librdkafka()).list_topics(timeout=20).topics)
        == set()
    )
    for weg in keten.admin.delete_acls([_filter(een) for een in blijft]).values():
        weg.result(30)


def test_the_commands_make_rules_and_users_and_show_them(keten: Keten, tmp_path: Path) -> None:
    """`hub topics apply --acls` and `hub beveiliging gebruikers` change nothing twice; `hub topics acls` prints every rule."""
    omgeving = kafka_omgeving(keten.verbinding) | {"HUB_TAFELS": ",".join(TAFELS), "HUB_WERKERS": ",".join(WERKERS)}
    draai = CliRunner(env=omgeving).invoke
    uit = draai(main, ["topics", "apply", "--acls"])
    assert uit.exit_code == 0 and f"0 changes; {len(keten.rechten())} access rules" in uit.output
    uit = draai(main, ["topics", "acls"])
    assert (
        uit.exit_code == 0
        and f"{keten.prefix}tafel.{TWENTE} READ topic {keten.prefix}melding.{TWENTE}.v1" in uit.output
    )
    assert draai(main, ["beveiliging", "gebruikers", "--map", str(tmp_path / "g")]).output.startswith("0 changes")
    weg = draai(main, ["beveiliging", "gebruikers", "--map", str(tmp_path / "g")], env={"HUB_TAFELS": str(ZSM)})
    assert f"tafel.{TWENTE}: removed" in weg.output and f"tafel.{MIDDEN_BRABANT}: removed" in weg.output
    nieuw = draai(main, ["beveiliging", "gebruikers", "--map", str(tmp_path / "g")])
    assert f"tafel.{TWENTE}: made" in nieuw.output
    geheim = (tmp_path / "g" / f"tafel.{TWENTE}" / "wachtwoord").read_text().strip()
    assert geheim not in nieuw.output and len(geheim) > 40
    uit = draai(main, ["topics", "apply", "--acls"], env={"HUB_TAFELS": str(ZSM)})
    assert uit.exit_code == 0 and f"tafel.{TWENTE} READ topic {keten.prefix}melding.{TWENTE}.v1: removed" in uit.output
    uit = draai(main, ["topics", "acls"])
    assert uit.exit_code == 1 and "MISSING" in uit.output
    uit = draai(main, ["beveiliging", "wissel", "tafel.niemand", "--map", str(tmp_path / "g")])
    assert uit.exit_code == 78 and "is no user" in uit.output


def test_a_worker_without_its_rights_does_not_start(keten: Keten) -> None:
    """At start every right of a worker is looked at; what is missing is named, with the command that gives it."""
    mist = Recht(keten.verbinding.topic("hub.worker-1"), "TOPIC", keten.verbinding.topic("hub.koppeling.v1"), "READ")
    beheer = Topicbeheer(keten.verbinding_van("hub.worker-1"))
    beheer.eis(declaratie(TAFELS))
    Toegangbeheer(keten.verbinding, GROEP).pas_toe(keten.rechten() - {mist})
    with pytest.raises(TopicFout, match=rf"may not READ {re.escape(keten.prefix)}hub\.koppeling\.v1\. Run .*--acls"):
        beheer.eis(declaratie(TAFELS))


async def test_broker_and_controller_admit_only_a_broker(broker: Broker | BestaandeBroker) -> None:
    """The listeners between broker and controller take no plain text, and no TLS without the broker's own certificate."""
    ca = broker.beheer.ca_bestand
    assert ca is not None
    regels = (ca.parents[1] / "server.properties").read_text()
    adressen = dict(re.findall(r"(BROKER|CONTROLLER)://127\.0\.0\.1:(\d+)", regels))
    assert set(adressen) == {"BROKER", "CONTROLLER"}
    tls = ssl.create_default_context(cafile=ca)
    met = ssl.create_default_context(cafile=ca)
    met.load_cert_chain(ca.with_name("broker.pem"))
    for poort in map(int, adressen.values()):
        assert not await antwoordt(poort, None)
        assert not await antwoordt(poort, tls)
        assert await antwoordt(poort, met)


async def antwoordt(poort: int, tls: ssl.SSLContext | None) -> bool:
    """Whether a listener answers the first request of any client (ApiVersions, correlation 1)."""
    vraag = b"\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff"
    try:
        async with asyncio.timeout(30):
            lezer, schrijver = await asyncio.open_connection("127.0.0.1", poort, ssl=tls)
            schrijver.write(len(vraag).to_bytes(4, "big") + vraag)
            gelezen = await lezer.read(8)
            schrijver.transport.abort()
            return gelezen[4:] == b"\x00\x00\x00\x01"
    except OSError:
        return False


def regel(
    topic: str,
    wie: str,
    *,
    patroon: ResourcePatternType = ResourcePatternType.LITERAL,
    mag: AclPermissionType = AclPermissionType.ALLOW,
) -> AclBinding:
    return AclBinding(ResourceType.TOPIC, topic, patroon, wie, "*", AclOperation.READ, mag)
