"""What a tafel says about a koppeling: (koppeling, terugkoppeling) -> (koppeling, decisions, meldingen). Never ignored: done or refused."""

from dataclasses import replace
from typing import Final

from hub.domein.codes import Levensfase, MeldingSoort, Reactie, Vrijgaverol, Weigercode
from hub.domein.gebeurtenis import Terugkoppeling
from hub.domein.koppeling import Kant
from hub.opvolging.beurt import Beurt
from hub.opvolging.levensloop import (
    Advies,
    Koppeling,
    Persoonsoordeel,
    Vrijgave,
    aanvraag,
    beslis,
    gevolg,
)
from hub.opvolging.omgeving import Auditregel, Gevolg, Omgeving
from hub.opvolging.richting import VAN_KOPPELING, Richting, Verboden, overgang

GEPARKEERD: Final = 8
"""Reactions that wait at most; more are refused."""
ONTHOUDEN: Final = 16
"""Reactions that are remembered."""
_PERSOON: Final = (Reactie.ZELFDE_PERSOON, Reactie.ANDERE_PERSOON)


class Geweigerd(Exception):
    """The reaction is not possible."""

    def __init__(self, code: Weigercode) -> None:
        super().__init__(code)
        self.code = code


def reageer(koppeling: Koppeling, wat: Terugkoppeling, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """Apply one reaction. None: it was applied before, or is a receipt of something that is no longer there."""
    if wat.id in koppeling.gedaan or any(wat.id == een.id for een in koppeling.geparkeerd):
        return None
    tijd = max(koppeling.tijd, wat.tijd or 0)
    beurt = Beurt(koppeling.stand.koppeling, tijd, omgeving, koppeling.volgnummer)
    try:
        kant = _kant(koppeling, wat)
        if wat.versie > kant.versie:
            return gevolg(_parkeer(koppeling, wat), beurt)
        nieuw = _pas_toe(replace(koppeling, tijd=tijd), wat, kant, beurt)
    except Geweigerd as fout:
        beurt.weiger(wat, fout.code)
        beurt.audit.append(regel_van(wat, tijd, fout.code))
        return gevolg(_gedaan(koppeling, wat), beurt)
    if nieuw is None:
        return None
    beurt.audit.append(regel_van(wat, tijd, "gedaan"))
    if wat.soort is Reactie.BEZORGD:
        return gevolg(_gedaan(nieuw, wat), beurt)
    return beslis(_gedaan(nieuw, wat), omgeving, beurt)


def haal_uit_park(koppeling: Koppeling, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """Apply the first parked reaction for which the stand has become new enough; None: there is none."""
    for wat in koppeling.geparkeerd:
        kant = _van_dossier(koppeling, wat)
        if kant is None or wat.versie <= kant.versie:
            rest = tuple(een for een in koppeling.geparkeerd if een is not wat)
            vrij = replace(koppeling, geparkeerd=rest)
            return reageer(vrij, wat, omgeving) or Gevolg(vrij)
    return None


def _parkeer(koppeling: Koppeling, wat: Terugkoppeling) -> Koppeling:
    if len(koppeling.geparkeerd) >= GEPARKEERD:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN)
    return replace(koppeling, geparkeerd=(*koppeling.geparkeerd, wat))


def _pas_toe(koppeling: Koppeling, wat: Terugkoppeling, kant: Kant, beurt: Beurt) -> Koppeling | None:
    """The koppeling with what was said, before it is decided again. Raises Geweigerd."""
    if wat.soort not in VAN_KOPPELING:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN)
    if wat.soort is Reactie.VRIJGEVEN:
        return _geef_vrij(koppeling, wat, kant, beurt)
    links = kant is koppeling.stand.links
    was = koppeling.naar_links if links else koppeling.naar_rechts
    if wat.tafel != was.ontvanger:
        raise Geweigerd(Weigercode.ONBEKEND_VOOR_U)
    bekend = was.staand is not None and (wat.melding is None or wat.melding in (was.staand, *was.gestuurd))
    if wat.soort is Reactie.BEZORGD:
        if not bekend or was.bezorgd is not None or wat.melding != was.staand:
            return None
        return _met(koppeling, links, replace(was, bezorgd=wat.tijd))
    if not bekend:
        raise Geweigerd(Weigercode.MELDING_VERVANGEN)
    if wat.soort in _PERSOON:
        koppeling = _oordeel_van_persoon(koppeling, wat, was)
    try:
        over = replace(was, fase=overgang(was.fase, wat.soort))
    except Verboden:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN) from None
    if wat.advies_beschikbaar is not None:
        eerder = tuple(advies for advies in koppeling.adviezen if advies.dossier != kant.stam)
        koppeling = replace(koppeling, adviezen=(*eerder, Advies(kant.stam, wat.advies_beschikbaar)))
    return _met(koppeling, links, _na(over, wat, kant, beurt))


def _na(over: Richting, wat: Terugkoppeling, kant: Kant, beurt: Beurt) -> Richting:
    """What is due after a reaction."""
    match over.fase:
        case Levensfase.CONTACT_GELEGD:
            assert over.staand_soort is not None
            termijn = beurt.omgeving.afsluiten_voor(over.ontvanger, over.staand_soort, beurt.tijd)
            return replace(over, trede=0, termijn=termijn)
        case Levensfase.AFGESLOTEN:
            return replace(over, termijn=None)
        case Levensfase.VERWORPEN:  # the receiver itself said so: nothing to recall from it
            return over.zonder_melding()
        case Levensfase.INGETROKKEN:  # wrongly addressed: recalled there, and told to whoever is next
            fout = Auditregel(
                wat.id, beurt.tijd, wat.tafel, "REGISTERREGEL_ONJUIST", f"tafel {kant.tafel}", str(over.omgeleid + 1)
            )
            beurt.audit.append(fout)
            was = replace(over, fase=Levensfase.GEMELD)
            return replace(beurt.trek_in(was, kant.dossier), omgeleid=over.omgeleid + 1)
    return over


def _oordeel_van_persoon(koppeling: Koppeling, wat: Terugkoppeling, was: Richting) -> Koppeling:
    if koppeling.persoon is not None:
        raise Geweigerd(Weigercode.AL_BESLIST)
    if was.staand_soort is not MeldingSoort.MOGELIJK_BEKEND:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN)
    if wat.rol is Vrijgaverol.GEEN:
        raise Geweigerd(Weigercode.ROL_ONBEVOEGD)
    return replace(koppeling, persoon=Persoonsoordeel(wat.soort, wat.tafel, wat.rol, wat.tijd or 0))


def _geef_vrij(koppeling: Koppeling, wat: Terugkoppeling, kant: Kant, beurt: Beurt) -> Koppeling:
    """An officer of the source releases what is held. Whether the role may, the policy says: what changes no reason is refused."""
    stand = koppeling.stand
    ander = stand.rechts if kant is stand.links else stand.links
    richting = koppeling.naar_rechts if kant is stand.links else koppeling.naar_links
    if wat.tafel != beurt.omgeving.bestemming(kant.tafel, koppeling.tijd).tafel:
        raise Geweigerd(Weigercode.ONBEKEND_VOOR_U)
    if richting.fase is not Levensfase.AANGEHOUDEN:
        raise Geweigerd(Weigercode.OVERGANG_VERBODEN)
    vrijgave = Vrijgave(kant.stam, wat.rol, wat.tijd or 0)
    over = replace(koppeling, vrijgaven=(*(v for v in koppeling.vrijgaven if v.dossier != kant.stam), vrijgave))
    voor = beurt.omgeving.oordeel(aanvraag(koppeling, kant, ander))
    na = beurt.omgeving.oordeel(aanvraag(over, kant, ander))
    if wat.rol is Vrijgaverol.GEEN or (na.besluit is voor.besluit and na.regels == voor.regels):
        raise Geweigerd(Weigercode.ROL_ONBEVOEGD)
    return over


def _kant(koppeling: Koppeling, wat: Terugkoppeling) -> Kant:
    """The sender's own side. Raises Geweigerd: nothing tells apart what does not exist from what is another's."""
    kant = _van_dossier(koppeling, wat)
    if kant is None or koppeling.geeindigd is not None:
        raise Geweigerd(Weigercode.ONBEKEND_VOOR_U)
    return kant


def _van_dossier(koppeling: Koppeling, wat: Terugkoppeling) -> Kant | None:
    stand = koppeling.stand
    return next((kant for kant in (stand.links, stand.rechts) if wat.dossier in (kant.dossier, kant.stam)), None)


def _met(koppeling: Koppeling, links: bool, richting: Richting) -> Koppeling:
    return replace(koppeling, naar_links=richting) if links else replace(koppeling, naar_rechts=richting)


def _gedaan(koppeling: Koppeling, wat: Terugkoppeling) -> Koppeling:
    return replace(koppeling, gedaan=(*koppeling.gedaan, wat.id)[-ONTHOUDEN:])


def regel_van(wat: Terugkoppeling, tijd: int, uitkomst: str) -> Auditregel:
    """The audit line of a reaction: whoever spoke, in which role, of which melding, and what came of it."""
    actor = wat.tafel if wat.rol is Vrijgaverol.GEEN else f"{wat.tafel} {wat.rol}"
    return Auditregel(wat.id, tijd, actor, wat.soort, str(wat.melding or wat.koppeling), uitkomst)
