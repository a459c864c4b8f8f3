"""FEBRL through the generic field profile: `python -m proef.febrl meet MAP`, or `schat MAP... --uit MODEL` to make its model.

A MAP is what `peers.py febrl` writes: links.csv, rechts.csv (absent: one file with duplicates) and waarheid.csv. The way is that of a
live pair: counts, k-bounded keys, salted encodings, buckets, levels, frozen model.
"""

import argparse
import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from hub.matching.bakken import Overeenkomst
from hub.matching.maten import Kwaliteit, meet
from hub.matching.sleutels import Tijdvak
from hub.matching.validatie import k_voor
from hub.matching.vergelijkmachine import overeenkomst
from proef.generiek import VELDEN, Codeerder, Record, tel
from proef.generiekmodel import Model, Niveaus, Paren, niveaus, ontmoet, schat

_TIJDVAK: Final = Tijdvak("febrl", hashlib.sha256(b"uitwisselhub febrl").digest())
_TOEVAL: Final = 400_000
_ZOUTEN: Final = 4


@dataclass(frozen=True, slots=True)
class Set:
    """Two registers, or one with duplicates (then both sides are that one), and the true pairs by row."""

    links: list[Record]
    rechts: list[Record]
    dubbel: bool
    waar: set[tuple[int, int]]

    @classmethod
    def lees(cls, map_: Path) -> "Set":
        """Reads a directory. Raises OSError, KeyError."""
        links = _lees(map_ / "links.csv")
        dubbel = not (map_ / "rechts.csv").exists()
        rechts = links if dubbel else _lees(map_ / "rechts.csv")
        nummer = [{dossier: n for n, dossier in enumerate(kant)} for kant in (links, rechts)]
        with (map_ / "waarheid.csv").open(newline="", encoding="utf-8") as bestand:
            paren = [(nummer[0][rij["links"]], nummer[1][rij["rechts"]]) for rij in csv.DictReader(bestand)]
        waar = {(min(paar), max(paar)) for paar in paren} if dubbel else set(paren)
        return cls(list(links.values()), list(rechts.values()), dubbel, waar)

    @property
    def alle(self) -> list[Record]:
        return self.links if self.dubbel else [*self.links, *self.rechts]

    @property
    def mogelijk(self) -> int:
        """Pairs that there could be: in one register every two records make one pair, not two."""
        n, m = len(self.links), len(self.rechts)
        return n * (n - 1) // 2 if self.dubbel else n * m

    def codeerder(self, k: int | None = None) -> Codeerder:
        return Codeerder(_TIJDVAK, tel(self.alle), k or k_voor(max(len(self.links), len(self.rechts))))

    def paren(self, codeerder: Codeerder) -> Paren:
        """What meets; of one register no record with itself, and every pair once."""
        links = codeerder.bulk(self.links)
        gevonden = ontmoet(links, links if self.dubbel else codeerder.bulk(self.rechts))
        keus = gevonden.links < gevonden.rechts if self.dubbel else np.ones(len(gevonden.links), np.bool_)
        return Paren(gevonden.links[keus], gevonden.rechts[keus], gevonden.niveaus[keus])

    def is_waar(self, paren: Paren) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array([paar in self.waar for paar in zip(paren.links.tolist(), paren.rechts.tolist(), strict=True)])


def _lees(pad: Path) -> dict[str, Record]:
    with pad.open(newline="", encoding="utf-8") as bestand:
        return {rij["dossier"]: Record(**{veld: rij[veld] for veld in VELDEN}) for rij in csv.DictReader(bestand)}


def beoordeel(set_: Set, model: Model, k: int | None = None) -> Kwaliteit:
    """How well the frozen model does on a set."""
    codeerder = set_.codeerder(k)
    paren = set_.paren(codeerder)
    gewicht = model.gewichten(paren.niveaus, codeerder.tellingen, set_.mogelijk)
    kans = 1.0 / (1.0 + np.exp2(-np.clip(gewicht, -99.0, 99.0)))
    return meet(kans, set_.is_waar(paren), len(set_.waar))


def toeval(set_: Set, codeerder: Codeerder) -> Niveaus:
    """Levels of random pairs that are not true, spread over a few salts."""
    rng = np.random.default_rng(1)
    i, j = rng.integers(0, len(set_.links), _TOEVAL), rng.integers(0, len(set_.rechts), _TOEVAL)
    goed = np.array(
        [(a, b) not in set_.waar and not (set_.dubbel and a >= b) for a, b in zip(i.tolist(), j.tolist(), strict=True)]
    )
    i, j = i[goed], j[goed]
    a, b = (codeerder.onder_een_zout(kant, _ZOUTEN).coderingen for kant in (set_.links, set_.rechts))
    uit, zout = Overeenkomst.leeg(len(i)), np.arange(len(i)) % _ZOUTEN
    overeenkomst(a, b, i * _ZOUTEN + zout, j * _ZOUTEN + zout, *uit)
    return niveaus(uit)


def leer(mappen: list[Path]) -> dict[str, Any]:
    """A model from labelled sets, with its card."""
    waar, niet, herkomst = [], [], {}
    for map_ in mappen:
        set_ = Set.lees(map_)
        codeerder = set_.codeerder()
        paren = set_.paren(codeerder)
        waar.append(paren.niveaus[set_.is_waar(paren)])
        niet.append(toeval(set_, codeerder))
        herkomst[map_.name] = {"ware paren": len(set_.waar), "ontmoet": len(waar[-1])}
    kaart = {
        "doel": "FEBRL meetbaar maken; geen onderdeel van de hub en voor geen besluit bruikbaar",
        "geschat op": herkomst,
        "werkwijze": "tabellen geteld op gelabelde paren, elke set even zwaar; twee klassen van ware paren; nummer bij toeval vast",
        "grenzen": "FEBRL 1 en 2 komen uit dezelfde generator als FEBRL 3 en 4: andere records, zelfde soort fouten",
    }
    return schat(waar, niet, kaart)


def main() -> None:
    lezer = argparse.ArgumentParser(description=__doc__)
    lezer.add_argument("wat", choices=("meet", "schat"))
    lezer.add_argument("mappen", nargs="+", type=Path)
    lezer.add_argument("--uit", type=Path, default=Path("generiek.json"))
    keus = lezer.parse_args()
    if keus.wat == "schat":
        keus.uit.write_text(json.dumps(leer(keus.mappen), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    for map_ in keus.mappen:
        k = beoordeel(Set.lees(map_), Model.laad())
        print(f"{map_.name}: {k.beste.f1:.4f} / {k.op_half.f1:.4f}, volledigheid {k.volledigheid:.4f}")


if __name__ == "__main__":
    main()
