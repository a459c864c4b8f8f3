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
    gevraagd: int = -1
    """Versie of the last withdrawal that was asked."""

    def levend(self, tafel: TafelId) -> int:
        """The highest versie that some partition still holds for the tafel; -1: none."""
        if self.hoogste.tafel != tafel:
            return -1
        return max((versie for versie, levend in self.partities.values() if levend), default=-1)


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

    @property
    def over(self) -> int:
        """How many dossiers some partition still holds for this tafel."""
        return sum(een.levend(self.tafel) >= 0 for een in self._dossiers.values())

    def vraag(self, hoogstens: int) -> list[Signaal]:
        """Withdrawals of what is held and not yet asked back, or held again since."""
        uit: list[Signaal] = []
        for een in self._dossiers.values():
            if een.gevraagd <= een.levend(self.tafel) and een.levend(self.tafel) >= 0 and len(uit) < hoogstens:
                uit.append(ingetrokken(een.hoogste))
                een.gevraagd = een.hoogste.versie + 1
        return uit


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
        persoon_sinds=blok.persoon_sinds,
    )
