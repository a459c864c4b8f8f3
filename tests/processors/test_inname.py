"""The gate as a function: what comes in, what is refused and why, and how a signaal is split."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.codes import Criterium, Doel, Soort
from hub.domein.identiteit import TafelId
from hub.domein.signaal import Signaal, Sleutel, Sleutelbos, partitie_van
from hub.domein.vorm import signaal_naar, sleutelblok_uit
from hub.processors.inname import Inname, splits
from hub.processors.namen import SLEUTEL, Weigering
from hub.routing.register import Register
from hub.stream.codec import standaard
from hub.stream.record import Headers, Record, Uitvoer
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, bericht, signaal, vervallen

P = 4
BRON = "urn:nld:oin:00000099000000000001:systeem:hub"
HOORT = frozenset({Weigering.SOORT_PAST_NIET, Weigering.VERSIE_IN_TOEKOMST, Weigering.BEWAARTERMIJN_VOORBIJ})
"""Refusals of what a tafel says of its own dossier: it hears of them."""


@pytest.fixture(scope="module")
def inname() -> Inname:
    return Inname(standaard(), Register.laad(), TAFELS, P, BRON)


def record(van: Signaal, *, topic: str | None = None, key: bytes | None = None, tijd: int = BEGIN + 1000) -> Record:
    een = bericht(van)
    return Record(topic or een.topic, 2, 17, tijd, key or een.key, een.value, tuple(een.headers))


sleutels = st.lists(
    st.builds(Sleutel, st.binary(min_size=8, max_size=8), st.binary(min_size=1, max_size=4)), max_size=9
)


@given(sleutels, sleutels, st.integers(1, 9))
def test_every_partition_gets_all_tokens_and_its_own_encodings(
    een: list[Sleutel], ander: list[Sleutel], aantal: int
) -> None:
    """One block per partition; each token's encoding lives in exactly the partition that the token names, both periods' tokens count."""
    bossen = (Sleutelbos("a", 1, "", tuple(een)), Sleutelbos("b", 1, "", tuple(ander)))
    blokken = splits(replace(signaal(ZSM, 1), sleutels=bossen), 5, aantal)
    tokens = sorted({sleutel.token for sleutel in [*een, *ander]})
    assert len(blokken) == aantal
    assert all(list(blok.tokens) == tokens and blok.tijd == 5 for blok in blokken)
    for nummer, blok in enumerate(blokken):
        assert [sleutel.token for sleutel in blok.sleutels] == [t for t in tokens if partitie_van(t, aantal) == nummer]


def test_a_withdrawn_dossier_has_no_tokens_anywhere() -> None:
    """VERVALLEN keeps its versie and loses its keys, even where a connector sends some along."""
    blokken = splits(replace(vervallen(signaal(ZSM, 1), BEGIN + 9), sleutels=signaal(ZSM, 1).sleutels), 5, P)
    assert all(blok.tokens == () and blok.sleutels == () and blok.versie == BEGIN + 9 for blok in blokken)


def test_a_signaal_becomes_one_block_per_partition_with_its_trace(inname: Inname) -> None:
    """The blocks go to their explicit partitions, keyed by dossier, under the trace that the signaal brought."""
    binnen = record(signaal(ZSM, 1))
    stap = inname.verwerk(None, 2, [binnen])
    assert [(u.topic, u.key, u.partitie) for u in stap.uit] == [(SLEUTEL, binnen.key, p) for p in range(P)]
    trace = dict(binnen.headers)["traceparent"]
    assert all(u.headers == (("traceparent", trace),) for u in stap.uit)
    blok = sleutelblok_uit(standaard().decodeer(stap.uit[0].value)[1])
    assert (blok.tijd, blok.versie, blok.tafel) == (binnen.tijd, BEGIN, ZSM)
    assert stap.staat == stap.bewijs == []


def test_without_a_trace_the_record_gets_that_of_its_place(inname: Inname) -> None:
    """A missing or malformed traceparent is replaced by one that a replay makes again."""
    kaal = record(signaal(ZSM, 1))._replace(headers=(("traceparent", b"\xff00-nonsense"),))
    eerste, tweede = (inname.verwerk(None, 2, [kaal]) for _ in range(2))
    assert eerste.uit == tweede.uit and eerste.uit[0].headers[0][1].startswith(b"00-")


@pytest.mark.parametrize(
    ("binnen", "code"),
    [
        (record(signaal(TWENTE, 1), topic=f"signaal.{ZSM}.v1"), Weigering.ANDERE_TAFEL),
        (record(signaal(ZSM, 1), key=b"iets anders"), Weigering.ANDERE_SLEUTEL),
        (record(replace(signaal(ZSM, 1), dossier=signaal(TWENTE, 1).dossier)), Weigering.VREEMD_DOSSIER),
        (record(replace(signaal(ZSM, 1), soort=Soort.CASUS)), Weigering.SOORT_PAST_NIET),
        (record(signaal(ZSM, 1, versie=BEGIN + 86_400_000 + 1001)), Weigering.VERSIE_IN_TOEKOMST),
        (record(replace(signaal(ZSM, 1), bewaren_tot=BEGIN)), Weigering.BEWAARTERMIJN_VOORBIJ),
        (record(replace(signaal(ZSM, 1), persoon_sinds=BEGIN + 1)), Weigering.ONGELDIG),
        (record(replace(signaal(ZSM, 1), voorganger=signaal(ZSM, 1).dossier)), Weigering.ONGELDIG),
        (record(signaal(ZSM, 1, criteria=(Criterium.MEER_KETENS,) * 2)), Weigering.ONGELDIG),
        (record(signaal(ZSM, 1, doelen=(Doel.VEILIGHEID,) * 2)), Weigering.ONGELDIG),
        (record(signaal(ZSM, 1))._replace(value=None), Weigering.LEEG),
        (record(signaal(ZSM, 1))._replace(value=b"x" * 65_537), Weigering.TE_GROOT),
    ],
)
def test_what_may_not_come_in(inname: Inname, binnen: Record, code: Weigering) -> None:
    """Each refusal is a dead letter with the record as it came; a tafel hears of it where the dossier is its own, nobody else."""
    *gemeld, dood = inname.verwerk(None, 2, [binnen]).uit
    assert [(een.topic, een.key) for een in gemeld] == [(f"melding.{ZSM}.v1", binnen.key)] * (code in HOORT)
    for een in gemeld:
        _, melding = standaard().decodeer(een.value)
        assert (melding["soort"], melding["code"]) == ("GEWEIGERD", "SIGNAAL_GEWEIGERD")
    assert dict(dood.headers)["hub.error.code"] == code.encode()
    assert (dood.topic, dood.key, dood.value) == (f"{binnen.topic}.dlq", binnen.key, binnen.value)


def test_a_versie_of_almost_a_day_ahead_comes_in(inname: Inname) -> None:
    """Clocks differ; a day is the bound, measured against the broker's time."""
    assert len(inname.verwerk(None, 2, [record(signaal(ZSM, 1, versie=BEGIN + 86_400_000 + 1000))]).uit) == P


def test_a_bug_about_one_record_harms_no_other(inname: Inname, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody foresaw is a dead letter `intern` for that record; its neighbours pass, nothing of it is left behind."""
    echt = inname._blokken

    def soms_kapot(van: Signaal, binnen: Record, headers: Headers) -> list[Uitvoer]:
        if binnen.offset == 1:
            raise ZeroDivisionError
        return echt(van, binnen, headers)

    monkeypatch.setattr(inname, "_blokken", soms_kapot)
    rij = [record(signaal(ZSM, n))._replace(offset=n) for n in range(3)]
    stap = inname.verwerk(None, 0, rij)
    dood = [u for u in stap.uit if u.topic.endswith(".dlq")]
    assert len(stap.uit) == 2 * P + 1 and len(dood) == 1
    assert dict(dood[0].headers)["hub.error.code"] == b"intern"
    assert dict(dood[0].headers)["__streams.errors.exception"] == b"ZeroDivisionError"


def test_only_tafels_that_joined_are_read() -> None:
    """The gate reads the topics of the tafels that have joined and the operator's two, no others."""
    assert Inname(standaard(), Register.laad(), [TafelId("vhh-twente")], P, BRON).invoer == (
        "signaal.vhh-twente.v1",
        "signaal.beheer.v1",
        "hub.herstel.v1",
    )


def test_the_largest_lawful_signaal_fits() -> None:
    """Two key periods of 64 keys with the largest encodings stay below the 64 kB of the gate."""
    vol = Sleutelbos("2026a", 2, "t" * 64, tuple(Sleutel(n.to_bytes(8, "big"), b"x" * 128) for n in range(64)))
    groot = replace(signaal(ZSM, 1), sleutels=(vol, vol))
    assert len(standaard().codeer("signaal", signaal_naar(groot))) < 65_536
