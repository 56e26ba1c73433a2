"""What a citation of a view holds: the view's address with nothing left open, its numbers, and a sentence.

    cited_view(session, "/deployments/nk-troops-russia/sent?tolerance=10")

The address of a view names no version, and means another one tomorrow. Here it is completed with the version
that was read, so that the same result can be asked for again; and the result itself is kept, in case that the
rules by which it is read change.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from sqlalchemy.orm import Session

from app.answers.fared import fared_of
from app.answers.holdings import holdings_of
from app.answers.parameters import BadParameter, BadParameters, address_of, read_choices
from app.answers.queries import (
    Holding,
    changed_at,
    check_known,
    holding_of,
    ledger_at,
    measure_texts,
)
from app.charts.asked import asked_of
from app.charts.findings import part_of_claim
from app.charts.wording import claim_in_words, day
from app.citations.canonical import canonical, digest, short_key
from app.citations.kept import (
    MOST_CLAIMS,
    claims_kept,
    claims_kept_of,
    kept_result,
    reading_part,
    units_of,
)
from app.citations.models import CitedKind
from app.claims.answer import claim_answer
from app.claims.approved import ApprovedClaim
from app.claims.listing import Asked, list_claims, read_asked
from app.claims.queries import approved_claims
from app.claims.views import known_filters
from app.claims.words import Nature, Standing
from app.compare import parameters as compared
from app.compare.parts import check_series, series_of, wanted_of
from app.compare.plan import short_words
from app.compare.series import Series
from app.compare.wording import comparison_in_words, title_in_words
from app.deployments.queries import deployment_texts
from app.deployments.views import known_deployment
from app.errors import Near, NotFound, nearest
from app.languages.asked import split
from app.languages.catalogues import ENGLISH
from app.languages.spoken import _, language_now, ngettext, speaking
from app.languages.spoken import known as known_text
from app.pages import in_a_sentence, in_words, quantity, with_query
from app.readings.answer import Json, contested_answer, why_answer
from app.readings.choices import Choices
from app.readings.reading import Readings, read_measure
from app.readings.results import Reading
from app.readings.rules import RULE_SET
from app.readings.why import why
from app.sources.moved import moved_address
from app.sources.queries import source_texts

TOLD = 3
"""Measures of a deployment that its sentence tells of."""

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Cited:
    """A view as it can be cited."""

    kind: CitedKind
    address: str  # a path with every choice that is no default, and the version
    version: int  # of the ledger
    version_at: datetime | None  # when the ledger came to it; None: nothing was ever recorded
    title: str
    sentence: str  # the result in words
    result: Json

    @property
    def rule_set(self) -> str:
        """The rule set that it was read by."""
        return RULE_SET

    @cached_property
    def text(self) -> str:
        """The result in its one spelling."""
        return canonical(self.result)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of that."""
        return digest(self.text)

    @cached_property
    def key(self) -> str:
        """The same for the same view with the same result, whoever cites it and when."""
        return short_key(
            {
                "kind": self.kind,
                "address": self.address,
                "rule_set": self.rule_set,
                "result": self.digest,
            }
        )


def cited_view(session: Session, of: str, language: str = ENGLISH) -> Cited:
    """What a citation of the view at an address would hold, at the version it names, else the latest.

    What is stored is English, whoever cites it: its digest and its key are the same in every language. In
    another language it says the same, to be shown.

    Raises BadParameters for an address that is none of a view that can be cited, or has values that cannot be
    read, and NotFound where the ledger knows nothing there.
    """
    with speaking(language):
        path, parameters = read_address(of)
        moved = moved_address(session, path, parameters)
        if moved is not None:  # a source that is named was merged into another one since
            path, parameters = read_address(moved)
        for pattern, cite in _VIEWS:
            found = pattern.fullmatch(path)
            if found is not None:
                return cite(session, *(unquote(part) for part in found.groups()), parameters)
        sentence = _("“%(address)s” is no page of this site that can be cited", address=of)
        raise BadParameters([BadParameter("of", sentence)])


def cited_and_said(session: Session, of: str) -> tuple[Cited, Cited]:
    """The same as it is stored, and as it is said in the language that is spoken now.

    What cannot be cited is refused in that language.
    """
    said = cited_view(session, of, language_now())
    return (said if language_now() == ENGLISH else cited_view(session, of)), said


def read_address(of: str) -> tuple[str, list[tuple[str, str]]]:
    """Path and parameters of an address on this site; raises BadParameters."""
    if not of:
        raise BadParameters(
            [BadParameter("of", _("is needed: the address of the page to cite, such as /claims"))]
        )
    try:
        parts = urlsplit(of)
    except ValueError:
        parts = None
    if parts is None or parts.scheme or parts.netloc or not of.startswith("/") or not of.isprintable():
        sentence = _(
            "“%(address)s” is no address on this site: it begins with one slash, such as /claims", address=of
        )
        raise BadParameters([BadParameter("of", sentence)])
    return split(parts.path)[1], parse_qsl(parts.query)


def _pinned(session: Session, choices: Choices) -> tuple[Choices, datetime | None]:
    """The same choices with the version that they mean, and when the ledger came to it."""
    version, at = ledger_at(session, choices.version)
    return replace(choices, version=version if choices.version is None else choices.version), at


def _reading(session: Session, slug: str, measure: str, parameters: Parameters) -> Cited:
    choices, at = _pinned(session, read_choices(parameters))
    asked = asked_of(session, slug, measure, choices)
    reading = asked.reading()
    part = reading_part(asked.holding, asked.measure, reading, asked.changed_at)
    return Cited(
        kind=CitedKind.READING,
        address=address_of(_path("deployments", slug, measure), choices),
        version=asked.holding.version,
        version_at=at,
        title=f"{known_text(asked.measure.label)}: {asked.holding.name}",
        sentence=_headline(reading),
        result=kept_result(CitedKind.READING, [part], claims_kept(asked.holding, [reading])),
    )


def _why(session: Session, slug: str, measure: str, parameters: Parameters) -> Cited:
    choices, at = _pinned(session, read_choices(parameters))
    asked = asked_of(session, slug, measure, choices)
    if choices.on is None:  # the day is part of what is cited
        choices = replace(choices, on=asked.reading().headline.on)
        asked = replace(asked, choices=choices)
    answer = why(asked.holding.claims, measure, choices, choices.on)
    part = reading_part(asked.holding, asked.measure, answer.reading, asked.changed_at)
    kept = claims_kept(asked.holding, [answer.reading])
    return Cited(
        kind=CitedKind.WHY,
        address=address_of(_path("deployments", slug, measure, "why"), choices),
        version=asked.holding.version,
        version_at=at,
        title=_(
            "Why this number: %(measure)s, %(day)s: %(deployment)s",
            measure=known_text(asked.measure.label),
            day=day(answer.on),
            deployment=asked.holding.name,
        ),
        sentence=" ".join(
            f"{name}: {reason.sentence}"
            for name, reason in (
                (_("Low"), answer.low),
                (_("Selected"), answer.selected),
                (_("High"), answer.high),
            )
        ),
        result=kept_result(CitedKind.WHY, [part], kept)
        | {"why": why_answer(answer, version=asked.holding.version)},
    )


def _comparison(session: Session, parameters: Parameters) -> Cited:
    asked = compared.read_asked(parameters)
    if not asked.subjects:
        raise BadParameters([BadParameter("of", _("compares nothing yet: it names no series"))])
    check_known(session, asked.choices)
    choices, at = _pinned(session, asked.choices)
    asked = replace(asked, choices=choices)
    held = holdings_of(session, wanted_of(asked), version=choices.version)
    check_series(asked.subjects, held)
    series = series_of(asked, held)
    return Cited(
        kind=CitedKind.COMPARISON,
        address=asked.address,
        version=choices.version or 0,
        version_at=at,
        title=title_in_words(series),
        sentence=comparison_in_words(series, short_words(series), asked.counted),
        result=kept_result(
            CitedKind.COMPARISON,
            [_series(session, one, held[one.deployment]) for one in series],
            claims_kept_of(
                [(held[slug], [one.reading for one in series if one.deployment == slug]) for slug in held]
            ),
        )
        | {"by": asked.by, "scale": asked.counted},
    )


def _series(session: Session, series: Series, held: Holding) -> Json:
    text = held.measures[series.measure]
    changed = changed_at(session, series.deployment, series.measure, held.version)
    values = [
        {
            "on": value.on.isoformat(),
            "low": value.low,
            "selected": value.selected,
            "high": value.high,
            "derived": value.derived,
            "strained": value.strained,
        }
        for value in series.values
    ]
    part = reading_part(held, text, series.reading, changed)
    return part | {"values": values, "until": series.until.isoformat()}


def _deployment(session: Session, slug: str, parameters: Parameters) -> Cited:
    choices = read_choices(parameters)
    check_known(session, choices)
    choices, at = _pinned(session, choices)
    known_deployment(session, slug)
    held = holding_of(session, slug, version=choices.version)
    if held is None:
        raise NotFound(
            _(
                "At ledger version %(version)s there was no deployment “%(slug)s”.",
                version=choices.version,
                slug=slug,
            )
        )
    readings = Readings(held.claims, choices)
    read = [readings.reading(measure) for measure in held.measures if held.about(measure)]
    parts = [
        reading_part(
            held,
            held.measures[reading.measure.slug],
            reading,
            changed_at(session, slug, reading.measure.slug, held.version),
        )
        for reading in read
    ]
    with_value = [reading for reading in read if reading.headline.low is not None and reading.accepted]
    told = [
        f"{known_text(held.measures[one.measure.slug].label)}: {one.headline.sentence}"
        for one in with_value[:TOLD]
    ]
    if len(with_value) > TOLD:
        further = len(with_value) - TOLD
        told.append(
            ngettext(
                "%(num)s further measure in the table.", "%(num)s further measures in the table.", further
            )
        )
    return Cited(
        kind=CitedKind.DEPLOYMENT,
        address=address_of(_path("deployments", slug), choices),
        version=held.version,
        version_at=at,
        title=held.name,
        sentence=" ".join(told) or _("No figure can be read of any measure."),
        result=kept_result(CitedKind.DEPLOYMENT, parts, claims_kept(held, read)),
    )


def _claim(session: Session, claim_ref: str, parameters: Parameters) -> Cited:
    version, at = ledger_at(session, _only_version(parameters))
    known = approved_claims(session, refs=[claim_ref], version=version) if claim_ref.isprintable() else []
    if not known:
        raise NotFound(
            _(
                "There is no claim “%(claim)s” in the ledger at version %(version)s.",
                claim=claim_ref,
                version=version,
            )
        )
    claim = known[0]
    held = holdings_of(session, [(claim.deployment, claim.measure)], version=version)[claim.deployment]
    units = units_of(held)
    repeats = approved_claims(session, repeat_of=claim.ref, version=version)
    text = held.measures[claim.measure]
    return Cited(
        kind=CitedKind.CLAIM,
        address=with_query(_path("claims", claim_ref), [("version", str(version))]),
        version=version,
        version_at=at,
        title=_(
            "%(measure)s: %(figure)s, claimed by %(source)s",
            measure=known_text(text.label),
            figure=quantity(claim, text.unit),
            source=claim.source.name,
        ),
        sentence=_(
            "%(claim)s. Standing: %(standing)s.",
            claim=claim_in_words(claim, in_a_sentence(known_text(text.label))),
            standing=in_words(claim.standing),
        ),
        result=kept_result(CitedKind.CLAIM, [], [claim_answer(claim, units)])
        | {
            "deployment_name": held.name,
            "label": text.label,
            "appearances": [claim_answer(repeat, units) for repeat in repeats[:MOST_CLAIMS]],
            "part": _part(held, claim),
        },
    )


def _part(held: Holding, claim: ApprovedClaim) -> Json | None:
    """What the claim did in the reading of its measure under default choices; None where it takes no part."""
    apart = {Nature.PLAN, Nature.SHARE, Nature.STANCE}
    if claim.standing is not Standing.GOOD or claim.repeat_of is not None or claim.nature in apart:
        return None
    part = part_of_claim(
        read_measure(held.claims, claim.measure, Choices()), held.about(claim.measure), claim
    )
    return {
        "word": part.fate.word,
        "reason": part.fate.reason,
        "contested": None if part.own is None else contested_answer(part.own.item),
    }


def _claims(session: Session, parameters: Parameters) -> Cited:
    version, at = ledger_at(session, _only_version(parameters))
    texts = measure_texts(session)
    sources = source_texts(session, merged=True)
    known = known_filters(session, deployment_texts(session), list(texts.values()), sources)
    asked = replace(read_asked(parameters, known), after=None, before=None)
    listed = list_claims(session, asked, rows=MOST_CLAIMS, version=version)
    units = {slug: text.unit for slug, text in texts.items()}
    filters = [f"{what.lower()} {value}" for _name, _value, what, value in known.in_words(asked)]
    number = ngettext("%(num)s claim", "%(num)s claims", listed.number)
    if listed.more_than_counted:
        number = _("more than %(number)s", number=number)
    return Cited(
        kind=CitedKind.CLAIMS,
        address=with_query("/claims", [*asked.query(), ("version", str(version))]),
        version=version,
        version_at=at,
        title=_("Claims: %(filters)s", filters="; ".join(filters)) if filters else _("All claims"),
        sentence=_("%(number)s in the ledger that match.", number=number)
        if filters
        else _("%(number)s in the ledger.", number=number),
        result=kept_result(CitedKind.CLAIMS, [], [claim_answer(one, units) for one in listed.claims])
        | {"number": listed.number, "more_than_number": listed.more_than_counted},
    )


def _source(session: Session, slug: str, parameters: Parameters) -> Cited:
    """A source is cited by what it claimed, and how its figures stand beside those of the others."""
    version, at = ledger_at(session, _only_version(parameters))
    texts = source_texts(session, merged=True)
    source = next((one for one in texts if one.slug == slug), None)
    if source is None:
        near = nearest(slug, [Near(one.name, f"/sources/{one.slug}") for one in texts])
        raise NotFound(_("There is no source “%(slug)s”.", slug=slug), near)
    listed = list_claims(session, Asked(source=slug), rows=MOST_CLAIMS, version=version)
    units = {one.slug: one.unit for one in measure_texts(session).values()}
    fared = fared_of(session, slug, Choices(version=version))
    score, name = fared.score, listed.claims[0].source.name if listed.claims else source.name
    told = [ngettext("%(num)s claim in its name.", "%(num)s claims in its name.", listed.number)]
    if score.figures:
        told.append(
            ngettext(
                "Accepted: %(accepted)s of %(num)s figure.",
                "Accepted: %(accepted)s of %(num)s figures.",
                score.figures,
                accepted=score.accepted,
            )
        )
    if score.comparable:
        told.append(
            _(
                "Inside what the claims of others allow: %(inside)s of %(comparable)s.",
                inside=score.inside,
                comparable=score.comparable,
            )
        )
    return Cited(
        kind=CitedKind.CLAIMS,
        address=with_query(_path("sources", slug), [("version", str(version))]),
        version=version,
        version_at=at,
        title=_("Claims of a source: %(source)s", source=name),
        sentence=" ".join(told),
        result=kept_result(CitedKind.CLAIMS, [], [claim_answer(one, units) for one in listed.claims])
        | {
            "number": listed.number,
            "more_than_number": listed.more_than_counted,
            "fared": {
                "figures": score.figures,
                "accepted": score.accepted,
                "comparable": score.comparable,
                "inside": score.inside,
            },
        },
    )


def _only_version(parameters: Parameters) -> int | None:
    return read_choices([pair for pair in parameters if pair[0] == "version"]).version


def _headline(reading: Reading) -> str:
    return f"{reading.headline.sentence} {reading.headline.statements}"


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


_VIEWS: tuple[tuple[re.Pattern[str], Callable[..., Cited]], ...] = (
    (re.compile("/deployments/([^/]+)"), _deployment),
    (re.compile("/deployments/([^/]+)/([^/]+)"), _reading),
    (re.compile("/deployments/([^/]+)/([^/]+)/why"), _why),
    (re.compile("/compare"), _comparison),
    (re.compile("/claims"), _claims),
    (re.compile("/claims/([^/]+)"), _claim),
    (re.compile("/sources/([^/]+)"), _source),
)
