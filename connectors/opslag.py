"""The connector's own small store (SQLite): which dossier is which case, what was sent, and the inbox.

No name, date or number of a person is ever in it. What a batch of meldingen changes and how far the topic was read are one
transaction, so that a repeated delivery has no second effect. Calls are short (a commit to disk takes well under a
millisecond) and are made on the event loop; every one is a transaction of its own.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.domein.codes import MeldingSoort

GEWIST: Final = ("contact", "reagerenVoor", "adviesBeschikbaar", "escalatieniveau", "ophoudenTot")
"""What is forgotten of a melding's contents at once when it is withdrawn or corrected."""

VERSIE: Final = 1
"""Of the tables below; a store of another version is refused."""

_TABELLEN: Final = """
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
    betreft TEXT,
    inhoud TEXT NOT NULL,      -- JSON, as the tafel's system gets it
    zichtbaar INTEGER NOT NULL,
    getoond INTEGER,           -- when it was first handed out, ms; NULL: never
    vervallen_door TEXT        -- soort of the melding that withdrew or corrected it
) STRICT;
CREATE TABLE positie (partitie INTEGER PRIMARY KEY, volgende INTEGER NOT NULL) STRICT;
CREATE TABLE onleesbaar (
    partitie INTEGER NOT NULL, plaats INTEGER NOT NULL, reden TEXT NOT NULL, sleutel BLOB, waarde BLOB,
    PRIMARY KEY (partitie, plaats)
) STRICT;
"""


_GEWIST: Final = "json_set(inhoud, " + ", ".join(f"'$.{veld}', json('null')" for veld in GEWIST) + ")"


class OpslagFout(Exception):
    """The store cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Afgeleverd:
    """What was delivered last for a dossier."""

    versie: int
    inhoud: bytes


@dataclass(frozen=True, slots=True)
class Binnengekomen:
    """One readable melding of the topic."""

    id: str
    soort: MeldingSoort
    dossier: str
    betreft: str | None
    inhoud: str
    """JSON, as the tafel's system gets it."""


@dataclass(frozen=True, slots=True)
class Onleesbaar:
    """One record that is no melding for this tafel, kept byte for byte."""

    plaats: int
    reden: str
    sleutel: bytes | None
    waarde: bytes | None


@dataclass(frozen=True, slots=True)
class Getoond:
    """One melding as it stands in the inbox now."""

    volgnummer: int
    inhoud: str
    zaaknummer: str | None
    vervallen_door: MeldingSoort | None


class Opslag:
    """One SQLite file of one organisation, in WAL mode and flushed at every commit."""

    def __init__(self, pad: Path, herkomst: Mapping[str, str]) -> None:
        """Opens or makes the store. Raises OpslagFout where it belongs to another organisation, key or topic, or cannot be opened."""
        try:
            os.close(os.open(pad, os.O_RDWR | os.O_CREAT, 0o600))
            self._db = sqlite3.connect(pad, isolation_level=None, timeout=10.0)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA secure_delete = ON")
            self._begin(pad, herkomst)
        except (OSError, sqlite3.Error) as fout:
            raise OpslagFout(f"store {pad} cannot be opened: {fout}") from fout

    def _begin(self, pad: Path, herkomst: Mapping[str, str]) -> None:
        with self._transactie() as db:
            (versie,) = db.execute("PRAGMA user_version").fetchone()
            if versie == 0:
                for opdracht in filter(str.strip, _TABELLEN.split(";\n")):
                    db.execute(opdracht)
                db.execute(f"PRAGMA user_version = {VERSIE}")
                db.executemany("INSERT INTO herkomst VALUES (?, ?)", herkomst.items())
            elif versie != VERSIE:
                raise OpslagFout(f"store {pad} has version {versie}, this program needs {VERSIE}: use a new file")
            eerder = dict(db.execute("SELECT sleutel, waarde FROM herkomst"))
        anders = sorted(naam for naam in herkomst if eerder.get(naam) != herkomst[naam])
        if anders:
            raise OpslagFout(
                f"store {pad} was made with another {', '.join(anders)}: restore the old setting, or use a new file "
                "(import all dossiers again, so that meldingen keep their case numbers)"
            )

    def sluit(self) -> None:
        self._db.close()

    @contextmanager
    def _transactie(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # -- dossiers -------------------------------------------------------------------------------------------------------

    def onthoud(self, dossier: str, zaaknummer: str) -> Afgeleverd | None:
        """Learns which case a dossier is, before anything about it is sent; returns what was delivered last."""
        rij = self._db.execute("SELECT versie, inhoud FROM zaak WHERE dossier = ?", (dossier,)).fetchone()
        if rij is None:
            self._db.execute("INSERT OR IGNORE INTO zaak (dossier, zaaknummer) VALUES (?, ?)", (dossier, zaaknummer))
            return None
        return None if rij[0] is None else Afgeleverd(*rij)

    def afgeleverd(self, dossier: str, versie: int, inhoud: bytes) -> None:
        """Remembers a delivery; an older versie than the highest changes nothing."""
        self._db.execute(
            "UPDATE zaak SET versie = ?1, inhoud = ?2 WHERE dossier = ?3 AND coalesce(versie, -1) <= ?1",
            (versie, inhoud, dossier),
        )

    # -- inbox: in ------------------------------------------------------------------------------------------------------

    def posities(self) -> dict[int, int]:
        """Per partition the offset from which to read on."""
        return dict(self._db.execute("SELECT partitie, volgende FROM positie"))

    def ontvang(
        self, partitie: int, volgende: int, meldingen: Iterable[Binnengekomen], onleesbaar: Iterable[Onleesbaar]
    ) -> list[Binnengekomen]:
        """Takes in one batch of a partition and how far it goes. Returns what was new."""
        with self._transactie() as db:
            nieuw = [melding for melding in meldingen if _neem_op(db, melding)]
            db.executemany(
                "INSERT OR IGNORE INTO onleesbaar VALUES (?, ?, ?, ?, ?)",
                [(partitie, rij.plaats, rij.reden, rij.sleutel, rij.waarde) for rij in onleesbaar],
            )
            db.execute("INSERT OR REPLACE INTO positie VALUES (?, ?)", (partitie, volgende))
        return nieuw

    # -- inbox: out -----------------------------------------------------------------------------------------------------

    def toon(self, sinds: int, hoogstens: int, nu: int) -> list[Getoond]:
        """The visible meldingen after a volgnummer, marked as shown before they leave: whoever may have seen one is told of its recall."""
        with self._transactie() as db:
            rijen = db.execute(
                "SELECT m.volgnummer, m.inhoud, z.zaaknummer, m.vervallen_door FROM melding m "
                "LEFT JOIN zaak z ON z.dossier = m.dossier "
                "WHERE m.volgnummer > ? AND m.zichtbaar ORDER BY m.volgnummer LIMIT ?",
                (sinds, hoogstens),
            ).fetchall()
            if rijen:
                db.execute(
                    "UPDATE melding SET getoond = ? WHERE volgnummer > ? AND volgnummer <= ? AND zichtbaar AND getoond IS NULL",
                    (nu, sinds, rijen[-1][0]),
                )
        return [Getoond(nr, inhoud, zaak, door and MeldingSoort(door)) for nr, inhoud, zaak, door in rijen]


def _neem_op(db: sqlite3.Connection, melding: Binnengekomen) -> bool:
    """Adds one melding and settles what it withdraws or corrects. False: it was here already."""
    if db.execute("SELECT 1 FROM melding WHERE id = ?", (melding.id,)).fetchone():
        return False
    trekt_in = melding.soort is MeldingSoort.INGETROKKEN
    zichtbaar = not trekt_in or melding.betreft is None or _ooit_getoond(db, melding.betreft)
    db.execute(
        "INSERT INTO melding (id, soort, dossier, betreft, inhoud, zichtbaar) VALUES (?, ?, ?, ?, ?, ?)",
        (melding.id, melding.soort, melding.dossier, melding.betreft, melding.inhoud, zichtbaar),
    )
    if melding.betreft is not None:
        db.execute(
            f"UPDATE melding SET vervallen_door = ?, inhoud = {_GEWIST}, zichtbaar = zichtbaar AND getoond IS NOT NULL "  # noqa: S608
            "WHERE id = ?",
            (melding.soort, melding.betreft),
        )
    return True


def _ooit_getoond(db: sqlite3.Connection, id_: str) -> bool:
    """Whether a melding, or one that it corrects in turn, was ever handed out. Unknown here (a lost store): it may have been."""
    vorige: str | None = id_
    gezien: set[str] = set()
    while vorige is not None and vorige not in gezien:
        gezien.add(vorige)
        rij = db.execute("SELECT betreft, getoond FROM melding WHERE id = ?", (vorige,)).fetchone()
        if rij is None or rij[1] is not None:
            return True
        vorige = rij[0]
    return False
