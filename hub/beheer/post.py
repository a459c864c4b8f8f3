"""The operator's road to the hub: first the audit line, confirmed by every replica; only then the record that has an effect."""

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from hub.beheer.fout import BeheerFout
from hub.domein.codes import Daad
from hub.domein.gebeurtenis import Beheerdaad
from hub.domein.gebeurtenisvorm import plat
from hub.domein.signaal import Signaal
from hub.domein.vorm import signaal_naar
from hub.processors.namen import AUDIT, BEHEER, signaal_topic
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
_TOPIC: Final = signaal_topic(BEHEER)


class Post:
    """Writes audit lines and acts. `async with Post(...)`: raises aiokafka.errors.KafkaConnectionError where no broker answers."""

    def __init__(self, instellingen: Instellingen, codec: Codec) -> None:
        self.bron, self.verbinding, self.codec = instellingen.bron, instellingen.kafka, codec
        self._producent: AIOKafkaProducer | None = None

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

    async def leg_vast(self, handeling: UUID, *, actor: str, daad: str, object_: str, uitkomst: str = GEVRAAGD) -> None:
        """Write the audit line of an act. Raises BeheerFout; then nothing may be done."""
        await self.leg_alle_vast(handeling, (object_,), actor=actor, daad=daad, uitkomst=uitkomst)

    async def leg_alle_vast(
        self, handeling: UUID, objecten: Sequence[str], *, actor: str, daad: str, uitkomst: str = GEVRAAGD
    ) -> None:
        """Write the audit lines of one act upon several things. Raises BeheerFout; then nothing may be done."""
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
        await self._bezorg(
            [Uitvoer(AUDIT, een.encode(), self.codec.codeer("audit", regel), koppen) for een, regel in regels.items()],
            f"de auditregel ({AUDIT}) is niet bevestigd, dus er is niets gedaan. Bestaat de topic (hub topics apply) en mag u erin"
            " schrijven?",
        )

    async def verricht(self, daad: Beheerdaad) -> None:
        """Write the audit line of an act, then hand the act to the hub. Raises BeheerFout."""
        await self.leg_vast(daad.id, actor=daad.actor, daad=daad.daad, object_=daad.waarop)
        onderwerp = {Daad.TERUGHALEN: daad.koppeling, Daad.NOODSTOP: daad.id, Daad.OPHEFFEN: daad.noodstop}[daad.daad]
        waarde = self.codec.codeer("beheerdaad", plat(daad))
        await self._bezorg(
            [Uitvoer(_TOPIC, str(onderwerp).encode(), waarde, self._koppen("beheerdaad", daad.id))], _ONZEKER
        )

    async def trek_in(self, handeling: UUID, signalen: Sequence[Signaal]) -> None:
        """Hand in withdrawals of an act that was written down. Raises BeheerFout."""
        koppen = self._koppen("signaal", handeling)
        await self._bezorg(
            [
                Uitvoer(_TOPIC, een.dossier.encode(), self.codec.codeer("signaal", signaal_naar(een)), koppen)
                for een in signalen
            ],
            _ONZEKER,
        )

    async def lever_in(self, records: Sequence[Uitvoer]) -> None:
        """Hand in dead letters of an act that was written down. Raises BeheerFout."""
        await self._bezorg(records, _ONZEKER)

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

    async def _bezorg(self, records: Sequence[Uitvoer], anders: str) -> None:
        assert self._producent is not None
        try:
            async with asyncio.timeout(TERMIJN):
                wachten = [
                    await self._producent.send(
                        self.verbinding.topic(een.topic),
                        een.value,
                        key=een.key,
                        partition=een.partitie,
                        headers=list(een.headers),
                    )
                    for een in records
                ]
                await asyncio.gather(*wachten)
        except (KafkaError, TimeoutError) as fout:
            raise BeheerFout(f"{type(fout).__name__}: {anders}") from None


_ONZEKER: Final = (
    "Kafka bevestigt de opdracht niet. De vraag staat in de audit, maar of zij is aangekomen is niet zeker. Herhaal de opdracht:"
    " twee keer kan geen kwaad."
)


def _nu() -> int:
    return time.time_ns() // 1_000_000
