"""The doctor names what is wrong and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import doctor
from tests.test_cli import biaoge


def test_a_sound_installation_is_status_0(tmp_path: Path) -> None:
    done = biaoge("doctor", BIAOGE_CACHE=str(tmp_path))
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    subjects = {row[1] for row in rows}
    assert {"Python", "one cv2", "import cv2", "cache", "disk", "processor", "engine", "GPU"} <= subjects
    assert {"one onnxruntime", "object stores", "DOC, WPS, RTF", "disk for scratch"} <= subjects
    assert done.returncode == 0
    assert all(row[3] for row in rows if row[0] != "ok")


def test_a_cache_that_cannot_be_written_is_status_3() -> None:
    done = biaoge("doctor", BIAOGE_CACHE="/dev/null/nowhere")
    assert done.returncode == 3
    (row,) = [line.split("\t") for line in done.stdout.splitlines() if "\tcache\t" in line]
    assert row[0] == "bad"
    assert "BIAOGE_CACHE" in row[3]


@pytest.mark.parametrize(
    ("wheels", "condition"),
    [
        ({"opencv-contrib-python": "4.10.0.84", "opencv-python-headless": "4.10.0.84"}, "ok"),
        ({"opencv-contrib-python": "4.10.0.84", "opencv-python-headless": "4.12.0.88"}, "bad"),
        ({}, "bad"),
    ],
)
def test_two_wheels_of_cv2_must_be_one_version(wheels: dict[str, str], condition: str) -> None:
    diagnosis = doctor.diagnose_cv2(wheels)
    assert diagnosis.condition == condition
    assert bool(diagnosis.remedy) == (condition == "bad")


def test_wheels_of_one_version_whose_files_another_has_overwritten_are_told() -> None:
    wheels = {"opencv-contrib-python": "4.10.0.84", "opencv-python-headless": "4.10.0.84"}
    assert doctor.diagnose_cv2(wheels, "4.10.0").condition == "ok"
    diagnosis = doctor.diagnose_cv2(wheels, "4.12.0")
    assert diagnosis.condition == "bad"
    assert "Python finds 4.12.0" in diagnosis.found


def test_a_wheel_of_an_unheard_of_name_is_found_by_the_folder_that_it_owns() -> None:
    assert doctor.owners_of("cv2").keys() >= {"opencv-contrib-python", "opencv-python-headless"}
    assert doctor.owners_of("pytest").keys() == {"pytest"}


def test_two_onnxruntimes_are_told() -> None:
    one, both = {"onnxruntime": "1.2"}, {"onnxruntime": "1.2", "onnxruntime-gpu": "1.2"}
    assert [doctor.diagnose_onnxruntime(wheels).condition for wheels in (one, both, {})] == [
        "ok",
        "warning",
        "bad",
    ]


@pytest.mark.parametrize(
    ("version", "fault", "condition", "found"),
    [
        (None, "", "ok", "not installed; not needed"),
        ("2.9", "", "ok", "2.9"),
        ("1.0", "wanted >=2.40", "warning", "ray>=2.40: wanted >=2.40"),
        ("2.9", "ImportError: libfoo.so", "warning", "ray>=2.40: ImportError: libfoo.so"),
    ],
)
def test_an_extra_that_is_not_there_is_no_fault_but_a_broken_one_is(
    version: str | None, fault: str, condition: str, found: str
) -> None:
    diagnosis = doctor.diagnose_extra("ray", {"ray>=2.40": (version, fault)})
    assert (diagnosis.condition, diagnosis.found) == (condition, found)
    assert ("biaoge[ray]" in diagnosis.remedy) == (condition == "warning")


def test_a_broken_module_is_told_by_its_own_words() -> None:
    assert doctor.fault_of_import("json") is None
    assert doctor.fault_of_import("no_such_module") == "ModuleNotFoundError: No module named 'no_such_module'"


def test_the_processor_is_judged_by_its_extensions() -> None:
    fast = doctor.diagnose_processor("model\t: x\nflags\t\t: sse avx2 avx512f amx_bf16\n", 2)
    slow = doctor.diagnose_processor("flags\t\t: sse\n", 2)
    assert (fast.condition, fast.found) == ("ok", "2 cores, amx_bf16, avx512f, avx2")
    assert slow.condition == "warning"
    assert slow.remedy


@pytest.mark.parametrize(
    ("device", "providers", "paddle", "condition"),
    [
        (False, "CPUExecutionProvider", None, "ok"),
        (True, "CPUExecutionProvider", None, "warning"),
        (True, "CUDAExecutionProvider CPUExecutionProvider", None, "ok"),
        (True, "CPUExecutionProvider", "3.3.1", "ok"),
    ],
)
def test_a_gpu_needs_an_engine(device: bool, providers: str, paddle: str | None, condition: str) -> None:
    assert doctor.diagnose_gpu(device, providers, paddle).condition == condition
