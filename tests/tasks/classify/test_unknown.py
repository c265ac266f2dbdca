"""A text without one known word gets no answer but the shares of the classes."""

import pytest

from elman.workflow.evaluate import evaluate
from tests.tasks.classify.small import untrained

UNKNOWN = "qqq wwww ร้านนี้ดีมาก"


@pytest.fixture(scope="module")
def model():
    return untrained(prior=(0.2, 0.5, 0.3))


def test_nothing_known_is_not_known(model):
    answers = model.predict([UNKNOWN, "", "good " + UNKNOWN])
    for answer in answers[:2]:
        assert answer.label is None
        assert list(answer.probabilities.values()) == [0.2, 0.5, 0.3]
        assert answer.probability == 0.5
    assert answers[2].label is not None
    assert list(answers[2].probabilities.values()) != [0.2, 0.5, 0.3]


def test_a_stream_knows_from_the_first_known_word_on(model):
    stream = model.stream()
    for word in UNKNOWN.split():
        assert stream.feed(word).label is None
    known = stream.feed("good")
    assert known.label is not None
    later = stream.feed("qqq")
    (whole,) = model.predict([UNKNOWN + " good qqq"])
    assert later.label == whole.label
    assert later.probability == pytest.approx(whole.probability, abs=1e-5)


def test_evaluate_counts_what_predict_says(model, tmp_path):
    path = tmp_path / "r.jsonl"
    rows = [(UNKNOWN, "y"), (UNKNOWN, "x"), ("good film", "z")]
    path.write_text("".join(f'{{"text": "{t}", "label": "{c}"}}\n' for t, c in rows))
    report = evaluate(model, path)
    (known,) = model.predict(["good film"])
    right = 1 + (known.label == "z")  # the class of the largest share, and the known one
    assert report["metrics"]["accuracy"] == pytest.approx(right / 3)


def test_endings_of_words_say_something():
    model = untrained(affix_buckets=16)
    assert model.predict([UNKNOWN])[0].label is not None
    assert model.predict([""])[0].label is None
