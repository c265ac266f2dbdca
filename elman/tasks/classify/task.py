"""The task of classifying texts, as the workflow asks for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from elman.data.tables.formats import open_table
from elman.data.tables.piped import Piped, piped_table
from elman.data.tables.table import Reject, Table
from elman.data.text.columns.choose import Named, choose_columns
from elman.data.text.columns.columns import Columns
from elman.data.text.vocabulary import UNKNOWN
from elman.errors import OptionError, did_you_mean
from elman.exporting.front import FrontEnd
from elman.exporting.parts.shares import Shares
from elman.judging.classes.decision import Prediction
from elman.runtime.model import Model
from elman.tasks.classify import screens
from elman.tasks.classify.checklist.run import behave
from elman.tasks.classify.codec import SEEN, TERMS, text_codec, text_codec_of
from elman.tasks.classify.drift import MEASURES, measured
from elman.tasks.classify.labelled import labelled_texts, opening_of, random_texts
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.interface import (
    Claim,
    Glance,
    Items,
    Labelled,
    Learner,
    Located,
    Renewed,
    Types,
    Unlabelled,
)
from elman.tasks.reporter import Reporter
from elman.tasks.rows import encoded
from elman.tasks.wire import Wire

if TYPE_CHECKING:
    from elman.attribution.explanation import Explanation

__all__ = ["TASK"]

MIB = 2**20


class Classify:
    """`tasks.interface.Task` for texts with classes."""

    name: ClassVar[str] = "classify"
    parts: ClassVar[Mapping[str, int]] = {
        "vocabulary.json": 32 * MIB,
        TERMS: 64 * MIB,
        SEEN: 16 * MIB,
    }
    abilities: ClassVar[frozenset[str]] = frozenset({"stream", "page", "explain", "remember"})
    instead_of_data: ClassVar[str] = "--behaviour FILE"
    codec = staticmethod(text_codec)
    labelled = staticmethod(labelled_texts)
    measures = MEASURES
    measured = staticmethod(measured)

    def claim(self, glance: Glance) -> Claim | None:
        if glance.folder or not isinstance(glance.data, (str, Path)):
            return Claim(0.5, "texts with labels")
        return Claim(0.5, "a text column")

    def deciding(self, model: Model, options: ClassifyOptions) -> Model:
        """With `unsure_below` the model says "don't know" of what is less probable than that."""
        if options.unsure_below is None:
            return model
        codec = text_codec_of(model)
        decision = dataclasses.replace(codec.decision, unsure_below=options.unsure_below)
        return model.with_codec(dataclasses.replace(codec, decision=decision))

    def typed(self, model: Model, words: Sequence[str]) -> Items:
        if not words:
            raise OptionError('nothing to predict; pass texts, as "a fine film", or --input FILE')
        each = (Located(n, text) for n, text in enumerate(words, 1))
        return Items("the texts given", each, whole=True)

    def items(self, data: Any, model: Model, options: ClassifyOptions) -> Items:
        trained = text_codec_of(model).input
        table = self.table(data, model, options)
        text: Named = options.text
        if text is None and set(trained.text_columns) <= set(table.columns):
            text = trained.text_columns
        named = tuple(text.split(",")) if isinstance(text, str) else tuple(text or ())
        if table.format == "frame" and named and {*named} <= {*table.columns}:
            # batches come by the thousand: what is in the others need not be looked at
            columns = Columns(named, (), f"text: {', '.join(named)}")
            return Items(columns.said, _texts(table, columns), columns=tuple(table.columns))
        columns = choose_columns(table, text, need_label=False)
        return Items(columns.said, _texts(table, columns), columns=tuple(table.columns))

    def apart(self, path: Path, model: Model, options: ClassifyOptions) -> bool:
        return not path.is_dir()

    def table(self, path: Any, model: Model, options: ClassifyOptions) -> Table:
        trained = text_codec_of(model).input
        return open_table(path, **opening_of(path, trained, options))

    def piped(
        self, piped: Piped, model: Model, options: ClassifyOptions, format: str | None
    ) -> Items:
        trained = text_codec_of(model).input.text_columns
        wanted = tuple(options.text.split(",")) if options.text else trained
        table = piped_table(piped, wanted, format=format, header=options.header)
        there = table.columns
        if len(there) > 1 and not {*wanted} <= {*there}:
            raise OptionError(
                f'standard input is {table.format} and has no column "{wanted[0]}"; name the text '
                f"column with --text. {did_you_mean(wanted[0], there)}"
            )
        text = wanted if {*wanted} <= {*there} else tuple(there)
        said = f"standard input, {table.format}; text: {', '.join(text)}"
        columns = Columns(text, (), said)
        kept = () if table.format == "lines" else tuple(there)
        return Items(said, _texts(table, columns), columns=kept)

    def one(self, model: Model, words: Sequence[Any]) -> str:
        if not words:
            raise OptionError('nothing to explain; pass a text, as "not a bad film"')
        for word in words:
            if not isinstance(word, str):
                raise OptionError(f"{word!r:.60} is not a text; this model takes a string")
        return " ".join(words)

    def records(self, answer: Prediction) -> Iterable[dict[str, Any]]:
        return [dict(vars(answer))]

    def record_types(self, model: Model) -> Types:
        return text_codec_of(model).decision.record_types

    def answered(
        self, said: str, items: Sequence[str], answers: Sequence[Prediction]
    ) -> dict[str, Any]:
        pairs = zip(items, answers, strict=True)
        return {"predictions": [{"text": text} | vars(p) for text, p in pairs]}

    def made_up(self, model: Model, *, rows: int, seed: int) -> Labelled:
        return random_texts(model, rows, seed)

    def unlabelled(self, data: Any, model: Model, options: ClassifyOptions) -> Unlabelled:
        """Read a file as `predict` does, or take texts."""
        named = isinstance(data, (str, Path))
        items = self.items(Path(data), model, options) if named else self.typed(model, list(data))
        return encoded(items, model.codec.encode)

    def renewed(self, model: Model, data: Any, options: ClassifyOptions) -> Renewed:
        raise AssertionError("texts have no newer values to go on from")

    def checks(self, model: Model, options: ClassifyOptions) -> dict[str, Any]:
        if not options.behaviour:
            return {}
        return {"behaviour": behave(model, options.behaviour, options.label_names)}

    def screen(self, kind: str, report: dict[str, Any]) -> list[str]:
        return screens.SCREENS[kind](report)

    def page(self, report: dict[str, Any]) -> str:
        return ""

    def front_end(self, model: Model) -> FrontEnd:
        codec = text_codec_of(model)
        decision, letters = codec.decision, codec.input.affix_buckets > 0
        shares = Shares(
            decision.kind,
            decision.temperature,
            base=tuple(decision.base.tolist()),
            strange=None if letters else UNKNOWN,
        )
        parts = ("vocabulary.json", TERMS)
        return FrontEnd("elman.tasks.classify.exported.alone", shares, parts, decision.classes)

    def learner(self) -> Learner:
        from elman.tasks.classify.learner import TextLearner

        return TextLearner()

    def reporter(self) -> Reporter:
        from elman.tasks.classify.reporter import REPORTER

        return REPORTER

    def wire(self) -> Wire:
        from elman.tasks.classify.wire import WIRE

        return WIRE

    def explainer(self, *, gradients: bool = True) -> Callable[[Model, Any], Explanation]:
        from elman.tasks.classify.explain import explain

        if gradients:
            import elman.attribution.gradients  # noqa: F401  what is missing is told here
        return partial(explain, gradients=gradients)


def _texts(table: Table, columns: Columns) -> Iterator[Located | Reject]:
    for row in table.rows():
        if isinstance(row, Reject):
            yield row
            continue
        try:
            yield Located(row.line, columns.text_of(row), row.fields)
        except ValueError as reason:
            yield Reject(row.line, str(reason), row.source, row.fields)


TASK = Classify()
