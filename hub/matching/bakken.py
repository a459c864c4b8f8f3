"""Buckets of encodings in NumPy arrays: who shares a key with whom, and how well they agree. Knows rows, not dossiers."""

import secrets
from collections import defaultdict
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.matching import tafelmachine as tafel
from hub.matching import vergelijkmachine as vergelijk
from hub.matching.codeermachine import LENGTE

Tokens = NDArray[np.uint64]
"""The 8 bytes of each, big endian, ascending."""
Coderingen = NDArray[np.uint8]
Rijen = NDArray[np.int64]

ONBEGRENSD: Final = 1 << 62
_VOL: Final = 0.75
"""Filled part of the table at which it grows."""
_ERBIJ: Final = 1 << 16
"""Rows that an array grows by at most: an eighth of millions would be memory in which nothing stands."""


def tokens_van(tokens: bytes) -> Tokens:
    """Tokens of 8 bytes each as numbers, in the same order."""
    return np.frombuffer(tokens, ">u8").astype(np.uint64)


class Gevonden(NamedTuple):
    """Pairs: the other row of each, their levels and their weight."""

    rijen: Rijen
    niveaus: NDArray[np.uint8]
    gewichten: NDArray[np.float64]


_NIEMAND: Final = Gevonden(np.empty(0, np.int64), np.empty((0, vergelijk.VELDEN), np.uint8), np.empty(0))


class _Werk:
    """Room in which one search counts; nothing in it outlives the search."""

    def __init__(self, ruimte: int) -> None:
        """`ruimte`: tokens, or rows that are met; a power of two."""
        self.ruimte = ruimte
        self.werk = np.zeros((tafel.WERK, ruimte), np.int64)
        self.merk = np.zeros(2 * ruimte, np.int64)
        self.maat, self.gelijk = np.zeros((1, vergelijk.MATEN), np.int64), np.zeros((1, 2), np.uint64)
        self.uit, self.som = np.empty((ruimte, vergelijk.VELDEN), np.uint8), np.empty(ruimte)
        self.dicht = np.empty(ruimte, np.int64)


class Overeenkomst(NamedTuple):
    """Per pair: distances of the sketches, digests that are equal, and whether it was compared with both sides' marks."""

    afstand: NDArray[np.int64]
    gelijk: NDArray[np.uint64]
    teken: NDArray[np.int64]

    @classmethod
    def leeg(cls, paren: int) -> "Overeenkomst":
        return cls(np.zeros((paren, 25), np.int64), np.zeros((paren, 2), np.uint64), np.zeros((paren, 5), np.int64))


class Bakken:
    """The buckets of one partition. Past `grens` entries of one source in a bucket, further ones are kept outside it."""

    def __init__(self, partitie: int = 0, partities: int = 1, grens: int = ONBEGRENSD) -> None:
        self._partities, self._grens = partities, grens
        self._vast = np.array([secrets.randbits(64), partitie, partities, 0], np.uint64)
        self._slot = np.zeros((64, 2), np.uint64)
        self._post = np.zeros((64, tafel.BREED), np.uint8)
        self._stand = np.array([0, 0, -1, 0], np.int64)
        """Buckets, entries in use, first free entry, entries ever used."""
        self._pool = np.zeros(64, np.uint64)
        self._pool_gebruikt = 0
        self._gaten: defaultdict[int, list[int]] = defaultdict(list)
        """Free stretches of the pool, by length."""
        self._rij_van = np.zeros(16, np.int64)
        self._rij_aantal = np.zeros(16, np.int32)
        self._rij_kant = np.zeros(16, np.int32)
        self._buiten: dict[int, dict[int, int]] = {}
        """Per row its entries that are outside their bucket, by token."""
        self._werk = _Werk(64)

    def __len__(self) -> int:
        """Entries held."""
        return int(self._stand[1])

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, in bytes."""
        return sum(deel.nbytes for deel in vars(self).values() if isinstance(deel, np.ndarray))

    def hier(self, tokens: Tokens) -> NDArray[np.bool_]:
        """Which tokens live in this partition."""
        hier: NDArray[np.bool_] = tokens % self._vast[tafel.PARTITIES] == self._vast[tafel.PARTITIE]
        return hier

    def lokaal(self, tokens: Tokens) -> Tokens:
        """The tokens that live in this partition."""
        return tokens if self._partities == 1 else tokens[self.hier(tokens)]

    def voeg_toe(
        self, rij: int, tokens: Tokens, coderingen: Coderingen, soort: int = 0, bron: int = 0
    ) -> tuple[int, ...]:
        """A row that is not there: all its tokens, and an encoding for each token that lives here, in the same order.

        `soort` 0: verdachte, 1: casus; rows of one kind are not compared, but casussen of two different sources are. Returns the
        tokens in whose bucket there was no room for one more of this source: the row is outside it (`verhuis`).
        """
        werk = self._plaats(len(tokens))
        self._groei(len(coderingen))
        kant = bron << 1 | soort
        n = tafel.erin(
            *(tokens, coderingen, rij, kant, self._grens, self._vast, self._slot, self._post, self._stand, werk.dicht)
        )
        if n < 0:
            raise ValueError("an encoding is needed for each token that lives here")
        self._ruimte_voor(rij)
        self._rij_van[rij] = self._in_pool(tokens)
        self._rij_aantal[rij] = len(tokens)
        self._rij_kant[rij] = kant
        return self._blijft_buiten(rij, tokens) if n else ()

    def voeg_toe_alle(
        self,
        rij: int,
        tokens: Tokens,
        tokens_van: Rijen,
        coderingen: Coderingen,
        coderingen_van: Rijen,
        kanten: NDArray[np.int32],
    ) -> tuple[int, tuple[int, ...]]:
        """New rows, numbered from `rij`: tokens and encodings of all, and where those of each begin (rows + 1); `kanten`: as `kant`.

        Stops after the first row for which some bucket had no room: returns how many rows are in, and those tokens of the last one.
        """
        werk = self._plaats(int(np.diff(tokens_van).max(initial=0)))
        self._groei(int(coderingen_van[-1] - coderingen_van[0]))
        klaar, buiten = tafel.erin_alle(
            *(tokens, tokens_van, coderingen, coderingen_van, rij, kanten, self._grens),
            *(self._vast, self._slot, self._post, self._stand, werk.dicht),
        )
        if klaar < 0:
            raise ValueError("an encoding is needed for each token that lives here")
        van, tot = int(tokens_van[0]), int(tokens_van[klaar])
        begin = self._pool_gebruikt
        self._reserveer(tot - van)
        self._pool[begin : self._pool_gebruikt] = tokens[van:tot]
        self._ruimte_voor(rij + klaar - 1)
        nieuw = slice(rij, rij + klaar)
        self._rij_van[nieuw] = tokens_van[:klaar] - van + begin
        self._rij_aantal[nieuw] = np.diff(tokens_van[: klaar + 1])
        self._rij_kant[nieuw] = kanten[:klaar]
        if buiten == 0:
            return klaar, ()
        return klaar, self._blijft_buiten(rij + klaar - 1, tokens[tokens_van[klaar - 1] : tot])

    def verwijder(self, rij: int) -> tuple[int, ...]:
        """A row and all that was held of it. Returns the tokens in whose bucket it was, if it lived here."""
        tokens = self.tokens(rij)
        tafel.eruit(tokens, rij, self._vast, self._slot, self._post, self._stand)
        buiten = self._buiten.get(rij, {})
        self._zet_buiten(rij, {})
        for post in buiten.values():
            tafel.wis(post, self._post, self._stand)
        if len(tokens):
            van = int(self._rij_van[rij])
            self._pool[van : van + len(tokens)] = 0
            self._gaten[len(tokens)].append(van)
        self._rij_aantal[rij] = 0
        return tuple(token for token in self.lokaal(tokens).tolist() if token not in buiten)

    def ga_in(self, token: int, rij: int) -> None:
        """A row that is outside the bucket of this token enters it."""
        buiten = dict(self._buiten[rij])
        tafel.hang_in(np.uint64(token), buiten.pop(token), self._vast, self._slot, self._post, self._stand)
        self._zet_buiten(rij, buiten)

    def ga_uit(self, token: int, rij: int) -> None:
        """A row that is in the bucket of this token leaves it, and is kept outside."""
        post = tafel.haal_uit(np.uint64(token), rij, self._vast, self._slot, self._post, self._stand)
        self._zet_buiten(rij, {**self._buiten.get(rij, {}), token: int(post)})

    def tokens(self, rij: int) -> Tokens:
        """All tokens of a row."""
        van = int(self._rij_van[rij])
        return self._pool[van : van + int(self._rij_aantal[rij])].copy()

    def buiten(self, rij: int) -> tuple[int, ...]:
        """The tokens of a row whose bucket it is outside of."""
        return tuple(self._buiten.get(rij, ()))

    def coderingen(self, rij: int) -> Coderingen:
        """The encodings of a row that live here, in the order of their tokens."""
        tokens = self.tokens(rij)
        posten = np.empty(len(tokens), np.int64)
        n = tafel.posten(tokens, rij, self._vast, self._slot, self._post, posten)
        buiten = self._buiten.get(rij)
        if buiten:
            for k, token in enumerate(self.lokaal(tokens).tolist()):
                posten[k] = buiten.get(token, posten[k])
        return self._post[posten[:n], :LENGTE]

    def zoek(
        self, tokens: Tokens, eigen: Coderingen, weging: tuple[Any, ...], soort: int = 0, bron: int = 0
    ) -> Gevonden:
        """Who shares a key with a question that is not held, and how well each agrees. What is held stays as it is.

        `tokens`: all of the question, ascending; `eigen`: an encoding for each of them that lives here, in the same order.
        """
        return self._vergeleken(eigen, self._verzamel(tokens, -1, bron << 1 | soort), weging)

    def overeenkomst(self, tokens: Tokens, eigen: Coderingen) -> tuple[Rijen, Overeenkomst]:
        """The same, not judged: who shares a key, and what the encodings have in common. For a field profile with its own levels."""
        n = self._verzamel(tokens, -1, 0)
        werk, uit = self._werk.werk, Overeenkomst.leeg(n)
        vergelijk.overeenkomst(eigen, self._post, werk[tafel.WELKE, :n], werk[tafel.POST, :n], *uit)
        return werk[tafel.RIJEN, :n].copy(), uit

    def buren(self, rij: int, weging: tuple[Any, ...]) -> Gevonden:
        """The same for a row that is held: all pairs with it that this partition owns."""
        return self._vergeleken(self._post, self._verzamel(self.tokens(rij), rij, int(self._rij_kant[rij])), weging)

    def ontmoet(self, rij: int) -> Rijen:
        """The rows of `buren`, not compared."""
        n = self._verzamel(self.tokens(rij), rij, int(self._rij_kant[rij]))
        return self._werk.werk[tafel.RIJEN, :n].copy()

    def eigen(self, tokens: Tokens, kant: int, rijen: Rijen) -> tuple[NDArray[np.bool_], Rijen]:
        """Per row: whether it may be compared and shares a token at all, and the position of the smallest that is shared (or -1)."""
        plek = np.empty(len(rijen), np.int64)
        tafel.kleinste_gedeelde(tokens, rijen, self._pool, self._rij_van, self._rij_aantal, plek)
        ander = self._rij_kant[rijen]
        mag = ((ander ^ kant) & 1 == 1) | ((kant & 1 == 1) & (ander != kant))
        plek[~mag] = -1
        return plek >= 0, plek

    def kant(self, rij: int) -> int:
        """Source * 2 + kind."""
        return int(self._rij_kant[rij])

    def bak(self, token: int) -> Rijen:
        """The rows in the bucket of a token."""
        uit = np.empty(64, np.int64)
        while True:
            n = tafel.bak(np.uint64(token), self._vast, self._slot, self._post, uit)
            if n <= len(uit):
                return uit[:n]
            uit = np.empty(n, np.int64)

    def _verzamel(self, tokens: Tokens, rij: int, kant: int) -> int:
        werk = self._plaats(len(tokens))
        while True:
            n: int = tafel.verzamel(
                *(tokens, rij, kant, self._vast, self._slot, self._post),
                *(self._pool, self._rij_van, self._rij_aantal, werk.merk, werk.werk),
            )
            if n >= 0:
                return n
            werk = self._plaats(-n)

    def _vergeleken(self, eigen: Coderingen, n: int, weging: tuple[Any, ...]) -> Gevonden:
        if n == 0:
            return _NIEMAND
        werk = self._werk
        vergelijk.vergelijk(eigen, self._post, werk.werk, n, werk.maat, werk.gelijk, werk.uit, weging, werk.som)
        return Gevonden(werk.werk[tafel.RIJEN, :n].copy(), werk.uit[:n].copy(), werk.som[:n].copy())

    def _plaats(self, ruimte: int) -> _Werk:
        if ruimte > self._werk.ruimte:
            self._werk = _Werk(1 << (ruimte - 1).bit_length())
        return self._werk

    def _zet_buiten(self, rij: int, posten: dict[int, int]) -> None:
        if posten:
            self._buiten[rij] = posten
        else:
            self._buiten.pop(rij, None)
        self._vast[tafel.STRENG] = bool(self._buiten)

    def _blijft_buiten(self, rij: int, tokens: Tokens) -> tuple[int, ...]:
        """Notes what the last insertion left outside."""
        dicht = self._werk.dicht[: len(tokens)]
        over = np.flatnonzero(dicht >= 0)
        buiten = dict(zip(tokens[over].tolist(), dicht[over].tolist(), strict=True))
        self._zet_buiten(rij, buiten)
        return tuple(buiten)

    def _ruimte_voor(self, rij: int) -> None:
        while rij >= len(self._rij_van):
            for naam in ("_rij_van", "_rij_aantal", "_rij_kant"):
                _verleng(self, naam)

    def _reserveer(self, tokens: int) -> None:
        self._pool_gebruikt += tokens
        while self._pool_gebruikt > len(self._pool):
            _verleng(self, "_pool")

    def _in_pool(self, tokens: Tokens) -> int:
        gaten = self._gaten.get(len(tokens))
        if gaten:
            van = gaten.pop()
        else:
            van = self._pool_gebruikt
            self._reserveer(len(tokens))
        self._pool[van : van + len(tokens)] = tokens
        return van

    def _groei(self, erbij: int) -> None:
        while int(self._stand[3]) + erbij > len(self._post):
            _verleng(self, "_post")
        if int(self._stand[0]) + erbij > _VOL * len(self._slot):
            slot = np.zeros((int(len(self._slot) * 1.25) + erbij, 2), np.uint64)
            tafel.verhuis(self._slot, self._vast[tafel.ZAAD], slot)
            self._slot = slot


def _verleng(van: Bakken, naam: str) -> None:
    """An array longer by an eighth, or _ERBIJ, in place where the system can."""
    deel: NDArray[Any] = getattr(van, naam)
    oud = len(deel)
    deel.resize((oud + min(max(oud // 8, 64), _ERBIJ), *deel.shape[1:]), refcheck=False)


def warm(weging: tuple[Any, ...]) -> None:
    """Compiles, or loads what was compiled before, so that the first record need not wait: at most some ten seconds."""
    bakken, tokens, codering = Bakken(grens=1), np.arange(1, 65, dtype=np.uint64), np.full((64, LENGTE), 2, np.uint8)
    bakken.voeg_toe(0, tokens, codering)
    bakken.voeg_toe(1, tokens, codering, soort=1, bron=1)
    bakken.voeg_toe(2, tokens, codering, soort=1, bron=1)  # outside every bucket
    bakken.ga_uit(1, 1)
    bakken.ga_in(1, 1)
    bakken.zoek(tokens, codering, weging)
    bakken.buren(0, weging)
    bakken.coderingen(0)
    bakken.eigen(tokens, 0, np.array([1], np.int64))
    bakken.bak(1)
    for rij in range(3):
        bakken.verwijder(rij)
    grens = np.array([0, 64], np.int64)
    Bakken().voeg_toe_alle(0, tokens, grens, codering, grens, np.zeros(1, np.int32))
