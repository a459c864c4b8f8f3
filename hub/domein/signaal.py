"""What a tafel says: the signaal, and the block per index partition that the gate makes of it."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from hub.domein.codes import (
    Belang,
    Criterium,
    Doel,
    Fase,
    Rol,
    Soort,
    Status,
    Thema,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.identiteit import DossierVeld, GemeenteVeld, GrondslagVeld, TafelVeld

MOMENT_MAX: Final = 1 << 43
Moment = Annotated[int, Field(ge=0, lt=MOMENT_MAX)]
"""Milliseconds since 1970-01-01T00:00Z."""
VOORUIT: Final = 86_400_000
"""ms that a versie may lie ahead: the gate refuses a later one, for it would hold up all that comes after."""


@dataclass(frozen=True, slots=True)
class Feiten:
    """The only facts that the filter may use. No name, date, place of birth, address, number, offence or free text."""

    rol: Rol
    thema: Thema
    grondslag: GrondslagVeld
    leeftijd: Annotated[int, Field(ge=0, le=130)] | None = None
    """Whole years: of a verdachte at the time of the offence (Sr 77a), of a casus at its last change; None = unknown."""
    gemeente_verblijf: GemeenteVeld | None = None
    gemeente_feit: GemeenteVeld | None = None
    geheimhouding: bool = False
    spoedeisend: bool = False
    belang: Belang = Belang.GEEN
    vrijgave: Vrijgaverol = Vrijgaverol.GEEN
    vrijgave_moment: Moment | None = None
    vervolgingsbeslissing: Vervolgingsbeslissing = Vervolgingsbeslissing.NVT
    ophouden_tot: Moment | None = None
    fase: Fase = Fase.NVT
    fase_sinds: Moment | None = None
    advies_beschikbaar: bool = False
    escalatieniveau: Annotated[int, Field(ge=0, le=4)] = 0
    """0 (none) to 4 (national)."""
    doelen: tuple[Doel, ...] = ()
    criteria: tuple[Criterium, ...] = ()


@dataclass(frozen=True, slots=True)
class Sleutel:
    """One composite key of a person: its keyed token (8 bytes) and the encoding salted with that key (at most 128 bytes)."""

    token: Annotated[bytes, Field(min_length=8, max_length=8)]
    codering: Annotated[bytes, Field(min_length=1, max_length=128)]


@dataclass(frozen=True, slots=True)
class Sleutelbos:
    """All keys of a dossier under one key period, one layout and one table of name frequencies."""

    tijdvak: Annotated[str, Field(min_length=1, max_length=32)]
    indeling: Annotated[int, Field(ge=1, le=255)]
    tabelhash: Annotated[str, Field(max_length=64)]
    sleutels: Annotated[tuple[Sleutel, ...], Field(max_length=64)]


@dataclass(frozen=True, slots=True)
class Signaal:
    """The full current state of one dossier. The highest versie wins; there are no deltas."""

    soort: Soort
    dossier: DossierVeld
    versie: Moment
    """The source's own moment of change in ms where it gives one, else the connector's clock, at least last + 1."""
    status: Status
    tafel: TafelVeld
    feiten: Feiten
    bewaren_tot: Moment
    sleutels: Annotated[tuple[Sleutelbos, ...], Field(max_length=4)] = ()
    voorganger: DossierVeld | None = None
    persoon_sinds: Moment = 0
    """The versie since which the person's data have been the same, whatever the keys; 0: not said, they may be new in this versie."""

    def vooruit(self, tijd: Moment) -> bool:
        """Whether its versie lies too far ahead for the gate, of what the broker took in at `tijd`."""
        return self.versie > tijd + VOORUIT

    def voorbij(self, tijd: Moment) -> bool:
        """Whether its retention was over when the broker took it in at `tijd`: the gate takes it no more. A withdrawal's never is."""
        return self.status is Status.ACTIEF and self.bewaren_tot <= tijd


@dataclass(frozen=True, slots=True)
class Sleutelblok:
    """What one index partition holds of a dossier: all its tokens, and the encodings of those tokens that live here."""

    soort: Soort
    dossier: DossierVeld
    versie: Moment
    tafel: TafelVeld
    tijd: Moment
    """When the broker appended the signaal: the only clock of a decision."""
    bewaren_tot: Moment
    feiten: Feiten
    tokens: tuple[bytes, ...]
    """Ascending. Empty after a withdrawal, which keeps its versie."""
    sleutels: tuple[Sleutel, ...]
    voorganger: DossierVeld | None = None
    persoon_sinds: Moment = 0


def partitie_van(token: bytes, partities: int) -> int:
    """The index partition in which a token lives."""
    return int.from_bytes(token, "big") % partities
