"""Export, import into an empty database, export again: the same bytes and the same readings."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.models import Act
from app.answers.queries import question
from app.changes.asked import Asked
from app.changes.queries import list_acts
from app.claims.actions import record_claim, revise_claim
from app.claims.differences import Names
from app.claims.document_notes import note_document
from app.claims.forms import claim_row
from app.claims.history import claim_history
from app.claims.models import Claim, Revision
from app.database import connect
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.places.actions import create_place, describe_place
from app.readings.choices import Choices
from app.review.actions import decide, decide_together, judge, note_check, open_batch
from app.sources.actions import NewSource
from bench.make_ledger import write_ledger
from tests.factories import PersonFactory, used_in
from tests.ledger.exports import contents, exported, rows
from tests.ledger.ledgers import (
    AT,
    FOUNDING,
    LATER,
    SOURCE,
    a_ledger,
    a_level,
    a_stance,
    a_total,
    an_increment,
    taken_in,
    told,
)


@pytest.fixture
def another_database(server):
    """A second migrated database of the test's own, in which nothing was recorded."""
    url = server.make_migrated()
    engine = connect(url)
    yield engine
    engine.dispose()
    server.drop(url)


def restored(engine, path):
    """A session on an empty database that has taken in an export."""
    session = Session(engine)
    report = taken_in(session, path, at=LATER + timedelta(days=365))
    assert told(report) == []
    assert report.writes is False
    return session


def readings(session):
    """The answer to every question that has claims, at default choices and the last versions."""
    newest = session.scalar(text("select version from ledger"))
    subjects = session.execute(
        select(Deployment.slug, Measure.slug)
        .distinct()
        .join(Revision, Revision.deployment_id == Deployment.id)
        .join(Measure, Measure.id == Revision.measure_id)
    ).all()
    return {
        (deployment, measure, version): question(
            session, deployment, measure, Choices(version=version)
        ).answer()
        for deployment, measure in subjects
        for version in (*range(max(1, newest - 30), newest), None)
        if knew(session, deployment, measure, version)
    }


def knew(session, deployment, measure, version):
    """Whether the ledger had heard of deployment and measure at a version."""
    found = text("""
      select count(*) from (
        select version from deployment_descriptions d join deployments o on o.id = d.deployment_id
        where o.slug = :deployment and d.number = 1
        union all
        select version from measure_descriptions d join measures o on o.id = d.measure_id
        where o.slug = :measure and d.number = 1) described
      where version <= coalesce(:version, version)""")
    values = {"deployment": deployment, "measure": measure, "version": version}
    return session.scalar(found, values) == 2


def public_history(session, ref):
    """The history of a claim as its page shows it; of the revisions only those that counted have a number."""
    entries = claim_history(session, ref, Names({}, {}))
    return [replace(entry, claim=replace(entry.claim, revision=0)) for entry in entries]


def log(session):
    """The public log as its page shows it, without what only tells rows of one database apart."""
    acts = list_acts(session, Asked(), Names({}, {}), rows=500).acts
    return [
        (act.version, act.at, act.by, act.role, act.origin, act.kind, act.subject, act.words, act.touched)
        for act in acts
    ]


def test_the_example_comes_back_byte_for_byte_with_its_readings(session, another_database, tmp_path):
    taken_in(session, FOUNDING)
    first = exported(session, tmp_path / "first.zip")
    with restored(another_database, first) as again:
        assert contents(exported(again, tmp_path / "second.zip")) == contents(first)
        assert (tmp_path / "second.zip").read_bytes() == first.read_bytes()
        assert readings(again) == readings(session)


def test_a_large_made_up_ledger_comes_back_byte_for_byte(session, another_database, tmp_path):
    write_ledger(tmp_path / "made", 4_000, seed=7)
    taken_in(session, tmp_path / "made")
    first = exported(session, tmp_path / "first")
    with restored(another_database, first) as again:
        assert contents(exported(again, tmp_path / "second")) == contents(first)


HOSTILE = 'Ärger, "quoted"; =1+1\n+line\t-two\n@three, 김정은 — Пётр \\ \\N \\. 👩‍👩‍👧'


def test_a_history_of_every_kind_comes_back_whole(session, another_database, tmp_path):
    a_long_history(session, tmp_path)
    first = exported(session, tmp_path / "first")
    acts = {row["act"] for row in rows(first, "history.csv")}
    assert acts == {"import", "enter", "restate", "add_appearance", "note_restart", "correct", "set_aside",
                    "retract", "restore"}  # fmt: skip
    with restored(another_database, first) as again:
        second = exported(again, tmp_path / "second")
        for name, content in contents(first).items():
            assert contents(second)[name].decode() == content.decode(), name
        assert log(again) == log(session)
        assert readings(again) == readings(session)
        for ref in session.scalars(select(Claim.ref).where(Claim.ref != "refused")):
            assert public_history(again, ref) == public_history(session, ref)
        again.commit()
        # What was restored is history like any other: it goes on from here.
        assert taken_in(again, a_ledger(tmp_path / "next", a_total(point="31"))).changed == 1


def a_long_history(session, folder):
    """Imports, claims of the desk, corrections, judgements, batches, checks; some refused, some open."""
    editor = PersonFactory(pseudonym="quiet-cedar-41")
    named = PersonFactory(display_name="Zoë =Kim", named_in_public=True)
    reviewer = PersonFactory(role="reviewer", pseudonym="calm-oak-30")
    moments = iter(AT + timedelta(minutes=minute, microseconds=minute) for minute in range(1, 1000))

    def approved(handed_in, by=reviewer, **how):
        decide(session, handed_in, "approved", by=by, at=next(moments), **how)
        return handed_in

    def entered(by=editor, **cells):
        how = {"new_place": True} if "place" in cells else {}
        return record_claim(session, claim_row(a_total(**cells)), by=by, at=next(moments), warned=(), **how)

    def corrected(ref, shown, by=editor, reason="copy_error", **cells):
        row = claim_row(a_total(claim_ref=ref, **cells))
        return revise_claim(session, row, shown=shown, by=by, at=next(moments), warned=(), reason=reason)

    def judged(ref, act, shown=1, by=editor, **how):
        return judge(session, ref, act, shown=shown, by=by, at=next(moments), **how)

    others = [
        a_total(claim_ref="share", nature="share", point="12.50", as_of="2025"),
        an_increment(claim_ref="increment", place="Курск / Kursk", qualifier="more_than", low="3", point=""),
        a_level(claim_ref="level", low="5", point="", high="9", qualifier="between"),
        a_stance(claim_ref="stance", note=HOSTILE, wording="=SUM(A1:A9)", title="-1", publisher="@you"),
    ]
    taken_in(session, a_ledger(folder / "a", a_total(), *others), at=next(moments))
    taken_in(session, a_ledger(folder / "b", a_total(point="120", note=HOSTILE), *others), at=next(moments))
    # Grades and names change, and an earlier row comes back: an older state of the same claim.
    graded = [SOURCE | {"reliability": "C", "note": HOSTILE}]
    taken_in(session, a_ledger(folder / "c", a_total(point="120"), sources=graded), at=next(moments))
    taken_in(session, a_ledger(folder / "d", a_total()), at=next(moments), overwrite=True)

    approved(entered(claim_ref="desk", place="Kursk Oblast", url="https://example.org/?a=1,2"))
    approved(corrected("desk", 1, point="140"), overridden=None)
    refused = corrected("desk", 2, point="999")
    decide(session, refused, "rejected", by=reviewer, at=next(moments), reason="not so")
    approved(corrected("desk", 3, by=named, reason="other", point="150", said_on="2025-02",
                       published_on="2025-02-03"))  # fmt: skip
    approved(entered(claim_ref="restated", supersedes="one", said_on="2025-02-05"))
    approved(entered(claim_ref="appears", repeat_of="one", publisher="Zeitung", title=HOSTILE, language="ko"))
    approved(entered(claim_ref="restarted", counts_from="2025-01-10", by=named))
    approved(entered(claim_ref="part", part_of="one", point="7"))
    for act, how in (
        ("set_aside", {"reason": "duplicate", "words": HOSTILE}),
        ("restore", {"words": "it was none"}),
        ("retract", {"reason": "withdrawn", "on": AT.date()}),
        ("restore", {"words": "not by its source", "by": named}),
        ("set_aside", {"reason": "stale"}),
    ):
        approved(judged("desk", act, shown=4, **how))
    approved(record_claim(session, claim_row(a_total(claim_ref="new", source="Neue Quelle")), by=editor,
                          at=next(moments), warned=(),
                          new_source=NewSource("Neue Quelle", family="Ämter", slug="neu")))  # fmt: skip
    placed = {"by": editor, "reason": HOSTILE}
    create_place(session, "Провинция A", whole="kursk-oblast", at=next(moments), **placed)
    describe_place(session, "a", name="A =1", whole=None, shown=1, at=next(moments), **placed)
    describe_place(session, "kursk-oblast", name="Курская область", whole="a", shown=1, at=next(moments),
                   **placed)  # fmt: skip
    batch = open_batch(session, "march.csv", by=editor, at=next(moments), origin="upload")
    together = [
        record_claim(session, claim_row(a_total(claim_ref=f"batch-{number}", point=str(number))), by=editor,
                     at=next(moments), warned=(), origin="upload", batch=batch)
        for number in range(1, 4)
    ]  # fmt: skip
    decide_together(session, together, "approved", by=reviewer, at=next(moments), subject="march.csv")
    alone = entered(claim_ref="alone", by=reviewer)
    decide(session, alone, "approved", by=reviewer, at=next(moments), four_eyes=False)
    decide(session, entered(claim_ref="refused"), "rejected", by=reviewer, at=next(moments), reason="no")
    corrected("batch-1", 1, point="4")  # both wait for their verdict
    judged("batch-2", "set_aside", reason="stale")
    note_check(session, "troops", by=named, at=next(moments), words=HOSTILE)
    document = session.scalar(select(Revision.document_id).where(Revision.document_id.is_not(None)).limit(1))
    note_document(session, document, "gone", by=named, at=next(moments), words="404",
                  archived_url="https://archive.example/1")  # fmt: skip
    # A clock that stands still makes two versions of one moment, by one person and of one kind.
    moment = next(moments)
    for number in (1, 2):
        taken_in(session, a_ledger(folder / f"same-{number}", a_total(claim_ref=f"same-{number}")), at=moment)
    taken_in(session, a_ledger(folder / "e", a_total(point="130")), at=next(moments))


def test_who_acted_comes_back_under_the_public_name_and_cannot_sign_in(session, another_database, tmp_path):
    a_long_history(session, tmp_path)
    first = exported(session, tmp_path / "first")
    with restored(another_database, first) as again:
        people = {person.public_name: person for person in again.scalars(select(Person))}
        assert set(people) == {"Command line", "quiet-cedar-41", "Zoë =Kim", "calm-oak-30"}
        made = [person for name, person in people.items() if name != "Command line"]
        assert {person.password_hash for person in made} == {None}
        assert all(person.disabled_at is not None for person in made)
        [logged] = again.scalars(select(Act).where(Act.kind == "people"))
        assert logged.words == "restored the history of first"


def test_an_export_taken_in_again_where_it_was_restored_changes_nothing(session, another_database, tmp_path):
    a_long_history(session, tmp_path)
    first = exported(session, tmp_path / "first")
    with restored(another_database, first) as again:
        report = taken_in(again, first)
        assert (report.writes, report.restored) == (False, None)
        assert report.not_read == ("acts.csv", "descriptions.csv", "history.csv", "versions.csv")
        assert contents(exported(again, tmp_path / "second")) == contents(first)


def test_what_was_edited_in_an_export_becomes_a_revision_after_its_history(
    session, another_database, tmp_path
):
    a_long_history(session, tmp_path)
    first = exported(session, tmp_path / "first")
    version = session.scalar(text("select version from ledger"))
    claims = first / "claims.csv"
    claims.write_bytes(claims.read_bytes().replace(b",130,", b",131,", 1))
    with Session(another_database) as again, used_in(again):
        report = taken_in(again, first, at=LATER)
        assert (report.changed, report.version, report.restored.version) == (1, version + 1, version)
        history = rows(exported(again, tmp_path / "second"), "history.csv")
        assert [row["act"] for row in history if row["claim_ref"] == "one"][-1] == "import"
