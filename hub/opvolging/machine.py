"""The life of one koppeling as one function: (koppeling, whatever happens) -> (koppeling, decisions, meldingen), or nothing."""

from dataclasses import replace

from hub.domein.gebeurtenis import Beheerdaad, Termijn, Terugkoppeling
from hub.domein.koppeling import Stand
from hub.opvolging.levensloop import Koppeling, stap
from hub.opvolging.omgeving import Gevolg, Omgeving
from hub.opvolging.reactie import haal_uit_park, reageer
from hub.opvolging.uitspraak import uitspraken
from hub.opvolging.verval import haal_terug, verval

Gebeurtenis = Stand | Terugkoppeling | Termijn | Beheerdaad


def leef(koppeling: Koppeling | None, wat: Gebeurtenis, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """One step. None: nothing changes. Only a stand begins a koppeling; whatever else comes first is about nothing."""
    gevolg = _stap(koppeling, wat, omgeving)
    return None if gevolg is None else replace(gevolg, uitspraken=uitspraken(koppeling, gevolg.lijf))


def _stap(koppeling: Koppeling | None, wat: Gebeurtenis, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    if isinstance(wat, Stand):
        return _met_park(stap(koppeling, wat, omgeving), omgeving)
    if koppeling is None:
        return None
    match wat:
        case Terugkoppeling():
            return reageer(koppeling, wat, omgeving)
        case Termijn():
            return _met_park(verval(koppeling, wat, omgeving), omgeving)
        case Beheerdaad():
            return haal_terug(koppeling, wat, omgeving)


def _met_park(gevolg: Gevolg[Koppeling] | None, omgeving: Omgeving) -> Gevolg[Koppeling] | None:
    """A step with the reactions that waited for it."""
    while gevolg is not None and gevolg.lijf is not None:
        verder = haal_uit_park(gevolg.lijf, omgeving)
        if verder is None:
            break
        gevolg = Gevolg(
            verder.lijf,
            (*gevolg.genomen, *verder.genomen),
            (*gevolg.gezonden, *verder.gezonden),
            (*gevolg.audit, *verder.audit),
        )
    return gevolg
