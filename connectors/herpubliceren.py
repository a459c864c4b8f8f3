"""Delivering every dossier again under the keys that are written now, from a full export of the organisation's own system.

The connector keeps no clear text, so only the source can give it once more: through the same checks as any delivery. What stands
under the right keys already is passed over, so that a run that was broken off goes on where it was.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from enum import auto
from typing import Final

from connectors.aanlevering import Levering, Ontvangst
from connectors.invoer import Invoer
from connectors.pseudoniem import Pseudonimiseerder
from connectors.publicaties import Publicatie, Publicaties
from hub.domein.codes import Code

PER_SECONDE: Final = 200
"""Dossiers per second unless told otherwise: the day's own signalen must not wait behind them."""


class Gevolg(Code):
    """What became of one message of the export."""

    HERPUBLICEERD = auto()
    AL_GEDAAN = auto()
    VEROUDERD = auto()
    """The export is older than what was delivered: sending it would bring the past back."""
    VERVALLEN = auto()
    """Withdrawn, or past its term."""


class Tempo:
    """Lets through at most so many per second, evenly."""

    def __init__(
        self,
        per_seconde: int,
        klok: Callable[[], float],
        slaap: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`klok` gives seconds and never runs back."""
        self._stap = 1 / per_seconde
        self._klok = klok
        self._slaap = slaap
        self._volgende = 0.0

    async def wacht(self) -> None:
        """Returns when it is this caller's turn."""
        nu = self._klok()
        beurt = max(self._volgende, nu)
        self._volgende = beurt + self._stap
        await self._slaap(beurt - nu)


class Herpublicatie:
    """Stands before the ordinary delivery and lets through only what must be delivered again."""

    def __init__(
        self,
        levering: Levering,
        pseudoniem: Pseudonimiseerder,
        publicaties: Publicaties,
        klok: Callable[[], int],
        tempo: Tempo,
        geteld: Counter[Gevolg],
    ) -> None:
        """`klok` gives milliseconds since the epoch; `geteld` is where the consequences are counted."""
        self._levering = levering
        self._pseudoniem = pseudoniem
        self._publicaties = publicaties
        self._klok = klok
        self._tempo = tempo
        self._geteld = geteld

    async def lever(self, invoer: Invoer) -> Ontvangst:
        """Raises Ongeldig or NietBezorgd."""
        vorige = self._publicaties.van(self._pseudoniem.dossier(invoer.zaaknummer))
        if vorige is not None:
            # Without a moment of its own it is the state that was delivered last: new keys are no change of the dossier.
            moment = vorige.moment if invoer.gewijzigd_op is None else invoer.gewijzigd_op
            gevolg = self._overgeslagen(moment, vorige)
            if gevolg is not None:
                self._geteld[gevolg] += 1
                return Ontvangst(invoer.zaaknummer, moment, verouderd=True)
            invoer = invoer.model_copy(update={"gewijzigd_op": moment})
        await self._tempo.wacht()
        ontvangst = await self._levering.lever(invoer)
        self._geteld[Gevolg.VEROUDERD if ontvangst.verouderd else Gevolg.HERPUBLICEERD] += 1
        return ontvangst

    def _overgeslagen(self, moment: int, vorige: Publicatie) -> Gevolg | None:
        if moment < vorige.moment:
            return Gevolg.VEROUDERD
        if moment > vorige.moment:
            return None
        if not vorige.reeksen or vorige.bewaren_tot <= self._klok():
            return Gevolg.VERVALLEN
        return Gevolg.AL_GEDAAN if vorige.reeksen == self._pseudoniem.reeksen else None
