"""One `elman train`: where it writes, how it resumes, what it saves. Knows no task."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from elman import artifact
from elman.errors import OptionError
from elman.memory.live import HalfLife
from elman.runtime.spec import NetworkSpec
from elman.tasks.options import Options
from elman.training.config import LoopConfig
from elman.training.listener import Listener, Stopwatch
from elman.training.loop import fit
from elman.training.problem import Fitted, Problem
from elman.version import __version__

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FitStage", "Run", "tensors_of"]

FitStage = Callable[[str, torch.nn.Module, Problem, LoopConfig, str], Fitted]
"""(stage, module, problem, config, digest of the data) → how it went; as `Run.fit`."""

_WORKSPACE = ".training"


class Run:
    """The directory, the clock and the listener of one training run; use it in a `with`.

    Everything unfinished lives in `out/.training`. It goes when the model is written, and when the
    run ends before there is a checkpoint to resume from.

    Args:
        task: the task's name.
        out: the model directory to be; made if missing.
        options: as resolved.
        reporter: who is told.

    Raises:
        OptionError: `out` holds something that is not a model of ours.
    """

    def __init__(self, task: str, out: Path, options: Options, reporter: Listener) -> None:
        self.task, self.out, self.options, self.reporter = task, out, options, reporter
        self.watch = Stopwatch()
        self.workspace = out / _WORKSPACE
        self._training_s = 0.0
        self._claim()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *error: object) -> None:
        if not any(self.workspace.glob("*/checkpoint-*")):
            shutil.rmtree(self.workspace, ignore_errors=True)
            with contextlib.suppress(OSError):
                self.out.rmdir()  # only if it is empty

    def _claim(self) -> None:
        try:
            names = {p.name for p in self.out.iterdir()} if self.out.exists() else set()
        except OSError as error:
            raise OptionError(
                f"--out {self.out}: {error.strerror}; expected a directory to write the model to"
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
        # not thrown away before there is something to put in its place: see `fit`
        self._stale = not self.options.resume and _WORKSPACE in names
        try:
            self.workspace.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OptionError(
                f"--out {self.out}: {error.strerror}; name a directory that can be written"
            ) from None

    def fit(
        self, stage: str, module: torch.nn.Module, problem: Problem, config: LoopConfig, data: str
    ) -> Fitted:
        """Train `module` with checkpoints of its own, and say what a person should know.

        Args:
            stage: names the checkpoints and the progress bar.
            module: trained in place.
            problem: what to learn.
            config: how; threads are filled in from the options, and of the time limit its share of
                what earlier stages have left.
            data: a digest of the training rows; a resumed run must have the same.
        """
        if self._stale:
            self.reporter.warn(
                f"an interrupted run in {self.out} is thrown away; --resume would have continued it"
            )
            for old in self.workspace.glob("*/checkpoint-*"):
                old.unlink()
            self._stale = False
        config = self.options.limits(config)
        if config.time_limit_s is not None:
            left = max(config.time_limit_s - self._training_s, 0.001)
            config = dataclasses.replace(config, time_limit_s=left * config.time_share)
        with self.reporter.training(stage) as report:
            fitted = fit(
                module,
                problem,
                config,
                directory=self.workspace / stage,
                resume=self.options.resume,
                identity={"data": data},
                report=report,
                observers=[HalfLife()],
            )
        self._training_s += fitted.progress.elapsed_s
        for note in fitted.notes:
            self.reporter.say(note)
        for sentence in fitted.progress.nonfinite:
            self.reporter.warn(sentence)
        return fitted

    def save(
        self,
        spec: NetworkSpec,
        tensors: dict[str, NDArray[np.float32]],
        *,
        input: object,
        output: object,
        parts: dict[str, object],
    ) -> None:
        """Write the model directory and drop the workspace."""
        given = {
            f.name: getattr(self.options, f.name)
            for f in dataclasses.fields(self.options)
            if f.name not in ("resume", "test") and getattr(self.options, f.name) != f.default
        }
        artifact.write(
            self.out,
            task=self.task,
            network=artifact.encode(spec),
            input=artifact.encode(input),
            output=artifact.encode(output),
            training={"elman": __version__, "torch": torch.__version__, "options": given},
            tensors=tensors,
            parts=parts,
        )
        shutil.rmtree(self.workspace, ignore_errors=True)


def tensors_of(module: torch.nn.Module) -> dict[str, NDArray[np.float32]]:
    """Return a module's weights as numpy arrays, by their names in its `state_dict`."""
    return {name: value.detach().numpy().copy() for name, value in module.state_dict().items()}
