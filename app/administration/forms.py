"""What may be typed where deployments, measures and sources are looked after, besides their columns."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from app.administration.nouns import Cells, Noun, has_hidden
from app.claims.forms import LONGEST_NAME
from app.claims.forms import Problem as CellProblem
from app.forms import Form, Problem, Values, readable
from app.languages.spoken import N_, _, known

LONGEST_REASON = 2_000
"""Characters of why something is done."""

LONGEST_SHOWN = 80
"""Characters of what was typed, of those that a sentence repeats."""


def _plain(name: str) -> str:
    if has_hidden(name):
        raise ValueError(_("This holds a line break or a character that cannot be seen."))
    return name


Title = Annotated[str, StringConstraints(max_length=LONGEST_NAME), AfterValidator(_plain)]
"""What something is called: one line that can be read."""

Reason = Annotated[str, StringConstraints(max_length=LONGEST_REASON)]


class MergeForm(Form):
    """Into which source, and why."""

    into: str = Field(title=N_("Into"))
    reason: Reason = Field(title=N_("Why"))
    seen: str = Field("", title="")


class ReasonForm(Form):
    """Why."""

    reason: Reason = Field(title=N_("Why"))
    seen: str = Field("", title="")


class AliasForm(Form):
    """Another name."""

    name: Title = Field(title=N_("Other name"))
    reason: Reason | None = Field(None, title=N_("Why"))


class VerdictForm(Form):
    """What becomes of a proposal."""

    verdict: Literal["approved", "rejected", "withdrawn"] = Field(title=N_("Verdict"))
    reason: Reason | None = Field(None, title=N_("Comment"))


def said_by_column(noun: Noun, problems: list[CellProblem]) -> list[Problem]:
    """What is wrong with cells, as a form says it: beside its field, in a sentence."""
    labels = {column.name: known(column.label) for column in noun.columns} | {"reason": _("Why")}
    return [Problem(one.column, _sentence(one), labels.get(one.column, one.column)) for one in problems]


def _sentence(problem: CellProblem) -> str:
    if problem.value:
        return _("“%(name)s” %(reason)s.", name=_shortened(problem.value), reason=problem.reason)
    return f"{problem.reason[0].upper()}{problem.reason[1:]}."


def _shortened(value: str) -> str:
    value = readable(value)
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN].rstrip()}…"


class ReasonOnly(Form):
    """Why a description is made or changed; whether it is needed depends on what is changed, and by whom."""

    reason: Reason | None = Field(None, title=N_("Why"))


def as_typed(posted: Values) -> Mapping[str, str]:
    """The fields as they came, with whatever characters: what reads them says which are no text."""
    return {name: posted.every(name)[-1] for name in posted}


def digest(*shown: object) -> str:
    """What a form carries of what its page showed, so that nothing is saved whose consequences were not."""
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, default=str).encode()).hexdigest()[:24]


def values_of(cells: Cells, **more: str) -> Values:
    """What stands in the form."""
    return Values([*cells.items(), *more.items()])
