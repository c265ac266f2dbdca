"""Train a recurrent network, and its opponents, on prepared texts. The part that needs torch."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from elman.models.network import RecurrentNetwork
from elman.nn.initialise import initialise
from elman.runtime.ensemble import Ensemble, network_of
from elman.runtime.network import Network
from elman.runtime.spec import NetworkSpec
from elman.tasks import opponents
from elman.tasks.calibration import calibrated, with_f1_thresholds
from elman.tasks.classify import TextData, TextInput
from elman.tasks.examples import TextExamples
from elman.tasks.metrics import classification_metrics, paired
from elman.tasks.options import ClassifyOptions
from elman.tasks.prepare import Prepared, prepare
from elman.tasks.presets import Recipe, recipe
from elman.tasks.reporter import Reporter
from elman.tasks.run import Run, tensors_of
from elman.tasks.verdict import verdict
from elman.training.loop import Fitted, LoopConfig, Problem

__all__ = ["Judge", "Trained", "judge_opponents", "train", "train_network"]

FitStage = Callable[[str, nn.Module, Problem, LoopConfig, str], Fitted]
"""(stage, module, problem, config, digest of the data) → how it went; as `Run.fit`."""

_TFIDF_LIMIT = 50_000_000
"""Words above which the matrix of TF-IDF would not fit in a few GiB of memory."""


def train(
    data: TextData, out: Path, options: ClassifyOptions, reporter: Reporter
) -> dict[str, Any]:
    """Train, judge and save a classifier; return the JSON of `elman train`.

    Raises:
        DataError, OptionError: the input is at fault; an earlier model in `out` is untouched.
        WorkError: training diverged or the disk is full; the last checkpoint is kept.
    """
    with Run("classify", out, options, reporter) as run:
        return _train(data, run, options)


def _train(data: TextData, run: Run, options: ClassifyOptions) -> dict[str, Any]:
    chosen, reporter = recipe(options), run.reporter
    with run.watch.timing("load"):
        prepared = prepare(data, run.workspace, options, reporter, chosen)
    with run.watch.timing("fit"):
        trained = train_network(prepared, chosen, options, run.fit, seed=options.seed)
    with run.watch.timing("judge"):
        judge = Judge(prepared, network_of(trained.spec, trained.tensors), options)
    rivals: dict[str, dict[str, Any]] = {}
    if options.baselines:
        with run.watch.timing("baselines"):
            rivals = judge_opponents(prepared, trained.examples, judge.beside, options, reporter)
    progress = trained.fitted.progress
    report: dict[str, Any] = {
        "model": str(run.out),
        "task": "classify",
        "preset": options.preset,
        "cell": chosen.cell,
        "seed": options.seed,
        "metrics": judge.metrics,
        "judged_on": prepared.test_source,
        "baselines": rivals,
        "verdict": verdict(rivals) if rivals else "Not set beside any opponent.",
        "rows": prepared.diagnosis.to_json() | prepared.parts(),
        "warnings": prepared.diagnosis.warnings + progress.nonfinite,
        "training": {
            "finished": progress.finished,
            "history": progress.history,
            "clipped_steps": progress.clipped,
            "largest_gradient_norm": progress.largest_norm,
            "parameters": int(sum(t.size for t in trained.tensors.values())),
        },
        "seconds": run.watch.report(),
    }
    run.save(
        trained.spec,
        trained.tensors,
        input=TextInput(prepared.columns.text, prepared.columns.label or "label"),
        output=judge.decision,
        parts={"vocabulary.json": prepared.vocabulary.to_json(), "metrics.json": report},
    )
    return report


class Judge:
    """The trained network on the test rows, through the runtime: the one prediction path."""

    def __init__(self, prepared: Prepared, network: Network | Ensemble, options: ClassifyOptions) -> None:
        self._plain = prepared.decision
        self._truth = prepared.targets[prepared.test]
        wanted = prepared.targets[prepared.validation]
        logits = network.forward(prepared.texts(prepared.validation))
        decision = calibrated(prepared.decision, logits, wanted)
        if options.threshold == "f1":
            decision = with_f1_thresholds(decision, decision.probabilities(logits), wanted)
        self.decision = dataclasses.replace(decision, unsure_below=options.unsure_below)
        probabilities = decision.probabilities(network.forward(prepared.texts(prepared.test)))
        self.right = decision.right(probabilities, self._truth).astype(np.float64)
        self.metrics = classification_metrics(decision, probabilities, self._truth)

    def beside(
        self, probabilities: NDArray[np.float64], *, right: NDArray[np.float64] | None = None
    ) -> dict[str, Any]:
        """Return an opponent's figures on the same rows, and how the two compare.

        Args:
            probabilities: `(N, K)` of the opponent, decided without thresholds of ours.
            right: `(N,)` share of runs right about each row, in place of this one run.
        """
        figures = classification_metrics(self._plain, probabilities, self._truth)
        theirs = self._plain.right(probabilities, self._truth).astype(np.float64)
        return figures | {"paired": paired(self.right if right is None else right, theirs)}


@dataclass(frozen=True)
class Trained:
    """A trained network as the runtime reads it, and what its training needed."""

    spec: NetworkSpec
    tensors: dict[str, NDArray[np.float32]]
    examples: TextExamples
    fitted: Fitted


def train_network(
    prepared: Prepared, recipe: Recipe, options: ClassifyOptions, fit: FitStage, *, seed: int
) -> Trained:
    """Build the recipe's network for this data and train it."""
    spec = NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        outputs=prepared.decision.outputs,
        vocabulary=len(prepared.vocabulary),
        input_size=recipe.embedding,
        num_layers=recipe.num_layers,
        bidirectional=recipe.bidirectional,
        pools=recipe.pools,  # type: ignore[arg-type]
    )
    torch.manual_seed(seed)
    module = RecurrentNetwork(spec, word_dropout=recipe.word_dropout, dropout=recipe.dropout)
    if not recipe.as_torch_initialises:
        initialise(
            module.rnn, module.embedding, gain=recipe.state_gain, input_gain=recipe.input_gain
        )
    if recipe.naive_bayes:
        ratios = recipe.naive_bayes * log_count_ratios(prepared)  # (V, columns)
        with torch.no_grad():
            module.embedding.weight[:, : ratios.shape[1]] = torch.from_numpy(ratios)
    examples = examples_of(prepared, recipe.max_length, options)
    config = LoopConfig(
        epochs=recipe.epochs_for(len(prepared.train)),
        batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        beta2=recipe.beta2,
        clip_norm=recipe.clip_norm,
        unclipped=("embedding",),
        average=recipe.average,
        patience=recipe.patience,
        seed=seed,
    )
    fitted = fit("fit", module, examples, config, _digest(examples))
    return Trained(spec, tensors_of(module), examples, fitted)


def examples_of(prepared: Prepared, max_length: int, options: ClassifyOptions) -> TextExamples:
    """Return the prepared rows as the training loop reads them."""
    return TextExamples(
        words=prepared.words,
        offsets=prepared.offsets,
        targets=prepared.targets,
        train=prepared.train,
        validation=prepared.validation,
        decision=prepared.decision,
        max_length=max_length,
        lines=prepared.lines,
        class_weights=_class_weights(prepared) if options.class_weight == "balanced" else None,
    )


def judge_opponents(
    prepared: Prepared,
    examples: TextExamples,
    judge: Callable[[NDArray[np.float64]], dict[str, Any]],
    options: ClassifyOptions,
    reporter: Reporter,
) -> dict[str, dict[str, Any]]:
    """Train every opponent on the training rows; return each one's figures on the test rows."""
    p, test, words = prepared, prepared.test, len(prepared.vocabulary)
    probabilities = {
        "majority": lambda: opponents.majority(p.targets[p.train], p.decision, len(test)),
        "tfidf_logistic": lambda: opponents.tfidf_logistic(
            p.tokens,
            p.offsets,
            p.targets,
            p.decision,
            train=p.train,
            validation=p.validation,
            test=test,
            balanced=options.class_weight == "balanced",
        ),
        "mean_embedding": lambda: opponents.mean_embedding(
            examples, words, test, seed=options.seed
        ),
        "convolution": lambda: opponents.convolution(examples, words, test, seed=options.seed),
    }
    if len(p.tokens) > _TFIDF_LIMIT:
        del probabilities["tfidf_logistic"]
        reporter.warn(
            f"TF-IDF left out: {len(p.tokens):,} words are more than its matrix has room for"
        )
    return {name: judge(make()) for name, make in probabilities.items()}  # type: ignore[no-untyped-call]


def log_count_ratios(prepared: Prepared) -> NDArray[np.float32]:
    """Return how much each word speaks for each class, from counts of the training rows alone.

    For two classes one column, log p(word | 1) - log p(word | 0); for more, one a class (at most
    32), log p(word | class) less its mean over classes. p counts each word once a row and adds
    one (Wang & Manning 2012, "Baselines and Bigrams"). Unlike there, it only starts training.
    """
    V, K = len(prepared.vocabulary), min(len(prepared.decision.classes), 32)
    counts = np.ones((V, K))
    for rows in np.array_split(prepared.train, max(1, len(prepared.train) // 10_000)):
        present, where = _words_of_rows(prepared, rows)
        targets = prepared.targets[rows]
        member = targets if targets.ndim == 2 else np.eye(len(prepared.decision.classes))[targets]
        for k in range(K):
            counts[:, k] += np.bincount(present, member[where, k], V)
    logs = np.log(counts / counts.sum(0))
    ratios = logs[:, 1:] - logs[:, :1] if K == 2 else logs - logs.mean(1, keepdims=True)
    ratios[:2] = 0.0  # padding and the unknown word speak for nothing
    return np.asarray(ratios, np.float32)


def _words_of_rows(
    prepared: Prepared, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different words of each row, and the position in `rows` each belongs to."""
    texts = prepared.texts(rows)
    where = np.repeat(np.arange(len(rows)), [len(t) for t in texts])
    words = np.concatenate([*texts, np.zeros(0, np.int32)]).astype(np.int64)
    pairs = np.unique(where * len(prepared.vocabulary) + words)
    where, words = np.divmod(pairs, len(prepared.vocabulary))
    return words, where


def _class_weights(prepared: Prepared) -> NDArray[np.float64]:
    """Return N / (K · count) for each class, as scikit-learn's "balanced"."""
    targets = prepared.targets[prepared.train]
    K = len(prepared.decision.classes)
    counts = targets.sum(0) if targets.ndim == 2 else np.bincount(targets, minlength=K)
    return np.asarray(len(targets) / (K * np.maximum(counts, 1)))


def _digest(examples: TextExamples) -> str:
    """Return a digest of what is learnt from: words, targets and which rows are in which part."""
    digest = hashlib.sha256()
    for array in (examples.words, examples.offsets, examples.targets, examples.train):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
