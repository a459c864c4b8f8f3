"""The hardened Faust app: at least once, nothing lost, at the speed of plain aiokafka.

Stock Faust 0.15 loses records in ways that were reproduced (docs/adr/0002). What is overridden here, and why, stands at each
method; `tests/stream/test_faust_contract.py` fails loudly when an upgrade changes what these overrides rest on.
"""

import asyncio
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import faust
import structlog
from aiokafka.structs import OffsetAndMetadata
from faust.sensors.monitor import Monitor
from faust.tables.manager import TableManager
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode import CrashingSupervisor
from mode.utils.futures import maybe_async

from hub.eindcode import Eindcode
from hub.stream.halt import halt
from hub.stream.koppen import lees_kapotte_koppen
from hub.stream.record import Uitvoer
from hub.stream.verbinding import MECHANISME, Verbinding

log = structlog.get_logger()

STOPTERMIJN: Final = 45.0
"""Seconds in which a worker that was told to stop, or crashed, must be gone: above AFRONDTERMIJN, with time to leave the group."""
SESSIE: Final = 30.0
"""Seconds without a heartbeat after which the broker gives the partitions away. Every time limit below lies under it."""
BEZORGTERMIJN: Final = 20.0
"""Seconds in which a record must be delivered, else the worker stops: below SESSIE, so that a sleeper cannot write after its successor."""
AFRONDTERMIJN: Final = 24.0
"""Seconds that a rebalance waits for batches under way. Above BEZORGTERMIJN: whatever is sent is delivered or the worker has stopped."""
FETCH_WACHT_MS: Final = 100
"""Faust hard-codes 1500, which shows in the p99 of a quiet stream."""
OP_DE_BROKER: Final = 1
"""Timestamp type LogAppendTime."""
BENOEMSLAG: Final = 0.01
"""Seconds between two looks at start whether every agent has named its topics."""
BATCH: Final = 500
"""Records in one fetch: what is replayed at most per partition after a crash."""


def _toewijzing(consumer: Any) -> Any:
    """aiokafka's present assignment: a new object after every rebalance."""
    abonnement = consumer._subscription.subscription
    return None if abonnement is None else abonnement.assignment


def _plaatsen(toewijzing: Any) -> dict[Any, int]:
    if toewijzing is None:
        return {}
    standen = {tp: toewijzing.state_value(tp) for tp in toewijzing.tps}
    return {tp: stand.position for tp, stand in standen.items() if stand is not None and stand.has_valid_position}


def _spoel_terug(consumer: Any, plaatsen: Mapping[Any, int]) -> None:
    for tp, offset in plaatsen.items():
        if consumer._subscription.is_assigned(tp):
            consumer._fetcher.seek_to(tp, offset)


Ingetrokken = Callable[[frozenset[TP]], Awaitable[None]]


class HubConsumerThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    """The consumer: nothing that it fetched is lost in a rebalance, and it knows when it was last heard.

    Not on a thread of its own, as Faust has it, but on the loop of the worker (docs/adr/0023).
    """

    hartslag = float("inf")
    """time.monotonic of when the group's coordinator last answered a heartbeat, or let this member in; infinite before the first."""

    async def start(self) -> None:
        self._thread_started.set()
        await self._default_start()

    async def _stop_children(self) -> None:
        await self._shutdown_thread()

    async def call_thread(self, fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await maybe_async(fun(*args, **kwargs))

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WACHT_MS
        bevestig = consumer.commit

        async def met_herkomst(plaatsen: Mapping[Any, OffsetAndMetadata]) -> None:
            await bevestig({tp: OffsetAndMetadata(plaats.offset, self.app.herkomst) for tp, plaats in plaatsen.items()})

        consumer.commit = met_herkomst
        return consumer

    async def on_start(self) -> None:
        await super().on_start()
        coordinator = self._consumer._coordinator
        # While the group is formed anew, for as long as a dead member's session, nobody's heart beats: to be let in is to be heard.
        coordinator._do_heartbeat = self._gehoord(coordinator._do_heartbeat)
        coordinator._do_rejoin_group = self._gehoord(coordinator._do_rejoin_group)

    def _gehoord(self, vraag: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[bool]]:
        async def stel(*wat: Any) -> bool:
            antwoord = bool(await vraag(*wat))
            if antwoord:
                self.hartslag = time.monotonic()
            return antwoord

        return stel

    async def _fetch_records(self, consumer: Any, active_partitions: Any, **grenzen: Any) -> Any:
        """Fetch, and rewind whatever will not be handed on.

        A fetch under way survives a rebalance: it returns records of the new assignment and has moved its positions, while the flow
        is still off and the records are dropped. And an unreadable record ends the call with what other partitions gave in hand.
        """
        toewijzing = _toewijzing(consumer)
        plaatsen = _plaatsen(toewijzing)
        try:
            records = await super()._fetch_records(consumer, active_partitions, **grenzen)
        except UnicodeDecodeError:
            log.warning("kop_onleesbaar")  # no text: it would quote the record
            lees_kapotte_koppen()
            _spoel_terug(consumer, plaatsen)
            return {}
        if records and _toewijzing(consumer) is not toewijzing:
            _spoel_terug(consumer, {tp: batch[0].offset for tp, batch in records.items()})
            return {}
        return records


class HubConsumer(driver.Consumer):  # type: ignore[misc]
    """One Faust message is one fetched batch of one partition: 250 us per record become 23."""

    def _new_consumer_thread(self) -> HubConsumerThread:
        return HubConsumerThread(self, loop=self.loop, thread_loop=self.loop, beacon=self.beacon)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's signature
        # Faust passes its live set. Emptied during a rebalance, aiokafka reads it as "every partition" and the records are lost.
        if active_partitions is not None:
            active_partitions = frozenset(active_partitions)  # type: ignore[assignment]
            if not active_partitions:
                return {}
        return await super()._getmany(active_partitions, timeout)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109 - Faust's signature
        records, _ = await self._wait_next_records(timeout)
        generatie = self.app.consumer_generation_id
        if records is None or self.should_stop or not self.flow_active:
            return  # the rebalance under way starts again from the committed offsets
        for tp, batch in records.items():
            if not self.flow_active or self.app.consumer_generation_id != generatie:
                return
            # Whatever was fetched is handed on, also of a partition that was paused meanwhile: its position has moved.
            if batch:
                message = self._to_message(tp, batch[-1])
                message.value, message.key = batch, None
                message.first_offset = batch[0].offset
                yield tp, message

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Inside a batch, and between two batches, there is no gap to account for: compaction leaves holes by nature."""

    def _new_offset(self, tp: TP) -> int | None:
        """Never commit past a batch that was handed out and is not acknowledged (faust #606)."""
        acked = self._acked[tp]
        grens = min(
            (m.first_offset for m in self._unacked_messages if m.tp == tp and not m.acked), default=float("inf")
        )
        klaar = [offset for offset in acked if offset < grens]
        if not klaar:
            return None
        acked[:] = [offset for offset in acked if offset >= grens]
        self._acked_index[tp].difference_update(klaar)
        return int(max(klaar)) + 1

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        # Before Faust waits for batches under way: whoever merely waits (for state, for a registry) must let go first.
        await self.app.bij_intrekking(frozenset(revoked))
        self.app.vergeet_klok()
        await super().on_partitions_revoked(revoked)

    async def on_stop(self) -> None:
        await self.app.bij_intrekking(frozenset())  # as above: a lane that waits for its state would hold up the end
        await super().on_stop()

    async def wait_empty(self) -> None:
        """Faust waits without end; a member that waits past its session is dead and does not know it."""
        try:
            await asyncio.wait_for(super().wait_empty(), AFRONDTERMIJN)
        except TimeoutError:
            halt(
                "batches under way were not delivered before the rebalance term; they come again", termijn=AFRONDTERMIJN
            )


class HubProducer(driver.Producer):  # type: ignore[misc]
    """Idempotent, acks from all; the delivery of every record is awaited by whoever ordered it.

    One client per room, and none for Faust itself, which sends nothing here. A client has one request under way per broker: rooms that
    shared it would wait for each other's acknowledgements.
    """

    _lijnen: Mapping[str, Any] = {}

    async def on_start(self) -> None:
        await super(driver.Producer, self).on_start()
        self._lijnen = {kamer: self._new_producer() for kamer in sorted(self.app.kamers)}
        await asyncio.gather(*(lijn.start() for lijn in self._lijnen.values()))

    async def on_stop(self) -> None:
        await asyncio.gather(*(lijn.stop() for lijn in self._lijnen.values()))
        await super().on_stop()

    def _settings_extra(self) -> dict[str, Any]:  # Faust enables idempotence only for exactly_once
        return {"acks": "all", "enable_idempotence": True}

    async def bied_aan(self, kamer: str, uitvoer: Uitvoer, verbinding: Verbinding) -> "asyncio.Future[Any]":
        """Hand one record of a room to its client. The future raises when the broker refuses it."""
        return await self._lijnen[kamer].send(  # type: ignore[no-any-return]
            verbinding.topic(uitvoer.topic),
            uitvoer.value,
            key=uitvoer.key,
            partition=uitvoer.partitie,
            headers=list(uitvoer.headers),
        )


class HubMonitor(Monitor):  # type: ignore[misc]
    """Faust's own bookkeeping, with the two holes closed that matter."""

    def track_tp_end_offset(
        self, tp: TP, offset: int | None
    ) -> None:  # None kills the fetcher in a rebalance (faust #214)
        if offset is not None:
            super().track_tp_end_offset(tp, offset)

    def on_send_error(self, producer: Any, exc: BaseException, state: Any) -> None:
        halt("the broker refused a record", fout=type(exc).__name__)


class HubTables(TableManager):  # type: ignore[misc]
    """What Faust waits for before it subscribes. Tables there are none."""

    async def on_start(self) -> None:
        """Faust sleeps a second, in which every agent should have named its topics: whatever is named later it reads 45 s later. This
        waits until all are named, and no longer."""
        nodig = {naam for agent in self.app.agents.values() for naam in agent.get_topic_names()}

        def benoemd() -> bool:
            return nodig <= {naam for topic in self.app.topics for naam in topic.topics}

        while not (self.should_stop or benoemd()):  # noqa: ASYNC110 - the set of topics tells nobody that it grew
            await asyncio.sleep(BENOEMSLAG)
        if not self.should_stop:
            await self._update_channels()
            await self.recovery.start()


class HubApp(faust.App):  # type: ignore[misc]
    """A Faust app whose consumer and producer keep the rules above."""

    verbinding: Verbinding
    bij_intrekking: Ingetrokken
    herkomst: str = ""
    """Goes with every commit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kamers: set[str] = set()
        """Names of the rooms that send."""
        self._anker = math.inf
        """The broker's clock (ms) less time.monotonic (ms), as of the last delivery that it stamped; infinite: not known yet."""
        self._tot: dict[Any, int] = {}
        """Highest place that the broker gave out to this worker, per partition."""

    def _new_transport(self) -> Any:
        transport = super()._new_transport()
        transport.Consumer, transport.Producer = HubConsumer, HubProducer
        return transport

    def nu(self) -> float:
        """The moment (ms), no later than it is for the broker as far as is known: a step of the clock of this machine changes nothing."""
        return min(time.time() * 1000, self._anker + time.monotonic() * 1000)

    def vergeet_klok(self) -> None:
        """Whoever left the group may have slept, and time.monotonic with it."""
        self._anker = math.inf

    async def lever(self, kamer: str, uitvoer: list[Uitvoer]) -> None:
        """Deliver all that a room orders, in order per partition. Raises when one of them is refused.

        A partition only grows. A place that was given out before means that the broker is not where it was: restored from a backup, or
        the topic made anew. What this worker holds in memory is of another time then.
        """
        producer, eerder, begin = self.producer, dict(self._tot), time.monotonic() * 1000
        assert isinstance(producer, HubProducer)
        for bezorging in [await producer.bied_aan(kamer, een, self.verbinding) for een in uitvoer]:
            plek = await bezorging
            # An offset of -1: the broker had it already, and knows no more where.
            if 0 <= plek.offset <= eerder.get(plek.topic_partition, -1):
                halt(
                    "the broker was set back: stop every worker and connector, and go on as docs/oefeningen.md says",
                    code=Eindcode.INSTELLING,
                    topic=plek.topic,
                    partitie=plek.partition,
                    plaats=f"{plek.offset} after {eerder[plek.topic_partition]}",
                )
            if plek.timestamp_type == OP_DE_BROKER:
                self._anker = plek.timestamp - begin
            if plek.offset > self._tot.get(plek.topic_partition, -1):
                self._tot[plek.topic_partition] = plek.offset


class HubWorker(faust.Worker):  # type: ignore[misc]
    """Faust's process runner: signals and shutdown, without its web server and its own ideas of a terminal and of logging."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, quiet=True, redirect_stdouts=False, **kwargs)
        self.spinner = None

    def _setup_logging(self) -> None:
        """The application has configured logging. (At WARN, Faust's spinner would set the root logger to DEBUG.)"""

    async def stop(self) -> None:
        """Faust waits without end for whatever does not stop; meanwhile its heartbeats keep its partitions."""
        try:
            await asyncio.wait_for(super().stop(), STOPTERMIJN)
        except TimeoutError:
            halt("the worker did not come to its end", termijn=STOPTERMIJN)


async def _niets(_: frozenset[TP]) -> None:
    return None


def maak_app(groep: str, instantie: str, verbinding: Verbinding) -> HubApp:
    """The app of one worker. `instantie` is its stable name in the group: static membership is back in 3 s after a crash."""
    app = HubApp(
        verbinding.topic(groep),
        broker=";".join(f"kafka://{adres.strip()}" for adres in verbinding.bootstrap.split(",")),
        broker_credentials=_credentials(verbinding),
        consumer_group_instance_id=instantie,
        processing_guarantee="at_least_once",
        agent_supervisor=CrashingSupervisor,
        Monitor=HubMonitor,
        TableManager=HubTables,
        store="memory://",
        table_standby_replicas=0,
        datadir=Path(tempfile.gettempdir()) / f"hub-faust-{os.getuid()}",  # made by Faust, never written to
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        stream_wait_empty=True,
        stream_buffer_maxsize=64,
        broker_max_poll_records=BATCH,
        broker_commit_interval=0.5,
        broker_session_timeout=SESSIE,
        broker_heartbeat_interval=3.0,
        broker_rebalance_timeout=60.0,
        broker_request_timeout=90.0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=4_194_304,
        producer_acks=-1,
        producer_linger=0.0,
        producer_max_batch_size=262_144,
        producer_max_request_size=4_194_304,
        producer_request_timeout=BEZORGTERMIJN,
        producer_threaded=False,
        key_serializer="raw",
        value_serializer="raw",
    )
    app.verbinding = verbinding
    app.bij_intrekking = _niets
    return app


def _credentials(verbinding: Verbinding) -> Any:
    if verbinding.beveiliging == "PLAINTEXT":
        return None
    return faust.SASLCredentials(
        username=verbinding.gebruiker,
        password=verbinding.wachtwoord(),
        mechanism=MECHANISME,
        ssl_context=verbinding.ssl_context(),
    )
