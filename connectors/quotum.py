"""How often may be asked: per client and per employee, per hour and per day. Counted on disk, so that a restart gives nothing back."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from connectors.opslagbestand import Opslagbestand

UUR_MS: Final = 3_600_000
DAG_MS: Final = 24 * UUR_MS
Aantal = Annotated[int, Field(ge=0, le=1_000_000)]


class Bevragingsgrenzen(BaseModel):
    """Settings of the check op bekendheid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    termijn_seconden: Annotated[float, Field(gt=0, le=30)] = 5.0
    """How long a question waits for its answer. Far below the minute that the gate allows: clocks differ."""
    client_per_uur: Aantal = 200
    client_per_dag: Aantal = 1000
    actor_per_uur: Aantal = 20
    actor_per_dag: Aantal = 60


@dataclass(frozen=True, slots=True)
class Grens:
    """At most `hoogstens` questions of `wie` in any `venster` (ms)."""

    wie: str
    hoogstens: int
    venster: int


class QuotumOp(Exception):
    """A quota is used up."""

    def __init__(self, wie: str, over_seconden: int) -> None:
        super().__init__("quota")
        self.wie = wie
        """`client` or `actor`."""
        self.over_seconden = over_seconden
        """When there is room again."""


def grenzen(instellingen: Bevragingsgrenzen, client: str, actor: str) -> tuple[Grens, ...]:
    """The four quotas that one question counts for."""
    return (
        Grens(f"client:{client}", instellingen.client_per_uur, UUR_MS),
        Grens(f"client:{client}", instellingen.client_per_dag, DAG_MS),
        Grens(f"actor:{actor}", instellingen.actor_per_uur, UUR_MS),
        Grens(f"actor:{actor}", instellingen.actor_per_dag, DAG_MS),
    )


class Quotum:
    """Counts questions in sliding windows. What lies ahead was counted by a clock that ran ahead, and counts for nothing."""

    def __init__(self, bestand: Opslagbestand) -> None:
        self._bestand = bestand

    async def neem(self, grenzen_: tuple[Grens, ...], nu: int) -> None:
        """Counts one question for everyone whom it counts for, on disk, or for nobody. Raises QuotumOp, OpslagFout."""
        with self._bestand.transactie() as db:
            for grens in grenzen_:
                rij = db.execute(
                    "SELECT op FROM bevraging WHERE wie = ? AND op > ? AND op <= ? ORDER BY op DESC LIMIT 1 OFFSET ?",
                    (grens.wie, nu - grens.venster, nu, max(0, grens.hoogstens - 1)),
                ).fetchone()
                if rij is not None or grens.hoogstens == 0:
                    vrij = (rij[0] if rij else nu) + grens.venster
                    raise QuotumOp(grens.wie.partition(":")[0], max(1, -(-(vrij - nu) // 1000)))
            db.execute("DELETE FROM bevraging WHERE op > ?", (nu,))  # it would count when its moment comes
            db.executemany(
                "INSERT INTO bevraging VALUES (?, ?)", [(wie, nu) for wie in sorted({grens.wie for grens in grenzen_})]
            )
        await self._bestand.op_schijf()
