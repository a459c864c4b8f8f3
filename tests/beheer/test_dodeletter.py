"""What an operator sees of a dead letter, which ones he chooses, and how what was done is kept. Pure."""

import string
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.beheer.dodeletter import Afhandeling, Grootboek, Keuze, achterhaald, code_van, regels, waarom_niet, zegt_staat
from hub.domein.vorm import signaal_naar
from hub.processors.namen import AUDIT, HERSTEL, VRAAG, Weigering
from hub.stream.codec import standaard
from hub.stream.deadletter import bron_van, dode_letter
from hub.stream.record import Headers, Plek, Record
from hub.verantwoording.records import audit
from tests.keten.signalen import BEGIN, TWENTE, ZSM, bericht, signaal, vervallen

TOPIC = f"signaal.{ZSM}.v1"
NU = BEGIN + 7_200_000


def letter(
    value: bytes | None,
    *,
    key: bytes | None = b"k",
    headers: Headers = (),
    topic: str = TOPIC,
    code: str = "ongeldig",
    offset: int = 7,
    plek: int = 3,
) -> Record:
    """A dead letter as it is read again."""
    dood = dode_letter(
        Record(topic, 2, offset, BEGIN, key, value, headers), code=code, kamer="inname", fout="ValueError"
    )
    return Record(dood.topic, 2, plek, BEGIN, dood.key, dood.value, dood.headers)


def test_an_operator_sees_where_when_and_why_and_nobody() -> None:
    """Place, source, moment, age, code, size, tries, schema, kind, moments and trace; neither key, dossier, facts nor tokens."""
    los = bericht(signaal(ZSM, 1))
    headers = (*los.headers, ("hub.herstel.poging", b"2"))
    tekst = "\n".join(
        regels(letter(los.value, key=los.key, headers=headers), Afhandeling.OPEN, NU, standaard(), met_bytes=False)
    )
    for deel in (f"{TOPIC}.dlq/2/3  van {TOPIC}/2/7", "2 uur oud  ongeldig", f"{len(los.value)} bytes  poging 2"):
        assert deel in tekst
    for deel in (
        "schema signaal",
        "soort VERDACHTE",
        "status ACTIEF",
        "versie 2026-",
        "trace 00-",
        "ce_type nl.uitwisselhub.signaal.v1",
    ):
        assert deel in tekst
    waarde = signaal_naar(signaal(ZSM, 1))
    for geheim in (los.key.decode(), waarde["feiten"]["grondslag"], los.value.hex()[40:80]):
        assert geheim not in tekst


KANARIE = "Kanarie"
TEKENS = st.text(string.ascii_letters + "\x1b\x07\n é", min_size=0, max_size=12)


@given(
    st.lists(
        st.tuples(
            st.one_of(TEKENS, st.sampled_from(["ce_type", "ce_source", "ce_time", "ce_id", "traceparent"])), TEKENS
        ),
        max_size=6,
    ),
    TEKENS,
)
def test_what_a_sender_writes_never_reaches_the_screen(koppen: list[tuple[str, str]], woord: str) -> None:
    """Whatever bytes and headers: nothing of them is shown, no name, no control character, unless the operator asks for hex."""
    gif = (KANARIE + woord).encode()
    headers = tuple((naam, KANARIE.encode() + waarde.encode()) for naam, waarde in koppen)
    waarden: list[bytes | None] = [gif, None, b""]
    termijn = {"koppeling": KANARIE, "op": 1 << 62, "versies": KANARIE + woord}
    waarden.append(standaard().codeer("termijn", termijn))
    for waarde in waarden:
        dood = letter(waarde, key=gif, headers=headers)
        open_ = "\n".join(regels(dood, Afhandeling.OPEN, NU, standaard(), met_bytes=False))
        assert KANARIE not in open_ and open_.isprintable() is False and not set(open_) & {"\x1b", "\x07"}
        met = regels(dood, Afhandeling.OPEN, NU, standaard(), met_bytes=True)
        assert met[-2:] == [f"    sleutel {gif.hex()}", f"    waarde {(waarde or b'').hex()}"]


@given(
    st.lists(st.tuples(st.text(max_size=30), st.one_of(st.none(), st.binary(max_size=30))), max_size=8),
    st.sampled_from(["topic", "partition", "offset"]),
    st.binary(max_size=25),
)
def test_headers_of_anybody_are_read_without_an_exception(koppen: list[Any], welke: str, waarde: bytes) -> None:
    """A dead letter that no worker wrote is shown too, and never handed in."""
    dood = Record(f"{TOPIC}.dlq", 2, 3, BEGIN, None, None, (*koppen, (f"__streams.errors.{welke}", waarde)))
    assert bron_van(dood) is None and waarom_niet(dood) == "de herkomst staat er niet bij"
    assert regels(dood, Afhandeling.OPEN, NU, standaard(), met_bytes=False)[0].startswith(
        f"{TOPIC}.dlq/2/3  van onbekend"
    )
    assert code_van(dood) in {"", *Weigering}


@pytest.mark.parametrize(
    ("dood", "reden"),
    [
        (letter(b"x"), None),
        (letter(None, code="leeg"), None),
        (letter(b"x" * 2_000_000), "te groot: alleen de maat is bewaard"),
        (letter(b"x", topic=VRAAG), "een vraag geldt maar een minuut, en is al beantwoord met ONVOLLEDIG"),
        (letter(b"x", topic=HERSTEL), "dit stond zonder geldige herkomst op hub.herstel.v1"),
        (letter(b"x")._replace(topic="signaal.vhh-twente.v1.dlq"), "de herkomst staat er niet bij"),
        (letter(b"x")._replace(partitie=1), "de herkomst staat er niet bij"),
    ],
)
def test_what_can_never_be_handed_in_says_why(dood: Record, reden: str | None) -> None:
    """A sender's own headers cannot make it another tafel's: topic and partition are those in which the dead letter stands."""
    assert waarom_niet(dood) == reden


def test_a_choice_is_the_sum_of_its_parts() -> None:
    """By topic, code, time and place; what is not named chooses nothing away."""
    dood = letter(b"x")
    assert Keuze().kiest(dood) and Keuze().alles
    for goed, fout in (
        (Keuze(topics=frozenset({TOPIC})), Keuze(topics=frozenset({f"signaal.{TWENTE}.v1"}))),
        (Keuze(codes=frozenset({"ongeldig"})), Keuze(codes=frozenset({"leeg"}))),
        (Keuze(sinds=BEGIN), Keuze(sinds=BEGIN + 1)),
        (Keuze(tot=BEGIN + 1), Keuze(tot=BEGIN)),
        (Keuze(plekken=frozenset({dood.plek})), Keuze(plekken=frozenset({dood.plek._replace(offset=4)}))),
    ):
        assert goed.kiest(dood) and not fout.kiest(dood) and not goed.alles


def test_whose_source_has_spoken_again_is_overtaken() -> None:
    """A later signaal of the same dossier makes an earlier one void, also one that cannot be read; a reaction never does."""
    los = bericht(signaal(ZSM, 1))
    dood = letter(los.value, key=los.key)
    ander = letter(los.value, key=b"ander", plek=4)
    later: dict[tuple[Plek, bytes | None], int] = {(Plek(TOPIC, 2, 0), los.key): 8}
    assert achterhaald(standaard(), [dood, ander], later) == {dood.plek}
    assert achterhaald(standaard(), [dood], {(Plek(TOPIC, 2, 0), los.key): 6}) == frozenset()
    assert zegt_staat(
        standaard(), Record(TOPIC, 2, 8, 1, los.key, bericht(vervallen(signaal(ZSM, 1), BEGIN + 1)).value)
    )
    assert zegt_staat(standaard(), Record(TOPIC, 2, 8, 1, los.key, b"KANARIE"))
    termijn = standaard().codeer("termijn", {"koppeling": "k", "op": 1, "versies": ""})
    assert not zegt_staat(standaard(), Record(TOPIC, 2, 8, 1, los.key, termijn))
    assert zegt_staat(standaard(), Record("hub.sleutel.v1", 2, 8, 1, los.key, None)), "a tombstone is the last word"
    assert not zegt_staat(standaard(), Record(TOPIC, 2, 8, 1, los.key, None))


def regel(plek: Plek, daad: str, uitkomst: str) -> Record:
    object_ = f"dode_letter:{plek}"
    waarde = audit(
        handeling=uuid4(), trace_id="0" * 32, tijd=1, actor="a", daad=daad, object_=object_, uitkomst=uitkomst
    )
    return Record(AUDIT, 0, 0, 1, object_.encode(), standaard().codeer("audit", waarde))


DADEN = {
    ("HERSTEL OP_VERZOEK", "GEVRAAGD"): Afhandeling.GEVRAAGD,
    ("HERSTEL OP_VERZOEK", "INGENOMEN"): Afhandeling.INGENOMEN,
    ("HERSTEL OP_VERZOEK", "GEWEIGERD"): Afhandeling.GEWEIGERD,
    ("VERWERP TE_LAAT", "VERWORPEN"): Afhandeling.VERWORPEN,
    ("NOODSTOP", "GEVRAAGD"): Afhandeling.OPEN,
}


@given(st.lists(st.sampled_from(sorted(DADEN)), max_size=6))
def test_what_is_dealt_with_stays_dealt_with(daden: list[tuple[str, str]]) -> None:
    """The first line that ends it counts, whatever comes after; of another dead letter nothing is said."""
    grootboek, plek = Grootboek(), Plek(f"{TOPIC}.dlq", 2, 3)
    for daad, uitkomst in daden:
        grootboek.neem_op(regel(plek, daad, uitkomst), standaard())
    standen = [DADEN[een] for een in daden if DADEN[een] is not Afhandeling.OPEN]
    einde = next((stand for stand in standen if stand.afgehandeld), standen[-1] if standen else Afhandeling.OPEN)
    assert grootboek.van(plek) is einde
    assert grootboek.van(plek._replace(offset=4)) is Afhandeling.OPEN
