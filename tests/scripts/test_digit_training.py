"""What trains the readers of digits: slopes are of the loss, views are labelled by where digits stand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.read.covered import SIDE, covered_chances
from pipeline.read.digits import INPUTS
from pipeline.read.network import CLASSES, NONE, Floats, network_of
from scripts.lib import covered_net, digit_net
from scripts.lib.covered_views import Shown
from scripts.lib.descent import Classes, Examples, Layers, fresh


def small_digits(rng: np.random.Generator) -> tuple[Layers, Floats]:
    return fresh([(INPUTS, 8), (8, 6), (6, 11)], rng), rng.random((5, INPUTS)).astype(np.float32)


def small_covered(rng: np.random.Generator) -> tuple[Layers, Floats]:
    shapes = [(25, 4), (9 * 4, 3), (7 * 7 * 3, 8), (8, 11)]
    return fresh(shapes, rng), rng.random((5, SIDE, SIDE)).astype(np.float32)


@pytest.mark.parametrize(
    ("made", "slopes_of"),
    [(small_digits, digit_net.slopes), (small_covered, covered_net.slopes)],
)
def test_slopes_are_those_of_the_loss(
    made: Callable[[np.random.Generator], tuple[Layers, Floats]],
    slopes_of: Callable[[Layers, Floats, Classes], tuple[float, Layers]],
) -> None:
    rng = np.random.default_rng(5)
    layers, views = made(rng)
    classes = np.array([0, 3, 10, 7, 3])
    loss, slopes = slopes_of(layers, views, classes)
    # Downhill by a little, the loss falls by the square of the slope.
    steep = sum(float((slope**2).sum()) for slope in slopes)
    step = 1e-3 / steep
    moved = [layer - step * slope for layer, slope in zip(layers, slopes, strict=True)]
    assert loss - slopes_of(moved, views, classes)[0] == pytest.approx(1e-3, rel=0.1)


def test_a_network_learns_to_tell_what_it_is_shown() -> None:
    rng = np.random.default_rng(2)
    classes = np.arange(440) % 11
    views = np.zeros((len(classes), SIDE, SIDE), np.uint8)
    for view, kind in zip(views, classes, strict=True):
        row, column = divmod(int(kind), 4)
        view[4 + 7 * row : 9 + 7 * row, 2 + 6 * column : 7 + 6 * column] = 255
        view[rng.random(view.shape) < 0.02] = 255
    layers = covered_net.train(Examples(views, classes), rounds=25, seed=1)
    told = covered_chances((views > 127).astype(np.float32), network_of(layers)).argmax(axis=1)
    assert (told == classes).mean() > 0.95


def test_a_place_is_labelled_by_the_digit_in_its_middle() -> None:
    shown = Shown(np.zeros((40, 200), np.float32), "407", across=60, down=20, height=16, advance=10)
    rng = np.random.default_rng(3)
    chosen = [shown.chosen(rng) for _ in range(400)]
    middles = {60.0: 4, 70.0: 0, 80.0: 7}
    for across, kind in chosen:
        off = min(abs(across - middle) for middle in middles)
        nearest = min(middles, key=lambda middle: abs(across - middle))
        if kind is None:
            assert 1.9 < off < 4
        elif kind == NONE:
            assert off > 3.7
        else:
            assert kind == middles[nearest]
            assert off < 2.1
    assert {CLASSES.index(sign) for sign in "407"} | {NONE} <= {kind for _, kind in chosen}


def test_where_no_number_stands_every_place_is_none() -> None:
    blank = Shown(np.zeros((40, 200), np.float32), "", across=60, down=20, height=16, advance=10)
    rng = np.random.default_rng(3)
    assert {blank.chosen(rng)[1] for _ in range(50)} == {NONE}
