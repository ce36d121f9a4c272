"""What workers that share one reader take, by their number, and how its device was used."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from scripts.lib.batchbench import Archive, bulk, fill, timed

WORKERS = (1, 2, 3)


def bench(folder: Path, archive: Archive, device: str, cores: int) -> None:
    """Print what one worker takes that reads by itself, then what several take that share a reader."""
    on = ["--device", device]
    if device == "cpu":
        alone = timed([[*bulk(archive.whole, folder / "alone", 1), *on]], cores)
        print(f"one worker that reads by itself: {alone}", flush=True)
        on.append("--device-server")
    for workers in WORKERS:
        workspace = folder / str(workers)
        times = timed([[*bulk(archive.whole, workspace, workers), *on]], cores)
        print(f"{workers} that share a reader: {times}; {device_line(workspace)}", flush=True)


def device_line(workspace: Path) -> str:
    """Return what the log of the only run in `workspace` says of the device."""
    (log,) = (workspace / "logs").iterdir()
    events = map(json.loads, log.read_text("utf-8").splitlines())
    return next(str(event["detail"]) for event in events if event["what"] == "device")


def main() -> int:
    """Run it over documents of one page each, with start-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--cores", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="devicebench-") as name:
        archive = fill(Path(name), "scan", given.documents)
        bench(Path(name), archive, given.device, given.cores)
    return 0
