"""Under which series of keys each dossier stands at the hub: how far a change of keys is, and when the old ones may go.

A dossier that is delivered again under other keys is the same state of the source, and yet a newer record for the hub. Its versie
goes up by one millisecond only: a change that the source made before the keys did, and delivers after, still wins.

A store that was lost, or put back from a copy, does not know how far the hub is. From the moment that it was put back on, whatever is meant
to be the newest goes out under that moment at least: above all that it may have delivered before.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from connectors.meters import Meters
from connectors.opslagbestand import Opslagbestand
from connectors.pseudoniem import Reeksen
from hub.domein.identiteit import Dossier

ONBEKEND: Final = "onbekend"
"""Stands for the series of a dossier that was delivered before they were remembered."""

Verdeling = Mapping[Reeksen, int]
"""Active dossiers per set of series under which they stand at the hub."""


@dataclass(frozen=True, slots=True)
class Publicatie:
    """What stands at the hub of one dossier. Moments in milliseconds since the epoch."""

    moment: int
    reeksen: Reeksen
    """None: withdrawn."""
    bewaren_tot: int
    voorganger: Dossier | None = None
    """The dossier that this one continues, and the first of them where that one continued another."""
    persoon: bytes = b""
    """Digest of the person that was delivered, under the organisation's key; empty: not remembered."""
    persoon_sinds: int = 0
    """The versie that was the first with this person."""


class Publicaties:
    """The table, in the connector's own store."""

    def __init__(self, bestand: Opslagbestand) -> None:
        self._db = bestand.db

    def van(self, dossier: str) -> Publicatie | None:
        """What was delivered last of a dossier; None: nothing yet."""
        rij = self._db.execute(
            "SELECT moment, reeksen, bewaren_tot, voorganger, persoon, persoon_sinds FROM publicatie WHERE dossier = ?",
            (dossier,),
        ).fetchone()
        return None if rij is None else Publicatie(rij[0], _uit(rij[1]), *rij[2:])

    def onthoud(self, dossier: str, publicatie: Publicatie) -> None:
        """Part of the transaction that remembers the delivery. The dossier is remembered as long as the longest retention that it ever
        had: what was sent under that one may come once more, and is known to be older."""
        self._db.execute(
            "INSERT OR REPLACE INTO publicatie "
            "(dossier, moment, reeksen, bewaren_tot, onthouden_tot, voorganger, persoon, persoon_sinds) "
            "VALUES (?1, ?2, ?3, ?4, max(?4, coalesce((SELECT onthouden_tot FROM publicatie WHERE dossier = ?1), 0)), ?5, ?6, ?7)",
            (
                *(dossier, publicatie.moment, " ".join(sorted(publicatie.reeksen)), publicatie.bewaren_tot),
                *(publicatie.voorganger, publicatie.persoon, publicatie.persoon_sinds),
            ),
        )

    def verdeling(self, nu: int) -> Verdeling:
        """Counts the active dossiers (neither withdrawn nor expired at `nu`) per set of series."""
        rijen = self._db.execute(
            "SELECT reeksen, count(*) FROM publicatie WHERE reeksen != '' AND bewaren_tot > ? GROUP BY reeksen", (nu,)
        )
        return {_uit(tekst): aantal for tekst, aantal in rijen}

    def zaken_zonder(self, nodig: Reeksen, nu: int) -> Iterator[str]:
        """Case numbers of the active dossiers that lack one of these series."""
        rijen = self._db.execute(
            "SELECT z.zaaknummer, p.reeksen FROM publicatie p JOIN zaak z ON z.dossier = p.dossier "
            "WHERE p.reeksen != '' AND p.bewaren_tot > ? ORDER BY z.zaaknummer",
            (nu,),
        )
        return (zaaknummer for zaaknummer, tekst in rijen if not nodig <= _uit(tekst))


def een_leven(db: sqlite3.Connection, dossier: str) -> tuple[str, ...]:
    """The dossier with those that it continues and that continue it: one life, for the hub and for whoever asks after it."""
    vraag = "SELECT coalesce((SELECT voorganger FROM publicatie WHERE dossier = ?1), ?1)"
    (stam,) = db.execute(vraag, (dossier,)).fetchone()
    verder = db.execute("SELECT dossier FROM publicatie WHERE voorganger = ?", (stam,))
    return (stam, *(naam for (naam,) in verder if naam != stam))


def _uit(tekst: str) -> Reeksen:
    return frozenset(tekst.split())


def zonder(verdeling: Verdeling, nodig: Reeksen) -> int:
    """Active dossiers that lack one of these series."""
    return sum(aantal for reeksen, aantal in verdeling.items() if not nodig <= reeksen)


def met_oud(verdeling: Verdeling, nu: Reeksen) -> int:
    """Active dossiers that stand under every series that is written now, and under one that is written no more."""
    return sum(aantal for reeksen, aantal in verdeling.items() if nu < reeksen)


def verweesd(verdeling: Verdeling, nu: Reeksen) -> int:
    """Active dossiers of which no series is written any more: nothing that is delivered now would meet them."""
    tokens = _tokens(nu)
    return sum(
        aantal for reeksen, aantal in verdeling.items() if not tokens & _tokens(reeksen) and ONBEKEND not in reeksen
    )


_LEZING: Final = re.compile(r"\.[0-9]+(?=:[^:]*$)")


def _tokens(reeksen: Reeksen) -> Reeksen:
    """Series without how names were read: two that differ in that alone have the tokens of most persons in common."""
    return frozenset(_LEZING.sub("", reeks) for reeks in reeksen)


def volgende_versie(
    moment: int | None, vorige: Publicatie | None, laatste: int | None, reeksen: Reeksen, nu: int, teruggezet: int
) -> int:
    """The versie of a message: the source's own `moment` of change, and above `laatste` where it must replace what stands.

    `laatste` is the versie delivered last; without a moment of the source it is the clock that counts. `reeksen` is empty for a
    withdrawal. Of the same moment it is the versie that was delivered already, or one more under other keys. `teruggezet`: when the store
    was put back (0: never; no later than now, for a clock may have run ahead then); only what is older than what was delivered stays below.
    """
    teruggezet = min(teruggezet, nu)
    if vorige is None or laatste is None:
        return max(nu if moment is None else moment, teruggezet)
    if moment is None:
        return max(nu, laatste + 1, teruggezet)
    if moment > vorige.moment:
        return max(moment, laatste + 1, teruggezet)
    if moment < vorige.moment:
        return moment
    andere_sleutels = reeksen and vorige.reeksen and reeksen != vorige.reeksen
    return max(laatste + 1 if andere_sleutels else laatste, teruggezet)


def persoon_sinds(persoon: bytes, vorige: Publicatie | None, versie: int) -> int:
    """The versie since which the dossier has said the same of its person. `persoon`: digest of what it says of the person as of `versie`.

    It is `versie` for a dossier that this store does not know: then people are asked again what they said of its person.
    """
    if vorige is not None and persoon and persoon == vorige.persoon:
        return min(vorige.persoon_sinds, versie)
    return versie


def meet(meters: Meters, publicaties: Publicaties, reeksen: Reeksen, klok: Callable[[], int]) -> None:
    """From now on the metrics tell how far a change of keys is, at the moment they are asked."""
    for reeks in reeksen:
        meters.sleutels.labels(*reeks.split(":")).set(1)

    def nu() -> Verdeling:
        return publicaties.verdeling(klok())

    meters.herpubliceren.labels("nieuw_ontbreekt").set_function(lambda: zonder(nu(), reeksen))
    meters.herpubliceren.labels("oud_staat_nog").set_function(lambda: met_oud(nu(), reeksen))
