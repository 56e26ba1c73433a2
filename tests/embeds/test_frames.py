"""Who may show what in a frame: embeds anybody, all else nobody."""

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.headers import policy
from app.main import create_app
from app.settings import Settings
from tests.accounts.test_roles import ROWS
from tests.factories import ClaimFactory, DeploymentFactory, MeasureFactory, RevisionFactory, SourceFactory

EMBED = "GET /embed/{slug}/{measure}"


def directives(answer):
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.fixture
def something_to_see(session):
    RevisionFactory(
        claim=ClaimFactory(ref="claim"),
        deployment=DeploymentFactory(slug="troops"),
        measure=MeasureFactory(slug="sent"),
        source=SourceFactory(slug="source"),
        approved=True,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_only_embeds_may_stand_in_a_frame(site, visit, something_to_see, row):
    answer = site.request(row.method, row.address)
    assert directives(answer)["frame-ancestors"] == ("*" if row.route == EMBED else "'none'")
    opener = "unsafe-none" if row.route == EMBED else "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == opener
    assert ("cross-origin-resource-policy" in answer.headers) == (row.route == EMBED)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/embed", "/embed/a", "/embed/a/b/c", "/static/nothing.css", "/claims?nature=guess"]
)
def test_neither_may_what_is_refused(founding_site, path):
    answer = founding_site.get(path)
    assert answer.status_code in {404, 422}
    assert directives(answer)["frame-ancestors"] == "'none'"


def test_static_files_may_not_either(founding_site):
    address = founding_site.app.state.assets.url("bundles/embed.css")
    assert directives(founding_site.get(address))["frame-ancestors"] == "'none'"


def test_an_embed_may_load_no_more_than_a_page(founding_site):
    embed = directives(founding_site.get("/embed/nk-troops-russia/sent"))
    page = directives(founding_site.get("/deployments/nk-troops-russia/sent"))
    changed = {name: embed[name] for name in page if embed[name] != page[name]}
    assert changed == {"frame-ancestors": "*", "form-action": "'none'"}


def test_only_the_page_with_the_preview_may_hold_a_frame(founding_site):
    assert directives(founding_site.get("/deployments/nk-troops-russia/sent/embed"))["frame-src"] == "'self'"
    assert "frame-src" not in directives(founding_site.get("/deployments/nk-troops-russia/sent"))


def test_an_installation_says_whose_pages_may_embed(founding_url):
    app = create_app(
        Settings(database_url=founding_url, log_format="json", embed_ancestors="'self' https://news.example")
    )
    with TestClient(app) as client:
        embed = client.get("/embed/nk-troops-russia/sent")
    assert directives(embed)["frame-ancestors"] == "'self' https://news.example"


@pytest.mark.parametrize("written", ["", "*; script-src *", "a, b", "a\nb", "\u00e9"])
def test_what_would_say_more_than_whose_pages_is_refused(written):
    with pytest.raises(ValidationError, match="MUSTER_EMBED_ANCESTORS"):
        Settings(MUSTER_EMBED_ANCESTORS=written)


def test_a_policy_is_the_sites_with_what_is_said_otherwise():
    assert policy(frame_src="'self'") == f"{policy()}; frame-src 'self'"
    assert policy(base_uri="'self'") == policy().replace("base-uri 'none'", "base-uri 'self'")
