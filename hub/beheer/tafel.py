"""`hub tafel`: let a tafel join, and let it leave with all that it brought."""

import asyncio
import time
from typing import Final
from uuid import UUID, uuid4

import click

from hub.beheer.fout import BeheerFout, Onvoltooid
from hub.beheer.levend import Levend
from hub.beheer.lezer import Lezer
from hub.beheer.opdracht import actor_optie, voer_uit, wacht_optie
from hub.beheer.post import HERHAAL, Post
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.tafeltopics import melding_topic, signaal_topic
from hub.domein.vorm import sleutelblok_uit
from hub.opdracht import aangemeld
from hub.processors.namen import SLEUTEL
from hub.routing.register import Register, RegisterFout
from hub.settings import Instellingen, InstellingFout
from hub.stream.codec import Codec, standaard
from hub.stream.record import Record
from hub.stream.topics import BrokerWeg, Topicbeheer, TopicFout, declaratie, tafelgebruiker
from hub.stream.verbinding import Verbinding

UITGEVOERD: Final = "UITGEVOERD"
ONVOLTOOID: Final = "ONVOLTOOID"
TEGELIJK: Final = 500
"""Withdrawals under way at the same time."""
WACHT_VERTREK: Final = 600


@click.group(name="tafel")
def tafel() -> None:
    """Een tafel laten aansluiten of vertrekken."""


@tafel.command()
@click.argument("naam", metavar="TAFEL")
@actor_optie
def aansluiten(*, naam: str, actor: str) -> None:
    """Maak de topics van een tafel uit het register, en zeg wat er verder moet gebeuren."""
    voer_uit(_aansluiten(aangemeld(), naam, actor))


@tafel.command()
@click.argument("naam", metavar="TAFEL")
@actor_optie
@wacht_optie(WACHT_VERTREK)
def vertrek(*, naam: str, actor: str, wacht: int) -> None:
    """Trek alle dossiers van een tafel in, en zeg wat er verder moet gebeuren. Nog eens uitvoeren gaat verder waar het bleef."""
    voer_uit(_vertrek(aangemeld(), naam, actor, wacht))


async def _aansluiten(instellingen: Instellingen, naam: str, actor: str) -> None:
    (id_, tafels), handeling = _lees(instellingen, naam), uuid4()
    vast = {topic.naam for topic in declaratie(())}
    topics = [topic for topic in declaratie((id_,)) if topic.naam not in vast]
    async with Post(instellingen, standaard()) as post:
        await post.leg_vast(handeling, actor=actor, daad="AANSLUITEN", object_=f"tafel:{id_}")
        try:
            gedaan = await asyncio.to_thread(Topicbeheer(instellingen.kafka, instellingen.replicatie).pas_toe, topics)
        except BrokerWeg as fout:
            raise Onvoltooid(f"de topics van {id_} zijn niet (allemaal) gemaakt: {fout}. {HERHAAL}") from None
        except TopicFout as fout:
            raise BeheerFout(f"de topics van {id_} zijn niet (allemaal) gemaakt: {fout}") from None
        await post.leg_vast(handeling, actor=actor, daad="AANSLUITEN", object_=f"tafel:{id_}", uitkomst=UITGEVOERD)
    for verschil in gedaan:
        click.echo(f"{verschil.topic}: {'gemaakt' if verschil.melding == 'missing' else 'rechtgezet'}")
    click.echo(f"De topics van {id_} zijn er. Nog te doen:")
    _stappen(
        "controleer contact en dekking van de tafel: hub register check",
        f"zet in uw eigen omgeving HUB_TAFELS={','.join(sorted(tafels | {id_}))}; dan hub topics apply --acls, en"
        f" hub beveiliging gebruikers --map MAP: haar gebruiker mag alleen {signaal_topic(id_)} schrijven en {melding_topic(id_)} lezen",
        "zet dezelfde HUB_TAFELS bij elke werker en herstart de werkers een voor een",
        f"breng de map van tafel.{id_} en het adres van de broker naar de organisatie",
        "zij krijgt de sleutelring van de sleutelbewaarder, nooit van de hub, en start haar connector",
        "was zij eerder aangesloten, dan geeft zij eerst connector teruggezet opslag en levert zij al haar dossiers opnieuw aan:"
        " anders is haar vertrek het laatste woord",
    )


async def _vertrek(instellingen: Instellingen, naam: str, actor: str, wacht: int) -> None:
    (id_, tafels), handeling = _lees(instellingen, naam), uuid4()

    async with Post(instellingen, standaard()) as post, Lezer(instellingen, (SLEUTEL,)) as lezer:
        await lezer.vanaf_begin()
        dossiers = Levend(id_)
        async for record in lezer.rest():
            _neem_op(dossiers, record, standaard())
        click.echo(f"{id_} heeft {dossiers.over} lopende dossiers.")
        await post.leg_vast(handeling, actor=actor, daad="VERTREK", object_=f"tafel:{id_}")
        rest = await _trek_in(lezer, post, dossiers, handeling, wacht)
        uitkomst = ONVOLTOOID if rest else UITGEVOERD
        await post.leg_vast(handeling, actor=actor, daad="VERTREK", object_=f"tafel:{id_}", uitkomst=uitkomst)
        if rest:
            raise Onvoltooid(
                f"nog {rest} dossiers of signalen van {id_} niet verwerkt. Draaien de werkers? Voer dezelfde opdracht later weer uit:"
                " hij gaat verder waar het bleef"
            )
    click.echo(f"Geen lopend dossier van {id_} meer. Nog te doen:")
    _stappen(*_na_vertrek(instellingen.kafka, id_, tafels))


def _na_vertrek(kafka: Verbinding, id_: TafelId, tafels: frozenset[str]) -> tuple[str, ...]:
    """What is left to do once no dossier of a tafel lives any more; what comes before it is in the first, for who skipped it."""
    gebruiker, signaal = kafka.topic(tafelgebruiker(id_)), signaal_topic(id_)
    verbod = (
        f"kafka-acls.sh --bootstrap-server {kafka.bootstrap} --command-config BEHEER.properties --add"
        f" --deny-principal User:{gebruiker} --operation Write --topic {kafka.topic(signaal)}"
    )
    return (
        f"mag {gebruiker} nog schrijven, of noemt hub dlq toon --topic {signaal} nog iets? Dan komt dat weer binnen: verbied haar het"
        f" schrijven ({verbod}), herstel of verwerp wat er ligt, en geef deze opdracht nog eens",
        f"wacht tot hub_achterstand_seconds 0 is: dan zijn de intrekkingen bezorgd, ook in {melding_topic(id_)}; laat de connector"
        f" van {id_} draaien tot hij die heeft gelezen",
        f"zet in uw eigen omgeving en bij elke werker HUB_TAFELS={','.join(sorted(tafels - {id_}))} en herstart de werkers een voor een",
        "hub topics apply --acls haalt haar rechten weg (een verbod blijft tot u het zelf weghaalt), en daarna"
        f" hub beveiliging gebruikers --map MAP haar gebruiker: {gebruiker} kan zich dan niet meer aanmelden",
        "geef de tafel in het register een einddatum (geldig_tot), met een opvolger als die er is",
        f"laat {melding_topic(id_)} staan tot haar bewaartermijn om is; verwijder daarna de topics van {id_}",
    )


async def _trek_in(lezer: Lezer, post: Post, dossiers: Levend, handeling: UUID, wacht: int) -> int:
    """Withdraw until nothing is left, also of what the tafel says meanwhile. Returns how much is left after `wacht` seconds."""
    einde = time.monotonic() + wacht
    with click.progressbar(length=dossiers.over, label="ingetrokken", show_pos=True) as balk:
        while True:
            over = dossiers.over
            balk.update(max((balk.length or 0) - over - balk.pos, 0))
            await post.trek_in(handeling, dossiers.vraag(TEGELIJK))
            # First the gate, then its output: what the gate has acknowledged stands in the log that is read here.
            rest = over or await lezer.wachtend(dossiers.tafel) or await lezer.over()
            if not rest or time.monotonic() >= einde:
                return rest
            for record in await lezer.hap():
                _neem_op(dossiers, record, post.codec)


def _neem_op(dossiers: Levend, record: Record, codec: Codec) -> None:
    dossier = Dossier((record.key or b"").decode("ascii", "replace"))
    if record.value is None:
        dossiers.vergeet(dossier)
    # Most are another's, and reading one takes long.
    elif dossiers.kent(dossier) or dossiers.tafel.encode() in record.value:
        blok = sleutelblok_uit(codec.decodeer(record.value)[1])
        if blok.tafel == dossiers.tafel or dossiers.kent(dossier):
            dossiers.neem_op(record.partitie, blok)


def _lees(instellingen: Instellingen, naam: str) -> tuple[TafelId, frozenset[str]]:
    """The tafel, and all that have joined."""
    try:
        bekend = Register.laad(instellingen.register_map).namen()
        aangesloten = frozenset(instellingen.aangesloten(bekend))
    except (RegisterFout, InstellingFout) as fout:
        raise BeheerFout(str(fout)) from None
    if naam not in bekend:
        raise BeheerFout(f"{naam} staat niet in het register van tafels; zie hub register check")
    return TafelId(naam), aangesloten


def _stappen(*stappen: str) -> None:
    for nummer, stap in enumerate(stappen, 1):
        click.echo(f"  {nummer}. {stap}")
