"""Questions that wait for their answer. An answer is for the call that waits: it is never stored, and dropped when nobody waits."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from connectors.meters import Meters
from hub.domein.identiteit import Dossier
from hub.domein.melding import Melding

PLAATSEN: Final = 100
"""Questions that can wait at the same time."""


class Vol(Exception):
    """Too many questions wait already."""


class Wachtkamer:
    """One place per question, under the dossier that was made for it."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters
        self._wachtend: dict[Dossier, asyncio.Future[Melding]] = {}
        meters.wachtende_vragen.set_function(lambda: len(self._wachtend))

    @contextmanager
    def plaats(self, dossier: Dossier) -> Iterator["asyncio.Future[Melding]"]:
        """A place for one question; the future gets its answer. Raises Vol."""
        if len(self._wachtend) >= PLAATSEN:
            raise Vol
        antwoord = self._wachtend[dossier] = asyncio.get_running_loop().create_future()
        try:
            yield antwoord
        finally:
            del self._wachtend[dossier]

    def kom(self, melding: Melding) -> None:
        """An answer has come. The first one counts."""
        wachtend = self._wachtend.get(melding.dossier)
        op_tijd = wachtend is not None and not wachtend.done()
        self._meters.antwoorden.labels("op_tijd" if op_tijd else "te_laat").inc()
        if wachtend is not None and op_tijd:
            wachtend.set_result(melding)
