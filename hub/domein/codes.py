"""The closed lists of the covenant that the whole hub shares. A list of one subject stands with it: TafelSoort in tafel.py, Richting in
privacy/grondslag.py.

Symbols are what travels in Avro. A list grows; a symbol never changes meaning.
"""

from enum import StrEnum, auto


class Code(StrEnum):
    """A closed list whose symbols are their own values."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        return name


class Soort(Code):
    """What kind of dossier an organisation signals."""

    VERDACHTE = auto()
    CASUS = auto()


class Status(Code):
    """ACTIEF: the signaal carries the full current state. VERVALLEN: everything derived from the dossier is withdrawn."""

    ACTIEF = auto()
    VERVALLEN = auto()


class Rol(Code):
    """The person's role. Only a VERDACHTE and the CASUSPERSOON itself are ever matched to a melding."""

    VERDACHTE = auto()
    CASUSPERSOON = auto()
    SLACHTOFFER = auto()
    GETUIGE = auto()
    NETWERK = auto()


class Thema(Code):
    """Theme of the case; a tafel is entitled to a list of them."""

    HUISELIJK_GEWELD = auto()
    JEUGD = auto()
    VEELPLEGER = auto()
    VERWARD_GEDRAG = auto()
    EX_GEDETINEERDE = auto()
    RADICALISERING = auto()
    MENSENHANDEL = auto()
    ONDERMIJNING = auto()
    GEWELD = auto()
    VERMOGEN = auto()
    OVERIG = auto()


class Doel(Code):
    """Purpose for which a casus is worked on (closed purposes, AVG art. 5(1)(b))."""

    PERSOONSGERICHTE_AANPAK = auto()
    JEUGDHULP = auto()
    ZORG = auto()
    VEILIGHEID = auto()
    NAZORG = auto()


class Vervolgingsbeslissing(Code):
    """The prosecutor's decision. NVT only for a casus."""

    NVT = auto()
    OPEN = auto()
    VERVOLGEN = auto()
    STRAFBESCHIKKING = auto()
    VEROORDEELD = auto()
    SEPOT = auto()
    VRIJSPRAAK = auto()


class Belang(Code):
    """Zwaarwegend algemeen belang, recorded by the source (Aanwijzing Wjsg). GEEN: none recorded."""

    GEEN = auto()
    VEILIGHEID_PERSOON = auto()
    VEILIGHEID_KIND = auto()
    OPENBARE_ORDE = auto()
    VOORKOMEN_ERNSTIG_FEIT = auto()


class Vrijgaverol(Code):
    """Who in the source organisation decided that this may be shared. GEEN: nobody yet."""

    GEEN = auto()
    OFFICIER_VAN_JUSTITIE = auto()
    PARKETSECRETARIS = auto()
    PROCESREGISSEUR = auto()
    CASUSREGISSEUR = auto()
    BURGEMEESTER = auto()


class Fase(Code):
    """Phase of a casus (Landelijk Kader). NVT only for a verdachte."""

    NVT = auto()
    AANGEDRAGEN = auto()
    TRIAGE = auto()
    ACTIEF = auto()
    NAZORG = auto()
    GESLOTEN = auto()


class Criterium(Code):
    """Triage criteria of the Landelijk Kader."""

    MEER_LEEFGEBIEDEN = auto()
    MEER_KETENS = auto()
    EFFECT_OP_GEZIN = auto()
    GEBIEDSGEBONDEN = auto()


class Uitkomst(Code):
    """How certain a pair is. ZEKER: nine agreeing BSN digits. MOGELIJK: never confirmed without a person. GEEN: no match (any more)."""

    ZEKER = auto()
    MOGELIJK = auto()
    GEEN = auto()


class Besluit(Code):
    """What the privacy filter says of one direction of a koppeling."""

    MELDEN = auto()
    AANGEHOUDEN = auto()
    AFGEWEZEN = auto()


class MeldingSoort(Code):
    """What a melding tells its receiver."""

    BEKEND = auto()
    MOGELIJK_BEKEND = auto()
    DUBBELE_CASUS = auto()
    AANDRAGEN = auto()
    ESCALATIE = auto()
    ANTWOORD = auto()
    GEWEIGERD = auto()
    INGETROKKEN = auto()
    CORRECTIE = auto()
    STATUS = auto()


class Veld(Code):
    """Optional fields of a melding, each of which needs its own permit (`verstrekken`). Kind, contact and term are always there."""

    TAFEL = auto()
    ADVIES_BESCHIKBAAR = auto()
    ESCALATIENIVEAU = auto()
    OPHOUDEN_TOT = auto()


class Reactie(Code):
    """Reaction of a tafel to a melding, or of an officer to a held koppeling. BEZORGD is said by the connector: it is in the inbox."""

    ONTVANGEN = auto()
    CONTACT_GELEGD = auto()
    AFGESLOTEN = auto()
    ZELFDE_PERSOON = auto()
    ANDERE_PERSOON = auto()
    ONJUIST_GEADRESSEERD = auto()
    VRIJGEVEN = auto()
    AANGENOMEN = auto()
    DOORVERWEZEN = auto()
    GEWEIGERD = auto()
    BEZORGD = auto()


class Levensfase(Code):
    """Where one direction of a koppeling stands. GEEN: there is nothing to tell and never was."""

    GEEN = auto()
    AANGEHOUDEN = auto()
    AFGEWEZEN = auto()
    GEMELD = auto()
    ONTVANGEN = auto()
    CONTACT_GELEGD = auto()
    AFGESLOTEN = auto()
    VERWORPEN = auto()
    INGETROKKEN = auto()
    ONBESTELBAAR = auto()


class Dossierstatus(Code):
    """What a source may know of the state of its own dossier."""

    WACHT_OP_VRIJGAVE = auto()
    WACHT_OP_BESLISSING = auto()
    AANGEDRAGEN = auto()
    AANGENOMEN = auto()
    DOORVERWEZEN = auto()
    NIET_AANGENOMEN = auto()
    NIET_AANGEDRAGEN = auto()
    ZWEVEND = auto()


class Bekendheid(Code):
    """The answer to a check op bekendheid. NIET_BEKEND only when every index partition answered in time; else ONVOLLEDIG."""

    BEKEND = auto()
    MOGELIJK_BEKEND = auto()
    NIET_BEKEND = auto()
    ONVOLLEDIG = auto()


class Loket(Code):
    """Desk of a tafel, in the order of the escalation ladder (Landelijk Kader)."""

    CASUSREGISSEUR = auto()
    PROCESREGISSEUR = auto()
    STUURGROEP = auto()
    DRIEHOEK = auto()


class Weigerreden(Code):
    """Why an intake does not take what was brought to it."""

    NIET_PASSEND = auto()
    ENKELVOUDIG = auto()
    AL_IN_BEHANDELING = auto()
    ONVOLDOENDE_ONDERBOUWD = auto()


class Weigercode(Code):
    """Why something that a tafel said is refused. ONBEKEND_VOOR_U covers what does not exist and what is another's: no oracle."""

    ONBEKEND_VOOR_U = auto()
    MELDING_VERVANGEN = auto()
    OVERGANG_VERBODEN = auto()
    ROL_ONBEVOEGD = auto()
    AL_BESLIST = auto()
    SIGNAAL_GEWEIGERD = auto()


class Daad(Code):
    """Act of an operator, through the topic of the tafel `beheer`."""

    TERUGHALEN = auto()
    NOODSTOP = auto()
    OPHEFFEN = auto()
