"""Importing whole ledgers: once, again, changed, older, and not at all."""

import shutil
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from app.accounts.models import Person
from app.acts.models import Act
from app.claims.models import Claim, Revision
from app.ledger.actions import UnknownPerson
from app.review.models import Judgement
from tests.factories import PersonFactory
from tests.ledger.ledgers import (
    AT,
    DEPLOYMENT,
    FOUNDING,
    LATER,
    MEASURES,
    SOURCE,
    a_ledger,
    a_stance,
    a_total,
    an_increment,
    counts,
    taken_in,
    told,
)


def revisions_of(session, ref):
    claim = select(Claim.id).where(Claim.ref == ref).scalar_subquery()
    return session.scalars(select(Revision).where(Revision.claim_id == claim).order_by(Revision.number)).all()


def judgements_of(session, ref):
    claim = select(Claim.id).where(Claim.ref == ref).scalar_subquery()
    return session.scalars(
        select(Judgement).where(Judgement.claim_id == claim).order_by(Judgement.number)
    ).all()


def test_the_founding_ledger_is_taken_in_whole(session):
    report = taken_in(session, FOUNDING)
    assert told(report) == []
    assert (report.new, report.appearances, report.version) == (199, 49, 1)
    assert (report.deployments.new, report.measures.new, report.sources.new) == (4, 24, 44)
    held = counts(session)
    assert (held["claims"], held["claim_revisions"], held["judgements"], held["acts"]) == (199, 199, 7, 1)
    assert held["places"] == 9
    assert held["operations"] == 1


def test_the_founding_ledger_taken_in_again_changes_nothing(session):
    taken_in(session, FOUNDING)
    before = counts(session)
    report = taken_in(session, FOUNDING, at=LATER)
    assert (report.unchanged, report.new, report.changed, report.older) == (199, 0, 0, 0)
    assert report.version is None
    assert counts(session) == before


def test_a_zip_and_a_zip_with_one_top_folder_are_ledgers(session, tmp_path):
    plain, nested = tmp_path / "plain.zip", tmp_path / "nested.zip"
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as flat, zipfile.ZipFile(nested, "w") as deep:
        for file in FOUNDING.iterdir():
            flat.write(file, file.name)
            deep.write(file, f"nk-russia/{file.name}")
        deep.writestr("__MACOSX/nk-russia/._claims.csv", b"\0")
    assert taken_in(session, plain).new == 199
    assert taken_in(session, nested).unchanged == 199


def test_a_claims_csv_alone_is_taken_where_all_it_names_is_known(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "first"))
    alone = tmp_path / "march.csv"
    alone.write_text((a_ledger(tmp_path / "next", a_total(claim_ref="two")) / "claims.csv").read_text())
    assert taken_in(session, alone).new == 1


def test_other_files_beside_a_ledger_are_named_and_not_read(session, tmp_path):
    folder = a_ledger(tmp_path / "ledger")
    for name in ("README.md", "LICENSE", "datapackage.json", ".DS_Store", "photo.jpg"):
        (folder / name).write_bytes(b"\0")
    assert taken_in(session, folder).not_read == ("photo.jpg",)


def test_a_stored_claim_says_all_that_its_row_said(session, tmp_path):
    row = a_total(
        low="90", point="100", high="110", qualifier="about", as_of="2025-01", counts_from="2024-12",
        place="Kursk Oblast", published_on="2025-02-03", publisher="Agency", title="A title, with a comma",
        url="https://example.org/a", language="en", wording="“about 100\nmen”", credibility="2",
        note="tab\there, back\\slash",
    )  # fmt: skip
    taken_in(session, a_ledger(tmp_path, row))
    (revision,) = revisions_of(session, "one")
    assert (revision.low, revision.point, revision.high, revision.qualifier) == (90, 100, 110, "about")
    assert (revision.as_of, revision.counts_from, revision.said_on) == ("2025-01", "2024-12", "2025-02-01")
    assert (revision.wording, revision.note) == ("“about 100\nmen”", "tab\there, back\\slash")
    assert (revision.credibility, revision.published_on) == (2, "2025-02-03")
    document = session.execute(text("select publisher, title, url, language from documents")).one()
    assert document == ("Agency", "A title, with a comma", "https://example.org/a", "en")
    assert session.execute(text("select slug, name from places")).one() == ("kursk-oblast", "Kursk Oblast")


def test_an_import_is_one_act_by_whom_it_was_asked(session, tmp_path):
    editor = PersonFactory(name="eve", role="reviewer")
    report = taken_in(session, a_ledger(tmp_path / "small"), by="eve")
    act = session.scalars(select(Act).where(Act.kind == "import")).one()
    assert (act.version, act.by_id, act.by_name, act.at) == (report.version, editor.id, "eve", AT)
    assert act.words == "small"
    assert act.details["claims"]["new"] == 1
    (revision,) = revisions_of(session, "one")
    assert (revision.verdict, revision.decided_by, revision.recorded_by) == ("approved", editor.id, editor.id)
    assert (revision.origin, revision.recorded_at, revision.approved_version) == (
        "command_line",
        AT,
        act.version,
    )


@pytest.mark.parametrize("disabled", [False, True])
def test_nobody_imports_who_may_not_act(session, tmp_path, disabled):
    if disabled:
        PersonFactory(name="eve", disabled_at=AT)
    with pytest.raises(UnknownPerson, match="eve"):
        taken_in(session, a_ledger(tmp_path), by="eve")


def test_a_changed_row_becomes_a_new_revision(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a", a_total(), a_total(claim_ref="two")))
    report = taken_in(
        session, a_ledger(tmp_path / "b", a_total(point="120"), a_total(claim_ref="two")), at=LATER
    )
    assert (report.changed, report.unchanged, report.version) == (1, 1, 2)
    first, second = revisions_of(session, "one")
    assert (first.number, first.approved_version, first.replaced_version) == (1, 1, 2)
    assert (second.number, second.approved_version, second.replaced_version) == (2, 2, None)
    assert second.point == 120
    assert len(revisions_of(session, "two")) == 1


@pytest.mark.parametrize("column", ["note", "place", "low", "title", "published_on", "part_of"])
def test_an_emptied_cell_is_a_change_to_not_known(session, tmp_path, column):
    full = a_total(note="n", place="Kursk", low="90", title="t", published_on="2025-02-01", part_of="two")
    other = a_total(claim_ref="two")
    taken_in(session, a_ledger(tmp_path / "a", full, other))
    assert taken_in(session, a_ledger(tmp_path / "b", full | {column: ""}, other)).changed == 1
    assert len(revisions_of(session, "one")) == 2


def test_yesterdays_row_is_older_and_does_not_undo_a_correction(session, tmp_path):
    yesterday, today = a_ledger(tmp_path / "a"), a_ledger(tmp_path / "b", a_total(point="120"))
    taken_in(session, yesterday)
    taken_in(session, today)
    before = counts(session)
    report = taken_in(session, yesterday, at=LATER)
    assert (report.older, report.changed, report.version) == (1, 0, None)
    assert counts(session) == before


def test_an_older_row_is_taken_when_it_is_to_overwrite(session, tmp_path):
    yesterday = a_ledger(tmp_path / "a")
    taken_in(session, yesterday)
    taken_in(session, a_ledger(tmp_path / "b", a_total(point="120")))
    report = taken_in(session, yesterday, overwrite=True)
    assert (report.older, report.changed, report.version) == (0, 1, 3)
    assert [revision.point for revision in revisions_of(session, "one")] == [100, 120, 100]


def test_a_standing_alone_is_a_judgement_and_no_revision(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    aside = a_ledger(tmp_path / "b", a_total(standing="set_aside", standing_reason="stale"))
    assert taken_in(session, aside).changed == 1
    (judgement,) = judgements_of(session, "one")
    assert (judgement.standing, judgement.standing_reason, judgement.number) == ("set_aside", "stale", 1)
    assert (judgement.verdict, judgement.approved_version) == ("approved", 2)
    assert len(revisions_of(session, "one")) == 1


def test_a_file_from_before_a_judgement_does_not_undo_it(session, tmp_path):
    good = a_ledger(tmp_path / "a")
    taken_in(session, good)
    taken_in(session, a_ledger(tmp_path / "b", a_total(standing="set_aside", standing_reason="stale")))
    assert taken_in(session, good).older == 1
    assert taken_in(session, good, overwrite=True).changed == 1
    aside, restored = judgements_of(session, "one")
    assert (aside.replaced_version, restored.standing, restored.approved_version) == (3, "good", 3)


def test_content_and_standing_are_older_only_if_they_held_together(session, tmp_path):
    aside = {"standing": "set_aside", "standing_reason": "stale"}
    taken_in(session, a_ledger(tmp_path / "a", a_total()))  # 100, good
    taken_in(session, a_ledger(tmp_path / "b", a_total(point="120")))  # 120, good
    taken_in(session, a_ledger(tmp_path / "c", a_total(point="120", **aside)))  # 120, set aside
    assert taken_in(session, a_ledger(tmp_path / "d", a_total(**aside)), dry_run=True).changed == 1
    assert taken_in(session, a_ledger(tmp_path / "e", a_total()), dry_run=True).older == 1
    assert taken_in(session, a_ledger(tmp_path / "f", a_total(point="120")), dry_run=True).older == 1


def test_a_withdrawn_claim_carries_its_day(session, tmp_path):
    taken_in(session, a_ledger(tmp_path, a_total(standing="retracted", standing_on="2025-03-01")))
    (judgement,) = judgements_of(session, "one")
    assert (judgement.standing, str(judgement.standing_on)) == ("retracted", "2025-03-01")


def test_one_refused_row_keeps_all_others_out(session, tmp_path):
    before = counts(session)
    rows = [a_total(claim_ref=f"r{number}") for number in range(20)]
    report = taken_in(session, a_ledger(tmp_path, *rows, a_total(point="lots")))
    assert report.refused_count == 1
    assert counts(session) == before


def test_a_dry_run_tells_all_and_stores_nothing(session, tmp_path):
    before = counts(session)
    report = taken_in(session, FOUNDING, dry_run=True)
    assert (report.new, report.version) == (199, 1)
    assert counts(session) == before
    assert taken_in(session, FOUNDING).version == 1


def test_two_imports_can_share_a_transaction_after_one_was_refused(session, tmp_path):
    assert taken_in(session, a_ledger(tmp_path / "bad", a_total(point="lots"))).is_refused
    assert taken_in(session, a_ledger(tmp_path / "good")).new == 1
    assert taken_in(session, a_ledger(tmp_path / "more", a_total(claim_ref="two"))).new == 1


def test_a_changed_companion_row_becomes_a_new_description(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    changed = a_ledger(
        tmp_path / "b",
        deployments=[DEPLOYMENT | {"summary": "More is known."}],
        measures=[MEASURES[0] | {"definition": "Sent, once."}, MEASURES[1]],
        sources=[SOURCE | {"reliability": "C"}],
    )
    report = taken_in(session, changed)
    assert (report.deployments.changed, report.measures.changed, report.sources.changed) == (1, 1, 1)
    assert (report.measures.unchanged, report.unchanged, report.version) == (1, 1, 2)
    grades = "select number, reliability, version, replaced_version from source_descriptions order by number"
    assert session.execute(text(grades)).all() == [(1, "B", 1, 2), (2, "C", 2, None)]


def test_an_older_companion_row_is_left_alone(session, tmp_path):
    first = a_ledger(tmp_path / "a")
    taken_in(session, first)
    taken_in(session, a_ledger(tmp_path / "b", sources=[SOURCE | {"reliability": "C"}]))
    report = taken_in(session, first)
    assert (report.sources.older, report.version) == (1, None)
    assert taken_in(session, first, overwrite=True).sources.changed == 1


def test_a_source_known_by_its_earlier_name_is_the_same_source(session, tmp_path):
    first = a_ledger(tmp_path / "a")
    taken_in(session, first)
    renamed = [SOURCE | {"name": "Ministry of Defence", "slug": "ministry"}]
    taken_in(session, a_ledger(tmp_path / "b", a_total(source="Ministry of Defence"), sources=renamed))
    report = taken_in(session, first)
    assert (report.unchanged, report.sources.older, report.version) == (1, 1, None)
    assert counts(session)["sources"] == 1


def test_a_source_named_by_a_claim_alone_is_created(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a", a_total(source="Агентство Yonhap"), sources=[]))
    assert session.execute(text("select slug from sources")).scalars().all() == ["yonhap"]
    described = session.execute(text("select name, kind, reliability from source_descriptions")).one()
    assert described == ("Агентство Yonhap", None, None)


def test_places_of_the_same_slug_are_the_same_place(session, tmp_path):
    rows = [a_total(claim_ref="one", place="Kursk Oblast"), a_total(claim_ref="two", place="KURSK oblast!")]
    report = taken_in(session, a_ledger(tmp_path, *rows))
    assert counts(session)["places"] == 1
    assert report.new == 2
    assert taken_in(session, tmp_path).unchanged == 2


def test_equal_documents_are_one(session, tmp_path):
    page = {"publisher": "Agency", "url": "https://example.org/a"}
    rows = [a_total(claim_ref=ref, **page) for ref in ("one", "two")]
    taken_in(session, a_ledger(tmp_path, *rows, a_total(claim_ref="three", publisher="Agency")))
    assert counts(session)["documents"] == 2


def test_an_appearance_may_differ_in_everything_it_printed(session, tmp_path):
    root = a_total()
    appearance = a_total(
        claim_ref="copy", repeat_of="one", measure="present", nature="level", point="7", place="Elsewhere",
        as_of="2024", said_on="2025-02-01", source="Ministry",
    )  # fmt: skip
    before_the_start = an_increment(claim_ref="early", repeat_of="one", period="2023/2023")
    report = taken_in(session, a_ledger(tmp_path, appearance, before_the_start, root))
    assert told(report) == []
    assert report.appearances == 2


def test_claims_may_name_later_rows_and_claims_of_the_ledger(session, tmp_path):
    part, whole = a_total(claim_ref="part", part_of="whole", point="5"), a_total(claim_ref="whole")
    assert told(taken_in(session, a_ledger(tmp_path / "a", part, whole))) == []
    more = a_total(claim_ref="more", part_of="whole", point="6")
    assert told(taken_in(session, a_ledger(tmp_path / "b", more))) == []


def test_a_later_plan_may_replace_an_earlier_one_about_other_days(session, tmp_path):
    plan = a_total(claim_ref="plan", nature="plan", as_of="", said_on="2024-12-01")
    revised = a_total(claim_ref="revised", nature="plan", as_of="2026", supersedes="plan")
    assert told(taken_in(session, a_ledger(tmp_path, revised, plan))) == []


def test_numbers_and_dates_are_stored_in_one_spelling(session, tmp_path):
    share = a_total(nature="share", as_of="", point="12.50", low="0.10", high="100.00")
    taken_in(session, a_ledger(tmp_path, share))
    (revision,) = revisions_of(session, "one")
    assert [str(revision.low), str(revision.point), str(revision.high)] == ["0.1", "12.5", "100"]


def test_a_stance_needs_no_figure_and_no_days(session, tmp_path):
    assert taken_in(session, a_ledger(tmp_path, a_stance())).new == 1


def test_the_day_of_import_is_counted_in_utc(session, tmp_path):
    ledger = a_ledger(tmp_path, a_total(as_of="2025-01-31", said_on="2026-11-02"))
    assert taken_in(session, ledger, at=datetime(2026, 11, 1, 23, 59, tzinfo=UTC), dry_run=True).is_refused
    assert not taken_in(session, ledger, at=datetime(2026, 11, 2, 0, 1, tzinfo=UTC), dry_run=True).is_refused


def test_a_deployment_may_start_later_once_its_early_claim_is_corrected(session, tmp_path):
    early = an_increment(period="2024-10/2024-11", said_on="2024-12-01")
    taken_in(session, a_ledger(tmp_path / "a", early))
    later = [DEPLOYMENT | {"starts_on": "2025-01-01"}]
    refused = taken_in(session, a_ledger(tmp_path / "b", early, deployments=later))
    (refusal,) = told(refused)
    assert refusal.startswith("deployments.csv, line 2, column starts_on, “2025-01-01”")
    assert refusal.endswith("claim one ends before that day, on 2024-11-30")
    both = a_ledger(tmp_path / "c", an_increment(), deployments=later)
    assert told(taken_in(session, both)) == []


def test_an_appearance_that_became_a_claim_may_be_named(session, tmp_path):
    rows = [a_total(), a_total(claim_ref="copy", repeat_of="one")]
    taken_in(session, a_ledger(tmp_path / "a", *rows))
    promoted = [a_total(claim_ref="copy"), a_total(claim_ref="part", part_of="copy")]
    assert told(taken_in(session, a_ledger(tmp_path / "b", *promoted))) == []


def test_what_is_imported_belongs_to_the_person_who_did_it(session, tmp_path):
    taken_in(session, a_ledger(tmp_path))
    person = session.scalars(select(Person).where(Person.name == "command-line")).one()
    assert {revision.recorded_by for revision in revisions_of(session, "one")} == {person.id}


def test_a_ledger_is_the_same_whatever_the_order_of_its_columns(session, tmp_path):
    folder = a_ledger(tmp_path / "a")
    taken_in(session, folder)
    turned = tmp_path / "b"
    shutil.copytree(folder, turned)
    lines = [line.split(",")[::-1] for line in (folder / "claims.csv").read_text().splitlines()]
    (turned / "claims.csv").write_text(
        "".join(",".join(line) + "\r\n" for line in lines), encoding="utf-8-sig"
    )
    assert taken_in(session, turned).unchanged == 1
