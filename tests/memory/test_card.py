"""The whole card: every figure with its interval, and the forms it comes in."""

from __future__ import annotations

import dataclasses
import html
import json
import math

import pytest
import torch
from torch import nn

import elman
from elman.errors import InputError, OptionError
from elman.memory import Curve, Estimate, Skipped
from elman.nn import GRU
from tests.memory import nets
from tests.memory.nets import Words, texts
from tests.web.payload import payload_of


def estimates(value):
    if isinstance(value, Estimate):
        yield value
    elif isinstance(value, Curve):
        yield from (Estimate(*each) for each in zip(*value[1:], strict=True))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from estimates(getattr(value, field.name))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from estimates(part)


def test_every_measure_is_there_and_every_figure_has_an_interval(card):
    for field in dataclasses.fields(card):
        assert not isinstance(getattr(card, field.name), Skipped), field.name
    found = list(estimates(card))
    assert len(found) > 80
    for value, low, high in found:
        assert low - 1e-9 <= value <= high + 1e-9
    measured = list(estimates(card.influence.curve))
    assert all(e.low < e.high for e in measured)


def test_text_is_one_page_of_a_hundred_columns(card):
    lines = card.text().splitlines()
    assert str(card) == card.text()
    assert 30 < len(lines) <= 60
    assert max(map(len, lines)) <= 100
    for sentence in card.verdict:
        assert sentence.split()[0] in card.text()
    for name in ("truncation horizon", "gradient flow", "Lyapunov", "delay probe", "order test"):
        assert name in card.text()


def test_json_has_the_figures_with_intervals_and_nothing_infinite(card):
    read = json.loads(json.dumps(card.to_json(), allow_nan=False))
    assert read["horizon"]["full"]["value"] == card.horizon.full.value
    assert read["horizon"]["full"]["ci95"] == [card.horizon.full.low, card.horizon.full.high]
    assert len(read["influence"]["curve"]["ci95"]) == len(card.influence.curve.at)
    endless = dataclasses.replace(card, lyapunov=Skipped("none"))
    flow = dataclasses.replace(card.gradient.alone, half_life=Estimate(math.inf, 3.0, math.inf))
    gradient = dataclasses.replace(card.gradient, alone=flow)
    read = dataclasses.replace(endless, gradient=gradient).to_json()
    assert read["gradient"]["alone"]["half_life"] == {"value": None, "ci95": [3.0, None]}
    assert read["lyapunov"] == {"skipped": "none"}


def test_page_and_notebook_have_text_and_curves_and_ask_nothing_outside(card):
    page = card.to_html()
    assert page.startswith("<!doctype html>")
    blocks = payload_of(page)["sections"][0]["blocks"]
    curves = {block["y"]: block for block in blocks if block["kind"] == "curve"}
    assert len(curves) == 5
    (drawn,) = curves[card.horizon.figure]["lines"]
    assert drawn["y"] == list(card.horizon.curve.value)
    assert drawn["low"] == list(card.horizon.curve.low)
    assert "truncation horizon" in blocks[-1]["text"]
    assert "<script src" not in page
    assert 'href="http' not in page
    assert html.unescape(card._repr_html_()).count(page[:200]) == 1
    assert 'sandbox="allow-scripts"' in card._repr_html_()


def test_card_is_the_same_twice_and_another_with_another_seed():
    one, again, other = (
        elman.memory_card(Words(), texts(40), seed=seed).to_json() for seed in (0, 0, 1)
    )
    assert one | {"seconds": 0} == again | {"seconds": 0}
    assert other["influence"] != one["influence"]
    assert other["subject"]["seed"] == 1


def test_the_order_test_follows_from_the_seed(soon, monkeypatch):
    seeds = []

    def order_test(examples, *, seed, time_limit):
        seeds.append(seed)
        raise OptionError("asked, and that is all")

    monkeypatch.setattr("elman.memory.measure.order_test", order_test)
    elman.memory_card(Words(), texts(60), seed=7)
    assert seeds == [7]


def test_module_and_random_state_are_left_as_they_were():
    net = Words().train()
    net.fc.eval()
    weights = {name: value.clone() for name, value in net.state_dict().items()}
    state = torch.get_rng_state()
    elman.memory_card(net, texts(20), time_limit=30)
    assert (net.training, net.rnn.training, net.fc.training) == (True, True, False)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(net.state_dict()[name], value) for name, value in weights.items())
    assert all(p.grad is None for p in net.parameters())
    assert "forward" not in net.rnn.__dict__


def test_batched_tensors_are_the_same_rows():
    data = texts(40)
    x = nn.utils.rnn.pad_sequence([x for x, _ in data], batch_first=True)
    lengths, y = torch.tensor([len(x) for x, _ in data]), torch.tensor([y for _, y in data])
    apart = elman.memory_card(Words(), data, max_lag=6)
    together = elman.memory_card(Words(), (x, lengths, y), max_lag=6)
    assert together.gradient == apart.gradient
    assert together.horizon == apart.horizon


@pytest.mark.parametrize(
    ("net", "data"),
    [
        (nn.GRU(2, 3), [(x, 1.5) for x in nets.rows(9, 3, 12, features=2)]),
        (GRU(2, 3, batch_first=True), nets.rows(9, 3, 12, features=2)),
        (nn.LSTM(2, 3, batch_first=True), (torch.randn(9, 7, 2), torch.randn(9, 7, 3))),
        (
            nn.RNN(2, 3, batch_first=True),
            [(x, [0] * len(x)) for x in nets.rows(9, 3, 9, features=2)],
        ),
    ],
    ids=["layer, a value a row", "no labels", "values every step", "classes every step"],
)
def test_bare_layers_and_every_kind_of_target(net, data):
    if isinstance(net, nn.GRU) and isinstance(data[0], tuple):
        data = [(x, torch.full((3,), y)) for x, y in data]
    card = elman.memory_card(net, data)
    assert not isinstance(card.gradient, Skipped)
    assert card.gradient.alone.rate.low > 0
    json.dumps(card.to_json(), allow_nan=False)


def test_a_module_that_reads_its_padding_is_measured_without_any():
    class Trap(Words):
        def forward(self, x, lengths):
            return self.fc(self.rnn(self.embedding(x))[0][:, -1])

    trapped, honest = (elman.memory_card(make(), texts(30)) for make in (Trap, Words))
    assert "it reads it" in " ".join(trapped.subject.notes)
    assert honest.subject.notes == ()
    assert trapped.horizon == honest.horizon
    assert trapped.gradient.alone.rate.value == pytest.approx(
        honest.gradient.alone.rate.value, rel=1e-4
    )


def test_time_limit_skips_with_the_reason():
    card = elman.memory_card(Words(), texts(70), time_limit=1e-6)
    assert card.order == Skipped("the time limit of 1e-06 s was reached before")
    assert "time limit" in card.text()


def test_what_does_not_fit_is_refused_with_the_users_own_words():
    with pytest.raises(InputError, match="y names class 2, least 0, and the module answers 1 numb"):
        elman.memory_card(Words(), [(torch.tensor([2, 3]), 0), (torch.tensor([4]), 2)])
    with pytest.raises(InputError, match=r"data\[1\] is no pair"):
        elman.memory_card(Words(), [(torch.tensor([2, 3]), 0), torch.tensor([4])])
    with pytest.raises(InputError, match="holds no sequence with a step"):
        elman.memory_card(Words(), [])
    with pytest.raises(OptionError, match="examples is 0"):
        elman.memory_card(Words(), texts(5), examples=0)
    with pytest.raises(OptionError, match="needs data"):
        elman.memory_card(Words())
    with pytest.raises(OptionError, match="takes a torch module, a saved model or its directory"):
        elman.memory_card(3, texts(5))


def test_a_module_that_takes_time_first_is_told_apart():
    class Swapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.fc = nn.GRU(2, 3), nn.Linear(3, 2)

        def forward(self, x):
            return self.fc(self.rnn(x)[0][:, -1])

    with pytest.raises(InputError, match="takes time first"):
        elman.memory_card(Swapped(), [(torch.randn(5, 2), n % 2) for n in range(8)])


def test_call_and_loss_replace_what_was_found():
    class TimeFirst(Words):
        def forward(self, x):
            output, _ = self.rnn(self.embedding(x.T))
            return self.fc(output.transpose(0, 1))

    data = texts(30)
    card = elman.memory_card(TimeFirst(), data, call=lambda m, x, lengths: m(x.T).transpose(0, 1))
    plain = elman.memory_card(Words(), data)
    assert card.horizon == plain.horizon
    lost = elman.memory_card(Words(), data, loss=lambda a, y: 3 * (a[:, 0] - y.float()) ** 2)
    assert lost.horizon.figure == "loss"
    assert lost.horizon.full.value > plain.horizon.full.value
