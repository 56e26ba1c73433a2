from tests.factories import MeasureDescriptionFactory, MeasureFactory
from tests.rules import each_broken, refused

BROKEN = [
    ("measures_slug_is_plain", lambda: MeasureFactory(slug="Sent")),
    ("measures_slug_is_plain", lambda: MeasureFactory(slug="a" * 301)),
    ("measures_kind_is_known", lambda: MeasureFactory(kind="stock")),
    ("measures_one_per_slug", lambda: [MeasureFactory(slug="sent"), MeasureFactory(slug="sent")]),
    ("measure_descriptions_origin_is_known", lambda: MeasureDescriptionFactory(origin="post")),
    ("measure_descriptions_no_empty_text", lambda: MeasureDescriptionFactory(unit="")),
    ("measure_descriptions_no_empty_text", lambda: MeasureDescriptionFactory(definition="")),
]


@each_broken(BROKEN)
def test_what_is_no_measure_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()
