"""Recall: the task is what it says, the judge is fresh and exact, cells learn it, limits hold."""

from __future__ import annotations

import json

import pytest
import torch

from elman.errors import DataError, OptionError
from elman.memory.recall import net as nets
from elman.memory.recall import train as training
from elman.memory.recall.asked import DEFAULTS, PLACES, Recall
from elman.memory.recall.judge import judge, lengths_to
from elman.memory.recall.measure import recall
from elman.memory.recall.net import RecallNet, check
from elman.memory.recall.screen import screen, section
from elman.memory.recall.starts import CELLS, INITS
from elman.memory.recall.task import Signs, sequences
from elman.memory.recall.train import train
from elman.memory.recall.words import words_of

SEEDS = range(3)
FOREVER = 1e9


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def shares(steps, *args, judged_at=None, **options):
    """Train with each seed; the share that each net answers right of fresh sequences."""
    found = []
    for seed in SEEDS:
        asked = Recall(*args, steps=steps, seed=seed, time_limit_s=FOREVER, **options)
        net = train(asked).net
        found.append(judge(net, 300, judged_at or steps, asked.place, generator(9)).accuracy)
    return found


@pytest.mark.parametrize("place", PLACES)
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


def test_it_is_judged_at_powers_of_two_and_the_length_asked_for():
    assert lengths_to(80, 20) == [2, 4, 8, 16, 20, 32, 64, 80]
    assert lengths_to(64, 16) == [2, 4, 8, 16, 32, 64]


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
    found = shares(30, cell, hidden_size=32, learning_rate=0.01, most_train_steps=400)
    assert min(found) >= 0.97, found


def test_a_plain_rnn_recalls_five_hundred_steps_and_has_seen_ten():
    found = shares(500, "rnn", most_train_steps=300)
    assert min(found) >= 0.97, found
    found = shares(20, "rnn", most_train_steps=300, judged_at=500)
    assert min(found) >= 0.97, "what is learned on short ones holds on long ones"


def test_as_printed_it_does_not():
    plain = {"init": "torch", "grow": False, "vary": False, "hidden_size": 32}
    found = shares(60, "rnn", most_train_steps=60, **plain)
    assert max(found) < 0.3, found


def test_seeds_decide_everything():
    first, again, other = (
        recall(Recall(steps=12, seed=seed, judge_on=50, time_limit_s=FOREVER)) for seed in (1, 1, 2)
    )
    for report in (first, again, other):
        del report["seconds"], report["history"]
    assert first == again != other


def test_random_state_and_threads_are_left_as_they_were():
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    train(Recall(steps=5, hidden_size=4, most_train_steps=2))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def test_a_time_limit_holds_and_is_said():
    report = recall(Recall("lstm", steps=400, grow=False, time_limit_s=0.2, judge_on=100))
    assert report["stopped"] == "the time limit of 0.2 s was reached"
    assert report["seconds"] >= 0.2
    assert report["judged_on"] == 100
    low, high = report["accuracy_ci95"]
    assert 0 <= low < report["accuracy"] < high < 0.4
    assert [steps for steps, *_ in report["by_length"]][-1] == 400, "no time for more than asked"


def test_a_limit_of_steps_holds_on_any_machine():
    report = recall(Recall(steps=90, grow=False, init="torch", most_train_steps=7, judge_on=50))
    assert report["train_steps"] == 7
    assert report["stopped"] == "all 7 steps allowed were taken"


def test_orthogonality_is_kept():
    asked = Recall(
        steps=12, keep_orthogonal=True, init="orthogonal", hidden_size=16, most_train_steps=40
    )
    weight = train(asked).net.rnn.weight_hh_l0.detach()
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
    for refuses in (check, train, recall):
        with pytest.raises(OptionError, match=said):
            refuses(asked)


def test_the_screen_and_the_page():
    report = recall(Recall(steps=20, hidden_size=32, judge_on=64, time_limit_s=FOREVER))
    json.dumps(report, allow_nan=False)
    lines = screen(report)
    assert any("← asked" in line and line.split()[0] == "20" for line in lines)
    assert all(len(line) <= 160 for line in lines)
    curve = section([report, report], ["one", "two"]).blocks[0]
    assert [line.name for line in curve.lines] == ["one", "two"]
    assert curve.lines[0].x[-1] == 80
    assert curve.lines[0].y[-1] == report["by_length"][-1][1] / report["by_length"][-1][2]


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


def test_recall_among_words():
    texts = [f"a film number {k} that was {'good' if k % 3 else 'bad'} to see" for k in range(200)]
    for seed in SEEDS:
        asked = Recall(steps=40, hidden_size=64, seed=seed, judge_on=300, most_train_steps=300)
        report = recall(asked, noise=words_of(texts))
        assert report["accuracy"] > 0.97, seed


def test_few_texts_are_refused():
    with pytest.raises(DataError, match="7 texts with words"):
        words_of(["one text", "!", *["more"] * 5, "..."])


def lengths_of(monkeypatch, **options):
    """The lengths of the batches trained on."""
    seen, drawn = [], training.sequences

    def recording(n, steps, *rest):
        seen.extend([steps] * (n == 64))
        return drawn(n, steps, *rest)

    monkeypatch.setattr(training, "sequences", recording)
    train(Recall(steps=90, init="torch", hidden_size=4, most_train_steps=60, **options))
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


class Reaches(torch.nn.Module):
    """Right on sequences of up to some times the longest it was trained on, or wrong in some rows.

    Args:
        times: how far what is learned reaches.
        wrong_every: of the rows of a batch, each so manieth is answered wrong.
    """

    def __init__(self, times, wrong_every=10**6):
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(()))
        self.times, self.wrong_every, self.longest = times, wrong_every, 0

    def forward(self, ids):
        if torch.is_grad_enabled():
            self.longest = max(self.longest, ids.shape[1])
        knows = torch.nn.functional.one_hot(ids[:, 0], 18).float()[:, :8]
        there = torch.arange(len(ids)) % self.wrong_every != self.wrong_every - 1
        reached = ids.shape[1] <= self.times * self.longest
        return 9 * torch.where(there[:, None] & reached, knows, 1 - knows) + 0 * self.w


def grown(monkeypatch, net, report=None, **options):
    monkeypatch.setattr(training, "RecallNet", lambda asked, signs: net)
    return train(Recall(vary=False, time_limit_s=FOREVER, most_train_steps=65, **options), report)


def test_a_length_that_is_learned_is_followed_by_what_it_reaches_and_two_fifths_more(monkeypatch):
    shown = []
    taught = grown(monkeypatch, Reaches(4), lambda *told: shown.append(told), steps=1000)
    # 10 reaches 40; 57 reaches 228; 320 reaches all
    assert [steps for _, steps in taught.history] == [10, 57, 320]
    assert (taught.train_steps, taught.longest_trained) == (30, 320)
    assert taught.stopped == "solved on validation sequences of the full length"
    assert [told[:2] for told in shown[8:12]] == [(9, 10), (10, 10), (11, 57), (12, 57)]
    assert {right for *_, right in shown} == {1.0}


def test_a_length_that_reaches_no_further_is_followed_by_the_next(monkeypatch):
    taught = grown(monkeypatch, Reaches(1), steps=29)
    assert [steps for _, steps in taught.history] == [10, 15, 22, 29]
    assert taught.train_steps == 40


def test_at_the_full_length_it_is_looked_at_every_ten_batches(monkeypatch):
    # one wrong in sixty: enough to go on, and never solved
    taught = grown(monkeypatch, Reaches(4, wrong_every=60), steps=30)
    assert taught.stopped == "all 65 steps allowed were taken"
    assert [steps for _, steps in taught.history] == [10, 30]
    judged = []

    def counted(net, n, *rest):
        judged.append(n)
        return judge(net, n, *rest)

    monkeypatch.setattr(training, "judge", counted)
    grown(monkeypatch, Reaches(1, wrong_every=60), steps=30, grow=False)
    assert judged == [1000] * 6


def test_too_many_wrong_keep_the_length(monkeypatch):
    taught = grown(monkeypatch, Reaches(4, wrong_every=30), steps=30)
    assert taught.history == [(0.0, 10)]
    assert taught.longest_trained == 10


def test_what_was_begun_and_not_trained_on_is_not_claimed(monkeypatch):
    monkeypatch.setattr(training, "RecallNet", lambda asked, signs: Reaches(1))
    taught = train(Recall(steps=90, vary=False, time_limit_s=FOREVER, most_train_steps=10))
    assert [steps for _, steps in taught.history] == [10, 15]
    assert taught.longest_trained == 10


def test_noise_in_training_is_one_and_in_judgement_another(monkeypatch):
    class Noted(Signs):
        def __init__(self):
            self.drawn = 0

        def draw(self, n, steps, generator):
            self.drawn += n
            return super().draw(n, steps, generator)

    growing = Noted()
    train(Recall(steps=90, init="torch", vary=False, most_train_steps=10), noise=growing)
    assert growing.drawn == 10 * 64
    monkeypatch.setattr(training, "LEARNED", 0.0)
    train(Recall(steps=20, init="torch", vary=False, most_train_steps=10), noise=growing)
    assert growing.drawn == 2 * 10 * 64 + 256 + 1000
    seen, unseen = Noted(), Noted()
    asked = Recall(steps=20, grow=False, init="torch", most_train_steps=3, judge_on=10)
    report = recall(asked, noise=(seen, unseen))
    assert seen.drawn == 3 * 64
    assert unseen.drawn == 10 + 256 * len(report["by_length"])
