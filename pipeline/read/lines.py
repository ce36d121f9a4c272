"""The ink of a cell, parted into lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.read.ink import Blob, CellInk, keep_blobs
from pipeline.read.paint import PAPER
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings


@dataclass(frozen=True, slots=True)
class Band:
    """A line of text in a cell: its blobs and their bounds in pixels, right and bottom exclusive."""

    blobs: tuple[Blob, ...]
    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left


def text_height(cells: Sequence[CellInk], scale: float, settings: ReadSettings) -> float:
    """Return the usual height of a line of text in pixels.

    The upper quartile over all lines, weighted by their width: labels, not the lower digits, set the measure.
    A height that one cell alone has, far above the others', is that of lines which dirt joins, or of another
    type.
    """
    low, high = settings.smallest_text * scale, settings.largest_text * scale
    lines = [[band for band in _rows(cell.blobs) if low <= band.height <= high] for cell in cells]
    lines = [bands for bands in lines if bands]
    height = _upper_quartile([band for bands in lines for band in bands])
    if height is None:
        return settings.usual_text * scale
    others = [bands for bands in lines if all(band.height < settings.part_of_line * height for band in bands)]
    if len(others) == len(lines) - 1:
        return _upper_quartile([band for bands in others for band in bands]) or height
    return height


def _upper_quartile(bands: Sequence[Band]) -> float | None:
    """Return the height that three quarters of the lines' width do not exceed; None without lines."""
    if not bands:
        return None
    order = sorted(bands, key=lambda band: band.height)
    passed = np.cumsum([band.width for band in order])
    return float(order[int(np.searchsorted(passed, 0.75 * passed[-1]))].height)


def without_dirt(cell: CellInk, em: float, settings: ReadSettings) -> CellInk:
    """Return the cell without specks: what is too small for any sign, and small pieces far from any text.

    A thin stroke much taller than the text beside it is no sign either, but a rule that lies elsewhere than
    it ought to, or a pen's; nor are bars and posts along the cell's edge: that they are there is left as
    doubt.  A lone hyphen stands at half the cell's height.
    """
    foreign = [*_tall_strokes(cell.blobs, em, settings), *_rests_of_rules(cell, em, settings)]
    seen = [b for b in cell.blobs if b.extent >= settings.speck * em and b not in foreign]
    large = [b for b in seen if is_sign(b, em, settings)]
    if all(b.extent < settings.sign * em for b in large):
        height = cell.grey.shape[0]
        large = [b for b in large if abs(b.top + b.bottom - height) <= 2 * settings.edge_bar * em]
    kept = [b for b in seen if b in large or _near(b, large, settings.dirt_distance * em)]
    speck = max((b.extent for b in cell.blobs if b not in kept and b not in foreign), default=0)
    faint = max((cell.largest_faint, *(b.extent for b in foreign)))
    return replace(keep_blobs(cell, kept), largest_speck=speck, largest_faint=faint)


def _tall_strokes(blobs: Sequence[Blob], em: float, settings: ReadSettings) -> list[Blob]:
    """Return the thin strokes that overtop two signs of one height, which stand beside one another."""
    thin = [b for b in blobs if settings.thin_stroke * b.width <= b.height]
    rest = [b for b in blobs if b not in thin and b.height > settings.lone_speck * em]
    alike = [
        max(a.height, b.height)
        for a in rest
        for b in rest
        if a.right <= b.left and abs(a.height - b.height) <= settings.like_height * max(a.height, b.height)
    ]
    return [b for b in thin if alike and b.height > settings.tall_stroke * max(alike)]


def _rests_of_rules(cell: CellInk, em: float, settings: ReadSettings) -> list[Blob]:
    """Return bars along the top or foot of a cell that are long or all it holds, and lone posts by its sides.

    Beside a sign elsewhere a scrap that reaches a side need not be thin.
    """
    height, width = cell.grey.shape[:2]
    signs = [b for b in cell.blobs if b.extent >= settings.sign * em]
    inner = [b for b in signs if b.label not in cell.beside]

    def is_bar(b: Blob) -> bool:
        middle = (b.top + b.bottom) / 2
        long = b.width >= max(settings.part_of_line * em, settings.thin_stroke * b.height)
        all_there_is = b.width >= settings.flatness * b.height and all(s is b for s in signs)
        return (long or all_there_is) and min(middle, height - middle) <= settings.edge_bar * em

    def is_post(b: Blob) -> bool:
        middle = (b.left + b.right) / 2
        thin = b.height >= settings.thin_stroke * b.width or (inner and b.label in cell.beside)
        return bool(thin) and min(middle, width - middle) <= settings.edge_post * em and is_alone(b)

    def is_alone(b: Blob) -> bool:
        far = settings.lone_post * em
        beside = (s for s in signs if s is not b and not (s.left < b.right and b.left < s.right))
        return all(s.left - b.right > far or b.left - s.right > far for s in beside)

    return [b for b in cell.blobs if is_bar(b) or is_post(b)]


def has_text(cell: CellInk, em: float, settings: ReadSettings) -> bool:
    """Return whether any piece of ink is large enough for a sign of its own (a dash is the smallest)."""
    return any(is_sign(b, em, settings) for b in cell.blobs)


def split_lines(cell: CellInk, em: float, settings: ReadSettings) -> tuple[Band, ...]:
    """Return the cell's lines from top to bottom.

    Rows of ink that white parts are lines, but for the strokes of one character (二, 三, a dash over a
    point): rows that are joined no taller than a character belong together.  Specks make no line.
    """
    joined: list[Band] = []
    for row in _rows(cell.blobs):
        if joined and _is_same_line(joined[-1], row, em, settings):
            joined[-1] = band_of((*joined[-1].blobs, *row.blobs))
        else:
            joined.append(row)
    bands = [piece for band in joined for piece in _cut_tall(band, em, settings)]
    large = [band for band in bands if not _is_speckled(band, em, settings)]
    return tuple(large or bands)


def _is_speckled(band: Band, em: float, settings: ReadSettings) -> bool:
    """Return whether a line holds nothing but specks: of all marks a hyphen alone has a line of its own."""
    flat = settings.flatness
    return all(b.extent <= settings.lone_speck * em and b.width < flat * b.height for b in band.blobs)


def crop_line(cell: CellInk, band: Band, em: float, pad: float, settings: ReadSettings) -> Pixels:
    """Return a line's pixels on white: at least a character tall, with `pad` (share of `em`) around it.

    A stroke keeps its size against the line this way: a dash does not fill the crop.
    """
    top, left = max(0, band.top - 1), max(0, band.left - 1)
    return on_white(cell.grey[top : band.bottom + 1, left : band.right + 1], em, pad, settings)


def on_white(ink: Pixels, em: float, pad: float, settings: ReadSettings) -> Pixels:
    """Return a picture of a line as the recognizer knows them: at least a character tall, white around it."""
    margin = max(1, round(pad * em))
    height = max(ink.shape[0], round(settings.least_line * em)) + 2 * margin
    canvas = np.full((height, ink.shape[1] + 2 * margin), PAPER, np.uint8)
    start = (height - ink.shape[0]) // 2
    canvas[start : start + ink.shape[0], margin : margin + ink.shape[1]] = ink
    return canvas


def is_sign(blob: Blob, em: float, settings: ReadSettings) -> bool:
    """Return whether a piece of ink may stand alone: a flat one may be a hyphen, others must be larger."""
    flat = blob.width >= settings.flatness * blob.height
    return blob.extent >= (settings.hyphen if flat else settings.sign) * em


def lone_hyphens(cells: Sequence[CellInk], em: float, settings: ReadSettings) -> tuple[Blob | None, ...]:
    """Return for each of a table's cells its one piece of ink where that is a hyphen too small to be sure of.

    At low resolution a hyphen is a few pixels, hardly flatter than a speck; but specks fall anywhere, and
    hyphens stand in the middle.  Where a table has several of one size there, they need not even be flat:
    a fax draws them twice as high.  Nor need they be as dark as print, where more stand there than noise
    would put there.
    """
    shown = [_centred(cell, em, settings) for cell in cells]
    faint = _faint_hyphens(cells, em, settings)
    found = [seen or pale for seen, pale in zip(shown, faint, strict=True)]
    alike = [b for b, pale in zip(found, faint, strict=True) if b and (pale or _is_small(b, em, settings))]
    sizes = np.array([(b.width, b.height) for b in alike])
    if len(sizes) < settings.hyphens_alike:
        return tuple(b if b and _is_nearly_flat(b, em, settings) else None for b in found)
    width, height = np.median(sizes, axis=0)

    def is_one(blob: Blob) -> bool:
        near = max(abs(blob.width - width), abs(blob.height - height)) <= settings.hyphen_spread * em
        # Of a dash that fades more or less is left; characters run together are taller.
        low = blob.height <= height + settings.hyphen_spread * em
        return (blob.width >= blob.height and near) or (low and _is_thin(blob, settings))

    return tuple(b if b and (is_one(b) or _is_nearly_flat(b, em, settings)) else None for b in found)


def _centred(cell: CellInk, em: float, settings: ReadSettings) -> Blob | None:
    """Return the one piece of ink of a cell that is no dirt, if it stands in the middle.

    In a box as low as a word, what looks like the rest of a rule is a stroke of it: 三 has two.
    """
    roomy = cell.grey.shape[0] >= settings.low_box * em
    rests = _rests_of_rules(cell, em, settings) if roomy else []
    pieces = [b for b in cell.blobs if b.extent >= settings.hyphen * em and b not in rests]
    return pieces[0] if len(pieces) == 1 and in_middle(pieces[0], cell, em, settings) else None


def in_middle(blob: Blob, cell: CellInk, em: float, settings: ReadSettings) -> bool:
    """Return whether a piece of ink stands where a lone sign does."""
    height, width = cell.grey.shape[:2]
    aside = abs(blob.left + blob.right - width) / 2
    off = abs((blob.top + blob.bottom) / 2 - (height / 2 if cell.level is None else cell.level))
    return bool(max(aside, off) <= settings.hyphen_centred * em)


def with_levels(cells: Sequence[CellInk], em: float, settings: ReadSettings) -> list[CellInk]:
    """Return a table's cells, those of a row whose print stands off its middle with where that is.

    A page break cut the row, or its print is set at its top: as much of it stands on one level as is no dirt.
    """
    rows: dict[tuple[int, int], list[float]] = {}
    for cell in cells:
        rows.setdefault(_row_of(cell), []).extend(_print_level(cell, em, settings))
    levels = {row: _common(held, row[1] / 2, em, settings) for row, held in rows.items()}
    return [replace(cell, level=levels[_row_of(cell)]) for cell in cells]


def _row_of(cell: CellInk) -> tuple[int, int]:
    """Return what cells of one row have in common: where they begin on the page, and their height."""
    return cell.origin[1], cell.grey.shape[0]


def _print_level(cell: CellInk, em: float, settings: ReadSettings) -> list[float]:
    """Return at what level a cell's print stands, if it is one line in the middle between its sides."""
    pieces = [b for b in cell.blobs if b.extent >= settings.hyphen * em]
    if not pieces:
        return []
    band = band_of(pieces)
    aside = abs(band.left + band.right - cell.grey.shape[1]) / 2
    lone = aside <= settings.hyphen_centred * em and band.height <= settings.too_tall * em
    return [(band.top + band.bottom) / 2] if lone else []


def _common(levels: Sequence[float], middle: float, em: float, settings: ReadSettings) -> float | None:
    if len(levels) < settings.hyphens_alike:
        return None
    level = float(np.median(levels))
    alike = sum(abs(other - level) <= settings.hyphen_spread * em for other in levels)
    off = abs(level - middle) > settings.hyphen_centred * em
    return level if off and alike >= max(settings.hyphens_alike, 0.75 * len(levels)) else None


def _faint_hyphens(cells: Sequence[CellInk], em: float, settings: ReadSettings) -> tuple[Blob | None, ...]:
    """Return for each cell without ink its faint, low or thin piece in the middle, if so many are no chance.

    Noise lies anywhere: by chance as much of it lies in the middle as the middle is of a cell.
    """
    found: list[Blob | None] = []
    chance = 0.0
    middle = (2 * settings.hyphen_centred * em) ** 2
    for cell in cells:
        if not is_bare(cell, em, settings):
            found.append(None)
            continue
        faint = [b for b in cell.faint if b.extent >= settings.faintest_hyphen * em]
        inner = [b for b in faint if in_middle(b, cell, em, settings)]
        sole = inner[0] if len(inner) == 1 else None
        found.append(sole if sole and (_is_low(sole, em, settings) or _is_thin(sole, settings)) else None)
        chance += len(faint) * middle / cell.grey.size
    count = sum(b is not None for b in found)
    many = count >= max(settings.hyphens_alike, settings.hyphens_likelier * chance)
    return tuple(found) if many else (None,) * len(cells)


def is_bare(cell: CellInk, em: float, settings: ReadSettings) -> bool:
    """Return whether a cell larger than a character holds no ink of a sign's size, but for faint ink."""
    empty = not any(b.extent >= settings.hyphen * em for b in cell.blobs)
    return empty and bool(min(cell.grey.shape[:2]) >= em)


def _is_small(blob: Blob, em: float, settings: ReadSettings) -> bool:
    return blob.width > blob.height and _is_low(blob, em, settings)


def _is_low(blob: Blob, em: float, settings: ReadSettings) -> bool:
    return blob.width >= blob.height and blob.extent < (settings.sign + settings.hyphen_spread) * em


def _is_thin(blob: Blob, settings: ReadSettings) -> bool:
    return blob.width >= settings.thin_stroke * blob.height


def _is_nearly_flat(blob: Blob, em: float, settings: ReadSettings) -> bool:
    # An edge is measured to half a pixel.
    flat = blob.width + 0.5 >= settings.flatness * (blob.height - 0.5)
    return flat and not is_sign(blob, em, settings) and _is_small(blob, em, settings)


def _rows(blobs: Sequence[Blob]) -> list[Band]:
    """Gather blobs whose vertical extents touch."""
    rows: list[list[Blob]] = []
    bottom = -1
    for blob in sorted(blobs, key=lambda b: b.top):
        if rows and blob.top < bottom:
            rows[-1].append(blob)
            bottom = max(bottom, blob.bottom)
        else:
            rows.append([blob])
            bottom = blob.bottom
    return [band_of(row) for row in rows]


def band_of(blobs: Sequence[Blob]) -> Band:
    """Return the band that these blobs make."""
    return Band(
        tuple(blobs),
        min(b.left for b in blobs),
        min(b.top for b in blobs),
        max(b.right for b in blobs),
        max(b.bottom for b in blobs),
    )


def _is_same_line(above: Band, below: Band, em: float, settings: ReadSettings) -> bool:
    together = below.bottom - above.top
    a_part = min(above.height, below.height) <= settings.part_of_line * em
    return a_part and together <= settings.tallest_line * em


def _cut_tall(band: Band, em: float, settings: ReadSettings) -> list[Band]:
    """Cut a band of lines that touch: each blob goes to the line its middle lies in."""
    count = round(band.height / (em * settings.line_pitch))
    if band.height <= settings.too_tall * em or count < 2:
        return [band]
    pitch = band.height / count
    groups: list[list[Blob]] = [[] for _ in range(count)]
    for blob in band.blobs:
        if blob.height > settings.too_tall * em:
            return [band]
        middle = (blob.top + blob.bottom) / 2 - band.top
        groups[min(count - 1, int(middle / pitch))].append(blob)
    return [band_of(group) for group in groups if group]


def _near(blob: Blob, others: Sequence[Blob], distance: float) -> bool:
    for other in others:
        across = max(other.left - blob.right, blob.left - other.right, 0)
        down = max(other.top - blob.bottom, blob.top - other.bottom, 0)
        if across <= distance and down <= distance:
            return True
    return False
