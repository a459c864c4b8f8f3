"""`make setup` says in one clear line what is missing, and calls nothing half a set-up."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

WORTEL = Path(__file__).parents[2]
NODIG = ("sh", "awk", "sed", "cksum", "cat", "cut", "dirname", "mkdir", "mktemp", "rm", "mv", "chmod", "env")


class Huis:
    """A copy of what the script reads, with a PATH that holds only what a test puts there; the system's own Python is `systeem` there."""

    def __init__(self, map_: Path) -> None:
        self.map = map_ / "huis"
        self.bin = map_ / "bin"
        self.bin.mkdir()
        (self.map / "deploy" / "kafka").mkdir(parents=True)
        for naam in ("uv.lock", "pyproject.toml", "deploy/kafka/pom.xml"):
            shutil.copy(WORTEL / naam, self.map / naam)
        script = (WORTEL / "deploy" / "opzetten.sh").read_text()
        assert "/usr/bin/python3 " in script
        (self.map / "deploy" / "opzetten.sh").write_text(script.replace("/usr/bin/python3 ", f"{self.bin}/systeem "))
        for naam in NODIG:
            (self.bin / naam).symlink_to(shutil.which(naam) or naam)
        self.programma("df", "echo kop; echo schijf 1 1 99999999 1% /")

    def programma(self, naam: str, regels: str) -> None:
        """Put a program of these shell lines on the PATH."""
        bestand = self.bin / naam
        bestand.write_text(f"#!/bin/sh\n{regels}\n")
        bestand.chmod(bestand.stat().st_mode | stat.S_IXUSR)

    def java(self, versie: str) -> None:
        self.programma("java", f"echo 'openjdk version \"{versie}\" 2025-04-15' >&2")

    def maven(self, jar: str, daarna: str = "") -> None:
        self.programma("mvn", f'for a; do case $a in -DoutputDirectory=*) : >"${{a#*=}}/{jar}";; esac; done\n{daarna}')

    def zet_op(self, deel: str, **omgeving: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "deploy/opzetten.sh", deel],
            cwd=self.map,
            env={"PATH": str(self.bin), **omgeving},
            capture_output=True,
            text=True,
            check=False,
        )

    def klacht(self, deel: str, **omgeving: str) -> str:
        """The one line on standard error of a run that must fail."""
        uit = self.zet_op(deel, **omgeving)
        assert uit.returncode == 1, uit
        [regel] = uit.stderr.splitlines()
        return regel


@pytest.fixture
def huis(tmp_path: Path) -> Huis:
    return Huis(tmp_path)


def test_no_python_is_one_line(huis: Huis) -> None:
    """Without a Python that is new enough the line says which version, how to get it and how to name another."""
    huis.programma("python3", "exit 1")
    assert huis.klacht("python").startswith("opzetten: no Python 3.11 or newer found: install one")
    assert "PYTHON=oud is not" in huis.klacht("python", PYTHON="oud")


def test_python_without_venv_is_one_line(huis: Huis) -> None:
    """A Python whose venv module was packaged apart is named together with the package to install."""
    huis.programma("python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    assert "python3 has no venv: install it" in huis.klacht("python")
    assert "PYTHON=python3 has no venv: install it" in huis.klacht("python", PYTHON="python3")


@pytest.mark.parametrize(
    ("systeem", "gekozen"),
    [
        (":", "systeem"),
        ("exit 1", "python3"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "python3"),
    ],
    ids=["goed", "oud", "zonder venv"],
)
def test_the_systems_own_python_goes_first(huis: Huis, systeem: str, gekozen: str) -> None:
    """The system's Python, built to be quick, is taken before the first on the PATH, unless it cannot make what we need."""
    huis.programma("systeem", systeem)
    huis.programma("python3", ":")
    for naam in ("systeem", "python3"):
        with (huis.bin / naam).open("a") as bestand:
            bestand.write(f'case "$1" in -m) echo {naam} >gekozen; exit 1;; esac\n')
    assert huis.zet_op("python").returncode == 1
    assert (huis.map / "gekozen").read_text().strip() == gekozen


@pytest.mark.parametrize("deel", ["python", "kafka"])
def test_a_full_disk_is_one_line(huis: Huis, deel: str) -> None:
    """Less than 2 GB free stops the set-up before anything is fetched."""
    huis.programma("python3", ":")
    huis.java("17.0.15")
    huis.programma("mvn", "echo 'must not run' >&2; exit 1")
    huis.programma("df", "echo kop; echo schijf 1 1 1000000 99% /")
    assert "only 976 MB free on this disk, setting up takes 2048 MB: make room" in huis.klacht(deel)


@pytest.mark.parametrize("versie", [None, "1.8.0_412", "11.0.2"])
def test_no_java_or_an_old_one_is_one_line(huis: Huis, versie: str | None) -> None:
    """Java is checked before Maven fetches for it; the way without Java is named."""
    if versie:
        huis.java(versie)
    klacht = huis.klacht("kafka")
    assert "Kafka needs Java 17 or newer: install it" in klacht
    assert "HUB_KAFKA_BOOTSTRAP" in klacht


def test_no_maven_is_one_line(huis: Huis) -> None:
    """Maven is asked for only when Kafka is still to be fetched."""
    huis.java("21")
    assert "Kafka is fetched with Maven: install it" in huis.klacht("kafka")


def test_an_existing_broker_needs_neither_java_nor_maven(huis: Huis) -> None:
    """HUB_KAFKA_BOOTSTRAP makes the Kafka part nothing at all."""
    uit = huis.zet_op("kafka", HUB_KAFKA_BOOTSTRAP="kafka:9092")
    assert (uit.returncode, uit.stdout, uit.stderr) == (0, "", "")


def test_what_was_fetched_is_not_fetched_again(huis: Huis) -> None:
    """The second start needs no Java, no Maven, no room; changed requirements do fetch again, and old class archives go."""
    huis.java("17.0.15")
    huis.maven("kafka_2.13-4.3.1.jar")
    assert huis.zet_op("kafka").returncode == 0
    archief = huis.map / ".kafka" / "kafka-17.0.15.jsa"
    archief.touch()
    huis.programma("mvn", "exit 1")
    assert huis.zet_op("kafka").returncode == 0
    assert archief.exists()
    (huis.map / "deploy/kafka/pom.xml").write_text("<project/>")
    assert "Maven cannot fetch Kafka" in huis.klacht("kafka")
    huis.maven("kafka_2.13-5.0.0.jar")
    assert huis.zet_op("kafka").returncode == 0
    assert not archief.exists()
    assert [j.name for j in (huis.map / ".kafka" / "libs").glob("*.jar")] == ["kafka_2.13-5.0.0.jar"]


def test_a_broken_download_never_counts_as_complete(huis: Huis) -> None:
    """A fetch that stops halfway leaves no jars behind, and the next start fetches anew."""
    huis.java("17.0.15")
    huis.maven("kafka_2.13-4.3.1.jar", "exit 1")
    assert "Maven cannot fetch Kafka" in huis.klacht("kafka")
    assert list((huis.map / ".kafka").iterdir()) == []
    huis.maven("iets-anders.jar")
    assert "Maven fetched no Kafka" in huis.klacht("kafka")
    huis.maven("kafka_2.13-4.3.1.jar")
    assert huis.zet_op("kafka").returncode == 0
    assert (huis.map / ".kafka" / "libs" / "kafka_2.13-4.3.1.jar").exists()


def test_python_is_set_up_once_and_from_the_lock(huis: Huis) -> None:
    """uv is pinned, sync is --locked and compiles what it installs, the matching is compiled, and a second start only looks whether our
    own code has changed; a changed lock does it all again."""
    gedaan = huis.map / "gedaan"
    huis.programma("python3", 'case "$1 $2" in "-m venv") mkdir -p .uv/bin; cp ../bin/pip ../bin/uv .uv/bin;; esac')
    huis.programma("pip", 'echo "pip $*" >>gedaan')
    huis.programma(
        "uv",
        'case $1 in --version) echo "uv 0.13.9";; *) echo "uv $1 $3 $4" >>gedaan; mkdir -p .venv/bin;'
        " for p in python hub; do cp ../bin/pip .venv/bin/$p; done;; esac",
    )
    (huis.bin / "cp").symlink_to(shutil.which("cp") or "cp")
    huis.zet_op("python").check_returncode()
    huis.zet_op("python").check_returncode()
    sync, machinecode = "uv sync --locked --compile-bytecode", "pip -m hub.opwarmen"
    eigen = "pip -m compileall -q hub connectors demo deploy proef"
    assert gedaan.read_text().splitlines() == [
        "pip install --quiet --disable-pip-version-check uv==0.13.9",
        *(sync, machinecode, eigen, eigen),
    ]
    (huis.map / "uv.lock").write_text("")
    huis.zet_op("python").check_returncode()
    assert gedaan.read_text().splitlines()[5:] == [sync, machinecode, eigen]


def test_make_help_names_every_target() -> None:
    """`make` alone lists what can be asked, and each listed target exists."""
    uit = subprocess.run(
        [shutil.which("make") or "make", "--no-print-directory"],
        cwd=WORTEL,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    doelen = ["help", "setup", "demo", "test", "chaos", "bench", "bench-matching", "lint"]
    assert [regel.split()[1] for regel in uit.stdout.splitlines()] == doelen
