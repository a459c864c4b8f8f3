"""Two registers of one invented population, with the truth, the errors and the relatives between them, as CSV files."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from proef.fouten import KOLOMMEN, MODELLEN, Foutmodel, Register, register
from proef.nederland import GEEN, Bevolking, maak

VERWANT: Final = ("tweeling", "broer of zus", "ouder en kind", "naamgenoot")
"""Pairs that a register may take for one: parent and child of one first name, namesakes of one birth year."""


@dataclass(frozen=True, slots=True)
class Opdracht:
    """A pair of registers to be made. `overlap`: persons in both, as a share of the smaller register."""

    naam: str
    seed: int
    links: int
    rechts: int
    model_links: str
    model_rechts: str
    bsn: bool = False
    overlap: float = 0.5
    bevolking: int = 0
    """Persons in the population; 0: three times the larger register, so that relatives meet."""


# The sets `leer-...` are for estimation, the others for validation: never the same seed.
SETS: Final = {
    opdracht.naam: opdracht
    for opdracht in (
        Opdracht("midden", 211, 20_000, 20_000, "politie", "zorg"),
        Opdracht("midden-bsn", 211, 20_000, 20_000, "politie", "zorg", bsn=True),
        Opdracht("hard", 212, 5_000, 5_000, "hard", "handwerk"),
        Opdracht("schoon", 213, 10_000, 10_000, "basis", "politie"),
        Opdracht("handwerk", 214, 10_000, 10_000, "politie", "handwerk"),
        Opdracht("leer-zorg", 101, 12_000, 12_000, "politie", "zorg"),
        Opdracht("leer-handwerk", 102, 12_000, 12_000, "basis", "handwerk"),
        Opdracht("leer-hard", 103, 12_000, 12_000, "hard", "handwerk"),
        Opdracht("leer-schoon", 104, 12_000, 12_000, "basis", "politie"),
        Opdracht("honderdduizend", 216, 100_000, 20_000, "politie", "zorg", bevolking=200_000),
        Opdracht("miljoen", 215, 1_000_000, 20_000, "basis", "politie", bevolking=1_200_000),
    )
}


@dataclass(frozen=True, slots=True)
class Paar:
    """Two registers and what is true between them; row numbers."""

    links: Register
    rechts: Register
    waar: list[tuple[int, int]]
    verwant: list[tuple[int, int, str]]


def maak_paar(opdracht: Opdracht) -> Paar:
    """The same order gives the same registers."""
    kleinste = min(opdracht.links, opdracht.rechts)
    omvang = opdracht.bevolking or 3 * max(opdracht.links, opdracht.rechts)
    bevolking = maak(opdracht.seed, omvang)
    rng = np.random.default_rng([opdracht.seed, 1])
    samen = int(kleinste * opdracht.overlap)
    links, rechts = _trek(bevolking, rng, opdracht.links, opdracht.rechts, samen)
    a = _maak(bevolking, links, MODELLEN[opdracht.model_links], rng, bsn=opdracht.bsn)
    b = _maak(bevolking, rechts, MODELLEN[opdracht.model_rechts], rng, bsn=opdracht.bsn)
    plek_a, plek_b = ({int(p): i for i, p in enumerate(r.wie)} for r in (a, b))
    waar = [(plek_a[p], j) for p, j in plek_b.items() if p in plek_a]
    return Paar(a, b, waar, _verwanten(bevolking, plek_a, plek_b))


def _trek(bevolking: Bevolking, rng: np.random.Generator, n: int, m: int, samen: int) -> tuple[np.ndarray, np.ndarray]:
    """Families come along: who is in a register has relatives there too, as in life. Adults first."""
    blok = 12
    volgorde = rng.permutation(len(bevolking) // blok + 1)
    rijen = (volgorde[:, None] * blok + np.arange(blok)).ravel()
    rijen = rijen[rijen < len(bevolking)]
    jonger = bevolking.geboren[rijen] > np.datetime64("2014-01-01")
    rijen = np.concatenate([rijen[~jonger], rijen[jonger]])[: n + m - samen]
    links = np.zeros(len(rijen), bool)
    links[rng.choice(len(rijen), n, replace=False)] = True
    in_links, rest = np.flatnonzero(links), np.flatnonzero(~links)
    beide = rng.choice(in_links, samen, replace=False)
    rechts = np.concatenate([beide, rest[: m - samen]])
    return rijen[rng.permutation(in_links)], rijen[rng.permutation(rechts)]


def _maak(bevolking: Bevolking, wie: np.ndarray, model: Foutmodel, rng: np.random.Generator, *, bsn: bool) -> Register:
    uit = register(bevolking, wie, model, rng)
    if not bsn:
        uit.kolom["bsn"] = [""] * len(uit)
        uit.fouten = [[soort for soort in rij if not soort.startswith("bsn")] for rij in uit.fouten]
    return uit


def _verwanten(b: Bevolking, links: dict[int, int], rechts: dict[int, int]) -> list[tuple[int, int, str]]:
    """Pairs of different persons whom a register may take for one."""
    uit: list[tuple[int, int, str]] = []
    in_familie: dict[int, list[int]] = {}
    for p in links:
        in_familie.setdefault(int(b.familie[p]), []).append(p)
    naamgenoten: dict[tuple[int, int], list[int]] = {}
    for p in links:
        naamgenoten.setdefault((int(b.voornamen[p, 0]), int(b.achternaam[p])), []).append(p)
    for q, j in rechts.items():
        familie = [p for p in in_familie.get(int(b.familie[q]), ()) if p != q]
        uit += [(links[p], j, soort) for p in familie if (soort := _verwantschap(b, p, q))]
        gelijk = naamgenoten.get((int(b.voornamen[q, 0]), int(b.achternaam[q])), ())
        jaar = b.geboren[q].astype("datetime64[Y]")
        vreemd = [p for p in gelijk if b.familie[p] != b.familie[q] and b.geboren[p].astype("datetime64[Y]") == jaar]
        uit += [(links[p], j, "naamgenoot") for p in vreemd]
    return uit


def _verwantschap(b: Bevolking, p: int, q: int) -> str | None:
    if b.tweeling[p] == q:
        return "tweeling"
    if q in b.ouders[p] or p in b.ouders[q]:
        return "ouder en kind" if b.voornamen[p, 0] == b.voornamen[q, 0] else None
    if b.ouders[p, 0] != GEEN and b.ouders[p, 0] == b.ouders[q, 0]:
        return "broer of zus"
    return None


def schrijf(paar: Paar, doel: Path) -> None:
    """Writes links.csv, rechts.csv, waarheid.csv (with the kinds of error per pair) and verwanten.csv."""
    doel.mkdir(parents=True, exist_ok=True)
    for naam, reg, kant in (("links", paar.links, "A"), ("rechts", paar.rechts, "B")):
        with (doel / f"{naam}.csv").open("w", newline="", encoding="utf-8") as bestand:
            uit = csv.writer(bestand)
            uit.writerow(("dossier", *KOLOMMEN))
            kolommen = [reg.kolom[k] for k in KOLOMMEN]
            uit.writerows((f"{kant}{i}", *rij) for i, rij in enumerate(zip(*kolommen, strict=True)))
    with (doel / "waarheid.csv").open("w", newline="", encoding="utf-8") as bestand:
        uit = csv.writer(bestand)
        uit.writerow(("links", "rechts", "fouten"))
        for i, j in sorted(paar.waar):
            soorten = dict.fromkeys(paar.links.fouten[i] + paar.rechts.fouten[j])
            uit.writerow((f"A{i}", f"B{j}", ";".join(soorten)))
    with (doel / "verwanten.csv").open("w", newline="", encoding="utf-8") as bestand:
        uit = csv.writer(bestand)
        uit.writerow(("links", "rechts", "soort"))
        uit.writerows((f"A{i}", f"B{j}", soort) for i, j, soort in paar.verwant)
