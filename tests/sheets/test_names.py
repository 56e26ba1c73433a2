"""Names that the ledger does not know: what is like them is proposed, said once, and used."""

# ruff: noqa: RUF001 - letters of other scripts are what this is about

import pytest
from sqlalchemy import select

from app.administration.proposals import decide_proposal
from app.models import Proposal, Source, SourceAlias
from app.sheets.nearest import Spelt, alike
from tests.factories import NOW, PersonFactory, SourceAliasFactory, SourceFactory
from tests.sheets.tables import NIS, brought, kinds, mapped

pytestmark = pytest.mark.usefixtures("ledger")

TABLE = "Date|Figure|Source|Outlet|Link\n27.2.2025|3,000|{0}|A|https://a.example/1\n28.2.2025|2,000|{1}|A|https://a.example/2"


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("Генштаб ЗСУ", "Genshtab ZSU", 100),
        ("국가정보원", "gukga jeongbowon", 50),
        ("Ministry of Defence, UK", "UK ministry of defence", 100),
        ("NIS", "National Intelligence Service", 80),
        ("Ministery of Defence", "Ministry of Defence", 80),
        ("nis-south-korea", "NIS (South Korea)", 100),
    ],
)
def test_names_are_alike_whatever_script_case_order_and_marks(one, other, least):
    assert alike(Spelt(one), Spelt(other)) >= least
    assert alike(Spelt(one), Spelt("Kremlin")) < 45


@pytest.fixture
def known(session):
    """A source that the tables below call otherwise."""
    return SourceFactory(slug="general-staff", name="General Staff of Ukraine")


def asked(desk, *names):
    """A table with these sources, mapped; its preview asks about the names first."""
    here = mapped(desk, TABLE.format(*names).replace("|", ";"))
    answer = desk.get(f"{here}/preview", status=303)
    assert answer.response.headers["location"].endswith("/names")
    return here


def place_of(page, name):
    """The number of the name among those that are asked about."""
    [field] = [one for one in page.main.select("fieldset") if f"“{name}”" in one.legend.get_text()]
    return field["id"].removeprefix("means-")


def test_a_name_is_said_once_to_be_a_known_source_or_a_new_one(session, desk, ann, known):
    here = asked(desk, "Ukraine: general staff", NIS)
    page = desk.get(f"{here}/names")
    assert "General Staff of Ukraine" in page.text
    assert "of 100 alike" in page.text
    place = place_of(page, "Ukraine: general staff")
    refused = desk.post(f"{here}/names", {}, status=422)
    assert "Say what it means." in refused.text
    refused = desk.post(f"{here}/names", {f"means-{place}": "=other", f"other-{place}": "Nobody"}, status=422)
    assert "The ledger has nothing called “Nobody”." in refused.text
    assert session.scalars(select(Proposal)).all() == []
    answer = {f"means-{place}": "general-staff", f"alias-{place}": "true"}
    desk.post(f"{here}/names", answer)
    preview = desk.get(f"{here}/preview")
    assert kinds(preview) == {"New": 2}
    assert "General Staff of Ukraine" in preview.text
    assert "Ukraine: general staff" not in preview.main.get_text()
    [waits] = session.scalars(select(Proposal)).all()
    assert (waits.act, waits.slug, waits.content) == (
        "alias",
        "general-staff",
        {"name": "Ukraine: general staff"},
    )
    assert "also known as “Ukraine: general staff”" in desk.get(f"/desk/proposals/{waits.id}").text
    reviewer = PersonFactory(role="reviewer")
    decide_proposal(session, waits.id, "approved", by=reviewer, at=NOW)
    assert session.scalars(select(SourceAlias.name)).all() == ["Ukraine: general staff"]
    again = mapped(desk, TABLE.format("Ukraine: general staff", NIS).replace("|", ";"))
    assert kinds(desk.get(f"{again}/preview")) == {"New": 2}


def test_what_was_said_is_remembered_for_the_next_table_with_the_same_columns(session, desk, ann, known):
    here = asked(desk, "Ukraine: general staff", NIS)
    place = place_of(desk.get(f"{here}/names"), "Ukraine: general staff")
    desk.post(f"{here}/names", {f"means-{place}": "=new"})
    preview = desk.get(f"{here}/preview")
    assert "Ukraine: general staff" in preview.text
    again = mapped(desk, TABLE.format("Ukraine: general staff", NIS).replace("|", ";"))
    assert kinds(desk.get(f"{again}/preview")) == {"New": 2}
    assert session.scalars(select(Source.slug).where(Source.slug.like("ukraine%"))).all() == []


def test_reviewers_note_another_name_at_once_and_what_it_leads_to_already_is_refused(
    session, desk, signed_in, known
):
    signed_in("reviewer")
    here = asked(desk, "Ukraine, General Staff", "Staff of Ukraine (General)")
    page = desk.get(f"{here}/names")
    answers = {f"{part}-{place_of(page, name)}": value
               for name in ("Ukraine, General Staff", "Staff of Ukraine (General)")
               for part, value in (("means", "general-staff"), ("alias", "true"))}  # fmt: skip
    SourceAliasFactory(source=SourceFactory(slug="other", name="Other"), name="Staff of Ukraine, General")
    desk.post(f"{here}/names", answers)
    assert set(session.scalars(select(SourceAlias.name))) == {
        "Ukraine, General Staff", "Staff of Ukraine (General)", "Staff of Ukraine, General",
    }  # fmt: skip
    assert session.scalars(select(Proposal)).all() == []


def test_deployments_measures_and_places_are_asked_about_where_something_is_like_them(session, desk, ann):
    text = "Date;Figure;Source;Measure\n27.2.2025;3,000;" + NIS + ";kiled\n"
    here = brought(desk, text)
    form = {"column-as_of": "0", "column-said_on": "0", "column-figure": "1", "column-source": "2",
            "column-measure": "3", "constant-deployment": "nk-russia", "constant-nature": "total",
            "days": "day"}  # fmt: skip
    desk.post(f"{here}/columns", form)
    desk.get(f"{here}/preview", status=303)
    place = place_of(desk.get(f"{here}/names"), "kiled")
    desk.post(f"{here}/names", {f"means-{place}": "killed"})
    assert kinds(desk.get(f"{here}/preview")) == {"New": 1}


def test_what_has_no_address_is_described_from_the_preview_and_nothing_is_lost(session, desk, ann, known):
    here = mapped(desk, TABLE.format("Генштаб", NIS))
    preview = desk.get(f"{here}/preview")
    assert kinds(preview) == {"New": 1, "Refused": 1}
    assert "to make an address of: add it as a new source" in preview.text
    assert ".csv with a slug" not in preview.text
    [new] = [one["href"] for one in preview.main.select("a[href*='/sources/new']")]
    form = desk.get(new)
    assert form.main.select_one("input[name=name]")["value"] == "Генштаб"
    table = form.main.select_one("input[name=table]")["value"]
    typed = {"name": "Генштаб", "kind": "military", "table": table}
    refused = desk.post("/desk/sources/new", typed, status=422)
    assert refused.main.select_one("input[name=table]")["value"] == table
    back = desk.post("/desk/sources/new", typed | {"slug": "genshtab"}).response.headers["location"]
    assert back.startswith(f"{here}/preview")
    desk.get(back, status=303)  # which compares anew
    assert kinds(desk.get(f"{here}/preview")) == {"New": 2}


@pytest.mark.parametrize("table", ["", "no", "../../x", "//example.org/aaaaaaaaaaaa"])
def test_only_a_spreadsheet_is_led_back_to(session, desk, ann, known, table):
    answer = desk.post("/desk/sources/new", {"name": "Agency", "kind": "media", "table": table})
    assert answer.response.headers["location"].endswith("/desk/sources/agency")
