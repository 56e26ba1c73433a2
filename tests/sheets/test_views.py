"""A table on its way: brought, mapped, previewed, handed in; each page fetched as a browser does."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import func, select

from app.models import Act, Batch, Claim, Revision, Spreadsheet, SpreadsheetCheck, SpreadsheetRow
from app.review.actions import decide_batch
from app.sheets import views
from app.sheets.staging import KEPT_DAYS, clear_away
from tests.claims.entering import a_row, enter, entered_and_approved
from tests.factories import PersonFactory
from tests.sheets.conftest import workbook
from tests.sheets.tables import MEANT, NIS, brought, filled, kinds, mapped, previewed, table
from tests.visiting import counted_statements

pytestmark = pytest.mark.usefixtures("ledger")
HOSTILE = "<script>alert('&')</script>"


def uploaded(desk, file: bytes, name: str = "losses.xlsx") -> str:
    answer = desk.site.post("/desk/sheets", files={"table": (name, file)})
    assert answer.status_code == 303
    return answer.headers["location"].removesuffix("/columns")


def number_of(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_rows_are_proposed_previewed_and_handed_in_as_one_batch_once(session, desk, ann):
    here = brought(desk, table("27.2.2025|circa 3.000|https://a.example/1", "28.2.2025|1.234", "30.2.2025|7"))
    form = filled(desk.get(f"{here}/columns"))
    assert {name: value for name, value in form.items() if value} == {
        "column-as_of": "0", "column-said_on": "0", "column-figure": "1", "column-source": "2",
        "column-publisher": "3", "column-url": "4", "constant-deployment": "nk-russia", "days": "day",
    }  # fmt: skip
    desk.post(f"{here}/columns", form | MEANT)
    before = number_of(session, Claim), number_of(session, Act)
    page = desk.get(f"{here}/preview")
    assert kinds(page) == {"New": 2, "Refused": 1}
    assert "about 3,000 persons" in page.text
    assert "“2025-02-30”: is not a day of the calendar" in page.text
    assert "1 refused row is not handed in." in page.text
    assert (number_of(session, Claim), number_of(session, Act)) == before  # nothing is in the ledger yet
    for _window in range(2):
        desk.post(f"{here}/hand-in")
    (batch,) = session.scalars(select(Batch)).all()
    assert (batch.origin, batch.recorded_by) == ("upload", ann.id)
    assert batch.name == "pasted 2026-01-15T09:30Z"
    assert "table pasted on 15 January 2026, 09:30 UTC" in desk.get(f"/desk/queue/batches/{batch.id}").text
    revisions = session.scalars(
        select(Revision).where(Revision.batch_id == batch.id).order_by(Revision.id)
    ).all()
    assert [(one.qualifier, one.point, one.as_of, one.verdict) for one in revisions] == [
        ("about", 3000, "2025-02-27", None),
        ("stated", 1234, "2025-02-28", None),
    ]
    page = desk.get(here)
    assert (
        f"/desk/queue/batches/{batch.id}" in page.response.text or f"batches/{batch.id}" in page.response.text
    )
    assert "1 row was refused and is not in it." in page.text
    assert number_of(session, SpreadsheetRow) == number_of(session, SpreadsheetCheck) == 1
    assert session.scalars(select(Spreadsheet.file)).one() is None


def test_refused_rows_come_back_with_their_reasons_and_are_mended(session, desk, ann):
    here, _page = previewed(desk, table("27.2.2025|3,000", "30.2.2025|many"))
    text = desk.site.get(f"{here}/refused.csv").content.decode("utf-8-sig")
    header, row = csv.reader(StringIO(text))
    assert header == ["Date", "Figure", "Source", "Outlet", "Link", "Refused because"]
    assert row[:3] == ["30.2.2025", "many", NIS]
    assert row[-1].startswith("Figure as printed (Figure): “many” ")
    assert "(Date) “2025-02-30”: is not a day of the calendar" in row[-1]
    mended = brought(desk, text.replace("30.2.2025", "28.2.2025").replace(",many,", ",77,"))
    page = desk.get(f"{mended}/columns")
    assert "as you mapped the last table" in page.text
    desk.post(f"{mended}/columns", filled(page))
    assert kinds(desk.get(f"{mended}/preview")) == {"New": 1}


def test_each_refused_row_keeps_its_own_reason(session, desk, ann):
    here, page = previewed(
        desk, table("27.2.2025|many", "27.2.2025|lots", "27.2.2025|", "27.2.2025|5", "27.2.2025|5")
    )
    assert kinds(page) == {"New": 1, "Refused": 4}
    told = [one.get_text(" ", strip=True) for one in page.main.select("ul.reasons li")]
    assert [one[one.index(": ") + 2 :] for one in told] == [
        "“many” names no number: leave the figure out, or write the bounds that were stated.",
        "No number is understood in “lots”.",
        "is empty, or a formula without a result",
        "says just what line 5 says",
    ]
    assert "Row: says just what line 5 says" in desk.site.get(f"{here}/refused.csv").text
    desk.post(f"/it{here}/preview", {})
    assert "dice proprio ciò che dice la riga 5" in desk.get(f"/it{here}/preview").text


def test_the_same_table_again_is_unchanged_and_there_is_nothing_to_hand_in(session, desk, ann):
    text = table("27.2.2025|3,000|https://a.example/1", "28.2.2025|3,100")
    here = mapped(desk, text)
    desk.get(f"{here}/preview")
    desk.post(f"{here}/hand-in")
    again, page = previewed(desk, text)
    assert kinds(page) == {"Unchanged": 2}
    assert "no row says anything new" in page.text
    page = desk.post(f"{again}/hand-in", status=409)
    assert "nothing was handed in" in page.text
    assert number_of(session, Batch) == 1


def test_rows_of_known_keys_are_changed_older_or_unchanged(session, desk, ann):
    for number, (key, figures) in enumerate({"a": ["300"], "b": ["300", "310"], "c": ["300"]}.items(), 1):
        day = f"2025-01-0{number}"
        entered_and_approved(session, a_row(claim_ref=key, as_of=day, said_on=day))
        for figure in figures[1:]:
            file = f"claim_ref,point,as_of\n{key},{figure},{day}\n"
            here = mapped(desk, file, constant_source=NIS, constant_said_on=day, constant_qualifier="about")
            desk.get(f"{here}/preview")
            desk.post(f"{here}/hand-in")
            batch = session.scalars(select(Batch).order_by(Batch.id.desc()).limit(1)).one()
            decide_batch(session, batch, "approved", by=PersonFactory(role="reviewer"), at=desk.now)
    file = (
        "claim_ref,point,as_of,said_on,qualifier\na,400,2025-01-01,2025-01-01,about\n"
        "b,300,2025-01-02,2025-01-02,about\nc,300,2025-01-03,2025-01-03,circa\n"
    )
    _here, page = previewed(desk, file, constant_source=NIS)
    assert kinds(page) == {"Changed": 1, "Older": 1, "Unchanged": 1}
    assert "Figure about 300 persons became about 400 persons" in page.text
    assert [row.select_one(".tag").get_text() for row in page.main.select(".sheet-rows tbody tr")] == [
        "Changed", "Older", "Unchanged",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "handed_in", "repeats"),
    [("appearance", 2, ["known", "known"]), ("claim", 2, [None, None]), ("leave_out", 0, [])],
)
def test_what_says_a_known_claim_becomes_what_its_owner_chose(session, desk, ann, choice, handed_in, repeats):
    entered_and_approved(session, a_row(claim_ref="known", url="https://a.example/first"))
    rows = ["13.1.2025|about 300|https://b.example/|B", "13.1.2025|about 300|https://c.example/|C"]
    here, page = previewed(desk, table(*rows))
    assert kinds(page) == {"Appearance": 2}
    assert page.text.count("of known") == 2
    desk.post(f"{here}/preview", {"like_known": choice})
    page = desk.get(f"{here}/preview")
    assert kinds(page) == {"Appearance": 2}
    if not handed_in:
        assert "no row says anything new" in page.text
        return
    desk.post(f"{here}/hand-in")
    waiting = select(Revision).where(Revision.verdict.is_(None)).order_by(Revision.id)
    told = [one.repeat_of_id and session.get(Claim, one.repeat_of_id).ref for one in session.scalars(waiting)]
    assert told == repeats


def test_an_appearance_that_names_its_claim_is_handed_in_whatever_becomes_of_others(session, desk, ann):
    entered_and_approved(session, a_row(claim_ref="known", url="https://a.example/first"))
    rows = [f"13.1.2025;300;{NIS};https://{name}.example/;{ref}" for name, ref in (("b", "known"), ("c", ""))]
    header = "Date;Figure;Source;Link;Appearance of\n"
    here, page = previewed(desk, header + "\n".join(rows), constant_qualifier="about")
    assert "1 row says what a known claim says" in page.text
    desk.post(f"{here}/preview", {"like_known": "leave_out"})
    assert "Hand in 1 row" in desk.get(f"{here}/preview").text
    desk.post(f"{here}/hand-in")
    assert session.scalar(select(func.count()).where(Revision.verdict.is_(None))) == 1


def test_a_row_that_tells_of_no_document_adds_nothing_to_a_known_claim(session, desk, ann):
    entered_and_approved(session, a_row(claim_ref="known", url="https://a.example/first"))
    _here, page = previewed(
        desk, table("13.1.2025|about 300", "13.1.2025|about 300|https://www.a.example/first/")
    )
    assert kinds(page) == {"Unchanged": 2}
    assert page.text.count("known as known") == 2


def test_outlets_that_say_the_same_make_one_claim_and_its_appearances(session, desk, ann):
    rows = [f"13.1.2025|about 300|https://{name}.example/|{name}" for name in "ABA"]
    here, page = previewed(desk, table(*rows))
    assert kinds(page) == {"New": 1, "Appearance": 1, "Refused": 1}
    assert "says just what line 2 says" in page.text
    desk.post(f"{here}/hand-in")
    first, second = session.scalars(select(Revision).order_by(Revision.id)).all()
    assert (first.repeat_of_id, second.repeat_of_id) == (None, first.claim_id)


def test_who_names_a_refused_row_is_refused_with_it(session, desk, ann):
    file = (
        "claim_ref,point,as_of,part_of\nwhole,many,2025-01-01,\npart,30,2025-01-01,whole\n"
        "smaller,3,2025-01-01,part\nother,5,2025-01-01,\n"
    )
    given = {"constant_source": NIS, "constant_qualifier": "stated"}
    here, page = previewed(desk, file, **given, constant_said_on="2025-01-01")
    assert kinds(page) == {"New": 1, "Refused": 3}
    assert page.text.count("is the key of a row of this table that is refused") == 2
    desk.post(f"{here}/hand-in")
    assert session.scalars(select(Claim.ref)).all() == ["other"]


def test_rules_of_the_ledger_refuse_rows_and_leave_the_others(session, desk, ann):
    enter(session, a_row(claim_ref="waits"))
    rows = (
        "waits,301,killed,2025-01-13\nearly,3,killed,2019-01-01\nlevel,5,present,2025-01-13\n"
        "ok,7,killed,2025-01-14"
    )
    here, page = previewed(
        desk, f"claim_ref,point,measure,as_of\n{rows}\nthing,7,tanks,2025-01-14\n",
        column_measure="2", constant_measure="", constant_source=NIS, constant_said_on="2025-01-14",
        constant_qualifier="stated",
    )  # fmt: skip
    assert kinds(page) == {"New": 1, "Refused": 4}
    for reason in (
        "waits for its verdict",
        "before the deployment starts",
        "has no total",
        "is no measure of",
    ):
        assert reason in page.text
    assert len(desk.get(f"{here}/preview?kind=refused").main.select(".sheet-rows tbody tr")) == 4


def test_what_came_in_between_is_shown_before_anything_is_handed_in(session, desk, ann):
    here, page = previewed(desk, table("13.1.2025|about 300|https://b.example/"))
    assert kinds(page) == {"New": 1}
    entered_and_approved(session, a_row(claim_ref="known"))
    assert "The ledger has changed" in desk.get(f"{here}/preview").text
    page = desk.post(f"{here}/hand-in", status=409)
    assert "Nothing was handed in" in page.text
    assert kinds(page) == {"Appearance": 1}
    assert number_of(session, Batch) == 0
    desk.post(f"{here}/hand-in")
    assert number_of(session, Batch) == 1


def test_new_sources_and_places_are_named_before_they_come_in(session, desk, ann):
    file = "Date,Figure,Source,Place\n2025-01-01,3,Nobody Yet,Kursk\n2025-01-02,4,Nobody Yet,Kursk\n"
    _here, page = previewed(desk, file)
    assert "Sources that are new to the ledger Nobody Yet" in page.text
    assert "Places that are new to the ledger Kursk" in page.text


def test_a_large_table_is_checked_step_by_step_by_pages_that_ask_for_the_next(desk, ann, monkeypatch):
    monkeypatch.setattr(views, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(views.read_on, "__defaults__", (2,))
    here = mapped(desk, table(*(f"{day}.2.2025|{day}" for day in range(1, 6))))
    for read in ("2 of 5 rows", "4 of 5 rows", "All 5 rows"):
        page = desk.get(f"{here}/preview")
        assert page.response.headers["refresh"] == "1"
        assert read in page.text
    page = desk.get(f"{here}/preview")
    assert "refresh" not in page.response.headers
    assert kinds(page) == {"New": 5}


def test_a_preview_takes_no_more_statements_for_many_rows_than_for_few(session, desk, ann, engine):
    sent = {}
    for rows in (3, 300):
        lines = (f"{1 + day % 28}.{1 + day // 28}.2025|{day}|https://a.example/{day}" for day in range(rows))
        here = mapped(desk, table(*lines))
        with counted_statements(engine) as statements:
            page = desk.get(f"{here}/preview")
        assert kinds(page) == {"New": rows}
        sent[rows] = len(statements)
    assert sent[300] <= sent[3] <= 100


def test_another_worksheet_or_header_is_read_from_the_same_file(session, desk, ann):
    lines = [["Losses of the week"], [], ["Data", "Cifra"], ["27.2.2025", "3.000"], ["28.2.2025", 3100]]
    here = uploaded(desk, workbook(["Notes"], ["nothing here"], more=[("Dati", lines)]))
    page = desk.get(f"{here}/columns")
    assert "worksheet “Losses”" in page.text
    desk.post(f"{here}/table", {"worksheet": "Dati", "header_line": ""})
    page = desk.get(f"{here}/columns")
    assert "worksheet “Dati”, columns named in line 3" in page.text
    assert filled(page)["column-figure"] == "1"
    page = desk.post(f"{here}/table", {"worksheet": "Dati", "header_line": "2"}, status=422)
    assert "Line 2 is empty" in page.text
    desk.post(f"{here}/table", {"worksheet": "Dati", "header_line": "0"})
    assert session.scalars(select(Spreadsheet.columns)).one() == ["Column A", "Column B"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"constant-measure": ""}, "Every row needs this"),
        ({"column-figure": ""}, "A figure is needed"),
        ({"constant-source": "x"}, "not both"),
        ({"column-said_on": "99"}, "There is no such column"),
        ({"column-period": "0", "column-period_start": "0"}, "not both"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_and_all_that_was_chosen_stays(desk, ann, form, told):
    here = brought(desk, table("27.2.2025|3"))
    given = filled(desk.get(f"{here}/columns")) | MEANT | {"constant-note": HOSTILE} | form
    page = desk.post(f"{here}/columns", given, status=422)
    assert told in page.text
    assert filled(page)["constant-note"] == HOSTILE


def test_what_cannot_be_read_is_said_and_what_was_pasted_stays(desk, ann):
    page = desk.post("/desk/sheets", {"pasted": 'a,"b\n1,2'}, status=422)
    assert "From line 1 on" in page.text
    assert 'a,"b' in page.main.select_one("textarea").get_text()
    assert "Choose a file, or paste a table." in desk.post("/desk/sheets", {}, status=422).text
    answer = desk.site.post("/desk/sheets", files={"table": ("a.csv", b"a,b\n" + b"1,2\n" * 5_500_000)})
    assert answer.status_code == 422
    assert "More than 20 MB" in answer.text


def test_a_table_is_seen_by_nobody_else_and_goes_when_it_is_thrown_away_or_forgotten(
    session, desk, ann, signed_in
):
    text = table(f"27.2.2025|{HOSTILE}")
    here = brought(desk, text)
    assert here in desk.get("/desk/sheets").response.text
    signed_in("administrator")
    for path in ("", "/columns", "/preview", "/refused.csv"):
        desk.get(f"{here}{path}", status=404)
    desk.post(f"{here}/discard")  # it is not theirs: nothing happens
    assert number_of(session, Spreadsheet) == 1
    own = brought(desk, text)
    desk.post(f"{own}/discard")
    desk.get(own, status=404)
    clear_away(session, desk.now + timedelta(days=KEPT_DAYS, minutes=1))
    assert number_of(session, Spreadsheet) == number_of(session, SpreadsheetRow) == 0


def test_what_somebody_wrote_into_a_table_is_no_markup(desk, ann):
    file = f"Date,Figure,Source,{HOSTILE}\n2025-01-01,{HOSTILE},{HOSTILE},x\n"
    here, page = previewed(desk, file, column_figure="1")
    assert "<script>alert" not in page.response.text
    assert "<script>alert" not in desk.get(f"{here}/columns").response.text
