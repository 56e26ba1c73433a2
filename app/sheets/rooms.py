"""The waiting rooms of an import, with the rows of a table in them, and what comes out about each.

Every statement works on all rows at once; the comparison itself is that of an import.
"""

# ruff: noqa: S608 - SQL is put together from names of our own, never from what was imported

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.documents import url_key
from app.claims.forms import CLAIM_COLUMNS, ClaimRow, Problem, read_claim
from app.claims.likeness import SAME, likenesses
from app.claims.rows import as_claim, claims_of
from app.languages.spoken import _
from app.ledger.checks import OF_CLAIMS, OF_FILES, OF_NAMES, OF_SUBMISSIONS, refuse
from app.ledger.naming import find_names
from app.ledger.refusals import Refusals
from app.ledger.states import compare_claims, compare_descriptions
from app.sheets.reading import MOST_ROWS
from app.slugs import slug_of
from app.sources.queries import attribution_of

WAITING = (*CLAIM_COLUMNS, "place_slug", "source_slug", "said_day", "ends_on", "digest")
"""What waits of a row, in its order: as app.ledger.staging.read_claim_cells gives it."""

_OTHER_REF = len(WAITING) + 1  # the place of the key that an appearance within the table would have
_TYPES = {
    "low": "numeric", "point": "numeric", "high": "numeric", "credibility": "smallint",
    "standing_on": "date", "said_day": "date", "ends_on": "date",
}  # fmt: skip
_LINES_AT_ONCE = 2000
_MOST_ALIKE = 10  # known claims that one row is held against


@dataclass(frozen=True, slots=True)
class Found:
    """What a row is: one of app.sheets.models.KINDS, why it is refused, and the known claim it is about."""

    kind: str
    problems: tuple[Problem, ...] = ()
    about: str | None = None


@dataclass
class Rooms:
    """The waiting rooms of an import, and what has come out about the rows so far."""

    session: Session
    sheet_id: int
    like_known: str  # app.sheets.models.LIKE_KNOWN
    refused: dict[int, list[Problem]] = field(default_factory=dict)
    known: dict[int, tuple[str, str]] = field(default_factory=dict)  # kind and claim_ref of the known claim
    twins: dict[int, tuple[str, str]] = field(default_factory=dict)  # likewise, of a row above in the table
    looked: bool = False

    def fill(self) -> None:
        """Let the rows in; those that could not be read by their keys alone."""
        cells = ", ".join(
            f"nullif(read[{place}], '')::{_TYPES.get(column, 'text')}"
            for place, column in enumerate(WAITING, 1)
        )
        self.session.execute(
            text(f"""
              insert into staged_claims (line, bad, {", ".join(WAITING)})
              select line, cardinality(read) = 1, {cells}
              from spreadsheet_checks where spreadsheet_id = :sheet order by line"""),
            {"sheet": self.sheet_id},
        )

    def tell_appearances_apart(self) -> None:
        """Rows without keys that say the same, read in other documents, get keys of their own."""
        found = self.session.execute(
            text(f"""
              with made as (
                select s.line, s.claim_ref, s.digest, c.read[{_OTHER_REF}] as other,
                  first_value(s.line) over same as first_line, first_value(s.digest) over same as first_digest
                from staged_claims s
                join spreadsheet_checks c on c.spreadsheet_id = :sheet and c.line = s.line
                where not s.bad and c.read[{_OTHER_REF}] <> '' and s.repeat_of is null
                window same as (partition by s.claim_ref order by s.line))
              update staged_claims s set claim_ref = made.other from made
              where made.line = s.line and made.line <> made.first_line
                and made.digest is distinct from made.first_digest
              returning s.line, made.claim_ref"""),
            {"sheet": self.sheet_id},
        )
        self.twins = {line: ("appearance", ref) for line, ref in found}

    def compared(self) -> dict[int, list[Problem]]:
        """Compare all rows that were not refused yet; those that the ledger refuses."""
        refusals = Refusals(most=MOST_ROWS * len(CLAIM_COLUMNS))
        for check in OF_FILES:
            refuse(self.session, check, refusals)
        find_names(self.session, refusals)
        compare_descriptions(self.session, overwrite=False)
        compare_claims(self.session, overwrite=False, submit=True)
        for check in (*OF_NAMES, *OF_CLAIMS, *OF_SUBMISSIONS):
            refuse(self.session, check, refusals)
        found: dict[int, list[Problem]] = {}
        for one in refusals.kept:
            if one.line is not None and one.line not in self.refused:
                problem = Problem(one.column or "claim_ref", one.value or "", one.reason)
                found.setdefault(one.line, []).append(problem)
        return found

    def leave_out(self, refused: Mapping[int, list[Problem]]) -> None:
        """Refuse these rows, and those that name them."""
        if not refused:
            return
        self.refused |= refused
        self.session.execute(
            text("update staged_claims set bad = true where line = any(:lines)"), {"lines": list(refused)}
        )
        self.refuse_with_those_refused()

    def refuse_with_those_refused(self) -> None:
        """Refuse rows that name a refused one which the ledger does not have either."""
        found = self.session.execute(
            text("""
          with recursive named (line, claim_ref, col, ref) as materialized (
            select line, claim_ref, 'supersedes', supersedes from staged_claims
            where not bad and supersedes is not null
            union all select line, claim_ref, 'part_of', part_of from staged_claims
            where not bad and part_of is not null
            union all select line, claim_ref, 'repeat_of', repeat_of from staged_claims
            where not bad and repeat_of is not null
          ), gone (ref) as (
            select claim_ref from staged_claims s where bad and claim_ref is not null
              and not exists (select from claims c where c.ref = s.claim_ref)
              and not exists (select from staged_claims g where not g.bad and g.claim_ref = s.claim_ref)
            union
            select n.claim_ref from named n join gone on gone.ref = n.ref
          )
          update staged_claims s set bad = true from named n join gone on gone.ref = n.ref
          where s.line = n.line returning n.line, n.col, n.ref""")
        ).all()
        for line, column, ref in found:
            reason = _("is the key of a row of this table that is refused")
            self.refused.setdefault(line, []).append(Problem(column, ref, reason))

    def look_for_known(self) -> dict[int, tuple[str, str]]:
        """New rows that say what a claim of the ledger, or a row above, says; looked for once."""
        if self.looked:
            return {}
        self.looked = True
        pairs = self.session.execute(text(_CANDIDATES), {"most": _MOST_ALIKE}).all()
        near: dict[int, list[int]] = {}
        for line, revision_id in pairs:
            near.setdefault(line, []).append(revision_id)
        found: dict[int, tuple[str, str]] = {}
        lines = iter(near)
        while portion := list(islice(lines, _LINES_AT_ONCE)):
            found |= self._alike({line: near[line] for line in portion})
        return {line: one for line, one in self.twins.items() if line not in self.refused} | found

    def _alike(self, near: Mapping[int, Sequence[int]]) -> dict[int, tuple[str, str]]:
        held = claims_of(self.session, sorted({one for ids in near.values() for one in ids}))
        found: dict[int, tuple[str, str]] = {}
        for line, claim in self._claims(list(near)):
            alike = likenesses(claim, [held[one] for one in near[line]])
            if alike and alike[0].strength >= SAME:
                kind = "unchanged" if _read_there_already(claim, alike[0].claim) else "appearance"
                found[line] = kind, alike[0].claim.ref
        return found

    def _claims(self, lines: Sequence[int]) -> Iterator[tuple[int, ApprovedClaim]]:
        """The rows on these lines as the claims that they would be."""
        cells = ", ".join(f"coalesce(s.{column}::text, '')" for column in CLAIM_COLUMNS)
        rows = self.session.execute(
            text(f"""
              select s.line, a.source_id, exists (
                  select from source_descriptions d where d.source_id = a.source_id) as is_known, {cells}
              from staged_claims s join arriving a on a.line = s.line where s.line = any(:lines)"""),
            {"lines": list(lines)},
        ).all()
        sources: dict[int, Attribution] = {}
        for line, source_id, is_known, *row in rows:
            # Whatever the day is: a row that waits here has been read before.
            read = read_claim(ClaimRow._make(row), date.max)
            if source_id not in sources:
                name = read.row.source
                slug = slug_of(name) or "new-source"
                sources[source_id] = (
                    attribution_of(self.session, source_id)
                    if is_known
                    else Attribution(slug, name, slug, name)
                )
            yield line, as_claim(read, sources[source_id])

    def take_as_known(self, alike: Mapping[int, tuple[str, str]]) -> None:
        """Rows that say what the ledger has: appearances of it, claims of their own, or nothing at all."""
        if not alike:
            return
        self.known |= alike
        out = [line for line, (kind, _ref) in alike.items()
               if kind == "unchanged" or self.like_known == "leave_out"]  # fmt: skip
        self._take_out(out)
        if self.like_known == "appearance":
            given = {line: ref for line, (_kind, ref) in alike.items() if line not in set(out)}
            self.session.execute(
                text("""
                  update staged_claims s set repeat_of = v.ref
                  from unnest(cast(:lines as bigint[]), cast(:refs as text[])) v (line, ref)
                  where s.line = v.line"""),
                {"lines": list(given), "refs": list(given.values())},
            )
        self.refuse_with_those_refused()

    def _take_out(self, lines: Sequence[int]) -> None:
        self.session.execute(
            text("delete from staged_claims where line = any(:lines)"), {"lines": list(lines)}
        )

    def found(self) -> dict[int, Found]:
        """What every row is."""
        states = self.session.execute(text("select line, state, repeat_of_id is not null from arriving"))
        found = {
            line: Found("appearance" if state == "new" and repeats else state, about=None)
            for line, state, repeats in states
        }
        for line, (kind, ref) in self.known.items():
            is_new = line not in found or found[line].kind in {"new", "appearance"}
            found[line] = Found(kind if is_new else found[line].kind, about=ref)
        return found | {line: Found("refused", tuple(problems)) for line, problems in self.refused.items()}


def _read_there_already(claim: ApprovedClaim, other: ApprovedClaim) -> bool:
    """Whether a row tells nothing new: no document, or the one in which the known claim was read."""
    if claim.document is None or claim.document == other.document:
        return True
    one, two = claim.document.url, other.document.url if other.document else None
    return bool(one and two and url_key(one) == url_key(two))


_CANDIDATES = """
with subjects as (select distinct deployment_id, measure_id from arriving),
rows as (
  select distinct a.line, a.deployment_id, a.measure_id, a.nature, a.source_id, f.value,
    coalesce(edtf_days(a.as_of), edtf_period(a.period)) as days, lower(a.wording) as wording
  from arriving a cross join unnest(array[a.low, a.point, a.high]) f (value)
  where a.state = 'new' and a.repeat_of_id is null and f.value is not null
), held as (
  select distinct r.id, r.deployment_id, r.measure_id, r.nature, r.source_id, f.value,
    coalesce(r.as_of_days, r.period_days) as days, lower(r.wording) as wording
  from claim_revisions r
  join subjects using (deployment_id, measure_id)
  cross join unnest(array[r.low, r.point, r.high]) f (value)
  where r.repeat_of_id is null and may_count(r.verdict, r.replaced_version) and f.value is not null
)
select line, id from (
  select distinct rows.line, held.id, dense_rank() over (partition by rows.line order by held.id) as place
  from rows join held using (deployment_id, measure_id, nature, value)
  where (rows.days is not distinct from held.days or rows.days <@ held.days or held.days <@ rows.days)
    and (rows.source_id = held.source_id or rows.wording = held.wording)
) near where place <= :most order by line, id"""
"""Claims that rows may be appearances of: of the same days and figure, and of one source or wording."""
