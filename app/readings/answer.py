"""A reading as the JSON of the API; pages, CSV, API and terminal all take their numbers from it."""

from datetime import UTC, date, datetime
from typing import Any

from app.readings.choices import Choices
from app.readings.results import Check, Contested, EventLine, Headline, LatestStatement, Point, Reading
from app.readings.why import Reason, Why

Json = dict[str, Any]


def reading_answer(reading: Reading, *, version: int, last_changed_at: datetime | None) -> Json:
    """The answer of `GET /deployments/{slug}/readings/{measure}`.

    `version` and `last_changed_at` are facts of the ledger, which a reading does not know:
    the version that was read, and when a claim of the measure last changed (None: never).
    """
    return {
        "rule_set": reading.rule_set,
        "version": version,
        "deployment": reading.deployment.slug,
        "measure": reading.measure.slug,
        "kind": str(reading.measure.kind),
        "unit": reading.measure.unit,
        "starts_on": reading.deployment.starts_on.isoformat(),
        "choices": choices_answer(reading.choices),
        "data_through": _day(reading.data_through),
        "last_changed_at": moment_answer(last_changed_at),
        "points": [_point(point) for point in reading.points],
        "accepted": list(reading.accepted),
        "contested": [contested_answer(item) for item in reading.contested],
        "latest": [_statement(statement) for statement in reading.latest],
        "headline": _headline(reading.headline),
        "events": [_event_line(line) for line in reading.events],
        "plans": list(reading.plans),
        "checks": [_check(check) for check in reading.checks],
    }


def why_answer(answer: Why, *, version: int) -> Json:
    """The answer of `GET /deployments/{slug}/readings/{measure}/why`; `version` as in reading_answer."""
    reading = answer.reading
    return {
        "rule_set": reading.rule_set,
        "version": version,
        "deployment": reading.deployment.slug,
        "measure": reading.measure.slug,
        "unit": reading.measure.unit,
        "choices": choices_answer(reading.choices),
        "on": answer.on.isoformat(),
        "low": _reason(answer.low),
        "selected": _reason(answer.selected),
        "high": _reason(answer.high),
        "derived": answer.derived,
        "strained": answer.strained,
        "contested": [contested_answer(item) for item in answer.contested],
    }


def _reason(reason: Reason) -> Json:
    return {"value": reason.value, "claims": list(reason.claims), "sentence": reason.sentence}


def choices_answer(choices: Choices) -> Json:
    """A reader's choices under the names of their query parameters; null is not chosen."""
    return {
        "known_on": _day(choices.known_on),
        "version": choices.version,
        "since": _day(choices.since),
        "on": _day(choices.on),
        "tolerance": str(choices.tolerance),
        "precedence": str(choices.precedence),
        "source": sorted(choices.sources),
        "family": sorted(choices.families),
        "lowest_grade": choices.lowest_grade,
        "stance": sorted(choices.stances),
        "place": choices.place,
    }


def contested_answer(item: Contested) -> Json:
    """A contested claim with its witness."""
    return {
        "claim_ref": item.claim_ref,
        "witness": list(item.witness),
        "robust": item.robust,
        "sentence": item.sentence,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def moment_answer(moment: datetime | None) -> str | None:
    """UTC is written Z."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _point(point: Point) -> Json:
    return {
        "on": point.on.isoformat(),
        "low": point.low,
        "selected": point.selected,
        "high": point.high,
        "derived": point.derived,
        "strained": point.strained,
    }


def _statement(statement: LatestStatement) -> Json:
    return {
        "family": statement.family,
        "claim_ref": statement.claim_ref,
        "as_of": statement.as_of.isoformat(),
        "said_on": statement.said_on.isoformat(),
        "age_days": statement.age_days,
        "contested": statement.contested,
    }


def _headline(headline: Headline) -> Json:
    return {
        "on": headline.on.isoformat(),
        "low": headline.low,
        "selected": headline.selected,
        "high": headline.high,
        "lowest": headline.lowest,
        "highest": headline.highest,
        "families": headline.families,
        "contested": headline.contested,
        "sentence": f"{headline.sentence} {headline.statements}",
    }


def _event_line(line: EventLine) -> Json:
    return {
        "source": line.source,
        "points": [
            {"on": point.on.isoformat(), "low": point.low, "point": point.point, "high": point.high}
            for point in line.points
        ],
    }


def _check(check: Check) -> Json:
    return {
        "rule": check.rule,
        "from": check.start.isoformat(),
        "to": check.end.isoformat(),
        "sentence": check.sentence,
    }
