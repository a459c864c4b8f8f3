"""`hub register` answers its keeper in Dutch, and fails where it must."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from hub.routing import opdrachten
from hub.routing.register import REGISTERMAP
from hub.settings import lees_instellingen
from tests.routing.conftest import UITZONDERINGEN, Wijzig


def hub_register(*woorden: str) -> Result:
    return CliRunner().invoke(opdrachten.register, woorden)


def test_check_of_the_shipped_register_succeeds() -> None:
    """Warnings do not fail the check."""
    uitslag = hub_register("check", "--op", "2026-03-01")
    assert uitslag.exit_code == 0, uitslag.output
    assert uitslag.output.startswith("Register op 2026-03-01: 0 fouten, ")
    assert "Nog te bevestigen" in uitslag.output


def test_check_names_every_fault_and_fails(wijzig: Wijzig) -> None:
    """All faults in one go, exit code 1."""
    wijzig("dekking.csv", "GM0797,Heusden,vhh-midden-brabant", "GM0797,Heusden,vhh-weg")
    map_ = wijzig("organisaties.csv", "", "vhh-x,X,123\n")
    uitslag = hub_register("check", "--op", "2026-03-01", "--map", str(map_))
    assert uitslag.exit_code == 1
    assert "2 fouten" in uitslag.output
    assert "vhh-weg" in uitslag.output
    assert "oin" in uitslag.output


def test_route_explains_step_by_step() -> None:
    """Heusden, as an officer would ask it."""
    uitslag = hub_register("route", "--gemeente", "GM0797", "--op", "2026-03-01")
    assert uitslag.exit_code == 0, uitslag.output
    assert "1. Verblijfplaats: GM0797 Heusden." in uitslag.output
    assert "Eerste tafel: Zorg- en Veiligheidshuis Midden-Brabant (vhh-midden-brabant)\n" in uitslag.output
    assert "dekking.csv:GM0797:2023-01-01" in uitslag.output


def test_route_takes_all_facts(wijzig: Wijzig) -> None:
    """Offence, theme, age and reporter are understood; a fallback is called zwevend."""
    map_ = str(wijzig("dekking.csv", "", UITZONDERINGEN))
    feiten = ("--thema", "jeugd", "--leeftijd", "15", "--op", "2026-03-01")
    jeugd = hub_register("route", "--gemeente", "GM0518", *feiten, "--map", map_)
    assert "(cjg-den-haag)" in jeugd.output
    feit = hub_register("route", "--feit", "GM0193", "--op", "2026-03-01")
    assert "(vhh-ijsselland)" in feit.output
    melder = hub_register("route", "--melder", "zsm-oost-nederland", "--op", "2026-03-01")
    assert "(vhh-gelderland-midden), zwevend" in melder.output


@pytest.mark.parametrize(
    ("woorden", "melding"),
    [
        (("route", "--gemeente", "Heusden"), "GM en vier cijfers"),
        (("route", "--gemeente", "GM0797", "--op", "morgen"), "JJJJ-MM-DD"),
        (("route", "--gemeente", "GM0797", "--thema", "fietsen"), "fietsen"),
        (("kaart", "--op", "2026-03-01"), "--uit"),
        (("kaart", "--uit", "/bestaat/niet/kaart.svg"), "kan /bestaat/niet/kaart.svg niet schrijven"),
    ],
)
def test_a_wrong_question_is_told_apart(woorden: tuple[str, ...], melding: str) -> None:
    """One line that names what is wrong; no traceback."""
    uitslag = hub_register(*woorden)
    assert uitslag.exit_code != 0
    assert melding in uitslag.output
    assert "Traceback" not in uitslag.output


def test_route_and_kaart_refuse_a_register_with_faults(wijzig: Wijzig, tmp_path: Path) -> None:
    """A register that the hub would not start with explains nothing and draws nothing."""
    map_ = wijzig("organisaties.csv", "", "vhh-x,X,123\n")
    uit = tmp_path / "kaart.svg"
    for woorden in (("route", "--gemeente", "GM0797"), ("kaart", "--uit", str(uit))):
        uitslag = hub_register(*woorden, "--map", str(map_))
        assert uitslag.exit_code == 1
        assert "Het register heeft 1 fout(en)" in uitslag.output
    assert not uit.exists()


def test_every_command_looks_at_the_register_in_use(
    wijzig: Wijzig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --map it is the folder of the settings, with no other setting given, and without that the shipped one; which is said."""
    for naam in ("HUB_REGISTER_MAP", "HUB_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(naam, raising=False)
    assert f"Register gelezen uit {REGISTERMAP}\n" in hub_register("check").stderr
    map_ = wijzig("organisaties.csv", "", "vhh-x,X,123\n")
    monkeypatch.setenv("HUB_REGISTER_MAP", str(map_))
    assert lees_instellingen().register_map == map_
    for woorden in (("check",), ("route", "--gemeente", "GM0797"), ("kaart", "--uit", str(tmp_path / "kaart.svg"))):
        uitslag = hub_register(*woorden)
        assert uitslag.exit_code == 1 and "1 fout" in uitslag.output, uitslag.output
        assert f"Register gelezen uit {map_}\n" in uitslag.stderr
    assert hub_register("check", "--map", str(REGISTERMAP)).exit_code == 0
    monkeypatch.setenv("HUB_REGISTER_MAP", str(tmp_path / "weg"))
    weg = hub_register("check")
    assert weg.exit_code == 2 and "HUB_REGISTER_MAP" in weg.output


def test_kaart_writes_the_picture(tmp_path: Path) -> None:
    """A file that an SVG reader understands."""
    uit = tmp_path / "kaart.svg"
    uitslag = hub_register("kaart", "--op", "2026-03-01", "--uit", str(uit))
    assert uitslag.exit_code == 0, uitslag.output
    assert ET.parse(uit).getroot().tag.endswith("svg")


def test_without_a_day_the_answer_is_for_today() -> None:
    """The day is the one in the Netherlands."""
    voor = opdrachten._vandaag()
    kop = hub_register("check").output.splitlines()[0]
    assert f"op {voor}" in kop or f"op {opdrachten._vandaag()}" in kop
