"""Measures one installation of the hub, and the plain Kafka beside it. Every phase alone, nothing beside it."""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import aiohttp
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from demo import kaal
from demo.dag import TAFELS, Bericht, Dag
from demo.opstelling import GROEP, Opstelling
from demo.orakel import Gecodeerd, Orakel, Staand, codeer, uit_inbox
from demo.plan import ZSM
from demo.processen import Kudde, Mislukt, Proces, geheugen_mb, omgeving
from demo.toezicht import Toezicht
from demo.verkeer import Meetboek, OnverwachtAntwoord, inbox, stroom, stuur
from demo.verslag import percentielen
from demo.vulling import vul_index
from deploy.sterf_mee import sterf_mee
from hub.domein.codes import Bekendheid, Doel
from hub.domein.tafeltopics import melding_topic, signaal_topic
from hub.domein.vorm import signaal_naar
from hub.geheugen import blijvend
from hub.matching.model import Model
from hub.privacy.filter import Filter
from hub.processors.omgeving import Pinned
from hub.routing.register import Register
from hub.stream.codec import standaard
from hub.stream.topics import partities

PER_SECONDE: Final = 50.0
"""The pace of what goes over HTTP."""
TEMPI: Final = {1: 60, 50: 2000, 500: 3000}
"""Signalen per second straight to the broker -> how many of them."""
KAAL: Final = 10_000
"""Signalen of which the plain loop gets four copies."""
ERNAAST: Final = 600
"""Records there and back, and over the plain chain, beside what goes over HTTP."""
VRAGEN: Final = 200
"""Checks op bekendheid, one after another at the same pace as the round trip: what a client may ask in an hour."""
MEDEWERKERS: Final = 50
"""Who ask in turn: each has a quota."""
NA_STORING: Final = 40
"""Signalen that are sent after a worker was killed: as many pairs as leave no partition of it alone."""
TRAAGST: Final = 100.0
"""Signalen per second below which the bench gives up."""
_KAAL_TERMIJN: Final = 60.0
_NAIJL: Final = 15.0
_OVERNAME: Final = 300.0

Toon = Callable[[str], None]


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


class Kaal:
    """What this machine and this broker can do with nothing in between."""

    def __init__(self, toezicht: Toezicht, waarden: Sequence[tuple[bytes, bytes]]) -> None:
        """`waarden`: key and value of records of the size of a signaal."""
        self.verbinding, self.toezicht, self.waarden = toezicht.verbinding, toezicht, waarden

    async def meet(self, toon: Toon) -> dict[str, Any]:
        toon("kaal: lezen, schrijven, bevestigen")
        een, twee = await self.lus(1), await self.lus(2)
        uit: dict[str, Any] = {"lus_per_seconde": round(een.per_seconde), "lus_twee_processen": round(twee.per_seconde)}
        for tempo, aantal in TEMPI.items():
            toon(f"kaal: heen en terug, {tempo} per seconde")
            topic = self._maak_topic(f"bench.heen-en-terug-{tempo}.v1")
            uit[f"heen_en_terug_{tempo}_ms"] = await self._heen_en_terug(topic, topic, float(tempo), aantal)
        return uit

    async def ernaast(self) -> dict[str, Any]:
        """What plain Kafka takes at the pace of what goes over HTTP, there and back and over the chain: with the broker as warm, and the
        machine as fast, as they are now."""
        topic = self._maak_topic("bench.ernaast.v1")
        heen_en_terug = await self._heen_en_terug(topic, topic, PER_SECONDE, ERNAAST)
        return {"kaal_ernaast_ms": heen_en_terug, "keten_ernaast_ms": await self._keten()}

    async def _heen_en_terug(self, heen: str, terug: str, tempo: float, aantal: int) -> dict[str, Any]:
        waarde = self.waarden[0][1]
        duren = await kaal.heen_en_terug(
            self.verbinding.bootstrap, heen, terug, waarde=waarde, per_seconde=tempo, aantal=aantal
        )
        return asdict(Percentielen.van(duren))

    async def _keten(self) -> dict[str, Any]:
        eerste = invoer = self._maak_topic("bench.keten.v1")
        async with AsyncExitStack() as opruimen:
            for nr, verzoeken in enumerate(kaal.SCHAKELS):
                uitvoer = [self._maak_topic(f"bench.keten-{nr}-{verzoek}.v1") for verzoek in range(verzoeken)]
                schakel = await asyncio.create_subprocess_exec(
                    *sterf_mee(
                        (sys.executable, "-m", "demo.kaal", "schakel", self.verbinding.bootstrap, invoer, *uitvoer)
                    ),
                    stdout=asyncio.subprocess.PIPE,
                    env=omgeving({}),
                )
                opruimen.push_async_callback(_beeindig, schakel)
                assert schakel.stdout is not None
                if await asyncio.wait_for(schakel.stdout.readline(), _KAAL_TERMIJN) != kaal.GEREED:
                    raise Mislukt("een schakel van de kale keten begon niet")
                invoer = uitvoer[-1]
            return await self._heen_en_terug(eerste, invoer, PER_SECONDE, ERNAAST)

    async def lus(self, processen: int) -> Doorvoer:
        """The consume-produce-commit loop in so many processes."""
        naam = f"bench.kaal-{processen}"
        invoer, uitvoer = self._maak_topic(f"{naam}.in.v1"), self._maak_topic(f"{naam}.uit.v1")
        bootstrap = self.verbinding.bootstrap
        await kaal.vul(bootstrap, invoer, self.waarden[:KAAL], 4 * min(len(self.waarden), KAAL))
        einden = self.toezicht.einden(f"{naam}.in.v1")
        delen = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "demo.kaal", "lus", bootstrap, invoer, uitvoer, self.verbinding.topic(naam)),
                *(str(sum(einden[plek] for plek in range(partities())[deel::processen])), str(deel)),
                *(str(processen), str(partities())),
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

    def _maak_topic(self, naam: str) -> str:
        topic = self.verbinding.topic(naam)
        admin = AdminClient(self.verbinding.librdkafka() | {"log_level": 0})
        admin.create_topics([NewTopic(topic, partities(), 1)])[topic].result(30)
        return topic


class Meting:
    """One installation, with so many dossiers in it before it begins."""

    def __init__(self, opstelling: Opstelling, dag: Dag, geladen: int, http: int) -> None:
        """`http`: so many messages of the day go over HTTP; some are kept for each pace, the others go in at full speed."""
        self.opstelling, self.dag, self.geladen = opstelling, dag, geladen
        self.toezicht = Toezicht(opstelling.verbinding, GROEP, TAFELS, partities())
        self.aansluitingen = opstelling.aansluitingen()
        traagste, *sneller = TEMPI.values()
        groepen = _verdeel(dag, [traagste, NA_STORING, NA_STORING], [http, *sneller])
        self.vooraf, eerste, self.na_herstart, self.na_verlies, self.over_http, *per_tempo = groepen
        self.per_tempo = dict(zip(TEMPI, [eerste, *per_tempo], strict=True))
        self.orakel = Orakel(Pinned(Filter.laad(), Register.laad(), TAFELS, partities()), Model.laad(), dag.moment)
        self.gecodeerd = self.codeer(self.vooraf)
        self.records = _records(self.gecodeerd)
        self.kaal = Kaal(self.toezicht, [(sleutel, waarde) for _, sleutel, waarde in self.records])

    def codeer(self, berichten: Sequence[Bericht]) -> list[Gecodeerd]:
        alle = (codeer(bericht, self.aansluitingen[bericht.tafel], self.dag.moment) for bericht in berichten)
        return [een for een in alle if een.signaal is not None]

    def _voorspel(self, gecodeerd: Sequence[Gecodeerd]) -> None:
        """Have the oracle take these in too."""
        with blijvend():
            self.orakel.verwerk(gecodeerd)

    async def doorvoer(self, werkers: int, toon: Toon) -> Doorvoer:
        """The throughput alone, with so many workers."""
        await asyncio.to_thread(self.opstelling.maak_topics)
        async with aiohttp.ClientSession() as sessie, Kudde(self.opstelling.map / "log") as kudde:
            draaiend = self.opstelling.werkers()[:werkers]
            for proces in draaiend:
                kudde.start(proces)
            await kudde.wacht_gereed(draaiend, sessie)
            toon(f"hub met {werkers} werker: op volle snelheid")
            return await self._volle_vaart()

    async def meet(self, sessie: aiohttp.ClientSession, toon: Toon) -> dict[str, Any]:
        """Everything, one after the other."""
        await asyncio.to_thread(self.opstelling.maak_topics)
        uit: dict[str, Any] = {"geladen": self.geladen}
        if self.geladen:
            await self._vul(toon)
        async with Kudde(self.opstelling.map / "log") as kudde:
            werkers, connectoren = self.opstelling.werkers(), self.opstelling.connectoren()
            toon("hub: starten")
            begin = time.monotonic()
            for proces in werkers:
                kudde.start(proces)
            await kudde.wacht_gereed(werkers, sessie)
            uit["start_seconden"] = round(time.monotonic() - begin, 1)
            for proces in connectoren:
                kudde.start(proces)
            await kudde.wacht_gereed(connectoren, sessie)
            toon("hub: op volle snelheid")
            hub = await self._volle_vaart()
            uit |= {"signalen": hub.aantal, "signalen_per_seconde": round(hub.per_seconde)}
            await self._controleer_inboxen(sessie)
            uit["werkers_mb"] = [geheugen_mb(kudde.pid(proces.naam), "VmRSS") for proces in werkers]
            for tempo, berichten in self.per_tempo.items():
                toon(f"hub: signaal tot melding, {tempo} per seconde")
                uit[f"signaal_tot_melding_{tempo}_ms"] = asdict(
                    Percentielen.van(await self._op_tempo(berichten, tempo))
                )
                kudde.controleer()
            toon("kaal: heen en terug, en over de keten, terwijl de hub niets te doen heeft")
            uit |= await self.kaal.ernaast()
            toon("hub: van POST tot inbox")
            uit["post_tot_inbox_ms"] = asdict(Percentielen.van(await self._over_http(sessie)))
            toon("hub: check op bekendheid")
            uit["check_ms"] = asdict(Percentielen.van(await self._bevraag(sessie)))
            kudde.controleer()
            toon("hub: een werker gedood en weer gestart")
            uit["herstart_seconden"] = await self._na_dood(kudde, werkers[0], self.na_herstart, weer=werkers[0])
            await kudde.wacht_gereed(werkers, sessie)
            toon("hub: een werker gedood, de andere neemt over")
            uit["overname_seconden"] = await self._na_dood(kudde, werkers[1], self.na_verlies, weer=None)
        return uit

    async def _vul(self, toon: Toon) -> None:
        sjablonen = [een.signaal for een in self.gecodeerd if een.signaal is not None]
        await asyncio.to_thread(
            vul_index,
            self.opstelling.verbinding,
            GROEP,
            sjablonen,
            self.geladen,
            na=lambda aantal: (
                toon(f"hub: {aantal} dossiers geladen") if aantal % (self.geladen // 4 or 1) == 0 else None
            ),
        )

    async def _volle_vaart(self) -> Doorvoer:
        """Encoded signalen straight to their topics; until all that must come of them is done."""
        zender = kaal.producent(self.opstelling.verbinding.bootstrap)
        await zender.start()
        try:
            begin = time.monotonic()
            bezorgingen = [await self._zend(zender, *record) for record in self.records]
            for bezorging in bezorgingen:
                await bezorging
            # Until every room has acknowledged everything: at most half a second more than the work, for offsets are committed then.
            await self.toezicht.wacht_stil(len(self.records) / TRAAGST + _NAIJL)
            return Doorvoer(len(self.records), time.monotonic() - begin)
        finally:
            await zender.stop()

    async def _zend(self, zender: AIOKafkaProducer, topic: str, sleutel: bytes, waarde: bytes) -> "asyncio.Future[Any]":
        return await zender.send(self.opstelling.verbinding.topic(topic), waarde, key=sleutel)  # type: ignore[no-any-return]

    async def _controleer_inboxen(self, sessie: aiohttp.ClientSession) -> None:
        """What stands in the inboxes is what the pure functions say. Raises Mislukt."""
        self._voorspel(self.gecodeerd)
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

    async def _op_tempo(self, berichten: Sequence[Bericht], tempo: float) -> list[float]:
        """Signalen straight to the broker at a steady pace; seconds from the later of a pair until its first melding is on its topic."""
        gecodeerd = self.codeer(berichten)
        self._voorspel(gecodeerd)
        eigen = {een.bericht.zaak for een in gecodeerd}
        paren = {k: paar for k, paar in self.orakel.paren.items() if eigen.issuperset(paar)}
        verwacht = paren.keys() & self.orakel.gemeld
        verstuurd: dict[Any, float] = {}
        gekomen: dict[str, float] = {}
        zender = kaal.producent(self.opstelling.verbinding.bootstrap)
        lezer = AIOKafkaConsumer(**self.opstelling.verbinding.aiokafka(), enable_auto_commit=False)
        async with AsyncExitStack() as opruimen:
            for een in (zender, lezer):
                await een.start()
                opruimen.push_async_callback(een.stop)
            plekken = [
                TopicPartition(self.opstelling.verbinding.topic(melding_topic(tafel)), nr)
                for tafel in TAFELS
                for nr in range(partities())
            ]
            lezer.assign(plekken)
            await lezer.seek_to_end(*plekken)
            luisteraar = asyncio.create_task(_luister(lezer, gekomen))
            opruimen.callback(luisteraar.cancel)
            begin = time.monotonic()
            for nr, (een, record) in enumerate(zip(gecodeerd, _records(gecodeerd), strict=True)):
                await asyncio.sleep(max(begin + nr / tempo - time.monotonic(), 0))
                verstuurd[een.bericht.zaak] = time.monotonic()
                await self._zend(zender, *record)
            einde = time.monotonic() + _OVERNAME
            while missen := verwacht - gekomen.keys():
                if time.monotonic() > einde:
                    raise Mislukt(f"van {len(missen)} van {len(verwacht)} koppelingen kwam geen melding")
                await asyncio.sleep(0.01)
            return [gekomen[k] - max(verstuurd[zaak] for zaak in paren[k]) for k in verwacht]

    async def _na_dood(self, kudde: Kudde, wie: Proces, berichten: Sequence[Bericht], weer: Proces | None) -> float:
        """Kill a worker, start it again or not; seconds until everything that was sent after it has led to its meldingen."""
        begin = time.monotonic()
        kudde.dood(wie)
        if weer is not None:
            kudde.start(weer)
        await self._op_tempo(berichten, 1000.0)
        return round(time.monotonic() - begin, 1)

    async def _over_http(self, sessie: aiohttp.ClientSession) -> list[float]:
        """At a steady pace over HTTP; from the request that completes a pair until the melding is in the inbox."""
        eerder = sum([len(await inbox(sessie, adres)) for adres in self.opstelling.adressen.values()])
        self._voorspel(self.codeer(self.over_http))
        paren = self.orakel.paren
        boek, adressen = Meetboek(), self.opstelling.adressen
        eigen = {bericht.zaak for bericht in self.over_http}

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
                for nr, bericht in enumerate(self.over_http):
                    await asyncio.sleep(max(begin + nr / PER_SECONDE - time.monotonic(), 0))
                    groep.create_task(stuur(sessie, adressen, bericht, boek))
            await self.toezicht.wacht_stil(_NAIJL)
            verwacht = {koppeling for koppeling, paar in paren.items() if eigen.issuperset(paar)}
            einde = time.monotonic() + _NAIJL
            while missen := verwacht & self.orakel.gemeld - {a.melding["koppeling"] for a in boek.aankomsten}:
                if time.monotonic() > einde:
                    raise Mislukt(f"van {len(missen)} koppelingen kwam geen melding in een inbox")
                await asyncio.sleep(0.05)
            return boek.duren
        finally:
            for luisteraar in luisteraars:
                luisteraar.cancel()
            await asyncio.gather(*luisteraars, return_exceptions=True)

    async def _bevraag(self, sessie: aiohttp.ClientSession) -> list[float]:
        """Ask after persons of the day, known and unknown; seconds per answer."""
        wie = [b for b in (*self.vooraf, *self.over_http) if b.pad == "/v1/verdachten"][:VRAGEN]
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
            "records_per_signaal_naar_de_index": partities(),
            "werkers": len(self.opstelling.werkeradressen),
            "partities": partities(),
            "berichten_over_http": len(self.over_http),
            "tempo_over_http_per_seconde": PER_SECONDE,
        }


async def _beeindig(proces: asyncio.subprocess.Process) -> None:
    if proces.returncode is None:
        proces.kill()
    await proces.wait()


def _records(gecodeerd: Sequence[Gecodeerd]) -> list[tuple[str, bytes, bytes]]:
    """Bare topic, key and value of each signaal."""
    signalen = [een.signaal for een in gecodeerd if een.signaal is not None]
    return [
        (signaal_topic(een.tafel), een.dossier.encode(), standaard().codeer("signaal", signaal_naar(een)))
        for een in signalen
    ]


async def _luister(lezer: AIOKafkaConsumer, gekomen: dict[str, float]) -> None:
    """Remember when the first melding of each koppeling came; until cancelled."""
    while True:
        for records in (await lezer.getmany(timeout_ms=1000)).values():
            nu = time.monotonic()
            for record in records:
                gekomen.setdefault(standaard().decodeer(record.value)[1]["koppeling"], nu)


def _zonder_zaak(staand: Counter[Staand]) -> Counter[Staand]:
    """Meldingen by all but the case number: what went straight to the broker is no case that a connector knows."""
    uit: Counter[Staand] = Counter()
    for een, keer in staand.items():
        uit[replace(een, zaaknummer="")] += keer
    return uit


def _verdeel(dag: Dag, paren: Sequence[int], aantallen: Sequence[int]) -> list[list[Bericht]]:
    """The messages of the morning: what is left over, groups of about the sizes `paren` of persons who are at more than one tafel, and
    groups of about the sizes `aantallen` of whoever is left.

    Whole persons, so that both sides of a pair come at the same stage.
    """
    per_persoon: dict[int, list[Bericht]] = {}
    for bericht in dag.ochtend:
        per_persoon.setdefault(bericht.persoon, []).append(bericht)
    worp = random.Random(dag.seed)
    personen = list(per_persoon.values())
    worp.shuffle(personen)
    personen.sort(key=lambda berichten: len({bericht.tafel for bericht in berichten}) > 1)
    groepen = [_neem(personen, aantal) for aantal in paren]
    worp.shuffle(personen)
    groepen += [_neem(personen, aantal) for aantal in aantallen]
    groepen.insert(0, [bericht for persoon in personen for bericht in persoon])
    for groep in groepen:
        worp.shuffle(groep)
    return groepen


def _neem(personen: list[list[Bericht]], aantal: int) -> list[Bericht]:
    """About so many messages, of the last persons; takes them away."""
    groep: list[Bericht] = []
    while len(groep) < aantal and personen:
        groep += personen.pop()
    return groep
