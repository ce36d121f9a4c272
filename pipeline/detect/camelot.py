"""Rules that Camelot sees on a digital page, for where the drawings hold no table. The one seam to Camelot.

Some programs draw a table's rules as pictures, patterns or outlines.  Camelot's lattice method renders
the page and finds lines in the rendering, so it sees them like a reader does.  Only the edges of its
cells are taken; grid and text are ours.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import MissingDependencyError
from pipeline.model import Rule

THICKNESS = 0.7  # points; Camelot does not tell


def camelot_rules(path: Path, page: int, height: float) -> tuple[Rule, ...]:
    """Return the edges of the tables that Camelot finds on page `page` (from 1) of the PDF at `path`.

    `height` is the page's in points: Camelot counts upwards from the foot.  None where it finds no table.
    """
    try:
        from camelot.io import read_pdf
    except ImportError as error:
        raise MissingDependencyError(f"Camelot cannot be imported ({error})") from error
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        tables = read_pdf(str(path), pages=str(page), flavor="lattice")
    cells = (cell for table in tables for row in table.cells for cell in row)
    return tuple(_edges(cells, height))


def _edges(cells: Iterable[Any], height: float) -> Iterator[Rule]:
    for cell in cells:
        top, bottom = height - float(cell.y2), height - float(cell.y1)
        left, right = float(cell.x1), float(cell.x2)
        if cell.top:
            yield Rule("horizontal", top, left, right, THICKNESS)
        if cell.bottom:
            yield Rule("horizontal", bottom, left, right, THICKNESS)
        if cell.left:
            yield Rule("vertical", left, top, bottom, THICKNESS)
        if cell.right:
            yield Rule("vertical", right, top, bottom, THICKNESS)
