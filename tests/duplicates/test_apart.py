"""Two claims that are alike and two statements all the same: said so, kept out of lists, open again."""

import pytest
from sqlalchemy import select, text

from app.acts.queries import ledger_version
from app.claims.actions import revise_claim
from app.claims.queries import approved_claims
from app.claims.refusals import NewerRevision, NothingChanges, RowRefused
from app.duplicates.actions import merge_claims
from app.duplicates.apart import pairs_apart, take_back, tell_apart, told_apart, told_of_pair
from app.duplicates.found import groups_alike, like_one
from app.duplicates.models import Alike
from app.duplicates.plans import NotTheSame
from app.keeping.of_claims import OF_CLAIMS
from app.models import Act, Claim
from app.review.actions import decide
from tests.claims.entering import a_ledger, a_row, entered_and_approved
from tests.factories import NOW, PersonFactory


@pytest.fixture
def alike(session):
    """Three claims that say the same, and nothing else."""
    a_ledger()
    for ref in ("one", "two", "three"):
        entered_and_approved(session, a_row(claim_ref=ref, title=ref))
    return session


def told(session, one, other, words="Two briefings of one day.", shown=(1, 1), by=None):
    return tell_apart(session, one, other, shown=shown, words=words, by=by or PersonFactory(), at=NOW)


def listed(session):
    """The claims that are kept as alike, which an invariant holds to be right."""
    [invariant] = [one for one in OF_CLAIMS if one.name == "claims-alike-are-known"]
    assert list(invariant.find(session.connection(), lambda _rows: None)) == []
    return set(session.scalars(select(Claim.ref).join(Alike, Alike.claim_id == Claim.id)))


def corrected(session, ref, shown=1, **cells):
    row = a_row(**({"claim_ref": ref, "title": ref} | cells))
    by = PersonFactory()
    revision = revise_claim(session, row, shown=shown, by=by, at=NOW, warned=(), reason="copy_error")
    decide(session, revision, "approved", by=PersonFactory(role="reviewer"), at=NOW)


def test_a_pair_that_was_told_apart_is_proposed_no_more_and_the_others_still_are(alike):
    version = ledger_version(alike)
    told(alike, "two", "one")
    assert listed(alike) == {"one", "two", "three"}
    [group] = groups_alike(alike).groups
    assert [(one.alike.claim.ref, one.against, one.apart) for one in group.others] == [
        ("two", None, ("one",)),
        ("three", "one", ()),
    ]
    [two] = approved_claims(alike, refs=["two"])
    assert [one.claim.ref for one in like_one(alike, two)] == ["three"]
    told(alike, "one", "three")
    assert listed(alike) == {"two", "three"}
    told(alike, "three", "two")
    assert listed(alike) == set()
    assert groups_alike(alike).number == 0
    assert ledger_version(alike) == version
    assert [one.refs for one in told_apart(alike, limit=2)] == [("two", "three"), ("one", "three")]
    assert len(pairs_apart(alike, ["one"])) == 2


def test_what_was_said_is_taken_back_and_stays_in_the_history(alike):
    by = PersonFactory(display_name="Ann")
    told(alike, "one", "two", by=by)
    told(alike, "one", "three")
    with pytest.raises(NothingChanges, match="Two briefings of one day"):
        told(alike, "two", "one")
    with pytest.raises(NotTheSame, match="Ann said that they are two statements"):
        merge_claims(alike, "one", "two", shown=(1, 1), words="The same.", by=by, at=NOW)
    take_back(alike, "two", "one", words="One briefing, after all.", by=by, at=NOW)
    assert listed(alike) == {"one", "two", "three"}
    pair = told_of_pair(alike, "one", "two")
    assert (pair.is_taken_back, pair.holds, pair.by, pair.words) == (
        True,
        False,
        "Ann",
        "One briefing, after all.",
    )
    with pytest.raises(NothingChanges):
        take_back(alike, "one", "two", words="Again.", by=by, at=NOW)
    acts = alike.scalars(select(Act).where(Act.kind == "tell_apart", Act.by_id == by.id).order_by(Act.id))
    assert [(act.subject, act.version, act.details["state"]) for act in acts] == [
        ("one", None, "two"),
        ("one", None, "open"),
    ]


def test_it_holds_until_one_of_the_two_is_restated(alike):
    told(alike, "one", "two")
    told(alike, "one", "three")
    told(alike, "two", "three")
    corrected(alike, "one", note="Read again.")
    assert listed(alike) == set()  # a remark is nothing that is said
    corrected(alike, "one", shown=2, qualifier="at_least", low="300", point="")
    corrected(alike, "one", shown=3)
    assert listed(alike) == set()  # it says again what it said when it was told apart
    corrected(alike, "one", shown=4, said_on="2025-01-14")
    assert listed(alike) == {"one", "two", "three"}
    assert not told_of_pair(alike, "one", "two").holds
    assert told_of_pair(alike, "two", "three").holds
    told(alike, "one", "two", shown=(5, 1))
    told(alike, "one", "three", shown=(5, 1))
    assert listed(alike) == set()
    entered_and_approved(alike, a_row(claim_ref="later", point="310", said_on="2025-01-15", supersedes="two"))
    assert listed(alike) == {"one", "two", "three"}
    alike.execute(text("set constraints all immediate"))


def test_it_is_said_of_what_was_looked_at_and_with_a_reason(alike):
    with pytest.raises(RowRefused):
        told(alike, "one", "two", words=" ")
    with pytest.raises(NewerRevision):
        told(alike, "one", "two", shown=(1, 2))
    with pytest.raises(NotTheSame):
        told(alike, "one", "one")
    assert told_of_pair(alike, "one", "two") is None


def test_the_pages_say_it_show_it_and_take_it_back(alike, desk, signed_in):
    signed_in("editor")
    page = desk.get("/desk/duplicates")
    assert "/desk/claims/two/apart?other=one" in page.links
    asked = desk.get("/desk/claims/two/apart?other=one")
    assert "Document two one" in asked.text
    form = {field["name"]: field["value"] for field in asked.main.select("input[type=hidden]")}
    refused = desk.post("/desk/claims/two/apart", form | {"words": " "}, status=422)
    assert "Why is needed." in refused.text
    desk.post("/desk/claims/two/apart", form | {"words": "Two briefings."})
    desk.post("/desk/claims/two/apart", form | {"words": "Two briefings."})  # a double click
    assert "Told apart from one." in desk.get("/desk/duplicates").text
    assert "Two briefings." in desk.get("/desk/claims/two/merge?into=one").text
    shown = desk.get("/desk/duplicates/apart")
    assert "Two briefings." in shown.text
    back = desk.get("/desk/claims/two/apart?other=one")
    form = {field["name"]: field["value"] for field in back.main.select("input[type=hidden]")}
    assert form["state"] == "open"
    desk.post("/desk/claims/two/apart", form | {"words": "One, after all."})
    assert "Taken back" in desk.get("/desk/duplicates/apart").text
    assert "/desk/claims/two/apart?other=one" in desk.get("/desk/duplicates").links
    desk.get("/desk/claims/two/apart?other=nobody", status=404)
    assert "three" in desk.get("/desk/claims/two/apart").text
    desk.get("/desk/duplicates/apart?before=x", status=422)
