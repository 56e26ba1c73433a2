"""Invariants of claims among one another: what they name, restate and repeat, and what is still on its way.

The database checks these rules when a row is added. A later correction of the *other* row is not checked
again, nor is anything that was written while triggers were off.
"""

# ruff: noqa: S608 - SQL is put together from names of our own tables

from app.keeping.finding import Invariant, asked, label

_COUNTS = "{0}.approved_version is not null and {0}.replaced_version is null"
_MAY_COUNT = "may_count({0}.verdict, {0}.replaced_version)"
_WAITS = "{0}.verdict is null"


def _revision(alias: str) -> str:
    """SQL that names a revision and its claim."""
    return f"'Revision ' || {alias}.number || ' of ' || (select ref from claims where id = {alias}.claim_id)"


def _names(column: str, how: str) -> str:
    return f"""
      select {_revision("r")} || format(' {how} %s, which does not count', c.ref)
      from claim_revisions r join claims c on c.id = r.{column}
      where {_COUNTS.format("r")} and not exists (
        select from claim_revisions s where s.claim_id = r.{column} and {_COUNTS.format("s")})"""


def _names_an_appearance(column: str, how: str) -> str:
    return f"""
      select {_revision("r")} || format(' {how} %s, which is itself an appearance of %s', c.ref, o.ref)
      from claim_revisions r
      join claim_revisions s on s.claim_id = r.{column} and {_COUNTS.format("s")}
      join claims c on c.id = s.claim_id join claims o on o.id = s.repeat_of_id
      where {_MAY_COUNT.format("r")}"""


_WHAT_DIFFERS = """
      case
        when s.source_id <> r.source_id then 'is a claim of another source'
        when s.deployment_id <> r.deployment_id then 'is about another deployment'
        when s.measure_id <> r.measure_id then 'is about another measure'
        when lower(s.said_days) > r.said_day then 'was said later'
        when s.nature <> 'plan' and not coalesce(
          coalesce(s.as_of_days, s.period_days) && coalesce(r.as_of_days, r.period_days), true)
          then 'is about other days'
      end"""

_RESTATES = f"""
      select {_revision("r")} || format(' restates %s, which %s', c.ref, w.differs)
      from claim_revisions r
      join claim_revisions s on s.claim_id = r.supersedes_id and {_COUNTS.format("s")}
      join claims c on c.id = s.claim_id
      cross join lateral (select {_WHAT_DIFFERS} as differs) w
      where r.repeat_of_id is null and s.repeat_of_id is null and w.differs is not null
        and ({_COUNTS.format("r")} or ({_WAITS.format("r")} and not exists (
          select from claim_revisions s where s.claim_id = r.supersedes_id and {_WAITS.format("s")})))"""


def _circle(column: str, how: str) -> str:
    """Each circle once: who comes last in an order as good as random is followed round to itself.

    Everybody is followed until somebody comes who stands later in that order, and is followed too: so a
    chain of thousands takes few steps. Look-ups by the claim's index, which "offset 0" holds it to.
    """
    return f"""
      with recursive chain (first_id, at_id) as (
        select claim_id, {column} from claim_revisions t
        where {column} is not null and {_MAY_COUNT.format("t")}
        union
        select chain.first_id, r.next_id
        from chain
        cross join lateral (
          select {column} as next_id from claim_revisions t
          where t.claim_id = chain.at_id and {column} is not null and {_MAY_COUNT.format("t")}
          offset 0) r
        where chain.at_id <> chain.first_id
          and hashint8extended(chain.at_id, 0) < hashint8extended(chain.first_id, 0)
      )
      select format('Claim %s {how} itself, in a circle', c.ref)
      from chain join claims c on c.id = chain.first_id
      where chain.at_id = chain.first_id"""


OF_CLAIMS = (
    Invariant(
        "claims-have-revisions",
        "Every claim and appearance has a revision.",
        asked("""
          select format('Claim %s has no revision', ref) from claims c
          where not exists (select from claim_revisions r where r.claim_id = c.id)"""),
    ),
    Invariant(
        "judgements-are-of-what-counts",
        "A judgement that counts is of a claim of which a revision counts.",
        asked(f"""
          select {label("judgements", "id")} || ' counts, and no revision of the claim does'
          from judgements t where {_COUNTS.format("t")} and not exists (
            select from claim_revisions r where r.claim_id = t.claim_id and {_COUNTS.format("r")})"""),
    ),
    Invariant(
        "names-what-counts",
        "What counts restates, repeats and is part of claims that count.",
        asked(_names("supersedes_id", "restates"), _names("part_of_id", "is part of"),
              _names("repeat_of_id", "is an appearance of")),
    ),
    Invariant(
        "names-claims",
        "Nothing restates, repeats or is part of an appearance.",
        asked(_names_an_appearance("supersedes_id", "restates"),
              _names_an_appearance("part_of_id", "is part of"),
              _names_an_appearance("repeat_of_id", "is an appearance of")),
    ),
    Invariant(
        "restates-the-same",
        "A claim restates one of the same source, deployment and measure, said no later, about the same days"
        " or a plan; also after either was corrected.",
        asked(_RESTATES),
    ),
    Invariant(
        "never-in-a-circle",
        "No claim restates or is part of itself, however many stand between.",
        asked(_circle("supersedes_id", "restates"), _circle("part_of_id", "is part of")),
    ),
    Invariant(
        "ends-after-the-start",
        "No total, increment or event ends before its deployment starts.",
        asked(f"""
          select {_revision("r")} || format(' ends on %s, before its deployment starts on %s',
            last_day_counted(r.nature, r.as_of_days, r.period_days, r.said_day), d.starts_on)
          from claim_revisions r
          join deployment_descriptions d on d.deployment_id = r.deployment_id and d.replaced_version is null
          where r.repeat_of_id is null and {_MAY_COUNT.format("r")}
            and last_day_counted(r.nature, r.as_of_days, r.period_days, r.said_day) < d.starts_on"""),
    ),
    Invariant(
        "what-counts-is-found",
        "Search knows every claim and appearance that counts, by the day it was said, and no other.",
        asked(f"""
          select {_revision("r")} || case when t.claim_id is null then ' counts, and search does not find it'
            else ' counts, and search takes it for another day, source, place, deployment or measure, '
              'or a claim for an appearance' end
          from claim_revisions r left join claim_texts t using (claim_id)
          where {_COUNTS.format("r")}
            and (t.said_day, t.is_appearance, t.source_id, t.place_id, t.deployment_id, t.measure_id)
              is distinct from (
                r.said_day, r.repeat_of_id is not null, r.source_id, r.place_id,
                r.deployment_id, r.measure_id)""", f"""
          select format('Claim %s is found by search and does not count', c.ref)
          from claim_texts t join claims c on c.id = t.claim_id
          where not exists (
            select from claim_revisions r where r.claim_id = t.claim_id and {_COUNTS.format("r")})"""),
    ),
    Invariant(
        "batches-are-of-one-hand",
        "What came in together was recorded by the same person, at the same moment and in the same way.",
        asked(*(f"""
          select {label(table, "id")}
            || format(' is of batch %s, “%s”, which somebody else recorded, or at another time', b.id, b.name)
          from {table} t join batches b on b.id = t.batch_id
          where (t.recorded_by, t.recorded_at, t.origin)
            is distinct from (b.recorded_by, b.recorded_at, b.origin)"""
          for table in ("claim_revisions", "judgements"))),
    ),
    Invariant(
        "batches-are-whole",
        "A batch holds as many claims as were handed in with it.",
        asked("""
          select format('Batch %s holds %s claims, and %s were handed in',
            told.batch_id, held.count, told.count)
          from (
            select (details ->> 'batch')::bigint as batch_id,
              (details -> 'claims' ->> 'new')::bigint + (details -> 'claims' ->> 'changed')::bigint as count
            from acts where kind = 'submit' and jsonb_typeof(details -> 'batch') = 'number'
              and jsonb_typeof(details -> 'claims') = 'object') told
          cross join lateral (
            select count(distinct claim_id) from (
              select claim_id from claim_revisions r where r.batch_id = told.batch_id
              union all select claim_id from judgements j where j.batch_id = told.batch_id) c) held
          where held.count <> told.count"""),
    ),
    Invariant(
        "merges-are-whole",
        "Of a batch that is decided as one everything has the same verdict, or none yet.",
        asked("""
          select format('Batch %s, “%s”, is decided as one, and its rows have different verdicts',
            b.id, b.name)
          from batches b
          cross join lateral (
            select count(distinct coalesce(verdict, 'open')) as verdicts from (
              select verdict from claim_revisions r where r.batch_id = b.id
              union all select verdict from judgements j where j.batch_id = b.id) given) d
          where b.as_one and d.verdicts > 1"""),
    ),
    Invariant(
        "claims-alike-are-known",
        "Claims that are kept as alike share their statement with one that they were not told apart from.",
        asked(f"""
          with shared as (
            select claim_id, kind, digest from (
              select r.claim_id, k.kind, k.digest, count(*) over (partition by k.kind, k.digest) as times
              from claim_revisions r
              cross join lateral (values ('figure', statement_digest(r, 'figure')),
                ('wording', statement_digest(r, 'wording'))) as k (kind, digest)
              where {_COUNTS.format("r")} and r.repeat_of_id is null and k.digest is not null) digests
            where times > 1),
          known as (
            select k.* from shared k
            where k.claim_id not in (
                select first_id from distinctions union select second_id from distinctions)
              or exists (
                select from shared o
                where o.kind = k.kind and o.digest = k.digest and o.claim_id <> k.claim_id
                  and not told_apart(k.claim_id, o.claim_id)))
          select format('Claim %s is alike to another by its %s, and kept otherwise', c.ref, kind)
          from known full join alike using (claim_id, kind) join claims c on c.id = claim_id
          where known.digest is distinct from alike.digest"""),
    ),
    Invariant(
        "drafts-rest-on-revisions",
        "A draft that corrects a claim was begun from a revision that there is.",
        asked("""
          select format('A draft of %s was begun from revision %s of %s, which is not there',
            p.name, d.based_on, c.ref)
          from drafts d join claims c on c.id = d.claim_id join people p on p.id = d.person_id
          where not exists (
            select from claim_revisions r where r.claim_id = d.claim_id and r.number = d.based_on)
            and d.based_on is not null"""),
    ),
    Invariant(
        "submissions-are-their-makers",
        "Who handed in a form recorded what it made.",
        asked("""
          select format('Form %s was handed in by %s, and what it made was recorded by somebody else',
            s.key, p.name)
          from submissions s join people p on p.id = s.person_id
          left join claim_revisions r on r.id = s.revision_id
          left join judgements j on j.id = s.judgement_id
          where coalesce(r.recorded_by, j.recorded_by) <> s.person_id"""),
    ),
)  # fmt: skip
"""Invariants of claims, and of what is to become one."""
