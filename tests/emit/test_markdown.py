"""The report as Markdown."""

from __future__ import annotations

from pipeline.emit.markdown import plain, report_markdown
from tests.emit.builder import plausible_report
from tests.emit.tilings import placed, read_tables


def test_tables_stand_in_their_sections_with_their_spans() -> None:
    report = plausible_report()
    markdown = report_markdown(report).decode()
    assert read_tables(markdown) == [[placed(cell) for cell in table.cells] for table in report.tables]
    places = [markdown.index(text) for text in ("## 二", "规章", "## 三", "自然人", "## 四", "结果维持")]
    assert places == sorted(places)


def test_a_table_without_its_section_is_not_lost() -> None:
    report = plausible_report()
    alone = report.model_copy(update={"sections": report.sections[:1]})
    assert len(read_tables(report_markdown(alone).decode())) == 3


def test_a_failed_check_says_both_sides() -> None:
    markdown = report_markdown(plausible_report()).decode()
    line = next(line for line in markdown.splitlines() if line.startswith("| applicants"))
    cells = [cell.strip() for cell in line.strip("|").split(" | ")]
    assert cells[3:6] == ["2", "0", "2"]


def test_marks_are_escaped() -> None:
    assert plain("1. *a* | <b>\n# c") == r"1\. \*a\* \| &lt;b&gt; \# c"
