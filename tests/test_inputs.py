"""Whatever a report comes as, its figures are the same."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from pipeline.extract import extract
from pipeline.report import Report

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
STEMS = {path.name[:3]: path.stem for path in sorted((SAMPLES / "seeds").glob("*.txt"))}


def expected(seed: str) -> dict[str, str | None]:
    held = json.loads((SAMPLES / "expected" / f"{STEMS[seed]}.json").read_text("utf-8"))
    return {key: figure["value"] for key, figure in held["figures"].items()}


@cache
def from_text(seed: str) -> Report:
    return extract(SAMPLES / "seeds" / f"{STEMS[seed]}.txt")


def values(report: Report) -> dict[str, str | None]:
    return {
        key: None if figure.value is None else format(figure.value, "f")
        for key, figure in report.figures.items()
    }


@pytest.mark.parametrize("seed", [seed for seed in STEMS if seed != "002"])
def test_a_text_extract_gives_every_figure(seed: str) -> None:
    report = from_text(seed)
    assert values(report) == expected(seed)
    assert {figure.page for figure in report.figures.values()} == {None}
    assert {figure.box for figure in report.figures.values()} == {None}
    assert report.document.media_type == "text/plain"
    assert report.document.pages == ()


def test_a_wrecked_text_is_right_where_it_tells_and_flagged_where_not() -> None:
    report, wanted = from_text("002"), expected("002")
    assert list(report.figures) == list(wanted)
    doubted = {key for reason in report.review.reasons for key in reason.figures}
    for key, value in values(report).items():
        assert value in (wanted[key], None), key
        assert value is not None or key in doubted, key
    assert sum(value is not None for value in values(report).values()) >= 190
    clean = {key for key, figure in report.figures.items() if not figure.flags}
    assert {key.split(".")[0] for key in clean} == {"disputes"}  # its header alone is legible


@pytest.mark.parametrize("seed", STEMS)
def test_a_text_extract_names_itself(seed: str) -> None:
    held = json.loads((SAMPLES / "expected" / f"{STEMS[seed]}.json").read_text("utf-8"))
    about = from_text(seed)
    assert (about.report.issuer, about.report.year) == (held["issuer"], held["year"])
    assert [section.number for section in about.sections if section.number] == [1, 2, 3, 4, 5, 6]
