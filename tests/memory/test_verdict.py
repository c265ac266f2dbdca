"""The sentences follow the figures: change one, and another is said."""

from __future__ import annotations

import dataclasses
import math

import pytest

from elman.memory import Estimate, Skipped
from elman.memory.words.order import order_says
from elman.memory.words.suggestion import suggestion
from elman.memory.words.verdict import verdict


def sure(value, half=0.1):
    return Estimate(value, value - half, value + half)


def order(card, *, whole, columns=None, neighbours=None, intact=90.0, linear=0.5):
    return dataclasses.replace(
        card.order,
        intact=sure(intact),
        guess=50.0,
        whole=whole,
        columns=columns,
        neighbours=neighbours,
        linear=sure(linear),
    )


CASES = {
    "little": {"whole": sure(0.3)},
    "together": {"whole": sure(0.3), "linear": 30.0},
    "matters": {"whole": sure(6.0)},
    "undecided": {"whole": Estimate(1.0, -3.0, 5.0)},
    "no sequence": {"whole": sure(20.0), "columns": sure(0.0), "neighbours": sure(0.0)},
    "places": {"whole": sure(20.0), "columns": sure(0.0), "neighbours": sure(0.3)},
    "nothing learned": {"whole": sure(0.3), "intact": 49.0},
}


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"whole": sure(1.8)}, "little"),
        ({"whole": sure(2.2)}, "matters"),
        ({"whole": Estimate(1.0, -3.0, 2.1)}, "undecided"),
        ({"whole": sure(3.0), "columns": Estimate(0.5, -1.0, 1.9)}, "no sequence"),
        ({"whole": sure(3.0), "columns": Estimate(0.5, -1.0, 2.1)}, "undecided"),
        # half of what shuffling costs: 9.9 / 2
        ({"whole": sure(10.0), "columns": Estimate(2.0, -1.0, 4.9)}, "no sequence"),
        ({"whole": sure(10.0), "columns": Estimate(2.0, -1.0, 5.0)}, "undecided"),
        ({"whole": sure(10.0), "columns": Estimate(2.0, 0.1, 4.0)}, "matters"),
        ({"whole": sure(6.0), "intact": 50.1}, "nothing learned"),
        ({"whole": sure(6.0), "intact": 50.2}, "matters"),
    ],
)
def test_a_trifle_is_two_points(card, figures, says):
    assert order_says(order(card, **figures)) == says


@pytest.mark.parametrize(("lost", "linear"), [(1.9, True), (2.1, False)])
def test_a_linear_model_will_do_within_two_points(card, lost, linear):
    changed = dataclasses.replace(card, order=order(card, whole=sure(0.3), linear=lost))
    assert ("a linear model will do" in " ".join(verdict(changed))) == linear
    assert ("linear model on counts" in suggestion(changed)) == linear


@pytest.mark.parametrize(("loses", "said"), [(2.7, True), (2.9, False)])
def test_a_model_that_loses_less_than_half_of_what_order_is_worth_uses_little(card, loses, said):
    shuffled = dataclasses.replace(card.shuffled, whole=sure(loses))
    changed = dataclasses.replace(card, order=order(card, whole=sure(5.8)), shuffled=shuffled)
    assert ("it uses little of the order" in " ".join(verdict(changed))) == said


@pytest.mark.parametrize("case", CASES)
def test_order_is_told_from_its_figures(card, case):
    says = "little" if case == "together" else case
    assert order_says(order(card, **CASES[case])) == says


def test_permuted_columns_that_cost_are_a_sequence(card):
    assert order_says(order(card, whole=sure(20.0), columns=sure(15.0))) == "matters"


@pytest.mark.parametrize(
    ("case", "sentence", "advice"),
    [
        ("little", "Order is worth 0.3 points [0.2, 0.4] in this data: a linear model will do.",
         "linear model on counts"),
        ("together", "no recurrence is needed. But a linear model on single steps loses 30.0",
         "steps come together"),
        ("matters", "Order is worth 6.0 points [5.9, 6.1] in this data: a model without it", ""),
        ("no sequence", "This is no sequence: all rows have", "model for tables"),
        ("places", "only places count", "steps as columns"),
        ("undecided", "too few to say whether it matters", ""),
        ("nothing learned", "learned nothing from these", ""),
    ],
)  # fmt: skip
def test_sentence_and_suggestion_follow_the_order_test(card, case, sentence, advice):
    card = dataclasses.replace(card, order=order(card, **CASES[case]))
    assert sentence in " ".join(verdict(card))
    assert advice in suggestion(card)


@pytest.mark.parametrize(
    ("figures", "rows", "said"),
    [
        # the half of an interval of 8 points must come down to 2
        ({"whole": Estimate(1.0, -3.0, 5.0)}, 70, "Measure it on more rows: about 280 would tell"),
        ({"whole": Estimate(-4.0, -20.0, 12.0)}, 210, "about 3,400 would tell"),
        ({"whole": Estimate(1.0, -1.1, 3.0)}, 500, "about 600 would tell"),  # a fifth more
        ({"whole": Estimate(0.0, -30.0, 30.0)}, 3000, "too little for this test to show"),
        ({"whole": sure(10.0), "columns": Estimate(2.0, -1.0, 7.0)}, 100, "about 400 would tell"),
    ],
)
def test_an_undecided_order_says_what_to_do(card, figures, rows, said):
    test = dataclasses.replace(order(card, **figures), rows=rows)
    assert order_says(test) == "undecided"
    open_ = Skipped("not measured")
    changed = dataclasses.replace(card, order=test, gradient=open_, horizon=open_, lyapunov=open_)
    assert said in suggestion(changed)
    assert "a linear model on counts of the steps" in suggestion(changed)


def flow(card, fate, *, left, through=None):
    g = card.gradient
    alone = dataclasses.replace(g.alone, at_length=sure(left, 0), half_life=sure(3.0))
    every = alone if through is None else dataclasses.replace(g.all, at_length=sure(through, 0))
    return dataclasses.replace(g, alone=alone, all=every, fate=fate)


def test_sentence_and_suggestion_follow_the_gradient(card):
    card = dataclasses.replace(
        card,
        order=order(card, whole=sure(6.0)),
        horizon=dataclasses.replace(card.horizon, within_1=sure(2.0), within_5=sure(1.0)),
    )

    def said(cells, **options):
        subject = dataclasses.replace(card.subject, cells=cells)
        changed = dataclasses.replace(card, subject=subject, gradient=flow(card, **options))
        return " ".join(verdict(changed)), suggestion(changed)

    sentences, advice = said(("lstm",), fate="vanishes", left=1e-5)
    assert "halves every 3.0 [2.9, 3.1] steps" in sentences
    assert "it vanishes" in sentences
    assert "chrono initialisation" in advice
    assert "LSTM or GRU" in said(("rnn",), fate="vanishes", left=1e-5)[1]
    sentences, advice = said(("rnn",), fate="vanishes", left=1e-5, through=0.5)
    assert "pooling over the steps carries it" in sentences
    assert "LSTM" not in advice
    sentences, advice = said(("rnn",), fate="explodes", left=1e5)
    assert "explodes" in sentences
    assert "Clip" in advice
    assert "it arrives" in said(("rnn",), fate="arrives", left=0.5)[0]


def test_sentence_and_suggestion_follow_the_horizon_and_the_probe(card):
    def changed(**options):
        return dataclasses.replace(
            card,
            order=order(card, whole=sure(6.0)),
            gradient=flow(card, "arrives", left=0.5),
            **options,
        )

    short = dataclasses.replace(card.horizon, within_1=sure(4.0, 0), within_5=sure(2.0, 0))
    near = dataclasses.replace(card.delay, reach=sure(3.0, 0))
    one = changed(horizon=short, delay=near)
    assert "Its last 4 steps [4, 4] of at most" in " ".join(verdict(one))
    assert "Give it the last 4 steps alone" in suggestion(one)
    far = changed(horizon=short, delay=dataclasses.replace(card.delay, reach=sure(12.0, 0)))
    assert "holds what came 12 steps before, and the answer does not use it" in " ".join(
        verdict(far)
    )
    assert "Pool the states" in suggestion(far)
    # twice the horizon is not yet more than is used; half of the rows is short
    even = dataclasses.replace(card.delay, reach=sure(8.0, 0))
    assert "the answer does not use it" not in " ".join(verdict(changed(horizon=short, delay=even)))
    assert "Give it the last 4 steps alone" in suggestion(changed(horizon=short, delay=even))
    longest = card.horizon.longest
    for last, told in ((longest // 2, True), (longest // 2 + 1, False)):
        horizon = dataclasses.replace(card.horizon, within_1=sure(last, 0), within_5=sure(1.0, 0))
        said = suggestion(changed(horizon=horizon, delay=near))
        assert (f"Give it the last {last} steps" in said) == told
    nothing = dataclasses.replace(card.horizon, within_1=None, within_5=None)
    assert "uses nothing of the sequence" in " ".join(verdict(changed(horizon=nothing)))
    assert "Train longer" in suggestion(changed(horizon=nothing))


@pytest.mark.parametrize(("low", "said"), [(8.0, False), (8.1, True)])
def test_gates_that_keep_twice_what_is_used_are_spoken_of(card, low, said):
    (gates, *_) = card.gates
    gates = dataclasses.replace(gates, longest=Estimate(9.0, low, 10.0))
    horizon = dataclasses.replace(card.horizon, within_1=sure(4.0, 0), within_5=sure(2.0, 0))
    changed = dataclasses.replace(card, gates=(gates,), horizon=horizon, delay=Skipped("no"))
    assert ("there is memory that is not used" in " ".join(verdict(changed))) == said


@pytest.mark.parametrize(("low", "said"), [(-0.01, False), (0.0, False), (0.01, True)])
def test_a_state_grows_only_where_its_interval_says_so(card, low, said):
    lyapunov = dataclasses.replace(card.lyapunov, exponents=(Estimate(0.2, low, 0.4),))
    changed = dataclasses.replace(card, lyapunov=lyapunov)
    assert ("Small differences of the state grow" in " ".join(verdict(changed))) == said


def test_a_card_of_skipped_measures_says_nothing(card):
    names = ("horizon", "gradient", "influence", "gates", "lyapunov", "delay", "order", "shuffled")
    empty = dataclasses.replace(card, **{name: Skipped("no") for name in names})
    assert verdict(empty) == []
    assert suggestion(empty) == "Nothing in these figures asks for a change."
    assert empty.text().count("no") >= len(names)


def test_a_network_that_learned_nothing_prices_no_order(card):
    text = dataclasses.replace(card, order=order(card, **CASES["nothing learned"])).text(100)
    assert "order cannot be priced" in text
    assert "points lost without order" not in text


@pytest.mark.parametrize(
    ("fate", "rate", "half_life", "left", "sentence"),
    [
        ("arrives", 1.2, math.inf, 26.6, "grows by 1.200 [1.190, 1.210] a step, ×26.6 over"),
        ("arrives", 1.0, math.inf, 1.0, "does not decay: after the data's"),
        ("vanishes", 1.0, math.inf, 4e-5, "it vanishes, not by decay but on the way"),
        ("explodes", 1.9, math.inf, 4e5, "The gradient explodes"),
    ],
)
def test_the_sentence_of_the_gradient_follows_its_fate(card, fate, rate, half_life, left, sentence):
    g = flow(card, fate, left=left)
    alone = dataclasses.replace(
        g.alone, rate=sure(rate, 0.01), half_life=Estimate(half_life, half_life, half_life)
    )
    quiet = dataclasses.replace(card, order=Skipped("no"), lyapunov=Skipped("no"))
    horizon = dataclasses.replace(card.horizon, within_1=sure(9.0), within_5=sure(8.0))
    changed = dataclasses.replace(
        quiet, horizon=horizon, gradient=dataclasses.replace(g, alone=alone, all=alone)
    )
    assert sentence in " ".join(verdict(changed))
    advice = suggestion(changed)
    assert "chrono" not in advice
    assert ("output gate" in advice) == (fate == "vanishes")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [("lstm", "it is chaotic"), ("rnn_relu", "it grows without bound")],
)
def test_only_bounded_cells_are_chaotic(card, cell, sentence):
    lyapunov = dataclasses.replace(card.lyapunov, exponents=(sure(0.2),))
    horizon = dataclasses.replace(card.horizon, within_1=sure(9.0), within_5=sure(8.0))
    changed = dataclasses.replace(
        card,
        subject=dataclasses.replace(card.subject, cells=(cell,)),
        lyapunov=lyapunov,
        horizon=horizon,
        order=Skipped("no"),
        gradient=flow(card, "arrives", left=0.5),
    )
    assert sentence in " ".join(verdict(changed))
    assert "start from smaller recurrent weights" in suggestion(changed)
