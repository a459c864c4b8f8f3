"""The state of a koppeling as it stands in `hub.koppeling.v1`: the machine's state, the offset last applied, the outbox of that step."""

from typing import Any, NamedTuple
from uuid import UUID

from hub.domein.codes import Besluit, MeldingSoort
from hub.domein.identiteit import TafelId
from hub.domein.vorm import stand_naar, stand_uit
from hub.opvolging.levensloop import Koppeling, Richting
from hub.stream.record import Uitvoer


class Koppelingstaat(NamedTuple):
    """One entry of the state log."""

    koppeling: Koppeling
    toegepast: int
    """Offset in `hub.gebeurtenis.v1`: a record at or below it was decided already, and only its outbox is sent again."""
    outbox: tuple[Uitvoer, ...]


def staat_naar(staat: Koppelingstaat) -> dict[str, Any]:
    koppeling = staat.koppeling
    return {
        "koppeling": str(koppeling.stand.koppeling),
        "toegepast": staat.toegepast,
        "stand": stand_naar(koppeling.stand),
        "richtingen": [_richting_naar(koppeling.naar_links), _richting_naar(koppeling.naar_rechts)],
        "outbox": [
            {
                "topic": uitvoer.topic,
                "partition": -1 if uitvoer.partitie is None else uitvoer.partitie,
                "key": uitvoer.key or b"",
                "value": uitvoer.value or b"",
                "headers": dict(uitvoer.headers),
            }
            for uitvoer in staat.outbox
        ],
    }


def staat_uit(waarde: dict[str, Any]) -> Koppelingstaat:
    """Raises ValueError or KeyError when it is no state of a koppeling."""
    links, rechts = waarde["richtingen"]
    return Koppelingstaat(
        Koppeling(stand_uit(waarde["stand"]), _richting_uit(links), _richting_uit(rechts)),
        waarde["toegepast"],
        tuple(
            Uitvoer(
                uitvoer["topic"],
                uitvoer["key"],
                uitvoer["value"],
                tuple(uitvoer["headers"].items()),
                None if uitvoer["partition"] < 0 else uitvoer["partition"],
            )
            for uitvoer in waarde["outbox"]
        ),
    )


def _richting_naar(richting: Richting) -> dict[str, Any]:
    return {
        "ontvanger": richting.ontvanger,
        "besluit": richting.besluit,
        "regels": list(richting.regels),
        "volgnummer": richting.volgnummer,
        "staand": None if richting.staand is None else str(richting.staand),
        "staand_soort": richting.staand_soort,
        "staand_inhoud": richting.staand_inhoud,
    }


def _richting_uit(waarde: dict[str, Any]) -> Richting:
    return Richting(
        TafelId(waarde["ontvanger"]),
        None if waarde["besluit"] is None else Besluit(waarde["besluit"]),
        tuple(waarde["regels"]),
        waarde["volgnummer"],
        None if waarde["staand"] is None else UUID(waarde["staand"]),
        None if waarde["staand_soort"] is None else MeldingSoort(waarde["staand_soort"]),
        waarde["staand_inhoud"],
    )
