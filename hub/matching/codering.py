"""Person -> tokens and encodings. Exists only at the connector; the layout below is what `niveaus` reads at the hub.

Every encoding is salted with a secret that comes from its own composite key: two encodings can be compared only under the same
key, and then tell per field whether it is equal, not what it is. Outside its bucket an encoding is noise. Layout 1:

    0      layout                      34:50  eight digits of the birth date, 2 bytes each
    1:3    flags (big endian)          50:52  day and month in either order, with the year
    3:18   three given names, each:    52     sex
           exact 2, sound 2, initial 1 53:55  place of birth
    18:34  two surnames, each:         55:73  nine digits of the BSN, 2 bytes each
           exact, sound, begin, end 2  73:81  the whole BSN

The flags say what is present, and are not secret; the bytes of an absent field are noise.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from hub.domein.signaal import Sleutel, Sleutelbos
from hub.matching.namen import TABELHASH, Kern, Persoon, kern, klank, spelling, voluit
from hub.matching.sleutels import Sleutelring, Tijdvak, sleutels_van

INDELING: Final = 1
LENGTE: Final = 81
VOORNAAM, VOORNAAM_STAP = 3, 5
ACHTERNAAM, ACHTERNAAM_STAP = 18, 8
DATUM, WISSEL = 34, 50
GESLACHT, PLAATS = 52, 53
BSN, BSN_HEEL = 55, 73

# Flags. Bits 0-1: number of given names; 2-3: number of surnames; 4-6: that given name is an initial only.
HEEFT_DATUM, ZONDER_DAG, ZONDER_MAAND = 1 << 7, 1 << 8, 1 << 9
HEEFT_GESLACHT, HEEFT_PLAATS, HEEFT_BSN = 1 << 10, 1 << 11, 1 << 12

# The stream of a salt: a table of 2 bytes for every digit at each of 17 places (8 of the date, 9 of the BSN), a byte per initial,
# a byte for the sex, and the noise of absent fields. A table costs one look-up per digit where a digest each would cost 17.
_CIJFERS, _LETTERS, _SEKSE, _RUIS = 0, 340, 366, 367


@dataclass(frozen=True, slots=True, repr=False)
class _Recept:
    """What goes where in every encoding of one person, whatever the salt."""

    afdrukken: list[tuple[int, int, bytes]]
    """Place, length, value to digest."""
    bron: Callable[[bytes], tuple[int, ...]]
    """Takes every byte of the encoding from its place in the stream of the salt."""
    vlaggen: bytes
    is_vrouw: bool


def encode(persoon: Persoon, ring: Sleutelring) -> tuple[Sleutelbos, ...]:
    """All keys of a person, one bos per key period of the ring. The same input gives the same bytes."""
    deel = kern(persoon)
    recept = _recept(deel)
    samengesteld = [f"{INDELING}|{TABELHASH}|{'|'.join(sleutel)}".encode() for sleutel in sleutels_van(deel)]
    return tuple(_bos(recept, samengesteld, tijdvak) for tijdvak in ring.tijdvakken)


def codeer(deel: Kern, zout: bytes) -> bytes:
    """The encoding of a person under one salt (32 bytes)."""
    return _codeer(_recept(deel), zout)


def _bos(recept: _Recept, samengesteld: list[bytes], tijdvak: Tijdvak) -> Sleutelbos:
    sleutels = [
        Sleutel(
            hashlib.blake2b(sleutel, key=tijdvak.token, digest_size=8).digest(),
            _codeer(recept, hashlib.blake2b(sleutel, key=tijdvak.zout, digest_size=32).digest()),
        )
        for sleutel in samengesteld
    ]
    return Sleutelbos(tijdvak.naam, INDELING, TABELHASH, tuple(sorted(sleutels, key=lambda sleutel: sleutel.token)))


def _codeer(recept: _Recept, zout: bytes) -> bytes:
    stroom = hashlib.shake_256(zout).digest(_RUIS + LENGTE)
    rij = bytearray(recept.bron(stroom))
    rij[0] = INDELING
    rij[1:3] = recept.vlaggen
    rij[GESLACHT] ^= recept.is_vrouw
    gezouten = hashlib.blake2b(key=zout, digest_size=8)
    for plek, lengte, waarde in recept.afdrukken:
        afdruk = gezouten.copy()
        afdruk.update(waarde)
        rij[plek : plek + lengte] = afdruk.digest()[:lengte]
    return bytes(rij)


def _recept(deel: Kern) -> _Recept:
    afdrukken: list[tuple[int, int, str]] = []
    bron = list(range(_RUIS, _RUIS + LENGTE))
    for nummer, naam in enumerate(deel.voornamen):
        plek = VOORNAAM + VOORNAAM_STAP * nummer
        bron[plek + 4] = _LETTERS + ord(naam[0]) - ord("a")
        if len(naam) > 1:
            afdrukken += [(plek, 2, f"e{naam}"), (plek + 2, 2, f"k{klank(voluit(naam))}")]
    for nummer, naam in enumerate(deel.achternamen):
        plek, vorm = ACHTERNAAM + ACHTERNAAM_STAP * nummer, spelling(naam)
        afdrukken += [(plek, 2, f"E{naam}"), (plek + 2, 2, f"K{klank(naam)}")]
        afdrukken += [(plek + 4, 2, f"<{vorm[:3]}"), (plek + 6, 2, f">{vorm[-3:]}")]
    if datum := deel.geboortedatum:
        bron[DATUM : DATUM + 16] = _cijfers(datum, 0)
        afdrukken.append((WISSEL, 2, f"w{datum[:4]}{''.join(sorted((datum[4:6], datum[6:])))}"))
    if deel.geslacht:
        bron[GESLACHT] = _SEKSE
    if deel.plaats:
        afdrukken.append((PLAATS, 2, f"p{deel.plaats}"))
    if deel.bsn:
        bron[BSN : BSN + 18] = _cijfers(deel.bsn, 8)
        afdrukken.append((BSN_HEEL, 8, f"b{deel.bsn}"))
    return _Recept(
        afdrukken=[(plek, lengte, waarde.encode()) for plek, lengte, waarde in afdrukken],
        bron=itemgetter(*bron),
        vlaggen=_vlaggen(deel).to_bytes(2, "big"),
        is_vrouw=deel.geslacht == "V",
    )


def _cijfers(waarde: str, vanaf: int) -> list[int]:
    """Where the two bytes of each digit stand in the stream; `vanaf` is the first of the 17 places."""
    plekken = [_CIJFERS + 2 * (10 * (vanaf + nummer) + int(cijfer)) for nummer, cijfer in enumerate(waarde)]
    return [plek + byte for plek in plekken for byte in (0, 1)]


def _vlaggen(deel: Kern) -> int:
    vlaggen = len(deel.voornamen) | len(deel.achternamen) << 2
    for nummer, naam in enumerate(deel.voornamen):
        vlaggen |= (len(naam) == 1) << (4 + nummer)
    if deel.geboortedatum:
        vlaggen |= HEEFT_DATUM
        vlaggen |= ZONDER_MAAND * (deel.geboortedatum[4:6] == "00") | ZONDER_DAG * (deel.geboortedatum[6:] == "00")
    return (
        vlaggen
        | HEEFT_GESLACHT * (deel.geslacht is not None)
        | HEEFT_PLAATS * (deel.plaats is not None)
        | HEEFT_BSN * (deel.bsn is not None)
    )
