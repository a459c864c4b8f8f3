"""`hub koppeling`: explain one pair (`uitleg.py`), recall what was told about it, and draw the life that every pair has."""

from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import click

from hub.beheer.bevestiging import TOPICS, Bevestiging, volg
from hub.beheer.fout import BeheerFout, Onvoltooid
from hub.beheer.lezer import Lezer
from hub.beheer.opdracht import actor_optie, voer_uit, wacht_optie
from hub.beheer.post import Post
from hub.beheer.uitleg import uitleg
from hub.domein.codes import Daad
from hub.domein.gebeurtenis import Beheerdaad
from hub.opdracht import aangemeld
from hub.opvolging.richting import diagram as teken
from hub.processors.namen import NIET_GEVONDEN
from hub.settings import Instellingen
from hub.stream.codec import standaard

MERKEN: Final = ("<!-- diagram: hub koppeling diagram -->\n", "<!-- einde diagram -->\n")
"""Between these lines of a document stands the diagram."""


@click.group(name="koppeling")
def koppeling() -> None:
    """Een koppeling: twee dossiers die een persoon kunnen zijn."""


koppeling.add_command(uitleg)


@koppeling.command()
@click.option(
    "--in",
    "document",
    type=click.Path(exists=True, dir_okay=False, writable=True, path_type=Path),
    help="Markdownbestand met de merktekens; zonder deze optie komt het diagram op het scherm.",
)
def diagram(document: Path | None) -> None:
    """Teken alle overgangen van een koppeling, gemaakt uit de code zelf (Mermaid)."""
    if document is None:
        click.echo(teken(), nl=False)
        return
    try:
        tekst = document.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{document} is geen tekst in UTF-8") from None
    document.write_text(met_diagram(tekst), "utf-8")
    click.echo(f"Diagram bijgewerkt in {document}")


def met_diagram(tekst: str) -> str:
    """A document with the diagram of today between its marks. Raises click.ClickException where it has no marks."""
    begin, einde = MERKEN
    voor, gevonden, rest = tekst.partition(begin)
    _, ook, na = rest.partition(einde)
    if not (gevonden and ook):
        raise click.ClickException(f"het document mist de regels {begin.strip()} en {einde.strip()}")
    return f"{voor}{begin}\n```mermaid\n{teken()}```\n\n{einde}{na}"


@koppeling.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@actor_optie
@wacht_optie()
def terughalen(*, id_: UUID, actor: str, wacht: int) -> None:
    """Trek in wat over deze koppeling is gemeld, bij iedereen die het ontving."""
    voer_uit(_terughalen(aangemeld(), id_, actor, wacht))


async def _terughalen(instellingen: Instellingen, id_: UUID, actor: str, wacht: int) -> None:
    codec = standaard()
    daad = Beheerdaad(uuid4(), Daad.TERUGHALEN, actor, koppeling=id_)
    gezien = Bevestiging(daad.id, id_)
    async with Post(instellingen, codec) as post, Lezer(instellingen, TOPICS) as lezer:
        await lezer.vanaf_nu()
        await post.verricht(daad)
        if not await volg(lezer, gezien, lambda nu: nu.uitkomst is not None, wacht, codec):
            raise Onvoltooid(
                f"gevraagd en vastgelegd (spoor {daad.id}), nog niet uitgevoerd. Draaien de werkers? De vraag gaat niet verloren"
            )
    if gezien.uitkomst == NIET_GEVONDEN:
        raise BeheerFout(
            f"koppeling {id_} is niet gevonden; er is niets teruggehaald. De ID is het veld koppeling van de melding, niet id en niet het"
            " kenmerk; of de koppeling is al vergeten"
        )
    click.echo(f"Terughalen van {id_}: {gezien.uitkomst}")
