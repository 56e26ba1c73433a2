"""Restoring the history of an exported ledger: what is told, what is refused, what comes from elsewhere."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.forms import CLAIM_COLUMNS
from app.claims.models import Revision
from app.database import connect
from app.ledger.command import import_command
from app.ledger.exported import HISTORY_COLUMNS
from app.review.models import Judgement
from app.settings import read_settings
from tests.factories import PersonFactory
from tests.ledger.exports import contents, exported, rows
from tests.ledger.ledgers import AT, LATER, a_ledger, a_total, as_csv, counts, taken_in, told


def an_entry(claim, **cells):
    """A row of history.csv about a row of the claims."""
    full = dict.fromkeys(CLAIM_COLUMNS, "") | {"standing": "good"} | claim
    entry = {
        "claim_ref": claim["claim_ref"], "revision": "1", "recorded_at": "2026-10-01T08:00:00.000000Z",
        "act": "enter", "by": "quiet-cedar-41", "row": json.dumps(full),
    }  # fmt: skip
    return entry | cells


def with_history(folder, *entries, claims=()):
    """A ledger folder with a history beside it."""
    a_ledger(folder, *(claims or [a_total()]))
    (folder / "history.csv").write_text(as_csv(list(entries), HISTORY_COLUMNS), encoding="utf-8", newline="")
    return folder


A_DAY_LATER = "2026-10-02T08:00:00.000000Z"
ASIDE = {"standing": "set_aside", "standing_reason": "stale"}


def test_a_history_alone_makes_its_versions_by_its_moments(session, tmp_path):
    corrected = a_total(point="120")
    folder = with_history(
        tmp_path / "in",
        an_entry(a_total()),
        an_entry(corrected, revision="2", recorded_at=A_DAY_LATER, act="correct", reason="copy_error"),
        an_entry(
            corrected | ASIDE, revision="2", recorded_at="2026-10-03T10:00:00.5+02:00", act="set_aside",
            reason="stale", words="too old", by="Zoë",
        ),
        claims=(corrected | ASIDE,),
    )  # fmt: skip
    report = taken_in(session, folder)
    assert told(report) == []
    assert (report.version, report.restored.version, report.unchanged) == (3, 3, 1)
    first, second = session.scalars(select(Revision).order_by(Revision.number)).all()
    assert (first.point, first.approved_version, first.replaced_version) == (100, 1, 2)
    assert (second.point, second.approved_version, second.reason) == (120, 2, "copy_error")
    assert str(first.recorded_at) == "2026-10-01 08:00:00+00:00"
    judgement = session.scalars(select(Judgement)).one()
    assert (judgement.words, judgement.approved_version) == ("too old", 3)
    assert str(judgement.recorded_at) == "2026-10-03 08:00:00.500000+00:00"
    people = session.scalars(select(Person.pseudonym).where(Person.disabled_at.is_not(None))).all()
    assert sorted(people) == ["Zoë", "quiet-cedar-41"]


def test_a_history_alone_comes_back_from_its_own_export(session, tmp_path):
    taken_in(session, with_history(tmp_path / "in", an_entry(a_total())))
    history = rows(exported(session, tmp_path / "out"), "history.csv")
    assert [(row["act"], row["by"], row["recorded_at"]) for row in history] == [
        ("enter", "quiet-cedar-41", "2026-10-01T08:00:00.000000Z")
    ]


def test_a_name_that_is_no_login_gets_one_of_its_own(session, tmp_path):
    entries = [
        an_entry(a_total(claim_ref=f"c{place}"), by=by)
        for place, by in enumerate(("김정은", "李", "quiet-cedar-41"))
    ]
    claims = [a_total(claim_ref=f"c{place}") for place in range(3)]
    assert told(taken_in(session, with_history(tmp_path, *entries, claims=claims))) == []
    made = select(Person.name, Person.display_name).where(Person.disabled_at.is_not(None))
    assert dict(session.execute(made).all()) == {
        "restored": "李", "restored-2": "김정은", "quiet-cedar-41": "quiet-cedar-41"
    }  # fmt: skip


WRONG = {
    "no moment": (an_entry(a_total(), recorded_at="soon"), "column recorded_at, “soon”: is no moment"),
    "no time zone": (an_entry(a_total(), recorded_at="2026-10-01T08:00"), "does not say in which time zone"),
    "an unknown act": (an_entry(a_total(), act="dance"), "column act, “dance”: is not one of import, enter"),
    "no number": (an_entry(a_total(), revision="0"), "column revision, “0”: is not a number from 1 on"),
    "nobody": (an_entry(a_total(), by=""), "column by, empty: who did it is needed"),
    "no JSON": (an_entry(a_total(), row="{"), "column row, “{”: is no JSON of names and values"),
    "half a character": (an_entry(a_total(), row='{"note": "\\ud800"}'), "is no JSON of names and values"),
    "a byte of zero": (an_entry(a_total(), row='{"note": "\\u0000"}'), "is no JSON of names and values"),
    "no column": (an_entry(a_total(), row='{"sum": "1"}'), "column row, “sum”: is no column of this row"),
    "a number": (an_entry(a_total(), row='{"point": 1}'), "column row, “point”: has to be a text"),
    "another claim": (
        an_entry(a_total(claim_ref="two"), claim_ref="one"), "“two”: is the row of another claim than one"
    ),
    "a wrong cell": (an_entry(a_total(as_of="2025-13")), "column as_of, “2025-13”: is not a day"),
    "an unknown measure": (an_entry(a_total(measure="lost")), "“lost”: is not known: add it to measures.csv"),
    "an unknown claim": (an_entry(a_total(part_of="none")), "“none”: names no claim of the history"),
    "a leap": (an_entry(a_total(), revision="2"), "“2”: is not the revision that follows: 1"),
    "never entered": (an_entry(a_total() | ASIDE, act="set_aside"), "one is judged and was never entered"),
    "a level of a flow": (
        an_entry(a_total(nature="level")), "“level”: the measure sent is a flow, which has no level"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_history_that_cannot_be_is_refused_by_line_and_column(session, tmp_path, what):
    entry, sentence = WRONG[what]
    before = counts(session)
    report = taken_in(session, with_history(tmp_path, entry))
    assert told(report)[0].startswith("history.csv, line 2")
    assert sentence in told(report)[0]
    assert counts(session) == before


def test_two_revisions_of_one_moment_are_refused(session, tmp_path):
    again = an_entry(a_total(point="120"), revision="2", act="correct")
    [refusal] = told(taken_in(session, with_history(tmp_path, an_entry(a_total()), again)))
    assert "comes after a row of the same claim that counted later or at once" in refusal


def test_what_only_the_database_refuses_is_told_of_the_history(session, tmp_path):
    early = an_entry(a_total(as_of="2023", said_on="2024-01-01"))
    [refusal] = told(taken_in(session, with_history(tmp_path, early)))
    assert refusal.startswith("history.csv: the database refuses it by its rule “end after the start”")


SPOILED = {
    "acts.csv": (b"\n2,", b"\n3,", "line 3, column version, “3”: is not the version that follows: 2"),
    "versions.csv": (
        b"one,revision,2,2,",
        b"two,revision,2,2,",
        "line 3, column claim_ref, “one”: versions.csv",
    ),
    "descriptions.csv": (b"measure,sent,1,1,", b"measure,sent,1,9,", "“9”: is a version of which acts.csv"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_files_that_do_not_agree_are_refused_by_name(session, another_session, tmp_path, name):
    taken_in(session, a_ledger(tmp_path / "a"))
    taken_in(session, a_ledger(tmp_path / "b", a_total(point="120")), at=LATER)
    folder = exported(session, tmp_path / "out")
    before, after, sentence = SPOILED[name]
    file = folder / name
    assert before in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(before, after, 1))
    refusals = told(taken_in(another_session, folder, at=LATER))
    assert any(sentence in refusal for refusal in refusals), refusals
    assert counts(another_session)["acts"] == 0


@pytest.fixture
def another_session(server):
    """A session on a second migrated database, in which nothing was recorded."""
    url = server.make_migrated()
    engine = connect(url)
    with Session(engine) as session:
        yield session
    engine.dispose()
    server.drop(url)


def test_a_dry_run_tells_what_would_be_restored_and_restores_nothing(session, another_session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    folder = exported(session, tmp_path / "out")
    report = taken_in(another_session, folder, at=LATER, dry_run=True)
    assert (report.restored.revisions, report.restored.version) == (1, 1)
    assert counts(another_session)["version"] == 0
    assert contents(exported(another_session, tmp_path / "empty"))["history.csv"].count(b"\n") == 1


def test_where_something_was_recorded_the_history_is_named_as_not_read(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    report = taken_in(session, with_history(tmp_path / "b", an_entry(a_total(), by="somebody")), at=LATER)
    assert (report.restored, report.not_read) == (None, ("history.csv",))


def test_what_is_handed_in_for_review_restores_nothing(session, tmp_path):
    editor = PersonFactory()
    folder = with_history(tmp_path, an_entry(a_total()))
    report = taken_in(session, folder, by=editor.name, for_review="upload")
    assert (report.restored, report.not_read) == (None, ("history.csv",))


def test_the_command_says_what_it_restored(session, empty_database, monkeypatch, tmp_path):
    taken_in(session, with_history(tmp_path / "in", an_entry(a_total())))
    taken_in(session, a_ledger(tmp_path / "b", a_total(point="120")), at=AT)
    folder = exported(session, tmp_path / "out")
    monkeypatch.setenv("DATABASE_URL", empty_database)
    read_settings.cache_clear()
    done = CliRunner().invoke(import_command, [str(folder)])
    read_settings.cache_clear()
    assert (done.exit_code, done.stderr) == (0, "")
    when = "versions 1 to 2, recorded from 2026-10-01 to 2026-11-01"
    assert done.stdout.splitlines() == [
        f"History restored: 2 revisions and 0 judgements of 1 claims and appearances, {when}",
        "Restored with it: 1 person who acted, under their public names, unable to sign in",
        "1 claims and 0 appearances: 0 new, 0 changed, 1 unchanged",
        "1 deployments: 0 new, 0 changed, 1 unchanged",
        "2 measures: 0 new, 0 changed, 2 unchanged",
        "1 sources: 0 new, 0 changed, 1 unchanged",
        "The ledger is at version 2.",
    ]


def test_many_versions_are_restored_in_their_order(session, another_session, tmp_path):
    for number in range(1, 40):
        taken_in(session, a_ledger(tmp_path / f"{number}", a_total(point=str(number))))
    folder = exported(session, tmp_path / "out")
    assert told(taken_in(another_session, folder, at=LATER)) == []
    found = text("select approved_version, point, replaced_version from claim_revisions order by number")
    assert another_session.execute(found).all() == [
        (number, number, number + 1 if number < 39 else None) for number in range(1, 40)
    ]
