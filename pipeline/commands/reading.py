"""What `extract` and `inspect` share: settings from arguments, and the work handed to a child."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict, replace
from typing import Any, TypeVar

from pipeline.settings import Settings

Job = TypeVar("Job")


def settings_of(arguments: Namespace) -> Settings:
    """Return the settings that the command line asks for."""
    settings = Settings()
    read, process = settings.read, settings.process
    if arguments.models is not None:
        read = replace(read, models=arguments.models)
    if arguments.device is not None:
        read = replace(read, device=arguments.device)
    if read.device.startswith("gpu"):
        process = replace(process, memory_limit=0)  # drivers map far more than they use
    if arguments.timeout is not None:
        process = replace(process, timeout=arguments.timeout)
    return replace(settings, read=read, process=process)


def to_options(job: Any) -> str:
    """Return `job`, a dataclass of plain values, as the text a child's task takes."""
    return json.dumps(asdict(job))


def from_options(kind: type[Job], options: str) -> Job:
    """Return the job that `to_options` wrote."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_json(options)
