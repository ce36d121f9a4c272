"""The fit of confidences: it finds what was put in, keeps its signs, and refuses what teaches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log
from pathlib import Path

import pytest

from pipeline.form.calibration import AGAINST, CERTAIN, ODDS, Calibration
from scripts.lib.calibrate import calibration_of, main
from scripts.lib.evaluate import Evaluation
from scripts.lib.fit import PRIOR, fit
from scripts.lib.observed import Observed, Said
from scripts.lib.result import Result
from scripts.lib.score import LoneDigits, Score

TRUE = {CERTAIN: -0.5, ODDS: 1.4, AGAINST: -2.0}
MANY = 100_000


def said(read: float, **features: float) -> Said:
    odds = {CERTAIN: 1.0, ODDS: log(read / (1 - read)), **features}
    return Said(confidence=read, read=read, reader="ppocr", features=tuple(odds.items()))


def seen() -> Iterator[Observed]:
    """Yield figures that are right as often as the weights `TRUE` say."""
    for read in (0.1, 0.3, 0.6, 0.9, 0.99):
        for against in (0.0, 1.0):
            one = said(read, **{AGAINST: against})
            chance = 1 / (1 + exp(-sum(TRUE[name] * value for name, value in one.features)))
            yield Observed(said=one, right=round(MANY * chance), of=MANY)


def result(*observed: Observed) -> Result:
    score = Score(figures=9, exact=9, lone=LoneDigits(), faults=(), structures=(), observed=observed)
    return Result(name="a/fax.pdf", kind="fax", identity="", score=score)


def test_the_weights_put_in_are_found() -> None:
    found = fit(list(seen()))
    assert {name: found[name] for name in TRUE} == pytest.approx(TRUE, abs=0.01)
    assert all(found[name] == PRIOR.get(name, 0) for name in found if name not in TRUE)


def test_evidence_against_a_figure_never_counts_for_it() -> None:
    better = [
        Observed(said=said(0.9, **{AGAINST: 1.0}), right=1000, of=1000),
        Observed(said=said(0.9), right=900, of=1000),
    ]
    assert fit(better)[AGAINST] == 0


def test_calibrated_confidences_are_nearer_the_share_of_right_figures() -> None:
    found = calibration_of([result(*seen())], "ppocr", "")
    error = {when: found.data[f"expected_calibration_error_{when}"] for when in ("before", "after")}
    assert float(error["after"]) < 0.001 < float(error["before"])


def test_evaluations_become_the_file_that_the_product_reads(tmp_path: Path) -> None:
    held = Evaluation(summary=(), breakdown=(), cases=(result(*seen()),))
    (tmp_path / "summary.json").write_text(held.model_dump_json(), encoding="utf-8")
    out = tmp_path / "calibration.json"
    assert main([str(tmp_path), "--out", str(out), "--note", "made up"]) == 0
    found = Calibration.model_validate_json(out.read_bytes())
    assert found.data["note"] == "made up"
    assert found.weights[ODDS] == pytest.approx(TRUE[ODDS], abs=0.01)


def test_figures_that_are_all_right_teach_nothing(tmp_path: Path) -> None:
    held = Evaluation(summary=(), breakdown=(), cases=(result(Observed(said=said(0.9), right=5, of=5)),))
    (tmp_path / "summary.json").write_text(held.model_dump_json(), encoding="utf-8")
    assert main([str(tmp_path), "--out", str(tmp_path / "calibration.json")]) == 1
    assert not (tmp_path / "calibration.json").exists()
