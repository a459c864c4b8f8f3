"""What a tafel says about a koppeling: (koppeling, terugkoppeling) -> (koppeling, decisions, meldingen). Never ignored: done or refused."""

from collections.abc import Container
from dataclasses import replace
from typing import Final

from hub.domein.codes import Besluit, Levensfase, MeldingSoort, Reactie, Vrijgaverol, Weigercode
from hub.domein.gebeurtenis import Terugkoppeling, Vrijgave
from hub.domein.koppeling import Kant
from hub.opvolging.beurt import Beurt
from hub.opvolging.levensloop import (
    GEDULD,
    OMLEIDINGEN,
    Advies,
    Koppeling,
    Persoonsoordeel,
    aanvraag,
    begin,
    beslis,
    gehoord,
    op_moment,
)
from hub.opvolging.omgeving import Aanvraag, Auditregel, Gevolg, Omgeving
from hub.opvolging.richting import VAN_DE_PERSOON, VAN_KOPPELING, Richting, Verboden, Wending

GEPARKEERD: Final = 8
"""Reactions that wait at most; more are applied at once."""
ONTHOUDEN: Final = 16
"""Reactions that are remembered."""
_PERSOON: Final = (Reactie.ZELFDE_PERSOON, Reactie.ANDERE_PERSOON)


class ReactieGeweigerd(Exception):
    """The reaction is not possible."""

    def __init__(self, code: Weigercode) -> None:
        super().__init__(code)
        self.code = code


def reageer(koppeling: Koppeling, wat: Terugkoppeling, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """Apply one reaction. None: it was applied before, or is a receipt of nothing that was sent."""
    if wat.eigen_id in koppeling.gedaan or any(wat.eigen_id == een.eigen_id for een in koppeling.geparkeerd):
        return None
    tijd = max(koppeling.tijd, wat.tijd or 0)
    beurt = begin(koppeling, tijd, omgeving)
    if wat.soort is Reactie.BEZORGD:
        return _bezorgd(koppeling, wat, beurt)
    try:
        kant = _kant(koppeling, wat)
        if wat.versie > kant.versie and len(koppeling.geparkeerd) < GEPARKEERD:
            return beurt.gevolg(replace(koppeling, geparkeerd=(*koppeling.geparkeerd, wat)))
        nieuw = _pas_toe(op_moment(koppeling, tijd, omgeving), wat, kant, beurt)
    except ReactieGeweigerd as fout:
        beurt.weiger(wat, fout.code)
        beurt.audit.append(regel_van(wat, tijd, fout.code))
        return beurt.gevolg(_gedaan(koppeling, wat))
    beurt.audit.append(regel_van(wat, tijd, "gedaan"))
    return beslis(_gedaan(nieuw, wat), omgeving, beurt)


def haal_uit_park(koppeling: Koppeling, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """Apply the first parked reaction that need not wait any longer; None: there is none.

    Its dossier has the versie in which it was said, or that will not come: it was waited for long enough, or all is over.
    """
    for wat in koppeling.geparkeerd:
        kant = _van_dossier(koppeling, wat)
        te_laat = koppeling.geeindigd is not None or koppeling.tijd >= (wat.tijd or 0) + GEDULD
        if kant is None or te_laat or wat.versie <= kant.versie:
            rest = tuple(een for een in koppeling.geparkeerd if een is not wat)
            vrij = replace(koppeling, geparkeerd=rest)
            op_tijd = kant is not None and wat.versie <= kant.versie
            return reageer(vrij, wat if op_tijd else replace(wat, versie=0), omgeving) or Gevolg(vrij)
    return None


def heeft_ontvangen(beurt: Beurt, wat: Terugkoppeling) -> bool:
    """Whether the melding that is named was ever sent to this tafel about what this step is about."""
    return any(wat.melding == beurt.nummer(wat.tafel, nummer) for nummer in range(1, beurt.volgnummer + 1))


def toets_aangesproken(was: Richting, wat: Terugkoppeling, mag: Container[Reactie], beurt: Beurt) -> None:
    """Whether this tafel holds the melding of which it speaks, and may say such a thing of it at all. Raises ReactieGeweigerd."""
    if wat.tafel != was.ontvanger:
        raise ReactieGeweigerd(Weigercode.ONBEKEND_VOOR_U)
    if was.staand is None or wat.melding not in (None, was.staand, *was.gestuurd):
        ooit = heeft_ontvangen(beurt, wat)
        raise ReactieGeweigerd(Weigercode.MELDING_VERVANGEN if ooit else Weigercode.ONBEKEND_VOOR_U)
    if wat.soort not in mag:
        raise ReactieGeweigerd(Weigercode.OVERGANG_VERBODEN)
    if wat.soort in VAN_DE_PERSOON and (wat.melding is None or not was.staand_inhoud):
        raise ReactieGeweigerd(Weigercode.MELDING_VERVANGEN)


def toets_persoon(wat: Terugkoppeling, kant: Kant) -> None:
    """Whether a word about the person was said of the one that the sender's dossier speaks of now. Raises ReactieGeweigerd."""
    if 0 < wat.versie < kant.persoon_sinds:
        raise ReactieGeweigerd(Weigercode.MELDING_VERVANGEN)


def na_reactie(was: Richting, soort: Reactie) -> Richting:
    """The direction one reaction further. Raises ReactieGeweigerd."""
    try:
        return was.door(soort)
    except Verboden:
        raise ReactieGeweigerd(Weigercode.OVERGANG_VERBODEN) from None


def toets_vrijgave(was: Richting, rol: Vrijgaverol, voor: Aanvraag, na: Aanvraag, omgeving: Omgeving) -> None:
    """Whether a release by this role sets going what is held, which the policy says: one that changes no reason does not.

    `voor` and `na`: what the filter is asked without it and with it. Raises ReactieGeweigerd.
    """
    if was.fase is not Levensfase.AANGEHOUDEN:
        raise ReactieGeweigerd(Weigercode.OVERGANG_VERBODEN)
    zonder, met = omgeving.oordeel(voor), omgeving.oordeel(na)
    if zonder.besluit is Besluit.MELDEN:  # a noodstop holds it, and no release helps
        raise ReactieGeweigerd(Weigercode.OVERGANG_VERBODEN)
    if rol is Vrijgaverol.GEEN or (met.besluit is zonder.besluit and met.regels == zonder.regels):
        raise ReactieGeweigerd(Weigercode.ROL_ONBEVOEGD)


def _bezorgd(koppeling: Koppeling, wat: Terugkoppeling, beurt: Beurt) -> Gevolg[Koppeling] | None:
    """A receipt of a connector proves that a melding arrived, a recall too; it decides nothing, and is never refused."""
    if not heeft_ontvangen(beurt, wat):
        return None
    beurt.audit.append(regel_van(wat, wat.tijd or 0, "gedaan"))
    return beurt.gevolg(
        replace(
            koppeling,
            naar_links=met_bewijs(koppeling.naar_links, wat),
            naar_rechts=met_bewijs(koppeling.naar_rechts, wat),
        )
    )


def met_bewijs(richting: Richting, wat: Terugkoppeling) -> Richting:
    """The direction with the moment at which what stands there arrived; the first receipt counts."""
    past = wat.melding is not None and wat.melding == richting.staand and richting.bezorgd is None
    return replace(richting, bezorgd=wat.tijd) if past else richting


def _pas_toe(koppeling: Koppeling, wat: Terugkoppeling, kant: Kant, beurt: Beurt) -> Koppeling:
    """The koppeling with what was said, before it is decided again. Raises ReactieGeweigerd."""
    if wat.soort is Reactie.VRIJGEVEN:
        return _geef_vrij(koppeling, wat, kant, beurt)
    links = kant is koppeling.stand.links
    was = koppeling.naar_links if links else koppeling.naar_rechts
    toets_aangesproken(was, wat, VAN_KOPPELING, beurt)
    if wat.soort in _PERSOON:
        toets_persoon(wat, kant)
        koppeling = _oordeel_van_persoon(koppeling, wat, was)
    over = na_reactie(was, wat.soort)
    if wat.advies_beschikbaar is not None:
        eerder = tuple(advies for advies in koppeling.adviezen if advies.dossier != kant.stam)
        koppeling = replace(koppeling, adviezen=(*eerder, Advies(kant.stam, wat.advies_beschikbaar)))
    richting = _na(over, wat, kant, beurt)
    return replace(koppeling, naar_links=richting) if links else replace(koppeling, naar_rechts=richting)


def _na(over: Richting, wat: Terugkoppeling, kant: Kant, beurt: Beurt) -> Richting:
    """What is due after a reaction."""
    match over.fase:
        case Levensfase.CONTACT_GELEGD:
            assert over.staand_soort is not None
            termijn = beurt.omgeving.afsluiten_voor(over.ontvanger, over.staand_soort, beurt.tijd)
            return replace(over, trede=0, termijn=termijn)
        case Levensfase.ONTVANGEN if over.termijn is None:
            # The ladder was at its end, and somebody answered after all.
            assert over.staand_soort is not None
            termijn = beurt.omgeving.reageren_voor(over.ontvanger, over.staand_soort, beurt.tijd)
            return replace(over, termijn=termijn)
        case Levensfase.AFGESLOTEN:
            return replace(over, termijn=None)
        case Levensfase.VERWORPEN:  # told of the wrong person: what it holds of that is recalled too
            return beurt.trek_in(over, kant.dossier, Wending.VERWERPEN)
        case Levensfase.INGETROKKEN:
            return _onjuist_geadresseerd(over, wat, kant, beurt)
    return over


def _onjuist_geadresseerd(over: Richting, wat: Terugkoppeling, kant: Kant, beurt: Beurt) -> Richting:
    """Recalled there, and told to whoever is next. Where the register leads elsewhere by now, none of its lines is to blame for what it
    said before, and whom it names now has not been asked."""
    adres = beurt.omgeving.bestemming(kant.tafel, beurt.tijd, over.omgeleid)
    was = replace(over, fase=Levensfase.GEMELD)
    if adres.tafel != over.ontvanger:
        beurt.onjuist(wat, f"tafel {over.ontvanger}", over)
        return beurt.trek_in(was, kant.dossier)
    beurt.onjuist(wat, adres.regel, over)
    if over.omgeleid >= OMLEIDINGEN:
        beurt.zweef(over.ontvanger, "onjuist geadresseerd")
    return replace(beurt.trek_in(was, kant.dossier), omgeleid=over.omgeleid + 1)


def _oordeel_van_persoon(koppeling: Koppeling, wat: Terugkoppeling, was: Richting) -> Koppeling:
    if koppeling.persoon is not None:
        raise ReactieGeweigerd(Weigercode.AL_BESLIST)
    if was.staand_soort is not MeldingSoort.MOGELIJK_BEKEND:
        raise ReactieGeweigerd(Weigercode.OVERGANG_VERBODEN)
    if wat.rol is Vrijgaverol.GEEN:
        raise ReactieGeweigerd(Weigercode.ROL_ONBEVOEGD)
    return replace(koppeling, persoon=Persoonsoordeel(wat.soort, wat.tafel, wat.rol, wat.tijd or 0))


def _geef_vrij(koppeling: Koppeling, wat: Terugkoppeling, kant: Kant, beurt: Beurt) -> Koppeling:
    """An officer of the source releases what is held."""
    stand = koppeling.stand
    ander = stand.rechts if kant is stand.links else stand.links
    richting, terug = koppeling.naar_links, koppeling.naar_rechts
    if kant is stand.links:
        richting, terug = terug, richting
    if wat.tafel != terug.ontvanger or not gehoord(beurt, kant, terug):
        raise ReactieGeweigerd(Weigercode.ONBEKEND_VOOR_U)  # that something is held is told only to whom it concerns
    toets_persoon(wat, kant)
    vrijgave = Vrijgave(kant.stam, wat.rol, wat.tijd or 0)
    over = replace(koppeling, vrijgaven=(*(v for v in koppeling.vrijgaven if v.dossier != kant.stam), vrijgave))
    voor, na = (aanvraag(een, kant, ander, richting.ontvanger) for een in (koppeling, over))
    toets_vrijgave(richting, wat.rol, voor, na, beurt.omgeving)
    return over


def _kant(koppeling: Koppeling, wat: Terugkoppeling) -> Kant:
    """The sender's own side. Raises ReactieGeweigerd: nothing tells apart what does not exist from what is another's."""
    kant = _van_dossier(koppeling, wat)
    if kant is None or koppeling.geeindigd is not None:
        raise ReactieGeweigerd(Weigercode.ONBEKEND_VOOR_U)
    return kant


def _van_dossier(koppeling: Koppeling, wat: Terugkoppeling) -> Kant | None:
    stand = koppeling.stand
    return next((kant for kant in (stand.links, stand.rechts) if wat.dossier in (kant.dossier, kant.stam)), None)


def _gedaan(koppeling: Koppeling, wat: Terugkoppeling) -> Koppeling:
    return replace(koppeling, gedaan=(*koppeling.gedaan, wat.eigen_id)[-ONTHOUDEN:])


def regel_van(wat: Terugkoppeling, tijd: int, uitkomst: str) -> Auditregel:
    """The audit line of a reaction: whoever spoke, in which role, of which melding, and what came of it."""
    actor = wat.tafel if wat.rol is Vrijgaverol.GEEN else f"{wat.tafel} {wat.rol}"
    return Auditregel(wat.id, tijd, actor, wat.soort, str(wat.melding or wat.koppeling), uitkomst)
