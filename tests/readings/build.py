"""Claims and ledgers in few words, for tests of the reading; nothing here knows a rule of it."""

from dataclasses import replace
from datetime import date

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.words import Nature, Qualifier, Standing
from app.dates import read_date, read_period
from app.readings.choices import Choices, Precedence, Tolerance
from app.readings.facts import DeploymentClaims, DeploymentFacts, Kind, MeasureFacts
from app.readings.reading import read_measure

START = date(2024, 10, 1)
KINDS = {"present": Kind.LEVEL}


def source(slug="s", *, reliability="B", family=None, stance=None) -> Attribution:
    family = family or slug
    return Attribution(
        slug=slug,
        name=slug.upper(),
        family=family,
        family_name=family.upper(),
        reliability=reliability,
        stance=stance,
    )


def figures(words) -> dict:
    """`about 1100`, `more_than 3000`, `between 2 4`, or cells by name: `low=3 point=4 at_least`."""
    cells, hedge, numbers = {}, "stated", []
    for word in str(words).replace(",", "").split():
        name, equals, value = word.partition("=")
        if equals:
            cells[name] = int(value)
        elif word.isdigit():
            numbers.append(int(word))
        else:
            hedge = word
    qualifier = Qualifier(hedge)
    if not cells:
        cells = {
            Qualifier.AT_LEAST: lambda: {"low": numbers[0]},
            Qualifier.MORE_THAN: lambda: {"low": numbers[0]},
            Qualifier.NEARLY: lambda: {"high": numbers[0]},
            Qualifier.UP_TO: lambda: {"high": numbers[0]},
            Qualifier.FEWER_THAN: lambda: {"high": numbers[0]},
            Qualifier.BETWEEN: lambda: {"low": numbers[0], "high": numbers[1]},
        }.get(qualifier, lambda: {"point": numbers[0]})()
    return {"qualifier": qualifier, **cells}


def _claim(ref, nature, words, said, by, **cells) -> ApprovedClaim:
    stated = {} if words is None else figures(words)
    for name in ("counts_from", "published_on"):
        if isinstance(cells.get(name), str):
            cells[name] = read_date(cells[name])
    if isinstance(cells.get("standing_on"), str):
        cells["standing_on"] = date.fromisoformat(cells["standing_on"])
    return ApprovedClaim(
        ref=ref,
        deployment=cells.pop("deployment", "d"),
        measure=cells.pop("measure", "sent"),
        nature=nature,
        source=by or source(),
        said_on=read_date(said),
        standing=cells.pop("standing", Standing.GOOD),
        **stated,
        **cells,
    )


def total(ref, words, as_of, *, said=None, by=None, **cells) -> ApprovedClaim:
    return _claim(ref, Nature.TOTAL, words, said or as_of, by, as_of=read_date(as_of), **cells)


def increment(ref, words, period, *, said=None, by=None, **cells) -> ApprovedClaim:
    days = read_period(period)
    return _claim(ref, Nature.INCREMENT, words, said or days.last.isoformat(), by, period=days, **cells)


def event(ref, words, period, *, said=None, by=None, **cells) -> ApprovedClaim:
    days = read_period(period if "/" in period else f"{period}/{period}")
    return _claim(ref, Nature.EVENT, words, said or days.last.isoformat(), by, period=days, **cells)


def level(ref, words, as_of, *, said=None, by=None, **cells) -> ApprovedClaim:
    cells.setdefault("measure", "present")
    return _claim(ref, Nature.LEVEL, words, said or as_of, by, as_of=read_date(as_of), **cells)


def plan(ref, words, said, *, by=None, **cells) -> ApprovedClaim:
    return _claim(ref, Nature.PLAN, words, said, by, **cells)


def ledger(*claims, starts_on=START, valid_days=120, measures=()) -> DeploymentClaims:
    slugs = {"sent", *measures, *(claim.measure for claim in claims)}
    facts = [MeasureFacts(slug, KINDS.get(slug, Kind.FLOW)) for slug in sorted(slugs)]
    return DeploymentClaims.of(DeploymentFacts("d", starts_on, valid_days), facts, claims)


def read(*claims, measure=None, starts_on=START, valid_days=120, measures=(), **choices):
    """The reading of the first claim's measure, unless another is named."""
    measure = measure or (claims[0].measure if claims else "sent")
    given = ledger(*claims, starts_on=starts_on, valid_days=valid_days, measures=(measure, *measures))
    return read_measure(given, measure, chosen(**choices))


def chosen(**choices) -> Choices:
    for name in ("known_on", "since", "on"):
        if isinstance(choices.get(name), str):
            choices[name] = date.fromisoformat(choices[name])
    for name, words in (("tolerance", Tolerance), ("precedence", Precedence)):
        if name in choices:
            choices[name] = words(choices[name])
    for name in ("sources", "families", "stances"):
        if name in choices:
            choices[name] = frozenset(choices[name])
    return Choices(**choices)


def on(reading, day) -> tuple:
    """Low, selected, high on a day."""
    point = reading.at(date.fromisoformat(day))
    return (point.low, point.selected, point.high)


def witness(reading, ref) -> tuple:
    return reading.contradiction(ref).witness


def contested(reading) -> list[str]:
    return [item.claim_ref for item in reading.contested]


def renamed(claim, **cells) -> ApprovedClaim:
    return replace(claim, **cells)


def appearance_of(claim, ref, **cells) -> ApprovedClaim:
    """A further appearance of a claim, which may print anything."""
    return replace(claim, ref=ref, repeat_of=claim.ref, **cells)
