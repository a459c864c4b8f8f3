"""The register: which tafels exist on a day, who stands in for one that is gone, and which lines cover a gemeente."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from hub.domein.codes import Loket, MeldingSoort, Thema
from hub.domein.identiteit import GemeenteCode, OrganisatieId, TafelId
from hub.domein.melding import Contact
from hub.domein.tafel import Tafel
from hub.routing.lezen import Lezer, vingerafdruk
from hub.routing.openingstijden import Openingstijd
from hub.routing.opvolgers import per_tafel, volg_gemeente, volg_tafel
from hub.routing.regel import (
    Bevinding,
    Dekkingsregel,
    Gemeente,
    Loketregel,
    Regels,
    Registerinstellingen,
    Tafelregel,
    Trederegel,
    Veiligheidsregio,
)
from hub.routing.toets import toets

REGISTERMAP: Final = Path(__file__).parent / "register"
_ADRESSEN: Final = 1_024
"""Addresses that are remembered: every decision asks for some, mostly of one day."""
VOLWASSEN: Final = 18
"""Years (BW 1:233); below it the lines for JEUGD hold."""


class RegisterFout(Exception):
    """The register cannot be used. `fouten` holds every fault, not only the first."""

    def __init__(self, fouten: tuple[Bevinding, ...]) -> None:
        self.fouten = fouten
        super().__init__("\n".join([f"Het register heeft {len(fouten)} fout(en):", *(f"- {fout}" for fout in fouten)]))


def lees(map: Path) -> tuple[Regels, tuple[Bevinding, ...]]:  # noqa: A002
    """The lines in `map` as far as they can be read, and every fault found in them."""
    lezer = Lezer(map)
    regels = lezer.lees()
    return regels, (*lezer.bevindingen, *toets(regels))


@dataclass(frozen=True, slots=True)
class Adres:
    """Where to deliver. `zwevend`: not the tafel that was meant but a fallback, which people must see."""

    tafel: Tafel
    zwevend: bool
    stappen: tuple[str, ...]
    """Dutch sentences; empty where the tafel that was asked for is simply there."""
    bron: str
    """The line of the register that decided: the tafel's own, or that of the fallback."""


@dataclass(frozen=True, slots=True)
class Terugval:
    """The tafel that stands in for a region, and the line of the register that says so."""

    tafel: Tafel
    stappen: tuple[str, ...]
    bron: str


@dataclass(frozen=True, slots=True)
class Trede:
    """One step of the escalation ladder: which desk, how it is reached, and the working days it has before the next one is asked."""

    loket: Loket
    contact: Contact
    werkdagen: int


class Register:
    """A checked register. Immutable; every question takes the day for which it is asked."""

    def __init__(self, regels: Regels, instellingen: Registerinstellingen, hash_: str) -> None:
        self.regels = regels
        self.instellingen = instellingen
        self.hash = hash_
        self._regels = per_tafel(regels.tafels)
        self._tafels = {id_: tuple(regel.als_tafel() for regel in van) for id_, van in self._regels.items()}
        self._soortladders = {ladder.soort: ladder.trede for ladder in regels.soortladders}
        self._tafelladders = {ladder.tafel: ladder.trede for ladder in regels.tafelladders}
        self._oin = {organisatie.id: organisatie.oin for organisatie in regels.organisaties}
        self._regios = {regio.code: regio for regio in regels.veiligheidsregios}
        self._gebieden = {gebied.id: gebied for gebied in regels.gebieden}
        self._gemeenten = regels.alle_gemeenten
        self.adres = lru_cache(_ADRESSEN)(self._adres)
        """(tafel, day) -> the tafel, else whoever took over, else its region's fallback as zwevend. Raises KeyError only for a tafel never
        known."""
        perioden = (*regels.tafels, *regels.dekking)
        dagen = {instellingen.begin, *(dag for een in perioden for dag in (een.geldig_van, een.geldig_tot) if dag)}
        self._dagen = sorted(dagen | {herindeling.per for herindeling in regels.herindelingen})
        self._dekking: dict[GemeenteCode, list[Dekkingsregel]] = defaultdict(list)
        for regel in sorted(regels.dekking, key=lambda r: (r.gemeente, r.rang, r.geldig_van)):
            self._dekking[regel.gemeente].append(regel)

    @classmethod
    def laad(cls, map: Path | None = None) -> "Register":  # noqa: A002 - the Dutch word for a directory
        """The register in `map` (default: the one that ships with the hub). Raises RegisterFout with every fault at once."""
        pad = REGISTERMAP if map is None else map
        regels, fouten = lees(pad)
        if fouten or regels.instellingen is None:
            raise RegisterFout(fouten)
        return cls(regels, regels.instellingen, vingerafdruk(pad))

    @property
    def begin(self) -> date:
        """The first day that the register describes. Whatever is asked for an earlier day is answered for this one, as zwevend."""
        return self.instellingen.begin

    # --- tafels and organisations

    def tafel(self, id: TafelId, op: date) -> Tafel | None:  # noqa: A002 - as the record calls it
        """The tafel as it is on `op`; None when it is unknown or not valid then."""
        return next((t for t in self._tafels.get(id, ()) if t.vanaf <= op and (t.tot is None or op < t.tot)), None)

    def tafels(self, op: date) -> tuple[Tafel, ...]:
        """All tafels that are valid on `op`, by id."""
        return tuple(tafel for id_ in self.namen() if (tafel := self.tafel(id_, op)) is not None)

    def namen(self) -> tuple[TafelId, ...]:
        """Every tafel that ever was or will be, sorted: each has its topics."""
        return tuple(sorted(self._tafels))

    def naam(self, id: TafelId) -> str:  # noqa: A002
        """The latest public name of a tafel. Raises KeyError for one never known."""
        return self._regels[id][-1].naam

    def organisatie(self, tafel: TafelId) -> OrganisatieId | None:
        """The organisation behind a tafel, in every period the same; None for a tafel never known."""
        regels = self._regels.get(tafel)
        return None if regels is None else regels[0].organisatie

    def wisselt(self, op: date) -> date | None:
        """The first day after `op` on which a line begins, ends or changes what holds; None: from `op` on nothing does."""
        nr = bisect_right(self._dagen, op)
        return self._dagen[nr] if nr < len(self._dagen) else None

    def oin(self, organisatie: OrganisatieId) -> str:
        """The organisation's OIN (20 digits). Raises KeyError for one never known."""
        return self._oin[organisatie]

    def openingstijden(self, tafel: TafelId, op: date) -> tuple[Openingstijd, ...]:
        """Local hours in which the desk answers; empty when the register does not say."""
        regel = next((r for r in self._regels.get(tafel, ()) if r.geldig(op)), None)
        return () if regel is None else regel.openingstijden

    def termijn(self, tafel: TafelId, soort: MeldingSoort) -> int:
        """Working days within which the tafel reacts to this kind of melding. Raises KeyError for a tafel never known."""
        if tafel not in self._regels:
            raise KeyError(tafel)
        eigen = self.instellingen.termijnen_per_tafel.get(tafel, {})
        return eigen.get(soort, self.instellingen.termijnen[soort])

    def afsluittermijn(self, tafel: TafelId, soort: MeldingSoort) -> int:
        """Working days from contact to closing. Raises KeyError for a tafel never known and a kind that is not AFSLUITBAAR."""
        if tafel not in self._regels:
            raise KeyError(tafel)
        eigen = self.instellingen.afsluittermijnen_per_tafel.get(tafel, {})
        return eigen.get(soort, self.instellingen.afsluittermijnen[soort])

    def ladder(self, tafel: TafelId, op: date) -> tuple[Trede, ...]:
        """The desks to ask in turn, lowest first, never none; those of whoever stands in where the tafel is gone.

        Raises KeyError only for a tafel never known.
        """
        doel = self.adres(tafel, op).tafel
        eigen = self._tafelladders.get(doel.id)
        if eigen is None:
            return tuple(self._trede(doel, trede, doel.contact) for trede in self._soortladders[doel.soort])
        return tuple(self._trede(doel, trede, _bij(doel.contact, trede)) for trede in eigen)

    def _trede(self, doel: Tafel, trede: Trederegel, contact: Contact) -> Trede:
        return Trede(trede.loket, contact, trede.werkdagen or self.termijn(doel.id, MeldingSoort.ESCALATIE))

    # --- who stands in

    def _adres(self, tafel: TafelId, op: date) -> Adres:
        regels = self._regels[tafel]
        if op < self.begin:
            adres = self.adres(tafel, self.begin)
            stap = f"Het register begint op {self.begin}; gekeken is naar die dag."
            return replace(adres, zwevend=True, stappen=(stap, *adres.stappen))
        spoor = volg_tafel(self._regels, tafel, op)
        if spoor.regel is not None:
            return Adres(self._als_tafel(spoor.regel), False, spoor.stappen, bron_van(tafel))
        terugval = self.terugval(regels[-1].regio, op)
        return Adres(terugval.tafel, True, (*spoor.stappen, *terugval.stappen), terugval.bron)

    def terugval(self, regio: str | None, op: date) -> Terugval:
        """The fallback of a veiligheidsregio or gebied; where that has none left its gebied's; in the end the national one."""
        return self.terugvallen(regio, op)[0]

    def terugvallen(self, regio: str | None, op: date) -> tuple[Terugval, ...]:
        """Everybody who can stand in, the nearest first and the national fallback last; never none, for the loader checks that one."""
        stappen: list[str] = []
        gevonden: list[Terugval] = []
        for naam, tafel, bron in self._terugvallen(regio):
            spoor = volg_tafel(self._regels, tafel, max(op, self.begin))
            if spoor.regel is None:
                stappen += [f"De terugvaltafel van {naam} is er niet meer.", *spoor.stappen]
            else:
                stap = f"Terugvaltafel van {naam} is {self.naam(tafel)}."
                gevonden.append(Terugval(self._als_tafel(spoor.regel), (*stappen, stap, *spoor.stappen), bron))
        return tuple(gevonden)

    def _terugvallen(self, regio: str | None) -> list[tuple[str, TafelId, str]]:
        keten: list[tuple[str, TafelId, str]] = []
        veiligheidsregio = self._regios.get(regio or "")
        if veiligheidsregio is not None:
            naam = f"veiligheidsregio {veiligheidsregio.naam}"
            keten.append((naam, veiligheidsregio.terugval, f"regios.toml:{veiligheidsregio.code}"))
        gebied = self._gebieden.get(regio or "" if veiligheidsregio is None else veiligheidsregio.gebied)
        if gebied is not None:
            keten.append((f"ZSM-gebied {gebied.naam}", gebied.terugval, f"regios.toml:{gebied.id}"))
        return [*keten, ("het land", self.instellingen.landelijke_terugval, "register.toml:landelijke_terugval")]

    def _als_tafel(self, regel: Tafelregel) -> Tafel:
        return self._tafels[regel.id][self._regels[regel.id].index(regel)]

    # --- geography

    def regio(self, tafel: TafelId) -> str | None:
        """The veiligheidsregio or gebied to which a tafel belongs; None for a tafel never known."""
        regels = self._regels.get(tafel)
        return None if regels is None else regels[-1].regio

    def veiligheidsregio(self, code: str) -> Veiligheidsregio | None:
        """A veiligheidsregio by its code."""
        return self._regios.get(code)

    def gemeente(self, code: GemeenteCode) -> Gemeente | None:
        """A gemeente that exists or once existed; None for a code never known."""
        return self._gemeenten.get(code)

    def gemeenten(self, op: date) -> tuple[Gemeente, ...]:
        """All gemeenten on `op`, by code."""
        return tuple(g for _, g in sorted(self._gemeenten.items()) if g.bestaat(op))

    def gemeenten_van(self, code: GemeenteCode, op: date) -> tuple[Gemeente, ...]:
        """The gemeenten that hold the territory of `code` on `op`: one, several after a split, none where the code is unknown."""
        return volg_gemeente(self._gemeenten, self.regels.herindelingen, code, op)

    def dekking(
        self, gemeente: GemeenteCode, op: date, thema: Thema | None = None, leeftijd: int | None = None
    ) -> tuple[Dekkingsregel, ...]:
        """The lines that hold for an inhabitant with this theme and age (whole years), the most specific first."""
        minderjarig = leeftijd is not None and leeftijd < VOLWASSEN
        return tuple(regel for regel in self._dekking.get(gemeente, ()) if regel.past(op, thema, minderjarig))

    def opvolging(self, tafel: TafelId, op: date) -> tuple[Tafelregel | None, tuple[str, ...]]:
        """The line that is in force for a tafel or its opvolger on `op`, or None, with Dutch sentences that say how it was found."""
        spoor = volg_tafel(self._regels, tafel, op)
        return spoor.regel, spoor.stappen

    def ontvangst(self, tafel: Tafelregel, op: date) -> tuple[Tafelregel, tuple[str, ...]]:
        """Where new cases for a tafel come in: at its intake as long as that works, else at itself; with Dutch sentences that say so."""
        if tafel.intake is None:
            return tafel, ()
        intake, stappen = self.opvolging(tafel.intake, op)
        if intake is None:
            return tafel, (*stappen, f"De centrale intake werkt niet; {tafel.naam} ontvangt zelf.")
        return intake, (f"Nieuwe zaken voor {tafel.naam} komen binnen bij {self.naam(tafel.intake)}.", *stappen)


def bron_van(tafel: TafelId) -> str:
    """The line of the tafel itself, as the quality report names it."""
    return f"tafel {tafel}"


def _bij(contact: Contact, loket: Loketregel) -> Contact:
    """The desk's own contact; what it does not give is the tafel's."""
    return Contact(
        contact.tafel,
        loket.naam or contact.naam,
        loket.telefoon or contact.telefoon,
        loket.email or contact.email,
        tuple(map(str, loket.openingstijden)) or contact.openingstijden,
    )
