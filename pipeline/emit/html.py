"""The report as one self-contained page: what needs a look first, then page pictures beside their tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pipeline.emit.doubt import cells_of_figures, doubts, printed_labels
from pipeline.emit.svg import Shape, TextRow, shape, text_rows
from pipeline.emit.tables_html import table_html
from pipeline.emit.template import data_uri, page
from pipeline.emit.words import phrase, word
from pipeline.report import Check, Figure, PageRecord, Report
from pipeline.settings import ReviewSettings


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure as the page shows it; `cell` is the mark that ties it to its cell, empty without one."""

    key: str
    row_label: str
    column_label: str
    figure: Figure
    value: str
    level: str
    reasons: tuple[str, ...]
    cell: str
    view: str  # what part of its page to show, an SVG viewBox, empty without a box


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell drawn over its page."""

    mark: str
    at: Shape
    kind: str
    hint: str
    lines: tuple[TextRow, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A rebuilt table."""

    number: int
    name: str
    caption: str
    edition: str
    pages: str
    html: object


@dataclass(frozen=True, slots=True)
class PageView:
    """A page with the cells on it and the tables that begin on it; `picture` is a `data:` address."""

    number: int
    record: PageRecord
    picture: str | None
    cells: tuple[CellView, ...]
    tables: tuple[TableView, ...]


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check with the figures it speaks of."""

    check: Check
    left: str
    right: str
    difference: str
    suspects: tuple[FigureView, ...]


class _Views:
    """Everything of one report that the template shows; built once, read only."""

    def __init__(self, report: Report, pictures: Mapping[int, bytes], low_confidence: float) -> None:
        self._report = report
        self._pictures = pictures
        self._doubts = doubts(report, low_confidence)
        self._places = cells_of_figures(report)
        self._figure_cells = {
            table: frozenset(index for at, index in self._places.values() if at == table)
            for table in range(len(report.tables))
        }
        self.figures = {key: self._figure(key, figure) for key, figure in report.figures.items()}
        self._by_cell = {view.cell: view for view in self.figures.values() if view.cell}

    def _figure(self, key: str, figure: Figure) -> FigureView:
        place = self._places.get(key)
        labels = ("", "")
        if place is not None:
            table, index = place
            labels = printed_labels(self._report.tables[table], index, self._figure_cells[table])
        return FigureView(
            key=key,
            row_label=labels[0],
            column_label=labels[1],
            figure=figure,
            value="" if figure.value is None else format(figure.value, "f"),
            level=self._doubts.level(key),
            reasons=self._doubts.reasons.get(key, ()),
            cell="" if place is None else mark(*place),
            view="" if figure.box is None else shape(figure.box).view(),
        )

    def doubtful(self) -> list[FigureView]:
        """Return the figures to look at, those most likely wrong first; not the ones never found."""
        found = [v for v in self.figures.values() if v.level in ("doubt", "fault")]
        seen = [view for view in found if view.figure.state != "missing"]
        return sorted(seen, key=lambda v: (v.level != "fault", -len(v.reasons), v.figure.confidence))

    def partakers(self) -> list[FigureView]:
        """Return the figures against which nothing is said but that a check they stand in fails."""
        return [view for view in self.figures.values() if view.level == "part"]

    def missing(self) -> list[FigureView]:
        return [view for view in self.figures.values() if view.figure.state == "missing"]

    def checks(self) -> list[CheckView]:
        order = {"fail": 0, "not_assessable": 1, "pass": 2}
        checks = sorted(self._report.checks, key=lambda check: order[check.status])
        return [self._check(check) for check in checks]

    def _check(self, check: Check) -> CheckView:
        sides = (check.left, check.right, check.difference)
        left, right, difference = ("—" if side is None else format(side, "f") for side in sides)
        suspects = tuple(self.figures[key] for key in check.suspects if key in self.figures)
        return CheckView(check, left, right, difference, suspects)

    def _kind(self, cell: str) -> str:
        view = self._by_cell.get(cell)
        if view is None:
            return "label"
        return view.level if view.level != "sure" or view.figure.state == "number" else "empty"

    def _hint(self, cell: str, text: str, confidence: float, reader: str) -> str:
        view = self._by_cell.get(cell)
        lines = [f"「{text}」 {confidence:.4f} {reader}"]
        if view is not None:
            value = view.value or phrase(view.figure.state)
            lines = [view.key, f"= {value}", *lines, *map(phrase, view.reasons)]
        return "\n".join(lines)

    def _cells(self, number: int) -> Iterator[CellView]:
        for place, table in enumerate(self._report.tables):
            for index, cell in enumerate(table.cells):
                if cell.page != number or cell.box is None:
                    continue
                name, at = mark(place, index), shape(cell.box)
                lines = () if number in self._pictures else text_rows(cell.text, at)
                hint = self._hint(name, cell.text, cell.confidence, cell.reader)
                yield CellView(name, at, self._kind(name), hint, lines)

    def table(self, place: int) -> TableView:
        from markupsafe import Markup

        record = self._report.tables[place]

        def attributes(index: int) -> dict[str, str]:
            cell, name = record.cells[index], mark(place, index)
            hint = self._hint(name, cell.text, cell.confidence, cell.reader)
            return {"data-c": name, "class": self._kind(name), "title": hint, "tabindex": "0"}

        return TableView(
            number=place + 1,
            name=phrase(record.kind),
            caption=record.caption or "",
            edition=record.edition or "",
            pages=", ".join(str(part.page) for part in record.parts),
            html=Markup(table_html(record, attributes)),
        )

    def _first_page(self, place: int) -> int | None:
        parts = self._report.tables[place].parts
        return parts[0].page if parts else None

    def pages(self) -> list[PageView]:
        return [self._page(number, record) for number, record in enumerate(self._report.document.pages, 1)]

    def _page(self, number: int, record: PageRecord) -> PageView:
        jpeg = self._pictures.get(number)
        begun = [place for place in range(len(self._report.tables)) if self._first_page(place) == number]
        return PageView(
            number=number,
            record=record,
            picture=None if jpeg is None else data_uri(jpeg),
            cells=tuple(self._cells(number)),
            tables=tuple(self.table(place) for place in begun),
        )

    def homeless(self) -> list[TableView]:
        """Return the tables of no page (documents without pages)."""
        known = range(1, len(self._report.document.pages) + 1)
        places = range(len(self._report.tables))
        return [self.table(place) for place in places if self._first_page(place) not in known]


def mark(table: int, cell: int) -> str:
    """Return the name that ties a cell's drawings together in the page."""
    return f"{table}-{cell}"


def report_html(
    report: Report,
    pictures: Mapping[int, bytes],
    low_confidence: float = ReviewSettings().low_confidence,
    shown: Collection[int] | None = None,
) -> bytes:
    """Return `report` as one UTF-8 HTML page that loads nothing and runs only its own script.

    `pictures` holds PNG or JPEG bytes of upright pages by number; a page without one is drawn from
    its cells.  Text of the document is escaped, never markup.  `shown` are the pages to show (all): those
    of one report of several.
    """
    views = _Views(report, pictures, low_confidence)
    return page(
        "report",
        report=report,
        figures=list(views.figures.values()),
        doubtful=views.doubtful(),
        partakers=views.partakers(),
        missing=views.missing(),
        checks=views.checks(),
        pages=[page for page in views.pages() if shown is None or page.number in shown],
        homeless=views.homeless(),
        phrase=phrase,
        word=word,
    )
