"""After the broker was restored from a backup: saying again what it has forgotten, and holding the inbox against what the hub says now.

First the dossiers of all organisations, so that the hub decides everything again; its numbers run on from the backup, so the same causes
give the same meldingen under the same ids. Then, once it rests, what was said about those meldingen; and what it did not tell again is
recalled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from connectors.herpubliceren import Tempo
from connectors.kafka import Grenzen
from connectors.opslag import Opslag
from connectors.uitgaand import Uitbak
from connectors.verzonden import Verzonden
from connectors.zender import Zender
from hub.domein import gebeurtenisvorm, vorm
from hub.stream.codec import Codec
from hub.stream.kop import rfc3339

DOSSIERS: Final = frozenset({"signaal"})
REACTIES: Final = frozenset({"terugkoppeling"})


class InboxNietBij(Exception):
    """The inbox has not been read to its end: what is still to come would be recalled."""


@dataclass(frozen=True, slots=True)
class Begonnen:
    """What the first step did."""

    verstuurd: int
    """Signalen and withdrawals that the broker had lost."""
    apart: int
    """Meldingen that the hub may have forgotten."""
    alles: bool
    """Nothing that is remembered was still there: the backup may be older than what is remembered."""


@dataclass(frozen=True, slots=True)
class Geklaard:
    """What the last step did."""

    verstuurd: int
    """Reactions and receipts that the broker had lost."""
    ingetrokken: int
    """Meldingen that somebody may have seen and that the hub does not tell any more."""


class Terugzetting:
    """Both steps, for one connector."""

    def __init__(self, opslag: Opslag, zender: Zender, codec: Codec, tempo: Tempo, klok: Callable[[], int]) -> None:
        """`zender` remembers what it delivers, `klok` gives ms since the epoch."""
        self._opslag, self._verzonden = opslag, Verzonden(opslag)
        self._zender, self._codec, self._tempo, self._klok = zender, codec, tempo, klok

    async def begin(self, grenzen: Grenzen) -> Begonnen:
        """Raises NietBezorgd: what was not sent yet is sent by the next call; OpslagFout where the connector runs."""
        self._opslag.alleen()
        staat = self._verzonden.merk_vergeten(grenzen.verzonden_tot)
        apart = self._opslag.leg_apart(grenzen.meldingen_van)
        verstuurd = await self._stuur(DOSSIERS)
        return Begonnen(verstuurd, apart, alles=bool(verstuurd) and not staat)

    async def klaar(self, grenzen: Grenzen) -> Geklaard:
        """Raises NietBezorgd, as above, and InboxNietBij."""
        gelezen = self._opslag.posities()
        if any(gelezen.get(partitie, 0) < tot for partitie, tot in grenzen.meldingen_tot.items()):
            raise InboxNietBij
        verstuurd = await self._stuur(REACTIES)
        return Geklaard(verstuurd, self._opslag.haal_terug(rfc3339(self._klok())))

    async def _stuur(self, soorten: frozenset[str]) -> int:
        aantal = 0
        for volgnummer, bericht, tijd in self._verzonden.vergeten():
            if self._codec.naam(bericht.waarde) in soorten:
                if not self._geweigerd(bericht.waarde, tijd):
                    await self._tempo.wacht()
                    await self._zender.stuur(bericht)
                    aantal += 1
                self._verzonden.wis(volgnummer)
        return aantal

    def _geweigerd(self, waarde: bytes, tijd: int) -> bool:
        """Whether the hub refused a record that the broker took in at `tijd`: its sender heard so, and by another clock it might stand."""
        soort, velden = self._codec.decodeer(waarde)
        if soort == "signaal":
            record = vorm.signaal_uit(velden)
            return record.vooruit(tijd) or record.voorbij(tijd)
        return Uitbak(self._opslag).geweigerd(str(gebeurtenisvorm.terugkoppeling_uit(velden).id))
