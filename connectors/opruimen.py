"""What the store of a connector forgets, and when: one sweep at the start and one a day.

A dossier goes with its meldingen and what was said about them, 60 days after its retention and after the last melding. Until then the
hub may still speak of it: it may have stood still for seven days, its word stays on the topic for thirty, with its segment a week longer,
and a broker may come back from a copy that is seven days old. What is told again under a number that is forgotten would be shown twice, so
nothing goes before.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from connectors.herhaling import BEWAARD_MS as ANTWOORD_MS
from connectors.opslag import Opslag
from connectors.quotum import DAG_MS
from connectors.verzonden import BEWAARD_MS as VERZONDEN_MS
from hub.domein.melding import BLIJVEND
from hub.stream.kop import rfc3339

NALOOP_MS: Final = 60 * DAG_MS
"""How long after its end a dossier, or a melding of no dossier of ours, is kept."""
ONLEESBAAR_MS: Final = 30 * DAG_MS
"""How long a record that could not be read is kept."""
TEGELIJK: Final = 100
"""Dossiers or koppelingen per transaction: requests go on in between."""
TUSSENPOOS: Final = 86_400.0
"""Seconds between two sweeps."""

_BLIJVEND: Final = ", ".join(f"'{soort}'" for soort in sorted(BLIJVEND))


class Opruiming:
    """Sweeps one store."""

    def __init__(self, opslag: Opslag, klok: Callable[[], int]) -> None:
        """`klok` gives ms since the epoch."""
        self._opslag = opslag
        self._klok = klok

    async def houd_bij(self) -> None:
        """Sweeps now and once a day, until cancelled."""
        while True:
            meer = self.ruim()
            await asyncio.sleep(0 if meer else TUSSENPOOS)

    def ruim(self) -> bool:
        """Forgets some of what may go. Returns whether there may be more."""
        nu = self._klok()
        with self._opslag.transactie() as db:
            # A dossier that is forgotten too early costs its case number: only where the broker's clock, too, says that it may go.
            (gehoord,) = db.execute("SELECT coalesce(max(op), 0) FROM verzonden").fetchone()
            tot = max(0, min(nu, gehoord) - NALOOP_MS)
            gezegd = rfc3339(tot)
            dossiers = [
                dossier
                for (dossier,) in db.execute(
                    "SELECT dossier FROM publicatie WHERE coalesce(voorganger, dossier) IN (SELECT coalesce(voorganger, dossier) "
                    "FROM publicatie GROUP BY 1 HAVING max(bewaren_tot) <= ?1 AND coalesce(voorganger, dossier) NOT IN "
                    "(SELECT coalesce(p.voorganger, p.dossier) FROM publicatie p JOIN melding m ON m.dossier = p.dossier "
                    "WHERE p.bewaren_tot <= ?1 AND json_extract(m.inhoud, '$.tijd') > ?2) LIMIT ?3)",
                    (tot, gezegd, TEGELIJK),
                )
            ]
            losse = [
                id_
                for (id_,) in db.execute(
                    "SELECT id FROM melding WHERE dossier NOT IN (SELECT dossier FROM publicatie) "  # noqa: S608
                    "AND json_extract(inhoud, '$.koppeling') IN (SELECT json_extract(inhoud, '$.koppeling') FROM melding "
                    "WHERE dossier NOT IN (SELECT dossier FROM publicatie) GROUP BY 1 HAVING max(json_extract(inhoud, '$.tijd')) <= ? "
                    f"AND NOT max(vervallen_door IS NULL AND soort IN ({_BLIJVEND})) LIMIT ?)",
                    (gezegd, TEGELIJK),
                )
            ]
            for dossier in dossiers:
                losse += [id_ for (id_,) in db.execute("SELECT id FROM melding WHERE dossier = ?", (dossier,))]
                db.execute("DELETE FROM zaak WHERE dossier = ?", (dossier,))
                db.execute("DELETE FROM publicatie WHERE dossier = ?", (dossier,))
            for id_ in losse:
                db.execute("DELETE FROM terugkoppeling WHERE melding = ?", (id_,))
                db.execute("DELETE FROM melding WHERE id = ?", (id_,))
            db.execute("DELETE FROM bevraging WHERE op <= ?", (nu - DAG_MS,))
            db.execute("DELETE FROM herhaling WHERE op <= ? OR op > ?", (nu - ANTWOORD_MS, nu))
            # By the clock of the broker that took it in; of a connector that sends nothing any more, by its own.
            db.execute(
                "DELETE FROM verzonden WHERE NOT vergeten AND (op < ? OR op < ?)",
                (gehoord - VERZONDEN_MS, nu - NALOOP_MS),
            )
            db.execute("UPDATE onleesbaar SET op = ? WHERE op IS NULL OR op > ?", (nu, nu))
            db.execute("DELETE FROM onleesbaar WHERE op <= ?", (nu - ONLEESBAAR_MS,))
        return bool(losse or dossiers)
