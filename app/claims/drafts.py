"""Drafts that save themselves, and forms that are handed in once."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.models import Claim, Draft, Revision, Submission
from app.claims.refusals import NoSuchClaim
from app.errors import Refusal
from app.languages.spoken import _
from app.review.acts_of_editors import ACTS
from app.review.models import Judgement

KEY = re.compile(r"[A-Za-z0-9_-]{16,80}", re.ASCII)
"""The key of a form. It travels with the form, so it says nothing and opens nothing."""

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class SavedElsewhere(Refusal):
    """The draft was saved from another tab since; `draft` is what it holds now (None: it is gone)."""

    def __init__(self, sentence: str, draft: Draft | None) -> None:
        super().__init__(sentence)
        self.draft = draft


class HandedIn(Refusal):
    """The form was handed in already: with other content, or before this draft of it was saved."""

    def __init__(self, sentence: str, claim_ref: str) -> None:
        super().__init__(sentence)
        self.claim_ref = claim_ref


class NoForm(Refusal):
    """What was sent does not come from a form of this site."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def new_key() -> str:
    """A key for a form that is about to be shown: of its draft, and of what is handed in."""
    return secrets.token_urlsafe(16)


def save_draft(  # noqa: PLR0913 - what a form knows of itself, each given by name
    session: Session,
    key: str,
    values: Mapping[str, str | Sequence[str]],
    *,
    by: Person,
    at: datetime,
    expected: int,
    act: str = "enter",
    claim_ref: str | None = None,
    based_on: int | None = None,
) -> Draft:
    """Keep what stands in a form; `expected` is `Draft.saves` as the form knows it, 0 before the first save.

    `act` is one of app.review.acts_of_editors; `claim_ref` the claim that it is about and `based_on` the
    number of the revision that the form showed. Raises SavedElsewhere, HandedIn, NoSuchClaim and NoForm.
    """
    _check_form(key, act)
    if (sent := find_submission(session, by, key)) is not None:
        _refuse_sent(session, sent, _("This form was handed in already, so its draft is saved no more."))
    kept = {name: _plain(value) for name, value in values.items()}
    saved = (
        _begin(session, key, kept, by, at, act=act, claim_ref=claim_ref, based_on=based_on)
        if expected == 0
        else _save_again(session, key, kept, by, at, expected)
    )
    if saved is None:
        there = find_draft(session, by, key)
        if there is None and claim_ref is not None and expected == 0:
            there = draft_about(session, by, claim_ref, act)
        if there is not None:
            told = _("This draft was saved from another window since. Nothing was overwritten.")
        else:
            told = _("This draft was handed in or thrown away. Nothing was overwritten.")
        raise SavedElsewhere(told, there)
    return saved


def _begin(
    session: Session,
    key: str,
    values: dict[str, str | list[str]],
    by: Person,
    at: datetime,
    *,
    act: str,
    claim_ref: str | None,
    based_on: int | None,
) -> Draft | None:
    claim_id = None
    if claim_ref is not None:
        claim_id = session.scalar(select(Claim.id).where(Claim.ref == claim_ref))
        if claim_id is None:
            raise NoSuchClaim(_("There is no claim %(ref)s.", ref=claim_ref))
    beginning = insert(Draft).values(
        person_id=by.id,
        key=key,
        act=act,
        claim_id=claim_id,
        based_on=based_on if claim_id is not None else None,
        values=values,
        saves=1,
        begun_at=at,
        saved_at=at,
    )
    return session.scalar(beginning.on_conflict_do_nothing().returning(Draft))


def _save_again(
    session: Session,
    key: str,
    values: dict[str, str | list[str]],
    by: Person,
    at: datetime,
    expected: int,
) -> Draft | None:
    saving = (
        update(Draft)
        .where(Draft.person_id == by.id, Draft.key == key, Draft.saves == expected)
        # Clocks of several machines differ by moments; a draft is never saved before it was begun.
        .values(values=values, saves=Draft.saves + 1, saved_at=func.greatest(at, Draft.begun_at))
        .returning(Draft)
    )
    options = {"synchronize_session": False, "populate_existing": True}
    return session.scalar(saving.execution_options(**options))


def drafts_of(session: Session, person: Person) -> list[tuple[Draft, str | None]]:
    """Somebody's drafts with the claim_ref they are about, the last saved first."""
    rows = session.execute(
        select(Draft, Claim.ref)
        .outerjoin(Claim, Claim.id == Draft.claim_id)
        .where(Draft.person_id == person.id)
        .order_by(Draft.saved_at.desc(), Draft.id.desc())
    )
    return [(draft, ref) for draft, ref in rows]


def find_draft(session: Session, person: Person, key: str) -> Draft | None:
    """Somebody's draft by the key of its form; None: it was handed in, thrown away or never saved."""
    return session.scalar(
        select(Draft)
        .where(Draft.person_id == person.id, Draft.key == key)
        .execution_options(populate_existing=True)
    )


def draft_about(session: Session, person: Person, claim_ref: str, act: str) -> Draft | None:
    """Somebody's draft of one act on one claim: there is one at most."""
    return session.scalar(
        select(Draft)
        .join(Claim, Claim.id == Draft.claim_id)
        .where(Draft.person_id == person.id, Claim.ref == claim_ref, Draft.act == act)
        .execution_options(populate_existing=True)
    )


def discard_draft(session: Session, person: Person, key: str) -> None:
    """Throw somebody's draft away; that it is gone already is no mistake."""
    session.execute(delete(Draft).where(Draft.person_id == person.id, Draft.key == key))


def find_submission(session: Session, person: Person, key: str) -> Submission | None:
    """What somebody handed in under a key."""
    return session.scalar(select(Submission).where(Submission.person_id == person.id, Submission.key == key))


def hand_in(session: Session, key: str, content: object, *, by: Person, at: datetime) -> Submission:
    """Take a form's key, and its draft away; gives what was handed in under it, new or long since.

    A new one has neither `revision_id` nor `judgement_id` yet. Who comes second waits here until the first
    is done. Raises HandedIn where other content was handed in under the same key, and NoForm.
    """
    if not KEY.fullmatch(key):
        raise NoForm(_("What was sent does not come from a form of this site."))
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    taken: Submission | None = session.scalar(
        insert(Submission)
        .values(person_id=by.id, key=key, digest=digest, at=at)
        .on_conflict_do_nothing()
        .returning(Submission)
    )
    if taken is not None:
        discard_draft(session, by, key)
        return taken
    before: Submission | None = find_submission(session, by, key)
    assert before is not None  # noqa: S101 - submissions are never deleted, and there was a conflict with one
    if before.digest != digest:
        _refuse_sent(session, before, _("This form was handed in already, with other content."))
    return before


def _refuse_sent(session: Session, sent: Submission, sentence: str) -> None:
    made = (
        select(Claim.ref).join(Revision, Revision.claim_id == Claim.id).where(Revision.id == sent.revision_id)
        if sent.revision_id is not None
        else select(Claim.ref)
        .join(Judgement, Judgement.claim_id == Claim.id)
        .where(Judgement.id == sent.judgement_id)
    )
    ref = session.scalar(made) or ""
    where = _("It is under %(ref)s.", ref=ref)
    raise HandedIn(f"{sentence} {where}" if ref else sentence, ref)


def _check_form(key: str, act: str) -> None:
    if not KEY.fullmatch(key) or act not in ACTS:
        raise NoForm(_("What was sent does not come from a form of this site."))


def _plain(value: str | Sequence[str]) -> str | list[str]:
    """A value without what is no text, which JSON in the database cannot hold."""
    if isinstance(value, str):
        return _NOT_TEXT.sub("", value)
    return [_NOT_TEXT.sub("", one) for one in value]
