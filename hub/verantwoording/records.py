"""The records of accountability, as plain Avro values: decision (ADL), processing (Logboek Dataverwerkingen), act of a person (BIO2).

They are joined by `trace_id`. LDV forbids the user's identity in a processing line; who did what is in the audit line alone.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from hub.domein.codes import Besluit, MeldingSoort, Veld
from hub.domein.identiteit import TafelId
from hub.domein.koppeling import Kant

_BESLISSING: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:beslissing")
_AUDIT: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:audit")
GEGEVENSTYPE: Final = "urn:uitwisselhub:dossier"


def beslissing(
    *,
    trace_id: str,
    tijd: int,
    koppeling: str,
    bron: Kant,
    ontvanger: Kant | None,
    tafel: TafelId,
    soort: MeldingSoort,
    verzoek: str,
    besluit: Besluit,
    velden: Iterable[Veld],
    regels: Iterable[str],
    grondslag: str,
    beleid: str,
    register: str,
    model: str,
) -> dict[str, Any]:
    """One ADL-shaped record of one decision for one direction: may `tafel` hear of `bron`? A denial is a decision, not an error."""
    versie = 0 if ontvanger is None else ontvanger.versie
    naam = f"{koppeling}|{soort}|{bron.dossier}|{bron.versie}|{versie}|{tafel}|{beleid}|{register}|{model}|{tijd}|{verzoek}"
    return {
        "id": str(uuid5(_BESLISSING, naam)),
        "trace_id": trace_id,
        "tijd": tijd,
        "koppeling": koppeling,
        "bron": bron.tafel,
        "ontvanger": tafel,
        "verzoek": verzoek,
        "besluit": besluit,
        "velden": sorted(velden),
        "regels": list(regels),
        "grondslag": grondslag,
        "beleid": beleid,
        "register": register,
        "model": model,
    }


def verwerking(*, trace_id: str, melding: UUID, tijd: int, activiteit: str, betrokkene: Kant) -> dict[str, Any]:
    """One Logboek Dataverwerkingen line: this dossier's person was subject to one disclosure."""
    return {
        "trace_id": trace_id,
        "span_id": hashlib.sha256(f"{melding}|{betrokkene.dossier}".encode()).hexdigest()[:16],
        "name": "melding verstrekken",
        "status": "Ok",
        "start_time": tijd,
        "end_time": tijd,
        "processing_activity_id": activiteit,
        "data_subject_id": betrokkene.dossier,
        "data_subject_id_type": GEGEVENSTYPE,
    }


def audit(
    *, handeling: UUID, trace_id: str, tijd: int, actor: str, daad: str, object_: str, uitkomst: str
) -> dict[str, Any]:
    """One line about one act of a person (BIO2 8.15.01), to be delivered before its effect.

    `handeling` is the id of the act itself, as its actor named it: the same act with the same outcome is the same line, however often it
    is written.
    """
    return {
        "id": str(uuid5(_AUDIT, f"{handeling}|{actor}|{daad}|{object_}|{uitkomst}")),
        "trace_id": trace_id,
        "tijd": tijd,
        "actor": actor,
        "daad": daad,
        "object": object_,
        "uitkomst": uitkomst,
    }
