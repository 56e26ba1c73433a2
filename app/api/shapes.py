"""What the API answers, as types: its description is made from them (openapi.py), its examples held to them.

A claim has its one shape in app/claims/answer.py. A key that is here stays in v1; null is "not known" or,
where it says so, something of its own. Days are `2025-02-27`, moments are UTC with a Z.
"""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from app.claims.answer import ClaimAnswer

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Slug = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]*$")]
Path = Annotated[str, Field(description="The path of a page or answer of this site.", pattern="^/")]
Cursor = Annotated[
    str | None, Field(description="What to give as `cursor` to go on; null: there is no more. Opaque.")
]
Count = Annotated[int, Field(ge=0)]


class FieldError(TypedDict):
    """One thing that is wrong with what was sent."""

    field: Annotated[str, Field(description="The parameter, column or header at fault; of a file its name.")]
    message: Annotated[str, Field(description="Why it cannot stand, in a sentence that names the value.")]


class RowError(FieldError):
    """One thing that is wrong with an imported ledger."""

    file: Annotated[str, Field(description="The file of the ledger.")]
    line: Annotated[int | None, Field(description="Where the row begins; null: the file as a whole.")]


class Problem(TypedDict):
    """Problem details (RFC 9457)."""

    type: Annotated[str, Field(description="Always about:blank: title and status say it all.")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What went wrong and what to do about it, for a person.")]


class InputProblem(Problem):
    """Problem details of input that is at fault; every fault is named."""

    errors: list[FieldError]


class ImportProblem(Problem):
    """Problem details of a ledger that is refused; the first thousand faults are named."""

    errors: list[RowError]
    faults: Annotated[int, Field(ge=1, description="How many faults there are in all.")]


class DeploymentAnswer(TypedDict):
    """A deployment: troops or goods sent by a party to a place."""

    slug: Slug
    name: str
    sender: Annotated[str | None, Field(description="ISO 3166-1 alpha-3, or a free name.")]
    host: Annotated[str | None, Field(description="ISO 3166-1 alpha-3, or a free name.")]
    operation: Annotated[str | None, Field(description="The name of what it belongs to.")]
    starts_on: Annotated[Day, Field(description="The first day on which anybody can have been counted.")]
    level_valid_days: Annotated[int, Field(ge=1, description="Days for which a level is held to last.")]
    summary: str | None
    page: Path


class MeasureOfDeployment(TypedDict):
    """A measure as far as it is claimed of one deployment."""

    measure: Slug
    claims: Annotated[Count, Field(description="Claims of any standing, appearances apart.")]
    first_said: Day | None
    last_said: Day | None
    reading: Annotated[Path, Field(description="The path of its reading in this API.")]
    page: Path


class DeploymentInFull(DeploymentAnswer):
    """A deployment with the measures that are claimed of it, the most claimed first."""

    version: Annotated[Count, Field(description="The version of the ledger.")]
    last_changed_at: Annotated[Moment | None, Field(description="When the ledger came to that version.")]
    last_checked_at: Annotated[
        Moment | None, Field(description="When an editor last looked for news of it and found none.")
    ]
    measures: list[MeasureOfDeployment]


class MeasureAnswer(TypedDict):
    """What is counted."""

    slug: Slug
    label: str
    kind: Annotated[
        Literal["flow", "level"],
        Field(description="A flow adds up; a level is replaced by the next figure."),
    ]
    unit: str
    definition: str | None


class SourceAnswer(TypedDict):
    """Who made claims."""

    slug: Slug
    name: str
    kind: str | None
    country: Annotated[str | None, Field(description="ISO 3166-1 alpha-3, or a free name.")]
    family: Annotated[Slug, Field(description="The sources that do not corroborate it; without one its own.")]
    family_name: str
    reliability: Annotated[
        Literal["A", "B", "C", "D", "E", "F"] | None, Field(description="null: not graded, read as F.")
    ]
    stance: Annotated[
        Literal["own", "opponent", "third"] | None, Field(description="Towards the sender; null: unknown.")
    ]
    note: str | None
    claims: Count
    appearances: Annotated[Count, Field(description="Appearances of claims that stand under its name.")]
    first_said: Annotated[Day | None, Field(description="The day said of its first claim; null: none.")]
    last_said: Day | None
    page: Path


class SourceInFull(SourceAnswer):
    """A source with the others of its family."""

    relatives: Annotated[list[Slug], Field(description="The other sources of its family, by name.")]
    other_names: Annotated[
        list[str],
        Field(description="By which it is known as well; those of sources merged into it too."),
    ]


class Change(TypedDict):
    """A field before and after, in words; null is empty."""

    field: str
    before: str | None
    after: str | None


class HistoryEntry(TypedDict):
    """A revision or judgement that counts or counted."""

    what: Annotated[str, Field(description="Entered, Corrected, Set aside, ...")]
    by: Annotated[str, Field(description="Who entered it: a name, or a lasting pseudonym.")]
    approved_by: str
    approved_alone: Annotated[
        bool, Field(description="Whether who entered it approved it: four eyes were switched off.")
    ]
    origin: Annotated[str, Field(description="How it came: desk, upload, api, command_line.")]
    entered_at: Moment | None
    approved_at: Moment | None
    reason: str | None
    words: str | None
    overridden: Annotated[str | None, Field(description="Why a warning was passed over.")]
    changes: Annotated[list[Change], Field(description="From what counted before; empty where it is new.")]


class VersionedEntry(HistoryEntry):
    """An entry of a claim's history."""

    version: Annotated[Count, Field(description="The version of the ledger from which on it counted.")]


class Contradiction(TypedDict):
    """A contested claim and the smallest set of accepted ones that rules it out."""

    claim_ref: str
    witness: list[str]
    robust: Annotated[bool, Field(description="Whether it is contested at a tolerance of 20 percent too.")]
    sentence: str


class ClaimInFull(TypedDict):
    """A claim with all that is known around it; contradictions as in its reading at default choices."""

    claim: ClaimAnswer
    fate: Annotated[
        str | None,
        Field(description="What that reading did with it: accepted, contested, ...; null: it has no part."),
    ]
    contradictions: Annotated[
        list[Contradiction], Field(description="Its own first, then those it helps to rule out.")
    ]
    appearances: Annotated[
        list[ClaimAnswer], Field(description="What other outlets printed of it, by day said.")
    ]
    restated_by: Annotated[list[str], Field(description="Later claims of its source that supersede it.")]
    parts: Annotated[list[str], Field(description="Claims whose figure is a part of this one.")]
    history: Annotated[list[VersionedEntry], Field(description="In the order in which it began to count.")]


class ChoicesAnswer(TypedDict):
    """The choices under which a reading was made; null or empty: not chosen."""

    known_on: Day | None
    version: int | None
    since: Day | None
    on: Day | None
    tolerance: Literal["rounding", "0", "5", "10", "20"]
    precedence: Literal["graded", "latest"]
    source: list[Slug]
    family: list[Slug]
    lowest_grade: Literal["A", "B", "C", "D", "E", "F"] | None
    stance: list[Literal["own", "opponent", "third"]]
    place: Slug | None


class PointAnswer(TypedDict):
    """The reading from one day on, until the next point."""

    on: Day
    low: int | None
    selected: int | None
    high: Annotated[int | None, Field(description="null where low is set: open.")]
    derived: Annotated[bool, Field(description="Whether selected is no claim's own figure.")]
    strained: Annotated[bool, Field(description="Whether selected lies outside the band.")]


class StatementAnswer(TypedDict):
    """What one family said last."""

    family: Slug
    claim_ref: str
    as_of: Day
    said_on: Day
    age_days: Count
    contested: bool


class HeadlineAnswer(TypedDict):
    """The reading on one day, in numbers and in a sentence."""

    on: Day
    low: int | None
    selected: int | None
    high: int | None
    lowest: Annotated[int | None, Field(description="The lowest of the latest statements.")]
    highest: int | None
    families: Count
    contested: Count
    sentence: str


class EventPoint(TypedDict):
    """The sum of a source's events up to a day."""

    on: Day
    low: int | None
    point: int | None
    high: int | None


class EventLine(TypedDict):
    """The events of one source, added up."""

    source: Slug
    points: list[EventPoint]


# `from` is a word of the language, so this shape is written as a call.
CheckAnswer = TypedDict("CheckAnswer", {"rule": str, "from": Day, "to": Day, "sentence": str})
CheckAnswer.__doc__ = "A rule between measures that the reading breaks, and when."


class ReadingAnswer(TypedDict):
    """The running total of a measure, as far as the claims pin it down (the method, sections 4 to 10)."""

    rule_set: str
    version: Annotated[Count, Field(description="The version of the ledger that was read.")]
    deployment: Slug
    measure: Slug
    kind: Literal["flow", "level"]
    unit: str
    starts_on: Day
    choices: ChoicesAnswer
    data_through: Annotated[Day | None, Field(description="The last day that an accepted claim covers.")]
    last_changed_at: Annotated[Moment | None, Field(description="When a claim about it last changed.")]
    points: Annotated[
        list[PointAnswer], Field(description="By day; each holds until the next, a step and no slope.")
    ]
    accepted: list[str]
    contested: list[Contradiction]
    latest: list[StatementAnswer]
    headline: HeadlineAnswer
    events: list[EventLine]
    plans: list[str]
    checks: list[CheckAnswer]


class ReasonAnswer(TypedDict):
    """Why one of three numbers is what it is."""

    value: int | None
    claims: Annotated[list[str], Field(description="Of one shortest argument, in its order.")]
    sentence: Annotated[str, Field(description="The arithmetic in words.")]


class WhyAnswer(TypedDict):
    """Why the numbers of a day are what they are."""

    rule_set: str
    version: Count
    deployment: Slug
    measure: Slug
    unit: str
    choices: ChoicesAnswer
    on: Day
    low: ReasonAnswer
    selected: ReasonAnswer
    high: ReasonAnswer
    derived: bool
    strained: bool
    contested: list[Contradiction]


class ClaimPart(TypedDict):
    """What became of one claim in an act."""

    noun: Annotated[str, Field(description="claim or appearance.")]
    claim_ref: str
    sentence: str
    entries: list[HistoryEntry]


class DescriptionPart(TypedDict):
    """What became of the description of a deployment, measure, source or place."""

    noun: Annotated[str, Field(description="deployment, measure, source or place.")]
    slug: Slug
    sentence: str
    reason: str | None
    changes: list[Change]


class ActAnswer(TypedDict):
    """One thing that somebody did to the ledger."""

    id: Count
    version: Annotated[int | None, Field(description="The version that it made; null: nothing that counts.")]
    at: Moment
    kind: str
    by: str
    role: Annotated[str, Field(description="The role of whoever did it, then.")]
    origin: str
    subject: str | None
    reason: str | None
    words: str | None
    sentence: str
    counts: Annotated[
        dict[str, object] | None, Field(description="Of an import: rows by what became of them.")
    ]
    document: Annotated[
        dict[str, object] | None, Field(description="What it noted of a document; null: nothing.")
    ]
    touched: Annotated[Count, Field(description="How many things it touched; of an import see its answer.")]
    parts: list[ClaimPart | DescriptionPart]


class NumbersOfDay(TypedDict):
    """The three numbers of a headline."""

    on: Day
    low: int | None
    selected: int | None
    high: int | None


class FindingAnswer(TypedDict):
    """A contradiction that an act caused or resolved."""

    claim_ref: str
    sentence: str


class ComparedEffect(TypedDict):
    """What an act did to one reading at default choices."""

    deployment: Slug
    measure: Slug
    claims: Count
    compared: Literal[True]
    sentence: str
    before: NumbersOfDay | None
    after: NumbersOfDay | None
    first_changed: Day | None
    last_changed: Day | None
    caused: list[FindingAnswer]
    resolved: list[FindingAnswer]
    further_caused: Annotated[int, Field(description="Contradictions caused that are not among those named.")]
    further_resolved: Annotated[int, Field(description="Likewise of those resolved.")]


class UncomparedEffect(TypedDict):
    """A reading that an act touched and that is too large to compare on the way."""

    deployment: Slug
    measure: Slug
    claims: Count
    compared: Literal[False]


class ActInFull(ActAnswer):
    """An act with a page of what it touched and, on the first, its effect on readings."""

    next: Cursor
    effects: list[ComparedEffect | UncomparedEffect]
    further_effects: Annotated[int, Field(description="Readings touched that are not among the effects.")]


class DeploymentList(TypedDict):
    """Deployments by slug."""

    items: list[DeploymentAnswer]
    next: Cursor


class MeasureList(TypedDict):
    """Measures by slug."""

    items: list[MeasureAnswer]
    next: Cursor


class SourceList(TypedDict):
    """Sources by slug."""

    items: list[SourceAnswer]
    next: Cursor


class ClaimList(TypedDict):
    """Claims by claim_ref."""

    items: list[ClaimAnswer]
    next: Cursor


class ActList(TypedDict):
    """Acts, the newest first."""

    items: list[ActAnswer]
    next: Cursor


class SubmittedAnswer(TypedDict):
    """What became of a row that was handed in."""

    claim_ref: Annotated[str, Field(description="The key of the claim; made up where the row had none.")]
    waits: Annotated[bool, Field(description="Whether it waits for a reviewer; false: the ledger says so.")]
    waits_at: Annotated[Path | None, Field(description="Where reviewers find it; null: nothing waits.")]
    revision: Annotated[int | None, Field(description="The number of the revision that waits.")]
    judgement: Annotated[int | None, Field(description="The number of the judgement that waits.")]
    page: Annotated[Path, Field(description="The claim's page, once it is approved.")]


class RowsAnswer(TypedDict):
    """Rows of a file by what they are to the ledger."""

    new: Count
    changed: Count
    unchanged: Count
    older: Annotated[Count, Field(description="Equal to an earlier state, and left alone.")]


class ImportAnswer(TypedDict):
    """What an import did, or would do."""

    dry_run: bool
    waits: Annotated[bool, Field(description="Whether rows wait for a reviewer, as one batch.")]
    waits_at: Annotated[Path | None, Field(description="Where reviewers find it; null: nothing waits.")]
    batch: Annotated[int | None, Field(description="The number of the batch; null: nothing waits.")]
    version: Annotated[
        int | None, Field(description="The version that new descriptions made; null: there were none.")
    ]
    claims: Annotated[RowsAnswer, Field(description="Claims and appearances.")]
    appearances: Annotated[Count, Field(description="Of those, how many are appearances.")]
    deployments: RowsAnswer
    measures: RowsAnswer
    sources: RowsAnswer
    not_read: Annotated[list[str], Field(description="Files of a zip that are none of a ledger.")]
