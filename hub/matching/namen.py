"""One person in clear text, and what of it is compared: names folded, stripped, sounded out. Exists only at the connector."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Final, Literal

from anyascii import anyascii

_ONTHOUD: Final = 1 << 16
"""Names remembered per function: enough for speed in bulk, bounded because it is clear text."""

TUSSENVOEGSELS: Final = frozenset(
    "van von vd v d der den de dem des het t s te ten ter op in aan bij "  # noqa: SIM905
    "vant vande vanden vander int opt aant uit "
    "el al ben bin abu ould da do das dos di la le du st ait ul".split()
)
NIETS: Final = frozenset("onbekend nn xx xxx x n geen unknown nvt zonder".split())  # noqa: SIM905
"""What registers write where nothing is known."""
_OOK_NAAM: Final = frozenset({"geen", "zonder"})
"""Of those, what is a surname as well where more is written: `van Geen`."""

_PLAATSEN: Final = {
    "sgravenhage": "denhaag",
    "gravenhage": "denhaag",
    "shertogenbosch": "denbosch",
    "hertogenbosch": "denbosch",
    "nederland": "",
}
_ROEPNAMEN: Final = resources.files("hub.matching").joinpath("roepnamen.txt").read_text("utf-8")
_LANDEN: Final = resources.files("hub.matching").joinpath("landen.txt").read_text("utf-8")

NAMENHASH: Final = hashlib.sha256((_ROEPNAMEN + _LANDEN).encode()).hexdigest()[:16]
"""Of the lists of nicknames and countries that the keys are made with."""

LEZING: Final = 1
"""How this version reads names. Raised where some names come out otherwise, so that connectors know which dossiers to deliver again; who is
read as before keeps the same tokens, so that neither the layout nor the keys are others."""


class PersoonFout(ValueError):
    """A person is not in the form that is compared. The message names the field, never its content."""


@dataclass(frozen=True, slots=True, repr=False)
class Alias:
    """Another name that the same person is known by."""

    voornamen: str | None = None
    geslachtsnaam: str | None = None

    def __repr__(self) -> str:
        return "Alias(...)"


ALIASSEN: Final = 5
"""Other names of one person that are taken."""


def andere_namen(cel: str) -> tuple[Alias, ...]:
    """As a CSV has them: `voornamen/geslachtsnaam` each, one of both may be empty, `|` between them. Raises PersoonFout, in Dutch."""
    uit = []
    for naam in cel.split("|"):
        delen = [deel.strip() or None for deel in naam.split("/")]
        if len(delen) != 2 or delen == [None, None]:
            raise PersoonFout(
                "geef elke naam als voornamen/geslachtsnaam (een van beide mag leeg zijn), met | ertussen"
            )
        uit.append(Alias(*delen))
    if len(uit) > ALIASSEN:
        raise PersoonFout(f"ten hoogste {ALIASSEN} andere namen")
    return tuple(uit)


@dataclass(frozen=True, slots=True, repr=False)
class Persoon:
    """One person in clear text. Its repr shows nothing. Raises PersoonFout."""

    voornamen: str | None = None
    geslachtsnaam: str | None = None
    voorvoegsel: str | None = None
    """Not compared: registers put it anywhere. Tells only that `Geen` beside it is a surname."""
    geboortedatum: str | None = None
    """`YYYYMMDD`, `00` for an unknown day or month, `0000` for an unknown year (then the rest is not compared)."""
    geslacht: Literal["M", "V"] | None = None
    geboorteplaats: str | None = None
    bsn: str | None = None
    """Nine digits; whether they pass the eleven-test is the connector's business."""
    aliassen: tuple[Alias, ...] = ()
    """The first with a given name and the first with a surname take part, as one more name of each kind."""

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
class Plaats:
    """A place of birth: one word for the place, the country where the list knows it, and whether only a country was given."""

    naam: str
    land: str | None
    is_land: bool

    def __repr__(self) -> str:
        return "Plaats(...)"


@dataclass(frozen=True, slots=True, repr=False)
class Kern:
    """What is compared of a person. Absent is empty, or None."""

    voornamen: tuple[str, ...]
    """At most three, in order; an initial is one letter."""
    achternamen: tuple[str, ...]
    """At most two cores without tussenvoegsels, the one by birth first; of a name that may hold its tussenvoegsels both readings."""
    geboortedatum: str | None
    """The year is known."""
    geslacht: str | None
    plaats: Plaats | None
    bsn: str | None

    def __repr__(self) -> str:
        return "Kern(...)"


def kern(persoon: Persoon) -> Kern:
    """What is compared of a person."""
    datum = persoon.geboortedatum
    eigen, namen = voornamen(persoon.voornamen or ""), achternamen(persoon.geslachtsnaam or "")
    if vouw(persoon.geslachtsnaam or "") in _OOK_NAAM:  # unless a voorvoegsel says that it is the name
        namen = achternamen(f"{persoon.voorvoegsel or ''} {persoon.geslachtsnaam}")
    if persoon.aliassen:
        eigen = _met(eigen, (naam for alias in persoon.aliassen for naam in voornamen(alias.voornamen or "")), 3)
        namen = _met(namen, (naam for alias in persoon.aliassen for naam in achternamen(alias.geslachtsnaam or "")), 2)
    return Kern(
        voornamen=eigen,
        achternamen=namen,
        geboortedatum=None if datum is None or datum[:4] == "0000" else datum,
        geslacht=persoon.geslacht,
        plaats=plaats(persoon.geboorteplaats or ""),
        bsn=persoon.bsn,
    )


def _met(namen: tuple[str, ...], erbij: Iterable[str], hoogstens: int) -> tuple[str, ...]:
    """The names with the first new one of an alias in the second seat, so that it makes keys."""
    nieuw = next((naam for naam in erbij if naam not in namen), None)
    return namen if nieuw is None else (*namen[:1], nieuw, *namen[1 : hoogstens - 1])


def _is_datum(tekst: str) -> bool:
    if not re.fullmatch(r"[0-9]{8}", tekst):
        return False
    jaar, maand, dag = int(tekst[:4]), int(tekst[4:6]), int(tekst[6:])
    if jaar == 0:
        jaar = 4  # of an unknown year any day may exist
    if maand == 0:
        return dag <= 31  # registers have it
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
    alles = [w for w in woorden if w not in NIETS]  # a name of tussenvoegsels only is a name after all: Do
    return tuple(dict.fromkeys(namen or alles))[:3]


_LIDWOORD: Final = re.compile(r"^(?:el(?=[hkmf].{3}|[aio].{4})|al(?=[hkm].{3}))")
"""An Arabic article that was written onto the name: `elidrissi`."""


_BEGIN: Final = "(?:[bcdfghjklmnprstvwz][aeiouy]|[bcdfgkpstv][lr]|[cgst]h|[dtz]w|s[cmnpt]|kn|vl|wr)"
"""How the core of a Dutch name may begin, so that neither Dekker nor Terpstra has one behind its first letters."""
_VOORZET: Final = re.compile(
    f"^(?:vander(?=aa$)|vant(?=h(?:of|ul))"
    f"|(?:vande[nr](?=(?!ieu)[aeiou]|{_BEGIN})|vande(?={_BEGIN})|van(?=[aeiou]|{_BEGIN}))(?=.{{3}})"
    f"|opden(?=[aeiou].{{2}})"
    f"|(?:dela|de(?!mir|niz)|den(?=[bh])|ter|ten(?!n)|opden?|int|t(?=h(?:art|oen|ooft)))(?={_BEGIN}.{{2}})"
    "|de(?=[bchkpvwz][aio].))"
)
"""Dutch tussenvoegsels that were written onto the name: `vandenbosch`, `dejong`, `intveld`."""


def _los(naam: str) -> tuple[str, ...]:
    """A name and, where tussenvoegsels may be written onto it, the core behind them beside it: to begin like them is no proof."""
    kaal = naam if naam in _roepnamen() else _VOORZET.sub("", naam)
    return (naam,) if kaal == naam else (naam, kaal)


@lru_cache(_ONTHOUD)
def achternamen(tekst: str) -> tuple[str, ...]:
    """Cores of a surname: `de Vries` gives vries, `Jansen-van der Berg` gives berg (by birth) and jansen, `el-Idrissi` gives idrissi.

    `Devries` gives devries and vries.
    """
    delen = [deel.split() for deel in vouw(tekst).split("-")]
    if all(w in NIETS for woorden in delen for w in woorden):
        return ()
    weg = NIETS - _OOK_NAAM
    namen: list[str] = []
    for woorden in delen:
        kernen = [w for w in woorden if w not in TUSSENVOEGSELS | weg]
        # `van Geen` is a name, of `Jansen-Geen` and `Geen, Bakker` it says that there is none.
        if len(woorden) < 2 or len(kernen) > 1 or any(w in weg for w in woorden):
            kernen = [w for w in kernen if w not in _OOK_NAAM]
        namen += kernen if len(kernen) < 2 else [kernen[-1], kernen[0]]
    if not namen and not any(w in weg for woorden in delen for w in woorden):
        namen = ["".join(woorden) for woorden in delen]  # a name of tussenvoegsels only is a name after all: Do-Le
    namen = [naam if naam in _roepnamen() else _LIDWOORD.sub("", naam) for naam in namen]
    anders = list(dict.fromkeys(naam for naam in namen if naam))
    return _los(anders[0]) if len(anders) == 1 else tuple(anders[-1:] + anders[:-1])[:2]


@lru_cache(_ONTHOUD)
def plaats(tekst: str) -> Plaats | None:
    """One word per place, a country by its canonical name; None where it says nothing."""
    woord = vouw(tekst).replace("-", "").replace(" ", "")
    woord = _PLAATSEN.get(woord, woord)
    if not woord or woord in NIETS:
        return None
    landen, plaatsen = _landen()
    if woord in landen:
        return Plaats(landen[woord], landen[woord], True)
    return Plaats(woord, plaatsen.get(woord), False)


@cache
def _landen() -> tuple[dict[str, str], dict[str, str]]:
    """Canonical country by the names of countries, and by places."""
    landen: dict[str, str] = {}
    plaatsen: dict[str, str] = {}
    for regel in _LANDEN.splitlines():
        if not regel.startswith("#"):
            namen, _, steden = regel.partition(":")
            canoniek = namen.split()[0]
            landen |= dict.fromkeys(namen.split(), canoniek)
            plaatsen |= dict.fromkeys(steden.split(), canoniek)
    return landen, plaatsen


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


def voorletter(naam: str) -> str:
    """The initial by which a name is compared: of the letter that is written alone, so that `C.` fits Christiaan, and Cees fits Kees."""
    return spelling(naam[0])[0]


@lru_cache(_ONTHOUD)
def klank(naam: str) -> str:
    """Dutch sound code: initial and consonant skeleton, at most six letters. Never empty for a non-empty name."""
    hoorbaar = spelling(naam).translate(_STEM)
    begin = "a" if hoorbaar[0] in "aeiou" else hoorbaar[0]
    code = re.sub(r"(.)\1+", r"\1", begin + re.sub(r"[aeiouh]", "", hoorbaar[1:]))
    if len(code) > 3:
        code = re.sub(r"[sn]$", "", code)
    return code[:6]


@lru_cache(_ONTHOUD)
def grof(naam: str) -> str:
    """Coarse code, proof against transliteration: consonants only, no initial vowel, i or h, at most four letters. Never empty."""
    code = klank(naam)
    if code[0] in "ahi" and len(code) > 1:
        code = code[1:]
    code = re.sub(r"(.)\1+", r"\1", (code[0] + code[1:].replace("g", "")).replace("c", "s"))
    if len(code) > 2:
        code = re.sub(r"[sn]$", "", code)
    return code[:4]
