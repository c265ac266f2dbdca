"""What an install lacks for a piece of work, said before the work begins."""

from __future__ import annotations

from importlib.util import find_spec

from elman import native
from elman.errors import MissingExtraError, installing
from elman.training.listener import Listener

__all__ = ["need", "warn_without_kernels"]

_PACKAGES = {"sklearn": "scikit-learn"}
"""What a module is called where it is installed, if otherwise."""


def need(what: str, *modules: str, extras: tuple[str, ...] = ("train",)) -> None:
    """Refuse to begin what cannot be finished.

    Args:
        what: the work and what it does, as "explain follows gradients".
        modules: that it imports.
        extras: of pip that bring them.

    Raises:
        MissingExtraError: one is not installed.
    """
    missing = [_PACKAGES.get(name, name) for name in modules if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"{what} and needs {' and '.join(missing)}: {installing(*extras)}. "
            "predict, stream and evaluate work without."
        )


def warn_without_kernels(listener: Listener) -> None:
    """Say that training will be slow, and why."""
    if reason := native.missing():
        listener.warn(f"training runs on torch's own layers, several times slower: {reason}")
