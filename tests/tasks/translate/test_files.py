"""Two files whose lines belong together train a translator; what does not is said by name."""

from __future__ import annotations

import gzip
import itertools
import json
import unicodedata

import numpy as np
import pytest

import elman
from elman.errors import DataError, OptionError
from elman.tasks.translate.options import TranslateOptions
from elman.tasks.translate.rows import read
from elman.training.listener import Listener
from elman.workflow.predict import predict_file
from tests.cli.command import elman as elman_of
from tests.tasks.translate.conftest import lines
from tests.tasks.translate.small import pairs


def test_two_files_train_a_translator_that_is_judged_on_two_others(translator, files):
    report = json.loads((translator.directory / "metrics.json").read_text(encoding="utf-8"))
    assert report["task"] == "translate"
    assert report["judged_on"] == "40 pairs of test.xx and test.yy"
    assert report["metrics"]["bleu"] > 90
    assert report["metrics"]["bleu_signature"].startswith("nrefs:1|case:mixed|eff:no|tok:13a")
    assert report["baselines"].keys() == {"copy", "dictionary", "nearest"}
    assert report["rows"]["train"] == 234
    # the made-up language has few sentences, so some of the test are in training
    assert any("are in the training data as well" in line for line in report["warnings"])


def test_evaluate_takes_two_files_and_counts_what_predict_says(translator, files):
    report = elman.evaluate(translator, files["test.xx"], target=str(files["test.yy"]))
    assert report["n"] == 40
    said = [answer.text for answer in translator.predict([s for s, _ in pairs(40, seed=8)])]
    right = sum(text == target for text, (_, target) in zip(said, pairs(40, seed=8), strict=True))
    assert right > 35
    assert report["metrics"]["bleu"] > 90
    assert report["seen"] > 0


def test_files_that_are_changed_over_are_refused_by_name(translator, files):
    with pytest.raises(DataError, match=r"the sides are changed over: test\.yy has the words"):
        elman.evaluate(translator, files["test.yy"], target=str(files["test.xx"]))


def test_a_line_too_many_is_refused_before_anything_is_learnt(files, tmp_path):
    long = lines(tmp_path / "long.yy", ["x"] * 261)
    with pytest.raises(DataError, match=r"train\.xx has 260 lines and \S+long\.yy has 261"):
        elman.train(files["train.xx"], tmp_path / "m", target=str(long))
    assert not (tmp_path / "m").exists()


def test_sentences_without_translations_ask_for_them(files, tmp_path):
    with pytest.raises(DataError, match=r"Name the file of their translations: --target FILE"):
        elman.train(files["train.xx"].rename(tmp_path / "a.txt"), tmp_path / "m", task="translate")
    (tmp_path / "a.txt").rename(files["train.xx"])
    target = str(files["train.yy"])
    with pytest.raises(OptionError, match="expected --test-target FILE"):
        elman.train(files["train.xx"], tmp_path / "m", target=target, test=str(files["test.xx"]))
    with pytest.raises(OptionError, match=r"--test-target: expected --test FILE"):
        elman.train(files["train.xx"], tmp_path / "m", target=target, test_target=target)
    with pytest.raises(OptionError, match="--text names a column"):
        elman.train(files["train.xx"], tmp_path / "m", target=target, text="a")


@pytest.mark.parametrize("given", [(), ("test",), ("validation",), ("test", "validation")])
def test_parts_come_from_files_where_they_are_named_and_else_from_the_data(files, given):
    named = {}
    for name in given:
        named |= {name: str(files["test.xx"]), f"{name}_target": str(files["test.yy"])}
    options = TranslateOptions(target=str(files["train.yy"]), **named)
    found = read(files["train.xx"], options, Listener())
    parts = {name: getattr(found, name) for name in ("train", "validation", "test")}
    for name in ("validation", "test"):
        assert (parts[name].min() >= 260) == (name in given)
        assert len(parts[name]) in ((40,) if name in given else (26, 23))
    own = np.concatenate([part[part < 260] for part in parts.values()])
    assert sorted(own) == list(range(260))
    assert found.sources(parts["test"]) == [
        found.pairs[row].source for row in parts["test"].tolist()
    ]
    if "test" in given:
        assert found.targets(parts["test"]) == [target for _, target in pairs(40, seed=8)]
        assert found.test_called == "40 pairs of test.xx and test.yy"


def test_lines_that_stand_wrong_are_told_and_pairs_of_a_list_are_read(tmp_path):
    rows = [*pairs(100), ("", "lost"), *(pair[::-1] for pair in pairs(3, seed=5)), ("ok", "ok")]
    found = read(rows, TranslateOptions(), Listener())
    assert len(found.pairs) == 104
    assert any('1 left out, empty in "source" (line 101)' in note for note in found.notes)
    assert any("3 pairs look as if their sides were changed over" in note for note in found.notes)
    assert any("the two sides of 1 pairs are the same text" in note for note in found.notes)
    parts = [{found.pairs[row].source for row in part} for part in (found.train, found.test)]
    assert not parts[0] & parts[1]
    with pytest.raises(DataError, match="10 pairs are too few"):
        read(pairs(10), TranslateOptions(), Listener())


def test_a_mistyped_name_of_the_translations_is_what_the_message_names(translator, files, tmp_path):
    data, wrong = files["train.xx"], str(files["train.yy"].with_name("tran.yy"))
    said = r'\S*tran\.yy: no such file\. Did you mean "\S*train\.yy"\?'
    with pytest.raises(DataError, match=f"--target {said}"):
        elman.train(data, tmp_path / "m", target=wrong)
    with pytest.raises(DataError, match=f"--target {said}"):
        elman.evaluate(translator, data, target=wrong)
    target = str(files["train.yy"])
    for name in ("test", "validation"):
        named = {name: str(files["test.xx"]), f"{name}_target": wrong}
        with pytest.raises(DataError, match=f"--{name}-target {said}"):
            elman.train(data, tmp_path / "m", target=target, **named)
    with pytest.raises(DataError, match=r"second column\. Name the file of their translations"):
        elman.evaluate(translator, data)


@pytest.mark.parametrize("ending", ["xx", "xx.gz", "zz", "txt", ""])
def test_any_file_is_sentences_to_a_model_of_two_files(translator, tmp_path, ending):
    path = tmp_path / f"new.{ending}".rstrip(".")
    sentences = [source for source, _ in pairs(60, seed=4)]
    sentences[2] = ""
    content = "".join(sentence + "\n" for sentence in sentences).encode()
    path.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
    predict_file(translator, path, {}, output=tmp_path / "o.jsonl")
    answers = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert [row["line"] for row in answers] == list(range(1, 61))
    said = [answer.text for answer in translator.predict(sentences)]
    assert [row["translation"] for row in answers] == said
    assert said[2] == ""
    assert elman.drift(translator, path)["rows"] == 60


def test_how_letters_are_written_moves_neither_parts_nor_figures(translator):
    """Of every sentence a copy whose letters are apart from their marks."""
    both = [(s.replace("o", "ö"), t.replace("e", "é")) for s, t in pairs(60, seed=6)]
    apart = [tuple(unicodedata.normalize("NFD", text) for text in pair) for pair in both]
    assert not {*both} & {*apart}
    found = read([*both, *apart], TranslateOptions(), Listener())
    parts = [{*found.sources(part)} for part in (found.train, found.validation, found.test)]
    for one, other in itertools.combinations(parts, 2):
        assert not one & other
    assert {int(row) % 60 for row in found.test} == {
        int(row) % 60 for row in found.test if row < 60
    }
    assert (
        elman.evaluate(translator, apart)["metrics"] == elman.evaluate(translator, both)["metrics"]
    )


def test_half_a_character_costs_its_pair_and_no_more():
    found = read([*pairs(100), ("der \ud83d hund", "the dog")], TranslateOptions(), Listener())
    assert len(found.pairs) == 100
    assert any("1 left out, holds half a character" in note for note in found.notes)


def test_translations_that_were_tokenized_are_told_once(translator, tmp_path):
    apart = [(s, t.replace(".", " .")) for s, t in pairs(100)]
    plain = tmp_path / "plain.csv"
    plain.write_text("".join(f"{s},{t}\n" for s, t in [("source", "target"), *pairs(60)]))
    said = "the translations look tokenized, with a space before the full stop"
    notes = read(apart, TranslateOptions(validation=str(plain)), Listener()).notes
    assert [note.split(":")[0] for note in notes if said in note] == ["the given data"]
    warnings = elman.evaluate(translator, apart)["warnings"]
    assert sum(said in warning for warning in warnings) == 1
    assert not any(said in note for note in read(pairs(100), TranslateOptions(), Listener()).notes)


def test_standard_input_is_answered_line_by_line_as_a_file_is(translator, tmp_path):
    first, *others = [source for source, _ in pairs(4, seed=2)]
    path = tmp_path / "new.xx"
    path.write_text("\n".join([first, "", *others, " ", ""]), encoding="utf-8")
    model = translator.directory
    found = elman_of("predict", model, input=path.read_text(encoding="utf-8")).stdout
    assert found == elman_of("predict", model, "--input", path).stdout
    answers = [json.loads(line) for line in found.splitlines()]
    assert [row["line"] for row in answers] == [1, 2, 3, 4, 5, 6]
    assert [bool(row["translation"]) for row in answers] == [True, False, True, True, True, False]
