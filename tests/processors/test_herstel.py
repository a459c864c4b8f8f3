"""Dead letters that are handed in again: taken in as what they were, refused again, or given back to the room they were for."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.codes import Levensfase, Reactie, Uitkomst
from hub.domein.gebeurtenis import Antwoord, Termijn, Terugkoppeling, Triage, vrager
from hub.domein.gebeurtenisvorm import plat, triage_naar
from hub.domein.koppeling import Bewijs, Kant, Stand
from hub.domein.signaal import Signaal
from hub.domein.vorm import sleutelblok_naar, stand_naar
from hub.matching.index import Index
from hub.matching.model import Model
from hub.opvolging.levensloop import Koppeling
from hub.opvolging.richting import Richting
from hub.processors.herstel import GEWEIGERD, INGENOMEN, Herkomst, herkomst_uit, poging_uit
from hub.processors.index import Indexkamer
from hub.processors.inname import Inname, splits
from hub.processors.koppeling import Koppelingkamer
from hub.processors.koppelingstaat import Koppelingstaat
from hub.processors.namen import AUDIT, GEBEURTENIS, HERSTEL, SLEUTEL, VRAAG, Weigering
from hub.processors.staat import Staat
from hub.routing.register import Register
from hub.stream.codec import standaard
from hub.stream.deadletter import bron_van
from hub.stream.record import Headers, Plek, Record, Uitvoer
from tests.keten.oorzaak import omgeving
from tests.keten.signalen import BEGIN, BEWAREN_TOT, TAFELS, TWENTE, ZSM, bericht, signaal

P = 4
NU = BEGIN + 1000
HANDELING = uuid4()


@pytest.fixture(scope="module")
def inname() -> Inname:
    return Inname(standaard(), Register.laad(), TAFELS, P, "urn:nld:oin:00000099000000000001:systeem:hub")


def herkomst(topic: str, *, poging: int = 1, partitie: int = 2) -> Herkomst:
    bron = Plek(topic, partitie, 17)
    return Herkomst(HANDELING, "a.een", "OORZAAK_VERHOLPEN", Plek(f"{topic}.dlq", partitie, 3), bron, poging)


def ingeleverd(
    van: Herkomst, key: bytes | None, value: bytes | None, *, headers: Headers = (), tijd: int = NU
) -> Record:
    return Record(HERSTEL, van.bron.partitie, 5, tijd, key, value, (*headers, *van.koppen()))


def van_signaal(een: Signaal, topic: str | None = None, tijd: int = NU) -> Record:
    los = bericht(een)
    return ingeleverd(herkomst(topic or los.topic), los.key, los.value, headers=tuple(los.headers), tijd=tijd)


def uitkomsten(bewijs: list[Uitvoer]) -> list[tuple[str, str, str, str]]:
    assert all(regel.topic == AUDIT for regel in bewijs)
    regels = [standaard().decodeer(regel.value)[1] for regel in bewijs]
    assert [regel.key for regel in bewijs] == [regel["object"].encode() for regel in regels]
    return [(regel["actor"], regel["daad"], regel["object"], regel["uitkomst"]) for regel in regels]


def codes(uit: list[Uitvoer]) -> list[tuple[str, str]]:
    dood = [een for een in uit if een.topic.endswith(".dlq")]
    return [(een.topic, dict(een.headers)["hub.error.code"].decode()) for een in dood]


def test_a_signaal_comes_in_as_if_it_were_said_now(inname: Inname) -> None:
    """The same blocks as from its own topic at this moment, under its own trace; the audit says who handed in what, before anything."""
    los = bericht(signaal(ZSM, 1))
    gewoon = inname.verwerk(None, 2, [Record(los.topic, 2, 17, NU, los.key, los.value, tuple(los.headers))])
    stap = inname.verwerk(None, 2, [van_signaal(signaal(ZSM, 1))])
    assert stap.uit == gewoon.uit and len(stap.uit) == P
    letter = f"dode_letter:signaal.{ZSM}.v1.dlq/2/3"
    assert uitkomsten(stap.bewijs) == [("a.een", "HERSTEL OORZAAK_VERHOLPEN", letter, INGENOMEN)]
    assert inname.verwerk(None, 2, [van_signaal(signaal(ZSM, 1))]).fasen == stap.fasen, "a replay gives the same bytes"


def test_the_topic_of_the_original_says_who_speaks(inname: Inname) -> None:
    """A record may claim no more by this road than by its own topic; so it is with every check of the gate, at the moment of now."""
    for record, code in (
        (van_signaal(signaal(TWENTE, 1), f"signaal.{ZSM}.v1"), Weigering.ANDERE_TAFEL),
        (van_signaal(signaal(ZSM, 1), tijd=BEWAREN_TOT), Weigering.BEWAARTERMIJN_VOORBIJ),
        (van_signaal(signaal(ZSM, 1))._replace(value=b"\x00"), Weigering.ONLEESBAAR),
    ):
        stap = inname.verwerk(None, 2, [record])
        assert codes(stap.uit) == [(f"signaal.{ZSM}.v1.dlq", code)]
        assert [uitkomst for *_, uitkomst in uitkomsten(stap.bewijs)] == [GEWEIGERD]


def test_refused_again_it_is_a_dead_letter_again_with_a_count(inname: Inname) -> None:
    """On the topic where it was, with its bytes, its sender's headers, its first place, and how often it was tried."""
    record = ingeleverd(herkomst(f"signaal.{ZSM}.v1", poging=3), b"k", b"KANARIE", headers=(("ce_id", b"x"),))
    (dood,) = inname.verwerk(None, 2, [record]).uit
    assert (dood.topic, dood.partitie, dood.key, dood.value) == (f"signaal.{ZSM}.v1.dlq", 2, b"k", b"KANARIE")
    assert poging_uit(dood.headers) == 3 and dict(dood.headers)["ce_id"] == b"x"
    letter = Record(dood.topic, 2, 9, NU, dood.key, dood.value, dood.headers)
    assert bron_van(letter) == Plek(f"signaal.{ZSM}.v1", 2, 17)


def test_a_bug_about_a_restored_record_is_a_dead_letter_too(inname: Inname, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody foresaw leaves one line of audit and one dead letter `intern`; its neighbour comes in."""

    def kapot(*_: object) -> None:
        raise ZeroDivisionError

    goed = van_signaal(signaal(ZSM, 2))
    with monkeypatch.context() as even:
        even.setattr("hub.processors.inname.splits", kapot)
        stap = inname.verwerk(None, 2, [van_signaal(signaal(ZSM, 1))])
    assert codes(stap.uit) == [(f"signaal.{ZSM}.v1.dlq", Weigering.INTERN)]
    assert [uitkomst for *_, uitkomst in uitkomsten(stap.bewijs)] == [GEWEIGERD]
    assert len(inname.verwerk(None, 2, [goed]).uit) == P


KANTEN = [Kant.van(splits(signaal(tafel, 1), BEGIN, P)[0]) for tafel in (ZSM, TWENTE)]
STAND = Stand.van(KANTEN[0], KANTEN[1], Bewijs(Uitkomst.ZEKER, 20.0))


def van_de_hub() -> dict[str, tuple[str, bytes, bytes]]:
    """What the hub itself writes to its rooms: (topic, key, value)."""
    codec, blok = standaard(), splits(signaal(ZSM, 1), BEGIN, P)[2]
    triage = Triage(STAND.links, True, 1, (STAND,))
    return {
        "sleutelblok": (SLEUTEL, blok.dossier.encode(), codec.codeer("sleutelblok", sleutelblok_naar(blok))),
        "stand": (GEBEURTENIS, str(STAND.koppeling).encode(), codec.codeer("stand", stand_naar(STAND))),
        "triage": (GEBEURTENIS, str(triage.aandragen).encode(), codec.codeer("triage", triage_naar(triage))),
        "termijn": (
            GEBEURTENIS,
            str(STAND.koppeling).encode(),
            codec.codeer("termijn", plat(Termijn(STAND.koppeling, BEGIN))),
        ),
    }


@pytest.mark.parametrize("soort", list(van_de_hub()))
def test_what_the_hub_wrote_goes_back_to_its_room(inname: Inname, soort: str) -> None:
    """Byte for byte, to the partition where its state is, with where it comes from, so that a room that refuses it again counts on."""
    topic, key, value = van_de_hub()[soort]
    stap = inname.verwerk(None, 2, [ingeleverd(herkomst(topic), key, value)])
    assert stap.uit == [Uitvoer(topic, key, value, herkomst(topic).koppen(), 2)]
    assert [uitkomst for *_, uitkomst in uitkomsten(stap.bewijs)] == [INGENOMEN]


@pytest.mark.parametrize("soort", ["sleutelblok", "stand", "triage"])
def test_nothing_past_its_term_comes_to_life_again(inname: Inname, soort: str) -> None:
    """A dossier of which the retention has ended is forgotten: no dead letter may bring it back."""
    topic, key, value = van_de_hub()[soort]
    stap = inname.verwerk(None, 2, [ingeleverd(herkomst(topic), key, value, tijd=BEWAREN_TOT)])
    assert codes(stap.uit) == [(f"{topic}.dlq", Weigering.BEWAARTERMIJN_VOORBIJ)] and len(stap.uit) == 1


def test_an_answer_past_its_deadline_stays_away(inname: Inname) -> None:
    """Whoever asked has had ONVOLLEDIG long ago."""
    feiten = signaal(ZSM, 1).feiten
    wie = vrager(signaal(ZSM, 1).dossier, ZSM, BEGIN, NU, feiten)
    antwoord = Antwoord(uuid4(), 1, wie, "a.een", NU)
    value = standaard().codeer("antwoord", plat(antwoord))
    stap = inname.verwerk(None, 2, [ingeleverd(herkomst(GEBEURTENIS), str(antwoord.vraag).encode(), value)])
    assert codes(stap.uit) == [(f"{GEBEURTENIS}.dlq", Weigering.BUITEN_TERMIJN)]


@pytest.mark.parametrize("value", [b"", b"KANARIE", van_de_hub()["stand"][2], van_de_hub()["sleutelblok"][2]])
def test_a_block_that_the_index_could_not_read_never_reaches_it(inname: Inname, value: bytes) -> None:
    """It would stop every worker that loads that partition: unreadable, of another kind, or under another key, it is refused here."""
    stap = inname.verwerk(None, 2, [ingeleverd(herkomst(SLEUTEL), b"een andere sleutel", value)])
    assert [topic for topic, _ in codes(stap.uit)] == [f"{SLEUTEL}.dlq"] and len(stap.uit) == 1


def test_a_tombstone_goes_back_under_its_key(inname: Inname) -> None:
    """The index itself sees whether the term has ended; without a key there is nothing to forget."""
    uit = inname.verwerk(None, 2, [ingeleverd(herkomst(SLEUTEL), b"om.x", None)]).uit
    assert [(een.topic, een.key, een.value) for een in uit] == [(SLEUTEL, b"om.x", None)]
    assert codes(inname.verwerk(None, 2, [ingeleverd(herkomst(SLEUTEL), None, None)]).uit)


@pytest.mark.parametrize("topic", [VRAAG, HERSTEL, "hub.koppeling.v1", "hub.audit.v1", "melding.vhh-twente.v1"])
def test_only_inputs_that_can_be_restored_are(inname: Inname, topic: str) -> None:
    """A question is over in a minute, and no record of this road reaches state, audit or a tafel."""
    stap = inname.verwerk(None, 2, [ingeleverd(herkomst(topic), b"k", b"v")])
    assert codes(stap.uit) == [(f"{HERSTEL}.dlq", Weigering.ONBEKENDE_HERKOMST)] and len(stap.uit) == 1
    assert [uitkomst for *_, uitkomst in uitkomsten(stap.bewijs)] == [GEWEIGERD]


def test_another_partition_is_another_record(inname: Inname) -> None:
    """State and lanes belong to a partition: what says that it comes from another one is refused."""
    record = van_signaal(signaal(ZSM, 1))._replace(partitie=1)
    assert codes(inname.verwerk(None, 1, [record]).uit) == [(f"{HERSTEL}.dlq", Weigering.ONBEKENDE_HERKOMST)]


KOPPEN = st.lists(
    st.tuples(
        st.sampled_from([*(naam for naam, _ in herkomst(SLEUTEL).koppen()), "traceparent", "x"]),
        st.one_of(st.binary(max_size=40), st.sampled_from([w for _, w in herkomst(SLEUTEL).koppen()])),
    ),
    max_size=12,
)


@given(KOPPEN, st.binary(max_size=30))
def test_whatever_the_headers_say_it_is_taken_in_or_refused(inname: Inname, koppen: Headers, value: bytes) -> None:
    """No header stops the gate, and what is refused keeps its bytes."""
    stap = inname.verwerk(None, 2, [Record(HERSTEL, 2, 5, NU, b"k", value, tuple(koppen))])
    assert [een.value for een in stap.uit] == [value]
    assert codes(stap.uit)


def test_provenance_survives_its_headers() -> None:
    """What is written is what is read; the sender's own headers of the same names come first and do not count."""
    van = herkomst(SLEUTEL, poging=2)
    assert herkomst_uit((("hub.herstel.actor", b"Jan Jansen"), *van.koppen())) == van
    for naam, waarde in (
        ("actor", b"Jan Jansen"),
        ("handeling", b"x"),
        ("bron", b"hub.sleutel.v1/2"),
        ("poging", b"-1"),
    ):
        with pytest.raises(ValueError, match=r".*"):
            herkomst_uit((*van.koppen(), (f"hub.herstel.{naam}", waarde)))


def gelopen(hub: tuple[Indexkamer, list[Index], Koppelingkamer, Staat], uit: list[Uitvoer], offset: int) -> list[str]:
    """What the rooms behind the gate make of its output; the kinds of meldingen that leave."""
    index, indexen, koppeling, staat = hub
    gemeld: list[str] = []
    for een in uit:
        if een.topic == SLEUTEL:
            nr = een.partitie or 0
            verder = index.verwerk(indexen[nr], nr, [Record(SLEUTEL, nr, offset, NU, een.key, een.value)]).uit
            gemeld += gelopen(hub, verder, offset)
        else:
            stap = koppeling.verwerk(staat, 0, [Record(GEBEURTENIS, 0, offset, NU + offset, een.key, een.value)])
            gemeld += [standaard().decodeer(u.value)[1]["soort"] for u in stap.uit if u.topic.startswith("melding.")]
    return gemeld


def test_restored_twice_it_has_one_effect(inname: Inname) -> None:
    """A signaal, a block, a stand, a reaction: what is handed in a second time tells nobody anything, and changes nothing."""
    bron = "urn:nld:oin:00000099000000000001:systeem:hub"
    index = Indexkamer(standaard(), Model.laad(), P)
    koppeling = Koppelingkamer(standaard(), omgeving(), TAFELS, bron=bron, register="r")
    hub = (index, [index.statelog.nieuw(nr) for nr in range(P)], koppeling, Staat())
    los = bericht(signaal(TWENTE, 1))
    binnen = Record(los.topic, 2, 1, NU, los.key, los.value, tuple(los.headers))
    gelopen(hub, inname.verwerk(None, 2, [binnen]).uit, 1)
    reactie = Terugkoppeling(uuid4(), STAND.koppeling, Reactie.ONTVANGEN, TWENTE, STAND.rechts.dossier, 0)
    codec, waarde = standaard(), standaard().codeer("terugkoppeling", plat(reactie))
    letters = [van_signaal(signaal(ZSM, 1))]
    gemeld = gelopen(hub, inname.verwerk(None, 2, letters).uit, 10)
    assert sorted(gemeld) == ["BEKEND", "BEKEND"]
    (gevonden,) = (een.lijf.stand for een in hub[3].values() if isinstance(een.lijf, Koppeling))
    topic, sleutel, blok = van_de_hub()["sleutelblok"]
    letters += [
        ingeleverd(herkomst(topic), sleutel, blok),
        ingeleverd(herkomst(GEBEURTENIS), str(STAND.koppeling).encode(), codec.codeer("stand", stand_naar(gevonden))),
        ingeleverd(herkomst(f"signaal.{TWENTE}.v1"), str(STAND.koppeling).encode(), waarde),
    ]
    for nr, letter in enumerate(letters):
        assert gelopen(hub, inname.verwerk(None, 2, [letter]).uit, 11 + nr) == []
    was = dict(hub[3])
    assert len(was) == 1 and sum(regel.fase is Levensfase.ONTVANGEN for regel in richtingen(was)) == 1
    for nr, letter in enumerate(letters):
        assert gelopen(hub, inname.verwerk(None, 2, [letter]).uit, 20 + nr) == []
    assert dict(hub[3]) == was


def richtingen(staat: dict[bytes, Koppelingstaat]) -> list[Richting]:
    lijven = [een.lijf for een in staat.values() if isinstance(een.lijf, Koppeling)]
    return [richting for lijf in lijven for richting in (lijf.naar_links, lijf.naar_rechts)]
