"""The topics of an installation: declared in `topics.toml`, made by `hub topics apply`, compared by `hub topics check`."""

import logging
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import (
    AclOperation,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from hub.stream.deadletter import ACHTERVOEGSEL
from hub.stream.verbinding import Verbinding

WERKER: Final = "werker"
"""In `leest` and `schrijft`: every worker."""
_TAFEL: Final = "tafel"
_ROLLEN: Final = frozenset({WERKER, _TAFEL})

BESTAND: Final = Path(__file__).with_name("topics.toml")
TERMIJN: Final = 30.0
KIJKPAUZE: Final = 0.1
"""Seconds between two looks at what was just made."""
WACHT: Final = 10.0
"""Seconds in which a broker must answer at all."""
DLQ_BYTES: Final = 2_097_152
"""A dead letter is its original and a few headers: it must fit wherever the original did."""


WEZENLIJK: Final = frozenset(
    {"cleanup.policy", "message.timestamp.type", "max.message.bytes", "min.compaction.lag.ms", "compression.type"}
)
"""Settings on which guarantees rest: a worker does not start where the broker has others."""

BEVESTIGD: Final = "min.insync.replicas"
"""How many copies must have a record before it counts as kept."""

stil = logging.getLogger("hub.librdkafka")
stil.addHandler(logging.NullHandler())
stil.propagate = False  # librdkafka repeats itself many times a second; what matters is raised


class TopicFout(Exception):
    """The broker's topics are not those of the declaration; the message says which and what to do."""


class BrokerWeg(TopicFout):
    """No broker answers: start again later."""


_VOORBIJGAAND: Final = frozenset(
    {
        *(KafkaError._TIMED_OUT, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._RESOLVE),
        *(KafkaError.REQUEST_TIMED_OUT, KafkaError.NETWORK_EXCEPTION, KafkaError.NOT_CONTROLLER),
        *(KafkaError.BROKER_NOT_AVAILABLE, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.KAFKA_STORAGE_ERROR),
    }
)
"""What may be over when it is asked again."""


def zonder_antwoord(wat: str, fout: KafkaException) -> TopicFout:
    """What to raise for a question that the broker did not answer: BrokerWeg where it may answer later, so that whoever keeps this
    process running asks again."""
    oorzaak: KafkaError = fout.args[0]
    if oorzaak.code() in _VOORBIJGAAND:
        return BrokerWeg(f"{wat}: {oorzaak.str()}: run it again later")
    return TopicFout(f"{wat}: {oorzaak.str()}")


@dataclass(frozen=True, slots=True)
class Topic:
    """One declared topic, under its bare name."""

    naam: str
    partities: int
    config: dict[str, str]
    leest: frozenset[str] = frozenset()
    """Who reads it: WERKER for every worker, else a user's bare name."""
    schrijft: frozenset[str] = frozenset()


def tafelgebruiker(tafel: str) -> str:
    """Bare name of the Kafka user of a tafel's connector."""
    return f"tafel.{tafel}"


def declaratie(tafels: Iterable[str], bestand: Path = BESTAND) -> list[Topic]:
    """Every topic, with its dead-letter topic, for these tafels."""
    inhoud = tomllib.loads(bestand.read_text("utf-8"))
    partities = int(inhoud["partities"])
    namen = sorted(tafels)
    topics: list[Topic] = []
    for vorm, blok in inhoud["topics"].items():
        config = {naam: str(waarde) for naam, waarde in blok["config"].items()}
        for tafel in namen if "{tafel}" in vorm else [None]:
            naam = vorm.replace("{tafel}", tafel or "")
            leest, schrijft = (_gebruikers(vorm, blok[wat], tafel) for wat in ("leest", "schrijft"))
            topics.append(Topic(naam, partities, config, leest, schrijft))
            if blok.get("dlq"):
                dlq = {
                    "cleanup.policy": "delete",
                    "retention.ms": _bewaard(config),
                    "max.message.bytes": str(DLQ_BYTES),
                }
                topics.append(Topic(naam + ACHTERVOEGSEL, partities, dlq, schrijft=frozenset({WERKER})))
    return topics


def _bewaard(config: dict[str, str]) -> str:
    """ms that a dead letter of a topic is kept: as long as the topic keeps what was said, so that refusal prolongs nothing. Of a compacted
    topic that is how long every superseded record is still there: whatever came after a dead letter can be seen for as long as it waits."""
    return config["retention.ms" if config["cleanup.policy"] == "delete" else "min.compaction.lag.ms"]


def _gebruikers(vorm: str, rollen: list[str], tafel: str | None) -> frozenset[str]:
    vreemd = set(rollen) - (_ROLLEN if tafel else {WERKER})
    if vreemd:
        raise ValueError(f"{BESTAND.name}: {vorm} names who is no role here: {', '.join(sorted(vreemd))}")
    return frozenset(tafelgebruiker(tafel) if tafel and rol == _TAFEL else rol for rol in rollen)


def partities(bestand: Path = BESTAND) -> int:
    """P, the number of partitions of every topic."""
    return int(tomllib.loads(bestand.read_text("utf-8"))["partities"])


def bevestigd_door(kopieen: int) -> dict[str, str]:
    """The setting of a topic with so many copies: of three, two have what was acknowledged, and one may be away. With fewer a broker that
    is away would stop every write."""
    return {BEVESTIGD: "2"} if kopieen >= 3 else {}


@dataclass(frozen=True, slots=True)
class Verschil:
    """One difference between declaration and broker. `herstelbaar`: `hub topics apply` mends it; `wezenlijk`: a worker refuses it."""

    topic: str
    melding: str
    herstelbaar: bool
    wezenlijk: bool = True
    instelling: tuple[str, str] | None = None
    """What `hub topics apply` sets."""


@dataclass(frozen=True, slots=True)
class _Aanwezig:
    """A topic as it was made."""

    partities: int
    kopieen: int
    """Of the partition that has the fewest."""


class Topicbeheer:
    """Compares and applies, under the installation's prefix."""

    def __init__(self, verbinding: Verbinding, replicatie: int = 1) -> None:
        self.verbinding, self.replicatie = verbinding, replicatie
        self._admin = AdminClient(verbinding.librdkafka() | {"socket.timeout.ms": int(TERMIJN * 1000)}, logger=stil)

    def vergelijk(self, topics: Iterable[Topic]) -> list[Verschil]:
        """All differences at once. Raises TopicFout when the broker cannot be reached."""
        gewenst = {self.verbinding.topic(topic.naam): topic for topic in topics}
        aanwezig = self._aanwezig()
        verschillen = [Verschil(naam, "missing", True) for naam in gewenst if naam not in aanwezig]
        for naam, topic in gewenst.items():
            if naam in aanwezig and (aantal := aanwezig[naam].partities) != topic.partities:
                verschillen.append(
                    Verschil(naam, f"has {aantal} partitions, declared {topic.partities}: fixed at creation", False)
                )
        for naam, werkelijk in self._configs([naam for naam in gewenst if naam in aanwezig]).items():
            for sleutel, waarde in (gewenst[naam].config | bevestigd_door(aanwezig[naam].kopieen)).items():
                if not _voldoet(sleutel, werkelijk.get(sleutel), waarde):
                    verschillen.append(
                        Verschil(
                            naam,
                            f"{sleutel} is {werkelijk.get(sleutel)}, declared {waarde}",
                            True,
                            sleutel in WEZENLIJK,
                            (sleutel, waarde),
                        )
                    )
        return sorted(verschillen, key=lambda verschil: (verschil.topic, verschil.melding))

    def pas_toe(self, topics: Iterable[Topic]) -> list[Verschil]:
        """Make what is missing, set what differs. Returns what it mended; raises TopicFout for what it cannot."""
        alle = list(topics)
        verschillen = self.vergelijk(alle)
        onherstelbaar = [f"{v.topic} {v.melding}" for v in verschillen if not v.herstelbaar]
        if onherstelbaar:
            raise TopicFout("; ".join(onherstelbaar))
        per_naam = {
            self.verbinding.topic(topic.naam): replace(topic, naam=self.verbinding.topic(topic.naam)) for topic in alle
        }
        nieuw = [per_naam[v.topic] for v in verschillen if v.melding == "missing"]
        anders: dict[str, list[tuple[str, str]]] = {}
        for verschil in verschillen:
            if verschil.instelling is not None:
                anders.setdefault(verschil.topic, []).append(verschil.instelling)
        try:
            if nieuw:
                config = bevestigd_door(self.replicatie)
                gevraagd = [NewTopic(t.naam, t.partities, self.replicatie, config=t.config | config) for t in nieuw]
                for wacht in self._admin.create_topics(gevraagd, operation_timeout=TERMIJN).values():
                    wacht.result()
            if anders:
                wijzigingen = [
                    ConfigResource(
                        ResourceType.TOPIC,
                        naam,
                        incremental_configs=[
                            ConfigEntry(k, w, incremental_operation=AlterConfigOpType.SET) for k, w in instellingen
                        ],
                    )
                    for naam, instellingen in anders.items()
                ]
                for wacht in self._admin.incremental_alter_configs(wijzigingen).values():
                    wacht.result()
        except KafkaException as fout:
            raise zonder_antwoord("the topics were not all made and set", fout) from fout
        if verschillen:
            self._wacht_op(alle)
        return verschillen

    def _wacht_op(self, topics: list[Topic]) -> None:
        """The controller has made and set them; a broker learns of it a moment later, and a worker that asks it before would not
        start."""
        einde = time.monotonic() + TERMIJN
        while mist := sorted({v.topic for v in self.vergelijk(topics)}):
            if time.monotonic() > einde:
                raise TopicFout(f"made or set, and not seen since: {', '.join(mist)}; run this again")
            time.sleep(KIJKPAUZE)

    def eis(self, topics: Iterable[Topic]) -> None:
        """What a worker needs. Raises TopicFout unless every topic is there, with its partitions and the settings that guarantees
        rest on, and this user may read and write what the declaration gives a worker.
        """
        alle = list(topics)
        ernstig = [v for v in self.vergelijk(alle) if v.wezenlijk]
        if ernstig:
            opsomming = "; ".join(f"{v.topic} {v.melding}" for v in ernstig)
            raise TopicFout(f"{opsomming}. Run `hub topics apply` first{self._of_rechten()}")
        mist = self._mist_rechten(alle)
        if mist:
            raise TopicFout(
                f"{self.verbinding.gebruiker} may not {'; '.join(mist)}. Run `hub topics apply --acls` first"
            )

    def _of_rechten(self) -> str:
        """A topic that a user may not see looks like one that is not there."""
        return (
            "" if self.verbinding.gebruiker is None else f", with --acls: {self.verbinding.gebruiker} may not see them"
        )

    def _mist_rechten(self, topics: list[Topic]) -> list[str]:
        nodig = {self.verbinding.topic(t.naam): _handelingen(t) for t in topics if _handelingen(t)}
        if not nodig:
            return []
        vraag = self._admin.describe_topics(
            TopicCollection(list(nodig)), include_authorized_operations=True, request_timeout=TERMIJN
        )
        try:
            mag = {naam: set(wacht.result().authorized_operations or ()) for naam, wacht in vraag.items()}
        except KafkaException as fout:
            raise zonder_antwoord("the rights of this user cannot be read", fout) from fout
        return sorted(f"{h.name} {naam}" for naam, handelingen in nodig.items() for h in handelingen - mag[naam])

    def _aanwezig(self) -> dict[str, _Aanwezig]:
        try:
            return {
                naam: _Aanwezig(len(t.partitions), min((len(p.replicas) for p in t.partitions.values()), default=0))
                for naam, t in self._admin.list_topics(timeout=WACHT).topics.items()
            }
        except KafkaException as fout:
            raise BrokerWeg(
                f"no Kafka broker answers at {self.verbinding.bootstrap}: start it, or set HUB_KAFKA_BOOTSTRAP"
            ) from fout

    def _configs(self, namen: list[str]) -> dict[str, dict[str, str]]:
        if not namen:
            return {}
        vragen = self._admin.describe_configs([ConfigResource(ResourceType.TOPIC, naam) for naam in namen])
        try:
            return {
                bron.name: {naam: regel.value for naam, regel in wacht.result().items()}
                for bron, wacht in vragen.items()
            }
        except KafkaException as fout:
            raise zonder_antwoord("the configuration of the topics cannot be read", fout) from fout


def eis_beheerder(admin: AdminClient, verbinding: Verbinding) -> None:
    """Raise TopicFout unless this user may see and change rules and users. librdkafka gives whoever may not an empty list of rules,
    and crashes over the list of users."""
    try:
        mag = admin.describe_cluster(include_authorized_operations=True, request_timeout=TERMIJN).result()
    except KafkaException as fout:
        raise zonder_antwoord(f"the rights of {verbinding.gebruiker} cannot be read", fout) from fout
    if not {AclOperation.DESCRIBE, AclOperation.ALTER} <= set(mag.authorized_operations or ()):
        raise TopicFout(f"{verbinding.gebruiker} may not see or change rules and users. Log in as the operator")


def _handelingen(topic: Topic) -> set[AclOperation]:
    """What a worker does with a topic."""
    lezen = {AclOperation.READ} if WERKER in topic.leest else set()
    return lezen | ({AclOperation.WRITE} if WERKER in topic.schrijft else set())


def _voldoet(sleutel: str, werkelijk: str | None, gewenst: str) -> bool:
    if werkelijk is None:
        return False
    if sleutel == BEVESTIGD:
        return int(werkelijk) >= int(gewenst)
    try:
        return float(werkelijk) == float(gewenst)
    except ValueError:
        return werkelijk == gewenst
