"""Predictions of classes as they travel: a schema of JSON, and tensors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from elman.judging.classes.decision import Decision, Prediction
from elman.tasks.wire import Tensor

__all__ = ["UNSURE_BELOW", "prediction_columns", "prediction_schema", "prediction_tensors"]

UNSURE_BELOW = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
"""The probability below which nothing is said, as a schema of JSON."""


def prediction_schema(decision: Decision) -> dict[str, Any]:
    """Return the schema of what a model says that decides so."""
    classes = list(decision.classes)
    probability = {"type": "number", "minimum": 0, "maximum": 1}
    label: dict[str, Any] = {"enum": [*classes, None], "title": 'null for "don\'t know"'}
    if decision.kind == "multilabel":
        label = {"type": ["array", "null"], "items": {"enum": classes}}
    found = {
        "label": label,
        "probability": probability,
        "probabilities": {
            "type": "object",
            "properties": dict.fromkeys(classes, probability),
            "required": classes,
            "additionalProperties": False,
        },
    }
    return {
        "title": "prediction",
        "type": "object",
        "properties": found,
        "required": list(found),
        "additionalProperties": False,
    }


def prediction_tensors(decision: Decision) -> tuple[Tensor, ...]:
    """Return the tensors that predictions go as; classes are in the order of the model's."""
    return (
        Tensor("label", "BYTES"),
        Tensor("probability", "FP64"),
        Tensor("probabilities", "FP64", (-1, len(decision.classes))),
    )


def prediction_columns(answers: Sequence[Prediction]) -> Sequence[Sequence[Any]]:
    """Return the contents of those: several labels are a list in JSON, and none is empty."""
    return (
        [_label(answer.label) for answer in answers],
        [answer.probability for answer in answers],
        [[*answer.probabilities.values()] for answer in answers],
    )


def _label(label: str | tuple[str, ...] | None) -> str:
    if label is None or isinstance(label, str):
        return label or ""
    return json.dumps(label, ensure_ascii=False)
