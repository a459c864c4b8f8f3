"""A Confluent-compatible schema registry, where an installation has one: asked once per unknown id, off the hot path."""

import asyncio
import time
from typing import Final

import aiohttp
import structlog

from hub.stream.codec import Codec, OnbekendSchema

log = structlog.get_logger()

GEDULD: Final = 60.0
"""Seconds that a partition is paused for a registry that does not answer, before its records are refused."""
TUSSENPOOS: Final = 1.0


class Register:
    """Answers what a schema id stands for. Only schemas that this project ever released are accepted."""

    def __init__(self, url: str, codec: Codec, geduld: float = GEDULD) -> None:
        self.url, self.codec, self.geduld = url.rstrip("/"), codec, geduld
        self._geweigerd: set[int] = set()

    async def leer(self, schema_id: int) -> None:
        """Try to learn an id within the term. Afterwards the codec knows it, or the record is refused as unknown."""
        if schema_id in self._geweigerd:
            return
        einde = time.monotonic() + self.geduld
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as sessie:
            while time.monotonic() < einde:
                try:
                    async with sessie.get(f"{self.url}/schemas/ids/{schema_id}") as antwoord:
                        if antwoord.status == 200:
                            self.codec.ken(schema_id, str((await antwoord.json(content_type=None))["schema"]))
                            return
                        if antwoord.status == 404:
                            break
                        reden = str(antwoord.status)
                except OnbekendSchema:
                    break
                except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as fout:
                    reden = type(fout).__name__
                log.warning("schemaregister_antwoordt_niet", reden=reden, schema_id=schema_id)
                await asyncio.sleep(TUSSENPOOS)
            else:
                return  # no answer in time: ask again at the next record
        self._geweigerd.add(schema_id)
        log.error("schema_onbekend", schema_id=schema_id)
