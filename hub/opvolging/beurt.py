"""One step under construction: every kind of melding is made here, and every decision taken in the step is kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from hub.domein.codes import Besluit, Dossierstatus, Levensfase, Loket, MeldingSoort, Veld, Weigercode, Weigerreden
from hub.domein.gebeurtenis import Terugkoppeling
from hub.domein.identiteit import GEEN_GRONDSLAG, Dossier, TafelId, kenmerk, melding_id, weigering_id
from hub.domein.koppeling import Kant
from hub.domein.melding import Contact, Melding, geweigerd
from hub.domein.signaal import Moment
from hub.opvolging.omgeving import Aanvraag, Auditregel, Bestemming, Genomen, Gevolg, Gezonden, L, Omgeving, Trede
from hub.opvolging.richting import NOODSTOP, Richting, Wending

ZWEEFT: Final = "ZWEVEND"
"""The act of an audit line that says that nobody is left to ask."""
ONJUIST: Final = "REGISTERREGEL_ONJUIST"
"""The act of the audit line that a melding which was not for this desk leaves behind."""


@dataclass(slots=True)
class Beurt:
    """One step of one koppeling at one moment."""

    koppeling: UUID
    tijd: Moment
    omgeving: Omgeving
    volgnummer: int
    """Of the last melding of this koppeling in this life."""
    leven: int = 0
    """The mark of this life."""
    genomen: list[Genomen] = field(default_factory=list)
    gezonden: list[Gezonden] = field(default_factory=list)
    audit: list[Auditregel] = field(default_factory=list)

    def gevolg(self, lijf: L | None) -> Gevolg[L]:
        """What the finished step gives."""
        return Gevolg(lijf, tuple(self.genomen), tuple(self.gezonden), tuple(self.audit))

    def beslis(self, aanvraag: Aanvraag) -> Genomen:
        """Ask the filter, and remember that it was asked."""
        genomen = Genomen(aanvraag, self.omgeving.oordeel(aanvraag))
        self.genomen.append(genomen)
        return genomen

    def herzien_op(self, *genomen: Genomen) -> Moment | None:
        """When time alone may change one of these decisions, or whom the register names."""
        momenten = (*(een.oordeel.herzien_op for een in genomen), self.omgeving.wisselt(self.tijd))
        return min((moment for moment in momenten if moment is not None), default=None)

    def richting(
        self, was: Richting, genomen: Genomen, bestemming: Bestemming, dossier: Dossier, toon: MeldingSoort
    ) -> Richting:
        """Tell, hold, refuse or recall in one direction what the decision says; `toon` is what it is told as."""
        oordeel = genomen.oordeel
        over = replace(was, regels=oordeel.regels, herzien_op=self.herzien_op(genomen))
        if oordeel.besluit is not Besluit.MELDEN:
            wending = Wending.AANHOUDEN if oordeel.besluit is Besluit.AANGEHOUDEN else Wending.AFWIJZEN
            return self.trek_in(over, dossier, wending).naar(bestemming.tafel)
        if over.ontvanger != bestemming.tafel:
            over = self.trek_in(over, dossier).naar(bestemming.tafel)
        return self._meld(over, genomen, dossier, toon)

    def _meld(self, was: Richting, genomen: Genomen, dossier: Dossier, toon: MeldingSoort) -> Richting:
        was = self.haal_na(was, dossier)
        aanvraag, oordeel = genomen.aanvraag, genomen.oordeel
        bron, velden = aanvraag.bron.feiten, oordeel.velden
        contact = self.omgeving.bestemming(aanvraag.bron.tafel, self.tijd).contact
        advies = bron.advies_beschikbaar if Veld.ADVIES_BESCHIKBAAR in velden else None
        niveau = bron.escalatieniveau if Veld.ESCALATIENIVEAU in velden else None
        ophouden = bron.ophouden_tot if Veld.OPHOUDEN_TOT in velden else None
        # Where something is brought the receiver has no dossier, and so nobody who has it already: its first desk takes it in.
        loket = self.omgeving.ladder(was.ontvanger, self.tijd)[0].loket if toon is MeldingSoort.AANDRAGEN else None
        inhoud = _merk(
            *(toon, contact, dossier, oordeel.grondslag, advies, niveau, ophouden, self.omgeving.hoort(was.ontvanger)),
            *(() if loket is None else (loket,)),
        )
        if was.staand is not None and was.staand_inhoud == inhoud:
            return was
        if self.omgeving.gestopt(aanvraag, oordeel):
            wacht = was if was.staand is not None else was.door(Wending.AANHOUDEN)
            return replace(wacht, regels=(*was.regels, NOODSTOP))
        if was.staand is not None and not was.staand_inhoud and self.omgeving.hoort(was.ontvanger):
            self._haal_terug(was, dossier, was.gestuurd)  # they ask about somebody else
            was = replace(was, gestuurd=())
        over = self._fase(was, genomen, toon)
        verbetert = (
            was.staand_soort is toon and was.fase is not Levensfase.ONBESTELBAAR
        )  # what never arrived is not corrected
        melding = Melding(
            id=self._id(was.ontvanger),
            soort=MeldingSoort.CORRECTIE if verbetert else toon,
            koppeling=self.koppeling,
            kenmerk=kenmerk(self.koppeling),
            ontvanger=was.ontvanger,
            dossier=dossier,
            tijd=self.tijd,
            grondslag=oordeel.grondslag,
            beleid=oordeel.beleid,
            contact=contact,
            reageren_voor=over.termijn,
            betreft=was.staand,
            advies_beschikbaar=advies,
            escalatieniveau=niveau,
            ophouden_tot=ophouden,
            loket=loket,
            gesloten_tot=self._gesloten_tot(aanvraag),
        )
        self.gezonden.append(Gezonden(melding, (genomen,)))
        return replace(
            over,
            volgnummer=self.volgnummer,
            staand=melding.id,
            staand_soort=toon,
            staand_inhoud=inhoud,
            bezorgd=None,
        )

    def _fase(self, was: Richting, genomen: Genomen, toon: MeldingSoort) -> Richting:
        """The direction as the coming melding leaves it.

        A correction to the same kind (`toon`) keeps the phase and the term, unless `staand_inhoud` is empty: what stands was about somebody
        else. Any other melding begins a new term. To a tafel that has not joined the direction becomes ONBESTELBAAR.
        """
        if not self.omgeving.hoort(was.ontvanger):
            stil = was if was.staand is None else was.door(Wending.INTREKKEN)
            return replace(stil.door(Wending.ONBESTELBAAR), termijn=None, trede=0, gestuurd=was.bij_ontvanger)
        if was.fase is Levensfase.ONBESTELBAAR or was.staand is None:
            over = was.door(Wending.MELDEN)
        elif was.staand_soort is toon and was.staand_inhoud:
            return was
        else:
            over = was.door(Wending.VERVANGEN)
        return replace(over, trede=0, termijn=self._termijn(genomen, was.ontvanger, toon))

    def _termijn(self, genomen: Genomen, ontvanger: TafelId, soort: MeldingSoort) -> Moment:
        """By when the receiver must react; the end of ophouden comes first where the receiver may know of it (Sv 56a)."""
        aanvraag = genomen.aanvraag
        termijn = self.omgeving.reageren_voor(ontvanger, soort, self.tijd)
        weet = [] if aanvraag.ontvanger is None else [aanvraag.ontvanger.feiten.ophouden_tot]
        if Veld.OPHOUDEN_TOT in genomen.oordeel.velden:
            weet.append(aanvraag.bron.feiten.ophouden_tot)
        return min([termijn, *(tot for tot in weet if tot is not None and tot > self.tijd)])

    def _gesloten_tot(self, aanvraag: Aanvraag) -> Moment | None:
        """When the desk to call opens, where that is after the receiver's own ophouden has ended."""
        eigen = None if aanvraag.ontvanger is None else aanvraag.ontvanger.feiten.ophouden_tot
        if eigen is None or eigen <= self.tijd:
            return None
        opent = self.omgeving.opent(aanvraag.bron.tafel, self.tijd)
        return opent if opent is not None and opent > eigen else None

    def trek_in(self, was: Richting, dossier: Dossier, wending: Wending = Wending.INTREKKEN) -> Richting:
        """Recall what stands, if anything does. It says nothing about the other side, and needs no permit.

        Wjsg art. 39o asks it for whoever received something in the past year; what stands longer is recalled no less.
        """
        hoort, staand = self.omgeving.hoort(was.ontvanger), () if was.staand is None else (was.staand,)
        # For one that is out an operator gets the recalls, each once; the tafel itself hears them when it is back.
        alles = hoort or was.staand in was.bij_ontvanger
        self._haal_terug(was, dossier, (*staand, *(was.gestuurd if alles else ())))
        return replace(
            was.door(wending).zonder_melding(),
            gestuurd=() if hoort else was.bij_ontvanger,
            volgnummer=max(was.volgnummer, self.volgnummer),
        )

    def haal_na(self, was: Richting, dossier: Dossier) -> Richting:
        """Recalls, when a tafel that had left has joined again, what had reached it before and was changed or withdrawn meanwhile."""
        if not was.gestuurd or was.staand in was.bij_ontvanger or not self.omgeving.hoort(was.ontvanger):
            return was
        self._haal_terug(was, dossier, was.gestuurd)
        return replace(was, gestuurd=(), volgnummer=max(was.volgnummer, self.volgnummer))

    def _haal_terug(self, was: Richting, dossier: Dossier, meldingen: Iterable[UUID]) -> None:
        for eerder in meldingen:
            self._zend(MeldingSoort.INGETROKKEN, was.ontvanger, dossier, betreft=eerder)

    def klim(self, was: Richting, genomen: Genomen | None, dossier: Dossier) -> Richting:
        """One step up the ladder for a receiver that is late; at its top nothing is due any more, and an operator sees it float.

        `genomen`: the decision of this step that lets the receiver know. Where there is none, or a noodstop holds it, nobody may be
        told now: the term of the desk that was asked begins anew.
        """
        ladder = self.omgeving.ladder(was.ontvanger, self.tijd)
        if genomen is None or self.omgeving.gestopt(genomen.aanvraag, genomen.oordeel):
            return replace(was, termijn=ladder[min(was.trede, len(ladder) - 1)].voor)
        if was.trede + 1 < len(ladder):
            return self._escaleer(was, genomen, dossier, ladder[was.trede + 1])
        self.zweef(was.ontvanger, f"geen reactie voor {was.termijn}")
        return replace(was, termijn=None)

    def zweef(self, tafel: TafelId, reden: str) -> None:
        """Nobody is left to ask: an operator must see it, also where the source may not hear of it."""
        handeling = self.nummer(tafel, self.volgnummer)
        self.audit.append(Auditregel(handeling, self.tijd, tafel, ZWEEFT, str(self.koppeling), reden))

    def _escaleer(self, was: Richting, genomen: Genomen, dossier: Dossier, trede: Trede) -> Richting:
        """The next desk of the receiver hears that nobody acted; it tells nothing that the receiver was not told before."""
        melding = self._zend(
            *(MeldingSoort.ESCALATIE, was.ontvanger, dossier),
            genomen=genomen,
            loket=trede.loket,
            reageren_voor=trede.voor,
        )
        return replace(
            was.door(Wending.ESCALEREN),
            trede=was.trede + 1,
            termijn=trede.voor,
            gestuurd=(*was.gestuurd, melding.id),
            volgnummer=self.volgnummer,
        )

    def meld_status(
        self,
        bron: Kant,
        status: Dossierstatus,
        *,
        reden: Weigerreden | None = None,
        contact: Contact | None = None,
    ) -> None:
        """Tell a source the state of its own dossier."""
        ontvanger = self.omgeving.bestemming(bron.tafel, self.tijd).tafel
        self._zend(MeldingSoort.STATUS, ontvanger, bron.dossier, status=status, reden=reden, contact=contact)

    def onjuist(self, wat: Terugkoppeling, regel: str, was: Richting) -> None:
        """Remember which line of the register addressed it wrongly, and how often by now."""
        self.audit.append(Auditregel(wat.id, self.tijd, wat.tafel, ONJUIST, regel, str(was.omgeleid + 1)))

    def weiger(self, reactie: Terugkoppeling, code: Weigercode) -> None:
        """A reaction that is not possible comes back to its sender, and to nobody else."""
        self.gezonden.append(Gezonden(reactie_geweigerd(reactie, code)))

    def _zend(
        self,
        soort: MeldingSoort,
        ontvanger: TafelId,
        dossier: Dossier,
        *,
        genomen: Genomen | None = None,
        betreft: UUID | None = None,
        loket: Loket | None = None,
        reageren_voor: Moment | None = None,
        status: Dossierstatus | None = None,
        reden: Weigerreden | None = None,
        contact: Contact | None = None,
    ) -> Melding:
        oordeel = None if genomen is None else genomen.oordeel
        melding = Melding(
            id=self._id(ontvanger),
            soort=soort,
            koppeling=self.koppeling,
            kenmerk=kenmerk(self.koppeling),
            ontvanger=ontvanger,
            dossier=dossier,
            tijd=self.tijd,
            grondslag=GEEN_GRONDSLAG if oordeel is None else oordeel.grondslag,
            beleid="" if oordeel is None else oordeel.beleid,
            contact=contact,
            betreft=betreft,
            loket=loket,
            reageren_voor=reageren_voor,
            status=status,
            reden=reden,
        )
        self.gezonden.append(Gezonden(melding, () if genomen is None else (genomen,)))
        return melding

    def _id(self, ontvanger: TafelId) -> UUID:
        self.volgnummer += 1
        return self.nummer(ontvanger, self.volgnummer)

    def nummer(self, ontvanger: TafelId, volgnummer: int) -> UUID:
        """The id of this life's melding with that number to a tafel."""
        return melding_id(self.koppeling, ontvanger, volgnummer, self.leven)


def reactie_geweigerd(reactie: Terugkoppeling, code: Weigercode) -> Melding:
    """The refusal of a reaction; the same for the same reaction, whatever it is about."""
    return geweigerd(
        weigering_id(reactie.eigen_id),
        koppeling=reactie.koppeling,
        ontvanger=reactie.tafel,
        dossier=reactie.dossier,
        tijd=reactie.tijd or 0,
        code=code,
        reactie=reactie.id,
    )


def _merk(*delen: object) -> str:
    """A short digest of what a melding tells."""
    return hashlib.sha256("\x1f".join(map(repr, delen)).encode()).hexdigest()[:16]
