"""Lines set tight are told apart by the white between them; where there is none the finder's word stands."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from pipeline.model import Box
from pipeline.read.rows import as_rows_show
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
SCALE = 3.0


def paper() -> Pixels:
    return np.full((1200, 1500), 250, np.uint8)


def printed(pixels: Pixels, line: Box, size: float | None = None) -> Pixels:
    """Fill a line's box, in points, with frames and crosses as large as its characters."""
    height = line.height if size is None else size
    x = line.left
    while x + height <= line.right + 0.1:
        left, top, right, bottom = (round(v * SCALE) for v in (x, line.top, x + height - 1, line.bottom))
        cv2.rectangle(pixels, (left, top + 3), (right, bottom - 4), (30,), 2)
        cv2.line(pixels, ((left + right) // 2, top), ((left + right) // 2, bottom - 1), (30,), 2)
        cv2.line(pixels, (left, (top + bottom) // 2), (right, (top + bottom) // 2), (30,), 2)
        x += height
    return pixels


def page(lines: Sequence[Box]) -> Pixels:
    pixels = paper()
    for line in lines:
        printed(pixels, line)
    return pixels


APART = [Box(40, 30 + 20 * i, 400, 39 + 20 * i) for i in range(5)]
TIGHT = [Box(40, 200, 121, 209), Box(42, 209, 303, 218)]


def are(found: Sequence[Box], expected: Sequence[Box]) -> bool:
    pairs = list(zip(sorted(found), sorted(expected), strict=False))
    near = all(
        max(abs(a.top - b.top), abs(a.bottom - b.bottom), abs(a.left - b.left), abs(a.right - b.right)) < 1.5
        for a, b in pairs
    )
    return near and len(found) == len(expected)


def test_what_agrees_with_the_rows_stays_as_found() -> None:
    found = [box.grown(1) for box in APART]
    assert as_rows_show(found, page(APART), SCALE, SETTINGS) == (found, [])


@pytest.mark.parametrize(
    "seen",
    [
        [Box(39, 199, 301, 219)],
        [Box(39, 199, 121, 212), Box(39, 206, 301, 219)],
        [],
    ],
    ids=["joined", "into one another", "not at all"],
)
def test_lines_that_touch_are_two(seen: list[Box]) -> None:
    kept, told = as_rows_show([*APART, *seen], page([*APART, *TIGHT]), SCALE, SETTINGS)
    assert are(told, TIGHT)
    assert set(APART) <= set(kept)


def test_a_line_found_in_part_is_found_whole() -> None:
    seen = [*APART[:-1], Box(40, 109, 250, 120)]
    kept, told = as_rows_show(seen, page(APART), SCALE, SETTINGS)
    assert (kept, are(told, APART[-1:])) == (APART[:-1], True)


def test_a_title_is_one_line_however_large() -> None:
    title = Box(100, 200, 300, 220)
    kept, told = as_rows_show([*APART, title], page([*APART, title]), SCALE, SETTINGS)
    assert (kept, told) == ([*APART, title], [])


def test_dirt_that_no_finder_saw_is_no_line() -> None:
    pixels = page(APART)
    cv2.circle(pixels, (90, 700), 14, (40,), -1)
    cv2.line(pixels, (600, 800), (606, 820), (40,), 3)
    assert as_rows_show(APART, pixels, SCALE, SETTINGS) == (APART, [])


def test_where_few_lines_tell_the_finder_is_believed() -> None:
    seen = [Box(39, 199, 301, 219)]
    assert as_rows_show(seen, page(TIGHT), SCALE, SETTINGS) == (seen, [])


def test_rows_that_slant_into_one_another_are_left_to_the_finder() -> None:
    lines = [Box(40, 30 + 11 * i, 460, 39 + 11 * i) for i in range(8)]
    turned = cv2.warpAffine(
        page(lines), cv2.getRotationMatrix2D((750, 200), 2.0, 1.0), (1500, 1200), borderValue=(250,)
    )
    assert as_rows_show(lines, np.asarray(turned, np.uint8), SCALE, SETTINGS) == (lines, [])
