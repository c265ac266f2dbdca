"""Explain one answer of a saved model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elman import tasks
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.workflow.extras import need
from elman.workflow.load import model_from

if TYPE_CHECKING:
    from elman.attribution.explanation import Explanation
    from elman.attribution.maps.attention import AttentionMap
    from elman.attribution.maps.influence import InfluenceMap

__all__ = ["explain"]


def explain(model: Model | str | Path, item: Any) -> Explanation | AttentionMap | InfluenceMap:
    """Explain one answer: what each word, value or stretch of a signal adds, and where the mind was
    made up.

    Of a tagger it is what the tag of each word hangs on, of a translator where each piece of the
    translation looks. Of texts with a class and of series gradients are followed, by torch.

    Args:
        model: a loaded model or its directory.
        item: a text, or a sentence to translate or to tag, which may be a list of its words; a
            signal, as `predict` takes it; for a forecaster a list of values, oldest first, none for
            the end of the training series, or a `Series`, which may have dates and covariates.

    Raises:
        OptionError: there is nothing to explain; the message says why.
        MissingExtraError: torch is not installed.
    """
    loaded = model_from(model)
    task = tasks.named(loaded.task)
    if "explain" not in task.abilities:
        raise OptionError(f"{loaded.directory}: a model of the task {task.name} is not explained")
    try:
        explained = task.explainer()
    except ImportError:
        need("explain follows gradients", "torch")
        raise
    if hasattr(item, "columns"):  # a frame: its rows or series, not the names of its columns
        item = list(loaded.codec.items_of(item))
    many = isinstance(item, Iterable) and not isinstance(item, (str, bytes))
    return explained(loaded, task.one(loaded, list(item) if many else [item]))
