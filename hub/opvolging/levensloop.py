"""The koppeling of two dossiers, one state machine with two directions: (koppeling, stand) -> (koppeling, decisions, meldingen).

A step is taken once. It depends on the state, the record and the versions of policy and register that are pinned at start; never
on a clock, so that the same records give the same meldingen. What tafels say is in `reactie`, what time does in `verval`.
"""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from hub.domein.codes import Dossierstatus, Levensfase, MeldingSoort, Reactie, Soort, Uitkomst, Vrijgaverol
from hub.domein.gebeurtenis import Terugkoppeling, Vrijgave
from hub.domein.identiteit import Dossier, Gedeeld, TafelId
from hub.domein.koppeling import Kant, Stand, is_verouderd, merk, sterkte
from hub.domein.signaal import Moment
from hub.opvolging.beurt import Beurt
from hub.opvolging.omgeving import Aanvraag, Gevolg, Omgeving
from hub.opvolging.richting import OPEN, Richting, Wending

OMLEIDINGEN: Final = 1
"""Wrong addresses after which a melding goes to no third tafel: people must place it."""
GEDULD: Final = 600_000
"""ms that a reaction waits for the versie of the dossier in which it was said; by then that has come, or it never will."""
NAWERK: Final = 86_400_000
"""ms that the end of a koppeling is remembered, so that a late record does not begin it anew."""


@dataclass(frozen=True, slots=True)
class Persoonsoordeel:
    """What a person found out about a possible match; remembered for as long as both dossiers live."""

    soort: Reactie
    """ZELFDE_PERSOON or ANDERE_PERSOON."""
    tafel: TafelId
    rol: Vrijgaverol
    tijd: Moment


@dataclass(frozen=True, slots=True)
class Advies:
    """A tafel said in a reaction whether it has advice for the other."""

    dossier: Dossier
    """The stam of that tafel's dossier."""
    beschikbaar: bool


@dataclass(frozen=True, slots=True)
class Koppeling:
    """State of a pair: the stand last decided upon, the directions towards `links` and `rechts`, and what people said."""

    stand: Stand
    naar_links: Richting
    naar_rechts: Richting
    tijd: Moment = 0
    """Latest moment that a step used."""
    versies: Gedeeld = ""
    """Hashes of policy and register under which was last decided."""
    persoon: Persoonsoordeel | None = None
    vrijgaven: tuple[Vrijgave, ...] = ()
    adviezen: tuple[Advies, ...] = ()
    gedaan: tuple[UUID, ...] = ()
    """The last reactions that were applied: the same again has no effect."""
    geparkeerd: tuple[Terugkoppeling, ...] = ()
    """Reactions that wait for a newer versie of their sender's dossier."""
    geeindigd: Moment | None = None
    """Since when retention is over."""
    leven: int = 0
    """The mark of this life: see `melding_id`."""

    def moet_herzien(self, versies: str) -> bool:
        """Whether it was decided under other versies, or held by a noodstop (that may be over)."""
        if self.geeindigd is not None:
            return False
        return self.versies != versies or self.naar_links.gehouden or self.naar_rechts.gehouden

    @property
    def volgnummer(self) -> int:
        return max(self.naar_links.volgnummer, self.naar_rechts.volgnummer)

    @property
    def bewaren_tot(self) -> Moment:
        return min(self.stand.links.bewaren_tot, self.stand.rechts.bewaren_tot)


def vervolg(kant: Kant, bekend: Kant) -> Kant:
    """`kant` with the later (`hervat`, `gegaan`) of the two, if both are the same dossier: an earlier report cannot undo that a successor
    went."""
    if kant.dossier != bekend.dossier or (kant.hervat, kant.gegaan) >= (bekend.hervat, bekend.gegaan):
        return kant
    return replace(kant, hervat=bekend.hervat, gegaan=bekend.gegaan)


def verenigd(nieuw: Stand, bekend: Stand) -> Stand:
    """What holds of a pair once a stand is known beside another: the newer sides, with the strongest evidence of the same two persons.

    Other keys draw the noise of the sketches anew: that says nothing of the persons, so that it takes no koppeling away
    (docs/adr/0018). Which stand came first makes no difference. Evidence of another model does not count, and without a shared token
    there is none.
    """
    later, eerder = (bekend, nieuw) if is_verouderd(nieuw, bekend) else (nieuw, bekend)
    links, rechts = vervolg(later.links, eerder.links), vervolg(later.rechts, eerder.rechts)
    if links is not later.links or rechts is not later.rechts:
        later = replace(later, links=links, rechts=rechts)
    personen = [(stand.links.persoon, stand.rechts.persoon, stand.bewijs.model) for stand in (later, eerder)]
    if personen[0] != personen[1]:
        return later
    return replace(later, bewijs=max(later.bewijs, eerder.bewijs, key=sterkte))


def stap(koppeling: Koppeling | None, stand: Stand, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """Apply one stand. None: it is old or says nothing new, and nothing changes.

    A first stand that says GEEN is remembered too: an older stand of the pair may still be under way from another partition.
    """
    if koppeling is None:
        leven = merk(stand.links, stand.rechts)
        koppeling = Koppeling(stand, Richting(stand.links.tafel), Richting(stand.rechts.tafel), leven=leven)
    else:
        stand = verenigd(stand, koppeling.stand)
        if stand == koppeling.stand:
            return None
        koppeling = _van_dezelfden(koppeling, stand)
    over = op_moment(replace(koppeling, stand=stand), stand.tijd, omgeving)
    if over.tijd < over.bewaren_tot:
        over = replace(over, geeindigd=None)
    return beslis(over, omgeving)


def _van_dezelfden(koppeling: Koppeling, stand: Stand) -> Koppeling:
    """What still holds of what people said, now that the sides are these.

    What was said of a person lapses with that person: a dossier that was corrected to another one has to be looked at, and released,
    anew, also where nobody had answered yet: a word about the first is too late. (Of a dossier that continues another one the person is
    the same.)
    """
    was = koppeling.stand
    links = _geadresseerd(koppeling.naar_links, was.links.tafel, stand.links.tafel)
    rechts = _geadresseerd(koppeling.naar_rechts, was.rechts.tafel, stand.rechts.tafel)
    if not (ander_persoon(was.links, stand.links) or ander_persoon(was.rechts, stand.rechts)):
        return replace(koppeling, naar_links=links, naar_rechts=rechts)
    beeindigd = koppeling.persoon is not None and koppeling.persoon.soort is Reactie.ANDERE_PERSOON
    links, rechts = map(_heropend if beeindigd else _opnieuw_gevraagd, (links, rechts))
    if koppeling.vrijgaven or Levensfase.AANGEHOUDEN in (links.fase, rechts.fase):  # whoever releases it is asked again
        links, rechts = replace(links, status=None), replace(rechts, status=None)
    return replace(koppeling, naar_links=links, naar_rechts=rechts, persoon=None, vrijgaven=(), adviezen=())


def _geadresseerd(naar: Richting, oud: TafelId, nieuw: TafelId) -> Richting:
    """Forgets the wrong addresses of a direction (`omgeleid`) when its dossier has gone to another tafel."""
    return naar if oud == nieuw else replace(naar, omgeleid=0)


def op_moment(koppeling: Koppeling, tijd: Moment, omgeving: Omgeving) -> Koppeling:
    """The koppeling at this moment, if it is later than its own: where the register leads a dossier to another tafel by then, a wrong
    address of before is none of that one."""

    def naar(richting: Richting, kant: Kant) -> Richting:
        if not richting.omgeleid:
            return richting
        was, nu = (omgeving.bestemming(kant.tafel, op).tafel for op in (koppeling.tijd, tijd))
        if richting.omgeleid > OMLEIDINGEN and nu == omgeving.bestemming(kant.tafel, koppeling.tijd, 1).tafel:
            return richting  # that one was asked in its stead, and has said that it is not theirs
        return _geadresseerd(richting, was, nu)

    if tijd <= koppeling.tijd:
        return koppeling
    links, rechts = koppeling.stand.links, koppeling.stand.rechts
    return replace(
        koppeling,
        tijd=tijd,
        naar_links=naar(koppeling.naar_links, links),
        naar_rechts=naar(koppeling.naar_rechts, rechts),
    )


def _heropend(was: Richting) -> Richting:
    """Reopens a direction that a person had ended."""
    return was.door(Wending.HEROPENEN)


def _opnieuw_gevraagd(was: Richting) -> Richting:
    """Makes the next step tell a MOGELIJK_BEKEND again: its receiver has to find out anew who the person is."""
    if was.staand_soort is not MeldingSoort.MOGELIJK_BEKEND or was.fase is Levensfase.ONBESTELBAAR:
        return was
    return replace(was, staand_inhoud="")


def ander_persoon(oud: Kant, nieuw: Kant) -> bool:
    """Whether what people said of the person of `oud` may not hold for `nieuw`.

    Same dossier: both say since when they speak of this person, and not since the same moment. Different dossiers of one stam: a successor
    went since `oud`, and nobody heard what `nieuw` said while that one spoke for the stam.
    """
    if oud.dossier != nieuw.dossier:
        return nieuw.hervat > oud.hervat
    gezegd = oud.persoon_sinds and nieuw.persoon_sinds
    return bool(gezegd) and oud.persoon_sinds != nieuw.persoon_sinds


def begin(koppeling: Koppeling, tijd: Moment, omgeving: Omgeving) -> Beurt:
    """A step of a koppeling at that moment."""
    return Beurt(koppeling.stand.koppeling, tijd, omgeving, koppeling.volgnummer, koppeling.leven)


def beslis(koppeling: Koppeling, omgeving: Omgeving, beurt: Beurt | None = None) -> Gevolg[Koppeling]:
    """Decide both directions at the koppeling's own moment, and tell what changed. `beurt`: a step that has begun already."""
    if beurt is None:
        beurt = begin(koppeling, koppeling.tijd, omgeving)
    stand = koppeling.stand
    over = replace(
        koppeling,
        versies=omgeving.versies,
        naar_links=_richting(beurt, koppeling, koppeling.naar_links, stand.rechts, stand.links),
    )
    over = replace(over, naar_rechts=_richting(beurt, over, over.naar_rechts, stand.links, stand.rechts))
    over = replace(
        over,
        naar_links=_status(beurt, over.naar_links, stand.rechts, over.naar_rechts, koppeling.naar_rechts.ontvanger),
        naar_rechts=_status(beurt, over.naar_rechts, stand.links, over.naar_links, koppeling.naar_links.ontvanger),
    )
    return beurt.gevolg(over)


def uitkomst(koppeling: Koppeling) -> Uitkomst:
    """How certain the pair is, a person's word included."""
    persoon = koppeling.persoon
    gezegd = Uitkomst.ZEKER if persoon is not None and persoon.soort is Reactie.ZELFDE_PERSOON else Uitkomst.GEEN
    return volgens(None if persoon is None else gezegd, koppeling.stand)


def volgens(gezegd: Uitkomst | None, stand: Stand) -> Uitkomst:
    """How certain a pair is: whoever verified knows better than the evidence, as long as there is any."""
    bewijs = stand.bewijs.uitkomst
    return bewijs if gezegd is None or bewijs is Uitkomst.GEEN else gezegd


def soort_melding(stand: Stand, zeker: Uitkomst) -> MeldingSoort:
    """What the pair's certainty and kinds would be told as."""
    if zeker is Uitkomst.MOGELIJK:
        return MeldingSoort.MOGELIJK_BEKEND
    if stand.links.soort is Soort.CASUS and stand.rechts.soort is Soort.CASUS:
        return MeldingSoort.DUBBELE_CASUS
    return MeldingSoort.BEKEND


def aanvraag(koppeling: Koppeling, bron: Kant, ontvanger: Kant, tafel: TafelId) -> Aanvraag:
    """What the filter is asked for one direction; `tafel` would hear: the receiver's own, or whoever stands in for it."""
    zeker = uitkomst(koppeling)
    return Aanvraag(
        soort_melding(koppeling.stand, zeker),
        _met_woord(koppeling, bron),
        _met_woord(koppeling, ontvanger),
        tafel,
        zeker,
        koppeling.tijd,
        koppeling.stand.bewijs.model,
    )


def _richting(beurt: Beurt, koppeling: Koppeling, was: Richting, bron: Kant, ontvanger: Kant) -> Richting:
    """Decide one direction again, and tell the receiver what changed."""
    bestemming = beurt.omgeving.bestemming(ontvanger.tafel, koppeling.tijd, was.omgeleid)
    if was.fase is Levensfase.VERWORPEN and koppeling.geeindigd is None:
        # A person or an operator ended it, for as long as both dossiers live.
        return replace(beurt.haal_na(was, ontvanger.dossier), termijn=None, herzien_op=None)
    verworpen = koppeling.persoon is not None and koppeling.persoon.soort is Reactie.ANDERE_PERSOON
    if uitkomst(koppeling) is Uitkomst.GEEN or koppeling.geeindigd is not None:
        wending = Wending.VERWERPEN if verworpen else Wending.INTREKKEN
        over = beurt.trek_in(was, ontvanger.dossier, wending)
        return replace(over.naar(bestemming.tafel), regels=(), herzien_op=None)
    if was.omgeleid > OMLEIDINGEN:
        return replace(was, herzien_op=beurt.herzien_op())
    genomen = beurt.beslis(aanvraag(koppeling, bron, ontvanger, bestemming.tafel))
    toon = genomen.aanvraag.soort
    blijft = was.ontvanger == bestemming.tafel
    if koppeling.persoon is not None and blijft and was.staand_soort is MeldingSoort.MOGELIJK_BEKEND:
        toon = MeldingSoort.MOGELIJK_BEKEND  # whoever verified knows, and is not told again
    return beurt.richting(was, genomen, bestemming, ontvanger.dossier, toon)


def _status(beurt: Beurt, richting: Richting, bron: Kant, terug: Richting, eerder: TafelId) -> Richting:
    """Tell the source what its side waits for; only a source that was lawfully told of the koppeling may know that it waits.

    `eerder`: the tafel that heard for the source until this step. What was told to another one is told anew.
    """
    verteld = richting.status if terug.ontvanger == eerder else None
    niemand = richting.omgeleid > OMLEIDINGEN and richting.staand is None
    if niemand or (richting.fase in OPEN and richting.termijn is None):  # the ladder is at its end
        wordt: Dossierstatus | None = Dossierstatus.ZWEVEND
    elif richting.fase is Levensfase.AANGEHOUDEN:
        wordt = next(
            (g.oordeel.wacht_op for g in reversed(beurt.genomen) if g.aanvraag.bron.dossier == bron.dossier), None
        )
    else:
        return replace(richting, status=None)
    if wordt is None or wordt is verteld or not gehoord(beurt, bron, terug):
        return replace(richting, status=verteld)
    beurt.meld_status(bron, wordt)
    return replace(richting, status=wordt, volgnummer=beurt.volgnummer)


def gehoord(beurt: Beurt, bron: Kant, terug: Richting) -> bool:
    """Whether the source knows of the koppeling, because it was told lawfully; `terug` is the direction towards the source."""
    verteld = terug.staand is not None and terug.fase is not Levensfase.ONBESTELBAAR
    return verteld and terug.ontvanger == beurt.omgeving.bestemming(bron.tafel, beurt.tijd).tafel


def _met_woord(koppeling: Koppeling, kant: Kant) -> Kant:
    """A side with what people said of it in this koppeling: a release that its signaal lacks, advice that became available."""
    vrij = vrijgegeven(kant, next((v for v in koppeling.vrijgaven if v.dossier == kant.stam), None))
    advies = next((a for a in koppeling.adviezen if a.dossier == kant.stam), None)
    return vrij if advies is None else replace(vrij, feiten=replace(vrij.feiten, advies_beschikbaar=advies.beschikbaar))


def vrijgegeven(kant: Kant, vrijgave: Vrijgave | None) -> Kant:
    """A side with a release that was said after the one of its signaal, if that has any."""
    feiten = kant.feiten
    if vrijgave is None or (feiten.vrijgave is not Vrijgaverol.GEEN and (feiten.vrijgave_moment or 0) >= vrijgave.tijd):
        return kant
    return replace(kant, feiten=replace(feiten, vrijgave=vrijgave.rol, vrijgave_moment=vrijgave.tijd))


def volgende(koppeling: Koppeling) -> Moment:
    """The next moment at which time changes a koppeling. Every koppeling has one; at the last it is forgotten."""
    if koppeling.geeindigd is not None:
        return koppeling.geeindigd + NAWERK
    momenten = [koppeling.bewaren_tot, *((wat.tijd or 0) + GEDULD for wat in koppeling.geparkeerd)]
    for richting in (koppeling.naar_links, koppeling.naar_rechts):
        if richting.herzien_op is not None:
            momenten.append(richting.herzien_op)
        if richting.termijn is not None and richting.fase in OPEN:
            momenten.append(richting.termijn)
    return min(momenten)
