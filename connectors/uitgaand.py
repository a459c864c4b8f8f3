"""Terugkoppelingen on their way to the hub: remembered before they are sent, and until it is known that they arrived."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.opslagbestand import Opslagbestand
from hub.domein.codes import Reactie


@dataclass(frozen=True, slots=True)
class Uitgaand:
    """One terugkoppeling as it will be sent, however often."""

    id: str
    melding: str
    soort: Reactie
    inhoud: str
    """JSON, as it was said."""
    sleutel: bytes
    waarde: bytes
    op: int
    """When it was said, ms since the epoch."""


@dataclass(frozen=True, slots=True)
class Gezegd:
    """What became of one reaction of a person."""

    id: str
    inhoud: str
    """JSON, as it was said."""
    op: int
    """When, ms since the epoch."""
    bezorgd: bool
    """Whether all replicas have it; if not, it may have arrived all the same."""
    geweigerd: str | None
    """Weigercode, where the hub refused it."""


_KOLOMMEN: Final = "id, melding, soort, inhoud, sleutel, waarde, op"


def bewaar(db: sqlite3.Connection, uit: Uitgaand) -> None:
    """Remembers a terugkoppeling before it is sent. One with the same id stays as it was."""
    db.execute(
        f"INSERT OR IGNORE INTO terugkoppeling ({_KOLOMMEN}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (uit.id, uit.melding, uit.soort, uit.inhoud, uit.sleutel, uit.waarde, uit.op),
    )


def weiger(db: sqlite3.Connection, id_: str, code: str) -> bool:
    """Marks a terugkoppeling as refused. False: it was a receipt of the connector itself, which is nobody's business."""
    db.execute("UPDATE terugkoppeling SET geweigerd = ? WHERE id = ?", (code, id_))
    rij = db.execute("SELECT soort FROM terugkoppeling WHERE id = ?", (id_,)).fetchone()
    return rij is None or rij[0] != Reactie.BEZORGD


class Uitbak:
    """The terugkoppelingen of one store."""

    def __init__(self, bestand: Opslagbestand) -> None:
        self._bestand = bestand

    def neem_op(self, uit: Uitgaand) -> None:
        """Remembers a reaction before it is sent."""
        with self._bestand.transactie() as db:
            bewaar(db, uit)

    def vind(self, id_: str) -> Uitgaand | None:
        """A reaction of a person, whatever became of it."""
        gevonden = self._lees("WHERE id = ? AND soort <> 'BEZORGD'", id_)
        return gevonden[0] if gevonden else None

    def geweigerd(self, id_: str) -> bool:
        """Whether the hub refused it, as far as is known."""
        rij = self._bestand.db.execute("SELECT geweigerd FROM terugkoppeling WHERE id = ?", (id_,)).fetchone()
        return rij is not None and rij[0] is not None

    def over(self, melding: str) -> list[Uitgaand]:
        """What persons said of one melding, oldest first."""
        return self._lees("WHERE melding = ? AND soort <> 'BEZORGD' ORDER BY volgnummer", melding)

    def gezegd(self, meldingen: Sequence[str]) -> dict[str, list[Gezegd]]:
        """The same for many meldingen, by their ids."""
        uit: dict[str, list[Gezegd]] = {}
        for begin in range(0, len(meldingen), 500):  # SQLite bounds the number of parameters
            deel = meldingen[begin : begin + 500]
            for id_, melding, inhoud, op, bezorgd, geweigerd in self._bestand.db.execute(
                "SELECT id, melding, inhoud, op, bezorgd, geweigerd FROM terugkoppeling "  # noqa: S608
                f"WHERE soort <> 'BEZORGD' AND melding IN ({', '.join('?' * len(deel))}) ORDER BY volgnummer",
                deel,
            ):
                uit.setdefault(melding, []).append(Gezegd(id_, inhoud, op, bool(bezorgd), geweigerd))
        return uit

    def bewijzen(self, hoogstens: int) -> list[Uitgaand]:
        """The oldest receipts that were not delivered yet."""
        return self._lees("WHERE soort = 'BEZORGD' AND NOT bezorgd ORDER BY volgnummer LIMIT ?", hoogstens)

    def wachtende_bewijzen(self) -> int:
        """How many receipts were not delivered yet."""
        vraag = "SELECT count(*) FROM terugkoppeling WHERE soort = 'BEZORGD' AND NOT bezorgd"
        return int(self._bestand.db.execute(vraag).fetchone()[0])

    def bezorgd(self, ids: Iterable[str]) -> None:
        """All replicas have these. Of a receipt the record is then forgotten: nobody asks for it again."""
        with self._bestand.transactie() as db:
            db.executemany(
                "UPDATE terugkoppeling SET bezorgd = 1, waarde = iif(soort = 'BEZORGD', NULL, waarde) WHERE id = ?",
                [(id_,) for id_ in ids],
            )

    def _lees(self, waar: str, waarde: object) -> list[Uitgaand]:
        rijen = self._bestand.db.execute(f"SELECT {_KOLOMMEN} FROM terugkoppeling {waar}", (waarde,))  # noqa: S608
        return [Uitgaand(id_, melding, Reactie(soort), *rest) for id_, melding, soort, *rest in rijen]
