"""Damaged reports are what their kind says, the same every time, and the evaluation knows what was done."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from PIL import Image

from scripts.lib import (
    about,
    cases,
    corpus,
    corpus_camera,
    corpus_hand,
    corpus_ink,
    corpus_marks,
    corpus_scan,
    render,
)
from scripts.lib.corpus_damage import _marks, damaged
from scripts.lib.corpus_kinds import KINDS, MAKERS, SEVERITIES, Damage, Kind, damage
from scripts.lib.corpus_layers import Picture, sheet
from scripts.lib.corpus_style import FONT_PACKAGES
from scripts.lib.degrade import generator
from scripts.lib.result import Result
from scripts.lib.summary import breakdown

DPI = 60
SCANS = tuple(kind for kind in KINDS if kind != "digital")


def printed(pages: int = 2) -> bytes:
    """A small report: a ruled box and a word on every page."""
    with pymupdf.open() as document:
        for number in range(pages):
            page = document.new_page(width=595, height=842)
            for y in range(200, 500, 50):
                page.draw_line((80, y), (500, y), width=1)
            for x in (80, 290, 500):
                page.draw_line((x, 200), (x, 450), width=1)
            page.insert_text((120, 230), f"page {number}")
        content: bytes = document.tobytes()
        return content


def small(kind: Kind, seed: int = 0) -> Damage:
    """A damage of `kind` at a resolution that keeps tests fast."""
    done = damage(generator("small", seed), kind, "tune")
    return replace(done, dpi=(DPI, DPI))


def page() -> Picture:
    picture = np.full((700, 500), 255, np.uint8)
    picture[200:500:50, 60:440] = 0
    picture[200:451, 60:440:95] = 0
    return picture


@pytest.mark.parametrize("kind", SCANS)
def test_the_same_seed_gives_the_same_file(kind: Kind) -> None:
    one, two = (damaged(printed(), small(kind), "青禾县人民政府", "a") for _ in range(2))
    other = damaged(printed(), small(kind), "青禾县人民政府", "b")
    assert one == two
    assert one.content != other.content


def test_a_digital_report_is_left_as_it_is() -> None:
    content = printed()
    assert damaged(content, damage(generator(0), "digital", "tune"), "", "a").content == content


@pytest.mark.parametrize("kind", SCANS)
def test_scans_keep_their_pages_and_have_no_text(kind: Kind) -> None:
    held = damaged(printed(3), replace(small(kind), holder="pdf"), "青禾县人民政府", "a")
    with pymupdf.open(stream=held.content, filetype="pdf") as document:
        assert len(document) == 3
        assert not any(page.get_text().strip() for page in document)


def test_a_photo_of_one_page_is_a_picture_file() -> None:
    held = damaged(printed(1), small("phone"), "", "a")
    assert held.suffix == ".jpg"
    assert Image.open(io.BytesIO(held.content)).mode == "RGB"


@pytest.mark.parametrize("holder", ["pdf", "tiff"])
def test_a_fax_is_black_and_white_and_keeps_the_page_s_shape(holder: str) -> None:
    done = replace(
        damage(generator(1), "fax", "tune"),
        dpi=(204, 98),
        turn=0,
        holder="tiff" if holder == "tiff" else "pdf",
    )
    held = damaged(printed(), done, "青禾县人民政府", "a")
    if holder == "tiff":
        picture = Image.open(io.BytesIO(held.content))
        assert (picture.mode, getattr(picture, "n_frames", 1)) == ("1", 2)
        assert tuple(round(float(each)) for each in picture.info["dpi"]) == (204, 98)
        inches = picture.width / 204, picture.height / 98
    else:
        with pymupdf.open(stream=held.content, filetype="pdf") as document:
            shot = document[0].get_pixmap()
            grey = np.frombuffer(shot.samples, np.uint8).reshape(shot.height, shot.width, 3)
            assert (grey[int(0.9 * shot.height) :] > 128).mean() > 0.9
            dark = np.flatnonzero((grey[..., 0] < 200).sum(axis=1) > 0.5 * shot.width)
            assert dark.min() < 0.3 * shot.height  # the picture fills the page, it is not squeezed
            inches = document[0].rect.width / 72, document[0].rect.height / 72
    assert inches == pytest.approx((595 / 72, 842 / 72), rel=0.01)


@pytest.mark.parametrize("severity", [0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("seed", range(20))
def test_kinds_keep_to_their_limits(severity: float, seed: int) -> None:
    made = {kind: make(generator(seed), severity) for kind, make in MAKERS.items()}
    assert made["clean"].skew <= 1
    assert made["clean"].dpi[0] >= 300
    assert made["poor"].skew <= 3
    assert made["poor"].dpi == (150, 150)
    assert 40 <= made["poor"].quality <= 60
    assert made["phone"].skew <= 5
    assert made["phone"].tilt > 0
    assert made["office"].dpi == (200, 200)
    assert made["fax"].bits


def test_small_print_is_not_faxed_coarsely() -> None:
    sent = {damage(generator(seed), "fax", "tune", size).dpi for seed in range(40) for size in (7.0, 8.0)}
    assert (204, 98) not in sent
    assert any(damage(generator(seed), "fax", "tune", 10.0).dpi == (204, 98) for seed in range(40))


def test_the_splits_have_no_severity_in_common() -> None:
    assert not set(SEVERITIES["tune"]) & set(SEVERITIES["report"])


def test_a_seal_is_red_where_the_machine_sees_colour() -> None:
    plain = np.full((700, 500, 3), 250, np.uint8)
    marked = corpus_marks.sealed(plain, sheet(plain, DPI), "青禾县人民政府", generator("seal"))
    where = (marked != plain).any(axis=2)
    blue, _, red = (float(marked[..., part][where].mean()) for part in range(3))
    assert where.sum() > 500
    assert red > blue + 15
    assert (plain == 250).all()


def test_a_seal_darkens_print_and_never_covers_it() -> None:
    black = np.zeros((700, 500, 3), np.uint8)
    marked = corpus_marks.sealed(black, sheet(black, DPI), "青禾县人民政府", generator("seal"))
    assert (marked == 0).all()


@pytest.mark.parametrize("seed", range(12))
def test_a_handwritten_number_is_a_few_thin_strokes_of_one_pen(seed: int) -> None:
    plain = np.full((1754, 1240, 3), 250, np.uint8)
    marked = corpus_hand.numbered(plain, sheet(plain, 150), generator("hand", seed))
    inked = np.asarray((marked < 240).any(axis=2))
    rows, columns = np.nonzero(inked)
    millimetre = 150 / 25.4
    assert 2.5 < np.ptp(rows) / millimetre < 12
    assert np.ptp(columns) / millimetre < 40
    assert 0.5 < inked.sum() / millimetre**2 < 120


def test_numbers_by_hand_change_no_other_damage() -> None:
    """Cases made before numbers were written on some of them are what they were."""
    seeds = range(60)
    made = {seed: damage(generator("hand", seed), "poor", "tune") for seed in seeds}
    assert {done.numbers > 0 for done in made.values()} == {True, False}
    marks = (_marks(replace(made[0], seals=2, numbers=n), 3, generator("m")) for n in (0, 3))
    without, with_numbers = marks
    assert replace(with_numbers, numbers=()) == without


def test_worn_rules_lose_about_their_share() -> None:
    whole = page()
    worn = corpus_ink.worn(whole, sheet(whole, DPI), 0.3, generator("worn"))
    rule = whole[200, 60:440] == 0
    faint = float((worn[200:500:50, 60:440][:, rule] > 128).mean())
    assert 0.1 < faint < 0.5
    assert (worn >= whole).all()


def test_two_levels_are_black_and_white() -> None:
    done = replace(small("fax"), dpi=(204, 98))
    seen = corpus_scan.two_levels(page(), done, generator("bits"))
    assert set(np.unique(seen)) <= {0, 255}
    assert seen.shape == (round(700 * 98 / 204), 500)


def test_a_photo_shows_the_desk_around_the_whole_page() -> None:
    colour = np.asarray(cv2.merge([page()] * 3), np.uint8)
    done = replace(small("phone"), tilt=0.05, bend=0.01, skew=2.0)
    seen = corpus_camera.photographed(colour, done, generator("desk"))
    assert seen.shape[0] > colour.shape[0]
    assert seen.shape[1] > colour.shape[1]
    corners = [seen[row, column].mean() for row in (2, -3) for column in (2, -3)]
    assert max(corners) < 240


def test_turned_pages_are_turned_counter_clockwise() -> None:
    picture = np.zeros((4, 6), np.uint8)
    picture[0, 5] = 9
    assert corpus_scan.turned(picture, 1)[0, 0] == 9


def test_the_evaluation_knows_kind_and_damages(tmp_path: Path) -> None:
    said = about.About(
        kind="poor", severity=0.5, damages=("seals",), traits=("chromium",), settings={"dpi": (150, 150)}
    )
    (tmp_path / "one.pdf").write_bytes(printed())
    (tmp_path / "one.about.json").write_text(about.dump(said), encoding="utf-8")
    (tmp_path / "truth.json").write_text('{"figures": {}}', encoding="utf-8")
    (case,) = cases.find([tmp_path])
    assert case.kind == "poor"
    assert case.about == said
    result = Result(name="one", kind=case.kind, identity="", groups=said.groups(), figures=5)
    names = [row.kind for row in breakdown([result])]
    assert names == ["poor: damage seals", "poor: print chromium", "poor: severity 0.50"]


@pytest.mark.skipif(bool(render.missing_packages(FONT_PACKAGES)), reason="printing needs Debian packages")
def test_a_case_is_a_folder_of_files_with_truth(tmp_path: Path) -> None:
    job = corpus.Job(tmp_path, "tune", 0, 3, ("digital", "poor"))
    made = corpus.make(job)
    assert {path.stem for path in made} == {"digital", "poor"}
    found = cases.find([tmp_path])
    assert {case.kind for case in found} == {"digital", "poor"}
    assert all(case.about is not None for case in found)


def test_unknown_kinds_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        corpus.main(["out", "--split", "tune", "--kind", "cleen"])
    assert "cleen" in capsys.readouterr().err
