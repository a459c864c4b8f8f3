"""The oracle finds what is planted: a run of the pure rooms alone, written down as topics, and then spoiled in one place."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from random import Random

import pytest

from hub.domein.identiteit import TafelId, melding_id
from hub.domein.signaal import Signaal
from hub.domein.tafeltopics import melding_topic
from hub.matching.model import Model
from hub.processors.index import Indexkamer
from hub.processors.inname import Inname
from hub.processors.koppeling import Koppelingkamer
from hub.processors.namen import BESLISSING, GEBEURTENIS, KOPPELING, SLEUTEL, VERWERKING
from hub.processors.staat import Staat
from hub.settings import Instellingen
from hub.stream.codec import standaard
from hub.stream.record import Record, Stap
from hub.stream.topics import declaratie
from tests.fouten.orakel import ALLES, PARTITIES, SIGNALEN, Oordeel, Orakel
from tests.fouten.verkeer import Verkeer
from tests.keten.harnas import Gelezen, murmur2_partitie
from tests.keten.oorzaak import omgeving
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TAFELS, TWENTE, ZSM, Bericht, bericht

AANTAL = 60


class Papier:
    """Topics without a broker, filled by the rooms in order."""

    def __init__(self) -> None:
        self.topics: dict[str, list[Gelezen]] = defaultdict(list)
        self.uur = BEGIN
        wereld, codec, bron = omgeving(), standaard(), Instellingen().bron
        self._inname = Inname(codec, wereld.register, TAFELS, PARTITIES, bron)
        self._index = Indexkamer(codec, Model.laad(), PARTITIES)
        self._koppeling = Koppelingkamer(codec, wereld, TAFELS, bron=bron, register=wereld.register.hash)
        self._indexen = [self._index.statelog.nieuw(nr) for nr in range(PARTITIES)]
        self._staten = [Staat() for _ in range(PARTITIES)]

    def lees(self, vanaf: Mapping[str, Mapping[int, int]]) -> dict[str, list[Gelezen]]:
        return {
            topic: [record for record in self.topics[topic] if record.offset >= van.get(record.partitie, 0)]
            for topic, van in vanaf.items()
        }

    def schrijf(
        self, topic: str, key: bytes | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...], partitie: int
    ) -> None:
        self.uur += 1
        offset = 1 + max((r.offset for r in self.topics[topic] if r.partitie == partitie), default=-1)
        self.topics[topic].append(Gelezen(partitie, offset, key, value, headers, self.uur))

    def draai(self) -> None:
        """Every room over all of its input."""
        for topic in SIGNALEN:
            for record in self.topics[topic]:
                self._lever(self._inname.verwerk(None, record.partitie, [_als(topic, record)]))
        for record in self.topics[SLEUTEL]:
            self._lever(self._index.verwerk(self._indexen[record.partitie], record.partitie, [_als(SLEUTEL, record)]))
        for record in self.topics[GEBEURTENIS]:
            staat = self._staten[record.partitie]
            self._lever(self._koppeling.verwerk(staat, record.partitie, [_als(GEBEURTENIS, record)]))

    def _lever(self, stap: Stap) -> None:
        for _, uitvoer in stap.fasen:
            for een in uitvoer:
                partitie = murmur2_partitie(een.key or b"", PARTITIES) if een.partitie is None else een.partitie
                self.schrijf(een.topic, een.key, een.value, tuple(een.headers), partitie)


def _als(topic: str, record: Gelezen) -> Record:
    return Record(topic, record.partitie, record.offset, record.tijd, record.key, record.value, record.headers)


@pytest.fixture(scope="module")
def beschreven() -> tuple[Papier, list[Signaal], list[Bericht]]:
    """An undisturbed run, and what was sent in it."""
    papier, signalen = Papier(), Verkeer(Random(5)).neem(AANTAL)
    berichten = [bericht(signaal) for signaal in signalen]
    for een in berichten:
        papier.schrijf(een.topic, een.key, een.value, tuple(een.headers), murmur2_partitie(een.key, PARTITIES))
    papier.draai()
    return papier, signalen, berichten


@pytest.fixture
def papier(beschreven: tuple[Papier, list[Signaal], list[Bericht]]) -> Papier:
    """A copy that may be spoiled."""
    kopie = copy(beschreven[0])
    kopie.topics = defaultdict(list, {topic: list(records) for topic, records in beschreven[0].topics.items()})
    return kopie


@pytest.fixture
def orakel(papier: Papier, beschreven: tuple[Papier, list[Signaal], list[Bericht]]) -> Orakel:
    """It knows what was sent and has read nothing yet."""
    orakel = Orakel(papier.lees)
    orakel.zond(*beschreven[1:])
    return orakel


def _meldingen(papier: Papier, tafel: TafelId = TWENTE) -> list[Gelezen]:
    return papier.topics[melding_topic(tafel)]


def _anders(record: Gelezen, **velden: object) -> Gelezen:
    _, waarde = standaard().decodeer(record.value)
    return replace(record, value=standaard().codeer("melding", waarde | velden))


def _blijvend(papier: Papier) -> int:
    """Where the first melding stands that nothing recalls."""
    waarden = [standaard().decodeer(record.value)[1] for record in _meldingen(papier)]
    weg = {waarde["betreft"] for waarde in waarden}
    return next(nr for nr, w in enumerate(waarden) if w["soort"] == "BEKEND" and w["id"] not in weg)


def _verlies(papier: Papier) -> None:
    del _meldingen(papier)[_blijvend(papier)]


def _verlies_signaal(papier: Papier) -> None:
    del papier.topics[SIGNALEN[1]][0]


def _verlies_regel(papier: Papier) -> None:
    del papier.topics[BESLISSING][-1]


def _verlies_staat(papier: Papier) -> None:
    """The newest entry of a key."""
    del papier.topics[KOPPELING][-1]


def _verdubbel(papier: Papier) -> None:
    """The same melding again, under a number of its own."""
    bron = _meldingen(papier)[_blijvend(papier)]
    _, waarde = standaard().decodeer(bron.value)
    nieuw = melding_id(waarde["koppeling"], TWENTE, 99)
    tweede = _anders(bron, id=str(nieuw))
    papier.schrijf(melding_topic(TWENTE), tweede.key, tweede.value, bron.headers, bron.partitie)


def _twee_inhouden(papier: Papier) -> None:
    bron = _meldingen(papier)[_blijvend(papier)]
    tweede = _anders(bron, reageren_voor=1)
    papier.schrijf(melding_topic(TWENTE), tweede.key, tweede.value, bron.headers, bron.partitie)


def _tweede_staat(papier: Papier) -> None:
    """A decision that no record of the stream explains."""
    bron = papier.topics[BESLISSING][0]
    _, waarde = standaard().decodeer(bron.value)
    papier.schrijf(BESLISSING, bron.key, standaard().codeer("beslissing", waarde | {"tijd": 1}), (), bron.partitie)


def _lek_zonder_besluit(papier: Papier) -> None:
    wie = _meldingen(papier)[_blijvend(papier)].key
    papier.topics[BESLISSING] = [record for record in papier.topics[BESLISSING] if record.key != wie]


def _lek_voor_de_regel(papier: Papier) -> None:
    """The processing lines came only after the melding."""
    melding = _meldingen(papier)[_blijvend(papier)]
    regels = papier.topics[VERWERKING]
    regels[:] = [replace(r, tijd=melding.tijd + 1) if r.key == melding.key else r for r in regels]


def _lek_naar_ander(papier: Papier) -> None:
    bron = _meldingen(papier)[_blijvend(papier)]
    papier.schrijf(melding_topic(MIDDEN_BRABANT), bron.key, bron.value, bron.headers, bron.partitie)


def _lek_vreemd_dossier(papier: Papier) -> None:
    bron = _meldingen(papier)[_blijvend(papier)]
    ander = standaard().decodeer(_meldingen(papier, ZSM)[0].value)[1]["dossier"]
    tweede = _anders(bron, dossier=ander)
    papier.schrijf(melding_topic(TWENTE), tweede.key, tweede.value, bron.headers, bron.partitie)


def test_an_undisturbed_run_is_clean(papier: Papier, orakel: Orakel) -> None:
    """The pure rooms agree with the oracle, also when it is asked twice, also when every output stands twice."""
    assert orakel.oordeel().schoon
    for topic in [*map(melding_topic, TAFELS), BESLISSING, VERWERKING, KOPPELING]:
        for r in list(papier.topics[topic]):
            papier.schrijf(topic, r.key, r.value, r.headers, r.partitie)
    oordeel = orakel.oordeel()
    assert oordeel.schoon, oordeel.uitleg()
    assert (oordeel.gezonden, oordeel.herhaald) == (AANTAL, oordeel.gemeld) and oordeel.gemeld > 10


@pytest.mark.parametrize("plant", [_verlies, _verlies_signaal, _verlies_regel, _verlies_staat])
def test_what_is_missing_is_lost(papier: Papier, orakel: Orakel, plant: Callable[[Papier], None]) -> None:
    """A melding, a signaal, a decision or a state that is not there."""
    plant(papier)
    assert orakel.oordeel().verloren


@pytest.mark.parametrize("plant", [_verdubbel, _twee_inhouden, _tweede_staat])
def test_what_has_a_second_effect_is_doubled(papier: Papier, orakel: Orakel, plant: Callable[[Papier], None]) -> None:
    """A second melding of the same, two contents under one id, a decision without a cause."""
    plant(papier)
    oordeel = orakel.oordeel()
    assert oordeel.dubbel and not oordeel.verloren


@pytest.mark.parametrize("plant", [_lek_zonder_besluit, _lek_voor_de_regel, _lek_naar_ander, _lek_vreemd_dossier])
def test_what_has_no_permit_before_it_is_leaked(
    papier: Papier, orakel: Orakel, plant: Callable[[Papier], None]
) -> None:
    """A melding without its decision, before its line, in another's inbox, of another's dossier."""
    plant(papier)
    assert orakel.oordeel().gelekt


def test_the_oracle_reads_every_topic() -> None:
    """A topic that is declared and not judged would hide whatever went wrong there."""
    assert {topic.naam for topic in declaratie(TAFELS)} == set(ALLES)


def test_the_line_of_a_case_tells_all_three() -> None:
    """What is counted and why stands in two texts."""
    oordeel = Oordeel(("a",), (), ("b", "c"))
    assert "verloren/dubbel/gelekt = 1/0/2" in oordeel.regel("kill -9") and not oordeel.schoon
    assert "gelekt: b" in oordeel.uitleg()
