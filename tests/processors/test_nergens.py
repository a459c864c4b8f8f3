"""No signaal can end nowhere: whatever a verdachte with criteria is, with the real policy and register it ends visibly."""

from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domein.codes import (
    Belang,
    Criterium,
    Daad,
    Fase,
    MeldingSoort,
    Reactie,
    Rol,
    Thema,
    Uitkomst,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.gebeurtenis import Beheerdaad
from hub.domein.identiteit import GemeenteCode, GrondslagId, TafelId
from hub.domein.melding import Melding
from hub.matching.model import Model
from hub.opvolging.aandragen import Aandragen
from hub.opvolging.levensloop import Koppeling, uitkomst
from hub.opvolging.richting import OPEN
from hub.processors.omgeving import Pinned
from hub.processors.samenspel import Samenspel
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TAFELS, TWENTE, ZSM, signaal, sleutels
from tests.processors.test_een_jaar import DAG, P, filter_, hub, koppelingen, reactie, register


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


@settings(max_examples=120)
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


BRENGBAAR = st.just(
    {
        "criteria": tuple(Criterium),
        "grondslag": GrondslagId("wjsg-39f-zsm-aandragen"),
        "gemeente_verblijf": GemeenteCode("GM0153"),
    }
)
LOPEND = st.just({"fase": Fase.ACTIEF})
GEBEURT = st.sampled_from(
    [*(r for r in Reactie if r is not Reactie.BEZORGD), "terughalen", "casus", "verhuizing", "tijd"]
)
ROL = {True: Vrijgaverol.OFFICIER_VAN_JUSTITIE, False: Vrijgaverol.PROCESREGISSEUR}


def _eindigt_ergens(samen: Samenspel) -> bool:
    """Whether each verdachte that could be brought lies with somebody, or its source was told why not, or knows of a casus."""
    for leven in [staat.lijf for staat in samen.staat.values() if isinstance(staat.lijf, Aandragen)]:
        weet = [
            naar.staand is not None and uitkomst(koppeling) is Uitkomst.ZEKER
            for koppeling in koppelingen(samen)
            for kant, naar in (
                (koppeling.stand.links, koppeling.naar_links),
                (koppeling.stand.rechts, koppeling.naar_rechts),
            )
            if kant.stam == leven.verdachte.stam
        ]
        open_ = leven.actief and leven.geeindigd is None and bool(leven.verdachte.feiten.criteria)
        if open_ and leven.richting.staand is None and leven.richting.status is None and not any(weet):
            return False
    return True


@settings(max_examples=150)
@given(
    BRENGBAAR | VERDACHTE, LOPEND | CASUS, st.booleans(), st.lists(st.tuples(GEBEURT, st.integers(0, 7)), max_size=8)
)
def test_no_random_life_ends_nowhere(
    verdachte: dict[str, Any], casus: dict[str, Any] | None, bsn: bool, leven: list[tuple[Any, int]]
) -> None:
    """Whatever tafels and operators say of what they were told, in whatever order: after every step it lies somewhere."""
    samen = Samenspel(iedereen(), Model.laad())
    zaak = signaal(ZSM, 1, **verdachte)
    huis = None if casus is None else replace(signaal(TWENTE, 1, **casus), sleutels=sleutels(1, bsn=bsn))
    nu, staand = BEGIN, dict[Any, Melding]()

    def onthoud(meldingen: list[Melding]) -> None:
        for melding in meldingen:
            staand.pop(melding.betreft, None)
            if melding.soort not in (MeldingSoort.INGETROKKEN, MeldingSoort.GEWEIGERD):
                staand[melding.id] = melding
        assert _eindigt_ergens(samen)

    for een in (zaak, huis):
        onthoud([] if een is None else _hoor(samen.signaal(een, nu)))
    for wat, keuze in leven:
        nu += DAG // 2
        op = list(staand.values())[keuze % len(staand)] if staand else None
        if wat == "tijd":
            onthoud(_hoor(samen.verstrijk(nu + 20 * DAG)))
            nu = samen.nu
        elif wat == "casus" and huis is not None:
            fase = (Fase.ACTIEF, Fase.GESLOTEN, Fase.NAZORG)[keuze % 3]
            feiten = replace(huis.feiten, fase=fase, fase_sinds=nu)
            huis = replace(huis, versie=nu, feiten=feiten, sleutels=sleutels(1, bsn=keuze % 2 == 0))
            onthoud(_hoor(samen.signaal(huis, nu)))
        elif wat == "verhuizing":
            gemeente = GemeenteCode(("GM0153", "GM0855", "GM0363")[keuze % 3])
            zaak = replace(zaak, versie=nu, feiten=replace(zaak.feiten, gemeente_verblijf=gemeente))
            onthoud(_hoor(samen.signaal(zaak, nu)))
        elif op is not None and wat == "terughalen":
            daad = Beheerdaad(UUID(int=nu), Daad.TERUGHALEN, "a.een", koppeling=op.koppeling, tijd=nu)
            onthoud(samen.gebeur(daad, nu))
        elif op is not None and isinstance(wat, Reactie):
            naar = (TWENTE, MIDDEN_BRABANT)[keuze % 2]
            onthoud(reactie(samen, op, wat, nu, rol=ROL[op.ontvanger == ZSM], naar=naar))


@settings(max_examples=40)
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
