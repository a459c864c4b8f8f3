"""The handbook of drills: what it tells to type can be typed."""

import shlex

import click
import pytest

from connectors.cli import opdrachten
from hub.cli import main as hub
from tests.oefeningen.veld import DRAAIBOEK

REGELS = sorted(
    {regel.strip().removeprefix("$ ") for regel in DRAAIBOEK.splitlines() if regel.strip().startswith("$ ")}
)


@pytest.mark.parametrize("regel", REGELS)
def test_every_command_of_the_handbook_exists(regel: str) -> None:
    """Program, command and options are there under these names."""
    programma, *woorden = shlex.split(regel)
    stap: click.Command = {"hub": hub, "connector": opdrachten}[programma]
    while isinstance(stap, click.Group):
        stap = stap.commands[woorden.pop(0)]
    opties = {naam for deel in stap.params for naam in deel.opts}
    assert {woord for woord in woorden if woord.startswith("--")} <= opties
