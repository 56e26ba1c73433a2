"""Every rule of the table of claims, broken once; what lies just inside a rule is taken."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.factories import (
    NOW,
    ClaimFactory,
    DeploymentFactory,
    DraftFactory,
    JudgementFactory,
    MeasureFactory,
    PersonFactory,
    PlaceFactory,
    RevisionFactory,
    SourceFactory,
    SubmissionFactory,
    current_session,
    new_version,
)
from tests.rules import each_broken, insert_copies, refused, update_by_hand


def two(factory, **same):
    """Two rows that one person saved, alike in what is given."""
    person_id = PersonFactory().id
    return [factory(person_id=person_id, **same), factory(person_id=person_id, **same)]


def approve_by_hand(revision):
    reviewer = PersonFactory(role="reviewer").id
    verdict = {"verdict": "approved", "decided_by": reviewer, "decided_at": NOW}
    update_by_hand(current_session(), revision, **verdict, approved_version=new_version("approve"))


def approved_before_what_it_names(how: str):
    claim = ClaimFactory()
    named = RevisionFactory(claim=claim)
    same = {
        "source_id": named.source_id,
        "deployment_id": named.deployment_id,
        "measure_id": named.measure_id,
    }
    approve_by_hand(RevisionFactory(**same, **{how: claim}))


BROKEN = [
    ("claims_ref_is_plain", lambda: ClaimFactory(ref="_nis")),
    ("claims_ref_is_plain", lambda: ClaimFactory(ref="n" * 81)),
    ("claims_ref_is_plain", lambda: ClaimFactory(ref="nis\n")),
    ("claims_one_per_ref", lambda: [ClaimFactory(ref="nis"), ClaimFactory(ref="nis")]),
    ("claim_revisions_nature_is_known", lambda: RevisionFactory(nature="rumour", as_of=None)),
    ("claim_revisions_qualifier_is_known", lambda: RevisionFactory(qualifier="roughly")),
    ("claim_revisions_origin_is_known", lambda: RevisionFactory(origin="post")),
    # Figures
    ("claim_revisions_figures_not_negative", lambda: RevisionFactory(point=-1)),
    ("claim_revisions_figures_not_negative", lambda: RevisionFactory(low=-1, high=5)),
    ("claim_revisions_figures_not_too_large", lambda: RevisionFactory(high=10**15 + 1)),
    ("claim_revisions_figures_not_too_large", lambda: RevisionFactory(point=Decimal("NaN"))),
    ("claim_revisions_figures_not_too_large", lambda: RevisionFactory(low=1, high=Decimal("Infinity"))),
    ("claim_revisions_figures_whole", lambda: RevisionFactory(point=Decimal("1.5"))),
    ("claim_revisions_figures_whole", lambda: RevisionFactory(low=1, high=Decimal("1.5"))),
    ("claim_revisions_figures_whole", lambda: RevisionFactory(nature="share", point=Decimal("1.005"))),
    ("claim_revisions_bounds_in_order", lambda: RevisionFactory(low=2, high=1)),
    ("claim_revisions_bounds_in_order", lambda: RevisionFactory(low=2, point=1)),
    ("claim_revisions_bounds_in_order", lambda: RevisionFactory(point=2, high=1)),
    ("claim_revisions_bounds_in_order", lambda: RevisionFactory(low=1, point=3, high=2)),
    ("claim_revisions_a_figure_unless_a_stance", lambda: RevisionFactory(point=None)),
    ("claim_revisions_a_figure_unless_a_stance", lambda: RevisionFactory(nature="plan", point=None)),
    ("claim_revisions_a_figure_unless_a_stance", lambda: RevisionFactory(nature="stance", point=0)),
    ("claim_revisions_a_qualifier_unless_a_stance", lambda: RevisionFactory(qualifier=None)),
    # Measures
    ("claim_revisions_flow_natures_on_flows", lambda: of_kind("level", "total")),
    ("claim_revisions_flow_natures_on_flows", lambda: of_kind("level", "increment")),
    ("claim_revisions_flow_natures_on_flows", lambda: of_kind("level", "event")),
    ("claim_revisions_levels_on_levels", lambda: of_kind("flow", "level")),
    (
        "claim_revisions_measure_exists",
        lambda: RevisionFactory(nature="level", measure=MeasureFactory(), measure_kind="level"),
    ),
    # Dates
    ("claim_revisions_as_of_is_a_date", lambda: RevisionFactory(as_of="2025-02-29")),
    ("claim_revisions_as_of_is_a_date", lambda: RevisionFactory(as_of="soon")),
    ("claim_revisions_as_of_is_a_date", lambda: RevisionFactory(as_of="")),
    ("claim_revisions_as_of_is_a_date", lambda: RevisionFactory(as_of="0999")),
    ("claim_revisions_as_of_is_a_date", lambda: RevisionFactory(nature="plan", as_of="3000-01-01")),
    ("claim_revisions_period_is_a_date", lambda: RevisionFactory(nature="event", period="2025-03-01")),
    ("claim_revisions_period_is_a_date", lambda: RevisionFactory(nature="event", period="2025-03/2025-02")),
    ("claim_revisions_period_is_a_date", lambda: RevisionFactory(nature="event", period="2025-03/soon")),
    ("claim_revisions_period_is_a_date", lambda: RevisionFactory(nature="event", period="soon/2025-03")),
    ("claim_revisions_counts_from_is_a_date", lambda: RevisionFactory(counts_from="2025-13")),
    ("claim_revisions_said_on_is_a_date", lambda: RevisionFactory(nature="plan", said_on="27 March 2025")),
    ("claim_revisions_said_on_is_a_date", lambda: RevisionFactory(nature="plan", said_on="0000-01-01")),
    ("claim_revisions_published_on_is_a_date", lambda: RevisionFactory(published_on="yesterday")),
    ("claim_revisions_published_on_is_a_date", lambda: RevisionFactory(said_on="2025", published_on="soon")),
    ("claim_revisions_as_of_for_totals_and_levels", lambda: RevisionFactory(as_of=None)),
    ("claim_revisions_as_of_for_totals_and_levels", lambda: RevisionFactory(nature="level", as_of=None)),
    (
        "claim_revisions_no_as_of_for_increments_and_events",
        lambda: RevisionFactory(nature="increment", as_of="2025-03"),
    ),
    (
        "claim_revisions_period_for_increments_and_events",
        lambda: RevisionFactory(nature="event", period=None),
    ),
    ("claim_revisions_period_for_increments_and_events", lambda: RevisionFactory(period="2025-01/2025-02")),
    ("claim_revisions_as_of_not_after_said_on", lambda: RevisionFactory(as_of="2025-03-28")),
    ("claim_revisions_as_of_not_after_said_on", lambda: RevisionFactory(nature="level", as_of="2025-04")),
    (
        "claim_revisions_as_of_not_after_said_on",
        lambda: RevisionFactory(as_of="2025-02-21", said_on="2025", published_on="2025-02-20"),
    ),
    (
        "claim_revisions_counts_from_for_totals",
        lambda: RevisionFactory(nature="plan", as_of="2025-03-27", counts_from="2025-03"),
    ),
    ("claim_revisions_counts_from_not_after_as_of", lambda: RevisionFactory(counts_from="2025-03-28")),
    (
        "claim_revisions_counts_from_not_after_as_of",
        lambda: RevisionFactory(as_of="2025", counts_from="2025-04", said_on="2025-03-27"),
    ),
    (
        "claim_revisions_said_by_the_day_recorded_or_published",
        lambda: RevisionFactory(said_on="2026-01", as_of="2025-12-31"),
    ),
    (
        "claim_revisions_said_by_the_day_recorded_or_published",
        # It is already the 15th in Seoul, but not in UTC.
        lambda: RevisionFactory(
            said_on="2026-01-15", recorded_at=datetime.fromisoformat("2026-01-15T00:30+09:00")
        ),
    ),
    (
        "claim_revisions_recorded_in_known_years",
        lambda: RevisionFactory(recorded_at=datetime(999, 1, 1, tzinfo=UTC), published_on="2025-03-27"),
    ),
    # Words
    ("claim_revisions_credibility_one_to_six", lambda: RevisionFactory(credibility=0)),
    ("claim_revisions_credibility_one_to_six", lambda: RevisionFactory(credibility=7)),
    ("claim_revisions_wording_is_short", lambda: RevisionFactory(wording="w" * 301)),
    ("claim_revisions_no_empty_text", lambda: RevisionFactory(wording="")),
    ("claim_revisions_no_empty_text", lambda: RevisionFactory(note="")),
    # Claims that name themselves
    ("claim_revisions_supersedes_another", lambda: naming_itself("supersedes")),
    ("claim_revisions_part_of_another", lambda: naming_itself("part_of")),
    ("claim_revisions_repeats_another", lambda: naming_itself("repeat_of")),
    # Drafts, and forms that are handed in
    ("drafts_one_per_person_id_key", lambda: two(DraftFactory, key="the-same-form-twice")),
    ("drafts_one_per_claim", lambda: two(DraftFactory, claim=ClaimFactory())),
    ("drafts_key_is_plain", lambda: DraftFactory(key="short")),
    ("drafts_values_are_named", lambda: DraftFactory(values=["11000"])),
    ("drafts_values_fit_a_form", lambda: DraftFactory(values={"note": "n" * 2_000_001})),
    ("drafts_saved_from_one", lambda: DraftFactory(saves=0)),
    ("drafts_saved_once_begun", lambda: DraftFactory(saved_at=NOW - timedelta(seconds=1))),
    ("drafts_based_on_a_revision", lambda: DraftFactory(based_on=1)),
    ("drafts_based_on_a_revision", lambda: DraftFactory(claim=ClaimFactory(), based_on=0)),
    ("drafts_no_empty_text", lambda: DraftFactory(act="")),
    ("submissions_one_per_person_id_key", lambda: two(SubmissionFactory, key="the-same-form-twice")),
    ("submissions_key_is_plain", lambda: SubmissionFactory(key="a key of a form")),
    ("submissions_content_is_hashed", lambda: SubmissionFactory(digest="what was handed in")),
    (
        "submissions_made_one_thing",
        lambda: SubmissionFactory(revision_id=RevisionFactory().id, judgement_id=JudgementFactory().id),
    ),
    # Verdicts
    ("claim_revisions_name_what_counts", lambda: approved_before_what_it_names("repeat_of")),
    ("claim_revisions_name_what_counts", lambda: approved_before_what_it_names("supersedes")),
    ("claim_revisions_name_what_counts", lambda: approved_before_what_it_names("part_of")),
]


def of_kind(kind: str, nature: str):
    return RevisionFactory(nature=nature, measure=MeasureFactory(kind=kind))


def naming_itself(how: str):
    claim = ClaimFactory()
    return RevisionFactory(claim=claim, **{how: claim})


@each_broken(BROKEN)
def test_what_no_claim_can_say_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


@pytest.mark.parametrize(
    "said",
    [
        {"point": 0},
        {"point": 10**15},
        {"low": 3, "point": 3, "high": 3},
        {"low": 0, "high": 5},
        {"nature": "share", "point": Decimal("62.25")},
        {"nature": "plan", "as_of": "2999", "published_on": "2025-03-27"},
        {"nature": "plan", "as_of": None},
        {"nature": "stance", "as_of": None},
        {"nature": "event", "period": "2025-02-28/2025-02-28"},
        {"nature": "event", "period": "2025-02/2025-02-01"},
        {"nature": "plan", "as_of": "2024-02-29"},
        {"as_of": "2025", "counts_from": "2025-03-27"},  # said on 27 March: no later than that day
        {"said_on": "2026-01-15"},  # the day on which it is recorded
        {"said_on": "2026", "published_on": "2026-02"},
        {"wording": "w" * 300, "credibility": 6},
        {"qualifier": "exact"},
    ],
    ids=str,
)
def test_what_lies_just_inside_the_rules_is_taken(session, said):
    assert RevisionFactory(**said, approved=True).approved_version


def test_the_days_beside_a_date_are_those_that_its_words_mean(session):
    revision = RevisionFactory(as_of="2025-02", said_on="2025", published_on="2025-03")
    session.refresh(revision)
    assert str(revision.as_of_days) == "[2025-02-01,2025-03-01)"
    assert str(revision.said_days) == "[2025-01-01,2026-01-01)"
    assert revision.said_day.isoformat() == "2025-03-31"


# Where a claim may lie: not before its deployment starts, on 1 October 2024.


@pytest.mark.parametrize(
    "said",
    [
        {"as_of": "2024-09-30"},
        {"as_of": "2024-09"},
        {"as_of": "2024", "said_on": "2024-09-30"},  # cut to the day on which it was said
        {"nature": "increment", "period": "2024-08/2024-09"},
        {"nature": "event", "period": "2024-09-30/2024-09-30"},
    ],
    ids=str,
)
def test_a_claim_that_ends_before_its_deployment_starts_is_refused(session, said):
    with refused(session, "claim_revisions_end_after_the_start"):
        RevisionFactory(**said)


@pytest.mark.parametrize(
    "said",
    [
        {"as_of": "2024"},
        {"as_of": "2024-10-01"},
        {"nature": "increment", "period": "2024/2024-10-01"},
        {"nature": "level", "as_of": "2024-09"},
        {"nature": "plan", "as_of": "2024-09"},
        {"as_of": "2024-09", "repeat_of": True},
        {"as_of": "2024-09", "rejected": True},
    ],
    ids=str,
)
def test_what_ends_on_the_first_day_or_does_not_count_in_a_flow_is_taken(session, said):
    if "repeat_of" in said:
        said = {**said, "repeat_of_id": RevisionFactory().claim_id}
        del said["repeat_of"]
    assert RevisionFactory(**said).id


def test_a_revision_of_the_past_may_end_before_the_present_start(session):
    then, now = new_version(), new_version()
    past = RevisionFactory(as_of="2024-09", approved=True, approved_version=then, replaced_version=now)
    assert RevisionFactory(claim_id=past.claim_id, approved=True, approved_version=now).number == 2


# Claims that name one another.


@pytest.mark.parametrize("how", ["supersedes_id", "part_of_id", "repeat_of_id"])
def test_nothing_names_an_appearance(session, how):
    appearance = RevisionFactory(repeat_of_id=RevisionFactory().claim_id, approved=True)
    with refused(session, "claim_revisions_name_claims"):
        alike(appearance, **{how: appearance.claim_id})


@pytest.mark.parametrize("how", ["supersedes_id", "part_of_id", "repeat_of_id"])
@pytest.mark.parametrize("decided", [{}, {"approved": True}], ids=["open", "approved"])
def test_a_claim_that_is_named_cannot_become_an_appearance(session, how, decided):
    root = RevisionFactory(approved=True)
    alike(root, **{how: root.claim_id}, **decided)
    with refused(session, "claim_revisions_name_claims"):
        RevisionFactory(claim_id=root.claim_id, repeat_of_id=RevisionFactory().claim_id)


def test_a_claim_named_before_anything_is_said_of_it_cannot_turn_out_an_appearance(session):
    root, named = ClaimFactory(), ClaimFactory()
    RevisionFactory(repeat_of=named)
    with refused(session, "claim_revisions_name_claims"):
        RevisionFactory(claim=named, repeat_of=root)


def test_a_correction_that_waits_hides_no_appearance(session):
    appearance = RevisionFactory(repeat_of_id=RevisionFactory().claim_id, approved=True)
    RevisionFactory(claim_id=appearance.claim_id)  # it says: a claim after all; it may yet be rejected
    with refused(session, "claim_revisions_name_claims"):
        RevisionFactory(repeat_of_id=appearance.claim_id)


def test_what_was_rejected_or_replaced_names_nothing(session):
    root = RevisionFactory(approved=True)
    RevisionFactory(repeat_of_id=root.claim_id, rejected=True)
    once = RevisionFactory(repeat_of_id=root.claim_id, approved=True)
    RevisionFactory(claim_id=once.claim_id, approved=True)
    now = RevisionFactory(claim_id=root.claim_id, repeat_of_id=RevisionFactory().claim_id, approved=True)
    assert now.number == 2


def test_an_appearance_may_differ_from_its_root_in_everything(session):
    root = RevisionFactory(approved=True)
    appearance = RevisionFactory(
        repeat_of_id=root.claim_id, nature="level", point=7, place=PlaceFactory(), said_on="2024-12-01",
        as_of="2024-11", approved=True,
    )  # fmt: skip
    assert appearance.measure_id != root.measure_id


def alike(revision, **values):
    """A claim of the same source, deployment and measure."""
    same = {name: getattr(revision, name) for name in ("source_id", "deployment_id", "measure_id")}
    return RevisionFactory(**same, **values)


@pytest.mark.parametrize(
    "differing",
    [
        lambda: {"source": SourceFactory()},
        lambda: {"deployment": DeploymentFactory()},
        lambda: {"measure": MeasureFactory()},
        lambda: {"said_on": "2025-03-26", "as_of": "2025-03-26"},
        lambda: {"as_of": "2025-02"},
        lambda: {"nature": "increment", "period": "2025-01/2025-02"},
    ],
    ids=["source", "deployment", "measure", "said earlier", "another day", "another period"],
)
def test_a_claim_restates_only_the_same(session, differing):
    earlier = RevisionFactory(approved=True, said_on="2025-03-27", as_of="2025-03-27")
    same = {
        "source_id": earlier.source_id,
        "deployment_id": earlier.deployment_id,
        "measure_id": earlier.measure_id,
    }
    other = differing()
    with refused(session, "claim_revisions_restate_the_same"):
        RevisionFactory(
            **{name: value for name, value in same.items() if name.removesuffix("_id") not in other},
            **other,
            supersedes_id=earlier.claim_id,
        )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({}, {}),
        ({"as_of": "2025-03"}, {"nature": "increment", "period": "2025-03-27/2025-03-27"}),
        ({"nature": "plan", "as_of": "2025-12"}, {}),
        ({"nature": "plan"}, {}),
        ({"nature": "stance"}, {"nature": "stance"}),
        ({"said_on": "2025", "published_on": "2025-12"}, {"said_on": "2025-03-27"}),
    ],
    ids=str,
)
def test_a_claim_restates_an_earlier_one_about_the_same_days_or_a_plan(session, earlier, later):
    restated = RevisionFactory(approved=True, **earlier)
    assert alike(restated, supersedes_id=restated.claim_id, **later).id


@pytest.mark.parametrize("how", ["supersedes_id", "part_of_id"])
@pytest.mark.parametrize("length", [2, 3, 7])
def test_claims_never_come_back_to_themselves(session, how, length):
    claims = [RevisionFactory(approved=True)]
    while len(claims) < length:
        claims.append(alike(claims[0], **{how: claims[-1].claim_id}, approved=True))
    with refused(session, "claim_revisions_never_in_a_circle"):
        alike(claims[0], claim_id=claims[0].claim_id, **{how: claims[-1].claim_id})


@pytest.mark.parametrize("how", ["supersedes_id", "part_of_id"])
@pytest.mark.parametrize("length", [2, 3, 50])
def test_a_circle_within_one_insert_is_refused(session, how, length):
    revision = RevisionFactory(approved=True)
    claims = [ClaimFactory().id for _ in range(length)]
    with refused(session, "claim_revisions_never_in_a_circle"):
        insert_copies(session, revision, *naming(how, claims, claims[1:] + claims[:1]))


@pytest.mark.parametrize("how", ["supersedes_id", "part_of_id"])
def test_a_long_chain_is_no_circle(session, how):
    revision = RevisionFactory(approved=True)
    claims = [revision.claim_id, *(ClaimFactory().id for _ in range(300))]
    insert_copies(session, revision, *naming(how, claims[1:], claims[:-1]))
    assert session.query(type(revision)).filter_by(deployment_id=revision.deployment_id).count() == 301


def test_two_relations_make_no_circle_together(session):
    whole = RevisionFactory(approved=True)
    part = alike(whole, part_of_id=whole.claim_id, approved=True)
    again = alike(whole, claim_id=whole.claim_id, supersedes_id=part.claim_id, approved=True)
    assert again.number == 2


def test_a_correction_that_waits_opens_no_circle(session):
    first = RevisionFactory(approved=True)
    second = alike(first, supersedes_id=first.claim_id, approved=True)
    alike(first, claim_id=second.claim_id)  # supersedes nothing any more; it may yet be rejected
    with refused(session, "claim_revisions_never_in_a_circle"):
        alike(first, claim_id=first.claim_id, supersedes_id=second.claim_id)


def test_a_circle_that_was_given_up_is_none(session):
    first = RevisionFactory(approved=True)
    second = alike(first, supersedes_id=first.claim_id, approved=True)
    alike(first, claim_id=second.claim_id, approved=True)
    turned = alike(first, claim_id=first.claim_id, supersedes_id=second.claim_id, approved=True)
    assert turned.number == 2


def naming(how: str, claims: list[int], named: list[int]) -> list[dict[str, int]]:
    """What first revisions of these claims say, each of which names another."""
    return [{"claim_id": claim, "number": 1, how: other} for claim, other in zip(claims, named, strict=True)]
