"""A chart in words: for screen readers, for the caption, for those who want no picture."""

from app.charts.crowds import Rank
from app.charts.mark import Lane, Mark
from app.charts.marks import Chart
from app.charts.wording import count, day, listed, many
from app.claims.words import Nature
from app.languages.spoken import _
from app.readings.facts import Kind
from app.readings.results import Reading


def chart_summary(chart: Chart, reading: Reading | None = None) -> str:
    """How many claims by whom about which days, the highest statement, and the reading's headline."""
    if not chart.marks:
        return "No claims yet."
    sentences = [_who(chart), _highest(chart), _rest(chart)]
    if len(chart.drawn) < len(chart.marks):
        sentences.append(thinned_in_words(chart))
    if reading is not None:
        sentences += [reading.headline.sentence, _contested(len(reading.contested))]
    return " ".join(sentence for sentence in sentences if sentence)


def thinned_in_words(chart: Chart) -> str:
    """How many of the claims a thinned drawing shows, and which."""
    drawn, in_all = count(len(chart.drawn)), count(len(chart.marks))
    told = [_("The drawing shows %(drawn)s of the %(in_all)s claims.", drawn=drawn, in_all=in_all)]
    of = {one.rank: (one.drawn, one.in_all) for one in chart.thinned}
    if Rank.SELECTS in of:
        some, every = map(count, of[Rank.SELECTS])
        told.append(
            _(
                "Of those that set the selected line or a bound it shows %(some)s of %(every)s.",
                some=some,
                every=every,
            )
        )
    if Rank.DISPUTED in of:
        some, every = map(count, of[Rank.DISPUTED])
        told.append(
            _(
                "Of those that are contested or rule out another it shows %(some)s of %(every)s.",
                some=some,
                every=every,
            )
        )
    others = [of[rank] for rank in (Rank.EDGE, Rank.REST) if rank in of]
    if others:
        some, every = (count(sum(numbers)) for numbers in zip(*others, strict=True))
        told.append(
            _(
                "Of the others it shows %(some)s of %(every)s: the lowest and the highest of each family, "
                "and the rest evenly spread over the days.",
                some=some,
                every=every,
            )
        )
    return " ".join(told)


def _who(chart: Chart) -> str:
    sources = {mark.claim.source.slug for mark in chart.marks}
    families = {mark.style.slug for mark in chart.marks}
    first, last = min(mark.on for mark in chart.marks), max(mark.on for mark in chart.marks)
    days = f"as of {day(first)}" if first == last else f"as of {day(first)} to {day(last)}"
    by = f"by {many(len(sources), 'source')} of {many(len(families), 'family', 'families')}"
    return f"{many(len(chart.marks), 'claim')} {by}, {days}."


def _highest(chart: Chart) -> str:
    on_axis = [mark for mark in chart.marks if mark.lane is Lane.AXIS and mark.values and not mark.part]
    if not on_axis:
        return ""
    highest = max(on_axis, key=lambda mark: (mark.values[-1], mark.on))
    stated = "total" if chart.subject.kind is Kind.FLOW else "figure"
    return f"The highest stated {stated} is {count(highest.values[-1])} ({highest.words})."


def _rest(chart: Chart) -> str:
    """What the axis does not show."""
    kinds = [
        (_of(chart, Nature.INCREMENT), "increment", "increments"),
        (_of(chart, Nature.EVENT), "event", "events"),
        (_of(chart, Nature.PLAN), "plan", "plans"),
        (_of(chart, Nature.SHARE), "share", "shares"),
        (_of(chart, Nature.STANCE), "statement without a number", "statements without a number"),
    ]
    named = [many(len(marks), one, more) for marks, one, more in kinds if marks]
    return f"Among them {listed(named)}." if named else ""


def _of(chart: Chart, nature: Nature) -> list[Mark]:
    return [mark for mark in chart.marks if mark.claim.nature is nature]


def _contested(number: int) -> str:
    return f"{many(number, 'claim is', 'claims are')} contested by accepted ones." if number else ""
