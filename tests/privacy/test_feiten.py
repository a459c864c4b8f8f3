"""The facts: where something is unknown, the value that permits least."""

from dataclasses import replace
from typing import Any

import pytest

from hub.domein.codes import Doel, Fase, MeldingSoort, Soort, Uitkomst
from hub.domein.identiteit import Dossier
from hub.domein.koppeling import Kant
from hub.domein.tafel import TafelSoort
from hub.privacy.feiten import DAG, LIJSTEN, Geval, feiten, richting, spiegel, volledig
from hub.privacy.filter import Filter
from hub.privacy.grondslag import Richting
from tests.privacy.gevallen import ANDER_HUIS, HUIS, NU, ZSM, casus, naar_huis, naar_zsm, tafel, verdachte


@pytest.mark.parametrize(
    ("een", "ander", "jongst", "oudst"),
    [(30, 31, 30, 31), (None, 31, 12, 130), (None, None, 12, 130), (10, None, 10, 130), (12, 40, 12, 40)],
)
def test_age_is_an_interval(een: int | None, ander: int | None, jongst: int, oudst: int) -> None:
    """The person may be as young and as old as both dossiers leave open; unknown is 12 and 130 (Sv 486, Sr 77a)."""
    gelezen = feiten(naar_huis(verdachte(leeftijd=een), casus(leeftijd=ander)), None)
    assert (gelezen["leeftijd_jongst"], gelezen["leeftijd_oudst"]) == (jongst, oudst)


@pytest.mark.parametrize(
    ("sinds", "dagen"), [(NU, 0), (NU - DAG + 1, 0), (NU - DAG, 1), (NU + 1, -1), (NU + 9 * DAG, -1), (None, -1)]
)
def test_days_since_the_phase_began_are_whole(sinds: int | None, dagen: int) -> None:
    """A day counts when it is over; unknown or still to come is -1."""
    gelezen = feiten(naar_zsm(casus(fase=Fase.NAZORG, fase_sinds=sinds)), None)
    assert gelezen["bron"]["nazorgdagen"] == dagen


@pytest.mark.parametrize(("moment", "geldt"), [(NU, True), (NU - 1, True), (NU + 1, False), (None, False)])
def test_vrijgave_needs_a_moment_that_has_come(moment: int | None, geldt: bool) -> None:
    """Who released and when are both recorded, or it is no vrijgave."""
    assert feiten(naar_huis(verdachte(vrijgave_moment=moment)), None)["bron"]["vrijgave_geldt"] is geldt


def test_secrecy_of_either_side_counts() -> None:
    """Geheimhouding is a fact of the person, whichever side knows it."""
    assert feiten(naar_huis(verdachte(geheimhouding=True)), None)["geheimhouding"]
    assert feiten(naar_huis(ontvanger=casus(geheimhouding=True)), None)["geheimhouding"]
    assert not feiten(naar_huis(), None)["geheimhouding"]


def test_unknown_grondslag_allows_nothing() -> None:
    """A name without a record is neither known nor valid and names nothing."""
    gelezen = feiten(naar_huis(), None)["grondslag"]
    assert gelezen == {
        "id": "wjsg-39f-zsm-vhh",
        "bekend": False,
        "geldig": False,
        "zonder_vrijgave": False,
        **{naam: [] for naam in ("richtingen", "ontvangers", "themas", "vrijgave_rollen", "velden")},
    }


def test_direction_follows_from_dossiers_and_tafels() -> None:
    """Only ZSM with a house, and two houses; a dossier at the wrong kind of tafel is no exchange at all."""
    assert richting(naar_huis()) is Richting.ZSM_NAAR_VHH
    assert richting(naar_zsm()) is Richting.VHH_NAAR_ZSM
    dubbel = Geval(MeldingSoort.DUBBELE_CASUS, casus(), casus(ANDER_HUIS), Uitkomst.ZEKER, HUIS, ANDER_HUIS, NU)
    assert richting(dubbel) is Richting.CASUS_CASUS
    assert richting(naar_huis(ontvanger_tafel=tafel("vhh-een", TafelSoort.CJG))) is Richting.GEEN
    assert richting(naar_huis(replace(verdachte(), soort=Soort.CASUS))) is Richting.GEEN


def test_mirror_is_full_disclosure_the_other_way() -> None:
    """The mirror of a possible match is what a telephone call would amount to; twice is the way back."""
    geval = naar_zsm(soort=MeldingSoort.MOGELIJK_BEKEND, uitkomst=Uitkomst.MOGELIJK)
    assert spiegel(geval) == naar_huis()
    assert spiegel(spiegel(naar_huis())) == naar_huis()


def _casus_van(dossier: str, **anders: Any) -> Kant:
    return replace(casus(**anders), dossier=Dossier(dossier))


@pytest.mark.parametrize(
    ("een", "ander", "ander_verifieert"),
    [
        ({"fase_sinds": NU - 5}, {"fase_sinds": NU - 4}, True),
        ({"fase_sinds": NU - 4}, {"fase_sinds": NU - 5}, False),
        ({"fase_sinds": None}, {"fase_sinds": NU - 5}, True),
        ({"fase_sinds": NU - 5}, {"fase_sinds": NU - 5}, True),
    ],
)
def test_exactly_one_of_two_houses_verifies(een: dict[str, Any], ander: dict[str, Any], ander_verifieert: bool) -> None:
    """The newer casus's tafel: by phase, else by versie, else by dossier; never both and never neither."""
    bron, ontvanger = _casus_van("vhh-een.aaa", **een), _casus_van("vhh-twee.bbb", **ander)
    geval = Geval(MeldingSoort.MOGELIJK_BEKEND, bron, ontvanger, Uitkomst.MOGELIJK, HUIS, ANDER_HUIS, NU)
    assert feiten(geval, None)["ontvanger"]["verifieert"] is ander_verifieert
    assert feiten(spiegel(geval), None)["ontvanger"]["verifieert"] is not ander_verifieert


def test_versie_decides_where_a_phase_has_no_beginning() -> None:
    """A later versie is the newer casus where either side does not know since when its phase runs."""
    nieuw = replace(_casus_van("vhh-een.aaa", fase_sinds=None), versie=NU)
    geval = Geval(MeldingSoort.MOGELIJK_BEKEND, nieuw, casus(ANDER_HUIS), Uitkomst.MOGELIJK, HUIS, ANDER_HUIS, NU)
    assert not feiten(geval, None)["ontvanger"]["verifieert"]


def test_zsm_always_verifies() -> None:
    """Between a verdachte and a casus the ZSM tafel finds out."""
    assert feiten(naar_zsm(), None)["ontvanger"]["verifieert"]
    assert not feiten(naar_huis(), None)["ontvanger"]["verifieert"]


def test_every_text_among_the_facts_has_a_closed_list(filter_: Filter) -> None:
    """What policy may compare a text with is known beforehand, for every text but the name of the grondslag."""
    gelezen = volledig(feiten(naar_huis(ontvanger=casus(doelen=(Doel.ZORG, Doel.ZORG))), None))

    def teksten(voor: str, deel: dict[str, Any]) -> set[str]:
        gevonden = set()
        for naam, waarde in deel.items():
            if isinstance(waarde, dict):
                gevonden |= teksten(f"{voor}{naam}.", waarde)
            elif isinstance(waarde, (str, list)):
                gevonden.add(f"{voor}{naam}")
        return gevonden

    assert teksten("", gelezen) - {"grondslag.id"} == set(LIJSTEN)
    assert gelezen["ontvanger"]["doelen"] == ["ZORG"]
    assert ZSM.soort is TafelSoort.ZSM
