"""How pairs become batches, and what a recipe makes of their number."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from elman.data.parallel.pieces import BEGIN, END, Pieces
from elman.errors import OptionError
from elman.models.translation import TranslationModel
from elman.runtime.translation.spec import TranslationSpec, tensor_shapes
from elman.tasks.translate.cut import WAYS, Cut
from elman.tasks.translate.network.problem import TranslationProblem, padded
from elman.tasks.translate.options import TranslateOptions
from elman.tasks.translate.recipe import Recipe, recipe, variants

PIECES = Pieces(
    tuple(" abcde"), ((" ", "a"), (" a", "b"), ("c", "d"), (" ab", "cd"), ("cd", "e"), (" ", "c"))
)
TEXTS = ["ab cde", "abcd", "e abcd c ab", "b"]


def test_sentences_are_cut_as_pieces_cuts_them_or_in_smaller_parts():
    cut = Cut(TEXTS, PIECES, 0.5, seed=3)
    spelt, seen = PIECES.spelt, set()
    for row, text in enumerate(TEXTS):
        assert cut.usual(row) == PIECES.encode(text)
        assert cut.lengths[row] == len(cut.usual(row))
        for seed in range(20):
            torch.manual_seed(seed)
            drawn = cut.drawn(row)
            assert "".join(spelt[n] for n in drawn).strip() == text
            seen.add(tuple(drawn))
            torch.manual_seed(seed)
            assert cut.drawn(row) == drawn
    assert len(seen) > 10
    assert len(cut.table) == WAYS * 6
    plain = Cut(TEXTS, PIECES, 0.0, seed=3)
    assert [plain.drawn(row) for row in range(4)] == [PIECES.encode(text) for text in TEXTS]
    assert Cut(TEXTS, PIECES, 0.5, seed=3).table == cut.table
    assert Cut(TEXTS, PIECES, 0.5, seed=4).table != cut.table


def problem(
    smoothing=0.1, train=(0, 1, 3), targets=("cd a", "e", "abcd", "a b c"), join_dropout=0.0
):
    return TranslationProblem(
        source=Cut(TEXTS, PIECES, join_dropout, seed=0),
        target=Cut(targets, PIECES, join_dropout, seed=0),
        train=np.array(train),
        validation=np.array([2, 1]),
        smoothing=smoothing,
        bleu=lambda module: 12.5,
        lines=[3, 5, 7, 11],
    )


def module():
    spec = TranslationSpec("lstm", pieces=len(PIECES), input_size=6, hidden_size=8)
    torch.manual_seed(1)
    return TranslationModel(spec)


def test_the_loss_is_the_mean_over_all_pieces_and_ends():
    net, asked = module().eval(), problem(smoothing=0.0)
    total, count = 0.0, 0
    for row in (0, 3):
        source, target = asked.source.usual(row), asked.target.usual(row)
        scores = net(*padded([[*source, END]]), *padded([[BEGIN, *target]]))
        wanted = torch.tensor([*target, END])
        total += float(torch.nn.functional.cross_entropy(scores, wanted, reduction="sum").detach())
        count += len(wanted)
    loss = float(asked.loss(net, np.array([0, 2])).detach())
    assert loss == pytest.approx(total / count, abs=1e-5)
    assert float(problem(0.3).loss(net, np.array([0, 2])).detach()) != pytest.approx(loss)


def test_the_score_is_minus_bleu_and_the_loss_is_told_beside_it():
    with torch.no_grad():
        figures = problem().validate(module().eval())
    assert figures["score"] == -12.5
    assert figures["validation_bleu"] == 12.5
    assert 1 < figures["validation_loss"] < 5


def test_words_are_cut_anew_in_training_and_the_usual_way_to_choose_by():
    net, asked = module().eval(), problem(join_dropout=0.6)
    with torch.no_grad():
        assert asked.validate(net) == problem().validate(net)
        losses = {float(asked.loss(net, np.array([0, 1, 2]))) for _ in range(5)}
    assert len(losses) > 2


def test_a_digest_changes_with_all_that_is_learnt():
    same = problem().digest("how")
    assert problem().digest("how") == same
    others = [
        problem().digest("otherwise"),
        problem(train=(0, 1)).digest("how"),
        problem(targets=("cd a", "e", "abcd", "a b e")).digest("how"),
        problem(targets=("cd a", "abcd", "e", "a b c")).digest("how"),
    ]
    assert len({same, *others}) == 5
    assert problem().locate(np.array([2, 0])) == "lines 3, 11"
    assert problem().lengths.tolist() == [
        len(PIECES.encode(TEXTS[row])) + len(PIECES.encode(target))
        for row, target in ((0, "cd a"), (1, "e"), (3, "a b c"))
    ]


def test_the_module_has_the_tensors_that_its_spec_names():
    for cell in ("rnn", "gru", "lstm"):
        spec = TranslationSpec(cell, pieces=11, input_size=6, hidden_size=8, encoder_layers=3)
        own = {name: tuple(t.shape) for name, t in TranslationModel(spec).state_dict().items()}
        assert own == tensor_shapes(spec)


def test_what_is_dropped_is_dropped_in_training_alone():
    spec = TranslationSpec("gru", pieces=len(PIECES), input_size=6, hidden_size=8)
    batch = (*padded([[4, 5, 6, END], [7, END]]), *padded([[BEGIN, 5], [BEGIN, 8]]))
    for dropped in ({"dropout": 0.5}, {"word_dropout": 0.5}):
        torch.manual_seed(0)
        net = TranslationModel(spec, **dropped)
        assert not torch.equal(net(*batch), net(*batch))
        net.eval()
        assert torch.equal(net(*batch), net(*batch))
        plain = TranslationModel(spec).eval()
        plain.load_state_dict(net.state_dict())
        assert torch.equal(net(*batch), plain(*batch))


def test_quick_scores_are_the_same_to_eight_bits_and_in_training_alone():
    spec = TranslationSpec("lstm", pieces=len(PIECES), input_size=6, hidden_size=8)
    batch = (*padded([[4, 5, 6, END], [7, END]]), *padded([[BEGIN, 5], [BEGIN, 8]]))
    quick, plain = TranslationModel(spec, quick=True), TranslationModel(spec)
    plain.load_state_dict(quick.state_dict())
    assert not torch.equal(quick(*batch), plain(*batch))
    torch.testing.assert_close(quick(*batch), plain(*batch), rtol=0.02, atol=0.02)
    assert torch.equal(quick.eval()(*batch), plain.eval()(*batch))


def test_fewer_pairs_are_looked_at_more_often_and_many_make_a_larger_network():
    passes = {n: recipe(TranslateOptions(), n).loop.epochs for n in (100, 10_000, 29_000, 10**6)}
    assert passes == {100: 60, 10_000: 32, 29_000: 11, 10**6: 4}
    assert recipe(TranslateOptions(), 10**6).hidden_size == 512
    fast = recipe(TranslateOptions(preset="fast"), 29_000)
    assert (fast.hidden_size, fast.loop.epochs) == (128, 3)


def test_every_setting_reaches_the_recipe():
    told = {
        "cell": "gru",
        "pieces": 77,
        "embedding_size": 33,
        "hidden_size": 44,
        "num_layers": 3,
        "dropout": 0.4,
        "word_dropout": 0.2,
        "join_dropout": 0.3,
        "beam": 2,
        "length_penalty": 0.5,
    }
    plain, found = recipe(TranslateOptions(), 1000), recipe(TranslateOptions(**told), 1000)
    told["embedding"], told["encoder_layers"] = told.pop("embedding_size"), told.pop("num_layers")
    assert {name: getattr(found, name) for name in told} == told
    assert all(getattr(plain, name) != value for name, value in told.items())
    loop = {"epochs": 3, "batch_size": 5, "learning_rate": 0.5, "clip_norm": 2.0}
    found = recipe(TranslateOptions(**loop), 1000)
    assert {name: getattr(found.loop, name) for name in loop} == loop
    assert dataclasses.asdict(found)["preset"] == "strong"
    assert isinstance(found, Recipe)


def test_compare_takes_cells():
    assert variants(["gru"], TranslateOptions())["gru"].cell == "gru"
    with pytest.raises(OptionError, match='--models "grue" is no cell'):
        variants(["grue"], TranslateOptions())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"hidden_size": 7}, "even number"),
        ({"dropout": 1.0}, "--dropout"),
        ({"length_penalty": 9.0}, "--length-penalty"),
        ({"keep": "simple"}, "--keep simple"),
        ({"pieces": 0}, "--pieces"),
    ],
)
def test_options_that_make_no_sense_are_refused(given, said):
    with pytest.raises(OptionError, match=said):
        TranslateOptions(**given).check()
