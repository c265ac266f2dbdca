"""Classify texts: which of two or more classes, or which of several labels.

An example is a text; the head reads pooled states; the loss is the cross entropy of the classes;
the honest opponents are in `opponents`.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray

from elman import artifact
from elman.data.columns import Columns, choose_columns
from elman.data.corpus import Corpus, read_corpus
from elman.data.features import Features, encode_rows
from elman.data.tables import Row, Table, open_table
from elman.data.text import Vocabulary, tokenize
from elman.errors import ArtifactError, OptionError
from elman.judging.classes.decision import Decision, Prediction
from elman.judging.classes.metrics import classification_metrics, confusion, per_class, row_losses
from elman.runtime.codec import Encoded
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.tasks.answers import answer_file
from elman.tasks.options import ClassifyOptions, check_probability
from elman.tasks.text_screens import (
    compare_screen,
    evaluate_screen,
    predict_screen,
    train_screen,
)
from elman.training.listener import Listener

if TYPE_CHECKING:
    from elman.explaining.explanation import Explanation

__all__ = [
    "TextCodec",
    "TextData",
    "codec",
    "compare",
    "compare_screen",
    "evaluate",
    "evaluate_screen",
    "explain",
    "predict_file",
    "predict_items",
    "predict_screen",
    "texts_of",
    "train",
    "train_screen",
    "unsure_below",
]

TextData = str | Path | Iterable[tuple[str, str | Sequence[str]]]

_WORST = 20
_SLICE = 1024


@dataclass(frozen=True)
class TextInput:
    """The `input` section of a classifier's model.json."""

    text_columns: tuple[str, ...]
    label_column: str
    kind: Literal["text"] = "text"
    tokenizer: Literal["words-1"] = "words-1"
    """The rules of `elman.data.text.tokenize`; a change of them gets a new name."""
    affix_buckets: int = 0
    pairs: bool = False
    """As `elman.data.features.Features`."""


@dataclass(frozen=True)
class TextCodec:
    """Texts to word numbers, outputs to predictions. A stream carries the network's state."""

    input: TextInput
    features: Features
    decision: Decision
    window: ClassVar[None] = None

    def parse(self, word: str) -> str:
        return word

    def encode(self, item: str, after: str | None = None) -> Encoded:
        if not isinstance(item, str):
            raise OptionError(f"{item!r:.60} is not a text; this model takes strings")
        words = tokenize(item)
        return Encoded(self.features.encode(words, after or ""), words[-1] if words else after)

    def decode(
        self, logits: NDArray[np.floating[Any]], contexts: Sequence[object]
    ) -> list[Prediction]:
        return self.decision.predictions(logits)


def codec(saved: artifact.Artifact, spec: NetworkSpec) -> TextCodec:
    """Build the codec of a saved classifier.

    Raises:
        ArtifactError: input, output, vocabulary and network do not fit together.
    """
    input = artifact.decode(TextInput, saved.input, "model.json: input")
    decision = artifact.decode(Decision, saved.output, "model.json: output")
    try:
        vocabulary = Vocabulary.from_json(saved.part("vocabulary.json"))
        decision.check()
    except ValueError as error:
        raise ArtifactError(f"vocabulary.json and model.json: {error}") from None
    if not 0 <= input.affix_buckets <= 2**24:
        raise ArtifactError(f"model.json: input.affix_buckets is {input.affix_buckets}")
    features = Features(vocabulary, input.affix_buckets, input.pairs)
    found = (features.embeddings, features.columns, decision.outputs)
    if found != (spec.vocabulary, spec.ids_per_step, spec.outputs):
        raise ArtifactError(
            "model.json: network: vocabulary, ids_per_step and outputs are "
            f"{spec.vocabulary}, {spec.ids_per_step} and {spec.outputs}, but vocabulary.json, "
            f"input and output ask for {found[0]}, {found[1]} and {found[2]}"
        )
    return TextCodec(input, features, decision)


def train(
    data: TextData, out: Path, options: ClassifyOptions, reporter: Listener
) -> dict[str, Any]:
    """Train, judge and save a classifier; return the JSON of `elman train`."""
    from elman.tasks import text_training

    return text_training.train(data, out, options, reporter)


def compare(
    data: TextData, models: Sequence[str], options: ClassifyOptions, seeds: int, reporter: Listener
) -> dict[str, Any]:
    """Train each of several models over several seeds; return the JSON of `elman compare`."""
    from elman.tasks import text_compare

    return text_compare.compare(data, models, options, seeds, reporter)


def unsure_below(model: Model, probability: float) -> Model:
    """Return the model answering "don't know" where the class said is less probable than this."""
    check_probability("--unsure-below", probability)
    codec = _codec_of(model)
    decision = dataclasses.replace(codec.decision, unsure_below=probability)
    codec = dataclasses.replace(codec, decision=decision)
    return Model(model.task, model.network, codec, model.directory, model.info)


def explain(model: Model, items: Sequence[str]) -> Explanation:
    """Explain the answer to one text, given whole or as its words."""
    from elman.tasks import text_explain

    if not items:
        raise OptionError('nothing to explain; pass a text, as "not a bad film"')
    for item in items:
        if not isinstance(item, str):
            raise OptionError(f"{item!r:.60} is not a text; this model takes a string")
    return text_explain.explain(model, " ".join(items))


def predict_items(model: Model, items: Sequence[str]) -> dict[str, Any]:
    """Answer texts typed on the command line."""
    if not items:
        raise OptionError('nothing to predict; pass texts, as "a fine film", or --input FILE')
    predictions = model.predict(items)
    rows = [{"text": t} | dataclasses.asdict(p) for t, p in zip(items, predictions, strict=True)]
    return {"task": "classify", "predictions": rows}


def predict_file(
    model: Model, path: Path, *, output: Path | None, rejects: Path | None, text: str | None
) -> dict[str, Any]:
    """Answer every row of a file; see `answers.answer_file`."""
    table = open_table(path)
    columns = _columns(model, table, text=text, label=None, need_label=False)
    summary = answer_file(
        model, table, lambda row: _text_of(row, columns), output=output, rejects=rejects
    )
    return {"task": "classify", "said": columns.said} | summary


def texts_of(path: str | Path, text: str | None = None) -> Iterator[str]:
    """Yield the texts of a file, labels or not; rows that hold none are left out."""
    table = open_table(path)
    columns = choose_columns(table, text, None, need_label=False)
    for row in table.rows():
        if isinstance(row, Row):
            try:
                yield _text_of(row, columns)
            except ValueError:
                continue


def evaluate(model: Model, data: TextData, options: ClassifyOptions) -> dict[str, Any]:
    """Judge a saved classifier on labelled rows.

    Returns:
        `n`, `metrics`, `per_class`, `confusion` (rows the truth, columns the answer; none for
        multi-label), and `worst`: the twenty errors it is most sure of.
    """
    codec = _codec_of(model)
    decision = codec.decision
    known = Corpus.known(
        decision.classes,
        Columns(codec.input.text_columns, codec.input.label_column, ""),
        multi_label=decision.kind == "multilabel",
    )
    with tempfile.TemporaryDirectory() as name:
        workspace = Path(name)
        corpus = read_corpus(data, workspace, text=options.text, label=options.label, like=known)
        words = encode_rows(
            corpus.tokens, corpus.offsets, corpus.word_types, codec.features, workspace / "ids"
        )
        truth = corpus.targets
        parts = []
        for start in range(0, len(corpus), _SLICE):
            ends = corpus.offsets[start : start + _SLICE + 1]
            texts = [words[a:b] for a, b in pairwise(ends)]
            parts.append(decision.probabilities(model.network.forward(texts)))
        probabilities = np.concatenate(parts)
        report = {
            "task": "classify",
            "n": len(corpus),
            "said": corpus.said,
            "skipped": corpus.skipped.counts,
            "classes": list(decision.classes),
            "metrics": classification_metrics(decision, probabilities, truth),
            "per_class": per_class(decision, probabilities, truth),
        }
        if decision.kind != "multilabel":
            counts = confusion(decision.choose(probabilities), truth, len(decision.classes))
            report["confusion"] = counts.tolist()
        report["worst"] = _worst(data, corpus, decision, probabilities, truth)
    return report


def _worst(
    data: TextData,
    corpus: Corpus,
    decision: Decision,
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
) -> list[dict[str, Any]]:
    """Return the errors the model is most sure of, with their texts as the file has them."""
    wrong = np.flatnonzero(~decision.right(probabilities, truth))
    losses = row_losses(probabilities[wrong], truth[wrong])
    wrong = wrong[np.argsort(-losses, kind="stable")][:_WORST]
    texts: dict[int, str] = {}
    if isinstance(data, (str, Path)):
        lines = {int(corpus.lines[n]) for n in wrong}
        for row in open_table(data).rows():
            if isinstance(row, Row) and row.line in lines:
                texts[row.line] = _text_of(row, corpus.columns)
    said = decision.predictions_of(probabilities[wrong])
    errors = []
    for n, prediction in zip(wrong, said, strict=True):
        line = int(corpus.lines[n])
        words = " ".join(corpus.word_types[w] for w in corpus.row(int(n)))
        errors.append(
            {
                "line": line,
                "truth": decision.names(truth[n]),
                "label": prediction.label,
                "probability": prediction.probability,
                "text": texts.get(line, words),
            }
        )
    return errors


def _columns(
    model: Model, table: Table, *, text: str | None, label: str | None, need_label: bool
) -> Columns:
    """Choose columns, those of the training data where the table has them."""
    trained = _codec_of(model).input
    if text is None and set(trained.text_columns) <= set(table.columns):
        text = ",".join(trained.text_columns)
    return choose_columns(table, text, label, need_label=need_label)


def _codec_of(model: Model) -> TextCodec:
    return cast(TextCodec, model.codec)


def _text_of(row: Row, columns: Columns) -> str:
    values = [row.fields.get(column) for column in columns.text]
    if any(isinstance(value, (list, dict, bytes)) for value in values):
        raise ValueError(f"column {', '.join(columns.text)} holds no text")
    if all(value is None for value in values):
        raise ValueError(f"column {', '.join(columns.text)} is missing")
    return " ".join(str(value) for value in values if value is not None)
