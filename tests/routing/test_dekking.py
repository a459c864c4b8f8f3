"""The keeper of the register sees what it lacks, in words and as a picture."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

from hub.routing.dekking import controle, controle_map, dekt, kaart
from hub.routing.kaart import Tegel, teken
from hub.routing.regel import Bevindingsoort as S
from hub.routing.register import Register
from tests.routing.conftest import UITZONDERINGEN, Wijzig

OP = date(2026, 3, 1)
SVG = "{http://www.w3.org/2000/svg}"
HEUSDEN = "GM0797,Heusden,vhh-midden-brabant,2023-01-01,,,,nee,Heusden werkt in Hart van Brabant (CVDR651418)\n"
TWENTE = 'id = "vhh-twente"\n'
HUIZEN = "tafels_veiligheidshuis.toml"


def test_the_shipped_register_covers_everybody_through_every_merger(register: Register) -> None:
    """No witte vlek on the first day, on any day on which a gemeente changes, or long after."""
    for op in {register.begin, OP, date(2040, 1, 1), *(h.per for h in register.regels.herindelingen)}:
        if op >= register.begin:
            assert all(dekt(register, gemeente, op) for gemeente in register.gemeenten(op)), op


def test_the_shipped_register_has_no_faults_and_says_what_needs_confirmation(register: Register) -> None:
    """What the sources do not confirm is listed: houses, coverage, mergers, fallbacks, terms."""
    rapport = controle(register, OP)
    assert rapport.fouten == ()
    assert {b.soort for b in rapport.waarschuwingen} == {S.TE_BEVESTIGEN, S.WITTE_VLEK_JEUGD}
    tekst = rapport.tekst()
    assert "Nog te bevestigen" in tekst
    assert "tafel vhh-drenthe" in tekst
    assert "tafel vhh-twente" not in tekst
    assert "Wijdemeren naar Hilversum" in tekst


def test_a_gemeente_without_a_line_is_a_witte_vlek(wijzig: Wijzig) -> None:
    """A gap loads, and is reported with the name of the gemeente."""
    rapport = controle(Register.laad(wijzig("dekking.csv", HEUSDEN, "")), OP)
    (vlek,) = rapport.van(S.WITTE_VLEK)
    assert "Heusden" in vlek.tekst
    assert "GM0797" in vlek.plek


def test_a_merger_without_coverage_for_the_new_gemeente_is_a_witte_vlek(wijzig: Wijzig) -> None:
    """Forgetting the successor's line shows from its first day, not before."""
    regel = "GM9901,Oostzaan-Wormerland,vhh-zaanstreek-waterland,2028-01-01,,,,ja,Verzonnen voorbeeld van een nieuwe gemeente\n"
    register = Register.laad(wijzig("dekking.csv", regel, ""))
    assert controle(register, date(2027, 12, 31)).van(S.WITTE_VLEK) == ()
    assert len(controle(register, date(2028, 1, 1)).van(S.WITTE_VLEK)) == 1


def test_a_closed_tafel_without_opvolger_leaves_its_gemeenten_uncovered(wijzig: Wijzig) -> None:
    """Fourteen gemeenten of Twente, each with the reason, and the fallback that points at it."""
    rapport = controle(Register.laad(wijzig(HUIZEN, TWENTE, TWENTE + "geldig_tot = 2026-01-01\n")), OP)
    vlekken = rapport.van(S.WITTE_VLEK)
    assert len(vlekken) == 14
    assert all("zonder opvolger" in vlek.tekst for vlek in vlekken)
    assert any("VR05" in b.plek and "vhh-twente" in b.tekst for b in rapport.van(S.DODE_VERWIJZING))


def test_coverage_by_a_tafel_that_was_taken_over_is_reported_but_works(wijzig: Wijzig) -> None:
    """No witte vlek, but each line that still names the old tafel."""
    erbij = TWENTE + 'geldig_tot = 2026-01-01\nopvolger = "vhh-ijsselland"\n'
    rapport = controle(Register.laad(wijzig(HUIZEN, TWENTE, erbij)), OP)
    assert rapport.van(S.WITTE_VLEK) == ()
    assert len([b for b in rapport.van(S.DODE_VERWIJZING) if b.plek.startswith("dekking.csv")]) == 14


def test_a_tafel_without_opening_hours_is_reported(wijzig: Wijzig) -> None:
    """A telephone that nobody knows when to ring is no reachable contact."""
    rapport = controle(Register.laad(wijzig(HUIZEN, TWENTE, TWENTE + "openingstijden = []\n")), OP)
    (bevinding,) = rapport.van(S.ZONDER_CONTACT)
    assert "Twente" in bevinding.tekst


def test_minors_without_a_tafel_with_a_youth_task_are_reported(register: Register) -> None:
    """Per house without that task, the gemeenten whose minors would land there."""
    plekken = {b.plek for b in controle(register, OP).van(S.WITTE_VLEK_JEUGD)}
    assert plekken == {"tafel vhh-gelderland-zuid", "tafel vhh-zeeland"}


def test_minors_are_followed_to_the_intake_where_they_come_in(wijzig: Wijzig) -> None:
    """An intake without a youth task is named, with the gemeenten of each house behind it; the houses have the task themselves."""
    intake = 'id = "vhh-zuid-limburg"\n'
    rapport = controle(Register.laad(wijzig(HUIZEN, intake, intake + "jeugdtaak = false\n")), OP)
    (vlek,) = (b for b in rapport.van(S.WITTE_VLEK_JEUGD) if b.plek == "tafel vhh-zuid-limburg")
    assert all(naam in vlek.tekst for naam in ("Maastricht", "Heerlen", "Sittard-Geleen"))


def test_minors_with_a_theme_that_goes_elsewhere_are_reported_too(wijzig: Wijzig) -> None:
    """A house without youth task that takes one theme of a gemeente: its minors with that theme, and no others."""
    regel = "GM0153,Enschede,vhh-zeeland,2026-01-01,,,GEWELD,nee,\n"
    rapport = controle(Register.laad(wijzig("dekking.csv", "", regel)), OP)
    (vlek,) = (b for b in rapport.van(S.WITTE_VLEK_JEUGD) if b.plek == "tafel vhh-zeeland")
    assert "Enschede (GEWELD)" in vlek.tekst
    assert vlek.tekst.count("Enschede") == 1


def test_a_line_to_a_tafel_that_is_no_house_is_reported(wijzig: Wijzig) -> None:
    """Each of the three lines with what becomes of its cases; the register works, and no line of a house is named."""
    rapport = controle(Register.laad(wijzig("dekking.csv", "", UITZONDERINGEN)), OP)
    bevindingen = rapport.van(S.GEEN_HUIS)
    assert [b.tekst.split(" leidt naar ")[0] for b in bevindingen] == [
        "dekking.csv:GM0599:JEUGD:2026-01-01",
        "dekking.csv:GM0014:VERWARD_GEDRAG:2026-01-01",
        "dekking.csv:GM0518:JEUGD:JEUGD:2026-01-01",
    ]
    assert all(
        "eindigt met NIET_AANGEDRAGEN" in b.tekst and b.plek.startswith("dekking.csv regel ") for b in bevindingen
    )
    assert "alleen bij een Veiligheidshuis wordt iets aangedragen (3)" in rapport.tekst()


def test_a_tafel_of_another_kind_with_a_house_for_its_intake_is_not_reported(wijzig: Wijzig) -> None:
    """Its cases come in at a house, which is where they are brought."""
    wijzig("dekking.csv", "", UITZONDERINGEN)
    jeugdtafel = 'id = "jeugdtafel-rotterdam"\n'
    map_ = wijzig("tafels_overig.toml", jeugdtafel, jeugdtafel + 'intake = "vhh-rotterdam-rijnmond"\n')
    assert not any("jeugdtafel" in b.tekst.lower() for b in controle(Register.laad(map_), OP).van(S.GEEN_HUIS))


def test_a_register_that_does_not_load_still_shows_its_gaps(wijzig: Wijzig) -> None:
    """Faults and witte vlekken in one report."""
    wijzig("dekking.csv", HEUSDEN, "")
    rapport = controle_map(wijzig("organisaties.csv", "", "vhh-x,X,123\n"), OP)
    assert [b.soort for b in rapport.fouten] == [S.VORM]
    assert len(rapport.van(S.WITTE_VLEK)) == 1
    assert rapport.tekst().startswith("Register op 2026-03-01: 1 fout, 1 waarschuwing.")


# --- the picture


def _teksten(svg: str) -> Iterator[str]:
    for element in ET.fromstring(svg).iter():
        if element.text:
            yield element.text


def test_the_map_has_a_tile_for_every_region_and_says_what_it_shows(register: Register) -> None:
    """25 tiles without overlap, a Dutch title with the date, an accessible description, a legend, the version."""
    svg = kaart(register, OP)
    wortel = ET.fromstring(svg)
    assert wortel.get("role") == "img"
    assert wortel.get("aria-labelledby") == "titel beschrijving"
    assert wortel.findtext(f"{SVG}title") == "Dekking door tafels op 2026-03-01"
    assert "342 van 342 gemeenten gedekt, 0 witte vlekken" in (wortel.findtext(f"{SVG}desc") or "")
    tegels = wortel.findall(f"{SVG}g")
    assert len(tegels) == 25
    plekken = {(t[1].get("x"), t[1].get("y")) for t in tegels}
    assert len(plekken) == 25
    teksten = set(_teksten(svg))
    assert {"witte vlek", "gedekt door een werkende tafel"} <= teksten
    assert any(register.hash in tekst for tekst in teksten)


def test_the_map_is_the_same_each_time(registermap: Path, register: Register) -> None:
    """The same register and day give the same bytes, wherever the files lie."""
    assert kaart(Register.laad(registermap), OP) == kaart(register, OP)


def test_gaps_are_red_and_named(wijzig: Wijzig) -> None:
    """Only the tile with the gap is red; its name stands in the tile and in the description."""
    svg = kaart(Register.laad(wijzig("dekking.csv", HEUSDEN, "")), OP)
    rood = [t for t in ET.fromstring(svg).findall(f"{SVG}g") if t[1].get("stroke") == "#c62828"]
    assert len(rood) == 1
    assert "Brabant-Noord" in (rood[0].findtext(f"{SVG}title") or "")
    assert any(r.get("fill") == "url(#vlek)" for r in rood[0].findall(f"{SVG}rect"))
    assert "mist Heusden" in set(_teksten(svg))
    assert "1 witte vlek. Witte vlekken: Heusden (Brabant-Noord)." in (ET.fromstring(svg).findtext(f"{SVG}desc") or "")


def test_names_cannot_break_the_picture() -> None:
    """Names are data: markup in them is shown, not obeyed."""
    tegel = Tegel("VR01", "A<b>&\"'", 0, 0, 2, ("<script>",), ("x & y",), te_bevestigen=True)
    svg = teken((tegel,), OP, "0" * 16)
    assert "<script>" not in svg
    assert "mist <script>" in set(_teksten(svg))
