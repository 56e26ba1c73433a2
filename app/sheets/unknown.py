"""Names in a table that the ledger does not know: what each may mean, and what somebody said it does."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person, Role
from app.administration.actions import name_leads_to
from app.administration.aliases import add_alias
from app.administration.proposals import propose_alias
from app.answers.queries import measure_texts
from app.claims.approved import ApprovedClaim
from app.claims.models import Claim, Revision
from app.claims.queries import approved_claims
from app.deployments.queries import deployment_texts
from app.languages.spoken import known as known_text
from app.places.models import Place, PlaceAlias, PlaceDescription
from app.places.queries import other_names as place_names
from app.places.queries import place_tree
from app.sheets.mapping import NAMED, ColumnsMeant
from app.sheets.models import Spreadsheet, SpreadsheetRow
from app.sheets.names import plain
from app.sheets.nearest import Near, Spelt, nearest
from app.slugs import slug_of
from app.sources.models import Source, SourceAlias, SourceDescription
from app.sources.queries import source_texts

MOST_NAMES = 100
"""Names of one kind that a page asks about, those of the most rows; the others are taken as new."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that the ledger does not know, and what it may mean."""

    noun: str  # one of NAMED
    name: str
    rows: int
    line: int  # the first row that has it
    near: list[Near]  # the most alike first; empty: nothing is like it


def unknown_names(session: Session, sheet: Spreadsheet, meant: ColumnsMeant) -> list[Unknown]:
    """The names of a table that nothing in the ledger has, those that may be something known first."""
    found: list[Unknown] = []
    for noun in NAMED:
        written = _written(session, sheet, meant, noun)
        if not written:
            continue
        known = _known(session, noun)
        leads = {plain(one.name) for _called, names in known.values() for one in names}
        exact = _exact(session, noun)
        for name, (rows, line) in written.items():
            if _is_known(noun, name, exact, leads):
                continue
            found.append(Unknown(noun, name, rows, line, nearest(name, known)))
    return sorted(found, key=lambda one: (not one.near, NAMED.index(one.noun), -one.rows, one.name))


def _is_known(noun: str, name: str, exact: frozenset[str], leads: set[str]) -> bool:
    if noun in {"deployment", "measure"}:
        return plain(name) in leads
    return name in exact or (noun == "place" and slug_of(name) in exact)


def _written(
    session: Session, sheet: Spreadsheet, meant: ColumnsMeant, noun: str
) -> dict[str, tuple[int, int]]:
    """The names of one kind in a table: in how many rows, and in which first."""
    constant = meant.constants.get(noun, "").strip()
    if constant:
        return {constant: (sheet.rows, sheet.header_line + 1)}
    place = meant.columns.get(noun)
    if place is None:
        return {}
    cell = func.trim(SpreadsheetRow.cells[place + 1])
    rows = session.execute(
        select(cell.label("name"), func.count(), func.min(SpreadsheetRow.line))
        .where(SpreadsheetRow.spreadsheet_id == sheet.id, cell != "")
        .group_by(cell)
        .order_by(func.count().desc(), cell)
        .limit(MOST_NAMES)
    )
    return {name: (number, line) for name, number, line in rows}


def _known(session: Session, noun: str) -> dict[str, tuple[str, list[Spelt]]]:
    """By slug, what each thing of a kind is called today, and by which names it is known."""
    names: dict[str, tuple[str, list[str]]] = {}
    match noun:
        case "source":
            names = {one.slug: (one.name, [one.name, one.slug]) for one in source_texts(session)}
            aliases = select(Source.slug, SourceAlias.name).join(Source, Source.id == SourceAlias.source_id)
            for slug, name in session.execute(aliases.where(SourceAlias.replaced_version.is_(None))):
                if slug in names:
                    names[slug][1].append(name)
        case "place":
            others = place_names(session)
            names = {
                one.slug: (one.name, [one.name, *others.get(one.slug, ()), one.slug])
                for _depth, one in place_tree(session).walk()
            }
        case "deployment":
            names = {one.slug: (one.name, [one.name, one.slug]) for one in deployment_texts(session)}
        case "measure":
            names = {
                slug: (known_text(one.label), [known_text(one.label), one.label, slug])
                for slug, one in measure_texts(session).items()
            }
    return {
        slug: (called, [Spelt(one) for one in dict.fromkeys(every)])
        for slug, (called, every) in names.items()
    }


def _exact(session: Session, noun: str) -> frozenset[str]:
    """The names by which an import finds sources or places; of places their slugs too."""
    queries: Sequence[Select[Any]]
    if noun == "source":
        queries = [
            select(SourceDescription.name),
            select(SourceAlias.name).where(SourceAlias.replaced_version.is_(None)),
        ]
    elif noun == "place":
        noted = PlaceAlias.replaced_version.is_(None)
        queries = [
            select(Place.name),
            select(Place.slug),
            select(PlaceDescription.name),
            select(PlaceAlias.name).where(noted),
            select(PlaceAlias.slug).where(noted, PlaceAlias.slug.is_not(None)),
        ]
    else:
        return frozenset()
    return frozenset(name for query in queries for name in session.scalars(query))


def examples(session: Session, slugs: list[str]) -> dict[str, ApprovedClaim]:
    """By source, the claim that was entered last of it: what a name that is alike stands for."""
    newest = aliased(Revision)
    last = (
        select(func.max(newest.claim_id))
        .where(
            newest.source_id == Source.id,
            newest.approved_version.is_not(None),
            newest.replaced_version.is_(None),
        )
        .correlate(Source)
        .scalar_subquery()
    )
    refs = session.execute(
        select(Source.slug, Claim.ref).join(Claim, Claim.id == last).where(Source.slug.in_(slugs))
    )
    by_ref = {row.ref: row.slug for row in refs}
    return {by_ref[claim.ref]: claim for claim in approved_claims(session, refs=sorted(by_ref))}


def called_now(session: Session, meant: ColumnsMeant) -> dict[str, Mapping[str, str]]:
    """By kind and name as written, what a row is to say instead: a slug, or a source's or place's name."""
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for noun, answers in (meant.said or {}).items():
        known = _known(session, noun)
        for name, slug in answers.items():
            if slug in known:
                said[noun][name] = slug if noun in {"deployment", "measure"} else known[slug][0]
    return dict(said)


def is_settled(session: Session, sheet: Spreadsheet, before: ColumnsMeant | None) -> bool:
    """Whether nothing about the names of a table has to be asked; what was said before is said again.

    Names that are like nothing known are not asked about: the preview says that they are new.
    """
    meant = ColumnsMeant.from_stored(sheet.mapping or {})
    if meant.said is None:
        said = (before.said if before is not None else None) or {}
        asked = [one for one in unknown_names(session, sheet, meant) if one.near]
        if any(one.name not in said.get(one.noun, {}) for one in asked):
            return False
        sheet.mapping = replace(meant, said=said).stored()
    return True


def find_named(session: Session, noun: str, written: str) -> str | None:
    """The slug of what somebody typed, by any of its names or its address; None: there is none."""
    spelt = plain(written)
    return next(
        (
            slug
            for slug, (_called, names) in _known(session, noun).items()
            if any(plain(one.name) == spelt for one in names)
        ),
        None,
    )


def names_offered(session: Session, noun: str) -> list[str]:
    """What everything of a kind is called today, for who types a name."""
    return sorted(called for called, _names in _known(session, noun).values())


def note_alias(session: Session, slug: str, name: str, *, reason: str, by: Person, at: datetime) -> str:
    """Note another name of a source the way of the administration: `noted` at once, or `proposed`.

    What leads to the source already is `known`. Raises as `add_alias` and `propose_alias` do.
    """
    if name_leads_to(session, name) == slug:
        return "known"
    if by.may(Role.REVIEWER):
        add_alias(session, slug, name, reason=reason, by=by, at=at)
        return "noted"
    propose_alias(session, slug, name, reason=reason, by=by, at=at)
    return "proposed"
