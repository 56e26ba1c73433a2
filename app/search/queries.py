"""Finding what was asked for: claims by their words, and everything that has a name by its name.

A question becomes one `tsquery`. Each of its terms may be found as it is written, without accents (`simple`),
or by its stem in any language that PostgreSQL has a dictionary for: which language a reader types in, nobody
knows. Names stand apart from the claims that they name (`name_words`), and a term asks for theirs as well.
Ranking looks at the claims said last among those found, `RANKED` of them at most, so that a word that half of
the ledger holds costs no more than a rare one. An appearance comes after claims that answer as well.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim
from app.claims.models import Claim
from app.claims.queries import claim_columns, read_claims
from app.search.asked import Term, Words

RANKED = 500
"""Claims that are put in order of how well they answer; of more than that, those said last."""

ON_A_PAGE = 20

KINDS = ("source", "place", "deployment", "measure")
"""What has a name that is no part of a claim."""

COMMON = 10_000
"""Where each term is likely to find more claims than these, those said last are looked through first."""

WALKED = 40_000
"""Claims that are looked through, those said last first, for what is common."""

NARROW = 20
"""Names that may answer one term before the term is asked of rows instead of the index."""

DICTIONARIES = (
    "english",
    "italian",
    "russian",
    "french",
    "german",
    "spanish",
    "portuguese",
    "dutch",
    "turkish",
)
"""Stems that a typed word is tried by. The words of a document are kept by its own language's."""

_STOPPING = ("english", "italian")
"""A word that is none in these languages need not be there: “of”, “the”, “il”."""

MARK, UNMARK = "\ue000", "\ue001"
"""Around what was found, in texts that are not escaped yet; characters that no text has."""


@dataclass(frozen=True, slots=True)
class Found:
    """One claim, what it was found by marked by MARK and UNMARK; None where it has no such text."""

    claim: ApprovedClaim
    wording: str | None
    title: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of claims, the best first."""

    found: tuple[Found, ...]
    number: int  # how many were found, up to RANKED
    more: bool  # whether there are more than RANKED, of which those said last are here
    is_begun: bool = False  # nothing holds the last word, so words that begin with it were looked for


@dataclass(frozen=True, slots=True)
class Named:
    """A deployment, measure, source, family or place whose name answers."""

    kind: str
    slug: str
    name: str
    about: str | None  # what it was called when it answers to that, else what it belongs to


NOTHING = Answer((), 0, more=False)


def answer_of(session: Session, ids: Sequence[int], page: int) -> Answer:
    """One page of these claims, RANKED and one more at most, as they come; nothing is marked. Two SELECTs."""
    shown = ids[:RANKED][(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return Answer(tuple(_found(session, shown, "")), min(len(ids), RANKED), more=len(ids) > RANKED)


def find_claims(session: Session, words: Words, *, page: int = 1) -> Answer:
    """The claims and appearances that hold all terms, best first; four SELECTs at most.

    Where none does, the last word is taken as the beginning of a word.
    """
    answer = _answer(session, words, page)
    begun = words.begun()
    if answer.number or begun is None:
        return answer
    answer = _answer(session, begun, page)
    return Answer(answer.found, answer.number, answer.more, is_begun=bool(answer.number))


def _answer(session: Session, words: Words, page: int) -> Answer:
    question = read_question(session, words.terms)
    if question is None:
        return NOTHING
    values = {
        "query": question.query,
        **question.asked_of_rows,
        "ranking": question.ranking,
        "terms": list(question.terms),
        "common": COMMON,
        "walked": WALKED,
        "ranked": RANKED + 1,
        "rows": ON_A_PAGE,
        "skip": (page - 1) * ON_A_PAGE,
    }
    each = "".join(_BROAD.format(number=number) for number in range(len(question.broad)))
    hits = session.execute(text(_HITS.replace("AND_BROAD", each)), values).all()
    if not hits:
        return NOTHING
    number = hits[0].number
    shown = [hit.claim_id for hit in hits if hit.claim_id is not None]
    return Answer(tuple(_found(session, shown, question.texts)), min(number, RANKED), more=number > RANKED)


# What is asked of rows. The function behind `@@` is one that no index is asked for.
_BROAD = """
      and (source_id = any (:source_{number}) or deployment_id = any (:deployment_{number})
        or measure_id = any (:measure_{number}) or coalesce(place_id = any (:place_{number}), false)
        or ts_match_vq(words, cast(:words_{number} as tsquery)))"""

# Of what is common, enough stands among the claims said last; if it does not, the index is asked for all.
_HITS = """
  with walked as materialized (
    select * from (
      select * from claim_texts
      order by said_day desc, claim_id desc
      limit case when claims_expected(cast(:terms as text[])) > :common then :walked else 0 end) latest
    where words @@ cast(:query as tsquery) AND_BROAD
    order by said_day desc, claim_id desc limit :ranked),
  found as materialized (
    select * from (
      select * from claim_texts
      where (select count(*) from walked) < :ranked and words @@ cast(:query as tsquery) offset 0) every
    where true AND_BROAD
    order by said_day desc, claim_id desc limit :ranked),
  hits as materialized (
    select * from walked where (select count(*) from walked) = :ranked union all select * from found),
  shown as (
    select claim_id, said_day, ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', words, cast(:ranking as tsquery), 1)
      * case when is_appearance then 0.5 else 1 end as rank
    from hits order by rank desc, said_day desc, claim_id desc limit :rows offset :skip)
  select claim_id, counted.number from (select count(*) as number from hits) counted
  left join shown on true where counted.number > 0 order by rank desc, said_day desc, claim_id desc"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One term: its words as a query, and by kind of name the numbers of those that it answers."""

    words: str
    named: Mapping[str, Sequence[int]]

    @property
    def whole(self) -> str:
        """All of it as one query, names by their marks."""
        return _any_of([self.words, *(f"'={kind[0]}{one}'" for kind in KINDS for one in self.named[kind])])

    @property
    def is_broad(self) -> bool:
        """Whether so many names answer that the index would read most of itself."""
        return sum(map(len, self.named.values())) > NARROW

    def or_else(self, other: "_Asked") -> "_Asked":
        """Either term."""
        named = {kind: [*self.named[kind], *other.named[kind]] for kind in KINDS}
        return _Asked(_any_of([self.words, other.words]), named)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as PostgreSQL takes it, in its parts."""

    query: str  # what the index is asked
    terms: Sequence[str]  # the same, term by term, without what must not be there
    broad: Sequence[_Asked]  # what is asked of each row that was found so
    ranking: str  # by what answers are put in order
    texts: str  # what is marked in texts

    @property
    def whole(self) -> str:
        """All that a claim has to answer, as one."""
        return " & ".join([self.query, *(asked.whole for asked in self.broad)])

    @property
    def asked_of_rows(self) -> dict[str, object]:
        """The values of what is asked of rows, each with the number of its term."""
        values: dict[str, object] = {}
        for number, asked in enumerate(self.broad):
            values[f"words_{number}"] = asked.words
            values |= {f"{kind}_{number}": list(asked.named[kind]) for kind in KINDS}
        return values


def tsquery(session: Session, terms: Sequence[Term]) -> str | None:
    """The question as PostgreSQL takes it; None where nothing in it can be looked for. One SELECT."""
    question = read_question(session, terms)
    return None if question is None else question.whole


def read_question(session: Session, terms: Sequence[Term]) -> Question | None:
    """How the dictionaries and the names of the ledger read the terms; None: nothing is to be looked for.

    A term is answered by a word, by its stem in any of the languages, and by whatever has a name that it
    answers, for which a mark stands (`=s13`). One SELECT.
    """
    if not terms:
        return None
    rows = session.execute(
        text(_READ),
        {
            "texts": [term.text for term in terms],
            "apart": [_apart(term.text) for term in terms],
            "beginnings": [term.is_beginning for term in terms],
            "dictionaries": ["simple", *DICTIONARIES],
            "stopping": list(_STOPPING),
        },
    ).all()
    read = list(zip(rows, terms, strict=True))
    says_something = any(not row.stops or term.is_phrase for row, term in read if not term.is_unwanted)
    wanted: list[_Asked] = []
    unwanted: list[str] = []
    for row, term in read:
        passed_over = says_something and row.stops and not (term.is_phrase or term.is_beginning)
        if not row.queries or passed_over:
            continue
        asked = _Asked(
            _any_of(f"({one})" for one in row.queries),
            {kind: [int(mark[2:]) for mark in row.marks if mark[1] == kind[0]] for kind in KINDS},
        )
        if term.is_unwanted:
            unwanted.append(f"!{asked.whole}")
        elif term.is_other and wanted:
            wanted[-1] = wanted[-1].or_else(asked)
        else:
            wanted.append(asked)
    return _question(wanted, unwanted) if wanted else None


def _apart(written: str) -> str:
    """A word with hyphens as the words between them: “north-korean” finds “North Korean” as well."""
    return written if re.search(r"[/.@]", written) else _HYPHENS.sub(" ", written)


_HYPHENS = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")


def _any_of(parts: Iterable[str]) -> str:
    return f"({' | '.join(parts)})"


def _question(wanted: Sequence[_Asked], unwanted: Sequence[str]) -> Question:
    """The terms apart by what they cost. Where all are broad, the index is asked for them after all."""
    narrow = [asked for asked in wanted if not asked.is_broad]
    broad = [asked for asked in wanted if asked.is_broad]
    terms = [asked.whole for asked in narrow or broad]
    texts = " | ".join(asked.words for asked in wanted)
    return Question(
        query=" & ".join([*terms, *unwanted]),
        terms=terms,
        broad=broad if narrow else [],
        # What hundreds of names answer says little of how well one claim does, and takes long to ask.
        ranking=" & ".join(asked.whole for asked in narrow) or texts,
        texts=texts,
    )


# For each term, how the dictionaries read it: its words one after the other; and the marks of the names that
# it answers.
_READ = """
  select t.place, r.queries,
    case when r.queries = '{}' then '{}' else array(
      select concat('=', left(n.kind, 1), n.id) from name_words n
      where n.words @@ cast(array_to_string(r.queries, ' | ') as tsquery) order by 1) end as marks,
    exists (select from unnest(cast(:stopping as text[])) d
            where phraseto_tsquery(cast(d as regconfig), t.written)::text = '') as stops
  from unnest(cast(:texts as text[]), cast(:apart as text[]), cast(:beginnings as boolean[]))
    with ordinality t (written, apart, is_begun, place)
  cross join lateral (select array(
    select distinct q || case when t.is_begun then ':*' else '' end as one
    from unnest(cast(:dictionaries as text[])) d
    cross join unnest(array[t.written, t.apart]) w
    cross join lateral (select phraseto_tsquery(cast(d as regconfig),
      case d when 'simple' then fold(w) else w end)::text as q) each_one
    where q <> '' order by one) as queries) r
  order by t.place"""


def _found(session: Session, ids: Sequence[int], query: str) -> list[Found]:
    """These claims in this order, with what was found in them marked. Two SELECTs."""
    if not ids:
        return []
    rows = session.execute(
        claim_columns().add_columns(Claim.id.label("claim_id")).where(Claim.id.in_(ids))
    ).all()
    claims = dict(zip([row.claim_id for row in rows], read_claims(rows), strict=True))
    values: dict[str, Any] = {"ids": list(ids), "query": query, "marks": f"StartSel={MARK}, StopSel={UNMARK}"}
    marked = {row.claim_id: row for row in session.execute(text(_MARKED), values)}
    return [
        Found(claims[one], marked[one].wording, marked[one].title, marked[one].note)
        for one in ids
        if one in claims and one in marked
    ]


_MARKED = """
  select r.claim_id,
    ts_headline(dictionary_of(d.language), r.wording, cast(:query as tsquery),
      :marks || ', HighlightAll=true') as wording,
    ts_headline(dictionary_of(d.language), d.title, cast(:query as tsquery),
      :marks || ', HighlightAll=true') as title,
    ts_headline('english', case when length(r.note) > 300 then left(r.note, 299) || '…' else r.note end,
      cast(:query as tsquery), :marks || ', HighlightAll=true') as note
  from claim_revisions r left join documents d on d.id = r.document_id
  where r.claim_id = any (:ids) and r.approved_version is not null and r.replaced_version is null"""


def find_named(session: Session, words: Words, limit: int = 12) -> list[Named]:
    """Everything with a name in which each wanted term stands; those that begin with it first. One SELECT.

    Names of the past count too: who looks for an old name finds what it is called today.
    """
    terms = [term.text for term in words.wanted]
    if not terms:
        return []
    rows = session.execute(text(_NAMED), {"terms": terms, "limit": limit})
    return [Named(row.kind, row.slug, row.name, row.about) for row in rows]


_NAMED = """
  with asked as (
    select array_agg('%' || regexp_replace(fold(term), '([\\\\%_])', '\\\\\\1', 'g') || '%') as parts
    from unnest(cast(:terms as text[])) term),
  named as (
    select 'deployment' as kind, d.id, d.slug, now.name, o.name as about, old.name as called,
      concat_ws(' ', old.name, o.name, replace(d.slug, '-', ' ')) as words
    from deployments d
    join deployment_descriptions now on now.deployment_id = d.id and now.replaced_version is null
    join deployment_descriptions old on old.deployment_id = d.id
    left join operations o on o.id = now.operation_id
    union all
    select 'source', s.id, s.slug, now.name, f.name, old.name, concat_ws(' ', old.name, f.name)
    from (
      select source_id, name from source_descriptions
      union select source_id, name from source_aliases where replaced_version is null) old
    join sources s on s.id = source_now(old.source_id)
    join source_descriptions now on now.source_id = s.id and now.replaced_version is null
    left join families f on f.id = now.family_id
    union all
    select 'place', p.id, p.slug, coalesce(now.name, p.name), coalesce(whole.name, w.name), old.name,
      concat_ws(' ', old.name, whole.name, w.name)
    from (
      select id, name from places union select place_id, name from place_descriptions
      union select place_id, name from place_aliases where replaced_version is null) old
    join places p on p.id = place_now(old.id)
    left join place_descriptions now on now.place_id = p.id and now.replaced_version is null
    left join places w on w.id = now.whole_id
    left join place_descriptions whole on whole.place_id = w.id and whole.replaced_version is null),
  matching as (
    select distinct on (kind, id) kind, id, slug, name,
      case when called <> name then called else about end as about
    from named, asked where fold(words) like all (asked.parts) order by kind, id, called <> name)
  select kind, slug, name, about from matching, asked
  order by fold(name) like ltrim(asked.parts[1], '%') desc, kind, name limit :limit"""


def known_names(session: Session) -> list[str]:
    """The names of all sources, deployments, measures and places: what a slip of the keys may have meant."""
    return list(session.scalars(text(_NAMES)))


_NAMES = """
  select name from source_descriptions where replaced_version is null
  union select name from source_aliases where replaced_version is null
  union select name from deployment_descriptions where replaced_version is null
  union select label from measure_descriptions where replaced_version is null
  union select name from places
  union select name from place_aliases where replaced_version is null
  union select name from place_descriptions where replaced_version is null order by 1"""
