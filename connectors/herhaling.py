"""Idempotency-Key: the same message with the same key is delivered once, and answered the same.

(draft-ietf-httpapi-idempotency-key-header.) What is kept is a keyed digest of the message and the answer that it got, for a day.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5
from weakref import WeakValueDictionary

from connectors.fouten import Fout, Ongeldig
from connectors.opslagbestand import Opslagbestand
from connectors.pseudoniem import Pseudonimiseerder

BEWAARD_MS: Final = 86_400_000
"""How long a key is remembered."""
_SLEUTEL: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:idempotentie")


class AnderBericht(Exception):
    """The same key was used before, for something else."""


def sleutel_van(client: str, kop: str | None) -> UUID | None:
    """What a client's header Idempotency-Key stands for; None: there is none. Raises Ongeldig."""
    if kop is None:
        return None
    if not (1 <= len(kop) <= 255 and kop.isascii() and kop.isprintable()):
        raise Ongeldig((Fout("", "de kop Idempotency-Key heeft 1 tot en met 255 leesbare ASCII-tekens"),))
    return uuid5(_SLEUTEL, f"{client}|{kop}")


class Herhaling:
    """Remembers answers by key."""

    def __init__(self, bestand: Opslagbestand, pseudoniem: Pseudonimiseerder, klok: Callable[[], int]) -> None:
        self._bestand = bestand
        self._pseudoniem = pseudoniem
        self._klok = klok
        self._sloten: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def eenmaal(self, sleutel: UUID | None, bericht: bytes, doe: Callable[[], Awaitable[str]]) -> str:
        """The answer of `doe`, or the one that the same message got before. What fails is not remembered. Raises AnderBericht."""
        if sleutel is None:
            return await doe()
        slot = self._sloten.setdefault(sleutel, asyncio.Lock())
        async with slot:
            afdruk, nu = self._afdruk(bericht), self._klok()
            rij = self._bestand.db.execute(
                # An answer dated after `nu` was kept by a clock that ran ahead. Such a one would be given for longer than a day.
                "SELECT afdruk, antwoord FROM herhaling WHERE sleutel = ? AND op > ? AND op <= ?",
                (str(sleutel), nu - BEWAARD_MS, nu),
            ).fetchone()
            if rij is None:
                antwoord = await doe()
                self._onthoud(sleutel, afdruk, antwoord)
                return antwoord
        if rij[0] != afdruk:
            raise AnderBericht
        return str(rij[1])

    def _afdruk(self, bericht: bytes) -> str:
        """Keyed with the organisation's key, so that nobody can try persons against it. No case number holds a bar."""
        return self._pseudoniem.dossier(f"herhaling|{hashlib.sha256(bericht).hexdigest()}")

    def _onthoud(self, sleutel: UUID, afdruk: str, antwoord: str) -> None:
        nu = self._klok()
        with self._bestand.transactie() as db:
            db.execute("INSERT OR REPLACE INTO herhaling VALUES (?, ?, ?, ?)", (str(sleutel), afdruk, antwoord, nu))
