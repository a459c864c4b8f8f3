"""Parts of docs/matching-validatie.md that a program writes: between two marks; everything around them is written by hand."""

from pathlib import Path
from typing import Final

VALIDATIE: Final = Path(__file__).resolve().parents[1] / "docs" / "matching-validatie.md"


def vervang(pad: Path, naam: str, opdracht: str, stuk: str) -> None:
    """Replaces what an earlier run of `opdracht` wrote under this name; at the end where there is none yet."""
    kop, voet = f"<!-- {naam}: van hier geschreven door {opdracht} -->", f"<!-- {naam}: tot hier -->"
    oud = pad.read_text(encoding="utf-8") if pad.exists() else "# Validatie van de matching\n\n"
    if kop not in oud:
        oud = f"{oud.rstrip()}\n\n{kop}\n{voet}\n"
    voor, _, rest = oud.partition(kop)
    na = rest.partition(voet)[2]
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_text(f"{voor}{kop}\n{stuk}\n{voet}{na}", encoding="utf-8")
