"""Tables cut by page breaks become whole again, at whatever row the break falls.

A piece goes on overleaf where nothing but margins lies between, and both pieces stand on the same
column lines, or are of one width and have the words of one table of the form.  At the cut itself three
things happen: header rows printed again are dropped, a row cut in its middle is made one row again, and
a merged cell cut in two is made one cell again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.grid.frame import cluster
from pipeline.grid.sheet import Lines, Sheet, keeps_apart, sheet_of, union_lines, with_lines
from pipeline.model import Box, Cell, CellReading, Grid, PageContent, Reading, Table, TextLine
from pipeline.settings import GridSettings

SameLabel = Callable[[str, str], bool]
SameTable = Callable[[Sequence[str], Sequence[str]], bool]
IsWhole = Callable[[Grid], bool]

_PAGE_NUMBER = re.compile(r"[-—–‐─一第共页of/\s·.\d０-９]*", re.IGNORECASE)
SAME_TEXT = 75.0  # likeness (0..100): one misread character in four
SAME_SENTENCE = 50.0  # the same of a long one in a header whose other names are there
MARK = 4  # characters; shorter lines without a Chinese one are no prose
SHORTEST_LABEL = 2  # Chinese characters
MISREAD = 2  # characters of a header's name, and no more than half of it
SENTENCE = 20  # characters; no label that differs by a numeral alone is this long

_WORDS = re.compile(r"[^\w]")
_NUMERALS = re.compile(r"[一二三四五六七八九十\d]")
_DIGITS = re.compile(r"\d[\d,]*")
_AMOUNT = re.compile(r"[-+]?\d[\d,]*(\.\d+)?\s*[\u4e00-\u9fff]{1,2}")  # a figure with its unit
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _is_label(text: str) -> bool:
    return len(_HAN.findall(text)) >= SHORTEST_LABEL and not _AMOUNT.fullmatch(text.strip())


def _in_margin(line: TextLine, height: float, settings: GridSettings) -> bool:
    if line.box is None:
        return False
    edge = settings.margin * height
    outside = line.box.center[1] < edge or line.box.center[1] > height - edge
    return outside or _PAGE_NUMBER.fullmatch(line.text.strip()) is not None


def prose_of(page: PageContent, settings: GridSettings) -> Iterator[TextLine]:
    """Yield a page's lines of text but for those in its margins and what is no print."""
    # A character alone is none: a label that runs beyond its cell leaves one.  Nor is what shines through.
    said = (ln for ln in page.lines if len(ln.text.strip()) > 1 and not (_is_mark(ln.text) or _stands(ln)))
    legible = (ln for ln in said if ln.confidence >= settings.legible ** len(ln.text))
    return (ln for ln in legible if not _in_margin(ln, page.info.height, settings))


def _stands(line: TextLine) -> bool:
    """Tell whether a line of some characters runs downwards: a label too long for its cell."""
    return line.box is not None and len(line.text) >= MARK and line.box.height > line.box.width


def _is_mark(text: str) -> bool:
    """Tell whether a line says nothing: what a pen's tick, a punch hole or a speck was read as."""
    return len(text.strip()) < MARK and not _HAN.search(text)


def _ends_page(page: PageContent, table: Table, settings: GridSettings) -> bool:
    bottom = table.parts[-1].box.bottom
    below = [ln.box for ln in prose_of(page, settings) if ln.box and ln.box.center[1] > bottom]
    return all(_hangs(box, table, settings) for box in below)


def _hangs(line: Box, table: Table, settings: GridSettings) -> bool:
    """Tell whether a line right below a table is in the column of a label that names several of its rows.

    What a page break left of it has no room beside the last of them.
    """
    cells = (c for c in table.grid.cells if c.row_end == table.grid.rows and c.row_end - c.row_start > 1)
    boxes = [cell.box for cell in cells if cell.box and not cell.column_start]
    near = line.top < table.parts[-1].box.bottom + settings.hanging
    return near and any(box.left < line.left and line.right < box.right for box in boxes)


def starts_page(page: PageContent, table: Table, settings: GridSettings) -> bool:
    """Tell whether nothing but a margin is above a table on its page."""
    top = table.parts[0].box.top
    return not any(ln.box and ln.box.center[1] < top for ln in prose_of(page, settings))


def _alike(first: str, second: str) -> bool:
    """Tell whether two readings are of one printed text: a few misread characters, but no numeral.

    （八） and （九） are different rows, however much else they share; a long sentence is not told from
    another by one numeral.
    """
    one, two = _WORDS.sub("", first), _WORDS.sub("", second)
    if one == two:
        return True
    numbered_alike = _NUMERALS.findall(one) == _NUMERALS.findall(two)
    return (numbered_alike or min(len(one), len(two)) >= SENTENCE) and fuzz.ratio(one, two) >= SAME_TEXT


def _repeats(upper: Sheet, lower: Sheet, rows: int) -> bool:
    """Tell whether the first `rows` rows of both are the same header: same cells, same words.

    Of one whose last row holds merged cells of earlier ones most words will do: that is no row of figures.
    """

    def head(sheet: Sheet) -> list[tuple[Cell, str]] | None:
        cells = [(c, sheet.text(i)) for i, c in enumerate(sheet.cells) if c.row_start < rows]
        return None if any(c.row_end > rows for c, _ in cells) else cells

    first, second = head(upper), head(lower)
    if first is None or second is None or len(first) != len(second):
        return False
    same = all(
        (a.row_start, a.row_end, a.column_start, a.column_end)
        == (b.row_start, b.row_end, b.column_start, b.column_end)
        for (a, _), (b, _) in zip(first, second, strict=True)
    )
    words = [(s, t) for (_, s), (_, t) in zip(first, second, strict=True) if s.strip() or t.strip()]
    differ = [texts for texts in words if not _alike(*texts)]
    # A pen may have written a figure beside one of the names.
    marked = len(differ) <= 1 and all(_but_for_figures(s, t) for s, t in differ)
    # A header of words; one may have lost a character.
    named = [s for s, _ in words]
    merged = any(c.row_start < rows - 1 and c.row_end == rows for c, _ in first)
    # One of its other names is none misread: 结果维持 and 结果纠正.
    misread = all(t not in named and _is_misread(s, t) for s, t in differ)
    agree = marked or (merged and misread and 2 * len(differ) < len(words))
    return same and agree and all(map(_HAN.search, named)) and 2 * sum(map(_is_label, named)) > len(named)


def _is_misread(first: str, second: str) -> bool:
    """Tell whether two texts may be one name, but for a few characters: 自然人 and 白然人, but no numeral.

    A stroke across a name may have taken any of its characters; of a sentence, which differs from none by a
    numeral alone, half.
    """
    # A speck beside a name, or the rest of a rule, is read as 一.
    one, two = sorted((_WORDS.sub("", text).strip("一") for text in (first, second)), key=len)
    if len(two) >= SENTENCE:
        return fuzz.ratio(one, two) >= SAME_SENTENCE
    distance = Levenshtein.distance(one, two)
    left = len(one) >= SHORTEST_LABEL and distance == len(two) - len(one)
    most = min(MISREAD, len(one) // 2)
    return _NUMERALS.findall(one) == _NUMERALS.findall(two) and (left or distance <= most)


def _but_for_figures(first: str, second: str) -> bool:
    """Tell whether two texts are one name but for figures or signs that one of them has."""
    figured = [bool(_DIGITS.search(text)) for text in (first, second)]
    return _HAN.findall(first) == _HAN.findall(second) and not all(figured)


def _without_head(sheet: Sheet, rows: int) -> Sheet:
    kept = [i for i, c in enumerate(sheet.cells) if c.row_start >= rows]
    cells = tuple(
        replace(
            sheet.cells[i], row_start=sheet.cells[i].row_start - rows, row_end=sheet.cells[i].row_end - rows
        )
        for i in kept
    )
    return replace(
        sheet, rows=sheet.rows - rows, cells=cells, readings=tuple(sheet.readings[i] for i in kept)
    )


def _drop_repeated(upper: Sheet, lower: Sheet, settings: GridSettings) -> Sheet:
    for rows in range(min(settings.header_rows, upper.rows, lower.rows - 1), 0, -1):
        if _repeats(upper, lower, rows):
            return _without_head(lower, rows)
    return lower


Pair = tuple[int, int]


def _pairs(upper: Sheet, lower: Sheet) -> list[Pair]:
    """Return the cells that face each other across the cut and span the same columns."""
    below = {(lower.cells[i].column_start, lower.cells[i].column_end): i for i in lower.row(0)}
    found = []
    for i in upper.row(upper.rows - 1):
        other = below.get((upper.cells[i].column_start, upper.cells[i].column_end))
        if other is not None:
            found.append((i, other))
    return found


def _said_once(upper: Sheet, lower: Sheet, pairs: Sequence[Pair], same_label: SameLabel) -> Sheet:
    """Return the lower piece without the characters of a cut line that the upper one has, too.

    Such a line may be printed on both pages, on the first without its end: 结果纠 and 纠正.
    """
    readings = list(lower.readings)
    for i, j in pairs:
        first, second = upper.text(i), lower.text(j)
        ends = (k for k in range(1, len(second)) if first.endswith(second[:k]))
        again = next((k for k in ends if same_label(first, second[k:])), 0)
        said = readings[j].text
        rest = replace(said, text=said.text[again:], characters=said.characters[again:])
        readings[j] = replace(readings[j], text=rest)
    return replace(lower, readings=tuple(readings))


def _one_row(upper: Sheet, lower: Sheet, pairs: Sequence[Pair], same_label: SameLabel) -> bool:
    """Tell whether the cut goes through the middle of a row.

    Then both pieces have the same cells, no cell has its own content on both sides save a label
    whose words go on overleaf and figures whose digits did not fit one line (of these alone where the label
    ended above), and neither piece is a row in its own right: one lacks its label or the label goes on.
    """
    if not pairs or len(pairs) != len(upper.row(upper.rows - 1)) or len(pairs) != len(lower.row(0)):
        return False
    filled = [(upper.text(i).strip(), lower.text(j).strip()) for i, j in pairs]
    if _is_cut_header(filled, same_label):
        return True
    both = [(first, second) for first, second in filled if first and second]
    goes_on = any(same_label(first, second) for first, second in both)
    ended = not any(_is_label(second) for _, second in filled)
    wrapped = (goes_on or ended) and any(_is_label(first) for first, _ in filled)
    if not all(same_label(*texts) or (wrapped and _is_wrapped_figure(*texts)) for texts in both):
        return False
    named = [any(_is_label(s.text(k)) for k in row) for s, row in _facing(upper, lower, pairs)]
    return goes_on or not all(named)


def _is_blank(upper: Sheet, lower: Sheet, settings: GridSettings) -> bool:
    """Tell whether the lower piece is a blank row of its own, as word processors leave one below a table.

    What a cut leaves of a row whose words all stand above it is lower than that.
    """
    if lower.rows > 1 or lower.open_top or upper.open_bottom or any(map(str.strip, lower.texts)):
        return False
    last = [upper.cells[i].box for i in upper.row(upper.rows - 1)]
    above = min((box.height for box in last if box), default=0.0)
    return lower.parts[0].box.height >= settings.blank_row * above


def _is_cut_header(filled: Sequence[tuple[str, str]], same_label: SameLabel) -> bool:
    """Tell whether labels stand above a cut and the last characters of some below it, and nothing else.

    One of them at least must be a known label: shading makes others hard to read.
    """
    above, below = ([text for text in texts if text] for texts in zip(*filled, strict=True))
    rests = all(len(text) < SHORTEST_LABEL and _HAN.fullmatch(text) for text in below)
    return all(map(_is_label, above)) and rests and any(same_label(*texts) for texts in filled if all(texts))


def _is_wrapped_figure(first: str, second: str) -> bool:
    digits = _DIGITS.fullmatch(first) and _DIGITS.fullmatch(second)
    return bool(digits) and len(second) <= len(first)


def _facing(
    upper: Sheet, lower: Sheet, pairs: Sequence[Pair]
) -> tuple[tuple[Sheet, list[int]], tuple[Sheet, list[int]]]:
    """Return both sheets with their cells at the cut that belong to the cut row alone.

    A merged cell that reaches further up or down names a group, not the row.
    """
    single = [(i, j) for i, j in pairs if upper.cells[i].row_span == 1 and lower.cells[j].row_span == 1]
    return (upper, [i for i, _ in single]), (lower, [j for _, j in single])


def _leaf(sheet: Sheet, row: int) -> int:
    """Return the first column of the label that names a row, 0 where none does."""
    labels = [sheet.cells[i].column_start for i in sheet.row(row) if _is_label(sheet.text(i))]
    return max(labels, default=0)


def _merged(upper: Sheet, lower: Sheet, pairs: Sequence[Pair], same_label: SameLabel) -> list[Pair]:
    """Return the pairs that are pieces of one merged cell: groups of labels, and header cells.

    A blank below a header cell is a part of it but where its row has a name of its own.
    """
    leaf = min(_leaf(upper, upper.rows - 1), _leaf(lower, 0))
    named = any(
        upper.cells[i].column_start == 0 and _differ(upper.text(i), lower.text(j), same_label)
        for i, j in pairs
    )
    filled = [(upper.text(i).strip(), lower.text(j).strip()) for i, j in pairs]
    words = [texts for texts in filled if all(map(_HAN.search, texts))]
    heads = not (_has_numbers(upper, lower) or named)
    # 其他 is a label by itself: that 结果 below belongs to it, the labels beside them tell.
    cut = heads and sum(same_label(*texts) for texts in words) >= 0.75 * len(words)
    found = []
    for (i, j), (first, second) in zip(pairs, filled, strict=True):
        group = upper.cells[i].column_end <= leaf
        header = heads and bool(first) != bool(second) and _is_label(first + second)
        if first and second:
            scrap = _is_scrap(first, second) or _is_scrap(second, first)
            rests = _is_rest(second, first) or _is_number(first, second) or _are_cut(first, second)
            one_name = _alike(first, second) or scrap or rests
            head = (heads and _says_again(first, second)) or (cut and (first, second) in words)
            if same_label(first, second) or head or (group and one_name):
                found.append((i, j))
        elif group or header:
            found.append((i, j))
    return found


def _has_numbers(upper: Sheet, lower: Sheet) -> bool:
    """Tell whether a figure stands at the cut."""
    above = (upper.text(i) for i in upper.row(upper.rows - 1))
    below = (lower.text(i) for i in lower.row(0))
    texts = (text for text in (*above, *below) if not _is_label(text))
    return any(ch.isdigit() for text in texts for ch in text)


def _all_merged(
    upper: Sheet, lower: Sheet, pairs: Sequence[Pair], merged: list[Pair], is_whole: IsWhole | None
) -> list[Pair]:
    """Return `merged`, or all pairs where a known table is whole just so: their words may be illegible."""
    if is_whole is None or len(merged) == len(pairs) or _has_numbers(upper, lower):
        return merged
    some, every = (
        _concatenated(upper, lower, joined, upper.rows).to_table().grid for joined in (merged, pairs)
    )
    return list(pairs) if is_whole(every) and not is_whole(some) else merged


def _says_again(first: str, second: str) -> bool:
    """Tell whether a text is the end of the one above: a line of print cut in two is on both pages."""
    return len(second) < len(first) and first.endswith(second)


def _is_scrap(text: str, name: str) -> bool:
    """Tell whether a text is no word beside a name: what a piece of a rule was read as, or a speck, as 一."""
    return _is_mark(text.replace("一", "")) and _is_label(name)


def _is_rest(text: str, name: str) -> bool:
    """Tell whether a text is too short for a name, but may be the end of one cut where others were lost."""
    short = len(text) < SHORTEST_LABEL and not _NUMERALS.search(text)
    return short and _HAN.fullmatch(text) is not None and _is_label(name)


def _is_number(text: str, name: str) -> bool:
    """Tell whether a text is the number of a group, （三）, and what stands below its name without one.

    Brackets set downwards are read as anything.
    """
    numbered = len(text) <= MARK and len(_NUMERALS.findall(text)) == len(_HAN.findall(text)) == 1
    return numbered and _is_label(name) and not _NUMERALS.search(name[:MARK])


def _are_cut(first: str, second: str) -> bool:
    """Tell whether characters cut through where a page ends were read as a mark, and as one of others."""
    short = max(len(first), len(second)) < SHORTEST_LABEL and not _NUMERALS.search(first + second)
    return short and bool(_HAN.search(first)) != bool(_HAN.search(second))


def _differ(first: str, second: str, same_label: SameLabel) -> bool:
    """Tell whether there are two labels, and not two halves of one."""
    filled = _is_label(first) and _is_label(second)
    one = same_label(first, second) or _alike(first, second) or _says_again(first, second)
    return filled and not one


def _join_readings(first: CellReading, second: CellReading) -> CellReading:
    one, two = (reading.text.text.strip() for reading in (first, second))
    if not two or _alike(one, two) or (_is_label(one) and _says_again(one, two)):
        return first if one else second
    if not one:
        return second
    upper, lower = first.text, second.text
    text = Reading(
        upper.text + lower.text,
        upper.confidence * lower.confidence,
        upper.reader,
        upper.characters + lower.characters,
    )
    # A figure in two pieces is put together here, and says so.
    doubt = ("suspect",) if _is_wrapped_figure(upper.text, lower.text) else ()
    return CellReading(text, ink=first.ink, flags=first.flags + second.flags + doubt)


def _join_cells(first: Cell, second: Cell, use_second: bool) -> Cell:
    """Return one cell over the rows of both, placed where its text is."""
    place = second if use_second else first
    return Cell(
        first.row_start,
        second.row_end,
        first.column_start,
        first.column_end,
        place.page,
        place.box,
        first.repaired or second.repaired,
    )


def _concatenated(upper: Sheet, lower: Sheet, joined: Sequence[Pair], shift: int) -> Sheet:
    """Return both sheets as one; `lower` starts at row `shift`, the pairs in `joined` become one cell."""
    partner = dict(joined)
    taken = set(partner.values())
    moved = [replace(c, row_start=c.row_start + shift, row_end=c.row_end + shift) for c in lower.cells]
    cells: list[Cell] = []
    readings: list[CellReading] = []
    for i, (cell, reading) in enumerate(zip(upper.cells, upper.readings, strict=True)):
        if i in partner:
            j = partner[i]
            empty = not reading.text.text.strip() and bool(lower.text(j).strip())
            cells.append(_join_cells(cell, moved[j], use_second=empty))
            readings.append(_join_readings(reading, lower.readings[j]))
        else:
            cells.append(cell)
            readings.append(reading)
    rest = [j for j in range(len(moved)) if j not in taken]
    return Sheet(
        upper.lines,
        lower.rows + shift,
        (*cells, *(moved[j] for j in rest)),
        (*readings, *(lower.readings[j] for j in rest)),
        upper.parts + lower.parts,
        upper.caption,
        upper.open_top,
        lower.open_bottom,
    )


def _are_kin(upper: Sheet, lower: Sheet, same_table: SameTable | None, settings: GridSettings) -> bool:
    """Tell whether pieces of one width have a table's words: its blocks may have columns of their own."""
    one, two = upper.parts[-1].box.width, lower.parts[0].box.width
    # Photographs of pages are taken from nearer and farther.
    alike = abs(one - two) <= max(settings.align, settings.resized * max(one, two))
    return alike and same_table is not None and same_table(upper.texts, lower.texts)


def _kin_lines(upper: Sheet, lower: Sheet, tolerance: float) -> Lines:
    """Return the column lines of pieces with one table's words: the longer's, where each has its own there.

    Browsers that make columns as wide as their words do so page by page.
    """
    if upper.columns == lower.columns:
        longer = max((upper, lower), key=lambda sheet: sheet.rows)
        moved = np.abs(upper.lines - lower.lines).max()
        if moved <= 2 * tolerance and all(keeps_apart(sheet, longer.lines) for sheet in (upper, lower)):
            return longer.lines
    return cluster([*upper.lines, *lower.lines], tolerance)


def _with_told_lines(
    upper: Sheet, lower: Sheet, same_table: SameTable | None, tolerance: float, settings: GridSettings
) -> tuple[Sheet, Sheet]:
    """Return the pieces with lines in common where no rule shows theirs: words moved them.

    A piece with as many columns as the row that it faces at the cut, but for a title, has those; a block
    with fewer may stand on lines of the other's; one with its header alone has one column of labels, where
    rows have several; figures stand right.
    """
    inferred = all(cell.repaired for cell in (*upper.cells, *lower.cells))
    fewer, more = sorted((upper, lower), key=lambda sheet: len(sheet.lines))
    lacking = len(more.lines) - len(fewer.lines)
    if not inferred or lacking > settings.label_columns:
        return upper, lower
    alike = same_table is not None and same_table(upper.texts, lower.texts)
    if not alike and (lacking or _drop_repeated(upper, lower, settings) is lower):
        return upper, lower
    if not lacking:
        longer = max((upper, lower), key=lambda sheet: sheet.rows)  # a row of names shows few lines
        return replace(upper, lines=longer.lines), replace(lower, lines=longer.lines)
    order = range(more.rows) if more is lower else range(more.rows - 1, -1, -1)
    facing = next((row for k in order if len(row := more.row(k)) > 1), ())
    if len(facing) == fewer.columns:
        own = [more.lines[more.cells[i].column_start] for i in facing[1:]]
    elif union_lines(upper, lower, tolerance) is not None:
        return upper, lower
    else:
        own = more.lines[lacking + 1 : -1].tolist()
    lines = np.array([more.lines[0], *own, more.lines[-1]])
    return (replace(upper, lines=lines), lower) if fewer is upper else (upper, replace(lower, lines=lines))


def join(
    upper: Sheet,
    lower: Sheet,
    same_label: SameLabel,
    settings: GridSettings,
    same_table: SameTable | None = None,
    is_whole: IsWhole | None = None,
) -> Sheet | None:
    """Return the two pieces as one table, or None where they are not the same table's."""
    width, wider = sorted((upper.parts[-1].box.width, lower.parts[0].box.width))
    if width < settings.part_width * wider:
        return None  # a part of a worn row alone has lines in the same proportions
    tolerance = settings.align / width
    upper, lower = _with_told_lines(upper, lower, same_table, tolerance, settings)
    lines = union_lines(upper, lower, tolerance)
    if lines is None and _are_kin(upper, lower, same_table, settings):
        lines = _kin_lines(upper, lower, tolerance)
    if lines is None or not (keeps_apart(upper, lines) and keeps_apart(lower, lines)):
        return None
    upper, lower = with_lines(upper, lines), with_lines(lower, lines)
    lower = _drop_repeated(upper, lower, settings)
    pairs = _pairs(upper, lower)
    lower = _said_once(upper, lower, pairs, same_label)
    if not _is_blank(upper, lower, settings) and _one_row(upper, lower, pairs, same_label):
        return _concatenated(upper, lower, pairs, upper.rows - 1)
    merged = _all_merged(upper, lower, pairs, _merged(upper, lower, pairs, same_label), is_whole)
    # Cells that all go on make no second row.
    cut = len(merged) == len(upper.row(upper.rows - 1)) == len(lower.row(0))
    return _concatenated(upper, lower, merged, upper.rows - 1 if cut else upper.rows)


def stitch(
    pages: Sequence[PageContent],
    same_label: SameLabel,
    settings: GridSettings,
    same_table: SameTable | None = None,
    is_whole: IsWhole | None = None,
) -> tuple[Table, ...]:
    """Return the whole tables of a document, in reading order.

    `same_label(upper, lower)` tells whether two texts are the two halves of one printed label,
    `same_table(upper, lower)` whether the texts of two pieces are those of one table, told by its words,
    `is_whole(grid)` whether a grid has just the cells of a known table; all come from the form, so that this
    stage needs no knowledge of any form.
    """
    whole: list[Sheet | Table] = []
    previous: PageContent | None = None
    for page in pages:
        for index, table in enumerate(page.tables):
            last = whole[-1] if whole else None
            follows = index == 0 and bool(table.parts) and previous is not None and bool(previous.tables)
            if follows and previous is not None and isinstance(last, Sheet):
                near = _ends_page(previous, previous.tables[-1], settings)
                near = near and starts_page(page, table, settings)
                one = (
                    join(last, sheet_of(table), same_label, settings, same_table, is_whole) if near else None
                )
                if one is not None:
                    whole[-1] = one
                    continue
            whole.append(sheet_of(table) if table.parts else table)
        previous = page
    return tuple(t.to_table() if isinstance(t, Sheet) else t for t in whole)
