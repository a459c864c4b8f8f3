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

from hub.stream.logregel import Demper, plaats

VELDEN: Final = frozenset(
    {
        "event", "level", "timestamp", "weggelaten",
        "aantal", "adres", "bijgewerkt", "bibliotheek", "code", "doe", "fout", "geweigerd", "organisatie", "partitie", "plaats",
        "poort", "reden", "seconden", "soort", "tafel", "tekst", "topic", "uitkomst", "van", "verstuurd", "waar", "wacht_seconden",
    }
)  # fmt: skip
_PRATERS: Final = ("aiokafka",)
"""Libraries whose filled-in text names brokers and topics only, never a record."""


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
    regels.addFilter(Demper())
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


class _Regel(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        tekst = record.getMessage() if record.name.startswith(_PRATERS) else str(record.msg)
        regel: dict[str, object] = {
            "event": "bibliotheek",
            "bibliotheek": record.name,
            "level": record.levelname.lower(),
            "tekst": tekst.partition("\n")[0][:300],
            "ingehouden": getattr(record, "ingehouden", 0),
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
        }
        if record.exc_info and record.exc_info[1] is not None:
            regel |= plaats(record.exc_info[1])
        return json.dumps(regel)
