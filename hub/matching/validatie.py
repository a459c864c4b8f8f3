"""Validation of the matching on two registers: what it finds, against the truth where there is one.

Goes the way of a live pair: clear text -> kern -> composite keys -> salted encodings -> buckets -> levels -> model. The key is a
fixed one, so that the same input gives the same bytes; nothing that is written holds an encoding.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hub.matching.codering import Codeerder
from hub.matching.frequenties import Frequenties, tel
from hub.matching.inlezen import Leesfout, Telling, bestandsnaam, lees_register, lees_waarheid
from hub.matching.klassen import pas
from hub.matching.maten import DREMPELS, Kwaliteit, Soort, histogram, meet, per_soort
from hub.matching.model import Model, Omvang
from hub.matching.namen import Persoon
from hub.matching.paren import Gewogen, Paren, ontmoet, schrijf_paren, weeg
from hub.matching.rapport import Bron, Uitslag, html
from hub.matching.sleutels import Sleutelring, Tijdvak
from hub.matching.verschil import groepen, soorten, verwarring

K_HOOGST: Final = 1000
K_MAAL_N: Final = 0.3 * 17_000_000
"""A key may single out no fewer persons than that K x register / 17 million stays below 0.3."""

Voortgang = Callable[[str, int, int], None]
"""Step, bytes done, bytes in all."""


@dataclass(frozen=True, slots=True)
class Opdracht:
    """What to validate, and how. `k` None: what the size of the larger register allows."""

    links: Path
    rechts: Path
    uit: Path
    waarheid: Path | None = None
    fictief: bool = False
    frequenties: Path | None = None
    omvang: Path | None = None
    model: Path | None = None
    k: int | None = None
    vanaf: float = 0.0


@dataclass(slots=True)
class _Klok:
    duur: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stap(self, naam: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.duur[naam] = time.perf_counter() - begin


def k_voor(registers: int) -> int:
    """The widest bound that a register of this size allows."""
    return max(1, min(K_HOOGST, int(K_MAAL_N / max(registers, 1))))


def valideer(opdracht: Opdracht, voortgang: Voortgang) -> Uitslag:
    """Writes paren.csv, uitslag.json and rapport.html into `uit`. Raises BestandFout, FrequentieFout, ModelFout, OSError."""
    opdracht.uit.mkdir(parents=True, exist_ok=True)
    klok = _Klok()
    links, rechts = _Register(opdracht.links, opdracht, voortgang), _Register(opdracht.rechts, opdracht, voortgang)
    waarheid = _Waarheid.lees(opdracht.waarheid)
    with klok.stap("namen tellen"):
        geteld = tel((persoon for reg in (links, rechts) for _, persoon in reg.lees("tellen")), naam="deze registers")
    tabel = geteld if opdracht.frequenties is None else Frequenties.lees(opdracht.frequenties)
    tabel = tabel.met_k(opdracht.k or k_voor(max(links.telling.gelezen, rechts.telling.gelezen)))
    codeerder = Codeerder(_ring(), tabel)
    kaal = Model.lees(opdracht.model, frequenties=tabel)
    klein_is_links = links.telling.gelezen <= rechts.telling.gelezen
    klein, groot = (links, rechts) if klein_is_links else (rechts, links)
    with klok.stap("coderen en vergelijken"):
        paren = ontmoet(
            klein.lees("coderen"), groot.lees("vergelijken"), codeerder, kaal, klein_is_links=klein_is_links
        )
    with klok.stap("wegen"):
        model = kaal.met(omvang=_omvang(opdracht, kaal, paren))
        gewogen = weeg(paren.patronen, model)
    with klok.stap("paren schrijven"):
        schrijf_paren(opdracht.uit / "paren.csv", paren, gewogen, opdracht.vanaf)
    with klok.stap("beoordelen"):
        uitslag = _beoordeel(opdracht, (links, rechts), paren, gewogen, waarheid, model, tabel, klok.duur)
    (opdracht.uit / "rapport.html").write_text(html(uitslag), encoding="utf-8")
    (opdracht.uit / "uitslag.json").write_text(
        json.dumps(samenvatting(uitslag), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return uitslag


class _Register:
    """A file that is read more than once, with its progress."""

    def __init__(self, pad: Path, opdracht: Opdracht, voortgang: Voortgang) -> None:
        self.pad, self._opdracht, self._voortgang = pad, opdracht, voortgang
        self.telling = Telling(bestandsnaam(pad))

    def lees(self, stap: str) -> Iterator[tuple[str, Persoon]]:
        gedaan, alles = 0, self.pad.stat().st_size

        def verder(erbij: int) -> None:
            nonlocal gedaan
            gedaan += erbij
            self._voortgang(f"{self.telling.bestand}: {stap}", gedaan, alles)

        return lees_register(self.pad, self.telling, fictief=self._opdracht.fictief, voortgang=verder)

    def bron(self, kant: str) -> Bron:
        return _bron(kant, self.pad, self.telling.gelezen, self.telling.fouten)


def _bron(kant: str, pad: Path, gelezen: int, fouten: Sequence[Leesfout]) -> Bron:
    with pad.open("rb") as bestand:
        som = hashlib.file_digest(bestand, "sha256").hexdigest()
    return Bron(kant, bestandsnaam(pad), som, gelezen, tuple(fouten))


@dataclass(frozen=True, slots=True)
class _Waarheid:
    paren: dict[tuple[str, str], tuple[str, ...]]
    """The true pairs, with the kinds of error that the file names."""
    bron: Bron | None
    """None: there is no file."""

    @classmethod
    def lees(cls, pad: Path | None) -> "_Waarheid":
        if pad is None:
            return cls({}, None)
        paren, fouten = lees_waarheid(pad)
        return cls(paren, _bron("waarheid", pad, len(paren), fouten))


def _ring() -> Sleutelring:
    """A public key: what is encoded here is compared here, and kept nowhere."""
    return Sleutelring((Tijdvak("validatie", hashlib.sha256(b"uitwisselhub validatie").digest()),))


def _omvang(opdracht: Opdracht, kaal: Model, paren: Paren) -> Omvang:
    if opdracht.omvang is not None:
        return Omvang.lees(opdracht.omvang)
    gezien = kaal.inhoud.get("gezien", {})
    return pas(kaal.klassen(paren.patronen), paren.aantallen, len(paren.links), len(paren.rechts), gezien)


def _beoordeel(
    opdracht: Opdracht,
    registers: tuple[_Register, _Register],
    paren: Paren,
    gewogen: Gewogen,
    waarheid: _Waarheid,
    model: Model,
    tabel: Frequenties,
    duur: dict[str, float],
) -> Uitslag:
    kans = gewogen.kans[paren.patroon]
    waar = _waar(paren, waarheid.paren)
    kwaliteit = None if waarheid.bron is None else meet(kans, waar, len(waarheid.paren))
    naar_soort = _Soorten() if kwaliteit is None else _naar_soort(registers, paren, kans >= 0.5, waar, waarheid.paren)
    uitkomsten = Counter[str]()
    for uitkomst, aantal in zip(gewogen.uitkomst, paren.aantallen.tolist(), strict=True):
        uitkomsten[str(uitkomst)] += aantal
    bekend = set(paren.links), set(paren.rechts)
    return Uitslag(
        bronnen=(
            *(reg.bron(kant) for reg, kant in zip(registers, ("links", "rechts"), strict=True)),
            *([] if waarheid.bron is None else [waarheid.bron]),
        ),
        model=model.hash,
        kaart=model.kaart,
        tabellen=model.tabelhash,
        klassen=asdict(model.omvang),
        klassen_herkomst="gegeven bestand" if opdracht.omvang else "geschat zonder waarheid, op deze vergelijking",
        frequenties=(
            f"{'geteld in deze registers' if opdracht.frequenties is None else bestandsnaam(opdracht.frequenties)} ({tabel.hash})"
        ),
        k=tabel.k,
        paren=len(paren),
        uitkomsten=uitkomsten,
        verwacht=_verwacht(kans),
        gewichten=histogram(gewogen.gewicht[paren.patroon], None if kwaliteit is None else waar),
        kwaliteit=kwaliteit,
        soorten=naar_soort.verschillen,
        opgegeven=naar_soort.opgegeven,
        groepen=naar_soort.groepen,
        verwarringen=naar_soort.verwarringen,
        onbekend=sum(a not in bekend[0] or b not in bekend[1] for a, b in waarheid.paren),
        duur=duur,
    )


def _waar(paren: Paren, waarheid: dict[tuple[str, str], tuple[str, ...]]) -> NDArray[np.bool_]:
    links = {dossier: nummer for nummer, dossier in enumerate(paren.links)}
    rechts = {dossier: nummer for nummer, dossier in enumerate(paren.rechts)}
    breed = len(rechts) + 1
    codes = np.array([links[a] * breed + rechts[b] for a, b in waarheid if a in links and b in rechts], np.int64)
    return np.isin(paren.links_nr.astype(np.int64) * breed + paren.rechts_nr, codes)


def _verwacht(kans: NDArray[np.float64]) -> list[tuple[float, int, float]]:
    uit = []
    for drempel in DREMPELS:
        boven = kans[kans >= drempel]
        uit.append((drempel, len(boven), float(boven.mean()) if len(boven) else 1.0))
    return uit


@dataclass(frozen=True, slots=True)
class _Soorten:
    verschillen: tuple[Soort, ...] = ()
    opgegeven: tuple[Soort, ...] = ()
    groepen: tuple[Soort, ...] = ()
    verwarringen: Counter[str] = field(default_factory=Counter)


def _naar_soort(
    registers: tuple[_Register, _Register],
    paren: Paren,
    gevonden: NDArray[np.bool_],
    waar: NDArray[np.bool_],
    waarheid: dict[tuple[str, str], tuple[str, ...]],
) -> _Soorten:
    """Reads both registers once more, and keeps only persons of true and of false pairs."""
    wel = {_namen(paren, nummer) for nummer in np.flatnonzero(gevonden & waar).tolist()}
    vals = [_namen(paren, nummer) for nummer in np.flatnonzero(gevonden & ~waar).tolist()]
    nodig = {a for a, _ in waarheid} | {a for a, _ in vals}, {b for _, b in waarheid} | {b for _, b in vals}
    links, rechts = (
        {dossier: persoon for dossier, persoon in reg.lees("fouten naar soort") if dossier in wie}
        for reg, wie in zip(registers, nodig, strict=True)
    )
    rijen = [paar for paar in waarheid if paar[0] in links and paar[1] in rechts]
    treffer = [paar in wel for paar in rijen]
    genoemd = any(waarheid.values())
    return _Soorten(
        verschillen=per_soort([soorten(links[a], rechts[b]) for a, b in rijen], treffer),
        opgegeven=per_soort([waarheid[paar] for paar in rijen], treffer) if genoemd else (),
        groepen=per_soort([groepen(links[a]) for a, _ in rijen], treffer),
        verwarringen=Counter(verwarring(links[a], rechts[b]) for a, b in vals),
    )


def _namen(paren: Paren, nummer: int) -> tuple[str, str]:
    return paren.links[paren.links_nr[nummer]], paren.rechts[paren.rechts_nr[nummer]]


def samenvatting(uitslag: Uitslag) -> dict[str, Any]:
    """The result for machines: what a comparison of models and the approval of a candidate read."""
    k = uitslag.kwaliteit
    uit: dict[str, Any] = {
        "model": uitslag.model,
        "tabellen": uitslag.tabellen,
        "frequenties": uitslag.frequenties,
        "k": uitslag.k,
        "bronnen": [{**asdict(bron), "fouten": len(bron.fouten)} for bron in uitslag.bronnen],
        "klassen": dict(uitslag.klassen),
        "paren": uitslag.paren,
        "uitkomsten": dict(uitslag.uitkomsten),
        "duur": dict(uitslag.duur),
    }
    if k is not None:
        uit |= {
            "beste_f1": k.beste.f1,
            "beste_drempel": k.beste.drempel,
            "f1_half": k.op_half.f1,
            "precisie_half": k.op_half.precisie,
            "recall_half": k.op_half.recall,
            "volledigheid": k.volledigheid,
            "ijkfout": k.ijkfout,
            "ijking": [asdict(bak) for bak in k.ijking],
            "waar": k.op_half.waar,
            "soorten": [asdict(s) for s in uitslag.soorten],
            "opgegeven": [asdict(s) for s in uitslag.opgegeven],
            "groepen": [asdict(s) for s in uitslag.groepen],
            "verwarringen": dict(uitslag.verwarringen),
        }
    return uit


def tekst(uitslag: Uitslag) -> str:
    """What the command prints."""
    regels = [
        f"{bron.kant}: {bron.bestand}: {bron.gelezen} gelezen, {len(bron.fouten)} onleesbaar"
        for bron in uitslag.bronnen
    ]
    for bron in uitslag.bronnen:
        regels += [f"  {bron.bestand}, regel {fout.regel}: {fout.reden}" for fout in bron.fouten[:20]]
        if len(bron.fouten) > 20:
            regels.append(f"  {bron.bestand}: en {len(bron.fouten) - 20} meer")
    regels.append(f"model {uitslag.model}, k {uitslag.k}, frequenties {uitslag.frequenties}")
    regels.append(f"{uitslag.paren} paren vergeleken: {dict(uitslag.uitkomsten)}")
    k: Kwaliteit | None = uitslag.kwaliteit
    if k is None:
        regels.append("geen waarheid: verwachte precisie volgens het model")
        regels += [f"  kans >= {d:<6} {n:>9} paren  {p:.4f}" for d, n, p in uitslag.verwacht]
        return "\n".join(regels)
    regels.append(f"{'kans':>8} {'gevonden':>9} {'juist':>8} {'precisie':>9} {'recall':>8} {'F1':>8}")
    regels += [
        f"{m.drempel:>8} {m.gevonden:>9} {m.juist:>8} {m.precisie:>9.4f} {m.recall:>8.4f} {m.f1:>8.4f}"
        for m in k.per_drempel
    ]
    regels.append(f"beste F1 {k.beste.f1:.4f} bij kans {k.beste.drempel:.4f}; F1 bij 0,5 {k.op_half.f1:.4f}")
    regels.append(f"pairs completeness {k.volledigheid:.4f}; ijkfout {k.ijkfout:.4f}")
    regels += [
        f"  ijking {b.van:.2f}-{b.tot:.2f}: {b.aantal:>8} paren, verwacht {b.verwacht:.3f}, waar {b.waar:.3f}"
        for b in k.ijking
    ]
    return "\n".join(regels)
