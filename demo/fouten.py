"""How registers get a person wrong. Each error made is logged with the record, so that misses can be told by kind.

A record depends only on (seed, register, person, model): in whatever order records are made, they are the same.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from demo.bevolking import Persoon
from demo.namen import CULTUREN, ROEPNAMEN, SPELLINGEN


class Fout(Enum):
    """One kind of error; the value is what a Dutch report calls it."""

    ALIAS = "alias"
    SPELLING = "andere spelling"
    ROEPNAAM = "roepnaam"
    VOORLETTERS = "alleen voorletters"
    NAAM_GEHALVEERD = "dubbele naam gehalveerd"
    VOORVOEGSEL_WEG = "tussenvoegsel weg"
    TYPEFOUT_VOORNAAM = "typefout voornaam"
    TYPEFOUT_ACHTERNAAM = "typefout achternaam"
    NAMEN_VERWISSELD = "voor- en achternaam verwisseld"
    DATUM_VERWISSELD = "dag en maand verwisseld"
    DATUM_CIJFER = "cijferfout geboortedatum"
    DATUM_VAAG = "geboortedatum onvolledig"
    BSN_ONTBREEKT = "BSN ontbreekt"
    PLAATS_ONTBREEKT = "geboorteplaats ontbreekt"


@dataclass(frozen=True, slots=True)
class Registratie:
    """What one register holds of a person. Clear text: it goes to a connector and nowhere else."""

    persoon: int
    voornamen: str
    voorvoegsel: str
    geslachtsnaam: str
    geboortedatum: str
    """YYYYMMDD, `00` for an unknown part."""
    geslacht: str
    geboorteplaats: str
    bsn: str | None
    fouten: tuple[Fout, ...] = ()


@dataclass(frozen=True, slots=True)
class Foutmodel:
    """Chance of each error in one kind of register. What cannot happen to a person (no double name) does not."""

    naam: str
    kansen: Mapping[Fout, float] = field(default_factory=dict)


STRAFRECHT: Final = Foutmodel(
    "strafrechtketen",
    {
        Fout.ALIAS: 0.02,
        Fout.SPELLING: 0.10,
        Fout.ROEPNAAM: 0.04,
        Fout.VOORLETTERS: 0.04,
        Fout.NAAM_GEHALVEERD: 0.30,
        Fout.VOORVOEGSEL_WEG: 0.02,
        Fout.TYPEFOUT_VOORNAAM: 0.03,
        Fout.TYPEFOUT_ACHTERNAAM: 0.03,
        Fout.NAMEN_VERWISSELD: 0.005,
        Fout.DATUM_VERWISSELD: 0.01,
        Fout.DATUM_CIJFER: 0.01,
        Fout.DATUM_VAAG: 0.01,
        Fout.BSN_ONTBREEKT: 0.10,
        Fout.PLAATS_ONTBREEKT: 0.08,
    },
)
"""A suspect at the police desk: mostly verified identity, sometimes what the person said."""
CASUSSYSTEEM: Final = Foutmodel(
    "casussysteem",
    {
        Fout.ALIAS: 0.01,
        Fout.SPELLING: 0.20,
        Fout.ROEPNAAM: 0.15,
        Fout.VOORLETTERS: 0.04,
        Fout.NAAM_GEHALVEERD: 0.40,
        Fout.VOORVOEGSEL_WEG: 0.05,
        Fout.TYPEFOUT_VOORNAAM: 0.05,
        Fout.TYPEFOUT_ACHTERNAAM: 0.06,
        Fout.NAMEN_VERWISSELD: 0.01,
        Fout.DATUM_VERWISSELD: 0.03,
        Fout.DATUM_CIJFER: 0.03,
        Fout.DATUM_VAAG: 0.03,
        Fout.BSN_ONTBREEKT: 0.25,
        Fout.PLAATS_ONTBREEKT: 0.30,
    },
)
"""A casus as a care organisation brought it in: names as people are called, numbers often missing."""
SCHOON: Final = Foutmodel("zonder fouten")


def registreer(persoon: Persoon, model: Foutmodel, seed: int, register: str) -> Registratie:
    """The person as this register holds it."""
    worp = random.Random(f"{seed}|{register}|{persoon.nummer}|{model.naam}")
    naam = persoon.geslachtsnaam
    voorvoegsel = persoon.voorvoegsel
    if persoon.partnernaam:  # naamgebruik: partner's name before own name; the prefix that counts is then the partner's
        eigen = f"{persoon.voorvoegsel} {naam}".strip()
        delen = persoon.partnernaam.split()
        kern = next((i for i, deel in enumerate(delen) if deel[:1].isupper()), len(delen) - 1)
        voorvoegsel, naam = " ".join(delen[:kern]), f"{' '.join(delen[kern:])}-{eigen}"
    beeld = Registratie(
        persoon.nummer,
        persoon.voornamen,
        voorvoegsel,
        naam,
        f"{persoon.geboortedatum:%Y%m%d}",
        persoon.geslacht,
        persoon.geboorteplaats,
        persoon.bsn,
    )
    gemaakt = []
    for fout, maak in _MAKERS.items():
        if worp.random() < model.kansen.get(fout, 0.0):
            anders = maak(beeld, worp)
            if anders != beeld:
                beeld = anders
                gemaakt.append(fout)
    return replace(beeld, fouten=tuple(gemaakt))


def _eerste(r: Registratie) -> tuple[str, str]:
    eerste, _, rest = r.voornamen.partition(" ")
    return eerste, rest


def _met_eerste(r: Registratie, eerste: str) -> Registratie:
    return replace(r, voornamen=f"{eerste} {_eerste(r)[1]}".strip())


def _alias(r: Registratie, worp: random.Random) -> Registratie:
    """Another name altogether, with the date of birth a little off; the number does not come along."""
    cultuur = worp.choice(CULTUREN)
    lijsten = cultuur.vrouwen if r.geslacht == "V" else cultuur.mannen
    voorvoegsel, naam = worp.choice(cultuur.achternamen)
    jaar = int(r.geboortedatum[:4]) + worp.choice((-2, -1, 0, 0, 1, 2))
    return replace(
        r,
        voornamen=worp.choice(lijsten[-1]),
        voorvoegsel=voorvoegsel,
        geslachtsnaam=naam,
        geboortedatum=f"{jaar}{worp.randint(1, 12):02d}{worp.randint(1, 28):02d}",
        bsn=None,
    )


def _spelling(r: Registratie, worp: random.Random) -> Registratie:
    """Another transliteration of a name that has several."""
    woorden = [*r.voornamen.split(), r.geslachtsnaam]
    kan = [nr for nr, woord in enumerate(woorden) if woord in SPELLINGEN]
    if not kan:
        return r
    nr = worp.choice(kan)
    woorden[nr] = worp.choice(SPELLINGEN[woorden[nr]])
    return replace(r, voornamen=" ".join(woorden[:-1]), geslachtsnaam=woorden[-1])


def _roepnaam(r: Registratie, worp: random.Random) -> Registratie:
    kort = ROEPNAMEN.get(_eerste(r)[0])
    return replace(r, voornamen=worp.choice(kort)) if kort else r


def _voorletters(r: Registratie, worp: random.Random) -> Registratie:
    return replace(r, voornamen="".join(f"{woord[0].upper()}." for woord in r.voornamen.split()))


def _gehalveerd(r: Registratie, worp: random.Random) -> Registratie:
    voor, streep, achter = r.geslachtsnaam.partition("-")
    if not streep:
        return r
    if worp.random() < 0.5:
        return replace(r, geslachtsnaam=voor)
    *voorvoegsel, kern = achter.split(" ")
    return replace(r, voorvoegsel=" ".join(voorvoegsel), geslachtsnaam=kern)


def _zonder_voorvoegsel(r: Registratie, worp: random.Random) -> Registratie:
    return replace(r, voorvoegsel="")


_TOETSEN: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BUREN: Final = {
    letter: rij[max(plek - 1, 0) : plek] + rij[plek + 1 : plek + 2]
    for rij in _TOETSEN
    for plek, letter in enumerate(rij)
}
"""Neighbours on the keyboard."""


def _typefout(woord: str, worp: random.Random) -> str:
    """One letter dropped, doubled, replaced by its neighbour, or swapped with the next; never the first letter."""
    if len(woord) < 3:
        return woord
    plek = worp.randrange(1, len(woord) - 1)
    soort = worp.randrange(4)
    if soort == 0:
        return woord[:plek] + woord[plek + 1 :]
    if soort == 1:
        return woord[:plek] + woord[plek] + woord[plek:]
    if soort == 2:
        return woord[:plek] + worp.choice(_BUREN.get(woord[plek].lower(), "e")) + woord[plek + 1 :]
    return woord[:plek] + woord[plek + 1] + woord[plek] + woord[plek + 2 :]


def _typefout_voornaam(r: Registratie, worp: random.Random) -> Registratie:
    return r if r.voornamen.endswith(".") else _met_eerste(r, _typefout(_eerste(r)[0], worp))


def _typefout_achternaam(r: Registratie, worp: random.Random) -> Registratie:
    return replace(r, geslachtsnaam=_typefout(r.geslachtsnaam, worp))


def _namen_verwisseld(r: Registratie, worp: random.Random) -> Registratie:
    if r.voornamen.endswith(".") or " " in r.geslachtsnaam:
        return r
    return replace(r, voornamen=r.geslachtsnaam, voorvoegsel="", geslachtsnaam=r.voornamen.split()[0])


def _datum_verwisseld(r: Registratie, worp: random.Random) -> Registratie:
    jaar, maand, dag = r.geboortedatum[:4], r.geboortedatum[4:6], r.geboortedatum[6:]
    return replace(r, geboortedatum=jaar + dag + maand) if 1 <= int(dag) <= 12 else r


def _datum_cijfer(r: Registratie, worp: random.Random) -> Registratie:
    """Year or day differs, and the date still exists."""
    jaar, maand, dag = int(r.geboortedatum[:4]), r.geboortedatum[4:6], int(r.geboortedatum[6:])
    if worp.random() < 0.5:
        dag = 28 if (maand, dag) == ("02", 29) else dag
        return replace(r, geboortedatum=f"{jaar + worp.choice((-1, 1, -10)):04d}{maand}{dag:02d}")
    return replace(r, geboortedatum=f"{jaar:04d}{maand}{dag % 28 + 1:02d}")


def _datum_vaag(r: Registratie, worp: random.Random) -> Registratie:
    jaar, maand = r.geboortedatum[:4], r.geboortedatum[4:6]
    return replace(r, geboortedatum=worp.choice((f"{jaar}0000", f"{jaar}{maand}00", f"{jaar}0101")))


def _zonder_bsn(r: Registratie, worp: random.Random) -> Registratie:
    return replace(r, bsn=None)


def _zonder_plaats(r: Registratie, worp: random.Random) -> Registratie:
    return replace(r, geboorteplaats="")


_MAKERS: Final[dict[Fout, Callable[[Registratie, random.Random], Registratie]]] = {
    Fout.ALIAS: _alias,
    Fout.SPELLING: _spelling,
    Fout.ROEPNAAM: _roepnaam,
    Fout.VOORLETTERS: _voorletters,
    Fout.NAAM_GEHALVEERD: _gehalveerd,
    Fout.VOORVOEGSEL_WEG: _zonder_voorvoegsel,
    Fout.TYPEFOUT_VOORNAAM: _typefout_voornaam,
    Fout.TYPEFOUT_ACHTERNAAM: _typefout_achternaam,
    Fout.NAMEN_VERWISSELD: _namen_verwisseld,
    Fout.DATUM_VERWISSELD: _datum_verwisseld,
    Fout.DATUM_CIJFER: _datum_cijfer,
    Fout.DATUM_VAAG: _datum_vaag,
    Fout.BSN_ONTBREEKT: _zonder_bsn,
    Fout.PLAATS_ONTBREEKT: _zonder_plaats,
}
"""In the order in which they are made."""
