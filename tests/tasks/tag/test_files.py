"""Files as people have them: read, divided, tagged, and written back with all their columns."""

from __future__ import annotations

import gzip
import json

import pytest

import elman
from elman.errors import DataError, InputError, OptionError
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.read import read
from elman.training.listener import Listener
from elman.workflow.predict import predict_file, predict_typed
from tests.tasks.tag.sample import sentences, write

FAST = {"keep": "simple", "one_way": True}


class Heard(Listener):
    def __init__(self):
        self.said, self.warned = [], []

    def say(self, line=""):
        self.said.append(line)

    def warn(self, line):
        self.warned.append(line)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tag")
    return elman.train(write(folder), folder / "m", **FAST)


def names(count=80):
    """Sentences with spans: a name of one or two words after "in"."""
    made = []
    for n in range(count):
        town = ["New", f"Ton{n % 7}"] if n % 3 else [f"Bur{n % 5}"]
        tags = ["B-LOC", "I-LOC"][: len(town)]
        made.append((["he", "is", "in", *town, "now"], ["O", "O", "O", *tags, "O"]))
    return made


def columns(folder, rows, name, between=" ", further=()):
    blocks = [
        "\n".join(between.join([word, *further, tag]) for word, tag in zip(*row, strict=True))
        for row in rows
    ]
    path = folder / name
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return path


def test_a_conllu_file_comes_back_with_its_other_columns(model, tmp_path):
    rows = [
        "# sent_id = 1",
        "# text = the baros run",
        "1-2\tthebaros\t_\t_\t_\t_\t_\t_\t_\t_",
        "1\tthe\tle\t_\tXX\tDefinite=Def\t2\tdet\t_\tSpaceAfter=No",
        "2\tgolos\tl\tWRONG\t_\t_\t3\tsubj\t_\t_",
        "2.1\tnothing\t_\t_\t_\t_\t_\t_\t_\t_",
        "3\trun\trun\t_\t_\t_\t0\troot\t_\t_",
        "",
        "1\tthe\t_\t_\t_\t_\t_\t_\t_\t_",
        "",
    ]
    source = tmp_path / "in.conllu"
    source.write_text("\n".join(rows) + "\n", encoding="utf-8")
    target = tmp_path / "out.conllu"
    report = predict_file(model, source, {}, output=target)
    assert (report["rows"], report["answered"], report["rejected"]) == (2, 2, 0)
    (said, other) = model.predict([["the", "golos", "run"], ["the"]])
    found = target.read_text(encoding="utf-8").splitlines()
    expected = list(rows)
    tags = iter([*said.tags, *other.tags])
    for n in (3, 4, 6, 8):
        fields = expected[n].split("\t")
        fields[3] = next(tags)
        expected[n] = "\t".join(fields)
    assert found == expected
    assert "DET" in said.tags
    packed = tmp_path / "in2.conllu.gz"
    packed.write_bytes(gzip.compress(source.read_bytes()))
    predict_file(model, packed, {}, output=tmp_path / "again.conllu")
    assert (tmp_path / "again.conllu").read_text() == target.read_text()
    records = tmp_path / "out.jsonl"
    predict_file(model, source, {}, output=records)
    first = json.loads(records.read_text().splitlines()[0])
    assert (first["line"], first["words"], first["tags"]) == (4, list(said.words), list(said.tags))


def test_words_alone_get_a_column_more(model, tmp_path):
    source = tmp_path / "words.txt"
    source.write_text("the\ngolos\nrun\n\nthe\n", encoding="utf-8")
    target = tmp_path / "tagged.tsv"
    predict_file(model, source, {}, output=target)
    (said, other) = model.predict([["the", "golos", "run"], ["the"]])
    lines = [f"{word} {tag}" for word, tag in zip(said.words, said.tags, strict=True)]
    assert target.read_text().splitlines() == [*lines, "", f"the {other.tags[0]}", ""]


def test_a_table_keeps_its_columns_and_texts_are_split(model, tmp_path):
    source = tmp_path / "texts.csv"
    source.write_text('id,text\n7,"The golos run, the run."\n8,\n', encoding="utf-8")
    target = tmp_path / "out.jsonl"
    report = predict_file(model, source, {}, output=target, keep="all")
    assert (report["answered"], report["rejected"]) == (1, 1)
    row = json.loads(target.read_text())
    assert (row["id"], row["text"]) == ("7", "The golos run, the run.")
    assert row["words"] == ["The", "golos", "run", ",", "the", "run", "."]
    (typed,) = predict_typed(model, ["The golos run, the run."], {})["predictions"]
    assert typed["tags"] == row["tags"]
    frame = {"text": ["The golos run, the run."], "id": [7]}
    assert list(model.predict(frame)[0].tags) == row["tags"]
    listed = {"tokens": [["the", "golos"], ["run"]]}
    assert [said.words for said in model.predict(listed)] == [("the", "golos"), ("run",)]


def test_spans_are_told_judged_and_said(tmp_path):
    heard = Heard()
    source = columns(tmp_path, names(), "names.txt")
    rows = read(source, TagOptions(), heard)
    assert rows.decision.scheme == "IOB2"
    assert heard.said == ["2 columns, tags: column 2", "its tags mark spans by IOB2"]
    model = elman.train(source, tmp_path / "m", **FAST)
    assert model.network.spec.chain
    report = json.loads((tmp_path / "m" / "metrics.json").read_text())
    assert report["metrics"]["span_f1"] == report["metrics"]["span_f1_strict"] == 1.0
    assert report["baselines"]["most_frequent_tag"]["span_f1"] < 1.0
    (said,) = predict_typed(model, ["he is in New Ton3 now"], {})["predictions"]
    assert said["spans"] == [{"kind": "LOC", "begin": 3, "end": 5, "text": "New Ton3"}]
    plain = elman.train(source, tmp_path / "p", crf=False, **FAST)
    assert not plain.network.spec.chain
    figures = elman.evaluate(model, source)
    assert figures["per_kind"]["LOC"]["support"] == 80


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        (["I-A", "I-A", "O", "I-B"], "IOB1"),
        (["B-A", "E-A", "O", "S-B"], "BIOES"),
        (["B-A", "L-A", "O", "U-B"], "BIOES"),
    ],
)
def test_how_tags_mark_spans_is_told(tags, scheme, tmp_path):
    rows = [([f"w{n}", "b", "c", "d"], tags) for n in range(40)]
    heard = Heard()
    source = columns(tmp_path, rows, "four.conll", "\t", ("NN", "I-NP"))
    assert read(source, TagOptions(), heard).decision.scheme == scheme
    assert heard.said[0] == "4 columns, tags: ner"


def test_documents_stay_whole(tmp_path):
    blocks = []
    for n in range(40):
        blocks.append(f"# newdoc id = {n}")
        for k in range(3 + n % 4):
            blocks.append(f"1\tdoc{n}\t_\tA\t_\t_\t_\t_\t_\t_\n2\tw{k}\t_\tB\t_\t_\t_\t_\t_\t_\n")
    source = tmp_path / "docs.conllu"
    source.write_text("\n".join(blocks), encoding="utf-8")
    rows = read(source, TagOptions(), Listener())
    parts = [
        {of.words[0] for of in rows.part(part)} for part in (rows.train, rows.validation, rows.test)
    ]
    assert all(parts)
    assert len(set().union(*parts)) == sum(map(len, parts)) == 40
    assert rows.test_said.endswith("in whole documents")


def test_other_files_are_taken_as_they_are(tmp_path):
    train = write(tmp_path, rows=sentences(60))
    dev = write(tmp_path, "dev.conllu", sentences(20, 1))
    test = columns(tmp_path, [*sentences(30, 2), (["the", "?"], ["DET", "NEVER"])], "test.txt")
    heard = Heard()
    rows = read(train, TagOptions(test=str(test), validation=str(dev)), heard)
    assert [len(part) for part in (rows.train, rows.validation, rows.test)] == [60, 20, 31]
    assert rows.test_said == f"31 sentences of {test}"
    assert any(
        "1 words of the test part have tags that none has in training (NEVER)" in line
        for line in rows.warnings
    )
    with pytest.raises(DataError, match=r"100% of its sentences are in training.*--allow-overlap"):
        read(train, TagOptions(test=str(train)), heard)
    assert read(train, TagOptions(test=str(train), allow_overlap=True), heard).warnings


def test_sentences_that_cannot_be_read_are_counted_and_named(tmp_path, model):
    rows = sentences(60)
    source = write(tmp_path, rows=rows)
    lines = source.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("\t", " ")
    lines[lines.index("", 9) + 3] = "7\tx\t_\tX\t_\t_\t_\t_\t_\t_"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    heard = Heard()
    read_rows = read(source, TagOptions(), heard)
    assert read_rows.facts["rejected"] == 2
    assert heard.warned == [
        "2 sentences could not be read; the first: line 2, 1 column where others have 10"
    ]
    report = elman.evaluate(model, source)
    assert (report["n"], report["skipped"]) == (58, 2)
    assert report["warnings"][0] == (
        "line 2: 1 column where others have 10; the sentence is left out"
    )


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("", {}, "empty"),
        ("a\tX\n\nb\tY\n", {"column": "upos"}, '--column "upos": the file has 2 columns'),
        ("a\tX\n\nb\tY\n", {"column": "1"}, '--column "1" has the words, not their tags'),
        ("\n\n".join(f"w{n}\tX" for n in range(99)), {}, 'every word has the tag "X"'),
        ("a\tX\n\nb\tY\n", {}, "sentences are too few"),
        ("a\n\nb\n", {"task": "tag"}, "no column of"),
        ("a b c\n\nd e\n", {"task": "tag", "column": "9"}, "--column"),
    ],
)
def test_what_cannot_be_is_said_by_name(content, options, message, tmp_path):
    source = tmp_path / "data.txt"
    source.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        elman.train(source, tmp_path / "m", **options)
    assert not (tmp_path / "m").exists()


def test_what_is_held_must_be_tagged_words(tmp_path):
    with pytest.raises(DataError, match="2 sentences and tags of 1"):
        elman.train(([["a"], ["b"]], [["X"]]), tmp_path / "m", task="tag")
    with pytest.raises(OptionError, match="holds no tagged sentences"):
        elman.train([1, 2], tmp_path / "m", task="tag")
    X, y = map(list, zip(*sentences(60), strict=True))
    y[3] = y[3][:-1]
    heard = Heard()
    rows = read((X, y), TagOptions(), heard)
    assert len(rows.sentences) == 59
    assert heard.warned[0].startswith("a sentence could not be read; the first: line 4, ")


def test_an_item_must_be_a_text_or_words(model):
    for wrong in (3, [1, 2], ["a", ""]):
        with pytest.raises(OptionError, match="neither a text nor a list of its words"):
            model.predict([wrong])
    assert model.predict([[], "", ("the",)])[0].tags == ()


def test_compare_and_one_way_are_said(tmp_path):
    report = elman.compare(
        write(tmp_path), task="tag", models=["gru"], seeds=2, epochs=2, hidden_size=8
    )
    assert report["baselines"].keys() >= {
        "most_frequent_tag",
        "averaged_perceptron",
        "words_around",
    }
    assert len(report["models"]["gru"]["seeds"]) == 2
    with pytest.raises(OptionError, match='--models "strong" is not known'):
        elman.compare(write(tmp_path), task="tag", models=["strong"])


def test_a_stream_says_what_goes_on(tmp_path):
    """A piece is not held to a scheme whose beginning it does not have."""
    model = elman.train(columns(tmp_path, names(), "names.txt"), tmp_path / "m", **FAST)
    stream = model.stream()
    said = [stream.feed([word]).tags[0] for word in ["he", "is", "in", "New", "Ton3", "now"]]
    assert said == ["O", "O", "O", "B-LOC", "I-LOC", "O"]


def test_prose_is_no_column_file(model, tmp_path):
    source = tmp_path / "prose.txt"
    source.write_text("The golos run.\n\nthe golos run\n", encoding="utf-8")
    target = tmp_path / "out.jsonl"
    predict_file(model, source, {}, output=target)
    words = [json.loads(line)["words"] for line in target.read_text().splitlines()]
    assert words == [["The", "golos", "run", "."], ["the", "golos", "run"]]


def test_the_last_column_of_another_layout_is_taken(tmp_path):
    model = elman.train(columns(tmp_path, names(), "names.txt"), tmp_path / "m", **FAST)
    four = columns(tmp_path, names(40), "four.conll", " ", ("NN", "I-NP"))
    report = elman.evaluate(model, four)
    assert (report["said"], report["metrics"]["accuracy"]) == ("4 columns, tags: ner", 1.0)


@pytest.mark.parametrize("between", [" ", "\t"])
def test_a_broken_line_makes_no_other_file_of_it(between, tmp_path):
    source = columns(tmp_path, sentences(60), "two.txt", between)
    lines = source.read_text(encoding="utf-8").splitlines()
    lines[1] = "broken and long line"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    heard = Heard()
    rows = read(source, TagOptions(), heard)
    assert len(rows.sentences) == 59
    assert heard.warned[0].startswith("a sentence could not be read; the first: line 2, ")


def test_a_file_to_choose_by_must_have_its_tags(tmp_path):
    other = columns(tmp_path, [(["a", "b"], ["Q", "R"])] * 3, "other.txt")
    with pytest.raises(DataError, match=r"other.txt: none of the tags to choose by stands in"):
        read(write(tmp_path), TagOptions(validation=str(other)), Heard())


def test_an_opponent_that_can_part_two_words_does():
    from elman.data.tagged.sentences import Sentence
    from elman.judging.tags.decision import TagDecision
    from elman.tasks.tag.opponents.perceptron import averaged_perceptron

    made = [Sentence(tuple(words), tuple(tags), 1) for words, tags in sentences(120)]
    decision = TagDecision(("DET", "NOUN", "VERB", "NAME", "AND"))
    wanted = [decision.numbers[tag] for of in made for tag in of.tags]
    for seed in range(4):
        said = averaged_perceptron(made, made, decision, seed=seed).argmax(1)
        assert (said == wanted).mean() > 0.99
