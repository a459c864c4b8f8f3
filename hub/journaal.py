"""Logging: one JSON line per event, constant names. Libraries that repeat themselves during an outage are counted, not quoted."""

import logging
import sys
import time
import traceback
from pathlib import Path
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

HERHALING: Final = 10.0
"""Seconds in which the same line of a library is written once; the next one tells how often it was held back."""


class Demper(logging.Filter):
    """One line per place in a library and period: aiokafka writes a hundred a second while the broker is away."""

    def __init__(self) -> None:
        super().__init__()
        self._gezien: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        plaats, nu = (record.name, record.lineno), time.monotonic()
        laatst, ingehouden = self._gezien.get(plaats, (float("-inf"), 0))
        if nu - laatst < HERHALING:
            self._gezien[plaats] = (laatst, ingehouden + 1)
            return False
        self._gezien[plaats] = (nu, 0)
        record.ingehouden = ingehouden
        return True


def _van_bibliotheek(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A library's line under one constant name; its text may hold addresses and topics, never a record."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event = {
            "event": "bibliotheek",
            "bron": record.name,
            "tekst": str(event["event"])[:300],
            "ingehouden": getattr(record, "ingehouden", 0),
            **_oorzaak(event),
            "_record": record,
            "_from_structlog": False,
        }
    return event


def _oorzaak(event: EventDict) -> dict[str, str]:
    """Class and place of the exception behind a library's line: code, never data."""
    soort, _, spoor = event.get("exc_info") or (None, None, None)
    if soort is None or spoor is None:
        return {}
    diepst = traceback.extract_tb(spoor)[-1]
    return {"fout": soort.__name__, "waar": f"{Path(diepst.filename).name}:{diepst.lineno}"}


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
