"""The names in a table that the ledger does not know: what each may mean is shown, and somebody says it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.answers.queries import measure_texts
from app.clock import Now
from app.database import DbSession
from app.errors import Refusal
from app.form_pages import form_page
from app.forms import Posted, Problem, Values
from app.languages.spoken import N_, _, known
from app.pages import see_other
from app.sheets.mapping import NAMED, ColumnsMeant
from app.sheets.models import Spreadsheet
from app.sheets.names import LABELS
from app.sheets.staging import find, forget_checks, remember, remembered
from app.sheets.unknown import (
    Unknown,
    examples,
    find_named,
    names_offered,
    note_alias,
    unknown_names,
)

router = APIRouter()

NEW, OTHER = "=new", "=other"
"""Answers beside the slugs of what is proposed: it is new, or something else, which is typed."""

HEADINGS: Mapping[str, str] = {
    "source": N_("Sources"), "deployment": N_("Deployments"), "measure": N_("Measures"),
    "place": N_("Places"),
}  # fmt: skip


@router.get("/{key}/names", name="sheets.names")
def ask(request: Request, session: DbSession, editor: Editor, key: str) -> Response:
    """Each name that is not known, with what it may mean, and the form in which that is said."""
    sheet = find(session, editor, key)
    if sheet.batch_id is not None or sheet.mapping is None:
        return see_other(request, "sheets.show", key=key)
    meant = ColumnsMeant.from_stored(sheet.mapping)
    before = meant if meant.said is not None else remembered(session, editor, sheet.columns)
    unknown = unknown_names(session, sheet, meant)
    return _page(request, session, editor, sheet, unknown, _said_before(unknown, before))


def _said_before(unknown: Sequence[Unknown], before: ColumnsMeant | None) -> Values:
    """The form as it was answered before; what is like nothing known is new until somebody says otherwise."""
    said = (before.said if before is not None else None) or {}
    given: list[tuple[str, str]] = []
    for place, one in enumerate(unknown):
        slug = said.get(one.noun, {}).get(one.name)
        if slug is None:
            given += [] if one.near else [(f"means-{place}", NEW)]
        elif slug and slug not in {near.slug for near in one.near}:
            given += [(f"means-{place}", OTHER), (f"other-{place}", slug)]
        else:
            given.append((f"means-{place}", slug or NEW))
    return Values(given)


@router.post("/{key}/names", name="sheets.say_names")
def say(request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, key: str) -> Response:
    """Take what was said of each name, for this table at once and for the next one like it."""
    sheet = find(session, editor, key, lock=True)
    if sheet.batch_id is not None or sheet.mapping is None:
        return see_other(request, "sheets.show", key=key)
    meant = ColumnsMeant.from_stored(sheet.mapping)
    unknown = unknown_names(session, sheet, meant)
    said: dict[str, dict[str, str]] = {
        noun: dict(names) for noun, names in (meant.said or {}).items() if noun in NAMED
    }
    errors: list[Problem] = []
    aliases: list[tuple[int, str, str]] = []  # the place on the page, the source and its other name
    for place, one in enumerate(unknown):
        slug, problem = _answer(session, one, posted, place)
        if problem is not None:
            errors.append(problem)
            continue
        said.setdefault(one.noun, {})[one.name] = slug
        if one.noun == "source" and slug and posted[f"alias-{place}"]:
            aliases.append((place, slug, one.name))
    if not errors:
        errors = _note(session, aliases, editor, now)
    if errors:
        return _page(request, session, editor, sheet, unknown, posted, errors)
    forget_checks(session, sheet)
    settled = replace(meant, said=said)
    sheet.mapping = settled.stored()
    sheet.touched_at = max(now, sheet.begun_at)
    remember(session, editor, sheet.columns, settled, now)
    return see_other(request, "sheets.preview", key=key)


def _answer(session: Session, one: Unknown, posted: Values, place: int) -> tuple[str, Problem | None]:
    """What somebody said that a name means: a slug, or "" where it is new; or what is wrong with it."""
    answer = posted[f"means-{place}"]
    if answer == NEW:
        return "", None
    if answer == OTHER:
        typed = posted[f"other-{place}"].strip()
        slug = find_named(session, one.noun, typed) if typed else None
        if slug is None:
            nothing = _("The ledger has nothing called “%(name)s”.", name=typed[:80])
            wrong = nothing if typed else _("Write which.")
            return "", Problem(f"other-{place}", wrong, one.name)
        return slug, None
    if answer not in {near.slug for near in one.near}:
        return "", Problem(f"means-{place}", _("Say what it means."), one.name)
    return answer, None


def _note(session: Session, aliases: Sequence[tuple[int, str, str]], by: Person, at: Now) -> list[Problem]:
    """Note or propose other names of sources, all of them or none; what is wrong is told beside each."""
    errors: list[Problem] = []
    with session.begin_nested() as savepoint:
        for place, slug, name in aliases:
            try:
                note_alias(session, slug, name, reason="So called in a spreadsheet.", by=by, at=at)
            except Refusal as refusal:
                more = _("Take the mark away to go on without noting it.")
                errors.append(Problem(f"alias-{place}", f"{refusal.sentence} {more}", name))
        if errors:
            savepoint.rollback()
    return errors


def _page(
    request: Request,
    session: Session,
    person: Person,
    sheet: Spreadsheet,
    unknown: Sequence[Unknown],
    values: Values,
    errors: Sequence[Problem] = (),
) -> Response:
    near = sorted({near.slug for one in unknown if one.noun == "source" for near in one.near})
    nouns = sorted({one.noun for one in unknown}, key=NAMED.index)
    return form_page(
        request,
        "sheets/names.html",
        values=values,
        errors=errors,
        person=person,
        sheet=sheet,
        unknown=unknown,
        nouns=nouns,
        headings=HEADINGS,
        labels={noun: known(LABELS[noun]) for noun in nouns},
        offered={noun: names_offered(session, noun) for noun in nouns},
        examples=examples(session, near),
        measures=measure_texts(session),
        new=NEW,
        other=OTHER,
        is_first=not values,
    )
