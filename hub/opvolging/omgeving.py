"""What the machines ask of the rooms beside them (privacy filter, register), and what a step gives back. No I/O."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from hub.domein.codes import Besluit, Dossierstatus, Loket, MeldingSoort, Uitkomst, Veld
from hub.domein.gebeurtenis import Uitspraak
from hub.domein.identiteit import GrondslagId, TafelId
from hub.domein.koppeling import Kant
from hub.domein.melding import Contact, Melding
from hub.domein.signaal import Moment

L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Aanvraag:
    """May `tafel` hear of `bron`, as a melding of this kind, at this moment?"""

    soort: MeldingSoort
    bron: Kant
    ontvanger: Kant | None
    """The dossier of the side that would hear; None where it has none (AANDRAGEN)."""
    tafel: TafelId
    uitkomst: Uitkomst
    tijd: Moment
    model: str = ""
    """Hash of the model that weighed the pair."""
    aangewezen: TafelId | None = None
    """AANDRAGEN: the tafel that the register names for this verdachte."""
    zonder_casus: bool = False
    """AANDRAGEN: every index partition has answered that no casus is open."""


@dataclass(frozen=True, slots=True)
class Oordeel:
    """The answer of the privacy filter, with all that a decision record needs."""

    besluit: Besluit
    regels: tuple[str, ...]
    velden: frozenset[Veld]
    grondslag: GrondslagId
    activiteit: str
    """URI of the processing activity in the register of processing (AVG art. 30)."""
    verzoek: str
    """The request as canonical JSON (AuthZEN)."""
    beleid: str
    """Hash of the policy."""
    herzien_op: Moment | None = None
    """Earliest later moment at which time alone may change the answer."""
    wacht_op: Dossierstatus | None = None
    """AANGEHOUDEN: for what."""


@dataclass(frozen=True, slots=True)
class Bestemming:
    """Where a melding for a tafel goes on a given moment."""

    tafel: TafelId
    contact: Contact
    regel: str
    """The line of the register that chose this tafel."""


@dataclass(frozen=True, slots=True)
class Intake:
    """To whom a verdachte is brought, and the line of the register that says so."""

    tafel: TafelId
    regel: str


@dataclass(frozen=True, slots=True)
class Trede:
    """One desk of the escalation ladder, and by when it must act if it is asked now."""

    loket: Loket
    voor: Moment


class Omgeving(Protocol):
    """Pinned at start: the same question gets the same answer as long as the worker lives."""

    @property
    def versies(self) -> str:
        """Hashes of policy and register; a koppeling decided under another one is looked at again."""

    def oordeel(self, aanvraag: Aanvraag) -> Oordeel:
        """The privacy filter. An error is a refusal, never an exception."""

    def gestopt(self, aanvraag: Aanvraag, oordeel: Oordeel) -> bool:
        """Whether a noodstop holds whatever would be told."""

    def bestemming(self, tafel: TafelId, tijd: Moment, omgeleid: int = 0) -> Bestemming:
        """The tafel itself or its successor; once it was wrongly addressed (`omgeleid`), its region's fallback."""

    def wisselt(self, tijd: Moment) -> Moment | None:
        """When the register next says something else than at `tijd`: then everything is decided anew. None: never, as it stands."""

    def hoort(self, tafel: TafelId) -> bool:
        """Whether the tafel has joined: what is sent to it reaches it. Otherwise it is kept apart for an operator."""

    def reageren_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: Moment) -> Moment:
        """By when the tafel must react. Later than `tijd`."""

    def afsluiten_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: Moment) -> Moment:
        """By when a tafel that made contact must have closed. Later than `tijd`."""

    def ladder(self, tafel: TafelId, tijd: Moment) -> tuple[Trede, ...]:
        """The desks of a tafel, lowest first, never none; the first is where every melding goes."""

    def opent(self, tafel: TafelId, tijd: Moment) -> Moment | None:
        """When the desk is open next, `tijd` itself if it is open then; None: the register does not say."""

    def intake(self, verdachte: Kant, tijd: Moment, omgeleid: int = 0) -> Intake | None:
        """To whom a verdachte is brought; after `omgeleid` wrong addresses the next. None: no one is left."""

    def kent(self, tafel: TafelId, tijd: Moment) -> bool:
        """Whether the register knows a tafel at that moment."""

    @property
    def partities(self) -> int:
        """Index partitions: a triage or a question is complete when each has answered."""


@dataclass(frozen=True, slots=True)
class Genomen:
    """One decision that was taken, for the decision log."""

    aanvraag: Aanvraag
    oordeel: Oordeel


@dataclass(frozen=True, slots=True)
class Gezonden:
    """One melding, and the decisions that permit it; none where it tells nothing about another's dossier."""

    melding: Melding
    door: tuple[Genomen, ...] = ()


@dataclass(frozen=True, slots=True)
class Auditregel:
    """One act of a person or a connector, for the audit log."""

    handeling: UUID
    """Id of the act itself."""
    tijd: Moment
    actor: str
    daad: str
    object: str
    uitkomst: str


@dataclass(frozen=True, slots=True)
class Gevolg(Generic[L]):
    """What a step gives: the next state (None: nothing is left), the decisions and acts behind it, the meldingen in order."""

    lijf: L | None
    genomen: tuple[Genomen, ...] = ()
    gezonden: tuple[Gezonden, ...] = ()
    audit: tuple[Auditregel, ...] = ()
    uitspraken: tuple[Uitspraak, ...] = ()
    """Words for the aandragen of this verdachte, to be sent with the outbox."""
