"""Who is sent where on the invented day: the special cases on purpose, everybody else until each tafel has its share."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demo.inwoners import ELDERS, GEMEENTEN, MIDDEN_BRABANT, OOST_NEDERLAND, TWENTE, Inwoners
from proef.nederland import GEEN

ZSM: Final = "zsm-oost-nederland"
VHH_TWENTE: Final = "vhh-twente"
VHH_MIDDEN_BRABANT: Final = "vhh-midden-brabant"
HEUSDEN: Final = "GM0797"

_BEKEND: Final = 0.1
"""Pairs per message: one signaal in five has a counterpart."""
_BUITEN_REGIO: Final = 0.19
"""Share of pairs whose casus runs in the other region (share of cross-region matches at MULTIsignaal, 2023)."""
_MINDERJARIG: Final = 0.07
"""Share of suspects under 18 (OM 2022: 12,700 of 179,600)."""


class Bijzonder(Enum):
    """Why a message is in the day; the value is what a Dutch report calls it."""

    GEHEIM = "geheimhouding"
    MINDERJARIG = "minderjarig"
    SEPOT = "sepot"
    ZONDER_SPOED = "nog geen beslissing, geen spoed"
    ZONDER_VRIJGAVE = "zonder vrijgave"
    GESLOTEN = "casus gesloten"
    HEUSDEN = "Heusden"
    BUITEN_REGIO = "andere regio"
    DUBBELE_CASUS = "bij twee Veiligheidshuizen"
    VERWANT = "familielid van een verdachte"
    ALSNOG_VERVOLGD = "alsnog vervolgd"
    ALSNOG_SEPOT = "alsnog sepot"
    INGETROKKEN = "ingetrokken"
    JONGER_DAN_TWAALF = "jonger dan twaalf"
    ECHT_NUMMER = "BSN dat van een bestaand persoon kan zijn"
    ONBEKEND_VELD = "onbekend veld"


_GEWOON: Final = frozenset[Bijzonder]()
_PROFIELEN: Final = (
    _GEWOON,
    frozenset({Bijzonder.SEPOT}),
    frozenset({Bijzonder.ZONDER_SPOED}),
    frozenset({Bijzonder.ALSNOG_SEPOT}),
    frozenset({Bijzonder.ZONDER_VRIJGAVE}),
    frozenset({Bijzonder.INGETROKKEN}),
    frozenset({Bijzonder.GEHEIM}),
    frozenset({Bijzonder.ZONDER_SPOED, Bijzonder.ALSNOG_VERVOLGD}),
    frozenset({Bijzonder.GESLOTEN}),
    *(_GEWOON,) * 8,
)
"""What is special about the pairs, in turn."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is to be sent where, before it is written out."""

    tafel: str
    persoon: int
    bijzonder: frozenset[Bijzonder] = frozenset()
    schoon: bool = False


class Planner:
    """Draws persons, each at most once, and gives each a place in the day."""

    def __init__(self, seed: int, inwoners: Inwoners, omvang: int) -> None:
        self.seed, self.omvang = seed, omvang
        self.woont, self.mensen = inwoners.woont, inwoners.mensen
        self.worp = random.Random(f"plan|{seed}|{omvang}")
        self.vrij = np.ones(len(self.mensen), bool)
        self.leeftijd = self.mensen.leeftijd()

    def plannen(self) -> list[Plan]:
        """The whole day."""
        bijzonder = [*self.paren(), *self.verwanten()]
        return [*bijzonder, *self.vulling(Counter(plan.tafel for plan in bijzonder))]

    def woont_in(self, *codes: str) -> NDArray[np.bool_]:
        plek = np.array([gemeente.code in codes for gemeente in GEMEENTEN])
        uit: NDArray[np.bool_] = plek[self.woont]
        return uit

    def kies(self, masker: NDArray[np.bool_], aantal: int) -> list[int]:
        """So many persons who were not chosen yet: mostly men, mostly between 18 and 40."""
        kandidaten = np.flatnonzero(masker & self.vrij)
        leeftijd = self.leeftijd[kandidaten]
        gewicht = np.where(self.mensen.vrouw[kandidaten], 0.2, 0.8) * np.where(leeftijd < 40, 1.0, 0.35)
        if aantal == 0:
            return []
        worp = np.random.default_rng([self.seed, self.worp.getrandbits(32)])
        gekozen = worp.choice(kandidaten, aantal, replace=False, p=gewicht / gewicht.sum())
        self.vrij[gekozen] = False
        return [int(nr) for nr in gekozen]

    def paren(self) -> Iterator[Plan]:
        """Persons with a suspect's case and a casus, and persons with a casus at both Veiligheidshuizen."""
        aantal = round(self.omvang * _BEKEND)
        buiten, jong = round(aantal * _BUITEN_REGIO), max(2, round(aantal * _MINDERJARIG))
        volwassen, minderjarig = self.leeftijd >= 18.1, (self.leeftijd >= 13.1) & (self.leeftijd < 17.9)
        twente = self.woont_in(*(g.code for g in TWENTE))
        brabant = self.woont_in(*(g.code for g in MIDDEN_BRABANT))
        heusden = self.kies(self.woont_in(HEUSDEN) & volwassen, 1)
        ver = self.kies(brabant & ~self.woont_in(HEUSDEN) & volwassen, buiten - 1)
        hier = self.kies(twente & volwassen, aantal - buiten - jong)
        jeugd = self.kies(twente & minderjarig, jong)
        dubbel = max(3, self.omvang // 100)

        for persoon in heusden:  # nothing else special: this one must arrive
            yield from self.koppel(
                persoon, VHH_MIDDEN_BRABANT, {Bijzonder.HEUSDEN, Bijzonder.BUITEN_REGIO}, schoon=True
            )
        for nr, persoon in enumerate(hier):
            yield from self.koppel(persoon, VHH_TWENTE, _PROFIELEN[nr % len(_PROFIELEN)])
        for nr, persoon in enumerate(ver):
            bijzonder = {Bijzonder.BUITEN_REGIO, *_PROFIELEN[nr % len(_PROFIELEN)]}
            yield from self.koppel(persoon, VHH_MIDDEN_BRABANT, bijzonder)
        for persoon in jeugd:
            yield from self.koppel(persoon, VHH_TWENTE, {Bijzonder.MINDERJARIG})
        yield Plan(VHH_MIDDEN_BRABANT, hier[0], frozenset({Bijzonder.DUBBELE_CASUS}))
        for nr, persoon in enumerate(self.kies(twente & volwassen, dubbel - 1)):
            for tafel in (VHH_TWENTE, VHH_MIDDEN_BRABANT):
                yield Plan(tafel, persoon, frozenset({Bijzonder.DUBBELE_CASUS}), schoon=nr == 0)

    def koppel(self, persoon: int, tafel: str, bijzonder: Iterable[Bijzonder], schoon: bool = False) -> Iterator[Plan]:
        """The same person at the ZSM tafel and at a Veiligheidshuis. What concerns one side only stays there."""
        alles = frozenset(bijzonder)
        alleen_zsm = {Bijzonder.SEPOT, Bijzonder.ZONDER_SPOED, Bijzonder.ALSNOG_SEPOT, Bijzonder.ALSNOG_VERVOLGD}
        zijden = {ZSM: alles - {Bijzonder.GESLOTEN}, tafel: alles - alleen_zsm}
        if Bijzonder.INGETROKKEN in alles:  # one of the two withdraws
            blijft = self.worp.choice((ZSM, tafel))
            zijden[blijft] -= {Bijzonder.INGETROKKEN}
        for zijde, daar in zijden.items():
            yield Plan(zijde, persoon, daar, schoon)

    def verwanten(self) -> Iterator[Plan]:
        """Brothers, sisters, parents and children of suspects with a casus of their own: look-alikes, not matches."""
        verdachten = np.flatnonzero(~self.vrij)
        van = self.mensen.familie
        familie = np.isin(van, van[verdachten]) & self.vrij & (self.leeftijd >= 12)
        tweelingen = familie & (self.mensen.tweeling != GEEN)
        twente = self.woont_in(*(g.code for g in TWENTE))
        for masker in (tweelingen & twente, familie & twente):
            aantal = min(max(4, self.omvang // 50), int((masker & self.vrij).sum()))
            for persoon in self.kies(masker, aantal):
                yield Plan(VHH_TWENTE, persoon, frozenset({Bijzonder.VERWANT}))

    def vulling(self, al: Counter[str]) -> Iterator[Plan]:
        """Everybody else, until each tafel has its share: half of the day at ZSM, a third in Twente."""
        oud_genoeg = self.leeftijd >= 13.1
        twente = self.woont_in(*(g.code for g in TWENTE))
        brabant = self.woont_in(*(g.code for g in MIDDEN_BRABANT))
        oost = twente | self.woont_in(*(g.code for g in OOST_NEDERLAND))
        elders = self.woont_in(*(g.code for g in ELDERS))
        doel = {ZSM: self.omvang // 2, VHH_TWENTE: self.omvang // 3, VHH_MIDDEN_BRABANT: self.omvang // 6}
        over = {tafel: aantal - al[tafel] for tafel, aantal in doel.items()}
        van_ver = over[ZSM] // 5
        for tafel, masker, aantal in (
            (ZSM, oost & oud_genoeg, over[ZSM] - van_ver),
            (ZSM, elders & oud_genoeg, van_ver),
            (VHH_TWENTE, twente & oud_genoeg, over[VHH_TWENTE]),
            (VHH_MIDDEN_BRABANT, brabant & oud_genoeg, over[VHH_MIDDEN_BRABANT]),
        ):
            for persoon in self.kies(masker, aantal):
                yield Plan(tafel, persoon)
