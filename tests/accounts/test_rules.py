from tests.factories import PersonFactory
from tests.rules import each_broken, refused

BROKEN = [
    ("people_name_is_a_login", lambda: PersonFactory(name="Ann Example")),
    ("people_name_is_a_login", lambda: PersonFactory(name="a" * 41)),
    ("people_name_is_a_login", lambda: PersonFactory(name="ann\n")),
    ("people_role_is_known", lambda: PersonFactory(role="owner")),
    ("people_no_empty_text", lambda: PersonFactory(display_name="")),
    ("people_no_empty_text", lambda: PersonFactory(pseudonym="")),
    ("people_one_per_name", lambda: [PersonFactory(name="ann"), PersonFactory(name="ann")]),
    ("people_one_per_pseudonym", lambda: [PersonFactory(pseudonym="p1"), PersonFactory(pseudonym="p1")]),
]


@each_broken(BROKEN)
def test_what_is_no_account_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


def test_a_person_may_change_what_is_theirs_to_change(session):
    person = PersonFactory()
    person.display_name, person.role, person.named_in_public = "Ann", "reviewer", True
    person.password_hash, person.disabled_at = "$argon2id$...", person.created_at
    session.flush()
    assert person.public_name == "Ann"
