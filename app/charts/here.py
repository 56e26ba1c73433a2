"""Where a reader stands: a page of one measure under some choices, and the addresses that lead on from it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.answers.parameters import write_choices
from app.claims.approved import ApprovedClaim
from app.languages.spoken import N_, _, known
from app.pages import with_query
from app.readings.choices import Choices


@dataclass(frozen=True, slots=True)
class Here:
    """A page and its state; every address that it gives is a permalink."""

    path: str
    choices: Choices
    sort: str | None  # of the table; None: the default

    def under(self, choices: Choices) -> str:
        """The same page under other choices."""
        return self._with(write_choices(choices))

    def canonical(self, view: str | None) -> str:
        """The address that stands for what is shown."""
        return self._with(write_choices(self.choices), view)

    def seen_as(self, view: str) -> str:
        """The same page with one of its further views, at that view."""
        return f"{self._with(write_choices(self.choices), view)}#{view}"

    def file(self, ending: str, *more: tuple[str, str]) -> str:
        """What is shown as a file (app.downloads), under the same choices."""
        return with_query(f"{self.path}.{ending}", [*write_choices(self.choices), *more])

    def beside(self, name: str) -> str:
        """Another page about what is shown, whose address follows the measure's, under the same choices."""
        return with_query(f"{self.path}/{name}", write_choices(self.choices))

    def why(self, on: date) -> str:
        """The page that says why the numbers of a day are what they are."""
        return with_query(f"{self.path}/why", write_choices(replace(self.choices, on=on)))

    def certificate(self, on: date, version: int, figure: str) -> str:
        """The certificate of low, selected or high of a day, at a version of the ledger."""
        written = write_choices(replace(self.choices, on=on, version=version))
        return with_query(f"{self.path}/certificate", [*written, ("figure", figure)])

    def sorted_by(self, sort: str | None) -> str:
        """The same page with its table in another order."""
        return replace(self, sort=sort).canonical(None)

    def kept(self, *but: str) -> list[tuple[str, str]]:
        """The state as fields of a form, save those that the form asks for itself."""
        written = [(name, value) for name, value in write_choices(self.choices) if name not in but]
        return written + ([("sort", self.sort)] if self.sort else [])

    def without(self, name: str) -> str:
        """The same page with one choice taken back."""
        return self._with([(other, value) for other, value in write_choices(self.choices) if other != name])

    def _with(self, written: Sequence[tuple[str, str]], view: str | None = None) -> str:
        state = [("sort", self.sort), ("view", view)]
        return with_query(self.path, [*written, *((name, value) for name, value in state if value)])


def figure_address(path: str, choices: Choices, version: int) -> str:
    """The address of the interactive figure under these choices, as the ledger stood at a version.

    Who reads a page while the ledger changes gets the figure of what stands on that page.
    """
    written = write_choices(choices)
    return with_query(path, written if choices.version else [*written, ("at", str(version))])


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen, and how many claims it would keep."""

    slug: str
    name: str
    claims: int


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader can choose from on one page."""

    families: tuple[Option, ...]  # most claims first
    sources: tuple[Option, ...]
    places: tuple[Option, ...]
    stances: tuple[str, ...]
    first_said: date | None  # between which days knowledge grew; None: nothing was said
    last_said: date | None


def options(claims: Iterable[ApprovedClaim]) -> Options:
    """What can be chosen among the claims about one measure."""
    own = list(claims)
    days = [claim.day_said for claim in own]
    return Options(
        families=_options((claim.source.family, claim.source.family_name) for claim in own),
        sources=_options((claim.source.slug, claim.source.name) for claim in own),
        places=_options(place for claim in own for place in _places(claim)),
        stances=tuple(sorted({claim.source.stance for claim in own if claim.source.stance})),
        first_said=min(days, default=None),
        last_said=max(days, default=None),
    )


def _places(claim: ApprovedClaim) -> Iterator[tuple[str, str]]:
    """The place of a claim and all in which it lies, by slug and name: it counts for each of them."""
    if claim.place is not None:
        yield claim.place, claim.place_name or claim.place
    yield from zip(claim.place_wholes, claim.place_whole_names, strict=True)


def _options(named: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    counted = Counter(named)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0][1].lower()))
    return tuple(Option(slug, name, claims) for (slug, name), claims in ordered)


_CHOSEN_IN_WORDS = {
    "version": N_("ledger version %(value)s"),
    "since": N_("since %(value)s"),
    "on": N_("on %(value)s"),
    "tolerance": N_("tolerance %(value)s"),
    "precedence": N_("asked first: %(value)s"),
    "lowest_grade": N_("graded at least %(value)s"),
    "place": N_("place %(value)s"),
    "source": N_("source %(value)s"),
    "family": N_("family %(value)s"),
    "stance": N_("stance %(value)s"),
}
"""How the page names what was chosen; the knowledge date stands by itself."""

_WORDS = {"precedence": (N_("graded"), N_("latest")), "stance": (N_("own"), N_("opponent"), N_("third"))}
"""The choices whose values are words of ours."""


def rules_chosen(choices: Choices) -> list[str]:
    """The rules that differ from the defaults, each in words; the knowledge date is none of them."""
    return [
        _(_CHOSEN_IN_WORDS[name], value=known(value) if name in _WORDS else value)
        for name, value in write_choices(choices)
        if name in _CHOSEN_IN_WORDS
    ]
