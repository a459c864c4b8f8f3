"""Drill: the root key is known to somebody; a new period, everything delivered again, the old one gone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from hub.processors.namen import KOPPELING, SLEUTEL
from hub.stream.codec import standaard
from tests.keten.signalen import MIDDEN_BRABANT, TAFELS, TWENTE, ZSM
from tests.oefeningen.veld import Oefenveld

pytestmark = [pytest.mark.chaos, pytest.mark.kafka]

NUMMERS = {ZSM: range(10), TWENTE: range(6), MIDDEN_BRABANT: range(4, 10)}
TOKEN = 8
"""Bytes of a token."""


def levend(veld: Oefenveld, topic: str) -> list[dict[str, Any]]:
    """What a compacted topic holds when compaction has done its work."""
    laatste = {(record.partitie, record.key): record.value for record in veld.lees(topic)}
    return [standaard().decodeer(waarde)[1] for waarde in laatste.values() if waarde is not None]


def sporen(iets: object, veld: object = None) -> Iterator[bytes]:
    """Every token and encoding anywhere in a record; of a row of tokens, each."""
    if isinstance(iets, bytes):
        stap = TOKEN if veld == "tokens" else len(iets) or 1
        yield from (iets[plaats : plaats + stap] for plaats in range(0, len(iets), stap))
    elif isinstance(iets, dict | list | tuple):
        for naam, deel in iets.items() if isinstance(iets, dict) else enumerate(iets):
            yield from sporen(deel, naam)


def stand(veld: Oefenveld) -> dict[str, list[tuple[str, str, str]]]:
    return {t: [(m["id"], m["soort"], m["stand"]) for m in veld.inbox(t)] for t in TAFELS}


def herstart(veld: Oefenveld) -> None:
    veld.eindig()
    veld.bedien()


def test_a_new_root_key_costs_no_koppeling_and_leaves_no_old_token(veld: Oefenveld) -> None:
    """The five steps of the handbook over a running hub: no melding changes, and of the old period nothing is left that counts."""
    for tafel, nummers in NUMMERS.items():
        for nummer in nummers:
            veld.lever(tafel, nummer)
    veld.wacht_rustig()
    voor, oud = stand(veld), {token for blok in levend(veld, SLEUTEL) for token in sporen(blok)}
    assert all(voor.values()) and oud
    uitvoer = {"uitvoer.jsonl": {str(tafel): veld.uitvoer(tafel, nummers) for tafel, nummers in NUMMERS.items()}}

    oud_bestand, nieuw_bestand = veld.map / "sleutelring.json", veld.map / "nieuw.json"
    veld.opdracht(
        "connector sleutels nieuw --tijdvak 2026b --bij oud.json --uit nieuw.json",
        {"oud.json": oud_bestand, "nieuw.json": nieuw_bestand},
    )
    for tafel in TAFELS:
        veld.ring(tafel).write_bytes(nieuw_bestand.read_bytes())
    herstart(veld)
    for uit in veld.bij_elk("connector sleutels herpubliceer uitvoer.jsonl --config BESTAND.toml", uitvoer):
        assert "nog te doen: 0" in uit and " 0 geweigerd" in uit, uit
    veld.wacht_rustig()
    veld.bij_elk("connector sleutels oud-weg --ja --config BESTAND.toml")
    herstart(veld)
    veld.bij_elk("connector sleutels herpubliceer uitvoer.jsonl --config BESTAND.toml", uitvoer)
    veld.wacht_rustig()

    na = stand(veld)
    ingetrokken = [m for t in TAFELS for m in na[t] if m not in voor[t]]
    verloren = [m for t in TAFELS for m in voor[t] if m not in na[t]]
    gebleven = {token for topic in (SLEUTEL, KOPPELING) for iets in levend(veld, topic) for token in sporen(iets)} & oud
    print(f"geval wortelsleutel: verloren/dubbel/gelekt = {len(verloren)}/{len(ingetrokken)}/{len(gebleven)}")
    assert not verloren and not ingetrokken, (verloren, ingetrokken)
    assert not gebleven and levend(veld, SLEUTEL)
    for tafel in TAFELS:
        meters = veld.haal(tafel, "/metrics")
        assert set(re.findall(r"^connector_dossiers_herpubliceren\S+ (\S+)$", meters, re.MULTILINE)) == {"0.0"}
