"""A case that a tafel says is not theirs goes on to another, at most twice, and then visibly floats."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.domein.codes import Thema
from hub.domein.identiteit import TafelId
from hub.routing.omleiding import HOOGSTENS, omleiding
from hub.routing.regel import Regels
from hub.routing.register import Register
from hub.routing.route import Route, Zaak, route
from hub.routing.toets import toets
from tests.routing.conftest import Wijzig
from tests.routing.test_route import GEHEEL, feiten, geschonden, zaak


@pytest.fixture(scope="module")
def register() -> Register:
    """The one with exceptions for an age and a theme."""
    return GEHEEL


def reis(register: Register, geval: Zaak) -> tuple[list[Route], list[str]]:
    """Where a case comes that everybody sends on, and the lines that were wrong."""
    plaatsen = [route(register, geval)]
    onjuist: list[str] = []
    while True:
        assert len(plaatsen) <= 1 + HOOGSTENS, "it goes on at most twice"
        verder = omleiding(register, plaatsen[-1].tafel.id, len(onjuist), geval)
        onjuist.append(verder.onjuist)
        if verder.naar is None:
            return plaatsen, onjuist
        plaatsen.append(verder.naar)


REIZEN = {
    "another place, then the fallback of the ZSM area": (
        zaak("GM0153", "GM0193"), ["vhh-twente", "vhh-ijsselland", "vhh-gelderland-midden"],
    ),
    "no other place: the fallback that did not have it": (zaak("GM0153"), ["vhh-twente", "vhh-gelderland-midden"]),
    "both places at one tafel": (zaak("GM0153", "GM0164"), ["vhh-twente", "vhh-gelderland-midden"]),
    "a youth table, then the house of the residence": (
        zaak("GM0599", "GM0363", leeftijd=16), ["jeugdtafel-rotterdam", "vhh-rotterdam-rijnmond", "vhh-regio-utrecht"],
    ),
    "a theme, then the house of the residence": (
        zaak("GM0014", thema=Thema.VERWARD_GEDRAG), ["wijkteam-groningen-noord", "vhh-groningen", "vhh-regio-utrecht"],
    ),
    "only the place of the offence": (zaak(None, "GM0193"), ["vhh-ijsselland", "vhh-gelderland-midden"]),
    "nothing known but the reporter": (
        zaak(melder=TafelId("zsm-oost-nederland")), ["vhh-gelderland-midden", "vhh-regio-utrecht"],
    ),
    "nothing known at all": (zaak(), ["vhh-regio-utrecht"]),
    "another arrondissement": (zaak("GM0797", "GM0796"), ["vhh-midden-brabant", "vhh-brabant-noordoost", "vhh-regio-utrecht"]),
}  # fmt: skip


@pytest.mark.parametrize(("geval", "tafels"), REIZEN.values(), ids=REIZEN.keys())
def test_where_a_case_goes_that_nobody_wants(register: Register, geval: Zaak, tafels: list[str]) -> None:
    """Along the register, then to a fallback, then to people."""
    plaatsen, _ = reis(register, geval)
    assert [p.tafel.id for p in plaatsen] == tafels


def test_the_report_names_the_lines_that_were_wrong(register: Register) -> None:
    """Each step names the line that led to the tafel which sent the case on, also where that was a fallback."""
    _, onjuist = reis(register, zaak("GM0153", "GM0193"))
    assert onjuist == ["dekking.csv:GM0153:2023-01-01", "dekking.csv:GM0193:2023-01-01", "regios.toml:oost-nederland"]


def test_the_explanation_begins_with_who_sent_it_on(register: Register) -> None:
    """The steps say why it is not where the register first said, and what was looked at instead."""
    verder = omleiding(register, TafelId("vhh-twente"), 0, zaak("GM0153", "GM0193"))
    assert verder.naar is not None
    assert verder.naar.stappen[0] == (
        "Zorg- en Veiligheidshuis Twente zegt dat de zaak daar niet hoort (dekking.csv:GM0153:2023-01-01)."
    )
    assert verder.naar.stappen[1] == "Plaats van het feit: GM0193 Zwolle."
    assert not verder.naar.zwevend


def test_a_tafel_that_the_register_did_not_mean_is_left_for_the_one_it_means(register: Register) -> None:
    """A case that lay elsewhere (by an older register, or by hand) goes where the register leads; no line was wrong."""
    verder = omleiding(register, TafelId("vhh-zeeland"), 0, zaak("GM0153"))
    assert verder.naar is not None
    assert (verder.naar.tafel.id, verder.onjuist) == ("vhh-twente", "tafel:vhh-zeeland")
    nog_eens = omleiding(register, TafelId("vhh-zeeland"), 1, zaak("GM0153", "GM0193"))
    assert nog_eens.naar is not None
    assert nog_eens.naar.tafel.id == "vhh-ijsselland"


def test_a_tafel_never_known_is_a_fault_of_who_asks(register: Register) -> None:
    """Only a tafel of the register can say that it was wrongly addressed."""
    with pytest.raises(KeyError):
        omleiding(register, TafelId("niet-bekend"), 0, zaak("GM0153"))


def test_a_closed_tafel_hears_of_nothing(wijzig: Wijzig) -> None:
    """The place of the offence lies with a house that stopped without opvolger: the fallback stands in, zwevend."""
    oud = 'id = "vhh-ijsselland"\n'
    register = Register.laad(wijzig("tafels_veiligheidshuis.toml", oud, f"{oud}geldig_tot = 2026-02-01\n"))
    plaatsen, _ = reis(register, zaak("GM0153", "GM0193"))
    assert [(p.tafel.id, p.zwevend) for p in plaatsen] == [("vhh-twente", False), ("vhh-gelderland-midden", True)]


def _eindigt(register: Register, geval: Zaak) -> None:
    """Different tafels that all work, fallbacks only at the end and visible, and a line of the register for each step."""
    plaatsen, onjuist = reis(register, geval)
    ids = [p.tafel.id for p in plaatsen]
    assert len(set(ids)) == len(ids)
    assert onjuist == [p.bron for p in plaatsen]
    for p in plaatsen:
        assert register.tafel(p.tafel.id, max(geval.op, register.begin)) == p.tafel
        assert p.zwevend or p.bron.startswith("dekking.csv:")
        assert p.stappen
    if len(plaatsen) < 1 + HOOGSTENS:
        landelijk = register.terugval(None, geval.op).tafel.id
        assert plaatsen[-1].zwevend or landelijk in ids, "it floats early only when a fallback had it too"


def _zaak(vraag: dict[str, Any]) -> Zaak:
    return zaak(vraag.pop("verblijf"), vraag.pop("feit"), **vraag)


@given(vraag=st.fixed_dictionaries(feiten))
def test_every_case_ends_after_at_most_two_steps(register: Register, vraag: dict[str, Any]) -> None:
    """Whatever the gemeenten, day, theme, age and reporter: no circle, nobody twice, nothing lost."""
    _eindigt(register, _zaak(dict(vraag)))


@settings(max_examples=60)
@given(regels=geschonden(), vragen=st.lists(st.fixed_dictionaries(feiten), min_size=5, max_size=5))
def test_the_same_holds_for_any_register_that_loads(regels: Regels, vragen: list[dict[str, Any]]) -> None:
    """Closed tafels, chains of opvolgers and witte vlekken make no case go round."""
    assume(regels.instellingen is not None and not toets(regels))
    assert regels.instellingen is not None
    register = Register(regels, regels.instellingen, "0" * 16)
    for vraag in vragen:
        _eindigt(register, _zaak(dict(vraag)))


@given(vraag=st.fixed_dictionaries(feiten), tafel=st.data(), keer=st.integers(0, 5))
def test_whoever_says_so_never_gets_it_back(
    register: Register, vraag: dict[str, Any], tafel: st.DataObject, keer: int
) -> None:
    """Any tafel at any step: the next one is another, and after two steps there is none."""
    wie = tafel.draw(st.sampled_from(register.namen()))
    verder = omleiding(register, wie, keer, _zaak(dict(vraag)))
    assert verder.onjuist
    assert verder.naar is None or (verder.naar.tafel.id != wie and keer < HOOGSTENS)
