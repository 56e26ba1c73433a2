"""Citing a view, the page of a citation, and the certificate of a figure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameter, BadParameters, read_choices, write_choices
from app.answers.views import open_answer
from app.api.limits import Asking, limited
from app.charts.asked import asked_of
from app.charts.here import rules_chosen
from app.citations.actions import citation_of, cite
from app.citations.canonical import canonical
from app.citations.certificate import Figure, Question, certificate
from app.citations.cited import cited_and_said
from app.citations.formats import FORMATS, Format, reference
from app.citations.models import Citation, CitedKind
from app.citations.shown import (
    asked_today,
    changes_address,
    live_address,
    shown_comparison,
    shown_readings,
    stored_fates,
    told_in_words,
)
from app.citations.stored import stored_claim
from app.clock import Now
from app.database import DbSession
from app.errors import NotFound
from app.forms import Posted
from app.languages.catalogues import ENGLISH
from app.languages.spoken import _, language_now
from app.pages import page, path_of, see_other, with_query
from app.readings.answer import Json

router = APIRouter(include_in_schema=False)

SHOWN = 40
"""Changes of one kind that the page of a citation lists; of more it says how many."""

CLAIMS_ON_PAPER, CONTESTED_ON_PAPER = 10, 4
"""Claims behind a figure and contradictions that its certificate prints; the file has all."""


@router.get("/cite", name="citations.ask")
def ask(request: Request, session: DbSession, of: str = "") -> Response:
    """What a citation of a view would hold, and the button that stores it."""
    cited, said = cited_and_said(session, of)
    return page(
        request,
        "citations/ask.html",
        canonical=with_query(path_of(request), {"of": cited.address}),
        cited=cited,
        said=said,
        known=citation_of(session, cited.key),
        of=of,
    )


@router.post("/citations", name="citations.cite", dependencies=[limited(Asking.CITING)])
def store(request: Request, session: DbSession, posted: Posted, now: Now) -> Response:
    """Store the result of a view, once, and go on to its citation."""
    cited, _said = cited_and_said(session, posted["of"])
    citation = cite(session, cited, publisher=request.app.state.settings.publisher, at=now)
    return see_other(request, "citations.show", key=citation.key)


def _offer(form: Format) -> None:
    """The route of one format. It stands before that of the page, which would take the ending for a key's."""

    @router.get(f"/citations/{{key}}.{form.ending}", name=f"citations.{form.ending}")
    def answer(request: Request, session: DbSession, key: str) -> Response:
        text = form.write(reference(_known(session, key), permalink(request, key)))
        return open_answer(request, text.encode(), form.media_type)


for _form in FORMATS.values():
    _offer(_form)


@router.get("/citations/{key}", name="citations.show")
def show(request: Request, session: DbSession, key: str) -> Response:
    """A citation: the stored numbers whatever the ledger holds today, and what differs from them by now."""
    citation = _known(session, key)
    told = told_in_words(session, citation)
    stored = told.result
    kind = CitedKind(citation.kind)
    claims = [stored_claim(claim) for claim in stored["claims"] or ()]
    readings = shown_readings(kind, stored, claims)
    ref = reference(citation, permalink(request, key))
    return page(
        request,
        "citations/show.html",
        citation=citation,
        told=told,
        kind=kind,
        stored=stored,
        readings=readings,
        comparison=shown_comparison(told.title, stored) if kind is CitedKind.COMPARISON else None,
        claims=claims,
        appearances=[stored_claim(claim) for claim in stored.get("appearances", ())],
        fates=stored_fates(stored),
        units=units_of(stored),
        today=asked_today(session, citation, told),
        reference=ref,
        formats=[(form, form.write(ref)) for form in FORMATS.values()],
        live=live_address(citation),
        changes=changes_address(citation, readings),
        shown=SHOWN,
    )


@router.get("/citations/{key}/result.json", name="citations.result")
def result(request: Request, session: DbSession, key: str) -> Response:
    """The stored result, byte for byte as its SHA-256 was taken."""
    return open_answer(request, _known(session, key).result.encode(), "application/json")


def permalink(request: Request, key: str) -> str:
    """The permanent address of a citation, in full."""
    return f"{base_of(request)}{request.app.url_path_for('citations.show', key=key)}"


def base_of(request: Request) -> str:
    """The address of the site, without a slash at the end."""
    return (request.app.state.settings.base_url or str(request.base_url)).rstrip("/")


def units_of(stored: Json) -> dict[str, str]:
    """The unit of each measure that stored claims are about."""
    units = {part["answer"]["measure"]: part["answer"]["unit"] for part in stored["readings"]}
    kept = [*(stored["claims"] or ()), *stored.get("appearances", ())]
    # Of a stance no unit was kept, and of a share only “%”: neither is ever put behind a figure.
    return {claim["measure"]: claim["unit"] or "" for claim in kept} | units


def _known(session: Session, key: str) -> Citation:
    citation = citation_of(session, key)
    if citation is None:
        raise NotFound(_("There is no citation “%(key)s”.", key=key))
    return citation


@router.get("/deployments/{slug}/{measure}/certificate", name="citations.certificate")
def show_certificate(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """One number of one day with all that it rests on, to be printed.

    An address that leaves version, day or figure open leads on to one that names them.
    """
    given = request.query_params.multi_items()
    asked_for, question = _certified(session, slug, measure, given)
    content = asked_for()
    signed = content if language_now() == ENGLISH else asked_for(ENGLISH)
    path = path_of(request)
    asked = with_query(path, _pinned(question))
    if {"on", "version", "figure"} - {name for name, value in given if value.strip()}:
        return RedirectResponse(asked, status_code=307)
    told = content["contested"][:CONTESTED_ON_PAPER]
    named = {ref for item in told for ref in (item["claim_ref"], *item["witness"])}
    return page(
        request,
        "citations/certificate.html",
        canonical=asked,
        asked=asked,
        contested=told,
        content=content,
        sha256=signed["sha256"],
        on=question.on,
        figures=[
            (one, with_query(path_of(request), _pinned(replace(question, figure=one)))) for one in Figure
        ],
        claims=[stored_claim(claim) for claim in content["claims"][:CLAIMS_ON_PAPER]],
        witness_claims=[
            stored_claim(claim) for claim in content["witness_claims"] if claim["claim_ref"] in named
        ],
        witnesses=[one for one in content["witnesses"] if one["name"] in named],
        data=with_query(f"{path}.json", _pinned(question)),
        address=f"{base_of(request)}{asked}",
        why=with_query(f"/deployments/{slug}/{measure}/why", write_choices(question.choices)),
        chosen=rules_chosen(replace(question.choices, on=None, version=None)),
        publisher=request.app.state.settings.publisher,
    )


@router.get("/deployments/{slug}/{measure}/certificate.json", name="citations.certificate_json")
def answer_certificate(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """The same as data: the canonical JSON whose SHA-256 it carries."""
    given = request.query_params.multi_items()
    read_choices([pair for pair in given if pair[0] != "figure"], strict=True)
    asked_for, _question = _certified(session, slug, measure, given)
    return open_answer(request, canonical(asked_for(ENGLISH)).encode(), "application/json")


def _certified(
    session: Session, slug: str, measure: str, given: Sequence[tuple[str, str]]
) -> tuple[Callable[..., Json], Question]:
    """The certificate, to be made in one language or another (that of the page), and its question."""
    choices, figure = read_choices(given), read_figure([value for name, value in given if name == "figure"])
    asked = asked_of(session, slug, measure, choices)
    on = choices.on or asked.reading().headline.on
    choices = replace(choices, on=on, version=asked.holding.version)
    question = Question(slug, measure, choices, on, figure)

    def made(language: str | None = None) -> Json:
        return certificate(asked.holding, question, language or language_now())

    return made, question


def _pinned(question: Question) -> list[tuple[str, str]]:
    return [*write_choices(question.choices), ("figure", question.figure.value)]


def read_figure(given: Sequence[str]) -> Figure:
    """The figure that an address asks for, the selected one where it names none; raises BadParameters."""
    asked = [word.strip() for word in given if word.strip()]
    if len(asked) > 1:
        raise BadParameters(
            [BadParameter("figure", _("is given %(number)s times; one value is taken", number=len(asked)))]
        )
    if asked and asked[0] not in set(Figure):
        raise BadParameters(
            [
                BadParameter(
                    "figure",
                    _("“%(written)s” is none of %(words)s", written=asked[0], words=", ".join(Figure)),
                )
            ]
        )
    return Figure(asked[0]) if asked else Figure.SELECTED
