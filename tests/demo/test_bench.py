"""The bench without its broker: what it loads beforehand, what it keeps, what it draws."""

import json
from pathlib import Path
from xml.etree import ElementTree

from demo.bench import bewaar
from demo.dag import maak_dag
from demo.meting import TEMPI, _verdeel
from demo.prent import Staaf, teken
from demo.vulling import mal
from hub.domein.signaal import partitie_van
from hub.domein.vorm import sleutelblok_uit
from hub.matching.model import Model
from hub.processors.inname import splits
from hub.stream.codec import standaard
from tests.keten.signalen import TWENTE, ZSM, signaal
from tests.matching.blokken import Deel

P = 4


def test_what_is_loaded_beforehand_is_a_dossier_like_any_other() -> None:
    """Each is read by the index as it stands, lives in its own partition, has tokens in order, and meets nobody."""
    indexen = [Deel(nummer, P, Model.laad()) for nummer in range(P)]
    echt = signaal(ZSM, 1)
    vorm = mal(echt, P)
    assert vorm.bruikbaar
    dossiers = set()
    for nummer in range(50):
        sleutel, blokken = vorm.giet(nummer)
        for partitie, (index, ruw) in enumerate(zip(indexen, blokken, strict=True)):
            blok = sleutelblok_uit(standaard().decodeer(ruw)[1])
            assert blok.dossier.encode() == sleutel and list(blok.tokens) == sorted(set(blok.tokens))
            assert {partitie_van(een.token, P) for een in blok.sleutels} <= {partitie}
            assert index.zeg(blok) == ()
            dossiers.add(blok.dossier)
    assert len(dossiers) == 50
    tegenover = splits(signaal(TWENTE, 1), echt.versie, P)
    assert not any(index.zeg(blok) for index, blok in zip(indexen, tegenover, strict=True))


def test_groups_of_a_day_share_no_person_and_lose_no_message() -> None:
    """Both sides of a pair are measured at the same stage, and every person of the first groups is at more than one tafel."""
    dag = maak_dag(1, 1_772_000_000_000, 2000)
    groepen = _verdeel(dag, [20, 10], [100, 200])
    personen = [{bericht.persoon for bericht in groep} for groep in groepen]
    assert sum(map(len, personen)) == len(set().union(*personen))
    assert sum(map(len, groepen)) == len(dag.ochtend)
    assert [len(groep) >= aantal for groep, aantal in zip(groepen[1:], (20, 10, 100, 200), strict=True)] == [True] * 4
    for groep in groepen[1:3]:
        for persoon in {bericht.persoon for bericht in groep}:
            assert len({bericht.tafel for bericht in groep if bericht.persoon == persoon}) > 1


def test_the_history_grows_and_is_drawn(tmp_path: Path) -> None:
    """A run is added behind the earlier ones; the picture is well-formed and has a bar for every duration."""
    maat = {"p50": 3.0, "p99": 30.0, "langste": 40.0, "aantal": 10}
    uit = {
        "machine": {"moment": "2026-03-02T12:00:00Z", "kernen": 2},
        "kaal": {"lus_per_seconde": 10_000} | {f"heen_en_terug_{tempo}_ms": maat for tempo in TEMPI},
        "hub": [
            {"geladen": 0, "signalen_per_seconde": 800, "post_tot_inbox_ms": maat, "check_ms": maat}
            | {"kaal_ernaast_ms": maat, "keten_ernaast_ms": maat}
            | {f"signaal_tot_melding_{tempo}_ms": maat for tempo in TEMPI}
        ],
    }
    rapport = tmp_path / "build" / "bench.json"
    rapport.parent.mkdir()
    rapport.write_text('{"oud": 1}')
    bewaar(rapport, uit)
    bewaar(rapport, uit)
    assert json.loads(rapport.read_text()) == [uit, uit]
    assert json.loads(rapport.with_suffix(".oud.json").read_text()) == {"oud": 1}
    staven = ElementTree.parse(rapport.with_suffix(".svg")).iter("{http://www.w3.org/2000/svg}rect")
    assert len(list(staven)) == 1 + len(TEMPI) + 2 + len(TEMPI) + 2


def test_a_bar_runs_from_p50_to_p99() -> None:
    """On a logarithmic scale equal factors are equal lengths."""
    boom = ElementTree.fromstring(teken("t", "o", [Staaf("a", 1, 10, True), Staaf("b", 10, 100, False)]))
    een, twee = [r for r in boom.iter("{http://www.w3.org/2000/svg}rect") if r.get("height") == "14"]
    assert een.get("width") == twee.get("width")
    assert float(een.get("x") or 0) + float(een.get("width") or 0) == float(twee.get("x") or 0)
