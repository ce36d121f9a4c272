"""Which way up a page is: by what a reader makes of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.model import Box, Picture
from pipeline.read.decode import decode_text
from pipeline.read.ink import grey_of
from pipeline.read.prose import quad_box
from pipeline.read.scan import Engine, Pixels

SIDE = 960
"""Pixels of the longer side at which lines are looked for."""

LINES = 8
"""Lines that are read; more do not change the answer."""

LONG = 2.5
"""Length over thickness from which a piece of text shows which way its line runs."""

READ_LENGTH = 12.0
"""Heights of a line; of a longer one only the beginning is read."""

CERTAIN = 0.85
"""Mean probability of a character above which a page is the right way up."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """How well a page reads one way up: mean probability of a character, 0 where nothing was read."""

    turn: int
    score: float


def orientation(picture: Picture, engine: Engine) -> int:
    """Return by how many degrees (0, 90, 180, 270), counter-clockwise, the page's content is turned.

    Turning the picture clockwise by as many makes it upright.  Lines that run down the page mean a quarter
    turn; of the two ways left, the one that reads better.  An upright page costs one search for lines and
    one batch of some of them; 0 where no text is found.
    """
    grey = grey_of(picture)
    boxes = _find_lines(grey, engine)
    long = [b for b in boxes if max(b.width, b.height) >= LONG * min(b.width, b.height)]
    down = sum(b.height for b in long if b.height > b.width)
    along = sum(b.width for b in long if b.width > b.height)
    if not long:
        return 0
    turns = (90, 270) if down > along else (0, 180)
    first = _Trial(turns[0], score_lines(grey, long, turns[0], engine))
    if first.score >= CERTAIN:
        return first.turn
    second = _Trial(turns[1], score_lines(grey, long, turns[1], engine))
    return max(first, second, key=lambda t: t.score).turn


def score_lines(grey: Pixels, boxes: Sequence[Box], turn: int, engine: Engine) -> float:
    """Return the mean probability of a character in the longest lines, once turned upright; 0 for none.

    `boxes` are in pixels of `grey` as it stands; `turn` is undone on each line's crop before it is read.
    """
    longest = sorted(boxes, key=lambda b: -max(b.width, b.height))[:LINES]
    crops = [_upright(grey, box, turn) for box in longest]
    read = [decode_text(scan, engine.name).characters for scan in engine.reader.scan(crops)]
    chances = [chance for characters in read for chance in characters]
    return sum(chances) / len(chances) if chances else 0.0


def _find_lines(grey: Pixels, engine: Engine) -> list[Box]:
    shrink = min(1.0, SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return [quad_box(q).scaled(1 / shrink) for q in engine.finder.find(np.asarray(small, dtype=np.uint8))]


def _upright(grey: Pixels, box: Box, turn: int) -> Pixels:
    left, top = max(0, int(box.left)), max(0, int(box.top))
    crop = grey[top : int(box.bottom) + 1, left : int(box.right) + 1]
    line = np.rot90(crop, k=-(turn // 90))
    return np.ascontiguousarray(line[:, : max(1, int(READ_LENGTH * line.shape[0]))])
