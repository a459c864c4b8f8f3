"""A dossier as a partition of the index takes it: one, or many in columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.domein.codes import Soort
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.signaal import Sleutel, Sleutelblok
from hub.matching.bakken import Bakken, Coderingen, Tokens, tokens_van
from hub.matching.codeermachine import INDELING, LENGTE

SOORTEN = (Soort.VERDACHTE, Soort.CASUS)
"""By number."""
Getallen = NDArray[np.int64]


class Blok(NamedTuple):
    """One dossier. What its fields mean stands at Sleutelblok."""

    dossier: Dossier
    soort: Soort
    versie: int
    tafel: TafelId
    tijd: int
    bewaren_tot: int
    persoon_sinds: int
    voorganger: Dossier | None
    feiten: bytes
    """As they were written: read where two dossiers meet, which most never do."""
    criteria: bool
    """Whether triage criteria stand among the facts."""
    tokens: Tokens
    """All of them, ascending."""
    coderingen: Coderingen
    """Of those that live in the partition, in their order."""
    bijzonder: Sleutelblok | None = None
    """The block as it came, where tokens and encodings are not of today's form; then `tokens` and `coderingen` are empty."""

    @property
    def actief(self) -> bool:
        """Whether the dossier has keys: it was not withdrawn."""
        return bool(len(self.tokens) or (self.bijzonder is not None and self.bijzonder.tokens))


@dataclass(frozen=True, slots=True)
class Blokken:
    """Many blocks of one partition, in the order in which they came."""

    dossiers: list[Dossier]
    soorten: NDArray[np.uint8]
    versies: Getallen
    tafels: list[TafelId]
    tijden: Getallen
    bewaren_tot: Getallen
    persoon_sinds: Getallen
    voorgangers: Mapping[int, Dossier]
    """By position; only of those that have one."""
    feiten: list[bytes]
    criteria: NDArray[np.bool_]
    tokens: Tokens
    """Of all blocks, one after another."""
    tokens_van: Getallen
    """(blocks + 1): where the tokens of each begin."""
    coderingen: Coderingen
    coderingen_van: Getallen
    bijzonder: Mapping[int, Sleutelblok]
    """By position; only of those that are not of today's form."""

    def __len__(self) -> int:
        return len(self.dossiers)

    def __iter__(self) -> Iterator[Blok]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, nr: int) -> Blok:
        return Blok(
            self.dossiers[nr],
            SOORTEN[self.soorten[nr]],
            int(self.versies[nr]),
            self.tafels[nr],
            int(self.tijden[nr]),
            int(self.bewaren_tot[nr]),
            int(self.persoon_sinds[nr]),
            self.voorgangers.get(nr),
            self.feiten[nr],
            bool(self.criteria[nr]),
            self.tokens[self.tokens_van[nr] : self.tokens_van[nr + 1]],
            self.coderingen[self.coderingen_van[nr] : self.coderingen_van[nr + 1]],
            self.bijzonder.get(nr),
        )


def gelezen(tokens: tuple[bytes, ...], sleutels: Sequence[Sleutel], bakken: Bakken) -> tuple[Tokens, Coderingen]:
    """All tokens, and an encoding for each of them that lives in these buckets.

    Tokens that are not ascending are put in order; what is missing, or has another layout, becomes zeroes, which are compared with
    nothing; what is too many is left out.
    """
    alle = np.unique(tokens_van(b"".join(tokens)))
    goed = {
        int.from_bytes(sleutel.token, "big"): sleutel.codering
        for sleutel in sleutels
        if len(sleutel.codering) == LENGTE and sleutel.codering[0] == INDELING
    }
    leeg = bytes(LENGTE)
    delen = [goed.get(token, leeg) for token in bakken.lokaal(alle).tolist()]
    return alle, np.frombuffer(bytearray(b"".join(delen)), np.uint8).reshape(-1, LENGTE)
