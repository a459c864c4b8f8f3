"""Levels -> evidence, by tables that are frozen, versioned and published in `model.json` with their model card.

Fellegi-Sunter with classes. A true pair comes from a clean record or a dirty one; a false pair is chance, or relatives: twins,
siblings, parent and child, namesakes of one year. Only chance pays for a name by how frequent it is. The tables never change;
how many pairs of each class to expect (`Omvang`) is reviewed configuration, and how frequent names are comes from the counts.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from hub.domein.codes import Uitkomst
from hub.domein.koppeling import Bewijs
from hub.matching import vergelijkmachine as machine
from hub.matching.frequenties import Frequenties, Zeldzaamheid
from hub.matching.niveaus import BSN_GELIJK, SCHALEN, TABELLEN, VELDEN

VERWANT: Final = ("tweeling", "gezin", "ouder_kind", "naamgenoot")
KLASSEN: Final = ("schoon", "vuil", "toeval", *VERWANT)
"""Two classes of true pairs, then those that are not."""

_VOORNAAM, _ACHTERNAAM, _PLAATS = ((0, 9), (2, 7), (5, 4))
"""Field and level of exact agreement whose chance depends on the frequency of what agrees."""
_DEEL: Final = ({9: 1.0, 8: 0.6, 7: 0.6, 6: 0.3}, {7: 1.0, 6: 0.8, 5: 0.5}, {4: 1.0})
"""How much of that dependence each level has."""

METINGEN: Final = "metingen"
"""Part of a model file that its hash leaves out: its validations with their calibration, and the attack (ADR 0022)."""

_Getallen = NDArray[np.float64]
Niveaurijen = NDArray[np.uint8]


class ModelFout(Exception):
    """A model file or a configuration of it does not fit this program. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Omvang:
    """Reviewed configuration: the sizes of both registers, and how many pairs of each kind are expected between them."""

    links: float
    rechts: float
    waar: float
    tweeling: float
    gezin: float
    ouder_kind: float
    naamgenoot: float

    def __post_init__(self) -> None:
        for veld in fields(self):
            waarde = getattr(self, veld.name)
            if not (isinstance(waarde, int | float) and 0 < waarde < 1e18):
                raise ModelFout(f"omvang: {veld.name} must be a number above 0")

    @classmethod
    def voor(cls, links: int, rechts: int, deel_waar: float = 0.1) -> Self:
        """Sizes before anything is known of two registers: which share of the smaller is in the other, and relatives by its size."""
        kleinste = min(links, rechts)
        return cls(
            *(links, rechts, max(deel_waar * kleinste, 1e-3)),
            *(max(deel * kleinste, 1e-3) for deel in (0.01, 0.07, 0.012, 0.01)),
        )

    @classmethod
    def lees(cls, pad: Path) -> Self:
        """Raises ModelFout; OSError where the file cannot be read."""
        try:
            tekst = pad.read_text("utf-8")
        except UnicodeDecodeError:
            raise ModelFout(f"{pad}: not a JSON file in UTF-8") from None
        return cls.uit(tekst)

    @classmethod
    def uit(cls, tekst: str) -> Self:
        """From JSON. Raises ModelFout."""
        try:
            inhoud = json.loads(tekst)
            return cls(**{veld.name: inhoud[veld.name] for veld in fields(cls)})
        except (KeyError, TypeError, ValueError) as fout:
            raise ModelFout(f"omvang: give {', '.join(veld.name for veld in fields(cls))} ({fout})") from None

    @property
    def paren(self) -> dict[str, float]:
        """Expected pairs per class of KLASSEN; both classes of true pairs share `waar`."""
        anders = {naam: float(getattr(self, naam)) for naam in VERWANT}
        return {"schoon": self.waar, "vuil": self.waar, "toeval": float(self.links) * self.rechts, **anders}


@dataclass(frozen=True)
class Model:
    """Frozen tables with a configuration. There is no way to change a weight but another file, and so another hash."""

    inhoud: Mapping[str, Any]
    omvang: Omvang
    zeldzaamheid: Zeldzaamheid

    @classmethod
    def laad(
        cls, pad: Path | None = None, omvang: Omvang | None = None, frequenties: Frequenties | None = None
    ) -> Self:
        """Without arguments what ships with this version. Raises ModelFout, also for a candidate that nobody approved."""
        model = cls.lees(pad, omvang, frequenties)
        if model.kaart.get("status") == "kandidaat":
            raise ModelFout(f"{pad or 'model.json'}: a candidate: validate it and have it approved before it is used")
        return model

    @classmethod
    def van_bestanden(cls, model: Path | None, omvang: Path | None, frequenties: Path | None) -> Self:
        """An approved model with its configuration; None: what ships. Raises ModelFout, FrequentieFout, OSError."""
        return cls.laad(
            model,
            None if omvang is None else Omvang.lees(omvang),
            None if frequenties is None else Frequenties.lees(frequenties),
        )

    @classmethod
    def lees(
        cls, pad: Path | None = None, omvang: Omvang | None = None, frequenties: Frequenties | None = None
    ) -> Self:
        """The same for validation: takes a candidate. Raises ModelFout; OSError where the file cannot be read."""
        bron = resources.files("hub.matching").joinpath("model.json")
        try:
            inhoud = json.loads(pad.read_text("utf-8") if pad else bron.read_text("utf-8"))
        except ValueError:
            raise ModelFout(f"{pad}: not a JSON file in UTF-8") from None
        return cls.uit(inhoud, omvang, frequenties)

    @classmethod
    def uit(
        cls, inhoud: Mapping[str, Any], omvang: Omvang | None = None, frequenties: Frequenties | None = None
    ) -> Self:
        """From the contents of a model file. Raises ModelFout."""
        _keur(inhoud)
        standaard = resources.files("hub.matching").joinpath("omvang.json")
        return cls(
            inhoud,
            omvang or Omvang.uit(standaard.read_text("utf-8")),
            (frequenties or Frequenties.standaard()).zeldzaamheid(),
        )

    def met(self, omvang: Omvang | None = None, frequenties: Frequenties | None = None) -> "Model":
        """The same tables under another configuration."""
        return Model(
            self.inhoud,
            omvang or self.omvang,
            frequenties.zeldzaamheid() if frequenties else self.zeldzaamheid,
        )

    @cached_property
    def hash(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of tables, card, sizes and frequencies: whatever moves a weight."""
        return _som([self._bevroren, asdict(self.omvang), asdict(self.zeldzaamheid)])[:16]

    @cached_property
    def tabelhash(self) -> str:
        """SHA-256 of what the file freezes: the same under other sizes and frequencies."""
        return _som(self._bevroren)

    @property
    def _bevroren(self) -> dict[str, Any]:
        """The file without what was measured of it: a new measurement makes no other model, and weighs nothing anew."""
        return {naam: deel for naam, deel in self.inhoud.items() if naam != METINGEN}

    @property
    def kaart(self) -> Mapping[str, Any]:
        """The model card, in Dutch: what was frozen, and over it what was measured last."""
        return {**self.inhoud["kaart"], **self.inhoud.get(METINGEN, {})}

    @property
    def drempel(self) -> float:
        """From this weight a pair is MOGELIJK, or ZEKER."""
        return float(self.inhoud["drempel"])

    @property
    def velden(self) -> tuple[str, ...]:
        """In the order of a stand's `niveaus`."""
        return VELDEN

    @cached_property
    def weging(self) -> tuple[Any, ...]:
        """What the compiled sum takes: tables per class, log2 sizes per class, and the surcharges of chance."""
        tabel = np.zeros((len(KLASSEN), TABELLEN, 1 + max(len(schaal.labels) for schaal in SCHALEN[:TABELLEN])))
        for klasse, naam in enumerate(KLASSEN):
            for veld, kansen in enumerate(self._kansen(naam)):
                tabel[klasse, veld, 1 : 1 + len(kansen)] = np.log2(kansen)
        paren = self.omvang.paren
        alfa = [*self.inhoud["alfa"], *(1.0 for _ in KLASSEN[2:])]
        omvang = np.log2([deel * paren[naam] for deel, naam in zip(alfa, KLASSEN, strict=True)])
        return (tabel, omvang, *self._toeslagen(), float(self.inhoud["gemeenschap"]))

    def _kansen(self, klasse: str) -> list[_Getallen]:
        """Per field the chance of each level from 1, given the class."""
        inhoud = self.inhoud
        match klasse:
            case "schoon":
                tabel = inhoud["waar"][0]
            case "vuil":
                tabel = inhoud["waar"][1]
            case "toeval":
                tabel = inhoud["toeval"]
            case _:
                tabel = inhoud["verwant"][klasse]
        kansen = [np.array(veld, np.float64) for veld in tabel]
        if klasse == "toeval":  # names agree by chance as often as the counts say
            for (veld, niveau), kans in zip((_VOORNAAM, _ACHTERNAAM, _PLAATS), self.zeldzaamheid.toeval, strict=True):
                gelijk = min(kans, 0.5)
                rest = 1 - kansen[veld][niveau - 1]
                kansen[veld] *= (1 - gelijk) / rest
                kansen[veld][niveau - 1] = gelijk
        return kansen

    def _toeslagen(self) -> list[_Getallen]:
        """Per frequency field, by level and rarity class from 1: what chance adds for a frequent name and subtracts for a rare one."""
        uit = []
        for (veld, _), deel, centra, kans in zip(
            (_VOORNAAM, _ACHTERNAAM, _PLAATS), _DEEL, self.zeldzaamheid.centra, self.zeldzaamheid.toeval, strict=True
        ):
            toeslag = np.zeros((1 + len(SCHALEN[veld].labels), 1 + len(centra)))
            for niveau, keer in deel.items():
                toeslag[niveau, 1:] = keer * (np.log2(centra) - np.log2(kans))
            uit.append(toeslag)
        return uit

    def gewichten(self, niveaus: Niveaurijen) -> _Getallen:
        """log2 odds per row of levels."""
        uit = np.zeros(len(niveaus))
        machine.gewichten(np.ascontiguousarray(niveaus, np.uint8), *self.weging, uit)
        return uit

    def klassen(self, niveaus: Niveaurijen) -> _Getallen:
        """log2 of the chance of these levels in each class of KLASSEN (the two of true pairs times their share), sizes left out."""
        uit: _Getallen = self._per_veld(niveaus).sum(axis=2) + np.log2(
            [*self.inhoud["alfa"], *(1.0 for _ in KLASSEN[2:])]
        )
        return uit

    def _per_veld(self, niveaus: Niveaurijen) -> _Getallen:
        """[pair, class, field]; the surcharges of chance stand with the rarity fields, that of one community with the last."""
        tabel, _, voor, achter, plaats, gemeenschap = self.weging
        n = niveaus.astype(np.int64)
        uit = np.zeros((len(n), len(KLASSEN), len(VELDEN)))
        for veld in range(TABELLEN):
            uit[:, :, veld] = tabel[:, veld, n[:, veld]].T
        uit[:, 2, 8] = voor[n[:, 0], n[:, 8]]
        uit[:, 2, 9] = achter[n[:, 2], n[:, 9]]
        uit[:, 2, 10] = plaats[n[:, 5], n[:, 10]]
        uit[:, 2, 7] += gemeenschap * ((n[:, 0] >= 6) & (n[:, 2] >= 5))
        return uit

    def bijdragen(self, niveaus: Niveaurijen) -> _Getallen:
        """The sum, per pair: prior, each field of VELDEN, and what relatives and the other class of true pairs change.

        Fields are weighed for the likelier class of true pairs against chance; the last column makes the sum exact.
        """
        per_veld = self._per_veld(niveaus)
        omvang = self.weging[1]
        soort = (per_veld[:, :2].sum(axis=2) + omvang[:2]).argmax(axis=1)
        velden = per_veld[np.arange(len(niveaus)), soort] - per_veld[:, 2]
        vooraf = omvang[soort] - omvang[2]
        rest = self.gewichten(niveaus) - vooraf - velden.sum(axis=1)
        return np.column_stack([vooraf, velden, rest])

    def waarschijnlijkst(self, niveaus: Sequence[int]) -> str:
        """The class, of those that are not true pairs, that explains these levels best."""
        rij = np.array([niveaus], np.uint8)
        niet_waar = (self._per_veld(rij)[0].sum(axis=1) + self.weging[1])[2:]
        return KLASSEN[2 + int(niet_waar.argmax())]

    def bewijs(self, niveaus: Sequence[int]) -> Bewijs:
        """ZEKER: nine agreeing BSN digits, nothing in name or birth date that contradicts, and weight above the threshold.

        Raises ValueError where these are not levels of this model.
        """
        if len(niveaus) != len(SCHALEN) or any(
            not 0 <= n <= len(schaal.labels) for n, schaal in zip(niveaus, SCHALEN, strict=True)
        ):
            raise ValueError(f"a level for each of {', '.join(VELDEN)} is needed")
        gewicht = float(self.gewichten(np.array([niveaus], np.uint8))[0])
        return self.bewijs_van(tuple(niveaus), gewicht)

    def bewijs_van(self, niveaus: tuple[int, ...], gewicht: float) -> Bewijs:
        """The same where the weight of these levels is known already."""
        gewicht = round(gewicht, 3)
        veld, gelijk = BSN_GELIJK
        if gewicht < self.drempel:
            uitkomst = Uitkomst.GEEN
        elif niveaus[veld] == gelijk and not any(niveaus[n] in fout for n, fout in self._tegenspraak):
            uitkomst = Uitkomst.ZEKER
        else:
            uitkomst = Uitkomst.MOGELIJK
        return Bewijs(uitkomst, gewicht, niveaus, self.hash)

    @cached_property
    def _tegenspraak(self) -> tuple[tuple[int, frozenset[int]], ...]:
        """Per field the levels that forbid ZEKER."""
        return tuple((VELDEN.index(veld), frozenset(fout)) for veld, fout in self.inhoud["tegenspraak"].items())


def _som(wat: object) -> str:
    """SHA-256 of the contents, not of their layout."""
    canoniek = json.dumps(wat, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canoniek.encode()).hexdigest()


def _keur(inhoud: Mapping[str, Any]) -> None:
    """Raises ModelFout unless every table has a chance above 0 for every level."""
    try:
        tabellen = {
            **{f"waar[{n}]": tabel for n, tabel in enumerate(inhoud["waar"])},
            "toeval": inhoud["toeval"],
            **{naam: inhoud["verwant"][naam] for naam in VERWANT},
        }
        for naam, tabel in tabellen.items():
            for schaal, kansen in zip(SCHALEN[:TABELLEN], tabel, strict=True):
                if len(kansen) != len(schaal.labels) or min(kansen) <= 0 or not 0.98 < sum(kansen) < 1.02:
                    raise ModelFout(f"{naam}, {schaal.veld}: give {len(schaal.labels)} chances above 0 that sum to 1")
        if len(inhoud["waar"]) != 2 or len(inhoud["alfa"]) != 2 or min(inhoud["alfa"]) <= 0:
            raise ModelFout("waar, alfa: give two classes of true pairs, each with its share")
        float(inhoud["drempel"]), float(inhoud["gemeenschap"]), inhoud["kaart"]["doel"]
        if not {"voornaam", "geslachtsnaam", "geboortedatum"} <= set(inhoud["tegenspraak"]) <= set(VELDEN):
            raise ModelFout("tegenspraak: name the levels of name and birth date that forbid ZEKER")
    except (KeyError, TypeError, ValueError) as fout:
        raise ModelFout(f"not a model of this version: {fout!r}") from None
