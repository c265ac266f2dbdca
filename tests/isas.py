"""The instruction sets of the kernels that this processor has, and a property on each of them.

What a machine can run, it proves: everything on the set in use (`ELMAN_NATIVE` names another), and
on each other one what depends on the set, at a few sizes. `native/test_instruction_sets.py` counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from elman import native

__all__ = ["ISAS_HERE", "on_each_isa"]


def _here() -> tuple[str | None, ...]:
    chosen = native.isa()
    found = [chosen, *(isa for isa in native.ISAS if isa != chosen and native.use_isa(isa))]
    if chosen:
        native.use_isa(chosen)
    return tuple(found)


ISAS_HERE = _here()
"""The set in use, then the others, best first; only None where there are no kernels."""


def on_each_isa(name: str, every: Sequence[Any], few: Sequence[Any]) -> pytest.MarkDecorator:
    """Parametrize by `isa` and `name`: every value on the set in use, few on each of the others."""
    pairs = [(ISAS_HERE[0], value) for value in every]
    pairs += [(isa, value) for isa in ISAS_HERE[1:] for value in few]
    return pytest.mark.parametrize(("isa", name), pairs, indirect=["isa"], ids=str)
