"""What a reader puts side by side, as it stands in an address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from app.answers.parameters import (
    BadParameter,
    BadParameters,
    given_too_often,
    none_of,
    read_choices,
    write_choices,
)
from app.claims.summaries import Subject
from app.languages.spoken import _
from app.pages import with_query
from app.readings.choices import Choices

AT_MOST = 8
"""Series on one chart: as many as there are colours and shapes that can be told apart."""


class By(StrEnum):
    """What runs from left to right."""

    DATE = "date"
    DAYS = "days"  # since each deployment's own start


class Counted(StrEnum):
    """What goes up."""

    ABSOLUTE = "absolute"
    PER_SENT = "per_sent"  # per 1,000 that the same deployment had sent by the same day


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison: up to AT_MOST series, without repetition, in the order in which they were asked for."""

    subjects: tuple[Subject, ...]
    by: By
    counted: Counted
    choices: Choices

    @property
    def address(self) -> str:
        """The address that stands for it; defaults are left out."""
        return with_query("/compare", self._written())

    def file(self, ending: str) -> str:
        """The same as a file (app.downloads)."""
        return with_query(f"/compare.{ending}", self._written())

    def _written(self) -> list[tuple[str, str]]:
        written = [("series", f"{deployment}/{measure}") for deployment, measure in self.subjects]
        written += [("by", self.by.value)] if self.by is not By.DATE else []
        written += [("scale", self.counted.value)] if self.counted is not Counted.ABSOLUTE else []
        return [*written, *write_choices(self.choices)]

    def without(self, subject: Subject) -> str:
        """The address of the same comparison with one series less."""
        return replace(self, subjects=tuple(one for one in self.subjects if one != subject)).address


def read_asked(asked: Iterable[tuple[str, str]]) -> Asked:
    """The comparison that an address asks for; empty values count as not given.

    Parameters of other pages are passed over. Raises BadParameters, which names every bad value.
    """
    given = [(name, value.strip()) for name, value in asked if value.strip()]
    errors: list[BadParameter] = []
    try:
        choices = read_choices(given)
    except BadParameters as bad:
        choices = Choices()
        errors += bad.errors
    series = list(dict.fromkeys(value for name, value in given if name == "series"))
    errors += [
        BadParameter(
            "series",
            _(
                "“%(written)s” is no series: write the slugs of a deployment and a measure as one/other",
                written=one,
            ),
        )
        for one in series
        if not _is_subject(one)
    ]
    if len(series) > AT_MOST:
        words = _("is given %(times)s times; %(most)s fit on one chart", times=len(series), most=AT_MOST)
        errors.append(BadParameter("series", words))
    by = _one_of(By, "by", given, errors)
    counted = _one_of(Counted, "scale", given, errors)
    if errors:
        raise BadParameters(errors)
    subjects = tuple((first, second) for first, _slash, second in (one.partition("/") for one in series))
    return Asked(subjects, By(by or By.DATE), Counted(counted or Counted.ABSOLUTE), choices)


def _is_subject(written: str) -> bool:
    deployment, _slash, measure = written.partition("/")
    return bool(deployment and measure) and "/" not in measure and written.isprintable()


def _one_of(
    words: type[StrEnum], name: str, given: Iterable[tuple[str, str]], errors: list[BadParameter]
) -> str | None:
    """The one value of a parameter; None where it is not given, or refused."""
    values = [value for other, value in given if other == name]
    if len(values) > 1:
        errors.append(given_too_often(name, len(values)))
    elif values and values[0] not in set(words):
        errors.append(none_of(name, values[0], words))
    elif values:
        return values[0]
    return None
