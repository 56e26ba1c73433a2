"""What the database holds of the words of names, broken rule by rule."""

from sqlalchemy import insert

from app.models import NameWords
from tests.factories import current_session
from tests.rules import each_broken, refused

RULES = [
    ("name_words_kind_is_known", {"kind": "family"}),
    ("name_words_pkey", {"kind": "source"}),
]


@each_broken([(rule, lambda values=values: add(values)) for rule, values in RULES])
def test_each_rule_refuses_what_breaks_it(session, rule, attempt):
    add({"kind": "source"})
    with refused(session, rule):
        attempt()


def add(values):
    current_session().execute(insert(NameWords).values(id=999_999_999, words="words", **values))
