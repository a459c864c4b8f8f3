"""What comes in on `hub.gebeurtenis.v1`: each record as one of the nouns, under the key of what it happens to."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from hub.domein.codes import Daad
from hub.domein.gebeurtenis import Antwoord, Beheerdaad, Termijn, Terugkoppeling, Triage, Uitspraak
from hub.domein.gebeurtenisvorm import (
    antwoord_uit,
    beheerdaad_uit,
    termijn_uit,
    terugkoppeling_uit,
    triage_uit,
    uitspraak_uit,
)
from hub.domein.koppeling import Stand
from hub.domein.vorm import stand_uit

Wat = Stand | Terugkoppeling | Termijn | Triage | Uitspraak | Antwoord | Beheerdaad

_LEZERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Wat]]] = {
    "stand": stand_uit,
    "terugkoppeling": terugkoppeling_uit,
    "termijn": termijn_uit,
    "triage": triage_uit,
    "uitspraak": uitspraak_uit,
    "antwoord": antwoord_uit,
    "beheerdaad": beheerdaad_uit,
}
GEBEURTENISSEN: Final = frozenset(_LEZERS)
"""The schemas."""


class Gebeurtenis(NamedTuple):
    """One record."""

    sleutel: bytes
    """Of the koppeling, aandragen, question or noodstop to which it happens."""
    wat: Wat


def gebeurtenis_uit(schema: str, waarde: Mapping[str, Any]) -> Gebeurtenis:
    """Raises ValueError (pydantic's too)."""
    wat = _LEZERS[schema](waarde)
    return Gebeurtenis(sleutel_van(wat), wat)


def sleutel_van(wat: Wat) -> bytes:
    """The record key under which something must come."""
    match wat:
        case Stand() | Terugkoppeling() | Termijn():
            naam = wat.koppeling
        case Triage() | Uitspraak():
            naam = wat.aandragen
        case Antwoord():
            naam = wat.vraag
        case Beheerdaad(daad=Daad.TERUGHALEN, koppeling=koppeling) if koppeling is not None:
            naam = koppeling
        case Beheerdaad(daad=Daad.OPHEFFEN, noodstop=noodstop) if noodstop is not None:
            naam = noodstop
        case _:
            naam = wat.id
    return str(naam).encode()
