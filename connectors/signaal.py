"""From a validated message to a signaal: which facts go on, and in what form. Pure; nothing here keeps a name or a date."""

from dataclasses import dataclass
from typing import Final

from connectors import datum as datums
from connectors.invoer import DAG_MS, Casus, Intrekking, Invoer, Verdachte, VerdachteFeiten, Vrijgave
from connectors.persoon import NatuurlijkPersoon
from hub.domein.codes import Rol, Soort, Status, Thema, Vrijgaverol
from hub.domein.identiteit import Dossier, GemeenteCode, GrondslagId, TafelId
from hub.domein.kalender import dag_van
from hub.domein.ophouden import ophouden_einde
from hub.domein.signaal import Feiten, Signaal, Sleutelbos

ZONDER_GEMEENTE: Final = frozenset({"0000", "1999"})
"""BRP: gemeente unknown, and the register of non-residents (RNI)."""


@dataclass(frozen=True, slots=True)
class Afzender:
    """What every signaal of this connector has in common."""

    soort: Soort
    tafel: TafelId
    grondslag: GrondslagId
    """Used where the message names none."""
    bewaartermijn_dagen: int


def signaal(
    invoer: Invoer,
    dossier: Dossier,
    versie: int,
    moment: int,
    sleutels: tuple[Sleutelbos, ...],
    afzender: Afzender,
    voorganger: Dossier | None = None,
    persoon_sinds: int = 0,
) -> Signaal:
    """The full current state of a dossier as it leaves this process; `versie` in milliseconds since the epoch.

    `moment`: when it changed at its source, from which terms and ages count; other keys or a store that was put back raise the versie only.
    `persoon_sinds`: the versie since which the person is the same; 0: not said.
    """
    match invoer:
        case Verdachte():
            feiten = feiten_verdachte(invoer.persoon, invoer.feiten, afzender.grondslag)
        case Casus():
            feiten = _feiten_casus(invoer, moment, afzender.grondslag)
        case Intrekking():
            feiten = _feiten_intrekking(afzender)
    return Signaal(
        soort=afzender.soort,
        dossier=dossier,
        versie=versie,
        status=Status.VERVALLEN if isinstance(invoer, Intrekking) else Status.ACTIEF,
        tafel=afzender.tafel,
        feiten=feiten,
        bewaren_tot=bewaren_tot(invoer, moment, afzender),
        sleutels=sleutels,
        voorganger=voorganger,
        persoon_sinds=persoon_sinds,
    )


def bewaren_tot(invoer: Invoer, moment: int, afzender: Afzender) -> int:
    """The end of the retention of a dossier that changed at this moment: as the source gives it, or after the connector's own term."""
    gegeven = invoer.feiten.bewaren_tot if isinstance(invoer, Casus) else None
    return moment + afzender.bewaartermijn_dagen * DAG_MS if gegeven is None else gegeven


def feiten_verdachte(persoon: NatuurlijkPersoon, feiten: VerdachteFeiten, grondslag: GrondslagId) -> Feiten:
    """What may be known of a suspect; `grondslag` where the message names none."""
    rol, moment = _vrijgave(feiten.vrijgave)
    vanaf = feiten.ophouden_vanaf
    return Feiten(
        rol=Rol.VERDACHTE,
        thema=feiten.thema,
        grondslag=feiten.grondslag or grondslag,
        leeftijd=datums.leeftijd(persoon.geboortedatum, feiten.pleegdatum),
        gemeente_verblijf=_gemeente(persoon.gemeente_van_inschrijving),
        gemeente_feit=_gemeente(feiten.gemeente_feit),
        geheimhouding=persoon.geheimhouding_persoonsgegevens,
        spoedeisend=feiten.spoedeisend,
        belang=feiten.zwaarwegend_belang,
        vrijgave=rol,
        vrijgave_moment=moment,
        vervolgingsbeslissing=feiten.vervolgingsbeslissing,
        ophouden_tot=feiten.ophouden_tot if vanaf is None else ophouden_einde(vanaf),
        criteria=feiten.criteria,
    )


def _feiten_casus(invoer: Casus, moment: int, grondslag: GrondslagId) -> Feiten:
    feiten, persoon = invoer.feiten, invoer.persoon
    rol, vrijgegeven = _vrijgave(feiten.vrijgave)
    leeftijd = datums.leeftijd(persoon.geboortedatum, dag_van(moment))
    return Feiten(
        rol=Rol.CASUSPERSOON,
        thema=feiten.thema,
        grondslag=feiten.grondslag or grondslag,
        # Below zero: a year of birth only, and the birthday may still have to come. Above: changed on a day that has yet to come.
        leeftijd=None if leeftijd is None else min(max(0, leeftijd), datums.OUDST),
        gemeente_verblijf=_gemeente(persoon.gemeente_van_inschrijving),
        geheimhouding=persoon.geheimhouding_persoonsgegevens,
        vrijgave=rol,
        vrijgave_moment=vrijgegeven,
        fase=feiten.fase,
        fase_sinds=feiten.fase_sinds,
        advies_beschikbaar=feiten.advies_beschikbaar,
        escalatieniveau=feiten.escalatieniveau,
        doelen=feiten.doelen,
    )


def _feiten_intrekking(afzender: Afzender) -> Feiten:
    """A withdrawal tells nothing about the person; only the closed fields that the record must have are filled."""
    rol = Rol.VERDACHTE if afzender.soort is Soort.VERDACHTE else Rol.CASUSPERSOON
    return Feiten(rol=rol, thema=Thema.OVERIG, grondslag=afzender.grondslag)


def _vrijgave(vrijgave: Vrijgave | None) -> tuple[Vrijgaverol, int | None]:
    return (Vrijgaverol.GEEN, None) if vrijgave is None else (vrijgave.rol, vrijgave.moment)


def _gemeente(code: str | None) -> GemeenteCode | None:
    return None if code is None or code in ZONDER_GEMEENTE else GemeenteCode(f"GM{code}")
