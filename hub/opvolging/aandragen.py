"""Triage aan de poort: a verdachte that meets the criteria and has no open casus is brought to the intake of its region.

(aandragen, record) -> (aandragen, decisions, meldingen). The intake hears no person and no dossier; the source hears what came of it.
Whoever meets the criteria ends somewhere: brought, waiting, known already, not permitted (with the source told), or zwevend.
"""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from hub.domein.codes import (
    Besluit,
    Dossierstatus,
    Fase,
    Levensfase,
    MeldingSoort,
    Reactie,
    Uitkomst,
    Weigerreden,
)
from hub.domein.gebeurtenis import Termijn, Triage, Uitspraak, Vrijgave, Woord
from hub.domein.identiteit import Gedeeld, TafelId, aandragen_dossier, aandragen_id
from hub.domein.koppeling import Kant, Stand, merk, ouder, sterkste
from hub.domein.signaal import Moment
from hub.opvolging.beurt import Beurt
from hub.opvolging.levensloop import NAWERK, ander_persoon, verenigd, vervolg, volgens, vrijgegeven
from hub.opvolging.omgeving import Aanvraag, Genomen, Gevolg, Intake, Omgeving
from hub.opvolging.richting import NOODSTOP, OPEN, Richting, Wending

_STATUS: Final = {
    Levensfase.AFGEWEZEN: Dossierstatus.NIET_AANGEDRAGEN,
    Levensfase.AFGESLOTEN: Dossierstatus.AANGENOMEN,
    Levensfase.ONBESTELBAAR: Dossierstatus.ZWEVEND,
}
_BIJ: Final = (Dossierstatus.AANGEDRAGEN, Dossierstatus.DOORVERWEZEN, Dossierstatus.AANGENOMEN)
"""What tells a source with whom its dossier lies."""


@dataclass(frozen=True, slots=True)
class Aandragen:
    """State of what is brought to an intake."""

    verdachte: Kant
    actief: bool
    richting: Richting
    gehoord: tuple[int, ...] = ()
    """Index partitions that answered for this versie, ascending."""
    standen: tuple[Stand, ...] = ()
    """The last of each pair with this verdachte."""
    tafels: tuple[TafelId, ...] = ()
    """To whom it was referred, in order."""
    uitkomst: Reactie | None = None
    """AANGENOMEN or GEWEIGERD, once said."""
    vrijgave: Vrijgave | None = None
    woorden: tuple[Woord, ...] = ()
    """What people said in the koppelingen of this verdachte, in order of koppeling."""
    tijd: Moment = 0
    versies: Gedeeld = ""
    gedaan: tuple[UUID, ...] = ()
    geeindigd: Moment | None = None
    leven: int = 0
    """The mark of this life: see `melding_id`."""

    @property
    def id(self) -> UUID:
        return aandragen_id(self.verdachte.stam)

    def moet_herzien(self, versies: str) -> bool:
        """Whether it was decided under other versies, or held by a noodstop (that may be over)."""
        return self.geeindigd is None and (self.versies != versies or self.richting.gehouden)


def beoordeel(aandragen: Aandragen | None, triage: Triage, omgeving: Omgeving) -> Gevolg[Aandragen] | None:
    """Apply what one index partition knows. None: it is old."""
    if aandragen is None:
        aandragen = _nieuw(triage.verdachte, actief=triage.actief)
    was = aandragen.verdachte
    verdachte = vervolg(triage.verdachte, was)
    nu = max((verdachte.tijd, *(stand.tijd for stand in triage.standen)))
    if ouder(verdachte, was, nu, aandragen.tijd):
        return None
    tijd = max(aandragen.tijd, nu)
    vers, ander = (verdachte.dossier, verdachte.versie) != (was.dossier, was.versie), ander_persoon(was, verdachte)
    over = replace(
        aandragen,
        verdachte=verdachte,
        # A partition that speaks of another's change knows only that the verdachte is there, not that it was withdrawn.
        actief=triage.actief and (vers or aandragen.actief),
        gehoord=tuple(sorted({triage.partitie} | (set() if vers else set(aandragen.gehoord)))),
        standen=_samen(() if ander else aandragen.standen, triage.standen),
        tijd=tijd,
        geeindigd=None if tijd < verdachte.bewaren_tot else aandragen.geeindigd,
        # A life that began with an old versie, and in which nothing was said yet, is one of this versie.
        leven=merk(verdachte) if vers and not aandragen.richting.volgnummer else aandragen.leven,
    )
    over = _geadresseerd(over, aandragen, omgeving)
    beurt = begin(over, omgeving)
    return beslis(_van_een_ander(over, beurt) if ander else over, beurt)


def _nieuw(verdachte: Kant, *, actief: bool) -> Aandragen:
    """Nothing was brought of this verdachte yet."""
    return Aandragen(verdachte, actief, Richting(verdachte.tafel), leven=merk(verdachte))


def _van_een_ander(aandragen: Aandragen, beurt: Beurt) -> Aandragen:
    """The dossier speaks of another person than before: what the intake said, and what was released, was about somebody else."""
    richting = aandragen.richting
    if aandragen.uitkomst is Reactie.GEWEIGERD:
        richting = richting.door(Wending.HEROPENEN)
    elif aandragen.uitkomst is Reactie.AANGENOMEN:
        richting = beurt.trek_in(richting, aandragen_dossier(aandragen.id))
    elif richting.fase is not Levensfase.ONBESTELBAAR:
        # Whoever still has to answer is told anew, and an answer of before is too late.
        richting = replace(richting, staand_inhoud="")
    return replace(aandragen, richting=replace(richting, status=None), uitkomst=None, tafels=(), vrijgave=None)


def op_moment(aandragen: Aandragen, tijd: Moment, omgeving: Omgeving) -> Aandragen:
    """The aandragen at this moment, if it is later than its own: addressed by what the register says then."""
    return _geadresseerd(replace(aandragen, tijd=max(aandragen.tijd, tijd)), aandragen, omgeving)


def _geadresseerd(aandragen: Aandragen, was: Aandragen, omgeving: Omgeving) -> Aandragen:
    """Where the register brings it to another first, by what the verdachte says or on a day that the register names, a wrong address of
    before is none of this one; and whoever takes over the verdachte was told nothing of it yet."""
    richting = aandragen.richting
    if richting.status is None and not richting.omgeleid:
        return aandragen
    bron, eerder = (omgeving.bestemming(een.verdachte.tafel, een.tijd).tafel for een in (aandragen, was))
    # Why it was refused is not kept, so that nobody can be told it anew.
    if bron != eerder and richting.fase is not Levensfase.VERWORPEN:
        aandragen = replace(aandragen, richting=replace(richting, status=None))
    nu = _intake(aandragen.verdachte, aandragen.tijd, omgeving)
    if nu == _intake(was.verdachte, was.tijd, omgeving):
        return aandragen
    return replace(aandragen, richting=replace(aandragen.richting, omgeleid=0))


def _intake(verdachte: Kant, tijd: Moment, omgeving: Omgeving) -> TafelId | None:
    """To whom the register brings it first."""
    intake = omgeving.intake(verdachte, tijd)
    return None if intake is None else intake.tafel


def hoor(aandragen: Aandragen | None, uitspraak: Uitspraak, omgeving: Omgeving) -> Gevolg[Aandragen] | None:
    """Apply what people said in a koppeling of the verdachte. None: it was known, or something later was said there.

    It may come before the first triage, and then begins a state to wait for it: a word tells nothing of the verdachte, and on
    a word alone nothing is brought.
    """
    woord = uitspraak.woord
    if aandragen is None:
        if woord.leeg:
            return None
        aandragen = _nieuw(uitspraak.verdachte, actief=True)
    was = next((een for een in aandragen.woorden if een.koppeling == woord.koppeling), Woord(woord.koppeling))
    if uitspraak.tijd < was.tijd or replace(woord, tijd=was.tijd) == was:
        return None  # an outbox that was sent again says first what it took back after
    rest = (een for een in aandragen.woorden if een.koppeling != woord.koppeling)
    woorden = tuple(sorted((*rest, replace(woord, tijd=uitspraak.tijd)), key=lambda een: een.koppeling))
    over = op_moment(replace(aandragen, woorden=woorden), uitspraak.tijd, omgeving)
    return beslis(over, begin(over, omgeving))


def verval(aandragen: Aandragen, termijn: Termijn, omgeving: Omgeving) -> Gevolg[Aandragen] | None:
    """A moment has come. None: nothing is due then."""
    if termijn.versies:
        if not aandragen.moet_herzien(termijn.versies):
            return None
    elif volgende(aandragen) > termijn.op:
        return None
    if aandragen.geeindigd is not None:
        return Gevolg(None)
    over = op_moment(aandragen, termijn.op, omgeving)
    if over.tijd >= over.verdachte.bewaren_tot:
        over = replace(over, geeindigd=over.tijd, standen=(), vrijgave=None)
    beurt = begin(over, omgeving)
    besloten = beslis(over, beurt).lijf
    assert besloten is not None
    return gevolg(besloten if termijn.versies else _klim(besloten, beurt), beurt)


def volgende(aandragen: Aandragen) -> Moment:
    """When time does the next thing."""
    if aandragen.geeindigd is not None:
        return aandragen.geeindigd + NAWERK
    richting = aandragen.richting
    momenten = [aandragen.verdachte.bewaren_tot]
    casussen = (kant.bewaren_tot for stand in aandragen.standen for kant in (stand.links, stand.rechts))
    momenten += [moment for moment in casussen if moment > aandragen.tijd]
    if richting.herzien_op is not None:
        momenten.append(richting.herzien_op)
    if richting.termijn is not None and richting.fase in OPEN:
        momenten.append(richting.termijn)
    return min(momenten)


def begin(aandragen: Aandragen, omgeving: Omgeving) -> Beurt:
    """A step at the aandragen's own moment."""
    return Beurt(aandragen.id, aandragen.tijd, omgeving, aandragen.richting.volgnummer, aandragen.leven)


def gevolg(aandragen: Aandragen, beurt: Beurt) -> Gevolg[Aandragen]:
    """What a finished step gives."""
    richting = aandragen.richting
    if richting.volgnummer == beurt.volgnummer:
        return beurt.gevolg(aandragen)
    return beurt.gevolg(replace(aandragen, richting=replace(richting, volgnummer=beurt.volgnummer)))


def beslis(aandragen: Aandragen, beurt: Beurt) -> Gevolg[Aandragen]:
    """Decide at the aandragen's own moment, and tell the intake and the source what changed."""
    standen = tuple(stand for stand in aandragen.standen if stand.casus.bewaren_tot > aandragen.tijd)
    voorbij = {stand.koppeling for stand in aandragen.standen} - {stand.koppeling for stand in standen}
    woorden = tuple(woord for woord in aandragen.woorden if woord.koppeling not in voorbij)
    over = replace(aandragen, versies=beurt.omgeving.versies, standen=standen, woorden=woorden)
    if not over.actief or over.geeindigd is not None or not over.verdachte.feiten.criteria:
        aangenomen = over.uitkomst is Reactie.AANGENOMEN  # if it ever comes back it is brought anew; a refusal remains
        return gevolg(_trek_in(replace(over, uitkomst=None if aangenomen else over.uitkomst), beurt), beurt)
    if over.richting.fase is Levensfase.VERWORPEN:
        geweigerd = over.uitkomst is Reactie.GEWEIGERD  # by the intake; otherwise an operator recalled it
        status = Dossierstatus.NIET_AANGENOMEN if geweigerd else Dossierstatus.NIET_AANGEDRAGEN
        richting = replace(beurt.haal_na(over.richting, aandragen_dossier(over.id)), herzien_op=None)
        return gevolg(met_status(over, richting, status, beurt), beurt)
    if len(over.gehoord) < beurt.omgeving.partities:
        return gevolg(replace(over, richting=replace(over.richting, herzien_op=None)), beurt)
    intake = doel(over, beurt)
    bestemming = None if intake is None else beurt.omgeving.bestemming(intake.tafel, beurt.tijd)
    verhuist = bestemming is None or bestemming.tafel != over.richting.ontvanger
    if (over.uitkomst is None or verhuist) and _heeft_casus(over, beurt):
        # Whoever accepted it keeps it beside the casus that he opened; to nobody else it goes while there is one.
        over = _trek_in(replace(over, uitkomst=None), beurt)
        return gevolg(
            replace(over, richting=replace(over.richting, herzien_op=beurt.herzien_op(*beurt.genomen))), beurt
        )
    if bestemming is None:
        richting = _trek_in(over, beurt).richting
        zweeft = over.richting.status is Dossierstatus.ZWEVEND
        if not zweeft:
            beurt.zweef(over.verdachte.tafel, "geen intake")
        richting = replace(richting, status=over.richting.status, herzien_op=beurt.herzien_op(*beurt.genomen))
        return gevolg(met_status(replace(over, uitkomst=None), richting, Dossierstatus.ZWEVEND, beurt), beurt)
    genomen = beurt.beslis(aanvraag(over, bestemming.tafel, beurt))
    richting = beurt.richting(over.richting, genomen, bestemming, aandragen_dossier(over.id), MeldingSoort.AANDRAGEN)
    richting = replace(richting, herzien_op=beurt.herzien_op(*beurt.genomen))
    if richting.fase is not Levensfase.AFGESLOTEN:  # recalled, or moved: whoever accepted it has it no longer
        over = replace(over, uitkomst=None)
    if richting.ontvanger != over.richting.ontvanger and richting.status in _BIJ:
        richting = replace(richting, status=None)  # that was told of another: what is said now is new
    wordt = _status(over, richting, genomen)
    if wordt in _BIJ and wordt is not richting.status and beurt.omgeving.gestopt(genomen.aanvraag, genomen.oordeel):
        wordt, richting = None, replace(richting, regels=(*richting.regels, NOODSTOP))  # told when it is lifted
    return gevolg(met_status(over, richting, wordt, beurt), beurt)


def _status(aandragen: Aandragen, richting: Richting, genomen: Genomen) -> Dossierstatus | None:
    """What the source is told of its dossier; None: nothing new."""
    if richting.fase is Levensfase.AANGEHOUDEN:
        return genomen.oordeel.wacht_op
    if richting.fase in OPEN and richting.termijn is None:
        return Dossierstatus.ZWEVEND  # the ladder is at its end: it floats until somebody answers
    if richting.fase is Levensfase.GEMELD or (richting.fase in OPEN and richting.status is None):
        return Dossierstatus.DOORVERWEZEN if aandragen.tafels else Dossierstatus.AANGEDRAGEN
    if aandragen.tafels and richting.fase is Levensfase.AFGEWEZEN:
        return Dossierstatus.DOORVERWEZEN
    return _STATUS.get(richting.fase)


def _trek_in(aandragen: Aandragen, beurt: Beurt) -> Aandragen:
    """Nothing is brought now, and nothing is said of it to the source."""
    richting = beurt.trek_in(aandragen.richting, aandragen_dossier(aandragen.id))
    return replace(aandragen, richting=replace(richting, herzien_op=None, status=None))


def aanvraag(aandragen: Aandragen, tafel: TafelId, beurt: Beurt) -> Aanvraag:
    """What the filter is asked; the register names the intake, to whomever it was referred."""
    intake = beurt.omgeving.intake(aandragen.verdachte, beurt.tijd, aandragen.richting.omgeleid)
    return Aanvraag(
        *(MeldingSoort.AANDRAGEN, vrijgegeven(aandragen.verdachte, aandragen.vrijgave), None),
        *(tafel, Uitkomst.GEEN, beurt.tijd),
        aangewezen=None if intake is None else intake.tafel,
        zonder_casus=True,
    )


def met_status(
    aandragen: Aandragen,
    richting: Richting,
    status: Dossierstatus | None,
    beurt: Beurt,
    reden: Weigerreden | None = None,
) -> Aandragen:
    """Tell the source the state of its dossier when it has changed; with whom it lies, where it lies with someone."""
    if status is not None and status is not richting.status:
        contact = beurt.omgeving.bestemming(richting.ontvanger, beurt.tijd).contact if status in _BIJ else None
        beurt.meld_status(aandragen.verdachte, status, reden=reden, contact=contact)
        richting = replace(richting, status=status)
    return replace(aandragen, richting=richting)


def doel(aandragen: Aandragen, beurt: Beurt) -> Intake | None:
    """To whom it goes: where it was referred to, else where the register says; None: no one is left."""
    if aandragen.tafels:
        return Intake(aandragen.tafels[-1], "doorverwezen")
    return beurt.omgeving.intake(aandragen.verdachte, beurt.tijd, aandragen.richting.omgeleid)


def _heeft_casus(aandragen: Aandragen, beurt: Beurt) -> bool:
    """Whether a casus is open of which the source may hear. One of which it may not counts as none: else silence would tell of it."""
    for stand in aandragen.standen:
        woord = next((een for een in aandragen.woorden if een.koppeling == stand.koppeling), Woord(stand.koppeling))
        casus = vrijgegeven(stand.casus, woord.vrijgave)
        if volgens(woord.uitkomst, stand) is not Uitkomst.ZEKER or casus.feiten.fase in (Fase.GESLOTEN, Fase.NVT):
            continue
        verdachte = aandragen.verdachte
        vraag = Aanvraag(
            MeldingSoort.BEKEND, casus, verdachte, verdachte.tafel, Uitkomst.ZEKER, beurt.tijd, stand.bewijs.model
        )
        if beurt.beslis(vraag).oordeel.besluit is Besluit.MELDEN:
            return True
    return False


def _klim(aandragen: Aandragen, beurt: Beurt) -> Aandragen:
    """An intake that is late goes up its ladder; at the top the source learns that its dossier floats."""
    was = aandragen.richting
    if was.fase not in OPEN or was.termijn is None or was.termijn > beurt.tijd:
        return aandragen
    genomen = next((een for een in beurt.genomen if een.aanvraag.soort is MeldingSoort.AANDRAGEN), None)
    over = beurt.klim(was, genomen, aandragen_dossier(aandragen.id))
    if over.termijn is not None:
        return replace(aandragen, richting=over)
    return met_status(aandragen, over, Dossierstatus.ZWEVEND, beurt)


def _samen(eerder: tuple[Stand, ...], nieuw: tuple[Stand, ...]) -> tuple[Stand, ...]:
    """One stand per pair, in order of koppeling: the new one, united with the earlier one. At most HOOGSTENS: the strongest."""
    bekend = {stand.koppeling: stand for stand in eerder}
    for stand in nieuw:
        was = bekend.get(stand.koppeling)
        bekend[stand.koppeling] = stand if was is None else verenigd(stand, was)
    return sterkste([bekend[koppeling] for koppeling in sorted(bekend)])
