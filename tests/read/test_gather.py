"""Items of several askers in one batch: full, waited for long enough, or all that can come."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import pytest

from pipeline.read.gather import Gatherer, Item
from tests.read.models import Lines

LONG = 1000.0  # seconds of lingering that no test waits for
MODEL = Lines()


def items(*contents: str, width: int = 48, room: int = 4) -> list[Item]:
    return [Item(MODEL, (width,), room, content) for content in contents]


@contextmanager
def asking(gatherer: Gatherer, wanted: Sequence[Item]) -> Iterator[list[str]]:
    """Ask in a thread of its own; the answers are there at the end."""
    answers: list[str] = []

    def ask() -> None:
        with gatherer.asker():
            answers.extend(gatherer.ask(wanted))

    thread = threading.Thread(target=ask)
    thread.start()
    yield answers
    thread.join(20)
    assert not thread.is_alive()


def taken(gatherer: Gatherer) -> str:
    """Take a batch and answer each item with its own content in capitals."""
    batch = gatherer.take()
    for item in batch:
        item.answer.set_result(item.content.upper())
    return "".join(item.content for item in batch)


def test_what_one_asks_comes_at_once_in_order_and_full_batches() -> None:
    gatherer = Gatherer(LONG)
    with asking(gatherer, items(*"abcdefghij")) as answers:
        assert [taken(gatherer) for _ in range(3)] == ["abcd", "efgh", "ij"]
    assert "".join(answers) == "ABCDEFGHIJ"


def test_items_of_two_askers_are_one_batch() -> None:
    gatherer = Gatherer(LONG)
    with ExitStack() as stack:
        stack.enter_context(gatherer.asker())  # a third, who may add something at any time
        answers = [stack.enter_context(asking(gatherer, items(*some))) for some in ("ab", "cd")]
        assert sorted(taken(gatherer)) == [*"abcd"]  # full, so that it waits no longer
    assert ["".join(each) for each in answers] == ["AB", "CD"]


def test_a_batch_that_is_not_full_waits_for_those_who_may_add_to_it() -> None:
    gatherer = Gatherer(LONG)
    with ExitStack() as stack:
        idle = stack.enter_context(ExitStack())
        idle.enter_context(gatherer.asker())
        stack.enter_context(asking(gatherer, items("a")))
        batches: list[str] = []
        taker = threading.Thread(target=lambda: batches.append(taken(gatherer)))
        taker.start()
        stack.enter_context(asking(gatherer, items("b")))
        assert not batches  # nothing but the idle one's leaving or coming can end this
        idle.close()
        taker.join(20)
        while sum(map(len, batches)) < 2:  # where the first asker was alone when the idle one had gone
            batches.append(taken(gatherer))
    assert sorted("".join(batches)) == ["a", "b"]


def test_it_waits_no_longer_than_it_may() -> None:
    gatherer = Gatherer(0.01)
    with gatherer.asker(), asking(gatherer, items("a")) as answers:
        assert taken(gatherer) == "a"
    assert answers == ["A"]


@pytest.mark.parametrize("other", [{"width": 96}, {"room": 4, "width": 160}])
def test_items_of_different_shapes_are_never_one_batch(other: dict[str, int]) -> None:
    gatherer = Gatherer(LONG)
    with asking(gatherer, [*items("a", "b"), *items("x", **other), *items("c")]) as answers:
        assert [taken(gatherer), taken(gatherer)] == ["abc", "x"]
    assert answers == ["A", "B", "X", "C"]


def test_items_of_different_models_are_never_one_batch() -> None:
    gatherer = Gatherer(LONG)
    other = Item(Lines(), (48,), 4, "x")
    with asking(gatherer, [*items("a"), other]):
        assert {taken(gatherer), taken(gatherer)} == {"a", "x"}
