"""A document is found again by its digest, which an import computes itself rather than ask for each row."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.ledger.staging import document_digest

parts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(publisher=parts, title=parts, url=parts, language=parts)
def test_an_import_and_the_database_compute_the_same_digest(session, publisher, title, url, language):
    document = (publisher, title, url, language)
    in_the_database = session.scalar(select(func.document_digest(*(part or None for part in document))))
    assert document_digest(*document) == (in_the_database.hex() if any(document) else "")
