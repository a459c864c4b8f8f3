"""The long cases: every fault of the table once, workers that come and go under load, a hundred starts. `make chaos` runs them."""

from pathlib import Path

import pytest

from tests.fouten.fout import Fout, geval
from tests.fouten.starts import herhaalde_starts
from tests.fouten.tabel import TABEL
from tests.fouten.veld import Veld
from tests.keten.harnas import Keten

pytestmark = [pytest.mark.chaos, pytest.mark.kafka]


def test_the_hub_bears_every_fault(tmp_path: Path) -> None:
    """The whole table on one installation; a fault that is not borne does not hide the next ones."""
    fouten: list[str] = []
    with Veld(tmp_path, seed=2) as veld:
        veld.start("worker-1", "worker-2")
        gezien: set[str] = set()
        for fout in TABEL.values():
            oordeel = geval(veld, fout)
            nieuw = {*oordeel.verloren, *oordeel.dubbel, *oordeel.gelekt} - gezien
            gezien |= nieuw
            fouten += [f"{fout.naam}\n{oordeel.uitleg()}"] if nieuw else []
    assert not fouten, "\n".join(fouten)


def test_workers_come_and_go_under_load(tmp_path: Path) -> None:
    """One worker, a second, a third, and back to two."""

    def meer_en_minder(veld: Veld) -> None:
        veld.start("worker-2")
        veld.adem(5)
        veld.start("worker-3")
        veld.adem(5)
        eerste = veld.werkers.pop(0)
        assert eerste.stop() == 0
        veld.adem(5)

    with Veld(tmp_path, seed=3) as veld:
        veld.start("worker-1")
        oordeel = geval(veld, Fout("1 -> 2 -> 3 -> 2 werkers", "workers come and go", meer_en_minder))
        assert oordeel.schoon, oordeel.uitleg()


def test_a_hundred_starts_with_state_and_uncommitted_input(keten: Keten) -> None:
    """Each start has state to load and input that nobody committed; every offset is processed, every time."""
    assert herhaalde_starts(keten, 100) == []
