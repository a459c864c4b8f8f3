"""The write-ahead log of a connector's store, and when it is on disk.

A transaction is at once seen by all, and survives the process; a power cut it survives once the log was flushed. That waits for a disk,
and so it is asked for apart, in a thread and for everyone at once (docs/adr/0025).
"""

import asyncio
import os
import sqlite3
import sys
import threading
from io import FileIO
from pathlib import Path
from typing import Final, NoReturn

if sys.platform == "linux":
    from os import fdatasync as naar_schijf
else:
    from os import fsync as naar_schijf

KAPOT: Final = "the disk of the store did not take what was written: look at the disk, then start the connector again"


class OpslagFout(Exception):
    """The store cannot be used; the message says what to do."""


class Logboek:
    """The log of one open store, through a descriptor of its own."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """`db` is in WAL mode, and has written or read once. Raises OSError."""
        self._db = db
        pad = Path(db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0])
        if sys.platform != "win32":
            _spoel_map(pad.parent)
        self._bestand = FileIO(pad.with_name(pad.name + "-wal"), "r+")
        self._transacties = 0
        self._gespoeld: tuple[int, int] | None = None
        """What was written when the last flush began; None: there was none, and nobody knows whether what was there is on disk."""
        self._volgende: asyncio.Task[None] | None = None
        """The flush that has not begun yet."""
        self._beurt = asyncio.Lock()
        self._slot = threading.Lock()
        self._mislukt = False
        self._kapot = asyncio.Event()

    def noteer(self) -> None:
        """A transaction of this connection was committed."""
        self._transacties += 1

    async def op_schijf(self) -> None:
        """Returns once a power cut would leave everything that was committed so far, by another process too. Those who ask at the same
        time share a flush.

        Raises OpslagFout, and from then on always: after a flush that failed nobody knows what is on disk until the store is opened again.
        """
        if self._gespoeld == self._geschreven() and not self._mislukt:
            return
        if self._volgende is None:
            self._volgende = asyncio.create_task(self._spoel_samen())
        await asyncio.shield(self._volgende)

    async def tot_kapot(self) -> NoReturn:
        """Waits for a flush to fail, and raises OpslagFout then."""
        await self._kapot.wait()
        raise OpslagFout(KAPOT)

    def sluit(self) -> None:
        """Everything is on disk after it, or OpslagFout is raised. A second time does nothing."""
        if not self._bestand.closed:
            with self._bestand:
                self._spoel()

    def _geschreven(self) -> tuple[int, int]:
        """Another one after every commit: of this connection, and of others (https://sqlite.org/pragma.html#pragma_data_version)."""
        return self._transacties, int(self._db.execute("PRAGMA data_version").fetchone()[0])

    async def _spoel_samen(self) -> None:
        async with self._beurt:
            self._volgende = None  # who writes from here on needs another one
            geschreven = self._geschreven()
            try:
                await asyncio.to_thread(self._spoel)
            except OpslagFout:
                self._kapot.set()
                raise
            self._gespoeld = geschreven

    def _spoel(self) -> None:
        """The system tells of a failure once: whoever hears it tells all who come after."""
        with self._slot:
            if self._mislukt:
                raise OpslagFout(KAPOT)
            try:
                naar_schijf(self._bestand.fileno())
            except OSError as fout:
                self._mislukt = True
                raise OpslagFout(KAPOT) from fout


def _spoel_map(map_: Path) -> None:
    """A log that nobody finds after a power cut is none."""
    nummer = os.open(map_, os.O_RDONLY)
    try:
        os.fsync(nummer)
    finally:
        os.close(nummer)
