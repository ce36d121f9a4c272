"""Rules and tables are found: OpenCV on pictures, vector rules and Camelot on digital pages."""

from pipeline.detect.camelot import camelot_rules
from pipeline.detect.picture import find_rules, find_traces, levelled, slope_of
from pipeline.detect.worn import find_worn

__all__ = ["camelot_rules", "find_rules", "find_traces", "find_worn", "levelled", "slope_of"]
