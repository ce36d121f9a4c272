"""The character error rate of the sections."""

from __future__ import annotations

from pipeline.report import Section
from scripts.lib.prose_score import ProseScore, prose_score
from scripts.lib.truth import TrueSection, Truth
from tests.scripts.test_score import report

TRUE = Truth(figures={}, sections=(TrueSection(heading="一、总体情况", text=("公开透明。", "及时。")),))


def rated(*sections: Section) -> ProseScore:
    found = prose_score(report({}).model_copy(update={"sections": sections}), TRUE)
    assert found is not None
    return found


def section(*text: str, heading: str = "一、总体情况") -> Section:
    return Section(number=1, heading=heading, text=text)


def test_spaces_count_for_nothing() -> None:
    assert rated(section("公开 透明。", "及时。")).edits == 0


def test_each_wrong_character_counts() -> None:
    found = rated(section("公开诱明。", "及时"))
    assert (found.edits, found.characters) == (2, 16)


def test_a_paragraph_wrongly_joined_counts_as_one() -> None:
    assert rated(section("公开透明。及时。")).edits == 1


def test_text_before_the_first_heading_is_no_part_of_the_sections() -> None:
    preamble = Section(number=None, heading="", text=("本报告由办公室编制。",))
    assert rated(preamble, section("公开透明。", "及时。")).edits == 0


def test_sections_not_found_are_all_wrong() -> None:
    assert rated().rate == 1.0


def test_a_truth_without_words_says_nothing() -> None:
    assert prose_score(report({}), Truth(figures={})) is None
