"""Hostile registers, tables and keys: a sentence per bad row, bounded memory, and nothing in an export that a spreadsheet would run."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domein.signaal import Sleutel
from hub.matching.bakken import Bakken
from hub.matching.blok import gelezen
from hub.matching.codeermachine import INDELING, LENGTE
from hub.matching.codering import encode
from hub.matching.frequenties import SOORTEN, FrequentieFout, Frequenties
from hub.matching.inlezen import KOLOMMEN, BestandFout, Telling, bestandsnaam, lees_register, lees_waarheid
from hub.matching.namen import Persoon, PersoonFout, kern
from hub.matching.validatie import Opdracht, valideer
from tests.geheugen import met_gebruik
from tests.keten.signalen import RING

KOP = ",".join(KOLOMMEN)
GOED = "Jan,de,Vries,19800101,M,Zwolle,123456789"
BESTAND = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FORMULES = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "x;=1+1",
    'x";=1+1',
    "'=1",
    '=HYPERLINK("http://x")',
    "\u200b=1",
    "|x",
    "%0A=1",
]


def lees(pad: Path) -> tuple[list[str], Telling] | BestandFout:
    telling = Telling(pad.name)
    try:
        return [dossier for dossier, _ in lees_register(pad, telling, fictief=True)], telling
    except BestandFout as fout:
        return fout


DEEL = st.sampled_from(
    ['"', ",", ";", "\r", "\n", "\x00", "\x85", "\u2028", "A1", "é", "İ", "19800101", "M", GOED, KOP]
)


@BESTAND
@given(
    inhoud=st.one_of(st.binary(max_size=120), st.lists(DEEL, max_size=20).map(lambda d: "".join(d).encode())),
    kop=st.booleans(),
)
def test_any_register_is_read_to_its_end_or_to_a_sentence(tmp_path: Path, inhoud: bytes, kop: bool) -> None:
    """Whatever stands in it: persons, rows that are told by their line, or one fault of the file; nothing of a row is repeated."""
    pad = tmp_path / "r.csv"
    pad.write_bytes((KOP.encode() + b"\n" if kop else b"") + inhoud)
    uit = lees(pad)
    if not isinstance(uit, BestandFout):
        assert all(fout.reden.isprintable() and "Vries" not in fout.reden for fout in uit[1].fouten)
    try:
        lees_waarheid(pad)
    except BestandFout:
        return


@pytest.mark.parametrize("begin", ["", KOP + "\n", KOP + '\n"', KOP + "\nA1," + GOED + "\n"])
def test_a_line_without_end_fills_no_memory(tmp_path: Path, begin: str) -> None:
    """Fifty megabytes on one line, in the header or behind it, are one bad row."""
    pad = tmp_path / "r.csv"
    pad.write_text(begin)
    os.truncate(pad, 50_000_000)
    uit, piek = met_gebruik(lambda: lees(pad))
    assert piek < 2_000_000
    assert isinstance(uit, BestandFout) or [fout.reden for fout in uit[1].fouten] == ["langer dan 65536 bytes"]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe, a folder, a device behind a link, a link to nowhere: refused at once."""
    os.mkfifo(tmp_path / "pijp.csv")
    (tmp_path / "map.csv").mkdir()
    (tmp_path / "nul.csv").symlink_to("/dev/zero")
    (tmp_path / "weg.csv").symlink_to(tmp_path / "nergens")
    for pad in tmp_path.iterdir():
        assert isinstance(lees(pad), BestandFout)


def test_a_dossier_that_is_a_formula_is_a_bad_row(tmp_path: Path) -> None:
    """What an export would repeat is refused at the door, by its line; the rows around it are read."""
    pad = tmp_path / "r.csv"
    with pad.open("w", newline="", encoding="utf-8") as bestand:
        rijen = csv.writer(bestand)
        rijen.writerow(KOLOMMEN)
        for naam in ["A1", *FORMULES, "b-2.x/3:4 #5_"]:
            rijen.writerow([naam, *GOED.split(",")])
    uit = lees(pad)
    assert not isinstance(uit, BestandFout) and uit[0] == ["A1", "b-2.x/3:4 #5_"]
    assert [fout.regel for fout in uit[1].fouten] == list(range(3, 3 + len(FORMULES)))


def test_no_cell_of_an_export_is_a_formula(tmp_path: Path) -> None:
    """Of paren.csv, as a spreadsheet splits it, at commas or at semicolons: text begins with a letter or digit, all else is a number."""
    for kant in ("links", "rechts"):
        with (tmp_path / f"{kant}.csv").open("w", newline="", encoding="utf-8") as bestand:
            rijen = csv.writer(bestand)
            rijen.writerow(KOLOMMEN)
            rijen.writerows([naam, *GOED.split(",")] for naam in ["A1", *FORMULES])
    uit = tmp_path / "uit"
    opdracht = Opdracht(links=tmp_path / "links.csv", rechts=tmp_path / "rechts.csv", uit=uit, fictief=True)
    valideer(opdracht, lambda *_: None)
    tekst = (uit / "paren.csv").read_text("utf-8")
    assert "A1,A1" in tekst
    for scheiding in ",;":
        for cel in (cel for rij in csv.reader(io.StringIO(tekst), delimiter=scheiding) for cel in rij):
            assert not cel or cel[0].isalnum() or float(cel) < 0, cel
    assert "<script" not in (uit / "rapport.html").read_text("utf-8")


def test_a_name_of_a_file_that_is_no_text_can_be_reported(tmp_path: Path) -> None:
    """Names of any bytes reach the report as text."""
    pad = tmp_path / os.fsdecode(b"\xff<b>.csv")
    pad.write_text(f"{KOP}\nA1,{GOED}\nA2,{GOED}\n")
    assert bestandsnaam(pad) == "?<b>.csv"
    valideer(Opdracht(links=pad, rechts=pad, uit=tmp_path / "uit", fictief=True), lambda *_: None)
    assert "?&lt;b&gt;.csv" in (tmp_path / "uit" / "rapport.html").read_text("utf-8")


RAAR = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "\x00",
            "\u202e",
            "ﷺ" * 20,
            "İ" * 30,
            "ß" * 30,
            "\u0301" * 60,
            "𝒥𝒶𝓃",
            "王",
            "x" * 5_000,
            "a " * 2_000,
            "-" * 50,
            "'",
        ]
    ),
)


@settings(max_examples=settings().max_examples // 2)
@given(
    RAAR,
    RAAR,
    RAAR,
    st.one_of(st.none(), st.text(max_size=10)),
    st.one_of(st.none(), st.text("0123456789٣", max_size=9)),
)
def test_a_person_of_any_letters_is_encoded_or_refused(
    voornamen: str, geslachtsnaam: str, plaats: str, datum: str | None, bsn: str | None
) -> None:
    """Any script, combining marks without end, names of thousands of letters: keys of the fixed size, or the one declared error."""
    try:
        persoon = Persoon(voornamen, geslachtsnaam, None, datum, None, plaats, bsn)
    except PersoonFout as fout:
        assert str(fout).isprintable()
        return
    assert len(kern(persoon).voornamen) <= 3
    for bos in encode(persoon, RING):
        assert all(len(sleutel.token) == 8 and len(sleutel.codering) == LENGTE for sleutel in bos.sleutels)


TOKEN = st.one_of(st.binary(min_size=8, max_size=8), st.sampled_from([bytes(8), b"\xff" * 8, bytes(7) + b"\x04"]))
CODERING = st.one_of(
    st.binary(max_size=LENGTE + 2), st.just(bytes([INDELING]) * LENGTE), st.binary(min_size=LENGTE, max_size=LENGTE)
)


@given(st.lists(TOKEN, max_size=9), st.lists(st.builds(Sleutel, TOKEN, CODERING), max_size=9))
def test_any_tokens_and_encodings_have_a_row_each(tokens: list[bytes], sleutels: list[Sleutel]) -> None:
    """Out of order, twice, of another layout or length: one row per token that lives here, and zeroes where nothing can be read."""
    bakken = Bakken(0, 4)
    alle, coderingen = gelezen(tuple(tokens), tuple(sleutels), bakken)
    assert np.all(alle[1:] > alle[:-1]) and len(alle) == len(set(tokens))
    assert coderingen.shape == (len(bakken.lokaal(alle)), LENGTE)


TABEL = {
    "naam": "x",
    "k": 5,
    "tellingen": {soort: {"personen": 10, "een": 1, "twee": 1, "dragers": {"a": 5}} for soort in SOORTEN},
}
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4)),
    lambda deel: st.one_of(st.lists(deel, max_size=2), st.dictionaries(st.text(max_size=4), deel, max_size=2)),
    max_leaves=6,
)


@given(JSON, st.sampled_from(["naam", "k", "tellingen", SOORTEN[0]]))
def test_a_table_of_another_organisation_is_read_or_refused(waarde: Any, plek: str) -> None:
    """What others counted is a file from outside: any JSON is a table or the one declared error."""
    inhoud = json.loads(json.dumps(TABEL))
    if plek in SOORTEN:
        inhoud["tellingen"][plek] = waarde
    else:
        inhoud[plek] = waarde
    try:
        Frequenties.uit(json.dumps(inhoud), "t")
    except FrequentieFout:
        return


@pytest.mark.parametrize(
    "inhoud",
    [b"[" * 90_000, b'{"k":' * 90_000, b"\xff\xfe", b'{"naam":"x","k":Infinity,"tellingen":{}}', b"9" * 9_000, b""],
)
def test_a_table_that_weighs_more_than_it_says_is_refused(tmp_path: Path, inhoud: bytes) -> None:
    """Depth, endless numbers, bytes that are no text."""
    pad = tmp_path / "t.json"
    pad.write_bytes(inhoud)
    with pytest.raises(FrequentieFout):
        Frequenties.lees(pad)
