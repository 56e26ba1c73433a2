"""Every text of the pages of a table can be said in another language."""

from sqlalchemy.orm import Session

from app.accounts.cookies import SIGN_IN
from app.clock import present
from app.sheets.reading import ENCODINGS
from tests.claims.entering import a_ledger, a_row, entered_and_approved
from tests.factories import NOW, PersonFactory, SignInFactory, used_in
from tests.languages.pseudo import contents_of, made_up_site, unmarked
from tests.sheets.tables import MEANT, filled, table
from tests.visiting import Page, closing_engine

SECRET = "the-secret-of-a-sign-in-of-an-editor"
ROWS = (
    "27.2.2025|about 3,000|https://a.example/1|Outlet",
    "13.1.2025|about 300|https://b.example/|Outlet",
    "30.2.2025|many",
    "1.1.2019|5",
)


def test_the_pages_of_a_table_say_nothing_that_is_not_marked(empty_database):
    with (
        closing_engine(empty_database) as engine,
        Session(engine) as session,
        session.begin(),
        used_in(session),
    ):
        a_ledger()
        entered_and_approved(session, a_row(claim_ref="known", url="https://a.example/first"))
        SignInFactory(secret=SECRET, person_id=PersonFactory(name="eva").id, signed_in_at=NOW)
        session.commit()
    contents = contents_of(empty_database) | {cell for row in ROWS for cell in row.split("|")}
    contents |= {
        "measure",
        'a,"b',
        '"b',
        "Date",
        "Figure",
        "Source",
        "Outlet",
        "Link",
        "2025-02-30",
        *ENCODINGS,
    }
    with made_up_site(empty_database) as client:
        client.cookies.set(SIGN_IN, SECRET)
        client.app.dependency_overrides[present] = lambda: NOW
        answer = client.post("/desk/sheets", data={"pasted": table(*ROWS)}, follow_redirects=False)
        here = answer.headers["location"].removesuffix("/columns")
        columns = client.get(f"{here}/columns")
        form = filled(Page(here, columns))
        said = [columns.text, client.post(f"{here}/columns", data=form).text]
        client.post(f"{here}/columns", data=form | MEANT)
        said += [client.get(f"{here}/preview").text, client.get("/desk/sheets").text]
        said.append(client.post("/desk/sheets", data={"pasted": 'a,"b\n1'}).text)
        client.post(f"{here}/hand-in")
        said.append(client.get(here).text)
    assert [left for page in said for left in unmarked(page, contents)] == []
