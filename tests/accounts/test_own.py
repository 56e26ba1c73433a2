"""One's own account: name, password, where one is signed in, API tokens."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import ApiToken, SignIn
from app.accounts.passwords import fits
from app.accounts.tokens import hash_secret
from app.acts.models import Act
from tests.accounts.people import PASSWORD, somebody
from tests.factories import NOW, ApiTokenFactory, PersonFactory, SignInFactory

NEW = "quite another phrase"


@pytest.fixture
def ann(desk):
    """Somebody who has signed in by the form."""
    person = somebody(name="ann", display_name="Ann Example", pseudonym="quiet-cedar-41")
    desk.sign_in(person)
    return person


def words(session):
    return [act.words for act in session.scalars(select(Act).order_by(Act.id))]


def test_one_goes_by_a_pseudonym_until_one_chooses_to_be_named(desk, session, ann):
    page = desk.get("/desk/account")
    assert "pseudonym quiet-cedar-41" in page.text
    assert not page.soup.find(id="naming-named_in_public").has_attr("checked")
    assert ann.public_name == "quiet-cedar-41"
    answer = desk.post("/desk/account/name", {"display_name": "Ann B. Example", "named_in_public": "true"})
    page = desk.get(answer.response.headers["location"])
    assert page.soup.find(role="status").text == "Saved."
    assert page.soup.find(id="naming-named_in_public").has_attr("checked")
    session.refresh(ann)
    assert ann.public_name == "Ann B. Example"
    desk.post("/desk/account/name", {"display_name": "Ann B. Example"})
    session.refresh(ann)
    assert ann.public_name == "quiet-cedar-41"
    assert words(session) == ["named in public from now on", "goes by the pseudonym from now on"]


def test_saving_the_same_again_is_no_act(desk, session, ann):
    desk.post("/desk/account/name", {"display_name": "Ann Example"})
    assert words(session) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [(" ", "Please fill this in."), ("x" * 301, "at most 300 characters"), ("a\x00b", "no text")],
)
def test_a_name_that_is_none_is_refused_with_what_was_typed(desk, ann, name, problem):
    page = desk.post("/desk/account/name", {"display_name": name, "named_in_public": "true"}, status=422)
    field = page.soup.find(id="naming-display_name")
    assert problem in page.text
    assert field["aria-invalid"] == "true"
    assert page.soup.find(id="naming-named_in_public").has_attr("checked")
    assert [link["href"] for link in page.soup.select(".error-summary a")] == ["#naming-display_name"]


def passwords(current=PASSWORD, new=NEW, again=NEW):
    return {"current_password": current, "new_password": new, "password_again": again}


def test_a_new_password_signs_out_everywhere_else_and_changes_the_secret_here(desk, session, ann):
    SignInFactory(person_id=ann.id)
    other = SignInFactory().token_hash
    before = desk.site.cookies["muster"]
    answer = desk.post("/desk/account/password", passwords())
    assert "Everywhere else you are signed out." in desk.get(answer.response.headers["location"]).text
    assert desk.site.cookies["muster"] != before
    left = set(session.scalars(select(SignIn.token_hash)))
    assert left == {hash_secret(desk.site.cookies["muster"]), other}
    session.refresh(ann)
    assert fits(NEW, ann.password_hash)
    assert words(session) == ["password changed"]


@pytest.mark.parametrize(
    ("typed", "field", "problem"),
    [
        (passwords(current="some other words"), "current_password", "This is not your password."),
        (passwords(new="short", again="short"), "new_password", "at least 12 characters"),
        (passwords(again="some other words"), "password_again", "not the same password"),
        (passwords(new="annexample2026", again="annexample2026"), "new_password", "your own name"),
        ({}, "new_password", "Please fill this in."),
    ],
)
def test_a_password_that_does_not_do_is_refused(desk, session, ann, typed, field, problem):
    page = desk.post("/desk/account/password", typed, status=422)
    assert problem in page.soup.find(id=f"password-{field}-error").text
    assert all(given not in page.response.text for given in typed.values())
    session.refresh(ann)
    assert fits(PASSWORD, ann.password_hash)


def test_the_present_password_cannot_be_guessed_here_either(desk, ann):
    for _ in range(5):
        desk.post("/desk/account/password", passwords(current="some other words"), status=422)
    page = desk.post("/desk/account/password", passwords(), status=422)
    assert "Please wait 10 seconds" in page.text
    desk.later(seconds=10)
    desk.post("/desk/account/password", passwords())


def test_where_one_is_signed_in_is_listed_and_each_can_be_ended(desk, session, ann):
    SignInFactory(person_id=ann.id, browser="Safari on iPhone", network="192.0.2.0/24")
    expired = SignInFactory(person_id=ann.id, signed_in_at=NOW - timedelta(days=1), browser="Opera on Linux")
    page = desk.get("/desk/account")
    assert "Safari on iPhone 192.0.2.0/24" in page.text
    assert "Unknown browser (this one)" in page.text
    assert expired.browser not in page.text
    [form] = page.soup.find_all("form", action=lambda address: address and address.endswith("/end"))
    assert form.button.get_text() == "Sign out Safari on iPhone, signed in 15 January 2026, 09:30 UTC"
    answer = desk.post(form["action"])
    assert "That browser is signed out." in desk.get(answer.response.headers["location"]).text
    desk.post(form["action"], status=404)


def test_nobody_ends_the_sign_in_of_another(desk, session, ann):
    other = SignInFactory()
    desk.post(f"/desk/account/sign-ins/{other.id}/end", status=404)
    assert session.scalar(select(SignIn.id).where(SignIn.id == other.id))


def test_one_signs_out_everywhere(desk, session, ann):
    SignInFactory(person_id=ann.id)
    other = SignInFactory()
    desk.post("/desk/account/sign-ins/end-all")
    assert session.scalars(select(SignIn.id)).all() == [other.id]
    desk.get("/desk/account", status=303)


TOKEN = {"name": "Nightly import", "scopes": ["imports"], "days": "90", "current_password": PASSWORD}


def test_an_api_token_is_shown_once_and_stored_hashed(desk, session, ann):
    page = desk.post("/desk/account/tokens", TOKEN, status=200)
    secret = page.soup.find(class_="secret").text
    assert secret.startswith("muster_")
    assert page.response.headers["cache-control"] == "private, no-store"
    token = session.scalars(select(ApiToken)).one()
    assert (token.token_hash, token.scopes) == (hash_secret(secret), ["imports"])
    assert token.expires_at == NOW + timedelta(days=90)
    listed = desk.get("/desk/account")
    assert f"Nightly import {secret[:12]}… imports 15 Apr 2026 never" in listed.text
    assert secret not in listed.response.text
    [act] = session.scalars(select(Act))
    assert (act.words, act.subject, act.details) == (
        "API token created",
        "quiet-cedar-41",
        {"scopes": ["imports"]},
    )


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"name": ""}, "name", "Please fill this in."),
        ({"scopes": []}, "scopes", "Please choose at least one."),
        ({"scopes": ["people"]}, "scopes", "none of the choices"),
        ({"days": "367"}, "days", "366 or less"),
        ({"days": "0"}, "days", "1 or more"),
        ({"days": "a year"}, "days", "not a whole number"),
        ({"current_password": "some other words"}, "current_password", "This is not your password."),
    ],
)
def test_a_token_that_does_not_do_is_refused_with_what_was_typed(desk, session, ann, change, field, problem):
    page = desk.post("/desk/account/tokens", TOKEN | change, status=422)
    assert problem in page.soup.find(id=f"token-{field}-error").text
    assert [link["href"] for link in page.soup.select(".error-summary a")] == [f"#token-{field}"]
    assert page.soup.find(id="token-days")["value"] == change.get("days", "90")
    chosen = [box["value"] for box in page.soup.select("input[name=scopes][checked]")]
    assert chosen == [scope for scope in change.get("scopes", ["imports"]) if scope == "imports"]
    assert session.scalars(select(ApiToken)).all() == []


def test_two_tokens_of_one_name_are_not_told_apart_so_refused(desk, session, ann):
    desk.post("/desk/account/tokens", TOKEN, status=200)
    page = desk.post("/desk/account/tokens", TOKEN, status=422)
    assert "You have a token of the name “Nightly import” already." in page.text
    assert len(session.scalars(select(ApiToken)).all()) == 1


def test_a_token_is_revoked_once_and_for_good(desk, session, ann):
    token = ApiTokenFactory(person_id=ann.id, name="Nightly import")
    answer = desk.post(f"/desk/account/tokens/{token.id}/revoke")
    page = desk.get(answer.response.headers["location"])
    assert "The token is revoked." in page.text
    assert "Nightly import" not in page.text
    session.refresh(token)
    assert token.revoked_at == NOW
    desk.later(hours=1)
    desk.post(f"/desk/account/tokens/{token.id}/revoke")
    session.refresh(token)
    assert token.revoked_at == NOW
    assert words(session) == ["API token revoked"]


def test_nobody_revokes_the_token_of_another(desk, session, ann):
    token = ApiTokenFactory()
    desk.post(f"/desk/account/tokens/{token.id}/revoke", status=404)
    session.refresh(token)
    assert token.revoked_at is None


def test_an_expired_token_is_still_listed(desk, ann):
    ApiTokenFactory(person_id=ann.id, name="Old", created_at=NOW - timedelta(days=100))
    assert "expired on 5 Jan 2026" in desk.get("/desk/account").text


def test_what_people_call_themselves_is_text_and_nothing_else(desk, signed_in):
    signed_in(name="eve", display_name="<script>alert(1)</script>")
    PersonFactory(display_name="<b>x</b>")
    assert desk.get("/desk/account").soup.find(id="naming-display_name")["value"].startswith("<script>")
