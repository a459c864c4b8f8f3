"""What an insider at the hub holds of a register, without a key: what is open, and what agrees between records of a bucket."""

from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from hub.matching.codeermachine import (
    DATUM,
    EXACT,
    LAND,
    NAMEN,
    PLAATS,
    SCHETS,
    SCHETS_BYTES,
    SEKSE,
    V_ACHTERNAMEN,
    V_BSN,
    V_DATUM,
    V_LETTER,
    V_PLAATS,
    V_SEKSE,
    VAK,
    VAK2,
    VLAG,
    ZELDZAAM,
)
from hub.matching.codering import Bulk

_GROOTSTE_BAK: Final = 400
"""Larger buckets are sampled to this many records; none is that large at the bounds in use."""

Getallen = NDArray[np.int64]
Vlaggen = NDArray[np.bool_]

_BITS: Final = (*range(DATUM, DATUM + 8), VAK, VAK2, SEKSE, LAND)
"""Digests of one byte, in the order of their bits after those of the names; then the place, of two."""
GESLACHT, LAND_BIT, PLAATS_BIT = 10, 11, 12


@dataclass(frozen=True, slots=True)
class Buit:
    """Records by number, and the pairs of records that meet in a bucket, with what agrees under all the keys that they share."""

    aantal: int
    open: NDArray[np.uint8]
    """[records, features] what stands in the open: presence, haze, rarity classes, number of keys, number of neighbours; below 16."""
    vlaggen: Getallen
    klassen: NDArray[np.uint8]
    """[records, 5] rarity class of three given names and two surnames."""
    i: Getallen
    j: Getallen
    namen: NDArray[np.uint32]
    """Per pair, bit 5 p + q: slot p of one and slot q of the other bear one name (equal sketches, equal digests)."""
    velden: NDArray[np.uint16]
    """Per pair: eight digits of the date, two year bins, sex, country, place."""

    def in_beide(self, vlag: int) -> Vlaggen:
        """Pairs of which both records have this field."""
        uit: Vlaggen = ((self.vlaggen[self.i] & self.vlaggen[self.j]) >> vlag & 1).astype(bool)
        return uit

    def plek(self, slot: int) -> Vlaggen:
        """Records that have a name in this slot."""
        uit: Vlaggen = (self.vlaggen & 3) > slot if slot < 3 else (self.vlaggen >> V_ACHTERNAMEN & 3) > slot - 3
        return uit

    def naamgenoten(self) -> tuple[Getallen, Getallen]:
        """Pairs of (record, slot), as numbers record * 5 + slot, that bear one name."""
        een, ander = [], []
        plekken = [self.plek(slot) for slot in range(NAMEN)]
        for p in range(NAMEN):
            for q in range(NAMEN):
                wel = (
                    (self.namen >> np.uint32(NAMEN * p + q) & 1).astype(bool) & plekken[p][self.i] & plekken[q][self.j]
                )
                een.append(self.i[wel] * NAMEN + p)
                ander.append(self.j[wel] * NAMEN + q)
        return np.concatenate(een), np.concatenate(ander)


@numba.njit  # type: ignore[untyped-decorator]
def _vergelijk(codering: Any, een: Any, ander: Any, paar: Any, bits: Any, namen: Any, velden: Any) -> None:
    for k in range(len(een)):
        a, b, c = codering[een[k]], codering[ander[k]], paar[k]
        for p in range(NAMEN):
            for q in range(NAMEN):
                gelijk = a[EXACT + p] == b[EXACT + q]
                for t in range(SCHETS_BYTES):
                    gelijk &= a[SCHETS + SCHETS_BYTES * p + t] == b[SCHETS + SCHETS_BYTES * q + t]
                if not gelijk:
                    namen[c] &= ~(np.uint32(1) << np.uint32(NAMEN * p + q))
        for n in range(len(bits)):
            if a[bits[n]] != b[bits[n]]:
                velden[c] &= ~(np.uint16(1) << np.uint16(n))
        if a[PLAATS] != b[PLAATS] or a[PLAATS + 1] != b[PLAATS + 1]:
            velden[c] &= ~(np.uint16(1) << np.uint16(len(bits)))


def haal(bulk: Bulk) -> Buit:
    """Opens what can be opened without a key."""
    aantal = len(bulk.start) - 1
    rijen = np.repeat(np.arange(aantal), np.diff(bulk.start))
    orde = np.argsort(bulk.tokens, kind="stable")
    tokens = bulk.tokens[orde]
    begin = np.flatnonzero(np.append(True, tokens[1:] != tokens[:-1]))
    grootte = np.diff(np.append(begin, len(tokens)))
    een, ander = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for maat in np.unique(grootte[grootte > 1]).tolist():
        x, y = np.triu_indices(min(maat, _GROOTSTE_BAK), 1)
        hier = begin[grootte == maat]
        een.append(orde[(hier[:, None] + x).ravel()])
        ander.append(orde[(hier[:, None] + y).ravel()])
    k, m = np.concatenate(een), np.concatenate(ander)
    k, m = np.where(rijen[k] <= rijen[m], k, m), np.where(rijen[k] <= rijen[m], m, k)
    paren, paar = np.unique(rijen[k] * aantal + rijen[m], return_inverse=True)
    namen, velden = np.full(len(paren), 0xFFFFFFFF, np.uint32), np.full(len(paren), 0xFFFF, np.uint16)
    _vergelijk(bulk.coderingen, k, m, paar.ravel(), np.array(_BITS), namen, velden)
    i, j = paren // aantal, paren % aantal
    sleutels = np.diff(bulk.start)
    eerste = np.zeros((aantal, bulk.coderingen.shape[1]), np.int64)
    eerste[sleutels > 0] = bulk.coderingen[bulk.start[:-1][sleutels > 0]]
    vlaggen = eerste[:, VLAG] | eerste[:, VLAG + 1] << 8
    zeldzaam = eerste[:, ZELDZAAM] | eerste[:, ZELDZAAM + 1] << 8 | eerste[:, ZELDZAAM + 2] << 16
    klassen = np.stack([zeldzaam >> (3 * slot) & 7 for slot in range(NAMEN)], axis=1)
    graad = np.bincount(np.concatenate([i, j]), minlength=aantal)
    open_ = (
        *(
            vlaggen & 15,
            vlaggen >> V_DATUM & 15,
            vlaggen >> V_SEKSE & 15,
            vlaggen >> V_BSN & 1,
            vlaggen >> V_LETTER & 7,
        ),
        *(klassen, zeldzaam >> 15 & 3, np.minimum(sleutels, 15), np.minimum(np.ceil(np.log2(1 + graad)), 15)),
    )
    return Buit(
        aantal=aantal,
        open=np.column_stack(open_).astype(np.uint8),
        vlaggen=vlaggen,
        klassen=klassen.astype(np.uint8),
        i=i,
        j=j,
        namen=namen,
        velden=velden,
    )


__all__ = ["GESLACHT", "LAND_BIT", "PLAATS_BIT", "V_DATUM", "V_PLAATS", "V_SEKSE", "Buit", "Getallen", "haal"]
