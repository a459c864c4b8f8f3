"""All that a connector knows of Kafka: deliver to its own signaal topic, read its own melding topic. No consumer group, no state."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from connectors.bezorging import Inbox, Record
from connectors.zender import Bericht, Bezorgd, NietBezorgd
from hub.domein.identiteit import TafelId
from hub.domein.tafeltopics import melding_topic, signaal_topic
from hub.stream.aanmelding import kijk, meld_aan
from hub.stream.record import Plek
from hub.stream.verbinding import Merk, Verbinding

log = structlog.get_logger()

BEZORGTERMIJN: Final = 10.0
"""Seconds to wait for the acknowledgement of one record. aiokafka goes on trying after it (an idempotent batch never expires), so
the record may still arrive; the sender is told to send again, which is harmless."""
AANVRAAGTERMIJN_MS: Final = 8_000
"""Below BEZORGTERMIJN: one lost request is tried again inside it."""
WACHT_MAX: Final = 10.0
"""Seconds between attempts to reach a broker that is away, at most; they start at half a second and double."""
PEILING_MS: Final = 100
"""How long the broker holds an empty fetch: the longest that a quiet inbox goes without knowing that it is up to date."""
OUD_MS: Final = 3_000
"""A fetch answered longer ago than this says nothing about now: the broker is away."""
KIJKTIJD: Final = 2.0
"""Seconds between two looks at whether password or certificates were replaced."""
BLOK: Final = 500
"""Meldingen per transaction of the inbox, at most."""


@dataclass(frozen=True, slots=True)
class Grenzen:
    """Offsets by partition."""

    verzonden_tot: Mapping[int, int]
    """Behind the last record of the signaal topic."""
    meldingen_van: Mapping[int, int]
    """Of the first melding that is still there."""
    meldingen_tot: Mapping[int, int]
    """Behind the last."""


class KafkaZender:
    """An idempotent producer with acks=all, replaced by a fresh one after every refusal.

    Replaced, because aiokafka has counted the sequence number of the refused batch already: the broker would refuse all that
    follow in its partition.
    """

    def __init__(self, verbinding: Verbinding, tafel: TafelId) -> None:
        self._verbinding = verbinding
        self._topic = verbinding.topic(signaal_topic(tafel))
        self._producent: AIOKafkaProducer | None = None
        self._gevraagd = asyncio.Event()
        self._gevraagd.set()
        self._merk = verbinding.merk()
        self._afgedankt: set[asyncio.Task[None]] = set()
        self._gelukt = False
        self._verbonden = asyncio.Event()

    async def verbonden(self) -> None:
        """Returns once there has been a connection."""
        await self._verbonden.wait()

    @property
    def gereed(self) -> bool:
        """Whether the last thing that was tried succeeded."""
        return self._gelukt

    async def houd_verbonden(self) -> None:
        """Connects, and again whenever `stuur` asks for it or password or certificates were replaced, until cancelled; then sends what
        is under way and closes. Raises AanmeldingGeweigerd, GeheimFout."""
        try:
            while True:
                await self._tot_gevraagd()
                self._gevraagd.clear()
                await self._verbind()
        finally:
            self._gelukt = False
            await self._sluit()

    async def _tot_gevraagd(self) -> None:
        while not self._gevraagd.is_set() and self._verbinding.merk() == self._merk:
            with suppress(TimeoutError):
                async with asyncio.timeout(KIJKTIJD):
                    await self._gevraagd.wait()

    async def stuur(self, bericht: Bericht) -> Bezorgd:
        """See Zender."""
        producent = self._producent
        if producent is None:
            raise NietBezorgd("no connection with Kafka")
        try:
            async with asyncio.timeout(BEZORGTERMIJN):
                bezorgd = await producent.send_and_wait(
                    self._topic, key=bericht.sleutel, value=bericht.waarde, headers=bericht.koppen
                )
        except TimeoutError:
            self._gelukt = False
            raise NietBezorgd("Kafka did not acknowledge in time") from None
        except KafkaError as fout:
            self._vervang(producent)
            log.warning("bezorging_mislukt", fout=type(fout).__name__, topic=self._topic)
            raise NietBezorgd(f"Kafka refused: {type(fout).__name__}") from None
        self._gelukt = True
        plek = Plek(self._verbinding.kaal(self._topic), bezorgd.partition, bezorgd.offset)
        return Bezorgd(plek, bezorgd.timestamp)

    async def _verbind(self) -> None:
        wacht = 0.5
        while True:
            self._merk = self._verbinding.merk()
            producent = AIOKafkaProducer(
                **self._verbinding.aiokafka(),
                client_id="connector",
                acks="all",
                enable_idempotence=True,
                request_timeout_ms=AANVRAAGTERMIJN_MS,
                linger_ms=0,
            )
            try:
                await producent.start()
            except KafkaError as fout:
                log.warning("kafka_onbereikbaar", fout=type(fout).__name__, wacht_seconden=wacht)
                await producent.stop()
                # Away is waited for, refused is not; nor is an expired certificate of the broker at the start.
                await (kijk if self._verbonden.is_set() else meld_aan)(self._verbinding)
            except BaseException:
                await producent.stop()
                raise
            else:
                vorige, self._producent, self._gelukt = self._producent, producent, True
                if vorige is not None:
                    self._dank_af(vorige)
                self._verbonden.set()
                log.info("kafka_verbonden", topic=self._topic)
                return
            await asyncio.sleep(wacht)
            wacht = min(2 * wacht, WACHT_MAX)

    def _vervang(self, producent: AIOKafkaProducer) -> None:
        al_vervangen = self._producent is not producent
        if al_vervangen:
            return
        self._producent, self._gelukt = None, False
        self._dank_af(producent)
        self._gevraagd.set()

    def _dank_af(self, producent: AIOKafkaProducer) -> None:
        einde = asyncio.create_task(producent.stop())  # sends what is under way first, however long that takes
        self._afgedankt.add(einde)
        einde.add_done_callback(self._afgedankt.discard)

    async def _sluit(self) -> None:
        taken = list(self._afgedankt)
        if self._producent is not None:
            taken.append(asyncio.create_task(self._producent.stop()))
            self._producent = None
        if taken:
            _, blijvend = await asyncio.wait(taken, timeout=BEZORGTERMIJN)
            for taak in blijvend:
                taak.cancel()


async def lees_meldingen(verbinding: Verbinding, tafel: TafelId, inbox: Inbox) -> None:
    """Reads the tafel's melding topic into the inbox until cancelled. A broker that is away is waited for; any other error is raised,
    AanmeldingGeweigerd too."""
    topic = verbinding.topic(melding_topic(tafel))
    wacht = 0.5
    while True:
        begin, merk = time.monotonic(), verbinding.merk()
        consument: Any = AIOKafkaConsumer(
            **verbinding.aiokafka(),
            client_id="connector",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=PEILING_MS,
            request_timeout_ms=AANVRAAGTERMIJN_MS,
        )
        try:
            plaatsen = await _partities(verbinding, topic)
            await consument.start()
            await _lees(consument, plaatsen, inbox, verbinding, merk)
            continue
        except (KafkaError, TopicOntbreekt) as fout:
            if time.monotonic() - begin > 2 * WACHT_MAX:
                wacht = 0.5  # it worked for a while
            log.warning("inbox_onderbroken", fout=type(fout).__name__, topic=topic, wacht_seconden=wacht)
            await kijk(verbinding)
        finally:
            await consument.stop()
        await asyncio.sleep(wacht)
        wacht = min(2 * wacht, WACHT_MAX)


async def grenzen(verbinding: Verbinding, tafel: TafelId) -> Grenzen:
    """Where the tafel's two topics begin and end now. Raises TopicOntbreekt, KafkaError."""
    signaal, melding = verbinding.topic(signaal_topic(tafel)), verbinding.topic(melding_topic(tafel))
    uit, in_ = await _partities(verbinding, signaal), await _partities(verbinding, melding)
    consument = AIOKafkaConsumer(**verbinding.aiokafka(), request_timeout_ms=AANVRAAGTERMIJN_MS)
    try:
        await consument.start()
        einden, begin = await consument.end_offsets([*uit, *in_]), await consument.beginning_offsets(in_)
    finally:
        await consument.stop()
    return Grenzen(
        *({tp.partition: van[tp] for tp in tps} for van, tps in ((einden, uit), (begin, in_), (einden, in_)))
    )


class TopicOntbreekt(Exception):
    """The topic does not exist (yet), or this user may not read it."""


async def _partities(verbinding: Verbinding, topic: str) -> list[TopicPartition]:
    beheer = AIOKafkaAdminClient(**verbinding.aiokafka(), request_timeout_ms=AANVRAAGTERMIJN_MS)
    try:
        await beheer.start()
        (beschrijving,) = await beheer.describe_topics([topic])
    finally:
        await beheer.close()
    if beschrijving["error_code"]:
        raise TopicOntbreekt
    return [TopicPartition(topic, nummer) for nummer in sorted(p["partition"] for p in beschrijving["partitions"])]


async def _lees(
    consument: AIOKafkaConsumer, plaatsen: list[TopicPartition], inbox: Inbox, verbinding: Verbinding, merk: Merk
) -> None:
    """Until password or certificates are other ones than `merk` says."""
    consument.assign(plaatsen)
    begin, einden = await consument.beginning_offsets(plaatsen), await consument.end_offsets(plaatsen)
    posities = inbox.posities()
    for plaats in plaatsen:
        vanaf = posities.get(plaats.partition)
        if vanaf is None:
            inbox.begin(plaats.partition, begin[plaats], einden[plaats])
        elif vanaf < begin[plaats]:
            inbox.mis(plaats.partition, vanaf, begin[plaats])
        elif vanaf > einden[plaats]:  # the topic was made anew; ids already seen have no second effect
            inbox.begin(plaats.partition, begin[plaats], begin[plaats])
        if vanaf is not None and begin[plaats] < vanaf <= einden[plaats]:
            consument.seek(plaats, vanaf)
        else:
            await consument.seek_to_beginning(plaats)
    while verbinding.merk() == merk:
        for plaats, records in (await consument.getmany(timeout_ms=PEILING_MS, max_records=BLOK)).items():
            inbox.neem_in(plaats.partition, [Record(r.offset, r.key, r.value) for r in records])
        if await _aan_einde(consument, plaatsen, einden):
            inbox.bij()


async def _aan_einde(
    consument: AIOKafkaConsumer, plaatsen: list[TopicPartition], einden: dict[TopicPartition, int]
) -> bool:
    """Whether every partition has been read up to its end, as the broker told it a moment ago."""
    nu = time.time() * 1000
    for plaats in plaatsen:
        positie = await consument.position(plaats)
        peiling = consument.last_poll_timestamp(plaats)
        if peiling is None or nu - peiling > OUD_MS:
            return False
        if positie < max(einden[plaats], consument.highwater(plaats) or 0):
            return False
    return True
