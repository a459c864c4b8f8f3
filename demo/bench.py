"""`python -m demo.bench`: the hub beside plain Kafka, in one run on one broker. Prints tables, adds to build/bench.json and draws it."""

import json
import os
import platform
import signal
import sys
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import aiohttp
import click
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo import kaal
from demo.dag import maak_dag
from demo.meting import NA_STORING, PER_SECONDE, TEMPI, Meting
from demo.nalevering import Naleveraar
from demo.opstelling import Opstelling, gewone_poorten, runmap, vers_voorvoegsel
from demo.prent import Staaf, teken
from demo.processen import Mislukt
from demo.verkeer import OnverwachtAntwoord
from deploy.kafka.broker import VOLLE_VAART, BestaandeBroker, Broker, kies_broker
from deploy.kafka.java import KAFKA_MAP, LIBS, vind_java
from hub.geheugen import blijvend

RAPPORT: Final = Path(__file__).parents[1] / "build" / "bench.json"
_APART: Final = sum(TEMPI.values()) + 2 * NA_STORING
"""Messages of the day that are kept apart for the paces and the faults."""
_MATEN: Final = ("p50", "p99")
_ERNAAST: Final = (("kaal heen en terug, ernaast", "kaal_ernaast_ms"), ("kale keten, ernaast", "keten_ernaast_ms"))
"""What is measured of plain Kafka beside each installation: its name and its field."""
_GRENZEN: Final = ("heen_en_terug_50_ms", *(veld for _, veld in _ERNAAST))
_REEKSEN: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    *(
        (f"signaal tot melding, {tempo}/s", f"signaal_tot_melding_{tempo}_ms", (f"heen_en_terug_{tempo}_ms",))
        for tempo in TEMPI
    ),
    (f"POST tot inbox, {PER_SECONDE:.0f}/s", "post_tot_inbox_ms", _GRENZEN),
    ("check op bekendheid", "check_ms", _GRENZEN),
)
"""What is measured of the hub: its name, its field, and the fields of plain Kafka that are its limits."""


class Bench:
    """One run: plain Kafka, then one installation after another."""

    def __init__(self, map_: Path, broker: Broker | BestaandeBroker, console: Console, seed: int) -> None:
        self.map, self.broker, self.console, self.seed = map_, broker, console, seed
        self.uit: dict[str, Any] = {}

    def toon(self, stap: str) -> None:
        self.console.print(f"[dim]{time.strftime('%H:%M:%S')} {escape(stap)}[/dim]")

    def meting(self, naam: str, omvang: int, berichten: int, geladen: int) -> Meting:
        """An installation under topics of its own."""
        prefix = f"{vers_voorvoegsel()}{naam}."
        verbinding = self.broker.beheer.model_copy(update={"topic_prefix": prefix})
        opstelling = Opstelling.bereid(self.map / naam, verbinding, gewone_poorten())
        with blijvend():  # or a search for garbage in all of it, a third of a second, would be measured as the hub's
            dag = maak_dag(self.seed, int(time.time() * 1000), omvang + berichten + _APART)
            return Meting(opstelling, dag, geladen, berichten)

    async def draai(self, omvang: int, berichten: int, geladen: list[int], nalevering: int) -> None:
        """Every measurement, nothing beside it."""
        for nr, aantal in enumerate(geladen):
            meting = self.meting(f"geladen-{aantal}", omvang, berichten, aantal)
            try:
                if nr == 0:
                    self.uit["belasting"] = meting.belasting()
                    self.uit["kaal"] = await meting.kaal.meet(self.toon)
                async with aiohttp.ClientSession() as sessie:
                    self.uit.setdefault("hub", []).append(await meting.meet(sessie, self.toon))
            finally:
                meting.opstelling.ruim_topics()
        for werkers in (1, 2):
            self.uit.setdefault("schaal", {})[str(werkers)] = await self._doorvoer(
                f"werkers-{werkers}", omvang, werkers
            )
        if nalevering:
            self.uit["nalevering"] = await self._nalevering(omvang, nalevering)

    async def _nalevering(self, omvang: int, aantal: int) -> dict[str, Any]:
        meting = self.meting("nalevering", omvang, 0, 0)
        proces = self.broker.proces.pid if isinstance(self.broker, Broker) else None
        naleveraar = Naleveraar(meting.opstelling, meting.orakel, meting.gecodeerd, aantal, proces)
        try:
            return asdict(await naleveraar.meet(self.toon))
        finally:
            meting.opstelling.ruim_topics()

    async def _doorvoer(self, naam: str, omvang: int, werkers: int) -> int:
        meting = self.meting(naam, omvang, 0, 0)
        try:
            return round((await meting.doorvoer(werkers, self.toon)).per_seconde)
        finally:
            meting.opstelling.ruim_topics()


def machine(seed: int, belasting: float) -> dict[str, Any]:
    """On what this was measured; `belasting`: the load average before, of whatever else the machine was doing."""
    cpu = (
        [r for r in Path("/proc/cpuinfo").read_text().splitlines() if r.startswith("model name")]
        if sys.platform == "linux"
        else []
    )
    kafka = [pad.stem.removeprefix("kafka_2.13-") for pad in LIBS.glob("kafka_2.13-*.jar")]
    return {
        "cpu": cpu[0].partition(":")[2].strip() if cpu else platform.processor(),
        "kernen": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "geheugen_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "systeem": platform.platform(),
        "python": platform.python_version(),
        "versies": {naam: version(naam) for naam in ("aiokafka", "faust-streaming", "fastavro", "numpy", "cedarpy")},
        "belasting_vooraf": belasting,
        "seed": seed,
        "moment": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "kafka": kafka[0] if kafka else None,
    }


def toon(console: Console, uit: dict[str, Any]) -> None:
    """The tables."""
    plat = uit["kaal"]
    lus = plat["lus_per_seconde"]
    console.print(
        f"Kaal: {lus} records/s in een proces, {plat['lus_twee_processen']} in twee;"
        f" heen en terug bij {PER_SECONDE:.0f}/s p50 {plat['heen_en_terug_50_ms']['p50']} ms, p99 {plat['heen_en_terug_50_ms']['p99']} ms."
    )
    tabel = Table(
        "meting", *(f"{een['geladen']} geladen" for een in uit["hub"]), title="De hub, en zijn verhouding tot kaal"
    )
    hub = uit["hub"]
    tabel.add_row("starten tot gereed", *(f"{een['start_seconden']} s" for een in hub))
    tabel.add_row("geheugen per werker", *("/".join(map(str, een["werkers_mb"])) + " MB" for een in hub))
    tabel.add_row(
        "signalen/s, twee werkers, connectoren erbij",
        *(f"{een['signalen_per_seconde']} ({een['signalen_per_seconde'] / lus:.3f})" for een in hub),
    )
    for naam, veld in _ERNAAST:
        for maat in _MATEN:
            tabel.add_row(f"{naam}, {maat} van {hub[0][veld]['aantal']}", *(f"{een[veld][maat]} ms" for een in hub))
    for naam, veld, grenzen in _REEKSEN:
        for maat in _MATEN:
            tabel.add_row(
                f"{naam}, {maat} van {hub[0][veld]['aantal']}",
                *(
                    f"{een[veld][maat]} ms ({' / '.join(f'{een[veld][maat] / (plat | een)[grens][maat]:.1f}' for grens in grenzen)} x)"
                    for een in hub
                ),
            )
    tabel.add_row("bezorgt weer na kill -9 en start", *(f"{een['herstart_seconden']} s" for een in hub))
    tabel.add_row("een ander bezorgt na kill -9", *(f"{een['overname_seconden']} s" for een in hub))
    console.print(tabel)
    console.print(
        "x: maal kaal heen en terug aan het begin, en waar er drie staan: maal kaal heen en terug ernaast, maal de kale keten ernaast."
        f" De keten heeft schakels met {', '.join(map(str, kaal.SCHAKELS))} verzoeken na elkaar, zoveel als een signaal op zijn weg doet."
    )
    een, twee = uit["schaal"]["1"], uit["schaal"]["2"]
    console.print(
        f"Zonder connectoren: een werker {een}/s ({een / lus:.3f}), twee werkers {twee}/s ({twee / lus:.3f}): {twee / een:.2f} x."
    )
    if "nalevering" in uit:
        na = uit["nalevering"]
        console.print(
            f"Nalevering van {na['signalen']} signalen in {na['seconden'] / 60:.1f} minuten, het starten van de werkers erbij:"
            f" {na['signalen'] / na['seconden']:.0f}/s ({na['signalen'] / na['seconden'] / lus:.3f});"
            f" {na['meldingen']} meldingen staan over {na['koppelingen']} koppelingen, geen te weinig, te veel of dubbel."
            f" Geheugen: hoogstens {na['samen_mb']} MB tegelijk;"
            f" elk op zijn hoogst {', '.join(f'{naam} {mb}' for naam, mb in na['piek_mb'].items())}."
        )
    last = uit["belasting"]
    console.print(
        f"{last['signalen']} signalen van {last['bytes_per_signaal']} bytes met {last['sleutels_per_signaal']} sleutels op volle snelheid; "
        f"{last['deel_met_tegenhanger']:.0%} heeft een tegenhanger; elk signaal wordt {last['partities']} records voor de index."
    )


def prent(uit: dict[str, Any]) -> str:
    """The durations of a run as a picture."""
    plat, staven = uit["kaal"], []
    for tempo in TEMPI:
        maat = plat[f"heen_en_terug_{tempo}_ms"]
        staven.append(Staaf(f"kaal heen en terug, {tempo}/s", maat["p50"], maat["p99"], hub=False))
    for een in uit["hub"]:
        for naam, veld in _ERNAAST:
            staven.append(Staaf(f"{naam} ({een['geladen']} geladen)", een[veld]["p50"], een[veld]["p99"], hub=False))
        for naam, veld, _ in _REEKSEN:
            staven.append(Staaf(f"{naam} ({een['geladen']} geladen)", een[veld]["p50"], een[veld]["p99"], hub=True))
    snel = ", ".join(f"{een['signalen_per_seconde']}/s bij {een['geladen']} geladen" for een in uit["hub"])
    return teken(
        f"De hub naast kale Kafka, {uit['machine']['moment'][:10]}",
        f"Van p50 tot p99. Doorvoer: {snel}; kale lus {plat['lus_per_seconde']}/s; {uit['machine']['kernen']} kernen.",
        staven,
    )


def bewaar(rapport: Path, uit: dict[str, Any]) -> None:
    """Add a run to the history, newest last, and draw it. A report of an older form is kept beside it."""
    rapport.parent.mkdir(parents=True, exist_ok=True)
    eerder: list[Any] = []
    if rapport.exists():
        gelezen = json.loads(rapport.read_text("utf-8"))
        if isinstance(gelezen, list):
            eerder = gelezen
        else:
            rapport.rename(rapport.with_suffix(".oud.json"))
    rapport.write_text(json.dumps([*eerder, uit], indent=2) + "\n", "utf-8")
    rapport.with_suffix(".svg").write_text(prent(uit), "utf-8")


class _Getallen(click.ParamType):
    name = "getallen"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[int]:
        try:
            return [int(deel) for deel in value.split(",")]
        except ValueError:
            self.fail(f"{value!r} is geen rij getallen met komma's", param, ctx)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--omvang",
    type=click.IntRange(1000, 200_000),
    default=10_000,
    show_default=True,
    help="Signalen op volle snelheid.",
)
@click.option(
    "--berichten", type=click.IntRange(100, 6000), default=2000, show_default=True, help="Berichten over HTTP."
)
@click.option(
    "--geladen",
    type=_Getallen(),
    default="0,100000",
    show_default=True,
    help="Dossiers vooraf in de index, per opstelling.",
)
@click.option(
    "--nalevering",
    type=click.IntRange(0, 1_200_000),
    default=0,
    show_default=True,
    help="Signalen die in een keer worden nageleverd.",
)
@click.option("--map", "map_", type=click.Path(path_type=Path), default=KAFKA_MAP / "bench")
@click.option("--rapport", type=click.Path(path_type=Path, dir_okay=False), default=RAPPORT)
def main(
    *, seed: int, omvang: int, berichten: int, geladen: list[int], nalevering: int, map_: Path, rapport: Path
) -> None:
    """Meet de hub naast kale Kafka; voegt toe aan build/bench.json en tekent build/bench.svg."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kaal.zwijg()
    belasting, *_ = os.getloadavg()
    console = Console(width=None if sys.stdout.isatty() else 150)
    try:
        with runmap(map_), kies_broker(map_ / "kafka", jvm=VOLLE_VAART) as broker:
            bench = Bench(map_, broker, console, seed)
            uvloop.run(bench.draai(omvang, berichten, geladen, nalevering))
    except (Mislukt, OnverwachtAntwoord, click.ClickException, TimeoutError) as fout:
        console.print(f"[red]De meting is mislukt[/red]: {escape(str(fout))}", highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    uit = {"machine": machine(seed, round(belasting, 2)) | {"java": vind_java().versie}, **bench.uit}
    bewaar(rapport, uit)
    toon(console, uit)
    console.print(f"Geschreven: {rapport} en {rapport.with_suffix('.svg')}")


if __name__ == "__main__":
    main()
