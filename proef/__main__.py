"""`python -m proef registers NAAM MAP`: writes one of the named pairs of registers; `python -m proef lijst` names them.

`python -m proef frequenties BESTAND`: the table of frequencies that ships, counted in an invented population without errors.
"""

import sys
from pathlib import Path

import numpy as np

from hub.matching.frequenties import tel
from hub.matching.namen import Persoon
from proef.fouten import schoon
from proef.nederland import maak
from proef.registers import SETS, maak_paar, schrijf

_GETELD = 200_000


def main(argumenten: list[str]) -> int:
    match argumenten:
        case ["lijst"]:
            for opdracht in SETS.values():
                print(
                    f"{opdracht.naam:12} {opdracht.links} x {opdracht.rechts}, {opdracht.model_links} x {opdracht.model_rechts}"
                )
        case ["registers", naam, doel] if naam in SETS:
            paar = maak_paar(SETS[naam])
            schrijf(paar, Path(doel))
            print(f"{len(paar.links)} x {len(paar.rechts)} records, {len(paar.waar)} persons in both, in {doel}")
        case ["frequenties", doel]:
            net = schoon(maak(200, _GETELD), np.arange(_GETELD)).kolom
            personen = (
                Persoon(voornamen, naam, geboorteplaats=plaats)
                for voornamen, naam, plaats in zip(
                    net["voornamen"], net["geslachtsnaam"], net["geboorteplaats"], strict=True
                )
            )
            tel(personen, naam="verzonnen bevolking", k=20).schrijf(Path(doel))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


sys.exit(main(sys.argv[1:]))
