"""No signaal can end nowhere: whatever a verdachte with criteria is, with the real policy and register it ends visibly."""

from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domein.codes import (
    Belang,
    Criterium,
    Fase,
    MeldingSoort,
    Rol,
    Thema,
    Uitkomst,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.identiteit import GrondslagId, TafelId
from hub.domein.melding import Melding
from hub.matching.model import Model
from hub.opvolging.aandragen import Aandragen
from hub.opvolging.levensloop import Koppeling
from hub.opvolging.richting import OPEN
from hub.processors.omgeving import Pinned
from hub.processors.samenspel import Samenspel
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, signaal
from tests.processors.test_een_jaar import DAG, P, filter_, hub, register


@cache
def iedereen() -> Pinned:
    """Every tafel of the register has joined."""
    return Pinned(filter_(), register(), register().namen(), P)


GEMEENTEN = st.sampled_from(["GM0153", "GM0855", "GM0363", "GM9999"]) | st.none()
VERDACHTE = st.fixed_dictionaries(
    {
        "criteria": st.lists(st.sampled_from(Criterium), min_size=1, max_size=4, unique=True).map(tuple),
        "grondslag": st.sampled_from(
            ["wjsg-39f-zsm-aandragen", "wjsg-39f-zsm-aandragen", "wpg-20-zsm-vhh", "onbekend"]
        ).map(GrondslagId),
        "gemeente_verblijf": GEMEENTEN,
        "gemeente_feit": GEMEENTEN,
        "leeftijd": st.sampled_from([None, 11, 16, 22, 34]),
        "thema": st.sampled_from(Thema),
        "rol": st.sampled_from([Rol.VERDACHTE, Rol.VERDACHTE, Rol.GETUIGE]),
        "geheimhouding": st.booleans(),
        "spoedeisend": st.booleans(),
        "belang": st.sampled_from([Belang.GEEN, Belang.VEILIGHEID_KIND]),
        "vervolgingsbeslissing": st.sampled_from(Vervolgingsbeslissing),
        "vrijgave": st.sampled_from([Vrijgaverol.GEEN, Vrijgaverol.OFFICIER_VAN_JUSTITIE]),
    }
)
CASUS = st.none() | st.fixed_dictionaries(
    {
        "fase": st.sampled_from([fase for fase in Fase if fase is not Fase.NVT]),
        "fase_sinds": st.sampled_from([BEGIN - 200 * DAG, BEGIN - 80 * DAG, None]),
        "geheimhouding": st.booleans(),
        "vrijgave": st.sampled_from([Vrijgaverol.GEEN, Vrijgaverol.PROCESREGISSEUR]),
        "thema": st.sampled_from([Thema.GEWELD, Thema.JEUGD]),
    }
)


def eindigt(samen: Samenspel, gezegd: list[Melding]) -> str:
    """Where the verdachte has ended; empty: nowhere."""
    staand: dict[Any, Melding] = {}
    for melding in gezegd:
        staand.pop(melding.betreft, None)
        if melding.ontvanger == ZSM and melding.soort is not MeldingSoort.INGETROKKEN:
            staand[melding.id] = melding
    soorten = {melding.soort for melding in staand.values()}
    if MeldingSoort.BEKEND in soorten:
        return "bekend"
    statussen = [melding.status for melding in gezegd if melding.status is not None and melding.ontvanger == ZSM]
    return str(statussen[-1]) if statussen else ""


def _hoor(stappen: Any) -> list[Melding]:
    return [gezonden.melding for _, gevolg in stappen for gezonden in gevolg.gezonden]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VERDACHTE, CASUS, st.booleans(), st.booleans())
def test_every_verdachte_with_criteria_ends_somewhere(
    verdachte: dict[str, Any], casus: dict[str, Any] | None, eerst: bool, allen: bool
) -> None:
    """Known, brought, waiting, not permitted with the source told, or zwevend; at once, and after half a year of silence."""
    samen = Samenspel(iedereen(), Model.laad()) if allen else hub(TAFELS)
    zaak = signaal(ZSM, 1, **verdachte)
    huis = None if casus is None else signaal(TWENTE, 1, **casus)
    rij = [een for een in ((zaak, huis) if eerst else (huis, zaak)) if een is not None]
    gezegd = [m for tik, een in enumerate(rij) for m in _hoor(samen.signaal(een, BEGIN + tik))]
    gezegd += _hoor(samen.verstrijk(BEGIN + 10))
    (aandragen,) = [staat for staat in samen.staat.values() if isinstance(staat.lijf, Aandragen)]
    assert eindigt(samen, gezegd), aandragen.lijf
    assert aandragen.volgende is not None and aandragen.volgende > samen.nu, "and time will look at it again"
    gezegd += _hoor(samen.verstrijk(BEGIN + 180 * DAG))
    assert eindigt(samen, gezegd)
    for staat in samen.staat.values():
        assert staat.volgende is not None and staat.volgende > samen.nu
        richtingen = (
            (staat.lijf.naar_links, staat.lijf.naar_rechts)
            if isinstance(staat.lijf, Koppeling)
            else (staat.lijf.richting,)
            if isinstance(staat.lijf, Aandragen)
            else ()
        )
        # After so long a silence whatever is still open floats, and an operator has been told.
        assert all(richting.termijn is None for richting in richtingen if richting.fase in OPEN)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=10), st.randoms())
def test_what_stands_in_the_end_does_not_depend_on_the_order_of_two_tafels(
    versies: list[tuple[int, int, bool]], loting: Any
) -> None:
    """Each tafel in its own order, the two in any: the same meldingen stand with whoever heard, but for ids and moments."""
    rijen: dict[TafelId, list[Any]] = {ZSM: [], TWENTE: []}
    for tik, (persoon, soort, advies) in enumerate(versies):
        tafel = ZSM if soort < 2 else TWENTE
        anders: dict[str, Any] = {"advies_beschikbaar": advies} if tafel == TWENTE else {"geheimhouding": advies}
        een = signaal(tafel, persoon, zaak=f"zaak-{soort}", versie=BEGIN + tik, **anders)
        rijen[tafel].append(een)

    def leef(keuzes: list[TafelId]) -> list[tuple[Any, ...]]:
        samen = hub()
        rij = {tafel: list(een) for tafel, een in rijen.items()}
        staand: dict[Any, Melding] = {}
        soort: dict[Any, MeldingSoort] = {}
        for tik, tafel in enumerate(keuzes):
            for melding in _hoor(samen.signaal(rij[tafel].pop(0), BEGIN + tik)):
                vorige = staand.pop(melding.betreft, None)
                if melding.soort is not MeldingSoort.INGETROKKEN:
                    staand[melding.id] = melding
                    was = soort.get(None if vorige is None else vorige.id)
                    soort[melding.id] = was if melding.soort is MeldingSoort.CORRECTIE and was else melding.soort
        niets = {"id": None, "tijd": 0, "betreft": None, "soort": None, "reageren_voor": None}
        return sorted((str(soort[m.id]), repr(replace(m, **niets))) for m in staand.values())  # type: ignore[arg-type]

    eigen = [ZSM] * len(rijen[ZSM]) + [TWENTE] * len(rijen[TWENTE])
    geschud = list(eigen)
    loting.shuffle(geschud)
    assert leef(geschud) == leef(eigen)


def test_the_outcomes_are_those_that_are_meant() -> None:
    """A few by name, so that the property above cannot be met by saying the same of everybody."""
    for anders, verwacht in (
        ({"grondslag": GrondslagId("wjsg-39f-zsm-aandragen"), "gemeente_verblijf": "GM0153"}, "AANGEDRAGEN"),
        ({"grondslag": GrondslagId("wjsg-39f-zsm-aandragen"), "leeftijd": 11}, "NIET_AANGEDRAGEN"),
        (
            {
                "grondslag": GrondslagId("wjsg-39f-zsm-aandragen"),
                "gemeente_verblijf": "GM0153",
                "vrijgave": Vrijgaverol.GEEN,
            },
            "WACHT_OP_VRIJGAVE",
        ),
    ):
        samen = Samenspel(iedereen(), Model.laad())
        zaak = signaal(ZSM, 1, criteria=tuple(Criterium), **anders)
        assert eindigt(samen, _hoor(samen.signaal(zaak, BEGIN))) == verwacht
    assert Uitkomst.GEEN
