"""A tafel: who may speak and hear, for which themes and purposes, and how its desk is reached."""

from dataclasses import dataclass
from datetime import date
from enum import auto

from hub.domein.codes import Code, Doel, Thema
from hub.domein.identiteit import OrganisatieId, TafelId
from hub.domein.melding import Contact


class TafelSoort(Code):
    """What kind of tafel. ZSM and VEILIGHEIDSHUIS exchange; the others can be addressed by the register."""

    ZSM = auto()
    VEILIGHEIDSHUIS = auto()
    JEUGDTAFEL = auto()
    WIJKTEAM = auto()
    CJG = auto()


@dataclass(frozen=True, slots=True)
class Tafel:
    """One tafel as the register describes it in one period of validity (`vanaf` included, `tot` excluded; None: open)."""

    id: TafelId
    naam: str
    soort: TafelSoort
    organisatie: OrganisatieId
    themas: frozenset[Thema]
    doelen: frozenset[Doel]
    jeugdtaak: bool
    """May hear about a person under 18."""
    geheim_bevoegd: bool
    """May hear about a person whose data are secret in the BRP."""
    telefoon: str
    email: str
    vanaf: date
    tot: date | None = None
    opvolger: TafelId | None = None
    """Who took over after `tot`."""
    openingstijden: tuple[str, ...] = ()
    """Local hours in which its desk answers, as the register writes them."""

    @property
    def contact(self) -> Contact:
        return Contact(self.id, self.naam, self.telefoon, self.email, self.openingstijden)
