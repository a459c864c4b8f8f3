"""`hub noodstop`: hold everything of a tafel or on a grondslag, see what is held, lift it with two people."""

from typing import Final
from uuid import UUID, uuid4

import click

from hub.beheer.bevestiging import TOPICS, Bevestiging, volg
from hub.beheer.fout import BeheerFout, Onvoltooid
from hub.beheer.lezer import Lezer
from hub.beheer.opdracht import actor_optie, voer_uit, wacht_optie
from hub.beheer.post import Post
from hub.domein.codes import Daad
from hub.domein.gebeurtenis import Beheerdaad, onderwerp
from hub.domein.identiteit import GrondslagId, TafelId
from hub.opdracht import aangemeld
from hub.opvolging.noodstop import Noodstop, Noodstopuitkomst, noodstop_uit
from hub.privacy.filter import Bronnen
from hub.privacy.fout import BeleidFout
from hub.processors.namen import KOPPELING
from hub.settings import Instellingen
from hub.stream.codec import standaard
from hub.stream.kop import rfc3339
from hub.stream.topics import partities

_VERDER: Final = "Kijk met hub noodstop toon of het gebeurd is; zo niet, geef de opdracht dan nog eens."


@click.group(name="noodstop")
def noodstop() -> None:
    """Houd alles van een tafel of op een grondslag in een keer tegen. Een persoon stopt; twee samen heffen op."""


@noodstop.command()
@click.option("--tafel", help="Alles van en naar deze tafel.")
@click.option("--grondslag", help="Alles wat op deze grondslag rust.")
@actor_optie
@wacht_optie()
def begin(*, tafel: str | None, grondslag: str | None, actor: str, wacht: int) -> None:
    """Stop nu. Wat al bezorgd is blijft; intrekken gaat altijd door."""
    if (tafel is None) is (grondslag is None):
        raise click.UsageError("noem of --tafel of --grondslag")
    voer_uit(_begin(aangemeld(), tafel, grondslag, actor, wacht))


@noodstop.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@actor_optie
@wacht_optie()
def opheffen(*, id_: UUID, actor: str, wacht: int) -> None:
    """Ga akkoord met opheffen. De tweede, een ander dan de eerste, heft op."""
    voer_uit(_opheffen(aangemeld(), id_, actor, wacht))


@noodstop.command()
def toon() -> None:
    """Welke noodstoppen gelden nu, en in hoeveel partities. Leest de hele staat: bij een miljoen koppelingen een minuut."""
    voer_uit(_toon(aangemeld()))


async def _begin(instellingen: Instellingen, tafel: str | None, grondslag: str | None, actor: str, wacht: int) -> None:
    async with Post(instellingen, standaard(), _VERDER) as post, Lezer(instellingen, TOPICS) as lezer:
        # A stop of what does not exist holds nothing while its author believes that it does.
        if tafel is not None and not await lezer.bestaat(tafel):
            raise BeheerFout(f"er is geen aangesloten tafel {tafel}; er is niets gestopt. De namen staan in HUB_TAFELS")
        if grondslag is not None and grondslag not in (bekend := _grondslagen(instellingen)):
            raise BeheerFout(f"er is geen grondslag {grondslag}; er is niets gestopt. Er zijn: {', '.join(bekend)}")
        daad = Beheerdaad(
            uuid4(),
            Daad.NOODSTOP,
            actor,
            tafel=None if tafel is None else TafelId(tafel),
            grondslag=None if grondslag is None else GrondslagId(grondslag),
        )
        await _verricht(post, lezer, daad, daad.id, wacht)
    click.echo(
        f"Alles van en naar {tafel} wordt tegengehouden."
        if grondslag is None
        else f"Alles op grondslag {grondslag} wordt tegengehouden."
    )
    click.echo(f"Opheffen doen twee personen, elk met: hub noodstop opheffen {daad.id} --actor ...")


async def _opheffen(instellingen: Instellingen, id_: UUID, actor: str, wacht: int) -> None:
    async with Post(instellingen, standaard(), _VERDER) as post, Lezer(instellingen, TOPICS) as lezer:
        daad = Beheerdaad(uuid4(), Daad.OPHEFFEN, actor, noodstop=id_)
        uitkomst = await _verricht(post, lezer, daad, id_, wacht)
    if uitkomst == Noodstopuitkomst.GEWEIGERD:
        raise BeheerFout(
            "geweigerd: deze noodstop geldt niet (meer), of u was zelf al de eerste van de twee. Zie hub noodstop toon"
        )
    if uitkomst == Noodstopuitkomst.EERSTE_AKKOORD:
        click.echo("Eerste akkoord vastgelegd. De noodstop geldt nog: een ander moet dezelfde opdracht geven.")
    else:
        click.echo("Opgeheven. Wat werd tegengehouden, wordt opnieuw beslist.")


async def _verricht(post: Post, lezer: Lezer, daad: Beheerdaad, sleutel: UUID, wacht: int) -> str | None:
    """Do it, and wait until every partition has it. Returns the outcome in the audit of the workers."""
    aantal = partities()
    gezien = Bevestiging(daad.id, sleutel)
    await lezer.vanaf_nu()
    click.echo(f"Noodstop {sleutel}: {daad.daad.lower()} wordt gevraagd")  # known before it can go wrong
    await post.verricht(daad)

    def klaar(nu: Bevestiging) -> bool:
        return nu.uitkomst == Noodstopuitkomst.GEWEIGERD or (nu.uitkomst is not None and len(nu.partities) == aantal)

    if not await volg(lezer, gezien, klaar, wacht, post.codec):
        raise Onvoltooid(
            f"gevraagd en vastgelegd, maar pas in {len(gezien.partities)} van {aantal} partities uitgevoerd. Draaien de werkers?"
            " De vraag gaat niet verloren; zie hub noodstop toon"
        )
    if gezien.uitkomst != Noodstopuitkomst.GEWEIGERD:
        click.echo(f"Uitgevoerd in {aantal} van {aantal} partities.")
    return gezien.uitkomst


async def _toon(instellingen: Instellingen) -> None:
    codec = standaard()
    standen: dict[tuple[bytes, int], Noodstop] = {}
    async with Lezer(instellingen, (KOPPELING,)) as lezer:
        await lezer.vanaf_begin()
        async for record in lezer.rest():
            plek = (record.key or b"", record.partitie)
            if record.value is None:
                standen.pop(plek, None)
            elif codec.naam(record.value) == "noodstop":
                standen[plek] = noodstop_uit(codec.decodeer(record.value)[1])
    if not standen:
        click.echo("Er geldt geen noodstop.")
    for sleutel in sorted({sleutel for sleutel, _ in standen}):
        hier = [stop for (van, _), stop in standen.items() if van == sleutel]
        stop = min(hier, key=lambda een: een.opheffer is not None)
        akkoord = f", opheffen: akkoord van {stop.opheffer}, een ander moet nog" if stop.opheffer else ""
        click.echo(
            f"{stop.id}  {onderwerp(stop.tafel, stop.grondslag)}  sinds {rfc3339(stop.sinds)} door {stop.actor},"
            f" in {len(hier)} van {partities()} partities{akkoord}"
        )


def _grondslagen(instellingen: Instellingen) -> list[str]:
    try:
        return sorted(naam.removesuffix(".toml") for naam in Bronnen.lees(instellingen.beleid_map).grondslagen)
    except BeleidFout as fout:
        raise BeheerFout(f"de grondslagen zijn niet te lezen; er is niets gestopt: {fout}") from None
