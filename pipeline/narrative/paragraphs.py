"""Lines → paragraphs, across lines and pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.model import Box, bounding_box
from pipeline.narrative.lines import Frame, Layout, Line
from pipeline.narrative.text import ends_sentence, joined, leading_token, starts_item
from pipeline.report import BoxList, Evidence
from pipeline.settings import NarrativeSettings


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with the lines it was put together from."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        text = ""
        for line in self.lines:
            text = joined(text, line.text)
        return text

    def evidence(self, start: int, end: int) -> Evidence:
        """Return where the characters `start`..`end` of the text stand, on the page of the first."""
        ends = list(accumulate(len(line.text) for line in self.lines))
        # Joining adds at most one space a line, so an offset is off by less than the lines before it.
        first = min(bisect_right(ends, start), len(ends) - 1)
        last = min(bisect_right(ends, max(end - 1, start)), len(ends) - 1)
        return evidence_of(self.lines[first : last + 1], self.text[start:end])


def evidence_of(lines: Sequence[Line], raw: str) -> Evidence:
    """Return the evidence that stands on `lines`: the first one's page, the box of those on it."""
    page = lines[0].page
    boxes = [line.box for line in lines if line.box is not None and line.page == page]
    return Evidence(page=page, box=rounded(bounding_box(boxes)) if boxes else None, raw=raw)


def rounded(box: Box) -> BoxList:
    """Return a box as it is emitted: points with two decimals."""
    return (round(box.left, 2), round(box.top, 2), round(box.right, 2), round(box.bottom, 2))


def paragraphs_of(
    lines: Sequence[Line], layout: Layout, settings: NarrativeSettings
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of `lines`, in order.

    A paragraph ends where its last line ends short of the right edge, where the next line is indented,
    stands wide apart or behind a table.  Lines without geometry are paragraphs each.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _breaks(groups[-1][-1], line, layout, settings):
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(Paragraph(tuple(group)) for group in groups)


def _breaks(above: Line, line: Line, layout: Layout, settings: NarrativeSettings) -> bool:
    upper = layout.frames.get(above.page) if above.page is not None else None
    lower = layout.frames.get(line.page) if line.page is not None else None
    if above.box is None or line.box is None or upper is None or lower is None:
        return True
    return (
        _ends_short(above, line, upper, settings)
        or line.box.left - lower.left > settings.first_indent * lower.em
        or _stands_apart(above, line, layout, settings)
        or _table_between(above, line, layout)
        or (ends_sentence(above.text) and (starts_item(line.text) or not layout.indented))
    )


def _ends_short(above: Line, line: Line, frame: Frame, settings: NarrativeSettings) -> bool:
    """Return whether the line leaves more room than the next line's first word would have taken."""
    assert above.box is not None
    left_over = (frame.right - above.box.right) / frame.em
    return left_over > settings.short_end + leading_token(line.text)


def _stands_apart(above: Line, line: Line, layout: Layout, settings: NarrativeSettings) -> bool:
    if above.page != line.page or above.box is None or line.box is None or not layout.pitch:
        return False
    return line.box.center[1] - above.box.center[1] > settings.wide_gap * layout.pitch


def _table_between(above: Line, line: Line, layout: Layout) -> bool:
    assert above.box is not None
    assert line.box is not None
    assert above.page is not None
    assert line.page is not None
    start = (above.page, above.box.center[1])
    end = (line.page, line.box.center[1])
    return any(start < (part.page, part.box.center[1]) < end for part in layout.tables)
