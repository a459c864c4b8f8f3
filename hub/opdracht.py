"""What every command of `hub` does first and last: read the settings, log in, and end with a line that says what to do."""

import asyncio
import sys
from typing import NoReturn

import click

from hub.eindcode import Eindcode
from hub.geheim import GeheimFout
from hub.settings import Instellingen, InstellingFout, lees_instellingen
from hub.stream.aanmelding import AanmeldingGeweigerd, CertificaatVerlopen, meld_aan
from hub.stream.topics import BrokerWeg


def stop(fout: Exception) -> NoReturn:
    """One line, and the exit code that goes with it."""
    click.echo(f"hub: {fout}", err=True)
    sys.exit(Eindcode.TIJDELIJK if isinstance(fout, BrokerWeg | CertificaatVerlopen) else Eindcode.INSTELLING)


def instellingen() -> Instellingen:
    try:
        return lees_instellingen()
    except InstellingFout as fout:
        stop(fout)


def aangemeld() -> Instellingen:
    """The settings of a process that the broker lets in; ends the command when it does not."""
    gelezen = instellingen()
    try:
        antwoord = asyncio.run(meld_aan(gelezen.kafka))
    except (AanmeldingGeweigerd, GeheimFout) as fout:
        stop(fout)
    if antwoord is None:
        stop(BrokerWeg(f"no Kafka broker answers at {gelezen.kafka.bootstrap}: start it, or set HUB_KAFKA_BOOTSTRAP"))
    return gelezen


def tafels(gelezen: Instellingen) -> tuple[str, ...]:
    """The tafels that have joined."""
    from hub.routing.register import Register, RegisterFout  # noqa: PLC0415 - the other commands must not wait for it

    try:
        return gelezen.aangesloten(Register.laad(gelezen.register_map).namen())
    except (RegisterFout, InstellingFout) as fout:
        stop(fout)
