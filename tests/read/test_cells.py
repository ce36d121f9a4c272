"""Pages read cell by cell: with the real engine, with none, and from a recording."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.model import Box, Cell, CellReading, Grid, Picture
from pipeline.read.cells import read_picture, read_words
from pipeline.read.digits import READER as DIGITS
from pipeline.read.in_place import SUSPECT, UNREAD
from pipeline.read.orient import orientation
from pipeline.read.replay import Recording, null_engine, record, replay_engine
from pipeline.read.scan import Engine, LineScan
from pipeline.settings import ReadSettings
from tests.read.sheet import (
    COLUMNS,
    GRID,
    HEIGHT,
    LEFT,
    NAMES,
    PROSE,
    RULES,
    TEXTS,
    TOP,
    WIDTH,
    picture,
)

SETTINGS = ReadSettings()
FILES = [f"{name}{kind}" for name in NAMES for kind in (".png", "-scan.jpg")]


def read(shown: Picture, engine: Engine) -> tuple[tuple[CellReading, ...], list[str]]:
    (cells,), lines = read_picture(shown, 1, [GRID], RULES, engine, SETTINGS)
    return cells, [line.text for line in lines]


def is_figure(text: str) -> bool:
    return bool(text) and all(c in "0123456789.,+-" for c in text)


@pytest.mark.engine
@pytest.mark.parametrize("file", FILES)
def test_every_figure_is_read_exactly_and_surely(file: str, engine: Engine) -> None:
    cells, _ = read(picture(file), engine)
    figures = [(text, cell.figure) for text, cell in zip(TEXTS, cells, strict=True) if is_figure(text)]
    assert [figure.text if figure else None for _, figure in figures] == [text for text, _ in figures]
    assert min(figure.confidence for _, figure in figures if figure) > 0.8


@pytest.mark.engine
@pytest.mark.parametrize("file", FILES)
def test_labels_blanks_and_dashes_stay_what_they_are(file: str, engine: Engine) -> None:
    cells, _ = read(picture(file), engine)
    others = [(text, cell) for text, cell in zip(TEXTS, cells, strict=True) if not is_figure(text)]
    read_as = [cell.text.text.replace("-", "—") for _, cell in others]
    assert read_as == [text.replace("\n", "") for text, _ in others]
    numbers = [cell.figure.text for _, cell in others if cell.figure and cell.figure.text.isdecimal()]
    assert numbers == []


@pytest.mark.engine
@pytest.mark.parametrize("stroke", [((-9, 14), (4, 26)), ((-3, 22), (12, 6)), ((-14, 8), (-2, 30))])
def test_a_figure_made_of_a_pens_stroke_across_a_rule_is_suspect(
    stroke: tuple[tuple[int, int], tuple[int, int]], engine: Engine
) -> None:
    """Strokes in points from the joint at the top left of the blank cell before the last of row six."""
    index = 5 * COLUMNS + 5
    assert TEXTS[index] == ""
    shown = picture("song.png")
    left, top = LEFT + 5 * WIDTH, TOP + 5 * HEIGHT
    ends = [(round((left + x) * shown.scale), round((top + y) * shown.scale)) for x, y in stroke]
    pixels = cv2.line(shown.pixels.copy(), ends[0], ends[1], (50,), round(1.4 * shown.scale), cv2.LINE_AA)
    cells, _ = read(Picture(np.asarray(pixels, dtype=np.uint8), shown.dpi), engine)
    for cell, text in ((cells[index], ""), (cells[index - 1], "0")):
        best = cell.figure or cell.text
        assert best.text == text or SUSPECT in cell.flags or best.confidence < 0.95


@pytest.mark.engine
def test_two_numbers_in_one_narrow_cell_are_suspect_though_lines_of_labels_run_together(
    engine: Engine,
) -> None:
    shown, pixels = picture("song.png"), picture("song.png").pixels.copy()
    labels = [
        cell
        for cell, text in zip(GRID.cells, TEXTS, strict=True)
        if text in ("商业\n企业", "本年新收\n申请数量")
    ]
    for cell in labels:
        assert cell.box is not None
        x, y = (round(v * shown.scale) for v in cell.box.center)
        cv2.line(pixels, (x, y - 15), (x, y + 15), (0,), 4)
    upper, lower = (GRID.cells[row * COLUMNS + 6].box for row in (5, 6))
    assert upper is not None
    assert lower is not None
    narrow = Box(upper.left + 10, upper.top, upper.right - 10, lower.bottom)
    row = [replace(c, row_start=0, row_end=1, column_start=k, column_end=k + 1) for k, c in enumerate(labels)]
    grid = Grid(1, 3, (*row, Cell(0, 1, 2, 3, 1, narrow)))
    ((*_, both),), _ = read_picture(Picture(pixels, shown.dpi), 1, [grid], RULES, engine, SETTINGS)
    assert both.text.text == TEXTS[5 * COLUMNS + 6] + TEXTS[6 * COLUMNS + 6]
    assert SUSPECT in both.flags


@pytest.mark.engine
@pytest.mark.parametrize("file", FILES)
def test_print_within_its_cell_is_not_suspect(file: str, engine: Engine) -> None:
    cells, _ = read(picture(file), engine)
    assert [text for text, cell in zip(TEXTS, cells, strict=True) if SUSPECT in cell.flags] == []


@pytest.mark.engine
def test_prose_is_read_around_the_table(engine: Engine) -> None:
    _, lines = read(picture("hei.png"), engine)
    assert [line.replace(",", "，") for line in lines] == list(PROSE)


@pytest.mark.engine
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_turn_of_a_page_is_found(turn: int, engine: Engine) -> None:
    upright = picture("song-scan.jpg")
    turned = Picture(np.ascontiguousarray(np.rot90(upright.pixels, turn // 90)), upright.dpi)
    assert orientation(turned, engine) == turn


def test_a_letter_misread_on_one_of_two_lines_is_the_digit_of_a_wrapped_number() -> None:
    pixels = np.full((120, 150), 255, np.uint8)
    for text, y in (("98519", 50), ("0", 90)):
        cv2.putText(pixels, text, (20, y), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0.0,), 2)
    grid = Grid(1, 1, (Cell(0, 1, 0, 1, 1, Box(0, 0, 75, 60)),))
    shown = Picture(pixels, 144)
    recorder, recording = record(null_engine())
    read_picture(shown, 1, [grid], (), recorder, SETTINGS)
    said = [("9", "8", "5", "1", "9"), ("O",)]
    lines = (LineScan(tuple(((character, 1.0),) for character in line)) for line in said)
    recording.lines.update(zip(recording.lines, lines, strict=True))
    ((found,),), _ = read_picture(shown, 1, [grid], (), replay_engine(recording), SETTINGS)
    assert found.figure is not None
    assert (found.text.text, found.figure.text, found.flags) == ("98519O", "985190", (SUSPECT,))


@pytest.mark.engine
def test_a_recording_answers_as_the_engine_did(engine: Engine) -> None:
    shown = picture("kai.png")
    recorder, recording = record(engine)
    seen = read(shown, recorder)
    replayed = read(shown, replay_engine(Recording.from_json(recording.to_json())))
    assert replayed == seen


def test_blank_is_decided_from_ink_not_from_silence() -> None:
    cells, lines = read(picture("song.png"), null_engine())
    for text, cell in zip(TEXTS, cells, strict=True):
        if text in {"/", "—"}:  # told by their shape
            continue
        if cell.text.reader == DIGITS:  # a second reader's, which needs no engine
            assert cell.text.text == text
            assert SUSPECT in cell.flags
            continue
        assert cell.text.text == ""
        assert (UNREAD in cell.flags) == bool(text)
        assert (cell.text.confidence > 0.5) == (not text)
        assert cell.figure is None
    assert lines == []


def test_a_page_without_text_has_no_turn() -> None:
    assert orientation(Picture(np.full((400, 300), 255, np.uint8), 72), null_engine()) == 0


def test_a_recording_of_another_picture_is_an_error() -> None:
    with pytest.raises(ModelError, match="holds no"):
        read(picture("song.png"), replay_engine(Recording("ppocr")))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "biaoge.recording/0"}'])
def test_what_is_no_recording_is_an_error(text: str) -> None:
    with pytest.raises(ModelError):
        Recording.from_json(text)


@pytest.mark.engine
def test_words_are_read_though_their_print_is_pale(engine: Engine) -> None:
    """Its thin strokes are hardly darker than the paper's noise: what is ink for sure is half of them."""
    shown = picture("song.png")
    noise = np.random.default_rng(1).normal(0, 4, shown.pixels.shape)
    pale = np.clip(235 - 0.25 * (255.0 - shown.pixels) + noise, 0, 255).astype(np.uint8)
    labels = [i for i, text in enumerate(TEXTS) if len(text) > 3 and "\n" not in text and not text.isascii()]
    boxes = [box.grown(-2.0) for i in labels if (box := GRID.cells[i].box)]
    assert read_words(Picture(pale, shown.dpi), 1, boxes, engine, SETTINGS) == tuple(TEXTS[i] for i in labels)
