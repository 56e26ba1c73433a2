"""Lists of the API: items page by page, and what they can be narrowed to."""

import pytest

from app.api.asked import cursor_after, read_cursor
from app.claims.answer import ClaimAnswer
from tests.factories import (
    ClaimFactory,
    DeploymentFactory,
    FamilyFactory,
    JudgementFactory,
    MeasureFactory,
    PlaceFactory,
    RevisionFactory,
    SourceAliasFactory,
    SourceDocumentFactory,
    SourceFactory,
)
from tests.visiting import counted_statements

API = "/api/v1"


def walk(site, address):
    """All items from an address on, page by page."""
    pages, cursor, joint = [], "", "&" if "?" in address else "?"
    while cursor is not None:
        answer = site.get(f"{address}{f'{joint}cursor={cursor}' if cursor else ''}")
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == {"items", "next"}
        pages.append(answer.json()["items"])
        cursor = answer.json()["next"]
    return pages


def refs(answer):
    return [item["claim_ref"] for item in answer.json()["items"]]


def test_deployments_are_those_of_the_ledger(founding_site):
    deployments = {item["slug"]: item for item in founding_site.get(f"{API}/deployments").json()["items"]}
    assert list(deployments) == sorted(deployments)
    troops = deployments["nk-troops-russia"]
    assert (troops["sender"], troops["host"], troops["starts_on"]) == ("PRK", "RUS", "2024-10-01")
    assert troops["page"] == "/deployments/nk-troops-russia"


def test_a_deployment_in_full_leads_to_its_readings(founding_site):
    answer = founding_site.get(f"{API}/deployments/nk-troops-russia").json()
    assert (answer["version"], answer["last_changed_at"]) == (1, "2026-11-23T10:00:00Z")
    assert answer["last_checked_at"] is None
    by_measure = {item["measure"]: item for item in answer["measures"]}
    claimed = [item["claims"] for item in answer["measures"]]
    assert claimed == sorted(claimed, reverse=True)
    sent = by_measure["sent"]
    assert founding_site.get(sent["reading"]).json()["measure"] == "sent"
    assert founding_site.get(sent["page"]).status_code == 200
    listed = walk(founding_site, f"{API}/claims?deployment=nk-troops-russia&measure=sent&limit=1000")
    assert sent["claims"] == len(listed[0])


def test_measures_and_sources_are_those_of_the_ledger(founding_site):
    measures = {item["slug"]: item for item in founding_site.get(f"{API}/measures").json()["items"]}
    assert (measures["sent"]["kind"], measures["present"]["kind"]) == ("flow", "level")
    sources = {item["slug"]: item for page in walk(founding_site, f"{API}/sources") for item in page}
    assert list(sources) == sorted(sources)
    one = founding_site.get(f"{API}/sources/{next(iter(sources))}").json()
    assert {key: one[key] for key in sources[one["slug"]]} == sources[one["slug"]]
    assert set(one) - set(sources[one["slug"]]) == {"relatives", "other_names"}


def test_a_source_names_its_relatives_and_counts_what_stands_under_it(visit, site):
    family = FamilyFactory(slug="rok", name="South Korea")
    nis = SourceFactory(slug="nis", name="The Service", family=family, reliability="B", stance="opponent")
    SourceFactory(slug="jcs", name="Joint Chiefs", family=family)
    SourceAliasFactory(source=nis, name="Service")
    SourceFactory(slug="alone")
    claim = ClaimFactory(ref="c-1")
    RevisionFactory(claim=claim, source=nis, said_on="2025-01-13", as_of="2025-01-13", approved=True)
    RevisionFactory(source=nis, said_on="2025-01-14", as_of="2025-01-13", repeat_of=claim, approved=True)
    answer = site.get(f"{API}/sources/nis").json()
    assert (answer["family"], answer["family_name"], answer["relatives"]) == ("rok", "South Korea", ["jcs"])
    assert answer["other_names"] == ["Service"]
    assert (answer["claims"], answer["appearances"]) == (1, 1)
    assert (answer["first_said"], answer["last_said"]) == ("2025-01-13", "2025-01-13")
    alone = site.get(f"{API}/sources/alone").json()
    assert (alone["family"], alone["relatives"], alone["claims"], alone["first_said"]) == (
        "alone",
        [],
        0,
        None,
    )


@pytest.mark.parametrize("noun", ["deployments", "measures", "sources", "claims"])
@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_pages_lose_and_double_nothing(visit, site, noun, limit):
    slugs = ["a-1", "a", "ab", "b", "z-9"]
    for slug in slugs:
        {
            "deployments": lambda s: DeploymentFactory(slug=s),
            "measures": lambda s: MeasureFactory(slug=s),
            "sources": lambda s: SourceFactory(slug=s),
            "claims": lambda s: RevisionFactory(claim=ClaimFactory(ref=s), approved=True),
        }[noun](slug)
    key = "claim_ref" if noun == "claims" else "slug"
    pages = walk(site, f"{API}/{noun}?limit={limit}")
    found = [item[key] for page in pages for item in page]
    assert [slug for slug in found if slug in slugs] == sorted(slugs)
    assert found == sorted(found)
    assert {len(page) for page in pages[:-1]} <= {limit}


def test_what_comes_in_meanwhile_moves_nothing(visit, site):
    for ref in ("b", "d", "f"):
        RevisionFactory(claim=ClaimFactory(ref=ref), approved=True)
    first = site.get(f"{API}/claims?limit=2").json()
    for ref in ("a", "c", "e"):
        RevisionFactory(claim=ClaimFactory(ref=ref), approved=True)
    second = site.get(f"{API}/claims?limit=2&cursor={first['next']}")
    assert [item["claim_ref"] for item in first["items"]] == ["b", "d"]
    assert refs(second) == ["e", "f"]


@pytest.fixture
def three(session):
    """Three claims and an appearance that filters tell apart."""
    north, south = DeploymentFactory(slug="north"), DeploymentFactory(slug="south")
    killed = MeasureFactory(slug="killed")
    nis = SourceFactory(slug="nis", name="The Service", family=FamilyFactory(slug="rok"))
    tass = SourceFactory(slug="tass", name="The Agency")
    RevisionFactory(
        claim=ClaimFactory(ref="a"), deployment=north, measure=killed, source=nis, as_of="2025-01-13",
        said_on="2025-01-13", wording="At least 300 soldiers were killed", approved=True,
    )  # fmt: skip
    b = ClaimFactory(ref="b")
    RevisionFactory(
        claim=b, deployment=south, measure=killed, source=tass, nature="increment", as_of=None,
        period="2025-02/2025-02", said_on="2025-03-01", place=PlaceFactory(slug="kursk", name="Kursk Oblast"),
        document=SourceDocumentFactory(title="A report"), approved=True,
    )  # fmt: skip
    JudgementFactory(claim=b, standing="set_aside", standing_reason="stale", approved=True)
    RevisionFactory(claim=ClaimFactory(ref="c"), deployment=north, source=tass, as_of="2025-04",
                    said_on="2025-04-30", approved=True)  # fmt: skip
    RevisionFactory(claim=ClaimFactory(ref="d"), deployment=south, measure=killed, source=tass,
                    said_on="2025-03-02", as_of="2025-03", repeat_of=b, approved=True)  # fmt: skip
    RevisionFactory(claim=ClaimFactory(ref="waits"), deployment=north)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "abc"),
        ("kind=all", "abcd"),
        ("kind=appearance", "d"),
        ("deployment=north", "ac"),
        ("deployment=north&measure=killed", "a"),
        ("source=tass", "bc"),
        ("family=rok", "a"),
        ("family=tass", "bc"),
        ("nature=increment", "b"),
        ("nature=total&nature=increment", "abc"),
        ("standing=good", "ac"),
        ("standing=set_aside&standing=retracted", "b"),
        ("place=kursk", "b"),
        ("said_from=2025-03-01", "bc"),
        ("said_from=2025-02", "bc"),
        ("said_to=2025-03", "ab"),
        ("said_from=2025-04&said_to=2025-01", ""),
        ("q=KILLED+300", "a"),
        ("q=killed+301", ""),
        ("q=the+agency", "bc"),
        ("q=report", "b"),
        ("q=%22were+killed%22", "a"),
        ("q=killed+-tass", "a"),
        ("q=nobody", ""),
        ("q=%3F%21", ""),
        ("q=oblast&standing=set_aside", "b"),
        ("deployment=", "abc"),
        ("q=+", "abc"),
    ],
)
def test_a_list_of_claims_is_narrowed(visit, site, three, query, found):
    answer = site.get(f"{API}/claims?{query}")
    assert "".join(refs(answer)) == found
    for item in answer.json()["items"]:
        assert tuple(item) == tuple(ClaimAnswer.__annotations__)


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("deployments?limit=0", ["limit"]),
        ("measures?limit=1001", ["limit"]),
        ("sources?limit=1.5", ["limit"]),
        ("sources?limit=2&limit=3", ["limit"]),
        ("claims?cursor=%3F", ["cursor"]),
        ("claims?cursor=YQ%3D%3D", ["cursor"]),
        ("claims?cursor=AAAA", ["cursor"]),
        ("claims?utm_source=x&sort=figure", ["utm_source", "sort"]),
        ("claims?deployment=nowhere&place=kursk", ["deployment", "place"]),
        ("claims?deployment=Nowhere%00", ["deployment"]),
        ("claims?source=x&source=y", ["source"]),
        ("claims?nature=sum&standing=bad&kind=both", ["kind", "nature", "standing"]),
        ("claims?said_from=yesterday&said_to=2025-13", ["said_from", "said_to"]),
        ("claims?said_from=0900", ["said_from"]),
        ("claims?said_from=+2025", ["said_from"]),
        (f"claims?q={201 * 'x'}", ["q"]),
        ("claims?q=%00", ["q"]),
        ("deployments/nk-troops-russia?known_on=2025-01-01", ["known_on"]),
        ("sources/tass?x=1", ["x"]),
        ("openapi.json?x=1", ["x"]),
        ("claims/msmt-11000-20250529?limit=1", ["limit"]),
    ],
)
def test_a_bad_value_is_a_problem_that_names_it(founding_site, address, fields):
    answer = founding_site.get(f"{API}/{address}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == fields


@pytest.mark.parametrize("address", ["deployments/moon", "sources/moon", "claims/moon", "claims/%00", "moon"])
def test_what_is_not_there_is_a_problem(founding_site, address):
    answer = founding_site.get(f"{API}/{address}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_claim_in_full_has_what_stands_around_it(founding_site):
    answer = founding_site.get(f"{API}/claims/seed-total-a-202503").json()
    listed = founding_site.get(f"{API}/claims?kind=all&limit=1000").json()["items"]
    assert answer["claim"] == next(item for item in listed if item["claim_ref"] == "seed-total-a-202503")
    assert answer["fate"] == "contested"
    own = answer["contradictions"][0]
    assert (own["claim_ref"], own["robust"]) == ("seed-total-a-202503", True)
    assert own["witness"] == ["msmt-11000-20250529", "jcs-3000-20250327"]
    helper = founding_site.get(f"{API}/claims/jcs-3000-20250327").json()
    assert helper["fate"] == "accepted"
    assert "seed-total-a-202503" in [one["claim_ref"] for one in helper["contradictions"]]
    assert len(answer["appearances"]) == answer["claim"]["appearances"]
    [entered] = answer["history"]
    assert (entered["what"], entered["version"], entered["changes"]) == ("Entered", 1, [])


def test_kin_and_corrections_of_a_claim_are_told(visit, site):
    deployment, measure, source = DeploymentFactory(), MeasureFactory(unit="persons"), SourceFactory()
    about = {"deployment": deployment, "measure": measure, "source": source, "approved": True}
    whole = ClaimFactory(ref="whole")
    RevisionFactory(claim=whole, point=3000, **about)
    RevisionFactory(claim=whole, point=3500, reason="copy_error", **about)
    RevisionFactory(claim=ClaimFactory(ref="part"), part_of=whole, point=600, **about)
    RevisionFactory(claim=ClaimFactory(ref="later"), supersedes=whole, point=4000, **about)
    answer = site.get(f"{API}/claims/whole").json()
    assert (answer["restated_by"], answer["parts"], answer["fate"]) == (["later"], ["part"], "restated")
    entered, corrected = answer["history"]
    assert (entered["what"], corrected["what"], corrected["reason"]) == ("Entered", "Corrected", "copy_error")
    assert corrected["changes"] == [{"field": "Figure", "before": "3,000 persons", "after": "3,500 persons"}]
    assert answer["claim"]["revision"] == 2


def test_an_appearance_and_a_stance_have_no_part_in_a_reading(visit, site, three):
    assert site.get(f"{API}/claims/d").json()["fate"] is None
    assert site.get(f"{API}/claims/b").json()["appearances"][0]["claim_ref"] == "d"


ADDRESSES = ("deployments", "deployments/nk-troops-russia", "measures", "sources", "claims?limit=20",
             "claims/msmt-11000-20250529")  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_holds_an_answer_already_is_told_so(founding_site, address):
    first = founding_site.get(f"{API}/{address}")
    assert first.headers["access-control-allow-origin"] == "*"
    again = founding_site.get(f"{API}/{address}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    ("verb", "address", "allowed"),
    [
        ("PUT", "/api/v1/claims", "GET, HEAD, POST"),
        ("OPTIONS", "/api/v1/claims", "GET, HEAD, POST"),
        ("POST", "/api/v1/measures", "GET, HEAD"),
        ("GET", "/api/v1/imports", "POST"),
        ("HEAD", "/api/v1/imports", "POST"),
        ("DELETE", "/login", "GET, HEAD, POST"),
    ],
)
def test_what_an_address_does_not_take_is_answered_with_what_it_takes(founding_site, verb, address, allowed):
    answer = founding_site.request(verb, address)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_head_of_an_answer_comes_without_its_body(founding_site, address):
    whole = founding_site.get(f"{API}/{address}")
    head = founding_site.head(f"{API}/{address}")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "access-control-allow-origin"):
        assert head.headers[name] == whole.headers[name]


def test_answers_come_compressed(founding_site):
    for coding in ("gzip", "br"):
        with founding_site.stream("GET", f"{API}/claims", headers={"Accept-Encoding": coding}) as answer:
            assert answer.headers["content-encoding"] == coding
            sent = sum(len(chunk) for chunk in answer.iter_raw())
        assert sent < len(founding_site.get(f"{API}/claims").content) / 4


def test_a_page_of_another_site_may_read_and_may_not_hand_in(founding_site):
    elsewhere = {"Origin": "https://example.org"}
    for address in ("deployments", "moon", "claims?x=1"):  # errors too
        answer = founding_site.get(f"{API}/{address}", headers=elsewhere)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "ETag" in answer.headers["access-control-expose-headers"]
    asked = elsewhere | {"Access-Control-Request-Method": "GET",
                         "Access-Control-Request-Headers": "if-none-match"}  # fmt: skip
    preflight = founding_site.options(f"{API}/claims", headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, "*")
    refused = founding_site.options(
        f"{API}/claims", headers=asked | {"Access-Control-Request-Method": "POST"}
    )
    assert refused.status_code == 400
    assert "access-control-allow-origin" not in founding_site.get("/claims", headers=elsewhere).headers


@pytest.mark.parametrize(
    ("few", "many", "most"),
    [
        ("deployments?limit=1", "deployments", 1),
        ("measures?limit=1", "measures", 1),
        ("sources?limit=1", "sources?limit=1000", 2),
        ("claims?limit=1", "claims?limit=1000&kind=all", 3),
        ("claims?limit=1&measure=sent", "claims?limit=1000&measure=killed&deployment=nk-troops-russia", 4),
        ("deployments/nk-engineers-russia", "deployments/nk-troops-russia", 5),
    ],
)
def test_the_number_of_queries_is_the_same_for_any_size(founding_site, few, many, most):
    numbers = []
    for address in (few, many):
        with counted_statements(founding_site.app.state.engine) as sent:
            assert founding_site.get(f"{API}/{address}").status_code == 200
        numbers.append(len(sent))
    assert numbers[0] == numbers[1] <= most


def test_a_claim_in_full_takes_few_queries_whatever_stands_around_it(founding_site):
    """One computes and keeps what the measure comes to, unless that was done; the others look it up."""
    numbers = []
    for ref in refs(founding_site.get(f"{API}/claims?limit=1000&measure=sent&deployment=nk-troops-russia")):
        with counted_statements(founding_site.app.state.engine) as sent:
            assert founding_site.get(f"{API}/claims/{ref}").status_code == 200
        numbers.append(len(sent))
    *others, most = sorted(numbers)
    assert most <= 22
    assert max(others) <= 14


def test_a_cursor_says_nothing_and_is_read_again():
    cursor = cursor_after("nis-300")
    assert "nis" not in cursor
    assert read_cursor(cursor) == "nis-300"
