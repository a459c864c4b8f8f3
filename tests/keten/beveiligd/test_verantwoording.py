"""A broker that refuses the record of a decision, or of a disclosure, stops the melding; given back, the melding comes once."""

import pytest

from hub.stream.codec import standaard
from hub.stream.toegang import Recht, Toegangbeheer
from tests.keten.harnas import GROEP, Keten
from tests.keten.signalen import TAFELS, TWENTE, ZSM, bericht, signaal


@pytest.mark.parametrize("verslag", ["hub.beslissing.v1", "hub.verwerking.v1"])
def test_without_its_record_no_melding_leaves(keten: Keten, verslag: str) -> None:
    """The right to write is taken from a running worker: nothing leaves, it stops, refuses to start, and with the right back each melding
    comes exactly once."""
    (werker,) = keten.start("worker-1")
    assert werker.proces is not None
    mist = Recht(keten.verbinding.topic("hub.worker-1"), "TOPIC", keten.verbinding.topic(verslag), "WRITE")
    regels = Toegangbeheer(keten.verbinding, GROEP)
    regels.pas_toe(keten.rechten() - {mist})
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    assert werker.proces.wait(120) == 70, werker.staart()
    assert "werker_gestopt" in werker.staart()
    assert keten.lees(verslag) == []
    for topic in ("hub.koppeling.v1", *(f"melding.{tafel}.v1" for tafel in TAFELS)):
        assert keten.lees(topic) == [], topic
    werker.start()
    assert werker.proces.wait(120) == 78
    assert f"may not WRITE {mist.naam}. Run `hub topics apply --acls` first" in werker.staart()
    regels.pas_toe(keten.rechten())
    werker.start()
    werker.wacht_gereed()
    keten.wacht_stil()
    gekomen = [standaard().decodeer(r.value)[1] for tafel in TAFELS for r in keten.lees(f"melding.{tafel}.v1")]
    assert sorted((m["ontvanger"], m["soort"]) for m in gekomen) == [(TWENTE, "BEKEND"), (ZSM, "BEKEND")]
    besloten = {standaard().decodeer(r.value)[1]["ontvanger"] for r in keten.lees("hub.beslissing.v1")}
    assert besloten == {TWENTE, ZSM} and len(keten.lees("hub.verwerking.v1")) >= len(gekomen)
