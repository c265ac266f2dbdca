"""What does not fit is refused in the user's own words; what cannot be measured takes no other."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

import elman
from elman.errors import InputError, OptionError
from elman.memory import Skipped, measure
from tests.memory import nets
from tests.memory.conftest import FOREVER
from tests.memory.nets import Words, texts


class Floats(nn.Module):
    """Floats in, some answers out, and the layer of one's choice."""

    def __init__(self, make=nn.LSTM, outputs=4):
        super().__init__()
        torch.manual_seed(3)
        self.rnn = make(3, 5, batch_first=True)
        self.fc = nn.Linear(5, outputs)

    def forward(self, x):
        return self.fc(self.rnn(x)[0][:, -1])


def classes(count=64, seed=0):
    return [(x, n % 4) for n, x in enumerate(nets.rows(count, 3, 8, features=3, seed=seed))]


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_precisions_are_measured_in_every_part(dtype, soon):
    rows = [(x.to(dtype), y) for x, y in classes()]
    found = elman.memory_card(Floats().to(dtype), rows, time_limit=FOREVER)
    for name in ("gradient", "lyapunov", "delay", "influence", "order", "gates"):
        assert not isinstance(getattr(found, name), Skipped), name


def test_inference_mode_changes_nothing_and_its_weights_are_refused():
    net, data = Words(), texts(30)
    with torch.inference_mode():
        inside = elman.memory_card(net, data)
        made = Words()
    assert inside.gradient == elman.memory_card(net, data).gradient
    with pytest.raises(InputError, match=r"made inside torch\.inference_mode"):
        elman.memory_card(made, data)


@pytest.mark.parametrize("error", [RuntimeError, NotImplementedError])
def test_a_measure_that_fails_takes_no_other_along(monkeypatch, error):
    def fail(*_, **__):
        raise error("no such thing here")

    monkeypatch.setattr(measure, "lyapunov_exponents", fail)
    found = elman.memory_card(Words(), texts(30))
    assert found.lyapunov == Skipped("it failed: no such thing here")
    assert not isinstance(found.gradient, Skipped)


def test_a_layer_with_a_forward_of_its_own_is_not_followed():
    class Rev(nn.GRU):
        def forward(self, x, hx=None):
            return super().forward(x.flip(1) * 3, hx)

    class Same(nn.GRU):
        def forward(self, x, hx=None):
            return super().forward(x, hx)

    found = elman.memory_card(Floats(Rev), classes(40))
    for name in ("gradient", "gates", "lyapunov", "delay"):
        assert "the forward of rnn (Rev) is its own" in getattr(found, name).reason
    assert not isinstance(found.influence, Skipped)
    assert not isinstance(elman.memory_card(Floats(Same), classes(40)).gradient, Skipped)


ROWS = classes(40)
X = torch.stack([torch.randn(6, 3, generator=torch.Generator().manual_seed(n)) for n in range(40)])
Y = torch.arange(40) % 4
NAN = float("nan")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([*ROWS[:5], (ROWS[0][0] * NAN, 1)], r"data\[5\]: x holds NaN"),
        ([(x, float(y) if n else NAN) for n, (x, y) in enumerate(ROWS)], r"data\[0\]: y holds NaN"),
        ([(x, float(y) if n != 3 else 1e999) for n, (x, y) in enumerate(ROWS)], r"\[3\]: y holds"),
        ([(x, "pos") for x, _ in ROWS], r"data\[0\]: y is 'pos'; expected numbers"),
        ([(x, None) for x, _ in ROWS], r"data\[0\]: y is None; expected numbers"),
        ((X, torch.ones(40, 4, dtype=torch.int64)), r"y has 4 targets and x 6 steps.*floats"),
        ([(x[:, :2], y) for x, y in ROWS], r"Floats \(weights float32\).*\(\d, 2\).*Expected 3"),
        ([(x.double(), y) for x, y in ROWS], r"float64.*does not match weight dtype"),
        ("abc", "data is a str; expected a sequence of pairs"),
        ([X, Y], r"list of two tensors.*give a tuple"),
        (DataLoader(ROWS), "data is a DataLoader, which gives batches"),
        ((X, torch.full((40,), 9), Y), r"lengths\[0\] is 9, and x \(40, 6, 3\) has 6 steps"),
        ((X, torch.full((40,), -2), Y), r"lengths\[0\] is -2"),
    ],
)
def test_data_that_does_not_fit_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        elman.memory_card(Floats(), data)


@pytest.mark.parametrize("x", [torch.randn(5, 3), torch.tensor([3, 40])], ids=["floats", "beyond"])
def test_what_an_embedding_does_not_hold_is_refused(x):
    with pytest.raises(InputError, match=r"Words .*does not take these rows"):
        elman.memory_card(Words(), [(x, 1)] * 9)


@pytest.mark.parametrize("options", [{"seed": -1}, {"examples": 2.5}, {"max_lag": 0}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(OptionError, match=f"{next(iter(options))} is .*expected a whole number"):
        elman.memory_card(Words(), texts(9), **options)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([(x, 1) for x, _ in ROWS], "all rows have one target"),
        (ROWS[:29], "29 rows are too few to tell"),
    ],
)
def test_rows_that_cannot_show_it_say_so(data, why):
    found = elman.memory_card(Floats(), data)
    assert why in found.verdict[0]
    assert why in found.suggestion
    assert why in found.text()
    assert "uses nothing" not in " ".join(found.verdict)


def test_thirty_rows_are_enough_to_tell():
    assert "too few" not in elman.memory_card(Floats(), ROWS[:30]).text()


def test_sixty_rows_are_enough_for_the_order_test(soon):
    short = "59 rows; the order test trains a network and needs 60"
    rows = classes(60)
    assert elman.memory_card(Floats(), rows[:59], time_limit=FOREVER).order == Skipped(short)
    assert elman.memory_card(Floats(), rows, time_limit=FOREVER).order.rows == 60


def test_the_order_test_is_given_the_seed_and_the_time_that_is_left(monkeypatch):
    given = {}

    def spy(examples, **options):
        given.update(options)
        raise InputError("not now")

    monkeypatch.setattr(measure, "order_test", spy)
    assert (
        elman.memory_card(Floats(), classes(), seed=7, time_limit=500.0).order.reason == "not now"
    )
    assert given["seed"] == 7
    assert 0 < given["time_limit"] < 500


def test_a_part_is_measured_on_as_many_rows_as_asked_and_order_on_all(soon):
    found = elman.memory_card(Floats(), classes(70), examples=40, time_limit=FOREVER)
    assert (found.subject.rows, found.order.rows) == (40, 70)


def test_lags_that_the_data_does_not_have_are_not_spoken_of():
    found = elman.memory_card(Floats(), [(x[:3], y) for x, y in ROWS])
    assert found.delay.curve.at == (0, 1, 2)
    assert "of 3 steps" in found.text()
    assert "1 steps" not in found.text()
