"""The rule register is made from the policy and is complete."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from hub.privacy.feiten import LIJSTEN
from hub.privacy.filter import Bronnen, Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.gulden import lees_tabel
from hub.privacy.opdrachten import beleid
from hub.privacy.regelregister import markdown
from hub.privacy.regels import lees_regels
from hub.privacy.zinnen import ZonderWoorden, zonder_woorden
from tests.privacy.gevallen import goede_regels
from tests.privacy.test_onderscheid import BELEID

BEGIN = '@id("N1") @grondslag("g") @uitleg("u.") forbid (principal, action in Action::"delen", resource)'


def test_register_names_every_rule_grondslag_and_fact(filter_: Filter, bronnen: Bronnen) -> None:
    """A privacy officer finds each rule with sentence, article and examples, each grondslag and each fact, in one text."""
    tekst = markdown(filter_)
    assert filter_.hash in tekst
    for regel in filter_.regels.values():
        assert regel.id in tekst
        assert regel.uitleg in tekst
        assert regel.grondslag in tekst
    for grondslag in filter_.grondslagen.values():
        assert grondslag.bevestiging in tekst
        assert all(deel in tekst for deel in (grondslag.belang, grondslag.doel, *grondslag.voorwaarden))
    for rij in lees_tabel(bronnen.gulden):
        assert f"* {rij.naam}\n" in tekst
    assert all(f"| `{feit}` |" in tekst for feit in LIJSTEN)


def test_register_says_the_conditions_in_words(filter_: Filter) -> None:
    """Conditions are written out as nested points, `when` and `unless` apart."""
    tekst = markdown(filter_)
    uitstel = tekst[tekst.index("### A1-geen-vervolgingsbeslissing") : tekst.index("### A2-")]
    assert (
        """De melding wacht als:

* `richting` is een van ZSM_NAAR_VHH, ZSM_NAAR_INTAKE

behalve als:

* minstens een van deze:
  * `bron.vervolgingsbeslissing` is een van VERVOLGEN, STRAFBESCHIKKING, VEROORDEELD
  * dit alles:
    * `bron.spoedeisend`
    * `bron.belang` is niet GEEN
"""
        in uitstel
    )
    assert "context.geval" not in tekst


def test_register_follows_the_policy(filter_: Filter, bronnen: Bronnen) -> None:
    """Another sentence in the policy is another sentence in the register, and the same policy the same text."""
    assert markdown(filter_) == markdown(Filter.van(bronnen))
    anders = replace(
        bronnen, beleid=bronnen.beleid.replace("Onder de 12 jaar wordt nooit gemeld.", "Nooit onder de 12.")
    )
    assert "Nooit onder de 12." in markdown(Filter.van(anders))


@pytest.mark.parametrize(
    ("voorwaarde", "woord"),
    [
        ('context.geval.bron.thema like "*"', "`like` (over bron.thema)"),
        ("(if context.geval.tafel.jeugdtaak then true else true)", "`if-then-else` (over tafel.jeugdtaak)"),
        ("context.geval.leeftijd_jongst + 1 > 0", "`+` (over leeftijd_jongst)"),
        ("true", "een losse waarde"),
        ("!!context.geval.geheimhouding", "`!` (over geheimhouding)"),
        ("context.geval.bron has rol", "`has`"),
        ('action != Action::"aanhouden"', "een losse waarde"),
    ],
)
def test_a_rule_that_the_register_cannot_say_is_refused(bronnen: Bronnen, voorwaarde: str, woord: str) -> None:
    """A policy in order is one that people can read: such a rule is named with all other faults, in text, grondslagen and elsewhere."""
    v1 = 'context.geval.grondslag.velden.contains("TAFEL")'
    assert bronnen.beleid.count(v1) == 1
    tekst = bronnen.beleid.replace(v1, f"{v1} && ({voorwaarde} || {voorwaarde})").replace('"VRIJSPRAAK"', '"VRIJSPRAK"')
    with pytest.raises(BeleidFout) as fout:
        Filter.proef(replace(bronnen, beleid=tekst, grondslagen={"leeg.toml": b""}))
    eigen = [een for een in fout.value.fouten if een.startswith("regel V1-tafel: het regelregister")]
    assert len(eigen) == 2 and all(woord in een for een in eigen)
    assert "VRIJSPRAK" in str(fout.value) and "leeg.toml" in str(fout.value)


@settings(max_examples=80)
@given(tekst=BELEID)
def test_what_loads_has_words(filter_: Filter, tekst: str) -> None:
    """Of rules that nobody wrote: the register is written of exactly those in which no condition is without words."""
    regels, _ = lees_regels(tekst, filter_.schema)
    try:
        markdown(replace(filter_, regels=regels))
    except ZonderWoorden:
        assert zonder_woorden(regels)
    else:
        assert zonder_woorden(regels) == []


def test_a_written_set_has_words(filter_: Filter) -> None:
    """What may be written beside a fact can be read: a set of words too."""
    tekst = BEGIN + ' when { context.geval.tafel.doelen.containsAny(["ZORG", "NAZORG"]) };'
    assert "* `tafel.doelen` bevat iets uit ZORG, NAZORG\n" in markdown(
        replace(filter_, regels=goede_regels(tekst, filter_.schema))
    )


def test_a_written_truth_is_said_in_dutch(filter_: Filter) -> None:
    """A rule that compares with `true` reads as Dutch."""
    tekst = BEGIN + " when { context.geval.aandragen.zonder_casus == true };"
    assert "* `aandragen.zonder_casus` is waar\n" in markdown(
        replace(filter_, regels=goede_regels(tekst, filter_.schema))
    )


def test_published_register_is_current(filter_: Filter) -> None:
    """What docs/regelregister.md says is the shipped policy; otherwise: hub beleid register --uit docs/regelregister.md."""
    gepubliceerd = Path(__file__).parents[2] / "docs" / "regelregister.md"
    assert gepubliceerd.read_text(encoding="utf-8") == markdown(filter_)


def test_walk_through_speaks_of_this_policy(filter_: Filter) -> None:
    """Every rule, grondslag and command that docs/privacy-officer.md names exists, and its output is of this version."""
    tekst = (Path(__file__).parents[2] / "docs" / "privacy-officer.md").read_text(encoding="utf-8")
    genoemd = set(re.findall(r"\b[MNAVI]\d{1,2}-[a-z0-9-]+", tekst))
    assert genoemd <= set(filter_.regels)
    kort = {naam.partition("-")[0] for naam in filter_.regels}
    assert set(re.findall(r"\b[MNAVI]\d{1,2}\b", tekst)) <= kort
    assert set(re.findall(r"\bw(?:gs|jsg|pg)-[a-z0-9-]+", tekst)) <= set(filter_.grondslagen)
    assert set(re.findall(r"hub beleid (\w+)", tekst)) == set(beleid.commands)
    assert filter_.hash in tekst, "the output in docs/privacy-officer.md is of another version: make it again"
