"""A grondslag is a record, not a string: the five fields of Wpg art. 20, with validity, themes, fields and releasing roles."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from enum import auto
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from hub.domein.codes import Code, Thema, Veld, Vrijgaverol
from hub.domein.identiteit import GrondslagId, GrondslagVeld
from hub.domein.kalender import moment
from hub.domein.tafel import TafelSoort
from hub.privacy.fout import BeleidFout

_ACTIVITEIT: Final = re.compile(r"^(https://|urn:)\S+$")

Tekst = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Richting(Code):
    """Which exchange a grondslag allows. GEEN is never in a grondslag: it is what a geval has that is none of the others."""

    ZSM_NAAR_VHH = auto()
    VHH_NAAR_ZSM = auto()
    CASUS_CASUS = auto()
    ZSM_NAAR_INTAKE = auto()
    GEEN = auto()


class Grondslag(BaseModel):
    """On what ground a source shares. The numbered fields are those of Wpg art. 20; the rest is what the filter tests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: GrondslagVeld
    titel: Tekst
    wettelijke_basis: Annotated[tuple[Tekst, ...], Field(min_length=1)]
    belang: Tekst
    """1. The zwaarwegend algemeen belang."""
    samenwerkingsverband: Tekst
    """2. The partnership ..."""
    doel: Tekst
    """... and its purpose."""
    gegevens: Annotated[tuple[Tekst, ...], Field(min_length=1)]
    """3. Which data."""
    voorwaarden: Annotated[tuple[Tekst, ...], Field(min_length=1)]
    """4. Under which conditions."""
    ontvangers: Annotated[frozenset[TafelSoort], Field(min_length=1)]
    """5. Which kinds of tafel may receive."""
    geldig_van: date
    """First day of validity, Dutch time."""
    geldig_tot: date | None = None
    """First day on which it is valid no more; None: open."""
    richtingen: Annotated[frozenset[Richting], Field(min_length=1)]
    themas: Annotated[frozenset[Thema], Field(min_length=1)]
    velden: frozenset[Veld] = frozenset()
    """Optional fields of a melding that this ground covers; each still needs its own rule."""
    vrijgave_rollen: frozenset[Vrijgaverol] = frozenset()
    """Roles in the source organisation that may decide to share."""
    vrijgave_argument: str = ""
    """Why no vrijgave is needed; written exactly where `vrijgave_rollen` is empty."""
    mandaat: str = ""
    """The mandate on which a PARKETSECRETARIS releases for the officier."""
    activiteit: str
    """URI of the processing activity in the register of processing (AVG art. 30)."""
    bevestiging: Tekst
    """What a lawyer has confirmed, or still must."""

    @model_validator(mode="after")
    def _samenhang(self) -> Self:
        fouten = []
        if self.geldig_tot is not None and self.geldig_tot <= self.geldig_van:
            fouten.append("geldig_tot ligt niet na geldig_van")
        if Richting.GEEN in self.richtingen:
            fouten.append("GEEN is geen richting")
        if Vrijgaverol.GEEN in self.vrijgave_rollen:
            fouten.append("GEEN is geen vrijgaverol")
        if bool(self.vrijgave_rollen) == bool(self.vrijgave_argument.strip()):
            fouten.append("noem vrijgave_rollen, of schrijf in vrijgave_argument waarom geen vrijgave nodig is")
        if Vrijgaverol.PARKETSECRETARIS in self.vrijgave_rollen and not self.mandaat.strip():
            fouten.append("noem het mandaat waarop een PARKETSECRETARIS vrijgeeft")
        if not _ACTIVITEIT.match(self.activiteit):
            fouten.append("activiteit is geen https- of urn-URI uit het register van verwerkingen")
        if fouten:
            raise ValueError("; ".join(fouten))
        return self

    @property
    def zonder_vrijgave(self) -> bool:
        """A written argument says that nobody needs to release."""
        return not self.vrijgave_rollen

    @property
    def begin(self) -> int:
        """First valid moment, ms."""
        return middernacht(self.geldig_van)

    @property
    def einde(self) -> int | None:
        """First moment that is valid no more, ms; None: open."""
        return None if self.geldig_tot is None else middernacht(self.geldig_tot)

    def geldig_op(self, tijd: int) -> bool:
        return self.begin <= tijd and (self.einde is None or tijd < self.einde)


_OM: Final = frozenset({Vrijgaverol.OFFICIER_VAN_JUSTITIE, Vrijgaverol.PARKETSECRETARIS})
_HUIS: Final = frozenset({Vrijgaverol.PROCESREGISSEUR})
_NODIG: Final[Mapping[Richting, tuple[TafelSoort, frozenset[Vrijgaverol]]]] = {
    Richting.ZSM_NAAR_VHH: (TafelSoort.VEILIGHEIDSHUIS, _OM),
    Richting.VHH_NAAR_ZSM: (TafelSoort.ZSM, _HUIS),
    Richting.CASUS_CASUS: (TafelSoort.VEILIGHEIDSHUIS, _HUIS),
    Richting.ZSM_NAAR_INTAKE: (TafelSoort.VEILIGHEIDSHUIS, _OM),
}
"""Per direction who receives (M1 to M4, N13) and who may release (A2, A3)."""
_MAG_ZONDER_VRIJGAVE: Final = frozenset({Richting.VHH_NAAR_ZSM})
"""Where a written argument will do (A3)."""


def onvervulbaar(grondslag: Grondslag) -> Iterator[str]:
    """Why a direction that a grondslag names can never lead to a melding: what rests on it would be refused, or wait for ever.

    Not asked in the golden table, which shows what the rules do with such a grondslag.
    """
    for richting in sorted(grondslag.richtingen):
        ontvanger, rollen = _NODIG[richting]
        if ontvanger not in grondslag.ontvangers:
            yield f"{richting} gaat naar {ontvanger}, maar ontvangers noemt dat niet"
        if grondslag.zonder_vrijgave and richting in _MAG_ZONDER_VRIJGAVE:
            continue
        if not rollen & grondslag.vrijgave_rollen:
            yield f"{richting} vraagt vrijgave door {' of '.join(sorted(rollen))}, maar vrijgave_rollen noemt die niet"


@lru_cache(1024)
def middernacht(dag: date) -> int:
    """The moment (ms) at which a day begins in the Netherlands."""
    return moment(dag, 0)


def laad_grondslagen(bestanden: Mapping[str, bytes]) -> dict[GrondslagId, Grondslag]:
    """Grondslagen from TOML files (name without extension = id). Raises BeleidFout naming every fault in every file."""
    gelezen: dict[GrondslagId, Grondslag] = {}
    fouten: list[str] = []
    for naam, inhoud in sorted(bestanden.items()):
        try:
            grondslag = Grondslag.model_validate(tomllib.loads(inhoud.decode()))
        except ValidationError as fout:
            fouten += [f"grondslag {naam}: {'.'.join(map(str, f['loc']))} {f['msg']}" for f in fout.errors()]
        except ValueError as fout:  # not TOML, or not UTF-8
            fouten.append(f"grondslag {naam}: {fout}")
        else:
            if Path(naam).stem != grondslag.id:
                fouten.append(f"grondslag {naam}: het bestand moet {grondslag.id}.toml heten")
            fouten += [f"grondslag {naam}: {fout}" for fout in onvervulbaar(grondslag)]
            gelezen[grondslag.id] = grondslag
    if not bestanden:
        fouten.append("er is geen enkele grondslag")
    if fouten:
        raise BeleidFout(fouten)
    return gelezen
