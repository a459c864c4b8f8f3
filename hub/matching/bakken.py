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

_WAAR: Final = np.ones(1 << 10, np.bool_)
_VOL: Final = 0.75
"""Filled part of the table at which it grows."""


def tokens_van(tokens: tuple[bytes, ...]) -> Tokens:
    """Tokens as numbers, in the same order."""
    return np.frombuffer(b"".join(tokens), ">u8").astype(np.uint64)


class Ontmoetingen(NamedTuple):
    """Who meets a set of tokens: per meeting the token, the entry and the pair (-1: owned elsewhere), per pair the row."""

    welke: NDArray[np.int64]
    post: NDArray[np.int64]
    kandidaat: NDArray[np.int64]
    rijen: NDArray[np.int64]
    lengte: NDArray[np.int64]
    """Entries per bucket."""
    telt: NDArray[np.bool_]
    """Per pair, whether it may be reported: all, unless the index bounds them."""


class Bakken:
    """The buckets of one partition."""

    def __init__(self, partitie: int = 0, partities: int = 1) -> None:
        self._partitie, self._partities = partitie, partities
        self._zaad = np.uint64(secrets.randbits(64))
        self._slot_token = np.zeros(64, np.uint64)
        self._slot_kop = np.full(64, -1, np.int32)
        self._post = np.zeros((64, LENGTE), np.uint8)
        self._post_rij = np.full(64, -1, np.int32)
        self._post_volgt = np.full(64, -1, np.int32)
        self._stand = np.array([0, 0, -1, 0], np.int64)
        """Buckets, entries in use, first free entry, entries ever used."""
        self._pool = np.zeros(64, np.uint64)
        self._pool_gebruikt = 0
        self._gaten: defaultdict[int, list[int]] = defaultdict(list)
        """Free stretches of the pool, by length."""
        self._rij_van = np.zeros(16, np.int64)
        self._rij_aantal = np.zeros(16, np.int32)
        self._rij_soort = np.zeros(16, np.uint8)
        self._rij_bron = np.zeros(16, np.int32)
        self._merk = np.zeros(16, np.int32)
        self._lengte = np.empty(64, np.int64)
        self._ruimte(64)

    def __len__(self) -> int:
        """Entries held."""
        return int(self._stand[1])

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, in bytes."""
        return sum(deel.nbytes for deel in vars(self).values() if isinstance(deel, np.ndarray))

    def hier(self, tokens: Tokens) -> NDArray[np.bool_]:
        """Which tokens live in this partition."""
        hier: NDArray[np.bool_] = tokens % np.uint64(self._partities) == np.uint64(self._partitie)
        return hier

    def lokaal(self, tokens: Tokens) -> Tokens:
        """The tokens that live in this partition."""
        return tokens if self._partities == 1 else tokens[self.hier(tokens)]

    def voeg_toe(self, rij: int, tokens: Tokens, coderingen: Coderingen, soort: int = 0, bron: int = 0) -> None:
        """A row that is not there: all its tokens, and an encoding for each token that lives here, in the same order.

        `soort` 0: verdachte, 1: casus; rows of one kind are not compared, but casussen of two different sources are.
        """
        self._rij_erbij(rij)
        lokaal = self.lokaal(tokens)
        if len(lokaal) != len(coderingen):
            raise ValueError("an encoding is needed for each token that lives here")
        self._rij_van[rij] = self._in_pool(tokens)
        self._rij_aantal[rij] = len(tokens)
        self._rij_soort[rij] = soort
        self._rij_bron[rij] = bron
        self._groei(len(lokaal))
        tafel.erin(
            *(lokaal, coderingen, rij, self._zaad, self._slot_token, self._slot_kop),
            *(self._post, self._post_rij, self._post_volgt, self._stand),
        )

    def verwijder(self, rij: int) -> None:
        """A row and all that was held of it."""
        tokens = self.tokens(rij)
        lokaal = self.lokaal(tokens)
        tafel.eruit(
            *(lokaal, rij, self._zaad, self._slot_token, self._slot_kop),
            *(self._post, self._post_rij, self._post_volgt, self._stand),
        )
        if len(tokens):
            van = int(self._rij_van[rij])
            self._pool[van : van + len(tokens)] = 0
            self._gaten[len(tokens)].append(van)
        self._rij_aantal[rij] = 0

    def tokens(self, rij: int) -> Tokens:
        """All tokens of a row."""
        van = int(self._rij_van[rij])
        return self._pool[van : van + int(self._rij_aantal[rij])].copy()

    def coderingen(self, rij: int) -> Coderingen:
        """The encodings of a row that live here, in the order of their tokens."""
        tokens = self.tokens(rij)
        lokaal = self.lokaal(tokens)
        posten = np.empty(len(lokaal), np.int64)
        tafel.posten(
            *(lokaal, rij, self._zaad, self._slot_token, self._slot_kop, self._post_rij, self._post_volgt, posten)
        )
        return self._post[posten]

    def ontmoetingen(self, tokens: Tokens, rij: int, soort: int, bron: int) -> Ontmoetingen:
        """Who meets these tokens and may be compared; `rij` itself (-1: not held) is left out."""
        lokaal = self.lokaal(tokens)
        if len(lokaal) > len(self._lengte):
            self._lengte = np.empty(len(lokaal), np.int64)
        while True:
            n, m = tafel.verzamel(
                *(lokaal, tokens, rij, soort, bron, self._partitie, self._partities, self._zaad),
                *(self._slot_token, self._slot_kop, self._post_rij, self._post_volgt, self._pool),
                *(self._rij_van, self._rij_aantal, self._rij_soort, self._rij_bron, self._merk),
                *(self._welke, self._wie, self._kandidaat, self._rijen, self._lengte),
            )
            if n >= 0:
                return Ontmoetingen(
                    *(self._welke[:n], self._wie[:n], self._kandidaat[:n], self._rijen[:m]),
                    *(self._lengte[: len(lokaal)], _WAAR[:m] if m <= len(_WAAR) else np.ones(m, np.bool_)),
                )
            self._ruimte(-2 * n)

    def vergelijk(
        self, eigen: Coderingen, gezien: Ontmoetingen, weging: tuple[Any, ...]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.int64]]:
        """Per pair the levels, the weight, and under how many keys it was compared. Views: valid until the next comparison."""
        n, m = len(gezien.post), len(gezien.rijen)
        if m == 0:
            return self._uit[:0], self._som[:0], self._teken[:0, 0]
        vergelijk.vergelijk(
            *(eigen, eigen.view(np.uint32), self._post, self._post.view(np.uint32)),
            *(gezien.welke, gezien.post, gezien.kandidaat, n, m),
            *(self._afstand, self._gelijk, self._teken, self._uit, weging, self._som),
        )
        return self._uit[:m], self._som[:m], self._teken[:m, 0]

    def zoek(
        self, tokens: Tokens, eigen: Coderingen, weging: tuple[Any, ...], soort: int = 0, bron: int = 0
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.float64]]:
        """Rows that share a key with a question that is not held, their levels and their weights."""
        gezien = self.ontmoetingen(tokens, -1, soort, bron)
        niveaus, gewichten, _ = self.vergelijk(eigen, gezien, weging)
        return gezien.rijen.copy(), niveaus.copy(), gewichten.copy()

    def eigen(self, tokens: Tokens, rijen: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Per row: whether it shares a token at all, and whether the smallest shared one lives here."""
        plek = np.empty(len(rijen), np.int64)
        tafel.kleinste_gedeelde(tokens, rijen, self._pool, self._rij_van, self._rij_aantal, plek)
        deelt = plek >= 0
        hier = np.zeros(len(rijen), np.bool_)
        hier[deelt] = self.hier(tokens[plek[deelt]])
        return deelt, hier

    def rij_van_post(self, posten: NDArray[np.int64]) -> NDArray[np.int32]:
        """The row of each entry."""
        return self._post_rij[posten]

    def alle_posten(self, token: np.uint64) -> NDArray[np.int32]:
        """The rows in the bucket of a token."""
        uit = np.empty(len(self) + 1, np.int32)
        n = tafel.bak(token, self._zaad, self._slot_token, self._slot_kop, self._post_rij, self._post_volgt, uit)
        return uit[:n].copy()

    def _rij_erbij(self, rij: int) -> None:
        while rij >= len(self._rij_van):
            for naam in ("_rij_van", "_rij_aantal", "_rij_soort", "_rij_bron", "_merk"):
                _verleng(self, naam, 0)

    def _in_pool(self, tokens: Tokens) -> int:
        gaten = self._gaten.get(len(tokens))
        if gaten:
            van = gaten.pop()
        else:
            van = self._pool_gebruikt
            self._pool_gebruikt += len(tokens)
            while self._pool_gebruikt > len(self._pool):
                _verleng(self, "_pool", 0)
        self._pool[van : van + len(tokens)] = tokens
        return van

    def _groei(self, erbij: int) -> None:
        while int(self._stand[3]) + erbij > len(self._post_rij):
            _verleng(self, "_post", 0)
            _verleng(self, "_post_rij", -1)
            _verleng(self, "_post_volgt", -1)
        if int(self._stand[0]) + erbij > _VOL * len(self._slot_kop):
            slots = int(len(self._slot_kop) * 1.25) + erbij
            token, kop = np.zeros(slots, np.uint64), np.full(slots, -1, np.int32)
            tafel.verhuis(self._slot_token, self._slot_kop, self._zaad, token, kop)
            self._slot_token, self._slot_kop = token, kop

    def _ruimte(self, aantal: int) -> None:
        """Room for the outcome of one search."""
        self._welke, self._wie, self._kandidaat, self._rijen = (np.empty(aantal, np.int64) for _ in range(4))
        self._afstand, self._gelijk = np.empty((aantal, 25), np.int64), np.empty((aantal, 2), np.uint64)
        self._teken, self._uit = np.empty((aantal, 5), np.int64), np.empty((aantal, vergelijk.VELDEN), np.uint8)
        self._som = np.empty(aantal, np.float64)


def _verleng(van: Bakken, naam: str, waarde: int) -> None:
    """An array longer by an eighth, in place where the system can."""
    deel: NDArray[Any] = getattr(van, naam)
    oud = len(deel)
    nieuw = oud + max(oud // 8, 64)
    deel.resize((nieuw, *deel.shape[1:]), refcheck=False)
    if waarde:
        deel[oud:] = waarde


def warm(weging: tuple[Any, ...]) -> None:
    """Compiles, or loads what was compiled before, so that the first record need not wait: at most some ten seconds."""
    bakken, tokens, codering = Bakken(), np.arange(1, 65, dtype=np.uint64), np.full((64, LENGTE), 2, np.uint8)
    bakken.voeg_toe(0, tokens, codering)
    bakken.voeg_toe(1, tokens, codering, soort=1)
    bakken.zoek(tokens, codering, weging)
    bakken.coderingen(0)
    bakken.eigen(tokens, np.array([1], np.int64))
    bakken.alle_posten(tokens[0])
    bakken.verwijder(0)
