"""Who took over from a tafel that stopped, and from a gemeente that was merged or split. Pure, used by the register and by its checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.domein.identiteit import GemeenteCode, TafelId
from hub.routing.regel import Gemeente, Herindeling, Tafelregel

Tafelregels = Mapping[TafelId, Sequence[Tafelregel]]


@dataclass(frozen=True, slots=True)
class Spoor:
    """Where a chain of opvolgers ends on a day: `regel` None when nobody took over, `kring` when it leads back to itself."""

    regel: Tafelregel | None
    stappen: tuple[str, ...]
    kring: bool = False


def per_tafel(regels: Sequence[Tafelregel]) -> dict[TafelId, tuple[Tafelregel, ...]]:
    """The lines of each tafel, oldest first."""
    per: dict[TafelId, list[Tafelregel]] = {}
    for regel in sorted(regels, key=lambda r: r.geldig_van):
        per.setdefault(regel.id, []).append(regel)
    return {id_: tuple(lijst) for id_, lijst in per.items()}


def volg_tafel(tafels: Tafelregels, id_: TafelId, op: date) -> Spoor:
    """The tafel itself where it is valid on `op`, else the valid one at the end of its opvolgers. Raises KeyError for an unknown tafel."""
    stappen: list[str] = []
    gezien: set[TafelId] = set()
    while id_ not in gezien:
        gezien.add(id_)
        regels = tafels[id_]
        for regel in regels:
            if regel.geldig(op):
                return Spoor(regel, tuple(stappen))
        voorbij = [regel for regel in regels if regel.geldig_tot is not None and regel.geldig_tot <= op]
        if not voorbij:
            return Spoor(None, (*stappen, f"{regels[0].naam} werkt pas vanaf {regels[0].geldig_van}."))
        laatste = voorbij[-1]
        if laatste.opvolger is None:
            return Spoor(None, (*stappen, f"{laatste.naam} is per {laatste.geldig_tot} gestopt, zonder opvolger."))
        id_ = laatste.opvolger
        stappen.append(f"{laatste.naam} is per {laatste.geldig_tot} overgenomen door {tafels[id_][-1].naam}.")
    return Spoor(None, tuple(stappen), kring=True)


def volg_gemeente(
    gemeenten: Mapping[GemeenteCode, Gemeente], herindelingen: Sequence[Herindeling], code: GemeenteCode, op: date
) -> tuple[Gemeente, ...]:
    """The gemeenten that hold the territory of `code` on `op`: itself, its successor, several after a split, none if not (yet) known."""
    gevonden: dict[GemeenteCode, Gemeente] = {}
    gezien: set[GemeenteCode] = set()
    te_gaan = [code]
    while te_gaan:
        nu = te_gaan.pop(0)
        gemeente = gemeenten.get(nu)
        if gemeente is None or nu in gezien:
            continue
        gezien.add(nu)
        if gemeente.bestaat(op):
            gevonden[nu] = gemeente
        else:
            te_gaan += [h.nieuw for h in herindelingen if h.oud == nu and h.per <= op]
    return tuple(gevonden.values())
