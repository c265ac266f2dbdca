"""The verdict says what the figures say: who, how far, how sure, in one unit and one sense."""

from __future__ import annotations

import re

import numpy as np
import pytest

from elman.judging.classes.decision import Decision
from elman.judging.classes.yardstick import ClassYardstick
from elman.judging.paired import paired
from elman.judging.values.yardstick import ValueYardstick
from elman.judging.verdict import Rival, verdict

N = 400
PLAIN = Decision(("neg", "pos"), "binary")


def rows_right(share, seed):
    return np.random.default_rng(seed).random(N) < share


def of_classes(ours, kept="", **others):
    """The verdict on models that are right about these rows, and each rival's `paired`."""
    truth = np.random.default_rng(9).integers(0, 2, N)
    yardstick = ClassYardstick(PLAIN, truth)

    def numbers(right):
        said = np.where(right, truth, 1 - truth)
        return np.where(said[:, None] == np.arange(2), 0.9, 0.1)

    points = yardstick.points(numbers(ours))
    rivals = []
    for called, right in others.items():
        theirs = numbers(right)
        figures = yardstick.figures(theirs)
        figures["paired"] = paired(points, yardstick.points(theirs))
        role = {"majority": "floor"}.get(
            called, called if called in ("inside", "beyond") else "rival"
        )
        rivals.append(Rival(called, figures, role))
    return verdict(yardstick, rivals, kept)


def of_values(ours, theirs, horizon=3):
    truth = np.zeros((len(ours), horizon))
    yardstick = ValueYardstick(truth, np.ones(len(truth)), block=2 * truth.shape[1])
    spread = np.ones(horizon)
    figures = yardstick.figures(np.outer(theirs, spread))
    points = yardstick.points(np.outer(ours, spread))
    other = yardstick.points(np.outer(theirs, spread))
    figures["paired"] = paired(points, other, block=yardstick.block)
    return verdict(yardstick, [Rival("naive", figures)])


def numbers_in(sentence):
    """The difference and the two ends of its interval, as the sentence has them."""
    found = re.search(
        r"is ([\d.]+) ?(?:points|%).*95 % interval (-?[\d.]+) to (-?[\d.]+)", sentence
    )
    return [float(number) for number in found.groups()]


def test_a_clear_gain_is_told_in_points_with_its_interval_in_the_same_sense():
    ours, theirs = rows_right(0.9, 1), rows_right(0.7, 2)
    said = of_classes(ours, rival=theirs)
    gain = 100 * (ours.mean() - theirs.mean())
    error = 196 * np.std(ours.astype(float) - theirs) / np.sqrt(N)
    assert said.startswith(
        f"The recurrent model is {gain:.1f} points above rival, more than chance"
    )
    assert numbers_in(said) == pytest.approx([gain, gain - error, gain + error], abs=0.06)


def test_the_other_way_round_the_same_numbers_are_told_as_a_loss():
    ours, theirs = rows_right(0.9, 1), rows_right(0.7, 2)
    won, lost = of_classes(ours, rival=theirs), of_classes(theirs, rival=ours)
    assert "Use the simpler model: the recurrent model is" in lost
    assert "points below rival, more than chance explains" in lost
    assert numbers_in(lost) == pytest.approx(numbers_in(won), abs=0.06)
    assert min(numbers_in(lost)) > 0
    assert "p < 0.0001" in won
    assert "p < 0.0001" in lost


@pytest.mark.parametrize(("right", "said"), [(14, "p = 0.00012"), (15, "p < 0.0001")])
def test_a_chance_below_one_in_ten_thousand_is_no_figure(right, said):
    ours, theirs = np.ones(N, bool), np.ones(N, bool)
    theirs[:right] = False  # 2 / 2^right
    assert f"{said})" in of_classes(ours, rival=theirs)


@pytest.mark.parametrize("swap", [False, True])
def test_what_chance_explains_names_the_side_and_an_interval_across_zero(swap):
    pair = np.ones((2, N), bool)
    pair[0, :20] = pair[1, 10:36] = False  # 16 rows against 10
    ours, theirs = pair[::-1] if swap else pair
    said = of_classes(ours, rival=theirs)
    assert said.startswith("No difference that chance does not explain: the recurrent model is")
    assert said.endswith("the simpler model will do.")
    assert ("above" in said) == (ours.mean() >= theirs.mean())
    difference, low, high = numbers_in(said)
    assert low < 0 < difference < high


def test_a_p_of_a_few_per_cent_decides():
    """One right more in 100 rows is chance; p between 0.05 and 0.5 is no verdict."""
    theirs = np.ones(N, bool)
    ours = theirs.copy()
    ours[:4] = False  # McNemar: 4 against 0, p = 0.125
    said = of_classes(ours, rival=theirs)
    assert "p = 0.12" in said
    assert said.startswith("No difference")
    ours[:6] = False  # 6 against 0, p = 0.031
    said = of_classes(ours, rival=theirs)
    assert "p = 0.031" in said
    assert said.startswith("Use the simpler model")


def test_who_is_neither_above_nor_below_is_level():
    same = rows_right(0.8, 1)
    assert of_classes(same, rival=same) == (
        "No difference that chance does not explain: the recurrent model is level with rival (95 % "
        "interval 0.0 to 0.0, p = 1); the simpler model will do."
    )
    small = np.random.default_rng(3).random(60) + 1
    assert "the recurrent model's error is level with that of naive (" in of_values(small, small)


def test_the_best_of_several_is_named_and_the_majority_only_where_alone():
    ours = rows_right(0.9, 1)
    weak, strong = rows_right(0.6, 2), rows_right(0.75, 3)
    assert "above strong" in of_classes(ours, weak=weak, strong=strong, majority=ours)
    assert "above majority" in of_classes(ours, majority=weak)
    assert of_classes(ours) == "Not set beside any opponent."


def test_errors_are_told_as_shares_of_the_opponents():
    random = np.random.default_rng(0)
    small, large = 1 + random.random(80) * 0.1, 2 + random.random(80) * 0.1
    won, lost = of_values(small, large), of_values(large, small)
    gain = 100 * (1 - small.mean() / large.mean())
    assert won.startswith(f"The recurrent model's error is {gain:.1f} % below that of naive, more")
    difference, low, high = numbers_in(won)
    assert 0 < low < difference < high < 100
    loss = 100 * (large.mean() / small.mean() - 1)
    assert f"the recurrent model's error is {loss:.1f} % above that of naive, more" in lost
    assert lost.startswith("Use the simpler model: ")
    difference, low, high = numbers_in(lost)
    assert 0 < low < difference < high
    like = 1 + random.random(80)
    said = of_values(like, like[::-1])
    assert said.startswith("No difference that chance does not explain")
    low, high = map(float, re.search(r"interval (-?[\d.]+) to ([\d.]+)", said).groups())
    assert low < 0 < high


def test_few_origins_and_no_errors_are_said_as_such():
    small, large = np.full(9, 1.0), np.full(9, 2.0)
    said = of_values(small, large)
    assert said == (
        "The recurrent model's error is 50.0 % below that of naive; 9 origins are too few to say "
        "how sure that is."
    )
    assert of_values(large, small).endswith("above that of naive; use naive; 9 origins are too few "
                                            "to say how sure that is.")  # fmt: skip
    assert "one origin is too few" in of_values(small[:1], large[:1])
    assert of_values(small, np.zeros(9)) == "Use naive: it makes no error at all here."


def test_blocks_widen_the_interval_of_errors_that_hang_together():
    """Ten long waves of errors say less than eighty errors that know nothing of each other."""
    random = np.random.default_rng(1)
    waves = np.repeat(random.normal(size=10), 8)
    other = 5 + np.zeros(80)
    together = paired(-(5 + waves), -other, block=16)["ci95"]
    apart = paired(-(5 + random.permutation(waves)), -other, block=16)["ci95"]
    assert np.ptp(together) > 1.5 * np.ptp(apart)


def half_right(more, fewer):
    """Ours and another's rows: right where the other is wrong `more` times, the reverse `fewer`."""
    ours, theirs = np.arange(N) % 2 == 0, np.arange(N) % 2 == 0
    ours[1 : 2 * more : 2] = True
    theirs[N - 1 : N - 1 - 2 * fewer : -2] = True
    return ours, theirs


@pytest.mark.parametrize(
    ("more", "fewer", "said"),
    [
        (20, 0, "The recurrence adds +5.0 points to inside (95 % interval 2.9 to 7.1, "
                "p < 0.0001)."),
        (0, 20, "The recurrence adds -5.0 points to inside (95 % interval -7.1 to -2.9, "
                "p < 0.0001)."),
        (12, 10, "The recurrence adds +0.5 points to inside, no more than chance explains "
                 "(95 % interval -1.8 to 2.8, p = 0.83)."),
        (0, 0, "The recurrence adds +0.0 points to inside, no more than chance explains "
               "(95 % interval 0.0 to 0.0, p = 1)."),
    ],
)  # fmt: skip
def test_what_the_recurrence_adds_to_the_simple_model_inside(more, fewer, said):
    ours, theirs = half_right(more, fewer)
    assert of_classes(ours, inside=theirs) == said


@pytest.mark.parametrize(
    ("more", "fewer", "said"),
    [
        (20, 0, "-5.0 points here; 95 % interval -7.1 to -2.9, p < 0.0001"),
        (0, 20, "+5.0 points here; 95 % interval 2.9 to 7.1, p < 0.0001"),
        (10, 12, "+0.5 points here; 95 % interval -1.8 to 2.8, p = 0.83"),
        (0, 0, "+0.0 points here; 95 % interval 0.0 to 0.0, p = 1"),
    ],
)
def test_what_a_recurrence_would_add_to_a_simple_model_that_was_kept(more, fewer, said):
    """The rival is the model with the recurrence, so signs turn round."""
    ours, theirs = half_right(more, fewer)
    assert of_classes(ours, kept="the linear model", beyond=theirs) == (
        f"The recurrence adds nothing that held-out rows show ({said}), so the linear model is "
        "saved alone; --keep recurrent insists on it."
    )


@pytest.mark.parametrize("role", ["inside", "beyond"])
def test_who_stands_inside_is_no_rival_and_speaks_first(role):
    """However good: it cannot be used instead."""
    ours, rival = rows_right(0.8, 1), rows_right(0.7, 2)
    said = of_classes(ours, majority=rows_right(0.5, 3), rival=rival, **{role: ~(~ours & rival)})
    first, second = said.split(". ", 1) if role == "beyond" else said.split("). ", 1)
    assert first.startswith("The recurrence adds")
    assert second.startswith("The recurrent model is")
    assert "points above rival, more than chance explains" in second
    assert role not in second


def test_the_model_is_called_what_it_is():
    ours, theirs = rows_right(0.9, 1), rows_right(0.7, 2)
    assert of_classes(ours, kept="the linear model", rival=theirs).startswith(
        "The linear model is "
    )
    lost = of_classes(theirs, kept="the linear model", rival=ours)
    assert lost.startswith("Use rival: the linear model is ")
    # of two simple models neither is the simpler one
    level = of_classes(ours, kept="the linear model", rival=ours)
    assert level.startswith("No difference that chance does not explain: the linear model is ")
    assert level.endswith("p = 1).")
    assert of_classes(ours, rival=ours).endswith("p = 1); the simpler model will do.")


@pytest.mark.parametrize(
    ("role", "gain", "interval", "said"),
    [
        ("inside", 0.25, [0.1, 0.4], "takes 25.0 % off the error of the ridge (95 % interval 10.0"),
        (
            "inside",
            0.02,
            [-0.1, 0.1],
            "takes 2.0 % off the error of the ridge, no more than chance",
        ),
        (
            "inside",
            -0.02,
            [-0.05, -0.01],
            "adds 2.0 % to the error of the ridge (95 % interval 1.0 to 5.0).",
        ),
        (
            "inside",
            -0.02,
            [-0.05, 0.01],
            "adds 2.0 % to the error of the ridge, no more than chance explains "
            "(95 % interval -1.0 to 5.0).",
        ),
        (
            "beyond",
            0.04,
            [0.01, 0.06],
            "adds nothing that held-out origins show (4.0 % more error here; "
            "95 % interval 1.0 to 6.0)",
        ),
        (
            "inside",
            0.3,
            None,
            "takes 30.0 % off the error of the ridge, no more than chance explain",
        ),
        (
            "beyond",
            -0.3,
            [-0.4, -0.1],
            "adds nothing that held-out origins show (30.0 % less error ",
        ),
        ("beyond", 0.04, None, "adds nothing that held-out origins show (4.0 % more error here; "),
    ],
)
def test_what_the_recurrence_does_to_an_error_is_a_share_of_it(role, gain, interval, said):
    yardstick = ValueYardstick(np.ones((6, 2)), np.ones(6), block=4)
    paired = {"difference": gain, "ci95": interval, "p": None}
    rival = Rival("the ridge", {"mae": 1.0, "paired": paired}, role)
    assert verdict(yardstick, [rival]).startswith(f"The recurrence {said}")
