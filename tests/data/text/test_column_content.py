"""What the values of a column say about it: how long they are, how many differ."""

import pytest

from elman.data.tables.formats import open_table
from elman.data.text.columns.choose import choose_columns
from elman.data.text.columns.content import Content


@pytest.mark.parametrize(
    ("rows", "words", "distinct", "text", "label"),
    [
        (100, 2.0, 51, True, False),  # a text: two words, more than half of them different
        (100, 1.9, 51, False, False),
        (100, 2.0, 50, False, False),
        (100, 5.0, 20, False, True),  # a label: at most a fifth, at most five words
        (100, 5.1, 20, False, False),
        (100, 5.0, 21, False, False),
        (1000, 1.0, 100, False, True),
        (1000, 1.0, 101, False, False),
        (4, 1.0, 2, False, True),
    ],
)
def test_texts_are_many_and_long_and_labels_few_and_short(rows, words, distinct, text, label):
    content = Content(rows, words, distinct)
    assert (content.is_text, content.is_label) == (text, label)


@pytest.mark.parametrize("words", [4, 5])
def test_a_column_half_as_long_is_no_rival(tmp_path, words):
    path = tmp_path / "r.csv"
    rows = (f"row {'x ' * 9}{n},no {'y ' * (words - 1)}{n}{n},{n % 2}\n" for n in range(20))
    path.write_text("one,two,label\n" + "".join(rows))
    assert choose_columns(open_table(path), None, None).text == ("one",)
