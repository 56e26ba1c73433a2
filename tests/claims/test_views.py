"""The list of all claims, and the page of each."""

import csv
import re
from datetime import date

import pytest

from app.claims.models import Claim
from tests.factories import (
    ClaimFactory,
    DeploymentFactory,
    FamilyFactory,
    JudgementFactory,
    MeasureFactory,
    PersonFactory,
    PlaceFactory,
    RevisionFactory,
    SourceDocumentFactory,
    SourceFactory,
    current_session,
)
from tests.visiting import FOUNDING, Page


def founding_rows():
    with (FOUNDING / "claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(page):
    """The refs of the table, in order."""
    return [a["href"].rpartition("/")[2] for a in page.main.select("table.claims tbody .figure")]


def walk(visit, address, rel="next"):
    """All pages from an address on, following the link to the next."""
    pages = [visit(address, checked=False)]
    while (following := pages[-1].main.find("a", rel=rel)) is not None:
        pages.append(visit(following["href"], checked=False))
    return pages


def claim_of(revision):
    return current_session().get(Claim, revision.claim_id)


def test_all_claims_and_appearances_can_be_reached_by_turning_pages(browse):
    rows = founding_rows()
    claims = {row["claim_ref"] for row in rows if not row["repeat_of"]}
    appearances = {row["claim_ref"] for row in rows if row["repeat_of"]}
    assert (len(claims), len(appearances)) == (150, 49)
    for kind, wanted in {"claim": claims, "appearance": appearances, "all": claims | appearances}.items():
        refs = [ref for page in walk(browse, f"/claims?kind={kind}") for ref in listed(page)]
        assert len(refs) == len(set(refs))
        assert set(refs) == wanted


@pytest.mark.parametrize("sort", ["-said", "said", "-day", "day", "-figure", "figure", "source", "-source"])
def test_pages_lose_and_double_no_claim_in_either_direction(browse, sort):
    onward = walk(browse, f"/claims?sort={sort}")
    refs = [ref for page in onward for ref in listed(page)]
    assert len(refs) == len(set(refs)) == 150
    back = walk(browse, onward[-1].path, rel="prev")
    assert [ref for page in reversed(back) for ref in listed(page)] == refs


def test_claims_with_equal_keys_come_in_the_order_of_entry_and_each_once(visit):
    about = {"deployment": DeploymentFactory(), "measure": MeasureFactory(), "source": SourceFactory()}
    refs = [claim_of(RevisionFactory(point=7, approved=True, **about)).ref for _ in range(120)]
    for sort, wanted in {"figure": refs, "-figure": refs[::-1], "source": refs, "day": refs}.items():
        pages = walk(visit, f"/claims?sort={sort}")
        assert [ref for page in pages for ref in listed(page)] == wanted
        assert [len(listed(page)) for page in pages] == [50, 50, 20]


def test_a_claim_that_comes_in_meanwhile_moves_no_other_from_page_to_page(visit):
    about = {"deployment": DeploymentFactory(), "measure": MeasureFactory(), "source": SourceFactory()}
    for day in range(1, 29):
        for _ in range(2):
            RevisionFactory(said_on=f"2025-03-{day:02}", as_of=f"2025-03-{day:02}", approved=True, **about)
    first = visit("/claims")
    RevisionFactory(said_on="2025-04-01", as_of="2025-04-01", approved=True, **about)
    second = visit(first.main.find("a", rel="next")["href"])
    assert len(set(listed(first)) | set(listed(second))) == 56
    assert not set(listed(first)) & set(listed(second))


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("measure=killed", lambda row: row["measure"] == "killed"),
        ("deployment=nk-munitions-russia", lambda row: row["deployment"] == "nk-munitions-russia"),
        ("nature=plan&nature=stance", lambda row: row["nature"] in {"plan", "stance"}),
        ("source=nato", lambda row: row["source"] == "NATO"),
        ("place=kursk-oblast", lambda row: row["place"] == "Kursk Oblast"),
        ("standing=set_aside", lambda row: row["standing"] == "set_aside"),
        (
            "standing=good&measure=sent",
            lambda row: row["standing"] != "set_aside" and row["measure"] == "sent",
        ),
        ("said_from=2025-09-02", lambda row: row["said_on"] >= "2025-09-02"),
        ("said_to=2024-10-18&sort=said", lambda row: row["said_on"] <= "2024-10-18"),
        ("said_from=2025-02&said_to=2025-02", lambda row: row["said_on"].startswith("2025-02")),
    ],
)
def test_filters_let_through_what_they_say(browse, query, passes):
    wanted = {row["claim_ref"] for row in founding_rows() if not row["repeat_of"] and passes(row)}
    pages = walk(browse, f"/claims?{query}")
    assert wanted
    assert {ref for page in pages for ref in listed(page)} == wanted
    assert f"{len(wanted)} claim{'s' if len(wanted) > 1 else ''} that match" in pages[0].text


def test_a_family_is_all_its_sources_and_a_source_without_one_is_its_own(visit):
    family = FamilyFactory(slug="seoul")
    mine = [RevisionFactory(source=SourceFactory(family=family), approved=True) for _ in range(2)]
    alone = RevisionFactory(source=SourceFactory(slug="lone-star"), approved=True)
    assert set(listed(visit("/claims?family=seoul"))) == {claim_of(one).ref for one in mine}
    assert listed(visit("/claims?family=lone-star")) == [claim_of(alone).ref]


def test_the_form_shows_what_is_asked_and_each_filter_can_be_taken_off(browse):
    page = browse("/claims?measure=sent&nature=total&standing=good&sort=-figure&said_from=2025")
    form = page.main.find("form")
    assert form["method"] == "get"
    assert form.find("select", id="measure").find("option", selected=True)["value"] == "sent"
    assert form.find("select", id="sort").find("option", selected=True)["value"] == "-figure"
    assert [box["value"] for box in form.find_all("input", checked=True)] == ["total", "good", "claim"]
    assert form.find("input", id="said_from")["value"] == "2025-01-01"
    chips = [a["href"] for a in page.main.select(".chips a")]
    assert "/claims?measure=sent&standing=good&said_from=2025-01-01&sort=-figure" in chips
    assert len(chips) == 4


def test_empty_and_unknown_parameters_are_passed_over(browse):
    page = browse("/claims?measure=&nature=&source=&said_from=&utm_campaign=x&sort=")
    assert "150 claims, said last first" in page.text
    assert page.soup.find("link", rel="canonical")["href"] == "http://testserver/claims"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("nature=guess", "nature “guess” is none of total, increment"),
        ("measure=sentt", "measure there is no measure “sentt”"),
        ("source=%00", "source there is no source “�”"),
        ("said_from=2025-13", "said_from “2025-13” is not a day of the calendar"),
        ("said_to=yesterday", "said_to “yesterday” is not a date"),
        ("standing=fine", "standing “fine” is none of good, set_aside, retracted"),
        ("kind=both", "kind “both” is none of"),
        ("sort=-name", "sort “-name” is none of"),
        ("measure=sent&measure=killed", "measure is given 2 times"),
        ("after=x", "after “x” is not a place in this list"),
        ("after=2025-01-01~99999999999999999999", "is not a place in this list"),
        ("after=NaN~1&sort=figure", "is not a place in this list"),
        ("after=2025-01-01~1&before=2025-01-01~1", "before cannot be combined with after"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(browse, query, named):
    page = browse(f"/claims?{query}", status=422)
    assert page.heading == "Cannot be read"
    assert named in page.text


def test_several_bad_values_are_named_in_one_go(browse):
    assert len(browse("/claims?nature=x&sort=y&kind=z", status=422).main.select(".problems li")) == 3


def test_an_empty_ledger_has_an_empty_list(visit):
    assert "The ledger holds no claims yet." in visit("/claims").text


def test_a_question_that_nothing_answers_offers_all_claims(browse):
    page = browse("/claims?measure=containers&nature=stance")
    assert "No claim matches." in page.text


def test_only_what_is_approved_is_listed(visit):
    RevisionFactory()
    RevisionFactory(rejected=True)
    shown = RevisionFactory(approved=True)
    assert listed(visit("/claims")) == [claim_of(shown).ref]


def test_a_claim_says_its_figure_in_words_who_when_and_as_of_when(browse):
    page = browse("/claims/nis-3000-20241023")
    assert page.heading == "Sent: about 3,000 persons"
    assert (
        "Claimed by South Korea National Intelligence Service (NIS), said on 23 October 2024,"
        " as of 23 October 2024." in page.text
    )
    assert "Told to the press by lawmaker Park Sun-won after a briefing." in page.text
    assert "source B, claim 2" in page.text
    assert {
        "/deployments/nk-troops-russia/sent",
        "/sources/south-korea-national-intelligence-service-nis",
    } <= page.links


def test_each_appearance_says_what_that_outlet_printed_and_how_it_drifted(browse):
    page = browse("/claims/nis-3000-20241023")
    appearances = page.main.find(id="appearances").find_parent("section").get_text(" ")
    text = " ".join(appearances.split())
    assert "Figure printed as 3,000 , claimed as about 3,000" in text
    assert "Measure printed as Present , claimed as Sent" in text
    assert "Nature printed as level , claimed as total" in text
    assert {"/claims/austin-3000-misattr-20241023", "/claims/nis-3000-it-20241023"} <= page.links


def test_an_appearance_leads_to_the_claim_that_it_repeats(browse):
    page = browse("/claims/nis-3000-it-20241023")
    assert "This is an appearance" in page.text
    assert "/claims/nis-3000-20241023" in page.links
    assert "Measure printed as Present, claimed as Sent" in page.text


def test_a_claim_shows_its_document_with_its_address(browse):
    page = browse("/claims/nis-3000-20241023")
    section = page.main.find(id="document").find_parent("section")
    assert section.find("a", rel=True)["href"].startswith(
        "https://www.devdiscourse.com/article/law-order/3132230"
    )
    assert "English" in section.get_text()


def test_parts_wholes_and_restatements_are_tied_together(browse):
    assert "/claims/nis-1500more-20241023" in browse("/claims/nis-3000-20241023").links
    assert "/claims/nis-3000-20241023" in browse("/claims/nis-1500more-20241023").links
    chain = browse("/claims/nis-10000dec-20241023").main.find(id="restated").find_parent("section")
    refs = [a["href"].rpartition("/")[2] for a in chain.select(".figure")]
    assert refs == ["nis-12000-20241018", "nis-10900-20241029"]
    assert "a plan: about 10,000 persons (this claim)" in " ".join(chain.get_text(" ").split())


def test_a_claim_set_aside_says_why(browse):
    page = browse("/claims/yonhap-13000-20250902")
    assert "Set aside : stale. It counts in no reading." in page.text
    history = page.main.find(id="history").find_parent("section").get_text(" ")
    history = " ".join(history.split())
    assert "Set aside by Command line, who imported it and so approved it: stale" in history
    assert "Standing good became set aside: stale" in history


def test_every_row_of_the_founding_ledger_has_a_page_with_its_figures(founding_site):
    for row in founding_rows():
        address = f"/claims/{row['claim_ref']}"
        page = Page(address, founding_site.get(address))
        for cell in ("low", "point", "high"):
            figure = float(row[cell]) if row[cell] else None
            assert figure is None or f"{figure:,.10g}" in page.heading
        assert row["source"] in page.text
        if row["title"]:
            assert " ".join(row["title"].split()) in page.text


def test_the_history_names_each_revision_and_what_it_changed(visit):
    editor = PersonFactory(name="ada", display_name="Ada L.", named_in_public=True)
    other = PersonFactory(pseudonym="curlew-7")
    claim = ClaimFactory(ref="c-1")
    about = {
        "claim": claim,
        "deployment": DeploymentFactory(),
        "measure": MeasureFactory(),
        "source": SourceFactory(),
    }
    RevisionFactory(point=3000, qualifier="about", approved=True, recorded_by=editor.id, **about)
    RevisionFactory(point=3500, qualifier="about", place=PlaceFactory(name="Kursk"), approved=True,
                    recorded_by=other.id, reason="A slip of the keyboard.", **about)  # fmt: skip
    JudgementFactory(claim=claim, standing_reason="duplicate", approved=True, recorded_by=editor.id)
    JudgementFactory(
        claim=claim, standing="good", approved=True, recorded_by=editor.id, words="Not a duplicate."
    )
    history = visit("/claims/c-1").main.find(id="history").find_parent("section")
    entries = [" ".join(item.get_text(" ").split()) for item in history.select("ol > li")]
    assert len(entries) == 4
    assert "Entered by Ada L., approved by pseudonym-of-person-" in entries[0]
    assert re.search(r"Corrected by curlew-7, approved by .*: A slip of the keyboard\.", entries[1])
    assert "Figure about 3,000 persons became about 3,500 persons" in entries[1]
    assert "Place not stated became Kursk" in entries[1]
    assert re.search("Set aside by Ada L., approved by .*: duplicate", entries[2])
    assert "Standing good became set aside: duplicate" in entries[2]
    assert "Restored to good standing" in entries[3]
    assert "Standing set aside: duplicate became good" in entries[3]
    assert "Not a duplicate." in entries[3]
    assert len({a["href"] for a in history.select("ol > li a[href^='/changes/']")}) == 4


def test_a_retracted_claim_says_when_its_source_withdrew_it(visit):
    claim = ClaimFactory(ref="c-1")
    RevisionFactory(claim=claim, approved=True)
    JudgementFactory(claim=claim, standing="retracted", standing_on=date(2025, 6, 1), approved=True)
    assert "Retracted by its source on 1 June 2025: withdrawn." in visit("/claims/c-1").text


def test_a_claim_that_is_not_approved_has_no_page(visit):
    revision = RevisionFactory(claim=ClaimFactory(ref="c-1"))
    assert revision.verdict is None
    visit("/claims/c-1", status=404)


def test_an_unknown_claim_names_the_ones_that_are_spelt_alike(browse):
    page = browse("/claims/nis-3000-2024102", status=404)
    assert "There is no claim “nis-3000-2024102” in the ledger." in page.text
    assert "/claims/nis-3000-20241023" in page.links
    for hopeless in ("%00", "zzz", "%25%25", "ü"):
        browse(f"/claims/{hopeless}", status=404)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"


def test_nothing_that_is_written_in_a_ledger_becomes_markup(visit):
    document = SourceDocumentFactory(title=HOSTILE, publisher=HOSTILE, url="https://example.org/?q=<b>&a='\"")
    source = SourceFactory(
        slug="s", name=HOSTILE, family=FamilyFactory(name=HOSTILE), country=HOSTILE, note=HOSTILE
    )
    deployment = DeploymentFactory(slug="d", name=HOSTILE, summary=HOSTILE, sender=HOSTILE, host=HOSTILE)
    measure = MeasureFactory(slug="m", label=HOSTILE, unit=HOSTILE, definition=HOSTILE)
    claim = ClaimFactory(ref="c")
    about = {"deployment": deployment, "measure": measure, "source": source, "document": document,
             "place": PlaceFactory(slug="p", name=HOSTILE), "note": HOSTILE, "approved": True}  # fmt: skip
    RevisionFactory(claim=claim, wording=HOSTILE, **about)
    RevisionFactory(repeat_of=claim, wording=HOSTILE, **about)
    RevisionFactory(nature="plan", part_of=claim, **about)
    RevisionFactory(nature="stance", **about)
    paths = [
        *("/", "/claims", "/claims?kind=all", "/claims?place=p&source=s", "/claims/c"),
        *("/sources", "/sources/s", "/deployments/d", "/deployments/d/m"),
    ]
    for path in paths:
        page = visit(path)
        assert not page.soup.find_all("img"), path
        assert not page.soup.find_all(lambda tag: tag.has_attr("onerror")), path
        assert "alert(1)" not in "".join(str(script) for script in page.soup.find_all("script", src=True))
        assert "49" not in page.soup.title.get_text()


def test_an_address_that_no_browser_should_follow_is_shown_as_text(visit):
    document = SourceDocumentFactory(title="t", url="https://example.org/a b")
    RevisionFactory(claim=ClaimFactory(ref="c"), document=document, approved=True)
    page = visit("/claims/c")
    assert page.main.find("a", class_="address")["href"] == "https://example.org/a b"


def test_pages_of_claims_send_few_statements_however_many_rows(browse, statements):
    for path, at_most in {
        "/claims": 6,
        "/claims?kind=all&sort=source": 6,
        "/claims/nis-3000-20241023": 26,  # half of them only where its reading is not kept yet
    }.items():
        statements.clear()
        browse(path)
        assert len(statements) <= at_most, "\n".join(statements)


def test_a_contested_claim_says_what_rules_it_out(browse):
    page = browse("/claims/seed-total-a-202503")
    assert "nearly 11,000 by 27 March cannot also be true" in page.text
    assert {"/claims/msmt-11000-20250529", "/claims/jcs-3000-20250327"} <= page.links


def test_a_claim_says_what_it_helps_to_rule_out(browse):
    page = browse("/claims/jcs-3000-20250327")
    assert "Accepted" in page.text
    assert "It helps to rule out" in page.text
    assert "/claims/seed-total-a-202503" in page.links


def test_what_takes_no_part_in_a_reading_says_nothing_of_it(browse):
    for ref in ("kremlin-denial-20241010", "gdc-500-20241121"):
        assert browse(f"/claims/{ref}").main.find(id="in-the-reading") is None
