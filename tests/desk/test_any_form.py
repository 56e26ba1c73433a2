"""Whatever is typed into the form, it is answered: weighed, or refused with all that was typed."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.claims.drafts import new_key
from app.desk.claim_form import FIELDS
from tests.desk.filled import a_claim, filled

TYPED = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["true", "total", "increment", "stance", "share", "level", "2025", "2025-02", "2025-02-30", "0",
         "12.5", "about", "between 3 and 2", "tra 2 e 4 mila", "nk-russia", "killed", "present", "A", "B",
         "https://example.org/", "http://[", "9999999999999999", "/", "2025/", "٣", "½"]
    ),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.sampled_from(FIELDS), TYPED, max_size=8))
def test_any_form_is_weighed_and_previewed(desk, signed_in, session, fields):
    if not desk.site.cookies:
        a_claim(session)
        signed_in()
    assert desk.site.post("/desk/weigh", data=filled(**fields)).status_code == 200
    answer = desk.site.post("/desk/claims/new", data=filled(**fields, do="preview"))
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.sampled_from(FIELDS), TYPED, max_size=3))
def test_any_form_is_taken_or_refused(desk, signed_in, session, fields):
    if not desk.site.cookies:
        a_claim(session)
        signed_in()
    sent = filled(**{"key": new_key(), "overridden": "It says so.", **fields})
    assert desk.site.post("/desk/claims/new", data=sent).status_code in {303, 422}
