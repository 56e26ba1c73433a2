"""The public log of changes: the page, the page of one act, and what neither tells."""

from datetime import UTC, datetime, timedelta

import pytest

from app.answers.queries import measure_texts
from app.changes import affected, kept
from tests.factories import (
    NOW,
    ActFactory,
    ClaimFactory,
    DeploymentFactory,
    MeasureFactory,
    PersonFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceFactory,
)
from tests.visiting import counted_statements


def acts_on(page):
    """The acts that a page of the log lists, each as its text."""
    return [" ".join(item.get_text(" ").split()) for item in page.main.select(".acts > li")]


def ids_on(page):
    return [int(item["id"].removeprefix("act-")) for item in page.main.select(".acts > li")]


def walk(visit, address, rel="next"):
    """All pages from an address on, following the link to the next."""
    pages = [visit(address, checked=False)]
    while (following := pages[-1].main.find("a", rel=rel)) is not None:
        pages.append(visit(following["href"], checked=False))
    return pages


def section(page, name):
    """The text of one section of a page."""
    return " ".join(page.main.find(id=name).find_parent("section").get_text(" ").split())


def test_the_founding_ledger_is_one_act_with_its_counts(browse):
    acts = acts_on(browse("/changes"))
    assert len(acts) == 1
    assert "Imported nk-russia 199 claims and appearances: 199 new 4 deployments: 4 new" in acts[0]
    assert "Command line, administrator" in acts[0]


def test_an_import_lists_every_row_on_its_pages_once(browse):
    pages = walk(browse, "/changes/1")
    entries = [item for page in pages for item in page.main.select(".parts > li")]
    refs = [a["href"] for item in entries for a in item.select("a.figure")]
    assert len(entries) == 199 + 4 + 24 + 44
    assert len(refs) == len(set(refs)) == 199
    assert "271 entries" in pages[0].text
    assert [bool(page.main.find(id="effect")) for page in pages] == [True, *[False] * (len(pages) - 1)]


def test_the_effect_of_an_import_names_what_can_be_read_and_what_does_not_fit(browse):
    effect = section(browse("/changes/1"), "effect")
    assert "Sent North Korean combat troops in Russia, 44 claims touched" in effect
    assert "Before, nothing could be read. After: Between 14,500 and 15,500" in effect
    assert "nearly 11,000 by 27 March cannot also be true." in effect
    assert "seed-total-a-202503 : more than 11,000" in effect
    assert "Also touched, not compared here" in effect


def test_the_effect_says_the_numbers_that_the_reading_gives(browse, founding_site):
    headline = founding_site.get("/api/v1/deployments/nk-troops-russia/readings/sent").json()["headline"]
    table = browse("/changes/1").main.select_one("table.moves")
    after = [row.select("td")[1].get_text(strip=True) for row in table.select("tbody tr")[:3]]
    assert after == [f"{headline[name]:,}" for name in ("low", "selected", "high")]


def test_a_correction_shows_what_it_replaced_field_by_field(visit, approve):
    approve("c-1", point=3000, qualifier="stated")
    act = approve(
        "c-1", point=3500, qualifier="stated", note="Checked against the video.", reason="copy_error"
    )
    told = acts_on(visit("/changes"))[0]
    assert "Corrected : Sent , 3,500 persons , claimed by The Ministry" in told
    assert "Because copy error" in told
    assert "Figure 3,000 persons became 3,500 persons" in told
    assert "Remark not stated became Checked against the video." in told
    page = visit(f"/changes/{act.version}")
    assert page.heading == f"Version {act.version}: Corrected: Sent: 3,500 persons, claimed by The Ministry"
    assert "Figure 3,000 persons became 3,500 persons" in section(page, "parts")


def test_a_correction_shows_the_reading_before_and_after(visit, approve):
    approve("c-1", point=3000, qualifier="exact")
    act = approve("c-1", point=3500, qualifier="exact")
    effect = section(visit(f"/changes/{act.version}"), "effect")
    assert "Lowest 3,000 3,500 Selected 3,000 3,500 Highest 3,000 3,500" in effect
    assert "Before: 3,000 by 27 March 2025; selected: 3,000. After: 3,500 by 27 March 2025" in effect
    assert "Other numbers hold from 1 October 2024 on." in effect  # the highest of each day until then, too


def test_a_claim_that_contradicts_another_is_said_to_cause_it_and_setting_it_aside_to_resolve_it(
    visit, approve, judge
):
    approve("c-1", point=3000, qualifier="exact", as_of="2025-03-27", credibility=1)
    second = approve("c-2", point=2000, qualifier="exact", as_of="2025-03-28", said_on="2025-03-28")
    effect = section(visit(f"/changes/{second.version}"), "effect")
    assert "Contradictions newly caused c-2 : " in effect
    set_aside = judge("c-2", standing_reason="duplicate", words="The same statement, misread.")
    page = visit(f"/changes/{set_aside.version}")
    assert "Contradictions resolved c-2 : It no longer counts. Before:" in section(page, "effect")
    parts = section(page, "parts")
    assert "Set aside : Sent , 2,000 persons" in parts
    assert "Because duplicate. The same statement, misread." in parts
    assert "Standing good became set aside: duplicate" in parts
    restored = judge("c-2", standing="good", standing_reason=None)
    page = visit(f"/changes/{restored.version}")
    assert "Standing set aside: duplicate became good" in section(page, "parts")
    assert "Contradictions newly caused" in section(page, "effect")


def test_what_moves_no_reading_says_so(visit, approve):
    approve("c-1", point=3000, qualifier="exact")
    act = approve("c-1", point=3000, qualifier="exact", note="A remark.")
    effect = section(visit(f"/changes/{act.version}"), "effect")
    assert "selected: 3,000. These numbers stayed as they were, and no contradiction came or went." in effect


def test_killed_and_wounded_are_compared_with_the_casualties_that_draw_on_them(visit, approve):
    MeasureFactory(slug="casualties", label="Killed or wounded")
    killed, wounded = (MeasureFactory(slug=slug, label=slug.capitalize()) for slug in ("killed", "wounded"))
    approve("k-1", measure=killed, point=100, qualifier="exact")
    act = approve("w-1", measure=wounded, point=300, qualifier="exact")
    effect = section(visit(f"/changes/{act.version}"), "effect")
    assert "Killed or wounded Northern force, which draws on what was touched" in effect
    assert "400" in effect


def test_a_source_graded_anew_moves_the_readings_of_all_that_it_claimed(visit, ledger, approve):
    other = SourceFactory(slug="other", name="Other", reliability="C")
    approve("c-1", point=3000, qualifier="exact")
    approve("c-2", point=2000, qualifier="exact", as_of="2025-03-28", said_on="2025-03-28", source=other)
    act = ActFactory(kind="describe", moves_version=True, subject="ministry", by=ledger.reviewer)
    SourceDescriptionFactory(source=ledger.source, version=act.version, name="The Ministry", reliability="E",
                             reason="Three figures withdrawn.")  # fmt: skip
    page = visit(f"/changes/{act.version}")
    parts, effect = section(page, "parts"), section(page, "effect")
    assert "Described anew : the source The Ministry" in parts
    assert "Three figures withdrawn. Reliability B became E" in parts
    assert "Selected 3,000 2,000" in effect
    assert "It is accepted now. Before:" in effect
    assert "Described anew : the source The Ministry" in acts_on(visit("/changes"))[0]


def test_a_check_is_an_act_without_a_version(visit, ledger):
    ActFactory(kind="check", subject="north", by=ledger.editor)
    told = acts_on(visit("/changes"))
    assert told[0] == "15 Jan 2026 Checked, nothing new : Northern force quiet-fern-21, editor"
    assert acts_on(visit("/changes?deployment=north"))[0] == told[0]


def test_people_are_named_as_they_chose_and_nowhere_else(visit, approve, site):
    act = approve("c-1", point=3000)
    pages = [visit(path).response.text for path in ("/changes", f"/changes/{act.version}", "/claims/c-1")]
    pages += [site.get(path).text for path in ("/api/v1/changes", f"/api/v1/changes/{act.version}",
                                               "/feeds/changes.atom")]  # fmt: skip
    for text in pages:
        assert "Rita Named" in text
        assert not [word for word in ("Edith", "Secret", "calm-bay-30") if word in text]
        assert "quiet-fern-21" in text


def test_what_was_handed_in_or_turned_down_is_not_told(visit, ledger, site):
    claim = ClaimFactory(ref="hidden-claim")
    RevisionFactory(claim=claim)
    for kind in ("submit", "send_back", "reject", "withdraw", "people"):
        ActFactory(kind=kind, subject="hidden-claim", reason="hidden reason", by=ledger.editor)
    for text in (visit("/changes").response.text, site.get("/api/v1/changes").text, visit("/").response.text):
        assert "hidden-claim" not in text
        assert "hidden reason" not in text
        assert "quiet-fern-21" not in text


def test_an_act_of_many_claims_shows_a_few_and_leads_to_all(visit, ledger):
    act = ActFactory(kind="approve", moves_version=True, by=ledger.reviewer, words="A file of claims.")
    for number in range(5):
        RevisionFactory(
            claim=ClaimFactory(ref=f"c-{number}"), deployment=ledger.deployment, measure=ledger.measure,
            source=ledger.source, approved=True, approved_version=act.version, decided_by=ledger.reviewer.id,
        )  # fmt: skip
    page = visit("/changes")
    assert len(page.main.select(".acts > li")[0].select("a.figure")) == 3
    assert "and 2 more" in acts_on(page)[0]
    assert len(visit(f"/changes/{act.version}").main.select(".parts > li")) == 5


def test_four_eyes_switched_off_is_said_on_every_page(visit, ledger, approve):
    act = approve(
        "c-1", recorded_by=ledger.reviewer.id, approved_alone=True, overridden="The outlet confirmed it."
    )
    for path in ("/changes", f"/changes/{act.version}", "/claims/c-1"):
        text = visit(path).text
        assert "four eyes were switched off" in text
        assert "A warning was passed over: The outlet confirmed it." in text


def test_every_version_leads_to_the_one_before_and_the_next(visit, approve):
    first, second, third = (approve(f"c-{number}").version for number in range(3))
    links = visit(f"/changes/{second}").links
    assert {f"/changes/{first}", f"/changes/{third}"} <= links
    assert f"/changes/{third + 1}" not in visit(f"/changes/{third}").links


def test_the_readings_before_and_after_are_linked_where_there_are_any(browse, visit, approve):
    act = approve("c-1")
    links = visit(f"/changes/{act.version}").links
    assert {f"/deployments/north/sent?version={at}" for at in (act.version - 1, act.version)} <= links
    founding = browse("/changes/1").links
    assert "/deployments/nk-troops-russia/sent?version=1" in founding
    assert not [link for link in founding if "version=0" in link]


@pytest.mark.parametrize("written", ["0", "99", "x", "-1", "1.5", "%00", "9" * 40, "\u0661"])
def test_a_version_that_there_is_not_is_not_found(browse, written):
    page = browse(f"/changes/{written}", status=404)
    assert "The ledger has no version" in page.text
    assert {"/changes", "/changes/1"} <= page.links


def test_an_empty_ledger_has_an_empty_log(visit):
    assert "Nothing has been entered yet." in visit("/changes").text


def test_pages_lose_and_double_no_act_in_either_direction(visit, ledger):
    made = [ActFactory(kind="check", subject="north", by=ledger.editor).id for _ in range(120)]
    pages = walk(visit, "/changes?kind=check")
    assert [len(ids_on(page)) for page in pages] == [50, 50, 20]
    assert [one for page in pages for one in ids_on(page)] == made[::-1]
    back = walk(visit, pages[-1].path, rel="prev")
    assert [one for page in reversed(back) for one in ids_on(page)] == made[::-1]


def test_an_act_that_comes_in_meanwhile_moves_no_other_from_page_to_page(visit, ledger):
    made = [ActFactory(kind="check", subject="north", by=ledger.editor).id for _ in range(70)]
    first = visit("/changes?kind=check")
    ActFactory(kind="check", subject="north", by=ledger.editor)
    second = visit(first.main.find("a", rel="next")["href"])
    assert ids_on(first) + ids_on(second) == made[::-1]


def test_filters_let_through_what_they_say(visit, ledger, approve, judge):
    elsewhere, other, killed = (
        DeploymentFactory(slug="south"), SourceFactory(slug="other"), MeasureFactory(slug="killed")
    )  # fmt: skip
    first = approve("c-1")
    moved = approve("c-1", deployment=elsewhere)
    judged = judge("c-1")
    third = approve("c-3", source=other, measure=killed)
    check = ActFactory(kind="check", subject="south", by=ledger.editor, at=NOW + timedelta(days=40))

    def found(query):
        mine = {first.id, moved.id, judged.id, third.id, check.id}
        return [one for page in walk(visit, f"/changes?{query}") for one in ids_on(page) if one in mine]

    assert found("deployment=south") == [check.id, judged.id, moved.id]
    assert found("deployment=north") == [third.id, judged.id, moved.id, first.id]
    assert found("measure=killed") == [third.id]
    assert found("source=other&deployment=north") == [third.id]
    assert found("source=other&deployment=south") == []
    assert found("kind=judge") == [judged.id]
    assert found("kind=judge&kind=check") == [check.id, judged.id]
    assert found("role=editor") == [check.id]
    assert found("from=2026-02") == [check.id]
    assert found("to=2026-01-15&kind=approve") == [third.id, moved.id, first.id]
    assert found("from=2026-01-16&to=2026-01-31") == []


def test_days_begin_and_end_at_midnight_utc(visit, ledger):
    late = ActFactory(kind="check", by=ledger.editor, at=datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC))
    early = ActFactory(kind="check", by=ledger.editor, at=datetime(2026, 3, 2, tzinfo=UTC))
    assert ids_on(visit("/changes?from=2026-03-01&to=2026-03-01")) == [late.id]
    assert ids_on(visit("/changes?from=2026-03-02&to=2026-03-02")) == [early.id]


def test_a_description_is_found_by_what_it_describes(visit, ledger):
    act = ActFactory(kind="describe", moves_version=True, by=ledger.reviewer)
    SourceDescriptionFactory(source=ledger.source, version=act.version, name="The Ministry, renamed")
    assert ids_on(visit("/changes?source=ministry"))[0] == act.id
    assert act.id not in ids_on(visit("/changes?source=ministry&deployment=north"))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("kind=people", "kind “people” is none of import, approve, judge, describe, check, document"),
        ("role=reader", "role “reader” is none of editor, reviewer, administrator"),
        ("deployment=nowhere", "deployment there is no deployment “nowhere”"),
        ("measure=sentt", "measure there is no measure “sentt”"),
        ("source=%00", "source there is no source “�”"),
        ("from=yesterday", "from “yesterday” is not a date"),
        ("to=2025-13", "to “2025-13” is not a day of the calendar"),
        ("from=2025-02-02&to=2025-02-01", "to “2025-02-01” is before the first day asked for"),
        ("measure=sent&measure=killed", "measure is given 2 times"),
        ("after=x", "after “x” is not a place in this list"),
        ("after=99999999999999999999", "is not a place in this list"),
        ("after=2&before=1", "before cannot be combined with after"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(browse, query, named):
    page = browse(f"/changes?{query}", status=422)
    assert page.heading == "Cannot be read"
    assert named in page.text


def test_a_place_that_there_is_not_in_an_act_is_named(browse):
    assert "“x” is not a place in this list" in browse("/changes/1?after=x", status=422).text
    assert "is given 2 times" in browse("/changes/1?after=claim~a&after=claim~b", status=422).text


def test_empty_and_unknown_parameters_are_passed_over(browse):
    page = browse("/changes?deployment=&kind=&from=&utm_source=x")
    assert page.soup.find("link", rel="canonical")["href"] == "http://testserver/changes"
    assert len(acts_on(page)) == 1


def test_the_form_shows_what_is_asked_and_each_filter_can_be_taken_off(browse):
    page = browse("/changes?measure=sent&kind=import&role=administrator&from=2026-11-01")
    form = page.soup.find("form", attrs={"aria-label": "Filter the changes"})
    assert form["method"] == "get"
    assert form.find("select", id="measure").find("option", selected=True)["value"] == "sent"
    assert [box["value"] for box in form.find_all("input", checked=True)] == ["import", "administrator"]
    chips = [a["href"] for a in page.main.select(".chips a")]
    assert "/changes?measure=sent&kind=import&from=2026-11-01" in chips
    assert len(chips) == 4


def test_the_log_sends_as_many_statements_for_many_acts_as_for_one(visit, ledger, approve, judge, session):
    def statements():
        with counted_statements(session.get_bind().engine) as sent:
            visit("/changes", checked=False)
        return len(sent)

    approve("c-0", point=10)
    judge("c-0")
    act = ActFactory(kind="describe", moves_version=True, by=ledger.reviewer)
    SourceDescriptionFactory(source=ledger.source, version=act.version)
    few = statements()
    for number in range(1, 15):
        approve(f"c-{number}", point=10 * number)
        judge(f"c-{number}")
    assert statements() == few <= 12


def test_the_page_of_an_act_sends_as_many_statements_for_many_rows_as_for_few(visit, ledger, session):
    def statements(claims):
        act = ActFactory(kind="approve", moves_version=True, by=ledger.reviewer)
        for _ in range(claims):
            RevisionFactory(deployment=ledger.deployment, measure=ledger.measure, source=ledger.source,
                            approved=True, approved_version=act.version)  # fmt: skip
        with counted_statements(session.get_bind().engine) as sent:
            visit(f"/changes/{act.version}", checked=False)
        return len(sent)

    assert statements(2) == statements(30) <= 22


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"


def test_nothing_that_is_written_in_a_ledger_becomes_markup(visit, site):
    person = PersonFactory(
        display_name=HOSTILE, named_in_public=True, pseudonym=f"p{HOSTILE}", role="reviewer"
    )
    deployment = DeploymentFactory(slug="d", name=HOSTILE, summary=HOSTILE)
    measure = MeasureFactory(slug="m", label=HOSTILE, unit=HOSTILE)
    source = SourceFactory(slug="s", name=HOSTILE)
    about = {"deployment": deployment, "measure": measure, "source": source, "recorded_by": person.id,
             "approved": True, "decided_by": person.id, "approved_alone": True, "reason": HOSTILE,
             "overridden": HOSTILE}  # fmt: skip
    claim = ClaimFactory(ref="c")
    RevisionFactory(claim=claim, **about)
    act = ActFactory(kind="approve", moves_version=True, by=person, words=HOSTILE, reason=HOSTILE)
    RevisionFactory(claim=claim, note=HOSTILE, wording=HOSTILE, approved_version=act.version, **about)
    ActFactory(kind="check", subject=HOSTILE, by=person, words=HOSTILE)
    loose = ActFactory(kind="judge", subject=HOSTILE, by=person, words=HOSTILE, moves_version=True)
    ActFactory(kind="import", by=person, words=HOSTILE, moves_version=True,
               details={"claims": {"new": 1, "changed": 0}, "sources": HOSTILE})  # fmt: skip
    paths = ("/changes", "/changes?deployment=d&measure=m&source=s", f"/changes/{act.version}")
    for path in (*paths, f"/changes/{loose.version}", "/claims/c"):
        page = visit(path)
        assert not page.soup.find_all("img"), path
        assert "{{ 7*7 }}" in page.response.text, path
        assert "<script>alert" not in page.response.text, path
    assert b"<script>" not in site.get("/feeds/changes.atom").content


def test_more_than_can_be_compared_with_a_page_is_named_and_linked(visit, ledger):
    measures = [MeasureFactory(slug=f"m-{number:02}", label=f"Measure {number:02}") for number in range(35)]
    act = ActFactory(kind="approve", moves_version=True, by=ledger.reviewer)
    for measure in measures:
        RevisionFactory(deployment=ledger.deployment, measure=measure, source=ledger.source, approved=True,
                        approved_version=act.version)  # fmt: skip
    page = visit(f"/changes/{act.version}")
    assert len(page.main.select(".effect")) == 6
    others = [" ".join(item.get_text(" ").split()) for item in page.main.select(".others li")]
    assert others[0] == "Measure 06 Northern force, 1 claim touched : before , after"
    assert others[24:] == ["and 5 more"]


def test_what_takes_too_many_claims_is_told_once_it_is_worked_out(visit, approve, session, monkeypatch):
    approve("c-1", point=100, qualifier="exact")
    act = approve("c-1", point=3000, qualifier="more_than")
    addresses = [f"{prefix}/changes/{act.version}" for prefix in ("", "/it")]
    at_once = [section(visit(address), "effect") for address in addresses]
    assert "Before: " in at_once[0]
    monkeypatch.setattr(affected, "MOST_CLAIMS", 0)
    waiting = visit(addresses[0])
    assert "is worked out in the background" in section(waiting, "effect")
    assert "Touched, not compared here" not in section(waiting, "effect")
    assert waiting.response.headers["Cache-Control"] == "no-store"
    assert kept.asked_for(session) == [(act.version, ("north", "sent"))]
    assert kept.compute(session, act.version, ("north", "sent"))
    assert kept.asked_for(session) == []
    assert [section(visit(address), "effect") for address in addresses] == at_once
    assert visit(addresses[0]).response.headers.get("Cache-Control") != "no-store"
    monkeypatch.setattr(kept, "RECENT", 0)
    older = approve("c-2")
    assert "Touched, not compared here" in section(visit(f"/changes/{older.version}"), "effect")


def test_of_the_contradictions_that_are_kept_all_are_counted(approve, session, monkeypatch):
    monkeypatch.setattr(kept, "FINDINGS_KEPT", 1)
    for number in range(3):
        approve(f"c-{number}", point=3000 + number, qualifier="more_than", credibility=6)
    act = approve("c-3", point=10, qualifier="exact", credibility=1)
    subject = ("north", "sent")
    whole = kept.effects_of(session, [subject], act.version, measure_texts(session))[subject]
    assert kept.compute(session, act.version, subject)
    [found] = kept.kept_effects(session, [subject], act.version).values()
    assert (found.before, found.after, found.days) == (whole.before, whole.after, whole.days)
    assert len(found.caused) == 1 < len(whole.caused) == 1 + found.further_caused


def test_many_contradictions_of_one_act_are_counted_behind_the_first_of_them(visit, ledger):
    act = ActFactory(kind="approve", moves_version=True, by=ledger.reviewer)
    for day in range(1, 28):
        RevisionFactory(deployment=ledger.deployment, measure=ledger.measure, source=ledger.source,
                        point=1000 - day, qualifier="exact", as_of=f"2025-03-{day:02}",
                        said_on=f"2025-03-{day:02}", approved=True, approved_version=act.version)  # fmt: skip
    found = visit(f"/changes/{act.version}").main.select(".findings li")
    assert len(found) == 21
    assert " ".join(found[-1].get_text().split()) == "and 6 more"
