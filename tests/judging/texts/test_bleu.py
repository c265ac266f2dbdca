"""BLEU is sacreBLEU's; what each text adds to it adds up to it, and moves as it moves."""

from __future__ import annotations

import numpy as np
import pytest

from elman.errors import MissingExtraError
from elman.judging.paired import paired
from elman.judging.texts.bleu import bleu_of, chrf_of, set_apart, shares, words_by
from elman.judging.texts.numbers import numbers_of, scores_of, texts_of
from elman.judging.texts.yardstick import TextYardstick

sacrebleu = pytest.importorskip("sacrebleu")

WORDS = [
    "a",
    "man",
    "in",
    "the",
    "red",
    "hat",
    "runs",
    "past",
    "two",
    "dogs",
    "Water's",
    "edge",
    ".",
]


def made_up(n, seed, wrong):
    """References, and texts in which some words are others, missing or doubled."""
    random = np.random.default_rng(seed)
    references, texts = [], []
    for _ in range(n):
        words = list(random.choice(WORDS, random.integers(4, 15)))
        references.append(" ".join(words))
        said = []
        for word in words:
            chance = random.random()
            said += [] if chance < wrong / 3 else [word if chance > wrong else "dog"]
            said += ["the"] if chance > 1 - wrong / 9 else []
        texts.append(" ".join(said))
    return texts, references


def test_bleu_and_chrf_are_sacrebleus_own_with_their_signatures():
    texts, references = made_up(40, seed=0, wrong=0.3)
    found = bleu_of(texts, references, words="13a")
    assert found.score == sacrebleu.corpus_bleu(texts, [references]).score
    assert 5 < found.score < 80
    assert found.signature.startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.")
    lower = bleu_of([t.upper() for t in texts], references, words="13a", lower=True)
    assert "case:lc" in lower.signature
    assert lower.score == found.score > 20
    assert bleu_of([t.upper() for t in texts], references, words="13a").score < 5
    assert chrf_of(texts, references).score == sacrebleu.corpus_chrf(texts, [references]).score


@pytest.mark.parametrize("wrong", [0.05, 0.5, 0.9])
def test_the_mean_of_the_shares_is_bleu(wrong):
    texts, references = made_up(50, seed=1, wrong=wrong)
    found = shares(texts, references, words="13a")
    assert found.mean() * 100 == pytest.approx(sacrebleu.corpus_bleu(texts, [references]).score)
    assert found.std() > 0.002


def test_shares_say_how_bleu_moves_when_one_text_counts_a_little_more():
    """By central differences: the whole set twenty times, and one text once more or less."""
    texts, references = made_up(30, seed=2, wrong=0.4)
    found = shares(texts, references, words="13a")
    N, times = len(texts), 20
    for n in (0, 7, 29):
        many = [texts * times, references * times]
        more = bleu_of([*many[0], texts[n]], [*many[1], references[n]], words="13a").score
        less = bleu_of(many[0][:n] + many[0][n + 1 :], many[1][:n] + many[1][n + 1 :], words="13a")
        slope = (more - less.score) / 2 * N * times / 100
        assert slope == pytest.approx(found[n] - found.mean(), abs=0.01)


def test_the_paired_interval_is_as_wide_as_drawing_the_texts_anew_makes_it():
    better, references = made_up(100, seed=3, wrong=0.2)
    worse = [" ".join(text.split()[:-1]) + " cat" for text in better]
    one, other = (shares(texts, references, words="13a") for texts in (better, worse))
    found = paired(one, other)
    random, drawn = np.random.default_rng(0), []
    for _ in range(80):
        rows = random.integers(0, 100, 100)
        of = [references[r] for r in rows]
        each = [bleu_of([t[r] for r in rows], of, words="13a").score for t in (better, worse)]
        drawn.append(each[0] - each[1])
    low, high = found["ci95"]
    assert 100 * (high - low) / (2 * 1.96) == pytest.approx(np.std(drawn), rel=0.25)
    assert 100 * found["difference"] == pytest.approx(np.mean(drawn), rel=0.1)


def test_texts_without_one_word_right_and_empty_ones_are_judged():
    assert shares(["x y", ""], ["a b c", "d"], words="13a").tolist() == [0, 0]
    assert bleu_of(["", ""], ["a b c", "d"], words="13a").score == 0


def test_texts_whose_marks_stand_apart_are_told_by_us_and_not_by_sacrebleu(caplog, capfd):
    texts, references = ([f"{text} ." for text in some] for some in made_up(150, 5, 0.2))
    yardstick = TextYardstick(tuple(references))
    figures = yardstick.figures(numbers_of(texts))
    yardstick.details(numbers_of(texts))
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
    assert "tok:13a" in figures["bleu_signature"]
    assert set_apart(references)
    assert set_apart(["A dog .", "A cat.", "Two .", "What"])
    assert not set_apart(["A dog.", "A cat .", "What ?", "Two"])
    assert not set_apart([])


def test_texts_come_back_from_their_numbers():
    texts = ["Zwei Männer.", "", "日本 🎉", "a b"]
    numbers = numbers_of(texts, [-0.5, 0, -2, 1])
    assert texts_of(numbers) == texts
    assert scores_of(numbers).tolist() == [-0.5, 0, -2, 1]
    assert texts_of(numbers_of([])) == []


def test_words_are_cut_as_the_script_asks():
    assert words_by(["Ein Haus.", "日"]) == "13a"
    assert words_by(["他们在公园里玩。"]) == "zh"
    assert words_by(["猫がいる"]) == "char"
    assert words_by(["แมวนั่ง"]) == "char"


def test_the_yardstick_ranks_by_bleu_and_says_how_sure_that_is():
    texts, references = made_up(60, seed=4, wrong=0.3)
    yardstick = TextYardstick(tuple(references))
    figures = yardstick.figures(numbers_of(texts))
    low, high = figures["bleu_ci95"]
    assert low < figures["bleu"] < high
    assert figures["bleu"] == pytest.approx(100 * yardstick.points(numbers_of(texts)).mean())
    perfect = yardstick.figures(numbers_of(references))
    assert perfect["bleu"] == pytest.approx(100)
    assert perfect["bleu_ci95"] == pytest.approx([100, 100])
    details = yardstick.details(numbers_of(texts))
    assert details["reference_words"] == sum(len(r.split()) for r in references)


def test_without_sacrebleu_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sacrebleu", None)
    with pytest.raises(MissingExtraError, match=r'pip install "elman\[translation\]"'):
        bleu_of(["a"], ["a"], words="13a")
