"""Every reason for which a row is refused, once: what was written, and what is told of it."""

# ruff: noqa: E501 - a row and its sentence are read on one line

import pytest

from tests.ledger.ledgers import (
    DEPLOYMENT,
    MEASURES,
    SOURCE,
    a_ledger,
    a_level,
    a_stance,
    a_total,
    an_increment,
    counts,
    taken_in,
    told,
)

SHAPES = [
    (a_total(claim_ref=""), "claim_ref, empty: every row needs a key of its own"),
    (a_total(claim_ref="One"), "claim_ref, “One”: is not a key"),
    (a_total(claim_ref="n" * 81), "claim_ref, “nnn"),
    (a_total(deployment=""), "deployment, empty: a claim names its deployment"),
    (a_total(deployment="Troops!"), "deployment, “Troops!”: is not a slug"),
    (a_total(measure=""), "measure, empty: a claim names its measure"),
    (a_total(nature=""), "nature, empty: one of total, increment"),
    (a_total(nature="sum"), "nature, “sum”: is not one of total, increment"),
    (a_total(point=""), "point, empty: low, point or high is needed"),
    (a_total(point="1,000"), "point, “1,000”: write it without a mark between thousands: 1000"),
    (a_total(point="1 000"), "point, “1 000”: write it without a mark between thousands: 1000"),
    (a_total(point="011"), "point, “011”: write it in plain digits: 11"),
    (a_total(point="3000.0"), "point, “3000.0”: write it in plain digits: 3000"),
    (a_total(point="-5"), "point, “-5”: is negative"),
    (a_total(point="1e3"), "point, “1e3”: is not a whole number"),
    (a_total(point="a few"), "point, “a few”: is not a whole number"),
    (a_total(point="12.5"), "point, “12.5”: is not a whole number"),
    (a_total(point="٣"), "point, “٣”: is not a whole number"),
    (a_total(point="9" * 5000), "is larger than any figure can be"),
    (a_total(point="1000000000000001"), "is larger than any figure can be"),
    (a_total(nature="share", point="12.345"), "point, “12.345”: is not a percentage"),
    (a_total(nature="share", point="12 %"), "point, “12 %”: is not a percentage"),
    (a_total(low="101"), "point, “100”: is less than low, 101"),
    (a_total(point="", low="5", high="4"), "high, “4”: is less than low, 5"),
    (a_stance(point="1"), "point, “1”: a stance has no figure"),
    (a_total(qualifier=""), "qualifier, empty: one of exact, stated"),
    (a_total(qualifier="circa"), "qualifier, “circa”: is not one of exact, stated"),
    (a_total(as_of=""), "as_of, empty: a total needs the last day"),
    (a_level(as_of=""), "as_of, empty: a level needs the last day"),
    (a_total(as_of="2025-13"), "as_of, “2025-13”: is not a day of the calendar"),
    (a_total(as_of="31/01/2025"), "as_of, “31/01/2025”: is not a date: write 2025, 2025-02 or 2025-02-27"),
    (a_total(as_of="2025-02-30"), "as_of, “2025-02-30”: is not a day of the calendar"),
    (a_total(as_of="0025"), "as_of, “0025”: lies outside the years 1000 to 2999"),
    (a_total(as_of="2025-02-02"), "as_of, “2025-02-02”: begins after the day it was said, 2025-02-01"),
    (an_increment(as_of="2025"), "as_of, “2025”: an increment has a period, not an as_of"),
    (an_increment(period=""), "period, empty: an increment needs the days it covers"),
    (an_increment(nature="event", period=""), "period, empty: an event needs the days it covers"),
    (an_increment(period="2025"), "period, “2025”: is not a period"),
    (an_increment(period="2025-02/2025-01"), "the period “2025-02/2025-01” ends before it starts"),
    (a_total(period="2025/2025"), "period, “2025/2025”: only an increment or event has a period"),
    (a_level(counts_from="2024-11"), "counts_from, “2024-11”: only a total has a day it counts from"),
    (a_total(counts_from="2025-02"), "counts_from, “2025-02”: is after the last day that the figure covers"),
    (a_total(place="Курск"), "place, “Курск”: needs a letter a to z or a digit"),
    (a_total(said_on=""), "said_on, empty: the day on which it was said is needed"),
    (a_total(said_on="2025-2-1"), "said_on, “2025-2-1”: is not a date"),
    (a_total(said_on="2026"), "said_on, “2026”: ends after the day of recording, 2026-11-01"),
    (a_total(source=""), "source, empty: who made the claim is needed"),
    (a_total(source="s" * 301), "has 301 characters, at most 300 can be"),
    (a_total(url="ftp://example.org"), "url, “ftp://example.org”: is not a web address"),
    (a_total(url="javascript:alert(1)"), "url, “javascript:alert(1)”: is not a web address"),
    (a_total(url="https://example.org/a b"), "is not a web address"),
    (a_total(language="ua"), "language, “ua”: is not a language of ISO 639-1"),
    (a_total(language="EN"), "language, “EN”: is not a language of ISO 639-1"),
    (a_total(published_on="tomorrow"), "published_on, “tomorrow”: is not a date"),
    (a_total(wording="w" * 301), "has 301 characters, at most 300 are kept"),
    (a_total(credibility="0"), "credibility, “0”: is not a number from 1 to 6"),
    (a_total(supersedes="one"), "supersedes, “one”: is the row itself"),
    (a_total(part_of="one"), "part_of, “one”: is the row itself"),
    (a_total(repeat_of="one"), "repeat_of, “one”: is the row itself"),
    (a_total(part_of="Two!"), "part_of, “Two!”: is not the claim_ref of a claim"),
    (a_total(standing="bad"), "standing, “bad”: is not one of good, set_aside, retracted"),
    (a_total(standing="set_aside"), "standing_reason, empty: one of copy_error"),
    (a_total(standing="set_aside", standing_reason="wrong"), "“wrong”: is not one of copy_error"),
    (a_total(standing_reason="stale"), "standing_reason, “stale”: good standing has no reason"),
    (a_total(standing="retracted"), "standing_on, empty: the day on which its source withdrew"),
    (a_total(standing="retracted", standing_on="2025-03"), "standing_on, “2025-03”: has to be a full date"),
    (a_total(standing_on="2025-03-01"), "standing_on, “2025-03-01”: only a retracted claim"),
    (a_total(note="a\x07bell"), "holds the control character U+0007"),
    (a_total(title="t" * 20_001), "has 20,001 characters, at most 20,000 are kept"),
]


@pytest.mark.parametrize(("row", "words"), SHAPES, ids=[words[:60] for _, words in SHAPES])
def test_a_row_of_the_wrong_shape_is_refused_by_name(session, tmp_path, row, words):
    report = taken_in(session, a_ledger(tmp_path, row))
    (refusal,) = told(report)
    assert refusal.startswith("claims.csv, line 2, column ")
    assert words in refusal


TOGETHER = [
    ([a_total(), a_total(point="7")], "claims.csv, line 3, column claim_ref, “one”: stands in line 2 already"),
    ([a_total(deployment="nowhere")], "column deployment, “nowhere”: is not known: add it to deployments.csv"),
    ([a_total(measure="rumours")], "column measure, “rumours”: is not known: add it to measures.csv"),
    ([a_total(measure="present")], "column nature, “total”: the measure present is a level, which has no total"),
    ([an_increment(measure="present")], "which has no increment"),
    ([a_level(measure="sent")], "column nature, “level”: the measure sent is a flow, which has no level"),
    ([an_increment(period="2024-09/2024-09")], "column period, “2024-09/2024-09”: ends before the deployment starts"),
    (
        [an_increment(nature="event", period="2024-09-30/2024-09-30")],
        "ends before the deployment starts, on 2024-10-01",
    ),
    (
        [a_total(as_of="2024", said_on="2024-09-30")],
        "column as_of, “2024”: covers no day after 2024-09-30, before the deployment starts, on 2024-10-01",
    ),
    ([a_total(supersedes="two")], "column supersedes, “two”: names no claim of this file or of the ledger"),
    ([a_total(part_of="two")], "column part_of, “two”: names no claim of this file or of the ledger"),
    ([a_total(repeat_of="two")], "column repeat_of, “two”: names no claim of this file or of the ledger"),
    (
        [a_total(), a_total(claim_ref="two", repeat_of="one"), a_total(claim_ref="three", repeat_of="two")],
        "line 4, column repeat_of, “two”: is itself an appearance of one: name that claim",
    ),
    (
        [a_total(), a_total(claim_ref="two", repeat_of="one"), a_total(claim_ref="three", part_of="two")],
        "line 4, column part_of, “two”: is itself an appearance of one: name that claim",
    ),
    (
        [a_total(), a_total(claim_ref="two", repeat_of="one"), a_total(claim_ref="three", supersedes="two")],
        "line 4, column supersedes, “two”: is itself an appearance of one: name that claim",
    ),
    (
        [a_total(), a_total(claim_ref="two", supersedes="one", source="Another")],
        "line 3, column supersedes, “one”: is a claim of another source",
    ),
    (
        [an_increment(), an_increment(claim_ref="two", supersedes="one", measure="returned")],
        "line 3, column supersedes, “one”: is a claim of another measure",
    ),
    (
        [a_total(), a_total(claim_ref="two", supersedes="one", deployment="more-troops")],
        "line 3, column supersedes, “one”: is a claim of another deployment",
    ),
    (
        [a_total(said_on="2025-03-01"), a_total(claim_ref="two", supersedes="one")],
        "line 3, column supersedes, “one”: was said later, on 2025-03-01",
    ),
    (
        [a_total(), a_total(claim_ref="two", supersedes="one", as_of="2025-02-01")],
        "line 3, column supersedes, “one”: is about other days: a later figure does not supersede an earlier one",
    ),
    ([a_total(source="諜報部")], "line 2, column source, “諜報部”: gives no slug: add it to sources.csv with a slug"),
    (
        [a_total(source="Ministry!")],
        "column source, “Ministry!”: its slug would be ministry, which another source has: add it to sources.csv",
    ),
    (
        [a_total(source="N.I.S."), a_total(claim_ref="two", source="n-i-s")],
        "line 3, column source, “n-i-s”: its slug would be n-i-s, which another source has",
    ),
]  # fmt: skip

MORE_MEASURES = [*MEASURES, MEASURES[0] | {"slug": "returned"}]
MORE_DEPLOYMENTS = [DEPLOYMENT, DEPLOYMENT | {"slug": "more-troops"}]


@pytest.mark.parametrize(("rows", "words"), TOGETHER, ids=[words[:70] for _, words in TOGETHER])
def test_rows_that_do_not_agree_are_refused_by_name(session, tmp_path, rows, words):
    before = counts(session)
    ledger = a_ledger(tmp_path, *rows, deployments=MORE_DEPLOYMENTS, measures=MORE_MEASURES)
    (refusal,) = told(taken_in(session, ledger))
    assert words in refusal
    assert counts(session) == before


def test_each_row_of_a_circle_is_refused(session, tmp_path):
    circle = [
        a_total(claim_ref="a", part_of="b"),
        a_total(claim_ref="b", part_of="c"),
        a_total(claim_ref="c", part_of="a"),
        a_total(claim_ref="outside", part_of="a"),
    ]
    assert told(taken_in(session, a_ledger(tmp_path, *circle))) == [
        "claims.csv, line 2, column part_of, “b”: leads back to the row itself, in a circle",
        "claims.csv, line 3, column part_of, “c”: leads back to the row itself, in a circle",
        "claims.csv, line 4, column part_of, “a”: leads back to the row itself, in a circle",
    ]


def test_a_circle_through_the_ledger_is_refused(session, tmp_path):
    first = [
        a_total(claim_ref="a"),
        a_total(claim_ref="b", supersedes="a"),
        a_total(claim_ref="c", supersedes="b"),
    ]
    taken_in(session, a_ledger(tmp_path / "first", *first))
    report = taken_in(session, a_ledger(tmp_path / "second", a_total(claim_ref="a", supersedes="c")))
    assert told(report) == [
        "claims.csv, line 2, column supersedes, “c”: leads back to the row itself, in a circle"
    ]


def test_a_long_chain_is_no_circle(session, tmp_path):
    rows = [a_total(claim_ref=f"c{n:03}", part_of=f"c{n + 1:03}" if n < 299 else "") for n in range(300)]
    assert told(taken_in(session, a_ledger(tmp_path, *rows))) == []


def test_a_claim_that_others_name_cannot_become_an_appearance(session, tmp_path):
    rows = [a_total(), a_total(claim_ref="part", part_of="one"), a_total(claim_ref="other")]
    taken_in(session, a_ledger(tmp_path / "first", *rows))
    report = taken_in(session, a_ledger(tmp_path / "second", a_total(repeat_of="other")))
    assert told(report) == [
        "claims.csv, line 2, column repeat_of, “other”: the row is no appearance: the claim part names it"
    ]


COMPANIONS = [
    ({"deployments": [DEPLOYMENT, DEPLOYMENT | {"slug": ""}]}, "deployments.csv, line 3, column slug, empty: a slug is needed"),
    ({"deployments": [DEPLOYMENT, DEPLOYMENT | {"slug": "Tr oops"}]}, "column slug, “Tr oops”: is not a slug"),
    ({"deployments": [DEPLOYMENT | {"name": ""}]}, "column name, empty: a name is needed"),
    ({"deployments": [DEPLOYMENT | {"starts_on": ""}]}, "column starts_on, empty: a starts_on is needed"),
    ({"deployments": [DEPLOYMENT | {"starts_on": "2024"}]}, "column starts_on, “2024”: has to be a full date"),
    ({"deployments": [DEPLOYMENT | {"starts_on": "soon"}]}, "column starts_on, “soon”: is not a date"),
    ({"deployments": [DEPLOYMENT | {"level_valid_days": "0"}]}, "column level_valid_days, “0”: is not a number"),
    ({"deployments": [DEPLOYMENT | {"operation": "行动"}]}, "column operation, “行动”: needs a letter a to z"),
    ({"deployments": [DEPLOYMENT, DEPLOYMENT]}, "deployments.csv, line 3, column slug, “troops”: stands in line 2"),
    ({"measures": [*MEASURES, MEASURES[0]]}, "measures.csv, line 4, column slug, “sent”: stands in line 2"),
    ({"measures": [MEASURES[0] | {"kind": "sum"}]}, "column kind, “sum”: is not one of flow, level"),
    ({"measures": [MEASURES[0] | {"unit": ""}]}, "column unit, empty: a unit is needed"),
    ({"measures": [MEASURES[0] | {"label": ""}]}, "column label, empty: a label is needed"),
    ({"sources": [SOURCE | {"kind": "oracle"}]}, "column kind, “oracle”: is not one of government"),
    ({"sources": [SOURCE | {"reliability": "G"}]}, "column reliability, “G”: is not one of A, B, C"),
    ({"sources": [SOURCE | {"stance": "friend"}]}, "column stance, “friend”: is not one of own, opponent, third"),
    ({"sources": [SOURCE | {"family": "?"}]}, "column family, “?”: needs a letter a to z"),
    ({"sources": [SOURCE | {"slug": "Min"}]}, "column slug, “Min”: is not a slug"),
    ({"sources": [SOURCE, SOURCE]}, "sources.csv, line 3, column name, “Ministry”: is named in line 2 already"),
    ({"sources": [SOURCE, {"name": "情報"}]}, "sources.csv, line 3, column slug, empty: “情報” gives no slug"),
    (
        {"sources": [SOURCE, {"name": "MINISTRY"}]},
        "sources.csv, line 3, column slug, “ministry”: line 2 has this slug already",
    ),
    (
        {"sources": [SOURCE, {"name": "Other", "slug": "ministry"}]},
        "sources.csv, line 3, column slug, “ministry”: line 2 has this slug already",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "words"), COMPANIONS, ids=[words[:70] for _, words in COMPANIONS])
def test_a_companion_row_is_refused_by_name(session, tmp_path, files, words):
    refusals = told(taken_in(session, a_ledger(tmp_path, **files)))
    assert words in refusals[0]
    assert len(refusals) == 1


def test_a_measure_keeps_its_kind(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    other = [MEASURES[0] | {"kind": "level"}, MEASURES[1]]
    refusals = told(taken_in(session, a_ledger(tmp_path / "b", a_stance(), measures=other)))
    assert refusals == [
        "measures.csv, line 2, column kind, “level”: the measure is of kind flow, and claims were made under it"
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"name": "Ministerium", "slug": "m"}, None),
        (
            {"name": "Ministry", "slug": "m"},
            "column name, “Ministry”: is the name of the source with the slug ministry",
        ),
        ({"name": "MINISTRY"}, "column slug, empty: “MINISTRY” would be ministry, which another source has"),
    ],
)
def test_a_source_is_not_taken_for_another(session, tmp_path, row, words):
    taken_in(session, a_ledger(tmp_path / "a"))
    refusals = told(taken_in(session, a_ledger(tmp_path / "b", sources=[row])))
    assert [words in refusal for refusal in refusals] == ([True] if words else [])


def test_a_refused_row_is_not_missed_by_those_that_name_it(session, tmp_path):
    rows = [a_total(point="many"), a_total(claim_ref="part", part_of="one")]
    refusals = told(taken_in(session, a_ledger(tmp_path / "a", *rows)))
    assert refusals == ["claims.csv, line 2, column point, “many”: is not a whole number in plain digits"]
    refused = a_ledger(
        tmp_path / "b", deployments=[DEPLOYMENT | {"name": ""}], sources=[SOURCE | {"kind": "?"}]
    )
    assert [refusal.split(",")[0] for refusal in told(taken_in(session, refused))] == [
        "deployments.csv",
        "sources.csv",
    ]


def test_every_refused_row_of_all_files_is_told_in_one_run(session, tmp_path):
    rows = [
        a_total(point="x"),
        a_total(claim_ref="two", deployment="nowhere"),
        a_total(claim_ref="3", as_of=""),
    ]
    ledger = a_ledger(tmp_path, *rows, measures=[*MEASURES, {"slug": "odd", "label": "Odd", "kind": "odd"}])
    assert [refusal.split(":")[0] for refusal in told(taken_in(session, ledger))] == [
        "measures.csv, line 4, column unit, empty",
        "measures.csv, line 4, column kind, “odd”",
        "claims.csv, line 2, column point, “x”",
        "claims.csv, line 3, column deployment, “nowhere”",
        "claims.csv, line 4, column as_of, empty",
    ]


def test_a_thousand_refusals_are_kept_and_the_rest_are_counted(session, tmp_path):
    rows = [a_total(claim_ref=f"r{number}", point="x", as_of="y") for number in range(600)]
    unknown = [a_total(claim_ref=f"u{number}", deployment="nowhere") for number in range(600)]
    report = taken_in(session, a_ledger(tmp_path, *rows, *unknown))
    assert len(report.refused) == 1000
    assert report.refused_count == 1800
