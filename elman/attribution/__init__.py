"""Why a network answered as it did; takes functions, arrays and saved models, and knows no task.

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elman.attribution.explanation import Explanation
    from elman.attribution.gradients import PathShares, integrated_gradients
    from elman.attribution.maps.attention import AttentionMap
    from elman.attribution.maps.influence import InfluenceMap
    from elman.attribution.shapley import ShapleyValues, shapley_values
    from elman.attribution.trajectory import Trajectory

__all__ = [
    "AttentionMap",
    "Explanation",
    "InfluenceMap",
    "PathShares",
    "ShapleyValues",
    "Trajectory",
    "integrated_gradients",
    "shapley_values",
]

_HOMES = {
    "AttentionMap": "elman.attribution.maps.attention",
    "Explanation": "elman.attribution.explanation",
    "InfluenceMap": "elman.attribution.maps.influence",
    "PathShares": "elman.attribution.gradients",
    "ShapleyValues": "elman.attribution.shapley",
    "Trajectory": "elman.attribution.trajectory",
    "integrated_gradients": "elman.attribution.gradients",
    "shapley_values": "elman.attribution.shapley",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'elman.attribution' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
