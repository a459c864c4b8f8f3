"""The oracle: what an installation left behind, beside what the pure functions make of the same records.

Each room is run here on the records that stand on its input topics, one after another, without Kafka, crash or repetition. What it
makes must stand on its output topics, and nothing else may. That holds the whole chain: what was sent stands on the first topics.
Beside that, what stands in the inboxes in the end must equal what the whole hub in one process makes of the signalen alone.

A repeated record with the same bytes is no fault: a connector takes a melding in once by its id (`tests/connectors/test_bezorging.py`).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hub.domein.codes import Besluit, MeldingSoort
from hub.domein.identiteit import BEHEER, Dossier, organisatie_van
from hub.domein.melding import BLIJVEND
from hub.domein.signaal import Signaal
from hub.domein.tafeltopics import melding_topic, signaal_topic
from hub.domein.vorm import melding_naar
from hub.matching.model import Model
from hub.processors.index import Indexkamer
from hub.processors.inname import Inname
from hub.processors.koppeling import Koppelingkamer
from hub.processors.namen import (
    AUDIT,
    BESLISSING,
    GEBEURTENIS,
    HERSTEL,
    KOPPELING,
    ONBESTELBAAR,
    SLEUTEL,
    VERWERKING,
    VRAAG,
    Weigering,
)
from hub.processors.samenspel import Samenspel
from hub.processors.staat import Staat
from hub.settings import Instellingen
from hub.stream.codec import standaard
from hub.stream.deadletter import ACHTERVOEGSEL
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.topics import partities
from tests.keten.harnas import Gelezen, murmur2_partitie, vast
from tests.keten.oorzaak import omgeving
from tests.keten.signalen import BEGIN, ORGANISATIE, TAFELS, Bericht

SIGNALEN: Final = (*map(signaal_topic, TAFELS), signaal_topic(BEHEER))
MELDINGEN: Final = tuple(map(melding_topic, TAFELS))
STROMEN: Final = (*SIGNALEN, HERSTEL, SLEUTEL, VRAAG, GEBEURTENIS)
"""Topics that a room reads record by record, each with a dead-letter topic."""
BEWIJS: Final = (AUDIT, BESLISSING, VERWERKING)
PARTITIES: Final = partities()
ALLES: Final = (*STROMEN, *(topic + ACHTERVOEGSEL for topic in STROMEN), KOPPELING, *BEWIJS, ONBESTELBAAR, *MELDINGEN)
VERGT_BESLUIT: Final = BLIJVEND | {MeldingSoort.ESCALATIE}
"""Kinds that tell a tafel of another's dossier."""

Lezer = Callable[[Mapping[str, Mapping[int, int]]], dict[str, list[Gelezen]]]
"""Per topic the records from these offsets on: `Keten.lees_verder`."""
Stuk = tuple[str, int, bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]
"""Topic, partition, key, value, headers."""


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What is wrong, one line per finding; empty everywhere: nothing."""

    verloren: tuple[str, ...]
    """Should be there and is not."""
    dubbel: tuple[str, ...]
    """Is there, permitted, and should not be: a second effect of one cause, two contents under one id, a state that nothing explains."""
    gelekt: tuple[str, ...]
    """A melding without its decision and its lines before it, or to a tafel that it is not for."""
    gezonden: int = 0
    gemeld: int = 0
    """Meldingen, each id once."""
    herhaald: int = 0
    """Meldingen that stand more than once, byte for byte the same: an inbox takes the first."""
    opzij: int = 0
    """Records in dead-letter topics."""

    @property
    def schoon(self) -> bool:
        return not (self.verloren or self.dubbel or self.gelekt)

    def regel(self, geval: str) -> str:
        """The line of a case."""
        stand = f"verloren/dubbel/gelekt = {len(self.verloren)}/{len(self.dubbel)}/{len(self.gelekt)}"
        rest = f"{self.gezonden} signalen, {self.gemeld} meldingen, {self.herhaald} herhaald, {self.opzij} opzij"
        return f"geval {geval:<32} {stand}   ({rest})"

    def uitleg(self) -> str:
        """The first findings of each kind."""
        return "\n".join(
            f"  {soort}: {wat}"
            for soort, lijst in (("verloren", self.verloren), ("dubbel", self.dubbel), ("gelekt", self.gelekt))
            for wat in lijst[:8]
        )


@dataclass
class Orakel:
    """Reads on from where it was: one for the life of an installation."""

    lees: Lezer
    gezonden: list[Bericht] = field(default_factory=list)
    """Every record of a tafel that the broker took."""
    gelegd: set[Stuk] = field(default_factory=set)
    """What a test itself put on the hub's own topics."""

    def __post_init__(self) -> None:
        bron, wereld = Instellingen().bron, omgeving()
        codec, model, aantal = standaard(), Model.laad(), PARTITIES
        self._codec = codec
        self._inname = Inname(codec, wereld.register, TAFELS, aantal, bron)
        self._index = Indexkamer(codec, model, aantal)
        self._koppeling = Koppelingkamer(codec, wereld, TAFELS, bron=bron, register=wereld.register.hash)
        self._indexen = [self._index.statelog.nieuw(nummer) for nummer in range(aantal)]
        self._staten = [Staat() for _ in range(aantal)]
        self._geladen = [Staat() for _ in range(aantal)]
        self._samen = Samenspel(wereld, model)
        self._staand: dict[str, str] = {}
        self._tik = BEGIN
        self._vanaf: dict[str, dict[int, int]] = {topic: {} for topic in ALLES}
        self._staat: dict[str, set[Stuk]] = {topic: set() for topic in ALLES}
        self._laatste: dict[tuple[int, bytes | None], bytes | None] = {}
        self._aantal: Counter[str] = Counter()
        self._besloten: dict[tuple[str, ...], int] = {}
        self._regels: dict[str, int] = {}
        self._meldingen: list[dict[str, Any]] = []
        self._lekken: list[str] = []
        self._verwacht: dict[str, set[Stuk]] = {topic: set() for topic in ALLES}
        self._overgeslagen: set[tuple[str, int, int]] = set()

    def zond(self, signalen: Iterable[Signaal], berichten: Iterable[Bericht]) -> None:
        """These were delivered to the broker as these records; per dossier in this order."""
        self.gezonden += berichten
        for signaal in signalen:
            for _, gevolg in self._samen.signaal(signaal, self._tik):
                for verzonden in gevolg.gezonden:
                    melding = verzonden.melding
                    self._staand.pop(str(melding.betreft), None)
                    if melding.soort in BLIJVEND:
                        self._staand[str(melding.id)] = vast(melding_naar(melding))
            self._tik += 1

    def oordeel(self) -> Oordeel:
        """Judge all that stands now. Ask it when nothing is under way."""
        self._neem_op()
        verloren, dubbel = self._gezonden_staat(), list[str]()
        for topic in ALLES:
            if topic in (*SIGNALEN, HERSTEL, KOPPELING):
                continue
            staat, verwacht = self._staat[topic], self._verwacht[topic]
            verloren += [f"{topic}: {_kort(stuk)}" for stuk in verwacht - staat]
            dubbel += [f"{topic}: {_kort(stuk)}" for stuk in staat - verwacht - self.gelegd]
        verloren += [f"state: {wat}" for wat in self._staten_anders()] + [f"index: {b}" for b in self._blokken_anders()]
        meer, minder = self._inboxen()
        ids = {melding["id"] for melding in self._meldingen}
        return Oordeel(
            tuple(verloren + minder),
            tuple(dubbel + meer),
            tuple(self._lekken),
            *(len(self.gezonden), len(ids), len(self._meldingen) - len(ids)),
            sum(self._aantal[topic + ACHTERVOEGSEL] for topic in STROMEN),
        )

    # -- taking in ----------------------------------------------------------------------------------------------------

    def _neem_op(self) -> None:
        nieuw = self.lees(self._vanaf)
        for topic, records in nieuw.items():
            self._aantal[topic] += len(records)
            for record in records:
                self._vanaf[topic][record.partitie] = record.offset + 1
                if not self._is_intern(topic, record):
                    self._staat[topic].add((topic, record.partitie, record.key, record.value, record.headers))
        for (
            topic
        ) in STROMEN:  # a record that met a bug was set aside: the functions that have none must not do it either
            self._overgeslagen |= {
                _plek(record) for record in nieuw[topic + ACHTERVOEGSEL] if _code(record) == Weigering.INTERN
            }
        for topic in (*SIGNALEN, HERSTEL):
            for partitie, rij in self._per_partitie(topic, nieuw[topic]).items():
                self._maakt(self._inname.verwerk(None, partitie, rij))
        for topic in (SLEUTEL, VRAAG):
            for partitie, rij in self._per_partitie(topic, nieuw[topic]).items():
                self._maakt(self._index.verwerk(self._indexen[partitie], partitie, rij))
        for partitie, rij in self._per_partitie(GEBEURTENIS, nieuw[GEBEURTENIS]).items():
            self._maakt(self._koppeling.verwerk(self._staten[partitie], partitie, rij))
        for partitie, rij in self._per_partitie(KOPPELING, nieuw[KOPPELING]).items():
            self._koppeling.statelog.neem_op(self._geladen[partitie], rij)
        self._laatste |= {(record.partitie, record.key): record.value for record in nieuw[SLEUTEL]}
        self._neem_op_wat_vrijgeeft(nieuw)
        for topic in MELDINGEN:
            for record in nieuw[topic]:
                melding = self._waarde(record)
                self._meldingen.append(melding)
                if reden := _lek(topic, record.tijd, melding, self._besloten, self._regels):
                    self._lekken.append(f"{topic}@{record.partitie}:{record.offset}: {reden}")

    def _neem_op_wat_vrijgeeft(self, nieuw: Mapping[str, list[Gelezen]]) -> None:
        """When each permit and each processing line first stood there."""
        for record in nieuw[BESLISSING]:
            wat = self._waarde(record)
            if wat["besluit"] == Besluit.MELDEN:
                grond = (wat["koppeling"], wat["ontvanger"], wat["grondslag"], wat["beleid"])
                self._besloten[grond] = min(record.tijd, self._besloten.get(grond, record.tijd))
        for record in nieuw[VERWERKING]:
            span = self._waarde(record)["span_id"]
            self._regels[span] = min(record.tijd, self._regels.get(span, record.tijd))

    def _per_partitie(self, topic: str, records: Iterable[Gelezen]) -> dict[int, list[Record]]:
        uit: dict[int, list[Record]] = {}
        for r in records:
            if (topic, r.partitie, r.offset) not in self._overgeslagen:
                een = Record(topic, r.partitie, r.offset, r.tijd, r.key, r.value, r.headers)
                uit.setdefault(r.partitie, []).append(een)
        return uit

    def _maakt(self, stap: Stap) -> None:
        for _, uitvoer in stap.fasen:
            for een in uitvoer:
                self._verwacht[een.topic].add(_als_stuk(een))

    # -- judging ------------------------------------------------------------------------------------------------------

    def _gezonden_staat(self) -> list[str]:
        staat = {(topic, sleutel, waarde) for topic in SIGNALEN for _, _, sleutel, waarde, _ in self._staat[topic]}
        return [f"{een.topic}: {een.key!r}" for een in self.gezonden if (een.topic, een.key, een.value) not in staat]

    def _inboxen(self) -> tuple[list[str], list[str]]:
        """What stands in the inboxes too much and too little, beside the hub in one process; each id is taken in once."""
        eerste: dict[str, dict[str, Any]] = {}
        meer = [f"two contents under {m['id']}" for m in self._meldingen if eerste.setdefault(m["id"], m) != m]
        weg = {melding["betreft"] for melding in eerste.values()}
        blijft = [m for m in eerste.values() if m["id"] not in weg and m["soort"] in BLIJVEND]
        staand, verwacht = Counter(map(vast, blijft)), Counter(self._staand.values())
        meer += [f"stands: {een}" for een in (staand - verwacht).elements()]
        return meer, [f"does not stand: {een}" for een in (verwacht - staand).elements()]

    def _staten_anders(self) -> list[str]:
        """Keys of which the loaded state differs from the functions' state."""
        anders: list[str] = []
        for partitie, (is_, hoort) in enumerate(zip(self._geladen, self._staten, strict=True)):
            for sleutel in is_.keys() | hoort.keys():
                een, ander = is_.get(sleutel), hoort.get(sleutel)
                if een is None or ander is None or (een.lijf, een.toegepast) != (ander.lijf, ander.toegepast):
                    anders.append(f"{KOPPELING}/{partitie} {sleutel.decode(errors='replace')}")
        return anders

    def _blokken_anders(self) -> list[str]:
        """Dossiers of which the last block in the log, which compaction keeps, is not the newest that came in."""
        hoogste: dict[tuple[int, bytes | None], int] = {}
        for _, partitie, sleutel, waarde, _ in self._verwacht[SLEUTEL]:
            versie = self._codec.decodeer(waarde)[1]["versie"]
            hoogste[partitie, sleutel] = max(versie, hoogste.get((partitie, sleutel), 0))
        return [
            f"{SLEUTEL}/{plek[0]} {plek[1]!r}"
            for plek, versie in hoogste.items()
            if self._laatste.get(plek) is None or self._codec.decodeer(self._laatste[plek])[1]["versie"] != versie
        ]

    def _waarde(self, record: Gelezen) -> dict[str, Any]:
        return self._codec.decodeer(record.value)[1]

    @staticmethod
    def _is_intern(topic: str, record: Gelezen) -> bool:
        return topic.endswith(ACHTERVOEGSEL) and _code(record) == Weigering.INTERN


def _lek(
    topic: str,
    tijd: int,
    melding: Mapping[str, Any],
    besloten: Mapping[tuple[str, ...], int],
    regels: Mapping[str, int],
) -> str:
    """Why a melding should not stand here, or not yet; "" when it may."""
    tafel, dossier = melding["ontvanger"], Dossier(melding["dossier"])
    if topic != melding_topic(tafel):
        return f"it is for {tafel}"
    if melding["soort"] != MeldingSoort.AANDRAGEN and organisatie_van(dossier) != ORGANISATIE[tafel]:
        return f"the dossier is not one of {tafel}"
    if melding["soort"] not in VERGT_BESLUIT:
        return "" if melding["contact"] is None or melding["soort"] == MeldingSoort.STATUS else "it tells of another"
    grond = (melding["koppeling"], tafel, melding["grondslag"], melding["beleid"])
    if besloten.get(grond, tijd + 1) > tijd:
        return "no decision MELDEN before it"
    span = hashlib.sha256(f"{melding['id']}|{dossier}".encode()).hexdigest()[:16]
    if melding["soort"] != MeldingSoort.AANDRAGEN and regels.get(span, tijd + 1) > tijd:
        return "no processing line before it"
    return ""


def _als_stuk(uitvoer: Uitvoer) -> Stuk:
    partitie = uitvoer.partitie
    if partitie is None:
        partitie = murmur2_partitie(uitvoer.key or b"", PARTITIES)
    # On the wire an empty value and none are two things, a record without headers and one with none are not.
    return uitvoer.topic, partitie, uitvoer.key, uitvoer.value, tuple(uitvoer.headers)


def _kop(record: Gelezen, naam: str) -> str:
    return dict(record.headers).get(naam, b"").decode()


def _code(record: Gelezen) -> str:
    return _kop(record, "hub.error.code")


def _plek(letter: Gelezen) -> tuple[str, int, int]:
    """Where a dead letter's original stands."""
    return (
        _kop(letter, "__streams.errors.topic"),
        int(_kop(letter, "__streams.errors.partition")),
        int(_kop(letter, "__streams.errors.offset")),
    )


def _kort(stuk: Stuk) -> str:
    _, partitie, sleutel, waarde, _ = stuk
    return f"/{partitie} {sleutel!r} {hashlib.sha256(waarde or b'').hexdigest()[:8]} ({len(waarde or b'')} bytes)"
