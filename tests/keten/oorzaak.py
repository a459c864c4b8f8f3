"""The oracle: what the pure functions alone, without Kafka, make of the same signalen."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from hub.domein.signaal import Signaal
from hub.domein.vorm import melding_naar
from hub.matching.index import Index
from hub.matching.model import Model
from hub.opvolging.levensloop import Koppeling, stap
from hub.privacy.filter import Filter
from hub.processors.inname import splits
from hub.processors.omgeving import Pinned
from hub.routing.register import Register
from hub.stream.topics import partities
from tests.keten.harnas import vast
from tests.keten.signalen import BEGIN, TAFELS


@cache
def omgeving() -> Pinned:
    return Pinned(Filter.laad(), Register.laad(), TAFELS)


def staand_volgens_de_functies(signalen: Iterable[Signaal]) -> list[str]:
    """The meldingen that stand after these signalen in this order, in the form of `Keten.staand`."""
    aantal, model = partities(), Model.laad()
    indexen = [Index(nummer, aantal, model) for nummer in range(aantal)]
    koppelingen: dict[UUID, Koppeling] = {}
    inbox: dict[str, dict[str, object]] = {}
    for tik, signaal in enumerate(signalen):
        for index, blok in zip(indexen, splits(signaal, BEGIN + tik, aantal), strict=True):
            for stand in index.vervang(blok):
                gevolg = stap(koppelingen.get(stand.koppeling), stand, omgeving())
                if gevolg is None:
                    continue
                koppelingen[stand.koppeling] = gevolg.koppeling
                for gezonden in gevolg.gezonden:
                    melding = gezonden.melding
                    inbox.pop(str(melding.betreft), None)
                    if melding.soort != "INGETROKKEN":
                        inbox[str(melding.id)] = melding_naar(melding)
    return sorted(vast(waarde) for waarde in inbox.values())
