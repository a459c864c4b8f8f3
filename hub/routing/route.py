"""Which tafel hears first: by residence, else by the place of the offence, else the fallback of whoever reported."""

from dataclasses import dataclass
from datetime import date

from hub.domein.codes import Thema
from hub.domein.identiteit import GemeenteCode, TafelId
from hub.domein.tafel import Tafel
from hub.routing.regel import Dekkingsregel, Doelgroep, Gemeente, Tafelregel
from hub.routing.register import Register


@dataclass(frozen=True, slots=True)
class Route:
    """The one first tafel. `zwevend`: a fallback stands in, and people must place the case."""

    tafel: Tafel
    zwevend: bool
    stappen: tuple[str, ...]
    """Dutch sentences that explain the choice step by step; no person, no age."""
    bron: str
    """The line of the register that decided, as the quality report names it."""


@dataclass(frozen=True, slots=True)
class Zaak:
    """What the register is asked about a case."""

    gemeente_verblijf: GemeenteCode | None
    gemeente_feit: GemeenteCode | None
    op: date
    thema: Thema | None = None
    leeftijd: int | None = None
    """Whole years."""
    melder: TafelId | None = None
    """The tafel that reports."""

    @property
    def plaatsen(self) -> tuple[tuple[str, GemeenteCode | None], ...]:
        """Where it may belong, the first to look at first, each with its Dutch name."""
        return ("Verblijfplaats", self.gemeente_verblijf), ("Plaats van het feit", self.gemeente_feit)


def route(register: Register, zaak: Zaak) -> Route:
    """The first tafel for a case. Never fails: whatever is unknown leads, visibly zwevend, to a fallback.

    A residence that the register knows decides, also where nobody covers it: then the fallback of that region stands in.
    """
    wijzer = Wijzer(register, zaak.op, zaak.thema, zaak.leeftijd)
    for wat, code in zaak.plaatsen:
        if code is None:
            wijzer.stappen.append(f"{wat}: niet bekend.")
            continue
        gevonden = wijzer.in_gemeente(wat, code)
        if gevonden is not None:
            return gevonden
    return wijzer.bij_melder(zaak.melder)


class Wijzer:
    """One search: what is asked, and the steps so far. A day before the register is answered for its first, as zwevend."""

    def __init__(self, register: Register, op: date, thema: Thema | None, leeftijd: int | None) -> None:
        self._register = register
        self._op = max(op, register.begin)
        self._thema = thema
        self._leeftijd = leeftijd
        self._zwevend = op < register.begin
        self.stappen: list[str] = []
        if self._zwevend:
            self.stappen.append(f"{op} ligt voor het begin van het register; gekeken is naar {register.begin}.")

    def in_gemeente(self, wat: str, code: GemeenteCode) -> Route | None:
        """The tafel for a gemeente; None where the code names no gemeente on this day."""
        oud = self._register.gemeente(code)
        nu = self._register.gemeenten_van(code, self._op)
        if oud is None or not nu:
            self.stappen.append(f"{wat}: {code} is op {self._op} geen gemeente die het register kent.")
            return None
        self.stappen.append(f"{wat}: {code} {oud.naam}.")
        if nu != (oud,):
            namen = " en ".join(f"{gemeente.code} {gemeente.naam}" for gemeente in nu)
            self.stappen.append(f"{oud.naam} is per {oud.tot} opgegaan in {namen}.")
        gekozen = {gemeente: self._regel(gemeente) for gemeente in nu}
        uitkomsten = {None if keus is None else keus[1].id for keus in gekozen.values()}
        if len(uitkomsten) > 1:
            self.stappen.append("De delen horen bij verschillende tafels; welk deel het is, weet het register niet.")
            return self._terugval(oud.regio)
        gemeente, keus = next(iter(gekozen.items()))
        if keus is None:
            self.stappen.append(f"Witte vlek: geen werkende tafel dekt {gemeente.naam} op {self._op}.")
            return self._terugval(gemeente.regio)
        return self._bij_tafel(gemeente, *keus)

    def _regel(self, gemeente: Gemeente) -> tuple[Dekkingsregel, Tafelregel] | None:
        """The most specific line whose tafel (or its opvolger) works on this day."""
        for regel in self._register.dekking(gemeente.code, self._op, self._thema, self._leeftijd):
            tafel, _ = self._register.opvolging(regel.tafel, self._op)
            if tafel is not None:
                return regel, tafel
        return None

    def _bij_tafel(self, gemeente: Gemeente, regel: Dekkingsregel, tafel: Tafelregel) -> Route:
        for beter in self._register.dekking(gemeente.code, self._op, self._thema, self._leeftijd):
            if beter is regel:
                break
            self.stappen += self._register.opvolging(beter.tafel, self._op)[1]
        besluit = f"; bron: {regel.bron}" if regel.bron else ""
        naam = self._register.naam(regel.tafel)
        self.stappen.append(
            f"{_reden(regel)}{gemeente.naam} valt sinds {regel.geldig_van} onder {naam} ({regel.id}{besluit})."
        )
        self.stappen += self._register.opvolging(regel.tafel, self._op)[1]
        self._ander_arrondissement(gemeente, tafel)
        eind, stappen = self._register.ontvangst(tafel, self._op)
        self.stappen += stappen
        gekozen = self._register.tafel(eind.id, self._op)
        assert gekozen is not None
        return Route(gekozen, self._zwevend, tuple(self.stappen), regel.id)

    def _ander_arrondissement(self, gemeente: Gemeente, tafel: Tafelregel) -> None:
        hier, daar = self._register.veiligheidsregio(gemeente.regio), self._register.veiligheidsregio(tafel.regio)
        if hier is not None and daar is not None and hier.arrondissement != daar.arrondissement:
            self.stappen.append(
                f"Let op: {gemeente.naam} ligt in arrondissement {hier.arrondissement}, "
                f"{tafel.naam} in arrondissement {daar.arrondissement}; zo is het afgesproken."
            )

    def bij_melder(self, melder: TafelId | None) -> Route:
        """The fallback of the region of whoever reported."""
        regio = None if melder is None else self._register.regio(melder)
        if melder is None:
            self.stappen.append("Er is geen meldende tafel bekend.")
        elif regio is None:
            self.stappen.append(f"De meldende tafel {melder} staat niet in het register.")
        else:
            self.stappen.append(f"De regio van de meldende tafel {self._register.naam(melder)} beslist.")
        return self._terugval(regio)

    def _terugval(self, regio: str | None) -> Route:
        terugval = self._register.terugval(regio, self._op)
        self.stappen += [*terugval.stappen, "De zaak zweeft: mensen wijzen haar toe."]
        return Route(terugval.tafel, True, tuple(self.stappen), terugval.bron)


def _reden(regel: Dekkingsregel) -> str:
    """For whom an exception holds; empty for the general line."""
    if regel.algemeen:
        return ""
    wie = "minderjarigen" if regel.doelgroep is Doelgroep.JEUGD else "iedereen"
    waarover = "" if regel.thema is None else f" met thema {regel.thema}"
    return f"Voor {wie}{waarover} is iets anders afgesproken: "
