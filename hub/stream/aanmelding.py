"""Why a broker does not let us in. aiokafka logs a refused login and tries again for ever; this asks once and tells.

"Nobody answers" passes by itself; "refused" does not, and must end the process with a line that says what to do.
"""

import asyncio
import ssl
from contextlib import suppress
from typing import Any, Final

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from hub.stream.lus import AFSLUITTERMIJN
from hub.stream.verbinding import MECHANISME, Verbinding

TERMIJN_MS: Final = 5_000
OPNIEUW: Final = 2.0
"""Seconds until a refusal is asked again: a broker that has only just started, or learnt of a new password, may err once."""
RONDE: Final = 10.0
"""Seconds between two looks at a login that is in use."""

_GEWEIGERD: Final = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)


class AanmeldingGeweigerd(Exception):
    """Broker and client do not accept each other; the message says why and what to do. Trying again does not help."""


async def meld_aan(verbinding: Verbinding) -> bool:
    """Log in at the first broker that answers, and leave. False when none answers.

    Raises AanmeldingGeweigerd after the second refusal, and GeheimFout when password or certificates cannot be read.
    """
    try:
        return await _probeer(verbinding)
    except AanmeldingGeweigerd:
        await asyncio.sleep(OPNIEUW)
        return await _probeer(verbinding)


async def bewaak(verbinding: Verbinding) -> None:
    """Never returns. Raises AanmeldingGeweigerd or GeheimFout as soon as a new connection would be refused."""
    while True:
        await asyncio.sleep(RONDE)
        await meld_aan(verbinding)


async def _probeer(verbinding: Verbinding) -> bool:
    instellingen = verbinding.aiokafka()
    for adres in instellingen.pop("bootstrap_servers").split(","):
        host, _, poort = adres.strip().rpartition(":")
        try:
            await _verbind(host, int(poort), **instellingen)
        except ssl.SSLCertVerificationError as fout:
            raise AanmeldingGeweigerd(
                f"the certificate of {adres} is not accepted ({fout.verify_message}): renew it there, or name who issued it in "
                f"ca_bestand, now {verbinding.ca_bestand}"
            ) from None
        except _GEWEIGERD:
            raise AanmeldingGeweigerd(
                f"{adres} refuses user {verbinding.gebruiker} ({MECHANISME}): is the password in "
                f"{verbinding.wachtwoord_bestand} the one that the broker has?"
            ) from None
        except (KafkaError, OSError, TimeoutError):
            if verbinding.beveiliging == "PLAINTEXT" and await _spreekt_tls(host, int(poort)):
                raise AanmeldingGeweigerd(
                    f"{adres} refuses plain text: set beveiliging to SASL_SSL, with gebruiker, wachtwoord_bestand and ca_bestand"
                ) from None
            if verbinding.beveiliging == "SASL_SSL" and await _spreekt_open(host, int(poort)):
                raise AanmeldingGeweigerd(f"{adres} speaks plain text only: name a secured listener") from None
        else:
            return True
    return False


async def _verbind(host: str, poort: int, **instellingen: Any) -> None:
    """Connect and log in as every aiokafka client does, and leave."""
    verbinding = AIOKafkaConnection(host, poort, request_timeout_ms=TERMIJN_MS, **instellingen)
    try:
        await verbinding.connect()
    finally:
        await asyncio.wait([verbinding.close()], timeout=AFSLUITTERMIJN)


async def _spreekt_tls(host: str, poort: int) -> bool:
    """Whether TLS is spoken there, by whomever."""
    wie_dan_ook = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    wie_dan_ook.check_hostname, wie_dan_ook.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(TERMIJN_MS / 1000):
            _, schrijver = await asyncio.open_connection(host, poort, ssl=wie_dan_ook)
    except (OSError, TimeoutError):
        return False
    schrijver.transport.abort()
    with suppress(OSError):
        await schrijver.wait_closed()
    return True


async def _spreekt_open(host: str, poort: int) -> bool:
    """Whether Kafka is spoken there in plain text."""
    try:
        await _verbind(host, poort)
    except (KafkaError, OSError, TimeoutError):
        return False
    return True
