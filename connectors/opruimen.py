"""What the store of a connector forgets, and when: one sweep at the start and one a day.

A dossier goes with its meldingen and what was said about them, 60 days after the longest retention that it had and after the last
melding. Until then the hub may still speak of it: it may have stood still for seven days, its word stays on the topic for thirty, with
its segment a week longer, and a broker may come back from a copy that is seven days old. What is told again under a number that is
forgotten would be shown twice, so nothing goes before.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Final

from connectors.herhaling import BEWAARD_MS as ANTWOORD_MS
from connectors.opslag import Opslag
from connectors.quotum import DAG_MS
from connectors.verzonden import BEWAARD_MS as VERZONDEN_MS
from hub.domein.codes import MeldingSoort
from hub.domein.melding import BLIJVEND
from hub.stream.kop import rfc3339

NALOOP_MS: Final = 60 * DAG_MS
"""How long after its end a dossier, or a melding of no dossier of ours, is kept."""
ONLEESBAAR_MS: Final = 30 * DAG_MS
"""How long a record that could not be read is kept."""
TEGELIJK: Final = 100
"""Dossiers per transaction, and ten times as many rows of what goes by itself."""
ADEM: Final = 0.1
"""Seconds between two transactions: requests, and an import beside it, go on in between."""
TUSSENPOOS: Final = 86_400.0
"""Seconds between two sweeps."""

_STAAND: Final = ", ".join(f"'{soort}'" for soort in sorted({*BLIJVEND, MeldingSoort.STATUS}))
"""What holds until it is recalled or replaced, and of a dossier what was said last of its state."""
_Opdracht = tuple[str, tuple[int, ...]]
"""A statement that ends with how many rows it takes, and its other values."""
_LAATSTE: Final = "SELECT coalesce(max(json_extract(inhoud, '$.tijd')), '') FROM melding WHERE dossier = ?"


class Opruiming:
    """Sweeps one store."""

    def __init__(self, opslag: Opslag, klok: Callable[[], int]) -> None:
        """`klok` gives ms since the epoch."""
        self._opslag = opslag
        self._klok = klok

    async def houd_bij(self) -> None:
        """Sweeps now and once a day, until cancelled."""
        while True:
            await self.ruim()
            await asyncio.sleep(TUSSENPOOS)

    async def ruim(self) -> None:
        """One sweep."""
        nu = self._klok()
        # A dossier that is forgotten too early costs its case number: only where the broker's clock, too, says that it may go.
        gehoord = min(nu, self._opslag.gehoord)
        for opdracht, waarden in self._kleine(nu, gehoord):
            while await self._stap(opdracht, waarden):
                pass
        for taak, namen in ((self._vergeet_leven, self._levens(gehoord)), (self._vergeet_los, self._losse(gehoord))):
            for begin in range(0, len(namen), TEGELIJK):
                await asyncio.sleep(ADEM)
                with self._opslag.transactie() as db:
                    for naam in namen[begin : begin + TEGELIJK]:
                        taak(db, naam, gehoord - NALOOP_MS)

    def _levens(self, gehoord: int) -> list[str]:
        """The first dossiers of the lives that are long past their retention: a dossier, or several of which one continues another."""
        vraag = "SELECT coalesce(voorganger, dossier) FROM publicatie GROUP BY 1 HAVING max(onthouden_tot) <= ?"
        return [stam for (stam,) in self._opslag.db.execute(vraag, (gehoord - NALOOP_MS,))]

    def _vergeet_leven(self, db: sqlite3.Connection, stam: str, tot: int) -> None:
        """Looked at once more: a request may have come in between."""
        vraag = (
            "SELECT dossier, onthouden_tot FROM publicatie WHERE dossier = ?1 AND voorganger IS NULL OR voorganger = ?1"
        )
        leden = db.execute(vraag, (stam,)).fetchall()
        if all(eind <= tot and db.execute(_LAATSTE, (naam,)).fetchone()[0] <= rfc3339(tot) for naam, eind in leden):
            for naam, _ in leden:
                _vergeet_meldingen(db, naam)
                db.execute("DELETE FROM zaak WHERE dossier = ?", (naam,))
                db.execute("DELETE FROM publicatie WHERE dossier = ?", (naam,))

    def _losse(self, gehoord: int) -> list[str]:
        """Dossiers that meldingen name and this store never published. Their last melding is NALOOP_MS old at least, and none stands."""
        vraag = (
            "SELECT dossier FROM melding WHERE dossier NOT IN (SELECT dossier FROM publicatie) GROUP BY 1 "  # noqa: S608
            f"HAVING max(json_extract(inhoud, '$.tijd')) <= ? AND NOT max(vervallen_door IS NULL AND soort IN ({_STAAND}))"
        )
        return [naam for (naam,) in self._opslag.db.execute(vraag, (rfc3339(max(0, gehoord - NALOOP_MS)),))]

    def _vergeet_los(self, db: sqlite3.Connection, naam: str, tot: int) -> None:
        if db.execute(_LAATSTE, (naam,)).fetchone()[0] <= rfc3339(tot):
            _vergeet_meldingen(db, naam)

    def _kleine(self, nu: int, gehoord: int) -> tuple[_Opdracht, ...]:
        """What goes by itself."""
        # Met for the first time: now, or where this clock is behind as the broker's says; what lies ahead of both was met by a clock that
        # ran ahead.
        gezien = max(nu, self._opslag.gehoord)
        return (
            _weg("bevraging", "op <= ?", nu - DAG_MS),
            _weg("herhaling", "op <= ? OR op > ?", nu - ANTWOORD_MS, nu),
            _gezien("onleesbaar", "op", "op IS NULL OR op > ?", gezien),
            _weg("onleesbaar", "op <= ?", nu - ONLEESBAAR_MS),
            # A case number of which nothing was ever delivered for certain, and of which the hub has said nothing.
            _gezien("zaak", "gezien", "versie IS NULL AND (gezien IS NULL OR gezien > ?)", gezien),
            _weg(
                "zaak",
                "versie IS NULL AND gezien <= ? AND NOT EXISTS (SELECT 1 FROM melding WHERE melding.dossier = zaak.dossier)",
                gehoord - NALOOP_MS,
            ),
            # By the clock of the broker that took it in; of a connector that sends nothing any more, by its own.
            _weg("verzonden", "NOT vergeten AND (op < ? OR op < ?)", gehoord - VERZONDEN_MS, nu - NALOOP_MS),
        )

    async def _stap(self, opdracht: str, waarden: tuple[int, ...]) -> bool:
        """One transaction. Whether there may be more."""
        await asyncio.sleep(ADEM)
        with self._opslag.transactie() as db:
            return db.execute(opdracht, (*waarden, 10 * TEGELIJK)).rowcount == 10 * TEGELIJK


def _weg(tabel: str, waar: str, *waarden: int) -> _Opdracht:
    return f"DELETE FROM {tabel} WHERE rowid IN (SELECT rowid FROM {tabel} WHERE {waar} LIMIT ?)", waarden  # noqa: S608


def _gezien(tabel: str, kolom: str, waar: str, nu: int) -> _Opdracht:
    rijen = f"SELECT rowid FROM {tabel} WHERE {waar} LIMIT ?"  # noqa: S608
    return f"UPDATE {tabel} SET {kolom} = ? WHERE rowid IN ({rijen})", (nu, nu)  # noqa: S608


def _vergeet_meldingen(db: sqlite3.Connection, dossier: str) -> None:
    db.execute("DELETE FROM terugkoppeling WHERE melding IN (SELECT id FROM melding WHERE dossier = ?)", (dossier,))
    db.execute("DELETE FROM melding WHERE dossier = ?", (dossier,))
