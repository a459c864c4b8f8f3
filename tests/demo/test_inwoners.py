"""The inhabitants of the invented day."""

import numpy as np

from demo.inwoners import GEMEENTEN, vestig

PEILDATUM = np.datetime64("2025-11-03")


def test_een_familie_woont_in_een_gemeente() -> None:
    """Families live together, every gemeente has inhabitants, and some persons are kept secret."""
    wie = vestig(7, 20_000, PEILDATUM)
    eerste = np.searchsorted(wie.mensen.familie, wie.mensen.familie)
    assert (wie.woont == wie.woont[eerste]).all()
    assert set(wie.woont.tolist()) == set(range(len(GEMEENTEN)))
    assert 0.01 < wie.geheim.mean() < 0.05


def test_zelfde_zaad_zelfde_inwoners() -> None:
    """The same seed, size and date give the same inhabitants; another seed gives others."""
    een, nogmaals, anders = (vestig(seed, 500, PEILDATUM) for seed in (3, 3, 4))
    assert (een.woont == nogmaals.woont).all() and (een.mensen.bsn == nogmaals.mensen.bsn).all()
    assert (een.mensen.bsn != anders.mensen.bsn).any()
