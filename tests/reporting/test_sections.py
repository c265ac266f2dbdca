"""What pages say is what the records say: reliability, classes, losses."""

import pytest

from elman.reporting.common import training
from elman.tasks.sections import each_class, reliability


def test_reliability_counts_who_is_right_among_the_equally_sure():
    sure = [0.55] * 10 + [0.95] * 20 + [0.75] * 4
    labels = ["a"] * 34
    truths = ["a"] * 6 + ["b"] * 4 + ["a"] * 19 + ["b"] + ["b"] * 4
    (section,) = reliability({"truth": truths, "label": labels, "probability": sure})
    (line,) = section.blocks[0].lines
    assert line.x == pytest.approx([0.55, 0.95])  # of four alone nothing is drawn
    assert line.y == pytest.approx([0.6, 0.95])
    assert section.blocks[0].diagonal


def test_without_single_answers_nothing_is_said_of_reliability():
    several = {"truth": [["a"]] * 20, "label": [["a"]] * 20, "probability": [0.9] * 20}
    assert reliability(several) == []
    assert reliability({"label": ["a"], "probability": [0.5], "truth": []}) == []


def test_a_confusion_stands_below_the_figures_of_its_classes():
    per = {"x": {"precision": 0.5, "recall": 0.25, "f1": 1 / 3, "support": 8}}
    (section,) = each_class("Each class", "class", "rows", per, ["x", "y"], [[2, 6], [2, 9]])
    table, matrix = section.blocks
    assert table.rows == [["x", "50.0 %", "25.0 %", "33.3 %", 8]]
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
