"""Rules become joints, joints cells, cells spans, and pieces of tables whole tables: pure geometry."""

from pipeline.grid.build import RuledGrid, build_grid
from pipeline.grid.region import find_regions, joints_of
from pipeline.grid.stitch import stitch

__all__ = ["RuledGrid", "build_grid", "find_regions", "joints_of", "stitch"]
