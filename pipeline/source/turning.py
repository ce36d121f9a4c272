"""Quarter turns of boxes, glyphs and rules, so that a digital page comes out upright."""

from __future__ import annotations

from pipeline.model import Box, Glyph, Rule


def turn_box(box: Box, turn: int, width: float, height: float) -> Box:
    """Return a box of a page of `width` x `height` points after a clockwise `turn` (0, 90, 180, 270)."""
    if turn == 90:
        return Box(height - box.bottom, box.left, height - box.top, box.right)
    if turn == 180:
        return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
    if turn == 270:
        return Box(box.top, width - box.right, box.bottom, width - box.left)
    return box


def turn_glyph(glyph: Glyph, turn: int, width: float, height: float) -> Glyph:
    return Glyph(glyph.text, turn_box(glyph.box, turn, width, height))


def turn_rule(rule: Rule, turn: int, width: float, height: float) -> Rule:
    """Return a rule after a clockwise `turn` of its page."""
    if turn == 0:
        return rule
    across = height if rule.axis == "horizontal" else width
    along = width if rule.axis == "horizontal" else height
    flipped = turn == 180 or (turn == 90) == (rule.axis == "horizontal")
    position = across - rule.position if flipped else rule.position
    reverse = turn == 180 or (turn == 90) == (rule.axis == "vertical")
    start, end = (along - rule.end, along - rule.start) if reverse else (rule.start, rule.end)
    moved = Rule(rule.axis, position, start, end, rule.thickness)
    return moved if turn == 180 else moved.transposed()
