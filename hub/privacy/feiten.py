"""The facts of one geval, computed in one place from both sides, the register and an explicit moment: what policy may ask.

Every name that this module writes is declared and explained in `beleid/beleid.cedarschema`. Where a fact is unknown, the
value written here is the one that permits least.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import auto
from typing import Any, Final

from hub.domein.codes import (
    Belang,
    Code,
    Criterium,
    Doel,
    Fase,
    MeldingSoort,
    Rol,
    Soort,
    Thema,
    Uitkomst,
    Veld,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.identiteit import GrondslagId, TafelId
from hub.domein.koppeling import Kant
from hub.domein.signaal import Feiten
from hub.domein.tafel import Tafel, TafelSoort
from hub.privacy.grondslag import Grondslag, Richting

DAG: Final = 24 * 3600 * 1000
"""ms"""
JONGST: Final = 12
"""An unknown age may be 12: below that nobody is registered (Sv 486)."""
OUDST: Final = 130
"""An unknown age may be this."""
NOOIT: Final = -1
"""`nazorgdagen` of a casus that is not in aftercare, or of which its beginning is unknown or still to come."""


class OntvangerRol(Code):
    """Rol, and GEEN: the receiver has no dossier of this person."""

    VERDACHTE = auto()
    CASUSPERSOON = auto()
    SLACHTOFFER = auto()
    GETUIGE = auto()
    NETWERK = auto()
    GEEN = auto()


LIJSTEN: Final[Mapping[str, type[Code]]] = {
    "soort": MeldingSoort,
    "uitkomst": Uitkomst,
    "richting": Richting,
    "bron.rol": Rol,
    "bron.thema": Thema,
    "bron.vervolgingsbeslissing": Vervolgingsbeslissing,
    "bron.belang": Belang,
    "bron.vrijgave": Vrijgaverol,
    "bron.fase": Fase,
    "bron.doelen": Doel,
    "ontvanger.rol": OntvangerRol,
    "ontvanger.fase": Fase,
    "ontvanger.doelen": Doel,
    "aandragen.criteria": Criterium,
    "tafel.soort": TafelSoort,
    "tafel.themas": Thema,
    "tafel.doelen": Doel,
    "grondslag.richtingen": Richting,
    "grondslag.ontvangers": TafelSoort,
    "grondslag.themas": Thema,
    "grondslag.vrijgave_rollen": Vrijgaverol,
    "grondslag.velden": Veld,
}
"""The closed list of every text (or set of texts) in the facts: a word in the policy that is not in it is a fault at load."""

VERZAMELINGEN: Final = frozenset(
    {
        "bron.doelen",
        "ontvanger.doelen",
        "aandragen.criteria",
        "tafel.themas",
        "tafel.doelen",
        "grondslag.richtingen",
        "grondslag.ontvangers",
        "grondslag.themas",
        "grondslag.vrijgave_rollen",
        "grondslag.velden",
    }
)
"""The facts that are sets of words."""
GETALLEN: Final = frozenset({"leeftijd_jongst", "leeftijd_oudst", "bron.nazorgdagen", "ontvanger.nazorgdagen"})
WAARHEDEN: Final = frozenset(
    {
        "geheimhouding",
        "bron.bewaartermijn_verstreken",
        "bron.spoedeisend",
        "bron.vrijgave_geldt",
        "ontvanger.bewaartermijn_verstreken",
        "ontvanger.verifieert",
        "aandragen.in_regio",
        "aandragen.zonder_casus",
        "tafel.jeugdtaak",
        "tafel.geheim_bevoegd",
        "grondslag.bekend",
        "grondslag.geldig",
        "grondslag.zonder_vrijgave",
    }
)
WOORDEN: Final = frozenset({*LIJSTEN, "grondslag.id"}) - VERZAMELINGEN
FEITEN: Final = WOORDEN | VERZAMELINGEN | GETALLEN | WAARHEDEN
"""Every fact, by its full name. Each is of one of these kinds, and always there."""

BUITEN_BEELD: Final[Mapping[str, Any]] = {"aandragen": {"criteria": [], "in_regio": False, "zonder_casus": False}}
"""What policy reads of facts that a geval of another kind does not have: the values that permit least."""


@dataclass(frozen=True, slots=True)
class Geval:
    """One melding that might be sent: what, about whose dossier, to whom, when."""

    soort: MeldingSoort
    """The kind that would be sent: a match (BEKEND, MOGELIJK_BEKEND, DUBBELE_CASUS), the ANTWOORD to a question, AANDRAGEN
    to an intake, or INGETROKKEN. Any other is refused."""
    bron: Kant
    """The side that would be disclosed."""
    ontvanger: Kant | None
    """The side that would hear; its own dossier is the one that the melding names. For an ANTWOORD: what the question says
    of the person, with the doel of the question. None: no dossier there, as with AANDRAGEN."""
    uitkomst: Uitkomst
    """Certainty on which the melding rests: ZEKER also once a person has confirmed (ZELFDE_PERSOON). GEEN for AANDRAGEN."""
    bron_tafel: Tafel
    """What the register says at `tijd` of the tafel that answers for the source (a successor where its own has closed)."""
    ontvanger_tafel: Tafel
    """The same of the tafel that would hear."""
    tijd: int
    """ms; the only clock."""
    aangewezen: TafelId | None = None
    """AANDRAGEN only: the tafel that the register names for the residence, or else the place of the offence. None: not known."""
    zonder_casus: bool = False
    """AANDRAGEN only: every part of the index has answered that no casus about this person is open."""

    def __post_init__(self) -> None:
        if self.ontvanger is not None and self.bron.dossier == self.ontvanger.dossier:
            raise ValueError("a geval has two dossiers")


def spiegel(geval: Geval) -> Geval:
    """Full disclosure in the other direction: what a telephone call to verify would amount to.

    Raises ValueError where the receiver has no dossier: then there is nothing to disclose.
    """
    if geval.ontvanger is None:
        raise ValueError("a geval without a dossier at the receiver has no other direction")
    beide_casus = geval.bron.soort is geval.ontvanger.soort is Soort.CASUS
    return Geval(
        soort=MeldingSoort.DUBBELE_CASUS if beide_casus else MeldingSoort.BEKEND,
        bron=geval.ontvanger,
        ontvanger=geval.bron,
        uitkomst=Uitkomst.ZEKER,
        bron_tafel=geval.ontvanger_tafel,
        ontvanger_tafel=geval.bron_tafel,
        tijd=geval.tijd,
    )


def feiten(geval: Geval, grondslag: Grondslag | None) -> dict[str, Any]:
    """The facts of a geval as policy knows them (`context.geval`).

    `grondslag`: the record that the source names; None where there is no such record.
    """
    bron, ontvanger, tafel, tijd = geval.bron, geval.ontvanger, geval.ontvanger_tafel, geval.tijd
    leeftijden = [kant.feiten.leeftijd for kant in _kanten(geval)]
    vrijgave_moment = bron.feiten.vrijgave_moment
    return {
        "soort": geval.soort,
        "uitkomst": geval.uitkomst,
        "richting": richting(geval),
        "leeftijd_jongst": min(JONGST if leeftijd is None else leeftijd for leeftijd in leeftijden),
        "leeftijd_oudst": max(OUDST if leeftijd is None else leeftijd for leeftijd in leeftijden),
        "geheimhouding": any(kant.feiten.geheimhouding for kant in _kanten(geval)),
        "bron": {
            **_kant(bron, tijd),
            "thema": bron.feiten.thema,
            "vervolgingsbeslissing": bron.feiten.vervolgingsbeslissing,
            "spoedeisend": bron.feiten.spoedeisend,
            "belang": bron.feiten.belang,
            "vrijgave": bron.feiten.vrijgave,
            "vrijgave_geldt": vrijgave_moment is not None and vrijgave_moment <= tijd,
        },
        "ontvanger": (
            dict(_GEEN_DOSSIER)
            if ontvanger is None
            else {**_kant(ontvanger, tijd), "verifieert": _verifieert(geval, ontvanger)}
        ),
        "tafel": {
            "soort": tafel.soort,
            "themas": sorted(tafel.themas),
            "doelen": sorted(tafel.doelen),
            "jeugdtaak": tafel.jeugdtaak,
            "geheim_bevoegd": tafel.geheim_bevoegd,
        },
        "grondslag": grondslagfeiten(bron.feiten.grondslag, grondslag, tijd),
        **({"aandragen": _aandragen(geval)} if geval.soort is MeldingSoort.AANDRAGEN else {}),
    }


def volledig(feiten_: Mapping[str, Any]) -> dict[str, Any]:
    """All facts that policy may ask of, those outside the picture of this geval with the value that permits least."""
    return {**BUITEN_BEELD, **feiten_}


def richting(geval: Geval) -> Richting:
    """Which exchange this is, from what the dossiers are and which kinds of tafel hold them. Region plays no part."""
    soort = None if geval.ontvanger is None else geval.ontvanger.soort
    match (geval.bron.soort, geval.bron_tafel.soort, soort, geval.ontvanger_tafel.soort):
        case (Soort.VERDACHTE, TafelSoort.ZSM, Soort.CASUS, TafelSoort.VEILIGHEIDSHUIS):
            return Richting.ZSM_NAAR_VHH
        case (Soort.CASUS, TafelSoort.VEILIGHEIDSHUIS, Soort.VERDACHTE, TafelSoort.ZSM):
            return Richting.VHH_NAAR_ZSM
        case (Soort.CASUS, TafelSoort.VEILIGHEIDSHUIS, Soort.CASUS, TafelSoort.VEILIGHEIDSHUIS):
            return Richting.CASUS_CASUS
        case (Soort.VERDACHTE, TafelSoort.ZSM, None, TafelSoort.VEILIGHEIDSHUIS):
            return Richting.ZSM_NAAR_INTAKE
        case _:
            return Richting.GEEN


def momenten(geval: Geval, grondslag: Grondslag | None, termijnen: frozenset[int]) -> Iterator[int]:
    """Every moment (ms) at which time alone changes a fact that policy looks at.

    `termijnen`: the numbers of days at which a comparison of `nazorgdagen` in the policy turns.
    """
    for kant in _kanten(geval):
        yield kant.bewaren_tot
        if kant.feiten.fase is Fase.NAZORG and kant.feiten.fase_sinds is not None:
            for dagen in termijnen:
                yield kant.feiten.fase_sinds + dagen * DAG
    if geval.bron.feiten.vrijgave_moment is not None:
        yield geval.bron.feiten.vrijgave_moment
    if grondslag is not None:
        yield grondslag.begin
        if grondslag.einde is not None:
            yield grondslag.einde


def _kanten(geval: Geval) -> tuple[Kant, ...]:
    return (geval.bron,) if geval.ontvanger is None else (geval.bron, geval.ontvanger)


def _kant(kant: Kant, tijd: int) -> dict[str, Any]:
    return {
        "rol": kant.feiten.rol,
        "fase": kant.feiten.fase,
        "nazorgdagen": _nazorgdagen(kant.feiten, tijd),
        "doelen": sorted(set(kant.feiten.doelen)),
        "bewaartermijn_verstreken": tijd >= kant.bewaren_tot,
    }


def _nazorgdagen(feiten_: Feiten, tijd: int) -> int:
    if feiten_.fase is not Fase.NAZORG or feiten_.fase_sinds is None:
        return NOOIT
    return max(NOOIT, (tijd - feiten_.fase_sinds) // DAG)


def _verifieert(geval: Geval, ontvanger: Kant) -> bool:
    """The receiver must find out whether a possible match is one: ZSM; between two casussen the tafel of the newer; whoever
    asks a question."""
    bron = geval.bron
    if bron.soort is not ontvanger.soort:
        return ontvanger.soort is Soort.VERDACHTE
    if geval.soort is MeldingSoort.ANTWOORD:
        return True
    return _nieuwheid(ontvanger, bron) > _nieuwheid(bron, ontvanger)


def _nieuwheid(kant: Kant, andere: Kant) -> tuple[int, str]:
    """By beginning of the phase where both know it, else by versie; the dossier breaks a tie, so that one side verifies."""
    sinds = kant.feiten.fase_sinds
    if sinds is None or andere.feiten.fase_sinds is None:
        return kant.versie, kant.dossier
    return sinds, kant.dossier


def _aandragen(geval: Geval) -> dict[str, Any]:
    return {
        "criteria": sorted(set(geval.bron.feiten.criteria)),
        "in_regio": geval.aangewezen == geval.ontvanger_tafel.id,
        "zonder_casus": geval.zonder_casus,
    }


_GEEN_DOSSIER: Final[Mapping[str, Any]] = {
    "rol": OntvangerRol.GEEN,
    "fase": Fase.NVT,
    "nazorgdagen": NOOIT,
    "doelen": [],
    "bewaartermijn_verstreken": False,
    "verifieert": False,
}
"""The side of a receiver that has no dossier of this person."""


def grondslagfeiten(naam: GrondslagId, grondslag: Grondslag | None, tijd: int) -> dict[str, Any]:
    """The facts of the grondslag that a source names (`context.geval.grondslag`)."""
    leeg: list[str] = []
    return {
        "id": naam,
        "bekend": grondslag is not None,
        "geldig": grondslag is not None and grondslag.geldig_op(tijd),
        "richtingen": leeg if grondslag is None else sorted(grondslag.richtingen),
        "ontvangers": leeg if grondslag is None else sorted(grondslag.ontvangers),
        "themas": leeg if grondslag is None else sorted(grondslag.themas),
        "vrijgave_rollen": leeg if grondslag is None else sorted(grondslag.vrijgave_rollen),
        "zonder_vrijgave": grondslag is not None and grondslag.zonder_vrijgave,
        "velden": leeg if grondslag is None else sorted(grondslag.velden),
    }
