"""The order test on data of which it is known what order is worth."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from elman.memory.order import test as order
from elman.memory.order.neighbours import neighbours_of
from elman.memory.order.shuffle import shuffled
from elman.memory.order.shuffled_model import judge_shuffled
from elman.memory.order.test import order_test
from elman.memory.rows.read import examples_of
from elman.memory.words.order import order_says
from tests.memory import nets


def judged(data):
    return order_test(examples_of(data, nn.RNN(1, 1)), seed=0, time_limit=1e-6)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Fewer steps than for real data: these rows are easy."""
    monkeypatch.setattr(order, "STEPS", 300)
    monkeypatch.setattr(order, "_repeats", lambda rows: 1)


def words(count, label, shortest=5, longest=9, seed=0):
    generator = torch.Generator().manual_seed(seed)
    data = []
    for _ in range(count):
        n = int(torch.randint(shortest, longest + 1, (1,), generator=generator))
        x = torch.randint(2, 9, (n,), generator=generator)
        data.append((x, label(x)))
    return data


def test_order_is_worth_what_only_order_tells():
    found = judged(nets.texts(450))
    assert found.whole.low > 15
    assert order_says(found) == "matters"
    assert found.columns is None


def test_order_is_worth_nothing_where_counts_tell_all():
    found = judged(words(450, lambda x: int((x == 3).any())))
    assert found.intact.low > 90
    assert abs(found.whole.value) < 3
    assert order_says(found) in ("little", "undecided")
    assert abs(found.linear.value) < 3


def test_words_that_tell_together_need_no_order_and_are_not_linear():
    data = words(600, lambda x: int((x == 3).any()) ^ int((x == 4).any()))
    found = judged(data)
    assert found.linear.low > 10
    assert abs(found.whole.value) < 8


def test_a_table_is_no_sequence():
    random = np.random.default_rng(0)
    x = torch.from_numpy(random.normal(size=(450, 6))).float()
    data = [(row[:, None], int(row[1] > row[4])) for row in x]
    found = judged(data)
    assert found.whole.low > 15  # shuffled rows no longer say which column is which
    assert order_says(found) == "no sequence"


def test_neighbours_of_a_series_are_alike_and_columns_of_a_table_are_not():
    random = np.random.default_rng(1)
    walks = torch.from_numpy(np.cumsum(random.normal(size=(200, 12)), 1)).float()
    table = torch.from_numpy(random.normal(size=(200, 12))).float()

    def alike(x):
        examples = examples_of([(row[:, None], float(row[0])) for row in x], nn.RNN(1, 1))
        return neighbours_of(examples, np.random.default_rng(0))

    assert alike(walks).low > 0.05
    low, high = alike(table).low, alike(table).high
    assert low < 0 < high


def test_values_are_judged_by_the_variance_explained():
    x = nets.rows(300, 6, 6)
    found = judged([(row, float(3 * row[-1] + 100)) for row in x])
    assert found.figure == "variance explained"
    assert found.guess == 0
    assert 80 < found.intact.value <= 100
    assert found.whole.low > 20


def test_shuffling_keeps_the_steps_and_moves_them_within_their_window_alone():
    x = torch.arange(11)
    generator = torch.Generator().manual_seed(0)
    for window in (2, 4, None):
        mixed = [shuffled(x, generator, window) for _ in range(50)]
        assert all(sorted(m.tolist()) == list(range(11)) for m in mixed)
        assert len({tuple(m.tolist()) for m in mixed}) > 10
        if window:
            assert all(torch.equal(m // window, x // window) for m in mixed)
    assert any(m[0] > 5 for m in mixed)


def test_a_copying_net_loses_by_shuffling_and_a_counting_one_does_not():
    x = nets.rows(300, 9, 9, positive=True)
    net = nets.copying(2, 5)
    lost = judge_shuffled(net, examples_of(nets.labelled(net, x), net), seed=0)
    assert lost.whole.low > 50
    # lag 2 of 9 steps is step 6: alone in no window of 2, 4 or 8 steps
    assert lost.windows.low[0] > 0

    class Mean(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.RNN(1, 1, batch_first=True)

        def forward(self, x):
            return x.mean(1)

    means = [(row, float(row.mean())) for row in x]
    lost = judge_shuffled(Mean(), examples_of(means, Mean()), seed=0)
    assert lost.whole.value == pytest.approx(0, abs=1e-3)
