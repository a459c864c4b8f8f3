"""A policy is loaded only if text, schema, words and every row of the golden table agree."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import hub.privacy
from hub.domein.codes import Dossierstatus, MeldingSoort, Veld
from hub.privacy.filter import HIER, Bronnen, Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.gulden import alleen_toestemmingen, lees_tabel, toets
from hub.privacy.onderscheid import termijnen
from hub.privacy.opdrachten import beleid
from hub.privacy.regels import Regelsoort


def _zonder_regel(tekst: str, regel: str) -> str:
    begin = tekst.index(f'@id("{regel}')
    return tekst[:begin] + tekst[tekst.index("};", begin) + 2 :]


def test_shipped_policy_loads_and_names_its_version(filter_: Filter, bronnen: Bronnen) -> None:
    """The default policy passes its own table; the hash is 16 hex digits of policy, schema and grondslagen."""
    assert Filter.laad().hash == filter_.hash == bronnen.hash
    assert len(filter_.hash) == 16
    int(filter_.hash, 16)


def test_hash_changes_with_policy_schema_and_grondslagen_only(bronnen: Bronnen) -> None:
    """Whatever can change a decision changes the version; the table cannot."""
    grondslagen = dict(bronnen.grondslagen)
    naam = next(iter(grondslagen))
    anders = [
        replace(bronnen, beleid=bronnen.beleid + " "),
        replace(bronnen, schema=bronnen.schema + " "),
        replace(bronnen, grondslagen={**grondslagen, naam: grondslagen[naam] + b"\n"}),
        replace(
            bronnen, grondslagen={**{k: v for k, v in grondslagen.items() if k != naam}, f"x{naam}": grondslagen[naam]}
        ),
    ]
    assert len({bronnen.hash, *(een.hash for een in anders)}) == 5
    assert replace(bronnen, gulden="").hash == bronnen.hash


@pytest.mark.parametrize(
    ("oud", "nieuw", "regel"),
    [
        ('@wacht_op("WACHT_OP_BESLISSING")\n', "", "A1-"),
        ('@wacht_op("WACHT_OP_BESLISSING")', '@wacht_op("ZWEVEND")', "A1-"),
        ('@id("N05-onder-12")', '@id("N05-onder-12") @wacht_op("WACHT_OP_VRIJGAVE")', "N05-onder-12"),
        ('@id("N05-onder-12")', '@id("N05-onder-12") @wacht_op("x")', "N05-onder-12"),
    ],
)
def test_a_rule_that_holds_says_what_the_source_waits_for(bronnen: Bronnen, oud: str, nieuw: str, regel: str) -> None:
    """Without it a melding would be held and its source never told; on a rule that holds nothing it means nothing."""
    assert bronnen.beleid.count(oud) == 1
    with pytest.raises(BeleidFout, match=f"regel {regel}.*@wacht_op"):
        Filter.van(replace(bronnen, beleid=bronnen.beleid.replace(oud, nieuw)))


def test_the_first_of_what_a_source_waits_for_counts(filter_: Filter) -> None:
    """A decision first, then a release: what is told is the one that has to come first, and nothing where no rule holds."""
    beslissing, vrijgave = "A1-geen-vervolgingsbeslissing", "A2-vrijgave-openbaar-ministerie"
    assert filter_.wacht_op((vrijgave, beslissing)) is Dossierstatus.WACHT_OP_BESLISSING
    assert filter_.wacht_op((vrijgave, "tegenrichting")) is Dossierstatus.WACHT_OP_VRIJGAVE
    assert filter_.wacht_op(("N05-onder-12", "onbekend")) is None


def test_a_policy_directory_loads(tmp_path: Path, filter_: Filter) -> None:
    """`laad` takes another directory of the same shape; a missing file is named."""
    bron = Path(hub.privacy.__file__).parent
    for deel in ("beleid", "grondslagen"):
        shutil.copytree(bron / deel, tmp_path / deel)
    assert Filter.laad(tmp_path).hash == filter_.hash
    (tmp_path / "beleid" / "gulden.toml").unlink()
    with pytest.raises(BeleidFout, match=r"gulden\.toml"):
        Filter.laad(tmp_path)


def test_every_fault_is_named_at_once(bronnen: Bronnen) -> None:
    """Faults in policy text, grondslagen and table are told together, each with its rule, file or row."""
    beleid = (
        bronnen.beleid.replace('"VRIJSPRAAK"', '"VRIJSPRAK"')
        .replace("context.geval.leeftijd_jongst < 12", 'context.geval.leeftijd < "12"')
        .replace('@id("N02-rol")', '@id("N01-richting")')
        .replace('@uitleg("Onder de 12 jaar wordt nooit gemeld.")', "")
    )
    stuk = replace(bronnen, beleid=beleid, grondslagen={"leeg.toml": b""}, gulden="[[rij]]\nnaam = 'x'")
    with pytest.raises(BeleidFout) as fout:
        Filter.van(stuk)
    for deel in ("VRIJSPRAK", "N05-onder-12", "leeftijd", "twee keer", "@uitleg", "leeg.toml", "rij 1 (x)"):
        assert deel in str(fout.value)


@pytest.mark.parametrize(
    ("oud", "nieuw", "fout"),
    [
        ("context.geval.tafel.themas.contains", "context.geval.tafel.doelen.contains", "gesloten lijst"),
        ("context.geval.bron.nazorgdagen < 90", "90 > context.geval.bron.nazorgdagen", "het getal rechts"),
        ("context.geval.geheimhouding &&", '"ja" == "ja" && context.geval.geheimhouding &&', "niet naast een feit"),
        ('Veld::"TAFEL"', 'Veld::"TAFFEL"', "TAFFEL"),
        (
            'forbid (principal, action == Action::"melden"',
            'forbid (principal, action == Action::"verstrekken"',
            "een regel is",
        ),
        ('action in [Action::"melden", Action::"aanhouden"]', 'action == Action::"melden"', "een regel is"),
        ("permit (principal is Tafel", "permit (principal == ?principal", "sjablonen"),
        ("permit (principal is Tafel", 'permit (principal == Tafel::"vhh-een"', "afzonderlijke tafel"),
        ('resource == Veld::"TAFEL"', "resource is Veld", "afzonderlijke tafel"),
        (
            "when { context.geval.geheimhouding &&",
            'when { principal == Tafel::"x" && context.geval.geheimhouding &&',
            "afz",
        ),
        (
            "when { context.geval.geheimhouding &&",
            "when { (if true then context.geval else context.geval).geheimhouding &&",
            "bij zijn naam",
        ),
        (
            "when { context.geval.geheimhouding &&",
            "when { {a: context.geval.geheimhouding} == {a: true} &&",
            "bij zijn naam",
        ),
        (
            "when { context.geval.geheimhouding &&",
            'when { action == Action::"verstrekken" && context.geval.geheimhouding &&',
            "noemt geen actie",
        ),
        ('forbid (principal, action in Action::"delen"', "forbid (principal, action", "een forbid op delen"),
        ("};", "}", "beleid.cedar"),
    ],
)
def test_what_the_validator_lets_pass_is_refused(bronnen: Bronnen, oud: str, nieuw: str, fout: str) -> None:
    """Words outside their closed list, terms that yield no moment, and rules of an unknown shape never load."""
    with pytest.raises(BeleidFout, match=fout):
        Filter.van(replace(bronnen, beleid=bronnen.beleid.replace(oud, nieuw)))


def test_a_broken_schema_is_refused(bronnen: Bronnen) -> None:
    """A schema that cannot be read is named as such."""
    with pytest.raises(BeleidFout, match="cedarschema"):
        Filter.van(replace(bronnen, schema="entity"))


@pytest.mark.parametrize("gulden", ["", "= niet toml", "rij = []", "[basis]\n[[rij]]\nnaam = 'a'"])
def test_without_a_golden_table_nothing_loads(bronnen: Bronnen, gulden: str) -> None:
    """An absent, empty or unreadable table is a fault, not a pass."""
    with pytest.raises(BeleidFout, match="gulden"):
        Filter.van(replace(bronnen, gulden=gulden))


@pytest.mark.parametrize(
    ("oud", "nieuw"),
    [
        ("anders = { bron.leeftijd = 11, ", "anders = { bron.leefijd = 11, "),
        ("vrijgave_moment = 2026-03-02T09:00:00+01:00", "vrijgave_moment = 2026-03-02T09:00:00"),
        ('basis = "dubbel"', 'basis = "dubbbel"'),
    ],
)
def test_a_typing_error_in_a_row_is_refused(bronnen: Bronnen, oud: str, nieuw: str) -> None:
    """A row that changes a fact that does not exist, or a moment without zone, would test nothing."""
    assert oud in bronnen.gulden
    with pytest.raises(BeleidFout, match=r"bestaat niet|tijdzone|dubbbel"):
        lees_tabel(bronnen.gulden.replace(oud, nieuw))


@pytest.mark.parametrize("regel", ["M2", "N08", "A1", "V4"])
def test_a_rule_cannot_be_dropped(bronnen: Bronnen, regel: str) -> None:
    """A policy that lacks a rule fails its golden table (of every rule: see the mutation test)."""
    with pytest.raises(BeleidFout, match="gulden tabel"):
        Filter.van(replace(bronnen, beleid=_zonder_regel(bronnen.beleid, regel)))


def test_permits_alone_decide_the_same(filter_: Filter, bronnen: Bronnen) -> None:
    """Double lock: on every row the permits without any forbid come to the same besluit."""
    los = alleen_toestemmingen(filter_)
    for rij in lees_tabel(bronnen.gulden):
        assert los.met(rij.grondslagen).beslis(rij.geval).besluit is rij.besluit, rij.naam


def test_a_rule_without_a_row_is_refused(bronnen: Bronnen) -> None:
    """A rule that no row of the table shows at work is not reviewed."""
    nieuw = (
        '@id("N99-x") @grondslag("x") @uitleg("x.") forbid (principal, action in Action::"delen", resource)'
        " when { context.geval.leeftijd_oudst > 140 };"
    )
    with pytest.raises(BeleidFout, match="geen rij waarin regel N99-x"):
        Filter.van(replace(bronnen, beleid=bronnen.beleid + nieuw))


def test_a_weaker_permit_is_refused_although_the_forbid_still_holds(bronnen: Bronnen) -> None:
    """The double lock is kept: a permit that drops a condition fails, even where a forbid would still stop it."""
    beleid = bronnen.beleid.replace("  context.geval.leeftijd_jongst >= 12 &&\n", "", 1)
    with pytest.raises(BeleidFout, match="de toestemmingen alleen"):
        Filter.van(replace(bronnen, beleid=beleid))


def test_every_row_has_another_name_and_decides_as_written(filter_: Filter, bronnen: Bronnen) -> None:
    """Rows can be told apart, and the shipped policy agrees with all of them."""
    tabel = lees_tabel(bronnen.gulden)
    assert len({rij.naam for rij in tabel}) == len(tabel) > 200
    assert toets(filter_, tabel) == []


def test_terms_in_the_text_are_found(filter_: Filter) -> None:
    """The numbers of days at which policy turns come from the policy itself."""
    assert termijnen(filter_.regels) == {0, 90}


def test_schema_knows_exactly_the_fields_of_a_melding(bronnen: Bronnen) -> None:
    """The closed list of optional fields is the same in code and schema, and each has one rule."""
    begin = bronnen.schema.index("entity Veld enum [")
    assert [f'"{veld}"' for veld in Veld] == bronnen.schema[begin:].split("[")[1].split("]")[0].split(", ")


def test_kinds_of_rules(filter_: Filter) -> None:
    """The letter of an id says what the rule does."""
    letters = {"M": Regelsoort.TOESTEMMING, "N": Regelsoort.NOOIT, "A": Regelsoort.AANHOUDEN, "V": Regelsoort.VELD}
    letters["I"] = Regelsoort.INTREKKEN
    eigen = [regel for regel in filter_.regels.values() if regel.voorwaarden]
    assert all(letters[regel.id[0]] is regel.soort for regel in eigen)
    assert len(eigen) == 35


def test_existing_kinds_decide_byte_for_byte_as_before(filter_: Filter, bronnen: Bronnen) -> None:
    """The reviewed rows about a match come to the same besluit, rules, fields, request and term as when only matches were
    decided: a further kind adds rows, and changes none."""
    som = hashlib.sha256()
    for rij in lees_tabel(bronnen.gulden):
        if rij.geval.soort in (MeldingSoort.BEKEND, MeldingSoort.MOGELIJK_BEKEND, MeldingSoort.DUBBELE_CASUS):
            if rij.geval.ontvanger is None:
                continue
            b = filter_.met(rij.grondslagen).beslis(rij.geval)
            regel = [
                rij.naam,
                b.besluit,
                sorted(b.velden),
                b.regels,
                b.grondslag,
                b.activiteit,
                b.verzoek,
                b.herzien_op,
            ]
            som.update(json.dumps(regel).encode())
    assert som.hexdigest() == "d486868ff86c592d1a40d76f25b0c751077b66c6f1a4faf09089e1f531576daf"


@pytest.mark.parametrize("naam", ["beleid.cedar", "beleid.cedarschema", "gulden.toml"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, naam: str) -> None:
    """Which of the files of a policy is no UTF-8 stands in the message."""
    for deel in ("beleid", "grondslagen"):
        shutil.copytree(HIER / deel, tmp_path / deel)
    pad = tmp_path / "beleid" / naam
    pad.write_bytes(pad.read_bytes() + b"\n# \xe9")
    uit = CliRunner().invoke(beleid, ["controleer", "--map", str(tmp_path)])
    assert uit.exit_code == 1
    assert str(pad) in uit.stderr
