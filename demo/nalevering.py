"""Five years of signalen at once: what the tafels hand in when they join, and the hub has to work off.

A sample of real signalen is copied so many times; each copy is a country of its own. Within a copy the same pairs meet as in the
sample, between copies nobody meets, so that what must come of it is known to the last melding.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import aiohttp

from demo.dag import TAFELS
from demo.mal import Mal, in_kopie
from demo.meting import Toon
from demo.opstelling import GROEP, Opstelling
from demo.orakel import Gecodeerd, Orakel
from demo.processen import Kudde, Mislukt, geheugen_mb
from demo.toezicht import Toezicht
from demo.vulling import Bulk
from hub.domein.identiteit import aandragen_id, koppeling_id
from hub.domein.melding import BLIJVEND
from hub.domein.signaal import Signaal
from hub.domein.tafeltopics import melding_topic, signaal_topic
from hub.domein.vorm import signaal_naar
from hub.stream.codec import standaard
from hub.stream.topics import partities

STAP: Final = 10.0
"""Seconds between two words about how far it is."""
KLOK: Final = 0.5
TRAAGST: Final = 300.0
"""Signalen per second below which it gives up."""


@dataclass(frozen=True, slots=True)
class Nalevering:
    """How it went, from the start of the workers until everything was acknowledged."""

    signalen: int
    seconden: float
    koppelingen: int
    """Of which a melding stands."""
    meldingen: int
    """That stand: exactly those that must."""
    piek_mb: dict[str, int | None]
    """The most resident memory that each process ever had."""
    samen_mb: int
    """The most that workers and broker had together, looked at every STAP seconds; what they share counts once."""


Regel = tuple[UUID, str, str]
"""A melding that stands: its koppeling, who hears it, and its kind."""


def verwacht(orakel: Orakel, kopieen: int) -> Counter[Regel]:
    """The meldingen that must stand: those of the sample, in each copy."""
    paren = {id_: (stand.links.dossier, stand.rechts.dossier) for id_, stand in orakel.standen.items()}
    alleen = {aandragen_id(wie): wie for wie in orakel.zaken}

    def kopie(koppeling: UUID, nummer: int) -> UUID:
        if koppeling in alleen:
            return aandragen_id(in_kopie(alleen[koppeling], nummer))
        een, ander = paren[koppeling]
        return koppeling_id(in_kopie(een, nummer), in_kopie(ander, nummer))

    return Counter(
        (kopie(melding.koppeling, nummer), melding.ontvanger, melding.soort)
        for nummer in range(kopieen)
        for melding in orakel.meldingen
    )


class Naleveraar:
    """One backfill on an installation of its own."""

    def __init__(
        self, opstelling: Opstelling, orakel: Orakel, monster: Sequence[Gecodeerd], aantal: int, broker: int | None
    ) -> None:
        """`orakel` has seen nothing yet; `broker`: its process, where it is ours."""
        self.opstelling, self.orakel, self.broker = opstelling, orakel, broker
        gegoten = [(een, mal) for een in monster if een.signaal is not None and (mal := _mal(een.signaal)).bruikbaar]
        self.mallen = [(signaal_topic(een.bericht.tafel), mal) for een, mal in gegoten]
        self.kopieen = max(round(aantal / len(gegoten)), 1)
        self.toezicht = Toezicht(opstelling.verbinding, GROEP, TAFELS, partities())
        orakel.verwerk(een for een, _ in gegoten)

    async def meet(self, toon: Toon) -> Nalevering:
        """Raises Mislukt where a melding is missing, too many, or twice."""
        await asyncio.to_thread(self.opstelling.maak_topics)
        aantal = len(self.mallen) * self.kopieen
        toon(f"nalevering: {aantal} signalen klaarzetten")
        await asyncio.to_thread(self._zet_klaar)
        async with aiohttp.ClientSession() as sessie, Kudde(self.opstelling.map / "log") as kudde:
            werkers = self.opstelling.werkers()
            begin = time.monotonic()
            for proces in werkers:
                kudde.start(proces)
            await kudde.wacht_gereed(werkers, sessie)
            pids = {proces.naam: kudde.pid(proces.naam) for proces in werkers}
            if self.broker is not None:
                pids["broker"] = self.broker
            samen = await self._wacht(kudde, pids.values(), aantal, toon)
            seconden = time.monotonic() - begin
            pieken = {naam: geheugen_mb(pid, "VmHWM") for naam, pid in pids.items()}
        toon("nalevering: nagaan wat gemeld is")
        staan, moeten = await self._meldingen(), verwacht(self.orakel, self.kopieen)
        if staan != moeten:
            weg, extra = (moeten - staan).total(), (staan - moeten).total()
            raise Mislukt(f"van {moeten.total()} meldingen ontbreken er {weg}, en {extra} zijn er te veel")
        koppelingen = {koppeling for koppeling, _, _ in staan}
        return Nalevering(aantal, round(seconden, 1), len(koppelingen), staan.total(), pieken, samen)

    def _zet_klaar(self) -> None:
        """One signaal after another in all its copies, so that the two of a pair lie far apart."""
        bulk = Bulk(self.opstelling.verbinding)
        for topic, mal in self.mallen:
            for nummer in range(self.kopieen):
                sleutel, (waarde,) = mal.giet(nummer)
                bulk.schrijf(self.opstelling.verbinding.topic(topic), sleutel, waarde)
        bulk.wacht()

    async def _wacht(self, kudde: Kudde, pids: Collection[int], aantal: int, toon: Toon) -> int:
        """Until every room has acknowledged everything; the most memory that these processes had together."""
        begin, samen = time.monotonic(), [0]

        def bij(over: int) -> None:
            kudde.controleer()
            duur = time.monotonic() - begin
            if duur > STAP * len(samen):
                samen.append(_samen_mb(pids))
                toon(f"nalevering: na {duur:.0f} s nog {over} records onderweg in de hub, {samen[-1]} MB")

        await self.toezicht.wacht_stil(aantal / TRAAGST + STAP, bij, KLOK)
        return max(*samen, _samen_mb(pids))

    async def _meldingen(self) -> Counter[Regel]:
        """Those that stand. Raises Mislukt for one that was sent twice."""
        gelezen, blijvend, vervangen = Counter[str](), dict[str, Regel](), set[str]()
        async with aclosing(self.toezicht.alles(*map(melding_topic, TAFELS))) as records:
            async for _, waarde in records:
                gelezen[waarde["id"]] += 1
                vervangen.add(waarde["betreft"])
                if waarde["soort"] in BLIJVEND:
                    blijvend[waarde["id"]] = (UUID(waarde["koppeling"]), waarde["ontvanger"], waarde["soort"])
        if dubbel := gelezen.total() - len(gelezen):
            raise Mislukt(f"{dubbel} meldingen staan er meer dan eens")
        return Counter(regel for id_, regel in blijvend.items() if id_ not in vervangen)


def _mal(signaal: Signaal) -> Mal:
    return Mal(signaal, [standaard().codeer("signaal", signaal_naar(signaal))])


def _samen_mb(pids: Iterable[int]) -> int:
    return sum(geheugen_mb(pid, "Pss") or 0 for pid in pids)
