"""What a document really holds: figures, table structure, title, sections; pydantic, frozen.

Beside a document `name.pdf` the truth is `name.truth.json`, or `name.expected.json` (figures alone,
each with its `value`), or the folder's `truth.json`, which serves every document of the folder.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from scripts.lib.document import Document, State
from scripts.lib.statutory import Edition, Kind, PrintedTable


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrueCell(_Model):
    """A cell of the whole table, page breaks undone; texts of wrapped labels without the line breaks."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


class TrueTable(_Model):
    kind: Kind
    edition: Edition
    caption: str | None
    rows: int
    columns: int
    cells: tuple[TrueCell, ...]


class TrueFigure(_Model):
    """A figure; `state` and `raw` are null where the truth does not know them."""

    value: str | None
    raw: str | None = None
    state: State | None = None


class TrueSection(_Model):
    heading: str
    text: tuple[str, ...]


class Truth(_Model):
    """The truth of a document; `tables` and `sections` are empty where only figures are known."""

    title: str | None = None
    issuer: str | None = None
    year: int | None = None
    figures: dict[str, TrueFigure]
    tables: tuple[TrueTable, ...] = ()
    sections: tuple[TrueSection, ...] = ()


def _table(table: PrintedTable, caption: str | None) -> TrueTable:
    cells = tuple(
        TrueCell(
            row=cell.row,
            column=cell.column,
            row_span=cell.row_span,
            column_span=cell.column_span,
            text=cell.text,
        )
        for cell in sorted(table.cells, key=lambda c: (c.row, c.column))
    )
    return TrueTable(
        kind=table.kind,
        edition=table.edition,
        caption=caption,
        rows=table.rows,
        columns=table.columns,
        cells=cells,
    )


def _captions(document: Document) -> list[str | None]:
    captions: list[str | None] = []
    last: str | None = None
    for block in document.blocks:
        if block.kind == "table":
            captions.append(last)
        last = block.text if block.kind == "caption" else None
    return captions


def _sections(document: Document) -> tuple[TrueSection, ...]:
    sections: list[TrueSection] = []
    for block in document.blocks:
        if block.kind == "heading":
            sections.append(TrueSection(heading=block.text, text=()))
        elif block.kind in ("subheading", "paragraph") and sections:
            last = sections.pop()
            sections.append(TrueSection(heading=last.heading, text=(*last.text, block.text)))
    return tuple(sections)


def _figure(value: str | None, raw: str, state: State | None) -> TrueFigure:
    """Return a figure; without a state its cell holds a number or nothing, else ValueError."""
    if state is not None:
        return TrueFigure(value=value, raw=raw, state=state)
    if value is None and raw.strip():
        raise ValueError(f"the state of the printed text {raw!r} is not known")
    return TrueFigure(value=value, raw=raw, state="blank" if value is None else "number")


def build(document: Document) -> Truth:
    """Return the truth of a report that is laid out from known figures."""
    figures = document.figures
    tables = zip(document.tables, _captions(document), strict=True)
    return Truth(
        title="".join(document.title),
        issuer=figures.issuer,
        year=figures.year,
        figures={
            key: _figure(value, figures.raw[key], figures.state.get(key))
            for key, value in figures.value.items()
        },
        tables=tuple(_table(table, caption) for table, caption in tables),
        sections=_sections(document),
    )


def beside(document: Path) -> Path | None:
    """Return where the truth of `document` lies, None where there is none."""
    candidates = (
        document.with_suffix(".truth.json"),
        document.with_suffix(".expected.json"),
        document.parent / "truth.json",
    )
    return next((path for path in candidates if path.is_file()), None)


def read(path: Path) -> Truth:
    """Return the truth that `path` holds, in either format."""
    held = json.loads(path.read_text(encoding="utf-8"))
    if path.name.endswith(".expected.json"):
        figures = {key: {"value": figure["value"]} for key, figure in held["figures"].items()}
        held = {"issuer": held.get("issuer"), "year": held.get("year"), "figures": figures}
    return Truth.model_validate(held)


def dump(truth: Truth) -> str:
    """Return `truth` as JSON text, one line a figure and a cell, for small files and readable diffs."""
    held = truth.model_dump(mode="json")
    return (
        json.dumps(held, ensure_ascii=False, indent=None, separators=(",", ":")).replace("},", "},\n") + "\n"
    )
