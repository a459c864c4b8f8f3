"""A small stateful room for the delivery tests, run as a process: sums numbers per key, remembers what it applied, orders outputs.

python -m tests.stream.telkamer BOOTSTRAP PREFIX INSTANTIE
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from hub import journaal
from hub.stream.codec import standaard
from hub.stream.faust import HubWorker, maak_app
from hub.stream.kamer import Kamerdienst
from hub.stream.lus import Luspolitiek
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.statelog import Grens, StaatOnleesbaar, Statelog
from hub.stream.verbinding import Verbinding

IN, STAAT, UIT = "tel.in.v1", "tel.staat.v1", "tel.uit.v1"
TRAAG = "TELKAMER_TRAAG"
"""Environment variable: seconds that every delivery takes longer, as with a slow broker."""
Som = dict[str, Any]


class Telkamer:
    """Adds each number to its key's sum once, and tells the sum."""

    naam = "tel"
    invoer = (IN,)
    wekker = None

    def __init__(self) -> None:
        self.statelog: Statelog[dict[bytes, Som]] | None = Statelog(STAAT, Grens.EINDE, lambda _: {}, self._laad, len)

    def _laad(self, staat: dict[bytes, Som], records: Sequence[Record]) -> None:
        for record in records:
            assert record.key is not None
            if record.value is None:
                staat.pop(record.key, None)
                continue
            try:
                nieuw = json.loads(record.value)
            except ValueError:
                raise StaatOnleesbaar(f"{record.plek}: not JSON") from None
            if record.key not in staat or nieuw["toegepast"] >= staat[record.key]["toegepast"]:
                staat[record.key] = nieuw

    def verwerk(self, staat: dict[bytes, Som], partitie: int, records: Sequence[Record]) -> Stap:
        stap = Stap()
        geraakt: dict[bytes, list[str]] = {}
        herhaald: dict[bytes, list[str]] = {}
        for record in records:
            assert record.key is not None and record.value is not None
            was = staat.get(record.key, {"som": 0, "toegepast": -1, "uit": []})
            if record.offset <= was["toegepast"] and record.key not in geraakt:
                herhaald[record.key] = was["uit"]
                continue
            som = was["som"] + int(record.value)
            uit = geraakt.setdefault(record.key, list(herhaald.pop(record.key, [])))
            uit.append(f"{partitie}:{record.offset}={som}")
            staat[record.key] = {"som": som, "toegepast": record.offset, "uit": uit}
        for sleutel, uit in geraakt.items():
            stap.staat.append(Uitvoer(STAAT, sleutel, json.dumps(staat[sleutel]).encode(), (), partitie))
            stap.uit.extend(Uitvoer(UIT, sleutel, een.encode()) for een in uit)
        for sleutel, uit in herhaald.items():
            stap.uit.extend(Uitvoer(UIT, sleutel, een.encode()) for een in uit)
        return stap


def main(verbinding: str, instantie: str) -> None:
    journaal.richt_in()
    asyncio.set_event_loop_policy(Luspolitiek())
    app = maak_app("tel", instantie, Verbinding.model_validate_json(verbinding))
    traag, lever = float(os.environ.get(TRAAG, "0")), app.lever

    async def lever_traag(kamer: str, uitvoer: list[Uitvoer]) -> None:
        await asyncio.sleep(traag)
        await lever(kamer, uitvoer)

    if traag:
        app.lever = lever_traag  # type: ignore[method-assign]
    dienst = Kamerdienst(app, Telkamer(), standaard(), None, 4)

    async def trek_in(_: object) -> None:
        dienst.trek_in()

    app.bij_intrekking = trek_in

    @app.on_partitions_assigned.connect(weak=False)  # type: ignore[untyped-decorator]
    async def wijs_toe(_: object, assigned: Any, **__: object) -> None:
        dienst.wijs_toe(assigned)

    app.task(dienst.klok)
    HubWorker(app).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:3])
