"""docker-compose.yml runs the demo's processes: the same commands, ports and settings, in containers."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import connectors.cli
import hub.cli
from demo.opstelling import CONNECTOREN, WERKERS, Connector, Opstelling, vrije_poorten
from demo.processen import Proces
from deploy.grafana import maak
from deploy.kafka.vorm import Vorm
from hub.stream.verbinding import Verbinding

WORTEL = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((WORTEL / "docker-compose.yml").read_text())
DIENSTEN: dict[str, Any] = COMPOSE["services"]
INSTELMAP = Path("/etc/hub")
BROKER = "kafka:9092"
GROEPEN: dict[str, click.Command] = {"hub": hub.cli.main, "connector": connectors.cli.opdrachten}
BROKERBESTANDEN = ("server.properties", "compose.properties")
VAN_DE_PLEK = {"adres", "sleutelbestand", "organisatiesleutel", "opslag", "toegang"}
"""Settings of a connector that say where things are, which differs in a container."""
GEHEIM = Path("/geheim")
BEHEER = Verbinding(
    bootstrap=BROKER,
    beveiliging="SASL_SSL",
    gebruiker="beheer",
    wachtwoord_bestand=Path("/broker/beheer.wachtwoord"),
    ca_bestand=Path("/broker/ca.pem"),
)
BESTANDEN = {"HUB_KAFKA_WACHTWOORD_BESTAND": "/geheim/wachtwoord", "HUB_KAFKA_CA_BESTAND": "/geheim/ca.pem"}
DEMO = Opstelling(
    INSTELMAP,
    BEHEER,
    {c.tafel: c.poort for c in CONNECTOREN} | {w.instantie: w.poort for w in WERKERS},
)


def opdracht(dienst: str) -> list[str]:
    return [str(deel) for deel in DIENSTEN[dienst]["command"]]


def van(proces: Proces) -> list[str]:
    """The demo's command without the path of this installation."""
    return [Path(proces.opdracht[0]).name, *proces.opdracht[1:]]


def poort(proces: Proces) -> int:
    return DEMO.poorten[proces.naam]


def bestaat(woorden: list[str]) -> bool:
    """Whether hub or connector has this command with these options."""
    deel = GROEPEN[woorden[0]]
    for woord in woorden[1:]:
        if woord.startswith("--"):
            if woord not in {naam for param in deel.params for naam in param.opts}:
                return False
        elif isinstance(deel, click.Group):
            gevonden = deel.commands.get(woord)
            if gevonden is None:
                return False
            deel = gevonden
    return True


def test_compose_runs_the_demos_processes_and_what_goes_around_them() -> None:
    """No process of the demo is missing, and beside them stand only broker, jobs, Prometheus and Grafana."""
    rondom = {"broker-geheim", "kafka", "topics", "gebruikers", "sleutels", "prometheus", "grafana"}
    assert set(DIENSTEN) == {proces.naam for proces in DEMO.processen()} | rondom


@pytest.mark.parametrize("proces", DEMO.processen(), ids=lambda proces: proces.naam)
def test_command_and_port_are_the_demos(proces: Proces) -> None:
    """A process is started by the same words and listens on the same port, published to this machine only."""
    assert opdracht(proces.naam) == van(proces)
    assert bestaat(opdracht(proces.naam))
    assert DIENSTEN[proces.naam]["ports"] == [f"127.0.0.1:{poort(proces)}:{poort(proces)}"]


@pytest.mark.parametrize("werker", [w.instantie for w in WERKERS])
def test_a_worker_has_the_demos_environment(werker: str) -> None:
    """Only the address it listens on and the place of its secrets are the container's own."""
    [proces] = [p for p in DEMO.processen() if p.naam == werker]
    assert DIENSTEN[werker]["environment"] == {**proces.omgeving, **BESTANDEN, "HUB_ADRES": "0.0.0.0"}


def test_topics_rules_and_users_are_made_as_in_the_demo() -> None:
    """By the same commands with the same settings, one after the other, before any worker or connector starts."""
    assert opdracht("topics") == ["hub", "topics", "apply", "--acls"]
    assert opdracht("gebruikers") == ["hub", "beveiliging", "gebruikers", "--map", "/geheimen"]
    klaar = {"condition": "service_completed_successfully"}
    assert DIENSTEN["gebruikers"]["depends_on"]["topics"] == klaar
    for baan in ("topics", "gebruikers"):
        assert bestaat(opdracht(baan))
        assert DIENSTEN[baan]["environment"] == DEMO.hub_omgeving
    for proces in DEMO.processen():
        assert DIENSTEN[proces.naam]["depends_on"]["gebruikers"] == klaar


def test_everybody_has_his_own_password_and_no_other() -> None:
    """Of the users' folders a process sees its own; the operator's password and the broker's key reach only broker and jobs."""
    gebruikers = {w.instantie: f"hub.{w.instantie}" for w in WERKERS} | {
        c.tafel: f"tafel.{c.tafel}" for c in CONNECTOREN
    }
    assert {n for n, d in DIENSTEN.items() if "broker:/" in str(d.get("volumes"))} == {
        "broker-geheim",
        "kafka",
        "topics",
        "gebruikers",
    }
    for naam, gebruiker in gebruikers.items():
        [eigen] = [k for k in DIENSTEN[naam]["volumes"] if "geheimen" in str(k)]
        assert (eigen["source"], eigen["target"], eigen["read_only"]) == ("geheimen", str(GEHEIM), True)
        assert eigen["volume"] == {"subpath": gebruiker}


@pytest.mark.parametrize("connector", CONNECTOREN, ids=lambda connector: connector.tafel)
def test_a_connector_has_the_demos_settings(connector: Connector, tmp_path: Path) -> None:
    """The mounted TOML file says what the demo writes, but for the places of keys and store."""
    Opstelling.bereid(tmp_path, BEHEER, vrije_poorten())
    demo = tomllib.loads((tmp_path / f"{connector.tafel}.toml").read_text()) | {"poort": connector.poort}
    ons = tomllib.loads((WORTEL / "deploy" / "connectors" / f"{connector.tafel}.toml").read_text())
    demo["kafka"] |= {"wachtwoord_bestand": f"{GEHEIM}/wachtwoord", "ca_bestand": f"{GEHEIM}/ca.pem"}
    assert {k: v for k, v in ons.items() if k not in VAN_DE_PLEK} == {
        k: v for k, v in demo.items() if k not in VAN_DE_PLEK
    }
    assert ons["adres"] == "0.0.0.0"
    assert Path(ons["sleutelbestand"]).parent == Path(ons["organisatiesleutel"]).parent == Path("/sleutels")
    assert Path(ons["opslag"]).parent == Path("/opslag")
    assert "toegang" not in demo, "the demo listens to its own machine only"
    assert Path(ons["toegang"]["sleutels_bestand"]).parent == Path("/sleutels")
    assert ons["toegang"]["publiek"] == f"connector-{connector.tafel}"


SCHRIJVERS = sorted(
    (naam, koppeling.split(":")[1])
    for naam, dienst in DIENSTEN.items()
    if dienst["image"] == "uitwisselhub"
    for koppeling in dienst.get("volumes", [])
    if isinstance(koppeling, str) and not koppeling.startswith(".") and not koppeling.endswith(":ro")
)
"""A service of the hub's image, and where a volume lies that it writes to."""


def test_a_service_can_write_where_it_must() -> None:
    """The image has a folder of its user wherever a service of it writes to a volume: Docker gives a new volume the owner of that folder,
    and root where there is none. What is mounted in the long form is a folder of somebody else, to read only."""
    dockerfile = (WORTEL / "deploy" / "Dockerfile").read_text()
    [mappen] = re.findall(r"install -d -o hub -g hub -m 700 (.*)", dockerfile)
    assert {pad for _, pad in SCHRIJVERS} <= set(mappen.split())
    assert ("sleutels", "/uitgever") in SCHRIJVERS
    for dienst in DIENSTEN.values():
        assert all(een["read_only"] for een in dienst.get("volumes", []) if isinstance(een, dict))


def test_a_broker_that_dies_is_started_again_as_workers_and_connectors_are() -> None:
    """Whoever runs on has the same policy: a crash is started again, what was stopped by hand stays stopped."""
    lopend = {"kafka", *(proces.naam for proces in DEMO.processen())}
    assert {DIENSTEN[naam].get("restart") for naam in lopend} == {"on-failure"}


@pytest.mark.parametrize(
    "er_is",
    [(), ("geheim.json",), ("geheim.json", "uitgever.nieuw.json"), ("uitgever.json",), ("uitgever.nieuw.json",)],
)
def test_a_job_that_was_broken_off_makes_the_pair_anew(er_is: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever half of the issuer's pair is left of an earlier run, the next one makes a whole pair; the run after that leaves it alone."""
    for map_ in ("sleutels", "uitgever"):
        (tmp_path / map_).mkdir()
    geheim, openbaar = tmp_path / "uitgever" / "geheim.json", tmp_path / "sleutels" / "uitgever.json"
    for naam in er_is:
        (tmp_path / ("uitgever" if naam == "geheim.json" else "sleutels") / naam).write_text("{")
    regels = DIENSTEN["sleutels"]["command"][-1].replace("$$", "$")
    for map_ in ("/sleutels", "/uitgever"):
        regels = regels.replace(f" {map_}", f" {tmp_path}{map_}")
    gemaakt = []
    for _ in range(2):
        subprocess.run(
            ["sh", "-euc", regels],
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            check=True,
            capture_output=True,
        )
        gemaakt.append((geheim.read_bytes(), openbaar.read_bytes()))
    assert gemaakt[0] == gemaakt[1]
    paar, (sleutel,) = json.loads(geheim.read_bytes()), json.loads(openbaar.read_bytes())["keys"]
    assert sleutel.items() <= paar.items() and "d" in paar and "d" not in sleutel
    assert {een.name for een in openbaar.parent.glob("uitgever*")} == {"uitgever.json"}


def test_keys_are_made_once_and_reach_connectors_only() -> None:
    """The job makes every key file that a connector reads; no worker mounts the keys, no connector may write them."""
    regels = DIENSTEN["sleutels"]["command"][-1]
    opdrachten = [regel.split() for regel in re.findall(r"(connector .*)", regels)]
    assert len(opdrachten) == 3
    for woorden in opdrachten:
        assert bestaat([*woorden[:3], *(woord for woord in woorden if woord.startswith("--"))])
    gemaakt = set(re.findall(r"for tafel in (.*);", regels)[0].split())
    assert gemaakt == {c.tafel for c in CONNECTOREN}
    assert {n for n, d in DIENSTEN.items() if "sleutels:" in str(d.get("volumes"))} == {"sleutels"} | gemaakt
    assert [n for n, d in DIENSTEN.items() if "uitgever:" in str(d.get("volumes"))] == ["sleutels"]
    for tafel in gemaakt:
        assert "sleutels:/sleutels:ro" in DIENSTEN[tafel]["volumes"]
        assert DIENSTEN[tafel]["depends_on"]["sleutels"] == {"condition": "service_completed_successfully"}


def test_the_broker_is_configured_as_the_embedded_one() -> None:
    """Same Kafka version as the pom, and every setting of the embedded secured one (listeners and folders aside)."""
    pom = (WORTEL / "deploy" / "kafka" / "pom.xml").read_text()
    [versie] = re.findall(r"kafka_2\.13</artifactId><version>([^<]+)", pom)
    assert DIENSTEN["kafka"]["image"] == f"apache/kafka:{versie}"
    for bestand in BROKERBESTANDEN:
        assert f"/etc/hub-kafka/{bestand}" in DIENSTEN["kafka"]["entrypoint"][-1]
    ingebed = eigenschappen((Vorm.BEVEILIGD.sjabloon).replace("$geheim", "/broker"))
    onze = eigenschappen("".join((WORTEL / "deploy" / "kafka" / naam).read_text() for naam in BROKERBESTANDEN))
    plekken = {"listeners", "advertised.listeners", "controller.quorum.bootstrap.servers", "log.dirs"}
    assert set(onze) == set(ingebed)
    assert {naam for naam in onze if onze[naam] != ingebed[naam]} == plekken


def test_nothing_but_the_secured_listener_is_reached_from_outside() -> None:
    """The container offers clients TLS with a password; broker and controller listen on its own loopback, and no port is published."""
    onze = eigenschappen((WORTEL / "deploy" / "kafka" / "compose.properties").read_text())
    luistert = dict(deel.split("://") for deel in onze["listeners"].split(","))
    buiten = {naam for naam, adres in luistert.items() if not adres.startswith("127.0.0.1:")}
    protocol = dict(deel.split(":") for deel in onze["listener.security.protocol.map"].split(","))
    assert {protocol[naam] for naam in buiten} == {"SASL_SSL"}
    assert "ports" not in DIENSTEN["kafka"]


def eigenschappen(tekst: str) -> dict[str, str]:
    return dict(regel.split("=", 1) for regel in tekst.splitlines() if "=" in regel and not regel.startswith("#"))


def test_prometheus_watches_every_process_at_its_port() -> None:
    """Who is added to the demo is watched, under the job that the alert rules name."""
    instellingen = yaml.safe_load((WORTEL / "deploy/prometheus/prometheus.yml").read_text())
    doelen = {
        baan["job_name"]: {doel for groep in baan["static_configs"] for doel in groep["targets"]}
        for baan in instellingen["scrape_configs"]
    }
    assert doelen == {
        "hub": {f"{w.instantie}:{w.poort}" for w in WERKERS},
        "connector": {f"{c.tafel}:{c.poort}" for c in CONNECTOREN},
    }


def test_grafana_finds_dashboard_and_source() -> None:
    """The provisioned source has the id that the dashboard's panels ask for."""
    [bron] = yaml.safe_load((maak.UIT.parent / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    bronnen = {paneel["datasource"]["uid"] for paneel in maak.dashboard()["panels"] if "datasource" in paneel}
    assert bronnen == {bron["uid"]}
    assert bron["url"].startswith("http://prometheus:")


def test_whatever_is_mounted_or_waited_for_exists() -> None:
    """Every mounted file or folder is in the repository, every named volume is declared, every dependency is a service."""
    for naam, dienst in DIENSTEN.items():
        assert set(dienst.get("depends_on", {})) <= set(DIENSTEN), naam
        for koppeling in dienst.get("volumes", []):
            bron = koppeling["source"] if isinstance(koppeling, dict) else koppeling.split(":")[0]
            assert (WORTEL / bron).exists() if bron.startswith(".") else bron in COMPOSE["volumes"], koppeling
        for gepubliceerd in dienst.get("ports", []):
            assert gepubliceerd.startswith("127.0.0.1:"), gepubliceerd


def test_the_image_is_built_from_the_lock_by_the_same_uv() -> None:
    """Dockerfile and make use one version of uv; what the Dockerfile copies exists and is not kept from the builder."""
    dockerfile = (WORTEL / "deploy" / "Dockerfile").read_text()
    [versie] = re.findall(r"^UV_VERSIE=(.*)$", (WORTEL / "deploy" / "opzetten.sh").read_text(), re.M)
    assert f"uv=={versie}" in dockerfile
    assert dockerfile.count("uv sync --locked --no-dev") == 2
    doorgelaten = {r[1:] for r in (WORTEL / ".dockerignore").read_text().splitlines() if r.startswith("!")}
    gekopieerd = {w for regel in re.findall(r"^COPY (?!--)(.*)$", dockerfile, re.M) for w in regel.split()[:-1]}
    assert gekopieerd == doorgelaten
    assert all((WORTEL / naam).exists() for naam in gekopieerd)
    assert re.findall(r"^USER (.*)$", dockerfile, re.M) == ["hub"]


def test_the_image_holds_everything_compiled() -> None:
    """Its user can keep nothing beside the code: what an image does not hold compiled, every start in it compiles again."""
    bouw, beeld = (WORTEL / "deploy" / "Dockerfile").read_text().split("FROM ")[1:]
    assert "UV_COMPILE_BYTECODE=1" in bouw
    assert "compileall -q /usr/local/lib/python3.11" in beeld.split("USER hub")[0]
    assert "hub.opwarmen" in beeld.split("USER hub")[1]
