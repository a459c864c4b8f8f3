"""index: one partition of the keys of every dossier. Its log is its own input: loaded up to the committed offset, then on with output."""

from collections.abc import Sequence

from pydantic import ValidationError

from hub import metrics
from hub.domein.identiteit import Dossier
from hub.domein.koppeling import Stand
from hub.domein.signaal import Sleutelblok
from hub.domein.vorm import sleutelblok_naar, sleutelblok_uit, stand_naar
from hub.matching.index import Index
from hub.matching.model import Model
from hub.processors.kamers import per_record, spoor
from hub.processors.namen import GEBEURTENIS, SLEUTEL
from hub.stream.codec import Codec, CodecFout
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.statelog import Grens, StaatOnleesbaar, Statelog


class Indexkamer:
    """Compares inside a bucket, and reports per pair how strong the evidence now is."""

    naam = "index"
    invoer = (SLEUTEL,)

    def __init__(self, codec: Codec, model: Model, partities: int) -> None:
        self.codec = codec
        self.statelog: Statelog[Index] = Statelog(
            SLEUTEL, Grens.BEVESTIGD, lambda partitie: Index(partitie, partities, model), self._laad, len
        )

    def verwerk(self, staat: Index, partitie: int, records: Sequence[Record]) -> Stap:
        stap = Stap()
        # Before anything changes: this topic is state, and a record of it that cannot be read stops the worker (docs/adr/0006).
        blokken = {record.offset: self._blok(record) for record in records}
        voor = staat.overvol.copy()
        per_record(self.naam, stap, records, lambda record: self._een(stap, staat, record, blokken[record.offset]))
        for tafel, aantal in (staat.overvol - voor).items():
            metrics.OVERVOL.labels(tafel).inc(aantal)
        return stap

    def _een(self, stap: Stap, index: Index, record: Record, blok: Sleutelblok | None) -> str:
        if blok is None:
            self._meld(stap, record, index.verwijder(_dossier(record)))
            return "verwerkt"
        winnaar = index.blok(blok.dossier)
        if winnaar is not None and winnaar.versie >= blok.versie and winnaar != blok:
            # Compaction keeps the last record, the index the highest versie, and of one versie the first that came:
            # the winner is written again, behind the other.
            waarde = self.codec.codeer("sleutelblok", sleutelblok_naar(winnaar))
            stap.staat.append(Uitvoer(SLEUTEL, record.key, waarde, record.headers, record.partitie))
            return "overgeslagen"
        self._meld(stap, record, index.vervang(blok))
        return "verwerkt"

    def _meld(self, stap: Stap, record: Record, standen: tuple[Stand, ...]) -> None:
        headers = (("traceparent", spoor(record).encode()),)
        for stand in standen:
            sleutel = str(stand.koppeling).encode()
            stap.uit.append(Uitvoer(GEBEURTENIS, sleutel, self.codec.codeer("stand", stand_naar(stand)), headers))

    def _laad(self, index: Index, record: Record) -> None:
        blok = self._blok(record)
        if blok is None:
            index.verwijder(_dossier(record))
        else:
            index.laad(blok)

    def _blok(self, record: Record) -> Sleutelblok | None:
        """The block of a record; None for a tombstone. Raises StaatOnleesbaar."""
        if record.value is None:
            _dossier(record)
            return None
        try:
            naam, waarde = self.codec.decodeer(record.value)
            if naam != "sleutelblok":
                raise StaatOnleesbaar(f"a {naam} record on {SLEUTEL}")
            blok = sleutelblok_uit(waarde)
        except (CodecFout, ValidationError, ValueError) as fout:
            raise StaatOnleesbaar(f"{record.topic}/{record.partitie}@{record.offset}: {type(fout).__name__}") from None
        if record.key != blok.dossier.encode():
            raise StaatOnleesbaar(f"{record.topic}/{record.partitie}@{record.offset}: the key is not the dossier")
        return blok


def _dossier(record: Record) -> Dossier:
    if not record.key:
        raise StaatOnleesbaar(f"{record.topic}/{record.partitie}@{record.offset}: a record without key")
    return Dossier(record.key.decode("ascii", "replace"))
