"""Hostile input at an organisation's own door: JSON, files and their names. Every fault is a sentence, nothing fills the memory."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import cli, opdracht
from connectors.bestand import KOLOMMEN, BestandFout, Regel, regels
from connectors.fouten import Fout, Ongeldig
from connectors.invoer import Bevraging, Casus, Intrekking, Verdachte, lees
from connectors.persoon import Kader
from connectors.terugkoppeling import lees_reactie
from hub.matching import bsn
from tests.connectors.opstelling import CASUS, NU, VERDACHTE, Connector, NepZender, schrijf_instellingen
from tests.geheugen import met_gebruik

KADER = Kader(NU, bsn.fout_fictief)
KANARIE = "Kanariekooi"
BEVRAGING = {"persoon": VERDACHTE["persoon"], "feiten": VERDACHTE["feiten"], "doel": "ZORG", "actor": "m.een"}
GOED: dict[type, dict[str, Any]] = {
    Verdachte: VERDACHTE,
    Casus: CASUS,
    Intrekking: {"zaaknummer": "1", "gewijzigdOp": "2026-05-01T00:00:00Z"},
    Bevraging: BEVRAGING,
}
HEEL_DIEP = 20_000
ZWAAR: list[bytes] = [
    *(b"[" * HEEL_DIEP, b'{"a":' * HEEL_DIEP, b"[" * HEEL_DIEP + b"]" * HEEL_DIEP),
    *(b"9" * 60_000, b"-" + b"9" * 60_000, b"1e" + b"9" * 60_000, b"0." + b"0" * 60_000 + b"1"),
    *(
        b'"' + b"\\" * 60_001,
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\\u0000"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"\x00",
        b"",
    ),
    *(b"NaN", b"Infinity", b'{"zaaknummer": 1, "zaaknummer": 2}', b'{"' + b"k" * 60_000 + b'": 1}', b"\xed\xa0\x80"),
]
ELDERS = [
    b"9" * 60_000,
    b"[" * 150 + b"]" * 150,
    b'"\\ud800"',
    b'"\\u0000"',
    b"1e400",
    b"-1",
    b"NaN",
    b'"\\u202e"',
    b"{}",
]

GETAL = st.one_of(st.integers(), st.sampled_from([10**400, -(10**400), 2**63]), st.floats())
TEKST = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["\ud800", "\udfff\ud800", "\x00", "a\n", "\u202eXXX", "İ", "ﬃ", "\U000e0001", "٣" * 9]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), GETAL, TEKST),
    lambda deel: st.one_of(st.lists(deel, max_size=3), st.dictionaries(TEKST, deel, max_size=3)),
    max_leaves=8,
)


def _plekken(waarde: Any, pad: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if pad:
        yield pad
    if isinstance(waarde, dict):
        for naam, deel in waarde.items():
            yield from _plekken(deel, (*pad, naam))


@st.composite
def bijna(draw: st.DrawFn, goed: dict[str, Any]) -> bytes:
    """A good message with one field that is anything."""
    uit: dict[str, Any] = json.loads(json.dumps(goed))
    pad = draw(st.sampled_from(list(_plekken(goed))))
    doel = uit
    for stap in pad[:-1]:
        doel = doel[stap]
    doel[pad[-1]] = draw(JSON)
    return json.dumps(uit).encode()


def fouten(model: type[Any], data: bytes) -> tuple[Fout, ...]:
    try:
        lees(model, data, KADER)
    except Ongeldig as fout:
        return fout.fouten
    return ()


@pytest.mark.parametrize("model", list(GOED))
@pytest.mark.parametrize("data", ZWAAR, ids=lambda data: data[:12].hex())
def test_json_that_weighs_more_than_it_says_is_refused(model: type[Any], data: bytes) -> None:
    """Depth, endless numbers, half characters, the same name twice: a named fault, and no stack or number grows with it."""
    assert fouten(model, data)
    with pytest.raises(Ongeldig):
        lees_reactie(data)


@pytest.mark.parametrize("model", list(GOED))
@pytest.mark.parametrize("waarde", ELDERS, ids=lambda data: data[:12].hex())
def test_the_same_inside_a_message_is_refused(model: type[Any], waarde: bytes) -> None:
    """In every field of a message that is otherwise good, also in those that are looked at again after a fault."""
    for pad in _plekken(GOED[model]):
        uit: dict[str, Any] = json.loads(json.dumps(GOED[model]))
        doel = uit
        for stap in pad[:-1]:
            doel = doel[stap]
        doel[pad[-1]] = "@@"
        assert fouten(model, json.dumps(uit).encode().replace(b'"@@"', waarde))


@pytest.mark.parametrize("model", list(GOED))
@given(data=st.data())
def test_any_message_is_taken_or_told_what_is_wrong(model: type[Any], data: st.DataObject) -> None:
    """Whatever JSON or bytes: a message, or faults whose sentences hold nothing of it."""
    bericht = data.draw(
        st.one_of(bijna(GOED[model]), st.binary(max_size=60), JSON.map(lambda j: json.dumps(j).encode()))
    )
    for fout in fouten(model, bericht):
        assert fout.detail.isprintable() and len(fout.detail) < 2_000
    bijna_zo = json.dumps({"soort": KANARIE, KANARIE + "\x1b": KANARIE, "rol": [KANARIE]}).encode()
    assert KANARIE not in str(fouten(model, bijna_zo))


@settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    namen=st.tuples(
        st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=20)
    )
)
async def test_whatever_name_is_accepted_can_be_sent(zsm: Connector, namen: tuple[str, str, str]) -> None:
    """A name of any script, or hardly one, that passes the check is encoded and delivered, or refused with a fault."""
    bericht = json.loads(json.dumps(VERDACHTE))
    bericht["persoon"]["naam"] = {"voornamen": namen[0], "geslachtsnaam": namen[1]}
    bericht["persoon"]["geboorte"]["plaats"] = namen[2]
    try:
        await zsm.api._kern.aanlevering.lever(lees(Verdachte, json.dumps(bericht).encode(), KADER))
    except Ongeldig as fout:
        assert fout.fouten


async def test_no_body_is_an_error_of_the_server(zsm: Connector) -> None:
    """Every heavy body over HTTP: 400 or 413, a problem document, and the next message is taken."""
    async with zsm.client() as client:
        for data in [*ZWAAR, b" " * 70_000, b"\x1f\x8b" + bytes(400)]:
            antwoord = await client.post("/v1/verdachten", data=data, headers={"Content-Type": "application/json"})
            assert antwoord.status in (400, 413) and antwoord.content_type == "application/problem+json", data[:20]
        kop = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        assert (await client.post("/v1/verdachten", data=b"\x1f\x8b", headers=kop)).status in (400, 415)
        assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 202


# -- files --------------------------------------------------------------------------------------------------------------


def lees_bestand(pad: Path, model: type[Verdachte] | type[Casus] = Verdachte) -> list[Regel] | BestandFout:
    try:
        return list(regels(pad, model, lambda _: None))
    except BestandFout as fout:
        assert str(fout).isprintable() and len(str(fout)) < 2_000
        return fout


RIJ = st.lists(
    st.sampled_from(['"', ";", ",", "\r", "\n", "\x00", "x", "é", "zaaknummer", "feiten.thema", "\u2028", "=1+1"]),
    max_size=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inhoud=st.one_of(st.binary(max_size=200), RIJ.map(lambda delen: "".join(delen).encode())), kop=st.booleans())
def test_any_file_is_read_to_its_end_or_to_a_sentence(tmp_path: Path, inhoud: bytes, kop: bool) -> None:
    """Quotes, separators and line ends anywhere, bytes that are no text: rows with a message or a fault, or one fault of the file."""
    for naam, begin in (("a.jsonl", b""), ("a.csv", b"zaaknummer;feiten.thema;feiten.criteria\n" if kop else b"")):
        pad = tmp_path / naam
        pad.write_bytes(begin + inhoud)
        gelezen = lees_bestand(pad)
        for regel in [] if isinstance(gelezen, BestandFout) else gelezen:
            if isinstance(regel.inhoud, bytes):
                fouten(Verdachte, regel.inhoud)


@pytest.mark.parametrize("naam", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("begin", [b"", b"zaaknummer;feiten.thema\n", b'zaaknummer;feiten.thema\n"'])
def test_a_line_without_end_fills_no_memory(tmp_path: Path, naam: str, begin: bytes) -> None:
    """A file of fifty megabytes that is one line, in a cell or not."""
    pad = tmp_path / naam
    pad.write_bytes(begin)
    os.truncate(pad, 50_000_000)
    gelezen, piek = met_gebruik(lambda: lees_bestand(pad))
    assert piek < 2_000_000
    assert isinstance(gelezen, BestandFout) or all(
        isinstance(regel.inhoud, Fout) for regel in gelezen if regel.nummer > 2
    )


def test_a_header_of_commas_is_one_sentence(tmp_path: Path) -> None:
    """Sixty thousand columns that do not exist are not all named."""
    pad = tmp_path / "a.csv"
    pad.write_bytes(b"x;" * 30_000 + b"\n")
    fout = lees_bestand(pad)
    assert isinstance(fout, BestandFout) and "en verder" in str(fout)
    assert len(KOLOMMEN[Verdachte]) < 40


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe, a folder, a device behind a link, a link to nowhere: refused at once, by whatever name."""
    os.mkfifo(tmp_path / "pijp.jsonl")
    (tmp_path / "map.csv").mkdir()
    (tmp_path / "nul.jsonl").symlink_to("/dev/zero")
    (tmp_path / "weg.csv").symlink_to(tmp_path / "nergens")
    (tmp_path / "rond.csv").symlink_to(tmp_path / "rond.csv")
    for pad in tmp_path.iterdir():
        assert isinstance(lees_bestand(pad), BestandFout), pad


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
@pytest.mark.parametrize(
    "naam", [b"\xff\xfe.jsonl", b"[bold]rood[x.jsonl", b"[link=x].jsonl", b"\x1b[2J.jsonl", b"-x.jsonl", b"a\nb.jsonl"]
)
def test_a_file_of_any_name_can_be_imported(tmp_path: Path, naam: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no text, or that a terminal or our own bar would act upon, is a name like any other."""
    from tests.connectors.test_bestand import NepKafka

    nep = NepKafka()
    monkeypatch.setattr(opdracht, "KafkaZender", nep)
    pad = tmp_path / os.fsdecode(naam)
    pad.write_bytes(json.dumps(VERDACHTE).encode())
    config = schrijf_instellingen(tmp_path)
    uit = CliRunner().invoke(cli.opdrachten, ["import", "--config", str(config), "--", str(pad)])
    assert uit.exit_code == 0, (uit.output, uit.exception)
    assert "1 verstuurd" in uit.output and "\x1b[2J" not in uit.output and len(nep.berichten) == 1
    assert isinstance(nep, NepZender)
