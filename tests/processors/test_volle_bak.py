"""One tafel that fills in the same person hundreds of times: what others hear of that person, and how large the hub's records get."""

from dataclasses import replace
from uuid import UUID

from hub.domein.codes import Bekendheid, Doel, Fase, MeldingSoort, Vervolgingsbeslissing
from hub.domein.gebeurtenis import Bevraging, Triage
from hub.domein.gebeurtenisvorm import plat, triage_naar
from hub.domein.identiteit import GemeenteCode, TafelId
from hub.domein.koppeling import HOOGSTENS
from hub.opvolging.aandragen import Aandragen
from hub.processors.index import beantwoord
from hub.processors.inname import vragen
from hub.processors.kamers import MAX_BYTES
from hub.stream.codec import standaard
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TAFELS, TWENTE, ZSM, signaal, sleutels
from tests.processors.test_een_jaar import AANDRAGEN, COMPLEX, hub

ZAKEN = 300
"""More than the 64 that one bucket compares of one source."""


def test_a_tafel_that_repeats_a_person_decides_nothing_for_others() -> None:
    """A verdachte of that person is brought, and taken back when he is acquitted; no record comes near what the hub takes."""
    samen = hub()
    for nr in range(ZAKEN):
        list(samen.signaal(signaal(TWENTE, 1, zaak=f"z{nr}", fase=Fase.GESLOTEN), BEGIN))
    zaak = signaal(ZSM, 1, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf=GemeenteCode("GM0153"))
    vrij = replace(
        zaak, versie=BEGIN + 9, feiten=replace(zaak.feiten, vervolgingsbeslissing=Vervolgingsbeslissing.VRIJSPRAAK)
    )
    gezegd = []
    for een, tijd in ((zaak, BEGIN + 1), (vrij, BEGIN + 9)):
        for wat, gevolg in samen.signaal(een, tijd):
            gezegd += [gezonden.melding for gezonden in gevolg.gezonden if gezonden.melding.ontvanger == TWENTE]
            if isinstance(wat, Triage):
                assert len(standaard().codeer("triage", triage_naar(wat))) <= MAX_BYTES
    aandragen = [m.soort for m in gezegd if m.dossier.startswith("aandragen.")]
    assert aandragen == [MeldingSoort.AANDRAGEN, MeldingSoort.INGETROKKEN]
    (staat,) = [staat.lijf for staat in samen.staat.values() if isinstance(staat.lijf, Aandragen)]
    assert isinstance(staat, Aandragen) and len(staat.standen) <= HOOGSTENS


def test_a_question_about_that_person_is_answered() -> None:
    """As about any other, by every partition, in a record that the hub takes."""
    samen = hub()
    for nr in range(ZAKEN):
        list(samen.signaal(signaal(TWENTE, 1, zaak=f"z{nr}"), BEGIN))
    zaak = signaal(ZSM, 1)
    feiten = replace(zaak.feiten, doelen=(Doel.VEILIGHEID,))
    vraag = Bevraging(UUID(int=5), zaak.dossier, ZSM, "a.een", feiten, BEGIN + 5_000, sleutels(1))
    for deel in vragen(vraag, BEGIN + 1, samen.omgeving.partities):
        antwoord = plat(beantwoord(samen.indexen[deel.partitie], deel))
        assert len(standaard().codeer("antwoord", antwoord)) <= MAX_BYTES
    antwoord = samen.vraag(vraag, BEGIN + 2)
    assert antwoord is not None and antwoord.antwoord is Bekendheid.BEKEND


def test_no_tafel_keeps_anothers_casus_out() -> None:
    """Three tafels fill in the person often, all closed; the one open casus of a fourth counts, for triage and for a question."""
    samen = hub((*TAFELS, "vhh-haaglanden", "vhh-de-baronie"))
    for tafel in ("vhh-haaglanden", "vhh-de-baronie", TWENTE):
        for nr in range(HOOGSTENS):
            dicht = signaal(TWENTE, 1, zaak=f"{tafel} {nr}", fase=Fase.GESLOTEN)
            list(samen.signaal(replace(dicht, tafel=TafelId(tafel)), BEGIN))
    list(samen.signaal(signaal(MIDDEN_BRABANT, 1), BEGIN))
    zaak = signaal(ZSM, 1, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf=GemeenteCode("GM0153"))
    gezegd = [een.melding for _, gevolg in samen.signaal(zaak, BEGIN + 1) for een in gevolg.gezonden]
    assert MeldingSoort.AANDRAGEN not in {m.soort for m in gezegd}
    feiten = replace(zaak.feiten, doelen=(Doel.VEILIGHEID,))
    antwoord = samen.vraag(
        Bevraging(UUID(int=5), zaak.dossier, ZSM, "a.een", feiten, BEGIN + 5_000, sleutels(1)), BEGIN + 2
    )
    assert antwoord is not None and antwoord.antwoord is Bekendheid.BEKEND
