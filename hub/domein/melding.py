"""What a tafel hears: minimal, addressed, lawful. No offence, no reason, no person."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.domein.codes import Bekendheid, Dossierstatus, Loket, MeldingSoort, Weigercode, Weigerreden
from hub.domein.identiteit import GEEN_GRONDSLAG, Dossier, GrondslagId, TafelId, kenmerk
from hub.domein.signaal import Moment

BLIJVEND: Final = frozenset(
    {MeldingSoort.BEKEND, MeldingSoort.MOGELIJK_BEKEND, MeldingSoort.DUBBELE_CASUS, MeldingSoort.AANDRAGEN}
    | {MeldingSoort.CORRECTIE}
)
"""Kinds that stand until they are recalled or replaced. The others tell of an event, and depend on the order in which things happen."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call."""

    tafel: TafelId
    naam: str
    """The tafel's public name, never a person's."""
    telefoon: str
    email: str
    openingstijden: tuple[str, ...] = ()
    """Local hours in which the desk answers, as the register writes them."""


@dataclass(frozen=True, slots=True)
class Melding:
    """One melding to one tafel about the receiver's own dossier."""

    id: UUID
    soort: MeldingSoort
    koppeling: UUID
    kenmerk: str
    ontvanger: TafelId
    dossier: Dossier
    """The receiver's own; its connector turns it back into the case number."""
    tijd: Moment
    grondslag: GrondslagId
    beleid: str
    """Hash of the policy that permitted it."""
    contact: Contact | None = None
    """The other tafel; absent where the kind tells nothing about it (INGETROKKEN)."""
    reageren_voor: Moment | None = None
    betreft: UUID | None = None
    """The earlier melding that this one withdraws or corrects."""
    advies_beschikbaar: bool | None = None
    escalatieniveau: int | None = None
    ophouden_tot: Moment | None = None
    code: Weigercode | None = None
    """GEWEIGERD: why."""
    reactie: UUID | None = None
    """GEWEIGERD: the reaction that was refused."""
    status: Dossierstatus | None = None
    """STATUS: the state of the receiver's own dossier."""
    reden: Weigerreden | None = None
    """STATUS: why an intake did not take it."""
    antwoord: Bekendheid | None = None
    """ANTWOORD: what may be told."""
    contacten: tuple[Contact, ...] = ()
    """ANTWOORD: every tafel to call; the first is `contact`."""
    loket: Loket | None = None
    """ESCALATIE, AANDRAGEN: the desk that is addressed."""
    gesloten_tot: Moment | None = None
    """The contact's desk opens only then, after the receiver's ophouden has ended."""


def geweigerd(
    id_: UUID,
    *,
    koppeling: UUID,
    ontvanger: TafelId,
    dossier: Dossier,
    tijd: Moment,
    code: Weigercode,
    reactie: UUID | None = None,
) -> Melding:
    """What a tafel said of its own dossier cannot be; the same whatever it is about."""
    return Melding(
        id=id_,
        soort=MeldingSoort.GEWEIGERD,
        koppeling=koppeling,
        kenmerk=kenmerk(koppeling),
        ontvanger=ontvanger,
        dossier=dossier,
        tijd=tijd,
        grondslag=GEEN_GRONDSLAG,
        beleid="",
        code=code,
        reactie=reactie,
    )
