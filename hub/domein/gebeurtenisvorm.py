"""How the events of a koppeling look as plain Avro values; reading validates. See `vorm` for signaal, stand and melding."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from hub.domein.gebeurtenis import (
    Antwoord,
    Beheerdaad,
    Bevraging,
    Termijn,
    Terugkoppeling,
    Triage,
    Uitspraak,
    Vraag,
    vrager,
)
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.koppeling import Stand
from hub.domein.signaal import Feiten
from hub.domein.vorm import Waarde, feiten_naar, feiten_uit, stand_naar, standen_uit, tokens_uit

_TERUGKOPPELING: Final = TypeAdapter(Terugkoppeling)
_TERMIJN: Final = TypeAdapter(Termijn)
_TRIAGE: Final = TypeAdapter(Triage)
_UITSPRAAK: Final = TypeAdapter(Uitspraak)
_BEVRAGING: Final = TypeAdapter(Bevraging)
_VRAAG: Final = TypeAdapter(Vraag)
_ANTWOORD: Final = TypeAdapter(Antwoord)
_BEHEERDAAD: Final = TypeAdapter(Beheerdaad)
_VELDEN: Final[dict[type, tuple[str, ...]]] = {}
"""The names of the fields of each noun, as they are first met."""


def plat(waarde: Any) -> Any:
    """Any of the nouns as plain values: dataclasses as dicts, identities as text, a stand in its own form."""
    match waarde:
        case Stand():
            return stand_naar(waarde)
        case Feiten():
            return feiten_naar(waarde)
        case UUID():
            return str(waarde)
        case tuple():
            return [plat(deel) for deel in waarde]
        case str() | int() | None:
            return waarde
    soort = type(waarde)
    if soort not in _VELDEN:
        _VELDEN[soort] = tuple(veld.name for veld in fields(soort)) if is_dataclass(soort) else ()
    namen = _VELDEN[soort]
    return {naam: plat(getattr(waarde, naam)) for naam in namen} if namen else waarde


def terugkoppeling_uit(waarde: Mapping[str, Any]) -> Terugkoppeling:
    """Raises pydantic.ValidationError."""
    return _TERUGKOPPELING.validate_python(waarde)


def termijn_uit(waarde: Mapping[str, Any]) -> Termijn:
    """Raises pydantic.ValidationError."""
    return _TERMIJN.validate_python(waarde)


def beheerdaad_uit(waarde: Mapping[str, Any]) -> Beheerdaad:
    """Raises pydantic.ValidationError."""
    return _BEHEERDAAD.validate_python(waarde)


def bevraging_uit(waarde: Mapping[str, Any]) -> Bevraging:
    """Raises pydantic.ValidationError."""
    return _BEVRAGING.validate_python(waarde)


def triage_naar(triage: Triage) -> Waarde:
    return {"aandragen": str(triage.aandragen), **plat(triage)}


def triage_uit(waarde: Mapping[str, Any]) -> Triage:
    """Raises pydantic.ValidationError or ValueError."""
    triage = _TRIAGE.validate_python({**waarde, "standen": standen_uit(waarde)})
    if str(triage.aandragen) != waarde["aandragen"]:
        raise ValueError("the aandragen is not that of its verdachte")
    return triage


def uitspraak_naar(uitspraak: Uitspraak) -> Waarde:
    return {"aandragen": str(uitspraak.aandragen), **plat(uitspraak)}


def uitspraak_uit(waarde: Mapping[str, Any]) -> Uitspraak:
    """Raises pydantic.ValidationError or ValueError."""
    uitspraak = _UITSPRAAK.validate_python(waarde)
    if str(uitspraak.aandragen) != waarde["aandragen"]:
        raise ValueError("the aandragen is not that of its verdachte")
    return uitspraak


def antwoord_uit(waarde: Mapping[str, Any]) -> Antwoord:
    """Raises pydantic.ValidationError or ValueError."""
    return _ANTWOORD.validate_python({**waarde, "standen": standen_uit(waarde)})


def vraag_naar(vraag: Vraag) -> Waarde:
    return {
        "id": str(vraag.id),
        "dossier": vraag.vrager.dossier,
        "tafel": vraag.vrager.tafel,
        "tijd": vraag.vrager.tijd,
        "uiterlijk": vraag.uiterlijk,
        "actor": vraag.actor,
        "partitie": vraag.partitie,
        "feiten": feiten_naar(vraag.vrager.feiten),
        "tokens": b"".join(vraag.tokens),
        "sleutels": plat(vraag.sleutels),
    }


def vraag_uit(waarde: Mapping[str, Any]) -> Vraag:
    """Raises pydantic.ValidationError, or ValueError where the tokens are not whole."""
    kale = {naam: waarde[naam] for naam in ("id", "actor", "uiterlijk", "partitie", "sleutels")}
    feiten = feiten_uit(waarde["feiten"])
    kant = vrager(Dossier(waarde["dossier"]), TafelId(waarde["tafel"]), waarde["tijd"], waarde["uiterlijk"], feiten)
    # As plain values: what is a Kant already is taken as it is, also with names and moments that are none.
    return _VRAAG.validate_python({**kale, "vrager": plat(kant), "tokens": tokens_uit(waarde["tokens"])})
