"""Kinds of difference, by example."""

import pytest

from hub.matching.namen import Alias, Persoon
from hub.matching.verschil import groepen, soorten, verwarring

JAN = Persoon(
    "Johannes Petrus", "Jansen", geboortedatum="19800412", geslacht="M", geboorteplaats="Tiel", bsn="123456789"
)


def _anders(**veld: str | None) -> Persoon:
    basis = {
        veld: getattr(JAN, veld)
        for veld in ("voornamen", "geslachtsnaam", "geboortedatum", "geslacht", "geboorteplaats", "bsn")
    }
    return Persoon(**{**basis, **veld})


@pytest.mark.parametrize(
    ("ander", "soort"),
    [
        (_anders(), ()),
        (_anders(voornamen="Jan"), ("roepnaam",)),
        (_anders(voornamen="J.P."), ("voorletter",)),
        (_anders(voornamen="Rohannes Petrus"), ("tikfout in voornaam",)),
        (_anders(voornamen="Petrus Johannes"), ("andere volgorde van voornamen",)),
        (_anders(geslachtsnaam="Jansen-de Boer"), ("dubbele naam of naam van de partner erbij",)),
        (_anders(geslachtsnaam="Vermeulen"), ("andere achternaam (partner of alias)",)),
        (_anders(geslachtsnaam="Jantsen"), ("tikfout in achternaam",)),
        (_anders(voornamen="Jansen", geslachtsnaam="Johannes"), ("voornaam en achternaam verwisseld",)),
        (_anders(geboortedatum="19801204"), ("dag en maand verwisseld",)),
        (_anders(geboortedatum="19800413"), ("een cijfer in de geboortedatum",)),
        (_anders(geboortedatum="19800000"), ("geboortedatum onvolledig",)),
        (_anders(geboortedatum=None), ("geboortedatum ontbreekt",)),
        (_anders(geboortedatum="19810101"), ("geschatte geboortedatum",)),
        (_anders(geslacht="V", geboorteplaats=None), ("ander geslacht", "geboorteplaats ontbreekt")),
        (_anders(bsn=None), ("bsn op een kant",)),
    ],
)
def test_soorten(ander: Persoon, soort: tuple[str, ...]) -> None:
    """Each difference has its name, seen from either side."""
    assert soorten(JAN, ander) == soort
    assert soorten(ander, JAN) == soort


def test_bekende_andere_naam() -> None:
    """Another name that one of the registers gave has its own kind, seen from either side."""
    anders = Persoon("Karel", "Vermeulen", aliassen=(Alias("Daan"), Alias(None, "van Jansen")))
    jan = Persoon("Daan", "Jansen")
    verwacht = ("voornaam als andere naam bekend", "achternaam als andere naam bekend")
    for een, ander in ((jan, anders), (anders, jan)):
        assert soorten(een, ander)[:2] == verwacht


@pytest.mark.parametrize(
    ("ander", "soort"),
    [
        (_anders(voornamen="Daan", bsn=None), "als een tweeling"),
        (_anders(geboortedatum="19550101", bsn=None), "als ouder en kind met een naam"),
        (_anders(voornamen="Daan", geboortedatum="19830609", bsn=None), "als broer of zus"),
        (_anders(geboortedatum="19820609", bsn=None), "naamgenoot"),
        (_anders(voornamen="Daan", geslachtsnaam="Vermeulen", bsn=None), "zelfde datum, andere achternaam"),
        (_anders(voornamen="Daan"), "zelfde bsn"),
    ],
)
def test_verwarring(ander: Persoon, soort: str) -> None:
    """Two different persons are called by what makes them alike."""
    assert verwarring(JAN, ander) == soort == verwarring(ander, JAN)


def test_groepen() -> None:
    """Groups are sex, age by twenty years and country of birth; what is unknown makes no group."""
    assert groepen(JAN) == ("man", "geboren 1980-1999", "geboren in Nederland, of plaats onbekend")
    assert "geboren in het buitenland" in groepen(Persoon(geboorteplaats="Nador"))
    assert groepen(Persoon()) == ()
