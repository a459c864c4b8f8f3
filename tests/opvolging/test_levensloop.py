"""The state machine of a koppeling: what is told, corrected and recalled, whatever the order in which standen arrive."""

from dataclasses import replace
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.codes import Besluit, Levensfase, MeldingSoort, Reactie, Uitkomst, Weigercode
from hub.domein.gebeurtenis import Terugkoppeling
from hub.domein.identiteit import TafelId
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Stand, is_verouderd
from hub.domein.melding import Melding
from hub.opvolging.beurt import reactie_geweigerd
from hub.opvolging.levensloop import Koppeling, stap
from hub.opvolging.reactie import reageer
from tests.keten.signalen import TWENTE, ZSM
from tests.opvolging.proefomgeving import ELDERS, Proefomgeving, kant

ZEKER = Bewijs(Uitkomst.ZEKER, 20.0, (1, 2), "model")
MOGELIJK = Bewijs(Uitkomst.MOGELIJK, 12.0, (1, 1), "model")


def stand(bewijs: Bewijs = ZEKER, zsm: int = 1, vhh: int = 1, **feiten: object) -> Stand:
    return Stand.van(kant(ZSM, zsm), kant(TWENTE, vhh, **feiten), bewijs)  # type: ignore[arg-type]


def leven(standen: list[Stand], omgeving: Proefomgeving | None = None) -> tuple[Koppeling | None, list[Melding]]:
    koppeling: Koppeling | None = None
    meldingen: list[Melding] = []
    for een in standen:
        gevolg = stap(koppeling, een, omgeving or Proefomgeving())
        if gevolg is not None:
            koppeling = gevolg.lijf
            meldingen += [gezonden.melding for gezonden in gevolg.gezonden]
    return koppeling, meldingen


def test_two_tafels_may_give_their_reactions_the_same_id() -> None:
    """An id that another tafel used before silences nobody: both reactions are done, and only the own one again is nothing new."""
    koppeling, meldingen = leven([stand()])
    gezegd: list[Terugkoppeling] = []
    for melding in meldingen:
        assert koppeling is not None
        eigen = next(een for een in (koppeling.stand.links, koppeling.stand.rechts) if een.tafel == melding.ontvanger)
        wat = Terugkoppeling(
            UUID(int=1),
            melding.koppeling,
            Reactie.ONTVANGEN,
            melding.ontvanger,
            eigen.dossier,
            0,
            melding.id,
            tijd=eigen.tijd,
        )
        gevolg = reageer(koppeling, wat, Proefomgeving())
        assert gevolg is not None and [regel.uitkomst for regel in gevolg.audit] == ["gedaan"]
        koppeling = gevolg.lijf
        gezegd.append(wat)
    assert koppeling is not None
    assert {koppeling.naar_links.fase, koppeling.naar_rechts.fase} == {Levensfase.ONTVANGEN}
    assert [reageer(koppeling, wat, Proefomgeving()) for wat in gezegd] == [None, None]
    assert len({reactie_geweigerd(wat, Weigercode.ONBEKEND_VOOR_U).id for wat in gezegd}) == 2, (
        "nor do refusals share one"
    )


def test_a_certain_match_is_told_to_both_sides_once() -> None:
    """ZEKER gives one BEKEND per side; the same stand again gives nothing."""
    _, meldingen = leven([stand(), stand()])
    assert [(m.ontvanger, m.soort, m.contact and m.contact.tafel) for m in meldingen] == [
        (TWENTE if stand().links.tafel == TWENTE else ZSM, MeldingSoort.BEKEND, stand().rechts.tafel),
        (stand().rechts.tafel, MeldingSoort.BEKEND, stand().links.tafel),
    ]


def test_a_new_versie_that_changes_nothing_sends_nothing() -> None:
    """A newer versie with the same facts is decided again, and what stands already is not told twice."""
    koppeling, meldingen = leven([stand(), stand(zsm=2)])
    assert len(meldingen) == 2
    assert koppeling is not None and koppeling.stand == stand(zsm=2)


def test_changed_contents_are_a_correction_that_names_the_earlier_melding() -> None:
    """When a permitted field changes, the receiver gets CORRECTIE with the whole new contents."""
    _, meldingen = leven([stand(), stand(vhh=2, advies_beschikbaar=False)])
    eerste = next(m for m in meldingen if m.ontvanger == ZSM)
    (correctie,) = [m for m in meldingen if m.soort is MeldingSoort.CORRECTIE]
    assert (correctie.ontvanger, correctie.betreft, correctie.advies_beschikbaar) == (ZSM, eerste.id, False)


def test_a_possible_match_that_becomes_certain_replaces_the_earlier_melding() -> None:
    """MOGELIJK then ZEKER: BEKEND names the MOGELIJK_BEKEND that it replaces."""
    _, meldingen = leven([stand(MOGELIJK), stand(vhh=2)])
    for tafel in (ZSM, TWENTE):
        eerst, daarna = [m for m in meldingen if m.ontvanger == tafel]
        assert (eerst.soort, daarna.soort, daarna.betreft) == (
            MeldingSoort.MOGELIJK_BEKEND,
            MeldingSoort.BEKEND,
            eerst.id,
        )


def test_no_match_any_more_recalls_what_stands_and_tells_nothing_else() -> None:
    """GEEN recalls from whoever heard, with no contact, ground or term in it."""
    _, meldingen = leven([stand(), stand(GEEN_BEWIJS, zsm=2)])
    terug = [m for m in meldingen if m.soort is MeldingSoort.INGETROKKEN]
    assert {m.betreft for m in terug} == {m.id for m in meldingen[:2]}
    assert all(m.contact is None and m.reageren_voor is None and m.grondslag == "" for m in terug)


def test_a_refusal_after_a_melding_recalls_it() -> None:
    """What is no longer allowed is withdrawn, and only there."""
    omgeving = Proefomgeving()
    koppeling, meldingen = leven([stand()], omgeving)
    omgeving.besluit[TWENTE] = Besluit.AFGEWEZEN
    gevolg = stap(koppeling, stand(zsm=2), omgeving)
    assert gevolg is not None
    assert [(g.melding.ontvanger, g.melding.soort) for g in gevolg.gezonden] == [(TWENTE, MeldingSoort.INGETROKKEN)]
    assert len(meldingen) == 2


def test_a_refusal_and_a_hold_leave_no_trace_at_the_other_side() -> None:
    """AFGEWEZEN and AANGEHOUDEN send nothing at all to the receiver."""
    for besluit in (Besluit.AFGEWEZEN, Besluit.AANGEHOUDEN):
        koppeling, meldingen = leven([stand()], Proefomgeving({TWENTE: besluit}))
        wacht = [MeldingSoort.STATUS] if besluit is Besluit.AANGEHOUDEN else []  # told to the source, which knows of it
        assert [(m.ontvanger, m.soort) for m in meldingen] == [(ZSM, soort) for soort in (MeldingSoort.BEKEND, *wacht)]
        assert koppeling is not None
        richting = koppeling.naar_links if koppeling.stand.links.tafel == TWENTE else koppeling.naar_rechts
        assert (
            richting.fase
            is {Besluit.AFGEWEZEN: Levensfase.AFGEWEZEN, Besluit.AANGEHOUDEN: Levensfase.AANGEHOUDEN}[besluit]
        )
        assert richting.staand is None


def test_an_older_stand_never_undoes_a_newer_one() -> None:
    """Standen that are older on either side change nothing, even a match after a withdrawal."""
    koppeling, meldingen = leven([stand(), stand(GEEN_BEWIJS, zsm=3, vhh=2)])
    for oud in (stand(zsm=2), stand(zsm=3, vhh=1), stand(zsm=4, vhh=1)):
        assert is_verouderd(oud, koppeling.stand) and stap(koppeling, oud, Proefomgeving()) is None  # type: ignore[union-attr]
    assert len(meldingen) == 4


def test_a_first_stand_without_match_is_remembered() -> None:
    """GEEN first and the older match afterwards, from another partition: nothing is told."""
    assert leven([stand(GEEN_BEWIJS, zsm=2), stand()])[1] == []


def test_fields_that_are_not_permitted_are_absent() -> None:
    """Without a permit for a field the melding does not hold it."""
    _, meldingen = leven([stand()], Proefomgeving(velden=frozenset()))
    assert all(m.advies_beschikbaar is None and m.escalatieniveau is None and m.ophouden_tot is None for m in meldingen)


def test_a_tafel_that_was_taken_over_hears_at_its_successor() -> None:
    """The register's successor gets the melding; when that changes later, the first receiver is told of the recall."""
    omgeving = Proefomgeving()
    koppeling, _ = leven([stand()], omgeving)
    omgeving.opvolger[TWENTE] = ELDERS
    gevolg = stap(koppeling, stand(zsm=2), omgeving)
    assert gevolg is not None
    assert [(g.melding.ontvanger, g.melding.soort) for g in gevolg.gezonden if g.melding.ontvanger != ZSM] == [
        (TWENTE, MeldingSoort.INGETROKKEN),
        (ELDERS, MeldingSoort.BEKEND),
    ]


ZWAK = Bewijs(Uitkomst.GEEN, -0.4, (1, 0), "model")


def sinds(een: Stand, versie: int) -> Stand:
    """The same stand, where both dossiers say the same of their persons since that versie."""
    return replace(
        een, links=replace(een.links, persoon_sinds=versie), rechts=replace(een.rechts, persoon_sinds=versie)
    )


def test_other_keys_of_the_same_persons_take_nothing_away() -> None:
    """Evidence that only the keys made weaker recalls nothing and corrects nothing, and facts that come with it do count."""
    koppeling, meldingen = leven([stand(MOGELIJK), sinds(stand(ZWAK, zsm=2), 1), sinds(stand(ZWAK, zsm=2, vhh=2), 1)])
    assert len(meldingen) == 2
    assert koppeling is not None and koppeling.stand == sinds(stand(MOGELIJK, zsm=2, vhh=2), 1)
    _, meldingen = leven([stand(), sinds(stand(ZWAK, vhh=2, advies_beschikbaar=False), 1)])
    assert [m.soort for m in meldingen[2:]] == [MeldingSoort.CORRECTIE]


@pytest.mark.parametrize(
    "nieuw",
    [
        stand(ZWAK, zsm=2),
        sinds(stand(ZWAK, zsm=2, vhh=2), 2),
        sinds(stand(GEEN_BEWIJS, zsm=2), 1),
        sinds(stand(replace(ZWAK, model="ander"), zsm=2), 1),
    ],
    ids=["versie", "persoon", "geen token", "model"],
)
def test_what_is_more_than_other_keys_does_recall(nieuw: Stand) -> None:
    """Another person, no shared token any more, or another model: the evidence is judged by itself."""
    assert [m.soort for m in leven([stand(), nieuw])[1][2:]] == [MeldingSoort.INGETROKKEN] * 2


def test_the_strongest_evidence_holds_in_any_order() -> None:
    """Standen of the same persons under old, both and new keys: whichever partition reports first, the same stands in the end."""
    rij = [stand(MOGELIJK), sinds(stand(ZWAK, zsm=2), 1), sinds(stand(ZEKER, zsm=2, vhh=2), 1), stand(ZWAK)]
    for volgorde in permutations(rij):
        koppeling, _ = leven(list(volgorde))
        assert koppeling is not None and koppeling.stand == sinds(stand(ZEKER, zsm=2, vhh=2), 1)


bewijzen = st.sampled_from([ZEKER, MOGELIJK, GEEN_BEWIJS])
standen = st.lists(
    st.builds(stand, bewijzen, zsm=st.integers(1, 4), vhh=st.integers(1, 4), advies_beschikbaar=st.booleans()),
    max_size=12,
)


@given(standen, st.sampled_from(list(Besluit)), st.sampled_from(list(Besluit)))
def test_ids_are_unique_and_recalls_match_what_stood(rij: list[Stand], zsm: Besluit, vhh: Besluit) -> None:
    """In every life: each id once, each recall or replacement names the melding that stood at that receiver, at most one stands."""
    _, meldingen = leven(rij, Proefomgeving({ZSM: zsm, TWENTE: vhh}))
    assert len({m.id for m in meldingen}) == len(meldingen)
    staat: dict[TafelId, object] = {}
    for melding in meldingen:
        if melding.soort is MeldingSoort.STATUS:
            continue
        assert melding.betreft == staat.pop(melding.ontvanger, None)
        if melding.soort is not MeldingSoort.INGETROKKEN:
            staat[melding.ontvanger] = melding.id


@given(standen)
def test_the_state_is_the_last_of_the_newest(rij: list[Stand]) -> None:
    """What stands follows from the standen that were never overtaken: replaying a life gives the same meldingen."""
    eerste, tweede = leven(rij), leven(rij)
    assert eerste == tweede
    koppeling, _ = eerste
    if koppeling is not None:
        assert not any(
            is_verouderd(koppeling.stand, een) and is_verouderd(een, koppeling.stand) is False for een in rij[:1]
        )
