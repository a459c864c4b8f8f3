"""The command `hub`: defines worker, topics and schemas, and mounts the other commands, which live with what they are about."""

import sys

import click

from hub import journaal, opdracht
from hub.beheer.dlq import dlq
from hub.beheer.koppeling import koppeling
from hub.beheer.noodstop import noodstop
from hub.beheer.registerregels import onjuist
from hub.beheer.tafel import tafel
from hub.beveiliging import beveiliging
from hub.eindcode import Eindcode
from hub.geheim import GeheimFout
from hub.geheugen import blijvend
from hub.matching.opdrachten import matching
from hub.privacy.opdrachten import beleid
from hub.routing.opdrachten import register
from hub.settings import InstellingFout
from hub.stream.gebruikers import werkergebruiker
from hub.stream.toegang import Toegangbeheer, rechten, toon
from hub.stream.topics import Topicbeheer, TopicFout, declaratie


@click.group()
def main() -> None:
    """The exchange hub between ZSM and the Zorg- en Veiligheidshuizen."""
    journaal.richt_in()


@main.command()
def worker() -> None:
    """Run a worker: the rooms inname, index and koppeling."""
    instellingen = opdracht.aangemeld()
    with blijvend():
        from hub.app import Werker  # noqa: PLC0415 - whoever is refused, and the commands below, must not wait for Faust and numba

        try:
            werker = Werker(instellingen)
        except Exception as fout:  # noqa: BLE001 - whatever is wrong at start is told in one line, and nothing was read yet
            opdracht.stop(fout)
    werker.draai()


main.add_command(beveiliging)
register.add_command(onjuist)
main.add_command(register)
main.add_command(beleid)
main.add_command(matching)
main.add_command(noodstop)
main.add_command(koppeling)
main.add_command(dlq)
main.add_command(tafel)


@main.group()
def topics() -> None:
    """The topics of this installation."""


@topics.command("apply")
@click.option("--acls", is_flag=True, help="The access rules too: a secured broker denies what no rule allows.")
def topics_apply(acls: bool) -> None:
    """Make missing topics and set what differs from the declaration."""
    instellingen = opdracht.aangemeld()
    alle = declaratie(opdracht.tafels(instellingen))
    try:
        gedaan = Topicbeheer(instellingen.kafka, instellingen.replicatie).pas_toe(alle)
    except (TopicFout, GeheimFout) as fout:
        opdracht.stop(fout)
    for verschil in gedaan:
        click.echo(f"{verschil.topic}: {'made' if verschil.melding == 'missing' else 'set, ' + verschil.melding}")
    click.echo(f"{len(gedaan)} changes; all topics are as declared")
    if not acls:
        return
    gewenst = rechten(alle, map(werkergebruiker, instellingen.werkernamen), instellingen.kafka, instellingen.groep)
    try:
        regels = Toegangbeheer(instellingen.kafka, instellingen.groep).pas_toe(gewenst)
    except (TopicFout, GeheimFout) as fout:
        opdracht.stop(fout)
    for recht in sorted(regels.ontbreekt):
        click.echo(f"{recht}: added")
    for regel in regels.teveel:
        click.echo(f"{toon(regel)}: removed")
    for regel in regels.ruimer:
        click.echo(f"{toon(regel)}: reaches this installation and is not ours: remove it")
    click.echo(f"{len(regels.ontbreekt) + len(regels.teveel)} changes; {len(gewenst)} access rules are as declared")
    sys.exit(Eindcode.GEWEIGERD if regels.ruimer else 0)


@topics.command("acls")
def topics_acls() -> None:
    """Print every access rule of this installation; exit 1 when the broker has others."""
    instellingen = opdracht.aangemeld()
    alle = declaratie(opdracht.tafels(instellingen))
    gewenst = rechten(alle, map(werkergebruiker, instellingen.werkernamen), instellingen.kafka, instellingen.groep)
    try:
        regels = Toegangbeheer(instellingen.kafka, instellingen.groep).vergelijk(gewenst)
    except (TopicFout, GeheimFout) as fout:
        opdracht.stop(fout)
    for recht in sorted(gewenst):
        click.echo(f"{recht}{': MISSING' if recht in regels.ontbreekt else ''}")
    for regel in regels.teveel:
        click.echo(f"{toon(regel)}: TOO MUCH")
    for regel in regels.ruimer:
        click.echo(f"{toon(regel)}: TOO WIDE")
    for regel in regels.verboden:
        click.echo(f"{toon(regel)}: an operator's own")
    verschillen = len(regels.ontbreekt) + len(regels.teveel) + len(regels.ruimer)
    click.echo(f"{len(gewenst)} access rules, {verschillen} differences")
    sys.exit(Eindcode.GEWEIGERD if verschillen else 0)


@topics.command("check")
def topics_check() -> None:
    """Report every difference between broker and declaration; exit 1 when there is one."""
    instellingen = opdracht.aangemeld()
    try:
        verschillen = Topicbeheer(instellingen.kafka).vergelijk(declaratie(opdracht.tafels(instellingen)))
    except (TopicFout, GeheimFout) as fout:
        opdracht.stop(fout)
    for verschil in verschillen:
        click.echo(f"{verschil.topic}: {verschil.melding}")
    click.echo(f"{len(verschillen)} differences")
    sys.exit(Eindcode.GEWEIGERD if verschillen else 0)


@main.group()
def schemas() -> None:
    """The Avro schemas of the records."""


@schemas.command("uitbrengen")
@click.argument("versie", type=click.IntRange(1))
def schemas_uitbrengen(versie: int) -> None:
    """Release the current schemas as VERSIE; refused when a released record could no longer be read."""
    from hub.stream.codec import standaardmap  # noqa: PLC0415
    from hub.stream.uitbrengen import Onverenigbaar, breng_uit  # noqa: PLC0415

    try:
        namen = breng_uit(standaardmap(), str(versie))
    except FileExistsError:
        opdracht.stop(InstellingFout(f"version {versie} exists; a release is never rewritten"))
    except Onverenigbaar as fout:
        opdracht.stop(fout)
    click.echo(f"released {versie}: {', '.join(namen)}")
