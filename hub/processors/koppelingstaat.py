"""The state of a koppeling as it stands in `hub.koppeling.v1`: what lives, the offset last applied, the outbox of that step.

Four kinds of things live there, each under its own schema: the koppeling of two dossiers, what is brought to an intake, a question,
and a noodstop.
"""

from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from hub.domein.gebeurtenisvorm import plat
from hub.domein.vorm import stand_naar, stand_uit, standen_uit
from hub.opvolging import aandragen, bevraging, levensloop
from hub.opvolging.aandragen import Aandragen
from hub.opvolging.bevraging import Vraagstaat
from hub.opvolging.levensloop import Koppeling
from hub.opvolging.noodstop import Noodstop, noodstop_naar, noodstop_uit
from hub.stream.record import Uitvoer

Lijf = Koppeling | Aandragen | Vraagstaat | Noodstop

_KOPPELING: Final = TypeAdapter(Koppeling)
_AANDRAGEN: Final = TypeAdapter(Aandragen)
_VRAAGSTAAT: Final = TypeAdapter(Vraagstaat)


class Koppelingstaat(NamedTuple):
    """One entry of the state log."""

    lijf: Lijf
    toegepast: int
    """Offset in `hub.gebeurtenis.v1`: a record at or below it was decided already, and only its outbox is sent again."""
    outbox: tuple[Uitvoer, ...]
    """What that step ordered. Empty in the memory of the worker that delivered it; the record always has it."""

    @property
    def volgende(self) -> int | None:
        """When time does the next thing (ms); None: never."""
        match self.lijf:
            case Koppeling():
                return levensloop.volgende(self.lijf)
            case Aandragen():
                return aandragen.volgende(self.lijf)
            case Vraagstaat():
                return bevraging.volgende(self.lijf)
            case Noodstop():
                return None


def staat_naar(staat: Koppelingstaat) -> tuple[str, dict[str, Any]]:
    """(schema, plain value)."""
    gemeen = {"toegepast": staat.toegepast, "outbox": [_uitvoer_naar(uitvoer) for uitvoer in staat.outbox]}
    match staat.lijf:
        case Koppeling() as lijf:
            waarde = {
                "koppeling": str(lijf.stand.koppeling),
                "stand": stand_naar(lijf.stand),
                "richtingen": [plat(lijf.naar_links), plat(lijf.naar_rechts)],
                "tijd": lijf.tijd,
                "versies": lijf.versies,
                "persoon": plat(lijf.persoon),
                "vrijgaven": plat(lijf.vrijgaven),
                "adviezen": plat(lijf.adviezen),
                "gedaan": plat(lijf.gedaan),
                "geparkeerd": plat(lijf.geparkeerd),
                "geeindigd": lijf.geeindigd,
                "leven": lijf.leven,
            }
            return "koppeling", waarde | gemeen
        case Aandragen() as lijf:
            return "aandragen", {"aandragen": str(lijf.id), **plat(lijf), **gemeen}
        case Vraagstaat() as lijf:
            return "vraagstaat", {**plat(lijf), **gemeen}
        case Noodstop() as lijf:
            return "noodstop", noodstop_naar(lijf) | gemeen


def staat_uit(schema: str, waarde: dict[str, Any]) -> Koppelingstaat:
    """Raises ValueError (pydantic's too) or KeyError when it is no state of a koppeling."""
    return Koppelingstaat(
        _lijf_uit(schema, waarde), waarde["toegepast"], tuple(_uitvoer_uit(uitvoer) for uitvoer in waarde["outbox"])
    )


def _lijf_uit(schema: str, waarde: dict[str, Any]) -> Lijf:
    match schema:
        case "koppeling":
            links, rechts = waarde["richtingen"]
            stand = stand_uit(waarde["stand"])
            return _KOPPELING.validate_python({**waarde, "stand": stand, "naar_links": links, "naar_rechts": rechts})
        case "aandragen":
            return _AANDRAGEN.validate_python({**waarde, "standen": standen_uit(waarde)})
        case "vraagstaat":
            return _VRAAGSTAAT.validate_python({**waarde, "standen": standen_uit(waarde)})
        case "noodstop":
            return noodstop_uit(waarde)
    raise ValueError(f"a {schema} record")


def _uitvoer_naar(uitvoer: Uitvoer) -> dict[str, Any]:
    return {
        "topic": uitvoer.topic,
        "partition": -1 if uitvoer.partitie is None else uitvoer.partitie,
        "key": uitvoer.key or b"",
        "value": uitvoer.value or b"",
        "headers": dict(uitvoer.headers),
    }


def _uitvoer_uit(waarde: dict[str, Any]) -> Uitvoer:
    partitie = None if waarde["partition"] < 0 else waarde["partition"]
    return Uitvoer(waarde["topic"], waarde["key"], waarde["value"], tuple(waarde["headers"].items()), partitie)
