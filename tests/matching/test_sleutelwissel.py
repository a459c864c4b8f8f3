"""A change of keys, of the table of name frequencies or of both: what stands keeps standing at every step."""

from dataclasses import dataclass, field, replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domein.codes import Soort, Uitkomst
from hub.domein.identiteit import Dossier
from hub.domein.koppeling import GEEN_BEWIJS, Stand
from hub.domein.signaal import Sleutel, Sleutelblok
from hub.matching.codering import encode
from hub.matching.frequenties import Frequenties
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.matching.sleutels import Sleutelring, Tijdvak
from tests.matching.blokken import Deel, blok, naam

MODEL = Model.laad()
OUD, NIEUW = Tijdvak("2025-1", bytes(range(32))), Tijdvak("2026-1", bytes(range(32, 64)))
TABEL = Frequenties.standaard()
ANDER = replace(TABEL, naam="een nieuwe telling")
"""Another table: a set of keys of its own."""
KEES = Persoon("Kees", "Vries", "de", "19800312", "M", "Zwolle", "123456789")
KORNELIS = Persoon("Cornelis", "de Vries", None, "19801203", "M", "Zwolle")
ZSM, VHH = naam(1), naam(2, "vhh-ijsselland")

Reeks = tuple[Tijdvak, Frequenties]
WISSELS: dict[str, tuple[tuple[Reeks, ...], ...]] = {
    "tijdvak": (((OUD, TABEL),), ((OUD, TABEL), (NIEUW, TABEL)), ((NIEUW, TABEL),)),
    "tabel": (((OUD, TABEL),), ((OUD, TABEL), (OUD, ANDER)), ((OUD, ANDER),)),
}
"""What a connector writes before, during and after a change."""


@cache
def sleutels(persoon: Persoon, wissel: str, stap: int) -> tuple[Sleutel, ...]:
    bossen = [encode(persoon, Sleutelring((tijdvak,)), tabel) for tijdvak, tabel in WISSELS[wissel][stap]]
    return tuple({s.token: s for (bos,) in bossen for s in bos.sleutels}.values())


@dataclass
class Hub:
    """All partitions of an index, and the stand that holds: the last of the highest versies."""

    partities: int
    indexen: list[Deel] = field(default_factory=list)
    blokken: dict[tuple[Dossier, int], Sleutelblok] = field(default_factory=dict)
    gemeld: list[Stand] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.indexen = [Deel(nummer, self.partities, MODEL) for nummer in range(self.partities)]

    def neem(self, dossier: Dossier, versie: int, persoon: Persoon, wissel: str, stap: int) -> None:
        alle = sleutels(persoon, wissel, stap)
        soort, tafel = (Soort.VERDACHTE, "zsm-oost") if dossier == ZSM else (Soort.CASUS, "vhh-ijsselland")
        for nummer, index in enumerate(self.indexen):
            een = blok(dossier, versie, alle, soort=soort, tafel=tafel, partitie=nummer, partities=self.partities)
            self.blokken[dossier, nummer] = een
            self.gemeld += index.zeg(een)

    def herstart(self) -> None:
        """What a new owner loads of a log that was compacted."""
        self.__post_init__()
        for (_, nummer), een in self.blokken.items():
            self.indexen[nummer].leer(een)


@settings(max_examples=60)
@given(
    st.sampled_from([KEES, KORNELIS]),
    st.sampled_from(sorted(WISSELS)),
    st.sampled_from([1, 4]),
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=10),
)
def test_wat_staat_blijft_staan(ander: Persoon, wissel: str, partities: int, volgorde: list[tuple[bool, bool]]) -> None:
    """Whoever of two organisations goes first, as long as neither drops the old before the other has the new: the pair is reported
    at every step with the outcome that it had, through restarts of the hub, and never withdrawn."""
    hub, plek = Hub(partities), {ZSM: 0, VHH: 0}
    for versie, (dossier, persoon) in enumerate(((ZSM, KEES), (VHH, ander)), 1):
        hub.neem(dossier, versie, persoon, wissel, 0)
    (begin,) = hub.gemeld
    assert begin.bewijs.uitkomst is not Uitkomst.GEEN
    for versie, (links, herstart) in enumerate([*volgorde, *[(True, False), (False, False)] * 2], 3):
        dossier, andere = (ZSM, VHH) if links else (VHH, ZSM)
        if plek[dossier] == 2 or (plek[dossier] == 1 and plek[andere] == 0):
            continue
        plek[dossier] += 1
        if herstart:
            hub.herstart()
        hub.gemeld.clear()
        hub.neem(dossier, versie, KEES if links else ander, wissel, plek[dossier])
        (stand,) = hub.gemeld
        assert stand.bewijs.uitkomst is begin.bewijs.uitkomst
        assert versie in {stand.links.versie, stand.rechts.versie}
    assert plek == {ZSM: 2, VHH: 2}


def test_nieuw_ontmoet_wie_nog_niet_gewisseld_is() -> None:
    """During a change a new dossier meets those that have only the old keys, and those that have both."""
    hub = Hub(4)
    hub.neem(VHH, 1, KEES, "tijdvak", 0)
    hub.neem(ZSM, 2, KORNELIS, "tijdvak", 1)
    assert [stand.bewijs.uitkomst for stand in hub.gemeld] == [Uitkomst.MOGELIJK]


@pytest.mark.parametrize("wissel", sorted(WISSELS))
def test_te_vroeg_laten_vallen_kost_de_koppeling(wissel: str) -> None:
    """A side that drops the old while the other has nothing else shares no key with it: that is why `oud-weg` asks first."""
    hub = Hub(1)
    hub.neem(VHH, 1, KEES, wissel, 0)
    hub.neem(ZSM, 2, KEES, wissel, 1)
    hub.neem(ZSM, 3, KEES, wissel, 2)
    assert [stand.bewijs for stand in hub.gemeld][1:] == [GEEN_BEWIJS]
