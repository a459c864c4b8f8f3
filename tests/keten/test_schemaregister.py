"""Confluent framing with a registry: its partition pauses for as long as the registry stutters, the others go on, nothing is refused."""

import http.server
import json
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.stream.codec import standaardmap
from tests.keten.harnas import Keten, murmur2_partitie
from tests.keten.signalen import TWENTE, ZSM, Bericht, bericht, signaal

SCHEMA = max((standaardmap() / "uitgebracht").glob("*/signaal.avsc"), key=lambda pad: int(pad.parent.name)).read_text(
    "utf-8"
)
"""That of today: the signalen of the tests are written with it."""


class Proefregister(http.server.ThreadingHTTPServer):
    """Knows schema 41, once it is told to answer."""

    def __init__(self) -> None:
        self.bij = threading.Event()
        self.gevraagd = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(zelf) -> None:  # noqa: N805 - the standard library's name; `self` is the server here
                self.gevraagd += 1
                goed = self.bij.is_set() and zelf.path == "/schemas/ids/41"
                zelf.send_response(200 if goed else 404 if self.bij.is_set() else 503)
                zelf.end_headers()
                zelf.wfile.write(json.dumps({"schema": SCHEMA} if goed else {}).encode())

            def log_message(zelf, format: str, *args: object) -> None:  # noqa: A002, N805
                return

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def register() -> Iterator[Proefregister]:
    server = Proefregister()
    draad = threading.Thread(target=server.serve_forever)
    draad.start()
    yield server
    server.shutdown()
    server.server_close()
    draad.join()


def _ingelijst(een: Bericht, schema_id: int) -> Bericht:
    return replace(een, value=b"\x00" + struct.pack(">I", schema_id) + een.value[10:])


def test_an_unknown_schema_waits_for_the_registry(keten: Keten, register: Proefregister) -> None:
    """While the registry is away the record waits and a neighbour's partition goes on; then it passes. What nobody knows is refused."""
    werker = keten.werker("worker-1")
    werker.omgeving["HUB_SCHEMAREGISTER"] = f"http://127.0.0.1:{register.server_port}"
    werker.start()
    werker.wacht_gereed()
    wacht = bericht(signaal(ZSM, 1))
    elders = next(
        n for n in range(2, 99) if murmur2_partitie(bericht(signaal(ZSM, n)).key, 4) != murmur2_partitie(wacht.key, 4)
    )
    keten.zend([_ingelijst(wacht, 41), bericht(signaal(TWENTE, 1))])
    keten.zend([bericht(signaal(ZSM, elders)), bericht(signaal(TWENTE, elders))])
    einde = time.monotonic() + 180
    while len(keten.meldingen()) < 2 or not register.gevraagd:
        assert time.monotonic() < einde
        time.sleep(0.1)
    assert {m["dossier"] for m in keten.meldingen().values()} == {
        signaal(ZSM, elders).dossier,
        signaal(TWENTE, elders).dossier,
    }
    register.bij.set()
    keten.zend([_ingelijst(bericht(signaal(ZSM, 300)), 99)])
    keten.wacht_stil()
    assert len(keten.meldingen()) == 4
    (dood,) = keten.lees(f"signaal.{ZSM}.v1.dlq")
    assert dict(dood.headers)["hub.error.code"] == b"onbekend_schema"
