"""A reading with all that it rests on in one file: numbers, claims, picture, and a text that explains it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from textwrap import fill
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.downloads.words import number_of_sources
from app.languages.spoken import N_, _, known
from app.readings.facts import DeploymentClaims
from app.readings.results import Reading

_LINE = 90  # letters of a line in the README
_READABLE = 0o644 << 16  # the rights of a file once it is unpacked


@dataclass(frozen=True, slots=True)
class Told:
    """What the README says of a package."""

    title: str
    sentences: Sequence[str]  # the reading in words
    claims: Sequence[ApprovedClaim]
    chosen: str
    made: str
    address: str
    cited: str  # the address at the version that was read, where the same numbers stay
    today: date
    about: str  # the address of the page that says what may be done with the numbers
    files: Mapping[str, str]  # what each file holds


def claims_behind(ledger: DeploymentClaims, reading: Reading) -> list[ApprovedClaim]:
    """The claims that a reading uses or contests, and those that they name; by claim_ref.

    Of a derived claim its parts, of the events of a source those that had been said.
    """
    by_ref = {claim.ref: claim for about in ledger.claims.values() for claim in about}
    wanted: dict[str, None] = {}
    for name in (*reading.accepted, *(item.claim_ref for item in reading.contested)):
        candidate = reading.candidates[name]
        if candidate.floors:
            events = _events_of(ledger, reading, candidate.source.slug)
            wanted |= dict.fromkeys(event.ref for event in events)
        else:
            wanted |= dict.fromkeys(candidate.parts or (name,))
    _add_named(wanted, by_ref)
    return [by_ref[ref] for ref in sorted(wanted) if ref in by_ref]


def _events_of(ledger: DeploymentClaims, reading: Reading, source: str) -> Iterable[ApprovedClaim]:
    known_on = reading.choices.known_on
    return (
        claim
        for claim in ledger.about(reading.measure.slug)
        if claim.nature is Nature.EVENT
        and claim.source.slug == source
        and (known_on is None or claim.day_said <= known_on)
    )


def _add_named(wanted: dict[str, None], by_ref: Mapping[str, ApprovedClaim]) -> None:
    """Claims that the wanted ones restate or are a part of: without them a claims CSV cannot be imported."""
    new = list(wanted)
    while new:
        claims = [by_ref[ref] for ref in new if ref in by_ref]
        named = [ref for claim in claims for ref in (claim.supersedes, claim.part_of) if ref]
        new = [ref for ref in dict.fromkeys(named) if ref not in wanted]
        wanted |= dict.fromkeys(new)


def readme(told: Told) -> bytes:
    """The page that explains a package: plain text, lines that fit any window."""
    parts = [
        told.title,
        "=" * min(len(told.title), _LINE),
        "",
        *(fill(sentence, _LINE) for sentence in told.sentences),
        "",
        fill(f"{number_of_sources(told.claims)}. {told.chosen}", _LINE),
        fill(told.made, _LINE),
        _("The same page, as it is now:"),
        told.address,
        _("With these numbers, whatever is corrected later:"),
        told.cited,
        "",
        *_heading(_("How to cite")),
        fill(
            _(
                "Muster. “%(title)s”. %(made)s Read on %(day)s.",
                title=told.title,
                made=told.made,
                day=told.today.isoformat(),
            ),
            _LINE,
        ),
        told.cited,
        fill(_("Who cites a single figure names its source, its day and its claim_ref as well."), _LINE),
        "",
        *_heading(_("Licence")),
        fill(
            _(
                "The code of Muster is under the MIT licence. Its example ledger, North Korean support for "
                "Russia, may be used under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). What "
                "else this site holds may be used as it says here:"
            ),
            _LINE,
        ),
        told.about,
        "",
        *_heading(_("Files")),
        *(_file(name, known(words)) for name, words in told.files.items()),
    ]  # fmt: skip
    return ("\n".join(parts) + "\n").encode()


def _heading(words: str) -> tuple[str, str]:
    return words, "-" * len(words)


def _file(name: str, words: str) -> str:
    return f"{name}\n{fill(words, _LINE, initial_indent='  ', subsequent_indent='  ')}"


def zipped(files: Mapping[str, bytes], on: date) -> bytes:
    """The files in one, in their order, each as of the start of a day: equal files make equal packages."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as package:
        for name, content in files.items():
            entry = ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = _READABLE
            package.writestr(entry, content)
    return written.getvalue()


CLAIMS_TOLD = N_(
    "The claims that the reading uses or contests, and those that they name, under the columns of the "
    "claims CSV. An empty cell is not known, never zero."
)
CSV_TOLD = N_(
    "One row for each day on which the reading changes; its numbers hold until the next. low, selected, "
    "high: counts in the unit named in the row; an empty high beside a low is open, an empty selected is no "
    "figure yet. derived: selected is no claim's own figure. strained: selected lies outside low to high. "
    "low_claims, selected_claims, high_claims: the claims behind each number, in the order of the argument; "
    "at most 100, then +N for N more."
)
JSON_TOLD = N_(
    "The same as the API answers it, with contested claims and what rules them out, latest statements, "
    "events, plans and checks."
)
SVG_TOLD = N_("The chart.")
FILES = {"reading.csv": CSV_TOLD, "claims.csv": CLAIMS_TOLD, "reading.json": JSON_TOLD, "chart.svg": SVG_TOLD}
"""What the package of one measure holds besides the README."""

COMPARED_FILES = {
    "comparison.csv": N_(
        "One row for each day on which a series changes; the series follow one another, told apart by "
        "deployment and measure. day: days since the start of the deployment. All else as for a single "
        "measure: an empty high beside a low is open, an empty selected is no figure. Figures per 1,000 "
        "sent are not rounded; behind them stand the claims of the count and those of the number sent."
    ),
    "claims.csv": CLAIMS_TOLD,
    "comparison.json": N_(
        "The same for programs, with the claims that are contested and what rules them out."
    ),
    "chart.svg": SVG_TOLD,
}
"""The same of a comparison."""
