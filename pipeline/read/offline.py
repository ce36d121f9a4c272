"""Keeps vendors' packages from calling home: two of them do so when they are merely imported."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, cast

import platformdirs

CACHE_VARIABLE = "BIAOGE_CACHE"


def cache_folder() -> Path:
    """Return the folder for what is made once and kept: `BIAOGE_CACHE`, or the user's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("biaoge"))


def go_offline() -> None:
    """Switch off every call home; to be called before any vendor's package of this stage is imported.

    ONNX Runtime sends usage data unless a variable of the environment says no; OpenVINO does so through a
    package of its own, and does without where that cannot be imported.  PaddleX asks model hosts whether
    they are there, and keeps a folder in the user's home.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    cast(dict[str, Any], sys.modules).setdefault("openvino_telemetry", None)
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(cache_folder() / "paddlex"))
