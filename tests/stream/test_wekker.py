"""What falls due is said, or it is due again: never taken for said without delivery."""

from typing import Any, Self

import pytest
from aiokafka.errors import KafkaConnectionError, NotEnoughReplicasError

from hub.stream import kamer
from hub.stream.codec import standaard
from hub.stream.faust import maak_app
from hub.stream.kamer import Kamerdienst
from hub.stream.record import Uitvoer
from hub.stream.statelog import Grens, Statelog
from hub.stream.verbinding import Verbinding
from hub.stream.wekker import Wekker

TERMIJN = Uitvoer("wek.uit.v1", b"a", b"termijn", (), 0)


class Gestopt(BaseException):
    """In the place of the end of the process."""


class Wekkamer:
    """Holds terms of which each is said once."""

    naam = "wek"
    invoer = ("wek.in.v1",)
    statelog: Statelog[list[int]] = Statelog("wek.staat.v1", Grens.EINDE, lambda _: [], lambda *_: None, len)

    def __init__(self) -> None:
        self.wekker: Wekker[list[int]] = Wekker(
            eerstvolgende=lambda staat: min(staat, default=None),
            vervallen=lambda staat, _nr, _nu: [TERMIJN] * len([staat.pop() for _ in tuple(staat)]),
        )

    def verwerk(self, staat: Any, partitie: int, records: Any) -> Any:
        raise AssertionError("no input here")


class Lijn:
    """A waterline that gives these answers."""

    def __init__(self, *antwoorden: bool | Exception) -> None:
        self.antwoorden, self.gesloten = list(antwoorden), 0

    def __call__(self, *_: object, **__: object) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def voorbij(self, _moment: int, _binnen: float) -> bool:
        antwoord = self.antwoorden.pop(0)
        if isinstance(antwoord, Exception):
            raise antwoord
        return antwoord

    async def sluit(self) -> None:
        self.gesloten += 1


@pytest.fixture
def dienst(monkeypatch: pytest.MonkeyPatch) -> Kamerdienst:
    """A room with one loaded partition in which two terms are due since long."""
    monkeypatch.setattr(kamer, "WEKSLAG", 0.0)
    app = maak_app("wek", "worker-1", Verbinding(bootstrap="127.0.0.1:9"))
    een = Kamerdienst(app, Wekkamer(), standaard(), None, 1)
    monkeypatch.setattr(een, "controleer_gehoord", lambda: None)
    monkeypatch.setattr(een.lader, "geladen", lambda staat=[1, 2]: [(0, staat)])
    een.wijs_toe(())
    return een


async def test_a_line_that_cannot_be_asked_leaves_the_terms_due(
    dienst: Kamerdienst, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that is away, or answers late, costs time and no term; when it answers, all is said once."""
    geleverd: list[Uitvoer] = []

    async def lever(_: str, uitvoer: list[Uitvoer]) -> None:
        geleverd.extend(uitvoer)
        raise Gestopt

    lijn = Lijn(KafkaConnectionError(), False, OSError(), True)
    monkeypatch.setattr(kamer, "Waterlijn", lijn)
    monkeypatch.setattr(dienst.app, "lever", lever)
    with pytest.raises(Gestopt):
        await dienst.wek()
    assert geleverd == [TERMIJN, TERMIJN] and lijn.gesloten == 2


async def test_a_term_that_is_not_delivered_ends_the_worker(
    dienst: Kamerdienst, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state counts it as said: going on would keep silent about it until some other restart."""

    async def lever(*_: object) -> None:
        raise NotEnoughReplicasError

    gezegd: dict[str, object] = {}

    def halt(reden: str, **velden: object) -> None:
        gezegd.update(velden, reden=reden)
        raise Gestopt

    monkeypatch.setattr(kamer, "halt", halt)
    monkeypatch.setattr(kamer, "Waterlijn", Lijn(True))
    monkeypatch.setattr(dienst.app, "lever", lever)
    with pytest.raises(Gestopt):
        await dienst.wek()
    assert gezegd["kamer"] == "wek" and gezegd["partitie"] == 0
    assert gezegd["fout"] == "NotEnoughReplicasError"
