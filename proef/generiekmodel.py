"""Levels, evidence and estimation of the generic field profile. Off line only: for benchmark data, never for a decision of the hub."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.matching.bakken import Bakken, Overeenkomst
from hub.matching.codering import Bulk
from proef.generiek import AANWEZIG, SCHETSEN, Tellingen, klasse

Getallen = NDArray[np.float64]
Niveaus = NDArray[np.uint8]

NAAM: Final = ("anders", "zelfde voorletter", "lijkt enigszins", "lijkt sterk", "zelfde klank", "gelijk")
TEKST: Final = ("anders", "lijkt nauwelijks", "lijkt enigszins", "lijkt sterk", "zelfde klank", "gelijk")
SCHALEN: Final = {
    "voornaam": NAAM,
    "achternaam": NAAM,
    "geboortedatum": ("anders", "jaar of dag en maand gelijk", "twee cijfers", "een cijfer", "verwisseld", "gelijk"),
    "straat": TEKST,
    "huisnummer": ("anders", "cijfers verwisseld", "gelijk"),
    "postcode": ("anders", "lijkt enigszins", "een cijfer", "cijfers verwisseld", "gelijk"),
    "woonplaats": TEKST,
    "gebied": ("anders", "gelijk"),
    "nummer": ("anders", "twee of drie cijfers", "een cijfer of verwisseld", "gelijk"),
    "naamrol": ("gewoon", "verwisseld"),
}
"""Levels from 1, worst first; 0 is no evidence."""
_BREED: Final = 1 + max(len(labels) for labels in SCHALEN.values())
_KLASSEN: Final = 8
_GELIJK: Final = {"voornaam": 6, "achternaam": 6, "postcode": 5, "straat": 6, "woonplaats": 6}
_DEEL: Final = {0: 1.0, 1: 0.8, 2: 0.5}
"""How much an agreement 0, 1 or 2 levels below equal depends on how frequent the value is."""


def _grens(jaccard: float) -> float:
    """Distance of two sketches of 96 bits at this similarity."""
    return 48 * (1 - jaccard)


def niveaus(o: Overeenkomst) -> Niveaus:
    """One row per pair: a level for each of SCHALEN, then a rarity class from 1 for each of SCHETSEN."""
    vlaggen = o.teken[:, 1] & o.teken[:, 2]
    uit = np.zeros((len(vlaggen), len(SCHALEN) + len(SCHETSEN)), np.uint8)

    def bit(woord: int, plek: int) -> NDArray[np.bool_]:
        aan: NDArray[np.bool_] = (o.gelijk[:, woord] >> np.uint64(plek)) & np.uint64(1) == 1
        return aan

    def schets(p: int, q: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
        return o.afstand[:, 5 * p + q], bit(0, 5 * p + q), bit(0, 25 + 5 * p + q)

    def naam(p: int, q: int) -> NDArray[np.int64]:
        d, zelfde, klank = schets(p, q)
        letter = bit(1, 3 * p + q) if p < 2 else d <= _grens(0.27)
        return np.select(
            [zelfde & (d == 0), klank & (d <= _grens(0.3)), d <= _grens(0.54), d <= _grens(0.36), letter],
            [6, 5, 4, 3, 2],
            default=1,
        )

    nul = {veld: naam(plek, plek) for plek, veld in enumerate(SCHETSEN) if veld != "postcode"}
    heen, terug = naam(0, 1), naam(1, 0)
    krom = (heen >= 4) & (terug >= 4) & (nul["voornaam"] + nul["achternaam"] < heen + terug)
    nul["voornaam"], nul["achternaam"] = np.where(krom, heen, nul["voornaam"]), np.where(krom, terug, nul["achternaam"])
    d, zelfde, _ = schets(2, 2)
    cijfers = bit(1, 24)
    nul["postcode"] = np.select(
        [zelfde & (d == 0), cijfers, d <= _grens(0.46), d <= _grens(0.22)], [5, 4, 3, 2], default=1
    )
    mis = np.stack([~bit(1, 9 + n) for n in range(8)])
    fout = mis.sum(axis=0)
    verwisseld = bit(1, 18) & ((fout == 2) | bit(1, 17))
    half = (mis[:4].sum(axis=0) == 0) | (mis[4:].sum(axis=0) == 0)
    nul["geboortedatum"] = np.select([fout == 0, verwisseld, fout == 1, fout == 2, half], [6, 5, 4, 3, 2], default=1)
    nul["huisnummer"] = np.select([bit(1, 22), bit(1, 23)], [3, 2], default=1)
    nul["gebied"] = np.where(bit(1, 21), 2, 1)
    fout = np.stack([~bit(1, 25 + n) for n in range(9)]).sum(axis=0)
    nul["nummer"] = np.select(
        [(fout == 0) & bit(1, 35), (fout <= 1) | ((fout == 2) & bit(1, 34)), fout <= 3], [4, 3, 2], default=1
    )
    for n, veld in enumerate(SCHALEN):
        if veld == "naamrol":
            uit[:, n] = np.where(krom, 2, 1)
        else:
            uit[:, n] = np.where(vlaggen >> AANWEZIG[veld] & 1, nul[veld], 0)
    for plek, veld in enumerate(SCHETSEN):
        klas = np.maximum(o.teken[:, 3] >> 3 * plek & 7, o.teken[:, 4] >> 3 * plek & 7)
        dicht = uit[:, list(SCHALEN).index(veld)] >= _GELIJK[veld] - 2
        uit[:, len(SCHALEN) + plek] = np.where(dicht, 1 + klas, 0)
    return uit


@dataclass(frozen=True, slots=True)
class Paren:
    """Pairs of records that met: row of the left register, of the right one, and levels."""

    links: NDArray[np.int64]
    rechts: NDArray[np.int64]
    niveaus: Niveaus


def ontmoet(links: Bulk, rechts: Bulk) -> Paren:
    """All pairs that share a key, through the buckets of the real index."""
    bakken = Bakken()
    for rij, (van, tot) in enumerate(pairwise(links.start.tolist())):
        bakken.voeg_toe(rij, links.tokens[van:tot], links.coderingen[van:tot], 1)
    a, b, delen = [], [], []
    for nummer, (van, tot) in enumerate(pairwise(rechts.start.tolist())):
        rijen, gemeen = bakken.overeenkomst(rechts.tokens[van:tot], rechts.coderingen[van:tot])
        if len(rijen):
            delen.append(niveaus(gemeen))
            a.append(rijen)
            b.append(np.full(len(rijen), nummer))
    leeg = np.zeros(0, np.int64)
    geen = np.zeros((0, len(SCHALEN) + len(SCHETSEN)), np.uint8)
    return Paren(np.concatenate([leeg, *a]), np.concatenate([leeg, *b]), np.concatenate([geen, *delen]))


class Model:
    """Frozen tables: two classes of true pairs (clean and dirty records) against chance."""

    def __init__(self, inhoud: dict[str, Any]) -> None:
        self.inhoud = inhoud

    @classmethod
    def laad(cls) -> "Model":
        """What ships with this version, with its card."""
        return cls(json.loads(resources.files("proef").joinpath("generiek.json").read_text("utf-8")))

    def loglik(self, rijen: Niveaus, tellingen: Tellingen) -> Getallen:
        """log2 P(levels | class): clean, dirty, chance. Chance pays for an agreement by how frequent its value is."""
        uit = np.log2([*self.inhoud["alfa"], 1.0]) + np.zeros((len(rijen), 3))
        for n, veld in enumerate(SCHALEN):
            for kolom, tabel in enumerate((*self.inhoud["waar"], self.inhoud["toeval"])):
                uit[:, kolom] += np.array([0.0, *np.log2(tabel[veld])])[rijen[:, n]]
        for plek, veld in enumerate(SCHETSEN):
            niveau = rijen[:, list(SCHALEN).index(veld)].astype(np.int64)
            deel = np.array([_DEEL.get(n, 0.0) for n in range(_BREED)])[
                _GELIJK[veld] - np.minimum(niveau, _GELIJK[veld])
            ]
            toeslag = np.array([0.0, *_toeslag(tellingen, veld)])[rijen[:, len(SCHALEN) + plek]]
            uit[:, 2] += deel * toeslag
        return uit

    def gewichten(self, rijen: Niveaus, tellingen: Tellingen, mogelijk: int) -> Getallen:
        """log2 odds. `mogelijk`: pairs that there could be, between two registers or within one.

        How many true pairs to expect is fitted to the pairs without labels (`klassen.pas`, without relatives).
        """
        ll = self.loglik(rijen, tellingen)
        wel, niet = np.logaddexp2(ll[:, 0], ll[:, 1]), ll[:, 2] + np.log2(float(mogelijk))
        waar = 0.1 * mogelijk**0.5
        for _ in range(60):
            waar = max(float((1 / (1 + np.exp2(np.clip(niet - wel - np.log2(waar), -99, 99)))).sum()), 1.0)
        uit: Getallen = wel + np.log2(waar) - niet
        return uit


def _toeslag(tellingen: Tellingen, veld: str) -> list[float]:
    """Per rarity class: log2 of the mean share of a value there over that of any value, as a random bearer has them."""
    telling = tellingen[f"heel {veld}"]
    if not telling.dragers:
        return [0.0] * _KLASSEN
    som = np.zeros((_KLASSEN, 2))
    for kans in telling.kansen.values():
        som[klasse(kans)] += kans * kans, kans
    midden = 2.0 ** (np.arange(_KLASSEN) - 11.5)
    centra = np.where(som[:, 1] > 0, som[:, 0] / np.maximum(som[:, 1], 1e-12), midden)
    toeslag: list[float] = (np.log2(centra) - np.log2(max(telling.toeval, 1e-6))).tolist()
    return toeslag


def schat(waar: Sequence[Niveaus], toeval: Sequence[Niveaus], kaart: dict[str, Any]) -> dict[str, Any]:
    """Model contents from the levels of true pairs and of random pairs, a set each; every set counts equally."""
    rijen = np.concatenate(waar)
    gewicht = np.concatenate([np.full(len(deel), 1000 / len(deel)) for deel in waar])
    slecht = sum((rijen[:, n] > 0) & (rijen[:, n] < len(labels)) for n, labels in enumerate(SCHALEN.values()))
    vuil = np.clip(0.15 * slecht, 0.1, 0.9)
    deel = np.stack([1 - vuil, vuil])
    tabellen: list[dict[str, list[float]]] = []
    alfa = np.ones(2) / 2
    for _ in range(80):
        tabellen = [_tabel(rijen, gewicht * d) for d in deel]
        alfa = (deel * gewicht).sum(axis=1) / gewicht.sum()
        log = np.stack([np.full(len(rijen), np.log2(a)) for a in alfa])
        for n, veld in enumerate(SCHALEN):
            for k in range(2):
                log[k] += np.array([0.0, *np.log2(tabellen[k][veld])])[rijen[:, n]]
        deel = np.exp2(log - np.logaddexp2.reduce(log))
    per_set = [_tabel(deel_, np.ones(len(deel_))) for deel_ in toeval]
    gemiddeld = {veld: np.mean([t[veld] for t in per_set], axis=0).tolist() for veld in SCHALEN}
    gemiddeld["nummer"] = [0.99, 0.0099, 0.0001, 1e-7]  # handed out, not drawn: estimated from no set
    return {"kaart": kaart, "alfa": alfa.tolist(), "waar": tabellen, "toeval": gemiddeld}


def _tabel(rijen: Niveaus, gewicht: Getallen) -> dict[str, list[float]]:
    uit = {}
    for n, (veld, labels) in enumerate(SCHALEN.items()):
        telling = np.bincount(rijen[:, n], weights=gewicht, minlength=len(labels) + 1)[1 : len(labels) + 1] + 0.3
        uit[veld] = (telling / telling.sum()).tolist()
    return uit
