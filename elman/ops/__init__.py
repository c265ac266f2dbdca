"""The recurrences as functions of tensors: twins with one name and one signature."""

from elman.ops.cells import GATES, STATES, Direction, directions_of
from elman.ops.choice import TWINS, Choice, choose, explain_choice, layer

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
