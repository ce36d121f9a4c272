"""Rules become joints, joints cells, cells spans, and pieces of tables whole tables: pure geometry."""

from pipeline.grid.alone import with_titles
from pipeline.grid.build import RuledGrid, build_grid
from pipeline.grid.lattice import find_networks
from pipeline.grid.open import find_tables, is_inferred
from pipeline.grid.outline import grid_of
from pipeline.grid.region import find_regions, joints_of
from pipeline.grid.stitch import stitch
from pipeline.grid.words import parted, without_scraps, words_by_line

__all__ = [
    "RuledGrid",
    "build_grid",
    "find_networks",
    "find_regions",
    "find_tables",
    "grid_of",
    "is_inferred",
    "joints_of",
    "parted",
    "stitch",
    "with_titles",
    "without_scraps",
    "words_by_line",
]
