"""Read the files of a register into lines, and say of every line that cannot be read where it is and what it should be."""

import csv
import hashlib
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hub.routing.regel import (
    Bevinding,
    Bevindingsoort,
    Dekkingsregel,
    Gebied,
    Gemeenteregel,
    Herindeling,
    Organisatieregel,
    Regel,
    Regels,
    Registerinstellingen,
    Soortladder,
    Tafelladder,
    Tafelregel,
    Veiligheidsregio,
)

R = TypeVar("R", bound=Regel)
Rij = tuple[str, dict[str, Any]]
"""A place (file and line, or file and id) and the values that stand there."""

REGISTER: Final = "register.toml"
REGIOS: Final = "regios.toml"
LADDERS: Final = "ladders.toml"
TAFELS: Final = "tafels_*.toml"
ORGANISATIES: Final = "organisaties.csv"
GEMEENTEN: Final = "gemeenten.csv"
HERINDELINGEN: Final = "herindelingen.csv"
DEKKING: Final = "dekking.csv"
_GELEZEN: Final = (REGISTER, REGIOS, LADDERS, TAFELS, ORGANISATIES, GEMEENTEN, HERINDELINGEN, DEKKING)
_GEGEVENS: Final = frozenset({".toml", ".csv"})

_UITLEG: Final = {
    "missing": "ontbreekt; vul het in",
    "extra_forbidden": "is geen bekend veld; haal het weg of verbeter de naam",
    "enum": "moet een van {expected} zijn",
    "literal_error": "moet een van {expected} zijn",
    "string_pattern_mismatch": "heeft niet de vorm {pattern}",
    "string_too_short": "is leeg; vul het in",
    "date_from_datetime_parsing": "is geen datum; schrijf JJJJ-MM-DD",
    "date_parsing": "is geen datum; schrijf JJJJ-MM-DD",
    "date_type": "is geen datum; schrijf JJJJ-MM-DD",
    "bool_parsing": "moet ja of nee zijn",
    "bool_type": "moet ja of nee zijn",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "greater_than_equal": "moet minstens {ge} zijn",
    "less_than_equal": "mag hoogstens {le} zijn",
    "value_error": "{error}",
}


class Lezer:
    """Reads one directory; what it cannot read is in `bevindingen`, and the rest goes on."""

    def __init__(self, map_: Path) -> None:
        self._map = map_
        self.bevindingen: list[Bevinding] = []

    def lees(self) -> Regels:
        regios = self._delen(REGIOS, ("gebied", "veiligheidsregio"))
        ladders = self._delen(LADDERS, ("soortladder", "tafelladder"))
        instellingen = self._regels(Registerinstellingen, [(REGISTER, self._toml(REGISTER))])
        self._ongelezen()
        return Regels(
            instellingen=instellingen[0] if instellingen else None,
            organisaties=self._regels(Organisatieregel, self._csv(ORGANISATIES)),
            tafels=self._regels(Tafelregel, self._tafelrijen()),
            soortladders=self._regels(Soortladder, self._lijst(LADDERS, ladders, "soortladder", "soort")),
            tafelladders=self._regels(Tafelladder, self._lijst(LADDERS, ladders, "tafelladder", "tafel")),
            gebieden=self._regels(Gebied, self._lijst(REGIOS, regios, "gebied", "id")),
            veiligheidsregios=self._regels(Veiligheidsregio, self._lijst(REGIOS, regios, "veiligheidsregio", "code")),
            gemeenten=self._regels(Gemeenteregel, self._csv(GEMEENTEN)),
            herindelingen=self._regels(Herindeling, self._csv(HERINDELINGEN)),
            dekking=self._regels(Dekkingsregel, self._csv(DEKKING)),
        )

    def _ongelezen(self) -> None:
        """A file of data that nobody reads: whoever put it there thinks that it counts, and the register's hash counts it too."""
        for pad in sorted(self._map.glob("*")):
            if pad.suffix.lower() in _GEGEVENS and not any(fnmatchcase(pad.name, naam) for naam in _GELEZEN):
                tekst = (
                    f"wordt niet gelezen; geef het een naam van de hub ({', '.join(_GELEZEN)}) of haal het uit de map"
                )
                self._meld(Bevindingsoort.BESTAND, pad.name, tekst)

    def _meld(self, soort: Bevindingsoort, plek: str, tekst: str) -> None:
        self.bevindingen.append(Bevinding(soort, plek, tekst))

    def _toml(self, naam: str) -> dict[str, Any]:
        try:
            with (self._map / naam).open("rb") as bestand:
                return tomllib.load(bestand)
        except OSError:
            self._meld(Bevindingsoort.BESTAND, naam, f"kan niet worden gelezen; zet het in {self._map}")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fout:
            self._meld(Bevindingsoort.BESTAND, naam, f"is geen leesbare TOML ({fout}); verbeter het bestand")
        return {}

    def _csv(self, naam: str) -> list[Rij]:
        rijen: list[Rij] = []
        try:
            with (self._map / naam).open(encoding="utf-8", newline="") as bestand:
                lezer = csv.DictReader(bestand, strict=True)
                for rij in lezer:
                    plek = f"{naam} regel {lezer.line_num}"
                    if None in rij or None in rij.values():
                        self._meld(
                            Bevindingsoort.VORM,
                            plek,
                            f"heeft niet evenveel velden als de kop ({len(lezer.fieldnames or ())})",
                        )
                        continue
                    rijen.append((plek, {veld: waarde for veld, waarde in rij.items() if waarde}))
        except OSError:
            self._meld(Bevindingsoort.BESTAND, naam, f"kan niet worden gelezen; zet het in {self._map}")
        except (csv.Error, UnicodeDecodeError) as fout:
            self._meld(Bevindingsoort.BESTAND, naam, f"is geen leesbare CSV in UTF-8 ({fout}); verbeter het bestand")
        return rijen

    def _tafelrijen(self) -> Iterator[Rij]:
        """The tafels of every `tafels_*.toml`; `[standaard]` in a file holds for each tafel that says nothing else."""
        for pad in sorted(self._map.glob(TAFELS)):
            inhoud = self._delen(pad.name, ("standaard", "tafel"))
            standaard = inhoud.get("standaard", {})
            if not isinstance(standaard, dict):
                tekst = "standaard is geen tabel; schrijf [standaard] met de velden eronder"
                self._meld(Bevindingsoort.VORM, pad.name, tekst)
                standaard = {}
            for plek, waarden in self._lijst(pad.name, inhoud, "tafel", "id"):
                yield plek, {**standaard, **waarden}

    def _delen(self, naam: str, bekend: tuple[str, ...]) -> dict[str, Any]:
        """The parts of a TOML file that are known; of any other it is said that nobody reads it."""
        inhoud = self._toml(naam)
        for deel in sorted(inhoud.keys() - set(bekend)):
            tekst = f"{deel!r} is hier niet bekend; haal het weg of verbeter de naam ({', '.join(bekend)})"
            self._meld(Bevindingsoort.VORM, naam, tekst)
        return {deel: inhoud[deel] for deel in bekend if deel in inhoud}

    def _lijst(self, naam: str, inhoud: dict[str, Any], sleutel: str, id_veld: str) -> list[Rij]:
        """The tables under `[[sleutel]]`; what is written in another way is told."""
        rijen = inhoud.get(sleutel, [])
        if not isinstance(rijen, list) or not all(isinstance(rij, dict) for rij in rijen):
            tekst = f"{sleutel} is geen lijst van tabellen; schrijf boven elk [[{sleutel}]]"
            self._meld(Bevindingsoort.VORM, naam, tekst)
            return []
        return [(f"{naam} {sleutel} {rij.get(id_veld, f'nummer {i}')}", rij) for i, rij in enumerate(rijen, 1)]

    def _regels(self, soort: type[R], rijen: "Iterator[Rij] | list[Rij]") -> tuple[R, ...]:
        regels: list[R] = []
        for plek, waarden in rijen:
            try:
                regels.append(soort.model_validate({**waarden, "plek": plek}))
            except ValidationError as fout:
                for detail in fout.errors(include_url=False, include_context=True):
                    self._meld(Bevindingsoort.VORM, plek, _uitleg(detail))
        return tuple(regels)


def _uitleg(fout: ErrorDetails) -> str:
    """A Dutch sentence for one fault of form."""
    veld = ".".join(str(deel) for deel in fout["loc"])
    sjabloon = _UITLEG.get(fout["type"])
    tekst = f"deugt niet ({fout['msg']})" if sjabloon is None else sjabloon.format(**fout.get("ctx", {}))
    waarde = "" if fout["type"] in ("missing", "extra_forbidden") else f" ({fout['input']!r})"
    return f"veld {veld!r}{waarde} {tekst}"


def vingerafdruk(map_: Path) -> str:
    """First 16 hex digits of the sha256 over the names and contents of all data files: the version of this register."""
    som = hashlib.sha256()
    for pad in sorted(pad for pad in map_.iterdir() if pad.suffix in _GEGEVENS):
        inhoud = pad.read_bytes()
        som.update(f"{pad.name}\0{len(inhoud)}\0".encode())
        som.update(inhoud)
    return som.hexdigest()[:16]
