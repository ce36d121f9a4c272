"""Workers on a cluster: the same outcomes, also when a node goes away."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from pipeline.batch.ray_engine import RayEngine
from pipeline.batch.run import Wish
from pipeline.batch.watch import Event
from pipeline.cli import main
from pipeline.settings import Settings
from tests.batch.archive import Listener, attempts, good, limits, outcomes, results, run, write
from tests.batch.tasks import PROBE, READ

ray = pytest.importorskip("ray")

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head that does no work, and two raylets of one core each, on this machine."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        made: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        made.nodes = [made.add_node(num_cpus=1), made.add_node(num_cpus=1)]
        try:
            yield made
        finally:
            ray.shutdown()
            made.shutdown()


def engine(cluster: Any, settings: Settings) -> RayEngine:
    return RayEngine(settings, None, cluster.address, READ, PROBE)


def test_a_cluster_gives_the_outcomes_of_this_machine(cluster: Any, tmp_path: Path) -> None:
    source = good(tmp_path / "in", 12)
    write(source, bad="damaged", crash="crash", hang="hang", copy="report 局3 2021 3 0 2")
    settings = limits(timeout=6.0)  # on a busy machine a worker starts in three
    run(tmp_path / "local", source, settings=settings)
    run(tmp_path / "ray", source, settings=settings, engine=engine(cluster, settings))
    assert outcomes(tmp_path / "ray") == outcomes(tmp_path / "local")
    assert results(tmp_path / "ray") == results(tmp_path / "local")


@pytest.mark.engine
def test_one_worker_two_workers_and_ray_read_the_same(cluster: Any, tmp_path: Path) -> None:
    """A scanned page and a digital document, read by the real engine."""
    page = tmp_path / "page.pdf"
    with pymupdf.open(SAMPLES / "suihua-2021" / "scan.pdf") as scan:
        scan.select([1])
        scan.save(page)
    sources = [str(page), str(SAMPLES / "wenzhou-2020" / "digital.pdf")]
    on_ray = ["--engine", "ray", "-j", "1", "--address", cluster.address]
    ways = {"one": ["-j", "1"], "two": ["-j", "2"], "ray": on_ray}
    for name, options in ways.items():
        assert main(["batch", *sources, "-o", str(tmp_path / name), *options, "--quiet"]) == 0
    names = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one" / "results").glob("*/*")]
    assert len(names) == 2
    for path in names:
        one, two, three = (json.loads((tmp_path / way / path).read_bytes()) for way in ways)
        for key in one.keys() - {"provenance"}:
            assert one[key] == two[key] == three[key]


def test_a_raylet_that_is_killed_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    source = good(tmp_path / "in", 40)
    node = cluster.nodes[0]

    class Kill(Listener):
        def event(self, event: Event) -> None:
            super().event(event)
            if len(self.names("done")) == 10 and event.what == "done":
                os.kill(node.all_processes["raylet"][0].process.pid, signal.SIGKILL)

    listener = Kill()
    settings = limits()
    wish = run(
        tmp_path / "ws", source, settings=settings, engine=engine(cluster, settings), watchers=[listener]
    )
    assert wish is Wish.GO_ON
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}
    assert len(results(tmp_path / "ws")) == 40
    assert sorted(listener.names("done")) == sorted(path.name for path in source.iterdir())
    assert sum(attempts(tmp_path / "ws").values()) <= 42
