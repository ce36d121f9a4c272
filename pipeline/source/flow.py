"""Documents without pages: lines, tables and pictures one after the other.

Text and tables come out ready; pictures are pages to be read, numbered in the order they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from pipeline.errors import EmptyFileError, InputError, TooLargeError
from pipeline.model import NO_PAGE, Finding, Page, PageContent, RaggedTable, Table, TextLine
from pipeline.settings import SourceSettings
from pipeline.source.image import ImagePages, picture_size

UNREADABLE = "picture_not_read"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph's text."""

    text: str
    confidence: float = 1.0
    reader: str = "text-layer"


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A picture in the flow: the bytes of its file, and what to call it."""

    content: bytes
    name: str


Item: TypeAlias = Line | Table | RaggedTable | Image | Finding
_Step: TypeAlias = PageContent | ImagePages


class FlowPages:
    """What a document without pages holds, as stretches of ready content and pictures between them."""

    def __init__(self, items: Iterable[Item], name: str, settings: SourceSettings) -> None:
        self._name = name
        try:
            self._steps = tuple(islice(_steps(items, name, settings), settings.max_pages + 1))
        except TooLargeError as error:
            raise error if name in str(error) else TooLargeError(f"{name}: {error}") from error
        if not any(isinstance(step, ImagePages) or step.lines or _has_table(step) for step in self._steps):
            raise EmptyFileError(f"{name}: holds no text, no table and no picture")
        _check_prose(self._steps, name, settings)
        if len(self) > settings.max_pages:
            raise TooLargeError(f"{name}: more than {settings.max_pages} tables and pictures")

    def __len__(self) -> int:
        return sum(len(step) if isinstance(step, ImagePages) else 1 for step in self._steps)

    def __iter__(self) -> Iterator[Page | PageContent]:
        number = 0
        for step in self._steps:
            if isinstance(step, PageContent):
                yield step
                continue
            for page in _pictures(step):
                number += isinstance(page, Page)
                yield _numbered(page, number) if isinstance(page, Page) else page


def _check_prose(steps: Iterable[_Step], name: str, settings: SourceSettings) -> None:
    """Raise TooLargeError for more prose than any report has."""
    lengths = [len(line.text) for step in steps if isinstance(step, PageContent) for line in step.lines]
    if len(lengths) > settings.max_paragraphs:
        raise TooLargeError(f"{name}: {len(lengths)} paragraphs, more than {settings.max_paragraphs}")
    if max(lengths, default=0) > settings.max_paragraph:
        raise TooLargeError(f"{name}: a paragraph of more than {settings.max_paragraph} characters")


def _numbered(page: Page, number: int) -> Page:
    return replace(page, info=replace(page.info, number=number))


def _pictures(pages: ImagePages) -> Iterator[Page | PageContent]:
    try:
        yield from pages
    except TooLargeError:
        raise
    except InputError as error:
        yield PageContent(NO_PAGE, findings=(Finding(UNREADABLE, detail=str(error)),))


def _has_table(content: PageContent) -> bool:
    return bool(content.tables) or content.ragged is not None


def _steps(items: Iterable[Item], name: str, settings: SourceSettings) -> Iterator[_Step]:
    lines: list[TextLine] = []
    for item in items:
        if isinstance(item, Line):
            if item.text.strip():
                lines.append(TextLine(item.text.strip(), None, None, item.confidence, item.reader))
            continue
        step = _step(item, tuple(lines), name, settings)
        if step is None:
            continue
        if lines and not isinstance(step, PageContent):
            yield PageContent(NO_PAGE, lines=tuple(lines))
        lines = []
        yield step
    if lines:
        yield PageContent(NO_PAGE, lines=tuple(lines))


def _step(item: Item, lines: tuple[TextLine, ...], name: str, settings: SourceSettings) -> _Step | None:
    match item:
        case Table():
            return PageContent(NO_PAGE, tables=(item,), lines=lines)
        case RaggedTable():
            return PageContent(NO_PAGE, ragged=item, lines=lines)
        case Finding():
            return PageContent(NO_PAGE, findings=(item,), lines=lines)
        case Image():
            return _image(item, lines, name, settings)
    return None


def _image(item: Image, lines: tuple[TextLine, ...], name: str, settings: SourceSettings) -> _Step | None:
    """Return a picture to be read; a finding for one that cannot be, nothing for a logo or a seal."""
    size = picture_size(item.content)
    if size is None:
        return PageContent(NO_PAGE, lines=lines, findings=(Finding(UNREADABLE, detail=item.name),))
    if size[0] < settings.least_picture[0] or size[1] < settings.least_picture[1]:
        return None
    return ImagePages(item.content, f"{name}: {item.name}", settings)
