"""Runs real workers on a real broker, and reads what they left behind."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    OffsetSpec,
    ResourceType,
)

from demo.opstelling import kafka_omgeving
from deploy.poort import vrije_poort
from hub.domein.melding import BLIJVEND
from hub.eindcode import Eindcode
from hub.stream.codec import standaard
from hub.stream.faust import STOPTERMIJN
from hub.stream.gebruikers import Gebruikersbeheer, gebruikers, werkergebruiker
from hub.stream.toegang import Recht, Toegangbeheer, rechten
from hub.stream.topics import Topicbeheer, declaratie, partities
from hub.stream.verbinding import Verbinding
from tests.keten.signalen import TAFELS, Bericht
from tests.keten.vork import Proces, hub_worker

BIN = Path(sys.executable).parent
GROEP = "hub"
WERKERS = ("worker-1", "worker-2", "worker-3")
VERHUISD = {
    *(KafkaError.FENCED_LEADER_EPOCH, KafkaError.UNKNOWN_LEADER_EPOCH, KafkaError.NOT_LEADER_FOR_PARTITION),
    *(KafkaError.LEADER_NOT_AVAILABLE, KafkaError._NOENT, KafkaError._TIMED_OUT),
}
"""What an admin client hears that knows a former leader."""
METEEN = {
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "1",
    "delete.retention.ms": "0",
    "segment.ms": "100",
    "min.cleanable.dirty.ratio": "0.001",
}
"""A topic that the broker compacts at once: no lag, tiny segments."""
HERSTART = frozenset({70, 75})
"""Exit codes after which a supervisor starts the worker again: it halted, or found no broker."""


@dataclass(frozen=True, slots=True)
class Gelezen:
    """One record of a topic."""

    partitie: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    tijd: int = 0
    """The record's timestamp, ms."""


@dataclass
class Werker:
    """A `hub worker` process that can be ended in every way."""

    naam: str
    poort: int
    omgeving: dict[str, str]
    log: Path
    programma: Callable[[], None] = hub_worker
    proces: Proces | None = None

    def start(self) -> None:
        self.proces = Proces(self.programma, self.omgeving, self.log)

    @property
    def leeft(self) -> bool:
        return self.proces is not None and self.proces.poll() is None

    def kill(self) -> None:
        assert self.proces is not None
        self.proces.kill()
        self.proces.wait(10)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.proces is not None
        if self.leeft:
            self.proces.send_signal(signal.SIGTERM)
        try:
            return self.proces.wait(STOPTERMIJN + 15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def vraag(self, pad: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.poort}{pad}", timeout=5) as antwoord:
                return antwoord.status, antwoord.read().decode()
        except urllib.error.HTTPError as fout:
            return fout.code, fout.read().decode()
        except OSError:
            return 0, ""

    def wacht_gereed(self, termijn: float = 180) -> None:
        """A worker to which the broker did not answer in time is started again, as its exit code asks."""
        einde = time.monotonic() + termijn
        while time.monotonic() < einde:
            if self.vraag("/gereed")[0] == 200:
                return
            if self.proces is not None and self.proces.poll() == Eindcode.TIJDELIJK:
                self.start()
            assert self.leeft, f"{self.naam} ended:\n{self.staart()}"
            time.sleep(0.1)
        raise AssertionError(f"{self.naam} is not ready:\n{self.staart()}")

    def staart(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


@dataclass
class Keten:
    """One installation under its own prefix: topics, workers, and what stands on them."""

    beheer: Verbinding
    """The operator's connection: with it a test looks, and sends whatever it likes."""
    prefix: str
    map: Path
    werkers: list[Werker] = field(default_factory=list)
    herstart: frozenset[int] = HERSTART

    def __post_init__(self) -> None:
        self.verbinding = self.beheer.model_copy(update={"topic_prefix": self.prefix})
        self.admin = AdminClient(self.client)
        self._lid = Consumer(self.client | {"group.id": self.prefix + GROEP})
        self.geheim = self.map / "geheim"
        self._producer: Producer | None = None

    @property
    def client(self) -> dict[str, Any]:
        """Settings of the test's own clients. A broker that is away is no news to a test."""
        return self.verbinding.librdkafka() | {"log_level": 0}

    @property
    def beveiligd(self) -> bool:
        return self.beheer.beveiliging != "PLAINTEXT"

    def maak_topics(self) -> None:
        """Topics, and on a secured broker users and rules: workers log in as themselves."""
        Topicbeheer(self.verbinding).pas_toe(declaratie(TAFELS))
        if self.beveiligd:
            Gebruikersbeheer(self.verbinding, self.geheim).pas_toe(gebruikers(WERKERS, TAFELS))
            Toegangbeheer(self.verbinding, GROEP).pas_toe(self.rechten())

    def stel_in(self, instellingen: Mapping[str, str], *topics: str) -> None:
        """Other settings for these topics (bare names), until the broker says that it has them: the controller answers before."""
        regels = [
            ConfigEntry(naam, waarde, incremental_operation=AlterConfigOpType.SET)
            for naam, waarde in instellingen.items()
        ]
        bronnen = [ConfigResource(ResourceType.TOPIC, self.prefix + t, incremental_configs=regels) for t in topics]
        for wacht in self.admin.incremental_alter_configs(bronnen).values():
            wacht.result(60)
        tot = time.monotonic() + 60
        while not self._ingesteld(instellingen, topics):
            assert time.monotonic() < tot, "the broker has not taken the settings"
            time.sleep(0.05)

    def _ingesteld(self, instellingen: Mapping[str, str], topics: Iterable[str]) -> bool:
        vraag = self.admin.describe_configs([ConfigResource(ResourceType.TOPIC, self.prefix + t) for t in topics])
        return all(
            {naam: antwoord.result(60)[naam].value for naam in instellingen} == instellingen
            for antwoord in vraag.values()
        )

    def rechten(self) -> frozenset[Recht]:
        """The declared rights of this installation."""
        return rechten(declaratie(TAFELS), map(werkergebruiker, WERKERS), self.verbinding, GROEP)

    def verbinding_van(self, gebruiker: str) -> Verbinding:
        """How a user (bare name) comes in; on an open broker everybody comes in."""
        if not self.beveiligd:
            return self.verbinding
        wie = {
            "gebruiker": self.verbinding.topic(gebruiker),
            "wachtwoord_bestand": self.geheim / gebruiker / "wachtwoord",
        }
        return self.verbinding.model_copy(update=wie)

    def werker(self, naam: str = "worker-1") -> Werker:
        poort = vrije_poort()
        schoon = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
        omgeving = schoon | {
            **kafka_omgeving(self.verbinding_van(werkergebruiker(naam))),
            "HUB_TAFELS": ",".join(TAFELS),
            "HUB_INSTANTIE": naam,
            "HUB_POORT": str(poort),
        }
        werker = Werker(naam, poort, omgeving, self.map / f"{naam}.log")
        self.werkers.append(werker)
        return werker

    def start(self, *namen: str) -> list[Werker]:
        nieuw = [self.werker(naam) for naam in namen]
        for werker in nieuw:
            werker.start()
        for werker in nieuw:
            werker.wacht_gereed()
        return nieuw

    def sluit(self) -> None:
        for werker in self.werkers:
            if werker.leeft:
                werker.kill()
        self._lid.close()
        if self.beveiligd:
            Toegangbeheer(self.verbinding, GROEP).pas_toe(frozenset())
            Gebruikersbeheer(self.verbinding, self.geheim).pas_toe(())

    def toezicht(self) -> None:
        """What a supervisor does: start again what halted. Anything else that ended is a fault."""
        for werker in self.werkers:
            if werker.proces is not None and not werker.leeft:
                code = werker.proces.returncode
                assert code in self.herstart, f"{werker.naam} ended with {code}: {werker.staart()}"
                werker.start()

    def zend(self, berichten: Iterable[Bericht]) -> None:
        """Produce with acks from all, and wait until every record is delivered; survives an outage of the broker."""
        fouten: list[Any] = []
        producer = self._zender
        for een in berichten:
            producer.produce(
                self.verbinding.topic(een.topic),
                key=een.key,
                value=een.value,
                headers=een.headers,
                partition=murmur2_partitie(een.key, partities()),
                on_delivery=lambda fout, _: fouten.append(fout) if fout else None,
            )
            producer.poll(0)
        assert producer.flush(60) == 0
        assert not fouten

    @cached_property
    def _zender(self) -> Producer:
        eigen = {"enable.idempotence": True, "message.timeout.ms": 60_000, "linger.ms": 5}
        return Producer(self.client | eigen)

    def zend_rauw(self, topic: str, key: bytes, value: bytes | None, partitie: int = 0) -> None:
        """Any bytes on any topic."""
        self.zend_naar(topic, Gelezen(partitie, -1, key, value, ()))

    def zend_naar(self, topic: str, record: Gelezen) -> None:
        """A record as it was read, to the same partition of a topic of this installation."""
        fouten: list[Any] = []
        self._rauw().produce(
            self.prefix + topic,
            key=record.key,
            value=record.value,
            partition=record.partitie,
            headers=list(record.headers),
            on_delivery=lambda fout, _: fouten.append(fout) if fout else None,
        )
        assert self._rauw().flush(30) == 0 and not fouten

    def _rauw(self) -> Producer:
        if self._producer is None:
            self._producer = Producer(self.client | {"message.max.bytes": 2_000_000})
        return self._producer

    # -- reading ------------------------------------------------------------------------------------------------------

    def topics(self) -> list[str]:
        """Bare names of this installation's topics."""
        alle = self.admin.list_topics(timeout=20).topics
        return sorted(naam.removeprefix(self.prefix) for naam in alle if naam.startswith(self.prefix))

    def einden(self, topic: str) -> dict[int, int]:
        """Offset after the last record, per partition."""
        return self._offsets(topic, OffsetSpec.latest())

    def begin(self, topic: str) -> dict[int, int]:
        """Offset of the first record that is still there, per partition."""
        return self._offsets(topic, OffsetSpec.earliest())

    def _offsets(self, topic: str, waar: OffsetSpec) -> dict[int, int]:
        vraag = {TopicPartition(self.prefix + topic, p): waar for p in range(partities())}
        tot = time.monotonic() + 180
        while True:
            try:
                return {tp.partition: wacht.result(60).offset for tp, wacht in self.admin.list_offsets(vraag).items()}
            except KafkaException as fout:
                # A broker just started again, a topic just made: this client knows the former leader.
                if fout.args[0].code() not in VERHUISD or time.monotonic() > tot:
                    raise
                with suppress(KafkaException):  # it does not answer yet: the question itself says so in the end
                    self.admin.list_topics(timeout=20)

    def lees(self, topic: str) -> list[Gelezen]:
        """Every record of a topic from its beginning to its present end, in order per partition."""
        return self.lees_verder({topic: self.begin(topic)})[topic]

    def lees_verder(self, vanaf: Mapping[str, Mapping[int, int]]) -> dict[str, list[Gelezen]]:
        """Per topic every record from these offsets (per partition; 0 where none is named) to its present end."""
        uit: dict[str, list[Gelezen]] = {topic: [] for topic in vanaf}
        wachten = {
            (topic, p) for topic in vanaf for p, einde in self.einden(topic).items() if einde > vanaf[topic].get(p, 0)
        }
        if not wachten:
            return uit
        consumer = Consumer(
            self.client
            | {
                "group.id": "lezer",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
            }
        )
        consumer.assign([TopicPartition(self.prefix + topic, p, vanaf[topic].get(p, 0)) for topic, p in wachten])
        tot = time.monotonic() + 180
        try:
            while wachten and time.monotonic() < tot:
                for bericht in consumer.consume(1000, 0.2):
                    topic = bericht.topic().removeprefix(self.prefix)
                    if bericht.error():
                        wachten.discard((topic, bericht.partition()))
                        continue
                    headers = tuple((k, bytes(v)) for k, v in bericht.headers() or [])
                    plek, tijd = (bericht.partition(), bericht.offset()), bericht.timestamp()[1]
                    uit[topic].append(Gelezen(*plek, bericht.key(), bericht.value(), headers, tijd))
        finally:
            consumer.close()
        assert not wachten
        return uit

    def achterstand(self, topic: str) -> int:
        """Records of a topic that the hub has not acknowledged."""
        bevestigd = self._bevestigd(topic)
        return sum(einde - bevestigd[p] for p, einde in self.einden(topic).items())

    def _bevestigd(self, topic: str) -> dict[int, int]:
        """By a consumer that never joins: an admin client that loses its broker in the midst of this question may end the process
        (librdkafka #4605)."""
        tps = [TopicPartition(self.prefix + topic, p) for p in range(partities())]
        tot = time.monotonic() + 60
        while True:
            try:
                plaatsen = self._lid.committed(tps, timeout=10)
            except KafkaException:
                if time.monotonic() > tot:
                    raise
            else:
                return {tp.partition: max(tp.offset, 0) for tp in plaatsen}

    def wacht_stil(self, termijn: float = 120) -> None:
        """Until every input is acknowledged, room after room: what a room acknowledges, it has delivered to the next."""
        einde = time.monotonic() + termijn
        for topic in [f"signaal.{tafel}.v1" for tafel in TAFELS] + [
            *("signaal.beheer.v1", "hub.herstel.v1", "hub.sleutel.v1", "hub.vraag.v1", "hub.gebeurtenis.v1")
        ]:
            while (over := self.achterstand(topic)) != 0:
                self.toezicht()
                assert time.monotonic() < einde, f"{over} records of {topic} wait:\n{self.werkers[0].staart()}"
                time.sleep(0.2)

    def meldingen(self) -> dict[str, dict[str, Any]]:
        """Every melding by id, as an inbox takes it in: once. Two contents under one id are a fault."""
        uit: dict[str, dict[str, Any]] = {}
        for tafel in TAFELS:
            for record in self.lees(f"melding.{tafel}.v1"):
                _, waarde = standaard().decodeer(record.value)
                assert waarde["ontvanger"] == tafel
                bekend = uit.setdefault(waarde["id"], waarde)
                assert bekend == waarde, "two contents under one id"
        return uit

    def staand(self) -> list[str]:
        """What stands in the inboxes in the end, without moments and ids, which depend on the order of arrival. Sorted; repeats stay."""
        alle = self.meldingen()
        weg = {melding["betreft"] for melding in alle.values() if melding["betreft"]}
        blijft = [m for m in alle.values() if m["id"] not in weg and m["soort"] in BLIJVEND]
        return sorted(vast(melding) for melding in blijft)


def vast(melding: dict[str, Any]) -> str:
    """A melding without what depends on the order of arrival."""
    zonder = {"id", "tijd", "reageren_voor", "betreft"}
    soort = {"soort": "BEKEND" if melding["soort"] == "CORRECTIE" else melding["soort"]}
    return json.dumps({k: v for k, v in melding.items() if k not in zonder} | soort, sort_keys=True)


def murmur2_partitie(key: bytes, aantal: int) -> int:
    """The partition that Java's and aiokafka's clients choose."""
    from aiokafka.partitioner import murmur2

    return int((murmur2(key) & 0x7FFFFFFF) % aantal)
