"""The ledger: deployments, measures, sources, claims with their revisions, judgements, acts, people.

What counts is append-only and carries the ledger version at which it began and ceased to count, so that
any earlier state can be read again. Dates are kept as written (EDTF level 0); functions of the database
compute the days that they cover, so that no writer can store a day that its words do not mean.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "the_ledger"
down_revision = None
branch_labels = None
depends_on = None

# RETURN bodies are parsed when the function is made: they hold whatever the search path is later, as in a
# restored backup. None is strict, though all give null for null: PostgreSQL does not inline a strict CASE,
# and would need five times as long.
FUNCTIONS = r"""
-- The days that a date of EDTF level 0 covers; null where it is none.
create function edtf_days(written text) returns daterange immutable parallel safe return
  case
    when written ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' and left(written, 4) <> '0000' then
      case when right(written, 2) <= '28' or right(written, 2)::int <= extract(day from
          make_date(left(written, 4)::int, substr(written, 6, 2)::int, 1) + interval '1 month - 1 day')
        then daterange(
          make_date(left(written, 4)::int, substr(written, 6, 2)::int, right(written, 2)::int),
          make_date(left(written, 4)::int, substr(written, 6, 2)::int, right(written, 2)::int), '[]')
      end
    when written ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' and left(written, 4) <> '0000' then daterange(
      make_date(left(written, 4)::int, right(written, 2)::int, 1),
      (make_date(left(written, 4)::int, right(written, 2)::int, 1) + interval '1 month')::date, '[)')
    when written ~ '^[0-9]{4}$' and written <> '0000' then daterange(
      make_date(written::int, 1, 1), make_date(written::int, 12, 31), '[]')
  end;

-- The days from the first of a period's start to the last of its end; null where it is no period.
create function edtf_period(written text) returns daterange immutable parallel safe return
  case
    when written ~ '^[^/]+/[^/]+$'
      and lower(edtf_days(split_part(written, '/', 1))) < upper(edtf_days(split_part(written, '/', 2)))
    then daterange(
      lower(edtf_days(split_part(written, '/', 1))), upper(edtf_days(split_part(written, '/', 2))), '[)')
  end;

-- The one day that counts as the day a claim was said (method, section 4).
create function day_said(said_on text, published_on text) returns date immutable parallel safe return
  case
    when length(said_on) = 10 or published_on is null then upper(edtf_days(said_on)) - 1
    else greatest(
      lower(edtf_days(said_on)), least(upper(edtf_days(said_on)), upper(edtf_days(published_on))) - 1)
  end;

-- Beyond these years a date is a slip, and most programs cannot calculate with it.
create function within_known_years(days daterange) returns boolean immutable parallel safe return
  days <@ daterange('1000-01-01', '3000-01-01');

-- Immutable in truth, because every database of Muster is UTF-8; convert_to alone cannot know that.
create function document_digest(publisher text, title text, url text, language text) returns bytea
  language sql immutable parallel safe as $$
    select sha256(convert_to(
      coalesce(publisher, '') || E'\x1f' || coalesce(title, '') || E'\x1f' || coalesce(url, '') || E'\x1f'
      || coalesce(language, ''), 'UTF8'))
  $$;
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("ref", sa.Text(collation="C"), nullable=False),
        sa.CheckConstraint("ref ~ '^[a-z0-9][a-z0-9._-]{0,79}$'", name=op.f("claims_ref_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("claims_pkey")),
        sa.UniqueConstraint("ref", name=op.f("claims_one_per_ref")),
    )
    op.create_table(
        "deployments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300",
            name=op.f("deployments_slug_is_plain"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("deployments_pkey")),
        sa.UniqueConstraint("slug", name=op.f("deployments_one_per_slug")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column(
            "digest",
            postgresql.BYTEA(),
            sa.Computed("document_digest(publisher, title, url, language)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "'' not in (publisher, title, url, language)", name=op.f("documents_no_empty_text")
        ),
        sa.CheckConstraint("language ~ '^[a-z]{2}$'", name=op.f("documents_language_is_two_letters")),
        sa.CheckConstraint(
            "strpos(coalesce(publisher, '') || coalesce(title, '') || coalesce(url, ''), chr(31)) = 0",
            name=op.f("documents_parts_keep_apart"),
        ),
        sa.CheckConstraint("url ~* '^https?://'", name=op.f("documents_url_is_a_web_address")),
        sa.CheckConstraint(
            "num_nonnulls(publisher, title, url, language) > 0", name=op.f("documents_says_something")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("documents_pkey")),
        sa.UniqueConstraint("digest", name=op.f("documents_one_per_digest")),
    )
    op.create_table(
        "families",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("'' not in (name)", name=op.f("families_no_empty_text")),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300", name=op.f("families_slug_is_plain")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("families_pkey")),
        sa.UniqueConstraint("slug", name=op.f("families_one_per_slug")),
    )
    op.create_table(
        "ledger",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("single", name=op.f("ledger_has_one_row")),
        sa.PrimaryKeyConstraint("single", name=op.f("ledger_pkey")),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('flow', 'level')", name=op.f("measures_kind_is_known")),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300", name=op.f("measures_slug_is_plain")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("measures_pkey")),
        sa.UniqueConstraint("id", "kind", name=op.f("measures_one_per_id_kind")),
        sa.UniqueConstraint("slug", name=op.f("measures_one_per_slug")),
    )
    op.create_table(
        "operations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("'' not in (name)", name=op.f("operations_no_empty_text")),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300",
            name=op.f("operations_slug_is_plain"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("operations_pkey")),
        sa.UniqueConstraint("slug", name=op.f("operations_one_per_slug")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("named_in_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("'' not in (display_name, pseudonym)", name=op.f("people_no_empty_text")),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{0,39}$'", name=op.f("people_name_is_a_login")),
        sa.CheckConstraint(
            "role in ('editor', 'reviewer', 'administrator')", name=op.f("people_role_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("people_pkey")),
        sa.UniqueConstraint("name", name=op.f("people_one_per_name")),
        sa.UniqueConstraint("pseudonym", name=op.f("people_one_per_pseudonym")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("'' not in (name)", name=op.f("places_no_empty_text")),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300", name=op.f("places_slug_is_plain")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("places_pkey")),
        sa.UniqueConstraint("slug", name=op.f("places_one_per_slug")),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300", name=op.f("sources_slug_is_plain")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sources_pkey")),
        sa.UniqueConstraint("slug", name=op.f("sources_one_per_slug")),
    )
    op.create_table(
        "acts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_role", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.CheckConstraint("'' not in (subject, reason, words)", name=op.f("acts_no_empty_text")),
        sa.CheckConstraint(
            "at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'", name=op.f("acts_at_in_known_years")
        ),
        sa.CheckConstraint("jsonb_typeof(details) = 'object'", name=op.f("acts_details_are_named")),
        sa.CheckConstraint(
            "kind in ('import', 'submit', 'approve', 'send_back', 'reject', 'withdraw', 'judge', 'describe', 'check', 'people')",
            name=op.f("acts_kind_is_known"),
        ),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')", name=op.f("acts_origin_is_known")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("acts_versions_from_one")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("acts_by_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("acts_pkey")),
        sa.UniqueConstraint("version", name=op.f("acts_one_per_version")),
    )
    op.create_index("acts_by_at", "acts", ["at", "id"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("'' not in (name)", name=op.f("batches_no_empty_text")),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')", name=op.f("batches_origin_is_known")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("batches_recorded_by_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("batches_pkey")),
    )
    op.create_table(
        "claim_revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("deployment_id", sa.BigInteger(), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("measure_kind", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("low", sa.Numeric(), nullable=True),
        sa.Column("point", sa.Numeric(), nullable=True),
        sa.Column("high", sa.Numeric(), nullable=True),
        sa.Column("qualifier", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Text(), nullable=True),
        sa.Column(
            "as_of_days",
            postgresql.DATERANGE(),
            sa.Computed("edtf_days(as_of)", persisted=True),
            nullable=True,
        ),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column(
            "period_days",
            postgresql.DATERANGE(),
            sa.Computed("edtf_period(period)", persisted=True),
            nullable=True,
        ),
        sa.Column("counts_from", sa.Text(), nullable=True),
        sa.Column(
            "counts_from_days",
            postgresql.DATERANGE(),
            sa.Computed("edtf_days(counts_from)", persisted=True),
            nullable=True,
        ),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("said_on", sa.Text(), nullable=False),
        sa.Column(
            "said_days",
            postgresql.DATERANGE(),
            sa.Computed("edtf_days(said_on)", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "said_day",
            sa.Date(),
            sa.Computed("day_said(said_on, published_on)", persisted=True),
            nullable=True,
        ),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("published_on", sa.Text(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("credibility", sa.SmallInteger(), nullable=True),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("part_of_id", sa.BigInteger(), nullable=True),
        sa.Column("repeat_of_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("approved_alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("overridden", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_version", sa.BigInteger(), nullable=True),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "'' not in (wording, note, decision_reason, overridden, reason)",
            name=op.f("claim_revisions_no_empty_text"),
        ),
        sa.CheckConstraint(
            "(approved_version is not null) = (verdict is not distinct from 'approved')",
            name=op.f("claim_revisions_approved_at_a_version"),
        ),
        sa.CheckConstraint(
            "(nature in ('increment', 'event')) = (period is not null)",
            name=op.f("claim_revisions_period_for_increments_and_events"),
        ),
        sa.CheckConstraint(
            "(num_nonnulls(low, point, high) > 0) = (nature <> 'stance')",
            name=op.f("claim_revisions_a_figure_unless_a_stance"),
        ),
        sa.CheckConstraint(
            "case when nature = 'share' then low = round(low, 2) and point = round(point, 2) and high = round(high, 2) else low = trunc(low) and point = trunc(point) and high = trunc(high) end",
            name=op.f("claim_revisions_figures_whole"),
        ),
        sa.CheckConstraint(
            "counts_from is null or nature = 'total'", name=op.f("claim_revisions_counts_from_for_totals")
        ),
        sa.CheckConstraint(
            "decided_at >= recorded_at and decided_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("claim_revisions_decided_once_recorded"),
        ),
        sa.CheckConstraint(
            "nature <> 'level' or measure_kind = 'level'", name=op.f("claim_revisions_levels_on_levels")
        ),
        sa.CheckConstraint(
            "nature in ('total', 'increment', 'event', 'level', 'plan', 'share', 'stance')",
            name=op.f("claim_revisions_nature_is_known"),
        ),
        sa.CheckConstraint(
            "nature not in ('increment', 'event') or as_of is null",
            name=op.f("claim_revisions_no_as_of_for_increments_and_events"),
        ),
        sa.CheckConstraint(
            "nature not in ('total', 'increment', 'event') or measure_kind = 'flow'",
            name=op.f("claim_revisions_flow_natures_on_flows"),
        ),
        sa.CheckConstraint(
            "nature not in ('total', 'level') or as_of is not null",
            name=op.f("claim_revisions_as_of_for_totals_and_levels"),
        ),
        sa.CheckConstraint(
            "nature not in ('total', 'level') or lower(as_of_days) <= said_day",
            name=op.f("claim_revisions_as_of_not_after_said_on"),
        ),
        sa.CheckConstraint(
            "not approved_alone or verdict is not distinct from 'approved'",
            name=op.f("claim_revisions_alone_only_if_approved"),
        ),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')",
            name=op.f("claim_revisions_origin_is_known"),
        ),
        sa.CheckConstraint(
            "qualifier in ('exact', 'stated', 'about', 'nearly', 'at_least', 'more_than', 'up_to', 'fewer_than', 'between')",
            name=op.f("claim_revisions_qualifier_is_known"),
        ),
        sa.CheckConstraint(
            "qualifier is not null or nature = 'stance'",
            name=op.f("claim_revisions_a_qualifier_unless_a_stance"),
        ),
        sa.CheckConstraint(
            "recorded_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("claim_revisions_recorded_in_known_years"),
        ),
        sa.CheckConstraint(
            "upper(said_days) - 1 <= timezone('UTC', recorded_at)::date or published_on is not null",
            name=op.f("claim_revisions_said_by_the_day_recorded_or_published"),
        ),
        sa.CheckConstraint(
            "verdict in ('approved', 'sent_back', 'rejected', 'withdrawn')",
            name=op.f("claim_revisions_verdict_is_known"),
        ),
        sa.CheckConstraint(
            "verdict is distinct from 'approved' or decided_by <> recorded_by or origin = 'command_line' or approved_alone",
            name=op.f("claim_revisions_four_eyes"),
        ),
        sa.CheckConstraint(
            "verdict is distinct from 'withdrawn' or decided_by = recorded_by",
            name=op.f("claim_revisions_withdrawn_by_its_author"),
        ),
        sa.CheckConstraint(
            "verdict not in ('sent_back', 'rejected') or decision_reason is not null",
            name=op.f("claim_revisions_refusal_has_a_reason"),
        ),
        sa.CheckConstraint(
            "as_of is null or coalesce(within_known_years(as_of_days), false)",
            name=op.f("claim_revisions_as_of_is_a_date"),
        ),
        sa.CheckConstraint("char_length(wording) <= 300", name=op.f("claim_revisions_wording_is_short")),
        sa.CheckConstraint(
            "counts_from is null or coalesce(within_known_years(counts_from_days), false)",
            name=op.f("claim_revisions_counts_from_is_a_date"),
        ),
        sa.CheckConstraint(
            "credibility between 1 and 6", name=op.f("claim_revisions_credibility_one_to_six")
        ),
        sa.CheckConstraint(
            "decision_reason is null or verdict is not null",
            name=op.f("claim_revisions_reason_given_with_a_verdict"),
        ),
        sa.CheckConstraint(
            "greatest(low, point, high) <= 1000000000000000",
            name=op.f("claim_revisions_figures_not_too_large"),
        ),
        sa.CheckConstraint("least(low, point, high) >= 0", name=op.f("claim_revisions_figures_not_negative")),
        sa.CheckConstraint(
            "low <= point and point <= high and low <= high", name=op.f("claim_revisions_bounds_in_order")
        ),
        sa.CheckConstraint(
            "lower(counts_from_days) <= least(upper(as_of_days) - 1, said_day)",
            name=op.f("claim_revisions_counts_from_not_after_as_of"),
        ),
        sa.CheckConstraint(
            "num_nulls(verdict, decided_by, decided_at) in (0, 3)",
            name=op.f("claim_revisions_verdict_has_reviewer_and_time"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("claim_revisions_numbered_from_one")),
        sa.CheckConstraint("part_of_id <> claim_id", name=op.f("claim_revisions_part_of_another")),
        sa.CheckConstraint(
            "period is null or coalesce(within_known_years(period_days), false)",
            name=op.f("claim_revisions_period_is_a_date"),
        ),
        sa.CheckConstraint(
            "published_on is null or coalesce(within_known_years(edtf_days(published_on)), false)",
            name=op.f("claim_revisions_published_on_is_a_date"),
        ),
        sa.CheckConstraint("repeat_of_id <> claim_id", name=op.f("claim_revisions_repeats_another")),
        sa.CheckConstraint(
            "replaced_version > approved_version", name=op.f("claim_revisions_replaced_later")
        ),
        sa.CheckConstraint(
            "replaced_version is null or approved_version is not null",
            name=op.f("claim_revisions_replaced_only_if_approved"),
        ),
        sa.CheckConstraint(
            "said_on is null or coalesce(within_known_years(said_days), false)",
            name=op.f("claim_revisions_said_on_is_a_date"),
        ),
        sa.CheckConstraint("supersedes_id <> claim_id", name=op.f("claim_revisions_supersedes_another")),
        sa.ForeignKeyConstraint(
            ["approved_version"], ["acts.version"], name=op.f("claim_revisions_approved_version_exists")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("claim_revisions_batch_id_exists")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("claim_revisions_claim_id_exists")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("claim_revisions_decided_by_exists")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("claim_revisions_deployment_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("claim_revisions_document_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["measure_id", "measure_kind"],
            ["measures.id", "measures.kind"],
            name="claim_revisions_measure_exists",
        ),
        sa.ForeignKeyConstraint(
            ["part_of_id"], ["claims.id"], name=op.f("claim_revisions_part_of_id_exists")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("claim_revisions_place_id_exists")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("claim_revisions_recorded_by_exists")
        ),
        sa.ForeignKeyConstraint(
            ["repeat_of_id"], ["claims.id"], name=op.f("claim_revisions_repeat_of_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("claim_revisions_replaced_version_exists")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("claim_revisions_source_id_exists")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["claims.id"], name=op.f("claim_revisions_supersedes_id_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("claim_revisions_pkey")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("claim_revisions_one_per_claim_id_number")),
    )
    op.create_index(
        "claim_revisions_by_document",
        "claim_revisions",
        ["document_id"],
        unique=False,
        postgresql_where=sa.text("document_id is not null"),
    )
    op.create_index(
        "claim_revisions_by_part_of",
        "claim_revisions",
        ["part_of_id"],
        unique=False,
        postgresql_where=sa.text("part_of_id is not null"),
    )
    op.create_index(
        "claim_revisions_by_repeat_of",
        "claim_revisions",
        ["repeat_of_id"],
        unique=False,
        postgresql_where=sa.text("repeat_of_id is not null"),
    )
    op.create_index(
        "claim_revisions_by_said_day",
        "claim_revisions",
        ["said_day", "claim_id"],
        unique=False,
        postgresql_where=sa.text("approved_version is not null and replaced_version is null"),
    )
    op.create_index(
        "claim_revisions_by_source", "claim_revisions", ["source_id", "replaced_version"], unique=False
    )
    op.create_index(
        "claim_revisions_by_subject",
        "claim_revisions",
        ["deployment_id", "measure_id", "replaced_version"],
        unique=False,
    )
    op.create_index(
        "claim_revisions_by_supersedes",
        "claim_revisions",
        ["supersedes_id"],
        unique=False,
        postgresql_where=sa.text("supersedes_id is not null"),
    )
    op.create_index(
        "claim_revisions_one_current",
        "claim_revisions",
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("approved_version is not null and replaced_version is null"),
    )
    op.create_index(
        "claim_revisions_one_open",
        "claim_revisions",
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("verdict is null"),
    )
    op.create_table(
        "deployment_descriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("deployment_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("operation_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("level_valid_days", sa.BigInteger(), server_default="120", nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "'' not in (name, sender, host, summary, reason)",
            name=op.f("deployment_descriptions_no_empty_text"),
        ),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')",
            name=op.f("deployment_descriptions_origin_is_known"),
        ),
        sa.CheckConstraint(
            "recorded_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("deployment_descriptions_recorded_in_known_years"),
        ),
        sa.CheckConstraint(
            "starts_on between '1000-01-01' and '2999-12-31'",
            name=op.f("deployment_descriptions_starts_in_known_years"),
        ),
        sa.CheckConstraint(
            "level_valid_days between 1 and 999999", name=op.f("deployment_descriptions_levels_hold_a_day")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("deployment_descriptions_numbered_from_one")),
        sa.CheckConstraint("replaced_version > version", name=op.f("deployment_descriptions_replaced_later")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("deployment_descriptions_deployment_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.id"], name=op.f("deployment_descriptions_operation_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("deployment_descriptions_recorded_by_exists")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_version"],
            ["acts.version"],
            name=op.f("deployment_descriptions_replaced_version_exists"),
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["acts.version"], name=op.f("deployment_descriptions_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("deployment_descriptions_pkey")),
        sa.UniqueConstraint(
            "deployment_id", "number", name=op.f("deployment_descriptions_one_per_deployment_id_number")
        ),
    )
    op.create_index(
        "deployment_descriptions_one_current",
        "deployment_descriptions",
        ["deployment_id"],
        unique=True,
        postgresql_where=sa.text("replaced_version is null"),
    )
    op.create_table(
        "judgements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("standing_reason", sa.Text(), nullable=True),
        sa.Column("standing_on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("approved_alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("overridden", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_version", sa.BigInteger(), nullable=True),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "'' not in (words, decision_reason, overridden, reason)", name=op.f("judgements_no_empty_text")
        ),
        sa.CheckConstraint(
            "(approved_version is not null) = (verdict is not distinct from 'approved')",
            name=op.f("judgements_approved_at_a_version"),
        ),
        sa.CheckConstraint(
            "(standing = 'retracted') = (standing_on is not null)", name=op.f("judgements_retracted_on_a_day")
        ),
        sa.CheckConstraint(
            "decided_at >= recorded_at and decided_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("judgements_decided_once_recorded"),
        ),
        sa.CheckConstraint(
            "not approved_alone or verdict is not distinct from 'approved'",
            name=op.f("judgements_alone_only_if_approved"),
        ),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')", name=op.f("judgements_origin_is_known")
        ),
        sa.CheckConstraint(
            "recorded_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("judgements_recorded_in_known_years"),
        ),
        sa.CheckConstraint(
            "standing <> 'good' or standing_reason is null", name=op.f("judgements_good_needs_no_reason")
        ),
        sa.CheckConstraint(
            "standing <> 'set_aside' or standing_reason is not null",
            name=op.f("judgements_set_aside_has_a_reason"),
        ),
        sa.CheckConstraint(
            "standing in ('good', 'set_aside', 'retracted')", name=op.f("judgements_standing_is_known")
        ),
        sa.CheckConstraint(
            "standing_on between '1000-01-01' and '2999-12-31'",
            name=op.f("judgements_standing_on_in_known_years"),
        ),
        sa.CheckConstraint(
            "standing_reason in ('copy_error', 'misattribution', 'category_changed', 'no_source_given', 'derived_by_outlet', 'duplicate', 'stale', 'withdrawn', 'other')",
            name=op.f("judgements_reason_is_known"),
        ),
        sa.CheckConstraint(
            "verdict in ('approved', 'sent_back', 'rejected', 'withdrawn')",
            name=op.f("judgements_verdict_is_known"),
        ),
        sa.CheckConstraint(
            "verdict is distinct from 'approved' or decided_by <> recorded_by or origin = 'command_line' or approved_alone",
            name=op.f("judgements_four_eyes"),
        ),
        sa.CheckConstraint(
            "verdict is distinct from 'withdrawn' or decided_by = recorded_by",
            name=op.f("judgements_withdrawn_by_its_author"),
        ),
        sa.CheckConstraint(
            "verdict not in ('sent_back', 'rejected') or decision_reason is not null",
            name=op.f("judgements_refusal_has_a_reason"),
        ),
        sa.CheckConstraint(
            "decision_reason is null or verdict is not null",
            name=op.f("judgements_reason_given_with_a_verdict"),
        ),
        sa.CheckConstraint(
            "num_nulls(verdict, decided_by, decided_at) in (0, 3)",
            name=op.f("judgements_verdict_has_reviewer_and_time"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("judgements_numbered_from_one")),
        sa.CheckConstraint("replaced_version > approved_version", name=op.f("judgements_replaced_later")),
        sa.CheckConstraint(
            "replaced_version is null or approved_version is not null",
            name=op.f("judgements_replaced_only_if_approved"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_version"], ["acts.version"], name=op.f("judgements_approved_version_exists")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("judgements_batch_id_exists")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("judgements_claim_id_exists")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("judgements_decided_by_exists")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("judgements_recorded_by_exists")),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("judgements_replaced_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("judgements_pkey")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("judgements_one_per_claim_id_number")),
    )
    op.create_index(
        "judgements_one_current",
        "judgements",
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("approved_version is not null and replaced_version is null"),
    )
    op.create_index(
        "judgements_one_open",
        "judgements",
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("verdict is null"),
    )
    op.create_table(
        "measure_descriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "'' not in (label, unit, definition, reason)", name=op.f("measure_descriptions_no_empty_text")
        ),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')",
            name=op.f("measure_descriptions_origin_is_known"),
        ),
        sa.CheckConstraint(
            "recorded_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("measure_descriptions_recorded_in_known_years"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("measure_descriptions_numbered_from_one")),
        sa.CheckConstraint("replaced_version > version", name=op.f("measure_descriptions_replaced_later")),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("measure_descriptions_measure_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("measure_descriptions_recorded_by_exists")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("measure_descriptions_replaced_version_exists")
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["acts.version"], name=op.f("measure_descriptions_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("measure_descriptions_pkey")),
        sa.UniqueConstraint(
            "measure_id", "number", name=op.f("measure_descriptions_one_per_measure_id_number")
        ),
    )
    op.create_index(
        "measure_descriptions_one_current",
        "measure_descriptions",
        ["measure_id"],
        unique=True,
        postgresql_where=sa.text("replaced_version is null"),
    )
    op.create_table(
        "source_descriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("reliability", sa.Text(), nullable=True),
        sa.Column("stance", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaced_version", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "'' not in (name, country, note, reason)", name=op.f("source_descriptions_no_empty_text")
        ),
        sa.CheckConstraint(
            "kind in ('government', 'military', 'intelligence', 'media', 'ngo', 'international', 'officials_unnamed', 'research')",
            name=op.f("source_descriptions_kind_is_known"),
        ),
        sa.CheckConstraint(
            "origin in ('command_line', 'upload', 'api', 'desk')",
            name=op.f("source_descriptions_origin_is_known"),
        ),
        sa.CheckConstraint(
            "recorded_at between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'",
            name=op.f("source_descriptions_recorded_in_known_years"),
        ),
        sa.CheckConstraint(
            "reliability in ('A', 'B', 'C', 'D', 'E', 'F')",
            name=op.f("source_descriptions_reliability_is_a_to_f"),
        ),
        sa.CheckConstraint(
            "stance in ('own', 'opponent', 'third')", name=op.f("source_descriptions_stance_is_known")
        ),
        sa.CheckConstraint("char_length(name) <= 300", name=op.f("source_descriptions_name_is_short")),
        sa.CheckConstraint("number >= 1", name=op.f("source_descriptions_numbered_from_one")),
        sa.CheckConstraint("replaced_version > version", name=op.f("source_descriptions_replaced_later")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["families.id"], name=op.f("source_descriptions_family_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("source_descriptions_recorded_by_exists")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_version"], ["acts.version"], name=op.f("source_descriptions_replaced_version_exists")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("source_descriptions_source_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["acts.version"], name=op.f("source_descriptions_version_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("source_descriptions_pkey")),
        sa.UniqueConstraint("source_id", "number", name=op.f("source_descriptions_one_per_source_id_number")),
    )
    op.create_index(
        "source_descriptions_one_current",
        "source_descriptions",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("replaced_version is null"),
    )
    op.create_index(
        "source_descriptions_one_current_per_name",
        "source_descriptions",
        ["name"],
        unique=True,
        postgresql_where=sa.text("replaced_version is null"),
    )


TABLES = (
    "source_descriptions", "measure_descriptions", "judgements", "deployment_descriptions", "claim_revisions",
    "batches", "acts", "sources", "places", "people", "operations", "measures", "ledger", "families", "documents",
    "deployments", "claims",
)  # fmt: skip


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table(table)))):
            raise RuntimeError(f"{table} holds rows; export the ledger, then drop the database by hand")
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop function document_digest, within_known_years, day_said, edtf_period, edtf_days")
