"""The commands of `hub beleid`: check a policy, write its register, try another one, prove the difference."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

import click
from pydantic import ValidationError
from rich.console import Console

from hub.domein.kalender import AMSTERDAM
from hub.eindcode import Eindcode
from hub.privacy.filter import HIER, Bronnen, Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.nalezing import (
    BESTAND,
    Handtekening,
    geldige,
    lees_handtekeningen,
    naleesblad,
    onderteken,
    vingerafdruk,
)
from hub.privacy.proeftuin import beproef, grondslagwijzigingen, lees_gevallen, verzonnen
from hub.privacy.proefverslag import html, toon, woord
from hub.privacy.regelregister import feiten_uitleg, markdown

_MAP: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_BESTAND: Final = click.Path(dir_okay=False, path_type=Path)

_INSTELLING: Final = "HUB_BELEID_MAP"
"""The setting by its name: this room does not know the settings of a process, of which Kafka is a part."""

_map = click.option(
    "--map",
    "map_",
    type=_MAP,
    envvar=_INSTELLING,
    show_envvar=True,
    help="Map met beleid/ en grondslagen/; anders de map waarmee de hub werkt, en zonder die het beleid dat bij de hub hoort.",
)
_huidig = click.option(
    "--huidig",
    type=_MAP,
    envvar=_INSTELLING,
    show_envvar=True,
    help="Map van het huidige beleid; anders de map waarmee de hub werkt, en zonder die het beleid dat bij de hub hoort.",
)
_nieuw = click.option(
    "--nieuw", type=_MAP, required=True, help="Map met beleid/ en grondslagen/ van het nieuwe beleid."
)


def _zeg_bron(map_: Path | None) -> None:
    """Which policy this is about, beside the answer itself, which may be a file."""
    click.echo(f"Beleid gelezen uit {HIER if map_ is None else map_}", err=True)


def _laad(map_: Path | None) -> Filter:
    _zeg_bron(map_)
    try:
        return Filter.laad(map_)
    except BeleidFout as fout:
        _stop(str(fout))


def _proef(map_: Path) -> tuple[Filter, list[str]]:
    _zeg_bron(map_)
    try:
        return Filter.proef(Bronnen.lees(map_))
    except BeleidFout as fout:
        _stop(str(fout))


def _stop(tekst: str) -> NoReturn:
    raise click.ClickException(tekst) from None


def _schrijf(bestand: Path, tekst: str) -> None:
    try:
        bestand.write_text(tekst, encoding="utf-8")
    except OSError as fout:
        _stop(f"kan {bestand} niet schrijven: {fout.strerror}")


@click.group(name="beleid")
def beleid() -> None:
    """Het privacybeleid: controleren, nalezen, en een ander beleid beproeven voordat het geldt."""


@beleid.command()
@_map
def controleer(map_: Path | None) -> None:
    """Laad een beleid en meld alle fouten tegelijk. Een fout geeft eindcode 1."""
    filter_ = _laad(map_)
    eigen = [regel for regel in filter_.regels.values() if regel.voorwaarden]
    click.echo(
        f"Beleid {filter_.hash} is in orde: {len(eigen)} regels, {len(filter_.grondslagen)} grondslagen,"
        f" {len(verzonnen(filter_))} gevallen in de gulden tabel."
    )
    getekend = _getekend(map_ or HIER, filter_)
    for een in getekend:
        click.echo(f"Gulden tabel nagelezen door {een.naam} ({een.rol}) op {een.datum:%d-%m-%Y}.")
    if not getekend:
        click.echo(
            "Let op: deze gulden tabel is door niemand nagelezen en getekend (hub beleid naleesblad, onderteken)."
        )
    for grondslag in filter_.grondslagen.values():
        if "NIET BEVESTIGD" in grondslag.bevestiging:
            click.echo(f"Let op: grondslag {grondslag.id}: {grondslag.bevestiging}")
    vandaag = datetime.now(AMSTERDAM).date()
    for grondslag in filter_.afgelopen(vandaag):
        click.echo(
            f"Let op: grondslag {grondslag.id} geldt niet meer sinds {grondslag.geldig_tot:%d-%m-%Y}; alles wat erop rust wordt geweigerd"
        )
    for grondslag in filter_.verlopend(vandaag):
        click.echo(f"Let op: grondslag {grondslag.id} geldt tot {grondslag.geldig_tot:%d-%m-%Y}")


def _getekend(map_: Path, filter_: Filter) -> tuple[Handtekening, ...]:
    try:
        return geldige(lees_handtekeningen(map_), filter_.bronnen.gulden)
    except BeleidFout as fout:
        _stop("; ".join(fout.fouten))


@beleid.command(name="naleesblad")
@_map
@click.option("--uit", type=_BESTAND, required=True, help="HTML-bestand.")
def naleesblad_(map_: Path | None, uit: Path) -> None:
    """Schrijf de gulden tabel als pagina om na te lezen: per regel elk geval, wat er anders aan is, en wat eruit moet komen."""
    _schrijf(uit, naleesblad(_laad(map_)))
    click.echo(f"Naleesblad geschreven in {uit}")


@beleid.command(name="onderteken")
@click.option("--map", "map_", type=_MAP, required=True, help="Map met beleid/ en grondslagen/: uw eigen kopie.")
@click.option("--naam", required=True, help="Uw naam.")
@click.option("--rol", required=True, help="De functie waarin u tekent.")
def onderteken_(map_: Path, naam: str, rol: str) -> None:
    """Teken dat u elke rij van de gulden tabel hebt gelezen en juist vindt. Verandert de tabel, dan vervalt de handtekening."""
    filter_ = _laad(map_)
    tabel = vingerafdruk(filter_.bronnen.gulden)
    try:
        handtekening = Handtekening(naam=naam, rol=rol, datum=datetime.now(AMSTERDAM).date(), tabel=tabel)
        onderteken(map_, handtekening)
    except ValidationError as fout:
        _stop("; ".join(f"{een['loc'][0]}: 2 tot 80 tekens, zonder aanhalingstekens" for een in fout.errors()))
    except BeleidFout as fout:
        _stop("; ".join(fout.fouten))
    click.echo(
        f"Getekend door {handtekening.naam} ({handtekening.rol}) onder tabel {tabel[:16]}; staat in {map_ / BESTAND}."
    )


@beleid.command()
@_map
@click.option("--uit", type=_BESTAND, help="Markdownbestand; zonder deze optie komt het register op het scherm.")
def register(map_: Path | None, uit: Path | None) -> None:
    """Schrijf het regelregister: alle regels, grondslagen en feiten in het Nederlands, gemaakt uit het beleid zelf."""
    tekst = markdown(_laad(map_))
    if uit is None:
        click.echo(tekst, nl=False)
    else:
        _schrijf(uit, tekst)
        click.echo(f"Regelregister geschreven in {uit}")


@beleid.command()
@_nieuw
@_huidig
@click.option(
    "--op",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Gevallen als JSON-regels: een uitvoer van hub.beslissing.v1, of verzonnen. Zonder deze optie de gulden tabel.",
)
@click.option("--html", "html_", type=_BESTAND, help="Schrijf de uitkomst ook als HTML-pagina.")
@click.option("--voorbeelden", type=click.IntRange(0, 100), default=2, show_default=True, help="Voorbeelden per regel.")
def probeer(*, nieuw: Path, huidig: Path | None, op: Path | None, html_: Path | None, voorbeelden: int) -> None:
    """Leg gevallen voor aan het huidige en het nieuwe beleid, en toon wat er zou veranderen.

    Er verandert niets: het nieuwe beleid wordt alleen geprobeerd. Regels van --op die niet te lezen zijn, worden genoemd en
    geven eindcode 1.
    """
    oud = _laad(huidig)
    straks, gezakt = _proef(nieuw)
    fouten: list[str] = []
    if op is None:
        voorvallen = verzonnen(oud)
    else:
        try:
            with op.open(encoding="utf-8") as regels:
                voorvallen, fouten = lees_gevallen(regels)
        except (OSError, UnicodeDecodeError) as fout:
            _stop(f"kan {op} niet lezen: {fout}")
    proef = beproef(oud, straks, voorvallen, fouten)
    toon(proef, voorbeelden, Console(highlight=False))
    if gezakt:
        click.echo(
            f"\nHet nieuwe beleid zakt op {len(gezakt)} punten voor zijn eigen gulden tabel en wordt zo niet geladen;"
            " pas de tabel aan, na lezing door een mens. Zie: hub beleid controleer --map"
        )
    if html_ is not None:
        _schrijf(html_, html(proef))
        click.echo(f"\nUitkomst geschreven in {html_}")
    if proef.fouten or not proef.uitslagen:
        sys.exit(Eindcode.GEWEIGERD)


@beleid.command()
@_nieuw
@_huidig
def verschil(*, nieuw: Path, huidig: Path | None) -> None:
    """Bewijs over alle denkbare gevallen of het nieuwe beleid meer of minder toestaat, met het kleinste voorbeeld."""
    try:
        from hub.privacy.verschil import Voorbeeld, verschillen  # noqa: PLC0415 - z3 is not there in production
    except ModuleNotFoundError as fout:
        if fout.name != "z3":
            raise
        _stop("dit bewijs vraagt z3-solver, en dat is niet geinstalleerd; gebruik de ontwikkelomgeving (make setup)")
    oud = _laad(huidig)
    straks, _ = _proef(nieuw)
    uitleg = feiten_uitleg(oud)

    def toon_voorbeeld(kop: str, voorbeeld: Voorbeeld | None) -> None:
        if voorbeeld is None:
            return
        click.echo(f"  {kop}. Kleinste voorbeeld: als in de gulden tabel onder")
        click.echo(f'    "{voorbeeld.gewoon}"{", maar met:" if voorbeeld.anders else "."}')
        for naam, (gewoon, anders) in voorbeeld.anders.items():
            click.echo(f"    {naam} = {woord(anders)} in plaats van {woord(gewoon)} ({uitleg.get(naam, '')})")

    try:
        gevonden = verschillen(oud, straks)
    except (RuntimeError, ValueError) as fout:
        _stop(f"het verschil is niet te bewijzen: {fout}")
    meer, minder = any(een.meer for een in gevonden), any(een.minder for een in gevonden)
    oordeel = {
        (False, False): "staan precies hetzelfde toe",
        (True, False): "zijn anders: het nieuwe staat MEER toe",
        (False, True): "zijn anders: het nieuwe staat MINDER toe",
        (True, True): "zijn anders: het nieuwe staat op het ene punt MEER en op het andere MINDER toe",
    }[meer, minder]
    click.echo(f"De regels van {oud.hash} en {straks.hash} {oordeel} (bewezen met z3, per richting).")
    for een in gevonden:
        click.echo(f"\n{een.wat}:")
        toon_voorbeeld("staat meer toe", een.meer)
        toon_voorbeeld("staat minder toe", een.minder)
    anders = list(grondslagwijzigingen(oud, straks))
    click.echo("\nGrondslagen: " + ("gelijk." if not anders else "gewijzigd (gegevens, dus buiten het bewijs):"))
    for regel in anders:
        click.echo(f"  * {regel}")
