"""What registers do to a person: error models per source, each error applied by name and logged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from proef.namen import GROEPEN, ROEPNAMEN
from proef.nederland import ACHTERNAMEN, GEEN, LANDEN, PLAATSEN, VOORNAMEN, Bevolking, Getallen, anders_gespeld

KOLOMMEN: Final = ("voornamen", "voorvoegsel", "geslachtsnaam", "geboortedatum", "geslacht", "geboorteplaats", "bsn")


@dataclass(slots=True)
class Register:
    """Records as columns of text. `wie`: row of the person in the population; `fouten`: kinds of error by record."""

    wie: Getallen
    kolom: dict[str, list[str]]
    fouten: list[list[str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.wie)

    def record(self, rij: int) -> dict[str, str]:
        """One record by column; empty text where the source has nothing."""
        return {naam: waarden[rij] for naam, waarden in self.kolom.items()}


@dataclass(frozen=True, slots=True)
class Foutmodel:
    """A source: per kind of error the share of records that has it."""

    naam: str
    kansen: dict[str, float]


MODELLEN: Final = {
    model.naam: model
    for model in (
        Foutmodel(
            "basis",
            {"een voornaam": 0.10, "plaats ontbreekt": 0.02, "voorvoegsel": 0.03, "tikfout geslachtsnaam": 0.003},
        ),
        Foutmodel(
            "politie",
            {
                **{
                    "een voornaam": 0.30,
                    "tikfout voornaam": 0.02,
                    "tikfout geslachtsnaam": 0.025,
                    "andere spelling": 0.10,
                },
                **{
                    "voorvoegsel": 0.08,
                    "alias": 0.012,
                    "datum cijfer": 0.012,
                    "dag en maand": 0.006,
                    "geschatte datum": 0.006,
                },
                **{
                    "plaats ontbreekt": 0.12,
                    "land voor plaats": 0.25,
                    "geslacht": 0.003,
                    "partnernaam": 0.02,
                    "verwisseld": 0.004,
                },
                **{"voorletters": 0.01, "roepnaam": 0.03, "bsn ontbreekt": 0.10, "bsn cijfer": 0.004},
            },
        ),
        Foutmodel(
            "zorg",
            {
                **{
                    "een voornaam": 0.35,
                    "roepnaam": 0.10,
                    "voorletters": 0.12,
                    "tikfout voornaam": 0.025,
                    "partnernaam": 0.10,
                },
                **{"tikfout geslachtsnaam": 0.03, "andere spelling": 0.06, "dubbele naam": 0.10, "voorvoegsel": 0.12},
                **{
                    "datum cijfer": 0.010,
                    "dag en maand": 0.004,
                    "dag onbekend": 0.01,
                    "plaats ontbreekt": 0.35,
                    "geslacht": 0.004,
                },
                **{"bsn ontbreekt": 0.06, "bsn cijfer": 0.003},
            },
        ),
        Foutmodel(
            "handwerk",
            {
                **{
                    "een voornaam": 0.40,
                    "roepnaam": 0.16,
                    "voorletters": 0.06,
                    "tikfout voornaam": 0.05,
                    "tikfout geslachtsnaam": 0.05,
                },
                **{
                    "andere spelling": 0.22,
                    "dubbele naam": 0.06,
                    "partnernaam": 0.06,
                    "voorvoegsel": 0.15,
                    "verwisseld": 0.02,
                },
                **{
                    "datum cijfer": 0.03,
                    "dag en maand": 0.015,
                    "dag onbekend": 0.02,
                    "maand onbekend": 0.02,
                    "datum ontbreekt": 0.02,
                },
                **{
                    "geschatte datum": 0.01,
                    "plaats ontbreekt": 0.25,
                    "land voor plaats": 0.35,
                    "geslacht": 0.01,
                    "geslacht ontbreekt": 0.02,
                },
                **{"alias": 0.02, "bsn ontbreekt": 0.30, "bsn cijfer": 0.01},
            },
        ),
        Foutmodel(
            "hard",
            {
                **{
                    "een voornaam": 0.40,
                    "roepnaam": 0.12,
                    "voorletters": 0.05,
                    "tikfout voornaam": 0.07,
                    "tikfout geslachtsnaam": 0.07,
                },
                **{
                    "andere spelling": 0.60,
                    "dubbele naam": 0.06,
                    "partnernaam": 0.06,
                    "voorvoegsel": 0.20,
                    "verwisseld": 0.04,
                },
                **{
                    "datum cijfer": 0.04,
                    "dag en maand": 0.03,
                    "dag onbekend": 0.02,
                    "maand onbekend": 0.04,
                    "datum ontbreekt": 0.02,
                },
                **{
                    "geschatte datum": 0.05,
                    "plaats ontbreekt": 0.25,
                    "land voor plaats": 0.50,
                    "geslacht": 0.01,
                    "alias": 0.08,
                },
                **{"bsn ontbreekt": 0.40, "bsn cijfer": 0.02},
            },
        ),
    )
}
"""From the cleanest to the hardest. `basis` is a population register, `hard` what an interpreter in a cell makes of it."""


def register(bevolking: Bevolking, wie: Getallen, model: Foutmodel, rng: np.random.Generator) -> Register:
    """The persons `wie` as this source would have them."""
    uit = schoon(bevolking, wie)
    for soort, doe in SOORTEN.items():
        kans = model.kansen.get(soort, 0.0)
        for rij in np.flatnonzero(rng.random(len(wie)) < kans):
            voor = {k: uit.kolom[k][rij] for k in KOLOMMEN}
            doe(_Rij(uit.kolom, int(rij), bevolking, int(wie[rij])), rng)
            if any(uit.kolom[k][rij] != voor[k] for k in KOLOMMEN):
                uit.fouten[rij].append(soort)
    return uit


def schoon(bevolking: Bevolking, wie: Getallen) -> Register:
    """The persons without an error."""
    voor = np.array([*VOORNAMEN, ""], object)[bevolking.voornamen[wie]]
    naam = bevolking.achternaam[wie]
    datum = np.datetime_as_string(bevolking.geboren[wie], unit="D")
    return Register(
        wie,
        {
            "voornamen": [" ".join(n for n in rij if n) for rij in voor],
            "voorvoegsel": [ACHTERNAMEN[n][0] for n in naam],
            "geslachtsnaam": [ACHTERNAMEN[n][1] for n in naam],
            "geboortedatum": [str(d).replace("-", "") for d in datum],
            "geslacht": ["V" if v else "M" for v in bevolking.vrouw[wie]],
            "geboorteplaats": [PLAATSEN[p] for p in bevolking.plaats[wie]],
            "bsn": [f"{n:09d}" for n in bevolking.bsn[wie]],
        },
        [[] for _ in wie],
    )


@dataclass(frozen=True, slots=True)
class _Rij:
    kolom: dict[str, list[str]]
    nummer: int
    bevolking: Bevolking
    persoon: int

    def __getitem__(self, kolom: str) -> str:
        return self.kolom[kolom][self.nummer]

    def __setitem__(self, kolom: str, waarde: str) -> None:
        self.kolom[kolom][self.nummer] = waarde


def _tik(naam: str, rng: np.random.Generator) -> str:
    if len(naam) < 3:
        return naam
    plek = int(rng.integers(1, len(naam) - 1))
    letter = "abcdefghijklmnoprstuvwyz"[int(rng.integers(24))]
    match int(rng.integers(4)):
        case 0:
            return naam[:plek] + naam[plek + 1 :]
        case 1:
            return naam[:plek] + letter + naam[plek:]
        case 2:
            return naam[:plek] + letter + naam[plek + 1 :]
        case _:
            return naam[:plek] + naam[plek + 1] + naam[plek] + naam[plek + 2 :]


def _een_voornaam(r: _Rij, rng: np.random.Generator) -> None:
    r["voornamen"] = r["voornamen"].split(" ")[0]


def _roepnaam(r: _Rij, rng: np.random.Generator) -> None:
    korte = ROEPNAMEN.get(r["voornamen"].split(" ")[0])
    if korte:
        r["voornamen"] = korte[int(rng.integers(len(korte)))]


def _voorletters(r: _Rij, rng: np.random.Generator) -> None:
    r["voornamen"] = "".join(f"{n[0]}." for n in r["voornamen"].split(" ") if n)


def _tik_voornaam(r: _Rij, rng: np.random.Generator) -> None:
    eerste, spatie, rest = r["voornamen"].partition(" ")
    r["voornamen"] = _tik(eerste, rng) + spatie + rest


def _tik_achternaam(r: _Rij, rng: np.random.Generator) -> None:
    r["geslachtsnaam"] = _tik(r["geslachtsnaam"], rng)


def _spelling(r: _Rij, rng: np.random.Generator) -> None:
    if not GROEPEN[r.bevolking.groep[r.persoon]].spelling:
        return
    welke = int(rng.integers(3))
    if welke != 1:
        r["voornamen"] = " ".join(anders_gespeld(rng, n) for n in r["voornamen"].split(" "))
    if welke != 0:
        r["geslachtsnaam"] = anders_gespeld(rng, r["geslachtsnaam"])
        if r["voorvoegsel"].lower() in {"el", "al"}:
            vorm = int(rng.integers(4))
            r["geslachtsnaam"] = (
                r["geslachtsnaam"],
                f"El-{r['geslachtsnaam']}",
                f"El{r['geslachtsnaam'].lower()}",
                r["geslachtsnaam"],
            )[vorm]
            r["voorvoegsel"] = r["voorvoegsel"] if vorm == 3 else ""


def _voorvoegsel(r: _Rij, rng: np.random.Generator) -> None:
    if r["voorvoegsel"]:
        if rng.random() < 0.5:
            r["geslachtsnaam"] = f"{r['voorvoegsel']} {r['geslachtsnaam']}"
        r["voorvoegsel"] = ""


def _partner_van(r: _Rij) -> tuple[str, str] | None:
    partner = int(r.bevolking.partner[r.persoon])
    return None if partner == GEEN or not r.bevolking.vrouw[r.persoon] else ACHTERNAMEN[r.bevolking.achternaam[partner]]


def _partnernaam(r: _Rij, rng: np.random.Generator) -> None:
    if naam := _partner_van(r):
        r["voorvoegsel"], r["geslachtsnaam"] = naam


def _dubbele_naam(r: _Rij, rng: np.random.Generator) -> None:
    if naam := _partner_van(r):
        eigen = f"{r['voorvoegsel']} {r['geslachtsnaam']}".strip()
        r["voorvoegsel"], r["geslachtsnaam"] = naam[0], f"{naam[1]}-{eigen}"


def _verwisseld(r: _Rij, rng: np.random.Generator) -> None:
    r["voornamen"], r["geslachtsnaam"] = r["geslachtsnaam"], r["voornamen"].split(" ")[0]
    r["voorvoegsel"] = ""


def _alias(r: _Rij, rng: np.random.Generator) -> None:
    """Another surname of the same group, or another given name; sometimes both."""
    b = r.bevolking
    buren = np.flatnonzero(b.groep == b.groep[r.persoon]) if len(b) < 5000 else rng.integers(0, len(b), 400)
    buren = buren[b.groep[buren] == b.groep[r.persoon]]
    ander = int(buren[int(rng.integers(len(buren)))]) if len(buren) else r.persoon
    welke = rng.random()
    if welke < 0.7:
        r["voorvoegsel"], r["geslachtsnaam"] = ACHTERNAMEN[b.achternaam[ander]]
    if welke > 0.6 and b.vrouw[ander] == b.vrouw[r.persoon]:
        r["voornamen"] = VOORNAMEN[b.voornamen[ander, 0]]


def _datum(r: _Rij, jaar: str, maand: str, dag: str) -> None:
    """Writes a date that exists and is past, or leaves the old one."""
    try:
        gelezen = np.datetime64(f"{jaar}-{maand}-{dag}")
    except ValueError:
        return
    if gelezen < r.bevolking.peildatum:
        r["geboortedatum"] = jaar + maand + dag


def _datum_cijfer(r: _Rij, rng: np.random.Generator) -> None:
    d, plek = r["geboortedatum"], (2, 3, 3, 5, 6, 7, 7)[int(rng.integers(7))]
    nieuw = d[:plek] + str((int(d[plek]) + int(rng.integers(1, 10))) % 10) + d[plek + 1 :]
    _datum(r, nieuw[:4], nieuw[4:6], nieuw[6:])


def _dag_en_maand(r: _Rij, rng: np.random.Generator) -> None:
    d = r["geboortedatum"]
    _datum(r, d[:4], d[6:], d[4:6])


def _dag_onbekend(r: _Rij, rng: np.random.Generator) -> None:
    r["geboortedatum"] = r["geboortedatum"][:6] + "00"


def _maand_onbekend(r: _Rij, rng: np.random.Generator) -> None:
    r["geboortedatum"] = r["geboortedatum"][:4] + "0000"


def _datum_ontbreekt(r: _Rij, rng: np.random.Generator) -> None:
    r["geboortedatum"] = "00000000" if rng.random() < 0.5 else ""


def _geschat(r: _Rij, rng: np.random.Generator) -> None:
    jaar = int(r["geboortedatum"][:4]) + int(rng.integers(-2, 3))
    _datum(r, str(jaar), "01" if rng.random() < 0.8 else "07", "01")


def _plaats_weg(r: _Rij, rng: np.random.Generator) -> None:
    r["geboorteplaats"] = ("", "Onbekend", "")[int(rng.integers(3))]


def _land(r: _Rij, rng: np.random.Generator) -> None:
    r["geboorteplaats"] = LANDEN.get(r["geboorteplaats"], r["geboorteplaats"])


def _geslacht(r: _Rij, rng: np.random.Generator) -> None:
    r["geslacht"] = "M" if r["geslacht"] == "V" else "V"


def _geslacht_weg(r: _Rij, rng: np.random.Generator) -> None:
    r["geslacht"] = ""


def _bsn_weg(r: _Rij, rng: np.random.Generator) -> None:
    r["bsn"] = ""


def _bsn_cijfer(r: _Rij, rng: np.random.Generator) -> None:
    """Another number that fails the eleven-test too."""
    if not r["bsn"]:
        return
    plek = int(rng.integers(9))
    cijfers = [int(c) for c in r["bsn"]]
    cijfers[plek] = (cijfers[plek] + 1 + int(rng.integers(0, 9))) % 10
    som = sum(c * g for c, g in zip(cijfers, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    if som % 11:
        r["bsn"] = "".join(map(str, cijfers))


SOORTEN: Final[dict[str, Callable[[_Rij, np.random.Generator], None]]] = {
    "alias": _alias,
    "partnernaam": _partnernaam,
    "dubbele naam": _dubbele_naam,
    "andere spelling": _spelling,
    "roepnaam": _roepnaam,
    "een voornaam": _een_voornaam,
    "voorletters": _voorletters,
    "tikfout voornaam": _tik_voornaam,
    "tikfout geslachtsnaam": _tik_achternaam,
    "voorvoegsel": _voorvoegsel,
    "verwisseld": _verwisseld,
    "datum cijfer": _datum_cijfer,
    "dag en maand": _dag_en_maand,
    "geschatte datum": _geschat,
    "dag onbekend": _dag_onbekend,
    "maand onbekend": _maand_onbekend,
    "datum ontbreekt": _datum_ontbreekt,
    "plaats ontbreekt": _plaats_weg,
    "land voor plaats": _land,
    "geslacht": _geslacht,
    "geslacht ontbreekt": _geslacht_weg,
    "bsn ontbreekt": _bsn_weg,
    "bsn cijfer": _bsn_cijfer,
}
"""In the order in which they happen: what a person says first, what a clerk writes last."""
