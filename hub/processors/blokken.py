"""Blocks of the index as records: written for all partitions at once, read by the batch.

Most of what is read will never meet anybody. So a batch is walked through by a compiled loop into columns, and the facts of a dossier
stay bytes until somebody needs them. What was written with an earlier schema is first brought into today's.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from hub.domein.codes import Rol, Soort, Thema
from hub.domein.identiteit import DOSSIER, TAFEL, Dossier, GrondslagId, TafelId, dossier
from hub.domein.signaal import MOMENT_MAX, Feiten, Sleutel, Sleutelblok
from hub.domein.vorm import feiten_uit, sleutelblok_naar, sleutelblok_uit, sleutels_naar
from hub.matching.bakken import Tokens, tokens_van
from hub.matching.blok import SOORTEN, Blokken, Getallen
from hub.matching.codeermachine import INDELING, LENGTE
from hub.processors.namen import SLEUTEL
from hub.stream.codec import Codec, CodecFout
from hub.stream.record import Record
from hub.stream.statelog import StaatOnleesbaar
from hub.stream.velden import Velden, getallen, paren, stukken, teksten

SCHEMA: Final = "sleutelblok"
_FEITEN: Final = 8_192
"""Facts that are remembered as read: those of one dossier come in several partitions, and again when it changes."""
_TOKEN: Final = 8

Vlaggen = NDArray[np.bool_]


class Blokvorm:
    """How a block looks as a record, of a hub with so many partitions."""

    def __init__(self, codec: Codec, partities: int) -> None:
        self.codec, self.partities = codec, partities
        self._kop, self._veld = codec.kop(SCHEMA), codec.velden(SCHEMA)
        self._voor, self._na = codec.om(SCHEMA, "sleutels")
        self._velden = Velden(codec.schema(SCHEMA))
        self._soorten = np.array([SOORTEN.index(soort) for soort in self._veld["soort"].vorm["symbols"]], np.uint8)
        self._tafels: dict[bytes, TafelId] = {}
        self.feiten = lru_cache(_FEITEN)(self._feiten)

    def schrijf(self, blokken: Sequence[Sleutelblok]) -> list[bytes]:
        """The blocks of one signaal: they differ in their keys alone."""
        gelijk, sleutels = sleutelblok_naar(blokken[0]), self._veld["sleutels"]
        voor, na = self._kop + self._voor.codeer(gelijk), self._na.codeer(gelijk)
        return [voor + sleutels.codeer(sleutels_naar(blok.sleutels)) + na for blok in blokken]

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
        greep = _Greep(records, [self.vandaag(record) for record in records], len(self._kop), self._velden)
        momenten = {naam: greep.momenten(naam) for naam in ("versie", "tijd", "bewaren_tot", "persoon_sinds")}
        dossiers = greep.dossiers()
        tafels = [self._tafel(record, tekst) for record, tekst in zip(records, greep.teksten("tafel"), strict=True)]
        tokens, per_tokens = greep.tokens()
        per_sleutels, delen = greep.sleutels()
        anders = self._anders(partitie, greep.data, (tokens, per_tokens), (per_sleutels, delen))
        bijzonder = {nr: self._geheel(records[nr], greep.waarden[nr]) for nr in np.flatnonzero(anders).tolist()}
        if bijzonder:
            tokens, delen = tokens[np.repeat(~anders, per_tokens)], delen[np.repeat(~anders, per_sleutels)]
            per_tokens[anders] = per_sleutels[anders] = 0
        return Blokken(
            dossiers=dossiers,
            soorten=self._soorten[greep.getallen("soort")],
            versies=momenten["versie"],
            tafels=tafels,
            tijden=momenten["tijd"],
            bewaren_tot=momenten["bewaren_tot"],
            persoon_sinds=momenten["persoon_sinds"],
            voorgangers=greep.voorgangers(),
            feiten=greep.ruwe("feiten"),
            tokens=tokens,
            tokens_van=_grenzen(per_tokens),
            coderingen=stukken(greep.data, np.ascontiguousarray(delen[:, 1]), LENGTE),
            coderingen_van=_grenzen(per_sleutels),
            bijzonder=bijzonder,
        )

    def _feiten(self, data: bytes) -> Feiten:
        """The facts of a dossier. Raises StaatOnleesbaar."""
        try:
            return feiten_uit(self._veld["feiten"].decodeer(data))
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

    def _anders(
        self,
        partitie: int,
        data: NDArray[np.uint8],
        tokens: tuple[Tokens, Getallen],
        sleutels: tuple[Getallen, Getallen],
    ) -> Vlaggen:
        """Which blocks are not of today's form: tokens not ascending, another layout, or not one key for each token that lives here."""
        (alle, per_tokens), (per_sleutels, delen) = tokens, sleutels
        anders = np.zeros(len(per_tokens), np.bool_)
        van_token = np.repeat(np.arange(len(per_tokens)), per_tokens)
        van_sleutel = np.repeat(np.arange(len(per_tokens)), per_sleutels)
        daalt = np.flatnonzero((alle[1:] <= alle[:-1]) & (van_token[1:] == van_token[:-1]))
        anders[van_token[daalt]] = True
        vreemd = delen[:, 2] - delen[:, 1] != LENGTE
        vreemd[~vreemd] = data[delen[~vreemd, 1]] != INDELING
        anders[van_sleutel[vreemd]] = True
        hier = alle % np.uint64(self.partities) == partitie
        anders |= np.bincount(van_token[hier], minlength=len(anders)) != per_sleutels
        mee = ~anders
        eigen = tokens_van(stukken(data, np.ascontiguousarray(delen[mee[van_sleutel], 0]), _TOKEN).tobytes())
        anders[van_sleutel[mee[van_sleutel]][eigen != alle[hier & mee[van_token]]]] = True
        return anders


def warm(codec: Codec) -> None:
    """Compiles, or loads what was compiled before, so that the first batch need not wait."""
    vorm, token = Blokvorm(codec, 1), bytes(_TOKEN)
    feiten = Feiten(Rol.CASUSPERSOON, Thema.JEUGD, GrondslagId("warm"))
    sleutels = (Sleutel(token, bytes([INDELING]) + bytes(LENGTE - 1)),)
    blok = Sleutelblok(*(Soort.CASUS, dossier("warm", bytes(16)), 1, TafelId("warm"), 1, 1, feiten, (token,), sleutels))
    vorm.lees(0, [Record(SLEUTEL, 0, 0, 0, blok.dossier.encode(), waarde) for waarde in vorm.schrijf([blok])])


class _Greep:
    """One batch of records, and where their fields begin."""

    def __init__(self, records: Sequence[Record], waarden: list[bytes], kop: int, velden: Velden) -> None:
        self.records, self.waarden = records, waarden
        self.ruw = b"".join(waarden)
        self.data = np.frombuffer(self.ruw, np.uint8)
        lengten = np.array([len(waarde) for waarde in waarden], np.int64)
        einde = np.cumsum(lengten)
        plekken = velden.plekken(self.data, einde - lengten + kop, einde)
        self._eis(plekken[:, 0] >= 0, "does not fit its schema")
        namen = (*velden.namen, "")
        self._plek = {naam: np.ascontiguousarray(plekken[:, nr]) for nr, naam in enumerate(namen)}
        self._na = dict(pairwise(namen))

    def getallen(self, naam: str) -> Getallen:
        uit: Getallen = getallen(self.data, self._plek[naam])
        return uit

    def momenten(self, naam: str) -> Getallen:
        uit = self.getallen(naam)
        self._eis((uit >= 0) & (uit < MOMENT_MAX), f"{naam} is no moment")
        return uit

    def teksten(self, naam: str) -> list[bytes]:
        return [self.ruw[van:tot] for van, tot in teksten(self.data, self._plek[naam]).tolist()]

    def ruwe(self, naam: str) -> list[bytes]:
        """A field as it was written."""
        van, tot = self._plek[naam].tolist(), self._plek[self._na[naam]].tolist()
        return [self.ruw[a:b] for a, b in zip(van, tot, strict=True)]

    def dossiers(self) -> list[Dossier]:
        uit = []
        for record, tekst in zip(self.records, self.teksten("dossier"), strict=True):
            if tekst != record.key:
                raise _fout(record, "the key is not the dossier")
            uit.append(_dossier(record, tekst))
        return uit

    def voorgangers(self) -> dict[int, Dossier]:
        plek = self._plek["voorganger"]
        heeft = np.flatnonzero(self.data[plek])  # the branch of the union; 0: null
        waar = teksten(self.data, plek[heeft] + 1).tolist()
        return {
            nr: _dossier(self.records[nr], self.ruw[van:tot])
            for nr, (van, tot) in zip(heeft.tolist(), waar, strict=True)
        }

    def tokens(self) -> tuple[Tokens, Getallen]:
        """Of all records, one after another; and how many of each."""
        waar = teksten(self.data, self._plek["tokens"])
        lengten = waar[:, 1] - waar[:, 0]
        self._eis(lengten % _TOKEN == 0, "tokens are 8 bytes each")
        per = lengten // _TOKEN
        begin = np.repeat(waar[:, 0] - _TOKEN * _grenzen(per)[:-1], per) + _TOKEN * np.arange(int(per.sum()))
        return tokens_van(stukken(self.data, begin, _TOKEN).tobytes()), per

    def sleutels(self) -> tuple[Getallen, Getallen]:
        """How many of each record; and of all together where its token begins, and its encoding begins and ends (keys, 3)."""
        per, delen = paren(self.data, self._plek["sleutels"], _TOKEN)
        return per, delen

    def _eis(self, goed: Vlaggen, wat: str) -> None:
        if not goed.all():
            raise _fout(self.records[int(np.argmin(goed))], wat)


def _dossier(record: Record, tekst: bytes) -> Dossier:
    naam = tekst.decode("ascii", "replace")
    if not DOSSIER.match(naam):
        raise _fout(record, "not a dossier")
    return Dossier(naam)


def _grenzen(aantallen: Getallen) -> Getallen:
    """Where each of so many begins, and where the last ends."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(aantallen)))


def _fout(record: Record, wat: str) -> StaatOnleesbaar:
    return StaatOnleesbaar(f"{record.plek}: {wat}")
