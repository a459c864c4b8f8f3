"""Invented gevallen: the base cases of the tests, and any geval at all for hypothesis."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from cedarpy import Schema
from hypothesis import strategies as st

from hub.domein.codes import (
    Belang,
    Criterium,
    Doel,
    Fase,
    MeldingSoort,
    Rol,
    Soort,
    Thema,
    Uitkomst,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.identiteit import Dossier, GrondslagId, OrganisatieId, TafelId, dossier
from hub.domein.koppeling import Kant
from hub.domein.signaal import Feiten
from hub.domein.tafel import Tafel, TafelSoort
from hub.privacy.feiten import DAG, Geval
from hub.privacy.fout import BeleidFout
from hub.privacy.regels import Regel, lees_regels

NU = round(datetime(2026, 3, 2, 11, tzinfo=UTC).timestamp() * 1000)


def goede_regels(tekst: str, schema: Schema) -> dict[str, Regel]:
    """The rules of a policy text without fault, whether the register has words for them or not. Raises BeleidFout."""
    regels, fouten = lees_regels(tekst, schema)
    if fouten:
        raise BeleidFout(fouten)
    return regels


def tafel(id_: str, soort: TafelSoort, **anders: Any) -> Tafel:
    gewoon: dict[str, Any] = {
        "naam": id_,
        "organisatie": OrganisatieId(id_),
        "themas": frozenset(Thema),
        "doelen": frozenset(Doel),
        "jeugdtaak": True,
        "geheim_bevoegd": False,
        "telefoon": "0880000000",
        "email": "tafel@voorbeeld.example",
        "vanaf": date(2025, 1, 1),
    }
    return Tafel(id=TafelId(id_), soort=soort, **{**gewoon, **anders})


ZSM = tafel("zsm-oost", TafelSoort.ZSM)
HUIS = tafel("vhh-een", TafelSoort.VEILIGHEIDSHUIS)
ANDER_HUIS = tafel("vhh-twee", TafelSoort.VEILIGHEIDSHUIS)


def kant(van: Tafel, soort: Soort, feiten: Feiten, naam: bytes = b"a" * 16) -> Kant:
    return Kant(dossier(van.id, naam), soort, NU - DAG, van.id, NU - DAG, NU + 100 * DAG, feiten)


def verdachte(**anders: Any) -> Kant:
    gewoon: dict[str, Any] = {
        "rol": Rol.VERDACHTE,
        "thema": Thema.GEWELD,
        "grondslag": GrondslagId("wjsg-39f-zsm-vhh"),
        "leeftijd": 30,
        "vervolgingsbeslissing": Vervolgingsbeslissing.VERVOLGEN,
        "vrijgave": Vrijgaverol.OFFICIER_VAN_JUSTITIE,
        "vrijgave_moment": NU - DAG,
    }
    return kant(ZSM, Soort.VERDACHTE, Feiten(**{**gewoon, **anders}))


def casus(van: Tafel = HUIS, **anders: Any) -> Kant:
    gewoon: dict[str, Any] = {
        "rol": Rol.CASUSPERSOON,
        "thema": Thema.GEWELD,
        "grondslag": GrondslagId("wgs-vhh"),
        "leeftijd": 30,
        "fase": Fase.ACTIEF,
        "fase_sinds": NU - 50 * DAG,
        "doelen": (Doel.ZORG,),
        "vrijgave": Vrijgaverol.PROCESREGISSEUR,
        "vrijgave_moment": NU - DAG,
    }
    return kant(van, Soort.CASUS, Feiten(**{**gewoon, **anders}))


def naar_huis(bron: Kant | None = None, ontvanger: Kant | None = None, **anders: Any) -> Geval:
    """A ZSM tafel's verdachte is known: the Veiligheidshuis would hear."""
    gewoon: dict[str, Any] = {"soort": MeldingSoort.BEKEND, "uitkomst": Uitkomst.ZEKER, "tijd": NU}
    tafels = {"bron_tafel": ZSM, "ontvanger_tafel": HUIS}
    return Geval(bron=bron or verdachte(), ontvanger=ontvanger or casus(), **{**gewoon, **tafels, **anders})


def naar_intake(bron: Kant | None = None, **anders: Any) -> Geval:
    """A ZSM tafel offers a complex case that no house works on: the intake of the region would hear."""
    complex_ = (Criterium.MEER_LEEFGEBIEDEN, Criterium.MEER_KETENS, Criterium.EFFECT_OP_GEZIN)
    gewoon: dict[str, Any] = {
        "soort": MeldingSoort.AANDRAGEN,
        "uitkomst": Uitkomst.GEEN,
        "bron_tafel": ZSM,
        "ontvanger_tafel": HUIS,
        "tijd": NU,
        "aangewezen": HUIS.id,
        "zonder_casus": True,
    }
    zaak = bron or verdachte(criteria=complex_, grondslag=GrondslagId("wjsg-39f-zsm-aandragen"))
    return Geval(bron=zaak, ontvanger=None, **{**gewoon, **anders})


def antwoord_aan_zsm(bron: Kant | None = None, ontvanger: Kant | None = None, **anders: Any) -> Geval:
    """A ZSM tafel asks whether a person is known: the answer would tell of a casus."""
    vraag = ontvanger or verdachte(doelen=(Doel.VEILIGHEID,))
    return naar_zsm(bron, vraag, **{"soort": MeldingSoort.ANTWOORD, **anders})


def naar_zsm(bron: Kant | None = None, ontvanger: Kant | None = None, **anders: Any) -> Geval:
    """A casus is known: the ZSM tafel would hear."""
    tafels = {"bron_tafel": HUIS, "ontvanger_tafel": ZSM}
    return naar_huis(bron or casus(), ontvanger or verdachte(), **{**tafels, **anders})


_momenten = st.one_of(
    st.none(),
    st.integers(NU - 200 * DAG, NU + 5 * DAG),
    st.sampled_from([NU, NU + 1, NU - 90 * DAG, NU - 90 * DAG + 1]),
)
_leeftijden = st.one_of(st.none(), st.integers(0, 130), st.sampled_from([11, 12, 17, 18, 22, 23]))


@st.composite
def feiten_willekeurig(trek: st.DrawFn, grondslagen: list[str]) -> Feiten:
    return Feiten(
        rol=trek(st.sampled_from(Rol)),
        thema=trek(st.sampled_from(Thema)),
        grondslag=GrondslagId(trek(st.sampled_from(grondslagen))),
        leeftijd=trek(_leeftijden),
        geheimhouding=trek(st.booleans()),
        spoedeisend=trek(st.booleans()),
        belang=trek(st.sampled_from(Belang)),
        vrijgave=trek(st.sampled_from(Vrijgaverol)),
        vrijgave_moment=trek(_momenten),
        vervolgingsbeslissing=trek(st.sampled_from(Vervolgingsbeslissing)),
        fase=trek(st.sampled_from(Fase)),
        fase_sinds=trek(_momenten),
        doelen=tuple(trek(st.lists(st.sampled_from(Doel), unique=True))),
        criteria=tuple(trek(st.lists(st.sampled_from(Criterium), unique=True))),
    )


@st.composite
def tafels(trek: st.DrawFn, id_: str) -> Tafel:
    return tafel(
        id_,
        trek(st.sampled_from(TafelSoort)),
        themas=frozenset(trek(st.sets(st.sampled_from(Thema)))),
        doelen=frozenset(trek(st.sets(st.sampled_from(Doel)))),
        jeugdtaak=trek(st.booleans()),
        geheim_bevoegd=trek(st.booleans()),
    )


@st.composite
def gevallen(trek: st.DrawFn, grondslagen: list[str]) -> Geval:
    """Any geval that the types allow, lawful or not."""
    bron_tafel, ontvanger_tafel = trek(tafels("tafel-een")), trek(tafels("tafel-twee"))

    def een_kant(van: Tafel) -> Kant:
        return Kant(
            Dossier(dossier(van.id, trek(st.binary(min_size=16, max_size=16)))),
            trek(st.sampled_from(Soort)),
            trek(st.integers(NU - 3, NU)),
            van.id,
            NU,
            trek(st.integers(NU - 5, NU + 5) | st.just(NU + 100 * DAG)),
            trek(feiten_willekeurig(grondslagen)),
        )

    return Geval(
        soort=trek(st.sampled_from(MeldingSoort)),
        bron=een_kant(bron_tafel),
        ontvanger=een_kant(ontvanger_tafel) if trek(st.booleans()) else None,
        uitkomst=trek(st.sampled_from(Uitkomst)),
        bron_tafel=bron_tafel,
        ontvanger_tafel=ontvanger_tafel,
        tijd=NU,
        aangewezen=trek(st.sampled_from([None, ontvanger_tafel.id, bron_tafel.id])),
        zonder_casus=trek(st.booleans()),
    )


@st.composite
def bijna_gevallen(trek: st.DrawFn) -> Geval:
    """A lawful geval with a few facts changed: random cases alone are nearly all refused for many reasons at once."""
    geval = trek(st.sampled_from([naar_huis(), naar_zsm(), antwoord_aan_zsm(), naar_intake()]))
    wijzigingen: dict[str, st.SearchStrategy[Any]] = {
        "leeftijd": _leeftijden,
        "geheimhouding": st.booleans(),
        "fase": st.sampled_from(Fase),
        "fase_sinds": _momenten,
        "vrijgave": st.sampled_from(Vrijgaverol),
        "vrijgave_moment": _momenten,
        "vervolgingsbeslissing": st.sampled_from(Vervolgingsbeslissing),
        "spoedeisend": st.booleans(),
        "belang": st.sampled_from(Belang),
        "grondslag": st.sampled_from(["wgs-vhh", "wjsg-39f-zsm-vhh", "wjsg-39f-zsm-aandragen", "onbekend"]),
        "doelen": st.sampled_from([(), (Doel.ZORG,)]),
        "criteria": st.sampled_from([(), (Criterium.MEER_KETENS,), (Criterium.GEBIEDSGEBONDEN,)]),
    }

    def wijzig(een: Kant) -> Kant:
        namen = trek(st.sets(st.sampled_from(sorted(wijzigingen)), max_size=3))
        nieuw = {naam: trek(wijzigingen[naam]) for naam in sorted(namen)}
        bewaren_tot = trek(st.sampled_from([een.bewaren_tot, NU, NU + 1, NU + DAG]))
        return replace(een, feiten=replace(een.feiten, **nieuw), bewaren_tot=bewaren_tot)

    mogelijk = trek(st.booleans())
    antwoord = geval.soort is MeldingSoort.ANTWOORD
    return replace(
        geval,
        bron=wijzig(geval.bron),
        ontvanger=None if geval.ontvanger is None else wijzig(geval.ontvanger),
        soort=MeldingSoort.MOGELIJK_BEKEND if mogelijk and not antwoord else geval.soort,
        aangewezen=trek(st.sampled_from([geval.aangewezen, None])),
        zonder_casus=trek(st.sampled_from([geval.zonder_casus, False])),
        uitkomst=Uitkomst.MOGELIJK if mogelijk else geval.uitkomst,
    )
