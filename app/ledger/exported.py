"""What each file of an exported ledger holds: its columns, and the SQL that gives its rows in their order.

Only what is public: what counts or counted. The spelling is the database's own, so that rows go from it to
a file without being touched: COPY's CSV, figures without needless decimals, moments in UTC. `docs/exports.md`
tells it to readers.
"""

# ruff: noqa: S608 - SQL is put together from names of our own, never from what was entered

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.accounts.models import COMMAND_LINE
from app.acts.models import one_of
from app.acts.queries import PUBLIC_KINDS
from app.claims.content import CONTENT
from app.claims.forms import CLAIM_COLUMNS
from app.ledger.containers import ACTS, CLAIMS, COMPANIONS, DESCRIPTIONS, HISTORY, VERSIONS

HISTORY_COLUMNS = ("claim_ref", "revision", "recorded_at", "act", "reason", "words", "by", "row")
VERSION_COLUMNS = ("claim_ref", "noun", "number", "version", "origin", "overridden")
ACT_COLUMNS = ("version", "at", "act", "origin", "subject", "reason", "words", "by", "role", "details")
DESCRIPTION_COLUMNS = ("noun", "slug", "number", "version", "reason", "row")

JUDGING = MappingProxyType({"set_aside": "set_aside", "retracted": "retract", "good": "restore"})
"""By the standing that it gives, what a judgement is called among the acts of the history."""

ENTERING = ("import", "enter", "restate", "add_appearance", "note_restart", "correct")
"""What a revision is called among the acts of the history."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file: its name, its columns, and the SELECT that gives them in that order."""

    name: str
    columns: tuple[str, ...]
    rows: str

    @property
    def copy(self) -> str:
        """The statement that writes its rows."""
        return f"copy ({self.rows}) to stdout with (format csv)"

    @property
    def header(self) -> bytes:
        """Its first line."""
        return f"{','.join(self.columns)}\n".encode()


def moment(column: str) -> str:
    """SQL: a moment in its one spelling, UTC to the microsecond."""
    return f"""to_char({column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def as_json(cells: Mapping[str, str], plain: Collection[str] = ()) -> str:
    """SQL: a row as JSON, every cell a text, the unknown an empty one, in the order given.

    `cells` gives SQL by column; the `plain` ones hold nothing that JSON would write in another way. It is put
    together by hand: the database's own functions take a third longer, and write null for what is empty.
    """
    parts: list[str] = []
    for place, (column, cell) in enumerate(cells.items()):
        opening = f"""{"," if place else "{"}"{column}":"""
        if column in plain:  # concat leaves out what is null
            parts += [f"""'{opening}"'""", cell, """'"'"""]
        else:
            text = f"{cell}::text"  # a number or a date is to be a text as well
            parts += [f"'{opening}'", f"""coalesce(to_json({text})::text, '""')"""]
    return f"concat({', '.join(parts)}, '}}')"


_TYPED = ("place", "source", "publisher", "title", "url", "wording", "note")
_PLAIN = tuple(column for column in CLAIM_COLUMNS if column not in _TYPED)
"""Columns of the claims CSV that hold only words, figures and dates of ours, nothing that somebody typed."""


_CELLS: Mapping[str, str] = MappingProxyType({
    "claim_ref": "c.ref",
    "deployment": "d.slug",
    "measure": "m.slug",
    "nature": "r.nature",
    "low": "trim_scale(r.low)",
    "point": "trim_scale(r.point)",
    "high": "trim_scale(r.high)",
    "qualifier": "r.qualifier",
    "as_of": "r.as_of",
    "period": "r.period",
    "counts_from": "r.counts_from",
    "place": "p.name",
    "said_on": "r.said_on",
    "source": "s.name",
    "publisher": "o.publisher",
    "title": "o.title",
    "url": "o.url",
    "published_on": "r.published_on",
    "language": "o.language",
    "wording": "r.wording",
    "credibility": "r.credibility",
    # Most cells that name a claim are empty, and an empty one costs nothing to look up.
    "supersedes": "(select ref from claims where id = r.supersedes_id)",
    "part_of": "(select ref from claims where id = r.part_of_id)",
    "repeat_of": "(select ref from claims where id = r.repeat_of_id)",
    "standing": "coalesce(j.standing, 'good')",
    "standing_reason": "j.standing_reason",
    "standing_on": "j.standing_on",
    "note": "r.note",
})  # fmt: skip
"""By column of the claims CSV, its cell: of claim c, revision r and judgement j. Sources are called as they
are now, so that whoever reads an old row finds its source."""

_NAMED = """
  join deployments d on d.id = r.deployment_id
  join measures m on m.id = r.measure_id
  join source_descriptions s on s.source_id = r.source_id and s.replaced_version is null
  left join places p on p.id = r.place_id
  left join documents o on o.id = r.document_id"""

_CURRENT = "{0}.approved_version is not null and {0}.replaced_version is null"

_CLAIMS = f"""
  select {", ".join(_CELLS[column] for column in CLAIM_COLUMNS)}
  from claims c
  join claim_revisions r on r.claim_id = c.id and {_CURRENT.format("r")} {_NAMED}
  left join judgements j on j.claim_id = c.id and {_CURRENT.format("j")}
  order by c.ref"""

PEOPLE = f"""
  select id, case
    when not named_in_public then pseudonym
    when name <> '{COMMAND_LINE}'
      and count(*) over (partition by case when named_in_public then display_name else pseudonym end) > 1
    then format('%s (%s)', display_name, pseudonym)
    else display_name end as called
  from people"""
"""What people are called in an export: each differently, and the same for good unless they change it."""

_HELD = ", ".join(f"r.{column}" for column in ("claim_id", "number", *CONTENT))
_STANDING = "j.standing, j.standing_reason, j.standing_on"
_JUDGED = " ".join(f"when '{standing}' then '{act}'" for standing, act in JUDGING.items())

# Each revision and judgement that counted, with the content and the standing that held from then on. A
# judgement whose claim had no revision yet, which no action of ours makes, is shown with the first.
# Every column is fetched here: to look a revision up again by its id takes as long as all the rest.
_ENTRIES = f"""
  select {_HELD}, {_STANDING}, r.approved_version as version, 0 as rank, r.recorded_at, r.recorded_by,
    r.reason, null as words, null as judged
  from claim_revisions r
  left join judgements j on j.claim_id = r.claim_id and j.approved_version <= r.approved_version
    and (j.replaced_version is null or j.replaced_version > r.approved_version)
  where r.approved_version is not null
  union all
  select {_HELD}, {_STANDING}, j.approved_version, 1, j.recorded_at, j.recorded_by,
    coalesce(j.standing_reason, j.reason), j.words, case j.standing {_JUDGED} end
  from judgements j
  cross join lateral (
    select * from claim_revisions e where e.claim_id = j.claim_id and e.approved_version is not null
    order by e.approved_version > j.approved_version,
      case when e.approved_version > j.approved_version then e.number else -e.number end
    limit 1) r
  where j.approved_version is not null"""

_NUMBERED = """case when r.number = 1 then 1 else (
    select count(*) from claim_revisions e
    where e.claim_id = r.claim_id and e.approved_version is not null and e.number <= r.number) end"""

_AS_ENTERED = """case
    when judged is not null then judged
    when kind = 'import' then 'import'
    when revision > 1 then 'correct'
    when repeat_of is not null then 'add_appearance'
    when supersedes is not null then 'restate'
    when counts_from is not null then 'note_restart'
    else 'enter' end"""

# Sorted before the JSON is written: it is three times as long as what it is written from.
_HISTORY = f"""
  select claim_ref, revision, {moment("recorded_at")}, {_AS_ENTERED}, entry_reason, words, called,
    {as_json({column: column for column in CLAIM_COLUMNS}, _PLAIN)}
  from (
    select {", ".join(f"{_CELLS[column].replace('j.', 'r.')} as {column}" for column in CLAIM_COLUMNS)},
      {_NUMBERED} as revision, r.recorded_at, r.judged, a.kind, r.reason as entry_reason, r.words, who.called
    from ({_ENTRIES}) r
    join claims c on c.id = r.claim_id {_NAMED}
    join acts a on a.version = r.version
    join ({PEOPLE}) who on who.id = r.recorded_by
    order by c.ref, r.version, r.rank offset 0
  ) entries"""

_VERSIONS = f"""
  select ref, case rank when 0 then 'revision' else 'judgement' end, number, version, origin, overridden
  from (
    select c.ref, 0 as rank, {_NUMBERED} as number, r.approved_version as version, r.origin, r.overridden
    from claim_revisions r join claims c on c.id = r.claim_id
    where r.approved_version is not null
    union all
    select c.ref, 1, {_NUMBERED.replace("claim_revisions", "judgements")}, r.approved_version, r.origin,
      r.overridden
    from judgements r join claims c on c.id = r.claim_id
    where r.approved_version is not null and exists (
      select from claim_revisions e where e.claim_id = r.claim_id and e.approved_version is not null)
  ) counted
  order by ref, version, rank"""

_ACTS = f"""
  select a.version, {moment("a.at")}, a.kind, a.origin, a.subject, a.reason, a.words, who.called, a.by_role,
    case a.kind
      when 'import' then a.details - 'batch'
      when 'document' then a.details || jsonb_build_object('document', jsonb_strip_nulls(jsonb_build_object(
        'publisher', o.publisher, 'title', o.title, 'url', o.url, 'language', o.language)))
    end
  from acts a
  join ({PEOPLE}) who on who.id = a.by_id
  left join document_notes n on n.act_id = a.id
  left join documents o on o.id = n.document_id
  where a.version is not null or {one_of("a.kind", PUBLIC_KINDS)}
  order by a.id"""

_COMPANIONS: Mapping[str, tuple[Mapping[str, str], str]] = MappingProxyType({
    "deployment": (
        {"slug": "o.slug", "name": "t.name", "sender": "t.sender", "host": "t.host", "operation": "g.name",
         "starts_on": "t.starts_on", "level_valid_days": "t.level_valid_days", "summary": "t.summary"},
        """deployment_descriptions t join deployments o on o.id = t.deployment_id
           left join operations g on g.id = t.operation_id""",
    ),
    "measure": (
        {"slug": "o.slug", "label": "t.label", "kind": "o.kind", "unit": "t.unit",
         "definition": "t.definition"},
        "measure_descriptions t join measures o on o.id = t.measure_id",
    ),
    "source": (
        {"name": "t.name", "kind": "t.kind", "country": "t.country", "family": "g.name",
         "reliability": "t.reliability", "stance": "t.stance", "note": "t.note", "slug": "o.slug"},
        """source_descriptions t join sources o on o.id = t.source_id
           left join families g on g.id = t.family_id""",
    ),
})  # fmt: skip
"""By noun, the cells of its companion file, and the tables: owner o, description t, group g."""


def _companion(noun: str) -> str:
    cells, tables = _COMPANIONS[noun]
    return f"""
  select {", ".join(cells.values())} from {tables}
  where t.replaced_version is null
  order by o.slug collate "C\""""


def _described(rank: int, noun: str) -> str:
    cells, tables = _COMPANIONS[noun]
    return f"""
    select {rank} as rank, '{noun}' as noun, o.id as owner, o.slug, t.number, t.version, t.reason,
      {as_json(cells)} as row
    from {tables}"""


PLACE_COLUMNS = ("slug", "name", "lies_in", "entered_as")
"""The cells of a description of a place: what it is called, the slug of the place in which it lies, and the
name with which it came into the ledger, by which every row of claims calls it."""

_PLACES = f"""
    select {len(_COMPANIONS)} as rank, 'place' as noun, o.id as owner, o.slug, t.number, t.version, t.reason,
      {as_json({"slug": "o.slug", "name": "t.name", "lies_in": "w.slug", "entered_as": "o.name"})} as row
    from place_descriptions t join places o on o.id = t.place_id left join places w on w.id = t.whole_id"""

ALIAS_COLUMNS = ("slug", "name", "until")
"""The cells of another name of a source or place: which one, the name, and the version at which it ceased."""

MERGE_COLUMNS = ("slug", "merged_into")
"""The cells of a merge: the source or place, and the one that it was merged into; empty: it stands again."""

_ALIASES = f"""
    select {len(_COMPANIONS) + 1}, 'alias', o.id, o.slug,
      row_number() over (partition by t.source_id order by t.version, t.name), t.version, a.reason,
      {as_json({"slug": "o.slug", "name": "t.name", "until": "t.replaced_version"})}
    from source_aliases t join sources o on o.id = t.source_id join acts a on a.version = t.version"""

_MERGES = f"""
    select {len(_COMPANIONS) + 2}, 'merge', o.id, o.slug, t.number, t.version, t.reason,
      {as_json({"slug": "o.slug", "merged_into": "i.slug"})}
    from source_merges t join sources o on o.id = t.source_id left join sources i on i.id = t.into_id"""

_PLACE_ALIASES = f"""
    select {len(_COMPANIONS) + 3}, 'place_alias', o.id, o.slug,
      row_number() over (partition by t.place_id order by t.version, t.name), t.version, a.reason,
      {as_json({"slug": "o.slug", "name": "t.name", "until": "t.replaced_version"})}
    from place_aliases t join places o on o.id = t.place_id join acts a on a.version = t.version"""

_PLACE_MERGES = f"""
    select {len(_COMPANIONS) + 4}, 'place_merge', o.id, o.slug, t.number, t.version, t.reason,
      {as_json({"slug": "o.slug", "merged_into": "i.slug"})}
    from place_merges t join places o on o.id = t.place_id left join places i on i.id = t.into_id"""

_NOUNS = (
    *(_described(rank, noun) for rank, noun in enumerate(_COMPANIONS)),
    _PLACES,
    _ALIASES,
    _MERGES,
    _PLACE_ALIASES,
    _PLACE_MERGES,
)

_DESCRIPTIONS = f"""
  select noun, slug, number, version, reason, row
  from ({" union all ".join(_NOUNS)}) described
  order by version, rank, owner, number"""

FILES = (
    ExportedFile(CLAIMS, CLAIM_COLUMNS, _CLAIMS),
    *(
        ExportedFile(name, tuple(cells), _companion(noun))
        for name, (noun, (cells, _)) in zip(COMPANIONS, _COMPANIONS.items(), strict=True)
    ),
    ExportedFile(HISTORY, HISTORY_COLUMNS, _HISTORY),
    ExportedFile(ACTS, ACT_COLUMNS, _ACTS),
    ExportedFile(VERSIONS, VERSION_COLUMNS, _VERSIONS),
    ExportedFile(DESCRIPTIONS, DESCRIPTION_COLUMNS, _DESCRIPTIONS),
)
"""The tables of an export, in the order in which they are written."""
