"""The rooms together without Kafka: what the pure functions alone make of the same records, one after another, with a clock that is set.

The oracle of the demo and of the tests, and a year of terms in seconds. One process, no partitions of the koppeling room, no delivery.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from hub.domein.gebeurtenis import Bevraging, Termijn
from hub.domein.melding import Melding
from hub.domein.signaal import Signaal
from hub.matching.index import Index
from hub.matching.model import Model
from hub.opvolging.omgeving import Gevolg
from hub.processors.blokken import Blokvorm
from hub.processors.gebeurtenissen import Wat, sleutel_van
from hub.processors.index import beantwoord, neem, triages
from hub.processors.inname import splits, vragen
from hub.processors.koppelingstaat import Koppelingstaat
from hub.processors.leven import leef
from hub.processors.namen import SLEUTEL
from hub.processors.omgeving import Pinned
from hub.processors.staat import Staat
from hub.stream.codec import standaard
from hub.stream.record import Record


@dataclass
class Samenspel:
    """The hub in one process."""

    omgeving: Pinned
    model: Model
    staat: Staat = field(default_factory=Staat)
    nu: int = 0
    """The clock (ms): the latest moment at which anything happened."""

    @cached_property
    def vorm(self) -> Blokvorm:
        return Blokvorm(standaard(), self.omgeving.partities)

    @cached_property
    def indexen(self) -> list[Index]:
        partities = self.omgeving.partities
        return [Index(nummer, partities, self.model, self.vorm.feiten) for nummer in range(partities)]

    def signaal(self, signaal: Signaal, tijd: int) -> Iterator[tuple[Wat, Gevolg[Any]]]:
        """Take one signaal in at a moment (ms), all the way; every event that it gave, with what came of it."""
        for nummer, waarde in enumerate(self.vorm.schrijf(splits(signaal, tijd, self.omgeving.partities))):
            index = self.indexen[nummer]
            (blok,) = self.vorm.lees(nummer, [Record(SLEUTEL, nummer, 0, tijd, signaal.dossier.encode(), waarde)])
            standen, gezegd = neem(index, blok, index.kant(blok.dossier), nummer)
            gebeurtenissen: list[Wat] = [*standen, *gezegd]
            for wat in gebeurtenissen:
                yield from self._stap(wat, tijd)

    def vraag(self, bevraging: Bevraging, tijd: int) -> Melding | None:
        """Ask one question; the answer, or None where there is none."""
        meldingen = [
            gezonden.melding
            for vraag in vragen(bevraging, tijd, self.omgeving.partities)
            for _, gevolg in self._stap(beantwoord(self.indexen[vraag.partitie], vraag), tijd)
            for gezonden in gevolg.gezonden
        ]
        return meldingen[0] if meldingen else None

    def gebeur(self, wat: Wat, tijd: int) -> list[Melding]:
        """Anything else that happens; the meldingen that it gave."""
        return [gezonden.melding for _, gevolg in self._stap(wat, tijd) for gezonden in gevolg.gezonden]

    def verstrijk(self, tot: int) -> Iterator[tuple[Wat, Gevolg[Any]]]:
        """Let time pass up to a moment (ms): every term that falls due and every retention that ends, in order."""
        while (op := self._eerstvolgende()) is not None and op <= tot:
            self.nu = max(self.nu, op)
            gewekt = [Termijn(_naam(sleutel), self.nu, self.omgeving.versies) for sleutel in self.staat.herzie(1)]
            gewekt += [Termijn(_naam(sleutel), moment) for sleutel, moment in self.staat.wek(self.nu, 1)]
            for termijn in gewekt:
                yield from self._stap(termijn, self.nu)
            if not gewekt:
                yield from self._vergeet()
        self.nu = max(self.nu, tot)

    def herstart(self, omgeving: Pinned) -> None:
        """Another policy, register or set of tafels: all state is loaded anew, as a worker does that starts."""
        was, self.omgeving, self.staat = self.staat, omgeving, Staat()
        for sleutel, staat in was.items():
            self.staat.zet(sleutel, staat)

    def _eerstvolgende(self) -> int | None:
        """When something is due (ms); None: nothing ever."""
        momenten = [self.staat.eerstvolgende(self.omgeving.versies), *(index.eerste_einde for index in self.indexen)]
        return min((moment for moment in momenten if moment is not None), default=None)

    def _vergeet(self) -> Iterator[tuple[Wat, Gevolg[Any]]]:
        """The indexes forget every dossier of which the retention has ended."""
        for nummer, index in enumerate(self.indexen):
            for dossier in index.verlopen(self.nu, len(index)):
                standen = index.verwijder(dossier)
                gebeurtenissen: list[Wat] = [*standen, *triages(standen, nummer)]
                for wat in gebeurtenissen:
                    yield from self._stap(wat, self.nu)

    def _stap(self, wat: Wat, tijd: int) -> Iterator[tuple[Wat, Gevolg[Any]]]:
        self.nu = max(self.nu, tijd)
        sleutel = sleutel_van(wat)
        was = self.staat.get(sleutel)
        gevolg = leef(None if was is None else was.lijf, wat, tijd, self.omgeving.met(self.staat.noodstops))
        if gevolg is None:
            return
        if gevolg.lijf is None:
            self.staat.vergeet(sleutel)
        else:
            self.staat.zet(sleutel, Koppelingstaat(gevolg.lijf, 0, ()))
        yield wat, gevolg
        for uitspraak in gevolg.uitspraken:
            yield from self._stap(uitspraak, tijd)


def _naam(sleutel: bytes) -> UUID:
    return UUID(sleutel.decode())
