"""The recurrences as functions of tensors: twins with one name and one signature."""

from elman.cells import GATES, STATES
from elman.ops.recurrent.choice import TWINS, choose, explain_choice, layer
from elman.ops.recurrent.weights import Direction, directions_of
from elman.ops.twins import Choice

__all__ = [
    "GATES",
    "STATES",
    "TWINS",
    "Choice",
    "Direction",
    "choose",
    "directions_of",
    "explain_choice",
    "layer",
]
