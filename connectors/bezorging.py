"""The inbox: records of the melding topic in, meldingen with the organisation's own case number out.

A melding is taken in once, whatever is delivered again, and its receipt with it. What was withdrawn before anybody saw it is never shown,
nor is its withdrawal; what was seen is marked, stripped of its contents, and its withdrawal is shown. An answer to a question goes to
whoever waits for it and never comes here.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from connectors.bewijs import bewijs
from connectors.meters import Meters
from connectors.opslag import Binnengekomen, Getoond, Onleesbaar, Opslag
from connectors.uitgaand import Uitbak
from connectors.uitvoer import STAND, inhoud, merk, naar_buiten
from connectors.wachtkamer import Wachtkamer
from hub.domein import vorm
from hub.domein.codes import MeldingSoort, Weigercode
from hub.domein.identiteit import TafelId
from hub.domein.melding import Melding
from hub.stream.codec import Codec, CodecFout

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the melding topic."""

    plaats: int
    """Its offset."""
    sleutel: bytes | None
    waarde: bytes | None


class Inbox:
    """The meldingen of one tafel. Streams wait on `nieuws`, which is replaced after every change."""

    def __init__(
        self,
        tafel: TafelId,
        opslag: Opslag,
        wachtkamer: Wachtkamer,
        codec: Codec,
        meters: Meters,
        klok: Callable[[], int],
    ) -> None:
        self._tafel = tafel
        self._opslag = opslag
        self._uitbak = Uitbak(opslag)
        self._wachtkamer = wachtkamer
        self._codec = codec
        self._meters = meters
        self._klok = klok
        self._bijgewerkt = False
        self._laatst_bij = klok()
        self.nieuws = asyncio.Event()
        meters.achterstand.set_function(self._achterstand)
        meters.opslag_nieuw.set_function(lambda: opslag.verleden_onbekend)

    @property
    def bijgewerkt(self) -> bool:
        """Whether the topic has been read to its end once since this process started; nothing is shown before."""
        return self._bijgewerkt

    def posities(self) -> dict[int, int]:
        """Per partition the offset from which to read on."""
        return self._opslag.posities()

    def neem_in(self, partitie: int, records: Sequence[Record]) -> None:
        """Takes in one batch of a partition, in order, and with it how far the partition was read."""
        meldingen: list[Binnengekomen] = []
        onleesbaar: list[Onleesbaar] = []
        for record in records:
            gelezen = self._lees(record)
            if isinstance(gelezen, Onleesbaar):
                onleesbaar.append(gelezen)
                log.error("melding_onleesbaar", partitie=partitie, plaats=record.plaats, reden=gelezen.reden)
            elif gelezen.soort is MeldingSoort.ANTWOORD:
                self._wachtkamer.kom(gelezen)
            else:
                meldingen.append(self._binnengekomen(gelezen, record.plaats))
        nieuw = self._opslag.ontvang(partitie, records[-1].plaats + 1, meldingen, onleesbaar)
        for melding in nieuw:
            self._meters.meldingen.labels(melding.soort).inc()
        self._meters.herhaald.inc(len(meldingen) - len(nieuw))
        self._meters.onleesbaar.inc(len(onleesbaar))
        if nieuw:
            self.wek()

    def begin(self, partitie: int, vanaf: int, tot: int) -> None:
        """A partition is read for the first time, from one offset: from here on nothing may be missed, also where nothing comes yet. What
        lies before the other may have been shown by an earlier store of this tafel."""
        gelezen = self._opslag.begin(partitie, vanaf, tot)
        if 0 < gelezen < vanaf:
            self.mis(partitie, gelezen, vanaf)

    def mis(self, partitie: int, van: int, tot: int) -> None:
        """Between these offsets the topic's retention was over before it was read: nobody will tell that again by itself."""
        self._opslag.ontvang(partitie, tot, (), ())
        self._meters.gemist.inc(tot - van)
        log.error("meldingen_gemist", partitie=partitie, aantal=tot - van)

    def bij(self) -> None:
        """The reader stands at the end of the topic now."""
        self._laatst_bij = self._klok()
        if not self._bijgewerkt:
            self._bijgewerkt = True
            self._meters.bijgewerkt.set(1)
            log.info("inbox_bijgewerkt")
            self.wek()

    def cursor(self, sinds: int) -> int:
        """The volgnummer after which whoever read up to this one reads on. One that was never given hides nothing."""
        return sinds if sinds <= self._opslag.hoogste else 0

    def toon(self, sinds: int, hoogstens: int) -> list[str]:
        """JSON of the meldingen after a volgnummer, oldest first. From now on they count as seen."""
        assert self._bijgewerkt
        return self._naar_buiten(self._opslag.toon(sinds, hoogstens, self._klok()))

    def toon_over(self, dossier: str, hoogstens: int) -> list[str]:
        """JSON of what the hub said of a dossier itself, oldest first. From now on it counts as seen."""
        assert self._bijgewerkt
        return self._naar_buiten(self._opslag.toon_over(dossier, hoogstens, self._klok()))

    def _naar_buiten(self, rijen: Sequence[Getoond]) -> list[str]:
        gezegd = self._uitbak.gezegd([rij.id for rij in rijen])
        return [naar_buiten(rij, gezegd.get(rij.id, ())) for rij in rijen]

    def wek(self) -> None:
        """Wakes whoever waits for news."""
        self.nieuws.set()
        self.nieuws = asyncio.Event()

    def _achterstand(self) -> float:
        return max(0, self._klok() - self._laatst_bij) / 1000

    def _lees(self, record: Record) -> Melding | Onleesbaar:
        try:
            naam, waarde = self._codec.decodeer(record.waarde)
            if naam != "melding":
                return _onleesbaar(record, "ander_soort_record")
            melding = vorm.melding_uit(waarde)
        except CodecFout as fout:
            return _onleesbaar(record, type(fout).__name__.lower())
        except ValidationError:
            return _onleesbaar(record, "ongeldig")
        if melding.ontvanger != self._tafel:
            return _onleesbaar(record, "andere_ontvanger")
        return melding

    def _binnengekomen(self, melding: Melding, plaats: int) -> Binnengekomen:
        vervangt = melding.betreft is not None and melding.soort in STAND
        geweigerd = melding.reactie is not None and melding.soort is MeldingSoort.GEWEIGERD
        return Binnengekomen(
            id=str(melding.id),
            soort=melding.soort,
            koppeling=str(melding.koppeling),
            dossier=melding.dossier,
            betreft=str(melding.betreft) if vervangt else None,
            inhoud=inhoud(melding).model_dump_json(),
            plaats=plaats,
            merk=merk(melding),
            bewijs=bewijs(melding, self._codec, self._klok()),
            weigering=(str(melding.reactie), melding.code or Weigercode.ONBEKEND_VOOR_U) if geweigerd else None,
        )


def _onleesbaar(record: Record, reden: str) -> Onleesbaar:
    return Onleesbaar(record.plaats, reden, record.sleutel, record.waarde)
