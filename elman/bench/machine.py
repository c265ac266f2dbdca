"""What was measured on: processor, caches, instruction set, versions, and its peak."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from elman import native
from elman.version import __version__

__all__ = ["cores", "describe", "fma_peak", "versions"]

_BURSTS, _BURST_SECONDS = 5, 0.01
_PACKAGES = ("torch", "numpy", "onnx", "onnxruntime")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def fma_peak(threads: int) -> float | None:
    """Return operations per second of multiply-adds alone: the best of five short bursts.

    The best, because all that disturbs a burst makes it slower. None without the C++ kernels.
    """
    bursts = [native.fma_peak(threads, _BURST_SECONDS) for _ in range(_BURSTS)]
    measured = [burst for burst in bursts if burst is not None]
    return max(measured) if measured else None


def describe() -> dict[str, Any]:
    """Return the machine as JSON has it."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "caches": _caches(),
        "instruction_set": native.isa(),
        "kernels_missing": native.missing(),
        "torch_capability": torch.backends.cpu.get_cpu_capability(),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def versions() -> dict[str, str]:
    """Return the versions of what takes part, of what is installed."""
    found = {"elman": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    stripped = {name.strip(): value.strip() for name, value in fields.items()}
    name = stripped.get("model name") or platform.machine()
    family, model = stripped.get("cpu family"), stripped.get("model")
    return f"{name} (family {family}, model {model})" if family else name


def _caches() -> dict[str, str]:
    """Sizes by level, of the first core."""
    found = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            (index / name).read_text().strip() for name in ("level", "type", "size")
        )
        if kind != "Instruction":
            found[f"L{level}"] = size
    return found
