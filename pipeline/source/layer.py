"""A PDF's text layer: which glyphs are seen, whether they can be believed, which way they run."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model import Box, Glyph
from pipeline.settings import SourceSettings


@dataclass(frozen=True, slots=True)
class Span:
    """Glyphs painted together, the direction they run in (x right, y down), their painting order."""

    glyphs: tuple[Glyph, ...]
    direction: tuple[float, float]
    visible: bool
    order: int


_TWINS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
# Radicals of simplified writing to which Unicode gives no decomposition, or that of another script.
# Source: EquivalentUnifiedIdeograph.txt of the Unicode Character Database.
_RADICALS = dict(
    zip(
        "⺝⺠⺟⺼⻁⻄⻅⻆⻉⻋⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳⼾",
        "月民母肉虎西见角贝车长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿龙龟户",
        strict=True,
    )
)


def plain(text: str) -> str:
    """Return the ordinary character for a radical or compatibility ideograph that looks the same.

    Browsers print 一 and 生 with the code points of radicals where a font shares the glyph.
    """
    return _TWINS.sub(lambda m: _RADICALS.get(m[0]) or unicodedata.normalize("NFKC", m[0]), text)


def visible_glyphs(spans: Sequence[Span], area: Box) -> tuple[Glyph, ...]:
    """Return the glyphs on the page, each once: imitated bold prints one twice in nearly one place."""
    kept: list[Glyph] = []
    seen: defaultdict[str, list[Box]] = defaultdict(list)
    for span in spans:
        for glyph in span.glyphs:
            if not glyph.text.strip() or not area.contains(*glyph.box.center):
                continue
            if any(glyph.box.overlap(other) > 0.7 for other in seen[glyph.text][-64:]):
                continue
            seen[glyph.text].append(glyph.box)
            kept.append(glyph)
    return tuple(kept)


def _is_garbage(text: str) -> bool:
    return text == "\ufffd" or unicodedata.category(text[0]) in ("Co", "Cc", "Cn", "Cs")


def is_readable(glyphs: Sequence[Glyph], settings: SourceSettings) -> bool:
    """Tell whether a layer can be a Chinese text: few impossible characters, not mostly Latin letters."""
    count = len(glyphs)
    if not count:
        return False
    if sum(_is_garbage(g.text) for g in glyphs) > settings.garbage_share * count:
        return False
    latin = sum(g.text.isalpha() and ord(g.text[0]) < 0x2E80 for g in glyphs)
    return count < settings.foreign_least or latin <= settings.foreign_share * count


def layer_turn(spans: Sequence[Span]) -> int:
    """Return the clockwise turn (0, 90, 180, 270) that makes most of the text run left to right."""
    votes: Counter[int] = Counter()
    for span in spans:
        across, down = span.direction
        if abs(across) >= abs(down):
            votes[0 if across >= 0 else 180] += len(span.glyphs)
        else:
            votes[90 if down < 0 else 270] += len(span.glyphs)
    return votes.most_common(1)[0][0] if votes else 0
