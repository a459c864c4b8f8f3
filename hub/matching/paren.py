"""All pairs of two registers that meet in a bucket, through the real encodings and the real buckets, and what each weighs.

Pairs by the million have far fewer different patterns of levels: everything that a model says is computed once per pattern.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.domein.codes import Uitkomst
from hub.matching.bakken import Bakken
from hub.matching.codering import Bulk, Codeerder
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.matching.niveaus import VELDEN

_GREEP: Final = 8192
"""Persons that are encoded at once."""
_VERDACHTE, _CASUS = 0, 1
"""The buckets compare rows of different kinds only."""


@dataclass(frozen=True, slots=True)
class Paren:
    """Pairs as rows; `patroon` indexes `patronen`, the different rows of levels."""

    links: list[str]
    """Dossiers of the left register, by number."""
    rechts: list[str]
    links_nr: NDArray[np.int64]
    rechts_nr: NDArray[np.int64]
    patroon: NDArray[np.int32]
    patronen: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.links_nr)

    @property
    def aantallen(self) -> NDArray[np.int64]:
        """Pairs per pattern."""
        return np.bincount(self.patroon, minlength=len(self.patronen))


def grepen(rijen: Iterable[tuple[str, Persoon]]) -> Iterator[tuple[list[str], list[Persoon]]]:
    """Dossiers and persons in portions."""
    stroom = iter(rijen)
    while greep := list(islice(stroom, _GREEP)):
        yield [dossier for dossier, _ in greep], [persoon for _, persoon in greep]


def ontmoet(
    klein: Iterable[tuple[str, Persoon]],
    groot: Iterable[tuple[str, Persoon]],
    codeerder: Codeerder,
    model: Model,
    *,
    klein_is_links: bool,
) -> Paren:
    """Holds the smaller register in buckets and streams the larger one past it."""
    weging = model.weging
    bakken = Bakken()
    namen_klein: list[str] = []
    for dossiers, personen in grepen(klein):
        for rij, (tokens, coderingen) in enumerate(_per_persoon(codeerder.bulk(personen)), len(namen_klein)):
            bakken.voeg_toe(rij, tokens, coderingen, _CASUS)
        namen_klein += dossiers
    namen_groot: list[str] = []
    in_klein: list[NDArray[np.int64]] = []
    in_groot: list[NDArray[np.int64]] = []
    codes: list[NDArray[np.uint64]] = []
    for dossiers, personen in grepen(groot):
        for nummer, (tokens, coderingen) in enumerate(_per_persoon(codeerder.bulk(personen)), len(namen_groot)):
            rijen, niveaus, _ = bakken.zoek(tokens, coderingen, weging, _VERDACHTE)
            if len(rijen):
                in_klein.append(rijen)
                in_groot.append(np.full(len(rijen), nummer, np.int64))
                codes.append(_pak(niveaus))
        namen_groot += dossiers
    leeg = np.zeros(0, np.int64)
    patronen, patroon = np.unique(np.concatenate(codes) if codes else np.zeros(0, np.uint64), return_inverse=True)
    een = np.concatenate(in_klein) if in_klein else leeg
    ander = np.concatenate(in_groot) if in_groot else leeg
    return Paren(
        links=namen_klein if klein_is_links else namen_groot,
        rechts=namen_groot if klein_is_links else namen_klein,
        links_nr=een if klein_is_links else ander,
        rechts_nr=ander if klein_is_links else een,
        patroon=patroon.astype(np.int32),
        patronen=_pak_uit(patronen),
    )


def _per_persoon(bulk: Bulk) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint8]]]:
    grenzen = bulk.start.tolist()
    for van, tot in pairwise(grenzen):
        yield bulk.tokens[van:tot], bulk.coderingen[van:tot]


def _pak(niveaus: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Levels are below 16: a row of at most 16 fields is one number."""
    uit = np.zeros(len(niveaus), np.uint64)
    for veld in range(len(VELDEN)):
        uit |= niveaus[:, veld].astype(np.uint64) << np.uint64(4 * veld)
    return uit


def _pak_uit(codes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    schuif = 4 * np.arange(len(VELDEN), dtype=np.uint64)
    return ((codes[:, None] >> schuif) & np.uint64(15)).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Gewogen:
    """What a model says of each pattern."""

    gewicht: NDArray[np.float64]
    kans: NDArray[np.float64]
    uitkomst: list[Uitkomst]
    bijdragen: NDArray[np.float64]
    """Prior, each field, correction for relatives: sums to the weight."""


def weeg(patronen: NDArray[np.uint8], model: Model) -> Gewogen:
    """The weight is the recorded one of `bewijs`, so that a validation judges what the hub decides by."""
    gewicht = model.gewichten(patronen)
    bewijzen = [model.bewijs_van(tuple(rij), som) for rij, som in zip(patronen.tolist(), gewicht.tolist(), strict=True)]
    rond = np.array([bewijs.gewicht for bewijs in bewijzen], np.float64)
    return Gewogen(
        gewicht=rond,
        kans=1.0 / (1.0 + np.exp2(-np.clip(rond, -200.0, 200.0))),
        uitkomst=[bewijs.uitkomst for bewijs in bewijzen],
        bijdragen=model.bijdragen(patronen),
    )


def schrijf_paren(pad: Path, paren: Paren, gewogen: Gewogen, vanaf: float) -> int:
    """Writes paren.csv: every pair of at least this probability, most certain first. Returns how many."""
    kans = gewogen.kans[paren.patroon]
    keus = np.flatnonzero(kans >= vanaf)
    keus = keus[np.lexsort((paren.rechts_nr[keus], paren.links_nr[keus], -kans[keus]))]
    staart = [
        (f"{k:.6f}", str(u), *(f"{w:.3f}" for w in rij))
        for k, u, rij in zip(gewogen.kans, gewogen.uitkomst, gewogen.bijdragen.tolist(), strict=True)
    ]
    kop: Sequence[str] = ("links", "rechts", "kans", "niveau", "uitgangskans", *VELDEN, "verwantschap")
    with pad.open("w", newline="", encoding="utf-8") as bestand:
        uit = csv.writer(bestand)
        uit.writerow(kop)
        uit.writerows(
            (paren.links[i], paren.rechts[j], *staart[p])
            for i, j, p in zip(
                paren.links_nr[keus].tolist(), paren.rechts_nr[keus].tolist(), paren.patroon[keus].tolist(), strict=True
            )
        )
    return len(keus)
