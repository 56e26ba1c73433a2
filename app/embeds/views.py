"""A chart for a page of somebody else: the chart alone in a frame, and where to get it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from app.accounts.cookies import settings_of
from app.acts.queries import ledger_version
from app.answers.parameters import (
    BadParameter,
    BadParameters,
    address_of,
    given_too_often,
    read_choices,
    read_version,
    write_choices,
)
from app.answers.queries import Question
from app.answers.views import open_answer
from app.charts.asked import asked_of, chart_of, families_of, said_by, title_of
from app.charts.drawing import running_total_svg
from app.charts.families import Family
from app.charts.figures import figure_json, running_total_figure
from app.charts.here import Here, rules_chosen
from app.charts.layers import reading_layers
from app.charts.legend import chart_key, family_legend
from app.charts.plan import plan_chart
from app.database import DbSession
from app.deployments.views import known_deployment
from app.embeds.choices import (
    HIGHEST,
    LOWEST,
    Theme,
    frozen,
    is_frozen,
    live,
    read_height,
    read_theme,
    state_in_words,
)
from app.errors import NotFound, printable
from app.headers import policy
from app.languages.asked import PREFIX, within
from app.languages.spoken import _
from app.pages import ENVIRONMENT, base_of, html_of, page, path_of, with_query
from app.readings.choices import Choices

router = APIRouter(include_in_schema=False)

LIVE_FOR, FROZEN_FOR = 60, 86_400
"""Seconds for which anybody may keep an embed; at a fixed version its numbers never change."""

_AROUND = 270
"""Pixels that stand above and below the chart in a frame of some 640 pixels."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """What somebody copies into a page."""

    address: str
    html: str


@router.get("/embed/{slug}/{measure}", name="embeds.show")
def show(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """The chart alone, for a frame on any site. What cannot be shown is said in the frame, too."""
    try:
        choices = read_choices(request.query_params.multi_items())
        theme = read_theme(request.query_params.getlist("theme"))
        asked = asked_of(session, slug, measure, choices, plain=True)
    except BadParameters as error:
        return _refused(request, 422, _("This chart’s address cannot be read."), error.errors)
    except NotFound as error:
        return _refused(request, error.status, error.sentence)
    reading, held = asked.reading(), asked.holding
    chart = chart_of(asked, reading, families_of(session, slug))
    title = title_of(asked)
    claims = said_by(held.about(measure), choices.known_on)
    whole = _kept(request, request.app.url_path_for("charts.show", slug=slug, measure=measure))
    html = html_of(
        request,
        "embeds/show.html",
        title=title,
        theme=theme,
        publisher=settings_of(request).publisher,
        is_frozen=is_frozen(choices),
        state=state_in_words(choices),
        rules=rules_chosen(live(choices)),
        reading=reading,
        version=held.version,
        claims=claims,
        sources=len({claim.source.slug for claim in claims}),
        families=len(chart.families),
        drawing=running_total_svg(chart, title=title, reading=reading) if chart.marks else None,
        legend=family_legend(chart),
        key=chart_key(chart, reading),
        figure=address_of(request.app.url_path_for("embeds.figure", slug=slug, measure=measure), choices),
        whole=address_of(f"{base_of(request)}{whole}", choices),
    )
    answer = open_answer(request, html.encode(), "text/html; charset=utf-8")
    answer.headers.update(_framed(request))
    seconds = LIVE_FOR if choices.version is None else FROZEN_FOR
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer


@router.get("/embed/{slug}/{measure}/figure", name="embeds.figure")
def show_figure(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """The interactive figure as JSON, for an embed and the page of the measure, once a reader looks at it.

    `at` is the version of the ledger from which the asking page was made: what was done since is left out.
    """
    given = request.query_params.multi_items()
    choices = read_choices(((name, value) for name, value in given if name != "at"), strict=True)
    read = replace(choices, version=choices.version or _earlier(session, given))
    asked = asked_of(session, slug, measure, read, plain=True)
    reading = asked.reading()
    here = Here(request.app.url_path_for("charts.show", slug=slug, measure=measure), choices, None)
    figure = running_total_figure(
        chart_of(asked, reading, families_of(session, slug)),
        title=title_of(asked),
        reading=reading,
        why=here.why,
    )
    return open_answer(request, figure_json(figure).encode(), "application/json")


def _earlier(session: Session, given: Iterable[tuple[str, str]]) -> int | None:
    """The version that `at` names, None for the latest; raises BadParameters."""
    asked = [value for name, value in given if name == "at"]
    if len(asked) > 1:
        raise BadParameters([given_too_often("at", len(asked))])
    try:
        version = read_version(asked[0]) if asked else None
    except ValueError as error:
        raise BadParameters([BadParameter("at", str(error))]) from error
    # The page may have been made from a database that is ahead of this one: nothing is left out then.
    return version if version is not None and version < ledger_version(session) else None


@router.get("/deployments/{slug}/{measure}/embed", name="embeds.offer")
def offer(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """The snippets to copy, live and frozen, with a look at what they show."""
    choices = read_choices(request.query_params.multi_items())
    theme = read_theme(request.query_params.getlist("theme"))
    height = read_height(request.query_params.getlist("height"))
    asked = asked_of(session, slug, measure, choices, plain=True)
    here = Here(request.app.url_path_for("charts.show", slug=slug, measure=measure), choices, None)
    height = height or fitting_height(asked, families_of(session, slug))
    changing = _snippet(request, asked, live(choices), theme, height)
    fixed = _snippet(request, asked, frozen(choices, asked.holding.version), theme, height)
    answer = page(
        request,
        "embeds/offer.html",
        canonical=address_of(path_of(request), choices),
        deployment=known_deployment(session, slug),
        measure=asked.measure,
        here=here,
        theme=theme,
        themes=list(Theme),
        height=height,
        bounds=(LOWEST, HIGHEST),
        live=changing,
        frozen=fixed,
        state=state_in_words(frozen(choices, asked.holding.version)),
        preview=_own(fixed if is_frozen(choices) else changing, request),
    )
    answer.headers["Content-Security-Policy"] = policy(frame_src="'self'")  # the look at it is a frame
    return answer


def fitting_height(asked: Question, families: Sequence[Family] | None = None) -> int:
    """The height of a frame about 640 pixels wide that shows all of the chart, in pixels."""
    reading = asked.reading()
    chart = chart_of(asked, reading, families)
    legend = family_legend(chart)
    height = plan_chart(chart, reading_layers(reading)).height + _AROUND + 12 * len(legend)
    return min(-(-height // 10) * 10, HIGHEST)


def _snippet(request: Request, asked: Question, choices: Choices, theme: Theme, height: int) -> Snippet:
    """The frame as HTML; its address is absolute, and says no more than it has to."""
    slug = asked.holding.claims.deployment.slug
    path = _kept(request, request.app.url_path_for("embeds.show", slug=slug, measure=asked.measure.slug))
    named = [] if theme is Theme.AUTO else [("theme", theme.value)]
    address = with_query(f"{base_of(request)}{path}", [*write_choices(choices), *named])
    html = ENVIRONMENT.get_template("embeds/snippet.html").render(
        address=address, title=title_of(asked), height=height
    )
    return Snippet(address, html)


def _kept(request: Request, path: str) -> str:
    """A path in the language of the page that was asked for: what stands in a frame speaks as it does."""
    return within(request.scope.get(PREFIX, ""), path)


def _own(snippet: Snippet, request: Request) -> str:
    """The address of a snippet as a path on this host."""
    return snippet.address.removeprefix(base_of(request))


def _refused(request: Request, status: int, sentence: str, problems: Sequence[BadParameter] = ()) -> Response:
    html = html_of(
        request,
        "embeds/refused.html",
        sentence=printable(sentence),
        problems=[BadParameter(printable(one.field), printable(one.message)) for one in problems],
        home=f"{base_of(request)}{_kept(request, '/')}",
    )
    return HTMLResponse(html, status, dict(_framed(request)))


def _framed(request: Request) -> Mapping[str, str]:
    """The headers that let a page of another site show this one in a frame."""
    return {
        "Content-Security-Policy": policy(
            form_action="'none'", frame_ancestors=settings_of(request).embed_ancestors
        ),
        "Cross-Origin-Opener-Policy": "unsafe-none",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
