"""Invariants of accounts."""

from app.accounts.models import COMMAND_LINE
from app.keeping.finding import Invariant, asked

OF_PEOPLE = (
    Invariant(
        "command-line-is-a-person",
        "The command line is an administrator without a password.",
        asked(f"""
          select 'Nobody is called {COMMAND_LINE}, in whose name imports are recorded'
          where not exists (select from people where name = '{COMMAND_LINE}')""",  # noqa: S608
              f"""
          select 'The person {COMMAND_LINE} is ' || case when role <> 'administrator' then role
            when disabled_at is not null then 'disabled' else 'able to sign in' end
          from people where name = '{COMMAND_LINE}'
            and (role <> 'administrator' or num_nonnulls(password_hash, disabled_at) > 0)"""),  # noqa: S608
    ),
    Invariant(
        "disabled-people-are-out",
        "Who is disabled is signed in nowhere, and has no link that opens the door again.",
        asked("""
          select format('%s is disabled and is signed in since %s', p.name,
            to_char(s.signed_in_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'))
          from sign_ins s join people p on p.id = s.person_id where p.disabled_at is not null""", """
          select format('%s is disabled and has an open one-time link', p.name)
          from one_time_links l join people p on p.id = l.person_id
          where p.disabled_at is not null and l.used_at is null"""),
    ),
)  # fmt: skip
"""Invariants of accounts."""
