"""biaoge: exact, checked, traceable figures out of information-disclosure reports.

The names of `__all__` are the public interface; each is imported when it is first asked for, so that
`import pipeline` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.errors import BiaogeError as BiaogeError
    from pipeline.errors import EncryptedError as EncryptedError
    from pipeline.errors import InputError as InputError
    from pipeline.errors import MissingDependencyError as MissingDependencyError
    from pipeline.errors import OutputError as OutputError
    from pipeline.errors import SeveralReportsError as SeveralReportsError
    from pipeline.extract import extract as extract
    from pipeline.extract import extract_all as extract_all
    from pipeline.report import Report as Report
    from pipeline.settings import Settings as Settings

__version__ = "0.1.0"

__all__ = [
    "BiaogeError",
    "EncryptedError",
    "InputError",
    "MissingDependencyError",
    "OutputError",
    "Report",
    "Settings",
    "SeveralReportsError",
    "__version__",
    "extract",
    "extract_all",
]

_HOMES = {
    "BiaogeError": "pipeline.errors",
    "EncryptedError": "pipeline.errors",
    "InputError": "pipeline.errors",
    "MissingDependencyError": "pipeline.errors",
    "OutputError": "pipeline.errors",
    "Report": "pipeline.report",
    "Settings": "pipeline.settings",
    "SeveralReportsError": "pipeline.errors",
    "extract": "pipeline.extract",
    "extract_all": "pipeline.extract",
}


class _Package(ModuleType):
    """Keeps `pipeline.extract` the function, also after the module of that name was imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "extract" and isinstance(value, ModuleType):
            value = vars(value)[name]
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return vars(import_module(_HOMES[name]))[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
