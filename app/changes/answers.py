"""The change log as the JSON of the API."""

from collections.abc import Sequence

from app.changes.affected import Affected, AllAffected
from app.changes.effects import Effect, Finding
from app.changes.parts import Part
from app.changes.queries import Logged, LogPage, PartsPage
from app.changes.wording import act_title, effect_in_words, part_title
from app.claims.differences import Difference, Names
from app.claims.history import Entry
from app.readings.answer import Json, moment_answer
from app.readings.results import Headline


def log_answer(log: LogPage, names: Names) -> Json:
    """One page of the log, newest act first."""
    return {
        "items": [act_answer(act, names) for act in log.acts],
        "next": None if log.further is None else str(log.further),
    }


def act_answer(act: Logged, names: Names) -> Json:
    """One act; null are a version that it did not move, and counts and document where it has none."""
    return {
        "id": act.id,
        "version": act.version,
        "at": moment_answer(act.at),
        "kind": act.kind,
        "by": act.by,
        "role": act.role,
        "origin": act.origin,
        "subject": act.subject,
        "reason": act.reason,
        "words": act.words,
        "sentence": act_title(act, names),
        "counts": dict(act.counts) or None,
        "document": dict(act.noted) or None,
        "touched": act.touched,
        "parts": [part_answer(part, names) for part in act.parts],
    }


def full_answer(act: Logged, parts: PartsPage, affected: AllAffected, names: Names) -> Json:
    """One act with a page of what it touched and its effect on readings at default choices."""
    return {
        **act_answer(act, names),
        "touched": parts.number,
        "parts": [part_answer(part, names) for part in parts.parts],
        "next": None if parts.further is None else str(parts.further),
        "effects": [_affected(one) for one in affected.named],
        "further_effects": affected.further,
    }


def part_answer(part: Part, names: Names) -> Json:
    """What became of one claim or description; `changes` is empty where it is new."""
    described = part.description
    if described is not None:
        return {
            "noun": described.noun,
            "slug": described.slug,
            "sentence": part_title(part, names),
            "reason": described.reason,
            "changes": _changes(described.differences),
        }
    return {
        "noun": part.key.noun,
        "claim_ref": part.key.ref,
        "sentence": part_title(part, names),
        "entries": [entry_answer(entry) for entry in part.entries],
    }


def entry_answer(entry: Entry) -> Json:
    """A revision or judgement that counts or counted, without what the claim said then."""
    return {
        "what": entry.what,
        "by": entry.by,
        "approved_by": entry.approved_by,
        "approved_alone": entry.approved_alone,
        "origin": entry.origin,
        "entered_at": moment_answer(entry.recorded_at),
        "approved_at": moment_answer(entry.at),
        "reason": entry.reason,
        "words": entry.words,
        "overridden": entry.overridden,
        "changes": _changes(entry.differences),
    }


def _changes(differences: Sequence[Difference]) -> list[Json]:
    return [{"field": one.what, "before": one.before, "after": one.after} for one in differences]


def _affected(one: Affected) -> Json:
    told = {"deployment": one.deployment, "measure": one.measure, "claims": one.claims}
    return told | ({"compared": False} if one.effect is None else {"compared": True, **_effect(one.effect)})


def _effect(effect: Effect) -> Json:
    return {
        "sentence": effect_in_words(effect),
        "before": _headline(effect.before),
        "after": _headline(effect.after),
        "first_changed": None if effect.first_changed is None else effect.first_changed.isoformat(),
        "last_changed": None if effect.last_changed is None else effect.last_changed.isoformat(),
        "caused": [_finding(one) for one in effect.caused],
        "resolved": [_finding(one) for one in effect.resolved],
        "further_caused": effect.further_caused,
        "further_resolved": effect.further_resolved,
    }


def _headline(headline: Headline | None) -> Json | None:
    if headline is None:
        return None
    return {
        "on": headline.on.isoformat(),
        "low": headline.low,
        "selected": headline.selected,
        "high": headline.high,
    }


def _finding(finding: Finding) -> Json:
    return {"claim_ref": finding.claim_ref, "sentence": finding.sentence}
