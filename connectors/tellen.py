"""Counting names in the organisation's own export: what leaves is a table of shared names, and nothing about a person."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from connectors.bestand import Regel
from connectors.fouten import Fout, Ongeldig
from connectors.invoer import Casus, Verdachte, lees
from connectors.persoon import Kader
from connectors.pseudoniem import als_persoon
from hub.matching.frequenties import Frequenties, tel
from hub.matching.namen import Kern, Persoon, kern

MINIMUM: Final = 5
"""Bearers that a name has before it leaves the organisation; published counts of Dutch names start at five as well (Nederlandse
Familienamenbank and Voornamenbank, Meertens Instituut). `tel` refuses fewer than three."""


class Namentelling:
    """Every person of an export once, however many cases he has: a name with three cases is not a name with three bearers."""

    def __init__(self, kader: Callable[[], Kader], geweigerd: Callable[[int, tuple[Fout, ...]], object]) -> None:
        """`geweigerd` hears the line number and every fault of a message that cannot be read."""
        self._kader = kader
        self._geweigerd = geweigerd
        self._gezien: set[bytes] = set()
        self.personen = 0
        self.geweigerd = 0

    def tabel(
        self, bron: Iterator[Regel], model: type[Verdachte] | type[Casus], naam: str, minimum: int
    ) -> Frequenties:
        """Raises BestandFout."""
        return tel(self._personen(bron, model), naam, minimum)

    def _personen(self, bron: Iterator[Regel], model: type[Verdachte] | type[Casus]) -> Iterator[Persoon]:
        for regel in bron:
            try:
                persoon = als_persoon(_bericht(regel, model, self._kader()).persoon)
            except Ongeldig as fout:
                self.geweigerd += 1
                self._geweigerd(regel.nummer, fout.fouten)
                continue
            if self._nieuw(kern(persoon)):
                self.personen += 1
                yield persoon

    def _nieuw(self, deel: Kern) -> bool:
        """Whether nobody of this BSN, and nobody of this surname and birth date, was counted before.

        Rather a twin too few than one person twice. Digests, because this may be a large set of clear text.
        """
        merken = {_merk("naam", naam, deel.geboortedatum or "".join(deel.voornamen)) for naam in deel.achternamen}
        if deel.bsn:
            merken.add(_merk("bsn", deel.bsn))
        bekend = bool(merken & self._gezien)
        self._gezien |= merken
        return not bekend


def _bericht(regel: Regel, model: type[Verdachte] | type[Casus], kader: Kader) -> Verdachte | Casus:
    """Raises Ongeldig."""
    if isinstance(regel.inhoud, Fout):
        raise Ongeldig((regel.inhoud,))
    return lees(model, regel.inhoud, kader)


def _merk(*delen: str) -> bytes:
    return hashlib.blake2b("|".join(delen).encode(), digest_size=8).digest()
