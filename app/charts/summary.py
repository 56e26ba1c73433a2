"""A chart in words: for screen readers, for the caption, for those who want no picture."""

from collections import Counter

from app.charts.crowds import Rank
from app.charts.mark import Lane
from app.charts.marks import Chart
from app.charts.wording import count, day, listed
from app.claims.words import Nature
from app.languages.spoken import _, ngettext
from app.readings.facts import Kind
from app.readings.results import Reading


def chart_summary(chart: Chart, reading: Reading | None = None) -> str:
    """How many claims by whom about which days, the highest statement, and the reading's headline."""
    if not chart.marks:
        return _("No claims yet.")
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
    told = _(
        "%(claims)s by %(sources)s of %(families)s",
        claims=ngettext("%(num)s claim", "%(num)s claims", len(chart.marks)),
        sources=ngettext("%(num)s source", "%(num)s sources", len(sources)),
        families=ngettext("%(num)s family", "%(num)s families", len(families)),
    )
    if first == last:
        return _("%(claims)s, as of %(day)s.", claims=told, day=day(first))
    return _("%(claims)s, as of %(first)s to %(last)s.", claims=told, first=day(first), last=day(last))


def _highest(chart: Chart) -> str:
    on_axis = [mark for mark in chart.marks if mark.lane is Lane.AXIS and mark.values and not mark.part]
    if not on_axis:
        return ""
    highest = max(on_axis, key=lambda mark: (mark.values[-1], mark.on))
    figure = count(highest.values[-1])
    if chart.subject.kind is Kind.FLOW:
        return _("The highest stated total is %(figure)s (%(claim)s).", figure=figure, claim=highest.words)
    return _("The highest stated figure is %(figure)s (%(claim)s).", figure=figure, claim=highest.words)


def _rest(chart: Chart) -> str:
    """What the axis does not show."""
    of = Counter(mark.claim.nature for mark in chart.marks)
    kinds = [
        (Nature.INCREMENT, ngettext("%(num)s increment", "%(num)s increments", of[Nature.INCREMENT])),
        (Nature.EVENT, ngettext("%(num)s event", "%(num)s events", of[Nature.EVENT])),
        (Nature.PLAN, ngettext("%(num)s plan", "%(num)s plans", of[Nature.PLAN])),
        (Nature.SHARE, ngettext("%(num)s share", "%(num)s shares", of[Nature.SHARE])),
        (
            Nature.STANCE,
            ngettext(
                "%(num)s statement without a number",
                "%(num)s statements without a number",
                of[Nature.STANCE],
            ),
        ),
    ]
    named = [words for nature, words in kinds if of[nature]]
    return _("Among them %(kinds)s.", kinds=listed(named)) if named else ""


def _contested(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(num)s claim is contested by accepted ones.",
        "%(num)s claims are contested by accepted ones.",
        number,
    )
