import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from hub.matching.frequenties import SOORTEN, FrequentieFout, Frequenties, tel, voeg_samen
from hub.matching.model import Model
from hub.matching.namen import Persoon, klank
from hub.matching.opdrachten import matching

NAMEN = ["Jansen", "Bakker", "Hoogeveen", "Smit-Bakker", "de Vries"]
PERSONEN = st.lists(
    st.builds(
        Persoon,
        voornamen=st.sampled_from(["Jan", "Piet", "Kees Jan", "K.", None]),
        geslachtsnaam=st.sampled_from([*NAMEN, None]),
        geboorteplaats=st.sampled_from(["Zwolle", "Nador", None]),
    ),
    max_size=40,
)


@given(PERSONEN)
def test_alleen_met_meer_dragers(personen: list[Persoon]) -> None:
    """Whatever stands in a table is shared by at least three persons; of the others only how many there are."""
    tabel = tel(personen)
    for soort in SOORTEN:
        assert all(keer >= 3 for keer in tabel[soort].dragers.values())
    geteld = sum("bakker" in str(persoon.geslachtsnaam).lower() for persoon in personen)
    assert tabel["achternaam"].dragers.get("bakker", 0) == (geteld if geteld >= 3 else 0)


@given(PERSONEN, PERSONEN)
def test_samenvoegen(een: list[Persoon], ander: list[Persoon]) -> None:
    """Merged counts are sums, whatever the order of the tables."""
    a, b = tel(een, k=20), tel(ander, k=50)
    samen = voeg_samen([a, b])
    assert samen.hash == voeg_samen([b, a]).hash
    assert samen.k == 20
    for soort in SOORTEN:
        for naam in a[soort].dragers.keys() | b[soort].dragers.keys():
            assert samen[soort].dragers[naam] == a[soort].dragers.get(naam, 0) + b[soort].dragers.get(naam, 0)


@given(PERSONEN)
def test_kansen(personen: list[Persoon]) -> None:
    """Every share is above 0 and at most 1 for 10 persons and up, and an unknown name is not more frequent than a counted one."""
    tabel = tel(personen * 10)
    for soort in (soort for soort in SOORTEN if not soort.startswith("samen")):  # those are no shares
        onbekend = tabel[soort].kans("nooitgehoord")
        assert onbekend > 0
        for naam in tabel[soort].dragers:
            assert onbekend <= tabel[soort].kans(naam) <= 1 or not personen


def test_wat_samengaat() -> None:
    """Names of one community stand out by how many times as frequent the names beside them are; names that mix do not."""
    apart = [Persoon("Mehmet", "Yilmaz")] * 20 + [Persoon("Piotr", "Nowak")] * 20
    gemengd = [Persoon(voornaam, naam) for voornaam in ("Jan", "Kees") for naam in ("Bakker", "Visser")] * 90
    tabel = tel([*apart, *gemengd])
    assert tabel.samen("klank_achternaam", klank("yilmaz")) > 15
    assert tabel.samen("klank_voornaam", klank("piotr")) > 15
    assert tabel.samen("klank_achternaam", klank("visser")) < 1.5
    assert 1 < tabel.samen("klank_achternaam", "nooitgehoord") < 15


def test_onbekend_is_niet_het_zeldzaamst() -> None:
    """With many names of two bearers beside those of one, an unknown name is expected more often than once in the table."""
    personen = [Persoon(geslachtsnaam=f"naam{chr(97 + n)}q{chr(97 + m)}") for n in range(20) for m in range(20)] * 2
    telling = tel(personen)["achternaam"]
    assert (telling.een, telling.twee) == (0, 400)
    assert telling.bodem > 1 / len(personen)


def test_heen_en_terug(tmp_path: Path) -> None:
    """A written table reads back as itself, with its hash; another count or bound is another hash."""
    tabel = Frequenties.standaard()
    pad = tmp_path / "tabel.json"
    tabel.schrijf(pad)
    assert Frequenties.lees(pad).hash == tabel.hash
    assert tabel.met_k(5).hash != tabel.hash
    inhoud = json.loads(pad.read_text())
    inhoud["tellingen"]["voornaam"]["een"] += 1
    pad.write_text(json.dumps(inhoud))
    assert Frequenties.lees(pad).hash != tabel.hash


@pytest.mark.parametrize(
    "tekst", ["", "{}", "[]", '{"naam": "x", "k": 50, "tellingen": {}}', '{"naam": "x", "k": 50, "tellingen": 3}']
)
def test_geen_tabel(tmp_path: Path, tekst: str) -> None:
    """Anything that is not a whole table is refused, naming the file."""
    pad = tmp_path / "tabel.json"
    pad.write_text(tekst)
    with pytest.raises(FrequentieFout, match=r"tabel\.json"):
        Frequenties.lees(pad)


def test_grenzen() -> None:
    """A count that would show who has a name, an absurd bound and a merge of nothing are refused."""
    with pytest.raises(FrequentieFout, match="minimum"):
        tel([], minimum=2)
    with pytest.raises(FrequentieFout, match="k:"):
        Frequenties.standaard().met_k(0)
    with pytest.raises(FrequentieFout, match="at least one"):
        voeg_samen([])


def test_klassen() -> None:
    """Rarity classes rise with frequency and are capped; an initial is as frequent as can be."""
    tabel = Frequenties.standaard()
    assert tabel.klasse_achternaam("nooitgehoord") < tabel.klasse_achternaam("jansen") <= 4
    assert tabel.klasse_voornaam("nooitgehoord") < tabel.klasse_voornaam("maria") <= 6
    assert tabel.klasse_voornaam("j") == 6
    centra = tabel.zeldzaamheid().centra
    assert [len(rij) for rij in centra] == [7, 5, 4]
    assert all(a < b for rij in centra for a, b in itertools.pairwise(rij))


def test_opdracht_voeg_samen(tmp_path: Path) -> None:
    """The operator adds up the counts of organisations, sets the bound, and is told the hash; a table is never overwritten."""
    personen = [Persoon(geslachtsnaam="Jansen", voornamen="Jan")] * 4
    for naam in ("a", "b"):
        tel(personen, naam).schrijf(tmp_path / f"{naam}.json")
    aanroep = ["frequenties", "voeg-samen", *(str(tmp_path / f"{naam}.json") for naam in "ab"), "--k", "7"]
    uit = CliRunner().invoke(matching, [*aanroep, "--uit", str(tmp_path / "samen.json")])
    assert uit.exit_code == 0, uit.output
    samen = Frequenties.lees(tmp_path / "samen.json")
    assert (samen.k, samen["achternaam"].dragers) == (7, {"jansen": 8})
    assert f"hash {samen.hash}" in uit.output
    uit = CliRunner().invoke(matching, [*aanroep, "--uit", str(tmp_path / "samen.json")])
    assert uit.exit_code == 65
    (tmp_path / "a.json").write_text("{}")
    uit = CliRunner().invoke(matching, [*aanroep, "--uit", str(tmp_path / "x.json")])
    assert uit.exit_code == 65
    assert "not a table of frequencies" in uit.output


def test_een_tabel_voor_sleutels_en_gewichten(tmp_path: Path) -> None:
    """The table that the hub is given moves its weights as it moves the connectors' keys: other rarity, another model hash."""
    tabel = tel([Persoon(geslachtsnaam="Jansen", voornamen="Jan", geboorteplaats="Zwolle")] * 4)
    pad = tmp_path / "tabel.json"
    tabel.schrijf(pad)
    model = Model.van_bestanden(None, None, pad)
    assert model.zeldzaamheid == tabel.zeldzaamheid()
    assert model.hash != Model.van_bestanden(None, None, None).hash == Model.laad().hash
