"""Invented dossiers by the million: real records in which dossier and tokens are replaced, without encoding again.

What is poured under one number is a country of its own: the dossiers in it meet each other as those they were made of did, and nobody of
another number.
"""

import hashlib
from collections.abc import Iterator, Sequence

from hub.domein.identiteit import Dossier, dossier, organisatie_van
from hub.domein.signaal import Signaal


class Mal:
    """Encoded records of one signaal: itself, or its blocks."""

    def __init__(self, signaal: Signaal, waarden: Sequence[bytes]) -> None:
        self.dossier = signaal.dossier
        tokens = {sleutel.token for bos in signaal.sleutels for sleutel in bos.sleutels}
        self.bruikbaar = len({token[:2] for token in tokens}) == len(tokens) > 0
        """Whether the first two bytes alone put its tokens in order: they stay."""
        self._waarden = [
            (
                waarde,
                [plek + 2 for token in tokens for plek in _plekken(waarde, token)],
                list(_plekken(waarde, self.dossier.encode())),
            )
            for waarde in waarden
        ]

    def giet(self, nummer: int) -> tuple[bytes, list[bytes]]:
        """Key and values under a number. Of a token the last byte stays too: it says in which partition it lives."""
        naam = in_kopie(self.dossier, nummer).encode()
        masker = int.from_bytes(hashlib.blake2b(nummer.to_bytes(8, "big"), digest_size=5).digest(), "big")
        uit = []
        for waarde, tokens, namen in self._waarden:
            kopie = bytearray(waarde)
            for plek in tokens:
                midden = int.from_bytes(kopie[plek : plek + 5], "big") ^ masker
                kopie[plek : plek + 5] = midden.to_bytes(5, "big")
            for plek in namen:
                kopie[plek : plek + len(naam)] = naam
            uit.append(bytes(kopie))
        return naam, uit


def in_kopie(wie: Dossier, nummer: int) -> Dossier:
    """What a dossier is called under a number."""
    hash_ = hashlib.blake2b(wie.encode(), digest_size=16, key=nummer.to_bytes(8, "big")).digest()
    return dossier(organisatie_van(wie), hash_)


def _plekken(waarde: bytes, stuk: bytes) -> Iterator[int]:
    """Where a piece stands in a value."""
    plek = waarde.find(stuk)
    while plek >= 0:
        yield plek
        plek = waarde.find(stuk, plek + len(stuk))
