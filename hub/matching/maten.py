"""How good a matching is, from the probabilities of its pairs and the truth: pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Kansen = NDArray[np.float64]
Waar = NDArray[np.bool_]

DREMPELS: Final = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
_GRENZEN: Final = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Maat:
    """Quality where every pair from `drempel` on is called the same person."""

    drempel: float
    gevonden: int
    """Pairs at or above the threshold."""
    juist: int
    """Of those, the true ones."""
    waar: int
    """True pairs that there are."""

    @property
    def precisie(self) -> float:
        return self.juist / self.gevonden if self.gevonden else 1.0

    @property
    def recall(self) -> float:
        return self.juist / self.waar if self.waar else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.juist / (self.gevonden + self.waar) if self.gevonden + self.waar else 1.0


@dataclass(frozen=True, slots=True)
class Bak:
    """Pairs whose probability lies in [van, tot): what the model expected of them, and what they were."""

    van: float
    tot: float
    aantal: int
    verwacht: float
    """Mean probability."""
    waar: float
    """Share that is true."""


@dataclass(frozen=True, slots=True)
class Kwaliteit:
    """Everything that is measured against a truth."""

    per_drempel: tuple[Maat, ...]
    beste: Maat
    op_half: Maat
    kromme: tuple[tuple[float, float], ...]
    """(recall, precision), at most 400 points, falling threshold."""
    ijking: tuple[Bak, ...]
    ijkfout: float
    """Mean distance of expected and true share, weighted by pairs of probability 0.01 and up."""
    volledigheid: float
    """Pairs completeness: share of the true pairs that met in a bucket at all."""


def meet(kans: Kansen, waar: Waar, aantal_waar: int) -> Kwaliteit:
    """`kans` and `waar` of every compared pair; `aantal_waar` of the truth file, those that were never compared included."""
    volgorde = np.argsort(-kans, kind="stable")
    gesorteerd, juist = kans[volgorde], np.cumsum(waar[volgorde], dtype=np.int64)
    # A threshold takes all pairs of one probability or none: only the last of equals is a point of the curve.
    eind = np.flatnonzero(np.append(gesorteerd[:-1] > gesorteerd[1:], True)) if len(kans) else np.zeros(0, np.int64)
    f1 = 2 * juist[eind] / (eind + 1 + aantal_waar) if len(eind) else np.zeros(0)
    if len(eind):
        top = int(eind[int(np.argmax(f1))])
        beste = Maat(float(gesorteerd[top]), top + 1, int(juist[top]), aantal_waar)
    else:
        beste = Maat(1.0, 0, 0, aantal_waar)

    def op(drempel: float) -> Maat:
        aantal = int(np.searchsorted(-gesorteerd, -drempel, side="right"))
        return Maat(drempel, aantal, int(juist[aantal - 1]) if aantal else 0, aantal_waar)

    ijking = ijk(kans, waar)
    zwaar = [bak for bak in ijking if bak.van >= 0.01]
    som = sum(bak.aantal for bak in zwaar)
    return Kwaliteit(
        per_drempel=tuple(op(drempel) for drempel in DREMPELS),
        beste=beste,
        op_half=op(0.5),
        kromme=_kromme(eind, juist, aantal_waar),
        ijking=ijking,
        ijkfout=sum(bak.aantal * abs(bak.verwacht - bak.waar) for bak in zwaar) / som if som else 0.0,
        volledigheid=float(waar.sum()) / aantal_waar if aantal_waar else 1.0,
    )


def _kromme(eind: NDArray[np.int64], juist: NDArray[np.int64], aantal_waar: int) -> tuple[tuple[float, float], ...]:
    if not len(eind) or not aantal_waar:
        return ()
    stap = juist[eind] / aantal_waar
    # Points at even steps of recall: the curve would else be all tail.
    keus = np.unique(np.searchsorted(stap, np.linspace(0.0, float(stap[-1]), 400)).clip(0, len(eind) - 1))
    punten = eind[keus]
    return tuple((float(juist[i] / aantal_waar), float(juist[i] / (i + 1))) for i in punten if juist[i])


def ijk(kans: Kansen, waar: Waar) -> tuple[Bak, ...]:
    """Expected against true share by bins of probability; empty bins are left out."""
    welke = np.searchsorted(_GRENZEN, kans, side="right") - 1
    welke = np.minimum(welke, len(_GRENZEN) - 2)
    uit = []
    for nummer in range(len(_GRENZEN) - 1):
        hier = welke == nummer
        if hier.any():
            uit.append(
                Bak(
                    van=_GRENZEN[nummer],
                    tot=_GRENZEN[nummer + 1],
                    aantal=int(hier.sum()),
                    verwacht=float(kans[hier].mean()),
                    waar=float(waar[hier].mean()),
                )
            )
    return tuple(uit)


@dataclass(frozen=True, slots=True)
class Soort:
    """A kind of difference between two records of one person: how many such pairs, and how many were found."""

    naam: str
    aantal: int
    gevonden: int

    @property
    def recall(self) -> float:
        return self.gevonden / self.aantal if self.aantal else 1.0


def per_soort(soorten: Sequence[tuple[str, ...]], gevonden: Sequence[bool]) -> tuple[Soort, ...]:
    """Recall by kind; a pair counts under each of its kinds. Most frequent first."""
    tel: dict[str, list[int]] = {}
    for namen, wel in zip(soorten, gevonden, strict=True):
        for naam in namen or ("geen verschil",):
            telling = tel.setdefault(naam, [0, 0])
            telling[0] += 1
            telling[1] += wel
    return tuple(Soort(naam, a, g) for naam, (a, g) in sorted(tel.items(), key=lambda x: (-x[1][0], x[0])))


def histogram(gewicht: Kansen, waar: Waar | None, van: int = -20, tot: int = 40) -> list[tuple[int, int, int]]:
    """(lower bound of a bin of two log2 units, pairs not known to be true, true pairs); the outer bins take what lies beyond."""
    bak = np.clip(np.floor(gewicht / 2).astype(np.int64) * 2, van, tot)
    goed = np.zeros(len(gewicht), bool) if waar is None else waar
    return [(b, int((~goed & (bak == b)).sum()), int((goed & (bak == b)).sum())) for b in range(van, tot + 2, 2)]
