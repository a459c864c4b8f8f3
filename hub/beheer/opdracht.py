"""What every operator's act needs: who acts, how long to wait, and a clear end."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import click
from aiokafka.errors import KafkaConnectionError, KafkaError
from pydantic import TypeAdapter, ValidationError

from hub.beheer.fout import BeheerFout, Onvoltooid
from hub.domein.gebeurtenis import Actor
from hub.eindcode import Eindcode

WACHT: Final = 30
"""Seconds in which running workers have long done what was asked."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_ACTOR: Final = TypeAdapter(Actor)


class _Actor(click.ParamType):
    name = "id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return _ACTOR.validate_python(value)
        except ValidationError:
            self.fail(
                f"{value!r} is geen id; geef het kenmerk uit uw eigen administratie (a-z, 0-9, punt, streepje), nooit een naam",
                param,
                ctx,
            )


actor_optie = click.option(
    "--actor",
    type=_Actor(),
    required=True,
    help="Wie dit doet: een kenmerk uit uw eigen administratie, nooit een naam.",
)


def wacht_optie(seconden: int = WACHT) -> Callable[[F], F]:
    """How long a command waits for the workers."""
    return click.option(
        "--wacht",
        type=click.IntRange(min=0),
        default=seconden,
        show_default=True,
        help="Zoveel seconden wachten op de werkers.",
    )


def voer_uit(werk: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end. Its failures end the process with a sentence that says what to do.

    A KafkaError that comes here came before the act was written down: after that Post makes it an Onvoltooid.
    """
    try:
        return asyncio.run(werk)
    except Onvoltooid as fout:
        click.echo(f"hub: {fout}", err=True)
        sys.exit(Eindcode.ONVOLTOOID)
    except KafkaConnectionError:
        click.echo("hub: er antwoordt geen Kafka; er is niets gedaan", err=True)
        sys.exit(Eindcode.TIJDELIJK)
    except BeheerFout as fout:
        raise click.ClickException(str(fout)) from None
    except KafkaError as fout:
        raise click.ClickException(f"Kafka: {type(fout).__name__}; er is niets gedaan") from None
