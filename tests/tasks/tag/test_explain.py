"""Explanations of tags: right by construction, equal to words hidden by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import elman
from elman import artifact
from elman.attribution import InfluenceMap
from elman.data.tagged.features import AROUND, COLUMNS, WordFeatures
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.errors import OptionError
from elman.judging.tags.decision import TagDecision
from elman.runtime.spec import NetworkSpec
from elman.tasks.tag.codec import TagInput
from elman.tasks.tag.explain import MOST_WORDS
from elman.workflow.load import load
from tests.attribution.models import random_tensors
from tests.cli.command import elman as command
from tests.tolerances import assert_close

WORDS = ("the", "run", "dogs", "and", "they")
SENTENCE = ["They", "run", "and", "the", "unheard", "run"]
BUCKETS = 64


def saved(directory, tags=("NOUN", "VERB", "DET"), *, change=None, **spec):
    """Write a tagger with random weights and load it; `change` may set some by hand."""
    features = WordFeatures(Vocabulary((*SPECIAL_WORDS, *WORDS)), BUCKETS)
    shape = {"cell": "gru", "hidden_size": 6, "input_size": 5} | spec
    if shape["cell"] == "none":
        shape |= {"hidden_size": 0, "num_layers": 0}
    network = NetworkSpec(
        **shape,
        outputs=len(tags),
        vocabulary=features.numbers,
        ids_per_step=COLUMNS,
        pools=(),
        per_step=True,
    )
    tensors = random_tensors(network, size=2.5)
    if change is not None:
        change(tensors, features)
    artifact.write(
        directory,
        task="tag",
        network=artifact.encode(network),
        input=artifact.encode(TagInput("upos", buckets=BUCKETS)),
        output=artifact.encode(TagDecision(tags, temperature=1.6)),
        training={},
        tensors=tensors,
        parts={"vocabulary.json": features.vocabulary.to_json()},
        allowed_parts={"vocabulary.json": 2**20},
    )
    return load(directory)


NUMBERS = len(SPECIAL_WORDS) + len(WORDS) + BUCKETS
SPECS = {
    "one way": {},
    "both ways": {"bidirectional": True, "members": 2},
    "chain": {"chain": True, "bidirectional": True},
    "beside": {"linear": NUMBERS, "linear_before": 2, "linear_after": 1, "linear_around": AROUND},
    "alone": {"cell": "none", "linear": NUMBERS, "linear_before": 1, "chain": True},
}


@pytest.fixture(scope="module", params=SPECS, ids=[name.replace(" ", "-") for name in SPECS])
def model(request, tmp_path_factory):
    return saved(tmp_path_factory.mktemp("taggers") / "m", **SPECS[request.param])


def test_a_tag_that_hangs_on_the_word_before_by_construction_says_so(tmp_path):
    """After "the" it is a noun, by 3 logits; else a verb, by 1; no word says anything itself."""

    def change(tensors, features):
        tensors["linear.weight"][:] = 0
        tensors["linear.weight"][features.vocabulary.ids["the"], 0] = 3  # of the place before
        tensors["linear.bias"][:] = [0, 1, -9]

    spec = {"cell": "none", "linear": NUMBERS, "linear_before": 1, "linear_around": AROUND}
    model = saved(tmp_path / "m", change=change, **spec)
    explained = elman.explain(model, ["the", "run", "and", "the", "the", "dogs"])
    assert explained.tags == ("VERB", "NOUN", "VERB", "VERB", "NOUN", "NOUN")
    assert explained.against == ("NOUN", "VERB", "NOUN", "NOUN", "VERB", "VERB")
    expected = np.zeros((6, 6))
    expected[[1, 4, 5], [0, 3, 4]] = 3 / 1.6
    assert_close("influence", explained.influence, expected, "numpy and torch")
    assert_close("scores", explained.scores, np.array([1, 2, 1, 1, 2, 2]) / 1.6, "numpy and torch")
    assert explained.hangs_on(4) == [(3, pytest.approx(3 / 1.6))]
    assert explained.hangs_on(2) == []
    lines = explained.text().split("\n")
    assert lines[5] == "  5 the           NOUN      77.7%   +0.00  the +1.9"
    assert lines[-3].split(" ", 10)[-1].strip() == "the       █ \\"


def test_a_word_hidden_by_hand_gives_the_same_number(model):
    explained = elman.explain(model, SENTENCE)
    codec, T = model.codec, len(SENTENCE)
    (said,) = model.predict([SENTENCE])
    assert (explained.tags, explained.words) == (said.tags, tuple(SENTENCE))
    np.testing.assert_allclose(explained.probabilities, said.probabilities)
    steps = codec.encode(SENTENCE).steps
    p = codec.decision.probabilities(model.outputs([steps]))
    number = codec.decision.tags.index
    for row in range(T):
        tag, other = number(explained.tags[row]), number(explained.against[row])
        assert p[row, other] == max(np.delete(p[row], tag))
        assert explained.scores[row] == pytest.approx(math.log(p[row, tag] / p[row, other]))
        for column in range(T):
            hidden = steps.copy()
            hidden[column] = [1] + [0] * (COLUMNS - 1)
            q = codec.decision.probabilities(model.outputs([hidden]))[row]
            less = explained.scores[row] - math.log(q[tag] / q[other])
            assert explained.influence[row, column] == pytest.approx(less, abs=1e-5)
    assert np.abs(explained.influence).max() > 0.1


def test_what_reads_one_way_hangs_on_no_later_word(tmp_path):
    model = saved(tmp_path / "m")
    influence = elman.explain(model, SENTENCE).influence
    assert not np.triu(influence, 1).any()
    assert np.abs(np.tril(influence, -1)).max() > 0.01


def test_more_words_than_are_read_together(tmp_path):
    """Each row of the map is that of the sentence, however the hidden texts are cut up."""
    model = saved(tmp_path / "m", linear=NUMBERS, linear_before=1)
    words = np.random.default_rng(3).choice(WORDS, 131).tolist()
    found = elman.explain(model, words).influence
    assert found.shape == (131, 131)
    np.testing.assert_array_equal(found[:90, :90], elman.explain(model, words[:90]).influence)


def test_texts_are_split_and_refused_as_predict_does(model):
    whole = elman.explain(model, "The dogs run, and they run")
    assert whole.words == ("The", "dogs", "run", ",", "and", "they", "run")
    assert elman.explain(model, [list(whole.words)]).text() == whole.text()
    assert elman.explain(model, [*whole.words]).text() == whole.text()
    for item, message in [
        ("  ", "nothing to explain"),
        ([], "nothing to explain"),
        ([["the"], ["run"]], "neither a text nor a list of its words"),
        (["the"] * (MOST_WORDS + 1), "reads up to 500"),
    ]:
        with pytest.raises(OptionError, match=message):
            elman.explain(model, item)


def test_eighty_columns_hold_any_words(model):
    long = ["Donaudampfschifffahrt", "<b>&", "a" * 90, "\x1b[31mred", *SENTENCE]
    explained = elman.explain(model, long)
    assert max(map(len, explained.text().split("\n"))) <= 80
    assert "  4 \\x1b[31mred " in explained.text()
    page = explained.to_html()
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;" in page
    assert page.count("<td ") == 100
    T = 40
    wide = elman.explain(model, ["the", "run", "dogs", "and"] * (T // 4)).text().split("\n")
    assert max(map(len, wide)) <= 80
    assert wide[-2].lstrip().startswith("and ")
    assert not elman.explain(model, ["run"] * 66).text().split("\n")[-1].startswith("for the tag")


def test_signs_and_strength_are_seen():
    influence = np.array([[9.0, 1.0, -2.0], [0.52, -9.0, 0.0], [-0.5, 2.0, 0.1]])
    ones = np.ones(3)
    found = InfluenceMap(("a", "b", "c"), ("X", "Y", "X"), ("Y", "X", "Z"), ones, ones, influence)
    assert found.text().split("\n") == [
        "    word          tag        sure  itself  hangs on",
        "  1 a             X        100.0%   +9.00  c -2.0, b +1.0",
        "  2 b             Y        100.0%   -9.00  a +0.5",
        "  3 c             X        100.0%   +0.10  b +2.0, a -0.5",
        "",
        "Numbers: how much lower the log-odds of the tag against its runner-up are with",
        "the word unknown, letters and all; below 0, that it speaks against the tag.",
        "",
        "               a b c",
        "             a \\ ▒ #",
        "             b ░ \\",
        "             c · █ \\",
        "for the tag ░ ▒ ▓ █, against it · - = #, to 2.0",
    ]
    assert found.to_json()["influence"][1] == [0.52, -9.0, 0.0]


def test_the_command_prints_the_map(model, tmp_path):
    out = command("explain", model.directory, "They run and the dogs run", "--json")
    assert json.loads(out.stdout)["words"] == ["They", "run", "and", "the", "dogs", "run"]
    shown = command("explain", model.directory, "They run", "--out", tmp_path / "page.html")
    assert "  2 run " in shown.stdout
    assert "<table>" in (tmp_path / "page.html").read_text(encoding="utf-8")
