"""What stands beside the code does not contradict it."""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import yaml

from connectors.invoer import Casus, lees
from connectors.persoon import Kader
from connectors.uitvoer import ContactUit, MeldingUit
from hub.eindcode import Eindcode
from hub.matching.bsn import fout_fictief
from hub.processors.namen import Weigering

WORTEL = Path(__file__).parents[2]
DOCUMENTEN = [*WORTEL.glob("*.md"), *WORTEL.glob("docs/**/*.md")]
PROJECT = tomllib.loads((WORTEL / "pyproject.toml").read_text())["project"]


def test_the_readme_opens_with_the_two_commands() -> None:
    """A newcomer finds `make demo` and `make test` before anything else."""
    regels = (WORTEL / "README.md").read_text().split("```")[1].splitlines()
    assert [regel.split("#")[0].strip() for regel in regels if regel] == ["make demo", "make test"]


def test_every_link_and_every_make_target_exists() -> None:
    """Links between documents lead somewhere, and no document names a target that make does not have."""
    doelen = set(re.findall(r"^(\w+):", (WORTEL / "Makefile").read_text(), re.M))
    for document in DOCUMENTEN:
        tekst = document.read_text()
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", tekst):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"
        assert set(re.findall(r"`make (\w+)", tekst)) <= doelen, document.name


def test_the_example_of_the_readme_is_what_connectors_take_and_show() -> None:
    """What it says is delivered is taken as it stands, and what it says is read has the names that an inbox gives."""
    levert, leest = re.findall(r"^```json\n(.*?)^```", (WORTEL / "README.md").read_text(), re.M | re.S)
    vraag, _, bericht = levert.partition("\n")
    assert vraag == "POST /v1/casussen"
    invoer = lees(Casus, bericht, Kader(int(datetime(2026, 3, 3, tzinfo=UTC).timestamp() * 1000), fout_fictief))
    melding = json.loads(leest)
    assert melding["zaaknummer"] == invoer.zaaknummer
    velden = {veld.alias or naam for naam, veld in MeldingUit.model_fields.items()}
    assert melding.keys() <= velden and melding["contact"].keys() <= ContactUit.model_fields.keys()


def test_what_the_readme_says_to_edit_is_there() -> None:
    """Every path that the table of changes names exists."""
    tabel = (WORTEL / "README.md").read_text().split("| to change |")[1].split("\n\n")[0]
    paden = [pad for pad in re.findall(r"`([\w/.-]+)`", tabel) if "/" in pad]
    assert len(paden) > 15
    assert [pad for pad in paden if not (WORTEL / pad).exists()] == []


def test_the_handbook_explains_every_code_of_refusal() -> None:
    """An operator who reads a code in a dead letter finds it in the handbook."""
    handboek = (WORTEL / "docs" / "beheer.md").read_text()
    assert not [code for code in Weigering if code != Weigering.INTERN and f"`{code}`" not in handboek]


def test_the_handbook_says_what_follows_on_every_exit_code() -> None:
    """Each code with which a process can end has a row: a supervisor is set up by it."""
    handboek = (WORTEL / "docs" / "beheer.md").read_text()
    assert [code for code in Eindcode if not re.search(rf"^\| {code} \| .+ \| .+ \|$", handboek, re.M)] == []


def test_publiccode_is_complete_and_says_what_the_project_says() -> None:
    """publiccode 0.4: required keys, bounded descriptions, and the version and licence of pyproject.toml."""
    inhoud = yaml.safe_load((WORTEL / "publiccode.yaml").read_text())
    verplicht = {"name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal"}
    assert inhoud.keys() >= verplicht | {"publiccodeYmlVersion", "maintenance", "localisation"}
    assert inhoud["softwareVersion"] == PROJECT["version"]
    assert inhoud["legal"]["license"] == PROJECT["license"] == "EUPL-1.2"
    for tekst in inhoud["description"].values():
        assert len(tekst["shortDescription"]) <= 150
        assert 150 <= len(tekst["longDescription"]) <= 10_000
        assert tekst["features"]


def test_the_licence_is_the_whole_eupl() -> None:
    """LICENSE holds version 1.2 with its fifteen articles and its appendix."""
    tekst = (WORTEL / "LICENSE").read_text()
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in tekst
    assert re.findall(r"^(\d+)\. ", tekst, re.M) == [str(nummer) for nummer in range(1, 16)]
    assert "Appendix" in tekst


def test_the_changelog_speaks_of_this_version() -> None:
    """An operator finds the version that he runs."""
    assert re.search(rf"^## \[.*{re.escape(PROJECT['version'])}", (WORTEL / "CHANGELOG.md").read_text(), re.M)


def test_the_handbook_tells_how_long_every_topic_is_kept() -> None:
    """The table of retention says of every kind of topic what the declaration says."""
    handboek = (
        (WORTEL / "docs" / "beheer.md").read_text().partition("## Hoe lang alles blijft")[2].partition("\n## ")[0]
    )
    rijen = [regel for regel in handboek.splitlines() if regel.startswith("| ")]
    for naam, blok in tomllib.loads((WORTEL / "hub/stream/topics.toml").read_text())["topics"].items():
        (rij,) = [regel for regel in rijen if f"`{naam}`" in regel]
        config = blok["config"]
        if config["cleanup.policy"] == "compact":
            duren = [config[f"{grens}.compaction.lag.ms"] for grens in ("min", "max")] + [config["delete.retention.ms"]]
        else:
            duren = [config["retention.ms"]]
        for duur in duren:
            dagen, uren, minuten = duur / 86_400_000, duur / 3_600_000, duur / 60_000
            woord = f"{dagen:.0f} dag" if dagen >= 1 else f"{uren:.0f} uur" if uren >= 1 else f"{minuten:.0f} min"
            # "7 tot 8 dagen" names the unit once.
            assert woord in rij or f"{dagen:.0f} tot" in rij, (naam, woord)
