"""The certificate of a figure: one number of one day with all that it rests on, and the digest of the whole.

Pure, and without the present in it: whoever has the same claims, on this site or in an exported ledger, makes
the same certificate of them. That is what `muster verify` does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from app.answers.parameters import BadParameter, BadParameters, read_choices
from app.answers.queries import Holding
from app.citations.canonical import canonical, digest
from app.claims.answer import claim_answer
from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.guide.method import TEXT
from app.languages.catalogues import ENGLISH
from app.languages.spoken import _, speaking
from app.readings.answer import Json, choices_answer, contested_answer, moment_answer
from app.readings.candidates import Candidate, claims_that_count, of_nature, of_place
from app.readings.choices import Choices
from app.readings.rules import RULE_SET
from app.readings.why import Reason, why
from app.readings.wording import claim_in_words

FORMAT = "muster-certificate/1"
"""How a certificate is laid out."""

SHA256 = "sha256"
"""The member that holds the digest of all the others."""

_NOT_OF_THE_CLAIM = ("appearances", "recorded_at", "page")
"""What the site says of a claim besides what was claimed."""


T = TypeVar("T")


class Figure(StrEnum):
    """Which of a day's three numbers."""

    LOW = "low"
    SELECTED = "selected"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Question:
    """What a certificate is about. On the site its choices name the version."""

    deployment: str
    measure: str
    choices: Choices
    on: date
    figure: Figure


def certificate(held: Holding, question: Question, language: str = ENGLISH) -> Json:
    """The certificate of a figure, from what the ledger held of the deployment at the version asked for.

    It is English, whoever asks for it, so that its digest is one. In another language it says the same, to be
    shown: what is signed then is not the certificate. Raises UnknownMeasure where the ledger has no such
    measure.
    """
    with speaking(language):
        return signed(_content(held, question))


def _content(held: Holding, question: Question) -> Json:
    choices = replace(question.choices, version=held.version, on=question.on)
    answer = why(held.claims, question.measure, choices, question.on)
    reading, text = answer.reading, held.measures[question.measure]
    reason: Reason = {
        Figure.LOW: answer.low,
        Figure.SELECTED: answer.selected,
        Figure.HIGH: answer.high,
    }[question.figure]
    behind = [reading.candidates[ref] for ref in dict.fromkeys(reason.claims)]
    named = [ref for item in answer.contested for ref in (item.claim_ref, *item.witness)]
    against = [reading.candidates[ref] for ref in dict.fromkeys(named)]
    claims = _claims_of(behind, held, question.measure, choices)
    others = _claims_of(against, held, question.measure, choices)
    is_selected = question.figure is Figure.SELECTED
    return {
        "format": FORMAT,
        "deployment": question.deployment,
        "deployment_name": held.name,
        "starts_on": held.claims.deployment.starts_on.isoformat(),
        "level_valid_days": held.claims.deployment.level_valid_days,
        "measure": question.measure,
        "label": text.label,
        "kind": text.kind.value,
        "unit": text.unit,
        "on": question.on.isoformat(),
        "figure": question.figure.value,
        "value": reason.value,
        "open": question.figure is Figure.HIGH and reason.value is None and answer.low.value is not None,
        "derived": is_selected and answer.derived,
        "strained": is_selected and answer.strained,
        "sentence": reason.sentence,
        "of_the_day": {
            "low": answer.low.value,
            "selected": answer.selected.value,
            "high": answer.high.value,
        },
        "behind": [_candidate(one) for one in behind],
        "claims": [_claim(claim, held) for claim in claims.values()],
        "contested": [contested_answer(item) for item in answer.contested],
        "witnesses": [_candidate(one) for one in against],
        "witness_claims": [_claim(claim, held) for ref, claim in others.items() if ref not in claims],
        "choices": choices_answer(choices),
        "rule_set": RULE_SET,
        "method_sha256": method_digest(),
        "version": held.version,
        "version_at": moment_answer(held.changed_at),
    }


def signed(content: Json) -> Json:
    """The content with the SHA-256 of its one spelling (app.citations.canonical)."""
    return content | {SHA256: content_digest(content)}


def content_digest(content: Json) -> str:
    """SHA-256 of all members but the digest itself."""
    return digest(canonical({name: value for name, value in content.items() if name != SHA256}))


@cache
def method_digest() -> str:
    """SHA-256 of the method's text as this program has it: its version, to the letter."""
    return digest(TEXT.read_text(encoding="utf-8"))


def _candidate(one: Candidate) -> Json:
    """A claim, a sum or a floor of events, by its name and in words, with the claims that it is made of."""
    return {
        "name": one.ref,
        "words": claim_in_words(one),
        "source": one.source.name,
        "made_of": list(one.parts),
        "is_events": one.claim is None,
    }


def _claim(claim: ApprovedClaim, held: Holding) -> Json:
    units = {slug: text.unit for slug, text in held.measures.items()}
    told = claim_answer(claim, units)
    return {name: value for name, value in told.items() if name not in _NOT_OF_THE_CLAIM}


def _claims_of(
    candidates: Iterable[Candidate], held: Holding, measure: str, choices: Choices
) -> dict[str, ApprovedClaim]:
    """By claim_ref, the claims that these are or are made of, in their order."""
    everything = {claim.ref: claim for about in held.claims.claims.values() for claim in about}
    found: dict[str, ApprovedClaim] = {}
    for one in candidates:
        if one.claim is None:
            found |= {event.ref: event for event in _events(one, held, measure, choices)}
        for ref in one.parts or (one.ref,):
            if ref in everything:
                found[ref] = everything[ref]
    return found


def _events(floor: Candidate, held: Holding, measure: str, choices: Choices) -> list[ApprovedClaim]:
    """The events that a source's floor adds up (method, section 8), as they end."""
    counted = claims_that_count(held.claims.about(measure), choices)
    own = [
        event
        for event in of_place(of_nature(counted, Nature.EVENT), choices.place)
        if event.source.slug == floor.source.slug
    ]
    refs = {event.ref for event in own}
    added = [event for event in own if event.part_of not in refs]
    return sorted(added, key=lambda event: (event.period.last if event.period else event.day_said, event.ref))


def question_of(content: Mapping[str, object]) -> Question:
    """The question that a certificate answers; raises BadParameters, which names what cannot be read."""
    choices = content.get("choices")
    asked = choices if isinstance(choices, dict) else {}
    return Question(
        deployment=str(content.get("deployment")),
        measure=str(content.get("measure")),
        choices=read_choices(_as_parameters(asked), strict=True),
        on=_read("on", content, date.fromisoformat),
        figure=_read("figure", content, Figure),
    )


def _as_parameters(choices: Mapping[object, object]) -> list[tuple[str, str]]:
    """Choices as JSON has them, as the parameters of an address."""
    return [
        (str(name), str(value))
        for name, values in choices.items()
        for value in (values if isinstance(values, list) else [values])
        if value is not None
    ]


def _read(name: str, content: Mapping[str, object], read: Callable[[str], T]) -> T:
    value = content.get(name)
    try:
        return read(value if isinstance(value, str) else "")
    except ValueError:
        raise BadParameters([BadParameter(name, _("“%(written)s” cannot be read", written=value))]) from None
