"""Lists as files: every row of them, whatever fits on a page."""

import csv
import json
from io import StringIO

import pytest

from app.claims.forms import CLAIM_COLUMNS
from app.downloads.lists import AT_ONCE, SOURCE_COLUMNS, csv_lines, json_lines, one_of_few
from app.downloads.raster import Busy
from tests.factories import ClaimFactory, MeasureFactory, RevisionFactory, SourceFactory
from tests.readings.build import source, total
from tests.visiting import FOUNDING, counted_statements

FILTERS = [
    "",
    "?measure=sent",
    "?family=south-korean-government&nature=total",
    "?kind=all&sort=figure",
    "?standing=set_aside&standing=retracted",
    "?said_from=2025-01&said_to=2025-03",
    "?place=kursk-oblast",
    "?deployment=nk-troops-russia&sort=-source",
]
FILES = ["/claims.csv", "/claims.json", "/sources.csv", "/sources.json",
         "/sources/kbs-background-figure.csv", "/sources/kbs-background-figure.json"]  # fmt: skip


def rows_of(answer):
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def founding_rows():
    with (FOUNDING / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_ref"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("asked", FILTERS)
def test_it_holds_the_claims_of_the_list_in_its_order(founding_site, browse, asked):
    rows = rows_of(founding_site.get(f"/claims.csv{asked}"))
    items = founding_site.get(f"/claims.json{asked}").json()["items"]
    assert [row["claim_ref"] for row in rows] == [item["claim_ref"] for item in items]
    page = browse(f"/claims{asked}", checked=False)
    shown = [tag["href"].rpartition("/")[2] for tag in page.soup.select("table.claims tbody .figure")]
    assert shown == [row["claim_ref"] for row in rows[: len(shown)]]
    assert len(shown) == min(len(rows), 50)


def test_all_claims_are_those_of_the_ledger_to_the_letter(founding_site):
    ledger = founding_rows()
    rows = rows_of(founding_site.get("/claims.csv?kind=all"))
    assert {row["claim_ref"] for row in rows} == set(ledger)
    for row in rows:
        own = ledger[row["claim_ref"]]
        assert row == dict.fromkeys(row, "") | own | {"standing": own["standing"] or "good"}


def test_each_claim_of_the_json_is_as_the_api_gives_it(founding_site):
    items = founding_site.get("/claims.json?measure=casualties").json()["items"]
    api = founding_site.get("/api/v1/claims?measure=casualties&limit=1000").json()["items"]
    assert sorted(items, key=lambda one: one["claim_ref"]) == api


def test_the_claims_of_a_source_hold_its_appearances_too(founding_site):
    slug = "south-korea-national-intelligence-service-nis"
    rows = rows_of(founding_site.get(f"/sources/{slug}.csv"))
    name = "South Korea National Intelligence Service (NIS)"
    assert {row["claim_ref"] for row in rows} == {
        ref for ref, row in founding_rows().items() if row["source"] == name
    }
    assert any(row["repeat_of"] for row in rows)
    items = founding_site.get(f"/sources/{slug}.json").json()["items"]
    assert [item["claim_ref"] for item in items] == [row["claim_ref"] for row in rows]


def test_sources_are_told_as_the_api_tells_them(founding_site):
    items = founding_site.get("/sources.json").json()["items"]
    api = founding_site.get("/api/v1/sources?limit=1000").json()["items"]
    assert sorted(items, key=lambda one: one["slug"]) == sorted(api, key=lambda one: one["slug"])
    rows = rows_of(founding_site.get("/sources.csv"))
    assert [row["slug"] for row in rows] == [item["slug"] for item in items]
    for row, item in zip(rows, items, strict=True):
        assert row == {column: "" if item[column] is None else str(item[column]) for column in SOURCE_COLUMNS}


def test_shares_keep_their_decimals_and_whole_ones_get_none(founding_site):
    written = {row["point"] for row in rows_of(founding_site.get("/claims.csv?nature=share"))}
    assert written == {
        row["point"] for row in founding_rows().values() if row["nature"] == "share" and not row["repeat_of"]
    }


@pytest.mark.parametrize(
    "asked", ["?after=2025-01-01~5", "?before=x", "?page=2", "?utm_source=x", "?sort=best", "?source=nobody"]
)
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_what_no_list_knows_is_refused_by_name(founding_site, ending, asked):
    answer = founding_site.get(f"/claims.{ending}{asked}")
    assert answer.status_code == 422
    assert f"<code>{asked[1:].partition('=')[0]}</code>" in answer.text


@pytest.mark.parametrize("path", FILES[2:])
def test_other_lists_take_no_parameters(founding_site, path):
    assert founding_site.get(f"{path}?sort=name").status_code == 422


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_source_that_is_not_there_names_what_is_near(founding_site, ending):
    answer = founding_site.get(f"/sources/kbs-background-figur.{ending}")
    assert answer.status_code == 404
    assert 'href="/sources/kbs-background-figure"' in answer.text


@pytest.mark.parametrize("path", FILES)
def test_who_holds_a_list_is_not_sent_it_again(founding_site, path):
    first = founding_site.get(path)
    assert first.status_code == 200
    assert first.headers["access-control-allow-origin"] == "*"
    again = founding_site.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_lists_that_differ_are_never_held_for_one_another(founding_site):
    paths = ["/claims.csv", "/claims.json", "/claims.csv?measure=sent", "/claims.csv?sort=said"]
    assert len({founding_site.get(path).headers["etag"] for path in paths}) == 4


@pytest.mark.parametrize("path", FILES)
def test_a_list_is_read_in_a_fixed_number_of_questions(founding_site, path):
    with counted_statements(founding_site.app.state.engine) as sent:
        founding_site.get(path)
    assert len(sent) <= 9


def test_what_is_hostile_stays_in_its_cell(visit, site):
    MeasureFactory(slug="sent")
    RevisionFactory(
        claim=ClaimFactory(ref="a"),
        source=SourceFactory(name='Half "quoted", and\nover two lines; =1+1'),
        note='a,b\n"c"',
        approved=True,
    )
    [row] = rows_of(site.get("/claims.csv"))
    assert (row["source"], row["note"]) == ('Half "quoted", and\nover two lines; =1+1', 'a,b\n"c"')
    [item] = site.get("/claims.json").json()["items"]
    assert item["source"] == row["source"]


def test_a_ledger_without_claims_is_a_list_without_rows(visit, site):
    assert site.get("/claims.csv").text.splitlines() == [",".join(CLAIM_COLUMNS)]
    assert site.get("/claims.json").json() == {"items": [], "next": None}


def test_claims_leave_as_they_come_in_and_are_not_gathered_first():
    """Memory stays what it is however long the list: a line leaves before the next claim is read."""
    read = []

    def claims():
        for number in range(10**9):
            read.append(number)
            yield total(f"c{number}", "5", "2025-01-01", by=source("s"))

    for lines in (csv_lines, json_lines):
        read.clear()
        given = lines(claims(), {"sent": "persons"})
        assert [next(given) for _ in range(4)]
        assert len(read) == 3


def test_no_more_lists_are_read_at_once_than_leave_connections_for_pages():
    held = [one_of_few() for _ in range(AT_ONCE)]
    for one in held:
        next(one)
    with pytest.raises(Busy):
        next(one_of_few())
    for one in held:
        assert next(one, "let go") == "let go"
    last = one_of_few()
    assert next(last) is None
    last.close()


def test_the_whole_json_is_one_object(founding_site):
    answer = founding_site.get("/claims.json?kind=all")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text)["next"] is None


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("/claims?measure=sent&sort=day",
         {"/claims.csv?measure=sent&sort=day", "/claims.json?measure=sent&sort=day"}),
        ("/sources", {"/sources.csv", "/sources.json"}),
        ("/sources/kbs-background-figure",
         {"/sources/kbs-background-figure.csv", "/sources/kbs-background-figure.json"}),
    ],
)  # fmt: skip
def test_a_page_leads_to_its_files(browse, path, files):
    assert files <= browse(path).links
