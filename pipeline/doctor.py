"""What is wrong with an installation, and what to do about it.

Foreign packages are imported in processes of their own: one that is broken may take its process along.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from packaging.requirements import Requirement

from pipeline.errors import BiaogeError

Condition: TypeAlias = Literal["ok", "warning", "bad"]

PYTHONS = ((3, 11), (3, 14))  # from, and below
LEAST_DISK = 1.0  # GB; models in the cache and outputs of a day fit
LEAST_MEMORY = 2.0  # GB; the models and one page of 600 dpi fit
IMPORT_TIME = 120.0  # seconds; on a cold disk the slowest takes twenty
# Wheels that install one and the same folder: the last one installed wins.
CV2_WHEELS = (
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-python",
    "opencv-contrib-python-headless",
)
# Folders that wheels of several names install.
SHARED = {"cv2": CV2_WHEELS, "onnxruntime": ("onnxruntime", "onnxruntime-gpu")}
# A package that stands in for another: it installs the same folder.
SUBSTITUTES = {"onnxruntime": "onnxruntime-gpu"}
NATIVE = {
    "cv2": "on Debian: apt-get install libgl1 libglib2.0-0",
    "pymupdf": "pip install --force-reinstall pymupdf",
    "onnxruntime": "pip install --force-reinstall onnxruntime",
    "pyarrow": "pip install --force-reinstall pyarrow",
}
NOT_FOR_USERS = frozenset({"test", "dev"})  # extras
# What is read or loaded with other programs and packages, where they are there.
STORES = {"s3fs": "s3://", "gcsfs": "gs://", "ossfs": "oss://", "adlfs": "abfs://"}
LOADERS = ("duckdb", "pandas")
OFFICE = ("soffice", "libreoffice")
SHEETS = ("libsclo.so", "libsclo.dylib", "sclo.dll")  # LibreOffice's part for workbooks
MODULES = {"prometheus-client": "prometheus_client", "onnxruntime-gpu": "onnxruntime"}
# Two engines call home when they are imported (see pipeline.read.offline); what a diagnosis runs does not.
QUIET = """
import os, sys
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.modules["openvino_telemetry"] = None
"""
PROVIDERS = "import onnxruntime; print(' '.join(onnxruntime.get_available_providers()))"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: how it is, what was found, and what to do where it is not ok."""

    subject: str
    condition: Condition
    found: str
    remedy: str = ""


def examine() -> Iterator[Diagnosis]:
    """Look at everything reading depends on, the cheap things first."""
    looks: tuple[Callable[[], Iterator[Diagnosis]], ...] = (
        _python,
        _packages,
        _cv2_wheels,
        _onnxruntime_wheels,
        _native,
        _extras,
        _beside,
        _models,
        _cache,
        _memory,
        _processor,
        _engine,
        _gpu,
    )
    for look in looks:
        yield from look()


def _python() -> Iterator[Diagnosis]:
    fits = PYTHONS[0] <= sys.version_info[:2] < PYTHONS[1]
    yield Diagnosis(
        "Python",
        "ok" if fits else "bad",
        f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "" if fits else "use Python 3.11 to 3.13",
    )


def _packages() -> Iterator[Diagnosis]:
    try:
        wanted = importlib.metadata.requires("biaoge") or []
    except importlib.metadata.PackageNotFoundError:
        yield Diagnosis("biaoge", "warning", "runs from a folder, not installed", "pip install .")
        return
    for requirement in map(Requirement, wanted):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _package(requirement)


def _package(requirement: Requirement) -> Diagnosis:
    version = version_of(requirement.name) or version_of(SUBSTITUTES.get(requirement.name, requirement.name))
    remedy = f"pip install '{requirement.name}{requirement.specifier}'"
    if version is None:
        return Diagnosis(requirement.name, "bad", "not installed", remedy)
    if not requirement.specifier.contains(version, prereleases=True):
        return Diagnosis(requirement.name, "bad", f"{version}, wanted {requirement.specifier}", remedy)
    return Diagnosis(requirement.name, "ok", version)


def version_of(package: str) -> str | None:
    """Return the version of an installed package, None where it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _cv2_wheels() -> Iterator[Diagnosis]:
    wheels = owners_of("cv2")
    loaded, _ = _tell("import cv2; print(cv2.__version__)")
    yield diagnose_cv2(wheels, loaded)


def _onnxruntime_wheels() -> Iterator[Diagnosis]:
    yield diagnose_onnxruntime(owners_of("onnxruntime"))


def owners_of(folder: str) -> dict[str, str]:
    """Return the installed packages that have put a folder of that name among the modules, with versions."""
    named = importlib.metadata.packages_distributions().get(folder, [])
    wheels = dict.fromkeys((*SHARED.get(folder, ()), *sorted(named)))
    return {wheel: version for wheel in wheels if (version := version_of(wheel))}


def diagnose_cv2(wheels: dict[str, str], loaded: str = "") -> Diagnosis:
    """Judge the packages that share the folder cv2: their versions, and the one that Python finds there.

    A wheel's version has a fourth part, its build (4.10.0.84), which the module (4.10.0) does not tell.
    """
    found = ", ".join(f"{wheel} {version}" for wheel, version in wheels.items()) or "none"
    versions = set(wheels.values())
    stale = bool(loaded) and not any(version.startswith(loaded) for version in versions)
    if len(versions) == 1 and not stale:
        return Diagnosis("one cv2", "ok", found)
    remedy = "pip uninstall -y " + " ".join(wheels or CV2_WHEELS) + ", then install biaoge again"
    return Diagnosis("one cv2", "bad", f"{found}; Python finds {loaded}" if stale else found, remedy)


def diagnose_onnxruntime(wheels: dict[str, str]) -> Diagnosis:
    """Judge the packages that share the folder onnxruntime: the last one installed is used."""
    found = ", ".join(f"{wheel} {version}" for wheel, version in wheels.items()) or "none"
    if len(wheels) == 1:
        return Diagnosis("one onnxruntime", "ok", found)
    if not wheels:
        return Diagnosis("one onnxruntime", "bad", found, "pip install onnxruntime")
    remedy = "keep one: pip uninstall -y " + " ".join(wheels) + ", then install the one that is wanted"
    return Diagnosis("one onnxruntime", "warning", found, remedy)


def _native() -> Iterator[Diagnosis]:
    for module, remedy in NATIVE.items():
        fault = fault_of_import(module)
        yield Diagnosis(
            f"import {module}", "bad" if fault else "ok", fault or "loads", remedy if fault else ""
        )


def _extras() -> Iterator[Diagnosis]:
    try:
        about = importlib.metadata.metadata("biaoge")
    except importlib.metadata.PackageNotFoundError:
        return  # said already
    wanted = [Requirement(text) for text in importlib.metadata.requires("biaoge") or []]
    for extra in sorted(set(about.get_all("Provides-Extra") or ()) - NOT_FOR_USERS):
        needs = [one for one in wanted if one.marker and _belongs(one, extra)]
        yield diagnose_extra(extra, {str(one): _state(one) for one in needs})


def _belongs(requirement: Requirement, extra: str) -> bool:
    marker = requirement.marker
    return marker is not None and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""})


def _state(requirement: Requirement) -> tuple[str | None, str]:
    """Return the version of what an extra needs, if it is there, and what is wrong with it."""
    version = version_of(requirement.name)
    if version is None:
        return None, ""
    if not requirement.specifier.contains(version, prereleases=True):
        return version, f"wanted {requirement.specifier}"
    return version, fault_of_import(MODULES.get(requirement.name, requirement.name)) or ""


def diagnose_extra(extra: str, packages: dict[str, tuple[str | None, str]]) -> Diagnosis:
    """Judge an extra by the versions of its packages and their faults: not to have it is no fault."""
    subject, remedy = f"extra {extra}", f"pip install 'biaoge[{extra}]'"
    faults = [f"{name}: {fault}" for name, (_, fault) in packages.items() if fault]
    if faults:
        return Diagnosis(subject, "warning", "; ".join(faults), remedy)
    missing = [name for name, (version, _) in packages.items() if version is None]
    if missing:
        return Diagnosis(subject, "ok", "not installed; not needed", "")
    return Diagnosis(subject, "ok", ", ".join(f"{version}" for version, _ in packages.values()))


def _beside() -> Iterator[Diagnosis]:
    """Look at what lies beside biaoge and is used where it is there."""
    stores = [
        f"{address} by {name} {found}" for name, address in STORES.items() if (found := version_of(name))
    ]
    yield Diagnosis(
        "object stores", "ok", ", ".join(stores) or "none; for s3:// and others: pip install s3fs …"
    )
    loaders = [f"{name} {found}" for name in LOADERS if (found := version_of(name))]
    yield Diagnosis("loading tables", "ok", ", ".join(loaders) or "neither duckdb nor pandas; not needed")
    office = next(filter(None, map(shutil.which, OFFICE)), None)
    yield Diagnosis("DOC, WPS, RTF", "ok", office or "not read: that takes LibreOffice")
    folder = Path(office).resolve().parent if office else None
    sheets = folder is not None and any((folder / library).exists() for library in SHEETS)
    yield Diagnosis(
        "XLS, ET", "ok", "by LibreOffice Calc" if sheets else "not read: that takes LibreOffice Calc"
    )


def fault_of_import(module: str) -> str | None:
    """Return why `module` cannot be imported, None where it can."""
    _, fault = _tell(f"import {module}")
    return fault


def _tell(code: str) -> tuple[str, str | None]:
    """Run `code` in a fresh interpreter; return what it prints, and its complaint's last line."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", QUIET + code],
            capture_output=True,
            text=True,
            timeout=IMPORT_TIME,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"no end after {IMPORT_TIME:g} s"
    lines = done.stderr.strip().splitlines() or [f"ended with status {done.returncode}"]
    return done.stdout.strip(), lines[-1] if done.returncode else None


def _models() -> Iterator[Diagnosis]:
    from pipeline.read.weights import verify_models

    try:
        statuses = verify_models()
    except BiaogeError as error:
        yield Diagnosis("models", "bad", str(error), "install biaoge again")
        return
    for status in statuses:
        remedy = f"pip install --force-reinstall {status.entry.source.package}=={status.entry.source.version}"
        if status.fault:
            yield Diagnosis(status.entry.name, "bad", status.fault, remedy)
        else:
            yield Diagnosis(status.entry.name, "ok", f"sha256 {status.entry.sha256[:12]}…")


def _cache() -> Iterator[Diagnosis]:
    from pipeline.read.offline import CACHE_VARIABLE, cache_folder

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Diagnosis(
            "cache", "bad", f"{folder}: {error.strerror}", f"set {CACHE_VARIABLE} to a folder to write in"
        )
        return
    yield Diagnosis("cache", "ok", str(folder))
    yield _amount("disk", shutil.disk_usage(folder).free / 1e9, LEAST_DISK, f"free space in {folder}")
    scratch = Path(tempfile.gettempdir())
    free = shutil.disk_usage(scratch).free / 1e9
    yield _amount("disk for scratch", free, LEAST_DISK, f"free space in {scratch}, or set TMPDIR")


def _memory() -> Iterator[Diagnosis]:
    meminfo = Path("/proc/meminfo")
    if meminfo.is_file():
        fields = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        available = int(fields["MemAvailable"].split()[0]) * 1024 / 1e9
        yield _amount("memory", available, LEAST_MEMORY, "end other programs")


def _amount(subject: str, gigabytes: float, least: float, remedy: str) -> Diagnosis:
    found = f"{gigabytes:.1f} GB free"
    return (
        Diagnosis(subject, "ok", found)
        if gigabytes >= least
        else Diagnosis(subject, "warning", found, remedy)
    )


def _processor() -> Iterator[Diagnosis]:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file() and platform.machine() == "x86_64":
        yield diagnose_processor(cpuinfo.read_text(), os.cpu_count() or 1)


def diagnose_processor(cpuinfo: str, cores: int) -> Diagnosis:
    """Judge the processor by the text of /proc/cpuinfo: what of it makes reading fast."""
    flags = next(
        (line.split(":", 1)[1].split() for line in cpuinfo.splitlines() if line.startswith("flags")), []
    )
    fast = [name for name in ("amx_bf16", "avx512_bf16", "avx512f", "avx2") if name in flags]
    found = f"{cores} cores, {', '.join(fast) or 'no vector extensions'}"
    if fast:
        return Diagnosis("processor", "ok", found)
    return Diagnosis(
        "processor", "warning", found, "reading will be slow: use a processor with AVX2 or better"
    )


def _engine() -> Iterator[Diagnosis]:
    version = version_of("openvino")
    if version is None:
        yield Diagnosis("engine", "warning", "ONNX Runtime", "twice as fast: pip install openvino")
        return
    fault = fault_of_import("openvino")
    remedy = "pip install --force-reinstall openvino" if fault else ""
    yield Diagnosis("engine", "bad" if fault else "ok", fault or f"OpenVINO {version}", remedy)


def _gpu() -> Iterator[Diagnosis]:
    providers, fault = _tell(PROVIDERS)
    device = any(Path("/dev").glob("nvidia[0-9]*"))
    yield diagnose_gpu(device, "" if fault else providers, version_of("paddlepaddle-gpu"))


def diagnose_gpu(device: bool, providers: str, paddle: str | None) -> Diagnosis:
    """Judge what `--device gpu` would find: a card, ONNX Runtime's providers, Paddle's version."""
    usable = [
        name for name, there in (("ONNX Runtime", "CUDA" in providers), (f"Paddle {paddle}", paddle)) if there
    ]
    if not device:
        return Diagnosis("GPU", "ok", "none seen; not needed")
    if usable:
        return Diagnosis("GPU", "ok", f"by {' and '.join(usable)}")
    remedy = "to use it: pip uninstall -y onnxruntime && pip install --force-reinstall onnxruntime-gpu"
    return Diagnosis("GPU", "warning", "there is one that no engine can use", remedy)
