"""The order test on data of which it is known what order is worth, over several seeds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from elman.memory import Estimate
from elman.memory.order import test as order
from elman.memory.order.neighbours import neighbours_of
from elman.memory.order.nets import Counts
from elman.memory.order.rows import NetRows, Rearranged
from elman.memory.order.shuffle import permuted, shuffled, windows_up_to, within
from elman.memory.order.shuffled_model import judge_shuffled
from elman.memory.order.test import order_test
from elman.memory.order.worth import mean_of, worth_of
from elman.memory.rows.read import examples_of
from elman.memory.words.order import order_says
from tests.memory import nets
from tests.memory.conftest import FOREVER, shorten

SEEDS = range(3)
REPEATS = order._repeats


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Fewer steps than for real data: these rows are easy."""
    shorten(monkeypatch, steps=60)


def judged(make, time_limit=1e-6):
    """The order test of three sets of rows, each with a seed of its own."""
    nothing = nn.RNN(1, 1)
    return [
        order_test(examples_of(make(seed), nothing), seed=seed, time_limit=time_limit)
        for seed in SEEDS
    ]


def words(count, label, shortest=5, longest=9, seed=0):
    generator = torch.Generator().manual_seed(seed)
    data = []
    for _ in range(count):
        n = int(torch.randint(shortest, longest + 1, (1,), generator=generator))
        x = torch.randint(2, 9, (n,), generator=generator)
        data.append((x, label(x)))
    return data


def test_order_is_worth_what_only_order_tells():
    for found in judged(lambda seed: nets.texts(150, seed)):
        assert found.intact.value > 90
        assert found.whole.low > 15
        assert found.linear.low > 15
        assert order_says(found) == "matters"
        assert found.columns is None
        assert found.windows is None
        assert found.rows == 150


def test_order_is_worth_nothing_where_counts_tell_all():
    for found in judged(lambda seed: words(240, lambda x: int((x == 3).any()), seed=seed)):
        assert found.intact.low > 90
        assert abs(found.whole.value) < 3
        assert order_says(found) in ("little", "undecided")


def test_a_linear_model_learns_what_counts_tell(monkeypatch):
    monkeypatch.setattr(order, "STEPS", 150)
    monkeypatch.setattr(order, "SmallReader", Counts)
    for found in judged(lambda seed: words(240, lambda x: int((x == 3).any()), seed=seed)):
        assert found.intact.value > 97
        assert found.linear == (0, 0, 0)
        assert found.whole == pytest.approx((0, 0, 0), abs=1e-6)


def test_words_that_tell_together_need_no_order_and_are_not_linear(monkeypatch):
    monkeypatch.setattr(order, "STEPS", 110)

    def either(seed):
        label = lambda x: int((x == 3).any()) ^ int((x == 4).any())  # noqa: E731
        return words(300, label, 3, 5, seed=seed)

    for found in judged(either):
        assert found.linear.value > 8
        assert abs(found.whole.value) < 8


def test_a_table_is_no_sequence():
    def table(seed):
        x = torch.from_numpy(np.random.default_rng(seed).normal(size=(180, 3))).float()
        return [(row[:, None], int(row[0] > row[2])) for row in x]

    for found in judged(table):
        assert found.whole.low > 15  # shuffled rows no longer say which column is which
        assert order_says(found) == "no sequence"


def test_values_are_judged_by_the_variance_explained():
    def last(seed):
        return [(row, float(3 * row[-1] + 100)) for row in nets.rows(150, 3, 3, seed=seed)]

    for found in judged(last):
        assert found.figure == "variance explained"
        assert found.guess == 0
        assert 80 < found.intact.value <= 100
        assert found.whole.low > 20


def test_windows_come_last_and_each_while_there_is_time(monkeypatch):
    monkeypatch.setattr(order, "STEPS", 2)
    rows = nets.texts(60)
    found = order_test(examples_of(rows, nn.RNN(1, 1)), seed=0, time_limit=FOREVER)
    assert found.windows.at == (2, 4, 8)
    clock = iter(range(100))
    monkeypatch.setattr(order, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    # begun at 0; two trainings by 1, so half a tick each; asked at 2 and 3 if there is time for one
    found = order_test(examples_of(rows, nn.RNN(1, 1)), seed=0, time_limit=3.4)
    assert found.windows.at == (2,)


def test_few_rows_are_trained_on_more_often():
    assert [REPEATS(n) for n in (300, 301, 1000, 1001)] == [3, 2, 2, 1]


def test_every_row_is_judged_by_a_net_that_has_not_seen_it(monkeypatch):
    learned, judged_on = [], []

    class Spy(Rearranged):
        def __init__(self, rows, train, rearrange):
            super().__init__(rows, train, rearrange)
            learned.append(set(train.tolist()))

        def outputs(self, module, rows, generator):
            judged_on.append(set(rows.tolist()))
            return super().outputs(module, rows, generator)

    monkeypatch.setattr(order, "Rearranged", Spy)
    monkeypatch.setattr(order, "STEPS", 2)
    order_test(examples_of(nets.texts(60), nn.RNN(1, 1)), seed=0, time_limit=1e-6)
    everything = set(range(60))
    assert all(a | b == everything and not a & b for a, b in zip(learned, judged_on, strict=True))
    assert len(judged_on) == 9
    assert set.union(*judged_on[:3]) == everything


def test_a_row_is_read_in_another_order_each_time_and_in_its_own_if_it_is_to():
    rows = NetRows(examples_of([(torch.arange(9), n % 2) for n in range(9)], nn.RNN(1, 1)))
    seen = []

    class Sees(nn.Module):
        def forward(self, x, lengths):
            seen.extend(x.tolist())
            return torch.zeros(len(x), 2, requires_grad=True)

    problem = Rearranged(rows, np.arange(9), shuffled)
    for _ in range(2):
        problem.loss(Sees(), np.arange(9))
    assert len({tuple(row) for row in seen}) == 18
    seen.clear()
    alike = permuted(9, 3)
    Rearranged(rows, np.arange(9), alike).loss(Sees(), np.arange(9))
    assert len({tuple(row) for row in seen}) == 1
    assert sorted(seen[0]) == sorted(rows.x[0].tolist()) != seen[0]


def test_of_long_rows_both_ends_are_read_and_rare_words_are_one():
    x = [torch.arange(1000) % 7 + 4, torch.tensor([90, 4])]
    rows = NetRows(examples_of(list(zip(x, [0, 1], strict=True)), nn.RNN(1, 1)))
    assert rows.lengths.tolist() == [400, 2]
    number = dict(zip(x[0].tolist(), (rows.x[0][:7]).tolist(), strict=False))
    assert [number[int(w)] for w in torch.cat([x[0][:200], x[0][-200:]])] == rows.x[0].tolist()
    assert rows.words == 7 + 1 + 2  # seven words and the rare one; 0 pads, 1 is what is left out


def test_neighbours_of_a_series_are_alike_and_columns_of_a_table_are_not():
    def alike(x):
        examples = examples_of([(row[:, None], float(row[0])) for row in x], nn.RNN(1, 1))
        return neighbours_of(examples, np.random.default_rng(0))

    for seed in SEEDS:
        random = np.random.default_rng(seed)
        walks = torch.from_numpy(np.cumsum(random.normal(size=(200, 12)), 1)).float()
        assert alike(walks).low > 0.05
    table = torch.from_numpy(np.random.default_rng(1).normal(size=(200, 12))).float()
    assert alike(table).low < 0 < alike(table).high


def test_worth_is_in_points_of_what_is_right_or_explained():
    right = examples_of([(torch.tensor([1]), y) for y in (0, 1, 1)], nn.RNN(1, 1))
    assert worth_of(right, torch.tensor([[2.0, 1], [0, 3], [5, 1]])).tolist() == [100, 100, 0]
    values = examples_of([(torch.tensor([1]), y) for y in (1.0, 3.0)], nn.RNN(1, 1))
    # variance 1, squared errors 0 and ½: all and half of it explained
    assert worth_of(values, torch.tensor([[1.0], [3 - 0.5**0.5]])).tolist() == pytest.approx(
        [100, 50]
    )


def test_an_interval_is_that_of_the_rows_or_of_the_folds_if_wider():
    noisy = np.random.default_rng(0).normal(7, 3, (900, 1))
    value, low, high = mean_of(noisy, 0)
    assert value == pytest.approx(noisy.mean())
    assert (high - low) / 2 == pytest.approx(1.96 * 3 / 30, rel=0.1)
    apart = np.where(np.arange(900)[:, None] % 3 == np.arange(3), [[1.0, 2.0, 6.0]], np.nan)
    spread = 1.96 * np.std([1, 2, 6], ddof=1) / 3**0.5
    assert mean_of(apart, 0) == pytest.approx(Estimate(3, 3 - spread, 3 + spread))


def test_shuffling_keeps_the_steps_and_moves_them_within_their_window_alone():
    x, lengths = torch.arange(11).expand(50, 11), torch.arange(50) % 2 + 10
    generator = torch.Generator().manual_seed(0)
    for window in (2, 4, None):
        mixed = shuffled(x, lengths, generator, window)
        assert torch.equal(mixed.sort(1).values, x)
        assert (mixed[lengths == 10, 10] == 10).all()  # padding stays behind
        assert len({tuple(row) for row in mixed.tolist()}) > 20
        if window:
            assert torch.equal(mixed // window, x // window)
            assert torch.equal(within(window)(x, lengths, generator) // window, x // window)
    assert (mixed[:, 0] > 5).any()
    assert windows_up_to(9) == [2, 4, 8]
    assert windows_up_to(8) == [2, 4]


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
