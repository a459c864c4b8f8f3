"""How the nouns look as plain Avro values. Reading validates (closed lists, forms, bounds); writing is a plain dict."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from hub.domein.codes import Uitkomst
from hub.domein.identiteit import eens
from hub.domein.koppeling import Bewijs, Kant, Stand
from hub.domein.melding import Contact, Melding
from hub.domein.signaal import Feiten, Signaal, Sleutel, Sleutelblok

Waarde = dict[str, Any]

_SIGNAAL: Final = TypeAdapter(Signaal)
_KANT: Final = TypeAdapter(Kant)
_FEITEN: Final = TypeAdapter(Feiten)
_MELDING: Final = TypeAdapter(Melding)
_FEITENVELDEN: Final = tuple(veld.name for veld in fields(Feiten))
_SLEUTELS: Final = TypeAdapter(tuple[Sleutel, ...])


def signaal_uit(waarde: Mapping[str, Any]) -> Signaal:
    """A signaal from outside. Raises pydantic.ValidationError naming every fault at once."""
    return _SIGNAAL.validate_python(waarde)


def feiten_uit(waarde: Mapping[str, Any]) -> Feiten:
    """Raises pydantic.ValidationError."""
    return _FEITEN.validate_python(waarde)


def feiten_naar(feiten: Feiten) -> Waarde:
    return {naam: getattr(feiten, naam) for naam in _FEITENVELDEN}


def signaal_naar(signaal: Signaal) -> Waarde:
    return {
        "soort": signaal.soort,
        "dossier": signaal.dossier,
        "versie": signaal.versie,
        "status": signaal.status,
        "tafel": signaal.tafel,
        "feiten": feiten_naar(signaal.feiten),
        "bewaren_tot": signaal.bewaren_tot,
        "sleutels": [
            {
                "tijdvak": bos.tijdvak,
                "indeling": bos.indeling,
                "tabelhash": bos.tabelhash,
                "sleutels": _sleutels(bos.sleutels),
            }
            for bos in signaal.sleutels
        ],
        "voorganger": signaal.voorganger,
        "persoon_sinds": signaal.persoon_sinds,
    }


def _sleutels(sleutels: tuple[Sleutel, ...]) -> list[Waarde]:
    return [{"token": sleutel.token, "codering": sleutel.codering} for sleutel in sleutels]


def sleutelblok_naar(blok: Sleutelblok) -> Waarde:
    return {
        "soort": blok.soort,
        "dossier": blok.dossier,
        "versie": blok.versie,
        "tafel": blok.tafel,
        "tijd": blok.tijd,
        "bewaren_tot": blok.bewaren_tot,
        "feiten": feiten_naar(blok.feiten),
        "tokens": b"".join(blok.tokens),
        "sleutels": _sleutels(blok.sleutels),
        "voorganger": blok.voorganger,
        "persoon_sinds": blok.persoon_sinds,
    }


def kant_uit(waarde: Mapping[str, Any]) -> Kant:
    """The side that a sleutelblok or a stand describes. Raises pydantic.ValidationError."""
    return _KANT.validate_python(waarde)


def sleutelblok_uit(waarde: Mapping[str, Any]) -> Sleutelblok:
    """Raises pydantic.ValidationError, or ValueError where the tokens are not whole."""
    kant = kant_uit(waarde)
    return Sleutelblok(
        soort=kant.soort,
        dossier=kant.dossier,
        versie=kant.versie,
        tafel=kant.tafel,
        tijd=kant.tijd,
        bewaren_tot=kant.bewaren_tot,
        feiten=kant.feiten,
        tokens=tokens_uit(waarde["tokens"]),
        sleutels=_SLEUTELS.validate_python(waarde["sleutels"]),
        voorganger=kant.voorganger,
        persoon_sinds=kant.persoon_sinds,
    )


def tokens_uit(tokens: bytes) -> tuple[bytes, ...]:
    """Raises ValueError where the tokens are not whole."""
    if len(tokens) % 8:
        raise ValueError("tokens are 8 bytes each")
    return tuple(tokens[i : i + 8] for i in range(0, len(tokens), 8))


def _kant_naar(kant: Kant) -> Waarde:
    return {
        "dossier": kant.dossier,
        "soort": kant.soort,
        "versie": kant.versie,
        "tafel": kant.tafel,
        "tijd": kant.tijd,
        "bewaren_tot": kant.bewaren_tot,
        "feiten": feiten_naar(kant.feiten),
        "voorganger": kant.voorganger,
        "persoon_sinds": kant.persoon_sinds,
        "hervat": kant.hervat,
        "gegaan": kant.gegaan,
    }


def stand_naar(stand: Stand) -> Waarde:
    return {
        "koppeling": str(stand.koppeling),
        "links": _kant_naar(stand.links),
        "rechts": _kant_naar(stand.rechts),
        "uitkomst": stand.bewijs.uitkomst,
        "gewicht": stand.bewijs.gewicht,
        "niveaus": bytes(stand.bewijs.niveaus),
        "model": stand.bewijs.model,
    }


def stand_uit(waarde: Mapping[str, Any]) -> Stand:
    """Raises pydantic.ValidationError, or ValueError where the koppeling is not that of the two dossiers in order."""
    stand = Stand(
        kant_uit(waarde["links"]),
        kant_uit(waarde["rechts"]),
        Bewijs(Uitkomst(waarde["uitkomst"]), waarde["gewicht"], tuple(waarde["niveaus"]), eens(waarde["model"])),
    )
    if stand.links.stam >= stand.rechts.stam or str(stand.koppeling) != waarde["koppeling"]:
        raise ValueError("the koppeling is not that of its two dossiers, sorted")
    return stand


def standen_uit(waarde: Mapping[str, Any]) -> tuple[Stand, ...]:
    """The field `standen` of a record. Raises as `stand_uit`."""
    return tuple(stand_uit(stand) for stand in waarde["standen"])


def melding_naar(melding: Melding) -> Waarde:
    contact = melding.contact
    return {
        "id": str(melding.id),
        "soort": melding.soort,
        "koppeling": str(melding.koppeling),
        "kenmerk": melding.kenmerk,
        "ontvanger": melding.ontvanger,
        "dossier": melding.dossier,
        "tijd": melding.tijd,
        "grondslag": melding.grondslag,
        "beleid": melding.beleid,
        "contact": None if contact is None else _contact_naar(contact),
        "reageren_voor": melding.reageren_voor,
        "betreft": _tekst(melding.betreft),
        "advies_beschikbaar": melding.advies_beschikbaar,
        "escalatieniveau": melding.escalatieniveau,
        "ophouden_tot": melding.ophouden_tot,
        "code": melding.code,
        "reactie": _tekst(melding.reactie),
        "status": melding.status,
        "reden": melding.reden,
        "antwoord": melding.antwoord,
        "contacten": [_contact_naar(contact) for contact in melding.contacten],
        "loket": melding.loket,
        "gesloten_tot": melding.gesloten_tot,
    }


def _contact_naar(contact: Contact) -> Waarde:
    return {
        "tafel": contact.tafel,
        "naam": contact.naam,
        "telefoon": contact.telefoon,
        "email": contact.email,
        "openingstijden": list(contact.openingstijden),
    }


def _tekst(uuid: UUID | None) -> str | None:
    return None if uuid is None else str(uuid)


def melding_uit(waarde: Mapping[str, Any]) -> Melding:
    """Raises pydantic.ValidationError."""
    return _MELDING.validate_python(waarde)
