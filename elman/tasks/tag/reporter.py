"""What a tagger has on its page: each tag, what is taken for what, sentences with errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elman.runtime.model import Model
from elman.tasks.reporter import Report, Shown
from elman.tasks.sections import apart, asked, differ, each_class, reads_on, reliability
from elman.web.blocks import Said, Section, Tagged

__all__ = ["REPORTER"]

_SHOWN_SENTENCES = 10
_WORST = "Held-out sentences with its surest wrong answers; what is wrong is underlined."
_RIGHT = (
    "Held-out sentences without an error: the two that it was surest of, and last the one that it "
    "was least sure of; a sentence is as sure as its least sure tag."
)


class TagReporter:
    """See `elman.tasks.reporter.Reporter`."""

    parts = ("vocabulary.json",)
    near = 0.005
    apart = staticmethod(apart)
    streams = staticmethod(reads_on)
    differ = staticmethod(differ)

    def shown(self, report: Report) -> Sequence[Shown]:
        found = [
            Shown("accuracy", "accuracy", "share"),
            Shown("accuracy_known", "of known words", "share"),
            Shown("accuracy_unknown", "of unknown words", "share"),
            Shown("ece", "calibration error", "share", higher_is_better=False),
        ]
        if "span_f1" in report["metrics"]:
            found.insert(0, Shown("span_f1", "F1 of spans", "share"))
        return found

    def called(self, report: Report) -> str:
        if report.get("kept") == "linear":
            return "words around"
        return f"{report['cell']}, {report['reads']}"

    def example(self, model: Model, report: Report) -> str:
        return " ".join(next(iter(_asked(report)), []))

    def typed(self, model: Model, report: Report) -> tuple[str, str]:
        return asked(self.example(model, report))

    def checked(self, model: Model, report: Report) -> Sequence[Any]:
        return _asked(report)

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        details = report["held_out"]
        tags, counts = model.info.output["tags"], details.get("confusion", ())
        found = each_class("Each tag", "tag", "words", details.get("per_tag", {}), tags, counts)
        if per_kind := details.get("per_kind"):
            found = [*each_class("Each kind of span", "kind", "spans", per_kind, (), ()), *found]
        found += reliability(details)
        for title, key, lead in (
            ("Its worst errors", "worst", _WORST),
            ("Some right answers", "right", _RIGHT),
        ):
            if items := _sentences(report, key):
                found.append(Section(title, [Said(lead), Tagged(items)]))
        return found


def _sentences(report: Report, key: str) -> list[dict[str, Any]]:
    """Return sentences of the record, each once, as they are drawn."""
    shown = [one for one in report["held_out"].get(key, []) if "words" in one]
    each = {" ".join(one["words"]): one for one in shown}
    names = ("words", "tags", "truths", "probabilities")
    return [{name: one[name] for name in names} for one in each.values()][:_SHOWN_SENTENCES]


def _asked(report: Report) -> list[list[str]]:
    """Return the words of sentences with errors, or of right ones where there are none."""
    return [one["words"] for one in _sentences(report, "worst") or _sentences(report, "right")]


REPORTER = TagReporter()
