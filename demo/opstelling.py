"""What runs in the demo: topics, two workers, one ZSM connector and two of Veiligheidshuizen, each a process of its own.

A description, and the files that go with it: settings and keys in a run directory. `processen.py` starts and stops.
"""

import fcntl
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from connectors.instellingen import lees_instellingen
from connectors.pseudoniem import schrijf_organisatiesleutel
from demo.orakel import Aansluiting
from demo.plan import VHH_MIDDEN_BRABANT, VHH_TWENTE, ZSM
from demo.processen import Mislukt, Proces, voer_uit
from deploy.kafka.java import KAFKA_MAP
from deploy.poort import is_vrij, vrije_poort
from hub.matching.sleutels import Sleutelring
from hub.stream.gebruikers import CA, WACHTWOORD, Gebruikersbeheer, werkergebruiker
from hub.stream.toegang import Toegangbeheer
from hub.stream.topics import tafelgebruiker
from hub.stream.verbinding import Verbinding

RUNMAP: Final = KAFKA_MAP / "demo"
BIN: Final = Path(sys.executable).parent
GROEP: Final = "hub"
BEHEERTERMIJN: Final = 120.0
"""Seconds that a broker may take to tell or delete topics: on a busy machine a hundred partitions go slowly."""


@dataclass(frozen=True, slots=True)
class Connector:
    """One tafel and how it is connected."""

    tafel: str
    organisatie: str
    soort: str
    grondslag: str
    oin: str
    poort: int


@dataclass(frozen=True, slots=True)
class Werker:
    """One worker of the hub."""

    instantie: str
    poort: int


CONNECTOREN: Final = (
    Connector(ZSM, "om-oost-nederland", "ZSM", "wjsg-39f-zsm-vhh", "00000099000100000002", 8101),
    Connector(VHH_TWENTE, VHH_TWENTE, "VEILIGHEIDSHUIS", "wgs-vhh", "00000099000200000005", 8102),
    Connector(VHH_MIDDEN_BRABANT, VHH_MIDDEN_BRABANT, "VEILIGHEIDSHUIS", "wgs-vhh", "00000099000200000022", 8103),
)
WERKERS: Final = (Werker("worker-1", 9101), Werker("worker-2", 9102))
_GEWOON: Final = {c.tafel: c.poort for c in CONNECTOREN} | {w.instantie: w.poort for w in WERKERS}


@contextmanager
def runmap(pad: Path) -> Iterator[Path]:
    """An empty run directory, held by one run at a time. Raises Mislukt while another holds it, or it cannot be made."""
    with ExitStack() as open_:
        try:
            pad.parent.mkdir(parents=True, exist_ok=True)
            slot = open_.enter_context((pad.parent / f"{pad.name}.lock").open("w"))
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(pad, ignore_errors=True)
            pad.mkdir()
        except BlockingIOError:
            raise Mislukt(f"in {pad} draait al een demo: stop die eerst, of kies een andere map met --map") from None
        except OSError as fout:
            raise Mislukt(f"{pad} kan niet worden gebruikt: {fout.strerror or fout}") from fout
        yield pad


@dataclass(frozen=True, slots=True)
class Opstelling:
    """One run: where it lives, on which broker, at which ports."""

    map: Path
    verbinding: Verbinding
    """The operator's."""
    poorten: dict[str, int]
    """By tafel or instantie."""

    @classmethod
    def bereid(cls, map_: Path, verbinding: Verbinding, poorten: dict[str, int]) -> Self:
        """Write settings and fresh keys. `verbinding` is the operator's: what it says of security, every process follows."""
        map_.mkdir(parents=True, exist_ok=True)
        ring = map_ / "sleutelring.json"
        Sleutelring.nieuw("demo").schrijf(ring)
        uit = cls(map_, verbinding, poorten)
        for connector in CONNECTOREN:
            sleutel = map_ / f"{connector.tafel}.sleutel"
            schrijf_organisatiesleutel(sleutel)
            uit.instelbestand(connector).write_text(uit._toml(connector, ring, sleutel), "utf-8")
        return uit

    def instelbestand(self, connector: Connector) -> Path:
        return self.map / f"{connector.tafel}.toml"

    def _toml(self, connector: Connector, ring: Path, sleutel: Path) -> str:
        return (
            f'soort = "{connector.soort}"\n'
            f'organisatie = "{connector.organisatie}"\n'
            f'tafel = "{connector.tafel}"\n'
            f'oin = "{connector.oin}"\n'
            f'grondslag = "{connector.grondslag}"\n'
            "fictief = true\n"
            f'sleutelbestand = "{ring.name}"\n'
            f'organisatiesleutel = "{sleutel.name}"\n'
            f'opslag = "{connector.tafel}.db"\n'
            f"poort = {self.poorten[connector.tafel]}\n\n"
            "[kafka]\n"
            + "".join(
                f'{naam} = "{waarde}"\n'
                for naam, waarde in _velden(self.verbinding_van(tafelgebruiker(connector.tafel))).items()
            )
        )

    @property
    def beveiligd(self) -> bool:
        return self.verbinding.beveiliging != "PLAINTEXT"

    @property
    def geheim(self) -> Path:
        """Per user a folder with its password and the certificate authority."""
        return self.map / "geheim"

    def verbinding_van(self, gebruiker: str) -> Verbinding:
        """How a user (bare name) comes in; on an open broker everybody comes in."""
        if not self.beveiligd:
            return self.verbinding
        wie = {
            "gebruiker": self.verbinding.topic(gebruiker),
            "wachtwoord_bestand": self.geheim / gebruiker / WACHTWOORD,
            "ca_bestand": self.geheim / gebruiker / CA,
        }
        return self.verbinding.model_copy(update=wie)

    @property
    def hub_omgeving(self) -> dict[str, str]:
        """Settings that the hub's processes share; the operator's login."""
        return kafka_omgeving(self.verbinding) | {
            "HUB_GROEP": GROEP,
            "HUB_WERKERS": ",".join(werker.instantie for werker in WERKERS),
            "HUB_TAFELS": ",".join(connector.tafel for connector in CONNECTOREN),
        }

    @property
    def adressen(self) -> dict[str, str]:
        """URL of each tafel's connector."""
        return {c.tafel: f"http://127.0.0.1:{self.poorten[c.tafel]}" for c in CONNECTOREN}

    @property
    def werkeradressen(self) -> dict[str, str]:
        """URL of each worker's health and metrics."""
        return {w.instantie: f"http://127.0.0.1:{self.poorten[w.instantie]}" for w in WERKERS}

    def processen(self) -> tuple[Proces, ...]:
        """The five processes that stay."""
        return self.werkers() + self.connectoren()

    def werkers(self) -> tuple[Proces, ...]:
        return tuple(
            Proces(
                w.instantie,
                (str(BIN / "hub"), "worker"),
                f"{self.werkeradressen[w.instantie]}/gereed",
                self.hub_omgeving
                | kafka_omgeving(self.verbinding_van(werkergebruiker(w.instantie)))
                | {"HUB_INSTANTIE": w.instantie, "HUB_POORT": str(self.poorten[w.instantie])},
            )
            for w in WERKERS
        )

    def connectoren(self) -> tuple[Proces, ...]:
        return tuple(
            Proces(
                c.tafel,
                (str(BIN / "connector"), "serve", "--config", str(self.instelbestand(c))),
                f"{self.adressen[c.tafel]}/gereed",
            )
            for c in CONNECTOREN
        )

    def maak_topics(self) -> None:
        """`hub topics apply`, and on a secured broker users and access rules. Raises Mislukt."""
        opdrachten = [("topics", "apply", *(("--acls",) if self.beveiligd else ()))]
        if self.beveiligd:
            opdrachten.append(("beveiliging", "gebruikers", "--map", str(self.geheim)))
        for woorden in opdrachten:
            naam = f"hub {' '.join(woorden[:2])}"
            voer_uit(naam, (str(BIN / "hub"), *woorden), self.hub_omgeving, self.map / f"{woorden[0]}.log")

    def ruim_topics(self) -> None:
        """Delete this run's topics, group, users and rules from a broker that others use too. Without a prefix nothing is deleted."""
        if not self.verbinding.topic_prefix:
            return
        if self.beveiligd:
            Toegangbeheer(self.verbinding, GROEP).pas_toe(frozenset())
            Gebruikersbeheer(self.verbinding, self.geheim).pas_toe(())
        admin = AdminClient(self.verbinding.librdkafka() | {"log_level": 0})
        eigen = [
            t for t in admin.list_topics(timeout=BEHEERTERMIJN).topics if t.startswith(self.verbinding.topic_prefix)
        ]
        if eigen:
            for wacht in admin.delete_topics(eigen).values():
                wacht.result(BEHEERTERMIJN)
        groep = self.verbinding.topic(GROEP)
        try:
            admin.delete_consumer_groups([groep])[groep].result(BEHEERTERMIJN)
        except (
            KafkaException
        ) as fout:  # it has members until the broker notices that they are gone; it expires by itself
            print(f"groep {groep} blijft nog even staan: {fout.args[0].str()}")

    def aansluitingen(self) -> dict[str, Aansluiting]:
        """The same keys and settings as the connectors have, for the oracle."""
        uit = {}
        for connector in CONNECTOREN:
            instellingen = lees_instellingen(self.instelbestand(connector))
            uit[connector.tafel] = Aansluiting(
                instellingen.afzender, instellingen.pseudonimiseerder, instellingen.bsn_fout
            )
        return uit


def kafka_omgeving(verbinding: Verbinding) -> dict[str, str]:
    """A connection as settings of the hub."""
    return {f"HUB_KAFKA_{naam.upper()}": waarde for naam, waarde in _velden(verbinding).items()}


def _velden(verbinding: Verbinding) -> dict[str, str]:
    return {naam: str(waarde) for naam, waarde in verbinding if waarde is not None}


def vers_voorvoegsel() -> str:
    """A topic prefix that nobody uses, for a broker that is not ours alone."""
    return f"demo-{secrets.token_hex(4)}."


def gewone_poorten() -> dict[str, int]:
    """By tafel or instantie: the usual port, or a free one where something listens there already."""
    return {naam: poort if is_vrij(poort) else vrije_poort() for naam, poort in _GEWOON.items()}


def vrije_poorten() -> dict[str, int]:
    """By tafel or instantie: a port that nobody else gets, for an installation beside others."""
    return {naam: vrije_poort() for naam in _GEWOON}
