"""Guarantee 8: a refusal and a "niet bekend" read the same, and leave no trace at the other side."""

import time
from typing import Any
from uuid import UUID

from hub.domein.codes import Besluit, Doel, Fase, Vervolgingsbeslissing
from hub.domein.gebeurtenis import Bevraging
from hub.domein.gebeurtenisvorm import plat
from hub.domein.identiteit import TafelId
from hub.stream.codec import standaard
from hub.stream.kop import trace_van
from tests.keten.harnas import Keten, vast
from tests.keten.signalen import TAFELS, TWENTE, ZSM, Bericht, bericht, dossier_van, signaal, sleutels


def geweigerd(tafel: TafelId, nummer: int) -> Bericht:
    """A dossier that nobody may hear of: a closed casus, and a verdachte whose case was dropped."""
    if tafel == ZSM:
        return bericht(signaal(tafel, nummer, vervolgingsbeslissing=Vervolgingsbeslissing.SEPOT))
    return bericht(signaal(tafel, nummer, fase=Fase.GESLOTEN))


def vraag(nummer: int, persoon: int, tafel: TafelId = ZSM) -> Bericht:
    """Does anybody know this person?"""
    codec = standaard()
    van = signaal(tafel, persoon, doelen=(Doel.VEILIGHEID,))
    een = Bevraging(
        UUID(int=nummer),
        dossier_van(tafel, f"vraag-{nummer}"),
        tafel,
        "a.een",
        van.feiten,
        int(time.time() * 1000) + 20_000,
        sleutels(persoon),
    )
    headers = [("traceparent", trace_van(str(een.id)).encode())]
    return Bericht(f"signaal.{tafel}.v1", str(een.id).encode(), codec.codeer("bevraging", plat(een)), headers)


def besluiten(keten: Keten) -> list[tuple[str, str]]:
    gelezen = [standaard().decodeer(record.value)[1] for record in keten.lees("hub.beslissing.v1")]
    return sorted((een["ontvanger"], een["besluit"]) for een in gelezen)


def records(keten: Keten) -> dict[str, list[Any]]:
    """All that the tafels could ever see."""
    return {tafel: keten.lees(f"melding.{tafel}.v1") for tafel in TAFELS}


def test_a_refused_pair_and_no_pair_leave_the_same_at_both_tafels(keten: Keten) -> None:
    """Nothing, in both cases, at every tafel; only the hub's own log knows that there was something to decide."""
    keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 2))])
    keten.wacht_stil()
    onbekend = records(keten)
    assert besluiten(keten) == []
    keten.zend([geweigerd(ZSM, 3), geweigerd(TWENTE, 3)])
    keten.wacht_stil()
    assert besluiten(keten) == [(TWENTE, Besluit.AFGEWEZEN), (ZSM, Besluit.AFGEWEZEN)]
    assert records(keten) == onbekend == {tafel: [] for tafel in TAFELS}


def test_a_refused_answer_reads_as_niet_bekend(keten: Keten) -> None:
    """Two questions, about somebody whom a tafel knows and may not tell of and about nobody: the answers differ in their own ids alone."""
    keten.start("worker-1")
    keten.zend([geweigerd(TWENTE, 3)])
    keten.wacht_stil()
    for nummer, persoon in ((1, 3), (2, 4)):
        keten.zend([vraag(nummer, persoon)])
    keten.wacht_stil()
    antwoorden = list(keten.meldingen().values())
    assert {een["antwoord"] for een in antwoorden} == {"NIET_BEKEND"} and len(antwoorden) == 2
    eigen = {"koppeling", "kenmerk", "dossier"}
    een, ander = ({k: v for k, v in melding.items() if k not in eigen} for melding in antwoorden)
    assert vast(een) == vast(ander)
    lengten = {len(record.value or b"") for record in keten.lees(f"melding.{ZSM}.v1")}
    assert len(lengten) == 1, "nor does the size of the record tell"
    assert besluiten(keten) == [(ZSM, Besluit.AFGEWEZEN)]
