"""How tags mark spans, and the spans that they are."""

from __future__ import annotations

import random

import pytest

from elman.judging.tags.schemes import Span, scheme_of, spans_of


def tags_of(spans, words, scheme):
    """Return the tags of some words by which a scheme marks spans that do not overlap."""
    tags = ["O"] * words
    last = ("", 0)
    for kind, begin, end in sorted(spans, key=lambda span: span.begin):
        for n in range(begin, end):
            letter = "I"
            if scheme == "BIOES" and end - begin == 1:
                letter = "S"
            elif n == begin and (scheme != "IOB1" or last == (kind, begin)):
                letter = "B"
            elif scheme == "BIOES" and n == end - 1:
                letter = "E"
            tags[n] = f"{letter}-{kind}"
        last = (kind, end)
    return tags


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        (["I-PER", "O", "I-LOC", "B-LOC"], "IOB1"),
        (["B-PER", "I-PER", "O", "B-LOC", "B-LOC"], "IOB2"),
        (["S-PER", "O", "B-LOC", "E-LOC"], "BIOES"),
        (["U-PER", "O", "B-LOC", "I-LOC", "L-LOC"], "BIOES"),
        (["B-a", "M-a", "E-a"], "BIOES"),
        (["NOUN", "B-NP"], None),
        (["O", "O"], None),
        (["X-", "-Y"], None),
    ],
)
def test_schemes_are_told_apart(tags, scheme):
    assert scheme_of([tags]) == scheme


def test_spans_are_as_conlleval_and_strict_as_seqeval_has_them():
    assert spans_of(["B-a", "I-a", "B-a", "O", "I-b"]) == [
        Span("a", 0, 2), Span("a", 2, 3), Span("b", 4, 5),
    ]  # fmt: skip
    assert spans_of(["B-a", "I-a", "B-a", "O", "I-b"], strict="IOB2") == [
        Span("a", 0, 2), Span("a", 2, 3),
    ]  # fmt: skip
    assert spans_of(["B-a", "E-a", "S-b", "B-b", "I-b"], strict="BIOES") == [
        Span("a", 0, 2), Span("b", 2, 3),
    ]  # fmt: skip
    assert spans_of(["I-a", "I-b", "O"]) == [Span("a", 0, 1), Span("b", 1, 2)]
    assert spans_of(["S-a", "S-a", "B-b", "E-b", "I-b"]) == [
        Span("a", 0, 1), Span("a", 1, 2), Span("b", 2, 4), Span("b", 4, 5),
    ]  # fmt: skip


def test_tags_say_the_spans_in_every_scheme():
    rng = random.Random(0)
    for scheme in ("IOB1", "IOB2", "BIOES"):
        said = []
        for _ in range(200):
            spans, at = [], 0
            while at < 12:
                at += rng.randrange(3)
                end = at + rng.randrange(1, 4)
                if end <= 14:
                    spans.append(Span(rng.choice("ab"), at, end))
                at = end
            tags = tags_of(spans, 14, scheme)
            assert spans_of(tags) == spans, (scheme, tags)
            said.append(tags)
        assert scheme_of(said) == scheme


SEQEVAL = {
    None: [
        ("I-b I-a S-a I-a E-b S-a E-b S-a", "b01 a12 a23 a34 b45 a56 b67 a78"),
        ("S-a I-b O E-b B-b E-b B-a S-a", "a01 b12 b34 b46 a67 a78"),
        ("O B-a O I-a B-b E-b B-a B-b", "a12 a34 b46 a67 b78"),
        ("I-b O I-b B-a O S-a B-a B-b", "b01 b23 a34 a56 a67 b78"),
        ("I-a B-a E-b E-b B-b B-a E-b E-b", "a01 a12 b23 b34 b45 a56 b67 b78"),
        ("O B-a I-b I-b B-b B-a B-a O", "a12 b24 b45 a56 a67"),
        ("E-b O B-a E-b B-a B-a E-b B-a", "b01 a23 b34 a45 a56 b67 a78"),
        ("I-a I-a B-a I-b S-a S-a B-a B-a", "a02 a23 b34 a45 a56 a67 a78"),
        ("S-a B-a B-b I-a O I-a B-b B-a", "a01 a12 b23 a34 a56 b67 a78"),
        ("B-a I-a O I-a I-a E-b I-b I-b", "a02 a35 b56 b68"),
    ],
    "IOB2": [
        ("O I-b I-a O I-a I-a I-a B-b", "b78"),
        ("I-a B-a B-b B-b B-a O I-a O", "a12 b23 b34 a45"),
        ("I-a B-b O I-b B-b I-a B-b I-b", "b12 b45 b68"),
        ("O B-b O B-a I-b B-a O B-a", "b12 a34 a56 a78"),
        ("B-b I-a I-b I-a I-b I-a B-b O", "b01 b67"),
        ("I-b I-a I-a O B-b O B-a I-a", "b45 a68"),
    ],
    "BIOES": [
        ("E-a B-b I-a B-b S-a E-a B-a S-a", "a45 a78"),
        ("B-b S-a I-a B-a I-a S-a I-a I-a", "a12 a56"),
        ("O B-a E-a E-b O E-a B-b S-a", "a13 a78"),
        ("I-a E-b I-a O O I-a B-b E-a", ""),
        ("O E-b S-a I-a I-a I-a E-a I-a", "a23"),
        ("I-a B-b I-a S-a S-a I-a E-b I-a", "a34 a45"),
        ("B-a E-b E-a I-a I-a B-b I-a B-a", ""),
    ],
}
"""What seqeval 1.2.2 says of tags drawn at random, by default and in strict mode: kind, begin, end.
3,000 of each were compared when this was written."""


@pytest.mark.parametrize("strict", SEQEVAL)
def test_spans_are_those_of_seqeval(strict):
    for tags, spans in SEQEVAL[strict]:
        said = " ".join(
            f"{kind}{begin}{end}" for kind, begin, end in spans_of(tags.split(), strict)
        )
        assert said == spans, tags
