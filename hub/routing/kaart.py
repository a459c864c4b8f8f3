"""Draw the coverage as an SVG of tiles. Knows no register: it draws what it is given, the same bytes for the same input."""

from dataclasses import dataclass
from datetime import date
from html import escape
from textwrap import wrap
from typing import Final

_BREED: Final = 168
_HOOG: Final = 104
_TUSSEN: Final = 8
_RAND: Final = 24
_KOP: Final = 92
_LEGENDA: Final = 84
_INKT: Final = "#12324f"
_GEDEKT: Final = "#2f7fb8"
_LICHT: Final = "#e3eff8"
_ROOD: Final = "#c62828"
_ROZE: Final = "#fde7e7"


@dataclass(frozen=True, slots=True)
class Tegel:
    """One veiligheidsregio: how many gemeenten it has and the names of those that nobody covers."""

    code: str
    naam: str
    kolom: int
    rij: int
    gemeenten: int
    vlekken: tuple[str, ...]
    tafels: tuple[str, ...]
    te_bevestigen: bool

    @property
    def gedekt(self) -> int:
        return self.gemeenten - len(self.vlekken)

    @property
    def uitleg(self) -> str:
        """The tile in words, for who hovers over it or cannot see it."""
        vlekken = f" Witte vlekken: {', '.join(self.vlekken)}." if self.vlekken else ""
        tafels = f" Tafels: {', '.join(self.tafels)}." if self.tafels else ""
        bevestigen = " Nog te bevestigen." if self.te_bevestigen else ""
        return f"{self.naam} ({self.code}): {self.gedekt} van {self.gemeenten} gemeenten gedekt.{vlekken}{tafels}{bevestigen}"


def teken(tegels: tuple[Tegel, ...], op: date, versie: str) -> str:
    """The SVG document. `versie` is the register's hash, so that a printed picture can be traced."""
    breed = 2 * _RAND + (max(t.kolom for t in tegels) + 1) * (_BREED + _TUSSEN) - _TUSSEN
    kaart = (max(t.rij for t in tegels) + 1) * (_HOOG + _TUSSEN)
    hoog = _KOP + kaart + _LEGENDA
    gemeenten, gedekt = sum(t.gemeenten for t in tegels), sum(t.gedekt for t in tegels)
    vlekken = [f"{naam} ({t.naam})" for t in tegels for naam in t.vlekken]
    som = (
        f"{gedekt} van {gemeenten} gemeenten gedekt, {len(vlekken)} witte {'vlek' if len(vlekken) == 1 else 'vlekken'}"
    )
    beschrijving = f"Per veiligheidsregio het deel van de gemeenten met een tafel op {op}: {som}."
    if vlekken:
        beschrijving += f" Witte vlekken: {', '.join(vlekken)}."
    delen = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {breed} {hoog}" width="{breed}" height="{hoog}" role="img"'
        f' aria-labelledby="titel beschrijving" lang="nl" font-family="DejaVu Sans, Arial, sans-serif" fill="{_INKT}">',
        f'<title id="titel">Dekking door tafels op {op}</title>',
        f'<desc id="beschrijving">{escape(beschrijving)}</desc>',
        f'<defs><pattern id="vlek" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="8" height="8" fill="{_ROOD}"/><rect width="3" height="8" fill="#ffffff" opacity="0.45"/></pattern></defs>',
        f'<rect width="{breed}" height="{hoog}" fill="#ffffff"/>',
        _tekst(_RAND, 42, f"Dekking door tafels op {op}", 24, vet=True),
        _tekst(_RAND, 68, f"{som} · register {versie}", 14),
        *(_tegel(t) for t in sorted(tegels, key=lambda t: (t.rij, t.kolom))),
        _legenda(_KOP + kaart + 12),
        "</svg>",
    ]
    return "\n".join(delen) + "\n"


def _tegel(t: Tegel) -> str:
    x, y = _RAND + t.kolom * (_BREED + _TUSSEN), _KOP + t.rij * (_HOOG + _TUSSEN)
    vol = bool(t.gemeenten) and not t.vlekken
    rand, vlak = (_GEDEKT, _LICHT) if vol else (_ROOD, _ROZE)
    streep = ' stroke-dasharray="5 4"' if t.te_bevestigen else ""
    balk = _BREED - 20
    blauw = round(balk * t.gedekt / t.gemeenten) if t.gemeenten else 0
    naam = wrap(t.naam, 17)
    delen = [
        f"<g><title>{escape(t.uitleg)}</title>",
        f'<rect x="{x + 1}" y="{y + 1}" width="{_BREED - 2}" height="{_HOOG - 2}" rx="6" fill="{vlak}" stroke="{rand}"'
        f' stroke-width="2"{streep}/>',
        *(_tekst(x + 10, y + 22 + 16 * i, regel, 13, vet=True) for i, regel in enumerate(naam)),
        _tekst(x + 10, y + 62, f"{t.gedekt} van {t.gemeenten} gemeenten", 12),
        f'<rect x="{x + 10}" y="{y + 70}" width="{blauw}" height="9" fill="{_GEDEKT}"/>',
    ]
    if blauw < balk:
        delen.append(f'<rect x="{x + 10 + blauw}" y="{y + 70}" width="{balk - blauw}" height="9" fill="url(#vlek)"/>')
    delen.append(_onderschrift(t, x + 10, y + 95))
    return "".join([*delen, "</g>"])


def _onderschrift(t: Tegel, x: int, y: int) -> str:
    if t.vlekken:
        namen = t.vlekken[0] if len(t.vlekken) == 1 else f"{t.vlekken[0]} en {len(t.vlekken) - 1} meer"
        return _tekst(x, y, f"mist {namen}", 11, kleur=_ROOD, vet=True)
    return _tekst(x, y, f"{t.code} · {len(t.tafels)} {'tafel' if len(t.tafels) == 1 else 'tafels'}", 11)


def _legenda(y: int) -> str:
    blok = f'width="26" height="14" y="{y}"'
    return "".join(
        [
            f'<rect x="{_RAND}" {blok} fill="{_GEDEKT}"/>',
            _tekst(_RAND + 34, y + 12, "gedekt door een werkende tafel", 13),
            f'<rect x="{_RAND + 290}" {blok} fill="url(#vlek)"/>',
            _tekst(_RAND + 324, y + 12, "witte vlek", 13),
            f'<rect x="{_RAND + 430}" {blok} fill="none" stroke="{_INKT}" stroke-width="2" stroke-dasharray="5 4"/>',
            _tekst(_RAND + 464, y + 12, "tafel of indeling nog te bevestigen", 13),
            _tekst(
                _RAND,
                y + 42,
                "Een tegel per veiligheidsregio, ongeveer waar zij ligt; de balk is het aandeel van haar gemeenten.",
                12,
            ),
        ]
    )


def _tekst(x: int, y: int, tekst: str, grootte: int, *, vet: bool = False, kleur: str = _INKT) -> str:
    gewicht = ' font-weight="bold"' if vet else ""
    return f'<text x="{x}" y="{y}" font-size="{grootte}" fill="{kleur}"{gewicht}>{escape(tekst)}</text>'
