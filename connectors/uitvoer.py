"""How a melding looks to the tafel's own system: JSON with what only this connector knows. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from connectors.opslag import Getoond
from connectors.uitgaand import Gezegd
from hub.domein.codes import Dossierstatus, Loket, MeldingSoort, Reactie, Vrijgaverol, Weigercode, Weigerreden
from hub.domein.melding import Contact, Melding
from hub.stream.kop import rfc3339

Afloop = Literal["STAAT", "INGETROKKEN", "GECORRIGEERD", "VERVANGEN"]
"""What became of a melding since it was told."""

STAND: Final[Mapping[MeldingSoort | None, Afloop]] = {
    None: "STAAT",
    MeldingSoort.INGETROKKEN: "INGETROKKEN",
    MeldingSoort.CORRECTIE: "GECORRIGEERD",
    MeldingSoort.BEKEND: "VERVANGEN",
    MeldingSoort.DUBBELE_CASUS: "VERVANGEN",
    MeldingSoort.MOGELIJK_BEKEND: "VERVANGEN",
    MeldingSoort.AANDRAGEN: "VERVANGEN",
    MeldingSoort.STATUS: "VERVANGEN",
}
"""What became of a melding, by the kind of the one that named it: recalled, corrected, or told anew. A kind that is not here, such as
ESCALATIE, speaks of a melding that goes on standing, and is itself recalled by name."""


class Uit(BaseModel):
    """Base of everything that goes out."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True)


class ContactUit(Uit):
    """Whom to call."""

    tafel: str
    naam: str
    telefoon: str
    email: str
    openingstijden: tuple[str, ...] = ()
    """Local hours, as the register writes them."""


class MeldingInhoud(Uit):
    """What the hub tells; null: nothing, or not permitted, or withdrawn since."""

    id: UUID
    soort: MeldingSoort
    koppeling: UUID
    kenmerk: str
    """Short reference that both desks see."""
    tijd: str
    """RFC 3339."""
    grondslag: str
    beleid: str
    contact: ContactUit | None
    reageren_voor: str | None
    betreft: UUID | None
    advies_beschikbaar: bool | None
    escalatieniveau: int | None
    ophouden_tot: str | None
    code: Weigercode | None = None
    """GEWEIGERD: why."""
    reactie: UUID | None = None
    """GEWEIGERD: the reaction that was refused."""
    status: Dossierstatus | None = None
    """STATUS: the state of the organisation's own dossier."""
    reden: Weigerreden | None = None
    """STATUS: why an intake did not take it."""
    loket: Loket | None = None
    """ESCALATIE, AANDRAGEN: which of this tafel's desks is addressed."""
    gesloten_tot: str | None = None
    """The other desk opens only then, after the ophouden has ended."""


class ReactieUit(Uit):
    """What this tafel said about a melding."""

    id: UUID
    soort: Reactie
    rol: Vrijgaverol | None = None
    naar: str | None = None
    reden: Weigerreden | None = None
    advies_beschikbaar: bool | None = None
    op: str
    """RFC 3339."""
    bezorgd: bool
    """Whether the hub has it for certain; if not, say it again."""
    geweigerd: Weigercode | None
    """Why the hub refused it; null: it did not, as far as is known."""


class MeldingUit(MeldingInhoud):
    """One melding in the inbox, with what only this connector knows."""

    volgnummer: int
    zaaknummer: str | None
    """The organisation's own; null where the connector does not know the dossier (yet)."""
    stand: Afloop
    reacties: tuple[ReactieUit, ...]
    """Oldest first."""


def inhoud(melding: Melding) -> MeldingInhoud:
    """What the tafel's system gets of a melding: everything but the opaque dossier."""
    return MeldingInhoud(
        id=melding.id,
        soort=melding.soort,
        koppeling=melding.koppeling,
        kenmerk=melding.kenmerk,
        tijd=rfc3339(melding.tijd),
        grondslag=melding.grondslag,
        beleid=melding.beleid,
        contact=melding.contact and contact_uit(melding.contact),
        reageren_voor=_tijdstip(melding.reageren_voor),
        betreft=melding.betreft,
        advies_beschikbaar=melding.advies_beschikbaar,
        escalatieniveau=melding.escalatieniveau,
        ophouden_tot=_tijdstip(melding.ophouden_tot),
        code=melding.code,
        reactie=melding.reactie,
        status=melding.status,
        reden=melding.reden,
        loket=melding.loket,
        gesloten_tot=_tijdstip(melding.gesloten_tot),
    )


def merk(melding: Melding) -> bytes:
    """A digest of what a melding tells, whenever it is told and under whichever version of the same policy."""
    zonder = {"tijd", "reageren_voor", "gesloten_tot", "beleid"}
    return hashlib.blake2b(inhoud(melding).model_dump_json(exclude=zonder).encode(), digest_size=16).digest()


def contact_uit(contact: Contact) -> ContactUit:
    """Whom to call, as the tafel's system gets it."""
    return ContactUit(
        tafel=contact.tafel,
        naam=contact.naam,
        telefoon=contact.telefoon,
        email=contact.email,
        openingstijden=contact.openingstijden,
    )


def naar_buiten(rij: Getoond, gezegd: Iterable[Gezegd]) -> str:
    """JSON of one melding as it stands now, with what was said about it."""
    kern = MeldingInhoud.model_validate_json(rij.inhoud)
    return MeldingUit(
        **dict(kern),
        volgnummer=rij.volgnummer,
        zaaknummer=rij.zaaknummer,
        stand=STAND[rij.vervallen_door],
        reacties=tuple(map(_reactie, gezegd)),
    ).model_dump_json()


def _reactie(gezegd: Gezegd) -> ReactieUit:
    zo_gezegd = json.loads(gezegd.inhoud)
    eigen = {"id": gezegd.id, "op": rfc3339(gezegd.op), "bezorgd": gezegd.bezorgd, "geweigerd": gezegd.geweigerd}
    return ReactieUit.model_validate(zo_gezegd | eigen)


def _tijdstip(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)
