"""The table of `make bench`: every goal has its line, and the figures alone say whether it is met."""

import pytest

from bench.marks import FILE, GOALS, Figures, hand_over, handed_over, table


def line_of(work, lines):
    (line,) = [line for line in lines.splitlines() if line.startswith(f"| {work} ")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_goal_has_a_line_whether_it_was_measured_or_not(tmp_path):
    lines = table(handed_over(tmp_path / "nobody wrote one"))
    assert [line_of(goal.work, lines)[-1] for goal in GOALS.values()] == ["not measured"] * len(GOALS)


def test_figures_that_are_handed_over_say_whether_a_goal_is_met(tmp_path, monkeypatch):
    path = tmp_path / "marks"
    monkeypatch.setenv(FILE, str(path))
    hand_over("304", 19_000.4, 20_000)
    hand_over("reading", 299.6)
    hand_over("drawn", 420.4)
    lines = table(handed_over(path))
    assert line_of(GOALS["304"].work, lines)[1:] == [
        "19,000 a second", "chart page served again: 20,000 a second", "0.95", "at least 1 times",
        "**not met**",
    ]  # fmt: skip
    assert line_of(GOALS["reading"].work, lines)[1:] == ["300 ms", "", "–", "at most 300 ms", "met"]
    assert line_of(GOALS["drawn"].work, lines)[1:] == ["420 kB", "", "–", "at most 420 kB", "**not met**"]


def test_a_goal_that_lacks_what_was_to_run_beside_it_is_not_met():
    assert not GOALS["again"].is_met(Figures(20_000))


def test_a_figure_of_no_goal_is_refused():
    with pytest.raises(KeyError):
        hand_over("a slip of the pen", 1)
