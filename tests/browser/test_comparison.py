"""Comparisons in a real browser, on the founding ledger: chosen in a form, drawn twice."""

from playwright.sync_api import Page, expect


def test_a_comparison_is_chosen_in_the_form_and_its_figure_takes_the_drawings_place(
    page: Page, address: str
) -> None:
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda problem: messages.append(str(problem)))
    page.goto(f"{address}compare")
    for deployment in ("combat troops", "civilian workers"):
        group = page.get_by_role("group", name=f"North Korean {deployment} in Russia")
        group.get_by_label("Sent", exact=False).first.check()
    page.get_by_label("days since each start").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".deck")).to_contain_text("Sent: North Korean combat troops in Russia")
    expect(page.locator(".chart-ready")).to_be_visible()
    page.get_by_role("button", name="Logarithmic").click()
    page.get_by_role("button", name="North Korean civilian workers in Russia").click()
    expect(page.locator('[data-family="nk-workers-russia/sent"] button')).to_have_attribute(
        "aria-pressed", "true"
    )
    assert "by=days" in page.url
    assert messages == []
