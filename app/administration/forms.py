"""What may be typed where deployments, measures and sources are looked after, besides their columns."""

import hashlib
import json
from typing import Literal

from pydantic import Field

from app.administration.nouns import Cells, Noun
from app.claims.forms import Problem as CellProblem
from app.forms import Form, Problem, Values
from app.languages.spoken import N_, _, known


class MergeForm(Form):
    """Into which source, and why."""

    into: str = Field(title=N_("Into"))
    reason: str = Field(title=N_("Reason"))
    seen: str = Field("", title="")


class ReasonForm(Form):
    """Why."""

    reason: str = Field(title=N_("Reason"))
    seen: str = Field("", title="")


class AliasForm(Form):
    """Another name."""

    name: str = Field(title=N_("Other name"))
    reason: str | None = Field(None, title=N_("Reason"))


class VerdictForm(Form):
    """What becomes of a proposal."""

    verdict: Literal["approved", "rejected", "withdrawn"] = Field(title=N_("Verdict"))
    reason: str | None = Field(None, title=N_("Comment"))


def said_by_column(noun: Noun, problems: list[CellProblem]) -> list[Problem]:
    """What is wrong with cells, as a form says it: beside its field, in a sentence."""
    labels = {column.name: known(column.label) for column in noun.columns} | {"reason": _("Reason")}
    return [Problem(one.column, _sentence(one), labels.get(one.column, one.column)) for one in problems]


def _sentence(problem: CellProblem) -> str:
    if problem.value:
        return _("“%(name)s” %(reason)s.", name=problem.value, reason=problem.reason)
    return f"{problem.reason[0].upper()}{problem.reason[1:]}."


def digest(*shown: object) -> str:
    """What a form carries of what its page showed, so that nothing is saved whose consequences were not."""
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, default=str).encode()).hexdigest()[:24]


def values_of(cells: Cells, **more: str) -> Values:
    """What stands in the form."""
    return Values([*cells.items(), *more.items()])
