"""What is proven of the policy in every world, and that the proofs prove something."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import z3
from cedarpy import Schema
from hypothesis import given, settings

from hub.domein.codes import Besluit, MeldingSoort, Uitkomst, Veld
from hub.domein.identiteit import GrondslagId
from hub.privacy.bewijs import (
    Model,
    feiten_als_formule,
    getal,
    tegenvoorbeeld,
    waar,
    wereld,
)
from hub.privacy.feiten import GETALLEN, VERZAMELINGEN, WAARHEDEN, WOORDEN, Geval, feiten, volledig
from hub.privacy.filter import Bronnen, Filter
from hub.privacy.grondslag import Grondslag
from hub.privacy.gulden import lees_tabel
from hub.privacy.nooit import NOOIT_IN_ENIGE_WERELD, Nooit, weerleg
from hub.privacy.regels import AANHOUDEN, MELDEN, Expressie, Regel, Regelsoort
from tests.privacy.gevallen import bijna_gevallen, gevallen, goede_regels, naar_huis
from tests.privacy.test_filter import GRONDSLAGEN

_gedeeld = settings(max_examples=40)
_ALTIJD: Expressie = {"Value": True}
_OPBOUW = {"melden-wat-niet-mag-wachten", "dubbel-slot", "weigering-zonder-reden", "antwoord-dat-wacht"}


def _houdt(*formules: Any) -> bool:
    oplosser = z3.Solver()
    oplosser.add(*formules)
    return bool(oplosser.check() == z3.sat)


@pytest.mark.parametrize("bewering", NOOIT_IN_ENIGE_WERELD, ids=lambda bewering: bewering.naam)
def test_policy_never_does_this(filter_: Filter, bewering: Nooit) -> None:
    """The claim holds of every geval there can be, among them: no minor ever reaches a tafel without a youth task (Sr 77a);
    nothing on sepot or vrijspraak towards a Veiligheidshuis (Wjsg 39f); no permit without a valid grondslag (Wpg 20);
    MOGELIJK never to the non-verifying side; geheimhouding only to entitled tafels (Wet BRP 2.59)."""
    assert weerleg(filter_.regels, [bewering]) == {}


def test_a_policy_without_conditions_breaks_every_claim(filter_: Filter) -> None:
    """The claims are not empty: permits that always hold, and no forbid, are refuted by each of them."""
    open_ = {
        naam: replace(regel, voorwaarden=(("when", _ALTIJD),))
        for naam, regel in filter_.regels.items()
        if regel.soort in (Regelsoort.TOESTEMMING, Regelsoort.VELD)
    }
    assert set(weerleg(open_)) == {bewering.naam for bewering in NOOIT_IN_ENIGE_WERELD} - _OPBOUW


@pytest.mark.parametrize(
    ("weg", "gebroken"),
    [
        ("N06-minderjarig-zonder-jeugdtaak", {"weigering-zonder-reden"}),
        ("M2-veiligheidshuis-naar-zsm", {"weigering-zonder-reden"}),
        ("N22-andere-regio", {"weigering-zonder-reden"}),
        ("I1-intrekking", {"intrekking-geblokkeerd"}),
        ("A1-geen-vervolgingsbeslissing", {"weigering-zonder-reden"}),
    ],
)
def test_structure_of_the_policy_is_proven(filter_: Filter, weg: str, gebroken: set[str]) -> None:
    """Without any one rule some refusal has no reason of its own; the permits still keep every other claim."""
    assert set(weerleg({naam: regel for naam, regel in filter_.regels.items() if naam != weg})) == gebroken


def test_an_answer_that_would_wait_is_refuted(bronnen: Bronnen) -> None:
    """Where the rule on answers is gone and the permit lets an answer wait, the proof fails with an unreleased casus."""
    tekst = bronnen.beleid.replace(' && context.geval.soort != "ANTWOORD")', ")")
    tekst = tekst.replace('when { context.geval.soort == "ANTWOORD" }', 'when { context.geval.soort == "CORRECTIE" }')
    gevonden = weerleg(goede_regels(tekst, Schema.from_str(bronnen.schema)))
    assert set(gevonden) >= {"antwoord-dat-wacht"}
    assert gevonden["antwoord-dat-wacht"]["soort"] == "MeldingSoort_ANTWOORD"


def test_a_forbid_that_the_permits_do_not_repeat_opens_the_double_lock(filter_: Filter, bronnen: Bronnen) -> None:
    """A prohibition that stands in one place only is found, with the facts of a case that shows it."""
    extra = Regel(
        "N99-x",
        Regelsoort.NOOIT,
        None,
        "x.",
        "x",
        (("when", {"==": {"left": _feit("uitkomst"), "right": {"Value": "ZEKER"}}}),),
    )
    gevonden = weerleg({**filter_.regels, "N99-x": extra})
    assert set(gevonden) == {"dubbel-slot"}
    assert gevonden["dubbel-slot"]["uitkomst"] == "Uitkomst_ZEKER"


def test_a_known_mistake_is_refuted_with_an_example(bronnen: Bronnen) -> None:
    """Where both locks drop the age, the proof fails and shows a minor at a tafel without a youth task."""
    regels = Filter.van(bronnen).regels
    jeugd: Expressie = {">=": {"left": _feit("leeftijd_jongst"), "right": {"Value": 18}}}

    def vergeet(expressie: Any) -> Any:
        if expressie == jeugd:
            return _ALTIJD
        if isinstance(expressie, dict):
            return {naam: vergeet(deel) for naam, deel in expressie.items()}
        return [vergeet(deel) for deel in expressie] if isinstance(expressie, list) else expressie

    stuk = {
        naam: replace(regel, voorwaarden=tuple((soort, vergeet(e)) for soort, e in regel.voorwaarden))
        for naam, regel in regels.items()
        if not naam.startswith("N06")
    }
    voorbeeld = weerleg(stuk)["minderjarige-zonder-jeugdtaak"]
    assert int(voorbeeld["leeftijd_jongst"]) < 18
    assert voorbeeld["tafel.jeugdtaak"] == "False"


@pytest.mark.parametrize("regel", ["M1", "M2", "M3", "M4"])
def test_every_permit_can_be_met(filter_: Filter, regel: str) -> None:
    """The policy is not safe by refusing everything: each direction has a geval that is told."""
    model = Model(filter_.regels)
    (permit,) = (een for een in model.van(Regelsoort.TOESTEMMING) if een.id.startswith(regel))
    assert tegenvoorbeeld(z3.And(model.mag(MELDEN), model.geldt(permit, MELDEN))) is not None
    assert tegenvoorbeeld(z3.And(model.mag(AANHOUDEN), z3.Not(model.mag(MELDEN)), model.geldt(permit, AANHOUDEN)))


@_gedeeld
@given(geval=gevallen(GRONDSLAGEN) | bijna_gevallen())
def test_every_geval_lies_in_the_world_of_the_proofs(filter_: Filter, geval: Geval) -> None:
    """What the proofs assume of facts holds of the facts that are computed."""
    assert _houdt(wereld(), _gelezen(filter_.grondslagen, geval))


def _gelezen(grondslagen: Mapping[GrondslagId, Grondslag], geval: Geval) -> Any:
    return feiten_als_formule(volledig(feiten(geval, grondslagen.get(geval.bron.feiten.grondslag))))


def test_translation_agrees_with_cedar_on_the_golden_table(filter_: Filter, bronnen: Bronnen) -> None:
    """On every reviewed row z3 and Cedar decide the same: what is proven is proven of the policy that runs."""
    model = Model(filter_.regels)
    for rij in lees_tabel(bronnen.gulden):
        if rij.geval.uitkomst is Uitkomst.MOGELIJK or rij.geval.soort is MeldingSoort.INGETROKKEN:
            continue  # also depends on the other direction, or is another question to the same policy
        besluit = filter_.met(rij.grondslagen).beslis(rij.geval).besluit
        gelezen = _gelezen(rij.grondslagen, rij.geval)
        mag = {actie: _houdt(wereld(), gelezen, model.mag(actie)) for actie in (MELDEN, AANHOUDEN)}
        assert mag == {MELDEN: besluit is Besluit.MELDEN, AANHOUDEN: besluit is not Besluit.AFGEWEZEN}, rij.naam


@_gedeeld
@given(geval=bijna_gevallen())
def test_translation_agrees_with_cedar_on_near_cases(filter_: Filter, geval: Geval) -> None:
    """The same on cases that lie around the boundaries, fields included."""
    if geval.uitkomst is Uitkomst.MOGELIJK:
        return
    model = Model(filter_.regels)
    beslissing = filter_.beslis(geval)
    gelezen = _gelezen(filter_.grondslagen, geval)
    assert _houdt(gelezen, model.mag(MELDEN)) is (beslissing.besluit is Besluit.MELDEN)
    assert _houdt(gelezen, model.mag(AANHOUDEN)) is (beslissing.besluit is not Besluit.AFGEWEZEN)
    if beslissing.besluit is Besluit.MELDEN:
        assert {veld for veld in Veld if _houdt(gelezen, model.mag_veld(veld))} == beslissing.velden


def test_every_fact_has_a_kind_in_the_proofs() -> None:
    """Words, sets, numbers and truths are exactly those that are computed."""
    soorten: dict[str, str] = {}

    def lees(voor: str, deel: dict[str, Any]) -> None:
        for naam, waarde in deel.items():
            if isinstance(waarde, dict):
                lees(f"{voor}{naam}.", waarde)
            else:
                soorten[f"{voor}{naam}"] = type(waarde).__name__

    lees("", volledig(feiten(naar_huis(), None)))
    assert {naam for naam, soort in soorten.items() if soort == "list"} == VERZAMELINGEN
    assert {naam for naam, soort in soorten.items() if soort == "int"} == GETALLEN
    assert {naam for naam, soort in soorten.items() if soort == "bool"} == WAARHEDEN
    assert set(soorten) - VERZAMELINGEN - GETALLEN - WAARHEDEN == WOORDEN


def test_an_unknown_shape_is_never_half_proven(filter_: Filter) -> None:
    """A rule that the translation does not know stops the proof."""
    vreemd: Expressie = {"like": {"left": _feit("soort"), "pattern": ["Wildcard"]}}
    regel = Regel("N99-x", Regelsoort.NOOIT, None, "x.", "x", (("when", vreemd),))
    with pytest.raises(ValueError, match="no translation"):
        weerleg({**filter_.regels, "N99-x": regel})


def test_a_counterexample_is_a_world(filter_: Filter) -> None:
    """An example that z3 gives is a possible set of facts: nothing younger than nothing."""
    voorbeeld = tegenvoorbeeld(z3.And(getal("leeftijd_oudst") < 18, waar("grondslag.geldig")))
    assert voorbeeld is not None
    assert 0 <= int(voorbeeld["leeftijd_jongst"]) <= int(voorbeeld["leeftijd_oudst"]) < 18
    assert voorbeeld["grondslag.bekend"] == "True"
    assert tegenvoorbeeld(z3.And(getal("leeftijd_oudst") < getal("leeftijd_jongst"))) is None
    assert filter_.hash


def _feit(naam: str) -> Expressie:
    return {".": {"left": {".": {"left": {"Var": "context"}, "attr": "geval"}}, "attr": naam}}
