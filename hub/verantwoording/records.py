"""The two records of every step, as plain Avro values: the decision (ADL) and the processing (Logboek Dataverwerkingen).

They are joined by `trace_id`. LDV forbids the user's identity in a processing line; an act of a person is an audit line (BIO2).
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from hub.domein.codes import Besluit, Veld
from hub.domein.koppeling import Kant

_BESLISSING: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:beslissing")
GEGEVENSTYPE: Final = "urn:uitwisselhub:dossier"


def beslissing(
    *,
    trace_id: str,
    tijd: int,
    koppeling: UUID,
    bron: Kant,
    ontvanger: Kant,
    verzoek: str,
    besluit: Besluit,
    velden: Iterable[Veld],
    regels: Iterable[str],
    grondslag: str,
    beleid: str,
    register: str,
    model: str,
) -> dict[str, Any]:
    """One ADL-shaped record of one decision for one direction. A denial is a decision, not an error."""
    naam = f"{koppeling}|{bron.dossier}|{bron.versie}|{ontvanger.versie}|{beleid}|{register}|{model}|{tijd}"
    return {
        "id": str(uuid5(_BESLISSING, naam)),
        "trace_id": trace_id,
        "tijd": tijd,
        "koppeling": str(koppeling),
        "bron": bron.tafel,
        "ontvanger": ontvanger.tafel,
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
