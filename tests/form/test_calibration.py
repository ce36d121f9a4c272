"""Confidences put right: which way evidence moves them, and what is left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.form.calibration import AGAINST, DOUBTS, FLAGS, ODDS, SURE, calibrated, load_calibration
from pipeline.report import Figure, ReadingRecord

SHIPPED = load_calibration()


def figure(confidence: float = 0.99, *flags: str, reader: str = "ppocr", raw: str = "7") -> Figure:
    return Figure(
        value=Decimal(7), raw=raw, state="number", confidence=confidence, reader=reader, flags=flags
    )


def sure(one: Figure) -> float:
    return calibrated(one, SHIPPED).confidence


def test_a_surer_reading_is_never_less_sure_afterwards() -> None:
    steps = [sure(figure(step / 200)) for step in range(201)]
    assert steps == sorted(steps)
    assert steps[0] < 0.5
    assert 0.99 < steps[-1] <= SURE


@pytest.mark.parametrize("flag", FLAGS)
def test_no_flag_makes_a_figure_surer(flag: str) -> None:
    assert sure(figure(0.99, flag)) <= sure(figure(0.99))


def test_a_reading_that_says_something_else_makes_a_figure_less_sure() -> None:
    rival = ReadingRecord(reader="ppocr", raw="1", confidence=0.4)
    disputed = figure(0.9).model_copy(update={"readings": (rival,)})
    heeding = SHIPPED.model_copy(update={"weights": {**SHIPPED.weights, AGAINST: -1.0}})
    assert calibrated(disputed, heeding).confidence < calibrated(figure(0.9), heeding).confidence
    assert sure(disputed) <= sure(figure(0.9))


def test_words_in_a_figures_place_are_doubted_however_well_they_are_read() -> None:
    words = Figure(raw="00", state="text", confidence=0.9999, reader="ppocr")
    assert sure(words) < 0.5


def test_text_layers_and_figures_that_were_not_found_are_left_alone() -> None:
    layer = figure(1.0, reader="text-layer")
    missing = Figure(state="missing", confidence=0.0)
    assert calibrated(layer, SHIPPED) == layer
    assert calibrated(missing, SHIPPED) == missing


def test_only_the_confidence_is_changed_and_readings_keep_the_readers_own() -> None:
    readings = tuple(ReadingRecord(reader="ppocr", raw=raw, confidence=0.5) for raw in ("7", "1"))
    one = figure(0.5).model_copy(update={"readings": readings})
    done = calibrated(one, SHIPPED)
    assert done.model_copy(update={"confidence": one.confidence}) == one


def test_the_shipped_weights_say_what_they_rest_on_and_point_one_way() -> None:
    assert SHIPPED.reader == "ppocr"
    assert int(SHIPPED.data["figures"]) == sum(band.figures for band in SHIPPED.after)
    assert all(SHIPPED.weights[name] <= 0 for name in DOUBTS)
    assert SHIPPED.weights[ODDS] > 0
