"""Unknown schemas: refused at once without a registry; with one, learnt within a bounded pause of that partition."""

import json
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.stream import registry
from hub.stream.codec import Codec, OnbekendSchema, standaardmap
from hub.stream.registry import Schemaregister

SCHEMA = sorted((standaardmap() / "uitgebracht").glob("*/verwerking.avsc"))[-1].read_text("utf-8")


class Proefregister:
    """A registry that answers what the test says, one answer after the other; the last one stays."""

    def __init__(self) -> None:
        self.antwoorden: list[tuple[int, Any]] = []
        self.gevraagd: list[str] = []

    async def antwoord(self, vraag: web.Request) -> web.Response:
        self.gevraagd.append(vraag.path)
        status, inhoud = self.antwoorden[0] if len(self.antwoorden) == 1 else self.antwoorden.pop(0)
        return web.json_response(inhoud, status=status)


@pytest.fixture
async def proef() -> AsyncIterator[tuple[Proefregister, str]]:
    register = Proefregister()
    app = web.Application()
    app.router.add_get("/schemas/ids/{id}", register.antwoord)
    server = TestServer(app)
    await server.start_server()
    yield register, str(server.make_url(""))
    await server.close()


@pytest.fixture(autouse=True)
def _snel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "TUSSENPOOS", 0.01)


def bekend(codec: Codec, schema_id: int) -> bool:
    try:
        codec.decodeer(b"\x00" + struct.pack(">I", schema_id) + b"x")
    except OnbekendSchema:
        return False
    except Exception:  # noqa: BLE001 - readable or not, the schema is known
        return True
    return True


async def test_an_id_is_learnt_after_a_registry_that_stutters(proef: tuple[Proefregister, str]) -> None:
    """Errors of the registry are waited out within the term; then the schema is known for good."""
    register, url = proef
    register.antwoorden = [(503, {}), (500, {}), (200, {"schema": SCHEMA})]
    codec = Codec()
    await Schemaregister(url, codec).leer([7])
    assert bekend(codec, 7) and register.gevraagd == ["/schemas/ids/7"] * 3


@pytest.mark.parametrize(
    ("status", "inhoud"),
    [
        (404, {}),
        (200, {"schema": json.dumps({"type": "record", "name": "Vreemd", "fields": []})}),
        (200, {"schema": "geen json"}),
        (200, {"schema": "5"}),
    ],
)
async def test_what_is_not_ours_is_refused_and_not_asked_again(
    proef: tuple[Proefregister, str], status: int, inhoud: Any
) -> None:
    """An id that the registry does not know, or a schema that was never released here: refused at once, and remembered."""
    register, url = proef
    register.antwoorden = [(status, inhoud)]
    codec = Codec()
    bron = Schemaregister(url, codec)
    await bron.leer([7])
    await bron.leer([7])
    assert not bekend(codec, 7) and len(register.gevraagd) == 1


async def test_the_wait_has_an_end(proef: tuple[Proefregister, str]) -> None:
    """A registry that stays away pauses a partition no longer than the term; the next record asks again."""
    register, url = proef
    register.antwoorden = [(503, {})]
    codec = Codec()
    bron = Schemaregister(url, codec, geduld=0.05)
    await bron.leer([7])
    assert not bekend(codec, 7)
    register.antwoorden = [(200, {"schema": SCHEMA})]
    bron.geduld = 60.0  # the term is not what is shown here
    await bron.leer([7])
    assert bekend(codec, 7)
