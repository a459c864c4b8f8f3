"""The oracle: what the pure functions alone, without Kafka, make of the same signalen."""

from collections.abc import Iterable
from functools import cache

from hub.domein.melding import BLIJVEND
from hub.domein.signaal import Signaal
from hub.domein.vorm import melding_naar
from hub.matching.model import Model
from hub.privacy.filter import Filter
from hub.processors.omgeving import Pinned
from hub.processors.samenspel import Samenspel
from hub.routing.register import Register
from hub.stream.topics import partities
from tests.keten.harnas import vast
from tests.keten.signalen import BEGIN, TAFELS


@cache
def omgeving() -> Pinned:
    return Pinned(Filter.laad(), Register.laad(), TAFELS, partities())


def staand_volgens_de_functies(signalen: Iterable[Signaal]) -> list[str]:
    """The meldingen that stand after these signalen in this order, in the form of `Keten.staand`."""
    hub = Samenspel(omgeving(), Model.laad())
    inbox: dict[str, dict[str, object]] = {}
    for tik, signaal in enumerate(signalen):
        for _, gevolg in hub.signaal(signaal, BEGIN + tik):
            for gezonden in gevolg.gezonden:
                melding = gezonden.melding
                inbox.pop(str(melding.betreft), None)
                if melding.soort in BLIJVEND:
                    inbox[str(melding.id)] = melding_naar(melding)
    return sorted(vast(waarde) for waarde in inbox.values())
