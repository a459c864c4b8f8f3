"""The arithmetic of a validation, against counting by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.matching.maten import histogram, ijk, meet, per_soort


def test_tegen_de_hand_geteld() -> None:
    """Four pairs, three true ones of which one was never compared."""
    k = meet(np.array([0.9, 0.6, 0.6, 0.2]), np.array([True, True, False, False]), 3)
    assert (k.op_half.gevonden, k.op_half.juist, k.op_half.waar) == (3, 2, 3)
    assert k.op_half.precisie == pytest.approx(2 / 3) == k.op_half.recall == k.op_half.f1
    assert k.beste.drempel == 0.6 and k.beste.f1 == pytest.approx(2 / 3)
    assert k.volledigheid == pytest.approx(2 / 3)


def test_niets_vergeleken() -> None:
    """Without pairs nothing is found and nothing is wrong."""
    k = meet(np.zeros(0), np.zeros(0, bool), 5)
    assert k.beste.recall == 0.0 and k.op_half.precisie == 1.0 and k.volledigheid == 0.0 and k.kromme == ()


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0]), st.booleans()), min_size=1), st.integers(1, 5))
def test_beste_is_de_beste(paren: list[tuple[float, bool]], gemist: int) -> None:
    """No threshold gives a higher F1 than the best one, whatever the ties and the order."""
    kans, waar = np.array([p for p, _ in paren]), np.array([w for _, w in paren])
    aantal = int(waar.sum()) + gemist
    k = meet(kans, waar, aantal)
    for drempel in {*kans.tolist(), 2.0}:
        hier = kans >= drempel
        f1 = 2 * int(waar[hier].sum()) / (int(hier.sum()) + aantal) if hier.sum() + aantal else 1.0
        assert f1 <= k.beste.f1 + 1e-12
    omgekeerd = meet(kans[::-1], waar[::-1], aantal)
    assert omgekeerd.beste == k.beste and omgekeerd.per_drempel == k.per_drempel


def test_ijking_telt_alles_een_keer() -> None:
    """Every pair falls in one bin, certainty included."""
    kans = np.linspace(0, 1, 101)
    bakken = ijk(kans, kans > 0.5)
    assert sum(bak.aantal for bak in bakken) == 101
    assert all(bak.van <= bak.verwacht <= bak.tot for bak in bakken)


def test_per_soort_en_histogram() -> None:
    """A pair counts under each of its kinds; the outer bins of the histogram take what lies beyond."""
    soorten = per_soort([("a", "b"), ("a",), ()], [True, False, True])
    assert [(s.naam, s.aantal, s.gevonden) for s in soorten] == [("a", 2, 1), ("b", 1, 1), ("geen verschil", 1, 1)]
    staven = histogram(np.array([-99.0, 0.5, 99.0]), np.array([False, True, True]))
    assert sum(a for _, a, _ in staven) == 1 and sum(b for _, _, b in staven) == 2
    assert staven[0][1] == 1 and staven[-1][2] == 1
