# ruff: noqa: PLR0911, PLR0912, PLR0915 - one loop over plain arrays compiles to one piece of machine code
# mypy: allow-untyped-defs, allow-untyped-calls
"""Where the fields of many records of one schema begin, found without reading them: for what comes by the million.

Avro's binary encoding (Avro 1.11, "Binary Encoding") has no marks between fields: to know where one begins, those before it must be
walked through. The schema is turned into a small program once; a compiled loop runs it over a batch of records. Every array is a row of a
field over all records, in one piece: one of another layout would be compiled anew, in the midst of the work.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.snel import gecompileerd

Plekken = NDArray[np.int64]

_NIETS, _GETAL, _JA_NEE, _TEKST, _VAST, _KEUZE, _KEUZETYPE, _RIJ, _TERUG = 0, 1, 2, 3, 4, 5, 6, 7, 8
# One instruction is three words: what it is, and two operands.
# _VAST n: n bytes. _KEUZE n: the number of an enum's symbol. _KEUZETYPE n, table: a union's branches. _RIJ item: an array.
_WOORDEN: Final = 3
_DIEP: Final = 16
"""Arrays and unions inside one another at most."""
_PRIMITIEF: Final = {
    "null": (_NIETS, 0),
    "boolean": (_JA_NEE, 0),
    "int": (_GETAL, 0),
    "long": (_GETAL, 0),
    "float": (_VAST, 4),
    "double": (_VAST, 8),
    "bytes": (_TEKST, 0),
    "string": (_TEKST, 0),
}


class _Programma:
    """The instructions of a schema, one after another; a record is the instructions of its fields."""

    def __init__(self) -> None:
        self.code: list[int] = []
        self._typen: dict[str, Any] = {}

    def schrijf(self, vorm: Any) -> None:
        """Adds the instructions of a type. Raises ValueError for what no schema of ours has."""
        if isinstance(vorm, list):
            self._keuzetype(vorm)
            return
        soort = vorm if isinstance(vorm, str) else vorm["type"]
        if not isinstance(vorm, str) and "name" in vorm:
            self._typen[vorm["name"]] = vorm
        if soort in self._typen and isinstance(vorm, str):
            self.schrijf(self._typen[soort])
        elif soort == "record":
            for veld in vorm["fields"]:
                self.schrijf(veld["type"])
        elif soort == "enum":
            self._voeg(_KEUZE, len(vorm["symbols"]))
        elif soort == "fixed":
            self._voeg(_VAST, vorm["size"])
        elif soort == "array":
            plek = self._voeg(_RIJ)
            self.schrijf(vorm["items"])
            self._voeg(_TERUG)
            self.code[plek + 1] = len(self.code)
        elif soort in _PRIMITIEF:
            self._voeg(*_PRIMITIEF[soort])
        else:
            raise ValueError(f"a field of type {soort} cannot be walked through")

    def _keuzetype(self, takken: Sequence[Any]) -> None:
        """A union: a jump to the branch, each of which ends with a return to the place behind the last."""
        plek = self._voeg(_KEUZETYPE, len(takken))
        sprongen = [self._voeg(_NIETS) for _ in takken]
        for sprong, tak in zip(sprongen, takken, strict=True):
            self.code[sprong + 1] = len(self.code)
            self.schrijf(tak)
            self._voeg(_TERUG)
        self.code[plek + 2] = len(self.code)

    def _voeg(self, wat: int, een: int = 0) -> int:
        self.code += (wat, een, 0)
        return len(self.code) - _WOORDEN


class Velden:
    """Finds the fields of records of one schema."""

    def __init__(self, vorm: Mapping[str, Any]) -> None:
        """`vorm`: a record, as parsed by fastavro. Raises ValueError where it has a type that cannot be walked through (a map)."""
        programma = _Programma()
        begin = []
        for veld in vorm["fields"]:
            begin.append(len(programma.code))
            programma.schrijf(veld["type"])
        self.namen = tuple(veld["name"] for veld in vorm["fields"])
        self._begin = np.array([*begin, len(programma.code)], np.int64)
        self._code = np.array(programma.code, np.int64)

    def plekken(self, data: NDArray[np.uint8], begin: Plekken, einde: Plekken) -> Plekken:
        """Of each record between a `begin` and an `einde` in `data`: where its fields begin, and where the last one ends.

        (fields + 1, records). -1 in all: these bytes are no record of the schema, from the first to the last of them.
        """
        uit = np.empty((len(self.namen) + 1, len(begin)), np.int64)
        _loop(self._code, self._begin, data, begin, einde, uit)
        return uit


@gecompileerd
def _loop(code, velden, data, begin, einde, uit):
    stapel = np.empty((_DIEP, 3), np.int64)
    for n in range(len(begin)):
        p, tot = begin[n], einde[n]
        for f in range(len(velden) - 1):
            uit[f, n] = p
            p = _veld(code, velden[f], velden[f + 1], data, p, tot, stapel)
            if p < 0:
                break
        uit[-1, n] = p
        if p != tot:
            uit[:, n] = -1


@gecompileerd
def _varint(data, p, tot):
    """(value, position behind it) of a zigzag number; the position is -1 where there is none within 64 bits."""
    waarde, schuif = np.uint64(0), 0
    while p < tot and schuif < 64:
        b = np.uint64(data[p])
        p += 1
        if schuif == 63 and b > 1:
            break
        waarde |= (b & np.uint64(127)) << np.uint64(schuif)
        if b < 128:
            return np.int64(waarde >> np.uint64(1)) ^ -np.int64(waarde & np.uint64(1)), p
        schuif += 7
    return np.int64(0), np.int64(-1)


@gecompileerd
def _veld(code, pc, eind, data, p, tot, stapel):
    """The position behind one field; -1 where the bytes do not fit.

    Of what is on the stack: where to go on afterwards, how many items are left, where the instructions of an item begin.
    """
    diep = 0
    while pc < eind:
        wat, een = code[pc], code[pc + 1]
        if wat == _TERUG:
            stapel[diep - 1, 1] -= 1
            if stapel[diep - 1, 1] > 0:
                pc = stapel[diep - 1, 2]
                continue
            diep -= 1
            pc = stapel[diep, 0]
            continue
        if wat == _NIETS:
            pc += 3
            continue
        if wat == _VAST:
            p += een
            if p > tot:
                return -1
            pc += 3
            continue
        if wat == _JA_NEE:
            if p >= tot or data[p] > 1:
                return -1
            p += 1
            pc += 3
            continue
        getal, p = _varint(data, p, tot)
        if p < 0:
            return -1
        if wat == _TEKST:
            if getal < 0 or getal > tot - p:
                return -1
            p += getal
        elif wat == _KEUZE:
            if getal < 0 or getal >= een:
                return -1
        elif wat == _KEUZETYPE:
            if getal < 0 or getal >= een or diep == _DIEP:
                return -1
            stapel[diep, 0], stapel[diep, 1] = code[pc + 2], 1
            diep += 1
            pc = code[pc + 3 * (1 + getal) + 1]
            continue
        elif wat == _RIJ:
            if getal < 0:  # a block that tells its length in bytes too
                getal = -getal
                lengte, p = _varint(data, p, tot)
                if p < 0 or lengte < 0:
                    return -1
            if not 0 <= getal <= tot - p:  # an item takes a byte at least; the lowest number stays below zero
                return -1
            if getal > 0:
                if diep == _DIEP:
                    return -1
                stapel[diep, 0], stapel[diep, 1], stapel[diep, 2] = pc, getal, pc + 3
                diep += 1
                pc += 3
            else:
                pc = een
            continue
        pc += 3
    return p


@gecompileerd
def getallen(data, plekken):
    """The numbers at these places (fields, records), which are known to be there."""
    uit = np.empty(plekken.shape, np.int64)
    for f in range(plekken.shape[0]):
        for n in range(plekken.shape[1]):
            uit[f, n], _ = _varint(data, plekken[f, n], len(data))
    return uit


@gecompileerd
def teksten(data, plekken):
    """Where the contents of the strings or bytes at these places (fields, records), which are known to be there, begin and end:
    (fields, records, 2)."""
    uit = np.empty((plekken.shape[0], plekken.shape[1], 2), np.int64)
    for f in range(plekken.shape[0]):
        for n in range(plekken.shape[1]):
            lengte, p = _varint(data, plekken[f, n], len(data))
            uit[f, n, 0], uit[f, n, 1] = p, p + lengte
    return uit


def paren_naar(paren: Sequence[tuple[bytes, bytes]]) -> bytes:
    """An array whose items are fixed bytes and then a string or bytes: what `paren` reads, and fastavro."""
    if not paren:
        return b"\0"
    return _lengte(len(paren)) + b"".join([vast + _lengte(len(los)) + los for vast, los in paren]) + b"\0"


@cache
def _lengte(aantal: int) -> bytes:
    """As a zigzag number."""
    rest, uit = aantal << 1, bytearray()
    while rest > 127:
        uit.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*uit, rest])


@gecompileerd
def paren(data, plekken, vast):
    """Of arrays at these places, known to be there, whose items are so many fixed bytes and then a string or bytes: how many items each
    has (places), and of all together where an item begins, and where the contents of its second half begin and end (items, 3)."""
    aantal, uit, m = np.zeros(len(plekken), np.int64), np.empty((8 * len(plekken), 3), np.int64), 0
    for n in range(len(plekken)):
        p = plekken[n]
        while True:
            k, p = _varint(data, p, len(data))
            if k == 0:
                break
            if k < 0:
                k = -k
                _, p = _varint(data, p, len(data))
            aantal[n] += k
            if m + k > len(uit):
                ruimer = np.empty((2 * (m + k), 3), np.int64)
                ruimer[:m] = uit[:m]
                uit = ruimer
            for _i in range(k):
                lengte, q = _varint(data, p + vast, len(data))
                uit[m, 0], uit[m, 1], uit[m, 2] = p, q, q + lengte
                p = q + lengte
                m += 1
    return aantal, uit[:m]
