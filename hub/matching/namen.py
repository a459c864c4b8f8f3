"""One person in clear text, and what of it is compared: names folded, stripped, sounded out. Exists only at the connector."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Final, Literal

from anyascii import anyascii

_ONTHOUD: Final = 1 << 14
"""Names remembered per function: enough for speed in bulk, bounded because it is clear text."""

TUSSENVOEGSELS: Final = frozenset(
    {
        "van",
        "von",
        "vd",
        "v",
        "d",
        "der",
        "den",
        "de",
        "dem",
        "des",
        "het",
        "t",
        "s",
        "te",
        "ten",
        "ter",
        "op",
        "in",
        "aan",
    }
    | {
        "bij",
        "el",
        "al",
        "ben",
        "bin",
        "abu",
        "ould",
        "da",
        "das",
        "do",
        "dos",
        "di",
        "la",
        "le",
        "du",
        "st",
        "ait",
        "ul",
    }
)
NIETS: Final = frozenset({"onbekend", "nn", "xx", "xxx", "x", "n", "geen", "unknown", "nvt", "zonder"})
"""What registers write where nothing is known."""

_PLAATSEN: Final = {"sgravenhage": "denhaag", "shertogenbosch": "denbosch", "nederland": "", "onbekend": ""}
_ROEPNAMEN: Final = resources.files("hub.matching").joinpath("roepnamen.txt").read_text("utf-8")

TABELHASH: Final = hashlib.sha256(_ROEPNAMEN.encode()).hexdigest()[:16]
"""Of the table of names that the keys were made with; two tables make two sets of keys."""


class PersoonFout(ValueError):
    """A person is not in the form that is compared. The message names the field, never its content."""


@dataclass(frozen=True, slots=True, repr=False)
class Persoon:
    """One person in clear text. Its repr shows nothing. Raises PersoonFout."""

    voornamen: str | None = None
    geslachtsnaam: str | None = None
    voorvoegsel: str | None = None
    """Not compared: registers put it anywhere."""
    geboortedatum: str | None = None
    """`YYYYMMDD`, `00` for an unknown day or month, `00000000` for an unknown date."""
    geslacht: Literal["M", "V"] | None = None
    geboorteplaats: str | None = None
    bsn: str | None = None
    """Nine digits; whether they pass the eleven-test is the connector's business."""

    def __post_init__(self) -> None:
        if self.geboortedatum is not None and not _is_datum(self.geboortedatum):
            raise PersoonFout("geboortedatum: give YYYYMMDD, an existing day, with 00 for an unknown day or month")
        if self.geslacht not in {"M", "V", None}:
            raise PersoonFout("geslacht: give M, V or nothing")
        if self.bsn is not None and not re.fullmatch(r"[0-9]{9}", self.bsn):
            raise PersoonFout("bsn: give nine digits")

    def __repr__(self) -> str:
        return "Persoon(...)"


@dataclass(frozen=True, slots=True, repr=False)
class Kern:
    """What is compared of a person. Absent is empty, or None."""

    voornamen: tuple[str, ...]
    """At most three, in order; an initial is one letter."""
    achternamen: tuple[str, ...]
    """At most two cores, in order, without tussenvoegsels."""
    geboortedatum: str | None
    """The year is known."""
    geslacht: str | None
    plaats: str | None
    bsn: str | None

    def __repr__(self) -> str:
        return "Kern(...)"

    @property
    def volle_datum(self) -> str | None:
        """The birth date where day and month are known."""
        datum = self.geboortedatum
        return datum if datum and datum[4:6] != "00" and datum[6:] != "00" else None


def kern(persoon: Persoon) -> Kern:
    datum = persoon.geboortedatum
    return Kern(
        voornamen=voornamen(persoon.voornamen or ""),
        achternamen=achternamen(persoon.geslachtsnaam or ""),
        geboortedatum=None if datum is None or datum[:4] == "0000" else datum,
        geslacht=persoon.geslacht,
        plaats=plaats(persoon.geboorteplaats or ""),
        bsn=persoon.bsn,
    )


def _is_datum(tekst: str) -> bool:
    if not re.fullmatch(r"[0-9]{8}", tekst):
        return False
    jaar, maand, dag = int(tekst[:4]), int(tekst[4:6]), int(tekst[6:])
    if jaar == 0 or maand == 0:
        return maand == 0 and dag == 0
    try:
        date(jaar, maand, dag or 1)
    except ValueError:
        return False
    return True


@lru_cache(_ONTHOUD)
def vouw(tekst: str) -> str:
    """Plain a-z: transliterated, accents and quotes off; a hyphen stays, everything else becomes one space."""
    kaal = re.sub(r"[`'’\"]", "", anyascii(tekst).lower())
    return re.sub(r"[^a-z]+", lambda stuk: "-" if "-" in stuk.group() else " ", kaal).strip(" -")


@lru_cache(_ONTHOUD)
def voornamen(tekst: str) -> tuple[str, ...]:
    """Given names in order; `J.P.` gives two initials."""
    woorden = vouw(tekst.replace(".", ". ")).replace("-", " ").split()
    namen = [w for w in woorden if len(w) == 1 or w in _roepnamen() or w not in TUSSENVOEGSELS | NIETS]
    return tuple(dict.fromkeys(namen))[:3]


@lru_cache(_ONTHOUD)
def achternamen(tekst: str) -> tuple[str, ...]:
    """Cores of a surname: `de Vries` gives vries, `Jansen-van der Berg` gives jansen and berg, `el-Idrissi` gives idrissi."""
    delen = [deel.split() for deel in vouw(tekst).split("-")]
    namen: list[str] = []
    for woorden in delen:
        kernen = [w for w in woorden if w not in TUSSENVOEGSELS]
        if not kernen and len(delen) == 1:
            kernen = ["".join(woorden)]  # a name of tussenvoegsels only is a name after all
        namen += kernen if len(kernen) < 3 else [kernen[0], kernen[-1]]
    return tuple(dict.fromkeys(n for n in namen if n and n not in NIETS))[:2]


@lru_cache(_ONTHOUD)
def plaats(tekst: str) -> str | None:
    """One word per place, with the two official double names made one; None where it says nothing."""
    woord = vouw(tekst).replace("-", "").replace(" ", "")
    woord = _PLAATSEN.get(woord, woord)
    return woord if woord and woord not in NIETS else None


@cache
def _roepnamen() -> dict[str, str]:
    groepen = [regel.split() for regel in _ROEPNAMEN.splitlines() if not regel.startswith("#")]
    return {naam: groep[0] for groep in groepen for naam in groep}


def voluit(voornaam: str) -> str:
    """The canonical form of a given name: `kees` gives cornelis; an unknown name stays itself."""
    return _roepnamen().get(voornaam, voornaam)


_KLANKEN: Final = [
    (re.compile(patroon), letters)
    for patroon, letters in (
        (r"tsj|tch|tsch|cz", "c"),
        (r"sch|sj|sh|sz", "s"),
        (r"ch(?=[aeiou])", "s"),
        (r"ch|gh", "g"),
        (r"kh", "h"),
        (r"dj|dzj|dzh", "j"),
        (r"ph", "f"),
        (r"ck|q", "k"),
        (r"c(?=[aoukrlt]|$)", "k"),
        (r"c", "s"),
        (r"x", "ks"),
        (r"ij|ei|ey|ay|ai|y", "i"),
        (r"^ou(?=[aeiou])", "w"),
        (r"ou|oe|uu|au", "u"),
        (r"dt|th", "t"),
        (r"z", "s"),
        (r"j", "i"),
        (r"(.)\1+", r"\1"),
    )
]
_STEM: Final = str.maketrans("vwbd", "ffpt")


@lru_cache(_ONTHOUD)
def spelling(naam: str) -> str:
    """Dutch spelling variants and transliterations fall together; the vowels stay. Never empty for a non-empty name."""
    for patroon, letters in _KLANKEN:
        naam = patroon.sub(letters, naam)
    return naam


@lru_cache(_ONTHOUD)
def klank(naam: str) -> str:
    """Dutch sound code: initial and consonant skeleton, at most six letters. Never empty for a non-empty name."""
    hoorbaar = spelling(naam).translate(_STEM)
    begin = "a" if hoorbaar[0] in "aeiou" else hoorbaar[0]
    code = re.sub(r"(.)\1+", r"\1", begin + re.sub(r"[aeiouh]", "", hoorbaar[1:]))
    if len(code) > 3:
        code = re.sub(r"[sn]$", "", code)
    return code[:6]
