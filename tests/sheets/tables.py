"""Tables brought to the desk as a browser brings them."""

from tests.accounts.people import Desk
from tests.visiting import Page

NIS = "National Intelligence Service"
MEANT = {"constant-measure": "killed", "constant-nature": "total"}
HEADER = "Date;Figure;Source;Outlet;Link"


def table(*rows: str) -> str:
    """A table that separates cells with semicolons; a row is `day figure link`, the rest is the same."""
    return "\n".join([HEADER, *(_row(*row.split("|")) for row in rows)]) + "\n"


def _row(day: str, figure: str, link: str = "", outlet: str = "") -> str:
    return f"{day};{figure};{NIS};{outlet};{link}"


def brought(desk: Desk, text: str) -> str:
    """The address of a pasted table."""
    answer = desk.post("/desk/sheets", {"pasted": text})
    return answer.response.headers["location"].removesuffix("/columns")


def filled(page: Page) -> dict[str, str]:
    """What stands in the form of the columns."""
    form = {one["name"]: one.get("value", "") for one in page.main.select("form.meanings input")}
    for one in page.main.select("form.meanings select"):
        chosen = one.select_one("option[selected]")
        form[one["name"]] = chosen["value"] if chosen else ""
    return form


def mapped(desk: Desk, text: str, **meant: str) -> str:
    """The address of a table whose columns mean what is proposed, and what is given besides."""
    here = brought(desk, text)
    given = MEANT | {name.replace("_", "-", 1): value for name, value in meant.items()}
    for name in [name for name, value in given.items() if value]:
        given.setdefault(name.replace("constant-", "column-"), "")
    desk.post(f"{here}/columns", filled(desk.get(f"{here}/columns")) | given)
    return here


def previewed(desk: Desk, text: str, **meant: str) -> tuple[str, Page]:
    """The address of a table, and its preview."""
    here = mapped(desk, text, **meant)
    return here, desk.get(f"{here}/preview")


def kinds(page: Page) -> dict[str, int]:
    """How many rows the preview counts of each kind, those of none left out."""
    rows = page.main.select("table.kinds tbody tr")
    found = {row.th.get_text(strip=True): int(row.td.get_text()) for row in rows}
    return {kind: number for kind, number in found.items() if number}
