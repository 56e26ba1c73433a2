"""What stands before a day is fitted to it: `il 9 ottobre`, `l’8 ottobre`."""

from datetime import date

import pytest
from markupsafe import Markup

from app.charts.wording import day
from app.languages.elision import elided
from app.languages.spoken import _, pgettext, speaking
from app.pages import ENVIRONMENT


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (1, "dichiarazione del 1º ottobre 2024"),
        (8, "dichiarazione dell’8 ottobre 2024"),
        (9, "dichiarazione del 9 ottobre 2024"),
        (11, "dichiarazione dell’11 ottobre 2024"),
        (18, "dichiarazione del 18 ottobre 2024"),
    ],
)
def test_an_article_is_elided_before_eight_and_eleven(on, said):
    with speaking("it"):
        assert _("said on %(day)s", day=day(date(2024, 10, on))) == said


def test_a_template_says_it_as_code_does_also_around_markup():
    template = ENVIRONMENT.from_string("{{ pgettext('a day', 'as of %(day)s', day=when) }}")
    with speaking("it"):
        assert template.render(when=Markup("<time>11 marzo 2025</time>")) == "all’<time>11 marzo 2025</time>"
        assert pgettext("a day", "as of %(day)s", day="12 marzo 2025") == "al 12 marzo 2025"
    assert pgettext("a day", "as of %(day)s", day="8 March 2025") == "as of 8 March 2025"


@pytest.mark.parametrize(
    ("text", "value", "fitted"),
    [
        ("Il %(day)s si apre", "8 marzo", "L’8 marzo si apre"),
        ("nel %(day)s", "11 marzo", "nell’11 marzo"),
        ("fino al %(day)s", "80 giorni", "fino al 80 giorni"),
        ("sul %(day)s", "8", "sul 8"),
        ("del <b>%(day)s</b>", "8 marzo", "dell’<b>8 marzo</b>"),
    ],
)
def test_only_an_article_right_before_a_day_is_touched(text, value, fitted):
    assert elided(text, {"day": value}, "it") % {"day": value} == fitted
    assert elided(text, {"day": value}, "en") == text
