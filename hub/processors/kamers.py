"""What the rooms have in common: open one record at a time, and refuse what is bad without harming its neighbours."""

from collections.abc import Callable, Container, Sequence
from functools import partial
from typing import Any, Final

import structlog
from pydantic import ValidationError

from hub import metrics
from hub.processors.namen import Geweigerd, Weigering
from hub.stream.codec import Codec, OnbekendSchema, Onleesbaar
from hub.stream.deadletter import dode_letter
from hub.stream.kop import trace_van, traceparent_uit
from hub.stream.logregel import plaats
from hub.stream.record import Record, Stap
from hub.stream.statelog import StaatOnleesbaar

log = structlog.get_logger()

MAX_BYTES: Final = 65_536
"""Intermediaries must forward events of up to 64 KB (NL GOV profile for CloudEvents); the gate takes no larger ones."""


def per_record(kamer: str, stap: Stap, records: Sequence[Record], doe: Callable[[Record], str]) -> None:
    """Do one record after another. `doe` returns what became of it (a metric label).

    A refusal is a dead letter with its code. State that cannot be read stops the worker. Any other exception is a bug about this one
    record: dead letter `intern`, alarm, go on.
    """
    geteld: dict[str, int] = {}
    for record in records:
        try:
            uitkomst = doe(record)
        except Geweigerd as fout:
            uitkomst = "geweigerd"
            oorzaak = type(fout.__cause__ or fout).__name__
            stap.uit.append(dode_letter(record, code=fout.code, kamer=kamer, fout=oorzaak))
            log.warning("record_geweigerd", kamer=kamer, code=fout.code, **_plaats(record))
        except StaatOnleesbaar:
            raise  # not about this record: the worker stops
        except Exception as fout:  # noqa: BLE001 - see above; the message could quote the record, so only the class is told
            uitkomst = "geweigerd"
            stap.uit.append(dode_letter(record, code=Weigering.INTERN, kamer=kamer, fout=type(fout).__name__))
            log.error(  # noqa: TRY400 - a stack trace could quote the record
                "interne_fout", kamer=kamer, **plaats(fout), **_plaats(record)
            )
        geteld[uitkomst] = geteld.get(uitkomst, 0) + 1
    for uitkomst, aantal in geteld.items():
        stap.daarna.append(partial(metrics.RECORDS.labels(kamer, uitkomst).inc, aantal))


def _plaats(record: Record) -> dict[str, Any]:
    return {"topic": record.topic, "partitie": record.partitie, "offset": record.offset}


def open_record(codec: Codec, record: Record, verwacht: Container[str]) -> tuple[str, dict[str, Any]]:
    """Schema and plain value of a record of one of the expected schemas. Raises Geweigerd."""
    if not record.value:
        raise Geweigerd(Weigering.LEEG)
    if len(record.value) > MAX_BYTES:
        raise Geweigerd(Weigering.TE_GROOT)
    try:
        naam, waarde = codec.decodeer(record.value)
    except OnbekendSchema as fout:
        raise Geweigerd(Weigering.ONBEKEND_SCHEMA) from fout
    except Onleesbaar as fout:
        raise Geweigerd(Weigering.ONLEESBAAR) from fout
    if naam not in verwacht:
        raise Geweigerd(Weigering.NIET_ONDERSTEUND)
    return naam, waarde


def geldig(lees: Callable[[dict[str, Any]], Any], waarde: dict[str, Any]) -> Any:
    """Read a value as one of the nouns. Raises Geweigerd when its contents are outside the covenant."""
    try:
        return lees(waarde)
    except (ValidationError, ValueError) as fout:
        raise Geweigerd(Weigering.ONGELDIG) from fout


def spoor(record: Record) -> str:
    """The trace that a record belongs to; one without gets the trace of its own place, so that a replay gives the same bytes."""
    return traceparent_uit(record.headers) or trace_van(f"{record.topic}|{record.partitie}|{record.offset}")
