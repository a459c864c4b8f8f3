"""Dead letters: a refused record waits in `<topic>.dlq`, value and key byte for byte, until an operator hands it in again.

Headers after KIP-1034 (`__streams.errors.*`) plus `hub.error.*`. No message and no stack trace: they could quote the record.
"""

from typing import Final

from hub import metrics
from hub.stream.record import Record, Uitvoer

ACHTERVOEGSEL: Final = ".dlq"


def topic_soort(topic: str) -> str:
    """A bounded name for a metric label: `signaal` for every `signaal.<tafel>.v1`, otherwise the topic."""
    kop = topic.partition(".")[0]
    return kop if kop in {"signaal", "melding"} else topic


def dode_letter(record: Record, *, code: str, kamer: str, fout: str) -> Uitvoer:
    """The record as its dead letter. `code` is one of a closed list of reasons, `fout` the name of the exception's class."""
    metrics.DODE_LETTERS.labels(topic_soort(record.topic), code).inc()
    return Uitvoer(
        record.topic + ACHTERVOEGSEL,
        record.key,
        record.value,
        (
            *record.headers,
            ("__streams.errors.exception", fout.encode()),
            ("__streams.errors.topic", record.topic.encode()),
            ("__streams.errors.partition", str(record.partitie).encode()),
            ("__streams.errors.offset", str(record.offset).encode()),
            ("hub.error.code", code.encode()),
            ("hub.error.stage", kamer.encode()),
        ),
        record.partitie,
    )
