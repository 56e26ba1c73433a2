"""What every kind of page costs the database in a large ledger: `python -m bench.pages [N]`.

Fills a ledger of N claims (100,000 unless told) in a new database on the server of DATABASE_URL, or on an
embedded one, hands in a batch, and asks for every kind of list, filter, search and desk page through
the whole site, nothing kept. With `--on` it asks on the database of DATABASE_URL itself, which holds a ledger
already; people and a batch are added to it. Shown is the run of several that cost the database least, the
slowest page first: its statements, their time in milliseconds, and the time of the whole answer. The time of
a statement is from when it is sent until its rows are here.
"""

import argparse
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import structlog
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from app.accounts.cookies import SIGN_IN
from app.accounts.models import Person, Role
from app.accounts.sessions import open_sign_in
from app.accounts.visits import Visit
from app.api.asked import cursor_after
from app.database import connect
from app.ledger.actions import import_ledger
from app.main import create_app
from app.reports.about import About
from app.reports.actions import report_error
from app.reports.forms import ReportForm
from app.reports.models import ErrorKind
from app.settings import Settings
from bench.importing import server
from bench.ledgers import filled
from bench.make_ledger import write_ledger

SIZE = 100_000
HANDED_IN = 1_000
REPORTED = 200
RUNS = 3
EDITOR, REVIEWER = "bench-editor", "bench-reviewer"
Who = Literal["reader", "editor", "reviewer"]


@dataclass
class Cost:
    """What one answer took."""

    statements: list[tuple[float, str]] = field(default_factory=list)  # milliseconds, and the words
    total: float = 0.0  # milliseconds until the answer was there
    status: int = 0

    @property
    def database(self) -> float:
        """Milliseconds of all statements together."""
        return sum(taken for taken, _ in self.statements)


@contextmanager
def counting(engine: Engine) -> Iterator[Cost]:
    """Counts and times the statements that are sent inside."""
    cost = Cost()

    def begin(connection: Any, *_: object) -> None:
        connection.info["asked_at"] = time.perf_counter()

    def end(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        cost.statements.append((1000 * (time.perf_counter() - connection.info["asked_at"]), statement))

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    try:
        yield cost
    finally:
        event.remove(engine, "before_cursor_execute", begin)
        event.remove(engine, "after_cursor_execute", end)


def ask(client: TestClient, engine: Engine, path: str, runs: int) -> Cost:
    """The cheapest of several answers to one address."""
    costs = []
    for _ in range(runs):
        with counting(engine) as cost:
            begun = time.perf_counter()
            cost.status = client.get(path).status_code
            cost.total = 1000 * (time.perf_counter() - begun)
        costs.append(cost)
    return min(costs, key=lambda one: one.database)


@dataclass(frozen=True)
class Names:
    """What the pages are asked about: the busiest of each, so that nothing is cheaper than it has to be."""

    deployment: str
    measure: str
    source: str
    quiet_source: str  # of all that said anything, the one that said least
    family: str
    place: str
    claim: str  # one of the busiest measure
    appearance: str
    document: int
    batch: int
    report: int
    waiting: str  # a claim that waits for its verdict
    waiting_busy: str  # one of them about the busiest deployment
    small: str  # a claim of a measure that a page reads at once
    alike: str  # another of the same measure
    not_good: str  # a claim that was set aside or retracted
    last_said: str  # the day on which the newest claim was said


_NAMES = """
  with counting as materialized (
    select * from claim_revisions where approved_version is not null and replaced_version is null),
  by_source as (select source_id, count(*) as number from counting group by source_id),
  subject as (select deployment_id, measure_id from counting group by 1, 2 order by count(*) desc limit 1),
  small as (select deployment_id, measure_id from counting where nature = 'total' group by 1, 2
    having count(*) <= 1500 order by count(*) desc limit 1)
  select (select slug from deployments join subject on id = deployment_id) as deployment,
    (select slug from measures join subject on id = measure_id) as measure,
    (select slug from sources join by_source on id = source_id order by number desc limit 1) as source,
    (select slug from sources join by_source on id = source_id order by number limit 1) as quiet_source,
    (select f.slug from families f join source_descriptions d on d.family_id = f.id
       join by_source b using (source_id) group by f.slug order by sum(b.number) desc limit 1) as family,
    (select slug from places where id = (select place_id from counting where place_id is not null
       group by place_id order by count(*) desc limit 1)) as place,
    (select ref from claims where id = (select claim_id from counting join subject
       using (deployment_id, measure_id) where repeat_of_id is null and nature = 'total'
       order by claim_id limit 1)) as claim,
    (select ref from claims where id = (select claim_id from counting join subject
       using (deployment_id, measure_id) where repeat_of_id is not null
       order by claim_id limit 1)) as appearance,
    (select document_id from counting where document_id is not null limit 1) as document,
    (select max(id) from batches) as batch,
    (select max(id) from error_reports) as report,
    (select min(ref) from claims join claim_revisions on claim_id = claims.id
       where verdict is null) as waiting,
    (select min(ref) from claims join claim_revisions on claim_id = claims.id
       where verdict is null and repeat_of_id is null
         and deployment_id = (select deployment_id from subject)) as waiting_busy,
    (select min(ref) from claims where id in (select claim_id from counting join small
       using (deployment_id, measure_id) where repeat_of_id is null and nature = 'total')) as small,
    (select max(ref) from claims where id in (select claim_id from counting join small
       using (deployment_id, measure_id) where repeat_of_id is null and nature = 'total')) as alike,
    (select min(ref) from claims where id in (select claim_id from judgements where standing <> 'good'
       and approved_version is not null and replaced_version is null)) as not_good,
    (select max(said_day)::text from counting) as last_said"""


def pages(names: Names) -> list[tuple[Who, str]]:
    """Every kind of page, and who asks for it. Readings have their own measurement, too."""
    asked: list[tuple[Who, str]] = [("reader", f"/claims{query}") for query in _claims_queries(names)]
    asked += [("reader", f"/search?q={words}") for words in SEARCHED]
    asked += [("reader", path) for path in (*_public(names), *_readings(names), *_api(names))]
    asked += [("reviewer", path) for path in _desk(names)]
    return [*asked, ("editor", "/desk"), ("editor", "/desk/queue")]


SEARCHED = (
    "report", "source", "outlet+1725", "claim-0000017", '"asked+about+it"', "repo*", "outl*+fight*",
    "region+12+remark", "killed+outlet", "солдат", "북한군", "nowhere-to-be-found", "sourec",
    "report+-outlet", "report&page=25", "17723", "1*", "a+remark+of+the+person+who+entered+it",
    "https://outlet-1568.example/2025/04/01/report-39053", "outlet-1568.example/2025", "source-001",
)  # fmt: skip
"""Common words, rare ones, a name, a phrase, beginnings, other letters, nothing, a slip, addresses."""


def _public(names: Names) -> tuple[str, ...]:
    deployment, measure, source, claim = names.deployment, names.measure, names.source, names.claim
    chart = f"/deployments/{deployment}/{measure}"
    return (
        "/", f"/deployments/{deployment}", chart, f"{chart}/why", f"{chart}?known_on=2023-06-30",
        f"/sources/{source}", f"/sources/{names.quiet_source}", f"/places/{names.place}", "/places",
        f"/compare?measure={measure}", f"/claims/{names.small}",
        "/sources", "/sources.csv", "/compare", "/method", "/about", "/changes", "/changes?kind=import",
        f"/changes?deployment={deployment}", f"/changes?measure={measure}", f"/changes?source={source}",
        f"/changes?claim={claim}", "/changes/1",
        f"/changes/1?after=claim~{names.alike}", "/changes?kind=approve", "/feeds", "/feeds/changes.atom",
        f"/feeds/deployments/{deployment}.atom", f"/feeds/sources/{source}.atom",
        f"/feeds/claims/{claim}.atom", "/sitemap.xml", "/sitemaps/pages-1.xml", "/sitemaps/claims-1.xml",
        f"/claims/{claim}", f"/claims/{names.appearance}", "/claims/claim-that-is-not",
        f"/report?about=/claims/{claim}", "/search/names?q=sou", "/search/names?q=region+1",
    )  # fmt: skip


def _readings(names: Names) -> tuple[str, ...]:
    """What is drawn from the reading of the largest measure, under several choices; Muster's files of it."""
    about = f"{names.deployment}/{names.measure}"
    chart, api = f"/deployments/{about}", f"/api/v1/deployments/{names.deployment}/readings/{names.measure}"
    choices = ("tolerance=20", "since=2023-01-01", "precedence=latest", f"place={names.place}", "version=1",
               f"source={names.source}", f"family={names.family}")  # fmt: skip
    return (
        *(f"{chart}?{one}" for one in choices), *(f"{chart}.{ending}" for ending in ("svg", "csv", "json")),
        f"/embed/{about}", f"/embed/{about}/figure", api, f"{api}/why?on=2023-06-30",
    )  # fmt: skip


def _api(names: Names) -> tuple[str, ...]:
    deployment, source, claim = names.deployment, names.source, names.claim
    middle = f"cursor={cursor_after('claim-0500000')}"
    lists = (
        "", f"?{middle}", f"?deployment={deployment}", f"?source={names.quiet_source}",
        f"?family={names.family}&{middle}", f"?place={names.place}",
        "?nature=stance&standing=retracted", "?said_from=2026-06-30", "?q=report", "?q=outlet+1725",
    )  # fmt: skip
    one = ("deployments", f"deployments/{deployment}", "measures", "sources", f"sources/{source}",
           "changes", "changes/1", f"claims/{claim}")  # fmt: skip
    return tuple(f"/api/v1/{path}" for path in (*one, *(f"claims{query}" for query in lists)))


def _desk(names: Names) -> tuple[str, ...]:
    claim, small = f"/desk/claims/{names.claim}", f"/desk/claims/{names.small}"
    acts = ("correct", "restate", "note-restart", "add-appearance", "set-aside", "retract", "merge",
            f"merge?into={names.alike}")  # fmt: skip
    again = f"/desk/claims/{names.not_good}"
    return (
        *(f"{of}/{act}" for of in (small, claim) for act in acts), again, f"{again}/restore",
        f"/desk/claims/{names.appearance}/separate", "/desk/duplicates", "/desk/administration",
        "/desk?look=1", f"/desk/queue/{names.waiting}/revisions/1", "/desk/sheets", "/desk/duplicates/apart",
        f"/desk/queue/{names.waiting_busy}/revisions/1", f"/desk/queue/batches/{names.batch}?weigh=all",
        f"/desk/queue/batches/{names.batch}?weigh=all&part=2", f"/desk/queue/batches/{names.batch}?page=20",
        "/desk?days=7", "/desk/queue?kind=judgement",
        f"/desk/sources/{names.source}", f"/desk/deployments/{names.deployment}",
        f"/desk/measures/{names.measure}", f"/desk/places/{names.place}",
        f"/desk/sources/{names.source}/merge?into={names.quiet_source}",
        "/desk", "/desk/queue", f"/desk/queue?deployment={names.deployment}",
        f"/desk/queue?source={names.source}", "/desk/queue?kind=revision",
        f"/desk/queue/batches/{names.batch}", "/desk/claims/new",
        claim, "/desk/checks", f"/desk/documents/{names.document}",
        "/desk/reports", f"/desk/reports/{names.report}", "/desk/account",
    )  # fmt: skip


def _claims_queries(names: Names) -> list[str]:
    quiet, place = names.quiet_source, names.place
    busy = f"deployment={names.deployment}&measure={names.measure}&source={names.source}"
    filters = [
        f"deployment={names.deployment}", f"measure={names.measure}", f"source={names.source}",
        f"source={quiet}", f"family={names.family}", f"place={place}", "nature=stance",
        "nature=total&nature=event", "standing=set_aside", "standing=good",
        "standing=retracted&nature=stance", f"said_from={names.last_said}", "said_to=2021-02",
        "day_from=2026-06", "day_to=2021-02", "kind=appearance", "kind=all", busy,
        f"source={quiet}&place={place}", f"place={place}&nature=share",
    ]  # fmt: skip
    sorts = ("said", "-day", "day", "-figure", "figure", "source", "-source")
    filters += [
        "day_to=2024-01", "said_to=2024-01&kind=all", "day_from=2024&nature=total",
        "said_to=2024-01&day_from=2024", "standing=set_aside&standing=retracted&day_to=2024",
        f"measure={names.measure}&nature=event&nature=total", f"family={names.family}&said_from=2024",
    ]  # fmt: skip
    deep = ("after=2024-01-01~1", "before=2021-06-01~1", "sort=-figure&after=1000~1",
            "sort=source&after=source 300~1")  # fmt: skip
    every = [f"?{one}&sort={sort}" for one in filters for sort in ("-figure", "source", "-day")]
    return ["", *(f"?{one}" for one in (*filters, *(f"sort={sort}" for sort in sorts), *deep)), *every]


def prepare(engine: Engine, folder: Path) -> dict[Who, str]:
    """People who sign in, something that waits for them, a report; gives their secrets."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        secrets: dict[Who, str] = {}
        roles: tuple[tuple[Who, str, Role], ...] = (
            ("editor", EDITOR, Role.EDITOR), ("reviewer", REVIEWER, Role.REVIEWER)
        )  # fmt: skip
        for who, name, role in roles:
            person = session.scalar(select(Person).where(Person.name == name))
            if person is None:
                person = Person(name=name, display_name=name, pseudonym=name, role=role, created_at=now)
                session.add(person)
                session.flush()
            secrets[who] = open_sign_in(session, person, Visit(), at=now, lifetime=timedelta(days=1)).token
        if not session.scalar(text("select count(*) from batches")):
            # Of the same seed, as what is claimed before a deployment starts is refused.
            write_ledger(folder, HANDED_IN, 1)
            for other in folder.glob("*.csv"):
                if other.name != "claims.csv":
                    other.unlink()
            claims = folder / "claims.csv"
            claims.write_text(claims.read_text("utf-8").replace("claim-", "waiting-"), "utf-8")
            taken = import_ledger(session, folder, by=EDITOR, at=now, for_review="upload")
            if taken.refused:
                raise SystemExit(f"what is handed in was refused: {taken.refused[0]}")
            form = ReportForm(
                about="/claims/claim-0000001", kind=ErrorKind.FIGURE, words="It says otherwise."
            )
            about = About(form.about, "A claim", claim_ref="claim-0000001")
            for number in range(REPORTED):
                report_error(session, about, form, digest=f"{number:064x}", at=now)
    return secrets


def main() -> None:
    parser = argparse.ArgumentParser(description="Time what every kind of page asks of the database.")
    parser.add_argument("size", type=int, nargs="?", metavar="N", default=SIZE, help="claims of the ledger")
    parser.add_argument("--on", action="store_true", help="ask on the database of DATABASE_URL, as it is")
    parser.add_argument("--only", metavar="PATH", help="pages whose address begins so")
    parser.add_argument(
        "--over", type=float, metavar="MS", default=0.0, help="show the statements of pages over"
    )
    parser.add_argument("--runs", type=int, default=RUNS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name:
        folder = Path(name)
        if arguments.on:
            engine = connect(os.environ["DATABASE_URL"])
            measure(engine, folder, arguments)
            engine.dispose()
            return
        with server(folder / "data") as address, filled(address, arguments.size) as engine:
            measure(engine, folder, arguments)


def measure(engine: Engine, folder: Path, arguments: argparse.Namespace) -> None:
    """Ask for every page and print what it cost."""
    secrets = prepare(engine, folder)
    with engine.connect() as connection:
        names = Names(**connection.execute(text(_NAMES)).mappings().one())
    settings = Settings(
        database_url=engine.url.render_as_string(hide_password=False),
        log_format="json",
        page_cache_mb=0,
        limit_reading="",
        limit_ledger="",
        limit_reporting="",
    )
    app = create_app(settings)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.WARNING)
    measured: list[tuple[Who, str, Cost]] = []
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        for who, path in pages(names):
            if arguments.only is None or path.startswith(arguments.only):
                client.cookies.clear()
                if who != "reader":
                    client.cookies.set(SIGN_IN, secrets[who])
                measured.append((who, path, ask(client, app.state.engine, path, arguments.runs)))
    print(f"{'database ms':>12}{'statements':>12}{'whole ms':>10}  page", flush=True)
    for who, path, cost in sorted(measured, key=lambda one: -one[2].database):
        asked = "" if who == "reader" else f", {who}"
        status = "" if cost.status == 200 else f", {cost.status}"  # noqa: PLR2004 - OK
        print(f"{cost.database:>12.1f}{len(cost.statements):>12}{cost.total:>10.0f}  {path}{asked}{status}")
        if arguments.over is not None and cost.database > arguments.over:
            for taken, statement in sorted(cost.statements, reverse=True)[:3]:
                print(f"{taken:>16.1f}  {' '.join(statement.split())[:220]}")


if __name__ == "__main__":
    main()
