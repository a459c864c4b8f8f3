"""The moves of an insider: what he learns from a register of his own, what he believes of small fields, how he names groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from hub.matching.codeermachine import NAMEN
from hub.matching.namen import Kern
from proef.buit import GESLACHT, LAND_BIT, PLAATS_BIT, V_DATUM, V_PLAATS, V_SEKSE, Buit, Getallen

_F = NDArray[np.float32]
_WAARDEN: Final = 16
"""Values that a feature has at most."""
_RONDEN: Final = 6
_BOTSING: Final = 1 / 256
"""Chance that digests of different values agree; about as often a register errs."""
_NAAM_MINSTENS: Final = 3
"""Bearers that a name must have to be in a public table."""


@dataclass(frozen=True, slots=True)
class Waarheid:
    """The clear text of a register, by number of value; -1 where absent."""

    kolom: dict[str, Getallen]
    namen: Getallen
    """[records, 5] three given names, two surnames."""


class Woorden:
    """Numbers for texts."""

    def __init__(self) -> None:
        self.nummer: dict[str, int] = {}

    def __call__(self, tekst: str | None) -> int:
        return -1 if not tekst else self.nummer.setdefault(tekst, len(self.nummer))


def lees(kernen: Sequence[Kern], namen: Woorden, plaatsen: Woorden, landen: Woorden) -> Waarheid:
    """The clear text as numbers."""
    slots = np.full((len(kernen), NAMEN), -1, np.int64)
    for rij, deel in enumerate(kernen):
        for slot, naam in enumerate(deel.voornamen):
            slots[rij, slot] = namen(naam)
        for slot, naam in enumerate(deel.achternamen, 3):
            slots[rij, slot] = namen(naam)
    datum = np.array([int(deel.geboortedatum or -1) for deel in kernen], np.int64)
    heel = datum > 0
    plaats = [deel.plaats for deel in kernen]
    return Waarheid(
        {
            "geslacht": np.array([-1 if d.geslacht is None else int(d.geslacht == "V") for d in kernen], np.int64),
            "land": np.array([-1 if p is None else landen(p.land or "nederland") for p in plaats], np.int64),
            "jaar": np.where(heel, np.clip(datum // 10000 - 1900, 0, 139), -1),
            "maand": np.where(heel, datum // 100 % 100, -1),
            "dag": np.where(heel, datum % 100, -1),
            "voornaam": slots[:, 0],
            "achternaam": slots[:, 3],
            "plaats": np.array([plaatsen(p.naam if p else None) for p in plaats], np.int64),
        },
        slots,
    )


@numba.njit  # type: ignore[untyped-decorator]
def _sluit(aantal: Any, i: Any, j: Any) -> Any:
    """Lowest number of the connected component, per node."""
    groep = np.arange(aantal)
    for k in range(len(i)):
        a, b = i[k], j[k]
        while groep[a] != a:
            groep[a] = groep[groep[a]]
            a = groep[a]
        while groep[b] != b:
            groep[b] = groep[groep[b]]
            b = groep[b]
        groep[max(a, b)] = min(a, b)
    for a in range(aantal):
        groep[a] = groep[groep[a]]
    return groep


class Kenner:
    """Naive Bayes with smoothing: how likely each value of a field makes features. Learned on the shadow register."""

    def __init__(self, kenmerken: NDArray[np.uint8], waarde: Getallen, aantal: int, minstens: int = 1) -> None:
        wel = waarde >= 0
        keren = np.bincount(waarde[wel], minlength=aantal)
        self.waarden = np.flatnonzero(keren >= minstens)
        plek = np.full(aantal, -1)
        plek[self.waarden] = np.arange(len(self.waarden))
        wel[wel] = plek[waarde[wel]] >= 0
        rij, breed = plek[waarde[wel]], kenmerken.shape[1] * _WAARDEN
        tabel = np.zeros((len(self.waarden), breed))
        for n in range(kenmerken.shape[1]):
            cel = rij * breed + n * _WAARDEN + kenmerken[wel, n]
            tabel += np.bincount(cel, minlength=tabel.size).reshape(tabel.shape)
        algemeen = tabel.sum(axis=0) / max(len(rij), 1) + 1e-6
        kansen = (tabel + 2 * algemeen) / (keren[self.waarden, None] + 2)
        self.log: _F = np.log(kansen).astype(np.float32)
        self.vooraf: _F = np.log(keren[self.waarden] / max(keren[self.waarden].sum(), 1)).astype(np.float32)

    def per_rij(self, kenmerken: NDArray[np.uint8]) -> _F:
        """The same for rows of features: for fields of few values."""
        uit = np.tile(self.vooraf, (len(kenmerken), 1))
        for n in range(kenmerken.shape[1]):
            uit += self.log.T[n * _WAARDEN + kenmerken[:, n]]
        return uit

    def oordeel(self, tellingen: _F) -> _F:
        """log posterior (not normalised) per row of feature counts."""
        uit: _F = tellingen @ self.log.T + self.vooraf
        return uit


def _softmax(x: _F) -> _F:
    y = np.exp(x - x.max(axis=1, keepdims=True))
    uit: _F = y / y.sum(axis=1, keepdims=True)
    return uit


@numba.njit  # type: ignore[untyped-decorator]
def _strooi(naar: Any, waar: Any, wat: Any) -> None:
    for k in range(len(waar)):
        for v in range(wat.shape[1]):
            naar[waar[k], v] += wat[k, v]


def _geloof(unair: _F, buit: Buit, wel: NDArray[np.bool_], patroon: Getallen, kans: dict[int, _F]) -> _F:
    """Belief per record: the first guess and, in rounds, what every neighbour believes, through what agrees with it."""
    van, naar, patroon = buit.i[wel], buit.j[wel], patroon[wel]
    wie, plek = np.unique(np.concatenate([van, naar]), return_inverse=True)
    van, naar = plek[: len(van)], plek[len(van) :]
    begin, uit = unair[wie], _softmax(unair)
    geloof = uit[wie]
    for _ in range(_RONDEN):
        som = begin.copy()
        for soort, tabel in kans.items():
            welke = np.flatnonzero(patroon == soort)
            for deel in np.array_split(welke, 1 + len(welke) // 200_000):
                i, j = van[deel], naar[deel]
                _strooi(som, j, np.log(geloof[i] @ tabel))
                _strooi(som, i, np.log(geloof[j] @ tabel))
        geloof = 0.5 * geloof + 0.5 * _softmax(som)
    uit[wie] = geloof
    return uit


def _kansen(patronen: Getallen, zelfde: Sequence[NDArray[np.bool_]]) -> dict[int, _F]:
    """Per pattern of agreeing bits its chance for every pair of values; `zelfde` says per bit which values agree."""
    uit = {}
    for patroon in np.unique(patronen).tolist():
        kans = np.ones(zelfde[0].shape, np.float32)
        for n, gelijk in enumerate(zelfde):
            toeval = _BOTSING if patroon >> n & 1 else 1 - _BOTSING
            kans *= np.where(gelijk, 1.0 if patroon >> n & 1 else 1e-4, toeval)
        uit[patroon] = kans + np.float32(1e-6)
    return uit


def _per_cijfer(waarden: int, cijfers: Sequence[int], *vakken: tuple[int, int]) -> list[NDArray[np.bool_]]:
    """Which values share each decimal digit, and each bin of four."""
    x = np.arange(waarden)
    delen = [x // 10**c % 10 for c in cijfers] + [(x + schuif) // maat for schuif, maat in vakken]
    return [deel[:, None] == deel for deel in delen]


@dataclass(frozen=True, slots=True)
class Gelezen:
    """A register as the insider reads it: small fields guessed, names and places in groups."""

    beste: dict[str, Getallen]
    zeker: dict[str, _F]
    kenmerken: NDArray[np.uint8]
    """[records, features] open part and guesses."""
    naamgroep: Getallen
    """Of node record * 5 + slot."""
    plaatsgroep: Getallen


def bekijk(buit: Buit, klein: dict[str, Kenner], aantallen: dict[str, int]) -> Gelezen:
    """Small fields by belief, groups by closure."""
    velden = buit.velden.astype(np.int64)
    datum, plaats = buit.in_beide(V_DATUM), buit.in_beide(V_PLAATS)
    jaarbits = velden & 15 | (velden >> 8 & 3) << 4
    regels = {
        "geslacht": (buit.in_beide(V_SEKSE), velden >> GESLACHT & 1, _per_cijfer(2, (0,))),
        "land": (plaats, velden >> LAND_BIT & 1, [np.eye(aantallen["land"], dtype=bool)]),
        "jaar": (datum, jaarbits, _jaren()),
        "maand": (datum, velden >> 4 & 3, _per_cijfer(13, (1, 0))),
        "dag": (datum, velden >> 6 & 3, _per_cijfer(32, (1, 0))),
    }
    beste, zeker = {}, {}
    for veld, (wel, patroon, zelfde) in regels.items():
        kenner = klein[veld]
        unair = np.full((buit.aantal, aantallen[veld]), -12, np.float32)
        unair[:, kenner.waarden] = _log(_softmax(kenner.per_rij(buit.open)))
        geloof = _geloof(unair, buit, wel, patroon, _kansen(patroon[wel], zelfde))
        beste[veld], zeker[veld] = geloof.argmax(axis=1), geloof.max(axis=1)
    i, j = buit.naamgenoten()
    zelfde_plaats = plaats & (velden >> PLAATS_BIT & 1 == 1)
    geraden = (beste["geslacht"], beste["jaar"] // 10, np.minimum(beste["land"], 15))
    return Gelezen(
        beste,
        zeker,
        np.column_stack([buit.open, *geraden]).astype(np.uint8),
        _sluit(buit.aantal * NAMEN, i, j),
        _sluit(buit.aantal, buit.i[zelfde_plaats], buit.j[zelfde_plaats]),
    )


def _jaren() -> list[NDArray[np.bool_]]:
    jaar = 1900 + np.arange(140)
    delen = (jaar // 1000, jaar // 100 % 10, jaar // 10 % 10, jaar % 10, jaar // 4, (jaar + 2) // 4)
    return [deel[:, None] == deel for deel in delen]


def _log(x: _F) -> _F:
    uit: _F = np.log(x + 1e-6)
    return uit


@dataclass(frozen=True, slots=True)
class Knopen:
    """Bearers of one kind of word (a name in a slot, a place), with their groups."""

    record: Getallen
    groep: Getallen
    """From 0, every number in use."""
    soort: Getallen
    """Role and rarity class: what stands in the open of the word itself."""
    kenmerken: NDArray[np.uint8]
    waarde: Getallen
    """Clear text, by number. For learning on the shadow, and for the score."""

    @property
    def maat(self) -> NDArray[np.uint8]:
        """Per group its size, as two features: octave, and eighth of an octave."""
        log = np.log2(np.bincount(self.groep))
        return np.column_stack([np.minimum(log, 15), 8 * (log % 1)]).astype(np.uint8)

    @property
    def eerste(self) -> Getallen:
        """A bearer per group."""
        uit = np.zeros(self.groep.max() + 1, np.int64)
        uit[self.groep[::-1]] = np.arange(len(self.groep))[::-1]
        return uit


def naamknopen(buit: Buit, gelezen: Gelezen, waar: Waarheid) -> Knopen:
    """Every name in every slot."""
    delen = []
    for slot in range(NAMEN):
        rij = np.flatnonzero(buit.plek(slot))
        eigen = buit.klassen[rij, slot]
        kenmerken = np.column_stack([gelezen.kenmerken[rij], np.full(len(rij), slot, np.uint8)])
        delen.append(
            (rij, gelezen.naamgroep[rij * NAMEN + slot], eigen + 8 * (slot > 2), kenmerken, waar.namen[rij, slot])
        )
    record, groep, soort, kenmerken, waarde = (np.concatenate(deel) for deel in zip(*delen, strict=True))
    return Knopen(record, np.unique(groep, return_inverse=True)[1], soort.astype(np.int64), kenmerken, waarde)


def plaatsknopen(buit: Buit, gelezen: Gelezen, waar: Waarheid) -> Knopen:
    """Every place."""
    rij = np.flatnonzero(buit.vlaggen >> V_PLAATS & 1)
    groep = np.unique(gelezen.plaatsgroep[rij], return_inverse=True)[1]
    soort = buit.open[rij, 10].astype(np.int64)
    return Knopen(rij, groep, soort, gelezen.kenmerken[rij], waar.kolom["plaats"][rij])


def leer(schaduw: Knopen, aantal: int) -> dict[int, tuple[Kenner, Kenner]]:
    """Per role and class: what members of groups of each word look like, and how large such groups are."""
    eerste, maat = schaduw.eerste, schaduw.maat
    uit = {}
    for soort in np.unique(schaduw.soort).tolist():
        leden = schaduw.soort == soort
        groepen = schaduw.soort[eerste] == soort
        waarde = schaduw.waarde
        uit[soort] = (
            Kenner(schaduw.kenmerken[leden], waarde[leden], aantal, _NAAM_MINSTENS),
            Kenner(maat[groepen], waarde[eerste[groepen]], aantal),
        )
    return uit


def noem(knopen: Knopen, geleerd: dict[int, tuple[Kenner, Kenner]]) -> tuple[Getallen, _F]:
    """The likeliest word per bearer by Bayes over its group, and its posterior."""
    groepen = int(knopen.groep.max()) + 1
    beste, zeker = np.full(groepen, -1), np.zeros(groepen, np.float32)
    orde = np.argsort(knopen.groep, kind="stable")
    grens = np.append(np.searchsorted(knopen.groep[orde], np.arange(groepen)), len(orde))
    soort, maat = knopen.soort[knopen.eerste], knopen.maat
    breed = knopen.kenmerken.shape[1] * _WAARDEN
    for welke, (lid, groep) in geleerd.items():
        kandidaten, plek_lid, plek_groep = np.intersect1d(lid.waarden, groep.waarden, return_indices=True)
        hier = np.flatnonzero(soort == welke)
        if not len(kandidaten):
            continue
        per_lid, per_groep = lid.log[plek_lid], groep.log[plek_groep]
        for deel in np.array_split(hier, 1 + len(hier) // 2048):
            aantallen = grens[deel + 1] - grens[deel]
            leden = orde[
                np.repeat(grens[deel] - np.cumsum(aantallen) + aantallen, aantallen) + np.arange(aantallen.sum())
            ]
            rij = np.repeat(np.arange(len(deel)), aantallen)
            tellingen = np.zeros((len(deel), breed), np.float32)
            for n in range(knopen.kenmerken.shape[1]):
                np.add.at(tellingen, (rij, n * _WAARDEN + knopen.kenmerken[leden, n].astype(np.int64)), 1)
            oordeel = tellingen @ per_lid.T + groep.vooraf[plek_groep]
            for n in range(maat.shape[1]):
                oordeel += per_groep.T[n * _WAARDEN + maat[deel, n]]
            kans = _softmax(oordeel)
            beste[deel], zeker[deel] = kandidaten[kans.argmax(axis=1)], kans.max(axis=1)
    return beste[knopen.groep], zeker[knopen.groep]


def rangschik(knopen: Knopen) -> Getallen:
    """Groups of two and more by falling size beside the words by falling count, inside each role and class."""
    grootte, soort = np.bincount(knopen.groep), knopen.soort[knopen.eerste]
    beste = np.full(len(grootte), -1)
    for welke in np.unique(soort).tolist():
        groepen = np.flatnonzero((soort == welke) & (grootte > 1))
        keren = np.bincount(knopen.waarde[(knopen.soort == welke) & (knopen.waarde >= 0)])
        orde = groepen[np.argsort(-grootte[groepen], kind="stable")]
        woorden = np.argsort(-keren, kind="stable")[: np.count_nonzero(keren)]
        n = min(len(orde), len(woorden))
        beste[orde[:n]] = woorden[:n]
    return beste[knopen.groep]
