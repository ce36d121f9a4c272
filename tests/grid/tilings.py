"""Random tables for the geometry's tests: a tiling, the rules that print it, and tables made of it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from pipeline.model import Box, Cell, CellReading, Grid, Part, Reading, Rule, Table

Span = tuple[int, int, int, int]  # top, bottom, left, right; half-open


@st.composite
def tilings(draw: st.DrawFn, most: int = 7) -> tuple[int, int, list[Span]]:
    """Return rows, columns and rectangles that tile them, by cutting at random places."""
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))

    def cut(top: int, bottom: int, left: int, right: int) -> list[Span]:
        options = [("row", i) for i in range(top + 1, bottom)]
        options += [("column", i) for i in range(left + 1, right)]
        if not options or (draw(st.integers(0, 5)) == 0 and (bottom - top) * (right - left) <= 9):
            return [(top, bottom, left, right)]
        axis, at = draw(st.sampled_from(options))
        if axis == "row":
            return cut(top, at, left, right) + cut(at, bottom, left, right)
        return cut(top, bottom, left, at) + cut(top, bottom, at, right)

    return rows, columns, sorted(cut(0, rows, 0, columns))


def used_lines(tiling: Sequence[Span], axis: int) -> list[int]:
    """Return the offsets along an axis (0 rows, 1 columns) where any cell begins or ends."""
    return sorted({offset for span in tiling for offset in span[2 * axis : 2 * axis + 2]})


def squeezed(tiling: Sequence[Span]) -> list[Span]:
    """Return the tiling without lines that no cell uses: no rule can show those."""
    ys = {offset: i for i, offset in enumerate(used_lines(tiling, 0))}
    xs = {offset: i for i, offset in enumerate(used_lines(tiling, 1))}
    return sorted((ys[t], ys[b], xs[left], xs[r]) for t, b, left, r in tiling)


def rules_of(tiling: Sequence[Span], xs: Sequence[float], ys: Sequence[float]) -> list[Rule]:
    """Return the four sides of every cell as rules, as a browser draws them."""
    found = []
    for top, bottom, left, right in tiling:
        found += [
            Rule("horizontal", ys[top], xs[left], xs[right], 0.7),
            Rule("horizontal", ys[bottom], xs[left], xs[right], 0.7),
            Rule("vertical", xs[left], ys[top], ys[bottom], 0.7),
            Rule("vertical", xs[right], ys[top], ys[bottom], 0.7),
        ]
    return found


def spans_of(grid: Grid) -> list[Span]:
    return sorted((c.row_start, c.row_end, c.column_start, c.column_end) for c in grid.cells)


def table(rows: Sequence[Sequence[str | None]], page: int, *, top: float = 80.0) -> Table:
    """Return a table of one part; None goes on the cell above, "<" the cell to the left."""
    height, width = len(rows), len(rows[0])
    xs = [70 + 450 * i / width for i in range(width + 1)]
    ys = [top + 20 * i for i in range(height + 1)]
    cells, readings = [], []
    for r in range(height):
        for c in range(width):
            text = rows[r][c]
            if text is None or text == "<":
                continue
            bottom, right = r + 1, c + 1
            while right < width and rows[r][right] == "<":
                right += 1
            while bottom < height and rows[bottom][c] is None:
                bottom += 1
            cells.append(Cell(r, bottom, c, right, page, Box(xs[c], ys[r], xs[right], ys[bottom])))
            readings.append(CellReading(Reading(text, 1.0, "text-layer")))
    box = Box(xs[0], ys[0], xs[-1], ys[-1])
    return Table(Grid(height, width, tuple(cells)), tuple(readings), (Part(page, box),))


def texts(found: Table) -> list[tuple[Span, str]]:
    return [
        ((c.row_start, c.row_end, c.column_start, c.column_end), r.text.text)
        for c, r in zip(found.grid.cells, found.readings, strict=True)
    ]
