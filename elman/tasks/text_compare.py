"""Several recurrent models over several seeds, beside the honest opponents, on the same rows."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Hashable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.errors import OptionError, did_you_mean
from elman.judging.interval import mean_interval
from elman.memory.live import HalfLife
from elman.runtime.spec import CELLS
from elman.tasks.classify import TextData
from elman.tasks.options import ClassifyOptions
from elman.tasks.prepare import Prepared, encode, read
from elman.tasks.presets import PRESETS, Recipe, recipe
from elman.tasks.text_training import Judge, Trained, judge_opponents, train_network
from elman.tasks.verdict import verdict
from elman.training.listener import Listener
from elman.training.loop import fit

__all__ = ["compare"]

_AVERAGED = ("accuracy", "macro_f1", "log_loss", "ece")


@dataclasses.dataclass(frozen=True)
class _Runs:
    """One model over all seeds."""

    trained: list[Trained]
    judges: list[Judge]

    @property
    def right(self) -> NDArray[np.float64]:
        """Share of the runs that are right about each test row, `(N,)`."""
        return np.asarray(np.mean([judge.right for judge in self.judges], axis=0))

    @property
    def validation_loss(self) -> float:
        return float(np.mean([trained.validation_loss for trained in self.trained]))

    def figures(self) -> dict[str, Any]:
        """Return means over seeds; intervals are those of the rows, `accuracy_sd` of the seeds."""
        accuracies = [judge.metrics["accuracy"] for judge in self.judges]
        f1 = np.mean([judge.metrics["macro_f1_ci95"] for judge in self.judges], axis=0)
        return {
            **{k: float(np.mean([j.metrics[k] for j in self.judges])) for k in _AVERAGED},
            "accuracy_ci95": mean_interval(self.right),
            "macro_f1_ci95": f1.tolist(),
            "accuracy_sd": float(np.std(accuracies, ddof=1)) if len(accuracies) > 1 else 0.0,
            "seeds": accuracies,
            "validation_loss": self.validation_loss,
        }


def compare(
    data: TextData, models: Sequence[str], options: ClassifyOptions, seeds: int, reporter: Listener
) -> dict[str, Any]:
    """Train each model with the seeds 0, 1, 2 …; return the JSON of `elman compare`.

    The best recurrent model is chosen by its mean loss on the validation part, before anything is
    judged on the test rows.

    Args:
        data: as `train`.
        models: cells (of the preset fast), presets, or both as "strong-lstm".
        options: of every run; preset, cell and seed are filled in.
        seeds: runs of each model.
        reporter: who is told.
    """
    if seeds < 1:
        raise OptionError(f"--seeds {seeds}: expected at least 1")
    variants = {name: _variant(name, options) for name in models}
    with tempfile.TemporaryDirectory(prefix="elman-compare-") as workspace:
        rows = read(data, Path(workspace), options, reporter)
        recipes = {name: recipe(variant, rows.shape) for name, variant in variants.items()}
        listener, read_as = reporter, dict[Hashable, Prepared]()
        for chosen in recipes.values():
            if _reading(chosen) not in read_as:
                path = Path(workspace) / f"words-{len(read_as)}.i32"
                read_as[_reading(chosen)] = encode(rows, chosen, path, listener)
                listener = Listener()  # what the doctor found is said once
        runs = {
            name: _train(name, read_as[_reading(chosen)], chosen, options, seeds, reporter)
            for name, chosen in recipes.items()
        }
        best = min(runs, key=lambda name: runs[name].validation_loss)
        prepared, judge = read_as[_reading(recipes[best])], runs[best].judges[0]
        beside = partial(judge.beside, right=runs[best].right)
        rivals = judge_opponents(
            prepared,
            runs[best].trained[0],
            beside,
            options,
            reporter,
            refit=recipes[best].refit,
        )
    return {
        "task": "classify",
        "models": {name: run.figures() for name, run in runs.items()},
        "best": best,
        "judged_on": rows.test_source,
        "baselines": rivals,
        "verdict": f"Best on the validation part: {best}. {verdict(rivals)}",
        "rows": prepared.diagnosis.to_json() | rows.parts(),
        "warnings": prepared.diagnosis.warnings,
    }


def _reading(chosen: Recipe) -> Hashable:
    """Return what of a recipe decides how texts become numbers."""
    limits = (chosen.max_words, chosen.min_count, chosen.max_length)
    return (*limits, chosen.affix_buckets, chosen.max_pairs)


def _train(
    name: str,
    prepared: Prepared,
    chosen: Recipe,
    options: ClassifyOptions,
    seeds: int,
    reporter: Listener,
) -> _Runs:
    runs = _Runs([], [])
    for seed in range(seeds):
        with reporter.training(f"{name}, seed {seed}") as report:
            trained = train_network(
                prepared,
                chosen,
                options,
                lambda stage, module, problem, config, data: fit(
                    module,
                    problem,
                    options.limits(config),
                    report=report,
                    observers=[HalfLife()],
                ),
                seed=seed,
            )
        runs.trained.append(trained)
        runs.judges.append(Judge(prepared, trained))
    return runs


def _variant(name: str, options: ClassifyOptions) -> ClassifyOptions:
    """Read "gru", "strong" or "strong-lstm"."""
    preset, cell = "fast", None
    for word in name.split("-"):
        if word in PRESETS:
            preset = word
        elif word in CELLS:
            cell = word
        else:
            raise OptionError(
                f'--models "{name}": "{word}" is neither a cell nor a preset. '
                f"{did_you_mean(word, [*CELLS, *PRESETS])}"
            )
    return dataclasses.replace(options, preset=preset, cell=cell)
