"""Person -> tokens and encodings, in layout 2. Exists only at the connector; `vergelijkmachine` reads the encodings at the hub.

For every composite key (a sound and a date, two names and a year, ...) that is expected to single out at most k persons of the
population: a token, and an encoding that is salted with a secret of that same key. Two encodings can be compared only under one
key, and then tell per field how well it agrees, not what it is. Outside its bucket an encoding is noise.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.domein.signaal import Sleutel, Sleutelbos
from hub.matching import codeermachine as machine
from hub.matching.codeermachine import INDELING, LENGTE
from hub.matching.frequenties import BEVOLKING, Frequenties
from hub.matching.namen import Kern, Persoon, Plaats, grof, kern, klank, spelling, voluit, voorletter
from hub.matching.sleutels import Sleutelring, Tijdvak

__all__ = ["INDELING", "LENGTE", "SOORTEN", "Bulk", "Codeerder", "encode", "warm"]

HOOGSTENS: Final = 14
"""Keys per person and key period."""

SOORTEN: Final = (
    "bsn",
    "datum + begin van een naam",
    "datum + gebied + geslacht",
    "namen + jaar",
    "namen + gebied",
    "namen + dag en maand",
    "datum + voorletters",
    "achternaam + dag en maand + voorletter",
    "namen",
    "achternaam + voorletter + gebied",
    "gebied + dag en maand + begin van een naam",
    "gebied + jaar en maand + begin van een naam",
    "gebied + jaar + geslacht + begin van een naam",
    "achternaam + twee voornamen",
    "achternaam + jaar en dag",
    "achternaam + voorletter + jaar",
    "achternaam + jaar en maand",
    "voornaam + voorletter + jaar",
    "voornaam + voorletter + gebied",
    "voornaam + voorletter + jaar en maand",
    "namen + jaren",
    "datum + voorletter + begin van een naam",
)
"""Kinds of composite keys, in order of use."""

_VEEL: Final = 1 << 16
"""Names that an encoder remembers before it starts again: bounded, because it is clear text."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Keys of many persons: those of person i are rows start[i] to start[i + 1], by ascending token."""

    start: NDArray[np.int64]
    tokens: NDArray[np.uint64]
    """The 8 bytes of a token, big endian."""
    coderingen: NDArray[np.uint8]
    soorten: NDArray[np.uint8]
    """Index into SOORTEN."""


def encode(persoon: Persoon, ring: Sleutelring, frequenties: Frequenties | None = None) -> tuple[Sleutelbos, ...]:
    """All keys of a person, one bos per key period of the ring. The same input gives the same bytes.

    Without a table of frequencies the one that ships with this version is used. All organisations must use the same.
    """
    tabel = frequenties or Frequenties.standaard()
    return _codeerder(ring, tabel.hash, tabel.naam, tabel.k, _Zelfde(tabel)).encode(persoon)


def warm(ring: Sleutelring, frequenties: Frequenties | None = None) -> None:
    """Compiles, or loads what was compiled before, so that the first person need not wait: at most some ten seconds."""
    encode(Persoon("A", "A", None, "19000101", "M", "A", "000000000"), ring, frequenties)


class _Zelfde:
    """A table as a key of the cache, equal to every other: its hash stands beside it."""

    __slots__ = ("tabel",)

    def __init__(self, tabel: Frequenties) -> None:
        self.tabel = tabel

    def __eq__(self, ander: object) -> bool:
        return isinstance(ander, _Zelfde)

    def __hash__(self) -> int:
        return 0


class _Groei:
    """Rows of arrays that grow, found by a key."""

    def __init__(self, *soorten: tuple[int, Any]) -> None:
        self.nummer: dict[Any, int] = {}
        self.delen = [np.zeros((64, breedte), soort) for breedte, soort in soorten]

    def erbij(self, sleutel: Any, *rijen: Sequence[Any]) -> int:
        nummer = len(self.nummer)
        if nummer == len(self.delen[0]):
            self.delen = [np.concatenate([deel, np.zeros_like(deel)]) for deel in self.delen]
        for deel, rij in zip(self.delen, rijen, strict=True):
            deel[nummer] = rij
        self.nummer[sleutel] = nummer
        return nummer


class Codeerder:
    """An encoder for one ring and one table. Remembers the names it saw (clear text): it lives at a connector only."""

    def __init__(self, ring: Sleutelring, frequenties: Frequenties | None = None, hoogstens: int = HOOGSTENS) -> None:
        self.frequenties = frequenties or Frequenties.standaard()
        self._ring = ring
        self._hoogstens = hoogstens
        self._meest = self.frequenties.k / BEVOLKING
        self._tabelhash = self.frequenties.hash
        ruimte = int.from_bytes(hashlib.sha256(f"{INDELING}|{self._tabelhash}".encode()).digest()[:8], "little")
        self._geheimen = [geheim(tijdvak, ruimte) for tijdvak in ring.tijdvakken]
        self._slot = threading.Lock()
        """Of the remembered names: an encoder may be shared by threads."""
        self._vergeet()

    def __repr__(self) -> str:
        return f"Codeerder({self._ring!r}, {self._tabelhash})"

    def encode(self, persoon: Persoon) -> tuple[Sleutelbos, ...]:
        """All keys of a person, one bos per key period."""
        return self.bossen([persoon])[0]

    def bossen(self, personen: Sequence[Persoon]) -> list[tuple[Sleutelbos, ...]]:
        """The same for many persons at once."""
        with self._slot:
            rijen = self._rijen(personen)
            bulken = [self._codeer(rijen, geheim) for geheim in self._geheimen]
        uit: list[list[Sleutelbos]] = [[] for _ in personen]
        for tijdvak, bulk in zip(self._ring.tijdvakken, bulken, strict=True):
            tokens = bulk.tokens.astype(">u8").tobytes()
            coderingen = bulk.coderingen.tobytes()
            grenzen = bulk.start.tolist()
            for bossen, van, tot in zip(uit, grenzen, grenzen[1:]):  # noqa: B905 - one bound more than persons
                sleutels = tuple(
                    Sleutel(tokens[8 * n : 8 * n + 8], coderingen[LENGTE * n : LENGTE * n + LENGTE])
                    for n in range(van, tot)
                )
                bossen.append(Sleutelbos(tijdvak.naam, INDELING, self._tabelhash, sleutels))
        return [tuple(bossen) for bossen in uit]

    def bulk(self, personen: Sequence[Persoon], tijdvak: int = 0) -> Bulk:
        """Keys of many persons under one period of the ring, as arrays."""
        with self._slot:
            return self._codeer(self._rijen(personen), self._geheimen[tijdvak])

    def onder_een_zout(self, personen: Sequence[Persoon], zout: bytes = bytes(16)) -> NDArray[np.uint8]:
        """One encoding per person, all under one salt of 16 bytes, so that any two can be compared: for estimation, never sent."""
        coderingen = np.zeros((len(personen), LENGTE), np.uint8)
        a, b = np.frombuffer(zout, np.uint64)
        with self._slot:
            rijen = self._rijen(personen)
            w, _, g = self._namen.delen
            pw, _, pq = self._plaatsen.delen
            machine.onder_een_zout(rijen, w, g, self._grammen, pw, pq, a, b, coderingen)
        return coderingen

    def _codeer(self, rijen: NDArray[np.int64], geheim: NDArray[np.uint64]) -> Bulk:
        meest = len(rijen) * self._hoogstens
        start = np.zeros(len(rijen) + 1, np.int64)
        tokens = np.empty(meest, np.uint64)
        coderingen = np.empty((meest, LENGTE), np.uint8)
        soorten = np.empty(meest, np.uint8)
        w, p, g = self._namen.delen
        pw, pp, pq = self._plaatsen.delen
        n = machine.codeer(
            *(rijen, w, p, g, self._grammen, pw, pp, pq, geheim, self._meest, self._hoogstens),
            *(start, tokens, coderingen, soorten),
        )
        return Bulk(start, tokens[:n], coderingen[:n], soorten[:n])

    def _vergeet(self) -> None:
        self._namen = _Groei((machine.WOORDEN, np.uint64), (machine.KANSEN, np.float64), (machine.GETALLEN, np.int64))
        self._plaatsen = _Groei((4, np.uint64), (2, np.float64), (3, np.int64))
        self._grammen = np.zeros(1 << 10, np.uint64)
        self._gram = 0

    def _rijen(self, personen: Sequence[Persoon]) -> NDArray[np.int64]:
        if len(self._namen.nummer) + len(self._plaatsen.nummer) > _VEEL:
            self._vergeet()
        return np.array([self._rij(kern(persoon)) for persoon in personen], np.int64).reshape(-1, machine.RIJ)

    def _rij(self, deel: Kern) -> list[int]:
        nummer = self._namen.nummer
        rij = [-1, -1, -1, -1, -1, -1, 0, 0, -1]
        for n, naam in enumerate(deel.voornamen):
            nr = nummer.get((True, naam))
            rij[n] = self._naam(True, naam) if nr is None else nr
        for n, naam in enumerate(deel.achternamen, machine.R_ACHTERNAAM):
            nr = nummer.get((False, naam))
            rij[n] = self._naam(False, naam) if nr is None else nr
        if deel.plaats is not None:
            nr = self._plaatsen.nummer.get(deel.plaats)
            rij[machine.R_PLAATS] = self._plaats(deel.plaats) if nr is None else nr
        if deel.geslacht:
            rij[machine.R_GESLACHT] = 1 if deel.geslacht == "M" else 2
        if deel.geboortedatum:
            rij[machine.R_DATUM] = int(deel.geboortedatum)
        if deel.bsn:
            rij[machine.R_BSN] = int(deel.bsn)
        return rij

    def _naam(self, is_voornaam: bool, naam: str) -> int:
        """A row for a name that was not seen before: the hashes of its forms, and its shares."""
        f = self.frequenties
        canoniek = voluit(naam)
        klinkt, grove = (klank(canoniek), grof(canoniek)) if is_voornaam else (klank(naam), grof(naam))
        zelf, ander = ("voornaam", "achternaam") if is_voornaam else ("achternaam", "voornaam")
        vorm = spelling(naam)
        beginnen = [grove[:n] for n in range(1, len(grove) + 1)]
        woorden = [
            *(woord("naam", naam), woord("canon", klank(canoniek)), woord("klank", klinkt)),
            *(woord("voorletter", voorletter(naam)), woord("letter", naam[0]), woord("grof", grove + "$")),
            *(woord("grof", grove), *(woord("grof", begin) for begin in beginnen)),
        ]
        kansen = [
            *(f[zelf].kans(naam), f[ander].kansen.get(naam, 0.0)),
            *(f[f"klank_{zelf}"].kans(klinkt), f[f"klank_{ander}"].kansen.get(klinkt, 0.0)),
            *(f["grof"].kans(grove), *(f["begin"].kans(begin) for begin in beginnen)),
        ]
        paren = grammen(vorm)
        while self._gram + len(paren) > len(self._grammen):
            self._grammen = np.concatenate([self._grammen, np.zeros_like(self._grammen)])
        self._grammen[self._gram : self._gram + len(paren)] = paren
        klasse = f.klasse_voornaam(naam) if is_voornaam else f.klasse_achternaam(naam)
        getallen = [self._gram, len(paren), klasse, int(is_voornaam and len(naam) == 1), len(beginnen)]
        self._gram += len(paren)
        woorden += [0] * (machine.WOORDEN - len(woorden))
        kansen += [1.0] * (machine.KANSEN - len(kansen))
        kansen[machine.P_SAMEN] = f.samen(f"klank_{zelf}", klinkt) ** 0.5
        return self._namen.erbij((is_voornaam, naam), woorden, kansen, getallen)

    def _plaats(self, plaats: Plaats) -> int:
        f = self.frequenties
        gebied = plaats.land or plaats.naam
        woorden = [
            *(woord("plaats", plaats.naam), woord("plaatsklank", klank(plaats.naam))),
            *(woord("land", plaats.land or ""), woord("gebied", gebied)),
        ]
        getallen = [f.klasse_plaats(plaats.naam), int(plaats.land is not None), int(plaats.is_land)]
        return self._plaatsen.erbij(
            plaats, woorden, [f["gebied"].kans(gebied), f.samen("gebied", gebied) ** 0.5], getallen
        )


@lru_cache(8)
def _codeerder(ring: Sleutelring, _hash: str, _naam: str, _k: int, zelfde: _Zelfde) -> Codeerder:
    return Codeerder(ring, zelfde.tabel)


def geheim(tijdvak: Tijdvak, ruimte: int) -> NDArray[np.uint64]:
    """The namespace of layout and table, and three SipHash keys."""
    return np.array([ruimte, *np.frombuffer(tijdvak.token[:16] + tijdvak.zout, np.uint64).tolist()], np.uint64)


def woord(soort: str, tekst: str) -> int:
    """64 bits of a text of this kind: what the secrets are put over."""
    return int.from_bytes(hashlib.blake2b(f"{soort}|{tekst}".encode(), digest_size=8).digest(), "little")


@lru_cache(1 << 12)
def _gram(paar: str, keer: int) -> int:
    return woord("paar", f"{paar}{keer}")


def grammen(vorm: str) -> list[int]:
    """Bigrams of a spelling, each occurrence its own; the same for a given name and a surname, so that they can be compared."""
    omlijst, keren, uit = f"_{vorm}_", Counter[str](), []
    for n in range(len(omlijst) - 1):
        paar = omlijst[n : n + 2]
        keren[paar] += 1
        uit.append(_gram(paar, keren[paar]))
    return uit
