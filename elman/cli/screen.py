"""A report as lines for a person."""

from __future__ import annotations

from typing import Any

from elman import tasks

__all__ = ["screen"]


def screen(kind: str, report: dict[str, Any]) -> list[str]:
    """Return a report of `train`, `compare`, `evaluate` or `predict` for a person."""
    return tasks.named(report["task"]).screen(kind, report)
