"""Acts of the log in words, for those who read it as a feed or as data; pages say the same with links."""

from collections.abc import Callable, Mapping, Sequence

from app.acts.brought import brought_as
from app.acts.wording import the_noun
from app.changes.affected import AllAffected
from app.changes.effects import Effect, Finding
from app.changes.parts import Part
from app.changes.queries import Logged
from app.claims.approved import ApprovedClaim
from app.claims.differences import Difference, Names
from app.claims.document_notes import NOTED
from app.languages.spoken import N_, _, known, ngettext
from app.pages import in_words, quantity

_IMPORTED: Mapping[str, Callable[[int], str]] = {
    "claims": lambda rows: ngettext("%(num)s claim or appearance", "%(num)s claims and appearances", rows),
    "deployments": lambda rows: ngettext("%(num)s deployment", "%(num)s deployments", rows),
    "measures": lambda rows: ngettext("%(num)s measure", "%(num)s measures", rows),
    "sources": lambda rows: ngettext("%(num)s source", "%(num)s sources", rows),
}
_STATES: Mapping[str, Callable[[int], str]] = {
    "new": lambda rows: ngettext("%(num)s new", "%(num)s new", rows),
    "changed": lambda rows: ngettext("%(num)s changed", "%(num)s changed", rows),
    "unchanged": lambda rows: ngettext("%(num)s unchanged", "%(num)s unchanged", rows),
    "older": lambda rows: ngettext("%(num)s older", "%(num)s older", rows),
}


def act_title(act: Logged, names: Names) -> str:
    """What was done in one line: `Corrected: Sent, about 3,000 persons, claimed by ...`."""
    if act.kind == "import":
        return _("Imported %(what)s", what=brought_as(act.words) if act.words else _("a ledger"))
    if act.kind == "check":
        checked = names.deployments.get(act.subject or "", act.subject)
        done = _("Checked, nothing new")
        return f"{done}: {checked}" if checked else done
    if act.kind == "document":
        return f"{known(NOTED[str(act.noted['state'])])}: {act.subject}"
    if not act.parts:
        done = {"approve": _("Approved"), "judge": _("Judged"), "describe": _("Described")}[act.kind]
        return f"{done}: {act.subject}" if act.subject else done
    title = part_title(act.parts[0], names)
    more = act.touched - 1
    return (
        ngettext("%(title)s, and %(num)s more", "%(title)s, and %(num)s more", more, title=title)
        if more
        else title
    )


def part_title(part: Part, names: Names) -> str:
    """What became of one thing, in one line."""
    if part.description is not None:
        done = _("Added") if part.description.is_new else _("Described anew")
        return f"{done}: {the_noun(part.description.noun, part.description.name)}"
    return f"{part.done}: {claim_title(part.entries[-1].claim, names)}"


def claim_title(claim: ApprovedClaim, names: Names) -> str:
    """`Sent: about 3,000 persons, claimed by South Korea NIS`."""
    figure = quantity(claim, names.units.get(claim.measure, ""))
    return _(
        "%(measure)s: %(figure)s, claimed by %(source)s",
        measure=names.measures.get(claim.measure, claim.measure),
        figure=figure,
        source=claim.source.name,
    )


def part_in_full(part: Part, names: Names) -> list[str]:
    """What became of one thing: in a line, who entered it and why, then each difference."""
    lines = [part_title(part, names)]
    if part.description is not None:
        lines += [part.description.reason] if part.description.reason else []
        return lines + [difference_in_words(one) for one in part.description.differences]
    for entry in part.entries:
        if entry.approved_alone:
            alone = _("Entered by %(by)s, and approved alone: four eyes were switched off", by=entry.by)
            lines.append(alone)
        else:
            lines.append(_("Entered by %(by)s", by=entry.by))
        lines += [_because(entry.reason)] if entry.reason else []
        lines += [entry.words] if entry.words else []
        if entry.overridden:
            lines.append(_("A warning was passed over: %(reason)s", reason=entry.overridden))
        lines += [difference_in_words(one) for one in entry.differences]
    return lines


def _because(reason: str) -> str:
    return _("Because %(reason)s", reason=in_words(reason))


def difference_in_words(one: Difference) -> str:
    """`Place: not stated became Kursk Oblast`."""
    before, after = (value if value is not None else _("not stated") for value in (one.before, one.after))
    return _("%(what)s: %(before)s became %(after)s", what=one.what, before=before, after=after)


def counts_in_words(counts: Mapping[str, object]) -> list[str]:
    """What an import took in: `199 claims and appearances: 199 new`; nothing of what it did not hold."""
    told: list[str] = []
    for name, counted in _IMPORTED.items():
        tally = counts.get(name)
        if not isinstance(tally, Mapping):
            continue
        states = {state: int(tally[state]) for state in _STATES if tally.get(state)}
        if states:
            rows = ", ".join(_STATES[state](number) for state, number in states.items())
            told.append(f"{counted(sum(states.values()))}: {rows}")
    return told


def act_in_full(act: Logged, names: Names) -> list[str]:
    """The act in sentences: by whom, why, what it took in or changed."""
    reason = [_because(act.reason)] if act.reason else []
    own_words = [act.words] if act.words and act.kind != "import" else []
    copied = act.noted.get("archived_url")
    archived = [_("A copy is kept at %(address)s", address=copied)] if copied else []
    lines = [
        _("By %(by)s, as %(role)s", by=act.by, role=in_words(act.role)),
        *reason,
        *own_words,
        *archived,
        *counts_in_words(act.counts),
    ]
    for part in act.parts:
        lines += part_in_full(part, names)
    if act.touched > len(act.parts):
        lines.append(ngettext("and %(num)s more", "and %(num)s more", act.touched - len(act.parts)))
    return lines


_FINDINGS = 5  # contradictions of one reading that are told in words


def affected_in_words(affected: AllAffected) -> list[str]:
    """What an act did to readings: each that was compared in sentences, then the names of the others."""
    lines: list[str] = []
    for one, effect in affected.compared:
        lines.append(f"{known(one.label)}, {one.deployment_name}. {effect_in_words(effect)}")
        lines += [_("Other numbers hold %(days)s.", days=effect.days)] if effect.days else []
        lines += [
            *_findings(
                effect.caused,
                N_("Contradiction newly caused: %(sentence)s"),
                lambda more: ngettext(
                    "and %(num)s contradiction more newly caused",
                    "and %(num)s contradictions more newly caused",
                    more,
                ),
            ),
            *_findings(
                effect.resolved,
                N_("Contradiction resolved: %(sentence)s"),
                lambda more: ngettext(
                    "and %(num)s contradiction more resolved",
                    "and %(num)s contradictions more resolved",
                    more,
                ),
            ),
        ]
    others = [f"{known(one.label)}, {one.deployment_name}" for one in affected.not_compared]
    others += [ngettext("and %(num)s more", "and %(num)s more", affected.further)] if affected.further else []
    if others:
        lines.append(_("Also touched, not compared here: %(readings)s", readings="; ".join(others)))
    return lines


def _findings(findings: Sequence[Finding], text: str, further: Callable[[int], str]) -> list[str]:
    lines = [known(text) % {"sentence": finding.sentence} for finding in findings[:_FINDINGS]]
    more = len(findings) - _FINDINGS
    return [*lines, further(more)] if more > 0 else lines


def effect_in_words(effect: Effect) -> str:
    """That the reading stayed as it was, or its headline before and after."""
    if effect.is_none:
        return _("The numbers stayed as they were, and no contradiction came or went.")
    before, after = (
        _("nothing could be read.") if headline is None else headline.sentence
        for headline in (effect.before, effect.after)
    )
    return _("Before: %(before)s After: %(after)s", before=before, after=after)
