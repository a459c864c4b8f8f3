"""Aandragen, the answer to a question, and withdrawal: further kinds, under the same protections."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cedarpy import PolicySet

from hub.domein.codes import (
    Besluit,
    Criterium,
    Doel,
    Fase,
    MeldingSoort,
    Rol,
    Uitkomst,
    Veld,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.identiteit import GrondslagId, TafelId
from hub.domein.tafel import TafelSoort
from hub.privacy import filter as filtermodule
from hub.privacy.feiten import Geval, OntvangerRol, feiten, richting, spiegel, volledig
from hub.privacy.filter import Filter
from hub.privacy.grondslag import Richting
from tests.privacy.gevallen import (
    ANDER_HUIS,
    HUIS,
    NU,
    ZSM,
    antwoord_aan_zsm,
    casus,
    naar_huis,
    naar_intake,
    naar_zsm,
    tafel,
    verdachte,
)

AANDRAGEN = GrondslagId("wjsg-39f-zsm-aandragen")
COMPLEX = (Criterium.MEER_LEEFGEBIEDEN, Criterium.MEER_KETENS, Criterium.EFFECT_OP_GEZIN)


def _zaak(**anders: Any) -> Any:
    return verdachte(**{"criteria": COMPLEX, "grondslag": AANDRAGEN, **anders})


def test_a_complex_case_is_offered_without_any_fact_of_the_person(filter_: Filter) -> None:
    """Landelijk Kader: the intake of the region hears that there is something to discuss, and whom to call; nothing else."""
    beslissing = filter_.beslis(naar_intake())
    assert (beslissing.besluit, beslissing.velden) == (Besluit.MELDEN, frozenset({Veld.TAFEL}))
    assert beslissing.regels == ("M4-aandragen", "V1-tafel")
    assert beslissing.grondslag == AANDRAGEN


@pytest.mark.parametrize(
    ("criteria", "besluit"),
    [
        (COMPLEX, Besluit.MELDEN),
        ((Criterium.GEBIEDSGEBONDEN,), Besluit.MELDEN),
        (COMPLEX[:2], Besluit.AFGEWEZEN),
        (COMPLEX[1:], Besluit.AFGEWEZEN),
        ((COMPLEX[0], COMPLEX[2]), Besluit.AFGEWEZEN),
        ((), Besluit.AFGEWEZEN),
    ],
)
def test_criteria_of_the_landelijk_kader(filter_: Filter, criteria: tuple[Criterium, ...], besluit: Besluit) -> None:
    """Several leefgebieden, several ketens and the family, all three; or area-bound."""
    assert filter_.beslis(naar_intake(_zaak(criteria=criteria))).besluit is besluit


@pytest.mark.parametrize(
    ("anders", "regel"),
    [
        ({"aangewezen": None}, "N22-andere-regio"),
        ({"aangewezen": TafelId("vhh-twee")}, "N22-andere-regio"),
        ({"zonder_casus": False}, "N23-casus-niet-uitgesloten"),
        ({"uitkomst": Uitkomst.ZEKER}, "N03-zekerheid"),
    ],
)
def test_facts_that_are_missing_refuse(filter_: Filter, anders: dict[str, Any], regel: str) -> None:
    """AVG 5(1)(c): region and the absence of a casus must be known; what was not filled in refuses."""
    beslissing = filter_.beslis(naar_intake(**anders))
    assert (beslissing.besluit, beslissing.regels) == (Besluit.AFGEWEZEN, (regel,))


def test_the_defaults_of_a_geval_permit_least(filter_: Filter) -> None:
    """A geval that says nothing of region and casus is refused for both."""
    kaal = Geval(MeldingSoort.AANDRAGEN, _zaak(), None, Uitkomst.GEEN, ZSM, HUIS, NU)
    assert filter_.beslis(kaal).regels == ("N22-andere-regio", "N23-casus-niet-uitgesloten")


@pytest.mark.parametrize(
    ("anders", "besluit", "regels"),
    [
        ({"vrijgave": Vrijgaverol.GEEN}, Besluit.AANGEHOUDEN, ("A2-vrijgave-openbaar-ministerie",)),
        (
            {"vervolgingsbeslissing": Vervolgingsbeslissing.OPEN},
            Besluit.AANGEHOUDEN,
            ("A1-geen-vervolgingsbeslissing",),
        ),
        ({"vervolgingsbeslissing": Vervolgingsbeslissing.SEPOT}, Besluit.AFGEWEZEN, ("N15-sepot-of-vrijspraak",)),
        ({"rol": Rol.SLACHTOFFER}, Besluit.AFGEWEZEN, ("N02-rol",)),
        (
            {"grondslag": GrondslagId("wjsg-39f-zsm-vhh")},
            Besluit.AFGEWEZEN,
            ("N13-grondslag-andere-richting",),
        ),
    ],
)
def test_offering_is_a_disclosure_like_any_other(
    filter_: Filter, anders: dict[str, Any], besluit: Besluit, regels: tuple[str, ...]
) -> None:
    """Wjsg 39f: the OM decides, a sepot ends it, and a grondslag for a match is none for offering."""
    beslissing = filter_.beslis(naar_intake(_zaak(**anders)))
    assert (beslissing.besluit, beslissing.regels) == (besluit, regels)


def test_only_a_house_gets_something_offered(filter_: Filter) -> None:
    """Other tafels are reached by a person who refers the case on, not by the hub."""
    wijkteam = tafel("wijkteam-een", TafelSoort.WIJKTEAM)
    geval = naar_intake(ontvanger_tafel=wijkteam, aangewezen=wijkteam.id)
    assert richting(geval) is Richting.GEEN
    assert "N01-richting" in filter_.beslis(geval).regels
    assert richting(naar_intake(bron_tafel=HUIS)) is Richting.GEEN


def test_the_receiver_without_a_dossier_is_recorded_as_such(filter_: Filter) -> None:
    """The request of an aandragen says that the receiver knows nobody; that of a match does not speak of aandragen."""
    gelezen = feiten(naar_intake(), None)
    assert gelezen["ontvanger"]["rol"] is OntvangerRol.GEEN
    assert gelezen["aandragen"] == {"criteria": sorted(COMPLEX), "in_regio": True, "zonder_casus": True}
    assert "aandragen" not in json.loads(filter_.beslis(naar_huis()).verzoek)["context"]["feiten"]
    assert volledig(feiten(naar_huis(), None))["aandragen"]["in_regio"] is False
    with pytest.raises(ValueError, match="no other direction"):
        spiegel(naar_intake())


def test_a_policy_that_lets_a_possible_match_out_to_nobody_is_stopped(
    filter_: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no other direction to judge, a possible match is refused by `fout` whatever the policy says."""
    monkeypatch.setattr(filtermodule, "feiten", lambda g, gr: {**feiten(naar_zsm(), gr), "soort": "MOGELIJK_BEKEND"})
    open_ = filter_.met_beleid(PolicySet.from_str("permit (principal, action, resource);"))
    assert open_.beslis(naar_intake(soort=MeldingSoort.MOGELIJK_BEKEND)).regels == ("fout",)


# ---------- the answer to a question ----------


def test_an_answer_tells_what_a_melding_would(filter_: Filter) -> None:
    """KEDO's one question: known, with the tafel to call; no advice, no level."""
    beslissing = filter_.beslis(antwoord_aan_zsm())
    assert (beslissing.besluit, beslissing.velden) == (Besluit.MELDEN, frozenset({Veld.TAFEL}))
    assert filter_.beslis(antwoord_aan_zsm(uitkomst=Uitkomst.MOGELIJK)).besluit is Besluit.MELDEN


@pytest.mark.parametrize(
    ("bron", "vraag", "regel"),
    [
        ({"leeftijd": 11}, {}, "N05-onder-12"),
        ({"geheimhouding": True}, {}, "N08-geheimhouding"),
        ({"fase": Fase.GESLOTEN}, {}, "N16-fase-van-de-bron"),
        ({"vrijgave": Vrijgaverol.GEEN}, {}, "N20-antwoord-wacht-niet"),
        ({}, {"doelen": ()}, "N19-vraag-zonder-doel"),
        ({}, {"rol": Rol.GETUIGE}, "N02-rol"),
    ],
)
def test_a_refused_answer_reads_as_unknown(
    filter_: Filter, bron: dict[str, Any], vraag: dict[str, Any], regel: str
) -> None:
    """The same protections as full disclosure; how a refusal reads is in tests/opvolging/test_bevraging.py."""
    vrager = verdachte(**{"doelen": (Doel.VEILIGHEID,), **vraag})
    beslissing = filter_.beslis(antwoord_aan_zsm(casus(**bron), vrager))
    assert (beslissing.besluit, beslissing.regels, beslissing.velden) == (Besluit.AFGEWEZEN, (regel,), frozenset())


def test_a_possible_answer_needs_leave_to_call(filter_: Filter) -> None:
    """Verifying discloses: without vrijgave by the OM a possible match is no answer, and it does not wait."""
    stil = verdachte(doelen=(Doel.VEILIGHEID,), vrijgave=Vrijgaverol.GEEN)
    beslissing = filter_.beslis(antwoord_aan_zsm(ontvanger=stil, uitkomst=Uitkomst.MOGELIJK))
    assert beslissing.besluit is Besluit.AFGEWEZEN
    assert beslissing.regels == ("A2-vrijgave-openbaar-ministerie", "tegenrichting")
    assert filter_.beslis(antwoord_aan_zsm(ontvanger=stil)).besluit is Besluit.MELDEN


def test_a_house_that_asks_always_verifies(filter_: Filter) -> None:
    """Whoever asks is the one who calls, also where its own casus is the older one."""
    ouder = casus(ANDER_HUIS, fase_sinds=NU - 10**10)
    geval = Geval(MeldingSoort.ANTWOORD, casus(), ouder, Uitkomst.MOGELIJK, HUIS, ANDER_HUIS, NU)
    assert feiten(geval, None)["ontvanger"]["verifieert"]
    assert filter_.beslis(geval).besluit is Besluit.MELDEN


# ---------- withdrawal ----------


@pytest.mark.parametrize("geval", [naar_huis(), naar_zsm(), naar_intake(), antwoord_aan_zsm()])
def test_withdrawal_is_never_blocked(filter_: Filter, geval: Geval) -> None:
    """Wjsg 39o: not by an expired grondslag, a minor, retention or a tafel that may hear nothing; and it tells nothing."""
    fout = replace(
        geval,
        soort=MeldingSoort.INGETROKKEN,
        bron=replace(
            geval.bron,
            bewaren_tot=0,
            feiten=replace(geval.bron.feiten, leeftijd=3, geheimhouding=True, grondslag=GrondslagId("onbekend")),
        ),
        ontvanger_tafel=tafel("vhh-een", TafelSoort.CJG, themas=frozenset(), doelen=frozenset(), tot=date(2025, 1, 2)),
    )
    for een in (fout, replace(geval, soort=MeldingSoort.INGETROKKEN)):
        beslissing = filter_.beslis(een)
        assert (beslissing.besluit, beslissing.regels) == (Besluit.MELDEN, ("I1-intrekking",))
        assert beslissing.velden == frozenset()


def test_without_its_rule_even_withdrawal_is_denied(filter_: Filter) -> None:
    """Default deny holds here too: the rule is what allows it, and the golden table keeps the rule."""
    leeg = filter_.met_beleid(PolicySet.from_str(""))
    beslissing = leeg.beslis(naar_huis(soort=MeldingSoort.INGETROKKEN))
    assert (beslissing.besluit, beslissing.regels) == (Besluit.AFGEWEZEN, ("standaard-verbod",))
