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
    Soort,
    Uitkomst,
    Vrijgaverol,
    Weigercode,
    Weigerreden,
)
from hub.domein.gebeurtenis import Termijn, Terugkoppeling, Triage
from hub.domein.identiteit import TafelId, aandragen_dossier, aandragen_id
from hub.domein.koppeling import Kant, Stand
from hub.domein.signaal import Moment
from hub.opvolging.beurt import Beurt
from hub.opvolging.levensloop import NAWERK, Vrijgave, is_verouderd
from hub.opvolging.omgeving import Aanvraag, Auditregel, Gevolg, Intake, Omgeving
from hub.opvolging.reactie import ONTHOUDEN, Geweigerd, regel_van
from hub.opvolging.richting import OPEN, VAN_AANDRAGEN, Richting, Verboden, overgang

_STATUS: Final = {
    Levensfase.AFGEWEZEN: Dossierstatus.NIET_AANGEDRAGEN,
    Levensfase.GEMELD: Dossierstatus.AANGEDRAGEN,
    Levensfase.ONBESTELBAAR: Dossierstatus.ZWEVEND,
}


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
    tijd: Moment = 0
    versies: str = ""
    gedaan: tuple[UUID, ...] = ()
    geeindigd: Moment | None = None

    @property
    def id(self) -> UUID:
        return aandragen_id(self.verdachte.dossier)

    def moet_herzien(self, versies: str) -> bool:
        """Whether it was decided under other versies, or held by a noodstop (that may be over)."""
        return self.geeindigd is None and (self.versies != versies or self.richting.gestopt)


def beoordeel(aandragen: Aandragen | None, triage: Triage, omgeving: Omgeving) -> Gevolg[Aandragen] | None:
    """Apply what one index partition knows. None: it is old."""
    verdachte = triage.verdachte
    if aandragen is None:
        aandragen = Aandragen(verdachte, triage.actief, Richting(verdachte.tafel))
    if verdachte.versie < aandragen.verdachte.versie:
        return None
    vers = verdachte.versie > aandragen.verdachte.versie
    over = replace(
        aandragen,
        verdachte=verdachte,
        actief=triage.actief,
        gehoord=tuple(sorted({triage.partitie} | (set() if vers else set(aandragen.gehoord)))),
        standen=_samen(aandragen.standen, triage.standen),
        tijd=max(aandragen.tijd, verdachte.tijd, *(stand.tijd for stand in triage.standen)),
    )
    if over.tijd < verdachte.bewaren_tot:
        over = replace(over, geeindigd=None)
    return _beslis(over, _beurt(over, omgeving))


def reageer(aandragen: Aandragen, wat: Terugkoppeling, omgeving: Omgeving) -> Gevolg[Aandragen] | None:
    """Apply one reaction of the intake, or a release by the source. None: it was applied before, or is an old receipt."""
    if wat.id in aandragen.gedaan:
        return None
    over = replace(aandragen, tijd=max(aandragen.tijd, wat.tijd or 0))
    beurt = _beurt(over, omgeving)
    klaar = (*aandragen.gedaan, wat.id)[-ONTHOUDEN:]
    try:
        nieuw = _geef_vrij(over, wat, beurt) if wat.soort is Reactie.VRIJGEVEN else _van_intake(over, wat, beurt)
    except Geweigerd as fout:
        beurt.weiger(wat, fout.code)
        beurt.audit.append(regel_van(wat, over.tijd, fout.code))
        return _gevolg(replace(aandragen, gedaan=klaar), beurt)
    if nieuw is None:
        return None
    beurt.audit.append(regel_van(wat, over.tijd, "gedaan"))
    return _beslis(replace(nieuw, gedaan=klaar), beurt)


def verval(aandragen: Aandragen, termijn: Termijn, omgeving: Omgeving) -> Gevolg[Aandragen] | None:
    """A moment has come. None: nothing is due then."""
    if termijn.versies:
        if not aandragen.moet_herzien(termijn.versies):
            return None
    elif volgende(aandragen) > termijn.op:
        return None
    if aandragen.geeindigd is not None:
        return Gevolg(None)
    over = replace(aandragen, tijd=max(aandragen.tijd, termijn.op))
    if over.tijd >= over.verdachte.bewaren_tot:
        over = replace(over, geeindigd=over.tijd, standen=(), vrijgave=None)
    beurt = _beurt(over, omgeving)
    besloten = _beslis(over, beurt).lijf
    assert besloten is not None
    return _gevolg(besloten if termijn.versies else _klim(besloten, beurt), beurt)


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


def _beurt(aandragen: Aandragen, omgeving: Omgeving) -> Beurt:
    return Beurt(aandragen.id, aandragen.tijd, omgeving, aandragen.richting.volgnummer)


def _gevolg(aandragen: Aandragen, beurt: Beurt) -> Gevolg[Aandragen]:
    richting = replace(aandragen.richting, volgnummer=beurt.volgnummer)
    return Gevolg(
        replace(aandragen, richting=richting), tuple(beurt.genomen), tuple(beurt.gezonden), tuple(beurt.audit)
    )


def _beslis(aandragen: Aandragen, beurt: Beurt) -> Gevolg[Aandragen]:
    """Decide at the aandragen's own moment, and tell the intake and the source what changed."""
    over = replace(aandragen, versies=beurt.omgeving.versies)
    dossier = aandragen_dossier(over.id)
    weg = not over.actief or over.geeindigd is not None
    if weg or not over.verdachte.feiten.criteria or (over.uitkomst is None and _heeft_casus(over, beurt)):
        richting = replace(beurt.trek_in(over.richting, dossier), herzien_op=None, status=None)
        return _gevolg(replace(over, richting=richting), beurt)
    if over.uitkomst is not None or len(over.gehoord) < beurt.omgeving.partities:
        return _gevolg(replace(over, richting=replace(over.richting, herzien_op=None)), beurt)
    doel = _doel(over, beurt)
    if doel is None:
        richting = replace(beurt.trek_in(over.richting, dossier), herzien_op=None)
        return _gevolg(_met_status(over, richting, Dossierstatus.ZWEVEND, beurt), beurt)
    bestemming = beurt.omgeving.bestemming(doel.tafel, beurt.tijd)
    aanvraag = Aanvraag(
        *(MeldingSoort.AANDRAGEN, _vrijgegeven(over), None, bestemming.tafel, Uitkomst.GEEN, beurt.tijd),
        aangewezen=_aangewezen(over, beurt),
        zonder_casus=True,
    )
    genomen = beurt.beslis(aanvraag)
    richting = beurt.richting(over.richting, genomen, bestemming, dossier, MeldingSoort.AANDRAGEN)
    status = _STATUS.get(richting.fase)
    if richting.fase is Levensfase.AANGEHOUDEN:
        status = genomen.oordeel.wacht_op
    elif over.tafels and richting.fase in (Levensfase.GEMELD, Levensfase.AFGEWEZEN):
        status = Dossierstatus.DOORVERWEZEN
    return _gevolg(_met_status(over, richting, status, beurt), beurt)


def _met_status(
    aandragen: Aandragen,
    richting: Richting,
    status: Dossierstatus | None,
    beurt: Beurt,
    reden: Weigerreden | None = None,
) -> Aandragen:
    """Tell the source the state of its dossier when it has changed; with whom it lies, where it lies with someone."""
    bij = (Dossierstatus.AANGEDRAGEN, Dossierstatus.DOORVERWEZEN, Dossierstatus.AANGENOMEN)
    if status is not None and (status is not richting.status or richting.ontvanger != aandragen.richting.ontvanger):
        contact = beurt.omgeving.bestemming(richting.ontvanger, beurt.tijd).contact if status in bij else None
        beurt.meld_status(aandragen.verdachte, status, reden=reden, contact=contact)
        richting = replace(richting, status=status)
    return replace(aandragen, richting=richting)


def _doel(aandragen: Aandragen, beurt: Beurt) -> Intake | None:
    if aandragen.tafels:
        return Intake(aandragen.tafels[-1], "doorverwezen")
    return beurt.omgeving.intake(aandragen.verdachte, beurt.tijd, aandragen.richting.omgeleid)


def _aangewezen(aandragen: Aandragen, beurt: Beurt) -> TafelId | None:
    """Whom the register names, whoever it was referred to."""
    intake = beurt.omgeving.intake(aandragen.verdachte, beurt.tijd, aandragen.richting.omgeleid)
    return None if intake is None else beurt.omgeving.bestemming(intake.tafel, beurt.tijd).tafel


def _heeft_casus(aandragen: Aandragen, beurt: Beurt) -> bool:
    """Whether a casus is open of which the source may hear. One of which it may not counts as none: else silence would tell of it."""
    for stand in aandragen.standen:
        casus = stand.links if stand.links.soort is Soort.CASUS else stand.rechts
        if (
            stand.bewijs.uitkomst is not Uitkomst.ZEKER
            or casus.feiten.fase in (Fase.GESLOTEN, Fase.NVT)
            or casus.bewaren_tot <= beurt.tijd
        ):
            continue
        verdachte = aandragen.verdachte
        vraag = Aanvraag(
            MeldingSoort.BEKEND, casus, verdachte, verdachte.tafel, Uitkomst.ZEKER, beurt.tijd, stand.bewijs.model
        )
        if beurt.beslis(vraag).oordeel.besluit is Besluit.MELDEN:
            return True
    return False


def _vrijgegeven(aandragen: Aandragen) -> Kant:
    kant, vrijgave = aandragen.verdachte, aandragen.vrijgave
    if vrijgave is None or kant.feiten.vrijgave is not Vrijgaverol.GEEN:
        return kant
    return replace(kant, feiten=replace(kant.feiten, vrijgave=vrijgave.rol, vrijgave_moment=vrijgave.tijd))


def _geef_vrij(aandragen: Aandragen, wat: Terugkoppeling, beurt: Beurt) -> Aandragen:
    verdachte = aandragen.verdachte
    if wat.dossier != verdachte.dossier or wat.tafel != beurt.omgeving.bestemming(verdachte.tafel, beurt.tijd).tafel:
        raise Geweigerd(Weigercode.ONBEKEND_VOOR_U)
    doel = _doel(aandragen, beurt)
    if aandragen.richting.fase is not Levensfase.AANGEHOUDEN or doel is None:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN)
    over = replace(aandragen, vrijgave=Vrijgave(verdachte.dossier, wat.rol, wat.tijd or 0))
    vraag = Aanvraag(
        *(MeldingSoort.AANDRAGEN, _vrijgegeven(over), None, doel.tafel, Uitkomst.GEEN, beurt.tijd),
        aangewezen=_aangewezen(over, beurt),
        zonder_casus=True,
    )
    oordeel = beurt.omgeving.oordeel(vraag)
    if wat.rol is Vrijgaverol.GEEN or oordeel.regels == aandragen.richting.regels:
        raise Geweigerd(Weigercode.ROL_ONBEVOEGD)
    return over


def _van_intake(aandragen: Aandragen, wat: Terugkoppeling, beurt: Beurt) -> Aandragen | None:
    was = aandragen.richting
    if wat.tafel != was.ontvanger or wat.dossier != aandragen_dossier(aandragen.id):
        raise Geweigerd(Weigercode.ONBEKEND_VOOR_U)
    bekend = was.staand is not None and (wat.melding is None or wat.melding in (was.staand, *was.gestuurd))
    if wat.soort is Reactie.BEZORGD:
        if not bekend or was.bezorgd is not None or wat.melding != was.staand:
            return None
        return replace(aandragen, richting=replace(was, bezorgd=wat.tijd))
    if not bekend:
        raise Geweigerd(Weigercode.MELDING_VERVANGEN)
    if wat.soort not in VAN_AANDRAGEN:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN)
    try:
        richting = replace(was, fase=overgang(was.fase, wat.soort))
    except Verboden:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN) from None
    return _na(replace(aandragen, richting=richting), wat, was, beurt)


def _na(over: Aandragen, wat: Terugkoppeling, was: Richting, beurt: Beurt) -> Aandragen:
    """What a reaction of the intake makes of it. Raises Geweigerd."""
    richting = over.richting
    match wat.soort:
        case Reactie.CONTACT_GELEGD:
            termijn = beurt.omgeving.afsluiten_voor(was.ontvanger, MeldingSoort.AANDRAGEN, beurt.tijd)
            over = replace(over, richting=replace(richting, trede=0, termijn=termijn))
        case Reactie.AANGENOMEN:
            richting = replace(richting, termijn=None, herzien_op=None)
            over = _met_status(replace(over, uitkomst=wat.soort), richting, Dossierstatus.AANGENOMEN, beurt)
        case Reactie.GEWEIGERD:
            richting = replace(richting.zonder_melding(), herzien_op=None)
            klaar = replace(over, uitkomst=wat.soort)
            over = _met_status(klaar, richting, Dossierstatus.NIET_AANGENOMEN, beurt, wat.reden)
        case Reactie.DOORVERWEZEN:
            naar = wat.naar
            if naar is None or naar in (*over.tafels, was.ontvanger) or not beurt.omgeving.kent(naar, beurt.tijd):
                raise Geweigerd(Weigercode.OVERGANG_VERBODEN)
            over = replace(over, tafels=(*over.tafels, naar), richting=richting.zonder_melding())
        case Reactie.ONJUIST_GEADRESSEERD:
            doel = _doel(over, beurt)
            fout = "" if doel is None else doel.regel
            beurt.audit.append(
                Auditregel(wat.id, beurt.tijd, wat.tafel, "REGISTERREGEL_ONJUIST", fout, str(was.omgeleid + 1))
            )
            richting = replace(richting.zonder_melding(), omgeleid=was.omgeleid + 1)
            over = replace(over, tafels=(), richting=richting)
    return over


def _klim(aandragen: Aandragen, beurt: Beurt) -> Aandragen:
    """One step up the intake's ladder; at its top the source learns that its dossier floats."""
    was = aandragen.richting
    if was.fase not in OPEN or was.termijn is None or was.termijn > beurt.tijd:
        return aandragen
    ladder = beurt.omgeving.ladder(was.ontvanger, beurt.tijd)
    if was.trede + 1 < len(ladder):
        genomen = next(g for g in beurt.genomen if g.aanvraag.soort is MeldingSoort.AANDRAGEN)
        hoger = beurt.escaleer(was, genomen, aandragen_dossier(aandragen.id), ladder[was.trede + 1])
        return replace(aandragen, richting=hoger)
    return _met_status(aandragen, replace(was, termijn=None), Dossierstatus.ZWEVEND, beurt)


def _samen(eerder: tuple[Stand, ...], nieuw: tuple[Stand, ...]) -> tuple[Stand, ...]:
    """The newest stand of each pair, in order of koppeling."""
    bekend = {stand.koppeling: stand for stand in eerder}
    for stand in nieuw:
        was = bekend.get(stand.koppeling)
        if was is None or not is_verouderd(stand, was):
            bekend[stand.koppeling] = stand
    return tuple(bekend[koppeling] for koppeling in sorted(bekend))
