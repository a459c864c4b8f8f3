"""Writes hub.json, the operator's dashboard: `python -m deploy.grafana.maak`. Edit here, never the JSON or in Grafana."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

UIT: Final = Path(__file__).with_name("hub.json")
_BREED: Final = 24
"""Columns of Grafana's grid."""
_BRON: Final = {"type": "prometheus", "uid": "prometheus"}

Paneel = dict[str, Any]


def _doel(expr: str, legenda: str) -> dict[str, Any]:
    return {"datasource": _BRON, "expr": expr, "legendFormat": legenda}


def _paneel(soort: str, titel: str, eenheid: str, doelen: Sequence[dict[str, Any]], **veld: Any) -> Paneel:
    return {
        "type": soort,
        "title": titel,
        "datasource": _BRON,
        "targets": [doel | {"refId": chr(ord("A") + nr)} for nr, doel in enumerate(doelen)],
        "fieldConfig": {"defaults": {"unit": eenheid, "min": 0} | veld, "overrides": []},
    }


def stand(titel: str, expr: str, eenheid: str, *stappen: tuple[str, float | None]) -> Paneel:
    """One number on a colour; each step is (colour, value from which it holds), the first without a value."""
    drempels = {"mode": "absolute", "steps": [{"color": kleur, "value": waarde} for kleur, waarde in stappen]}
    paneel = _paneel("stat", titel, eenheid, [_doel(expr, "")], thresholds=drempels)
    return paneel | {"options": {"colorMode": "background", "reduceOptions": {"calcs": ["lastNotNull"]}}}


def verloop(titel: str, eenheid: str, *doelen: tuple[str, str]) -> Paneel:
    """Lines over time, each from (expression, legend)."""
    return _paneel("timeseries", titel, eenheid, [_doel(expr, legenda) for expr, legenda in doelen])


def stapel(titel: str, expr: str, legenda: str) -> Paneel:
    """Rates per second, stacked."""
    stijl = {"fillOpacity": 40, "stacking": {"mode": "normal"}}
    return _paneel("timeseries", titel, "ops", [_doel(expr, legenda)], custom=stijl)


def tabel(titel: str, expr: str, verberg: Sequence[str]) -> Paneel:
    """The labels of the present series as rows."""
    paneel = _paneel("table", titel, "short", [_doel(expr, "") | {"format": "table", "instant": True}])
    weg = dict.fromkeys(verberg, True)
    return paneel | {"transformations": [{"id": "organize", "options": {"excludeByName": weg}}]}


def _p(deel: float, metriek: str, per: str) -> str:
    return f"histogram_quantile({deel}, sum by ({per}, le) (rate({metriek}_bucket[$__rate_interval])))"


RIJEN: Final[tuple[tuple[str, int, tuple[Paneel, ...]], ...]] = (
    (
        "Nu",
        4,
        (
            stand("Werkers gereed", "sum(hub_gereed)", "short", ("red", None), ("yellow", 1), ("green", 2)),
            stand(
                "Grootste achterstand",
                "max(hub_achterstand_seconds)",
                "s",
                ("green", None),
                ("yellow", 10),
                ("red", 60),
            ),
            stand(
                "Dode letters die wachten",
                "sum(max by (topic_soort) (hub_dode_letters_wachtend))",
                "short",
                ("green", None),
                ("yellow", 1),
                ("red", 10),
            ),
            stand("Meldingen, laatste uur", "sum(increase(hub_meldingen_total[1h]))", "short", ("blue", None)),
            stand(
                "Versies naast elkaar",
                "count(count by (beleid, register, model) (hub_versie_info))",
                "short",
                ("green", None),
                ("red", 2),
            ),
            stand(
                "Inbox niet bij",
                "max(connector_inbox_achterstand_seconds)",
                "s",
                ("green", None),
                ("yellow", 10),
                ("red", 60),
            ),
        ),
    ),
    (
        "Van signaal tot melding",
        8,
        (
            verloop(
                "Doorlooptijd",
                "s",
                (_p(0.5, "hub_doorlooptijd_seconds", "tafel_soort"), "p50 {{tafel_soort}}"),
                (_p(0.99, "hub_doorlooptijd_seconds", "tafel_soort"), "p99 {{tafel_soort}}"),
            ),
            stapel(
                "Meldingen",
                "sum by (soort, tafel) (rate(hub_meldingen_total[$__rate_interval]))",
                "{{soort}} {{tafel}}",
            ),
            stapel(
                "Beslissingen per regel",
                "sum by (besluit, regel) (rate(hub_beslissingen_total[$__rate_interval]))",
                "{{besluit}} {{regel}}",
            ),
        ),
    ),
    (
        "De kamers",
        8,
        (
            stapel(
                "Ingenomen records",
                "sum by (kamer, uitkomst) (rate(hub_records_total[$__rate_interval]))",
                "{{kamer}} {{uitkomst}}",
            ),
            stapel(
                "Geleverde records",
                "sum by (kamer, soort) (rate(hub_uitvoer_total[$__rate_interval]))",
                "{{kamer}} {{soort}}",
            ),
            stapel(
                "Dode letters",
                "sum by (topic_soort, code) (rate(hub_dode_letters_total[$__rate_interval]))",
                "{{topic_soort}} {{code}}",
            ),
            verloop(
                "Achterstand",
                "s",
                ("max by (kamer, partitie) (hub_achterstand_seconds)", "{{kamer}} {{partitie}}"),
            ),
            verloop(
                "Sinds de laatste bevestiging",
                "s",
                ("time() - hub_laatste_bevestiging_timestamp_seconds", "{{kamer}} {{instance}}"),
            ),
            verloop("Onbevestigde batches", "short", ("hub_onbevestigd_batches", "{{kamer}} {{instance}}")),
        ),
    ),
    (
        "Staat en versies",
        8,
        (
            verloop(
                "Staat, records", "short", ("sum by (kamer, partitie) (hub_staat_records)", "{{kamer}} {{partitie}}")
            ),
            verloop(
                "Laadtijd van een partitie, gemiddeld",
                "s",
                (
                    "hub_staat_laadtijd_seconds_sum / hub_staat_laadtijd_seconds_count",
                    "{{kamer}} {{instance}}",
                ),
            ),
            tabel("Versies", "hub_versie_info", ["Time", "Value", "__name__", "job"]),
        ),
    ),
    (
        "Connectors",
        8,
        (
            stapel(
                "Signalen",
                "sum by (instance, uitkomst) (rate(connector_signalen_total[$__rate_interval]))",
                "{{instance}} {{uitkomst}}",
            ),
            stapel(
                "Meldingen in de inbox",
                "sum by (instance, soort) (rate(connector_meldingen_total[$__rate_interval]))",
                "{{instance}} {{soort}}",
            ),
            verloop("Inbox niet bij", "s", ("connector_inbox_achterstand_seconds", "{{instance}}")),
            verloop(
                "Te herpubliceren dossiers",
                "short",
                ("sum by (instance, reden) (connector_dossiers_herpubliceren)", "{{instance}} {{reden}}"),
            ),
            tabel("Sleutels", "connector_sleutels_info", ["Time", "Value", "__name__", "job"]),
        ),
    ),
)


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana imports it: rows of equal panels, at most three to a row (the first: six)."""
    panelen: list[Paneel] = []
    y = 0
    for titel, hoogte, inhoud in RIJEN:
        panelen.append({"type": "row", "title": titel, "gridPos": {"x": 0, "y": y, "w": _BREED, "h": 1}})
        y += 1
        naast = len(inhoud) if hoogte < 8 else 3
        breedte = _BREED // naast
        for nr, paneel in enumerate(inhoud):
            plek = {"x": nr % naast * breedte, "y": y + nr // naast * hoogte, "w": breedte, "h": hoogte}
            panelen.append(paneel | {"gridPos": plek})
        y += -(-len(inhoud) // naast) * hoogte
    return {
        "uid": "uitwisselhub",
        "title": "Uitwisselhub ZSM - Zorg- en Veiligheidshuizen",
        "tags": ["uitwisselhub"],
        "schemaVersion": 39,
        "refresh": "5s",
        "time": {"from": "now-30m", "to": "now"},
        "timezone": "Europe/Amsterdam",
        "editable": False,
        "panels": [paneel | {"id": nr} for nr, paneel in enumerate(panelen, 1)],
    }


def als_json() -> str:
    """The dashboard as it is committed."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    UIT.write_text(als_json(), encoding="utf-8")
