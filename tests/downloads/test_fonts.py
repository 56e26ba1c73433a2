"""Lines that fit: widths are those of the fonts that draw."""

import pytest

from app.downloads.fonts import HANGUL, SANS, WIDER, files_for, shortened, width, wrapped

TEXT = "Between 14,500 and 15,500 by 13 December 2025; selected: 15,000, as known on 1 April 2026."


def test_a_wide_letter_is_wider_than_a_narrow_one_and_bold_is_wider():
    assert width("W", 20) > 2 * width("i", 20)
    assert width("W", 20, bold=True) > width("W", 20)


def test_a_hangul_syllable_is_nearly_as_wide_as_the_type_is_large():
    assert width("병", 20) == pytest.approx(18.4 * WIDER)


@pytest.mark.parametrize("room", [40, 90, 300, 2000])
def test_no_line_is_wider_than_its_room_and_no_word_is_lost(room):
    lines = wrapped(TEXT, 15, room)
    assert all(width(line, 15) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(TEXT.split())


def test_a_word_that_is_too_long_is_broken():
    lines = wrapped("https://muster.example/deployments/nk-troops-russia/sent", 15, 120)
    assert len(lines) > 2
    assert all(width(line, 15) <= 120 for line in lines)


def test_what_is_left_out_is_marked_and_the_mark_fits_too():
    lines = shortened(wrapped(TEXT, 15, 150), 2, 15, 150)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert width(lines[-1], 15) <= 150


def test_nothing_is_marked_where_all_fits():
    assert shortened(["one", "two"], 2, 15, 100) == ["one", "two"]


def test_the_large_font_is_read_only_where_something_is_written_in_it():
    assert files_for("Sent, Отправлено") == [str(SANS)]
    assert files_for("Sent, 병력") == [str(SANS), str(HANGUL)]
