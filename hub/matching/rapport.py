"""The validation report: one HTML file in Dutch, without script or person, for the privacy officer and the algorithm register."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from hub.matching.beeld import As, Reeks, getal, grafiek, staven, verdeling
from hub.matching.inlezen import Leesfout
from hub.matching.maten import Kwaliteit, Soort

_MERKEN: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_REGELS_GENOEMD: Final = 200
"""Unreadable rows named one by one; beyond that their number is told."""

_STIJL: Final = """
body{font:16px/1.5 system-ui,sans-serif;color:#1b2430;background:#fff;max-width:56rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;color:#154273}h2{font-size:1.25rem;color:#154273;margin-top:2.2rem;border-bottom:2px solid #e8ecf1}
table{border-collapse:collapse;margin:.8rem 0;font-variant-numeric:tabular-nums}th,td{padding:.25rem .8rem;text-align:right;
border-bottom:1px solid #d5dbe3}th:first-child,td:first-child{text-align:left}caption{text-align:left;font-weight:600}
svg{width:100%;max-width:44rem;height:auto;font:12px system-ui,sans-serif}svg text{fill:#1b2430}.raster{stroke:#dfe4ea;stroke-width:1}
.kern{display:flex;flex-wrap:wrap;gap:1rem;margin:1rem 0}.kern div{background:#eef3f9;border-left:4px solid #154273;
padding:.6rem 1rem;min-width:9rem}.kern b{display:block;font-size:1.5rem}.let{background:#fff4e5;border-left:4px solid #e17000;
padding:.6rem 1rem}code{font-size:.9em;overflow-wrap:anywhere}details{margin:.8rem 0}
"""


@dataclass(frozen=True, slots=True)
class Bron:
    """One file as it was read: a register, or the truth."""

    kant: str
    bestand: str
    sha256: str
    gelezen: int
    fouten: tuple[Leesfout, ...]


@dataclass(frozen=True, slots=True)
class Uitslag:
    """Everything that a validation found; counts and settings, never a person."""

    bronnen: tuple[Bron, ...]
    model: str
    """Hash of tables, sizes and frequencies together."""
    tabellen: str
    """SHA-256 of what the model file freezes: `Model.tabelhash`."""
    kaart: Mapping[str, object]
    klassen: Mapping[str, float]
    """Expected numbers of pairs per class that the probabilities were made with."""
    klassen_herkomst: str
    frequenties: str
    """Where the name frequencies come from, and the hash of their table."""
    k: int
    paren: int
    """Pairs that met in a bucket."""
    uitkomsten: Mapping[str, int]
    """ZEKER, MOGELIJK, GEEN."""
    verwacht: Sequence[tuple[float, int, float]]
    """Without a truth: threshold, pairs at or above it, and the share of them that the model expects to be true."""
    gewichten: Sequence[tuple[int, int, int]]
    kwaliteit: Kwaliteit | None
    soorten: tuple[Soort, ...] = ()
    """Kinds of difference that clear text shows between two records of one person."""
    opgegeven: tuple[Soort, ...] = ()
    """Kinds that the truth file names."""
    groepen: tuple[Soort, ...] = ()
    """The same by group of persons: sex, age, country of birth."""
    verwarringen: Mapping[str, int] = field(default_factory=dict)
    """False pairs by what makes them look alike."""
    onbekend: int = 0
    """True pairs that name a dossier which was not read; they count as missed."""
    duur: Mapping[str, float] = field(default_factory=dict)
    """Seconds per step."""


def html(uitslag: Uitslag) -> str:
    """The whole page."""
    delen = [
        "<h1>Validatie van de matching</h1>",
        "<p>Dit rapport laat zien hoe goed de uitwisselhub herkent dat twee dossiers over dezelfde persoon gaan. De hub ziet daarbij "
        "geen naam, geboortedatum of BSN: de registers zijn bij de bron gecodeerd en alleen de coderingen zijn vergeleken, zoals in "
        "gebruik. In dit rapport staan aantallen, geen personen.</p>",
        _kern(uitslag),
        _gelezen(uitslag),
    ]
    if uitslag.kwaliteit is not None:
        delen += [_drempels(uitslag.kwaliteit), _krommen(uitslag.kwaliteit), _ijking(uitslag.kwaliteit)]
    else:
        delen.append(_zonder_waarheid(uitslag))
    delen += [_gewichten(uitslag), _soorten(uitslag), _model(uitslag), _grenzen(), _regels(uitslag)]
    return (
        '<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Validatie van de matching</title><style>{_STIJL}</style></head><body>{''.join(delen)}</body></html>\n"
    )


def _tabel(kop: Sequence[str], rijen: Iterable[Sequence[str]], bijschrift: str = "") -> str:
    boven = "".join(f'<th scope="col">{escape(cel)}</th>' for cel in kop)
    romp = "".join("<tr>" + "".join(f"<td>{escape(cel)}</td>" for cel in rij) + "</tr>" for rij in rijen)
    titel = f"<caption>{escape(bijschrift)}</caption>" if bijschrift else ""
    return f"<table>{titel}<thead><tr>{boven}</tr></thead><tbody>{romp}</tbody></table>"


def _aantal(waarde: float) -> str:
    return f"{waarde:,.0f}".replace(",", ".")


def _kern(u: Uitslag) -> str:
    if u.kwaliteit is None:
        return ""
    half = u.kwaliteit.op_half
    cijfers = (
        ("F1 bij kans 0,5", getal(half.f1)),
        ("precisie bij 0,5", getal(half.precisie)),
        ("recall bij 0,5", getal(half.recall)),
        ("beste F1", getal(u.kwaliteit.beste.f1)),
        ("volledigheid", getal(u.kwaliteit.volledigheid)),
    )
    blokken = "".join(f"<div>{escape(naam)}<b>{waarde}</b></div>" for naam, waarde in cijfers)
    vals, gemist = half.gevonden - half.juist, half.waar - half.juist
    return (
        f'<div class="kern">{blokken}</div><p>Van de {_aantal(half.waar)} personen die in beide registers staan herkent de hub er '
        f"{_aantal(half.juist)}; {_aantal(gemist)} worden gemist. {_aantal(vals)} keer ziet de hub twee verschillende personen voor "
        "dezelfde aan. Zonder gelijk BSN is een overeenkomst nooit meer dan MOGELIJK: een mens gaat haar na voordat er iets wordt "
        "gedeeld.</p>"
    )


def _gelezen(u: Uitslag) -> str:
    rijen = [(b.kant, b.bestand, _aantal(b.gelezen), _aantal(len(b.fouten)), b.sha256[:16]) for b in u.bronnen]
    uit = "<h2>Wat is vergeleken</h2>" + _tabel(("bron", "bestand", "gelezen", "onleesbaar", "sha-256 (begin)"), rijen)
    uit += (
        f"<p>{_aantal(u.paren)} paren deelden een sleutel en zijn vergeleken: {_aantal(u.uitkomsten.get('ZEKER', 0))} zijn ZEKER, "
        f"{_aantal(u.uitkomsten.get('MOGELIJK', 0))} MOGELIJK, de andere GEEN overeenkomst.</p>"
    )
    if u.onbekend:
        uit += (
            f'<p class="let">{_aantal(u.onbekend)} paren van de waarheid noemen een dossier dat niet gelezen is; zij tellen als '
            "gemist.</p>"
        )
    return uit


def _drempels(k: Kwaliteit) -> str:
    maten = sorted((*k.per_drempel, k.beste), key=lambda maat: maat.drempel)
    rijen = [
        (
            getal(m.drempel, 3) + (" (beste F1)" if m is k.beste else ""),
            _aantal(m.gevonden),
            _aantal(m.juist),
            getal(m.precisie),
            getal(m.recall),
            getal(m.f1),
        )
        for m in maten
    ]
    return (
        "<h2>Kwaliteit per drempel</h2><p><b>Precisie</b>: welk deel van de gevonden paren klopt. <b>Recall</b>: welk deel van de ware "
        "paren is gevonden. <b>F1</b>: het harmonisch gemiddelde van beide. <b>Volledigheid</b>: welk deel van de ware paren überhaupt "
        f"een sleutel deelde en dus vergeleken kon worden; dat is hier {getal(k.volledigheid, 4)}.</p>"
        + _tabel(("kans vanaf", "gevonden", "juist", "precisie", "recall", "F1"), rijen)
    )


def _krommen(k: Kwaliteit) -> str:
    laag = min((punt for _, punt in k.kromme), default=0.0)
    onder = 0.8 if laag >= 0.8 else 0.0
    merken = (0.8, 0.85, 0.9, 0.95, 1.0) if onder else _MERKEN
    return "<h2>Precisie en recall</h2>" + grafiek(
        "Precisie tegen recall bij dalende drempel",
        As("recall", 0.0, 1.0, _MERKEN),
        As("precisie", onder, 1.0, merken, 2),
        (
            Reeks("alle drempels", k.kromme),
            Reeks("drempel 0,5", ((k.op_half.recall, k.op_half.precisie),), "stip"),
            Reeks("beste F1", ((k.beste.recall, k.beste.precisie),), "stip"),
        ),
    )


def _ijking(k: Kwaliteit) -> str:
    rijen = [
        (f"{getal(b.van, 2)} tot {getal(b.tot, 2)}", _aantal(b.aantal), getal(b.verwacht), getal(b.waar))
        for b in k.ijking
    ]
    beeld = grafiek(
        "IJking: verwachte tegen werkelijke kans",
        As("kans volgens het model", 0.0, 1.0, _MERKEN),
        As("werkelijk deel waar", 0.0, 1.0, _MERKEN),
        (
            Reeks("gemeten", [(b.verwacht, b.waar) for b in k.ijking], "beide"),
            Reeks("volmaakt", ((0.0, 0.0), (1.0, 1.0)), "streep"),
        ),
    )
    return (
        "<h2>IJking</h2><p>Een kans van 0,8 moet betekenen dat acht van de tien zulke paren kloppen. Hoe dichter de punten bij de "
        f"streeplijn, hoe eerlijker de kans. Gemiddelde afwijking (vanaf kans 0,01): {getal(k.ijkfout)}.</p>"
        + beeld
        + _tabel(("kans", "paren", "verwacht deel waar", "werkelijk deel waar"), rijen)
    )


def _zonder_waarheid(u: Uitslag) -> str:
    rijen = [(getal(drempel), _aantal(aantal), getal(deel)) for drempel, aantal, deel in u.verwacht]
    return (
        '<h2>Verwachting, zonder waarheid</h2><p class="let">Er is geen waarheidsbestand gegeven. Onderstaande precisie is wat het '
        "model zelf verwacht; zij is niet gemeten.</p>"
        + _tabel(("kans vanaf", "gevonden", "verwachte precisie"), rijen)
    )


def _gewichten(u: Uitslag) -> str:
    namen = ("dezelfde persoon", "verschillende personen") if u.kwaliteit else ("(onbekend)", "vergeleken paren")
    return (
        "<h2>Gewichten</h2><p>Het gewicht is de logaritme (grondtal 2) van de kansverhouding: bij 0 is het even waarschijnlijk dat het "
        "dezelfde persoon is als dat het een ander is; elke stap van 1 verdubbelt dat. De hoogte van de staven is een wortelschaal.</p>"
        + verdeling("Verdeling van de gewichten van vergeleken paren", "gewicht", u.gewichten, namen)
    )


def _soorten(u: Uitslag) -> str:
    uit = ""
    for titel, soorten in (
        ("Verschillen tussen twee records van één persoon", u.soorten),
        ("Aangebrachte fouten", u.opgegeven),
        ("Groepen personen", u.groepen),
    ):
        if soorten:
            uit += f"<h3>{titel}</h3>" + staven(
                f"Recall bij kans 0,5 per soort: {titel}",
                [s.naam for s in soorten],
                [s.recall for s in soorten],
                [f"{getal(s.recall, 2)} ({_aantal(s.gevonden)} van {_aantal(s.aantal)})" for s in soorten],
                1.0,
            )
    if uit:
        uit = (
            "<h2>Fouten naar soort</h2><p>Welk deel van de ware paren met zo'n verschil wordt bij kans 0,5 gevonden. Een paar met twee "
            "verschillen telt bij beide.</p>" + uit
        )
    if u.verwarringen:
        namen = sorted(u.verwarringen, key=lambda naam: -u.verwarringen[naam])
        uit += "<h3>Ten onrechte voor dezelfde persoon gehouden</h3>" + staven(
            "Onjuiste paren bij kans 0,5, naar waar zij op lijken",
            namen,
            [u.verwarringen[n] for n in namen],
            [_aantal(u.verwarringen[n]) for n in namen],
            max(u.verwarringen.values()),
        )
    return uit


def _model(u: Uitslag) -> str:
    klassen = [(naam, _aantal(aantal)) for naam, aantal in u.klassen.items()]
    validaties = u.kaart.get("validaties", ())
    kaart = [(naam, _kaarttekst(waarde)) for naam, waarde in u.kaart.items() if naam != "validaties"]
    return (
        f"<h2>Model en instellingen</h2><p>Model <code>{escape(u.model)}</code>; groepsgrens k = {u.k}; naamfrequenties: "
        f"{escape(u.frequenties)}. Het model is bevroren: het leert niet van wat het ziet. Alleen de verwachte aantallen paren per "
        f"klasse horen bij deze registers ({escape(u.klassen_herkomst)}).</p>"
        + _tabel(("klasse", "verwachte paren"), klassen)
        + "<h3>Modelkaart</h3>"
        + "".join(f"<p><b>{escape(naam)}</b>: {escape(tekst)}</p>" for naam, tekst in kaart)
        + (_validaties(validaties) if isinstance(validaties, (list, tuple)) and validaties else "")
    )


def _validaties(validaties: Sequence[Mapping[str, Any]]) -> str:
    """Earlier validations of this model, as its card has them, with their calibration."""
    maten = ("beste_f1", "f1_half", "volledigheid", "ijkfout")
    rijen = [
        (" x ".join(_aantal(n) for n in v["personen"]), str(v["k"]), *(getal(v[maat], 4) for maat in maten))
        for v in validaties
    ]
    bakken = sorted({(bak[0], bak[1]) for v in validaties for bak in v["ijking"]["bakken"]})
    per = [{(bak[0], bak[1]): bak for bak in v["ijking"]["bakken"]} for v in validaties]
    ijking = [
        (
            f"{getal(van, 2)} tot {getal(tot, 2)}",
            *(
                f"{getal(b[3], 2)} / {getal(b[4], 2)} ({_aantal(b[2])})" if (b := v.get((van, tot))) else "-"
                for v in per
            ),
        )
        for van, tot in bakken
    ]
    kop = ("kans", *(f"{groot}, k {k}" for groot, k, *_ in rijen))
    return _tabel(
        ("personen", "k", "beste F1", "F1 bij 0,5", "volledigheid", "ijkfout"), rijen, "Validaties van dit model"
    ) + _tabel(kop, ijking, "IJking: verwacht / werkelijk deel waar (paren)")


def _kaarttekst(waarde: object) -> str:
    if isinstance(waarde, Mapping):
        return "; ".join(f"{naam}: {_kaarttekst(deel)}" for naam, deel in waarde.items())
    if isinstance(waarde, (list, tuple)):
        return ", ".join(_kaarttekst(deel) for deel in waarde)
    return str(waarde)


def _grenzen() -> str:
    return (
        "<h2>Wat dit rapport niet zegt</h2><ul><li>De uitslag geldt voor deze registers; andere registers maken andere fouten.</li>"
        "<li>Namen uit een ander schrift worden vaker anders gespeld, en daardoor eerder gemist of aangezien voor een ander. De groepen "
        "hierboven laten zien of dat hier zo is; herkomst zelf is geen gegeven van de hub.</li>"
        "<li>De soort van een verschil is afgeleid uit de klare tekst van beide registers, bij wie de validatie uitvoert; de hub zelf kan "
        "dat niet.</li></ul>"
    )


def _regels(u: Uitslag) -> str:
    uit = ""
    for bron in u.bronnen:
        if bron.fouten:
            rijen = [(str(fout.regel), fout.reden) for fout in bron.fouten[:_REGELS_GENOEMD]]
            rest = len(bron.fouten) - len(rijen)
            uit += f"<details><summary>{escape(bron.kant)}: {_aantal(len(bron.fouten))} regels overgeslagen</summary>"
            uit += (
                _tabel(("regel", "reden"), rijen) + (f"<p>en {_aantal(rest)} meer.</p>" if rest else "") + "</details>"
            )
    duur = "".join(f"<li>{escape(stap)}: {getal(seconden, 1)} s</li>" for stap, seconden in u.duur.items())
    return (f"<h2>Onleesbare regels</h2>{uit}" if uit else "") + (f"<h2>Duur</h2><ul>{duur}</ul>" if duur else "")
