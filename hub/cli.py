"""The command `hub`. Commands of a room live with that room; here they are only mounted."""

import sys
from pathlib import Path

import click

from hub import journaal
from hub.beheer.koppeling import koppeling
from hub.beheer.noodstop import noodstop
from hub.beheer.opdracht import instellingen as _instellingen
from hub.beheer.opdracht import stop as _stop
from hub.beheer.tafel import tafel
from hub.matching.opdrachten import matching
from hub.privacy.opdrachten import beleid
from hub.routing.opdrachten import register
from hub.settings import Instellingen, InstellingFout
from hub.stream.topics import Topicbeheer, TopicFout, declaratie


@click.group()
@click.option(
    "--geheimen",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with one file per secret setting, e.g. /run/secrets.",
)
@click.pass_context
def main(ctx: click.Context, geheimen: Path | None) -> None:
    """The exchange hub between ZSM and the Zorg- en Veiligheidshuizen."""
    journaal.richt_in()
    ctx.obj = geheimen


def _tafels(instellingen: Instellingen) -> tuple[str, ...]:
    from hub.routing.register import Register, RegisterFout  # noqa: PLC0415

    try:
        return instellingen.aangesloten(Register.laad(instellingen.register_map).namen())
    except (RegisterFout, InstellingFout) as fout:
        _stop(fout)


@main.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Run a worker: the rooms inname, index and koppeling."""
    from hub.app import Werker  # noqa: PLC0415 - the commands below must not wait for Faust and numba

    instellingen = _instellingen(ctx)
    try:
        werker = Werker(instellingen)
    except Exception as fout:  # noqa: BLE001 - whatever is wrong at start is told in one line, and nothing was read yet
        _stop(fout)
    werker.draai()


main.add_command(register)
main.add_command(beleid)
main.add_command(matching)
main.add_command(noodstop)
main.add_command(koppeling)
main.add_command(tafel)


@main.group()
def topics() -> None:
    """The topics of this installation."""


@topics.command("apply")
@click.pass_context
def topics_apply(ctx: click.Context) -> None:
    """Make missing topics and set what differs from the declaration."""
    instellingen = _instellingen(ctx)
    try:
        gedaan = Topicbeheer(instellingen.kafka, instellingen.replicatie).pas_toe(declaratie(_tafels(instellingen)))
    except TopicFout as fout:
        _stop(fout)
    for verschil in gedaan:
        click.echo(f"{verschil.topic}: {'made' if verschil.melding == 'missing' else 'set, ' + verschil.melding}")
    click.echo(f"{len(gedaan)} changes; all topics are as declared")


@topics.command("check")
@click.pass_context
def topics_check(ctx: click.Context) -> None:
    """Report every difference between broker and declaration; exit 1 when there is one."""
    instellingen = _instellingen(ctx)
    try:
        verschillen = Topicbeheer(instellingen.kafka).vergelijk(declaratie(_tafels(instellingen)))
    except TopicFout as fout:
        _stop(fout)
    for verschil in verschillen:
        click.echo(f"{verschil.topic}: {verschil.melding}")
    click.echo(f"{len(verschillen)} differences")
    sys.exit(1 if verschillen else 0)


@main.group()
def schemas() -> None:
    """The Avro schemas of the records."""


@schemas.command("uitbrengen")
@click.argument("versie")
def schemas_uitbrengen(versie: str) -> None:
    """Release the current schemas as VERSIE; refused when a released record could no longer be read."""
    from hub.stream.codec import standaardmap  # noqa: PLC0415
    from hub.stream.uitbrengen import Onverenigbaar, breng_uit  # noqa: PLC0415

    try:
        namen = breng_uit(standaardmap(), versie)
    except FileExistsError:
        _stop(InstellingFout(f"version {versie} exists; a release is never rewritten"))
    except Onverenigbaar as fout:
        _stop(fout)
    click.echo(f"released {versie}: {', '.join(namen)}")
