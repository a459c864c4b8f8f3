"""Plots as SVG text, by hand: no script, no font of its own, a title for who cannot see them, colours that differ in lightness."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_B: Final = 640
_LINKS, _BOVEN, _RECHTS, _ONDER = 58, 34, 18, 46
_KLEUREN: Final = ("#154273", "#e17000", "#5b8c2a")


def getal(waarde: float, decimalen: int = 3) -> str:
    """With the decimal comma that Dutch readers expect."""
    return f"{waarde:.{decimalen}f}".replace(".", ",")


@dataclass(frozen=True, slots=True)
class As:
    """A linear axis: its name, its ends and where it is marked."""

    naam: str
    van: float
    tot: float
    merken: tuple[float, ...]
    decimalen: int = 1


@dataclass(frozen=True, slots=True)
class Reeks:
    """Points that belong together; `lijn` joins them, `stip` marks them."""

    naam: str
    punten: Sequence[tuple[float, float]]
    vorm: str = "lijn"
    """`lijn`, `stip`, `beide` or `streep` (a dashed line)."""


def grafiek(titel: str, x: As, y: As, reeksen: Sequence[Reeks], hoog: int = 380) -> str:
    """Curves in a frame with both axes."""
    breed, diep = _B - _LINKS - _RECHTS, hoog - _BOVEN - _ONDER

    def plek(px: float, py: float) -> tuple[float, float]:
        fx = (min(max(px, x.van), x.tot) - x.van) / (x.tot - x.van)
        fy = (min(max(py, y.van), y.tot) - y.van) / (y.tot - y.van)
        return _LINKS + fx * breed, _BOVEN + (1 - fy) * diep

    delen = [_kop(titel, hoog)]
    for merk in x.merken:
        px, _ = plek(merk, y.van)
        delen.append(f'<line class="raster" x1="{px:.1f}" y1="{_BOVEN}" x2="{px:.1f}" y2="{_BOVEN + diep}"/>')
        delen.append(_tekst(px, _BOVEN + diep + 16, getal(merk, x.decimalen), "middle"))
    for merk in y.merken:
        _, py = plek(x.van, merk)
        delen.append(f'<line class="raster" x1="{_LINKS}" y1="{py:.1f}" x2="{_LINKS + breed}" y2="{py:.1f}"/>')
        delen.append(_tekst(_LINKS - 6, py + 4, getal(merk, y.decimalen), "end"))
    delen.append(_tekst(_LINKS + breed / 2, hoog - 8, x.naam, "middle"))
    delen.append(
        f'<text transform="translate(14 {_BOVEN + diep / 2:.0f}) rotate(-90)" text-anchor="middle">{escape(y.naam)}</text>'
    )
    for nummer, reeks in enumerate(reeksen):
        kleur = _KLEUREN[nummer % len(_KLEUREN)]
        plekken = [plek(*punt) for punt in reeks.punten]
        if reeks.vorm != "stip" and len(plekken) > 1:
            lijn = " ".join(f"{px:.1f},{py:.1f}" for px, py in plekken)
            streep = ' stroke-dasharray="5 4"' if reeks.vorm == "streep" else ""
            delen.append(f'<polyline points="{lijn}" fill="none" stroke="{kleur}" stroke-width="2"{streep}/>')
        if reeks.vorm in {"stip", "beide"}:
            delen += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="{kleur}"/>' for px, py in plekken]
        px = _LINKS + nummer * breed / len(reeksen)
        delen.append(_balk(px, 14, 12, 4, kleur))
        delen.append(_tekst(px + 18, 20, reeks.naam, "start"))
    return "".join((*delen, "</svg>"))


def staven(titel: str, namen: Sequence[str], waarden: Sequence[float], teksten: Sequence[str], tot: float) -> str:
    """A horizontal bar per name; `tot` is the full width, `teksten` stand behind the bars."""
    hoog, label = 26 * len(namen) + 12, 300
    breed = _B - label - 130
    delen = [_kop(titel, hoog)]
    for nummer, (naam, waarde, tekst) in enumerate(zip(namen, waarden, teksten, strict=True)):
        py = 8 + 26 * nummer
        lang = breed * min(max(waarde / tot, 0.0), 1.0) if tot else 0.0
        delen.append(_tekst(label - 8, py + 13, naam, "end"))
        delen.append(f'<rect x="{label}" y="{py}" width="{breed}" height="17" fill="#e8ecf1"/>')
        delen.append(f'<rect x="{label}" y="{py}" width="{lang:.1f}" height="17" fill="{_KLEUREN[0]}"/>')
        delen.append(_tekst(label + breed + 8, py + 13, tekst, "start"))
    return "".join((*delen, "</svg>"))


def verdeling(titel: str, x_naam: str, bakken: Sequence[tuple[int, int, int]], namen: tuple[str, str]) -> str:
    """Two histograms on one axis, the second above the first; heights are roots, so that a few stay visible beside many."""
    hoog = 380
    breed, diep = _B - _LINKS - _RECHTS, hoog - _BOVEN - _ONDER
    top = max((a + b for _, a, b in bakken), default=0) ** 0.5 or 1.0
    stap = breed / max(len(bakken), 1)
    delen = [_kop(titel, hoog)]
    for nummer, (van, niet, wel) in enumerate(bakken):
        px = _LINKS + nummer * stap
        h_niet, h_alle = diep * niet**0.5 / top, diep * (niet + wel) ** 0.5 / top
        delen.append(_balk(px, _BOVEN + diep - h_alle, stap - 1, h_alle - h_niet, _KLEUREN[0]))
        delen.append(_balk(px, _BOVEN + diep - h_niet, stap - 1, h_niet, _KLEUREN[1]))
        if van % 10 == 0:
            delen.append(_tekst(px, _BOVEN + diep + 16, f"{van:+d}" if van else "0", "middle"))
    delen += [
        _tekst(_LINKS - 6, _BOVEN + diep * (1 - deel) + 4, f"{round((deel * top) ** 2)}", "end")
        for deel in (0.25, 0.5, 0.75, 1.0)
    ]
    for nummer, naam in enumerate(namen):
        delen.append(_balk(_LINKS + 200 * nummer, 12, 12, 10, _KLEUREN[nummer]))
        delen.append(_tekst(_LINKS + 18 + 200 * nummer, 21, naam, "start"))
    delen.append(_tekst(_LINKS + breed / 2, hoog - 8, x_naam, "middle"))
    return "".join((*delen, "</svg>"))


def _kop(titel: str, hoog: int) -> str:
    return (
        f'<svg viewBox="0 0 {_B} {hoog}" role="img" xmlns="http://www.w3.org/2000/svg"><title>{escape(titel)}</title>'
    )


def _balk(x: float, y: float, breed: float, hoog: float, kleur: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{breed:.1f}" height="{max(hoog, 0.0):.1f}" fill="{kleur}"/>'


def _tekst(x: float, y: float, tekst: str, anker: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anker}">{escape(tekst)}</text>'
