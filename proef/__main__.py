"""`python -m proef registers NAAM MAP`: writes one of the named pairs of registers; `python -m proef lijst` names them."""

import sys
from pathlib import Path

from proef.registers import SETS, maak_paar, schrijf


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
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


sys.exit(main(sys.argv[1:]))
