"""Hypothesis strategies over the schemas themselves: any value that a record can hold, and a good value with one thing wrong."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from hub.stream.codec import standaard

HEEL = st.one_of(st.integers(-3, 3), st.sampled_from([1 << 31, 1 << 43, 1_790_000_000_000, (1 << 63) - 1, -(1 << 63)]))
VREEMD = [
    "",
    "\x00",
    "x\n",
    "\u202e",
    "\U0001f600",
    "\ufffd",
    "=1+1",
    "../../x",
    "a" * 300,
    "٣",
    "İ",
    "ZSM",
    "vhh-twente",
]
TEKST = st.one_of(st.sampled_from(VREEMD), st.text(max_size=8))
_KAAL: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "int": st.one_of(st.integers(-3, 3), st.sampled_from([(1 << 31) - 1, -(1 << 31)])),
    "long": HEEL,
    "float": st.floats(width=32),
    "double": st.floats(),
    "bytes": st.one_of(st.binary(max_size=24), st.just(bytes(8)), st.just(b"\xff" * 200)),
    "string": TEKST,
}


def _namen(vorm: Any, uit: dict[str, Any]) -> dict[str, Any]:
    """Every named type of a parsed schema."""
    if isinstance(vorm, list):
        for deel in vorm:
            _namen(deel, uit)
    elif isinstance(vorm, dict):
        if "name" in vorm and vorm["type"] in ("record", "enum", "fixed"):
            uit[vorm["name"]] = vorm
        for deel in (vorm.get("items"), vorm.get("values"), *(veld["type"] for veld in vorm.get("fields", []))):
            _namen(deel, uit)
    return uit


def _waarde(vorm: Any, namen: dict[str, Any]) -> st.SearchStrategy[Any]:
    if isinstance(vorm, list):
        return st.one_of([_waarde(deel, namen) for deel in vorm])
    if isinstance(vorm, str):
        return _KAAL[vorm] if vorm in _KAAL else _waarde(namen[vorm], namen)
    match vorm["type"]:
        case "record":
            return st.fixed_dictionaries({veld["name"]: _waarde(veld["type"], namen) for veld in vorm["fields"]})
        case "enum":
            return st.sampled_from(vorm["symbols"])
        case "fixed":
            return st.binary(min_size=vorm["size"], max_size=vorm["size"])
        case "array":
            return st.lists(_waarde(vorm["items"], namen), max_size=3)
        case "map":
            return st.dictionaries(TEKST, _waarde(vorm["values"], namen), max_size=3)
    return _waarde(vorm["type"], namen)


def waarden(schema: str) -> st.SearchStrategy[Any]:
    """Any value that a record of this schema can hold."""
    vorm = standaard().schema(schema).vorm
    return _waarde(vorm, _namen(vorm, {}))


def _plekken(
    vorm: Any, waarde: Any, namen: dict[str, Any], pad: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place in a value that can be replaced, with its type."""
    if isinstance(vorm, str) and vorm in namen:
        vorm = namen[vorm]
    if pad:
        yield pad, vorm
    if isinstance(vorm, list):
        record = next((deel for deel in vorm if deel != "null"), None)
        if isinstance(waarde, dict) and record is not None:
            yield from _plekken(record, waarde, namen, pad)
    elif isinstance(vorm, dict) and vorm["type"] == "record":
        for veld in vorm["fields"]:
            if veld["name"] in waarde:
                yield from _plekken(veld["type"], waarde[veld["name"]], namen, (*pad, veld["name"]))
    elif isinstance(vorm, dict) and vorm["type"] == "array":
        for nummer, deel in enumerate(waarde):
            yield from _plekken(vorm["items"], deel, namen, (*pad, nummer))


def _los(waarde: Any) -> Any:
    """A copy that can be changed anywhere."""
    if isinstance(waarde, dict):
        return {naam: _los(deel) for naam, deel in waarde.items()}
    return [_los(deel) for deel in waarde] if isinstance(waarde, list | tuple) else waarde


@st.composite
def bijna(draw: st.DrawFn, schema: str, goed: dict[str, Any]) -> dict[str, Any]:
    """A good value in which one or two things are anything that their types allow."""
    vorm = standaard().schema(schema).vorm
    namen = _namen(vorm, {})
    uit: dict[str, Any] = _los(goed)
    for _ in range(draw(st.integers(1, 2))):
        pad, type_ = draw(st.sampled_from(list(_plekken(vorm, uit, namen))))
        doel: Any = uit
        for stap in pad[:-1]:
            doel = doel[stap]
        doel[pad[-1]] = draw(_waarde(type_, namen))
    return uit
