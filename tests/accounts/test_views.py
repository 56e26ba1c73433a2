"""Signing in and out, and what one-time links lead to."""

from app.accounts.models import SignIn
from tests.accounts.people import somebody


def test_somebody_signs_in_and_out(desk, session):
    ann = somebody(name="ann")
    desk.get("/login")
    assert desk.sign_in(ann).response.headers["location"] == "/desk/account"
    assert "Signed in as ann" in desk.get("/desk/account").text
    assert desk.post("/sign-out").response.headers["location"] == "/login"
    assert (
        desk.get("/desk/account", status=303).response.headers["location"] == "/login?next=%2Fdesk%2Faccount"
    )
    assert session.query(SignIn).count() == 0
