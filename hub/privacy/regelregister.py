"""The rule register for people: every rule in Dutch, written from the policy itself and never by hand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hub.privacy.filter import Filter
from hub.privacy.grondslag import Grondslag
from hub.privacy.gulden import Rij, lees_tabel
from hub.privacy.regels import VAST, Regel, Regelsoort
from hub.privacy.zinnen import leden, punten

_KOPPEN: Final[Mapping[Regelsoort, tuple[str, str]]] = {
    Regelsoort.TOESTEMMING: ("Wanneer mag er gemeld worden?", "Er mag gemeld worden als dit alles klopt:"),
    Regelsoort.NOOIT: ("Wanneer mag het nooit?", "Er gaat niets uit, en er wacht niets,"),
    Regelsoort.AANHOUDEN: ("Wanneer moet een melding wachten?", "De melding wacht"),
    Regelsoort.VELD: ("Welke extra velden mogen mee?", "Dit veld mag mee als dit alles klopt:"),
    Regelsoort.INTREKKEN: ("Wanneer mag een melding worden ingetrokken?", "Intrekken mag als:"),
}
_FEIT: Final = re.compile(r'^\s*"(\w+)":\s*[\w<>]+,\s*//\s*(.+)$')
_BLOK: Final = re.compile(r"^(?:type|entity) (\w+) = \{")
_BLOKKEN: Final = {
    "Geval": "",
    "Bron": "bron.",
    "Ontvanger": "ontvanger.",
    "Aandragen": "aandragen.",
    "OntvangendeTafel": "tafel.",
    "Grondslag": "grondslag.",
}


def markdown(filter_: Filter) -> str:
    """The register of one policy version, in Dutch: rules with their examples, grondslagen, and the facts they speak of."""
    rijen = lees_tabel(filter_.bronnen.gulden)
    delen = [
        "# Regelregister privacyfilter\n",
        f"Versie `{filter_.hash}`. Gemaakt uit het beleid zelf; wijzig dit bestand niet, maar het beleid.\n",
        "Alles is verboden, tenzij een toestemming past en geen verbod. Een verbod wint altijd. Staat alleen een regel van",
        "uitstel in de weg, dan wacht de melding (AANGEHOUDEN) tot feiten, vrijgave of tijd daar iets aan veranderen.\n",
    ]
    for soort, (kop, aanhef) in _KOPPEN.items():
        delen.append(f"## {kop}\n")
        for regel in filter_.regels.values():
            if regel.soort is soort and regel not in VAST:
                delen += _regel(regel, aanhef, rijen)
    delen.append("## Redenen die niet in een regel staan\n")
    delen += [f"* **{regel.id}** {regel.uitleg} ({regel.grondslag})" for regel in VAST]
    delen.append("\n## Grondslagen\n")
    for grondslag in filter_.grondslagen.values():
        delen += _grondslag(grondslag)
    delen += ["## Feiten\n", "| feit | betekenis |", "|---|---|"]
    delen += [f"| `{naam}` | {uitleg} |" for naam, uitleg in feiten_uitleg(filter_).items()]
    return "\n".join(delen) + "\n"


def feiten_uitleg(filter_: Filter) -> dict[str, str]:
    """What each fact means, in Dutch."""
    return dict(_feiten(filter_.bronnen.schema))


def _regel(regel: Regel, aanhef: str, rijen: Sequence[Rij]) -> Iterator[str]:
    yield f"### {regel.id}\n"
    yield f"{regel.uitleg}\n"
    yield f"Grondslag: {regel.grondslag}\n"
    if regel.soort in (Regelsoort.TOESTEMMING, Regelsoort.VELD, Regelsoort.INTREKKEN):
        yield f"{aanhef}\n"
        for _, expressie in regel.voorwaarden:
            yield from punten(leden(expressie, "&&"))
        yield ""
    else:
        for plaats, (soort, expressie) in enumerate(regel.voorwaarden):
            eerst, daarna = {"when": (f"{aanhef} als", "en als"), "unless": (f"{aanhef} tenzij", "behalve als")}[soort]
            yield f"{daarna if plaats else eerst}:\n"
            yield from punten(leden(expressie, "&&") if soort == "when" else [expressie])
            yield ""
    if regel.wacht_op is not None:
        yield f"De bron hoort dan van het eigen dossier: `{regel.wacht_op}`.\n"
    bepaald = [rij.naam for rij in rijen if regel.id in rij.regels]
    if bepaald:
        yield f"<details><summary>{len(bepaald)} voorbeelden uit de gulden tabel</summary>\n"
        yield from (f"* {naam}" for naam in bepaald)
        yield "\n</details>\n"


def _grondslag(grondslag: Grondslag) -> Iterator[str]:
    einde = "open" if grondslag.geldig_tot is None else f"tot {grondslag.geldig_tot:%d-%m-%Y}"
    vrijgave = ", ".join(sorted(grondslag.vrijgave_rollen)) or f"niet nodig: {grondslag.vrijgave_argument}"
    yield f"### {grondslag.id}\n"
    yield f"{grondslag.titel}. Geldig vanaf {grondslag.geldig_van:%d-%m-%Y}, {einde}.\n"
    yield f"**{grondslag.bevestiging}**\n"
    yield from (
        "| | |",
        "|---|---|",
        f"| wettelijke basis | {'; '.join(grondslag.wettelijke_basis)} |",
        f"| 1. zwaarwegend algemeen belang | {grondslag.belang} |",
        f"| 2. samenwerkingsverband en doel | {grondslag.samenwerkingsverband}: {grondslag.doel} |",
        f"| 3. gegevens | {'; '.join(grondslag.gegevens)} |",
        f"| 4. voorwaarden | {'; '.join(grondslag.voorwaarden)} |",
        f"| 5. ontvangers | {', '.join(sorted(grondslag.ontvangers))} |",
        f"| richtingen | {', '.join(sorted(grondslag.richtingen))} |",
        f"| thema's | {', '.join(sorted(grondslag.themas))} |",
        f"| extra velden | {', '.join(sorted(grondslag.velden)) or 'geen'} |",
        f"| vrijgave door | {vrijgave} |",
        *([f"| mandaat | {grondslag.mandaat} |"] if grondslag.mandaat else []),
        f"| verwerkingsactiviteit | {grondslag.activiteit} |\n",
    )


def _feiten(schema: str) -> Iterator[tuple[str, str]]:
    """The facts and their meaning, from the comments of the schema."""
    voor = ""
    for regel in schema.splitlines():
        if blok := _BLOK.match(regel):
            voor = _BLOKKEN[blok[1]]
        elif feit := _FEIT.match(regel):
            yield f"{voor}{feit[1]}", feit[2]
