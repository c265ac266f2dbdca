"""Which versions run here; nothing heavy is imported for it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from elman.version import __version__

__all__ = ["versions"]


def versions() -> str:
    """Return one line: elman, its kernels, Python, torch."""
    from elman import native

    kernels = native.isa() or f"no C++ kernels ({native.missing()})"
    try:
        torch = f"torch {version('torch')}"
    except PackageNotFoundError:
        torch = "no torch"
    return f"elman {__version__} (kernels: {kernels}; Python {platform.python_version()}; {torch})"
