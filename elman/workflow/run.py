"""One `elman train`: where it writes, how it resumes, what it saves."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from elman import artifact
from elman.errors import OptionError, WorkError
from elman.files import remove
from elman.lock import LOCK, Lock
from elman.runtime.model import Model
from elman.tasks.interface import Stage, Task, Trained
from elman.tasks.options import Options
from elman.training.config import LoopConfig
from elman.training.listener import Listener, Stopwatch
from elman.version import __version__
from elman.workflow.replace import spare_place
from elman.workflow.written import save

if TYPE_CHECKING:
    from torch import nn

    from elman.training.problem import Fitted, Problem
    from elman.training.several.ranks import Ranks

__all__ = ["Run", "unsaved_stage"]

T = TypeVar("T")

_log = logging.getLogger("elman.layers")

_WORKSPACE = ".training"
_OF = "run"
"""A file there: which run of several processes the checkpoints are of."""

_OF_THIS_RUN = ("resume", "force", "test", "unlabelled", "pretrained")
"""Options that a model does not keep."""


class Run:
    """The directory, the clock and the listener of one training run; use it in a `with`.

    Everything unfinished lives in `out/.training`. It goes when the model is written, and when the
    run ends before there is a checkpoint to resume from.

    Args:
        task: whose model it is.
        out: the model directory to be; made if missing.
        options: as resolved.
        listener: who is told.
        begun: when the work began, by `time.perf_counter`.
        ranks: the processes that train with this one, which is the first.

    Raises:
        OptionError: `out` holds something that is not a model of ours.
    """

    def __init__(
        self,
        task: Task,
        out: Path,
        options: Options,
        listener: Listener,
        begun: float,
        ranks: Ranks | None = None,
    ) -> None:
        self.ranks = ranks
        self.workspace = out / _WORKSPACE
        if ranks is not None and ranks.run and ranks.run == self._of():
            # torchrun began all anew because one of them ended: go on where the last checkpoint is
            options = dataclasses.replace(options, resume=True)
        self.task, self.out, self.options, self.listener = task, out, options, listener
        self.watch = Stopwatch(begun)
        self._training_s = 0.0
        self._claim()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        kept = sorted(self.workspace.glob("*/checkpoint-[0-9]*"), key=os.path.getmtime)
        if isinstance(error, KeyboardInterrupt):
            error.args = (self._left(kept),)
        if not kept:
            shutil.rmtree(self.workspace, ignore_errors=True)
            with contextlib.suppress(OSError):
                self.out.rmdir()  # only if it is empty
        self._lock.release()

    def _left(self, kept: list[Path]) -> str:
        """Say what an interrupt leaves to go on with."""
        if not kept:
            return " before the first checkpoint; nothing of this run is left"
        if self._stale:
            return (
                " before the first checkpoint; nothing of this run is left, but the interrupted "
                "run before it is: --resume continues that one"
            )
        stage, step = kept[-1].parent.name, int(kept[-1].name.removeprefix("checkpoint-"))
        return f"; kept up to step {step:,} of {stage}, --resume continues"

    def timed(self, part: str, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Do a part of the work; its seconds go to the report."""
        with self.watch.timing(part):
            return work(*args, **kwargs)

    def _claim(self) -> None:
        try:
            names = {p.name for p in self.out.iterdir()} if self.out.exists() else set()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise OptionError(
                f"--out {self.out}: {why}; expected a directory to write the model to"
            ) from None
        if names and _WORKSPACE not in names and not artifact.is_ours(self.out):
            raise OptionError(
                f"--out {self.out} holds other files ({sorted(names)[0]}, …) and no model; "
                "nothing was touched. Name a new or empty directory."
            )
        if self.options.resume and _WORKSPACE not in names:
            done = " It holds a finished model." if "model.json" in names else ""
            raise OptionError(
                f"--resume: no interrupted run in {self.out}.{done} "
                "Leave --resume out to train from the start."
            )
        try:
            self._lock = Lock(self.workspace, f"--out {self.out}")
        except OptionError:
            raise  # another run is there
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise OptionError(
                f"--out {self.out}: {why}; name a directory that can be written"
            ) from None
        # not thrown away before there is something to put in its place: see `stage`
        begun = any(path.name != LOCK for path in self.workspace.iterdir())
        self._stale = not self.options.resume and begun
        self._mark()

    def _of(self) -> str:
        with contextlib.suppress(OSError):
            return (self.workspace / _OF).read_text(encoding="utf-8")
        return ""

    def _mark(self) -> None:
        """Say whose the checkpoints are that are there, or will be."""
        if not self._stale and self.ranks is not None:
            (self.workspace / _OF).write_text(self.ranks.run, encoding="utf-8")

    def stage(
        self, name: str, module: nn.Module, problem: Problem, config: LoopConfig, data: str
    ) -> Fitted:
        """Train `module` with checkpoints of its own, and say what a person should know.

        Args:
            name: names the checkpoints and the progress bar.
            module: trained in place.
            problem: what to learn.
            config: how; threads are filled in from the options, and of the time limit its share of
                what earlier stages have left.
            data: a digest of the training rows; a resumed run must have the same.
        """
        old = list(self.workspace.glob("*/checkpoint-*")) if self._stale else []
        if old:
            self.listener.warn(
                f"an interrupted run in {self.out} is thrown away; --resume would have continued it"
            )
            remove(*old)
        self._stale = False
        self._mark()
        config = self.options.limits(config)
        if config.time_limit_s is not None:
            left = max(config.time_limit_s - self._training_s, 0.001)
            config = dataclasses.replace(config, time_limit_s=left * config.time_share)
        for line in _layers(module):
            _log.info("%s: %s", name, line)
        with self.listener.training(name) as report:
            fitted = _fit(
                module,
                problem,
                config,
                directory=self.workspace / name,
                resume=self.options.resume,
                identity={"data": data},
                report=report,
                ranks=self.ranks,
            )
        self._training_s += fitted.progress.elapsed_s
        for note in fitted.notes:
            self.listener.say(note)
        for sentence in fitted.progress.nonfinite:
            self.listener.warn(sentence)
        return fitted

    def save(
        self,
        trained: Trained,
        report: dict[str, Any],
        held_out: Mapping[str, Sequence[Any]],
        page: Callable[[Model], str],
    ) -> Path:
        """Write the model directory and drop the workspace.

        Args:
            trained: the model.
            report: of the run; a model that is worse than the one that is there lies beside it.
            held_out: what there is of the held-out rows, by column.
            page: makes `report.html` of the model as it is saved; empty for none.

        Returns:
            Where it lies.
        """
        given = {
            f.name: getattr(self.options, f.name)
            for f in dataclasses.fields(self.options)
            if f.name not in _OF_THIS_RUN and getattr(self.options, f.name) != f.default
        }
        place = self.out
        if report.get("replaces", {}).get("worse"):
            place = spare_place(self.out)
            if place.exists() and not artifact.is_ours(place):
                raise WorkError(
                    f"{report['replaces']['said']} It was left, and the new one has no place: "
                    f"{place} holds other files. Move them, then --resume."
                )
        report["model"] = str(place)
        saved = trained.artifact(self.task.name)
        saved = dataclasses.replace(
            saved,
            training={"elman": __version__, "torch": version("torch"), "options": given},
            parts={**saved.parts, "metrics.json": report, artifact.HELD_OUT: dict(held_out)},
        )
        drawn = page(Model.of(saved, self.task.codec, place))
        pages = {artifact.REPORT: drawn} if drawn else {}
        save(dataclasses.replace(saved, parts={**saved.parts, **pages}), place)
        shutil.rmtree(self.workspace, ignore_errors=True)
        return place


@contextlib.contextmanager
def unsaved_stage(name: str, options: Options, listener: Listener) -> Iterator[Stage]:
    """Open a stage that keeps no checkpoints, under one progress bar of this name."""
    with listener.training(name) as report:
        yield lambda stage, module, problem, config, data: _fit(
            module, problem, options.limits(config), report=report
        )


def _layers(module: nn.Module) -> Iterator[str]:
    """Say of every recurrent layer on which twin it runs, and why on no faster one."""
    for name, layer in module.named_modules():
        if hasattr(layer, "explain_choice"):
            probe = next(layer.parameters()).new_zeros(1, 1, layer.input_size)
            yield f"{name or 'layer'} runs on {layer.explain_choice(probe)}"


def _fit(module: nn.Module, problem: Problem, config: LoopConfig, **how: Any) -> Fitted:
    from elman.memory.live import HalfLife
    from elman.training.loop import fit

    return fit(module, problem, config, observers=[HalfLife()], **how)
