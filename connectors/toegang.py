"""Who may use the API, for what, and how often: OAuth 2.0 bearer tokens (JWT, RFC 9068), checked against the issuer's public keys.

Without these settings a connector serves this machine only: it refuses to listen on any other address.
"""

import hashlib
import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Protocol, Self

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64encode
from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.meters import Meters

ALGORITMEN: Final = ("ES256", "ES384", "PS256", "RS256", "Ed25519")
"""Signatures by a private key that only the issuer has; a shared secret, or none, is refused."""
CLIENTS: Final = 1000
"""Clients whose rate is remembered; the one that was quiet longest is forgotten first."""


class Recht(StrEnum):
    """Scopes of a token."""

    SIGNALEREN = "signaleren"
    MELDINGEN_LEZEN = "meldingen.lezen"
    TERUGKOPPELEN = "terugkoppelen"
    BEVRAGEN = "bevragen"


class Toegangsinstellingen(BaseModel):
    """Whose tokens are accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    uitgever: Annotated[str, Field(min_length=1)]
    """Issuer (`iss`)."""
    publiek: Annotated[str, Field(min_length=1)]
    """Audience (`aud`): this connector's name at the issuer."""
    sleutels_bestand: Path | None = None
    """The issuer's public keys (JWKS); read again when it changes."""
    sleutels_url: Annotated[str, Field(pattern=r"^https://")] | None = None
    """The same over HTTPS."""
    speling_seconden: Annotated[int, Field(ge=0, le=300)] = 30
    """How far clocks may differ."""
    per_seconde: Annotated[float, Field(gt=0)] = 50.0
    """Requests that one client may make, lasting."""
    ineens: Annotated[int, Field(ge=1)] = 200
    """Requests that one client may make at once after a quiet time."""

    @model_validator(mode="after")
    def _een_bron(self) -> Self:
        if (self.sleutels_bestand is None) is (self.sleutels_url is None):
            raise ValueError("give either sleutels_bestand or sleutels_url")
        return self


def is_lokaal(adres: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(adres).is_loopback
    except ValueError:
        return adres == "localhost"


@dataclass(frozen=True, slots=True)
class Client:
    """A system that may do something."""

    id: str
    rechten: frozenset[Recht]
    verloopt: float
    """Seconds since the epoch."""


LOKAAL: Final = Client("lokaal", frozenset(Recht), float("inf"))
"""Whoever is on this machine, where nothing tells clients apart."""


class GeenToegang(Exception):
    """No valid token. `reden`: `geen_token`, `verlopen` or `ongeldig_token`."""

    def __init__(self, reden: str) -> None:
        super().__init__(reden)
        self.reden = reden


class GeenRecht(Exception):
    """The token does not hold the scope."""

    def __init__(self, recht: Recht) -> None:
        super().__init__(recht)
        self.recht = recht


class TeVaak(Exception):
    """The client asks too often."""

    def __init__(self, over_seconden: float) -> None:
        super().__init__("rate")
        self.over_seconden = over_seconden


class GeenSleutels(Exception):
    """The issuer's keys cannot be had: nobody can be let in for now."""


class Sleutelbron(Protocol):
    """The issuer's public keys."""

    async def sleutels(self, kid: str | None) -> KeySet:
        """Keys to check a token with; fresh ones where `kid` is not among them. Raises GeenSleutels."""


class Toegang(Protocol):
    """The door."""

    async def laat_binnen(self, authorization: str, certificaat: bytes | None, recht: Recht) -> Client:
        """Who it is. Raises GeenToegang, GeenRecht, TeVaak or GeenSleutels."""


class OpenDeur:
    """For a connector that only this machine can reach."""

    async def laat_binnen(self, authorization: str, certificaat: bytes | None, recht: Recht) -> Client:
        """Everybody here."""
        return LOKAAL


class Bewaakt:
    """Lets in whoever shows a valid token with the right scope, not too often."""

    def __init__(
        self,
        instellingen: Toegangsinstellingen,
        bron: Sleutelbron,
        meters: Meters,
        klok: Callable[[], float],
        teller: Callable[[], float],
    ) -> None:
        """`klok` gives seconds since the epoch, `teller` seconds that never go back."""
        self._bron = bron
        self._meters = meters
        self._eisen = jwt.JWTClaimsRegistry(
            now=lambda: int(klok()),
            leeway=instellingen.speling_seconden,
            iss={"essential": True, "value": instellingen.uitgever},
            aud={"essential": True, "value": instellingen.publiek},
            exp={"essential": True},
        )
        self._emmers = Emmers(instellingen.per_seconde, instellingen.ineens, teller)

    async def laat_binnen(self, authorization: str, certificaat: bytes | None, recht: Recht) -> Client:
        """See Toegang."""
        try:
            client = await self._wie(authorization, certificaat)
            self._emmers.neem(client.id)
            _eis(client, recht)
        except (GeenToegang, GeenRecht, TeVaak, GeenSleutels) as fout:
            self._meters.toegang_geweigerd.labels(_reden(fout)).inc()
            raise
        return client

    async def _wie(self, authorization: str, certificaat: bytes | None) -> Client:
        soort, _, token = authorization.partition(" ")
        token = token.strip()
        if soort.lower() != "bearer" or not token:
            raise GeenToegang("geen_token")
        try:
            sleutels = await self._bron.sleutels(_kid(token))
            claims = jwt.decode(token, sleutels, algorithms=ALGORITMEN).claims
            self._eisen.validate(claims)
        except ExpiredTokenError:
            raise GeenToegang("verlopen") from None
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise GeenToegang("ongeldig_token") from None  # whatever a stranger sends, it is no token
        return _client(claims, certificaat)


class Emmers:
    """A token bucket per client."""

    def __init__(self, per_seconde: float, ineens: int, teller: Callable[[], float]) -> None:
        self._per_seconde = per_seconde
        self._ineens = ineens
        self._teller = teller
        self._emmers: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def neem(self, client: str) -> None:
        """Counts one request. Raises TeVaak, which counts for nothing."""
        nu = self._teller()
        inhoud, gevuld = self._emmers.pop(client, (float(self._ineens), nu))
        inhoud = min(float(self._ineens), inhoud + (nu - gevuld) * self._per_seconde)
        genoeg = inhoud >= 1
        self._emmers[client] = (inhoud - genoeg, nu)
        if len(self._emmers) > CLIENTS:
            self._emmers.popitem(last=False)
        if not genoeg:
            raise TeVaak((1 - inhoud) / self._per_seconde)


def _eis(client: Client, recht: Recht) -> None:
    """Raises GeenRecht."""
    if recht not in client.rechten:
        raise GeenRecht(recht)


def _kid(token: str) -> str | None:
    """Which key a token says that it was signed with. Raises ValueError, JoseError."""
    kid = jws.extract_compact(token.encode()).headers().get("kid")
    return kid if isinstance(kid, str) else None


def _client(claims: dict[str, Any], certificaat: bytes | None) -> Client:
    naam = claims.get("client_id", claims.get("sub"))
    scope = claims.get("scope", "")
    gebonden = claims.get("cnf")
    if not (isinstance(naam, str) and 0 < len(naam) <= 128 and isinstance(scope, str)):
        raise GeenToegang("ongeldig_token")
    if gebonden is not None and not _past(gebonden, certificaat):
        raise GeenToegang("ongeldig_token")
    gevraagd = set(scope.split())
    return Client(naam, frozenset(recht for recht in Recht if recht in gevraagd), float(claims["exp"]))


def _past(gebonden: object, certificaat: bytes | None) -> bool:
    """Whether a token that is bound to a client certificate comes with it (RFC 8705); any other binding is not understood."""
    if not isinstance(gebonden, dict) or certificaat is None:
        return False
    return bool(gebonden.get("x5t#S256") == urlsafe_b64encode(hashlib.sha256(certificaat).digest()).decode())


def _reden(fout: Exception) -> str:
    match fout:
        case GeenToegang():
            return fout.reden
        case GeenRecht():
            return "geen_recht"
        case TeVaak():
            return "te_vaak"
    return "geen_sleutels"
