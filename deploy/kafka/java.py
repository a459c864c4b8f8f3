"""The Java that runs Kafka: found, checked, and told to start quickly."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import click

MIN_JAVA: Final = 17
KAFKA_MAP: Final = Path(__file__).parents[2] / ".kafka"
LIBS: Final = KAFKA_MAP / "libs"


class JavaFout(click.ClickException):
    """No Java that can run Kafka; the message says what to do."""


@dataclass(frozen=True)
class Java:
    """One Java runtime: path of its launcher and full version, such as 17.0.15."""

    pad: str
    versie: str

    @property
    def archief(self) -> Path:
        """Kafka's classes as this Java shares them (class data sharing): halves the start. Goes when the jars go."""
        return KAFKA_MAP / f"kafka-{self.versie}.jsa"


@cache
def vind_java() -> Java:
    """The Java of JAVA_HOME, else of PATH. JavaFout when there is none or it is too old."""
    huis = os.environ.get("JAVA_HOME")
    pad = shutil.which(str(Path(huis, "bin", "java"))) if huis else shutil.which("java")
    eis = f"Kafka needs Java {MIN_JAVA} or newer: install it (Debian: apt-get install openjdk-17-jre-headless)"
    of = "or name a running broker in HUB_KAFKA_BOOTSTRAP"
    if pad is None:
        raise JavaFout(f"No Java found{f' in JAVA_HOME={huis}' if huis else ''}. {eis}, {of}.")
    uit = subprocess.run([pad, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    gevonden = re.search(r'version "((\d+)[^"]*)"', uit.stderr)
    if gevonden is None:
        raise JavaFout(f"{pad} -version gives no version. {eis}, {of}.")
    if int(gevonden[2]) < MIN_JAVA:
        raise JavaFout(f"{pad} is Java {gevonden[1]}. {eis}, {of}.")
    return Java(pad, gevonden[1])
