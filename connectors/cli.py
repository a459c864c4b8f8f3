"""The program `connector`."""

import asyncio
import sys
from pathlib import Path
from typing import Final, NoReturn

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from connectors import journaal
from connectors.aanlevering import NietBezorgd
from connectors.api import AANLEVERING
from connectors.bestand import BestandFout, Import, Verslag, regels
from connectors.dienst import aanlevering, kader_van, open_opslag, serveer
from connectors.fouten import Fout
from connectors.instellingen import Instellingen, InstellingenFout, lees_instellingen
from connectors.kafka import KafkaZender
from connectors.meters import Meters
from connectors.opslag import OpslagFout
from connectors.pseudoniem import schrijf_organisatiesleutel
from hub.matching.sleutels import SleutelFout, Sleutelring
from hub.stream.aanmelding import AanmeldingGeweigerd
from hub.stream.geheim import GeheimFout

if sys.platform == "win32":
    from asyncio import run as draai
else:
    from hub.stream.lus import draai

log = structlog.get_logger()

GEWEIGERD: Final = 1
NIET_BEZORGD: Final = 75
"""EX_TEMPFAIL: try again later."""
INTERN: Final = 70
"""EX_SOFTWARE."""
CONFIG: Final = 78
"""EX_CONFIG: Kafka refuses this connector; a restart does not help."""
VERBINDTERMIJN: Final = 20.0
"""Seconds that an import waits for Kafka."""

_CONFIG: Final = click.option(
    "--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Instellingen (TOML)."
)
_UIT: Final = click.option(
    "--uit", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Nieuw bestand."
)


@click.group()
def opdrachten() -> None:
    """Koppelt één organisatie aan de uitwisselhub."""


@opdrachten.command()
@_CONFIG
def serve(config: Path) -> None:
    """Neemt signalen aan over HTTP en toont de meldingen aan deze tafel."""
    instellingen = _instellingen(config)
    journaal.stel_in()
    try:
        draai(serveer(instellingen))
    except (AanmeldingGeweigerd, GeheimFout) as fout:
        _geweigerd(fout)
    except OpslagFout as fout:
        raise click.ClickException(str(fout)) from None
    except OSError as fout:
        plek = f"{instellingen.adres}:{instellingen.poort}"
        raise click.ClickException(
            f"kan niet luisteren op {plek} ({fout.strerror}): kies een ander adres of poort"
        ) from None


@opdrachten.command("import")
@click.argument("bestand", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_CONFIG
def import_(bestand: Path, config: Path) -> None:
    """Levert elke regel van een JSONL- of CSV-bestand aan en noemt elke geweigerde regel met al zijn fouten."""
    instellingen = _instellingen(config)
    journaal.stel_in()
    uitvoer = Console()
    try:
        verslag: Verslag = draai(_importeer(bestand, instellingen, uitvoer))
    except (OpslagFout, BestandFout) as fout:
        raise click.ClickException(str(fout)) from None
    except (AanmeldingGeweigerd, GeheimFout) as fout:
        _geweigerd(fout)
    except NietBezorgd:
        uitvoer.print(
            "Kafka bevestigt niet. Probeer het later met hetzelfde bestand: wat al is verstuurd, mag nog eens."
        )
        sys.exit(NIET_BEZORGD)
    uitvoer.print(
        f"{verslag.aangeboden} aangeboden, {verslag.verstuurd} verstuurd (waarvan {verslag.verouderd} verouderd), "
        f"{verslag.geweigerd} geweigerd"
    )
    if verslag.geweigerd:
        sys.exit(GEWEIGERD)


async def _importeer(bestand: Path, instellingen: Instellingen, uitvoer: Console) -> Verslag:
    omvang = bestand.stat().st_size  # noqa: ASYNC240 - nothing else runs yet
    opslag, meters = open_opslag(instellingen), Meters()
    zender = KafkaZender(instellingen.kafka, instellingen.tafel)
    verbinding = asyncio.create_task(zender.houd_verbonden())
    balk = Progress(
        TextColumn("importeren"),
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

    try:
        await _verbonden(zender, verbinding)
        _, model = AANLEVERING[instellingen.dossiersoort]
        with balk:
            deel = balk.add_task("", total=omvang)
            bron = regels(bestand, model, lambda bytes_: balk.update(deel, completed=bytes_))
            werk = Import(
                aanlevering(instellingen, opslag, zender, meters), model, kader_van(instellingen), meters, geweigerd
            )
            return await werk.voer_uit(bron)
    finally:
        verbinding.cancel()
        await asyncio.gather(verbinding, return_exceptions=True)
        opslag.sluit()


async def _verbonden(zender: KafkaZender, verbinding: asyncio.Task[None]) -> None:
    """Raises NietBezorgd when there is no connection in time, AanmeldingGeweigerd or GeheimFout when there will be none."""
    verbonden = asyncio.create_task(zender.verbonden())
    try:
        klaar, _ = await asyncio.wait(
            [verbonden, verbinding], timeout=VERBINDTERMIJN, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        verbonden.cancel()
    if not klaar:
        raise NietBezorgd("no connection with Kafka")
    for taak in klaar:
        taak.result()


@opdrachten.group()
def sleutels() -> None:
    """Maakt sleutelbestanden, alleen leesbaar voor de eigenaar."""


@sleutels.command()
@_UIT
@click.option("--tijdvak", required=True, help="Naam van het sleuteltijdvak, bijvoorbeeld 2026a.")
def nieuw(uit: Path, tijdvak: str) -> None:
    """Een nieuwe wortelsleutel, die alle connectors delen en de hub nooit krijgt."""
    try:
        Sleutelring.nieuw(tijdvak).schrijf(uit)
    except SleutelFout as fout:
        raise click.ClickException(str(fout)) from None
    except OSError as fout:
        raise _niet_geschreven(uit, fout) from None


@sleutels.command()
@_UIT
def organisatie(uit: Path) -> None:
    """De eigen sleutel van een organisatie, die haar dossiers een naam geeft."""
    try:
        schrijf_organisatiesleutel(uit)
    except OSError as fout:
        raise _niet_geschreven(uit, fout) from None


def _geweigerd(fout: Exception) -> NoReturn:
    click.echo(f"connector: {fout}", err=True)
    sys.exit(CONFIG)


def _niet_geschreven(uit: Path, fout: OSError) -> click.ClickException:
    reden = "bestaat al en wordt nooit overschreven" if isinstance(fout, FileExistsError) else fout.strerror
    return click.ClickException(f"{uit}: {reden}")


def _instellingen(config: Path) -> Instellingen:
    try:
        return lees_instellingen(config)
    except InstellingenFout as fout:
        raise click.ClickException(str(fout)) from None


def main() -> None:
    """Entry point. An unexpected exception is told by its kind and place only: its text may quote a person."""
    try:
        opdrachten()
    except Exception as fout:  # noqa: BLE001
        journaal.stel_in()
        log.critical("onverwacht_gestopt", fout=type(fout).__name__, plaats=journaal.plaats_van(fout))
        sys.exit(INTERN)


if __name__ == "__main__":
    main()
