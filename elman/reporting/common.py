"""The sections that every page has: what it is, how good, how it was trained, how to run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elman.runtime.model import Model
from elman.tasks.reporter import Shown
from elman.tasks.sections import quoted
from elman.web.blocks import Block, Code, Curve, Facts, Figure, Figures, Line, Said, Section, Unit

__all__ = ["about", "results", "running", "training"]

_TRIED = "Of the recurrence that was tried; the simple model is kept alone, without it."

Report = Mapping[str, Any]


def about(model: Model, report: Report) -> Section:
    """What was trained, on what."""
    spec, rows = model.network.spec, report.get("rows", {})
    facts = [("task", model.task)]
    if preset := report.get("preset"):
        facts.append(("preset", str(preset)))
    facts += [("network", network_of(spec)), ("numbers in it", f"{_parameters(model):,}")]
    if source := rows.get("source"):
        facts.append(("data", str(source)))
    if isinstance(count := rows.get("rows"), int):
        facts.append(("rows", f"{count:,}"))
    parts = [
        f"{rows[part]:,} {name}"
        for part, name in (("train", "to learn"), ("validation", "to choose"), ("test", "to judge"))
        if isinstance(rows.get(part), int)
    ]
    if parts:
        facts.append(("divided into", ", ".join(parts)))
    facts.append(("seed", str(report.get("seed", ""))))
    for name, value in model.info.training.items():
        if name in ("elman", "torch"):
            facts.append((name, str(value)))
    if seconds := report.get("seconds", {}).get("total"):
        facts.append(("seconds, in all", f"{seconds:,.1f}"))
    blocks: list[Block] = [Facts(facts)]
    blocks += [Said(line, "warning") for line in report.get("warnings", ())]
    return Section("What it is", blocks)


def network_of(spec: Any) -> str:
    """Return a network in a few words."""
    if not getattr(spec, "recurrent", True):
        return "linear, no recurrence"
    ways = "both ways" if getattr(spec, "bidirectional", False) else "left to right"
    layers = getattr(spec, "num_layers", 1)
    name = str(spec.cell).upper()
    said = f"{name}, {layers} layer{'s' * (layers > 1)} of {spec.hidden_size} units, {ways}"
    if (members := getattr(spec, "members", 1)) > 1:
        said += f"; {members} of them, averaged"
    if getattr(spec, "linear", 0):
        said += "; a linear part beside it"
    return said


def results(report: Report, shown: Sequence[Shown], called: str) -> Section:
    """The verdict, and the model beside its opponents."""
    first, *others = shown
    rows = [_figure(called, report["metrics"], first, others, model=True)]
    rows += [
        _figure(rival["called"], rival, first, others, model=False)
        for rival in report.get("baselines", {}).values()
    ]
    units: dict[str, Unit] = {other.called: other.unit for other in others}
    blocks: list[Block] = []
    if verdict := report.get("verdict"):
        blocks.append(Said(verdict, "verdict"))
    if judged := report.get("judged_on"):
        blocks.append(Said(f"Judged on {judged}.", "quiet"))
    blocks.append(Figures(first.called, first.unit, rows, first.higher_is_better, units))
    return Section("Is it worth it?", blocks)


def _figure(
    called: str, figures: Report, first: Shown, others: Sequence[Shown], *, model: bool
) -> Figure:
    low, high = figures.get(f"{first.key}_ci95", (None, None))
    return Figure(
        called,
        figures[first.key],
        low,
        high,
        "model" if model else "rival",
        {other.called: figures.get(other.key) for other in others if other.key in figures},
    )


def training(report: Report) -> Section | None:
    """How the loss fell, and how far back gradients reached."""
    details = report.get("training", {})
    history = details.get("history", [])
    runs = [history] if history and isinstance(history[0], dict) else list(history)
    runs = [run for run in runs if run]
    if not runs:
        return None
    blocks: list[Block] = []
    if losses := list(_lines(runs, {"loss": "training", "validation_loss": "validation"})):
        blocks.append(Curve("pass over the rows", "loss", losses))
    for key, called in (
        ("validation_error", "share of wrong answers"),
        ("validation_left", "error; the linear forecaster's is 1"),
    ):
        if errors := list(_lines(runs, {key: "validation"})):
            blocks.append(Curve("pass over the rows", called, errors))
    if memory := list(_lines(runs, {"memory_steps": ""})):
        caption = "After so many steps half of the gradient is gone, in training."
        blocks.append(
            Curve(
                "pass over the rows",
                "half-life of the gradient, steps",
                memory,
                logarithmic=True,
                caption=caption,
            )
        )
    if report.get("kept") in ("linear", "simple"):
        blocks.insert(0, Said(_TRIED))
    told = [("ended", str(details.get("finished", "")))]
    for key, name in (("steps", "steps"), ("clipped_steps", "steps with a clipped gradient")):
        if isinstance(details.get(key), int):
            told.append((name, f"{details[key]:,}"))
    return Section("How it learnt", [*blocks, Facts(told)])


def _lines(runs: Sequence[Sequence[Report]], keys: Mapping[str, str]) -> Iterator[Line]:
    for n, run in enumerate(runs):
        for key, name in keys.items():
            there = [epoch for epoch in run if epoch.get(key) is not None]
            if len(there) > 1 or (there and len(run) == 1):
                which = f"network {n + 1}" if len(runs) > 1 else ""
                called = ", ".join(filter(None, [name, which])) or "network"
                x = [float(epoch["epoch"]) for epoch in there]
                yield Line(called, x, [float(epoch[key]) for epoch in there])


def running(model: Model, typed: tuple[str, str], *, stream: bool) -> Section:
    """What to type to use it; `typed` is what it is asked, in the shell and in Python."""
    place, (words, items) = shlex.quote(str(model.directory)), typed
    shell = [f"elman predict {place} {words}".rstrip()]
    if stream:
        shell.append(f"elman stream {place}")
    shell.append(f"elman memory {place} DATA")
    python = f"import elman\n\nmodel = elman.load({quoted(model.directory)})\n{items}"
    return Section("Use it", [Code("\n".join(shell)), Code(python)])


def _parameters(model: Model) -> int:
    return sum(tensor.size for tensor in model.tensors.values())
