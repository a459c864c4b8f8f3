"""Why a broker does not let us in. aiokafka logs a refused login and tries again for ever; this asks once and tells.

"Nobody answers" passes by itself; "refused" does not, and must end the process with a line that says what to do. In between stands a
broker whose certificate has expired: that passes when it is renewed there, and what is connected until then works on.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from prometheus_client import Gauge

from hub.stream.lus import AFSLUITTERMIJN
from hub.stream.verbinding import MECHANISME, Verbinding

log = structlog.get_logger()

TERMIJN_MS: Final = 5_000
OPNIEUW: Final = 2.0
"""Seconds until a refusal is asked again: a broker that has only just started, or learnt of a new password, may err once."""
RONDE: Final = 10.0
"""Seconds between two looks at a login that is in use."""

_VERLOPEN: Final = 10
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED: of the broker's certificate or of one above it. Name and issuer are right."""
_GEWEIGERD: Final = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)


class AanmeldingGeweigerd(Exception):
    """Broker and client do not accept each other; the message says why and what to do. Trying again does not help."""


class CertificaatVerlopen(AanmeldingGeweigerd):
    """The one refusal that passes without a change here: a process that starts must be started again later, one that runs goes on."""


@dataclass(frozen=True, slots=True)
class Aanmelding:
    """A login that succeeded."""

    adres: str
    certificaat_tot: float | None
    """Until when the certificate that the broker showed is valid (s since the epoch); None in plain text."""


async def meld_aan(verbinding: Verbinding) -> Aanmelding | None:
    """Log in at the first broker that answers, and leave. None when none answers.

    Raises AanmeldingGeweigerd after the second refusal, and GeheimFout when password or certificates cannot be read.
    """
    try:
        return await _probeer(verbinding)
    except AanmeldingGeweigerd:
        await asyncio.sleep(OPNIEUW)
        return await _probeer(verbinding)


async def kijk(verbinding: Verbinding, meter: Gauge | None = None) -> None:
    """Whether a process that was let in before would be let in again; `meter` (by `adres`) gets the end of the broker's certificate.

    Raises AanmeldingGeweigerd or GeheimFout where it would not, but for CertificaatVerlopen: that is told to the log alone.
    """
    try:
        aanmelding = await meld_aan(verbinding)
    except CertificaatVerlopen as fout:
        log.critical("brokercertificaat_verlopen", reden=str(fout))
        return
    if aanmelding is not None and meter is not None:
        meter.clear()  # a broker that was asked before this one, and is not asked now, may have renewed its certificate since
        if aanmelding.certificaat_tot is not None:
            meter.labels(aanmelding.adres).set(aanmelding.certificaat_tot)


async def bewaak(verbinding: Verbinding, meter: Gauge) -> None:
    """`kijk` again and again; never returns."""
    while True:
        await asyncio.sleep(RONDE)
        await kijk(verbinding, meter)


async def _probeer(verbinding: Verbinding) -> Aanmelding | None:
    instellingen = verbinding.aiokafka()
    for adres in instellingen.pop("bootstrap_servers").split(","):
        host, _, poort = adres.strip().rpartition(":")
        try:
            return Aanmelding(adres.strip(), await _verbind(host, int(poort), **instellingen))
        except ssl.SSLCertVerificationError as fout:
            if fout.verify_code == _VERLOPEN:
                raise CertificaatVerlopen(
                    f"the certificate of {adres}, or of who issued it, is not accepted ({fout.verify_message}): renew it there and"
                    f" restart that broker (was it the issuer's, renew {verbinding.ca_bestand} too); until then nobody connects anew"
                ) from None
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
    return None


async def _verbind(host: str, poort: int, **instellingen: Any) -> float | None:
    """Connect and log in as every aiokafka client does, and leave. Returns the end of the certificate that was shown."""
    verbinding = AIOKafkaConnection(host, poort, request_timeout_ms=TERMIJN_MS, **instellingen)
    try:
        _, schrijver = await verbinding.connect()
        getoond = schrijver.get_extra_info("peercert")
        return ssl.cert_time_to_seconds(getoond["notAfter"]) if getoond else None
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
