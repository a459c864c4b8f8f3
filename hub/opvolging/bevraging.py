"""Check op bekendheid: (question, answer of one index partition) -> the one answer, when every partition has answered in time."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from hub.domein.codes import Bekendheid, Besluit, MeldingSoort, Soort, Uitkomst
from hub.domein.gebeurtenis import Antwoord, Termijn
from hub.domein.identiteit import GEEN_GRONDSLAG, kenmerk, melding_id
from hub.domein.koppeling import Kant, Stand, per_koppeling, sterkste
from hub.domein.melding import Contact, Melding
from hub.domein.signaal import Moment
from hub.opvolging.beurt import Beurt
from hub.opvolging.omgeving import Aanvraag, Auditregel, Genomen, Gevolg, Gezonden, Omgeving

NASLEEP: Final = 600_000
"""ms after its deadline that a question is remembered, so that a late or repeated answer does not begin it anew."""


@dataclass(frozen=True, slots=True)
class Vraagstaat:
    """A question until its answers are complete or too late."""

    vraag: UUID
    vrager: Kant
    actor: str
    uiterlijk: Moment
    gehoord: tuple[int, ...] = ()
    standen: tuple[Stand, ...] = ()
    """What was found; empty once answered."""
    beantwoord: bool = False


def neem(staat: Vraagstaat | None, antwoord: Antwoord, moment: Moment, omgeving: Omgeving) -> Gevolg[Vraagstaat] | None:
    """Apply the answer of one partition, which was written at `moment`. None: it came before, or the question was answered."""
    if staat is None:
        staat = Vraagstaat(antwoord.vraag, antwoord.vrager, antwoord.actor, antwoord.uiterlijk)
    if staat.beantwoord or antwoord.partitie in staat.gehoord:
        return None
    over = replace(
        staat,
        gehoord=tuple(sorted((*staat.gehoord, antwoord.partitie))),
        # Of dossiers that continue one another only the one that speaks for the stam is told of, whichever partition found it.
        standen=sterkste(per_koppeling((*staat.standen, *antwoord.standen))),
    )
    if moment > staat.uiterlijk:
        return _antwoord(over, Bekendheid.ONVOLLEDIG, (), Beurt(staat.vraag, staat.vrager.tijd, omgeving, 0))
    if len(over.gehoord) < omgeving.partities:
        return Gevolg(over)
    beurt = Beurt(staat.vraag, staat.vrager.tijd, omgeving, 0)
    mag = [genomen for stand in over.standen if (genomen := _mag(stand, over.vrager, beurt)) is not None]
    for uitkomst, bekendheid in (
        (Uitkomst.ZEKER, Bekendheid.BEKEND),
        (Uitkomst.MOGELIJK, Bekendheid.MOGELIJK_BEKEND),
    ):
        door = tuple(genomen for genomen in mag if genomen.aanvraag.uitkomst is uitkomst)
        if door:
            return _antwoord(over, bekendheid, door, beurt)
    return _antwoord(over, Bekendheid.NIET_BEKEND, (), beurt)


def verval(staat: Vraagstaat, termijn: Termijn) -> Gevolg[Vraagstaat] | None:
    """A question is forgotten some time after its deadline."""
    if volgende(staat) > termijn.op:
        return None
    onbeantwoord = Auditregel(
        staat.vraag, termijn.op, _actor(staat), "BEVRAGING", str(staat.vraag), Bekendheid.ONVOLLEDIG
    )
    return Gevolg(None, audit=() if staat.beantwoord else (onbeantwoord,))


def volgende(staat: Vraagstaat) -> Moment:
    """When a question is forgotten."""
    return staat.uiterlijk + NASLEEP


def _mag(stand: Stand, vrager: Kant, beurt: Beurt) -> Genomen | None:
    """The decision that lets the asker hear of this pair. A refusal reads exactly as no pair at all."""
    if stand.bewijs.uitkomst is Uitkomst.GEEN:
        return None
    casus = stand.links if stand.links.dossier != vrager.dossier else stand.rechts
    if casus.soort is not Soort.CASUS:
        return None
    aanvraag = Aanvraag(
        MeldingSoort.ANTWOORD, casus, vrager, vrager.tafel, stand.bewijs.uitkomst, beurt.tijd, stand.bewijs.model
    )
    genomen = beurt.beslis(aanvraag)
    gestopt = beurt.omgeving.gestopt(aanvraag, genomen.oordeel)
    return genomen if genomen.oordeel.besluit is Besluit.MELDEN and not gestopt else None


def _antwoord(staat: Vraagstaat, bekendheid: Bekendheid, door: tuple[Genomen, ...], beurt: Beurt) -> Gevolg[Vraagstaat]:
    contacten: list[Contact] = []
    for genomen in door:
        contact = beurt.omgeving.bestemming(genomen.aanvraag.bron.tafel, beurt.tijd).contact
        if contact not in contacten:
            contacten.append(contact)
    ontvanger = beurt.omgeving.bestemming(staat.vrager.tafel, beurt.tijd).tafel
    melding = Melding(
        id=melding_id(staat.vraag, ontvanger, 1),
        soort=MeldingSoort.ANTWOORD,
        koppeling=staat.vraag,
        kenmerk=kenmerk(staat.vraag),
        ontvanger=ontvanger,
        dossier=staat.vrager.dossier,
        tijd=beurt.tijd,
        grondslag=door[0].oordeel.grondslag if door else GEEN_GRONDSLAG,
        beleid=door[0].oordeel.beleid if door else "",
        contact=contacten[0] if contacten else None,
        antwoord=bekendheid,
        contacten=tuple(contacten),
    )
    regel = Auditregel(staat.vraag, beurt.tijd, _actor(staat), "BEVRAGING", str(staat.vraag), bekendheid)
    klaar = replace(staat, standen=(), beantwoord=True)
    return Gevolg(klaar, tuple(beurt.genomen), (Gezonden(melding, door),), (regel,))


def _actor(staat: Vraagstaat) -> str:
    return f"{staat.vrager.tafel} {staat.actor}"
