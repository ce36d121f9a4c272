"""The reader of digits: signs by their own shape, in typefaces and at sizes that it was not trained on."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import ModelError
from pipeline.model import CellReading, Reading
from pipeline.read import digits, network
from pipeline.read.digits import beside_digits, read_digits
from pipeline.read.in_place import SUSPECT
from pipeline.read.ink import CellInk, find_blobs
from pipeline.read.lines import Band, band_of
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
EM = 30.0


def line(pixels: Pixels) -> tuple[CellInk, Band, float]:
    blobs, labels = find_blobs(pixels < 150)
    return CellInk(pixels, labels, blobs), band_of(blobs), EM


def printed(text: str, size: int = 28, spread: int = 6) -> Pixels:
    """Return a text in Pillow's own typeface, its characters `spread` pixels apart."""
    font = ImageFont.load_default(size)
    canvas = Image.new("L", (60 + len(text) * (size + spread), 2 * size), 255)
    x = 30.0
    for character in text:
        ImageDraw.Draw(canvas).text((x, size / 3), character, 0, font)
        x += font.getlength(character) + spread
    return np.asarray(canvas, dtype=np.uint8)


def faxed(pixels: Pixels) -> Pixels:
    """Return a picture as a standard fax has it: 1 bit, half as many lines as columns, drawn large again."""
    height, width = pixels.shape
    small = cv2.resize(pixels, (width * 2 // 3, height // 3), interpolation=cv2.INTER_AREA)
    black = np.where(small < 150, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(black, (width, height)), dtype=np.uint8)


def heard(pixels: Pixels) -> str | None:
    (found,) = read_digits([line(pixels)], SETTINGS)
    return found.text if found and min(found.characters) >= SETTINGS.digits_sure else None


@pytest.mark.parametrize("text", [*"0123456789", "10", "47", "358", "6029", "7255732"])
def test_numbers_are_read(text: str) -> None:
    assert heard(printed(text)) == text


@pytest.mark.parametrize("text", [*"0123456789"])
def test_no_digit_off_a_fax_is_taken_for_another(text: str) -> None:
    assert {heard(faxed(printed(text, size))) for size in (28, 34, 40)} <= {text, None}


@pytest.mark.parametrize("text", [*"02347"])
def test_a_lone_digit_is_read_off_a_fax(text: str) -> None:
    assert heard(faxed(printed(text, size=40))) == text


@pytest.mark.parametrize("text", ["/", "A", "V", "*", "#", "12V", "K"])
def test_what_is_no_digit_is_none(text: str) -> None:
    assert heard(printed(text)) is None


@pytest.mark.parametrize("text", ["463.4", "-7", "1,584"])
def test_a_number_with_a_point_or_a_minus_is_left_to_others(text: str) -> None:
    assert heard(printed(text, spread=2)) is None


def test_lines_are_read_for_themselves() -> None:
    every = [line(printed(text)) for text in ("38", "A", "5")]
    assert [found and found.text for found in read_digits(every, SETTINGS)] == ["38", None, "5"]
    assert read_digits([], SETTINGS) == []


def reading(text: str, figure: str | None, sure: float) -> CellReading:
    held = Reading(figure, sure, "ppocr") if figure is not None else None
    return CellReading(Reading(text, sure, "ppocr"), held)


@pytest.mark.parametrize(("figure", "told"), [("1", "7"), ("274", "2"), ("2", "1")])
def test_digits_never_replace_a_surer_number_but_stand_beside_it(figure: str, told: str) -> None:
    heard = Reading(told, 0.97, digits.READER)
    found = beside_digits(reading(figure, figure, 0.99), heard, SETTINGS)
    assert found.figure is not None
    assert found.figure.text == figure
    assert heard in found.others


def test_as_many_digits_that_are_surer_replace_a_number_and_are_suspect() -> None:
    found = beside_digits(reading("1", "1", 0.93), Reading("7", 0.99, digits.READER), SETTINGS)
    assert found.figure is not None
    assert found.figure.text == "7"
    assert SUSPECT in found.flags
    assert found.figure.confidence <= SETTINGS.placed_confidence
    assert "1" in [other.text for other in found.others], "what was read is lost"


@pytest.mark.parametrize("text", ["721", "471", "126"])
def test_of_digits_run_together_the_middle_is_not_heard_for_all(text: str) -> None:
    assert heard(cv2.erode(printed(text, spread=0), np.ones((1, 9), np.uint8)).astype(np.uint8)) is None


def test_a_doubtful_number_that_both_read_is_decently_sure() -> None:
    found = beside_digits(reading("a", "0", 0.4), Reading("0", 0.97, digits.READER), SETTINGS)
    assert found.figure is not None
    assert (found.figure.text, found.figure.confidence) == ("0", SETTINGS.placed_confidence)


@pytest.mark.parametrize(("text", "figure"), [("a", None), ("/", "/"), ("O.", None)])
def test_digits_in_place_of_no_number_are_suspect_and_unsure(text: str, figure: str | None) -> None:
    found = beside_digits(reading(text, figure, 0.6), Reading("7", 0.97, digits.READER), SETTINGS)
    assert found.figure is not None
    assert (found.figure.text, found.figure.reader) == ("7", digits.READER)
    assert found.figure.confidence <= SETTINGS.placed_confidence
    assert SUSPECT in found.flags
    assert text in [other.text for other in found.others], "what was read is lost"


def test_an_upright_scrap_is_no_1() -> None:
    before = reading("亻", None, 0.4)
    assert beside_digits(before, Reading("1", 0.97, digits.READER), SETTINGS) == before


def test_a_damaged_network_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / digits.FILE
    damaged.write_bytes(os.urandom(1000))
    monkeypatch.setattr(network, "carried_file", lambda name: tmp_path / name)
    network.load_network.cache_clear()
    try:
        with pytest.raises(ModelError, match=digits.FILE):
            read_digits([line(printed("5"))], SETTINGS)
    finally:
        network.load_network.cache_clear()
