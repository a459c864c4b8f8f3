"""What a koppeling tells the aandragen of its verdachte: what people said in it. The index knows evidence and signalen, not that."""

from hub.domein.codes import Levensfase, Reactie, Soort, Uitkomst
from hub.domein.gebeurtenis import Uitspraak, Woord
from hub.opvolging.levensloop import Koppeling


def uitspraken(voor: Koppeling | None, na: Koppeling | None) -> tuple[Uitspraak, ...]:
    """The uitspraak that the step from `voor` to `na` makes; at most one. There is one when the word changed, when the verdachte can be
    brought from now on, or when people had spoken by the time the koppeling began.

    No word is taken back when a koppeling ends or the criteria go. The aandragen sees that by itself, but perhaps later: a word that is
    gone before that would bring somebody for a moment.
    """
    was, nu = _uitspraak(voor), _uitspraak(na)
    if nu is None or (voor is None and nu.woord.leeg) or (was is not None and was.woord == nu.woord):
        return ()
    return (nu,)


def _uitspraak(koppeling: Koppeling | None) -> Uitspraak | None:
    """What people have said in a koppeling. None: it has ended, or neither side is a verdachte with triage criteria."""
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
