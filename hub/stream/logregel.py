"""What a log line may tell of an error, and how often a library may say the same. For every process of the project."""

import logging
import time
from pathlib import Path
from typing import Any, Final

HERHALING: Final = 10.0
"""Seconds in which the same line of a library is written once; the next one tells how often it was held back."""


def plaats(fout: BaseException) -> dict[str, Any]:
    """Class and place of an exception: code, never data. Its text could quote a record, or a person."""
    spoor = fout.__traceback__
    while spoor is not None and spoor.tb_next is not None:
        spoor = spoor.tb_next
    waar = "" if spoor is None else f"{Path(spoor.tb_frame.f_code.co_filename).name}:{spoor.tb_lineno}"
    return {"fout": type(fout).__name__, "waar": waar}


class Demper(logging.Filter):
    """One line per place in a library and period: aiokafka writes a hundred a second while the broker is away."""

    def __init__(self) -> None:
        super().__init__()
        self._gezien: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        plek, nu = (record.name, record.lineno), time.monotonic()
        laatst, ingehouden = self._gezien.get(plek, (float("-inf"), 0))
        if nu - laatst < HERHALING:
            self._gezien[plek] = (laatst, ingehouden + 1)
            return False
        self._gezien[plek] = (nu, 0)
        record.ingehouden = ingehouden
        return True
