"""Cells of tables of claims."""

from dataclasses import replace

import pytest

from app.claims.approved import Attribution, Document
from app.dates import read_date
from app.languages.spoken import speaking
from app.pages import ENVIRONMENT
from tests.readings.build import plan, total

HOSTILE = '"><script>x</script>'
CELLS = ENVIRONMENT.filters


def test_what_somebody_typed_stays_text_in_every_cell():
    claim = replace(
        total("a", "about 3000", "2025-03-01"),
        ref=HOSTILE,
        source=Attribution("s", HOSTILE, "f", HOSTILE + "family", reliability=HOSTILE),
        document=Document(HOSTILE, url="https://example.org/?" + HOSTILE),
    )
    cells = [
        CELLS["source_cell"](claim.source),
        CELLS["figure_cell"](claim),
        CELLS["grade_cell"](claim),
        CELLS["document_cell"](claim.document),
        CELLS["document_cell"](Document(HOSTILE)),
    ]
    for cell in cells:
        assert "<script" not in cell
        assert "&lt;script" in cell


@pytest.mark.parametrize(("language", "told"), [("en", "by 1 Mar 2025"), ("it", "entro 1 mar 2025")])
def test_a_cell_is_remembered_for_each_language(language, told):
    with speaking(language):
        assert (
            CELLS["covered"](replace(plan("a", "5", "2025-02-01"), as_of=read_date("2025-03-01"))).striptags()
            == told
        )
