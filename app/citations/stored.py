"""A stored result read back: as readings and claims, so that pages draw it like any other.

Nothing is computed anew here; what was stored is shown. Keys that a later format adds are passed over, those
that an earlier one lacked count as not known.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from app.charts.families import Family
from app.charts.marks import Chart, Subject, chart_marks
from app.claims.approved import ApprovedClaim, Attribution, Document, Figure
from app.claims.words import Nature, Qualifier, Standing
from app.compare.series import Series, Value
from app.dates import Days, read_date, read_period
from app.languages.spoken import known
from app.pages import in_a_sentence
from app.readings.answer import Json
from app.readings.candidates import Candidate
from app.readings.choices import Choices
from app.readings.facts import DeploymentFacts, Kind, MeasureFacts
from app.readings.intervals import Interval
from app.readings.results import Contested, EventLine, EventPoint, Headline, Point, Reading, Said

_NOBODY = Attribution("", "", "", "")


def stored_reading(part: Json) -> Reading:
    """A reading as far as it was kept: what a chart draws of it, and no candidates but one.

    That one stands for all of them and has the last day that any of them covered, up to which is drawn.
    Choices are those that a chart takes into account.
    """
    answer = part["answer"]
    choices = answer["choices"]
    covered = _day(part["covered"])
    return Reading(
        rule_set=answer["rule_set"],
        deployment=DeploymentFacts(
            answer["deployment"], _a_day(answer["starts_on"]), part["level_valid_days"]
        ),
        measure=MeasureFacts(answer["measure"], Kind(answer["kind"]), answer["unit"]),
        choices=Choices(
            known_on=_day(choices["known_on"]), since=_day(choices["since"]), place=choices["place"]
        ),
        points=tuple(stored_point(point) for point in answer["points"]),
        candidates={"all": _covering(covered)} if covered else {},
        accepted=tuple(answer["accepted"]),
        contested=tuple(
            Contested(one["claim_ref"], tuple(one["witness"]), one["robust"], _said(one["sentence"]), ())
            for one in answer["contested"]
        ),
        pairs=(),
        suspects=(),
        steps=(),
        latest=(),
        headline=_headline(answer["headline"], _marks(answer)),
        events=tuple(
            EventLine(
                line["source"],
                tuple(EventPoint(_a_day(p["on"]), p["low"], p["point"], p["high"]) for p in line["points"]),
            )
            for line in answer["events"]
        ),
        plans=tuple(answer["plans"]),
        shares=(),
        stances=(),
        checks=(),
        data_through=_day(answer["data_through"]),
    )


def _said(sentence: str) -> Said:
    """What was kept of a contradiction's words: not what would have to be wrong."""
    return Said(lambda: sentence, lambda: "")


def stored_point(point: Json) -> Point:
    """Low, selected and high from one day on."""
    return Point(
        _a_day(point["on"]),
        point["low"],
        point["selected"],
        point["high"],
        point["derived"],
        point["strained"],
    )


def stored_chart(part: Json, claims: Iterable[ApprovedClaim]) -> Chart:
    """The marks of a stored reading; none where its claims were not kept."""
    reading = stored_reading(part)
    measure = reading.measure
    return chart_marks(
        [claim for claim in claims if claim.measure == measure.slug],
        subject=Subject(
            in_a_sentence(known(part["label"])),
            known(measure.unit),
            measure.kind,
            reading.deployment.starts_on,
            reading.deployment.level_valid_days,
            reading.choices.place,
        ),
        families=[Family(slug, name) for slug, name in part["families"]],
        contested=[item.claim_ref for item in reading.contested],
        known_on=reading.choices.known_on,
    )


def stored_series(part: Json) -> Series:
    """One series of a stored comparison."""
    return Series(
        deployment=part["answer"]["deployment"],
        name=part["deployment_name"],
        label=known(part["label"]),
        reading=stored_reading(part),
        values=tuple(
            Value(_a_day(v["on"]), v["low"], v["selected"], v["high"], v["derived"], v["strained"])
            for v in part["values"]
        ),
        until=_a_day(part["until"]),
    )


def stored_claim(kept: Mapping[str, object]) -> ApprovedClaim:
    """A claim from its JSON (app.claims.answer)."""
    words = {name: value for name, value in kept.items() if isinstance(value, str) and value}
    credibility = kept.get("credibility")
    document = Document(*map(words.get, ("publisher", "title", "url", "language")))
    appearances, revision = kept.get("appearances"), kept.get("revision")
    return ApprovedClaim(
        ref=words["claim_ref"],
        deployment=words["deployment"],
        measure=words["measure"],
        nature=Nature(words["nature"]),
        source=_source(words),
        said_on=read_date(words["said_on"]),
        low=_figure(kept.get("low")),
        point=_figure(kept.get("point")),
        high=_figure(kept.get("high")),
        qualifier=Qualifier(words["qualifier"]) if "qualifier" in words else None,
        as_of=_days(words.get("as_of")),
        period=read_period(words["period"]) if "period" in words else None,
        counts_from=_days(words.get("counts_from")),
        published_on=_days(words.get("published_on")),
        place=words.get("place_slug"),
        place_name=words.get("place"),
        credibility=credibility if isinstance(credibility, int) else None,
        supersedes=words.get("supersedes"),
        part_of=words.get("part_of"),
        repeat_of=words.get("repeat_of"),
        standing=Standing(words.get("standing", Standing.GOOD)),
        standing_reason=words.get("standing_reason"),
        standing_on=_day(words.get("standing_on")),
        document=None if document == Document() else document,
        wording=words.get("wording"),
        note=words.get("note"),
        revision=revision if isinstance(revision, int) else 1,
        recorded_at=datetime.fromisoformat(words["recorded_at"]) if "recorded_at" in words else None,
        appearances=appearances if isinstance(appearances, int) else 0,
    )


def _source(words: Mapping[str, str]) -> Attribution:
    return Attribution(
        slug=words["source_slug"],
        name=words["source"],
        family=words["family"],
        family_name=words.get("family_name", words["family"]),
        reliability=words.get("reliability"),
        stance=words.get("stance"),
    )


def _headline(told: Json, marks: tuple[bool, bool]) -> Headline:
    derived, strained = marks
    return Headline(
        on=_a_day(told["on"]),
        low=told["low"],
        selected=told["selected"],
        high=told["high"],
        derived=derived,
        strained=strained,
        lowest=told["lowest"],
        highest=told["highest"],
        families=told["families"],
        contested=told["contested"],
        sentence=told["sentence"],
        statements="",
    )


def _marks(answer: Json) -> tuple[bool, bool]:
    """Whether the headline is derived or strained, which the answer says of its points."""
    before = [point for point in answer["points"] if point["on"] <= answer["headline"]["on"]]
    return (before[-1]["derived"], before[-1]["strained"]) if before else (False, False)


def _covering(last: date) -> Candidate:
    return Candidate("all", Nature.TOTAL, _NOBODY, last, 6, last, last, Interval(0, None), None)


def _figure(number: object) -> Figure | None:
    if isinstance(number, float):
        return Decimal(str(number))
    return number if isinstance(number, int) else None


def _days(written: str | None) -> Days | None:
    return None if written is None else read_date(written)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _a_day(written: str) -> date:
    return date.fromisoformat(written)
