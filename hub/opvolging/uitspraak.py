"""What a koppeling tells the aandragen of its verdachte: what people said in it. The index knows evidence and signalen, not that."""

from hub.domein.codes import Levensfase, Reactie, Soort, Uitkomst
from hub.domein.gebeurtenis import Uitspraak, Woord
from hub.opvolging.levensloop import Koppeling


def uitspraken(voor: Koppeling | None, na: Koppeling | None) -> tuple[Uitspraak, ...]:
    """What a step changed of what people have said, or all of it where the verdachte can be brought from now on.

    Nothing is taken back where a koppeling ends or the criteria go: the aandragen sees that by itself, and it may not have yet. A word
    that is gone too early would bring somebody for a moment.
    """
    was, nu = _uitspraak(voor), _uitspraak(na)
    if nu is None or (voor is None and nu.woord.leeg) or (was is not None and was.woord == nu.woord):
        return ()
    return (nu,)


def _uitspraak(koppeling: Koppeling | None) -> Uitspraak | None:
    """What people have said of a verdachte that could be brought, in a koppeling that lives; None: there is no such."""
    if koppeling is None or koppeling.geeindigd is not None:
        return None
    stand = koppeling.stand
    verdachte, casus, naar = stand.links, stand.rechts, koppeling.naar_links
    if verdachte.soort is not Soort.VERDACHTE:
        verdachte, casus, naar = stand.rechts, stand.links, koppeling.naar_rechts
    if verdachte.soort is not Soort.VERDACHTE or not verdachte.feiten.criteria:
        return None
    persoon = koppeling.persoon
    uitkomst: Uitkomst | None = None
    if naar.fase is Levensfase.VERWORPEN or naar.omgeleid:  # ended, or the source said that it is not addressed to it
        uitkomst = Uitkomst.GEEN
    elif persoon is not None and persoon.soort is Reactie.ZELFDE_PERSOON:
        uitkomst = Uitkomst.ZEKER
    vrijgave = next((een for een in koppeling.vrijgaven if een.dossier == casus.stam), None)
    return Uitspraak(verdachte, Woord(stand.koppeling, uitkomst, vrijgave), koppeling.tijd)
