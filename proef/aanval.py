"""An insider at the hub: all tokens and encodings of a register, the public counts of names, places and dates, and no key.

`python -m proef.aanval [--kaart] PERSONEN [K ...]`. The strongest attack that this program can make:

* a shadow register: the insider invents persons by the public counts (names by sex and year of birth, places, dates), encodes
  them under a key of his own, and learns how what is open and what hangs together looks for every name and every year;
* small fields (sex, country, year, month, day of birth): from the open part a first guess, then belief is passed along all pairs
  that meet in a bucket: which digits, year bins and digests agree, and which do not;
* names and places: what agrees is joined over all buckets, all keys of a record and all roles (union-find). Every group of one
  name is weighed as a whole: how large it is, and what is open or was guessed of each member; beside it the plain ranking of
  groups by size against names by count, per rarity class. Per size of group the one counts that names more rightly;
* the combination: a record is re-identified when what is rightly named of it singles somebody out.

With --kaart the figures go into the model card (among what its hash leaves out), and from there into docs/matching-validatie.md.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.matching.codering import Codeerder
from hub.matching.frequenties import BEVOLKING, Frequenties, tel
from hub.matching.model import METINGEN
from hub.matching.namen import Persoon, kern
from hub.matching.schatten import als_tekst
from hub.matching.sleutels import Sleutelring
from hub.matching.validatie import k_voor
from proef.aanvaller import Kenner, Knopen, Woorden, bekijk, leer, lees, naamknopen, noem, plaatsknopen, rangschik
from proef.buit import Buit, Getallen, haal
from proef.document import VALIDATIE, vervang
from proef.fouten import MODELLEN, register
from proef.nederland import maak

MODEL: Final = Path(__file__).resolve().parents[1] / "hub" / "matching" / "model.json"
VELDEN: Final = ("geslacht", "land", "jaar", "maand", "dag", "voornaam", "achternaam", "plaats")
_AANTALLEN: Final = {"geslacht": 2, "jaar": 140, "maand": 13, "dag": 32}
_SCHADUW: Final = 100_000
"""Persons of the shadow register at most; its bound follows, so that its buckets are as full as the real ones."""
_DATUM: Final = ("jaar", "maand", "dag")
_COMBINATIES: Final = (
    ("achternaam", "voornaam"),
    ("achternaam", *_DATUM),
    ("voornaam", *_DATUM),
    (*_DATUM, "plaats", "geslacht"),
)
"""What singles somebody out among 17 million, or nearly."""
NIET_VERDEDIGD: Final = (
    "de hub samen met een connector: die heeft de sleutel",
    "diefstal van de wortelsleutel",
    "wie het verkeer ziet: welke organisatie wanneer een signaal stuurt",
    "de koppeling zelf: dat twee dossiers over een persoon gaan is wat de hub moet zeggen",
    "wie naast de hub een lijst van inwoners met naam en geboortedatum heeft en zoekt wie in de open gegevens als enige past",
    "wie van een dossier al weet over wie het gaat: hij ziet dan wat in dezelfde bakken daarmee overeenkomt",
)


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """Shares of the records of which the insider names something rightly; `gok`: by always saying what is most frequent."""

    personen: int
    k: int
    goed: dict[str, float]
    gok: dict[str, float]
    geraden: float
    """One of the combinations rightly named, however little the insider can rely on it: by one claim per record."""
    gok_geraden: float
    herkend: float
    """The same among his surest claims, as far down as half of them are right: what he can know, and act upon."""
    een_op_tien: float
    """The same as far down as one in ten is right."""
    alleen: float
    """Records whose open part (flags, rarity classes) no other record of the register has."""
    buren: float
    """Records that a record meets, on average."""
    grootste: int
    """Bearers in the largest group of one name."""


def val_aan(echt: Sequence[Persoon], schaduw: Sequence[Persoon], k: int) -> Uitkomst:
    """Encodes both registers as shipped, each under a key of its own, and attacks the first with what the second teaches."""
    tabel = tel(echt, naam="openbaar").met_k(k)
    woorden = Woorden(), Woorden(), Woorden()
    leer_waar, waar = (lees([kern(persoon) for persoon in wie], *woorden) for wie in (schaduw, echt))
    namen, plaatsen, landen = (len(w.nummer) for w in woorden)
    aantallen = {**_AANTALLEN, "land": landen}
    dicht = tabel.met_k(max(1, min(1000, k * len(echt) // len(schaduw))))  # as crowded as the real one
    leer_buit, buit = _open(schaduw, dicht), _open(echt, tabel)
    klein = {veld: Kenner(leer_buit.open, leer_waar.kolom[veld], n) for veld, n in aantallen.items()}
    leer_gelezen, gelezen = bekijk(leer_buit, klein, aantallen), bekijk(buit, klein, aantallen)
    beste, zeker = dict(gelezen.beste), dict(gelezen.zeker)
    knopen = naamknopen(buit, gelezen, waar)
    naam, zekerheid = _noem(knopen, naamknopen(leer_buit, leer_gelezen, leer_waar), namen)
    for veld, slot in (("voornaam", 0), ("achternaam", 3)):
        hier = knopen.kenmerken[:, -1] == slot
        beste[veld], zeker[veld] = _per_record(buit.aantal, knopen.record[hier], naam[hier], zekerheid[hier])
    grootste = int(np.bincount(knopen.groep).max())
    knopen = plaatsknopen(buit, gelezen, waar)
    naam, zekerheid = _noem(knopen, plaatsknopen(leer_buit, leer_gelezen, leer_waar), plaatsen)
    beste["plaats"], zeker["plaats"] = _per_record(buit.aantal, knopen.record, naam, zekerheid)
    kolom = waar.kolom
    for veld in gelezen.beste:
        zeker[veld] = _ijk(beste[veld] == kolom[veld], np.zeros(len(echt), np.int64), zeker[veld])
    goed = {veld: (beste[veld] == kolom[veld]) & (kolom[veld] >= 0) for veld in VELDEN}
    gok = {veld: kolom[veld] == np.bincount(kolom[veld][kolom[veld] >= 0]).argmax() for veld in VELDEN}
    raak, gegokt = (
        np.stack([np.logical_and.reduce([per[veld] for veld in deel]) for deel in _COMBINATIES]) for per in (goed, gok)
    )
    kans = np.stack([np.prod([zeker[veld] for veld in deel], axis=0) for deel in _COMBINATIES])
    _, soort, keren = np.unique(buit.open[:, :-2], axis=0, return_inverse=True, return_counts=True)
    return Uitkomst(
        personen=len(echt),
        k=k,
        goed={veld: float(goed[veld].mean()) for veld in VELDEN},
        gok={veld: float(gok[veld].mean()) for veld in VELDEN},
        geraden=float(raak.any(axis=0).mean()),
        gok_geraden=float(gegokt.any(axis=0).mean()),
        herkend=_zeker(kans, raak, 2),
        een_op_tien=_zeker(kans, raak, 10),
        alleen=float((keren[soort.ravel()] == 1).mean()),
        buren=2 * len(buit.i) / len(echt),
        grootste=grootste,
    )


def _open(wie: Sequence[Persoon], tabel: Frequenties) -> Buit:
    return haal(Codeerder(Sleutelring.nieuw("aanval"), tabel).bulk(wie))


_BANDEN: Final = (1, 2, 5, 10, 30, 100, 300, 1000)
"""Sizes of groups from which another choice is made."""


def _noem(knopen: Knopen, leer_knopen: Knopen, aantal: int) -> tuple[Getallen, NDArray[np.float32]]:
    """Bayes or ranking, whichever names more rightly in groups of this size; and how often it does."""
    bayes, zeker = noem(knopen, leer(leer_knopen, aantal))
    rang = rangschik(knopen)
    band = np.searchsorted(_BANDEN, np.bincount(knopen.groep)[knopen.groep], side="right")
    beste = bayes.copy()
    for nummer in range(1, len(_BANDEN) + 1):
        hier = band == nummer
        if (rang == knopen.waarde)[hier].sum() > (bayes == knopen.waarde)[hier].sum():
            beste[hier] = rang[hier]
    return beste, _ijk(beste == knopen.waarde, band, zeker)


def _ijk(goed: NDArray[np.bool_], band: Getallen, zeker: NDArray[np.float32]) -> NDArray[np.float32]:
    """How often claims of this band and this posterior are right: the insider is told so, which flatters him."""
    cel = band * 11 + np.minimum((10 * zeker).astype(np.int64), 10)
    aandeel = np.bincount(cel, weights=goed) / np.maximum(np.bincount(cel), 1)
    uit: NDArray[np.float32] = aandeel[cel].astype(np.float32)
    return uit


def _per_record(
    aantal: int, record: Getallen, waarde: Getallen, zeker: NDArray[np.float32]
) -> tuple[Getallen, NDArray[np.float32]]:
    beste, hoe = np.full(aantal, -1), np.zeros(aantal, np.float32)
    beste[record], hoe[record] = waarde, zeker
    return beste, hoe


def _zeker(kans: NDArray[np.float32], raak: NDArray[np.bool_], op: int) -> float:
    """Right claims, as a share of the records, among the surest so many of which one in `op` is right."""
    claim, rij = kans.argmax(axis=0), np.arange(kans.shape[1])
    goed = raak[claim, rij][np.argsort(-kans[claim, rij], kind="stable")]
    som = np.cumsum(goed)
    genoeg = np.flatnonzero(op * som >= np.arange(1, len(goed) + 1))
    return float(som[genoeg[-1]] / len(goed)) if len(genoeg) else 0.0


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


def tabel(rijen: Sequence[dict[str, Any]]) -> str:
    """Markdown: one row per size and bound, then per field what is named rightly beside the guess."""
    regels = [
        "| personen | K | K x N / 17M | buren per record | grootste groep | **herkend** | herkend, één op tien | een keer raden per "
        "record | altijd het vaakste | alleen in het open deel |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    regels += [
        f"| {r['personen']} | {r['k']} | {r['k'] * r['personen'] / BEVOLKING:.2f} | {r['buren']:.2f} | {r['grootste']} "
        f"| **{r['herkend']:.4%}** | {r['een_op_tien']:.4%} | {r['geraden']:.3%} | {r['gok_geraden']:.3%} | {r['alleen']:.3%} |"
        for r in rijen
    ]
    regels += ["", f"| personen, K | {' | '.join(VELDEN)} |", "|---" * (len(VELDEN) + 1) + "|"]
    for r in rijen:
        delen = " | ".join(f"{r['goed'][veld]:.1%} ({r['gok'][veld]:.1%})" for veld in VELDEN)
        regels.append(f"| {r['personen']}, {r['k']} | {delen} |")
    return "\n".join(regels)


def zet_op_kaart(uitkomsten: Sequence[Uitkomst], model: Path = MODEL, document: Path = VALIDATIE) -> None:
    """The figures in the model card, in the place of earlier ones of the same size and bound, those that were frozen with it included;
    the document follows the card.
    """
    inhoud = json.loads(model.read_text("utf-8"))
    eerder = inhoud["kaart"].get("aanval", {})
    aanval = inhoud.setdefault(METINGEN, {}).setdefault("aanval", dict(eerder))
    rijen = {(r["personen"], r["k"]): r for r in aanval.get("gemeten", [])}
    rijen |= {
        (u.personen, u.k): json.loads(json.dumps(asdict(u)), parse_float=lambda x: round(float(x), 7))
        for u in uitkomsten
    }
    aanval["gemeten"] = [rijen[sleutel] for sleutel in sorted(rijen)]
    aanval["niet verdedigd"] = list(NIET_VERDEDIGD)
    model.write_text(als_tekst(inhoud), encoding="utf-8")
    niet = "\n".join(f"* {regel};" for regel in NIET_VERDEDIGD).rstrip(";") + "."
    stuk = f"{tabel(aanval['gemeten'])}\n\n**Niet verdedigd**:\n\n{niet}"
    vervang(document, "aanval", "python -m proef.aanval --kaart", stuk)


def main() -> None:
    opties = argparse.ArgumentParser(
        description="Attack the tokens and encodings of an invented register as somebody at the hub could."
    )
    opties.add_argument("personen", type=int, nargs="?", default=100_000)
    opties.add_argument(
        "k", type=int, nargs="*", help="bounds of a bucket; without: the one that goes with the number of persons"
    )
    opties.add_argument("--kaart", action="store_true", help="write the figures on the model card and in the document")
    gekozen = opties.parse_args()
    echt, schaduw = personen(gekozen.personen), personen(min(gekozen.personen, _SCHADUW), seed=32)
    uitkomsten = [val_aan(echt, schaduw, k) for k in gekozen.k or [k_voor(gekozen.personen)]]
    if gekozen.kaart:
        zet_op_kaart(uitkomsten)
    print(tabel([asdict(uitkomst) for uitkomst in uitkomsten]))


if __name__ == "__main__":
    main()
