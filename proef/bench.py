"""`python -m proef.bench [--sets ...] [--peers PYTHON]`: ours and the peers on the same records, machine and run; writes the table.

Makes the sets, runs `hub matching valideer` on each and Splink in clear text on the same files, and writes the table to
docs/matching-validatie.md. FEBRL goes through the generic field profile (`proef.febrl`). Every step tells how long it took and is kept
until the run is whole: one that was broken off goes on where it was, as long as the program is the same. The result of each validation
stays in its set's directory, for `hub matching keur`.
"""

import argparse
import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.domein.codes import Rol, Soort, Thema
from hub.domein.identiteit import GemeenteCode, GrondslagId, TafelId, dossier
from hub.domein.signaal import Feiten, Sleutel, Sleutelblok
from hub.matching.bakken import Bakken, warm
from hub.matching.codering import Bulk, Codeerder
from hub.matching.frequenties import tel
from hub.matching.index import Index
from hub.matching.inlezen import Telling, lees_register
from hub.matching.model import Model
from hub.matching.sleutels import Sleutelring
from hub.matching.validatie import k_voor
from hub.processors.blokken import Blokvorm
from hub.processors.namen import SLEUTEL
from hub.stream.codec import standaard
from hub.stream.record import Record
from proef.document import VALIDATIE, vervang
from proef.febrl import Set as FebrlSet
from proef.febrl import beoordeel
from proef.generiekmodel import Model as GeneriekModel
from proef.registers import SETS, maak_paar, schrijf

WORTEL: Final = Path(__file__).resolve().parents[1]
GEWOON: Final = ("schoon", "midden", "midden-bsn", "handwerk", "hard")


class Gang:
    """A run: what its steps found, on disk, under a name that follows from the program that is measured."""

    def __init__(self, werk: Path) -> None:
        som = hashlib.sha256()
        for pad in sorted([*(WORTEL / "hub").rglob("*.*"), *(WORTEL / "proef").glob("*.*")]):
            if pad.suffix in {".py", ".json", ".txt"}:
                som.update(pad.read_bytes())
        self._map = werk / f"gang-{som.hexdigest()[:12]}"

    def stap(self, naam: str, doe: Callable[[], Any]) -> Any:
        """What this step found, now or before the run was broken off; it is JSON."""
        pad = self._map / f"{naam}.json"
        if pad.exists():
            print(f"{naam}: gedaan", file=sys.stderr, flush=True)
            return json.loads(pad.read_text())
        print(f"{naam} ...", end=" ", file=sys.stderr, flush=True)
        begin = time.perf_counter()
        uit = doe()
        print(f"{time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
        self._map.mkdir(parents=True, exist_ok=True)
        pad.with_suffix(".deel").write_text(json.dumps(uit))
        pad.with_suffix(".deel").rename(pad)
        return uit

    def klaar(self) -> None:
        """The run is whole: the next one measures anew."""
        shutil.rmtree(self._map, ignore_errors=True)


def ons(map_: Path, naar: str, *meer: str) -> dict[str, Any]:
    """The result of the product's own command on a set."""
    uit = map_ / naar
    argumenten = ["--links", "links.csv", "--rechts", "rechts.csv", "--waarheid", "waarheid.csv", "--uit", str(uit)]
    begin = time.perf_counter()
    subprocess.run(
        [
            sys.executable,
            "-c",
            "from hub.matching.opdrachten import matching; matching()",
            "valideer",
            *argumenten,
            "--fictief",
            *meer,
        ],
        cwd=map_,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(WORTEL)},
    )
    return {**json.loads((uit / "uitslag.json").read_text()), "seconden": time.perf_counter() - begin}


def peer(python: Path, map_: Path, *wat: str) -> dict[str, float] | None:
    """What a peer makes of it; None where it failed, which the table says."""
    uit = map_ / f"{wat[0]}.json"
    uit.unlink(missing_ok=True)
    subprocess.run(
        [python, WORTEL / "proef" / "peers.py", *wat, uit],
        cwd=map_,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return json.loads(uit.read_text()) if uit.exists() else None


def febrl(python: Path, werk: Path, gang: Gang) -> str:
    """Markdown: FEBRL4 (linkage) and FEBRL3 (one file with duplicates) in three field scenarios, through the generic profile."""
    regels = [
        "| set | velden | Splink 5: beste F1 / bij 0,5 | ons: beste F1 / bij 0,5 | volledigheid |",
        "|---|---|---|---|---|",
    ]
    regels += [
        gang.stap(f"FEBRL{nummer} {veld}", partial(_febrl, python, werk, nummer, veld))
        for nummer in (4, 3)
        for veld in ("naam+datum", "+adres", "+nummer")
    ]
    return "\n".join(regels)


def _febrl(python: Path, werk: Path, nummer: int, veld: str) -> str:
    map_ = werk / f"FEBRL{nummer}{veld}"
    subprocess.run([python, WORTEL / "proef" / "peers.py", "febrl", str(nummer), veld, map_], check=True)
    splink = peer(python, map_, "splink-febrl", str(nummer), veld)
    k = beoordeel(FebrlSet.lees(map_), GeneriekModel.laad())
    ander = "niet gelukt" if splink is None else f"{_f(splink['beste_f1'])} / {_f(splink['f1_half'])}"
    return f"| FEBRL{nummer} | {veld} | {ander} | **{_f(k.beste.f1)} / {_f(k.op_half.f1)}** | {_f(k.volledigheid)} |"


def snelheid(map_: Path, vragen: int = 15_000) -> dict[str, float]:
    """Encoding, loading and matching in process, one core, with the frozen model in one partition.

    Twice: bare buckets asked a question that is encoded already (`zoek`), and the index as it lives (`vervang`: block in, kept,
    compared, stands out), loaded with blocks as they come out of the codec. What is done in bulk is counted in seconds of the
    processor, so that others on the machine do not count. Memory is that of the process, names and facts included.
    """
    links, rechts = (
        [persoon for _, persoon in lees_register(map_ / f"{kant}.csv", Telling(kant), fictief=True)]
        for kant in ("links", "rechts")
    )
    tabel = tel([*links, *rechts]).met_k(k_voor(max(len(links), len(rechts))))
    codeerder, model = Codeerder(Sleutelring.nieuw("bench"), tabel), Model.laad(frequenties=tabel)
    warm(model.weging)
    codeerder.bulk(links[:100])
    bakken = Bakken()
    coderen = laden = erin = 0.0
    for van in range(0, len(links), _GREEP):
        begin = time.process_time()
        bulk = codeerder.bulk(links[van : van + _GREEP])
        coderen += time.process_time() - begin
        begin = time.process_time()
        for rij in range(len(bulk.start) - 1):
            a, b = bulk.start[rij], bulk.start[rij + 1]
            bakken.voeg_toe(van + rij, bulk.tokens[a:b], bulk.coderingen[a:b], 1)
        erin += time.process_time() - begin
    vraag = codeerder.bulk(rechts[:vragen])
    gevraagd = [(vraag.tokens[a:b], vraag.coderingen[a:b], model.weging) for a, b in pairwise(vraag.start.tolist())]
    zoeken = _tijden(bakken.zoek, gevraagd)
    bakken_bytes = bakken.nbytes / len(links)
    del bakken
    vorm = Blokvorm(standaard(), 1)
    index = Index(0, 1, model, vorm.feiten)
    voor = _geheugen()  # the encoder, which is no part of a hub, remembers by now what it will
    for van in range(0, len(links), _GREEP):
        personen = links[van : van + _GREEP]
        bulk = codeerder.bulk(personen)
        records = _records(vorm, [_blok(bulk, rij, van + rij, Soort.CASUS) for rij in range(len(personen))])
        begin = time.process_time()
        index.laad(vorm.lees(0, records))
        laden += time.process_time() - begin
        del records
    geheugen = _geheugen() - voor
    nieuw = [_blok(vraag, rij, len(links) + rij, Soort.VERDACHTE) for rij in range(min(vragen, len(rechts)))]
    leven = _tijden(index.vervang, [(blok,) for blok in vorm.lees(0, _records(vorm, nieuw))])
    een = _tijden(lambda persoon: codeerder.bulk([persoon]), [(persoon,) for persoon in rechts[:500]])
    return {
        "personen": len(links),
        "k": tabel.k,
        "coderen_per_s": len(links) / coderen,
        "coderen_een_us": float(np.median(een)),
        "bakken_per_s": len(links) / erin,
        "laden_per_s": len(links) / laden,
        "bakken_bytes": bakken_bytes,
        "bytes_per_persoon": geheugen / len(links),
        "zoek_p50_us": float(np.percentile(zoeken, 50)),
        "zoek_p99_us": float(np.percentile(zoeken, 99)),
        "zoek_per_s": 1e6 / float(zoeken.mean()),
        "vervang_p50_us": float(np.percentile(leven, 50)),
        "vervang_p99_us": float(np.percentile(leven, 99)),
    }


_GREEP: Final = 8192
"""Persons that are encoded at once."""


def _tijden(doe: Callable[..., object], vragen: Sequence[tuple[Any, ...]]) -> NDArray[np.float64]:
    """Microseconds of each call but the first fifty, which find everything cold: of the quietest of three rounds, no question twice.

    On a machine that others use too a round says what they did; the quietest says what the program does.
    """
    tijden = []
    for vraag in vragen:
        begin = time.perf_counter()
        doe(*vraag)
        tijden.append(time.perf_counter() - begin)
    return min(np.array_split(1e6 * np.array(tijden[50:]), 3), key=lambda ronde: float(ronde.mean()))


def _geheugen() -> int:
    """Bytes of this process in memory (Linux)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _blok(bulk: Bulk, rij: int, nummer: int, soort: Soort) -> Sleutelblok:
    """A block with facts of its own, every text a new one but those that the codec shares."""
    van, tot = int(bulk.start[rij]), int(bulk.start[rij + 1])
    tokens = bulk.tokens[van:tot].astype(">u8").tobytes()
    sleutels = tuple(Sleutel(tokens[8 * n : 8 * n + 8], bulk.coderingen[van + n].tobytes()) for n in range(tot - van))
    feiten = Feiten(
        *(Rol.CASUSPERSOON, Thema.JEUGD, GrondslagId("convenant"), 20 + nummer % 50, GemeenteCode("GM0193")),
        vrijgave_moment=_BEGIN + nummer,
        fase_sinds=_BEGIN - nummer,
    )
    tafel = TafelId(f"vhh-{nummer % 40}" if soort is Soort.CASUS else "zsm-oost")
    return Sleutelblok(
        soort=soort,
        dossier=dossier(tafel, hashlib.blake2b(nummer.to_bytes(8, "big"), digest_size=16).digest()),
        versie=_BEGIN + nummer,
        tafel=tafel,
        tijd=_BEGIN + nummer,
        bewaren_tot=2 * _BEGIN - nummer,
        feiten=feiten,
        tokens=tuple(sleutel.token for sleutel in sleutels),
        sleutels=sleutels,
    )


def _records(vorm: Blokvorm, blokken: Sequence[Sleutelblok]) -> list[Record]:
    """As they lie on their topic."""
    return [
        Record(SLEUTEL, 0, nr, blok.tijd, blok.dossier.encode(), vorm.schrijf([blok])[0])
        for nr, blok in enumerate(blokken)
    ]


_BEGIN: Final = 1_700_000_000_000
"""A moment, in ms."""


def _f(waarde: float | None) -> str:
    return "niet gelukt" if waarde is None else f"{waarde:.4f}"


def tabel_kwaliteit(uitslagen: dict[str, tuple[dict[str, float] | None, dict[str, Any], dict[str, Any] | None]]) -> str:
    """Markdown: per set the peer and ours, with counted and with shipped frequencies."""
    regels = [
        "| set | links x rechts | Splink 5, klare tekst: beste F1 / bij 0,5 | ons: beste F1 / bij 0,5 | ons, meegeleverde "
        "frequenties | volledigheid | ijkfout | K |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for naam, (splink, eigen, vast) in uitslagen.items():
        groot = " x ".join(str(bron["gelezen"]) for bron in eigen["bronnen"][:2])
        ander = "niet gelukt" if splink is None else f"{_f(splink['beste_f1'])} / {_f(splink['f1_half'])}"
        ook = "niet gemeten" if vast is None else f"{_f(vast['beste_f1'])} / {_f(vast['f1_half'])}"
        regels.append(
            f"| {naam} | {groot} | {ander} | **{_f(eigen['beste_f1'])} / {_f(eigen['f1_half'])}** | {ook} "
            f"| {_f(eigen['volledigheid'])} | {_f(eigen['ijkfout'])} | {eigen['k']} |"
        )
    return "\n".join(regels)


def tabel_soorten(uitslag: dict[str, Any]) -> str:
    """Markdown: recall by the kind of error that the generator applied, and false pairs by what they look like."""
    regels = ["| aangebrachte fout | paren | gevonden bij 0,5 |", "|---|---|---|"]
    regels += [f"| {s['naam']} | {s['aantal']} | {s['gevonden'] / s['aantal']:.3f} |" for s in uitslag["opgegeven"]]
    regels += ["", "| ten onrechte gevonden, lijkt op | paren |", "|---|---|"]
    regels += [
        f"| {naam} | {aantal} |" for naam, aantal in sorted(uitslag["verwarringen"].items(), key=lambda x: -x[1])
    ]
    return "\n".join(regels)


def tabel_snelheid(maten: list[dict[str, float]], een: dict[str, float] | None) -> str:
    """Markdown: speed in process on one core, and Splink's single record in the same run."""
    regels = [
        "| personen | K | coderen /s | één coderen | in bakken /s | laden /s | bakken | geheugen in al | zoeken p50 | p99 | zoeken /s "
        "| gebeurtenis p50 | p99 |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    regels += [
        f"| {m['personen']} | {m['k']} | {m['coderen_per_s']:.0f} | {m['coderen_een_us']:.0f} us | {m['bakken_per_s']:.0f} "
        f"| {m['laden_per_s']:.0f} | {m['bakken_bytes']:.0f} B | {m['bytes_per_persoon']:.0f} B | {m['zoek_p50_us']:.1f} us "
        f"| {m['zoek_p99_us']:.1f} us | {m['zoek_per_s']:.0f} | {m['vervang_p50_us']:.1f} us | {m['vervang_p99_us']:.1f} us |"
        for m in maten
    ]
    if een is not None:
        vergeleken = min(maten, key=lambda m: abs(m["personen"] - een["records"]))
        keer = 1000 * een["p50_ms"] / vergeleken["zoek_p50_us"]
        regels.append(
            f"\nSplink, één nieuw record tegen {een['records']:.0f}: p50 {een['p50_ms']:.0f} ms, {keer:.0f} keer zo lang."
        )
    return "\n".join(regels)


def _snelheden(sets: Sequence[str], peers: Path, werk: Path, gang: Gang) -> str:
    """The table of these sets, with Splink's single record against the last of them."""
    maten = [gang.stap(f"{naam} snelheid", partial(snelheid, werk / naam)) for naam in sets]
    een = gang.stap(
        f"{sets[-1]} splink een record",
        lambda: peer(peers, werk / sets[-1], "een", "links.csv") if peers.exists() else None,
    )
    return tabel_snelheid(maten, een)


def _registers(naam: str, map_: Path) -> None:
    if not (map_ / "waarheid.csv").exists():
        schrijf(maak_paar(SETS[naam]), map_)


def main() -> None:
    lezer = argparse.ArgumentParser(description=__doc__)
    lezer.add_argument("--sets", nargs="*", default=list(GEWOON), choices=list(SETS))
    lezer.add_argument("--ook", nargs="*", default=[], choices=list(SETS), help="sets on top of those, such as miljoen")
    lezer.add_argument("--zonder-febrl", action="store_true")
    lezer.add_argument(
        "--alleen-snelheid", action="store_true", help="print that table only, of the sets that are named"
    )
    lezer.add_argument("--alleen-febrl", action="store_true", help="print that table only")
    lezer.add_argument("--peers", type=Path, default=WORTEL / "build" / "peers" / "bin" / "python")
    lezer.add_argument("--werk", type=Path, default=WORTEL / "build" / "proef")
    lezer.add_argument("--document", type=Path, default=VALIDATIE)
    keus = lezer.parse_args()
    keus.sets += keus.ook
    werk = keus.werk.resolve()
    gang = Gang(werk)
    if keus.alleen_febrl:
        print(febrl(keus.peers, werk, gang))
        return gang.klaar()
    for naam in keus.sets:
        gang.stap(f"{naam} registers", partial(_registers, naam, werk / naam))
    if keus.alleen_snelheid:
        print(_snelheden(keus.sets, keus.peers, werk, gang))
        return gang.klaar()
    standaard = str(WORTEL / "hub" / "matching" / "frequenties.json")
    uitslagen = {
        naam: (
            gang.stap(
                f"{naam} splink",
                partial(peer, keus.peers, werk / naam, "splink", "links.csv", "rechts.csv", "waarheid.csv"),
            ),
            gang.stap(f"{naam} ons", partial(ons, werk / naam, "ons")),
            gang.stap(f"{naam} ons, vast", partial(ons, werk / naam, "ons-vast", "--frequenties", standaard)),
        )
        for naam in keus.sets
    }
    groot = [naam for naam in keus.sets if naam in {"midden", "honderdduizend", "miljoen"}]
    delen = ["## Kwaliteit", "", tabel_kwaliteit(uitslagen)]
    if not keus.zonder_febrl:
        delen += ["", "## FEBRL", "", febrl(keus.peers, werk, gang)]
    if groot:
        delen += ["", "## Snelheid", "", _snelheden(groot, keus.peers, werk, gang)]
    for naam in keus.sets:
        if naam in {"hard", "handwerk", "midden"}:
            delen += ["", f"## Naar soort: {naam}", "", tabel_soorten(uitslagen[naam][1])]
    vervang(keus.document, "bench", "make bench-matching", "\n".join(delen))
    print("\n".join(delen))
    gang.klaar()
    return None


if __name__ == "__main__":
    main()
