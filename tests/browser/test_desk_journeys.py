"""Whole journeys over the desk in Chromium, with and without scripts, from signing in to the public page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitors import (
    Desk,
    hand_in,
    handed_in,
    heading,
    served_desk,
    sign_in,
    type_in,
    typed,
)
from tests.database import Databases

NIS = "South Korea National Intelligence Service (NIS)"
with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture(scope="module")
def desk(server: Databases, chromium: Browser) -> Iterator[Desk]:
    with served_desk(server, chromium) as place:
        yield place


def total(measure: str, figure: str, **more: str) -> dict[str, str]:
    """What an editor types of a total that the NIS gave in January 2026."""
    return {
        "url": "https://example.org/briefing",
        "publisher": "Example Post",
        "title": "Report of a briefing",
        "source": NIS,
        "said_on": "2026-01-20",
        "deployment": "nk-troops-russia",
        "measure": measure,
        "nature": "total",
        "figure": figure,
        "as_of": "2026-01-20",
        **more,
    }


def effect(page: Page):
    return page.get_by_role("complementary", name="If this counted")


def preview(page: Page, *, scripts: bool) -> None:
    """See what the claim would do: with scripts it stands there, without them a button asks for it."""
    if not scripts:
        page.locator(".actions").get_by_role("button", name="Preview").click()
    expect(effect(page).get_by_role("table").first).to_contain_text("At the end of 20 January 2026")


LIVES = {True: ("wounded", "4,100", "4,200"), False: ("killed", "2,000", "2,100")}
"""With and without scripts: a measure, its figure in the founding ledger, and the one that is entered."""


WHY = "The figure stands in the table beside these words."
"""Why a claim is right although its wording names another number."""


@with_and_without_scripts
def test_a_claim_is_refused_put_right_sent_back_and_approved_and_the_chart_moves(desk: Desk, scripts) -> None:
    measure, before, after = LIVES[scripts]
    comment = f"Whose words are these about the {measure}?"
    facts = total(measure, f"about {after}", wording=f"several hundred more {measure}, 77 of them lately")
    with (
        desk.window() as reader,
        desk.window(scripts=scripts) as editor,
        desk.window("rita", scripts=scripts) as reviewer,
    ):
        reader.goto(f"/deployments/nk-troops-russia/{measure}")
        expect(reader.locator(".headline")).to_contain_text(f"selected: {before}")
        ref = refused_and_put_right(editor, facts, scripts=scripts)
        sent_back(reviewer, ref, comment)
        reader.reload()
        expect(reader.locator(".headline")).to_contain_text(f"selected: {before}")
        wording = f"77 {measure} lately, said the spokesman"
        assert corrected(editor, comment, facts, wording) == ref
        approved(reviewer, ref, wording)
        reader.reload()
        expect(reader.locator(".headline")).to_contain_text(f"by 20 January 2026; selected: {after}")
        expect(reader.locator(".coverage").first).to_contain_text("Data through 20 January 2026")
        reader.goto("/changes")
        expect(reader.locator(".acts > li").first).to_contain_text(f"about {after}")
        reader.goto(f"/claims/{ref}")
        expect(heading(reader)).to_contain_text(f"about {after} persons")
        history = reader.locator("section", has=reader.locator("#history"))
        expect(history).to_contain_text("misattribution")
        expect(history).to_contain_text(WHY)


def refused_and_put_right(editor: Page, facts: dict[str, str], *, scripts: bool) -> str:
    """Sign in, be refused twice with all that was typed still there, and hand in; gives the reference."""
    editor.goto("/desk/claims/new")
    sign_in(editor, "edda")
    expect(heading(editor)).to_have_text("New claim")
    impossible = facts | {"said_on": "2026-02-30"}
    type_in(editor, impossible)
    hand_in(editor)
    expect(editor.get_by_role("alert")).to_contain_text("“2026-02-30” is not a day of the calendar")
    assert typed(editor).items() >= impossible.items()
    editor.locator("#said_on").fill(facts["said_on"])
    preview(editor, scripts=scripts)
    expect(editor.get_by_text("Look once more")).to_be_visible()
    hand_in(editor)
    expect(editor.get_by_role("alert")).to_contain_text("Write why it is right all the same")
    assert typed(editor).items() >= facts.items()
    editor.locator("#overridden").fill(WHY)
    hand_in(editor)
    return handed_in(editor)


def sent_back(reviewer: Page, ref: str, comment: str) -> None:
    """Come from the desk to what was handed in, read why a warning was passed over, and send it back."""
    reviewer.goto("/desk")
    reviewer.locator(f"a[href*='/{ref}/']").first.click()
    expect(reviewer.get_by_text(WHY)).to_be_visible()
    reviewer.get_by_label("Comment").fill(comment)
    reviewer.get_by_role("button", name="Send back").click()
    expect(reviewer.get_by_text("Sent back by")).to_be_visible()


def corrected(editor: Page, comment: str, facts: dict[str, str], wording: str) -> str:
    """Find the comment on the desk, open the form again, correct the wording and hand it in."""
    editor.goto("/desk")
    back = editor.get_by_role("listitem").filter(has_text=comment)
    back.get_by_role("link", name="Open it in the form again").click()
    expect(editor.locator(".notice")).to_contain_text(comment)
    kept = {name: fact for name, fact in facts.items() if name != "figure"}
    assert typed(editor).items() >= kept.items()
    type_in(editor, {"wording": wording, "reason": "misattribution", "words": "Now the spokesman’s own."})
    editor.locator("#overridden").fill(WHY)
    hand_in(editor)
    return handed_in(editor)


def approved(reviewer: Page, ref: str, wording: str) -> None:
    """Come from the queue to what was handed in again, see what it says and would do, and approve it."""
    reviewer.goto("/desk/queue")
    reviewer.locator(f"a[href*='/{ref}/']").first.click()
    expect(reviewer.get_by_role("row", name="Wording")).to_contain_text(wording)
    expect(reviewer.get_by_text("“Now the spokesman’s own.”")).to_be_visible()
    expect(reviewer.get_by_role("heading", name="Effect on the reading")).to_be_visible()
    expect(reviewer.get_by_text(WHY)).to_be_visible()
    reviewer.get_by_role("button", name="Approve").dblclick()
    expect(reviewer.get_by_text("Approved by")).to_be_visible()


CORRECTED = {True: "rok-40killed-20241105", False: "hur-200-delo-20241216"}
"""With and without scripts: a claim of the founding ledger that two editors correct at once."""


@with_and_without_scripts
def test_of_two_editors_at_once_the_second_is_told_and_of_two_reviewers_too(desk: Desk, scripts) -> None:
    """Nothing that the second typed is lost, and what it differs in stands side by side."""
    ref = CORRECTED[scripts]
    first, second = {"title": "As the first editor read it"}, {"note": "As the second editor saw it."}
    with desk.window("edda", scripts=scripts) as edda, desk.window("emil", scripts=scripts) as emil:
        for editor, facts in [(edda, first), (emil, second)]:
            editor.goto(f"/desk/claims/{ref}/correct")
            type_in(editor, facts | {"reason": "copy_error"})
        hand_in(edda)
        assert handed_in(edda) == ref
        hand_in(emil)
        told = emil.get_by_role("alert")
        expect(told).to_contain_text("nothing that you typed is lost")
        expect(told).to_contain_text(f"of {ref} has been handed in since this form was opened")
        expect(told.get_by_role("row", name="Title")).to_contain_text(first["title"])
        assert typed(emil).items() >= (second | {"reason": "copy_error"}).items()
        decided_twice(desk, ref, scripts=scripts)
        hand_in(emil)
        assert handed_in(emil) == ref


def decided_twice(desk: Desk, ref: str, *, scripts: bool) -> None:
    """Two reviewers look at a correction beside what counts; the one who decides second is refused."""
    with desk.window("rita", scripts=scripts) as rita, desk.window("rolf", scripts=scripts) as rolf:
        for reviewer in (rita, rolf):
            reviewer.goto(f"/desk/queue/{ref}/revisions/2")
            changed = reviewer.get_by_role("row", name="Document (differs)")
            expect(changed.locator("ins")).to_have_text("As the first editor read it")
            expect(changed.locator("del")).to_be_visible()
        rita.get_by_role("button", name="Approve").click()
        expect(rita.get_by_text("Approved by")).to_be_visible()
        rolf.get_by_label("Comment").fill("The title should be shorter.")
        rolf.get_by_role("button", name="Send back").click()
        told = rolf.get_by_role("alert")
        expect(told).to_contain_text("Nothing was done.")
        expect(told).to_contain_text("was approved by Rita")
        expect(rolf.get_by_text("The title should be shorter.")).to_be_visible()


@with_and_without_scripts
def test_a_session_that_ends_in_mid_form_loses_nothing(desk: Desk, scripts) -> None:
    """Signing in again brings back what was typed, and it can be handed in from there."""
    wording = f"15,100 were sent, typed {'with' if scripts else 'without'} scripts"
    facts = total("sent", "about 15,100", wording=wording)
    with desk.window("edda", scripts=scripts) as page:
        page.goto("/desk/claims/new")
        type_in(page, facts | {"wording": ""})
        if scripts:
            expect(page.get_by_text("Saved as a draft.")).to_be_visible()
        desk.end_sign_ins("edda")
        type_in(page, {"wording": wording})
        if scripts:
            expect(page.get_by_text("You are not signed in any more.")).to_be_visible()
            assert typed(page).items() >= facts.items()
        hand_in(page)
        expect(page.get_by_text("Nothing that you typed is lost")).to_be_visible()
        assert desk.handed_in(wording) == 0
        sign_in(page, "edda")
        expect(heading(page)).to_have_text("Signed in again")
        for fact in (facts["url"], facts["figure"], wording):
            expect(page.get_by_text(fact, exact=True).first).to_be_visible()
        page.get_by_role("button", name="Go on with it").click()
        handed_in(page)
        assert desk.handed_in(wording) == 1


FOCUSED = """() => {
  const here = document.activeElement;
  const { x, y, width, height } = here.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(here);
  const middle = document.elementFromPoint(x + width / 2, y + Math.min(height, innerHeight - y) / 2);
  return {
    name: here.id || here.textContent.trim(),
    x, y: y + scrollY, bottom: y + height + scrollY,
    isOutlined: here.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    isUncovered: middle !== null && (here.contains(middle) || middle.contains(here)),
  };
}"""


class Keys:
    """A keyboard by itself: after each Tab the focus is seen, and is nowhere above where it was."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.before = None

    def tab_to(self, name: str) -> None:
        """Tab on to the field of this name, or to the button or link of this text."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(FOCUSED)
            assert here["isOutlined"], here
            assert here["isUncovered"], here
            if self.before is not None:
                assert here["bottom"] > self.before["y"] or here["x"] > self.before["x"], (self.before, here)
            self.before = here
            if here["name"] == name:
                return
        raise AssertionError(f"the focus does not come to {name}")

    def types(self, facts: dict[str, str]) -> None:
        """Type facts one field after another, as they follow each other."""
        for name, fact in facts.items():
            self.tab_to(name)
            self.page.keyboard.type(fact)

    def on_a_new_page(self) -> None:
        self.before = None


@with_and_without_scripts
def test_a_claim_is_entered_and_handed_in_by_the_keyboard_alone(desk: Desk, scripts) -> None:
    wording = f"15,200 were sent, by keys {'with' if scripts else 'without'} scripts"
    with desk.window(scripts=scripts) as page:
        page.goto("/login?next=/desk/claims/new")
        keys = Keys(page)
        keys.types({"name": "emil", "password": "seven herons wade at low tide"})
        page.keyboard.press("Enter")
        expect(heading(page)).to_have_text("New claim")
        expect(page.locator("#url")).to_be_focused()
        page.keyboard.type("https://example.org/by-keys")
        keys.on_a_new_page()
        keys.types({"publisher": "Example Post", "source": NIS, "said_on": "2026-01-21"})
        keys.types({"deployment": "North Korean", "measure": "Sent"})
        keys.tab_to("nature")
        page.keyboard.press("Space")
        keys.types({"figure": "about 15,200", "as_of": "2026-01-21", "wording": wording})
        keys.tab_to("Hand in for review")
        page.keyboard.press("Enter")
        handed_in(page)
        keys.on_a_new_page()
        keys.tab_to("A claim from another document")
        assert desk.handed_in(wording) == 1


TOO_SMALL = """(least) => {
  const targets = [...document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")];
  const target = (one) => (one.matches("[type=radio], [type=checkbox]") ? one.labels[0] : one);
  const isInText = (one) => one.matches("a:not(.button)") && one.closest("p, dd, td, li");
  return targets
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0 && !isInText(one))
    .map((one) => [one.id || one.name || one.textContent.trim(), target(one).getBoundingClientRect()])
    .filter(([, { width, height }]) => width < least || height < least)
    .map(([name, { width, height }]) => `${name}: ${width} × ${height}`);
}"""
"""Controls of less than so many pixels; a link in a line of text may be as high as the line."""


@with_and_without_scripts
def test_a_claim_is_entered_on_a_phone_without_scrolling_sideways(desk: Desk, scripts) -> None:
    wording = f"15,300 were sent, by phone {'with' if scripts else 'without'} scripts"
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with desk.window("edda", scripts=scripts, **phone) as page:
        page.goto("/desk")
        assert fits_a_thumb(page)
        page.get_by_role("link", name="New claim").first.tap()
        type_in(page, total("sent", "about 15,300", wording=wording))
        preview(page, scripts=scripts)
        for fold in page.locator("details").all():
            fold.evaluate("fold => fold.open = true")
        assert fits_a_thumb(page)
        page.locator("button[value=hand_in]").tap()
        handed_in(page)
        assert fits_a_thumb(page)


RUNS_OUT = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > 391 && !one.closest(".plain-table-scroll"))
  .map((one) => `${one.localName} ${one.id} ${one.className}: ${one.textContent.trim().slice(0, 60)}`)"""


def fits_a_thumb(page: Page) -> bool:
    """Whether nothing runs out of the window; what one presses has to be large enough."""
    assert page.evaluate(TOO_SMALL, 24) == []
    assert page.evaluate(RUNS_OUT) == []
    return page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_draft_saves_itself_and_an_older_tab_overwrites_nothing(desk: Desk) -> None:
    with desk.window("emil") as older:
        older.goto("/desk/claims/new")
        facts = total("sent", "about 15,400", wording="typed in the older tab")
        type_in(older, facts)
        expect(older.locator("[name=saves]")).not_to_have_value("0")
        expect(older.get_by_text("Saved as a draft.")).to_be_visible()
        newer = older.context.new_page()
        newer.goto("/desk")
        newer.locator(f"a[href='{older.evaluate('location.pathname')}']").first.click()
        assert typed(newer).items() >= facts.items()
        saves = newer.locator("[name=saves]").input_value()
        newer.locator("#note").fill("typed in the newer tab")
        expect(newer.locator("[name=saves]")).not_to_have_value(saves)
        overwrites_nothing(older, newer, scripts=True)


def test_a_draft_that_a_button_saves_is_not_overwritten_by_an_older_tab(desk: Desk) -> None:
    with desk.window("emil", scripts=False) as older:
        older.goto("/desk/claims/new")
        facts = total("sent", "about 15,450", wording="typed in the older tab")
        type_in(older, facts)
        save(older)
        newer = older.context.new_page()
        newer.goto(older.url)
        assert typed(newer).items() >= facts.items()
        newer.locator("#note").fill("typed in the newer tab")
        save(newer)
        overwrites_nothing(older, newer, scripts=False)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("A draft, saved on")).to_be_visible()


def overwrites_nothing(older: Page, newer: Page, *, scripts: bool) -> None:
    """Type on in the older tab: it is told, with both versions, and what the newer one saved stays."""
    older.locator("#wording").fill("typed on in the older tab")
    if scripts:
        expect(older.get_by_text("was saved from another window since")).to_be_visible()
        older.get_by_role("button", name="Show both versions").click()
    else:
        older.get_by_role("button", name="Save the draft").click()
    told = older.get_by_role("alert")
    expect(told).to_contain_text("was saved from another window since")
    expect(told.get_by_role("row", name="Remark")).to_contain_text("typed in the newer tab")
    assert typed(older)["wording"] == "typed on in the older tab"
    newer.reload()
    assert typed(newer)["wording"] == "typed in the older tab"
    assert typed(newer)["note"] == "typed in the newer tab"


@with_and_without_scripts
def test_a_double_click_hands_in_one_claim(desk: Desk, scripts) -> None:
    wording = f"15,500 were sent, clicked twice {'with' if scripts else 'without'} scripts"
    with desk.window("edda", scripts=scripts) as page:
        page.goto("/desk/claims/new")
        type_in(page, total("sent", "about 15,500", wording=wording))
        page.locator("button[value=hand_in]").dblclick()
        handed_in(page)
        page.goto("/desk")
        assert desk.handed_in(wording) == 1


SET_ASIDE = "kbs-15000-20251213"


def test_a_claim_is_set_aside_and_restored_and_the_chart_follows(desk: Desk) -> None:
    chart = "/deployments/nk-troops-russia/sent"
    with desk.window() as reader, desk.window("edda") as editor, desk.window("rita") as reviewer:
        reader.goto(chart)
        counted = reader.locator(".headline").inner_text()
        case = judge(editor, SET_ASIDE, "Set aside", "A figure of another unit.", reason="category_changed")
        approve_judgement(reviewer, case)
        reader.reload()
        expect(reader.locator(".headline")).not_to_have_text(counted)
        reader.goto(f"/claims/{SET_ASIDE}")
        expect(reader.get_by_text("It counts in no reading.")).to_be_visible()
        case = judge(editor, SET_ASIDE, "Restore", "The unit is the same after all.")
        approve_judgement(reviewer, case)
        reader.reload()
        expect(reader.get_by_text("The unit is the same after all.")).to_be_visible()
        expect(reader.get_by_text("A figure of another unit.")).to_be_visible()
        reader.goto(chart)
        expect(reader.locator(".headline")).to_have_text(counted)


def judge(editor: Page, ref: str, act: str, words: str, *, reason: str = "") -> str:
    """Come from the claim's public page to an act on its standing, hand it in, and give where it waits."""
    editor.goto(f"/claims/{ref}")
    editor.get_by_role("link", name="what can be done about it").click()
    editor.get_by_role("link", name=act, exact=True).click()
    expect(editor.get_by_role("heading", name="What it would do to the reading")).to_be_visible()
    if reason:
        editor.get_by_label("Reason").select_option(reason)
    editor.get_by_label("In words").fill(words)
    editor.get_by_role("button", name="Hand in").click()
    expect(editor.get_by_text("You handed it in")).to_be_visible()
    return editor.url


def approve_judgement(reviewer: Page, case: str) -> None:
    reviewer.goto(case)
    reviewer.get_by_role("button", name="Approve").click()
    expect(reviewer.get_by_text("Approved by")).to_be_visible()


@with_and_without_scripts
def test_that_somebody_checked_and_found_nothing_new_stands_on_the_chart(desk: Desk, scripts) -> None:
    with desk.window() as reader, desk.window("emil", scripts=scripts) as editor:
        editor.goto("/desk")
        editor.get_by_role("button", name="Checked, nothing new about North Korean combat").click()
        expect(editor.locator("section", has=editor.locator("#checks"))).to_contain_text("Emil")
        reader.goto("/deployments/nk-troops-russia/captured")
        expect(reader.locator(".coverage").first).to_contain_text("and nothing new was found")
        reader.goto("/changes")
        told = "Checked, nothing new: North Korean combat troops in Russia"
        expect(reader.locator(".acts > li").first).to_contain_text(told)
