"""What each command does: hand the options on, print what comes back."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from elman.bench.grid import CELLS, GRIDS, MODES, choose, parse_shape
from elman.cli.app import DataFile, Json, ModelDir, Unsure, app, with_task_options
from elman.cli.console import Console, print_json
from elman.errors import MissingExtraError, OptionError, WorkError
from elman.memory.recall.asked import Recall

_JUDGING = frozenset({"text", "label", "date", "value"})
_REMEMBERING = _JUDGING | {"seed", "time_limit"}
_DEMO_ROWS = 8000
_COMPARING = frozenset({"seed", "resume", "preset", "cell", "as_printed", "baselines"})


@app.command()
@with_task_options()
def train(
    data: DataFile,
    out: Annotated[Path, typer.Option(help="model directory to write", show_default=False)],
    task: Annotated[str | None, typer.Option(help="classify or forecast; else guessed")] = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Train a recurrent model on DATA, judge it beside honest opponents, save it."""
    from elman.tasks import screen, train_report

    console = Console(as_json=as_json)
    report = train_report(data, out, task, _given(options), console)
    for line in screen("train", report):
        console.say(line)
    if as_json:
        print_json(report)


@app.command()
@with_task_options(without=_COMPARING)
def compare(
    data: DataFile,
    task: Annotated[str | None, typer.Option(help="classify or forecast; else guessed")] = None,
    models: Annotated[
        str, typer.Option(help="cells and presets to try, as rnn,gru,lstm,strong")
    ] = "rnn,gru,lstm",
    seeds: Annotated[int, typer.Option(help="runs of each recurrent model")] = 3,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Train several recurrent models over several seeds beside honest opponents."""
    from elman import tasks

    console = Console(as_json=as_json)
    report = tasks.compare(
        data,
        task=task,
        models=tuple(models.split(",")),
        seeds=seeds,
        reporter=console,
        **_given(options),
    )
    for line in tasks.screen("compare", report):
        console.say(line)
    if as_json:
        print_json(report)


@app.command()
@with_task_options(only=_JUDGING)
def evaluate(
    model: ModelDir,
    data: Annotated[
        Path | None,
        typer.Argument(help="as for train; not needed with --behaviour", show_default=False),
    ] = None,
    behaviour: Annotated[
        list[Path] | None,
        typer.Option(help="file of behavioural tests, see docs/explain.md; may be repeated"),
    ] = None,
    label_names: Annotated[
        str | None,
        typer.Option(help="the file's names of the model's classes, as positive=1,negative=0"),
    ] = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Judge MODEL on labelled DATA: figures with intervals, errors, calibration.

    With --behaviour, also or instead: which behavioural tests fail, by capability.
    """
    from elman import tasks

    if data is None and not behaviour:
        raise OptionError("nothing to judge on: give DATA, or --behaviour FILE, or both")
    if label_names is not None and not behaviour:
        raise OptionError("--label-names says how --behaviour FILE names the classes; add the file")
    console = Console(as_json=as_json)
    report: dict[str, Any] = {"task": tasks.load(model).task}
    if data is not None:
        report = tasks.evaluate(model, data, **_given(options))
        for line in tasks.screen("evaluate", report):
            console.say(line)
    if behaviour:
        from elman.tasks.behaviour import behave
        from elman.tasks.behaviour_screen import screen

        report["behaviour"] = behave(tasks.load(model), behaviour, label_names)
        for line in screen(report["behaviour"]):
            console.say(line)
    if as_json:
        print_json(report)


@app.command()
def predict(
    model: ModelDir,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="texts, or values of a series")
    ] = None,
    input: Annotated[Path | None, typer.Option(help="file to read, of any size")] = None,
    output: Annotated[Path | None, typer.Option(help="file to write: .jsonl or .csv")] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="where bad rows go [default: OUTPUT.rejects.jsonl]")
    ] = None,
    text: Annotated[str | None, typer.Option(help="text column of --input")] = None,
    unsure_below: Unsure = None,
    as_json: Json = False,
) -> None:
    """Answer for texts, or for a file row by row; bad rows go to a rejects file."""
    from elman.tasks import load, module_of

    console = Console(as_json=as_json)
    loaded = load(model)
    task = module_of(loaded.task)
    if unsure_below is not None:
        loaded = task.unsure_below(loaded, unsure_below)
    if input is None and output is not None:
        raise OptionError("--output needs --input FILE; texts are answered on the screen")
    if input is not None:
        if items:
            raise OptionError(f'give either texts or --input, not both (text: "{items[0]}")')
        report = task.predict_file(loaded, input, output=output, rejects=rejects, text=text)
    else:
        report = task.predict_items(loaded, items or [])
    for line in task.predict_screen(report):
        console.say(line)
    if as_json:
        print_json(report)


@app.command()
def explain(
    model: ModelDir,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT", help="a text, or values of a series")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="page to write, with figures of every word and unit")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say why: what each word adds to the answer, and where the mind was made up.

    Four methods stand side by side: Shapley values of the words, integrated gradients, the text
    without the word, and an unknown word in its place. The agreement of the methods is reported.
    """
    from elman import tasks

    console = Console(as_json=as_json)
    explained = tasks.explain(model, items or [])
    for line in explained.text().splitlines():
        console.say(line)
    if html is not None:
        from elman.files import atomic_write

        atomic_write(html, explained.to_html().encode())
        console.say(f"\npage: {html}")
    if as_json:
        print_json(explained.to_json())


@app.command()
@with_task_options(only=_REMEMBERING)
def memory(
    model: ModelDir,
    data: Annotated[
        Path | None,
        typer.Argument(help="labelled rows as for evaluate; else made-up ones", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(help=".json, .html or .txt file to write")] = None,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Show the memory card of MODEL: how far back it remembers, and whether order matters in DATA.

    One page: truncation horizon, gradient flow, influence by lag, gates, Lyapunov exponents, delay
    probe and order test, each with its 95 % interval, and a verdict. See docs/memory.md.
    """
    from elman.tasks.memory import check_out, memory_card, write_card

    console = Console(as_json=as_json)
    if out is not None:
        check_out(out)
    card = memory_card(model, data, **_given(options))
    for line in card.text().splitlines():
        console.say(line)
    if out is not None:
        write_card(card, out)
        console.say(f"\ncard: {out}")
    if as_json:
        print_json(card.to_json())


@app.command()
def stream(model: ModelDir, as_json: Json = False) -> None:
    """Read standard input word by word (or value by value): one JSON line per step.

    All of standard input is one text, whatever its lines.
    """
    from elman.tasks import load

    loaded = load(model)
    flow = loaded.stream()
    for line in sys.stdin:
        for word in line.split():
            prediction = flow.feed(loaded.codec.parse(word))
            print_json({"step": flow.steps, "read": word} | dataclasses.asdict(prediction))


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="model directory to write")] = Path("demo-model"),
    seed: Annotated[int, typer.Option(help="everything random follows from it")] = 0,
    as_json: Json = False,
) -> None:
    """Run the main job on built-in reviews: train, compare, predict, in about a minute."""
    from elman.data.builtin import DEMO_TEXTS, reviews
    from elman.tasks import load, screen, train_report

    console = Console(as_json=as_json)
    console.say(f"{_DEMO_ROWS:,} built-in reviews whose sentiment hangs on the order of the words.")
    rows = reviews(_DEMO_ROWS, seed)
    report = train_report(rows, out, "classify", {"seed": seed}, console)
    for line in screen("train", report):
        console.say(line)
    console.say()
    predictions = load(out).predict(DEMO_TEXTS)
    for said, prediction in zip(DEMO_TEXTS, predictions, strict=True):
        console.say(f"  {prediction.label:>9} {prediction.probability:4.0%}  {said}")
    console.say(f'\nThe model lies in {out}. Try: elman predict {out} "not a dull film"')
    if as_json:
        answers = [
            {"text": t} | dataclasses.asdict(p)
            for t, p in zip(DEMO_TEXTS, predictions, strict=True)
        ]
        print_json(report | {"predictions": answers})


def _asked(name: str, *flags: str, **more: Any) -> Any:
    """Make an option of recall from its field, which has the help."""
    (field,) = (field for field in dataclasses.fields(Recall) if field.name == name)
    return typer.Option(*flags, help=field.metadata["help"], **more)


@app.command()
def recall(
    cell: Annotated[str, _asked("cell")] = Recall.cell,
    steps: Annotated[int, _asked("steps")] = Recall.steps,
    init: Annotated[str | None, _asked("init")] = Recall.init or None,
    place: Annotated[str, _asked("place")] = Recall.place,
    among: Annotated[
        Path | None, typer.Option(help="a file of texts: their words instead of noise")
    ] = None,
    text: Annotated[str | None, typer.Option(help="text column of --among")] = None,
    grow: Annotated[bool, _asked("grow")] = Recall.grow,
    vary: Annotated[bool, _asked("vary")] = Recall.vary,
    keep_orthogonal: Annotated[
        bool, _asked("keep_orthogonal", "--keep-orthogonal")
    ] = Recall.keep_orthogonal,
    hidden_size: Annotated[int, _asked("hidden_size", min=1)] = Recall.hidden_size,
    seed: Annotated[int, _asked("seed", min=0)] = Recall.seed,
    threads: Annotated[int, typer.Option(help="threads of torch; 0 takes all cores", min=0)] = 1,
    train_steps: Annotated[int | None, _asked("most_train_steps", min=1)] = Recall.most_train_steps,
    time_limit: Annotated[str, _asked("time_limit_s")] = f"{Recall.time_limit_s / 60:g}m",
    out: Annotated[Path | None, typer.Option(help="figure to write: .html")] = None,
    as_json: Json = False,
) -> None:
    """Teach a net to name the first of T symbols, and judge it on fresh sequences.

    One of 8 symbols, then T − 1 steps of noise from 10 other signs, then the question. Chance is
    one in eight. The printed table says how far the net reaches, beyond the steps asked for too.
    With --among, the symbol is a text's first word, and the text's own words follow it.
    """
    if find_spec("torch") is None:
        raise MissingExtraError('elman recall trains with torch: pip install "elman[train]"')
    import torch

    from elman.memory.recall.measure import recall
    from elman.memory.recall.net import check
    from elman.memory.recall.screen import figure, screen
    from elman.tasks.options import Options

    console = Console(as_json=as_json)
    if out is not None and (out.suffix != ".html" or not out.absolute().parent.is_dir()):
        raise OptionError(f"--out {out}: give the name of an .html file in a folder that exists")
    asked = Recall(
        cell, steps, init or "", place, grow, vary, keep_orthogonal, hidden_size, seed=seed,
        time_limit_s=Options(time_limit=time_limit).seconds() or 0.0, most_train_steps=train_steps,
    )  # fmt: skip
    check(asked)
    if out is not None:
        figure([])  # says now, not after minutes, that plotly is missing
    torch.set_num_threads(threads or os.cpu_count() or 1)
    noise = None
    if among is not None:
        from elman.memory.recall.words import words_of
        from elman.tasks.classify import texts_of

        noise = words_of(texts_of(among, text))
    with console.watching(f"recall {cell} {steps:,}") as show:
        report = recall(asked, show, noise)
    for line in screen(report):
        console.say(line)
    if out is not None:
        figure([report]).write_html(out)
        console.say(f"figure: {out}")
    if as_json:
        print_json(report)


@app.command()
def bench(
    grid: Annotated[str, typer.Option(help=f"cells to measure: {', '.join(GRIDS)}")] = "quick",
    cell: Annotated[str | None, typer.Option(help=f"only these of {','.join(CELLS)}")] = None,
    mode: Annotated[str | None, typer.Option(help=f"only these of {','.join(MODES)}")] = None,
    threads: Annotated[
        str | None, typer.Option(help="as 2 or 1,2 [default: 2, grid full 1,2, or all cores]")
    ] = None,
    lengths: Annotated[
        bool | None,
        typer.Option("--lengths/--padded", help="only rows of 10 to 100 %, or only full rows"),
    ] = None,
    shape: Annotated[
        str | None, typer.Option(help="rows, steps, features, units B,T,I,H instead of a grid's")
    ] = None,
    seconds: Annotated[float, typer.Option(help="of timing for each cell", min=0.0)] = 1.0,
    out: Annotated[Path | None, typer.Option(help="JSON file to write")] = None,
    as_json: Json = False,
) -> None:
    """Measure layer speed here, beside torch and ONNX Runtime, with the floor drawn in.

    All have the same weights and inputs; a cell where outputs or gradients differ is not timed.
    They take turns in one process (AB, BA, …), each after a pause and an untimed call; a ratio is
    the median over rounds, with a 95 % bootstrap interval. torch gets rows of different lengths
    sorted and packed beforehand, ONNX Runtime its own order of time, elman the rows as they are.
    Training is forward + backward, with the gradients of the input and all weights.

    The floor is the time of the useful multiply-adds alone, 2·steps·G·H·(I+H) operations for G
    gates forward and three times that in training, at the measured peak.
    """
    if find_spec("torch") is None:
        raise MissingExtraError('elman bench times torch too: pip install "elman[train,bench]"')
    from elman.bench.measure import measure
    from elman.bench.report import screen

    console = Console(as_json=as_json)
    if out is not None and not out.absolute().parent.is_dir():
        raise OptionError(f"--out {out}: there is no folder {out.absolute().parent}")
    cases = choose(
        grid,
        cells=cell and cell.split(","),
        modes=mode and mode.split(","),
        threads=threads and threads.split(","),
        ragged=lengths,
        shape=parse_shape(shape) if shape else None,
    )
    with console.stepping("measuring", len(cases)) as step:
        report = measure(cases, seconds=seconds, on_case=lambda case: step(str(case)))
    for line in screen(report):
        console.say(line)
    if out is not None:
        out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if as_json:
        print_json(report)
    if report["refused"]:
        raise WorkError("results differ from torch's where it says so: those cells were not timed")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Keep the options that the user typed."""
    return {name: value for name, value in options.items() if value is not None}
