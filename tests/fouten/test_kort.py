"""The short fault suite, on one installation: the faults that are soon over. The long ones are in `test_lang.py` (`make chaos`)."""

from pathlib import Path

import pytest

from tests.fouten.fout import geval
from tests.fouten.tabel import TABEL
from tests.fouten.veld import Veld

KORT = (
    *("oud naast nieuw", "door elkaar", "alles dubbel", "gif"),
    *("record koppeling", "dood in koppeling staat"),
    *("produce 19", "produce 10", "commit 27", "klok +1 uur"),
    *("kill -9", "lijn even geknipt", "broker kill -9"),
)


@pytest.mark.kafka
def test_the_hub_bears_every_short_fault(tmp_path: Path) -> None:
    """Two workers under traffic, one fault after another: each case ends with nothing lost, doubled or leaked."""
    with Veld(tmp_path, seed=1) as veld:
        veld.start("worker-1", "worker-2")
        for naam in KORT:
            oordeel = geval(veld, TABEL[naam])
            assert oordeel.schoon, f"{naam}\n{oordeel.uitleg()}"


def test_every_fault_has_a_name_of_its_own_and_a_sentence() -> None:
    """The table is what reports and the handbook name."""
    assert all(fout.naam == naam and fout.wat for naam, fout in TABEL.items())
    assert set(KORT) <= set(TABEL)
