"""Pages of refusals and failures, and the same as problem details in the API."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from app.errors import Near, Refusal, nearest, printable
from app.main import create_app
from app.settings import Settings
from tests.visiting import Page, check_page


@pytest.fixture(scope="module")
def failing(database_url):
    """The site with routes that fail in every way; what is unexpected is answered, not raised."""
    app = create_app(Settings(database_url=database_url, log_format="json"))
    errors = {
        "mistake": ZeroDivisionError("secret detail"),
        "database": OperationalError("select 1", {}, Exception("no such host")),
        "refusal": Refusal("This was decided already."),
    }

    def fail(kind: str):
        raise errors[kind]

    def number(number: int) -> int:
        return number

    app.add_api_route("/number/{number}", number)
    app.add_api_route("/fail/{kind}", fail)
    app.add_api_route("/api/v1/fail/{kind}", fail)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def seen(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    page = Page(path, response)
    check_page(page)
    return page


def test_an_unknown_address_is_named_and_near_pages_offered(failing):
    page = seen(failing, "/claim", 404)
    assert page.heading == "Not found"
    assert "Nothing is kept at /claim." in page.text
    assert "Perhaps you meant: Claims" in page.text


def test_an_address_with_letters_that_no_page_may_hold_is_answered(failing):
    assert "Nothing is kept at /\ufffd." in seen(failing, "/%00", 404).text
    seen(failing, "/%3Cscript%3Ealert(1)%3C/script%3E", 404)


def test_a_part_of_an_address_that_is_no_number_is_named_in_the_language_of_the_page(failing):
    assert "number “x”: This is not a whole number." in seen(failing, "/number/x", 422).text
    assert "number «x»: Non è un numero intero." in seen(failing, "/it/number/x", 422).text


def test_a_mistake_of_ours_gives_the_id_of_the_request_and_nothing_of_its_cause(failing):
    page = seen(failing, "/fail/mistake", 500)
    assert page.heading == "Something went wrong"
    assert page.response.headers["x-request-id"] in page.text
    assert "secret detail" not in page.response.text


def test_a_database_out_of_reach_says_when_to_come_back(failing):
    page = seen(failing, "/fail/database", 503)
    assert page.heading == "Out of reach for the moment"
    assert page.response.headers["retry-after"] == "10"
    assert "no such host" not in page.response.text


def test_a_refusal_says_its_sentence(failing):
    assert "This was decided already." in seen(failing, "/fail/refusal", 409).text


def test_error_pages_are_not_for_search_engines(failing):
    page = seen(failing, "/nowhere", 404)
    assert page.soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/api/v1/nowhere", 404, "Nothing is kept at /api/v1/nowhere."),
        ("/api/v1/fail/refusal", 409, "This was decided already."),
        ("/api/v1/fail/mistake", 500, "Something went wrong on our side"),
        ("/api/v1/fail/database", 503, "out of reach"),
    ],
)
def test_the_api_answers_with_problem_details(failing, path, status, detail):
    response = failing.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert detail in problem["detail"]


def test_a_wrong_verb_is_answered_as_such(failing):
    response = failing.post("/claims")
    assert response.status_code == 405
    assert response.headers["allow"]


def test_what_is_near_is_named_best_first_and_once():
    known = [Near("Killed", "/m/killed"), Near("Sent", "/m/sent"), Near("Killed or wounded", "/m/casualties")]
    assert nearest("kiled", known) == [known[0]]
    assert nearest("zzz", known) == []


def test_letters_that_cannot_be_shown_are_replaced():
    assert printable("a\x00b\u202ec") == "a\ufffdb\ufffdc"
