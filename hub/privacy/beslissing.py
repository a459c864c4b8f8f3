"""What the filter answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.domein.codes import Besluit, Veld
from hub.domein.identiteit import GrondslagId

ERNST: Final[Mapping[Besluit, int]] = {Besluit.MELDEN: 0, Besluit.AANGEHOUDEN: 1, Besluit.AFGEWEZEN: 2}
"""How severe a besluit is: the higher, the less is told."""


@dataclass(frozen=True, slots=True)
class Beslissing:
    """What the policy says of one geval, and everything needed to account for it."""

    besluit: Besluit
    velden: frozenset[Veld]
    """Optional fields that may go along; empty unless MELDEN."""
    regels: tuple[str, ...]
    """Ids of the determining rules, sorted: permits of MELDEN and its fields, holds of AANGEHOUDEN, forbids of AFGEWEZEN."""
    grondslag: GrondslagId
    """The grondslag that the source names; that it does not exist is said by a rule."""
    activiteit: str
    """URI of the processing activity; empty where the grondslag does not exist."""
    verzoek: str
    """The AuthZEN request as canonical JSON: subject, action, resource, context. Facts only."""
    herzien_op: int | None
    """Earliest later moment (ms) at which time alone changes a fact that policy looks at; None: never."""
