"""Rules and tables are found: OpenCV on pictures, vector rules and Camelot on digital pages."""

from pipeline.detect.bands import find_bands, without_bands
from pipeline.detect.camelot import camelot_rules
from pipeline.detect.marks import find_marks
from pipeline.detect.page_ink import PageInk, find_ink
from pipeline.detect.picture import find_rules
from pipeline.detect.trace import find_traces, levelled, of_tables, slope_of
from pipeline.detect.worn import find_worn

__all__ = [
    "PageInk",
    "camelot_rules",
    "find_bands",
    "find_ink",
    "find_marks",
    "find_rules",
    "find_traces",
    "find_worn",
    "levelled",
    "of_tables",
    "slope_of",
    "without_bands",
]
