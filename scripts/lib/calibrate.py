"""Fits the calibration of confidences to evaluations of the tuning split, and writes it for the product."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.form.calibration import FILE, SURE, Band, Calibration
from scripts.lib.cases import ROOT
from scripts.lib.evaluate import Evaluation
from scripts.lib.fit import fit
from scripts.lib.observed import Observed
from scripts.lib.reliability import reliability
from scripts.lib.result import Result

METHOD = (
    "Logistic regression on the log odds of the reader's own probability and on what speaks against a figure"
    " (length, another reading, state, flags): one-sided weights, a weak Gaussian prior (scripts/lib/fit.py)."
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/calibrate", description=main.__doc__)
    parser.add_argument("evaluations", nargs="+", type=Path, help="output folders of scripts/evaluate")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / FILE, help="the file to write")
    parser.add_argument("--reader", default="ppocr", help="the reader whose figures count (default ppocr)")
    parser.add_argument("--note", default="", help="a word on the cases, kept in the file")
    return parser


def _read(paths: Iterable[Path]) -> list[Result]:
    files = (path / "summary.json" for path in paths)
    return [r for file in files for r in Evaluation.model_validate_json(file.read_bytes()).cases if r.score]


def _observed(results: Iterable[Result], reader: str) -> list[Observed]:
    every = (one for result in results if result.score for one in result.score.observed)
    return [one for one in every if one.said.reader == reader]


def _with(every: Iterable[Observed], calibration: Calibration | None) -> list[Observed]:
    """Return what was observed with the calibrated confidence, or with the reader's own for none."""
    out = []
    for one in every:
        sure = one.said.read
        if calibration is not None:
            sure = min(SURE, calibration.probability(dict(one.said.features)))
        out.append(one.model_copy(update={"said": one.said.model_copy(update={"confidence": sure})}))
    return out


def _bands(every: Sequence[Observed]) -> tuple[tuple[Band, ...], float]:
    found = reliability(every)
    assert found is not None
    bands = tuple(
        Band(low=b.low, high=b.high, figures=b.figures, right=b.right, confidence=round(b.said, 5))
        for b in found.bins
    )
    return bands, round(found.error, 6)


def calibration_of(results: Sequence[Result], reader: str, note: str) -> Calibration:
    """Return the calibration that fits results best; ValueError where they have nothing to learn from."""
    every = _observed(results, reader)
    plain = Calibration(
        reader=reader,
        method=METHOD,
        fitted=datetime.now(UTC).date().isoformat(),
        data={},
        weights=fit(every),
        before=(),
        after=(),
    )
    before, error_before = _bands(_with(every, None))
    after, error_after = _bands(_with(every, plain))
    data = {
        "documents": len(results),
        "kinds": " ".join(sorted({result.kind for result in results})),
        "figures": sum(one.of for one in every),
        "wrong": sum(one.of - one.right for one in every),
        "expected_calibration_error_before": error_before,
        "expected_calibration_error_after": error_after,
    }
    named = {"note": note} if note else {}
    return plain.model_copy(update={"data": data | named, "before": before, "after": after})


def main(arguments: list[str] | None = None) -> int:
    """Fit confidences to evaluations of cases of which nothing is reported; 1 where nothing can be learnt."""
    options = _parser().parse_args(arguments)
    try:
        found = calibration_of(_read(options.evaluations), options.reader, options.note)
    except (OSError, ValueError) as fault:
        print(f"scripts/calibrate: {fault}", file=sys.stderr)
        return 1
    text = json.dumps(found.model_dump(by_alias=True), ensure_ascii=False, indent=1)
    options.out.write_text(text + "\n", encoding="utf-8")
    print(f"{options.out}: {found.data}", file=sys.stderr)
    return 0
