"""The room of the index: what a record does to a full bucket, and what is counted."""

from hub import metrics
from hub.domein.codes import Soort, Uitkomst
from hub.domein.signaal import Sleutelblok
from hub.domein.vorm import sleutelblok_naar, stand_uit
from hub.matching.begrenzing import GRENS
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.processors.index import Indexkamer
from hub.processors.namen import SLEUTEL
from hub.stream.codec import standaard
from hub.stream.record import Record
from tests.matching.blokken import blok, naam, sleutels

KEES = Persoon("Kees", "Vries", "de", "19800312", "M", "Zwolle", "123456789")


def test_a_tombstone_lets_the_next_one_in() -> None:
    """Past the bound a dossier is counted and not compared; when one inside is forgotten, the next one's pair is reported."""
    kamer = Indexkamer(standaard(), Model.laad(), 1)
    index = kamer.statelog.nieuw(0)
    namen = sorted(naam(n, "vhh-stuk") for n in range(GRENS + 2))
    alle = sleutels(KEES)
    blokken = [blok(een, 1, alle, soort=Soort.CASUS, tafel="vhh-stuk") for een in namen]

    def zeg(van: Sleutelblok, *, leeg: bool = False) -> list[tuple[str, str, Uitkomst]]:
        waarde = None if leeg else kamer.codec.codeer("sleutelblok", sleutelblok_naar(van))
        tijd = van.bewaren_tot if leeg else 1
        stap = kamer.verwerk(index, 0, [Record(SLEUTEL, 0, 1, tijd, van.dossier.encode(), waarde)])
        for doe in stap.daarna:
            doe()
        standen = [stand_uit(kamer.codec.decodeer(uit.value)[1]) for uit in stap.uit]
        return [(s.links.dossier, s.rechts.dossier, s.bewijs.uitkomst) for s in standen]

    voor = metrics.OVERVOL.labels("vhh-stuk")._value.get()
    for een in blokken:
        assert zeg(een) == []
    assert metrics.OVERVOL.labels("vhh-stuk")._value.get() == voor + 2
    verdachte = blok(naam(500), 1, alle)
    assert len(zeg(verdachte)) == GRENS
    paar = sorted((namen[GRENS], verdachte.dossier))
    assert zeg(blokken[3], leeg=True) == [(*paar, Uitkomst.ZEKER)]
    assert zeg(blokken[3], leeg=True) == []
    assert kamer.vorm._naam_en_feiten.cache_info().currsize == kamer.vorm.feiten.cache_info().currsize == 0
