"""What may happen to a koppeling beside a new stand: a reaction, a term, a triage, a question with its answers, an operator's act."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from hub.domein.codes import Daad, Reactie, Soort, Uitkomst, Vrijgaverol, Weigerreden
from hub.domein.identiteit import Dossier, DossierVeld, GrondslagId, GrondslagVeld, TafelId, TafelVeld, aandragen_id
from hub.domein.koppeling import Kant, Stand
from hub.domein.signaal import Feiten, Moment, Sleutel, Sleutelbos

Actor = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""An opaque id of a person, in the administration of the organisation that knows the name."""


@dataclass(frozen=True, slots=True)
class Terugkoppeling:
    """What a tafel says about a melding, or an officer about a held koppeling."""

    id: UUID
    koppeling: UUID
    soort: Reactie
    tafel: TafelVeld
    dossier: DossierVeld
    """The sender's own; for an intake, which has none, the one that its melding named."""
    versie: Moment
    """Versie of that dossier when this was said; 0 where the sender has none."""
    melding: UUID | None = None
    """The melding reacted to; None for VRIJGEVEN."""
    rol: Vrijgaverol = Vrijgaverol.GEEN
    tijd: Moment | None = None
    """Broker's append time; stamped by the gate."""
    naar: TafelVeld | None = None
    """DOORVERWEZEN: the tafel that should have it."""
    reden: Weigerreden | None = None
    """GEWEIGERD: why the intake does not take it."""
    advies_beschikbaar: bool | None = None
    """Whether the tafel that reacts has advice for the other."""

    @property
    def eigen_id(self) -> UUID:
        """The id as this tafel's own: another may choose the same, by chance or not, and neither silences the other by it."""
        return uuid5(self.id, self.tafel)


@dataclass(frozen=True, slots=True)
class Termijn:
    """Look at a koppeling at `op`: a term fell due, or (`versies`) the policy or the register has changed."""

    koppeling: UUID
    op: Moment
    versies: Annotated[str, Field(max_length=64)] = ""


@dataclass(frozen=True, slots=True)
class Triage:
    """What one index partition knows of the casussen of a verdachte that could be brought to an intake."""

    verdachte: Kant
    actief: bool
    partitie: Annotated[int, Field(ge=0)]
    standen: tuple[Stand, ...] = ()

    @property
    def aandragen(self) -> UUID:
        return aandragen_id(self.verdachte.stam)


@dataclass(frozen=True, slots=True)
class Vrijgave:
    """An officer of the source released what is held."""

    dossier: Dossier
    """The stam of the source's dossier."""
    rol: Vrijgaverol
    tijd: Moment


@dataclass(frozen=True, slots=True)
class Woord:
    """What people said in the koppeling of a verdachte and a casus, that neither the evidence nor the signalen tell."""

    koppeling: UUID
    uitkomst: Uitkomst | None = None
    """ZEKER: the same person. GEEN: another one, recalled by an operator, or turned away by the source as wrongly addressed. None:
    nobody said."""
    vrijgave: Vrijgave | None = None
    """Of the casus."""
    tijd: Moment = 0
    """When that was said last; 0: not remembered."""

    @property
    def leeg(self) -> bool:
        """Nothing is said (any more)."""
        return self.uitkomst is None and self.vrijgave is None


@dataclass(frozen=True, slots=True)
class Uitspraak:
    """What people have said in a koppeling, for the aandragen of its verdachte. State, not a delta."""

    verdachte: Kant
    woord: Woord
    tijd: Moment

    @property
    def aandragen(self) -> UUID:
        return aandragen_id(self.verdachte.stam)


@dataclass(frozen=True, slots=True)
class Bevraging:
    """Check op bekendheid, as a tafel asks it."""

    id: UUID
    dossier: DossierVeld
    """Made for this question only; the answer names it."""
    tafel: TafelVeld
    actor: Actor
    feiten: Feiten
    uiterlijk: Moment
    sleutels: Annotated[tuple[Sleutelbos, ...], Field(min_length=1, max_length=4)]


@dataclass(frozen=True, slots=True)
class Vraag:
    """The part of a question that one index partition answers."""

    id: UUID
    vrager: Kant
    """What the question says of the person. Its soort is VERDACHTE: only casussen are asked after."""
    actor: Actor
    uiterlijk: Moment
    partitie: int
    tokens: tuple[bytes, ...]
    """All of the person, ascending."""
    sleutels: tuple[Sleutel, ...]
    """Those that live in this partition."""


def vrager(dossier: Dossier, tafel: TafelId, tijd: Moment, uiterlijk: Moment, feiten: Feiten) -> Kant:
    """What a question says of the person, as a side that lives for as long as somebody waits for the answer."""
    return Kant(dossier, Soort.VERDACHTE, tijd, tafel, tijd, max(uiterlijk, tijd + 1), feiten)


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What one index partition found for a question."""

    vraag: UUID
    partitie: int
    vrager: Kant
    actor: Actor
    uiterlijk: Moment
    standen: tuple[Stand, ...] = ()


def onderwerp(tafel: TafelId | None, grondslag: GrondslagId | None) -> str:
    """What a noodstop holds, in words."""
    return f"grondslag:{grondslag}" if tafel is None else f"tafel:{tafel}"


@dataclass(frozen=True, slots=True)
class Beheerdaad:
    """Act of an operator."""

    id: UUID
    daad: Daad
    actor: Actor
    koppeling: UUID | None = None
    """TERUGHALEN."""
    tafel: TafelVeld | None = None
    """NOODSTOP: of everything from and to this tafel."""
    grondslag: GrondslagVeld | None = None
    """NOODSTOP: of everything on this grondslag."""
    noodstop: UUID | None = None
    """OPHEFFEN: which."""
    tijd: Moment = 0
    """Broker's append time; stamped by the gate."""

    def __post_init__(self) -> None:
        past = {
            Daad.TERUGHALEN: self.koppeling is not None,
            Daad.NOODSTOP: (self.tafel is None) is not (self.grondslag is None),
            Daad.OPHEFFEN: self.noodstop is not None,
        }
        if not past[self.daad]:
            raise ValueError(f"{self.daad} does not say upon what")

    @property
    def waarop(self) -> str:
        """Upon what, in the words of every audit line about it: of who asked for it, and of what came of it."""
        match self.daad:
            case Daad.TERUGHALEN:
                return f"koppeling:{self.koppeling}"
            case Daad.OPHEFFEN:
                return f"noodstop:{self.noodstop}"
            case Daad.NOODSTOP:
                return onderwerp(self.tafel, self.grondslag)
