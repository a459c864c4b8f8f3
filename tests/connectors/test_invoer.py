"""Validation: every fault is named at once, in Dutch, by its place, and without a value of the message."""

import json
import random
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import datum
from connectors.fouten import Ongeldig, Onleesbaar
from connectors.invoer import Casus, Intrekking, Verdachte, lees
from connectors.persoon import Kader
from connectors.pseudoniem import Pseudonimiseerder
from connectors.signaal import Afzender, feiten_verdachte, signaal
from hub.domein.codes import Soort
from hub.domein.identiteit import GrondslagId, OrganisatieId, TafelId, dossier
from hub.domein.vorm import signaal_naar, signaal_uit
from hub.matching import bsn
from hub.matching.sleutels import Sleutelring
from tests.connectors.opstelling import CASUS, NU, VERDACHTE, met

FICTIEF = Kader(NU, bsn.fout_fictief)
ECHT = Kader(NU, bsn.fout_echt)
VANDAAG = date(2026, 6, 1)


def fouten(soort: type[Verdachte | Casus | Intrekking], bericht: Any, kader: Kader = FICTIEF) -> dict[str, str]:
    """Pointer -> detail; empty when the message is accepted."""
    try:
        lees(soort, json.dumps(bericht), kader)
    except Ongeldig as fout:
        return {een.pointer: een.detail for een in fout.fouten}
    return {}


def test_the_example_for_whoever_joins_a_system_is_accepted() -> None:
    """What docs/koppelen.md shows is a message that a connector takes."""
    tekst = (Path(__file__).parents[2] / "docs" / "koppelen.md").read_text("utf-8")
    (voorbeeld,) = re.findall(r"^```json casus\n(.*?)^```", tekst, re.M | re.S)
    assert fouten(Casus, json.loads(voorbeeld)) == {}


FOUTEN: list[tuple[dict[str, Any], str, str]] = [
    ({"zaaknummer": ...}, "/zaaknummer", "verplicht"),
    ({"zaaknummer": 5}, "/zaaknummer", "tekst"),
    ({"zaaknummer": ""}, "/zaaknummer", "vorm"),
    ({"zaaknummer": "a" * 65}, "/zaaknummer", "vorm"),
    ({"zaaknummer": "a\nb"}, "/zaaknummer", "vorm"),
    ({"gewijzigdOp": "2026-05-01"}, "/gewijzigdOp", "RFC 3339"),
    ({"gewijzigdOp": "2026-05-01T10:00:00"}, "/gewijzigdOp", "RFC 3339"),
    ({"gewijzigdOp": "2026-02-30T10:00:00Z"}, "/gewijzigdOp", "bestaat niet"),
    ({"gewijzigdOp": "1969-12-31T23:59:59Z"}, "/gewijzigdOp", "1970"),
    ({"gewijzigdOp": "2026-06-02T08:00:01Z"}, "/gewijzigdOp", "toekomst"),
    ({"gewijzigdOp": 1_780_000_000}, "/gewijzigdOp", "tekst"),
    ({"persoon__burgerservicenummer": "123456782"}, "/persoon/burgerservicenummer", "bestaand persoon"),
    ({"persoon__burgerservicenummer": "000000000"}, "/persoon/burgerservicenummer", "bestaat niet"),
    ({"persoon__burgerservicenummer": "12345678"}, "/persoon/burgerservicenummer", "vorm"),
    ({"persoon__burgerservicenummer": "１２３４５６７８９"}, "/persoon/burgerservicenummer", "vorm"),
    ({"persoon__burgerservicenummer": 999990342}, "/persoon/burgerservicenummer", "tekst"),
    ({"persoon__naam__geslachtsnaam": ...}, "/persoon/naam/geslachtsnaam", "verplicht"),
    ({"persoon__naam__geslachtsnaam": "x" * 201}, "/persoon/naam/geslachtsnaam", "200"),
    ({"persoon__naam__geslachtsnaam": "12"}, "/persoon/naam/geslachtsnaam", "letters"),
    ({"persoon__naam__voornamen": "Jan\u0000"}, "/persoon/naam/voornamen", "tekens"),
    ({"persoon__naam__voornamen": "Jan\u202e"}, "/persoon/naam/voornamen", "tekens"),
    ({"persoon__naam__voorvoegsel": "van der uit de"}, "/persoon/naam/voorvoegsel", "10"),
    ({"persoon__naam__voorletters": "J."}, "/persoon/naam/voorletters", "onbekend veld"),
    ({"persoon__geboorte__datum": "20260231"}, "/persoon/geboorte/datum", "bestaat niet"),
    ({"persoon__geboorte__datum": "19831301"}, "/persoon/geboorte/datum", "bestaat niet"),
    ({"persoon__geboorte__datum": "19830017"}, "/persoon/geboorte/datum", "onbekend"),
    ({"persoon__geboorte__datum": "00000517"}, "/persoon/geboorte/datum", "onbekend"),
    ({"persoon__geboorte__datum": "1983-05-17"}, "/persoon/geboorte/datum", "JJJJMMDD"),
    ({"persoon__geboorte__datum": "20270000"}, "/persoon/geboorte/datum", "toekomst"),
    ({"persoon__geboorte__datum": "18950000"}, "/persoon/geboorte/datum", "130"),
    (
        {"persoon__geboorte__datum": {"type": "Datum", "datum": "2026-02-31"}},
        "/persoon/geboorte/datum/datum",
        "bestaat niet",
    ),
    ({"persoon__geboorte__datum": {"type": "Datum", "datum": "2026-06-02"}}, "/persoon/geboorte/datum", "toekomst"),
    (
        {"persoon__geboorte__datum": {"type": "JaarMaandDatum", "jaar": 1983, "maand": 13}},
        "/persoon/geboorte/datum/maand",
        "12",
    ),
    (
        {"persoon__geboorte__datum": {"type": "JaarDatum", "jaar": "1983"}},
        "/persoon/geboorte/datum/jaar",
        "geheel getal",
    ),
    (
        {"persoon__geboorte__datum": {"type": "DatumOnbekend", "onbekend": False}},
        "/persoon/geboorte/datum/onbekend",
        "true",
    ),
    ({"persoon__geboorte__datum": {"type": "Schrikkeldag"}}, "/persoon/geboorte/datum", "JaarMaandDatum"),
    ({"persoon__geboorte__datum": 19830517}, "/persoon/geboorte/datum", "JJJJMMDD"),
    ({"persoon__geslacht": "X"}, "/persoon/geslacht", "M, V, O"),
    ({"persoon__geheimhoudingPersoonsgegevens": ...}, "/persoon/geheimhoudingPersoonsgegevens", "verplicht"),
    ({"persoon__geheimhoudingPersoonsgegevens": 1}, "/persoon/geheimhoudingPersoonsgegevens", "true of false"),
    ({"persoon__gemeenteVanInschrijving": "GM0153"}, "/persoon/gemeenteVanInschrijving", "vorm"),
    ({"persoon__strafrechtsketennummer": "123"}, "/persoon/strafrechtsketennummer", "27b"),
    ({"skn": "123"}, "/skn", "27b"),
    ({"feiten__pleegdatum": ...}, "/feiten/pleegdatum", "verplicht"),
    ({"feiten__pleegdatum": "2026-06-02"}, "/feiten/pleegdatum", "toekomst"),
    ({"feiten__pleegdatum": "20260531"}, "/feiten/pleegdatum", "JJJJ-MM-DD"),
    ({"feiten__thema": "INBRAAK"}, "/feiten/thema", "HUISELIJK_GEWELD, JEUGD"),
    ({"feiten__vervolgingsbeslissing": "NVT"}, "/feiten/vervolgingsbeslissing", "OPEN, VERVOLGEN"),
    ({"feiten__spoedeisend": "ja"}, "/feiten/spoedeisend", "true of false"),
    ({"feiten__vrijgave__rol": "GEEN"}, "/feiten/vrijgave/rol", "OFFICIER_VAN_JUSTITIE"),
    ({"feiten__vrijgave__moment": "2026-07-01T00:00:00Z"}, "/feiten/vrijgave/moment", "toekomst"),
    ({"feiten__criteria": ["MEER_KETENS", "MEER_KETENS"]}, "/feiten/criteria", "tweemaal"),
    ({"feiten__criteria": "MEER_KETENS"}, "/feiten/criteria", "lijst"),
    ({"feiten__ophoudenVanaf": "2026-07-01T00:00:00Z"}, "/feiten/ophoudenVanaf", "toekomst"),
    ({"feiten__grondslag": "Mijn Grond"}, "/feiten/grondslag", "vorm"),
    ({"feiten__fase": "ACTIEF"}, "/feiten/fase", "onbekend veld"),
    ({"feiten": []}, "/feiten", "JSON-object"),
]


def test_het_einde_van_het_ophouden() -> None:
    """Where the source knows only when it began, the end is six hours on, and the night does not count."""
    for vanaf, tot in (("2026-06-01T09:30:00+02:00", 15.5), ("2026-05-31T22:00:00+02:00", 13)):
        bericht = met(VERDACHTE, feiten__ophoudenVanaf=vanaf)
        verdachte = lees(Verdachte, json.dumps(bericht), FICTIEF)
        feiten = feiten_verdachte(verdachte.persoon, verdachte.feiten, GrondslagId("g"))
        assert feiten.ophouden_tot == datum.moment("2026-06-01T00:00:00+02:00") + int(tot * 3_600_000)
        beide = met(bericht, feiten__ophoudenTot="2026-06-01T20:00:00Z")
        assert fouten(Verdachte, beide) == {"/feiten/ophoudenTot": "geef ophoudenVanaf of ophoudenTot, niet allebei"}


@pytest.mark.parametrize(("velden", "pointer", "detail"), FOUTEN)
def test_fout(velden: dict[str, Any], pointer: str, detail: str) -> None:
    """One fault gives one entry, at its place, that says what to mend."""
    gevonden = fouten(Verdachte, met(VERDACHTE, **velden))
    assert set(gevonden) == {pointer}
    assert detail in gevonden[pointer]


@pytest.mark.parametrize(
    ("velden", "pointer", "detail"),
    [
        ({"feiten__fase": "NVT"}, "/feiten/fase", "AANGEDRAGEN, TRIAGE"),
        ({"feiten__faseSinds": "2026-08-01T00:00:00Z"}, "/feiten/faseSinds", "toekomst"),
        ({"feiten__doelen": []}, "/feiten/doelen", "ten minste 1"),
        ({"feiten__escalatieniveau": 5}, "/feiten/escalatieniveau", "ten hoogste 4"),
        ({"feiten__escalatieniveau": True}, "/feiten/escalatieniveau", "geheel getal"),
        ({"feiten__bewarenTot": "2026-06-01T07:00:00Z"}, "/feiten/bewarenTot", "verstreken"),
        ({"feiten__bewarenTot": "2031-07-01T00:00:00Z"}, "/feiten/bewarenTot", "vijf jaar"),
        ({"feiten__pleegdatum": "2026-05-31"}, "/feiten/pleegdatum", "onbekend veld"),
    ],
)
def test_fout_casus(velden: dict[str, Any], pointer: str, detail: str) -> None:
    """The same for a casus."""
    gevonden = fouten(Casus, met(CASUS, **velden))
    assert set(gevonden) == {pointer}
    assert detail in gevonden[pointer]


def test_goed() -> None:
    """The examples are right, whole and with every optional part left out or null."""
    for kader in (FICTIEF, ECHT):
        kaal = met(
            VERDACHTE,
            persoon__burgerservicenummer=None,
            persoon__naam={"geslachtsnaam": "."},
            persoon__geboorte={"datum": {"type": "DatumOnbekend", "onbekend": True}},
            persoon__gemeenteVanInschrijving=...,
            feiten={"pleegdatum": "2026-06-01", "thema": "OVERIG", "vervolgingsbeslissing": "SEPOT"},
        )
        assert fouten(Verdachte, kaal, kader) == {}
    assert fouten(Verdachte, VERDACHTE) == {}
    assert fouten(Casus, CASUS) == {}
    assert fouten(Intrekking, {"zaaknummer": "1"}) == {}


def test_andere_namen() -> None:
    """Whoever gives an alias is found by those who know the person by that name only; a name too many is a fault."""
    anders = [{"voornamen": "Kareltje", "geslachtsnaam": "Kwartelaar"}, {"geslachtsnaam": "Vogelzangerd"}]
    persoon = lees(Verdachte, json.dumps(met(VERDACHTE, persoon__andereNamen=anders)), FICTIEF).persoon
    bekend = met(VERDACHTE, persoon__naam=anders[0], persoon__burgerservicenummer=...)
    pseudoniem = Pseudonimiseerder(OrganisatieId("om"), bytes(32), Sleutelring.nieuw("2026a"))
    een, ander = (
        {sleutel.token for bos in pseudoniem.sleutels(wie) for sleutel in bos.sleutels}
        for wie in (persoon, lees(Verdachte, json.dumps(bekend), FICTIEF).persoon)
    )
    assert een & ander
    with pytest.raises(Ongeldig) as fout:
        lees(Verdachte, json.dumps(met(VERDACHTE, persoon__andereNamen=anders * 3)), FICTIEF)
    assert [wat.pointer for wat in fout.value.fouten] == ["/persoon/andereNamen"]


@given(st.sets(st.integers(0, len(FOUTEN) - 1), min_size=1, max_size=8))
def test_alle_fouten_tegelijk(keuze: set[int]) -> None:
    """Whatever faults a message has, each one is named, as long as they are not in the same part."""
    bericht, verwacht = VERDACHTE, set[str]()
    bezet = set[str]()
    for velden, pointer, _ in (FOUTEN[nummer] for nummer in sorted(keuze)):
        (pad,) = velden
        if any(pad.startswith(ander) or ander.startswith(pad) for ander in bezet):
            continue
        bezet.add(pad)
        bericht, verwacht = met(bericht, **velden), verwacht | {pointer}
    assert set(fouten(Verdachte, bericht)) == verwacht


def test_te_jong_naast_andere_fouten() -> None:
    """That a person was under twelve is named beside every other fault, whatever form the birth date has."""
    for geboren in ("20140601", "20140000", {"type": "JaarMaandDatum", "jaar": 2014, "maand": 6}):
        bericht = met(VERDACHTE, persoon__geboorte__datum=geboren)
        assert set(fouten(Verdachte, bericht)) == {"/feiten/pleegdatum"}
        assert set(fouten(Verdachte, met(bericht, zaaknummer=""))) == {"/feiten/pleegdatum", "/zaaknummer"}
    assert fouten(Verdachte, met(VERDACHTE, persoon__geboorte__datum="20140531")) == {}
    assert fouten(Casus, met(CASUS, persoon__geboorte__datum="20200101")) == {}


def test_bsn_echt() -> None:
    """With real persons the eleven-test must pass, and test numbers are refused."""

    def gevonden(nummer: str) -> str:
        return fouten(Verdachte, met(VERDACHTE, persoon__burgerservicenummer=nummer), ECHT).get(
            "/persoon/burgerservicenummer", ""
        )

    assert gevonden("123456782") == ""
    assert "elfproef" in gevonden("123456789")
    assert "elfproef" in gevonden("000000000")
    assert "testnummer" in gevonden("999990342")


@given(st.integers(0, 999_999_999))
def test_bsn_tegendeel(getal: int) -> None:
    """A number that is allowed for real persons is never allowed among invented ones, and a random one is allowed on one side at most."""
    nummer = f"{getal:09}"
    assert bsn.fout_echt(nummer) or bsn.fout_fictief(nummer)
    assert nummer not in (bsn.fout_echt(nummer) or "") + (bsn.fout_fictief(nummer) or "")


def test_testnummers() -> None:
    """Every test number passes the eleven-test: that is what they are for."""
    assert all(bsn.elfproef(nummer) for nummer in bsn.TESTNUMMERS)


def test_an_age_is_one_that_the_hub_takes() -> None:
    """Whoever is as old as a date of birth may say is no older for the hub, also where the change lies a day ahead, in the next year."""
    nieuwjaar = int(datetime(2027, 1, 1, 10, tzinfo=UTC).timestamp() * 1000)
    bericht = met(CASUS, gewijzigdOp="2027-01-01T10:00:00Z", persoon__geboorte__datum="18960101")
    invoer = lees(Casus, json.dumps(bericht), Kader(nieuwjaar - 20 * 3_600_000, bsn.fout_fictief))
    afzender = Afzender(Soort.CASUS, TafelId("vhh-twente"), GrondslagId("wgs-vhh"), 365)
    record = signaal(invoer, dossier("vhh-twente", bytes(16)), nieuwjaar, nieuwjaar, (), afzender)
    assert signaal_uit(signaal_naar(record)).feiten.leeftijd == datum.OUDST


@given(st.dates(date(1900, 1, 1), VANDAAG), st.dates(date(1990, 1, 1), VANDAAG), st.sampled_from((8, 6, 4)))
def test_leeftijd_is_de_jongste(geboren: date, op: date, bekend: int) -> None:
    """A hazy birth date gives the youngest age among all days that it can mean, and a whole one the age itself."""
    tekst = geboren.strftime("%Y%m%d").ljust(8, "0")[:bekend].ljust(8, "0")
    vroegst, laatst = datum.vroegst(tekst), datum.laatst(tekst)
    assert vroegst and laatst and vroegst <= geboren <= laatst
    dagen = [vroegst + timedelta(n) for n in range((laatst - vroegst).days + 1)]
    assert datum.leeftijd(tekst, op) == min(
        op.year - dag.year - ((op.month, op.day) < (dag.month, dag.day)) for dag in dagen
    )


def test_schrikkeldag() -> None:
    """A birthday on 29 February counts from 1 March in other years."""
    assert datum.leeftijd("20120229", date(2024, 2, 28)) == 11
    assert datum.leeftijd("20120229", date(2024, 2, 29)) == 12
    assert datum.leeftijd("20120229", date(2023, 2, 28)) == 10
    assert datum.leeftijd("20120229", date(2023, 3, 1)) == 11
    assert datum.leeftijd("00000000", date(2023, 3, 1)) is None


@given(st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_gba(tekst: str) -> None:
    """Eight digits are accepted exactly when they can be a date with only its tail unknown."""
    jaar, maand, dag = int(tekst[:4]), int(tekst[4:6]), int(tekst[6:])
    try:
        mogelijk = bool(date(jaar, maand or 1, dag or 1)) and not (maand == 0 and dag)
    except ValueError:
        mogelijk = tekst == "00000000"
    try:
        datum.controleer_gba(tekst)
    except datum.Datumfout:
        assert not mogelijk
    else:
        assert mogelijk


@given(st.datetimes(timezones=st.timezones()))
def test_moment(moment: Any) -> None:
    """A moment is read as milliseconds whatever its offset, or refused outside 1970-2200."""
    tekst = moment.isoformat()
    if len(tekst.rpartition("+")[2]) > 6 or moment.utcoffset().seconds % 60:
        return  # RFC 3339 knows no offsets with seconds
    try:
        ms = datum.moment(tekst)
    except datum.Datumfout:
        assert not 1970 < moment.year < 2199
    else:
        assert abs(moment.timestamp() * 1000 - ms) < 2


JSONWAARDE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda deel: st.lists(deel, max_size=4) | st.dictionaries(st.text(), deel, max_size=4),
    max_leaves=20,
)


@given(
    JSONWAARDE,
    st.sampled_from(["persoon", "persoon__naam", "persoon__geboorte__datum", "feiten", "feiten__vrijgave", "x"]),
)
def test_wat_er_ook_staat(waarde: Any, plek: str) -> None:
    """Any JSON in any place is accepted or refused with faults; nothing else is ever raised."""
    fouten(Verdachte, met(VERDACHTE, **{plek: waarde}))
    fouten(Casus, met(CASUS, **{plek: waarde}))
    fouten(Intrekking, waarde)


@given(st.binary(max_size=200))
def test_welke_bytes_ook(data: bytes) -> None:
    """Any bytes are a message or are refused."""
    with pytest.raises(Ongeldig):
        lees(Verdachte, data, FICTIEF)


def test_onleesbaar_zonder_inhoud() -> None:
    """What is no JSON is told where it breaks, not what stood there."""
    with pytest.raises(Onleesbaar) as fout:
        lees(Verdachte, '{"zaaknummer": Vogelzangerd', FICTIEF)
    assert "Vogelzangerd" not in repr(fout.value.fouten)
    assert "line 1" in fout.value.fouten[0].detail


def test_onbekend_veld_herhaalt_geen_waarde() -> None:
    """A name in the place of a field name is not repeated; a plain misspelling is, so that it can be found."""
    gevonden = fouten(Verdachte, met(VERDACHTE, Vogelzangerd=1, **{"999990342": 1}, zaakNummer="x"))
    assert set(gevonden) == {"", "/zaakNummer"}


def test_geen_fout_toont_een_waarde() -> None:
    """Random damage to a message never brings one of its values into a fault."""
    worp = random.Random(20260601)
    canaries = ("Vogelzangerd", "Kanariaan", "Zwinderloo", "999990342", "1983-05-17", "19830517")

    def beschadig(deel: Any) -> Any:
        if isinstance(deel, dict):
            return {naam: beschadig(waarde) for naam, waarde in deel.items() if worp.random() > 0.05}
        match worp.randrange(6):
            case 0:
                return f"{deel}!\u0000"
            case 1:
                return [deel]
            case 2:
                return {str(deel): deel}
        return deel

    for _ in range(300):
        tekst = repr(fouten(Verdachte, beschadig(VERDACHTE)))
        assert not any(canary in tekst for canary in canaries)
