"""A random report: figures, tables, words and layout, from a seed alone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scripts.lib import corpus_figures, corpus_print, corpus_prose, corpus_style, corpus_tables, pdf, render
from scripts.lib.corpus_chance import happens
from scripts.lib.corpus_style import Split
from scripts.lib.document import Document, Figures
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.seeds import Engine, Style
from scripts.lib.statutory import Edition, fill

FIRST_YEAR, LAST_YEAR = 2019, 2025
LOST = 0.05  # share of the characters of its tables that a print may lack: some have several codes


@dataclass(frozen=True, slots=True)
class MadeReport:
    """A report that no office wrote, who prints it, how, and what is unusual about it."""

    document: Document
    style: Style
    engine: Engine
    traits: tuple[str, ...]

    def printed(self) -> bytes:
        """Return the report printed to PDF."""
        if self.engine == "libreoffice":
            return pdf.tidied(render.print_docx(docx(self.document, self.style)))
        return pdf.tidied(render.print_html(html(self.document, self.style)))


def is_whole(document: Document, printed: bytes) -> bool:
    """Return whether a print (PDF) has the words of all its tables: LibreOffice drops one now and then."""
    wanted = _letters(cell.text for table in document.tables for cell in table.cells)
    return (wanted - _letters(pdf.texts(printed))).total() <= LOST * wanted.total()


def _letters(texts: Iterable[str]) -> Counter[str]:
    return Counter(c for text in texts for c in unicodedata.normalize("NFKC", text) if not c.isspace())


def _year(rng: np.random.Generator, edition: Edition) -> int:
    """Return a year that the edition is seen in: the old form also years late."""
    first, last = (FIRST_YEAR, 2022) if edition == "2019-60" else (2021, LAST_YEAR)
    return int(rng.integers(first, last + 1))


def _document(rng: np.random.Generator, brief: bool) -> tuple[Document, tuple[str, ...]]:
    editions = corpus_figures.edition_pair(rng)
    year, issuer = _year(rng, editions[0]), corpus_prose.issuer(rng)
    blank = corpus_tables.tables(rng, *editions)
    busy, slips = corpus_figures.habit(rng), happens(rng, 0.15)
    exact = corpus_figures.make(rng, blank, busy, slips)
    manner = corpus_print.manner(rng)
    shown = {key: corpus_print.shown(rng, key, value, manner) for key, value in exact.items()}
    raw = {key: figure.raw for key, figure in shown.items()}
    relabel = corpus_tables.relabelling(rng)
    document = Document(
        title=corpus_prose.title(rng, issuer, year),
        blocks=corpus_prose.blocks(rng, issuer, year, brief=brief),
        tables=tuple(fill(table, raw, relabel) for table in blank),
        figures=Figures(
            issuer=issuer,
            year=year,
            edition=editions[1],
            raw=raw,
            value={key: figure.value for key, figure in shown.items()},
            state={key: figure.state for key, figure in shown.items()},
        ),
    )
    named = {
        f"figures_{busy.name}": True,
        "slips": slips,
        "mixed_editions": editions[0] != editions[1],
        "relabelled": bool(relabel),
        "zeros_not_printed": any(figure.state != "number" for figure in shown.values()),
        "brief": brief,
    }
    return document, tuple(name for name, there in named.items() if there)


def make(rng: np.random.Generator, split: Split) -> MadeReport:
    """Return a report of the split."""
    brief = happens(rng, 0.15)
    document, about = _document(rng, brief)
    style = corpus_style.style(rng, split, brief=brief)
    engine = corpus_style.engine(rng)
    style = corpus_style.ruled(rng, style)
    return MadeReport(document, style, engine, (*about, *corpus_style.traits(style, engine)))
