from datetime import timedelta

from tests.factories import (
    NOW,
    ApiTokenFactory,
    FailedSignInFactory,
    KnownBrowserFactory,
    OneTimeLinkFactory,
    PersonFactory,
    SignInFactory,
    current_session,
)
from tests.rules import each_broken, refused

HASH = "0" * 64
BEFORE = NOW - timedelta(seconds=1)


def revoked_again():
    token = ApiTokenFactory(revoked_at=NOW)
    token.revoked_at = None


def the_last_administrator_is(**changed):
    last = PersonFactory(role="administrator")
    for name, value in changed.items():
        setattr(last, name, value)
    current_session().flush()


BROKEN = [
    ("people_keep_an_administrator", lambda: the_last_administrator_is(role="reviewer")),
    ("people_keep_an_administrator", lambda: the_last_administrator_is(disabled_at=NOW)),
    ("people_name_is_a_login", lambda: PersonFactory(name="Ann Example")),
    ("people_name_is_a_login", lambda: PersonFactory(name="a" * 41)),
    ("people_name_is_a_login", lambda: PersonFactory(name="ann\n")),
    ("people_role_is_known", lambda: PersonFactory(role="owner")),
    ("people_no_empty_text", lambda: PersonFactory(display_name="")),
    ("people_no_empty_text", lambda: PersonFactory(pseudonym="")),
    ("people_one_per_name", lambda: [PersonFactory(name="ann"), PersonFactory(name="ann")]),
    ("people_one_per_pseudonym", lambda: [PersonFactory(pseudonym="p1"), PersonFactory(pseudonym="p1")]),
    ("people_password_is_hashed", lambda: PersonFactory(password_hash="four unrelated words")),
    (
        "people_command_line_stays_as_it_is",
        lambda: PersonFactory(name="command-line", password_hash="$argon2id$…"),
    ),
    ("people_command_line_stays_as_it_is", lambda: PersonFactory(name="command-line", disabled_at=NOW)),
    ("sign_ins_token_is_hashed", lambda: SignInFactory(token_hash="secret")),
    ("sign_ins_one_per_token_hash", lambda: [SignInFactory(token_hash=HASH), SignInFactory(token_hash=HASH)]),
    ("sign_ins_seen_once_signed_in", lambda: SignInFactory(last_seen_at=BEFORE)),
    ("sign_ins_expire_later", lambda: SignInFactory(expires_at=NOW)),
    ("sign_ins_no_empty_text", lambda: SignInFactory(browser="")),
    ("sign_ins_no_empty_text", lambda: SignInFactory(network="")),
    ("one_time_links_purpose_is_known", lambda: OneTimeLinkFactory(purpose="visit")),
    ("one_time_links_token_is_hashed", lambda: OneTimeLinkFactory(token_hash="secret")),
    (
        "one_time_links_one_per_token_hash",
        lambda: [OneTimeLinkFactory(token_hash=HASH), OneTimeLinkFactory(token_hash=HASH)],
    ),
    ("one_time_links_expire_later", lambda: OneTimeLinkFactory(expires_at=NOW)),
    ("one_time_links_used_in_time", lambda: OneTimeLinkFactory(used_at=BEFORE)),
    ("one_time_links_used_in_time", lambda: OneTimeLinkFactory(used_at=NOW + timedelta(days=7))),
    (
        "one_time_links_one_open_per_person",
        lambda: OneTimeLinkFactory(person_id=OneTimeLinkFactory().person_id),
    ),
    ("api_tokens_token_is_hashed", lambda: ApiTokenFactory(token_hash="muster_secret")),
    (
        "api_tokens_one_per_token_hash",
        lambda: [ApiTokenFactory(token_hash=HASH), ApiTokenFactory(token_hash=HASH)],
    ),
    ("api_tokens_have_a_scope", lambda: ApiTokenFactory(scopes=[])),
    ("api_tokens_scopes_are_known", lambda: ApiTokenFactory(scopes=["claims", "people"])),
    ("api_tokens_scopes_are_known", lambda: ApiTokenFactory(scopes=[None])),
    ("api_tokens_expire_within_a_year", lambda: ApiTokenFactory(expires_at=NOW)),
    ("api_tokens_expire_within_a_year", lambda: ApiTokenFactory(expires_at=NOW + timedelta(days=367))),
    ("api_tokens_used_once_created", lambda: ApiTokenFactory(last_used_at=BEFORE)),
    ("api_tokens_revoked_once_created", lambda: ApiTokenFactory(revoked_at=BEFORE)),
    ("api_tokens_no_empty_text", lambda: ApiTokenFactory(name="")),
    ("api_tokens_no_empty_text", lambda: ApiTokenFactory(beginning="")),
    (
        "api_tokens_one_live_per_name",
        lambda: ApiTokenFactory(name="Import", person_id=ApiTokenFactory(name="Import").person_id),
    ),
    ("api_tokens_revoked_once", revoked_again),
    ("known_browsers_token_is_hashed", lambda: KnownBrowserFactory(token_hash="secret")),
    ("known_browsers_seen_once_known", lambda: KnownBrowserFactory(last_seen_at=BEFORE)),
    (
        "known_browsers_one_per_person",
        lambda: KnownBrowserFactory(
            token_hash=HASH, person_id=KnownBrowserFactory(token_hash=HASH).person_id
        ),
    ),
    ("failed_sign_ins_account_is_hashed", lambda: FailedSignInFactory(account="ann")),
    ("failed_sign_ins_no_empty_text", lambda: FailedSignInFactory(network="")),
]


@each_broken(BROKEN)
def test_what_is_no_account_and_no_key_to_one_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()
        session.flush()


def test_a_person_may_change_what_is_theirs_to_change(session):
    person = PersonFactory()
    person.display_name, person.role, person.named_in_public = "Ann", "reviewer", True
    person.password_hash, person.disabled_at = "$argon2id$…", person.created_at
    session.flush()
    assert person.public_name == "Ann"


def test_the_name_of_a_revoked_token_is_free_again(session):
    revoked = ApiTokenFactory(name="Import", revoked_at=NOW)
    assert ApiTokenFactory(name="Import", person_id=revoked.person_id).id != revoked.id


def test_a_used_link_does_not_stand_in_the_way_of_another(session):
    used = OneTimeLinkFactory(used_at=NOW)
    assert OneTimeLinkFactory(person_id=used.person_id).id != used.id
