"""Whether a text layer can be believed, and which way it runs."""

from __future__ import annotations

import pytest

from pipeline.model import Box, Glyph, Rule
from pipeline.settings import SourceSettings
from pipeline.source.layer import Span, is_readable, layer_turn, plain
from pipeline.source.turning import turn_box, turn_rule

SETTINGS = SourceSettings()
CHINESE = "政府信息公开工作年度报告总体情况主动公开收到和处理申请情况行政复议诉讼情况存在问题" * 2


def glyphs(text: str) -> tuple[Glyph, ...]:
    return tuple(Glyph(c, Box(10.0 * i, 0, 10.0 * i + 9, 10)) for i, c in enumerate(text))


@pytest.mark.parametrize("text", [CHINESE, "0 0 1 2 95", CHINESE + "http://www.suihua.gov.cn/", "PDF 2021"])
def test_ordinary_layers_are_believed(text: str) -> None:
    assert is_readable(glyphs(text), SETTINGS)


@pytest.mark.parametrize("text", ["", "\ue001\ue002" * 20, CHINESE + "\ufffd" * 20, "abcdefgh" * 8])
def test_broken_encodings_are_not(text: str) -> None:
    assert not is_readable(glyphs(text), SETTINGS)


def test_radicals_that_look_like_characters_are_read_as_these() -> None:
    assert "".join(map(plain, "⽣⼀⾦三0")) == "生一金三0"


@pytest.mark.parametrize(
    ("direction", "turn"), [((1.0, 0.0), 0), ((0.0, -1.0), 90), ((-1.0, 0.0), 180), ((0.0, 1.0), 270)]
)
def test_the_turn_makes_most_text_run_to_the_right(direction: tuple[float, float], turn: int) -> None:
    spans = [Span(glyphs(CHINESE), direction, True, 0), Span(glyphs("-1-"), (1.0, 0.0), True, 1)]
    assert layer_turn(spans) == turn


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_rule_turns_like_the_box_it_is(turn: int) -> None:
    rule = Rule("horizontal", 300, 60, 500, 1)
    turned = turn_rule(rule, turn, 595, 842)
    box = turn_box(Box(60, 300, 500, 300), turn, 595, 842)
    expected = (
        (box.top, box.left, box.right) if turned.axis == "horizontal" else (box.left, box.top, box.bottom)
    )
    assert (turned.position, turned.start, turned.end) == expected
    back = turn_rule(turned, 360 - turn, *((842, 595) if turn != 180 else (595, 842)))
    assert back == rule
