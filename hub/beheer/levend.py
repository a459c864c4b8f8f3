"""Which dossiers of a tafel the index still holds, as its log tells. Pure: blocks in, withdrawals out."""

from dataclasses import dataclass, field

from hub.domein.codes import Status
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.signaal import Signaal, Sleutelblok


@dataclass(slots=True)
class _Dossier:
    """The highest versie of one dossier, and per partition the versie there and whether it is held."""

    hoogste: Sleutelblok
    partities: dict[int, tuple[int, bool]] = field(default_factory=dict)


class Levend:
    """The dossiers of one tafel, from the records of hub.sleutel.v1 read in order."""

    def __init__(self, tafel: TafelId) -> None:
        self.tafel = tafel
        self._dossiers: dict[Dossier, _Dossier] = {}

    def kent(self, dossier: Dossier) -> bool:
        """Whether the dossier is or was this tafel's; of others nothing need be read."""
        return dossier in self._dossiers

    def neem_op(self, partitie: int, blok: Sleutelblok) -> None:
        """As the index does: the highest versie wins, and of one versie the first."""
        bekend = self._dossiers.setdefault(blok.dossier, _Dossier(blok))
        if blok.versie > bekend.hoogste.versie:
            bekend.hoogste = blok
        if blok.versie > bekend.partities.get(partitie, (-1, False))[0]:
            bekend.partities[partitie] = (blok.versie, bool(blok.tokens) and blok.tafel == self.tafel)

    def vergeet(self, dossier: Dossier) -> None:
        """Its retention has ended."""
        self._dossiers.pop(dossier, None)

    def over(self) -> dict[Dossier, Sleutelblok]:
        """The dossiers that some partition still holds for this tafel, each by its highest versie."""
        return {
            naam: een.hoogste
            for naam, een in self._dossiers.items()
            if een.hoogste.tafel == self.tafel and any(levend for _, levend in een.partities.values())
        }


def ingetrokken(blok: Sleutelblok) -> Signaal:
    """The next versie of a dossier, which withdraws it."""
    return Signaal(
        soort=blok.soort,
        dossier=blok.dossier,
        versie=blok.versie + 1,
        status=Status.VERVALLEN,
        tafel=blok.tafel,
        feiten=blok.feiten,
        bewaren_tot=blok.bewaren_tot,
        voorganger=blok.voorganger,
    )
