"""How fast readings are, over sizes: `python -m bench.readings [SIZE ...]`.

Each row is one ledger, read cold: candidates, lone contradictions, acceptance, witnesses, robustness,
sentences, band, line and headline. Shown is the time of the processor, the best of three runs, as
other work on the machine only ever adds. The ledgers are seeded.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from time import process_time

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.words import Nature, Qualifier
from app.dates import Days
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims, DeploymentFacts, Kind, MeasureFacts
from app.readings.reading import read_measure
from app.readings.results import Reading

SIZES = (500, 1_000, 2_000, 4_000, 8_000)
RUNS = 3
START = date(2000, 1, 1)
DAY = timedelta(days=1)
SOURCES = tuple(
    Attribution(slug, slug.title(), slug, slug.title(), reliability=grade)
    for slug, grade in (("ministry", "B"), ("service", "B"), ("agency", "C"), ("institute", None))
)


def one_day(day: date) -> Days:
    return Days(day, day, day.isoformat())


class Writer:
    """Writes the claims of a ledger, one after another."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.claims: list[ApprovedClaim] = []

    def write(self, nature: Nature, number: int, first: int, last: int, source: int, **cells: object) -> None:
        """A claim about the days from `first` to `last`, counted from the start of the deployment."""
        end = START + last * DAY
        days = {"as_of": one_day(end)}
        if nature is not Nature.TOTAL:
            begin = START + first * DAY
            days = {"period": Days(begin, end, f"{begin}/{end}")}
        self.claims.append(
            ApprovedClaim(
                ref=f"c{len(self.claims):06}",
                deployment="bench",
                measure="sent",
                nature=nature,
                source=SOURCES[source],
                said_on=one_day(end + self.random.choice((0, 1)) * DAY),
                point=number,
                **{"qualifier": Qualifier.EXACT, "credibility": self.random.choice((2, 3)), **days, **cells},
            )
        )


def rising(random: Random, days: int) -> list[int]:
    """A true running total, the day before the start first."""
    totals = [0]
    for _ in range(days):
        totals.append(totals[-1] + random.randrange(100, 1_500))
    return totals


def daily(size: int, wrong: float = 0.05) -> list[ApprovedClaim]:
    """Daily totals and increments of two sources each; some are wrong by a fifth and more."""
    writer, days = Writer(1), size // 4
    true = rising(writer.random, days)
    for number in range(size):
        source, day = divmod(number, days)
        source %= 4
        error = writer.random.choice((0.5, 0.8, 1.25, 2)) if writer.random.random() < wrong else 1
        if source % 2 == 0:
            writer.write(Nature.TOTAL, int(true[day + 1] * error), 0, day, source)
        else:
            first = max(0, day - writer.random.choice((0, 0, 0, 6)))
            writer.write(Nature.INCREMENT, int((true[day + 1] - true[first]) * error), first, day, source)
    return writer.claims


def rounded(size: int) -> list[ApprovedClaim]:
    """Daily totals and increments rounded to two digits: nothing is exact, nearly all can be true."""
    writer, days = Writer(2), size // 2
    true = rising(writer.random, days)
    for day in range(days):
        for nature, amount in ((Nature.TOTAL, true[day + 1]), (Nature.INCREMENT, true[day + 1] - true[day])):
            number = round(amount, 2 - len(str(amount)))
            writer.write(nature, number, day, day, 0, qualifier=Qualifier.STATED)
    return writer.claims


def increments(size: int) -> list[ApprovedClaim]:
    """Two sources that count every day apart and never agree: half of all claims are contested."""
    writer, days = Writer(3), size // 2
    for number in range(size):
        source, day = divmod(number, days)
        writer.write(Nature.INCREMENT, 100 + 7 * (day % 9) + 50 * (source % 2), day, day, source % 2)
    return writer.claims


def one_against_all(size: int) -> list[ApprovedClaim]:
    """A ceiling of the best grade that contests every other claim."""
    writer = Writer(4)
    writer.write(Nature.TOTAL, 0, 0, size, 0, credibility=1)
    for day in range(size - 1):
        writer.write(Nature.TOTAL, 1_000 + day, 0, day, 2)
    return writer.claims


def same_day(size: int) -> list[ApprovedClaim]:
    """Totals of one day that all differ."""
    writer = Writer(5)
    for number in range(size):
        writer.write(Nature.TOTAL, 1_000 + number, 0, 9, number % 4)
    return writer.claims


def noise(size: int) -> list[ApprovedClaim]:
    """Totals and increments without any truth behind them: nearly all are contested."""
    writer, days = Writer(6), size // 4
    for number in range(size):
        first, last = sorted((writer.random.randrange(days), writer.random.randrange(days)))
        nature = Nature.TOTAL if number % 2 else Nature.INCREMENT
        writer.write(nature, writer.random.randrange(100_000), first, last, number % 4)
    return writer.claims


def far_apart(size: int) -> list[ApprovedClaim]:
    """Daily increments of one source, and a twentieth of totals that hundreds of them rule out."""
    writer, totals = Writer(7), size // 20
    days = size - totals
    for day in range(days):
        writer.write(Nature.INCREMENT, 100 + day % 7, day, day, 0, credibility=1)
    for number in range(totals):
        day = (number * 97) % days
        writer.write(Nature.TOTAL, 110 * (day + 1) + 5_000, 0, day, 2)
    return writer.claims


def incidents(size: int) -> list[ApprovedClaim]:
    """Ten events for every claim of the other ledgers, by four sources over two years."""
    writer = Writer(8)
    for _ in range(10 * size):
        day = writer.random.randrange(730)
        writer.write(Nature.EVENT, writer.random.randrange(5), day, day, writer.random.randrange(4))
    return writer.claims


LEDGERS: dict[str, Callable[[int], list[ApprovedClaim]]] = {
    "daily totals and increments, some wrong": daily,
    "rounded totals and increments": rounded,
    "two sources that never agree": increments,
    "one ceiling against all": one_against_all,
    "all on one day": same_day,
    "noise": noise,
    "witnesses of hundreds of claims": far_apart,
    "events (ten times as many)": incidents,
}


LARGEST = {"witnesses of hundreds of claims": 4_000}
"""Sizes beyond these are left out: the witnesses alone name more claims than the square of a thousand."""


def read_cold(claims: list[ApprovedClaim]) -> tuple[float, Reading]:
    """Seconds of the processor that one reading took, and the reading."""
    measures = [MeasureFacts("sent", Kind.FLOW)]
    ledger = DeploymentClaims.of(DeploymentFacts("bench", START), measures, claims)
    began = process_time()
    reading = read_measure(ledger, "sent", Choices())
    return process_time() - began, reading


def rows(sizes: tuple[int, ...]) -> Iterator[str]:
    """The table, line by line."""
    yield f"{'ledger':42}{'claims':>8}{'contested':>11}{'longest witness':>17}{'seconds':>9}{'us/claim':>10}"
    for name, write in LEDGERS.items():
        for size in sizes:
            if size > LARGEST.get(name, size):
                continue
            claims = write(size)
            runs = [read_cold(claims) for _ in range(RUNS)]
            seconds, reading = min(runs, key=lambda run: run[0])
            longest = max((len(item.witness) for item in reading.contested), default=0)
            yield (
                f"{name:42}{len(claims):8,}{len(reading.contested):11,}{longest:17,}"
                f"{seconds:9.3f}{1e6 * seconds / len(claims):10.0f}"
            )


if __name__ == "__main__":
    for line in rows(tuple(int(size) for size in sys.argv[1:]) or SIZES):
        print(line, flush=True)
