"""What the networks are for: one file a task, one table of them, and the doors to all."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elman.errors import ArtifactError, MissingExtraError, OptionError, did_you_mean
from elman.tasks.options import OPTIONS, resolve
from elman.training.listener import Listener

if TYPE_CHECKING:
    from elman.explaining.explanation import Explanation
    from elman.runtime.model import Model

__all__ = [
    "TASKS",
    "compare",
    "evaluate",
    "explain",
    "load",
    "module_of",
    "screen",
    "train",
    "train_report",
]

TASKS = {"classify": "elman.tasks.classify", "forecast": "elman.tasks.forecast"}
"""Each is a module with `codec`, `train`, `compare`, `evaluate`, `predict_items`, `predict_file`,
`unsure_below`, `explain` where it can, and a `…_screen` for each report; `classify` shows what they
take and return."""


def load(directory: str | Path) -> Model:
    """Load a saved model; imports neither torch nor scikit-learn.

    Raises:
        ArtifactError: the directory is damaged, foreign or hostile; the message names the file.
    """
    from elman import artifact
    from elman.runtime.ensemble import network_of
    from elman.runtime.model import Model
    from elman.runtime.spec import NetworkSpec

    saved = artifact.read(Path(directory))
    if saved.task not in TASKS:
        raise ArtifactError(
            f'{directory}: model.json: task "{saved.task}" is unknown to this version of elman. '
            f"{did_you_mean(saved.task, TASKS)}"
        )
    spec = artifact.decode(NetworkSpec, saved.network, "model.json: network")
    return Model(
        task=saved.task,
        network=network_of(spec, saved.tensors),
        codec=module_of(saved.task).codec(saved, spec),
        directory=Path(directory),
        info=saved,
    )


def train(data: Any, out: str | Path, *, task: str | None = None, **options: Any) -> Model:
    """Train on a file (or rows), judge, save to `out`, and return the loaded model.

    Args:
        data: a path as for `elman train`; for texts also an iterable of (text, label) pairs.
        out: the model directory to write.
        task: `classify` or `forecast`; guessed from the data when left out.
        **options: the options of `elman train`, with underscores.

    Raises:
        InputError: data or options are at fault.
        WorkError: training itself failed; `.training` in `out` holds the last checkpoint.
    """
    train_report(data, Path(out), task, options, Listener())
    return load(out)


def train_report(
    data: Any, out: Path, task: str | None, options: dict[str, Any], reporter: Listener
) -> dict[str, Any]:
    """Train as `train`, and return the report that `elman train --json` prints."""
    name = _task_of(data, task, options, reporter)
    resolved = resolve(name, OPTIONS[name], options)
    _need_training_extra()
    _warn_without_kernels(reporter)
    report: dict[str, Any] = module_of(name).train(data, out, resolved, reporter)
    return report


def compare(
    data: Any,
    *,
    task: str | None = None,
    models: tuple[str, ...] = ("rnn", "gru", "lstm"),
    seeds: int = 3,
    reporter: Listener | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Train several recurrent models over several seeds beside the honest opponents.

    Returns:
        `models` and `baselines` by name, each with figures, and a `verdict`.
    """
    listener = reporter or Listener()
    name = _task_of(data, task, options, listener)
    for fixed in ("preset", "cell", "seed", "resume"):
        if fixed in options:
            raise OptionError(f"compare takes models and seeds, no {fixed}")
    resolved = resolve(name, OPTIONS[name], options)
    _need_training_extra()
    _warn_without_kernels(listener)
    result: dict[str, Any] = module_of(name).compare(data, models, resolved, seeds, listener)
    return result


def evaluate(model: Model | str | Path, data: Any, **options: Any) -> dict[str, Any]:
    """Judge a saved model on labelled data, through the same path as `predict`."""
    loaded = load(model) if isinstance(model, (str, Path)) else model
    resolved = resolve(loaded.task, OPTIONS[loaded.task], options)
    result: dict[str, Any] = module_of(loaded.task).evaluate(loaded, data, resolved)
    return result


def explain(model: Model | str | Path, item: Any) -> Explanation:
    """Explain one answer: what each word adds, and where the mind was made up. Needs torch.

    Args:
        model: a loaded model or its directory.
        item: a text; for a forecaster a list of values, oldest first.

    Raises:
        OptionError: there is nothing to explain; the message says why.
        MissingExtraError: torch is not installed.
    """
    loaded = load(model) if isinstance(model, (str, Path)) else model
    task = module_of(loaded.task)
    if not hasattr(task, "explain"):
        raise OptionError(f"{loaded.directory}: a model of the task {loaded.task} is not explained")
    try:
        import torch  # noqa: F401
    except ImportError:
        raise MissingExtraError(
            'explain follows gradients, which need torch: pip install "elman[train]"'
        ) from None
    many = isinstance(item, Iterable) and not isinstance(item, (str, bytes))
    explanation: Explanation = task.explain(loaded, list(item) if many else [item])
    return explanation


def screen(kind: str, report: dict[str, Any]) -> list[str]:
    """Return a report of `train`, `compare` or `evaluate` as lines for a person."""
    lines: list[str] = getattr(module_of(report["task"]), f"{kind}_screen")(report)
    return lines


def module_of(task: str) -> Any:
    """Return the module of a task."""
    return import_module(TASKS[task])


def _task_of(data: Any, task: str | None, options: dict[str, Any], reporter: Listener) -> str:
    if task is not None:
        if task not in TASKS:
            raise OptionError(f'--task "{task}" is not known. {did_you_mean(task, TASKS)}')
        return task
    from elman.tasks.guess import guess

    name, reason = guess(data, options)
    reporter.say(f"task: {name} ({reason}); --task overrides")
    return name


def _need_training_extra() -> None:
    try:
        import sklearn  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"training needs torch and scikit-learn ({error.name} is missing). Install them with "
            'pip install "elman[train]"; predict, stream and evaluate work without.'
        ) from None


def _warn_without_kernels(reporter: Listener) -> None:
    from elman import native

    if reason := native.missing():
        reporter.warn(f"training runs on torch's own layers, several times slower: {reason}")
