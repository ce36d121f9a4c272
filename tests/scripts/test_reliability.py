"""Confidences against what came of them."""

from __future__ import annotations

import pytest

from scripts.lib.observed import Observed, Said
from scripts.lib.reliability import reliability


def seen(confidence: float, right: int, of: int, reader: str = "ppocr") -> Observed:
    said = Said(confidence=confidence, read=confidence, reader=reader)
    return Observed(said=said, right=right, of=of)


def test_confidence_that_is_the_share_of_right_figures_has_no_error() -> None:
    found = reliability([seen(0.9, 90, 100), seen(0.6, 6, 10)])
    assert found is not None
    assert found.error == pytest.approx(0.0)


def test_the_error_is_the_mean_distance_by_figures() -> None:
    found = reliability([seen(0.9, 80, 100), seen(0.6, 100, 100)])
    assert found is not None
    assert found.error == pytest.approx((0.1 + 0.4) / 2)
    assert [(one.figures, one.right) for one in found.bins] == [(100, 100), (100, 80)]


def test_text_layers_say_nothing_of_calibration() -> None:
    assert reliability([seen(1.0, 5, 5, "text-layer")]) is None


def test_brier_score_is_the_mean_squared_error() -> None:
    found = reliability([seen(0.8, 1, 2)])
    assert found is not None
    assert found.brier == pytest.approx((0.2**2 + 0.8**2) / 2)
