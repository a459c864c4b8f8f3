"""The burgerservicenummer: its check, and the numbers that may be used where only invented persons are allowed."""

from typing import Final

_GEWICHTEN: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)

TESTNUMMERS: Final = frozenset(
    {
        "000000152",
        "999990342",
        "999990019",
        "999990408",
        "999992806",
        "999993653",
        "999993872",
        "999994177",
        "999994669",
        "999995571",
    }
)
"""Numbers that pass the test and belong to nobody: they are handed out for testing only."""


def elfproef(bsn: str) -> bool:
    """Whether nine digits can be a BSN: the weighted sum is a multiple of eleven, and not every digit is zero."""
    return bsn != "000000000" and sum(g * int(c) for g, c in zip(_GEWICHTEN, bsn, strict=True)) % 11 == 0


def fout_echt(bsn: str) -> str | None:
    """What is wrong with nine digits where real persons are handled: Dutch, without the digits; None: nothing."""
    if bsn in TESTNUMMERS:
        return "dit is een testnummer; het hoort niet in een echte omgeving"
    return None if elfproef(bsn) else "dit nummer voldoet niet aan de elfproef"


def fout_fictief(bsn: str) -> str | None:
    """The same where only invented persons are allowed: the reverse, so that a real person cannot enter by accident."""
    if bsn == "000000000":
        return "dit nummer bestaat niet"
    if elfproef(bsn) and bsn not in TESTNUMMERS:
        return "dit kan het nummer van een bestaand persoon zijn; in een fictieve omgeving mag dat niet"
    return None
