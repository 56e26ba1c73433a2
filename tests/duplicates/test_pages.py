"""Merging as editors, reviewers and readers meet it."""

from sqlalchemy import select

from app.acts.queries import ledger_version
from app.models import Batch
from tests.claims.entering import a_row, entered_and_approved
from tests.factories import SourceFactory

from tests.duplicates.test_merging import approve, claims, merged, names, two  # isort: skip

__all__ = ["two"]


def test_two_claims_are_compared_merged_decided_and_told(two, desk, signed_in):
    signed_in("editor")
    listed = desk.get("/desk/duplicates")
    assert "2 claims resemble another one" in listed.text
    assert "/desk/claims/again/merge?into=kept" in listed.links
    assert "/desk/claims/again/merge" in desk.get("/desk/claims/again").links
    assert "/desk/claims/again/merge?into=kept" in desk.get("/desk/claims/again/merge").links
    both = desk.get("/desk/claims/again/merge?into=kept")
    assert "Document Agency Paper" in both.text
    assert {"/desk/claims/later", "/desk/claims/part", "/desk/claims/print"} <= both.links
    assert "later : restates kept" in both.text
    form = {field["name"]: field["value"] for field in both.main.select("input[type=hidden]")}
    refused = desk.post("/desk/claims/again/merge", form | {"words": ""}, status=422)
    assert "Why they are the same is needed" in refused.text
    for _click in range(2):  # a double click hands in once
        desk.post("/desk/claims/again/merge", form | {"words": "Both are the briefing."})
    [batch] = two.scalars(select(Batch)).all()
    assert batch.as_one
    desk.get(f"/desk/queue/batches/{batch.id}")
    signed_in("reviewer")
    shown = desk.get(f"/desk/queue/batches/{batch.id}")
    assert "decided as one" in shown.text
    desk.post(f"/desk/queue/batches/{batch.id}", {"verdict": "approved", "which": "all"})
    assert names(two)["again"] == (None, None, "kept")
    public = desk.get("/claims/again")
    assert "entered as a claim of its own" in public.text
    assert "/claims/kept" in public.links
    assert "Both are the briefing." in desk.get("/claims/again").text
    log = desk.get("/changes")
    assert "Merged : " in log.text
    told = desk.get(f"/changes/{ledger_version(two)}").text
    assert "Merged" in told
    assert "Both are the briefing." in told
    assert "Take apart" in desk.get("/desk/claims/again").text
    apart = desk.get("/desk/claims/again/separate")
    assert "later : restates again" in apart.text
    desk.post("/desk/claims/again/separate", {"words": ""}, status=422)
    for _click in range(2):
        desk.post("/desk/claims/again/separate", {"words": "They are two briefings."})
    assert len(two.scalars(select(Batch)).all()) == 2
    assert "No claim says what another one says" in desk.get("/desk/duplicates").text


def test_what_cannot_be_merged_is_said_with_both_in_view(two, desk, signed_in):
    SourceFactory(slug="other", name="Other Office")
    entered_and_approved(two, a_row(claim_ref="other", source="Other Office"))
    signed_in("editor")
    assert "the source" in desk.get("/desk/claims/other/merge?into=kept", status=409).text
    desk.get("/desk/claims/other/merge?into=nobody", status=404)
    desk.get("/desk/claims/nobody/merge", status=404)
    typed = {
        "into": "kept",
        "other": "nobody",
        "shown": "1",
        "shown_into": "1",
        "shown_other": "1",
        "words": "One.",
    }
    for address, status in (("other/merge", 409), ("kept/apart", 404)):
        refused = desk.post(f"/desk/claims/{address}", typed, status=status)
        assert refused.main.find("textarea", {"name": "words"}).text.strip() == "One."
    assert "One." in desk.post("/desk/claims/kept/separate", typed, status=409).main.text
    desk.get("/desk/duplicates?after=x", status=422)
    desk.get("/desk/claims/kept/separate", status=409)


def test_the_two_standings_are_offered(two, desk, signed_in):
    approve(two, merged(two))
    assert claims(two)["again"].repeat_of == "kept"
    signed_in("editor")
    again = desk.get("/desk/claims/again/merge?into=kept", status=409)
    assert "appearance of kept already" in again.text
