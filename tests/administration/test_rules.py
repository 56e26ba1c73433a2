"""What no proposal can be, and what no name and no merge of a source can be."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from app import models
from tests.factories import (
    NOW,
    PersonFactory,
    ProposalFactory,
    RevisionFactory,
    SourceAliasFactory,
    SourceDescriptionFactory,
    SourceFactory,
    SourceMergeFactory,
    current_session,
    new_version,
)
from tests.rules import each_broken, insert_copies, refused, update_by_hand

LATE = datetime(3000, 1, 1, tzinfo=UTC)


def decided(verdict: str = "approved", **values: object):
    """A proposal that somebody else decided on."""
    decision = {"decided_by": PersonFactory(role="reviewer").id, "decided_at": NOW, "verdict": verdict}
    if verdict == "approved":
        decision["version"] = new_version()
    return ProposalFactory(**decision | values)


def by_its_author(verdict: str, **values: object):
    author = PersonFactory(role="reviewer").id
    return decided(verdict, recorded_by=author, decided_by=author, **values)


def two_open():
    return [ProposalFactory(slug="twice"), ProposalFactory(slug="twice")]


def two_of_one_name():
    return [SourceAliasFactory(name="Twice"), SourceAliasFactory(name="Twice")]


def a_name_and_another_name(*, name_first: bool):
    if name_first:
        SourceFactory(name="Taken")
        return SourceAliasFactory(name="Taken")
    SourceAliasFactory(name="Taken")
    return SourceFactory(name="Taken")


def replaced_at_once(made):
    version = new_version()
    return made(version=version, replaced_version=version)


def second_current():
    insert_copies(current_session(), SourceMergeFactory(), {"number": 2, "version": new_version()})


def same_number():
    first = SourceMergeFactory(version=new_version(), replaced_version=new_version())
    insert_copies(
        current_session(), first, {"version": first.replaced_version, "replaced_version": new_version()}
    )


def in_a_circle():
    one, two, three = SourceFactory(), SourceFactory(), SourceFactory()
    SourceMergeFactory(source=one, into=two)
    SourceMergeFactory(source=two, into=three)
    SourceMergeFactory(source=three, into=one)


def under_a_merged_source(**values: object):
    merge = SourceMergeFactory()
    source = current_session().get_one(models.Source, merge.source_id)
    return RevisionFactory(source=source, **values)


BROKEN = [
    ("proposals_slug_is_plain", lambda: ProposalFactory(slug="No Slug")),
    ("proposals_noun_is_known", lambda: ProposalFactory(noun="person")),
    ("proposals_act_is_known", lambda: ProposalFactory(act="delete")),
    ("proposals_acts_suit_their_noun", lambda: ProposalFactory(noun="measure", act="merge")),
    ("proposals_acts_suit_their_noun", lambda: ProposalFactory(noun="place", act="describe")),
    ("proposals_content_is_named", lambda: ProposalFactory(content=["a", "list"])),
    ("proposals_shown_from_nought", lambda: ProposalFactory(shown=-1)),
    ("proposals_verdict_is_known", lambda: decided("sent_back")),
    ("proposals_verdict_has_reviewer_and_time", lambda: ProposalFactory(verdict="withdrawn")),
    ("proposals_approved_at_a_version", lambda: decided("approved", version=None)),
    ("proposals_four_eyes", lambda: by_its_author("approved")),
    ("proposals_alone_only_if_approved", lambda: by_its_author("withdrawn", approved_alone=True)),
    ("proposals_withdrawn_by_its_author", lambda: decided("withdrawn")),
    ("proposals_refused_by_another", lambda: by_its_author("rejected", decision_reason="No.")),
    ("proposals_refusal_has_a_reason", lambda: decided("rejected")),
    ("proposals_reason_given_with_a_verdict", lambda: ProposalFactory(decision_reason="No.")),
    ("proposals_decided_once_recorded", lambda: decided(decided_at=NOW - timedelta(days=1))),
    ("proposals_recorded_in_known_years", lambda: ProposalFactory(recorded_at=LATE)),
    ("proposals_no_empty_text", lambda: ProposalFactory(reason="")),
    ("proposals_one_open", two_open),
    ("source_aliases_one_current_per_name", two_of_one_name),
    ("source_aliases_lead_to_one_source", lambda: a_name_and_another_name(name_first=True)),
    ("source_descriptions_lead_to_one_source", lambda: a_name_and_another_name(name_first=False)),
    ("source_aliases_name_is_short", lambda: SourceAliasFactory(name="n" * 301)),
    ("source_aliases_no_empty_text", lambda: SourceAliasFactory(name="")),
    ("source_aliases_replaced_later", lambda: replaced_at_once(SourceAliasFactory)),
    ("source_merges_replaced_later", lambda: replaced_at_once(SourceMergeFactory)),
    ("source_merges_numbered_from_one", lambda: SourceMergeFactory(number=0)),
    ("source_merges_numbers_follow", lambda: SourceMergeFactory(number=2)),
    ("source_merges_one_per_source_id_number", same_number),
    ("source_merges_one_current", second_current),
    ("source_merges_origin_is_known", lambda: SourceMergeFactory(origin="post")),
    ("source_merges_recorded_in_known_years", lambda: SourceMergeFactory(recorded_at=LATE)),
    ("source_merges_no_empty_text", lambda: SourceMergeFactory(reason="")),
    ("source_merges_into_another", lambda: SourceMergeFactory(source=(one := SourceFactory()), into=one)),
]


@each_broken(BROKEN)
def test_a_proposal_a_name_or_a_merge_that_breaks_a_rule_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


def test_sources_are_never_merged_in_a_circle(session):
    with refused(session, "source_merges_never_in_a_circle"):
        in_a_circle()


def test_a_chain_of_merges_is_none(session):
    one, two, three = SourceFactory(), SourceFactory(), SourceFactory()
    SourceMergeFactory(source=two, into=three)
    assert SourceMergeFactory(source=one, into=two).into_id == two.id


def test_no_claim_is_left_under_a_source_that_is_merged(session):
    for values in ({"approved": True}, {}):
        source = SourceFactory()
        RevisionFactory(source=source, **values)
        with refused(session, "source_merges_leave_no_claim"):
            SourceMergeFactory(source=source)


def test_no_claim_is_given_to_a_source_that_was_merged(session):
    for values in ({"approved": True}, {}):
        with refused(session, "claim_revisions_name_a_source_that_stands"):
            under_a_merged_source(**values)
    assert under_a_merged_source(rejected=True).id


def test_a_proposal_is_decided_on_once(session):
    proposal = decided()
    other = PersonFactory().id
    for change in ({"decided_by": other}, {"decision_reason": "After all."}, {"approved_alone": True}):
        with refused(session, "proposals_decided_once"):
            update_by_hand(session, proposal, **change)


def test_what_a_source_is_called_and_merged_into_ceases_once(session):
    for made in (SourceAliasFactory, SourceMergeFactory):
        past = made(version=new_version(), replaced_version=new_version())
        with refused(session, f"{past.__tablename__}_closed_once"):
            update_by_hand(session, past, replaced_version=new_version())


def test_a_name_that_was_taken_back_is_free(session):
    alias = SourceAliasFactory(name="Once")
    version = new_version()
    session.execute(
        update(models.SourceAlias).where(models.SourceAlias.id == alias.id).values(replaced_version=version)
    )
    assert SourceDescriptionFactory(name="Once").name == "Once"
