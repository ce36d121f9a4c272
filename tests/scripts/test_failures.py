"""Which failures are drawn, and what the pictures and their page show."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.model import Box, Picture
from pipeline.settings import Settings
from scripts.lib import cases, truth
from scripts.lib.failure_pictures import WRONG, cell_picture
from scripts.lib.failures import CELLS_A_DOCUMENT, chosen, draw_failures
from scripts.lib.result import Result
from scripts.lib.runner import Runner
from scripts.lib.score import Fault, LoneDigits, Score, Structure
from scripts.lib.seeds import SAMPLES


def fault(key: str, *, silent: bool = False, page: int | None = 1) -> Fault:
    return Fault(
        key=key,
        outcome="wrong",
        silent=silent,
        expected="1",
        raw="7",
        value="7",
        state="number",
        confidence=0.9,
        page=page,
    )


def result(name: str, faults: list[Fault], *, exact_grid: bool = True) -> Result:
    structure = Structure(kind="disputes", exact=exact_grid, teds=1.0)
    score = Score(figures=15, exact=0, lone=LoneDigits(), faults=tuple(faults), structures=(structure,))
    return Result(name=name, kind="fax", identity="", score=score)


def test_silent_faults_are_drawn_first_and_no_document_takes_all_the_room() -> None:
    many = result("many", [fault(f"a{i}") for i in range(40)])
    one = result("one", [fault("b", silent=True), fault("gone", page=None)])
    places = chosen([many, one], most=CELLS_A_DOCUMENT)
    assert [f.key for f in places[1][0]] == ["b"]
    assert len(places[0][0]) == CELLS_A_DOCUMENT - 1


def test_inexact_grids_are_drawn_and_exact_documents_are_not() -> None:
    places = chosen([result("fine", []), result("bent", [], exact_grid=False)], most=5)
    assert places == {1: ((), ("disputes",))}


def test_a_cell_is_shown_framed_with_what_is_around_it() -> None:
    page = Picture(np.full((1000, 800), 255, np.uint8), dpi=100.0)
    box = Box(200.0, 300.0, 240.0, 312.0)
    shown = cell_picture(page, box)
    framed = np.argwhere((shown == WRONG).all(axis=2))
    high, wide = framed.max(axis=0) - framed.min(axis=0)
    scale = 2 * page.scale  # drawn at twice its resolution
    assert abs(wide - box.width * scale) < 8
    assert abs(high - box.height * scale) < 8
    assert shown.shape[1] > 2 * wide


@pytest.mark.engine
def test_pictures_and_their_page_from_a_document_whose_truth_is_another(tmp_path: Path) -> None:
    """The cell is shown whose figure is not what the (wrong) truth says."""
    source = SAMPLES / "lingshou-2021"
    document = tmp_path / "in" / "scan.pdf"
    document.parent.mkdir()
    document.write_bytes((source / "scan.pdf").read_bytes())
    true = truth.read(source / "truth.json")
    wrong = {key: held.model_copy(update={"value": "77777"}) for key, held in list(true.figures.items())[:1]}
    held = true.model_copy(update={"figures": true.figures | wrong, "tables": true.tables[:1]})
    (document.parent / "truth.json").write_text(truth.dump(held), encoding="utf-8")
    every, settings = cases.find([document.parent]), Settings()
    results = Runner(settings, tmp_path / "out", lambda _: None).run(every, 1)
    assert results[0].score is not None
    assert [f.expected for f in results[0].score.faults] == ["77777"]
    page = draw_failures(every, results, settings, tmp_path / "out", 5, 1, lambda _: None)
    assert page is not None
    listed = page.read_text(encoding="utf-8")
    pictures = sorted(page.parent.rglob("*.png"))
    assert len(pictures) == 1
    assert pictures[0].name in listed
    assert "77777" in listed
    assert cv2.imread(str(pictures[0])) is not None
