"""What an invariant is, and how what breaks it is found: a sentence for each row at fault, one at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

Advance = Callable[[int], None]
"""Told of steps that were made, where one invariant takes long."""

Find = Callable[[Connection, Advance], Iterator[str]]
"""Gives a sentence, without its full stop, for each row that breaks an invariant."""

AT_ONCE = 1000
"""Rows that are fetched together: memory is bounded however many there are."""


@dataclass(frozen=True)
class Invariant:
    """Something that is true of all that Muster stores, and that it relies on."""

    name: str
    holds: str  # what is true, in a sentence
    find: Find


def asked(*queries: str) -> Find:
    """Finds by SQL: each row of these queries has one column, the sentence."""

    def find(connection: Connection, _: Advance) -> Iterator[str]:
        for query in queries:
            for row in stream(connection, query):
                yield str(row[0])

    return find


def stream(connection: Connection, query: str) -> Iterator[tuple[object, ...]]:
    """The rows of a query without parameters, fetched a thousand at a time."""
    streaming = {"stream_results": True, "yield_per": AT_ONCE, "no_parameters": True}
    result = connection.exec_driver_sql(query, execution_options=streaming)
    for row in result:
        yield tuple(row)


LABELS = {
    "claim_revisions": "'Revision ' || t.number || ' of ' || (select ref from claims where id = t.claim_id)",
    "judgements": "'Judgement ' || t.number || ' of ' || (select ref from claims where id = t.claim_id)",
    "deployment_descriptions": "'Description ' || t.number || ' of the deployment '"
    " || (select slug from deployments where id = t.deployment_id)",
    "measure_descriptions": "'Description ' || t.number || ' of the measure '"
    " || (select slug from measures where id = t.measure_id)",
    "source_descriptions": "'Description ' || t.number || ' of the source '"
    " || (select slug from sources where id = t.source_id)",
    "place_descriptions": "'Description ' || t.number || ' of the place '"
    " || (select slug from places where id = t.place_id)",
    "place_merges": "'Merge ' || t.number || ' of the place '"
    " || (select slug from places where id = t.place_id)",
    "source_merges": "'Merge ' || t.number || ' of the source '"
    " || (select slug from sources where id = t.source_id)",
    "claims": "'Claim ' || t.ref",
    "deployments": "'Deployment ' || t.slug",
    "measures": "'Measure ' || t.slug",
    "sources": "'Source ' || t.slug",
    "places": "'Place ' || t.slug",
    "families": "'Family ' || t.slug",
    "operations": "'Operation ' || t.slug",
    "people": "'Person ' || t.name",
    "ledger": "'The ledger'::text",
}
"""SQL that names a row `t` of a table as people know it; of other tables rows are known by their key."""


def label(table: str, key: str) -> str:
    """SQL that names a row `t` of `table`; where what it belongs to is missing, by its key."""
    by_key = f"'Row ' || t.{key} || ' of {table}'"
    return f"coalesce({LABELS[table]}, {by_key})" if table in LABELS else by_key
