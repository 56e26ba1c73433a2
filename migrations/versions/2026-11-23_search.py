"""Search: the words of every claim that counts, kept beside it as the ledger changes.

The words stand in a table of their own, because they come from five tables and two dictionaries: all of them
as they are written (`simple`, without accents), those of a document once more by the stems of its language.
Triggers keep the table in step, for whole statements at once, so that an import pays for it once a portion.
It can be built anew at any time from the ledger, so nothing in it is history.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "search"
down_revision = "citations"
branch_labels = None
depends_on = None

# Names are looked up row by row: joined, the database would read all that changed once for each name.
_SELECTED = """select r.claim_id, r.said_day, r.repeat_of_id is not null, words_of_claim(
    concat_ws(' ', (select name from source_descriptions where source_id = r.source_id
      and replaced_version is null), p.name, c.ref),
    r.wording, d.title, d.publisher, d.language, r.note,
    concat_ws(' ', (select name from deployment_descriptions where deployment_id = r.deployment_id
      and replaced_version is null), (select label from measure_descriptions where measure_id = r.measure_id
      and replaced_version is null), trim_scale(r.low), trim_scale(r.point), trim_scale(r.high)))"""
_JOINED = """join claims c on c.id = r.claim_id
  left join places p on p.id = r.place_id
  left join documents d on d.id = r.document_id
  where r.approved_version is not null and r.replaced_version is null"""
_ON_CONFLICT = """on conflict (claim_id) do update set said_day = excluded.said_day,
    is_appearance = excluded.is_appearance, words = excluded.words"""

FUNCTIONS = r"""
-- Letters without their accents, so that Andriy Yermak and Zürich are found however they are typed.
create function fold(written text) returns text immutable parallel safe return
  case when octet_length(written) = char_length(written) then lower(written)
  else normalize(regexp_replace(normalize(lower(written), nfkd), '[\u0300-\u036f]', '', 'g'), nfc) end;

-- The dictionary of a language by its ISO 639-1 code; `simple` where PostgreSQL has none.
create function dictionary_of(language text) returns regconfig immutable parallel safe return
  case language
    when 'ar' then regconfig 'arabic' when 'ca' then regconfig 'catalan' when 'da' then regconfig 'danish'
    when 'de' then regconfig 'german' when 'el' then regconfig 'greek' when 'en' then regconfig 'english'
    when 'es' then regconfig 'spanish' when 'eu' then regconfig 'basque' when 'fi' then regconfig 'finnish'
    when 'fr' then regconfig 'french' when 'ga' then regconfig 'irish' when 'hi' then regconfig 'hindi'
    when 'hu' then regconfig 'hungarian' when 'hy' then regconfig 'armenian'
    when 'id' then regconfig 'indonesian' when 'it' then regconfig 'italian'
    when 'lt' then regconfig 'lithuanian' when 'ne' then regconfig 'nepali' when 'nl' then regconfig 'dutch'
    when 'no' then regconfig 'norwegian' when 'nb' then regconfig 'norwegian'
    when 'pt' then regconfig 'portuguese' when 'ro' then regconfig 'romanian'
    when 'ru' then regconfig 'russian' when 'sr' then regconfig 'serbian' when 'sv' then regconfig 'swedish'
    when 'ta' then regconfig 'tamil' when 'tr' then regconfig 'turkish' when 'yi' then regconfig 'yiddish'
    else regconfig 'simple'
  end;

-- The words of one claim, as they weigh: who and where, the wording with its document, the note, the rest.
create function words_of_claim(
  who text, wording text, title text, publisher text, language text, note text, rest text
) returns tsvector immutable parallel safe return
  setweight(to_tsvector('simple', fold(who)), 'A')
  || case when num_nonnulls(wording, title, publisher) = 0 then ''::tsvector
     else setweight(to_tsvector('simple', fold(concat_ws(' ', wording, title, publisher))), 'B') end
  || case when num_nonnulls(wording, title) = 0 or dictionary_of(language) = regconfig 'simple' then ''::tsvector
     else setweight(to_tsvector(dictionary_of(language), concat_ws(' ', wording, title)), 'B') end
  || case when note is null then ''::tsvector
     else setweight(to_tsvector('simple', fold(note)) || to_tsvector('english', note), 'C') end
  || setweight(to_tsvector('simple', fold(rest)), 'D');

create function claims_are_found() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from claim_texts t using changed x
    where t.claim_id = x.claim_id and x.replaced_version is not null and not exists (
      select from claim_revisions r
      where r.claim_id = x.claim_id and r.approved_version is not null and r.replaced_version is null);
  end if;
  insert into claim_texts (claim_id, said_day, is_appearance, words)
  SELECTED from changed r JOINED
  ON_CONFLICT;
  return null;
end $$;

-- A source, deployment or measure that is called otherwise from now on is found by its new name.
create function claims_are_found_by_new_names() returns trigger language plpgsql as $$
declare
  owner text := tg_argv[0];
  owners bigint[];
begin
  select array_agg((to_jsonb(x) ->> owner)::bigint) into owners from changed x;
  insert into claim_texts (claim_id, said_day, is_appearance, words)
  SELECTED from claim_revisions r JOINED
    and case owner when 'source_id' then r.source_id when 'deployment_id' then r.deployment_id
        else r.measure_id end = any (owners)
  ON_CONFLICT;
  return null;
end $$;
"""

PARTS = {"SELECTED": _SELECTED, "JOINED": _JOINED, "ON_CONFLICT": _ON_CONFLICT}
NAMED = ("source", "deployment", "measure")


def with_parts(statement: str) -> str:
    """The statement with what several share written out."""
    for name, part in PARTS.items():
        statement = statement.replace(name, part)
    return statement


def upgrade() -> None:
    op.create_table(
        "claim_texts",
        sa.Column("claim_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("said_day", sa.Date(), nullable=False),
        sa.Column("is_appearance", sa.Boolean(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("claim_texts_claim_id_exists")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("claim_texts_pkey")),
    )
    op.execute(with_parts(FUNCTIONS))
    op.execute(with_parts("insert into claim_texts SELECTED from claim_revisions r JOINED"))
    op.create_index("claim_texts_by_words", "claim_texts", ["words"], postgresql_using="gin")
    op.create_index("claim_texts_by_said_day", "claim_texts", ["said_day", "claim_id"])
    for act in ("insert", "update"):
        op.execute(
            f"create trigger found_after_{act} after {act} on claim_revisions"
            " referencing new table as changed for each statement execute function claims_are_found()"
        )
    for noun in NAMED:
        op.execute(
            f"create trigger found_by_new_names after insert on {noun}_descriptions"
            " referencing new table as changed for each statement"
            f" execute function claims_are_found_by_new_names('{noun}_id')"
        )


def downgrade() -> None:
    for noun in NAMED:
        op.execute(f"drop trigger found_by_new_names on {noun}_descriptions")
    for act in ("insert", "update"):
        op.execute(f"drop trigger found_after_{act} on claim_revisions")
    op.drop_table("claim_texts")
    op.execute(
        "drop function claims_are_found_by_new_names, claims_are_found, words_of_claim, dictionary_of, fold"
    )
