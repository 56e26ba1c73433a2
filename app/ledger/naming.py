"""From names to rows: what an import names is found in the ledger, or taken into it under a new address.

Only identities are written here, which carry no version and say nothing yet; where the import is refused
afterwards, they are rolled back with it. Every statement works on all rows at once.
"""

from sqlalchemy.orm import Session

from app.ledger.checks import Check, refuse
from app.ledger.refusals import Refusals
from app.ledger.scripts import run_script

_NO_OTHER = "(select null::bigint as id, null as name)"
_KNOWN_AS = """(select place_id as id, name from place_descriptions
    union select place_id, name from place_aliases where replaced_version is null)"""

GROUPS = (("operations", "staged_deployments", "operation", _NO_OTHER),
          ("families", "staged_sources", "family", _NO_OTHER),
          ("places", "staged_claims", "place", _KNOWN_AS))  # fmt: skip
"""What is known by a name: its table, where and in which column an import names it, and by which other names
it is known."""

# The same name is the same row, whatever its address has become; otherwise the same slug is.
_GROUP = """
create temporary table named_{table} on commit drop as
  select distinct on (s.{column}) s.{column} as name, s.{column}_slug as slug,
    coalesce(n.id, o.id, b.id) as id
  from (select distinct {column}, {column}_slug from {staged} where not bad and {column} is not null) s
  left join {table} n on n.name = s.{column}
  left join {others} o on o.name = s.{column}
  left join {table} b on b.slug = s.{column}_slug
  order by s.{column}, n.id;
"""

_NEW_OF_GROUP = """
insert into {table} (slug, name)
  select distinct on (n.slug) n.slug, n.name from named_{table} n
  join {staged} s on s.{column} = n.name and not s.bad
  where n.id is null and n.slug is not null order by n.slug, s.line;
update named_{table} n set id = t.id from {table} t where n.id is null and t.slug = n.slug;
"""

# A place is known by the slugs of its other names, too; where it was merged, the other one is meant.
_KNOWN_PLACES = """
update named_places n set id = place_now(coalesce(n.id, a.place_id))
from named_places o
left join (select slug, min(place_id) as place_id from place_aliases where replaced_version is null
           group by slug) a on a.slug = o.slug
where o.name = n.name and coalesce(n.id, a.place_id) is not null;
"""
_PLACE_CHECK = Check("claims.csv", "place", """
      select s.line, s.place, 'needs a letter a to z or a digit, to be given an address'
      from staged_claims s join named_places n on n.name = s.place
      where not s.bad and n.id is null""")  # fmt: skip

_BY_SLUG = """
insert into deployments (slug)
  select slug from staged_deployments where not bad order by line on conflict do nothing;
insert into measures (slug, kind)
  select slug, kind from staged_measures where not bad order by line on conflict do nothing;
"""

# A source is found by the slug that a row gives, else by its name of today, else by another name of it, else
# by a name that it alone had. A row of sources.csv by another name describes the source and renames nothing.
_FIND_SOURCES = """
create temporary table earlier_names on commit drop as
  select name, min(source_id) as source_id from source_descriptions
  group by name having count(distinct source_id) = 1;
create temporary table named_sources on commit drop as
  select distinct on (s.name) s.line, s.name, s.slug is not null as slug_given,
    coalesce(s.slug, s.made_slug) as slug,
    case when s.slug is null then coalesce(today.source_id, other.source_id, earlier.source_id)
      else given.id end as source_id,
    coalesce(today.source_id, other.source_id) as named_so_today, null::bigint as claim_line,
    case when today.source_id is null then (select name from source_descriptions d
      where d.source_id = other.source_id and d.replaced_version is null) end as keeps_name,
    null::bigint as stands_id
  from staged_sources s
  left join sources given on given.slug = s.slug
  left join source_descriptions today on today.name = s.name and today.replaced_version is null
  left join source_aliases other on other.name = s.name and other.replaced_version is null
  left join earlier_names earlier on earlier.name = s.name
  where not s.bad
  order by s.name, s.line;
insert into named_sources
  select null, s.source, false, s.slug, coalesce(today.source_id, other.source_id, earlier.source_id),
    coalesce(today.source_id, other.source_id), s.line, null, null
  from (select source, min(source_slug) as slug, min(line) as line from staged_claims where not bad
        group by source) s
  left join source_descriptions today on today.name = s.source and today.replaced_version is null
  left join source_aliases other on other.name = s.source and other.replaced_version is null
  left join earlier_names earlier on earlier.name = s.source
  where not exists (select from staged_sources f where f.name = s.source);
analyze named_sources;
"""

_NEW_SOURCES = """
insert into sources (slug)
  select slug from named_sources where source_id is null and slug is not null order by line, claim_line
  on conflict do nothing;
update named_sources n set source_id = s.id from sources s where n.source_id is null and s.slug = n.slug;
-- Claims of a source that was merged into another stand under that one.
update named_sources set stands_id = source_now(source_id);
"""

_SOURCE_CHECKS = (
    Check("sources.csv", "name", """
      select line, name, format('is named in line %s already', before) from (
        select line, name, min(line) over (partition by name) as before
        from staged_sources where name is not null
      ) s where before < line"""),
    Check("sources.csv", "slug", """
      select line, '', format('“%s” gives no slug: write one of small letters, digits and hyphens', name)
      from named_sources where line is not null and source_id is null and slug is null"""),
    Check("sources.csv", "slug", """
      select n.line, '', format('“%s” would be %s, which another source has: write a slug', n.name, n.slug)
      from named_sources n join sources s on s.slug = n.slug
      where n.line is not null and n.source_id is null and not n.slug_given"""),
    Check("sources.csv", "slug", """
      select line, slug, format('line %s has this slug already: write another one here', before) from (
        select line, slug, min(line) over (partition by slug) as before from named_sources
        where line is not null and source_id is null and slug is not null
      ) s where before < line"""),
    Check("sources.csv", "name", """
      select line, name, format('is the source of line %s already, under a name it had or has', before) from (
        select line, name, min(line) over (partition by source_id) as before from named_sources
        where line is not null and source_id is not null
      ) s where before < line"""),
    Check("sources.csv", "name", """
      select n.line, n.name, format('is the name of the source with the slug %s', s.slug)
      from named_sources n join sources s on s.id = n.named_so_today
      where n.line is not null and n.source_id is distinct from n.named_so_today
        and not exists (select from named_sources o
                        where o.line is not null and o.source_id = n.named_so_today and o.name <> n.name)"""),
    Check("claims.csv", "source", """
      select claim_line, name, 'gives no slug: add it to sources.csv with a slug'
      from named_sources where line is null and source_id is null and slug is null"""),
    Check("claims.csv", "source", """
      select claim_line, name,
        format('its slug would be %s, which another source has: add it to sources.csv with a slug', slug)
      from (select n.*, row_number() over (partition by slug order by line, claim_line) as place
            from named_sources n where source_id is null and slug is not null) n
      where line is null and (place > 1 or exists (select from sources s where s.slug = n.slug))"""),
)  # fmt: skip

# Digests are the same as the ones that the table computes, so that equal documents stay one row. In their
# order the index on them grows at one end, which takes half the time.
_DOCUMENTS = """
insert into documents (publisher, title, url, language)
  select s.publisher, s.title, s.url, s.language
  from (select digest, min(line) as line from staged_claims where not bad and digest is not null
        group by digest) first
  join staged_claims s on s.line = first.line
  where not exists (select from documents d where d.digest = decode(first.digest, 'hex'))
  order by first.digest;
"""

_CLAIMS = """
insert into claims (ref)
  select s.claim_ref from staged_claims s
  where not s.bad and not exists (select from claims c where c.ref = s.claim_ref)
  order by s.line on conflict do nothing;
"""


def find_names(session: Session, refusals: Refusals) -> None:
    """Give everything that the import names a row, and refuse names that cannot have one."""
    run_script(session, "analyze staged_claims, staged_deployments, staged_measures, staged_sources")
    for table, staged, column, others in GROUPS:
        run_script(session, _GROUP.format(table=table, staged=staged, column=column, others=others))
    run_script(session, _KNOWN_PLACES)
    for table, staged, column, _others in GROUPS:
        run_script(session, _NEW_OF_GROUP.format(table=table, staged=staged, column=column))
    run_script(session, _BY_SLUG + _FIND_SOURCES)
    for check in (_PLACE_CHECK, *_SOURCE_CHECKS):
        refuse(session, check, refusals)
    run_script(session, _NEW_SOURCES + _DOCUMENTS + _CLAIMS)
