"""Rows and who sees them: what is held out teaches nothing, and is judged as it stands."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import elman
from elman.tasks.classify.network.build import network_for, spec_for
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS, Shape
from elman.tasks.classify.recipe import recipe
from elman.tasks.classify.rows.encode import encode
from elman.tasks.classify.rows.read import read
from elman.training.listener import Listener
from tests.tasks.classify.small import reviews, write_csv


@pytest.fixture
def rows(tmp_path):
    """Rows of which each ends in a word of its own, twice, and a pair of such words."""
    texts = [
        (f"{text} own{n} own{n} end{n}", label) for n, (text, label) in enumerate(reviews(300))
    ]
    return read(texts, tmp_path, ClassifyOptions(), Listener())


def test_parts_share_no_row_and_leave_none_out(rows):
    parts = [rows.train, rows.validation, rows.test]
    assert sorted(np.concatenate(parts)) == list(range(300))
    assert all(len(part) > 20 for part in parts)
    assert len(rows.train) > 220


@pytest.mark.parametrize("preset", ["chapter", "fast", "strong"])
def test_words_of_test_rows_get_into_no_list(rows, tmp_path, preset):
    """The recurrence's words are of training rows; the linear part has validation rows too.

    A recurrence that begins with the texts alone reads those of validation rows as well.
    """
    chosen = dataclasses.replace(PRESETS[preset], min_count=1, max_words=9999)
    prepared = encode(rows, chosen, tmp_path / "words", Listener())

    def own(entries):
        parts = [part for entry in entries for part in entry.split()]
        return {int(part[3:]) for part in parts if part.startswith(("own", "end"))}

    train, validation = set(rows.train.tolist()), set(rows.validation.tolist())
    vocabulary, terms = prepared.with_terms.vocabulary.words, prepared.with_terms.terms.words
    assert own(vocabulary) == (train | validation if chosen.pretrain else train)
    assert not any(" " in word for word in vocabulary)
    assert own(term for term in terms if " " not in term) == validation - own(vocabulary)
    assert own(term for term in terms if " " in term) == train | validation
    assert own(terms).isdisjoint(rows.test.tolist())
    assert prepared.own.vocabulary == prepared.with_terms.vocabulary
    assert prepared.own.terms is None


def test_shares_of_unknown_words_are_those_of_validation_rows(rows, tmp_path):
    prepared = encode(rows, PRESETS["fast"], tmp_path / "words", Listener())
    texts = [np.asarray(text) for text in prepared.read_of(rows.validation)]
    unknown = np.mean(np.concatenate(texts) == 1)
    assert prepared.diagnosis.unknown_share == pytest.approx(unknown)
    assert unknown > 0.1


def test_the_test_part_is_judged_on_its_own_rows(rows, tmp_path):
    prepared = encode(rows, PRESETS["fast"], tmp_path / "words", Listener())
    test = prepared.test
    assert test.said.startswith(f"{len(rows.test)} rows held out")
    assert np.array_equal(test.yardstick.truth, rows.targets[rows.test])
    for place, row in enumerate(rows.test):
        own = prepared.terms[rows.offsets[row] : rows.offsets[row + 1]]
        assert np.array_equal(test.steps[place], own)


def test_recipes_follow_size_and_length():
    strong = ClassifyOptions(preset="strong")
    tiny, short = Shape(100, 2_000), Shape(1000, 100_000)
    long = Shape(10_000, 2_400_000)
    assert [recipe(strong, shape).pretrain > 0 for shape in (tiny, short, long)] == [
        False,
        True,
        True,
    ]
    assert [recipe(strong, shape).hidden_size for shape in (short, long)] == [256, 512]
    more = dataclasses.replace(short, unlabelled=3_000_000)
    assert recipe(strong, more).hidden_size == 512
    fast = ClassifyOptions(preset="fast")
    assert [recipe(fast, shape).members for shape in (short, long)] == [3, 1]
    assert [recipe(fast, shape).loop.epochs for shape in (short, long)] == [4, 2]
    said = ClassifyOptions(preset="strong", members=2, hidden_size=7)
    assert (recipe(said, long).members, recipe(said, long).hidden_size) == (2, 7)
    assert [recipe(ClassifyOptions(preset=p), long).linear for p in PRESETS] == [False, True, True]
    assert recipe(ClassifyOptions(cell="gru"), short).cell == "gru"
    printed = recipe(ClassifyOptions(preset="chapter", as_printed=True), short)
    assert (printed.pools, printed.as_torch_initialises) == (("padded_last",), True)


def test_small_files_are_passed_over_more_often():
    fast = PRESETS["fast"]
    epochs = [fast.loop_for(rows, seed=3).epochs for rows in (10, 2000, 100_000)]
    assert epochs == [60, 39, 4]  # at most 60; 1,200 steps of 64 rows; the preset's own
    assert fast.loop_for(1000, seed=3).seed == 3
    assert fast.loop_for(1000, seed=3).unclipped == ("embedding",)


def test_the_surest_errors_come_first(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", reviews(200))
    model = elman.train(path, tmp_path / "m", baselines=False, preset="chapter", time_limit="0.1s")
    wrong = write_csv(
        tmp_path / "wrong.csv", [(t, "neg" if k == "pos" else "pos") for t, k in reviews(200)]
    )
    worst = elman.evaluate(model, wrong)["worst"]
    assert len(worst) == 20
    sure = [error["probability"] for error in worst]
    assert sure == sorted(sure, reverse=True)
    everything = [p.probability for p in model.predict([t for t, _ in reviews(200)])]
    assert sure[0] == pytest.approx(max(everything))


@pytest.mark.parametrize(("unknown", "share"), [(0.0, 0.0), (0.004, 0.4), (0.2, 1.0), (None, 0.0)])
def test_words_are_hidden_as_far_as_some_will_be_missing(rows, tmp_path, unknown, share):
    chosen = PRESETS["fast"]
    prepared = encode(rows, chosen, tmp_path / "words", Listener())
    diagnosis = dataclasses.replace(prepared.diagnosis, unknown_share=unknown)
    prepared = dataclasses.replace(prepared, diagnosis=diagnosis)
    module = network_for(spec_for(prepared, chosen), prepared, chosen, {}, seed=0)
    assert module.word_dropout == pytest.approx(chosen.word_dropout * share)
