"""One step of one cell: what cells, streams and loops over time are made of."""

from elman.ops.step.cpu import Tensors, step, supports

__all__ = ["Tensors", "step", "supports"]
