"""What the filter decides, and that whatever goes wrong is a refusal."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from cedarpy import Entities, PolicySet, is_authorized
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domein.codes import (
    Belang,
    Besluit,
    Fase,
    MeldingSoort,
    Rol,
    Thema,
    Uitkomst,
    Veld,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.identiteit import Dossier, GrondslagId
from hub.domein.tafel import TafelSoort
from hub.privacy import filter as filtermodule
from hub.privacy.feiten import DAG, Geval, feiten, spiegel, volledig
from hub.privacy.filter import Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.onderscheid import Onderscheid, onderscheid
from tests.privacy.gevallen import (
    ANDER_HUIS,
    HUIS,
    NU,
    ZSM,
    bijna_gevallen,
    casus,
    gevallen,
    goede_regels,
    naar_huis,
    naar_zsm,
    tafel,
    verdachte,
)

GRONDSLAGEN = [
    "wjsg-39f-zsm-vhh",
    "wjsg-39f-zsm-aandragen",
    "wpg-20-zsm-vhh",
    "wgs-vhh-zsm",
    "wgs-casus-casus",
    "wgs-vhh",
    "onbekend",
]
_gedeeld = settings(max_examples=150)


def test_lawful_gevallen_are_told_with_the_fields_of_their_grondslag(filter_: Filter) -> None:
    """Both directions of an ordinary koppeling are told, each with its own fields, grondslag and activity."""
    heen, terug = filter_.beslis(naar_huis()), filter_.beslis(naar_zsm())
    assert heen.besluit is terug.besluit is Besluit.MELDEN
    assert heen.velden == {Veld.TAFEL, Veld.OPHOUDEN_TOT}
    assert terug.velden == {Veld.TAFEL, Veld.ADVIES_BESCHIKBAAR, Veld.ESCALATIENIVEAU}
    assert heen.regels == ("M1-zsm-naar-veiligheidshuis", "V1-tafel", "V4-ophouden-tot")
    assert (heen.grondslag, terug.grondslag) == ("wjsg-39f-zsm-vhh", "wgs-vhh")
    assert heen.activiteit.endswith("/zsm-vhh-wjsg-39f")


def test_two_houses_hear_of_each_other(filter_: Filter) -> None:
    """DUBBELE_CASUS goes both ways on a casus-to-casus grondslag, and not on one for ZSM alone."""
    een, twee = casus(HUIS), casus(ANDER_HUIS)
    geval = Geval(MeldingSoort.DUBBELE_CASUS, een, twee, Uitkomst.ZEKER, HUIS, ANDER_HUIS, NU)
    assert filter_.beslis(geval).besluit is Besluit.MELDEN
    assert filter_.beslis(spiegel(geval)).besluit is Besluit.MELDEN
    alleen_zsm = replace(geval, bron=casus(HUIS, grondslag=GrondslagId("wgs-vhh-zsm")))
    assert filter_.beslis(alleen_zsm).regels == ("N13-grondslag-andere-richting",)


@pytest.mark.parametrize("grondslag", ["wjsg-39f-zsm-vhh", "wpg-20-zsm-vhh", "wjsg-39f-zsm-aandragen"])
def test_shipped_grondslagen_towards_a_house_work(filter_: Filter, grondslag: str) -> None:
    """Every shipped grondslag can lead to a melding."""
    assert filter_.beslis(naar_huis(verdachte(grondslag=GrondslagId(grondslag)))).besluit is Besluit.MELDEN


@pytest.mark.parametrize("grondslag", ["wgs-vhh-zsm", "wgs-vhh"])
def test_shipped_grondslagen_towards_zsm_work(filter_: Filter, grondslag: str) -> None:
    """Every shipped grondslag can lead to a melding."""
    assert filter_.beslis(naar_zsm(casus(grondslag=GrondslagId(grondslag)))).besluit is Besluit.MELDEN


def test_region_never_matters_for_a_match(filter_: Filter) -> None:
    """A Veiligheidshuis hears of a match from anywhere in the country: the gemeenten change nothing."""
    elders = verdachte(gemeente_verblijf="GM0014", gemeente_feit="GM0935")
    assert filter_.beslis(naar_huis(elders)) == replace(filter_.beslis(naar_huis()))


def test_possible_match_goes_to_zsm_only(filter_: Filter) -> None:
    """MOGELIJK reaches the verifying side, and the other side by a rule of its own never."""
    mogelijk: dict[str, Any] = {"soort": MeldingSoort.MOGELIJK_BEKEND, "uitkomst": Uitkomst.MOGELIJK}
    assert filter_.beslis(naar_zsm(**mogelijk)).besluit is Besluit.MELDEN
    geweigerd = filter_.beslis(naar_huis(**mogelijk))
    assert geweigerd.besluit is Besluit.AFGEWEZEN
    assert "N04-mogelijk-alleen-verifierende-kant" in geweigerd.regels


def test_possible_match_waits_for_the_other_direction(filter_: Filter) -> None:
    """Verifying by telephone discloses: without vrijgave by the OM the ZSM tafel does not hear of a possible match either."""
    stil = verdachte(vrijgave=Vrijgaverol.GEEN, vervolgingsbeslissing=Vervolgingsbeslissing.OPEN)
    geval = naar_zsm(ontvanger=stil, soort=MeldingSoort.MOGELIJK_BEKEND, uitkomst=Uitkomst.MOGELIJK)
    beslissing = filter_.beslis(geval)
    assert beslissing.besluit is Besluit.AANGEHOUDEN
    assert beslissing.regels == (
        "A1-geen-vervolgingsbeslissing",
        "A2-vrijgave-openbaar-ministerie",
        "tegenrichting",
    )
    assert beslissing.velden == frozenset()
    assert filter_.beslis(naar_zsm(ontvanger=stil)).besluit is Besluit.MELDEN


_soorten = st.sampled_from([soort for soort in MeldingSoort if soort is not MeldingSoort.INGETROKKEN])


@_gedeeld
@given(geval=gevallen(GRONDSLAGEN) | bijna_gevallen(), soort=st.none() | _soorten)
def test_no_prohibition_is_ever_passed(filter_: Filter, geval: Geval, soort: MeldingSoort | None) -> None:
    """Whatever the facts, what the law forbids is not told (rules restated here, apart from the policy text)."""
    geval = geval if soort is None else replace(geval, soort=soort)
    beslissing = filter_.beslis(geval)
    if geval.soort is MeldingSoort.INGETROKKEN:
        assert (beslissing.besluit, beslissing.velden) == (Besluit.MELDEN, frozenset())
        return
    if beslissing.besluit is Besluit.AFGEWEZEN:
        return
    bron, tafel_ = geval.bron.feiten, geval.ontvanger_tafel
    kanten = [kant for kant in (geval.bron, geval.ontvanger) if kant is not None]
    assert {kant.feiten.rol for kant in kanten} <= {Rol.VERDACHTE, Rol.CASUSPERSOON}
    leeftijden = [12 if kant.feiten.leeftijd is None else kant.feiten.leeftijd for kant in kanten]
    assert min(leeftijden) >= (12 if tafel_.jeugdtaak else 18)
    assert tafel_.geheim_bevoegd or not any(kant.feiten.geheimhouding for kant in kanten)
    assert bron.thema in tafel_.themas
    assert filter_.grondslagen[bron.grondslag].geldig_op(geval.tijd)
    assert geval.tijd < min(kant.bewaren_tot for kant in kanten)
    if geval.ontvanger is None:
        assert geval.soort is MeldingSoort.AANDRAGEN
        assert geval.zonder_casus
        assert geval.aangewezen == tafel_.id
    if geval.soort is MeldingSoort.ANTWOORD:
        assert beslissing.besluit is Besluit.MELDEN
    if tafel_.soort is TafelSoort.VEILIGHEIDSHUIS:
        assert bron.vervolgingsbeslissing not in (Vervolgingsbeslissing.SEPOT, Vervolgingsbeslissing.VRIJSPRAAK) or (
            geval.bron_tafel.soort is TafelSoort.VEILIGHEIDSHUIS
        )
    if beslissing.besluit is Besluit.MELDEN and geval.uitkomst is Uitkomst.MOGELIJK:
        assert filter_.beslis(spiegel(geval)).besluit is Besluit.MELDEN


@_gedeeld
@given(geval=bijna_gevallen(), deel=st.floats(0, 1, exclude_max=True))
def test_time_alone_changes_nothing_before_the_review(filter_: Filter, geval: Geval, deel: float) -> None:
    """Between a decision and its `herzien_op` (or for ever, where there is none) the same facts give the same answer."""
    nu = filter_.beslis(geval)
    einde = geval.tijd + 4000 * DAG if nu.herzien_op is None else nu.herzien_op
    assert einde > geval.tijd
    later = filter_.beslis(replace(geval, tijd=geval.tijd + int((einde - 1 - geval.tijd) * deel)))
    assert (later.besluit, later.regels, later.velden) == (nu.besluit, nu.regels, nu.velden)
    vlak_voor = filter_.beslis(replace(geval, tijd=einde - 1))
    assert (vlak_voor.besluit, vlak_voor.regels) == (nu.besluit, nu.regels)


def test_every_term_yields_its_moment(filter_: Filter) -> None:
    """End of aftercare, end of retention, end of a grondslag and a vrijgave to come are each a moment of review."""
    nazorg = casus(fase=Fase.NAZORG, fase_sinds=NU - 89 * DAG)
    assert filter_.beslis(naar_zsm(nazorg)).herzien_op == NU + DAG
    assert filter_.beslis(naar_zsm(replace(nazorg, bewaren_tot=NU + 5))).herzien_op == NU + 5
    assert filter_.beslis(naar_huis(verdachte(vrijgave_moment=NU + 7))).herzien_op == NU + 7
    lang = [replace(een, bewaren_tot=NU + 9999 * DAG) for een in (verdachte(), casus(fase_sinds=NU - 100 * DAG))]
    einde = filter_.grondslagen[GrondslagId("wjsg-39f-zsm-vhh")].einde
    assert filter_.beslis(naar_huis(*lang)).herzien_op == einde
    assert filter_.beslis(naar_huis(*lang, tijd=NU + 10000 * DAG)).herzien_op is None


def test_request_is_canonical_and_holds_facts_only(filter_: Filter) -> None:
    """The request is AuthZEN as sorted JSON without spaces: subject, action, resource, context with time and facts."""
    tekst = filter_.beslis(naar_zsm()).verzoek
    verzoek = json.loads(tekst)
    assert json.dumps(verzoek, sort_keys=True, separators=(",", ":")) == tekst
    assert set(verzoek) == {"subject", "action", "resource", "context"}
    assert verzoek["subject"] == {"type": "tafel", "id": "zsm-oost"}
    assert verzoek["resource"] == {"type": "dossier", "id": casus().dossier}
    assert verzoek["context"]["time"] == NU
    assert verzoek["context"]["feiten"]["richting"] == "VHH_NAAR_ZSM"


def test_same_geval_same_answer(filter_: Filter, bronnen: filtermodule.Bronnen) -> None:
    """A replay under the same policy decides the same, byte for byte."""
    assert Filter.van(bronnen).beslis(naar_huis()) == filter_.beslis(naar_huis())


@_gedeeld
@given(geval=gevallen(GRONDSLAGEN) | bijna_gevallen())
def test_an_answer_that_was_kept_is_the_answer_that_would_be_given(filter_: Filter, geval: Geval) -> None:
    """Facts that no rule tells apart share an answer; every geval gets the one that it gets from a policy without memory."""
    vers = replace(filter_, onderscheid=None, _bekend={}, _gelezen={})
    assert filter_.beslis(geval) == vers.beslis(geval)


def test_what_rules_tell_apart_is_kept_apart(bronnen: filtermodule.Bronnen) -> None:
    """Values of a fact are one where every condition comes out the same for them; of a fact in a condition of another form every value
    counts, and of one in no condition none."""
    filter_ = Filter.van(bronnen)
    assert filter_.onderscheid is not None
    nu = volledig(feiten(naar_huis(), None))
    nu["tafel"]["themas"] = ["JEUGD"]

    def soorten(onderscheid_: Onderscheid, naam: str, waarden: Iterable[Any]) -> list[set[Any]]:
        """Which values of a fact are one to the rules."""
        deel, _, veld = naam.rpartition(".")
        per_merk: dict[str, set[Any]] = {}
        for waarde in waarden:
            anders = {**nu, deel: {**nu[deel], veld: waarde}} if deel else {**nu, veld: waarde}
            per_merk.setdefault(repr(onderscheid_(anders)), set()).add(waarde)
        return sorted(per_merk.values(), key=min)

    assert soorten(filter_.onderscheid, "leeftijd_jongst", (5, 11, 12, 17, 18, 99)) == [{5, 11}, {12, 17}, {18, 99}]
    assert soorten(filter_.onderscheid, "bron.nazorgdagen", (-1, 0, 89, 90, 400)) == [{-1}, {0, 89}, {90, 400}]
    assert len(soorten(filter_.onderscheid, "bron.belang", Belang)) == 2
    fase = soorten(filter_.onderscheid, "bron.fase", Fase)
    assert {Fase.ACTIEF} in fase and {Fase.NAZORG} in fase and len(fase) == 3
    een = '@id("X") @grondslag("g") @uitleg("u") forbid(principal, action in [Action::"delen"], resource)'
    for deel, naam, waarden, verwacht in (
        ("leeftijd_oudst < 7", "leeftijd_oudst", (6, 7, 8), [{6}, {7, 8}]),
        ("leeftijd_oudst >= 7", "leeftijd_oudst", (6, 7, 8), [{6}, {7, 8}]),
        ("leeftijd_oudst <= 7", "leeftijd_oudst", (6, 7, 8), [{6, 7}, {8}]),
        ("leeftijd_oudst > 7", "leeftijd_oudst", (6, 7, 8), [{6, 7}, {8}]),
        ("leeftijd_oudst == 7", "leeftijd_oudst", (6, 7, 8), [{6, 8}, {7}]),
        ("leeftijd_oudst != 7", "leeftijd_oudst", (6, 7, 8), [{6, 8}, {7}]),
        ("leeftijd_jongst < context.geval.leeftijd_oudst", "leeftijd_jongst", (6, 29, 30, 31), [{6, 29}, {30, 31}]),
        ("leeftijd_oudst + 0 < 7", "leeftijd_oudst", (6, 7, 8), [{6}, {7}, {8}]),
        ('uitkomst == "ZEKER"', "uitkomst", Uitkomst, [{"GEEN", "MOGELIJK"}, {"ZEKER"}]),
        (
            'bron.spoedeisend || ["ZEKER", "GEEN"].contains(context.geval.uitkomst)',
            "uitkomst",
            Uitkomst,
            [{"GEEN", "ZEKER"}, {"MOGELIJK"}],
        ),
        ("uitkomst == context.geval.uitkomst", "uitkomst", Uitkomst, [{"GEEN"}, {"MOGELIJK"}, {"ZEKER"}]),
        ('uitkomst like "*E*"', "uitkomst", Uitkomst, [{"GEEN"}, {"MOGELIJK"}, {"ZEKER"}]),
        ("tafel.themas.contains(context.geval.bron.thema)", "bron.thema", Thema, [{*Thema} - {"JEUGD"}, {"JEUGD"}]),
        ("geheimhouding", "leeftijd_oudst", (6, 7, 8), [{6, 7, 8}]),
    ):
        tekst = f"{een} when {{ context.geval.{deel} }};"
        gevonden = soorten(onderscheid(goede_regels(tekst, filter_.schema)), naam, waarden)
        assert gevonden == verwacht, deel


def test_other_rules_tell_other_values_apart(filter_: Filter, bronnen: filtermodule.Bronnen) -> None:
    """A policy to try inherits no boundary: what is one case to the present rules may be two to the new."""
    ouder = bronnen.beleid.replace("leeftijd_jongst >= 18", "leeftijd_jongst >= 21").replace(
        "leeftijd_jongst < 18", "leeftijd_jongst < 21"
    )
    streng = filter_.met_beleid(PolicySet.from_str(ouder))
    zonder = tafel("vhh-een", TafelSoort.VEILIGHEIDSHUIS, jeugdtaak=False)
    for leeftijd, besluit in ((30, Besluit.MELDEN), (19, Besluit.AFGEWEZEN)):
        geval = naar_huis(verdachte(leeftijd=leeftijd), casus(leeftijd=leeftijd), ontvanger_tafel=zonder)
        assert streng.beslis(geval).besluit is besluit
        assert filter_.beslis(geval).besluit is Besluit.MELDEN


def test_answers_are_kept_by_facts_and_not_for_ever(filter_: Filter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same facts about other dossiers get the same answer but their own request; what is kept is bounded."""
    monkeypatch.setattr(filtermodule, "_ONTHOUD", 2)
    vers = filter_.met_beleid(filter_.beleid)
    een, ander = naar_huis(), naar_huis(replace(verdachte(), dossier=Dossier("zsm-oost.zzz")))
    assert vers.beslis(een).regels == vers.beslis(ander).regels
    assert vers.beslis(een).verzoek != vers.beslis(ander).verzoek
    for leeftijd in (30, 17, 18, 11, 30, 17):
        geval = naar_huis(verdachte(leeftijd=leeftijd))
        assert vers.beslis(geval) == filter_.beslis(geval)
        assert len(vers._bekend) <= 2


@pytest.mark.parametrize(
    ("was", "wordt"),
    [
        ('"thema": String,', '"thema"?: String,'),
        ('"leeftijd_oudst": Long,', '"leeftijd_oudst": String,'),
        ('"velden": Set<String>,', '"velden": Set<Long>,'),
        ('"geheimhouding": Bool,', '"geheimhouding": Set<Bool>,'),
        ('"id": String,', '"id": Long,'),
    ],
)
def test_a_schema_that_has_a_fact_of_another_kind_does_not_load(
    bronnen: filtermodule.Bronnen, was: str, wordt: str
) -> None:
    """The schema says of every fact what is computed: the memory of answers rests on it."""
    assert was in bronnen.schema
    naam = was.split('"')[1]
    with pytest.raises(BeleidFout, match=rf"cedarschema: \S*{naam} moet "):
        Filter.proef(replace(bronnen, schema=bronnen.schema.replace(was, wordt)))


def test_a_rule_about_what_is_no_fact_does_not_load(filter_: Filter) -> None:
    """Also where it is never reached: nobody computes such a fact."""
    tekst = (
        '@id("X") @grondslag("g") @uitleg("u") forbid (principal, action in Action::"delen", resource) '
        "when { false && context.geval.bron.schuld };"
    )
    with pytest.raises(BeleidFout, match=r"regel X: bron\.schuld is geen feit"):
        goede_regels(tekst, filter_.schema)


def test_facts_that_only_the_schema_knows_share_no_answer(bronnen: filtermodule.Bronnen) -> None:
    """A recorded request may hold more than is computed, also under a name that reads like another fact's: each gets its own answer."""
    schema = bronnen.schema.replace("entity Geval = {", 'entity Geval = {\n  "bron.rol"?: String, "extra"?: Set<Long>,')
    filter_, _ = Filter.proef(replace(bronnen, schema=schema))
    extras: list[dict[str, Any]] = [{"bron.rol": "x"}, {"extra": []}, {"extra": ["a"]}, {}]
    binnen: list[dict[str, Any]] = [{}, {"extra": {}}]
    for extra, rol, dieper in product(extras, Rol, binnen):
        gewoon = feiten(naar_huis(), filter_.grondslagen[GrondslagId("wjsg-39f-zsm-vhh")])
        anders = {**gewoon, **extra, "bron": {**gewoon["bron"], "rol": rol, **dieper}}
        assert filter_._oordeel(anders) == replace(filter_, onderscheid=None, _bekend={})._oordeel(anders)


@pytest.mark.parametrize("diep", [300, 5_000])
def test_a_request_of_any_depth_is_refused_or_no_request(filter_: Filter, diep: int) -> None:
    """One bad line among many recorded requests ends no replay."""
    verzoek = json.loads(filter_.beslis(naar_huis()).verzoek)
    verzoek["context"]["feiten"]["extra"] = "HIER"
    tekst = json.dumps(verzoek).replace('"HIER"', '{"a":' * diep + "1" + "}" * diep)
    try:
        assert filter_.herhaal(tekst).regels == ("fout",)
    except ValueError as fout:
        assert "geen vastgelegd verzoek" in str(fout)


def test_cedar_alone_would_allow_what_errs(filter_: Filter) -> None:
    """The hazard this room is built around: without schema Cedar skips a forbid that errs, and allows."""
    tekst = """
    permit (principal, action, resource);
    forbid (principal, action, resource) when { context.leeftijd < 18 };
    """
    verzoek = {"principal": 'T::"t"', "action": 'Action::"melden"', "resource": 'D::"d"', "context": {"leeftijd": "16"}}
    assert is_authorized(verzoek, tekst, "[]").allowed


@pytest.mark.parametrize(
    "wijziging",
    [
        {"leeftijd_jongst": "16"},
        {"leeftijd_jongst": None},
        {"geheimhouding": "nee"},
        {"onbekend_feit": True},
        {"bron": {}},
        {"leeftijd_jongst": 1 << 70},
    ],
)
def test_facts_that_are_not_what_the_schema_says_are_a_refusal(
    filter_: Filter, monkeypatch: pytest.MonkeyPatch, wijziging: dict[str, Any]
) -> None:
    """A fact of the wrong type, missing or unknown refuses with the rule `fout`, in both actions and all fields."""
    monkeypatch.setattr(filtermodule, "feiten", lambda g, gr: {**feiten(g, gr), **wijziging})
    beslissing = filter_.beslis(naar_huis())
    assert (beslissing.besluit, beslissing.regels, beslissing.velden) == (Besluit.AFGEWEZEN, ("fout",), frozenset())


@pytest.mark.parametrize(
    "tekst",
    [
        "forbid (principal, action, resource) when { context.geval.leeftijd_jongst + 9223372036854775807 > 0 };",
        'forbid (principal, action == Action::"melden", resource) when { context.geval.leeftijd_jongst * 9223372036854775807 > 0 };',
    ],
)
def test_a_rule_that_errs_while_deciding_is_a_refusal(
    filter_: Filter, bronnen: filtermodule.Bronnen, tekst: str
) -> None:
    """An error that no schema can foresee (overflow) makes Cedar skip the forbid; the filter refuses instead."""
    beleid = PolicySet.from_str(bronnen.beleid + tekst)
    assert filter_.met_beleid(beleid).beslis(naar_huis()).regels == ("fout",)


def test_a_field_whose_rule_errs_stays_out(filter_: Filter, bronnen: filtermodule.Bronnen) -> None:
    """A field is decided one by one, and an error in that decision withholds that field alone."""
    fout = (
        'forbid (principal, action == Action::"verstrekken", resource == Veld::"TAFEL")'
        " when { context.geval.leeftijd_jongst + 9223372036854775807 > 0 };"
    )
    beslissing = filter_.met_beleid(PolicySet.from_str(bronnen.beleid + fout)).beslis(naar_huis())
    assert beslissing.besluit is Besluit.MELDEN
    assert beslissing.velden == {Veld.OPHOUDEN_TOT}


def test_without_any_rule_everything_is_refused(filter_: Filter) -> None:
    """Default deny, with a rule id that says so."""
    beslissing = filter_.met_beleid(PolicySet.from_str("")).beslis(naar_huis())
    assert (beslissing.besluit, beslissing.regels) == (Besluit.AFGEWEZEN, ("standaard-verbod",))


def test_every_rule_that_a_decision_names_can_be_explained(filter_: Filter) -> None:
    """Also the three reasons that are not in the text have a Dutch sentence and an article."""
    assert {"standaard-verbod", "fout", "tegenrichting"} <= set(filter_.regels)
    assert all(regel.uitleg.endswith(".") and regel.grondslag for regel in filter_.regels.values())


def test_a_geval_needs_two_dossiers() -> None:
    """A dossier is never told about itself."""
    with pytest.raises(ValueError, match="two dossiers"):
        naar_huis(verdachte(), verdachte())


@pytest.mark.parametrize("soort", [TafelSoort.JEUGDTAFEL, TafelSoort.WIJKTEAM, TafelSoort.CJG])
def test_other_kinds_of_tafel_hear_no_match(filter_: Filter, soort: TafelSoort) -> None:
    """Wpg art. 20: only the described partnership; the register may know more tafels than may hear."""
    assert "N01-richting" in filter_.beslis(naar_huis(ontvanger_tafel=tafel("vhh-een", soort))).regels
    assert filter_.beslis(naar_huis(bron_tafel=tafel(ZSM.id, soort))).besluit is Besluit.AFGEWEZEN


def test_entities_are_checked_against_the_schema(filter_: Filter) -> None:
    """The binding still checks facts when they travel as an entity: an upgrade that stops doing so fails here."""
    onjuist = [{"uid": {"type": "Geval", "id": "dit"}, "attrs": {"leeftijd_jongst": "16"}, "parents": []}]
    with pytest.raises(ValueError, match="schema"):
        Entities.from_json_str(json.dumps(onjuist), filter_.schema)
