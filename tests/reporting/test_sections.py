"""What pages say is what the records say: reliability, classes, losses."""

import ast
import shlex

from elman.reporting.common import training
from elman.tasks.forecast.reporter import REPORTER as SERIES
from elman.tasks.sections import asked, differ, each_class, reliability
from elman.tasks.translate.reporter import REPORTER as TEXTS


def test_reliability_is_drawn_as_it_is_recorded_with_its_intervals():
    told = [
        {"said": 0.55, "right": 0.6, "right_ci95": [0.3, 0.8], "rows": 10},
        {"said": 0.95, "right": 1.0, "right_ci95": [0.8, 1.0], "rows": 20},
    ]
    (section,) = reliability({"reliability": told})
    (line,) = section.blocks[0].lines
    assert (list(line.x), list(line.y)) == ([0.55, 0.95], [0.6, 1.0])
    assert (list(line.low), list(line.high)) == ([0.3, 0.8], [0.8, 1.0])
    assert section.blocks[0].diagonal
    assert reliability({"reliability": []}) == reliability({}) == []


def test_how_a_network_learnt_that_is_not_kept_is_said_to_be_of_it():
    epochs = [{"epoch": n, "loss": 1.0, "validation_left": 1.0 + n} for n in (1, 2)]
    report = {"training": {"history": [epochs], "finished": "done", "steps": 9}, "kept": "linear"}
    said, losses, left, told = training(report).blocks
    assert "simple model is kept alone" in said.text
    assert [line.name for line in losses.lines] == ["training"]
    assert (left.y, list(left.lines[0].y)) == ("error; the linear forecaster's is 1", [2.0, 3.0])
    assert told.rows[0] == ("ended", "done")


def test_what_is_typed_is_safe_in_a_shell_and_in_python():
    words, line = asked('it\'s "fine" at $5 `now`\\')
    assert shlex.split(words) == ['it\'s "fine" at $5 `now`\\']
    assert ast.literal_eval(line.removeprefix("model.predict(").removesuffix(")")) == [
        'it\'s "fine" at $5 `now`\\'
    ]
    assert asked("") == ("--input FILE", "model.predict(texts)")


def test_how_far_apart_answers_are_is_said_in_their_own_terms():
    assert differ(0.001, 9, 0) == (
        "probabilities with them are at most 0.001 from those of the saved model; the same "
        "decision on all"
    )
    assert differ(0.3, 9, 2).endswith("; 2 of 9 decided otherwise")
    assert differ(0.0, 9, 0) == "answers with them are those of the saved model"
    assert SERIES.differ(0.0009, 3, 0) == (
        "forecasts with them are at most 0.09 % of the largest value from those of the saved model"
    )
    assert TEXTS.differ(0.05, 40, 0).startswith("2 of 40 sentences are translated otherwise")


def test_a_confusion_stands_below_the_figures_of_its_classes():
    per = {"x": {"precision": 0.5, "recall": 0.25, "f1": 1 / 3, "support": 8}}
    (section,) = each_class("Each class", "class", "rows", per, ["x", "y"], [[2, 6], [2, 9]])
    table, matrix = section.blocks
    assert table.rows == [
        ["x", "50.0\N{NO-BREAK SPACE}%", "25.0\N{NO-BREAK SPACE}%", "33.3\N{NO-BREAK SPACE}%", 8]
    ]
    assert matrix.counts[0] == [2, 6]
    assert each_class("Each class", "class", "rows", {}, [], []) == []


def test_losses_of_every_network_and_the_reach_of_gradients_are_drawn():
    def epoch(n, loss):
        return {"epoch": n, "loss": loss, "validation_loss": loss + 1, "memory_steps": 3.0 * n}

    history = [[epoch(1, 0.5), epoch(2, 0.25)], [epoch(1, 0.75), epoch(2, 0.5)]]
    report = {"training": {"history": history, "finished": "done", "steps": 1200}}
    losses, reach, told = training(report).blocks
    named = {line.name: list(line.y) for line in losses.lines}
    assert named["training, network 1"] == [0.5, 0.25]
    assert named["validation, network 2"] == [1.75, 1.5]
    assert [list(line.y) for line in reach.lines] == [[3.0, 6.0]] * 2
    assert ("steps", "1,200") in told.rows
    assert training({"training": {}}) is None
