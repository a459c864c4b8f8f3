"""The bench as a picture: every duration from its p50 to its p99 on one logarithmic scale, the plain round trip on top."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LINKS, _RECHTS, _RIJ, _KOP, _VOET = 330, 900, 26, 64, 40
_KAAL, _HUB, _INKT, _RASTER = "#7a8794", "#1f5f99", "#1b2430", "#dfe4ea"


@dataclass(frozen=True, slots=True)
class Staaf:
    """One row."""

    naam: str
    p50: float
    p99: float
    """Milliseconds."""
    hub: bool


def teken(titel: str, onderschrift: str, staven: Sequence[Staaf]) -> str:
    """An SVG of its own, readable without colour: the figures stand beside the bars. `staven` must not be empty."""
    laag = min(math.floor(math.log10(max(een.p50, 0.1))) for een in staven)
    hoog = max(math.ceil(math.log10(max(een.p99, een.p50, 0.2))) for een in staven)
    schaal = (_RECHTS - _LINKS) / (hoog - laag)

    def x(ms: float) -> float:
        return _LINKS + (math.log10(max(ms, 10**laag)) - laag) * schaal

    onder = _KOP + _RIJ * len(staven)
    delen = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1100 {onder + _VOET}" width="1100" height="{onder + _VOET}" role="img"'
        f' lang="nl" font-family="DejaVu Sans, Arial, sans-serif" font-size="13" fill="{_INKT}"><title>{escape(titel)}</title>',
        f'<rect width="1100" height="{onder + _VOET}" fill="#ffffff"/>',
        f'<text x="20" y="26" font-size="18" font-weight="bold">{escape(titel)}</text>',
        f'<text x="20" y="47">{escape(onderschrift)}</text>',
    ]
    delen += [
        f'<line x1="{x(10**macht):.0f}" x2="{x(10**macht):.0f}" y1="{_KOP - 6}" y2="{onder}" stroke="{_RASTER}"/>'
        f'<text x="{x(10**macht):.0f}" y="{onder + 18}" text-anchor="middle">{10**macht:g} ms</text>'
        for macht in range(laag, hoog + 1)
    ]
    for nr, een in enumerate(staven):
        y, breed = _KOP + nr * _RIJ, max(x(een.p99) - x(een.p50), 3)
        delen.append(
            f'<text x="{_LINKS - 10}" y="{y + 15}" text-anchor="end">{escape(een.naam)}</text>'
            f'<rect x="{x(een.p50):.1f}" y="{y + 4}" width="{breed:.1f}" height="14" fill="{_HUB if een.hub else _KAAL}"/>'
            f'<text x="{_RECHTS + 10}" y="{y + 15}">p50 {een.p50:g}, p99 {een.p99:g} ms</text>'
        )
    return "\n".join([*delen, "</svg>"]) + "\n"
