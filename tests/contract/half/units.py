"""The units here, and layers and problems in products of bfloat16, as autocast has them."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from elman import native
from tests.contract.table import Problem, run, values

__all__ = ["UNITS_HERE", "drawn", "in_bfloat16", "without_gradients"]


def _here() -> list[str | None]:
    found: list[str | None] = [unit for unit in native.HALVES if native.use_half(unit)]
    if found:
        native.use_half(None)
    return found or [None]


UNITS_HERE = _here()
"""Best first, the emulation last; only None where there are no kernels."""


def drawn(problem: Problem) -> Problem:
    """The problem in float32, with numbers that bfloat16 has to round."""
    odd = replace(
        problem, x=problem.x * 1.0137, weights=[weight * 0.9871 for weight in problem.weights]
    )
    return odd.to(torch.float32)


def in_bfloat16(problem: Problem) -> dict[str, Tensor]:
    """Every result and gradient on the unit in use."""
    with torch.autocast("cpu", torch.bfloat16):
        return run(problem, "half")


def without_gradients(problem: Problem) -> dict[str, Tensor]:
    """Every result on the unit in use, where nothing is kept for backward."""
    with torch.autocast("cpu", torch.bfloat16):
        return values(problem, "half")
