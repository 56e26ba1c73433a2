"""A table from the desk to the queue: brought, mapped, previewed, handed in. Each step is a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.acts.brought import pasted_name
from app.acts.models import Ledger
from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import measure_texts
from app.claims.differences import Names
from app.claims.words import Nature, Qualifier
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import Refusal
from app.forms import Posted, Problem, Values
from app.languages.spoken import _, known
from app.pages import page, see_other, with_query
from app.review.asked import read_page
from app.sheets import name_views
from app.sheets.examining import ROWS_AT_ONCE, compare, read_on, rows_read
from app.sheets.forms import COLUMN, CONSTANT, NEEDED, read_mapping, values_of
from app.sheets.handing_in import CameBetween, hand_in
from app.sheets.mapping import ColumnsMeant
from app.sheets.models import KINDS, LIKE_KNOWN, Spreadsheet
from app.sheets.names import GROUPS, LABELS, RARELY, TARGETS
from app.sheets.previewing import (
    ROWS,
    counts,
    page_of_rows,
    refused_csv,
    said_before,
    unsettled_names,
)
from app.sheets.proposal import propose
from app.sheets.reading import ENCODINGS, LARGEST_FILE, MOST_ROWS, CannotRead, look_at
from app.sheets.staging import (
    KEPT_DAYS,
    bring,
    discard,
    find,
    forget_checks,
    known_names,
    read_again,
    remember,
    remembered,
    sample_of,
    tables_of,
)
from app.sheets.unknown import is_settled
from app.sheets.upload import Brought, BroughtTable

router = APIRouter(prefix="/desk/sheets")
router.include_router(name_views.router)

AGAIN = "again"
"""A parameter of the preview: the ledger has changed for this table's sake, so it is compared anew."""

SHOWN_ROWS = 4
"""Rows of a table that stand beside the form in which its columns are mapped."""


@router.get("", name="sheets.start")
def start(request: Request, session: DbSession, editor: Editor) -> Response:
    """Where a table is brought, and those that somebody has under way."""
    return _start_page(request, session, editor)


@router.post("", name="sheets.bring")
def take(request: Request, session: DbSession, editor: Editor, now: Now, given: BroughtTable) -> Response:
    """Store what was brought for whoever brought it, and go on to its columns."""
    if given.problem:
        return _start_page(request, session, editor, given)
    try:
        with session.begin_nested():
            name = given.name or pasted_name(now)
            sheet = bring(session, look_at(given.file), name, by=editor, at=now)
    except Refusal as refusal:
        return _start_page(request, session, editor, replace(given, problem=refusal.sentence))
    return see_other(request, "sheets.columns", key=sheet.key)


def _start_page(request: Request, session: Session, person: Person, given: Brought | None = None) -> Response:
    label = _("A pasted table") if given and given.field == "pasted" else _("A file")
    errors = [Problem(given.field, given.problem, label)] if given and given.problem else []
    return page(
        request,
        "sheets/start.html",
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        person=person,
        errors=errors,
        pasted=given.pasted if given else "",
        under_way=tables_of(session, person),
        most_mb=LARGEST_FILE // 10**6,
        most_rows=MOST_ROWS,
        kept_days=KEPT_DAYS,
    )


@router.get("/{key}", name="sheets.show")
def show(request: Request, session: DbSession, editor: Editor, key: str) -> Response:
    """A table where it is: on to its next step, or where its batch is."""
    sheet = find(session, editor, key)
    if sheet.batch_id is None:
        return see_other(request, _next_step(sheet), key=key)
    return page(request, "sheets/handed_in.html", person=editor, sheet=sheet, counts=counts(session, sheet))


def _next_step(sheet: Spreadsheet) -> str:
    if sheet.batch_id is not None:
        return "sheets.show"
    return "sheets.columns" if sheet.mapping is None else "sheets.preview"


@router.get("/{key}/columns", name="sheets.columns")
def columns(request: Request, session: DbSession, editor: Editor, key: str) -> Response:
    """The form in which columns are mapped, filled in with what they most likely mean."""
    sheet = find(session, editor, key)
    if sheet.batch_id is not None:
        return see_other(request, "sheets.show", key=key)
    before = remembered(session, editor, sheet.columns)
    if sheet.mapping is not None:
        meant = ColumnsMeant.from_stored(sheet.mapping)
    else:
        sample = [cells for _line, cells in sample_of(session, sheet)]
        meant = propose(sheet.columns, sample, known_names(session), before)
    is_remembered = before is not None and sheet.mapping is None
    return _columns_page(request, session, editor, sheet, values_of(meant), is_remembered=is_remembered)


@router.post("/{key}/table", name="sheets.read_again")
def choose_table(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, key: str
) -> Response:
    """Read the same file otherwise: another worksheet, encoding or header."""
    sheet = find(session, editor, key, lock=True)
    if sheet.batch_id is not None:
        return see_other(request, "sheets.show", key=key)
    try:
        read_again(
            session,
            sheet,
            worksheet=posted["worksheet"] or sheet.worksheet,
            encoding=posted["encoding"] or sheet.encoding,
            header_line=_header_line(posted),
        )
    except CannotRead as refusal:
        errors = [Problem("header_line", refusal.sentence, _("How it is read"))]
        return _columns_page(request, session, editor, sheet, posted, errors=errors)
    sheet.touched_at = max(now, sheet.begun_at)
    return see_other(request, "sheets.columns", key=key)


def _header_line(posted: Values) -> int | None:
    """The line that names the columns; 0: none does; None: it is looked for. Raises CannotRead."""
    written = posted["header_line"].strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 7):  # noqa: PLR2004 - beyond any table
        raise CannotRead(_("The line of the header is a whole number, 0 where no line names the columns."))
    return int(written)


@router.post("/{key}/columns", name="sheets.map")
def map_columns(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, key: str
) -> Response:
    """Keep what the columns mean, for this table and the next one like it, and go on to the preview."""
    sheet = find(session, editor, key, lock=True)
    if sheet.batch_id is not None:
        return see_other(request, "sheets.show", key=key)
    meant, problems = read_mapping(posted, sheet.columns)
    if problems:
        return _columns_page(request, session, editor, sheet, posted, errors=problems)
    forget_checks(session, sheet)
    before = remembered(session, editor, sheet.columns)
    sheet.mapping = meant.stored()
    sheet.touched_at = max(now, sheet.begun_at)
    said = before.said if before is not None else None
    remember(session, editor, sheet.columns, replace(meant, said=said), now)
    return see_other(request, "sheets.preview", key=key)


def _columns_page(
    request: Request,
    session: Session,
    person: Person,
    sheet: Spreadsheet,
    values: Values,
    *,
    errors: Sequence[Problem] = (),
    is_remembered: bool = False,
) -> Response:
    rows = sample_of(session, sheet, SHOWN_ROWS)
    measures = measure_texts(session)
    return page(
        request,
        "sheets/columns.html",
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        person=person,
        sheet=sheet,
        values=values,
        errors=errors,
        is_remembered=is_remembered,
        groups=GROUPS,
        labels=LABELS,
        needed=NEEDED,
        rarely=RARELY,
        is_used_rarely=_is_used_rarely(values, errors),
        sample=[
            ShownColumn(
                name,
                [known(LABELS[one]) for one in TARGETS if values[f"{COLUMN}{one}"] == str(place)],
                [(line, cells[place] if place < len(cells) else "") for line, cells in rows],
            )
            for place, name in enumerate(sheet.columns)
        ],
        encodings=ENCODINGS,
        choices={
            "deployment": {one.slug: one.name for one in deployment_texts(session)},
            "measure": {slug: known(one.label) for slug, one in measures.items()},
            "nature": {one.value: one.value for one in Nature},
            "qualifier": {one.value: one.value.replace("_", " ") for one in Qualifier},
        },
    )


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of a table beside the form: its name, what it means so far, and its first cells by line."""

    name: str
    means: list[str]
    cells: list[tuple[int, str]]


def _is_used_rarely(values: Values, errors: Sequence[Problem]) -> bool:
    """Whether something stands in the fields that are folded away."""
    names = {f"{part}{target}" for target in GROUPS[RARELY] for part in (COLUMN, CONSTANT)}
    return any(values[name] for name in names) or any(one.field in names for one in errors)


@router.get("/{key}/preview", name="sheets.preview")
def preview(request: Request, session: DbSession, editor: Editor, now: Now, key: str) -> Response:
    """What the rows are to the ledger. Of a large table each answer takes a step, and asks for the next."""
    sheet = find(session, editor, key)
    if sheet.batch_id is not None or sheet.mapping is None:
        return see_other(request, _next_step(sheet), key=key)
    if AGAIN in request.query_params:  # who comes back from describing something wants to see what it changed
        sheet.checked_version = None
        return see_other(request, "sheets.preview", key=key)
    if not is_settled(session, sheet, remembered(session, editor, sheet.columns)):
        return see_other(request, "sheets.names", key=key)
    if sheet.checked_version is None and not _go_on(session, sheet, now):
        return _progress_page(request, session, editor, sheet)
    return _preview_page(request, session, editor, sheet)


def _go_on(session: Session, sheet: Spreadsheet, now: datetime) -> bool:
    """Take the next step of checking a table, unless another window just does; whether it was the last."""
    mine = select(Spreadsheet.id).where(Spreadsheet.id == sheet.id).with_for_update(skip_locked=True)
    if session.scalar(mine) is None:
        return False
    session.refresh(sheet)
    if sheet.checked_version is not None:
        return True
    if rows_read(session, sheet) < sheet.rows:
        read_on(session, sheet, now.astimezone(UTC).date())
        # Of a large table the page says first that the comparison comes next: it takes the longest.
        if sheet.rows > ROWS_AT_ONCE:
            return False
    compare(session, sheet)
    return True


def _progress_page(request: Request, session: Session, person: Person, sheet: Spreadsheet) -> Response:
    answer = page(request, "sheets/progress.html", person=person, sheet=sheet, read=rows_read(session, sheet))
    answer.headers["Refresh"] = "1"  # it goes on without a script
    return answer


def _preview_page(
    request: Request,
    session: Session,
    person: Person,
    sheet: Spreadsheet,
    *,
    refused: str | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    kind, number = _asked(request)
    measures = measure_texts(session)
    deployments = {one.slug: one.name for one in deployment_texts(session)}
    found = counts(session, sheet)
    names = Names(
        deployments,
        {slug: known(one.label) for slug, one in measures.items()},
        {slug: one.unit for slug, one in measures.items()},
    )
    rows = page_of_rows(session, sheet, names, kind=kind, number=number)
    total = found[kind] if kind else sum(found.values())
    before = said_before(session, sheet)
    handed_in = found["new"] + found["changed"] + found["appearance"]
    if sheet.like_known == "leave_out":
        handed_in -= before
    return page(
        request,
        "sheets/preview.html",
        status_code=status,
        person=person,
        sheet=sheet,
        counts=found,
        kinds=KINDS,
        kind=kind,
        rows=rows,
        number=number,
        pages=max(1, -(-total // ROWS)),
        address=lambda kind, number=1: _address(request, sheet, kind, number),
        names=names,
        measures=measures,
        handed_in=handed_in,
        said_before=before,
        like_known=LIKE_KNOWN,
        brings=sheet.brings or {"sources": [], "places": []},
        is_older=session.scalar(select(Ledger.version)) != sheet.checked_version,
        refused=refused,
        unsettled=unsettled_names(session, sheet) if found["refused"] else [],
        labels=LABELS,
    )


def _address(request: Request, sheet: Spreadsheet, kind: str | None, number: int) -> str:
    """A page of the preview, narrowed to a kind."""
    asked = [*([("kind", kind)] if kind else []), *([("page", str(number))] if number > 1 else [])]
    return with_query(request.app.url_path_for("sheets.preview", key=sheet.key), asked)


def _asked(request: Request) -> tuple[str | None, int]:
    errors: list[BadParameter] = []
    number = 1
    try:
        number = read_page(request.query_params.get("page") or "1")
    except ValueError as error:
        errors.append(BadParameter("page", str(error)))
    kind = request.query_params.get("kind") or None
    if kind is not None and kind not in KINDS:
        errors.append(
            BadParameter("kind", _("“%(kind)s” is none of %(kinds)s", kind=kind, kinds=", ".join(KINDS)))
        )
    if errors:
        raise BadParameters(errors)
    return kind, number


@router.post("/{key}/preview", name="sheets.compare")
def compare_again(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, key: str
) -> Response:
    """Compare with the ledger as it is now; rows that say what it has become what was chosen."""
    sheet = find(session, editor, key, lock=True)
    if sheet.batch_id is None and sheet.mapping is not None:
        if posted["like_known"] in LIKE_KNOWN:
            sheet.like_known = posted["like_known"]
        sheet.checked_version = None
        sheet.touched_at = max(now, sheet.begun_at)
    return see_other(request, "sheets.preview", key=key)


@router.get("/{key}/refused.csv", name="sheets.refused")
def refused_rows(session: DbSession, editor: Editor, key: str) -> Response:
    """The refused rows with their reasons, to be mended and brought again."""
    sheet = find(session, editor, key)
    headers = {"Content-Disposition": 'attachment; filename="refused.csv"', "Cache-Control": "no-store"}
    return Response(refused_csv(session, sheet), headers=headers, media_type="text/csv; charset=utf-8")


@router.post("/{key}/hand-in", name="sheets.hand_in")
def hand_in_table(request: Request, session: DbSession, editor: Editor, now: Now, key: str) -> Response:
    """Hand the rows in as one batch; where the ledger has changed in between, they are shown anew."""
    sheet = find(session, editor, key)
    if sheet.batch_id is None and sheet.checked_version is None:
        return see_other(request, _next_step(sheet), key=key)
    try:
        sheet, report = hand_in(session, key, by=editor, at=now)
    except Refusal as refusal:
        return _preview_page(request, session, editor, sheet, refused=refusal.sentence, status=refusal.status)
    if isinstance(report, CameBetween):
        told = _("The ledger has changed since this was shown, and with it what some rows are. Look again.")
        return _preview_page(request, session, editor, sheet, refused=told, status=HTTPStatus.CONFLICT)
    return RedirectResponse(request.app.url_path_for("sheets.show", key=key), HTTPStatus.SEE_OTHER)


@router.post("/{key}/discard", name="sheets.discard")
def throw_away(request: Request, session: DbSession, editor: Editor, key: str) -> Response:
    """Throw a table away; that it is gone already is no mistake."""
    discard(session, editor, key)
    return see_other(request, "sheets.start")
