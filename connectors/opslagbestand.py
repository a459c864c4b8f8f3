"""The connector's one SQLite file: its tables, how it is opened, and its transactions.

No name, date or number of a person is ever in it. Calls are short and are made on the event loop; every one is a transaction of its own.
None waits for the disk, but for SQLite's own checkpoint now and then: `op_schijf` does, before a record leaves for Kafka, an answer over
HTTP, or the report of a command.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn, Self

from connectors.logboek import Logboek, OpslagFout

_TABELLEN: Final = (
    """
CREATE TABLE herkomst (sleutel TEXT PRIMARY KEY, waarde TEXT NOT NULL) STRICT;
CREATE TABLE zaak (
    dossier TEXT PRIMARY KEY,
    zaaknummer TEXT NOT NULL UNIQUE,
    versie INTEGER,            -- highest that was delivered; NULL: none yet
    inhoud BLOB                -- digest of the record that was delivered last under that versie
) STRICT;
CREATE TABLE melding (
    volgnummer INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    soort TEXT NOT NULL,
    dossier TEXT NOT NULL,
    betreft TEXT,              -- the melding that this one withdraws, corrects or replaces
    inhoud TEXT NOT NULL,      -- JSON, as the tafel's system gets it
    zichtbaar INTEGER NOT NULL,
    getoond INTEGER,           -- when it was first handed out, ms; NULL: never
    vervallen_door TEXT        -- soort of the melding that withdrew, corrected or replaced it
) STRICT;
CREATE TABLE positie (partitie INTEGER PRIMARY KEY, volgende INTEGER NOT NULL) STRICT;
CREATE TABLE onleesbaar (
    partitie INTEGER NOT NULL, plaats INTEGER NOT NULL, reden TEXT NOT NULL, sleutel BLOB, waarde BLOB,
    PRIMARY KEY (partitie, plaats)
) STRICT;
""",
    """
CREATE TABLE terugkoppeling (
    volgnummer INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    melding TEXT NOT NULL,     -- the melding reacted to
    soort TEXT NOT NULL,       -- BEZORGD: the connector's own receipt
    inhoud TEXT NOT NULL,      -- JSON, as it was said
    sleutel BLOB NOT NULL,     -- key of the record: the koppeling
    waarde BLOB,               -- the record; NULL: a receipt that was delivered
    op INTEGER NOT NULL,       -- when it was said, ms
    bezorgd INTEGER NOT NULL DEFAULT 0,
    geweigerd TEXT             -- Weigercode, where the hub refused it
) STRICT;
CREATE INDEX terugkoppeling_melding ON terugkoppeling (melding);
CREATE INDEX terugkoppeling_wachtend ON terugkoppeling (volgnummer) WHERE soort = 'BEZORGD' AND NOT bezorgd;
CREATE INDEX melding_dossier ON melding (dossier);
CREATE TABLE bevraging (
    wie TEXT NOT NULL,         -- who asked, never after whom
    op INTEGER NOT NULL        -- when, ms
) STRICT;
CREATE INDEX bevraging_wie ON bevraging (wie, op);
CREATE INDEX bevraging_op ON bevraging (op);
CREATE TABLE herhaling (
    sleutel TEXT PRIMARY KEY,  -- what the client's Idempotency-Key stands for
    afdruk TEXT NOT NULL,      -- keyed digest of the message
    antwoord TEXT NOT NULL,    -- JSON
    op INTEGER NOT NULL        -- when, ms
) STRICT;
CREATE INDEX herhaling_op ON herhaling (op);
""",
    """
CREATE TABLE publicatie (
    dossier TEXT PRIMARY KEY,
    moment INTEGER NOT NULL,       -- the source's own moment of change, or the versie where it gave none
    reeksen TEXT NOT NULL,         -- series of keys, sorted, separated by spaces; empty: withdrawn
    bewaren_tot INTEGER NOT NULL
) STRICT;
CREATE INDEX publicatie_actief ON publicatie (reeksen, bewaren_tot);
-- Delivered before this table was kept: under which keys, and whether withdrawn, is not known; nothing is kept beyond five years.
INSERT INTO publicatie SELECT dossier, versie, 'onbekend', versie + 157766400000 FROM zaak WHERE versie IS NOT NULL;
""",
    """
-- The dossier that it continues.
ALTER TABLE publicatie ADD COLUMN voorganger TEXT;
CREATE INDEX publicatie_voorganger ON publicatie (voorganger) WHERE voorganger IS NOT NULL;
""",
    """
-- Keyed digest of the person that was delivered last: it never leaves this file, and tells only whether the next delivery is the same.
ALTER TABLE publicatie ADD COLUMN persoon BLOB NOT NULL DEFAULT x'';
ALTER TABLE publicatie ADD COLUMN persoon_sinds INTEGER NOT NULL DEFAULT 0;
""",
    """
-- Where a melding stands on its topic (NULL: taken in before this was kept), and what it says apart from its moments.
ALTER TABLE melding ADD COLUMN partitie INTEGER;
ALTER TABLE melding ADD COLUMN plaats INTEGER;
ALTER TABLE melding ADD COLUMN merk BLOB;
-- After a restore of the broker. WACHT: the hub may have forgotten it; TERUG: it came again, and had ended; WEG: it did not come.
ALTER TABLE melding ADD COLUMN herstel TEXT;
CREATE TABLE verzonden (
    volgnummer INTEGER PRIMARY KEY AUTOINCREMENT,
    sleutel BLOB NOT NULL,
    waarde BLOB NOT NULL,      -- the record, byte for byte
    koppen TEXT NOT NULL,      -- JSON
    partitie INTEGER NOT NULL,
    plaats INTEGER NOT NULL,   -- its offset, as the broker acknowledged it
    op INTEGER NOT NULL,       -- when, ms
    vergeten INTEGER NOT NULL DEFAULT 0   -- the broker lost it; to be sent again
) STRICT;
CREATE INDEX verzonden_op ON verzonden (op);
CREATE INDEX verzonden_vergeten ON verzonden (volgnummer) WHERE vergeten;
""",
    """
-- What lay before this offset when the partition was read for the first time: an earlier store may have shown it, and `getoond` is 0.
ALTER TABLE positie ADD COLUMN gezien_tot INTEGER NOT NULL DEFAULT 0;
-- It is to be read from its beginning, after this store was put back.
ALTER TABLE positie ADD COLUMN opnieuw INTEGER NOT NULL DEFAULT 0;
""",
    """
-- When the first sweep met it, ms; NULL: none has yet. Of a case: while nothing of it was delivered.
ALTER TABLE onleesbaar ADD COLUMN op INTEGER;
ALTER TABLE zaak ADD COLUMN gezien INTEGER;
""",
    """
-- The latest bewaren_tot that it ever had.
ALTER TABLE publicatie ADD COLUMN onthouden_tot INTEGER NOT NULL DEFAULT 0;
UPDATE publicatie SET onthouden_tot = bewaren_tot;
""",
)
"""One step per version of the store: an older one is brought up to date when it is opened."""

VERSIE: Final = len(_TABELLEN)
POGINGEN: Final = "pogingen"
"""Under which it is noted how often this store tried to send something, since it was made."""


def _maak(pad: Path) -> None:
    os.close(os.open(pad, os.O_RDWR | os.O_CREAT, 0o600))


class Opslagbestand:
    """One file of one organisation, in WAL mode."""

    def __init__(self, pad: Path, herkomst: Mapping[str, str]) -> None:
        """Opens or makes the store. Raises OpslagFout where it belongs to another organisation, key or topic, or cannot be opened."""
        self._pad = pad
        self._slot: sqlite3.Connection | None = None
        self.een_voor_een = asyncio.Lock()
        """Of whoever sends the first records of this store."""
        try:
            _maak(pad)
            self.db = sqlite3.connect(pad, isolation_level=None, timeout=10.0)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")  # flushed by `op_schijf`, and before the log is emptied
            self.db.execute("PRAGMA secure_delete = ON")
            # What an earlier process left in the log may be in the system's memory only, with a hole in it after a flush that failed.
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._logboek = Logboek(self.db)
            try:
                self._begin(pad, herkomst)
            except BaseException:
                self.sluit()
                raise
        except (OSError, sqlite3.Error) as fout:
            raise OpslagFout(f"store {pad} cannot be opened: {fout}") from fout

    def _begin(self, pad: Path, herkomst: Mapping[str, str]) -> None:
        with self.transactie() as db:
            (versie,) = db.execute("PRAGMA user_version").fetchone()
            if versie > VERSIE:
                raise OpslagFout(f"store {pad} has version {versie}, this program knows {VERSIE}: use a newer program")
            for tabellen in _TABELLEN[versie:]:
                for opdracht in filter(str.strip, tabellen.split(";\n")):
                    db.execute(opdracht)
            db.execute(f"PRAGMA user_version = {VERSIE}")
            if versie == 0:
                db.executemany("INSERT INTO herkomst VALUES (?, ?)", {**herkomst, POGINGEN: "0"}.items())
            eerder = dict(db.execute("SELECT sleutel, waarde FROM herkomst"))
        anders = sorted(naam for naam in herkomst if eerder.get(naam) != herkomst[naam])
        if anders:
            raise OpslagFout(
                f"store {pad} was made with another {', '.join(anders)}: restore the old setting, or use a new file "
                "(run `connector teruggezet opslag`, then import all dossiers again, so that meldingen keep their case numbers)"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sluit()

    def noot(self, sleutel: str) -> str | None:
        """What is noted of this store itself, beside the settings that it was made with; None: nothing."""
        rij = self.db.execute("SELECT waarde FROM herkomst WHERE sleutel = ?", (sleutel,)).fetchone()
        return None if rij is None else str(rij[0])

    def alleen(self) -> None:
        """Until it is closed no other process may ask this of the store: `serve` does, and what puts the store or the broker back, which
        a running connector would undo. An import may go on beside either. Raises OpslagFout."""
        if self._slot is not None:
            return
        pad = Path(f"{self._pad}.slot")
        try:
            _maak(pad)
            slot = sqlite3.connect(pad, isolation_level=None, timeout=0)
            try:
                slot.execute("BEGIN EXCLUSIVE")  # let go of by the system when the process ends, however it ends
            except BaseException:
                slot.close()
                raise
        except (OSError, sqlite3.Error) as fout:
            raise OpslagFout(
                f"store {self._pad} is in use ({fout}): stop the connector that works with it first"
            ) from fout
        self._slot = slot

    def sluit(self) -> None:
        """Everything is on disk after it, or OpslagFout is raised. A second time does nothing."""
        try:
            self._logboek.sluit()
        finally:
            self.db.close()
            if self._slot is not None:
                self._slot.close()

    async def op_schijf(self) -> None:
        """See Logboek."""
        await self._logboek.op_schijf()

    async def tot_kapot(self) -> NoReturn:
        """See Logboek."""
        await self._logboek.tot_kapot()

    @contextmanager
    def transactie(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Ends before anything else of this process runs: nobody awaits inside it."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
        self._logboek.noteer()
