"""Which machine takes which event: (what lives under a key, what happens to it) -> what it becomes."""

from dataclasses import replace
from typing import Any, assert_never

from hub.domein.codes import Daad, Reactie, Weigercode
from hub.domein.gebeurtenis import Antwoord, Beheerdaad, Termijn, Terugkoppeling, Triage, Uitspraak
from hub.domein.koppeling import Stand
from hub.opvolging import aandragen, bevraging, intake
from hub.opvolging.aandragen import Aandragen
from hub.opvolging.beurt import reactie_geweigerd
from hub.opvolging.bevraging import Vraagstaat
from hub.opvolging.levensloop import Koppeling
from hub.opvolging.machine import leef as leef_koppeling
from hub.opvolging.noodstop import Noodstop, noodstop_stap
from hub.opvolging.omgeving import Auditregel, Gevolg, Gezonden, Omgeving
from hub.processors.gebeurtenissen import Wat
from hub.processors.koppelingstaat import Lijf
from hub.processors.namen import NIET_GEVONDEN, Geweigerd, Weigering


def leef(  # noqa: PLR0911 - one way out per machine
    lijf: Lijf | None, wat: Wat, moment: int, omgeving: Omgeving
) -> Gevolg[Any] | None:
    """One step of whatever lives under the record's key. None: nothing changes.

    `moment` is when the record was written (ms). Raises Geweigerd where the record is about something of another kind.
    """
    if lijf is None:
        return _begin(wat, moment, omgeving)
    match lijf, wat:
        case Koppeling(), Stand() | Terugkoppeling() | Termijn() | Beheerdaad(daad=Daad.TERUGHALEN):
            return leef_koppeling(lijf, wat, omgeving)
        case Aandragen(), Triage():
            return aandragen.beoordeel(lijf, wat, omgeving)
        case Aandragen(), Uitspraak():
            return aandragen.hoor(lijf, wat, omgeving)
        case Aandragen(), Terugkoppeling():
            return intake.reageer(lijf, wat, omgeving)
        case Aandragen(), Termijn():
            return aandragen.verval(lijf, wat, omgeving)
        case Vraagstaat(), Antwoord():
            return bevraging.neem(lijf, wat, moment, omgeving)
        case Vraagstaat(), Termijn():
            return bevraging.verval(lijf, wat)
        case Noodstop(), Beheerdaad(daad=Daad.NOODSTOP | Daad.OPHEFFEN):
            return _noodstop(lijf, wat)
        case Aandragen(), Beheerdaad(daad=Daad.TERUGHALEN):
            return intake.haal_terug(lijf, wat, omgeving)
        case Vraagstaat() | Noodstop(), Terugkoppeling() | Beheerdaad(daad=Daad.TERUGHALEN):
            gevolg = _begin(wat, moment, omgeving)  # of these nothing can be said: as where there is nothing
            return None if gevolg is None else replace(gevolg, lijf=lijf)
    raise Geweigerd(Weigering.ONGELDIG)


def _begin(wat: Wat, moment: int, omgeving: Omgeving) -> Gevolg[Any] | None:  # noqa: PLR0911 - as above
    """What happens where nothing lives (any more)."""
    match wat:
        case Stand():
            return leef_koppeling(None, wat, omgeving)
        case Triage():
            return aandragen.beoordeel(None, wat, omgeving)
        case Uitspraak():
            return aandragen.hoor(None, wat, omgeving)
        case Antwoord():
            return bevraging.neem(None, wat, moment, omgeving)
        case Terugkoppeling():
            if wat.soort is Reactie.BEZORGD:
                return None
            return Gevolg(None, gezonden=(Gezonden(reactie_geweigerd(wat, Weigercode.ONBEKEND_VOOR_U)),))
        case Beheerdaad(daad=Daad.TERUGHALEN):
            regel = Auditregel(wat.id, wat.tijd, wat.actor, wat.daad, wat.waarop, NIET_GEVONDEN)
            return Gevolg(None, audit=(regel,))
        case Beheerdaad():
            return _noodstop(None, wat)
        case Termijn():
            return None
    assert_never(wat)


def _noodstop(noodstop: Noodstop | None, daad: Beheerdaad) -> Gevolg[Noodstop]:
    gevolg = noodstop_stap(noodstop, daad)
    regel = Auditregel(daad.id, daad.tijd, daad.actor, daad.daad, daad.waarop, gevolg.uitkomst)
    return Gevolg(gevolg.noodstop, audit=(regel,))
