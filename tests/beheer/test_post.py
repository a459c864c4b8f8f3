"""What an operator's command says when the broker goes away halfway: never "nothing is done" once the audit has it."""

from collections.abc import Callable
from typing import Any, NoReturn
from uuid import uuid4

import click
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError

from hub.beheer.dlq import dlq
from hub.beheer.koppeling import koppeling
from hub.beheer.noodstop import noodstop
from hub.beheer.post import Post
from hub.beheer.tafel import tafel
from hub.eindcode import Eindcode
from hub.stream.codec import standaard
from hub.stream.topics import BrokerWeg, Topicbeheer
from tests.beheer.conftest import Opdracht
from tests.beheer.test_dlq import DLQ, leg_dood, over
from tests.keten.harnas import Keten
from tests.keten.signalen import TWENTE, ZSM, signaal

ZENDEN = (AIOKafkaProducer, "send")
LEZEN = (AIOKafkaConsumer, "getmany")
EINDEN = (AIOKafkaConsumer, "end_offsets")
BEHEREN = (AIOKafkaAdminClient, "start")
HERSTEL = ("herstel", "--reden", "OP_VERZOEK", "--code", "intern")
VERWERP = ("verwerp", "--reden", "GEEN_RECORD", "--code", "intern")
DADEN: list[tuple[click.Group, tuple[str, ...]]] = [
    (koppeling, ("terughalen", str(uuid4()))),
    (noodstop, ("begin", "--tafel", TWENTE)),
    (noodstop, ("opheffen", str(uuid4()))),
    (tafel, ("vertrek", TWENTE)),
    (dlq, HERSTEL),
]

Weg = Callable[..., None]


@pytest.fixture
def weg(monkeypatch: pytest.MonkeyPatch) -> Weg:
    """As soon as the broker confirmed the first audit lines these calls fail, as they do where it is away."""

    def stel_in(*wat: tuple[type, str], fout: type[KafkaError] = KafkaConnectionError) -> None:
        echt = Post.leg_alle_vast

        async def valt_weg(*_: Any, **__: Any) -> NoReturn:
            raise fout

        async def leg_vast(zelf: Post, *woorden: Any, **opties: Any) -> None:
            await echt(zelf, *woorden, **opties)
            for klasse, naam in wat:
                monkeypatch.setattr(klasse, naam, valt_weg)

        monkeypatch.setattr(Post, "leg_alle_vast", leg_vast)

    return stel_in


def audit(keten: Keten) -> list[str]:
    """The outcome in every audit line."""
    return [standaard().decodeer(record.value)[1]["uitkomst"] for record in keten.lees("hub.audit.v1")]


@pytest.mark.parametrize("fout", [KafkaConnectionError, KafkaTimeoutError])
@pytest.mark.parametrize(("groep", "woorden"), DADEN, ids=[woorden[0] for _, woorden in DADEN])
def test_an_act_in_the_audit_is_never_told_as_not_done(
    keten: Keten, opdracht: Opdracht, weg: Weg, groep: click.Group, woorden: tuple[str, ...], fout: type[KafkaError]
) -> None:
    """A broker that goes away before the act is handed in leaves "asked and written down", with what to do, and exit code 3."""
    leg_dood(keten, signaal(ZSM, 1))
    weg(ZENDEN, EINDEN, LEZEN, fout=fout)
    uit = opdracht(groep, *woorden, "--actor", "a.een")
    assert uit.exit_code == Eindcode.ONVOLTOOID, uit.output
    assert "staat in de audit" in uit.output and "niets gedaan" not in uit.output
    assert any(zin in uit.output for zin in ("twee keer kan geen kwaad", "hub noodstop toon", "hub dlq toon"))
    assert audit(keten) == ["GEVRAAGD"]


@pytest.mark.parametrize(("groep", "woorden"), DADEN[:-2], ids=[woorden[0] for _, woorden in DADEN[:-2]])
def test_looking_whether_it_was_done_is_part_of_the_act(
    keten: Keten, opdracht: Opdracht, weg: Weg, groep: click.Group, woorden: tuple[str, ...]
) -> None:
    """The act was handed in and the broker goes away while the command reads what came of it: exit code 3, not 75."""
    weg(LEZEN)
    uit = opdracht(groep, *woorden, "--actor", "a.een")
    assert uit.exit_code == Eindcode.ONVOLTOOID and "staat in de audit" in uit.output, uit.output
    assert over(keten, "signaal.beheer.v1") == 1


def test_joining_that_lost_its_broker_is_asked_and_may_be_repeated(
    keten: Keten, opdracht: Opdracht, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The topics may or may not be made: the command says so and ends with 3."""

    def geen_broker(*_: Any) -> NoReturn:
        raise BrokerWeg("no Kafka broker answers")

    monkeypatch.setattr(Topicbeheer, "pas_toe", geen_broker)
    uit = opdracht(tafel, "aansluiten", "vhh-haaglanden", "--actor", "a.een")
    assert uit.exit_code == Eindcode.ONVOLTOOID and "niet (allemaal) gemaakt" in uit.output, uit.output
    assert "twee keer kan geen kwaad" in uit.output and audit(keten) == ["GEVRAAGD"]


def test_what_is_rejected_is_rejected_though_it_cannot_be_wiped(
    keten: Keten, opdracht: Opdracht, weg: Weg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`hub dlq verwerp` ends well once the audit has it, says that wiping follows, and the next command wipes, whatever it is about."""
    leg_dood(keten, signaal(ZSM, 1))
    begin = AIOKafkaAdminClient.start
    weg(BEHEREN)
    uit = opdracht(dlq, *VERWERP, "--actor", "a.een")
    assert uit.exit_code == 0 and uit.output.startswith("Verworpen: 1.\nWissen lukte niet"), uit.output
    assert "volgt bij de volgende hub dlq herstel of verwerp" in uit.output
    assert audit(keten) == ["VERWORPEN"] and over(keten, DLQ) == 1
    monkeypatch.setattr(AIOKafkaAdminClient, "start", begin)
    assert opdracht(dlq, "toon").output == "Er wacht geen dode letter.\n"
    uit = opdracht(dlq, *HERSTEL, "--actor", "a.een")
    assert uit.exit_code == 1 and "er is geen open dode letter" in uit.output
    assert over(keten, DLQ) == 0


@pytest.mark.parametrize("woorden", [HERSTEL, VERWERP], ids=["herstel", "verwerp"])
def test_lines_that_were_confirmed_in_part_are_not_nothing(
    keten: Keten, opdracht: Opdracht, monkeypatch: pytest.MonkeyPatch, woorden: tuple[str, ...]
) -> None:
    """Of two audit lines the second does not reach the broker: what the first says stands, so the command ends with 3, not 1."""
    for nummer in (1, 2):
        leg_dood(keten, signaal(ZSM, nummer))
    echt, gezonden = AIOKafkaProducer.send, 0

    async def eenmaal(zelf: Any, *wat: Any, **opties: Any) -> Any:
        nonlocal gezonden
        gezonden += 1
        if gezonden > 1:
            raise KafkaConnectionError
        return await echt(zelf, *wat, **opties)

    monkeypatch.setattr(AIOKafkaProducer, "send", eenmaal)
    uit = opdracht(dlq, *woorden, "--actor", "a.een")
    assert uit.exit_code == Eindcode.ONVOLTOOID and "hub dlq toon" in uit.output, uit.output
    assert len(audit(keten)) == 1 and over(keten, "hub.herstel.v1") == 0 and over(keten, DLQ) == 2


def test_before_the_audit_has_it_nothing_is_done(
    keten: Keten, opdracht: Opdracht, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that goes away while the command still reads leaves no line: 75, and the command says that nothing is done."""
    leg_dood(keten, signaal(ZSM, 1))

    async def valt_weg(*_: Any, **__: Any) -> NoReturn:
        raise KafkaConnectionError

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", valt_weg)
    uit = opdracht(dlq, *VERWERP, "--actor", "a.een")
    assert uit.exit_code == Eindcode.TIJDELIJK and "er is niets gedaan" in uit.output, uit.output
    assert audit(keten) == []
