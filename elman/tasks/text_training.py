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

from elman.errors import OptionError
from elman.judging.classes.calibration import calibrated, with_f1_thresholds
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import classification_metrics, log_loss
from elman.judging.paired import paired
from elman.models.network import RecurrentNetwork
from elman.nn.init import initialise
from elman.runtime.ensemble import Ensemble, network_of
from elman.runtime.network import Network
from elman.runtime.spec import NetworkSpec
from elman.tasks import opponents
from elman.tasks.classify import TextData, TextInput
from elman.tasks.examples import TextExamples
from elman.tasks.linear_path import (
    MOST_OUTPUTS,
    LinearPath,
    fit_linear_path,
    log_count_ratios,
    mixture,
    with_linear_path,
)
from elman.tasks.options import ClassifyOptions
from elman.tasks.prepare import Prepared, Rows, encode, read
from elman.tasks.presets import Recipe, recipe
from elman.tasks.run import FitStage, Run, tensors_of
from elman.tasks.verdict import verdict
from elman.training.config import LoopConfig
from elman.training.listener import Listener
from elman.training.problem import Progress

__all__ = ["Judge", "Trained", "judge_opponents", "train", "train_network"]

_MEMBER_SEEDS = 1000
"""Distance between the seeds of two members, so that neighbouring runs share none."""

_MATRIX_WORDS = 50_000_000
"""Words above which a matrix of rows by terms would not fit in a few GiB of memory."""

_SLICE = 1024
"""Rows run through the runtime at a time."""


def train(
    data: TextData, out: Path, options: ClassifyOptions, reporter: Listener
) -> dict[str, Any]:
    """Train, judge and save a classifier; return the JSON of `elman train`.

    Raises:
        DataError, OptionError: the input is at fault; an earlier model in `out` is untouched.
        WorkError: training diverged or the disk is full; the last checkpoint is kept.
    """
    with Run("classify", out, options, reporter) as run:
        return _train(data, run, options)


def _train(data: TextData, run: Run, options: ClassifyOptions) -> dict[str, Any]:
    reporter = run.reporter
    with run.watch.timing("load"):
        rows = read(data, run.workspace, options, reporter)
    if rows.corpus.multi_label and options.unsure_below is not None:
        raise OptionError("--unsure-below: a multi-label model may name no label; use --threshold")
    with run.watch.timing("tokenize"):
        chosen = recipe(options, rows.shape)
        prepared = encode(rows, chosen, run.workspace / "words.i32", reporter)
    with run.watch.timing("fit"):
        trained = train_network(prepared, chosen, options, run.fit, seed=options.seed)
    with run.watch.timing("judge"):
        judge = Judge(prepared, trained)
    rivals: dict[str, dict[str, Any]] = {}
    if options.baselines:
        with run.watch.timing("baselines"):
            rivals = judge_opponents(
                prepared, trained, judge.beside, options, reporter, refit=chosen.refit
            )
    report: dict[str, Any] = {
        "model": str(run.out),
        "task": "classify",
        "preset": options.preset,
        "cell": chosen.cell,
        "seed": options.seed,
        "metrics": judge.metrics,
        "judged_on": rows.test_source,
        "baselines": rivals,
        "verdict": verdict(rivals) if rivals else "Not set beside any opponent.",
        "rows": prepared.diagnosis.to_json() | rows.parts(),
        "warnings": prepared.diagnosis.warnings + trained.warnings,
        "training": trained.summary(),
        "seconds": run.watch.report(),
    }
    columns, features = rows.corpus.columns, prepared.features
    run.save(
        trained.spec,
        trained.tensors,
        input=TextInput(
            columns.text,
            columns.label or "label",
            affix_buckets=features.affix_buckets,
            pairs=features.pairs,
        ),
        output=trained.decision,
        parts={"vocabulary.json": features.vocabulary.to_json(), "metrics.json": report},
    )
    return report


def _forward(
    network: Network | Ensemble, prepared: Prepared, rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return outputs `(len(rows), outputs)`, in memory that does not grow with the texts."""
    result = np.zeros((len(rows), prepared.rows.decision.outputs), np.float32)
    for start in range(0, len(rows), _SLICE):
        part = slice(start, start + _SLICE)
        result[part] = network.forward(prepared.texts(rows[part]))
    return result


class Judge:
    """The trained network on the test rows, through the runtime: the one prediction path."""

    def __init__(self, prepared: Prepared, trained: Trained) -> None:
        rows, network = prepared.rows, network_of(trained.spec, trained.tensors)
        self._plain = rows.decision
        self._truth = rows.targets[rows.test]
        probabilities = trained.decision.probabilities(_forward(network, prepared, rows.test))
        self.right = trained.decision.right(probabilities, self._truth).astype(np.float64)
        self.metrics = classification_metrics(trained.decision, probabilities, self._truth)

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
    """A trained network as the runtime reads it, how it decides, and how its training went."""

    spec: NetworkSpec
    tensors: dict[str, NDArray[np.float32]]
    members: list[Progress]
    """Of every network that was trained, a pilot's first."""
    decision: Decision
    validation_loss: float
    """Log loss on the validation part, of the network or of its pilot."""
    linear: LinearPath | None = None

    @property
    def warnings(self) -> list[str]:
        return [sentence for progress in self.members for sentence in progress.nonfinite]

    def summary(self) -> dict[str, Any]:
        """Return what the report says of the training."""
        return {
            "finished": self.members[-1].finished,
            "history": [progress.history for progress in self.members],
            "steps": sum(progress.steps_done for progress in self.members),
            "clipped_steps": sum(progress.clipped for progress in self.members),
            "largest_gradient_norm": max(progress.largest_norm for progress in self.members),
            "parameters": int(sum(tensor.size for tensor in self.tensors.values())),
            "validation_loss": self.validation_loss,
        }


def train_network(
    prepared: Prepared, recipe: Recipe, options: ClassifyOptions, fit: FitStage, *, seed: int
) -> Trained:
    """Build the recipe's network for this data and train it.

    Where the recipe refits, a pilot is trained first. On the validation rows it shows how much the
    linear path counts and how sure the answers may sound; then the network's members, and the
    path, are trained on training and validation rows together.
    """
    rows = prepared.rows
    held, wanted = rows.validation, rows.targets[rows.validation]
    first = dataclasses.replace(recipe, members=1) if recipe.refit else recipe
    after = recipe.members if recipe.refit else 0
    spec, tensors, members = _members(prepared, first, options, fit, "fit", seed, pilot_of=after)
    logits = _forward(network_of(spec, tensors), prepared, held)
    path = None
    small = rows.decision.outputs <= MOST_OUTPUTS and len(rows.tokens) <= _MATRIX_WORDS
    if recipe.linear_path and small:
        balanced = options.class_weight == "balanced"
        path = fit_linear_path(prepared, rows.train, balanced=balanced)
        linear = path.logits(prepared, held)
        parts = mixture(rows.decision, linear, logits, wanted)
        logits = (parts[0] * linear + parts[1] * logits).astype(np.float32)
    decision = calibrated(rows.decision, logits, wanted)
    if options.threshold == "f1":
        decision = with_f1_thresholds(decision, decision.probabilities(logits), wanted)
    loss = log_loss(decision.probabilities(logits), wanted)
    if recipe.refit:
        every = np.sort(np.concatenate([rows.train, held]))
        joined = dataclasses.replace(rows, train=every, validation=held[:0])
        prepared = dataclasses.replace(prepared, rows=joined)
        spec, tensors, more = _members(prepared, recipe, options, fit, "refit", seed)
        members += more
        path = path and fit_linear_path(
            prepared, every, strength=path.strength, balanced=options.class_weight == "balanced"
        )
    if path:
        spec, tensors = with_linear_path(spec, tensors, path, parts)
    decision = dataclasses.replace(decision, unsure_below=options.unsure_below)
    return Trained(spec, tensors, members, decision, loss, path)


def _members(
    prepared: Prepared,
    recipe: Recipe,
    options: ClassifyOptions,
    fit: FitStage,
    stage: str,
    seed: int,
    *,
    pilot_of: int = 0,
) -> tuple[NetworkSpec, dict[str, NDArray[np.float32]], list[Progress]]:
    """Train every member of a recipe's network, each with a seed of its own.

    `pilot_of` is how many further networks have to share the time that is left.
    """
    features = prepared.features
    spec = NetworkSpec(
        cell=recipe.cell,  # type: ignore[arg-type]
        hidden_size=recipe.hidden_size,
        outputs=prepared.rows.decision.outputs,
        vocabulary=features.embeddings,
        input_size=recipe.embedding,
        num_layers=recipe.num_layers,
        bidirectional=recipe.bidirectional,
        pools=recipe.pools,  # type: ignore[arg-type]
        input_pools=recipe.input_pools,  # type: ignore[arg-type]
        ids_per_step=features.columns,
        members=recipe.members,
    )
    seen = prepared.words
    if features.pairs and not recipe.pairs_in_state:
        seen = seen[:, 0] if features.columns == 2 else seen[:, :-1]
    examples = examples_of(dataclasses.replace(prepared, words=seen), recipe.max_length, options)
    digest = _digest(examples, recipe, options)
    tensors: dict[str, NDArray[np.float32]] = {}
    progress = []
    for member in range(recipe.members):
        own = seed + _MEMBER_SEEDS * member
        module = _module(spec, prepared, recipe, seed=own)
        name = stage if recipe.members == 1 else f"{stage}-{member}"
        to_come = recipe.members - member + (pilot_of if stage == "fit" else 0)
        config = dataclasses.replace(_loop(recipe, prepared, own), time_share=1 / to_come)
        progress.append(fit(name, module, examples, config, digest).progress)
        prefix = "" if recipe.members == 1 else f"{member}."
        tensors |= {prefix + name: tensor for name, tensor in tensors_of(module).items()}
    return spec, tensors, progress


def _module(
    spec: NetworkSpec, prepared: Prepared, recipe: Recipe, *, seed: int
) -> RecurrentNetwork:
    torch.manual_seed(seed)
    module = RecurrentNetwork(
        spec,
        word_dropout=recipe.word_dropout * _share_of_unknown_to_learn(prepared),
        dropout=recipe.dropout,
        pairs=prepared.features.pairs and recipe.pairs_in_state,
    )
    if not recipe.as_torch_initialises:
        initialise(
            module.rnn,
            module.embedding,
            gain=recipe.state_gain,
            identity=recipe.identity,
            input_gain=recipe.input_gain,
            embedding_range=recipe.embedding_range,
        )
    with torch.no_grad():
        if prepared.features.pairs:
            pairs = [n for n, w in enumerate(prepared.features.vocabulary.words) if " " in w]
            module.embedding.weight[pairs] = 0.0  # a pair begins as nothing but its two words
        if recipe.naive_bayes:
            ratios = recipe.naive_bayes * log_count_ratios(
                prepared, prepared.rows.train, recipe.embedding
            )
            words, columns = ratios.shape
            module.embedding.weight[:words, :columns] = torch.from_numpy(ratios)
        if prepared.features.pairs and not recipe.pairs_in_state:
            module.embedding.weight[pairs] = 0.0  # never read in training, so nothing in the end
    return module


def _share_of_unknown_to_learn(prepared: Prepared) -> float:
    """Return 0 where no held-out word is unknown, up to 1 from one in a hundred on.

    Hiding words teaches what to do without them; where none will be missing it only hides.
    """
    return min(1.0, 100 * (prepared.diagnosis.unknown_share or 0.0))


def _loop(recipe: Recipe, prepared: Prepared, seed: int) -> LoopConfig:
    return LoopConfig(
        epochs=recipe.epochs_for(len(prepared.rows.train)),
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


def examples_of(prepared: Prepared, max_length: int, options: ClassifyOptions) -> TextExamples:
    """Return the prepared rows as the training loop reads them."""
    rows = prepared.rows
    return TextExamples(
        words=prepared.words,
        offsets=rows.offsets,
        targets=rows.targets,
        train=rows.train,
        validation=rows.validation,
        decision=rows.decision,
        max_length=max_length,
        lines=rows.lines,
        class_weights=_class_weights(rows) if options.class_weight == "balanced" else None,
    )


def judge_opponents(
    prepared: Prepared,
    trained: Trained,
    judge: Callable[[NDArray[np.float64]], dict[str, Any]],
    options: ClassifyOptions,
    reporter: Listener,
    *,
    refit: bool,
) -> dict[str, dict[str, Any]]:
    """Train every opponent on the training rows; return each one's figures on the test rows.

    Args:
        prepared: the rows, as the network read them.
        trained: the network; its linear path, if it has one, is an opponent too.
        judge: turns probabilities `(len(test), K)` into figures.
        options: class weights and seed.
        reporter: who is told.
        refit: the network was trained on the validation rows too, so the regression, once its
            penalty is chosen, is as well.
    """
    rows, vocabulary = prepared.rows, prepared.features.embeddings
    plain = prepared.words if prepared.words.ndim == 1 else prepared.words[:, 0]
    alone = dataclasses.replace(prepared, words=plain)
    examples = examples_of(alone, opponents.MAX_LENGTH, options)
    shares = opponents.majority(rows.targets[rows.train], rows.decision, len(rows.test))
    found = {"majority": judge(shares)}
    if len(rows.tokens) <= _MATRIX_WORDS:
        found["tfidf_logistic"] = judge(
            opponents.tfidf_logistic(
                rows.tokens,
                rows.offsets,
                rows.targets,
                rows.decision,
                train=rows.train,
                validation=rows.validation,
                test=rows.test,
                balanced=options.class_weight == "balanced",
                refit=refit,
            )
        )
    else:
        reporter.warn(
            f"TF-IDF left out: {len(rows.tokens):,} words are more than its matrix has room for"
        )
    if trained.linear is not None:
        logits = trained.linear.logits(prepared, rows.test)
        found["linear_path"] = judge(rows.decision.probabilities(logits))
    for name, train in (
        ("mean_embedding", opponents.mean_embedding),
        ("convolution", opponents.convolution),
    ):
        with reporter.training(name) as report:
            found[name] = judge(
                train(examples, vocabulary, rows.test, seed=options.seed, report=report)
            )
    return found


def _class_weights(rows: Rows) -> NDArray[np.float64]:
    """Return N / (K · count) for each class, as scikit-learn's "balanced".

    For several labels a row, how often each is absent for once it is present.
    """
    targets, K = rows.targets[rows.train], len(rows.decision.classes)
    if targets.ndim == 2:
        counts = np.maximum(targets.sum(0), 1)
        return np.asarray((len(targets) - counts) / counts)
    return np.asarray(len(targets) / (K * np.maximum(np.bincount(targets, minlength=K), 1)))


def _digest(examples: TextExamples, recipe: Recipe, options: ClassifyOptions) -> str:
    """Return a digest of what is learnt and how; a run resumes only where it is the same."""
    digest = hashlib.sha256(repr((recipe, options.class_weight)).encode())
    parts = (examples.train, examples.validation)
    for array in (examples.words, examples.offsets, examples.targets, *parts):
        for start in range(0, len(array), 2**20):
            digest.update(np.ascontiguousarray(array[start : start + 2**20]).data)
    return digest.hexdigest()
