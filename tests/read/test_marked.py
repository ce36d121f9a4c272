"""Marks beside a number are none of it: it stands without them, and is suspect."""

from __future__ import annotations

import pytest

from pipeline.model import CellReading, Reading
from pipeline.read.in_place import SUSPECT
from pipeline.read.marked import without_marks
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()


def seen(text: str, figure: Reading | None = None) -> CellReading:
    return without_marks(CellReading(Reading(text, 0.9, "reader"), figure), SETTINGS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("177.", "177"),
        ("8,720,907.", "8,720,907"),
        ("•8", "8"),
        ("273 V", "273"),
        ("273√", "273"),
        ("-5·", "-5"),
        ("12.5°", "12.5"),
    ],
)
def test_a_number_stands_without_the_marks_beside_it_and_is_suspect(text: str, number: str) -> None:
    found = seen(text)
    assert found.figure is not None
    assert (found.figure.text, found.text.text, found.flags) == (number, text, (SUSPECT,))
    assert found.figure.confidence <= 0.5


@pytest.mark.parametrize("text", ["", "12,34.", "1.2.3", "31 33°", "V", "√", "22件", "273VI4", "无", "/"])
def test_what_is_no_number_beside_marks_stays_as_it_was_read(text: str) -> None:
    assert seen(text) == CellReading(Reading(text, 0.9, "reader"))


def test_a_figure_that_may_be_stands_one_with_a_stray_separator_is_kept_beside() -> None:
    sure = Reading("1775", 0.8, "reader")
    assert seen("177.", sure).figure == sure
    stray = Reading("177.", 0.8, "reader")
    found = seen("177.", stray)
    assert found.figure is not None
    assert (found.figure.text, found.others) == ("177", (stray,))
