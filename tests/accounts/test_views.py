"""Signing in and out, and what one-time links lead to."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.accounts.actions import give_link
from app.accounts.models import FailedSignIn, KnownBrowser, OneTimeLink, SignIn
from app.accounts.passwords import is_outdated
from app.acts.models import Act
from tests.accounts.people import PASSWORD, somebody
from tests.factories import NOW, PersonFactory

NOBODY = "No account that can sign in has this name and this password."


def sign_ins(session):
    return session.scalars(select(SignIn).order_by(SignIn.id)).all()


def test_somebody_signs_in_and_out(desk, session):
    ann = somebody(name="ann")
    desk.get("/login")
    assert desk.sign_in(ann).response.headers["location"] == "/desk"
    assert "Signed in as ann" in desk.get("/desk/account").text
    assert desk.post("/sign-out").response.headers["location"] == "/login"
    desk.get("/desk/account", status=303)
    assert sign_ins(session) == []


def test_who_is_signed_in_already_goes_on(desk):
    desk.sign_in(somebody())
    assert desk.get("/login", status=303).response.headers["location"] == "/desk"
    assert desk.get("/login?next=/claims", status=303).response.headers["location"] == "/claims"


def test_a_name_is_typed_in_any_case_and_a_password_as_it_is(desk):
    somebody(name="ann")
    desk.post("/login", {"name": " Ann ", "password": PASSWORD})
    desk.post("/login", {"name": "ann", "password": PASSWORD.upper()}, status=422)
    desk.post("/login", {"name": "ann", "password": f"{PASSWORD} "}, status=422)


def test_a_refusal_tells_nobody_who_has_an_account(desk):
    """The same page, status and words, whatever it is that does not fit."""
    somebody(name="ann")
    somebody(name="bob", disabled_at=NOW)
    PersonFactory(name="cat")  # invited, without a password yet
    answers = set()
    for name in ("ann", "bob", "cat", "dan", "command-line"):
        page = desk.post("/login", {"name": name, "password": "some other words"}, status=422)
        assert NOBODY in page.text
        assert page.soup.find(id="name")["value"] == name
        answers.add(page.response.text.replace(f'value="{name}"', ""))
    assert len(answers) == 1


def test_a_disabled_person_does_not_get_in_with_the_right_password(desk):
    assert NOBODY in desk.sign_in(somebody(disabled_at=NOW), status=422).text


def test_what_is_missing_is_said_beside_its_field(desk):
    page = desk.post("/login", {"name": "ann", "next": "/claims"}, status=422)
    assert page.soup.find(id="password")["aria-invalid"] == "true"
    assert page.soup.find(id="password-error").text == "Please fill this in."
    assert "#password" in [link["href"] for link in page.soup.select(".error-summary a")]
    assert page.soup.find("input", attrs={"name": "next"})["value"] == "/claims"


def test_after_five_failures_the_next_attempt_waits_known_name_or_not(desk, session):
    ann = somebody(name="ann")
    for name in ("ann", "nobody"):
        for _ in range(5):
            desk.post("/login", {"name": name, "password": "x"}, status=422)
        held = desk.post("/login", {"name": name, "password": PASSWORD}, status=429)
        assert held.response.headers["retry-after"] == "10"
        assert "Please wait 10 seconds and try again." in held.text
    assert len(session.scalars(select(FailedSignIn)).all()) == 10  # what was held was no attempt
    desk.later(seconds=10)
    desk.sign_in(ann)


def test_a_failure_is_committed_though_the_form_is_refused(desk, session):
    desk.post("/login", {"name": "ann", "password": "x"}, status=422)
    session.rollback()
    assert session.scalars(select(FailedSignIn.at)).all() == [NOW]


def test_a_browser_is_known_after_the_first_time_and_then_not_held_up_by_strangers(desk, session):
    ann = somebody(name="ann")
    desk.sign_in(ann)
    desk.post("/sign-out")
    known = desk.site.cookies["muster-browser"]
    del desk.site.cookies["muster-browser"]
    for _ in range(5):
        desk.sign_in(ann, "some other words", status=422)
    desk.sign_in(ann, status=429)
    desk.hold("muster-browser", known)
    desk.sign_in(ann)
    assert len(session.scalars(select(KnownBrowser)).all()) == 1


def test_two_people_at_one_browser_are_both_known(desk, session):
    for person in (somebody(), somebody()):
        desk.sign_in(person)
        desk.post("/sign-out")
    first, second = session.scalars(select(KnownBrowser)).all()
    assert first.token_hash == second.token_hash
    assert first.person_id != second.person_id


def test_a_forged_cookie_of_a_browser_is_replaced(desk):
    desk.hold("muster-browser", "chosen-by-an-attacker")
    desk.sign_in(somebody())
    assert "chosen-by-an-attacker" not in desk.site.cookies.values()


def cookies_set(page):
    return dict(header.split("=", 1) for header in page.response.headers.get_list("set-cookie"))


def test_the_cookie_of_a_sign_in_is_out_of_reach_of_scripts_and_other_sites(desk):
    cookie = cookies_set(desk.sign_in(somebody()))["muster"]
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=1209600"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_under_https_the_cookie_is_secure_and_bound_to_the_host(desk, monkeypatch):
    monkeypatch.setattr(desk.site.app.state.settings, "base_url", "https://muster.example")
    set_now = cookies_set(desk.sign_in(somebody()))
    assert set(set_now) == {"__Host-muster", "__Host-muster-browser"}
    for cookie in set_now.values():
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_each_sign_in_has_a_new_secret_and_ends_the_one_before(desk, session):
    ann = somebody()
    desk.sign_in(ann)
    before = desk.site.cookies["muster"]
    desk.sign_in(ann)
    assert desk.site.cookies["muster"] != before
    assert len(sign_ins(session)) == 1
    desk.hold("muster", before)
    desk.get("/desk/account", status=303)


def test_a_secret_that_was_planted_signs_nobody_in(desk):
    desk.hold("muster", "planted")
    desk.sign_in(somebody())
    assert "planted" not in desk.site.cookies.values()


def test_no_secret_is_stored(desk, session):
    desk.sign_in(somebody())
    secrets = set(desk.site.cookies.values())
    stored = {sign_ins(session)[0].token_hash, session.scalars(select(KnownBrowser.token_hash)).one()}
    assert len(secrets) == len(stored) == 2
    assert not secrets & stored


def test_a_sign_in_ends_after_twelve_hours_without_use(desk):
    desk.sign_in(somebody())
    desk.later(hours=11, minutes=59)
    desk.get("/desk/account")
    desk.later(hours=11, minutes=59)
    desk.get("/desk/account")
    desk.later(hours=12)
    desk.get("/desk/account", status=303)


def test_a_sign_in_ends_after_two_weeks_however_busy_it_is_kept(desk):
    desk.sign_in(somebody())
    for _ in range(33):
        desk.later(hours=10)
        desk.get("/desk/account")
    desk.later(hours=6)  # 14 days
    desk.get("/desk/account", status=303)


def test_when_somebody_was_last_seen_is_noted_once_a_minute(desk, session):
    desk.sign_in(somebody())
    for seconds, seen in ((59, NOW), (1, NOW + timedelta(minutes=1))):
        desk.later(seconds=seconds)
        desk.get("/desk/account")
        session.expire_all()
        assert sign_ins(session)[0].last_seen_at == seen


def test_expired_sign_ins_are_cleared_away_at_the_next(desk, session):
    desk.sign_in(somebody())
    desk.site.cookies.clear()
    desk.later(days=14)
    desk.sign_in(somebody())
    assert len(sign_ins(session)) == 1


def test_a_hash_with_old_parameters_is_made_anew(desk, session):
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    ann = PersonFactory(password_hash=old)
    desk.sign_in(ann, "some other words", status=422)
    assert ann.password_hash == old
    desk.sign_in(ann)
    session.refresh(ann)
    assert not is_outdated(ann.password_hash)
    desk.sign_in(ann)


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("/claims?source=x&page=2", "/claims?source=x&page=2"),
        ("/deployments/nk%2Frussia", "/deployments/nk%2Frussia"),
        ("https://elsewhere.example/", "/desk"),
        ("//elsewhere.example/", "/desk"),
        ("/\\elsewhere.example/", "/desk"),
        ("/\t/elsewhere.example/", "/desk"),
        ("\t//elsewhere.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("claims", "/desk"),
        ("///elsewhere.example", "/desk"),
        ("http:[", "/desk"),
        ("", "/desk"),
    ],
)
def test_one_goes_on_to_a_path_of_this_site_alone(desk, address, goes_to):
    ann = somebody()
    assert desk.sign_in(ann, next=address).response.headers["location"] == goes_to
    assert desk.site.get("/login", params={"next": address}).headers["location"] == goes_to


def test_where_one_was_going_is_kept_through_the_sign_in(desk):
    ann = somebody()
    asked = desk.get("/desk/account?done=name", status=303).response.headers["location"]
    assert asked == "/login?next=%2Fdesk%2Faccount%3Fdone%3Dname"
    field = desk.get(asked).soup.find("input", attrs={"name": "next"})
    assert desk.sign_in(ann, next=field["value"]).response.headers["location"] == "/desk/account?done=name"


def test_a_form_sent_after_the_sign_in_was_lost_is_not_lost(desk, session):
    ann = somebody(display_name="Ann")
    typed = {
        "display_name": "Ann <Example> & sons",
        "note": "a\x00b",
        "named_in_public": "true",
        "current_password": "secret",
    }
    page = desk.post("/desk/account/name", typed, status=401)
    assert "Nothing that you typed is lost" in page.text
    assert "secret" not in page.response.text
    hidden = {field["name"]: field["value"] for field in page.soup.select("main input[type=hidden]")}
    again = desk.sign_in(ann, status=200, **hidden)
    assert "Ann <Example> & sons" in again.text
    form = again.soup.select_one("main form")
    assert form["action"] == "/desk/account/name"
    desk.post(form["action"], {field["name"]: field["value"] for field in form.select("input")})
    session.refresh(ann)
    assert (ann.display_name, ann.named_in_public) == ("Ann <Example> & sons", True)


def test_a_kept_form_is_sent_to_this_site_alone(desk):
    page = desk.sign_in(somebody(), status=200, next="//elsewhere.example/", kept="a=b")
    assert page.soup.select_one("main form")["action"] == "/desk"


def test_a_kept_form_of_too_many_fields_is_dropped(desk):
    page = desk.sign_in(somebody(), status=200, next="/desk/account/name", kept="&".join(["a=b"] * 1001))
    assert not page.soup.select("main form input")


def test_a_form_too_large_for_any_form_is_refused_unread(desk):
    assert "More was sent" in desk.post("/login", {"name": "x" * 2_000_001}, status=413).text


# One-time links.


@pytest.fixture
def link_for(session):
    """Makes a one-time link for a person, and gives its address."""
    by = PersonFactory(role="administrator")

    def make(person, at=NOW):
        return f"/welcome/{give_link(session, person, by=by, at=at, origin='desk')}"

    return make


def both(password):
    return {"new_password": password, "password_again": password}


def test_by_a_link_somebody_sets_a_password_and_is_signed_in(desk, link_for):
    ann = PersonFactory(name="ann")
    address = link_for(ann)
    assert "For signing in as ann" in desk.get(address).text
    desk.get(address)  # looking uses nothing up: programs look at links before people do
    assert desk.post(address, both(PASSWORD)).response.headers["location"] == "/desk"
    assert "Signed in as ann" in desk.get("/desk/account").text
    desk.post("/sign-out")
    desk.sign_in(ann)


def test_a_link_works_once(desk, link_for):
    address = link_for(PersonFactory())
    desk.post(address, both(PASSWORD))
    assert "opens nothing any more" in desk.get(address, status=410).text
    desk.post(address, both("some other words"), status=410)


@pytest.mark.parametrize(("has_password", "lasts"), [(False, timedelta(days=7)), (True, timedelta(days=1))])
def test_an_invitation_lasts_a_week_and_a_reset_a_day(desk, link_for, has_password, lasts):
    address = link_for(somebody() if has_password else PersonFactory())
    desk.now = NOW + lasts - timedelta(seconds=1)
    desk.get(address)
    desk.later(seconds=1)
    desk.get(address, status=410)
    desk.post(address, both(PASSWORD), status=410)


def test_a_newer_link_replaces_an_older_one(desk, session, link_for):
    ann = PersonFactory()
    first, second = link_for(ann), link_for(ann)
    desk.get(first, status=410)
    desk.get(second)
    assert len(session.scalars(select(OneTimeLink)).all()) == 1


def test_a_link_of_somebody_disabled_opens_nothing(desk, link_for):
    ann = PersonFactory()
    address = link_for(ann)
    ann.disabled_at = NOW
    desk.get(address, status=410)


@pytest.mark.parametrize("secret", ["x", "%00", "%ff", "a" * 5000])
def test_a_made_up_link_opens_nothing(desk, secret):
    assert "opens nothing" in desk.get(f"/welcome/{secret}", status=410).text


@pytest.mark.parametrize(
    ("new", "again", "problem"),
    [
        ("short", "short", "at least 12 characters"),
        (PASSWORD, "some other words", "not the same password"),
        ("annexample2026", "annexample2026", "your own name"),
        (PASSWORD, "", "Please fill this in."),
    ],
)
def test_a_refused_password_leaves_the_link_open(desk, link_for, new, again, problem):
    address = link_for(PersonFactory(name="ann", display_name="Ann Example"))
    page = desk.post(address, {"new_password": new, "password_again": again}, status=422)
    assert problem in page.text
    assert new not in page.response.text
    desk.post(address, both(PASSWORD))


def test_a_reset_signs_out_everywhere_and_forgets_failures(desk, session, link_for):
    ann = somebody(name="ann")
    desk.sign_in(ann)
    stolen = desk.site.cookies["muster"]
    desk.site.cookies.clear()
    for _ in range(5):
        desk.sign_in(ann, "some other words", status=422)
    desk.post(link_for(ann), both("quite another phrase"))
    desk.hold("muster", stolen)
    desk.get("/desk/account", status=303)
    assert session.scalars(select(FailedSignIn)).all() == []
    desk.site.cookies.clear()
    desk.sign_in(ann, status=422)
    desk.sign_in(ann, "quite another phrase")


def test_a_link_is_secret_to_caches_and_to_the_next_page(desk, link_for):
    headers = desk.get(link_for(PersonFactory())).response.headers
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "private, no-store")


def test_that_a_password_was_set_is_logged_without_name_or_password(desk, session, link_for):
    ann = PersonFactory(name="ann")
    desk.post(link_for(ann), both(PASSWORD))
    act = session.scalars(select(Act).order_by(Act.id.desc())).first()
    assert (act.kind, act.subject, act.words) == ("people", ann.pseudonym, "password set by a one-time link")
    assert (act.details, act.version) == ({}, None)


# Caches.


def test_one_persons_page_is_kept_by_no_cache(desk):
    desk.sign_in(somebody())
    headers = desk.get("/desk/account").response.headers
    assert headers["cache-control"] == "private, no-store"
    assert "cookie" in headers["vary"].lower()


def test_nor_is_the_answer_that_hands_over_a_cookie(desk):
    assert desk.sign_in(somebody()).response.headers["cache-control"] == "private, no-store"


def test_readers_pages_can_still_be_cached(desk):
    assert "no-store" not in desk.site.get("/method").headers.get("cache-control", "")
