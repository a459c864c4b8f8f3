"""`python -m tests.processors.opgewarmd`: what is still compiled after hub.opwarmen, as JSON, by a connector and an index at their work."""

import json
import sys
from dataclasses import replace

from hub import opwarmen
from hub.domein.codes import Soort
from hub.domein.identiteit import TafelId
from hub.matching.model import Model
from hub.matching.namen import Persoon
from tests.matching.blokken import Deel, blok, naam, sleutels


def gecompileerd() -> dict[str, int]:
    """Of every compiled function: for how many kinds of arguments."""
    return {
        f"{ding.py_func.__module__}.{ding.py_func.__name__}": len(ding.signatures)
        for module in [module for wat, module in sys.modules.items() if wat.partition(".")[0] == "hub"]
        for ding in vars(module).values()
        if hasattr(ding, "py_func")
    }


def werk() -> None:
    """Persons are encoded; blocks are loaded, taken in, replaced and removed, alone and many at once, with full buckets; one is sought."""
    index = Deel(0, 1, Model.laad(), grens=3)
    families = ["Vos"] * 50 + [f"{letter}erdinksma" for letter in "BDGHK" for _ in range(2)]
    personen = [Persoon("Jan", familie, "de", "19900101", "M", "Ede") for familie in families]
    blokken = [
        blok(
            naam(n),
            1,
            sleutels(persoon),
            soort=Soort.CASUS if n % 2 else Soort.VERDACHTE,
            tafel=("zsm-oost", "vhh-twente")[n % 2],
        )
        for n, persoon in enumerate(personen)
    ]
    index.leer(*blokken[:40])
    index.leer(blokken[40])
    standen = [stand for een in blokken[41:] for stand in index.zeg(een)]
    for een in blokken[:20]:
        index.zeg(replace(een, versie=2, tokens=(), sleutels=()))
    for een in blokken:
        index.verwijder(een.dossier)
    index.zoek(Soort.CASUS, TafelId("vhh-twente"), blokken[0].tokens, blokken[0].sleutels)
    assert standen and index.overvol


if __name__ == "__main__":
    opwarmen.main()
    voor = gecompileerd()
    werk()
    print(json.dumps([naam for naam, soorten in gecompileerd().items() if soorten != voor.get(naam)]))
