"""Receipts: a melding that stands in the inbox is told to have arrived, once, however often either side falls over.

The receipt is stored with the melding, in one transaction, and sent from there; what was not acknowledged is sent again under the same
id, which has no second effect.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from connectors import terugkoppeling
from connectors.meters import Meters
from connectors.uitgaand import Uitbak, Uitgaand
from connectors.zender import NietBezorgd, Zender
from hub.domein.codes import MeldingSoort, Reactie
from hub.domein.gebeurtenis import Terugkoppeling
from hub.domein.melding import Melding
from hub.stream.codec import Codec

ZONDER_BEWIJS: Final = frozenset({MeldingSoort.GEWEIGERD, MeldingSoort.STATUS, MeldingSoort.ANTWOORD})
"""What only answers the tafel itself: nobody waits to know that it arrived, and a refused receipt must not be receipted."""
BLOK: Final = 100
"""Receipts that are read and marked at a time."""
WACHT_MAX: Final = 10.0
"""Seconds between attempts while Kafka is away, at most; they start at half a second and double."""
_BEWIJS: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:bezorgd")


def bewijs(melding: Melding, codec: Codec, op: int) -> Uitgaand | None:
    """The receipt that is due for a melding; None: none is. It waits for no versie of the dossier (versie 0)."""
    if melding.soort in ZONDER_BEWIJS:
        return None
    record = Terugkoppeling(
        id=uuid5(_BEWIJS, str(melding.id)),
        koppeling=melding.koppeling,
        soort=Reactie.BEZORGD,
        tafel=melding.ontvanger,
        dossier=melding.dossier,
        versie=0,
        melding=melding.id,
    )
    return terugkoppeling.uitgaand(codec, record, str(melding.id), "", op)


class Bezorgbewijzen:
    """Sends receipts in the order in which their meldingen came."""

    def __init__(self, *, bron: str, uitbak: Uitbak, zender: Zender, meters: Meters) -> None:
        self._bron = bron
        self._uitbak = uitbak
        self._zender = zender
        meters.wachtende_bewijzen.set_function(uitbak.wachtende_bewijzen)

    async def houd_bij(self, nieuws_nu: Callable[[], asyncio.Event]) -> None:
        """Sends what is due until cancelled; Kafka away is waited for. `nieuws_nu` gives the event that the inbox's next change sets."""
        wacht = 0.5
        while True:
            nieuws = nieuws_nu()  # taken before looking, so that nothing can come in between unnoticed
            try:
                gestuurd = await self.stuur_blok()
            except NietBezorgd:
                await asyncio.sleep(wacht)
                wacht = min(2 * wacht, WACHT_MAX)
                continue
            wacht = 0.5
            if not gestuurd:
                await nieuws.wait()

    async def stuur_blok(self) -> int:
        """Sends the oldest receipts, in order, and waits for all of them; returns how many. Raises NietBezorgd where one failed."""
        blok = self._uitbak.bewijzen(BLOK)
        berichten = [terugkoppeling.kafkabericht(uit, self._bron) for uit in blok]
        uitkomsten = await asyncio.gather(*map(self._zender.stuur, berichten), return_exceptions=True)
        gelukt = [
            uit.id for uit, uitkomst in zip(blok, uitkomsten, strict=True) if not isinstance(uitkomst, BaseException)
        ]
        if gelukt:
            self._uitbak.bezorgd(gelukt)
        for uitkomst in uitkomsten:
            if isinstance(uitkomst, BaseException):
                raise uitkomst
        return len(gelukt)
