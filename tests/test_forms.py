"""Any form: read in one spelling, or refused in sentences that name the fields."""

from typing import Annotated, Literal, Self

import pytest
from pydantic import Field, StringConstraints, model_validator

from app.forms import BadField, Form, Problem, Values, read_form
from app.languages.spoken import speaking


class Visit(Form):
    guest: str = Field(title="Guest", max_length=10)
    since: int | None = Field(default=None, ge=1)
    until: int | None = None
    days: list[str] = Field(min_length=1)
    secret: Annotated[str, StringConstraints(strip_whitespace=False)] = "-"
    note: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise BadField("until", "This is before the beginning.")
        return self


GOOD = [("guest", "Ann"), ("days", "Mon"), ("days", "Tue")]


def test_a_form_is_read():
    form, errors = read_form(Visit, Values([*GOOD, ("since", "3"), ("other", "passed over")]))
    assert errors == []
    assert form == Visit(guest="Ann", since=3, days=["Mon", "Tue"])


def test_a_blank_field_counts_as_not_given():
    form, _ = read_form(Visit, Values([*GOOD, ("note", " \n"), ("since", "")]))
    assert (form.note, form.since) == (None, None)
    assert read_form(Visit, Values([("guest", "  "), ("days", "Mon")])) == (
        None,
        [Problem("guest", "Please fill this in.", "Guest")],
    )


def test_letters_have_one_spelling_and_spaces_around_them_go_but_not_in_a_password():
    form, _ = read_form(Visit, Values([*GOOD[1:], ("guest", " Rene\u0301 "), ("secret", " x ")]))
    assert (form.guest, form.secret) == ("Ren\u00e9", " x ")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ([("guest", "Bartholomew")], Problem("guest", "This may have at most 10 characters.", "Guest")),
        ([("since", "soon")], Problem("since", "This is not a whole number.", "Since")),
        ([("since", "0")], Problem("since", "This has to be 1 or more.", "Since")),
        ([("since", "3"), ("until", "2")], Problem("until", "This is before the beginning.", "Until")),
        ([("note", "a\x00b")], Problem("note", "This holds characters that are no text.", "Note")),
        ([("note", "a\ud800b")], Problem("note", "This holds characters that are no text.", "Note")),
    ],
)
def test_what_cannot_be_read_is_said_of_its_field(given, problem):
    assert read_form(Visit, Values([*GOOD, *given])) == (None, [problem])


class Reply(Form):
    answer: Literal["yes", "no"] = Field(title="Role")
    guests: int = Field(title="Name", le=9)


def test_what_cannot_be_read_is_said_in_the_language_of_the_page():
    with speaking("it"):
        _form, errors = read_form(Reply, Values([("answer", "maybe"), ("guests", "12")]))
    assert [(one.label, one.message) for one in errors] == [
        ("Ruolo", "Non è tra le scelte possibili: «sì» o «no»."),
        ("Nome", "Deve essere al massimo 9."),
    ]


def test_problems_come_in_the_order_of_the_fields():
    form, errors = read_form(Visit, Values([("until", "x"), ("since", "y")]))
    assert form is None
    assert [problem.field for problem in errors] == ["guest", "since", "until", "days"]
    assert errors[-1].message == "Please choose at least one."


def test_values_give_back_what_was_typed():
    values = Values([*GOOD, ("note", "")])
    assert (values["guest"], values["days"], values["note"], values["nothing"]) == ("Ann", "Tue", "", "")
    assert values.every("days") == ["Mon", "Tue"]
    assert values.pairs() == [*GOOD, ("note", "")]
    assert Values([("note", "a\x00b")])["note"] == "a\ufffdb"
    assert ("note" in values, "nothing" in values, len(values)) == (True, False, 3)
