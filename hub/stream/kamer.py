"""How a room runs: one Faust agent, one lane per input partition, one batch at a time, every effect in order.

audit delivered -> state with its outbox delivered -> outputs delivered -> input acknowledged.
A lane decides the next batch only after the last one is delivered, so that memory is never more than one batch ahead of the log.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

import structlog
from aiokafka.errors import KafkaError
from faust.types import TP, EventT

from hub import metrics
from hub.eindcode import Eindcode
from hub.stream.codec import CONFLUENT, Codec, CodecFout, OnbekendSchema
from hub.stream.faust import SESSIE, HubApp
from hub.stream.halt import halt
from hub.stream.logregel import plaats
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.registry import Schemaregister
from hub.stream.statelog import STAAT_ONLEESBAAR, Lader, StaatOnleesbaar, Statelog, als_record
from hub.stream.waterlijn import Waterlijn
from hub.stream.wekker import Wekker

log = structlog.get_logger()

RUIMTE: Final = 64
"""Batches of a room in memory at most, over all its lanes: the bound on memory and on what is replayed."""
WEKSLAG: Final = 1.0
"""Seconds between two looks at what is due."""
WEKMARGE: Final = 1_000
"""ms after which a moment counts as past: the broker's clock, and not ours, says when something was said."""
WEKTERMIJN: Final = 30.0
"""Seconds that the line of what was read may take to pass a moment, before it is asked again."""
SLAG: Final = 0.5
"""Seconds between two beats of the clock that notices a sleep."""


class Kamer(Protocol):
    """A room: one input, a pure function around it, and at most one state log."""

    @property
    def naam(self) -> str: ...

    @property
    def invoer(self) -> tuple[str, ...]:
        """Bare names of the input topics, all with the same number of partitions."""

    @property
    def statelog(self) -> Statelog[Any] | None: ...

    @property
    def wekker(self) -> Wekker[Any] | None:
        """What time does to the state; None: nothing."""

    def verwerk(self, staat: Any, partitie: int, records: Sequence[Record]) -> Stap:
        """(state, records) -> what to deliver; changes the state. Never raises for a bad record: that is a dead letter."""


class _Baan:
    """One partition of one input topic, in one generation of the group."""

    def __init__(self, dienst: "Kamerdienst", tp: TP) -> None:
        self.dienst, self.tp = dienst, tp
        self._rij: asyncio.Queue[EventT] = asyncio.Queue()
        self._wacht = False
        self._dicht = False
        self.sinds: float | None = None
        """Broker time (s) of the first record in hand; None: nothing is in hand."""
        self._taak = asyncio.create_task(self._loop())

    def neem_aan(self, event: EventT) -> None:
        self._rij.put_nowait(event)

    def sluit(self) -> None:
        """Revoked: let go of what has not begun, let the batch under way be delivered."""
        self._dicht = True
        while not self._rij.empty():
            self.dienst.laat_los(self._rij.get_nowait())
        if self._wacht:
            self._taak.cancel()

    async def _loop(self) -> None:
        while not self._dicht:
            self._wacht = True
            event = await self._rij.get()
            self.sinds = event.message.value[0].timestamp / 1000
            try:
                if not await self._verwerk(event):
                    self.dienst.laat_los(event)
            except asyncio.CancelledError:
                self.dienst.laat_los(event)
                raise
            except StaatOnleesbaar as fout:
                halt(STAAT_ONLEESBAAR, code=Eindcode.INSTELLING, topic=self.tp.topic, plaats=str(fout))
            except Exception as fout:  # noqa: BLE001 - whatever it is, nothing may be acknowledged after it
                halt(
                    "a batch could not be delivered; it comes again after the restart",
                    kamer=self.dienst.kamer.naam,
                    topic=self.tp.topic,
                    partitie=self.tp.partition,
                    **plaats(fout),
                )
            if self._rij.empty():
                self.sinds = None
            del event  # a held reference keeps the batch unacknowledged in Faust's books

    async def _verwerk(self, event: EventT) -> bool:
        """Whether the batch was delivered and acknowledged; False: it belongs to another generation and comes again."""
        dienst, message = self.dienst, event.message
        if not dienst.geldig(event):
            return False
        records = [als_record(record, dienst.app.verbinding) for record in message.value]
        await dienst.leer_schemas(self.tp, records)
        staat = None if dienst.lader is None else await dienst.lader.van(self.tp.partition)
        self._wacht = False
        if self._dicht or not dienst.geldig(event):
            return False
        stap = dienst.kamer.verwerk(staat, self.tp.partition, records)
        for fase, uitvoer in stap.fasen:
            if uitvoer:
                dienst.controleer_wakker()
                dienst.controleer_gehoord()
                await dienst.lever(uitvoer)
                metrics.UITVOER.labels(dienst.kamer.naam, fase).inc(len(uitvoer))
        dienst.bevestig(event, records[-1])
        for doe in stap.daarna:
            doe()
        return True


class Kamerdienst:
    """Runs one room in the app."""

    def __init__(
        self, app: HubApp, kamer: Kamer, codec: Codec, register: Schemaregister | None, partities: int
    ) -> None:
        self.app, self.kamer, self.codec, self.register = app, kamer, codec, register
        self.partities = partities
        app.kamers.add(kamer.naam)
        self.lader: Lader[Any] | None = None
        if kamer.statelog is not None:
            self.lader = Lader(
                kamer.naam,
                kamer.invoer[0],
                kamer.statelog,
                verbinding=app.verbinding,
                groep=app.conf.id,
                lever=self.lever,
            )
        self._banen: dict[TP, _Baan] = {}
        self._ruimte = asyncio.Semaphore(RUIMTE)
        self._laatst: dict[TP, Record] = {}
        self._gemeten: set[int] = set()
        self._open = False
        self._ronde = 0
        """Raised at every revocation: whoever waited through one holds a batch of before."""
        self._slag = time.monotonic()
        self._topics = frozenset(app.verbinding.topic(topic) for topic in kamer.invoer)

        @app.agent(app.topic(*sorted(self._topics)), name=kamer.naam, concurrency=1)  # type: ignore[untyped-decorator]
        async def agent(stream: Any) -> None:
            async for event in stream.noack().events():
                ronde = self._ronde
                await self._ruimte.acquire()
                metrics.ONBEVESTIGD.labels(kamer.naam).inc()
                if self._open and ronde == self._ronde:
                    self._baan(event.message.tp).neem_aan(event)
                else:
                    self.laat_los(event)  # earlier ones of its partition were let go: it must not overtake them
                del event

    def _baan(self, tp: TP) -> _Baan:
        if tp not in self._banen:
            self._banen[tp] = _Baan(self, tp)
        return self._banen[tp]

    async def lever(self, uitvoer: list[Uitvoer]) -> None:
        """Deliver what this room orders."""
        await self.app.lever(self.kamer.naam, uitvoer)

    def geldig(self, event: EventT) -> bool:
        """Whether the batch was fetched in the present generation of the group."""
        return bool(event.message.generation_id == self.app.consumer_generation_id)

    def controleer_wakker(self) -> None:
        """A process that slept past its session has lost its partitions and does not know it: it must not send."""
        slaap = time.monotonic() - self._slag
        if slaap > SESSIE * 0.8:
            halt("the process slept longer than its session", seconden=round(slaap, 1))

    def controleer_gehoord(self) -> None:
        """So has one whose heartbeats were not answered for as long: another worker may own its partitions by now."""
        stil = time.monotonic() - self.app.consumer._thread.hartslag
        if stil > SESSIE * 0.8:
            halt("the group has not answered a heartbeat within the session", seconden=round(stil, 1))

    async def klok(self) -> None:
        """Beats until cancelled: notices a sleep, and keeps the gauges of backlog and state fresh."""
        self._slag = time.monotonic()  # until now nothing ran: to wait for the group at the start is no sleep
        while True:
            self.controleer_wakker()
            self._slag = time.monotonic()
            self._meet_achterstand()
            if self.lader is not None:
                self.lader.meet()
            await asyncio.sleep(SLAG)

    async def wek(self) -> None:
        """Runs until cancelled: writes a record for whatever falls due in a partition that is owned and loaded."""
        wekker, lader = self.kamer.wekker, self.lader
        if wekker is None or lader is None:
            return
        async with Waterlijn(
            self.app.verbinding,
            self.app.conf.id,
            self.partities,
            gelezen_tot=wekker.gelezen_tot,
            gelezen=wekker.gelezen,
        ) as waterlijn:
            while True:
                await asyncio.sleep(WEKSLAG)
                try:
                    await self._wek(wekker, lader, waterlijn)
                except (KafkaError, OSError) as fout:  # late rather than never: what is due stays due
                    log.warning("wekker_wacht", kamer=self.kamer.naam, fout=type(fout).__name__)
                    await waterlijn.sluit()

    async def _wek(self, wekker: Wekker[Any], lader: Lader[Any], waterlijn: Waterlijn) -> None:
        ronde, nu = self._ronde, int(self.app.nu()) - WEKMARGE
        rijp = [nr for nr, staat in lader.geladen() if (op := wekker.eerstvolgende(staat)) is not None and op <= nu]
        if not rijp or not await waterlijn.voorbij(nu, WEKTERMIJN):
            return
        for nr, staat in lader.geladen():
            if nr in rijp and self._open and ronde == self._ronde:
                self.controleer_wakker()
                self.controleer_gehoord()
                uitvoer = wekker.vervallen(staat, nr, nu)
                if uitvoer:
                    await self._lever_gewekt(nr, uitvoer)

    async def _lever_gewekt(self, partitie: int, uitvoer: list[Uitvoer]) -> None:
        try:
            await self.lever(uitvoer)
        except Exception as fout:  # noqa: BLE001 - the state counts them as said: only a new load has them due again
            halt(
                "what fell due could not be delivered; it falls due again after the restart",
                kamer=self.kamer.naam,
                partitie=partitie,
                **plaats(fout),
            )
        metrics.UITVOER.labels(self.kamer.naam, "wekker").inc(len(uitvoer))

    def _meet_achterstand(self) -> None:
        nu, naam = time.time(), self.kamer.naam
        per_partitie: dict[int, float] = {}
        for tp in self.toegewezen:
            per_partitie[tp.partition] = max(nu - self._sinds(tp, nu), 0.0, per_partitie.get(tp.partition, 0.0))
        for weg in self._gemeten - set(per_partitie):
            metrics.ACHTERSTAND.remove(naam, str(weg))
        self._gemeten = set(per_partitie)
        for partitie, achter in per_partitie.items():
            metrics.ACHTERSTAND.labels(naam, str(partitie)).set(achter)
        if not any(per_partitie.values()):
            metrics.BEVESTIGD.labels(naam).set(nu)

    def _sinds(self, tp: TP, nu: float) -> float:
        """Broker time of the oldest record that is known to wait, or now when none does."""
        baan, laatste = self._banen.get(tp), self._laatst.get(tp)
        if baan is not None and baan.sinds is not None:
            return baan.sinds
        hoogste = self.app.consumer.highwater(tp)
        wacht = laatste is not None and hoogste and laatste.offset + 1 < hoogste
        return laatste.tijd / 1000 if laatste is not None and wacht else nu

    @property
    def toegewezen(self) -> list[TP]:
        return [tp for tp in self.app.consumer.assignment() if tp.topic in self._topics]

    async def leer_schemas(self, tp: TP, records: Iterable[Record]) -> None:
        """Ask the registry for unknown schema ids, with this one partition paused for a bounded time."""
        if self.register is None:
            return
        onbekend: set[int] = set()
        for record in records:
            if record.value and record.value[0] == CONFLUENT:
                try:
                    self.codec.naam(record.value)  # no more of it: how much it is to read the gate has not looked at
                except OnbekendSchema as fout:
                    if fout.schema_id is not None:
                        onbekend.add(fout.schema_id)
                except CodecFout:
                    continue  # the room refuses it
        if onbekend:
            zelf = TP(
                tp.topic, tp.partition
            )  # resume_partitions keeps what it is given, and Faust accepts only its own type later
            self.app.consumer.pause_partitions({zelf})
            try:
                await self.register.leer(onbekend)
            finally:
                self.app.consumer.resume_partitions({zelf})

    def bevestig(self, event: EventT, laatste: Record) -> None:
        """Acknowledge a delivered batch: its offsets may be committed."""
        event.ack()
        self._laatst[event.message.tp] = laatste
        metrics.BEVESTIGD.labels(self.kamer.naam).set_to_current_time()
        self._vrij()

    def laat_los(self, event: EventT) -> None:
        """Forget a batch that is not processed here: nothing is committed for it, it comes again from the committed offset."""
        self.app.consumer._unacked_messages.discard(event.message)
        self._vrij()

    def _vrij(self) -> None:
        self._ruimte.release()
        metrics.ONBEVESTIGD.labels(self.kamer.naam).dec()

    def trek_in(self) -> None:
        """Revoked, before the wait for batches under way. Until the next assignment nothing is begun."""
        self._open = False
        self._ronde += 1
        for baan in self._banen.values():
            baan.sluit()
        self._banen.clear()
        self._laatst.clear()
        if self.lader is not None:
            self.lader.laat_vallen()

    def wijs_toe(self, toegewezen: Iterable[TP]) -> None:
        """Assigned: load the state of every partition, and begin."""
        self._open = True
        if self.lader is not None:
            self.lader.begin({tp.partition for tp in toegewezen if tp.topic in self._topics})

    @property
    def gereed(self) -> bool:
        return self.lader is None or self.lader.klaar
