"""How one revision of a claim differs from another, field by field, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.charts.wording import count, days_in_words, figure_in_words
from app.claims.approved import ApprovedClaim, Document, Figure
from app.claims.words import Nature
from app.dates import Days
from app.languages.spoken import _
from app.pages import in_words, language


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs, named as a page names it; None is an empty field."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """How slugs are called; a slug without a name stands for itself."""

    deployments: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # of measures


def differences(before: ApprovedClaim, after: ApprovedClaim, names: Names) -> list[Difference]:
    """The fields in which two revisions differ, in the order in which a claim's page tells them.

    Low, point and high are told together as the figure, and each by itself where that reads the same in
    words. Standing is no part of a revision.
    """
    return [field for field in side_by_side(before, after, names) if field.before != field.after]


def side_by_side(before: ApprovedClaim | None, after: ApprovedClaim, names: Names) -> list[Difference]:
    """Every field that either revision fills, those that are equal too; `before` None: there is none."""
    other = _fields(after, names)
    one = _fields(before, names) if before is not None else dict.fromkeys(other)
    if before is not None and one[_("Figure")] == other[_("Figure")]:
        one |= _bounds(before)
        other |= _bounds(after)
    return [Difference(what, one[what], other[what]) for what in one if one[what] or other[what]]


def _fields(claim: ApprovedClaim, names: Names) -> dict[str, str | None]:
    document = claim.document or Document()
    return {
        _("Deployment"): names.deployments.get(claim.deployment, claim.deployment),
        _("Measure"): names.measures.get(claim.measure, claim.measure),
        _("Nature"): in_words(claim.nature),
        _("Figure"): _figure(claim, names),
        _("Qualifier"): claim.qualifier and in_words(claim.qualifier),
        _("As of"): _days(claim.as_of),
        _("Over"): _days(claim.period),
        _("Counted from"): _days(claim.counts_from),
        _("Place"): claim.place_name or claim.place,
        _("Source"): claim.source.name,
        _("Said"): _days(claim.said_on),
        _("Publisher"): document.publisher,
        _("Document"): document.title,
        _("Address"): document.url,
        _("Published"): _days(claim.published_on),
        _("Language"): document.language and language(document.language),
        _("Wording"): claim.wording,
        _("Credibility"): None if claim.credibility is None else str(claim.credibility),
        _("Restates"): claim.supersedes,
        _("Part of"): claim.part_of,
        _("Appearance of"): claim.repeat_of,
        _("Remark"): claim.note,
    }


def _bounds(claim: ApprovedClaim) -> dict[str, str | None]:
    return {
        _("Low"): _count(claim.low),
        _("Point"): _count(claim.point),
        _("High"): _count(claim.high),
    }


def _figure(claim: ApprovedClaim, names: Names) -> str | None:
    figure = figure_in_words(claim)
    if not figure:
        return None
    unit = "%" if claim.nature is Nature.SHARE else names.units.get(claim.measure, "")
    return f"{figure} {unit}".strip()


def _count(figure: Figure | None) -> str | None:
    return None if figure is None else count(figure)


def _days(days: Days | None) -> str | None:
    return None if days is None else days_in_words(days)
