"""Retention to the end: what a dossier was compared by is gone from every topic, and from the disk of the broker."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.kafka.broker import Broker
from deploy.kafka.vorm import gekozen_vorm
from hub.stream.topics import declaratie, partities
from tests.keten.harnas import METEEN, Keten
from tests.keten.signalen import TAFELS, TWENTE, ZSM, bericht, signaal
from tests.keten.test_leven import bij, nu

_ONGEDULDIG = """
log.retention.check.interval.ms=500
log.initial.task.delay.ms=500
log.segment.delete.delay.ms=100
"""
"""A broker that looks every half second at what it should have forgotten, instead of every five minutes."""
_KORT = {
    "delete": {"retention.ms": "1000", "segment.ms": "100"},
    "compact": METEEN,
}
"""Days and years become a second."""


@pytest.fixture
def ongeduldig(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path / "kafka", vorm=gekozen_vorm(), erbij=_ONGEDULDIG)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def _verkort(keten: Keten) -> None:
    """Let the time of every topic run out, each by its own way of forgetting."""
    for beleid, instellingen in _KORT.items():
        keten.stel_in(instellingen, *(t.naam for t in declaratie(TAFELS) if t.config["cleanup.policy"] == beleid))


def _topics_met(keten: Keten, naalden: set[bytes]) -> set[str]:
    return {
        topic.naam
        for topic in declaratie(TAFELS)
        if any(naald in (r.value or b"") + (r.key or b"") for r in keten.lees(topic.naam) for naald in naalden)
    }


def _bestanden_met(map_: Path, naalden: set[bytes]) -> list[str]:
    gevonden = []
    for pad in sorted(map_.rglob("*.log*")):
        try:
            inhoud = pad.read_bytes()
        except FileNotFoundError:  # deleted while we looked
            continue
        if any(naald in inhoud for naald in naalden):
            gevonden.append(str(pad.relative_to(map_)))
    return gevonden


@pytest.mark.kafka
def test_after_retention_and_compaction_no_token_is_left(ongeduldig: Broker, tmp_path: Path) -> None:
    """Tokens stand in the signaal and in the index and nowhere else; once both dossiers of a pair have expired and the topics have
    forgotten, no record and no file of the broker holds one, and a worker that starts then loads none."""
    keten = Keten(ongeduldig.beheer, "", tmp_path)
    keten.maak_topics()
    try:
        (werker,) = keten.start("worker-1")
        paar = [replace(signaal(tafel, 1), bewaren_tot=nu() + 8_000) for tafel in (ZSM, TWENTE)]
        tokens = {sleutel.token for een in paar for bos in een.sleutels for sleutel in bos.sleutels}
        keten.zend(bericht(een) for een in paar)
        assert bij(keten, TWENTE, "BEKEND") and bij(keten, ZSM, "BEKEND")
        assert _topics_met(keten, tokens) == {f"signaal.{ZSM}.v1", f"signaal.{TWENTE}.v1", "hub.sleutel.v1"}
        assert _bestanden_met(ongeduldig.map / "data", tokens)
        for tafel in (ZSM, TWENTE):
            bij(keten, tafel, "INGETROKKEN")
        dossiers = {een.dossier.encode() for een in paar}
        einde = time.monotonic() + 180
        while (
            sum(r.value is None and r.key in dossiers for r in keten.lees("hub.sleutel.v1")) < len(paar) * partities()
        ):
            assert time.monotonic() < einde, "the hub wrote no tombstone in every partition"
            time.sleep(0.3)
        keten.wacht_stil()
        _verkort(keten)
        vreemden = (
            een
            for nummer in range(1000, 2000)
            for een in (signaal(ZSM, nummer), signaal(TWENTE, nummer))
            if not tokens & {sleutel.token for bos in een.sleutels for sleutel in bos.sleutels}
        )
        while _topics_met(keten, tokens) or _bestanden_met(ongeduldig.map / "data", tokens):
            assert time.monotonic() < einde, (_topics_met(keten, tokens), _bestanden_met(ongeduldig.map, tokens))
            # A segment is closed by the record after it: life goes on with other people.
            keten.zend(bericht(next(vreemden)) for _ in range(16))
            keten.wacht_stil()
            time.sleep(0.5)
        assert werker.stop() == 0
        keten.maak_topics()  # with its own settings again: a worker does not start without
        werker.start()
        werker.wacht_gereed()
        voor = len(keten.meldingen())
        keten.zend([bericht(signaal(ZSM, 1, versie=paar[0].versie + 1))])
        keten.wacht_stil()
        assert len(keten.meldingen()) == voor, "a new verdachte finds nobody"
    finally:
        keten.sluit()
