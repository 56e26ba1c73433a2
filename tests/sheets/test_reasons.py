"""What the checks of an import say is said at the desk in its language."""

import pytest

from app.languages.spoken import speaking
from app.ledger.checks import OF_CLAIMS, OF_FILES, OF_NAMES, OF_SUBMISSIONS
from app.ledger.naming import _SOURCE_CHECKS
from app.sheets.reasons import in_language

ON_CLAIMS = [one for one in (*OF_FILES, *OF_NAMES, *OF_CLAIMS, *OF_SUBMISSIONS, *_SOURCE_CHECKS)
             if one.file == "claims.csv"]  # fmt: skip


def reasons() -> list[str]:
    """The sentences among the texts in the SQL of the checks, `%s` for each value."""
    texts = {text for check in ON_CLAIMS for text in check.faults.split("'")[1::2]}
    return sorted(text for text in texts if text.count(" ") > 1)


@pytest.mark.parametrize("reason", reasons())
def test_every_reason_of_a_check_is_said_in_italian(reason):
    given = reason.replace("%s", "x")
    said = in_language(given)
    # Advice for a folder of files is none for a single table.
    assert said == given or given.startswith(("gives no slug", "its slug would be", "is not known"))
    assert ".csv" not in said
    with speaking("it"):
        assert in_language(given) not in {given, said}


def test_the_values_of_a_reason_stay_and_other_words_are_left_alone():
    with speaking("it"):
        said = in_language("covers no day after 2023-03-02, before the deployment starts, on 2024-10-01")
        assert "2023-03-02" in said
        assert "2024-10-01" in said
        assert in_language("is no reason of a check") == "is no reason of a check"
