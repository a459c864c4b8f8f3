"""The noodstop: everything from and to a tafel, or on a grondslag, is held at once; two people together lift it. Pure functions.

One person may stop: a brake must cost nothing to pull, and holding discloses nothing. Lifting is what can leak, so it takes two
different people. Whoever stopped may be one of the two: nobody alone sets the exchange going again either way, and a third person to be
found at night would make people slow to pull the brake, or leave a mistaken stop standing over those who wait for help.
"""

from dataclasses import dataclass, fields, replace
from enum import auto
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from hub.domein.codes import Code, Daad
from hub.domein.gebeurtenis import Actor, Beheerdaad
from hub.domein.gebeurtenisvorm import plat
from hub.domein.identiteit import GrondslagId, GrondslagVeld, TafelId, TafelVeld
from hub.domein.signaal import Moment


class Noodstopuitkomst(Code):
    """What came of an act, for its audit line."""

    BEGONNEN = auto()
    EERSTE_AKKOORD = auto()
    """One person has agreed to lift it; it holds until another does."""
    OPGEHEVEN = auto()
    GEWEIGERD = auto()
    """Nothing changed: there is no such noodstop (any more), or it was the same person again."""


@dataclass(frozen=True, slots=True)
class Noodstop:
    """One noodstop in force: of a tafel or of a grondslag."""

    id: UUID
    """That of the act that began it."""
    tafel: TafelVeld | None
    grondslag: GrondslagVeld | None
    actor: Actor
    """Who stopped."""
    sinds: Moment
    opheffer: Actor | None = None
    """The first of the two who lift it."""

    def raakt(self, bron_tafel: TafelId, ontvanger_tafel: TafelId, grondslag: GrondslagId) -> bool:
        """Whether it holds what one tafel would tell another on this grondslag. A recall tells nothing and is never held."""
        return self.tafel in (bron_tafel, ontvanger_tafel) if self.grondslag is None else self.grondslag == grondslag


@dataclass(frozen=True, slots=True)
class Noodstopgevolg:
    """What an act gives: the noodstop after it (None: there is none), and what the audit line says."""

    noodstop: Noodstop | None
    uitkomst: Noodstopuitkomst


def noodstop_stap(noodstop: Noodstop | None, daad: Beheerdaad) -> Noodstopgevolg:
    """Apply a NOODSTOP or OPHEFFEN to the noodstop of its id. The act again leaves what is in force as it is.

    Raises ValueError for an act that is about something else.
    """
    if daad.daad is Daad.NOODSTOP:
        if noodstop is None:
            noodstop = Noodstop(daad.id, daad.tafel, daad.grondslag, daad.actor, daad.tijd)
        if noodstop.id != daad.id:
            raise ValueError("this act began another noodstop")
        return Noodstopgevolg(noodstop, Noodstopuitkomst.BEGONNEN)
    if daad.daad is not Daad.OPHEFFEN or (noodstop is not None and noodstop.id != daad.noodstop):
        raise ValueError("this act is about something else than this noodstop")
    if noodstop is None or noodstop.opheffer == daad.actor:
        return Noodstopgevolg(noodstop, Noodstopuitkomst.GEWEIGERD)
    if noodstop.opheffer is None:
        return Noodstopgevolg(replace(noodstop, opheffer=daad.actor), Noodstopuitkomst.EERSTE_AKKOORD)
    return Noodstopgevolg(None, Noodstopuitkomst.OPGEHEVEN)


_NOODSTOP = TypeAdapter(Noodstop)
_VELDEN = tuple(veld.name for veld in fields(Noodstop))


def noodstop_naar(noodstop: Noodstop) -> dict[str, Any]:
    """The plain values of a noodstop record, but for what the room adds of itself (`toegepast`, `outbox`)."""
    waarde: dict[str, Any] = plat(noodstop)
    return {"noodstop": waarde.pop("id"), **waarde}


def noodstop_uit(waarde: dict[str, Any]) -> Noodstop:
    """Raises pydantic.ValidationError."""
    bekend = {"id": waarde["noodstop"], **waarde}
    return _NOODSTOP.validate_python({naam: bekend[naam] for naam in _VELDEN})
