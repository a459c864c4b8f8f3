"""The public keys of whoever issues tokens: from a file or over HTTPS, and anew when the issuer changes them."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import aiohttp
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from connectors.toegang import GeenSleutels, Sleutelbron, Toegangsinstellingen
from hub.stream.logregel import plaats

log = structlog.get_logger()

VERS: Final = 300.0
"""Seconds after which the keys are fetched again: a key that the issuer took back is refused at most this much later."""
HOUDBAAR: Final = 3600.0
"""Seconds that keys can be used while the issuer cannot be reached."""
RUST: Final = 10.0
"""Seconds between two fetches at least, whatever keys strangers name."""
TERMIJN: Final = 5.0
GROOTST: Final = 256 * 1024
"""Bytes of a key set."""


class Bron:
    """Keys that are fetched when they are needed, kept for a while, and fetched anew for a key that is not among them."""

    def __init__(self, haal: Callable[[], Awaitable[bytes]], teller: Callable[[], float] = time.monotonic) -> None:
        self._haal = haal
        self._teller = teller
        self._sleutels: KeySet | None = None
        self._gehaald = self._geprobeerd = float("-inf")
        self._slot = asyncio.Lock()

    async def sleutels(self, kid: str | None) -> KeySet:
        """See Sleutelbron."""
        if self._voldoet(kid):
            assert self._sleutels is not None
            return self._sleutels
        async with self._slot:
            if not self._voldoet(kid) and self._teller() - self._geprobeerd >= RUST:
                await self._ververs()
        if self._sleutels is None or self._teller() - self._gehaald > HOUDBAAR:
            raise GeenSleutels
        return self._sleutels

    def _voldoet(self, kid: str | None) -> bool:
        if self._sleutels is None or self._teller() - self._gehaald > VERS:
            return False
        return kid is None or any(sleutel.kid == kid for sleutel in self._sleutels.keys)

    async def _ververs(self) -> None:
        self._geprobeerd = self._teller()
        try:
            self._sleutels = KeySet.import_key_set(json.loads(await self._haal()))
        except (aiohttp.ClientError, OSError, JoseError, ValueError, TypeError, LookupError, AttributeError) as fout:
            log.warning("sleutels_niet_gehaald", **plaats(fout))
        else:
            self._gehaald = self._teller()


def bron(instellingen: Toegangsinstellingen) -> Sleutelbron:
    """Where the settings say that the keys are."""
    if instellingen.sleutels_bestand is not None:
        return Bron(_uit_bestand(instellingen.sleutels_bestand))
    assert instellingen.sleutels_url is not None
    return Bron(_over_https(instellingen.sleutels_url))


def _uit_bestand(pad: Path) -> Callable[[], Awaitable[bytes]]:
    async def haal() -> bytes:
        return await asyncio.to_thread(pad.read_bytes)

    return haal


def _over_https(url: str) -> Callable[[], Awaitable[bytes]]:
    async def haal() -> bytes:
        termijn = aiohttp.ClientTimeout(total=TERMIJN)
        async with (
            aiohttp.ClientSession(timeout=termijn, auto_decompress=False) as sessie,
            sessie.get(url, allow_redirects=False, headers={"Accept-Encoding": "identity"}) as antwoord,
        ):
            antwoord.raise_for_status()
            data = await antwoord.content.read(GROOTST)
            if not antwoord.content.at_eof():
                raise ValueError("too large for a key set")
            return data

    return haal
