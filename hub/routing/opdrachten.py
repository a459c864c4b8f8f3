"""The commands of `hub register`: check the files, explain a route, draw the coverage."""

import sys
from datetime import date, datetime
from pathlib import Path

import click

from hub.domein.codes import Thema
from hub.domein.identiteit import GEMEENTE, GemeenteCode, TafelId
from hub.domein.kalender import AMSTERDAM
from hub.eindcode import Eindcode
from hub.routing import dekking
from hub.routing.register import REGISTERMAP, Register, RegisterFout
from hub.routing.route import Zaak, route


class _Datum(click.ParamType):
    name = "datum"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is geen datum; schrijf JJJJ-MM-DD", param, ctx)


class _Gemeente(click.ParamType):
    name = "gemeente"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not GEMEENTE.match(value):
            self.fail(f"{value!r} is geen CBS-gemeentecode; schrijf GM en vier cijfers", param, ctx)
        return value


def _vandaag() -> date:
    return datetime.now(AMSTERDAM).date()


_op = click.option("--op", type=_Datum(), default=_vandaag, show_default="vandaag", help="Peildatum, JJJJ-MM-DD.")
_map = click.option(
    "--map",
    "map_",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    # The setting by its name: this room does not know the settings of a process, of which Kafka is a part.
    envvar="HUB_REGISTER_MAP",
    show_envvar=True,
    help="Map met de registerbestanden; anders de map waarmee de hub werkt, en zonder die het register dat bij de hub hoort.",
)


def _zeg_bron(map_: Path | None) -> None:
    """Which register this is about, beside the answer itself: an answer about another one than the hub's is no answer."""
    click.echo(f"Register gelezen uit {REGISTERMAP if map_ is None else map_}", err=True)


def _laad(map_: Path | None) -> Register:
    _zeg_bron(map_)
    try:
        return Register.laad(map_)
    except RegisterFout as fout:
        raise click.ClickException(str(fout)) from None


@click.group(name="register")
def register() -> None:
    """Het register van tafels en de gemeenten die zij dekken."""


@register.command()
@_op
@_map
def check(op: date, map_: Path | None) -> None:
    """Meld alles wat er aan het register ontbreekt. Fouten geven een eindcode 1, waarschuwingen niet."""
    rapport = dekking.controle_map(map_, op)
    click.echo(rapport.tekst())
    _zeg_bron(map_)
    if rapport.fouten:
        sys.exit(Eindcode.GEWEIGERD)


@register.command(name="route")
@click.option("--gemeente", type=_Gemeente(), help="Verblijfplaats, CBS-code. Weglaten als die onbekend is.")
@click.option("--feit", type=_Gemeente(), help="Plaats van het feit, CBS-code.")
@click.option("--thema", type=click.Choice(list(Thema), case_sensitive=False), help="Thema van de zaak.")
@click.option("--leeftijd", type=click.IntRange(0, 130), help="Leeftijd in hele jaren.")
@click.option("--melder", help="De tafel die meldt.")
@_op
@_map
def route_(
    *,
    gemeente: str | None,
    feit: str | None,
    thema: Thema | None,
    leeftijd: int | None,
    melder: str | None,
    op: date,
    map_: Path | None,
) -> None:
    """Leg stap voor stap uit welke tafel een zaak als eerste krijgt."""
    zaak = Zaak(
        gemeente_verblijf=None if gemeente is None else GemeenteCode(gemeente),
        gemeente_feit=None if feit is None else GemeenteCode(feit),
        op=op,
        thema=thema,
        leeftijd=leeftijd,
        melder=None if melder is None else TafelId(melder),
    )
    gevonden = route(_laad(map_), zaak)
    for nummer, stap in enumerate(gevonden.stappen, 1):
        click.echo(f"{nummer}. {stap}")
    tafel = gevonden.tafel
    click.echo(f"\nEerste tafel: {tafel.naam} ({tafel.id}){', zwevend' if gevonden.zwevend else ''}")
    click.echo(f"Bereikbaar:   {tafel.telefoon}, {tafel.email}")
    click.echo(f"Volgens:      {gevonden.bron}")


@register.command()
@click.option(
    "--uit", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Het SVG-bestand dat wordt gemaakt."
)
@_op
@_map
def kaart(uit: Path, op: date, map_: Path | None) -> None:
    """Teken de dekking per veiligheidsregio; witte vlekken in rood."""
    svg = dekking.kaart(_laad(map_), op)
    try:
        uit.write_text(svg, encoding="utf-8")
    except OSError as fout:
        raise click.ClickException(f"kan {uit} niet schrijven: {fout.strerror}") from None
    click.echo(f"Dekking op {op} getekend in {uit}")
