"""What the page of a citation shows: the stored result drawn, and how it stands beside today's ledger."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup
from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.answers.parameters import BadParameters
from app.charts.drawing import running_total_svg
from app.charts.summary import chart_summary
from app.citations.cited import cited_view
from app.citations.models import Citation, CitedKind
from app.citations.revised import Revised, revised
from app.citations.stored import stored_chart, stored_reading, stored_series
from app.claims.approved import ApprovedClaim
from app.compare.drawing import comparison_svg
from app.compare.parameters import By, Counted
from app.compare.plan import plan_comparison
from app.compare.wording import comparison_in_words, in_numbers, unit_in_words
from app.errors import NotFound
from app.languages.catalogues import ENGLISH
from app.languages.spoken import N_, _, known, language_now, pgettext
from app.pages import with_query
from app.readings.answer import Json
from app.readings.results import Headline
from app.readings.rules import RULE_SET


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What held from a day on, as a line of a table."""

    on: date
    low: str
    selected: str
    high: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownReading:
    """A stored reading, or a series of a comparison."""

    name: str
    label: str
    deployment_name: str
    unit: str
    address: str  # the page of its measure
    headline: Headline
    rows: tuple[ValueRow, ...]
    contested: tuple[Json, ...]
    data_through: date | None
    drawing: Markup | None = None
    summary: str = ""


def shown_readings(kind: CitedKind, stored: Json, claims: Sequence[ApprovedClaim]) -> list[ShownReading]:
    """The readings of a result; drawn where it is about one."""
    return [
        _shown(part, claims if kind in (CitedKind.READING, CitedKind.WHY) else None)
        for part in stored["readings"]
    ]


def _shown(part: Json, drawn_with: Sequence[ApprovedClaim] | None) -> ShownReading:
    reading, answer = stored_reading(part), part["answer"]
    label = known(part["label"])
    name = f"{label}: {part['deployment_name']}"
    chart = None if drawn_with is None else stored_chart(part, drawn_with)
    return ShownReading(
        name=name,
        label=label,
        deployment_name=part["deployment_name"],
        unit=known(answer["unit"]),
        address=f"/deployments/{answer['deployment']}/{answer['measure']}",
        headline=reading.headline,
        rows=tuple(_row(value) for value in part.get("values", answer["points"])),
        contested=tuple(answer["contested"]),
        data_through=reading.data_through,
        drawing=None
        if chart is None
        else running_total_svg(chart, title=name, name="cited", reading=reading),
        summary="" if chart is None or not chart.marks else chart_summary(chart, reading),
    )


def _row(value: Json) -> ValueRow:
    notes = [known(word) for word in (N_("derived"), N_("strained")) if value[word]]
    is_gap = value["low"] is None and value["selected"] is None and value["high"] is None
    is_open = value["low"] is not None and value["high"] is None
    return ValueRow(
        on=date.fromisoformat(value["on"]),
        low=_cell(value["low"]),
        selected=_cell(value["selected"]),
        high=pgettext("of a bound", "open") if is_open else _cell(value["high"]),
        note=", ".join([*notes, *([_("no value")] if is_gap else [])]),
    )


def _cell(figure: float | None) -> str:
    return "–" if figure is None else in_numbers(figure)


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """A stored comparison, drawn."""

    drawing: Markup
    summary: str
    units: tuple[str, ...]  # of its series, in order


def shown_comparison(title: str, stored: Json) -> ShownComparison:
    """The chart of a stored comparison, from the values that were stored."""
    series = [stored_series(part) for part in stored["readings"]]
    counted = Counted(stored["scale"])
    plan = plan_comparison(series, By(stored["by"]), counted)
    summary = comparison_in_words(series, [one.words for one in plan.drawn], counted)
    return ShownComparison(
        comparison_svg(plan, title=title, summary=summary),
        summary,
        tuple(unit_in_words(one, counted) for one in series),
    )


def stored_fates(stored: Json) -> Mapping[str, str]:
    """By claim_ref, `accepted` or `contested` in the stored readings; others are left out."""
    answers = [part["answer"] for part in stored["readings"]]
    return {ref: "accepted" for answer in answers for ref in answer["accepted"]} | {
        one["claim_ref"]: "contested" for answer in answers for one in answer["contested"]
    }


@dataclass(frozen=True, slots=True)
class Today:
    """The same question asked today."""

    version: int  # of the ledger
    rule_set: str
    sentence: str  # the answer in words; empty where it cannot be asked any more
    since: Revised | None  # the stored result against today's ledger and rules; None: it cannot be asked
    by_rules: Revised | None  # against the ledger of that version, read by today's rules; None likewise

    @property
    def is_same(self) -> bool:
        """Whether today's answer is the stored one, as far as it is told."""
        return self.since is not None and self.since.is_none


@dataclass(frozen=True, slots=True)
class Told:
    """What a citation says, in the language of the page where it can be told, else as it was stored."""

    language: str
    title: str
    sentence: str
    result: Json


def told_in_words(session: Session, citation: Citation) -> Told:
    """The stored result; in another language the same one asked for anew, where it is the same to the letter.

    Where the rules have changed since, only what was stored can be shown: it is English.
    """
    language = language_now()
    if language != ENGLISH:
        try:
            if cited_view(session, citation.address).digest == citation.digest:
                said = cited_view(session, citation.address, language)
                return Told(language, said.title, said.sentence, json.loads(said.text))
        except (BadParameters, NotFound):
            pass
    return Told(ENGLISH, citation.title, citation.sentence, json.loads(citation.result))


def asked_today(session: Session, citation: Citation, told: Told) -> Today:
    """Ask the question of a citation once more: at its own version, and at the latest."""
    newest, stored = ledger_version(session), told.result
    try:
        then = cited_view(session, citation.address, told.language)
        now = then
        if citation.version != newest:
            now = cited_view(session, live_address(citation), told.language)
    except (BadParameters, NotFound):
        # The rules of what can be asked have changed, or what was asked about is described no more.
        return Today(newest, RULE_SET, "", None, None)
    return Today(newest, RULE_SET, now.sentence, revised(stored, now.result), revised(stored, then.result))


def live_address(citation: Citation) -> str:
    """The address of the cited view as it is today: without the version."""
    parts = urlsplit(citation.address)
    return with_query(parts.path, [pair for pair in parse_qsl(parts.query) if pair[0] != "version"])


def changes_address(citation: Citation, readings: Iterable[ShownReading]) -> str:
    """The public log of changes since the version that was cited, as narrow as the view was."""
    subjects = [one.address.split("/")[2:] for one in readings]
    deployments = {deployment for deployment, _measure in subjects}
    query = [("deployment", deployment) for deployment in deployments if len(deployments) == 1]
    query += [("measure", subjects[0][1])] if len(subjects) == 1 else []
    query += [("from", citation.version_at.date().isoformat())] if citation.version_at else []
    return with_query("/changes", query)
