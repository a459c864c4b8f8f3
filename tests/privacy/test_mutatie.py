"""The golden table notices every mistake in every rule that any geval could notice."""

import pytest

from hub.privacy.bewijs import Model, tegenvoorbeeld
from hub.privacy.bewijsrapport import Mutatie, bewijs, mutatie, muteer
from hub.privacy.filter import Bronnen, Filter
from hub.privacy.gulden import lees_tabel
from hub.privacy.mutatie import GuldenTabel, Mutant, mutanten, verschil
from hub.privacy.nooit import NOOIT_IN_ENIGE_WERELD


@pytest.fixture(scope="module")
def tabel(filter_: Filter, bronnen: Bronnen) -> GuldenTabel:
    return GuldenTabel(filter_.regels, lees_tabel(bronnen.gulden))


def test_second_reading_agrees_with_the_gate(tabel: GuldenTabel, bronnen: Bronnen) -> None:
    """The small evaluator used for mutants decides every row as the policy engine does."""
    for rij, uitkomst in zip(lees_tabel(bronnen.gulden), tabel.uitkomsten, strict=True):
        assert (uitkomst.besluit, uitkomst.zonder_verboden) == (rij.besluit, rij.besluit), rij.naam
        assert uitkomst.regels == rij.regels, rij.naam
        assert rij.velden is None or uitkomst.velden == rij.velden, rij.naam


def test_every_mutant_that_matters_is_noticed(filter_: Filter) -> None:
    """Of nearly two thousand mutants, each is noticed by a row, or z3 proves that no geval tells it from the original."""
    uitkomst = muteer(filter_)
    alle = [*(m for m, _ in uitkomst.gemerkt), *uitkomst.gelijkwaardig, *(m for m, _ in uitkomst.gaten)]
    assert {mutant.regel for mutant in alle} == {naam for naam, regel in filter_.regels.items() if regel.voorwaarden}
    assert len(alle) == len(list(mutanten(filter_.regels))) > 1900
    assert uitkomst.gaten == ()
    verslag = mutatie(filter_, uitkomst)
    assert f"| **totaal** | **{len(alle)}** | **{len(uitkomst.gemerkt)}** |" in verslag
    assert "Gemist" not in verslag


def test_the_reports_name_what_is_wrong(filter_: Filter) -> None:
    """A broken claim and a missing row are told with their example."""
    mutant = next(iter(mutanten(filter_.regels)))
    assert "## Gemist" in mutatie(filter_, Mutatie((), (), ((mutant, {"leeftijd_jongst": "17"}),)))
    verslag = bewijs(filter_, {"onder-12": {"leeftijd_jongst": "11", "geheimhouding": "False"}})
    assert "WEERLEGD: leeftijd_jongst = 11 |" in verslag
    assert verslag.count("| bewezen |") == len(NOOIT_IN_ENIGE_WERELD) - 1


def test_a_missing_row_is_found(filter_: Filter, bronnen: Bronnen) -> None:
    """The gate of the gate: without the row on 89 days of aftercare a mutant survives that z3 tells apart."""
    rijen = [rij for rij in lees_tabel(bronnen.gulden) if "90 dagen" not in rij.naam]
    dun, model = GuldenTabel(filter_.regels, rijen), Model(filter_.regels)
    regel = "N16-fase-van-de-bron"
    over = [m for m in mutanten(filter_.regels) if m.regel == regel and dun.merkt(m) is None]
    assert any(_anders(model, mutant) for mutant in over)


def _anders(model: Model, mutant: Mutant) -> bool:
    return tegenvoorbeeld(verschil(model, model.met(mutant.regel, mutant.nieuw))) is not None
