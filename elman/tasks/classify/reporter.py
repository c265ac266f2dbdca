"""What a classifier has on its page: classes, confusion, calibration, the worst errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elman.runtime.model import Model
from elman.tasks.classify.codec import TERMS
from elman.tasks.reporter import Report, Shown
from elman.tasks.sections import (
    RIGHT,
    WORST,
    apart,
    asked,
    differ,
    each_class,
    named,
    reads_on,
    reliability,
)
from elman.web.blocks import Said, Section, Texts

__all__ = ["REPORTER"]

_SHOWN_TEXTS = 12
_EXAMPLE_WORDS = 40


class ClassReporter:
    """See `elman.tasks.reporter.Reporter`."""

    parts = ("vocabulary.json", TERMS)
    near = 0.005
    apart = staticmethod(apart)
    streams = staticmethod(reads_on)
    differ = staticmethod(differ)

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
        texts = _texts(report)
        return " ".join(texts[-1].split()[:_EXAMPLE_WORDS]) if texts else ""

    def typed(self, model: Model, report: Report) -> tuple[str, str]:
        return asked(self.example(model, report))

    def checked(self, model: Model, report: Report) -> Sequence[str]:
        return _texts(report)

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        details = report["held_out"]
        labels, counts = details.get("classes", ()), details.get("confusion", ())
        per = details.get("per_class", {})
        found = each_class("Each class", "class", "rows", per, labels, counts)
        found += reliability(details)
        for title, key, lead in (
            ("Its worst errors", "worst", WORST.format("rows")),
            ("Some right answers", "right", RIGHT.format("rows")),
        ):
            if shown := details.get(key, [])[:_SHOWN_TEXTS]:
                texts = Texts([_item(one) for one in shown])
                found.append(Section(title, [Said(lead), texts]))
        return found


def _item(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": _text(one),
        "truth": named(one["truth"]),
        "label": named(one["label"]),
        "probability": one["probability"],
        "where": f"line {one['line']}",
    }


def _text(one: Mapping[str, Any]) -> str:
    return " ".join(str(one["text"]).split())


def _texts(report: Report) -> list[str]:
    """Return the texts of its errors, the surest first, or of right answers where it has none."""
    details = report["held_out"]
    return [_text(one) for one in details.get("worst") or details.get("right", [])]


REPORTER = ClassReporter()
