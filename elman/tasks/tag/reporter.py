"""What a tagger has on its page: each tag, what is taken for what, sentences with errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elman.runtime.model import Model
from elman.tasks.reporter import Report, Shown
from elman.tasks.sections import apart, each_class
from elman.web.blocks import Said, Section, Tagged

__all__ = ["REPORTER"]

_SHOWN_SENTENCES = 10


class TagReporter:
    """See `elman.tasks.reporter.Reporter`."""

    parts = ("vocabulary.json",)
    near = 0.005
    apart = staticmethod(apart)

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
        return next(iter(_sentences(report)), "")

    def checked(self, model: Model, report: Report) -> Sequence[Any]:
        return [sentence.split() for sentence in _sentences(report)]

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        details = report["held_out"]
        tags, counts = model.info.output["tags"], details.get("confusion", ())
        found = each_class("Each tag", "tag", "words", details.get("per_tag", {}), tags, counts)
        if per_kind := details.get("per_kind"):
            found = [*each_class("Each kind of span", "kind", "spans", per_kind, (), ()), *found]
        if items := list(_tagged(model, report)):
            lead = Said("Held-out sentences with its surest wrong answers, underlined.")
            found.append(Section("Its worst errors", [lead, Tagged(items)]))
        return found


def _sentences(report: Report) -> list[str]:
    """Return the sentences of the worst errors, each once."""
    worst = report["held_out"].get("worst", [])
    return list(dict.fromkeys(str(one["text"]) for one in worst))[:_SHOWN_SENTENCES]


def _tagged(model: Model, report: Report) -> Iterator[dict[str, Any]]:
    wrong: dict[str, dict[str, str]] = {}
    for one in report["held_out"].get("worst", []):
        wrong.setdefault(one["text"], {})[one["word"]] = one["truth"]
    sentences = _sentences(report)
    words: Any = [sentence.split() for sentence in sentences]
    answers: list[Any] = model.predict(words)
    for sentence, answer in zip(sentences, answers, strict=True):
        known = wrong[sentence]
        pairs = list(zip(answer.words, answer.tags, strict=True))
        yield {
            "words": list(answer.words),
            "tags": list(answer.tags),
            "truths": [known.get(word, tag) for word, tag in pairs],
        }


REPORTER = TagReporter()
