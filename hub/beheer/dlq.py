"""`hub dlq`: see the dead letters, hand them in again, or discard them. The audit is the record of what was done (docs/adr/0019)."""

import datetime as dt
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import auto
from typing import Any, Final, TypeVar
from uuid import uuid4

import click
from aiokafka.errors import KafkaError

from hub.beheer.bevestiging import volg
from hub.beheer.dodeletter import (
    UUR,
    VERWERP_DAAD,
    Afhandeling,
    Grootboek,
    Keuze,
    achterhaald,
    regels,
    waarom_niet,
    zegt_staat,
)
from hub.beheer.fout import BeheerFout, Onvoltooid
from hub.beheer.lezer import Lezer
from hub.beheer.opdracht import actor_optie, voer_uit, wacht_optie
from hub.beheer.post import Post
from hub.domein.codes import Code
from hub.opdracht import aangemeld, tafels
from hub.processors.herstel import DAAD, Herkomst, herkomst_uit, object_van, poging_uit
from hub.processors.namen import AUDIT, HERSTEL, Weigering
from hub.settings import Instellingen
from hub.stream.codec import standaard
from hub.stream.deadletter import ACHTERVOEGSEL, bron_van, van_afzender
from hub.stream.record import Plek, Record, Uitvoer
from hub.stream.topics import declaratie

HOOGSTENS: Final = 500
"""Dead letters that one command takes up: what it holds in memory, and what is wrong at most if it was the wrong command."""
HOOGSTENS_BYTES: Final = 67_108_864
MARGE: Final = UUR
"""ms that the clocks of a worker and of an operator may differ."""


class Herstelreden(Code):
    """Why a dead letter is handed in again."""

    OORZAAK_VERHOLPEN = auto()
    OP_VERZOEK = auto()


class Verwerpreden(Code):
    """Why a dead letter is discarded."""

    ACHTERHAALD = auto()
    """Its source has spoken again since."""
    GEEN_RECORD = auto()
    INCIDENT = auto()
    """Dealt with as a security incident."""
    TE_LAAT = auto()
    OP_VERZOEK = auto()


class _Plek(click.ParamType):
    name = "topic/partitie/offset"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Plek:
        try:
            return Plek.van(value)
        except ValueError:
            self.fail(f"{value!r} is geen plek; neem haar over van hub dlq toon", param, ctx)


_OPTIES: Final = (
    click.option(
        "--topic",
        "topics",
        multiple=True,
        help="Waar het gezegd was, bijvoorbeeld signaal.vhh-twente.v1; .dlq erachter mag.",
    ),
    click.option(
        "--code",
        "codes",
        multiple=True,
        type=click.Choice([str(code) for code in Weigering]),
        help="Waarom het is geweigerd.",
    ),
    click.option("--sinds", type=click.DateTime(), help="Geweigerd op of na dit moment (UTC)."),
    click.option("--tot", type=click.DateTime(), help="Geweigerd voor dit moment (UTC)."),
    click.option(
        "--plek", "plekken", multiple=True, type=_Plek(), help="Een bepaalde dode letter, zoals toon haar noemt."
    ),
)
F = TypeVar("F", bound=Callable[..., Any])


def _keuze(opdracht: F) -> F:
    """The options that choose dead letters."""
    for optie in reversed(_OPTIES):
        opdracht = optie(opdracht)
    return opdracht


def _als_keuze(
    topics: Sequence[str],
    codes: Sequence[str],
    sinds: dt.datetime | None,
    tot: dt.datetime | None,
    plekken: Sequence[Plek],
) -> Keuze:
    van, voor = (None if m is None else int(m.replace(tzinfo=dt.UTC).timestamp() * 1000) for m in (sinds, tot))
    namen = frozenset(topic.removesuffix(ACHTERVOEGSEL) for topic in topics)
    return Keuze(namen, frozenset(codes), van, voor, frozenset(plekken))


@click.group(name="dlq")
def dlq() -> None:
    """Dode letters: wat is geweigerd en waarom. Lever opnieuw in, of verwerp. Van een persoon wordt niets getoond."""


@dlq.command()
@_keuze
@click.option("--alles", is_flag=True, help="Ook wat is afgehandeld en er nog staat.")
@click.option(
    "--hex", "met_bytes", is_flag=True, help="De bytes van sleutel en waarde: alleen als het niet anders kan."
)
def toon(*, alles: bool, met_bytes: bool, **keuze: Any) -> None:
    """Welke dode letters wachten op een besluit."""
    voer_uit(_toon(aangemeld(), _als_keuze(**keuze), alles=alles, met_bytes=met_bytes))


@dlq.command()
@_keuze
@click.option("--reden", type=click.Choice([str(reden) for reden in Herstelreden]), required=True)
@actor_optie
@wacht_optie()
def herstel(*, reden: str, actor: str, wacht: int, **keuze: Any) -> None:
    """Lever opnieuw in, byte voor byte, door dezelfde poort. Wat weer wordt geweigerd is weer een dode letter."""
    voer_uit(_herstel(aangemeld(), _bepaald(_als_keuze(**keuze)), reden, actor, wacht))


@dlq.command()
@_keuze
@click.option("--reden", type=click.Choice([str(reden) for reden in Verwerpreden]), required=True)
@actor_optie
def verwerp(*, reden: str, actor: str, **keuze: Any) -> None:
    """Leg vast dat hier niets meer mee gebeurt. Wat verworpen is, wordt gewist."""
    voer_uit(_verwerp(aangemeld(), _bepaald(_als_keuze(**keuze)), reden, actor))


def _bepaald(keuze: Keuze) -> Keuze:
    if keuze.alles:
        raise click.UsageError("noem welke: --topic, --code, --sinds, --tot of --plek")
    return keuze


@dataclass(slots=True)
class _Bak:
    """What stands in the dead-letter topics, and what of it is open: offsets per partition."""

    grootboek: Grootboek
    open: dict[tuple[str, int], set[int]] = field(default_factory=dict)
    tot: dict[tuple[str, int], int] = field(default_factory=dict)
    """One past the last that was read."""

    def neem_op(self, letter: Record) -> None:
        bak = (letter.topic, letter.partitie)
        self.tot[bak] = letter.offset + 1
        if not self.grootboek.van(letter.plek).afgehandeld:
            self.open.setdefault(bak, set()).add(letter.offset)

    def klaar(self) -> list[Plek]:
        """The place in each partition before which nothing is open."""
        for (topic, partitie), offsets in self.open.items():
            klaar = [o for o in offsets if self.grootboek.van(Plek(topic, partitie, o)).afgehandeld]
            offsets.difference_update(klaar)
        return [Plek(*bak, min(self.open.get(bak) or {tot})) for bak, tot in self.tot.items()]


def _topics(instellingen: Instellingen, keuze: Keuze) -> list[str]:
    """The dead-letter topics. Raises BeheerFout where a topic is meant that has none: that nothing is found there tells nothing."""
    topics = [topic.naam for topic in declaratie(tafels(instellingen)) if topic.naam.endswith(ACHTERVOEGSEL)]
    vreemd = sorted(keuze.topics - {topic.removesuffix(ACHTERVOEGSEL) for topic in topics})
    if vreemd:
        raise BeheerFout(
            f"er is hier geen topic {', '.join(vreemd)} waarvan dode letters bestaan; neem de naam over van hub dlq toon. Van een tafel:"
            " staat zij in HUB_TAFELS?"
        )
    return topics


async def _letters(lezer: Lezer, bak: _Bak) -> AsyncIterator[Record]:
    """Every dead letter, once. `lezer` reads the dead-letter topics; the audit is read first."""
    await lezer.vanaf_begin()
    oudste = await lezer.oudste()
    if oudste is None:
        return
    async with Lezer(lezer.instellingen, (AUDIT,)) as audit:
        await audit.vanaf(max(oudste - MARGE, 0))
        async for record in audit.rest():
            bak.grootboek.neem_op(record, standaard())
    async for letter in lezer.rest():
        bak.neem_op(letter)
        yield letter


async def _toon(instellingen: Instellingen, keuze: Keuze, *, alles: bool, met_bytes: bool) -> None:
    bak, codec, nu, oudste, aantal = _Bak(Grootboek()), standaard(), _nu(), _nu(), 0
    async with Lezer(instellingen, _topics(instellingen, keuze)) as lezer:
        async for letter in _letters(lezer, bak):
            wat = bak.grootboek.van(letter.plek)
            if not keuze.kiest(letter) or (wat.afgehandeld and not alles):
                continue
            if not wat.afgehandeld:
                aantal, oudste = aantal + 1, min(oudste, letter.tijd)
            click.echo("\n".join(regels(letter, wat, nu, codec, met_bytes=met_bytes)))
            niet = waarom_niet(letter)
            if niet is not None:
                click.echo(f"    niet te herstellen: {niet}")
    geen = "Er wacht geen dode letter." if keuze.alles else "Er wacht geen dode letter die hieraan voldoet."
    click.echo(f"{aantal} open, de oudste {(nu - oudste) // UUR} uur oud." if aantal else geen)


async def _gekozen(lezer: Lezer, bak: _Bak, keuze: Keuze) -> tuple[list[Record], int]:
    """The open dead letters that are meant, as many as one command takes up, and how many more there are."""
    gekozen: list[Record] = []
    meer, ruimte = 0, HOOGSTENS_BYTES
    async for letter in _letters(lezer, bak):
        if not keuze.kiest(letter) or bak.grootboek.van(letter.plek).afgehandeld:
            continue
        ruimte -= len(letter.value or b"")
        if len(gekozen) < HOOGSTENS and ruimte > 0:
            gekozen.append(letter)
        else:
            meer += 1
    if not gekozen:
        await lezer.wis_voor(bak.klaar())
        raise BeheerFout("er is geen open dode letter die hieraan voldoet; zie hub dlq toon")
    return gekozen, meer


async def _herstel(instellingen: Instellingen, keuze: Keuze, reden: str, actor: str, wacht: int) -> None:
    handeling, bak = uuid4(), _Bak(Grootboek())
    async with _aan_het_werk(instellingen, keuze) as (post, lezer, audit):
        gekozen, meer = await _gekozen(lezer, bak, keuze)
        kan = await _herstelbaar(instellingen, gekozen)
        if not kan:
            raise BeheerFout("hiervan is niets te herstellen; er is niets gedaan")
        in_te_leveren = [
            Herkomst(handeling, actor, reden, letter.plek, bron, poging_uit(letter.headers) + 1)
            for letter in kan
            if (bron := bron_van(letter)) is not None
        ]
        await audit.vanaf_nu()
        objecten = [een.object for een in in_te_leveren]
        await post.leg_alle_vast(handeling, objecten, actor=actor, daad=f"{DAAD} {reden}")
        onderweg = await _onderweg(instellingen, bak, kan)
        paren = zip(kan, in_te_leveren, strict=True)
        await post.lever_in([_opnieuw(letter, een) for letter, een in paren if letter.plek not in onderweg])
        grootboek = bak.grootboek

        def klaar(_: Grootboek) -> bool:
            return all(grootboek.van(letter.plek).afgehandeld for letter in kan)

        gedaan = await volg(audit, grootboek, klaar, wacht, standaard())
        await _wis(lezer, audit, bak)
    telling = Counter(grootboek.van(letter.plek) for letter in kan)
    click.echo(f"Opnieuw ingeleverd: {len(kan)}. Ingenomen: {telling[Afhandeling.INGENOMEN]}.")
    if telling[Afhandeling.GEWEIGERD]:
        click.echo(f"Weer geweigerd: {telling[Afhandeling.GEWEIGERD]}; die staan er opnieuw, zie hub dlq toon.")
    _zeg_meer(meer)
    if not gedaan:
        raise Onvoltooid(
            f"gevraagd en vastgelegd (spoor {handeling}), van {telling[Afhandeling.GEVRAAGD]} nog niet bekend wat ervan werd."
            " Draaien de werkers? Er gaat niets verloren; zie hub dlq toon"
        )


async def _verwerp(instellingen: Instellingen, keuze: Keuze, reden: str, actor: str) -> None:
    handeling, bak = uuid4(), _Bak(Grootboek())
    async with _aan_het_werk(instellingen, keuze) as (post, lezer, audit):
        gekozen, meer = await _gekozen(lezer, bak, keuze)
        onderweg = await _onderweg(instellingen, bak, gekozen)
        weg = [letter.plek for letter in gekozen if letter.plek not in onderweg]
        if not weg:
            raise BeheerFout(
                "dit is al opnieuw ingeleverd; er is niets verworpen. Wacht op de werkers, zie hub dlq toon"
            )
        await audit.vanaf_nu()
        objecten, daad = [object_van(plek) for plek in weg], f"{VERWERP_DAAD} {reden}"
        await post.leg_alle_vast(handeling, objecten, actor=actor, daad=daad, uitkomst=Afhandeling.VERWORPEN)
        click.echo(f"Verworpen: {len(weg)}.")
        await _wis(lezer, audit, bak)
    if len(weg) < len(gekozen):
        click.echo(f"Niet verworpen, want al opnieuw ingeleverd: {len(gekozen) - len(weg)}.")
    _zeg_meer(meer)


@asynccontextmanager
async def _aan_het_werk(instellingen: Instellingen, keuze: Keuze) -> AsyncIterator[tuple[Post, Lezer, Lezer]]:
    """Who writes the act down, who reads the dead letters, and who reads the audit."""
    async with (
        Post(instellingen, standaard(), "Wat ervan werd staat in hub dlq toon; wat daar open is mag nog eens.") as post,
        Lezer(instellingen, _topics(instellingen, keuze)) as lezer,
        Lezer(instellingen, (AUDIT,)) as audit,
    ):
        yield post, lezer, audit


async def _wis(lezer: Lezer, audit: Lezer, bak: _Bak) -> None:
    """Delete what the audit says is dealt with. That is done already: what cannot be deleted now, the next command deletes."""
    try:
        async for record in audit.rest():
            bak.grootboek.neem_op(record, standaard())
        await lezer.wis_voor(bak.klaar())
    except KafkaError as fout:
        click.echo(f"Wissen lukte niet ({type(fout).__name__}); dat volgt bij de volgende hub dlq herstel of verwerp.")


async def _herstelbaar(instellingen: Instellingen, letters: Sequence[Record]) -> list[Record]:
    """Those that may be handed in; of the others it is told why not."""
    codec, redenen = standaard(), {letter.plek: waarom_niet(letter) for letter in letters}
    bronnen = {letter.plek: bron for letter in letters if (bron := bron_van(letter)) and zegt_staat(codec, letter)}
    goed = {plek: bron for plek, bron in bronnen.items() if redenen[plek] is None}
    later: dict[tuple[Plek, bytes | None], int] = {}
    if goed:
        sleutels = {letter.key for letter in letters if letter.plek in goed}
        async with Lezer(instellingen, sorted({bron.topic for bron in goed.values()})) as lezer:
            weg = await lezer.achter(goed.values())
            async for record in lezer.rest():
                if record.key in sleutels and zegt_staat(codec, record):
                    later[record.plek._replace(offset=0), record.key] = record.offset
        redenen |= {plek: "wat zijn bron daarna zei is al gewist" for plek, bron in goed.items() if bron in weg}
    ingehaald = achterhaald(codec, letters, later)
    redenen |= dict.fromkeys(ingehaald, "zijn bron heeft hierover daarna opnieuw gesproken")
    for plek, reden in redenen.items():
        if reden is not None:
            click.echo(f"{plek}: niet te herstellen: {reden}")
    return [letter for letter in letters if redenen[letter.plek] is None]


async def _onderweg(instellingen: Instellingen, bak: _Bak, letters: Sequence[Record]) -> frozenset[Plek]:
    """Those that were handed in before, and of which the workers have said nothing yet: once is enough."""
    if all(bak.grootboek.van(letter.plek) is Afhandeling.OPEN for letter in letters):
        return frozenset()
    uit: set[Plek] = set()
    async with Lezer(instellingen, (HERSTEL,)) as lezer:
        await lezer.vanaf_begin()
        async for record in lezer.rest():
            with suppress(ValueError):
                uit.add(herkomst_uit(record.headers).dlq)
    return frozenset(uit)


def _opnieuw(letter: Record, herkomst: Herkomst) -> Uitvoer:
    """The record as it was, in the partition where it was, with where it comes from."""
    headers = (*van_afzender(letter.headers), *herkomst.koppen())
    return Uitvoer(HERSTEL, letter.key, letter.value, headers, letter.partitie)


def _zeg_meer(meer: int) -> None:
    if meer:
        click.echo(f"Er voldoen er nog {meer}: geef de opdracht nog eens.")


def _nu() -> int:
    return time.time_ns() // 1_000_000
