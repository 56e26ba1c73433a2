"""The form in which claims are entered, and the row of the claims CSV that it makes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import Field

from app.claims.documents import KnownDocument, tidy_url
from app.claims.forms import LONGEST_TEXT, ClaimRow
from app.claims.forms import Problem as RowProblem
from app.claims.words import Nature
from app.desk.typed_figure import CELLS, TypedFigure, typed_figure
from app.forms import Form, Problem, Values, read_form
from app.languages.spoken import N_, _, known
from app.review.acts_of_editors import ACTS, EditorsAct
from app.sources.actions import NewSource, read_new_source

LONGEST_PHRASE = 300
"""Characters of a figure as printed: a sentence at most."""


class EntryForm(Form):
    """What may stand in the form. Its rules are those of a row (app.claims.forms), which reads it next."""

    url: str = Field("", title=N_("Web address"))
    publisher: str = Field("", title=N_("Published by"))
    title: str = Field("", title=N_("Title"))
    published_on: str = Field("", title=N_("Published on"))
    language: str = Field("", title=N_("Language"))
    source: str = Field("", title=N_("Source"))
    new_source: bool = Field(default=False, title=N_("A new source"))
    source_kind: str = Field("", title=N_("Kind"))
    source_country: str = Field("", title=N_("Country"))
    source_family: str = Field("", title=N_("Family"))
    source_reliability: str = Field("", title=N_("Reliability"))
    source_stance: str = Field("", title=N_("Stance"))
    source_slug: str = Field("", title=N_("Name in addresses"))
    said_on: str = Field("", title=N_("Said on"))
    deployment: str = Field("", title=N_("Deployment"))
    measure: str = Field("", title=N_("Measure"))
    nature: str = Field("", title=N_("Kind of statement"))
    figure: str = Field("", title=N_("Figure as printed"), max_length=LONGEST_PHRASE)
    figure_read: str = Field("", max_length=LONGEST_PHRASE)
    qualifier: str = Field("", title=N_("Qualifier"))
    low: str = Field("", title=N_("At least"))
    point: str = Field("", title=N_("Figure"))
    high: str = Field("", title=N_("At most"))
    as_of: str = Field("", title=N_("As of"))
    period_start: str = Field("", title=N_("From"))
    period_end: str = Field("", title=N_("To"))
    counts_from: str = Field("", title=N_("Counted from"))
    place: str = Field("", title=N_("Place"))
    new_place: bool = Field(default=False, title=N_("A new place"))
    wording: str = Field("", title=N_("Wording"))
    note: str = Field("", title=N_("Remark"))
    credibility: str = Field("", title=N_("Credibility"))
    part_of: str = Field("", title=N_("Part of"))
    supersedes: str = Field("", title=N_("Restates"))
    repeat_of: str = Field("", title=N_("Appearance of"))
    reason: str = Field("", title=N_("Why it is corrected"))
    words: str = Field("", title=N_("Words to the reviewer"), max_length=LONGEST_TEXT)
    overridden: str = Field("", title=N_("Why it is right all the same"), max_length=LONGEST_TEXT)


FIELDS = tuple(EntryForm.model_fields)
LABELS: Mapping[str, str] = MappingProxyType(
    {name: field.title or name for name, field in EntryForm.model_fields.items()}
)


def called(field: str) -> str:
    """How the form calls a field, in the language that is spoken."""
    return known(LABELS[field])


FIGURE = ("figure", *CELLS)
USED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Nature.TOTAL: (*FIGURE, "as_of", "counts_from"),
        Nature.INCREMENT: (*FIGURE, "period_start", "period_end"),
        Nature.EVENT: (*FIGURE, "period_start", "period_end"),
        Nature.LEVEL: (*FIGURE, "as_of"),
        Nature.PLAN: (*FIGURE, "as_of"),
        Nature.SHARE: (*FIGURE, "as_of"),
        Nature.STANCE: (),
    }
)
"""Which of the fields that depend on the nature it uses. What stands in others counts as not written: they
are out of sight, and come back with what stood in them when another nature is chosen."""

NAMES_THE_CLAIM: Mapping[str, str] = MappingProxyType(
    {"restate": "supersedes", "add_appearance": "repeat_of"}
)
"""By act, the column that names the claim which its form was opened for."""

_ONLY_TO_CORRECT = {"reason", "words", "supersedes", "repeat_of"}
"""Fields that only the form of a correction has; other acts say by themselves which claim they name."""

_DEPEND = {name for used in USED_BY.values() for name in used}
_AS_TYPED = (
    "deployment", "measure", "nature", "as_of", "counts_from", "place", "said_on", "source", "publisher",
    "title", "published_on", "language", "wording", "credibility", "part_of", "note",
)  # fmt: skip
_OF_SOURCES = {
    "name": "source", "kind": "source_kind", "country": "source_country", "family": "source_family",
    "reliability": "source_reliability", "stance": "source_stance", "slug": "source_slug",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A form as it is handed on: its row, and what the row may bring into the ledger besides."""

    act: EditorsAct
    form: EntryForm
    row: ClaimRow
    figure: TypedFigure
    new_source: NewSource | None
    problems: tuple[Problem, ...]  # what is wrong with the form itself, before its row is read


def read_entry(
    posted: Values, act: EditorsAct, claim_ref: str, known: KnownDocument | None
) -> tuple[Entry | None, list[Problem]]:
    """The form as it was posted; None where it cannot even be read, and why.

    `claim_ref` is that of the claim which the form was opened for, empty for a new one. `known` is the
    document that its address leads to: where only the address was given, the rest is taken from there.
    """
    form, problems = read_form(EntryForm, posted)
    if form is None:
        return None, [_on_the_page(problem, act) for problem in problems]
    form = with_document(form, known)
    if form.nature in USED_BY:
        unused = _DEPEND - set(USED_BY[Nature(form.nature)])
        form = form.model_copy(update=dict.fromkeys(unused, ""))
    figure = typed_figure(
        form.figure,
        {name: getattr(form, name) for name in CELLS},
        read_before=form.figure_read,
        nature=form.nature,
        language=form.language,
    )
    act = act_for(act, form)
    new_source, wrong = _new_source(form)
    if figure.problem:
        wrong.append(Problem("figure", figure.problem, called("figure")))
    if form.period_end and not form.period_start:
        said = _("Write on which day it begins, or the one day alone here.")
        wrong.append(Problem("period_start", said, called("period_start")))
    return Entry(act, form, _row(form, act, claim_ref, figure), figure, new_source, tuple(wrong)), []


def act_for(act: EditorsAct, form: EntryForm) -> EditorsAct:
    """The act that it comes to: a new total that counts from a day of its own notes a restarted count."""
    return ACTS["note_restart"] if act.name == "enter" and form.counts_from else act


def with_document(form: EntryForm, known: KnownDocument | None) -> EntryForm:
    """The form with the rest of its document, where nothing but the address of a known one was typed."""
    if known is None or form.publisher or form.title or form.language:
        return form
    given = {name: getattr(known, name) or "" for name in ("url", "publisher", "title", "language")}
    if not form.published_on:
        given["published_on"] = known.published_on or ""
    return form.model_copy(update=given)


def filled_in(entry: Entry) -> dict[str, str]:
    """What the form gains by being read: a plain address, the document's parts, the proposed figures."""
    document = ("publisher", "title", "published_on", "language")
    filled = {name: getattr(entry.form, name) for name in document}
    filled["url"] = entry.row.url
    if entry.figure.is_proposed:
        filled |= {name: entry.figure.cells.get(name, "") for name in CELLS}
        filled["figure_read"] = entry.form.figure
    return filled


def values_of(row: ClaimRow) -> Values:
    """A row as the values of a form."""
    start, _slash, end = row.period.partition("/")
    cells = {name: value for name, value in row._asdict().items() if name in FIELDS}
    cells |= {"period_start": start, "period_end": "" if end == start else end}
    return Values((name, value) for name, value in cells.items() if value)


def changed(values: Values, cells: Mapping[str, str]) -> Values:
    """The same values, some of them others."""
    kept = [(name, value) for name, value in values.pairs() if name not in cells]
    return Values([*kept, *cells.items()])


def beside_fields(entry: Entry, problems: Iterable[RowProblem]) -> list[Problem]:
    """All that is wrong with an entry, beside its fields and in their order; `problems` are its row's.

    A field whose form is wrong already is not said to be wrong again.
    """
    told = {problem.field for problem in entry.problems}
    found = [one for one in map(_beside, problems) if one.field not in told]
    if any(one.field == "figure" for one in (*entry.problems, *found)):
        found = [one for one in found if one != _beside(RowProblem("qualifier", "", ""))]
    return sorted(
        dict.fromkeys(_on_the_page(problem, entry.act) for problem in (*entry.problems, *found)),
        key=lambda one: FIELDS.index(one.field) if one.field in FIELDS else -1,
    )


def _on_the_page(problem: Problem, act: EditorsAct) -> Problem:
    """The same problem; about the form as a whole where the act does not offer the field."""
    if act.name == "correct" or problem.field not in _ONLY_TO_CORRECT - {NAMES_THE_CLAIM.get(act.name)}:
        return problem
    return Problem("", f"{problem.label}: {problem.message}")


def _row(form: EntryForm, act: EditorsAct, claim_ref: str, figure: TypedFigure) -> ClaimRow:
    row = ClaimRow(**{name: getattr(form, name) for name in _AS_TYPED}, url=tidy_url(form.url))
    row = row._replace(period=_period(form.period_start, form.period_end), **figure.cells)
    if act.name == "correct":
        return row._replace(claim_ref=claim_ref, supersedes=form.supersedes, repeat_of=form.repeat_of)
    names = NAMES_THE_CLAIM.get(act.name)
    return row._replace(**{names: claim_ref}) if names else row


def _period(start: str, end: str) -> str:
    """Both ends as one cell. One day alone is its own end; a whole period may be typed as one."""
    if not start or "/" in start:
        return start
    return f"{start}/{end or start}"


def _new_source(form: EntryForm) -> tuple[NewSource | None, list[Problem]]:
    if not form.new_source or not form.source:
        return None, []
    described = NewSource(**{column: getattr(form, name) for column, name in _OF_SOURCES.items()})
    source, problems = read_new_source(described)
    return source, [_beside(problem) for problem in problems]


def _beside(problem: RowProblem) -> Problem:
    column, value, reason = problem
    field = _FIELD_OF.get(column, column)
    if not value and field in _MISSING:
        field, sentence = _MISSING[field]
        return Problem(field, known(sentence), called(field))
    if field not in FIELDS:
        return Problem("", f"{column} {reason}.")
    for name, words in _CALLED.items():
        reason = reason.replace(name, known(words))
    for lesser in _LESSER:
        reason = _in_the_form(reason, *lesser)
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    if value:
        sentence = _("“%(value)s” %(reason)s.", value=shown, reason=reason)
    else:
        sentence = f"{reason[:1].upper()}{reason[1:]}."
    return Problem(field, sentence, called(field))


def _in_the_form(reason: str, in_a_row: str, in_the_form: str) -> str:
    """A reason in which a cell is named as the form names it; both texts end with the same place."""
    start, _place, _end = known(in_a_row).partition("%(floor)s")
    said, _place, _end = known(in_the_form).partition("%(floor)s")
    return said + reason.removeprefix(start) if reason.startswith(start) else reason


_FIELD_OF = {"period": "period_start", **_OF_SOURCES}
_SHOWN = 80
"""Characters of a refused value that are repeated beside its field, where it stands in full."""

_MISSING: Mapping[str, tuple[str, str]] = {
    "deployment": ("deployment", N_("Choose the deployment that it is about.")),
    "measure": ("measure", N_("Choose what was counted.")),
    "nature": ("nature", N_("Choose what kind of statement it is.")),
    "source": ("source", N_("Write who made the statement.")),
    "said_on": ("said_on", N_("Write when it was said: 2025, 2025-02 or 2025-02-27.")),
    "as_of": ("as_of", N_("Write the last day that the figure covers: 2025, 2025-02 or 2025-02-27.")),
    "period_start": ("period_start", N_("Write the days that the figure covers, both counted.")),
    "counts_from": ("counts_from", N_("Write the first day that the new count covers.")),
    "point": ("figure", N_("Write the figure as it is printed.")),
    "qualifier": ("qualifier", N_("Choose how the figure was hedged.")),
    "reason": ("reason", N_("Choose why it is corrected.")),
}
"""What is said where nothing was written: the field, and a sentence."""

_CALLED = {
    "published_on": N_("“Published on”"),
    "said_on": N_("“Said on”"),
    "as_of": N_("“As of”"),
    "claim_ref": N_("reference"),
}
"""What fields are called in the reasons of a row, and in the form."""

_LESSER = (
    ("is less than low, %(floor)s", N_("is less than “At least”, %(floor)s")),
    ("is less than point, %(floor)s", N_("is less than “Figure”, %(floor)s")),
)
"""The same of figures: as a row says it, and as the form does."""
