"""What the log keeps of acts in English is said in the language of the page."""

import pytest

from app.acts.wording import told_in_words
from app.languages.spoken import speaking


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("merged into The Office", "unita a The Office"),
        ("stands by itself again", "è di nuovo una fonte a sé"),
        ("no longer known as NIS (x)", "non più nota come NIS (x)"),
        ("a new deployment, Aid", "un nuovo dispiegamento, Aid"),
        ("The grade was too good.", "The grade was too good."),
    ],
)
def test_what_describes_a_thing_is_said_and_what_somebody_typed_stays(stored, said):
    assert told_in_words(stored, "describe") == stored
    with speaking("it"):
        assert told_in_words(stored, "describe") == said
        assert told_in_words(stored, "judge") == stored
