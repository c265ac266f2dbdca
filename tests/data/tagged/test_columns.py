"""Column files of tagged words, and what their tags say of spans."""

from __future__ import annotations

import gzip
import random

import pytest

from elman.data.tagged.columns import read_columns
from elman.data.tagged.layout import looks_tagged
from elman.errors import DataError, OptionError
from elman.judging.tags.schemes import Span, scheme_of, spans_of, tags_of

UD = """# newdoc id = a
# text = Don't stop.
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\tVB\t_\t3\taux\t_\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_
3\tstop\tstop\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
3.1\tnow\tnow\tADV\tRB\t_\t_\t_\t3:x\t_
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

# text = #1 New York
1\t#1\t#1\tNOUN\tNN\t_\t3\tnmod\t_\t_
2\tNew York\tNew York\tPROPN\tNNP\t_\t0\troot\t_\t_
"""


def write(folder, text, name="a.conllu"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_conllu_has_words_not_ranges_nor_what_is_not_written(tmp_path):
    found = read_columns(write(tmp_path, UD))
    first, second = found.sentences
    assert first.words == ("Do", "n't", "stop", ".")
    assert first.tags == ("AUX", "PART", "VERB", "PUNCT")
    assert first.line == 4
    assert second.words == ("#1", "New York")
    assert second.line == 11
    assert found.said == "CoNLL-U, tags: upos"
    assert not found.rejects


@pytest.mark.parametrize(("column", "tags"), [("xpos", ("NN", "NNP")), ("8", ("nmod", "root"))])
def test_any_column_holds_the_tags(tmp_path, column, tags):
    found = read_columns(write(tmp_path, UD.replace("\n", "\r\n")), column)
    assert found.sentences[1].tags == tags
    packed = tmp_path / "b.conllu.gz"
    packed.write_bytes(gzip.compress(UD.encode()))
    assert (
        read_columns(packed, column).sentences
        == read_columns(write(tmp_path, UD), column).sentences
    )


def test_broken_sentences_are_rejects_with_their_line(tmp_path):
    broken = (
        UD
        + """
1\tone\tone\tNUM\tCD\t_\t0\troot\t_

1\ta\ta\tDET\tDT\t_\t2\tdet\t_\t_
3\tb\tb\tNOUN\tNN\t_\t0\troot\t_\t_

1\tc\tc\t_\tNN\t_\t0\troot\t_\t_
"""
    )
    found = read_columns(write(tmp_path, broken))
    assert len(found.sentences) == 2
    assert [(r.line, r.reason) for r in found.rejects] == [
        (14, "9 columns where others have 10"),
        (17, 'word number "3" where 2 is next'),
        (19, "no tag"),
    ]
    with pytest.raises(DataError, match=r"a\.conllu, line 1: no tag; no sentence could be read"):
        read_columns(write(tmp_path, "1\ta\ta\t_\tNN\t_\t0\troot\t_\t_\n"))


CONLL = """-DOCSTART- -X- -X- O

EU NNP B-NP B-ORG
rejects VBZ B-VP O
# NN B-NP B-MISC

Peter NNP B-NP B-PER
Blackburn NNP I-NP I-PER
"""


def test_conll_2003_has_blanks_documents_and_four_columns(tmp_path):
    found = read_columns(write(tmp_path, CONLL, "ner.txt"))
    assert [s.words for s in found.sentences] == [("EU", "rejects", "#"), ("Peter", "Blackburn")]
    assert found.sentences[0].tags == ("B-ORG", "O", "B-MISC")
    assert found.said == "4 columns, tags: ner"
    assert read_columns(write(tmp_path, CONLL, "ner.txt"), "pos").sentences[1].tags == ("NNP",) * 2


def test_two_columns_may_hold_blanks_between_tabs(tmp_path):
    text = "New York\tPLACE\nis\tO\n\nbig\tO\n"
    found = read_columns(write(tmp_path, text, "two.tsv"))
    assert found.sentences[0].words == ("New York", "is")
    assert found.column == "2"
    with pytest.raises(OptionError, match=r'--column "upos": the file has 2 columns'):
        read_columns(write(tmp_path, text, "two.tsv"), "upos")
    with pytest.raises(DataError, match=r'line 1: "word" is one column'):
        read_columns(write(tmp_path, "word\nother\n"))
    with pytest.raises(DataError, match="no word in it"):
        read_columns(write(tmp_path, "\n\n"))


def test_what_a_column_file_looks_like():
    assert looks_tagged(UD.split("\n"))
    assert looks_tagged(CONLL.split("\n"))
    assert not looks_tagged(["text,label", "a good film,1", "a bad film,0"])
    assert not looks_tagged(["a good film", "", "one more film here"])
    assert not looks_tagged(["2024-01-01 5", "2024-01-02 6"])


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
