"""Alert rules and dashboard: they speak of metrics that exist, ring for their cause, and tell what to do."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics import MetricWrapperBase

import hub.metrics
from connectors.meters import Meters
from deploy.grafana import maak
from hub.domein.codes import Bekendheid

WORTEL = Path(__file__).parents[2]
MAP = WORTEL / "deploy" / "prometheus"
ACHTERVOEGSELS = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
BIJGEGEVEN = {"instance", "job", "le"}
zonder_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="promtool is not installed (Debian: apt-get install prometheus)",
)


def promtool(*argumenten: str, invoer: bytes | None = None) -> None:
    uit = subprocess.run(["promtool", *argumenten], cwd=MAP, input=invoer, capture_output=True, check=False)
    assert uit.returncode == 0, (uit.stdout + uit.stderr).decode()


def regels() -> list[dict[str, Any]]:
    groepen = yaml.safe_load((MAP / "regels.yml").read_text())["groups"]
    return [regel for groep in groepen for regel in groep["rules"]]


def metrieken(register: CollectorRegistry, begin: str) -> dict[str, set[str]]:
    """Every sample name that the registry can expose, with the names of its labels."""
    uit: dict[str, set[str]] = {}
    for meter in list(register._collector_to_names):
        if isinstance(meter, MetricWrapperBase) and meter._name.startswith(begin):
            for achtervoegsel in ACHTERVOEGSELS[str(meter._type)]:
                uit[meter._name + achtervoegsel] = set(meter._labelnames)
    return uit


def bekend() -> dict[str, set[str]]:
    assert hub.metrics.RECORDS
    return metrieken(REGISTRY, "hub_") | metrieken(Meters().register, "connector_")


def uitdrukkingen() -> Iterator[str]:
    """Every PromQL expression of the rules and of the dashboard."""
    yield from (regel["expr"] for regel in regels())
    for paneel in maak.dashboard()["panels"]:
        yield from (doel["expr"] for doel in paneel.get("targets", []))


@pytest.mark.parametrize("expr", sorted(set(uitdrukkingen())))
def test_every_metric_and_label_that_is_asked_for_exists(expr: str) -> None:
    """A renamed metric or label breaks this test, not the alert in the night."""
    namen = set(re.findall(r"\b(?:hub|connector)_[a-z_]+\b", expr))
    assert namen or expr.startswith("up{")
    assert namen <= set(bekend()), "these metrics do not exist"
    labels = {label.strip() for lijst in re.findall(r"\b(?:by|on) \(([^)]*)\)", expr) for label in lijst.split(",")}
    labels |= set(re.findall(r"[{,]\s*([a-z_]+)\s*[!=]~?\"", expr))
    assert labels <= BIJGEGEVEN.union(*(bekend()[naam] for naam in namen)), "these labels do not exist"


def test_every_metric_is_in_the_handbook() -> None:
    """An operator finds what each figure of hub and connector says."""
    handboek = (WORTEL / "docs" / "beheer.md").read_text("utf-8")
    namen = {re.sub("_(bucket|sum|count)$", "", naam) for naam in bekend()}
    assert {naam for naam in namen if f"`{naam}" not in handboek} == set()


def test_the_committed_dashboard_is_what_the_generator_gives() -> None:
    """Nobody edits hub.json by hand: `python -m deploy.grafana.maak` writes it."""
    assert maak.UIT.read_text(encoding="utf-8") == maak.als_json()


def test_no_panel_lies_on_another() -> None:
    """Every cell of the dashboard's grid belongs to one panel, and none sticks out."""
    bezet: set[tuple[int, int]] = set()
    for paneel in json.loads(maak.als_json())["panels"]:
        plek = paneel["gridPos"]
        assert plek["x"] + plek["w"] <= 24
        cellen = {
            (x, y) for x in range(plek["x"], plek["x"] + plek["w"]) for y in range(plek["y"], plek["y"] + plek["h"])
        }
        assert not bezet & cellen, paneel["title"]
        bezet |= cellen


def test_every_alert_is_tested_and_tells_what_to_do() -> None:
    """Each alert has a severity, a test of its own and a section in the operator's handbook."""
    handboek = {kop.lower() for kop in re.findall(r"^#+ (\w+)$", (WORTEL / "docs" / "beheer.md").read_text(), re.M)}
    proeven = yaml.safe_load((MAP / "regels_test.yml").read_text())["tests"]
    gaat_af = {p["alertname"] for proef in proeven for p in proef["alert_rule_test"] if p["exp_alerts"]}
    zwijgt = {p["alertname"] for proef in proeven for p in proef["alert_rule_test"] if not p["exp_alerts"]}
    namen = {regel["alert"] for regel in regels()}
    assert namen == gaat_af == zwijgt, "each alert must be seen to ring and to be silent"
    for regel in regels():
        assert regel["labels"]["severity"] in {"critical", "warning"}
        assert regel["annotations"]["runbook"] == f"docs/beheer.md#{regel['alert'].lower()}"
        assert regel["alert"].lower() in handboek, f"docs/beheer.md has no section {regel['alert']}"


def test_a_connector_counts_every_outcome_and_reason_from_zero() -> None:
    """A first burst is an increase: what the code of a connector can count under stands there before it happens, at 0."""
    gemeten = {
        waarde: reeks.value
        for meter in Meters().register.collect()
        for reeks in meter.samples
        if meter.type == "counter" and reeks.name.endswith("_total")
        for label, waarde in reeks.labels.items()
        if label in {"uitkomst", "reden"}
    }
    code = "".join((WORTEL / "connectors" / f"{naam}.py").read_text("utf-8") for naam in ("bevraging", "toegang"))
    genoemd = set(re.findall(r'(?:return|GeenToegang\()\s*"([a-z_]+)"', code))
    genoemd |= {"quotum_client", "quotum_actor"} | set(Bekendheid)
    for bron in (WORTEL / "connectors").glob("*.py"):
        for geteld in re.findall(r"meters\.\w+\.labels\(([^)]*)\)\.inc", bron.read_text("utf-8")):
            genoemd |= set(re.findall(r'"([a-z_]+)"', geteld))
    assert genoemd == set(gemeten)
    assert set(gemeten.values()) == {0}


@zonder_promtool
def test_promtool_accepts_rules_and_configuration() -> None:
    """Prometheus can load what is shipped."""
    promtool("check", "rules", "regels.yml")
    promtool("check", "config", "prometheus.yml")


@zonder_promtool
def test_alerts_fire_on_their_cause_and_only_on_it() -> None:
    """The scenarios of regels_test.yml hold."""
    promtool("test", "rules", "regels_test.yml")


@zonder_promtool
def test_metrics_follow_the_conventions() -> None:
    """Base units, `_total` on counters, help texts: promtool has no remark on hub or connector."""
    promtool("check", "metrics", invoer=generate_latest(REGISTRY))
    promtool("check", "metrics", invoer=generate_latest(Meters().register))
