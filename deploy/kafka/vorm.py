"""The two forms of the embedded broker: open for a first look and for measurements, secured as in production."""

import os
from enum import Enum
from pathlib import Path
from typing import Final

from hub.stream.certificaten import CA
from hub.stream.inrichting import BEHEERDER, WACHTWOORD
from hub.stream.verbinding import Verbinding

VARIABELE: Final = "BEVEILIGD"
_HIER: Final = Path(__file__).parent


class Vorm(Enum):
    """Who may come in, and how."""

    OPEN = "open"
    """Loopback without password or encryption."""
    BEVEILIGD = "beveiligd"
    """SASL_SSL with SCRAM-SHA-512, default deny."""

    @property
    def sjabloon(self) -> str:
        """server.properties with `$` where broker.py fills in."""
        gedeeld = (_HIER / "server.properties").read_text()
        return f"{gedeeld}\n{(_HIER / f'{self.value}.properties').read_text()}"


def gekozen_vorm() -> Vorm:
    """What BEVEILIGD=1 in the environment asks for: demo and tests on a secured broker."""
    return Vorm.BEVEILIGD if os.environ.get(VARIABELE, "") not in {"", "0"} else Vorm.OPEN


def beheer(bootstrap: str, vorm: Vorm, geheim: Path) -> Verbinding:
    """The operator's connection with an embedded broker whose secrets are in `geheim`."""
    if vorm is Vorm.OPEN:
        return Verbinding(bootstrap=bootstrap)
    return Verbinding(
        bootstrap=bootstrap,
        beveiliging="SASL_SSL",
        gebruiker=BEHEERDER,
        wachtwoord_bestand=geheim / WACHTWOORD,
        ca_bestand=geheim / CA,
    )
