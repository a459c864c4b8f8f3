"""Who of the invented Netherlands lives where, and whose data are kept secret: what a register of inhabitants adds to a person."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from proef.nederland import Bevolking, Getallen, maak

_GEHEIM: Final = 0.03
"""Share with indicatieGeheim > 0."""


@dataclass(frozen=True, slots=True)
class Gemeente:
    """A gemeente: CBS code (`GM` and four digits), name, inhabitants in thousands (rounded)."""

    code: str
    naam: str
    inwoners: int


TWENTE: Final = (
    Gemeente("GM0153", "Enschede", 161),
    Gemeente("GM0164", "Hengelo", 82),
    Gemeente("GM0141", "Almelo", 74),
    Gemeente("GM0163", "Hellendoorn", 36),
    Gemeente("GM0168", "Losser", 23),
    Gemeente("GM0173", "Oldenzaal", 32),
    Gemeente("GM0147", "Borne", 24),
    Gemeente("GM1742", "Rijssen-Holten", 39),
    Gemeente("GM0158", "Haaksbergen", 24),
    Gemeente("GM1774", "Dinkelland", 27),
)
OOST_NEDERLAND: Final = (
    Gemeente("GM0193", "Zwolle", 132),
    Gemeente("GM0150", "Deventer", 102),
    Gemeente("GM0200", "Apeldoorn", 166),
    Gemeente("GM0202", "Arnhem", 166),
    Gemeente("GM0268", "Nijmegen", 182),
    Gemeente("GM0228", "Ede", 121),
    Gemeente("GM0222", "Doetinchem", 59),
)
MIDDEN_BRABANT: Final = (
    Gemeente("GM0855", "Tilburg", 227),
    Gemeente("GM0867", "Waalwijk", 50),
    Gemeente("GM0797", "Heusden", 46),
    Gemeente("GM0785", "Goirle", 24),
    Gemeente("GM0809", "Loon op Zand", 24),
)
ELDERS: Final = (
    Gemeente("GM0363", "Amsterdam", 921),
    Gemeente("GM0599", "Rotterdam", 664),
    Gemeente("GM0344", "Utrecht", 368),
    Gemeente("GM0014", "Groningen", 238),
    Gemeente("GM0772", "Eindhoven", 243),
)
GEMEENTEN: Final = TWENTE + OOST_NEDERLAND + MIDDEN_BRABANT + ELDERS
"""Gemeenten of the invented day, checked by a test against the register of the hub."""


@dataclass(frozen=True, slots=True)
class Inwoners:
    """The invented persons with their residence; row = number of the person."""

    mensen: Bevolking
    woont: Getallen
    """Index into GEMEENTEN. A family lives in one gemeente."""
    geheim: NDArray[np.bool_]

    def gemeente(self, persoon: int) -> Gemeente:
        return GEMEENTEN[self.woont[persoon]]


def vestig(seed: int, omvang: int, peildatum: np.datetime64) -> Inwoners:
    """So many persons, spread over the gemeenten by their size. The same arguments give the same inhabitants."""
    mensen = maak(seed, omvang, peildatum)
    rng = np.random.default_rng([seed, omvang, 1])
    gewicht = np.array([gemeente.inwoners for gemeente in GEMEENTEN], float)
    per_familie = rng.choice(len(GEMEENTEN), int(mensen.familie.max()) + 1, p=gewicht / gewicht.sum())
    return Inwoners(mensen, per_familie[mensen.familie], rng.random(omvang) < _GEHEIM)
