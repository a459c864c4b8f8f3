"""The inbox: records of the melding topic in, meldingen with the organisation's own case number out.

A melding is taken in once, whatever is delivered again. What was withdrawn before anybody saw it is never shown, nor is its withdrawal;
what was seen is marked, stripped of its contents, and its withdrawal is shown.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from connectors.meters import Meters
from connectors.opslag import Binnengekomen, Getoond, Onleesbaar, Opslag
from hub.domein import vorm
from hub.domein.codes import MeldingSoort
from hub.domein.identiteit import TafelId
from hub.domein.melding import Melding
from hub.stream.codec import Codec, CodecFout
from hub.stream.kop import rfc3339

log = structlog.get_logger()

STAND: Final = {
    None: "STAAT",
    MeldingSoort.INGETROKKEN: "INGETROKKEN",
    MeldingSoort.CORRECTIE: "GECORRIGEERD",
    MeldingSoort.BEKEND: "VERVANGEN",
    MeldingSoort.DUBBELE_CASUS: "VERVANGEN",
}
"""What became of a melding, by the kind of the one that named it: recalled, corrected, or certain where it was possible."""


class _Uit(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True)


class ContactUit(_Uit):
    """Whom to call."""

    tafel: str
    naam: str
    telefoon: str
    email: str


class MeldingInhoud(_Uit):
    """What the hub tells; null: nothing, or not permitted, or withdrawn since."""

    id: UUID
    soort: MeldingSoort
    koppeling: UUID
    kenmerk: str
    """Short reference that both desks see."""
    tijd: str
    """RFC 3339."""
    grondslag: str
    beleid: str
    contact: ContactUit | None
    reageren_voor: str | None
    betreft: UUID | None
    advies_beschikbaar: bool | None
    escalatieniveau: int | None
    ophouden_tot: str | None


class MeldingUit(MeldingInhoud):
    """One melding in the inbox, with what only this connector knows."""

    volgnummer: int
    zaaknummer: str | None
    """The organisation's own; null where the connector does not know the dossier (yet)."""
    stand: str
    """STAAT, INGETROKKEN, GECORRIGEERD or VERVANGEN."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the melding topic."""

    plaats: int
    """Its offset."""
    sleutel: bytes | None
    waarde: bytes | None


class Inbox:
    """The meldingen of one tafel. Streams wait on `nieuws`, which is replaced after every change."""

    def __init__(self, tafel: TafelId, opslag: Opslag, codec: Codec, meters: Meters, klok: Callable[[], int]) -> None:
        self._tafel = tafel
        self._opslag = opslag
        self._codec = codec
        self._meters = meters
        self._klok = klok
        self._bijgewerkt = False
        self._laatst_bij = klok()
        self.nieuws = asyncio.Event()
        meters.achterstand.set_function(self._achterstand)

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
            else:
                meldingen.append(gelezen)
        nieuw = self._opslag.ontvang(partitie, records[-1].plaats + 1, meldingen, onleesbaar)
        for melding in nieuw:
            self._meters.meldingen.labels(melding.soort).inc()
        self._meters.herhaald.inc(len(meldingen) - len(nieuw))
        self._meters.onleesbaar.inc(len(onleesbaar))
        if nieuw:
            self._wek()

    def bij(self) -> None:
        """The reader stands at the end of the topic now."""
        self._laatst_bij = self._klok()
        if not self._bijgewerkt:
            self._bijgewerkt = True
            self._meters.bijgewerkt.set(1)
            log.info("inbox_bijgewerkt")
            self._wek()

    def toon(self, sinds: int, hoogstens: int) -> list[str]:
        """JSON of the meldingen after a volgnummer, oldest first. From now on they count as seen."""
        assert self._bijgewerkt
        return [_naar_buiten(rij) for rij in self._opslag.toon(sinds, hoogstens, self._klok())]

    def _wek(self) -> None:
        self.nieuws.set()
        self.nieuws = asyncio.Event()

    def _achterstand(self) -> float:
        return max(0, self._klok() - self._laatst_bij) / 1000

    def _lees(self, record: Record) -> Binnengekomen | Onleesbaar:
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
        betreft = None if melding.betreft is None else str(melding.betreft)
        return Binnengekomen(
            str(melding.id), melding.soort, melding.dossier, betreft, inhoud(melding).model_dump_json()
        )


def inhoud(melding: Melding) -> MeldingInhoud:
    """What the tafel's system gets of a melding: everything but the opaque dossier."""
    contact = melding.contact
    return MeldingInhoud(
        id=melding.id,
        soort=melding.soort,
        koppeling=melding.koppeling,
        kenmerk=melding.kenmerk,
        tijd=rfc3339(melding.tijd),
        grondslag=melding.grondslag,
        beleid=melding.beleid,
        contact=contact
        and ContactUit(tafel=contact.tafel, naam=contact.naam, telefoon=contact.telefoon, email=contact.email),
        reageren_voor=_tijdstip(melding.reageren_voor),
        betreft=melding.betreft,
        advies_beschikbaar=melding.advies_beschikbaar,
        escalatieniveau=melding.escalatieniveau,
        ophouden_tot=_tijdstip(melding.ophouden_tot),
    )


def _naar_buiten(rij: Getoond) -> str:
    kern = MeldingInhoud.model_validate_json(rij.inhoud)
    return MeldingUit(
        **dict(kern), volgnummer=rij.volgnummer, zaaknummer=rij.zaaknummer, stand=STAND[rij.vervallen_door]
    ).model_dump_json()


def _onleesbaar(record: Record, reden: str) -> Onleesbaar:
    return Onleesbaar(record.plaats, reden, record.sleutel, record.waarde)


def _tijdstip(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)
