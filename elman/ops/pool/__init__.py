"""Mean and maximum over the real steps of every row, as twins with one name."""

from elman.ops.pool.choice import TWINS, mean_and_max

__all__ = ["TWINS", "mean_and_max"]
