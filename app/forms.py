"""How any form is read and refused.

    @router.post("/new", name="claims.create")
    def create_claim(request: Request, session: DbSession, editor: Editor, posted: Posted) -> Response:
        form, errors = read_form(ClaimForm, posted)
        if form is None:
            return page(request, "claims/edit.html", status_code=422, values=posted, errors=errors)

A refused form comes back as the same page, with all that was typed (`values`) and what is wrong with it
(`errors`, in the order of the fields). What only the database knows is said in the same way: as a Problem.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, TypeVar, get_args, get_origin

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from app.languages.spoken import N_, _, known, pgettext

MOST_FIELDS = 1000
LONGEST_FIELD = 200_000
"""Bytes of one field; beyond it a post is nothing that was typed into a form."""

LARGEST_FORM = 2_000_000
"""Bytes of a whole form. A ledger is uploaded elsewhere."""

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in a sentence; `field` is empty where it is the form as a whole."""

    field: str
    message: str
    label: str = ""  # how the page calls the field


class Values(Mapping[str, str]):
    """What stands in a form, by field: the last value given; "" for a field that was not given.

    So read, characters that no page may hold are replaced; `every` gives them as they came.
    """

    def __init__(self, given: Iterable[tuple[str, str]] = ()) -> None:
        self._given: dict[str, list[str]] = {}
        for name, value in given:
            self._given.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return readable(self._given.get(name, [""])[-1])

    def __contains__(self, name: object) -> bool:
        return name in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def every(self, name: str) -> list[str]:
        """All values of a field that may be given several times, in their order on the page."""
        return list(self._given.get(name, ()))

    def pairs(self) -> list[tuple[str, str]]:
        """All fields with their values, one after the other."""
        return [(name, value) for name, values in self._given.items() for value in values]


class Form(BaseModel):
    """The base of every form: shapes only, it never sees the database.

    A blank field counts as not given, so that what may stay unknown is None. A validator refuses with a
    ValueError, whose text is the sentence that is shown; `BadField` names the field where it is not its own.
    """

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", frozen=True)


class BadField(ValueError):
    """A value refused by a rule about several fields; shown beside `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


F = TypeVar("F", bound=Form)


def readable(text: str) -> str:
    """The text with a question mark in a box for each character that no page may hold."""
    return _NOT_TEXT.sub("\ufffd", text)


async def read_posted(request: Request) -> Values:
    """The fields of a posted form, with one kind of line break; files are passed over."""
    if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("More was sent than a form can hold."))
    form = await request.form(max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    return Values(
        (name, value.replace("\r\n", "\n")) for name, value in form.multi_items() if isinstance(value, str)
    )


Posted = Annotated[Values, Depends(read_posted)]


def read_form(form_class: type[F], posted: Values) -> tuple[F | None, list[Problem]]:
    """The form that was posted, or None and all that is wrong with it, in the order of its fields."""
    unreadable = [
        _problem(form_class, name, _("This holds characters that are no text."))
        for name in form_class.model_fields
        if any(_NOT_TEXT.search(value) for value in posted.every(name))
    ]
    if unreadable:
        return None, unreadable
    try:
        return form_class.model_validate(_given(form_class, posted)), []
    except ValidationError as error:
        found = [_problem(form_class, *_said(details)) for details in error.errors(include_url=False)]
    order = list(form_class.model_fields)
    return None, sorted(found, key=lambda one: order.index(one.field) if one.field in order else -1)


def _given(form_class: type[Form], posted: Values) -> dict[str, Any]:
    """What pydantic is to read: blanks left out, lists where the form wants them, one spelling of letters."""
    given: dict[str, Any] = {}
    for name, field in form_class.model_fields.items():
        values = [
            unicodedata.normalize("NFC", value)
            for value in posted.every(field.alias or name)
            if value.strip()
        ]
        if _wants_many(field.annotation):
            given[field.alias or name] = values
        elif values:
            given[field.alias or name] = values[-1]
    return given


def _wants_many(annotation: Any) -> bool:
    kinds = (list, tuple, set, frozenset)
    return get_origin(annotation) in kinds or any(get_origin(one) in kinds for one in get_args(annotation))


def _problem(form_class: type[Form], name: str, sentence: str) -> Problem:
    field = form_class.model_fields.get(name)
    label = (field and field.title) or name.replace("_", " ").capitalize()
    return Problem(name, sentence, known(label))


def _said(details: ErrorDetails) -> tuple[str, str]:
    """The field, and in a sentence what is wrong with it."""
    context = details.get("ctx") or {}
    name = str(details["loc"][0]) if details["loc"] else ""
    error = context.get("error")
    if isinstance(error, BadField):
        return error.field, str(error)
    if isinstance(error, ValueError):
        return name, str(error)
    return name, sentence_of(details)


def sentence_of(details: Mapping[str, Any]) -> str:
    """What pydantic found wrong with a value, in the language that is spoken."""
    context = details.get("ctx") or {}
    sentence = _SENTENCES.get(details["type"])
    if "expected" in context:
        # The choices come in a row: 'one', 'two' or 'three'.
        between = pgettext("between two choices", "or")
        row = str(context["expected"]).replace("' or '", f"' {between} '")
        context = {**context, "expected": _QUOTED.sub(_choice, row)}
    return known(sentence) % context if sentence else f"{details['msg']}."


def _choice(code: re.Match[str]) -> str:
    """A choice as pages call it."""
    return _("“%(words)s”", words=known(code[1].replace("_", " ")))


_QUOTED = re.compile("'([^']*)'")


_SENTENCES = {
    "missing": N_("Please fill this in."),
    "too_short": N_("Please choose at least one."),
    "string_too_short": N_("This needs at least %(min_length)s characters."),
    "string_too_long": N_("This may have at most %(max_length)s characters."),
    "int_parsing": N_("This is not a whole number."),
    "int_from_float": N_("This is not a whole number."),
    "int_parsing_size": N_("This number is larger than any that can be read."),
    "greater_than_equal": N_("This has to be %(ge)s or more."),
    "less_than_equal": N_("This has to be %(le)s or less."),
    "greater_than": N_("This has to be more than %(gt)s."),
    "less_than": N_("This has to be less than %(lt)s."),
    "enum": N_("This is none of the choices: %(expected)s."),
    "literal_error": N_("This is none of the choices: %(expected)s."),
    "bool_parsing": N_("This is neither yes nor no."),
}
"""What pydantic finds, said to whoever typed it."""
