"""Restoring how an exported ledger came to be what it is, into a database in which nothing was recorded.

Every version is made again, each by its act, in the transaction of the import; so what began to count at it
obeys the same rules of the database as when it was recorded. What cannot have been so is refused.
"""

# ruff: noqa: S608 - SQL is put together from names of our own, never from what was imported

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE, Person, Role
from app.acts.queries import ledger_version
from app.claims.content import CONTENT
from app.claims.derived import let_derived_wait, write_derived
from app.claims.models import Claim
from app.ledger.checks import Check, refuse
from app.ledger.containers import ACTS, DESCRIPTIONS, HISTORY, VERSIONS, Container
from app.ledger.exported import JUDGING
from app.ledger.naming import find_names
from app.ledger.past import TABLES, acts_sheet, descriptions_sheet, history_sheet, versions_sheet
from app.ledger.refusals import Refusals
from app.ledger.report import Restored
from app.ledger.scripts import run_script
from app.ledger.staging import companion_sheets, stage
from app.ledger.states import DESCRIBED, IDS
from app.ledger.writing import portions
from app.slugs import slug_of

LEAVE = """
drop table earlier_names, named_families, named_operations, named_places, named_sources, restored_entries,
  restored_people, staged_acts, staged_claims, staged_deployments, staged_descriptions, staged_measures,
  staged_sources, staged_versions;
"""

_JUDGES = ", ".join(f"'{act}'" for act in JUDGING.values())
_LONGEST_LOGIN = 40
_LOGIN = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)


@dataclass(frozen=True)
class Watching:
    """Who wants to know how far it is: bytes that were read, rows that were written."""

    begin: Callable[[str, int, str], None]
    advance: Callable[[int], None]


def is_empty(session: Session) -> bool:
    """Whether nothing was ever recorded; there may be accounts."""
    return not ledger_version(session) and not session.scalar(select(exists().select_from(Claim)))


def files_used(container: Container) -> tuple[str, ...]:
    """Which files of the past can be read together: some say nothing without the others."""
    if HISTORY not in container.past:
        return ()
    if not {ACTS, VERSIONS} <= container.past.keys():
        return (HISTORY,)
    return (HISTORY, ACTS, VERSIONS, *((DESCRIPTIONS,) if DESCRIPTIONS in container.past else ()))


def restore(
    session: Session, container: Container, at: datetime, refusals: Refusals, watching: Watching
) -> Restored | None:
    """Take the past of an exported ledger into an empty database; None where anything is refused.

    `at` is when the people are made who are known only by what they are called.
    """
    used = files_used(container)
    run_script(session, TABLES)
    _stage(session, container, used, refusals, watching)
    run_script(session, _IN_ORDER)
    find_names(session, refusals)
    if ACTS not in used:
        run_script(session, _ACTS_BY_MOMENT)
    run_script(session, _ENTRIES if ACTS in used else _ENTRIES_BY_MOMENT)
    for check in (*_OF_NAMES, *_OF_ORDER):
        refuse(session, check, refusals)
    if refusals.count:
        return None
    people = _restore_people(session, at)
    run_script(session, _ACTS + _DOCUMENT_NOTES)
    for noun, columns in DESCRIBED.items():
        run_script(session, _describe(noun, columns))
    run_script(session, _DESCRIBE_PLACES)
    _write_entries(session, watching)
    run_script(session, _NAME_AND_MERGE)  # once no claim is left under a source that was merged
    return _told(session, people)


def _stage(
    session: Session, container: Container, used: tuple[str, ...], refusals: Refusals, watching: Watching
) -> None:
    past = {HISTORY: history_sheet(), ACTS: acts_sheet(), VERSIONS: versions_sheet(),
            DESCRIPTIONS: descriptions_sheet()}  # fmt: skip
    companions = [sheet for sheet in companion_sheets() if sheet.file in container.sizes]
    total = sum(container.past[name] for name in used) + sum(container.sizes[one.file] for one in companions)
    watching.begin("Reading the history", total, "B")
    for sheet in [*companions, *(past[name] for name in used)]:
        with container.open(sheet.file) as stream:
            stage(session, sheet, stream, refusals, watching.advance)


# Things come into the ledger in the order in which they came into it before: lists of them stay as they were.
_IN_ORDER = """
create unique index on staged_claims (line);
analyze staged_acts, staged_versions, staged_descriptions;
insert into operations (slug, name)
  select distinct on (operation_slug) operation_slug, operation from staged_descriptions
  where not bad and operation is not null order by operation_slug, line on conflict do nothing;
insert into families (slug, name)
  select distinct on (family_slug) family_slug, family from staged_descriptions
  where not bad and family is not null order by family_slug, line on conflict do nothing;
insert into deployments (slug)
  select slug from staged_descriptions where not bad and noun = 'deployment'
  group by slug order by min(line) on conflict do nothing;
insert into measures (slug, kind)
  select slug, min(kind) from staged_descriptions where not bad and noun = 'measure'
  group by slug order by min(line) on conflict do nothing;
insert into sources (slug)
  select slug from staged_descriptions where not bad and noun = 'source'
  group by slug order by min(line) on conflict do nothing;
insert into places (slug, name)
  select slug, min(entered_as) from staged_descriptions where not bad and noun = 'place'
  group by slug order by min(line) on conflict do nothing;
"""

_ACTS_BY_MOMENT = f"""
insert into staged_acts (line, bad, called, version, at, kind, origin, subject, role, details)
  select turn, false, called, turn, recorded_at,
    case when bool_or(act = 'import') then 'import' when bool_and(act in ({_JUDGES})) then 'judge'
      else 'approve' end,
    'command_line', case when count(distinct claim_ref) = 1 and not bool_or(act = 'import')
      then min(claim_ref) end, 'editor', '{{}}'
  from (select *, dense_rank() over (order by recorded_at, called) as turn
        from staged_claims where not bad) s
  group by turn, recorded_at, called;
analyze staged_acts;
"""

_NUMBERED = f"""
create temporary table restored_entries on commit drop as
with entries as (
  select s.line, s.claim_ref, c.id as claim_id, s.act in ({_JUDGES}) as judges, s.revision, s.recorded_at,
    s.reason, s.words, s.called, num_nonnulls(s.supersedes, s.part_of, s.repeat_of) > 0 as names_claims,
    row_number() over (partition by s.claim_ref, s.act in ({_JUDGES}) order by s.line) as number
  from staged_claims s join claims c on c.ref = s.claim_ref where not s.bad)
select e.*, {{version}} as version, {{origin}} as origin, {{overridden}} as overridden,
  lead({{version}}) over (partition by e.claim_id, e.judges order by e.number) as replaced_version,
  min(e.line) over (partition by e.claim_id) as first_line,
  bool_or(e.names_claims) over (partition by e.claim_id) as goes_last
from entries e left join {{versions}};
create unique index on restored_entries (line);
create index on restored_entries (first_line);
analyze restored_entries;
"""

_ENTRIES = _NUMBERED.format(
    version="v.version",
    origin="v.origin",
    overridden="coalesce(v.overridden, case when not e.judges then e.words end)",
    versions="""staged_versions v on v.claim_ref = e.claim_ref and v.number = e.number and not v.bad
  and v.noun = case when e.judges then 'judgement' else 'revision' end""",
)

_ENTRIES_BY_MOMENT = _NUMBERED.format(
    version="v.version",
    origin="v.origin",
    overridden="case when not e.judges then e.words end",
    versions="staged_acts v on v.at = e.recorded_at and v.called = e.called",
)


def _unknown(column: str) -> Check:
    return Check(HISTORY, column, f"""
      select s.line, s.{column}, 'is not known: add it to {column}s.csv'
      from staged_claims s
      where not s.bad and not exists (select from {column}s k where k.slug = s.{column})""")  # fmt: skip


def _names_nothing(column: str) -> Check:
    return Check(HISTORY, column, f"""
      select s.line, s.{column}, 'names no claim of the history'
      from staged_claims s
      where not s.bad and s.{column} is not null
        and not exists (select from claims c where c.ref = s.{column})
        and not exists (select from staged_claims b where b.bad and b.claim_ref = s.{column})""")  # fmt: skip


_OF_NAMES = (
    _unknown("deployment"),
    _unknown("measure"),
    *(_names_nothing(column) for column in ("supersedes", "part_of", "repeat_of")),
    Check(HISTORY, "nature", """
      select s.line, s.nature, format('the measure %s is a %s, which has no %s', m.slug, m.kind, s.nature)
      from staged_claims s join measures m on m.slug = s.measure
      where (s.nature in ('total', 'increment', 'event') and m.kind <> 'flow')
        or (s.nature = 'level' and m.kind <> 'level')"""),
    Check(DESCRIPTIONS, "row", """
      select s.line, s.kind, format('the measure %s is of kind %s', s.slug, m.kind)
      from staged_descriptions s join measures m on m.slug = s.slug
      where s.noun = 'measure' and s.kind <> m.kind"""),
)  # fmt: skip

_OF_ORDER = (
    Check(ACTS, "version", """
      select line, version::text, format('is not the version that follows: %s', place)
      from (select line, version, row_number() over (order by line) as place from staged_acts
            where version is not null and not bad) a
      where version <> place"""),
    Check(HISTORY, "revision", """
      select line, revision::text, format('is not the revision that follows: %s', number)
      from restored_entries where not judges and revision <> number"""),
    Check(HISTORY, "act", """
      select min(line), '', format('%s is judged and was never entered', claim_ref)
      from restored_entries group by claim_ref having bool_and(judges)"""),
    Check(HISTORY, "claim_ref", """
      select line, claim_ref, 'versions.csv does not say since when it counted'
      from restored_entries where version is null"""),
    Check(HISTORY, "claim_ref", """
      select line, claim_ref, format('counts from version %s on, of which acts.csv knows nothing', version)
      from restored_entries e
      where version is not null and not exists (select from staged_acts a where a.version = e.version)"""),
    Check(HISTORY, "recorded_at", """
      select line, claim_ref, 'comes after a row of the same claim that counted later or at once'
      from (select *, lag(version) over (partition by claim_id, judges order by number) as before
            from restored_entries) e
      where version <= before"""),
    Check(DESCRIPTIONS, "version", """
      select line, version::text, 'is a version of which acts.csv knows nothing'
      from staged_descriptions d
      where not bad and not exists (select from staged_acts a where a.version = d.version)"""),
    Check(DESCRIPTIONS, "row", """
      select line, lies_in, 'is a place of which this file says nothing'
      from staged_descriptions d
      where not bad and noun = 'place' and lies_in is not null and not exists (
        select from staged_descriptions w where w.noun = 'place' and w.slug = d.lies_in)"""),
    Check(DESCRIPTIONS, "row", """
      select line, merged_into, 'is a source of which this file says nothing'
      from staged_descriptions d
      where not bad and noun = 'merge' and merged_into is not null and not exists (
        select from staged_descriptions w where w.noun = 'source' and w.slug = d.merged_into)"""),
    Check(DESCRIPTIONS, "row", """
      select line, coalesce(merged_into, slug), 'is a place of which this file says nothing'
      from staged_descriptions d
      where not bad and noun in ('place_alias', 'place_merge') and (
        not exists (select from staged_descriptions w where w.noun = 'place' and w.slug = d.slug)
        or merged_into is not null and not exists (
          select from staged_descriptions w where w.noun = 'place' and w.slug = d.merged_into))"""),
    Check(DESCRIPTIONS, "row", """
      select line, slug, 'is a source of which this file says nothing'
      from staged_descriptions d
      where not bad and noun in ('alias', 'merge') and not exists (
        select from staged_descriptions w where w.noun = 'source' and w.slug = d.slug)"""),
    Check(DESCRIPTIONS, "row", """
      select line, until::text, 'is no later version of which acts.csv knows'
      from staged_descriptions d
      where not bad and until is not null and (
        until <= version or not exists (select from staged_acts a where a.version = d.until))"""),
    Check(DESCRIPTIONS, "number", """
      select line, number::text, format('is not the description of %s that follows: %s', slug, place)
      from (select *, row_number() over (partition by noun, slug order by line) as place,
              lag(version) over (partition by noun, slug order by line) as before
            from staged_descriptions where not bad) d
      where number <> place or version <= before"""),
)  # fmt: skip
"""What follows on what. The rules of the database have the last word, and are less kind."""


_PEOPLE = "create temporary table restored_people (called text, person_id bigint) on commit drop"
_ACTED = text("insert into restored_people values (:called, :id)")


def _restore_people(session: Session, at: datetime) -> int:
    """Make everybody who acted and is not known here a person who cannot sign in; gives how many.

    What they are called becomes their pseudonym, so that it stays the same for good. The command line is
    known everywhere, and so is whoever has the same pseudonym.
    """
    command_line = session.scalars(select(Person).where(Person.name == COMMAND_LINE)).one()
    run_script(
        session, "create temporary table restored_people (called text, person_id bigint) on commit drop"
    )
    called = session.execute(text("""
      select called, bool_or(role <> 'editor') from (
        select called, role from staged_acts union all select called, 'editor' from restored_entries) acting
      group by called order by called collate "C\"""")).all()  # fmt: skip
    made = 0
    for name, reviewed in called:
        if name == command_line.public_name:
            person = command_line
        else:
            known = session.scalar(select(Person).where(Person.pseudonym == name))
            person = known or _new_person(session, name, at, role=Role.REVIEWER if reviewed else Role.EDITOR)
            made += known is None
        session.execute(
            text("insert into restored_people values (:called, :id)"), {"called": name, "id": person.id}
        )
    run_script(session, "analyze restored_people")
    return made


def _new_person(session: Session, called: str, at: datetime, *, role: Role) -> Person:
    wanted = slug_of(called)[: _LONGEST_LOGIN - 6].strip("-")
    wanted = wanted if _LOGIN.fullmatch(wanted) else "restored"
    login, number = wanted, 1
    while session.scalar(select(Person.id).where(Person.name == login)) is not None:
        number += 1
        login = f"{wanted}-{number}"
    person = Person(
        name=login, display_name=called, pseudonym=called, role=role, created_at=at, disabled_at=at
    )
    session.add(person)
    session.flush()  # who comes next must not get the same name
    return person


_ACTS = """
do $$
declare
  act record;
begin
  for act in
    select a.*, p.id as person_id, p.name from staged_acts a
    join restored_people r on r.called = a.called join people p on p.id = r.person_id
    order by a.line
  loop
    if act.version is not null then
      update ledger set version = version + 1;
    end if;
    insert into acts (version, at, by_id, by_name, by_role, origin, kind, subject, reason, words, details)
      values (act.version, act.at, act.person_id, act.name, act.role, act.origin, act.kind, act.subject,
        act.reason, act.words, act.details - 'document');
  end loop;
end $$;
"""

# Acts without a version are told apart by their order, which is that of their ids.
_DOCUMENT_NOTES = """
create temporary table noted_documents on commit drop as
  select n.act_id, a.details, a.details -> 'document' ->> 'publisher' as publisher,
    a.details -> 'document' ->> 'title' as title, a.details -> 'document' ->> 'url' as url,
    a.details -> 'document' ->> 'language' as language
  from (select *, row_number() over (order by line) as place from staged_acts) a
  join (select id as act_id, row_number() over (order by id) as place from acts where id in (
          select id from acts order by id desc limit (select count(*) from staged_acts))) n using (place)
  where a.kind = 'document' and a.details -> 'document' is not null;
insert into documents (publisher, title, url, language)
  select publisher, title, url, language from noted_documents order by act_id on conflict do nothing;
insert into document_notes (document_id, act_id, state, archived_url)
  select o.id, n.act_id, n.details ->> 'state', n.details ->> 'archived_url'
  from noted_documents n
  join documents o on o.digest = document_digest(n.publisher, n.title, n.url, n.language)
  order by n.act_id;
drop table noted_documents;
"""


def _describe(noun: str, columns: tuple[str, ...]) -> str:
    """SQL that writes the descriptions of a noun: those of the past, and where there are none those of today.

    Of today's nobody says since when they held, so they hold from version 1 on.
    """
    group = {"operation_id": ("operations", "operation"), "family_id": ("families", "family")}
    values = []
    for column in columns:
        if column not in group:
            values.append(f"s.{column}")
            continue
        table, name = group[column]
        values.append(
            f"(select g.id from {table} g where g.name = s.{name} or g.slug = s.{name}_slug"
            f" order by g.name = s.{name} desc limit 1)"
        )
    into = f"""insert into {noun}_descriptions ({noun}_id, number, {", ".join(columns)}, version,
        replaced_version, recorded_by, recorded_at, origin, reason)"""
    slug = "coalesce(s.slug, s.made_slug)" if noun == "source" else "s.slug"
    rest = f"""
      {into}
      select o.id, 1, {", ".join(values)}, 1, null, a.by_id, a.at, a.origin, null
      from staged_{noun}s s join {noun}s o on o.slug = {slug}
      join acts a on a.version = 1
      where not s.bad and not exists (select from {noun}_descriptions t where t.{noun}_id = o.id)
      order by s.line;"""
    unnamed = """
      insert into source_descriptions (source_id, number, name, version, recorded_by, recorded_at, origin)
      select n.source_id, 1, n.name, 1, a.by_id, a.at, a.origin
      from named_sources n join acts a on a.version = 1
      where not exists (select from source_descriptions t where t.source_id = n.source_id)
      order by n.claim_line;"""
    return f"""
      {into}
      select o.id, s.number, {", ".join(values)}, s.version,
        lead(s.version) over (partition by s.slug order by s.number), a.by_id, a.at, a.origin, s.reason
      from staged_descriptions s
      join {noun}s o on o.slug = s.slug
      join acts a on a.version = s.version
      where not s.bad and s.noun = '{noun}'
      order by s.line;
      {rest}{unnamed if noun == "source" else ""}"""


# One statement: a place may lie in one that was described before it, or after, or with it.
_DESCRIBE_PLACES = """
  insert into place_descriptions (place_id, number, name, whole_id, version, replaced_version, recorded_by,
    recorded_at, origin, reason)
  select o.id, s.number, s.name, w.id, s.version,
    lead(s.version) over (partition by s.slug order by s.number), a.by_id, a.at, a.origin, s.reason
  from staged_descriptions s
  join places o on o.slug = s.slug
  left join places w on w.slug = s.lies_in
  join acts a on a.version = s.version
  where not s.bad and s.noun = 'place'
  order by s.line"""

_NAME_AND_MERGE = """
  insert into source_aliases (source_id, name, version, replaced_version)
  select o.id, s.name, s.version, s.until
  from staged_descriptions s join sources o on o.slug = s.slug
  where not s.bad and s.noun = 'alias'
  order by s.line;
  insert into source_merges (source_id, number, into_id, version, replaced_version, recorded_by, recorded_at,
    origin, reason)
  select o.id, s.number, i.id, s.version, lead(s.version) over (partition by s.slug order by s.number),
    a.by_id, a.at, a.origin, s.reason
  from staged_descriptions s
  join sources o on o.slug = s.slug
  left join sources i on i.slug = s.merged_into
  join acts a on a.version = s.version
  where not s.bad and s.noun = 'merge'
  order by s.line;
  insert into place_aliases (place_id, name, slug, version, replaced_version)
  select o.id, s.name, s.made_slug, s.version, s.until
  from staged_descriptions s join places o on o.slug = s.slug
  where not s.bad and s.noun = 'place_alias'
  order by s.line;
  insert into place_merges (place_id, number, into_id, version, replaced_version, recorded_by, recorded_at,
    origin, reason)
  select o.id, s.number, i.id, s.version, lead(s.version) over (partition by s.slug order by s.number),
    a.by_id, a.at, a.origin, s.reason
  from staged_descriptions s
  join places o on o.slug = s.slug
  left join places i on i.slug = s.merged_into
  join acts a on a.version = s.version
  where not s.bad and s.noun = 'place_merge'
  order by s.line;"""

_REVISE = f"""
  insert into claim_revisions (claim_id, number, measure_kind, {", ".join(CONTENT)}, reason, verdict,
    decided_by, decided_at, approved_version, replaced_version, approved_alone, overridden, recorded_by,
    recorded_at, origin)
  select i.claim_id, e.number, i.measure_kind, {", ".join(f"i.{column}" for column in CONTENT)},
    e.reason, 'approved', a.by_id, greatest(a.at, e.recorded_at), e.version, e.replaced_version,
    a.by_id = p.person_id and e.origin <> 'command_line', e.overridden, p.person_id, e.recorded_at, e.origin
  from restored_entries e
  join ({IDS} and s.line in (select line from restored_entries where not judges and {{which}})) i
    on i.line = e.line
  join acts a on a.version = e.version
  join restored_people p on p.called = e.called"""

_JUDGE = """
  insert into judgements (claim_id, number, standing, standing_reason, standing_on, words, reason, verdict,
    decided_by, decided_at, approved_version, replaced_version, approved_alone, overridden, recorded_by,
    recorded_at, origin)
  select e.claim_id, e.number, s.standing, s.standing_reason, s.standing_on, e.words,
    case when e.reason is distinct from s.standing_reason then e.reason end, 'approved', a.by_id,
    greatest(a.at, e.recorded_at), e.version, e.replaced_version,
    a.by_id = p.person_id and e.origin <> 'command_line', e.overridden, p.person_id, e.recorded_at, e.origin
  from restored_entries e
  join staged_claims s on s.line = e.line
  join acts a on a.version = e.version
  join restored_people p on p.called = e.called
  where e.judges
  order by e.line"""


def _write_entries(session: Session, watching: Watching) -> None:
    """Write revisions and judgements, those of one claim together, so that its numbers follow."""
    watching.begin("Restoring", session.scalar(text("select count(*) from restored_entries")) or 0, " rows")
    let_derived_wait(session)
    runs = portions(session, "restored_entries")
    for first, last in runs:
        done = session.execute(
            text(_REVISE.format(which="not goes_last and first_line between :first and :last")),
            {"first": first, "last": last},
        )
        watching.advance(getattr(done, "rowcount", 0))
    if len(runs) > 1:
        # Unless it knows that the table has grown, the database looks at all of it for each row to come.
        session.execute(text("analyze claim_revisions"))
    # Last and together, so that the claims they name are there when the database looks at them.
    session.execute(text(_REVISE.format(which="goes_last")))
    session.execute(text(_JUDGE))
    write_derived(session)


def _told(session: Session, people: int) -> Restored:
    counted = session.execute(text("""
      select count(*) filter (where not judges), count(*) filter (where judges), count(distinct claim_id),
        min(recorded_at), max(recorded_at) from restored_entries""")).one()  # fmt: skip
    revisions, judgements, claims, first_at, last_at = counted
    return Restored(revisions, judgements, claims, first_at, last_at, ledger_version(session), people)
