"""Invariants of the history: numbers, versions, acts, and the turns in which rows count."""

# ruff: noqa: S608 - SQL is put together from names of our own tables

from app.keeping.finding import Invariant, asked, label

DESCRIPTIONS = {
    "deployment_descriptions": ("deployment_id", "deployments", "deployment"),
    "measure_descriptions": ("measure_id", "measures", "measure"),
    "source_descriptions": ("source_id", "sources", "source"),
}
PLACES = {"place_descriptions": ("place_id", "places", "place")}
"""Described as the others are, once there is more to say of a place than the name it came in with."""

MERGES = {
    "source_merges": ("source_id", "sources", "source"),
    "place_merges": ("place_id", "places", "place"),
}
"""Told as descriptions are: into which source or place another one was merged, or that it stands again."""

DECIDED = {"claim_revisions": "claim_id", "judgements": "claim_id"}
OWNERS = DECIDED | {table: owner for table, (owner, _, _) in (DESCRIPTIONS | PLACES | MERGES).items()}
LATE = "interval '1 day'"
"""How much earlier than an older act one may be dated: its moment is that of its beginning, and an import
takes its version when it ends; clocks of several machines differ."""


def _follow(table: str, owner: str) -> str:
    return f"""
      select {label(table, "id")} || format(' is preceded by number %s: numbers leave none out', before)
      from (select *, lag(number, 1, 0::bigint) over (partition by {owner} order by number) as before
            from {table}) t
      where number <> before + 1"""


def _in_turn(table: str, owner: str) -> str:
    return f"""
      select {label(table, "id")} || format(' counts from version %s on, and number %s before it %s',
        approved_version, before,
        case when ended is null then 'still counts' else format('counted until %s', ended) end)
      from (select *, lag(number) over turns as before, lag(replaced_version) over turns as ended
            from {table} where approved_version is not null
            window turns as (partition by {owner} order by number)) t
      where before is not null and (ended is null or ended > approved_version)"""


def _for_another(table: str, owner: str) -> str:
    return f"""
      select {label(table, "id")} || format(' ceased to count at version %s, at which nothing took its place',
        replaced_version)
      from (select *, lead(approved_version) over (partition by {owner} order by number) as following
            from {table} where approved_version is not null) t
      where replaced_version is not null and following is distinct from replaced_version"""


def _gapless(table: str, owner: str) -> str:
    return f"""
      select {label(table, "id")} || format(' counts from version %s on, and the one before it %s',
        version, case when ended is null then 'still counts' else format('until %s', ended) end)
      from (select *, number > 1 as follows, lag(replaced_version) over (
              partition by {owner} order by number) as ended
            from {table}) t
      where follows and ended is distinct from version"""


def _described(table: str, owner: str, owners: str, noun: str) -> str:
    return f"""
      select format('The {noun} %s has %s descriptions that count, and has to have one', o.slug, count(d.id))
      from {owners} o
      left join {table} d on d.{owner} = o.id and d.replaced_version is null
      group by o.id, o.slug having count(d.id) <> 1"""


def _circular(table: str, owner: str, owners: str, noun: str) -> str:
    return f"""
      with recursive up (start, at) as (
        select {owner}, into_id from {table} where replaced_version is null and into_id is not null
        union
        select up.start, m.into_id from up join {table} m
          on m.{owner} = up.at and m.replaced_version is null and m.into_id is not null
        where up.at <> up.start)
      select format('The {noun} %s is merged into itself', o.slug)
      from up join {owners} o on o.id = up.start where up.at = up.start"""


def _left_under(table: str, owner: str, owners: str, noun: str) -> str:
    return f"""
      select format('Revision %s of %s names %s, which was merged into another {noun}',
        r.number, c.ref, o.slug)
      from {table} m
      join claim_revisions r on r.{owner} = m.{owner} and may_count(r.verdict, r.replaced_version)
      join claims c on c.id = r.claim_id join {owners} o on o.id = m.{owner}
      where m.replaced_version is null and m.into_id is not null"""


OF_HISTORY = (
    Invariant(
        "ledger-has-a-version",
        "The ledger has one version, the number of the newest act that moved it.",
        asked("""
          select 'The ledger has no version: its one row is missing'
          where not exists (select from ledger)""", """
          select format('The ledger stands at version %s, and the newest act that moved it made version %s',
            version, coalesce((select max(version) from acts), 0))
          from ledger where version <> coalesce((select max(version) from acts), 0)"""),
    ),
    Invariant(
        "versions-leave-none-out",
        "Every version of the ledger was made by an act.",
        asked("""
          select format('The act of version %s is preceded by that of version %s: an act is missing',
            version, before)
          from (select version, lag(version, 1, 0::bigint) over (order by version) as before
                from acts where version is not null) t
          where version <> before + 1"""),
    ),
    Invariant(
        "acts-in-time",
        "Acts follow one another in time as their versions do, give or take a day.",
        asked(f"""
          select format('The act of version %s is dated %s, more than a day before that of an older version',
            version, to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'))
          from (select version, at, max(at) over (order by version rows unbounded preceding) as newest
                from acts where version is not null) t
          where at < newest - {LATE}"""),
    ),
    Invariant(
        "citations-cite-what-was",
        "What is cited is a version that the ledger has had, made at the moment that the citation says.",
        asked("""
          select format('Citation %s cites version %s, and the ledger stands at %s',
            key, c.version, l.version)
          from citations c cross join ledger l where c.version > l.version""", """
          select format('Citation %s says that version %s was made at another moment than its act',
            key, c.version)
          from citations c join acts a on a.version = c.version where c.version_at is distinct from a.at"""),
    ),
    Invariant(
        "acts-name-their-person",
        "An act names the person who did it as their account does.",
        asked("""
          select format('Act %s says that it was done by %s, and the account behind it is %s',
            a.id, a.by_name, p.name)
          from acts a join people p on p.id = a.by_id where a.by_name <> p.name"""),
    ),
    Invariant(
        "numbers-follow",
        "Revisions, judgements and descriptions are numbered 1, 2, 3 ... and leave none out.",
        asked(*(_follow(table, owner) for table, owner in OWNERS.items())),
    ),
    Invariant(
        "one-counts-at-a-time",
        "Of a claim one revision and one judgement count at a time, the higher number later.",
        asked(*(_in_turn(table, owner) for table, owner in DECIDED.items())),
    ),
    Invariant(
        "ceases-for-another",
        "A revision or judgement ceases to count at the version at which the next one begins to.",
        asked(*(_for_another(table, owner) for table, owner in DECIDED.items())),
    ),
    Invariant(
        "descriptions-leave-no-gap",
        "A description begins to count at the version at which the one before it ceases to.",
        asked(*(_gapless(table, owner) for table, (owner, _, _) in (DESCRIPTIONS | PLACES | MERGES).items())),
    ),
    Invariant(
        "merges-end-somewhere",
        "No source and no place is merged into itself, by however many others.",
        asked(*(_circular(table, *names) for table, names in MERGES.items())),
    ),
    Invariant(
        "claims-name-sources-that-stand",
        "No claim that counts, or may come to count, is left under a source that was merged into another.",
        asked(_left_under("source_merges", *MERGES["source_merges"])),
    ),
    Invariant(
        "claims-name-places-that-stand",
        "No claim that counts, or may come to count, is left about a place that was merged into another.",
        asked(_left_under("place_merges", *MERGES["place_merges"])),
    ),
    Invariant(
        "places-lie-in-places-that-stand",
        "No place lies in one that was merged into another.",
        asked("""
          select format('The place %s lies in %s, which was merged into another place', p.slug, w.slug)
          from place_merges m
          join place_descriptions d on d.whole_id = m.place_id and d.replaced_version is null
          join places p on p.id = d.place_id join places w on w.id = m.place_id
          where m.replaced_version is null and m.into_id is not null"""),
    ),
    Invariant(
        "names-lead-to-one-source",
        "The name of a source is no other name of another one.",
        asked("""
          select format('%s is the name of the source %s and another name of %s', d.name, s.slug, o.slug)
          from source_descriptions d join source_aliases a on a.name = d.name and a.replaced_version is null
          join sources s on s.id = d.source_id join sources o on o.id = a.source_id
          where d.replaced_version is null and a.source_id <> d.source_id"""),
    ),
    Invariant(
        "places-lie-in-no-circle",
        "No place lies in itself, by however many others, at any version.",
        asked("""
          with recursive up (start, version, at) as (
            select place_id, version, whole_id from place_descriptions where whole_id is not null
            union
            select up.start, up.version, d.whole_id
            from up join place_descriptions d on d.place_id = up.at and d.version <= up.version
              and (d.replaced_version is null or d.replaced_version > up.version)
            where d.whole_id is not null and up.at <> up.start)
          select format('The place %s lies in itself from version %s on', p.slug, up.version)
          from up join places p on p.id = up.start where up.at = up.start"""),
    ),
    Invariant(
        "places-keep-their-names",
        "A name that a place has, or ever had, is no other place's.",
        asked("""
          with names as (
            select id as place_id, name from places
            union select place_id, name from place_descriptions)
          select format('More than one place is or was called %s: %s', n.name,
            string_agg(p.slug, ', ' order by p.slug))
          from names n join places p on p.id = n.place_id group by n.name having count(*) > 1"""),
    ),
    Invariant(
        "names-lead-to-one-place",
        "Another name of a place is no name of another one, and its slug leads to no other.",
        asked("""
          with leads (place_id, kind, key, other) as (
            select id, 'name', name, false from places
            union select place_id, 'name', name, false from place_descriptions
            union select id, 'slug', slug, false from places
            union select place_id, 'name', name, true from place_aliases where replaced_version is null
            union select place_id, 'slug', slug, true from place_aliases
              where replaced_version is null and slug is not null)
          select format('The %s %s leads to more than one place: %s', l.kind, l.key,
            string_agg(distinct p.slug, ', ' order by p.slug))
          from leads l join places p on p.id = l.place_id
          group by l.kind, l.key having count(distinct l.place_id) > 1 and bool_or(l.other)"""),
    ),
    Invariant(
        "wholes-are-described",
        "A place in which another lies is described itself from that version on, so that an export names it.",
        asked("""
          select format('The place %s lies in %s, which is not described', p.slug, w.slug)
          from place_descriptions d join places p on p.id = d.place_id join places w on w.id = d.whole_id
          where not exists (select from place_descriptions o
                            where o.place_id = d.whole_id and o.version <= d.version)"""),
    ),
    Invariant(
        "all-is-described",
        "Every deployment, measure and source has one description that counts.",
        asked(*(_described(table, *names) for table, names in DESCRIPTIONS.items())),
    ),
)  # fmt: skip
"""Invariants of the history."""
