"""Forms as editors fill them: a test names only what it is about."""

from tests.claims.entering import a_ledger, a_row, entered_and_approved, ref_of
from tests.visiting import Page

KEY = "the-key-of-one-form"


def filled(**fields: str) -> dict[str, str]:
    """A total of nearly 400 killed, typed as printed, in a document of its own."""
    return {
        "key": KEY,
        "act": "enter",
        "url": "https://example.org/2025/article",
        "publisher": "Example Post",
        "source": "National Intelligence Service",
        "said_on": "2025-02-01",
        "deployment": "nk-russia",
        "measure": "killed",
        "nature": "total",
        "figure": "nearly 400",
        "as_of": "2025-02-01",
        "do": "hand_in",
    } | fields


def a_claim(session, **cells: str) -> str:
    """A ledger with one claim that counts, about 300 killed as of 13 January; gives its claim_ref."""
    a_ledger()
    return ref_of(session, entered_and_approved(session, a_row(**cells)))


def typed_in(page: Page) -> dict[str, str]:
    """What stands in the fields of the form, buttons left out."""
    form = page.soup.find(id="entry")
    found: dict[str, str] = {}
    for control in form.select("input, textarea, select"):
        name = control.get("name")
        if control.name == "select":
            chosen = control.find("option", selected=True)
            found[name] = chosen["value"] if chosen else ""
        elif control.name == "textarea":
            found[name] = control.get_text().removeprefix("\n")
        elif control.get("type") not in {"radio", "checkbox"} or control.has_attr("checked"):
            found[name] = control.get("value", "")
    return found


def problems_in(page: Page) -> dict[str, str]:
    """What is said beside each field that was refused, by the name of the field."""
    return {one["id"].partition("-error")[0]: one.get_text() for one in page.soup.select(".field-error")}


def beside_in(page: Page) -> str:
    """What is said beside the form."""
    return " ".join(page.soup.find(id="effect").get_text(" ").split())
