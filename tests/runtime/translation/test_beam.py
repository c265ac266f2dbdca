"""The search finds what trying everything finds, in any company, and says how it was found."""

from __future__ import annotations

import numpy as np
import pytest

from elman.data.parallel.pieces import BEGIN, END, PADDING
from elman.errors import InputError, OptionError
from elman.runtime.translation.beam import Search, search
from elman.runtime.translation.network import log_softmax
from tests.runtime.translation.nets import SPECS, network_of, sentences_of


@pytest.fixture(params=SPECS)
def network(request, backend):
    return network_of(SPECS[request.param])


def logs_of(network, source, target):
    """Logarithms of each step as the search sees them, from the whole given translation."""
    scores, _ = network.forced(source, target)
    scores[:, [PADDING, BEGIN]] = -np.inf
    return log_softmax(scores)


def plain_beam(network, source, how):
    """The same search with lists, each beginning gone on with from the whole of it."""
    live, ended = [((), 0.0)], []
    for step in range(how.steps(len(source))):
        every = [
            (total + float(log), (*pieces, piece))
            for pieces, total in live
            for piece, log in enumerate(logs_of(network, source, pieces)[-1])
            if np.isfinite(log)
        ]
        best = sorted(every, key=lambda one: -one[0])[: 2 * how.width]
        done = [one for one in best[: how.width] if one[1][-1] == END]
        ended += [(how.ranked(total, step + 1), pieces[:-1]) for total, pieces in done]
        live = [(pieces, total) for total, pieces in best if pieces[-1] != END][: how.width]
        if len(ended) >= how.width:
            break
    if not ended:
        pieces, total = live[0]
        ended = [(how.ranked(total, len(pieces)), pieces)]
    return sorted(ended, key=lambda one: -one[0])[: how.width]


@pytest.mark.parametrize("how", [Search(2, 0.0), Search(5, 1.0), Search(7, 2.5)], ids=str)
def test_the_search_is_that_of_plain_lists(network, how):
    sentences = sentences_of(network.spec, (2, 5, 3))
    for source, found in zip(sentences, search(network, sentences, how), strict=True):
        wanted = plain_beam(network, source, how)
        assert [one.pieces for one in found] == [pieces for _, pieces in wanted]
        assert [one.score for one in found] == pytest.approx([s for s, _ in wanted], abs=1e-5)


def test_long_translations_are_made_up_for_what_they_lose():
    assert [Search(5, p).ranked(-6.0, 7) for p in (0.0, 1.0, 2.0)] == [-6.0, -3.0, -1.5]
    assert [Search(longest=40).steps(n) for n in (1, 7, 15, 16)] == [12, 24, 40, 40]


def test_a_beam_of_one_takes_the_likeliest_piece_at_every_step(network):
    sentences = sentences_of(network.spec, (5, 1, 12))
    for source, (best,) in zip(sentences, search(network, sentences, Search(width=1)), strict=True):
        logs = logs_of(network, source, best.pieces)
        greedy = logs.argmax(1).tolist()
        wanted = [*best.pieces, END] if best.ended else [*best.pieces]
        assert greedy[: len(wanted)] == wanted
        assert best.ended or len(best.pieces) == Search().steps(len(source))


def test_a_sentence_has_the_same_bits_in_any_company(network):
    sentences = sentences_of(network.spec, (7, 3, 0, 3, 16, 1, 8, 3, 2, 11) * 9)
    how = Search(width=4)
    together = search(network, sentences, how)
    for row in (0, 1, 2, 4, 5, 55, 89):
        ((alone),) = search(network, [sentences[row]], how)
        assert [f.pieces for f in alone] == [f.pieces for f in together[row]]
        assert [f.score for f in alone] == [f.score for f in together[row]]
        for one, other in zip(alone, together[row], strict=True):
            assert np.array_equal(one.attention, other.attention)
    assert [f.score for f in together[1]] != [f.score for f in together[3]]


def test_scores_and_attention_are_those_of_the_translation_itself(network):
    sentences = sentences_of(network.spec, (5, 9))
    for source, found in zip(sentences, search(network, sentences, Search(3)), strict=True):
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        for one in found:
            logs = logs_of(network, source, one.pieces)
            wanted = [*one.pieces, END][: len(one.pieces) + one.ended]
            steps = [float(logs[t, piece]) for t, piece in enumerate(wanted)]
            assert one.log_probability == pytest.approx(sum(steps), abs=1e-4)
            _, attention = network.forced(source, one.pieces)
            T = len(one.pieces)
            assert one.attention.shape == (T, len(source))
            np.testing.assert_allclose(one.attention, attention[:T], atol=1e-5)


def test_an_empty_sentence_has_an_empty_translation(network):
    ((only,),) = search(network, [np.zeros(0, np.int64)], Search())
    assert only.pieces == ()
    assert search(network, [], Search()) == []


def test_a_sentence_of_foreign_numbers_is_refused(network):
    with pytest.raises(InputError, match="outside this model's vocabulary of"):
        search(network, [np.array([1, network.spec.pieces])], Search())
    with pytest.raises(InputError, match="sentence 1: holds nothing to translate"):
        network.read([np.array([1]), np.zeros(0, np.int64)])


@pytest.mark.parametrize(
    ("given", "said"),
    [({"width": 0}, "beam"), ({"penalty": -1.0}, "length penalty"), ({"longest": 0}, "longest")],
)
def test_a_search_that_makes_no_sense_is_refused(given, said):
    with pytest.raises(OptionError, match=said):
        Search(**given)
