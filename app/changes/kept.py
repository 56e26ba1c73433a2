"""What acts did to readings that take too many claims for a page: computed in the background, and kept.

The ledger before an act and after it never changes, so neither does what the act did. Its sentences are kept
in every language. Whoever opens the page of a recent act asks for what is not there yet
(app.answers.filling).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.acts.models import Act
from app.answers.kept import RULES
from app.answers.models import KeptEffect
from app.answers.queries import MeasureText, drawn_on, measure_texts
from app.changes.effects import Effect, Finding, effect
from app.claims.plain import plain_claims
from app.claims.summaries import Subject
from app.deployments.models import Deployment, DeploymentDescription
from app.languages.catalogues import languages
from app.languages.spoken import language_now, speaking
from app.logs import log
from app.measures.models import Measure
from app.readings.checks import compared_with
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims, DeploymentFacts, MeasureFacts
from app.readings.reading import Readings
from app.readings.results import Headline, Reading

RECENT = 100
"""Of how many acts, the newest, it is worked out what they did to readings that are too large for a page."""

FINDINGS_KEPT = 50
"""Contradictions that are kept of one reading, of those caused and of those resolved; of more how many."""

Data = dict[str, Any]


def taken_by(measure: str) -> set[str]:
    """The measures whose claims a reading of this one takes, with its checks against others."""
    return {part for one in {measure} | compared_with(measure) for part in drawn_on(one)}


def effects_of(
    session: Session, subjects: Sequence[Subject], version: int, texts: Mapping[str, MeasureText]
) -> dict[Subject, Effect]:
    """What the act of a version did to these readings, computed: each claim is read before and after it.

    `texts` are the measures as the act left them. Eleven statements at most, however many readings there are.
    """
    if not subjects:
        return {}
    wanted = [(slug, part) for slug, measure in subjects for part in sorted(taken_by(measure))]
    before, after = (
        _read(session, wanted, texts, described, at)
        for at, described in zip((version - 1, version), _described(session, subjects, version), strict=True)
    )

    def reading(readings: Mapping[str, Readings], subject: Subject) -> Reading | None:
        return readings[subject[0]].reading(subject[1]) if subject[0] in readings else None

    return {one: effect(reading(before, one), reading(after, one)) for one in subjects}


def _described(
    session: Session, subjects: Sequence[Subject], version: int
) -> tuple[list[DeploymentFacts], list[DeploymentFacts]]:
    """The deployments of these subjects as they were described before a version and at it. One SELECT."""
    one = DeploymentDescription
    rows = session.execute(
        select(Deployment.slug, one.starts_on, one.level_valid_days, one.version, one.replaced_version)
        .join(Deployment, Deployment.id == one.deployment_id)
        .where(
            Deployment.slug.in_({slug for slug, _measure in subjects}),
            one.version <= version,
            one.replaced_version.is_(None) | (one.replaced_version >= version),
        )
    ).all()
    facts = [(DeploymentFacts(*row[:3]), row.version, row.replaced_version) for row in rows]
    before, after = (
        [one for one, since, until in facts if since <= at and (until is None or until > at)]
        for at in (version - 1, version)
    )
    return before, after


def _read(
    session: Session,
    wanted: Sequence[Subject],
    texts: Mapping[str, MeasureText],
    deployments: Iterable[DeploymentFacts],
    version: int,
) -> dict[str, Readings]:
    """By slug, the readings of these deployments at a version, made when they are asked for."""
    facts = [MeasureFacts(text.slug, text.kind, text.unit) for text in texts.values()]
    by_slug = {one.slug: one for one in deployments}
    subjects = [subject for subject in wanted if subject[0] in by_slug]
    claims = plain_claims(session, subjects, version=version) if subjects else []
    return {
        slug: Readings(
            DeploymentClaims.of(one, facts, [claim for claim in claims if claim.deployment == slug]),
            Choices(),
        )
        for slug, one in by_slug.items()
    }


def kept_effects(session: Session, subjects: Iterable[Subject], version: int) -> dict[Subject, Effect]:
    """What is kept of an act, in the language that is spoken."""
    rows = session.execute(
        select(Deployment.slug, Measure.slug, KeptEffect.effect)
        .join(Deployment, Deployment.id == KeptEffect.deployment_id)
        .join(Measure, Measure.id == KeptEffect.measure_id)
        .where(KeptEffect.version == version, KeptEffect.rules == RULES)
    )
    wanted, language = set(subjects), language_now()
    return {
        (slug, measure): _effect_from(data[language])
        for slug, measure, data in rows
        if (slug, measure) in wanted and language in data
    }


def ask_for(session: Session, subjects: Sequence[Subject], version: int) -> bool:
    """Note that somebody waits for what a recent act did to these readings; False where it is not recent.

    On a database that only reads nothing is noted.
    """
    newest = session.scalar(select(func.max(Act.version))) or 0
    if not subjects or version <= newest - RECENT:
        return False
    return _keep(session, version, {subject: {} for subject in subjects})


def asked_for(session: Session) -> list[tuple[int, Subject]]:
    """What somebody waits for, by version; the newest act first."""
    rows = session.execute(
        select(KeptEffect.version, Deployment.slug, Measure.slug)
        .join(Deployment, Deployment.id == KeptEffect.deployment_id)
        .join(Measure, Measure.id == KeptEffect.measure_id)
        .where(KeptEffect.effect == {})
        .order_by(KeptEffect.version.desc(), Deployment.id, Measure.id)
    )
    return [(version, (slug, measure)) for version, slug, measure in rows]


def compute(session: Session, version: int, subject: Subject) -> bool:
    """Work out what an act did to a reading, in every language, and keep it; whether that could be done."""
    said: Data = {}
    texts = measure_texts(session, version)
    for language in languages():
        with speaking(language):
            said[language] = _effect_data(effects_of(session, [subject], version, texts)[subject])
    return _keep(session, version, {subject: said})


def _keep(session: Session, version: int, effects: Mapping[Subject, Data]) -> bool:
    rows = session.execute(
        select(Deployment.slug, Measure.slug, Deployment.id, Measure.id)
        .join(Measure, Measure.slug.in_({measure for _, measure in effects}))
        .where(Deployment.slug.in_({slug for slug, _ in effects}))
        .order_by(Deployment.id, Measure.id)
    )
    values = [
        {
            "version": version,
            "deployment_id": deployment_id,
            "measure_id": measure_id,
            "rules": RULES,
            "effect": effects[slug, measure],
        }
        for slug, measure, deployment_id, measure_id in rows
        if (slug, measure) in effects
    ]
    new = insert(KeptEffect)
    kept = new.on_conflict_do_update(
        index_elements=["version", "deployment_id", "measure_id"],
        set_={"rules": new.excluded.rules, "effect": new.excluded.effect},
    )
    try:
        with session.begin_nested():
            session.execute(kept, values)
    except DBAPIError as error:
        log.info("what an act did could not be kept", error=str(error.orig))
        return False
    return True


def _effect_data(one: Effect) -> Data:
    return {
        "before": _headline_data(one.before),
        "after": _headline_data(one.after),
        "first": None if one.first_changed is None else one.first_changed.isoformat(),
        "last": None if one.last_changed is None else one.last_changed.isoformat(),
        "caused": [[each.sentence, each.claim_ref] for each in one.caused[:FINDINGS_KEPT]],
        "resolved": [[each.sentence, each.claim_ref] for each in one.resolved[:FINDINGS_KEPT]],
        "further": [max(0, len(found) - FINDINGS_KEPT) for found in (one.caused, one.resolved)],
    }


def _effect_from(data: Data) -> Effect:
    first, last = (
        None if data[name] is None else date.fromisoformat(data[name]) for name in ("first", "last")
    )
    return Effect(
        before=_headline_from(data["before"]),
        after=_headline_from(data["after"]),
        first_changed=first,
        last_changed=last,
        caused=tuple(Finding(*each) for each in data["caused"]),
        resolved=tuple(Finding(*each) for each in data["resolved"]),
        further_caused=data["further"][0],
        further_resolved=data["further"][1],
    )


_HEADLINE = (
    "low", "selected", "high", "derived", "strained", "lowest", "highest", "families", "contested",
    "sentence", "statements",
)  # fmt: skip


def _headline_data(headline: Headline | None) -> Data | None:
    if headline is None:
        return None
    return {"on": headline.on.isoformat()} | {name: getattr(headline, name) for name in _HEADLINE}


def _headline_from(data: Data | None) -> Headline | None:
    return None if data is None else Headline(**{**data, "on": date.fromisoformat(data["on"])})
