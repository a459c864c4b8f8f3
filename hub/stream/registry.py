"""A Confluent-compatible schema registry, where an installation has one: asked once per unknown id, off the hot path."""

import asyncio
import time
from collections.abc import Iterable
from typing import Final

import aiohttp
import structlog

from hub.stream.codec import Codec, OnbekendSchema

log = structlog.get_logger()

GEDULD: Final = 60.0
"""Seconds that a partition is paused for a registry that does not answer, before its records are refused."""
TUSSENPOOS: Final = 1.0
ONTHOUDEN: Final = 1_000
"""Refused ids that are not asked again; senders choose ids, so the memory is bounded."""


class Schemaregister:
    """Answers what schema ids stand for. Only schemas that this project ever released are accepted."""

    def __init__(self, url: str, codec: Codec, geduld: float = GEDULD) -> None:
        self.url, self.codec, self.geduld = url.rstrip("/"), codec, geduld
        self._geweigerd: dict[int, None] = {}

    async def leer(self, schema_ids: Iterable[int]) -> None:
        """Try to learn these ids within one term. What the codec does not know afterwards is refused as unknown."""
        einde = time.monotonic() + self.geduld
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as sessie:
            for schema_id in sorted(set(schema_ids) - set(self._geweigerd)):
                await self._leer(sessie, schema_id, einde)

    async def _leer(self, sessie: aiohttp.ClientSession, schema_id: int, einde: float) -> None:
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
            except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, KeyError) as fout:
                reden = type(fout).__name__
            log.warning("schemaregister_antwoordt_niet", reden=reden, schema_id=schema_id)
            await asyncio.sleep(TUSSENPOOS)
        else:
            return  # no answer in time: the next record asks again
        self._geweigerd[schema_id] = None
        if len(self._geweigerd) > ONTHOUDEN:
            del self._geweigerd[next(iter(self._geweigerd))]
        log.error("schema_onbekend", schema_id=schema_id)
