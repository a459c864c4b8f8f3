"""Clear text stays in the process: not in what is sent, stored, logged, measured or answered - and the search finds it when planted."""

import ast
import asyncio
import io
import json
import logging
from pathlib import Path

import pytest
import structlog

from connectors import cli, journaal
from connectors.pseudoniem import Pseudonimiseerder
from tests.connectors.opstelling import CASUS, VERDACHTE, Connector, met

CANARIES = (
    *("Kanariaan", "Zebedeus", "Vogelzangerd", "999990342", "1983-05-17", "19830517", "Zwinderloo"),
    *("2026-05-31", "kanariaan", "vogelzangerd", "zwinderloo", "VOGELZANGERD"),
)


def treffers(data: bytes) -> list[str]:
    """Canaries in these bytes, in any plain encoding."""
    return [c for c in CANARIES if any(c.encode(codering) in data for codering in ("utf-8", "utf-16-le"))]


@pytest.fixture
def journaaltekst() -> io.StringIO:
    """The log of this test, set up as the program does."""
    uitvoer = io.StringIO()
    journaal.stel_in(uitvoer)
    return uitvoer


async def test_geen_klare_tekst(zsm: Connector, vhh: Connector, journaaltekst: io.StringIO) -> None:
    """A day of good, bad and failing messages leaves no trace of a person outside the requests themselves."""
    antwoorden: list[bytes] = []
    for connector, pad, goed in ((zsm, "/v1/verdachten", VERDACHTE), (vhh, "/v1/casussen", CASUS)):
        async with connector.client() as client:

            async def post(data: bytes) -> None:
                antwoord = await client.post(pad, data=data, headers={"Content-Type": "application/json"})  # noqa: B023
                antwoorden.append(await antwoord.read())

            for bericht in (
                goed,
                met(goed, skn="999990342"),
                met(goed, persoon__naam__geslachtsnaam=["Vogelzangerd"]),
                met(goed, persoon__geboorte__datum={"type": "Vogelzangerd"}),
                met(goed, persoon__burgerservicenummer="Vogelzangerd"),
                met(goed, feiten={"Vogelzangerd": "Vogelzangerd", "thema": "Vogelzangerd"}),
                met(goed, Vogelzangerd="Kanariaan"),
                "Vogelzangerd",
            ):
                await post(json.dumps(bericht).encode())
            await post(b'{"persoon": Vogelzangerd')
            connector.zender.weg = True
            await post(json.dumps(goed).encode())
            antwoorden.append(await (await client.get("/metrics")).read())
        connector.opslag.sluit()
    assert antwoorden
    assert [treffers(antwoord) for antwoord in antwoorden if treffers(antwoord)] == []
    for connector in (zsm, vhh):
        verzonden = b"".join(b.sleutel + b.waarde + repr(b.koppen).encode() for b in connector.zender.berichten)
        assert verzonden
        assert treffers(verzonden) == []
        assert VERDACHTE["zaaknummer"].encode() not in verzonden
        bestanden = list(connector.instellingen.opslag.parent.glob("opslag.sqlite*"))
        assert bestanden
        assert [pad.name for pad in bestanden if treffers(pad.read_bytes())] == []
    assert treffers(journaaltekst.getvalue().encode()) == []


async def test_fouten_van_binnen(zsm: Connector, journaaltekst: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug whose exception quotes the person is logged by kind and place only."""

    def kapot(self: object, persoon: object) -> None:
        raise RuntimeError(f"cannot encode {persoon!r}")

    monkeypatch.setattr(Pseudonimiseerder, "sleutels", kapot)
    async with zsm.client() as client:
        antwoord = await client.post("/v1/verdachten", json=VERDACHTE)
        assert antwoord.status == 500
        assert treffers(await antwoord.read()) == []
    regel = json.loads(journaaltekst.getvalue().splitlines()[-1])
    assert (regel["event"], regel["fout"]) == ("interne_fout", "RuntimeError")
    assert regel["waar"].startswith("test_geen_klare_tekst.py:")
    assert treffers(journaaltekst.getvalue().encode()) == []


async def test_vergeten_taak(journaaltekst: io.StringIO) -> None:
    """Not even asyncio's report of a task that nobody awaited, or a library's log line, brings an exception's text."""

    async def kapot() -> None:
        raise ValueError("Vogelzangerd")

    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError("Vogelzangerd"), "task": kapot}
    )
    logging.getLogger("aiohttp.server").error("Error handling %s", "Vogelzangerd", exc_info=ValueError("Kanariaan"))
    logging.getLogger("aiokafka").error("Topic %s is not available", "signaal.zsm.v1")
    regels = [json.loads(regel) for regel in journaaltekst.getvalue().splitlines()]
    assert [regel["tekst"] for regel in regels] == [
        "Task exception was never retrieved",
        "Error handling %s",
        "Topic signaal.zsm.v1 is not available",
    ]
    assert regels[0]["fout"] == regels[1]["fout"] == "ValueError"
    assert treffers(journaaltekst.getvalue().encode()) == []


def test_herhaling(journaaltekst: io.StringIO) -> None:
    """A library that repeats itself is heard once."""
    for _ in range(100):
        logging.getLogger("aiokafka.conn").warning("Connection to %s failed", "b:1")
    assert len(journaaltekst.getvalue().splitlines()) == 1


def test_onbekend_logveld(journaaltekst: io.StringIO) -> None:
    """A field that is not in the list is dropped, and the line says how many were."""
    structlog.get_logger().info("iets_gebeurd", naam="Vogelzangerd", aantal=3)
    regel = json.loads(journaaltekst.getvalue())
    assert (regel["event"], regel["aantal"], regel["weggelaten"]) == ("iets_gebeurd", 3, 1)
    assert treffers(journaaltekst.getvalue().encode()) == []


def test_elk_veld_van_een_logregel_staat_in_de_lijst() -> None:
    """What a line of the connector is to tell reaches the log: no field that its own code gives is dropped."""
    gegeven = {
        veld.arg
        for bron in Path(journaal.__file__).parent.glob("*.py")
        for aanroep in ast.walk(ast.parse(bron.read_text("utf-8")))
        if isinstance(aanroep, ast.Call) and ast.unparse(aanroep.func).startswith("log.")
        for veld in aanroep.keywords
    } - {None}  # what `plaats` gives
    assert {"doe", "seconden", "topic"} <= gegeven <= journaal.VELDEN


def test_gestopt_programma(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that stops on a bug says where, never with which words."""

    def kapot() -> None:
        raise KeyError("Vogelzangerd")

    monkeypatch.setattr(cli, "opdrachten", kapot)
    with pytest.raises(SystemExit) as einde:
        cli.main()
    assert einde.value.code == 70
    assert '"fout": "KeyError"' in capsys.readouterr().err


def test_repr(zsm: Connector) -> None:
    """Keys do not show in the repr of what holds them."""
    pseudoniem = zsm.instellingen.pseudonimiseerder
    sleutel = Path(zsm.instellingen.organisatiesleutel).read_text().strip()
    assert sleutel not in repr(pseudoniem) + repr(zsm.instellingen) + repr(vars(zsm))


def test_gevonden() -> None:
    """The search finds what is planted on purpose."""
    assert treffers(b"...Vogelzangerd...") == ["Vogelzangerd"]
    assert treffers("Kanariaan".encode("utf-16-le")) == ["Kanariaan"]
