"""Logging: one JSON line per event, constant names. Libraries that repeat themselves during an outage are counted, not quoted."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from hub.stream.logregel import Demper, plaats


def _van_bibliotheek(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A library's line under one constant name; its text may hold addresses and topics, never a record."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event = {
            "event": "bibliotheek",
            "bron": record.name,
            "tekst": str(event["event"])[:300],
            "ingehouden": getattr(record, "ingehouden", 0),
            **(plaats(fout) if (fout := _fout(event)) else {}),
            "_record": record,
            "_from_structlog": False,
        }
    return event


def _fout(event: EventDict) -> BaseException | None:
    """The exception behind a library's line."""
    _, fout, _ = event.get("exc_info") or (None, None, None)
    return fout


def richt_in(niveau: int = logging.INFO) -> None:
    """Configure structlog and the standard library's logging for this process; to standard error."""
    gedeeld: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*gedeeld, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(niveau),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    uitgang = logging.StreamHandler(sys.stderr)
    uitgang.addFilter(Demper())
    uitgang.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[],
            processors=[
                _van_bibliotheek,
                *gedeeld[1:],
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    wortel = logging.getLogger()
    wortel.handlers[:] = [uitgang]
    wortel.setLevel(logging.WARNING)
