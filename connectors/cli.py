"""The program `connector`."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from connectors import journaal
from connectors.aanlevering import Aanlevering, KlokVooruit, Levering
from connectors.api import AANLEVERING
from connectors.bestand import BestandFout, Import, Regel, Verslag, regels
from connectors.dienst import aanlevering, kader_van, klok, open_opslag, serveer
from connectors.fouten import Fout
from connectors.herpubliceren import Gevolg, Herpublicatie, Tempo
from connectors.instellingen import Instellingen
from connectors.invoer import Casus, Verdachte
from connectors.logboek import OpslagFout
from connectors.meters import Meters
from connectors.opdracht import MET_CONFIG, MET_TEMPO, draai, geweigerd, instellingen_van, verbonden
from connectors.opslag import Opslag
from connectors.pseudoniem import reeksen_van, schrijf_organisatiesleutel
from connectors.publicaties import zonder
from connectors.tellen import MINIMUM, Namentelling
from connectors.terugzetten import teruggezet
from connectors.uitgifte import toegang
from connectors.zender import NietBezorgd
from hub.eindcode import Eindcode
from hub.geheim import GeheimFout, nieuw_bestand
from hub.matching.sleutels import SleutelFout, Sleutelring
from hub.stream.aanmelding import AanmeldingGeweigerd
from hub.stream.logregel import plaats

log = structlog.get_logger()

_BESTAND: Final = click.argument("bestand", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_UIT: Final = click.option(
    "--uit", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Nieuw bestand."
)


@click.group()
def opdrachten() -> None:
    """Koppelt één organisatie aan de uitwisselhub."""


opdrachten.add_command(toegang)
opdrachten.add_command(teruggezet)


@opdrachten.command()
@MET_CONFIG
def serve(config: Path) -> None:
    """Neemt signalen aan over HTTP en toont de meldingen aan deze tafel."""
    instellingen = instellingen_van(config)
    journaal.stel_in()
    try:
        draai(serveer(instellingen))
    except (AanmeldingGeweigerd, GeheimFout) as fout:
        geweigerd(fout)
    except OpslagFout as fout:
        raise click.ClickException(str(fout)) from None
    except OSError as fout:
        plek = f"{instellingen.adres}:{instellingen.poort}"
        raise click.ClickException(
            f"kan niet luisteren op {plek} ({fout.strerror}): kies een ander adres of poort"
        ) from None


@opdrachten.command("import")
@_BESTAND
@MET_CONFIG
def import_(bestand: Path, config: Path) -> None:
    """Levert elke regel van een JSONL- of CSV-bestand aan en noemt elke geweigerde regel met al zijn fouten."""
    instellingen = instellingen_van(config)
    uitvoer = Console()
    verslag = _lever_bestand(bestand, instellingen, uitvoer, lambda gewoon, _: gewoon)
    uitvoer.print(
        f"{verslag.aangeboden} aangeboden, {verslag.verstuurd} verstuurd (waarvan {verslag.verouderd} verouderd), "
        f"{verslag.geweigerd} geweigerd"
    )
    if verslag.geweigerd:
        sys.exit(Eindcode.GEWEIGERD)


_Via = Callable[[Aanlevering, Opslag], Levering]
"""The ordinary delivery, and what stands before it."""


def _lever_bestand(bestand: Path, instellingen: Instellingen, uitvoer: Console, via: _Via) -> Verslag:
    """Delivers a file; ends the program where that cannot be done."""
    journaal.stel_in()
    try:
        verslag: Verslag = draai(_importeer(bestand, instellingen, uitvoer, via))
    except (OpslagFout, BestandFout) as fout:
        raise click.ClickException(str(fout)) from None
    except (AanmeldingGeweigerd, GeheimFout) as fout:
        geweigerd(fout)
    except KlokVooruit:
        uitvoer.print(
            "De klok van deze computer, of een ogenblik in het bestand, loopt meer dan een etmaal voor op de klok van de broker: de hub "
            "neemt dat niet aan. Herstel de klok en geef dan hetzelfde bestand nog eens: wat al is verstuurd, mag nog eens.",
            soft_wrap=True,
        )
        sys.exit(Eindcode.TIJDELIJK)
    except NietBezorgd:
        uitvoer.print(
            "Kafka bevestigt niet. Probeer het later met hetzelfde bestand: wat al is verstuurd, mag nog eens."
        )
        sys.exit(Eindcode.TIJDELIJK)
    return verslag


async def _importeer(bestand: Path, instellingen: Instellingen, uitvoer: Console, via: _Via) -> Verslag:
    meters = Meters()
    with open_opslag(instellingen) as opslag:
        async with verbonden(instellingen) as zender:
            _, model = AANLEVERING[instellingen.dossiersoort]
            with _lees(bestand, model, uitvoer) as (bron, geweigerd):
                levering = via(aanlevering(instellingen, opslag, zender, meters), opslag)
                return await Import(levering, model, kader_van(instellingen), meters, geweigerd).voer_uit(bron)


@contextmanager
def _lees(
    bestand: Path, model: type[Verdachte] | type[Casus], uitvoer: Console
) -> Iterator[tuple[Iterator[Regel], Callable[[int, tuple[Fout, ...]], None]]]:
    """The messages of a file with a bar of how far it is, and who tells of a refused one."""
    balk = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=uitvoer,
        transient=True,
    )

    def geweigerd(nummer: int, fouten: tuple[Fout, ...]) -> None:
        for fout in fouten:
            balk.console.print(
                f"regel {nummer}: {fout.pointer or '(hele regel)'}: {fout.detail}", markup=False, soft_wrap=True
            )

    with balk:
        # Not under its own name: that may be no text, or look like markup.
        deel = balk.add_task("lezen", total=bestand.stat().st_size)
        yield regels(bestand, model, lambda bytes_: balk.update(deel, completed=bytes_)), geweigerd


@opdrachten.command()
@_BESTAND
@MET_CONFIG
@_UIT
@click.option(
    "--minimum",
    type=click.IntRange(3),
    default=MINIMUM,
    show_default=True,
    help="Personen die een naam moeten delen voordat hij in de tabel komt.",
)
def frequenties(bestand: Path, config: Path, uit: Path, minimum: int) -> None:
    """Telt de namen in een volledige uitvoer van het eigen systeem: alleen gedeelde namen, niets over een persoon."""
    instellingen = instellingen_van(config)
    journaal.stel_in()
    uitvoer = Console()
    _, model = AANLEVERING[instellingen.dossiersoort]
    try:
        with _lees(bestand, model, uitvoer) as (bron, geweigerd):
            telling = Namentelling(kader_van(instellingen), geweigerd)
            tabel = telling.tabel(bron, model, instellingen.organisatie, minimum)
        tabel.schrijf(uit)
    except BestandFout as fout:
        raise click.ClickException(str(fout)) from None
    except OSError as fout:
        raise _niet_geschreven(uit, fout) from None
    uitvoer.print(
        f"{telling.personen} personen geteld, {telling.geweigerd} regels geweigerd, tabel {tabel.hash}", highlight=False
    )
    if telling.geweigerd:
        sys.exit(Eindcode.GEWEIGERD)


@opdrachten.group()
def sleutels() -> None:
    """Maakt en wisselt sleutels; sleutelbestanden zijn alleen leesbaar voor de eigenaar."""


@sleutels.command()
@_UIT
@click.option("--tijdvak", required=True, help="Naam van het sleuteltijdvak, bijvoorbeeld 2026a.")
@click.option(
    "--bij",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Sleutelbestand van nu: het nieuwe tijdvak komt ernaast te staan.",
)
def nieuw(uit: Path, tijdvak: str, bij: Path | None) -> None:
    """Een nieuwe wortelsleutel, die alle connectors delen en de hub nooit krijgt."""
    try:
        ring = Sleutelring.nieuw(tijdvak) if bij is None else Sleutelring.lees(bij).met(tijdvak)
        ring.schrijf(uit)
    except SleutelFout as fout:
        raise click.ClickException(str(fout)) from None
    except OSError as fout:
        raise _niet_geschreven(uit, fout) from None
    _toon_ring(ring)


@sleutels.command()
@_BESTAND
@MET_CONFIG
@MET_TEMPO
@click.option(
    "--rest",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Nieuw bestand met de zaaknummers die nog niet onder alle sleutels staan.",
)
def herpubliceer(bestand: Path, config: Path, per_seconde: int, rest: Path | None) -> None:
    """Levert uit een volledige uitvoer van het eigen systeem elk dossier opnieuw aan dat nog onder andere sleutels staat.

    Afgebroken? Geef hetzelfde bestand nog eens: wat gedaan is, wordt overgeslagen.
    """
    instellingen = instellingen_van(config)
    uitvoer = Console(highlight=False)
    geteld: Counter[Gevolg] = Counter()

    def via(gewoon: Aanlevering, opslag: Opslag) -> Levering:
        tempo = Tempo(per_seconde, time.monotonic)
        return Herpublicatie(gewoon, gewoon.pseudoniem, opslag.publicaties, klok, tempo, geteld)

    verslag = _lever_bestand(bestand, instellingen, uitvoer, via)
    uitvoer.print(
        f"{verslag.aangeboden} aangeboden: {geteld[Gevolg.HERPUBLICEERD]} geherpubliceerd, {geteld[Gevolg.AL_GEDAAN]} al gedaan, "
        f"{geteld[Gevolg.VEROUDERD]} ouder dan wat al is aangeleverd, {geteld[Gevolg.VERVALLEN]} vervallen, "
        f"{verslag.geweigerd} geweigerd",
        soft_wrap=True,
    )
    with _met_opslag(instellingen) as opslag:
        reeksen, nu = instellingen.pseudonimiseerder.reeksen, klok()
        verdeling = opslag.publicaties.verdeling(nu)
        over, alle = zonder(verdeling, reeksen), sum(verdeling.values())
        uitvoer.print(f"{alle - over} van {alle} actieve dossiers staan onder alle sleutels; nog te doen: {over}")
        if rest is not None:
            try:
                with os.fdopen(nieuw_bestand(rest), "w", encoding="utf-8") as blad:  # it names cases
                    blad.writelines(f"{zaaknummer}\n" for zaaknummer in opslag.publicaties.zaken_zonder(reeksen, nu))
            except OSError as fout:
                raise _niet_geschreven(rest, fout) from None
    if verslag.geweigerd or over:
        sys.exit(Eindcode.GEWEIGERD)


@sleutels.command("oud-weg")
@MET_CONFIG
@click.confirmation_option(
    "--ja",
    prompt="Staan ook bij alle andere organisaties alle dossiers onder de nieuwe sleutel (vraag het de beheerder van de hub)?",
    help="Zonder vraag vooraf.",
)
def oud_weg(config: Path) -> None:
    """Laat het oude sleuteltijdvak vallen, zodra elk actief dossier onder het nieuwe staat. Start de connector daarna opnieuw."""
    instellingen = instellingen_van(config)
    ring = Sleutelring.lees(instellingen.sleutelbestand)
    if len(ring.tijdvakken) == 1:
        raise click.ClickException(f"er is alleen het tijdvak {ring.nieuwste.naam}: er is niets om te laten vallen")
    with _met_opslag(instellingen) as opslag:
        verdeling = opslag.publicaties.verdeling(klok())
    over = zonder(verdeling, reeksen_van(ring.zonder_oud(), instellingen.tabellen))
    if over:
        raise click.ClickException(
            f"{over} van {sum(verdeling.values())} actieve dossiers staan nog niet onder tijdvak {ring.nieuwste.naam}: "
            "herpubliceer ze eerst (connector sleutels herpubliceer), of trek in wat niet meer bestaat"
        )
    try:
        ring.zonder_oud().vervang(instellingen.sleutelbestand)
    except OSError as fout:
        raise _niet_geschreven(instellingen.sleutelbestand, fout) from None
    _toon_ring(ring.zonder_oud())


@contextmanager
def _met_opslag(instellingen: Instellingen) -> Iterator[Opslag]:
    """The store; ends the program where it cannot be used."""
    try:
        with open_opslag(instellingen) as opslag:
            yield opslag
    except OpslagFout as fout:
        raise click.ClickException(str(fout)) from None


def _toon_ring(ring: Sleutelring) -> None:
    for tijdvak in ring.tijdvakken:
        click.echo(f"tijdvak {tijdvak.naam}, controlegetal {tijdvak.controle}")


@sleutels.command()
@_UIT
def organisatie(uit: Path) -> None:
    """De eigen sleutel van een organisatie, die haar dossiers een naam geeft."""
    try:
        schrijf_organisatiesleutel(uit)
    except OSError as fout:
        raise _niet_geschreven(uit, fout) from None


def _niet_geschreven(uit: Path, fout: OSError) -> click.ClickException:
    reden = "bestaat al en wordt nooit overschreven" if isinstance(fout, FileExistsError) else fout.strerror
    return click.ClickException(f"{uit}: {reden}")


def main() -> None:
    """Entry point. An unexpected exception is told by its kind and place only: its text may quote a person."""
    try:
        opdrachten()
    except Exception as fout:  # noqa: BLE001
        journaal.stel_in()
        log.critical("onverwacht_gestopt", **plaats(fout))
        sys.exit(Eindcode.INTERN)
