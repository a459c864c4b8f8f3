"""What is compared, and the levels of agreement per field in the words that an officer reads. Level 0 is no evidence."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.matching import vergelijkmachine as machine
from hub.matching.codeermachine import INDELING, LENGTE

Niveaus = tuple[int, ...]
Coderingen = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Schaal:
    """A compared field and its levels from 1, worst first."""

    veld: str
    labels: tuple[str, ...]

    def label(self, niveau: int) -> str:
        return "geen gegeven om te vergelijken" if niveau == 0 else self.labels[niveau - 1]


def _klassen(aantal: int) -> tuple[str, ...]:
    return tuple(f"klasse {n} van {aantal} (1 is het zeldzaamst)" for n in range(1, aantal + 1))


SCHALEN: Final = (
    Schaal(
        "voornaam",
        (
            *("anders", "alleen de voorletter is gelijk", "de voorletter past", "alleen verdere voornamen zijn gelijk"),
            *("lijkt enigszins", "lijkt sterk", "de eerste is bij de ander een verdere voornaam"),
            *("zelfde naam (roepnaam of klank)", "gelijk"),
        ),
    ),
    Schaal("verdere voornamen", ("anders", "gelijk of passend")),
    Schaal(
        "geslachtsnaam",
        (
            *("anders", "lijkt nauwelijks", "staat bij de ander onder de voornamen", "lijkt enigszins"),
            *("lijkt sterk, of staat als enige naam in het andere veld", "zelfde klank", "gelijk"),
        ),
    ),
    Schaal(
        "geboortedatum",
        (
            *("anders", "anders, wel bijna hetzelfde jaar", "onvolledig, bijna hetzelfde jaar"),
            *("alleen het jaar is gelijk", "jaar en maand of jaar en dag zijn gelijk"),
            *("dag en maand gelijk, ander jaar", "alleen de eeuw verschilt", "onvolledig, zelfde jaar"),
            *("één cijfer verschilt", "cijfers of dag en maand verwisseld"),
            *("gelijk, maar onvolledig of 1 januari", "gelijk"),
        ),
    ),
    Schaal("geslacht", ("anders", "gelijk")),
    Schaal("geboorteplaats", ("anders", "het land past", "zelfde klank", "gelijk")),
    Schaal("bsn", ("anders", "twee of drie cijfers verschillen", "één cijfer verschilt of twee verwisseld", "gelijk")),
    Schaal("naamrol", ("gewoon", "één naam in de andere rol", "voor- en achternaam verwisseld")),
    Schaal("zeldzaamheid voornaam", _klassen(7)),
    Schaal("zeldzaamheid geslachtsnaam", _klassen(5)),
    Schaal("zeldzaamheid plaats", _klassen(4)),
)
"""The fields in the order of the model and of every recorded stand. Rarity counts only where the names or places agree."""

VELDEN: Final = tuple(schaal.veld for schaal in SCHALEN)
TABELLEN: Final = machine.TABELLEN
"""The first fields, which have a table of their own in every class of the model."""

BSN_GELIJK: Final = (6, 4)
"""Field and level of all nine digits agreeing."""


def vergelijk(een: bytes, ander: bytes) -> Niveaus | None:
    """Levels of two encodings of the same token; None where either is not of the layout that is known here."""
    if not (len(een) == len(ander) == LENGTE and een[0] == ander[0] == INDELING):
        return None
    gevonden = vergelijk_paren(rijen([een]), rijen([ander]), np.zeros(1, np.int64), np.zeros(1, np.int64))
    return tuple(gevonden[0].tolist())


def vergelijk_paren(a: Coderingen, b: Coderingen, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Levels of a[i] against b[j], one row of eleven per pair; both encodings of a pair made under one salt."""
    uit = np.zeros((len(i), machine.VELDEN), np.uint8)
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    machine.paren(a, a.view(np.uint32), b, b.view(np.uint32), i.astype(np.int64), j.astype(np.int64), uit)
    return uit


def rijen(coderingen: list[bytes]) -> Coderingen:
    """Encodings of the known length as rows."""
    return np.frombuffer(bytearray(b"".join(coderingen)), np.uint8).reshape(-1, LENGTE)
