"""Two reports about the shipped policy: what is proven of it, and which mistakes its golden table would notice.

`python -m hub.privacy.bewijsrapport [MAP]` writes `beleid-bewijs.md` and `beleid-mutatie.md` (default: in `build/`) and ends
with 1 where a claim is broken or a mistake goes unnoticed. For the development environment only (z3-solver).
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.privacy.bewijs import Model, tegenvoorbeeld
from hub.privacy.filter import Filter
from hub.privacy.gulden import lees_tabel
from hub.privacy.mutatie import GuldenTabel, Mutant, mutanten, verschil
from hub.privacy.nooit import NOOIT_IN_ENIGE_WERELD, weerleg


@dataclass(frozen=True)
class Mutatie:
    """What became of every mutant of a policy."""

    gemerkt: tuple[tuple[Mutant, str], ...]
    """With the name of the row that notices it."""
    gelijkwaardig: tuple[Mutant, ...]
    """z3 proves that no geval tells it from the original."""
    gaten: tuple[tuple[Mutant, dict[str, str]], ...]
    """With the facts of a geval for which the table lacks a row."""


def muteer(filter_: Filter) -> Mutatie:
    """Make every mutant, ask the golden table, and z3 about what it does not notice."""
    tabel, model = GuldenTabel(filter_.regels, lees_tabel(filter_.bronnen.gulden)), Model(filter_.regels)
    gemerkt, gelijkwaardig, gaten = [], [], []
    for mutant in mutanten(filter_.regels):
        rij = tabel.merkt(mutant)
        if rij is not None:
            gemerkt.append((mutant, rij))
            continue
        voorbeeld = tegenvoorbeeld(verschil(model, model.met(mutant.regel, mutant.nieuw)))
        if voorbeeld is None:
            gelijkwaardig.append(mutant)
        else:
            gaten.append((mutant, {naam: waarde for naam, waarde in voorbeeld.items() if waarde != "False"}))
    return Mutatie(tuple(gemerkt), tuple(gelijkwaardig), tuple(gaten))


def bewijs(filter_: Filter, weerlegd: dict[str, dict[str, str]]) -> str:
    """The claims about a policy, each proven or with a counterexample, in Dutch."""
    aantal = len(NOOIT_IN_ENIGE_WERELD)
    delen = [
        "# Wat van het privacybeleid bewezen is\n",
        f"Beleid `{filter_.hash}`. {aantal - len(weerlegd)} van {aantal} beweringen bewezen met z3, over alle feiten die er",
        "kunnen zijn, niet over een steekproef. Het bewijs gaat over de tekst van de regels, per richting; dat die tekst de wet",
        "goed weergeeft, moet een jurist bevestigen.\n",
        "| bewering | grondslag | uitslag |",
        "|---|---|---|",
        *(
            f"| {een.uitleg} (`{een.naam}`) | {een.grondslag} | {_uitslag(weerlegd.get(een.naam))} |"
            for een in NOOIT_IN_ENIGE_WERELD
        ),
    ]
    return "\n".join(delen) + "\n"


def _uitslag(voorbeeld: dict[str, str] | None) -> str:
    if voorbeeld is None:
        return "bewezen"
    return "WEERLEGD: " + ", ".join(f"{n} = {w}" for n, w in voorbeeld.items() if w != "False")


def mutatie(filter_: Filter, uitkomst: Mutatie) -> str:
    """What became of every mistake, per rule, in Dutch."""
    regels = list(_per_regel(filter_, uitkomst))
    totaal = [sum(rij[i] for _, rij in regels) for i in range(4)]
    delen = [
        "# Welke fouten in het privacybeleid de gulden tabel opmerkt\n",
        f"Beleid `{filter_.hash}`. Elke kleine fout (mutant) in elke regel is gemaakt en aan de gulden tabel van",
        f"{len(lees_tabel(filter_.bronnen.gulden))} gevallen voorgelegd. Van wat de tabel niet merkt, zoekt z3 een geval dat het",
        "verschil laat zien. Is dat er niet, dan is de mutant gelijkwaardig: hij beslist overal hetzelfde.\n",
        "| regel | mutanten | gemerkt | gelijkwaardig | gemist |",
        "|---|---:|---:|---:|---:|",
        *(f"| {naam} | {' | '.join(map(str, rij))} |" for naam, rij in regels),
        f"| **totaal** | {' | '.join(f'**{aantal}**' for aantal in totaal)} |\n",
        "## Gelijkwaardige mutanten\n",
        *(f"* {mutant.regel}: {mutant.wat}" for mutant in uitkomst.gelijkwaardig),
    ]
    if uitkomst.gaten:
        delen += ["\n## Gemist: hier ontbreekt een rij\n"]
        delen += [f"* {mutant.regel}, {mutant.wat}: bijvoorbeeld {feiten}" for mutant, feiten in uitkomst.gaten]
    return "\n".join(delen) + "\n"


def _per_regel(filter_: Filter, uitkomst: Mutatie) -> Iterator[tuple[str, Sequence[int]]]:
    tellingen: dict[str, Counter[str]] = defaultdict(Counter)
    for soort, namen in (
        ("gemerkt", [mutant.regel for mutant, _ in uitkomst.gemerkt]),
        ("gelijkwaardig", [mutant.regel for mutant in uitkomst.gelijkwaardig]),
        ("gemist", [mutant.regel for mutant, _ in uitkomst.gaten]),
    ):
        for naam in namen:
            tellingen[naam][soort] += 1
    for naam in filter_.regels:
        if naam in tellingen:
            een = tellingen[naam]
            yield naam, (een.total(), een["gemerkt"], een["gelijkwaardig"], een["gemist"])


def main(map_: Path) -> int:
    """Write both reports. 0: everything proven and noticed."""
    filter_ = Filter.laad()
    weerlegd, uitkomst = weerleg(filter_.regels), muteer(filter_)
    map_.mkdir(parents=True, exist_ok=True)
    (map_ / "beleid-bewijs.md").write_text(bewijs(filter_, weerlegd), encoding="utf-8")
    (map_ / "beleid-mutatie.md").write_text(mutatie(filter_, uitkomst), encoding="utf-8")
    aantal = len(uitkomst.gemerkt) + len(uitkomst.gelijkwaardig) + len(uitkomst.gaten)
    sys.stdout.write(
        f"{len(NOOIT_IN_ENIGE_WERELD) - len(weerlegd)} of {len(NOOIT_IN_ENIGE_WERELD)} claims proven; {aantal} mutants:"
        f" {len(uitkomst.gemerkt)} noticed, {len(uitkomst.gelijkwaardig)} equivalent, {len(uitkomst.gaten)} missed\n"
    )
    return 1 if weerlegd or uitkomst.gaten else 0


if __name__ == "__main__":
    opties = argparse.ArgumentParser(
        description="Prove what the policy claims, and count the slips that its table notices."
    )
    opties.add_argument("map", type=Path, nargs="?", default=Path("build"), help="where the two reports go")
    sys.exit(main(opties.parse_args().map))
