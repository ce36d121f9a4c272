"""OpenVINO: an ONNX file becomes a function on arrays.  The only module that imports it."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.read.offline import go_offline


def is_installed() -> bool:
    """Return whether OpenVINO is there, without importing it."""
    return importlib.util.find_spec("openvino") is not None


class OpenVinoModel:
    """A compiled model with one input and one output.

    Computes in bfloat16 where the processor does so natively, else in float32; uses every core that this
    process may run on.
    """

    def __init__(self, weights: Path) -> None:
        go_offline()
        import openvino  # type: ignore[import-untyped]

        core = openvino.Core()
        native = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.precision = "bf16" if "BF16" in native else "f32"
        config: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": self.precision,
            "INFERENCE_NUM_THREADS": usable_cores(),
            "NUM_STREAMS": 1,
        }
        self._model: Any = core.compile_model(str(weights), "CPU", config)

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            result: NDArray[np.float32] = self._model([batch])[0]
        except RuntimeError as error:
            if "alloc" in str(error):  # it has no error of its own for that
                raise MemoryError("no memory left to read a batch of lines") from error
            raise
        return result


def usable_cores() -> int:
    """Return how many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
