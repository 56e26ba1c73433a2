"""What routes may ask for: a role, or who is there at all."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.accounts.guards import Administrator, Editor, Reviewer, SignedIn, Visitor
from app.accounts.models import Role
from app.clock import present
from app.database import get_session
from app.errors import add_error_pages
from app.headers import PersonalAnswers
from app.settings import Settings
from tests.accounts.people import Desk
from tests.factories import PersonFactory, SignInFactory

GUARDS = {"anybody": Visitor, "somebody": SignedIn, "editor": Editor, "reviewer": Reviewer}
GUARDS["administrator"] = Administrator
MAY_ENTER = {
    "editor": ["anybody", "somebody", "editor"],
    "reviewer": ["anybody", "somebody", "editor", "reviewer"],
    "administrator": ["anybody", "somebody", "editor", "reviewer", "administrator"],
}


@pytest.fixture
def rooms(session):
    """A site with one address for each guard, and one without any; gives a browser on it."""
    app = FastAPI()
    app.state.settings = Settings(database_url=None)
    app.add_middleware(PersonalAnswers)
    add_error_pages(app)  # below /api/ a refusal is problem details, which need no other page

    def room(guard):
        def enter(person: guard) -> str:
            return person.name if person else "a reader"

        return enter

    for name, guard in GUARDS.items():
        app.get(f"/api/{name}")(room(guard))
    app.get("/api/open")(lambda: "no questions asked")
    desk = Desk(TestClient(app), session)
    app.dependency_overrides[get_session] = desk.transaction
    app.dependency_overrides[present] = lambda: desk.now
    return desk


def enter(rooms, role):
    SignInFactory(secret="secret", person_id=PersonFactory(name="ann", role=role).id)
    rooms.hold("muster", "secret")


@pytest.mark.parametrize("room", GUARDS)
@pytest.mark.parametrize("role", MAY_ENTER)
def test_each_role_may_do_what_those_below_it_may(rooms, role, room):
    enter(rooms, role)
    answer = rooms.site.get(f"/api/{room}")
    if room in MAY_ENTER[role]:
        assert (answer.status_code, answer.json()) == (200, "ann")
    else:
        assert answer.status_code == 403
        assert f"This takes the role {room}, and yours is {role}." in answer.json()["detail"]


def test_a_visitor_may_be_a_reader(rooms):
    assert rooms.site.get("/api/anybody").json() == "a reader"


def test_one_persons_answer_is_no_shared_caches_to_keep_also_when_it_refuses(rooms):
    enter(rooms, Role.EDITOR)
    for room in ("anybody", "editor", "reviewer"):
        headers = rooms.site.get(f"/api/{room}").headers
        assert (headers["cache-control"], headers["vary"]) == ("private, no-store", "Cookie")


def test_an_answer_that_depends_on_the_cookie_says_so_to_caches(rooms):
    assert rooms.site.get("/api/anybody").headers["vary"] == "Cookie"
    assert "cache-control" not in rooms.site.get("/api/anybody").headers
    assert "vary" not in rooms.site.get("/api/open").headers
