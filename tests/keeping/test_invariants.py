"""Every invariant broken by hand, with the rules of the database switched off: the row at fault is named."""

# ruff: noqa: S608 - SQL is put together from names of our own

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, text

from app.answers.kept import RULES
from app.claims.compact import FORM, packed
from app.cli import main
from app.keeping.invariants import INVARIANTS
from app.settings import read_settings
from tests.keeping.lived_in import everything
from tests.visiting import closing_engine

OURS = "harbour-watch-patrols-300-20250113"
"""The claim of the lived-in database with four revisions, of which the second counts, and two judgements."""
EARLIER, LATER = "nis-12000-20241018", "nis-10000dec-20241023"
"""Two plans of one source, of which the second restates the first."""
PART, WHOLE = "nis-1500more-20241023", "nis-3000-20241023"
APPEARANCE, PRINTED = "nis-12000-afp-20241019", "nis-12000-20241018"


def of(ref: str, number: int = 1) -> str:
    return f"claim_id = {claim(ref)} and number = {number}"


def claim(ref: str) -> str:
    return f"(select id from claims where ref = '{ref}')"


def change(ref: str, what: str, number: int = 1) -> str:
    """SQL: a revision that says something else than it did."""
    return f"update claim_revisions set {what} where {of(ref, number)}"


def no_longer_computed(table: str, column: str, what: str, where: str) -> str:
    return (
        f"alter table {table} alter column {column} drop expression;"
        f" update {table} set {column} = {what} where {where}"
    )


def a_citation(version: int) -> str:
    """SQL: a citation of a version, made at a moment that was none."""
    return f"""
        insert into citations (key, kind, address, version, version_at, rule_set, title, sentence, publisher,
          result, digest, cited_at)
        values (repeat('a', 16), 'claims', '/claims', {version}, '2000-01-01 00:00+00', '1', 'Claims', 'All',
          'Muster', '', encode(sha256(''), 'hex'), now())"""


A_BATCH = """
    insert into batches (name, origin, recorded_at, recorded_by)
    select 'table.csv', 'upload', '2026-01-15 09:30+00', id from people where name = 'ann';
    update claim_revisions set batch_id = (select max(id) from batches)
    where claim_id = (select id from claims where ref = 'waits');"""
"""A batch of one claim, as it should be."""
NEWEST_BATCH = "(select max(id) from batches)"


def about(ref: str) -> str:
    """SQL: the condition of what is counted about the subject of a claim."""
    subject = f"select deployment_id, measure_id from claim_revisions where {of(ref)}"
    return f"(deployment_id, measure_id) = ({subject})"


A_KEPT_READING = f"""
    insert into kept_readings
      (deployment_id, measure_id, inputs_version, rules, head, marks, sample, points, fates)
    select deployment_id, measure_id, inputs_version, '{RULES}', '{{}}', '[]', '{{}}', '[]', '{{}}'
    from subjects where {about(OURS)}"""
"""What no reading comes to, kept of the inputs of now."""

LARGE_MEASURE_WITHOUT_CLAIMS = f"""
    insert into kept_claims (deployment_id, measure_id, version, form, rows)
    select deployment_id, measure_id, claims_version, {FORM}, '\\x{packed([], {}).hex()}'
    from subjects where {about(OURS)}"""
"""A measure that is kept as if nobody had claimed anything of it."""

OTHER_SOURCE = "south-korea-joint-chiefs-of-staff-jcs"


def merged(one: str, into: str, noun: str = "source") -> str:
    """SQL that merges one source, or one place, into another, and moves nothing of it."""
    return f"""
        insert into {noun}_merges ({noun}_id, into_id, version, number, recorded_at, origin, recorded_by)
        select a.id, b.id, 1, 1, now(), 'desk', p.id
        from {noun}s a, {noun}s b, people p
        where a.slug = '{one}' and b.slug = '{into}' and p.name = 'ann';"""


def another_name(place: str, name: str, slug: str) -> str:
    """SQL: another name of a place; the slug is SQL too, as null is one."""
    return f"""
        insert into place_aliases (place_id, name, slug, version)
        select id, '{name}', {slug}, 1 from places where slug = '{place}';"""


BROKEN = [
    ("schema-is-current", "update alembic_version set version_num = 'the_ledger'",
     "The schema is at the_ledger, and this Muster needs "),
    ("schema-is-current", "update alembic_version set version_num = 'wings'",
     "The schema, wings, is not known to this Muster, which knows up to "),
    ("schema-is-current", "drop table alembic_version", "The database holds nothing of Muster"),
    # The rules themselves
    ("rules-are-there", "alter table claims drop constraint claims_ref_is_plain",
     "The rule claims_ref_is_plain of claims is missing"),
    ("rules-are-there", "alter table drafts drop constraint drafts_person_id_exists",
     "The rule drafts_person_id_exists of drafts is missing"),
    ("rules-are-there", """
        alter table people drop constraint people_name_is_a_login;
        alter table people add constraint people_name_is_a_login check (true)""",
     "The rule people_name_is_a_login of people is not as the migrations make it: CHECK (true)"),
    ("rules-are-there", """
        alter table families drop constraint families_no_empty_text;
        alter table families add constraint families_no_empty_text check (('' <> name)) not valid""",
     "The rule families_no_empty_text of families is not as the migrations make it"),
    ("rules-are-there", "alter table people add constraint mine check (name <> 'eve')",
     "The rule mine of people is not Muster's: CHECK "),
    ("rules-are-there", "drop trigger stand on claims", "The trigger stand of claims is missing"),
    ("rules-are-there", "create trigger mine before insert on claims execute function refuse_change()",
     "The trigger mine of claims is not Muster's: "),
    ("rules-are-there", """
        create or replace function refuse_change() returns trigger language plpgsql
        as $$ begin return null; end $$""",
     "The function refuse_change() is not as the migrations make it"),
    ("rules-are-there", "drop index claim_revisions_one_current",
     "The index claim_revisions_one_current of claim_revisions is missing"),
    ("rules-are-there", "alter table sign_ins alter column browser type varchar(80)",
     "The column browser of sign_ins is not as the migrations make it: character varying(80)"),
    ("rules-are-there", "alter table claims alter column ref drop not null",
     "The column ref of claims is not as the migrations make it: text"),
    ("rules-are-there", "drop table drafts cascade", "The table drafts is missing"),
    ("rules-are-on", "alter table claims disable trigger stand",
     "The trigger stand of claims is switched off"),
    ("rules-are-on", "alter table drafts disable trigger all",
     "The rule drafts_person_id_exists of drafts is switched off"),
    ("letters-are-kept",
     "update pg_database set datcollversion = '0' where datname = current_database()",
     "The database was made with version 0 of its collation"),
    # All tables
    ("rows-obey-their-rules", "update claims set ref = 'Not plain' where ref = 'waits'",
     "Claim Not plain breaks the rule “ref is plain” (claims_ref_is_plain)"),
    ("rows-obey-their-rules", change(OURS, "decided_by = recorded_by", 2),
     f"Revision 2 of {OURS} breaks the rule “four eyes”"),
    ("rows-obey-their-rules", "update api_tokens set token_hash = 'open sesame' where name = 'live'",
     "of api_tokens breaks the rule “token is hashed”"),
    ("rows-obey-their-rules", "update people set password_hash = 'open sesame' where name = 'ann'",
     "Person ann breaks the rule “password is hashed”"),
    ("nothing-dangles",
     "delete from documents where id = (select min(document_id) from claim_revisions)",
     " refers by document_id to "),
    ("nothing-dangles", change(OURS, "approved_version = 77", 2),
     f"Revision 2 of {OURS} refers by approved_version to 77, which is not among acts"),
    ("nothing-dangles", change(OURS, "measure_kind = 'level'", 2),
     f"Revision 2 of {OURS} refers by measure_id to "),
    ("nothing-dangles", "delete from claims where ref = 'waits'",
     " of claim_revisions refers by claim_id to "),
    ("nothing-dangles", "update drafts set claim_id = 100000 where claim_id is not null",
     " of drafts refers by claim_id to 100000, which is not among claims"),
    ("computed-columns-are-fresh",
     no_longer_computed("documents", "digest", r"'\x00'", "id = (select min(id) from documents)"),
     " of documents has a digest that is not "),
    ("computed-columns-are-fresh",
     no_longer_computed("claim_revisions", "as_of_days", "null", of(OURS, 2)),
     f"Revision 2 of {OURS} has a as_of_days that is not edtf_days(as_of)"),
    ("numbers-go-on", "alter table claims alter column id restart with 7",
     "The next row of claims would get the number 7, and numbers up to 201 are taken"),
    ("numbers-go-on", "alter table claims alter column id drop identity",
     "The table claims has lost the sequence of its id"),
    # History
    ("ledger-has-a-version", "delete from ledger", "The ledger has no version"),
    ("ledger-has-a-version", "update ledger set version = 50",
     "The ledger stands at version 50, and the newest act that moved it made version 12"),
    ("versions-leave-none-out", "update acts set version = null where version = 3",
     "The act of version 4 is preceded by that of version 2: an act is missing"),
    ("acts-in-time", "update acts set at = '2026-01-14 09:00+00' where version = 5",
     "The act of version 5 is dated 2026-01-14 09:00, more than a day before that of an older version"),
    ("citations-cite-what-was", a_citation(13), "Citation aaaaaaaaaaaaaaaa cites version 13, and the ledger"),
    ("citations-cite-what-was", a_citation(9), "says that version 9 was made at another moment than its act"),
    ("acts-name-their-person", "update acts set by_name = 'eve' where version = 9",
     " says that it was done by eve, and the account behind it is command-line"),
    ("numbers-follow", change(OURS, "number = 9", 4),
     f"Revision 9 of {OURS} is preceded by number 3: numbers leave none out"),
    ("numbers-follow", f"update judgements set number = 5 where {of(OURS)}",
     f"Judgement 5 of {OURS} is preceded by number 2"),
    ("numbers-follow", f"delete from judgements where {of(OURS)}",
     f"Judgement 2 of {OURS} is preceded by number 0"),
    ("numbers-follow", "update source_descriptions set number = 3 where number = 2",
     "Description 3 of the source harbour-watch is preceded by number 1"),
    ("one-counts-at-a-time",
     f"drop index claim_revisions_one_current; {change(OURS, 'replaced_version = null')}",
     f"Revision 2 of {OURS} counts from version 5 on, and number 1 before it still counts"),
    ("one-counts-at-a-time", change(OURS, "replaced_version = 8"),
     f"Revision 2 of {OURS} counts from version 5 on, and number 1 before it counted until 8"),
    ("one-counts-at-a-time", f"update judgements set replaced_version = 9 where {of(OURS)}",
     f"Judgement 2 of {OURS} counts from version 7 on, and number 1 before it counted until 9"),
    ("ceases-for-another", change(OURS, "replaced_version = 9", 2),
     f"Revision 2 of {OURS} ceased to count at version 9, at which nothing took its place"),
    ("ceases-for-another", f"update judgements set replaced_version = 9 where {of(OURS, 2)}",
     f"Judgement 2 of {OURS} ceased to count at version 9"),
    ("descriptions-leave-no-gap", ("update source_descriptions set replaced_version = 5 where number = 1"
     " and replaced_version = 8"),
     "Description 2 of the source harbour-watch counts from version 8 on, and the one before it until 5"),
    ("all-is-described", ("delete from deployment_descriptions"
     " where deployment_id = (select id from deployments where slug = 'coast-guard')"),
     "The deployment coast-guard has 0 descriptions that count, and has to have one"),
    ("all-is-described", """
        drop index source_descriptions_one_current;
        update source_descriptions set replaced_version = null where number = 1""",
     "The source harbour-watch has 2 descriptions that count"),
    ("places-lie-in-no-circle", """
        update place_descriptions set whole_id = (select id from places where slug = 'old-quay')
        where place_id = (select id from places where slug = 'harbour-province')""",
     "The place old-quay lies in itself from version "),
    ("places-keep-their-names", "update place_descriptions set name = 'Harbour Province'",
     "More than one place is or was called Harbour Province: harbour-province, old-quay"),
    ("wholes-are-described", """
        delete from place_descriptions
        where place_id = (select id from places where slug = 'harbour-province')""",
     "The place old-quay lies in harbour-province, which is not described"),
    ("merges-end-somewhere", merged("harbour-watch", OTHER_SOURCE) + merged(OTHER_SOURCE, "harbour-watch"),
     "The source harbour-watch is merged into itself"),
    ("claims-name-sources-that-stand", merged("harbour-watch", OTHER_SOURCE),
     "names harbour-watch, which was merged into another source"),
    ("numbers-follow", merged("harbour-watch", OTHER_SOURCE).replace("1, 1,", "1, 2,"),
     "Merge 2 of the source harbour-watch is preceded by number 0"),
    ("names-lead-to-one-source", f"""
        insert into source_aliases (source_id, name, version)
        select id, 'The Harbour Watch', 1 from sources where slug = '{OTHER_SOURCE}'""",
     f"The Harbour Watch is the name of the source harbour-watch and another name of {OTHER_SOURCE}"),
    ("merges-end-somewhere",
     merged("old-quay", "harbour-province", "place") + merged("harbour-province", "old-quay", "place"),
     "The place old-quay is merged into itself"),
    ("claims-name-places-that-stand", f"""
        {change(OURS, "place_id = (select id from places where slug = 'old-quay')", 4)};
        {merged("old-quay", "harbour-province", "place")}""",
     f"Revision 4 of {OURS} names old-quay, which was merged into another place"),
    ("places-lie-in-places-that-stand", f"""
        update place_descriptions set whole_id = (select id from places where slug = 'harbour-province')
        where replaced_version is null and place_id = (select id from places where slug = 'old-quay');
        {merged("harbour-province", "old-quay", "place")}""",
     "The place old-quay lies in harbour-province, which was merged into another place"),
    ("numbers-follow", merged("old-quay", "harbour-province", "place").replace("1, 1,", "1, 2,"),
     "Merge 2 of the place old-quay is preceded by number 0"),
    ("names-lead-to-one-place", another_name("harbour-province", "Old Quay", "null"),
     "The name Old Quay leads to more than one place: harbour-province, old-quay"),
    ("names-lead-to-one-place", another_name("harbour-province", "The Old Quay", "'old-quay'"),
     "The slug old-quay leads to more than one place: harbour-province, old-quay"),
    ("names-lead-to-one-place",
     another_name("harbour-province", "The Quay", "'quay'") + another_name("old-quay", "Il molo", "'quay'"),
     "The slug quay leads to more than one place: harbour-province, old-quay"),
    # Claims
    ("claims-have-revisions", "insert into claims (ref) values ('lonely')", "Claim lonely has no revision"),
    ("judgements-are-of-what-counts", change(OURS, "replaced_version = 9", 2),
     f"Judgement 2 of {OURS} counts, and no revision of the claim does"),
    ("names-what-counts", change(EARLIER, "replaced_version = 10"),
     f"Revision 1 of {LATER} restates {EARLIER}, which does not count"),
    ("names-what-counts", change(WHOLE, "approved_version = null, verdict = 'rejected'"),
     f"Revision 1 of {PART} is part of {WHOLE}, which does not count"),
    ("names-what-counts", change(PRINTED, "approved_version = null, verdict = null"),
     f"Revision 1 of {APPEARANCE} is an appearance of {PRINTED}, which does not count"),
    ("names-claims", change(EARLIER, f"repeat_of_id = {claim(OURS)}"),
     f"Revision 1 of {LATER} restates {EARLIER}, which is itself an appearance of {OURS}"),
    ("names-claims", change(WHOLE, f"repeat_of_id = {claim(OURS)}"),
     f"Revision 1 of {PART} is part of {WHOLE}, which is itself an appearance of {OURS}"),
    ("names-claims", change(PRINTED, f"repeat_of_id = {claim(OURS)}"),
     f"Revision 1 of {APPEARANCE} is an appearance of {PRINTED}, which is itself an appearance of {OURS}"),
    ("restates-the-same",
     change(EARLIER, "source_id = (select id from sources where slug = 'harbour-watch')"),
     f"Revision 1 of {LATER} restates {EARLIER}, which is a claim of another source"),
    ("restates-the-same",
     change(EARLIER, "deployment_id = (select id from deployments where slug = 'coast-guard')"),
     f"Revision 1 of {LATER} restates {EARLIER}, which is about another deployment"),
    ("restates-the-same",
     change(EARLIER, "measure_id = (select id from measures where slug = 'patrols')"),
     f"Revision 1 of {LATER} restates {EARLIER}, which is about another measure"),
    ("restates-the-same", change(EARLIER, "said_on = '2025-03-01'"),
     f"Revision 1 of {LATER} restates {EARLIER}, which was said later"),
    ("restates-the-same", change(EARLIER, "nature = 'total', as_of = '2024-10-18'"),
     f"Revision 1 of {LATER} restates {EARLIER}, which is about other days"),
    ("restates-the-same",  # what waits for its verdict restates something else
     change("waits", f"supersedes_id = {claim(EARLIER)}"),
     f"Revision 1 of waits restates {EARLIER}, which is a claim of another source"),
    ("never-in-a-circle", change(EARLIER, f"supersedes_id = {claim(LATER)}"),
     " restates itself, in a circle"),
    ("never-in-a-circle", change(WHOLE, f"part_of_id = {claim(PART)}"), " is part of itself, in a circle"),
    ("never-in-a-circle",
     f"{change(OURS, f'part_of_id = {claim(PART)}', 2)}; {change(WHOLE, f'part_of_id = {claim(OURS)}')}",
     " is part of itself, in a circle"),
    ("ends-after-the-start", ("update deployment_descriptions set starts_on = '2025-06-01'"
     " where deployment_id = (select id from deployments where slug = 'coast-guard')"),
     f"Revision 2 of {OURS} ends on 2025-03-27, before its deployment starts on 2025-06-01"),
    ("what-counts-is-found", f"delete from claim_texts where claim_id = {claim(OURS)}",
     f"Revision 2 of {OURS} counts, and search does not find it"),
    ("what-counts-is-found", f"update claim_texts set said_day = '2020-01-01' where claim_id = {claim(OURS)}",
     f"Revision 2 of {OURS} counts, and search takes it for another day"),
    ("what-counts-is-found", f"""
        insert into claim_texts (
          claim_id, said_day, is_appearance, words, source_id, deployment_id, measure_id)
        values ({claim("waits")}, '2025-01-13', false, '', 1, 1, 1)""",
     "Claim waits is found by search and does not count"),
    ("what-counts-is-counted", f"update tallies set claims = claims + 1 where {about(OURS)} and is_good",
     "2 claims are counted about coast-guard/patrols, and there are 1"),
    ("what-counts-is-counted", f"update voices set last_said = '2020-01-01' where {about(OURS)}",
     "of coast-guard/patrols is counted otherwise than it is there"),
    ("changes-are-noted", f"update subjects set inputs_version = 0 where {about(OURS)}",
     "coast-guard/patrols is noted to have changed last at version 0"),
    ("what-acts-touched-is-counted", "update touches set things = things + 1 where version = 1",
     "Version 1 is counted to touch "),
    ("what-acts-touched-is-counted", f"""update touched_subjects set claims = claims + 1
        where {about(OURS)} and version =
          (select approved_version from claim_revisions where {of(OURS, 2)})""",
     " is counted to touch 2 claims about coast-guard/patrols, and touches 1"),
    ("what-acts-touched-is-counted", f"delete from touched_voices where {about(OURS)}",
     " says of coast-guard/patrols, and is not known to"),
    ("what-acts-touched-is-counted", "insert into touched_voices values (1, 0, 0, 0)",
     "Version 1 is taken to have touched what source 0 says of measure 0 of deployment 0"),
    ("readings-are-kept-as-they-are", A_KEPT_READING,
     "What is kept of the reading of coast-guard/patrols is not what it comes to"),
    ("large-measures-are-kept-as-they-are", LARGE_MEASURE_WITHOUT_CLAIMS,
     "What is kept of the claims about coast-guard/patrols is not what was claimed"),
    ("batches-are-of-one-hand",
     f"{A_BATCH} update claim_revisions set batch_id = {NEWEST_BATCH} where {of(OURS, 2)}",
     f"Revision 2 of {OURS} is of batch "),
    ("batches-are-of-one-hand",
     f"{A_BATCH} update judgements set batch_id = {NEWEST_BATCH} where {of(OURS)}",
     f"Judgement 1 of {OURS} is of batch "),
    ("batches-are-whole", f"""{A_BATCH}
        insert into acts (at, by_id, by_name, by_role, origin, kind, details)
        select now(), id, name, role, 'upload', 'submit', jsonb_build_object('batch', {NEWEST_BATCH},
          'claims', '{{"new": 2, "changed": 1, "unchanged": 4, "older": 0}}'::jsonb)
        from people where name = 'ann'""",
     " holds 1 claims, and 3 were handed in"),
    ("merges-are-whole", f"""{A_BATCH}
        update claim_revisions set batch_id = {NEWEST_BATCH} where {of(OURS, 2)};
        update batches set as_one = true where id = {NEWEST_BATCH}""",
     ", “table.csv”, is decided as one, and its rows have different verdicts"),
    ("claims-alike-are-known", f"""
        insert into alike (claim_id, kind, digest)
        values ({claim(OURS)}, 'figure', '00000000-0000-0000-0000-000000000000')""",
     f"Claim {OURS} is alike to another by its figure, and kept otherwise"),
    ("drafts-rest-on-revisions", "update drafts set based_on = 17 where claim_id is not null",
     f"A draft of ann was begun from revision 17 of {OURS}, which is not there"),
    ("submissions-are-their-makers", f"""
        insert into submissions (person_id, key, digest, at, revision_id)
        select p.id, 'key-of-a-form-0001', repeat('a', 64), now(),
          (select id from claim_revisions where {of(OURS, 2)})
        from people p where name = 'bob'""",
     "Form key-of-a-form-0001 was handed in by bob, and what it made was recorded by somebody else"),
    # People and rows
    ("command-line-is-a-person", "update people set name = 'eve' where name = 'command-line'",
     "Nobody is called command-line"),
    ("command-line-is-a-person", "update people set role = 'editor' where name = 'command-line'",
     "The person command-line is editor"),
    ("command-line-is-a-person", "update people set password_hash = 'x' where name = 'command-line'",
     "The person command-line is able to sign in"),
    ("disabled-people-are-out", "update people set disabled_at = now() where name = 'ann'",
     "ann is disabled and is signed in since 2026-01-15 09:30"),
    ("disabled-people-are-out", "update people set disabled_at = now() where name = 'ann'",
     "ann is disabled and has an open one-time link"),
    ("rows-can-be-read", change(OURS, "qualifier = 'roughly'", 3),
     f"Revision 3 of {OURS} has in qualifier “roughly”, which is not one of "),
    ("rows-can-be-read", change(OURS, "as_of = '2025-04'", 2),
     f"Revision 2 of {OURS} has in as_of “2025-04”, which begins after the day it was said"),
    ("rows-can-be-read", change(OURS, "note = ' untidy '", 2),
     f"Revision 2 of {OURS} has in note “ untidy ”, whose one spelling is “untidy”"),
    ("rows-can-be-read", no_longer_computed("claim_revisions", "said_day", "'2020-01-01'", of(OURS, 2)),
     f"Revision 2 of {OURS} is stored as said on 2020-01-01, and its words mean 2025-03-27"),
    ("rows-can-be-read", no_longer_computed("claim_revisions", "as_of_days", "null", of(OURS, 2)),
     f"Revision 2 of {OURS} has in as_of “2025-03-27”, which is stored as other days: None"),
]  # fmt: skip
"""The name of an invariant, SQL that breaks it, and what is said of the row at fault."""

OF_RULES = ("rules-are-there", "rules-are-on", "letters-are-kept", "schema-is-current")

BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}


def test_every_invariant_is_broken_by_a_test():
    assert {name for name, _, _ in BROKEN} == set(BY_NAME)
    assert len(BY_NAME) == len(INVARIANTS)


def switch_rules_off(connection: Connection) -> None:
    """Let any row be written, as whoever owns the tables can."""
    statements = """
        select format('alter table %s drop constraint %I', conrelid::regclass, conname) from pg_constraint
        where connamespace = 'public'::regnamespace and contype in ('c', 'f')
        union all
        select format('alter table %s disable trigger user', oid::regclass) from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r'"""
    together = "; ".join(connection.scalars(text(statements)))
    run(connection, together)


def run(connection: Connection, script: str) -> None:
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})


def found(connection: Connection, name: str) -> list[str]:
    return list(BY_NAME[name].find(connection, lambda _: None))


@pytest.fixture
def connection(lived_in):
    """A connection to the lived-in database, in a transaction that is rolled back."""
    with closing_engine(lived_in) as engine, engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    ("name", "script", "told"),
    [pytest.param(*case, id=f"{case[0]}-{number}") for number, case in enumerate(BROKEN)],
)
def test_whatever_breaks_an_invariant_is_named(connection, name, script, told):
    if name not in OF_RULES:
        switch_rules_off(connection)
    run(connection, script)
    faults = found(connection, name)
    assert [fault for fault in faults if told in fault], faults
    assert not [fault for fault in faults if fault.endswith(".")]


@pytest.fixture
def typed(monkeypatch):
    """Types a command to a database, which it finds in the environment."""

    def on(url: str, *words: object):
        monkeypatch.setenv("DATABASE_URL", url)
        read_settings.cache_clear()
        return CliRunner().invoke(main, [str(word) for word in words])

    yield on
    monkeypatch.undo()
    read_settings.cache_clear()


def test_a_check_says_that_all_is_well_and_changes_nothing(typed, lived_in):
    before = everything(lived_in)
    done = typed(lived_in, "check")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"All {len(INVARIANTS)} invariants hold, at ledger version 12.\n"
    assert everything(lived_in) == before


def test_a_ledger_that_was_exported_and_imported_is_well(typed, lived_in, new_database, tmp_path):
    assert typed(lived_in, "export", tmp_path / "ledger").exit_code == 0
    assert typed(new_database, "import", tmp_path / "ledger").exit_code == 0
    done = typed(new_database, "check")
    assert (done.exit_code, done.stdout) == (
        0,
        f"All {len(INVARIANTS)} invariants hold, at ledger version 12.\n",
    )


def test_an_empty_ledger_is_well(typed, empty_database):
    assert typed(empty_database, "check").exit_code == 0


def test_a_check_names_what_is_broken_and_exits_with_1(typed, empty_database):
    with closing_engine(empty_database) as engine, engine.begin() as connection:
        run(connection, "insert into claims (ref) select 'lonely-' || n from generate_series(1, 25) n")
        run(connection, "alter table claims disable trigger stand")
    done = typed(empty_database, "check")
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert lines[:2] == [
        "rules-are-on: No trigger is switched off, foreign keys included.",
        "  The trigger stand of claims is switched off.",
    ]
    assert lines[2] == "claims-have-revisions: Every claim and appearance has a revision."
    assert lines[-2:] == [
        "… and 5 more; --all names them.",
        f"2 of {len(INVARIANTS)} invariants are broken, by 26 faults.",
    ]
    assert len(typed(empty_database, "check", "--all").stdout.splitlines()) == len(lines) - 1 + 5


def test_a_schema_that_is_not_current_is_said_and_nothing_else_is_asked(typed, new_database):
    done = typed(new_database, "check")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "schema-is-current: The schema is that of the newest migration.",
        "  The database holds nothing of Muster.",
        f"1 of {len(INVARIANTS)} invariants is broken, by 1 fault; the others could not be asked.",
    ]
    assert everything(new_database) == {}


def test_a_database_of_other_letters_is_named(server):
    url = server._make(None, "template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'")
    try:
        with closing_engine(url) as engine, engine.connect() as connection:
            assert found(connection, "letters-are-kept") == ["The database is encoded as LATIN1, not as UTF8"]
    finally:
        server.drop(url)


def test_a_long_chain_of_restatements_is_no_circle(connection):
    """Each step of a chain is looked at once or a few times, not once for each that stands above it."""
    switch_rules_off(connection)
    run(connection, """
        insert into claims (ref) select 'chain-' || n from generate_series(1, 3000) n;
        insert into claim_revisions (claim_id, number, deployment_id, measure_id, measure_kind, nature, point,
          qualifier, as_of, said_on, source_id, supersedes_id, verdict, decided_by, decided_at,
          approved_version, recorded_by, recorded_at, origin)
        select c.id, 1, r.deployment_id, measure_id, measure_kind, nature, point, qualifier, as_of, said_on,
          source_id, lag(c.id) over (order by c.id), verdict, decided_by, decided_at, approved_version,
          recorded_by, recorded_at, origin
        from claims c cross join (select * from claim_revisions where approved_version = 5) r
        where c.ref like 'chain-%'""")  # fmt: skip
    assert found(connection, "never-in-a-circle") == []
    run(connection, """
        update claim_revisions set supersedes_id = (select id from claims where ref = 'chain-3000')
        where claim_id = (select id from claims where ref = 'chain-1')""")  # fmt: skip
    assert len(found(connection, "never-in-a-circle")) == 1
    assert connection.scalar(text("select count(*) from claims where ref like 'chain-%'")) == 3000
