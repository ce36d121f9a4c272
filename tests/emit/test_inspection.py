"""Every intermediate of a page drawn."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from pipeline.emit.inspection import Inspection, inspect_page_html, inspected_cells
from pipeline.emit.overlay import STAGES, Stage, draw_stage, draw_stages
from pipeline.emit.pictures import png
from pipeline.model import Box, Cell, CellReading, Grid, Joint, PageInfo, Picture, Reading, Rule, Table
from pipeline.settings import EmitSettings

INFO = PageInfo(1, 200.0, 100.0, "scan", dpi=144.0)
PAPER = Picture(np.full((200, 400), 255, np.uint8), 144.0)


def reading(text: str, confidence: float = 0.999) -> CellReading:
    return CellReading(Reading(text, confidence, "ppocr"))


def inspection(picture: Picture | None = PAPER, text: str = "规章") -> Inspection:
    cells = (
        Cell(0, 2, 0, 1, 1, Box(20, 20, 60, 60)),
        Cell(0, 1, 1, 2, 1, Box(60, 20, 140, 40)),
        Cell(1, 2, 1, 2, 2, Box(60, 40, 140, 60)),
    )
    table = Table(Grid(2, 2, cells), (reading(text), reading("15", 0.9), reading("7")))
    return Inspection(
        info=INFO,
        picture=picture,
        rules=(Rule("horizontal", 20, 20, 140, 1), Rule("vertical", 60, 20, 60, 1)),
        joints=(Joint(60, 20),),
        tables=(table,),
        figures={(0, 1): "proactive.regulations.made", (0, 2): "proactive.regulations.repealed"},
    )


def test_only_cells_of_the_page_are_drawn() -> None:
    cells = list(inspected_cells(inspection()))
    assert [(cell.name, cell.span, cell.key) for cell in cells] == [
        ("0.0", "0-1,0", ""),
        ("0.1", "0,1", "proactive.regulations.made"),
    ]


def test_the_page_holds_every_layer() -> None:
    html = inspect_page_html(inspection(), EmitSettings()).decode()
    layers = {
        name: html[html.index(f'id="{name}"') :] for name in ("rules", "joints", "cells", "text", "form")
    }
    assert set(re.findall(r'data-layer="(\w+)"', html)) == {*layers, "picture"}
    assert layers["rules"].count("<line ") == 2
    assert layers["joints"].count("<circle ") == 1
    assert layers["cells"].count('<rect class="tone') == 2
    assert re.search(r">15</text>.*>0\.900</text>", layers["text"], re.DOTALL)
    assert ">made</text>" in layers["form"]
    assert "data:image/jpeg" in html


def test_text_of_the_document_is_never_markup() -> None:
    html = inspect_page_html(inspection(text="</text><script>alert(1)</script>"), EmitSettings()).decode()
    assert html.count("<script>") == 1


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "picture"])
def test_every_stage_draws_something_onto_the_picture(stage: Stage) -> None:
    drawn = draw_stage(inspection(), stage)
    assert drawn.shape == (200, 400, 3)
    assert (drawn != 255).any()


def test_a_rule_is_drawn_where_it_lies() -> None:
    drawn = draw_stage(inspection(), "rules")
    assert tuple(drawn[40, 200]) == (0, 90, 220)
    assert tuple(drawn[80, 120]) == (225, 95, 0)
    assert tuple(drawn[150, 300]) == (255, 255, 255)


def test_a_page_without_a_picture_is_drawn_on_white() -> None:
    stages = draw_stages(inspection(picture=None))
    assert list(stages) == list(STAGES)
    assert {pixels.shape for pixels in stages.values()} == {(167, 333, 3)}
    assert (stages["picture"] == 255).all()


def test_pictures_of_stages_can_be_saved() -> None:
    pixels = draw_stage(inspection(), "cells")
    again = np.asarray(Image.open(io.BytesIO(png(pixels))))
    assert (again == pixels).all()
