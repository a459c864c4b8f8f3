"""Replay and order: the same records give the same meldingen byte for byte, and whatever the order, the same stand in the end."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.kafka.broker import BestaandeBroker, Broker
from hub.processors.namen import GEBEURTENIS, SLEUTEL
from tests.keten.harnas import METEEN, Gelezen, Keten
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, Bericht, bericht, een_op_vijf, signaal, vervallen


@pytest.fixture
def tweede(broker: Broker | BestaandeBroker, prefix: str, tmp_path: Path) -> Iterator[Keten]:
    """A second installation on the same broker."""
    (tmp_path / "tweede").mkdir()
    hub = Keten(broker.beheer, prefix + "twee-", tmp_path / "tweede")
    hub.maak_topics()
    yield hub
    hub.sluit()


def _uitvoer(keten: Keten) -> list[tuple[str, bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]]:
    return sorted((tafel, r.key, r.value, r.headers) for tafel in TAFELS for r in keten.lees(f"melding.{tafel}.v1"))


def test_replay_of_the_events_gives_the_same_bytes(keten: Keten, tweede: Keten) -> None:
    """The records of hub.gebeurtenis.v1, copied to a fresh installation, give every melding again: key, value and headers."""
    keten.start("worker-1")
    signalen = een_op_vijf(200)
    keten.zend(bericht(s) for s in signalen)
    keten.zend(bericht(vervallen(s, BEGIN + 5)) for s in signalen[::20])
    keten.wacht_stil()
    tweede.start("worker-1")
    for record in keten.lees(GEBEURTENIS):
        tweede.zend_naar(GEBEURTENIS, record)
    tweede.wacht_stil()
    assert len(_uitvoer(keten)) > 30
    assert _uitvoer(tweede) == _uitvoer(keten)


def test_the_order_among_tafels_does_not_matter(keten: Keten, tweede: Keten) -> None:
    """Two versies, withdrawals and changed facts, in order and shuffled across tafels (each tafel in its own order): the same stand."""
    rij = een_op_vijf(150)
    latere = [signaal(s.tafel, n, zaak=None, versie=BEGIN + 1) for n, s in enumerate(rij[:40]) if s.tafel == ZSM]
    alles = [*rij, *latere, *(vervallen(s, BEGIN + 2) for s in rij[::15])]
    per_tafel = {tafel: [s for s in alles if s.tafel == tafel] for tafel in TAFELS}
    loting = random.Random(3)
    geschud: list[Bericht] = []
    while any(per_tafel.values()):
        geschud.append(bericht(per_tafel[loting.choice([t for t, r in per_tafel.items() if r])].pop(0)))
    keten.start("worker-1")
    keten.zend(bericht(s) for s in alles)
    keten.wacht_stil()
    tweede.start("worker-1", "worker-2")
    tweede.zend(geschud)
    tweede.wacht_stil()
    assert keten.staand() and tweede.staand() == keten.staand()


def _comprimeer(keten: Keten, topic: str) -> None:
    """Make the broker compact a topic now: no lag, tiny segments, and a last record to close the segment."""
    keten.stel_in(METEEN, topic)


def _wacht_tot_weg(keten: Keten, topic: str, weg: list[Gelezen]) -> None:
    """Until compaction has removed these records."""
    einde = time.monotonic() + 180
    plaatsen = {(r.partitie, r.offset) for r in weg}
    while plaatsen & {(r.partitie, r.offset) for r in keten.lees(topic)}:
        assert time.monotonic() < einde, "the broker did not compact in time"
        time.sleep(0.5)


def test_a_stale_file_after_withdrawal_compaction_and_restart_changes_nothing(keten: Keten) -> None:
    """The withdrawn block keeps its versie through compaction: an older versie of the dossier stays without effect."""
    (werker,) = keten.start("worker-1")
    verdachte = signaal(ZSM, 1)
    keten.zend([bericht(verdachte), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    eerste = [r for r in keten.lees(SLEUTEL) if r.key == verdachte.dossier.encode()]
    _comprimeer(keten, SLEUTEL)
    keten.zend([bericht(vervallen(verdachte, BEGIN + 10))])
    keten.wacht_stil()
    time.sleep(0.3)  # the segment rolls at the next record after its 100 ms
    keten.zend([bericht(signaal(ZSM, 900 + n)) for n in range(8)])
    keten.wacht_stil()
    _wacht_tot_weg(keten, SLEUTEL, eerste)
    assert werker.stop() == 0
    keten.maak_topics()  # with its own settings again: a worker does not start without
    voor = keten.meldingen()
    werker.start()
    werker.wacht_gereed()
    keten.zend([bericht(verdachte)])
    keten.wacht_stil()
    assert keten.meldingen() == voor
    assert keten.staand() == []
    laatste = {r.partitie: r for r in keten.lees(SLEUTEL) if r.key == verdachte.dossier.encode()}
    from hub.stream.codec import standaard

    assert all(standaard().decodeer(r.value)[1]["versie"] == BEGIN + 10 for r in laatste.values()), "the winner is last"


def test_a_tombstoned_dossier_does_not_come_back(keten: Keten) -> None:
    """After its retention, compaction and a restart nothing of the dossier is in the index: a new counterpart finds nobody."""
    (werker,) = keten.start("worker-1")
    verdachte = replace(signaal(ZSM, 1), bewaren_tot=int(time.time() * 1000) + 5_000)
    keten.zend([bericht(verdachte)])
    keten.wacht_stil()
    oud = [r for r in keten.lees(SLEUTEL) if r.key == verdachte.dossier.encode() and r.value is not None]
    _comprimeer(keten, SLEUTEL)
    einde = time.monotonic() + 180
    while {r.partitie for r in keten.lees(SLEUTEL) if r.key == verdachte.dossier.encode() and r.value is None} != {
        r.partitie for r in oud
    }:
        assert time.monotonic() < einde, "the hub wrote no tombstone in every partition"
        time.sleep(0.3)
    keten.wacht_stil()
    time.sleep(0.3)  # as above
    keten.zend([bericht(signaal(ZSM, 900 + n)) for n in range(8)])
    keten.wacht_stil()
    _wacht_tot_weg(keten, SLEUTEL, oud)
    assert werker.stop() == 0
    keten.maak_topics()  # as above
    werker.start()
    werker.wacht_gereed()
    keten.zend([bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    assert keten.meldingen() == {}
