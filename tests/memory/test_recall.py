"""Recall: the task is what it says, the judge is fresh and exact, cells learn it, limits hold."""

from __future__ import annotations

import dataclasses
import inspect
import json

import pytest
import torch

from elman.cli import commands
from elman.errors import DataError, OptionError
from elman.judging.interval import share_interval
from elman.memory.recall import net as nets
from elman.memory.recall import train as training
from elman.memory.recall.asked import DEFAULTS, Recall
from elman.memory.recall.judge import judge
from elman.memory.recall.measure import recall
from elman.memory.recall.net import RecallNet
from elman.memory.recall.screen import figure, screen
from elman.memory.recall.starts import CELLS, INITS
from elman.memory.recall.task import sequences
from elman.memory.recall.words import words_of
from elman.tasks.options import Options


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("place", ["first", "anywhere"])
def test_one_symbol_and_noise(place):
    ids, symbol = sequences(500, 7, place, generator())
    assert ids.shape == (500, 7)
    assert ((ids < 8).sum(1) == 1).all()
    at = (ids < 8).int().argmax(1)
    assert torch.equal(ids[torch.arange(500), at], symbol)
    assert set(at.tolist()) == ({0} if place == "first" else set(range(6)))
    assert set(symbol.tolist()) == set(range(8))
    assert ids.max() == 17


class Knows(RecallNet):
    """Names the sign at one step, whatever it is."""

    def __init__(self, at):
        torch.nn.Module.__init__(self)
        self.at = at

    def forward(self, ids):
        return torch.nn.functional.one_hot(ids[:, self.at], 18).float()[:, :8]


def test_the_judge_knows_who_knows():
    assert judge(Knows(0), 600, 9, "first", generator()).accuracy == 1.0
    # noise only: all logits are 0, the first class is said, right once in eight
    by_chance = judge(Knows(-1), 4000, 9, "first", generator())
    assert by_chance.n == 4000
    assert 0.1 < by_chance.accuracy < 0.15


@pytest.mark.parametrize("cell", CELLS)
def test_reading_in_pieces_is_reading_at_once(cell, monkeypatch):
    torch.manual_seed(0)
    net = RecallNet(Recall(cell, steps=23, hidden_size=9))
    ids, _ = sequences(5, 23, "first", generator())
    whole = net(ids).detach()
    monkeypatch.setattr(nets, "_CHUNK", 4)
    with torch.no_grad():
        torch.testing.assert_close(net(ids), whole, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_thirty_steps(cell):
    report = recall(Recall(cell, steps=30, hidden_size=32, learning_rate=0.01, time_limit_s=60))
    assert report["accuracy"] >= 0.99, report
    assert report["stopped"].startswith("solved")
    assert report["train_steps"] > 5


def test_a_plain_rnn_recalls_five_hundred_steps():
    report = recall(Recall("rnn", steps=500, time_limit_s=100, seed=3))
    assert report["accuracy"] >= 0.99
    assert report["longest_trained"] < 500, "what is learned on short ones holds on long ones"


def test_as_printed_it_does_not():
    asked = Recall("rnn", 30, "torch", grow=False, vary=False, most_train_steps=300)
    assert recall(asked)["accuracy"] < 0.3


def test_seeds_decide_everything():
    first, again, other = (recall(Recall(steps=40, seed=seed)) for seed in (1, 1, 2))
    for report in (first, again, other):
        del report["seconds"], report["history"]
    assert first == again != other


def test_a_time_limit_holds_and_is_said():
    report = recall(Recall("lstm", steps=400, grow=False, time_limit_s=0.2, judge_on=100))
    assert report["stopped"] == "the time limit of 0.2 s was reached"
    assert 0.2 <= report["seconds"] < 20
    assert report["judged_on"] == 100
    low, high = report["accuracy_ci95"]
    assert 0 <= low < report["accuracy"] < high < 0.4


def test_orthogonality_is_kept():
    net = training.train(
        Recall(steps=12, keep_orthogonal=True, init="orthogonal", hidden_size=16)
    ).net
    weight = net.rnn.weight_hh_l0.detach()
    torch.testing.assert_close(weight @ weight.T, torch.eye(16), atol=1e-5, rtol=0)


def test_every_cell_has_the_start_it_is_given():
    assert set(DEFAULTS) == set(CELLS)
    for cell, name in DEFAULTS.items():
        assert cell in INITS[name]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Recall("gur"), 'There is no cell "gur".*gru'),
        (Recall("rnn", init="chrono"), "it has torch, orthogonal, identity, latch"),
        (Recall(place="last"), 'no place "last"'),
        (Recall(steps=1), "at least 2 steps, found 1"),
        (Recall("gru", keep_orthogonal=True), "Only the plain rnn"),
    ],
)
def test_what_is_not_there_is_refused(asked, said):
    with pytest.raises(OptionError, match=said):
        recall(asked)


def test_the_screen_and_the_figure():
    report = recall(Recall(steps=20, hidden_size=32, judge_on=64))
    json.dumps(report, allow_nan=False)
    lines = screen(report)
    assert any("← asked" in line and line.split()[0] == "20" for line in lines)
    assert all(len(line) <= 160 for line in lines)
    drawn = figure([report, report], ["one", "two"])
    assert [trace.name for trace in drawn.data] == ["one", "two"]
    assert drawn.data[0].x[-1] == 80


def test_an_interval_by_hand():
    assert share_interval(10, 10)[1] == pytest.approx(1.0)
    assert share_interval(10, 10)[0] == pytest.approx(0.722, abs=1e-3)
    assert share_interval(1, 8) == pytest.approx((0.0224, 0.4709), abs=1e-3)


def test_words_follow_one_another_as_in_the_texts():
    texts = [f"begin{k} " + " ".join(f"w{k}x{j}" for j in range(k % 4)) for k in range(100)]
    seen, unseen = words_of(texts)
    assert seen.signs == unseen.signs > 100
    ids = seen.draw(50, 7, generator())
    assert ids.shape == (50, 7)
    assert ids.min() > 8, "all words of the training part are known"
    # the same first word is always followed by the same others
    follows = {row[0]: row for row in ids.tolist()}
    assert all(row == follows[row[0]] for row in ids.tolist())
    assert len(follows) > 20
    # every fifth text is for the judgement: its words are unknown, being nowhere else
    assert set(unseen.draw(30, 4, generator()).flatten().tolist()) == {8}


def test_recall_among_words(tmp_path):
    texts = [f"a film number {k} that was {'good' if k % 3 else 'bad'} to see" for k in range(200)]
    report = recall(Recall(steps=40, hidden_size=64, time_limit_s=60), noise=words_of(texts))
    assert report["accuracy"] > 0.99


def test_few_texts_are_refused():
    with pytest.raises(DataError, match="7 texts with words"):
        words_of(["one text", "!", *["more"] * 5, "..."])


def test_a_limit_of_steps_holds_on_any_machine():
    report = recall(Recall(steps=90, grow=False, init="torch", most_train_steps=7, judge_on=50))
    assert report["train_steps"] == 7
    assert report["stopped"] == "all 7 steps allowed were taken"


def lengths_of(monkeypatch, **options):
    """The lengths of the batches trained on."""
    seen, drawn = [], training.sequences

    def recording(n, steps, *rest):
        seen.extend([steps] * (n == 64))
        return drawn(n, steps, *rest)

    monkeypatch.setattr(training, "sequences", recording)
    training.train(Recall(steps=90, init="torch", most_train_steps=60, **options))
    return seen


def test_growing_and_varying_do_what_they_say(monkeypatch):
    with monkeypatch.context() as patch:
        assert set(lengths_of(patch, grow=False, vary=False)) == {90}
    with monkeypatch.context() as patch:
        assert set(lengths_of(patch, grow=True, vary=False)) == {10}
    with monkeypatch.context() as patch:
        assert set(lengths_of(patch, grow=False, vary=True)) <= set(range(45, 91))
    with monkeypatch.context() as patch:
        assert set(lengths_of(patch, grow=True, vary=True)) == set(range(5, 11))


def test_the_command_and_the_net_have_the_same_defaults():
    fields = {field.name: field.default for field in dataclasses.fields(Recall)}
    shown = inspect.signature(commands.recall).parameters
    for name in (
        "cell",
        "steps",
        "place",
        "grow",
        "vary",
        "keep_orthogonal",
        "hidden_size",
        "seed",
    ):
        assert shown[name].default == fields[name], name
    assert Options(time_limit=shown["time_limit"].default).seconds() == fields["time_limit_s"]
