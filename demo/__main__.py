"""`python -m demo`: an invented day through a real Kafka, both ways, compared with what the pure functions make of it."""

import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from demo import verslag
from demo.dag import TAFELS, Bericht, Dag, Paar, maak_dag
from demo.levens import Verteller
from demo.opstelling import GROEP, RUNMAP, Opstelling, gewone_poorten, runmap, vers_voorvoegsel
from demo.orakel import Orakel, Staand, codeer_dag, uit_inbox
from demo.processen import Kudde, Mislukt
from demo.toezicht import Meters, Toezicht
from demo.verkeer import Meetboek, OnverwachtAntwoord, inbox, stroom, stuur_alle
from deploy.kafka.broker import Broker, kies_broker
from deploy.kafka.vorm import gekozen_vorm
from hub.domein.codes import Uitkomst
from hub.matching.model import Model
from hub.privacy.filter import Filter
from hub.processors.omgeving import Pinned
from hub.routing.register import Register
from hub.stream.topics import partities

STILTIJD: Final = 60.0
"""Seconds within which all that was sent must have come through."""
_AANKOMST: Final = 30.0
BREEDTE: Final = 150
"""Columns where the output is no terminal."""


@dataclass(frozen=True, slots=True)
class Verwachting:
    """The oracle, and what it knew before the afternoon changed it."""

    orakel: Orakel
    gevonden: Mapping[Paar, Uitkomst]
    paren: Mapping[str, Paar]
    """Koppeling -> its two cases, for every pair that was ever reported."""


def verwacht(dag: Dag, opstelling: Opstelling, filter_: Filter) -> Verwachting:
    """Let the pure functions do the whole day."""
    omgeving = Pinned(filter_, Register.laad(), TAFELS, partities())
    orakel = Orakel(omgeving, Model.laad(), dag.moment)
    ochtend, vervolg = codeer_dag(dag, opstelling.aansluitingen())
    orakel.verwerk(ochtend)
    gevonden = orakel.gevonden
    orakel.verwerk(vervolg)
    return Verwachting(orakel, gevonden, orakel.paren)


class Demo:
    """One run of the day."""

    def __init__(self, opstelling: Opstelling, dag: Dag, console: Console) -> None:
        self.opstelling, self.dag, self.console = opstelling, dag, console
        self.filter = Filter.laad()
        self.boek = Meetboek()
        self.toezicht = Toezicht(opstelling.verbinding, GROEP, TAFELS, partities())

    async def draai(self, blijf: bool) -> bool:
        """All of it; whether hub and pure functions agree. Raises Mislukt, OnverwachtAntwoord, TimeoutError."""
        begin = time.monotonic()
        await asyncio.to_thread(self.opstelling.maak_topics)
        async with aiohttp.ClientSession() as sessie, Kudde(self.opstelling.map / "log") as kudde:
            processen = self.opstelling.processen()
            for proces in processen:
                kudde.start(proces)
            # While they start: the same day through the pure functions.
            self.verwachting = await asyncio.to_thread(verwacht, self.dag, self.opstelling, self.filter)
            await kudde.wacht_gereed(processen, sessie)
            self.console.print(f"[dim]{len(processen)} processen gereed na {time.monotonic() - begin:.1f} s[/dim]")
            return await self.bewaakt(kudde, sessie, blijf)

    async def bewaakt(self, kudde: Kudde, sessie: aiohttp.ClientSession, blijf: bool) -> bool:
        """The day, with the streams open, for as long as every process lives."""
        werk = asyncio.create_task(self.dagdeel(sessie, blijf))
        bijzaak = {asyncio.create_task(kudde.bewaak())} | {
            asyncio.create_task(self.luister(sessie, tafel, adres)) for tafel, adres in self.opstelling.adressen.items()
        }
        try:
            klaar, _ = await asyncio.wait({werk, *bijzaak}, return_when=asyncio.FIRST_COMPLETED)
            for taak in klaar - {werk}:
                await taak
                raise Mislukt("een stroom van meldingen is door een connector gesloten")
            return await werk
        finally:
            for taak in (werk, *bijzaak):
                taak.cancel()
            await asyncio.gather(werk, *bijzaak, return_exceptions=True)

    async def dagdeel(self, sessie: aiohttp.ClientSession, blijf: bool) -> bool:
        """Morning and afternoon, then the tables; whether hub and pure functions agree."""
        adressen = self.opstelling.adressen
        await self.verstuur(sessie, "ochtend", self.dag.afgekeurd + self.dag.ochtend)
        standen = await self.toezicht.standen()
        await self.verstuur(sessie, "vervolg", self.dag.vervolg)
        uitslag = verslag.Uitslag(
            dag=self.dag,
            boek=self.boek,
            orakel=self.verwachting.orakel,
            inbox=sum([uit_inbox(t, await inbox(sessie, a)) for t, a in adressen.items()], Counter[Staand]()),
            gevonden=self.verwachting.orakel.als_paren(standen),
            verwacht_gevonden=self.verwachting.gevonden,
            werkers=await Meters.haal(sessie, self.opstelling.werkeradressen.values()),
            regels=self.filter.regels,
        )
        verslag.toon(self.console, uitslag)
        self.console.rule("Een paar hele levens")
        await Verteller(sessie, adressen).vertel(self.console)
        if blijf:
            await self.blijf()
        return not uitslag.verschillen

    async def luister(self, sessie: aiohttp.ClientSession, tafel: str, adres: str) -> None:
        async for aankomst in stroom(sessie, tafel, adres):
            paar = self.verwachting.paren.get(aankomst.melding["koppeling"])
            self.console.print(verslag.regel(aankomst, self.boek.kom_aan(aankomst, paar)), highlight=False)

    async def verstuur(self, sessie: aiohttp.ClientSession, naam: str, berichten: tuple[Bericht, ...]) -> None:
        """Send, then wait until all that came of it stands in the inboxes and has come out of the streams."""
        kolommen = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*kolommen, console=self.console, transient=True) as voortgang:
            taak = voortgang.add_task(f"{naam}: berichten verstuurd", total=len(berichten))
            await stuur_alle(sessie, self.opstelling.adressen, berichten, self.boek, lambda: voortgang.advance(taak))
            await self.toezicht.wacht_stil(STILTIJD)
            await self.wacht_inboxen(sessie)

    async def wacht_inboxen(self, sessie: aiohttp.ClientSession) -> None:
        einde = time.monotonic() + _AANKOMST
        geschreven = await asyncio.to_thread(self.toezicht.meldingen)
        for tafel, adres in self.opstelling.adressen.items():
            while True:
                meters = await Meters.haal(sessie, [adres])
                namen = ("meldingen", "meldingen_herhaald", "meldingen_onleesbaar")
                gelezen = sum(meters.som(f"connector_{naam}_total") for naam in namen)
                laatste = max((m["volgnummer"] for m in await inbox(sessie, adres)), default=0)
                gezien = [a.melding["volgnummer"] for a in self.boek.aankomsten if a.tafel == tafel]
                if gelezen >= geschreven[tafel] and max(gezien, default=0) >= laatste:
                    break
                if time.monotonic() > einde:
                    raise TimeoutError(
                        f"{tafel}: {gelezen} van {geschreven[tafel]} meldingen in de inbox na {_AANKOMST:.0f} s"
                    )
                await asyncio.sleep(0.05)

    async def blijf(self) -> None:
        """Leave everything running until Ctrl-C."""
        self.console.print("\nBlijft open tot Ctrl-C:")
        for tafel, adres in self.opstelling.adressen.items():
            self.console.print(f"  {tafel:<19} {adres}/v1/meldingen  {adres}/v1/meldingen/stroom  {adres}/metrics")
        for instantie, adres in self.opstelling.werkeradressen.items():
            self.console.print(f"  {instantie:<19} {adres}/gereed  {adres}/metrics")
        self.console.print(
            f"  Kafka {self.opstelling.verbinding.bootstrap}, logboeken in {self.opstelling.map / 'log'}"
        )
        await asyncio.Event().wait()


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--blijf", is_flag=True, help="Laat alles na afloop draaien, tot Ctrl-C.")
@click.option("--seed", type=int, default=1, show_default=True, help="Zaad van de verzonnen dag.")
@click.option("--omvang", type=click.IntRange(150, 100_000), default=600, show_default=True, help="Aantal berichten.")
@click.option("--map", "map_", type=click.Path(path_type=Path), default=RUNMAP, help="Map voor gegevens en logboeken.")
def main(blijf: bool, seed: int, omvang: int, map_: Path) -> None:
    """Een verzonnen dag: ZSM Oost-Nederland en twee Veiligheidshuizen op een echte Kafka, heen en terug.

    Met BEVEILIGD=1 in de omgeving op een beveiligde broker.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console(width=None if sys.stdout.isatty() else BREEDTE)
    begin = time.monotonic()
    try:
        with runmap(map_), kies_broker(map_ / "kafka", vorm=gekozen_vorm()) as broker:
            prefix = "" if isinstance(broker, Broker) else vers_voorvoegsel()
            sinds = time.monotonic() - begin
            console.print(
                f"Kafka op {broker.bootstrap} ({broker.vorm.value}) na {sinds:.1f} s; {omvang} berichten, zaad {seed}"
            )
            opstelling = Opstelling.bereid(
                map_, broker.beheer.model_copy(update={"topic_prefix": prefix}), gewone_poorten()
            )
            try:
                gelijk = asyncio.run(
                    Demo(opstelling, maak_dag(seed, int(time.time() * 1000), omvang), console).draai(blijf)
                )
            finally:
                opstelling.ruim_topics()
    except (Mislukt, OnverwachtAntwoord, click.ClickException, TimeoutError) as fout:
        console.print(f"[red]De demo is mislukt[/red]: {escape(str(fout))}", highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        console.print("gestopt")
        sys.exit(130)
    console.print(f"Klaar in {time.monotonic() - begin:.0f} s")
    sys.exit(0 if gelijk else 1)


if __name__ == "__main__":
    main()
