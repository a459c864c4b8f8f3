"""Why a pair is what it is, field by field, in Dutch: from a recorded stand, without any clear text."""

from dataclasses import dataclass

import numpy as np

from hub.domein.codes import Uitkomst
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs
from hub.matching.model import Model
from hub.matching.niveaus import SCHALEN, TABELLEN

_SLOT = {
    Uitkomst.ZEKER: "het BSN is gelijk en niets spreekt dat tegen",
    Uitkomst.MOGELIJK: "mogelijk dezelfde persoon; een mens moet dit nagaan",
    Uitkomst.GEEN: "onvoldoende bewijs dat dit dezelfde persoon is",
}
_ANDERS = {
    "toeval": "toeval is de beste andere verklaring",
    "tweeling": "zou een tweeling kunnen zijn",
    "gezin": "zou een broer of zus kunnen zijn",
    "ouder_kind": "zou ouder en kind kunnen zijn",
    "naamgenoot": "zou een naamgenoot van hetzelfde jaar kunnen zijn",
}
UITGANGSKANS = "uitgangskans"
VERWANTEN = "verwanten"
"""Lines of an explanation beside the fields: before anything is compared, and what relatives and dirty records change."""


@dataclass(frozen=True, slots=True)
class Regel:
    """One line of the sum: what was found and what it weighs (log2 odds)."""

    veld: str
    niveau: int
    label: str
    gewicht: float


@dataclass(frozen=True, slots=True)
class Uitleg:
    """The whole sum: the weights of the lines add up to `totaal`. No `regels`: the dossiers share no key, nothing was compared."""

    uitkomst: Uitkomst
    regels: tuple[Regel, ...]
    totaal: float
    drempel: float
    model: str

    def tekst(self) -> str:
        """For an officer."""
        if not self.regels:
            return "GEEN: de dossiers delen geen enkele sleutel; er is niets vergeleken."
        breed = max(len(regel.veld) for regel in self.regels) + 1
        lang = max(len(regel.label) for regel in self.regels)
        rijen = [f"{r.veld:<{breed}}{r.label:<{lang}} {_getal(r.gewicht):>7}" for r in self.regels]
        return "\n".join(
            [
                *rijen,
                f"{'totaal':<{breed}}{f'drempel {_getal(self.drempel)}':<{lang}} {_getal(self.totaal):>7}",
                f"{self.uitkomst}: {_SLOT[self.uitkomst]} (model {self.model}).",
            ]
        )


def _getal(gewicht: float) -> str:
    return f"{gewicht:+.1f}".replace(".", ",")


def uitleg_van(bewijs: Bewijs, model: Model) -> Uitleg:
    """The sum of a recorded stand. Raises ValueError where another model made it, or its sum is not what it says."""
    if bewijs == GEEN_BEWIJS:
        return Uitleg(Uitkomst.GEEN, (), bewijs.gewicht, model.drempel, bewijs.model)
    if bewijs.model != model.hash:
        raise ValueError(f"this evidence was weighed by model {bewijs.model}, not {model.hash}: give that model")
    if model.bewijs(bewijs.niveaus) != bewijs:
        raise ValueError("the recorded weight or outcome is not what the model makes of the recorded levels")
    vooraf, *velden, rest = model.bijdragen(np.array([bewijs.niveaus], np.uint8))[0].tolist()
    regels = [Regel(UITGANGSKANS, 0, "voor er iets vergeleken is", vooraf)]
    for nummer, (schaal, niveau, gewicht) in enumerate(zip(SCHALEN, bewijs.niveaus, velden, strict=True)):
        if nummer < TABELLEN or niveau:
            regels.append(Regel(schaal.veld, niveau, schaal.label(niveau), gewicht))
    regels.append(Regel(VERWANTEN, 0, _ANDERS[model.waarschijnlijkst(bewijs.niveaus)], rest))
    return Uitleg(bewijs.uitkomst, tuple(regels), bewijs.gewicht, model.drempel, model.hash)
