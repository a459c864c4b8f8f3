"""One direction of a koppeling: what one side may hear, what stands there, and every change of phase that exists."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import auto
from itertools import product
from types import MappingProxyType
from typing import Final
from uuid import UUID

from hub.domein.codes import Code, Dossierstatus, Levensfase, MeldingSoort, Reactie
from hub.domein.identiteit import Gedeeld, TafelVeld
from hub.domein.signaal import Moment


class Wending(Code):
    """What the hub itself does to a direction."""

    MELDEN = auto()
    VERVANGEN = auto()
    AANHOUDEN = auto()
    AFWIJZEN = auto()
    INTREKKEN = auto()
    VERWERPEN = auto()
    ESCALEREN = auto()
    ONBESTELBAAR = auto()
    HEROPENEN = auto()


Aanleiding = Reactie | Wending

_F: Final = Levensfase
OPEN: Final = (_F.GEMELD, _F.ONTVANGEN, _F.CONTACT_GELEGD)
"""Something stands at the receiver, and it has still to act."""
STAAND: Final = (*OPEN, _F.AFGESLOTEN, _F.ONBESTELBAAR)
"""Something was told and not recalled."""
NOODSTOP: Final = "noodstop"
"""Stands among the rules of a direction that a noodstop holds."""
STIL: Final = (_F.GEEN, _F.AANGEHOUDEN, _F.AFGEWEZEN, _F.INGETROKKEN)
"""Nothing stands at the receiver, and something may yet be told."""


def _overgangen() -> dict[tuple[Levensfase, Aanleiding], Levensfase]:
    tabel: dict[tuple[Levensfase, Aanleiding], Levensfase] = {}

    def regel(van: tuple[Levensfase, ...], door: Aanleiding, naar: Levensfase | None) -> None:
        tabel.update({(fase, door): fase if naar is None else naar for fase in van})

    regel((*STIL, _F.ONBESTELBAAR), Wending.MELDEN, _F.GEMELD)
    regel(STIL, Wending.ONBESTELBAAR, _F.ONBESTELBAAR)
    regel(STAAND, Wending.VERVANGEN, _F.GEMELD)
    regel((*STIL, *STAAND), Wending.AANHOUDEN, _F.AANGEHOUDEN)
    regel((*STIL, *STAAND), Wending.AFWIJZEN, _F.AFGEWEZEN)
    regel(STAAND, Wending.INTREKKEN, _F.INGETROKKEN)
    regel((_F.GEEN, _F.AANGEHOUDEN, _F.AFGEWEZEN), Wending.INTREKKEN, _F.GEEN)
    regel((_F.INGETROKKEN, _F.VERWORPEN), Wending.INTREKKEN, None)
    regel(tuple(_F), Wending.VERWERPEN, _F.VERWORPEN)
    regel(OPEN, Wending.ESCALEREN, None)
    regel((_F.VERWORPEN,), Wending.HEROPENEN, _F.INGETROKKEN)

    regel((_F.GEMELD,), Reactie.ONTVANGEN, _F.ONTVANGEN)
    regel((_F.GEMELD, _F.ONTVANGEN), Reactie.CONTACT_GELEGD, _F.CONTACT_GELEGD)
    regel(OPEN, Reactie.AFGESLOTEN, _F.AFGESLOTEN)
    regel(OPEN, Reactie.ZELFDE_PERSOON, _F.CONTACT_GELEGD)
    regel(OPEN, Reactie.ANDERE_PERSOON, _F.VERWORPEN)
    regel(OPEN, Reactie.ONJUIST_GEADRESSEERD, _F.INGETROKKEN)
    regel(OPEN, Reactie.AANGENOMEN, _F.AFGESLOTEN)
    regel(OPEN, Reactie.DOORVERWEZEN, _F.INGETROKKEN)
    regel(OPEN, Reactie.GEWEIGERD, _F.VERWORPEN)
    return tabel


OVERGANGEN: Final[Mapping[tuple[Levensfase, Aanleiding], Levensfase]] = MappingProxyType(_overgangen())
"""Every change of phase that exists; what is not here is forbidden."""

VAN_KOPPELING: Final = frozenset(Reactie) - {Reactie.AANGENOMEN, Reactie.DOORVERWEZEN, Reactie.GEWEIGERD}
"""What may be said of a pair of dossiers."""
VAN_AANDRAGEN: Final = frozenset(
    {
        *(Reactie.ONTVANGEN, Reactie.CONTACT_GELEGD, Reactie.AANGENOMEN, Reactie.DOORVERWEZEN, Reactie.GEWEIGERD),
        *(Reactie.ONJUIST_GEADRESSEERD, Reactie.VRIJGEVEN, Reactie.BEZORGD),
    }
)
"""What may be said of what is brought to an intake."""
VAN_DE_PERSOON: Final = frozenset(
    {
        *(Reactie.ZELFDE_PERSOON, Reactie.ANDERE_PERSOON),
        *(Reactie.AANGENOMEN, Reactie.DOORVERWEZEN, Reactie.GEWEIGERD),
    }
)
"""What holds of the very person that the melding was about, and of nobody else."""


class Verboden(Exception):
    """A change of phase that does not exist: a bug here, a refusal where a tafel asked for it."""


def overgang(fase: Levensfase, aanleiding: Aanleiding) -> Levensfase:
    """The next phase. Raises Verboden."""
    naar = OVERGANGEN.get((fase, aanleiding))
    if naar is None:
        raise Verboden(f"{fase} has no {aanleiding}")
    return naar


def diagram() -> str:
    """All changes of phase as a Mermaid state diagram; several causes of one change share an arrow."""
    pijlen: dict[tuple[Levensfase, Levensfase], list[str]] = {}
    for van, door in product(Levensfase, (*Wending, *Reactie)):
        naar = OVERGANGEN.get((van, door))
        if naar is not None and naar is not van:
            pijlen.setdefault((van, naar), []).append(door.lower().replace("_", " "))
    regels = [f"    {van} --> {naar}: {', '.join(door)}" for (van, naar), door in pijlen.items()]
    return "\n".join(["stateDiagram-v2", "    [*] --> GEEN", *regels]) + "\n"


@dataclass(frozen=True, slots=True)
class Richting:
    """What one side may hear, and what stands there now."""

    ontvanger: TafelVeld
    fase: Levensfase = Levensfase.GEEN
    regels: tuple[Gedeeld, ...] = ()
    """Rules that determined the last decision."""
    volgnummer: int = 0
    """Of the last melding sent in this direction; numbers run on over both directions of a koppeling."""
    staand: UUID | None = None
    staand_soort: MeldingSoort | None = None
    staand_inhoud: str = ""
    """Digest of what was told, without the moment: a stand that changes nothing sends nothing. Empty: it was about
    somebody else, and must be told anew."""
    bezorgd: Moment | None = None
    """When the receiver's connector had it in its inbox."""
    trede: int = 0
    """Steps of the escalation ladder taken."""
    termijn: Moment | None = None
    """When the next step is due."""
    herzien_op: Moment | None = None
    """When time alone may change the decision."""
    gestuurd: tuple[UUID, ...] = ()
    """Escalations about what stands, or about what it replaced; they are recalled with it. If the receiver has left: the meldingen that had
    reached it before, to be recalled when it joins again."""
    omgeleid: int = 0
    """How often the receiver said that it was wrongly addressed."""
    status: Dossierstatus | None = None
    """What the source was told of its own dossier because of this direction."""

    @property
    def gehouden(self) -> bool:
        """Whether a noodstop held something back when it was last decided."""
        return NOODSTOP in self.regels

    @property
    def bij_ontvanger(self) -> tuple[UUID, ...]:
        """What has reached the receiver and was not recalled there."""
        if self.staand is None or self.fase is Levensfase.ONBESTELBAAR:
            return self.gestuurd
        return (self.staand, *self.gestuurd)

    def naar(self, ontvanger: TafelVeld) -> "Richting":
        """The same, towards another tafel: what the former one has is no matter of the new one."""
        return self if ontvanger == self.ontvanger else replace(self, ontvanger=ontvanger, gestuurd=())

    def door(self, aanleiding: Aanleiding) -> "Richting":
        """The same direction one change further. Raises Verboden."""
        return replace(self, fase=overgang(self.fase, aanleiding))

    def zonder_melding(self) -> "Richting":
        """Nothing stands there any more, and nothing is due."""
        return replace(
            self,
            staand=None,
            staand_soort=None,
            staand_inhoud="",
            bezorgd=None,
            trede=0,
            termijn=None,
            gestuurd=(),
        )
