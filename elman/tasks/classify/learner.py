"""How a classifier learns: the part of the task that needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from elman.errors import OptionError
from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.tasks.classify.codec import text_codec, text_codec_of
from elman.tasks.classify.linear.simple import Simple, simple_model
from elman.tasks.classify.network.fit import TextTrained, train_network
from elman.tasks.classify.network.problem import TextProblem
from elman.tasks.classify.opponents.majority import majority
from elman.tasks.classify.opponents.small_nets import MAX_LENGTH, convolution, mean_embedding
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

    def __init__(self) -> None:
        self._fitted: tuple[Prepared, Simple] | None = None

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
        simple = None
        if prepared.inside:
            simple = self._simple_of(prepared, balanced=options.class_weight == "balanced")
        return train_network(prepared, recipe, options, stage, simple, seed=seed)

    def _simple_of(self, prepared: Prepared, *, balanced: bool) -> Simple:
        """Return the linear part of some rows, fitted once for all seeds and recipes."""
        if self._fitted is None or self._fitted[0] is not prepared:
            self._fitted = prepared, simple_model(prepared, balanced=balanced)
        return self._fitted[1]

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
        *,
        thorough: bool,
    ) -> Iterator[Opponent]:
        """Yield who was trained on the same rows; see `classify.opponents`.

        The linear part that is saved has learnt from the validation rows too; where there is one,
        the regression, once its penalty is chosen, is fitted on them as well.
        """
        if not options.baselines:
            return
        from elman.tasks.classify.opponents.tfidf import tfidf_logistic

        rows, decision = prepared.rows, prepared.rows.decision
        balanced = options.class_weight == "balanced"
        yield Opponent(
            "majority",
            "majority class",
            lambda: majority(decision, len(rows.test)),
            role="floor",
        )
        yield Opponent(
            "tfidf_logistic",
            "TF-IDF(1,2) + logistic regression",
            lambda: tfidf_logistic(prepared, balanced=balanced, refit=recipe.linear),
        )
        simple, other = trained.simple, trained.other
        if other is not None:
            model = Model.of(other.artifact("classify"), text_codec)
            test = prepared.test
            yield Opponent(
                "with_recurrence",
                "with the recurrence beside it",
                lambda: model.numbers(test.steps, test.contexts),
                role="beyond",
            )
        elif simple is not None and not trained.called:
            yield Opponent(
                "words_and_pairs",
                "words and pairs alone",
                lambda: decision.probabilities(simple.logits(prepared, rows.test)),
                role="inside",
            )
        if not thorough:
            return
        words = prepared.read if prepared.read.ndim == 1 else prepared.read[:, 0]
        problem = TextProblem.over(
            rows, words, max_length=MAX_LENGTH, class_weight=options.class_weight
        )

        def learnt(name: str, train: Callable[..., Numbers]) -> Numbers:
            with listener.training(name) as report:
                vocabulary = prepared.own.embeddings
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
