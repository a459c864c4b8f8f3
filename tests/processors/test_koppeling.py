"""The koppeling room as a function: decide once, then act; a record that comes again only sends its outbox again."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domein.gebeurtenis import Termijn
from hub.domein.gebeurtenisvorm import plat
from hub.domein.signaal import Signaal
from hub.domein.vorm import stand_naar
from hub.matching.model import Model
from hub.processors.index import Indexkamer
from hub.processors.inname import splits
from hub.processors.koppeling import Koppelingkamer
from hub.processors.koppelingstaat import staat_naar, staat_uit
from hub.processors.namen import BESLISSING, GEBEURTENIS, KOPPELING, SLEUTEL, VERWERKING
from hub.processors.staat import Staat
from hub.stream.codec import standaard
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.statelog import StaatOnleesbaar
from tests.keten.oorzaak import omgeving
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, signaal, vervallen
from tests.matching.blokken import Deel

P = 4


def kamer() -> Koppelingkamer:
    return Koppelingkamer(
        standaard(), omgeving(), TAFELS, bron="urn:nld:oin:00000099000000000001:systeem:hub", register="r"
    )


def gebeurtenissen(signalen: Sequence[Signaal]) -> list[Record]:
    """The standen that these signalen give, as records of one partition."""
    indexen = [Deel(nummer, P, Model.laad()) for nummer in range(P)]
    standen = [
        stand
        for tik, een in enumerate(signalen)
        for index, blok in zip(indexen, splits(een, BEGIN + tik, P), strict=True)
        for stand in index.zeg(blok)
    ]
    return [
        Record(GEBEURTENIS, 0, n, BEGIN, str(s.koppeling).encode(), standaard().codeer("stand", stand_naar(s)))
        for n, s in enumerate(standen)
    ]


def leven() -> list[Record]:
    """A pair that is found, changed, withdrawn and found again, among others."""
    return gebeurtenissen(
        [
            *(signaal(tafel, nummer) for nummer in range(4) for tafel in (ZSM, TWENTE)),
            signaal(TWENTE, 1, versie=BEGIN + 1, advies_beschikbaar=False),
            vervallen(signaal(ZSM, 1), BEGIN + 2),
            signaal(ZSM, 1, versie=BEGIN + 3),
            signaal(ZSM, 2, versie=BEGIN + 3, geheimhouding=True),
        ]
    )


def meldingen(stappen: Sequence[Stap]) -> list[Uitvoer]:
    return [uitvoer for stap in stappen for uitvoer in stap.uit if uitvoer.topic.startswith("melding.")]


def herladen(room: Koppelingkamer, stappen: Sequence[Stap]) -> Staat:
    """What a new owner loads after these steps were delivered as state."""
    log = [uitvoer for stap in stappen for uitvoer in stap.staat]
    staat = Staat()
    assert room.statelog.topic == KOPPELING
    for n, een in enumerate(log):
        room.statelog.neem_op(staat, [Record(KOPPELING, 0, n, 0, een.key, een.value)])
    return staat


def test_a_term_counts_by_the_clock_of_the_broker_and_not_of_a_worker() -> None:
    """Woken by a clock that runs ahead, nothing changes, and the term is woken again; it falls when the broker's clock is there."""
    room, staat = kamer(), Staat()
    (eerste, *_) = leven()
    room.verwerk(staat, 0, [eerste])
    assert eerste.key is not None
    op = staat[eerste.key].volgende
    assert op is not None
    ((sleutel, moment),) = staat.wek(op, 10)
    assert (sleutel, moment) == (eerste.key, op) and staat.wek(op, 10) == []
    termijn = standaard().codeer("termijn", plat(Termijn(UUID(sleutel.decode()), op)))
    vroeg = room.verwerk(staat, 0, [Record(GEBEURTENIS, 0, 1, op - 1, sleutel, termijn)])
    assert not any(uitvoer for _, uitvoer in vroeg.fasen)
    assert staat.wek(op, 10) == [(sleutel, op)]
    tijdig = room.verwerk(staat, 0, [Record(GEBEURTENIS, 0, 2, op, sleutel, termijn)])
    assert tijdig.staat


def test_state_is_ordered_before_the_meldingen_and_audit_before_both() -> None:
    """A step has its decisions and processing lines, then one state record with the whole outbox, then exactly that outbox."""
    room = kamer()
    stap = room.verwerk(Staat(), 3, leven()[:1])
    assert {u.topic for u in stap.bewijs} == {BESLISSING, VERWERKING}
    (staat,) = stap.staat
    assert (staat.topic, staat.partitie) == (KOPPELING, 3)
    outbox = staat_uit(*standaard().decodeer(staat.value)).outbox
    assert list(outbox) == stap.uit and len(stap.uit) == 2


def test_what_was_delivered_is_kept_by_the_log_alone() -> None:
    """Until its delivery memory has the outbox that the record has, after it none; a later step of the same koppeling keeps its own."""
    room, staat, records = (
        kamer(),
        Staat(),
        gebeurtenissen(
            [
                *(signaal(tafel, nummer) for nummer in range(3) for tafel in (ZSM, TWENTE)),
                signaal(TWENTE, 1, versie=BEGIN + 1, advies_beschikbaar=False),
            ]
        ),
    )
    stappen = [room.verwerk(staat, 0, [een]) for een in records]
    assert staat == herladen(room, stappen)
    vol = {sleutel: een for sleutel, een in staat.items() if een.outbox}
    assert vol
    for stap in stappen[:-1]:
        for doe in stap.daarna:
            doe()
    (laatste,) = stappen[-1].staat
    assert any(laatste.key in {een.key for een in stap.staat} for stap in stappen[:-1]), (
        "its earlier outbox was delivered"
    )
    assert {sleutel for sleutel, een in staat.items() if een.outbox} == {laatste.key} <= vol.keys()
    assert {k: (s.lijf, s.toegepast) for k, s in staat.items()} == {
        k: (s.lijf, s.toegepast) for k, s in herladen(room, stappen).items()
    }


@settings(max_examples=60)
@given(st.data())
def test_a_crash_at_any_point_repeats_the_same_bytes_and_decides_nothing_twice(data: st.DataObject) -> None:
    """Cut the stream into batches, crash after the state was delivered, replay from any earlier offset in other batches: the
    distinct meldingen are those of the undisturbed run, byte for byte, and the state is the same."""
    records = leven()
    room = kamer()
    rustig = Staat()
    verwacht = meldingen([room.verwerk(rustig, 0, [een]) for een in records])
    knip = data.draw(st.integers(0, len(records)))
    stap_a, stap_b = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    # What was acknowledged ends at or before the step whose outputs were lost.
    terug = data.draw(st.integers(0, (knip - 1) // stap_a * stap_a if knip else 0))
    voor = Staat()
    eerste: list[Stap] = []
    for i in range(0, knip, stap_a):
        for doe in eerste[-1].daarna if eerste else ():  # the one before was delivered whole
            doe()
        eerste.append(room.verwerk(voor, 0, records[i : min(i + stap_a, knip)]))
    na = herladen(room, eerste)
    assert {k: (s.lijf, s.toegepast) for k, s in na.items()} == {k: (s.lijf, s.toegepast) for k, s in voor.items()}
    tweede = [room.verwerk(na, 0, records[i : i + stap_b]) for i in range(terug, len(records), stap_b)]
    gezonden = meldingen([*eerste[:-1], *tweede])  # the outputs of the last step before the crash never left
    assert {(u.topic, u.key, u.value, u.headers) for u in gezonden} >= {
        (u.topic, u.key, u.value, u.headers) for u in verwacht
    }
    assert {u.value for u in meldingen([*eerste, *tweede])} == {u.value for u in verwacht}
    assert {k: (s.lijf, s.toegepast) for k, s in na.items()} == {k: (s.lijf, s.toegepast) for k, s in rustig.items()}


def test_the_state_survives_the_wire() -> None:
    """A state entry with a standing melding and an outbox is the same after encoding and decoding."""
    staat = Staat()
    kamer().verwerk(staat, 0, leven())
    assert staat
    for entry in staat.values():
        assert staat_uit(*standaard().decodeer(standaard().codeer(*staat_naar(entry)))) == entry


def test_a_late_write_of_a_former_owner_never_wins() -> None:
    """Of two state records of one koppeling the one with the higher applied offset counts, whatever their order in the log."""
    room = kamer()
    staat = Staat()
    stappen = [room.verwerk(staat, 0, [een]) for een in leven()]
    log = [u for s in stappen for u in s.staat]
    achterstevoren = Staat()
    for n, een in enumerate(reversed(log)):
        room.statelog.neem_op(achterstevoren, [Record(KOPPELING, 0, n, 0, een.key, een.value)])
    assert achterstevoren == herladen(room, stappen)
    meermaals = {u.key for u in log if sum(v.key == u.key for v in log) > 1}
    herschreven = room.statelog.herstel(achterstevoren, 0)
    assert {u.key for u in herschreven} == meermaals, "the winner is written again behind it"
    assert all(staat_uit(*standaard().decodeer(u.value)) == staat[u.key or b""] for u in herschreven)
    assert room.statelog.herstel(herladen(room, stappen), 0) == []


@pytest.mark.parametrize("waarde", [b"", b"geen avro", b"\xc3\x01" + bytes(20)])
def test_an_undecodable_state_record_is_never_skipped(waarde: bytes) -> None:
    """Better no start than a hole."""
    with pytest.raises(StaatOnleesbaar):
        kamer().statelog.neem_op(Staat(), [Record(KOPPELING, 0, 0, 0, b"k", waarde)])


def test_poison_on_the_stream_leaves_the_state_as_it_was() -> None:
    """A record that cannot be read, or is no stand, is a dead letter; the stand after it is decided."""
    room, staat = kamer(), Staat()
    rij = leven()[:1]
    gif = [
        rij[0]._replace(value=b"x", offset=0),
        rij[0]._replace(value=standaard().codeer("verwerking", _REGEL), offset=1),
    ]
    stap = room.verwerk(staat, 0, [*gif, rij[0]._replace(offset=2)])
    codes = [dict(u.headers)["hub.error.code"] for u in stap.uit if u.topic.endswith(".dlq")]
    assert codes == [b"onleesbaar", b"niet_ondersteund"]
    assert len(staat) == 1 and len(meldingen([stap])) == 2


_REGEL = {
    "trace_id": "0", "span_id": "0", "name": "n", "status": "Ok", "start_time": 1, "end_time": 1,
    "processing_activity_id": "a", "data_subject_id": "d", "data_subject_id_type": "t",
}  # fmt: skip


def test_the_index_room_writes_the_winner_again_behind_a_stale_record() -> None:
    """Compaction keeps the last record of a dossier: when an older versie comes late, the held one is written behind it."""
    room = Indexkamer(standaard(), Model.laad(), 1)
    index = room.statelog.nieuw(0)
    van = signaal(ZSM, 1)

    def blok(een: Signaal, offset: int) -> Record:
        from hub.domein.vorm import sleutelblok_naar

        (enige,) = splits(een, BEGIN + offset, 1)
        return Record(
            SLEUTEL, 0, offset, BEGIN, een.dossier.encode(), standaard().codeer("sleutelblok", sleutelblok_naar(enige))
        )

    nieuw, oud = blok(signaal(ZSM, 1, versie=BEGIN + 5), 0), blok(van, 1)
    room.verwerk(index, 0, [nieuw])
    stap = room.verwerk(index, 0, [oud])
    assert [(u.topic, u.key, u.value) for u in stap.staat] == [(SLEUTEL, nieuw.key, nieuw.value)]
    assert stap.uit == []
    anders = blok(signaal(ZSM, 2, zaak="zaak-1", versie=BEGIN + 5), 2)
    assert [u.value for u in room.verwerk(index, 0, [anders]).staat] == [nieuw.value], "one versie has one content"
    assert room.verwerk(index, 0, [nieuw]).staat == [], "the winner itself is not written again"


def test_an_undecodable_block_changes_nothing_before_the_worker_stops() -> None:
    """The batch that holds it is not begun: no block of it is in the index."""
    room = Indexkamer(standaard(), Model.laad(), 1)
    index = room.statelog.nieuw(0)
    with pytest.raises(StaatOnleesbaar):
        room.verwerk(index, 0, [Record(SLEUTEL, 0, 0, 0, b"k", None), Record(SLEUTEL, 0, 1, 0, b"k", b"x")])
    assert len(index) == 0
