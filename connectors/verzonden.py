"""What the broker acknowledged, byte for byte and with its place, for as long as the hub keeps it.

A broker that is restored from a backup has forgotten the last of it, and nobody else can say it again: a connector keeps no clear text to
make it from. What is kept is what was sent, and so no more of a person than stands on the tafel's own topic.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

import structlog

from connectors.opslagbestand import POGINGEN, Opslagbestand
from connectors.zender import Bericht, Bezorgd, Zender
from hub.stream.record import Plek

log = structlog.get_logger()

NA_VERLIES: Final = "this tafel has delivered before: stop this connector, run `connector teruggezet opslag`, deliver all dossiers again"
"""What to do where a new store delivers to a topic that is not new."""
GENOEG: Final = 100
"""Tries after which every partition has had one, so that a place tells no more of who was there before."""
EEN_VOOR_EEN: Final = 16
"""The first tries of a store, one after the other."""
BEWAARD_MS: Final = 7 * 86_400_000
"""As long as a signaal topic keeps it."""


class Verzonden:
    """The table, in the connector's own store."""

    def __init__(self, bestand: Opslagbestand) -> None:
        self.bestand = bestand

    def poging(self) -> None:
        """Counts one record that is about to leave, a question too, for as long as that may tell anything."""
        if self.bestand.noot(POGINGEN) is not None:
            with self.bestand.transactie() as db:
                db.execute("UPDATE herkomst SET waarde = CAST(waarde + 1 AS TEXT) WHERE sleutel = ?", (POGINGEN,))

    @property
    def pas_begonnen(self) -> bool:
        """Whether this store is new: then records leave one at a time, for of what leaves side by side nobody knows yet how far it came."""
        return int(self.bestand.noot(POGINGEN) or EEN_VOOR_EEN) < EEN_VOOR_EEN

    def niet_de_eerste(self, plek: Plek) -> bool:
        """True, once, when the broker's offset is at or above the number of records that this store ever tried to send: then another store
        wrote to this topic first.

        A topic never gives out an offset twice, whatever it has forgotten. A record takes at most one offset each time that it is tried.
        """
        pogingen = self.bestand.noot(POGINGEN)
        if pogingen is None or plek.offset < int(pogingen) < GENOEG:
            return False
        with self.bestand.transactie() as db:
            db.execute("DELETE FROM herkomst WHERE sleutel = ?", (POGINGEN,))
            if plek.offset < int(pogingen):
                return False
            db.execute("INSERT OR REPLACE INTO herkomst VALUES ('eerder', 'ja')")
        return True

    def onthoud(self, bericht: Bericht, plek: Plek, nu: int) -> None:
        """One record that all replicas have. `nu`: the broker's clock then, in ms since the epoch."""
        koppen = json.dumps([(naam, waarde.decode("latin-1")) for naam, waarde in bericht.koppen])
        with self.bestand.transactie() as db:
            db.execute(
                "INSERT INTO verzonden (sleutel, waarde, koppen, partitie, plaats, op) VALUES (?, ?, ?, ?, ?, ?)",
                (bericht.sleutel, bericht.waarde, koppen, plek.partitie, plek.offset, nu),
            )
            db.execute("INSERT OR REPLACE INTO herkomst VALUES ('gehoord', ?)", (str(nu),))

    def merk_vergeten(self, tot: Mapping[int, int]) -> bool:
        """Mark what the broker has no more: what lies behind its last record, and what lies where something was written later.

        `tot`: per partition the offset behind the last record. Returns whether anything is remembered that it still has.
        """
        laagste, weg, staat = dict(tot), list[int](), False
        rijen = self.bestand.db.execute("SELECT volgnummer, partitie, plaats FROM verzonden ORDER BY volgnummer DESC")
        for volgnummer, partitie, plaats in rijen.fetchall():
            if plaats >= laagste.get(partitie, 0):
                weg.append(volgnummer)
            else:
                laagste[partitie], staat = plaats, True
        with self.bestand.transactie() as db:
            db.executemany("UPDATE verzonden SET vergeten = 1 WHERE volgnummer = ?", [(nummer,) for nummer in weg])
        return staat

    def vergeten(self) -> Iterator[tuple[int, Bericht, int]]:
        """(number, record, the broker's clock then) of what is marked, in the order in which it was sent."""
        vraag = "SELECT volgnummer FROM verzonden WHERE vergeten ORDER BY volgnummer"
        for (volgnummer,) in self.bestand.db.execute(vraag).fetchall():
            sleutel, waarde, koppen, op = self.bestand.db.execute(
                "SELECT sleutel, waarde, koppen, op FROM verzonden WHERE volgnummer = ?", (volgnummer,)
            ).fetchone()
            uit = [(naam, tekst.encode("latin-1")) for naam, tekst in json.loads(koppen)]
            yield volgnummer, Bericht(sleutel, waarde, uit), op

    def wis(self, volgnummer: int) -> None:
        """It was sent again, and is remembered where it stands now; or the hub had refused it."""
        with self.bestand.transactie() as db:
            db.execute("DELETE FROM verzonden WHERE volgnummer = ?", (volgnummer,))


class Telzender:
    """Delivers once all that was written before is on disk, and finds out whether another store delivered before. All that leaves for the
    tafel's own topic passes here."""

    def __init__(self, zender: Zender, verzonden: Verzonden) -> None:
        self._zender, self._verzonden = zender, verzonden

    async def stuur(self, bericht: Bericht) -> Bezorgd:
        """See Zender. Raises OpslagFout too."""
        if not self._verzonden.pas_begonnen:
            return await self._stuur(bericht)
        async with self._verzonden.bestand.een_voor_een:
            return await self._stuur(bericht)

    async def _stuur(self, bericht: Bericht) -> Bezorgd:
        self._verzonden.poging()
        await self._verzonden.bestand.op_schijf()
        bezorgd = await self._zender.stuur(bericht)
        if self._verzonden.niet_de_eerste(bezorgd.plek):
            log.warning("opslag_nieuw", doe=NA_VERLIES)
        return bezorgd


class Boekzender:
    """Remembers what was delivered, too. A question is not kept, and so does not pass here."""

    def __init__(self, zender: Zender, verzonden: Verzonden) -> None:
        self._zender, self._verzonden = Telzender(zender, verzonden), verzonden

    async def stuur(self, bericht: Bericht) -> Bezorgd:
        """See Zender. Raises OpslagFout too."""
        bezorgd = await self._zender.stuur(bericht)
        self._verzonden.onthoud(bericht, bezorgd.plek, bezorgd.tijd)
        return bezorgd
