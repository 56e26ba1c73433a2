"""Which claims answer a question: whichever way they are found, those that reading all of them gives."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.claims import found
from app.claims.approved import ApprovedClaim
from app.claims.listing import KINDS, ORDERS, Asked, every_claim, list_claims
from app.claims.models import Claim, Revision
from app.claims.queries import approved_claims
from app.claims.words import Nature, Standing
from tests.plans import plan_of
from tests.visiting import closing_engine, counted_statements


@pytest.fixture(scope="module")
def founding_engine(founding_url: str) -> Iterator[Engine]:
    with closing_engine(founding_url) as engine:
        yield engine


@pytest.fixture(scope="module")
def founding(founding_engine: Engine) -> Iterator[Session]:
    with Session(founding_engine) as session:
        yield session


class Everything:
    """All claims and appearances with their numbers."""

    def __init__(self, session: Session) -> None:
        ids = dict(session.execute(select(Claim.ref, Claim.id)).all())
        self.numbered = [(ids[claim.ref], claim) for claim in approved_claims(session, appearances=True)]

    def refs(self, asked: Asked) -> list[str]:
        """The refs of those that answer, in order."""
        wanted = [
            (key_of(claim, asked.sort), number, claim.ref)
            for number, claim in self.numbered
            if answers(claim, asked)
        ]
        return [ref for _, _, ref in sorted(wanted, reverse=asked.sort.startswith("-"))]


@pytest.fixture(scope="module")
def everything(founding: Session) -> Everything:
    return Everything(founding)


def last_covered(claim: ApprovedClaim) -> date:
    days = claim.as_of or claim.period
    return days.last if days else date(1, 1, 1)


def key_of(claim: ApprovedClaim, sort: str) -> object:
    given = (claim.point, claim.low, claim.high)
    return {
        "said": claim.day_said,
        "day": last_covered(claim),
        "figure": next((Decimal(one) for one in given if one is not None), Decimal(-1)),
        "source": claim.source.name.lower(),
    }[sort.removeprefix("-")]


def answers(claim: ApprovedClaim, asked: Asked) -> bool:
    covered = last_covered(claim)
    covers = (asked.day_from is None or covered >= asked.day_from) and (
        asked.day_to is None or date(1, 1, 1) < covered <= asked.day_to
    )
    said = (asked.said_from or date.min) <= claim.day_said <= (asked.said_to or date.max)
    named = (
        (asked.measure, claim.measure),
        (asked.source, claim.source.slug),
        (asked.family, claim.source.family),
    )
    return (
        (asked.kind == "all" or (asked.kind == "claim") == (claim.repeat_of is None))
        and all(wanted in (None, held) for wanted, held in named)
        and (asked.place is None or asked.place in (claim.place, *claim.place_wholes))
        and (not asked.nature or claim.nature in asked.nature)
        and (not asked.standing or claim.standing in asked.standing)
        and said
        and covers
    )


BOUNDS = ("COUNTED_UP_TO", "SORTED", "_FEW")
NIS = "south-korea-national-intelligence-service-nis"
DAYS = st.none() | st.dates(date(2024, 9, 1), date(2026, 6, 30))
QUESTIONS = st.builds(
    Asked,
    kind=st.sampled_from(list(KINDS)),
    measure=st.sampled_from([None, None, "sent", "killed", "casualties"]),
    source=st.sampled_from([None, None, None, NIS, "volodymyr-zelensky-president-of-ukraine"]),
    family=st.sampled_from([None, None, None, "south-korean-government"]),
    place=st.sampled_from([None, None, None, "kursk-oblast"]),
    nature=st.sampled_from([(), (Nature.TOTAL,), (Nature.EVENT, Nature.PLAN, Nature.STANCE)]),
    standing=st.sampled_from([(), (Standing.GOOD,), (Standing.SET_ASIDE, Standing.RETRACTED)]),
    said_from=DAYS,
    said_to=st.none() | st.just(date(2026, 1, 1)),
    day_from=st.none() | st.just(date(2024, 12, 1)),
    day_to=DAYS,
    sort=st.sampled_from(list(ORDERS)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(asked=QUESTIONS, bounds=st.sampled_from([(5000, 40000, 2000), (0, 0, 0), (0, 5000, 0), (2, 9, 60)]))
def test_pages_hold_what_reading_all_claims_gives(founding, everything, asked, bounds):
    wanted = everything.refs(asked)
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in zip(BOUNDS, bounds, strict=True):
            patch.setattr(found, name, bound)
        refs: list[str] = []
        page = list_claims(founding, asked, rows=23)
        while True:
            refs += [claim.ref for claim in page.claims]
            counted = bounds[1] if found.is_rare(asked) else bounds[0]
            assert page.number >= min(len(wanted), counted)
            if page.further is None:
                break
            page = list_claims(founding, asked.on_page(after=page.further), rows=23)
    assert refs == wanted


@pytest.mark.parametrize("sort", ["-said", "figure", "source"])
@pytest.mark.parametrize("bounds", [(5000, 40000, 2000), (0, 0, 0)])
@pytest.mark.parametrize("standing", [(), (Standing.SET_ASIDE,)])
def test_a_page_takes_few_statements_whichever_way_it_is_found(
    founding_engine, monkeypatch, sort, bounds, standing
):
    for name, bound in zip(BOUNDS, bounds, strict=True):
        monkeypatch.setattr(found, name, bound)
    with Session(founding_engine) as session, counted_statements(founding_engine) as sent:
        list_claims(session, Asked(measure="sent", sort=sort, standing=standing))
    assert 0 < len(sent) <= 8


def walk_of(session: Session, asked: Asked) -> str:
    """The plan of a walk in an order, where neither sorting nor a bitmap is of use.

    The few claims here would be sorted after any index. Of an index in another order they would have to be.
    """
    conditions = found.conditions_on(Revision, asked, found.named_ids(session, asked))
    walk = found._walked(list(conditions.values()), ORDERS[asked.sort].sorting, 51, None)
    session.execute(text("set local enable_sort = off; set local enable_bitmapscan = off"))
    plan = plan_of(session, walk)
    session.execute(text("set local enable_sort = on; set local enable_bitmapscan = on"))
    assert "Sort" not in plan
    assert "Seq Scan" not in plan
    return plan


INDEXES = {"said": "by_said_day", "day": "by_last_day", "figure": "by_figure"}


@pytest.mark.parametrize("sort", [sort for sort in ORDERS if not sort.endswith("source")])
def test_many_claims_are_walked_by_an_index_of_their_order(founding, sort):
    plan = walk_of(founding, Asked(sort=sort))
    backwards = "Backward " if sort.startswith("-") else ""
    assert f"Scan {backwards}using claim_revisions_{INDEXES[sort.removeprefix('-')]} " in plan


NARROWED = Asked(
    measure="sent",
    source=NIS,
    nature=(Nature.TOTAL,),
    said_to=date(2025, 12, 31),
    day_to=date(2024, 12, 31),
)


@pytest.mark.parametrize("sort", INDEXES)
def test_what_is_passed_in_an_order_is_narrowed_by_its_index(founding, sort):
    # A look at each claim that is passed would be a filter; a condition of the index needs none.
    plan = walk_of(founding, replace(NARROWED, sort=sort))
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "Filter" not in plan
    columns = ("measure_id", "source_id", "nature", "said_day", "as_of_days", "repeat_of_id")
    for narrows in columns:
        assert narrows in condition


def test_the_database_tells_how_many_claims_it_expects(founding):
    every = found._expected(founding, [Revision.id.is_not(None)])
    assert every > found._expected(founding, [Revision.claim_id == 1]) >= 1


@pytest.mark.parametrize("expected", [1, 10**6])
def test_whatever_is_expected_the_page_is_the_same(founding, everything, monkeypatch, expected):
    monkeypatch.setattr(found, "_expected", lambda *_: expected)
    for sort in ("-figure", "source"):
        asked = Asked(sort=sort, kind="all", standing=(Standing.SET_ASIDE, Standing.RETRACTED))
        refs = [claim.ref for claim in list_claims(founding, asked, rows=5).claims]
        assert refs == everything.refs(asked)[:5]


@pytest.mark.parametrize("sort", ["-said", "source"])
def test_all_that_was_set_aside_is_read_in_parts_in_its_order(founding, everything, sort):
    asked = Asked(sort=sort, kind="all", standing=(Standing.SET_ASIDE, Standing.RETRACTED))
    refs = [claim.ref for claim in every_claim(founding, asked, at_once=2)]
    assert refs == everything.refs(asked)
    assert len(refs) > 2  # more than one part
