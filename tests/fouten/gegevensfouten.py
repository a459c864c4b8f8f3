"""What can be wrong with what comes in: poison, old and new connectors side by side, disorder, floods."""

import io
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Final

import fastavro

from hub.domein.signaal import Signaal
from hub.domein.vorm import signaal_naar
from hub.processors.kamers import MAX_BYTES
from hub.processors.namen import GEBEURTENIS, VRAAG
from hub.stream.codec import SINGLE_OBJECT, Codec, standaard
from tests.fouten.fout import Fout
from tests.fouten.orakel import PARTITIES, SIGNALEN
from tests.fouten.veld import Veld
from tests.keten.harnas import Gelezen
from tests.keten.signalen import MIDDEN_BRABANT, TAFELS, TWENTE, Bericht, bericht, signaal

OPEN_VOOR_GIF: Final = (*SIGNALEN, VRAAG, GEBEURTENIS)
"""Topics of which a record that cannot be read is a dead letter. The state topics stop a worker: `test_staat.py`."""
VLOED: Final = 2_000
BOM: Final = 1_500
BUITEN_VERKEER: Final = 5_000_000
"""Persons that the traffic never names."""


def gif(loting: Random) -> dict[str, tuple[bytes | None, bytes | None]]:
    """(key, value) of every kind of record that no room can take in, whatever its topic."""
    codec = standaard()
    heel = codec.codeer("signaal", signaal_naar(signaal(TWENTE, BUITEN_VERKEER)))
    return {
        "leeg": (b"k", b""),
        "niets": (b"k", None),
        "zonder sleutel": (None, loting.randbytes(40)),
        "ruis": (loting.randbytes(8), loting.randbytes(200)),
        "afgekapt": (b"k", heel[: loting.randrange(11, len(heel) - 1)]),
        "te lang": (b"k", heel + b"\x00"),
        "onbekende afdruk": (b"k", SINGLE_OBJECT + loting.randbytes(8) + heel[10:]),
        "onbekend nummer": (b"k", b"\x00" + loting.randbytes(4) + heel[10:]),
        "liegende lengte": (b"k", heel[:10] + b"\xfe\xff\xff\xff\x0f" + heel[11:]),
        "te groot": (b"k", heel + bytes(MAX_BYTES)),
        "ander record": (b"k", codec.codeer("termijn", {"koppeling": "geen uuid", "op": 1, "versies": "x"})),
        "andere sleutel": (b"niet de sleutel", heel),
    }


def strooi_gif(veld: Veld) -> None:
    """Every kind on every topic that takes dead letters."""
    for topic in OPEN_VOOR_GIF:
        for sleutel, waarde in gif(veld.loting).values():
            veld.leg(topic, Gelezen(veld.loting.randrange(PARTITIES), -1, sleutel, waarde, ()))


@cache
def _eerste() -> tuple[bytes, object]:
    codec = standaard()
    vorm = Codec._lees(codec.map / "uitgebracht" / "1" / "signaal.avsc", "signaal", {})
    return SINGLE_OBJECT + vorm.vingerafdruk, vorm.vorm


def als_eerste_uitgave(van: Signaal) -> Bericht:
    """A signaal as a connector of release 1 writes it."""
    kop, vorm = _eerste()
    uit = io.BytesIO()
    uit.write(kop)
    fastavro.schemaless_writer(uit, vorm, signaal_naar(van))
    nieuw = bericht(van)
    return Bericht(nieuw.topic, nieuw.key, uit.getvalue(), nieuw.headers)


def oud_naast_nieuw(veld: Veld) -> None:
    """Every other handful comes from a connector of release 1."""
    for vorm in (als_eerste_uitgave, bericht) * 4:
        veld.verzend(veld.neem(), vorm)


def door_elkaar(veld: Veld) -> None:
    """Tafels overtake each other, each in its own order."""
    rij = veld.neem(120)
    per_tafel = {tafel: [een for een in rij if een.tafel == tafel] for tafel in TAFELS}
    geschud: list[Signaal] = []
    while over := [tafel for tafel, stapel in per_tafel.items() if stapel]:
        geschud.append(per_tafel[veld.loting.choice(over)].pop(0))
    berichten = {id(een): bericht(een) for een in rij}
    veld.zend(berichten[id(een)] for een in geschud)
    veld.zond(rij, list(berichten.values()))


def alles_dubbel(veld: Veld) -> None:
    """Records of long ago come again, byte for byte."""
    eerder = veld.orakel.gezonden
    veld.zend(veld.loting.sample(eerder, min(200, len(eerder))))


def _stortvloed(aantal: int) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        begin = BUITEN_VERKEER + veld.loting.randrange(10**6)
        for deel in range(0, aantal, 500):
            veld.verzend([signaal(TWENTE, begin + nr) for nr in range(deel, min(deel + 500, aantal))])

    return doe


def bakbom(veld: Veld) -> None:
    """One person, and so one bucket, in very many dossiers of one tafel."""
    wie = BUITEN_VERKEER + veld.loting.randrange(10**6)
    veld.verzend([signaal(MIDDEN_BRABANT, wie, zaak=f"bom-{wie}-{nr}") for nr in range(BOM)])


FOUTEN = (
    Fout("gif", "every kind of poison on every topic with dead letters", strooi_gif),
    Fout("oud naast nieuw", "connectors of release 1 and of now side by side", oud_naast_nieuw),
    Fout("door elkaar", "tafels overtake each other", door_elkaar),
    Fout("alles dubbel", "old records come again", alles_dubbel),
    Fout("stortvloed", "one tafel sends thousands at once", _stortvloed(VLOED), duur=40),
    Fout("bakbom", "thousands of dossiers with the same tokens", bakbom, duur=40),
)
