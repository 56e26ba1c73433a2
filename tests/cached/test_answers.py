"""The memory in which answers are kept has a bound, and forgets what nobody asks for."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from app.cached.answers import Answers, Kept, Turn
from app.cached.state import State

NOW = State(1, "1", "2026-11-23")


def kept(size: int = 100, state: State = NOW) -> Kept:
    return Kept(state, [], b"x" * size, b'"x"')


def test_an_answer_is_found_in_its_own_state_only():
    answers = Answers(10_000)
    answers.keep(b"a", kept())
    assert answers.find(b"a", NOW) is not None
    assert answers.find(b"b", NOW) is None
    assert answers.find(b"a", NOW._replace(acts="1 2")) is None
    assert answers.find(b"a", NOW) is None  # gone for good: the state does not come back
    answers.keep(b"a", kept())
    assert answers.find(b"a", NOW._replace(day="2026-11-24")) is None


def test_what_was_not_asked_for_longest_makes_room():
    answers = Answers(3 * (kept().size + len(b"a")))
    for key in (b"a", b"b", b"c"):
        answers.keep(key, kept())
    answers.find(b"a", NOW)
    answers.keep(b"d", kept())
    assert [key for key in (b"a", b"b", b"c", b"d") if answers.find(key, NOW)] == [b"a", b"c", b"d"]


def test_what_is_larger_than_all_memory_is_not_kept():
    answers = Answers(500)
    answers.keep(b"a", kept(1000))
    assert (len(answers), answers.bytes) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c", b"d"]), st.integers(0, 3000)), max_size=60))
def test_memory_never_passes_its_bound(asked):
    answers = Answers(5000)
    for key, size in asked:
        answers.keep(key, kept(size))
        assert answers.bytes <= 5000
        assert answers.bytes == sum(one.size + len(key) for key, one in answers._kept.items())


def test_long_addresses_and_headers_count_as_much_as_bodies():
    answers = Answers(10_000)
    answers.keep(b"a" * 9_500, kept(1))
    answers.keep(b"b", Kept(NOW, [(b"link", b"x" * 9_500)], b"", b'"x"'))
    assert (len(answers), answers.bytes) == (0, 0)


def test_who_comes_while_an_answer_is_made_waits_for_it():
    async def ask_three_times() -> list[Turn]:
        answers = Answers(10_000)

        async def ask() -> Turn:
            turn = await answers.turn(b"a")
            if turn is Turn.MINE:
                await asyncio.sleep(0)
                answers.done(b"a", Turn.MADE)
            return turn

        return await asyncio.gather(ask(), ask(), ask())

    assert asyncio.run(ask_three_times()) == [Turn.MINE, Turn.MADE, Turn.MADE]
