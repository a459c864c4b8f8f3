"""The lines of the register, one class per kind of line. A line knows where it stands, so that whoever reads a finding can open it."""

from dataclasses import dataclass
from datetime import date
from enum import auto
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from hub.domein.codes import Code, Doel, Loket, MeldingSoort, Thema
from hub.domein.identiteit import TAFEL, GemeenteCode, GemeenteVeld, OrganisatieId, TafelVeld
from hub.domein.tafel import Tafel, TafelSoort
from hub.routing.openingstijden import Openingstijd, lees_openingstijd

OrganisatieVeld = Annotated[OrganisatieId, StringConstraints(pattern=TAFEL.pattern)]
Gebiedscode = Annotated[str, StringConstraints(pattern=TAFEL.pattern)]
Regiocode = Annotated[str, StringConstraints(pattern=r"^VR[0-9]{2}$")]
Oin = Annotated[str, StringConstraints(pattern=r"^[0-9]{20}$")]
"""Organisatie-identificatienummer (Digikoppeling): 20 digits, the first eight say which register it comes from."""
Naam = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Openingsveld = Annotated[Openingstijd, BeforeValidator(lees_openingstijd)]
"""Days and local hours in which the desk answers, e.g. `ma-vr 08:30-17:00`."""
Werkdagen = Annotated[int, Field(ge=1, le=60)]


def _ja_nee(waarde: Any) -> Any:
    return {"ja": True, "nee": False}.get(waarde, waarde) if isinstance(waarde, str) else waarde


JaNee = Annotated[bool, BeforeValidator(_ja_nee)]


class Bevindingsoort(Code):
    """What can be wrong with the register. GEEN_HUIS, TE_BEVESTIGEN and the witte vlekken are found while it works; the rest stops
    loading."""

    BESTAND = auto()
    VORM = auto()
    PERIODE = auto()
    OVERLAP = auto()
    ONBEKENDE_CODE = auto()
    DODE_VERWIJZING = auto()
    ZONDER_CONTACT = auto()
    TEGENSPRAAK = auto()
    VOORBEHOUDEN = auto()
    WITTE_VLEK = auto()
    WITTE_VLEK_JEUGD = auto()
    GEEN_HUIS = auto()
    TE_BEVESTIGEN = auto()


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One finding: where, and a Dutch sentence that says what is wrong and what to do."""

    soort: Bevindingsoort
    plek: str
    tekst: str

    def __str__(self) -> str:
        return f"{self.plek}: {self.tekst}"


class Regel(BaseModel):
    """A line of one of the files. `plek` is file and line (or file and id), `bron` says who decided or where it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plek: str
    bron: str = ""
    te_bevestigen: JaNee = False


class Periode(Regel):
    """Valid from `geldig_van` up to, not including, `geldig_tot` (None: open)."""

    geldig_van: date
    geldig_tot: date | None = None

    def geldig(self, op: date) -> bool:
        return self.geldig_van <= op and (self.geldig_tot is None or op < self.geldig_tot)


class Organisatieregel(Regel):
    """An organisation that takes part, with the number under which it is known in the government's registers."""

    id: OrganisatieVeld
    naam: Naam
    oin: Oin


class Tafelregel(Periode):
    """One tafel in one period. A tafel that changes gets a new line with the same id; the old line keeps its period."""

    id: TafelVeld
    naam: Naam
    soort: TafelSoort
    organisatie: OrganisatieVeld
    regio: str
    """The veiligheidsregio (`VR05`) or, for ZSM, the gebied (`oost-nederland`) whose fallback stands in for it."""
    themas: frozenset[Thema]
    doelen: frozenset[Doel]
    jeugdtaak: JaNee
    geheim_bevoegd: JaNee
    telefoon: str = ""
    email: str = ""
    openingstijden: tuple[Openingsveld, ...] = ()
    opvolger: TafelVeld | None = None
    intake: TafelVeld | None = None
    """The tafel that receives everything new for this one (several houses with one central intake)."""

    def als_tafel(self) -> Tafel:
        return Tafel(
            id=self.id,
            naam=self.naam,
            soort=self.soort,
            organisatie=self.organisatie,
            themas=self.themas,
            doelen=self.doelen,
            jeugdtaak=self.jeugdtaak,
            geheim_bevoegd=self.geheim_bevoegd,
            telefoon=self.telefoon,
            email=self.email,
            vanaf=self.geldig_van,
            tot=self.geldig_tot,
            opvolger=self.opvolger,
            openingstijden=tuple(map(str, self.openingstijden)),
        )


class Gebied(Regel):
    """One of the ten ZSM areas: arrondissementsparket and politie-eenheid (Politiewet 2012 art. 25)."""

    id: Gebiedscode
    naam: Naam
    zsm: TafelVeld
    terugval: TafelVeld


class Veiligheidsregio(Regel):
    """One of the 25 veiligheidsregio's. Every arrondissement consists of whole ones."""

    code: Regiocode
    naam: Naam
    arrondissement: Naam
    gebied: Gebiedscode
    terugval: TafelVeld
    tegel: tuple[int, int]
    """Column and row on the schematic map."""


class Gemeenteregel(Regel):
    """A gemeente as it stood on the first day of the register."""

    gm_code: GemeenteVeld
    gemeente: Naam
    vr_code: Regiocode
    veiligheidsregio: Naam
    arrondissement: Naam
    politie_eenheid_parket: Naam


class Herindeling(Regel):
    """On `per` the gemeente `oud` ended and (a part of) it went to `nieuw`. A gemeente that was split has a line per part."""

    per: date
    oud: GemeenteVeld
    oud_naam: Naam
    oud_regio: Regiocode
    nieuw: GemeenteVeld
    nieuw_naam: Naam
    nieuw_regio: Regiocode


class Doelgroep(Code):
    """For whom a line of the coverage holds. JEUGD: under 18 (Sr art. 77a, BW 1:233)."""

    IEDEREEN = auto()
    JEUGD = auto()


class Dekkingsregel(Periode):
    """Who hears of the inhabitants of a gemeente. Without doelgroep and thema it is the Veiligheidshuis; with either, an exception."""

    gemeente: GemeenteVeld
    naam: Naam
    tafel: TafelVeld
    doelgroep: Doelgroep = Doelgroep.IEDEREEN
    thema: Thema | None = None

    @property
    def id(self) -> str:
        """The line's name in explanations and in the quality report: it survives re-sorting the file."""
        voor = [
            str(deel) for deel in (self.doelgroep if self.doelgroep is Doelgroep.JEUGD else None, self.thema) if deel
        ]
        return ":".join(["dekking.csv", self.gemeente, *voor, self.geldig_van.isoformat()])

    @property
    def algemeen(self) -> bool:
        return self.doelgroep is Doelgroep.IEDEREEN and self.thema is None

    def past(self, op: date, thema: Thema | None, minderjarig: bool) -> bool:
        return (
            self.geldig(op)
            and (self.doelgroep is Doelgroep.IEDEREEN or minderjarig)
            and (self.thema is None or self.thema is thema)
        )

    @property
    def rang(self) -> tuple[bool, bool]:
        """The most specific line first: age before theme. With no two lines alike (the loader sees to it) this order is total."""
        return (self.doelgroep is Doelgroep.IEDEREEN, self.thema is None)


class Trederegel(BaseModel):
    """A step of an escalation ladder. Without `werkdagen` it has the term of an ESCALATIE."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    loket: Loket
    werkdagen: Werkdagen | None = None


class Loketregel(Trederegel):
    """A step at one tafel, with what is different from the tafel's own contact."""

    naam: str = ""
    telefoon: str = ""
    email: str = ""
    openingstijden: tuple[Openingsveld, ...] = ()


class Soortladder(Regel):
    """The ladder of every tafel of a kind, lowest desk first."""

    soort: TafelSoort
    trede: tuple[Trederegel, ...]


class Tafelladder(Regel):
    """The ladder of one tafel, instead of that of its kind."""

    tafel: TafelVeld
    trede: tuple[Loketregel, ...]


AFSLUITBAAR: Final = (
    MeldingSoort.BEKEND,
    MeldingSoort.MOGELIJK_BEKEND,
    MeldingSoort.DUBBELE_CASUS,
    MeldingSoort.AANDRAGEN,
    MeldingSoort.ESCALATIE,
)
"""The kinds of melding about which desks get in touch, and which are then closed."""


class Registerinstellingen(Regel):
    """What holds for the whole register. Terms are working days per kind of melding, and per tafel where it agreed otherwise."""

    begin: date
    """The first day that the register describes."""
    landelijke_terugval: TafelVeld
    termijnen: dict[MeldingSoort, Werkdagen]
    """For the first reaction."""
    termijnen_per_tafel: dict[TafelVeld, dict[MeldingSoort, Werkdagen]] = {}
    afsluittermijnen: dict[MeldingSoort, Werkdagen]
    """From contact to closing, for the kinds that are AFSLUITBAAR."""
    afsluittermijnen_per_tafel: dict[TafelVeld, dict[MeldingSoort, Werkdagen]] = {}


@dataclass(frozen=True, slots=True)
class Gemeente:
    """A gemeente and the days on which it exists (`vanaf` included, `tot` excluded; None: open)."""

    code: GemeenteCode
    naam: str
    regio: str
    vanaf: date | None = None
    tot: date | None = None

    def bestaat(self, op: date) -> bool:
        return (self.vanaf is None or self.vanaf <= op) and (self.tot is None or op < self.tot)


@dataclass(frozen=True, slots=True)
class Regels:
    """All lines of one register."""

    instellingen: Registerinstellingen | None = None
    organisaties: tuple[Organisatieregel, ...] = ()
    tafels: tuple[Tafelregel, ...] = ()
    soortladders: tuple[Soortladder, ...] = ()
    tafelladders: tuple[Tafelladder, ...] = ()
    gebieden: tuple[Gebied, ...] = ()
    veiligheidsregios: tuple[Veiligheidsregio, ...] = ()
    gemeenten: tuple[Gemeenteregel, ...] = ()
    herindelingen: tuple[Herindeling, ...] = ()
    dekking: tuple[Dekkingsregel, ...] = ()

    @property
    def alle_gemeenten(self) -> dict[GemeenteCode, Gemeente]:
        """Every gemeente that the register ever knew, with its days; whatever the order of the lines."""
        einde = {h.oud: h.per for h in self.herindelingen}
        gevonden = {h.oud: Gemeente(h.oud, h.oud_naam, h.oud_regio, None, h.per) for h in self.herindelingen}
        # The earliest line last: a gemeente begins when it was first made, and what joins it later changes nothing of that.
        for h in sorted(self.herindelingen, key=lambda h: h.per, reverse=True):
            gevonden[h.nieuw] = Gemeente(h.nieuw, h.nieuw_naam, h.nieuw_regio, h.per, einde.get(h.nieuw))
        for g in self.gemeenten:
            gevonden[g.gm_code] = Gemeente(g.gm_code, g.gemeente, g.vr_code, None, einde.get(g.gm_code))
        return gevonden
