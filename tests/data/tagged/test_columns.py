"""Column files of tagged words."""

from __future__ import annotations

import gzip

import pytest

from elman.data.tagged.columns import read_columns
from elman.data.tagged.layout import looks_tagged
from elman.errors import DataError, OptionError

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
