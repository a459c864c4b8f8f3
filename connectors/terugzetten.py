"""`connector teruggezet`: an organisation's part after the broker was restored from a backup, or after its own store was lost."""

import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click
from aiokafka.errors import KafkaError

from connectors import journaal
from connectors.dienst import klok, open_opslag
from connectors.herpubliceren import Tempo
from connectors.instellingen import Instellingen
from connectors.kafka import Grenzen, TopicOntbreekt, grenzen
from connectors.logboek import OpslagFout
from connectors.opdracht import MET_CONFIG, MET_TEMPO, draai, geweigerd, instellingen_van, verbonden
from connectors.teruggezet import InboxNietBij, Terugzetting
from connectors.verzonden import Boekzender, Verzonden
from connectors.zender import NietBezorgd
from hub.eindcode import Eindcode
from hub.geheim import GeheimFout
from hub.stream.aanmelding import AanmeldingGeweigerd
from hub.stream.codec import standaard

_Gedaan = TypeVar("_Gedaan")
_Stap = Callable[[Terugzetting, Grenzen], Awaitable[_Gedaan]]


@click.group()
def teruggezet() -> None:
    """Na het terugzetten van een reservekopie van de broker: eerst begin, en als de hub weer bij is klaar. Na verlies van de eigen opslag:
    opslag."""


@teruggezet.command("begin")
@MET_CONFIG
@MET_TEMPO
def teruggezet_begin(config: Path, per_seconde: int) -> None:
    """Verstuurt opnieuw wat de broker kwijt is, en legt de inbox apart. Stop de connector eerst."""
    begonnen = _terugzetting(instellingen_van(config), per_seconde, Terugzetting.begin)
    click.echo(
        f"{begonnen.verstuurd} signalen en intrekkingen opnieuw verstuurd; "
        f"{begonnen.apart} meldingen wachten tot de hub ze weer noemt"
    )
    if begonnen.alles:
        click.echo(
            "Niets van wat hier onthouden is, stond nog op de broker. Was de kopie ouder dan zeven dagen, lever dan ook alle zaken "
            "opnieuw aan (connector import), met wat sindsdien is ingetrokken"
        )


@teruggezet.command("klaar")
@MET_CONFIG
@MET_TEMPO
def teruggezet_klaar(config: Path, per_seconde: int) -> None:
    """Verstuurt de kwijtgeraakte reacties opnieuw, en trekt in wat de hub niet meer meldt. Pas als de hub bij is."""
    geklaard = _terugzetting(instellingen_van(config), per_seconde, Terugzetting.klaar)
    click.echo(
        f"{geklaard.verstuurd} reacties en bezorgbewijzen opnieuw verstuurd; "
        f"{geklaard.ingetrokken} meldingen ingetrokken die de hub niet meer doet"
    )


@teruggezet.command("opslag")
@MET_CONFIG
def teruggezet_opslag(config: Path) -> None:
    """Zegt dat de opslag van deze connector nieuw is, of een reservekopie. Eenmaal per verlies; stop de connector eerst."""
    gelezen = instellingen_van(config)
    journaal.stel_in()
    try:
        with open_opslag(gelezen) as opslag:
            opslag.alleen()
            opslag.zet_terug(klok())
    except OpslagFout as fout:
        raise click.ClickException(str(fout)) from None
    click.echo(
        "Genoteerd. Start nu de connector, en lever daarna alle zaken opnieuw aan (connector import), met wat sindsdien is ingetrokken. "
        "De inbox wordt opnieuw gelezen, en toont ook wat er al eens was"
    )


def _terugzetting(gelezen: Instellingen, per_seconde: int, stap: _Stap[_Gedaan]) -> _Gedaan:
    """One of its steps; ends the program where that cannot be done."""
    journaal.stel_in()
    try:
        gedaan: _Gedaan = draai(_zet_terug(gelezen, per_seconde, stap))
    except OpslagFout as fout:
        raise click.ClickException(str(fout)) from None
    except (AanmeldingGeweigerd, GeheimFout) as fout:
        geweigerd(fout)
    except InboxNietBij:
        raise click.ClickException(
            "de inbox is nog niet bij: start de connector, wacht tot hij gereed is, en probeer het dan opnieuw"
        ) from None
    except (NietBezorgd, KafkaError, TopicOntbreekt):
        click.echo("Kafka bevestigt niet. Geef dezelfde opdracht nog eens: wat al is verstuurd, wordt overgeslagen.")
        sys.exit(Eindcode.TIJDELIJK)
    return gedaan


async def _zet_terug(gelezen: Instellingen, per_seconde: int, stap: _Stap[_Gedaan]) -> _Gedaan:
    with open_opslag(gelezen) as opslag:
        async with verbonden(gelezen) as zender:
            boek, tempo = Boekzender(zender, Verzonden(opslag)), Tempo(per_seconde, time.monotonic)
            terugzetting = Terugzetting(opslag, boek, standaard(), tempo, klok)
            return await stap(terugzetting, await grenzen(gelezen.kafka, gelezen.tafel))
