"""Identities: what a dossier, a koppeling and a melding are called. All opaque, all reproducible, none derived from a person."""

import base64
import hashlib
import re
from functools import lru_cache
from typing import Annotated, Final, NewType
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AfterValidator, StringConstraints

Dossier = NewType("Dossier", str)
"""`<organisatie>.<26 base32 characters>`: the organisation that owns it, and a keyed pseudonym of its own case number."""

TafelId = NewType("TafelId", str)
OrganisatieId = NewType("OrganisatieId", str)
GrondslagId = NewType("GrondslagId", str)
GemeenteCode = NewType("GemeenteCode", str)
"""CBS code, `GM` and four digits."""

GEEN_GRONDSLAG = GrondslagId("")
"""Of a melding that tells nothing about another's dossier."""

_CODE = r"[a-z][a-z0-9-]{1,39}"
DOSSIER = re.compile(rf"^{_CODE}\.[a-z2-7]{{26}}$")
TAFEL = re.compile(rf"^{_CODE}$")
GEMEENTE = re.compile(r"^GM[0-9]{4}$")


@lru_cache(4096)
def eens(tekst: str) -> str:
    """The one object that stands for this text, of those that came by lately: not `sys.intern`, which keeps every text there ever was
    under Python 3.12, and hostile ones too."""
    return str(tekst)


Gedeeld = Annotated[str, AfterValidator(eens)]
"""A text that many records have in common: held once."""
DossierVeld = Annotated[Dossier, StringConstraints(pattern=DOSSIER.pattern)]
TafelVeld = Annotated[TafelId, StringConstraints(pattern=TAFEL.pattern), AfterValidator(eens)]
GemeenteVeld = Annotated[GemeenteCode, StringConstraints(pattern=GEMEENTE.pattern), AfterValidator(eens)]
GrondslagVeld = Annotated[GrondslagId, StringConstraints(pattern=rf"^{_CODE}$"), AfterValidator(eens)]
"""The same, with the form that a value from outside must have; what many records share is held once."""

_KOPPELING = uuid5(NAMESPACE_URL, "urn:uitwisselhub:koppeling")
_MELDING = uuid5(NAMESPACE_URL, "urn:uitwisselhub:melding")
AANDRAGEN: Final = OrganisatieId("aandragen")
"""Stands for the organisation in the dossier of what is brought to an intake; the register gives no organisation this code."""
BEHEER: Final = TafelId("beheer")
"""The tafel under whose name the operator speaks; the register gives no tafel this id, so that nothing is ever matched or told to it."""
_AANDRAGEN = uuid5(NAMESPACE_URL, "urn:uitwisselhub:aandragen")
_KENMERK = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def dossier(organisatie: str, pseudoniem: bytes) -> Dossier:
    """The dossier of an organisation from the 16-byte keyed pseudonym of its case number."""
    if len(pseudoniem) != 16:
        raise ValueError("a dossier pseudonym has 16 bytes")
    naam = f"{organisatie}.{base64.b32encode(pseudoniem).decode().rstrip('=').lower()}"
    if not DOSSIER.match(naam):
        raise ValueError(f"not an organisation code: {organisatie!r}")
    return Dossier(naam)


def organisatie_van(naam: Dossier) -> OrganisatieId:
    """The organisation that owns a dossier; it stands in the dossier's name, so that the gate can check it without state."""
    return OrganisatieId(naam.partition(".")[0])


@lru_cache(4096)
def koppeling_id(een: Dossier, ander: Dossier) -> UUID:
    """The koppeling of two dossiers: the same whichever comes first."""
    return uuid5(_KOPPELING, "|".join(sorted((een, ander))))


@lru_cache(4096)
def aandragen_id(dossier_: Dossier) -> UUID:
    """The bringing of a verdachte's dossier to an intake."""
    return uuid5(_AANDRAGEN, dossier_)


def aandragen_dossier(aandragen: UUID) -> Dossier:
    """What an intake's melding names, which has no dossier of the person: nothing in it leads back to the source's."""
    return dossier(AANDRAGEN, aandragen.bytes)


def weigering_id(reactie: UUID) -> UUID:
    """The melding that refuses a reaction; there may be no koppeling that could number it."""
    return uuid5(_MELDING, f"{reactie}|geweigerd")


def signaalweigering_id(dossier_: Dossier, versie: int) -> UUID:
    """The melding that tells a source that its signaal was refused at the gate."""
    return uuid5(_MELDING, f"{dossier_}|{versie}|geweigerd")


def melding_id(koppeling: UUID, ontvanger: TafelId, volgnummer: int, leven: int = 0) -> UUID:
    """The `volgnummer`-th melding (from 1) to one tafel in one life of a koppeling. A repeated delivery keeps its id.

    A koppeling that was forgotten and begins anew numbers from 1 again: without the mark of its life, its meldingen would pass for those
    that the receiver had before.
    """
    eigen = f"{koppeling}|{ontvanger}|{volgnummer}"
    return uuid5(_MELDING, f"{eigen}|{leven}" if leven else eigen)


def kenmerk(koppeling: UUID) -> str:
    """Short reference that both desks see and can read out by telephone, e.g. `7QK3-M9FA`: Crockford base32, no I, L, O, U."""
    kort = base64.b32encode(hashlib.sha256(koppeling.bytes).digest()[:5]).decode().translate(_KENMERK)
    return f"{kort[:4]}-{kort[4:]}"
