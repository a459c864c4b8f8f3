"""What time does to a koppeling, and what an operator does: terms, the escalation ladder, retention, recall."""

from dataclasses import replace

from hub.domein.codes import Dossierstatus
from hub.domein.gebeurtenis import Beheerdaad, Termijn
from hub.domein.koppeling import Kant
from hub.domein.signaal import Moment
from hub.opvolging.beurt import Beurt
from hub.opvolging.levensloop import Koppeling, begin, beslis, gehoord, op_moment, volgende
from hub.opvolging.omgeving import Auditregel, Gevolg, Omgeving
from hub.opvolging.richting import OPEN, Richting, Wending


def verval(koppeling: Koppeling, termijn: Termijn, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """A moment has come. None: nothing is due then (any more): twice is once.

    Everything is decided anew at that moment, as every time predicate of the policy yields a term; then whoever still has to act
    and is late goes one step up the ladder.
    """
    if termijn.versies:
        if not koppeling.moet_herzien(termijn.versies):
            return None
        return beslis(op_moment(koppeling, termijn.op, omgeving), omgeving)
    if volgende(koppeling) > termijn.op:
        return None
    if koppeling.geeindigd is not None:
        return Gevolg(None)
    over = op_moment(koppeling, termijn.op, omgeving)
    if over.tijd >= over.bewaren_tot:
        over = replace(over, geeindigd=over.tijd, vrijgaven=(), adviezen=())
    beurt = begin(over, over.tijd, omgeving)
    besloten = beslis(over, omgeving, beurt).lijf
    assert besloten is not None
    stand = besloten.stand
    return beurt.gevolg(
        replace(
            besloten,
            naar_links=_klim(besloten.naar_links, stand.rechts, stand.links, besloten.naar_rechts, beurt),
            naar_rechts=_klim(besloten.naar_rechts, stand.links, stand.rechts, besloten.naar_links, beurt),
        )
    )


def _klim(was: Richting, bron: Kant, ontvanger: Kant, terug: Richting, beurt: Beurt) -> Richting:
    """Takes a direction one step up the ladder when its term is over. At the top a source that knows of the koppeling is told that its
    dossier floats (ZWEVEND)."""
    if was.fase not in OPEN or was.termijn is None or was.termijn > beurt.tijd:
        return was
    genomen = next((een for een in beurt.genomen if een.aanvraag.bron.dossier == bron.dossier), None)
    over = beurt.klim(was, genomen, ontvanger.dossier)
    if over.termijn is None and gehoord(beurt, bron, terug):
        beurt.meld_status(bron, Dossierstatus.ZWEVEND)
        over = replace(over, status=Dossierstatus.ZWEVEND, volgnummer=beurt.volgnummer)
    return over


def haal_terug(koppeling: Koppeling, daad: Beheerdaad, omgeving: Omgeving) -> Gevolg[Koppeling]:
    """An operator recalls whatever stands; the koppeling tells nothing more for as long as both dossiers live."""
    tijd: Moment = max(koppeling.tijd, daad.tijd)
    beurt = begin(koppeling, tijd, omgeving)
    stand = koppeling.stand
    over = replace(
        koppeling,
        tijd=tijd,
        persoon=None,  # an operator's act outlives whatever a person said
        naar_links=_verwerp(beurt, koppeling.naar_links, stand.links),
    )
    over = replace(over, naar_rechts=_verwerp(beurt, over.naar_rechts, stand.rechts))
    uitkomst = f"{len(beurt.gezonden)} meldingen ingetrokken"
    beurt.audit.append(Auditregel(daad.id, tijd, daad.actor, daad.daad, daad.waarop, uitkomst))
    return beurt.gevolg(over)


def _verwerp(beurt: Beurt, was: Richting, ontvanger: Kant) -> Richting:
    return replace(beurt.trek_in(was, ontvanger.dossier, Wending.VERWERPEN), herzien_op=None)
