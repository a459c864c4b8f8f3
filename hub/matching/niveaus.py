"""Two encodings of one bucket -> a level per field: how well the field agrees. Level 0 is no evidence: absent on a side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hub.matching.codering import (
    ACHTERNAAM,
    ACHTERNAAM_STAP,
    BSN,
    BSN_HEEL,
    DATUM,
    GESLACHT,
    HEEFT_BSN,
    HEEFT_DATUM,
    HEEFT_GESLACHT,
    HEEFT_PLAATS,
    INDELING,
    LENGTE,
    PLAATS,
    VOORNAAM,
    VOORNAAM_STAP,
    WISSEL,
    ZONDER_DAG,
    ZONDER_MAAND,
)

Niveaus = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Schaal:
    """A compared field and its levels from 1, worst first, in the words that an officer reads."""

    veld: str
    labels: tuple[str, ...]

    def label(self, niveau: int) -> str:
        return "geen gegeven om te vergelijken" if niveau == 0 else self.labels[niveau - 1]


SCHALEN: Final = (
    Schaal(
        "voornaam",
        (
            "anders",
            "alleen de voorletter is gelijk",
            "de voorletter past",
            "een andere voornaam is gelijk",
            "zelfde naam (roepnaam of klank)",
            "gelijk",
        ),
    ),
    Schaal(
        "geslachtsnaam",
        ("anders", "begin of eind is gelijk", "begin en eind zijn gelijk", "zelfde klank", "gelijk"),
    ),
    Schaal(
        "geboortedatum",
        (
            "anders",
            "alleen het jaar is gelijk",
            "twee van dag, maand en jaar zijn gelijk",
            "gelijk voor zover bekend",
            "één cijfer verschilt",
            "dag en maand verwisseld",
            "gelijk",
        ),
    ),
    Schaal("geslacht", ("anders", "gelijk")),
    Schaal("geboorteplaats", ("anders", "gelijk")),
    Schaal("bsn", ("anders", "twee of drie cijfers verschillen", "één cijfer verschilt", "gelijk")),
)
"""The fields in the order of the model and of every recorded stand."""

BSN_GELIJK: Final = (len(SCHALEN) - 1, len(SCHALEN[-1].labels))
"""Field and level of all nine digits agreeing."""


def vergelijk(een: bytes, ander: bytes) -> Niveaus | None:
    """Levels of two encodings of the same token; None where either is not of the layout that is known here."""
    if not (een[0] == ander[0] == INDELING and len(een) == len(ander) == LENGTE):
        return None
    links, rechts = int.from_bytes(een[1:3], "big"), int.from_bytes(ander[1:3], "big")
    beide = links & rechts
    return (
        _voornaam(een, ander, links, rechts),
        _achternaam(een, ander, links >> 2 & 3, rechts >> 2 & 3),
        _datum(een, ander, links | rechts) if beide & HEEFT_DATUM else 0,
        1 + (een[GESLACHT] == ander[GESLACHT]) if beide & HEEFT_GESLACHT else 0,
        1 + _gelijk(een, ander, PLAATS, PLAATS, 2) if beide & HEEFT_PLAATS else 0,
        _bsn(een, ander) if beide & HEEFT_BSN else 0,
    )


def samen(vergeleken: Iterable[Niveaus]) -> Niveaus:
    """One set of levels for a pair that met under several tokens: per field the lowest.

    All encodings of a pair agree on what is equal, but for chance collisions of their short digests, each under its own salt. A
    collision can only raise a level, so the lowest is nearest to the truth, whatever the order. No tokens: no evidence.
    """
    return tuple(map(min, zip(*vergeleken, strict=True))) or (0,) * len(SCHALEN)


def _gelijk(een: bytes, ander: bytes, i: int, j: int, lengte: int) -> bool:
    return een[i : i + lengte] == ander[j : j + lengte]


def _voornaam(een: bytes, ander: bytes, links: int, rechts: int) -> int:
    if not links & 3 or not rechts & 3:
        return 0
    heel_links = [VOORNAAM + VOORNAAM_STAP * i for i in range(min(links & 3, 3)) if not links >> (4 + i) & 1]
    heel_rechts = [VOORNAAM + VOORNAAM_STAP * i for i in range(min(rechts & 3, 3)) if not rechts >> (4 + i) & 1]
    beide_heel = VOORNAAM in heel_links and VOORNAAM in heel_rechts
    if beide_heel and _gelijk(een, ander, VOORNAAM, VOORNAAM, 2):
        return 6
    if beide_heel and _gelijk(een, ander, VOORNAAM + 2, VOORNAAM + 2, 2):
        return 5
    if any(_gelijk(een, ander, i + 2, j + 2, 2) for i in heel_links for j in heel_rechts):
        return 4
    if een[VOORNAAM + 4] != ander[VOORNAAM + 4]:
        return 1
    return 2 if beide_heel else 3


def _achternaam(een: bytes, ander: bytes, links: int, rechts: int) -> int:
    beste = 0
    for i in range(ACHTERNAAM, ACHTERNAAM + ACHTERNAAM_STAP * min(links, 2), ACHTERNAAM_STAP):
        for j in range(ACHTERNAAM, ACHTERNAAM + ACHTERNAAM_STAP * min(rechts, 2), ACHTERNAAM_STAP):
            if _gelijk(een, ander, i, j, 2):
                return 5
            randen = _gelijk(een, ander, i + 4, j + 4, 2) + _gelijk(een, ander, i + 6, j + 6, 2)
            beste = max(beste, 4 if _gelijk(een, ander, i + 2, j + 2, 2) else 1 + randen)
    return beste


def _datum(een: bytes, ander: bytes, een_van_beide: int) -> int:
    verschil = [not _gelijk(een, ander, i, i, 2) for i in range(DATUM, DATUM + 16, 2)]
    jaar, maand, dag = not any(verschil[:4]), not any(verschil[4:6]), not any(verschil[6:])
    if een_van_beide & (ZONDER_DAG | ZONDER_MAAND):
        return 1 + jaar if not jaar or not (maand or een_van_beide & ZONDER_MAAND) else 4
    if _gelijk(een, ander, WISSEL, WISSEL, 2):
        return 6 if any(verschil) else 7
    if sum(verschil) == 1:
        return 5
    return 1 + jaar if jaar + maand + dag < 2 else 3


def _bsn(een: bytes, ander: bytes) -> int:
    verschil = sum(not _gelijk(een, ander, i, i, 2) for i in range(BSN, BSN + 18, 2))
    if verschil == 0 and _gelijk(een, ander, BSN_HEEL, BSN_HEEL, 8):
        return 4
    return 3 if verschil <= 1 else 2 if verschil <= 3 else 1
