"""Which line of the register chose the address of a melding: whoever keeps the register reads it where a tafel says that it is wrong."""

import shutil
from pathlib import Path

import pytest

from hub.domein.codes import MeldingSoort, Reactie
from hub.domein.gebeurtenis import Terugkoppeling
from hub.domein.identiteit import TafelId
from hub.opvolging.beurt import ONJUIST
from hub.processors.omgeving import Pinned
from hub.routing.register import REGISTERMAP, Register
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, signaal
from tests.processors.test_een_jaar import filter_, hub, register, zend

MIDDEN = TafelId("vhh-gelderland-midden")
UTRECHT = "vhh-regio-utrecht"


def zonder_twente(map_: Path) -> Register:
    """The shipped register in which the house of Twente stopped without opvolger before all this."""
    doel = map_ / "register"
    shutil.copytree(REGISTERMAP, doel)
    huizen = doel / "tafels_veiligheidshuis.toml"
    oud = 'id = "vhh-twente"\n'
    huizen.write_text(
        huizen.read_text(encoding="utf-8").replace(oud, f"{oud}geldig_tot = 2026-01-01\n"), encoding="utf-8"
    )
    return Register.laad(doel)


@pytest.mark.parametrize(
    ("omgeleid", "aangesloten", "verwacht"),
    [
        (0, TAFELS, (TWENTE, f"tafel {TWENTE}")),
        (1, (*TAFELS, MIDDEN), (MIDDEN, "regios.toml:oost-nederland")),
        (1, (*TAFELS, UTRECHT), (UTRECHT, "register.toml:landelijke_terugval")),
    ],
)
def test_an_address_names_the_line_that_chose_it(omgeleid: int, aangesloten: tuple[str, ...], verwacht: object) -> None:
    """The tafel's own; after a wrong address that of the nearest fallback which has joined."""
    bestemming = Pinned(filter_(), register(), aangesloten, 4).bestemming(TWENTE, BEGIN, omgeleid)
    assert (bestemming.tafel, bestemming.regel) == verwacht


@pytest.mark.parametrize(
    ("omgeleid", "aangesloten", "verwacht"),
    [
        (0, (*TAFELS, MIDDEN), (MIDDEN, "regios.toml:oost-nederland")),
        (1, (*TAFELS, UTRECHT), (UTRECHT, "register.toml:landelijke_terugval")),
        (0, TAFELS, (TWENTE, f"tafel {TWENTE}")),
    ],
)
def test_of_a_tafel_that_is_gone_it_is_the_line_of_the_fallback(
    tmp_path: Path, omgeleid: int, aangesloten: tuple[str, ...], verwacht: object
) -> None:
    """The fallback stands in by its own line, unless it has not joined: then the tafel is spoken to as before."""
    bestemming = Pinned(filter_(), zonder_twente(tmp_path), aangesloten, 4).bestemming(TWENTE, BEGIN, omgeleid)
    assert (bestemming.tafel, bestemming.regel) == verwacht


def test_a_fallback_that_was_wrong_too_is_the_fault_of_the_line_that_chose_it() -> None:
    """The house says that a melding is not theirs, then the fallback says so: each time another line of the register is blamed."""
    samen = hub((*TAFELS, MIDDEN))
    meldingen = zend(samen, signaal(TWENTE, 1), BEGIN) + zend(samen, signaal(ZSM, 1), BEGIN + 1)
    regels = []
    for tijd, wie in enumerate((TWENTE, MIDDEN), BEGIN + 10):
        (bekend,) = [m for m in meldingen if m.ontvanger == wie and m.soort is MeldingSoort.BEKEND]
        nummer = (bekend.id, bekend.koppeling, Reactie.ONJUIST_GEADRESSEERD, wie, bekend.dossier, 0, bekend.id)
        gevolgen = [gevolg for _, gevolg in samen._stap(Terugkoppeling(*nummer, tijd=tijd), tijd)]
        meldingen = [g.melding for gevolg in gevolgen for g in gevolg.gezonden]
        regels += [(r.actor, r.object) for gevolg in gevolgen for r in gevolg.audit if r.daad == ONJUIST]
    assert regels == [(TWENTE, f"tafel {TWENTE}"), (MIDDEN, "regios.toml:oost-nederland")]
