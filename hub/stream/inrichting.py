"""What a secured broker must have before its first start: certificates, and one user who may make the others."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hub.geheim import lees_geheim, nieuw_geheim, schrijf_geheim
from hub.stream.certificaten import brokernaam, geef_uit, maak_ca
from hub.stream.verbinding import MECHANISME

BEHEERDER: Final = "beheer"
"""The operator, the only user above the access rules (super.users of the broker)."""
WACHTWOORD: Final = "beheer.wachtwoord"
FORMAAT: Final = "formaat.args"
"""Arguments for `kafka-storage format @formaat.args`: a password on a command line can be read by the whole machine."""


def begin(map_: Path, namen: Sequence[str], nu: dt.datetime) -> None:
    """Certificates and the operator's password in `map_`. Again: only the broker's certificate is renewed.

    `namen` are the host names and addresses under which clients reach the broker. Raises OSError, GeheimFout, and ValueError for what is no
    name, before anything is written.
    """
    for naam in namen:
        brokernaam(naam)
    map_.mkdir(mode=0o700, parents=True, exist_ok=True)
    maak_ca(map_, nu)
    geef_uit(map_, namen, nu)
    wachtwoord = map_ / WACHTWOORD
    if not wachtwoord.exists():
        schrijf_geheim(wachtwoord, nieuw_geheim())
    gebruiker = f"{MECHANISME}=[name={BEHEERDER},password={lees_geheim(wachtwoord)}]"
    schrijf_geheim(map_ / FORMAAT, f"--add-scram\n{gebruiker}")
