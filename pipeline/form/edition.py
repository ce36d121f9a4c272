"""The statutory form as data: one YAML file an edition, loaded into frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, TypeAlias

import yaml
from pydantic import TypeAdapter

from pipeline.report import EditionName

FormKind: TypeAlias = Literal["proactive", "applications", "disputes"]

EDITION_NAMES: tuple[EditionName, ...] = ("2019-60", "2021-30")


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of figures: `path` are its header cells, outermost first."""

    key: str
    path: tuple[str, ...]
    unit: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What its own header cell may say."""
        return (*self.path[-1:], *self.aliases)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of figures: `path` are its label cells, outermost first; empty where the form prints none."""

    key: str
    path: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What its own label may say."""
        return (*self.path[-1:], *self.aliases)


@dataclass(frozen=True, slots=True)
class FormBlock:
    """Rows under one header; `title` is the line above it, `corner` what stands over the row labels."""

    columns: tuple[FormColumn, ...]
    rows: tuple[FormRow, ...]
    title: str | None = None
    corner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormTable:
    """A table of the form: its blocks from top to bottom."""

    kind: FormKind
    blocks: tuple[FormBlock, ...]


@dataclass(frozen=True, slots=True)
class FormFigure:
    """A figure of the form: its key, the labels that lead to it (joined by ` / `) and its unit."""

    key: str
    edition: EditionName
    table: FormKind
    row: str
    column: str
    unit: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the form and the years it was made for (`last_year` None: still in force)."""

    name: EditionName
    document: str
    first_year: int
    last_year: int | None
    tables: tuple[FormTable, ...]

    def table(self, kind: FormKind) -> FormTable:
        """Return the table of that kind; KeyError where the edition has none."""
        for table in self.tables:
            if table.kind == kind:
                return table
        raise KeyError(kind)

    def figures(self, kind: FormKind | None = None) -> tuple[FormFigure, ...]:
        """Return the figures in printed order, of one table or of all."""
        return tuple(f for t in self.tables if kind in (None, t.kind) for f in self._of_table(t))

    def _of_table(self, table: FormTable) -> Iterator[FormFigure]:
        for block in table.blocks:
            for row in block.rows:
                for column in block.columns:
                    yield FormFigure(
                        key=figure_key(table.kind, row, column),
                        edition=self.name,
                        table=table.kind,
                        row=" / ".join((block.title, *row.path) if block.title else row.path),
                        column=" / ".join(column.path),
                        unit=column.unit,
                    )


def figure_key(kind: FormKind, row: FormRow, column: FormColumn) -> str:
    """Return the figure's key: table, row and column keys joined by dots, without empty parts."""
    return ".".join(part for part in (kind, row.key, column.key) if part)


@lru_cache
def load_edition(name: EditionName) -> Edition:
    """Return the edition of that name from its packaged file; ValueError where the file breaks the shape."""
    text = resources.files("pipeline.form").joinpath("editions", f"{name}.yaml").read_text("utf-8")
    return TypeAdapter(Edition).validate_python(yaml.safe_load(text))


@lru_cache
def editions() -> tuple[Edition, ...]:
    """Return every edition, oldest first."""
    return tuple(load_edition(name) for name in EDITION_NAMES)


def edition_of_year(year: int) -> Edition:
    """Return the edition in force for reports on `year`; the nearest one for years outside all of them."""
    for edition in editions():
        if edition.last_year is None or year <= edition.last_year:
            return edition
    return editions()[-1]
