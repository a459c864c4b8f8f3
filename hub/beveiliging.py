"""`hub beveiliging`: certificates and users of a secured broker."""

import datetime as dt
from pathlib import Path
from typing import Final

import click

from hub import opdracht
from hub.geheim import GeheimFout
from hub.stream.gebruikers import Gebruikersbeheer, gebruikers
from hub.stream.inrichting import begin
from hub.stream.topics import TopicFout

_MAP: Final = click.option(
    "--map", "map_", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the secrets."
)


@click.group()
def beveiliging() -> None:
    """Certificates and users of a secured broker."""


@beveiliging.command("begin")
@_MAP
@click.option("--naam", "namen", multiple=True, required=True, help="Host name or address of the broker; repeatable.")
def begin_(map_: Path, namen: tuple[str, ...]) -> None:
    """What a broker of one's own needs before its first start; again: a new broker certificate, nothing else."""
    try:
        begin(map_, namen, dt.datetime.now(dt.UTC))
    except (OSError, ValueError, GeheimFout) as fout:
        opdracht.stop(fout)
    click.echo(f"{map_}: ca.pem and ca.sleutel, broker.pem for {', '.join(namen)}, beheer.wachtwoord, formaat.args")


@beveiliging.command("gebruikers")
@_MAP
def gebruikers_(map_: Path) -> None:
    """Make the users that are missing, each with a folder to hand over; remove those that should not be."""
    gelezen = opdracht.aangemeld()
    try:
        beheer = Gebruikersbeheer(gelezen.kafka, map_)
        nieuw, weg = beheer.pas_toe(gebruikers(gelezen.werkernamen, opdracht.tafels(gelezen)))
    except (TopicFout, GeheimFout, OSError) as fout:
        opdracht.stop(fout)
    for naam in nieuw:
        click.echo(f"{naam}: made")
    for naam in weg:
        click.echo(f"{naam}: removed")
    click.echo(f"{len(nieuw) + len(weg)} changes; all users are as declared")


@beveiliging.command("wissel")
@_MAP
@click.argument("gebruiker")
def wissel(map_: Path, gebruiker: str) -> None:
    """A new password for GEBRUIKER, such as hub.worker-1 or tafel.vhh-twente."""
    gelezen = opdracht.aangemeld()
    try:
        plek = Gebruikersbeheer(gelezen.kafka, map_).wissel(gebruiker)
    except (TopicFout, GeheimFout, OSError) as fout:
        opdracht.stop(fout)
    click.echo(f"{gebruiker}: new password in {plek}")
