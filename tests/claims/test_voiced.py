"""The totals that contradict another of the same source, found as a look at all of them finds them."""

from datetime import date, timedelta
from random import Random

from app.claims.plain import plain_claims
from app.claims.rows import claims_of
from app.claims.voiced import totals_contradicting
from app.claims.warnings import Known, warnings_of
from tests.factories import (
    DeploymentFactory,
    JudgementFactory,
    MeasureFactory,
    PlaceFactory,
    RevisionFactory,
    SourceFactory,
)
from tests.visiting import counted_statements

TODAY = date(2025, 6, 1)
START = date(2025, 1, 1)
CODES = {"below_an_earlier_total", "above_a_later_total"}


FIGURES = (("point",), ("low", "high"), ("low",), ("high",), ("low", "point"))


def series(session, random: Random):
    """Totals of two sources that rise and fall, by days and months, some not good; and some that wait.

    Of those that wait, some correct a claim that counts, and some restate one. The subject, and what waits.
    """
    deployment, measure = DeploymentFactory(), MeasureFactory()
    sources, places = [SourceFactory(), SourceFactory()], [None, None, None, PlaceFactory()]
    counting, waiting = [], []
    for number in range(60):
        day = (START + timedelta(days=random.randrange(59))).isoformat()
        figures = dict(zip(("low", "point", "high"), sorted(random.sample(range(10, 99), 3)), strict=True))
        stated = random.choice(FIGURES)
        shape = {
            "deployment": deployment,
            "measure": measure,
            "source": random.choice(sources),
            "place": random.choice(places),
            "as_of": random.choice([day, day, "2025-01"]),
            "said_on": "2025-03-01",
            "counts_from": "2025-01-01" if number % 17 == 2 else None,
            **{name: figure if name in stated else None for name, figure in figures.items()},
        }
        if number % 3:
            counts = RevisionFactory(**shape, approved=True)
            counting.append((shape, counts.claim_id))
            if number % 10 == 1:
                JudgementFactory(
                    claim_id=counts.claim_id, standing="set_aside", standing_reason="stale", approved=True
                )
        elif number % 4 == 0 and counting:
            _, corrected = counting.pop(random.randrange(len(counting)))
            waiting.append(RevisionFactory(**shape, claim_id=corrected))
        elif number % 5 == 0 and counting:
            restated, claim_id = random.choice(counting)
            shape |= {key: restated[key] for key in ("source", "as_of", "place")}
            waiting.append(RevisionFactory(**shape, supersedes_id=claim_id))
        else:
            waiting.append(RevisionFactory(**shape))
    return (deployment.slug, measure.slug), waiting


def test_what_contradicts_totals_is_what_a_look_at_all_totals_finds(session):
    told = 0
    for seed in range(2):
        subject, waiting = series(session, Random(seed))
        claims = list(claims_of(session, [one.id for one in waiting]).values())
        by_source = {}
        for one in plain_claims(session, [subject]):
            by_source.setdefault(one.source.slug, []).append(one)
        found = totals_contradicting(session, claims)
        for claim in claims:
            every = by_source.get(claim.source.slug, ())
            some = found.get(claim.ref, ())
            assert len(some) < len(every)
            expected = warnings_of(claim, Known(TODAY, same_source=every))
            assert warnings_of(claim, Known(TODAY, same_source=some)) == expected
            told += len(CODES & {one.code for one in expected})
    assert told > 10


def test_nothing_but_one_statement_is_asked_where_nothing_contradicts(session):
    counts = RevisionFactory(approved=True, point=100, as_of="2025-01-01")
    about = {"deployment_id": counts.deployment_id, "measure_id": counts.measure_id}
    higher = RevisionFactory(**about, source_id=counts.source_id, point=100, as_of="2025-01-02")
    [claim] = claims_of(session, [higher.id]).values()
    with counted_statements(session.get_bind().engine) as statements:
        assert totals_contradicting(session, [claim]) == {}
    assert len(statements) == 1
