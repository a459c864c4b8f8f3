"""Why a pair is what it is, field by field, in Dutch: from two persons, or from a recorded stand without any clear text."""

from dataclasses import dataclass

from hub.domein.codes import Uitkomst
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs
from hub.matching.codering import encode
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.matching.niveaus import SCHALEN, samen, vergelijk
from hub.matching.sleutels import Sleutelring

_SLOT = {
    Uitkomst.ZEKER: "het BSN is gelijk en niets spreekt dat tegen",
    Uitkomst.MOGELIJK: "mogelijk dezelfde persoon; een mens moet dit nagaan",
    Uitkomst.GEEN: "onvoldoende bewijs dat dit dezelfde persoon is",
}


@dataclass(frozen=True, slots=True)
class Regel:
    """One field: what was found and what it weighs (log2 odds)."""

    veld: str
    niveau: int
    label: str
    gewicht: float


@dataclass(frozen=True, slots=True)
class Uitleg:
    """The whole sum. No `regels`: the dossiers share no key, so that nothing was compared."""

    uitkomst: Uitkomst
    regels: tuple[Regel, ...]
    uitgangskans: float
    totaal: float
    drempel: float
    model: str

    def tekst(self) -> str:
        if not self.regels:
            return "GEEN: de dossiers delen geen enkele sleutel; er is niets vergeleken."
        rijen = [(regel.veld, regel.label, regel.gewicht) for regel in self.regels]
        rijen = [("uitgangskans", "voor er iets vergeleken is", self.uitgangskans), *rijen]
        breed = max(len(label) for _, label, _ in rijen)
        regels = [f"{veld:<15}{label:<{breed}} {_getal(gewicht):>7}" for veld, label, gewicht in rijen]
        return "\n".join(
            [
                *regels,
                f"{'totaal':<15}{f'drempel {_getal(self.drempel)}':<{breed}} {_getal(self.totaal):>7}",
                f"{self.uitkomst}: {_SLOT[self.uitkomst]} (model {self.model}).",
            ]
        )


def _getal(gewicht: float) -> str:
    return f"{gewicht:+.1f}".replace(".", ",")


def explain(a: Persoon, b: Persoon, ring: Sleutelring, model: Model) -> Uitleg:
    """What the hub would find for two persons, through their real keys and encodings."""
    links, rechts = (
        {sleutel.token: sleutel.codering for bos in encode(persoon, ring) for sleutel in bos.sleutels}
        for persoon in (a, b)
    )
    vergeleken = [vergelijk(links[token], rechts[token]) for token in links.keys() & rechts.keys()]
    niveaus = [een for een in vergeleken if een is not None]
    return uitleg_van(model.bewijs(samen(niveaus)) if niveaus else GEEN_BEWIJS, model)


def uitleg_van(bewijs: Bewijs, model: Model) -> Uitleg:
    """The same from a recorded stand. Raises ValueError where another model made it, or its sum is not what it says."""
    if bewijs == GEEN_BEWIJS:
        return Uitleg(Uitkomst.GEEN, (), model.uitgangskans, bewijs.gewicht, model.drempel, bewijs.model)
    if bewijs.model != model.hash:
        raise ValueError(f"this evidence was weighed by model {bewijs.model}, not {model.hash}: give that model")
    if model.bewijs(bewijs.niveaus) != bewijs:
        raise ValueError("the recorded weight or outcome is not what the model makes of the recorded levels")
    regels = tuple(
        Regel(schaal.veld, niveau, schaal.label(niveau), gewichten[niveau])
        for schaal, niveau, gewichten in zip(SCHALEN, bewijs.niveaus, model.gewichten, strict=True)
    )
    return Uitleg(bewijs.uitkomst, regels, model.uitgangskans, bewijs.gewicht, model.drempel, model.hash)
