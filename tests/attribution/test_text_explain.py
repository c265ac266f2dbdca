"""Explanations of classifiers: complete for every network, equal to the stream, right by hand."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from html.parser import HTMLParser

import numpy as np
import pytest
import torch

import elman
from elman.attribution.vectors import module_of, vector_score, vectors_of
from elman.data.text.words import tokenize
from elman.errors import MissingExtraError, OptionError
from elman.runtime.spec import CELLS
from elman.width import wide
from tests.attribution.models import LINEAR, SPECIAL_WORDS, TEXT, WORDS, counting, saved
from tests.tolerances import assert_close

SPECS = [
    {"cell": cell, "num_layers": layers, "bidirectional": both, "pools": pools}
    for cell, layers, both, pools in itertools.product(
        CELLS, (1, 2), (False, True), [("last",), ("mean", "max")]
    )
]
SPECS += [
    {"pools": ("mean", "max"), "input_pools": ("mean",), "affixes": 11, "pairs": True},
    {"pools": ("max",), "input_pools": ("mean", "max"), "pairs": True, "members": 3},
    {"cell": "gru", "affixes": 5, "members": 2, "bidirectional": True},
    {"kind": "multiclass", "classes": ("x", "y", "z"), "pools": ("max", "last")},
    {"kind": "multilabel", "classes": ("x", "y", "z"), "pools": ("mean",)},
    {"pools": ("padded_last",)},
    {"cell": "none", "terms": LINEAR},
    {"cell": "none", "terms": (), "affixes": 7},
    {"cell": "none", "terms": LINEAR, "kind": "multiclass", "classes": ("x", "y", "z")},
    {"pools": ("mean", "max"), "terms": LINEAR, "affixes": 11},
    {"cell": "lstm", "members": 3, "input_pools": ("mean",), "terms": LINEAR},
    {"cell": "gru", "bidirectional": True, "terms": LINEAR},
    {"kind": "multilabel", "classes": ("x", "y", "z"), "pools": ("mean",), "terms": LINEAR},
]


def name(spec):
    return "-".join(str(v) if not isinstance(v, tuple) else "+".join(v) for v in spec.values())


@pytest.fixture(scope="module", params=SPECS, ids=name)
def model(request, tmp_path_factory):
    return saved(tmp_path_factory.mktemp("models") / "model", **request.param)


@pytest.fixture(scope="module")
def explained(model):
    return elman.explain(model, TEXT)


def log_odds(model, prediction):
    """The score of the answer, from what predict says."""
    p = dict(prediction.probabilities)
    kind = model.codec.decision.kind
    if kind == "multilabel":
        return math.log(max(p.values()) / (1 - max(p.values())))
    first, second = sorted(p.values(), reverse=True)[:2]
    return math.log(first / second)


def test_complete_in_every_network(model, explained):
    (prediction,) = model.predict([TEXT])
    assert explained.score == pytest.approx(log_odds(model, prediction), rel=1e-4, abs=1e-5)
    gradients, shapley = explained.shares["gradients"], explained.shares["shapley"]
    assert gradients.end == pytest.approx(explained.score, rel=1e-4, abs=1e-5)
    assert gradients.completeness_error <= 0.01
    assert gradients.error <= 0.005
    assert shapley.completeness_error <= 1e-9
    assert shapley.start == pytest.approx(explained.trajectory.start, abs=1e-5)
    assert len(explained.words) == 11
    terms = model.codec.features.terms
    assert explained.known == tuple(
        word != "zyx" or (terms is not None and "zyx" in terms.words) for word in explained.words
    )


def test_trajectory_is_the_stream_or_the_prefixes(model, explained):
    words, p = tokenize(TEXT), explained.trajectory.probabilities
    if model.network.spec.bidirectional:
        expected = model.predict([" ".join(words[: n + 1]) for n in range(len(words))])
        assert explained.trajectory.source == "prefixes"
    else:
        stream = model.stream()
        expected = [stream.feed(word) for word in words]
        assert explained.trajectory.source == "stream"
    found = [each.probabilities[explained.answer] for each in expected]
    assert_close("probabilities", p, np.array(found), "stream and whole")
    if model.codec.decision.kind != "multilabel":
        assert explained.trajectory.answers == tuple(each.label for each in expected)
        assert explained.answer == expected[-1].label
    assert explained.trajectory.scores[-1] == pytest.approx(explained.score, abs=1e-4)


def test_removed_is_the_text_without_the_word(model, explained):
    if model.codec.decision.kind == "multilabel":
        pytest.skip("the label explained need not be the most probable without the word")
    words = tokenize(TEXT)
    for n in (0, 4, 10):
        (without,) = model.predict([" ".join(words[:n] + words[n + 1 :])])
        p = without.probabilities
        if len(p) == 2:
            other = next(c for c in p if c != explained.answer)
            score = math.log(p[explained.answer] / p[other])
            assert explained.shares["removed"].values[n] == pytest.approx(
                explained.score - score, rel=1e-3, abs=1e-4
            )


def test_unknown_is_the_text_with_another_word(tmp_path):
    model = saved(tmp_path / "model", pools=("mean", "last"))
    explained = elman.explain(model, TEXT)
    for n, word in enumerate(explained.words):
        replaced = [*explained.words[:n], "qqq", *explained.words[n + 1 :]]
        (prediction,) = model.predict([" ".join(replaced)])
        p = prediction.probabilities
        other = next(c for c in p if c != explained.answer)
        score = math.log(p[explained.answer] / p[other])
        share = explained.shares["unknown"].values[n]
        assert share == pytest.approx(explained.score - score, rel=1e-3, abs=1e-4)
        assert (share == pytest.approx(0, abs=1e-5)) == (word == "zyx")


def test_states_are_those_of_the_network(tmp_path):
    model = saved(tmp_path / "model", cell="lstm", num_layers=2, bidirectional=True)
    steps = model.codec.encode(TEXT).steps
    np.testing.assert_array_equal(elman.explain(model, TEXT).states, model.network.states(steps)[0])
    model = saved(tmp_path / "model", members=3)
    states = elman.explain(model, TEXT).states
    assert states.shape == (11, 21)
    third = model.network.members[2].states(steps)[0]
    np.testing.assert_array_equal(states[:, 14:], third)


def test_where_words_only_count_every_method_knows_their_share(tmp_path):
    weights = {"good": 17.0, "bad": -3.4, "plot": 1.7, "<unk>": 0.34}
    model = saved(tmp_path / "model", input_pools=("mean",), change=counting(weights))
    explained = elman.explain(model, "good plot zyx bad and")
    # temperature 1.7, five words: the score is the sum of weights / 8.5
    assert explained.score == pytest.approx((17 + 1.7 + 0.34 - 3.4) / 8.5, rel=1e-5)
    less = [each - 0.04 for each in (2.0, 0.2, 0.04, -0.4, 0.0)]
    for method in ("gradients", "unknown"):
        assert explained.shares[method].values.tolist() == pytest.approx(less, abs=1e-5)
    assert explained.shares["gradients"].start == pytest.approx(5 * 0.04)
    rest = (17 + 1.7 + 0.34 - 3.4) / 1.7  # all there is, among the four words that are left
    expected = [explained.score - (rest - w / 1.7) / 4 for w in (17, 1.7, 0.34, -3.4, 0)]
    assert explained.shares["removed"].values.tolist() == pytest.approx(expected, abs=1e-5)
    assert explained.top("gradients") == ["good", "plot"]


def test_what_a_pair_says_is_half_of_either_word(tmp_path):
    change = counting({"not good": 17.0, "good": 3.4})
    model = saved(tmp_path / "model", input_pools=("mean",), pairs=True, change=change)
    explained = elman.explain(model, "film was not good and bad")
    # 17 / 6 / 1.7 for the pair, 3.4 / 6 / 1.7 for the word
    pair, word = 10 / 6, 2 / 6
    shares = explained.shares
    found = shares["gradients"].values.tolist()
    assert found == pytest.approx([0, 0, pair / 2, pair / 2 + word, 0, 0], abs=1e-5)
    gone = shares["unknown"].values.tolist()
    assert gone == pytest.approx([0, 0, pair, pair + word, 0, 0], abs=1e-5)


def linear_by_hand(weights):
    """Return a change to a linear part: weights of words and pairs, and a bias of 0.34."""

    def change(tensors):
        entries = [*SPECIAL_WORDS, *WORDS, *LINEAR]
        tensors["linear.weight"] = np.zeros_like(tensors["linear.weight"])
        for entry, weight in weights.items():
            tensors["linear.weight"][entries.index(entry), 0] = weight
        tensors["linear.bias"][:] = 0.34

    return change


def test_of_a_linear_part_a_share_is_its_weight_over_the_root_of_the_words(tmp_path):
    weights = {
        "film": 1.7,
        "bad": -3.4,
        "zyx": 5.1,
        "bad film": 6.8,
        "not good": 17.0,
        "<unk>": 0.5,
    }
    model = saved(tmp_path / "m", cell="none", terms=LINEAR, change=linear_by_hand(weights))
    explained = elman.explain(model, "zyx bad film qqq")
    # temperature 1.7, √4 words
    assert explained.score == pytest.approx((5.1 - 3.4 + 1.7 + 0.5 + 6.8) / 3.4 + 0.2, rel=1e-6)
    less, pair = 0.5 / 3.4, 2.0
    words = [5.1 / 3.4, -3.4 / 3.4, 1.7 / 3.4, 0.5 / 3.4]
    alone = [w - less for w in words]
    shared = [alone[0], alone[1] + pair / 2, alone[2] + pair / 2, alone[3]]
    gradients = explained.shares["gradients"]
    assert gradients.values.tolist() == pytest.approx(shared, abs=1e-6)
    assert gradients.start == pytest.approx(2 / 3.4 + 0.2)
    assert gradients.start + gradients.values.sum() == pytest.approx(gradients.end, abs=1e-12)
    hidden = [alone[0], alone[1] + pair, alone[2] + pair, alone[3]]
    assert explained.shares["unknown"].values.tolist() == pytest.approx(hidden, abs=1e-6)
    # without a word the others stand under a smaller root, and neighbours meet
    three = 1.7 * 3**0.5
    without = {0: (-3.4 + 1.7 + 0.5 + 6.8) / three, 1: (5.1 + 1.7 + 0.5) / three}
    for n, left in without.items():
        gone = explained.score - (left + 0.2)
        assert explained.shares["removed"].values[n] == pytest.approx(gone, abs=1e-6)
    assert explained.known == (True, True, True, False)
    assert "* not in the vocabulary" in explained.text()
    assert "zyx*" not in explained.text()


def test_what_both_parts_say_adds_up(tmp_path):
    """Shares of the joined model are those of the two models that it is made of."""
    weights = {"film": 1.7, "bad": -3.4, "bad film": 6.8, "<unk>": 0.5}

    def change(tensors):
        counting({"good": 17.0, "film": 3.4})(tensors)
        linear_by_hand(weights)(tensors)

    text, pools = "bad film and good", {"input_pools": ("mean",)}
    joined = elman.explain(saved(tmp_path / "a", terms=LINEAR, change=change, **pools), text)
    counted = counting({"good": 17.0, "film": 3.4})
    inner = elman.explain(saved(tmp_path / "b", change=counted, **pools), text)
    alone = linear_by_hand(weights)
    linear = elman.explain(saved(tmp_path / "c", cell="none", terms=LINEAR, change=alone), text)
    assert {inner.answer, linear.answer, joined.answer} == {"pos"}
    for method in ("gradients", "unknown", "removed"):
        both = inner.shares[method].values + linear.shares[method].values
        assert joined.shares[method].values == pytest.approx(both, abs=1e-5)
    np.testing.assert_array_equal(joined.states, inner.states)


@pytest.mark.parametrize("shape", [{}, {"members": 2, "affixes": 3}, {"cell": "lstm"}], ids=str)
def test_integrated_gradients_are_those_of_numerical_derivatives(tmp_path, shape):
    shape = {"cell": "gru", "pools": ("mean", "last")} | shape
    model = saved(tmp_path / "m", terms=LINEAR, **shape)
    words = tokenize("not good zyx bad film the plot")
    steps = model.codec.features.encode(words)
    silent = np.zeros_like(steps)
    silent[:, 0] = 1
    module = module_of(model)
    x, base = (vectors_of(module, each) for each in (steps, silent))
    parts, line = x - base, torch.linspace(0, 1, 81, dtype=torch.float64)
    middles = ((line[1:] + line[:-1]) / 2)[:, None, None]
    explained = elman.explain(model, " ".join(words))
    sign = 1 if explained.answer == "pos" else -1
    score = vector_score(module, np.array([sign / 1.7]))
    T, k, _ = parts.shape
    share, h = np.zeros((T, k)), 1e-4
    for t in range(T):
        for n in range(k):
            towards = torch.zeros_like(base[None].sum(2))
            towards[0, t] = parts[t, n]
            at = base.sum(1) + middles * (x - base).sum(1)
            slope = (score(at + h * towards) - score(at - h * towards)) / (2 * h)
            share[t, n] = float(slope.mean())
    pair = share[:, -1] / 2
    wanted = share.sum(1) - pair
    wanted[:-1] += pair[1:]
    assert explained.shares["gradients"].values == pytest.approx(wanted, abs=2e-3)
    assert np.abs(pair).max() > 0.05


def test_a_linear_model_is_explained_without_states(tmp_path):
    pytest.importorskip("plotly")
    explained = elman.explain(saved(tmp_path / "m", cell="none", terms=LINEAR), TEXT)
    assert explained.states.shape == (11, 0)
    assert set(explained.figures()) == {"shares", "trajectory"}
    assert "units" not in explained.text()
    assert "film" in explained.to_html()
    report = json.loads(json.dumps(explained.to_json(), allow_nan=False))
    assert report["states"] == [[]] * 11


def test_beginning_and_end_go_with_the_word(tmp_path):
    model = saved(tmp_path / "model", affixes=11, pools=("mean",))
    explained = elman.explain(model, TEXT)
    place = explained.words.index("zyx")
    assert not explained.known[place]
    assert abs(explained.shares["gradients"].values[place]) > 1e-3
    assert abs(explained.shares["unknown"].values[place]) > 1e-3


def test_the_answer_of_several_classes_is_set_against_the_runner_up(tmp_path):
    model = saved(tmp_path / "model", kind="multiclass", classes=("x", "y", "z"))
    (prediction,) = model.predict([TEXT])
    first, second, _ = sorted(prediction.probabilities, key=prediction.probabilities.get)[::-1]
    explained = elman.explain(model, TEXT)
    assert explained.score_name == f'log-odds of "{first}" against "{second}"'
    assert explained.answer == prediction.label == first


def test_of_several_classes_it_is_said_which_two_are_weighed_and_how_sure(tmp_path):
    classes = ("x", "y", "z", "of many words, 漢字")
    model = saved(tmp_path / "model", kind="multiclass", classes=classes)
    (prediction,) = model.predict([TEXT])
    ordered = sorted(prediction.probabilities.items(), key=lambda each: -each[1])
    (first, p), (second, q), *others = ordered
    shown = " ".join(elman.explain(model, TEXT).text().split())
    rest = sum(share for _, share in others)
    assert f'two are weighed: "{first}" ({p:.1%}) against "{second}" ({q:.1%})' in shown
    assert f"the others ({rest:.1%} in all) is not shown" in shown


@pytest.mark.parametrize(
    ("there", "said"), [(0.27, "ahead, but without a half, at"), (0.5, "mind made up at")]
)
def test_no_mind_is_made_up_below_a_half(tmp_path, there, said):
    explained = elman.explain(saved(tmp_path / "model"), "film was good")
    path = dataclasses.replace(
        explained.trajectory,
        answers=(explained.answer,) * 3,
        probabilities=np.array([there, 0.4, 0.953]),
    )
    shown = " ".join(dataclasses.replace(explained, trajectory=path).text().split())
    assert f'{said} "film" (word 1 of 3): from there {explained.answer}, {there:.1%} there' in shown
    assert "95.3% at the end" in shown


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("text", ["film", TEXT, "film was 不好 " * 40])
def test_an_explanation_is_as_wide_as_the_screen(tmp_path, monkeypatch, columns, text):
    monkeypatch.setenv("COLUMNS", str(columns))
    classes = ("negative, as far as anybody can tell", "最高の映画でした感想文")
    shown = elman.explain(saved(tmp_path / "m", classes=classes), text).text()
    assert max(map(wide, shown.splitlines())) <= columns
    methods = {60: ["share"], 80: ["share", "gradient", "removed", "unknown"]}
    (head,) = [line for line in shown.splitlines() if "word" in line and "share" in line][:1]
    assert head.split("for")[1].split("P(")[0].split() == methods.get(columns, methods[80])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no words to explain"),
        (" ... ,", "has no words to explain"),
        ("zyx qqq", r"holds none of the 2 words \(zyx, qqq\)"),
        ("film " * 2001, "has 2,001 words, and explain reads up to 2,000"),
        (3, "3 is not a text"),
    ],
)
def test_a_text_without_an_explanation_is_refused_with_the_reason(tmp_path, text, message):
    with pytest.raises(OptionError, match=message):
        elman.explain(saved(tmp_path / "model"), text)


def test_what_the_model_would_not_say_is_noted(tmp_path):
    from elman.tasks.classify.options import ClassifyOptions
    from elman.tasks.classify.task import TASK

    model = TASK.deciding(saved(tmp_path / "model"), ClassifyOptions(unsure_below=0.9999))
    assert "don't know" in elman.explain(model, TEXT).text()


LONG = " ".join([TEXT] * 30)


@pytest.mark.parametrize("text", ["film", TEXT, LONG, "film!?" * 40, "不好 film"])
def test_screen_is_one_page(tmp_path, text):
    for both in (False, True):
        shown = elman.explain(saved(tmp_path / "m", bidirectional=both), text).text().splitlines()
        assert max(map(len, shown)) <= 100
        assert len(shown) <= 70
        assert any("cannot stream" in line for line in shown) == both


def test_screen_says_the_words_that_matter(tmp_path):
    change = counting({"good": 17.0, "bad": -5.0})
    model = saved(tmp_path / "model", input_pools=("mean",), change=change)
    shown = elman.explain(model, "bad film and the good plot").text()
    assert shown.startswith("pos 76.4%")
    assert 'mind made up at "good" (word 5 of 6): from there pos' in shown
    (good,) = [line for line in shown.splitlines() if " good " in line and "│" in line]
    assert good.endswith("◄")
    assert "│█" in good


def test_json_is_plain_and_complete(tmp_path):
    explained = elman.explain(saved(tmp_path / "model"), TEXT)
    report = json.loads(json.dumps(explained.to_json(), allow_nan=False))
    assert report["words"] == list(explained.words)
    assert set(report["shares"]) == {"shapley", "gradients", "removed", "unknown"}
    assert report["shares"]["gradients"]["completeness_error"] <= 0.01
    assert len(report["agreement"]) == 6
    assert np.shape(report["states"]) == (11, 7)
    assert report["trajectory"]["made_up"] == explained.trajectory.made_up


def test_figures_show_every_word_and_unit(tmp_path):
    pytest.importorskip("plotly")
    explained = elman.explain(saved(tmp_path / "model"), TEXT)
    figures = explained.figures()
    assert set(figures) == {"shares", "trajectory", "states"}
    assert np.shape(figures["states"].data[0].z) == (7, 11)
    np.testing.assert_allclose(figures["shares"].data[1].y, explained.shares["gradients"].values)
    assert figures["trajectory"].layout.xaxis.ticktext == explained.words


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen += [tag, *(value for key, value in attrs if key in ("src", "href"))]


def test_page_escapes_what_came_from_outside_and_asks_nothing_of_the_network(tmp_path):
    pytest.importorskip("plotly")
    evil = "<img src=x onerror=alert(1)>"
    model = saved(tmp_path / "model", classes=(evil, "</script><script>alert(2)"))
    page = elman.explain(model, "film was good <script> & bad").to_html()
    tags = Tags()
    tags.feed(page)
    assert "img" not in tags.seen
    assert not [each for each in tags.seen if each.startswith("http")]
    assert "</script><script>alert" not in page
    assert "<b>&lt;" in elman.explain(model, "film")._repr_html_()


def test_without_plotly_the_extra_is_named(tmp_path, monkeypatch):
    explained = elman.explain(saved(tmp_path / "model"), TEXT)
    monkeypatch.setitem(__import__("sys").modules, "plotly", None)
    with pytest.raises(MissingExtraError, match=r"elman\[report\]"):
        explained.figures()
    assert "film" in explained.text()
    assert "film" in explained._repr_html_()
