"""The decision: one direction of a koppeling under one policy, as a pure function. Whatever goes wrong is a refusal."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import orjson
from cedarpy import AuthzResult, Decision, Entities, PolicySet, Schema, is_authorized_batch

from hub.domein.codes import Besluit, Dossierstatus, MeldingSoort, Uitkomst, Veld
from hub.domein.identiteit import GrondslagId
from hub.privacy.beslissing import ERNST, Beslissing
from hub.privacy.feiten import Geval, feiten, grondslagfeiten, momenten, spiegel, volledig
from hub.privacy.fout import BeleidFout
from hub.privacy.grondslag import Grondslag, laad_grondslagen
from hub.privacy.gulden import lees_tabel, toets
from hub.privacy.onderscheid import Onderscheid, onderscheid, termijnen
from hub.privacy.regels import (
    AANHOUDEN,
    FOUT,
    INTREKKEN,
    MELDEN,
    STANDAARD,
    TEGENRICHTING,
    VERSTREKKEN,
    WACHT_OP,
    Regel,
    lees_regels,
)
from hub.privacy.zinnen import zonder_woorden

HIER: Final = Path(__file__).parent
"""The folder of the policy that is shipped."""


def _tekst(pad: Path) -> str:
    try:
        return pad.read_text("utf-8")
    except UnicodeDecodeError as fout:
        raise BeleidFout([f"{pad}: {fout}"]) from fout


@dataclass(frozen=True, slots=True)
class Bronnen:
    """The reviewed files of a policy, as read."""

    beleid: str
    schema: str
    gulden: str
    grondslagen: Mapping[str, bytes]

    @classmethod
    def lees(cls, map: Path | None = None) -> Self:  # noqa: A002
        """From `map/beleid/` and `map/grondslagen/` (default: what is shipped). Raises BeleidFout: a file is missing or no UTF-8."""
        map = HIER if map is None else map  # noqa: A001
        beleid = map / "beleid"
        try:
            return cls(
                beleid=_tekst(beleid / "beleid.cedar"),
                schema=_tekst(beleid / "beleid.cedarschema"),
                gulden=_tekst(beleid / "gulden.toml"),
                grondslagen={pad.name: pad.read_bytes() for pad in sorted((map / "grondslagen").glob("*.toml"))},
            )
        except OSError as fout:
            raise BeleidFout([str(fout)]) from fout

    @property
    def hash(self) -> str:
        """sha256 over policy, schema and grondslagen, each with its name and length; first 16 hex digits."""
        som = hashlib.sha256()
        delen = {"beleid.cedar": self.beleid.encode(), "beleid.cedarschema": self.schema.encode(), **self.grondslagen}
        for naam, inhoud in sorted(delen.items()):
            som.update(f"{naam} {len(inhoud)}\n".encode() + inhoud)
        return som.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Oordeel:
    """What the policy says of one set of facts: the rules of the besluit, and per permitted field those of the field."""

    besluit: Besluit
    regels: frozenset[str]
    velden: Mapping[Veld, frozenset[str]] = field(default_factory=dict)


K = TypeVar("K")
V = TypeVar("V")
_ONTHOUD: Final = 32_768
"""Answers to keep, about 10 MB: facts repeat, and one answer costs about a millisecond."""
_GEFAALD: Final = _Oordeel(Besluit.AFGEWEZEN, frozenset({FOUT.id}))


@dataclass(frozen=True, slots=True)
class Filter:
    """A policy that passed every check. Pinned at start: a new policy is a new Filter."""

    hash: str
    """Names the version: see Bronnen.hash."""
    regels: Mapping[str, Regel] = field(repr=False)
    """Every reason that a Beslissing can name, by id, with its Dutch sentence."""
    grondslagen: Mapping[GrondslagId, Grondslag] = field(repr=False)
    bronnen: Bronnen = field(repr=False)
    """The reviewed files themselves."""
    beleid: PolicySet = field(repr=False)
    schema: Schema = field(repr=False)
    dagen: frozenset[int]
    """Numbers of days at which a term in the policy turns."""
    onderscheid: Onderscheid | None = field(repr=False)
    """What the rules tell apart; None: not known, so every fact counts by its value."""
    velden: tuple[Veld, ...] = tuple(Veld)
    """The fields that are decided upon."""
    _bekend: dict[bytes, _Oordeel] = field(default_factory=dict, compare=False, repr=False)
    """Answers by the digest of what the rules can learn of the facts, which name nobody."""
    _gelezen: dict[str, Entities] = field(default_factory=dict, compare=False, repr=False)
    """The last facts as Cedar read them, for the next set of rules under the same schema."""

    @classmethod
    def laad(cls, map: Path | None = None) -> Self:  # noqa: A002
        """The policy in `map` (default: the one shipped), which holds `beleid/` and `grondslagen/`.

        Raises BeleidFout naming every fault: text and schema that disagree, rules that are not explained or that the register
        cannot say, words outside the closed lists, faulty grondslagen, and every row of the golden table that comes out otherwise.
        """
        return cls.van(Bronnen.lees(map))

    @classmethod
    def van(cls, bronnen: Bronnen) -> Self:
        """As `laad`, from the texts. Raises BeleidFout."""
        filter_, fouten = cls.proef(bronnen)
        if fouten:
            raise BeleidFout(fouten)
        return filter_

    @classmethod
    def proef(cls, bronnen: Bronnen) -> tuple[Self, list[str]]:
        """A policy to try, with every way in which it fails its golden table: such a policy may be compared, never used.

        Raises BeleidFout for every other fault.
        """
        fouten: list[str] = []
        try:
            grondslagen = laad_grondslagen(bronnen.grondslagen)
        except BeleidFout as fout:
            grondslagen, fouten = {}, [*fout.fouten]
        try:
            tabel = lees_tabel(bronnen.gulden)
        except BeleidFout as fout:
            tabel, fouten = (), [*fouten, *fout.fouten]
        try:
            schema, regels, beleid = _gelezen(bronnen)
        except BeleidFout as fout:
            raise BeleidFout([*fouten, *fout.fouten]) from fout
        except ValueError as fout:
            raise BeleidFout([*fouten, f"beleid.cedarschema: {fout}"]) from fout
        filter_ = cls(
            bronnen.hash,
            regels,
            grondslagen,
            bronnen,
            beleid,
            schema,
            termijnen(regels),
            onderscheid(regels),
        )
        # Without memory: the table proves the rules, in whatever order its rows stand.
        getoetst = toets(filter_.met_beleid(beleid), tabel)
        if fouten:
            raise BeleidFout([*fouten, *getoetst])
        return filter_, getoetst

    def verlopend(self, op: date, dagen: int = 30) -> list[Grondslag]:
        """The grondslagen that are valid on `op` and end within `dagen` days after it, the first to end first."""
        binnenkort = [
            (grondslag.geldig_tot, naam)
            for naam, grondslag in self.grondslagen.items()
            if grondslag.geldig_tot is not None and grondslag.geldig_van <= op < grondslag.geldig_tot
            if (grondslag.geldig_tot - op).days <= dagen
        ]
        return [self.grondslagen[naam] for _, naam in sorted(binnenkort)]

    def wacht_op(self, regels: Iterable[str]) -> Dossierstatus | None:
        """What a source waits for where these rules hold what it would tell; None where none of them holds."""
        genoemd = {self.regels[naam].wacht_op for naam in regels if naam in self.regels}
        return next((status for status in WACHT_OP if status in genoemd), None)

    def afgelopen(self, op: date) -> list[Grondslag]:
        """The grondslagen that are valid no more on `op`, the first to end first: all that rests on them is refused."""
        voorbij = [
            (grondslag.geldig_tot, naam)
            for naam, grondslag in self.grondslagen.items()
            if grondslag.geldig_tot is not None and grondslag.geldig_tot <= op
        ]
        return [self.grondslagen[naam] for _, naam in sorted(voorbij)]

    def met(self, grondslagen: Mapping[GrondslagId, Grondslag]) -> "Filter":
        """The same policy over other grondslagen, to try it."""
        return replace(self, grondslagen=grondslagen)

    def met_beleid(self, beleid: PolicySet) -> "Filter":
        """The same grondslagen under another set of rules, to try it."""
        # These rules may tell other facts apart.
        return replace(self, beleid=beleid, onderscheid=None, _bekend={})

    def beslis(self, geval: Geval) -> Beslissing:
        """Decide one direction. A possible match is also judged as full disclosure the other way; the worst of both counts."""
        grondslag = self.grondslagen.get(geval.bron.feiten.grondslag)
        context: dict[str, Any] = {"time": geval.tijd, "feiten": feiten(geval, grondslag)}
        oordeel = self._oordeel(context["feiten"])
        toekomst = set(momenten(geval, grondslag, self.dagen))
        if _te_verifieren(context["feiten"], oordeel):
            if geval.ontvanger is None:  # nothing to verify with: a policy that permits this is not sound
                oordeel = _GEFAALD
            else:
                tegen = spiegel(geval)
                tegengrondslag = self.grondslagen.get(tegen.bron.feiten.grondslag)
                context["tegenrichting"] = feiten(tegen, tegengrondslag)
                oordeel = _samen(geval.soort, oordeel, self._oordeel(context["tegenrichting"]))
                toekomst.update(momenten(tegen, tegengrondslag, self.dagen))
        activiteit = "" if grondslag is None else grondslag.activiteit
        herzien_op = min((moment for moment in toekomst if moment > geval.tijd), default=None)
        verzoek = _authzen(geval, activiteit, context)
        return _beslissing(oordeel, geval.bron.feiten.grondslag, activiteit, verzoek, herzien_op)

    def herhaal(self, verzoek: str) -> Beslissing:
        """Decide again what a Beslissing recorded in `verzoek`, on the same facts but the grondslagen of this policy.

        `herzien_op` is always None: a request does not hold the moments. A possible match without recorded facts of the
        other direction is refused by `fout`, and so is a request whose facts this policy cannot read. Raises ValueError
        where the text is no recorded request.
        """
        try:
            context = json.loads(verzoek)["context"]
            tijd, heen = context["time"], self._met_grondslag(context["feiten"], context["time"])
            terug = context.get("tegenrichting")
            terug = None if terug is None else self._met_grondslag(terug, tijd)
            naam = GrondslagId(heen["grondslag"]["id"])
            soort = MeldingSoort(heen["soort"])
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as fout:
            raise ValueError(f"geen vastgelegd verzoek: {fout!r}") from fout
        oordeel = self._oordeel(heen)
        if _te_verifieren(heen, oordeel):
            oordeel = _samen(soort, oordeel, _GEFAALD if terug is None else self._oordeel(terug))
        grondslag = self.grondslagen.get(naam)
        return _beslissing(oordeel, naam, "" if grondslag is None else grondslag.activiteit, verzoek, None)

    def _met_grondslag(self, feiten: Mapping[str, Any], tijd: int) -> dict[str, Any]:
        naam = GrondslagId(feiten["grondslag"]["id"])
        return {**feiten, "grondslag": grondslagfeiten(naam, self.grondslagen.get(naam), tijd)}

    def _oordeel(self, feiten: Mapping[str, Any]) -> _Oordeel:
        """What the rules say of these facts. The same question about the same facts gets the same answer: no rule may name a tafel or
        a dossier, and facts count as the same where no rule tells them apart."""
        alle = volledig(feiten)
        actie = INTREKKEN if alle["soort"] == MeldingSoort.INGETROKKEN else MELDEN
        try:
            merk = _merk(actie, alle, self.onderscheid)
        except TypeError:  # a number or a text that no fact can be
            return _GEFAALD
        return _onthouden(self._bekend, merk, partial(self._vraag, actie, alle), _ONTHOUD)

    def _vraag(self, actie: str, feiten: Mapping[str, Any]) -> _Oordeel:  # noqa: PLR0911 - one way out per answer
        try:
            entiteiten = self._lees(orjson.dumps(feiten).decode())
        except ValueError:  # the facts are not what the schema says
            return _GEFAALD
        (melden,) = self._vragen(entiteiten, actie, _DOSSIER)
        if _faalt(melden):
            return _GEFAALD
        if actie == INTREKKEN:  # tells nothing, and does not wait
            return _Oordeel(Besluit.MELDEN if melden.allowed else Besluit.AFGEWEZEN, _redenen(melden))
        if melden.allowed:
            return _Oordeel(Besluit.MELDEN, _redenen(melden), self._mee(entiteiten))
        (aanhouden,) = self._vragen(entiteiten, AANHOUDEN, _DOSSIER)
        if _faalt(aanhouden):
            return _GEFAALD
        if aanhouden.allowed:
            return _Oordeel(Besluit.AANGEHOUDEN, _redenen(melden))
        return _Oordeel(Besluit.AFGEWEZEN, _redenen(aanhouden))

    def _mee(self, entiteiten: Entities) -> Mapping[Veld, frozenset[str]]:
        """The fields that go along in what may be told, each with its rules."""
        waarover = [{"type": "Veld", "id": veld} for veld in self.velden]
        antwoorden = self._vragen(entiteiten, VERSTREKKEN, *waarover) if waarover else []
        velden = zip(self.velden, antwoorden, strict=True)
        return {veld: _redenen(antwoord) for veld, antwoord in velden if antwoord.allowed and not _faalt(antwoord)}

    def _vragen(self, entiteiten: Entities, actie: str, *waarover: Mapping[str, str]) -> list[AuthzResult]:
        wat = {"principal": _TAFEL, "action": {"type": "Action", "id": actie}, "context": f'{{"geval":{_UID}}}'}
        # Always with the schema: without it Cedar skips a forbid that errs, and allows.
        verzoeken = [{**wat, "resource": iets} for iets in waarover]
        return is_authorized_batch(verzoeken, self.beleid, entiteiten, self.schema)

    def _lees(self, feiten: str) -> Entities:
        """Facts travel as one entity: Cedar reads and checks it once for all questions about a geval. Raises ValueError."""

        def lees() -> Entities:
            return Entities.from_json_str(f'[{{"uid":{_UID},"attrs":{feiten},"parents":[]}}]', self.schema)

        return _onthouden(self._gelezen, feiten, lees, 4)  # both directions, now and under the next set of rules


def _gelezen(bronnen: Bronnen) -> tuple[Schema, dict[str, Regel], PolicySet]:
    """Schema and rules, also as Cedar takes them. Raises BeleidFout naming every fault in the rules; ValueError: no schema can be read."""
    schema = Schema.from_str(bronnen.schema)
    regels, fouten = lees_regels(bronnen.beleid, schema)
    fouten += zonder_woorden(regels)
    if fouten:
        raise BeleidFout(fouten)
    return schema, regels, PolicySet.from_str(bronnen.beleid)


_UID: Final = '{"type":"Geval","id":"dit"}'
_TAFEL: Final = {"type": "Tafel", "id": "deze"}
_DOSSIER: Final = {"type": "Dossier", "id": "dit"}
"""No rule may name a tafel or a dossier (`lees_regels`), so that none needs to be named to Cedar."""


def _te_verifieren(feiten: Mapping[str, Any], oordeel: _Oordeel) -> bool:
    """Someone must find out by telephone whether it is the same person, which tells the other side too."""
    mogelijk = feiten["soort"] == MeldingSoort.MOGELIJK_BEKEND or (
        feiten["soort"] == MeldingSoort.ANTWOORD and feiten.get("uitkomst") == Uitkomst.MOGELIJK
    )
    return mogelijk and oordeel.besluit is not Besluit.AFGEWEZEN


def _samen(soort: MeldingSoort, heen: _Oordeel, terug: _Oordeel) -> _Oordeel:
    """Both directions of a possible match in one; an answer cannot wait, so what would wait is refused."""
    oordeel = _ergste(heen, terug)
    if soort is MeldingSoort.ANTWOORD and oordeel.besluit is Besluit.AANGEHOUDEN:
        return replace(oordeel, besluit=Besluit.AFGEWEZEN)
    return oordeel


def _beslissing(
    oordeel: _Oordeel, grondslag: GrondslagId, activiteit: str, verzoek: str, herzien_op: int | None
) -> Beslissing:
    return Beslissing(
        besluit=oordeel.besluit,
        velden=frozenset(oordeel.velden),
        regels=tuple(sorted(oordeel.regels.union(*oordeel.velden.values()))),
        grondslag=grondslag,
        activiteit=activiteit,
        verzoek=verzoek,
        herzien_op=herzien_op,
    )


def _onthouden(bekend: dict[K, V], merk: K, vraag: Callable[[], V], hoogstens: int) -> V:
    """What is known under `merk`, else what `vraag` says; at most so many are kept."""
    antwoord = bekend.get(merk)
    if antwoord is None:
        antwoord = vraag()
        if len(bekend) >= hoogstens:
            bekend.clear()
        bekend[merk] = antwoord
    return antwoord


def _merk(actie: str, feiten: Mapping[str, Any], onderscheid: Onderscheid | None) -> bytes:
    """Under what an answer is kept: where it is not known what the rules can learn of these facts, all of them. Raises TypeError."""
    geleerd = None if onderscheid is None else onderscheid(feiten)
    return hashlib.blake2b(orjson.dumps([actie, feiten if geleerd is None else geleerd]), digest_size=16).digest()


def _faalt(antwoord: AuthzResult) -> bool:
    return antwoord.decision is Decision.NoDecision or bool(antwoord.diagnostics.errors)


def _redenen(antwoord: AuthzResult) -> frozenset[str]:
    return frozenset(antwoord.diagnostics.id_annotations_by_reason.values()) or frozenset({STANDAARD.id})


def _ergste(heen: _Oordeel, terug: _Oordeel) -> _Oordeel:
    """The worst of a possible match and of what verifying it would disclose; equally bad: the reasons of both."""
    if terug.besluit is Besluit.MELDEN or ERNST[terug.besluit] < ERNST[heen.besluit]:
        return heen
    regels = terug.regels | {TEGENRICHTING.id}
    return _Oordeel(terug.besluit, regels | heen.regels if heen.besluit is terug.besluit else regels)


def _authzen(geval: Geval, activiteit: str, context: Mapping[str, Any]) -> str:
    verzoek = {
        "subject": {"type": "tafel", "id": geval.ontvanger_tafel.id},
        "action": {"name": MELDEN, "properties": {"processing_activity_id": activiteit}},
        "resource": {"type": "dossier", "id": geval.bron.dossier},
        "context": context,
    }
    return json.dumps(verzoek, sort_keys=True, separators=(",", ":"))
