"""From probabilities to text."""

from __future__ import annotations

import itertools
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.decode import (
    FIGURE_ALPHABET,
    decode_figure,
    decode_text,
    decode_wrapped,
    text_probability,
)
from pipeline.read.scan import BLANK, LineScan

LEAST = 0.3


def scan(*steps: dict[str, float]) -> LineScan:
    ranked = (sorted(step.items(), key=lambda item: -item[1]) for step in steps)
    return LineScan(tuple(tuple(step) for step in ranked))


def sure(*symbols: str) -> LineScan:
    return scan(*({symbol: 1.0} for symbol in symbols))


def test_repeats_collapse_and_blanks_part_equal_characters() -> None:
    read = decode_text(sure("1", "1", BLANK, "1", "0", "0", BLANK), "r")
    assert read.text == "110"
    assert read.confidence == pytest.approx(1.0)
    assert len(read.characters) == 3


def test_spaces_around_a_text_are_not_printed() -> None:
    read = decode_text(sure(" ", "无", BLANK, " "), "r")
    assert (read.text, len(read.characters)) == ("无", 1)


def test_lookalikes_share_the_probability_of_their_digit() -> None:
    seen = scan({"O": 0.4, "0": 0.3, "〇": 0.2, "D": 0.1})
    free, figure = decode_text(seen, "r"), decode_figure(seen, "r", LEAST)
    assert free.text == "O"
    assert figure is not None
    assert figure.text == "0"
    assert figure.confidence == pytest.approx(1.0)


def test_what_lies_outside_figures_lowers_their_confidence() -> None:
    figure = decode_figure(scan({"7": 0.6, "了": 0.4}), "r", LEAST)
    assert figure is not None
    assert figure.text == "7"
    assert figure.confidence == pytest.approx(0.6)


def test_a_label_has_no_figure_reading() -> None:
    assert decode_figure(sure("予", "以", "公", "开"), "r", LEAST) is None


def test_a_figure_on_several_lines_is_one_and_only_where_every_line_is() -> None:
    first, last = sure("9", "8"), scan({"O": 0.8, "0": 0.1, "了": 0.1})
    figure = decode_wrapped([first, last], "r", LEAST)
    assert figure is not None
    assert (figure.text, len(figure.characters)) == ("980", 3)
    assert figure.confidence == pytest.approx(0.9)
    assert decode_wrapped([first, sure("予")], "r", LEAST) is None


def test_nothing_seen_is_no_figure_and_above_all_not_zero() -> None:
    assert decode_figure(sure(BLANK, BLANK), "r", LEAST) is None
    assert decode_figure(LineScan(), "r", LEAST) is None
    assert decode_text(LineScan(), "r").text == ""


def test_a_flat_stroke_is_a_dash_and_never_one() -> None:
    figure = decode_figure(sure("一"), "r", LEAST)
    assert figure is not None
    assert figure.text == "-"
    assert all(FIGURE_ALPHABET[c] != "1" for c in "一-—–/")


def test_a_figure_with_words_keeps_them() -> None:
    figure = decode_figure(sure("減", "4"), "r", LEAST)
    assert figure is not None
    assert figure.text == "减4"


def test_the_likeliest_text_wins_over_the_likeliest_path() -> None:
    # The best single path says nothing (0.6 x 0.6), yet three paths together say 1.
    seen = scan({BLANK: 0.6, "1": 0.4}, {BLANK: 0.6, "1": 0.4})
    figure = decode_figure(seen, "r", LEAST)
    assert figure is not None
    assert figure.text == "1"
    assert figure.confidence == pytest.approx(0.4 * 0.6 + 0.6 * 0.4 + 0.4 * 0.4)


SYMBOLS = (BLANK, "0", "1", ".")
steps = st.lists(
    st.lists(st.integers(1, 9), min_size=4, max_size=4).map(
        lambda weights: {s: w / sum(weights) for s, w in zip(SYMBOLS, weights, strict=True)}
    ),
    min_size=1,
    max_size=4,
)


def brute_force(chances: list[dict[str, float]]) -> dict[str, float]:
    """Sum the probability of every path under the text that it gives."""
    texts: dict[str, float] = {}
    for path in itertools.product(SYMBOLS, repeat=len(chances)):
        text = "".join(symbol for symbol, _ in itertools.groupby(path))
        chance = 1.0
        for symbol, step in zip(path, chances, strict=True):
            chance *= step[symbol]
        texts[text] = texts.get(text, 0.0) + chance
    return texts


@given(steps)
def test_the_probability_of_a_text_is_the_sum_over_its_paths(chances: list[dict[str, float]]) -> None:
    seen = scan(*chances)
    for text, chance in brute_force(chances).items():
        assert isclose(text_probability(seen, text), chance, rel_tol=1e-6)


@given(steps)
def test_the_search_claims_what_is_true_and_finds_nearly_the_best(chances: list[dict[str, float]]) -> None:
    figure = decode_figure(scan(*chances), "r", 0.0)
    texts = brute_force(chances)
    if figure is None:
        assert max(texts, key=lambda t: texts[t]) == ""
    else:
        assert figure.confidence <= texts[figure.text] + 1e-9
        assert figure.confidence >= 0.9 * max(texts.values())
