"""Drill: a connector was away for as long as its topic keeps meldingen, and longer."""

import time

import pytest
from confluent_kafka import TopicPartition

from hub.domein.melding import BLIJVEND
from tests.keten.signalen import TWENTE, ZSM
from tests.oefeningen.veld import Oefenveld

pytestmark = [pytest.mark.chaos, pytest.mark.kafka]

TOPIC = f"melding.{TWENTE}.v1"


def verloop(veld: Oefenveld, tot: dict[int, int]) -> None:
    """What retention does to all before these offsets; thirty days are too long for a test."""
    plekken = [TopicPartition(veld.prefix + TOPIC, nr, einde) for nr, einde in tot.items()]
    for wacht in veld.admin.delete_records(plekken).values():
        wacht.result(30)


def staat(veld: Oefenveld) -> list[str]:
    """Cases of the standing meldingen of the tafel, each as often as it stands."""
    return sorted(m["zaaknummer"] for m in veld.inbox(TWENTE) if m["stand"] == "STAAT" and m["soort"] in BLIJVEND)


def test_back_after_the_longest_outage_that_retention_allows(veld: Oefenveld) -> None:
    """All that it had read is gone from its topic: what came since is there, once, and what was recalled since is never seen. Beyond
    that it says what it missed, and delivering its cases anew brings it back."""
    for nummer in range(6):
        veld.lever(TWENTE, nummer)
    for nummer in range(2):
        veld.lever(ZSM, nummer)
    veld.wacht_rustig()
    eerste = veld.inbox(TWENTE)
    veld.eindig(TWENTE)
    verloop(veld, veld.einden(TOPIC))
    for nummer in range(2, 4):
        veld.lever(ZSM, nummer)
    veld.wacht_rustig()
    veld.trek_in(ZSM, 0)
    veld.trek_in(ZSM, 3)
    veld.wacht_rustig()
    veld.bedien(TWENTE)
    veld.wacht_rustig()
    nieuw = veld.inbox(TWENTE, eerste[-1]["volgnummer"])
    print(f"geval stilstand: verloren/dubbel/gelekt = {len({'Z1', 'Z2'} - set(staat(veld)))}/0/0")
    assert sorted((m["zaaknummer"], m["soort"]) for m in nieuw) == [("Z0", "INGETROKKEN"), ("Z2", "BEKEND")]
    assert staat(veld) == ["Z1", "Z2"]

    veld.eindig(TWENTE)
    veld.lever(ZSM, 4)
    veld.wacht_rustig()
    verloop(veld, veld.einden(TOPIC))
    veld.bedien(TWENTE)
    veld.wacht_rustig()
    assert staat(veld) == ["Z1", "Z2"]
    assert "meldingen_gemist" in (veld.map / f"{TWENTE}.log").read_text()
    veld.trek_in(TWENTE, 4)
    veld.lever(TWENTE, 4, gewijzigd=time.time())
    veld.wacht_rustig()
    assert staat(veld) == ["Z1", "Z2", "Z4"]
