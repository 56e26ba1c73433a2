"""API tokens: created, shown once, shown by programs, revoked."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Update, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import ApiToken, Person, Scope
from app.accounts.sessions import SEEN_EVERY
from app.accounts.tokens import hash_secret, new_secret
from app.acts.actions import record_act
from app.database import broken_rule
from app.errors import NotFound, Refusal
from app.languages.spoken import _

PREFIX = "muster_"
"""By it those who search published files for secrets recognise one of ours."""

_SHOWN = len(PREFIX) + 5
LONGEST_DAYS = 366


class NameTaken(Refusal):
    """Something else goes by this name already."""


def create_api_token(
    session: Session, owner: Person, *, name: str, scopes: Collection[Scope], days: int, at: datetime
) -> str:
    """A new token of `owner` that is good for so many days; gives the secret, which is not kept.

    Raises NameTaken where a token of theirs that is not revoked has this name.
    """
    secret = new_secret(PREFIX)
    token = ApiToken(
        token_hash=hash_secret(secret),
        beginning=secret[:_SHOWN],
        person_id=owner.id,
        name=name,
        scopes=sorted(scopes),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    try:
        with session.begin_nested():
            session.add(token)
    except IntegrityError as error:
        if broken_rule(error) != "api_tokens_one_live_per_name":
            raise
        raise NameTaken(_("You have a token of the name “%(name)s” already.", name=name)) from error
    _log(session, owner, "created", token, at)
    return secret


def revoke_api_token(
    session: Session, owner: Person, token_id: int, *, at: datetime, by: Person | None = None
) -> None:
    """Make a token worthless; one that is revoked stays so. Raises NotFound where `owner` has none such.

    `by` is who revokes it; None: its owner.
    """
    token = session.scalar(
        select(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == owner.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if token is None:
        raise NotFound(_("There is no such token.") if by else _("You have no such token."))
    if token.revoked_at is None:
        token.revoked_at = max(at, token.created_at)
        _log(session, owner, "revoked", token, at, by=by)


def kept_api_tokens(session: Session, owner: Person) -> Sequence[ApiToken]:
    """The tokens of a person that are not revoked, expired ones too, the newest first."""
    theirs = select(ApiToken).where(ApiToken.person_id == owner.id, ApiToken.revoked_at.is_(None))
    return session.scalars(theirs.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())).all()


def find_api_token(session: Session, secret: str, *, at: datetime) -> ApiToken | None:
    """The token with this secret; None where it is revoked, has expired or its owner is disabled."""
    found = session.scalar(
        select(ApiToken)
        .join(ApiToken.person)
        .options(contains_eager(ApiToken.person))
        .where(
            ApiToken.token_hash == hash_secret(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > at,
            Person.disabled_at.is_(None),
        )
    )
    if found is not None and (found.last_used_at is None or at - found.last_used_at >= SEEN_EVERY):
        session.execute(_used(found.id, at))
    return found


def _used(token_id: int, at: datetime) -> Update:
    """Note that a token was used, unless another request is just noting it: nobody waits for this."""
    free = select(ApiToken.id).where(ApiToken.id == token_id).with_for_update(skip_locked=True)
    return (
        update(ApiToken)
        .where(ApiToken.id.in_(free.scalar_subquery()), ApiToken.created_at <= at)
        .values(last_used_at=at)
        .execution_options(synchronize_session=False)
    )


def _log(
    session: Session, owner: Person, done: str, token: ApiToken, at: datetime, *, by: Person | None = None
) -> None:
    record_act(
        session,
        "people",
        by=by or owner,
        at=at,
        origin="desk",
        moves_version=False,
        subject=owner.pseudonym,
        words=f"API token {done}",
        details={"scopes": list(token.scopes)},
    )
