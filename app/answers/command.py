"""`muster read`: a reading in the terminal."""

from datetime import date

import click
from sqlalchemy.orm import Session

from app.answers.parameters import PARAMETERS, REPEATED, BadParameters, read_choices
from app.answers.queries import NothingThere, Question, plain_question
from app.answers.views import as_json
from app.readings.choices import Precedence, Tolerance
from app.readings.results import Point
from app.serving import open_database

_HELP = {
    "known_on": "Only what had been said by this day.",
    "version": "The ledger as it stood at this version.",
    "since": "Count from this day on.",
    "on": "The day of the headline.",
    "tolerance": f"How far a figure may be off: {', '.join(Tolerance)}.",
    "precedence": f"In which order claims are asked: {', '.join(Precedence)}.",
    "lowest_grade": "Only sources of this reliability (A to F) or better.",
    "place": "Only claims about this place.",
    "source": "Only this source; may be repeated.",
    "family": "Only this family of sources; may be repeated.",
    "stance": "Only sources of this stance; may be repeated.",
}


def _choices_as_options(command: click.Command) -> click.Command:
    for name in PARAMETERS:
        command.params.append(
            click.Option([f"--{name.replace('_', '-')}"], multiple=name in REPEATED, help=_HELP[name])
        )
    return command


@_choices_as_options
@click.command("read")
@click.argument("deployment")
@click.argument("measure")
@click.option("--json", "to_json", is_flag=True, help="Exactly what the API answers.")
def read_command(
    deployment: str, measure: str, *, to_json: bool, **given: str | tuple[str, ...] | None
) -> None:
    """Read MEASURE of DEPLOYMENT: lowest, selected and highest, and the claims that were contested."""
    asked = [
        (name, value)
        for name, values in given.items()
        for value in (values if isinstance(values, tuple) else (values,))
        if value is not None
    ]
    try:
        choices = read_choices(asked, strict=True)
        with open_database() as engine, Session(engine) as session:
            found = plain_question(session, deployment, measure, choices)
    except (BadParameters, NothingThere) as error:
        raise click.ClickException(str(error)) from error
    click.echo(as_json(found.answer()) if to_json else _in_words(found))


def _in_words(found: Question) -> str:
    reading = found.reading()
    lines = [
        f"{found.holding.name}: {found.measure.label.lower()}, in {found.measure.unit}",
        f"{reading.headline.sentence} {reading.headline.statements}",
        "",
        f"{'from':<12}{'low':>14}{'selected':>14}{'high':>14}",
        *(_line(point) for point in reading.points),
    ]
    if reading.contested:
        lines += ["", "Contested:"]
        lines += [
            f"  {item.claim_ref} ({'robust' if item.robust else 'weak'}): {item.sentence}"
            for item in reading.contested
        ]
    lines += ["", f"Ledger version {found.holding.version}, rule set {reading.rule_set}."]
    return "\n".join(lines)


def _line(point: Point) -> str:
    high = "open" if point.low is not None and point.high is None else _count(point.high)
    marks = [word for word, holds in (("derived", point.derived), ("strained", point.strained)) if holds]
    numbers = f"{_count(point.low):>14}{_count(point.selected):>14}{high:>14}"
    return f"{_day(point.on):<12}{numbers}  {' '.join(marks)}".rstrip()


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _day(day: date) -> str:
    return day.isoformat()
