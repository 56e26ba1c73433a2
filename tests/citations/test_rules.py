from datetime import UTC, datetime

from tests.factories import CitationFactory
from tests.rules import each_broken, refused

LATE = datetime(3000, 1, 1, tzinfo=UTC)

BROKEN = [
    ("citations_key_is_plain", lambda: CitationFactory(key="../../etc/passwd")),
    ("citations_kind_is_known", lambda: CitationFactory(kind="rumour")),
    ("citations_address_is_a_path", lambda: CitationFactory(address="https://elsewhere.example/")),
    ("citations_versions_from_nought", lambda: CitationFactory(version=-1)),
    ("citations_result_is_not_too_large", lambda: CitationFactory(result="x" * 2_000_001)),
    ("citations_digest_is_of_the_result", lambda: CitationFactory(digest="0" * 64)),
    ("citations_cited_in_known_years", lambda: CitationFactory(cited_at=LATE)),
    ("citations_version_in_known_years", lambda: CitationFactory(version_at=LATE)),
    ("citations_no_empty_text", lambda: CitationFactory(title="")),
    ("citations_one_per_key", lambda: [CitationFactory(key="a" * 16), CitationFactory(key="a" * 16)]),
]


@each_broken(BROKEN)
def test_a_citation_that_breaks_a_rule_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()
