import pytest

from tests.factories import (
    DocumentNoteFactory,
    FamilyFactory,
    SourceDescriptionFactory,
    SourceDocumentFactory,
    SourceFactory,
)
from tests.rules import each_broken, refused

BROKEN = [
    ("families_slug_is_plain", lambda: FamilyFactory(slug="South Korea")),
    ("families_no_empty_text", lambda: FamilyFactory(name="")),
    ("families_one_per_slug", lambda: [FamilyFactory(slug="one"), FamilyFactory(slug="one")]),
    ("sources_slug_is_plain", lambda: SourceFactory(slug="n i s")),
    ("sources_one_per_slug", lambda: [SourceFactory(slug="nis"), SourceFactory(slug="nis")]),
    ("source_descriptions_kind_is_known", lambda: SourceFactory(kind="blog")),
    ("source_descriptions_reliability_is_a_to_f", lambda: SourceFactory(reliability="a")),
    ("source_descriptions_stance_is_known", lambda: SourceFactory(stance="neutral")),
    ("source_descriptions_origin_is_known", lambda: SourceDescriptionFactory(origin="post")),
    ("source_descriptions_no_empty_text", lambda: SourceFactory(name="")),
    ("source_descriptions_no_empty_text", lambda: SourceFactory(country="")),
    ("source_descriptions_name_is_short", lambda: SourceFactory(name="n" * 301)),
    (
        "source_descriptions_one_current_per_name",
        lambda: [SourceFactory(name="The Times"), SourceFactory(name="The Times")],
    ),
    ("documents_says_something", lambda: SourceDocumentFactory(title=None)),
    ("documents_no_empty_text", lambda: SourceDocumentFactory(publisher="")),
    ("documents_parts_keep_apart", lambda: SourceDocumentFactory(publisher="A\x1fB")),
    ("documents_url_is_a_web_address", lambda: SourceDocumentFactory(url="javascript:alert(1)")),
    ("documents_url_is_a_web_address", lambda: SourceDocumentFactory(url="\nhttps://example.org")),
    ("documents_language_is_two_letters", lambda: SourceDocumentFactory(language="EN")),
    ("documents_language_is_two_letters", lambda: SourceDocumentFactory(language="eng")),
    ("document_notes_state_is_known", lambda: DocumentNoteFactory(state="moved")),
    (
        "document_notes_archived_url_is_a_web_address",
        lambda: DocumentNoteFactory(archived_url="javascript:alert(1)"),
    ),
    (
        "document_notes_one_per_act_id",
        lambda: DocumentNoteFactory(act_id=DocumentNoteFactory().act_id),
    ),
]


@each_broken(BROKEN)
def test_what_is_no_source_or_document_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


@pytest.mark.parametrize(
    "parts",
    [
        {"title": "A title"},
        {"title": "A title", "publisher": "Reuters", "url": "HTTPS://example.org/1", "language": "en"},
        {"title": "t" * 100_000},
    ],
)
def test_equal_documents_are_one(session, parts):
    SourceDocumentFactory(**parts)
    with refused(session, "documents_one_per_digest"):
        SourceDocumentFactory(**parts)


def test_documents_that_differ_in_any_part_are_two(session):
    parts = {"publisher": "A", "title": "B", "url": "https://example.org", "language": "en"}
    documents = [SourceDocumentFactory(**parts)]
    documents += [SourceDocumentFactory(**{**parts, part: None}) for part in parts]
    documents.append(SourceDocumentFactory(**{**parts, "publisher": "B", "title": "A"}))
    assert len({document.digest for document in documents}) == 6


def test_a_name_is_free_again_once_its_source_is_called_something_else(session):
    renamed = SourceFactory(name="The Times")
    SourceDescriptionFactory(source=renamed, name="The Times of London")
    assert SourceFactory(name="The Times").id != renamed.id
