"""Registers and truth files as CSV -> persons, line by line; a row that cannot be read is told by its line and never guessed.

Columns: dossier, voornamen, voorvoegsel, geslachtsnaam, geboortedatum, geslacht, geboorteplaats, bsn, and optionally andereNamen (the
names that the person is known by beside the registered one: `Kees/Vos|/Bakker`); more are not looked at. The truth has links, rechts
and optionally `fouten`: the kinds of error that a generator applied, separated by semicolons.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from hub.matching.bsn import elfproef
from hub.matching.namen import Alias, Persoon, PersoonFout, andere_namen

KOLOMMEN: Final = (
    *("dossier", "voornamen", "voorvoegsel", "geslachtsnaam", "geboortedatum", "geslacht", "geboorteplaats", "bsn"),
)
ANDERE_NAMEN: Final = "andereNamen"
"""A column that a register may leave out; named and written as in the import of a connector."""
_GESLACHT: Final = {"": None, "M": "M", "V": "V", "m": "M", "v": "V", "O": None, "o": None}


REGEL_MAX: Final = 65_536
"""Bytes of a line."""
DOSSIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/:#-]{0,63}")
"""A dossier's name comes back in paren.csv, and nothing of it may be a formula to a spreadsheet, however that splits its cells."""


class _TeLang(Exception):
    """A line that no row needs."""


_REDEN: Final[dict[type[Exception], str]] = {
    UnicodeDecodeError: "geen UTF-8",
    csv.Error: "geen geldige CSV-regel",
    _TeLang: f"langer dan {REGEL_MAX} bytes",
}


class BestandFout(Exception):
    """A file as a whole cannot be used. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Leesfout:
    """One row that was skipped: its line and why, never what it said."""

    regel: int
    """Line in the file, from 1; the header is line 1."""
    reden: str


@dataclass(slots=True)
class Telling:
    """What a pass over a register met."""

    bestand: str
    gelezen: int = 0
    fouten: list[Leesfout] = field(default_factory=list)


def bestandsnaam(pad: Path) -> str:
    """The file's name as text: a byte that is none is shown as a question mark."""
    return pad.name.encode("utf-8", "replace").decode()


def lees_register(
    pad: Path, telling: Telling, *, fictief: bool, voortgang: Callable[[int], None] | None = None
) -> Iterator[tuple[str, Persoon]]:
    """Dossier and person per readable row. `voortgang` gets the bytes read since its last call.

    Without `fictief` a number that fails the eleven-test makes its row unreadable. Raises BestandFout.
    """
    gezien: set[str] = set()
    telling.gelezen, telling.fouten = 0, []
    for regel, rij in _rijen(pad, KOLOMMEN, telling.fouten, voortgang):
        dossier = rij["dossier"].strip()
        try:
            _nieuw(dossier, gezien)
            persoon = _persoon(rij, fictief=fictief)
        except PersoonFout as fout:
            telling.fouten.append(Leesfout(regel, str(fout)))
            continue
        gezien.add(dossier)
        telling.gelezen += 1
        yield dossier, persoon


def _nieuw(dossier: str, gezien: set[str]) -> None:
    if not dossier:
        raise PersoonFout("dossier: leeg")
    if not DOSSIER.fullmatch(dossier):
        raise PersoonFout(
            "dossier: meer dan 64 tekens, of iets anders dan letters, cijfers, spatie en ._/:#- na een letter of cijfer"
        )
    if dossier in gezien:
        raise PersoonFout("dossier: komt eerder in dit bestand voor")


def _persoon(rij: dict[str, str], *, fictief: bool) -> Persoon:
    tekst = {kolom: waarde.strip() or None for kolom, waarde in rij.items()}
    geslacht = tekst["geslacht"] or ""
    if geslacht not in _GESLACHT:
        raise PersoonFout("geslacht: geen M, V of leeg")
    bsn = tekst["bsn"]
    if bsn is not None:
        if len(bsn) != 9 or not (bsn.isascii() and bsn.isdigit()):
            raise PersoonFout("bsn: geen negen cijfers")
        if not fictief and not elfproef(bsn):
            raise PersoonFout("bsn: voldoet niet aan de elfproef (met --fictief wordt het genomen zoals het is)")
    return Persoon(
        voornamen=tekst["voornamen"],
        voorvoegsel=tekst["voorvoegsel"],
        geslachtsnaam=tekst["geslachtsnaam"],
        geboortedatum=tekst["geboortedatum"],
        geslacht="M" if _GESLACHT[geslacht] == "M" else "V" if _GESLACHT[geslacht] == "V" else None,
        geboorteplaats=tekst["geboorteplaats"],
        bsn=bsn,
        aliassen=_aliassen(tekst.get(ANDERE_NAMEN)),
    )


def _aliassen(cel: str | None) -> tuple[Alias, ...]:
    try:
        return () if cel is None else andere_namen(cel)
    except PersoonFout as fout:
        raise PersoonFout(f"{ANDERE_NAMEN}: {fout}") from None


def lees_waarheid(pad: Path) -> tuple[dict[tuple[str, str], tuple[str, ...]], list[Leesfout]]:
    """The true pairs, each with the kinds of error that the file names; and the rows that cannot be read. Raises BestandFout."""
    fouten: list[Leesfout] = []
    uit: dict[tuple[str, str], tuple[str, ...]] = {}
    for regel, rij in _rijen(pad, ("links", "rechts"), fouten, None):
        paar = rij["links"].strip(), rij["rechts"].strip()
        if not all(paar):
            fouten.append(Leesfout(regel, "links of rechts: leeg"))
            continue
        uit[paar] = tuple(soort for soort in (rij.get("fouten") or "").split(";") if soort)
    return uit, fouten


def _rijen(
    pad: Path, nodig: tuple[str, ...], fouten: list[Leesfout], voortgang: Callable[[int], None] | None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields. A row is one line: a stray quote then spoils that line only, not all that follow."""
    kop: list[str] = []
    gelezen = 0
    if not pad.is_file():
        raise BestandFout(f"{pad}: geen gewoon bestand")
    with pad.open("rb") as bestand:
        for regel, rauw in enumerate(_begrensd(bestand), 1):
            gelezen += len(rauw)
            if voortgang is not None and gelezen >= 1 << 20:
                voortgang(gelezen)
                gelezen = 0
            try:
                velden = _velden(rauw)
            except (UnicodeDecodeError, csv.Error, _TeLang) as fout:
                reden = _REDEN[type(fout)]
                if regel == 1:
                    raise BestandFout(f"{pad}: {reden}; de eerste regel noemt de kolommen") from None
                fouten.append(Leesfout(regel, reden))
                continue
            if regel == 1:
                kop = [kolom.strip() for kolom in velden]
                if ontbreekt := [kolom for kolom in nodig if kolom not in kop]:
                    raise BestandFout(f"{pad}: kolom {', '.join(ontbreekt)} ontbreekt in de eerste regel")
            elif len(velden) == len(kop):
                yield regel, dict(zip(kop, velden, strict=True))
            elif velden:
                fouten.append(Leesfout(regel, f"{len(velden)} velden waar de kop er {len(kop)} noemt"))
    if not kop:
        raise BestandFout(f"{pad}: leeg; de eerste regel noemt de kolommen")
    if voortgang is not None:
        voortgang(gelezen)


def _begrensd(bestand: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long no more than shows that it is."""
    while rauw := bestand.readline(REGEL_MAX + 1):
        yield rauw
        rest = rauw
        while len(rest) > REGEL_MAX and not rest.endswith(b"\n"):
            rest = bestand.readline(REGEL_MAX + 1)


def _velden(rauw: bytes) -> list[str]:
    if len(rauw) > REGEL_MAX:
        raise _TeLang
    return next(csv.reader([rauw.decode("utf-8-sig").rstrip("\r\n")], strict=True), [])
