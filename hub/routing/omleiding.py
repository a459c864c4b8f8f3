"""Where a case goes next when a tafel says that it is not theirs (ONJUIST_GEADRESSEERD), and which line of the register was wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from hub.domein.identiteit import TafelId
from hub.routing.register import Register
from hub.routing.route import Route, Wijzer, Zaak, route

HOOGSTENS: Final = 2
"""Times that a case is passed on; after that people place it."""


@dataclass(frozen=True, slots=True)
class Omleiding:
    """What follows on one ONJUIST_GEADRESSEERD."""

    naar: Route | None
    """The next tafel; None: the case floats, and people must place it."""
    onjuist: str
    """The line of the register that led to the tafel, for the report to its keeper; `tafel:<id>` where none did on this day."""


def omleiding(register: Register, tafel: TafelId, keer: int, zaak: Zaak) -> Omleiding:
    """The next tafel after `tafel`, for a case that was passed on `keer` times before (0, 1, ...).

    The case goes down a line of at most three different tafels: the first one of `route`; the next one that the register knows
    for the case (a less specific line of the residence, then the lines of the place of the offence); the nearest fallback
    that did not have it yet. Pure, so that the line is the same at each step. Raises KeyError for a tafel never known.
    """
    eerste = route(register, zaak)
    andere = (r for r in _langs(register, zaak) if r.tafel.id != eerste.tafel.id)
    rij = [eerste, *islice(andere, 1)]
    gehad = {r.tafel.id for r in rij}
    terugvallen = (t for t in register.terugvallen(_regio(register, zaak), zaak.op) if t.tafel.id not in gehad)
    rij += [Route(t.tafel, True, t.stappen, t.bron) for t in islice(terugvallen, 1)]

    plaats = next((i for i, r in enumerate(rij) if r.tafel.id == tafel), None)
    onjuist = f"tafel:{tafel}" if plaats is None else rij[plaats].bron
    rest = rij[keer:] if plaats is None else rij[plaats + 1 :]
    if keer >= HOOGSTENS or not rest:
        return Omleiding(None, onjuist)
    stap = f"{register.naam(tafel)} zegt dat de zaak daar niet hoort ({onjuist})."
    return Omleiding(replace(rest[0], stappen=(stap, *rest[0].stappen)), onjuist)


def _langs(register: Register, zaak: Zaak) -> Iterator[Route]:
    """What the lines of both places say, the most specific first, then with ever less known of the case; no fallbacks."""
    thema, leeftijd = zaak.thema, zaak.leeftijd
    for wat, code in zaak.plaatsen:
        if code is None:
            continue
        for thema_, leeftijd_ in ((thema, leeftijd), (None, leeftijd), (thema, None), (None, None)):
            gevonden = Wijzer(register, zaak.op, thema_, leeftijd_).in_gemeente(wat, code)
            if gevonden is not None and not gevonden.zwevend:
                yield gevonden


def _regio(register: Register, zaak: Zaak) -> str | None:
    """The region whose fallback stands in: that of the residence, else of the place of the offence, else of whoever reported."""
    for _, code in zaak.plaatsen:
        if code is not None and (nu := register.gemeenten_van(code, max(zaak.op, register.begin))):
            return nu[0].regio
    return None if zaak.melder is None else register.regio(zaak.melder)
