"""One file with several reports gives each of them, and a single report is never divided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import pymupdf
import pytest

import pipeline
from pipeline.extract import Extraction, extract_each
from pipeline.report import Report
from tests.yearbooks import (
    BY_FOLDER,
    FOLDERS,
    KINDS,
    SAMPLES,
    as_text,
    bound,
    headed,
    page_of,
    sample,
    text_of,
)

SUIHUA, LINGSHOU, WENZHOU = "suihua-2021", "lingshou-2021", "wenzhou-2020"
TITLES = {
    SUIHUA: "绥化市卫生健康委员会二〇二一年政府信息公开工作年度报告",
    LINGSHOU: "灵寿县卫生健康局二〇二一年政府信息公开工作年度报告",
}
PAPERS = "总体情况 主动公开政府信息情况 收到和处理政府信息公开申请情况 政府信息公开行政复议、行政诉讼情况"
LIST = [f"{number}、{name}" for number, name in zip("一二三四", PAPERS.split(), strict=True)]
ABOUT_DIVISION = {"front_matter", "another_title", "report_repeated", "second_set_of_tables"}
GENERAL = "2021年政府信息公开工作年度报告"


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], tuple[Extraction, ...]]:
    def found(content: bytes) -> tuple[Extraction, ...]:
        path = tmp_path / "yearbook.dat"
        path.write_bytes(content)
        return extract_each(path, keep=False)

    return found


@cache
def alone(folder: str, kind: str) -> Report:
    """Return the report of a sample by itself, as a text or as a digital page."""
    stem = f"seeds/{BY_FOLDER[folder].stem}.txt"
    return pipeline.extract(SAMPLES / (stem if kind == "text" else f"{folder}/digital.pdf"))


def figures(report: Report) -> dict[str, tuple[str | None, str]]:
    return {
        key: (None if f.value is None else format(f.value, "f"), f.state) for key, f in report.figures.items()
    }


def reasons(found: Iterable[Extraction]) -> set[str]:
    return {reason.code for each in found for reason in each.report.review.reasons} & ABOUT_DIVISION


def prose(report: Report) -> Counter[str]:
    return Counter(text for section in report.sections for text in (section.heading, *section.text))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folders", [FOLDERS, (WENZHOU, SUIHUA)])
def test_every_report_is_the_one_that_it_is_alone(
    kind: str, folders: Sequence[str], read: Callable[[bytes], tuple[Extraction, ...]]
) -> None:
    if kind != "text" and len(folders) == len(FOLDERS):
        folders = [f for f in folders if f != "jinxiang-2023"]  # its picture needs the reader
    found = [each.report for each in read(KINDS[kind](folders))]
    wanted = [alone(folder, kind) for folder in folders]
    for one, other in zip(found, wanted, strict=True):
        assert one.report.model_dump(exclude={"evidence"}) == other.report.model_dump(exclude={"evidence"})
        assert figures(one) == figures(other)
        assert [table.kind for table in one.tables] == [table.kind for table in other.tables]
        assert [(c.id, c.status) for c in one.checks] == [(c.id, c.status) for c in other.checks]
        assert prose(one) == prose(other)
        assert one.review.reasons == other.review.reasons


def test_places_are_those_in_the_whole_document(read: Callable[[bytes], tuple[Extraction, ...]]) -> None:
    found = read(KINDS["long pages"]((SUIHUA, LINGSHOU)))
    first, second = (each.report for each in found)
    assert [each.numbers for each in found] == [(1, 2, 3), (3, 4, 5)]
    assert first.document == second.document
    assert len(first.document.pages) == 5
    pages = [{f.page for f in report.figures.values()} for report in (first, second)]
    assert (min(filter(None, pages[0])), max(filter(None, pages[1]))) == (1, 5)
    title = second.report.evidence["title"]
    assert title.box
    assert title.page == 3
    assert title.box[1] > sample(SUIHUA)[0].rect.height
    for report in (first, second):
        for part in (part for table in report.tables for part in table.parts):
            assert part.box[3] <= report.document.pages[part.page - 1].height


def yearbook() -> bytes:
    """A volume with a cover, a list of its reports, running heads, and a cover before the second report."""
    return bound(
        [
            page_of(["某市二〇二一年政府信息公开工作年度报告汇编"]),
            page_of(["目录", *TITLES.values()]),
            headed(sample(SUIHUA), TITLES[SUIHUA]),
            page_of([TITLES[LINGSHOU]], size=18),
            page_of(["目录", *LIST]),
            headed(sample(LINGSHOU), TITLES[LINGSHOU]),
        ]
    )


def test_what_a_volume_adds_is_in_no_report_s_way(read: Callable[[bytes], tuple[Extraction, ...]]) -> None:
    found = read(yearbook())
    assert [each.numbers for each in found] == [(1, 2, 3, 4, 5), (6, 7, 8, 9, 10)]
    assert [each.report.report.issuer for each in found] == ["绥化市卫生健康委员会", "灵寿县卫生健康局"]
    assert [figures(each.report) for each in found] == [figures(alone(f, "pdf")) for f in TITLES]
    (front,) = (r for r in found[0].report.review.reasons if r.code == "front_matter")
    assert front.pages == (1, 2)
    told = "".join(found[0].report.sections[0].text)
    assert told == "某市二〇二一年政府信息公开工作年度报告汇编目录" + "".join(TITLES.values())
    assert not reasons(found[1:])


def with_cover() -> bytes:
    """A report with a cover and a list of its sections, and its title once more at its head."""
    pages = page_of([TITLES[SUIHUA]], size=18), page_of([TITLES[SUIHUA], "目录", *LIST]), sample(SUIHUA)
    return bound(pages)


def with_heads(pages: Sequence[int] | None) -> Callable[[], bytes]:
    return lambda: bound([headed(sample(SUIHUA), TITLES[SUIHUA], pages=pages)])


def with_tables_annexed() -> bytes:
    """A report whose tables stand behind its text, under its title again."""
    first = "一、总体情况\n今年我局主动公开政府信息一百六十一条，均按时完成。\n五、存在的主要问题及改进情况\n"
    second = f"个别信息更新不够及时，下一步将加强督促检查。\n附件\n{GENERAL}\n"
    tables = text_of(SUIHUA).split("2、 主动公开政府信息情况", 1)[1]
    return f"{GENERAL}\n{first}{second}{tables}".encode()


def quoting() -> bytes:
    return f"{text_of(SUIHUA)}\n附件：\n{TITLES[LINGSHOU]}\n一、总体情况\n".encode()


SINGLE: dict[str, Callable[[], bytes]] = {
    "cover and list of sections": with_cover,
    "running heads": with_heads(None),
    "running heads on even pages": with_heads([1]),
    "tables annexed": with_tables_annexed,
    "another's title quoted": quoting,
    "title on the back": lambda: bound([sample(SUIHUA), page_of([TITLES[SUIHUA]])]),
}


@pytest.mark.parametrize("name", SINGLE)
def test_a_single_report_is_never_divided(name: str, read: Callable[[bytes], tuple[Extraction, ...]]) -> None:
    (found,) = read(SINGLE[name]())
    assert figures(found.report) == figures(alone(SUIHUA, "pdf"))
    assert not reasons([found])


def test_a_report_that_is_there_twice_is_counted_once_and_said(
    read: Callable[[bytes], tuple[Extraction, ...]],
) -> None:
    (found,) = read(as_text((SUIHUA, SUIHUA)))
    assert "report_repeated" in reasons([found])
    assert figures(found.report) == figures(alone(SUIHUA, "text"))


def test_two_sets_of_tables_under_one_title_are_said(
    read: Callable[[bytes], tuple[Extraction, ...]],
) -> None:
    headless = text_of(LINGSHOU).split("工作年度报告", 1)[1]
    (found,) = read(f"{text_of(SUIHUA)}\n{headless}".encode())
    assert "second_set_of_tables" in reasons([found])
    assert {"suspect"} <= {flag for figure in found.report.figures.values() for flag in figure.flags}


def test_prose_under_another_s_title_is_said(read: Callable[[bytes], tuple[Extraction, ...]]) -> None:
    stray = "该局的年度报告正在编制之中，将于下月另行公布，敬请关注。"
    (found,) = read(f"{text_of(SUIHUA)}\n{TITLES[LINGSHOU]}\n{stray}\n".encode())
    (reason,) = (r for r in found.report.review.reasons if r.code == "another_title")
    assert reason.detail == TITLES[LINGSHOU]
    assert stray in prose(found.report)


def test_reports_of_one_general_title_are_told_apart_by_what_they_say(
    read: Callable[[bytes], tuple[Extraction, ...]],
) -> None:
    bodies = [text_of(folder).split("年度报告", 1)[1] for folder in (SUIHUA, LINGSHOU)]
    found = read("\n".join(f"{GENERAL}\n{body}" for body in bodies).encode())
    assert [figures(e.report) for e in found] == [figures(alone(f, "text")) for f in (SUIHUA, LINGSHOU)]
    assert {each.report.report.title for each in found} == {GENERAL}


@pytest.mark.engine
def test_scanned_reports_are_told_apart(read: Callable[[bytes], tuple[Extraction, ...]]) -> None:
    pages = pymupdf.open()
    for folder in (SUIHUA, WENZHOU):
        pages.insert_pdf(sample(folder, "scan"), from_page=0, to_page=1)
    found = read(bytes(pages.tobytes()))
    assert [each.numbers for each in found] == [(1, 2), (3, 4)]
    for each, folder in zip(found, (SUIHUA, WENZHOU), strict=True):
        wanted = alone(folder, "pdf")
        assert (each.report.report.issuer, each.report.report.year) == (
            wanted.report.issuer,
            wanted.report.year,
        )
        known = {key: value for key, value in figures(each.report).items() if value[1] != "missing"}
        assert len(known) >= 10
        assert known.items() <= figures(wanted).items()
