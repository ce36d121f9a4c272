"""What the commands that read documents share: settings from arguments."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from pipeline.settings import Settings


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
