"""The outcome of a trial in words: for the terminal and as one HTML page without scripts. Dutch; no dossier, no person."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hub.privacy.beslissing import Beslissing
from hub.privacy.proeftuin import (
    Proef,
    Regeltelling,
    Uitslag,
    Verschuiving,
    grondslagwijzigingen,
    regelwijzigingen,
)

_KOPPEN: Final = {
    Verschuiving.GELIJK: "blijft gelijk",
    Verschuiving.MEER: "staat meer toe",
    Verschuiving.MINDER: "staat minder toe",
    Verschuiving.ANDERS: "andere velden",
    Verschuiving.REDEN: "gelijk, om een andere reden",
}
_VOORBEELDEN: Final = 200
"""At most so many examples on a page: a policy officer reads them, a machine does not."""


def toon(proef: Proef, voorbeelden: int, console: Console) -> None:
    """Write a trial to the terminal, with up to `voorbeelden` examples per rule, each shown once."""
    console.print(Text(_aanhef(proef), style="bold"))
    tellingen = Table("gevolg", "gevallen")
    for soort, kop in _KOPPEN.items():
        tellingen.add_row(kop, str(proef.telling[soort]))
    console.print(tellingen)
    for kop, regels in _lijsten(proef):
        console.print(Text(kop, style="bold"))
        for regel in regels:
            console.print(Text(f"  * {regel}"))
    if not proef.gewijzigd:
        console.print("Geen enkel geval verandert.")
    getoond: set[str] = set()
    for telling in proef.per_regel():
        nieuw = [een for een in telling.gewijzigd if een.voorval.naam not in getoond][:voorbeelden]
        getoond.update(een.voorval.naam for een in nieuw)
        console.print(_regel(proef, telling, nieuw))


def _regel(proef: Proef, telling: Regeltelling, voorbeelden: Iterable[Uitslag]) -> RenderableType:
    delen: list[RenderableType] = [
        Text(f"\n{telling.regel.id}", style="bold cyan"),
        Padding(Text(telling.regel.uitleg), (0, 2)),
        Padding(Text(_telling(telling)), (0, 2)),
    ]
    for een in voorbeelden:
        regels = [een.voorval.naam, f"  {_overgang(een)}", f"  {_feiten(proef, een)}"]
        delen.append(Padding(Text("\n".join(regels)), (0, 4)))
    return Group(*delen)


def html(proef: Proef) -> str:
    """A trial as one page."""
    delen = [
        "<!doctype html><html lang='nl'><meta charset='utf-8'><title>Proeftuin privacybeleid</title>",
        "<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .6rem;text-align:left}"
        "code{background:#eee;padding:0 .2rem}li{margin:.4rem 0}</style>",
        "<h1>Proeftuin privacybeleid</h1>",
        f"<p>{escape(_aanhef(proef))}</p><table><tr><th>gevolg<th>gevallen",
        *(f"<tr><td>{escape(kop)}<td>{proef.telling[soort]}" for soort, kop in _KOPPEN.items()),
        "</table>",
    ]
    for kop, regels in _lijsten(proef):
        delen += [f"<h2>{escape(kop)}</h2><ul>", *(f"<li>{escape(regel)}" for regel in regels), "</ul>"]
    delen.append("<h2>Wat verandert er, per regel</h2>")
    if not proef.gewijzigd:
        delen.append("<p>Geen enkel geval verandert.</p>")
    for telling in proef.per_regel():
        delen.append(f"<h3 id='{escape(telling.regel.id)}'>{escape(telling.regel.id)}</h3>")
        delen.append(f"<p>{escape(telling.regel.uitleg)} <em>({escape(telling.regel.grondslag)})</em></p>")
        delen.append(f"<p>{escape(_telling(telling))}</p><details><summary>Voorbeelden</summary><ul>")
        for een in telling.gewijzigd[:_VOORBEELDEN]:
            delen.append(f"<li><strong>{escape(een.voorval.naam)}</strong><br>{escape(_overgang(een))}")
            delen.append(f"<br><code>{escape(_feiten(proef, een))}</code>")
        delen.append("</ul></details>")
    return "\n".join(delen) + "</html>\n"


def _aanhef(proef: Proef) -> str:
    return (
        f"{len(proef.uitslagen)} gevallen onder het huidige beleid ({proef.huidig.hash}) en het nieuwe ({proef.nieuw.hash}):"
        f" {_aantal(len(proef.gewijzigd), 'verandert', 'veranderen')}."
    )


def _lijsten(proef: Proef) -> Iterator[tuple[str, list[str]]]:
    """What must be known before the examples are read; only what there is."""
    opmerkingen = []
    if proef.afgeweken:
        opmerkingen.append(
            f"{proef.afgeweken} gevallen beslist ook het huidige beleid anders dan destijds is vastgelegd."
        )
    if proef.onbeoordeeld:
        opmerkingen.append(
            f"{proef.onbeoordeeld} gevallen zijn niet volledig vastgelegd of niet leesbaar voor een van beide;"
            " dat beleid weigert ze (regel fout)."
        )
    for kop, regels in (
        ("Opmerkingen", opmerkingen),
        ("Gewijzigde regels", list(regelwijzigingen(proef.huidig, proef.nieuw))),
        ("Gewijzigde grondslagen", list(grondslagwijzigingen(proef.huidig, proef.nieuw))),
        ("Fouten", list(proef.fouten)),
    ):
        if regels:
            yield kop, regels


def _telling(telling: Regeltelling) -> str:
    return (
        f"Bepaalt nu {_aantal(telling.nu, 'geval', 'gevallen')} en straks {telling.straks};"
        f" {_aantal(len(telling.gewijzigd), 'geval verandert', 'gevallen veranderen')} mede hierdoor."
    )


def _aantal(aantal: int, een: str, meer: str) -> str:
    return f"{aantal} {een if aantal == 1 else meer}"


def _overgang(uitslag: Uitslag) -> str:
    return f"nu: {_uitkomst(uitslag.nu)}; straks: {_uitkomst(uitslag.straks)}"


def _uitkomst(beslissing: Beslissing) -> str:
    velden = f", met {', '.join(sorted(beslissing.velden))}" if beslissing.velden else ""
    return f"{beslissing.besluit} door {', '.join(beslissing.regels)}{velden}"


def _feiten(proef: Proef, uitslag: Uitslag) -> str:
    return ", ".join(f"{naam} = {woord(waarde)}" for naam, waarde in sorted(proef.toelichting(uitslag).items()))


def woord(waarde: Any) -> str:
    """A fact's value as an officer writes it."""
    if isinstance(waarde, bool):
        return "ja" if waarde else "nee"
    if isinstance(waarde, Iterable) and not isinstance(waarde, str):
        return ", ".join(sorted(map(str, waarde))) or "leeg"
    return str(waarde)
