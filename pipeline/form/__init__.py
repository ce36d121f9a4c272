"""The statutory form as data, tables matched to it, and printed text turned into values."""

from pipeline.form.calibration import FILE as CALIBRATION
from pipeline.form.calibration import calibration_sha256
from pipeline.form.edition import Edition, FormFigure, edition_of_year, editions, load_edition
from pipeline.form.figures import place_figures
from pipeline.form.labels import (
    holds_several,
    is_header_text,
    is_known_label,
    is_label_like,
    same_label,
    same_table,
    shows_form,
)
from pipeline.form.layout import lay_out
from pipeline.form.match import FormMatch, Placement, TableMatch, match_form
from pipeline.form.tiling import dark_tilings, is_piece, is_whole, odd_cells, tilings
from pipeline.form.values import Value, parse_value
from pipeline.form.worded import WordedTable, find_worded
from pipeline.form.worth import well_placed

__all__ = [
    "CALIBRATION",
    "Edition",
    "FormFigure",
    "FormMatch",
    "Placement",
    "TableMatch",
    "Value",
    "WordedTable",
    "calibration_sha256",
    "dark_tilings",
    "edition_of_year",
    "editions",
    "find_worded",
    "holds_several",
    "is_header_text",
    "is_known_label",
    "is_label_like",
    "is_piece",
    "is_whole",
    "lay_out",
    "load_edition",
    "match_form",
    "odd_cells",
    "parse_value",
    "place_figures",
    "same_label",
    "same_table",
    "shows_form",
    "tilings",
    "well_placed",
]
