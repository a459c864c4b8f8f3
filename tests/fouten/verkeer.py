"""Signalen as the tafels send them in a bad year: new persons, known ones, other facts, withdrawals, and what comes twice or too late."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any, Final

from hub.domein.codes import Status, Vervolgingsbeslissing
from hub.domein.identiteit import TafelId
from hub.domein.signaal import Signaal
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TWENTE, ZSM, signaal, vervallen

STAP: Final = 10
"""Between two versies of all that is sent: room for one that comes too late."""
ANDERE_FEITEN: Final[tuple[tuple[TafelId, dict[str, Any]], ...]] = (
    (ZSM, {"vervolgingsbeslissing": Vervolgingsbeslissing.OPEN, "spoedeisend": False}),
    (ZSM, {}),
    (TWENTE, {"advies_beschikbaar": False}),
    (TWENTE, {}),
    (MIDDEN_BRABANT, {"advies_beschikbaar": False}),
    (MIDDEN_BRABANT, {}),
)


class Verkeer:
    """An endless stream; the same seed gives the same signalen in the same order."""

    def __init__(self, loting: Random) -> None:
        self._loting = loting
        self._nummer = loting.randrange(10**6)
        self._versie = BEGIN
        self._levend: list[tuple[int, Signaal]] = []
        """(person, last signaal) of every dossier that is not withdrawn."""
        self._los: list[tuple[int, TafelId]] = []
        """Persons at one tafel alone."""

    def neem(self, aantal: int) -> list[Signaal]:
        """The next signalen."""
        return list(islice(self._stroom(), aantal))

    def paar(self) -> tuple[Signaal, Signaal]:
        """A verdachte and a casus of a person that nothing else is said of."""
        een, ander = self._zeg(ZSM, self._volgende()), self._zeg(TWENTE, self._nummer)
        return een, ander

    def _stroom(self) -> Iterator[Signaal]:
        while True:
            wat = self._loting.choices(("nieuw", "bekend", "anders", "weg", "dubbel", "oud"), (45, 25, 14, 5, 6, 5))[0]
            if wat == "bekend" and self._los:
                nummer, tafel = self._los.pop(self._loting.randrange(len(self._los)))
                yield self._zeg(self._loting.choice([t for t in (ZSM, TWENTE, MIDDEN_BRABANT) if t != tafel]), nummer)
            elif wat == "nieuw" or not self._levend:
                tafel = self._loting.choice((ZSM, ZSM, TWENTE, MIDDEN_BRABANT))
                self._los.append((self._volgende(), tafel))
                yield self._zeg(tafel, self._nummer)
            else:
                yield self._over_bekende(wat)

    def _over_bekende(self, wat: str) -> Signaal:
        plek = self._loting.randrange(len(self._levend))
        nummer, was = self._levend[plek]
        match wat:
            case "weg":
                self._levend.pop(plek)
                return vervallen(was, self._volgende_versie())
            case "dubbel":
                return was
            case "oud":
                return replace(was, versie=was.versie - STAP // 2, status=Status.ACTIEF)
        feiten = self._loting.choice([feiten for tafel, feiten in ANDERE_FEITEN if tafel == was.tafel])
        nieuw = signaal(was.tafel, nummer, versie=self._volgende_versie(), **feiten)
        self._levend[plek] = nummer, nieuw
        return nieuw

    def _zeg(self, tafel: TafelId, nummer: int) -> Signaal:
        nieuw = signaal(tafel, nummer, versie=self._volgende_versie())
        self._levend.append((nummer, nieuw))
        return nieuw

    def _volgende(self) -> int:
        self._nummer += 1
        return self._nummer

    def _volgende_versie(self) -> int:
        self._versie += STAP
        return self._versie
