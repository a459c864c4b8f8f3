"""The golden table notices every mistake in every rule that any geval could notice."""

from collections import Counter

import pytest

from hub.privacy.bewijs import Model, tegenvoorbeeld
from hub.privacy.filter import Bronnen, Filter
from hub.privacy.gulden import lees_tabel
from tests.privacy.mutatie import Mutant, Tafel, mutanten, verschil


@pytest.fixture(scope="module")
def tafel(filter_: Filter, bronnen: Bronnen) -> Tafel:
    return Tafel(filter_.regels, lees_tabel(bronnen.gulden))


def test_second_reading_agrees_with_the_gate(tafel: Tafel, bronnen: Bronnen) -> None:
    """The small evaluator used for mutants decides every row as the policy engine does."""
    for rij, uitkomst in zip(lees_tabel(bronnen.gulden), tafel.uitkomsten, strict=True):
        assert (uitkomst.besluit, uitkomst.zonder_verboden) == (rij.besluit, rij.besluit), rij.naam
        assert uitkomst.regels == rij.regels, rij.naam
        assert rij.velden is None or uitkomst.velden == rij.velden, rij.naam


def test_every_mutant_that_matters_is_noticed(filter_: Filter, tafel: Tafel) -> None:
    """Of more than a thousand mutants, each is noticed by a row, or z3 proves that no geval tells it from the original."""
    alle = list(mutanten(filter_.regels))
    per_regel = Counter(mutant.regel for mutant in alle)
    assert set(per_regel) == {naam for naam, regel in filter_.regels.items() if regel.voorwaarden}
    model = Model(filter_.regels)
    gaten = []
    for mutant in alle:
        if tafel.merkt(mutant) is None:
            voorbeeld = tegenvoorbeeld(verschil(model, model.met(mutant.regel, mutant.nieuw)))
            if voorbeeld is not None:
                feiten = {naam: waarde for naam, waarde in voorbeeld.items() if waarde != "False"}
                gaten.append(f"{mutant.regel}, {mutant.wat}: een rij ontbreekt, bijvoorbeeld {feiten}")
    assert len(alle) > 1000
    assert gaten == []


def test_a_missing_row_is_found(filter_: Filter, bronnen: Bronnen) -> None:
    """The gate of the gate: without the row on 89 days of aftercare a mutant survives that z3 tells apart."""
    rijen = [rij for rij in lees_tabel(bronnen.gulden) if "90 dagen" not in rij.naam]
    dun, model = Tafel(filter_.regels, rijen), Model(filter_.regels)
    regel = "N16-fase-van-de-bron"
    over = [m for m in mutanten(filter_.regels) if m.regel == regel and dun.merkt(m) is None]
    assert any(_anders(model, mutant) for mutant in over)


def _anders(model: Model, mutant: Mutant) -> bool:
    return tegenvoorbeeld(verschil(model, model.met(mutant.regel, mutant.nieuw))) is not None
