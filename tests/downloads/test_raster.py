"""Letters become ink, whatever their alphabet; the process that draws is there when it is needed."""

from itertools import pairwise

import pytest

from app.charts.palette import LIGHT
from app.downloads.raster import KEPT, CannotDraw, Rasterizer
from app.downloads.sheets import TITLE, Sheet
from tests.downloads.pixels import inked, pixels_of, size_of


@pytest.fixture
def rasterizer():
    drawing = Rasterizer()
    yield drawing
    drawing.close()


def saying(words: str) -> str:
    """A small picture that says this and nothing else."""
    sheet = Sheet(640, 20, LIGHT, y=10)
    sheet.say(words, TITLE)
    return sheet.finish(title="Words", summary="", height=60)


LETTERS = ["Sent", "Військовослужбовці", "Отправлено", "파병된 병력", "조선인민군 朝鮮", "Σύνολο", "Đã gửi"]
UNKNOWN = "\U000f0000"  # a letter of nobody's alphabet, which no font has


@pytest.mark.parametrize("words", LETTERS)
def test_letters_of_every_alphabet_that_sources_write_in_are_drawn(rasterizer, words):
    """A font that is missing is passed over without a word, so the ink itself is looked at."""
    nothing = inked(rasterizer.png(saying(""), 1))
    boxes = rasterizer.png(saying("".join(UNKNOWN if letter != " " else " " for letter in words)), 1)
    drawn = rasterizer.png(saying(words), 1)
    assert nothing == 0
    assert inked(drawn) > 40 * len(words)
    assert pixels_of(drawn) != pixels_of(boxes)


def test_every_letter_of_a_name_is_drawn_and_not_only_some(rasterizer):
    """Each letter more is more ink: none of them is an empty place."""
    name = "Війська 병력"
    ink = [inked(rasterizer.png(saying(name[:end].strip()), 1)) for end in range(1, len(name) + 1)]
    grown = [after - before for before, after in pairwise(ink)]
    assert [gain > 10 for gain in grown] == [letter != " " for letter in name[1:]]


def test_letters_that_no_font_has_are_boxes_and_not_nothing(rasterizer):
    assert inked(rasterizer.png(saying(UNKNOWN * 3), 1)) > 30


def test_a_picture_is_as_large_as_was_asked_for(rasterizer):
    assert size_of(rasterizer.png(saying("Sent"), 1)) == (640, 60)
    assert size_of(rasterizer.png(saying("Sent"), 1.5)) == (960, 90)


def test_the_process_is_started_again_where_it_ended(rasterizer):
    first = rasterizer.png(saying("Sent"), 1)
    rasterizer._process.kill()
    rasterizer._process.wait()
    assert size_of(rasterizer.png(saying("Killed"), 1)) == (640, 60)
    assert rasterizer.png(saying("Sent"), 1) == first


def test_what_cannot_be_drawn_is_said_and_ends_nothing(rasterizer):
    with pytest.raises(CannotDraw):
        rasterizer.png("<svg", 1)
    assert rasterizer.png(saying("Sent"), 1)


def test_no_more_pictures_are_kept_than_fit(rasterizer):
    for number in range(KEPT + 3):
        rasterizer.png(saying(str(number)), 0.1)
    assert len(rasterizer._kept) == KEPT


def test_the_process_ends_with_its_worker(rasterizer):
    rasterizer.png(saying("Sent"), 1)
    process = rasterizer._process
    rasterizer.close()
    assert process.returncode == 0
