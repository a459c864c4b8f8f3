"""Which entries of an overfull bucket are compared: per source its `grens` first dossiers, by name (docs/adr/0009).

A function of what is held and of nothing else: not of the order in which it came, nor of what was reported. The name of a dossier
is a keyed pseudonym, so this order says nothing about persons, and a dossier keeps its place when it changes. Nobody can push out
another source's dossiers.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from hub.matching.bakken import Bakken

GRENS: Final = 64
"""Dossiers of one source in one bucket that are compared there. Keys are bounded to far fewer persons than this."""

_Wacht = list[tuple[str, int]]
"""Name and row, ascending."""


class Begrenzing:
    """The dossiers that are outside a bucket because their source has enough in it, each in order of name."""

    def __init__(self, bakken: Bakken, namen: Sequence[str | None]) -> None:
        """`namen`: by row, as the index holds them."""
        self._bakken = bakken
        self._namen = namen
        self._wacht: dict[int, dict[int, _Wacht]] = {}
        """Per token and source."""

    def __bool__(self) -> bool:
        """Whether any bucket is past its bound."""
        return bool(self._wacht)

    def erin(self, rij: int, tokens: Iterable[int]) -> list[tuple[int, int]]:
        """A row that came where its source had enough: whoever has the last name stays outside. Returns (token, row) put out."""
        bron = self._bakken.kant(rij) >> 1
        eruit = []
        for token in tokens:
            binnen = [r for r in self._bakken.bak(token).tolist() if self._bakken.kant(r) >> 1 == bron]
            laatste = max(binnen, key=self._naam)
            buiten = rij
            if self._naam(rij) < self._naam(laatste):
                self._bakken.ga_uit(token, laatste)
                self._bakken.ga_in(token, rij)
                eruit.append((token, laatste))
                buiten = laatste
            insort(self._wacht.setdefault(token, {}).setdefault(bron, []), (self._naam(buiten), buiten))
        return eruit

    def weg(self, rij: int) -> None:
        """A row is about to leave: it waits nowhere any more."""
        bron, naam = self._bakken.kant(rij) >> 1, self._naam(rij)
        for token in self._bakken.buiten(rij):
            rij_ = self._wacht[token][bron]
            del rij_[bisect_left(rij_, (naam, rij))]
            self._ruim(token, bron)

    def vrij(self, bron: int, tokens: Iterable[int]) -> list[tuple[int, int]]:
        """A row of this source has left these buckets: who is next comes in. Returns (token, row) let in."""
        erin = []
        for token in tokens:
            wacht = self._wacht.get(token, {}).get(bron)
            if wacht:
                _, rij = wacht.pop(0)
                self._bakken.ga_in(token, rij)
                self._ruim(token, bron)
                erin.append((token, rij))
        return erin

    def buiten(self, token: int, hoogstens: int) -> Iterator[int]:
        """The rows outside a bucket, the first of each source, at most so many of each."""
        for wacht in self._wacht.get(token, {}).values():
            yield from (rij for _, rij in islice(wacht, hoogstens))

    def _naam(self, rij: int) -> str:
        naam = self._namen[rij]
        assert naam is not None, "a free row is in no bucket"
        return naam

    def _ruim(self, token: int, bron: int) -> None:
        if not self._wacht[token][bron]:
            del self._wacht[token][bron]
            if not self._wacht[token]:
                del self._wacht[token]
