"""In what two records in clear text differ: the kinds of error by which a validation reports. Only for who has both registers.

Pure, and apart from the matching itself: no level or weight is used, so that a kind is no echo of what is being measured.
"""

from difflib import SequenceMatcher
from typing import Final

from hub.matching.namen import Persoon, achternamen, klank, plaats, voluit, vouw
from hub.matching.namen import voornamen as voornamen_van

LIJKT: Final = 0.72
"""Similarity of two spellings (0 to 1) from which one is called a misspelling of the other."""


def soorten(een: Persoon, ander: Persoon) -> tuple[str, ...]:
    """Every difference between two records of ONE person, by name; empty where nothing that is compared differs."""
    if _verwisseld(een, ander):
        uit = ["voornaam en achternaam verwisseld"]
    else:
        uit = [s for s in (_voornaam(een, ander), _achternaam(een, ander)) if s]
    uit += [s for s in (_datum(een, ander), _geslacht(een, ander), _plaats(een, ander), _bsn(een, ander)) if s]
    return tuple(uit)


def lijkt(een: str, ander: str) -> bool:
    return een == ander or SequenceMatcher(None, een, ander, autojunk=False).ratio() >= LIJKT


def _verwisseld(een: Persoon, ander: Persoon) -> bool:
    va, aa = voornamen_van(een.voornamen or ""), achternamen(een.geslachtsnaam or "")
    vb, ab = voornamen_van(ander.voornamen or ""), achternamen(ander.geslachtsnaam or "")
    if not (va and aa and vb and ab) or lijkt(va[0], vb[0]) or set(aa) & set(ab):
        return False
    return any(lijkt(v, a) for v in va for a in ab) and any(lijkt(v, a) for v in vb for a in aa)


def _voornaam(een: Persoon, ander: Persoon) -> str | None:  # noqa: PLR0911 - a list of cases
    a, b = voornamen_van(een.voornamen or ""), voornamen_van(ander.voornamen or "")
    if not a or not b:
        return "voornaam ontbreekt"
    if a[0] == b[0]:
        return None if len(a) == len(b) else "minder voornamen"
    if len(a[0]) == 1 or len(b[0]) == 1:
        return "voorletter" if a[0][0] == b[0][0] else "andere voorletter"
    if voluit(a[0]) == voluit(b[0]):
        return "roepnaam"
    if klank(a[0]) == klank(b[0]):
        return "voornaam anders gespeld"
    if a[0] in b or b[0] in a:
        return "andere volgorde van voornamen"
    if lijkt(a[0], b[0]):
        return "tikfout in voornaam"
    if a[0] in _anders_genoemd(ander)[0] or b[0] in _anders_genoemd(een)[0]:
        return "voornaam als andere naam bekend"
    return "andere voornaam (alias of roepnaam)"


def _achternaam(een: Persoon, ander: Persoon) -> str | None:  # noqa: PLR0911 - a list of cases
    a, b = achternamen(een.geslachtsnaam or ""), achternamen(ander.geslachtsnaam or "")
    if not a or not b:
        return "achternaam ontbreekt"
    if set(a) == set(b):
        gelijk = vouw(een.geslachtsnaam or "") == vouw(ander.geslachtsnaam or "")
        return None if gelijk else "voorvoegsel of volgorde"
    if set(a) & set(b):
        return "dubbele naam of naam van de partner erbij"
    if any(klank(x) == klank(y) for x in a for y in b):
        return "achternaam anders gespeld"
    if any(lijkt(x, y) for x in a for y in b):
        return "tikfout in achternaam"
    if set(a) & _anders_genoemd(ander)[1] or set(b) & _anders_genoemd(een)[1]:
        return "achternaam als andere naam bekend"
    return "andere achternaam (partner of alias)"


def _anders_genoemd(persoon: Persoon) -> tuple[set[str], set[str]]:
    """Given names and surnames that a register gives a person beside the registered one."""
    voor = {naam for alias in persoon.aliassen for naam in voornamen_van(alias.voornamen or "")}
    return voor, {naam for alias in persoon.aliassen for naam in achternamen(alias.geslachtsnaam or "")}


def _datum(een: Persoon, ander: Persoon) -> str | None:  # noqa: PLR0911 - a list of cases
    a, b = een.geboortedatum or "00000000", ander.geboortedatum or "00000000"
    if "0000" in (a[:4], b[:4]):
        return "geboortedatum ontbreekt"
    if a == b:
        return None
    if "00" in (a[4:6], a[6:], b[4:6], b[6:]):
        return "geboortedatum onvolledig"
    if a[:4] == b[:4] and (a[4:6], a[6:]) == (b[6:], b[4:6]):
        return "dag en maand verwisseld"
    if sum(x != y for x, y in zip(a, b, strict=True)) == 1:
        return "een cijfer in de geboortedatum"
    if {a[4:], b[4:]} & {"0101", "0701"}:
        return "geschatte geboortedatum"
    return "andere geboortedatum"


def _geslacht(een: Persoon, ander: Persoon) -> str | None:
    if een.geslacht is None or ander.geslacht is None:
        return "geslacht ontbreekt"
    return None if een.geslacht == ander.geslacht else "ander geslacht"


def _plaats(een: Persoon, ander: Persoon) -> str | None:
    if not een.geboorteplaats or not ander.geboorteplaats:
        return "geboorteplaats ontbreekt"
    return None if vouw(een.geboorteplaats) == vouw(ander.geboorteplaats) else "andere geboorteplaats"


def _bsn(een: Persoon, ander: Persoon) -> str | None:
    if een.bsn is None and ander.bsn is None:
        return None
    if een.bsn is None or ander.bsn is None:
        return "bsn op een kant"
    return None if een.bsn == ander.bsn else "ander bsn"


def verwarring(een: Persoon, ander: Persoon) -> str:  # noqa: PLR0911 - a list of cases
    """What makes two DIFFERENT persons look alike, by the plainest reading of the two records."""
    va, vb = voornamen_van(een.voornamen or ""), voornamen_van(ander.voornamen or "")
    aa, ab = achternamen(een.geslachtsnaam or ""), achternamen(ander.geslachtsnaam or "")
    voor = bool(va and vb) and (lijkt(va[0], vb[0]) or voluit(va[0]) == voluit(vb[0]))
    achter = any(lijkt(x, y) for x in aa for y in ab)
    a, b = een.geboortedatum or "00000000", ander.geboortedatum or "00000000"
    if een.bsn is not None and een.bsn == ander.bsn:
        return "zelfde bsn"
    if a[:4] == "0000" or b[:4] == "0000":
        return "een datum ontbreekt" if achter else "overig"
    jaren = abs(int(a[:4]) - int(b[:4]))
    if achter and a == b:
        return "zelfde naam en datum" if voor else "als een tweeling"
    if achter and voor and jaren >= 16:
        return "als ouder en kind met een naam"
    if achter and voor:
        return "naamgenoot"
    if achter and jaren <= 20:
        return "als broer of zus"
    return "zelfde datum, andere achternaam" if a == b else "overig"


def groepen(persoon: Persoon) -> tuple[str, ...]:
    """By which a report shows whether the matching treats people alike: sex, age and country of birth, as far as known."""
    uit = []
    if persoon.geslacht:
        uit.append("vrouw" if persoon.geslacht == "V" else "man")
    jaar = int((persoon.geboortedatum or "0000")[:4])
    if jaar:
        decennium = jaar // 20 * 20
        uit.append(f"geboren {decennium}-{decennium + 19}")
    waar = plaats(persoon.geboorteplaats or "")
    if waar is not None:
        uit.append("geboren in het buitenland" if waar.land else "geboren in Nederland, of plaats onbekend")
    return tuple(uit)
