"""Checking a certificate against an exported ledger: no site, no database, no network.

    list(verify(read_certificate(path), offline_ledger(ledger)))     # findings, in sentences

The number is not looked up but read anew: the certificate's question is asked of the exported claims as they
stood at its version, and what comes out is held against what the certificate says.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.answers.parameters import BadParameters
from app.answers.queries import Holding, MeasureText
from app.charts.wording import count, day
from app.citations.certificate import (
    FORMAT,
    SHA256,
    Question,
    certificate,
    content_digest,
    method_digest,
    question_of,
)
from app.ledger.offline import OfflineLedger
from app.pages import counted
from app.readings.answer import Json
from app.readings.facts import DeploymentClaims, Kind
from app.readings.rules import RULE_SET

LARGEST = 20_000_000
"""Bytes of a certificate; one of a hundred claims has fifty thousand."""


class NotACertificate(Exception):
    """What was given cannot be read as a certificate; its text says why."""


class Outcome(StrEnum):
    """What one thing that was checked came to."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOTE = "note"  # worth knowing, and no contradiction


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked, in a sentence."""

    outcome: Outcome
    sentence: str


def read_certificate(path: Path) -> Json:
    """The certificate in a file; raises NotACertificate."""
    if path.stat().st_size > LARGEST:
        raise NotACertificate(f"is larger than {LARGEST:,} bytes, which no certificate is")
    try:
        content = json.loads(path.read_bytes())
        is_text = isinstance(content, dict) and bool(content_digest(content))
    except (ValueError, RecursionError):
        is_text = False
    if not is_text or content.get("format") != FORMAT:
        raise NotACertificate(f"is no certificate of a figure: no JSON whose format is {FORMAT}")
    return dict(content)


def agrees(findings: Sequence[Finding]) -> bool:
    """Whether nothing differs."""
    return all(finding.outcome is not Outcome.DIFFERS for finding in findings)


FINDINGS = 8
"""How many there are where all agrees."""


def verify(content: Json, ledger: OfflineLedger) -> Iterator[Finding]:
    """All that agrees and all that does not, the certificate first, then the ledger, then the number.

    Each as soon as it is found: a large ledger takes a while. Raises NotACertificate where it asks nothing
    that can be read, and NotALedger where the files cannot be.
    """
    yield _digest(content)
    yield from _rules(content)
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise NotACertificate("does not say of which ledger version it is")
    if version > ledger.version:
        sentence = (
            f"The certificate is of ledger version {version:,}, and this ledger only knows the versions up to"
            f" {ledger.version:,}: it cannot be checked against it."
        )
        yield Finding(Outcome.DIFFERS, sentence)
        return
    yield from _ledger(ledger)
    yield _version(version, ledger.version)
    question = _question(content)
    held = _holding(ledger, question, version)
    if held is None or question.measure not in held.measures:
        what = "deployment" if held is None else "measure"
        name = question.deployment if held is None else question.measure
        yield Finding(Outcome.DIFFERS, f"At that version the ledger knew no {what} “{name}”.")
        return
    yield from _compared(content, certificate(held, question), question)


def _digest(content: Json) -> Finding:
    made = content_digest(content)
    if content.get(SHA256) == made:
        return Finding(Outcome.AGREES, f"The content has the SHA-256 that the certificate states, {made}.")
    return Finding(
        Outcome.DIFFERS,
        f"The content has been changed: its SHA-256 is {made}, the certificate states {content.get(SHA256)}.",
    )


def _ledger(ledger: OfflineLedger) -> Iterator[Finding]:
    changed = ledger.changed_files()
    if changed:
        names = ", ".join(changed)
        yield Finding(Outcome.DIFFERS, f"Of the ledger, {names} is missing or not as it was exported.")
    else:
        yield Finding(Outcome.AGREES, "Every file of the ledger is as it was exported.")


def _rules(content: Json) -> Iterator[Finding]:
    stated = content.get("rule_set")
    if stated != RULE_SET:
        sentence = (
            f"The certificate was made by rule set {stated}, and this program reads by rule set {RULE_SET}:"
            " what differs below may be due to that."
        )
        yield Finding(Outcome.DIFFERS, sentence)
    elif content.get("method_sha256") != method_digest():
        sentence = f"The text of the method has been edited since; its rule set is {RULE_SET}, as it was."
        yield Finding(Outcome.NOTE, sentence)


def _version(version: int, newest: int) -> Finding:
    if version == newest:
        return Finding(Outcome.AGREES, f"The ledger is of the certificate’s version, {version:,}.")
    return Finding(
        Outcome.AGREES,
        f"The ledger is of version {newest:,}; by its history it was read as of version {version:,}.",
    )


def _question(content: Json) -> Question:
    try:
        return question_of(content)
    except BadParameters as error:
        raise NotACertificate(f"asks what cannot be read: {error}") from error


def _holding(ledger: OfflineLedger, question: Question, version: int) -> Holding | None:
    """What the export held of the deployment at that version, with the names it had then."""
    claims: DeploymentClaims | None = ledger.holding(question.deployment, version)
    if claims is None:
        return None
    described = ledger.described(version)
    return Holding(
        version=version,
        changed_at=ledger.made_at(version),
        name=described["deployment"][question.deployment]["name"],
        claims=claims,
        measures={
            slug: MeasureText(slug, row["label"], Kind(row["kind"]), row["unit"], row["definition"] or None)
            for slug, row in described["measure"].items()
        },
    )


_FACTS = ("deployment_name", "starts_on", "level_valid_days", "label", "kind", "unit", "version_at")
_NUMBERS = ("value", "open", "derived", "strained", "of_the_day")
_WORDED = ("sentence", "contested", "behind", "witnesses")
_CLAIMS = ("claims", "witness_claims")


def _compared(stated: Json, found: Json, question: Question) -> Iterator[Finding]:
    number = f"{question.figure} of {stated.get('label')} on {day(question.on)}"
    yield _same(
        {name: stated.get(name) for name in _NUMBERS},
        {name: found[name] for name in _NUMBERS},
        f"The exported claims give the same number: {number} is {_in_words(found)}.",
        f"The exported claims give another number: {number} is {_in_words(found)}, and the certificate states"
        f" {_in_words(stated)}.",
    )
    yield _same(
        _names(stated.get("behind")),
        _names(found["behind"]),
        f"It rests on the same claims: {', '.join(_names(found['behind'])) or 'none'}.",
        f"It rests on other claims: {', '.join(_names(found['behind'])) or 'none'}, and the certificate names"
        f" {', '.join(_names(stated.get('behind'))) or 'none'}.",
    )
    differing = [line for name in _CLAIMS for line in _claims_differ(stated.get(name), found[name])]
    yield from (Finding(Outcome.DIFFERS, line) for line in differing)
    if not differing:
        told = counted(sum(len(found[name]) for name in _CLAIMS), "claim")
        yield Finding(Outcome.AGREES, f"The ledger has what it tells of {told}, to the letter.")
    yield _same(
        _contradictions(stated.get("contested")),
        _contradictions(found["contested"]),
        f"The same claims are contested, {len(found['contested']):,}, by the same witnesses.",
        "Other claims are contested, or by other witnesses:"
        f" {', '.join(ref for ref, *_ in _contradictions(found['contested'])) or 'none'}.",
    )
    yield from _facts_differ(stated, found)
    yield from _worded_otherwise(stated, found)


def _same(stated: object, found: object, alike: str, unlike: str) -> Finding:
    return Finding(Outcome.AGREES, alike) if stated == found else Finding(Outcome.DIFFERS, unlike)


def _in_words(content: Json) -> str:
    value = content.get("value")
    if isinstance(value, int):
        told = f"{count(value)} {content.get('unit')}"
    else:
        told = "open" if content.get("open") else "no figure"
    marks = [word for word in ("derived", "strained") if content.get(word)]
    return f"{told} ({' and '.join(marks)})" if marks else told


def _names(items: object) -> list[str]:
    found = items if isinstance(items, list) else []
    return [str(item.get("name")) for item in found if isinstance(item, dict)]


def _contradictions(items: object) -> list[tuple[str, str, bool]]:
    found = items if isinstance(items, list) else []
    return [
        (str(item.get("claim_ref")), ", ".join(map(str, item.get("witness") or ())), bool(item.get("robust")))
        for item in found
        if isinstance(item, dict)
    ]


def _claims_differ(stated: object, found: Sequence[Json]) -> Iterator[str]:
    """In sentences, what a certificate tells of claims otherwise than the ledger."""
    items = stated if isinstance(stated, list) else []
    told: dict[str, Mapping[str, object]] = {
        str(item.get("claim_ref")): item for item in items if isinstance(item, dict)
    }
    held = {claim["claim_ref"]: claim for claim in found}
    for ref in told.keys() - held.keys():
        yield f"The certificate tells of {ref}, which has no part in this by the ledger."
    for ref, claim in held.items():
        if ref not in told:
            yield f"The ledger has {ref}, of which the certificate does not tell."
            continue
        for name in dict.fromkeys([*claim, *told[ref]]):
            if told[ref].get(name) != claim.get(name):
                held_cell, told_cell = _cell(claim.get(name)), _cell(told[ref].get(name))
                yield f"{ref}: {name} is {held_cell} in the ledger, {told_cell} in the certificate."


def _cell(value: object) -> str:
    return "not known" if value is None else f"“{value}”"


def _facts_differ(stated: Json, found: Json) -> Iterator[Finding]:
    """What is said of deployment, measure, choices and version; and what no certificate says."""
    differing = [name for name in (*_FACTS, "choices") if stated.get(name) != found[name]]
    for name in differing:
        sentence = (
            f"{name} is {_cell(found[name])} by the ledger, {_cell(stated.get(name))} by the certificate."
        )
        yield Finding(Outcome.DIFFERS, sentence)
    if unknown := sorted(stated.keys() - found.keys()):
        yield Finding(Outcome.DIFFERS, f"The certificate says what none says: {', '.join(unknown)}.")
    if not differing:
        yield Finding(
            Outcome.AGREES, "Deployment, measure, choices and the moment of the version are the same."
        )


def _worded_otherwise(stated: Json, found: Json) -> Iterator[Finding]:
    """Sentences are this program's; another edition of it may word them in another way."""
    if any(stated.get(name) != found[name] for name in _WORDED):
        yield Finding(Outcome.NOTE, f"This program words it so: {found['sentence']}")
