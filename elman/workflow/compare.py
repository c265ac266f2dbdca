"""Several recurrent models over several seeds, beside the honest opponents, on the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from elman.data.fetched import fetching
from elman.errors import OptionError
from elman.judging.seeds import mean_points, over_seeds
from elman.runtime.model import Model
from elman.tasks.choose import choose
from elman.tasks.interface import Labelled, Prepared, Task, Trained
from elman.tasks.options import Options
from elman.tasks.resolve import resolve
from elman.training.listener import Listener
from elman.workflow.extras import need, warn_without_kernels
from elman.workflow.judge import Judged, judge, set_beside
from elman.workflow.run import unsaved_stage

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from elman.tasks.given import CompareOptions

__all__ = ["compare"]

MOST_SEEDS = 1000


@fetching
def compare(
    data: Any,
    *,
    task: str | None = None,
    models: Sequence[str] = ("rnn", "gru", "lstm"),
    seeds: int = 3,
    listener: Listener | None = None,
    **options: Unpack[CompareOptions],
) -> dict[str, Any]:
    """Train several recurrent models over several seeds beside the honest opponents.

    The best of them is chosen by its mean on the validation part, before anything is judged on the
    test rows.

    Args:
        data: as of `train`.
        task: by its name; guessed from the data when left out.
        models: cells, presets, or both as "strong-lstm".
        seeds: runs of each, with the seeds 0, 1, 2 …
        listener: who is told.
        **options: the options of `elman compare`, with underscores.

    Returns:
        `models` and `baselines` by name, each with figures, the `best`, and a `verdict`.
    """
    listener = listener or Listener()
    given = cast(dict[str, Any], options)
    found = choose(data, task, given, listener)
    resolved = resolve(found.name, given, "compare")
    if not 1 <= seeds <= MOST_SEEDS:
        raise OptionError(f"--seeds {seeds}: expected 1 to {MOST_SEEDS}")
    need("comparing trains", "torch", "sklearn")
    warn_without_kernels(listener)
    with tempfile.TemporaryDirectory(prefix="elman-compare-") as place:
        return _compare(found, data, models, seeds, resolved, Path(place), listener)


def _compare(
    task: Task,
    data: Any,
    models: Sequence[str],
    seeds: int,
    options: Options,
    place: Path,
    listener: Listener,
) -> dict[str, Any]:
    learner = task.learner()
    variants = learner.variants(models, options)
    rows = learner.read(data, options, place, listener)
    recipes = {name: learner.recipe(rows, variant) for name, variant in variants.items()}
    read_as: dict[object, Prepared] = {}
    for recipe in recipes.values():
        if recipe.reading not in read_as:
            folder = place / f"reading-{len(read_as)}"
            folder.mkdir()
            # what was found in the rows is said once
            told = Listener() if read_as else listener
            read_as[recipe.reading] = learner.prepare(rows, recipe, folder, told)
    runs: dict[str, list[Trained]] = {}
    for name, recipe in recipes.items():
        prepared = read_as[recipe.reading]
        runs[name] = []
        for seed in range(seeds):
            with unsaved_stage(f"{name}, seed {seed}", options, listener) as stage:
                trained = learner.fit(prepared, recipe, variants[name], stage, seed=seed)
            runs[name].append(trained)
    validation = {name: float(np.mean([t.validation for t in ts])) for name, ts in runs.items()}
    best = min(validation, key=validation.__getitem__)
    tests = {name: read_as[recipe.reading].test for name, recipe in recipes.items()}
    judged = {name: _judged(task, ts, tests[name]) for name, ts in runs.items()}
    figures = {}
    for name, ones in judged.items():
        over = over_seeds([one.yardstick for one in ones], [one.numbers for one in ones])
        figures[name] = over | {"validation_loss": validation[name]}
    prepared, test = read_as[recipes[best].reading], tests[best]
    points = mean_points([o.yardstick for o in judged[best]], [o.numbers for o in judged[best]])
    opponents = learner.opponents(
        prepared, recipes[best], runs[best][0], variants[best], listener, thorough=True
    )
    rivals, verdict = set_beside(points, test, opponents, runs[best][0].called)
    return {
        "task": task.name,
        **prepared.facts,
        "models": figures,
        "best": best,
        "metrics": figures[best],
        "judged_on": test.said,
        "baselines": rivals,
        "verdict": f"Best on the validation part: {best}. {verdict}",
    }


def _judged(task: Task, runs: Sequence[Trained], test: Labelled) -> list[Judged]:
    models = [Model.of(trained.artifact(task.name), task.codec) for trained in runs]
    return [judge(model, trained, test) for model, trained in zip(models, runs, strict=True)]
