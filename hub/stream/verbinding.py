"""How a process reaches the broker: one description, from which each client library gets its own settings."""

import ssl
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator


class Verbinding(BaseModel):
    """Address and credentials of the Kafka cluster, and the prefix under which this installation's topics live."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bootstrap: str = "127.0.0.1:19092"
    topic_prefix: str = ""
    """Put before every topic and group name: several installations (or test runs) can share a broker."""
    beveiliging: Literal["PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    gebruiker: str | None = None
    wachtwoord: SecretStr | None = None
    ca_bestand: Path | None = None

    @model_validator(mode="after")
    def _volledig(self) -> Self:
        if self.beveiliging == "SASL_SSL" and not (self.gebruiker and self.wachtwoord and self.ca_bestand):
            raise ValueError("SASL_SSL needs gebruiker, wachtwoord and ca_bestand")
        return self

    def topic(self, naam: str) -> str:
        """The topic's name on the broker."""
        return self.topic_prefix + naam

    def kaal(self, topic: str) -> str:
        """The topic's name without this installation's prefix."""
        return topic.removeprefix(self.topic_prefix)

    def ssl_context(self) -> ssl.SSLContext | None:
        return None if self.beveiliging == "PLAINTEXT" else ssl.create_default_context(cafile=self.ca_bestand)

    def aiokafka(self) -> dict[str, Any]:
        """Keyword arguments for any aiokafka client."""
        basis: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.beveiliging}
        if self.beveiliging == "PLAINTEXT":
            return basis
        assert self.wachtwoord is not None
        return basis | {
            "ssl_context": self.ssl_context(),
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.gebruiker,
            "sasl_plain_password": self.wachtwoord.get_secret_value(),
        }

    def librdkafka(self) -> dict[str, Any]:
        """Configuration for confluent-kafka clients."""
        basis: dict[str, Any] = {"bootstrap.servers": self.bootstrap, "security.protocol": self.beveiliging}
        if self.beveiliging == "PLAINTEXT":
            return basis
        assert self.wachtwoord is not None
        return basis | {
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": self.gebruiker,
            "sasl.password": self.wachtwoord.get_secret_value(),
            "ssl.ca.location": str(self.ca_bestand),
        }
