"""What the pictures of these tests show: prose, and a grid whose cells hold what forms hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.model import Box, Cell, Grid, Picture, Rule

HERE = Path(__file__).parent / "pictures"
DPI = 200.0
NAMES = ("song", "kai", "hei")

PROSE = (
    "根据政府信息公开条例的规定，现将有关情况报告如下。",
    "本年度共收到申请十二件，均已按时答复申请人。",
    "有关工作仍需进一步加强和改进。",
)

LEFT, TOP, WIDTH, HEIGHT, COLUMNS = 30.0, 80.0, 55.0, 32.0, 7
RULE_THICKNESS = 0.72

TEXTS = (
    *("0", "1", "2", "3", "4", "5", "6"),
    *("7", "8", "9", "10", "463.4", "-7", "1584"),
    *("", "/", "—", "无", "二", "三", "0"),
    *("予以公开", "部分公开", "本年新收\n申请数量", "商业\n企业", "商\n业", "总计", ""),
    *("0", "0", "37.9", "100", "+1036", "11", "25"),
    *("0", "", "0", "", "0", "", "0"),
    *("1", "1", "0", "0", "8", "8", "274"),
)
ROWS = len(TEXTS) // COLUMNS


def _cell(index: int) -> Cell:
    row, column = divmod(index, COLUMNS)
    left, top = LEFT + column * WIDTH, TOP + row * HEIGHT
    return Cell(row, row + 1, column, column + 1, 1, Box(left, top, left + WIDTH, top + HEIGHT))


GRID = Grid(ROWS, COLUMNS, tuple(_cell(i) for i in range(len(TEXTS))))
RIGHT, BOTTOM = LEFT + COLUMNS * WIDTH, TOP + ROWS * HEIGHT
RULES = (
    *(Rule("horizontal", TOP + i * HEIGHT, LEFT, RIGHT, RULE_THICKNESS) for i in range(ROWS + 1)),
    *(Rule("vertical", LEFT + i * WIDTH, TOP, BOTTOM, RULE_THICKNESS) for i in range(COLUMNS + 1)),
)


def picture(file: str) -> Picture:
    """Return one of the pictures in grey."""
    return Picture(np.asarray(Image.open(HERE / file).convert("L"), dtype=np.uint8), DPI)
