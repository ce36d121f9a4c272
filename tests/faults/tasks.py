"""Tasks that behave badly, run in a supervised child by the tests."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

from pipeline.errors import EncryptedError
from pipeline.supervise import Progress


def echo(path: Path, options: str, progress: Progress) -> bytes:
    """Answer with the options and the child's own id."""
    progress("echo", 1, 1)
    return f"{path.name} {options} {os.getpid()}".encode()


def knows(path: Path, options: str, progress: Progress) -> bytes:
    """Say whether a module is imported."""
    return b"yes" if options in sys.modules else b"no"


def chatter(path: Path, options: str, progress: Progress) -> bytes:
    """Print as native libraries do: past Python, straight to descriptor 1."""
    os.write(1, b"noise\n")
    sys.stdout.write("noise\n")
    return b"quiet"


def hang(path: Path, options: str, progress: Progress) -> bytes:
    """Never return, deaf to every signal that can be blocked, as native code is."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    progress("render", 2, 3)
    while True:
        signal.sigwait({signal.SIGUSR2})


def hang_with_helper(path: Path, options: str, progress: Progress) -> bytes:
    """Start a process of its own, tell its id, and hang."""
    helper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    progress("helper", helper.pid, 0)
    return hang(path, options, progress)


def crash(path: Path, options: str, progress: Progress) -> bytes:
    """Read address 0."""
    ctypes.string_at(0)
    return b""


def leave(path: Path, options: str, progress: Progress) -> bytes:
    """End without an answer."""
    os._exit(7)


def shut_and_hang(path: Path, options: str, progress: Progress) -> bytes:
    """Close every channel, then hang."""
    os.closerange(3, 64)
    return hang(path, options, lambda *_: None)


def babble(path: Path, options: str, progress: Progress) -> bytes:
    """Write `options` to every descriptor there is."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, options.encode())
        except OSError:
            continue
    return b"never believed"


def devour(path: Path, options: str, progress: Progress) -> bytes:
    """Take memory until there is no more."""
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))
        if len(hoard) > 4096:  # 64 GiB: the limit did not hold
            return b"full"


def refuse(path: Path, options: str, progress: Progress) -> bytes:
    """Raise one of the product's own errors."""
    raise EncryptedError(f"{path}: needs a password")


def stumble(path: Path, options: str, progress: Progress) -> bytes:
    """Raise an error that is a fault of the program."""
    raise ZeroDivisionError("division\nby zero")


def lack(path: Path, options: str, progress: Progress) -> bytes:
    """Need a package that is not there."""
    raise ModuleNotFoundError("No module named 'nothing'")
