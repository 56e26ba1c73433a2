"""What is counted of acts can be no other than a count."""

from sqlalchemy import update

from tests.factories import TouchedSubjectFactory, TouchFactory
from tests.rules import each_broken, refused


def change(session, row, **values):
    table = type(row).__table__
    session.execute(update(table).where(table.c.version == row.version).values(values))


BROKEN = [
    ("touches_things_are_counted", lambda session: change(session, TouchFactory(), things=-1)),
    ("touched_subjects_are_touched", lambda session: change(session, TouchedSubjectFactory(), claims=0)),
]


@each_broken(BROKEN)
def test_what_an_act_touched_is_a_count(session, rule, attempt):
    with refused(session, rule):
        attempt(session)
