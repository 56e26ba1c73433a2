"""What is said beside the form before anything is saved, the same live and on the preview."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.answers.effects import MeasureEffect, Move
from app.answers.queries import MeasureText, measure_texts
from app.answers.weighing import Weighed, weigh
from app.charts.wording import claim_in_words, count, day
from app.claims.approved import ApprovedClaim
from app.claims.documents import KnownDocument, known_documents
from app.claims.forms import CLAIM_REF
from app.desk.claim_form import LABELS, Entry, beside_fields, filled_in, read_entry
from app.desk.suggestions import claims_to_name, near_names
from app.forms import Problem, Values
from app.languages.spoken import _, known, ngettext, pgettext
from app.pages import in_a_sentence
from app.places.queries import find_place
from app.readings.results import Contested, Point
from app.review.acts_of_editors import EditorsAct
from app.sources.actions import find_source
from app.sources.queries import SourceText, attribution_of, other_names, source_texts


@dataclass(frozen=True, slots=True)
class Number:
    """One of low, selected and high, in words, as it is and as it would be."""

    name: str
    before: str
    after: str

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ShownMove:
    """The reading on one day (or on its headline days), before and after."""

    caption: str
    numbers: tuple[Number, ...]

    @property
    def is_still(self) -> bool:
        return not any(number.moves for number in self.numbers)

    @property
    def in_short(self) -> str:
        """Low, selected and high as they would be, in a few words."""
        return ", ".join(f"{number.name} {number.after}" for number in self.numbers)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A contradiction that the claim causes or resolves, in a sentence."""

    claim_ref: str  # what is contested; empty where it is the claim in the form
    sentence: str
    refs: tuple[str, ...]  # the claims that it rests on and that have a page


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """What a claim does to the reading of one measure."""

    label: str
    unit: str
    moves: tuple[ShownMove, ...]
    caused: tuple[Contradiction, ...]
    resolved: tuple[Contradiction, ...]
    caused_checks: tuple[str, ...]
    resolved_checks: tuple[str, ...]
    is_none: bool


@dataclass(frozen=True, slots=True)
class Later:
    """A measure of which so much is claimed that nothing is told of it beforehand."""

    deployment: str  # slug
    measure: str  # slug
    label: str


@dataclass(frozen=True, slots=True)
class Beside:
    """All that can be said of a form as it stands."""

    problems: tuple[Problem, ...]  # that keep it from being entered
    missing: tuple[str, ...]  # the labels of what is still to be written, where nothing else is wrong
    entry: Entry | None
    documents: tuple[KnownDocument, ...]  # that the address leads to
    source: SourceText | None  # whom the name of the source stands for
    near: tuple[str, ...]  # names like one that nobody bears
    nameable: tuple[tuple[ApprovedClaim, str], ...]  # claims of the same source, each with what it counts
    weighed: Weighed
    words: str | None  # the claim in a sentence
    effects: tuple[ShownEffect, ...]
    later: tuple[Later, ...] = ()  # measures of which it is told once the claim is in force

    @property
    def fills(self) -> dict[str, str]:
        """What the form gains by being read."""
        return {} if self.entry is None else filled_in(self.entry)

    @property
    def glance(self) -> str:
        """The whole in a few words, where there is little room."""
        if not self.effects or not self.effects[0].moves:
            return ""
        caused = sum(len(effect.caused) + len(effect.caused_checks) for effect in self.effects)
        told = f"{self.effects[0].label}: {self.effects[0].moves[0].in_short}."
        if not caused:
            return told
        causes = ngettext("%(num)s contradiction.", "%(num)s contradictions.", caused)
        return f"{told} {causes}"

    @property
    def summary(self) -> str:
        """The whole in one sentence, for who does not see it."""
        if self.weighed.claim is None:
            if not self.missing:
                return _("Not readable yet.")
            return _("Still to be written: %(labels)s.", labels=", ".join(self.missing))
        told = [effect for effect in self.effects if not effect.is_none]
        caused = sum(len(effect.caused) + len(effect.caused_checks) for effect in told)
        parts = [f"{told[0].label}: {_told(told[0])}."] if told else []
        if self.later:
            labels = ", ".join(one.label for one in self.later)
            parts.append(_("What it does to %(measures)s is told once it is in force.", measures=labels))
        elif not told:
            parts.append(_("No reading moves."))
        if caused:
            parts.append(
                ngettext("It causes %(num)s contradiction.", "It causes %(num)s contradictions.", caused)
            )
        if warned := len(self.weighed.warned):
            parts.append(ngettext("%(num)s warning to look at.", "%(num)s warnings to look at.", warned))
        return " ".join(parts)


def beside(session: Session, posted: Values, act: EditorsAct, claim_ref: str, *, at: datetime) -> Beside:
    """Weigh a form as it stands; nothing is stored. `claim_ref` is empty for a new claim."""
    documents = known_documents(session, posted["url"]) if posted["url"].strip() else []
    entry, problems = read_entry(posted, act, claim_ref, documents[0] if documents else None)
    if entry is None:
        return Beside(tuple(problems), (), None, (), None, (), (), Weighed(), None, ())
    found = find_source(session, entry.row.source) if entry.row.source else None
    slug = None if found is None else attribution_of(session, found).slug
    texts = source_texts(session) if entry.row.source else []
    weighed = weigh(session, entry.row, at=at, new_source=entry.new_source)
    problems = beside_fields(entry, weighed.problems)
    problems += _unknown(session, entry, is_known=found is not None)
    measures = measure_texts(session)
    claim = weighed.claim if not problems else None
    nameable = [] if slug is None else claims_to_name(session, slug, entry.row.deployment, claim_ref)
    empty = [one for one in problems if one.field and not getattr(entry.form, one.field)]
    return Beside(
        problems=tuple(problems),
        missing=tuple(one.label for one in empty) if len(empty) == len(problems) else (),
        entry=entry,
        documents=tuple(documents),
        source=next((one for one in texts if one.slug == slug), None),
        near=() if found is not None else tuple(near_names(entry.row.source, texts, other_names(session))),
        nameable=tuple((one, in_a_sentence(known(measures[one.measure].label))) for one in nameable),
        weighed=weighed if claim is not None else Weighed(weighed.problems),
        words=None if claim is None else _in_words(claim, measures[claim.measure].label),
        effects=() if claim is None else tuple(_effects(weighed, measures)),
        later=() if claim is None else tuple(_later(weighed, measures)),
    )


def _in_words(claim: ApprovedClaim, label: str) -> str:
    return claim_in_words(claim, in_a_sentence(known(label)))


def _unknown(session: Session, entry: Entry, *, is_known: bool) -> list[Problem]:
    """Names that the ledger does not know and that nobody said to be new."""
    row, problems = entry.row, []
    if row.source and not is_known and entry.new_source is None:
        said = _("No source is known by this name: choose one, or say below that it is new.")
        problems.append(Problem("source", said, known(LABELS["source"])))
    if row.place and not entry.form.new_place and find_place(session, row.place) is None:
        said = _("No place is known by this name: choose one, or say below that it is new.")
        problems.append(Problem("place", said, known(LABELS["place"])))
    return problems


def _effects(weighed: Weighed, measures: dict[str, MeasureText]) -> Iterable[ShownEffect]:
    own = weighed.claim.ref if weighed.claim is not None else ""
    for effect in weighed.effect.measures if weighed.effect is not None else ():
        text = measures[effect.measure]
        yield ShownEffect(
            label=known(text.label),
            unit=known(text.unit),
            moves=tuple(_moves(effect)),
            caused=_contradictions(effect.caused, own),
            resolved=_contradictions(effect.resolved, own),
            caused_checks=tuple(check.sentence for check in effect.caused_checks),
            resolved_checks=tuple(check.sentence for check in effect.resolved_checks),
            is_none=effect.is_none,
        )


def _later(weighed: Weighed, measures: dict[str, MeasureText]) -> Iterable[Later]:
    for deployment, measure in weighed.effect.later if weighed.effect is not None else ():
        yield Later(deployment, measure, known(measures[measure].label))


def _moves(effect: MeasureEffect) -> Iterable[ShownMove]:
    """The day of the claim first; the headline where that is another day."""
    if effect.on_day is not None and effect.day is not None:
        yield ShownMove(_("At the end of %(day)s", day=day(effect.day)), _numbers(effect.on_day))
    before, after = effect.headline.before, effect.headline.after
    days = [point.on for point in (before, after) if point is not None]
    if set(days) != {effect.day}:
        if len(set(days)) == 1:
            told = _("On the headline day, %(day)s", day=day(days[0]))
        else:
            now, then = day(days[0]), day(days[-1])
            told = _("On the headline day, now %(now)s, with this %(then)s", now=now, then=then)
        yield ShownMove(told, _numbers(effect.headline))


def _numbers(move: Move) -> tuple[Number, ...]:
    called = {
        "low": pgettext("of a reading", "low"),
        "selected": pgettext("of a reading", "selected"),
        "high": pgettext("of a reading", "high"),
    }
    return tuple(
        Number(words, _number(move.before, name), _number(move.after, name)) for name, words in called.items()
    )


def _number(point: Point | None, name: str) -> str:
    if point is None or (point.low is None and point.high is None and point.selected is None):
        return _("no value")
    value: int | None = getattr(point, name)
    if value is None:
        open_above = pgettext("of a reading", "open")
        return {"high": open_above, "selected": _("no figure")}.get(name, _("no value"))
    return count(value)


def _contradictions(found: Iterable[Contested], own: str) -> tuple[Contradiction, ...]:
    return tuple(
        Contradiction(
            claim_ref="" if one.claim_ref == own else one.claim_ref,
            sentence=f"{one.sentence[:1].upper()}{one.sentence[1:]}",
            refs=tuple(ref for ref in (one.claim_ref, *one.witness) if _has_page(ref, own)),
        )
        for one in found
    )


def _has_page(ref: str, own: str) -> bool:
    """Derived claims and the floors of events have none, and bear a colon in their names."""
    return ref != own and CLAIM_REF.fullmatch(ref) is not None


def _told(effect: ShownEffect) -> str:
    numbers = effect.moves[0].numbers if effect.moves else ()
    return ", ".join(
        _("%(number)s %(before)s becomes %(after)s", number=one.name, before=one.before, after=one.after)
        if one.moves
        else _("%(number)s stays %(after)s", number=one.name, after=one.after)
        for one in numbers
    )
