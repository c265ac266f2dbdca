"""Answers on Ray: `pip install "elman[ray]"`.

    import ray
    from elman.ray import Predictor

    how = {"batch_format": "pyarrow", "compute": ray.data.ActorPoolStrategy(size=4)}
    rows = ray.data.read_parquet("in/")
    rows.map_batches(Predictor, fn_constructor_args=("model",), **how).write_parquet("out/")

Of a forecaster the rows of a series belong together:

    series = values.groupby("unique_id")
    series.map_groups(Predictor, fn_constructor_args=("model", None, "unique_id"), **how)

But: a worker needs elman, and the model's directory where it is named, or `shipped(model)` in place
of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from elman.workflow.scoring.frames import Frames, packed

__all__ = ["Predictor", "shipped"]


class Predictor:
    """A model, loaded once by each worker, that answers batches.

    Every row goes out again, with the columns of the answer beside it, and `reason` where there is
    none.

    Args:
        model: its directory; or `shipped(directory)`.
        keep: columns that go with the answers, as "id,date"; "all", or None for none.
        by: the column of rows that are one item together, as those of a series; the function is
            then for `map_groups`, or for blocks in which all rows of each are.
        **options: the options of `elman predict`, with underscores.

    Examples:
        >>> from elman.ray import Predictor
        >>> rows.map_batches(Predictor, fn_constructor_args=("model",))  # doctest: +SKIP
    """

    def __init__(
        self, model: Any, keep: str | None = "all", by: str | None = None, **options: Any
    ) -> None:
        if not isinstance(model, (str, Path)):
            import ray

            model = ray.get(model)
        self._frames = Frames(model, keep, by, options)

    def __call__(self, batch: Any) -> Any:
        """Answer a batch of any of Ray's formats; the answer is a table of Arrow."""
        import pyarrow

        table = batch if isinstance(batch, pyarrow.Table) else pyarrow.table(batch)
        return self._frames.answer(table)


def shipped(model: str | Path) -> Any:
    """Return a model directory as an object of Ray's, which goes to every machine once."""
    import ray

    return ray.put(packed(model))
