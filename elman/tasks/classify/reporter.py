"""What a classifier has on its page: classes, confusion, calibration, the worst errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from elman.runtime.model import Model
from elman.tasks.classify.codec import TERMS
from elman.tasks.reporter import Report, Shown
from elman.web.blocks import Block, Curve, Line, Matrix, Said, Section, Table, Texts

__all__ = ["REPORTER"]

_BINS, _FEWEST = 10, 5
"""Of a reliability curve: stretches of probability, and answers in one that is drawn."""
_MOST_CLASSES = 30
_SHOWN_TEXTS = 12


class ClassReporter:
    """See `elman.tasks.interface.Reporter`."""

    parts = ("vocabulary.json", TERMS)

    def shown(self, report: Report) -> Sequence[Shown]:
        return (
            Shown("accuracy", "accuracy", "share"),
            Shown("macro_f1", "macro F1", "share"),
            Shown("log_loss", "log loss", "value", higher_is_better=False),
            Shown("ece", "calibration error", "share", higher_is_better=False),
        )

    def called(self, report: Report) -> str:
        kept = "words and pairs" if report.get("kept") == "linear" else str(report["cell"])
        return f"{kept}, preset {report['preset']}"

    def example(self, model: Model, report: Report) -> str:
        worst = report.get("held_out", {}).get("worst", [])
        return " ".join(str(worst[-1]["text"]).split()[:40]) if worst else ""

    def checked(self, model: Model, report: Report) -> Sequence[str]:
        return [" ".join(one["text"].split()) for one in report["held_out"].get("worst", [])]

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        details = report.get("held_out", {})
        found: list[Section] = []
        classes: list[Block] = []
        if per_class := details.get("per_class"):
            rows = [
                [
                    name,
                    *(_percent(one[key]) for key in ("precision", "recall", "f1")),
                    one["support"],
                ]
                for name, one in list(per_class.items())[:_MOST_CLASSES]
            ]
            classes.append(Table(("class", "precision", "recall", "F1", "rows"), rows))
        if "confusion" in details and len(details["classes"]) <= _MOST_CLASSES:
            classes.append(Matrix(details["classes"], details["confusion"]))
        if classes:
            found.append(Section("Each class", classes))
        if (curve := _reliability(held_out)) is not None:
            found.append(Section("Is it as sure as it says?", [curve]))
        if worst := details.get("worst"):
            items = [
                {
                    "text": " ".join(str(one["text"]).split()),
                    "truth": _said(one["truth"]),
                    "label": _said(one["label"]),
                    "probability": one["probability"],
                    "where": f"line {one['line']}",
                }
                for one in worst[:_SHOWN_TEXTS]
            ]
            lead = Said("The surest of its wrong answers on the rows that were held out.")
            found.append(Section("Its worst errors", [lead, Texts(items)]))
        return found


def _reliability(held_out: Mapping[str, Sequence[Any]]) -> Curve | None:
    """How often answers are right, by how sure they are."""
    truths, labels, sure = (held_out.get(key, ()) for key in ("truth", "label", "probability"))
    known = [n for n, label in enumerate(labels) if isinstance(label, str)]
    if not len(known) or len(truths) != len(labels):
        return None
    p = np.array([sure[n] for n in known], np.float64)
    right = np.array([truths[n] == labels[n] for n in known], np.float64)
    which = np.minimum((p * _BINS).astype(int), _BINS - 1)
    filled = [n for n in range(_BINS) if (which == n).sum() >= _FEWEST]
    if len(filled) < 2:
        return None
    line = Line(
        "this model",
        [float(p[which == n].mean()) for n in filled],
        [float(right[which == n].mean()) for n in filled],
    )
    caption = "On the dashed line answers are right as often as they say."
    return Curve("said probability", "share that is right", [line], diagonal=True, caption=caption)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _said(label: Any) -> str:
    if label is None:
        return "don't know"
    return label if isinstance(label, str) else ", ".join(map(str, label)) or "(none)"


REPORTER = ClassReporter()
