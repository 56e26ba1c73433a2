"""Other names and merges of sources in files: exported, restored, found by an import."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.administration.actions import Signed
from app.administration.aliases import add_alias, end_alias
from app.administration.merging import merge, separate
from app.answers.queries import question
from app.claims.models import Revision
from app.database import connect
from app.readings.choices import Choices
from app.sources.models import Source, SourceDescription, SourceMerge
from tests.factories import PersonFactory, used_in
from tests.ledger.exports import contents, exported, rows
from tests.ledger.ledgers import LATER, a_ledger, a_total, as_csv, taken_in, told


@pytest.fixture
def another_session(server):
    """A session on a second migrated database of the test's own."""
    url = server.make_migrated()
    engine = connect(url)
    with Session(engine) as session:
        yield session
    engine.dispose()
    server.drop(url)


@pytest.fixture
def ledger(session, tmp_path):
    """Two totals of two sources, taken in from files."""
    folder = a_ledger(
        tmp_path / "in", a_total(), a_total(claim_ref="other", source="The Office", point="130")
    )
    assert told(taken_in(session, folder)) == []
    return folder


def signed(session) -> Signed:
    with used_in(session):
        return Signed(PersonFactory(), LATER, PersonFactory(role="reviewer"), LATER + timedelta(hours=1))


def name_of(session, ref: str) -> str:
    """Under which name a claim stands now."""
    return session.scalar(
        text("""
          select d.name from claims c
          join claim_revisions r on r.claim_id = c.id and r.approved_version is not null
            and r.replaced_version is null
          join source_descriptions d on d.source_id = r.source_id and d.replaced_version is null
          where c.ref = :ref"""),
        {"ref": ref},
    )


def test_names_and_merges_come_back_byte_for_byte_with_every_version(
    session, another_session, ledger, tmp_path
):
    by = signed(session)
    add_alias(session, "the-office", "Bureau", reason="Its own site.", by=by.by, at=LATER)
    add_alias(session, "the-office", "Desk", by=by.by, at=LATER)
    end_alias(session, "the-office", "Desk", by=by.by, at=LATER)
    known = session.scalar(select(Source.slug).where(Source.slug != "the-office"))
    merged = merge(session, "the-office", known, reason="One office.", signed=by)
    separate(session, "the-office", reason="Two after all.", signed=by)
    merge(session, "the-office", known, reason="One, as it turns out.", signed=by)
    first = exported(session, tmp_path / "out")
    told_of = [row for row in rows(first, "descriptions.csv") if row["noun"] in {"alias", "merge"}]
    assert [(row["noun"], row["number"], row["reason"]) for row in told_of] == [
        ("alias", "1", "Its own site."),
        ("alias", "2", ""),
        ("merge", "1", "One office."),
        ("merge", "2", "Two after all."),
        ("merge", "3", "One, as it turns out."),
    ]
    assert told(taken_in(another_session, first, at=LATER + timedelta(days=365))) == []
    assert contents(exported(another_session, tmp_path / "again")) == contents(first)
    for version in (merged.version - 1, merged.version, merged.version + 1, None):
        one, other = (
            question(each, "troops", "sent", Choices(version=version)).reading()
            for each in (session, another_session)
        )
        assert one.points == other.points
    assert another_session.scalars(select(SourceMerge.number).order_by(SourceMerge.id)).all() == [1, 2, 3]


def test_a_file_that_names_a_source_otherwise_means_the_same_one(session, ledger, tmp_path):
    by = signed(session)
    add_alias(session, "the-office", "Bureau", by=by.by, at=LATER)
    more = a_ledger(tmp_path / "more", a_total(claim_ref="third", source="Bureau", point="140"))
    (more / "sources.csv").unlink()
    report = taken_in(session, more, at=LATER)
    assert told(report) == []
    assert name_of(session, "third") == "The Office"
    assert session.scalars(select(Source.slug).where(Source.slug == "bureau")).all() == []


def test_a_row_of_sources_that_goes_by_another_name_renames_nothing(session, ledger, tmp_path):
    by = signed(session)
    add_alias(session, "the-office", "Bureau", by=by.by, at=LATER)
    row = {"name": "Bureau", "reliability": "B"}
    (ledger / "sources.csv").write_text(as_csv([row]), encoding="utf-8")
    (ledger / "claims.csv").write_text(
        as_csv([a_total(claim_ref="third", source="Bureau")]), encoding="utf-8"
    )
    assert told(taken_in(session, ledger, at=LATER)) == []
    now = session.scalars(
        select(SourceDescription).join(Source).where(
            Source.slug == "the-office", SourceDescription.replaced_version.is_(None)
        )
    ).one()  # fmt: skip
    assert (now.name, now.reliability) == ("The Office", "B")
    # Another source cannot be given the name.
    row = row | {"slug": "another"}
    (ledger / "sources.csv").write_text(as_csv([row]), encoding="utf-8")
    assert "is the name of the source with the slug the-office" in str(
        told(taken_in(session, ledger, at=LATER))
    )


def test_yesterdays_file_moves_no_claim_back_after_a_merge(session, ledger):
    by = signed(session)
    known = session.scalar(select(Source.slug).where(Source.slug != "the-office"))
    merge(session, "the-office", known, reason="One office.", signed=by)
    report = taken_in(session, ledger, at=LATER)
    assert told(report) == []
    assert (report.new, report.changed) == (0, 0)
    # Nor one that was corrected besides.
    other = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
    assert other.number == 2
    corrected = a_total(claim_ref="other", source="The Office", point="131")
    (ledger / "claims.csv").write_text(as_csv([a_total(), corrected]), encoding="utf-8")
    assert taken_in(session, ledger, at=LATER).changed == 1
    (ledger / "claims.csv").write_text(
        as_csv([a_total(), a_total(claim_ref="other", source="The Office", point="130")]), encoding="utf-8"
    )
    report = taken_in(session, ledger, at=LATER)
    assert (report.older, report.changed) == (1, 0)


BAD = [
    ("alias", {"slug": "the-office", "name": "", "until": ""}, "a name is needed"),
    ("alias", {"slug": "the-office", "name": "Bureau", "until": "x"}, "is no version"),
    ("alias", {"slug": "the-office", "name": "Bureau", "until": "99"}, "is no later version"),
    ("alias", {"slug": "nobody", "name": "Bureau", "until": ""}, "of which this file says nothing"),
    ("merge", {"slug": "the-office", "merged_into": "nobody"}, "of which this file says nothing"),
    ("merge", {"slug": "the-office", "merged_into": "No Slug"}, "is not a slug"),
]


def test_what_cannot_be_a_name_or_a_merge_is_refused_by_line(session, another_session, ledger, tmp_path):
    out = exported(session, tmp_path / "out")
    columns = ("noun", "slug", "number", "version", "reason", "row")
    file = out / "descriptions.csv"
    good = file.read_text(encoding="utf-8")
    for noun, row, reason in BAD:
        line = {"noun": noun, "slug": row["slug"], "number": "1", "version": "1", "row": json.dumps(row)}
        file.write_text(good + as_csv([line], columns).partition("\n")[2], encoding="utf-8", newline="")
        assert reason in str(told(taken_in(another_session, out)))
        another_session.rollback()


def test_a_merge_is_taken_back_in_a_ledger_that_was_restored(session, another_session, ledger, tmp_path):
    by = signed(session)
    before = name_of(session, "other")
    known = session.scalar(select(Source.slug).where(Source.slug != "the-office"))
    merge(session, "the-office", known, reason="One office.", signed=by)
    moved = name_of(session, "other")
    first = exported(session, tmp_path / "out")
    assert told(taken_in(another_session, first, at=LATER + timedelta(days=365))) == []
    assert name_of(another_session, "other") == moved != before
    separate(another_session, "the-office", reason="Two after all.", signed=signed(another_session))
    assert name_of(another_session, "other") == before
    another_session.execute(text("set constraints all immediate"))
