"""What a translator has on its page: lengths, the worst translations, where one looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elman.judging.texts.numbers import texts_of
from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.tasks.reporter import Report, Shown
from elman.tasks.sections import asked, reads_on
from elman.tasks.translate.attention import attention_map
from elman.web.blocks import Attention, Facts, Section, Table

__all__ = ["REPORTER"]

_SHOWN_ERRORS = 10


class TranslateReporter:
    """See `elman.tasks.reporter.Reporter`."""

    parts = ("pieces.json",)
    streams = staticmethod(reads_on)
    near = 0.1
    """Share of sentences that may be translated otherwise."""

    def apart(self, truth: Numbers, numbers: Numbers) -> float:
        pairs = list(zip(texts_of(truth), texts_of(numbers), strict=True))
        return sum(one != other for one, other in pairs) / max(len(pairs), 1)

    def differ(self, apart: float, rows: int, changed: int) -> str:
        others = round(apart * rows)
        return (
            f"{others} of {rows:,} sentences are translated otherwise than by the saved model"
            if others
            else "translations with them are those of the saved model"
        )

    def shown(self, report: Report) -> Sequence[Shown]:
        return (
            Shown("bleu", "BLEU", "points"),
            Shown("chrf", "chrF", "points"),
            Shown("bleu_lower_case", "BLEU of small letters", "points"),
        )

    def called(self, report: Report) -> str:
        return f"{report['cell']}, preset {report['preset']}"

    def example(self, model: Model, report: Report) -> str:
        details = report["held_out"]
        shown = [*details.get("best", [])[:1], *details.get("worst", [])[-1:]]
        return str(shown[0]["source"]) if shown else ""

    def typed(self, model: Model, report: Report) -> tuple[str, str]:
        return asked(self.example(model, report))

    def checked(self, model: Model, report: Report) -> Sequence[Any]:
        return []

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        details, metrics = report["held_out"], report["metrics"]
        facts = [
            ("BLEU", metrics["bleu_signature"]),
            ("chrF", metrics["chrf_signature"]),
            ("words", f"{details['words']:,}, in the references {details['reference_words']:,}"),
        ]
        found = [Section("How it was counted", [Facts(facts)])]
        for title, key, what in (
            ("Its worst errors", "worst", "cost"),
            ("Its best translations", "best", "gain"),
        ):
            rows = [
                [one["source"], one["translation"], one["truth"]]
                for one in details.get(key, [])[:_SHOWN_ERRORS]
            ]
            if rows:
                lead = f"The translations that {what} most, of the pairs that were held out."
                heads = ("sentence", "its translation", "the reference")
                found.append(Section(title, [Table(heads, rows, lead)]))
        looked = [one["source"] for key in ("best", "worst") for one in details.get(key, [])[:1]]
        if looked:
            maps = [attention_map(model, source) for source in looked]
            looks = [Attention(m.source, m.target, m.weights.round(4).tolist()) for m in maps]
            found.append(Section("Where it looks", looks))
        return found


REPORTER = TranslateReporter()
