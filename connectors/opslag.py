"""Which dossier is which case and what was delivered of it, and the inbox.

What a batch of meldingen changes, the receipts that are due for them and how far the topic was read are one transaction, so that a
repeated delivery has no second effect.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from connectors import uitgaand
from connectors.opslagbestand import Opslagbestand
from connectors.publicaties import Publicatie, Publicaties, een_leven
from connectors.uitgaand import Uitgaand
from hub.domein.codes import MeldingSoort

GEWIST: Final = (
    *("contact", "reagerenVoor", "adviesBeschikbaar", "escalatieniveau", "ophoudenTot"),
    *("status", "reden", "geslotenTot"),
)
"""What is forgotten of a melding's contents at once when it is withdrawn, corrected or replaced."""

_INGETROKKEN: Final = (
    "'$.id', ?, '$.soort', 'INGETROKKEN', '$.betreft', id, '$.tijd', ?, '$.grondslag', '', '$.beleid', ''"
)
"""What becomes of a melding's contents in its own recall."""
_TERUGGEZET: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:teruggezet")
"""Names the recall of a melding that a restored hub does not know."""
_GEWIST: Final = "json_set(inhoud, " + ", ".join(f"'$.{veld}', json('null')" for veld in GEWIST) + ")"


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
    koppeling: str
    dossier: str
    betreft: str | None
    """The melding that this one takes the place of, or takes back."""
    inhoud: str
    """JSON, as the tafel's system gets it."""
    plaats: int
    """Its offset."""
    merk: bytes
    """Digest of what it tells, without its moments."""
    bewijs: Uitgaand | None = None
    """The receipt that is due for it."""
    weigering: tuple[str, str] | None = None
    """The reaction that it refuses, and why."""


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
    id: str
    inhoud: str
    zaaknummer: str | None
    vervallen_door: MeldingSoort | None


@dataclass(frozen=True, slots=True)
class Melding:
    """One melding of the inbox, to react to."""

    id: str
    soort: MeldingSoort
    dossier: str
    inhoud: str
    vervallen_door: str | None


class Opslag(Opslagbestand):
    """Dossiers and inbox of one organisation."""

    def __init__(self, pad: Path, herkomst: Mapping[str, str], nu: int) -> None:
        """As Opslagbestand. From `nu` (ms since the epoch) on, volgnummers lie above all that were ever given, by an earlier store too."""
        super().__init__(pad, herkomst)
        try:
            with self.transactie() as db:
                _nummer_door(db, nu)
        except BaseException:
            self.sluit()
            raise

    # -- dossiers -------------------------------------------------------------------------------------------------------

    def onthoud(self, dossier: str, zaaknummer: str) -> Afgeleverd | None:
        """Learns which case a dossier is, before anything about it is sent; returns what was delivered last."""
        rij = self.db.execute("SELECT versie, inhoud FROM zaak WHERE dossier = ?", (dossier,)).fetchone()
        if rij is None:
            with self.transactie() as db:
                db.execute("INSERT OR IGNORE INTO zaak (dossier, zaaknummer) VALUES (?, ?)", (dossier, zaaknummer))
            return None
        return None if rij[0] is None else Afgeleverd(*rij)

    def afgeleverd(self, dossier: str, zaaknummer: str, versie: int, inhoud: bytes, publicatie: Publicatie) -> None:
        """Remembers a delivery, of a dossier that was forgotten on the way too; an older versie than the highest changes nothing."""
        with self.transactie() as db:
            gewijzigd = db.execute(
                "INSERT INTO zaak (dossier, zaaknummer, versie, inhoud) VALUES (?, ?, ?, ?) ON CONFLICT (dossier) DO UPDATE "
                "SET versie = excluded.versie, inhoud = excluded.inhoud WHERE coalesce(versie, -1) <= excluded.versie",
                (dossier, zaaknummer, versie, inhoud),
            ).rowcount
            if gewijzigd:
                self.publicaties.onthoud(dossier, publicatie)

    @property
    def publicaties(self) -> Publicaties:
        """Under which keys the dossiers stand at the hub."""
        return Publicaties(self)

    def versie(self, dossier: str) -> int:
        """Highest versie that was delivered for a dossier; 0: none, or it is not ours."""
        rij = self.db.execute("SELECT coalesce(versie, 0) FROM zaak WHERE dossier = ?", (dossier,)).fetchone()
        return 0 if rij is None else int(rij[0])

    def zaak(self, zaaknummer: str) -> tuple[str, int | None] | None:
        """Dossier of a case and the highest versie that was delivered (None: none yet); None: no such case."""
        rij = self.db.execute("SELECT dossier, versie FROM zaak WHERE zaaknummer = ?", (zaaknummer,)).fetchone()
        return None if rij is None else (rij[0], rij[1])

    # -- after a loss of this store -------------------------------------------------------------------------------------

    @property
    def teruggezet(self) -> int:
        """When it was told that this store is a new one or a copy (ms since the epoch): the hub may know what it does not; 0: never."""
        return int(self.noot("teruggezet") or 0)

    @property
    def gehoord(self) -> int:
        """What the broker's clock said when it last took something in (ms since the epoch); 0: that is not known."""
        return int(self.noot("gehoord") or 0)

    @property
    def verleden_onbekend(self) -> bool:
        """Whether an earlier store of this tafel has delivered before, and nobody told that this one is new or a copy."""
        return self.noot("eerder") is not None and not self.teruggezet

    def zet_terug(self, nu: int) -> None:
        """This store is a new one or a copy: what is delivered from here on is newer than all that was; what stands in the inbox may have
        been shown, and so may all that the topic still holds. `nu` in ms since the epoch."""
        with self.transactie() as db:
            db.execute("UPDATE melding SET getoond = 0 WHERE zichtbaar AND getoond IS NULL")
            db.execute("UPDATE positie SET opnieuw = 1")
            db.execute("INSERT OR REPLACE INTO herkomst VALUES ('teruggezet', ?)", (str(nu),))

    # -- inbox: in ------------------------------------------------------------------------------------------------------

    def posities(self) -> dict[int, int]:
        """Per partition the offset from which to read on."""
        return dict(self.db.execute("SELECT partitie, volgende FROM positie WHERE NOT opnieuw"))

    def begin(self, partitie: int, vanaf: int, tot: int) -> int:
        """A partition is read for the first time, or anew, from one offset; what lies before the other was there already. Returns up to
        where it had been read before; 0: it had not."""
        with self.transactie() as db:
            rij = db.execute("SELECT volgende FROM positie WHERE partitie = ?", (partitie,)).fetchone()
            db.execute("INSERT OR REPLACE INTO positie VALUES (?, ?, ?, 0)", (partitie, vanaf, tot))
        return 0 if rij is None else int(rij[0])

    def ontvang(
        self, partitie: int, volgende: int, meldingen: Iterable[Binnengekomen], onleesbaar: Iterable[Onleesbaar]
    ) -> list[Binnengekomen]:
        """Takes in one batch of a partition and how far it goes. Returns what was new."""
        with self.transactie() as db:
            rij = db.execute("SELECT gezien_tot FROM positie WHERE partitie = ?", (partitie,)).fetchone()
            gezien_tot = 0 if rij is None else rij[0]
            nieuw = [melding for melding in meldingen if _neem_op(db, partitie, melding, gezien_tot)]
            db.executemany(
                "INSERT OR IGNORE INTO onleesbaar (partitie, plaats, reden, sleutel, waarde) VALUES (?, ?, ?, ?, ?)",
                [(partitie, rij.plaats, rij.reden, rij.sleutel, rij.waarde) for rij in onleesbaar],
            )
            db.execute(
                "INSERT INTO positie (partitie, volgende) VALUES (?, ?) ON CONFLICT DO UPDATE SET volgende = excluded.volgende",
                (partitie, volgende),
            )
        return nieuw

    # -- inbox: after a restore of the broker ---------------------------------------------------------------------------

    def leg_apart(self, vanaf: Mapping[int, int]) -> int:
        """The topic is read again from its beginning, and only what is still on it is the hub's word. `vanaf`: per partition the offset
        where it begins now; what stood before that is past its retention and stays. Returns how many were set apart."""
        with self.transactie() as db:
            apart = sum(
                db.execute(  # TERUG: told again since the last restore, and this tafel has heard of its end
                    "UPDATE melding SET vervallen_door = coalesce(vervallen_door, iif(herstel = 'TERUG', 'INGETROKKEN', NULL)), "
                    "herstel = 'WACHT', zichtbaar = 0 WHERE partitie = ? AND plaats >= ? AND coalesce(herstel, 'TERUG') = 'TERUG'",
                    (partitie, begin),
                ).rowcount
                for partitie, begin in vanaf.items()
            )
            db.executemany(
                "UPDATE positie SET volgende = ?, gezien_tot = 0, opnieuw = 0 WHERE partitie = ?",
                [(begin, nummer) for nummer, begin in vanaf.items()],
            )
        return apart

    def haal_terug(self, nu: str) -> int:
        """Withdraws the meldingen that the hub did not send again. `nu` in RFC 3339. Returns how many were recalled.

        One that was shown gets a recall; one that was not shown disappears. A shown one that had ended and stands again gets a new
        volgnummer, so that it is told anew.
        """
        with self.transactie() as db:
            gezien = db.execute(
                "SELECT id FROM melding WHERE herstel = 'WACHT' AND getoond IS NOT NULL "
                "AND vervallen_door IS NULL AND soort NOT IN ('INGETROKKEN', 'GEWEIGERD', 'STATUS') ORDER BY volgnummer"
            ).fetchall()
            for (id_,) in gezien:
                eigen = str(uuid5(_TERUGGEZET, id_))
                db.execute(
                    "INSERT OR REPLACE INTO melding (id, soort, dossier, betreft, inhoud, zichtbaar) "  # noqa: S608
                    f"SELECT ?, 'INGETROKKEN', dossier, id, json_set({_GEWIST}, {_INGETROKKEN}), 1 FROM melding WHERE id = ?",
                    (eigen, eigen, nu, id_),
                )
            db.execute(
                f"UPDATE melding SET vervallen_door = coalesce(vervallen_door, 'INGETROKKEN'), inhoud = {_GEWIST} "  # noqa: S608
                "WHERE herstel = 'WACHT' AND soort NOT IN ('INGETROKKEN', 'GEWEIGERD')"
            )
            db.execute(  # a recall that was not repeated holds, unless what it recalled stands again
                "UPDATE melding SET vervallen_door = 'INGETROKKEN' WHERE herstel = 'WACHT' AND soort = 'INGETROKKEN' "
                "AND betreft IN (SELECT id FROM melding WHERE vervallen_door IS NULL)"
            )
            db.execute("UPDATE melding SET zichtbaar = getoond IS NOT NULL, herstel = 'WEG' WHERE herstel = 'WACHT'")
            weer = db.execute(
                "SELECT volgnummer FROM melding WHERE herstel = 'TERUG' AND vervallen_door IS NULL AND getoond IS NOT NULL "
                "ORDER BY volgnummer"
            ).fetchall()
            for nummer, (volgnummer,) in enumerate(weer, self.hoogste + 1):
                db.execute("UPDATE melding SET volgnummer = ? WHERE volgnummer = ?", (nummer, volgnummer))
                _nummer_door(db, nummer)
            db.execute("UPDATE melding SET herstel = NULL WHERE herstel = 'TERUG'")
        return len(gezien)

    # -- inbox: out -----------------------------------------------------------------------------------------------------

    @property
    def hoogste(self) -> int:
        """The highest volgnummer that was ever given, or kept from being given."""
        (seq,) = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'melding'").fetchone()
        return int(seq)

    def toon(self, sinds: int, hoogstens: int, nu: int) -> list[Getoond]:
        """The visible meldingen after a volgnummer, marked as shown before they leave: whoever may have seen one is told of its recall."""
        return self._toon("m.volgnummer > ?", (sinds,), hoogstens, nu)

    def toon_over(self, dossier: str, hoogstens: int, nu: int) -> list[Getoond]:
        """What the hub said of a dossier itself and of what it continues, marked as shown."""
        leven = een_leven(self.db, dossier)
        welke = f"m.dossier IN ({', '.join('?' * len(leven))}) AND m.soort IN ('STATUS', 'GEWEIGERD')"
        return self._toon(welke, leven, hoogstens, nu)

    def _toon(self, welke: str, waarden: tuple[object, ...], hoogstens: int, nu: int) -> list[Getoond]:
        with self.transactie() as db:
            rijen = db.execute(
                "SELECT m.volgnummer, m.id, m.inhoud, z.zaaknummer, m.vervallen_door FROM melding m "  # noqa: S608
                f"LEFT JOIN zaak z ON z.dossier = m.dossier WHERE m.zichtbaar AND {welke} ORDER BY m.volgnummer LIMIT ?",
                (*waarden, hoogstens),
            ).fetchall()
            db.executemany(
                "UPDATE melding SET getoond = ? WHERE volgnummer = ? AND getoond IS NULL",
                [(nu, volgnummer) for volgnummer, *_ in rijen],
            )
        return [Getoond(nr, id_, inhoud, zaak, door and MeldingSoort(door)) for nr, id_, inhoud, zaak, door in rijen]

    def melding(self, id_: str) -> Melding | None:
        """A melding that the tafel may know of."""
        rij = self.db.execute(
            "SELECT soort, dossier, inhoud, vervallen_door FROM melding WHERE id = ? AND zichtbaar", (id_,)
        ).fetchone()
        return None if rij is None else Melding(id_, MeldingSoort(rij[0]), *rij[1:])


def _nummer_door(db: sqlite3.Connection, vanaf: int) -> None:
    """The next melding gets a volgnummer above this one."""
    if not db.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'melding'", (vanaf,)).rowcount:
        db.execute("INSERT INTO sqlite_sequence VALUES ('melding', ?)", (vanaf,))


def _neem_op(db: sqlite3.Connection, partitie: int, melding: Binnengekomen, gezien_tot: int) -> bool:
    """Adds one melding with its receipt, and settles what it replaces, takes back or refuses. False: it was here already.

    What lies before `gezien_tot` counts as shown: by a store that was here before this one, as far as anybody knows.
    A restored hub gives out its numbers again: what says the same under the same id is the same melding, anything else is another.
    """
    bekend = db.execute("SELECT herstel, merk FROM melding WHERE id = ?", (melding.id,)).fetchone()
    if bekend is not None and bekend[0] not in {"WACHT", "WEG"}:
        return False
    herhaald = bekend == ("WACHT", melding.merk)
    zichtbaar = True
    if melding.soort is MeldingSoort.INGETROKKEN:
        zichtbaar = melding.betreft is None or _ooit_getoond(db, melding.betreft)
    if melding.weigering is not None:
        zichtbaar = uitgaand.weiger(db, *melding.weigering)
    vervangen = [melding.betreft] if melding.betreft else _eerdere_status(db, melding)
    if herhaald:
        db.execute(
            "UPDATE melding SET betreft = ?, inhoud = ?, zichtbaar = ?, partitie = ?, plaats = ?, vervallen_door = NULL, "
            "herstel = iif(vervallen_door IS NULL, NULL, 'TERUG') WHERE id = ?",
            (vervangen[0] if vervangen else None, melding.inhoud, zichtbaar, partitie, melding.plaats, melding.id),
        )
    else:
        db.execute("DELETE FROM melding WHERE id = ?", (melding.id,))
        db.execute(
            "INSERT INTO melding (id, soort, dossier, betreft, inhoud, zichtbaar, partitie, plaats, merk, getoond) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(melding.id, melding.soort, melding.dossier, vervangen[0] if vervangen else None, melding.inhoud),
                *(zichtbaar, partitie, melding.plaats, melding.merk, 0 if melding.plaats < gezien_tot else None),
            ),
        )
    db.executemany(
        f"UPDATE melding SET vervallen_door = ?, inhoud = {_GEWIST}, zichtbaar = zichtbaar AND getoond IS NOT NULL "  # noqa: S608
        "WHERE id = ?",
        [(melding.soort, vorige) for vorige in vervangen],
    )
    if melding.bewijs is not None:
        uitgaand.bewaar(db, melding.bewijs)
    return not herhaald


def _eerdere_status(db: sqlite3.Connection, melding: Binnengekomen) -> list[str]:
    """What was told before of the state of the dossier, or of one that it continues, in the same koppeling: the last word stands."""
    if melding.soort is not MeldingSoort.STATUS:
        return []
    leven = een_leven(db, melding.dossier)
    rijen = db.execute(
        "SELECT id FROM melding WHERE soort = 'STATUS' AND vervallen_door IS NULL AND herstel IS NOT 'WACHT' "  # noqa: S608
        f"AND json_extract(inhoud, '$.koppeling') = ? AND dossier IN ({', '.join('?' * len(leven))})",
        (melding.koppeling, *leven),
    )
    return [id_ for (id_,) in rijen]


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
