"""What every command of `connector` that speaks with Kafka does first and last: settings, a connection, and a line that says what to do."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NoReturn

import click

from connectors.herpubliceren import PER_SECONDE
from connectors.instellingen import Instellingen, InstellingenFout, lees_instellingen
from connectors.kafka import KafkaZender
from connectors.zender import NietBezorgd
from hub.eindcode import Eindcode
from hub.stream.aanmelding import CertificaatVerlopen

if sys.platform == "win32":
    from asyncio import run as draai
else:
    from hub.stream.lus import draai

__all__ = ["MET_CONFIG", "MET_TEMPO", "draai", "geweigerd", "instellingen_van", "verbonden"]

VERBINDTERMIJN: Final = 20.0
"""Seconds that an import waits for Kafka."""


MET_CONFIG: Final = click.option(
    "--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Instellingen (TOML)."
)
MET_TEMPO: Final = click.option(
    "--per-seconde",
    type=click.IntRange(1, 10_000),
    default=PER_SECONDE,
    show_default=True,
    help="Hoogstens zoveel dossiers per seconde.",
)


def instellingen_van(config: Path) -> Instellingen:
    """The settings; ends the command where they cannot be read."""
    try:
        return lees_instellingen(config)
    except InstellingenFout as fout:
        geweigerd(fout)


def geweigerd(fout: Exception) -> NoReturn:
    """Ends the command: a setting is wrong, or Kafka lets this connector not in, or not before the broker's certificate is renewed."""
    click.echo(f"connector: {fout}", err=True)
    sys.exit(Eindcode.TIJDELIJK if isinstance(fout, CertificaatVerlopen) else Eindcode.INSTELLING)


@asynccontextmanager
async def verbonden(instellingen: Instellingen) -> AsyncIterator[KafkaZender]:
    """A sender with a connection. Raises NietBezorgd when there is none in time, AanmeldingGeweigerd or GeheimFout when there will be
    none."""
    zender = KafkaZender(instellingen.kafka, instellingen.tafel)
    verbinding = asyncio.create_task(zender.houd_verbonden())
    try:
        await _eerste(zender, verbinding)
        yield zender
    finally:
        verbinding.cancel()
        await asyncio.gather(verbinding, return_exceptions=True)


async def _eerste(zender: KafkaZender, verbinding: asyncio.Task[None]) -> None:
    eerste = asyncio.create_task(zender.verbonden())
    try:
        klaar, _ = await asyncio.wait([eerste, verbinding], timeout=VERBINDTERMIJN, return_when=asyncio.FIRST_COMPLETED)
    finally:
        eerste.cancel()
    if not klaar:
        raise NietBezorgd("no connection with Kafka")
    for taak in klaar:
        taak.result()
