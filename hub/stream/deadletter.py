"""Dead letters: a refused record waits in `<topic>.dlq`, value and key byte for byte, until an operator hands it in again.

Headers after KIP-1034 (`__streams.errors.*`) plus `hub.error.*`. No message and no stack trace: they could quote the record. They come
behind the sender's own, and of two headers with one name the last counts.
"""

import hashlib
from typing import Final

from hub import metrics
from hub.stream.kop import tekst_uit
from hub.stream.record import Headers, Plek, Record, Uitvoer

ACHTERVOEGSEL: Final = ".dlq"
HERSTELKOP: Final = "hub.herstel."
"""How the names begin of headers that tell of a record that was handed in again."""
_ONZE: Final = ("__streams.errors.", "hub.error.", HERSTELKOP)

PAST: Final = 1_900_000
"""Bytes of a record that fit a dead-letter topic with its headers. The broker refuses larger ones on the inputs; this is for an input
topic with other settings: better a dead letter that says what it was than a stream that stops."""


_KORT: Final = 64
"""Kafka writes a shorter length in one byte, any other that matters here in four at most."""


def _omvang(record: Record) -> int:
    """Bytes that the record takes again. A name that was no text has grown by being read (`koppen.py`)."""
    delen = [record.key or b"", record.value or b""]
    delen += [deel for naam, waarde in record.headers for deel in (naam.encode(), waarde or b"")]
    return sum(len(deel) + (1 if len(deel) < _KORT else 4) for deel in delen)


def _wat_niet_past(record: Record) -> Headers:
    waarde = record.value or b""
    return (
        ("hub.error.omvang", str(len(waarde)).encode()),
        ("hub.error.sha256", hashlib.sha256(waarde).hexdigest().encode()),
    )


def topic_soort(topic: str) -> str:
    """A bounded name for a metric label: `signaal` for every `signaal.<tafel>.v1`, otherwise the topic."""
    kop = topic.partition(".")[0]
    return kop if kop in {"signaal", "melding"} else topic


def bron_van(letter: Record) -> Plek | None:
    """Where the record stood that this dead letter is; None where its headers do not say so, or say what cannot be."""
    topic, partitie, offset = (
        tekst_uit(letter.headers, f"__streams.errors.{w}") for w in ("topic", "partition", "offset")
    )
    try:
        bron = Plek.van(f"{topic}/{partitie}/{offset}")
    except ValueError:
        return None
    return bron if (bron.topic + ACHTERVOEGSEL, bron.partitie) == (letter.topic, letter.partitie) else None


def is_volledig(letter: Record) -> bool:
    """Whether the dead letter holds the record itself, and not merely its size."""
    return bool(letter.value) or not tekst_uit(letter.headers, "hub.error.omvang")


def van_afzender(headers: Headers) -> Headers:
    """The headers without ours."""
    return tuple((naam, waarde) for naam, waarde in headers if not naam.startswith(_ONZE))


def dode_letter(record: Record, *, code: str, kamer: str, fout: str) -> Uitvoer:
    """The record as its dead letter. `code` is one of a closed list of reasons, `fout` the name of the exception's class."""
    metrics.DODE_LETTERS.labels(topic_soort(record.topic), code).inc()
    past = _omvang(record) <= PAST
    key, value = (record.key, record.value) if past else (None, None)
    return Uitvoer(
        record.topic + ACHTERVOEGSEL,
        key,
        b"" if key is None and value is None else value,  # aiokafka sends no record of nothing at all
        (
            *(record.headers if past else _wat_niet_past(record)),
            ("__streams.errors.exception", fout.encode()),
            ("__streams.errors.topic", record.topic.encode()),
            ("__streams.errors.partition", str(record.partitie).encode()),
            ("__streams.errors.offset", str(record.offset).encode()),
            ("hub.error.code", code.encode()),
            ("hub.error.stage", kamer.encode()),
        ),
        record.partitie,
    )
