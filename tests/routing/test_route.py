"""For any gemeente, day and facts there is exactly one first tafel, or the case is visibly zwevend at a fallback."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.domein.codes import Thema
from hub.domein.identiteit import GemeenteCode, TafelId
from hub.routing.regel import Regels
from hub.routing.register import Register
from hub.routing.route import Route, Zaak, route
from hub.routing.toets import toets
from tests.routing.conftest import UITZONDERINGEN, Wijzig, met_uitzonderingen

OP = date(2026, 3, 1)
HEUSDEN, ENSCHEDE, MAASTRICHT = GemeenteCode("GM0797"), GemeenteCode("GM0153"), GemeenteCode("GM0935")
GEHEEL = met_uitzonderingen()


@pytest.fixture(scope="module")
def register() -> Register:
    """The one with exceptions: they are what this is about."""
    return GEHEEL


def naar(register: Register, verblijf: str | None, feit: str | None = None, op: date = OP, **rest: Any) -> Route:
    return route(register, zaak(verblijf, feit, op, **rest))


def zaak(verblijf: str | None = None, feit: str | None = None, op: date = OP, **rest: Any) -> Zaak:
    return Zaak(
        gemeente_verblijf=None if verblijf is None else GemeenteCode(verblijf),
        gemeente_feit=None if feit is None else GemeenteCode(feit),
        op=op,
        **rest,
    )


GEVALLEN = {
    "residence decides": (("GM0153", "GM0193"), {}, "vhh-twente", False, "dekking.csv:GM0153:2023-01-01"),
    "no residence: the place of the offence": ((None, "GM0193"), {}, "vhh-ijsselland", False, "dekking.csv:GM0193:2023-01-01"),
    "unknown residence: the place of the offence": (("GM1999", "GM0193"), {}, "vhh-ijsselland", False, "dekking.csv:GM0193:2023-01-01"),
    "another arrondissement": (("GM0797", None), {}, "vhh-midden-brabant", False, "dekking.csv:GM0797:2023-01-01"),
    "one central intake, Maastricht": (("GM0935", None), {}, "vhh-zuid-limburg", False, "dekking.csv:GM0935:2023-01-01"),
    "one central intake, Heerlen": (("GM0917", None), {}, "vhh-zuid-limburg", False, "dekking.csv:GM0917:2023-01-01"),
    "one central intake, Sittard": (("GM1883", None), {}, "vhh-zuid-limburg", False, "dekking.csv:GM1883:2023-01-01"),
    "merged long ago": (("GM0501", None), {}, "vhh-rotterdam-rijnmond", False, "dekking.csv:GM1992:2023-01-01"),
    "split, parts at one tafel or not": (("GM0788", None), {}, "vhh-brabant-noordoost", True, "regios.toml:VR21"),
    "minor, youth table": (("GM0599", None), {"leeftijd": 17}, "jeugdtafel-rotterdam", False, "dekking.csv:GM0599:JEUGD:2026-01-01"),
    "no minor": (("GM0599", None), {"leeftijd": 18}, "vhh-rotterdam-rijnmond", False, "dekking.csv:GM0599:2023-01-01"),
    "age unknown": (("GM0599", None), {}, "vhh-rotterdam-rijnmond", False, "dekking.csv:GM0599:2023-01-01"),
    "minor, no youth table": (("GM0153", None), {"leeftijd": 14}, "vhh-twente", False, "dekking.csv:GM0153:2023-01-01"),
    "theme": (("GM0014", None), {"thema": Thema.VERWARD_GEDRAG}, "wijkteam-groningen-noord", False,
              "dekking.csv:GM0014:VERWARD_GEDRAG:2026-01-01"),
    "another theme": (("GM0014", None), {"thema": Thema.GEWELD}, "vhh-groningen", False, "dekking.csv:GM0014:2023-01-01"),
    "minor and theme": (("GM0518", None), {"leeftijd": 15, "thema": Thema.JEUGD}, "cjg-den-haag", False,
                        "dekking.csv:GM0518:JEUGD:JEUGD:2026-01-01"),
    "theme, no minor": (("GM0518", None), {"leeftijd": 20, "thema": Thema.JEUGD}, "vhh-haaglanden", False, "dekking.csv:GM0518:2023-01-01"),
    "nothing known but the reporter": ((None, None), {"melder": "zsm-oost-nederland"}, "vhh-gelderland-midden", True,
                                       "regios.toml:oost-nederland"),
    "nothing known, a house reports": ((None, None), {"melder": "vhh-twente"}, "vhh-twente", True, "regios.toml:VR05"),
    "an unknown reporter": ((None, None), {"melder": "wie"}, "vhh-regio-utrecht", True, "register.toml:landelijke_terugval"),
    "nothing known at all": (("GM9999", None), {}, "vhh-regio-utrecht", True, "register.toml:landelijke_terugval"),
}  # fmt: skip


@pytest.mark.parametrize(("plaatsen", "rest", "tafel", "zwevend", "bron"), GEVALLEN.values(), ids=GEVALLEN.keys())
def test_the_rules_of_address(
    register: Register,
    plaatsen: tuple[str | None, str | None],
    rest: dict[str, Any],
    tafel: str,
    zwevend: bool,
    bron: str,
) -> None:
    """Residence, then the place of the offence, then the reporter's regional fallback; exceptions before the general line."""
    gevonden = naar(register, *plaatsen, **rest)
    assert (gevonden.tafel.id, gevonden.zwevend, gevonden.bron) == (tafel, zwevend, bron)


def test_a_merger_takes_effect_on_its_day(register: Register) -> None:
    """The day before, the old line decides; on the day the successor's; and the steps say that the gemeente was merged."""
    voor = naar(register, "GM0880", op=date(2027, 12, 31))
    na = naar(register, "GM0880", op=date(2028, 1, 1))
    assert (voor.bron, na.bron) == ("dekking.csv:GM0880:2023-01-01", "dekking.csv:GM9901:2028-01-01")
    assert not any("opgegaan" in stap for stap in voor.stappen)
    assert any("Wormerland is per 2028-01-01 opgegaan in GM9901" in stap for stap in na.stappen)
    assert naar(register, "GM1696", op=date(2027, 1, 1)).bron == "dekking.csv:GM0402:2023-01-01"


def test_an_exception_takes_effect_on_its_day(register: Register) -> None:
    """A youth table that starts in 2026 hears of nobody in 2025."""
    assert naar(register, "GM0599", leeftijd=16, op=date(2025, 12, 31)).tafel.id == "vhh-rotterdam-rijnmond"


def test_the_explanation_tells_of_another_arrondissement(register: Register) -> None:
    """Heusden's route says in words that its house lies elsewhere, and which line decided."""
    stappen = " ".join(naar(register, HEUSDEN).stappen)
    assert "arrondissement Oost-Brabant" in stappen
    assert "arrondissement Zeeland-West-Brabant" in stappen
    assert "dekking.csv:GM0797:2023-01-01" in stappen


def test_the_explanation_names_the_house_behind_the_intake(register: Register) -> None:
    """Maastricht belongs to a house; its new cases arrive at the central intake; both are told."""
    stappen = " ".join(naar(register, MAASTRICHT).stappen)
    assert "Maastricht-Heuvelland" in stappen
    assert "Centrale intake" in stappen


def test_without_its_intake_the_house_itself_receives(wijzig: Wijzig) -> None:
    """A closed intake does not make three houses unreachable."""
    weg = 'id = "vhh-zuid-limburg"\n'
    register = Register.laad(wijzig("tafels_veiligheidshuis.toml", weg, weg + "geldig_tot = 2026-02-28\n"))
    gevonden = naar(register, MAASTRICHT)
    assert (gevonden.tafel.id, gevonden.zwevend) == ("vhh-maastricht-heuvelland", False)


def test_a_tafel_taken_over_yesterday_is_followed(wijzig: Wijzig) -> None:
    """The coverage still names the old tafel; the opvolger hears, nothing floats."""
    oud = 'id = "vhh-twente"\n'
    erbij = f'{oud}geldig_tot = {OP - timedelta(days=1)}\nopvolger = "vhh-ijsselland"\n'
    register = Register.laad(wijzig("tafels_veiligheidshuis.toml", oud, erbij))
    gevonden = naar(register, ENSCHEDE)
    assert (gevonden.tafel.id, gevonden.zwevend) == ("vhh-ijsselland", False)
    assert any("overgenomen" in stap for stap in gevonden.stappen)


def test_a_tafel_closed_yesterday_leaves_a_witte_vlek_that_floats(wijzig: Wijzig) -> None:
    """No opvolger: the residence stays decisive, its region's fallback stands in, and the place of the offence does not."""
    oud = 'id = "vhh-twente"\n'
    register = Register.laad(
        wijzig("tafels_veiligheidshuis.toml", oud, f"{oud}geldig_tot = {OP - timedelta(days=1)}\n")
    )
    gevonden = naar(register, ENSCHEDE, "GM0363")
    assert (gevonden.tafel.id, gevonden.zwevend, gevonden.bron) == (
        "vhh-gelderland-midden",
        True,
        "regios.toml:oost-nederland",
    )
    assert any("Witte vlek" in stap for stap in gevonden.stappen)


def test_a_closed_youth_table_gives_way_to_the_house(wijzig: Wijzig) -> None:
    """An exception whose tafel is gone is no reason to float while the general tafel works."""
    oud = 'id = "jeugdtafel-rotterdam"\n'
    wijzig("dekking.csv", "", UITZONDERINGEN)
    register = Register.laad(wijzig("tafels_overig.toml", oud, f"{oud}geldig_tot = 2026-02-01\n"))
    gevonden = naar(register, "GM0599", leeftijd=16)
    assert (gevonden.tafel.id, gevonden.zwevend) == ("vhh-rotterdam-rijnmond", False)
    assert any("Jeugdtafel Rotterdam is per 2026-02-01 gestopt" in stap for stap in gevonden.stappen)


def test_an_uncovered_gemeente_floats_at_its_own_region(wijzig: Wijzig) -> None:
    """A gemeente without a line is a witte vlek, not somebody else's case."""
    regel = "GM0797,Heusden,vhh-midden-brabant,2023-01-01,,,,nee,Heusden werkt in Hart van Brabant (CVDR651418)\n"
    register = Register.laad(wijzig("dekking.csv", regel, ""))
    gevonden = naar(register, HEUSDEN, ENSCHEDE, melder=TafelId("zsm-limburg"))
    assert (gevonden.tafel.id, gevonden.zwevend, gevonden.bron) == ("vhh-brabant-noordoost", True, "regios.toml:VR21")


def test_a_split_gemeente_whose_parts_share_a_tafel_does_not_float(wijzig: Wijzig) -> None:
    """When every part leads to the same tafel, it does not matter which part it was."""
    deel = "2025-01-01,GM0164,Hengelo (O.),VR05,"
    wijzig("herindelingen.csv", "", f"{deel}GM0153,Enschede,VR05,ja,\n{deel}GM0147,Borne,VR05,ja,\n")
    regel = "GM0164,Hengelo (O.),vhh-twente,2023-01-01,"
    register = Register.laad(wijzig("dekking.csv", regel, regel + "2025-01-01"))
    gevonden = naar(register, "GM0164")
    assert (gevonden.tafel.id, gevonden.zwevend) == ("vhh-twente", False)


def test_a_day_before_the_register_floats(register: Register) -> None:
    """The division of the first day is the best guess, and it shows that it is one."""
    gevonden = naar(register, ENSCHEDE, op=date(2019, 5, 5))
    assert (gevonden.tafel.id, gevonden.zwevend) == ("vhh-twente", True)


def test_no_age_and_no_person_in_the_explanation(register: Register) -> None:
    """The steps may be recorded: they say 'minderjarigen', never an age."""
    assert not any("16" in stap for stap in naar(register, "GM0599", leeftijd=16).stappen)


codes = st.one_of(
    st.none(),
    st.sampled_from(sorted(GEHEEL.regels.alle_gemeenten)),
    st.integers(0, 9999).map(lambda n: GemeenteCode(f"GM{n:04d}")),
)
dagen = st.dates(date(1990, 1, 1), date(2040, 12, 31))
melders = st.one_of(st.none(), st.sampled_from(GEHEEL.namen()), st.just(TafelId("niet-bekend")))
feiten = {
    "verblijf": codes,
    "feit": codes,
    "op": dagen,
    "thema": st.one_of(st.none(), st.sampled_from(Thema)),
    "leeftijd": st.one_of(st.none(), st.integers(0, 130)),
    "melder": melders,
}


def _een_tafel(register: Register, gevonden: Route, op: date) -> None:
    peil = max(op, register.begin)
    assert register.tafel(gevonden.tafel.id, peil) == gevonden.tafel, "the tafel works on that day"
    assert gevonden.stappen, "the choice is explained"
    bestand, _, regel = gevonden.bron.partition(":")
    if bestand == "dekking.csv":
        assert any(r.id == gevonden.bron for r in register.regels.dekking)
        assert gevonden.zwevend is (op < register.begin)
    else:
        assert gevonden.zwevend, "a fallback is always visible"
        assert bestand in {"regios.toml", "register.toml"}
        assert regel


@given(**feiten)
def test_exactly_one_first_tafel_or_visibly_zwevend(
    register: Register,
    verblijf: str | None,
    feit: str | None,
    op: date,
    thema: Thema | None,
    leeftijd: int | None,
    melder: TafelId | None,
) -> None:
    """Whatever is asked, a working tafel answers, the same each time, and a fallback says that it is one."""
    gevonden = naar(register, verblijf, feit, op, thema=thema, leeftijd=leeftijd, melder=melder)
    _een_tafel(register, gevonden, op)
    assert gevonden == naar(register, verblijf, feit, op, thema=thema, leeftijd=leeftijd, melder=melder)


@st.composite
def geschonden(draw: st.DrawFn) -> Regels:
    """The register after tafels closed (with and without opvolger) and lines of the coverage were lost."""
    regels = GEHEEL.regels
    einden = st.dates(date(2023, 2, 1), date(2040, 12, 31))
    namen = sorted({t.id for t in regels.tafels})
    sluiten = draw(
        st.dictionaries(st.sampled_from(namen), st.tuples(einden, st.none() | st.sampled_from(namen)), max_size=8)
    )
    tafels = tuple(
        t.model_copy(update={"geldig_tot": sluiten[t.id][0], "opvolger": sluiten[t.id][1]}) if t.id in sluiten else t
        for t in regels.tafels
    )
    weg = draw(st.sets(st.integers(0, len(regels.dekking) - 1), max_size=60))
    dekking = tuple(regel for i, regel in enumerate(regels.dekking) if i not in weg)
    return replace(regels, tafels=tafels, dekking=dekking)


@settings(max_examples=60)
@given(regels=geschonden(), gevallen=st.lists(st.fixed_dictionaries(feiten), min_size=5, max_size=5))
def test_the_same_holds_for_any_register_that_loads(regels: Regels, gevallen: list[dict[str, Any]]) -> None:
    """Closed tafels, chains of opvolgers and witte vlekken: what the checks let through never leaves a case without a tafel."""
    assume(regels.instellingen is not None and not toets(regels))
    assert regels.instellingen is not None
    register = Register(regels, regels.instellingen, "0" * 16)
    for geval in gevallen:
        vraag = dict(geval)
        op = vraag["op"]
        _een_tafel(register, naar(register, vraag.pop("verblijf"), vraag.pop("feit"), **vraag), op)
    for tafel in register.namen():
        adres = register.adres(tafel, gevallen[0]["op"])
        assert register.tafel(adres.tafel.id, max(gevallen[0]["op"], register.begin)) == adres.tafel
