"""What a translator says: the same in any company, by any beam; unknown pieces are copied."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

import elman
from elman.attribution import AttentionMap
from elman.data.parallel.pairs import LONGEST
from elman.data.parallel.pieces import END, UNKNOWN
from elman.errors import ArtifactError, OptionError
from elman.judging.texts.numbers import texts_of
from elman.runtime.model import Model
from elman.runtime.translation.beam import Found, Search, search
from elman.runtime.translation.translator import Translator, origins_of, said_of
from elman.tasks.translate.options import TranslateOptions
from elman.tasks.translate.task import TASK
from tests.cli.command import elman as elman_of
from tests.tasks.translate.small import pairs

SENTENCES = [source for source, _ in pairs(9, seed=3)]


def test_a_beam_that_is_asked_for_is_the_one_that_searches(translator):
    for beam, penalty in ((1, 1.0), (3, 0.0), (7, 2.0)):
        options = TranslateOptions(beam=beam, length_penalty=penalty)
        model = TASK.deciding(translator, options)
        steps = [model.codec.encode(s).steps for s in SENTENCES]
        found = search(translator.network.network, steps, Search(beam, penalty))
        texts = [translator.codec.pieces.text(best.pieces) for best, *_ in found]
        said = model.predict(SENTENCES)
        assert [answer.text for answer in said] == texts
        scores = [best.score for best, *_ in found]
        assert [answer.score for answer in said] == pytest.approx(scores, abs=1e-5)
    assert TASK.deciding(translator, TranslateOptions()) is translator
    with pytest.raises(OptionError, match="--beam 0"):
        TranslateOptions(beam=0).check()


def test_an_unknown_piece_is_copied_from_the_unknown_piece_it_looks_at_most(translator):
    codec = translator.codec
    sentence = "der 日本 hund 中 jagt"
    steps, words = codec.encode(sentence)
    places = np.flatnonzero(steps == UNKNOWN)
    assert [words.each[k] for k in places] == ["日本", "中"]
    assert steps[-1] == END
    attention = np.full((3, len(steps)), 0.01, np.float32)
    attention[0, places[1]] = 0.3
    attention[0, 0] = 0.6  # more, but that is a piece that is known
    attention[1, 2] = 0.9
    attention[2, places[0]] = 0.2
    (space,) = codec.pieces.numbers([" "])
    found = Found((UNKNOWN, space, UNKNOWN), -1.0, -0.5, attention)
    spec = translator.network.spec
    row = np.zeros(spec.outputs, np.float32)
    origins = origins_of(found, steps)
    assert origins.tolist() == [places[1], 2, places[0]]
    row[0], row[1:4] = -0.5, found.pieces
    row[1 + spec.longest : 4 + spec.longest] = origins
    assert said_of(row).pieces.tolist() == list(found.pieces)
    numbers = codec.numbers(row[None], [words])
    assert texts_of(numbers) == ["中 日本"]


def test_where_nothing_in_the_source_is_unknown_the_word_is_copied(translator):
    codec, spec = translator.codec, translator.network.spec
    steps, words = codec.encode("alter hund")
    row = np.zeros(spec.outputs, np.float32)
    row[1] = UNKNOWN
    row[1 + spec.longest] = len(steps) - 2
    assert texts_of(codec.numbers(row[None], [words])) == ["hund"]


def test_the_map_shows_where_each_piece_looks(translator):
    found = elman.explain(translator, SENTENCES[0])
    assert found.translation == translator.predict(SENTENCES[:1])[0].text
    assert "".join(found.source).strip() == SENTENCES[0]
    assert found.weights.shape == (len(found.target), len(found.source))
    np.testing.assert_allclose(found.weights.sum(1), 1, atol=1e-5)
    assert found.weights.max(1).mean() > 0.4  # it looks somewhere
    with pytest.raises(OptionError, match="nothing to translate"):
        elman.explain(translator, " ")


def test_a_map_is_drawn_row_by_row_and_in_json():
    shares = np.array([[0.04, 0.2, 0.76], [0.99999, 0.00001, 0.0]])
    found = AttentionMap((" so", "<b", ""), (" as", "."), shares)
    assert found.text().split("\n") == ["as.", "", "    s <", "    o b ■", " as   · ▓", "  . █"]
    assert found.to_json() == {
        "translation": "as.",
        "source": [" so", "<b", ""],
        "target": [" as", "."],
        "weights": [[0.04, 0.2, 0.76], [1.0, 0.0, 0.0]],
    }
    assert "&lt; s" not in found.to_html()
    assert "    s &lt;\n" in found.to_html()


def test_what_is_unknown_is_shown_as_it_is_written_and_copied(translator):
    found = elman.explain(translator, "日本 hund")
    assert found.source[:3] == (" ", "日本", *translator.codec.pieces.cut(" hund")[:1])
    # the network is made to say that something unknown comes
    bias = translator.tensors["bias"].copy()
    bias[UNKNOWN] += 50
    spec = dataclasses.replace(translator.network.spec, longest=3)
    made = Translator(spec, {**translator.tensors, "bias": bias})
    model = Model(translator.task, made, translator.codec, translator.directory, translator.info)
    found = elman.explain(model, "日本 hund")
    assert found.target == ("日本",) * 3
    assert found.translation == model.predict(["日本 hund"])[0].text == "日本日本日本"


def test_the_map_is_a_command_and_asks_for_no_torch(translator, tmp_path, monkeypatch):
    words, page = SENTENCES[0].split(), tmp_path / "map.html"
    done = elman_of("explain", translator.directory, *words, "--json", "--out", page)
    found = elman.explain(translator, SENTENCES[0])
    assert json.loads(done.stdout.splitlines()[-1]) == found.to_json()
    assert page.read_text(encoding="utf-8") == found.to_html()
    shown = elman_of("explain", translator.directory, *words).stdout
    assert shown.startswith(found.text())
    assert "nothing to translate" in elman_of("explain", translator.directory, code=2).stderr
    script = f"import elman, sys; elman.explain({str(translator.directory)!r}, 'hund')"
    script += "; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_too_long_a_sentence_and_what_is_none_are_refused(translator):
    with pytest.raises(OptionError, match="characters; at most"):
        translator.predict(["a" * (LONGEST + 1)])
    with pytest.raises(OptionError, match="3 is not a sentence"):
        translator.predict([3])
    with pytest.raises(OptionError, match="has no steps ahead"):
        translator.reaching(3)


def test_frames_are_answered_row_by_row(translator):
    frame = {"n": [1, 2], "source": [SENTENCES[0], None]}
    renamed = dataclasses.replace(translator.codec.input, source="source")
    model = translator.with_codec(dataclasses.replace(translator.codec, input=renamed))
    assert model.predict(frame) == translator.predict([SENTENCES[0], ""])


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("network", {"kind": "other"}, r"network\.kind is 'other'"),
        ("network", {"kind": []}, r"network\.kind is"),
        ("network", {"pieces": 9}, "tensor"),
        ("network", {"hidden_size": 31}, "even number"),
        ("network", {"beam": 0}, r"network\.beam must be from 1 to 64"),
        ("network", {"longest": 2**40}, r"network\.longest"),
        ("input", {"cutting": "pieces-9"}, "cutting"),
        ("output", {"kind": "text"}, "kind"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(translator, part, change, said):
    saved = translator.info
    changed = dataclasses.replace(saved, **{part: getattr(saved, part) | change})
    with pytest.raises(ArtifactError, match=said):
        Model.of(changed, TASK.codec)


def test_pieces_of_another_number_are_refused(translator):
    saved = translator.info
    pieces = saved.parts["pieces.json"]
    fewer = pieces | {"merges": pieces["merges"][:-1]}
    changed = dataclasses.replace(saved, parts={**saved.parts, "pieces.json": fewer})
    with pytest.raises(ArtifactError, match=r"pieces\.json makes"):
        Model.of(changed, TASK.codec)
    loaded = elman.load(translator.directory)
    assert loaded.predict(SENTENCES) == translator.predict(SENTENCES)
