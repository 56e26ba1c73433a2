"""Administrators invite, give roles and links, disable and enable; each act is logged."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actions import (
    LastAdministrator,
    LinkEnded,
    NoLongerAdministrator,
    change_role,
    disable,
    give_link,
    open_link,
    use_link,
)
from app.accounts.models import OneTimeLink, Person, Role, SignIn
from app.accounts.pseudonyms import new_pseudonym
from app.accounts.queries import command_line
from app.acts.models import Act
from app.database import connect
from app.errors import Refusal
from tests.accounts.people import PASSWORD, somebody
from tests.factories import NOW, ApiTokenFactory, OneTimeLinkFactory, PersonFactory, SignInFactory, used_in


@pytest.fixture
def admin(signed_in):
    """An administrator who is signed in."""
    return signed_in("administrator", name="admin")


def acts(session):
    return [(act.by_name, act.subject, act.words) for act in session.scalars(select(Act).order_by(Act.id))]


INVITED = {"name": "Bob.B", "display_name": "Bob Example", "role": "reviewer"}


def test_somebody_is_invited_by_a_link_that_is_shown_once(desk, session, admin):
    page = desk.post("/desk/people", INVITED, status=200)
    address = page.soup.find(class_="secret").text
    assert address.startswith("http://testserver/welcome/")
    assert page.response.headers["cache-control"] == "private, no-store"
    bob = session.scalars(select(Person).where(Person.name == "bob.b")).one()
    assert (bob.display_name, bob.role, bob.named_in_public) == ("Bob Example", "reviewer", False)
    assert acts(session) == [
        ("admin", bob.pseudonym, "invited as reviewer"),
        ("admin", bob.pseudonym, "given a link to a first password"),
    ]
    assert address.rpartition("/")[2] not in desk.get("/desk/people").response.text
    desk.post(
        address.removeprefix("http://testserver"), {"new_password": PASSWORD, "password_again": PASSWORD}
    )
    assert "Signed in as bob.b · reviewer" in desk.get("/desk/account").text


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"name": "bob example"}, "name", "at most 40 letters a to z"),
        ({"name": "x" * 41}, "name", "at most 40 letters a to z"),
        ({"name": "admin"}, "name", "There is somebody of the name “admin” already."),
        ({"name": "command-line"}, "name", "There is somebody of the name “command-line” already."),
        ({"name": ""}, "name", "Please fill this in."),
        ({"display_name": ""}, "display_name", "Please fill this in."),
        ({"role": "owner"}, "role", "none of the choices"),
    ],
)
def test_an_invitation_that_does_not_do_is_refused_with_what_was_typed(
    desk, session, admin, change, field, problem
):
    typed = INVITED | change
    page = desk.post("/desk/people", typed, status=422)
    assert problem in page.soup.find(id=f"{field}-error").text
    assert page.soup.find(id="name")["value"] == typed["name"]
    assert page.soup.find(id="display_name")["value"] == typed["display_name"]
    assert acts(session) == []


def test_who_clicks_twice_is_shown_a_link_and_invites_once(desk, session, admin):
    form = {"name": "bea", "display_name": "Bea Bell", "role": "editor"}
    shown = [desk.post("/desk/people", form, status=200).text for _click in range(2)]
    assert all("/welcome/" in page for page in shown)
    assert len(session.scalars(select(Person).where(Person.name == "bea")).all()) == 1
    other = desk.post("/desk/people", form | {"role": "reviewer"}, status=422)
    assert "somebody of the name" in other.text


def test_a_reason_for_what_cannot_be_done_any_more_is_still_there(desk, session, admin):
    PersonFactory(name="bea", disabled_at=NOW)
    page = desk.post("/desk/people/bea/role", {"role": "reviewer", "reason": "She decides."}, status=409)
    assert "Nothing was done." in page.text
    assert "She decides." in [one.text for one in page.soup.select("p.said")]


def test_everybody_is_listed_with_what_they_can_do(desk, session, admin):
    somebody(name="ann", display_name="Ann")
    PersonFactory(name="bob", display_name="Bob")
    PersonFactory(name="cat", display_name="Cat", disabled_at=NOW, named_in_public=True)
    OneTimeLinkFactory(person_id=PersonFactory(name="dan", display_name="Dan").id, created_by=admin.id)
    page = desk.get("/desk/people")
    rows = {row.th.get_text(" ", strip=True): row for row in page.soup.select("tbody tr")}
    state = {name: row.find_all("td")[-1].get_text(" ", strip=True) for name, row in rows.items()}
    assert state == {
        "Admin (you)": "no password yet",
        "Ann": "can sign in",
        "Bob": "no password yet",
        "Cat": "disabled on 15 Jan 2026",
        "Dan": "link until 22 January 2026, 09:30 UTC",
    }
    assert "named in public" in rows["Cat"].text


WHY = "Asked for by the board."


def test_a_new_role_signs_out_whoever_gets_it(desk, session, admin):
    bob = PersonFactory(name="bob", role="editor")
    SignInFactory(person_id=bob.id)
    assert (
        desk.get("/desk/people/bob").soup.find(id="role-role").find("option", selected=True)["value"]
        == "editor"
    )
    desk.post("/desk/people/bob/role", {"role": "reviewer", "reason": WHY})
    session.refresh(bob)
    assert bob.role == "reviewer"
    assert session.scalars(select(SignIn).where(SignIn.person_id == bob.id)).all() == []
    assert acts(session) == [("admin", bob.pseudonym, "editor before, reviewer now")]


def test_the_same_role_again_changes_nothing(desk, session, admin):
    bob = PersonFactory(name="bob", role="editor")
    SignInFactory(person_id=bob.id)
    desk.post("/desk/people/bob/role", {"role": "editor", "reason": WHY})
    assert len(session.scalars(select(SignIn).where(SignIn.person_id == bob.id)).all()) == 1
    assert acts(session) == []


def test_a_role_that_is_none_is_refused(desk, admin):
    PersonFactory(name="bob")
    assert "none of the choices" in desk.post("/desk/people/bob/role", {"role": "owner"}, status=422).text


def test_a_disabled_person_is_out_at_once_and_enabled_has_the_old_password(desk, session, admin):
    bob = somebody(name="bob")
    SignInFactory(person_id=bob.id)
    OneTimeLinkFactory(person_id=bob.id)
    desk.post("/desk/people/bob/disable", {"reason": WHY})
    assert "disabled since 15 Jan 2026" in desk.get("/desk/people/bob").text
    assert session.scalars(select(OneTimeLink)).all() == []
    assert session.scalars(select(SignIn).where(SignIn.person_id == bob.id)).all() == []
    for path, form in (("role", {"role": "reviewer", "reason": WHY}), ("link", {})):
        assert "disabled; enable it first" in desk.post(f"/desk/people/bob/{path}", form, status=409).text
    desk.post("/desk/people/bob/enable", {"reason": WHY})
    assert [words for _, _, words in acts(session)] == ["disabled", "enabled again"]
    desk.post("/sign-out")
    desk.sign_in(bob)


def test_disabling_or_enabling_again_changes_nothing(desk, session, admin):
    bob = PersonFactory(name="bob")
    desk.post("/desk/people/bob/enable", {"reason": WHY})
    desk.post("/desk/people/bob/disable", {"reason": WHY})
    desk.later(hours=1)
    desk.post("/desk/people/bob/disable", {"reason": WHY})
    session.refresh(bob)
    assert bob.disabled_at == NOW
    assert len(acts(session)) == 1


def test_a_reset_is_a_link_and_changes_nothing_before_it_is_used(desk, session, admin):
    bob = somebody(name="bob")
    SignInFactory(person_id=bob.id)
    page = desk.post("/desk/people/bob/link", status=200)
    assert "By it bob sets a new password." in page.text
    assert "until 16 January 2026, 09:30 UTC" in page.text
    assert acts(session) == [("admin", bob.pseudonym, "given a link to a new password")]
    assert len(session.scalars(select(SignIn).where(SignIn.person_id == bob.id)).all()) == 1


@pytest.mark.parametrize(("path", "form"), [("disable", {}), ("role", {"role": "editor"})])
def test_nobody_shuts_themselves_out(desk, session, admin, path, form):
    page = desk.post(f"/desk/people/admin/{path}", form, status=409)
    assert "another administrator can" in page.text
    session.refresh(admin)
    assert (admin.role, admin.disabled_at) == ("administrator", None)
    assert "This is you." in desk.get("/desk/people/admin").text


@pytest.mark.parametrize("name", ["bobb", "command-line", "Bob", "a%00b"])
def test_somebody_who_is_not_there_is_not_found(desk, admin, name):
    PersonFactory(name="bob", display_name="Bob Example")
    page = desk.get(f"/desk/people/{name}", status=404)
    if name == "bobb":
        assert "/desk/people/bob" in page.links
    desk.post(f"/desk/people/{name}/disable", status=404)


def test_a_link_is_a_whole_address_under_the_public_one(desk, admin, monkeypatch):
    PersonFactory(name="bob")
    monkeypatch.setattr(desk.site.app.state.settings, "base_url", "http://muster.example")
    address = desk.post("/desk/people/bob/link", status=200).soup.find(class_="secret").text
    assert address.startswith("http://muster.example/welcome/")


def test_a_pseudonym_tells_nothing_and_is_nobody_elses(session):
    pseudonyms = [new_pseudonym(session) for _ in range(50)]
    for pseudonym in pseudonyms:
        quality, thing, number = pseudonym.split("-")
        assert (quality + thing).isalpha()
        assert 30 <= int(number) < 80
    taken = PersonFactory(pseudonym=pseudonyms[0]).pseudonym
    assert taken not in {new_pseudonym(session) for _ in range(200)}


# Two at once, in a database of their own.


@pytest.fixture
def own_engine(empty_database):
    engine = connect(empty_database)
    yield engine
    engine.dispose()


def at_once(engine, *actions):
    """What each action raised, begun together in transactions of their own; None: it went through."""

    def run(action):
        with Session(engine, expire_on_commit=False) as session:
            try:
                with session.begin():
                    action(session)
            except Refusal as refusal:
                return type(refusal)

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def two_administrators(engine):
    with Session(engine, expire_on_commit=False) as session, used_in(session), session.begin():
        return PersonFactory(role="administrator").id, PersonFactory(role="administrator").id


@pytest.mark.parametrize("shut_out", ["disable", "demote"])
def test_of_two_administrators_who_shut_one_another_out_one_remains(own_engine, shut_out):
    first, second = two_administrators(own_engine)

    def by(one, other):
        def act(session):
            person, actor = session.get(Person, other), session.get(Person, one)
            if shut_out == "disable":
                disable(session, person, by=actor, at=NOW, origin="desk")
            else:
                change_role(session, person, Role.EDITOR, by=actor, at=NOW, origin="desk")

        return act

    outcome = at_once(own_engine, by(first, second), by(second, first))
    assert sorted(outcome, key=str) == [NoLongerAdministrator, None]


def test_a_link_opened_twice_at_once_sets_one_password(own_engine):
    first, second = two_administrators(own_engine)
    with Session(own_engine) as session, session.begin():
        secret = give_link(
            session, session.get(Person, second), by=session.get(Person, first), at=NOW, origin="desk"
        )

    def use(session):
        use_link(session, open_link(session, secret, at=NOW + timedelta(hours=1)), PASSWORD, at=NOW)

    assert sorted(at_once(own_engine, use, use), key=str) == [LinkEnded, None]


def test_why_something_is_done_to_an_account_is_asked_for_and_kept(desk, session, admin):
    bob = PersonFactory(name="bob", role="editor")
    for path, form in (("role", {"role": "reviewer"}), ("disable", {}), ("enable", {"reason": " "})):
        assert "Why" in desk.post(f"/desk/people/bob/{path}", form, status=422).text
    session.refresh(bob)
    assert (bob.role, bob.disabled_at) == ("editor", None)
    desk.post("/desk/people/bob/disable", {"reason": WHY})
    assert WHY in desk.get("/desk/people/bob").text


def test_sessions_and_tokens_are_seen_and_ended_by_an_administrator(desk, session, admin):
    bob, cat = PersonFactory(name="bob"), PersonFactory(name="cat")
    first, second = SignInFactory(person_id=bob.id), SignInFactory(person_id=bob.id)
    other = SignInFactory(person_id=cat.id)
    token = ApiTokenFactory(person_id=bob.id, name="nightly")
    page = desk.get("/desk/people/bob")
    assert len(page.main.select("#sign-ins-heading")) == 1
    assert "nightly" in page.text
    desk.post(f"/desk/people/bob/sign-ins/{other.id}/end", status=404)
    desk.post(f"/desk/people/bob/sign-ins/{first.id}/end")
    assert session.scalars(select(SignIn.id).where(SignIn.person_id == bob.id)).all() == [second.id]
    desk.post("/desk/people/bob/sign-ins/end")
    theirs = select(SignIn.id).where(SignIn.person_id.in_([bob.id, cat.id]))
    assert session.scalars(theirs).all() == [other.id]
    desk.post(f"/desk/people/cat/tokens/{token.id}/revoke", status=404)
    desk.post(f"/desk/people/bob/tokens/{token.id}/revoke")
    session.refresh(token)
    assert token.revoked_at is not None
    assert [words for _by, _of, words in acts(session)] == [
        "signed out of one browser", "signed out everywhere", "API token revoked",
    ]  # fmt: skip
    assert "signed out everywhere by admin" in desk.get("/desk/people/bob").text


def test_the_last_administrator_is_not_lost(session):
    last = PersonFactory(name="last", role="administrator")
    by = command_line(session)
    for lose in (
        lambda: disable(session, last, by=by, at=NOW, origin="command_line"),
        lambda: change_role(session, last, Role.EDITOR, by=by, at=NOW, origin="command_line"),
    ):
        with pytest.raises(LastAdministrator):
            lose()
    PersonFactory(role="administrator")
    disable(session, last, by=by, at=NOW, origin="command_line")
    assert last.disabled_at == NOW
