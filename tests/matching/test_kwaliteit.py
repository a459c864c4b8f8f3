"""A sanity check on invented pairs, not a validation: that the parts together find people and do not confuse them."""

import random
from collections import Counter
from dataclasses import replace

from hub.domein.codes import Soort, Uitkomst
from hub.domein.koppeling import Stand
from hub.matching.model import Model
from hub.matching.namen import Persoon
from tests.matching.blokken import Deel, blok, naam, sleutels

ROEPNAAM = {"Cornelis": "Kees", "Johannes": "Jan", "Wilhelmina": "Mien", "Elisabeth": "Bets", "Mohammed": "Mohamed"}
VOORNAMEN = {
    "M": ["Cornelis", "Johannes", "Mohammed", "Daan", "Sem", "Lucas", "Ruben", "Stijn", "Youssef", "Krzysztof"],
    "V": ["Wilhelmina", "Elisabeth", "Fatima", "Emma", "Julia", "Sanne", "Lotte", "Noor", "Aicha", "Agnieszka"],
}
ACHTERNAMEN = [
    *("Dijkstra", "de Vries", "Bakker", "van den Berg", "Hoogeveen", "Brouwer", "Timmermans", "Schouten", "Wolters"),
    *("Yılmaz", "el Amrani", "Kowalski", "Peeters", "Koster", "Verhoeven", "Zwart", "Oosterhuis", "Nijboer", "Prins"),
]
PLAATSEN = ["Zwolle", "Deventer", "Enschede", "Arnhem", "Nijmegen", "Apeldoorn", "Almelo", "Tiel", "Heusden"]


def faalt_elfproef(bsn: str) -> bool:
    gewichten = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(g * int(c) for g, c in zip(gewichten, bsn, strict=True)) % 11 != 0


def verzonnen(toeval: random.Random) -> Persoon:
    geslacht = toeval.choice("MV")
    bsn = next(b for b in (f"{toeval.randrange(10**9):09}" for _ in iter(int, 1)) if faalt_elfproef(b))
    datum = f"{toeval.randrange(1950, 2010)}{toeval.randrange(1, 13):02}{toeval.randrange(1, 29):02}"
    return Persoon(
        voornamen=toeval.choice(VOORNAMEN[geslacht]),
        geslachtsnaam=toeval.choice(ACHTERNAMEN),
        geboortedatum=datum,
        geslacht="M" if geslacht == "M" else "V",
        geboorteplaats=toeval.choice(PLAATSEN),
        bsn=bsn,
    )


def tikfout(woord: str, toeval: random.Random) -> str:
    plek = toeval.randrange(1, len(woord) - 1)
    return toeval.choice(
        [woord[:plek] + woord[plek + 1 :], woord[:plek] + "qk"[woord[plek] == "q"] + woord[plek + 1 :]]
    )


def verminkt(persoon: Persoon, soort: str, toeval: random.Random) -> Persoon:
    """The same person as another register might have it. All but the first two kinds have no BSN."""
    datum, achternaam, voornaam = persoon.geboortedatum, persoon.geslachtsnaam, persoon.voornamen
    assert datum and achternaam and voornaam
    zonder = replace(persoon, bsn=None)
    match soort:
        case "zelfde":
            return persoon
        case "tikfout met bsn":
            return replace(persoon, geslachtsnaam=tikfout(achternaam, toeval))
        case "zonder bsn":
            return zonder
        case "tikfout":
            return replace(zonder, geslachtsnaam=tikfout(achternaam, toeval))
        case "dag en maand verwisseld":
            return replace(zonder, geboortedatum=datum[:4] + datum[6:] + datum[4:6])
        case "roepnaam":
            return replace(zonder, voornamen=ROEPNAAM.get(voornaam, voornaam[0] + "."), geboorteplaats=None)
        case "onvolledige datum":
            return replace(zonder, geboortedatum=datum[:4] + "0000")
        case "dubbele naam":
            return replace(zonder, geslachtsnaam=f"{achternaam}-Veenstra", geboorteplaats=None)
    raise AssertionError(soort)


SOORTEN = (
    *("zelfde", "tikfout met bsn", "zonder bsn", "tikfout"),
    *("dag en maand verwisseld", "roepnaam", "onvolledige datum", "dubbele naam"),
)


def test_vindt_en_verwart_niet() -> None:
    """Of 64 damaged pairs among 364 invented persons at least 80 % is found, per kind at least half, and nobody is confused."""
    toeval = random.Random(20250301)
    personen = [verzonnen(toeval) for _ in range(64)]
    for nummer, persoon in enumerate(personen):  # a date that can be swapped
        if SOORTEN[nummer % 8] == "dag en maand verwisseld":
            dag = toeval.randrange(1, 12)
            personen[nummer] = replace(persoon, geboortedatum=f"1984{dag + 1:02}{dag:02}")
    delen = [Deel(partitie, 4, Model.laad()) for partitie in range(4)]

    def zegt(dossier_nummer: int, persoon: Persoon, soort: Soort) -> list[Stand]:
        organisatie = "zsm-oost" if soort is Soort.VERDACHTE else "vhh-ijsselland"
        standen: list[Stand] = []
        for partitie, deel in enumerate(delen):
            dossier = naam(dossier_nummer, organisatie)
            bestand = blok(
                dossier, 1, sleutels(persoon), soort=soort, tafel=organisatie, partitie=partitie, partities=4
            )
            standen += deel.zeg(bestand)
        return standen

    for nummer, persoon in enumerate(personen):
        assert zegt(nummer, persoon, Soort.CASUS) == []
    standen = [
        stand
        for nummer, persoon in enumerate(personen)
        for stand in zegt(nummer, verminkt(persoon, SOORTEN[nummer % 8], toeval), Soort.VERDACHTE)
    ]
    vreemden = [stand for nummer in range(64, 364) for stand in zegt(nummer, verzonnen(toeval), Soort.VERDACHTE)]
    gevonden = {stand.links.dossier.partition(".")[2] for stand in standen}
    assert vreemden == []
    for stand in standen:
        assert stand.links.dossier.partition(".")[2] == stand.rechts.dossier.partition(".")[2], "a false link"
        assert (stand.bewijs.uitkomst is Uitkomst.ZEKER) <= (stand.bewijs.niveaus[6] == 4)
    per_soort = Counter(SOORTEN[nummer % 8] for nummer in range(64) if naam(nummer).partition(".")[2] in gevonden)
    assert per_soort.total() == len(gevonden) >= 0.8 * 64
    assert all(per_soort[soort] >= 4 for soort in SOORTEN), per_soort
