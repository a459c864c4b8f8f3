"""Who has read the golden table. Reading is the work of people; the machine knows only whether it was done for this very text.

A signature names a person of the organisation in their office, not a person in a dossier. It stands beside the table, and changes
neither the policy nor its hash: a policy may be used unread, but nobody can fail to see it.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from hub.privacy.filter import Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.gulden import Rij, basisgevallen, lees_tabel
from hub.privacy.proefverslag import woord

BESTAND: Final = Path("beleid") / "nalezing.toml"
VULLING: Final = "verzonnen"
"""What the table writes in a field that must be there and that no rule looks at."""
_KOP: Final = (
    "# Wie de gulden tabel heeft nagelezen (hub beleid onderteken). `tabel` is de vingerafdruk van de gelezen tekst.\n"
)
_Naam = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f\"\\]{2,80}$", strip_whitespace=True)]


class Handtekening(BaseModel):
    """Somebody read every row of one table and holds each outcome to be right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    naam: _Naam
    rol: _Naam
    datum: date
    tabel: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    """sha256 of gulden.toml, in hexadecimal."""


def vingerafdruk(gulden: str) -> str:
    """Names one text of the table: sha256 in hexadecimal."""
    return hashlib.sha256(gulden.encode()).hexdigest()


def lees_handtekeningen(map_: Path) -> tuple[Handtekening, ...]:
    """The signatures in the policy folder; none where nobody signed yet. Raises BeleidFout: the file cannot be read."""
    bestand = map_ / BESTAND
    try:
        ruw = tomllib.loads(bestand.read_text("utf-8")).get("nalezing", [])
        return tuple(Handtekening.model_validate(een) for een in ruw)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, ValidationError) as fout:
        raise BeleidFout([f"{bestand}: {fout}"]) from fout


def geldige(handtekeningen: Iterable[Handtekening], gulden: str) -> tuple[Handtekening, ...]:
    """Those that were set under this very text."""
    tabel = vingerafdruk(gulden)
    return tuple(een for een in handtekeningen if een.tabel == tabel)


def onderteken(map_: Path, handtekening: Handtekening) -> None:
    """Add a signature. Raises BeleidFout: the file cannot be read or written, or this person signed this table before."""
    eerder = lees_handtekeningen(map_)
    if any(
        (een.naam, een.rol, een.tabel) == (handtekening.naam, handtekening.rol, handtekening.tabel) for een in eerder
    ):
        raise BeleidFout([f"{handtekening.naam} ({handtekening.rol}) heeft deze tabel al getekend"])
    blokken = (
        f'[[nalezing]]\nnaam = "{een.naam}"\nrol = "{een.rol}"\ndatum = {een.datum}\ntabel = "{een.tabel}"\n'
        for een in (*eerder, handtekening)
    )
    try:
        (map_ / BESTAND).write_text("\n".join((_KOP, *blokken)), encoding="utf-8")
    except OSError as fout:
        raise BeleidFout([f"{map_ / BESTAND}: {fout.strerror}"]) from fout


def naleesblad(filter_: Filter) -> str:
    """The golden table as a page to read and tick, per rule: what is different in each case, and what must come of it."""
    rijen = lees_tabel(filter_.bronnen.gulden)
    per_regel: dict[str, list[Rij]] = {}
    for rij in rijen:
        for naam in sorted(rij.regels):
            per_regel.setdefault(naam, []).append(rij)
    delen = [
        "<!doctype html><html lang='nl'><meta charset='utf-8'><title>Naleesblad gulden tabel</title>",
        "<style>body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}"
        "td,th{border:1px solid #999;padding:.2rem .6rem;text-align:left;vertical-align:top}code{font-size:85%}"
        "tr{break-inside:avoid}</style>",
        "<h1>Naleesblad van de gulden tabel</h1>",
        f"<p>Beleid <code>{filter_.hash}</code>, {len(rijen)} gevallen, vingerafdruk <code>{vingerafdruk(filter_.bronnen.gulden)}</code>."
        " Alle gevallen zijn verzonnen. Elk geval is een basisgeval waarin een paar feiten anders zijn. Lees per regel of elk"
        " geval terecht zo wordt beslist; een geval waar meer regels bij horen, staat bij elke regel. Klopt alles, teken dan met"
        " <code>hub beleid onderteken</code>.</p><h2>Basisgevallen</h2>",
        *(_basis(naam, feiten) for naam, feiten in basisgevallen(filter_.bronnen.gulden).items()),
    ]
    for naam, regel in filter_.regels.items():
        if naam in per_regel:
            delen += _blok(naam, regel.uitleg, regel.grondslag, per_regel[naam])
    return "\n".join(delen) + "</html>\n"


def _blok(naam: str, uitleg: str, grondslag: str, rijen: Iterable[Rij]) -> Iterator[str]:
    yield f"<h2 id='{escape(naam)}'>{escape(naam)}</h2><p>{escape(uitleg)} <em>({escape(grondslag)})</em></p>"
    yield "<table><tr><th>&#10003;<th>geval<th>basisgeval<th>maar met<th>besluit<th>door"
    for rij in rijen:
        velden = "" if rij.velden is None else f"; velden: {woord(rij.velden)}"
        yield (
            f"<tr><td>&#9744;<td>{escape(rij.naam)}<td><a href='#basis-{escape(rij.basis)}'>{escape(rij.basis)}</a>"
            f"<td>{_feiten(rij.afwijking)}"
            f"<td>{rij.besluit}{escape(velden)}<td>{escape(', '.join(sorted(rij.regels)))}"
        )
    yield "</table>"


def _basis(naam: str, feiten: Mapping[str, Any]) -> str:
    """One base case, folded: a row per part, without what only fills a field."""
    delen: dict[str, dict[str, Any]] = {}
    for feit, waarde in feiten.items():
        deel, _, veld = feit.rpartition(".")
        if waarde != VULLING:
            delen.setdefault(deel or "geval", {})[veld] = waarde
    rijen = "".join(f"<tr><th>{escape(deel)}<td>{_feiten(velden)}" for deel, velden in delen.items())
    return f"<details id='basis-{escape(naam)}'><summary>{escape(naam)}</summary><table>{rijen}</table></details>"


def _feiten(feiten: Mapping[str, Any]) -> str:
    delen = (
        f"<code>{escape(naam)}</code> {'ontbreekt' if waarde is None else escape('= ' + woord(waarde))}"
        for naam, waarde in feiten.items()
    )
    return ", ".join(delen) or "niets anders"
