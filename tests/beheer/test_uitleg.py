"""`hub koppeling uitleg`: what stands recorded explains itself with the numbers that the two persons would give."""

import re
import stat
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from hub.cli import main
from hub.domein.identiteit import TafelId
from hub.domein.koppeling import Stand
from hub.domein.signaal import Signaal, Sleutelbos
from hub.domein.vorm import stand_naar
from hub.matching.codering import encode
from hub.matching.frequenties import tel
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.processors.inname import splits
from hub.processors.koppeling import Koppelingkamer
from hub.processors.namen import GEBEURTENIS
from hub.processors.staat import Staat
from hub.stream.codec import standaard
from hub.stream.record import Record
from tests.keten.oorzaak import omgeving
from tests.keten.signalen import BEGIN, RING, TAFELS, TWENTE, ZSM, signaal
from tests.matching.blokken import Deel
from tests.matching.uitleg import uitleg_van_personen

KEES = Persoon("Kees", "Vriezendijk", "van", "19800312", "M", "Zwolle", "123456789")
CORNELIS = Persoon("Cornelis Jan", "Vriesendijk", None, "19801203", "M", "Zwolle", "123456780")
P = 4


def dossier(tafel: str, bossen: tuple[Sleutelbos, ...]) -> Signaal:
    return replace(signaal(TafelId(tafel), 1), sleutels=bossen)


def vastgelegd(a: Persoon, b: Persoon) -> tuple[UUID, bytes]:
    """The state record that the room writes of two persons that met."""
    indexen = [Deel(nummer, P, Model.laad()) for nummer in range(P)]
    standen: list[Stand] = []
    for een in (dossier(ZSM, encode(a, RING)), dossier(TWENTE, encode(b, RING))):
        for index, blok in zip(indexen, splits(een, BEGIN, P), strict=True):
            standen += index.zeg(blok)
    (stand,) = standen
    kamer = Koppelingkamer(
        standaard(), omgeving(), TAFELS, bron="urn:nld:oin:00000099000000000001:systeem:hub", register="r"
    )
    waarde = standaard().codeer("stand", stand_naar(stand))
    (record,) = kamer.verwerk(
        Staat(), 0, [Record(GEBEURTENIS, 0, 0, BEGIN, str(stand.koppeling).encode(), waarde)]
    ).staat
    assert record.value is not None
    return stand.koppeling, record.value


def uitleg(map_: Path, id_: UUID, record: bytes, *meer: str) -> Result:
    (map_ / "record").write_bytes(record)
    return CliRunner().invoke(main, ["koppeling", "uitleg", str(id_), "--uit-bestand", str(map_ / "record"), *meer])


@pytest.mark.parametrize("ander", [KEES, CORNELIS], ids=["gelijk", "anders"])
def test_zelfde_getallen_als_twee_personen(tmp_path: Path, ander: Persoon) -> None:
    """From the record alone: every field, level and weight that the persons themselves give, and no name of them."""
    id_, record = vastgelegd(KEES, ander)
    uit = uitleg(tmp_path, id_, record)
    assert uit.exit_code == 0, uit.output
    zelf = uitleg_van_personen(KEES, ander, RING, Model.laad())
    assert zelf.tekst() in uit.output
    assert len(zelf.regels) > 8
    for naam in ("Kees", "Cornelis", "ries", "riez", "Zwolle", "1980", "12345"):
        assert naam.lower() not in uit.output.lower()
    assert ZSM in uit.output and TWENTE in uit.output
    assert re.search(r"kenmerk [0-9A-Z]{4}-[0-9A-Z]{4}", uit.output)


def test_bewaren(tmp_path: Path) -> None:
    """The record can be kept as it was, to uitleg_van_personen it later, for its owner alone; a file is never overwritten."""
    id_, record = vastgelegd(KEES, KEES)
    assert uitleg(tmp_path, id_, record, "--bewaar", str(tmp_path / "kopie")).exit_code == 0
    assert (tmp_path / "kopie").read_bytes() == record
    assert stat.S_IMODE((tmp_path / "kopie").stat().st_mode) == 0o600
    assert uitleg(tmp_path, id_, record, "--bewaar", str(tmp_path / "kopie")).exit_code == 1


def test_fouten(tmp_path: Path) -> None:
    """Another koppeling's record, bytes that are none, and evidence of another model are one line that says what is wrong."""
    id_, record = vastgelegd(KEES, CORNELIS)
    uit = uitleg(tmp_path, UUID(int=1), record)
    assert (uit.exit_code, f"dit record is van koppeling {id_}" in uit.output) == (1, True)
    uit = uitleg(tmp_path, id_, record[:50])
    assert (uit.exit_code, "geen record van een koppeling" in uit.output) == (1, True)
    tabel = tmp_path / "tabel.json"
    tel([KEES, CORNELIS]).schrijf(tabel)
    uit = uitleg(tmp_path, id_, record, "--frequenties", str(tabel))
    assert uit.exit_code == 1
    assert "give that model" in uit.output
