"""Results into files: all of a document's or none, and never half a file under its final name."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from pipeline.errors import OutputError, UsageError
from pipeline.model import Picture
from pipeline.report import Report
from pipeline.settings import Settings

Pictures: TypeAlias = Mapping[int, Picture]
DEFAULTS = Settings()
LINES = "jsonl"  # the one format in which several reports are one file


class Shown(NamedTuple):
    """A report with the upright pictures of its pages; `pages` are its own where the document has others."""

    report: Report
    pictures: Pictures
    pages: tuple[int, ...] | None = None


Renderer: TypeAlias = Callable[[Shown, Settings], bytes]


class Format(NamedTuple):
    """An output format: the ending of its files, with its dot, and what makes their bytes."""

    suffix: str
    render: Renderer


def _json(shown: Shown, _: Settings) -> bytes:
    from pipeline.emit.report_json import report_json

    return report_json(shown.report)


def _line(shown: Shown, _: Settings) -> bytes:
    from pipeline.emit.report_json import report_line

    return report_line(shown.report)


def _csv(shown: Shown, _: Settings) -> bytes:
    from pipeline.emit.csv_table import figures_csv
    from pipeline.emit.rows import figure_rows

    return figures_csv(figure_rows(shown.report))


def _parquet(shown: Shown, _: Settings) -> bytes:
    from pipeline.emit.parquet import figures_parquet
    from pipeline.emit.rows import figure_rows

    return figures_parquet(figure_rows(shown.report))


def _xlsx(shown: Shown, settings: Settings) -> bytes:
    from pipeline.emit.xlsx import report_xlsx

    return report_xlsx(shown.report, settings.review.low_confidence)


def _markdown(shown: Shown, _: Settings) -> bytes:
    from pipeline.emit.markdown import report_markdown

    return report_markdown(shown.report)


def _html(shown: Shown, settings: Settings) -> bytes:
    from pipeline.emit.html import report_html
    from pipeline.emit.pictures import report_jpegs

    jpegs = report_jpegs(shown.report, shown.pictures, settings.emit)
    return report_html(shown.report, jpegs, settings.review.low_confidence, shown.pages)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "json": Format(".json", _json),
        "csv": Format(".csv", _csv),
        "xlsx": Format(".xlsx", _xlsx),
        "html": Format(".html", _html),
        "md": Format(".md", _markdown),
        "parquet": Format(".parquet", _parquet),
        LINES: Format(".jsonl", _line),
    }
)


def known_formats(names: Iterable[str]) -> tuple[str, ...]:
    """Return `names` without repeats; UsageError for an unknown one or none at all."""
    wanted = tuple(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        known = ", ".join(FORMATS)
        raise UsageError(f"unknown format {', '.join(unknown) or '(none)'}; known: {known}")
    return wanted


def render(report: Report, name: str, pictures: Pictures, settings: Settings = DEFAULTS) -> bytes:
    """Return `report` in format `name`; UsageError for an unknown one.

    `pictures` are upright pages by number; only HTML uses them, a page without one is drawn.
    """
    (known,) = known_formats([name])
    return FORMATS[known].render(Shown(report, pictures), settings)


def _fault(path: Path, error: OSError) -> OutputError:
    return OutputError(f"cannot write {path}: {error.strerror or error}")


def _write_aside(path: Path, data: bytes) -> Path:
    """Write `data` and force it to disk under a name of its own beside `path`; nothing stays on failure."""
    aside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        _forget([aside])
        raise _fault(path, error) from error
    return aside


def _forget(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def write_files(files: Mapping[Path, bytes]) -> list[Path]:
    """Write every file, each appearing whole under its name or not at all.

    All are written aside first, so that a full disk leaves none of them; files of these names that
    were there before stay until then.  OutputError names the first that failed.
    """
    aside: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            aside[path] = _write_aside(path, data)
        for path, temporary in aside.items():
            _put_in_place(temporary, path)
    finally:
        _forget(aside.values())
    return list(files)


def _put_in_place(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        raise _fault(path, error) from error


def write_outputs(
    found: Sequence[Shown],
    formats: Sequence[str],
    folder: Path,
    stem: str,
    *,
    settings: Settings = DEFAULTS,
) -> list[Path]:
    """Write the reports of a document in every one of `formats`; return the paths.

    A single report becomes `folder/stem.<format>`; of several, each becomes `stem-1.<format>` and so on,
    but for JSON lines, which are one file.  The folder is made where it is missing.  UsageError for an
    unknown format, OutputError where anything cannot be rendered or written: then no partial file is left.
    """
    wanted = known_formats(formats)
    if Path(stem).name != stem:
        raise UsageError(f"{stem!r} is not a file name")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _fault(folder, error) from error
    files: dict[Path, bytes] = {}
    for number, shown in enumerate(found, 1):
        for name in wanted:
            alone = len(found) == 1 or name == LINES
            path = folder / f"{stem if alone else f'{stem}-{number}'}{FORMATS[name].suffix}"
            files[path] = files.get(path, b"") + FORMATS[name].render(shown, settings)
    return write_files(files)
