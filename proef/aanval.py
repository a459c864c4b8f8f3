"""An insider at the hub: all tokens and encodings of a register, exact public name frequencies, no key. What does that give?

`python -m proef.aanval [PERSONEN] [K ...]`. Three attacks together, each as strong as this program can make it:

* closure: inside a bucket the insider sees which names, places and years agree. What agrees is joined across buckets
  (union-find), so that groups of one surname, of one given name, of one place grow over the whole register;
* rank alignment: groups by falling size are laid beside the names by falling frequency;
* rarity classes: these stand in the open, so that a group is only laid beside names of its own class.

Two readings of what a bucket shows, exact agreement and agreement in sound, are both tried. A record counts as re-identified when
its surname and its first given name are both named rightly: with a public list of inhabitants that singles out few persons.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.matching.codering import Bulk, Codeerder
from hub.matching.frequenties import Frequenties, tel
from hub.matching.namen import Kern, Persoon, kern, klank, voluit
from hub.matching.niveaus import vergelijk_paren
from hub.matching.sleutels import Sleutelring
from proef.fouten import MODELLEN, register
from proef.nederland import maak

_GROOTSTE_BAK: Final = 400
"""Larger buckets are sampled to this many records; none is that large at the bounds in use."""
_ACHTERNAAM, _VOORNAAM, _PLAATS = 2, 0, 5
_KLASSE: Final = {_VOORNAAM: 8, _ACHTERNAAM: 9, _PLAATS: 10}


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """Shares of the records of which the insider names something rightly; and what guessing without any record would give."""

    personen: int
    k: int
    achternaam: float
    voornaam: float
    plaats: float
    beide: float
    """Surname and first given name: re-identified."""
    gok_achternaam: float
    gok_beide: float
    grootste_groep: int
    """Records in the largest group of one surname."""
    namen_per_klasse: tuple[int, ...]
    """Surnames per rarity class in the open, the rarest first."""


def val_aan(personen: Sequence[Persoon], k: int) -> Uitkomst:
    """Encodes a register as shipped and attacks it."""
    tabel = tel(personen, naam="openbaar").met_k(k)
    bulk = Codeerder(Sleutelring.nieuw("aanval"), tabel).bulk(personen)
    kernen = [kern(persoon) for persoon in personen]
    rijen, i, j = _ontmoetingen(bulk)
    niveaus = vergelijk_paren(bulk.coderingen, bulk.coderingen, i, j)
    goed: dict[int, NDArray[np.bool_]] = {}
    grootste = 0
    for veld, exact, klinkt in ((_ACHTERNAAM, 7, 6), (_VOORNAAM, 9, 8), (_PLAATS, 4, 3)):
        beste = np.zeros(len(personen), bool)
        for vanaf in (exact, klinkt):
            zelfde = niveaus[:, veld] >= vanaf
            groep = _sluit(len(personen), rijen[i[zelfde]], rijen[j[zelfde]])
            if veld == _ACHTERNAAM and vanaf == exact:
                grootste = int(np.bincount(groep).max())
            raak = _leg_naast(groep, kernen, veld, tabel, klank_=vanaf != exact)
            beste = raak if raak.sum() > beste.sum() else beste
        goed[veld] = beste
    achter = [deel.achternamen[0] if deel.achternamen else "" for deel in kernen]
    voor = [deel.voornamen[0] if deel.voornamen else "" for deel in kernen]
    return Uitkomst(
        personen=len(personen),
        k=k,
        achternaam=float(goed[_ACHTERNAAM].mean()),
        voornaam=float(goed[_VOORNAAM].mean()),
        plaats=float(goed[_PLAATS].mean()),
        beide=float((goed[_ACHTERNAAM] & goed[_VOORNAAM]).mean()),
        gok_achternaam=_gok(achter),
        gok_beide=_gok(list(zip(achter, voor, strict=True))),
        grootste_groep=grootste,
        namen_per_klasse=tuple(
            np.bincount([tabel.klasse_achternaam(naam) for naam in set(achter) if naam], minlength=5).tolist()
        ),
    )


def _gok(namen: Sequence[object]) -> float:
    """The share that always saying the most frequent one gets right."""
    return Counter(namen).most_common(1)[0][1] / len(namen)


def _ontmoetingen(bulk: Bulk) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Record of every entry, and all pairs of entries in one bucket."""
    rijen = np.repeat(np.arange(len(bulk.start) - 1), np.diff(bulk.start))
    orde = np.argsort(bulk.tokens, kind="stable")
    grens = np.flatnonzero(np.append(True, bulk.tokens[orde][1:] != bulk.tokens[orde][:-1]))
    een, ander = [], []
    for van, tot in zip(grens, np.append(grens[1:], len(orde)), strict=True):
        if tot - van > 1:
            bak = orde[van : min(tot, van + _GROOTSTE_BAK)]
            x, y = np.triu_indices(len(bak), 1)
            een.append(bak[x])
            ander.append(bak[y])
    leeg = np.zeros(0, np.int64)
    return rijen, np.concatenate(een) if een else leeg, np.concatenate(ander) if ander else leeg


def _sluit(aantal: int, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.int64]:
    """Group number per record: connected components."""
    groep = np.arange(aantal)
    while True:
        laagst = np.minimum(groep[i], groep[j])
        nieuw = groep.copy()
        np.minimum.at(nieuw, groep[i], laagst)
        np.minimum.at(nieuw, groep[j], laagst)
        nieuw = nieuw[nieuw[groep]]
        nieuw = nieuw[nieuw]
        if (nieuw == groep).all():
            return np.unique(groep, return_inverse=True)[1].astype(np.int64)
        groep = nieuw


def _leg_naast(
    groep: NDArray[np.int64], kernen: Sequence[Kern], veld: int, tabel: Frequenties, *, klank_: bool
) -> NDArray[np.bool_]:
    """Rank alignment of groups of two and more with names, inside each rarity class; which records it names rightly."""
    waar = [_waarden(deel, veld, klank_=klank_) for deel in kernen]
    klasse = np.array([_klasse(deel, veld, tabel) for deel in kernen])
    namen: dict[int, Counter[str]] = {}
    for echt, soort in zip(waar, klasse.tolist(), strict=True):
        if echt:
            namen.setdefault(soort, Counter())[echt[0]] += 1
    grootte = np.bincount(groep)
    klasse_van = np.zeros(len(grootte), np.int64)
    klasse_van[groep] = klasse  # members of a group are of one class but for chance collisions
    wie: list[list[int]] = [[] for _ in grootte]
    for rij, nummer in enumerate(groep.tolist()):
        wie[nummer].append(rij)
    uit = np.zeros(len(kernen), bool)
    for soort, teller in namen.items():
        groepen: list[int] = np.flatnonzero((klasse_van == soort) & (grootte > 1)).tolist()
        groepen.sort(key=lambda g: -int(grootte[g]))
        for nummer, (naam, _) in zip(groepen, teller.most_common(), strict=False):
            for rij in wie[nummer]:
                uit[rij] = naam in waar[rij]
    return uit


def _waarden(deel: Kern, veld: int, *, klank_: bool) -> tuple[str, ...]:
    if veld == _PLAATS:
        return () if deel.plaats is None else (deel.plaats.naam,)
    if veld == _VOORNAAM:
        namen = deel.voornamen[:1]
        return tuple(klank(voluit(naam)) for naam in namen) if klank_ else namen
    return tuple(klank(naam) for naam in deel.achternamen) if klank_ else deel.achternamen


def _klasse(deel: Kern, veld: int, tabel: Frequenties) -> int:
    if veld == _PLAATS:
        return -1 if deel.plaats is None else tabel.klasse_plaats(deel.plaats.naam)
    if veld == _VOORNAAM:
        return tabel.klasse_voornaam(deel.voornamen[0]) if deel.voornamen else -1
    return tabel.klasse_achternaam(deel.achternamen[0]) if deel.achternamen else -1


def personen(aantal: int, seed: int = 31) -> list[Persoon]:
    """A register of the police kind from a population half as large again."""
    bevolking = maak(seed, aantal * 3 // 2)
    rng = np.random.default_rng(seed)
    reg = register(bevolking, rng.permutation(len(bevolking))[:aantal], MODELLEN["politie"], rng)
    kolommen = [
        reg.kolom[k] for k in ("voornamen", "geslachtsnaam", "geboortedatum", "geslacht", "geboorteplaats", "bsn")
    ]
    return [
        Persoon(
            v or None,
            a or None,
            geboortedatum=d or None,
            geslacht="M" if g == "M" else "V",
            geboorteplaats=p or None,
            bsn=b or None,
        )
        for v, a, d, g, p, b in zip(*kolommen, strict=True)
    ]


def tabel(uitkomsten: Sequence[Uitkomst]) -> str:
    """Markdown."""
    regels = [
        "| personen | K | K x N / 17M | achternaam | voornaam | geboorteplaats | **beide namen (herkend)** | gok achternaam | gok beide "
        "| grootste groep | namen per klasse |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    regels += [
        f"| {u.personen} | {u.k} | {u.k * u.personen / 17e6:.2f} | {u.achternaam:.3%} | {u.voornaam:.3%} | {u.plaats:.3%} "
        f"| **{u.beide:.4%}** | {u.gok_achternaam:.2%} | {u.gok_beide:.3%} | {u.grootste_groep} "
        f"| {', '.join(map(str, u.namen_per_klasse))} |"
        for u in uitkomsten
    ]
    return "\n".join(regels)


def main(argumenten: Sequence[str]) -> None:
    aantal = int(argumenten[0]) if argumenten else 100_000
    grenzen = [int(k) for k in argumenten[1:]] or [max(1, min(250, int(0.3 * 17e6 / aantal)))]
    wie = personen(aantal)
    print(tabel([val_aan(wie, k) for k in grenzen]))


if __name__ == "__main__":
    main(sys.argv[1:])
