"""What cannot be shown is shown as a sign."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.emit.text import visible

XML_1_0 = re.compile("[\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


@given(st.text(st.characters()))
def test_only_characters_of_xml_are_left(text: str) -> None:
    assert XML_1_0.fullmatch(visible(text))


@given(st.text())
def test_nothing_is_dropped_without_a_sign(text: str) -> None:
    assert len(visible(text)) >= len(text.replace("\r\n", "\n"))


def test_digits_cannot_be_turned_around() -> None:
    assert visible("\u202e12\u202c") == "⟨U+202E⟩12⟨U+202C⟩"


def test_common_text_stays() -> None:
    text = "〇—／22（其中修订16件）\n\t𠮷"
    assert visible(text) == text
