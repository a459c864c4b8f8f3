"""One partition of the koppeling room: everything that lives there, and when time does the next thing to it."""

import heapq
from collections import deque
from typing import Final

from hub.opvolging.aandragen import Aandragen
from hub.opvolging.levensloop import Koppeling
from hub.opvolging.noodstop import Noodstop
from hub.processors.koppelingstaat import Koppelingstaat

RUIM: Final = 1_000
"""Spent alarms that are kept before the clock is built anew."""


class Staat(dict[bytes, Koppelingstaat]):
    """Key -> entry. Change it through `zet`, `bezorgd` and `vergeet` alone."""

    def __init__(self) -> None:
        super().__init__()
        self.ingehaald: set[bytes] = set()
        """Keys of which an older record stands behind the newest: a late write of a former owner."""
        self.noodstops: tuple[Noodstop, ...] = ()
        self._klok: list[tuple[int, bytes]] = []
        """Heap of (moment, key); an entry counts only while it is still the key's next moment."""
        self._gewekt: dict[bytes, int] = {}
        self._te_herzien: deque[bytes] | None = None
        """None: not looked yet. Keys that were decided under another policy, or held by a noodstop that is over."""

    def zet(self, sleutel: bytes, staat: Koppelingstaat) -> None:
        """What lives under a key from now on."""
        self[sleutel] = staat
        self._gewekt.pop(sleutel, None)
        moment = staat.volgende
        if moment is not None:
            heapq.heappush(self._klok, (moment, sleutel))
            if len(self._klok) > 2 * len(self) + RUIM:
                self._klok = [(op, naam) for naam, een in self.items() if (op := een.volgende) is not None]
                heapq.heapify(self._klok)
        if isinstance(staat.lijf, Noodstop):
            self._tel_noodstops()

    def bezorgd(self, sleutel: bytes, staat: Koppelingstaat) -> None:
        """The outbox of an entry was delivered. Its record keeps it, for whoever loads that and gets the same input again. As long as
        this worker owns the partition that input does not come again: memory need not keep it."""
        if self.get(sleutel) is staat:
            self[sleutel] = staat._replace(outbox=())

    def vergeet(self, sleutel: bytes) -> None:
        """Nothing lives under a key any more."""
        was = self.pop(sleutel, None)
        self.ingehaald.discard(sleutel)
        self._gewekt.pop(sleutel, None)
        if was is not None and isinstance(was.lijf, Noodstop):
            self._tel_noodstops()
            self._te_herzien = None  # whatever it held is looked at again

    def _tel_noodstops(self) -> None:
        self.noodstops = tuple(staat.lijf for staat in self.values() if isinstance(staat.lijf, Noodstop))

    @property
    def hoogste(self) -> int:
        """Highest offset of the input that was applied."""
        return max((staat.toegepast for staat in self.values()), default=-1)

    def eerstvolgende(self, versies: str) -> int | None:
        """When something is due (ms); 0: something must be decided anew under these versies; None: nothing ever."""
        if self._te_herzien is None:
            levend = ((naam, staat.lijf) for naam, staat in self.items())
            self._te_herzien = deque(
                naam for naam, lijf in levend if isinstance(lijf, Koppeling | Aandragen) and lijf.moet_herzien(versies)
            )
        if self._te_herzien:
            return 0
        self._ruim()
        return self._klok[0][0] if self._klok else None

    def wek(self, nu: int, hoogstens: int) -> list[tuple[bytes, int]]:
        """(key, moment) of what is due at `nu`, each once."""
        uit: list[tuple[bytes, int]] = []
        self._ruim()
        while self._klok and self._klok[0][0] <= nu and len(uit) < hoogstens:
            moment, sleutel = heapq.heappop(self._klok)
            self._gewekt[sleutel] = moment
            uit.append((sleutel, moment))
            self._ruim()
        return uit

    def te_vroeg(self, sleutel: bytes) -> None:
        """Puts a key back that was woken before it is due by the broker's clock, which is the one that counts. It will be woken again."""
        self._gewekt.pop(sleutel, None)
        staat = self.get(sleutel)
        if staat is not None and staat.volgende is not None:
            heapq.heappush(self._klok, (staat.volgende, sleutel))

    def herzie(self, hoogstens: int) -> list[bytes]:
        """Keys that must be decided anew, each once."""
        rij = self._te_herzien or deque()
        return [rij.popleft() for _ in range(min(hoogstens, len(rij)))]

    def _ruim(self) -> None:
        """Drop spent alarms from the top of the heap."""
        while self._klok:
            moment, sleutel = self._klok[0]
            staat = self.get(sleutel)
            if staat is not None and staat.volgende == moment and self._gewekt.get(sleutel) != moment:
                return
            heapq.heappop(self._klok)
