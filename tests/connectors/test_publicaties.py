"""Under which keys a dossier stands at the hub, and which versie replaces it there."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from connectors.dienst import open_opslag
from connectors.instellingen import lees_instellingen
from connectors.invoer import Verdachte, lees
from connectors.logboek import OpslagFout
from connectors.meters import Meters
from connectors.persoon import Kader
from connectors.pseudoniem import Reeksen
from connectors.publicaties import Publicatie, meet, persoon_sinds, volgende_versie
from hub.domein.signaal import Signaal
from hub.matching import bsn
from hub.matching.codering import INDELING
from hub.matching.frequenties import Frequenties
from hub.matching.namen import LEZING
from hub.matching.sleutels import Sleutelring
from tests.connectors.opstelling import CASUS, NU, VERDACHTE, Connector, Klok, met, schrijf_instellingen

A, AB, B = frozenset({"a:1:2:t"}), frozenset({"a:1:2:t", "b:1:2:t"}), frozenset({"b:1:2:t"})
MOMENT = st.integers(NU - 50, NU + 50)


def onthoud(connector: Connector, zaaknummer: str, reeksen: Reeksen, bewaren_tot: int = NU + 1000) -> None:
    dossier = connector.instellingen.pseudonimiseerder.dossier(zaaknummer)
    connector.opslag.onthoud(dossier, zaaknummer)
    connector.opslag.afgeleverd(dossier, zaaknummer, NU, b"", Publicatie(NU, reeksen, bewaren_tot))


@given(st.lists(st.tuples(MOMENT, st.sampled_from([A, AB, B])), min_size=1, max_size=30))
def test_de_laatste_van_de_bron_wint(berichten: list[tuple[int, Reeksen]]) -> None:
    """Whatever the order of messages and of changes of keys: what stands in the end is the source's latest state, under the keys
    with which that state came last, and every versie that replaces another is higher."""
    vorige: Publicatie | None = None
    laatste: int | None = None
    for moment, reeksen in berichten:
        versie = volgende_versie(moment, vorige, laatste, reeksen, NU, 0)
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
    assert volgende_versie(None, None, None, A, NU, 0) == NU
    assert volgende_versie(NU, vorige, NU, A, NU + 9, 0) == NU
    assert volgende_versie(NU, vorige, NU, AB, NU + 9, 0) == NU + 1
    assert volgende_versie(NU, replace(vorige, reeksen=AB), NU + 1, AB, NU + 9, 0) == NU + 1
    assert volgende_versie(NU + 1, replace(vorige, reeksen=AB), NU + 1, AB, NU + 9, 0) == NU + 2
    assert volgende_versie(NU, vorige, NU, frozenset(), NU + 9, 0) == NU
    assert volgende_versie(NU, replace(vorige, reeksen=frozenset()), NU, AB, NU + 9, 0) == NU
    assert volgende_versie(None, vorige, NU + 7, AB, NU, 0) == NU + 8
    assert volgende_versie(NU - 1, vorige, NU, AB, NU + 9, 0) == NU - 1


def test_versie_na_een_teruggezette_opslag() -> None:
    """From the moment that a store was put back on, what is meant to be the newest is above all that the hub may have; what is stale is
    not, and what came since is not raised twice."""
    terug, vorige = NU + 500, Publicatie(NU, A, NU)
    for onbekend in (None, vorige):
        assert volgende_versie(NU, onbekend, None, A, NU + 900, terug) == terug
        assert volgende_versie(None, onbekend, None, A, NU + 900, terug) == NU + 900
    assert volgende_versie(NU, vorige, NU, A, NU + 900, terug) == terug
    assert volgende_versie(NU, vorige, NU, AB, NU + 900, terug) == terug
    assert volgende_versie(NU, vorige, NU, frozenset(), NU + 900, terug) == terug
    assert volgende_versie(NU + 1, vorige, NU, A, NU + 900, terug) == terug
    assert volgende_versie(NU - 1, vorige, NU, A, NU + 900, terug) == NU - 1
    assert volgende_versie(NU, vorige, terug, A, NU + 900, terug) == terug
    assert volgende_versie(NU, vorige, terug, AB, NU + 900, terug) == terug + 1
    assert volgende_versie(NU + 1, vorige, terug, A, NU + 900, terug) == terug + 1


@dataclass
class Hub:
    """What the hub keeps of one dossier: the highest versie, and of one versie the first."""

    versie: int = -1
    staat: tuple[int, Reeksen, bytes] | None = None
    sinds: int = 0

    def neem(self, versie: int, staat: tuple[int, Reeksen, bytes], sinds: int) -> bool:
        assert 0 <= sinds <= versie
        if versie > self.versie:
            self.versie, self.staat, self.sinds = versie, staat, sinds
        return self.staat == staat


@dataclass
class Wereld:
    """One dossier at its source, in a store that can be lost or put back, and at the hub."""

    met_moment: bool
    klok: int = NU
    reeksen: Reeksen = A
    staat: int = 0
    persoon: bytes = b"p0"
    moment: int = NU
    teruggezet: int = 0
    opslag: tuple[Publicatie, int] | None = None
    kopie: tuple[Publicatie, int] | None = None
    hub: Hub = field(default_factory=Hub)

    def lever(self) -> bool:
        """Whether what the hub holds now is what was delivered."""
        vorige, laatste = self.opslag or (None, None)
        moment = self.moment if self.met_moment else None
        versie = volgende_versie(moment, vorige, laatste, self.reeksen, self.klok, self.teruggezet)
        van_bron = versie if moment is None else moment
        sinds = persoon_sinds(self.persoon, vorige, versie)
        publicatie = Publicatie(van_bron, self.reeksen, NU, None, self.persoon, sinds)
        if laatste is None or versie > laatste:
            self.opslag = publicatie, versie
        return self.hub.neem(versie, (self.staat, self.reeksen, self.persoon), sinds)

    def doe(self, daad: str) -> None:
        self.klok += 100
        match daad:
            case "wijzig" | "ander":
                self.staat, self.moment = self.staat + 1, self.klok - 50
                self.persoon = b"p%d" % self.staat if daad == "ander" else self.persoon
                self.lever()
            case "weer":
                self.lever()
            case "sleutels":
                self.reeksen = frozenset({str(self.klok)})
                self.lever()
            case "kopieer":
                self.kopie = self.opslag
            case "kwijt":
                self.opslag, self.teruggezet = None, 0
            case "terug":
                self.opslag, self.teruggezet = self.kopie, 0


DADEN = st.lists(st.sampled_from(["wijzig", "ander", "weer", "sleutels", "kopieer", "kwijt", "terug"]), max_size=20)


@given(st.booleans(), DADEN, DADEN)
def test_na_verlies_van_de_opslag(met_moment: bool, daden: list[str], daarna: list[str]) -> None:
    """Whatever was delivered, under whichever keys, and however often the store was lost or put back: once that was told and the dossier
    delivered again, the hub holds its last state under the last keys, and every change from then on."""
    wereld = Wereld(met_moment)
    wereld.lever()
    for daad in daden:
        wereld.doe(daad)
    wereld.klok += 1
    wereld.teruggezet = wereld.klok
    assert wereld.lever()
    for daad in daarna:
        if daad not in {"kwijt", "terug"}:
            wereld.doe(daad)
            assert wereld.lever()


@given(
    st.lists(st.sampled_from(["wijzig", "weer", "sleutels"]), max_size=10), st.sampled_from(["geen", "ervoor", "erna"])
)
def test_een_oordeel_over_personen_blijft(daden: list[str], kopie: str) -> None:
    """After a loss of the store a dossier is the same person to the hub where a copy of the store knows him; else nobody can say so, and
    what people said of him lapses. Another person is never taken for the one before."""
    wereld = Wereld(met_moment=True)
    wereld.lever()
    wereld.doe("kopieer" if kopie == "ervoor" else "weer")
    wereld.doe("ander")
    wereld.doe("kopieer" if kopie == "erna" else "weer")
    for daad in [*daden, "sleutels", "weer"]:
        wereld.doe(daad)
    was = wereld.hub.sinds
    wereld.doe("kwijt" if kopie == "geen" else "terug")
    wereld.klok += 1
    wereld.teruggezet = wereld.klok
    assert wereld.lever()
    assert (wereld.hub.sinds == was) is (kopie == "erna")
    was = wereld.hub.sinds
    wereld.doe("ander")
    assert wereld.hub.sinds > was


async def test_opslag_weg_en_alles_opnieuw(tmp_path: Path) -> None:
    """After two changes of keys and a lost store: told so, the same delivery replaces what stands under the old keys, with the term and the
    moment that its source gave, and every next change of keys is taken too."""
    bericht = met(CASUS, gewijzigdOp="2026-05-30T10:00:00Z", feiten__bewarenTot=...)
    connector, hub = Connector.maak(tmp_path, "VEILIGHEIDSHUIS"), list[Signaal]()

    async def lever() -> None:
        async with connector.client() as client:
            assert (await client.post("/v1/casussen", json=bericht)).status == 202
        hub.extend(een for een in connector.zender.signalen if not hub or een.versie > hub[-1].versie)
        connector.opslag.sluit()

    def wissel(maak: Callable[[Sleutelring], Sleutelring]) -> Connector:
        ring = maak(Sleutelring.lees(tmp_path / "ring.json"))
        ring.vervang(tmp_path / "ring.json")
        return Connector.van(tmp_path / "connector.toml")

    await lever()
    for maak in (lambda ring: ring.met("2026b"), Sleutelring.zonder_oud):
        connector = wissel(maak)
        await lever()
    for pad in tmp_path.glob("opslag.sqlite*"):
        pad.unlink()
    connector = wissel(lambda ring: ring.met("2026c"))
    connector.opslag.zet_terug(NU)
    await lever()
    connector = wissel(Sleutelring.zonder_oud)
    await lever()
    assert [[bos.tijdvak for bos in een.sleutels] for een in hub] == [
        *(["2026a"], ["2026a", "2026b"], ["2026b"], ["2026b", "2026c"], ["2026c"])
    ]
    assert [een.versie for een in hub[-2:]] == [NU, NU + 1]
    for een in hub:
        assert (een.bewaren_tot, een.feiten) == (hub[0].bewaren_tot, hub[0].feiten)
    assert [een.persoon_sinds for een in hub] == [hub[0].versie] * 3 + [NU] * 2, "since when, nobody knows any more"
    assert dict(connector.zender.berichten[-1].koppen)["ce_time"] == b"2026-05-30T10:00:00.000Z"


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


def test_namen_anders_gelezen(tmp_path: Path) -> None:
    """A program that reads names otherwise starts, counts every dossier of before as still to deliver, and gives it a higher versie."""
    connector = Connector.maak(tmp_path)
    nu = connector.instellingen.pseudonimiseerder.reeksen
    toen = frozenset(reeks.replace(f":{INDELING}.{LEZING}:", f":{INDELING}:") for reeks in nu)
    assert toen != nu
    onthoud(connector, "1", toen)
    connector.opslag.sluit()
    weer = open_opslag(lees_instellingen(schrijf_instellingen(tmp_path)), Klok())
    assert list(weer.publicaties.zaken_zonder(nu, NU)) == ["1"]
    assert volgende_versie(NU, Publicatie(NU, toen, NU), NU, nu, NU, 0) == NU + 1
    weer.sluit()


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
    opslag.db.execute("ALTER TABLE positie DROP COLUMN gezien_tot")
    opslag.db.execute("ALTER TABLE positie DROP COLUMN opnieuw")
    opslag.db.execute("ALTER TABLE zaak DROP COLUMN gezien")
    opslag.db.execute("ALTER TABLE onleesbaar DROP COLUMN op")
    opslag.db.execute("PRAGMA user_version = 2")
    opslag.sluit()
    weer = open_opslag(connector.instellingen, Klok())
    nodig = connector.instellingen.pseudonimiseerder.reeksen
    assert list(weer.publicaties.zaken_zonder(nodig, NU)) == ["1"]
    vorige = weer.publicaties.van(connector.instellingen.pseudonimiseerder.dossier("1"))
    assert volgende_versie(NU, vorige, NU, nodig, NU, 0) == NU + 1
    weer.sluit()
