"""Which tables are those of the form, in which edition, and which cell holds which figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.form.columns import ColumnMatch, lend
from pipeline.form.edition import Edition, FormKind, edition_of_year, editions, figure_key
from pipeline.form.piece import BlockMatch, Piece, match_piece
from pipeline.form.rows import RowMatch
from pipeline.form.sheet import Sheet
from pipeline.model import Table
from pipeline.report import EditionName, TableKind
from pipeline.settings import FormSettings

# Tables with labelled rows first: what they take, the rows without a label cannot be.
KINDS: tuple[FormKind, ...] = ("proactive", "applications", "disputes")


@dataclass(frozen=True, slots=True)
class Placement:
    """Figure `key` stands in `cells` (indices) of table `table` (an index) and counts in `unit`.

    `suspect`: the place is likely, not certain.  `shared`: the cell covers the places of several
    figures, or several cells with text lie in the figure's place, so that no number may be taken.
    """

    key: str
    table: int
    cells: tuple[int, ...]
    unit: str
    suspect: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class TableMatch:
    """What an input table is: the form table most of it belongs to, and the edition where they differ."""

    kind: TableKind = "other"
    edition: EditionName | None = None


@dataclass(frozen=True, slots=True)
class FormMatch:
    """The tables of a document matched to the form.

    `tables` goes by input table; `found` is the edition of each form table that the print decides;
    `used` is that or, where it is undecided or the table missing, the likelier one; `placements` by key.
    """

    tables: tuple[TableMatch, ...]
    found: Mapping[FormKind, EditionName | None]
    used: Mapping[FormKind, EditionName]
    placements: Mapping[str, Placement]


@dataclass(frozen=True, slots=True)
class _Fit:
    """One form table in one edition: the pieces that make it up, duplicates of them, and the fit."""

    edition: Edition
    kind: FormKind
    pieces: tuple[Piece, ...] = ()
    duplicates: tuple[Piece, ...] = ()
    score: float = 0.0


def match_form(tables: Sequence[Table], settings: FormSettings, year: int | None = None) -> FormMatch:
    """Return which of `tables` are of the form and where its figures stand.

    Each form table is fitted in every edition; labels and headers decide, not the order of cells.
    `year` (of the report) decides between editions only where no table does.
    """
    sheets = [Sheet.of(table) for table in tables]
    fits: dict[FormKind, tuple[_Fit, ...]] = {}
    taken: dict[int, frozenset[int]] = {}
    for kind in KINDS:
        fits[kind] = tuple(_fit(sheets, edition, kind, taken, settings) for edition in editions())
        taken = _taken(taken, max(fits[kind], key=lambda fit: fit.score))
    found = {kind: _decided(fits[kind], settings) for kind in KINDS}
    used = {kind: found[kind] or _likelier(found, year) for kind in KINDS}
    chosen = [next(f for f in fits[kind] if f.edition.name == used[kind]) for kind in KINDS]
    placements = _placements(sheets, chosen, settings)
    kinds = tuple(_table_match(index, chosen, found) for index in range(len(tables)))
    return FormMatch(kinds, found, used, placements)


def _taken(before: Mapping[int, frozenset[int]], fit: _Fit) -> dict[int, frozenset[int]]:
    after = dict(before)
    for piece in fit.pieces:
        after[piece.table] = after.get(piece.table, frozenset()) | piece.lines
    return after


def _fit(
    sheets: Sequence[Sheet],
    edition: Edition,
    kind: FormKind,
    taken: Mapping[int, frozenset[int]],
    settings: FormSettings,
) -> _Fit:
    form = edition.table(kind)
    every = [
        match_piece(index, sheet, form, taken.get(index, frozenset()), settings)
        for index, sheet in enumerate(sheets)
        if sheet.rows <= settings.longest_table and sheet.columns <= settings.widest_table
    ]
    strong = [piece for piece in every if _is_strong(piece, settings)]
    if not strong:
        return _Fit(edition, kind)
    main = max(strong, key=lambda piece: (piece.score, -piece.table))
    pieces, duplicates = [main], []
    for piece in sorted(strong, key=lambda piece: -piece.score):
        if piece is not main and _complements(piece, pieces):
            pieces.append(piece)
        elif piece is not main:
            duplicates.append(piece)
    pieces = _with_neighbours(every, pieces, sheets, kind)
    fit = _Fit(edition, kind, tuple(sorted(pieces, key=lambda p: p.table)), tuple(duplicates))
    return replace(fit, score=_score(fit, settings))


def _is_strong(piece: Piece, settings: FormSettings) -> bool:
    """Return whether a piece is of the form by itself: by a header, or by rows that are nearly all its."""
    if any(
        block.known and (block.rows or len(block.columns) >= settings.header_columns)
        for block in piece.blocks
    ):
        return True
    sure = sum(row.sure for row in piece.rows)
    return sure >= settings.known_rows and len(piece.rows) >= settings.explained_rows * piece.label_rows


def _complements(piece: Piece, others: Sequence[Piece]) -> bool:
    """Return whether a piece brings only rows, or only a header, that the others lack."""
    places = frozenset(chain.from_iterable(other.places for other in others))
    if piece.places:
        return not piece.places & places
    return not any(other.has_header for other in others)


def _with_neighbours(
    every: Sequence[Piece], pieces: Sequence[Piece], sheets: Sequence[Sheet], kind: FormKind
) -> list[Piece]:
    """Return the pieces with the few rows that a page break set apart, next to a known piece."""
    grown = list(pieces)
    for piece in every:
        near = [p for p in grown if abs(p.table - piece.table) == 1 and p.width == piece.width]
        if piece in grown or not near:
            continue
        explained = bool(piece.rows) and len(piece.rows) >= piece.label_rows
        if explained and any(row.sure for row in piece.rows) and _complements(piece, grown):
            grown.append(piece)
        elif kind == "disputes" and near[0].table < piece.table and not near[0].rows:
            grown += _loose_body(sheets[piece.table], piece)
    return grown


def _loose_body(sheet: Sheet, piece: Piece) -> list[Piece]:
    """Return the piece that is a body without label or header: a table of one row, next to its header."""
    if sheet.rows != 1 or any(sheet.words):
        return []
    row = RowMatch(0, 1, 0, 0, 0, 0.0, False)
    return [replace(piece, blocks=(BlockMatch(0, (row,), (), range(0), False),))]


def _score(fit: _Fit, settings: FormSettings) -> float:
    """Return the fit's score: likenesses found, less a cost for every line without a partner.

    Lines of the form count from the first to the last one found: a table cut short decides nothing.
    """
    form = fit.edition.table(fit.kind)
    order = [(b, r) for b, block in enumerate(form.blocks) for r, _ in enumerate(block.rows)]
    places = sorted({order.index(place) for piece in fit.pieces for place in piece.places})
    lacking = places[-1] - places[0] + 1 - len(places) if places else 0
    spare = 0
    for piece in fit.pieces:
        spare += max(piece.label_rows - len(piece.rows), 0)
        for block in piece.blocks:
            spare += block.extra_columns
            lacking += len(form.blocks[block.block].columns) - len(block.columns) if block.rows else 0
    return sum(piece.score for piece in fit.pieces) - settings.unmatched_cost * (lacking + spare)


def _decided(fits: Sequence[_Fit], settings: FormSettings) -> EditionName | None:
    """Return the edition that fits clearly best, None where none was found or several fit alike."""
    ranked = sorted(fits, key=lambda fit: -fit.score)
    if not ranked[0].pieces:
        return None
    near = [fit for fit in ranked[1:] if fit.pieces and ranked[0].score - fit.score < settings.edition_margin]
    return None if near else ranked[0].edition.name


def _likelier(found: Mapping[FormKind, EditionName | None], year: int | None) -> EditionName:
    """Return the edition of the document's other tables, else of its year, else the one in force."""
    for kind in KINDS:
        name = found[kind]
        if name:
            return name
    return edition_of_year(year).name if year is not None else editions()[-1].name


def _table_match(
    index: int, chosen: Sequence[_Fit], found: Mapping[FormKind, EditionName | None]
) -> TableMatch:
    sizes = {
        fit.kind: sum(len(p.rows) + sum(len(b.columns) for b in p.blocks)
                      for p in (*fit.pieces, *fit.duplicates) if p.table == index)
        for fit in chosen
    }  # fmt: skip
    kind = max(KINDS, key=lambda k: sizes[k])
    return TableMatch(kind, found[kind]) if sizes[kind] else TableMatch()


def _placements(
    sheets: Sequence[Sheet], chosen: Sequence[_Fit], settings: FormSettings
) -> dict[str, Placement]:
    placed: dict[str, Placement] = {}
    for fit in chosen:
        doubtful = any(_is_close(fit, duplicate, settings) for duplicate in fit.duplicates)
        for piece in fit.pieces:
            for placement in _of_piece(sheets[piece.table], piece, fit):
                placed[placement.key] = replace(placement, suspect=placement.suspect or doubtful)
    return _without_sharing(placed)


def _is_close(fit: _Fit, duplicate: Piece, settings: FormSettings) -> bool:
    best = max(piece.score for piece in fit.pieces)
    return duplicate.score >= best * (1 - settings.duplicate_margin)


def _of_piece(sheet: Sheet, piece: Piece, fit: _Fit) -> Iterable[Placement]:
    form = fit.edition.table(fit.kind)
    for block in piece.blocks:
        columns = block.columns if block.header else _borrowed(piece, block, fit)
        for row in block.rows:
            doubt = not row.sure or _has_orphan(sheet, piece, row, columns)
            for column in columns:
                form_block = form.blocks[block.block]
                key = figure_key(fit.kind, form_block.rows[row.row], form_block.columns[column.column])
                placement = _place(sheet, piece.table, key, row, column)
                if placement:
                    # A column too many may be a part of one: what parts its header may hide its figure.
                    cut = block.extra_columns > 0 and not sheet.filled(placement.cells)
                    yield replace(placement, suspect=placement.suspect or doubt or cut)


def _borrowed(piece: Piece, block: BlockMatch, fit: _Fit) -> Sequence[ColumnMatch]:
    """Return the columns of the nearest piece before with a header and as many columns; else by count."""
    for other in sorted(fit.pieces, key=lambda p: -p.table):
        if other.table < piece.table and other.width == piece.width:
            for known in other.blocks:
                if known.block == block.block and known.known:
                    return lend(known.columns)
    return block.columns


def _place(sheet: Sheet, table: int, key: str, row: RowMatch, column: ColumnMatch) -> Placement | None:
    """Return where the row and the column meet; None where a cell reaches in from the labels."""
    cells = sheet.cells_in(row.lines, column.start, column.stop)
    if any(sheet.cell(i).column_start < row.boundary for i in cells):
        return None
    filled = sheet.filled(cells)
    inside = all(
        row.start <= sheet.cell(i).row_start and sheet.cell(i).row_end <= row.stop for i in filled or cells
    )
    # A wrapped label has blank cells beside its second line; elsewhere a cell in pieces is a doubt, also a
    # blank one: what parts it may have been its figure.
    whole = len(cells) == 1 or len(row.lines) > 1
    return Placement(
        key=key,
        table=table,
        cells=filled or cells[:1],
        unit=column.unit,
        suspect=not (column.sure and inside and whole and len(filled) <= 1),
        shared=len(filled) > 1,
    )


def _has_orphan(sheet: Sheet, piece: Piece, row: RowMatch, columns: Sequence[ColumnMatch]) -> bool:
    """Return whether a blank row has figures without a label next to it: they may be its own."""
    if not columns:
        return False
    start, stop = min(c.start for c in columns), max(c.stop for c in columns)
    if sheet.filled(sheet.cells_in(row.lines, start, stop)):
        return False
    free = [r for r in (row.start - 1, row.stop) if 0 <= r < sheet.rows and r not in piece.lines]
    return any(
        sheet.filled(sheet.cells_in(range(r, r + 1), start, stop))
        and not any(sheet.words[i] for i in sheet.row(r))
        for r in free
    )


def _without_sharing(placed: Mapping[str, Placement]) -> dict[str, Placement]:
    """Return the placements with those marked whose cell another figure claims too."""
    claims = Counter((p.table, cell) for p in placed.values() for cell in p.cells)
    return {
        key: replace(p, suspect=True, shared=True)
        if any(claims[p.table, cell] > 1 for cell in p.cells)
        else p
        for key, p in placed.items()
    }
