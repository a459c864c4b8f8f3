"""How a process reaches the broker: one description, from which each client library gets its own settings."""

import re
import ssl
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from hub.geheim import GeheimFout, lees_geheim

MECHANISME: Final = "SCRAM-SHA-512"
_BROKER: Final = re.compile(r"\s*[^\s:/\[\]]+:([0-9]{1,5})\s*")

Merk = tuple[tuple[int, int], ...]
"""Which password and certificates: another value after they were replaced."""


def _adressen(tekst: str) -> str:
    for adres in tekst.split(","):
        gelezen = _BROKER.fullmatch(adres)
        if gelezen is None or not 1 <= int(gelezen[1]) <= 65535:
            raise ValueError(
                "name each broker as host:port, with a host name or IPv4 address and a port from 1 to 65535, and commas in between"
            )
    return tekst


class Verbinding(BaseModel):
    """Address and credentials of the Kafka cluster, and the prefix under which this installation's topics live.

    Password and certificate stand in files, read again for every new client: what is replaced there is used from then on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bootstrap: Annotated[str, AfterValidator(_adressen)] = "127.0.0.1:19092"
    """Brokers to ask first, as host:port, separated by commas."""
    topic_prefix: str = ""
    """Put before every topic, group and user name: several installations (or test runs) can share a broker."""
    beveiliging: Literal["PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    gebruiker: str | None = None
    wachtwoord_bestand: Path | None = None
    """File with the password of `gebruiker` (SCRAM-SHA-512), readable by its owner alone."""
    ca_bestand: Path | None = None
    """Certificates (PEM) of who may vouch for the broker."""

    @model_validator(mode="after")
    def _volledig(self) -> Self:
        if self.beveiliging == "SASL_SSL" and not (self.gebruiker and self.wachtwoord_bestand and self.ca_bestand):
            raise ValueError("SASL_SSL needs gebruiker, wachtwoord_bestand and ca_bestand")
        return self

    def topic(self, naam: str) -> str:
        """The topic's name on the broker."""
        return self.topic_prefix + naam

    def kaal(self, topic: str) -> str:
        """The topic's name without this installation's prefix."""
        return topic.removeprefix(self.topic_prefix)

    def wachtwoord(self) -> str:
        """The password as it stands in its file now. Raises GeheimFout."""
        assert self.wachtwoord_bestand is not None
        return lees_geheim(self.wachtwoord_bestand)

    def merk(self) -> Merk:
        """Which password and certificates stand in the files now. Raises GeheimFout when one is gone."""
        if self.beveiliging == "PLAINTEXT":
            return ()
        try:
            staten = [pad.stat() for pad in (self.wachtwoord_bestand, self.ca_bestand) if pad is not None]
        except OSError as fout:
            raise GeheimFout(f"{fout.filename}: cannot be read ({fout.strerror})") from None
        return tuple((staat.st_ino, staat.st_mtime_ns) for staat in staten)

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS that checks the broker's certificate and name. Raises GeheimFout when the certificates cannot be used."""
        if self.beveiliging == "PLAINTEXT":
            return None
        try:
            return ssl.create_default_context(cafile=self.ca_bestand)
        except ssl.SSLError:
            raise GeheimFout(f"{self.ca_bestand}: holds no certificates (PEM)") from None
        except OSError as fout:
            raise GeheimFout(f"{self.ca_bestand}: cannot be read ({fout.strerror})") from None

    def aiokafka(self) -> dict[str, Any]:
        """Keyword arguments for any aiokafka client. Raises GeheimFout."""
        basis: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.beveiliging}
        if self.beveiliging == "PLAINTEXT":
            return basis
        return basis | {
            "ssl_context": self.ssl_context(),
            "sasl_mechanism": MECHANISME,
            "sasl_plain_username": self.gebruiker,
            "sasl_plain_password": self.wachtwoord(),
        }

    def librdkafka(self) -> dict[str, Any]:
        """Configuration for confluent-kafka clients. Raises GeheimFout."""
        basis: dict[str, Any] = {"bootstrap.servers": self.bootstrap, "security.protocol": self.beveiliging}
        if self.beveiliging == "PLAINTEXT":
            return basis
        return basis | {
            "sasl.mechanism": MECHANISME,
            "sasl.username": self.gebruiker,
            "sasl.password": self.wachtwoord(),
            "ssl.ca.location": str(self.ca_bestand),
        }
