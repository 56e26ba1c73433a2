"""What the fields of the form offer to choose from; anything else may be typed all the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from app.answers.queries import MeasureText, measure_texts
from app.claims.approved import ApprovedClaim
from app.claims.documents import KnownDocument, recent_documents
from app.claims.models import Claim, Revision
from app.claims.queries import read_claims, revision_columns
from app.claims.words import Nature, Qualifier
from app.database import among
from app.deployments.models import Deployment
from app.deployments.queries import DeploymentText, deployment_texts
from app.languages.iso import english_names
from app.languages.spoken import N_, _, known, language_now
from app.pages import language
from app.places.queries import names_offered
from app.sources.models import SOURCE_KINDS as KINDS
from app.sources.models import Source, SourceDocument
from app.sources.queries import SourceText, other_names, source_texts

MOST_PUBLISHERS = 300
LAST_DOCUMENTS = 5000
MOST_CLAIMS = 100
"""How many are offered: more would be a list that nobody reads, on every page."""

LANGUAGES_FIRST = ("en", "it", "es", "fr", "de", "uk", "ru", "ko")
"""Those that documents of such ledgers are written in; all others follow by name."""

QUESTIONS: Mapping[str, tuple[str, str]] = {
    Nature.TOTAL: (N_("So many in total, up to a day"), N_("“Nearly 11,000 have been sent so far.”")),
    Nature.INCREMENT: (N_("So many more, over a period"), N_("“Another 3,000 in January and February.”")),
    Nature.EVENT: (N_("So many on one occasion"), N_("“The strike on 4 May killed 12 of them.”")),
    Nature.LEVEL: (N_("So many there, on a day"), N_("“About 8,000 are in the region at present.”")),
    Nature.PLAN: (N_("So many are to come"), N_("“Up to 30,000 more are to follow.”")),
    Nature.SHARE: (N_("A share, in percent"), N_("“A third of them are out of action.”")),
    Nature.STANCE: (N_("A statement without a number"), N_("“There are no such troops.”")),
}
"""The natures as questions to an article, each with an example."""

QUALIFIERS: Mapping[str, str] = {
    "": N_("none yet"),
    **{word: word.replace("_", " ") for word in Qualifier},
}
REASONS: Mapping[str, str] = {
    "copy_error": N_("copied wrongly: the document says something else"),
    "misattribution": N_("somebody else said it"),
    "category_changed": N_("it counts something else, or in another way"),
    "other": N_("another reason, in words"),
}
CREDIBILITIES: Mapping[str, str] = {
    "": N_("not graded"),
    "1": N_("1, confirmed by independent sources"),
    "2": N_("2, probably true"),
    "3": N_("3, possibly true"),
    "4": N_("4, doubtful"),
    "5": N_("5, improbable"),
    "6": N_("6, cannot be judged"),
}
SOURCE_KINDS: Mapping[str, str] = {"": N_("not known"), **{kind: kind.replace("_", " ") for kind in KINDS}}
RELIABILITIES: Mapping[str, str] = {
    "": N_("not graded"),
    "A": N_("A, reliable"),
    "B": N_("B, usually reliable"),
    "C": N_("C, fairly reliable"),
    "D": N_("D, not usually reliable"),
    "E": N_("E, unreliable"),
    "F": N_("F, cannot be judged"),
}
STANCES: Mapping[str, str] = {
    "": N_("not known"),
    "own": N_("the sender’s own side"),
    "opponent": N_("the sender’s opponent"),
    "third": N_("a third party"),
}


def said(choices: Mapping[str, str]) -> dict[str, str]:
    """The same choices in the language that is spoken."""
    return {value: known(words) for value, words in choices.items()}


@dataclass(frozen=True, slots=True)
class Options:
    """What one page of the form offers."""

    sources: list[SourceText]
    other_names: Mapping[str, list[str]]  # of sources, by slug
    deployments: list[DeploymentText]
    measures: Mapping[str, MeasureText]
    places: list[tuple[str, str]]  # every name that leads to a place, and what it is called
    families: list[str]
    publishers: list[str]
    recent: list[KnownDocument]


def options_for(session: Session, person_id: int) -> Options:
    """Everything that the form offers to somebody; eight SELECTs."""
    sources = source_texts(session)
    return Options(
        sources=sources,
        other_names=other_names(session),
        deployments=deployment_texts(session),
        measures=measure_texts(session),
        places=names_offered(session),
        families=sorted({one.family_name for one in sources}, key=str.lower),
        publishers=_publishers(session),
        recent=recent_documents(session, person_id),
    )


def named_deployments(options: Options) -> dict[str, str]:
    """The deployments to choose from, by slug."""
    return {"": _("choose")} | {one.slug: one.name for one in options.deployments}


def near_names(
    written: str, sources: list[SourceText], others: Mapping[str, list[str]] = MappingProxyType({})
) -> list[str]:
    """Names of sources that are spelt like what was written, or hold all its words; five at most.

    A source that is so called by another name (`others`, by slug) is among them, by its own.
    """
    words = written.casefold().split()
    called = {name: one.name for one in sources for name in (one.name, *others.get(one.slug, ()))}
    holding = [name for name in called if words and all(word in name.casefold() for word in words)]
    close = get_close_matches(written, called, n=5, cutoff=0.6)
    return list(dict.fromkeys(called[name] for name in (*close, *holding)))[:5]


def claims_to_name(session: Session, source: str, deployment: str, but: str = "") -> list[ApprovedClaim]:
    """The claims of a source, by its slug, about a deployment that a form may name, the newest first.

    Those that wait are among them; appearances and the claim `but` are not. Four SELECTs: by its number the
    database sees how much a source says, and whether its last claims are a few steps back along an index. The
    numbers stand in the statement, as one plan for all of them takes a busy source for a quiet one.
    """
    source_id = session.scalar(select(Source.id).where(Source.slug == source))
    deployment_id = session.scalar(select(Deployment.id).where(Deployment.slug == deployment))
    if source_id is None or deployment_id is None:
        return []
    itself = select(Claim.id).where(Claim.ref == but).scalar_subquery()
    newest = (Revision.said_day.desc(), Revision.claim_id.desc(), Revision.id.desc())
    ids = (
        select(Revision.id)
        .where(
            Revision.source_id == _as_it_is(source_id),
            Revision.deployment_id == _as_it_is(deployment_id),
            Revision.repeat_of_id.is_(None),
            Revision.claim_id.is_distinct_from(itself),
            func.may_count(Revision.verdict, Revision.replaced_version),
        )
        .order_by(*newest)
        .limit(_as_it_is(MOST_CLAIMS))
    )
    rows = session.execute(
        revision_columns().where(among(Revision.id, session.scalars(ids).all())).order_by(*newest)
    ).all()
    return list({claim.ref: claim for claim in read_claims(rows)}.values())


def _as_it_is(number: int) -> BindParameter[int]:
    """A number that the database plans with."""
    return bindparam(None, number, literal_execute=True)


def languages() -> Mapping[str, str]:
    """Every language of ISO 639-1 by its code, the usual ones first."""
    return _languages(language_now())


@cache
def _languages(_spoken: str) -> Mapping[str, str]:
    others = sorted((code for code in english_names() if code not in LANGUAGES_FIRST), key=language)
    return {"": _("not known"), **{code: language(code) for code in (*LANGUAGES_FIRST, *others)}}


def _publishers(session: Session) -> list[str]:
    """The publishers that the documents name most often that came in last."""
    last = (
        select(SourceDocument.publisher)
        .where(SourceDocument.publisher.is_not(None))
        .order_by(SourceDocument.id.desc())
        .limit(LAST_DOCUMENTS)
        .subquery()
    )
    named = (
        select(last.c.publisher)
        .group_by(last.c.publisher)
        .order_by(func.count().desc(), last.c.publisher)
        .limit(MOST_PUBLISHERS)
    )
    return sorted((name for name in session.scalars(named) if name), key=str.lower)
