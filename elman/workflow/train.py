"""Train on data, judge beside honest opponents and beside what was there before, save."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from elman import tasks
from elman.artifact import REPORT
from elman.artifact.manifest import MANIFEST
from elman.data.fetched import fetching
from elman.data.unread import check_outside
from elman.errors import OptionError, WorkError
from elman.runtime.model import Model
from elman.tasks.choose import choose
from elman.tasks.resolve import resolve
from elman.training.listener import Listener
from elman.workflow.drift import record
from elman.workflow.extras import need, warn_without_kernels
from elman.workflow.judge import judge, set_beside
from elman.workflow.load import load
from elman.workflow.looking.report import page_after_training
from elman.workflow.replace import beside_old, old_model, set_against
from elman.workflow.run import Run

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from elman.tasks.given import TrainOptions
    from elman.training.several.ranks import Ranks

__all__ = ["refusal", "train", "train_report", "train_together"]


def train(
    data: Any, out: str | Path, *, task: str | None = None, **options: Unpack[TrainOptions]
) -> Model:
    """Train on a file or on rows, judge, save to `out`, and return the loaded model.

    Args:
        data: a path as for `elman train`; a frame of pandas or polars, a dict of columns, or a list
            of dicts; for texts also (X, y), or an iterable of (text, label) pairs; for a series
            also its values.
        out: the model directory to write.
        task: by its name; guessed from the data when left out.
        **options: the options of `elman train`, with underscores.

    Of several processes that torchrun or Ray began all call it alike; see docs/disk.md.

    Raises:
        InputError: data or options are at fault.
        WorkError: training itself failed; `.training` in `out` holds the last checkpoint. Or `out`
            holds a model that is better on the same rows; the new one then lies beside it.
    """
    report = train_together(data, _path(out), task, cast(dict[str, Any], options), Listener())
    if report is not None and (refused := refusal(report, out)):
        raise refused
    return load(out)


def _path(out: object) -> Path:
    if not isinstance(out, (str, Path)):
        raise OptionError(f"out={out!r:.60}: expected the path of a directory to write")
    return Path(out)


def refusal(report: dict[str, Any], out: str | Path) -> WorkError | None:
    """Return what has to be raised where a model did not replace a better one, else None."""
    replaces = report.get("replaces")
    if replaces is None or not replaces["worse"]:
        return None
    return WorkError(
        f"{out} was left as it is: its model is better. {replaces['said']} The new one lies in "
        f"{report['model']}; to put it in its place: --force"
    )


def train_together(
    data: Any, out: Path, name: str | None, given: dict[str, Any], listener: Listener
) -> dict[str, Any] | None:
    """Train as `train`, and return the report that `elman train --json` prints.

    Of several processes that torchrun or Ray began the first one does; the others take part in its
    training and return None.
    """
    if not _several():
        return train_report(data, out, name, given, listener)
    need("training follows gradients", "torch", "sklearn")
    from elman.training.several.helper import help_first
    from elman.training.several.ranks import joined

    with joined() as ranks:
        if ranks is not None and not ranks.first:
            for known in tasks.names():  # imported while rank 0 reads, not while it waits
                tasks.named(known).learner()
            help_first(ranks)
            return None
        try:
            return train_report(data, out, name, given, listener, ranks)
        finally:
            if ranks is not None:
                ranks.dismiss()


def _several() -> bool:
    """Say whether this process is one of several of torch's, or may be."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.distributed.is_available():
        begun: bool = torch.distributed.is_initialized()
        if begun:
            return True
    return "RANK" in os.environ and os.environ.get("WORLD_SIZE", "1") != "1"


@fetching
def train_report(
    data: Any,
    out: Path,
    name: str | None,
    given: dict[str, Any],
    listener: Listener,
    ranks: Ranks | None = None,
) -> dict[str, Any]:
    """Train in this process, which has those of `ranks` help it, and return the report."""
    begun = time.perf_counter() if listener.began is None else listener.began
    read = (data, *map(given.get, ("test", "unlabelled")))
    check_outside("--out", str(out), MANIFEST, *read)
    task = choose(data, name, given, listener)
    options = resolve(task.name, given, "train")
    need("training follows gradients", "torch", "sklearn")
    warn_without_kernels(listener)
    learner = task.learner()
    with Run(task, out, options, listener, begun, ranks) as run:
        old = old_model(task, out, force=options.force)
        rows = run.timed("load", learner.read, data, options, run.workspace, listener)
        recipe = learner.recipe(rows, options)
        prepared = run.timed("tokenize", learner.prepare, rows, recipe, run.workspace, listener)
        beside = None if old is None else beside_old(prepared, old, out)
        trained = run.timed(
            "fit", learner.fit, prepared, recipe, options, run.stage, seed=options.seed
        )
        test = prepared.test
        model = Model.of(trained.artifact(task.name), task.codec, out)
        judged = run.timed("judge", judge, model, trained, test)
        opponents = learner.opponents(prepared, recipe, trained, options, listener, thorough=False)
        rivals, verdict = run.timed(
            "baselines", set_beside, judged.points, test, opponents, trained.called
        )
        final = run.timed("refit", learner.refit, prepared, recipe, trained, options, run.stage)
        chosen = final or trained
        report = {
            "model": str(out),
            "task": task.name,
            "seed": options.seed,
            **recipe.facts,
            **prepared.facts,
            **trained.facts,
            "metrics": judged.figures,
            "judged_on": test.said,
            "baselines": rivals,
            "verdict": verdict,
            "held_out": {"n": len(test.steps), **test.facts, **judged.details}
            | test.telling(judged.numbers),
            "seconds": run.watch.report(),
        }
        report["warnings"] += [line for done in trained.runs for line in done.nonfinite]
        if old is not None and beside is not None:
            new = Model.of(chosen.artifact(task.name), task.codec, out)
            report["replaces"] = set_against(old, new, chosen, prepared, beside)
        held_out = record(task, model, test, judged.numbers)

        def page(saved: Model) -> str:
            return page_after_training(task, saved, report, held_out, test, options, listener)

        place = run.timed("page", run.save, chosen, report, held_out, page)
        report["model"] = str(place)
        report["seconds"] = run.watch.report()  # the page's too
        if (place / REPORT).is_file():
            report["page"] = str(place / REPORT)
    return report
