"""Under which keys a dossier stands at the hub, and which versie replaces it there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from connectors import bsn
from connectors.dienst import open_opslag
from connectors.instellingen import lees_instellingen
from connectors.invoer import Verdachte, lees
from connectors.logboek import OpslagFout
from connectors.meters import Meters
from connectors.persoon import Kader
from connectors.pseudoniem import Reeksen
from connectors.publicaties import Publicatie, meet, volgende_versie
from hub.matching.frequenties import Frequenties
from hub.matching.sleutels import Sleutelring
from tests.connectors.opstelling import NU, VERDACHTE, Connector, Klok, schrijf_instellingen

A, AB, B = frozenset({"a:1:2:t"}), frozenset({"a:1:2:t", "b:1:2:t"}), frozenset({"b:1:2:t"})
MOMENT = st.integers(NU - 50, NU + 50)


def onthoud(connector: Connector, zaaknummer: str, reeksen: Reeksen, bewaren_tot: int = NU + 1000) -> None:
    dossier = connector.instellingen.pseudonimiseerder.dossier(zaaknummer)
    connector.opslag.onthoud(dossier, zaaknummer)
    connector.opslag.afgeleverd(dossier, NU, b"", Publicatie(NU, reeksen, bewaren_tot))


@given(st.lists(st.tuples(MOMENT, st.sampled_from([A, AB, B])), min_size=1, max_size=30))
def test_de_laatste_van_de_bron_wint(berichten: list[tuple[int, Reeksen]]) -> None:
    """Whatever the order of messages and of changes of keys: what stands in the end is the source's latest state, under the keys
    with which that state came last, and every versie that replaces another is higher."""
    vorige: Publicatie | None = None
    laatste: int | None = None
    for moment, reeksen in berichten:
        versie = volgende_versie(moment, vorige, laatste, reeksen, NU)
        if laatste is None or versie > laatste:
            assert vorige is None or moment > vorige.moment or (moment == vorige.moment and reeksen != vorige.reeksen)
            vorige, laatste = Publicatie(moment, reeksen, NU), versie
        elif versie == laatste:
            assert vorige == Publicatie(moment, reeksen, NU), "one versie is one state under the same keys"
    assert vorige is not None and laatste is not None
    hoogste = max(moment for moment, _ in berichten)
    assert vorige.moment == hoogste
    assert vorige.reeksen == [reeksen for moment, reeksen in berichten if moment == hoogste][-1]


def test_versie() -> None:
    """New keys are one millisecond; a withdrawal and a repeat are none; without a moment of the source the clock counts."""
    vorige = Publicatie(NU, A, NU)
    assert volgende_versie(None, None, None, A, NU) == NU
    assert volgende_versie(NU, vorige, NU, A, NU + 9) == NU
    assert volgende_versie(NU, vorige, NU, AB, NU + 9) == NU + 1
    assert volgende_versie(NU, replace(vorige, reeksen=AB), NU + 1, AB, NU + 9) == NU + 1
    assert volgende_versie(NU + 1, replace(vorige, reeksen=AB), NU + 1, AB, NU + 9) == NU + 2
    assert volgende_versie(NU, vorige, NU, frozenset(), NU + 9) == NU
    assert volgende_versie(NU, replace(vorige, reeksen=frozenset()), NU, AB, NU + 9) == NU
    assert volgende_versie(None, vorige, NU + 7, AB, NU) == NU + 8
    assert volgende_versie(NU - 1, vorige, NU, AB, NU + 9) == NU - 1


def test_meters(zsm: Connector) -> None:
    """The metrics count active dossiers only, by what is still to be done, and show the check value and never a key."""
    for nummer, (reeksen, tot) in enumerate(
        [(A, NU + 1), (A, NU + 1), (AB, NU + 1), (B, NU + 1), (A, NU), (frozenset(), NU + 1)]
    ):
        onthoud(zsm, str(nummer), reeksen, tot)
    for nu, nieuw, oud in ((AB, 3, 0), (B, 2, 1), (A, 1, 1)):
        meters = Meters()
        meet(meters, zsm.opslag.publicaties, nu, Klok())
        tekst = generate_latest(meters.register).decode()
        assert f'connector_dossiers_herpubliceren{{reden="nieuw_ontbreekt"}} {nieuw}.0' in tekst
        assert f'connector_dossiers_herpubliceren{{reden="oud_staat_nog"}} {oud}.0' in tekst
        assert tekst.count("connector_sleutels_info{") == len(nu)
    ring = Sleutelring.lees(zsm.instellingen.sleutelbestand)
    meet(meters, zsm.opslag.publicaties, zsm.instellingen.pseudonimiseerder.reeksen, Klok())
    tekst = generate_latest(meters.register).decode()
    assert f'controle="{ring.nieuwste.controle[:8]}"' in tekst
    assert ring.nieuwste.wortel.hex() not in tekst


@pytest.mark.parametrize("anders", ["sleutel", "tabel"])
def test_begint_niet_onder_andere_sleutels(tmp_path: Path, anders: str) -> None:
    """A valid key file, or table, that is another one than the dossiers were delivered under is refused, until nothing is active."""
    connector = Connector.maak(tmp_path)
    onthoud(connector, "1", connector.instellingen.pseudonimiseerder.reeksen)
    connector.opslag.sluit()
    if anders == "sleutel":
        Sleutelring.nieuw("2026a").schrijf(tmp_path / "ander.json")
        config = schrijf_instellingen(tmp_path, sleutelbestand="ander.json")
    else:
        Frequenties.standaard().met_k(3).schrijf(tmp_path / "tabel.json")
        config = schrijf_instellingen(tmp_path, frequenties="tabel.json")
        config.write_text(config.read_text().replace('"tabel.json"', '["tabel.json"]'))
    instellingen = lees_instellingen(config)
    with pytest.raises(OpslagFout, match="1 active dossiers"):
        open_opslag(instellingen, Klok())
    open_opslag(instellingen, Klok(NU + 1000)).sluit()


def test_twee_tijdvakken_en_twee_tabellen(tmp_path: Path) -> None:
    """While both are being changed a dossier goes out under all four series, each with its own tokens."""
    ring = Sleutelring.nieuw("2026a").met("2026b")
    ring.schrijf(tmp_path / "twee.json")
    Frequenties.standaard().met_k(3).schrijf(tmp_path / "tabel.json")
    config = schrijf_instellingen(tmp_path, sleutelbestand="twee.json")
    config.write_text('frequenties = ["meegeleverd", "tabel.json"]\n' + config.read_text())
    pseudoniem = lees_instellingen(config).pseudonimiseerder
    assert len(pseudoniem.reeksen) == 4
    persoon = lees(Verdachte, json.dumps(VERDACHTE), Kader(NU, bsn.fout_fictief)).persoon
    bossen = pseudoniem.sleutels(persoon)
    assert {(bos.tijdvak, bos.tabelhash) for bos in bossen} == {
        (tijdvak, tabel.hash)
        for tijdvak in ("2026a", "2026b")
        for tabel in (Frequenties.standaard(), Frequenties.standaard().met_k(3))
    }
    tokens = [sleutel.token for bos in bossen for sleutel in bos.sleutels]
    assert len(set(tokens)) == len(tokens)


def test_opslag_van_eerder(tmp_path: Path) -> None:
    """A store from before keys were remembered opens, holds its dossiers for still to be delivered, and stops nobody."""
    connector = Connector.maak(tmp_path)
    opslag = connector.opslag
    onthoud(connector, "1", A)
    opslag.db.execute("DROP TABLE publicatie")
    opslag.db.execute("DROP TABLE verzonden")
    for kolom in ("partitie", "plaats", "merk", "herstel"):
        opslag.db.execute(f"ALTER TABLE melding DROP COLUMN {kolom}")
    opslag.db.execute("PRAGMA user_version = 2")
    opslag.sluit()
    weer = open_opslag(connector.instellingen, Klok())
    nodig = connector.instellingen.pseudonimiseerder.reeksen
    assert list(weer.publicaties.zaken_zonder(nodig, NU)) == ["1"]
    vorige = weer.publicaties.van(connector.instellingen.pseudonimiseerder.dossier("1"))
    assert volgende_versie(NU, vorige, NU, nodig, NU) == NU + 1
    weer.sluit()
