"""Shapley values: their sum is exact with few orders, and small games come out as by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from elman.attribution.shapley import shapley_values


def game(worth):
    """A score from what each set of places is worth."""
    return lambda parts: np.array([worth(frozenset(part.tolist())) for part in parts])


def by_hand(worth, words):
    """The definition: every order counts once."""
    gains = np.zeros(words)
    orders = list(permutations(range(words)))
    for order in orders:
        for n, word in enumerate(order):
            gains[word] += worth(frozenset(order[: n + 1])) - worth(frozenset(order[:n]))
    return gains / len(orders)


def untidy(there):
    """Worth of a set of five words, three of which act together."""
    total = sum([0.3, -1.2, 0.0, 2.0, 0.7][n] for n in there)
    return total - 5 * ({1, 3} <= there) + 1.5 * ({0, 3, 4} <= there) * (2 not in there)


def test_a_word_that_turns_another_gets_what_it_turns():
    def worth(there):  # "not" alone says little, "good" alone +2, both -2
        return {0: 0.0, 1: -0.3, 2: 2.0, 3: -2.0}[(0 in there) + 2 * (1 in there)]

    found = shapley_values(game(worth), 2, orders=4)
    assert found.values.tolist() == pytest.approx([-2.15, 0.15])


@pytest.mark.parametrize("words", [1, 2, 5])
def test_sum_is_exact_with_the_fewest_orders(words):
    found = shapley_values(game(untidy), words, orders=4, seed=7)
    assert found.values.sum() == pytest.approx(found.end - found.start, abs=1e-12)
    assert found.end == pytest.approx(untidy(frozenset(range(words))))


def test_estimates_come_near_the_definition_as_their_error_says():
    found = shapley_values(game(untidy), 5, orders=2000)
    off = np.abs(found.values - by_hand(untidy, 5))
    assert (off <= 4 * found.standard_error + 1e-9).all()
    assert found.standard_error.max() < 0.1
    few = shapley_values(game(untidy), 5, orders=40)
    assert few.standard_error.max() > 2 * found.standard_error.max()


def test_orders_follow_from_the_seed():
    first, again, other = (shapley_values(game(untidy), 5, orders=6, seed=s) for s in (1, 1, 2))
    assert first.values.tolist() == again.values.tolist()
    assert first.values.tolist() != other.values.tolist()


def test_words_stay_at_their_places():
    seen = []

    def score(parts):
        seen.extend(part.tolist() for part in parts)
        return np.zeros(len(parts))

    shapley_values(score, 5, orders=4)
    assert len(seen) == 2 + 4 * 4
    assert all(part == sorted(part) for part in seen)
