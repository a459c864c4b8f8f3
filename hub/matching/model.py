"""Levels -> evidence, by weights that are frozen, versioned and published in `model.json` with their model card."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

from hub.domein.codes import Uitkomst
from hub.domein.koppeling import Bewijs
from hub.matching.niveaus import BSN_GELIJK, SCHALEN


class ModelFout(Exception):
    """The model file does not fit the levels that this program computes."""


@dataclass(frozen=True, slots=True)
class Model:
    """Fellegi-Sunter with fixed weights in log2 odds. There is no way to change one but a new file, and so a new hash."""

    hash: str
    """First 16 hexadecimal digits of the SHA-256 of the file's canonical contents, card included."""
    kaart: dict[str, Any]
    uitgangskans: float
    """Weight before anything is compared."""
    drempel: float
    """From here a pair is MOGELIJK, or ZEKER."""
    gewichten: tuple[tuple[float, ...], ...]
    """Per field, per level from 0; level 0 weighs nothing."""
    tegenspraak: tuple[frozenset[int], ...]
    """Per field, the levels that forbid ZEKER."""

    @classmethod
    def laad(cls) -> Self:
        """The model that ships with this version. Raises ModelFout."""
        return cls.uit(json.loads(resources.files("hub.matching").joinpath("model.json").read_text("utf-8")))

    @classmethod
    def uit(cls, inhoud: dict[str, Any]) -> Self:
        """Raises ModelFout."""
        velden = inhoud["velden"]
        if list(velden) != [schaal.veld for schaal in SCHALEN]:
            raise ModelFout(f"the model must weigh these fields, in this order: {[s.veld for s in SCHALEN]}")
        for schaal in SCHALEN:
            if len(velden[schaal.veld]["gewichten"]) != len(schaal.labels):
                raise ModelFout(f"{schaal.veld}: the model must give {len(schaal.labels)} weights")
        canoniek = json.dumps(inhoud, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return cls(
            hash=hashlib.sha256(canoniek.encode()).hexdigest()[:16],
            kaart=inhoud["kaart"],
            uitgangskans=float(inhoud["uitgangskans"]),
            drempel=float(inhoud["drempel"]),
            gewichten=tuple((0.0, *map(float, veld["gewichten"])) for veld in velden.values()),
            tegenspraak=tuple(frozenset(veld["tegenspraak"]) for veld in velden.values()),
        )

    @property
    def velden(self) -> tuple[str, ...]:
        """In the order of a stand's `niveaus`."""
        return tuple(schaal.veld for schaal in SCHALEN)

    def bewijs(self, niveaus: Sequence[int]) -> Bewijs:
        """ZEKER: nine agreeing BSN digits, nothing in name or birth date that contradicts, and weight above the threshold.

        Raises ValueError or IndexError where these are not levels of this model.
        """
        if len(niveaus) != len(self.gewichten) or min(niveaus) < 0:
            raise ValueError(f"a level for each of {self.velden} is needed")
        gewicht = round(self.uitgangskans + sum(w[n] for w, n in zip(self.gewichten, niveaus, strict=True)), 3)
        veld, gelijk = BSN_GELIJK
        spreekt_tegen = any(n in fout for n, fout in zip(niveaus, self.tegenspraak, strict=True))
        if gewicht < self.drempel:
            uitkomst = Uitkomst.GEEN
        elif niveaus[veld] == gelijk and not spreekt_tegen:
            uitkomst = Uitkomst.ZEKER
        else:
            uitkomst = Uitkomst.MOGELIJK
        return Bewijs(uitkomst, gewicht, tuple(niveaus), self.hash)
