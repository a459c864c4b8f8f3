"""Drill: the broker is restored from a backup, and the hub and the connectors find each other again."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from connectors.bewijs import ZONDER_BEWIJS
from hub.domein.melding import BLIJVEND
from hub.stream.codec import standaard
from tests.keten.signalen import TAFELS, TWENTE, ZSM
from tests.oefeningen.veld import Oefenveld

pytestmark = [pytest.mark.chaos, pytest.mark.kafka]


@contextmanager
def stilstand(veld: Oefenveld) -> Iterator[None]:
    """The broker is stopped for the copy; workers and connectors wait."""
    veld.broker.stop()
    yield
    veld.broker.start()
    veld.toezicht()


@contextmanager
def momentopname(veld: Oefenveld) -> Iterator[None]:
    """The broker runs, and nothing moves for as long as the copy takes: what a snapshot of the file system does."""
    for nummer in range(900, 910):
        veld.lever(ZSM, nummer)
    veld.broker.pause()
    yield
    veld.broker.resume()


def gezien(veld: Oefenveld) -> dict[str, list[tuple[Any, ...]]]:
    """What the tafels' own systems hold."""
    return {t: [(m["volgnummer"], m["id"], m["soort"], m["stand"]) for m in veld.inbox(t)] for t in TAFELS}


def gehoord(veld: Oefenveld, daad: str) -> set[str]:
    """The meldingen of which the hub knows this reaction."""
    regels = [standaard().decodeer(record.value)[1] for record in veld.lees("hub.audit.v1")]
    return {regel["object"] for regel in regels if (regel["daad"], regel["uitkomst"]) == (daad, "gedaan")}


@pytest.mark.parametrize("wijze", [stilstand, momentopname])
def test_a_restored_broker_loses_and_repeats_no_melding(veld: Oefenveld, wijze: Any) -> None:
    """Everything that was said after the copy is said again by the connectors; every inbox ends as it was, and goes on."""
    for nummer in range(8):
        veld.lever(ZSM, nummer)
        veld.lever(TWENTE, nummer)
    veld.wacht_rustig()
    eerste = {m["zaaknummer"]: m["id"] for m in veld.inbox(TWENTE)}
    data, kopie = veld.broker.map / "data", Path(veld.map / "kopie")
    with wijze(veld):
        shutil.copytree(data, kopie)

    for nummer in range(8, 14):
        veld.lever(TWENTE, nummer)
        veld.lever(ZSM, nummer)
    veld.lever(ZSM, 20)
    veld.wacht_rustig()
    tweede = {m["zaaknummer"]: m["id"] for m in veld.inbox(TWENTE)}
    veld.inbox(ZSM)
    veld.trek_in(ZSM, 2)
    veld.trek_in(TWENTE, 9)
    for melding in (eerste["Z3"], tweede["Z10"]):
        veld.reageer(TWENTE, melding, "ONTVANGEN")
    veld.wacht_rustig()
    voor, gereageerd = gezien(veld), {eerste["Z3"], tweede["Z10"]}
    assert gehoord(veld, "ONTVANGEN") == gereageerd

    for werker in veld.werkers:
        assert werker.stop() in {0, 70}
    veld.eindig()
    veld.broker.kill()
    shutil.rmtree(data)
    kopie.rename(data)
    veld.broker.start()
    for uit in veld.bij_elk("connector teruggezet begin --config BESTAND.toml"):
        assert "opnieuw verstuurd" in uit, uit
    for werker in veld.werkers:
        werker.start()
    veld.bedien()
    for werker in veld.werkers:
        werker.wacht_gereed()
    veld.wacht_rustig()
    klaar = veld.bij_elk("connector teruggezet klaar --config BESTAND.toml")
    assert all("; 0 meldingen ingetrokken" in uit for uit in klaar), klaar
    veld.wacht_rustig()

    na = gezien(veld)
    verloren = [m for t in TAFELS for m in voor[t] if m not in na[t]]
    dubbel = [m for t in TAFELS for m in na[t] if m not in voor[t]]
    staat = {m["id"] for t in TAFELS for m in veld.inbox(t) if m["stand"] == "STAAT" and m["soort"] in BLIJVEND}
    gemeld = veld.meldingen().values()
    hub = {str(m["id"]) for m in gemeld if m["soort"] in BLIJVEND} - {str(m["betreft"]) for m in gemeld}
    gelekt = staat - hub
    print(f"geval reservekopie {wijze.__name__}: verloren/dubbel/gelekt = {len(verloren)}/{len(dubbel)}/{len(gelekt)}")
    assert not verloren and not dubbel and staat == hub, (verloren, dubbel, staat ^ hub)
    assert gehoord(veld, "ONTVANGEN") == gereageerd, "the hub knows every reaction again"
    bewezen = {str(m["id"]) for m in gemeld if m["soort"] not in ZONDER_BEWIJS}
    assert gehoord(veld, "BEZORGD") >= bewezen, "and that every melding arrived"

    veld.lever(TWENTE, 20)  # its counterpart was said after the copy
    veld.lever(TWENTE, 2)  # its counterpart was withdrawn after the copy
    veld.wacht_rustig()
    erbij = [(t, m["zaaknummer"]) for t in (ZSM, TWENTE) for m in veld.inbox(t, max(v for v, *_ in na[t]))]
    assert sorted(erbij) == [(TWENTE, "Z20"), (ZSM, "Z20")]
