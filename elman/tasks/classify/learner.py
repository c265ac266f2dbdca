"""How a classifier learns: the part of the task that needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from elman.errors import OptionError
from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.tasks.classify.codec import text_codec_of
from elman.tasks.classify.linear.path import MATRIX_WORDS
from elman.tasks.classify.network.fit import TextTrained, train_network
from elman.tasks.classify.network.problem import TextProblem
from elman.tasks.classify.opponents.majority import majority
from elman.tasks.classify.opponents.small_nets import MAX_LENGTH, convolution, mean_embedding
from elman.tasks.classify.opponents.tfidf import tfidf_logistic
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import Recipe
from elman.tasks.classify.recipe import recipe, variants
from elman.tasks.classify.rows.encode import encode
from elman.tasks.classify.rows.read import TextData, read
from elman.tasks.classify.rows.rows import Prepared, Rows
from elman.tasks.interface import Opponent, Stage, Trained
from elman.training.listener import Listener

__all__ = ["TextLearner"]


class TextLearner:
    """`tasks.interface.Learner` for texts with classes."""

    def read(
        self, data: TextData, options: ClassifyOptions, place: Path, listener: Listener
    ) -> Rows:
        rows = read(data, place, options, listener)
        if rows.corpus.multi_label and options.unsure_below is not None:
            raise OptionError(
                "--unsure-below: a multi-label model may name no label; use --threshold"
            )
        return rows

    def recipe(self, rows: Rows, options: ClassifyOptions) -> Recipe:
        return recipe(options, rows.shape)

    def prepare(self, rows: Rows, recipe: Recipe, place: Path, listener: Listener) -> Prepared:
        return encode(rows, recipe, place / "words.i32", listener)

    def variants(
        self, names: Sequence[str], options: ClassifyOptions
    ) -> dict[str, ClassifyOptions]:
        return variants(names, options)

    def fit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        options: ClassifyOptions,
        stage: Stage,
        *,
        seed: int,
    ) -> TextTrained:
        return train_network(prepared, recipe, options, stage, seed=seed)

    def refit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: Trained,
        options: ClassifyOptions,
        stage: Stage,
    ) -> None:
        return None

    def opponents(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: TextTrained,
        options: ClassifyOptions,
        listener: Listener,
    ) -> Iterator[Opponent]:
        """Yield who was trained on the same rows; see `classify.opponents`.

        The network was perhaps trained on the validation rows too; the regression, once its
        penalty is chosen, then is as well.
        """
        if not options.baselines:
            return
        rows, decision = prepared.rows, prepared.rows.decision
        balanced = options.class_weight == "balanced"
        yield Opponent(
            "majority",
            "majority class",
            lambda: majority(rows.targets[rows.train], decision, len(rows.test)),
            floor=True,
        )
        if len(rows.tokens) <= MATRIX_WORDS:
            yield Opponent(
                "tfidf_logistic",
                "TF-IDF(1,2) + logistic regression",
                lambda: tfidf_logistic(rows, balanced=balanced, refit=recipe.refit),
            )
        else:
            listener.warn(
                f"TF-IDF left out: {len(rows.tokens):,} words are more than its matrix has room for"
            )
        path = trained.linear
        if path is not None:
            yield Opponent(
                "linear_path",
                "its linear path alone",
                lambda: decision.probabilities(path.logits(prepared, rows.test)),
            )
        words = prepared.words if prepared.words.ndim == 1 else prepared.words[:, 0]
        problem = TextProblem.over(
            rows, words, max_length=MAX_LENGTH, class_weight=options.class_weight
        )

        def learnt(name: str, train: Callable[..., Numbers]) -> Numbers:
            with listener.training(name) as report:
                vocabulary = prepared.features.embeddings
                return train(problem, vocabulary, rows.test, seed=options.seed, report=report)

        yield Opponent(
            "mean_embedding",
            "linear on mean embedding",
            lambda: learnt("mean_embedding", mean_embedding),
        )
        yield Opponent(
            "convolution", "small convolutional net", lambda: learnt("convolution", convolution)
        )

    def loss(self, model: Model) -> Callable[[Tensor, Tensor], Tensor] | None:
        several = text_codec_of(model).decision.kind == "multilabel"
        return _each_label if several else None


def _each_label(outputs: Tensor, wanted: Tensor) -> Tensor:
    """The loss of several labels a row."""
    return binary_cross_entropy_with_logits(outputs, wanted.to(outputs.dtype))
