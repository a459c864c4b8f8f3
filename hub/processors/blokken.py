"""Blocks of the index as records: written for all partitions at once, read by the batch.

Most of what is read will never meet anybody. So a batch is walked through by a compiled loop into columns, and the facts of a dossier
stay bytes until somebody needs them. What was written with an earlier schema is first brought into today's.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from hub.domein.codes import Rol, Soort, Thema
from hub.domein.identiteit import DOSSIER, TAFEL, Dossier, GrondslagId, TafelId, dossier
from hub.domein.signaal import MOMENT_MAX, Feiten, Sleutel, Sleutelblok
from hub.domein.vorm import feiten_uit, sleutelblok_naar, sleutelblok_uit
from hub.matching.blok import SOORTEN, Blokken, Getallen
from hub.matching.blokmachine import TOKEN, ontleed
from hub.matching.codeermachine import INDELING, LENGTE
from hub.processors.namen import SLEUTEL
from hub.stream.codec import Codec, CodecFout
from hub.stream.record import Record
from hub.stream.statelog import StaatOnleesbaar
from hub.stream.velden import Velden, getallen, paren, paren_naar, teksten

SCHEMA: Final = "sleutelblok"
_FEITEN: Final = 8_192
"""Facts that are remembered as read: those of one dossier come in several partitions, and again when it changes."""
_DOSSIERS: Final = 16_384
"""Dossiers of which name and facts are remembered as bytes: partitions of a worker that read one at about the same time hold it once."""

_GETALLEN: Final = ("soort", "versie", "tijd", "bewaren_tot", "persoon_sinds")
_TEKSTEN: Final = ("dossier", "tafel", "tokens")


class Blokvorm:
    """How a block looks as a record, of a hub with so many partitions."""

    def __init__(self, codec: Codec, partities: int) -> None:
        self.codec, self.partities = codec, partities
        self._kop, self._feit = codec.kop(SCHEMA), codec.velden(SCHEMA)["feiten"]
        self._voor, self._na = codec.om(SCHEMA, "sleutels")
        vorm = codec.schema(SCHEMA).vorm
        typen = {veld["name"]: veld["type"] for veld in vorm["fields"]}
        self._velden = Velden(vorm)
        self._nr = {naam: nr for nr, naam in enumerate(self._velden.namen)}
        self._feitvelden = Velden(typen["feiten"])
        self._criteria = self._feitvelden.namen.index("criteria")
        self._getallen, self._teksten = [self._nr[n] for n in _GETALLEN], [self._nr[n] for n in _TEKSTEN]
        self._sleutels = self._nr["sleutels"]
        self._soorten = np.array([SOORTEN.index(soort) for soort in typen["soort"]["symbols"]], np.uint8)
        self._tafels: dict[bytes, TafelId] = {}
        self.feiten = lru_cache(_FEITEN)(self._feiten)
        self._naam_en_feiten = lru_cache(_DOSSIERS)(_naam_en_feiten)

    def schrijf(self, blokken: Sequence[Sleutelblok]) -> list[bytes]:
        """The blocks of one signaal: they differ in their keys alone."""
        gelijk = sleutelblok_naar(blokken[0])
        voor, na = self._kop + self._voor.codeer(gelijk), self._na.codeer(gelijk)
        return [
            voor + paren_naar([(sleutel.token, sleutel.codering) for sleutel in blok.sleutels]) + na for blok in blokken
        ]

    def vandaag(self, record: Record) -> bytes:
        """A record in today's schema. Raises StaatOnleesbaar."""
        if record.value is not None and record.value.startswith(self._kop):
            return record.value
        try:
            naam, waarde = self.codec.decodeer(record.value)
        except CodecFout as fout:
            raise _fout(record, type(fout).__name__) from None
        if naam != SCHEMA:
            raise _fout(record, f"a {naam} record")
        return self.codec.codeer(naam, waarde)

    def lees(self, partitie: int, records: Sequence[Record]) -> Blokken:
        """The blocks of records of one partition, none of them a tombstone. Raises StaatOnleesbaar, which names the first bad one."""
        waarden = [self.vandaag(record) for record in records]
        ruw = b"".join(waarden)
        data = np.frombuffer(ruw, np.uint8)
        lengten = np.array([len(waarde) for waarde in waarden], np.int64)
        einde = lengten.cumsum()
        plekken = self._velden.plekken(data, einde - lengten + len(self._kop), einde)
        _eis(plekken[0] >= 0, records, "does not fit its schema")
        getal = getallen(data, plekken[self._getallen])
        soorten, momenten = getal[0], getal[1:]
        _eis(((momenten >= 0) & (momenten < MOMENT_MAX)).all(axis=0), records, "a moment that is none")
        versies, tijden, bewaren_tot, persoon_sinds = momenten
        dossierbytes, tafelbytes, tokenbytes = teksten(data, plekken[self._teksten])
        _eis((tokenbytes[:, 1] - tokenbytes[:, 0]) % TOKEN == 0, records, f"tokens are {TOKEN} bytes each")
        tokens, tokens_van, coderingen, coderingen_van, anders = ontleed(
            data,
            tokenbytes,
            *paren(data, plekken[self._sleutels], TOKEN),
            np.uint64(partitie),
            np.uint64(self.partities),
        )
        feitplekken = plekken[self._nr["feiten"] :][:2]
        criteria = self._feitvelden.plekken(data, *feitplekken)[[self._criteria]]
        dossiers, tafels, feiten = [], [], []
        for record, dossier_, tafel, feit in zip(
            records,
            _stukken(ruw, *dossierbytes.T),
            _stukken(ruw, *tafelbytes.T),
            _stukken(ruw, *feitplekken),
            strict=True,
        ):
            if dossier_ != record.key:
                raise _fout(record, "the key is not the dossier")
            naam, gedeeld = self._naam_en_feiten(dossier_, feit)
            if naam is None:
                raise _fout(record, "not a dossier")
            dossiers.append(naam)
            feiten.append(gedeeld)
            tafels.append(self._tafel(record, tafel))
        return Blokken(
            dossiers=dossiers,
            soorten=self._soorten[soorten],
            versies=versies,
            tafels=tafels,
            tijden=tijden,
            bewaren_tot=bewaren_tot,
            persoon_sinds=persoon_sinds,
            voorgangers=self._voorgangers(records, ruw, data, plekken[self._nr["voorganger"]]),
            feiten=feiten,
            criteria=getallen(data, criteria)[0] != 0,
            tokens=tokens,
            tokens_van=tokens_van,
            coderingen=coderingen,
            coderingen_van=coderingen_van,
            bijzonder={nr: self._geheel(records[nr], waarden[nr]) for nr in np.flatnonzero(anders).tolist()},
        )

    def vergeet(self) -> None:
        """What was remembered of dossiers goes: one of them is to be forgotten."""
        self.feiten.cache_clear()
        self._naam_en_feiten.cache_clear()

    def _voorgangers(
        self, records: Sequence[Record], ruw: bytes, data: NDArray[np.uint8], plek: Getallen
    ) -> dict[int, Dossier]:
        """By position; a null is one byte, the first branch of the union."""
        heeft = np.flatnonzero(data[plek])
        if not len(heeft):
            return {}
        (waar,) = teksten(data, plek[np.newaxis, heeft] + 1)
        return {
            nr: _dossier(records[nr], tekst) for nr, tekst in zip(heeft.tolist(), _stukken(ruw, *waar.T), strict=True)
        }

    def _feiten(self, data: bytes) -> Feiten:
        """The facts of a dossier. Raises StaatOnleesbaar."""
        try:
            return feiten_uit(self._feit.decodeer(data)["feiten"])
        except (CodecFout, ValidationError) as fout:
            raise StaatOnleesbaar(f"the facts of a dossier: {type(fout).__name__}") from None

    def _tafel(self, record: Record, tekst: bytes) -> TafelId:
        tafel = self._tafels.get(tekst)
        if tafel is None:
            tafel = TafelId(tekst.decode("ascii", "replace"))
            if not TAFEL.match(tafel):
                raise _fout(record, "not a tafel")
            self._tafels[tekst] = tafel
        return tafel

    def _geheel(self, record: Record, waarde: bytes) -> Sleutelblok:
        try:
            return sleutelblok_uit(self.codec.decodeer(waarde)[1])
        except (ValidationError, ValueError) as fout:
            raise _fout(record, type(fout).__name__) from None


def warm(codec: Codec) -> None:
    """Compiles, or loads what was compiled before, so that the first batch need not wait."""
    vorm, token = Blokvorm(codec, 1), bytes(TOKEN)
    feiten = Feiten(Rol.CASUSPERSOON, Thema.JEUGD, GrondslagId("warm"))
    sleutels = (Sleutel(token, bytes([INDELING]) + bytes(LENGTE - 1)),)
    blok = Sleutelblok(*(Soort.CASUS, dossier("warm", bytes(16)), 1, TafelId("warm"), 1, 1, feiten, (token,), sleutels))
    vorm.lees(0, [Record(SLEUTEL, 0, 0, 0, blok.dossier.encode(), waarde) for waarde in vorm.schrijf([blok])])


def _naam_en_feiten(dossier_: bytes, feiten: bytes) -> tuple[Dossier | None, bytes]:
    """Name of a dossier (None: it is no valid one), and its facts as they came.

    It is a function only for the lru_cache around it in Blokvorm, which makes the partitions of a worker share one object.
    """
    return _naam(dossier_), feiten


def _naam(tekst: bytes) -> Dossier | None:
    naam = tekst.decode("ascii", "replace")
    return Dossier(naam) if DOSSIER.match(naam) else None


def _dossier(record: Record, tekst: bytes) -> Dossier:
    naam = _naam(tekst)
    if naam is None:
        raise _fout(record, "not a dossier")
    return naam


def _stukken(ruw: bytes, van: Getallen, tot: Getallen) -> Iterator[bytes]:
    return map(ruw.__getitem__, map(slice, van.tolist(), tot.tolist()))


def _eis(goed: NDArray[np.bool_], records: Sequence[Record], wat: str) -> None:
    if not goed.all():
        raise _fout(records[int(np.argmin(goed))], wat)


def _fout(record: Record, wat: str) -> StaatOnleesbaar:
    return StaatOnleesbaar(f"{record.plek}: {wat}")
