"""A grondslag is a record with the five fields of Wpg art. 20, and a faulty one is never loaded."""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
import z3

from hub.domein.codes import Besluit, Vrijgaverol
from hub.domein.identiteit import GrondslagId
from hub.domein.tafel import TafelSoort
from hub.privacy.bewijs import Model, heeft, is_, tegenvoorbeeld
from hub.privacy.filter import Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.grondslag import Grondslag, Richting, laad_grondslagen, middernacht, onvervulbaar
from hub.privacy.regels import MELDEN
from tests.privacy.gevallen import NU, casus, naar_zsm

VERLOPEN: dict[str, Any] = {
    "id": "wgs-verlopen",
    "titel": "Verlopen grondslag, alleen voor de test",
    "wettelijke_basis": ["verzonnen"],
    "bevestiging": "verzonnen",
    "belang": "verzonnen",
    "samenwerkingsverband": "verzonnen",
    "doel": "verzonnen",
    "gegevens": ["verzonnen"],
    "voorwaarden": ["verzonnen"],
    "ontvangers": ["ZSM"],
    "geldig_van": date(2025, 3, 1),
    "geldig_tot": date(2026, 3, 1),
    "richtingen": ["VHH_NAAR_ZSM"],
    "themas": ["GEWELD"],
    "vrijgave_rollen": ["PROCESREGISSEUR"],
    "activiteit": "urn:voorbeeld:verlopen",
}


def _toml(**anders: Any) -> bytes:
    def schrijf(waarde: Any) -> str:
        return waarde.isoformat() if isinstance(waarde, date) else repr(waarde).replace("'", '"')

    return "\n".join(f"{naam} = {schrijf(waarde)}" for naam, waarde in {**VERLOPEN, **anders}.items()).encode()


def test_shipped_grondslagen_ask_for_a_lawyer(filter_: Filter) -> None:
    """Each shipped grondslag says that it is not confirmed yet, and the four of the plan are there."""
    assert {"wjsg-39f-zsm-vhh", "wpg-20-zsm-vhh", "wgs-vhh-zsm", "wgs-casus-casus"} <= set(filter_.grondslagen)
    assert all("jurist" in een.bevestiging for een in filter_.grondslagen.values())


def test_an_expired_grondslag_permits_nothing(filter_: Filter) -> None:
    """Wpg art. 20: outside its validity a grondslag is none."""
    verlopen = Grondslag.model_validate(VERLOPEN)
    beslissing = filter_.met({GrondslagId(verlopen.id): verlopen}).beslis(
        naar_zsm(casus(grondslag=GrondslagId(verlopen.id)))
    )
    assert (beslissing.besluit, beslissing.regels) == (Besluit.AFGEWEZEN, ("N12-grondslag-niet-geldig",))
    assert beslissing.activiteit == "urn:voorbeeld:verlopen"
    assert beslissing.herzien_op is None or beslissing.herzien_op > NU


def test_an_unknown_grondslag_permits_nothing(filter_: Filter) -> None:
    """No melding without a record of its ground; the name that the source gave stays in the decision."""
    beslissing = filter_.beslis(naar_zsm(casus(grondslag=GrondslagId("verzonnen"))))
    assert (beslissing.regels, beslissing.grondslag, beslissing.activiteit) == (
        ("N11-grondslag-onbekend",),
        "verzonnen",
        "",
    )


def test_validity_counts_in_dutch_days() -> None:
    """A grondslag begins and ends at midnight in the Netherlands, summer and winter."""
    assert middernacht(date(2026, 1, 1)) == datetime(2025, 12, 31, 23, tzinfo=UTC).timestamp() * 1000
    assert middernacht(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, tzinfo=UTC).timestamp() * 1000
    grondslag = Grondslag.model_validate(VERLOPEN)
    einde = middernacht(date(2026, 3, 1))
    assert grondslag.geldig_op(grondslag.begin)
    assert not grondslag.geldig_op(grondslag.begin - 1)
    assert grondslag.geldig_op(einde - 1)
    assert not grondslag.geldig_op(einde)


@pytest.mark.parametrize(
    ("anders", "fout"),
    [
        ({"vrijgave_rollen": []}, "vrijgave_argument"),
        ({"vrijgave_argument": "omdat"}, "vrijgave_rollen"),
        ({"vrijgave_rollen": ["GEEN"]}, "geen vrijgaverol"),
        ({"vrijgave_rollen": ["PARKETSECRETARIS"]}, "mandaat"),
        ({"richtingen": ["GEEN"]}, "geen richting"),
        ({"richtingen": []}, "richtingen"),
        ({"themas": ["WEER"]}, "themas"),
        ({"voorwaarden": []}, "voorwaarden"),
        ({"belang": " "}, "belang"),
        ({"ontvangers": []}, "ontvangers"),
        ({"activiteit": "zomaar"}, "register van verwerkingen"),
        ({"geldig_tot": date(2025, 3, 1)}, "geldig_tot"),
        ({"extra": 1}, "extra"),
        ({"id": "anders"}, "anders.toml"),
    ],
)
def test_a_faulty_grondslag_is_refused_at_load(anders: dict[str, Any], fout: str) -> None:
    """Every field is required, closed lists are closed, and contradictions are named."""
    with pytest.raises(BeleidFout, match=fout):
        laad_grondslagen({"wgs-verlopen.toml": _toml(**anders)})


OM = ("OFFICIER_VAN_JUSTITIE", "PARKETSECRETARIS")
ZSM_WEG: dict[str, Any] = {"ontvangers": ["VEILIGHEIDSHUIS"], "vrijgave_rollen": ["OFFICIER_VAN_JUSTITIE"]}
ARGUMENT: dict[str, Any] = {"vrijgave_rollen": [], "vrijgave_argument": "omdat"}


@pytest.mark.parametrize(
    ("anders", "fouten"),
    [
        ({"richtingen": ["ZSM_NAAR_VHH"], **ZSM_WEG}, 0),
        ({"richtingen": ["ZSM_NAAR_INTAKE"], **ZSM_WEG, "vrijgave_rollen": ["PARKETSECRETARIS"], "mandaat": "x"}, 0),
        ({"richtingen": ["ZSM_NAAR_VHH"], **ZSM_WEG, **ARGUMENT}, 1),
        ({"richtingen": ["ZSM_NAAR_INTAKE"], **ZSM_WEG, "vrijgave_rollen": ["PROCESREGISSEUR"]}, 1),
        ({"richtingen": ["ZSM_NAAR_VHH"], **ZSM_WEG, "ontvangers": ["ZSM"]}, 1),
        (ARGUMENT, 0),
        ({"vrijgave_rollen": ["OFFICIER_VAN_JUSTITIE"]}, 1),
        ({"ontvangers": ["VEILIGHEIDSHUIS"]}, 1),
        ({"richtingen": ["CASUS_CASUS"], "ontvangers": ["VEILIGHEIDSHUIS"]}, 0),
        ({"richtingen": ["CASUS_CASUS"], "ontvangers": ["VEILIGHEIDSHUIS"], **ARGUMENT}, 1),
        ({"richtingen": ["CASUS_CASUS", "VHH_NAAR_ZSM"], "ontvangers": ["JEUGDTAFEL"], **ARGUMENT}, 3),
        ({"richtingen": ["CASUS_CASUS", "VHH_NAAR_ZSM"], "ontvangers": ["ZSM", "VEILIGHEIDSHUIS"]}, 0),
    ],
)
def test_a_grondslag_that_can_never_lead_to_a_melding_is_refused_at_load(anders: dict[str, Any], fouten: int) -> None:
    """Each direction that it names must be able to reach its receiver and to be released; every one that cannot is named."""
    bestanden = {"wgs-verlopen.toml": _toml(**anders)}
    if not fouten:
        assert len(laad_grondslagen(bestanden)) == 1
        return
    with pytest.raises(BeleidFout) as fout:
        laad_grondslagen(bestanden)
    assert len(fout.value.fouten) == fouten
    assert all(" gaat naar " in een or " vraagt vrijgave " in een for een in fout.value.fouten)


@pytest.mark.parametrize("richting", [een for een in Richting if een is not Richting.GEEN])
def test_what_a_grondslag_needs_is_what_the_policy_asks(filter_: Filter, richting: Richting) -> None:
    """Proven of the shipped policy: a direction leads to a melding in some world with these receivers and roles, or in none, exactly
    as the load says."""
    model = Model(filter_.regels)
    for ontvangers, rollen in product(
        ({"ZSM"}, {"VEILIGHEIDSHUIS"}), (set(), *({rol} for rol in (*OM, "PROCESREGISSEUR")))
    ):
        vrijgave = {"vrijgave_rollen": rollen, "mandaat": "x"} if rollen else ARGUMENT
        grondslag = Grondslag.model_validate(
            {**VERLOPEN, "richtingen": [richting], "ontvangers": ontvangers, **vrijgave}
        )
        wereld = z3.And(
            model.mag(MELDEN),
            is_("richting", richting),
            *(heeft("grondslag.ontvangers", soort) == (soort in ontvangers) for soort in TafelSoort),
            *(heeft("grondslag.vrijgave_rollen", rol) == (rol in rollen) for rol in Vrijgaverol),
        )
        assert (tegenvoorbeeld(wereld) is None) is any(onvervulbaar(grondslag)), (richting, ontvangers, rollen)


def test_all_faults_of_all_files_are_named_at_once() -> None:
    """One load tells everything that must be mended."""
    with pytest.raises(BeleidFout) as fout:
        laad_grondslagen({"a.toml": b"= niet", "b.toml": _toml(extra=1, belang=""), "c.toml": b"\xff"})
    assert len(fout.value.fouten) == 4
    assert all(naam in str(fout.value) for naam in ("a.toml", "b.toml", "c.toml"))


def test_no_grondslag_at_all_is_a_fault() -> None:
    """An empty directory is a mistake, not a policy."""
    with pytest.raises(BeleidFout, match="geen enkele"):
        laad_grondslagen({})


@pytest.mark.parametrize(
    ("op", "namen"),
    [
        (date(2027, 1, 29), []),
        (date(2027, 1, 30), ["wpg-20-zsm-vhh"]),
        (date(2027, 2, 28), ["wpg-20-zsm-vhh"]),
        (date(2027, 3, 1), []),
        (date(2028, 2, 28), ["wjsg-39f-zsm-aandragen", "wjsg-39f-zsm-vhh"]),
        (date(2025, 2, 28), []),
    ],
)
def test_what_is_about_to_expire_is_announced(filter_: Filter, op: date, namen: list[str]) -> None:
    """From thirty days before its last day until that day a grondslag is named; before it begins and once it ended it is not."""
    assert [grondslag.id for grondslag in filter_.verlopend(op)] == namen


@pytest.mark.parametrize(
    ("op", "namen"),
    [
        (date(2027, 2, 28), []),
        (date(2027, 3, 1), ["wpg-20-zsm-vhh"]),
        (date(2028, 3, 1), ["wpg-20-zsm-vhh", "wjsg-39f-zsm-aandragen", "wjsg-39f-zsm-vhh"]),
    ],
)
def test_what_has_ended_stays_named(filter_: Filter, op: date, namen: list[str]) -> None:
    """From the first day on which it is valid no more a grondslag is one that has ended, however long ago."""
    assert [grondslag.id for grondslag in filter_.afgelopen(op)] == namen


def test_expiry_can_be_asked_further_ahead(filter_: Filter) -> None:
    """The first to end comes first."""
    namen = [grondslag.id for grondslag in filter_.verlopend(date(2026, 3, 1), dagen=800)]
    assert namen == ["wpg-20-zsm-vhh", "wjsg-39f-zsm-aandragen", "wjsg-39f-zsm-vhh"]
