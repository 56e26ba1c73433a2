"""The selected line: a step function made of claims' own figures (method, section 6)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date

from app.claims.words import Nature
from app.readings.candidates import Candidate
from app.readings.constraints import base_day
from app.readings.results import Step


class Line:
    """Steps in day order, each at least as high as the one before it."""

    def __init__(self) -> None:
        self._days: list[date] = []
        self._steps: list[Step] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        """In day order."""
        return tuple(self._steps)

    def step_at(self, day: date) -> Step | None:
        """The step in force on a day; None before the first one."""
        index = bisect_right(self._days, day)
        return self._steps[index - 1] if index else None

    def height(self, day: date) -> int:
        """The height on a day; where the line has no value yet, it counts as 0."""
        step = self.step_at(day)
        return 0 if step is None else step.height

    def offer(self, step: Step) -> bool:
        """Take a step in, unless its day has one already or the line would fall; whether it was."""
        index = bisect_left(self._days, step.on)
        earlier, later = self._steps[:index][-1:], self._steps[index : index + 1]
        if any(other.on == step.on or other.height < step.height for other in later):
            return False
        if any(other.height > step.height for other in earlier):
            return False
        self._days.insert(index, step.on)
        self._steps.insert(index, step)
        return True


def selected_line(accepted: Sequence[Candidate]) -> Line:
    """The line through accepted claims, which are given in precedence order."""
    line = Line()
    for candidate in _totals(accepted):
        line.offer(_own_step(candidate))
    for candidate in _additions(accepted):
        line.offer(_added_step(candidate, line))
    return line


def _totals(accepted: Iterable[Candidate]) -> list[Candidate]:
    """Rule 1: totals from the start, in precedence order, those with a point before the others."""
    totals = [candidate for candidate in accepted if candidate.is_plain_total and _has_value(candidate)]
    return sorted(totals, key=lambda candidate: not candidate.has_point)


def _additions(accepted: Iterable[Candidate]) -> list[Candidate]:
    """Rule 2: increments and restarted counts, by their last day, then in precedence order."""
    additions = [
        candidate
        for candidate in accepted
        if candidate.nature in {Nature.TOTAL, Nature.INCREMENT}
        and not candidate.is_plain_total
        and _has_value(candidate)
    ]
    return sorted(additions, key=lambda candidate: candidate.last)


def _has_value(candidate: Candidate) -> bool:
    return candidate.value is not None and not candidate.floor_only


def _own_step(candidate: Candidate) -> Step:
    value = candidate.value or 0
    return Step(candidate.last, value, candidate.ref, value)


def _added_step(candidate: Candidate, line: Line) -> Step:
    base = base_day(candidate)
    before = 0 if base is None else line.height(base)
    value = candidate.value or 0
    return Step(candidate.last, before + value, candidate.ref, value, base, before)
