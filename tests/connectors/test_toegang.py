"""Who may use the API: valid tokens of the right issuer, for the right scope, not too often - and nobody else."""

import hashlib
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientOSError, ClientSession, ServerDisconnectedError, TCPConnector
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.util import urlsafe_b64encode

from connectors.cli import opdrachten
from connectors.instellingen import InstellingenFout, lees_instellingen
from connectors.meters import Meters
from connectors.tls import Tlsinstellingen, context
from connectors.toegang import (
    Bewaakt,
    Emmers,
    GeenSleutels,
    GeenToegang,
    Recht,
    TeVaak,
    Toegangsinstellingen,
    is_lokaal,
)
from connectors.uitgever import HOUDBAAR, RUST, VERS, Bron
from connectors.uitgifte import teken
from tests.connectors.opstelling import NU, VERDACHTE, Connector, met, schrijf_instellingen
from tests.connectors.test_api import probleem

Client = TestClient[Request, Application]
UITGEVER, PUBLIEK = "https://inloggen.example", "connector-zsm"
S = NU // 1000
ALLES = tuple(str(recht) for recht in Recht)


@dataclass
class Uitgever:
    """An authorization server with one key."""

    map: Path
    sleutel: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1"}))

    @property
    def bestand(self) -> Path:
        return self.map / "jwks.json"

    def publiceer(self, *sleutels: ECKey) -> None:
        self.bestand.write_text(json.dumps(KeySet(list(sleutels or (self.sleutel,))).as_dict(private=False)))

    def bewijs(self, *rechten: str, **claims: Any) -> dict[str, str]:
        """An Authorization header; Ellipsis leaves a claim out."""
        alle: dict[str, Any] = {
            "iss": UITGEVER,
            "aud": PUBLIEK,
            "client_id": "zaaksysteem",
            "scope": " ".join(rechten),
            "iat": S,
            "exp": S + 600,
        } | claims
        kop = {"alg": "ES256", "kid": self.sleutel.kid}
        token = jwt.encode(kop, {naam: waarde for naam, waarde in alle.items() if waarde is not ...}, self.sleutel)
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def uitgever(tmp_path: Path) -> Uitgever:
    uitgever = Uitgever(tmp_path)
    uitgever.publiceer()
    return uitgever


def config(map_: Path, extra: str = "", **anders: Any) -> Path:
    pad = schrijf_instellingen(map_, **anders)
    toegang = f'[toegang]\nuitgever = "{UITGEVER}"\npubliek = "{PUBLIEK}"\nsleutels_bestand = "jwks.json"\n'
    pad.write_text(pad.read_text() + toegang + extra)
    return pad


@pytest.fixture
def zsm(tmp_path: Path, uitgever: Uitgever) -> Iterator[Connector]:
    connector = Connector.van(config(tmp_path))
    connector.inbox.bij()
    yield connector
    connector.opslag.sluit()


@pytest.fixture
async def client(zsm: Connector) -> AsyncIterator[Client]:
    async with zsm.client() as client:
        yield client


PADEN = [
    ("POST", "/v1/verdachten", Recht.SIGNALEREN),
    ("POST", "/v1/intrekkingen", Recht.SIGNALEREN),
    ("POST", "/v1/bevragingen", Recht.BEVRAGEN),
    ("POST", "/v1/meldingen/x/terugkoppelingen", Recht.TERUGKOPPELEN),
    ("GET", "/v1/meldingen", Recht.MELDINGEN_LEZEN),
    ("GET", "/v1/meldingen/stroom", Recht.MELDINGEN_LEZEN),
    ("GET", "/v1/dossiers/1", Recht.MELDINGEN_LEZEN),
]


@pytest.mark.parametrize(("methode", "pad", "recht"), PADEN)
async def test_ieder_pad(client: Client, uitgever: Uitgever, methode: str, pad: str, recht: Recht) -> None:
    """Each path wants a token (401) with its own scope (403), and every other scope is not enough."""
    antwoord = await client.request(methode, pad)
    await probleem(antwoord, 401)
    assert antwoord.headers["WWW-Authenticate"] == "Bearer"
    anders = [str(ander) for ander in Recht if ander is not recht]
    antwoord = await client.request(methode, pad, headers=uitgever.bewijs(*anders, "onbekend"))
    await probleem(antwoord, 403)
    assert f'scope="{recht}"' in antwoord.headers["WWW-Authenticate"]
    antwoord = await client.request(methode, pad, headers=uitgever.bewijs(recht))
    assert antwoord.status not in {401, 403}
    antwoord.close()


async def test_elk_pad_staat_hier(zsm: Connector, client: Client) -> None:
    """No path is forgotten: what wants no token says nothing of a case, and the description names the scope of every other."""
    document = await (await client.get("/v1/openapi.json")).json()
    beschreven = {
        (methode.upper(), pad.replace("{melding}", "x").replace("{zaaknummer}", "1")): deel["security"]
        for pad, methoden in document["paths"].items()
        for methode, deel in methoden.items()
    }
    assert beschreven == {(methode, pad): [{"toegang": [recht]}] for methode, pad, recht in PADEN}
    routes = {(r.method, r.resource.canonical) for r in zsm.api.app().router.routes() if r.resource is not None}
    vrij = {
        (m, p) for m, p in routes if (m, p.replace("{melding}", "x").replace("{zaaknummer}", "1")) not in beschreven
    }
    assert {pad for _, pad in vrij} == {"/v1/openapi.json", "/gezond", "/gereed", "/metrics"}
    for pad in ("/gezond", "/metrics", "/v1/openapi.json"):
        assert (await client.get(pad)).status == 200


ANDER = ECKey.generate_key("P-256", {"kid": "k1"})


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://vreemd.example"},
        {"iss": ...},
        {"aud": "een-ander"},
        {"aud": ["een-ander"]},
        {"aud": ...},
        {"exp": S - 31},
        {"exp": ...},
        {"exp": "morgen"},
        {"exp": True},
        {"nbf": S + 60},
        {"iat": S + 60},
        {"client_id": ..., "sub": ...},
        {"client_id": ["zaaksysteem"]},
        {"client_id": "x" * 129},
        {"scope": ["signaleren"]},
        {"cnf": {"x5t#S256": "A" * 43}},
        {"cnf": {"jkt": "A" * 43}},
        {"cnf": "x"},
    ],
    ids=str,
)
async def test_claims(zsm: Connector, client: Client, uitgever: Uitgever, claims: dict[str, Any]) -> None:
    """A token of another issuer, for another audience, expired, not yet valid, without a name, or bound to what did not come is none."""
    antwoord = await client.get("/v1/meldingen", headers=uitgever.bewijs(*ALLES, **claims))
    await probleem(antwoord, 401)
    assert 'error="invalid_token"' in antwoord.headers["WWW-Authenticate"]


async def test_geldig(client: Client, uitgever: Uitgever) -> None:
    """One of several audiences, a subject in place of a client, and a clock that is half a minute off are good."""
    for claims in ({"aud": ["x", PUBLIEK]}, {"client_id": ..., "sub": "zaaksysteem"}, {"exp": S - 29}, {"iat": S + 29}):
        assert (await client.get("/v1/meldingen", headers=uitgever.bewijs(*ALLES, **claims))).status == 200


def vervalst(uitgever: Uitgever) -> list[str]:
    """Tokens that somebody else could make."""
    claims = {"iss": UITGEVER, "aud": PUBLIEK, "client_id": "x", "scope": " ".join(ALLES), "iat": S, "exp": S + 600}
    goed = uitgever.bewijs(*ALLES)["Authorization"].removeprefix("Bearer ")
    kop, inhoud, handtekening = goed.split(".")
    zonder = urlsafe_b64encode(b'{"alg":"none"}').decode()
    openbaar = OctKey.import_key(json.dumps(uitgever.sleutel.as_dict(private=False)))
    rsa = RSAKey.generate_key(2048, {"kid": "k1"})
    meegestuurd = {"alg": "ES256", "jwk": ANDER.as_dict(private=False)}
    return [
        f"{zonder}.{inhoud}.",
        jwt.encode({"alg": "HS256", "kid": "k1"}, claims, openbaar),
        jwt.encode({"alg": "ES256", "kid": "k1"}, claims, ANDER),
        jwt.encode({"alg": "ES256"}, claims, ANDER),
        jwt.encode({"alg": "ES256", "kid": "onbekend"}, claims, uitgever.sleutel),
        jwt.encode(meegestuurd, claims, ANDER),
        jwt.encode({"alg": "RS256", "kid": "k1"}, claims, rsa),
        f"{kop}.{inhoud}.",
        f"{kop}.{inhoud}",
        f"{kop}.{inhoud}.{handtekening[:-4]}AAAA",
        f"{kop}.{inhoud[:-4]}AAAA.{handtekening}",
        "a.b.c",
        "...",
        "é",
        "{}",
    ]


async def test_vervalst(zsm: Connector, client: Client, uitgever: Uitgever) -> None:
    """A signature of another key, of none, of the public key as a secret, or over other contents is no signature."""
    for token in vervalst(uitgever):
        antwoord = await client.get("/v1/meldingen", headers={"Authorization": f"Bearer {token}"})
        await probleem(antwoord, 401)
    for kop in ("", "Bearer", "Bearer ", "Basic eA==", "bearer x y"):
        await probleem(await client.get("/v1/meldingen", headers={"Authorization": kop}), 401)
    geteld = zsm.meters.register.get_sample_value("connector_toegang_geweigerd_total", {"reden": "ongeldig_token"})
    assert geteld is not None
    assert geteld >= len(vervalst(uitgever))


class VasteBron:
    """Keys that are there."""

    def __init__(self, sleutels: KeySet) -> None:
        self._sleutels = sleutels

    async def sleutels(self, kid: str | None) -> KeySet:
        return self._sleutels


@given(
    st.one_of(st.text(max_size=200), st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}"))
)
async def test_onzin(token: str) -> None:
    """Whatever a stranger sends, it is refused as a token, and nothing else happens."""
    instellingen = Toegangsinstellingen(uitgever=UITGEVER, publiek=PUBLIEK, sleutels_bestand=Path("x"))
    deur = Bewaakt(instellingen, VasteBron(KeySet([ANDER])), Meters(), lambda: S, lambda: 0.0)
    with pytest.raises(GeenToegang):
        await deur.laat_binnen(f"Bearer {token}", None, Recht.SIGNALEREN)


async def test_te_vaak(tmp_path: Path, uitgever: Uitgever) -> None:
    """A client that asks too often is told when to come back; another client is not."""
    zsm = Connector.van(config(tmp_path, "per_seconde = 0.1\nineens = 3\n"))
    zsm.inbox.bij()
    async with zsm.client() as client:
        statussen = [(await client.get("/v1/meldingen", headers=uitgever.bewijs(*ALLES))).status for _ in range(4)]
        assert statussen == [200, 200, 200, 429]
        antwoord = await client.get("/v1/meldingen", headers=uitgever.bewijs(*ALLES))
        await probleem(antwoord, 429)
        assert 0 < int(antwoord.headers["Retry-After"]) <= 10
        ander = uitgever.bewijs(*ALLES, client_id="ander")
        assert (await client.get("/v1/meldingen", headers=ander)).status == 200
    zsm.opslag.sluit()


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from("ab")), max_size=80), st.integers(1, 5))
def test_emmer(stappen: list[tuple[float, str]], ineens: int) -> None:
    """In any stretch of time a client gets at most what fits in the bucket and what ran into it, whatever another does."""
    nu, gekregen = 0.0, {"a": list[float](), "b": list[float]()}
    emmers = Emmers(2.0, ineens, lambda: nu)
    for wacht, wie in stappen:
        nu += wacht
        try:
            emmers.neem(wie)
            gekregen[wie].append(nu)
        except TeVaak as fout:
            nu += fout.over_seconden + 1e-9
            emmers.neem(wie)
            gekregen[wie].append(nu)
    for momenten in gekregen.values():
        for i, begin in enumerate(momenten):
            for j, eind in enumerate(momenten[i:], i):
                assert j - i + 1 <= ineens + (eind - begin) * 2.0 + 1e-6


def test_emmers_begrensd(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many names come by, only so many are remembered: the quietest is forgotten."""
    monkeypatch.setattr("connectors.toegang.CLIENTS", 3)
    emmers = Emmers(1.0, 1, lambda: 0.0)
    for naam in "abcd":
        emmers.neem(naam)
    emmers.neem("a")
    with pytest.raises(TeVaak):
        emmers.neem("d")


async def test_stroom_eindigt_met_het_bewijs(zsm: Connector, client: Client, uitgever: Uitgever) -> None:
    """A stream lasts no longer than the token that opened it."""
    zsm.bezorg(zsm.melding(1))
    stroom = await client.get("/v1/meldingen/stroom", headers=uitgever.bewijs(*ALLES))
    assert (await stroom.content.readline()).startswith(b"id: ")
    zsm.klok.nu = (S + 600) * 1000
    zsm.bezorg(zsm.melding(2), vanaf=1)
    rest = await stroom.content.read()
    assert str(zsm.melding(2).id).encode() not in rest


async def test_idempotentie_per_client(zsm: Connector, client: Client, uitgever: Uitgever) -> None:
    """The same message under one key is delivered once and answered the same; another is refused; another client has its own keys."""

    async def lever(bericht: dict[str, Any], naam: str = "zaaksysteem") -> tuple[int, Any]:
        koppen = uitgever.bewijs(*ALLES, client_id=naam) | {"Idempotency-Key": "sleutel"}
        antwoord = await client.post("/v1/verdachten", json=bericht, headers=koppen)
        return antwoord.status, await antwoord.json()

    eerste = await lever(VERDACHTE)
    assert eerste[0] == 202
    assert await lever(VERDACHTE) == eerste
    assert len(zsm.zender.berichten) == 1
    assert (await lever(met(VERDACHTE, zaaknummer="2")))[0] == 422
    assert (await lever(VERDACHTE, "ander"))[0] == 202
    assert len(zsm.zender.berichten) == 2
    zsm.klok.nu += 24 * 3_600_000
    uitgever_later = uitgever.bewijs(*ALLES, exp=S + 100_000) | {"Idempotency-Key": "sleutel"}
    assert (
        await client.post("/v1/verdachten", json=met(VERDACHTE, zaaknummer="2"), headers=uitgever_later)
    ).status == 202
    opgeslagen = b"".join(pad.read_bytes() for pad in zsm.instellingen.opslag.parent.glob("opslag.sqlite*"))
    assert b"Vogelzangerd" not in opgeslagen


async def test_mislukt_wordt_niet_onthouden(zsm: Connector, client: Client, uitgever: Uitgever) -> None:
    """What was not delivered can be sent again under the same key."""
    koppen = uitgever.bewijs(*ALLES) | {"Idempotency-Key": "sleutel"}
    zsm.zender.weg = True
    await probleem(await client.post("/v1/verdachten", json=VERDACHTE, headers=koppen), 503)
    zsm.zender.weg = False
    assert (await client.post("/v1/verdachten", json=VERDACHTE, headers=koppen)).status == 202


class Haler:
    """An issuer whose keys change, or that is away."""

    def __init__(self, *sleutels: ECKey) -> None:
        self.sleutels = sleutels
        self.keren = 0
        self.weg = False

    async def __call__(self) -> bytes:
        self.keren += 1
        if self.weg:
            raise OSError("away")
        return json.dumps(KeySet(list(self.sleutels)).as_dict(private=False)).encode()


async def test_sleutels_wisselen() -> None:
    """Keys are fetched once, again for a key that is not among them but not for every stranger, and after a while; too old is no keys."""
    nu, nieuw = 0.0, ECKey.generate_key("P-256", {"kid": "k2"})
    haler = Haler(ANDER)
    bron = Bron(haler, lambda: nu)
    for _ in range(5):
        assert [s.kid for s in (await bron.sleutels("k1")).keys] == ["k1"]
    assert haler.keren == 1
    haler.sleutels = (nieuw,)
    await bron.sleutels("k2")
    assert haler.keren == 1, "fetched a moment ago"
    nu += RUST
    assert [s.kid for s in (await bron.sleutels("k2")).keys] == ["k2"]
    for nummer in range(100):
        await bron.sleutels(f"vreemd-{nummer}")
    assert haler.keren == 2
    haler.weg = True
    nu += VERS + 1
    assert [s.kid for s in (await bron.sleutels("k2")).keys] == ["k2"], "still good while the issuer is away"
    nu += HOUDBAAR
    with pytest.raises(GeenSleutels):
        await bron.sleutels("k2")
    haler.weg = False
    nu += RUST
    assert await bron.sleutels("k2")


@pytest.mark.parametrize(
    "inhoud", [b"", b"{}", b"[]", b'{"keys": []}', b'{"keys": [{"kty": "EC"}]}', b'{"keys": 1}', b"\xff"]
)
async def test_geen_sleutels(inhoud: bytes, zsm: Connector, client: Client, uitgever: Uitgever) -> None:
    """A key set that cannot be read lets nobody in, and says so."""
    uitgever.bestand.write_bytes(inhoud)
    await probleem(await client.get("/v1/meldingen", headers=uitgever.bewijs(*ALLES)), 503)


async def test_sleutel_ingetrokken(tmp_path: Path, uitgever: Uitgever) -> None:
    """A key that the issuer took back is refused once the keys are fetched anew, from the file too."""
    zsm = Connector.van(config(tmp_path))
    zsm.inbox.bij()
    async with zsm.client() as client:
        assert (await client.get("/v1/meldingen", headers=uitgever.bewijs(*ALLES))).status == 200
        uitgever.publiceer(ECKey.generate_key("P-256", {"kid": "k2"}))
        bewaakt = zsm.api._kern.toegang
        assert isinstance(bewaakt, Bewaakt)
        assert isinstance(bewaakt._bron, Bron)
        bewaakt._bron._gehaald = bewaakt._bron._geprobeerd = float("-inf")
        await probleem(await client.get("/v1/meldingen", headers=uitgever.bewijs(*ALLES)), 401)
    zsm.opslag.sluit()


@pytest.mark.parametrize(
    ("adres", "lokaal"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("10.0.0.1", False), ("connector.example", False), ("", False)],
)  # fmt: skip
def test_alleen_lokaal_zonder_bewijs(tmp_path: Path, adres: str, lokaal: bool) -> None:
    """Without tokens a connector listens to this machine only; on any other address it does not start, and says what to do."""
    assert is_lokaal(adres) is lokaal
    pad = schrijf_instellingen(tmp_path, adres=adres)
    if lokaal:
        assert lees_instellingen(pad).toegang is None
    else:
        with pytest.raises(InstellingenFout, match=r"set uitgever, publiek and sleutels_bestand"):
            lees_instellingen(pad)
        (tmp_path / "jwks.json").write_text("{}")
        assert lees_instellingen(config(tmp_path, adres=adres)).toegang is not None


@pytest.mark.parametrize(
    ("regels", "fout"),
    [
        ('uitgever = "u"\npubliek = "p"', "give either"),
        ('uitgever = "u"\npubliek = "p"\nsleutels_bestand = "x"\nsleutels_url = "https://u.example/"', "give either"),
        ('uitgever = "u"\npubliek = "p"\nsleutels_url = "http://u.example/"', "should match pattern"),
        ('uitgever = "u"\npubliek = "p"\nsleutels_bestand = "weg.json"', "no such file"),
        ('publiek = ""\nsleutels_bestand = "weg.json"', "uitgever"),
    ],
)
def test_foute_instellingen(tmp_path: Path, regels: str, fout: str) -> None:
    """Half an answer to who may come in is no answer."""
    pad = schrijf_instellingen(tmp_path)
    pad.write_text(pad.read_text() + f"[toegang]\n{regels}\n")
    with pytest.raises(InstellingenFout, match=fout):
        lees_instellingen(pad)


def test_uitgifte(tmp_path: Path) -> None:
    """The tool's tokens open the door that has the tool's public key; its private key is its owner's, and never overwritten."""
    geheim, openbaar = tmp_path / "geheim.json", tmp_path / "jwks.json"
    maken = ["toegang", "sleutel", "--uit", str(geheim), "--openbaar", str(openbaar)]
    assert CliRunner().invoke(opdrachten, maken).exit_code == 0
    assert geheim.stat().st_mode & 0o777 == 0o600
    assert '"d"' not in openbaar.read_text()
    assert CliRunner().invoke(opdrachten, maken).exit_code == 1
    vraag = ["toegang", "bewijs", "--sleutel", str(geheim), "--uitgever", UITGEVER, "--publiek", PUBLIEK]
    uit = CliRunner().invoke(opdrachten, [*vraag, "--client", "zaaksysteem", "--recht", "bevragen"])
    claims = jwt.decode(uit.output.strip(), KeySet.import_key_set(json.loads(openbaar.read_text()))).claims
    assert (claims["iss"], claims["aud"], claims["scope"]) == (UITGEVER, PUBLIEK, "bevragen")
    assert claims["exp"] - claims["iat"] == 3600
    fout = CliRunner().invoke(
        opdrachten, [*vraag[:3], str(openbaar), *vraag[4:], "--client", "x", "--recht", "bevragen"]
    )
    assert fout.exit_code == 1
    assert "geen sleutel" in fout.output


@dataclass
class Papieren:
    """A certificate authority and what it signed."""

    map: Path
    ca_sleutel: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        (self.map / "ca.pem").write_bytes(self._teken("ca", self.ca_sleutel, ca=True))

    def geef(self, naam: str) -> bytes:
        """Certificate and key in files of that name; the certificate in DER."""
        sleutel = ec.generate_private_key(ec.SECP256R1())
        pem = self._teken(naam, sleutel, ca=False)
        (self.map / f"{naam}.pem").write_bytes(pem)
        geheim = self.map / f"{naam}.key"
        geheim.write_bytes(
            sleutel.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        geheim.chmod(0o600)
        return ssl.PEM_cert_to_DER_cert(pem.decode())

    def _teken(self, naam: str, sleutel: ec.EllipticCurvePrivateKey, *, ca: bool) -> bytes:
        nu = datetime.now(UTC)
        bouw = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, naam)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ca")]))
            .public_key(sleutel.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(nu - timedelta(days=1))
            .not_valid_after(nu + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        )
        return bouw.sign(self.ca_sleutel, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


async def test_wederzijds(tmp_path: Path, uitgever: Uitgever) -> None:
    """With a client authority set, nobody comes in without its certificate, and a bound token only with the certificate it is bound to."""
    papieren = Papieren(tmp_path)
    papieren.geef("connector")
    afdruk = urlsafe_b64encode(hashlib.sha256(papieren.geef("client")).digest()).decode()
    gebonden = uitgever.bewijs(*ALLES, cnf={"x5t#S256": afdruk})
    papieren.geef("ander")
    tls = '[tls]\ncertificaat = "connector.pem"\nsleutel = "connector.key"\nclient_ca = "ca.pem"\n'
    instellingen = lees_instellingen(config(tmp_path, tls))
    assert instellingen.tls is not None
    zsm = Connector.van(config(tmp_path, tls))
    zsm.inbox.bij()
    server = TestServer(zsm.api.app(), scheme="https", host="localhost")
    await server.start_server(ssl=context(instellingen.tls))

    async def status(naam: str | None, koppen: dict[str, str]) -> int:
        eigen = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        if naam is not None:
            eigen.load_cert_chain(tmp_path / f"{naam}.pem", tmp_path / f"{naam}.key")
        async with (
            ClientSession(connector=TCPConnector(ssl=eigen)) as sessie,
            sessie.get(server.make_url("/v1/meldingen"), headers=koppen) as antwoord,
        ):
            return antwoord.status

    assert await status("client", gebonden) == 200
    assert await status("ander", gebonden) == 401
    assert await status("ander", uitgever.bewijs(*ALLES)) == 200
    assert await status("client", {}) == 401
    with pytest.raises((ClientConnectorError, ClientOSError, ServerDisconnectedError)):
        await status(None, gebonden)
    await server.close()
    zsm.opslag.sluit()


def test_tls_bestanden(tmp_path: Path) -> None:
    """Files that are not there, no certificate, or a key that others can read stop the start."""
    papieren = Papieren(tmp_path)
    papieren.geef("connector")
    (tmp_path / "open.key").write_bytes((tmp_path / "connector.key").read_bytes())
    (tmp_path / "open.key").chmod(0o644)
    (tmp_path / "onzin.pem").write_text("onzin")
    for certificaat, sleutel, fout in (
        ("weg.pem", "connector.key", "cannot be used"),
        ("onzin.pem", "connector.key", "cannot be used"),
        ("connector.pem", "weg.key", "cannot be used"),
        ("connector.pem", "open.key", "chmod 600"),
    ):
        with pytest.raises(InstellingenFout, match=fout):
            lees_instellingen(_met_tls(tmp_path, certificaat, sleutel))
    assert lees_instellingen(_met_tls(tmp_path, "connector.pem", "connector.key")).tls == Tlsinstellingen(
        certificaat=tmp_path / "connector.pem", sleutel=tmp_path / "connector.key"
    )


def _met_tls(map_: Path, certificaat: str, sleutel: str) -> Path:
    pad = schrijf_instellingen(map_)
    pad.write_text(pad.read_text() + f'[tls]\ncertificaat = "{certificaat}"\nsleutel = "{sleutel}"\n')
    return pad


def test_bewijs_van_de_uitgifte_is_kort(uitgever: Uitgever) -> None:
    """A token fits well inside what a server takes as a header."""
    assert len(teken(uitgever.sleutel, UITGEVER, PUBLIEK, "x" * 128, ALLES, S, 60)) < 2048
