"""A table of the form printed without any rule: where its words stand on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import Box, Glyph
from tests.form.builder import Block, Draft

EM = 9.0
PITCH = 11.0  # points from line to line
PAD = 2.0  # points between the print and where a rule would be
WIDE = {4: (110.0, 90.0, 90.0, 90.0), 10: (24.0, 60.0, 130.0, *[36.0] * 7), 15: tuple([28.0] * 15)}


@dataclass(frozen=True)
class Printed:
    """The words of a table, and of which cell of the draft each is."""

    words: tuple[Glyph, ...]
    owners: tuple[Block, ...]

    def without(self, *texts: str) -> Printed:
        """Return it with words that no reader made anything of."""
        kept = [(w, o) for w, o in zip(self.words, self.owners, strict=True) if o.text not in texts]
        return Printed(tuple(w for w, _ in kept), tuple(o for _, o in kept))

    def reread(self, texts: Mapping[str, str]) -> Printed:
        """Return it with cells (by their text) whose words were read as something else."""
        words = tuple(
            Glyph(texts.get(o.text, w.text), w.box) for w, o in zip(self.words, self.owners, strict=True)
        )
        return Printed(words, self.owners)

    def between(self, top: float, bottom: float) -> Printed:
        kept = [
            (w, o) for w, o in zip(self.words, self.owners, strict=True) if top < w.box.center[1] < bottom
        ]
        return Printed(tuple(w for w, _ in kept), tuple(o for _, o in kept))

    def where(self, text: str) -> Box:
        return next(w.box for w, o in zip(self.words, self.owners, strict=True) if o.text == text)


def printed(
    draft: Draft, top: float = 100.0, left: float = 70.0, em: float = EM, wide: Sequence[float] = ()
) -> Printed:
    """Return the words of a draft: labels ranged left, figures and headers centred, all amid their rows.

    Its columns are as `wide` as said, or usual.
    """
    xs = [left]
    for width in wide or WIDE[draft.columns]:
        xs.append(xs[-1] + width)
    ys = [top, *(top + bottom for bottom in _heights(draft, xs, em))]
    found = [
        (word, cell)
        for cell in draft.cells
        for word in _set(cell, Box(xs[cell.left], ys[cell.top], xs[cell.right], ys[cell.bottom]), em)
    ]
    return Printed(tuple(w for w, _ in found), tuple(o for _, o in found))


def _heights(draft: Draft, xs: Sequence[float], em: float) -> Iterator[float]:
    bottom = 0.0
    for row in range(draft.rows):
        lines = [
            len(_wrapped(c.text, xs[c.right] - xs[c.left], em))
            for c in draft.cells
            if c.top == row == c.bottom - 1
        ]
        bottom += PITCH * max(lines, default=1) + 2 * PAD
        yield bottom


def _wrapped(text: str, width: float, em: float) -> list[str]:
    lines, taken = [""], 0.0
    for letter in text:
        wide = em / 2 if letter.isascii() else em
        if taken + wide > width - 2 * PAD:
            lines.append("")
            taken = 0.0
        lines[-1] += letter
        taken += wide
    return lines


def _set(cell: Block, box: Box, em: float) -> Iterator[Glyph]:
    lines = [line for line in _wrapped(cell.text, box.width, em) if line]
    y = box.center[1] - PITCH * len(lines) / 2
    for line in lines:
        width = sum(em / 2 if letter.isascii() else em for letter in line)
        ranged = cell.left < 3 and len(cell.text) > 6 and box.width > 50
        x = box.left + PAD if ranged else box.center[0] - width / 2
        yield Glyph(line, Box(x, y + (PITCH - em) / 2, x + width, y + (PITCH + em) / 2))
        y += PITCH
