"""Who may ask for a page or an address of the API: what routes ask for in their parameters.

    def show_desk(request: Request, session: DbSession, editor: Editor) -> Response:
    def post_claim(request: Request, session: DbSession, editor: SubmitsClaims) -> Response:

Pages go by the cookie of a sign-in and the API by a bearer token; neither looks at the other's.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.api_tokens import find_api_token
from app.accounts.cookies import SIGN_IN, cookie_of, settings_of
from app.accounts.models import Person, Role, Scope, SignIn
from app.accounts.sessions import find_sign_in
from app.clock import Now
from app.database import DbSession
from app.errors import Refusal
from app.forms import MOST_FIELDS, Values, read_posted, readable
from app.languages.spoken import _, known
from app.pages import page, with_query

_UNSAID = frozenset("\\\x7f") | frozenset(map(chr, range(0x21)))
"""Characters that browsers drop or take for others, so that an address is not what it seems."""


class NotSignedIn(Exception):
    """The page is only for people who are signed in, and nobody is."""


class LacksRole(Refusal):
    """The person is signed in, and their role is not enough."""

    status = HTTPStatus.FORBIDDEN


class NoToken(Refusal):
    """An address of the API that takes a token was asked without one, or with one that is good no more."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, sentence: str, error: str = "") -> None:
        super().__init__(sentence)
        self.headers = {"WWW-Authenticate": f'Bearer realm="Muster"{error}'}


class LacksScope(Refusal):
    """The token is good, but not for this."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"This takes a token with the scope “{scope}”; this one has others.")
        challenge = f'Bearer realm="Muster", error="insufficient_scope", scope="{scope}"'
        self.headers = {"WWW-Authenticate": challenge}


def current_sign_in(request: Request, session: DbSession, now: Now) -> SignIn | None:
    """The sign-in of whoever asks; None for readers.

    From then on the answer is marked as one that depends on the cookie (app.headers.PersonalAnswers).
    """
    token = cookie_of(request, SIGN_IN)
    idle = settings_of(request).sign_in_idle
    sign_in = find_sign_in(session, token, at=now, idle=idle) if token else None
    request.state.personal = sign_in is not None
    return sign_in


CurrentSignIn = Annotated[SignIn | None, Depends(current_sign_in)]


def visitor(sign_in: CurrentSignIn) -> Person | None:
    """Whoever asks; None for readers."""
    return sign_in.person if sign_in is not None else None


Visitor = Annotated[Person | None, Depends(visitor)]


def needed_sign_in(request: Request, sign_in: CurrentSignIn) -> SignIn:
    """The sign-in of whoever asks. Raises NotSignedIn."""
    request.state.personal = True  # a page of the desk is no shared cache's to keep, whatever it answers
    if sign_in is None:
        raise NotSignedIn
    return sign_in


NeededSignIn = Annotated[SignIn, Depends(needed_sign_in)]


def signed_in(sign_in: NeededSignIn) -> Person:
    """Whoever asks, of any role. Raises NotSignedIn."""
    return sign_in.person


SignedIn = Annotated[Person, Depends(signed_in)]


def at_least(role: Role) -> Callable[[Person], Person]:
    """A dependency that gives whoever asks, and raises LacksRole where they may not do what `role` may."""

    def person_of_role(person: SignedIn) -> Person:
        if not person.may(role):
            raise LacksRole(
                _(
                    "This takes the role %(needed)s, and yours is %(role)s. An administrator can change it.",
                    needed=known(role),
                    role=known(person.role),
                )
            )
        return person

    return person_of_role


Editor = Annotated[Person, Depends(at_least(Role.EDITOR))]
Reviewer = Annotated[Person, Depends(at_least(Role.REVIEWER))]
Administrator = Annotated[Person, Depends(at_least(Role.ADMINISTRATOR))]


def bearer_with(scope: Scope) -> Callable[[Request, DbSession, Now], Person]:
    """A dependency of the API: the owner of the token shown. Raises NoToken or LacksScope."""

    def owner(request: Request, session: DbSession, now: Now) -> Person:
        scheme, _space, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise NoToken("This takes an API token: send it as “Authorization: Bearer …”.")
        token = find_api_token(session, secret.strip(), at=now)
        if token is None:
            raise NoToken("This token is not known, has expired or was revoked.", ', error="invalid_token"')
        if scope not in token.scopes:
            raise LacksScope(scope)
        return token.person

    return owner


SubmitsClaims = Annotated[Person, Depends(bearer_with(Scope.CLAIMS))]
SubmitsImports = Annotated[Person, Depends(bearer_with(Scope.IMPORTS))]


async def ask_to_sign_in(request: Request, _error: Exception) -> Response:
    """The answer to NotSignedIn: on to /login, or for a form the same page with what had been typed in it.

    A form that was sent is not lost with the sign-in: it travels along, passwords apart, and is offered
    again as soon as somebody has signed in.
    """
    if request.method in {"GET", "HEAD"}:
        asked = with_query(request.url.path, request.query_params.multi_items())
        login = request.app.url_path_for("accounts.login")
        return RedirectResponse(with_query(login, {"next": asked}), status_code=303)
    typed = await read_posted(request)
    kept = urlencode([pair for pair in typed.pairs() if "password" not in pair[0]])
    values = Values([("next", request.url.path), ("kept", kept)])
    return page(
        request,
        "accounts/login.html",
        status_code=HTTPStatus.UNAUTHORIZED,
        values=values,
        errors=[],
        interrupted=True,
    )


def kept_fields(kept: str) -> list[tuple[str, str]]:
    """The fields of a form that was kept while somebody signed in again."""
    try:
        fields = parse_qsl(kept, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
    return [(readable(name), readable(value)) for name, value in fields]


def same_site_path(address: str, otherwise: str) -> str:
    """The address if it is a path on this site and can be nothing else to any browser."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return otherwise
    plain = address.startswith("/") and not address.startswith("//") and not _UNSAID & set(address)
    return address if plain and not parts.scheme and not parts.netloc else otherwise
