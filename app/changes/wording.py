"""Acts of the log in words, for those who read it as a feed or as data; pages say the same with links."""

from collections.abc import Mapping, Sequence

from app.changes.affected import AllAffected
from app.changes.effects import Effect, Finding
from app.changes.parts import Part
from app.changes.queries import Logged
from app.charts.wording import listed
from app.claims.approved import ApprovedClaim
from app.claims.differences import Difference, Names
from app.claims.document_notes import NOTED
from app.pages import counted, in_words, quantity

_IMPORTED = (
    ("claims", "claim or appearance", "claims and appearances"),
    ("deployments", "deployment", "deployments"),
    ("measures", "measure", "measures"),
    ("sources", "source", "sources"),
)
_STATES = ("new", "changed", "unchanged", "older")


def act_title(act: Logged, names: Names) -> str:
    """What was done in one line: `Corrected: Sent, about 3,000 persons, claimed by ...`."""
    if act.kind == "import":
        return f"Imported {act.words or 'a ledger'}"
    if act.kind == "check":
        checked = names.deployments.get(act.subject or "", act.subject)
        return f"Checked, nothing new: {checked}" if checked else "Checked, nothing new"
    if act.kind == "document":
        return f"{NOTED[str(act.noted['state'])]}: {act.subject}"
    if not act.parts:
        done = {"approve": "Approved", "judge": "Judged", "describe": "Described"}[act.kind]
        return f"{done}: {act.subject}" if act.subject else done
    title = part_title(act.parts[0], names)
    more = act.touched - 1
    return f"{title}, and {counted(more, 'more', 'more')}" if more else title


def part_title(part: Part, names: Names) -> str:
    """What became of one thing, in one line."""
    if part.description is not None:
        done = "Added" if part.description.is_new else "Described anew"
        return f"{done}: the {part.description.noun} {part.description.name}"
    done = listed([entry.what if not at else entry.what.lower() for at, entry in enumerate(part.entries)])
    return f"{done}: {claim_title(part.entries[-1].claim, names)}"


def claim_title(claim: ApprovedClaim, names: Names) -> str:
    """`Sent: about 3,000 persons, claimed by South Korea NIS`."""
    figure = quantity(claim, names.units.get(claim.measure, ""))
    return f"{names.measures.get(claim.measure, claim.measure)}: {figure}, claimed by {claim.source.name}"


def part_in_full(part: Part, names: Names) -> list[str]:
    """What became of one thing: in a line, who entered it and why, then each difference."""
    lines = [part_title(part, names)]
    if part.description is not None:
        lines += [part.description.reason] if part.description.reason else []
        return lines + [difference_in_words(one) for one in part.description.differences]
    for entry in part.entries:
        alone = ", and approved alone: four eyes were switched off" if entry.approved_alone else ""
        lines.append(f"Entered by {entry.by}{alone}")
        lines += [f"Because {in_words(entry.reason)}"] if entry.reason else []
        lines += [entry.words] if entry.words else []
        lines += [f"A warning was passed over: {entry.overridden}"] if entry.overridden else []
        lines += [difference_in_words(one) for one in entry.differences]
    return lines


def difference_in_words(one: Difference) -> str:
    """`Place: not stated became Kursk Oblast`."""
    before, after = (value if value is not None else "not stated" for value in (one.before, one.after))
    return f"{one.what}: {before} became {after}"


def counts_in_words(counts: Mapping[str, object]) -> list[str]:
    """What an import took in: `199 claims and appearances: 199 new`; nothing of what it did not hold."""
    told: list[str] = []
    for name, one, many in _IMPORTED:
        tally = counts.get(name)
        if not isinstance(tally, Mapping):
            continue
        states = [(state, tally.get(state, 0)) for state in _STATES if tally.get(state)]
        if states:
            number = sum(rows for _, rows in states)
            told.append(
                f"{counted(number, one, many)}: {', '.join(f'{rows:,} {state}' for state, rows in states)}"
            )
    return told


def act_in_full(act: Logged, names: Names) -> list[str]:
    """The act in sentences: by whom, why, what it took in or changed."""
    reason = [f"Because {in_words(act.reason)}"] if act.reason else []
    own_words = [act.words] if act.words and act.kind != "import" else []
    copied = act.noted.get("archived_url")
    archived = [f"A copy is kept at {copied}"] if copied else []
    lines = [f"By {act.by}, as {act.role}", *reason, *own_words, *archived, *counts_in_words(act.counts)]
    for part in act.parts:
        lines += part_in_full(part, names)
    if act.touched > len(act.parts):
        lines.append(f"and {act.touched - len(act.parts):,} more")
    return lines


_FINDINGS = 5  # contradictions of one reading that are told in words


def affected_in_words(affected: AllAffected) -> list[str]:
    """What an act did to readings: each that was compared in sentences, then the names of the others."""
    lines: list[str] = []
    for one, effect in affected.compared:
        lines.append(f"{one.label}, {one.deployment_name}. {effect_in_words(effect)}")
        lines += [f"Other numbers hold {effect.days}."] if effect.days else []
        lines += _findings("newly caused", effect.caused) + _findings("resolved", effect.resolved)
    others = [f"{one.label}, {one.deployment_name}" for one in affected.not_compared]
    others += [f"and {affected.further:,} more"] if affected.further else []
    return lines + ([f"Also touched, not compared here: {'; '.join(others)}"] if others else [])


def _findings(what: str, findings: Sequence[Finding]) -> list[str]:
    lines = [f"Contradiction {what}: {finding.sentence}" for finding in findings[:_FINDINGS]]
    more = len(findings) - _FINDINGS
    return lines + ([f"and {counted(more, 'contradiction')} more {what}"] if more > 0 else [])


def effect_in_words(effect: Effect) -> str:
    """That the reading stayed as it was, or its headline before and after."""
    if effect.is_none:
        return "The numbers stayed as they were, and no contradiction came or went."
    before, after = (
        "nothing could be read." if headline is None else headline.sentence
        for headline in (effect.before, effect.after)
    )
    return f"Before: {before} After: {after}"
