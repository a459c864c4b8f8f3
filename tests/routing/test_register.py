"""The shipped register holds what the field knows, and no register with a fault is ever loaded."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from hub.domein.codes import Loket, MeldingSoort
from hub.domein.identiteit import GemeenteCode, OrganisatieId, TafelId
from hub.domein.tafel import TafelSoort
from hub.routing.regel import AFSLUITBAAR, Bevindingsoort
from hub.routing.register import Register, RegisterFout, Trede
from tests.routing.conftest import UITZONDERINGEN, Wijzig

OP = date(2026, 3, 1)
TWENTE = TafelId("vhh-twente")


def test_it_holds_the_country(register: Register) -> None:
    """342 gemeenten, 25 regions, 10 ZSM areas, 30 houses and one central intake; other kinds of tafel as examples."""
    soorten = Counter(tafel.soort for tafel in register.tafels(OP))
    assert soorten == {
        TafelSoort.ZSM: 10,
        TafelSoort.VEILIGHEIDSHUIS: 31,
        TafelSoort.JEUGDTAFEL: 1,
        TafelSoort.WIJKTEAM: 1,
        TafelSoort.CJG: 1,
    }
    assert len(register.gemeenten(OP)) == 342
    assert len(register.regels.veiligheidsregios) == 25
    assert len(register.regels.gebieden) == 10
    assert all(tafel.jeugdtaak for tafel in register.tafels(OP) if tafel.soort is TafelSoort.ZSM)


def test_everyone_is_covered_by_a_house_in_the_own_parket_and_region_except_where_agreed(register: Register) -> None:
    """A gemeente's house lies in its own parket save Heusden's, and in its own veiligheidsregio save Heusden's and Tholen's."""
    gebied = {v.code: v.gebied for v in register.regels.veiligheidsregios}
    ander_gebied, andere_regio = set(), set()
    for gemeente in register.gemeenten(OP):
        (regel,) = (r for r in register.dekking(gemeente.code, OP) if r.algemeen)
        regio = register.regio(regel.tafel)
        assert regio is not None
        if gebied[regio] != gebied[gemeente.regio]:
            ander_gebied.add(gemeente.naam)
        if regio != gemeente.regio:
            andere_regio.add(gemeente.naam)
    assert ander_gebied == {"Heusden"}
    assert andere_regio == {"Heusden", "Tholen"}


def test_oost_nederland_has_its_five_houses(register: Register) -> None:
    """ZSM Oost-Nederland faces the five houses of two arrondissementen and 76 gemeenten (2023)."""
    regios = {v.code for v in register.regels.veiligheidsregios if v.gebied == "oost-nederland"}
    codes = [g.code for g in register.gemeenten(OP) if g.regio in regios]
    huizen = {regel.tafel for code in codes for regel in register.dekking(code, OP)}
    assert len(codes) == 76
    assert huizen == {
        "vhh-ijsselland",
        "vhh-twente",
        "vhh-noord-en-oost-gelderland",
        "vhh-gelderland-midden",
        "vhh-gelderland-zuid",
    }


def test_a_tafel_is_only_there_in_its_own_days(register: Register) -> None:
    """Before its first day a tafel is unknown to who asks for that day; its name and organisation are known always."""
    jeugdtafel = TafelId("jeugdtafel-rotterdam")
    assert register.tafel(jeugdtafel, date(2025, 12, 31)) is None
    gevonden = register.tafel(jeugdtafel, date(2026, 1, 1))
    assert gevonden is not None
    assert gevonden.contact.telefoon == "088-000 03 01"
    assert jeugdtafel in register.namen()
    assert register.organisatie(jeugdtafel) == "gemeente-rotterdam"
    assert register.organisatie(TafelId("niet-bekend")) is None
    assert register.tafel(TafelId("niet-bekend"), OP) is None


def test_every_tafel_can_be_reached_and_belongs_to_an_organisation_with_a_test_oin(register: Register) -> None:
    """Contact and opening hours everywhere; OINs are 20 digits of the invented series."""
    for tafel in register.tafels(OP):
        assert tafel.telefoon.startswith("088-000 ")
        assert tafel.email.endswith(".example")
        assert tafel.contact.openingstijden == tuple(map(str, register.openingstijden(tafel.id, OP)))
        assert tafel.contact.openingstijden
        oin = register.oin(tafel.organisatie)
        assert len(oin) == 20
        assert oin.startswith("00000099")
    with pytest.raises(KeyError):
        register.oin(OrganisatieId("niet-bekend"))


def test_terms_come_from_the_tafel_and_else_from_the_register(register: Register) -> None:
    """Every kind of melding has a term; a tafel that agreed otherwise has its own."""
    assert register.termijn(TWENTE, MeldingSoort.BEKEND) == 2
    assert register.termijn(TWENTE, MeldingSoort.MOGELIJK_BEKEND) == 1
    assert register.termijn(TWENTE, MeldingSoort.DUBBELE_CASUS) == 5
    assert register.termijn(TafelId("vhh-ijsselland"), MeldingSoort.DUBBELE_CASUS) == 3
    assert register.termijn(TafelId("vhh-ijsselland"), MeldingSoort.BEKEND) == 2
    assert all(register.termijn(TWENTE, soort) > 0 for soort in MeldingSoort)
    with pytest.raises(KeyError):
        register.termijn(TafelId("niet-bekend"), MeldingSoort.BEKEND)


def test_closing_has_a_term_for_the_kinds_that_are_closed(register: Register) -> None:
    """From contact to closing, per kind and tafel; what nobody closes has none."""
    assert register.afsluittermijn(TWENTE, MeldingSoort.BEKEND) == 20
    assert register.afsluittermijn(TWENTE, MeldingSoort.AANDRAGEN) == 10
    assert register.afsluittermijn(TafelId("vhh-zuid-limburg"), MeldingSoort.AANDRAGEN) == 5
    assert all(register.afsluittermijn(TWENTE, soort) > 0 for soort in AFSLUITBAAR)
    for tafel, soort in ((TWENTE, MeldingSoort.INGETROKKEN), (TafelId("niet-bekend"), MeldingSoort.BEKEND)):
        with pytest.raises(KeyError):
            register.afsluittermijn(tafel, soort)


# --- the ladder


def test_every_tafel_has_a_ladder_that_goes_up_and_can_be_reached(register: Register) -> None:
    """Lowest desk first, none twice, each with a telephone, an address, hours and a term."""
    volgorde = list(Loket)
    for tafel in register.tafels(OP):
        treden = register.ladder(tafel.id, OP)
        hoogten = [volgorde.index(trede.loket) for trede in treden]
        assert hoogten
        assert hoogten == sorted(set(hoogten))
        for trede in treden:
            assert trede.contact.tafel == tafel.id
            assert trede.contact.telefoon.startswith("088-000 ")
            assert trede.contact.email.endswith(".example")
            assert trede.contact.openingstijden
            assert trede.werkdagen > 0


def test_a_tafel_has_the_ladder_of_its_kind(register: Register) -> None:
    """Its own contact at every step; a step without days has the term of an ESCALATIE."""
    ijsselland = TafelId("vhh-ijsselland")
    tafel = register.tafel(ijsselland, OP)
    assert tafel is not None
    assert register.ladder(ijsselland, OP) == (
        Trede(Loket.CASUSREGISSEUR, tafel.contact, 1),
        Trede(Loket.PROCESREGISSEUR, tafel.contact, 1),
        Trede(Loket.STUURGROEP, tafel.contact, 3),
        Trede(Loket.DRIEHOEK, tafel.contact, 5),
    )


def test_a_tafel_with_its_own_ladder_has_that_one(register: Register) -> None:
    """A desk is reached by what the ladder gives, and for the rest by what the tafel gives."""
    casus, proces, stuurgroep, _ = register.ladder(TWENTE, OP)
    tafel = register.tafel(TWENTE, OP)
    assert tafel is not None
    assert casus.contact == tafel.contact
    assert proces.contact.telefoon == "088-000 02 95"
    assert proces.contact.openingstijden == tafel.contact.openingstijden
    assert stuurgroep.contact.naam == "Secretaris stuurgroep Twente"
    assert stuurgroep.contact.openingstijden == ("ma-do 09:00-17:00",)
    assert [t.loket for t in register.ladder(TafelId("vhh-zuid-limburg"), OP)] == [
        Loket.PROCESREGISSEUR,
        Loket.STUURGROEP,
    ]


def test_the_ladder_of_a_tafel_that_is_gone_is_that_of_its_opvolger(wijzig: Wijzig) -> None:
    """Who asks late still finds desks that answer; only a tafel never known has none."""
    register = Register.laad(_sluit(wijzig, "vhh-ijsselland", "2026-01-01", "vhh-twente"))
    assert register.ladder(TafelId("vhh-ijsselland"), OP) == register.ladder(TWENTE, OP)
    with pytest.raises(KeyError):
        register.ladder(TafelId("niet-bekend"), OP)


def test_the_hash_names_the_contents(registermap: Path, wijzig: Wijzig) -> None:
    """The same files have the same hash wherever they lie; one other character gives another; the README does not count."""
    eerste = Register.laad(registermap).hash
    assert eerste == Register.laad().hash
    assert len(eerste) == 16
    assert int(eerste, 16) >= 0
    (registermap / "README.md").unlink()
    assert Register.laad(registermap).hash == eerste
    wijzig("register.toml", "DUBBELE_CASUS = 5", "DUBBELE_CASUS = 4")
    assert Register.laad(registermap).hash != eerste


# --- who stands in


def test_a_working_tafel_is_its_own_address(register: Register) -> None:
    """Nothing to explain."""
    adres = register.adres(TWENTE, OP)
    assert (adres.tafel.id, adres.zwevend, adres.stappen) == (TWENTE, False, ())


def test_an_unknown_tafel_has_no_address(register: Register) -> None:
    """A tafel never known is a fault of who asks."""
    with pytest.raises(KeyError):
        register.adres(TafelId("niet-bekend"), OP)


def _sluit(wijzig: Wijzig, tafel: str, tot: str, opvolger: str | None = None) -> Path:
    """Close a tafel; the lines stand right under its id."""
    erbij = f'id = "{tafel}"\ngeldig_tot = {tot}\n' + ("" if opvolger is None else f'opvolger = "{opvolger}"\n')
    return wijzig("tafels_veiligheidshuis.toml", f'id = "{tafel}"\n', erbij)


def test_opvolgers_are_followed_through_several_steps(wijzig: Wijzig) -> None:
    """Twente went to IJsselland, IJsselland to Noord- en Oost-Gelderland: each day has its own address, none zwevend."""
    _sluit(wijzig, "vhh-twente", "2026-01-01", "vhh-ijsselland")
    register = Register.laad(_sluit(wijzig, "vhh-ijsselland", "2026-06-01", "vhh-noord-en-oost-gelderland"))
    assert register.adres(TWENTE, date(2025, 12, 31)).tafel.id == TWENTE
    assert register.adres(TWENTE, date(2026, 1, 1)).tafel.id == "vhh-ijsselland"
    adres = register.adres(TWENTE, date(2026, 6, 1))
    assert adres.tafel.id == "vhh-noord-en-oost-gelderland"
    assert not adres.zwevend
    assert len(adres.stappen) == 2
    assert "overgenomen" in adres.stappen[0]


def test_a_closed_tafel_without_opvolger_falls_back_visibly(wijzig: Wijzig) -> None:
    """Its region's fallback is itself and gone too, so that of the ZSM area stands in, zwevend."""
    register = Register.laad(_sluit(wijzig, "vhh-twente", "2026-01-01"))
    adres = register.adres(TWENTE, OP)
    assert adres.tafel.id == "vhh-gelderland-midden"
    assert adres.zwevend
    assert any("zonder opvolger" in stap for stap in adres.stappen)
    assert any("ZSM-gebied Oost-Nederland" in stap for stap in adres.stappen)


def test_when_the_area_has_no_fallback_either_the_national_one_stands_in(wijzig: Wijzig) -> None:
    """Never dropped: the last fallback is always there."""
    _sluit(wijzig, "vhh-gelderland-midden", "2026-01-01")
    register = Register.laad(_sluit(wijzig, "vhh-twente", "2026-01-01"))
    adres = register.adres(TWENTE, OP)
    assert (adres.tafel.id, adres.zwevend) == ("vhh-regio-utrecht", True)


def test_a_day_before_the_register_is_answered_for_its_first_day_but_zwevend(register: Register) -> None:
    """Whoever sends a signaal with a clock in the past gets an address that people will look at."""
    adres = register.adres(TWENTE, date(1970, 1, 1))
    assert (adres.tafel.id, adres.zwevend) == (TWENTE, True)


def test_a_tafel_that_starts_later_falls_back_until_then(register: Register) -> None:
    """Known but not yet working: the regional fallback, zwevend."""
    adres = register.adres(TafelId("cjg-den-haag"), date(2025, 6, 1))
    assert (adres.tafel.id, adres.zwevend) == ("vhh-haaglanden", True)


def test_a_merged_or_split_gemeente_leads_to_what_became_of_it(register: Register) -> None:
    """Merged: one successor, on its own day. Split: every part. Unknown: none."""

    def codes(code: str, op: date) -> list[str]:
        return [g.code for g in register.gemeenten_van(GemeenteCode(code), op)]

    assert codes("GM1696", date(2026, 12, 31)) == ["GM1696"]
    assert codes("GM1696", date(2027, 1, 1)) == ["GM0402"]
    assert codes("GM0788", OP) == ["GM0757", "GM0824", "GM0855", "GM0865"]
    assert codes("GM9901", OP) == []
    assert codes("GM9901", date(2028, 1, 1)) == ["GM9901"]
    assert codes("GM9999", OP) == []


@pytest.mark.parametrize("kop", ["per,oud,oud_naam,oud_regio,nieuw,nieuw_naam,nieuw_regio,te_bevestigen,bron\n", ""])
def test_a_gemeente_begins_when_it_was_first_made(wijzig: Wijzig, kop: str) -> None:
    """Who joins it later moves its first day nowhere, whether that line stands at the top of the file or at its end."""
    regel = "GM0439,Purmerend,vhh-zaanstreek-waterland,2023-01-01,"
    wijzig(D, regel, regel + "2030-01-01")
    erbij = "2030-01-01,GM0439,Purmerend,VR11,GM9901,Oostzaan-Wormerland,VR11,ja,\n"
    register = Register.laad(wijzig(H, kop, kop + erbij))
    gemeente = register.gemeente(GemeenteCode("GM9901"))
    assert gemeente is not None
    assert gemeente.vanaf == date(2028, 1, 1)
    for op, code in ((date(2029, 12, 31), "GM0439"), (date(2030, 1, 1), "GM9901")):
        assert [g.code for g in register.gemeenten_van(GemeenteCode("GM0439"), op)] == [code]


# --- faults

T, D, R, H = "tafels_veiligheidshuis.toml", "dekking.csv", "regios.toml", "herindelingen.csv"
L = "ladders.toml"
HEUSDEN = "GM0797,Heusden,vhh-midden-brabant,2023-01-01,"
S = Bevindingsoort
TWENTE_ID = 'id = "vhh-twente"\n'
UTRECHT_ID = 'id = "vhh-regio-utrecht"\n'
PARKET, G = "Enschede,VR05,Twente,", "gemeenten.csv"

FOUTEN = {
    "overlap in coverage": (D, "", "GM0797,Heusden,vhh-twente,2025-01-01,,,,nee,\n", S.OVERLAP, "op dezelfde dagen"),
    "overlapping exceptions": (D, "", UITZONDERINGEN + "GM0599,Rotterdam,vhh-twente,2026-05-01,,JEUGD,,nee,\n",
        S.OVERLAP, "Rotterdam"),
    "unknown gemeente": (D, HEUSDEN, "GM0798x,Heusden,vhh-midden-brabant,2023-01-01,", S.VORM, "gemeente"),
    "gemeente never known": (D, "", "GM9999,Nergens,vhh-twente,2025-01-01,,,,nee,\n", S.ONBEKENDE_CODE, "GM9999"),
    "gemeente gone at the date": (D, "", "GM0788,Haaren,vhh-twente,2023-01-01,,,,nee,\n", S.ONBEKENDE_CODE, "in die tijd"),
    "coverage outlives the gemeente": (D, "2023-01-01,2027-01-01", "2023-01-01,", S.ONBEKENDE_CODE, "GM1696"),
    "wrong name with a code": (D, HEUSDEN, HEUSDEN.replace("Heusden", "Huizen"), S.TEGENSPRAAK, "heet Heusden"),
    "coverage by an unknown tafel": (D, HEUSDEN, HEUSDEN.replace("midden-br", "mid-br"), S.DODE_VERWIJZING, "vhh-mid-brabant"),
    "coverage by ZSM": (D, HEUSDEN, HEUSDEN.replace("vhh-midden-brabant", "zsm-limburg"), S.TEGENSPRAAK, "geen Veiligheidshuis"),
    "youth to a tafel without youth task": (D, "", "GM0153,Enschede,vhh-zeeland,2025-01-01,,JEUGD,,nee,\n", S.TEGENSPRAAK, "jeugdtaak"),
    "theme to a tafel without it": (D, "", "GM0153,Enschede,vhh-twente,2025-01-01,,,ONDERMIJNING,nee,\n", S.TEGENSPRAAK, "ONDERMIJNING"),
    "coverage ends before it begins": (D, HEUSDEN, HEUSDEN + "2022-01-01", S.PERIODE, "voordat zij"),
    "no date": (D, HEUSDEN, HEUSDEN.replace("2023-01-01", "1-1-2023"), S.VORM, "JJJJ-MM-DD"),
    "unknown theme": (D, "", "GM0153,Enschede,vhh-twente,2025-01-01,,,FIETSEN,nee,\n", S.VORM, "thema"),
    "too few fields": (D, "", "GM0153,Enschede\n", S.VORM, "evenveel velden"),
    "tafel without telephone": (T, 'telefoon = "088-000 02 05"\n', "", S.ZONDER_CONTACT, "vhh-twente"),
    "tafel without mail": (T, 'email = "intake@vhh-twente.example"\n', "", S.ZONDER_CONTACT, "e-mailadres"),
    "dead opvolger": (T, TWENTE_ID, TWENTE_ID + 'geldig_tot = 2026-01-01\nopvolger = "vhh-tw"\n', S.DODE_VERWIJZING, "vhh-tw"),
    "an opvolger of another kind": (T, TWENTE_ID, TWENTE_ID + 'geldig_tot = 2026-01-01\nopvolger = "zsm-limburg"\n',
        S.TEGENSPRAAK, "opvolger 'zsm-limburg', een ZSM"),
    "dead organisation": (T, 'organisatie = "vhh-twente"', 'organisatie = "vhh-tw"', S.DODE_VERWIJZING, "organisaties.csv"),
    "dead intake": (T, 'organisatie = "vhh-twente"', 'organisatie = "vhh-twente"\nintake = "weg"', S.DODE_VERWIJZING, "intake"),
    "an intake of another kind": (T, 'organisatie = "vhh-twente"', 'organisatie = "vhh-twente"\nintake = "zsm-limburg"',
        S.TEGENSPRAAK, "intake 'zsm-limburg' is geen Veiligheidshuis"),
    "a fallback of another kind": (R, 'terugval = "vhh-twente"', 'terugval = "zsm-limburg"', S.TEGENSPRAAK, "VR05: terugval 'zsm-limburg'"),
    "a fallback of an area of another kind": (R, 'zsm = "zsm-limburg"\nterugval = "vhh-zuid-limburg"',
        'zsm = "zsm-limburg"\nterugval = "cjg-den-haag"', S.TEGENSPRAAK, "gebied limburg: terugval 'cjg-den-haag'"),
    "a national fallback of another kind": ("register.toml", '"vhh-regio-utrecht"', '"zsm-amsterdam"',
        S.TEGENSPRAAK, "landelijke_terugval 'zsm-amsterdam' is geen Veiligheidshuis"),
    "opvolger without end": (T, TWENTE_ID, TWENTE_ID + 'opvolger = "vhh-ijsselland"\n', S.TEGENSPRAAK, "geldig_tot"),
    "opvolgers in a ring": (T, TWENTE_ID, TWENTE_ID + 'geldig_tot = 2026-01-01\nopvolger = "vhh-twente"\n',
        S.DODE_VERWIJZING, "naar zichzelf"),
    "tafel ends before it begins": (T, TWENTE_ID, TWENTE_ID + 'geldig_tot = 2020-01-01\n', S.PERIODE, "vhh-twente"),
    "national fallback gone": (T, UTRECHT_ID, UTRECHT_ID + 'geldig_tot = 2026-01-01\n', S.DODE_VERWIJZING, "landelijke_terugval"),
    "unknown region of a tafel": (T, 'organisatie = "vhh-twente"\nregio = "VR05"', 'organisatie = "vhh-twente"\nregio = "VR99"',
        S.ONBEKENDE_CODE, "VR99"),
    "unknown field": (T, TWENTE_ID, TWENTE_ID + 'telefon = "1"\n', S.VORM, "geen bekend veld"),
    "unknown kind": (T, TWENTE_ID, TWENTE_ID + 'soort = "HUIS"\n', S.VORM, "soort"),
    "bad opening hours": (T, TWENTE_ID, TWENTE_ID + 'openingstijden = ["altijd"]\n', S.VORM, "openingstijden"),
    "no TOML": (T, "[standaard]", "[standaard", S.BESTAND, T),
    "dead fallback": (R, 'terugval = "vhh-twente"', 'terugval = "vhh-tw"', S.DODE_VERWIJZING, "VR05"),
    "region in another parket": (G, PARKET + "Overijssel", PARKET + "Gelderland", S.TEGENSPRAAK, "Gelderland"),
    "unknown veiligheidsregio": (G, "Enschede,VR05", "Enschede,VR55", S.ONBEKENDE_CODE, "VR55"),
    "gemeente twice": (G, "", "GM0153,Enschede,VR05,Twente,Overijssel,Oost-Nederland\n", S.OVERLAP, "GM0153"),
    "merger of a gemeente that was never there": (H, "", "2025-01-01,GM9998,Nergens,VR05,GM0153,Enschede,VR05,ja,\n",
        S.ONBEKENDE_CODE, "GM9998"),
    "merger of one that is still there": (H, "", "2022-01-01,GM0153,Enschede,VR05,GM0164,Hengelo (O.),VR05,ja,\n",
        S.TEGENSPRAAK, "gemeenten.csv"),
    "merger with another name": (H, "", "2025-01-01,GM0153,Enskede,VR05,GM0164,Hengelo (O.),VR05,ja,\n", S.TEGENSPRAAK, "Enskede"),
    "merger into itself": (H, "", "2025-01-01,GM0153,Enschede,VR05,GM0153,Enschede,VR05,ja,\n", S.DODE_VERWIJZING, "geen gemeente over"),
    "a tafel that is called as the operator": (T, 'id = "vhh-drenthe"', 'id = "beheer"', S.VOORBEHOUDEN, "'beheer'"),
    "an organisation that is called as what is brought": ("organisaties.csv", "vhh-drenthe,", "aandragen,", S.VOORBEHOUDEN, "'aandragen'"),
    "organisation twice": ("organisaties.csv", "", "vhh-twente,Nog een,00000099000900000001\n", S.OVERLAP, "vhh-twente"),
    "OIN of the wrong length": ("organisaties.csv", "", "vhh-x,X,123\n", S.VORM, "oin"),
    "opening hours past midnight": (T, TWENTE_ID, TWENTE_ID + 'openingstijden = ["ma-zo 22:00-02:00"]\n', S.VORM, "eigen regel"),
    "a kind without closing term": ("register.toml", "MOGELIJK_BEKEND = 5\n", "", S.VORM, "afsluittermijn voor MOGELIJK_BEKEND"),
    "a closing term of nothing": ("register.toml", "MOGELIJK_BEKEND = 5\n", "MOGELIJK_BEKEND = 0\n", S.VORM, "minstens 1"),
    "a closing term for what is not closed": ("register.toml", "MOGELIJK_BEKEND = 5\n", "MOGELIJK_BEKEND = 5\nSTATUS = 5\n",
        S.TEGENSPRAAK, "STATUS"),
    "a closing term for an unknown tafel": ("register.toml", "[afsluittermijnen_per_tafel.vhh-zuid-limburg]",
        "[afsluittermijnen_per_tafel.vhh-zl]", S.DODE_VERWIJZING, "vhh-zl"),
    "a kind of tafel without ladder": (L, 'soort = "CJG"', 'soort = "ZSM"', S.VORM, "soort CJG ontbreekt"),
    "a kind of tafel with two ladders": (L, 'soort = "CJG"', 'soort = "ZSM"', S.OVERLAP, "soort ZSM heeft 2 ladders"),
    "a tafel with two ladders": (L, 'tafel = "vhh-zuid-limburg"', 'tafel = "vhh-twente"', S.OVERLAP, "vhh-twente"),
    "a ladder of an unknown tafel": (L, 'tafel = "vhh-twente"', 'tafel = "vhh-tw"', S.DODE_VERWIJZING, "vhh-tw"),
    "a ladder without steps": (L, "", '[[tafelladder]]\ntafel = "vhh-drenthe"\ntrede = []\n', S.VORM, "geen treden"),
    "a ladder that goes down": (L, 'loket = "PROCESREGISSEUR"\nnaam', 'loket = "DRIEHOEK"\nnaam', S.TEGENSPRAAK, "steeds omhoog"),
    "a step without desk": (L, 'loket = "PROCESREGISSEUR"\nnaam', "naam", S.VORM, "trede.1.loket"),
    "an unknown desk": (L, 'loket = "PROCESREGISSEUR"\nnaam', 'loket = "MINISTER"\nnaam', S.VORM, "CASUSREGISSEUR"),
    "a desk with a bad number": (L, "088-000 02 95", "twaalf", S.ZONDER_CONTACT, "vhh-twente PROCESREGISSEUR"),
    "a desk with a bad address": (L, "procesregie@vhh-twente.example", "procesregie", S.ZONDER_CONTACT, "e-mailadres"),
    "one desk for every tafel of a kind": (L, '{ loket = "PROCESREGISSEUR" }, #', '{ loket = "PROCESREGISSEUR", telefoon = "1" }, #',
        S.VORM, "geen bekend veld"),
    "a misspelt list of ladders": (L, "", '[[tafelladders]]\ntafel = "vhh-drenthe"\n', S.VORM, "'tafelladders' is hier niet bekend"),
    "a misspelt list of regions": (R, "", '[[gebieden]]\nid = "x"\n', S.VORM, "'gebieden' is hier niet bekend"),
    "no ladders": (L, "[[soortladder]]\nsoort = \"ZSM\"", "[[soortladder", S.BESTAND, L),
    "a kind without term": ("register.toml", "ESCALATIE = 1\n", "", S.VORM, "ESCALATIE"),
    "a term of nothing": ("register.toml", "ESCALATIE = 1\n", "ESCALATIE = 0\n", S.VORM, "minstens 1"),
    "a term for an unknown tafel": ("register.toml", "per_tafel.vhh-ijsselland", "per_tafel.vhh-ijssel", S.DODE_VERWIJZING, "vhh-ijssel"),
}  # fmt: skip


@pytest.mark.parametrize(("bestand", "oud", "nieuw", "soort", "woord"), FOUTEN.values(), ids=FOUTEN.keys())
def test_a_fault_stops_loading_and_says_where_and_what(
    wijzig: Wijzig, bestand: str, oud: str, nieuw: str, soort: Bevindingsoort, woord: str
) -> None:
    """Each kind of fault is found, named by its kind, and its message holds the word that leads to it."""
    with pytest.raises(RegisterFout) as gevangen:
        Register.laad(wijzig(bestand, oud, nieuw))
    assert any(fout.soort is soort and woord in str(fout) for fout in gevangen.value.fouten), str(gevangen.value)


VORMEN = {
    "one table instead of a list": ("tafels_nieuw.toml", '[tafel]\nid = "x"\n', S.VORM, "schrijf boven elk [[tafel]]"),
    "a list of no tables": ("tafels_nieuw.toml", 'tafel = ["x"]\n', S.VORM, "schrijf boven elk [[tafel]]"),
    "a text": ("tafels_nieuw.toml", 'tafel = "x"\n', S.VORM, "schrijf boven elk [[tafel]]"),
    "a default that is no table": ("tafels_nieuw.toml", 'standaard = "x"\n[[tafel]]\nid = "x"\n', S.VORM, "schrijf [standaard]"),
    "a list of defaults": ("tafels_nieuw.toml", '[[standaard]]\njeugdtaak = true\n', S.VORM, "schrijf [standaard]"),
    "a misspelt list": ("tafels_nieuw.toml", '[[tafels]]\nid = "x"\n', S.VORM, "'tafels' is hier niet bekend"),
    "regions in another way": ("regios.toml", '[gebied]\nid = "x"\n', S.VORM, "schrijf boven elk [[gebied]]"),
    "ladders in another way": ("ladders.toml", "soortladder = 1\n", S.VORM, "schrijf boven elk [[soortladder]]"),
    "tafels in a file of another name": ("tafel_nieuw.toml", '[[tafel]]\nid = "x"\n', S.BESTAND, "tafel_nieuw.toml: wordt niet gelezen"),
    "coverage in a file of another name": ("dekking-2027.csv", "gemeente,naam,tafel\n", S.BESTAND, "dekking-2027.csv: wordt niet gelezen"),
    "a name in capitals": ("TAFELS_NIEUW.TOML", "", S.BESTAND, "TAFELS_NIEUW.TOML: wordt niet gelezen"),
}  # fmt: skip


@pytest.mark.parametrize(("bestand", "tekst", "soort", "woord"), VORMEN.values(), ids=VORMEN.keys())
def test_a_file_of_another_shape_or_name_is_told(
    registermap: Path, bestand: str, tekst: str, soort: Bevindingsoort, woord: str
) -> None:
    """What nobody reads is a fault that says so and what to do, neither a traceback nor silence."""
    (registermap / bestand).write_text(tekst, encoding="utf-8")
    with pytest.raises(RegisterFout) as gevangen:
        Register.laad(registermap)
    assert any(fout.soort is soort and woord in str(fout) for fout in gevangen.value.fouten), str(gevangen.value)


def test_all_faults_show_at_once(wijzig: Wijzig) -> None:
    """Three faults in three files: one exception that names all three, with file and line."""
    wijzig(D, HEUSDEN, HEUSDEN.replace("midden-brabant", "weg"))
    wijzig("organisaties.csv", "", "vhh-x,X,123\n")
    with pytest.raises(RegisterFout) as gevangen:
        Register.laad(wijzig(T, 'telefoon = "088-000 02 05"\n', ""))
    fouten = gevangen.value.fouten
    assert {fout.soort for fout in fouten} == {S.DODE_VERWIJZING, S.VORM, S.ZONDER_CONTACT}
    regel = next(fout.plek for fout in fouten if fout.soort is S.DODE_VERWIJZING)
    assert regel.startswith("dekking.csv regel ")
    assert "3 fout(en)" in str(gevangen.value)


def test_an_empty_directory_names_every_missing_file(tmp_path: Path) -> None:
    """A wrong path is told as what is missing there, not as a traceback."""
    with pytest.raises(RegisterFout) as gevangen:
        Register.laad(tmp_path)
    assert {fout.plek for fout in gevangen.value.fouten} >= {
        "register.toml",
        "regios.toml",
        "dekking.csv",
        "gemeenten.csv",
    }


def test_a_line_number_is_the_one_an_editor_shows(wijzig: Wijzig, registermap: Path) -> None:
    """The line that a fault names is the line that was spoiled."""
    wijzig(D, HEUSDEN, HEUSDEN.replace("midden-brabant", "weg"))
    with pytest.raises(RegisterFout) as gevangen:
        Register.laad(registermap)
    nummer = int(gevangen.value.fouten[0].plek.rpartition(" ")[2])
    assert "vhh-weg" in (registermap / D).read_text(encoding="utf-8").splitlines()[nummer - 1]
