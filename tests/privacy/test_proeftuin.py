"""What another policy would change is shown, and nothing is guessed."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

import hub.privacy
from hub.domein.codes import Besluit, MeldingSoort, Uitkomst
from hub.privacy.feiten import Geval
from hub.privacy.filter import HIER, Bronnen, Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.opdrachten import beleid
from hub.privacy.proeftuin import (
    Verschuiving,
    Voorval,
    beproef,
    grondslagwijzigingen,
    lees_gevallen,
    regelwijzigingen,
    verzonnen,
)
from hub.privacy.verschil import verschillen
from hub.settings import lees_instellingen
from tests.privacy.gevallen import bijna_gevallen, casus, naar_huis, naar_zsm, verdachte


def _vanaf_16(tekst: str) -> str:
    """A policy that counts whoever is 16 as an adult: a change that a privacy officer might be asked to judge."""
    return tekst.replace("leeftijd_jongst < 18", "leeftijd_jongst < 16").replace(
        "leeftijd_jongst >= 18", "leeftijd_jongst >= 16"
    )


@pytest.fixture(scope="module")
def ruimer(bronnen: Bronnen) -> Filter:
    return Filter.proef(replace(bronnen, beleid=_vanaf_16(bronnen.beleid)))[0]


@pytest.fixture
def map_(tmp_path: Path, bronnen: Bronnen) -> Path:
    """A directory with the shipped policy, to change."""
    bron = Path(hub.privacy.__file__).parent
    for deel in ("beleid", "grondslagen"):
        shutil.copytree(bron / deel, tmp_path / "nieuw" / deel)
    return tmp_path / "nieuw"


def _verruim(map_: Path) -> None:
    tekst = map_ / "beleid" / "beleid.cedar"
    tekst.write_text(_vanaf_16(tekst.read_text("utf-8")), "utf-8")


@settings(max_examples=60)
@given(geval=bijna_gevallen())
def test_a_recorded_request_decides_as_it_did(filter_: Filter, geval: Geval) -> None:
    """Replay: what a decision recorded is enough to decide the same again."""
    toen, nu = filter_.beslis(geval), filter_.herhaal(filter_.beslis(geval).verzoek)
    assert replace(nu, herzien_op=toen.herzien_op) == toen


def test_a_request_that_is_no_request_spoils_no_other(filter_: Filter) -> None:
    """A number that Cedar cannot hold is refused as a fault, and the answer to real facts on its side of 18 stays what it is."""
    vers = filter_.met(filter_.grondslagen)
    verzoek = json.loads(vers.beslis(naar_huis()).verzoek)
    for leeftijd in (10**30, 2**63, -(2**63) - 1, 30.0, True, "30"):
        verzoek["context"]["feiten"]["leeftijd_jongst"] = leeftijd
        leeg = replace(vers, _bekend={}, _gelezen={})
        assert leeg.herhaal(json.dumps(verzoek)).regels == ("fout",), leeftijd
        assert leeg.beslis(naar_huis()) == filter_.beslis(naar_huis())


def test_a_request_is_decided_on_the_grondslagen_of_the_policy_that_decides(filter_: Filter, bronnen: Bronnen) -> None:
    """A grondslag that the new policy no longer has, no longer permits; facts of then do not keep it alive."""
    over = {naam: inhoud for naam, inhoud in bronnen.grondslagen.items() if "wjsg-39f-zsm-vhh" not in naam}
    nieuw, _ = Filter.proef(replace(bronnen, grondslagen=over))
    proef = beproef(filter_, nieuw, [Voorval("regel 1", filter_.beslis(naar_huis()).verzoek)])
    assert proef.uitslagen[0].verschuiving is Verschuiving.MINDER
    assert proef.uitslagen[0].straks.regels == ("N11-grondslag-onbekend",)
    assert list(grondslagwijzigingen(filter_, nieuw)) == ["wjsg-39f-zsm-vhh: vervalt"]


def test_a_possible_match_without_its_other_direction_is_refused(filter_: Filter) -> None:
    """What was not recorded is not guessed: refused by `fout`, and counted."""
    verzoek = json.loads(
        filter_.beslis(naar_zsm(soort=MeldingSoort.MOGELIJK_BEKEND, uitkomst=Uitkomst.MOGELIJK)).verzoek
    )
    del verzoek["context"]["tegenrichting"]
    beslissing = filter_.herhaal(json.dumps(verzoek))
    assert beslissing.besluit is Besluit.AFGEWEZEN
    assert "fout" in beslissing.regels
    assert beproef(filter_, filter_, [Voorval("x", json.dumps(verzoek))]).onbeoordeeld == 1


@pytest.mark.parametrize(
    "verzoek", ["{}", "[]", '"x"', '{"context": {"time": 1, "feiten": {}}}', "{", '{"context": 3}']
)
def test_what_is_no_request_is_named(filter_: Filter, verzoek: str) -> None:
    """Raises ValueError, in a trial a line among the faults."""
    with pytest.raises(ValueError, match="geen vastgelegd verzoek"):
        filter_.herhaal(verzoek)
    assert len(beproef(filter_, filter_, [Voorval("regel 7", verzoek)]).fouten) == 1


def test_lines_of_every_form_are_read(filter_: Filter) -> None:
    """A record, an export of the topic, a request as object and a bare request are the same case."""
    verzoek = filter_.beslis(naar_huis()).verzoek
    vormen = [
        {"verzoek": verzoek, "besluit": "MELDEN", "regels": [], "naam": "verzonnen"},
        {"topic": "hub.beslissing.v1", "value": {"verzoek": verzoek, "besluit": "AFGEWEZEN"}},
        {"verzoek": json.loads(verzoek)},
        json.loads(verzoek),
    ]
    voorvallen, fouten = lees_gevallen(
        [*map(json.dumps, vormen), "", "geen json", "3", '{"besluit": "X", "verzoek": "y"}']
    )
    assert [json.loads(een.verzoek) for een in voorvallen] == [json.loads(verzoek)] * 4
    assert [een.besluit for een in voorvallen] == [Besluit.MELDEN, Besluit.AFGEWEZEN, None, None]
    assert voorvallen[0].naam == "regel 1, verzonnen"
    assert [fout.split(":")[0] for fout in fouten] == ["regel 6", "regel 7", "regel 8"]
    assert beproef(filter_, filter_, voorvallen).afgeweken == 1


def test_the_same_policy_changes_nothing(filter_: Filter) -> None:
    """All invented cases come out as reviewed, under both."""
    voorvallen = verzonnen(filter_)
    proef = beproef(filter_, filter_, voorvallen)
    assert proef.telling == {Verschuiving.GELIJK: len(voorvallen)}
    assert (proef.per_regel(), proef.gewijzigd, proef.afgeweken, proef.fouten) == ([], (), 0, ())
    assert list(regelwijzigingen(filter_, filter_)) == list(grondslagwijzigingen(filter_, filter_)) == []


def test_a_trial_counts_per_rule_and_shows_the_facts_that_matter(filter_: Filter, ruimer: Filter) -> None:
    """A policy that is wider for minors tells so under the rule on minors, with age and youth task."""
    proef = beproef(filter_, ruimer, verzonnen(filter_))
    assert set(proef.telling) == {Verschuiving.GELIJK, Verschuiving.MEER}
    eerste = proef.per_regel()[0]
    assert eerste.regel.id == "N06-minderjarig-zonder-jeugdtaak"
    assert eerste.nu - eerste.straks == len(eerste.gewijzigd) == proef.telling[Verschuiving.MEER]
    mogelijk, gewoon = (
        next(een for een in eerste.gewijzigd if ("tegenrichting" in een.nu.regels) is terug) for terug in (True, False)
    )
    verwacht = {"soort", "richting", "uitkomst", "leeftijd_jongst", "tafel.jeugdtaak"}
    assert set(proef.toelichting(gewoon)) == verwacht
    beide = proef.toelichting(mogelijk)
    assert set(beide) == verwacht | {"tegenrichting.leeftijd_jongst", "tegenrichting.tafel.jeugdtaak"}
    assert (beide["tafel.jeugdtaak"], beide["tegenrichting.tafel.jeugdtaak"]) == (True, False)
    assert "N06-minderjarig-zonder-jeugdtaak: voorwaarden gewijzigd" in list(regelwijzigingen(filter_, ruimer))


def test_fields_alone_are_a_change_too(filter_: Filter, bronnen: Bronnen) -> None:
    """Less is told where a field falls away, although the besluit is the same."""
    over = dict(bronnen.grondslagen)
    naam = "wjsg-39f-zsm-vhh.toml"
    over[naam] = over[naam].replace(b'velden = ["TAFEL", "OPHOUDEN_TOT"]', b'velden = ["TAFEL"]')
    nieuw, gezakt = Filter.proef(replace(bronnen, grondslagen=over))
    assert gezakt == []
    (uitslag,) = beproef(filter_, nieuw, [Voorval("x", filter_.beslis(naar_huis()).verzoek)]).uitslagen
    assert uitslag.verschuiving is Verschuiving.MINDER
    (terug,) = beproef(nieuw, filter_, [Voorval("x", filter_.beslis(naar_huis()).verzoek)]).uitslagen
    assert terug.verschuiving is Verschuiving.MEER
    assert list(grondslagwijzigingen(filter_, nieuw)) == ["wjsg-39f-zsm-vhh, velden: eraf OPHOUDEN_TOT"]


def test_a_policy_to_try_may_fail_its_table_but_nothing_else(bronnen: Bronnen) -> None:
    """What is only compared may differ from the reviewed cases; text, schema and grondslagen must be sound."""
    _, gezakt = Filter.proef(replace(bronnen, beleid=_vanaf_16(bronnen.beleid)))
    assert gezakt
    with pytest.raises(BeleidFout):
        Filter.van(replace(bronnen, beleid=_vanaf_16(bronnen.beleid)))
    with pytest.raises(BeleidFout, match="leeg"):
        Filter.proef(replace(bronnen, grondslagen={"leeg.toml": b""}))


def test_more_is_proven_with_the_smallest_example(filter_: Filter, ruimer: Filter) -> None:
    """One fact apart from an ordinary case, and the nearest value that shows it: a person of 17."""
    gevonden = {een.wat: een for een in verschillen(filter_, ruimer)}
    assert gevonden["melden"].minder is None
    meer = gevonden["melden"].meer
    assert meer is not None
    assert meer.anders == {"leeftijd_jongst": (30, 17)}
    (om,) = (een for een in verschillen(ruimer, filter_) if een.wat == "melden")
    assert om.meer is None
    assert om.minder is not None


def test_equal_policies_are_proven_equal(filter_: Filter, bronnen: Bronnen) -> None:
    """Another order of conditions is the same policy."""
    anders = bronnen.beleid.replace(
        "context.geval.leeftijd_jongst < 18 && !context.geval.tafel.jeugdtaak",
        "!context.geval.tafel.jeugdtaak && context.geval.leeftijd_jongst < 18",
    )
    assert anders != bronnen.beleid
    assert verschillen(filter_, Filter.van(replace(bronnen, beleid=anders))) == []


def _roep(*woorden: str | Path) -> tuple[int, str]:
    uitkomst = CliRunner().invoke(beleid, [str(woord) for woord in woorden])
    assert uitkomst.exception is None or isinstance(uitkomst.exception, SystemExit)
    return uitkomst.exit_code, uitkomst.output


def test_command_probeer(filter_: Filter, map_: Path, tmp_path: Path) -> None:
    """`hub beleid probeer` shows what would change in the terminal and as one HTML page, and names no dossier."""
    _verruim(map_)
    geval = naar_huis(verdachte(leeftijd=17), casus(leeftijd=17))
    op = tmp_path / "gevallen.jsonl"
    beslissing = filter_.beslis(replace(geval, ontvanger_tafel=replace(geval.ontvanger_tafel, jeugdtaak=False)))
    op.write_text(json.dumps({"verzoek": beslissing.verzoek, "besluit": beslissing.besluit, "naam": "<een>"}), "utf-8")
    code, tekst = _roep("probeer", "--nieuw", map_, "--op", op, "--html", tmp_path / "proef.html")
    pagina = (tmp_path / "proef.html").read_text("utf-8")
    assert code == 0
    for uitvoer in (tekst, pagina):
        assert "N06-minderjarig-zonder-jeugdtaak" in uitvoer
        assert "leeftijd_jongst = 17" in uitvoer
        assert geval.bron.dossier not in uitvoer
    assert "zakt op" in tekst
    assert "&lt;een&gt;" in pagina
    assert "<script" not in pagina


def test_command_probeer_without_cases_takes_the_golden_table(map_: Path) -> None:
    """Nothing changes under a copy, and that is said."""
    code, tekst = _roep("probeer", "--nieuw", map_)
    assert code == 0
    assert "Geen enkel geval verandert" in tekst


def test_command_probeer_names_lines_it_cannot_read(map_: Path, tmp_path: Path) -> None:
    """A line that is no case is told with its number and ends with 1."""
    (tmp_path / "x.jsonl").write_text('{"a": 1}\n', "utf-8")
    code, tekst = _roep("probeer", "--nieuw", map_, "--op", tmp_path / "x.jsonl")
    assert code == 1
    assert "regel 1" in tekst
    (tmp_path / "y.jsonl").write_bytes(b"\xff")
    code, tekst = _roep("probeer", "--nieuw", map_, "--op", tmp_path / "y.jsonl")
    assert code == 1
    assert "niet lezen" in tekst


def test_command_verschil(map_: Path) -> None:
    """`hub beleid verschil` says more, less or equal, with a smallest example and what changed in the grondslagen."""
    code, tekst = _roep("verschil", "--nieuw", map_)
    assert code == 0
    assert "precies hetzelfde" in tekst
    _verruim(map_)
    grondslag = map_ / "grondslagen" / "wpg-20-zsm-vhh.toml"
    grondslag.write_text(grondslag.read_text("utf-8").replace("2027-03-01", "2028-03-01"), "utf-8")
    code, tekst = _roep("verschil", "--nieuw", map_)
    assert code == 0
    assert "MEER toe" in tekst
    assert "leeftijd_jongst = 17 in plaats van 30" in tekst
    assert "wpg-20-zsm-vhh, geldig_tot: was 2027-03-01, wordt 2028-03-01" in tekst


def test_command_verschil_without_z3(map_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without z3-solver one line says what to do, and no other command needs it."""
    for naam in [een for een in sys.modules if een == "z3" or een.startswith(("z3.", "hub.privacy.verschil"))]:
        monkeypatch.delitem(sys.modules, naam)
    for naam in ("hub.privacy.bewijs", "hub.privacy.nooit"):
        monkeypatch.delitem(sys.modules, naam, raising=False)
    monkeypatch.setitem(sys.modules, "z3", None)
    code, tekst = _roep("verschil", "--nieuw", map_)
    assert code == 1
    assert "z3-solver" in tekst
    assert _roep("controleer")[0] == 0


def test_command_controleer_names_all_faults_at_once(map_: Path) -> None:
    """`hub beleid controleer` ends with 1 and tells every fault in text and grondslagen."""
    code, tekst = _roep("controleer")
    assert code == 0
    assert "is in orde" in tekst
    assert "NIET BEVESTIGD" in tekst
    (map_ / "grondslagen" / "leeg.toml").write_text("", "utf-8")
    tekstbestand = map_ / "beleid" / "beleid.cedar"
    tekstbestand.write_text(tekstbestand.read_text("utf-8").replace('"VRIJSPRAAK"', '"VRIJSPRAK"'), "utf-8")
    code, tekst = _roep("controleer", "--map", map_)
    assert code == 1
    assert "leeg.toml" in tekst
    assert "VRIJSPRAK" in tekst


def test_command_controleer_names_what_has_ended(map_: Path) -> None:
    """A policy in order of which a grondslag has ended refuses all that rests on it, and says so."""
    grondslag = map_ / "grondslagen" / "wpg-20-zsm-vhh.toml"
    grondslag.write_text(grondslag.read_text("utf-8").replace("2027-03-01", "2025-03-02"), "utf-8")
    code, tekst = _roep("controleer", "--map", map_)
    assert code == 0
    assert "wpg-20-zsm-vhh geldt niet meer sinds 02-03-2025; alles wat erop rust wordt geweigerd" in tekst
    assert "wgs-vhh geldt niet meer" not in tekst


def test_command_register(tmp_path: Path) -> None:
    """`hub beleid register` writes the readable register to the screen or to a file; a place that cannot be written is told."""
    scherm = CliRunner().invoke(beleid, ["register"])
    tekst = scherm.stdout
    assert scherm.exit_code == 0
    assert tekst.startswith("# Regelregister")
    assert _roep("register", "--uit", tmp_path / "r.md")[0] == 0
    assert (tmp_path / "r.md").read_text("utf-8") == tekst
    code, tekst = _roep("register", "--uit", tmp_path / "weg" / "r.md")
    assert code == 1
    assert "kan" in tekst


def test_every_command_looks_at_the_policy_in_use(map_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --map or --huidig it is the folder of the settings, with no other setting given, and without that the shipped one;
    which is said. Signing asks for a folder always."""
    monkeypatch.delenv("HUB_BELEID_MAP", raising=False)
    assert f"Beleid gelezen uit {HIER}\n" in _roep("controleer")[1]
    (map_ / "grondslagen" / "leeg.toml").write_text("", "utf-8")
    monkeypatch.setenv("HUB_BELEID_MAP", str(map_))
    assert lees_instellingen().beleid_map == map_
    for woorden in (
        ("controleer",),
        ("register",),
        ("naleesblad", "--uit", tmp_path / "n.html"),
        ("probeer", "--nieuw", HIER),
        ("verschil", "--nieuw", HIER),
    ):
        code, tekst = _roep(*woorden)
        assert code == 1 and "leeg.toml" in tekst, tekst
        assert f"Beleid gelezen uit {map_}\n" in tekst
    assert _roep("controleer", "--map", HIER)[0] == 0
    code, tekst = _roep("onderteken", "--naam", "B. Ander", "--rol", "officier")
    assert code == 2 and "--map" in tekst


def test_every_change_of_a_grondslag_is_told(filter_: Filter, bronnen: Bronnen) -> None:
    """New rules, new grondslagen and changed fields each have their line."""
    grondslagen = dict(bronnen.grondslagen)
    grondslagen["extra.toml"] = grondslagen["wgs-vhh.toml"].replace(b'id = "wgs-vhh"', b'id = "extra"')
    extra = (
        '@id("N99-x") @grondslag("x") @uitleg("x.") forbid (principal, action in Action::"delen", resource)'
        " when { context.geval.leeftijd_oudst > 140 };"
    )
    nieuw, _ = Filter.proef(replace(bronnen, grondslagen=grondslagen, beleid=bronnen.beleid + extra))
    assert list(grondslagwijzigingen(filter_, nieuw)) == ["extra: nieuw"]
    assert list(regelwijzigingen(filter_, nieuw)) == ["N99-x: nieuw"]
    assert list(regelwijzigingen(nieuw, filter_)) == ["N99-x: vervalt"]
