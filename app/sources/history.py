"""What changed about a source: its descriptions one after the other, its other names, its merges."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.acts.models import Act
from app.claims.differences import Difference
from app.languages.spoken import N_, _, known
from app.pages import country
from app.sources.models import Family, Source, SourceAlias, SourceDescription, SourceMerge


@dataclass(frozen=True, slots=True)
class Event:
    """One act that changed what the ledger says of a source."""

    version: int  # from which on it holds
    at: datetime
    by: str  # the public name of whoever made it, or approved it
    author: str | None  # likewise of who handed it in, where that was somebody else
    reason: str | None
    sentence: str  # in words; empty where the differences say it
    differences: tuple[Difference, ...] = ()


def source_history(session: Session, slug: str) -> list[Event]:
    """What changed about a source since it came into the ledger, the last first. Three SELECTs."""
    found = [*_described(session, slug), *_named(session, slug), *_merged(session, slug)]
    return sorted(found, key=lambda event: event.version, reverse=True)


Author, Approver = aliased(Person), aliased(Person)
_PEOPLE = (
    Act.at,
    Approver.id.label("approver"),
    Approver.display_name,
    Approver.pseudonym,
    Approver.named_in_public,
)
_AUTHOR = (
    Author.id.label("author"),
    Author.display_name.label("author_display_name"),
    Author.pseudonym.label("author_pseudonym"),
    Author.named_in_public.label("author_named"),
)


def _described(session: Session, slug: str) -> list[Event]:
    rows = session.execute(
        select(SourceDescription, Family.name.label("family"), *_PEOPLE, *_AUTHOR)
        .join(Source, Source.id == SourceDescription.source_id)
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .join(Act, Act.version == SourceDescription.version)
        .join(Approver, Approver.id == Act.by_id)
        .join(Author, Author.id == SourceDescription.recorded_by)
        .where(Source.slug == slug)
        .order_by(SourceDescription.number)
    ).all()
    return [
        _event(
            after,
            after[0].version,
            after[0].reason,
            "",
            differences=_differences(_cells(before), _cells(after)),
        )
        for before, after in pairwise(cast("list[Row[Any]]", rows))
    ]


def _named(session: Session, slug: str) -> list[Event]:
    began, ended = aliased(Act), aliased(Act)
    by, ended_by = aliased(Person), aliased(Person)
    rows = session.execute(
        select(SourceAlias, began, by, ended, ended_by)
        .join(Source, Source.id == SourceAlias.source_id)
        .join(began, began.version == SourceAlias.version)
        .join(by, by.id == began.by_id)
        .outerjoin(ended, ended.version == SourceAlias.replaced_version)
        .outerjoin(ended_by, ended_by.id == ended.by_id)
        .where(Source.slug == slug)
    ).all()
    noted = [
        Event(
            alias.version,
            act.at,
            person.public_name,
            None,
            act.reason,
            _("Also known as %(name)s.", name=alias.name),
        )
        for alias, act, person, _ended, _who in rows
    ]
    taken_back = [
        Event(
            act.version,
            act.at,
            person.public_name,
            None,
            act.reason,
            _("No longer known as %(name)s.", name=alias.name),
        )
        for alias, _began, _who, act, person in rows
        if act is not None and act.version is not None
    ]
    return noted + taken_back


def _merged(session: Session, slug: str) -> list[Event]:
    """What was merged into it, or taken out of it again, and what became of itself."""
    other, into = aliased(Source), aliased(Source)
    named = aliased(SourceDescription)
    rows = session.execute(
        select(
            SourceMerge,
            other.slug.label("slug"),
            named.name.label("name"),
            into.slug.label("into"),
            *_PEOPLE,
            *_AUTHOR,
        )
        .join(other, other.id == SourceMerge.source_id)
        .join(named, (named.source_id == other.id) & named.replaced_version.is_(None))
        .outerjoin(into, into.id == SourceMerge.into_id)
        .join(Act, Act.version == SourceMerge.version)
        .join(Approver, Approver.id == Act.by_id)
        .join(Author, Author.id == SourceMerge.recorded_by)
        .where(
            SourceMerge.source_id.in_(
                select(SourceMerge.source_id)
                .join(Source, Source.id.in_([SourceMerge.source_id, SourceMerge.into_id]))
                .where(Source.slug == slug)
            )
        )
        .order_by(SourceMerge.source_id, SourceMerge.number)
    ).all()
    every = cast("list[Row[Any]]", rows)
    found: list[Event] = []
    for before, row in zip([None, *every], every, strict=False):
        merge = row[0]
        was_into = before.into if before is not None and before[0].source_id == merge.source_id else None
        if slug not in {row.slug, row.into or was_into}:
            continue
        if row.into is None:
            sentence = _("%(name)s stands by itself again.", name=row.name)
        elif row.slug == slug:
            sentence = _("It was merged into %(into)s.", into=row.into)
        else:
            sentence = _("%(name)s was merged into it.", name=row.name)
        found.append(_event(row, merge.version, merge.reason, sentence))
    return found


def _event(
    row: Row[Any],
    version: int,
    reason: str | None,
    sentence: str,
    differences: tuple[Difference, ...] = (),
) -> Event:
    author = row.author_display_name if row.author_named else row.author_pseudonym
    return Event(
        version,
        row.at,
        row.display_name if row.named_in_public else row.pseudonym,
        None if row.author == row.approver else author,
        reason,
        sentence,
        differences,
    )


def _cells(row: Row[Any]) -> dict[str, str | None]:
    one: SourceDescription = row[0]
    return {
        N_("Name"): one.name,
        N_("Kind"): one.kind and one.kind.replace("_", " "),
        N_("Country"): one.country and country(one.country),
        N_("Family"): row.family,
        N_("Reliability"): one.reliability,
        N_("Stance"): one.stance,
        N_("Remark"): one.note,
    }


def _differences(before: dict[str, str | None], after: dict[str, str | None]) -> tuple[Difference, ...]:
    return tuple(
        Difference(known(what), before[what], after[what]) for what in after if before[what] != after[what]
    )
