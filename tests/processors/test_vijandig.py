"""Hostile contents that decode: each room takes a record in or refuses it with a code; `intern`, a bug of ours, is never the answer."""

from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domein.codes import Criterium, Daad, Reactie, Uitkomst
from hub.domein.gebeurtenis import Antwoord, Beheerdaad, Bevraging, Termijn, Terugkoppeling, Triage, Vraag, vrager
from hub.domein.gebeurtenisvorm import plat, triage_naar, vraag_naar
from hub.domein.identiteit import BEHEER, melding_id
from hub.domein.koppeling import Bewijs, Kant, Stand
from hub.domein.tafeltopics import signaal_topic
from hub.domein.vorm import signaal_naar, stand_naar
from hub.matching.index import Index
from hub.matching.model import Model
from hub.processors.gebeurtenissen import gebeurtenis_uit
from hub.processors.index import Indexkamer
from hub.processors.inname import Inname, splits
from hub.processors.koppeling import Koppelingkamer
from hub.processors.namen import GEBEURTENIS, SLEUTEL, VRAAG, Weigering
from hub.processors.staat import Staat
from hub.routing.register import Register
from hub.stream.codec import standaard
from hub.stream.record import Record, Stap
from tests.keten.oorzaak import omgeving
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, signaal
from tests.stream.avrovormen import bijna, waarden

P = 4
NU = BEGIN + 1000
VAAK = settings(max_examples=settings().max_examples // 3)
RUIMTE = signaal(ZSM, 1)

KANTEN = [Kant.van(splits(signaal(tafel, 1), BEGIN, P)[0]) for tafel in (ZSM, TWENTE)]
BEKEND = Stand.van(KANTEN[0], KANTEN[1], Bewijs(Uitkomst.ZEKER, 20.0))
MELDING = melding_id(BEKEND.koppeling, TWENTE, 1)
CRITERIA = Kant.van(splits(signaal(ZSM, 1, criteria=(Criterium.EFFECT_OP_GEZIN,)), BEGIN, P)[0])
VRAGER = vrager(RUIMTE.dossier, ZSM, NU, NU + 9, RUIMTE.feiten)
VRAAG_ID = uuid5(BEKEND.koppeling, "vraag")
TOKENS = splits(RUIMTE, BEGIN, P)[0].tokens

GOED: dict[str, list[dict[str, Any]]] = {
    "signaal": [signaal_naar(signaal(tafel, 1)) for tafel in (ZSM, TWENTE)],
    "terugkoppeling": [
        plat(Terugkoppeling(uuid5(MELDING, soort), BEKEND.koppeling, soort, TWENTE, KANTEN[1].dossier, BEGIN, MELDING))
        for soort in Reactie
    ],
    "bevraging": [plat(Bevraging(VRAAG_ID, RUIMTE.dossier, ZSM, "a.een", RUIMTE.feiten, NU + 9000, RUIMTE.sleutels))],
    "beheerdaad": [
        plat(Beheerdaad(VRAAG_ID, Daad.TERUGHALEN, "a.een", koppeling=BEKEND.koppeling)),
        plat(Beheerdaad(VRAAG_ID, Daad.NOODSTOP, "a.een", tafel=TWENTE)),
        plat(Beheerdaad(VRAAG_ID, Daad.OPHEFFEN, "a.een", noodstop=VRAAG_ID)),
    ],
    "stand": [stand_naar(BEKEND)],
    "termijn": [plat(Termijn(BEKEND.koppeling, NU)), plat(Termijn(BEKEND.koppeling, NU, "v"))],
    "triage": [triage_naar(Triage(CRITERIA, True, 1, (Stand.van(CRITERIA, KANTEN[1], Bewijs(Uitkomst.MOGELIJK)),)))],
    "antwoord": [plat(Antwoord(VRAAG_ID, partitie, VRAGER, "a.een", NU + 9, (BEKEND,))) for partitie in range(P)],
    "vraag": [vraag_naar(Vraag(VRAAG_ID, VRAGER, "a.een", NU + 9, 2, TOKENS, ()))],
}
INNAME = ("signaal", "terugkoppeling", "bevraging")
KOPPELING = ("stand", "terugkoppeling", "termijn", "triage", "antwoord", "beheerdaad")


def van(schema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Anything, and more often something good with a thing or two wrong."""
    return st.one_of(waarden(schema), *(bijna(schema, goed) for goed in GOED[schema]), *map(st.just, GOED[schema]))


def codes(stap: Stap) -> set[str]:
    return {dict(uit.headers)["hub.error.code"].decode() for uit in stap.uit if uit.topic.endswith(".dlq")}


def sleutel(schema: str, waarde: dict[str, Any]) -> bytes:
    """The key under which it would be right, where it can be right at all."""
    for naam in ("dossier", "koppeling", "id") if schema == "signaal" else ("koppeling", "id"):
        if isinstance(waarde.get(naam), str):
            return str(waarde[naam]).encode()
    return b"x"


@pytest.fixture(scope="module")
def inname() -> Inname:
    return Inname(standaard(), Register.laad(), TAFELS, P, "urn:nld:oin:00000099000000000001:systeem:hub")


@pytest.mark.parametrize("schema", [*INNAME, "beheerdaad"])
@VAAK
@given(data=st.data())
def test_the_gate_refuses_what_it_cannot_take(inname: Inname, schema: str, data: st.DataObject) -> None:
    """Any value of its schemas, from a tafel or from the operator, at any moment: never a bug of ours, and its neighbour comes in."""
    waarde = data.draw(van(schema))
    topic = signaal_topic(data.draw(st.sampled_from([BEHEER] if schema == "beheerdaad" else [ZSM, TWENTE, BEHEER])))
    tijd = data.draw(st.sampled_from([NU, 0, 1 << 42]))
    binnen = Record(topic, 2, 1, tijd, sleutel(schema, waarde), standaard().codeer(schema, waarde))
    goed = Record(
        signaal_topic(ZSM), 2, 2, NU, RUIMTE.dossier.encode(), standaard().codeer("signaal", GOED["signaal"][0])
    )
    stap = inname.verwerk(None, 2, [binnen])
    assert Weigering.INTERN not in codes(stap), schema
    assert inname.verwerk(None, 2, [binnen, goed]).uit[: len(stap.uit)] == stap.uit
    assert len(inname.verwerk(None, 2, [binnen, goed]).uit) == len(stap.uit) + P


@pytest.mark.parametrize(("naam", "waarde"), [("tijd", (1 << 63) - 1), ("dossier", "geen dossier"), ("tafel", "?")])
def test_the_index_refuses_a_question_of_nobody(naam: str, waarde: Any) -> None:
    """Who asks, and when, is read as strictly as what is asked."""
    kamer, staat = _index()
    vraag = standaard().codeer("vraag", {**GOED["vraag"][0], naam: waarde})
    assert codes(kamer.verwerk(staat, 2, [Record(VRAAG, 2, 1, NU, b"k", vraag)])) == {Weigering.ONGELDIG}


@VAAK
@given(data=st.data())
def test_the_index_answers_or_refuses_any_question(data: st.DataObject) -> None:
    """Tokens out of order, twice, of any number; encodings of any length and layout: an answer or a refusal."""
    kamer, staat = _index()
    waarde = data.draw(van("vraag"))
    stap = kamer.verwerk(staat, 2, [Record(VRAAG, 2, 1, NU, b"k", standaard().codeer("vraag", waarde))])
    assert Weigering.INTERN not in codes(stap) and len(stap.uit) == 1


_KAMER: list[tuple[Indexkamer, Index]] = []


def _index() -> tuple[Indexkamer, Index]:
    """One that holds a dossier; questions leave nothing behind in it."""
    if not _KAMER:
        kamer = Indexkamer(standaard(), Model.laad(), P)
        staat = kamer.statelog.nieuw(2)
        blok = splits(signaal(TWENTE, 1), BEGIN, P)[2]
        record = Record(SLEUTEL, 2, 0, BEGIN, blok.dossier.encode(), kamer.vorm.schrijf([blok])[0])
        kamer.verwerk(staat, 2, [record])
        _KAMER.append((kamer, staat))
    return _KAMER[0]


def _room() -> Koppelingkamer:
    return Koppelingkamer(
        standaard(), omgeving(), TAFELS, bron="urn:nld:oin:00000099000000000001:systeem:hub", register="r"
    )


def _sleutel_van(schema: str, waarde: dict[str, Any]) -> bytes:
    try:
        return gebeurtenis_uit(schema, waarde).sleutel
    except ValueError:
        return b"x"


@VAAK
@given(data=st.data())
def test_a_koppeling_survives_any_row_of_events(data: st.DataObject) -> None:
    """Of every kind, in any order, under the right key, good or nearly so: taken in, old news, or refused; and the state can be loaded."""
    room, staat, log = _room(), Staat(), Staat()
    for offset in range(data.draw(st.integers(1, 4))):
        schema = data.draw(st.sampled_from(KOPPELING))
        waarde = data.draw(van(schema))
        record = Record(
            GEBEURTENIS, 0, offset, NU + offset, _sleutel_van(schema, waarde), standaard().codeer(schema, waarde)
        )
        stap = room.verwerk(staat, 0, [record])
        assert Weigering.INTERN not in codes(stap), (schema, waarde)
        for nummer, een in enumerate(stap.staat):
            room.statelog.neem_op(log, [Record(een.topic, 0, nummer, NU, een.key, een.value)])
    assert dict(log) == dict(staat)
