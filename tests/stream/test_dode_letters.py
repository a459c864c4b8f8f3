"""Dead letters: nothing more than their source, for nobody more, and no longer; and how many wait. No broker."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from hub.stream.deadletter import ACHTERVOEGSEL, PAST, bron_van, dode_letter, is_volledig, van_afzender
from hub.stream.record import Headers, Record
from hub.stream.topics import BESTAND, WERKER, declaratie
from hub.stream.wachtend import zet

TAFELS = ("vhh-twente", "zsm-oost-nederland")
GEZEGD = {
    "__streams.errors.exception",
    "__streams.errors.topic",
    "__streams.errors.partition",
    "__streams.errors.offset",
}
GEZEGD |= {"hub.error.code", "hub.error.stage", "hub.error.omvang", "hub.error.sha256"}
KOPPEN = st.lists(st.tuples(st.text(max_size=5), st.one_of(st.none(), st.binary(max_size=9))), max_size=3).map(tuple)


def test_every_input_that_can_refuse_has_a_dead_letter_topic() -> None:
    """Whatever a worker reads can hold poison, but for its own state, which stops it: there is a place for each, and none besides."""
    topics = {topic.naam: topic for topic in declaratie(TAFELS)}
    gelezen = {naam for naam, topic in topics.items() if WERKER in topic.leest and naam != "hub.koppeling.v1"}
    assert {naam.removesuffix(ACHTERVOEGSEL) for naam in topics if naam.endswith(ACHTERVOEGSEL)} == gelezen


def test_nobody_reads_a_dead_letter_and_it_outlives_nothing() -> None:
    """No process may read one, also who may read or write its source; it is kept as long as its source keeps what was said, no longer."""
    topics = {topic.naam: topic for topic in declaratie(TAFELS)}
    letters = [topic for naam, topic in topics.items() if naam.endswith(ACHTERVOEGSEL)]
    assert letters
    for letter in letters:
        bron = topics[letter.naam.removesuffix(ACHTERVOEGSEL)]
        assert not letter.leest and letter.schrijft == {WERKER} and letter.partities == bron.partities
        assert letter.config["cleanup.policy"] == "delete"
        bewaard = int(letter.config["retention.ms"])
        if bron.config["cleanup.policy"] == "delete":
            assert bewaard == int(bron.config["retention.ms"])
        else:
            assert bewaard == int(bron.config["min.compaction.lag.ms"]) <= int(bron.config["max.compaction.lag.ms"])


def test_no_dead_letter_topic_is_declared_by_hand() -> None:
    """They follow from their sources alone, so that nobody can give one another reader or term."""
    assert not [naam for naam in tomllib.loads(BESTAND.read_text())["topics"] if ACHTERVOEGSEL in naam]


@given(st.binary(max_size=40), st.one_of(st.none(), st.binary(max_size=40)), KOPPEN, st.integers(0, 1 << 40))
def test_a_dead_letter_holds_nothing_that_its_source_did_not(
    key: bytes, value: bytes | None, koppen: Headers, offset: int
) -> None:
    """Key, value and the sender's headers as they were; what is added is a closed list of names that tell a place and a class."""
    record = Record("signaal.a.v1", 3, offset, 1, key, value, koppen)
    letter = dode_letter(record, code="ongeldig", kamer="inname", fout="ValueError")
    assert (letter.key, letter.value, letter.headers[: len(koppen)]) == (key, value, koppen)
    erbij = dict(letter.headers[len(koppen) :])
    assert set(erbij) <= GEZEGD
    assert set(erbij.values()) == {b"ValueError", b"signaal.a.v1", b"3", str(offset).encode(), b"ongeldig", b"inname"}
    terug = Record(letter.topic, 3, 0, 1, letter.key, letter.value, letter.headers)
    assert bron_van(terug) == record.plek and is_volledig(terug)
    assert van_afzender(letter.headers) == van_afzender(koppen)


def test_a_record_of_nothing_is_a_dead_letter_that_can_be_sent() -> None:
    """Kafka takes a record without key and value; aiokafka sends none, and a worker that tried would try for ever."""
    letter = dode_letter(Record("t", 0, 1, 1, None, None), code="leeg", kamer="i", fout="F")
    assert (letter.key, letter.value) == (None, b"")
    assert is_volledig(Record(letter.topic, 0, 0, 1, letter.key, letter.value, letter.headers))


def test_what_fits_no_dead_letter_leaves_its_measure_alone() -> None:
    """Too large for the topic: size and digest, no byte of the record and no header of its sender."""
    letter = dode_letter(Record("t", 0, 1, 1, b"k", b"x" * PAST, (("a", b"b"),)), code="te_groot", kamer="i", fout="F")
    assert (letter.key, letter.value) == (None, b"") and set(dict(letter.headers)) <= GEZEGD
    assert not is_volledig(Record(letter.topic, 0, 0, 1, None, None, letter.headers))


def gemeten(naam: str, soort: str) -> float | None:
    return REGISTRY.get_sample_value(naam, {"topic_soort": soort})


def test_the_gauges_tell_how_many_wait_and_since_when() -> None:
    """All tafels together are one kind; the oldest counts; where nothing waits both are zero."""
    topics = {"signaal.a.v1", "signaal.b.v1", "hub.vraag.v1"}
    zet(topics, [("signaal.a.v1", 2, 100.0), ("signaal.b.v1", 3, 40.0)], 160.0)
    assert (gemeten("hub_dode_letters_wachtend", "signaal"), gemeten("hub_oudste_dode_letter_seconds", "signaal")) == (
        5,
        120,
    )
    assert (
        gemeten("hub_dode_letters_wachtend", "hub.vraag.v1")
        == gemeten("hub_oudste_dode_letter_seconds", "hub.vraag.v1")
        == 0
    )
    zet(topics, [], 200.0)
    assert gemeten("hub_dode_letters_wachtend", "signaal") == gemeten("hub_oudste_dode_letter_seconds", "signaal") == 0
