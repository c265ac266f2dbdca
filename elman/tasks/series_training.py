"""Train, back-test and save a forecaster. The part that needs torch."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.data.series import Series
from elman.errors import DataError, OptionError, did_you_mean
from elman.memory.live import HalfLife
from elman.models.network import RecurrentNetwork
from elman.nn.init import initialise
from elman.runtime.network import Network
from elman.runtime.spec import CELLS, NetworkSpec
from elman.tasks.backtest import backtest, series_verdict
from elman.tasks.forecast import Scaling, SeriesCodec, SeriesData, SeriesInput, series_of
from elman.tasks.options import ForecastOptions
from elman.tasks.run import FitStage, Run, tensors_of
from elman.training.config import LoopConfig
from elman.training.listener import Listener
from elman.training.loop import fit

__all__ = ["compare", "train"]

Floats = NDArray[np.float64]

HIDDEN_SIZE = 32
BATCH_SIZE = 32
MOST_STEPS = 500
LEAST_STEPS = 100
HELD_OUT = 0.2
"""Share of the training values on which the number of passes is chosen."""

FLOOR = 0.05
"""Share of the whole series' spread that is added to the spread of every window."""

SHORTCUTS = ("last", "season", "phase")


@dataclass(frozen=True)
class Plan:
    """What is decided before anything is trained."""

    series: Series
    window: int
    horizon: int
    begin: int
    """Values before the first origin of the back-test."""
    cell: str
    seed: int


def train(
    data: SeriesData, out: Path, options: ForecastOptions, reporter: Listener
) -> dict[str, Any]:
    """Train, back-test and save a forecaster; return the JSON of `elman train`.

    The back-test's network never sees the values it is judged on. The one that is saved is then
    trained afresh, in as many passes, on all values.
    """
    with Run("forecast", out, options, reporter) as run:
        with run.watch.timing("load"):
            series = series_of(data, options)
            plan = plan_of(series, options, seed=options.seed)
        for note in series.notes:
            reporter.say(note)
        warnings = _warnings(plan)
        for line in warnings:
            reporter.warn(line)
        with run.watch.timing("fit"):
            found = _backtested(plan, run.fit)
        with run.watch.timing("refit"):
            scaling = found.input.scaling
            module, problem = _network(plan), Windows(series.values, plan, scaling)
            run.fit("final", module, problem, _loop(plan, problem, found.steps), _digest(plan))
            tensors = problem.folded(tensors_of(module))
        report: dict[str, Any] = {
            "model": str(out),
            "task": "forecast",
            "preset": None,
            "cell": plan.cell,
            "seed": plan.seed,
            "horizon": plan.horizon,
            "window": plan.window,
            "season": series.season,
            "shortcut": scaling.shortcut,
            "steps": found.steps,
            **_judged(found.tested, plan),
            "rows": {"values": len(series.values), "train": plan.begin},
            "warnings": warnings,
            "seconds": run.watch.report(),
        }
        kept = slice(max(len(series.values) - plan.window, 0), None)
        run.save(
            module.spec,
            tensors,
            input=dataclasses.replace(
                found.input,
                recent=tuple(series.values[kept].tolist()),
                recent_dates=tuple(series.dates[kept]) if series.dates else (),
            ),
            output={},
            parts={"metrics.json": report},
        )
    return report


def compare(
    data: SeriesData,
    models: Sequence[str],
    options: ForecastOptions,
    seeds: int,
    reporter: Listener,
) -> dict[str, Any]:
    """Back-test each cell with the seeds 0, 1, 2 …; return the JSON of `elman compare`."""
    series = series_of(data, options)
    for note in series.notes:
        reporter.say(note)
    if seeds < 1:
        raise OptionError(f"--seeds {seeds}: expected at least 1")
    for cell in models:
        if cell not in CELLS:
            raise OptionError(f'--models "{cell}" is not known. {did_you_mean(cell, CELLS)}')
    found: dict[str, list[BackTested]] = {}
    for cell in models:
        found[cell] = []
        for seed in range(seeds):
            plan = plan_of(series, dataclasses.replace(options, cell=cell), seed=seed)
            with reporter.training(f"{cell}, seed {seed}") as report:
                one = _backtested(
                    plan,
                    lambda stage, module, problem, config, data: fit(
                        module,
                        problem,
                        options.limits(config),
                        report=report,
                        observers=[HalfLife()],
                    ),
                )
            found[cell].append(one)
    best = min(found, key=lambda cell: float(np.mean([one.score for one in found[cell]])))
    figures = {
        cell: _over_seeds([o.tested["metrics"] for o in ones]) for cell, ones in found.items()
    }
    judged = _judged(found[best][0].tested | {"metrics": figures[best]}, plan)
    verdict = f"Best on the validation part: {best}. {judged['verdict']}"
    return judged | {"task": "forecast", "models": figures, "best": best, "verdict": verdict}


def plan_of(series: Series, options: ForecastOptions, *, seed: int) -> Plan:
    """Decide window and parts.

    The window holds two seasons of up to 24 steps, or one longer season; at least 24 values, 48 of
    a series of 500 or more, and never more than leaves half the training values to learn from.

    Raises:
        OptionError: horizon, window or holdout do not fit the series.
    """
    N, H, m = len(series.values), options.horizon, series.season
    if H < 1 or (options.window is not None and options.window < 1):
        raise OptionError("--horizon and --window are steps: whole numbers from 1 on")
    holdout = max(H, round(N / 10)) if options.holdout is None else options.holdout
    if holdout < H:
        raise OptionError(f"--holdout {holdout} is less than the horizon of {H} steps")
    begin = N - holdout
    most = (begin - H) // 2
    if most < 2:
        raise DataError(
            f"{series.name}: {N} values are too few for {H} steps ahead and {holdout} held out; "
            "shorten --horizon or --holdout"
        )
    natural = max(2 * m if m <= 24 else m, 48 if begin >= 500 else 24)
    window = min(natural, most) if options.window is None else options.window
    if window > begin - H - 1:
        raise OptionError(
            f"--window {window}: {begin} values before the back-test leave room for "
            f"{begin - H - 1} at most"
        )
    return Plan(series, window, H, begin, options.cell or "rnn", seed)


@dataclass(frozen=True)
class BackTested:
    """A network that never saw the values it was judged on."""

    tested: dict[str, Any]
    """From `backtest.backtest`."""
    steps: int
    score: float
    """Mean absolute error on the validation windows, beside that of the shortcut."""
    input: SeriesInput


def _backtested(plan: Plan, fit_stage: FitStage) -> BackTested:
    """Choose the number of steps, train on the values before the back-test, and judge."""
    past = plan.series.values[: plan.begin]
    scaling = _scaling(past, plan)
    steps, score = _chosen_steps(past, plan, scaling, fit_stage)
    module, problem = _network(plan), Windows(past, plan, scaling)
    fit_stage("back-test", module, problem, _loop(plan, problem, steps, 1 / 2), _digest(plan))
    codec = SeriesCodec(
        SeriesInput(
            value_column=plan.series.name,
            window=plan.window,
            horizon=plan.horizon,
            scaling=scaling,
            frequency=plan.series.frequency,
            recent=(0.0,),
        )
    )
    network = Network(module.spec, problem.folded(tensors_of(module)))

    def predict(windows: list[Floats]) -> Sequence[Any]:
        encoded = [codec.encode(window.tolist()) for window in windows]
        logits = network.forward([window.steps for window in encoded])
        return codec.decode(logits, [cast(Any, window.context) for window in encoded])

    tested = backtest(
        predict, plan.series.values, plan.begin, plan.horizon, plan.window, plan.series.season
    )
    return BackTested(tested, steps, score, codec.input)


def _scaling(past: Floats, plan: Plan) -> Scaling:
    """Take the shortcut that leaves the least over all windows of the past."""
    spread = float(past.std())
    possible = SHORTCUTS if 1 < plan.series.season <= plan.window else SHORTCUTS[:1]
    found = [
        Scaling(FLOOR * spread if spread else 1.0, name, plan.series.season)  # type: ignore[arg-type]
        for name in possible
    ]
    return min(found, key=lambda scaling: Windows(past, plan, scaling).unit)


def _chosen_steps(
    past: Floats, plan: Plan, scaling: Scaling, fit_stage: FitStage
) -> tuple[int, float]:
    """Return after how many steps the averaged weights forecast the end of the past best."""
    held = max(round(HELD_OUT * len(past)), plan.horizon)
    cut = max(len(past) - held, plan.window + plan.horizon + 4)
    if cut + plan.horizon > len(past):
        return LEAST_STEPS, math.nan  # too short to hold anything out
    problem = Windows(past[:cut], plan, scaling, Windows(past[cut - plan.window :], plan, scaling))
    config = _loop(plan, problem, MOST_STEPS, share=1 / 3)
    history = fit_stage("choose", _network(plan), problem, config, _digest(plan)).progress.history
    per_epoch = math.ceil(len(problem.lengths) / BATCH_SIZE)
    enough = [h for h in history if h["epoch"] * per_epoch >= LEAST_STEPS] or history[-1:]
    best = min(enough, key=lambda h: h["score"])
    return int(best["epoch"]) * per_epoch, best["score"]


def _loop(plan: Plan, problem: Windows, steps: int, share: float = 1.0) -> LoopConfig:
    """Return a loop of about that many optimizer steps that keeps the last averaged weights.

    `share` is that of the time left under a time limit.
    """
    return LoopConfig(
        epochs=max(1, round(steps / math.ceil(len(problem.lengths) / BATCH_SIZE))),
        batch_size=BATCH_SIZE,
        learning_rate=3e-3,
        warmup=20 / max(steps, 40),
        decay=False,
        average=0.98,
        seed=plan.seed,
        time_share=share,
    )


def _network(plan: Plan) -> RecurrentNetwork:
    """Return a network whose first forecast is exactly the shortcut's."""
    torch.manual_seed(plan.seed)
    spec = NetworkSpec(
        cell=plan.cell,  # type: ignore[arg-type]
        hidden_size=HIDDEN_SIZE,
        outputs=plan.horizon,
        pools=("last",),
    )
    module = RecurrentNetwork(spec)
    initialise(module.rnn)
    nn.init.zeros_(module.fc.weight)
    nn.init.zeros_(module.fc.bias)
    return module


class Windows:
    """All windows of some values, as a `training.problem.Problem`.

    The network learns what the shortcut leaves over, in units of its mean size.

    Args:
        values: `(N,)` of the series.
        plan: window and horizon.
        scaling: of every window.
        validation: windows to choose by; without any, the last weights are kept.
    """

    def __init__(
        self, values: Floats, plan: Plan, scaling: Scaling, validation: Windows | None = None
    ) -> None:
        W, H = plan.window, plan.horizon
        inputs, left = [], []
        for start in range(len(values) - W - H + 1):
            x, centre, scale = scaling.scale(values[start : start + W])
            ahead = (values[start + W : start + W + H] - centre) / scale
            inputs.append(x)
            left.append(ahead - scaling.ahead(x, H))
        self.x = torch.tensor(np.array(inputs), dtype=torch.float32)[:, :, None]  # (N, W, 1)
        self.unit = float(np.abs(left).mean()) or 1.0
        self.y = torch.tensor(np.array(left), dtype=torch.float32)  # (N, H)
        self.lengths = np.full(len(inputs), W, np.int64)
        self.validation = validation

    def loss(self, module: nn.Module, examples: NDArray[np.int64]) -> Tensor:
        rows = torch.from_numpy(examples)
        x, y = self.x[rows], self.y[rows] / self.unit
        return nn.functional.huber_loss(module(x, torch.full((len(x),), x.shape[1])), y)

    def validate(self, module: nn.Module) -> dict[str, float]:
        held = self.validation
        if held is None:
            return {}
        said = module(held.x, torch.full((len(held.x),), held.x.shape[1])) * self.unit
        return {"score": float((said - held.y).abs().mean()) / self.unit}

    def locate(self, examples: NDArray[np.int64]) -> str:
        return f"windows that begin at the values {sorted((examples + 1).tolist())[:8]}"

    def folded(self, tensors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Return the tensors with the unit folded into the head, as the runtime reads them."""
        unit = np.float32(self.unit)
        return tensors | {name: tensors[name] * unit for name in ("fc.weight", "fc.bias")}


def _warnings(plan: Plan) -> list[str]:
    if plan.series.season > 1 and plan.window < plan.series.season:
        return [
            f"the window of {plan.window} is shorter than the season of {plan.series.season}; the "
            "seasonal naive forecast sees further back than the model"
        ]
    return []


def _judged(tested: dict[str, Any], plan: Plan) -> dict[str, Any]:
    last = len(plan.series.values) - plan.begin
    origins = f"{tested['origins']} origin{'s' if tested['origins'] > 1 else ''}"
    return {
        "metrics": tested["metrics"],
        "baselines": tested["baselines"],
        "judged_on": f"the last {last} values, {origins}, {plan.horizon} steps ahead each",
        "verdict": series_verdict(tested["metrics"], tested["baselines"], plan.horizon),
    }


def _over_seeds(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Average figures over seeds; `errors` are those of the mean run."""
    maes = [run["mae"] for run in runs]
    figures: dict[str, Any] = {
        name: None if runs[0][name] is None else float(np.mean([run[name] for run in runs]))
        for name in ("mae", "rmse", "mape", "mase")
    }
    mapes = [run["mape"] for run in runs if run["mape"] is not None]
    figures["mape_median"] = float(np.median(mapes)) if mapes else None
    figures["errors"] = np.mean([run["errors"] for run in runs], axis=0).tolist()
    figures["mae_sd"] = float(np.std(maes, ddof=1)) if len(runs) > 1 else 0.0
    return figures | {"seeds": maes}


def _digest(plan: Plan) -> str:
    """Return a digest of the values and of how they are cut."""
    digest = hashlib.sha256(np.ascontiguousarray(plan.series.values).data)
    digest.update(repr((plan.window, plan.horizon, plan.begin, plan.cell)).encode())
    return digest.hexdigest()
