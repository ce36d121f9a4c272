"""Files made to break a reader: each ends in a report or in one clear line, in bounded time and memory."""

from __future__ import annotations

from itertools import islice

import pytest

from scripts.lib.hostile import Ending, endings
from scripts.lib.hostile_files import BOMBS, File, bombs, damaged

PICTURES = (".png", ".jpeg", ".tiff", ".webp", ".bmp")
HEAVY = (  # take long to make or to refuse
    "vast-page.pdf", "long-stream.pdf", "zeros.docx", "zeros.zip", "entries.ofd", "rows.docx",
    "composites.ofd", "vast-picture.pdf", "prose.txt", "headings.txt", "one-line.txt",
)  # fmt: skip
QUICK = [name for name in BOMBS if name not in HEAVY]


def without_pictures(count: int) -> list[File]:
    return list(islice((file for file in damaged(3 * count) if not file.name.endswith(PICTURES)), count))


@pytest.fixture(scope="module")
def found() -> list[Ending]:
    return list(endings([*bombs(QUICK), *without_pictures(24)]))


def test_nothing_crashes_hangs_or_meets_a_fault_of_the_program(found: list[Ending]) -> None:
    assert [ending for ending in found if ending.wrong] == []


def test_every_refusal_is_one_line_that_names_the_file_and_what_to_do(found: list[Ending]) -> None:
    refused = [ending for ending in found if ending.what != "read"]
    assert len(refused) > 10
    for ending in refused:
        assert "\n" not in ending.line
        assert ending.name in ending.line, ending
        assert "; " in ending.line


def test_bombs_are_refused_at_once(found: list[Ending]) -> None:
    named = {ending.name: ending for ending in found}
    for name in (
        "nested-forms.pdf",
        "paths.pdf",
        "entries.zip",
        "spans.html",
        "sheet.xlsx",
    ):
        assert named[name].what == "TooLargeError", named[name]
        assert named[name].seconds < 15
    assert max(ending.peak for ending in found) < 2048
