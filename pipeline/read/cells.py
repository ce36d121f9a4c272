"""Reading a picture of a page: every cell of its grids from its own crop, and the prose around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import prod

import cv2
import numpy as np

from pipeline.model import Box, Cell, CellReading, Grid, Picture, Reading, Rule, TextLine
from pipeline.read.alike import read_alike
from pipeline.read.decode import FIGURE_ALPHABET, decode_figure, decode_text, decode_wrapped
from pipeline.read.digits import beside_digits, read_digits
from pipeline.read.in_place import SUSPECT, UNREAD, read_in_place
from pipeline.read.ink import CellInk, Sheet, cell_ink, grey_of, keep_blobs, make_sheet, with_faint
from pipeline.read.lines import (
    Band,
    band_of,
    crop_line,
    has_text,
    in_middle,
    is_sign,
    lone_hyphens,
    split_lines,
    text_height,
    with_levels,
    without_dirt,
)
from pipeline.read.marked import without_marks
from pipeline.read.place import Seat
from pipeline.read.prose import find_prose, line_on_paper, prose_lines
from pipeline.read.scan import Engine, LineScan, Pixels
from pipeline.read.second import Doubt, resolve
from pipeline.read.separators import (
    SEPARATORS,
    by_position,
    by_positions,
    faint_signs,
    has_stray,
    may_lack_sign,
    without_outer_specks,
    without_strangers,
)
from pipeline.read.stroke import Stroke, lone_stroke, may_be_slash, slashes_alike
from pipeline.settings import ReadSettings

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ日曰口")
"""What stands alone in no cell of the form, and is read of digits that a fax or a copier has thickened."""


@dataclass(frozen=True, slots=True, eq=False)
class CellLines:
    """A cell on its way to be read: its ink, its lines, the usual height of text, and its lone stroke.

    `fades` says that signs of its table are hardly to be seen: others may not be seen at all; `told` that
    the table alone tells what its stroke is; `lonely` that it is a dash as small as a speck, of which the
    table has next to no other.
    """

    ink: CellInk
    bands: tuple[Band, ...]
    em: float
    stroke: Stroke | None
    fades: bool = False
    told: bool = False
    lonely: bool = False


def read_picture(
    picture: Picture,
    page: int,
    grids: Sequence[Grid],
    rules: Sequence[Rule],
    engine: Engine,
    settings: ReadSettings,
) -> tuple[tuple[tuple[CellReading, ...], ...], tuple[TextLine, ...]]:
    """Return the readings of every grid's cells, in the order of its cells, and the prose outside the grids.

    `picture` is upright and deskewed; boxes and rules are in its points.  Blank is decided from ink alone,
    never from a reader's silence.
    """
    sheet = make_sheet(picture, rules, settings)
    tables = [cells_of(grid, sheet, settings) for grid in grids]
    prose = find_prose(grey_of(picture), picture.scale, grids, engine, settings)
    crops = [_crop(cell, band, settings) for cells in tables for cell in cells for band in cell.bands]
    scans = iter(engine.reader.scan([*crops, *(line.crop for line in prose)]))
    seen = [[tuple(next(scans) for _ in cell.bands) for cell in cells] for cells in tables]
    readings = tuple(
        _in_place(grid, cells, found, engine, settings) if cells else ()
        for grid, cells, found in zip(grids, tables, _settled(tables, seen, engine, settings), strict=True)
    )
    return readings, prose_lines(prose, list(scans), page, engine, settings)


def read_words(
    picture: Picture, page: int, boxes: Sequence[Box], engine: Engine, settings: ReadSettings
) -> tuple[str, ...]:
    """Return the free reading of what each box (points of an upright picture) holds, a word or a line.

    Of its ink alone; where that is not surely read, of its paper as well: pale print is ink in parts only.
    """
    if not boxes:
        return ()
    row = tuple(Cell(0, 1, i, i + 1, page, box) for i, box in enumerate(boxes))
    sheet = make_sheet(picture, (), settings)
    cells = cells_of(Grid(1, len(row), row), sheet, settings)
    scans = iter(engine.reader.scan([_crop(cell, band, settings) for cell in cells for band in cell.bands]))
    found = [
        _joined([decode_text(next(scans), engine.name) for _ in cell.bands], engine.name) for cell in cells
    ]
    doubtful = [i for i, word in enumerate(found) if word.text and word.confidence < settings.sure]
    plain = [line_on_paper(sheet.grey, boxes[i], sheet.scale, settings) for i in doubtful]
    for i, scan in zip(doubtful, engine.reader.scan(plain), strict=True):
        found[i] = max(found[i], decode_text(scan, engine.name), key=lambda word: word.confidence)
    return tuple(word.text for word in found)


def cells_of(grid: Grid, sheet: Sheet, settings: ReadSettings) -> list[CellLines]:
    """Return a grid's cells in their order, each with its ink and its lines."""
    boxes = [_boxed(cell) for cell in grid.cells]
    inks = [cell_ink(sheet, box, settings) for box in boxes]
    em = text_height(inks, sheet.scale, settings)
    inks = with_levels(inks, em, settings)
    hyphens = lone_hyphens(inks, em, settings)
    slashes = slashes_alike(inks, em, settings)
    signs = [hyphen or slash for hyphen, slash in zip(hyphens, slashes, strict=True)]
    fades = any(sign in ink.faint for ink, sign in zip(inks, signs, strict=True) if sign)
    cells = []
    for ink, hyphen, sign in zip(inks, hyphens, signs, strict=True):
        if sign:
            alone = keep_blobs(with_faint(ink, [sign]), [sign])
            kind: Stroke = "dash" if hyphen else "slash"
            cells.append(CellLines(alone, (band_of((sign,)),), em, kind, told=not hyphen))
            continue
        clean = without_dirt(ink, em, settings)
        bands = split_lines(clean, em, settings) if has_text(clean, em, settings) else ()
        stroke = lone_stroke(clean.labels, clean.blobs, em, settings)
        cells.append(CellLines(clean, bands, em, stroke, fades))
    return _with_lonely(cells, settings)


def _with_lonely(cells: list[CellLines], settings: ReadSettings) -> list[CellLines]:
    if sum(cell.stroke == "dash" for cell in cells) >= settings.hyphens_few:
        return cells

    def is_small(cell: CellLines) -> bool:
        largest = max((b.extent for band in cell.bands for b in band.blobs), default=0)
        return largest < (settings.sign + settings.hyphen_spread) * cell.em

    return [replace(c, lonely=True) if c.stroke == "dash" and is_small(c) else c for c in cells]


def _in_place(
    grid: Grid,
    cells: Sequence[CellLines],
    readings: Sequence[CellReading],
    engine: Engine,
    settings: ReadSettings,
) -> tuple[CellReading, ...]:
    """Return a table's readings with what its figures tell of doubtful ones: their places and their looks."""
    em = cells[0].em
    placed = read_in_place(_seats(grid, cells, readings), em, engine, settings)
    told = read_alike(_seats(grid, cells, placed), em, settings)
    return tuple(without_marks(reading, settings) for reading in told)


def _seats(grid: Grid, cells: Sequence[CellLines], readings: Sequence[CellReading]) -> list[Seat]:
    read = zip(grid.cells, cells, readings, strict=True)
    return [Seat(cell, lines.ink, lines.bands, reading) for cell, lines, reading in read]


def _boxed(cell: Cell) -> Box:
    if cell.box is None:
        raise ValueError(f"{cell} has no box: it cannot be read from a picture")
    return cell.box


def _crop(cell: CellLines, band: Band, settings: ReadSettings) -> Pixels:
    return crop_line(cell.ink, band, cell.em, settings.pad, settings)


def _draft(cell: CellLines, scans: Sequence[LineScan], engine: Engine, settings: ReadSettings) -> CellReading:
    """Decode a cell's lines."""
    if not cell.bands:
        return CellReading(_blank(cell, engine, settings), ink=cell.ink.share)
    lines = [decode_text(scan, engine.name) for scan in scans]
    text = _joined(lines, engine.name)
    if len(scans) > 1 and (wrapped := _wrapped(cell, lines, text, scans, engine, settings)):
        return wrapped
    figure = None
    if len(scans) == 1 and cell.bands[0].width <= settings.longest_figure * cell.em:
        figure = decode_figure(scans[0], engine.name, settings.figure_share)
    if cell.stroke and not _is_sure_number(figure, settings):
        return _struck(cell, text, engine, settings)
    if not text.text:
        return CellReading(replace(text, confidence=0.0), figure, (), cell.ink.share, (UNREAD,))
    return CellReading(text, figure, (), cell.ink.share)


def _wrapped(
    cell: CellLines,
    lines: Sequence[Reading],
    text: Reading,
    scans: Sequence[LineScan],
    engine: Engine,
    settings: ReadSettings,
) -> CellReading | None:
    """Return the reading of a number on several lines where it is not as the letters read; else None.

    Of digits but for a few other letters, each line is decoded as a figure; its separators are what they are
    by where they stand.
    """
    digits = sum(character.isdigit() for character in text.text)
    others = sum(character not in FIGURE_ALPHABET.values() for character in text.text)
    if others:
        few = others <= settings.wrapped_misread * digits
        figure = decode_wrapped(scans, engine.name, settings.figure_share) if few else None
        return None if figure is None else CellReading(text, figure, (), cell.ink.share, (SUSPECT,))
    said = [(line.text, band) for line, band in zip(lines, cell.bands, strict=True)]
    placed = by_positions(text, said, cell.em, settings)
    return None if placed.text == text.text else CellReading(placed, None, (text,), cell.ink.share)


def _blank(cell: CellLines, engine: Engine, settings: ReadSettings) -> Reading:
    """Return the empty reading; the larger what was left aside, the less certain that there is no sign.

    Nor is it where the table's signs fade.
    """
    largest = max(cell.ink.largest_speck, cell.ink.largest_faint)
    share = 1.0 if cell.fades else min(1.0, largest / (settings.sign * cell.em))
    doubt = settings.speck_doubt * share
    return Reading("", 1.0 - doubt, engine.name)


def _judged(cell: CellLines, reading: CellReading, settings: ReadSettings) -> CellReading:
    """Return the reading with its figure held against the picture: separators by where they stand.

    Less sure where a piece of ink as large as a minus was left aside as noise.
    """
    if reading.figure is None or cell.stroke or len(cell.bands) > 1:
        return reading
    figure = by_position(reading.figure, cell.bands[0], cell.em, settings)
    if cell.ink.largest_faint >= settings.hyphen * cell.em:
        figure = replace(figure, confidence=min(figure.confidence, settings.corrected_confidence))
    others = reading.others if figure.text == reading.figure.text else (*reading.others, reading.figure)
    return replace(reading, figure=figure, others=others)


def _is_sure_number(figure: Reading | None, settings: ReadSettings) -> bool:
    """Return whether a figure is read that no stroke looks like: its thin strokes may be lost."""
    if figure is None or figure.confidence < settings.sure:
        return False
    return figure.text.strip(SEPARATORS) not in {"1", "-", "/"}


def _struck(cell: CellLines, text: Reading, engine: Engine, settings: ReadSettings) -> CellReading:
    """Return the reading of a lone dash or slash: its shape decides, the reader is heard beside it."""
    sign = "/"
    if cell.stroke == "dash":
        sign = "—" if cell.bands[0].width > settings.long_dash * cell.em else "-"
    sure = settings.stroke_confidence
    if cell.told or (FIGURE_ALPHABET.get(text.text) != "-" and not _is_plain(cell, settings)):
        sure = settings.unseen_hyphen
    shaped = Reading(sign, sure, engine.name, (sure,))
    others = () if text.text == sign else (text,)
    return CellReading(shaped, shaped, others, cell.ink.share)


def _is_plain(cell: CellLines, settings: ReadSettings) -> bool:
    """Return whether a stroke is larger than a speck, or stands where hyphens do."""
    blob = max((b for band in cell.bands for b in band.blobs), key=lambda b: b.extent)
    return blob.extent >= settings.sign * cell.em or in_middle(blob, cell.ink, cell.em, settings)


def _joined(lines: Sequence[Reading], reader: str) -> Reading:
    return Reading(
        "".join(line.text for line in lines),
        prod(line.confidence for line in lines),
        reader,
        tuple(p for line in lines for p in line.characters),
    )


def _settled(
    tables: Sequence[Sequence[CellLines]],
    seen: Sequence[Sequence[tuple[LineScan, ...]]],
    engine: Engine,
    settings: ReadSettings,
) -> tuple[tuple[CellReading, ...], ...]:
    """Decode every cell, and look again at all that left doubt, in one batch for the page."""
    cells = [cell for table in tables for cell in table]
    scans = [scan for table in seen for scan in table]
    readings = [_draft(cell, scan, engine, settings) for cell, scan in zip(cells, scans, strict=True)]
    doubtful = [i for i, cell in enumerate(cells) if _is_doubtful(cell, readings[i], settings)]
    doubts = [_doubt(cells[i], readings[i], scans[i][0], settings) for i in doubtful]
    for i, reading in zip(doubtful, resolve(doubts, engine, settings), strict=True):
        readings[i] = reading
    judged = [_judged(cell, reading, settings) for cell, reading in zip(cells, readings, strict=True)]
    heard = _with_digits(cells, judged, settings)
    rest = (_suspected(cell, reading, settings) for cell, reading in zip(cells, heard, strict=True))
    return tuple(tuple(next(rest) for _ in table) for table in tables)


def _with_digits(
    cells: Sequence[CellLines], readings: Sequence[CellReading], settings: ReadSettings
) -> list[CellReading]:
    """Return the readings with what the reader of digits says of every cell that may hold a number."""
    asked = [i for i, cell in enumerate(cells) if _may_be_number(cell, readings[i], settings)]
    lines = [(cells[i].ink, cells[i].bands[0], cells[i].em) for i in asked]
    heard = list(readings)
    for i, digits in zip(asked, read_digits(lines, settings), strict=True):
        if digits is not None and min(digits.characters) >= settings.digits_sure:
            heard[i] = beside_digits(readings[i], digits, settings)
    return heard


def _may_be_number(cell: CellLines, reading: CellReading, settings: ReadSettings) -> bool:
    """Return whether digits may be all there is in a cell: what was surely read otherwise is not.

    But for a lone letter, however surely read: no form has one, and a thick 0 looks like it.
    """
    if len(cell.bands) != 1 or cell.stroke == "dash":
        return False
    if reading.figure is not None:
        return cell.stroke == "slash" or reading.figure.text.strip(SEPARATORS).isdigit()
    short = cell.bands[0].width <= settings.longest_figure * cell.em
    return short and (reading.text.confidence < settings.sure or reading.text.text in _LETTERS)


def _suspected(cell: CellLines, reading: CellReading, settings: ReadSettings) -> CellReading:
    one = (reading.figure or reading.text).text == "1"
    slanted = one and may_be_slash(cell.ink.labels, cell.ink.blobs, cell.em, settings)
    strange = reading.figure is not None and (
        _goes_beyond(cell, settings) or _is_apart(cell, settings) or _may_lack_sign(cell, reading, settings)
    )
    if slanted or strange or cell.lonely or _in_lines(cell, reading, settings):
        return replace(reading, flags=(*reading.flags, SUSPECT))
    return reading


def _may_lack_sign(cell: CellLines, reading: CellReading, settings: ReadSettings) -> bool:
    if len(cell.bands) != 1 or cell.stroke:
        return False
    return may_lack_sign(reading, cell.ink, cell.bands[0], cell.em, settings)


def _goes_beyond(cell: CellLines, settings: ReadSettings) -> bool:
    """Return whether a sign of a line reaches a side of its cell, as print does in a low row alone."""
    roomy = cell.ink.grey.shape[0] >= settings.roomy * cell.em
    outside = cell.ink.crossing if roomy else cell.ink.beside
    signs = (b for band in cell.bands for b in band.blobs if is_sign(b, cell.em, settings))
    return any(sign.label in outside for sign in signs)


def _in_lines(cell: CellLines, reading: CellReading, settings: ReadSettings) -> bool:
    """Return whether a number was read from lines that are none of one number: it is wrapped where it must.

    A note by hand stands above it, or scraps of rules beside it.
    """
    text, width = reading.text.text, cell.ink.grey.shape[1]
    figures = all(c in FIGURE_ALPHABET for c in text) and any(c.isdigit() for c in text)
    # Where lines of labels run together, the usual height is too much for figures.
    tallest = max((band.height for band in cell.bands), default=0)
    room = width - settings.wrapped * min(cell.em, settings.figure_line * tallest)
    return figures and any(band.width < room for band in cell.bands[:-1])


def _is_apart(cell: CellLines, settings: ReadSettings) -> bool:
    """Return whether signs of a line are farther from one another than those of a number ever are."""
    signs = sorted((b for band in cell.bands for b in band.blobs), key=lambda b: b.left)
    reached = accumulate((b.right for b in signs), max)
    gaps = (b.left - right for b, right in zip(signs[1:], reached, strict=False))
    return max(gaps, default=0) > settings.figure_gap * cell.em


def _doubt(cell: CellLines, reading: CellReading, scan: LineScan, settings: ReadSettings) -> Doubt:
    """Return a cell's line in other views: without specks beside it where there are any, else as it is.

    One shows what is too faint to be sure of, so that 5788.0 does not pass for 57880; one leaves out what
    comes in from outside the cell.
    """
    no_figure = reading.figure is None or has_stray(reading.figure.text)
    band = without_outer_specks(cell.bands[0], cell.em, settings, large=no_figure)
    views = [crop_line(cell.ink, band, cell.em, pad, settings) for pad in settings.other_pads]
    soft = cv2.GaussianBlur(_crop(cell, band, settings), (0, 0), settings.softening * cell.em)
    views.append(np.asarray(soft, dtype=np.uint8))
    if faint := faint_signs(band, cell.ink.faint, cell.em, settings):
        wide = band_of((*band.blobs, *faint))
        views.append(crop_line(with_faint(cell.ink, faint), wide, cell.em, settings.pad, settings))
    own = without_strangers(band, cell.ink.crossing, cell.em, settings)
    if own is not band:
        views.append(_crop(replace(cell, ink=keep_blobs(cell.ink, own.blobs)), own, settings))
    return Doubt(reading, scan, tuple(views), bare=band is not cell.bands[0])


def _is_struck(cell: CellLines, reading: CellReading) -> bool:
    """Return whether a stroke's shape has decided: other views of it tell nothing new."""
    return cell.stroke is not None and reading.figure is reading.text


def _is_doubtful(cell: CellLines, reading: CellReading, settings: ReadSettings) -> bool:
    """Return whether a second look is worth its cost: a short single line, read without certainty."""
    if len(cell.bands) != 1 or _is_struck(cell, reading):
        return False
    best = reading.figure or reading.text
    if len(best.text) > settings.longest_doubt:
        return False
    figure = reading.figure.text if reading.figure else ""
    weighty = len(figure) >= settings.always_twice or has_stray(figure)
    return weighty or best.confidence < settings.sure or (bool(figure) and _has_more(cell, settings))


def _has_more(cell: CellLines, settings: ReadSettings) -> bool:
    """Return whether a line may have more signs than were read, or fewer."""
    (band,) = cell.bands
    strangers = without_strangers(band, cell.ink.crossing, cell.em, settings) is not band
    return strangers or bool(faint_signs(band, cell.ink.faint, cell.em, settings))
