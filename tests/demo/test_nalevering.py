"""The backfill without its broker: what a copy of a signaal is, and what must come of all copies."""

from collections import Counter

from demo.dag import Bericht
from demo.mal import in_kopie
from demo.nalevering import _mal, verwacht
from demo.orakel import Gecodeerd, Orakel
from hub.domein.signaal import Signaal, partitie_van
from hub.domein.vorm import signaal_uit
from hub.matching.model import Model
from hub.privacy.filter import Filter
from hub.processors.omgeving import Pinned
from hub.routing.register import Register
from hub.stream.codec import standaard
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, signaal

P = 4
KOPIEEN = 3
MONSTER = [signaal(tafel, nummer) for nummer in range(6) for tafel in (ZSM, TWENTE)[: 1 + nummer % 2]]
"""Six persons, of whom three have a dossier at both tafels."""


def _giet(signaal_: Signaal, nummer: int) -> tuple[bytes, Signaal]:
    sleutel, (waarde,) = _mal(signaal_).giet(nummer)
    return sleutel, signaal_uit(standaard().decodeer(waarde)[1])


def _orakel(signalen: list[Signaal]) -> Orakel:
    orakel = Orakel(Pinned(Filter.laad(), Register.laad(), TAFELS, P), Model.laad(), BEGIN)
    orakel.verwerk(
        Gecodeerd(Bericht(een.tafel, "", str(nummer), {}, nummer), een) for nummer, een in enumerate(signalen)
    )
    return orakel


def test_a_copy_is_the_same_signaal_of_somebody_else() -> None:
    """Only dossier and tokens differ; tokens keep their order and their partition, and are another's in every copy."""
    for echt in MONSTER:
        assert _mal(echt).bruikbaar
        for nummer in range(KOPIEEN):
            sleutel, kopie = _giet(echt, nummer)
            assert sleutel == kopie.dossier.encode() == in_kopie(echt.dossier, nummer).encode()
            [bos], [was] = kopie.sleutels, echt.sleutels
            assert [een.codering for een in bos.sleutels] == [een.codering for een in was.sleutels]
            plekken = [partitie_van(een.token, P) for een in bos.sleutels]
            assert plekken == [partitie_van(een.token, P) for een in was.sleutels]
            volgorde = sorted(range(len(plekken)), key=lambda nr: bos.sleutels[nr].token)
            assert volgorde == sorted(range(len(plekken)), key=lambda nr: was.sleutels[nr].token)
    tokens = [een.token for nr in range(KOPIEEN) for een in _giet(MONSTER[0], nr)[1].sleutels[0].sleutels]
    assert len(set(tokens)) == len(tokens)


def test_what_must_come_of_the_copies_is_what_the_hub_makes_of_them() -> None:
    """The same pairs in each copy and none between two copies: the expectation is what the pure functions say of all copies together."""
    alle = [_giet(een, nummer)[1] for een in MONSTER for nummer in range(KOPIEEN)]
    moeten = verwacht(_orakel(MONSTER), KOPIEEN)
    assert moeten == Counter((een.koppeling, een.ontvanger, een.soort) for een in _orakel(alle).meldingen)
    assert moeten.total() >= 2 * 3 * KOPIEEN, "both tafels of each pair"
