"""One koppeling, one state machine, two directions: (koppeling, stand) -> (koppeling, decisions, meldingen).

A step is taken once. It depends on the state, the stand and the versions of policy, register and model that are pinned at start;
never on a clock, so that the same records give the same meldingen.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Final, Protocol
from uuid import UUID

from hub.domein.codes import Besluit, MeldingSoort, Soort, Uitkomst, Veld
from hub.domein.identiteit import GrondslagId, TafelId, kenmerk, melding_id
from hub.domein.koppeling import Kant, Stand
from hub.domein.melding import Contact, Melding
from hub.domein.signaal import Moment


@dataclass(frozen=True, slots=True)
class Vraag:
    """May `ontvanger` hear of `bron`, as a melding of this kind, at this moment?"""

    soort: MeldingSoort
    bron: Kant
    ontvanger: Kant
    uitkomst: Uitkomst
    tijd: Moment


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


@dataclass(frozen=True, slots=True)
class Bestemming:
    """Where a melding for a tafel goes on a given moment."""

    tafel: TafelId
    contact: Contact


class Omgeving(Protocol):
    """What the machine asks of the rooms beside it; pinned at start."""

    def oordeel(self, vraag: Vraag) -> Oordeel:
        """The privacy filter. An error is a refusal, never an exception."""

    def bestemming(self, tafel: TafelId, tijd: Moment) -> Bestemming:
        """The register: the tafel itself, its successor, or the regional fallback."""

    def reageren_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: Moment) -> Moment:
        """By when the tafel must respond."""


@dataclass(frozen=True, slots=True)
class Richting:
    """What one side may hear, and what stands there now."""

    ontvanger: TafelId
    besluit: Besluit | None = None
    regels: tuple[str, ...] = ()
    volgnummer: int = 0
    """Of the last melding sent in this direction; numbers run on over both directions of a koppeling."""
    staand: UUID | None = None
    staand_soort: MeldingSoort | None = None
    staand_inhoud: str = ""
    """Digest of what was told, without the moment: a stand that changes nothing sends nothing."""


@dataclass(frozen=True, slots=True)
class Koppeling:
    """State of a pair: the stand last decided upon, and the directions towards `links` and towards `rechts`."""

    stand: Stand
    naar_links: Richting
    naar_rechts: Richting


@dataclass(frozen=True, slots=True)
class Genomen:
    """One decision that was taken, for the decision log."""

    vraag: Vraag
    oordeel: Oordeel


@dataclass(frozen=True, slots=True)
class Gezonden:
    """One melding, and the oordeel that permits it; None for a withdrawal, which is never blocked."""

    melding: Melding
    genomen: Genomen | None


@dataclass(frozen=True, slots=True)
class Gevolg:
    """What a step gives: the next state, the decisions behind it, the meldingen in order."""

    koppeling: Koppeling
    genomen: tuple[Genomen, ...]
    gezonden: tuple[Gezonden, ...]


_GEEN_GRONDSLAG: Final = GrondslagId("")


def is_verouderd(stand: Stand, bekend: Stand) -> bool:
    """Whether a stand speaks of an older versie of either side than the one decided upon.

    Index partitions report independently, so that standen of one pair can cross. Whoever reported (A1, B2) will see (A2, B2) too:
    a stand that is not at least as new on both sides is always followed by one that is.
    """
    return stand.links.versie < bekend.links.versie or stand.rechts.versie < bekend.rechts.versie


def stap(koppeling: Koppeling | None, stand: Stand, omgeving: Omgeving) -> Gevolg | None:
    """Apply one stand. None: it is old or says nothing new, and nothing changes.

    A first stand that says GEEN is remembered too: an older stand of the pair may still be under way from another partition.
    """
    if koppeling is None:
        koppeling = Koppeling(stand, Richting(stand.links.tafel), Richting(stand.rechts.tafel))
    elif is_verouderd(stand, koppeling.stand) or stand == koppeling.stand:
        return None
    beurt = _Beurt(stand, omgeving, max(koppeling.naar_links.volgnummer, koppeling.naar_rechts.volgnummer))
    naar_links = beurt.richting(koppeling.naar_links, bron=stand.rechts, ontvanger=stand.links)
    naar_rechts = beurt.richting(koppeling.naar_rechts, bron=stand.links, ontvanger=stand.rechts)
    return Gevolg(Koppeling(stand, naar_links, naar_rechts), tuple(beurt.genomen), tuple(beurt.gezonden))


def soort_melding(stand: Stand) -> MeldingSoort:
    """What the pair's certainty and kinds would be told as."""
    if stand.bewijs.uitkomst is Uitkomst.MOGELIJK:
        return MeldingSoort.MOGELIJK_BEKEND
    if stand.links.soort is Soort.CASUS and stand.rechts.soort is Soort.CASUS:
        return MeldingSoort.DUBBELE_CASUS
    return MeldingSoort.BEKEND


class _Beurt:
    """One step under construction."""

    def __init__(self, stand: Stand, omgeving: Omgeving, volgnummer: int) -> None:
        self.stand, self.omgeving, self.volgnummer = stand, omgeving, volgnummer
        self.genomen: list[Genomen] = []
        self.gezonden: list[Gezonden] = []

    def richting(self, was: Richting, *, bron: Kant, ontvanger: Kant) -> Richting:
        """Decide one direction again, and tell the receiver what changed."""
        bestemming = self.omgeving.bestemming(ontvanger.tafel, self.stand.tijd)
        if self.stand.bewijs.uitkomst is Uitkomst.GEEN:
            over = self._trek_in(was, ontvanger)
            return replace(over, ontvanger=bestemming.tafel, besluit=None, regels=())
        soort = soort_melding(self.stand)
        vraag = Vraag(soort, bron, ontvanger, self.stand.bewijs.uitkomst, self.stand.tijd)
        genomen = Genomen(vraag, self.omgeving.oordeel(vraag))
        self.genomen.append(genomen)
        over = replace(was, besluit=genomen.oordeel.besluit, regels=genomen.oordeel.regels)
        if genomen.oordeel.besluit is not Besluit.MELDEN:
            return replace(self._trek_in(over, ontvanger), ontvanger=bestemming.tafel)
        if over.ontvanger != bestemming.tafel:
            over = replace(self._trek_in(over, ontvanger), ontvanger=bestemming.tafel)
        return self._meld(over, genomen)

    def _meld(self, was: Richting, genomen: Genomen) -> Richting:
        vraag, oordeel = genomen.vraag, genomen.oordeel
        bron = vraag.bron
        contact = self.omgeving.bestemming(bron.tafel, vraag.tijd).contact
        velden = oordeel.velden
        advies = bron.feiten.advies_beschikbaar if Veld.ADVIES_BESCHIKBAAR in velden else None
        niveau = bron.feiten.escalatieniveau if Veld.ESCALATIENIVEAU in velden else None
        ophouden = bron.feiten.ophouden_tot if Veld.OPHOUDEN_TOT in velden else None
        inhoud = _merk(vraag.soort, contact, vraag.ontvanger.dossier, oordeel.grondslag, advies, niveau, ophouden)
        if was.staand is not None and was.staand_inhoud == inhoud:
            return was
        soort = MeldingSoort.CORRECTIE if was.staand_soort is vraag.soort else vraag.soort
        melding = Melding(
            id=self._id(was.ontvanger),
            soort=soort,
            koppeling=self.stand.koppeling,
            kenmerk=kenmerk(self.stand.koppeling),
            ontvanger=was.ontvanger,
            dossier=vraag.ontvanger.dossier,
            tijd=vraag.tijd,
            grondslag=oordeel.grondslag,
            beleid=oordeel.beleid,
            contact=contact,
            reageren_voor=self.omgeving.reageren_voor(was.ontvanger, vraag.soort, vraag.tijd),
            betreft=was.staand,
            advies_beschikbaar=advies,
            escalatieniveau=niveau,
            ophouden_tot=ophouden,
        )
        self.gezonden.append(Gezonden(melding, genomen))
        return replace(
            was, volgnummer=self.volgnummer, staand=melding.id, staand_soort=vraag.soort, staand_inhoud=inhoud
        )

    def _trek_in(self, was: Richting, ontvanger: Kant) -> Richting:
        """Recall what stands, if anything does (Wjsg 39o). It says nothing about the other side, and needs no permit."""
        if was.staand is None:
            return was
        melding = Melding(
            id=self._id(was.ontvanger),
            soort=MeldingSoort.INGETROKKEN,
            koppeling=self.stand.koppeling,
            kenmerk=kenmerk(self.stand.koppeling),
            ontvanger=was.ontvanger,
            dossier=ontvanger.dossier,
            tijd=self.stand.tijd,
            grondslag=_GEEN_GRONDSLAG,
            beleid="",
            betreft=was.staand,
        )
        self.gezonden.append(Gezonden(melding, None))
        return replace(was, volgnummer=self.volgnummer, staand=None, staand_soort=None, staand_inhoud="")

    def _id(self, ontvanger: TafelId) -> UUID:
        self.volgnummer += 1
        return melding_id(self.stand.koppeling, ontvanger, self.volgnummer)


def _merk(*delen: object) -> str:
    """A short digest of what a melding tells."""
    return hashlib.sha256("\x1f".join(map(repr, delen)).encode()).hexdigest()[:16]
