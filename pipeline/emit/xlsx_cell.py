"""One cell of a workbook: text is text, a number is a number only where it stays exact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.emit.doubt import Level
from pipeline.emit.text import visible
from pipeline.errors import GridError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

EXACT_DIGITS = 15  # what IEEE 754 doubles, and so spreadsheets, hold exactly
LONGEST_TEXT = 32_767  # characters a cell can hold
_CUT = "…[cut]"
_CANONICAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # ECMA-376 ST_Xstring: `_x0041_` would be read as `A`
COLOURS: dict[Level, str] = {"doubt": "FFFFE699", "fault": "FFF8B4AB", "part": "FFFCE4E1"}
_FORMULA_SIGNS = frozenset("=+-@")


def stored_text(text: str) -> str:
    """Return `text` as a cell can hold it: no invalid characters, at most 32,767 of them, a cut shown."""
    safe = _ESCAPE.sub("_x005F_", visible(text))
    return safe if len(safe) <= LONGEST_TEXT else safe[: LONGEST_TEXT - len(_CUT)] + _CUT


def exact_number(text: str) -> Decimal | None:
    """Return the number that `text` plainly writes, None where a spreadsheet would alter or round it."""
    if not _CANONICAL.fullmatch(text) or sum(c.isdigit() for c in text) > EXACT_DIGITS:
        return None
    return Decimal(text)


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return the cell at `row` and `column`, counted from 1; GridError inside a merged cell."""
    from openpyxl.cell.cell import MergedCell

    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        raise GridError(f"two cells of a table hold row {row}, column {column}")
    return cell


def put_text(cell: Cell, text: str) -> None:
    """Store `text` as text, whatever it begins with."""
    stored = stored_text(text)
    cell.value = stored
    cell.data_type = "s"
    if stored[:1] in _FORMULA_SIGNS:
        cell.quotePrefix = True  # so that editing the cell by hand does not make it a formula either


def put_number(cell: Cell, number: Decimal) -> None:
    """Store `number`, shown with as many decimals as it has."""
    decimals = max(0, -int(number.as_tuple().exponent))
    cell.value = number
    cell.number_format = "0." + "0" * decimals if decimals else "0"


def put(cell: Cell, value: object) -> None:
    """Store any value of a list: None and empty tuples leave the cell empty, tuples are joined by a space."""
    if value is None or value == ():
        return
    if isinstance(value, tuple):
        put_text(cell, " ".join(value))
    elif isinstance(value, (int, float)):
        cell.value = value
    elif isinstance(value, Decimal) and (number := exact_number(format(value, "f"))) is not None:
        put_number(cell, number)
    else:
        put_text(cell, format(value, "f") if isinstance(value, Decimal) else str(value))


def mark(cell: Cell, level: Level, lines: Iterable[str]) -> None:
    """Colour the cell by `level` and say why in a comment."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", fgColor=COLOURS[level])
    text = "\n".join(lines)
    comment = Comment(visible(text), "biaoge")
    comment.width, comment.height = 320, 24 * (text.count("\n") + 2)
    cell.comment = comment
