"""The operator's road to the hub: first the audit line, confirmed by every replica; only then the record that has an effect."""

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from hub.beheer.fout import BeheerFout, Onvoltooid
from hub.domein.gebeurtenis import Beheerdaad
from hub.domein.gebeurtenisvorm import plat
from hub.domein.identiteit import BEHEER
from hub.domein.signaal import Signaal
from hub.domein.tafeltopics import signaal_topic
from hub.domein.vorm import signaal_naar
from hub.processors.gebeurtenissen import sleutel_van
from hub.processors.namen import AUDIT
from hub.settings import Instellingen
from hub.stream.codec import Codec
from hub.stream.kop import cloudevent, trace_id_van, trace_van
from hub.stream.record import Uitvoer
from hub.stream.topics import DLQ_BYTES
from hub.verantwoording.records import audit

TERMIJN: Final = 15.0
"""Seconds in which the broker must confirm what it is given."""
GEVRAAGD: Final = "GEVRAAGD"
"""Outcome in the audit line that comes before the effect; what came of it is a line of its own."""
HERHAAL: Final = "Herhaal de opdracht: twee keer kan geen kwaad."
_TOPIC: Final = signaal_topic(BEHEER)


class Post:
    """Writes audit lines and acts. `async with Post(...)`: raises aiokafka.errors.KafkaConnectionError where no broker answers.

    An act that is written down is asked, whatever becomes of the broker: every KafkaError that leaves the block after that is told as
    Onvoltooid. All that follows upon the act belongs in the block, the looking whether it was done too.
    """

    def __init__(self, instellingen: Instellingen, codec: Codec, verder: str = HERHAAL) -> None:
        """`verder` (Dutch) says what to do when the broker goes away before it is seen to be done."""
        self.bron, self.verbinding, self.codec, self._verder = instellingen.bron, instellingen.kafka, codec, verder
        self._producent: AIOKafkaProducer | None = None
        self._vastgelegd: UUID | None = None
        """The act of which an audit line stands."""

    async def __aenter__(self) -> Self:
        self._producent = AIOKafkaProducer(
            **self.verbinding.aiokafka(),
            client_id="beheer",
            acks="all",
            request_timeout_ms=int(TERMIJN * 1000),
            max_request_size=2 * DLQ_BYTES,
        )
        try:
            await self._producent.start()
        except BaseException:
            await self._producent.stop()
            raise
        return self

    async def __aexit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        assert self._producent is not None
        einde = asyncio.create_task(self._producent.stop())
        await asyncio.wait((einde,), timeout=TERMIJN)
        einde.cancel()
        if self._vastgelegd is not None and isinstance(fout, KafkaError):
            raise Onvoltooid(
                f"Kafka laat het afweten ({type(fout).__name__}). De vraag staat in de audit (spoor {self._vastgelegd}), maar of zij is"
                f" aangekomen en uitgevoerd is niet te zien. {self._verder}"
            ) from None

    async def leg_vast(self, handeling: UUID, *, actor: str, daad: str, object_: str, uitkomst: str = GEVRAAGD) -> None:
        """Write the audit line of an act. Raises BeheerFout; then nothing may be done."""
        await self.leg_alle_vast(handeling, (object_,), actor=actor, daad=daad, uitkomst=uitkomst)

    async def leg_alle_vast(
        self, handeling: UUID, objecten: Sequence[str], *, actor: str, daad: str, uitkomst: str = GEVRAAGD
    ) -> None:
        """Write the audit lines of one act upon several things. Raises BeheerFout where none of them stands, KafkaError where some do;
        then nothing may be done."""
        koppen = self._koppen("audit", handeling)
        regels = {
            object_: audit(
                handeling=handeling,
                trace_id=trace_id_van(str(handeling)),
                tijd=_nu(),
                actor=actor,
                daad=daad,
                object_=object_,
                uitkomst=uitkomst,
            )
            for object_ in objecten
        }
        records = [
            Uitvoer(AUDIT, een.encode(), self.codec.codeer("audit", regel), koppen) for een, regel in regels.items()
        ]
        bevestigd, fout = await self._probeer(records)
        # A line that says what came of it is itself the act: one that may yet arrive is not "nothing done".
        if bevestigd or (uitkomst != GEVRAAGD and isinstance(fout, KafkaTimeoutError)):
            self._vastgelegd = handeling
        if fout is not None and self._vastgelegd is None:
            raise BeheerFout(
                f"{type(fout).__name__}: de auditregel ({AUDIT}) is niet bevestigd, dus er is niets gedaan. Bestaat de topic"
                " (hub topics apply) en mag u erin schrijven?"
            )
        if fout is not None:
            raise fout

    async def verricht(self, daad: Beheerdaad) -> None:
        """Write the audit line of an act, then hand the act to the hub. Raises BeheerFout, KafkaError."""
        await self.leg_vast(daad.id, actor=daad.actor, daad=daad.daad, object_=daad.waarop)
        waarde = self.codec.codeer("beheerdaad", plat(daad))
        await self._bezorg([Uitvoer(_TOPIC, sleutel_van(daad), waarde, self._koppen("beheerdaad", daad.id))])

    async def trek_in(self, handeling: UUID, signalen: Sequence[Signaal]) -> None:
        """Hand in withdrawals of an act that was written down. Raises KafkaError."""
        koppen = self._koppen("signaal", handeling)
        await self._bezorg(
            [
                Uitvoer(_TOPIC, een.dossier.encode(), self.codec.codeer("signaal", signaal_naar(een)), koppen)
                for een in signalen
            ]
        )

    async def lever_in(self, records: Sequence[Uitvoer]) -> None:
        """Hand in dead letters of an act that was written down. Raises KafkaError."""
        await self._bezorg(records)

    def _koppen(self, soort: str, handeling: UUID) -> tuple[tuple[str, bytes], ...]:
        return tuple(
            cloudevent(
                id_=str(handeling),
                bron=self.bron,
                soort=f"nl.uitwisselhub.{soort}.v1",
                tijd=_nu(),
                schema=self.codec.schema(soort).vingerafdruk.hex(),
                traceparent=trace_van(str(handeling)),
            )
        )

    async def _bezorg(self, records: Sequence[Uitvoer]) -> None:
        _, fout = await self._probeer(records)
        if fout is not None:
            raise fout

    async def _probeer(self, records: Sequence[Uitvoer]) -> tuple[int, BaseException | None]:
        """How many of them the broker confirmed, and why not all: all are waited for, whatever becomes of the first."""
        wachten: list[asyncio.Future[object]] = []
        fouten: list[BaseException] = []
        try:
            async with asyncio.timeout(TERMIJN):
                try:
                    for een in records:
                        wachten += [await self._stuur(een)]
                except KafkaError as fout:
                    fouten.append(fout)
                if wachten:
                    await asyncio.wait(wachten)
        except TimeoutError:
            fouten.append(KafkaTimeoutError())
        antwoorden = [een.exception() for een in wachten if een.done()]
        fouten += [fout for fout in antwoorden if fout is not None]
        return antwoorden.count(None), fouten[0] if fouten else None

    async def _stuur(self, record: Uitvoer) -> asyncio.Future[object]:
        assert self._producent is not None
        antwoord: asyncio.Future[object] = await self._producent.send(
            self.verbinding.topic(record.topic),
            record.value,
            key=record.key,
            partition=record.partitie,
            headers=list(record.headers),
        )
        return antwoord


def _nu() -> int:
    return time.time_ns() // 1_000_000
