"""The log: one JSON object per line on stderr, constant event names, and only the fields of the list below.

A whitelist, because a blacklist forgets: a value whose name is not here is dropped and counted. Of what libraries log only the
fixed text is kept, without the values that they fill in; a library may quote anything.
"""

import json
import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

VELDEN: Final = frozenset(
    {
        "event", "level", "timestamp", "weggelaten",
        "aantal", "adres", "bijgewerkt", "bibliotheek", "code", "fout", "geweigerd", "organisatie", "partitie", "plaats",
        "poort", "reden", "soort", "tafel", "tekst", "topic", "uitkomst", "van", "verstuurd", "wacht_seconden",
    }
)  # fmt: skip
_PRATERS: Final = ("aiokafka",)
"""Libraries whose filled-in text names brokers and topics only, never a record."""
_STILTE: Final = 10.0
"""Seconds in which a library's same line is written once: aiokafka repeats itself a hundred times per second during an outage."""


def stel_in(uitvoer: TextIO | None = None) -> None:
    """Sets up structlog and the standard library's logging for this process."""
    uitvoer = uitvoer or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            alleen_bekende_velden,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(uitvoer),
        cache_logger_on_first_use=False,
    )
    regels = logging.StreamHandler(uitvoer)
    regels.setFormatter(_Regel())
    regels.addFilter(_Herhaling())
    wortel = logging.getLogger()
    wortel.handlers[:] = [regels]
    wortel.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def alleen_bekende_velden(_logger: Any, _naam: str, regel: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: drops every field that is not in the list."""
    bekend = {naam: waarde for naam, waarde in regel.items() if naam in VELDEN}
    if len(bekend) < len(regel):
        bekend["weggelaten"] = len(regel) - len(bekend)
    return bekend


def plaats_van(fout: BaseException) -> str:
    """Where an exception arose, `file:line`: enough to find a bug, and no value of what was being handled."""
    spoor = fout.__traceback__
    while spoor is not None and spoor.tb_next is not None:
        spoor = spoor.tb_next
    return "" if spoor is None else f"{spoor.tb_frame.f_code.co_filename.rpartition('/')[2]}:{spoor.tb_lineno}"


class _Regel(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        tekst = record.getMessage() if record.name.startswith(_PRATERS) else str(record.msg)
        regel = {
            "event": "bibliotheek",
            "bibliotheek": record.name,
            "level": record.levelname.lower(),
            "tekst": tekst.partition("\n")[0][:300],
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
        }
        if record.exc_info and record.exc_info[1] is not None:
            regel["fout"], regel["plaats"] = type(record.exc_info[1]).__name__, plaats_van(record.exc_info[1])
        return json.dumps(regel)


class _Herhaling(logging.Filter):
    """Lets one line per text and period through."""

    def __init__(self) -> None:
        super().__init__()
        self._laatst: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        sleutel = (record.name, str(record.msg))
        if record.created - self._laatst.get(sleutel, 0.0) < _STILTE:
            return False
        self._laatst[sleutel] = record.created
        return True
