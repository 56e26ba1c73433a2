"""The site: settings, middleware, rooms, error pages; the whole wiring on one screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import Depends, FastAPI
from sqlalchemy.orm import sessionmaker
from starlette_compress import CompressMiddleware

from app import health
from app.accounts import views as accounts
from app.accounts.guards import NotSignedIn, ask_to_sign_in
from app.accounts.same_origin import refuse_cross_site
from app.administration import views as administration
from app.answers import views as answers
from app.answers.filling import Filler
from app.api import routes as api
from app.api.limits import Limits
from app.api.open import OpenForReading
from app.assets import ensure_assets, static_app
from app.cached.answers import Answers
from app.cached.middleware import Cached
from app.cached.state import Watch
from app.changes import feeds
from app.changes import views as changes
from app.charts import views as charts
from app.citations import views as citations
from app.claims import views as claims
from app.compare import views as compare
from app.database import connect
from app.deployments import views as deployments
from app.desk import checks, entering, home, judging, keeping
from app.discovery import views as discovery
from app.downloads import compare_views, lists
from app.downloads import views as downloads
from app.downloads.raster import Rasterizer
from app.duplicates import views as duplicates
from app.embeds import views as embeds
from app.errors import add_error_pages
from app.guide import views as guide
from app.headers import PersonalAnswers, SafetyHeaders
from app.heads import HeadAsGet
from app.languages.asked import Spoken
from app.ledger import views as ledger
from app.logs import AccessLog, configure_logs
from app.memory import settle, share_arenas
from app.places import desk as places_desk
from app.places import views as places
from app.replica.middleware import ReadElsewhere
from app.replica.sessions import Replica
from app.reports import desk as reports_desk
from app.reports import views as reports
from app.review import views as review
from app.search import views as search
from app.settings import Settings, read_settings
from app.sheets import views as sheets
from app.sources import views as sources
from app.sources.moved import Moved, follow_merges, lead_on

THREADS_WITHOUT = 3
"""Threads of a worker besides those that have a connection: for files, passwords, pictures."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The site on `DATABASE_URL`, whose schema is already migrated (`muster serve` sees to it)."""
    settings = settings or read_settings()
    configure_logs(settings.log_format)
    app = FastAPI(
        title="Muster",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=running,
        dependencies=[Depends(refuse_cross_site), Depends(follow_merges)],
    )
    app.state.settings = settings
    app.state.engine = connect(settings.required_database_url(), pool_size=settings.pool_size)
    app.state.new_session = sessionmaker(app.state.engine, expire_on_commit=False)
    app.state.limits = Limits(settings)
    app.state.rasterizer = Rasterizer()
    app.state.effects = feeds.KnownEffects()
    app.state.assets = ensure_assets()
    app.mount("/static", static_app(app.state.assets), name="static")
    # Files before pages, whose addresses are the same but for their ending; the chart's are below a
    # deployment's; the rest is in the order of the site's menu.
    for files in (downloads, lists, compare_views):
        app.include_router(files.router)
    app.include_router(feeds.router)
    app.include_router(ledger.router)
    app.include_router(discovery.router)
    public = (
        health, deployments, charts, embeds, claims, places, sources, compare, changes, search, guide,
        answers,
    )  # fmt: skip
    at_the_desk = (
        entering, keeping, home, judging, checks, duplicates, review, sheets, administration, places_desk,
        reports_desk,
    )  # fmt: skip
    for room in (*public, api, citations, reports, accounts, *at_the_desk):
        app.include_router(room.router)
    add_error_pages(app)
    app.add_exception_handler(NotSignedIn, ask_to_sign_in)
    app.add_exception_handler(Moved, lead_on)  # type: ignore[arg-type]  # it is given its own exception only
    app.state.watch = Watch(app.state.engine) if settings.page_cache_mb or settings.replica_url else None
    app.state.replica = None
    # The last added is the outermost: it sees a request first and its answer last.
    if settings.replica_url and app.state.watch is not None:
        app.state.replica = Replica(settings.replica_url, app.state.watch, pool_size=settings.pool_size)
        app.add_middleware(ReadElsewhere, replica=app.state.replica)
    app.add_middleware(CompressMiddleware, minimum_size=1000)
    app.add_middleware(OpenForReading)
    app.add_middleware(PersonalAnswers)
    app.add_middleware(SafetyHeaders)
    app.add_middleware(HeadAsGet)
    app.add_middleware(AccessLog)
    app.add_middleware(CorrelationIdMiddleware, header_name="X-Request-ID")
    if settings.page_cache_mb:
        # Before the log, whose line would cost more than an answer from memory.
        app.add_middleware(Cached, watch=app.state.watch, answers=Answers(settings.page_cache_mb * 2**20))
    app.add_middleware(Spoken, otherwise=settings.language)
    return app


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """Watch the ledger while the site runs; close connections, and what draws pictures, when it stops."""
    share_arenas()
    # A page is made in a thread that holds one connection. More threads than that would only share one lock
    # of Python's among more pages that are half made, and the memory that each takes.
    current_default_thread_limiter().total_tokens = app.state.settings.pool_size + THREADS_WITHOUT
    watch: Watch | None = app.state.watch
    filler: Filler | None = None
    if watch is not None:
        watch.start()
        filler = app.state.filler = Filler(
            app.state.engine,
            app.state.settings.required_database_url(),
            lambda: None if (known := watch.known()) is None else known.version,
        )
        filler.start()
    settle()
    yield
    if filler is not None:
        filler.stop()
    if watch is not None:
        watch.stop()
    app.state.rasterizer.close()
    if app.state.replica is not None:
        app.state.replica.close()
    app.state.engine.dispose()
