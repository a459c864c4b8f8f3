"""What an intake says of what was brought to it, what its source says, and what an operator does: done or refused, never ignored."""

from dataclasses import replace

from hub.domein.codes import Dossierstatus, MeldingSoort, Reactie, Weigercode
from hub.domein.gebeurtenis import Beheerdaad, Terugkoppeling, Vrijgave
from hub.domein.identiteit import aandragen_dossier
from hub.opvolging.aandragen import Aandragen, aanvraag, begin, beslis, doel, gevolg, met_status, op_moment
from hub.opvolging.beurt import Beurt
from hub.opvolging.omgeving import Auditregel, Gevolg, Omgeving
from hub.opvolging.reactie import (
    ONTHOUDEN,
    ReactieGeweigerd,
    heeft_ontvangen,
    met_bewijs,
    na_reactie,
    regel_van,
    toets_aangesproken,
    toets_persoon,
    toets_vrijgave,
)
from hub.opvolging.richting import VAN_AANDRAGEN, Richting, Wending


def reageer(aandragen: Aandragen, wat: Terugkoppeling, omgeving: Omgeving) -> Gevolg[Aandragen] | None:
    """Apply one reaction of the intake, or a release by the source. None: applied before, or a receipt of nothing that was sent."""
    if wat.eigen_id in aandragen.gedaan:
        return None
    over = op_moment(aandragen, wat.tijd or 0, omgeving)
    beurt = begin(over, omgeving)
    if wat.soort is Reactie.BEZORGD:
        return _bezorgd(aandragen, wat, beurt)
    klaar = (*aandragen.gedaan, wat.eigen_id)[-ONTHOUDEN:]
    try:
        nieuw = _pas_toe(over, wat, beurt)
    except ReactieGeweigerd as fout:
        beurt.weiger(wat, fout.code)
        beurt.audit.append(regel_van(wat, over.tijd, fout.code))
        return gevolg(replace(aandragen, gedaan=klaar), beurt)
    beurt.audit.append(regel_van(wat, over.tijd, "gedaan"))
    return beslis(replace(nieuw, gedaan=klaar), beurt)


def haal_terug(aandragen: Aandragen, daad: Beheerdaad, omgeving: Omgeving) -> Gevolg[Aandragen]:
    """An operator recalls what was brought; nothing is brought any more, and the source hears that."""
    over = op_moment(aandragen, daad.tijd, omgeving)
    beurt = begin(over, omgeving)
    terug = beurt.trek_in(over.richting, aandragen_dossier(over.id), Wending.VERWERPEN)
    uitkomst = f"{len(beurt.gezonden)} meldingen ingetrokken"
    beurt.audit.append(Auditregel(daad.id, over.tijd, daad.actor, daad.daad, daad.waarop, uitkomst))
    # An operator's act outlives what the intake said.
    return beslis(replace(over, richting=terug, uitkomst=None), beurt)


def _bezorgd(aandragen: Aandragen, wat: Terugkoppeling, beurt: Beurt) -> Gevolg[Aandragen] | None:
    """A receipt of the intake's connector; it decides nothing. None: of nothing that was sent."""
    if not heeft_ontvangen(beurt, wat):
        return None
    beurt.audit.append(regel_van(wat, wat.tijd or 0, "gedaan"))
    return gevolg(replace(aandragen, richting=met_bewijs(aandragen.richting, wat)), beurt)


def _pas_toe(aandragen: Aandragen, wat: Terugkoppeling, beurt: Beurt) -> Aandragen:
    """The aandragen with what was said, before it is decided again. Raises ReactieGeweigerd."""
    if aandragen.geeindigd is not None:
        raise ReactieGeweigerd(Weigercode.ONBEKEND_VOOR_U)
    if wat.soort is Reactie.VRIJGEVEN:
        return _geef_vrij(aandragen, wat, beurt)
    return _van_intake(aandragen, wat, beurt)


def _geef_vrij(aandragen: Aandragen, wat: Terugkoppeling, beurt: Beurt) -> Aandragen:
    verdachte = aandragen.verdachte
    eigen = wat.dossier in (verdachte.dossier, verdachte.stam)
    if not eigen or wat.tafel != beurt.omgeving.bestemming(verdachte.tafel, beurt.tijd).tafel:
        raise ReactieGeweigerd(Weigercode.ONBEKEND_VOOR_U)
    toets_persoon(wat, verdachte)
    over = replace(aandragen, vrijgave=Vrijgave(verdachte.stam, wat.rol, wat.tijd or 0))
    voor, na = (aanvraag(een, aandragen.richting.ontvanger, beurt) for een in (aandragen, over))
    toets_vrijgave(aandragen.richting, wat.rol, voor, na, beurt.omgeving)
    return over


def _van_intake(aandragen: Aandragen, wat: Terugkoppeling, beurt: Beurt) -> Aandragen:
    was = aandragen.richting
    if wat.dossier != aandragen_dossier(aandragen.id):
        raise ReactieGeweigerd(Weigercode.ONBEKEND_VOOR_U)
    toets_aangesproken(was, wat, VAN_AANDRAGEN, beurt)
    return _na(replace(aandragen, richting=na_reactie(was, wat.soort)), wat, was, beurt)


def _na(over: Aandragen, wat: Terugkoppeling, was: Richting, beurt: Beurt) -> Aandragen:
    """What a reaction of the intake makes of it. Raises ReactieGeweigerd."""
    richting, dossier = over.richting, aandragen_dossier(over.id)
    match wat.soort:
        case Reactie.ONTVANGEN if richting.termijn is None:
            # The ladder was at its end, and somebody answered after all.
            termijn = beurt.omgeving.reageren_voor(was.ontvanger, MeldingSoort.AANDRAGEN, beurt.tijd)
            over = replace(over, richting=replace(richting, termijn=termijn))
        case Reactie.CONTACT_GELEGD:
            termijn = beurt.omgeving.afsluiten_voor(was.ontvanger, MeldingSoort.AANDRAGEN, beurt.tijd)
            over = replace(over, richting=replace(richting, trede=0, termijn=termijn))
        case Reactie.AANGENOMEN:
            over = replace(over, uitkomst=wat.soort, richting=replace(richting, termijn=None))
        case Reactie.GEWEIGERD:
            klaar = replace(over, uitkomst=wat.soort)
            terug = beurt.trek_in(was, dossier, Wending.VERWERPEN)
            over = met_status(klaar, terug, Dossierstatus.NIET_AANGENOMEN, beurt, wat.reden)
        case Reactie.DOORVERWEZEN:
            naar = wat.naar
            if naar is None or naar in (*over.tafels, was.ontvanger) or not beurt.omgeving.kent(naar, beurt.tijd):
                raise ReactieGeweigerd(Weigercode.OVERGANG_VERBODEN)
            over = replace(over, tafels=(*over.tafels, naar), richting=beurt.trek_in(was, dossier))
        case Reactie.ONJUIST_GEADRESSEERD:
            intake = doel(over, beurt)
            richting = beurt.trek_in(was, dossier)
            if intake is None or beurt.omgeving.bestemming(intake.tafel, beurt.tijd).tafel != was.ontvanger:
                beurt.onjuist(wat, f"tafel {was.ontvanger}", was)  # the register leads elsewhere by now
                over = replace(over, richting=richting)
            else:
                beurt.onjuist(wat, intake.regel, was)
                over = replace(over, tafels=(), richting=replace(richting, omgeleid=was.omgeleid + 1))
    return over
