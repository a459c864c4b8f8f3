"""Import of a file: one message per line (JSONL) or per row (CSV), each checked and delivered as over HTTP.

A CSV has a header with the same fields in flat form, separated by `;` or `,`: `zaaknummer;persoon.naam.geslachtsnaam;feiten.thema`.
A birth date stands in `persoon.geboorte.datum` as `JJJJMMDD`; a vrijgave in `feiten.vrijgave.rol` and `feiten.vrijgave.moment`; the
dossier that this one continues in `voorganger.zaaknummer`, with `voorganger.organisatie` where that is an organisation taken over;
lists are separated by `|`; yes and no are `true` and `false`; an empty cell is an absent field. Other names of the person stand in
`persoon.andereNamen` as `voornamen/geslachtsnaam`: `Kees/Vos|/Bakker` are two, of the second only the surname.
"""

import asyncio
import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from connectors.aanlevering import Levering
from connectors.fouten import Fout, Ongeldig
from connectors.invoer import Casus, Verdachte, lees
from connectors.logboek import OpslagFout
from connectors.meters import Meters
from connectors.persoon import Kader
from connectors.zender import NietBezorgd
from hub.matching.namen import PersoonFout, andere_namen

REGEL_MAX: Final = 64 * 1024
"""Bytes of a line, or characters of a cell; a longer one is refused."""
TEGELIJK: Final = 64
"""Messages under way at the same time."""

_KOLOMMEN: Final = (
    "zaaknummer gewijzigdOp voorganger.zaaknummer voorganger.organisatie "
    "persoon.burgerservicenummer persoon.naam.voornamen persoon.naam.voorvoegsel persoon.naam.geslachtsnaam persoon.andereNamen "
    "persoon.geboorte.datum persoon.geboorte.plaats persoon.geslacht persoon.geheimhoudingPersoonsgegevens "
    "persoon.gemeenteVanInschrijving feiten.thema feiten.vrijgave.rol feiten.vrijgave.moment feiten.grondslag "
)
KOLOMMEN: Final[dict[type[Verdachte] | type[Casus], frozenset[str]]] = {
    Verdachte: frozenset(
        (
            _KOLOMMEN + "feiten.pleegdatum feiten.vervolgingsbeslissing feiten.gemeenteFeit feiten.spoedeisend "
            "feiten.zwaarwegendBelang feiten.ophoudenVanaf feiten.ophoudenTot feiten.criteria"
        ).split()
    ),
    Casus: frozenset(
        (
            _KOLOMMEN + "feiten.fase feiten.faseSinds feiten.doelen feiten.adviesBeschikbaar feiten.escalatieniveau "
            "feiten.bewarenTot"
        ).split()
    ),
}
"""The columns of a CSV, in any order; what is always required is missed per row."""

_JA_NEE: Final = frozenset({"persoon.geheimhoudingPersoonsgegevens", "feiten.spoedeisend", "feiten.adviesBeschikbaar"})
_GETALLEN: Final = frozenset({"feiten.escalatieniveau"})
_LIJSTEN: Final = frozenset({"feiten.criteria", "feiten.doelen"})
_NAMEN: Final = "persoon.andereNamen"


class BestandFout(Exception):
    """The file as a whole cannot be read (on). The message is Dutch and holds no content."""


@dataclass(frozen=True, slots=True)
class Regel:
    """One message of the file: where it ends and its JSON, or what is wrong before it can be read as a message."""

    nummer: int
    """Line number, from 1."""
    inhoud: bytes | Fout


@dataclass(slots=True)
class Verslag:
    """What became of a file. Numbers only."""

    aangeboden: int = 0
    verstuurd: int = 0
    verouderd: int = 0
    geweigerd: int = 0


def regels(pad: Path, model: type[Verdachte] | type[Casus], gelezen: Callable[[int], object]) -> Iterator[Regel]:
    """The messages of a file; `gelezen` hears how many bytes were read so far. Raises BestandFout."""
    if pad.suffix.lower() not in {".jsonl", ".csv"}:
        raise BestandFout("geef een bestand met de naam *.jsonl of *.csv")
    if pad.exists() and not pad.is_file():
        raise BestandFout("geef een gewoon bestand: een map, een apparaat of een pijp heeft geen eind")
    try:
        if pad.suffix.lower() == ".jsonl":
            with pad.open("rb") as bron:
                yield from _jsonl(bron, gelezen)
        else:
            # Broken UTF-8 must not stop the file: surrogates mark it, and the row is refused.
            with pad.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as tekst:
                yield from _csv(tekst, model, gelezen)
    except OSError as fout:
        raise BestandFout(f"het bestand kan niet worden gelezen: {fout.strerror}") from None


def _jsonl(bron: BinaryIO, gelezen: Callable[[int], object]) -> Iterator[Regel]:
    nummer = 0
    while stuk := bron.readline(REGEL_MAX):
        nummer += 1
        te_lang = False
        while not stuk.endswith(b"\n") and (rest := bron.readline(REGEL_MAX)):
            te_lang, stuk = True, rest
        gelezen(bron.tell())
        if te_lang:
            yield Regel(nummer, Fout("", "de regel is langer dan 64 kB"))
        elif stuk.strip():
            yield Regel(nummer, stuk.removeprefix(b"\xef\xbb\xbf") if nummer == 1 else stuk)


def _csv(bron: TextIO, model: type[Verdachte] | type[Casus], gelezen: Callable[[int], object]) -> Iterator[Regel]:
    kop = bron.readline(REGEL_MAX)
    scheiding = ";" if kop.count(";") >= kop.count(",") else ","
    kolommen = _kolommen(next(csv.reader([kop], delimiter=scheiding), []), model)
    rijen = csv.reader(_begrensd(bron), delimiter=scheiding, strict=True)
    while True:
        try:
            cellen = next(rijen, None)
        except csv.Error:
            # Quotes that do not match make one row of many: what follows cannot be told apart.
            raise BestandFout(
                f"regel {rijen.line_num + 1}: de aanhalingstekens kloppen niet; hier stopt het lezen"
            ) from None
        if cellen is None:
            return
        gelezen(bron.buffer.tell() if hasattr(bron, "buffer") else 0)
        nummer = rijen.line_num + 1
        if not any(cellen):
            continue
        if len(cellen) != len(kolommen):
            yield Regel(nummer, Fout("", f"de rij heeft {len(cellen)} cellen, de kop {len(kolommen)}"))
            continue
        inhoud, fout = _bericht(dict(zip(kolommen, cellen, strict=True)))
        yield Regel(nummer, fout or inhoud)


def _begrensd(bron: TextIO) -> Iterator[str]:
    """The lines, none of them so long that it fills the memory."""
    nummer = 1
    while stuk := bron.readline(REGEL_MAX):
        nummer += 1
        if len(stuk) == REGEL_MAX and not stuk.endswith(("\n", "\r")):
            raise BestandFout(f"regel {nummer}: de regel is langer dan 64 kB; hier stopt het lezen")
        yield stuk


def _kolommen(kop: list[str], model: type[Verdachte] | type[Casus]) -> list[str]:
    """The header, checked. Unknown columns are told by their number: without a header the first row is a person."""
    if not any(map(str.strip, kop)):
        raise BestandFout("de kop ontbreekt: de eerste regel noemt de kolommen")
    onbekend = [str(nummer) for nummer, kolom in enumerate(kop, 1) if kolom.strip() not in KOLOMMEN[model]]
    if onbekend:
        bekend = sorted(KOLOMMEN[model])
        genoemd = ", ".join(onbekend[: len(bekend)]) + (" en verder" if len(onbekend) > len(bekend) else "")
        raise BestandFout(f"de kop heeft onbekende kolommen: nummer {genoemd}; bekend zijn: {', '.join(bekend)}")
    kolommen = [kolom.strip() for kolom in kop]
    if len(set(kolommen)) != len(kolommen):
        raise BestandFout("de kop noemt een kolom tweemaal")
    return kolommen


def _bericht(rij: dict[str, str]) -> tuple[bytes, Fout | None]:
    """The row as the JSON that the API takes. What cannot be converted stays text, so that the check names it with all other faults;
    but for other names, of which the check does not know how a cell writes them.
    """
    bericht: dict[str, Any] = {"persoon": {"naam": {}, "geboorte": {}}, "feiten": {}}
    for kolom, cel in rij.items():
        if not cel.isascii() and any("\ud800" <= teken <= "\udfff" for teken in cel):
            return b"", Fout("/" + kolom.replace(".", "/"), "is geen UTF-8")
        if cel:
            *paden, naam = kolom.split(".")
            doel = bericht
            for deel in paden:
                doel = doel.setdefault(deel, {})
            try:
                doel[naam] = _waarde(kolom, cel)
            except PersoonFout as fout:
                return b"", Fout("/" + kolom.replace(".", "/"), str(fout))
    return json.dumps(bericht).encode(), None


def _waarde(kolom: str, cel: str) -> Any:
    if kolom in _JA_NEE:
        return {"true": True, "false": False}.get(cel.lower(), cel)
    if kolom == _NAMEN:
        return [asdict(naam) for naam in andere_namen(cel)]
    if kolom in _GETALLEN and cel.isascii() and cel.isdigit() and len(cel) < 10:
        return int(cel)
    return cel.split("|") if kolom in _LIJSTEN else cel


@dataclass
class Import:
    """Delivers the messages of one file, some at a time, and tells what was refused."""

    aanlevering: Levering
    model: type[Verdachte] | type[Casus]
    kader: Callable[[], Kader]
    meters: Meters
    geweigerd: Callable[[int, tuple[Fout, ...]], object]
    """Hears the line number and every fault of a refused message."""
    verslag: Verslag = field(default_factory=Verslag)

    async def voer_uit(self, bron: Iterator[Regel]) -> Verslag:
        """Raises NietBezorgd as soon as Kafka does not take a message (all before it may be imported again), BestandFout and OpslagFout."""
        plaatsen = asyncio.Semaphore(TEGELIJK)
        gestopt: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as taken:
                for regel in bron:
                    await plaatsen.acquire()
                    taak = taken.create_task(self._een(regel))
                    taak.add_done_callback(lambda _: plaatsen.release())
                    await asyncio.sleep(0)
        except* (NietBezorgd, BestandFout, OpslagFout) as groep:
            gestopt = groep.exceptions[0]
        if gestopt is not None:
            raise gestopt
        return self.verslag

    async def _een(self, regel: Regel) -> None:
        self.verslag.aangeboden += 1
        if isinstance(regel.inhoud, Fout):
            self._weiger(regel.nummer, (regel.inhoud,))
            return
        try:
            ontvangst = await self.aanlevering.lever(lees(self.model, regel.inhoud, self.kader()))
        except Ongeldig as fout:
            self._weiger(regel.nummer, fout.fouten)
        else:
            self.verslag.verstuurd += 1
            self.verslag.verouderd += ontvangst.verouderd

    def _weiger(self, nummer: int, fouten: tuple[Fout, ...]) -> None:
        self.verslag.geweigerd += 1
        self.meters.signalen.labels("geweigerd").inc()
        self.geweigerd(nummer, fouten)
