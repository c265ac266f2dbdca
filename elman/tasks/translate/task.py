"""The task of translating, as the workflow asks for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from elman.data.parallel.columns import PAIRS
from elman.data.parallel.pairs import LONGEST
from elman.data.tables.formats import open_table
from elman.data.tables.piped import Piped, piped_table
from elman.data.tables.table import Reject, Table
from elman.errors import DataError, OptionError, did_you_mean
from elman.exporting.front import FrontEnd
from elman.judging.texts.answer import Translation
from elman.runtime.model import Model
from elman.runtime.translation.translator import Translator
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
from elman.tasks.translate import screens
from elman.tasks.translate.codec import PIECES, SEEN, SIDES, codec_of, sentence_codec
from elman.tasks.translate.drift import MEASURES, measured
from elman.tasks.translate.labelled import labelled_pairs, random_sentences
from elman.tasks.translate.options import TranslateOptions
from elman.tasks.wire import Wire

if TYPE_CHECKING:
    from elman.attribution.maps.attention import AttentionMap

__all__ = ["TASK"]

MIB = 2**20


class Translate:
    """`tasks.interface.Task` for pairs of sentences."""

    name: ClassVar[str] = "translate"
    parts: ClassVar[Mapping[str, int]] = {PIECES: 32 * MIB, SIDES: MIB, SEEN: 16 * MIB}
    abilities: ClassVar[frozenset[str]] = frozenset({"stream", "page", "explain"})
    instead_of_data: ClassVar[str] = ""
    codec = staticmethod(sentence_codec)
    labelled = staticmethod(labelled_pairs)
    measures = MEASURES
    measured = staticmethod(measured)

    def claim(self, glance: Glance) -> Claim | None:
        """Claim two columns whose names say that one is the translation of the other."""
        names = {str(name).strip().lower() for row in glance.rows[:1] for name in row.fields}
        for pair in PAIRS:
            if {*pair} <= names:
                return Claim(0.9, f"columns {pair[0]} and {pair[1]}")
        return None

    def deciding(self, model: Model, options: TranslateOptions) -> Model:
        """With `beam` and `length_penalty` the model looks for translations in another way."""
        said = {"beam": options.beam, "length_penalty": options.length_penalty}
        told = {name: value for name, value in said.items() if value is not None}
        if not told:
            return model
        spec: Any = model.network.spec
        network: Any = Translator(dataclasses.replace(spec, **told), model.tensors)
        return Model(model.task, network, model.codec, model.directory, model.info)

    def typed(self, model: Model, words: Sequence[str]) -> Items:
        if not words:
            raise OptionError(
                'nothing to translate; pass sentences, as "Ein Hund.", or --input FILE'
            )
        each = (Located(n, text) for n, text in enumerate(words, 1))
        return Items("the sentences given", each, whole=True)

    def items(self, data: Any, model: Model, options: TranslateOptions) -> Items:
        table = self.table(data, model, options)
        column = _column(table, options.text or codec_of(model).input.source, options.text)
        return Items(f"{table.path}: {column}", _texts(table, column), columns=tuple(table.columns))

    def apart(self, path: Path, model: Model, options: TranslateOptions) -> bool:
        return True

    def table(self, path: Any, model: Model, options: TranslateOptions) -> Table:
        # a model of two files has read lines whatever the endings, as .de
        otherwise = "text" if codec_of(model).input.files else None
        return open_table(path, otherwise=otherwise, **options.opening)

    def piped(
        self, piped: Piped, model: Model, options: TranslateOptions, format: str | None
    ) -> Items:
        wanted = options.text or codec_of(model).input.source
        table = piped_table(piped, (wanted,), format=format, header=options.header)
        column = _column(table, wanted, options.text)
        kept = () if table.format == "lines" else tuple(table.columns)
        said = f"standard input, {table.format}; sentences: {column}"
        return Items(said, _texts(table, column), columns=kept)

    def one(self, model: Model, words: Sequence[Any]) -> str:
        return " ".join(map(str, words))

    def records(self, answer: Translation) -> Iterable[dict[str, Any]]:
        return [{"translation": answer.text, "score": answer.score}]

    def record_types(self, model: Model) -> Types:
        return {"translation": str, "score": float}

    def answered(
        self, said: str, items: Sequence[str], answers: Sequence[Translation]
    ) -> dict[str, Any]:
        pairs = zip(items, answers, strict=True)
        return {
            "translations": [
                {"text": text, "translation": answer.text, "score": answer.score}
                for text, answer in pairs
            ]
        }

    def made_up(self, model: Model, *, rows: int, seed: int) -> Labelled:
        return random_sentences(model, rows, seed)

    def unlabelled(self, data: Any, model: Model, options: TranslateOptions) -> Unlabelled:
        """Read a file as `predict` does, or take sentences."""
        named = isinstance(data, (str, Path))
        items = self.items(Path(data), model, options) if named else self.typed(model, list(data))
        return encoded(items, model.codec.encode)

    def renewed(self, model: Model, data: Any, options: TranslateOptions) -> Renewed:
        raise AssertionError("sentences have no newer values to go on from")

    def checks(self, model: Model, options: TranslateOptions) -> dict[str, Any]:
        return {}

    def screen(self, kind: str, report: dict[str, Any]) -> list[str]:
        return screens.SCREENS[kind](report)

    def page(self, report: dict[str, Any]) -> str:
        return ""

    def front_end(self, model: Model) -> FrontEnd:
        return FrontEnd("elman.tasks.translate.exported.alone", parts=(PIECES,))

    def learner(self) -> Learner:
        from elman.tasks.translate.learner import TranslationLearner

        return TranslationLearner()

    def reporter(self) -> Reporter:
        from elman.tasks.translate.reporter import REPORTER

        return REPORTER

    def wire(self) -> Wire:
        from elman.tasks.translate.wire import WIRE

        return WIRE

    def explainer(self, *, gradients: bool = True) -> Callable[[Model, Any], AttentionMap]:
        from elman.tasks.translate.attention import attention_map

        return attention_map


def _column(table: Table, wanted: str, named: str | None) -> str:
    """Return the column of the sentences: the one named or trained on, or the only one."""
    if wanted in table.columns:
        return wanted
    if named is None and len(table.columns) == 1:
        return table.columns[0]
    raise DataError(
        f'{table.path}: no column "{wanted}"; name that of the sentences with --text. '
        f"{did_you_mean(wanted, table.columns)}"
    )


def _texts(table: Table, column: str) -> Iterator[Located | Reject]:
    for row in table.rows():
        if isinstance(row, Reject):
            yield row
            continue
        text = row.fields.get(column)
        if not isinstance(text, str):
            yield Reject(row.line, f'"{column}" holds no sentence', row.source, row.fields)
        elif len(text) > LONGEST:
            why = f"{len(text):,} characters, more than the {LONGEST:,} of a sentence"
            yield Reject(row.line, why, row.source, row.fields)
        else:
            yield Located(row.line, text, row.fields)


TASK = Translate()
