"""What the database holds of the words of names, broken rule by rule."""

from sqlalchemy import insert

from app.models import NameWords
from tests.factories import current_session
from tests.rules import each_broken, refused

BROKEN = [("name_words_kind_is_known", lambda: add("family"))]


def add(kind: str) -> None:
    current_session().execute(insert(NameWords).values(id=999_999_999, words="words", kind=kind))


@each_broken(BROKEN)
def test_words_of_a_name_that_break_a_rule_are_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


def test_the_words_of_a_name_stand_once(session):
    add("source")
    with refused(session, "name_words_pkey"):
        add("source")
