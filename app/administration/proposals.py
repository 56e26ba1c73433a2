"""Changes that move readings: handed in by one, decided on by another, once.

What only names or explains counts at once where a reviewer changes it. What readings are made of (the grade,
family or stance of a source, the first day of a deployment, how long a level holds, a merge) and what their
numbers mean (unit and definition of a measure) moves many of them at a stroke, and so takes two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person, Role
from app.acts.actions import record_act
from app.acts.models import Act
from app.administration.actions import Signed, check, describe
from app.administration.aliases import add_alias, check_alias
from app.administration.merging import merge, separate, standing, why_not_merged, why_not_separated
from app.administration.models import Proposal
from app.administration.nouns import NOUNS, Cells, Column, Noun, all_described, changes, described
from app.administration.refusals import (
    NewerDescription,
    NotToBeMerged,
    NotToBeSeparated,
    WaitsForSecond,
)
from app.claims.forms import Problem
from app.claims.refusals import AlreadyDecided, NothingChanges, RowRefused
from app.database import broken_rule
from app.errors import NotFound, Refusal
from app.languages.spoken import _
from app.places import aliases as place_names
from app.places import merging as places


class NotYours(Refusal):
    """A verdict that is for somebody else to give."""

    status = HTTPStatus.FORBIDDEN


class NeedsWords(Refusal):
    """A reason is needed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def takes_two(changed: Sequence[Column], by: Person, *, is_new: bool) -> bool:
    """Whether a change waits for a second person: it moves readings, or its author is no reviewer."""
    return not by.may(Role.REVIEWER) or (not is_new and any(column.moves for column in changed))


def propose_description(
    session: Session,
    noun: Noun,
    slug: str,
    cells: Cells,
    *,
    shown: int,
    reason: str,
    by: Person,
    at: datetime,
) -> Proposal:
    """Hand in another description, or a first one (`shown` 0).

    Raises as `describe` does, and WaitsForSecond.
    """
    today = described(session, noun, slug) if shown else None
    if shown and today is None:
        raise NotFound(_("There is nothing of the address “%(slug)s”.", slug=slug))
    if today is not None and today.number != shown:
        raise NewerDescription(
            _(
                "Somebody else has changed %(name)s since this form was opened. Look at it first.",
                name=today.name,
            )
        )
    problems = check(session, noun, cells, today)
    if not reason.strip():
        problems.append(Problem("reason", "", _("why it is changed is needed")))
    if problems:
        raise RowRefused(problems)
    if today is not None and not changes(noun, today.cells, cells):
        raise NothingChanges(_("%(name)s is described just so already.", name=today.name))
    return _hand_in(session, noun.name, slug, "describe", {"cells": cells}, shown, reason, by, at)


def propose_merge(
    session: Session, slug: str, into: str, *, reason: str, by: Person, at: datetime
) -> Proposal:
    """Hand in that a source is to be merged into another.

    Raises NotFound, NotToBeMerged and WaitsForSecond.
    """
    old, other = standing(session, slug), standing(session, into)
    refused = why_not_merged(session, old, other)
    if refused is not None:
        raise NotToBeMerged(refused)
    return _hand_in(session, "source", slug, "merge", {"into": into}, 0, reason, by, at)


def propose_place_merge(
    session: Session, slug: str, into: str, *, reason: str, by: Person, at: datetime
) -> Proposal:
    """Hand in that a place is to be merged into another.

    Raises NotFound, NotToBeMerged (of places) and WaitsForSecond.
    """
    old, other = places.standing(session, slug), places.standing(session, into)
    refused = places.why_not_merged(session, old, other)
    if refused is not None:
        raise places.NotToBeMerged(refused)
    content = {"into": into, "called": old.name, "into_called": other.name}
    return _hand_in(session, "place", slug, "merge", content, 0, reason, by, at)


def propose_place_separation(
    session: Session, slug: str, *, reason: str, by: Person, at: datetime
) -> Proposal:
    """Hand in that a merge of places is to be taken back.

    Raises NotFound, NotToBeSeparated (of places) and WaitsForSecond.
    """
    old = places.standing(session, slug)
    refused = places.why_not_separated(session, old)
    if refused is not None:
        raise places.NotToBeSeparated(refused)
    return _hand_in(session, "place", slug, "separate", {"called": old.name}, 0, reason, by, at)


def propose_separation(session: Session, slug: str, *, reason: str, by: Person, at: datetime) -> Proposal:
    """Hand in that a merge is to be taken back. Raises NotFound, NotToBeSeparated and WaitsForSecond."""
    refused = why_not_separated(session, standing(session, slug))
    if refused is not None:
        raise NotToBeSeparated(refused)
    return _hand_in(session, "source", slug, "separate", {}, 0, reason, by, at)


def propose_alias(
    session: Session, slug: str, name: str, *, noun: str = "source", reason: str, by: Person, at: datetime
) -> Proposal:
    """Hand in another name of a source, or of a place. Raises NotFound, BadName and WaitsForSecond."""
    if noun == "place":
        content = {"name": place_names.check_alias(session, slug, name)}
        content["called"] = places.standing(session, slug).name
    else:
        content = {"name": check_alias(session, slug, name)}
    return _hand_in(session, noun, slug, "alias", content, 0, reason, by, at)


def _hand_in(  # noqa: PLR0913, PLR0917 - a row of the table, each of its cells
    session: Session,
    noun: str,
    slug: str,
    act: str,
    content: dict[str, Any],
    shown: int,
    reason: str,
    by: Person,
    at: datetime,
) -> Proposal:
    if not reason.strip():
        raise NeedsWords(_("Write why; the reason is public."))
    proposal = Proposal(
        noun=noun,
        slug=slug,
        act=act,
        content=content,
        shown=shown,
        reason=reason.strip(),
        recorded_by=by.id,
        recorded_at=at,
    )
    try:
        with session.begin_nested():
            session.add(proposal)
            session.flush()  # whether something waits already, the database knows
    except IntegrityError as error:
        if broken_rule(error) != "proposals_one_open":
            raise
        told = {
            "act": act,
            "content": content,
            "shown": shown,
            "reason": reason.strip(),
            "recorded_by": by.id,
        }
        waiting = session.scalar(
            select(Proposal).where(Proposal.noun == noun, Proposal.slug == slug, Proposal.verdict.is_(None))
        )
        if waiting is not None and all(getattr(waiting, name) == said for name, said in told.items()):
            return waiting  # a double click, whose first has handed it in
        raise WaitsForSecond(
            _("Another change to it waits for a second person, and has to be decided on first.")
        ) from error
    record_act(
        session,
        "submit",
        by=by,
        at=at,
        origin="desk",
        moves_version=False,
        subject=slug,
        reason=reason.strip(),
        details={"what": noun, "proposal": proposal.id, "act": act},
    )
    return proposal


def decide_proposal(
    session: Session,
    proposal_id: int,
    verdict: str,
    *,
    by: Person,
    at: datetime,
    reason: str | None = None,
    four_eyes: bool = True,
) -> Act:
    """Give the verdict on a proposal: approved, rejected or withdrawn; once, on a locked row.

    Approving makes the change as `describe`, `merge` and `separate` do, and raises what they raise. Raises
    NotFound, AlreadyDecided, NotYours and NeedsWords; then nothing is stored.
    """
    proposal = session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if proposal is None:
        raise NotFound(_("There is no such proposal."))
    if proposal.verdict is not None:
        raise AlreadyDecided(_("This was decided on already."))
    own = proposal.recorded_by == by.id
    if verdict not in verdicts_open_to(by, proposal.recorded_by, four_eyes=four_eyes):
        raise NotYours(
            _("Somebody else decides on what you handed in; you can withdraw it.")
            if own
            else _("This takes a reviewer.")
        )
    words = (reason or "").strip() or None
    if verdict == "rejected" and words is None:
        raise NeedsWords(_("Write why it is rejected."))
    act = _approve(session, proposal, by, at, alone=own) if verdict == "approved" else None
    proposal.verdict = verdict
    proposal.decided_by = by.id
    proposal.decided_at = at
    proposal.decision_reason = words
    proposal.approved_alone = own and verdict == "approved"
    proposal.version = act.version if act is not None else None
    session.flush()  # the rules of the database are asked here
    return act or record_act(
        session,
        {"rejected": "reject", "withdrawn": "withdraw"}[verdict],
        by=by,
        at=at,
        origin="desk",
        moves_version=False,
        subject=proposal.slug,
        reason=words,
        details={"what": proposal.noun, "proposal": proposal.id},
    )


def _approve(session: Session, proposal: Proposal, by: Person, at: datetime, *, alone: bool) -> Act:
    author = session.get_one(Person, proposal.recorded_by)
    signed = Signed(author, proposal.recorded_at, by, at, alone)
    merging, separating = (places.merge, places.separate) if proposal.noun == "place" else (merge, separate)
    match proposal.act:
        case "merge":
            return merging(
                session, proposal.slug, proposal.content["into"], reason=proposal.reason, signed=signed
            )
        case "alias":
            adding = place_names.add_alias if proposal.noun == "place" else add_alias
            name = proposal.content["name"]
            return adding(session, proposal.slug, name, reason=proposal.reason, by=by, at=at)
        case "separate":
            return separating(session, proposal.slug, reason=proposal.reason, signed=signed)
    return describe(
        session,
        NOUNS[proposal.noun],
        proposal.slug,
        proposal.content["cells"],
        shown=proposal.shown,
        reason=proposal.reason,
        signed=signed,
    )


def verdicts_open_to(person: Person, author: int, *, four_eyes: bool) -> list[str]:
    """The verdicts that somebody may give on what the person `author` handed in."""
    if author == person.id:
        return ["approved", "withdrawn"] if not four_eyes and person.may(Role.REVIEWER) else ["withdrawn"]
    return ["approved", "rejected"] if person.may(Role.REVIEWER) else []


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with the people behind it, as the desk shows it."""

    proposal: Proposal
    author: str
    decided_by: str | None


def proposals(
    session: Session, *, noun: str | None = None, slug: str | None = None, limit: int = 100
) -> list[Proposed]:
    """What waits for a second person, the longest waiting first. One SELECT."""
    query = _proposed().where(Proposal.verdict.is_(None))
    if noun is not None:
        query = query.where(Proposal.noun == noun)
    if slug is not None:
        query = query.where(Proposal.slug == slug)
    found = session.execute(query.order_by(Proposal.recorded_at, Proposal.id).limit(limit))
    return [Proposed(*row) for row in found]


def decided_proposals(session: Session, *, limit: int = 40) -> list[Proposed]:
    """What was decided on, the last decided first. One SELECT."""
    query = _proposed().where(Proposal.verdict.is_not(None))
    found = session.execute(query.order_by(Proposal.decided_at.desc(), Proposal.id.desc()).limit(limit))
    return [Proposed(*row) for row in found]


def number_waiting(session: Session) -> int:
    """How many proposals wait for a second person. One SELECT."""
    return session.scalar(select(func.count()).where(Proposal.verdict.is_(None))) or 0


def waiting_slugs(session: Session, noun: Noun, slugs: Sequence[str]) -> set[str]:
    """Those of these things to which a change waits. One SELECT."""
    waits = Proposal.verdict.is_(None), Proposal.noun == noun.name, Proposal.slug.in_(slugs)
    return set(session.scalars(select(Proposal.slug).where(*waits)))


def _proposed() -> Select[*tuple[Any, ...]]:
    """The columns of Proposed, of all proposals."""
    author, reviewer = aliased(Person), aliased(Person)
    return (
        select(Proposal, author.display_name, reviewer.display_name)
        .join(author, author.id == Proposal.recorded_by)
        .outerjoin(reviewer, reviewer.id == Proposal.decided_by)
    )


def called(session: Session, proposed: Iterable[Proposed]) -> dict[tuple[str, str], str]:
    """What the things that proposals are about are called today, by noun and slug. A SELECT for each noun.

    Proposals about places say themselves what those were called.
    """
    wanted: dict[str, set[str]] = {}
    for one in proposed:
        if one.proposal.noun in NOUNS:
            slugs = wanted.setdefault(one.proposal.noun, set())
            slugs |= {one.proposal.slug, one.proposal.content.get("into", one.proposal.slug)}
    return {
        (noun, one.slug): one.name
        for noun, slugs in wanted.items()
        for one in all_described(session, NOUNS[noun], slugs)
    }


def proposal_of(session: Session, proposal_id: int) -> Proposed:
    """One proposal. Raises NotFound."""
    row = session.execute(_proposed().where(Proposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such proposal."))
    return Proposed(*row)
