"""What the commands that read documents share: settings from arguments."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from functools import cache
from pathlib import Path

from pipeline.commands.say import show_note
from pipeline.errors import DeviceError
from pipeline.settings import ProcessSettings, ReadSettings, Settings

TRY = "pipeline.read.engine:try_engine"
OR_ELSE = ","  # between the device asked for and the one that may be taken instead


def settings_of(arguments: Namespace) -> Settings:
    """Return the settings that the command line asks for."""
    settings = Settings()
    read, process = settings.read, settings.process
    if arguments.models is not None:
        read = replace(read, models=arguments.models)
    if arguments.device is not None:
        read = _on(arguments.device, read, quiet=arguments.quiet)
    if read.device.startswith("gpu"):
        process = replace(process, memory_limit=0)  # drivers map far more than they use
    if arguments.timeout is not None:
        process = replace(process, timeout=arguments.timeout)
    return replace(settings, read=read, process=process)


def _on(devices: str, read: ReadSettings, *, quiet: bool) -> ReadSettings:
    """Return `read` on the first of `devices`, on the one after the comma where that cannot be used."""
    wanted, allowed, other = devices.partition(OR_ELSE)
    fault = _fault_of(replace(read, device=wanted)) if allowed else None
    if fault is None:
        return replace(read, device=wanted)
    if not quiet:
        show_note(f"{fault}; reading on {other} instead, as --device {devices} allows")
    return replace(read, device=other, instead_of=wanted)


@cache
def _fault_of(read: ReadSettings) -> str | None:
    """Return why the device cannot be read on, None where it can; a child of its own tries it."""
    from pipeline.supervise import Supervisor

    with Supervisor(ProcessSettings(memory_limit=0)) as child:
        try:
            child.run(TRY, Path(os.devnull), read)
        except DeviceError as error:
            return str(error)
    return None
