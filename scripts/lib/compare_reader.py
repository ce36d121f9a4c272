"""How RapidOCR reads for whichever tool asks it; in the tools' own environment, as compare_pdf."""

from __future__ import annotations

from importlib import import_module
from typing import Any

LONGEST_SIDE = 4000  # pixels; the default shrinks an A4 page of 200 dpi


def reader_settings() -> dict[str, Any]:
    """Return RapidOCR's settings; its turner of lines turns lone digits upside down."""
    languages = import_module("rapidocr").LangRec
    return {
        "Rec.lang_type": languages.CH,
        "Global.use_cls": False,
        "Global.max_side_len": LONGEST_SIDE,
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    }
