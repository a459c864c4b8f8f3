"""Estimation of a model from labelled registers of several error models: yields a candidate, which must pass validation.

Off line only: no room of the hub imports this module (a test sees to it), so that nothing that the hub does can move a weight.
Each set counts equally: a robust average over error models, not the best fit to one. Every set is a directory with links.csv,
rechts.csv, waarheid.csv and verwanten.csv (links, rechts, soort), as the proving ground writes them.
"""

import csv
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.matching.codering import Bulk, Codeerder
from hub.matching.frequenties import Frequenties, tel
from hub.matching.inlezen import BestandFout, Telling, lees_register, lees_waarheid
from hub.matching.model import METINGEN, Model
from hub.matching.namen import Persoon
from hub.matching.niveaus import BSN_GELIJK, SCHALEN, TABELLEN, vergelijk_paren
from hub.matching.sleutels import Sleutelring, Tijdvak

IJKING: Final = ("kans vanaf", "tot", "paren", "verwacht deel waar", "werkelijk deel waar")
"""Columns of a calibration on the card."""

Niveaurijen = NDArray[np.uint8]
Tabel = list[list[float]]
"""Per field with a table of its own, the probability of each level from 1."""

SOORTEN: Final = {
    "tweeling": "tweeling",
    "broer of zus": "gezin",
    "ouder en kind": "ouder_kind",
    "naamgenoot": "naamgenoot",
}
"""Class of the model by kind of relatives in verwanten.csv."""

TEGENSPRAAK: Final = {"voornaam": [1, 2], "geslachtsnaam": [1, 2], "geboortedatum": [1, 2, 3, 4, 5, 6, 7]}
"""Levels that forbid ZEKER even where nine digits agree: a rule of law and caution, not of statistics."""
_TOEVAL: Final = 1_000_000
_ZOUTEN: Final = 16
"""Salts that the pairs are spread over: under one salt a pair of names always gives the same distance of its sketches."""
_PER_SET: Final = 3000.0
_MENG: Final = 0.1
"""Share of the average in each match class: no level is impossible for either."""
_BSN_MATCH: Final = [0.003, 0.001, 0.006, 0.99]
_BSN_ANDER: Final = [0.99994, 5.9e-05, 1e-06, 5e-08]
"""Numbers are handed out without error and typed with few: these are not estimated from invented registers."""


@dataclass(frozen=True, slots=True)
class Gelabeld:
    """Levels of the pairs of one labelled set."""

    naam: str
    bestanden: dict[str, str]
    """SHA-256 by file name."""
    match: Niveaurijen
    toeval: Niveaurijen
    verwant: dict[str, Niveaurijen]
    gezien: dict[str, tuple[int, int]]
    """Per class of relatives: pairs that share a key, of how many."""


def lees_set(map_: Path, frequenties: Frequenties | None = None) -> Gelabeld:
    """Reads a set and compares its pairs under one salt. Raises BestandFout, OSError."""
    registers = []
    for naam in ("links.csv", "rechts.csv"):
        telling = Telling(naam)
        registers.append(dict(lees_register(map_ / naam, telling, fictief=True)))
        if not registers[-1]:
            raise BestandFout(f"{map_ / naam}: no readable row")
    links, rechts = registers
    tabel = frequenties or tel([*links.values(), *rechts.values()], naam=map_.name)
    ring = Sleutelring((Tijdvak("schatting", hashlib.sha256(b"uitwisselhub schatting").digest()),))
    codeerder = Codeerder(ring, tabel)
    kant = _Kant.van(links, codeerder), _Kant.van(rechts, codeerder)
    waar = _nummers(kant, list(lees_waarheid(map_ / "waarheid.csv")[0]))
    if not len(waar):
        raise BestandFout(f"{map_}: no true pair")
    verwanten = _verwanten(map_ / "verwanten.csv", kant)
    toeval = _willekeurig(len(links), len(rechts), waar)
    return Gelabeld(
        naam=map_.name,
        bestanden={
            naam: hashlib.sha256((map_ / naam).read_bytes()).hexdigest() for naam in ("links.csv", "rechts.csv")
        },
        match=_vergelijk(kant, waar),
        toeval=_vergelijk(kant, toeval),
        verwant={klasse: _vergelijk(kant, paren) for klasse, paren in verwanten.items()},
        gezien={klasse: _gezien(kant, paren) for klasse, paren in verwanten.items()},
    )


@dataclass(frozen=True, slots=True)
class _Kant:
    nummer: dict[str, int]
    coderingen: list[NDArray[np.uint8]]
    """Of every person, under each salt."""
    bulk: Bulk

    @classmethod
    def van(cls, register: dict[str, Persoon], codeerder: Codeerder) -> "_Kant":
        personen = list(register.values())
        nummer = {dossier: n for n, dossier in enumerate(register)}
        zouten = (hashlib.blake2b(bytes([n]), digest_size=16).digest() for n in range(_ZOUTEN))
        return cls(nummer, [codeerder.onder_een_zout(personen, zout) for zout in zouten], codeerder.bulk(personen))


def _nummers(kant: tuple[_Kant, _Kant], paren: list[tuple[str, str]]) -> NDArray[np.int64]:
    links, rechts = kant[0].nummer, kant[1].nummer
    goed = [(links[a], rechts[b]) for a, b in paren if a in links and b in rechts]
    return np.array(goed, np.int64).reshape(-1, 2)


def _verwanten(pad: Path, kant: tuple[_Kant, _Kant]) -> dict[str, NDArray[np.int64]]:
    per: dict[str, list[tuple[str, str]]] = {klasse: [] for klasse in SOORTEN.values()}
    with pad.open(newline="", encoding="utf-8") as bestand:
        for rij in csv.DictReader(bestand):
            if klasse := SOORTEN.get(rij["soort"]):
                per[klasse].append((rij["links"], rij["rechts"]))
    return {klasse: _nummers(kant, paren) for klasse, paren in per.items()}


def _willekeurig(links: int, rechts: int, waar: NDArray[np.int64]) -> NDArray[np.int64]:
    rng = np.random.default_rng(1)
    paren = np.column_stack([rng.integers(0, links, _TOEVAL), rng.integers(0, rechts, _TOEVAL)])
    zelfde = np.isin(paren[:, 0] * rechts + paren[:, 1], waar[:, 0] * rechts + waar[:, 1])
    uit: NDArray[np.int64] = paren[~zelfde]
    return uit


def _vergelijk(kant: tuple[_Kant, _Kant], paren: NDArray[np.int64]) -> Niveaurijen:
    uit = [
        vergelijk_paren(links, rechts, deel[:, 0], deel[:, 1])
        for links, rechts, deel in zip(
            kant[0].coderingen, kant[1].coderingen, np.array_split(paren, _ZOUTEN), strict=True
        )
    ]
    return np.concatenate(uit)


def _gezien(kant: tuple[_Kant, _Kant], paren: NDArray[np.int64]) -> tuple[int, int]:
    a, b = kant[0].bulk, kant[1].bulk
    wel = sum(
        bool(np.intersect1d(a.tokens[a.start[i] : a.start[i + 1]], b.tokens[b.start[j] : b.start[j + 1]]).size)
        for i, j in paren.tolist()
    )
    return wel, len(paren)


def schat(sets: list[Gelabeld], naam: str, met: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The contents of a candidate model file. Raises BestandFout where a class was never seen.

    `met`: an earlier model, whose tables count for half, so that its error models are not forgotten.
    """
    uit = _tabellen(sets, naam)
    return uit if met is None else _gemengd(uit, met)


def _gemengd(nieuw: dict[str, Any], oud: Mapping[str, Any]) -> dict[str, Any]:
    def midden(a: Any, b: Any) -> Any:
        if isinstance(a, Mapping):
            return {naam: midden(deel, b[naam]) for naam, deel in a.items()}
        return [midden(x, y) for x, y in zip(a, b, strict=True)] if isinstance(a, list) else (a + b) / 2

    delen = {deel: midden(nieuw[deel], oud[deel]) for deel in ("alfa", "waar", "toeval", "verwant", "gezien")}
    kaart = {**nieuw["kaart"], "gemengd met": {"naam": oud["naam"], "herkomst": oud["kaart"].get("herkomst", "")}}
    return {**nieuw, **delen, "kaart": kaart}


def _tabellen(sets: list[Gelabeld], naam: str) -> dict[str, Any]:
    if len({s.naam for s in sets}) < 2:
        raise BestandFout("give sets of at least two error models: a model of one fits that one only")
    match = np.concatenate([s.match for s in sets])
    gewicht = np.concatenate([np.full(len(s.match), _PER_SET / len(s.match)) for s in sets])
    alfa, tabellen = _twee_klassen(match, gewicht)
    verwant = {}
    for klasse in SOORTEN.values():
        rijen = np.concatenate([s.verwant[klasse] for s in sets])
        if len(rijen) < 20:
            raise BestandFout(f"verwanten.csv: fewer than 20 pairs of class {klasse} in all sets together")
        verwant[klasse] = _met_bsn(_tabel(rijen, np.ones(len(rijen)), 1.0), _BSN_ANDER)
    per_set = [_tabel(s.toeval, np.ones(len(s.toeval)), 0.5) for s in sets]
    toeval = [np.mean([t[veld] for t in per_set], axis=0).tolist() for veld in range(TABELLEN)]
    gezien = {
        klasse: sum(s.gezien[klasse][0] for s in sets) / max(sum(s.gezien[klasse][1] for s in sets), 1)
        for klasse in SOORTEN.values()
    }
    return {
        "naam": naam,
        "versie": 1,
        "kaart": {
            "status": "kandidaat",
            "doel": "herkennen dat twee gecodeerde dossiers over een en dezelfde persoon gaan",
            "geschat op": {s.naam: s.bestanden for s in sets},
            "aantallen": {
                s.naam: {"ware paren": len(s.match), **{k: len(v) for k, v in s.verwant.items()}} for s in sets
            },
            "werkwijze": "tabellen geteld op gelabelde, verzonnen registers van verschillende foutmodellen, elk even zwaar; twee "
            "klassen van ware paren (schoon en vuil); bsn-tabellen vast; geen zelflerende werking",
            "grenzen": "verzonnen registers: echte fouten kunnen anders zijn; geldig na validatie op registers die hier niet staan",
        },
        "drempel": 0.0,
        "alfa": alfa,
        "waar": tabellen,
        "toeval": _met_bsn(toeval, _BSN_ANDER),
        "verwant": verwant,
        "gezien": gezien,
        "gemeenschap": 1.0,
        "tegenspraak": TEGENSPRAAK,
    }


def _tabel(rijen: Niveaurijen, gewicht: NDArray[np.float64], voor: float) -> Tabel:
    uit = []
    for veld in range(TABELLEN):
        aantal = len(SCHALEN[veld].labels)
        tel_ = np.bincount(rijen[:, veld], weights=gewicht, minlength=aantal + 1)[1 : aantal + 1] + voor
        uit.append((tel_ / tel_.sum()).tolist())
    return uit


def _met_bsn(tabel: Tabel, bsn: list[float]) -> Tabel:
    return [bsn if veld == BSN_GELIJK[0] else rij for veld, rij in enumerate(tabel)]


def _twee_klassen(rijen: Niveaurijen, gewicht: NDArray[np.float64]) -> tuple[list[float], list[Tabel]]:
    """Clean and dirty records among labelled true pairs: errors come together, and one table cannot say so."""
    slecht = ((rijen[:, 0] > 0) & (rijen[:, 0] < 8)).astype(float) + (rijen[:, 2] < 6) + (rijen[:, 3] < 12)
    vuil = np.clip(0.1 + 0.35 * slecht, 0.1, 0.9)
    deel = np.stack([1 - vuil, vuil])
    alfa, tabellen = np.zeros(2), list[Tabel]()
    for _ in range(80):
        tabellen = [_tabel(rijen, gewicht * d, 1.0) for d in deel]
        alfa = (deel * gewicht).sum(axis=1) / gewicht.sum()
        log = np.stack([np.log2(a) + _loglik(rijen, t) for a, t in zip(alfa, tabellen, strict=True)])
        deel = np.exp2(log - np.logaddexp2.reduce(log))
    gemiddeld = [sum(a * np.array(t[veld]) for a, t in zip(alfa, tabellen, strict=True)) for veld in range(TABELLEN)]
    uit = [
        _met_bsn([((1 - _MENG) * np.array(t[v]) + _MENG * gemiddeld[v]).tolist() for v in range(TABELLEN)], _BSN_MATCH)
        for t in tabellen
    ]
    return alfa.tolist(), uit


def _loglik(rijen: Niveaurijen, tabel: Tabel) -> NDArray[np.float64]:
    uit = np.zeros(len(rijen))
    for veld, kansen in enumerate(tabel):
        if veld != BSN_GELIJK[0]:
            uit += np.array([0.0, *np.log2(kansen)])[rijen[:, veld]]
    return uit


class NietGoedgekeurd(Exception):
    """A candidate may not be used. The message says why."""


def keur(model: Model, uitslagen: list[dict[str, Any]], door: str) -> dict[str, Any]:
    """The model file with the validations that it passed in its card; of a candidate an approved one, with who approved it.

    A model that is in use already keeps all that is frozen, and so its hash: it gets other measurements only.

    Each validation must be of this very model, with a truth, on registers that it was not estimated on, with F1 at .5 within .01
    of the best and a mean calibration error below .1; there must be two at least. Raises NietGoedgekeurd.
    """
    if len(uitslagen) < 2:
        raise NietGoedgekeurd("give the results of at least two validations")
    bevroren: Mapping[str, Any] = model.inhoud["kaart"]
    gebruikt = {som for bestanden in bevroren.get("geschat op", {}).values() for som in bestanden.values()}
    validaties = []
    for uitslag in uitslagen:
        namen = " en ".join(bron["bestand"] for bron in uitslag["bronnen"])
        sommen = {bron["sha256"] for bron in uitslag["bronnen"]}
        redenen = [
            (uitslag["tabellen"] != model.tabelhash, "is of another model"),
            ("f1_half" not in uitslag, "had no truth"),
            (bool(sommen & gebruikt), "used registers that the model was estimated on"),
            (
                uitslag.get("beste_f1", 0.0) - uitslag.get("f1_half", 0.0) > 0.01,
                "has F1 at .5 more than .01 below the best",
            ),
            (uitslag.get("ijkfout", 1.0) > 0.1, "has a calibration error above .1"),
        ]
        if fout := [reden for mis, reden in redenen if mis]:
            raise NietGoedgekeurd(f"validation of {namen} {fout[0]}")
        validaties.append(_op_de_kaart(uitslag))
    metingen = {**model.inhoud.get(METINGEN, {}), "validaties": validaties, "gevalideerd door": door}
    kaart = dict(bevroren)
    if kaart.get("status") == "kandidaat":
        kaart |= {"status": "goedgekeurd", "goedgekeurd door": door, "kandidaat": model.tabelhash}
    return {**model.inhoud, "kaart": kaart, METINGEN: metingen}


def _op_de_kaart(uitslag: dict[str, Any]) -> dict[str, Any]:
    """Of a validation what the card tells: which registers, how good, and how honest the probabilities are."""
    maten = {maat: round(uitslag[maat], 4) for maat in ("beste_f1", "f1_half", "volledigheid", "ijkfout")}
    ijking = [
        [bak["van"], bak["tot"], bak["aantal"], round(bak["verwacht"], 4), round(bak["waar"], 4)]
        for bak in uitslag["ijking"]
    ]
    return {
        "personen": [bron["gelezen"] for bron in uitslag["bronnen"][:2]],
        "sha256": sorted(bron["sha256"] for bron in uitslag["bronnen"]),
        "k": uitslag["k"],
        **maten,
        "ijking": {"kolommen": list(IJKING), "bakken": ijking},
    }


def schrijf_model(inhoud: Mapping[str, Any], pad: Path) -> None:
    """Writes a model file; one that exists is never overwritten. Raises FileExistsError."""
    with pad.open("x", encoding="utf-8") as bestand:
        bestand.write(als_tekst(inhoud))


def als_tekst(inhoud: Mapping[str, Any]) -> str:
    """A model file as people read it: a row of numbers is a line."""
    tekst = json.dumps(inhoud, indent=1, ensure_ascii=False)
    rijen = re.sub(
        r"\[[-\d.e,\s]+\]", lambda rij: " ".join(rij[0].split()).replace("[ ", "[").replace(" ]", "]"), tekst
    )
    return rijen + "\n"
