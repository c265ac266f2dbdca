"""What a prediction is, as a schema of JSON."""

from __future__ import annotations

from typing import Any

from elman.judging.classes.decision import Decision

__all__ = ["prediction_schema"]


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
