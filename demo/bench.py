"""`python -m demo.bench`: the hub beside plain Kafka, in one run on one broker. Prints a table, writes build/bench.json."""

import asyncio
import json
import os
import platform
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import aiohttp
import click
import uvloop
from aiokafka import AIOKafkaProducer
from confluent_kafka.admin import AdminClient, NewTopic
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo import kaal
from demo.dag import TAFELS, Bericht, Dag, maak_dag
from demo.opstelling import GROEP, Opstelling, runmap, vers_voorvoegsel
from demo.orakel import Gecodeerd, Orakel, Staand, codeer, uit_inbox
from demo.plan import ZSM
from demo.processen import Kudde, Mislukt, omgeving
from demo.toezicht import Toezicht
from demo.verkeer import Meetboek, OnverwachtAntwoord, inbox, stroom, stuur
from demo.verslag import percentielen
from deploy.kafka.broker import VOLLE_VAART, Broker, kies_broker
from deploy.kafka.java import KAFKA_MAP, LIBS, vind_java
from hub.domein.codes import Bekendheid, Doel
from hub.domein.vorm import signaal_naar
from hub.matching.model import Model
from hub.privacy.filter import Filter
from hub.processors.namen import signaal_topic
from hub.processors.omgeving import Pinned
from hub.routing.register import Register
from hub.stream.codec import standaard
from hub.stream.topics import partities

RAPPORT: Final = Path(__file__).parents[1] / "build" / "bench.json"
PER_SECONDE: Final = 50.0
_KAAL_TERMIJN: Final = 60.0
KAAL: Final = 10_000
"""Signalen of which the plain loop gets four copies."""
VRAGEN: Final = 200
"""Checks op bekendheid, one after another at the same pace as the round trip: what a client may ask in an hour."""
MEDEWERKERS: Final = 50
"""Who ask in turn: each has a quota."""
TRAAGST: Final = 100.0
"""Signalen per second below which the bench gives up."""
_NAIJL: Final = 15.0


@dataclass(frozen=True, slots=True)
class Percentielen:
    """Milliseconds."""

    p50: float
    p99: float
    langste: float
    aantal: int

    @classmethod
    def van(cls, duren: Sequence[float]) -> "Percentielen":
        p50, p99, langste = (round(duur * 1000, 2) for duur in percentielen(duren))
        return cls(p50, p99, langste, len(duren))


@dataclass(frozen=True, slots=True)
class Doorvoer:
    """What went through, in what time."""

    aantal: int
    seconden: float

    @property
    def per_seconde(self) -> float:
        return self.aantal / self.seconden


class Bench:
    """One run."""

    def __init__(self, opstelling: Opstelling, dag: Dag, na: int) -> None:
        """`na`: so many messages of the day are kept for the measurement of latency; the others go in at full speed."""
        self.opstelling, self.dag = opstelling, dag
        self.partities = partities()
        self.toezicht = Toezicht(opstelling.verbinding, GROEP, TAFELS, self.partities)
        self.aansluitingen = opstelling.aansluitingen()
        self.vooraf, self.achteraf = _verdeel(dag, na)
        self.orakel = Orakel(Pinned(Filter.laad(), Register.laad(), TAFELS, self.partities), Model.laad(), dag.moment)
        self.gecodeerd = [g for g in self.codeer(self.vooraf) if g.signaal is not None]
        self.records = [
            (
                signaal_topic(g.signaal.tafel),
                g.signaal.dossier.encode(),
                standaard().codeer("signaal", signaal_naar(g.signaal)),
            )
            for g in self.gecodeerd
            if g.signaal is not None
        ]

    def codeer(self, berichten: Sequence[Bericht]) -> list[Gecodeerd]:
        return [codeer(bericht, self.aansluitingen[bericht.tafel], self.dag.moment) for bericht in berichten]

    async def draai(self, sessie: aiohttp.ClientSession, toon: Any) -> dict[str, Any]:
        """All measurements, one after the other, nothing beside them."""
        toon("kaal: lezen, schrijven, bevestigen")
        een, twee = await self.kale_lus(1), await self.kale_lus(2)
        toon("kaal: heen en terug")
        kaal_duur = Percentielen.van(await self.kaal_heen_en_terug())
        await asyncio.to_thread(self.opstelling.maak_topics)
        async with Kudde(self.opstelling.map / "log") as kudde:
            processen = self.opstelling.processen()
            for proces in processen:
                kudde.start(proces)
            await kudde.wacht_gereed(processen, sessie)
            toon("hub: op volle snelheid")
            hub = await self.hub_doorvoer()
            await self.controleer_inboxen(sessie)
            kudde.controleer()
            toon("hub: van POST tot inbox")
            hub_duur = Percentielen.van(await self.hub_heen_en_terug(sessie))
            kudde.controleer()
            toon("hub: check op bekendheid")
            vraag_duur = Percentielen.van(await self.bevraag(sessie))
            kudde.controleer()
        return {
            "kale_lus_per_seconde": round(een.per_seconde),
            "kale_lus_twee_processen_per_seconde": round(twee.per_seconde),
            "hub_signalen_per_seconde": round(hub.per_seconde),
            "hub_seconden": round(hub.seconden, 2),
            "verhouding_doorvoer": round(een.per_seconde / hub.per_seconde, 1),
            "verhouding_doorvoer_twee_processen": round(twee.per_seconde / hub.per_seconde, 1),
            "kaal_heen_en_terug_ms": asdict(kaal_duur),
            "post_tot_inbox_ms": asdict(hub_duur),
            "check_op_bekendheid_ms": asdict(vraag_duur),
            "verhouding_check_p50": round(vraag_duur.p50 / kaal_duur.p50, 1),
            "verhouding_check_p99": round(vraag_duur.p99 / kaal_duur.p99, 1),
            "verhouding_p50": round(hub_duur.p50 / kaal_duur.p50, 1),
            "verhouding_p99": round(hub_duur.p99 / kaal_duur.p99, 1),
        }

    # --- plain -------------------------------------------------------------------------------------------------------

    async def kale_lus(self, processen: int) -> Doorvoer:
        """The loop in one or two processes, over records of the size of a signaal."""
        naam = f"bench.kaal-{processen}"
        invoer, uitvoer = self.maak_topic(f"{naam}.in.v1"), self.maak_topic(f"{naam}.uit.v1")
        bootstrap = self.opstelling.verbinding.bootstrap
        waarden = [(sleutel, waarde) for _, sleutel, waarde in self.records]
        await kaal.vul(bootstrap, invoer, waarden[:KAAL], 4 * min(len(waarden), KAAL))
        einden = self.toezicht.einden(f"{naam}.in.v1")
        groep = self.opstelling.verbinding.topic(naam)
        delen = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "demo.kaal", bootstrap, invoer, uitvoer, groep),
                *(str(sum(einden[plek] for plek in range(self.partities)[deel::processen])), str(deel)),
                *(str(processen), str(self.partities)),
                stdout=asyncio.subprocess.PIPE,
                env=omgeving({}),
            )
            for deel in range(processen)
        ]
        tijden = []
        for deel in delen:
            uit, _ = await asyncio.wait_for(deel.communicate(), _KAAL_TERMIJN)
            if deel.returncode:
                raise Mislukt(f"de kale lus stopte met exit {deel.returncode}")
            tijden.append(json.loads(uit))
        return Doorvoer(sum(einden.values()), max(einde for _, einde in tijden) - min(begin for begin, _ in tijden))

    async def kaal_heen_en_terug(self) -> list[float]:
        topic = self.maak_topic("bench.heen-en-terug.v1")
        waarde = self.records[0][2]
        return await kaal.heen_en_terug(self.opstelling.verbinding.bootstrap, topic, waarde, PER_SECONDE, 1000)

    def maak_topic(self, naam: str) -> str:
        topic = self.opstelling.verbinding.topic(naam)
        admin = AdminClient(self.opstelling.verbinding.librdkafka() | {"log_level": 0})
        admin.create_topics([NewTopic(topic, self.partities, 1)])[topic].result(30)
        return topic

    # --- the hub -----------------------------------------------------------------------------------------------------

    async def hub_doorvoer(self) -> Doorvoer:
        """Encoded signalen straight to their topics; until all that must come of them is done."""
        termijn = len(self.records) / TRAAGST + _NAIJL
        zender = kaal.producent(self.opstelling.verbinding.bootstrap)
        await zender.start()
        try:
            begin = time.monotonic()
            await self.vul(zender)
            # Until every room has acknowledged everything: at most half a second more than the work, for offsets are committed then.
            await self.toezicht.wacht_stil(termijn)
            return Doorvoer(len(self.records), time.monotonic() - begin)
        finally:
            await zender.stop()

    async def controleer_inboxen(self, sessie: aiohttp.ClientSession) -> None:
        """What stands in the inboxes is what the pure functions say. Raises Mislukt."""
        self.orakel.verwerk(self.gecodeerd)
        verwacht = _zonder_zaak(self.orakel.staand)
        adressen = self.opstelling.adressen.items()
        einde = time.monotonic() + _NAIJL
        while True:
            inboxen = [uit_inbox(tafel, await inbox(sessie, adres)) for tafel, adres in adressen]
            staat = _zonder_zaak(sum(inboxen, Counter[Staand]()))
            if staat == verwacht:
                return
            if time.monotonic() > einde:
                weg, extra = sorted((verwacht - staat).elements()), sorted((staat - verwacht).elements())
                raise Mislukt(
                    f"in de inboxen ontbreken {len(weg)} meldingen {weg[:2]} en staan er {len(extra)} te veel {extra[:2]}"
                )
            await asyncio.sleep(0.5)

    async def vul(self, zender: AIOKafkaProducer) -> None:
        bezorgingen = [
            await zender.send(self.opstelling.verbinding.topic(topic), waarde, key=sleutel)
            for topic, sleutel, waarde in self.records
        ]
        for bezorging in bezorgingen:
            await bezorging

    async def hub_heen_en_terug(self, sessie: aiohttp.ClientSession) -> list[float]:
        """At a steady pace over HTTP; from the request that completes a pair until the melding is in the inbox."""
        eerder = sum([len(await inbox(sessie, adres)) for adres in self.opstelling.adressen.values()])
        self.orakel.verwerk(self.codeer(self.achteraf))
        paren = self.orakel.paren
        boek, adressen = Meetboek(), self.opstelling.adressen
        eigen = {bericht.zaak for bericht in self.achteraf}

        async def luister(tafel: str, adres: str) -> None:
            async for aankomst in stroom(sessie, tafel, adres):
                paar = paren.get(aankomst.melding["koppeling"])
                boek.kom_aan(aankomst, paar if paar and eigen.issuperset(paar) else None)

        luisteraars = [asyncio.create_task(luister(tafel, adres)) for tafel, adres in adressen.items()]
        try:
            # The streams begin with what is in the inboxes already.
            while len(boek.aankomsten) < eerder:  # noqa: ASYNC110 - a bench may poll
                await asyncio.sleep(0.05)
            begin = time.monotonic()
            async with asyncio.TaskGroup() as groep:
                for nr, bericht in enumerate(self.achteraf):
                    await asyncio.sleep(max(begin + nr / PER_SECONDE - time.monotonic(), 0))
                    groep.create_task(stuur(sessie, adressen, bericht, boek))
            await self.toezicht.wacht_stil(_NAIJL)
            verwacht = {koppeling for koppeling, paar in paren.items() if eigen.issuperset(paar)}
            einde = time.monotonic() + _NAIJL
            while missen := verwacht & self.orakel.gemeld - {a.melding["koppeling"] for a in boek.aankomsten}:
                if time.monotonic() > einde:
                    raise TimeoutError(f"van {len(missen)} koppelingen kwam geen melding in een inbox")
                await asyncio.sleep(0.05)
            return boek.duren
        finally:
            for luisteraar in luisteraars:
                luisteraar.cancel()
            await asyncio.gather(*luisteraars, return_exceptions=True)

    async def bevraag(self, sessie: aiohttp.ClientSession) -> list[float]:
        """Ask after persons of the day, known and unknown; seconds per answer."""
        wie = [b for b in (*self.vooraf, *self.achteraf) if b.pad == "/v1/verdachten"][:VRAGEN]
        adres = self.opstelling.adressen[ZSM]
        duren: list[float] = []
        for nr, bericht in enumerate(wie):
            vraag = {
                "persoon": bericht.inhoud["persoon"],
                "feiten": bericht.inhoud["feiten"],
                "doel": Doel.VEILIGHEID,
                "actor": f"bench-{nr % MEDEWERKERS}",
            }
            begin = time.monotonic()
            async with sessie.post(f"{adres}/v1/bevragingen", json=vraag) as antwoord:
                uitkomst = (await antwoord.json()).get("uitkomst")
            duren.append(time.monotonic() - begin)
            if antwoord.status != 200 or uitkomst == Bekendheid.ONVOLLEDIG:
                raise OnverwachtAntwoord(f"/v1/bevragingen: HTTP {antwoord.status}, {uitkomst}")
            await asyncio.sleep(max(1 / PER_SECONDE - duren[-1], 0))
        return duren

    def belasting(self) -> dict[str, Any]:
        """What shapes the load."""
        sleutels = [len(bos.sleutels) for g in self.gecodeerd if g.signaal for bos in g.signaal.sleutels]
        waarheid = {zaak for paar in self.dag.waarheid for zaak in paar}
        bytes_ = [len(waarde) for *_, waarde in self.records]
        return {
            "signalen": len(self.records),
            "deel_met_tegenhanger": round(sum(b.zaak in waarheid for b in self.vooraf) / len(self.vooraf), 3),
            "bytes_per_signaal": round(sum(bytes_) / len(bytes_)),
            "sleutels_per_signaal": round(sum(sleutels) / len(sleutels), 1),
            "records_per_signaal_naar_de_index": self.partities,
            "werkers": len(self.opstelling.werkeradressen),
            "partities": self.partities,
            "berichten_over_http": len(self.achteraf),
            "tempo_over_http_per_seconde": PER_SECONDE,
        }


def _zonder_zaak(staand: Counter[Staand]) -> Counter[Staand]:
    """Meldingen by all but the case number: what went straight to the broker is no case that a connector knows."""
    uit: Counter[Staand] = Counter()
    for een, keer in staand.items():
        uit[replace(een, zaaknummer="")] += keer
    return uit


def _verdeel(dag: Dag, na: int) -> tuple[list[Bericht], list[Bericht]]:
    """The messages of the morning in two: whole persons, so that both sides of a pair come at the same stage."""
    per_persoon: dict[int, list[Bericht]] = {}
    for bericht in dag.ochtend:
        per_persoon.setdefault(bericht.persoon, []).append(bericht)
    groepen = list(per_persoon.values())
    worp = random.Random(dag.seed)
    worp.shuffle(groepen)
    achteraf: list[Bericht] = []
    vooraf: list[Bericht] = []
    for groep in groepen:
        (achteraf if len(achteraf) < na else vooraf).extend(groep)
    worp.shuffle(achteraf)
    worp.shuffle(vooraf)
    return vooraf, achteraf


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


def toon(console: Console, cijfers: dict[str, Any], belasting: dict[str, Any]) -> None:
    """The table."""
    tabel = Table("meting", "kaal aiokafka", "hub", "verhouding", title="Gemeten op dezelfde broker, in dezelfde run")
    lus, twee = cijfers["kale_lus_per_seconde"], cijfers["kale_lus_twee_processen_per_seconde"]
    hub, kort, lang = (
        cijfers["hub_signalen_per_seconde"],
        cijfers["kaal_heen_en_terug_ms"],
        cijfers["post_tot_inbox_ms"],
    )
    tabel.add_row("records/s, lus in een proces", str(lus), str(hub), f"{cijfers['verhouding_doorvoer']} : 1")
    verhouding = cijfers["verhouding_doorvoer_twee_processen"]
    tabel.add_row("records/s, lus in twee processen", str(twee), str(hub), f"{verhouding} : 1")
    for maat in ("p50", "p99"):
        verhouding = cijfers[f"verhouding_{maat}"]
        tabel.add_row(
            f"heen en terug / POST tot inbox, {maat}", f"{kort[maat]} ms", f"{lang[maat]} ms", f"1 : {verhouding}"
        )
        vraag = cijfers["check_op_bekendheid_ms"]
        verhouding = cijfers[f"verhouding_check_{maat}"]
        tabel.add_row(
            f"heen en terug / check op bekendheid, {maat}", f"{kort[maat]} ms", f"{vraag[maat]} ms", f"1 : {verhouding}"
        )
    console.print(tabel)
    console.print(
        f"{belasting['signalen']} signalen van {belasting['bytes_per_signaal']} bytes met {belasting['sleutels_per_signaal']} sleutels; "
        f"{belasting['deel_met_tegenhanger']:.0%} heeft een tegenhanger; elk signaal wordt {belasting['partities']} records voor de index; "
        f"{belasting['werkers']} werkers. Doorlooptijd over {lang['aantal']} meldingen bij {PER_SECONDE:.0f} verzoeken/s."
    )


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
@click.option("--map", "map_", type=click.Path(path_type=Path), default=KAFKA_MAP / "bench")
@click.option("--rapport", type=click.Path(path_type=Path, dir_okay=False), default=RAPPORT)
def main(seed: int, omvang: int, berichten: int, map_: Path, rapport: Path) -> None:
    """Meet de hub naast kale Kafka; schrijft build/bench.json."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kaal.zwijg()
    belasting, *_ = os.getloadavg()
    console = Console(width=None if sys.stdout.isatty() else 150)
    try:
        with runmap(map_), kies_broker(map_ / "kafka", jvm=VOLLE_VAART) as broker:
            prefix = "" if isinstance(broker, Broker) else vers_voorvoegsel()
            opstelling = Opstelling.bereid(map_, broker.beheer.model_copy(update={"topic_prefix": prefix}))
            try:
                bench = Bench(opstelling, maak_dag(seed, int(time.time() * 1000), omvang + berichten), berichten)
                cijfers = uvloop.run(_draai(bench, console))
            finally:
                opstelling.ruim_topics()
    except (Mislukt, OnverwachtAntwoord, click.ClickException, TimeoutError) as fout:
        console.print(f"[red]De meting is mislukt[/red]: {escape(str(fout))}", highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    uit = {
        "machine": machine(seed, round(belasting, 2)) | {"java": vind_java().versie},
        "belasting": bench.belasting(),
        **cijfers,
    }
    rapport.parent.mkdir(parents=True, exist_ok=True)
    rapport.write_text(json.dumps(uit, indent=2) + "\n", "utf-8")
    toon(console, cijfers, uit["belasting"])
    console.print(f"Geschreven: {rapport}")


async def _draai(bench: Bench, console: Console) -> dict[str, Any]:
    async with aiohttp.ClientSession() as sessie:
        return await bench.draai(sessie, lambda stap: console.print(f"[dim]{time.strftime('%H:%M:%S')} {stap}[/dim]"))


if __name__ == "__main__":
    main()
