"""Rules are painted over where they run, and nothing beside them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.model import Rule
from pipeline.read.paint import painted_over
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
SCALE = 3.0  # pixels in a point
WIDTH = 900
MIDDLE = 60  # of the straight rule


def course(bend: float) -> list[int]:
    """Return the row of the rule's upper edge in every column: bent down in the middle by `bend` pixels."""
    place = np.linspace(-1, 1, WIDTH)
    return [round(MIDDLE - 1 + bend * (0.5 - p * p)) for p in place]


def page(bend: float) -> tuple[Pixels, Pixels]:
    """Return a page with a rule of 3 pixels and marks hanging 2 pixels below it, and the marks alone."""
    both = np.full((120, WIDTH), 255, np.uint8)
    marks = both.copy()
    for x, top in enumerate(course(bend)):
        both[top : top + 3, x] = 30
        if x % 90 < 20:
            both[top + 5 : top + 25, x] = marks[top + 5 : top + 25, x] = 30
    return both, marks


def rule() -> Rule:
    return Rule("horizontal", (MIDDLE + 0.5) / SCALE, 0, WIDTH / SCALE, 1.0)


@pytest.mark.parametrize("bend", [-3.0, 0.0, 3.0])
@pytest.mark.parametrize("lying", [True, False])
def test_a_bent_rule_goes_and_print_beside_it_stays(bend: float, lying: bool) -> None:
    seen, marks = page(bend)
    one = rule()
    if not lying:
        seen, marks = np.ascontiguousarray(seen.T), np.ascontiguousarray(marks.T)
        one = Rule("vertical", one.position, one.start, one.end, one.thickness)
    painted = painted_over(seen, [one], SCALE, SETTINGS)
    left = painted.grey
    assert (left[marks < 255] < 255).all()
    # Where a bent rule steps from one row of pixels to the next, a border of it may be left.
    assert (left[marks == 255] < 255).mean() < 0.003
    there, elsewhere = (painted.lying, painted.standing) if lying else (painted.standing, painted.lying)
    assert 0.02 < there.mean() < 0.05
    assert not elsewhere.any()


def test_where_there_is_no_rule_the_print_beside_it_draws_none() -> None:
    pixels = np.full((120, WIDTH), 255, np.uint8)
    for x in range(0, WIDTH, 60):
        pixels[64:84, x : x + 24] = 20
    assert (painted_over(pixels, [rule()], SCALE, SETTINGS).grey == pixels).all()


@pytest.mark.parametrize("position", [-20.0, 500.0])
def test_a_rule_off_the_picture_is_painted_nowhere(position: float) -> None:
    seen, _ = page(0.0)
    for axis in ("horizontal", "vertical"):
        off = Rule(axis, position, 0, 100, 1.0)
        assert np.array_equal(painted_over(seen, [off], SCALE, ReadSettings()).grey, seen)
