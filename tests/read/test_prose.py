"""Words around the tables, after the reader."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.model import Box
from pipeline.read.prose import ProseLine, find_prose, full_width, line_on_paper, prose_lines
from pipeline.read.scan import BLANK, Engine, LineScan, Pixels, Quad
from pipeline.settings import ReadSettings

PIXELS = np.full((8, 8), 255, np.uint8)


class Placed:
    """A finder that knows where the lines are, and a reader that is never asked."""

    def __init__(self, quads: Sequence[Quad] = ()) -> None:
        self._quads = quads

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        return tuple(self._quads)

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        raise AssertionError("not asked")


def finding(quads: Sequence[Quad]) -> Engine:
    return Engine("placed", Placed(), Placed(quads))


SILENT = finding([])


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("公开意识不强,更新不够及时;", "公开意识不强，更新不够及时；"),
        ("改进措施:加强", "改进措施：加强"),
        ("《条例》:", "《条例》："),
        ("收到申请1,036件", "收到申请1,036件"),
        ("网址:http://www.gov.cn", "网址:http://www.gov.cn"),
        ("10:30", "10:30"),
        ("(一)总体情况", "(一)总体情况"),
    ],
)
def test_signs_behind_chinese_are_as_wide_as_it(read: str, text: str) -> None:
    assert full_width(read) == text


def scan(text: str, probability: float) -> LineScan:
    return LineScan(tuple(((letter, probability), (BLANK, 1 - probability)) for letter in text))


def told(*lines: tuple[str, float, bool]) -> list[str]:
    """Return what is told of lines, each its text, how sure its characters are, and whether it is pale."""
    boxes = [Box(0, 20.0 * i, 100, 20.0 * i + 10) for i, _ in enumerate(lines)]
    found = [ProseLine(box, PIXELS, pale) for box, (_, _, pale) in zip(boxes, lines, strict=True)]
    scans = [scan(text, probability) for text, probability, _ in lines]
    return [line.text for line in prose_lines(found, scans, 1, SILENT, ReadSettings())]


def test_what_shines_through_the_sheet_is_no_prose() -> None:
    printed = ("一、总体情况", 0.99, False)
    ghosts = (("开公过平", 0.6, True), ("1111", 0.97, True), ("分处密", 0.5, True))
    assert told(printed, *ghosts) == ["一、总体情况"]


def test_faint_print_that_can_be_read_is_told_and_so_is_dark_print_that_cannot() -> None:
    lines = (("一、总体情况", 0.99, False), ("见附件", 0.97, True), ("卄卅", 0.5, False))
    assert told(*lines) == ["一、总体情况", "见附件", "卄卅"]


def test_a_line_is_pale_beside_darker_print() -> None:
    page = np.full((300, 400), 250, np.uint8)
    page[40:60, 40:300:4] = 30
    page[140:160, 40:300:4] = 200
    quads = [((40, y), (300, y), (300, y + 20), (40, y + 20)) for y in (40.0, 140.0)]
    found = find_prose(page, 1.0, [], finding(quads), ReadSettings())
    assert [line.pale for line in found] == [False, True]


@pytest.mark.parametrize("box", [Box(-1.0, -1.0, 12.0, 7.0), Box(30.0, 33.0, 41.0, 41.0)])
def test_a_line_that_reaches_over_the_pictures_edge_is_seen_as_far_as_it_is_there(box: Box) -> None:
    grey = np.full((40, 40), 240, np.uint8)
    grey[:7, :12] = grey[33:, 30:] = 30
    seen = line_on_paper(grey, box, 1.0, ReadSettings())
    assert (seen == 30).sum() >= 7 * 10
