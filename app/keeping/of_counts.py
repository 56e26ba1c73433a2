"""Invariants of what is counted and computed once: it is what the ledger gives when it is asked anew.

All of it follows from the ledger. Where it does not agree, `select count_claims_anew()` counts again, and
`delete from kept_readings` and `delete from kept_fared` let readings be computed again, and
`select count_touched(version) from acts` counts anew what acts touched, which
`select know_touched_voices()` finds anew.
"""

# ruff: noqa: S608 - SQL is put together from names of our own tables

import json
from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.answers.holdings import holdings_of
from app.answers.kept import RULES, inputs_of
from app.claims.compact import FORM
from app.claims.plain import plain_claims
from app.keeping.finding import Advance, Invariant, asked
from app.readings.choices import Choices
from app.readings.outlines import fates_data, fates_of, head_data, outline_of, points_data
from app.readings.reading import Readings

SAMPLED, LARGEST = 25, 2_000
"""How many of the readings that are kept are computed anew, of measures with at most so many claims."""

_COUNTS = "{0}.approved_version is not null and {0}.replaced_version is null"
_NAMES = """(select slug from deployments where id = deployment_id) || '/' ||
    (select slug from measures where id = measure_id)"""

_TALLIES = f"""
  with there as (
    select r.deployment_id, r.measure_id, r.nature, coalesce(j.standing, 'good') = 'good' as is_good,
      count(*) as claims
    from claim_revisions r left join judgements j on j.claim_id = r.claim_id and {_COUNTS.format("j")}
    where r.repeat_of_id is null and {_COUNTS.format("r")} group by 1, 2, 3, 4)
  select format('Of the nature %s in %s standing %s claims are counted about %s, and there are %s', nature,
    case when is_good then 'good' else 'no good' end, coalesce(t.claims, 0), {_NAMES},
    coalesce(there.claims, 0))
  from there full join tallies t using (deployment_id, measure_id, nature, is_good)
  where coalesce(t.claims, 0) <> coalesce(there.claims, 0)"""

_VOICES = f"""
  with there as (
    select deployment_id, measure_id, source_id,
      count(*) filter (where repeat_of_id is null) as claims,
      count(*) filter (where repeat_of_id is not null) as appearances,
      min(said_day) filter (where repeat_of_id is null) as first_said,
      max(said_day) filter (where repeat_of_id is null) as last_said
    from claim_revisions r where {_COUNTS.format("r")} group by 1, 2, 3)
  select format('What the source %s says of %s is counted otherwise than it is there',
    (select slug from sources where id = source_id), {_NAMES})
  from there full join voices v using (deployment_id, measure_id, source_id)
  where (coalesce(v.claims, 0), coalesce(v.appearances, 0), v.first_said, v.last_said)
    is distinct from (coalesce(there.claims, 0), coalesce(there.appearances, 0), there.first_said,
      there.last_said)"""

_INPUTS = f"""
  select format('%s is noted to have changed last at version %s, and did so at %s', {_NAMES},
    s.inputs_version, moved.at)
  from (
    select deployment_id, measure_id, max(greatest(approved_version, replaced_version)) as at
    from claim_revisions group by 1, 2) moved
  left join subjects s using (deployment_id, measure_id)
  where moved.at is not null and coalesce(s.inputs_version, 0) < moved.at"""

_ABOUT = "r.deployment_id, r.measure_id, r.claim_id from claim_revisions r"
_HELD = """r.repeat_of_id is null
    and r.approved_version <= {0} and (r.replaced_version is null or r.replaced_version > {0})"""
_TOUCHED = f"""
  with touching as (
    select r.approved_version as version, {_ABOUT} where r.repeat_of_id is null
    union
    select r.replaced_version, {_ABOUT} where r.repeat_of_id is null
    union
    select j.approved_version, {_ABOUT} join judgements j using (claim_id)
    where {_HELD.format("j.approved_version")}
    union
    select d.version, {_ABOUT} join source_descriptions d using (source_id)
    where d.number > 1 and {_HELD.format("d.version")}
    union
    select d.version, {_ABOUT} join deployment_descriptions d using (deployment_id)
    where d.number > 1 and {_HELD.format("d.version")}),
  there as (
    select version, deployment_id, measure_id, count(*) as claims from touching
    where version is not null group by 1, 2, 3)
  select format('Version %s is counted to touch %s claims about %s, and touches %s', version,
    coalesce(t.claims, 0), {_NAMES}, coalesce(there.claims, 0))
  from there full join touched_subjects t using (version, deployment_id, measure_id)
  where coalesce(t.claims, 0) <> coalesce(there.claims, 0)"""

_SPOKEN = """
  with touching as (
    select r.approved_version as version, r.deployment_id, r.measure_id, r.source_id from claim_revisions r
    union
    select r.replaced_version, r.deployment_id, r.measure_id, r.source_id from claim_revisions r
    union
    select j.approved_version, r.deployment_id, r.measure_id, r.source_id
    from claim_revisions r join judgements j using (claim_id) where r.approved_version <= j.approved_version)
  select format('Version %s touched what the source %s says of %s/%s, and is not known to', version,
    s.slug, d.slug, m.slug)
  from (select * from touching where version is not null except table touched_voices) forgotten
  join deployments d on d.id = deployment_id join measures m on m.id = measure_id
  join sources s on s.id = source_id
  union all
  select format('Version %s is taken to have touched what source %s says of measure %s of deployment %s',
    version, source_id, measure_id, deployment_id)
  from (table touched_voices except select * from touching) invented"""

_THINGS = """
  with touching as (
    select approved_version as version, claim_id from claim_revisions
    union select approved_version, claim_id from judgements
    union all select version, null from deployment_descriptions
    union all select version, null from measure_descriptions
    union all select version, null from source_descriptions
    union all select version, null from place_descriptions),
  there as (select version, count(*) as things from touching group by 1)
  select format('Version %s is counted to touch %s things, and touches %s', a.version,
    coalesce(t.things, 0), coalesce(there.things, 0))
  from acts a left join there using (version) left join touches t using (version)
  where a.version is not null and t.things is distinct from coalesce(there.things, 0)"""

_KEPT = f"""
  select d.slug, m.slug, k.inputs_version, k.head, k.points, k.fates
  from kept_readings k join deployments d on d.id = k.deployment_id join measures m on m.id = k.measure_id
  where k.rules = :rules and (
    select sum(claims) from tallies t where t.deployment_id = k.deployment_id and t.measure_id = k.measure_id
  ) <= {LARGEST}
  order by hashint8(k.deployment_id * 1000 + k.measure_id) limit {SAMPLED}"""


def find_wrongly_kept(connection: Connection, _advance: Advance) -> Iterator[str]:
    """Of a sample of the readings that are kept as of today those that come to something else."""
    with Session(connection) as session:
        for slug, measure, version, head, points, fates in session.execute(text(_KEPT), {"rules": RULES}):
            if version != inputs_of(session, [slug]).of((slug, measure)):
                continue
            held = holdings_of(session, [(slug, measure)], plain=True)[slug]
            reading = Readings(held.claims, Choices()).reading(measure)
            outline = outline_of(reading, held.about(measure))
            now = [head_data(outline), points_data(outline.points), fates_data(fates_of(reading))]
            if json.loads(json.dumps(now)) != [head, points, fates]:
                yield f"What is kept of the reading of {slug}/{measure} is not what it comes to"


_LARGE = f"""
  select d.slug, m.slug, k.version
  from kept_claims k join deployments d on d.id = k.deployment_id join measures m on m.id = k.measure_id
  where k.form = {FORM} order by hashint8(k.deployment_id * 1000 + k.measure_id) limit 1"""


def find_wrongly_kept_claims(connection: Connection, _advance: Advance) -> Iterator[str]:
    """Of one of the measures whose claims are kept in one piece, whether these are what the ledger has."""
    with Session(connection) as session:
        for slug, measure, version in session.execute(text(_LARGE)).all():
            kept, read = (
                plain_claims(session, [(slug, measure)], version=version, as_kept=as_kept)
                for as_kept in (True, False)
            )
            if kept != read:
                yield f"What is kept of the claims about {slug}/{measure} is not what was claimed"


OF_COUNTS = (
    Invariant(
        "what-counts-is-counted",
        "Claims are counted by measure, nature, standing and source as they are there.",
        asked(_TALLIES, _VOICES),
    ),
    Invariant(
        "changes-are-noted",
        "Of each measure is noted when it last changed, so that nothing computed before is taken for new.",
        asked(_INPUTS),
    ),
    Invariant(
        "what-acts-touched-is-counted",
        "Of each act that moved the ledger is counted what it touched, and about what.",
        asked(_THINGS, _TOUCHED, _SPOKEN),
    ),
    Invariant(
        "readings-are-kept-as-they-are",
        f"What is kept of readings is what they come to; of {SAMPLED} it is computed anew.",
        find_wrongly_kept,
    ),
    Invariant(
        "large-measures-are-kept-as-they-are",
        "What is kept of the claims about a large measure is what the ledger holds; one is asked anew.",
        find_wrongly_kept_claims,
    ),
)
"""Invariants of what follows from the ledger and is kept beside it."""
