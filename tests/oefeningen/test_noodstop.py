"""Drill: a tafel is put out by a noodstop, and comes back."""

import re
from collections import Counter

import pytest

from tests.keten.signalen import MIDDEN_BRABANT, TAFELS, TWENTE, ZSM
from tests.oefeningen.veld import Oefenveld

pytestmark = [pytest.mark.chaos, pytest.mark.kafka]


def test_a_stopped_tafel_hears_nothing_and_then_everything_once(veld: Oefenveld) -> None:
    """Meanwhile nothing goes to or from it but recalls; afterwards it holds what it would have held, each once, others too."""
    for nummer in range(3):
        veld.lever(ZSM, nummer)
        veld.lever(TWENTE, nummer)
    veld.wacht_rustig()
    voor = {t: {m["id"] for m in veld.inbox(t)} for t in TAFELS}
    begonnen = veld.opdracht("hub noodstop begin --tafel vhh-twente --actor a.een")
    gevonden = re.search(r"hub noodstop opheffen (\S+) ", begonnen)
    assert gevonden and "Uitgevoerd in 4 van 4 partities." in begonnen
    assert gevonden[1] in veld.opdracht("hub noodstop toon")

    for nummer in range(3, 8):
        veld.lever(TWENTE, nummer)
        veld.lever(ZSM, nummer)
    for tafel in (ZSM, MIDDEN_BRABANT):
        veld.lever(tafel, 8)
    veld.trek_in(ZSM, 0)  # a recall goes through
    veld.trek_in(ZSM, 7)  # what is withdrawn before the end is never told
    veld.wacht_rustig()
    erbij = {t: [(m["zaaknummer"], m["soort"]) for m in veld.inbox(t) if m["id"] not in voor[t]] for t in TAFELS}
    assert erbij[TWENTE] == [("Z0", "INGETROKKEN")]
    assert {wat for wat in erbij[ZSM] if wat[1] != "STATUS"} == {("Z8", "BEKEND"), ("Z0", "INGETROKKEN")}, erbij[ZSM]
    assert erbij[MIDDEN_BRABANT] == [("Z8", "BEKEND")]

    for actor in ("a.een", "b.twee"):
        veld.opdracht(f"hub noodstop opheffen ID --actor {actor}", {"ID": gevonden[1]})
    assert veld.opdracht("hub noodstop toon") == "Er geldt geen noodstop.\n"
    veld.wacht_rustig()
    hoort = {f"Z{nummer}" for nummer in range(1, 7)}
    verloren, dubbel, gelekt = 0, 0, 0
    for tafel, zaken in ((TWENTE, hoort), (ZSM, hoort | {"Z8"}), (MIDDEN_BRABANT, {"Z8"})):
        staat = Counter(m["zaaknummer"] for m in veld.inbox(tafel) if m["stand"] == "STAAT" and m["soort"] == "BEKEND")
        verloren += len(zaken - set(staat))
        dubbel += sum(keer - 1 for keer in staat.values())
        gelekt += len(set(staat) - zaken)
    print(f"geval noodstop: verloren/dubbel/gelekt = {verloren}/{dubbel}/{gelekt}")
    assert (verloren, dubbel, gelekt) == (0, 0, 0)
